"""Differences: a domain and all others, this edition and the last; many comparisons at once.

A domain is compared with the rest, never with the whole that contains it; a crossing with all who
are not in it.

References
----------
Newcombe, R. G. (1998): Interval estimation for the difference between independent proportions.
Statistics in Medicine 17. Zou and Donner as in `intervals`.
Rao, J. N. K.; Scott, A. J. (1984): On Chi-Squared Tests for Multiway Contingency Tables.
Annals of Statistics 12.
Holm, S. (1979): A Simple Sequentially Rejective Multiple Test Procedure.
Benjamini, Y.; Hochberg, Y. (1995): Controlling the False Discovery Rate. JRSS B 57.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from briefgen.config.measures import followed_statistics
from briefgen.config.settings import Statistics
from briefgen.evidence.survey.design import Estimated, SurveyDesign
from briefgen.evidence.survey.domains import Membership
from briefgen.evidence.survey.estimate import Ratios, finish_table, variance_method
from briefgen.evidence.survey.intervals import Interval, difference_interval, student_quantile
from briefgen.evidence.survey.measures import Measures

Numbers = NDArray[np.float64]


def contrast_with_rest(
    design: SurveyDesign,
    measures: Measures,
    member: Membership,
    *,
    inside: Ratios,
    outside: Ratios,
    statistics: Statistics,
) -> pd.DataFrame:
    """Return the differences between a domain and all others as rows of the tidy table.

    Parameters
    ----------
    inside, outside
        The same measures, estimated in the domain and in the rest.
    """
    rest = member.rest if member.rest is not None else np.array([], dtype=np.intp)
    rows = np.concatenate([member.rows, rest])
    apart = _apart(inside, outside)
    gap = apart.value
    variance = np.where(np.isfinite(gap), design.variance_of(apart, rows), np.nan)
    is_share = measures.names["statistic"].eq("share").to_numpy()
    df = _contrast_degrees(design, inside, outside)
    limits = _difference_limits(
        is_share, inside, outside, variance=variance, df=df, statistics=statistics
    )
    share_p = _share_p(inside, outside, variance, None if design.is_simple else df)
    p_value = np.where(is_share, share_p, _wald_p(gap, variance, df))
    shares = f"mover of {statistics.share_interval}, rao-scott"
    return measures.names[["variable", "measure"]].assign(
        statistic="difference",
        unit=np.where(is_share, "points", measures.names["unit"]),
        domain=member.code,
        contrast="rest",
        value=gap,
        se=np.sqrt(variance),
        low=limits.low,
        high=limits.high,
        n=inside.n,
        weighted_n=inside.weighted_n,
        n_eff=inside.n_eff,
        p_value=np.where(np.isfinite(gap), p_value, np.nan),
        method=np.where(is_share, shares, f"{variance_method(apart.again)}, student"),
    )


def _apart(inside: Ratios, outside: Ratios) -> Estimated:
    """Return the differences of two domains; by replicates, those of both sides' replicates."""
    both = inside.again is not None and outside.again is not None
    return Estimated(
        inside.value - outside.value,
        np.concatenate([inside.z, -outside.z]),
        inside.again - outside.again if both else None,  # type: ignore[operator]
    )


def _contrast_degrees(design: SurveyDesign, inside: Ratios, outside: Ratios) -> Numbers:
    """Return the degrees of freedom of a difference: those of the side that has fewer.

    A domain of two clusters is no better known for being compared with a hundred others.
    """
    if design.is_simple:
        n = inside.n + outside.n
        return np.asarray(n - (n > 0), dtype=float)
    return np.minimum(inside.df, outside.df)


def _difference_limits(
    is_share: NDArray[np.bool_],
    inside: Ratios,
    outside: Ratios,
    *,
    variance: Numbers,
    df: Numbers,
    statistics: Statistics,
) -> Interval:
    spread = np.sqrt(inside.variance * outside.variance)
    shared = (inside.variance + outside.variance - variance) / 2
    usable = spread > 1e-15
    correlation = np.divide(shared, spread, out=np.zeros_like(shared), where=usable)
    mover = difference_interval(
        inside.value, inside.limits, outside.value, outside.limits, np.clip(correlation, -1, 1)
    )
    half = student_quantile((1 + statistics.confidence) / 2, df) * np.sqrt(variance)
    gap = inside.value - outside.value
    return Interval(
        np.where(is_share, mover.low, gap - half), np.where(is_share, mover.high, gap + half)
    )


