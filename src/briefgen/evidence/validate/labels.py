"""Compare the labels of a data file with those of the codebook, to find wrong mappings.

SPSS, Stata, LimeSurvey, Qualtrics and others bring labels of codes and wordings of questions. A
code that means something else in the codebook, or a column that asks another question, gives
figures that look right and are wrong. All is reported as a warning, for labels may be reworded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from typing import Final

from briefgen.config.plain_text import single_spaced
from briefgen.config.settings import Settings, Variable
from briefgen.errors import Problem
from briefgen.evidence.sources import DataTable
from briefgen.evidence.survey.decode import item_columns, known_values, missing_codes
from briefgen.model import Text

MOSTLY: Final = 0.5
"""Wordings are compared only where more than this share of them agrees: the file may be in another
language, or have short labels in place of wordings."""


def check_labels(settings: Settings, table: DataTable, file: str) -> list[Problem]:
    """Return where labels of codes, or wordings of columns, disagree with the configuration."""
    return [
        *_answer_labels(settings, table, file),
        *_place_labels(settings, table, file),
        *_wordings(settings, table, file),
    ]


# --- labels of codes ------------------------------------------------------------------------


def _answer_labels(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    for variable in settings.variables.values():
        if variable.type not in ("single", "scale") or variable.column not in table.value_labels:
            continue
        known = {
            code: tuple(option.label.values())
            for option in variable.options
            for code in option.codes
        }
        labels = table.value_labels[variable.column]
        yield from _compare(variable.column, labels, known, file)
        gone = missing_codes(settings, table, variable, variable.column)
        yield from _contradicted_missing(variable, table, file)
        unknown = [code for code in labels if code not in known and code not in gone]
        if unknown:
            yield _problem(
                file,
                variable.column,
                f"the file labels codes that the codebook lacks: {known_values(unknown)}",
            )


def _contradicted_missing(variable: Variable, table: DataTable, file: str) -> Iterator[Problem]:
    """Report codes that the file declares as missing and the codebook as an answer."""
    answers = {code for option in variable.answers for code in option.codes}
    codes = [code for code in table.missing.get(variable.column, ()) if code in answers]
    if codes and table.reading.facts[:1] in (("SPSS",), ("Stata",)):
        yield Problem(
            file,
            None,
            variable.column,
            f"the file declares {known_values(codes)} as missing, the codebook as an answer",
            "the codebook counts; state missing: with the option if the file is right",
            "warning",
        )


def _place_labels(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    info = settings.info
    columns: dict[str, dict[str, tuple[str, ...]]] = {
        info.regions.variable or "": {
            code: (*region.name.values(), *region.aliases, region.short)
            for region in info.regions.list
            for code in region.data or (region.code,)
        }
    }
    if info.region_types:
        columns[info.region_types.variable] = {
            code: tuple(kind.name.values())
            for kind in info.region_types.list
            for code in kind.data or (kind.code,)
        }
    for column, known in columns.items():
        yield from _compare(column, table.value_labels.get(column, {}), known, file)


def _compare(
    column: str, labels: Mapping[str, str], known: Mapping[str, Iterable[str]], file: str
) -> Iterator[Problem]:
    """Report labels that contradict: another code's, or unlike where most labels agree.

    A label that is worded otherwise, or is in another language, is none.
    """
    texts = {code: [_folded(text) for text in known[code]] for code in known}
    odd = {
        code: label
        for code, label in labels.items()
        if code in texts and not any(_alike(_folded(label), text) for text in texts[code])
    }
    agree = len(odd) < MOSTLY * sum(code in texts for code in labels)
    for code, label in odd.items():
        others = [other for other in texts if _folded(label) in texts[other]]
        if others:
            rule = f"code {code} means {label!r} in the file, as code {others[0]} in the codebook"
            yield _problem(file, column, rule)
        elif agree:
            rule = f"code {code} means {label!r} in the file, and another in the configuration"
            yield _problem(file, column, rule)


def _alike(stated: str, text: str) -> bool:
    """Whether two labels may be one in two wordings; short words have to be the same."""
    return stated == text or (
        min(len(stated), len(text)) > 4
        and (stated in text or text in stated or SequenceMatcher(None, stated, text).ratio() > 0.7)
    )


def _folded(text: str) -> str:
    return single_spaced(text.casefold())


def _problem(file: str, column: str, rule: str) -> Problem:
    remedy = "see whether codes and columns are in the right order, and all of them are there"
    return Problem(file, None, column, rule, remedy, "warning")


# --- wordings of columns --------------------------------------------------------------------


def _wordings(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Report a column that asks what another variable asks, or else than most columns do."""
    expected = dict(_expected_wordings(settings))
    stated = {
        column: text
        for column, label in table.variable_labels.items()
        if column in expected and (text := _plain(label))
    }
    odd = [column for column, text in stated.items() if not _is_like(text, expected[column])]
    agree = len(odd) < MOSTLY * len(stated)
    for column in odd:
        others = [name for name, texts in expected.items() if stated[column] in texts]
        if others:
            yield _problem(file, column, f"the file asks here what {others[0]} asks")
        elif agree:
            yield _problem(file, column, "the file words this column otherwise than the codebook")


def _expected_wordings(settings: Settings) -> Iterator[tuple[str, set[str]]]:
    """Yield each column with what the codebook asks in it, in all languages."""
    for variable in settings.variables.values():
        question = variable.question
        if variable.type in ("multiple", "ranking") and not question.lists_items:
            columns = item_columns(variable)
            for item in question.items:
                yield columns[item.name], _plain_texts(item.label)
        elif not question.columns:
            yield variable.column, _variable_texts(variable)


def _variable_texts(variable: Variable) -> set[str]:
    if variable.item is not None:
        return _plain_texts(variable.item.label)
    return _plain_texts(variable.question.text) | _plain_texts(variable.question.label)


def _plain_texts(text: Text) -> set[str]:
    return {plain for value in text.values() if (plain := _plain(value))}


def _is_like(stated: str, expected: Iterable[str]) -> bool:
    """Whether the file's wording holds one of the codebook's, or is part of it."""
    return any(text in stated or stated in text for text in expected)


def _plain(text: str) -> str:
    """Return letters and digits alone, in lower case."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
