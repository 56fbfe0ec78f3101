"""All tables of whole respondents that agree with what is printed, and what they have in common.

Unknown is how many of those alike in place (in every state of the study) gave each profile of
answers. What is printed are bounds on sums of these counts. `Tables.range_of` asks HiGHS for the
smallest and the largest count that a table can have. Tables that were found once are kept: where
two of them lie far enough apart, nobody need ask.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

NODES = 5000
"""Limit of each search: nodes, not seconds, so that a busy machine finds the same."""
SLACK = 1e-6


class ContradictionError(Exception):
    """No table agrees with what is printed: an assumption of the attacker is wrong."""


class Tables:
    """The tables of one family of questions.

    Parameters
    ----------
    sizes
        Respondents of each atom.
    profiles
        How many profiles there are.
    rows
        ``(coefficients, low, high)``, coefficients of shape atoms x profiles.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        profiles: int,
        rows: Sequence[tuple[np.ndarray, float, float]],
    ) -> None:
        atoms = len(sizes)
        self.shape = (atoms, profiles)
        partition = np.kron(np.eye(atoms), np.ones(profiles))
        matrix = [partition, *(row.reshape(1, -1) for row, _low, _high in rows)]
        low = [*sizes, *(one - SLACK for _row, one, _high in rows)]
        high = [*sizes, *(one + SLACK for _row, _low, one in rows)]
        self._constraints = LinearConstraint(csr_array(np.vstack(matrix)), low, high)
        self._bounds = Bounds(0, np.repeat(sizes, profiles))
        self.found: list[np.ndarray] = []
        self.asked = 0
        self._solve(np.zeros(self.shape))

    def _solve(self, objective: np.ndarray) -> float | None:
        """Return the smallest value of an objective; None where the search was given up."""
        self.asked += 1
        result = milp(
            objective.ravel(),
            constraints=self._constraints,
            bounds=self._bounds,
            integrality=np.ones(objective.size),
            options={"node_limit": NODES},
        )
        if result.status == 2:
            raise ContradictionError
        if result.x is None:
            return None
        table = np.round(result.x).reshape(self.shape)
        self.found.append(table)
        if result.status != 0:
            return None
        return float((objective * table).sum())

    def seen(self, objective: np.ndarray) -> tuple[float, float]:
        """Return the range of a count over the tables that were found."""
        values = [float((objective * table).sum()) for table in self.found]
        return min(values), max(values)

    def range_of(self, objective: np.ndarray, need: float) -> tuple[float, float]:
        """Return the range of a count, or any part of it that is as wide as needed."""
        low, high = self.seen(objective)
        if high - low >= need:
            return low, high
        least = self._solve(objective)
        if least is None:
            return -np.inf, np.inf
        if self.seen(objective)[1] - least >= need:
            return least, self.seen(objective)[1]
        most = self._solve(-objective)
        return (least, -most) if most is not None else (-np.inf, np.inf)
