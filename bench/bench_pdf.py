"""Measure the printer: CPU milliseconds of each document, warm, and the gain of a warm printer.

Usage: ``python bench/bench_pdf.py [repeats]``; prints medians for the sample documents of the
tests. Trust ratios, not absolute times: machines differ and are noisy.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from briefgen.output.pdf import Printer, inspect_pdf  # noqa: E402
from sample_pages import MOMENT, SAMPLES, sample_page  # noqa: E402


def measure(work: Callable[[], object], repeats: int) -> float:
    """Return the median CPU time of a piece of work in milliseconds."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(1000 * (time.process_time() - start))
    return statistics.median(times)


def main(repeats: int) -> None:
    """Measure and print a table."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "x.pdf"
        printer = Printer()

        def put(kind: str, with_printer: Printer | None = None) -> None:
            (with_printer or printer).print(
                sample_page(kind, "de"), SAMPLES, target, identifier=b"bench", date=MOMENT
            )

        put("brief")  # caches of Pango and WeasyPrint fill
        for kind in ("brief", "summary", "report"):
            cost = measure(lambda kind=kind: put(kind), repeats)
            pages = inspect_pdf(target).pages
            look = measure(lambda: inspect_pdf(target), repeats)
            print(f"{kind:8} {pages:3} pages {cost:8.0f} ms, inspected in {look:6.0f} ms")
        cold = measure(lambda: put("brief", Printer()), repeats)
        print(f"brief with a fresh printer {cold:.0f} ms")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
