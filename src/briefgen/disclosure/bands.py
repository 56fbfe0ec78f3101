"""Bands: what the published values of a table leave of one that is hidden beside them.

In: evidence as it was decided, with the true counts of what is published. Out: the same evidence,
in which hidden shares and means of scores have a `model.Evidence.band`. A band is a function of
published values alone, so it tells nothing that they do not tell already
(``docs/disclosure-model.md``); the audit takes it as known all the same. Bands are made after all
else is decided.

References
----------
NCES (2011). Statistical methods for protecting personally identifiable information in aggregate
reporting. SLDS Technical Brief 3, NCES 2011-603 (limits of percentages by the size of a group).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

import numpy as np

from briefgen.config.settings import DisclosureRules, Settings, Variable
from briefgen.disclosure.counts import dimensions_of, measures_of
from briefgen.disclosure.rounding import step_of
from briefgen.disclosure.rules import is_small_base
from briefgen.disclosure.system import Form, Polytope, stack_rows
from briefgen.model import Band, Evidence

GRID: Final = ((20, 0.1, 0.5), (100, 0.05, 0.2), (math.inf, 0.01, 0.1))
"""Below so many answers the limits of bands are multiples of so much: of shares, and of scores."""
WIDEST: Final = {"count": 0.5, "mean": 0.25}
"""As a part of all that is possible. A band that is wider is not worth a reader's time."""
DUST: Final = 1e-6
"""Shares; what is smaller is the solver's arithmetic."""
Limits = tuple[float, float]
Row = Mapping[Any, Any]


def add_bands(
    settings: Settings, evidence: Mapping[str, Evidence], rows: Mapping[str, Row]
) -> dict[str, Evidence]:
    """Return evidence with bands in place of silence, wherever published values bear one.

    Parameters
    ----------
    evidence
        What was decided about each value.
    rows
        The estimates by key, of which the unweighted ``count`` and ``n`` are read.
    """
    found = dict(evidence)
    if not settings.info.disclosure.bands:
        return found
    for table in _list_tables(settings, evidence):
        variable = settings.variables[table[0].variable]
        counts = {item.measure: rows[item.key]["count"] for item in table}
        for item in make_bands(settings.info.disclosure, variable, table, counts):
            found[item.key] = item
    return found


def _list_tables(settings: Settings, evidence: Mapping[str, Evidence]) -> Iterator[list[Evidence]]:
    """Yield the shares and means of scores of each table, from the data at hand."""
    shares = [
        item
        for item in evidence.values()
        if item.source == "survey"
        and not (item.contrast or item.as_of)
        and item.variable in settings.variables
        and item.measure in measures_of(settings.variables[item.variable])
    ]

    def table_of(item: Evidence) -> tuple[str, str]:
        return item.variable, item.domain

    for _, table in groupby(sorted(shares, key=table_of), key=table_of):
        yield list(table)


def make_bands(
    rules: DisclosureRules,
    variable: Variable,
    table: Sequence[Evidence],
    counts: Mapping[str, float],
) -> Iterator[Evidence]:
    """Yield the hidden values of a table of which the published ones leave little, with their band.

    Parameters
    ----------
    table
        The shares and the mean of a variable in a domain.
    counts
        Unweighted answers behind each published one, by measure; missing where it is not known.
    """
    shares = [item for item in table if item.statistic == "share"]
    shown = [item for item in shares if item.is_published and item.value is not None]
    hidden = [item for item in table if not item.is_published]
    bases = {item.n for item in shown}
    if not hidden or len(bases) != 1 or len(dimensions_of(variable)) > 1:
        return
    [base] = bases
    if base is None or is_small_base(rules, base):
        return
    limits = {item.measure: _limits_of_shown(rules, item, base, counts) for item in shown}
    system = _make_system(variable, limits)
    for item in hidden:
        scale = make_scale(rules, base, variable, item.measure)
        band = widen(scale, _find_limits(system, variable, item.measure))
        if band is not None:
            yield replace(item, band=band, n=base)


def _limits_of_shown(
    rules: DisclosureRules, item: Evidence, base: int, counts: Mapping[str, float]
) -> Limits:
    """Return the limits of a published share: what rounding leaves, and the unweighted share.

    Whoever reads a weighted share counts as knowing the unweighted one too. A band holds for both,
    so that it tells nothing new of either.
    """
    value = float(item.value or 0.0)
    half = step_of(rules, item.statistic, item.unit, value) / 2
    values = [value - half, value + half]
    count = counts.get(item.measure, math.nan)
    if math.isfinite(count):
        values.append(float(count) / base)
    return min(values), max(values)


