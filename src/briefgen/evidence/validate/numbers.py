"""Ask whether numbers mean what they seem to: decimal marks, and codes among them.

A column of numbers may hold codes for "no answer" (−9, 888888) that no codebook names, and marks
that are decimals for one reader and thousands for another. Neither is seen in a mean.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from briefgen.config.settings import Settings, Variable
from briefgen.errors import Problem, name_rows
from briefgen.evidence.sources import DataTable
from briefgen.evidence.survey.decode import (
    labelled_as_missing,
    missing_codes,
    parse_numbers,
    plain_cells,
)

GROUP: Final = 3
"""Digits of a group of thousands."""
GROUPED: Final = r"-?[1-9]\d{0,2}[.,]\d{3}"
CODE_LIKE: Final = re.compile(r"-(?:[1-9]|[1-9][0-9]|([6-9])\1+|9+[0-9])|([7-9])\2+|9+[5-9]")
"""Numbers that questionnaires use for "no answer": −1 to −99, 77, 98, 888, 9997, 888888, …"""
FAR: Final = 5.0
"""A number so many times as large as any other is a code, where it looks like one."""
MOST_CODES: Final = 4
"""Questionnaires have no more codes for "no answer" than this: more numbers below 0 are numbers."""
FEW: Final = 3
"""A number that looks like a code and is the largest is asked for when so many have it."""


def check_numbers(settings: Settings, table: DataTable, file: str) -> list[Problem]:
    """Return what is odd about weights and answers in numbers."""
    found: list[Problem] = []
    weight = settings.info.design.weight
    if weight and weight in table.frame:
        found += _weight_marks(table.frame[weight], weight, file)
    for variable in settings.variables.values():
        if variable.type != "numeric" or variable.column not in table.frame:
            continue
        gone = missing_codes(settings, table, variable, variable.column)
        cells = table.frame[variable.column]
        valid = cells[~cells.isin(gone.keys())]
        valid = plain_cells(valid, variable.question.signs, variable.question.thousands)
        found += _marks(valid, variable.column, file, decimals=variable.question.decimals)
        found += _labelled(settings, table, variable, file)
        found += _codes(variable, valid, table, file)
    return found


# --- decimal marks --------------------------------------------------------------------------


def _marks(raw: pd.Series, column: str, file: str, *, decimals: int) -> list[Problem]:
    """Return what is odd about the marks in numbers; what is no number is told elsewhere."""
    cells = raw[parse_numbers(raw).notna()]
    mixed = list(_mixed_marks(cells, column, file))
    return mixed or (list(_two_ways(cells, column, file)) if decimals < GROUP else [])


def _weight_marks(raw: pd.Series, column: str, file: str) -> list[Problem]:
    """Return the same of weights: where all have the mark, it changes none beside another."""
    cells = raw[parse_numbers(raw).notna()]
    mixed = list(_mixed_marks(cells, column, file))
    if mixed or cells[parse_numbers(cells) != 0].str.fullmatch(GROUPED).all():
        return mixed
    remedy = "write thousands without a mark, and decimals with other than three digits"
    return [replace(one, remedy=remedy) for one in _two_ways(cells, column, file)]


def _mixed_marks(cells: pd.Series, column: str, file: str) -> Iterator[Problem]:
    """Report a column with points in some numbers and commas in others."""
    commas, points = (cells[cells.str.contains(mark, regex=False)] for mark in (",", "."))
    if len(commas) and len(points):
        fewer = min(commas, points, key=len)
        rows = [int(row) for row in fewer.index]
        rule = f"some numbers have a comma and others a point ({name_rows(rows)})"
        remedy = "write decimals with one mark; state thousands: in the codebook for the other one"
        yield Problem(file, rows[0], column, rule, remedy)


def _two_ways(cells: pd.Series, column: str, file: str) -> Iterator[Problem]:
    """Report numbers whose mark may part thousands or decimals, where no other number tells."""
    marked = cells[cells.str.contains(r"[.,]", regex=True)]
    grouped = marked[marked.str.fullmatch(GROUPED)]
    if len(grouped) and len(grouped) == len(marked):
        rows = [int(row) for row in grouped.index]
        rule = f"numbers may have decimals or a mark of thousands ({name_rows(rows)})"
        mark = re.sub(r"[-\d]", "", grouped.iloc[0])
        remedy = (
            f"they are read with decimals; if they are thousands, state thousands: '{mark}' at the "
            "question in the codebook, else decimals: 3"
        )
        yield Problem(file, rows[0], column, rule, remedy, "warning")


# --- codes among numbers --------------------------------------------------------------------


def _labelled(
    settings: Settings, table: DataTable, variable: Variable, file: str
) -> Iterator[Problem]:
    """Tell which labelled codes are taken as missing, and ask about labels that are not clear."""
    column = variable.column
    labels = table.value_labels.get(column, {})
    stated = {
        *settings.codebook.missing,
        *variable.question.missing,
        *table.missing.get(column, ()),
    }
    cells = table.frame[column]
    for code, reason in labelled_as_missing(labels).items():
        rows = [int(row) for row in cells.index[cells == code]]
        if code not in stated and rows:
            rule = f"{code} is taken as {reason}: the file labels it {labels[code]!r}"
            remedy = f"state it in the codebook: missing: {{'{code}': {reason}}}"
            where = f" ({name_rows(rows)})"
            yield Problem(file, rows[0], column, rule + where, remedy, "warning")


def _codes(variable: Variable, valid: pd.Series, table: DataTable, file: str) -> Iterator[Problem]:
    """Ask about numbers that look like codes for no answer and lie apart from all others."""
    numbers = parse_numbers(valid)
    labels = table.value_labels.get(variable.column, {})
    like = valid.map(lambda cell: CODE_LIKE.fullmatch(_whole(cell)) is not None) | valid.isin(
        labels
    )
    others = numbers[~like].dropna()
    below = numbers[numbers < 0].nunique()
    if others.empty or below > MOST_CODES:
        return
    for code in dict.fromkeys(valid[like & numbers.notna()]):
        rows = [int(row) for row in valid.index[valid == code]]
        severity = _judge(variable, float(numbers[rows[0]]), len(rows), others)
        if severity:
            label = f", labelled {labels[code]!r}" if code in labels else ""
            rule = f"{code}{label} looks like a code for no answer ({name_rows(rows)})"
            remedy = (
                f"state missing: {{'{code}': no_answer}} in the codebook (or dont_know, refused, "
                "not_asked); if it is a number, state a minimum: and maximum: that hold it"
            )
            yield Problem(
                file, rows[0], variable.column, rule, remedy,
                "error" if severity == "error" else "warning",
            )  # fmt: skip


def _whole(cell: str) -> str:
    return re.sub(r"[.,]0*$", "", cell.replace("\u2212", "-"))


def _judge(variable: Variable, number: float, times: int, others: pd.Series) -> str:
    """Return how sure it is that a number is a code; ``""`` where it is not."""
    question = variable.question
    limit = question.minimum if number < 0 else question.maximum
    if limit is not None:
        return ""  # the codebook's own limit says whether it is a number
    if number < 0:
        return "error" if others.ge(0).all() else ""
    largest = float(np.max(np.abs(others)))
    if number > FAR * largest:
        return "error"
    return "warning" if number > largest and times >= FEW and number >= 77 else ""
