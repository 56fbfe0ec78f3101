"""Exports of survey programs: LimeSurvey, Qualtrics, SurveyMonkey, SoSci.

All are delimited files; they differ in their header rows and in what stands beside them.
"""

from __future__ import annotations

import copy
import csv
import io
import re
from dataclasses import dataclass, field, replace
from html import unescape
from pathlib import Path
from typing import Final

from lxml import etree

from briefgen.config.data_formats import WORKBOOKS
from briefgen.config.settings import DataSource
from briefgen.config.textfiles import open_archive, read_member, xml_parser
from briefgen.errors import SourceError
from briefgen.evidence.sources.delimited import (
    Cells,
    Records,
    find_delimiter,
    make_table,
    read_records,
)
from briefgen.evidence.sources.encoding import decode_bytes
from briefgen.evidence.sources.table import DataTable, Labels, plain_text

IMPORT_ID: Final = '{"ImportId"'
QUALTRICS_COLUMNS: Final = frozenset(
    {"StartDate", "EndDate", "Status", "IPAddress", "Progress", "Duration (in seconds)", "Finished",
     "RecordedDate", "ResponseId", "DistributionChannel", "UserLanguage"}
)  # fmt: skip
CHOSEN: Final = re.compile(r" - (?:Selected Choice|Ausgewählte Auswahl|Choix sélectionné)(?= - |$)")
"""What Qualtrics writes behind a wording, where an option has a field for text."""
MEASURED: Final = re.compile(
    r"[-+]?\d+(?:[.,]\d+)*%?"  # a number
    r"|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}(?:[ T]\d{1,2}:\d{2}.*)?"  # a date, perhaps with a time
    r"|\d+:\d+(?::\d+)?"  # a time
)
SIMPLE_ANSWERS: Final = frozenset(
    {"", "response", "antwort", "open-ended response", "offene beantwortung", "open response"}
)
BLOCK: Final = re.compile(r"</?(?:p|br|div|li|ul|ol|tr|td|h\d)\b[^>]*>", re.IGNORECASE)
MARKUP: Final = re.compile(r"<[^>]*>")
LIMESURVEY_KINDS: Final = {
    **dict.fromkeys("L!OYG", "single"), **dict.fromkeys("MP", "multiple"), "R": "ranking",
    **dict.fromkeys("NK", "numeric"), **dict.fromkeys("STUQ;", "open"), "D": "date", "X": "note",
    **dict.fromkeys("ABEFH5", "scale"),
}  # fmt: skip
"""What LimeSurvey's types of question are."""
BUILT_IN: Final = {
    "Y": {"Y": "Yes", "N": "No"},
    "C": {"Y": "Yes", "U": "Uncertain", "N": "No"},
    "E": {"I": "Increase", "S": "Same", "D": "Decrease"},
    "G": {"F": "Female", "M": "Male"},
}
"""Answers of LimeSurvey's types that its structure does not list."""
BUILT_IN_OTHERS: Final = {
    "de": {
        "Y": {"Y": "Ja", "N": "Nein"},
        "C": {"Y": "Ja", "U": "Unsicher", "N": "Nein"},
        "E": {"I": "Zunahme", "S": "Gleich", "D": "Abnahme"},
        "G": {"F": "weiblich", "M": "männlich"},
    },
    "fr": {
        "Y": {"Y": "Oui", "N": "Non"},
        "C": {"Y": "Oui", "U": "Incertain", "N": "Non"},
        "E": {"I": "Augmenter", "S": "Sans changement", "D": "Diminuer"},
        "G": {"F": "Féminin", "M": "Masculin"},
    },
}
"""The same as surveys in other languages show them."""
LABELLED_HEADING: Final = re.compile(r"(?P<code>\w+(?:\[[^\]]*\])*)\. (?P<text>.+)", re.DOTALL)


