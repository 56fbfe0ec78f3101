"""Inspect printed PDFs for what a reader would stumble over, page by page.

What is looked for: text outside the page or in its margins, labels that a figure's edge cuts,
headings stranded at the foot of a page, pages that are nearly empty, glyphs that the fonts lack,
fonts that are not embedded, pictures too coarse for print, and a wrong number of pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
from fontTools.ttLib import TTFont, TTLibError

MINIMUM_DPI: Final = 150
EDGE_MM: Final = 7.0
"""No text comes nearer to the edge of the page than this."""
MINIMUM_FILL: Final = 0.25
"""A page after the first whose content reaches down less than this is nearly empty."""
_POINTS_PER_MM: Final = 72 / 25.4
_TOLERANCE: Final = 1.5  # points: letters overhang their boxes a little
_HEADINGS: Final = frozenset({"/H1", "/H2", "/H3", "/H4", "/H5", "/H6"})
FindingKind = Literal[
    "overflow", "clipped", "stranded heading", "near-empty page", "missing glyph",
    "font not embedded", "coarse picture", "page count",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageFault:
    """One fault. ``page`` counts from 1; 0 stands for the whole document."""

    page: int
    kind: FindingKind
    text: str

    def __str__(self) -> str:
        place = f"page {self.page}: " if self.page else ""
        return f"{place}{self.kind}: {self.text}"


@dataclass(frozen=True, slots=True)
class PageFindings:
    """What was found in a PDF.

    Attributes
    ----------
    fill
        For each page how far down its content reaches, as a share (0–1) of the page's height.
    """

    path: Path
    pages: int
    fill: tuple[float, ...]
    findings: tuple[PageFault, ...]

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found."""
        return not self.findings


class _Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float


class _Item(NamedTuple):
    """A drawn object: where it stands, and the structure element it belongs to."""

    box: _Box
    mcid: int  # −1: an artifact
    tag: str  # nearest block element: /P, /H2, /Figure; "" for an artifact
    frame: _Box | None  # of the figure it belongs to
    raw: Any


def inspect_pdf(path: Path, *, pages: tuple[int, int] | None = None) -> PageFindings:
    """Inspect a PDF that `Printer` has written.

    Parameters
    ----------
    pages
        Fewest and most pages that the document may have.
    """
    with pikepdf.open(path) as structure, closing(pypdfium2.PdfDocument(path)) as drawing:
        sheets = [
            _Sheet(number, structure, page, drawing[number - 1])
            for number, page in enumerate(structure.pages, start=1)
        ]
        findings = [finding for sheet in sheets for finding in sheet.findings()]
        fill = tuple(sheet.fill for sheet in sheets)
        findings += _inspect_fill(fill)
        findings += _inspect_fonts(structure)
        findings += _inspect_count(len(sheets), pages)
    return PageFindings(path, len(fill), fill, tuple(findings))


def find_overflow(path: Path) -> list[PageFault]:
    """Return where text of a PDF runs off its page: the part of the inspection that is quick.

    Running heads and feet do not count: style sheets place them, and no content is lost in them.
    """
    with pikepdf.open(path) as structure, closing(pypdfium2.PdfDocument(path)) as drawing:
        return [
            finding
            for number, page in enumerate(structure.pages, start=1)
            for finding in _Sheet(number, structure, page, drawing[number - 1]).overflow(
                content=True
            )
        ]


def measure_fill(content: bytes) -> list[float]:
    """Return for each page of a PDF how far down its content reaches (share 0–1)."""
    with (
        pikepdf.open(BytesIO(content)) as structure,
        closing(pypdfium2.PdfDocument(content)) as drawing,
    ):
        return [
            _Sheet(number, structure, page, drawing[number - 1]).fill
            for number, page in enumerate(structure.pages, start=1)
        ]


def _inspect_fill(fill: tuple[float, ...]) -> Iterator[PageFault]:
    """Find pages with next to nothing on them: the last, and ends of chapters before a new page."""
    for page, share in enumerate(fill[1:], start=2):
        if share < MINIMUM_FILL:
            yield PageFault(
                page, "near-empty page", f"the content ends after {share:.0%} of the page"
            )


