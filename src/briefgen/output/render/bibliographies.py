"""A bibliography that cannot be read, as Pandoc says it, within Quarto too.

In: what the program said. Out: our error, with the file and its line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from briefgen.errors import RenderError

_BROKEN: Final = re.compile(
    r"Error reading bibliography file (?P<file>.+?):\s*"
    r"\(line (?P<line>\d+), column \d+\):\s*(?P<said>.*)",
    re.DOTALL,
)
_HINT: Final = (
    "look there and in the entry before it: each { and each quotation mark has to be closed, and"
    " fields end with a comma"
)


def bibliography_error(said: str, folder: Path) -> RenderError | None:
    """Return the error of a bibliography beside a document, if that is what was said.

    Parameters
    ----------
    folder
        The document's, in which the file lies.
    """
    found = _BROKEN.search(said)
    if found is None:
        return None
    path = folder / Path(found["file"]).name if Path(found["file"]).is_absolute() else None
    return RenderError(
        f"the bibliography cannot be read: {' '.join(found['said'].split())}",
        where=f"{path or folder / found['file']}:{found['line']}",
        hint=_HINT,
    )
