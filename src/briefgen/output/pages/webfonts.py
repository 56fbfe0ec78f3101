"""Fonts for web pages: the brand's font files, cut down to the letters that a page shows.

In: font files, the page's text. Out: small font files beside the page, and what they are. The same
input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

_ITALIC: Final = 1  # bit of OS/2 fsSelection
_FAMILY_NAMES: Final = (16, 1)  # typographic family, else family


class FontFace(NamedTuple):
    """What a rule ``@font-face`` says of a font file."""

    family: str
    weight: int
    style: str


def write_fonts(files: Iterable[Path], text: str, folder: Path) -> Mapping[str, FontFace]:
    """Write the fonts with the letters of ``text`` to a folder; return the faces by file name."""
    faces = {}
    letters = sorted({ord(letter) for letter in text})
    for path in files:
        with TTFont(path, recalcTimestamp=False) as font:
            faces[path.name] = describe_font(font)
            cutter = Subsetter(Options(layout_features=["*"], hinting=False))
            cutter.populate(unicodes=letters)
            cutter.subset(font)
            folder.mkdir(parents=True, exist_ok=True)
            font.save(folder / path.name, reorderTables=True)
    return faces


def describe_font(font: TTFont) -> FontFace:
    """Read family, weight and style from a font."""
    names = font["name"]
    family = next((name for id_ in _FAMILY_NAMES if (name := names.getDebugName(id_))), "")
    table = font["OS/2"]
    style = "italic" if table.fsSelection & _ITALIC else "normal"
    return FontFace(family, int(table.usWeightClass), style)
