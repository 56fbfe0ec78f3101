"""What the XML of an OpenDocument sheet (``.ods``) tells beside the values of its cells.

In: a path and the name of a sheet. Out: `Oddities`: formulas without a result or with an error,
merged and hidden cells, percentages. Those who read the values alone take all of these for what
they are not.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from lxml import etree

from briefgen.config.textfiles import BROKEN_ARCHIVE, open_archive
from briefgen.errors import SourceError

LARGEST_CONTENT: Final = 512 * 1024 * 1024
"""Bytes that the sheets may unpack to."""
MOST_ROWS: Final = 1_048_576
TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
VALUES: Final = ("value", "string-value", "date-value", "time-value", "boolean-value")
FAILED: Final = re.compile(r"#[A-Z0-9/]+[!?]?|Err:\d+")
"""What a formula shows that ends in an error."""


@dataclass
class Oddities:
    """Cells that are not what their value says, by place (from 0) or row (as the user counts).

    Attributes
    ----------
    failed
        What a formula shows that ends in an error, by row and place.
    """

    unstored: dict[int, list[int]] = field(default_factory=dict)
    failed: dict[tuple[int, int], str] = field(default_factory=dict)
    percentages: dict[int, list[int]] = field(default_factory=dict)
    covered: list[int] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    def take(self, cell: Any, row: int, place: int) -> None:
        """Note what is odd about a cell."""
        shown = "".join(cell.itertext()).strip()
        stored = shown or any(cell.get(f"{OFFICE}{name}") for name in VALUES)
        if cell.tag == f"{TABLE}covered-table-cell":
            self.covered.append(row)
        elif cell.get(f"{TABLE}formula") is None:
            pass
        elif not stored:
            self.unstored.setdefault(place, []).append(row)
        elif FAILED.fullmatch(shown):
            self.failed[row, place] = shown
        if cell.get(f"{OFFICE}value-type") == "percentage":
            self.percentages.setdefault(place, []).append(row)


def find_oddities(path: Path, sheet: str) -> Oddities:
    """Look at a sheet's XML.

    Raises
    ------
    SourceError
        If it unpacks to too much, or is no XML.
    """
    found = Oddities()
    hint = "open it in its program and save it as .xlsx"
    try:
        with open_archive(path, path.name) as archive:
            _refuse_large(archive, path)
            with archive.open("content.xml") as stream:
                for row, cells in _rows(stream, sheet, found):
                    place = 0
                    for cell in cells:
                        found.take(cell, row, place)
                        place += _times(cell, "columns")
    except (*BROKEN_ARCHIVE, KeyError, etree.LxmlError, SyntaxError) as error:
        raise SourceError("cannot be read as a workbook", where=path.name, hint=hint) from error
    return found


def _refuse_large(archive: zipfile.ZipFile, path: Path) -> None:
    if any(member.file_size > LARGEST_CONTENT for member in archive.infolist()):
        message = f"a part of it unpacks to more than {LARGEST_CONTENT >> 20} MB"
        raise SourceError(message, where=path.name, hint="export it as CSV")


def _rows(stream: IO[bytes], sheet: str, found: Oddities) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of a sheet that have odd cells, by number; note those that are hidden."""
    row, inside = 1, False
    wanted = (f"{TABLE}table", f"{TABLE}table-row")
    events = etree.iterparse(
        stream, events=("start", "end"), tag=wanted, resolve_entities=False, no_network=True
    )
    for event, element in events:
        if element.tag == f"{TABLE}table":
            inside, row = event == "start" and element.get(f"{TABLE}name") == sheet, 1
        elif event == "end":
            if inside:
                times = min(_times(element, "rows"), MOST_ROWS)
                filled = bool("".join(element.itertext()).strip())
                hidden = element.get(f"{TABLE}visibility") in ("collapse", "filter") and filled
                found.hidden += list(range(row, row + times)) if hidden else []
                odd = filled or len(element.xpath(".//@*[local-name()='formula']"))
                for number in range(row, row + times) if odd else ():
                    yield number, list(element)
                row += times
            element.clear()


def _times(element: Any, what: str) -> int:
    return int(element.get(f"{TABLE}number-{what}-repeated", 1))
