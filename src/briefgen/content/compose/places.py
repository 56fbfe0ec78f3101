"""Where in the templates a fault of a composed document comes from.

In: an error that names a place of ``document.qmd`` or of a file beside it. Out: the same error with
the template and its line (``origins``), or with the file of the templates.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from briefgen.content.compose.origins import Origins
from briefgen.errors import BriefgenError

E = TypeVar("E", bound=BriefgenError)


def name_template(
    error: E, composed: Path, folders: Sequence[Path], trace: Callable[[], Origins]
) -> E:
    """Return an error about a composed document with its place in the templates.

    Parameters
    ----------
    composed
        The composed ``document.qmd``.
    folders
        Folders of templates, the study's first.
    trace
        Gives the origins of the document's lines.
    """
    found = re.fullmatch(r"(?P<file>.+?)(?::(?P<line>\d+))?", error.where or "")
    if found is None:
        place: str | None = trace().whole
    elif Path(found["file"]).resolve() == composed.resolve():
        text = composed.read_text(encoding="utf-8")
        place = trace().place_of(text, int(found["line"] or 0))
    else:
        place = _place_in_original(Path(found["file"]), found["line"], composed, folders)
    if place is None:
        return error
    return error.placed(place)


def _place_in_original(
    file: Path, line: str | None, composed: Path, folders: Sequence[Path]
) -> str | None:
    """Return the place in the file that a file beside the document was copied from."""
    with contextlib.suppress(ValueError):
        name = file.resolve().relative_to(composed.parent.resolve())
        for folder in folders:
            if (folder / name).is_file():
                return f"{folder.name}/{name.as_posix()}{f':{line}' if line else ''}"
    return None
