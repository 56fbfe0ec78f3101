"""The table of published margins: what the population is made of, as others counted it.

In: a table with the columns ``margin``, ``category`` and ``share`` or ``count`` (any format that
briefgen reads), or YAML of margins by name, each a mapping of categories. Out: a `DataTable` of
these columns. What its categories mean is decided in ``survey.margins``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from briefgen.config.input_files import hash_file
from briefgen.config.settings import DataSource
from briefgen.config.yaml_text import Node, YamlError, parse, read_file
from briefgen.errors import SourceError, suggest
from briefgen.evidence.sources.read import read_table
from briefgen.evidence.sources.table import DataTable, Reading, compose

MEASURES = ("share", "count", "number")
"""Columns of numbers: shares, counts, and in YAML either, told by what they add up to."""


def read_margins(source: DataSource, folder: Path) -> DataTable:
    """Read a table of margins; its rows are those of the file, in YAML the lines.

    Raises
    ------
    SourceError
        If it cannot be read, or has other columns.
    """
    path = folder / source.path
    if path.suffix.lower() in (".yml", ".yaml") and path.is_file():
        return _read_yaml(path, source.path)
    table = read_table(source, folder)
    known = [str(name) for name in table.frame]
    for column in ("margin", "category"):
        if column not in known:
            raise SourceError(
                f"the table of margins has no column {column!r}",
                where=source.path,
                hint=f"{suggest(column, known)} Its columns: margin, category, share or count",
            )
    if len({"share", "count"} & set(known)) != 1:
        raise SourceError(
            "the table of margins has one column of numbers: share or count",
            where=source.path,
            hint="name it so, and leave the other out",
        )
    return table


def _read_yaml(path: Path, name: str) -> DataTable:
    try:
        root = parse(read_file(path))
    except UnicodeDecodeError:
        raise SourceError("the file is not UTF-8", where=name, hint="save it as UTF-8") from None
    except OSError as error:
        raise SourceError(f"cannot be read: {error.strerror}", where=name) from None
    except YamlError as error:
        raise SourceError(str(error), where=name, row=error.line, hint=error.remedy) from None
    rows = [row for margin, node in _mappings(root, name) for row in _rows(margin, node)]
    columns = ["line", "margin", "category", "number"]
    frame = pd.DataFrame(rows, columns=columns, dtype=object).set_index("line")
    frame.index.name = None
    reading = Reading(("YAML", "rows counted as lines"), 0, len(frame))
    return DataTable(frame, path, hash_file(path), first_row=1, reading=reading)


def _mappings(root: Node, name: str) -> list[tuple[str, Node]]:
    """Return the margins by name; each is a mapping of categories."""
    found = [(str(key), part) for key, part in root.parts.items()]
    if not isinstance(root.value, dict) or not found:
        raise SourceError(
            "margins by name are wanted", where=name, hint="such as: age: {young: 0.4, old: 0.6}"
        )
    for margin, part in found:
        if not isinstance(part.value, dict) or not part.value:
            raise SourceError(
                f"the margin {margin!r} is no mapping of categories",
                where=name,
                row=part.place.line,
                hint="such as: age: {young: 0.4, old: 0.6}",
            )
    return found


def _rows(margin: str, node: Node) -> list[tuple[int, str, str, str]]:
    return [
        (part.place.line, compose(margin), compose(str(key)), _written(part.value))
        for key, part in node.parts.items()
    ]


def _written(value: object) -> str:
    """Return a number as the text of a cell; what is none stays what it is."""
    return "" if value is None or isinstance(value, bool) else str(value)
