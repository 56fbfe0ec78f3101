"""What an attacker can derive of a family of questions from what is known of its cells.

In: a `Family`, cells, and for each cell the limits that are known of its value. Out: the range
that all tables agree with that fit. ``protect`` asks with true values, ``audit`` with the
intervals that printed numbers leave.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy import sparse

from briefgen.disclosure.counts import Cell, Family
from briefgen.disclosure.system import Equation, Floats, Form, Polytope

INFINITE = float("inf")
FREE = (-INFINITE, INFINITE)
DUST = 1e-6
PUSHES = 6
"""How often all hidden cells are pushed at once before each is looked at by itself."""

Limits = tuple[float, float]


class Attack:
    """Ranges of cells, given what is known.

    Tables that were found on the way are remembered: two whole-numbered tables in which a cell
    differs by enough prove that it is safe, without looking for its whole range.

    Parameters
    ----------
    family
        The counts and the equations that everybody knows.
    cells
        All cells, known or not.
    limits
        What is known of each cell's value.
    """

    def __init__(self, family: Family, cells: Sequence[Cell], limits: Sequence[Limits]) -> None:
        self.matrix = stack_forms([cell.form for cell in cells], family.width)
        self.cells = cells
        self.offset = len(family.equations)
        rows = [make_row(cell.form, limit) for cell, limit in zip(cells, limits, strict=True)]
        self.polytope = Polytope(family.width, [*family.equations, *rows])
        self.seen_low = np.full(len(cells), INFINITE)
        self.seen_high = np.full(len(cells), -INFINITE)

    def learn(self, place: int, limits: Limits) -> None:
        """Change what is known of a cell."""
        self.polytope.bound(self.offset + place, *limits)

    def remember(self, point: Floats | None) -> None:
        """Take note of a table that agrees with all that is known."""
        if point is None or np.abs(point - np.rint(point)).max() > DUST:
            return
        values = self.matrix @ np.rint(point)
        np.minimum(self.seen_low, values, out=self.seen_low)
        np.maximum(self.seen_high, values, out=self.seen_high)

    def has_shown(self, place: int, width: float) -> bool:
        """Whether tables already found show that a cell may differ by so much."""
        return bool(self.seen_high[place] - self.seen_low[place] >= width)

    def push(self, places: Callable[[], Iterable[int]]) -> None:
        """Push many cells apart at once; most are found to be safe that way."""
        rng = np.random.default_rng(len(self.cells))
        for _ in range(PUSHES):
            chosen = list(places())
            if not chosen:
                return
            combined = rng.choice([-1.0, 1.0], len(chosen)) @ self.matrix[chosen]
            columns = np.flatnonzero(combined)
            self.remember(self.polytope.extreme(Form(columns, combined[columns]), 1))

    def range(self, place: int, enough: float = INFINITE) -> Limits:
        """Return the range of a cell, or a part of it that is at least so wide.

        Raises
        ------
        DisclosureError
            If no table agrees with what is known.
        """
        form = self.cells[place].form
        for sign in (1, -1):
            self.remember(self.polytope.extreme(form, sign))
            if self.has_shown(place, enough):
                return float(self.seen_low[place]), float(self.seen_high[place])
        return self.polytope.range(form)

    def pinning(self, place: int) -> list[int]:
        """Return the known cells that keep a cell from going beyond its range."""
        form, found = self.cells[place].form, set()
        for sign in (1, -1):
            if self.polytope.extreme(form, sign) is not None:
                prices = self.polytope.row_prices()[self.offset :]
                found |= set(np.flatnonzero(np.abs(prices) > DUST).tolist())
        return sorted(found - {place})


def make_row(form: Form, limits: Limits) -> Equation:
    """Return the row of a programme that holds a form between its limits."""
    terms = dict(zip(form.columns.tolist(), form.values.tolist(), strict=True))
    return Equation(terms, *limits)


def stack_forms(forms: Sequence[Form], width: int) -> sparse.csr_array:
    """Return the matrix whose rows are the forms."""
    starts = np.concatenate([[0], np.cumsum([len(form.columns) for form in forms])])
    columns = np.concatenate([form.columns for form in forms])
    values = np.concatenate([form.values for form in forms])
    return sparse.csr_array((values, columns, starts), shape=(len(forms), width))
