"""Exports of survey programs: LimeSurvey, Qualtrics, SurveyMonkey, SoSci.

All are delimited files; they differ in their header rows and in what stands beside them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from lxml import etree

from briefgen.errors import Problem, SourceError
from briefgen.settings import Source
from briefgen.sources.delimited import decode_bytes, even_rows, find_delimiter, read_records
from briefgen.sources.table import Table, hash_file, make_frame, make_unique, whole_numbers

Records = list[list[str]]
IMPORT_ID: Final = '{"ImportId"'
SIMPLE_ANSWERS: Final = frozenset(
    {"", "response", "antwort", "open-ended response", "offene beantwortung", "open response"}
)
LABELLED_HEADING: Final = re.compile(r"(?P<code>\w+(?:\[[^\]]*\])*)\. (?P<text>.+)", re.DOTALL)


def recognise_export(records: Records) -> str:
    """Return which program wrote a file, from its header rows: ``csv`` where none is told."""
    third = records[2] if len(records) > 2 else []
    if any(cell.startswith(IMPORT_ID) for cell in third):
        return "qualtrics"
    second = {cell.casefold() for cell in records[1]} if len(records) > 1 else set()
    if records[0][0].casefold() in ("respondentid", "respondent id") and second & SIMPLE_ANSWERS:
        return "surveymonkey"
    return "csv"


def make_qualtrics(path: Path, records: Records) -> Table:
    """Take names from row 1 and wordings from row 2; a third row of import ids is left out."""
    third = records[2] if len(records) > 2 else []
    first = 3 if any(cell.startswith(IMPORT_ID) for cell in third) else 2
    return _make(path, records[0], records[first:], first + 1, _second_row(records))


def make_surveymonkey(path: Path, records: Records) -> Table:
    """Join the question of row 1 and the option of row 2 to one name: ``question | option``.

    A question with one answer column keeps its wording as name.
    """
    options = records[1] if len(records) > 1 else []
    names: list[str] = []
    question = ""
    for number, cell in enumerate(records[0]):
        question = cell or question
        option = options[number] if number < len(options) else ""
        alone = option.casefold() in SIMPLE_ANSWERS
        names.append(question if alone else f"{question} | {option}")
    return _make(path, names, records[2:], 3, {})


def make_sosci(path: Path, records: Records) -> Table:
    """Leave out the row of wordings below the names; −9 is no answer in every column."""
    has_labels = len(records) > 1 and not records[1][0].lstrip("-").isdigit()
    first = 2 if has_labels else 1
    labels = _second_row(records) if has_labels else {}
    table = _make(path, records[0], records[first:], first + 1, labels)
    return _with(table, missing={name: ["-9"] for name in table.frame.columns})


def make_limesurvey(path: Path, records: Records, structure: Path | None) -> Table:
    """Read an export with answer codes; headings are codes, or ``code. wording``.

    With a structure file (``.lss`` or ``.txt``) the labels of its answers come with the table.
    """
    header, wordings = [], {}
    for cell in records[0]:
        match = LABELLED_HEADING.fullmatch(cell)
        header.append(match["code"] if match else cell)
        if match:
            wordings[match["code"]] = match["text"].strip()
    table = _make(path, header, records[1:], 2, wordings)
    if structure is None:
        return table
    labels = read_structure(structure)
    value_labels = {
        name: labels[_question_of(name)]
        for name in map(str, table.frame)
        if _question_of(name) in labels
    }
    return _with(table, value_labels=value_labels)


def read_structure(path: Path) -> dict[str, dict[str, str]]:
    """Return the labels of the answers of each question from a LimeSurvey structure file.

    Raises
    ------
    SourceError
        If there is no such file, or it is neither ``.lss`` nor a tab-separated structure.
    """
    if not path.is_file():
        raise SourceError("there is no such structure file", where=path.name)
    if path.suffix.lower() == ".lss":
        return _read_lss(path)
    return _read_tsv(path)


def _question_of(column: str) -> str:
    return column.partition("[")[0]


def _read_lss(path: Path) -> dict[str, dict[str, str]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.parse(str(path), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise SourceError(f"is no LimeSurvey structure: {error}", where=path.name) from error
    titles = {row["qid"]: row["title"] for row in _rows(root, "questions") if "qid" in row}
    codes = {row["aid"]: row for row in _rows(root, "answers") if "aid" in row}
    texts = _rows(root, "answer_l10ns") or _rows(root, "answers")
    found: dict[str, dict[str, str]] = {}
    for row in texts:
        answer = codes.get(row.get("aid", ""), row)
        title = titles.get(answer.get("qid", ""))
        if title and "code" in answer:
            found.setdefault(title, {}).setdefault(answer["code"], row.get("answer", ""))
    return found


def _rows(root: etree._Element, name: str) -> list[dict[str, str]]:
    return [
        {str(cell.tag): (cell.text or "").strip() for cell in row}
        for row in root.iterfind(f"{name}/rows/row")
    ]


def _read_tsv(path: Path) -> dict[str, dict[str, str]]:
    text = decode_bytes(path.read_bytes(), None, path)
    rows = list(csv.DictReader(text.splitlines(), delimiter=find_delimiter(text)))
    if not rows or "class" not in rows[0]:
        raise SourceError("is no LimeSurvey structure", where=path.name)
    found: dict[str, dict[str, str]] = {}
    question = ""
    for row in rows:
        if row["class"] == "Q":
            question = row.get("name") or ""
        elif row["class"] == "A" and question:
            found.setdefault(question, {}).setdefault(row.get("name") or "", row.get("text") or "")
    return found


def _second_row(records: Records) -> dict[str, str]:
    second = records[1] if len(records) > 1 else []
    return {name: text for name, text in zip(records[0], second, strict=False) if text}


def _make(
    path: Path, header: Iterable[str], rows: Records, first_row: int, labels: dict[str, str]
) -> Table:
    named = list(header)
    while named and not named[-1]:
        named.pop()
    names, problems = make_unique(named, path.name)
    body, ragged = even_rows(rows, len(names), first_row, path.name)
    found: tuple[Problem, ...] = (*problems, *ragged)
    frame = whole_numbers(make_frame(names, body, first_row))
    return Table(frame, path, hash_file(path), first_row, variable_labels=labels, problems=found)


def _with(table: Table, **changes: object) -> Table:
    return Table(**{**vars(table), **changes})


def read_export(path: Path, source: Source, structure: Path | None) -> Table:
    """Read the export of a survey program, delimited or Excel.

    Raises
    ------
    SourceError
        If the file cannot be read, or is empty.
    """
    kind = source.format
    records = _read_any(path, source)
    if kind == "limesurvey":
        return make_limesurvey(path, records, structure)
    makers = {
        "qualtrics": make_qualtrics,
        "surveymonkey": make_surveymonkey,
        "sosci": make_sosci,
    }
    return makers[kind](path, records)


def _read_any(path: Path, source: Source) -> Records:
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return read_records(path, delimiter=source.delimiter, encoding=source.encoding)
    from briefgen.sources.workbook import read_rows  # noqa: PLC0415 - slow to import

    rows = [row for row in read_rows(path, source.sheet) if any(row)]
    if not rows:
        raise SourceError("the sheet is empty", where=path.name, hint="name another with sheet:")
    return rows
