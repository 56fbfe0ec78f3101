"""The design of the sample, and the variances that follow from it.

A linearised (Taylor) variance: every statistic here is a ratio of weighted sums, its influence
values ``z`` are summed by primary sampling unit, and their variance between the units of each
stratum is added up, less the finite population correction.

References
----------
Binder, D. A. (1983): On the Variances of Asymptotically Normal Estimators from Complex Surveys.
International Statistical Review 51.
Lumley, T. (2010): Complex Surveys. Wiley, chapter 2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import cast

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from briefgen.errors import AnalysisError
from briefgen.evidence.survey.replicates import Replicates

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Estimated:
    """J statistics, and what their variances are made from.

    Attributes
    ----------
    value
        J estimates.
    z
        Weighted influence values, one row a respondent.
    again
        R × J estimates by replicate weights; ``None`` without them.
    """

    value: Numbers
    z: Numbers
    again: Numbers | None = None


@dataclass(frozen=True)
class SurveyDesign:
    """Weights, strata and clusters of the respondents whose weight is above zero.

    Attributes
    ----------
    weights
        n weights, all positive.
    stratum
        Number of each respondent's stratum, 0…S−1.
    cluster
        Number of each respondent's primary sampling unit, 0…C−1.
    sampled
        Share of the units of each stratum that are in the sample (0 without correction), S of
        them.
    margins
        n × p orthonormal basis of the categories that the weights were raked to, scaled by the
        root of the weights before; ``None`` without raking.
    base_weights
        n weights before raking.
    replicates
        Replicate weights, from which variances follow in place of strata and clusters; ``None``:
        there are none.
    """

    weights: Numbers
    stratum: NDArray[np.intp]
    cluster: NDArray[np.intp]
    sampled: Numbers
    margins: Numbers | None = None
    base_weights: Numbers | None = None
    replicates: Replicates | None = None

    @classmethod
    def make(
        cls,
        weights: ArrayLike,
        *,
        strata: ArrayLike | None = None,
        clusters: ArrayLike | None = None,
        population: float | Mapping[str, float] | None = None,
    ) -> SurveyDesign:
        """Make a design from columns.

        Parameters
        ----------
        weights
            n positive weights.
        strata, clusters
            n labels; clusters are numbered within strata.
        population
            Number of primary sampling units in the population: of all, which gives every stratum
            the same correction, or of each stratum.

        Raises
        ------
        AnalysisError
            If a weight is not positive, or a stratum has more units than its population.
        """
        values = np.asarray(weights, dtype=float)
        if not (values > 0).all():
            raise AnalysisError(
                "a weight is not positive", hint="leave out respondents with the weight 0"
            )
        stratum, names = _number(strata, len(values))
        cluster = _number_units(stratum, clusters, len(values))
        sizes = _units_by_stratum(stratum, cluster, len(names))
        return cls(values, stratum, cluster, _sampled(sizes, names, population))

    def calibrate(self, margins: Sequence[pd.Series], base_weights: ArrayLike) -> SurveyDesign:
        """Return the design whose variances know that the weights were raked to margins.

        Parameters
        ----------
        margins
            For each margin the category of every respondent.
        base_weights
            n weights before raking.
        """
        base = np.asarray(base_weights, dtype=float)
        dummies = np.column_stack([pd.get_dummies(m.astype(str), dtype=float) for m in margins])
        basis, singular, _ = np.linalg.svd(dummies * np.sqrt(base)[:, None], full_matrices=False)
        kept = basis[:, singular > 1e-9 * singular.max()]
        return replace(self, margins=kept, base_weights=base)

    @property
    def n(self) -> int:
        """Number of respondents."""
        return len(self.weights)

    @cached_property
    def is_element(self) -> bool:
        """Whether every respondent is a primary sampling unit."""
        return int(self.cluster.max(initial=-1)) + 1 == self.n

    @property
    def is_simple(self) -> bool:
        """Whether there are neither strata, clusters nor replicate weights."""
        return self.is_element and len(self.sampled) == 1 and self.replicates is None

    @cached_property
    def unit_stratum(self) -> NDArray[np.intp]:
        """Stratum of each primary sampling unit."""
        units = np.zeros(int(self.cluster.max(initial=-1)) + 1, dtype=np.intp)
        units[self.cluster] = self.stratum
        return units

    @cached_property
    def units(self) -> NDArray[np.intp]:
        """Number of primary sampling units in each stratum."""
        return np.bincount(self.unit_stratum, minlength=len(self.sampled))

    def variance(self, z: Numbers, rows: NDArray[np.intp]) -> Numbers:
        """Return the variance of the total of influence values.

        Parameters
        ----------
        z
            Weighted influence values, one row for each of ``rows`` and one column for each
            statistic; all other respondents have zero.
        rows
            Positions of the respondents of the domain.

        Notes
        -----
        A stratum with one unit contributes its squared distance from the mean of all units. After
        raking the influence values are those of the residuals from the margins.
        """
        if self.margins is not None:
            z, rows = self._residuals(z, rows), np.arange(self.n)
        if not self.is_element:
            rows, z = self._sum_units(z, rows)
        strata = self.unit_stratum[rows] if not self.is_element else self.stratum[rows]
        count = len(self.sampled)
        if count == 1:
            sums, squares = z.sum(axis=0)[None], np.einsum("ij,ij->j", z, z)[None]
        else:
            gather = _indicator(strata, count)
            sums, squares = gather @ z, gather @ (z * z)
        m = self.units[:, None].astype(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            within = (squares - sums**2 / m) * m / (m - 1)
        lonely = (squares - 2 * sums * sums.sum(axis=0) / m.sum()) + (
            sums.sum(axis=0) / m.sum()
        ) ** 2
        parts = np.where(m > 1, within, lonely if count > 1 else np.nan)
        total: Numbers = ((1 - self.sampled)[:, None] * np.maximum(parts, 0)).sum(axis=0)
        return total

    def variance_of(self, estimated: Estimated, rows: NDArray[np.intp]) -> Numbers:
        """Return the variances of statistics: by replicates where there are any, else linearised.

        Parameters
        ----------
        rows
            Positions of the respondents that the influence values belong to.
        """
        if self.replicates is None or estimated.again is None:
            return self.variance(estimated.z, rows)
        return self.replicates.variance(estimated.again, estimated.value)

    def _residuals(self, z: Numbers, rows: NDArray[np.intp]) -> Numbers:
        """Take from the influence values of all what the margins explain."""
        if self.margins is None or self.base_weights is None:
            return z
        root = np.sqrt(self.base_weights)[:, None]
        full = np.zeros((self.n, z.shape[1]))
        full[rows] = z
        scaled = full / self.weights[:, None] * root
        left: Numbers = scaled - self.margins @ (self.margins.T @ scaled)
        return left / root * self.weights[:, None]

    def degrees(self, present: NDArray[np.bool_], rows: NDArray[np.intp]) -> Numbers:
        """Return units less strata that have a respondent in each base.

        With replicate weights it is their rank in the base, less 1.

        Parameters
        ----------
        present
            Whether each of ``rows`` stands in the base of each statistic.
        """
        if self.replicates is not None:
            return self.replicates.degrees(present, rows)
        units = np.count_nonzero(present, axis=0).astype(float)
        if self.is_simple:
            return np.asarray(units - (units > 0), dtype=float)
        here = present.astype(float)
        if not self.is_element:
            _, index = np.unique(self.cluster[rows], return_inverse=True)
            units = (_indicator(index, int(index.max(initial=-1)) + 1) @ here > 0).sum(axis=0)
        if len(self.sampled) == 1:
            return cast("Numbers", units - (units > 0))
        strata = (_indicator(self.stratum[rows], len(self.sampled)) @ here > 0).sum(axis=0)
        return cast("Numbers", (units - strata).astype(float))

    def _sum_units(self, z: Numbers, rows: NDArray[np.intp]) -> tuple[NDArray[np.intp], Numbers]:
        units, index = np.unique(self.cluster[rows], return_inverse=True)
        return units, np.asarray(_indicator(index, len(units)) @ z, dtype=float)


def kish_effective_n(weights: ArrayLike) -> float:
    """Return Kish's effective number of respondents, (Σw)² / Σw²; 0 for nobody.

    References
    ----------
    Kish, L. (1965): Survey Sampling. Wiley.
    """
    values = np.asarray(weights, dtype=float)
    squares = float((values**2).sum())
    return float(values.sum()) ** 2 / squares if squares else 0.0


def _indicator(index: NDArray[np.intp], count: int) -> sparse.csr_array:
    ones = np.ones(len(index))
    return sparse.csr_array((ones, (index, np.arange(len(index)))), shape=(count, len(index)))


def _number(labels: ArrayLike | None, n: int) -> tuple[NDArray[np.intp], list[str]]:
    if labels is None:
        return np.zeros(n, dtype=np.intp), [""]
    codes, names = pd.factorize(np.asarray(labels, dtype=object).astype(str), sort=True)
    return codes.astype(np.intp), [str(name) for name in names]


def _number_units(
    stratum: NDArray[np.intp], clusters: ArrayLike | None, n: int
) -> NDArray[np.intp]:
    if clusters is None:
        return np.arange(n, dtype=np.intp)
    named = pd.Series(np.asarray(clusters, dtype=object)).astype(str)
    codes, _ = pd.factorize(pd.MultiIndex.from_arrays([stratum, named]))
    return codes.astype(np.intp)


def _units_by_stratum(
    stratum: NDArray[np.intp], cluster: NDArray[np.intp], count: int
) -> NDArray[np.intp]:
    units = pd.DataFrame({"stratum": stratum, "cluster": cluster}).drop_duplicates()
    return np.bincount(units["stratum"].to_numpy(), minlength=count)


def _sampled(
    sizes: NDArray[np.intp], names: list[str], population: float | Mapping[str, float] | None
) -> Numbers:
    if population is None:
        return np.zeros(len(sizes))
    if isinstance(population, Mapping):
        unknown = [name for name in names if name not in population]
        if unknown:
            raise AnalysisError(
                f"the population of {len(unknown)} of {len(names)} strata is not known",
                hint="strata are called alike in survey and frame; see design.strata in study.yml",
            )
        shares = sizes / np.array([float(population[name]) for name in names])
    else:
        shares = np.full(len(sizes), sizes.sum() / float(population))
    if not (shares <= 1 + 1e-9).all():
        raise AnalysisError(
            "a stratum has more respondents than its population",
            hint="see the population of each stratum: design.population in study.yml, or the frame",
        )
    return np.asarray(np.minimum(shares, 1.0), dtype=float)
