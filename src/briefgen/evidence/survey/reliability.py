"""Do the items of an index measure one thing? Cronbach's alpha.

References
----------
Cronbach, L. J. (1951): Coefficient alpha and the internal structure of tests. Psychometrika 16.
Feldt, L. S. (1965): The approximate sampling distribution of Kuder–Richardson reliability
coefficient twenty. Psychometrika 30.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from briefgen.config.settings import Settings
from briefgen.evidence.survey.measures import index_items

Numbers = NDArray[np.float64]


def cronbach_alpha(items: Numbers, weights: Numbers | None = None) -> float:
    """Return Cronbach's alpha of complete answers, −∞…1; NaN where it is not defined.

    Parameters
    ----------
    items
        n × k scores without gaps.
    weights
        n weights; default: all alike.
    """
    n, k = items.shape
    if k < 2 or n < 2:
        return float("nan")
    covariance = np.cov(items, rowvar=False, aweights=weights)
    total = float(covariance.sum())
    if total <= 1e-12:
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(covariance) / total))


def feldt_interval(alpha: float, n: float, k: int, confidence: float) -> tuple[float, float]:
    """Return Feldt's interval of alpha from n answers to k items."""
    if n < 2 or k < 2 or not np.isfinite(alpha):
        return float("nan"), float("nan")
    df1, df2 = n - 1, (n - 1) * (k - 1)
    upper = float(stats.f.ppf((1 + confidence) / 2, df1, df2))
    lower = float(stats.f.ppf((1 - confidence) / 2, df1, df2))
    return 1 - (1 - alpha) * upper, 1 - (1 - alpha) * lower


def estimate_reliability(settings: Settings, survey: pd.DataFrame) -> pd.DataFrame:
    """Return alpha of every index of the codebook in the nation, as rows of the tidy table."""
    rows = [_row(settings, survey, index.code) for index in settings.codebook.indices]
    return pd.DataFrame(rows)


def _row(settings: Settings, survey: pd.DataFrame, code: str) -> dict[str, object]:
    index = next(index for index in settings.codebook.indices if index.code == code)
    items = index_items(settings, survey, index)
    complete = np.isfinite(items).all(axis=1)
    weights = survey["_weight"].to_numpy(dtype=float)[complete]
    alpha = cronbach_alpha(items[complete], weights)
    n = int(complete.sum())
    low, high = feldt_interval(alpha, n, items.shape[1], settings.info.statistics.confidence)
    return {
        "variable": code, "measure": "alpha", "statistic": "alpha", "unit": "",
        "domain": settings.nation, "contrast": "", "value": alpha, "low": low, "high": high,
        "n": float(n), "weighted_n": float(weights.sum()), "method": "cronbach, feldt",
    }  # fmt: skip
