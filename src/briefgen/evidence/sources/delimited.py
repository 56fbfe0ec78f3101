"""CSV and TSV of any dialect: encoding and delimiter are found out where they are not stated."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Final

from briefgen.config.settings import Source
from briefgen.errors import Problem, SourceError
from briefgen.evidence.sources.table import Table, hash_file, make_frame, make_unique, whole_numbers

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE_RECORDS: Final = 50
ROWS_NAMED: Final = 20
"""So many rows are named for one rule; the rest are counted."""
SAMPLE_LETTERS: Final = 100_000
SEP_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def read_delimited(path: Path, source: Source) -> Table:
    """Read a delimited file with one header row.

    Raises
    ------
    SourceError
        If the file is empty or cannot be decoded.
    """
    return make_delimited(path, read_records(path, source))


def make_delimited(path: Path, records: list[list[str]]) -> Table:
    """Make a table of records whose first is the header."""
    names, problems = make_unique(records[0], path.name)
    rows, ragged = even_rows(records[1:], len(names), 2, path.name)
    return Table(
        frame=whole_numbers(make_frame(names, rows, 2)),
        path=path,
        sha256=hash_file(path),
        problems=(*problems, *ragged),
    )


def read_records(path: Path, source: Source) -> list[list[str]]:
    """Read all records of a delimited file as lists of cells (`SourceError` where it is empty).

    What the source does not state is found out: encoding, delimiter and quote. A first line
    ``sep=;`` states the delimiter and is no row, as in Excel.
    """
    text = decode_bytes(path.read_bytes(), source.encoding, path)
    stated = SEP_LINE.match(text)
    if stated:
        text = text[stated.end() :]
    delimiter = source.delimiter or (stated[1] if stated else find_delimiter(text))
    csv.field_size_limit(2**24)
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, escapechar=source.escape,
        quotechar=source.quote or find_quote(text, delimiter), doublequote=source.escape is None,
    )  # fmt: skip
    try:
        records = list(reader)
    except csv.Error as error:
        raise SourceError(f"is not a delimited file: {error}", where=path.name) from error
    if not records or not any(records[0]):
        raise SourceError(
            "is empty", where=path.name, hint="export again, with the names of columns in row 1"
        )
    return [[cell.strip() for cell in record] for record in records]


def find_quote(text: str, delimiter: str) -> str:
    """Return the sign around texts: ``'`` where it stands around more cells than ``"`` does."""
    sign = re.escape(delimiter)

    def cells(quote: str) -> int:
        pattern = rf"(?:^|{sign}){quote}[^{quote}\r\n]*{quote}(?={sign}|\r?$)"
        return len(re.findall(pattern, text[:SAMPLE_LETTERS], re.MULTILINE))

    return "'" if cells("'") > cells('"') else '"'


def decode_bytes(raw: bytes, encoding: str | None, path: Path) -> str:
    """Decode a file: as stated, else by byte order mark, else UTF-8, else Windows-1252."""
    for bom, name in BOMS:
        if raw.startswith(bom):
            return raw.decode(name)
    try:
        return raw.decode(encoding or _guess_wide(raw) or "utf-8")
    except (UnicodeDecodeError, LookupError) as error:
        if encoding:
            raise SourceError(
                f"is not in the encoding {encoding}", where=path.name, hint="leave it to be found"
            ) from error
    return raw.decode("cp1252", errors="replace")


def _guess_wide(raw: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    sample = raw[:2000]
    if sample.count(0) < len(sample) / 4:
        return None
    return "utf-16-le" if sample[1:2] == b"\0" else "utf-16-be"


def find_delimiter(text: str) -> str:
    """Return the delimiter that gives the most columns in the most regular way."""

    def regularity(delimiter: str) -> tuple[float, int]:
        widths = Counter(_widths(text, delimiter))
        if not widths:
            return (0.0, 0)
        width, times = widths.most_common(1)[0]
        return (times / widths.total() if width > 1 else 0.0, width)

    return max(DELIMITERS, key=regularity)


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


def even_rows(
    rows: list[list[str]], width: int, first_row: int, file: str
) -> tuple[list[list[str]], list[Problem]]:
    """Give every row the header's width, and report those with other cells than empty ones."""
    ragged = [
        (number, len(row))
        for number, row in enumerate(rows, first_row)
        if (len(row) > width and any(row[width:])) or (len(row) < width and any(row))
    ]
    remedy = "look for a delimiter or a quotation mark inside a text"
    rule = f"a row has {width} cells, as the header"
    problems = [
        Problem(file, number, "", f"{rule}; this one has {cells}", remedy)
        for number, cells in ragged[:ROWS_NAMED]
    ]
    if len(ragged) > ROWS_NAMED:
        more = f"{rule} (and not so in {len(ragged) - ROWS_NAMED} further rows)"
        problems.append(Problem(file, None, "", more, remedy))
    return [[*row[:width], *[""] * (width - len(row))] for row in rows], problems
