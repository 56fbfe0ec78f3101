"""Medians and quantiles of numbers, weighted, with Woodruff's interval.

References
----------
Woodruff, R. S. (1952): Confidence Intervals for Medians and Other Position Measures. JASA 47.
Hyndman, R. J.; Fan, Y. (1996): Sample Quantiles in Statistical Packages (definition 2).
The American Statistician 50.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from briefgen.settings import Statistics
from briefgen.survey.design import SurveyDesign
from briefgen.survey.intervals import korn_graubard

Numbers = NDArray[np.float64]
QUANTILES = {"p25": 0.25, "median": 0.5, "p75": 0.75}


@dataclass(frozen=True)
class Quantiles:
    """Quantiles of one variable in one domain, one entry for each probability."""

    value: Numbers
    se: Numbers
    low: Numbers
    high: Numbers
    n: int
    weighted_n: float


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


def estimate_quantiles(
    design: SurveyDesign, values: Numbers, rows: NDArray[np.intp], statistics: Statistics
) -> Quantiles:
    """Estimate the quartiles of a numeric variable in the domain at ``rows``.

    The share of answers up to the quantile gets an interval (Korn–Graubard, which stays within
    0–1 for any n), whose limits are turned back into values.
    """
    rows = rows[np.isfinite(values[rows])]
    here, weights = values[rows], design.weights[rows]
    shares = np.array(list(QUANTILES.values()))
    found = weighted_quantiles(here, weights, shares)
    if len(rows) < 2:
        empty = np.full(len(shares), np.nan)
        return Quantiles(found, empty, empty, empty, len(rows), float(weights.sum()))
    below = (here[:, None] <= found).astype(float)
    reached = weights @ below / weights.sum()
    z = weights[:, None] * (below - reached) / weights.sum()
    variance = design.variance(z, rows)
    df = design.degrees(np.ones((len(rows), 1), dtype=bool), rows).repeat(len(shares))
    n = np.full(len(shares), float(len(rows)))
    limits = korn_graubard(reached, variance, n=n, n_eff=n, df=df, confidence=statistics.confidence)
    low = weighted_quantiles(here, weights, limits.low)
    high = weighted_quantiles(here, weights, limits.high)
    half = stats.t.ppf((1 + statistics.confidence) / 2, np.where(df > 0, df, np.nan))
    return Quantiles(found, (high - low) / (2 * half), low, high, len(rows), float(weights.sum()))


def tabulate_quantiles(found: Quantiles, variable: str, unit: str, domain: str) -> pd.DataFrame:
    """Lay quantiles out as rows of the tidy table."""
    return pd.DataFrame(
        {
            "variable": variable,
            "measure": list(QUANTILES),
            "statistic": ["median" if name == "median" else "quantile" for name in QUANTILES],
            "unit": unit,
            "domain": domain,
            "contrast": "",
            "value": found.value,
            "se": found.se,
            "low": found.low,
            "high": found.high,
            "n": float(found.n),
            "weighted_n": found.weighted_n,
            "method": "woodruff",
        }
    )
