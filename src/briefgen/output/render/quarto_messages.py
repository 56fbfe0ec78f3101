"""What Quarto says while it renders: its log, one JSON record on each line, and its console.

In: the two files of a run. Out: `Messages`: the errors, and the document that Quarto began last.
The next stage is ``quarto``, which makes one of our errors of them.

References
----------
quarto-cli, ``src/core/log.ts``: records of the log have ``levelName`` and ``msg``;
``src/command/render/render-files.ts``: before each of several documents the console says
``[2/3] folder/document.qmd``; ``src/core/lib/errors.ts``: places are written
``(line 3, columns 5--9)``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_PROGRESS: Final = re.compile(r"\[\s*\d+/\d+\]\s+(?P<path>\S.*?)\s*$", re.MULTILINE)
_PLACE: Final = re.compile(r"\b(?:at )?line (\d+)|\((\d+)[:,]\s*\d+\)")
_EMPTY_ERRORS: Final = ("Render failed due to invalid YAML.",)
_LONGEST_MESSAGE: Final = 600


@dataclass(frozen=True)
class Messages:
    """What Quarto said in one run.

    Attributes
    ----------
    errors
        The texts of its errors, in their order.
    console
        Its console, without colours.
    last_document
        The document that it began last, relative to the project; empty where it named none.
    """

    errors: tuple[str, ...]
    console: str
    last_document: str

    def errors_of(self, path: str, name: str) -> str:
        """Return the errors on one line, the document called by its name.

        Pandoc and other programs that Quarto starts say their errors on the console alone.
        """
        telling = [text for text in self.errors if text not in _EMPTY_ERRORS]
        text = "\n".join(telling or self.errors) or "\n".join(self._last_words())
        return " ".join(text.split())[:_LONGEST_MESSAGE].replace(path, name)

    def line_of(self, text: str) -> str:
        """Return the first line that a message names, or nothing."""
        found = _PLACE.search(text)
        return (found[1] or found[2]) if found else ""

    def _last_words(self) -> list[str]:
        lines = [line.strip() for line in self.console.splitlines()]
        return [line for line in lines if line and not _PROGRESS.search(line)][-5:]


def read_messages(log: Path, console: Path) -> Messages:
    """Read what a run left; files that it did not write are empty."""
    records = list(_read_records(log))
    spoken = _COLOUR.sub("", _read(console)).replace("\r", "\n")
    begun = _PROGRESS.findall(spoken)
    return Messages(
        errors=tuple(text for level, text in records if level in ("ERROR", "CRITICAL")),
        console=spoken,
        last_document=begun[-1].replace("\\", "/") if begun else "",
    )


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _read_records(log: Path) -> Iterator[tuple[str, str]]:
    """Yield level and text of every record; lines that are none are passed over."""
    for line in _read(log).splitlines():
        try:
            record = json.loads(line)
        except json.JSONDecodeError:
            continue
        if isinstance(record, dict) and record.get("msg"):
            text = _COLOUR.sub("", str(record["msg"])).split("\n\nStack trace")[0].strip()
            yield str(record.get("levelName", "")), text
