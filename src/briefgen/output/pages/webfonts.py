"""Fonts for web pages: the brand's font files, cut down to the letters that a page shows.

In: font files, the page's text. Out: small font files beside the page, and what they are. The same
input gives the same bytes. Documents of which there are many share whole font files instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

import uharfbuzz
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
    paths = tuple(files)
    letters = {ord(letter) for letter in text}
    for path in paths:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / path.name).write_bytes(_cut_font(path, letters))
    return describe_fonts(paths)


@lru_cache(maxsize=4)
def describe_fonts(files: tuple[Path, ...]) -> Mapping[str, FontFace]:
    """Return the faces by file name."""
    faces = {}
    for path in files:
        with TTFont(path, lazy=True) as font:
            faces[path.name] = describe_font(font)
    return faces


def _cut_font(path: Path, letters: set[int]) -> bytes:
    """Return a font file with these letters, and all variants of them that its features know.

    HarfBuzz cuts in a millisecond what takes fontTools a second, with the same letters and tables.
    """
    kept = uharfbuzz.SubsetInput()
    kept.unicode_set.update(letters)
    features = kept.layout_feature_tag_set
    features.clear()
    features.invert()  # all that there are
    kept.flags = uharfbuzz.SubsetFlags.NO_HINTING
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path))
    cut: bytes = uharfbuzz.subset(face, kept).blob.data
    return cut


def describe_font(font: TTFont) -> FontFace:
    """Read family, weight and style from a font."""
    names = font["name"]
    family = next((name for id_ in _FAMILY_NAMES if (name := names.getDebugName(id_))), "")
    table = font["OS/2"]
    style = "italic" if table.fsSelection & _ITALIC else "normal"
    return FontFace(family, int(table.usWeightClass), style)