def _share_p(inside: Ratios, outside: Ratios, variance: Numbers, df: Numbers | None) -> Numbers:
    """Return p of equal shares: Pearson's test with effective sizes (first-order Rao–Scott).

    Parameters
    ----------
    df
        Degrees of freedom of the difference; ``None`` for a simple sample.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        n1, n2 = np.minimum(inside.n_eff, 1e12), np.minimum(outside.n_eff, 1e12)
        pooled = (n1 * inside.value + n2 * outside.value) / (n1 + n2)
        apart = inside.variance + outside.variance
        dependence = np.where(apart > 1e-15, variance / apart, 1.0)
        spread = np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2) * dependence)
        gap = np.abs(inside.value - outside.value)
        tail = stats.norm.sf(gap / spread) if df is None else _t_tail(gap / spread, df)
        p_value = np.asarray(2 * tail, dtype=float)
    return np.where(gap < 1e-12, 1.0, np.where(spread > 0, p_value, np.nan))


def _wald_p(gap: Numbers, variance: Numbers, df: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.abs(gap) / np.sqrt(variance)
        p_value = 2 * _t_tail(size, df)
    return np.where(variance > 0, p_value, np.where(np.abs(gap) < 1e-12, 1.0, np.nan))


def _t_tail(size: Numbers, df: Numbers) -> Numbers:
    return np.asarray(stats.t.sf(size, np.where(df > 0, df, np.nan)), dtype=float)


def adjust_contrasts(table: pd.DataFrame, method: Literal["holm", "bh", "none"]) -> pd.DataFrame:
    """Fill ``p_adjusted``: one family for each variable, measure, contrast and kind of domain."""
    tested = table["p_value"].notna()
    families = table.loc[tested, ["variable", "measure", "contrast"]].assign(
        kind=table.loc[tested, "domain"].map(domain_kind)
    )
    numbers = families.groupby(list(families.columns), sort=False).ngroup().to_numpy()
    adjusted = (
        table["p_adjusted"].copy() if "p_adjusted" in table else pd.Series(np.nan, table.index)
    )
    p_values = table.loc[tested, "p_value"].to_numpy(dtype=float)
    adjusted.loc[tested] = adjust_p(p_values, numbers, method)
    return table.assign(p_adjusted=adjusted)


def domain_kind(code: str) -> str:
    """Return what kind of domain a code is: crossing, type or variable, else place."""
    if "+" in code:
        return "+".join(domain_kind(part) for part in code.split("+"))
    return code.partition(":")[0] if ":" in code else "place"


def adjust_p(
    p_values: Numbers, families: NDArray[np.integer], method: Literal["holm", "bh", "none"]
) -> Numbers:
    """Adjust p-values within families.

    Parameters
    ----------
    p_values
        n p-values without gaps.
    families
        n numbers of families.
    """
    if method == "none" or not len(p_values):
        return p_values
    size = np.bincount(families)[families]
    order = np.lexsort([p_values, families])
    rank = np.empty(len(p_values))
    first = np.searchsorted(families[order], families[order])
    rank[order] = np.arange(len(p_values)) - first + 1
    raised = (size - rank + 1) * p_values if method == "holm" else size / rank * p_values
    if method == "bh":
        order = order[::-1]
    steps = pd.Series(raised[order]).groupby(families[order])
    adjusted = np.empty(len(p_values))
    adjusted[order] = steps.cummax() if method == "holm" else steps.cummin()
    return np.minimum(adjusted, 1.0)


def estimate_trend(
    current: pd.DataFrame,
    previous: pd.DataFrame | Iterable[Mapping[str, Any]],
    edition: str,
    statistics: Statistics | None = None,
) -> pd.DataFrame:
    """Return the differences from an earlier edition, as rows with the contrast ``~EDITION``.

    Parameters
    ----------
    current
        Tidy estimates of this edition.
    previous
        Values of the earlier edition, released ones included: ``key``, ``value``, ``low``,
        ``high``, and ``se`` where known. Rows without a value are left out.
    edition
        Name of the earlier edition.
    statistics
        Confidence and adjustment; defaults as in ``study.yml``.

    Notes
    -----
    The editions are taken as independent samples; where the same people answered twice, the
    interval is wider than it need be.
    """
    statistics = statistics or Statistics()
    past = previous if isinstance(previous, pd.DataFrame) else pd.DataFrame(list(previous))
    now = current[current["contrast"].eq("") & current["statistic"].isin(followed_statistics())]
    if past.empty or now.empty:
        return finish_table([], "survey")
    past = past.reindex(columns=["key", "value", "low", "high", "se"]).drop_duplicates("key")
    past = past.astype(dict.fromkeys(("value", "low", "high", "se"), "float64"))
    both = now.merge(past, on="key", suffixes=("", "_past"))
    both = both[both["value"].notna() & both["value_past"].notna()].reset_index(drop=True)
    return _trend_rows(both, edition, statistics)


def _trend_rows(both: pd.DataFrame, edition: str, statistics: Statistics) -> pd.DataFrame:
    z = float(stats.norm.ppf((1 + statistics.confidence) / 2))
    now = [both[name].to_numpy(dtype=float) for name in ("value", "low", "high", "se")]
    past = [both[f"{name}_past"].to_numpy(dtype=float) for name in ("value", "low", "high", "se")]
    limits = difference_interval(
        now[0], Interval(now[1], now[2]), past[0], Interval(past[1], past[2]), np.zeros(len(both))
    )
    se = np.sqrt(_spread(now, z) ** 2 + _spread(past, z) ** 2)
    gap = now[0] - past[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        p_value = np.where(se > 0, 2 * stats.norm.sf(np.abs(gap) / se), np.nan)
    table = both.assign(
        statistic="difference", contrast=edition, value=gap, se=se, low=limits.low,
        high=limits.high, count=np.nan, deff=np.nan, p_value=p_value, p_adjusted=np.nan,
        unit=both["unit"].where(both["unit"] != "share", "points"), method="mover, independent",
    )  # fmt: skip
    by_source = adjust_contrasts(table, statistics.adjust).groupby("source", sort=False)
    parts = [finish_table([part], str(source)) for source, part in by_source]
    return pd.concat(parts, ignore_index=True) if parts else finish_table([], "survey")


def _spread(edition: list[Numbers], z: float) -> Numbers:
    """Return the standard error, from the interval where it is not known or zero."""
    _, low, high, se = edition
    return np.where(np.nan_to_num(se) > 0, se, (high - low) / (2 * z))
