"""Rules for columns, held against a table by pandera, and told as problems."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pandas as pd

from briefgen.errors import Problem

SHOWN: Final = 20
"""So many rows are named for one rule; the rest are counted."""


@dataclass(frozen=True)
class Rule:
    """What is required of every cell of a column.

    Attributes
    ----------
    column
        Name in the file.
    rule, remedy
        For the user: what is required, and what to do.
    test
        Given the column's cells, whether each keeps the rule.
    """

    column: str
    rule: str
    remedy: str
    test: Callable[[pd.Series], pd.Series]
    severity: Literal["error", "warning"] = "error"


def apply_rules(frame: pd.DataFrame, rules: Sequence[Rule], file: str) -> list[Problem]:
    """Hold all rules against a table whose index is the row in the file.

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
        return _tell(error.failure_cases, rules, file)
    return []


def _tell(failures: pd.DataFrame, rules: Sequence[Rule], file: str) -> list[Problem]:
    problems: list[Problem] = []
    for number, part in failures.groupby(failures["check"].astype(int), sort=True):
        rule = rules[int(str(number))]
        rows = sorted({int(row) for row in part["index"]})
        problems += [
            Problem(file, row, rule.column, rule.rule, rule.remedy, rule.severity)
            for row in rows[:SHOWN]
        ]
        if len(rows) > SHOWN:
            more = f"{rule.rule} (and so in {len(rows) - SHOWN} further rows)"
            problems.append(Problem(file, None, rule.column, more, rule.remedy, rule.severity))
    return problems
