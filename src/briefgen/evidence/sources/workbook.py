"""Excel workbooks: one sheet, its first filled row as the header.

What a sheet says of its own size is not believed: tools that append rows leave it as it was. Cells
are read beside the sheet's XML, which tells what the values alone do not: formulas whose result is
not stored, merged cells, hidden rows, and how many rows there are.
"""

from __future__ import annotations

import re
import struct
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import IO, Any, Final

import openpyxl
from lxml import etree
from openpyxl.utils import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from briefgen.config.data_formats import OTHER_WORKBOOKS
from briefgen.config.input_files import hash_file
from briefgen.errors import Problem, SourceError, name_rows
from briefgen.evidence.sources.delimited import Records, even_rows
from briefgen.evidence.sources.opendocument import find_oddities
from briefgen.evidence.sources.other_workbooks import choose_sheet, read_rows
from briefgen.evidence.sources.table import (
    DataTable,
    Reading,
    cell_text,
    make_frame,
    make_unique,
)

LARGEST_MEMBER: Final = 512 * 1024 * 1024
"""Bytes that one part of a workbook may unpack to."""
MOST_CELLS: Final = 100_000_000
"""So many cells a sheet may have: rows times the columns of the header."""
OLD_OR_LOCKED: Final = b"\xd0\xcf\x11\xe0"
ZEROS: Final = re.compile(r"0{2,}")
"""A number format that shows leading zeros, as codes of regions and postcodes have."""
AS_WRITTEN: Final = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""What a number format writes as it stands."""
_BROKEN: Final = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, etree.LxmlError, struct.error,
    SyntaxError, KeyError, OSError, EOFError, ValueError, TypeError, AttributeError, IndexError,
    NotImplementedError, RuntimeError,
)  # fmt: skip
"""What openpyxl raises on damaged files: it has no exception of its own for them."""


@dataclass
class Sheet:
    """The filled rows of a sheet by number, and what its XML tells beside the values."""

    name: str
    rows: dict[int, list[str]]
    others: Sequence[str] = ()
    unstored: dict[str, list[int]] = field(default_factory=dict)
    merged: list[int] = field(default_factory=list)
    hidden: int = 0
    kind: str = "Excel"
    hidden_columns: int = 0
    percentages: dict[int, list[int]] = field(default_factory=dict)

    def cells(self) -> tuple[int, list[list[str]]]:
        """Return the number of the first filled row, and all rows from there in one width."""
        first, width = min(self.rows), self.width
        rows = [self.rows.get(row, []) for row in range(first, max(self.rows) + 1)]
        return first, [[*row, *[""] * (width - len(row))] for row in rows]

    @property
    def width(self) -> int:
        """Return how many columns the header has, which may take up to three rows."""
        first = min(self.rows)
        return max(len(self.rows.get(row, [])) for row in range(first, first + 3))

    def problems(self, file: str) -> list[Problem]:
        """Return what cannot be read as its writer sees it."""
        found = [
            Problem(
                file,
                rows[0],
                column,
                f"formulas whose results are not stored ({name_rows(rows)})",
                "open the file in Excel or LibreOffice and save it, or put values in their place",
            )
            for column, rows in self.unstored.items()
        ]
        for place, rows in self.percentages.items():
            rule = f"cells that show 41 % hold 0.41, and are read so ({name_rows(rows)})"
            remedy = "have the codebook say so (from 0 to 1), or put numbers in their place"
            header = self.rows[min(self.rows)]
            name = header[place] if place < len(header) else ""
            found.append(Problem(file, rows[0], name, rule, remedy, "warning"))
        if self.merged:
            rule = (
                f"merged cells: only the first of them holds the value ({name_rows(self.merged)})"
            )
            remedy = "part them, and fill each cell"
            found.append(Problem(file, self.merged[0], "", rule, remedy))
        return found

    def facts(self) -> tuple[str, ...]:
        """Return how it was read."""
        more = [f"not read: {', '.join(map(repr, self.others))}"] if self.others else []
        more += [f"{self.hidden} hidden rows among them"] if self.hidden else []
        columns = self.hidden_columns
        more += [f"{columns} hidden columns among them"] if columns else []
        return (self.kind, f"sheet {self.name!r}", *more)

    def records(self, file: str) -> Records:
        """Return the rows as records, for exports of survey programs."""
        return Records(self.cells()[1], self.facts(), tuple(self.problems(file)))


def read_workbook(path: Path, sheet: str | int | None) -> DataTable:
    """Read a sheet, by name or by number as the user counts; default: the first.

    Raises
    ------
    SourceError
        If the file is no workbook, the sheet does not exist, or is empty.
    """
    found = read_sheet(path, sheet)
    first, cells = found.cells()
    header = found.rows[first]
    names, problems = make_unique(header, path.name)
    body, ragged = even_rows(cells[1:], len(names), first + 1, path.name)
    frame = make_frame(names, body, first + 1)
    problems = [*found.problems(path.name), *problems, *ragged]
    reading = Reading(found.facts(), first, len(frame))
    return DataTable(
        frame, path, hash_file(path), first + 1, problems=tuple(problems), reading=reading
    )


def read_sheet(path: Path, sheet: str | int | None) -> Sheet:
    """Read all rows of a sheet (`SourceError` as `read_workbook`)."""
    if path.suffix.lower() in OTHER_WORKBOOKS:
        return _read_other(path, sheet)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl's, of what we do not read: styles, checks
            found = _read_sheet(path, sheet)
    except _BROKEN as error:
        raise _unreadable(path) from error
    return _refuse_empty(found, path)


def _read_other(path: Path, sheet: str | int | None) -> Sheet:
    """Read a sheet of another program, and what stands beside its values where it is known."""
    found = _refuse_empty(Sheet(*read_rows(path, sheet), kind="workbook"), path)
    if path.suffix.lower() != ".ods":
        return replace(found, kind="workbook, formulas with an error read as empty")
    odd = find_oddities(path, found.name)
    header = found.rows[min(found.rows)]
    for (row, place), shown in odd.failed.items():
        cells = found.rows.setdefault(row, [])
        cells += [""] * (place + 1 - len(cells))
        cells[place] = shown
    found.percentages.update(odd.percentages)
    found.unstored |= {
        header[place] if place < len(header) else "": rows for place, rows in odd.unstored.items()
    }
    found.merged += sorted({row for row in odd.covered if row in found.rows} - {min(found.rows)})
    return replace(found, hidden=sum(row in found.rows for row in odd.hidden))


def _refuse_empty(found: Sheet, path: Path) -> Sheet:
    """Return a sheet that has rows, and not millions of empty ones."""
    if not found.rows:
        raise SourceError("the sheet is empty", where=path.name, hint="name another with sheet:")
    if (max(found.rows) - min(found.rows)) * found.width > MOST_CELLS:
        raise SourceError(
            f"the sheet reaches down to row {max(found.rows)}, mostly empty",
            where=path.name,
            hint="delete what stands there",
            row=max(found.rows),
        )
    return found


def _unreadable(path: Path) -> SourceError:
    with path.open("rb") as stream:
        start = stream.read(4)
    if start == OLD_OR_LOCKED:
        message = "is an old or a locked workbook, not .xlsx"
        return SourceError(message, where=path.name, hint="save it as .xlsx, without a password")
    message = "is not an Excel workbook (.xlsx), or a damaged one"
    return SourceError(message, where=path.name, hint="open it in Excel and save it again")


def _read_sheet(path: Path, sheet: str | int | None) -> Sheet:
    # openpyxl leaves a file that it opened itself open where the workbook is damaged
    with path.open("rb") as opened, zipfile.ZipFile(path) as archive:
        _refuse_large(archive, path)
        book = openpyxl.load_workbook(opened, read_only=True, data_only=True)
        try:
            part = _choose_sheet(book, sheet, path)
            part.reset_dimensions()
            others = tuple(name for name in book.sheetnames if name != part.title)
            found = Sheet(part.title, {}, others)
            _read_cells(part, found)
            # openpyxl knows the sheet's part of the archive, and does not tell it otherwise
            with archive.open(part._worksheet_path.lstrip("/")) as stream:  # noqa: SLF001
                _read_xml(stream, found, path)
        finally:
            book.close()
    return found


def _refuse_large(archive: zipfile.ZipFile, path: Path) -> None:
    if any(member.file_size > LARGEST_MEMBER for member in archive.infolist()):
        message = f"a part of it unpacks to more than {LARGEST_MEMBER >> 20} MB"
        raise SourceError(message, where=path.name, hint="export it as CSV")


def _read_cells(part: Any, found: Sheet) -> None:
    """Add the filled rows by number, without the empty cells at their ends."""
    for number, cells in enumerate(part.iter_rows(), 1):
        texts = [_shown_text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        found.rows[number] = texts
        for place, cell in enumerate(cells):
            if isinstance(cell.value, float | int) and _is_percentage(cell.number_format):
                found.percentages.setdefault(place, []).append(number)


@cache
def _is_percentage(number_format: str | None) -> bool:
    """Whether a number format shows 0.41 as 41 %; a sign that it quotes does not count."""
    return "%" in AS_WRITTEN.sub("", number_format or "")


def _shown_text(cell: Any) -> str:
    """Return a cell's value; codes such as 01 that a number format writes are kept so."""
    value = cell.value
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        zeros = ZEROS.fullmatch(cell.number_format or "")
        return str(value).zfill(len(zeros[0])) if zeros else str(value)
    return cell_text(value)


