"""What the loggers of the stages say: to the terminal, to a file, in every process of a run.

In: `LogSettings`, from the command line. The library itself says what it does on loggers below
``briefgen`` and configures none; a worker that is spawned is configured as the process that
started it, and one that is forked is so already.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefgen.errors import PublishError

LOGGER: Final = logging.getLogger("briefgen")
FILE_FORMAT: Final = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"
_handlers: list[logging.Handler] = []


@dataclass(frozen=True)
class LogSettings:
    """Where log lines go.

    Attributes
    ----------
    verbose
        To standard error, from level INFO.
    file
        Appended to this file, from level DEBUG, with time and process.
    """

    verbose: bool = False
    file: Path | None = None


_current: list[LogSettings] = [LogSettings()]


def current_logging() -> LogSettings:
    """Return the settings of this process."""
    return _current[0]


def configure_logging(settings: LogSettings) -> None:
    """Let the loggers of the stages say what they do, or nothing with plain settings.

    Raises
    ------
    PublishError
        If the file cannot be written.
    """
    if settings == _current[0]:
        return
    for handler in _handlers:
        LOGGER.removeHandler(handler)
        handler.close()
    _handlers[:] = _make_handlers(settings)
    _current[0] = settings
    for handler in _handlers:
        LOGGER.addHandler(handler)
    LOGGER.setLevel(min((handler.level for handler in _handlers), default=logging.NOTSET))


@contextlib.contextmanager
def logging_to(settings: LogSettings) -> Iterator[None]:
    """Let the loggers of the stages say what they do for a while."""
    configure_logging(settings)
    try:
        yield
    finally:
        configure_logging(LogSettings())


def _make_handlers(settings: LogSettings) -> list[logging.Handler]:
    handlers: list[logging.Handler] = []
    if settings.verbose:
        terminal = logging.StreamHandler()
        terminal.setLevel(logging.INFO)
        terminal.setFormatter(logging.Formatter("%(name)s: %(message)s"))
        handlers.append(terminal)
    if settings.file is not None:
        handlers.append(_open_file(settings.file))
    return handlers


def _open_file(path: Path) -> logging.Handler:
    try:
        handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise PublishError(
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            hint="name another file after --log",
        ) from error
    handler.setLevel(logging.DEBUG)
    handler.setFormatter(logging.Formatter(FILE_FORMAT))
    return handler
