"""Rules for columns, checked in a table by pandera, and reported as problems.

What breaks a rule is reported once, with the number of rows and the first of them; where the cell
may be named, once for each value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from briefgen.errors import Problem, name_rows
from briefgen.evidence.validate.cells import explain_cell, show_cell

SHOWN: Final = 20
"""So many values are named for one rule; the rest are counted."""
Test = Callable[[pd.Series], pd.Series]


@dataclass(frozen=True)
class Rule:
    """What is asked of every cell of a column.

    Attributes
    ----------
    column
        Name in the file.
    fault, remedy
        For the user: what is the case where the rule is broken, and what to do.
    test
        Given the column's cells, whether each keeps the rule.
    severity
        Errors stop the build.
    named
        Given the cells that break the rule, what to name of them, indexed by row. Only for what is
        no answer in words: codes of closed questions, and places.
    known
        Codes that a named value may have been meant for.
    """

    column: str
    fault: str
    remedy: str
    test: Test
    severity: Literal["error", "warning"] = "error"
    named: Test | None = None
    known: tuple[str, ...] = ()


def itself(cells: pd.Series) -> pd.Series:
    """Return the cells: what to name is what stands there."""
    return cells


def apply_rules(frame: pd.DataFrame, rules: Sequence[Rule], file: str) -> list[Problem]:
    """Check all rules in a table whose index is the row in the file.

    Every rule's column has to be there.
    """
    import pandera.pandas as pa  # noqa: PLC0415 - slow to import

    columns: dict[str, list[pa.Check]] = {}
    for number, rule in enumerate(rules):
        columns.setdefault(rule.column, []).append(pa.Check(rule.test, error=str(number)))
    schema = pa.DataFrameSchema(
        {name: pa.Column(checks=checks, nullable=True) for name, checks in columns.items()}
    )
    try:
        schema.validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return _tell(error.failure_cases, rules, frame, file)
    return []


def _tell(
    failures: pd.DataFrame, rules: Sequence[Rule], frame: pd.DataFrame, file: str
) -> list[Problem]:
    problems: list[Problem] = []
    for number, part in failures.groupby(failures["check"].astype(int), sort=True):
        rule = rules[int(str(number))]
        rows = sorted({int(row) for row in part["index"]})
        if rule.named is None:
            problems.append(_problem(file, rule, rule.fault, rule.remedy, rows))
        else:
            problems += _tell_values(file, rule, rule.named(frame.loc[rows, rule.column]))
    return problems


def _problem(file: str, rule: Rule, fault: str, remedy: str, rows: list[int]) -> Problem:
    where = f" ({name_rows(rows)})" if len(rows) > 1 else ""
    return Problem(file, rows[0], rule.column, fault + where, remedy, rule.severity)


def _tell_values(file: str, rule: Rule, values: pd.Series) -> list[Problem]:
    by_value = {
        str(value): sorted(int(row) for row in rows)
        for value, rows in values.groupby(values).groups.items()
    }
    ordered = sorted(by_value.items(), key=lambda item: (-len(item[1]), item[1][0]))
    problems = []
    for value, rows in ordered[:SHOWN]:
        meant = explain_cell(value, rule.known)
        remedy = f"{meant}; {rule.remedy}" if meant else rule.remedy
        problems.append(_problem(file, rule, f"{show_cell(value)} {rule.fault}", remedy, rows))
    rest = sorted(row for _, rows in ordered[SHOWN:] for row in rows)
    if rest:
        fault = f"{len(ordered) - SHOWN} further values: each {rule.fault}"
        problems.append(_problem(file, rule, fault, rule.remedy, rest))
    return problems
