"""Try hostile texts in every field of a study, and broken files of every kind: ``make hostile``.

Each study is built with other texts in its fields, and all that it published (PDF, web pages,
Word, slides, data) is compared with what was put in; each file of `hostile_files` is read to the
last cell or refused with place and remedy. The last line is ``texts N, files N, silently wrong 0,
leaked 0``; it exits with 1 where something was published or read as another, or should not have
been.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from hostile_corpus import make_corpus
from hostile_files import judge_file, judge_projects, list_cases
from hostile_judge import Judged, judge_texts
from hostile_study import Planted

FORMATS = ("html", "docx", "pptx")


def main() -> int:
    """Read all files, build studies until every text was planted, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=400, help="size of the corpus")
    asked = parser.parse_args()
    files, wrong, leaked = try_files()
    texts = make_corpus(asked.texts)
    first = 0
    with tempfile.TemporaryDirectory() as folder:
        while first < len(texts):
            planted = Planted(texts, first)
            judged = judge_texts(Path(folder) / f"from-{first}", planted, formats=FORMATS)
            report(judged, first)
            wrong, leaked = wrong + len(judged.wrong), leaked + len(judged.leaked)
            first += len(planted.marks)
    print(f"texts {len(texts)}, files {files}, silently wrong {wrong}, leaked {leaked}")
    return 1 if wrong or leaked else 0


def try_files() -> tuple[int, int, int]:
    """Return how many files were read, how many of them wrongly, and how many leaked."""
    found = list(_judge_files())
    for fault in filter(None, found):
        print(f"  {fault}", flush=True)
    leaked = sum("shows an answer" in fault for fault in found)
    return len(found), sum(map(bool, found)) - leaked, leaked


def _judge_files() -> Iterator[str]:
    """Yield what is wrong with how each file was read, ``""`` where nothing is."""
    for case in list_cases():
        with tempfile.TemporaryDirectory() as folder:
            yield judge_file(case, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        for _, fault in judge_projects(Path(folder)):
            yield fault


def report(judged: Judged, first: int) -> None:
    """Print what became of one study."""
    print(f"from text {first}: {judged.fields} fields, found {judged.found} times", flush=True)
    for line in [*judged.wrong, *judged.leaked]:
        print(f"  {line}", flush=True)
    if judged.unseen:
        print(f"  printed nowhere: {', '.join(sorted(set(judged.unseen)))}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
