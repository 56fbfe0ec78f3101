"""CSV and TSV of any dialect: encoding, delimiter and quote are found out where not stated.

A file is read strictly: a quotation mark that is never closed, or that closes in the middle of a
text, is an error with its row, and so is a text that has swallowed whole rows. Nothing is read in
a way that its writer did not mean; why no library guesses, see ``docs/decisions``.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from briefgen.config.input_files import hash_file
from briefgen.config.settings import DataSource
from briefgen.errors import Problem, SourceError, name_rows
from briefgen.evidence.sources.encoding import decode_bytes, repair_cells
from briefgen.evidence.sources.table import (
    DataTable,
    Reading,
    make_frame,
    make_unique,
    whole_numbers,
)

Cells = list[list[str]]
DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE_RECORDS: Final = 50
SEP_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
LINE_END: Final = re.compile(r"\r\n|\r|\n")
MANY_CELLS: Final = 6
"""A line within a text that holds so many delimiters is a row, whatever it begins with."""
NO_QUOTE: Final = "none"
"""What ``quote:`` says where the program writes texts as they are."""
OTHER_FORMATS: Final = (
    (b"PK\x03\x04", "an Excel workbook or another zip archive"),
    (b"\xd0\xcf\x11\xe0", "an old or encrypted Excel workbook"),
    (b"$FL2", "an SPSS file"),
    (b"$FL3", "an SPSS file"),
    (b"PAR1", "a Parquet file"),
    (b"<stata_dta>", "a Stata file"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "a compressed file"),
)
MARKUP_START: Final = re.compile(rb"\s*<(?:!doctype|html|\?xml|table)", re.IGNORECASE)


@dataclass(frozen=True)
class Records:
    """All records of a file as lists of cells, with how they were read and what is odd."""

    cells: Cells
    facts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def read_delimited(path: Path, source: DataSource) -> DataTable:
    """Read a delimited file with one header row.

    Raises
    ------
    SourceError
        If the file is empty, cannot be decoded, or its quotation marks do not pair.
    """
    return make_delimited(path, read_records(path, source))


def make_delimited(path: Path, records: Records) -> DataTable:
    """Make a table of records whose first is the header."""
    return make_table(path, records, records.cells[0], 1)


def make_table(path: Path, records: Records, header: Sequence[str], header_rows: int) -> DataTable:
    """Make a table of the records below the header rows, with the names given."""
    named = list(header)
    while named and not named[-1]:
        named.pop()
    first = header_rows + 1
    names, repeated = make_unique(named, path.name)
    rows, ragged = even_rows(records.cells[header_rows:], len(names), first, path.name)
    frame = whole_numbers(make_frame(names, rows, first))
    return DataTable(
        frame=frame,
        path=path,
        sha256=hash_file(path),
        first_row=first,
        problems=(*records.problems, *repeated, *ragged),
        reading=Reading(records.facts, header_rows, len(frame)),
    )


def read_records(path: Path, source: DataSource) -> Records:
    """Read all records of a delimited file as lists of cells.

    What the source does not state is found out: encoding, delimiter and quote. A first line
    ``sep=;`` states the delimiter and is no row, as in Excel.

    Raises
    ------
    SourceError
        If it is empty, is another kind of file, or cannot be read in one way alone.
    """
    raw = path.read_bytes()
    _refuse_other_formats(raw, path)
    text, encoding = decode_bytes(raw, source.encoding, path)
    stated = SEP_LINE.match(text)
    if stated:
        text = text[stated.end() :]
    delimiter = source.delimiter or (stated[1] if stated else find_delimiter(text))
    quote = source.quote or find_quote(text, delimiter)
    records = _parse(text, _make_dialect(delimiter, quote, source.escape), path.name)
    if not records or not any(records[0]):
        raise SourceError(
            "is empty", where=path.name, hint="export again, with the names of columns in row 1"
        )
    _refuse_swallowed_rows(records, delimiter, path.name)
    cells: Cells = records
    problems: list[Problem] = []
    if not text.isascii():
        cells, problems = repair_cells(records, encoding, path.name)
    facts = ("delimited", encoding.name, f"delimiter {_show(delimiter)}", f"quote {quote}")
    return Records(cells, facts, tuple(problems))


def _refuse_other_formats(raw: bytes, path: Path) -> None:
    kind = next((what for start, what in OTHER_FORMATS if raw.startswith(start)), None)
    if kind is None and MARKUP_START.match(raw[:200]):
        kind = "a web page or XML"
    if kind:
        remedy = "name it with the suffix of its kind, or state format:; or export it as CSV"
        raise SourceError(f"is {kind}, not a delimited file", where=path.name, hint=remedy)


def _show(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else repr(delimiter)


def _make_dialect(delimiter: str, quote: str, escape: str | None) -> dict[str, Any]:
    common = {"delimiter": delimiter, "escapechar": escape, "strict": True}
    if quote == NO_QUOTE:
        return common | {"quoting": csv.QUOTE_NONE}
    return common | {"quotechar": quote, "doublequote": escape is None}


def _parse(text: str, dialect: dict[str, Any], file: str) -> Cells:
    csv.field_size_limit(2**24)
    records: Cells = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), **dialect):
            records.append([cell.strip() for cell in record])
    except (csv.Error, TypeError) as error:
        raise _quote_error(error, len(records) + 1, file) from error
    return records


def _quote_error(error: Exception, row: int, file: str) -> SourceError:
    if "unexpected end of data" in str(error):
        message = "a quotation mark opens a text here and is never closed"
    elif "expected after" in str(error):
        message = "a quotation mark opens here and closes in the middle of a text"
    else:
        return SourceError(f"is not a delimited file: {error}", where=file, row=row)
    remedy = (
        "close it, or double marks within texts; where the program writes no marks around texts, "
        "state quote: none, where it puts a sign before them, escape: (files: in study.yml)"
    )
    return SourceError(message, where=file, hint=remedy, row=row)


# --- rows within texts ----------------------------------------------------------------------


def _refuse_swallowed_rows(records: Cells, delimiter: str, file: str) -> None:
    """Refuse a text that holds whole rows: its mark was open, and another's mark closed it."""
    several = [(row, record) for row, record in enumerate(records, 1) if _has_line_end(record)]
    if not several:
        return
    shape = _usual_shape(record[0] for record in records[1:] if record)
    marks = len(records[0]) - 1
    for row, record in several:
        for place, cell in enumerate(record):
            lines = LINE_END.split(cell)[1:]
            if any(_is_row(line, delimiter, (place, marks), shape) for line in lines):
                raise SourceError(
                    "a text in quotation marks holds what looks like whole rows",
                    where=file,
                    hint="look for a quotation mark that is not closed, here or above",
                    row=row,
                )