def recognise_export(records: Cells) -> str:
    """Return which program wrote a file, from its header rows: ``csv`` where none is told."""
    third = records[2] if len(records) > 2 else []
    if any(cell.startswith(IMPORT_ID) for cell in third):
        return "qualtrics"
    if len(QUALTRICS_COLUMNS & set(records[0])) >= 3 and _has_wordings(records) is True:
        return "qualtrics"
    second = {cell.casefold() for cell in records[1]} if len(records) > 1 else set()
    if records[0][0].casefold() in ("respondentid", "respondent id") and second & SIMPLE_ANSWERS:
        return "surveymonkey"
    return "csv"


def _has_wordings(records: Cells) -> bool | None:
    """Whether row 2 holds wordings rather than a respondent; ``None`` where it cannot be told.

    A respondent's row has numbers and dates where the rows below have them, and repeats what
    others say; wordings do neither.
    """
    if len(records) < 3 or not any(records[1]):
        return None
    alike = differs = 0
    for place, cell in enumerate(records[1]):
        below = [row[place] for row in records[2:] if len(row) > place and row[place]]
        if not cell or not below:
            continue
        numbers = sum(map(_is_measured, below)) > 0.8 * len(below)
        repeats = len(set(below)) <= len(below) / 2
        if _is_measured(cell) if numbers else repeats and cell in below:
            alike += 1
        elif numbers or repeats:
            differs += 1
    return None if alike == differs else differs > alike


def _is_measured(cell: str) -> bool:
    """Whether a cell is a number, a date or a time."""
    return bool(MEASURED.fullmatch(cell))


def _count_headers(records: Cells, source: DataSource, file: str) -> int:
    """Return how many rows a program wrote above the respondents: names, and perhaps wordings.

    Raises
    ------
    SourceError
        If it is not stated and cannot be told: the first respondent would be lost, or made up.
    """
    if source.header_rows is not None:
        return source.header_rows
    told = _has_wordings(records)
    if told is None and len(records) > 1:
        raise SourceError(
            "whether row 2 holds wordings or a respondent cannot be told",
            where=file,
            hint="state header_rows: 1 (names alone) or 2 (names and wordings) under files:",
            row=2,
        )
    return 2 if told else 1


def make_qualtrics(path: Path, records: Records, source: DataSource) -> DataTable:
    """Take names from row 1 and wordings from row 2; a third row of import ids is left out."""
    cells = records.cells
    third = cells[2] if len(cells) > 2 else []
    if source.header_rows is None and any(cell.startswith(IMPORT_ID) for cell in third):
        headers = 3
    else:
        headers = _count_headers(cells, source, path.name)
    table = make_table(path, records, cells[0], headers)
    wordings = _second_row(cells) if headers > 1 else {}
    return replace(
        table, variable_labels={name: CHOSEN.sub("", text) for name, text in wordings.items()}
    )


def make_surveymonkey(path: Path, records: Records, source: DataSource) -> DataTable:
    """Join the question of row 1 and the option of row 2 to one name: ``question | option``.

    A question with one answer column keeps its wording as name. Row 2 names nothing in the
    column of ids; where it does, it is a respondent.
    """
    cells = records.cells
    options = cells[1] if len(cells) > 1 else []
    headers = source.header_rows or (1 if any(options[:1]) else 2)
    if headers == 1:
        return make_table(path, records, cells[0], 1)
    names: list[str] = []
    question = ""
    for number, cell in enumerate(cells[0]):
        question = cell or question
        option = options[number] if number < len(options) else ""
        alone = option.casefold() in SIMPLE_ANSWERS
        names.append(question if alone else f"{question} | {option}")
    return make_table(path, records, names, headers)


def make_sosci(path: Path, records: Records, source: DataSource) -> DataTable:
    """Leave out the row of wordings below the names; −9 is no answer in every column."""
    cells = records.cells
    case = cells[1][0] if len(cells) > 1 and cells[0][0].casefold() == "case" else ""
    if source.header_rows is None and case:
        headers = 1 if case.isdigit() else 2
    else:
        headers = _count_headers(cells, source, path.name)
    table = make_table(path, records, cells[0], headers)
    return replace(
        table,
        variable_labels=_second_row(cells) if headers > 1 else {},
        missing={name: ["-9"] for name in table.frame.columns},
    )


