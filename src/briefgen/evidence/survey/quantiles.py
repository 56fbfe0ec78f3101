"""Medians and quantiles of numbers, weighted, with Woodruff's interval.

References
----------
Woodruff, R. S. (1952): Confidence Intervals for Medians and Other Position Measures. JASA 47.
Hyndman, R. J.; Fan, Y. (1996): Sample Quantiles in Statistical Packages (definition 2).
The American Statistician 50.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.measures import MeasureKind, list_kinds
from briefgen.config.settings import Statistics
from briefgen.evidence.survey.design import Estimated, SurveyDesign
from briefgen.evidence.survey.intervals import korn_graubard, student_quantile

Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Quantiles:
    """Quantiles of one variable, K domains × probabilities."""

    value: Numbers
    se: Numbers
    low: Numbers
    high: Numbers
    n: Numbers  # K
    weighted_n: Numbers  # K


def weighted_quantiles(values: Numbers, weights: Numbers, shares: Numbers) -> Numbers:
    """Return the values below which the shares of the weight lie.

    Where the share falls exactly between two values, their mean is taken, so that without weights
    the median of an even number of answers is the usual one.
    """
    if not len(values):
        return np.full(len(shares), np.nan)
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    reached = np.cumsum(weights[order])
    wanted = np.clip(shares, 0, 1) * reached[-1]
    tolerance = 1e-12 * reached[-1]
    place = np.minimum(np.searchsorted(reached, wanted - tolerance), len(ordered) - 1)
    after = np.minimum(place + 1, len(ordered) - 1)
    between = np.abs(reached[place] - wanted) <= tolerance
    found: Numbers = np.where(between, (ordered[place] + ordered[after]) / 2, ordered[place])
    return np.where(np.isnan(shares), np.nan, found)


def list_quantiles() -> list[MeasureKind]:
    """Return the quantiles of the catalogue, the smallest first."""
    found = [kind for kind in list_kinds("numeric") if kind.probability is not None]
    return sorted(found, key=lambda kind: kind.probability or 0.0)


def estimate_quantiles(
    design: SurveyDesign, values: Numbers, domains: Sequence[Rows], statistics: Statistics
) -> Quantiles:
    """Estimate the quantiles of a numeric variable in domains, each given by its rows.

    The share of answers up to the quantile gets an interval (Korn–Graubard, which stays within
    0–1 for any n), whose limits are turned back into values.
    """
    wanted = np.array([kind.probability for kind in list_quantiles()], dtype=float)
    answered = [rows[np.isfinite(values[rows])] for rows in domains]
    found = np.array([weighted_quantiles(values[r], design.weights[r], wanted) for r in answered])
    parts = [_reached(design, values, *part) for part in zip(answered, found, strict=True)]
    reached, variance, df = (np.array(part) for part in zip(*parts, strict=True))
    n = np.array([float(len(rows)) for rows in answered])
    sizes = np.repeat(n[:, None], len(wanted), axis=1)
    limits = korn_graubard(
        reached, variance, n=sizes, n_eff=sizes, df=df, confidence=statistics.confidence
    )
    low, high = (
        np.array(
            [
                weighted_quantiles(values[rows], design.weights[rows], shares)
                for rows, shares in zip(answered, side, strict=True)
            ]
        )
        for side in limits
    )
    half = student_quantile((1 + statistics.confidence) / 2, df)
    weighted_n = np.array([float(design.weights[rows].sum()) for rows in answered])
    return Quantiles(found, (high - low) / (2 * half), low, high, n, weighted_n)


def _reached(
    design: SurveyDesign, values: Numbers, rows: Rows, quantiles: Numbers
) -> tuple[Numbers, Numbers, Numbers]:
    """Return the share of answers up to each quantile, its variance and degrees of freedom."""
    if len(rows) < 2:
        nothing = np.full(len(quantiles), np.nan)
        return nothing, nothing, nothing
    weights = design.weights[rows] / design.weights[rows].sum()
    below = (values[rows][:, None] <= quantiles).astype(float)
    reached = weights @ below
    again = None
    if design.replicates is not None:
        again = design.replicates.ratios(below, np.ones_like(below), rows)
    z = weights[:, None] * (below - reached)
    variance = design.variance_of(Estimated(reached, z, again), rows)
    df = design.degrees(np.ones((len(rows), 1), dtype=bool), rows)
    return reached, variance, df.repeat(len(quantiles))


def tabulate_quantiles(
    found: Quantiles, variable: str, unit: str, domains: Sequence[str]
) -> pd.DataFrame:
    """Lay quantiles out as rows of the tidy table."""
    kinds, times = list_quantiles(), len(domains)
    each = len(kinds)
    return pd.DataFrame(
        {
            "variable": variable,
            "measure": [kind.measure for kind in kinds] * times,
            "statistic": [kind.statistic for kind in kinds] * times,
            "unit": unit,
            "domain": np.repeat(np.array(domains, dtype=object), each),
            "contrast": "",
            "value": found.value.ravel(),
            "se": found.se.ravel(),
            "low": found.low.ravel(),
            "high": found.high.ravel(),
            "n": found.n.repeat(each),
            "weighted_n": found.weighted_n.repeat(each),
            "method": "woodruff",
        }
    )
