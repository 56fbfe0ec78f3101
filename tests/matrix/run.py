"""Build a matrix of studies and ask what their documents say: ``make matrix``.

Each study is checked, and every document of it composed; its last line is
``studies N, built N, false sentences 0``. With ``--pdf`` some are printed too. It exits with 1 if a
study that ``briefgen check`` calls clean does not build, if a document says what is not so, or if a
report leaves unsaid what is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from matrix_catalogue import STUDIES, draw_study
from matrix_judge import Findings, builds_if_clean, judge

PRINTED = ("poll", "panel alone", "61 statements")
"""Studies that are printed as PDF too."""


def main() -> int:
    """Judge all studies, or those that are named, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="studies; default: all")
    parser.add_argument("--pdf", action="store_true", help=f"print {', '.join(PRINTED)} too")
    parser.add_argument("--random", type=int, default=0, help="draw and print random studies too")
    asked = parser.parse_args()
    chosen = [one for one in STUDIES if not asked.names or one.name in asked.names]
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for one in chosen:
            pdf = asked.pdf and one.name in PRINTED
            results.append(judge(one, Path(folder), pdf=pdf))
            report(results[-1])
        for seed in range(asked.random):
            results.append(builds_if_clean(draw_study(seed), Path(folder)))
            report(results[-1])
    built = sum(result.built for result in results)
    false = sum(len(result.false) + len(result.unsaid) for result in results)
    print(f"studies {len(results)}, built {built}, false sentences {false}")
    return 0 if results and all(result.is_good for result in results) else 1


def report(result: Findings) -> None:
    """Print what is wrong with a study."""
    print(f"{result.name}: {'good' if result.is_good else 'bad'}", flush=True)
    lines = [f"not built: {item}" for item in result.errors]
    lines += [f"not clean: {item}" for item in result.unclean]
    lines += [f"false: {item}" for item in result.false]
    lines += [f"unsaid: {item}" for item in result.unsaid]
    for line in lines:
        print(f"  {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