def _read_xml(stream: IO[bytes], found: Sheet, path: Path) -> None:
    """Add to a sheet what its XML tells; rows are counted again, by another parser."""
    header = found.rows.get(min(found.rows, default=0), [])
    filled: set[int] = set()
    row, order = 0, _Order(path.name)
    wanted = ("{*}row", "{*}c", "{*}mergeCell", "{*}col")
    for _, element in etree.iterparse(
        stream, events=("end",), tag=wanted, resolve_entities=False, no_network=True
    ):
        kind = etree.QName(element).localname
        if kind == "c":
            order.take_cell(element)
            row = _read_cell(element, row, header, filled, found)
        elif kind == "row":
            row = int(element.get("r", row or 1))
            order.take_row(row)
            found.hidden += element.get("hidden") == "1" and row in found.rows
            row += 1
            element.clear()
        elif kind == "col":
            columns = range(int(element.get("min", 1)), int(element.get("max", 1)) + 1)
            within = columns[: max(0, len(header) + 1 - columns.start)]
            found.hidden_columns += len(within) if element.get("hidden") == "1" else 0
        else:
            _, first, _, last = range_boundaries(element.get("ref", ""))
            inside = [n for n in found.rows if (first or 0) <= n <= (last or 0)]
            found.merged += [n for n in inside if n > min(found.rows)]
    lost = sorted(filled - set(found.rows))
    if lost:
        message = f"rows that one parser finds and another does not ({name_rows(lost)})"
        raise SourceError(message, where=path.name, hint="save it again, or export it as CSV")


