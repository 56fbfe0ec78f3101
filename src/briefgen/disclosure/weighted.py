"""What a weighted share tells to somebody who knows the weights.

In: the cells of a family that are published, and the true counts. Out: two more cells for each
weighted value, which hold it within what is printed of it. A weighted share is a sum of the weights
of those who chose an answer; who knows the weights can work out which respondents add up to it.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from briefgen.config.settings import DisclosureRules
from briefgen.disclosure.counts import Cell, Family, Key, cells_of
from briefgen.disclosure.rounding import SCORE_STEP, round_to
from briefgen.disclosure.system import Floats, Form

ROUNDINGS: Final = 3
"""Printed numbers that follow from one share: the value and both limits of its interval."""
SLACK: Final = 1e-9
"""Share by which limits are widened against binary rounding."""
WEIGHTED = "weighted"
Limits = tuple[float, float]


def list_weighted_cells(
    rules: DisclosureRules,
    family: Family,
    shown: Iterable[Cell],
    truth: Floats,
    compared: Collection[Key] | None = None,
) -> list[Cell]:
    """Return what is known beside the counts where weights differ.

    Parameters
    ----------
    shown
        Cells that are published.
    truth
        The true counts.
    compared
        Those of which the difference from the rest is published; default: all.

    Returns
    -------
    list of Cell
        Each is at least 0, and known as long as `Cell.shown_by` is published. Of a weighted mean
        of scores *y* between *a* and *b* they say that Σ *w*(*y* − *a*) ≥ 0 and Σ *w*(*b* − *y*)
        ≥ 0 over those who answered, in units of (*b* − *a*) Σ *w*.
    """
    if len(set(family.structure.weights)) < 2:
        return []
    found: list[Cell] = []
    rests: dict[tuple[str, str], dict[str, Cell]] = {}
    for cell in shown:
        if cell.kind not in ("count", "mean"):
            continue
        step = SCORE_STEP if cell.kind == "mean" else rules.share_step
        own = _mean(family, cell, truth)
        found += _hold(family, cell, _around(own, step), truth, cell.key)
        if compared is not None and cell.key not in compared:
            continue
        if cell.table not in rests:
            rests[cell.table] = _find_rest(family, cell)
        rest = rests[cell.table].get(cell.measure)
        if rest is not None:
            low, high = _around(own, step)
            gap = _around(own - _mean(family, rest, truth), step)
            found += _hold(family, rest, (low - gap[1], high - gap[0]), truth, cell.key)
    return found


def _find_rest(family: Family, cell: Cell) -> dict[str, Cell]:
    """Return the counts among those with whom a cell's domain is compared, by measure."""
    structure = family.structure
    if structure.kinds[cell.domain] == "nation":
        return {}
    inside = {*structure.domains[cell.domain], *structure.unplaced[cell.domain]}
    rest = tuple(atom for atom in range(len(structure.sizes)) if atom not in inside)
    [variable] = [one for one in family.variables if one.code == cell.variable]
    cells = cells_of(family, variable, f"{cell.domain}~rest", rest, publishable=False)
    return {other.measure: other for other in cells}


def _weigh(family: Family, form: Form) -> Floats:
    """Return the terms of a form times the weights of those whom they count."""
    weights = np.array(family.structure.weights)
    weighed: Floats = form.values * weights[form.columns % len(weights)]
    return weighed


def _mean(family: Family, cell: Cell, truth: Floats) -> float:
    """Return the weighted share or mean; nothing where nobody answered."""
    total = float(_weigh(family, cell.base) @ truth[cell.base.columns])
    return float(_weigh(family, cell.form) @ truth[cell.form.columns]) / total if total else 0.0


def _around(value: float, step: float) -> Limits:
    """Return the part of what is printed alike in which a value is; there are as many as roundings.

    It lies within the limits that the printed value leaves by itself.
    """
    low, width = round_to(value, step) - step / 2, step / ROUNDINGS
    number = min(max(math.floor((value - low) / width + SLACK), 0), ROUNDINGS - 1)
    return low + number * width, low + (number + 1) * width


def _hold(
    family: Family, cell: Cell, limits: Limits, truth: Floats, shown_by: Key
) -> Iterator[Cell]:
    """Return the two cells that hold a weighted value within its limits."""
    weights = _weigh(family, cell.base)
    if not len(weights) or weights.min() == weights.max():
        return  # it is the unweighted one
    scores, unit = _weigh(family, cell.form), limits[1] - limits[0]
    unit *= float(weights @ truth[cell.base.columns]) or 1.0
    for name, limit, sign in (("from", limits[0] - SLACK, 1.0), ("to", limits[1] + SLACK, -1.0)):
        terms = dict(zip(cell.base.columns.tolist(), (-limit * weights).tolist(), strict=True))
        for column, score in zip(cell.form.columns.tolist(), scores.tolist(), strict=True):
            terms[column] = terms.get(column, 0.0) + score
        form = Form.of({column: sign * term / unit for column, term in terms.items()})
        measure = f"{cell.measure} {name}"
        yield replace(
            cell, measure=measure, kind=WEIGHTED, form=form, publishable=False, shown_by=shown_by
        )
