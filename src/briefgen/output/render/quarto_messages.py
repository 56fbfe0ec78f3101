"""What Quarto says while it renders: its log, one JSON record on each line, and its console.

In: the two files of a run. Out: `Messages`: the errors, the warnings of each document, and the
document that Quarto began last. The next stages are ``quarto``, which makes one of our errors of
an end before its time, and ``quarto_checks``, which judges the warnings.

References
----------
quarto-cli, ``src/core/log.ts``: records of the log have ``levelName`` and ``msg``;
``src/command/render/render-files.ts``: before each of several documents the console says
``[2/3] folder/document.qmd``; ``src/core/lib/errors.ts``: places are written
``(line 3, columns 5--9)``; ``src/resources/filters/common/log.lua``: filters warn on the console
alone, ``WARNING (main.lua:7) words``. Pandoc, ``Text.Pandoc.Class.IO``: ``[WARNING] words``.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefgen.config.plain_text import single_spaced

_COLOUR: Final = re.compile(r"\x1b\[[0-9;]*m")
_PROGRESS: Final = re.compile(r"^\s*\[\s*\d+/\d+\]\s+(?P<path>\S.*?)\s*$")
_PLACE: Final = re.compile(r"\b(?:at )?line (\d+)|\((\d+)[:,]\s*\d+\)")
_WARNING: Final = re.compile(
    r"^\s*(?:\[WARNING\]|WARN(?:ING)?\b:?)\s*(?:\(\S+:\d+\)\s*)?(?P<text>\S.*)"
)
_FATAL: Final = re.compile(
    r"^\s*#?\s*(?:(?:FATAL|ERROR|Fatal|Error|Exception|Uncaught|panic)\b|error:"
    r"|thread '.*' panicked|[\w.]+(?:Error|Exception):)"
)
_FATAL_MARK: Final = re.compile(r"^\s*(?:#\s*)?(?:(?:FATAL|ERROR)\b:?\s*(?:\(\S+:\d+\))?\s*)?")
_STACK: Final = re.compile(
    r"^\s*#*\s*$|^\s+at |stack traceback:|[Ss]tack trace|^\s*\[C\]|Traceback \(most recent"
    r"|^Error running filter |^FATAL QUARTO ERROR|^[-=]{8,}\s*$"
)
_EXCEPTION: Final = re.compile(r"^[A-Z][\w.]*(?:Error|Exception|Exit): \S")
_EMPTY_ERRORS: Final = ("Render failed due to invalid YAML.",)
_LONGEST_MESSAGE: Final = 600
_LINES_OF_ERROR: Final = 5


@dataclass(frozen=True)
class Section:
    """What the console said while one document was rendered.

    Attributes
    ----------
    document
        Its path relative to the project; empty for what was said before one was named.
    """

    document: str
    lines: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """The texts of the warnings, without who warns."""
        found = map(_WARNING.match, self.lines)
        return tuple(warning["text"].strip() for warning in found if warning)

    def tell_error(self) -> str:
        """Return the first error and what belongs to it, or the last words where none is marked.

        What stands behind an error is mostly the way to it, call by call; of a program's own
        exception the last line says what it is.
        """
        marked = [number for number, line in enumerate(self.lines) if _FATAL.match(line)]
        if not marked:
            spoken = [line for line in self.lines if not _STACK.search(line)]
            return "\n".join(line.strip() for line in spoken[-_LINES_OF_ERROR:])
        told = list(_read_error(self.lines[marked[0] :]))
        exceptions = [line for line in self.lines[marked[0] :] if _EXCEPTION.match(line)]
        return "\n".join(dict.fromkeys([*told, *exceptions[-1:]]))


def _read_error(lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines of an error without its mark, up to the calls that led there."""
    first = _FATAL_MARK.sub("", lines[0]).strip()
    rest = itertools.dropwhile(lambda line: not first and _STACK.search(line), lines[1:])
    words = itertools.takewhile(lambda line: not _STACK.search(line), rest)
    told = [first, *(line.strip() for line in words)]
    yield from [line for line in told if line][:_LINES_OF_ERROR]


@dataclass(frozen=True)
class Messages:
    """What Quarto said in one run.

    Attributes
    ----------
    errors
        The texts of its errors, in their order.
    sections
        Its console, without colours, document by document.
    """

    errors: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def last_document(self) -> str:
        """The document that it began last; empty where it named none."""
        return self.sections[-1].document

    def warnings_of(self, path: str) -> tuple[str, ...]:
        """Return the warnings about a document; a run of one document names none."""
        alone = len(self.sections) == 1
        return tuple(
            warning
            for section in self.sections
            if alone or section.document == path
            for warning in section.warnings
        )

    def tell_errors(self) -> str:
        """Return the errors; Pandoc and other programs say theirs on the console alone."""
        telling = [text for text in self.errors if text not in _EMPTY_ERRORS]
        return "\n".join(telling or self.errors) or self.sections[-1].tell_error()

    def line_of(self, text: str) -> str:
        """Return the first line that a message names, or nothing."""
        found = _PLACE.search(text)
        return (found[1] or found[2]) if found else ""


def join_lines(text: str) -> str:
    """Return a message on one line that is not too long."""
    return single_spaced(text)[:_LONGEST_MESSAGE]


def read_messages(log: Path, console: Path) -> Messages:
    """Read what a run left; files that it did not write are empty."""
    records = list(_read_records(log))
    spoken = _COLOUR.sub("", _read(console)).replace("\r", "\n")
    return Messages(
        errors=tuple(text for level, text in records if level in ("ERROR", "CRITICAL")),
        sections=tuple(_split_sections(spoken.split("\n"))),
    )


def _split_sections(lines: Sequence[str]) -> Iterator[Section]:
    document, own = "", list[str]()
    for line in lines:
        begun = _PROGRESS.match(line)
        if begun:
            yield Section(document, tuple(own))
            document, own = begun["path"].replace("\\", "/"), []
        else:
            own.append(line)
    yield Section(document, tuple(own))


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
