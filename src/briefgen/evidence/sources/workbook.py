"""Excel workbooks: one sheet, its first filled row as the header."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from briefgen.errors import SourceError, suggest
from briefgen.evidence.sources.delimited import even_rows
from briefgen.evidence.sources.table import Table, cell_text, hash_file, make_frame, make_unique


def read_workbook(path: Path, sheet: str | int | None) -> Table:
    """Read a sheet, by name or by number as the user counts; default: the first.

    Raises
    ------
    SourceError
        If the file is no workbook, the sheet does not exist, or is empty.
    """
    rows = read_rows(path, sheet)
    start = next((number for number, row in enumerate(rows) if any(row)), None)
    if start is None:
        raise SourceError("the sheet is empty", where=path.name, hint="name another with sheet:")
    return _make_table(path, rows, start)


def read_rows(path: Path, sheet: str | int | None) -> list[list[str]]:
    """Read all rows of a sheet as lists of cells (`SourceError` as `read_workbook`)."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, OSError) as error:
        raise SourceError("is not an Excel workbook (.xlsx)", where=path.name) from error
    try:
        return [
            [cell_text(value) for value in row]
            for row in _choose_sheet(book, sheet, path).iter_rows(values_only=True)
        ]
    finally:
        book.close()


def _make_table(path: Path, rows: list[list[str]], start: int) -> Table:
    header = rows[start]
    while header and not header[-1]:
        header = header[:-1]
    names, problems = make_unique(header, path.name)
    body, ragged = even_rows(rows[start + 1 :], len(names), start + 2, path.name)
    frame = make_frame(names, body, start + 2)
    return Table(frame, path, hash_file(path), start + 2, problems=(*problems, *ragged))


def _choose_sheet(book: Any, sheet: str | int | None, path: Path) -> Any:
    names = book.sheetnames
    if sheet is None:
        return book[names[0]]
    if isinstance(sheet, int):
        if 1 <= sheet <= len(names):
            return book[names[sheet - 1]]
    elif sheet in names:
        return book[sheet]
    raise SourceError(
        f"there is no sheet {sheet!r}", where=path.name, hint=suggest(str(sheet), names)
    )
