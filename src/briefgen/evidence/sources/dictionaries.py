"""What stands beside an export: XLSForm, REDCap's dictionary, a DDI codebook, Qualtrics' survey.

In: the file that ``structure:`` names, and the table of answers. Out: the table with wordings,
labels of codes, codes of missing answers and kinds of questions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import babel
from lxml import etree

from briefgen.config.settings import DataSource
from briefgen.errors import SourceError
from briefgen.evidence.sources.delimited import Records, even_rows, read_records
from briefgen.evidence.sources.exports import read_xml
from briefgen.evidence.sources.qualtrics_structure import (
    Asked,
    list_languages,
    list_questions,
    read_survey,
    read_title,
)
from briefgen.evidence.sources.table import DataTable
from briefgen.evidence.sources.workbook import read_sheet

REDCAP_NAME: Final = "variable / field name"
XLSFORM_KINDS: Final = {
    "integer": "numeric", "decimal": "numeric", "range": "numeric", "text": "open", "date": "date",
    "datetime": "date", "time": "date", "today": "date", "start": "date", "end": "date",
    "note": "note", "select_one": "single", "select_multiple": "multiple", "rank": "ranking",
}  # fmt: skip
REDCAP_KINDS: Final = {
    "radio": "single", "dropdown": "single", "yesno": "single", "truefalse": "single",
    "checkbox": "multiple", "slider": "numeric", "calc": "numeric", "notes": "open",
    "text": "", "descriptive": "note", "file": "note",
}  # fmt: skip
REDCAP_NUMBERS: Final = ("number", "integer")
MARKUP: Final = re.compile(r"<[^>]*>")
LABEL_IN: Final = re.compile(
    r"label::?\s*(?P<name>[^():]*?)\s*(?:\((?P<code>[A-Za-z]{2,3})[^)]*\))?"
)
LANGUAGES: Final = ("de", "en", "fr", "es", "it", "pt", "nl", "pl", "ru", "ar", "sw", "tr", "uk")
"""Languages that a form may name without their code."""


@dataclass
class Described:
    """What a dictionary says of one question.

    Attributes
    ----------
    texts
        Label in the chosen language by label in the first, where cells may hold labels.
    stem
        What was asked above several lines or options that have a column each.
    """

    wording: str = ""
    kind: str = ""
    answers: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    stem: str = ""


Dictionary = dict[str, Described]
"""Questions by the name that exports give them."""


def read_dictionaries(path: Path) -> dict[str, Dictionary]:
    """Read an XLSForm, a REDCap dictionary (``.csv``), a DDI codebook or a Qualtrics survey.

    Returns
    -------
    dict
        What it says by language, its first one first; ``""`` where it names none.

    Raises
    ------
    SourceError
        If there is no such file, or it is none of them.
    """
    if not path.is_file():
        raise SourceError("there is no such structure file", where=path.name)
    read = READERS.get(path.suffix.lower())
    found = read(path) if read else {}
    if not any(found.values()):
        hint = (
            "name an XLSForm (.xlsx), a REDCap data dictionary (.csv), a DDI codebook (.xml) or a "
            "Qualtrics survey (.qsf)"
        )
        raise SourceError("tells of no question", where=path.name, hint=hint)
    return found


def apply_dictionary(table: DataTable, path: Path) -> DataTable:
    """Add to a table what a dictionary says of its columns, in all of its languages."""
    described = {code: _apply(table, found) for code, found in read_dictionaries(path).items()}
    language, *others = described
    title = _read_title(path)
    table = replace(described[language], titles={"": title} if title else {})
    if not language:
        return table
    translations = {code: described[code].labels for code in others}
    return replace(table, language=language, translations=translations)


def _read_title(path: Path) -> str:
    """Return what a form or a survey is called; it is the same in all of its languages."""
    if path.suffix.lower() == ".xlsx":
        settings = XlsForm.read(path).settings
        return settings[0].get("form_title", "") if settings else ""
    return read_title(read_survey(path)) if path.suffix.lower() == ".qsf" else ""


def _apply(table: DataTable, dictionary: Dictionary) -> DataTable:
    labels, wordings = dict(table.value_labels), dict(table.variable_labels)
    kinds, stems, missing = dict(table.kinds), dict(table.stems), dict(table.missing)
    for column in map(str, table.frame.columns):
        name, option = find_described(column, dictionary)
        if name is None:
            continue
        question = dictionary[name]
        if question.kind:
            kinds[column] = question.kind
        if question.missing:
            missing[column] = [*missing.get(column, ()), *question.missing]
        if option is None:
            wordings[column] = question.wording or wordings.get(column, "")
            labels[column] = _choose_labels(table, column, question) or labels.get(column, {})
            if question.stem:
                stems[column] = question.stem
        else:
            stems[column] = question.wording
            wordings[column] = question.answers.get(option, option)
    return replace(
        table,
        value_labels=labels, variable_labels=wordings, kinds=kinds, stems=stems, missing=missing,
    )  # fmt: skip


def _choose_labels(table: DataTable, column: str, question: Described) -> dict[str, str]:
    """Return the labels of codes, or of the labels of the first language where cells hold them."""
    cells = set(table.frame[column]) - {""}
    has_codes = bool(cells & set(question.answers))
    in_words = cells and not has_codes and cells & set(question.texts)
    return question.texts if in_words else question.answers


def find_described(column: str, dictionary: Dictionary) -> tuple[str | None, str | None]:
    """Return the question that a column belongs to, and the option that it stands for, if any.

    ``group/question``, ``question/option`` and ``group/question/option`` come from KoboToolbox
    and ODK, ``question___option`` from REDCap.
    """
    if column in dictionary:
        return column, None
    if "___" in column:
        name, _, option = column.partition("___")
        if name in dictionary:
            return name, option
    parts = column.split("/")
    if parts[-1] in dictionary:
        return parts[-1], None
    if len(parts) > 1 and parts[-2] in dictionary:
        return parts[-2], parts[-1]
    return None, None


def _plain(text: str) -> str:
    return " ".join(MARKUP.sub(" ", text).replace("**", "").split())


# --- XLSForm --------------------------------------------------------------------------------


Rows = list[dict[str, str]]
"""The rows of a sheet by its headings."""


@dataclass(frozen=True)
class XlsForm:
    """The sheets of an XLSForm."""

    survey: Rows
    choices: Rows
    settings: Rows

    @classmethod
    def read(cls, path: Path) -> XlsForm:
        """Read the sheets; that of settings need not be there."""
        survey = _sheet_rows(path, "survey")
        try:
            settings = _sheet_rows(path, "settings")
        except SourceError:
            settings = []
        return cls(survey, _sheet_rows(path, "choices"), settings)


def _read_xlsform(path: Path) -> dict[str, Dictionary]:
    form = XlsForm.read(path)
    return {code: _describe_form(form, code) for code in _find_languages(form) or ("",)}


def _find_languages(form: XlsForm) -> tuple[str, ...]:
    """Return the languages of an XLSForm, its default first; none where it names none."""
    names = [name for row in form.survey[:1] for name in row]
    found = {name: code for name in names if (code := _language_of(name))}
    if len(found) > 1 and "label" in names:
        return ()  # one of them has no name
    default = _default_language(form)
    return tuple(sorted(dict.fromkeys(found.values()), key=lambda code: code != default))


def _default_language(form: XlsForm) -> str:
    named = form.settings[0].get("default_language", "") if form.settings else ""
    return _language_of(f"label::{named}") if named else ""


def _language_of(heading: str) -> str:
    """Return the code of a heading's language: ``label::Deutsch (de)``, ``label::English``."""
    match = LABEL_IN.fullmatch(heading)
    if match is None:
        return ""
    if match["code"]:
        return match["code"].casefold()
    named = match["name"].strip().casefold()
    known = (babel.Locale(code) for code in LANGUAGES)
    return next(
        (
            one.language
            for one in known
            if named
            in (
                one.language,
                (one.english_name or "").casefold(),
                (one.display_name or "").casefold(),
            )
        ),
        "",
    )


