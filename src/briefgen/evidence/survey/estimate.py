"""Estimates of all measures in all domains: one pass of matrix sums for each domain.

In: a `Study`. Out: the tidy table whose columns are `model.ESTIMATE_COLUMNS`. Disclosure control
takes it from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.settings import Statistics
from briefgen.evidence.survey.design import Estimated, SurveyDesign
from briefgen.evidence.survey.intervals import Interval, mean_interval, share_interval
from briefgen.evidence.survey.measures import Measures
from briefgen.model import ESTIMATE_COLUMNS

Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Ratios:
    """Ratios Σwy / Σwx of J measures in one domain."""

    value: Numbers
    variance: Numbers
    count: Numbers  # unweighted Σy
    n: Numbers  # respondents in the base
    weighted_n: Numbers
    n_eff: Numbers
    deff: Numbers
    df: Numbers
    z: Numbers  # weighted influence values of the domain's rows
    limits: Interval
    again: Numbers | None = None  # R × J, by replicate weights


def estimate_ratios(
    design: SurveyDesign, measures: Measures, rows: Rows, statistics: Statistics
) -> Ratios:
    """Estimate all measures in the domain whose respondents stand at ``rows``."""
    w = design.weights[rows]
    y, x, base = measures.y[rows], measures.x[rows], measures.base[rows]
    n, denominator = np.count_nonzero(base, axis=0).astype(float), w @ x
    value = _divide(w @ y, denominator)
    residual = y - np.nan_to_num(value) * x  # zero outside the base
    z = residual * w[:, None] * np.nan_to_num(_divide(np.ones_like(n), denominator))
    again = design.replicates.ratios(y, x, rows) if design.replicates else None
    spread_by_design = design.variance_of(Estimated(value, z, again), rows)
    variance = np.where(n > 0, spread_by_design, np.nan)
    df = design.degrees(base, rows)
    spread = _divide(w @ (residual * residual), denominator**2)
    weights = _Weights(n, w @ base, (w * w) @ base)
    deff, n_eff = _effective(design, variance, spread, weights)
    is_share = measures.names["statistic"].eq("share").to_numpy()
    limits = _limits(is_share, value, variance, n=n, n_eff=n_eff, df=df, statistics=statistics)
    count = np.where(is_share, y.sum(axis=0), np.nan)
    return Ratios(value, variance, count, n, weights.total, n_eff, deff, df, z, limits, again)


def _divide(numerator: Numbers, denominator: Numbers) -> Numbers:
    missing = np.full_like(denominator, np.nan)
    return np.divide(numerator, denominator, out=missing, where=denominator != 0)


@dataclass(frozen=True)
class _Weights:
    """Respondents, sum of weights and of squared weights in each base."""

    n: Numbers
    total: Numbers
    squares: Numbers


def _effective(
    design: SurveyDesign, variance: Numbers, spread: Numbers, weights: _Weights
) -> tuple[Numbers, Numbers]:
    """Return design effect and effective n.

    The design effect compares with a simple random sample of n with replacement. Where that has
    no variance (all alike, or n = 1), Kish's effective n stands in. The effective n is never
    more than n, but for the finite population correction: in a small domain the variance is
    itself too uncertain for an interval to live on a lucky one.

    Parameters
    ----------
    spread
        Σw(y − Rx)² / (Σwx)²; times Σw it is the variance of one answer.
    """
    n, correction = weights.n, 1 - design.sampled.max()
    with np.errstate(divide="ignore", invalid="ignore"):
        simple = spread * weights.total / (n - 1)
        usable = (n > 1) & (simple > 1e-15)
        deff = np.where(usable, variance / simple, np.nan)
        kish = weights.total**2 / weights.squares
        n_eff = np.where(usable, np.minimum(n / deff, n / correction), kish / correction)
    return deff, np.where(n > 0, n_eff, np.nan)


def _limits(
    is_share: NDArray[np.bool_],
    value: Numbers,
    variance: Numbers,
    *,
    n: Numbers,
    n_eff: Numbers,
    df: Numbers,
    statistics: Statistics,
) -> Interval:
    confidence = statistics.confidence
    student = mean_interval(value, variance, df, confidence)
    shares = share_interval(
        statistics.share_interval, value, variance, n=n, n_eff=n_eff, df=df, confidence=confidence
    )
    return Interval(
        np.where(is_share, shares.low, student.low), np.where(is_share, shares.high, student.high)
    )


def variance_method(again: Numbers | None) -> str:
    """Return how variances of means were made, for the column ``method``."""
    return "taylor" if again is None else "replicates"


def tabulate_ratios(
    measures: Measures, found: Ratios, domain: str, statistics: Statistics
) -> pd.DataFrame:
    """Lay the estimates of one domain out as rows of the tidy table."""
    names = measures.names
    is_share = names["statistic"].eq("share")
    table = names[["variable", "measure", "statistic", "unit"]].assign(
        domain=domain,
        contrast="",
        value=found.value,
        se=np.sqrt(found.variance),
        low=found.limits.low,
        high=found.limits.high,
        count=found.count,
        n=found.n,
        weighted_n=found.weighted_n,
        n_eff=found.n_eff,
        deff=found.deff,
    )
    shares = f"{statistics.share_interval} (effective n)"
    means = f"{variance_method(found.again)}, student"
    return table.assign(method=np.where(is_share, shares, means))


def finish_table(parts: Iterable[pd.DataFrame], source: str) -> pd.DataFrame:
    """Join parts to the tidy table: keys made, columns and types as `model.ESTIMATE_COLUMNS`."""
    filled = [part for part in parts if len(part)]
    table = pd.concat(filled, ignore_index=True) if filled else pd.DataFrame()
    table = table.reindex(columns=list(ESTIMATE_COLUMNS))
    table["source"] = source
    for name in ("variable", "measure", "domain", "contrast", "unit", "method", "statistic"):
        table[name] = table[name].astype(object).fillna("")
    table["key"] = make_keys(table)
    return table.astype(dict(ESTIMATE_COLUMNS))


def make_keys(table: pd.DataFrame) -> list[str]:
    """Write the evidence keys of the rows of a tidy table."""
    columns: Sequence[list[str]] = [
        table[name].tolist() for name in ("source", "variable", "measure", "domain", "contrast")
    ]
    return [
        f"{source}:{variable}"
        + (f".{measure}" if measure else "")
        + (f"@{domain}" if domain else "")
        + (f"~{contrast}" if contrast else "")
        for source, variable, measure, domain, contrast in zip(*columns, strict=True)
    ]
