"""Leave out the rows that a study says are no respondents, and tell how many and why."""

from __future__ import annotations

from dataclasses import replace
from operator import eq

import pandas as pd

from briefgen.config.settings import DataSource, LeaveOut
from briefgen.errors import Problem, SourceError, name_rows, suggest
from briefgen.evidence.sources.table import DataTable, LeftOut


def leave_out(table: DataTable, source: DataSource) -> DataTable:
    """Return the table without the rows that ``leave_out`` of its source names.

    A row counts for the first rule that it meets.

    Raises
    ------
    SourceError
        If a rule names a column that the file does not have.
    """
    frame = table.frame
    told: list[LeftOut] = []
    for rule in source.leave_out:
        if rule.column not in frame:
            raise SourceError(
                f"rows are to be left out by the column {rule.column!r}, which the file lacks",
                where=table.path.name,
                hint=suggest(rule.column, list(map(str, frame))),
            )
        out = _meets(frame[rule.column], rule)
        told.append(LeftOut(int(out.sum()), describe_rule(rule), rule.because))
        frame = frame[~out]
    return replace(table, frame=frame, reading=replace(table.reading, left_out=tuple(told)))


def describe_rule(rule: LeaveOut) -> str:
    """Return a rule in words: ``Status is 'Spam'``."""
    parts = [
        (rule.codes, f"is {_list_values(rule.codes)}"),
        (rule.keep, f"is not {_list_values(rule.keep)}"),
        (rule.below is not None, f"is below {rule.below}"),
        (rule.above is not None, f"is above {rule.above}"),
    ]
    return f"{rule.column} " + " or ".join(words for stated, words in parts if stated)


def _list_values(values: tuple[str, ...]) -> str:
    return " or ".join(repr(value) if value else "empty" for value in values)


def _meets(cells: pd.Series, rule: LeaveOut) -> pd.Series:
    numbers = pd.to_numeric(cells.str.replace(",", ".", regex=False), errors="coerce")
    out = cells.isin(rule.codes)
    if rule.keep:
        out |= ~cells.isin(rule.keep)
    if rule.below is not None:
        out |= numbers < rule.below
    if rule.above is not None:
        out |= numbers > rule.above
    return out


def tell_repeated_names(table: DataTable) -> DataTable:
    """Return a table with a problem where its row of names stands again, as in joined files."""
    names = list(map(str, table.frame.columns))
    again = table.frame[table.frame.iloc[:, 0] == names[0]]
    rows = [
        int(row)
        for row, cells in zip(again.index, again.to_numpy(), strict=True)
        if 2 * sum(map(eq, cells, names)) > len(names)
    ]
    if not rows:
        return table
    rule = f"the row of names stands again ({name_rows(rows)})"
    remedy = "delete it; where files were joined, see that their columns are the same"
    problem = Problem(table.path.name, rows[0], "", rule, remedy)
    return replace(table, problems=(*table.problems, problem))
