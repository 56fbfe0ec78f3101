"""Replicate weights: sets of numbered columns that weigh as the weight, each a little otherwise.

In: the columns and the name of the weight. Out: a `ReplicateDraft`, whose method is told by what
the sets make of the weight (nobody else's half counted double, one group left out, …), else by
their name; where neither tells, it is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.evidence.drafting.columns import Column
from briefgen.evidence.survey.decode import parse_numbers

Numbers = NDArray[np.float64]
NUMBERED: Final = re.compile(r"(?P<stem>.*[A-Za-z_.])(?P<number>\d{1,4})")
FEWEST: Final = 8
"""Fewer sets say nothing of a variance."""
FAR: Final = 0.4
"""How far a row's mean over all sets may lie from its weight, as a share of it."""
NEAR: Final = 0.005
NAMES: Final = (
    (re.compile(r"boot|bsw|^bs", re.IGNORECASE), "bootstrap"),
    (re.compile(r"brr", re.IGNORECASE), "BRR"),
    (re.compile(r"sdr|pwgtp|wgtp", re.IGNORECASE), "successive-difference"),
    (re.compile(r"jk2", re.IGNORECASE), "JK2"),
)
STEPS: Final = (1 - 2**-0.5, 1.0, 1 + 2**-0.5)
"""What successive differences make of a weight."""


@dataclass(frozen=True)
class ReplicateDraft:
    """Columns that look like replicate weights, and what ``design.replicates`` may say of them.

    Attributes
    ----------
    spec
        ``None`` where nothing tells the method.
    because
        Why they look so.
    """

    columns: tuple[str, ...]
    spec: dict[str, Any] | None
    because: str


def find_replicates(columns: Sequence[Column], weight: str) -> ReplicateDraft | None:
    """Return the largest set of replicate weights, ``None`` where there is none."""
    weights = next(_numbers(column) for column in columns if column.name == weight)
    if np.isnan(weights).any():
        return None
    found = [_draft(group, columns, weights) for group in numbered_groups(columns, weight)]
    return max(filter(None, found), key=lambda draft: len(draft.columns), default=None)


def numbered_groups(columns: Sequence[Column], weight: str | None) -> list[list[Column]]:
    """Return columns of one name and running numbers that hold bare numbers, none below 0."""
    groups: dict[str, dict[int, Column]] = {}
    for column in columns:
        match = NUMBERED.fullmatch(column.name)
        if match and column.name != weight and not column.labels and not column.kind:
            groups.setdefault(match["stem"], {})[int(match["number"])] = column
    running = (
        [group[number] for number in sorted(group)]
        for group in groups.values()
        if len(group) >= FEWEST and max(group) - min(group) == len(group) - 1
    )
    return [group for group in running if all(map(_may_weigh, group))]


def _may_weigh(column: Column) -> bool:
    numbers = _numbers(column)
    return not np.isnan(numbers).any() and bool((numbers >= 0).all()) and numbers.max() > 0


def _numbers(column: Column) -> Numbers:
    return np.asarray(parse_numbers(column.cells), dtype=float)


def _draft(
    group: Sequence[Column], columns: Sequence[Column], weights: Numbers
) -> ReplicateDraft | None:
    counted = weights > 0
    sets = np.column_stack([_numbers(column) for column in group])[counted]
    weights = weights[counted]
    for factors, base in ((False, weights), (True, np.ones_like(weights))):
        ratios = sets / base[:, None]
        if _mean_is_weight(ratios) and np.ptp(ratios) > NEAR:
            return _describe(group, columns, ratios, factors=factors)
    return None


def _mean_is_weight(ratios: Numbers) -> bool:
    far: pd.Series = pd.Series(ratios.mean(axis=1) - 1).abs() > FAR
    return len(ratios) > 0 and bool(far.mean() < 0.05)


def _describe(
    group: Sequence[Column], columns: Sequence[Column], ratios: Numbers, *, factors: bool
) -> ReplicateDraft:
    names = tuple(column.name for column in group)
    method, told = _method(ratios, names[0])
    look = f"{names[0]} to {names[-1]} vary around {'1' if factors else 'the weight'}"
    if method is None:
        return ReplicateDraft(names, None, f"{look}; nothing tells how they were made")
    spec: dict[str, Any] = {"columns": _pattern(names, columns)}
    spec |= method | ({"factors": True} if factors else {})
    return ReplicateDraft(names, spec, f"{look}; {method['method']}: {told}")


def _pattern(names: Sequence[str], columns: Sequence[Column]) -> str | list[str]:
    """Return the columns' common beginning with ``*`` where no other column has it."""
    match = NUMBERED.fullmatch(names[0])
    pattern = f"{match['stem'] if match else names[0]}*"
    fitting = {column.name for column in columns if fnmatchcase(column.name, pattern)}
    return pattern if fitting == set(names) else list(names)


def _method(ratios: Numbers, name: str) -> tuple[dict[str, Any] | None, str]:
    """Return method and factors by what the sets make of the weight, else by their name."""
    size = ratios.shape[1]
    low, high = float(ratios.min()), float(ratios.max())
    is_fay = low > NEAR and abs(low + high - 2) < 2 * NEAR and _are(ratios, (low, high))
    fay = {"method": "Fay", "rho": round(low, 3)}
    factors = _strata_factors(ratios)
    strata = {"method": "JKn", "rscales": factors}
    steps = {"method": "successive-difference"}
    named = next((method for words, method in NAMES if words.search(name)), None)
    shapes: tuple[tuple[bool, dict[str, Any], str], ...] = (
        (_are(ratios, (0, 2)), {"method": "BRR"}, "each row counts double or not at all"),
        (is_fay, fay, f"each row counts {low:.3g} or {high:.3g} times"),
        (_are(ratios, (0, size / (size - 1))), {"method": "JK1"}, "each leaves out a group"),
        (_are(ratios, (0, 1, 2)), {"method": "JK2"}, "each counts some rows double, some not"),
        (_are(ratios, STEPS), steps, "each row counts 0.29, 1 or 1.71 times"),
        (bool(factors), strata, "each leaves out a group of a stratum"),
        (named is not None, {"method": named}, "by their name"),
    )
    return next(((spec, told) for holds, spec, told in shapes if holds), (None, ""))


def _are(ratios: Numbers, values: Sequence[float]) -> bool:
    """Tell whether all ratios are among some values, and each of these is there."""
    near = [np.abs(ratios - value) < NEAR for value in values]
    return bool(np.any(near, axis=0).all()) and all(bool(one.any()) for one in near)


def _strata_factors(ratios: Numbers) -> list[float]:
    """Return (n - 1)/n of the stratum of which each set leaves out a group; none without such."""
    found = []
    for one in ratios.T:
        more = one[one > 1 + NEAR]
        if not len(more) or np.ptp(more) > NEAR or not _are(one, (0, 1, more[0])):
            return []
        found.append(round(1 / float(more[0]), 4))
    return found