@dataclass
class _Order:
    """Rows and cells in their order: where a number stands twice, a parser loses what it holds."""

    file: str
    row: int = 0
    column: int = 0

    def take_row(self, number: int) -> None:
        """Note the end of a row (`SourceError` where it stands behind a later one)."""
        if number <= self.row:
            message = f"row {number} stands twice, or behind a later one"
            raise SourceError(message, where=self.file, hint="save it again, or export it as CSV")
        self.row, self.column = number, 0

    def take_cell(self, element: Any) -> None:
        """Note a cell (`SourceError` where it stands behind a later one of its row)."""
        letters = re.match(r"[A-Z]+", element.get("r", ""))
        column = _column_number(letters[0]) if letters else self.column + 1
        if column <= self.column:
            message = "a cell stands twice, or behind a later one"
            hint = "save it again, or export it as CSV"
            raise SourceError(message, where=self.file, hint=hint, row=self.row + 1)
        self.column = column


def _read_cell(element: Any, row: int, header: list[str], filled: set[int], found: Sheet) -> int:
    """Note a cell with a value, or a formula without one; return its row."""
    match = re.fullmatch(r"([A-Z]+)(\d+)", element.get("r", ""))
    number = int(match[2]) if match else max(row, 1)
    value = element.find("{*}v")
    if element.find("{*}f") is not None and not _has_result(element, value):
        place = _column_number(match[1]) - 1 if match else len(header)
        name = header[place] if place < len(header) else (match[1] if match else "")
        found.unstored.setdefault(name, []).append(number)
    elif value is not None and (value.text or "").strip() and element.get("t") not in ("s", "str"):
        filled.add(number)
    return number


def _has_result(element: Any, value: Any) -> bool:
    """Whether a formula's result is stored; a result may be an empty text."""
    if value is None:
        return element.find("{*}is") is not None
    return bool(value.text) or element.get("t") == "str"


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _choose_sheet(book: Any, sheet: str | int | None, path: Path) -> Any:
    names = book.sheetnames
    if sheet is None:
        visible = (name for name in names if book[name].sheet_state == "visible")
        return book[next(visible, names[0])]
    return book[choose_sheet(names, sheet, path)]