def make_limesurvey(
    path: Path, records: Records, source: DataSource, structure: Path | None
) -> DataTable:
    """Read an export with answer codes; headings are codes, or ``code. wording``.

    With a structure (``.lss``, ``.lsa`` or ``.txt``) the labels of its answers come with the table.
    ``N/A`` is what the program writes for a question that was not shown.
    """
    header, wordings = [], {}
    for cell in records.cells[0]:
        match = LABELLED_HEADING.fullmatch(cell)
        header.append(match["code"] if match else cell)
        if match:
            wordings[match["code"]] = match["text"].strip()
    table = make_table(path, records, header, source.header_rows or 1)
    missing = {name: ["N/A"] for name in table.frame.columns}
    table = replace(table, variable_labels=wordings, missing=missing)
    if structure is None:
        return table
    return label_limesurvey(table, structure)


def label_limesurvey(table: DataTable, structure: Path) -> DataTable:
    """Add to a table what a structure says, in all of its languages."""
    columns = list(map(str, table.frame))
    found: dict[str, Structure] = {}
    for one in read_structures(structure):  # of variants such as de and de-informal the first
        found.setdefault(_plain_code(one.language), one)
    language, *others = found
    kinds = {name: found[language].kinds.get(_question_of(name), "") for name in columns}
    own = _labels_of(columns, found[language])
    return replace(
        table,
        value_labels=own.value_labels,
        variable_labels={**own.variable_labels, **table.variable_labels},
        stems=own.stems,
        kinds={name: kind for name, kind in kinds.items() if kind},
        language=language,
        translations={code: _labels_of(columns, found[code]) for code in others},
        titles={code: one.title for code, one in found.items() if one.title},
    )


def _plain_code(language: str) -> str:
    """Return the language alone: "de" for "de-informal", "pt" for "pt-BR"."""
    return language.partition("-")[0].casefold()


def _labels_of(columns: list[str], structure: Structure) -> Labels:
    """Return the labels of columns in the language of a structure."""
    above = {
        name: structure.wordings.get(_question_of(name), "") for name in columns if "[" in name
    }
    return Labels(
        value_labels={
            name: structure.answers[_question_of(name)]
            for name in columns
            if _question_of(name) in structure.answers
        },
        variable_labels={
            name: structure.wordings[name] for name in columns if name in structure.wordings
        },
        stems={name: text for name, text in above.items() if text},
    )


@dataclass(frozen=True)
class Structure:
    """What a LimeSurvey structure file tells.

    Attributes
    ----------
    answers
        For each question, the label of each answer by code.
    wordings
        The wording of each question, by code, and of its lines and options, by ``code[line]``.
    kinds
        What each question is, by code, as in `DataTable.kinds`.
    language
        Of the labels and wordings; ``""`` where the file names none.
    title
        What the survey is called in it.
    """

    answers: dict[str, dict[str, str]]
    wordings: dict[str, str]
    kinds: dict[str, str] = field(default_factory=dict)
    language: str = ""
    title: str = ""


def read_structures(path: Path) -> list[Structure]:
    """Read a LimeSurvey structure file, or that of an archive, in each of its languages.

    Returns
    -------
    list
        The survey's base language first.

    Raises
    ------
    SourceError
        If there is no such file, or it is no ``.lss``, ``.lsa`` or tab-separated structure.
    """
    if not path.is_file():
        raise SourceError("there is no such structure file", where=path.name)
    if path.suffix.lower() == ".lss":
        root = read_xml(path, "LimeSurvey structure")
    elif path.suffix.lower() == ".lsa":
        root = read_archived(path, ".lss")
    else:
        return [_read_tsv(path)]
    # what is in other languages is taken out of a copy
    return [_read_lss(copy.deepcopy(root), language) for language in _lss_languages(root)]


def _question_of(column: str) -> str:
    return column.partition("[")[0]


def _plain_text(html: str | None) -> str:
    """Return a text of LimeSurvey without its markup."""
    return " ".join(unescape(MARKUP.sub("", BLOCK.sub(" ", html or ""))).split())


