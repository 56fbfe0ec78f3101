"""Weights: those of the file, or raked to the frame, always with mean 1 over respondents.

Raking (iterative proportional fitting) multiplies the weights by one factor for each category of
each margin, margin after margin, until all weighted margins are those of the frame; with one
margin it is post-stratification. Weights above ``trim`` times the mean are cut to it and the
rest raked again, so that the margins still fit.

References
----------
Deming, W. E.; Stephan, F. F. (1940): On a Least Squares Adjustment of a Sampled Frequency Table.
Kalton, G.; Flores-Cervantes, I. (2003): Weighting Methods. Journal of Official Statistics 19.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.settings import Settings
from briefgen.errors import AnalysisError
from briefgen.evidence.sources import DataTable, Material
from briefgen.evidence.survey.decode import answer_names, cells, parse_numbers
from briefgen.evidence.survey.frame import frame_columns, in_population, type_frame

Numbers = NDArray[np.float64]
MAX_ROUNDS = 500
TOLERANCE = 1e-10


def add_design(settings: Settings, typed: pd.DataFrame, material: Material) -> pd.DataFrame:
    """Add ``_weight`` and, where declared, ``_stratum`` and ``_cluster``.

    After raking ``_base_weight`` and ``_margin1``, ``_margin2``, … stand beside them, for the
    variances.
    """
    if material.survey is None:
        return typed
    raw, design = material.survey.frame, settings.info.design
    base = _base_weights(settings, material.survey)
    added: dict[str, object] = {"_weight": _mean_one(base)}
    if design.raking and material.frame is not None:
        margins, targets = frame_margins(settings, typed, material)
        added["_weight"] = _mean_one(rake(base, margins, targets, trim=design.raking.trim))
        added["_base_weight"] = _mean_one(base)
        added |= {f"_margin{number}": margin for number, margin in enumerate(margins, 1)}
    for name, column in (("_stratum", design.strata), ("_cluster", design.cluster)):
        if column:
            added[name] = cells(raw, column).to_numpy()
    return pd.concat([typed, pd.DataFrame(added, index=typed.index)], axis=1)


def _base_weights(settings: Settings, table: DataTable) -> Numbers:
    column = settings.info.design.weight
    if column is None:
        return np.ones(len(table.frame))
    stated = parse_numbers(cells(table.frame, column))
    return stated.fillna(0.0).clip(lower=0.0).to_numpy(dtype=float)


def _mean_one(weights: Numbers) -> Numbers:
    total = weights.sum()
    return weights * (len(weights) / total) if total > 0 else weights


def frame_margins(
    settings: Settings, typed: pd.DataFrame, material: Material
) -> tuple[list[NDArray[np.object_]], list[dict[str, float]]]:
    """Return each margin's category of every respondent, and its shares in the frame."""
    if material.frame is None or material.survey is None or settings.info.design.raking is None:
        return [], []
    frame = type_frame(settings, material.frame, material.survey)
    frame = frame[in_population(settings, frame)]
    margins: list[NDArray[np.object_]] = []
    targets: list[dict[str, float]] = []
    for name in settings.info.design.raking.margins:
        here, there = _margin(settings, name, typed, frame, material.survey.frame)
        margins.append(here.to_numpy(dtype=object))
        targets.append(_shares(there))
    return margins, targets


def _shares(labels: pd.Series) -> dict[str, float]:
    counts = labels[labels.notna() & labels.ne("")].value_counts(normalize=True)
    return {str(name): float(share) for name, share in counts.items()}


def _margin(
    settings: Settings, name: str, typed: pd.DataFrame, frame: pd.DataFrame, raw: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    columns, types = frame_columns(settings), settings.info.region_types
    if settings.regions and name in ("region", columns.region, settings.info.regions.variable):
        return typed["_region"], frame["_region"]
    if types and name in ("type", columns.region_type, types.variable):
        return typed["_type"], frame["_type"]
    if name not in frame or (name not in typed and name not in raw):
        raise AnalysisError(
            f"the margin {name!r} does not stand in both survey and frame",
            hint="rake to region, type, or a column that both files have",
        )
    if name in typed:
        names = answer_names(settings.variables[name])
        return typed[name], frame[name].replace(names)
    return raw[name], frame[name]


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
    names = list(target)
    groups = pd.Index(names).get_indexer(pd.Index(margin))
    shares = np.array([target[name] for name in names], dtype=float)
    counts = np.bincount(groups[(groups >= 0) & present], minlength=len(names))
    empty = [name for name, count in zip(names, counts, strict=True) if not count]
    if empty:
        raise AnalysisError(
            f"nobody answered in {', '.join(map(str, empty))}, which the frame has",
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
                "raking does not reach the margins of the frame",
                hint="raise trim, or rake to fewer or coarser margins",
            )
