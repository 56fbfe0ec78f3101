"""Is there an association between two questions? Pearson's test with Rao–Scott's correction.

References
----------
Rao, J. N. K.; Scott, A. J. (1984): On Chi-Squared Tests for Multiway Contingency Tables with Cell
Proportions Estimated from Survey Data. Annals of Statistics 12.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from briefgen.errors import AnalysisError
from briefgen.evidence.survey.design import Estimated, SurveyDesign

Numbers = NDArray[np.float64]


class Association(NamedTuple):
    """An F statistic with its degrees of freedom, and Pearson's X² before correction."""

    statistic: float
    df1: float
    df2: float
    p_value: float
    pearson: float


def measure_association(design: SurveyDesign, first: pd.Series, second: pd.Series) -> Association:
    """Test the association of two questions with second-order Rao–Scott's correction.

    Parameters
    ----------
    design
        Of the n respondents.
    first, second
        n answers each; who did not answer both is outside the domain.

    Raises
    ------
    AnalysisError
        If a question has fewer than two different answers.
    """
    rows = np.flatnonzero(first.notna().to_numpy() & second.notna().to_numpy())
    a, levels_a = pd.factorize(first.to_numpy()[rows], sort=True)
    b, levels_b = pd.factorize(second.to_numpy()[rows], sort=True)
    r, c = len(levels_a), len(levels_b)
    if min(r, c) < 2:
        raise AnalysisError("an association needs two different answers to each question")
    weights = design.weights[rows]
    cells = np.zeros((len(rows), r * c))
    cells[np.arange(len(rows)), a * c + b] = 1.0
    shares = weights @ cells / weights.sum()
    expected = np.outer(shares.reshape(r, c).sum(axis=1), shares.reshape(r, c).sum(axis=0)).ravel()
    pearson = len(rows) * float(((shares - expected) ** 2 / expected).sum())
    effects = _design_effects(shares, _covariance(design, shares, cells, rows), r, c, len(rows))
    trace, square = float(np.trace(effects)), float(np.trace(effects @ effects))
    df1 = trace**2 / square
    df2 = df1 * float(design.degrees(np.ones((len(rows), 1), dtype=bool), rows)[0])
    statistic = pearson / trace
    return Association(statistic, df1, df2, float(stats.f.sf(statistic, df1, df2)), pearson)


def _covariance(
    design: SurveyDesign, shares: Numbers, cells: Numbers, rows: NDArray[np.intp]
) -> Numbers:
    """Return the covariance of the cells' shares, from variances of their sums and differences."""
    k = len(shares)
    first, second = np.triu_indices(k)
    weights = design.weights[rows]
    found = Estimated(shares, weights[:, None] * (cells - shares) / weights.sum())
    if design.replicates is not None:
        again = design.replicates.ratios(cells, np.ones_like(cells), rows)
        found = replace(found, again=again)
    together = design.variance_of(_combine(found, first, second, 1), rows)
    apart = design.variance_of(_combine(found, first, second, -1), rows)
    covariance = np.zeros((k, k))
    covariance[first, second] = covariance[second, first] = (together - apart) / 4
    return covariance


def _combine(
    found: Estimated, first: NDArray[np.intp], second: NDArray[np.intp], sign: int
) -> Estimated:
    """Return the sums, or with a negative sign the differences, of pairs of statistics."""
    again = found.again
    return Estimated(
        found.value[first] + sign * found.value[second],
        found.z[:, first] + sign * found.z[:, second],
        None if again is None else again[:, first] + sign * again[:, second],
    )


def _design_effects(shares: Numbers, covariance: Numbers, r: int, c: int, n: int) -> Numbers:
    main = np.column_stack(
        [np.kron(np.eye(r), np.ones((c, 1))), np.kron(np.ones((r, 1)), np.eye(c))]
    )
    both = np.kron(_sum_contrasts(r), _sum_contrasts(c))
    contrast = both - main @ np.linalg.lstsq(main, both, rcond=None)[0]
    inverse = np.divide(1.0, shares, out=np.zeros_like(shares), where=shares > 0)
    simple = contrast.T @ (inverse[:, None] * contrast) / n
    actual = contrast.T @ (inverse[:, None] * covariance * inverse) @ contrast
    effects: Numbers = np.linalg.solve(simple, actual)
    return effects


def _sum_contrasts(levels: int) -> Numbers:
    return np.vstack([np.eye(levels - 1), -np.ones(levels - 1)])