def _has_line_end(record: list[str]) -> bool:
    whole = "".join(record)
    return "\n" in whole or "\r" in whole


def _usual_shape(cells: Iterator[str]) -> str:
    """Return the shape of most first cells where it tells ids from words; else ``""``."""
    common = Counter(map(_shape, cells)).most_common(1)
    return common[0][0] if common and "9" in common[0][0] else ""


def _shape(cell: str) -> str:
    return re.sub(r"\d+", "9", re.sub(r"[^\W\d_]+", "a", cell.strip()))


def _is_row(line: str, delimiter: str, marks: tuple[int, int], shape: str) -> bool:
    """Whether a line has the delimiters of a row, and begins as rows do or has many of them."""
    times = line.count(delimiter)
    if not times or times not in marks:
        return False
    return times >= MANY_CELLS or _shape(line.partition(delimiter)[0]) == shape


# --- what is found out ----------------------------------------------------------------------


def find_quote(text: str, delimiter: str) -> str:
    """Return the sign around texts: ``'`` where it stands around every name of the header."""
    name, sign = r"'(?:[^'\r\n]|'')*'", re.escape(delimiter)
    return "'" if re.match(rf"{name}(?:{sign}{name})*[ \t]*(?:[\r\n]|\Z)", text) else '"'


def find_delimiter(text: str) -> str:
    """Return the delimiter that parts the header, and most rows into as many cells as it."""

    def fit(delimiter: str) -> tuple[float, int]:
        widths = _widths(text, delimiter)
        if not widths or widths[0] < 2:
            return (0.0, 0)
        return (widths.count(widths[0]) / len(widths), widths[0])

    return max(DELIMITERS, key=fit)


def _widths(text: str, delimiter: str) -> list[int]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    widths: list[int] = []
    try:
        for record in reader:
            if record:
                widths.append(len(record))
            if len(widths) >= SAMPLE_RECORDS:
                break
    except csv.Error:
        return []
    return widths


def even_rows(rows: Cells, width: int, first_row: int, file: str) -> tuple[Cells, list[Problem]]:
    """Give every row the header's width, and report those with other cells than empty ones."""
    ragged: dict[int, list[int]] = {}
    for number, row in enumerate(rows, first_row):
        if (len(row) > width and any(row[width:])) or (len(row) < width and any(row)):
            ragged.setdefault(len(row), []).append(number)
    problems = [
        Problem(
            file,
            numbers[0],
            "",
            f"{cells} cells where the header has {width} ({name_rows(numbers)})",
            "look for a delimiter or a quotation mark inside a text, or a line end without quotes",
        )
        for cells, numbers in sorted(ragged.items(), key=lambda item: item[1][0])
    ]
    return [[*row[:width], *[""] * (width - len(row))] for row in rows], problems
