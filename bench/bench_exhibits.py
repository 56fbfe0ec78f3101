"""Measure what charts and tables cost: milliseconds of CPU each, warm, one process.

Run: ``python bench/bench_exhibits.py`` from the repository's root. Values are drawn by chance.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from briefgen.config.brand import load_brand
from briefgen.config.settings import load_settings
from briefgen.content.exhibits import FigureSpec, TableSpec, draw_figure, make_table
from briefgen.content.language import Locale
from exhibits_by_hand import REPOSITORY, draw_released

RUNS = 30
FIGURES = {
    "bars": {"refs": ("q14",)},
    "stacked": {"refs": ("q07",)},
    "diverging": {"refs": ("q22",)},
    "dots": {"kind": "dots", "refs": ("q11",)},
    "tile_map": {"kind": "tile_map", "refs": ("q18.agree",)},
    "multiples": {"kind": "multiples", "refs": ("q11",)},
    "factor_matrix": {"kind": "factor_matrix"},
    "consensus": {"kind": "consensus"},
    "priority": {"kind": "priority"},
    "response": {"kind": "response"},
}
TABLES = {"frequencies": {"refs": ("q05",)}, "panel": {"kind": "panel"}}


def measure(make: Callable[[], object]) -> float:
    """Return the median CPU time in milliseconds, after one warm-up."""
    make()
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        make()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def main() -> None:
    """Print one line for each chart and table."""
    settings = load_settings(REPOSITORY)
    released = draw_released(settings)
    brand = load_brand(REPOSITORY)
    locale = Locale(settings, settings.languages[0])
    for name, fields in FIGURES.items():
        spec = FigureSpec(id="fig-x", domain="DE2", **fields)
        taken = measure(lambda spec=spec: draw_figure(spec, released, settings, locale, brand))
        size = len(draw_figure(spec, released, settings, locale, brand).svg) / 1024
        print(f"figure {name:14} {taken:7.1f} ms {size:6.1f} KiB")
    for name, fields in TABLES.items():
        for plain in (False, True):
            table = TableSpec(id="tbl-x", domain="DE2", options={"plain": plain}, **fields)
            taken = measure(lambda spec=table: make_table(spec, released, settings, locale, brand))
            hand = "plain" if plain else "great-tables"
            print(f"table {name:12} {hand:13} {taken:7.1f} ms")


if __name__ == "__main__":
    main()
