"""What broke over a document, as an error that keeps its traceback across processes.

In a worker, `document_errors` turns whatever breaks into an error of that document. In the process
that asked, ``logs`` writes the traceback to a file.
"""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator

from briefgen.errors import BriefgenError
from briefgen.model import DocumentKey


@contextlib.contextmanager
def document_errors(key: DocumentKey, kind: type[BriefgenError]) -> Iterator[None]:
    """Turn whatever breaks over one document into an error of that document.

    Behind the wall nothing knows an answer, so that the message of any error may be shown.
    """
    try:
        yield
    except BriefgenError as error:
        error.traceback = format_traceback(error)
        raise
    except Exception as error:
        raise unexpected_error(error, kind, key.name) from error


def unexpected_error(
    error: BaseException, kind: type[BriefgenError], where: str | None = None
) -> BriefgenError:
    """Make an error for a user of one that nobody foresaw; it keeps the traceback."""
    made = kind(
        f"{type(error).__name__}: {error}",
        where=where,
        hint="this is a mistake of briefgen, or memory ran out; the other documents are made",
    )
    made.traceback = format_traceback(error)
    return made


def format_traceback(error: BaseException) -> str:
    """Return a traceback as Python prints it, or as a worker noted it."""
    kept = error.traceback if isinstance(error, BriefgenError) else ""
    return kept or "".join(traceback.format_exception(error))


def format_without_messages(error: BaseException) -> str:
    """Return a traceback that may be kept: places and types of errors, without their messages.

    Before the wall, the message of an error that nobody foresaw may quote an answer.
    """
    parts = []
    link: BaseException | None = error
    while link is not None:
        places = "".join(traceback.format_tb(link.__traceback__)) or _remote_places(link)
        parts.append(f"{places}{type(link).__name__}")
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return "\nwhich came from\n".join(parts)


def _remote_places(error: BaseException) -> str:
    """Return the places that the traceback of another process names, which comes as a message."""
    lines = str(error).splitlines()
    return "".join(f"{line}\n" for line in lines if line.startswith('  File "'))
