"""The structure of a table, before it is written by one of two hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Column:
    """A column: its head, and the head above several columns."""

    head: str
    align: Literal["left", "right", "center"] = "right"
    span: str = ""


@dataclass(frozen=True)
class Entry:
    """What stands in a field: plain text, and whether it stands for a hidden value."""

    text: str
    hidden: bool = False


@dataclass(frozen=True)
class Line:
    """A row: its head, and one entry for each column."""

    head: str
    entries: Sequence[Entry]
    group: str = ""
    own: bool = False


@dataclass(frozen=True)
class Grid:
    """A table: the head of its first column, the other columns, and the rows."""

    stub: str
    columns: Sequence[Column]
    lines: Sequence[Line]

    @property
    def groups(self) -> list[tuple[str, list[Line]]]:
        """Rows that follow one another under the same heading."""
        found: list[tuple[str, list[Line]]] = []
        for line in self.lines:
            if not found or found[-1][0] != line.group:
                found.append((line.group, []))
            found[-1][1].append(line)
        return found