def _make_system(variable: Variable, limits: Mapping[str, Limits]) -> Polytope:
    """Return the shares of all answers, which add up to one, given the published ones."""
    [(_, options)] = dimensions_of(variable)
    measures = measures_of(variable)
    rows: list[dict[int, float]] = [dict.fromkeys(range(len(options)), 1.0)]
    bounds: list[Limits] = [(1.0, 1.0)]
    for measure, known in limits.items():
        scores = measures[measure][1]
        rows.append({options.index(option): score for option, score in scores.items()})
        bounds.append(known)
    low, high = np.array(bounds, dtype=float).T.copy()
    return Polytope(stack_rows(rows, len(options)), low, high)


def _find_limits(system: Polytope, variable: Variable, measure: str) -> Limits:
    """Return the smallest and the largest value that published shares leave a measure."""
    [(_, options)] = dimensions_of(variable)
    scores = measures_of(variable)[measure][1]
    form = Form.of({options.index(option): score for option, score in scores.items()})
    points = [system.extreme(form, sign) for sign in (-1, 1)]
    low, high = (None if point is None else form.at(point) for point in points)
    return (-math.inf, math.inf) if low is None or high is None else (low, high)


@dataclass(frozen=True)
class Scale:
    """The limits that bands of a measure may have.

    Attributes
    ----------
    step
        Limits are multiples of it.
    ends
        The smallest and the largest value that the measure can have.
    widest
        So wide a band may be.
    """

    step: float
    ends: Limits
    widest: float

    @property
    def is_share(self) -> bool:
        """Whether ends are nobody and everybody."""
        return self.ends == (0.0, 1.0)


def make_scale(rules: DisclosureRules, base: float, variable: Variable, measure: str) -> Scale:
    """Return the scale of a measure in tables of so many answers."""
    _, scores, kind = measures_of(variable)[measure]
    of_shares, of_scores = next(steps for below, *steps in GRID if base < below)
    if kind == "count":
        return Scale(max(rules.share_step, of_shares), (0.0, 1.0), WIDEST[kind])
    ends = min(scores.values()), max(scores.values())
    return Scale(of_scores, ends, WIDEST[kind] * (ends[1] - ends[0]))


def widen(scale: Scale, limits: Limits) -> Band | None:
    """Return the narrowest band of a scale that holds some limits; ``None`` if it says little.

    The end of a share's band that is open on one side is ``None``. That nobody gave an answer, or
    everybody, is no band.
    """
    if not all(map(math.isfinite, limits)):
        return None
    first, last = scale.ends
    low = math.floor(limits[0] / scale.step + DUST) * scale.step
    high = math.ceil(limits[1] / scale.step - DUST) * scale.step
    low, high = min(low, last - scale.step), max(high, first + scale.step)
    low, high = max(low, first), min(max(high, low + scale.step), last)
    if high - low > scale.widest + DUST:
        return None
    is_open = scale.is_share
    return (
        None if is_open and low < DUST else round(low, 10),
        None if is_open and high > 1 - DUST else round(high, 10),
    )


def is_on_grid(settings: Settings, item: Evidence) -> bool:
    """Tell whether a band is one that the rules allow: of a count or a mean, on its grid."""
    if item.band is None:
        return True
    variable = settings.variables.get(item.variable)
    if item.n is None or item.contrast or variable is None:
        return False
    if item.measure not in measures_of(variable):
        return False
    scale = make_scale(settings.info.disclosure, item.n, variable, item.measure)
    pairs = zip(item.band, scale.ends, strict=True)
    low, high = (edge if end is None else end for end, edge in pairs)
    return item.band == widen(scale, (low, high))


def limits_of_band(item: Evidence) -> Limits:
    """Return the counts, or the sums of scores, that a band allows; it holds without weights too.

    Raises
    ------
    ValueError
        If the evidence has no band.
    """
    if item.band is None or item.n is None:
        raise ValueError(f"{item.key} has no band")
    low, high = (end if end is None else end * item.n for end in item.band)
    if item.statistic != "share":
        return (-math.inf if low is None else low - DUST, math.inf if high is None else high + DUST)
    fewest = 0 if low is None else math.ceil(low - DUST)
    most = item.n if high is None else math.floor(high + DUST)
    return float(fewest), float(most)
