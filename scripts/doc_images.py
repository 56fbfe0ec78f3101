"""Make the pictures of docs/images from the built demonstration study.

Usage: ``python scripts/doc_images.py publications/EDITION [docs/images]``. Each picture is a page
as it was printed, or the contact sheet; all are small, with few colours.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pypdfium2
from PIL import Image

from briefgen.output.sheet import make_sheet

WIDTH = 620  # pixels of one page
COLOURS = 48
SHEET_WIDTH = 900


class Shot(NamedTuple):
    """A page: by its number, or the first after the contents that holds a text."""

    pdf: str
    page: int | str


BRIEF = "de/policy-briefs/bayern-politik-und-verwaltung.pdf"
SHOTS = {
    "brief-de-1": Shot(BRIEF, 1),
    "brief-de-2": Shot(BRIEF, 2),
    "brief-en-1": Shot("en/policy-briefs/bavaria-policymakers-and-public-authorities.pdf", 1),
    "brief-few-answers-en-1": Shot("en/policy-briefs/saarland-network-coordinators.pdf", 1),
    "short-version-en-1": Shot("en/short-version.pdf", 1),
    "report-de-cover": Shot("de/bericht.pdf", 1),
    "report-de-contents": Shot("de/bericht.pdf", 3),
    "report-de-chapter": Shot("de/bericht.pdf", "Gesicherte Finanzierung, Anteil"),
    "report-de-regions": Shot("de/bericht.pdf", "„persönliches Gespräch“, nach Land"),
    "report-en-factors": Shot("en/report.pdf", "Factors in the case studies"),
    "report-en-panel": Shot("en/report.pdf", "Agreement and dispute"),
    "report-en-questionnaire": Shot("en/report.pdf", "Table 8: Sources of funding"),
}  # fmt: skip
AFTER_CONTENTS = 9
"""Pages of a report before which texts are those of lists and summaries."""


def main(arguments: list[str]) -> int:
    """Write all pictures; return the exit code."""
    if not arguments:
        print(__doc__)
        return 2
    edition = Path(arguments[0])
    target = Path(arguments[1]) if len(arguments) > 1 else Path("docs/images")
    target.mkdir(parents=True, exist_ok=True)
    for name, shot in SHOTS.items():
        _save(_picture(edition / shot.pdf, shot.page), target / f"{name}.png")
    _save(_sheet(edition), target / "contact-sheet.png")
    for path in sorted(target.glob("*.png")):
        print(f"{path.stat().st_size / 1000:6.0f} kB  {path}")
    return 0


def _picture(pdf: Path, page: int | str) -> Image.Image:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        index = page - 1 if isinstance(page, int) else _find(document, page)
        sheet = document[index]
        scale = 2 * WIDTH / sheet.get_width()
        drawn: Image.Image = sheet.render(scale=scale).to_pil().convert("RGB")
    height = round(WIDTH * drawn.height / drawn.width)
    return _framed(drawn.resize((WIDTH, height), Image.Resampling.LANCZOS))


def _find(document: pypdfium2.PdfDocument, text: str) -> int:
    wanted = "".join(text.split())
    for index in range(AFTER_CONTENTS, len(document)):
        found = document[index].get_textpage().get_text_range()
        if wanted in "".join(found.split()):
            return index
    raise SystemExit(f"no page says {text!r}")


def _framed(picture: Image.Image) -> Image.Image:
    framed = Image.new("RGB", (picture.width + 2, picture.height + 2), "#b8c0c8")
    framed.paste(picture, (1, 1))
    return framed


def _sheet(edition: Path) -> Image.Image:
    briefs = sorted(edition.glob("de/policy-briefs/*.pdf"))[:18]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.png"
        make_sheet(briefs, path)
        with Image.open(path) as sheet:
            height = round(SHEET_WIDTH * sheet.height / sheet.width)
            return sheet.convert("RGB").resize((SHEET_WIDTH, height), Image.Resampling.LANCZOS)


def _save(picture: Image.Image, path: Path) -> None:
    few = picture.quantize(COLOURS, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