def _inspect_count(count: int, allowed: tuple[int, int] | None) -> Iterator[PageFault]:
    if allowed and not allowed[0] <= count <= allowed[1]:
        yield PageFault(0, "page count", f"{count} pages, not {allowed[0]} to {allowed[1]}")


class _Sheet:
    """One page, seen through its structure (pikepdf) and its drawing (PDFium)."""

    def __init__(
        self, number: int, structure: pikepdf.Pdf, page: pikepdf.Page, drawing: pypdfium2.PdfPage
    ) -> None:
        self.number = number
        self._structure = structure
        self._page = page
        self._drawing = drawing
        self.width, self.height = map(float, drawing.get_size())

    @cached_property
    def _elements(self) -> Mapping[int, Any]:
        """Structure elements by marked content."""
        key = self._page.obj.get("/StructParents")
        root = self._structure.Root.get("/StructTreeRoot")
        if key is None or root is None:
            return {}
        numbers = root.ParentTree.Nums
        found: Any = next(
            (numbers[i + 1] for i in range(0, len(numbers), 2) if numbers[i] == key), []
        )
        return {
            mcid: element
            for mcid, element in enumerate(found)
            if isinstance(element, pikepdf.Dictionary)
        }

    @cached_property
    def items(self) -> tuple[_Item, ...]:
        """Texts and pictures, with where they stand."""
        wanted = (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_IMAGE)
        return tuple(
            self._item(item) for item in self._drawing.get_objects(filter=wanted, max_depth=1)
        )

    def _item(self, item: Any) -> _Item:
        mcid = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
        element = self._elements.get(mcid)
        tag, frame = _block_of(element) if element is not None else ("", None)
        return _Item(_Box(*item.get_bounds()), mcid, tag, frame, item)

    @cached_property
    def fill(self) -> float:
        """How far down the content reaches, as a share of the page's height."""
        bottoms = [item.box.bottom for item in self.items if item.tag]
        frames = [item.frame.bottom for item in self.items if item.frame]
        lowest = float(min([*bottoms, *frames], default=self.height))
        return max(0.0, min(1.0, 1 - lowest / self.height))

    def findings(self) -> Iterator[PageFault]:
        """Yield the faults of this page."""
        yield from self.overflow()
        yield from self._clipped()
        yield from self._stranded()
        yield from self._coarse()
        yield from self._missing()

    def overflow(self, *, content: bool = False) -> Iterator[PageFault]:
        """Yield the texts that near the page's edge, or those of the content that leave the page.

        How near its texts come to the edge is up to a study's own style sheet.
        """
        edge = 0.0 if content else EDGE_MM * _POINTS_PER_MM
        inner = _Box(edge, edge, self.width - edge, self.height - edge)
        items = [item for item in self.items if item.tag or not content]
        for item in items:
            if item.raw.type == pdfium.FPDF_PAGEOBJ_TEXT and _is_outside(item.box, inner):
                yield PageFault(self.number, "overflow", f"{_where(item)} runs to the page's edge")

    def _clipped(self) -> Iterator[PageFault]:
        for item in self.items:
            if (
                item.frame
                and item.raw.type == pdfium.FPDF_PAGEOBJ_TEXT
                and _is_outside(item.box, item.frame)
            ):
                yield PageFault(self.number, "clipped", f"{_where(item)} leaves its figure")

    def _stranded(self) -> Iterator[PageFault]:
        content = [item for item in self.items if item.tag]
        if not content or self.fill < 0.5:
            return
        lowest = min(content, key=lambda item: item.box.bottom)
        if lowest.tag in _HEADINGS:
            yield PageFault(
                self.number, "stranded heading", f"{_where(lowest)} has nothing below it"
            )

    def _coarse(self) -> Iterator[PageFault]:
        for item in self.items:
            if item.raw.type != pdfium.FPDF_PAGEOBJ_IMAGE:
                continue
            wide, high = item.raw.get_px_size()
            width = max(item.box.right - item.box.left, 0.1)
            height = max(item.box.top - item.box.bottom, 0.1)
            dpi = 72 * min(wide / width, high / height)
            if dpi < MINIMUM_DPI:
                yield PageFault(
                    self.number, "coarse picture", f"{dpi:.0f} dpi, {wide} × {high} pixels"
                )

    def _missing(self) -> Iterator[PageFault]:
        missing = sum(_count_missing(self._page))
        if missing:
            yield PageFault(self.number, "missing glyph", f"{missing} glyphs that the fonts lack")


