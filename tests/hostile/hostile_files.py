"""Files that are broken or odd, each with what is right: read to the last cell, or refused.

One survey of 60 respondents is written in every format, then damaged in ways whose outcome is known.
A file is silently wrong where other cells are read than were written and no error says so; a refusal
has to name the file and what to do, and never shows an answer.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
import pyreadstat

from briefgen.config.settings import DataSource
from briefgen.errors import BriefgenError, DataError
from briefgen.evidence.cases import read_cases
from briefgen.evidence.sources import DataTable, read_table
from qualitative_by_hand import qualitative_study

ROWS: Final = 60
SECRET: Final = "Geheime Antwort"  # noqa: S105 - no password
"""Stands in every answer in words: what shows it leaks."""
HEADER: Final = ("id", "ort", "zahl", "text")
REFUSED: Final = "refused"
READ: Final = "read"
EITHER: Final = "either"
"""Right where it is refused, and where every cell is read."""
TOLD: Final = "told"
"""Right where it is read and a problem told."""


@dataclass(frozen=True)
class FileCase:
    """A file: its name, how it is written, what is right, and what is stated of it.

    Attributes
    ----------
    otherwise
        Cells that are to be read otherwise than `table` has them: row, column, text.
    """

    name: str
    write: Callable[[Path], Path]
    right: str
    stated: tuple[tuple[str, object], ...] = ()
    otherwise: tuple[tuple[int, int, str], ...] = ()

    def expected(self) -> list[list[str]]:
        """Return the cells that are to be read."""
        cells = table()
        for row, column, text in self.otherwise:
            cells[row][column] = text
        return cells


def table() -> list[list[str]]:
    """Return the cells of the survey."""
    towns = ("Köln", "Ärzen", "Öls")
    return [
        [
            f"r{n:03}",
            towns[n % len(towns)],
            str(n * 7 % 50),
            f"{SECRET} {n}" + (", ja" if n % 5 else ""),
        ]
        for n in range(ROWS)
    ]


# --- delimited files ------------------------------------------------------------------------


def csv_text(delimiter: str = ",", *, ends: str = "\n", quote_all: bool = False) -> str:
    """Return the survey as delimited text."""

    def cell(text: str) -> str:
        return f'"{text}"' if quote_all or delimiter in text or "\n" in text else text

    rows = [list(HEADER), *table()]
    return "".join(delimiter.join(map(cell, row)) + ends for row in rows)


def save(name: str, content: bytes | str, encoding: str = "utf-8") -> Callable[[Path], Path]:
    """Return a function that writes a file into a folder."""

    def write(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return write


def delimited_cases() -> Iterator[FileCase]:
    """Yield delimited files: every dialect, and what exports and editors break."""
    plain = csv_text()
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        yield FileCase(f"csv in {encoding}", save("a.csv", plain, encoding), READ)
    yield FileCase("csv in cp1252", save("a.csv", plain, "cp1252"), READ)
    for label, delimiter in (("semicolons", ";"), ("tabs", "\t"), ("bars", "|")):
        yield FileCase(f"csv with {label}", save("a.csv", csv_text(delimiter)), READ)
    for label, ends in (("CR LF", "\r\n"), ("CR", "\r")):
        yield FileCase(f"csv with {label}", save("a.csv", csv_text(ends=ends)), EITHER)
    yield FileCase("csv all in quotes", save("a.csv", csv_text(quote_all=True)), READ)
    yield FileCase("csv with a line sep=", save("a.csv", "sep=;\n" + csv_text(";")), READ)
    yield FileCase("csv with blank lines below", save("a.csv", plain + "\n\n\n"), READ)
    yield FileCase("csv with empty rows below", save("a.csv", plain + ",,,\n,,,\n"), READ)
    lines = plain.splitlines(keepends=True)
    broken = {
        "a quotation mark that opens and never closes": [*lines[:9], 'r008,Öls,7,"offen\n', *lines[10:]],
        "a row with a cell too many": [*lines[:9], "r008,Öls,7,ja,nein\n", *lines[10:]],
        "a row with a cell too few": [*lines[:9], "r008,Öls\n", *lines[10:]],
        "an unquoted delimiter": [*lines[:9], f"r008,Öls,7,{SECRET}, ja\n", *lines[10:]],
        "a line end in an unquoted cell": [*lines[:9], f"r008,Öls,7,{SECRET}\nweiter\n", *lines[10:]],
        "a row cut off": [*lines[:-1], "r059,Öl"],
    }  # fmt: skip
    for name, changed in broken.items():
        yield FileCase(f"csv with {name}", save("a.csv", "".join(changed)), REFUSED)
    mixed = plain.encode().replace("Köln".encode(), b"K\xf6ln", 1)
    yield FileCase("csv with one cell of another encoding", save("a.csv", mixed), EITHER)
    yield FileCase("csv with a zero byte", save("a.csv", plain.replace("Öls", "Ö\0ls", 1)), EITHER)
    twice = "".join([lines[0].replace("zahl", "ort"), *lines[1:]])
    yield FileCase("csv with two names alike", save("a.csv", twice), TOLD)
    yield FileCase(
        "csv wrongly stated as UTF-16", save("a.csv", plain), REFUSED, (("encoding", "utf-16"),)
    )


def odd_delimited_cases() -> Iterator[FileCase]:
    """Yield delimited files that other programs write, and what people do to them."""
    plain = csv_text()
    lines, quoted = plain.splitlines(keepends=True), csv_text(quote_all=True)
    for label, delimiter in (("commas", ","), ("semicolons", ";"), ("tabs", "\t")):
        rows = csv_text(delimiter).splitlines(keepends=True)
        rows[10] = delimiter.join(("r009", "Köln", "13", '"offen\n'))
        rows[40] = delimiter.join(("r039", "Köln", "23", '"auch offen\n'))
        name = f"csv with {label} and two open marks that close each other"
        yield FileCase(name, save("a.csv", "".join(rows)), REFUSED)
    for label, text in (
        ("doubled", 'Netz "toll", sagt sie'),
        ("escaped", 'Netz \\"toll\\", sagt sie'),
    ):
        rows = quoted.splitlines(keepends=True)
        rows[5] = f'"r004","Ärzen","28","{text}"\n'
        yield FileCase(
            f"csv with marks that are not {label}", save("a.csv", "".join(rows)), REFUSED
        )
    single = "".join("'" + "','".join(row) + "'\n" for row in [list(HEADER), *table()])
    yield FileCase("csv in single marks", save("a.csv", single), READ)
    mixed = "".join(row if n % 2 else row.replace("\n", "\r\n") for n, row in enumerate(lines))
    yield FileCase("csv with two kinds of line ends", save("a.csv", mixed), READ)
    for sign in "\u2028\u2029\x85\x0b\x0c\x1c":
        text = f"Geheime{sign}Antwort 8"
        changed = plain.replace("Geheime Antwort 8,", f"{text},")
        cell = (8, 3, f"{text}, ja")
        name = f"csv with U+{ord(sign):04X} in a cell"
        yield FileCase(name, save("a.csv", changed), READ, otherwise=(cell,))
    ends = {"all rows": range(61), "the header": range(1), "the rows below": range(1, 61)}
    for where, which in ends.items():
        rows = [row.replace("\n", ",\n") if n in which else row for n, row in enumerate(lines)]
        yield FileCase(f"csv with a delimiter behind {where}", save("a.csv", "".join(rows)), READ)
    yield FileCase("csv with two byte order marks", save("a.csv", "\ufeff\ufeff" + plain), READ)
    yield FileCase("csv with a mark and quotes", save("a.csv", "\ufeff" + quoted), READ)
    for encoding in ("utf-16-le", "utf-16-be", "utf-32"):
        yield FileCase(f"csv in {encoding} as it is", save("a.csv", plain, encoding), READ)
    for above in ("Umfrage 2026\n", "Umfrage 2026\n\n", "Umfrage,2026,,\n\n", "# 2026\n"):
        name = f"csv below {above.strip()!r}"
        yield FileCase(name, save("a.csv", above + plain), REFUSED if "," not in above else EITHER)
    joined = "".join([*lines[:30], lines[0], *lines[30:]])
    yield FileCase("csv of two joined files", save("a.csv", joined), REFUSED)
    yield FileCase("csv above a note", save("a.csv", plain + "\nStand: 2026\n"), REFUSED)


# --- workbooks ------------------------------------------------------------------------------


def workbook(change: Callable[[openpyxl.Workbook], None] = lambda _book: None) -> bytes:
    """Return the survey as a workbook, changed."""
    book = openpyxl.Workbook()
    for row in [list(HEADER), *table()]:
        book.active.append(row)
    change(book)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def rezip(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """Return an archive whose members went through ``change``; ``None`` leaves one out."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            made = change(name, old.read(name))
            if made is not None:
                new.writestr(name, made)
    return written.getvalue()


