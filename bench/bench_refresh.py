"""Measure what a refresh costs: nothing to do, one region's answers, one template.

    python bench/bench_refresh.py [--documents 100] [--rounds 5] [--folder DIR]

Builds a study of one question with as many regions as it takes, then measures whole processes of
``briefgen refresh`` after each kind of change: seconds on the clock, and processor seconds of the
process and its workers, which a busy machine disturbs less. The documents are plain pages without
charts, so that what is measured is the refresh and not the drawing.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from plain_study import BRIEF, add_answers, plain_study

AUDIENCES = 4
LANGUAGES = ("de", "en")
RESPONDENTS_IN_REGION = 30
REFRESH = [sys.executable, "-m", "briefgen.cli", "refresh", "--json"]


@dataclass(frozen=True)
class Cost:
    """What a run cost: seconds on the clock and of the processor, and documents made."""

    seconds: float
    cpu: float
    made: int


def refresh(study: Path) -> Cost:
    """Run ``briefgen refresh`` and measure it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(REFRESH, cwd=study, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(done.stderr or done.stdout)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    states = [item["state"] for item in json.loads(done.stdout)["documents"]]
    return Cost(seconds, cpu, states.count("made"))


def write_study(folder: Path, documents: int) -> tuple[Path, list[str]]:
    """Write a study with about so many documents; return it and its regions."""
    count = max(1, round(documents / (AUDIENCES * len(LANGUAGES))))
    regions = {f"R{number:04d}": 1.0 for number in range(1, count + 1)}
    study = plain_study(
        folder,
        respondents=RESPONDENTS_IN_REGION * count,
        regions=regions,
        audiences=AUDIENCES,
        languages=LANGUAGES,
    )
    return study, list(regions)


def change_region(study: Path, regions: list[str], number: int) -> None:
    """Let as many again answer in one region, which changes what is printed of it."""
    add_answers(study, regions[number], ["5"] * RESPONDENTS_IN_REGION)


def change_template(study: Path, number: int) -> None:
    """Add a sentence to the template of the briefs."""
    text = f"{BRIEF}\nEin Satz mehr{'!' * (number + 1)}\n"
    (study / "reports" / "brief.qmd").write_text(text, encoding="utf-8")


def report(name: str, costs: list[Cost]) -> None:
    """Print the medians of one kind of run."""
    seconds = statistics.median(cost.seconds for cost in costs)
    cpu = statistics.median(cost.cpu for cost in costs)
    made = statistics.median(cost.made for cost in costs)
    each = f"{1000 * cpu / made:6.0f}" if made else "     –"
    print(f"{name:<22} {made:>6.0f} {seconds:>8.2f} {cpu:>8.2f} {each}", flush=True)


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as temporary:
        yield Path(temporary)


def main() -> None:
    """Print one line for each kind of run."""
    parser = argparse.ArgumentParser(description="Measure what a refresh costs.")
    parser.add_argument("--documents", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--changes", type=int, default=2, help="Rounds of the runs that print.")
    parser.add_argument("--folder", type=Path, help="Keep the study here.")
    given = parser.parse_args()
    with _place(given.folder) as folder:
        study, regions = write_study(folder / "study", given.documents)
        print(f"{'run':<22} {'made':>6} {'seconds':>8} {'CPU s':>8} {'CPU ms each':>11}")
        report("first build", [refresh(study)])
        report("nothing to do", [refresh(study) for _ in range(given.rounds)])
        costs = []
        for number in range(given.changes):
            change_region(study, regions, number)
            costs.append(refresh(study))
        report("one region's answers", costs)
        costs = []
        for number in range(given.changes):
            change_template(study, number)
            costs.append(refresh(study))
        report("the briefs' template", costs)
        report("nothing to do", [refresh(study) for _ in range(given.rounds)])


if __name__ == "__main__":
    main()
