"""Bitmaps of charts, for programs that show no SVG, word processors above all.

In: a composed document in its folder. Out: a copy of the folder whose document shows PNG files in
the place of its SVG charts. The charts are printed on one PDF, a page for each, and drawn from it.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import pypdfium2

from briefgen.output.pdf.printer import Printer

RESOLUTION: Final = 220  # dots per inch
_SIZE: Final = re.compile(
    r'<svg\b[^>]*?\bwidth="(?P<width>[\d.]+)pt"[^>]*?\bheight="(?P<height>[\d.]+)pt"'
)
_SLACK: Final = 0.5  # pt, so that rounding never moves a chart to a second page
_EPOCH: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class _Chart(NamedTuple):
    """A chart that the document shows: its address there, and its size in pt."""

    address: str
    width: float
    height: float


def copy_with_bitmaps(document: Path, target: Path, printer: Printer) -> Path:
    """Copy a document with its folder, bitmaps in the place of its charts.

    Parameters
    ----------
    document
        The composed document; its charts are beside it, with a size in pt.
    target
        The folder to make.
    printer
        A warm printer; its style sheets leave pages without text as they are.

    Returns
    -------
    Path
        The copied document.
    """
    shutil.copytree(document.parent, target)
    text = document.read_text(encoding="utf-8")
    charts = list(_find_charts(text, document.parent))
    if charts:
        names = _draw(charts, target, printer)
        for old, new in names.items():
            text = text.replace(f"]({old})", f"]({new})")
    copy = target / document.name
    copy.write_text(text, encoding="utf-8")
    return copy


def _find_charts(text: str, folder: Path) -> Iterator[_Chart]:
    for address in dict.fromkeys(re.findall(r"\]\(([^)\s:]+\.svg)\)", text)):
        path = folder / address
        size = _SIZE.search(path.read_text(encoding="utf-8")[:1000]) if path.is_file() else None
        if size:
            yield _Chart(address, float(size["width"]), float(size["height"]))


def _draw(charts: Sequence[_Chart], folder: Path, printer: Printer) -> Mapping[str, str]:
    """Write a PNG beside each chart; return the new addresses by the old ones."""
    names = {chart.address: str(Path(chart.address).with_suffix(".png")) for chart in charts}
    with tempfile.TemporaryDirectory() as scratch:
        pages = Path(scratch) / "charts.pdf"
        printer.print(_lay_out(charts), folder, pages, date=_EPOCH)
        with closing(pypdfium2.PdfDocument(pages)) as drawing:
            for page, name in zip(drawing, names.values(), strict=True):
                picture = page.render(scale=RESOLUTION / 72).to_pil()
                picture.save(folder / name, dpi=(RESOLUTION, RESOLUTION))
    return names


def _lay_out(charts: Sequence[_Chart]) -> str:
    """Return a page for each chart, of its size."""
    rules = "".join(
        f"@page c{number} {{ margin: 0; size: {chart.width}pt {chart.height + _SLACK}pt }}"
        f".c{number} {{ page: c{number} }}"
        for number, chart in enumerate(charts)
    )
    body = "".join(
        f'<p class="c{number}"><img src="{html.escape(chart.address)}" alt="chart"></p>'
        for number, chart in enumerate(charts)
    )
    return (
        f'<!doctype html><html lang="en"><head><title>Charts</title><style>{rules}'
        "body, p { margin: 0 } img { display: block; width: 100% }"
        f"</style></head><body>{body}</body></html>"
    )