def _block_of(element: Any) -> tuple[str, _Box | None]:
    """Return the tag of the nearest block around an element, and the box of its figure."""
    while str(element.get("/S")) in ("/Span", "/NonStruct", "/Link"):
        parent = element.get("/P")
        if parent is None or parent.get("/Type") == "/StructTreeRoot":
            break
        element = parent
    tag = str(element.get("/S"))
    box = element.A.get("/BBox") if tag == "/Figure" and "/A" in element else None
    return tag, _Box(*(float(value) for value in box)) if box is not None else None


def _is_outside(box: _Box, frame: _Box) -> bool:
    return (
        box.left < frame.left - _TOLERANCE
        or box.right > frame.right + _TOLERANCE
        or box.bottom < frame.bottom - _TOLERANCE
        or box.top > frame.top + _TOLERANCE
    )


def _where(item: _Item) -> str:
    left, top = item.box.left / _POINTS_PER_MM, item.box.top / _POINTS_PER_MM
    return (
        f"{item.tag.removeprefix('/') or 'running text'} at {left:.0f} mm, {top:.0f} mm from below"
    )


# --- fonts ------------------------------------------------------------------------------------


def _inspect_fonts(structure: pikepdf.Pdf) -> Iterator[PageFault]:
    seen: set[str] = set()
    for page in structure.pages:
        for font in _fonts(page).values():
            name = str(font.get("/BaseFont", "?"))
            if name not in seen and _font_file(font) is None and font.get("/Subtype") != "/Type3":
                yield PageFault(0, "font not embedded", name.removeprefix("/"))
            seen.add(name)


def _fonts(page: pikepdf.Page) -> dict[str, Any]:
    resources: Any = page.obj.get("/Resources", {})
    fonts: Any = resources.get("/Font", {})
    return {str(name): fonts[name] for name in fonts.keys()}  # noqa: SIM118 - a pikepdf dictionary


def _font_file(font: Any) -> Any | None:
    descendants = font.get("/DescendantFonts")
    inner = descendants[0] if descendants is not None else font
    descriptor = inner.get("/FontDescriptor", {})
    files = (descriptor.get(name) for name in ("/FontFile2", "/FontFile3", "/FontFile"))
    return next((file for file in files if file is not None), None)


def _count_missing(page: pikepdf.Page) -> Iterator[int]:
    """Count, for each text operator, the glyphs that the embedded font does not have."""
    fonts = _fonts(page)
    sizes = {name: _glyph_count(font) for name, font in fonts.items()}
    limit = 0
    for instruction in pikepdf.parse_content_stream(page, "Tf Tj TJ"):
        operands = list(instruction.operands)
        if str(instruction.operator) == "Tf":
            limit = sizes.get(str(operands[0]), 0)
        elif limit:
            yield sum(code == 0 or code >= limit for code in _codes(operands))


def _glyph_count(font: Any) -> int:
    """Return the number of glyphs of a font whose codes are glyphs, else 0."""
    file = _font_file(font)
    if file is None or font.get("/Encoding") != "/Identity-H":
        return 0
    try:
        return int(TTFont(BytesIO(file.read_bytes()), lazy=True)["maxp"].numGlyphs)
    except TTLibError:
        return 0


def _codes(operands: Any) -> Iterator[int]:
    for operand in operands:
        parts = operand if isinstance(operand, pikepdf.Array) else [operand]
        for part in parts:
            if isinstance(part, pikepdf.String):
                data = bytes(part)
                pairs = range(0, len(data), 2)
                yield from (int.from_bytes(data[index : index + 2], "big") for index in pairs)
