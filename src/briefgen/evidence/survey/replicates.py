"""Replicate weights: variances from estimates that are made again with other weights.

Who drew the sample hands out sets of weights in place of strata and clusters (jackknife, balanced
half-samples, bootstrap). Every statistic is estimated again with each set; how far these
estimates lie from one another, times the factors of the method, is its variance.

References
----------
Wolter, K. M. (2007): Introduction to Variance Estimation. Springer, chapters 3 to 5.
Judkins, D. R. (1990): Fay's Method for Variance Estimation. Journal of Official Statistics 6.
Lumley, T. (2010): Complex Surveys. Wiley, section 2.3.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.settings import Design, ReplicateWeights

Numbers = NDArray[np.float64]
Rows = NDArray[np.intp]
TOLERANCE = 1e-5
"""Below this share of the largest, a singular value counts as none (as R's ``degf``)."""


def replicate_columns(design: Design, columns: list[str]) -> list[str]:
    """Return the columns of replicate weights, in the order of the file."""
    if design.replicates is None:
        return []
    patterns = design.replicates.columns
    return [
        name
        for name in columns
        if name != design.weight and any(fnmatchcase(name, pattern) for pattern in patterns)
    ]


def replicate_factors(stated: ReplicateWeights, count: int) -> Numbers:
    """Return what each replicate's squared distance is multiplied by: scale times rscales.

    Parameters
    ----------
    count
        Number of replicates.

    Notes
    -----
    What is not stated follows from the method, as in R's ``svrepdesign``: 1/R for half-samples,
    1/(R(1 − ρ)²) for Fay's, 1/(R − 1) for the bootstrap, (R − 1)/R for the jackknife that leaves
    out one unit of all (JK1), 4/R for successive differences, 1 for JK2.
    """
    usual = {
        "BRR": 1 / count,
        "Fay": 1 / (count * (1 - stated.rho) ** 2),
        "bootstrap": 1 / max(count - 1, 1),
        "JK1": (count - 1) / count,
        "successive-difference": 4 / count,
    }
    scale = usual.get(stated.method, 1.0) if stated.scale is None else stated.scale
    each = np.array(stated.rscales or (1.0,), dtype=float)
    return np.broadcast_to(scale * each, (count,)).astype(float)


@dataclass(frozen=True)
class Replicates:
    """R sets of weights of n respondents, and how estimates by them make a variance.

    Attributes
    ----------
    weights
        n × R weights, on the scale of the weights proper.
    factors
        R factors of the squared distances.
    about_estimate
        Whether distances are from the estimate proper, not from the replicates' mean.
    most_degrees
        Degrees of freedom that the survey's makers state; ``None``: the weights' rank less 1.
    """

    weights: Numbers
    factors: Numbers
    about_estimate: bool = False
    most_degrees: float | None = None
    _known: dict[bytes, float] = field(default_factory=dict, init=False, repr=False, compare=False)

    def ratios(self, y: Numbers, x: Numbers, rows: Rows) -> Numbers:
        """Return Σwy / Σwx by each replicate, R × J; NaN where there is nothing to divide by.

        Parameters
        ----------
        y, x
            One row for each of ``rows``, J columns.
        """
        weights = self.weights[rows].T
        above, below = weights @ y, weights @ x
        missing = np.full_like(above, np.nan)
        return np.divide(above, below, out=missing, where=np.abs(below) > 0)

    def totals(self, y: Numbers, rows: Rows) -> Numbers:
        """Return Σwy by each replicate, R × J."""
        again: Numbers = self.weights[rows].T @ y
        return again

    def variance(self, again: Numbers, value: Numbers) -> Numbers:
        """Return the variance of J statistics from their R × J values by the replicates.

        A replicate in which a statistic is not defined is left out of its variance.
        """
        found = np.isfinite(again)
        known = np.where(found, again, 0.0)
        counted = found & (self.factors > 0)[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(counted, again, 0.0).sum(axis=0) / counted.sum(axis=0)
        centre = value if self.about_estimate else mean
        distance = np.where(found, known - centre, 0.0)
        spread: Numbers = self.factors @ (distance * distance)
        return np.where(found.any(axis=0), spread, np.nan)

    def degrees(self, present: NDArray[np.bool_], rows: Rows) -> Numbers:
        """Return the rank of each base's replicate weights, less 1.

        Parameters
        ----------
        present
            Whether each of ``rows`` stands in the base of each statistic.
        """
        return np.array([self._degrees(rows[column]) for column in present.T], dtype=float)

    def _degrees(self, rows: Rows) -> float:
        """Return the degrees of freedom of one base, once for all bases of the same patterns."""
        numbers, patterns = self._patterns
        here = np.bincount(numbers[rows], minlength=len(patterns)) > 0
        key = np.packbits(here).tobytes()
        if key not in self._known:
            rank = _rank(patterns[here])
            most = np.inf if self.most_degrees is None else self.most_degrees
            self._known[key] = float(min(max(rank - 1, 0), most))
        return self._known[key]

    @cached_property
    def _patterns(self) -> tuple[NDArray[np.intp], Numbers]:
        """Return each respondent's pattern of replicate weights, and the patterns that there are.

        Who is in the same cluster has the same weights but for a factor, which no rank depends on.
        """
        largest = self.weights.max(axis=1, keepdims=True)
        shape = np.divide(self.weights, largest, out=np.zeros_like(self.weights), where=largest > 0)
        keys = pd.util.hash_pandas_object(pd.DataFrame(shape.round(9)), index=False)
        numbers, first = np.unique(keys.to_numpy(), return_index=True)
        return np.searchsorted(numbers, keys.to_numpy()), shape[first]


def _rank(patterns: Numbers) -> int:
    """Return the rank of a matrix, from the smaller of its two squares."""
    if not len(patterns):
        return 0
    few = patterns if len(patterns) < patterns.shape[1] else patterns.T
    values = np.linalg.eigvalsh(few @ few.T)
    return int((values > TOLERANCE**2 * values.max()).sum())
