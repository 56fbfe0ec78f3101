"""Workbooks that are no .xlsx: old Excel (``.xls``), binary (``.xlsb``), OpenDocument (``.ods``).

In: a path. Out: the `Sheet` that ``workbook`` goes on with. The values of formulas are those that
the program stored; number formats are not read, so that codes such as 01 have to be texts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from briefgen.config.extras import load_extra
from briefgen.errors import SourceError, suggest
from briefgen.evidence.sources.table import cell_text


def read_rows(path: Path, sheet: str | int | None) -> tuple[str, dict[int, list[str]], list[str]]:
    """Return a sheet's name, its filled rows by number, and the names of the other sheets.

    Raises
    ------
    SettingsError
        If what reads such files is not installed.
    SourceError
        If the file cannot be read, or the sheet does not exist.
    """
    calamine = load_extra("office", path.name)
    try:
        with calamine.CalamineWorkbook.from_path(str(path)) as book:
            name = choose_sheet(list(book.sheet_names), sheet, path)
            cells = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            return name, _filled(cells), [one for one in book.sheet_names if one != name]
    except calamine.PasswordError as error:
        message = "is locked with a password"
        raise SourceError(message, where=path.name, hint="save it without a password") from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        message, hint = (
            "cannot be read as a workbook",
            "open it in its program and save it as .xlsx",
        )
        raise SourceError(message, where=path.name, hint=hint) from error


def choose_sheet(names: list[str], sheet: str | int | None, path: Path) -> str:
    """Return the name of a sheet that is named or numbered from 1; default: the first.

    Raises
    ------
    SourceError
        If there is no such sheet.
    """
    if sheet is None:
        return names[0]
    if isinstance(sheet, int) and 1 <= sheet <= len(names):
        return names[sheet - 1]
    if sheet in names:
        return str(sheet)
    raise SourceError(
        f"there is no sheet {sheet!r}", where=path.name, hint=suggest(str(sheet), names)
    )


def _filled(cells: list[list[Any]]) -> dict[int, list[str]]:
    rows: dict[int, list[str]] = {}
    for number, row in enumerate(cells, 1):
        texts = [cell_text(value) for value in row]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows[number] = texts
    return rows
