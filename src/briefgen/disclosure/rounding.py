"""Rounding of released values, and the interval that it leaves to an attacker.

In: a value with its statistic and `DisclosureRules`. Out: the released value; for the audit, how
far the true value may be from the printed one.
"""

from __future__ import annotations

import math
from typing import Final

from briefgen.config.measures import RANK, SCORE, list_kinds, rounding_of
from briefgen.config.settings import DisclosureRules
from briefgen.errors import DisclosureError

SCORE_STEP: Final = 0.1
"""Means of scales and of ranks are rounded to this."""
COEFFICIENT_STEP: Final = 0.01


def step_of(rules: DisclosureRules, statistic: str, unit: str, value: float) -> float:
    """Return the step that a value is rounded to, in its unit.

    Parameters
    ----------
    statistic, unit
        As in `model.ESTIMATE_COLUMNS`.
    value
        Means of numbers keep three significant digits, but no decimal beyond the first. Ratios,
        which may all be far below one, keep at least two.

    Raises
    ------
    DisclosureError
        If nothing says how the statistic is rounded.
    """
    rounding = rounding_of(statistic)
    if rounding == "share" or unit in ("share", "points"):
        return rules.share_step
    if rounding == "count":
        return float(rules.count_step)
    if rounding == "coefficient":
        return COEFFICIENT_STEP
    if rounding == "two significant":
        return min(significant_step(value), significant_step(value, 2, least=0.0))
    if rounding == "significant" and unit not in (SCORE, RANK):
        return significant_step(value)
    if rounding is None:
        raise DisclosureError(
            f"nothing says how the statistic {statistic!r} is rounded",
            hint="declare it with the kind of measure (rounding=); see docs/extending.md",
        )
    return SCORE_STEP  # medians and quantiles of numbers have rules of their own


def rounded_as(statistic: str, measure: str) -> str:
    """Return the statistic by which a value is rounded: a difference of ratios is as small."""
    if statistic != "difference":
        return statistic
    own = (kind.statistic for kind in list_kinds() if kind.rounding and kind.measure == measure)
    return next(own, statistic)


def significant_step(value: float, digits: int = 3, least: float = SCORE_STEP) -> float:
    """Return the power of ten that keeps so many significant digits, or the least step."""
    if value == 0 or not math.isfinite(value):
        return SCORE_STEP
    return max(least, 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1))


def round_to(value: float, step: float) -> float:
    """Round to the nearest multiple of a step, halves away from zero, without binary dust."""
    ratio = value / step
    whole = math.floor(abs(ratio) + 0.5 + 1e-9)
    return round(math.copysign(whole, ratio) * step, 10) + 0.0


def printed_limits(total: float, base: float, step: float) -> tuple[float, float]:
    """Return the limits of a sum that its printed mean leaves.

    Parameters
    ----------
    total
        The sum, such as of scores.
    base
        How many it is of.
    step
        What the mean is rounded to.
    """
    if base == 0:
        return 0.0, 0.0
    mean = round_to(total / base, step)
    return base * (mean - step / 2), base * (mean + step / 2)


def coarse_step(values: list[float], middle: float, fewest: int) -> float:
    """Return the smallest step of 1, 2, 5, 10, … at which a rounded median hides single values.

    Parameters
    ----------
    values
        The answers that the median is of, in the unit.
    middle
        The median.
    fewest
        So many answers must lie where the rounded value says that the median is.
    """
    scale = 10.0 ** math.floor(math.log10(abs(middle))) / 100 if middle else 0.01
    for exponent in range(9):
        for factor in (1, 2, 5):
            step = factor * scale * 10.0**exponent
            rounded = round_to(middle, step)
            if sum(abs(value - rounded) <= step / 2 for value in values) >= fewest:
                return step
    return scale * 1e9


def round_step_up(step: float) -> float:
    """Return the smallest of 1, 2, 5, 10, … that is no smaller than a step."""
    scale = 10.0 ** math.floor(math.log10(step))
    return next(factor * scale for factor in (1, 2, 5, 10) if factor * scale >= step * (1 - 1e-9))
