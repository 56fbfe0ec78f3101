"""Exports of survey programs: LimeSurvey, Qualtrics, SurveyMonkey, SoSci.

All are delimited files; they differ in their header rows and in what stands beside them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from itertools import dropwhile
from pathlib import Path
from typing import Final

from lxml import etree

from briefgen.config.settings import Source
from briefgen.errors import Problem, SourceError
from briefgen.evidence.sources.delimited import (
    decode_bytes,
    even_rows,
    find_delimiter,
    read_records,
)
from briefgen.evidence.sources.table import Table, hash_file, make_frame, make_unique, whole_numbers

Records = list[list[str]]
IMPORT_ID: Final = '{"ImportId"'
SIMPLE_ANSWERS: Final = frozenset(
    {"", "response", "antwort", "open-ended response", "offene beantwortung", "open response"}
)
BLOCK: Final = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|td|h\d)\b[^>]*>", re.IGNORECASE)
MARKUP: Final = re.compile(r"<[^>]*>")
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
    told = read_structure(structure)
    columns = list(map(str, table.frame))
    value_labels = {
        name: told.answers[_question_of(name)]
        for name in columns
        if _question_of(name) in told.answers
    }
    stated = {name: told.wordings[name] for name in columns if name in told.wordings}
    return _with(table, value_labels=value_labels, variable_labels={**stated, **wordings})


@dataclass(frozen=True)
class Structure:
    """What a LimeSurvey structure file tells.

    Attributes
    ----------
    answers
        For each question, the label of each answer by code.
    wordings
        The wording of each question, by code, and of its lines and options, by ``code[line]``.
    """

    answers: dict[str, dict[str, str]]
    wordings: dict[str, str]


def read_structure(path: Path) -> Structure:
    """Read a LimeSurvey structure file; of several languages the first counts.

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


def _plain_text(html: str | None) -> str:
    """Return a text of LimeSurvey without its markup."""
    return " ".join(unescape(MARKUP.sub("", BLOCK.sub(" ", html or ""))).split())


def _read_lss(path: Path) -> Structure:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.parse(str(path), parser).getroot()
    except etree.XMLSyntaxError as error:
        raise SourceError(f"is no LimeSurvey structure: {error}", where=path.name) from error
    questions = [*_rows(root, "questions"), *_rows(root, "subquestions")]
    names = _question_names(questions)
    return Structure(_lss_answers(root, names), _lss_wordings(root, names, questions))


def _question_names(questions: list[dict[str, str]]) -> dict[str, str]:
    """Return what exports call each question, and each line or option of one, by its id."""
    titles = {row["qid"]: row.get("title", "") for row in questions if "qid" in row}
    above = {row["qid"]: row.get("parent_qid", "0") for row in questions if "qid" in row}
    return {
        qid: f"{titles[above[qid]]}[{title}]" if above[qid] in titles else title
        for qid, title in titles.items()
    }


def _lss_answers(root: etree._Element, names: dict[str, str]) -> dict[str, dict[str, str]]:
    codes = {row["aid"]: row for row in _rows(root, "answers") if "aid" in row}
    texts = _rows(root, "answer_l10ns") or _rows(root, "answers")
    found: dict[str, dict[str, str]] = {}
    for row in texts:
        answer = codes.get(row.get("aid", ""), row)
        name = names.get(answer.get("qid", ""))
        if name and "code" in answer:
            label = _plain_text(row.get("answer"))
            found.setdefault(name, {}).setdefault(answer["code"], label)
    return found


def _lss_wordings(
    root: etree._Element, names: dict[str, str], questions: list[dict[str, str]]
) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in [*_rows(root, "question_l10ns"), *questions]:
        name, text = names.get(row.get("qid", "")), _plain_text(row.get("question"))
        if name and text:
            found.setdefault(name, text)
    return found


def _rows(root: etree._Element, name: str) -> list[dict[str, str]]:
    return [
        {str(cell.tag): (cell.text or "").strip() for cell in row}
        for row in root.iterfind(f"{name}/rows/row")
    ]


def _read_tsv(path: Path) -> Structure:
    text = decode_bytes(path.read_bytes(), None, path)
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=find_delimiter(text)))
    if not rows or "class" not in rows[0]:
        raise SourceError("is no LimeSurvey structure", where=path.name)
    found = Structure({}, {})
    question = ""
    for row in rows:
        name, label = row.get("name") or "", _plain_text(row.get("text"))
        if row["class"] == "Q":
            question = name
            found.wordings.setdefault(question, label)
        elif row["class"] == "SQ" and question:
            found.wordings.setdefault(f"{question}[{name}]", label)
        elif row["class"] == "A" and question:
            found.answers.setdefault(question, {}).setdefault(name, label)
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
        return read_records(path, source)
    from briefgen.evidence.sources.workbook import read_rows  # noqa: PLC0415 - slow to import

    rows = list(dropwhile(lambda row: not any(row), read_rows(path, source.sheet)))
    if not rows:
        raise SourceError("the sheet is empty", where=path.name, hint="name another with sheet:")
    return rows