def in_sheet(change: Callable[[bytes], bytes]) -> bytes:
    """Return the workbook with a changed sheet."""
    return rezip(workbook(), lambda name, part: change(part) if "sheet1" in name else part)


def with_shared_strings() -> bytes:
    """Return the workbook as Excel writes it: each text once, and named by its number."""
    rows = [list(HEADER), *table()]
    texts = {
        text: place
        for place, text in enumerate(dict.fromkeys(cell for row in rows for cell in row))
    }
    kept = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
    cells = "".join(
        f'<row r="{r}">' + "".join(
            f'<c r="{letter}{r}" t="s"><v>{texts[text]}</v></c>'
            for letter, text in zip("ABCD", row, strict=True)
        ) + "</row>"
        for r, row in enumerate(rows, 1)
    )  # fmt: skip
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    strings = f'<sst {space} count="{len(texts)}" uniqueCount="{len(texts)}">{kept}</sst>'

    def change(name: str, part: bytes) -> bytes:
        if name == "[Content_Types].xml":
            new = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/>'
            return (
                part
                if b"sharedStrings" in part
                else part.replace(b"</Types>", new.encode() + b"</Types>")
            )
        if name == "xl/_rels/workbook.xml.rels":
            new = f'<Relationship Id="rId99" Type="{relation}/sharedStrings" Target="sharedStrings.xml"/>'
            return (
                part
                if b"sharedStrings" in part
                else part.replace(b"</Relationships>", new.encode() + b"</Relationships>")
            )
        if name == "xl/worksheets/sheet1.xml":
            return f"<worksheet {space}><sheetData>{cells}</sheetData></worksheet>".encode()
        return part

    made = rezip(workbook(), change)
    made = rezip(made, lambda name, part: None if "sharedStrings" in name else part)
    written = io.BytesIO(made)
    with zipfile.ZipFile(written, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    return written.getvalue()


def with_large_part() -> bytes:
    """Return the workbook with a part that says that it unpacks to two gigabytes."""
    content = workbook()
    place = content.index(b"PK\x01\x02")
    return content[: place + 24] + (2**31 - 1).to_bytes(4, "little") + content[place + 28 :]


def odd_workbook_cases() -> Iterator[FileCase]:
    """Yield workbooks that other programs write, and what people do to them."""

    def cell(value: object, form: str = "General") -> bytes:
        def put(book: openpyxl.Workbook) -> None:
            book.active["C5"].value = value
            book.active["C5"].number_format = form

        return workbook(put)

    def sheet_before(state: str) -> bytes:
        def put(book: openpyxl.Workbook) -> None:
            book.create_sheet("alt", 0).append(list(HEADER))
            book.worksheets[0].sheet_state = state

        return workbook(put)

    def without(pattern: bytes) -> Callable[[bytes], bytes]:
        return lambda part: re.sub(pattern, rb"\1", part)

    shown: dict[str, tuple[bytes, str]] = {
        "an error": (cell("#N/A"), "#N/A"),
        "a boolean": (cell(True), "1"),
        "a number of 0.3": (cell(0.1 + 0.2), "0.3"),
        "a code with zeros": (cell(7, "000"), "007"),
        "a sign that a format writes": (cell(41, '0"%"'), "41"),
    }
    for name, (content, text) in shown.items():
        yield FileCase(
            f"xlsx with {name}", save("a.xlsx", content), READ, otherwise=((3, 2, text),)
        )
    yield FileCase("xlsx with a percentage", save("a.xlsx", cell(0.41, "0%")), TOLD)
    for state in ("hidden", "veryHidden"):
        yield FileCase(
            f"xlsx with a {state} sheet first", save("a.xlsx", sheet_before(state)), READ
        )
    row, line = rb'<row r="31".*?</row>', rb'<row r="30".*?</row>'
    odd: dict[str, tuple[bytes, str]] = {
        "a row twice": (in_sheet(lambda part: re.sub(rb'r="([A-Z]*)31"', rb'r="\g<1>30"', part)), REFUSED),
        "rows out of order": (in_sheet(lambda part: re.sub(b"(" + line + b")(" + row + b")", rb"\2\1", part, flags=re.DOTALL)), REFUSED),
        "a cell twice": (in_sheet(lambda part: part.replace(b'r="C31"', b'r="B31"')), REFUSED),
        "rows without numbers": (in_sheet(without(rb'(<row) r="\d+"')), READ),
        "cells without places": (in_sheet(without(rb'(<c) r="[A-Z]+\d+"')), READ),
        "a sheet in UTF-16": (in_sheet(lambda part: part.decode().replace("<?xml version='1.0'?>", "").encode("utf-16")), EITHER),
        "names with a prefix": (in_sheet(lambda part: re.sub(rb"<(/?)(\w)", rb"<\1x:\2", part).replace(b"xmlns=", b"xmlns:x=")), READ),
        "a part that unpacks to 2 GB": (with_large_part(), REFUSED),
    }  # fmt: skip
    for name, (content, right) in odd.items():
        yield FileCase(f"xlsx with {name}", save("a.xlsx", content), right)


def workbook_cases() -> Iterator[FileCase]:
    """Yield workbooks that tools write oddly, and damaged ones."""
    good, shared = workbook(), with_shared_strings()
    yield FileCase("xlsx", save("a.xlsx", good), READ)
    odd: dict[str, tuple[bytes, str]] = {
        "a dimension too small": (in_sheet(lambda part: re.sub(rb'ref="A1:[A-Z]+\d+"', b'ref="A1:D30"', part)), READ),
        "a dimension of one cell": (in_sheet(lambda part: re.sub(rb'ref="A1:[A-Z]+\d+"', b'ref="A1"', part)), READ),
        "no dimension": (in_sheet(lambda part: re.sub(rb"<dimension[^>]*/>", b"", part)), READ),
        "a sheet that ends early": (in_sheet(lambda part: part[: len(part) // 2]), REFUSED),
        "a sheet of nothing": (in_sheet(lambda _part: b""), REFUSED),
        "a sheet of text": (in_sheet(lambda _part: b"no xml"), REFUSED),
        "a row that is lost": (in_sheet(lambda part: part.replace(b'<row r="31"', b'<wor r="31"', 1)), REFUSED),
        "shared strings": (shared, READ),
        "strings that are lost": (rezip(shared, lambda name, part: None if "sharedStrings" in name else part), REFUSED),
        "half of its strings": (rezip(shared, lambda name, part: part[: len(part) // 2] if "sharedStrings" in name else part), REFUSED),
        "fewer strings than it names": (rezip(shared, lambda name, part: re.sub(rb"(<si>.*?</si>){20}</sst>", b"</sst>", part) if "sharedStrings" in name else part), REFUSED),
        "no list of sheets": (rezip(good, lambda name, part: None if name == "xl/workbook.xml" else part), REFUSED),
        "no styles": (rezip(good, lambda name, part: None if "styles" in name else part), EITHER),
        "formulas without results": (workbook(lambda book: book.active.__setitem__("C5", "=A1")), REFUSED),
        "merged cells": (workbook(lambda book: book.active.merge_cells("B5:B9")), REFUSED),
        "a cell far away": (workbook(lambda book: book.active.__setitem__("XFD1048576", "x")), REFUSED),
        "a chart sheet first": (workbook(lambda book: book.create_chartsheet("Bild", 0)), EITHER),
        "an empty sheet first": (workbook(lambda book: book.create_sheet("leer", 0)), REFUSED),
    }  # fmt: skip
    for name, (content, right) in odd.items():
        yield FileCase(f"xlsx with {name}", save("a.xlsx", content), right)
    luck = random.Random(23)  # noqa: S311 - no secret
    for number in range(25):
        place = luck.randrange(len(good))
        flipped = good[:place] + bytes([good[place] ^ (1 << luck.randrange(8))]) + good[place + 1 :]
        yield FileCase(f"xlsx with a wrong bit ({number})", save("a.xlsx", flipped), EITHER)


# --- files of statistics programs, and what is none -----------------------------------------


def _statistics_frame() -> pd.DataFrame:
    frame = pd.DataFrame(table(), columns=list(HEADER))
    return frame.assign(zahl=frame["zahl"].astype(int))


def spss(folder: Path) -> Path:
    path = folder / "a.sav"
    pyreadstat.write_sav(_statistics_frame(), str(path))
    return path


def stata(folder: Path) -> Path:
    path = folder / "a.dta"
    pyreadstat.write_dta(_statistics_frame(), str(path))
    return path


def parquet(folder: Path) -> Path:
    path = folder / "a.parquet"
    _statistics_frame().to_parquet(path)
    return path


def spss_cases() -> Iterator[FileCase]:
    """Yield SPSS files whose head states another number of cases."""

    def changed(place: int, content: bytes) -> Callable[[Path], Path]:
        def write(folder: Path) -> Path:
            path = spss(folder)
            whole = path.read_bytes()
            path.write_bytes(whole[:place] + content + whole[place + len(content) :])
            return path

        return write

    for stated, right in ((30, REFUSED), (90, REFUSED), (-1, READ)):
        write = changed(80, stated.to_bytes(4, "little", signed=True))
        yield FileCase(f".sav that says {stated} cases", write, right)


WRITERS: Final[dict[str, Callable[[Path], Path]]] = {
    ".csv": save("a.csv", csv_text()), ".xlsx": save("a.xlsx", workbook()), ".sav": spss,
    ".dta": stata, ".parquet": parquet,
}  # fmt: skip


def cut(write: Callable[[Path], Path], share: float) -> Callable[[Path], Path]:
    """Return a writer of a file that ends early."""

    def shorten(folder: Path) -> Path:
        path = write(folder)
        content = path.read_bytes()
        path.write_bytes(content[: int(len(content) * share)])
        return path

    return shorten


def renamed(write: Callable[[Path], Path], suffix: str) -> Callable[[Path], Path]:
    """Return a writer of a file with the suffix of another format."""

    def rename(folder: Path) -> Path:
        path = write(folder)
        return path.rename(path.with_suffix(suffix))

    return rename


NOTHING: Final[dict[str, bytes]] = {
    "nothing": b"",
    "zeros": bytes(5000),
    "random bytes": random.Random(1).randbytes(4000),  # noqa: S311 - no secret
    "a page to log in": b"<!DOCTYPE html><html><body><form>Log in</form></body></html>",
    "an archive of nothing": b"PK\x05\x06" + bytes(18),
    "JSON": b'{"error": "unauthorized"}',
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n",
    "blanks": b" \n \n\t\n",
}


def other_cases() -> Iterator[FileCase]:
    """Yield files of every format that end early, are none, or have another's suffix."""
    for suffix, write in WRITERS.items():
        if suffix not in (".csv", ".xlsx"):
            yield FileCase(f"{suffix} as it is", write, READ)
        for share in (0.05, 0.3, 0.6, 0.9, 0.99):
            right = EITHER if suffix == ".csv" and share > 0.05 else REFUSED
            if suffix != ".csv":  # where a text ends nothing says that it went on
                yield FileCase(f"{suffix} cut at {share}", cut(write, share), right)
        for name, content in NOTHING.items():
            yield FileCase(f"{suffix} of {name}", save(f"a{suffix}", content), REFUSED)
        for other in WRITERS:
            if other != suffix:
                yield FileCase(f"{suffix} named {other}", renamed(write, other), REFUSED)


def list_cases() -> list[FileCase]:
    """Return all files."""
    delimited = [*delimited_cases(), *odd_delimited_cases()]
    return [*delimited, *workbook_cases(), *odd_workbook_cases(), *spss_cases(), *other_cases()]


# --- judging --------------------------------------------------------------------------------


def judge_file(case: FileCase, folder: Path) -> str:
    """Return what is wrong with how a file was read, ``""`` where nothing is."""
    path = case.write(folder)
    source = DataSource.model_validate({"path": path.name, **dict(case.stated)})
    try:
        read = read_table(source, folder)
    except DataError as error:
        return _judge_refusal(case, str(error), has_place=True)
    except BriefgenError as error:
        return _judge_refusal(case, str(error), has_place=bool(error.where and error.hint))
    errors = [problem for problem in read.problems if problem.severity == "error"]
    if errors and case.right != TOLD:
        told = "\n".join(map(str, errors))
        return _judge_refusal(case, told, has_place=all(one.remedy for one in errors))
    return _judge_read(case, read)


def _judge_read(case: FileCase, read: DataTable) -> str:
    if not len(read.frame):
        return ""  # check refuses a survey without respondents
    if case.right == TOLD:
        return "" if read.problems else f"{case.name}: read, and nothing told"
    if case.right == REFUSED:
        return f"{case.name}: read without a word ({len(read.frame)} rows)"
    found = read.frame.astype(str).to_numpy().tolist()
    if found != case.expected() and not read.problems:
        wrong = sum(a != b for a, b in zip(found, case.expected(), strict=False))
        return f"{case.name}: {len(found)} rows read, {wrong} of them otherwise than written"
    return ""


def _judge_refusal(case: FileCase, told: str, *, has_place: bool) -> str:
    if case.right == READ:
        return f"{case.name}: refused: {told[:200]}"
    if SECRET in told:
        return f"{case.name}: the refusal shows an answer"
    return "" if has_place else f"{case.name}: no place or no remedy: {told[:200]}"


# --- projects of qualitative programs -------------------------------------------------------

QDE: Final = """<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="p">
 <Users><User name="AB" guid="u1"/></Users>
 <CodeBook><Codes><Code guid="g1" name="Vertrauen" isCodable="true"/></Codes></CodeBook>
 <Sources><TextSource guid="t1" name="A" plainTextPath="internal://t1.txt">
   <PlainTextSelection guid="p1" name="Wörter bleiben ganz" startPosition="4" endPosition="23">
    <Coding guid="k1" creatingUser="u1"><CodeRef targetGUID="g1"/></Coding>
   </PlainTextSelection></TextSource></Sources>
</Project>"""


def project_archive() -> bytes:
    """Return a project as programs for qualitative analysis write it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", QDE)
        archive.writestr("sources/t1.txt", "Äöü Wörter bleiben ganz und gar.")
    return written.getvalue()


def project_files() -> dict[str, tuple[bytes, str]]:
    """Return projects by name, each with what is right."""
    good = project_archive()

    def edit(old: str, new: str) -> bytes:
        return rezip(good, lambda _name, part: part.replace(old.encode(), new.encode()))

    found = {
        "qdpx": (good, READ),
        "qdpx whose selection is elsewhere": (edit('startPosition="4"', 'startPosition="0"'), REFUSED),
        "qdpx whose selection ends behind the text": (edit('endPosition="23"', 'endPosition="999"'), REFUSED),
        "qdpx with another text": (edit("Äöü Wörter bleiben ganz und gar.", "Ganz andere Worte stehen hier."), REFUSED),
        "qdpx without its text": (rezip(good, lambda name, part: None if name.endswith(".txt") else part), REFUSED),
        "qdpx without its project": (rezip(good, lambda name, part: None if name.endswith(".qde") else part), REFUSED),
        "qdpx with a document type": (edit("<Project", '<!DOCTYPE p [<!ENTITY a "b">]><Project'), REFUSED),
        "qdpx with half its project": (rezip(good, lambda name, part: part[: len(part) // 2] if name.endswith(".qde") else part), REFUSED),
        "qdpx with a code that is not there": (edit('targetGUID="g1"', 'targetGUID="g9"'), REFUSED),
    }  # fmt: skip
    found |= {f"qdpx of {name}": (content, REFUSED) for name, content in NOTHING.items()}
    found |= {
        f"qdpx cut at {share}": (good[: int(len(good) * share)], REFUSED)
        for share in (0.05, 0.3, 0.6, 0.9, 0.99)
    }
    luck = random.Random(7)  # noqa: S311 - no secret
    for number in range(15):
        place = luck.randrange(len(good))
        flipped = good[:place] + bytes([good[place] ^ (1 << luck.randrange(8))]) + good[place + 1 :]
        found[f"qdpx with a wrong bit ({number})"] = (flipped, EITHER)
    return found


def judge_projects(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield each project's name, and what is wrong with how it was read."""
    settings = qualitative_study(folder, cases="p.qdpx", codes=None)
    path = settings.data_folder / "p.qdpx"
    for name, (content, right) in project_files().items():
        path.write_bytes(content)
        yield name, _judge_project(settings, name, right)


def _judge_project(settings: object, name: str, right: str) -> str:
    material, problems = read_cases(settings)  # type: ignore[arg-type]
    told = [p for p in problems if p.file.endswith("p.qdpx")]
    quotes = [
        segment.text for case in material.cases for talk in case.interviews for segment in talk.segments
    ] if material else []  # fmt: skip
    if right == READ and told:
        return f"{name}: refused: {told[0].rule}"
    if right == REFUSED and not told:
        return f"{name}: read without a word"
    if not told and any("Wörter bleiben ganz" not in str(quote) for quote in quotes):
        return f"{name}: another text is quoted"
    return "" if all(p.remedy for p in told) else f"{name}: no remedy"