def _describe_form(form: XlsForm, language: str) -> Dictionary:
    choices: dict[str, dict[str, str]] = {}
    for row in form.choices:
        choice = row.get("name") or row.get("value", "")
        if row.get("list_name") or row.get("list name"):
            list_ = row.get("list_name") or row["list name"]
            choices.setdefault(list_, {})[choice] = _label(row, language) or choice
    found: Dictionary = {}
    for row in form.survey:
        kind, _, list_ = row.get("type", "").strip().partition(" ")
        if row.get("name") and kind in XLSFORM_KINDS:
            listed = choices.get(list_.split(" ")[0], {}) if list_ else {}
            found[row["name"]] = Described(_label(row, language), XLSFORM_KINDS[kind], dict(listed))
    return found


def _sheet_rows(path: Path, sheet: str) -> Rows:
    cells = read_sheet(path, sheet).cells()[1]
    header = [cell.strip() for cell in cells[0]]
    return [
        {name: cell.strip() for name, cell in zip(header, row, strict=False) if name}
        for row in cells[1:]
    ]


def _label(row: dict[str, str], language: str) -> str:
    """Return the label in a language, else the first that is filled."""
    own = [name for name in row if language and _language_of(name) == language]
    names = [*own, "label", *(name for name in row if name.startswith("label:"))]
    return _plain(next((row[name] for name in names if row.get(name)), ""))


