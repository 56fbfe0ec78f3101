"""Measure the embedded engine: milliseconds for a document, once its process runs.

    python bench/bench_render.py [FOLDER] [--rounds N]

Renders every ``.qmd`` below the folder (default: the composed documents of the study, else the
contract suite's cases) and prints the median over all renderings after a first, warming round.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from briefgen.output.render import RenderJob, find_engine

ROOT = Path(__file__).parents[1]
DEFAULTS = (ROOT / "composed", ROOT / ".briefgen" / "composed", ROOT / "tests/contract/cases")


def find_sources(folder: Path | None) -> list[Path]:
    """Return the documents to render."""
    for candidate in [folder] if folder else DEFAULTS:
        sources = [path for path in sorted(candidate.rglob("*.qmd")) if path.name[0] != "_"]
        if sources:
            return sources
    raise SystemExit("no .qmd found: compose documents first (briefgen compose)")


def measure_seconds(sources: Sequence[Path], rounds: int) -> list[float]:
    """Return the seconds of every rendering that succeeded, without the first round."""
    with tempfile.TemporaryDirectory() as folder, find_engine("pandoc") as engine:
        jobs = [
            RenderJob(source, Path(folder) / f"{number}.html")
            for number, source in enumerate(sources)
        ]
        engine.render(jobs)
        return [
            outcome.seconds
            for _ in range(rounds)
            for outcome in engine.render(jobs)
            if outcome.error is None
        ]


def main() -> None:
    """Print the median and the spread."""
    parser = argparse.ArgumentParser(description="Measure the embedded engine.")
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    sources = find_sources(given.folder)
    times = sorted(1000 * seconds for seconds in measure_seconds(sources, given.rounds))
    if not times:
        raise SystemExit("no document could be rendered")
    high = times[int(0.95 * (len(times) - 1))]
    print(
        f"embedded engine: median {statistics.median(times):.0f} ms for a document, "
        f"95 % below {high:.0f} ms ({len(sources)} documents, {given.rounds} rounds)"
    )


if __name__ == "__main__":
    main()
