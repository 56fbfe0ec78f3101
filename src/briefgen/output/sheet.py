"""A contact sheet of printed documents, so that a person can review hundreds in a minute.

In: PDF files. Out: one PNG picture with the first pages side by side, the most unusual first:
those with findings before all others, then those that differ most from the middle of the rest.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from briefgen.errors import PrintError
from briefgen.output.pages import styles_folder
from briefgen.output.pdf.inspect import PageFindings, inspect_pdf

__all__ = ["Ranked", "inspect_pdf", "make_sheet", "rank_documents"]

_COLUMNS: Final = 6
_WIDTH: Final = 300  # pixels of a page on the sheet
_GAP: Final = 24
_CAPTION: Final = 54  # pixels of height below a page
_LIMIT: Final = 600
"""Most documents on one sheet; more would make a picture too large to open."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document with how unusual it is: 0 is like the rest."""

    path: Path
    score: float
    found: PageFindings


def make_sheet(
    pdfs: Sequence[Path],
    target: Path,
    *,
    labels: Callable[[Path], str] = lambda path: path.stem,
) -> list[Ranked]:
    """Write the contact sheet as PNG; return the documents in its order.

    Parameters
    ----------
    labels
        The text below a page, from its path.

    Raises
    ------
    PrintError
        If there is no document.
    """
    if not pdfs:
        raise PrintError("there is no document for the contact sheet", hint="build some first")
    ranked = rank_documents(pdfs)[:_LIMIT]
    columns = min(_COLUMNS, len(ranked))
    height = round(_WIDTH * 297 / 210) + _CAPTION
    rows = -(-len(ranked) // columns)
    sheet = Image.new(
        "RGB",
        (columns * (_WIDTH + _GAP) + _GAP, rows * (height + _GAP) + _GAP),
        "#d9dee3",
    )
    for index, item in enumerate(ranked):
        row, column = divmod(index, columns)
        _place(
            sheet,
            item,
            labels(item.path),
            _GAP + column * (_WIDTH + _GAP),
            _GAP + row * (height + _GAP),
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(target, format="PNG")
    return ranked


def rank_documents(pdfs: Sequence[Path]) -> list[Ranked]:
    """Order documents by how unusual they are, the most unusual first.

    The measure is the number of findings, and then the distance of page count, fill of the last
    page and share of ink on the first page from their medians, in median absolute deviations.
    """
    found = [inspect_pdf(path) for path in pdfs]
    traits = [(float(item.pages), item.fill[-1], _ink(item.path)) for item in found]
    distances = [_distances([trait[index] for trait in traits]) for index in range(3)]
    ranked = [
        Ranked(path, 100.0 * len(item.findings) + max(parts), item)
        for path, item, *parts in zip(pdfs, found, *distances, strict=True)
    ]
    return sorted(ranked, key=lambda item: (-item.score, item.path))


def _distances(values: Sequence[float]) -> list[float]:
    middle = statistics.median(values)
    spread = statistics.median(abs(value - middle) for value in values) or 0.01
    return [min(abs(value - middle) / spread, 99.0) for value in values]


def _ink(path: Path) -> float:
    """Return the share of the first page that is not white."""
    pixels = np.asarray(_picture(path, 100).convert("L"))
    return float((pixels < 250).mean())


def _picture(path: Path, width: int) -> Image.Image:
    with closing(pypdfium2.PdfDocument(path)) as document:
        page = document[0]
        picture: Image.Image = page.render(scale=width / page.get_width()).to_pil()
        return picture.convert("RGB")


def _place(sheet: Image.Image, item: Ranked, label: str, left: int, top: int) -> None:
    """Draw one page with its caption; a red frame where something was found."""
    picture = _picture(item.path, _WIDTH)
    sheet.paste(picture, (left, top))
    pen = ImageDraw.Draw(sheet)
    faults = item.found.findings
    if faults:
        pen.rectangle(
            (left - 4, top - 4, left + picture.width + 3, top + picture.height + 3),
            outline="#a3202a",
            width=4,
        )
    note = f"{faults[0]}" if faults else f"{item.found.pages} p."
    bottom = top + picture.height + 8
    pen.text((left, bottom), _cut(label, 15), fill="#1b2530", font=_font(15))
    color = "#a3202a" if faults else "#4f5d69"
    pen.text((left, bottom + 20), _cut(note, 13), fill=color, font=_font(13))


def _cut(text: str, size: int) -> str:
    """Shorten a text to the width of a page on the sheet."""
    font = _font(size)
    if font.getlength(text) <= _WIDTH:
        return text
    return next(
        f"{text[:end].rstrip()}…"
        for end in range(len(text), 0, -1)
        if font.getlength(f"{text[:end].rstrip()}…") <= _WIDTH
    )


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(styles_folder() / "fonts" / "SourceSans3-SemiBold.ttf", size)
