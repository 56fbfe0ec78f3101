"""Panel sheets with one row for each expert, and a column for each statement and dimension.

In: such a table, as spreadsheets and survey programs give it: ``expert``, perhaps ``round``, and
columns such as ``s01_agreement`` (``s01`` where a panel has one dimension), ``s01_comment``. Out:
the table that `panel` reads, one row for each rating, each with the row that it stands in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from briefgen.errors import suggest

COLUMN: Final = "_column"
"""Where each rating's own column is kept, for messages."""
KNOWN: Final = re.compile(r"expert|round|comment.*|language")


@dataclass(frozen=True)
class Unfolded:
    """The ratings one below another, and columns that are neither a rating's nor a comment's."""

    frame: pd.DataFrame
    strays: tuple[tuple[str, str], ...]


def unfold_sheet(
    frame: pd.DataFrame, statements: Iterable[str], dimensions: Sequence[str]
) -> Unfolded | None:
    """Return a sheet's ratings; ``None`` where no column is named by statement and dimension.

    Parameters
    ----------
    frame
        With names of columns in small letters.
    """
    ratings = _name_columns(statements, dimensions)
    found = [str(column) for column in frame.columns if _plain(str(column)) in ratings]
    if "expert" not in frame.columns or not found:
        return None
    comments = _find_comments(frame.columns, statements)
    rows = [
        (row, cell)
        for row, record in zip(frame.index, frame.to_dict("records"), strict=True)
        for cell in _rows_of(record, found, ratings, comments)
    ]
    made = pd.DataFrame([cell for _, cell in rows], index=[row for row, _ in rows]).fillna("")
    told = {*found, *(column for names in comments.values() for column in names)}
    strays = [str(column) for column in frame.columns if column not in told]
    return Unfolded(
        made,
        tuple((name, suggest(name, sorted(ratings))) for name in strays if not KNOWN.match(name)),
    )


def _name_columns(
    statements: Iterable[str], dimensions: Sequence[str]
) -> dict[str, tuple[str, str]]:
    """Return statement and dimension by the name of their column, in small letters and plain."""
    named = {
        _plain(f"{statement}_{dimension}"): (statement, dimension)
        for statement in statements
        for dimension in dimensions
    }
    if len(dimensions) == 1:
        named |= {_plain(statement): (statement, dimensions[0]) for statement in statements}
    return named


def _find_comments(
    columns: Iterable[object], statements: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Return each statement's columns of comments, and what they are called in a row."""
    found: dict[str, dict[str, str]] = {}
    for column in map(str, columns):
        for statement in statements:
            rest = _plain(column).removeprefix(_plain(statement))
            if rest != _plain(column) and re.fullmatch(r"_comment(_\w+)?", rest):
                found.setdefault(statement, {})[column] = rest[1:]
    return found


def _rows_of(
    record: Mapping[object, object],
    columns: Sequence[str],
    ratings: Mapping[str, tuple[str, str]],
    comments: Mapping[str, Mapping[str, str]],
) -> Iterable[dict[str, str]]:
    """Yield a row for each cell with a rating, the first of a statement with its comments."""
    waiting = {
        statement: {name: str(record[column]) for column, name in names.items()}
        for statement, names in comments.items()
    }
    for column in columns:
        statement, dimension = ratings[_plain(column)]
        written = waiting.pop(statement, {})
        rating = str(record[column]).strip()
        if rating or any(text.strip() for text in written.values()):
            yield {
                "expert": str(record["expert"]),
                "round": str(record.get("round", "1")),
                "language": str(record.get("language", "")),
                "statement": statement, "dimension": dimension, "rating": rating,
                COLUMN: column, **written,
            }  # fmt: skip


def _plain(name: str) -> str:
    """Return a column's name in small letters, with one sign between its parts."""
    return re.sub(r"[\s.:/-]+|\[|\]", "_", name.casefold()).strip("_")
