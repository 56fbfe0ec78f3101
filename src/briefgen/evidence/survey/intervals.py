"""Confidence intervals, for whole arrays at once.

Shares 0–1 with their design-based variance; see ``docs/methods.md`` for when each holds.

References
----------
Wilson, E. B. (1927): Probable Inference. JASA 22.
Korn, E. L.; Graubard, B. I. (1998): Confidence Intervals for Proportions with Small Expected
Number of Positive Counts Estimated From Survey Data. Survey Methodology 24.
Zou, G. Y.; Donner, A. (2008): Construction of confidence limits about effect measures (MOVER).
Statistics in Medicine 27.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

Numbers = NDArray[np.float64]
CERTAIN = 1e12
"""Stands for an infinite number of respondents: everybody was asked."""
DUST = 1e-12
"""Shares this near to 0 or 1 are 0 or 1, but for the last bits of a sum."""
ShareMethod = Literal["wilson", "korn-graubard", "logit"]


class Interval(NamedTuple):
    """Lower and upper limits."""

    low: Numbers
    high: Numbers


def share_interval(
    method: ShareMethod,
    share: Numbers,
    variance: Numbers,
    *,
    n: Numbers,
    n_eff: Numbers,
    df: Numbers,
    confidence: float,
) -> Interval:
    """Return the interval of shares by the method chosen in ``study.yml``.

    Parameters
    ----------
    method
        ``wilson``, ``korn-graubard`` or ``logit``.
    share, variance
        Shares 0–1 and their design-based variances.
    n
        Respondents in the base.
    n_eff
        Effective number of respondents, n over design effect.
    df
        Degrees of freedom of the design in the base.
    confidence
        Such as 0.95.
    """
    if method == "korn-graubard":
        return korn_graubard(share, variance, n=n, n_eff=n_eff, df=df, confidence=confidence)
    lowered = n_eff * degrees_factor(n, df, confidence)
    if method == "wilson":
        return wilson(share, lowered, confidence)
    return logit(share, variance, lowered, df, confidence)


def degrees_factor(n: Numbers, df: Numbers, confidence: float) -> Numbers:
    """Return what the effective n is multiplied by for the degrees of freedom of the design.

    The factor is Korn and Graubard's, *(t_{n−1}/t_{df})²*: 1 where every respondent is a unit of
    one stratum, missing where the design leaves no degrees of freedom (one cluster).
    """
    upper = (1 + confidence) / 2
    return np.where(
        df == n - 1, 1.0, (student_quantile(upper, n - 1) / student_quantile(upper, df)) ** 2
    )


def wilson(share: Numbers, n_eff: Numbers, confidence: float) -> Interval:
    """Return Wilson's score interval with the effective number of respondents.

    An infinite ``n_eff`` (everybody was asked and answered) gives the share itself.
    """
    z2 = stats.norm.ppf((1 + confidence) / 2) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(np.isinf(n_eff), 0.0, z2 / n_eff)
        centre = (share + ratio / 2) / (1 + ratio)
        half = np.sqrt(share * (1 - share) * ratio + ratio**2 / 4) / (1 + ratio)
    return _inside(share, centre - half, centre + half)


def korn_graubard(
    share: Numbers,
    variance: Numbers,
    *,
    n: Numbers,
    n_eff: Numbers,
    df: Numbers,
    confidence: float,
) -> Interval:
    """Return the Clopper–Pearson interval with an effective n that the degrees of freedom lower.

    Where all answers are alike the variance says nothing, and ``n_eff`` stands in. Without degrees
    of freedom (one cluster, or one respondent in each stratum) there are no limits.
    """
    upper = (1 + confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        varied = (variance > 0) & (share * (1 - share) > DUST)
        size = np.where(varied, share * (1 - share) / variance, n_eff)
        size = size * degrees_factor(n, df, confidence)
        size = np.where(np.isinf(size), CERTAIN, size)
        hits = np.where(share <= DUST, 0.0, np.where(share >= 1 - DUST, 1.0, share))
        low = stats.beta.ppf(1 - upper, size * hits, size * (1 - hits) + 1)
        high = stats.beta.ppf(upper, size * hits + 1, size * (1 - hits))
    known = np.isfinite(size)
    low = np.where(known & (share <= DUST), 0.0, low)
    high = np.where(known & (share >= 1 - DUST), 1.0, high)
    return _inside(share, low, high)


def logit(
    share: Numbers, variance: Numbers, n_eff: Numbers, df: Numbers, confidence: float
) -> Interval:
    """Return the interval that is symmetric on the scale of log odds; Wilson's at 0 and 1."""
    edge = wilson(share, n_eff, confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = share * (1 - share)
        half = student_quantile((1 + confidence) / 2, df) * np.sqrt(variance) / odds
        centre = np.log(share / (1 - share))
        low, high = special.expit(centre - half), special.expit(centre + half)
    inner = (odds > 0) & np.isfinite(half)
    return _inside(share, np.where(inner, low, edge.low), np.where(inner, high, edge.high))


def mean_interval(value: Numbers, variance: Numbers, df: Numbers, confidence: float) -> Interval:
    """Return Student's interval; limits are missing where there is no variance estimate."""
    half = student_quantile((1 + confidence) / 2, df) * np.sqrt(variance)
    return Interval(value - half, value + half)


def difference_interval(
    first: Numbers,
    first_limits: Interval,
    second: Numbers,
    second_limits: Interval,
    correlation: Numbers,
) -> Interval:
    """Return the interval of ``first − second`` from the intervals of both (MOVER).

    It stays within −1 and 1 for shares and has a width even where both are 0 or 1.
    """
    a, b = first - first_limits.low, second_limits.high - second
    c, d = first_limits.high - first, second - second_limits.low
    gap = first - second
    low = gap - np.sqrt(np.maximum(a**2 + b**2 - 2 * correlation * a * b, 0))
    high = gap + np.sqrt(np.maximum(c**2 + d**2 - 2 * correlation * c * d, 0))
    return Interval(low, high)


def student_quantile(upper: float, df: Numbers) -> Numbers:
    """Return Student's quantile, missing where there are no degrees of freedom."""
    return np.asarray(stats.t.ppf(upper, np.where(df > 0, df, np.nan)), dtype=float)


def _inside(share: Numbers, low: Numbers, high: Numbers) -> Interval:
    """Keep limits within 0–1 and around the share, against rounding."""
    return Interval(
        np.where(np.isnan(low), np.nan, np.clip(np.minimum(low, share), 0, 1)),
        np.where(np.isnan(high), np.nan, np.clip(np.maximum(high, share), 0, 1)),
    )
