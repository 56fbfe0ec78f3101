"""Where in the templates a line of a composed document comes from.

In: an error that names a line of ``document.qmd``. Out: the same error with the template and its
line, where one line of all templates alone can be meant; a wrong place is worse than none.
"""

from __future__ import annotations

import contextlib
import copy
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TypeVar

from briefgen.errors import BriefgenError

E = TypeVar("E", bound=BriefgenError)
NAMED: Final = re.compile(r"@[\w:-]*\w|\[\^[^\]]+\]|\{\{<[^>]*>\}\}")
"""What a message quotes from a text: references, citations, notes, shortcodes."""


def name_template(error: E, composed: Path, folders: Sequence[Path]) -> E:
    """Return an error about a composed document with its place in the templates.

    Parameters
    ----------
    composed
        The composed ``document.qmd``.
    folders
        Folders of templates, the study's first.
    """
    line = _composed_line(error, composed)
    place = (
        _carried(error, composed, folders)
        if line is None
        else find_place(line, error.message, folders)
    )
    if place is None:
        return error
    told = copy.copy(error)
    told.where = place
    return told


def find_place(line: str, message: str, folders: Sequence[Path]) -> str | None:
    """Return file and line of the templates that a composed line comes from, where that is certain.

    Parameters
    ----------
    line
        As it was composed; ``""`` where it is not known.
    message
        What is wrong with it: what it quotes counts where the line as a whole is not found.
    """
    lines = list(_template_lines(folders))
    named = NAMED.findall(message)
    same = [place for place, text in lines if line and text.strip() == line]
    naming = [place for place, text in lines if named and all(name in text for name in named)]
    return next((found[0] for found in (same, naming) if len(found) == 1), None)


def _carried(error: BriefgenError, composed: Path, folders: Sequence[Path]) -> str | None:
    """Return the place in the file that a file beside the document was copied from."""
    found = re.fullmatch(r"(?P<file>.+?)(?P<line>:\d+)?", error.where or "")
    if found is None or Path(found["file"]) == composed:
        return None
    with contextlib.suppress(ValueError):
        name = Path(found["file"]).resolve().relative_to(composed.parent.resolve())
        for folder in folders:
            if (folder / name).is_file():
                return f"{folder.name}/{name.as_posix()}{found['line'] or ''}"
    return None


def _composed_line(error: BriefgenError, composed: Path) -> str | None:
    """Return the line of the composed document that an error names; ``None`` without one."""
    place = re.fullmatch(r"(?P<file>.+):(?P<line>\d+)", error.where or "")
    if place is None or Path(place["file"]).resolve() != composed.resolve():
        return None
    lines = composed.read_text(encoding="utf-8").splitlines()
    number = int(place["line"])
    return lines[number - 1].strip() or None if 0 < number <= len(lines) else None


def _template_lines(folders: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Yield place and text of each line of the templates; a study's own hide the defaults."""
    seen: set[str] = set()
    for folder in folders:
        for path in sorted(folder.rglob("*.qmd")):
            name = path.relative_to(folder).as_posix()
            if name not in seen:
                seen.add(name)
                lines = path.read_text(encoding="utf-8").splitlines()
                yield from ((f"reports/{name}:{n}", text) for n, text in enumerate(lines, 1))
