"""Text alternatives of pictures in OpenDocument, of which Pandoc writes none.

In: a file as Pandoc wrote it, and the alternatives in the order of its pictures. Out: the same
file with a description in the frame of each picture, which screen readers speak.

References
----------
OASIS, Open Document Format 1.2, part 1, 10.3.17: ``svg:desc`` in ``draw:frame``.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Final

_CONTENT: Final = "content.xml"
_FRAME: Final = re.compile(r"(<draw:image\b[^>]*/>)(?=\s*</draw:frame>)")


def describe_pictures(path: Path, alternatives: Sequence[str]) -> None:
    """Write the alternatives into a file; one whose pictures are others stays as it is."""
    with zipfile.ZipFile(path) as archive:
        parts = [(part, archive.read(part)) for part in archive.infolist()]
    content = next(data for part, data in parts if part.filename == _CONTENT).decode("utf-8")
    if len(_FRAME.findall(content)) != len(alternatives):
        return
    words = iter(alternatives)
    described = _FRAME.sub(lambda found: found[1] + _description(next(words)), content)
    with zipfile.ZipFile(path, "w") as archive:
        for part, data in parts:
            archive.writestr(part, described if part.filename == _CONTENT else data)


def _description(words: str) -> str:
    return f"<svg:desc>{escape(words, quote=False)}</svg:desc>" if words else ""
