"""Weights: those of the file, or raked to margins, always with mean 1 over respondents.

Raking (iterative proportional fitting) multiplies the weights by one factor for each category of
each margin, margin after margin, until all weighted margins are the population's; with one
margin it is post-stratification. Weights above ``trim`` times the mean are cut to it and the
rest raked again, so that the margins still fit.

References
----------
Deming, W. E.; Stephan, F. F. (1940): On a Least Squares Adjustment of a Sampled Frequency Table.
Kalton, G.; Flores-Cervantes, I. (2003): Weighting Methods. Journal of Official Statistics 19.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.settings import Settings
from briefgen.errors import AnalysisError
from briefgen.evidence.sources import DataTable, Material
from briefgen.evidence.survey.decode import cells, parse_numbers
from briefgen.evidence.survey.margins import Margin, list_margins
from briefgen.evidence.survey.replicates import replicate_columns

Numbers = NDArray[np.float64]
MAX_ROUNDS = 500
TOLERANCE = 1e-10
REPLICATE: Final = "_replicate"
"""What the names of columns of replicate weights begin with."""


def add_design(settings: Settings, typed: pd.DataFrame, material: Material) -> pd.DataFrame:
    """Add ``_weight`` and, where declared, ``_stratum``, ``_cluster`` and ``_replicate1``, ….

    After raking ``_base_weight`` and ``_margin1``, ``_margin2``, … stand beside them, for the
    variances; replicate weights are raked as the weights are.
    """
    if material.survey is None:
        return typed
    raw, design = material.survey.frame, settings.info.design
    base = _base_weights(settings, material.survey)
    again = _replicate_weights(settings, material.survey, base)
    added: dict[str, object] = {"_weight": _mean_one(base)}
    margins = list_margins(settings, typed, material, base > 0)
    if margins:
        raked = _rake_to(margins, base, settings)
        added["_weight"] = raked
        added["_base_weight"] = _mean_one(base)
        added |= {f"_margin{number}": one.categories for number, one in enumerate(margins, 1)}
        again = _rake_replicates(again, margins, settings)
    for name, column in (("_stratum", design.strata), ("_cluster", design.cluster)):
        if column:
            added[name] = cells(raw, column).to_numpy()
    added |= {f"{REPLICATE}{number}": weights for number, weights in enumerate(again.T, 1)}
    return pd.concat([typed, pd.DataFrame(added, index=typed.index)], axis=1)


def _rake_to(margins: Sequence[Margin], weights: Numbers, settings: Settings) -> Numbers:
    """Return weights with mean 1 that meet all margins."""
    raking = settings.info.design.raking
    trim = raking.trim if raking else np.inf
    categories = [margin.categories for margin in margins]
    return _mean_one(rake(weights, categories, [margin.targets for margin in margins], trim=trim))


def _rake_replicates(again: Numbers, margins: Sequence[Margin], settings: Settings) -> Numbers:
    """Rake each set of replicate weights, so that the variances know of raking."""
    if not again.size:
        return again
    raked = []
    for number, weights in enumerate(again.T, 1):
        try:
            raked.append(_rake_to(margins, weights, settings))
        except AnalysisError as error:
            raise AnalysisError(f"{error.message} (replicate {number})", hint=error.hint) from error
    return np.column_stack(raked)


def _replicate_weights(settings: Settings, table: DataTable, base: Numbers) -> Numbers:
    """Return n × R replicate weights on the scale on which the weights have the mean 1."""
    design = settings.info.design
    names = replicate_columns(design, [str(name) for name in table.frame])
    if design.replicates is None or not names:
        return np.empty((len(base), 0))
    stated = table.frame[names].apply(parse_numbers).fillna(0.0).clip(lower=0.0)
    weights = stated.to_numpy(dtype=float)
    if design.replicates.factors:
        weights = weights * base[:, None]
    total = base.sum()
    return weights * (len(base) / total) if total > 0 else weights


def _base_weights(settings: Settings, table: DataTable) -> Numbers:
    column = settings.info.design.weight
    if column is None:
        return np.ones(len(table.frame))
    stated = parse_numbers(cells(table.frame, column))
    return stated.fillna(0.0).clip(lower=0.0).to_numpy(dtype=float)


def _mean_one(weights: Numbers) -> Numbers:
    total = weights.sum()
    return weights * (len(weights) / total) if total > 0 else weights


def rake(
    weights: Numbers,
    margins: Sequence[NDArray[np.object_]],
    targets: Sequence[Mapping[str, float]],
    *,
    trim: float = np.inf,
) -> Numbers:
    """Rake weights to margins.

    Parameters
    ----------
    weights
        Weights to begin with, n of them, not negative.
    margins
        For each margin the category of every respondent; ``None`` keeps the weight as it is.
    targets
        For each margin the share of each category in the population, 0–1.
    trim
        Largest weight as a multiple of the mean weight.

    Returns
    -------
    ndarray
        Weights with the sum of the weights given.

    Raises
    ------
    AnalysisError
        If a category has no respondents, or the margins cannot all be met.
    """
    present = weights > 0
    plans = [
        _plan(margin, target, present) for margin, target in zip(margins, targets, strict=True)
    ]
    raked = weights * (len(weights) / weights.sum())
    for _ in range(MAX_ROUNDS):
        before = raked.copy()
        for groups, shares in plans:
            raked = _fit_margin(raked, groups, shares)
        raked = np.minimum(raked, trim * raked.mean())
        if np.abs(raked - before).max() < TOLERANCE:
            break
    _require_fit(raked, plans)
    return np.asarray(raked * (weights.sum() / raked.sum()), dtype=float)


Plan = tuple[NDArray[np.intp], Numbers]


def _plan(
    margin: NDArray[np.object_], target: Mapping[str, float], present: NDArray[np.bool_]
) -> Plan:
    """Return the number of each category of a margin, −1 where a respondent has none."""
    names = [name for name, share in target.items() if share > 0]
    groups = pd.Index(names).get_indexer(pd.Index(margin))
    shares = np.array([target[name] for name in names], dtype=float)
    counts = np.bincount(groups[(groups >= 0) & present], minlength=len(names))
    empty = [name for name, count in zip(names, counts, strict=True) if not count]
    if empty:
        raise AnalysisError(
            f"nobody answered in {', '.join(map(str, empty))}, which the population has",
            hint="join the category with another, or leave the margin out",
        )
    return groups, shares / shares.sum()


def _fit_margin(weights: Numbers, groups: NDArray[np.intp], shares: Numbers) -> Numbers:
    known = groups >= 0
    sums = np.bincount(groups[known], weights[known], minlength=len(shares))
    factors = np.divide(shares * sums.sum(), sums, out=np.ones_like(sums), where=sums > 0)
    return np.where(known, weights * factors[groups], weights)


def _require_fit(weights: Numbers, plans: Sequence[Plan]) -> None:
    for groups, shares in plans:
        known = groups >= 0
        sums = np.bincount(groups[known], weights[known], minlength=len(shares))
        if np.abs(sums / sums.sum() - shares).max() > 0.005:
            raise AnalysisError(
                "raking does not reach the margins",
                hint="raise trim, or rake to fewer or coarser margins",
            )
