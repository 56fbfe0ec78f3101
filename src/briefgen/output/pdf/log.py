"""WeasyPrint's log as part of the result: an error line is a failure."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from briefgen.errors import PrintError

_LOGGER = logging.getLogger("weasyprint")
_MISSING_GLYPH = ".notdef glyph"  # only a warning for WeasyPrint; a box for the reader


class _Collector(logging.Handler):
    """Keep the lines of one thread that a reader would notice."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        line = record.getMessage()
        serious = record.levelno >= logging.ERROR or line.startswith(_MISSING_GLYPH)
        if serious and record.thread == self._thread:
            self.lines.append(line)


@contextmanager
def refuse_errors(name: str) -> Iterator[None]:
    """Raise if WeasyPrint logs an error inside the block.

    WeasyPrint goes on after missing pictures, broken SVG and links without a target. A reader
    should not find them.

    Raises
    ------
    PrintError
        With all distinct error lines.
    """
    collector = _Collector()
    _LOGGER.addHandler(collector)
    try:
        yield
    finally:
        _LOGGER.removeHandler(collector)
    if collector.lines:
        lines = list(dict.fromkeys(collector.lines))
        raise PrintError("; ".join(lines[:10]), where=name, hint=_hint(lines[0]))


def _hint(line: str) -> str:
    if "alt description" in line:
        return "give the picture an alternative text"
    if "No anchor" in line:
        return "the link has no target in this document"
    if line.startswith(_MISSING_GLYPH):
        return "use another character, or add a font that has it to the brand"
    return "the page was not printed, so that no reader finds the fault"
