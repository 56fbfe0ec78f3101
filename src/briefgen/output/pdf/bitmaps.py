"""Pictures as a format's programs show them: SVG, bitmaps or PDF.

In: a composed document in its folder. Out: a copy of the folder whose document shows the pictures
wanted, and leads to linked files where they are published. The charts are printed on one PDF, a
page for each; bitmaps are drawn from it, and pages taken out of it, so that TeX needs no other
program to read a chart.
"""

from __future__ import annotations

import datetime as dt
import html
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import quote

import pikepdf
import pypdfium2

from briefgen.config.addresses import Address, find_addresses, lies_in, replace_addresses
from briefgen.output.pdf.printer import Printer
from briefgen.output.scratch import scratch_folder

RESOLUTION: Final = 220  # dots per inch
_ROOT: Final = re.compile(r"<svg\b[^>]*>")
_LENGTH: Final = re.compile(r"\s*([\d.]+)\s*(px|pt|mm|cm|in|pc)?\s*")
_POINTS: Final[Mapping[str, float]] = {
    "": 0.75, "px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pc": 12.0
}  # fmt: skip
_UNSIZED: Final = (300 * 0.75, 150 * 0.75)  # as browsers draw an SVG that tells no size
_PICTURES: Final = frozenset({".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"})
_AWKWARD: Final = re.compile(r"[^\w./-]+")
"""What the programs of some formats do not read in the name of a picture: blanks, brackets."""
_SLACK: Final = 0.5  # pt, so that rounding never moves a chart to a second page
_EPOCH: Final = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)


class Copied(NamedTuple):
    """A copied document, and what its text names: the pictures shown, the files linked."""

    document: Path
    pictures: tuple[str, ...]
    links: tuple[str, ...] = ()


class _Chart(NamedTuple):
    """A chart that the document shows: its address there, and its size in pt."""

    address: str
    width: float
    height: float


def copy_with_pictures(
    document: Path,
    target: Path,
    printer: Printer,
    suffix: str = ".png",
    below: str = "",
    *,
    links_below: str = "",
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
    links_below
        Folder in which readers find the files that the document links.
    """
    shutil.copytree(document.parent, target)
    text = document.read_text(encoding="utf-8")
    pictures = {name: name for name in _find_pictures(text, document.parent)}
    if suffix in _WRITERS:
        charts = list(_find_charts(pictures, document.parent))
        pictures |= _draw(charts, target, printer, suffix) if charts else {}
    pictures = {old: _rename(target, new, below) for old, new in pictures.items()}

    def lead(address: Address) -> str | None:
        if address.shown:
            return pictures.get(address.path)
        linked = links_below and lies_in(document.parent, address.path)
        return quote(f"{links_below}/{address.path}") + address.rest if linked else None

    copy = target / document.name
    copy.write_text(replace_addresses(text, lead), encoding="utf-8")
    linked = (one.path for one in find_addresses(text) if not one.shown)
    own = (path for path in dict.fromkeys(linked) if lies_in(document.parent, path))
    return Copied(copy, tuple(pictures.values()), tuple(own))


def _find_pictures(text: str, folder: Path) -> Iterator[str]:
    """Yield the paths of pictures that lie in the document's folder."""
    for path in dict.fromkeys(one.path for one in find_addresses(text) if one.shown):
        if Path(path).suffix.lower() in _PICTURES and lies_in(folder, path):
            yield path


def _rename(folder: Path, name: str, below: str) -> str:
    """Put a picture where readers find it, by a name that every program reads."""
    plain = Path(below) / _AWKWARD.sub("-", name)
    new, number = plain, 1
    while new != Path(name) and (folder / new).exists():
        number += 1
        new = plain.with_stem(f"{plain.stem}-{number}")
    if new != Path(name):
        (folder / new).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, folder / new)
    return new.as_posix()


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
    with scratch_folder("charts") as scratch:
        pages = scratch / "charts.pdf"
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
