"""Panel sheets whose columns are named by round too: ``r1_s05_importance``, ``S5 (Runde 2)``.

In: a sheet with one row for each expert. Out: the same ratings with one row for each expert and
round, and the round in a column of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import pandas as pd

from briefgen.evidence.sources import DataTable

_WORD: Final = r"(?P<word>round|runde|wave|welle|tour|[rwt])"
IN_NAME: Final = (
    re.compile(rf"{_WORD}[ _.-]?(?P<round>\d)[ _.:-]+(?P<rest>.+)", re.IGNORECASE),
    re.compile(rf"(?P<rest>.+?)\s*[(\[]{_WORD}[ _.-]?(?P<round>\d)[)\]]", re.IGNORECASE),
    re.compile(rf"(?P<rest>.+?)(?:[ _.:-]+){_WORD}[ _.-]?(?P<round>\d)", re.IGNORECASE),
)
"""How names tell the round: before the rest, behind it, or behind it in brackets."""
MOST_ROUNDS: Final = 6
LEAST_NAMED: Final = 4
"""Ratings that several rounds have: where a letter alone may number statements as well."""


@dataclass(frozen=True)
class _Name:
    rest: str
    number: int
    spelled: bool


def stack_rounds(table: DataTable) -> tuple[DataTable, tuple[int, ...]]:
    """Return a sheet with one row for each expert and round, and the rounds that names tell."""
    for form in IN_NAME:
        names = _name_columns(table, form)
        if _tell_rounds(names):
            return _stack(table, names), tuple(sorted({one.number for one in names.values()}))
    return table, ()


def _name_columns(table: DataTable, form: re.Pattern[str]) -> dict[str, _Name]:
    matches = {str(name): form.fullmatch(str(name).strip()) for name in table.frame.columns}
    return {
        name: _Name(match["rest"].strip(), int(match["round"]), len(match["word"]) > 1)
        for name, match in matches.items()
        if match
    }


def _tell_rounds(names: Mapping[str, _Name]) -> bool:
    """Whether numbers in names are rounds: most ratings have several, and rounds are few."""
    rounds = {one.number for one in names.values()}
    if not 2 <= len(rounds) <= MOST_ROUNDS or min(rounds) != 1:
        return False
    repeated = {one.rest for one in names.values() if one.number == 1} & {
        one.rest for one in names.values() if one.number > 1
    }
    every = {one.rest for one in names.values()}
    spelled = all(one.spelled for one in names.values())
    return len(repeated) >= len(every) / 2 and (
        spelled or len(repeated) >= max(LEAST_NAMED, 2 * len(rounds))
    )


def _stack(table: DataTable, names: Mapping[str, _Name]) -> DataTable:
    frame = table.frame
    shared = [name for name in frame.columns if str(name) not in names]
    rests = list(dict.fromkeys(one.rest for one in names.values()))
    parts = []
    for number in sorted({one.number for one in names.values()}):
        own = {one.rest: name for name, one in names.items() if one.number == number}
        part = frame[shared].copy()
        part["round"] = str(number)
        for rest in rests:
            part[rest] = frame[own[rest]] if rest in own else ""
        parts.append(part[(part[rests] != "").any(axis=1)])
    first = {one.rest: name for name, one in reversed(list(names.items()))}
    return replace(
        table,
        frame=pd.concat(parts),
        variable_labels=_renamed(table.variable_labels, first),
        value_labels=_renamed(table.value_labels, first),
        missing=_renamed(table.missing, first),
        kinds=_renamed(table.kinds, first),
        stems=_renamed(table.stems, first),
    )


def _renamed(told: Mapping[str, Any], first: Mapping[str, str]) -> dict[str, Any]:
    """Return what is said of columns by the names that they have without the round."""
    return dict(told) | {rest: told[name] for rest, name in first.items() if name in told}
