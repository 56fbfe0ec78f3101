"""From bytes to text: as stated, by byte order mark, as UTF-8, else as Windows-1252.

A UTF-8 file into which rows in another encoding were pasted keeps its own encoding; what is no
UTF-8 in it is read as Windows-1252, and told with its rows. Texts that look garbled are told.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefgen.errors import Problem, SourceError, name_rows

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ESCAPED: Final = re.compile("[\udc80-\udcff]+")
TWICE: Final = re.compile("Ã[\u0080-\u00bfŒœŠšŸŽžƒˆ˜–—‘-„†‡•…‰‹›€™]|â€")
"""UTF-8 that was read as Windows-1252 and written again: ``MÃ¼nchen``."""
GARBLED: Final = re.compile(
    r"(?<=[A-Za-z])[ŠšŸŽŒ†‡‰„”…¸¤§¶³¹¢£¥¦¨©¬®¯°±²´µ»¼½¾¿×÷\ufffd](?=[a-zà-ÿ])"
    r"|(?<!\w)[™†‡](?=[a-zà-ÿ])|[À-ÿ]{4}"
)
"""Signs that no word has in its middle or begins with, and words without any plain letter."""
GARBLED_SHARE: Final = 0.2
"""Texts count as garbled where more of the cells with other letters than a to z look so."""


@dataclass(frozen=True)
class Encoding:
    """The encoding of a file.

    Attributes
    ----------
    name
        For the user.
    guessed
        Whether nothing in the file bears it out.
    """

    name: str
    guessed: bool = False


def decode_bytes(raw: bytes, encoding: str | None, path: Path) -> tuple[str, Encoding]:
    """Decode a file; what is no UTF-8 in a UTF-8 file stays escaped, for `repair_cells`.

    Raises
    ------
    SourceError
        If it cannot be decoded as stated, or as anything that is known here.
    """
    text, found = _decode(raw, encoding, path)
    if "\0" in text:
        remedy = "the file is damaged, or in another encoding; save it as UTF-8"
        raise SourceError("holds signs that no text has (NUL)", where=path.name, hint=remedy)
    return text.removeprefix("\ufeff").rstrip("\x1a"), found


def _decode(raw: bytes, encoding: str | None, path: Path) -> tuple[str, Encoding]:
    name = next((name for bom, name in BOMS if raw.startswith(bom)), encoding)
    name = name or _guess_wide(raw)
    try:
        return raw.decode(name or "utf-8"), Encoding(_official(name or "utf-8"))
    except (UnicodeDecodeError, LookupError) as error:
        if name:
            raise SourceError(
                f"is not in the encoding {name}", where=path.name, hint="leave it to be found"
            ) from error
    escaped = raw.decode("utf-8", errors="surrogateescape")
    if any(letter > "\x7f" and not "\udc80" <= letter <= "\udcff" for letter in escaped):
        return escaped, Encoding("UTF-8 in parts")
    return _decode_western(raw, path), Encoding("Windows-1252 (guessed)", guessed=True)


def _official(name: str) -> str:
    return name.removesuffix("-sig").upper()


def _decode_western(raw: bytes, path: Path) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError as error:
        raise SourceError(
            "is neither UTF-8 nor Windows-1252",
            where=path.name,
            hint="save it as UTF-8, or state encoding: under files: (mac_roman, cp850, …)",
        ) from error


def _guess_wide(raw: bytes) -> str | None:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    sample = raw[:2000]
    if sample.count(0) < len(sample) / 4:
        return None
    return "utf-16-le" if sample[1:2] == b"\0" else "utf-16-be"


# --- what is odd in the cells ---------------------------------------------------------------


def repair_cells(
    records: list[list[str]], encoding: Encoding, file: str
) -> tuple[list[list[str]], list[Problem]]:
    """Read what is no UTF-8 as Windows-1252, and report rows that look garbled.

    Raises
    ------
    SourceError
        If a part is neither.
    """
    mixed = _rows_with(records, lambda cell: ESCAPED.search(cell) is not None)
    if mixed:
        records = [[_repair(cell, file, row) for cell in record] for row, record in _count(records)]
    told = [_tell_mixed(mixed, file)] if mixed else []
    return records, [*told, *_tell_garbled(records, encoding, file)]


def _count(records: list[list[str]]) -> Iterable[tuple[int, list[str]]]:
    return enumerate(records, 1)


def _rows_with(records: list[list[str]], is_odd: Callable[[str], bool]) -> list[int]:
    return [
        row
        for row, record in _count(records)
        if any(not cell.isascii() and is_odd(cell) for cell in record)
    ]


def _repair(cell: str, file: str, row: int) -> str:
    if cell.isascii():
        return cell
    try:
        return ESCAPED.sub(
            lambda part: part[0].encode("utf-8", "surrogateescape").decode("cp1252"), cell
        )
    except UnicodeDecodeError as error:
        remedy = "save the file as UTF-8"
        raise SourceError(
            "is neither UTF-8 nor Windows-1252", where=file, hint=remedy, row=row
        ) from error


def _tell_mixed(rows: list[int], file: str) -> Problem:
    rule = f"these rows are in Windows-1252, the others in UTF-8 ({name_rows(rows)})"
    remedy = "they are read so; save the file as UTF-8 to be sure"
    return Problem(file, rows[0], "", rule, remedy, "warning")


def _tell_garbled(records: list[list[str]], encoding: Encoding, file: str) -> Iterable[Problem]:
    twice = _rows_with(records, lambda cell: TWICE.search(cell) is not None)
    if twice:
        rule = f"texts look as if they were encoded twice, as MÃ¼nchen ({name_rows(twice)})"
        yield Problem(file, twice[0], "", rule, "export the file anew as UTF-8", "warning")
    if encoding.guessed:
        other = _rows_with(records, lambda _cell: True)
        odd = _rows_with(records, lambda cell: GARBLED.search(cell) is not None)
        if odd and len(odd) > GARBLED_SHARE * len(other):
            rule = f"texts look garbled when read as Windows-1252 ({name_rows(odd)})"
            remedy = "save the file as UTF-8, or state encoding: (mac_roman, cp1250, …)"
            yield Problem(file, odd[0], "", rule, remedy, "warning")