# --- REDCap ---------------------------------------------------------------------------------


def _read_redcap(path: Path) -> Dictionary:
    read = read_records(path, DataSource(path=path.name))
    header = [cell.casefold() for cell in read.cells[0]]
    if REDCAP_NAME not in header:
        return {}
    records = _whole_records(read, path)
    found: Dictionary = {}
    above: dict[str, str] = {}
    for record in records[1:]:
        row = dict(zip(header, record, strict=True))
        kind = row.get("field type", "")
        told = Described(_plain(row.get("field label", "")), REDCAP_KINDS.get(kind, ""))
        choices = next((row[name] for name in header if name.startswith("choices")), "")
        if kind in ("radio", "dropdown", "checkbox"):
            told.answers = dict(_redcap_choices(choices))
        elif kind in ("yesno", "truefalse"):
            told.answers = (
                {"1": "Yes", "0": "No"} if kind == "yesno" else {"1": "True", "0": "False"}
            )
        elif kind == "text":
            told.kind = _redcap_text(row)
        matrix = row.get("matrix group name", "")
        if matrix:  # the first line of a matrix carries the question above it
            told.stem = above.setdefault(matrix, _plain(row.get("section header", "")))
        found[row[REDCAP_NAME]] = told
    return found


class BrokenDictionaryError(SourceError):
    """A file that is a dictionary, and damaged."""


def _whole_records(records: Records, path: Path) -> list[list[str]]:
    """Return the rows of a dictionary; one with rows of other lengths would tell wrong labels."""
    header, *rows = records.cells
    even, ragged = even_rows(rows, len(header), 2, path.name)
    for problem in [*records.problems, *ragged]:
        if problem.severity == "error":
            raise BrokenDictionaryError(
                problem.rule, where=path.name, hint=problem.remedy, row=problem.row
            )
    return [header, *even]


def _redcap_text(row: dict[str, str]) -> str:
    check = next((row[name] for name in row if name.startswith("text validation type")), "")
    if check.startswith(("date", "time")):
        return "date"
    return "numeric" if check.startswith(REDCAP_NUMBERS) else "open"


def _redcap_choices(text: str) -> list[tuple[str, str]]:
    parts = (part.partition(",") for part in text.split("|"))
    return [(code.strip(), _plain(label)) for code, mark, label in parts if mark]


# --- DDI ------------------------------------------------------------------------------------


def _read_ddi(path: Path) -> Dictionary:
    root = read_xml(path, "DDI codebook")
    return {
        str(variable.get("name")): _ddi_variable(variable)
        for variable in root.iterfind(".//{*}dataDscr/{*}var")
    }


def _ddi_variable(variable: etree._Element) -> Described:
    asked = variable.findtext("{*}qstn/{*}qstnLit") or variable.findtext("{*}labl") or ""
    told = Described(_plain(asked), "numeric" if variable.get("intrvl") == "contin" else "")
    for category in variable.iterfind("{*}catgry"):
        code = (category.findtext("{*}catValu") or "").strip()
        label = _plain(category.findtext("{*}labl") or "")
        if code and label:
            told.answers[code] = label
        if code and category.get("missing") == "Y":
            told.missing.append(code)
    return told


# --- Qualtrics ------------------------------------------------------------------------------


def _read_qualtrics(path: Path) -> dict[str, Dictionary]:
    survey = read_survey(path)
    language, *others = list_languages(survey) or ("",)
    written = list(list_questions(survey, None))
    first = {asked.column: asked for asked in written}
    return {
        language: _describe_questions(written, first),
        **{code: _describe_questions(list_questions(survey, code), first) for code in others},
    }


def _describe_questions(questions: Iterable[Asked], first: Mapping[str, Asked]) -> Dictionary:
    return {
        asked.column: Described(
            asked.wording,
            asked.kind,
            dict(asked.answers),
            texts={
                label: asked.answers[code] for code, label in first[asked.column].answers.items()
            },
            stem=asked.stem,
        )
        for asked in questions
    }


READERS: Final[Mapping[str, Callable[[Path], dict[str, Dictionary]]]] = {
    ".xlsx": _read_xlsform,
    ".qsf": _read_qualtrics,
    ".csv": lambda path: {"": _read_redcap(path)},
    ".xml": lambda path: {"": _read_ddi(path)},
}
"""What reads a dictionary in each of its languages, by the suffix of its file."""
