"""The linked system of one family of questions: counts nobody sees, and what is published of them.

In: non-negative integer counts of the microdata with the equations that hold between them
(`Equation`), and the linear functions of them that may be published (`Cell`). Out: the range of
a cell that an attacker can derive from what is published. Both the release (which knows the true
counts) and the audit (which knows the printed intervals alone) reckon with this.

References
----------
Fischetti, M. and Salazar-González, J. J. (2001). Solving the cell suppression problem on
tabular data with linear constraints. Management Science 47(7), 1008–1027.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import highspy
import numpy as np
import numpy.typing as npt
from highspy._core import _Highs  # the public class adds callbacks, and a banner on the console

from briefgen.errors import DisclosureError

Floats = npt.NDArray[np.float64]
TOLERANCE = 1e-6
PRIMAL_SIMPLEX = 4


@dataclass(frozen=True, slots=True)
class Equation:
    """``low <= sum(coefficient * count) <= high``, known to everybody."""

    terms: Mapping[int, float]
    low: float
    high: float


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


@dataclass
class Polytope:
    """All microdata that agree with what is known; linear functions are minimised over it.

    Parameters
    ----------
    columns
        Number of counts.
    rows
        Equations, then one row for each function that may be published.
    prices_change
        Whether the function changes from one solution to the next, rather than what is known:
        the primal simplex method then starts from where it stands.
    """

    columns: int
    rows: Sequence[Equation]
    upper: Floats | None = None
    prices_change: bool = True

    def __post_init__(self) -> None:
        self._highs = _Highs()
        self._highs.setOptionValue("output_flag", False)
        self._highs.setOptionValue("threads", 1)
        self._highs.setOptionValue("presolve", "off")
        if self.prices_change:
            self._highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        self._highs.passModel(self._model())
        self._priced: npt.NDArray[np.int32] = np.empty(0, np.int32)

    def _model(self) -> highspy.HighsLp:
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = self.columns, len(self.rows)
        model.col_cost_ = np.zeros(self.columns)
        model.col_lower_ = np.zeros(self.columns)
        model.col_upper_ = (
            np.full(self.columns, highspy.kHighsInf) if self.upper is None else self.upper
        )
        model.row_lower_ = np.array([row.low for row in self.rows], float)
        model.row_upper_ = np.array([row.high for row in self.rows], float)
        lengths = [len(row.terms) for row in self.rows]
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_ = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        model.a_matrix_.index_ = np.array([c for row in self.rows for c in row.terms], np.int32)
        model.a_matrix_.value_ = np.array([v for row in self.rows for v in row.terms.values()])
        return model

    def bound(self, row: int, low: float, high: float) -> None:
        """Change what is known of a row."""
        self._highs.changeRowBounds(row, low, high)

    def cap(self, columns: Sequence[int], high: float) -> None:
        """Change how large some columns may be."""
        for column in columns:
            self._highs.changeColBounds(column, 0.0, high)

    def extreme(self, form: Form, sign: int) -> Floats | None:
        """Return the point where the form is largest (``sign`` 1) or smallest (-1).

        Returns
        -------
        numpy.ndarray or None
            The counts; ``None`` where no microdata agree with what is known, or where the
            function has no bound.
        """
        self._price(form, -sign)
        self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._highs.clearSolver()
            self._highs.run()
        if self._highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.asarray(self._highs.getSolution().col_value)

    def row_prices(self) -> Floats:
        """Return how much each row holds back the last extreme."""
        return np.asarray(self._highs.getSolution().row_dual)

    def _price(self, form: Form, sign: int) -> None:
        if len(self._priced):
            self._highs.changeColsCost(len(self._priced), self._priced, np.zeros(len(self._priced)))
        self._priced = form.columns.astype(np.int32)
        self._highs.changeColsCost(len(self._priced), self._priced, sign * form.values)

    def range(self, form: Form) -> tuple[float, float]:
        """Return the smallest and largest whole value of a form.

        Raises
        ------
        DisclosureError
            If nothing agrees with what is known.
        """
        low, high = self.extreme(form, -1), self.extreme(form, 1)
        if low is None or high is None:
            raise DisclosureError(
                "the published numbers contradict one another",
                hint="build all documents of the edition again from the same data",
            )
        return whole_up(form.at(low)), whole_down(form.at(high))


def whole_up(value: float) -> float:
    """Round up to a whole number, forgiving the solver's tolerance."""
    return float(math.ceil(value - TOLERANCE))


def whole_down(value: float) -> float:
    """Round down to a whole number, forgiving the solver's tolerance."""
    return float(math.floor(value + TOLERANCE))
