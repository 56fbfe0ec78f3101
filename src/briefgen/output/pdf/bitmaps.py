"""Pictures as a format's programs show them: SVG, bitmaps or PDF.

In: a composed document in its folder. Out: a copy of the folder whose document shows the pictures
wanted. The charts are printed on one PDF, a page for each; bitmaps are drawn from it, and pages
taken out of it, so that TeX needs no other program to read a chart.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple

import pikepdf
import pypdfium2

from briefgen.output.pdf.printer import Printer

RESOLUTION: Final = 220  # dots per inch
_ROOT: Final = re.compile(r"<svg\b[^>]*>")
_LENGTH: Final = re.compile(r"\s*([\d.]+)\s*(px|pt|mm|cm|in|pc)?\s*")
_POINTS: Final[Mapping[str, float]] = {
    "": 0.75, "px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pc": 12.0
}  # fmt: skip
_UNSIZED: Final = (300 * 0.75, 150 * 0.75)  # as browsers draw an SVG that tells no size
_ADDRESS: Final = re.compile(
    r"""\]\(<?(?P<address>[^)\s:<>]+)>?(?P<title>\s+(?:"[^"\n]*"|'[^'\n]*'))?\s*\)"""
)
_PICTURES: Final = frozenset({".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"})
_SLACK: Final = 0.5  # pt, so that rounding never moves a chart to a second page
_EPOCH: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Copied(NamedTuple):
    """A copied document, and the addresses of the pictures that it shows."""

    document: Path
    pictures: tuple[str, ...]


class _Chart(NamedTuple):
    """A chart that the document shows: its address there, and its size in pt."""

    address: str
    width: float
    height: float


def copy_with_pictures(
    document: Path, target: Path, printer: Printer, suffix: str = ".png", below: str = ""
) -> Copied:
    """Copy a document with its folder, its charts as pictures of another kind.

    Parameters
    ----------
    document
        The composed document; its charts are beside it.
    target
        The folder to make.
    printer
        A warm printer; its style sheets leave pages without text as they are.
    suffix
        ``.png`` or ``.pdf`` for charts; anything else leaves them as they are.
    below
        Folder that the pictures are moved to, in their own folders: where readers find them.
    """
    shutil.copytree(document.parent, target)
    text = document.read_text(encoding="utf-8")
    addresses = {name: name for name in _find_pictures(text, document.parent)}
    if suffix in _WRITERS:
        charts = list(_find_charts(addresses, document.parent))
        addresses |= _draw(charts, target, printer, suffix) if charts else {}
    if below:
        addresses = {old: _move(target, new, below) for old, new in addresses.items()}
    copy = target / document.name
    copy.write_text(_ADDRESS.sub(lambda found: _renamed(found, addresses), text), encoding="utf-8")
    return Copied(copy, tuple(addresses.values()))


def _renamed(found: re.Match[str], addresses: Mapping[str, str]) -> str:
    if found["address"] not in addresses:
        return found[0]
    return f"]({addresses[found['address']]}{found['title'] or ''})"


def _find_pictures(text: str, folder: Path) -> Iterator[str]:
    """Yield the addresses of pictures that lie in the document's folder."""
    for address in dict.fromkeys(found["address"] for found in _ADDRESS.finditer(text)):
        path = (folder / address).resolve()
        own = path.is_relative_to(folder.resolve()) and not Path(address).is_absolute()
        if own and path.suffix.lower() in _PICTURES and path.is_file():
            yield address


def _move(folder: Path, address: str, below: str) -> str:
    moved = f"{below}/{address}"
    (folder / moved).parent.mkdir(parents=True, exist_ok=True)
    shutil.move(folder / address, folder / moved)
    return moved


def _find_charts(addresses: Mapping[str, str], folder: Path) -> Iterator[_Chart]:
    for address in addresses:
        if not address.endswith(".svg"):
            continue
        root = _ROOT.search((folder / address).read_text(encoding="utf-8"))
        if root:
            yield _Chart(address, *_measure(root[0]))


def _measure(root: str) -> tuple[float, float]:
    """Return width and height in pt, from the size told or the proportions of the drawing."""
    width, height = _length(_attribute(root, "width")), _length(_attribute(root, "height"))
    box = [float(part) for part in re.findall(r"[-\d.]+", _attribute(root, "viewBox"))]
    wide, high = (box[2] * 0.75, box[3] * 0.75) if len(box) == 4 else _UNSIZED
    if not width and not height:
        return wide, high
    return width or height * wide / high, height or width * high / wide


def _attribute(root: str, name: str) -> str:
    found = re.search(rf"""\s{name}\s*=\s*["']([^"']*)""", root)
    return found[1] if found else ""


def _length(text: str) -> float:
    """Return a length in pt, and none for one that is relative or missing."""
    found = _LENGTH.fullmatch(text)
    return float(found[1]) * _POINTS[found[2] or ""] if found else 0.0


def _draw(
    charts: Sequence[_Chart], folder: Path, printer: Printer, suffix: str
) -> Mapping[str, str]:
    """Write a picture beside each chart; return the new addresses by the old ones."""
    names = {chart.address: str(Path(chart.address).with_suffix(suffix)) for chart in charts}
    with tempfile.TemporaryDirectory() as scratch:
        pages = Path(scratch) / "charts.pdf"
        printer.print(_lay_out(charts), folder, pages, date=_EPOCH)
        _WRITERS[suffix](pages, [folder / name for name in names.values()])
    return names


def _write_bitmaps(pages: Path, targets: Sequence[Path]) -> None:
    with closing(pypdfium2.PdfDocument(pages)) as drawing:
        for page, target in zip(drawing, targets, strict=True):
            picture = page.render(scale=RESOLUTION / 72).to_pil()
            picture.save(target, dpi=(RESOLUTION, RESOLUTION))


def _write_pages(pages: Path, targets: Sequence[Path]) -> None:
    """Write each page into a file of its own, without the tags of the whole."""
    with pikepdf.open(pages) as drawing:
        drawing.remove_unreferenced_resources()  # pages share one list of all that they show
        for page, target in zip(drawing.pages, targets, strict=True):
            with pikepdf.new() as single:
                single.pages.append(page)
                for name in ("/StructParents", "/Tabs"):
                    if name in single.pages[0].obj:
                        del single.pages[0].obj[name]
                single.save(target, deterministic_id=True)


_WRITERS: Final[Mapping[str, Callable[[Path, Sequence[Path]], None]]] = {
    ".png": _write_bitmaps,
    ".pdf": _write_pages,
}


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
