"""A Qualtrics survey as a file (``.qsf``): wordings, answers and types, in all of its languages.

In: the JSON that *Tools, Import/Export, Export survey* writes. Out: questions by the columns that
the export of answers has: ``Q1``, ``Q2_3`` for an option or a line, ``Q2_3_1`` where both count.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any, Final

from briefgen.errors import SourceError
from briefgen.evidence.sources.exports import BLOCK, MARKUP

ONE_OF: Final = ("SAVR", "SAHR", "SACOL", "DL", "SB", "NPS")
SEVERAL_OF: Final = ("MAVR", "MAHR", "MACOL", "MSB")
NUMBERS: Final = ("CS", "Slider")


@dataclass(frozen=True)
class Asked:
    """A column of the export.

    Attributes
    ----------
    answers
        Label by code, in the order in which they were shown.
    """

    column: str
    wording: str
    kind: str
    answers: dict[str, str] = field(default_factory=dict)
    stem: str = ""


def list_languages(survey: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the languages of a survey, that in which it was written first."""
    first = str(survey.get("SurveyEntry", {}).get("SurveyLanguage") or "")
    others = [code for told in _questions(survey) for code in _translations(told)]
    return tuple(dict.fromkeys(_plain_code(code) for code in (first, *others) if code))


def read_title(survey: Mapping[str, Any]) -> str:
    """Return what a survey is called."""
    return plain(survey.get("SurveyEntry", {}).get("SurveyName"))


def list_questions(survey: Mapping[str, Any], language: str | None) -> Iterator[Asked]:
    """Yield the columns that the questions of a survey have, with their texts in a language.

    Parameters
    ----------
    language
        ``None``: that in which it was written.
    """
    for told in _questions(survey):
        yield from _columns_of(told, language)


def read_survey(path: Path) -> dict[str, Any]:
    """Read the file of a survey.

    Raises
    ------
    SourceError
        If it is no survey of Qualtrics.
    """
    try:
        survey = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SourceError(f"is no Qualtrics survey: {error}", where=path.name) from error
    if not isinstance(survey, dict) or not isinstance(survey.get("SurveyElements"), list):
        raise SourceError(
            "is no Qualtrics survey: it has no SurveyElements", where=path.name,
            hint="export it again: Tools, Import/Export, Export survey",
        )  # fmt: skip
    return survey


def _questions(survey: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what is said of each question that is not in the trash."""
    gone = _list_deleted(survey)
    for element in survey["SurveyElements"]:
        told = element.get("Payload")
        if element.get("Element") != "SQ" or not isinstance(told, dict):
            continue
        if element.get("PrimaryAttribute") not in gone and told.get("DataExportTag"):
            yield told


def _list_deleted(survey: Mapping[str, Any]) -> set[str]:
    blocks = [
        block
        for element in survey["SurveyElements"]
        if element.get("Element") == "BL"
        for block in _values(element.get("Payload"))
        if block.get("Type") == "Trash"
    ]
    return {part.get("QuestionID", "") for one in blocks for part in one.get("BlockElements") or ()}


def _values(told: Any) -> list[Any]:
    """Return the entries of what Qualtrics writes as an object or as a list."""
    return list(told.values()) if isinstance(told, dict) else list(told or ())


def _entries(told: Any) -> dict[str, Any]:
    """Return entries by their number; a list is numbered from 1, and an empty one is none."""
    if isinstance(told, list):
        return {str(number): one for number, one in enumerate(told, 1)}
    return {str(key): one for key, one in told.items()} if isinstance(told, dict) else {}


def _translations(told: Mapping[str, Any]) -> dict[str, Any]:
    languages = told.get("Language")
    return languages if isinstance(languages, dict) else {}


def _plain_code(language: str) -> str:
    return language.partition("-")[0].casefold()


def _columns_of(told: Mapping[str, Any], language: str | None) -> Iterator[Asked]:
    other: dict[str, Any] = next(
        (one for code, one in _translations(told).items() if _plain_code(code) == language), {}
    )
    tag, kind, selector = (
        str(told.get(name) or "") for name in ("DataExportTag", "QuestionType", "Selector")
    )
    text = plain(other.get("QuestionText") or told.get("QuestionText"))
    choices = _labels(told, other, "Choices", "ChoiceOrder")
    recoded = {
        code: str(_entries(told.get("RecodeValues")).get(code, code)) for code in choices
    }  # the numbers that the export has
    answers = {recoded[code]: label for code, label in choices.items()}
    if kind == "MC" and selector in ONE_OF:
        yield Asked(tag, text, "single", answers)
    elif kind == "MC" and selector in SEVERAL_OF:
        yield Asked(tag, text, "multiple", answers)
        for code, label in choices.items():
            yield Asked(f"{tag}_{recoded[code]}", label, "multiple", stem=text)
    elif kind == "Matrix":
        yield from _matrix(told, other, tag, text, choices)
    elif kind == "TE" and not choices:
        yield Asked(tag, text, "numeric" if _wants_number(told) else "open")
    elif kind in ("RO", *NUMBERS, "TE"):
        told_kind = {"RO": "ranking", "TE": "open"}.get(kind, "numeric")
        for code, label in choices.items():
            yield Asked(f"{tag}_{code}", label, told_kind, stem=text)


def _matrix(
    told: Mapping[str, Any], other: Mapping[str, Any], tag: str, text: str, lines: Mapping[str, str]
) -> Iterator[Asked]:
    """Yield a column for each line, or for each line and answer where several may be chosen."""
    shown = _labels(told, other, "Answers", "AnswerOrder")
    recoded = _entries(told.get("RecodeValues"))
    answers = {str(recoded.get(code, code)): label for code, label in shown.items()}
    several = told.get("SubSelector") == "MultipleAnswer"
    tags = _entries(told.get("ChoiceDataExportTags") or {})
    for code, line in lines.items():
        column = str(tags.get(code) or f"{tag}_{code}")
        if several:
            stem = f"{text} – {line}"
            for answer, label in shown.items():
                yield Asked(f"{column}_{answer}", label, "multiple", stem=stem)
        else:
            yield Asked(column, line, "scale", answers, stem=text)


def _labels(
    told: Mapping[str, Any], other: Mapping[str, Any], name: str, order: str
) -> dict[str, str]:
    """Return labels by number, in the order in which they were shown."""
    entries, others = _entries(told.get(name)), _entries(other.get(name))
    listed = [str(code) for code in _values(told.get(order)) if str(code) in entries]
    shown = dict.fromkeys([*listed, *entries])
    return {
        code: plain(_entries(others.get(code)).get("Display") or entries[code].get("Display"))
        for code in shown
    }


def _wants_number(told: Mapping[str, Any]) -> bool:
    settings = _entries(_entries(told.get("Validation")).get("Settings"))
    return settings.get("ContentType") == "ValidNumber"


def plain(html: Any) -> str:
    """Return a text without its markup."""
    return " ".join(unescape(MARKUP.sub("", BLOCK.sub(" ", str(html or "")))).split())
