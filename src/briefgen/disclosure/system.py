"""The system of linear equations of one family of linked tables, and its solver.

In: the unknowns (counts of respondents; ``docs/disclosure-model.md``), the equations that hold
between them (`Equation`), and the linear functions of them that may be published (`Form`).
Out: the smallest and the largest value of such a function. The release, which knows the true
counts, and the audit, which knows the printed numbers alone, solve the same system.

References
----------
Fischetti, M. and Salazar-González, J. J. (2001). Solving the cell suppression problem on
tabular data with linear constraints. Management Science 47(7), 1008–1027.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import highspy
import numpy as np
import numpy.typing as npt
from highspy._core import _Highs  # the public class adds callbacks, and a banner on the console
from scipy import sparse

Floats = npt.NDArray[np.float64]
TOLERANCE: Final = 1e-6
"""Respondents; HiGHS meets its constraints within 1e-7, so a count so near to a whole is whole."""
PRIMAL_SIMPLEX: Final = 4
INTEGER: Final = 1
"""Codes of HiGHS: of the primal simplex method, and of a column of whole numbers."""
SOLVED = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kObjectiveTarget)
NODES: Final = 200
"""Branch-and-bound nodes of one integer program; beyond them nothing counts as proved.

Nodes and not seconds, so that the same data give the same release on every machine.
"""
MOST_NODES: Final = 20 * NODES
"""Nodes where giving up would leave a suppressed cell without a proof."""


@dataclass(frozen=True, slots=True)
class Equation:
    """``low <= sum(coefficient * count) <= high``, known to everybody."""

    terms: Mapping[int, float]
    low: float
    high: float
    owner: str  # the variable whose answers it holds together


@dataclass(frozen=True, slots=True)
class Form:
    """A linear function of the counts, as column numbers with coefficients."""

    columns: npt.NDArray[np.int64]
    values: Floats

    @classmethod
    def of(cls, terms: Mapping[int, float]) -> Form:
        """Make the form from a mapping of column to coefficient."""
        return cls(np.fromiter(terms, np.int64, len(terms)), np.fromiter(terms.values(), float))

    def at(self, point: Floats) -> float:
        """Return the value at a point."""
        return float(point[self.columns] @ self.values)


class Polytope:
    """All microdata that agree with what is known; linear functions are minimised over it.

    Parameters
    ----------
    matrix
        One row for each thing that is known, one column for each count.
    low, high
        Limits of the rows.
    whole
        Whether only whole numbers of respondents count; only then a range is exact.
    objective_changes
        Whether the function changes from one solution to the next, rather than what is known:
        the primal simplex method then starts from where it stands.
    nodes
        After how many nodes a search for whole numbers is given up.
    """

    def __init__(
        self,
        matrix: sparse.csr_array,
        low: Floats,
        high: Floats,
        *,
        whole: bool = False,
        objective_changes: bool = True,
        nodes: int = NODES,
    ) -> None:
        self._highs = _Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self.nodes = nodes
        self.columns = matrix.shape[1]
        self._highs.passModel(_make_model(matrix, low, high))
        if whole:
            every = np.arange(self.columns, dtype=np.int32)
            self._highs.changeColsIntegrality(
                self.columns, every, np.full(self.columns, INTEGER, np.uint8)
            )
        self._whole = whole
        self._prices_change = objective_changes
        self._begun = whole
        self._objective: npt.NDArray[np.int32] = np.empty(0, np.int32)

    def bound(self, row: int, low: float, high: float) -> None:
        """Change what is known of a row."""
        self._highs.changeRowBounds(row, low, high)

    def cap(self, columns: Sequence[int], high: float) -> None:
        """Change how large some columns may be."""
        for column in columns:
            self._highs.changeColBounds(column, 0.0, high)

    def extreme(
        self, form: Form, sign: int, enough: float = math.inf, gap: float = 0.0
    ) -> Floats | None:
        """Return the point where the form is largest (``sign`` 1) or smallest (-1).

        Parameters
        ----------
        enough
            Value of ``sign`` times the form at which a search for whole numbers may end.
        gap
            How far from the best, relative to it, such a search may end.

        Returns
        -------
        numpy.ndarray or None
            The counts; ``None`` where no microdata agree with what is known, where the function
            has no bound, or where the search for whole numbers was given up.
        """
        if not self._begun:
            self._begin()
            if not len(form.columns) and self._is_solved():
                return np.asarray(self._highs.getSolution().col_value)
        self._set_objective(form, -sign)
        if self._whole:
            self._highs.setOptionValue("objective_target", -enough)
            self._highs.setOptionValue("mip_rel_gap", gap)
            self._highs.setOptionValue("mip_max_nodes", self.nodes)
        self._highs.run()
        if not self._is_solved() and not self._whole:
            self._highs.clearSolver()
            self._highs.run()
        return np.asarray(self._highs.getSolution().col_value) if self._is_solved() else None

    def _begin(self) -> None:
        """Find any point that fits, the quick way, from which later solutions start."""
        self._begun = True
        self._highs.run()
        self._highs.setOptionValue("presolve", "off")
        if self._prices_change:
            self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)

    def _is_solved(self) -> bool:
        return self._highs.getModelStatus() in SOLVED

    def row_duals(self) -> Floats:
        """Return how much each row holds back the last extreme."""
        return np.asarray(self._highs.getSolution().row_dual)

    def _set_objective(self, form: Form, sign: int) -> None:
        if len(self._objective):
            self._highs.changeColsCost(
                len(self._objective), self._objective, np.zeros(len(self._objective))
            )
        self._objective = form.columns.astype(np.int32)
        self._highs.changeColsCost(len(self._objective), self._objective, sign * form.values)


def _make_model(matrix: sparse.csr_array, low: Floats, high: Floats) -> highspy.HighsLp:
    model = highspy.HighsLp()
    model.num_row_, model.num_col_ = matrix.shape
    model.col_cost_ = np.zeros(matrix.shape[1])
    model.col_lower_ = np.zeros(matrix.shape[1])
    model.col_upper_ = np.full(matrix.shape[1], highspy.kHighsInf)
    model.row_lower_, model.row_upper_ = low, high
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = matrix.indptr.astype(np.int32)
    model.a_matrix_.index_ = matrix.indices.astype(np.int32)
    model.a_matrix_.value_ = matrix.data
    return model


def is_whole(point: Floats) -> bool:
    """Tell whether a table counts respondents in whole numbers."""
    return bool(np.abs(point - np.rint(point)).max(initial=0.0) <= TOLERANCE)


def stack_rows(rows: Sequence[Mapping[int, float]], width: int) -> sparse.csr_array:
    """Return the matrix whose rows are given as column → coefficient."""
    starts = np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64)
    columns = np.fromiter((c for row in rows for c in row), np.int64, starts[-1])
    values = np.fromiter((v for row in rows for v in row.values()), float, starts[-1])
    return sparse.csr_array((values, columns, starts), shape=(len(rows), width))


def stack_forms(forms: Sequence[Form], width: int) -> sparse.csr_array:
    """Return the matrix whose rows are the forms."""
    starts = np.concatenate([[0], np.cumsum([len(form.columns) for form in forms])])
    columns = np.concatenate([np.empty(0, np.int64), *(form.columns for form in forms)])
    values = np.concatenate([np.empty(0), *(form.values for form in forms)])
    return sparse.csr_array((values, columns, starts.astype(np.int64)), shape=(len(forms), width))


def whole_up(value: float) -> float:
    """Round up to a whole number, forgiving the solver's tolerance."""
    return float(math.ceil(value - TOLERANCE))


def whole_down(value: float) -> float:
    """Round down to a whole number, forgiving the solver's tolerance."""
    return float(math.floor(value + TOLERANCE))
