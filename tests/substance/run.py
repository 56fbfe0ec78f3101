"""Measure what the regional briefs of built publications say: ``make substance``.

Usage: ``python tests/substance/run.py [publications/EDITION] [--language de]``. Reads published
files only. Prints what was counted and where, the pages of report and short version that are more
than a quarter empty (none is the aim; told, not judged), and ends with
``briefs N, advice sets N, …``. Exit code 1 if an aim for the briefs is missed.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from emptiness import measure_emptiness

from substance import measure, read_briefs, read_phrases


def main() -> int:
    """Measure, print, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("publications"))
    parser.add_argument("--language", default="de")
    asked = parser.parse_args()
    briefs, pool = read_briefs(asked.folder, asked.language)
    if not briefs:
        print("no brief of a region is published here with its facts; build the study anew")
        return 1
    found = measure(briefs, pool, read_phrases(asked.language))
    print(*found.cases, sep="\n", end="\n" if found.cases else "")
    for name in found.missed():
        print(f"aim missed: {name}")
    _tell_emptiness(asked.folder)
    print(found.line())
    return 1 if found.missed() else 0


def _tell_emptiness(folder: Path) -> None:
    """Print which pages are too empty, and how many of all."""
    documents = measure_emptiness(folder)
    for item in documents:
        for page in item.empty:
            print(f"more than a quarter empty: {item.name} page {page}")
    pages, empty = sum(d.pages for d in documents), sum(len(d.empty) for d in documents)
    print(f"pages {pages}, more than a quarter empty {empty} (aim: none)")


if __name__ == "__main__":
    sys.exit(main())
