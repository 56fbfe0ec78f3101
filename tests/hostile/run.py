"""Try hostile texts in every field of a study: ``make hostile``.

Each study is built with other texts in its fields, and all that it published is compared with what
was put in; the last line is ``texts N, files N, silently wrong 0, leaked 0``. It exits with 1 where
a text was published as another one, or something was published that should not have been.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from hostile_corpus import make_corpus
from hostile_judge import Judged, judge_texts
from hostile_study import Planted


def main() -> int:
    """Build studies until every text of the corpus was planted, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--texts", type=int, default=400, help="size of the corpus")
    asked = parser.parse_args()
    texts = make_corpus(asked.texts)
    wrong, leaked, first = 0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        while first < len(texts):
            planted = Planted(texts, first)
            judged = judge_texts(Path(folder) / f"from-{first}", planted)
            report(judged, first)
            wrong, leaked = wrong + len(judged.wrong), leaked + len(judged.leaked)
            first += len(planted.marks)
    print(f"texts {len(texts)}, files 0, silently wrong {wrong}, leaked {leaked}")
    return 1 if wrong or leaked else 0


def report(judged: Judged, first: int) -> None:
    """Print what became of one study."""
    print(f"from text {first}: {judged.fields} fields, found {judged.found} times", flush=True)
    for line in [*judged.wrong, *judged.leaked]:
        print(f"  {line}", flush=True)
    if judged.unseen:
        print(f"  printed nowhere: {', '.join(sorted(set(judged.unseen)))}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