def read_xml(path: Path, what: str) -> etree._Element:
    """Read a structure that a program wrote as XML, without entities or the network.

    Raises
    ------
    SourceError
        If it is no XML, with ``what`` it was to be.
    """
    try:
        return etree.parse(str(path), xml_parser()).getroot()
    except etree.XMLSyntaxError as error:
        raise SourceError(f"is no {what}: {error}", where=path.name) from error


def read_archived(path: Path, suffix: str) -> etree._Element:
    """Read one of the files in a LimeSurvey archive (``.lsa``), by the end of its name.

    Raises
    ------
    SourceError
        If it is no archive, has no such file, or the file is no XML.
    """
    with open_archive(path, path.name) as archive:
        names = [name for name in archive.namelist() if name.endswith(suffix)]
        text = read_member(archive, names[0], path.name) if names else None
    if text is None:
        raise SourceError(
            f"has no {suffix} in it", where=path.name,
            hint="export the survey again: Export, Survey archive (.lsa)",
        )  # fmt: skip
    try:
        return etree.fromstring(text, xml_parser())
    except etree.XMLSyntaxError as error:
        raise SourceError(f"{names[0]} is no XML: {error}", where=path.name) from error


def _read_lss(root: etree._Element, language: str) -> Structure:
    _keep_language(root, language)
    questions = [*_rows(root, "questions"), *_rows(root, "subquestions")]
    names = _question_names(questions)
    kinds = {
        names[row["qid"]]: LIMESURVEY_KINDS[row["type"]]
        for row in questions
        if row.get("type") in LIMESURVEY_KINDS and row.get("parent_qid", "0") == "0"
    }
    answers = _lss_answers(root, names)
    built_in = BUILT_IN_OTHERS.get(_plain_code(language), BUILT_IN)
    for row in questions:
        if row.get("type") in built_in and row.get("parent_qid", "0") == "0":
            answers.setdefault(names[row["qid"]], dict(built_in[row["type"]]))
    wordings = _lss_wordings(root, names, questions)
    titles = {
        row.get("surveyls_language", ""): _plain_text(row.get("surveyls_title"))
        for row in _rows(root, "surveys_languagesettings")
    }
    return Structure(answers, wordings, kinds, language, titles.get(language, ""))


def _lss_languages(root: etree._Element) -> tuple[str, ...]:
    """Return the languages of a survey, its base language first; ``""`` where it names none."""
    survey = next(iter(_rows(root, "surveys")), {})
    named = [survey.get("language", ""), *survey.get("additional_languages", "").split()]
    return tuple(dict.fromkeys(code for code in named if code)) or ("",)


def _keep_language(root: etree._Element, language: str) -> None:
    """Take the rows of other languages out, where rows have one and this one is among them."""
    for part in root:
        rows = part.find("rows")
        if rows is None or part.tag == "surveys":
            continue
        languages = {row: (row.findtext("language") or "").strip() for row in rows.iterfind("row")}
        for row in [row for row, code in languages.items() if code not in ("", language)]:
            if language in languages.values():
                rows.remove(row)


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
    text, _ = decode_bytes(path.read_bytes(), None, path)
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


def _second_row(records: Cells) -> dict[str, str]:
    second = records[1] if len(records) > 1 else []
    return {name: plain_text(text) for name, text in zip(records[0], second, strict=False) if text}


def read_export(path: Path, source: DataSource, structure: Path | None) -> DataTable:
    """Read the export of a survey program, delimited or Excel.

    Raises
    ------
    SourceError
        If the file cannot be read, is empty, or does not tell its header rows.
    """
    records = _read_any(path, source)
    if source.format == "limesurvey":
        return make_limesurvey(path, records, source, structure)
    makers = {
        "qualtrics": make_qualtrics,
        "surveymonkey": make_surveymonkey,
        "sosci": make_sosci,
    }
    return makers[source.format](path, records, source)


def _read_any(path: Path, source: DataSource) -> Records:
    if path.suffix.lower() not in WORKBOOKS:
        return read_records(path, source)
    from briefgen.evidence.sources.workbook import read_sheet  # noqa: PLC0415 - slow to import

    return read_sheet(path, source.sheet).records(path.name)
