"""Complementary suppression: hide more until nothing hidden can be derived.

In: a `Family` with its true counts, and which of its cells are wanted. Out: which of them are
published. Every other cell has, by the exact linear constraints, a range that `rules` find wide
enough. What is hidden beside the sensitive cells is chosen by a linear programme: it looks for
the cheapest other table that differs where it must and agrees with the published cells
elsewhere, and the cells in which it has to differ are hidden. So each choice comes with the
table that proves it.

References
----------
Kelly, J., Golden, B. and Assad, A. (1992). Cell suppression: disclosure protection for sensitive
tabular data. Networks 22(4), 397–417.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from briefgen.disclosure.counts import BASE, Cell, Family, cells_of, list_cells
from briefgen.disclosure.rules import is_exposed, is_sensitive, is_small_base, needed_width
from briefgen.disclosure.system import Equation, Floats, Form, Polytope
from briefgen.settings import DisclosureRules

INFINITE = float("inf")
MOVED = 1e-6
PUSHES = 6
"""How often all hidden cells are pushed at once before each is looked at by itself."""

Price = Callable[[Cell], float]


@dataclass
class Protection:
    """Which cells of a family are published, and the tables that prove the others safe."""

    rules: DisclosureRules
    family: Family
    truth: Floats
    cells: list[Cell]
    published: npt.NDArray[np.bool_]
    price: Price
    solved: int = 0
    _seen_low: Floats = field(init=False)
    _seen_high: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.values = np.array([cell.form.at(self.truth) for cell in self.cells])
        self.bases = np.array([cell.base.at(self.truth) for cell in self.cells])
        self.number = {cell.key: place for place, cell in enumerate(self.cells)}
        self._matrix = _stack([cell.form for cell in self.cells], self.family.width)
        self._seen_low, self._seen_high = self.values.copy(), self.values.copy()
        self._rows = len(self.family.equations)
        self._tables: dict[tuple[str, str], list[int]] = {}
        for place, cell in enumerate(self.cells):
            self._tables.setdefault(cell.table, []).append(place)
        self.counts = [place for place, cell in enumerate(self.cells) if cell.kind == "count"]

    # --- what is published ---

    def base_published(self, cell: Cell) -> bool:
        """Whether the base of a cell's table is known."""
        return bool(self.published[self.number[cell.variable, BASE, cell.domain]])

    def known_base(self, place: int) -> float | None:
        """Return the base of a cell as the rules see it; ``None`` where it is hidden.

        Of a union of hidden tables, what it holds is what the rules of a domain apply to.
        """
        cell = self.cells[place]
        if not cell.publishable:
            small = is_small_base(self.rules, self.bases[place])
            return None if small else float(self.bases[place])
        return float(self.bases[place]) if self.base_published(cell) else None

    def hide(self, place: int) -> None:
        """Hide a cell, and with a base its whole table."""
        cell = self.cells[place]
        hidden = self._tables[cell.table] if cell.kind == "base" else [place]
        for one in hidden:
            self.published[one] = False

    def hide_sensitive(self) -> None:
        """Apply the rules for small bases and counts."""
        for table in self._tables.values():
            if is_small_base(self.rules, self.bases[table[0]]):
                for place in table:
                    self.published[place] = False
        for place in self.counts:
            if is_sensitive(self.rules, self.values[place], self.bases[place]):
                self.published[place] = False

    # --- what can be derived ---

    def protect(self) -> None:
        """Hide cells until none that is hidden can be derived too exactly."""
        if not self._watched().size:
            return
        self._open()
        self._push()
        while (place := self._next_open()) is not None:
            if self._is_wide(place):
                continue
            self._widen(place)

    def _watched(self) -> npt.NDArray[np.int64]:
        return np.array([place for place in self.counts if not self.published[place]], np.int64)

    def _next_open(self) -> int | None:
        for place in self._watched():
            if int(place) not in self._done and not self._seen_wide(int(place)):
                return int(place)
        return None

    def _seen_wide(self, place: int) -> bool:
        low, high = self._seen_low[place], self._seen_high[place]
        return bool(high - low >= needed_width(self.rules, self.cells[place].size))

    def _open(self) -> None:
        self._done: set[int] = set()
        rows = [*self.family.equations, *(self._row(place) for place in range(len(self.cells)))]
        self._attack = Polytope(self.family.width, rows)
        self._search: Polytope | None = None

    def _limits(self, place: int) -> tuple[float, float]:
        """Return what is known of a cell: its value, or for a hidden base why it is hidden."""
        cell = self.cells[place]
        if self.published[place]:
            return self.values[place], self.values[place]
        if cell.kind == "base" and cell.publishable:
            if is_small_base(self.rules, self.values[place]):
                return -INFINITE, float(self.rules.min_base - 1)
            return float(self.rules.min_base), INFINITE
        return -INFINITE, INFINITE

    def _row(self, place: int) -> Equation:
        form = self.cells[place].form
        terms = dict(zip(form.columns.tolist(), form.values.tolist(), strict=True))
        return Equation(terms, *self._limits(place))

    def _push(self) -> None:
        """Push all hidden cells apart at once; most are found to be safe that way."""
        rng = np.random.default_rng(len(self.cells))
        for _ in range(PUSHES):
            open_ = [int(p) for p in self._watched() if not self._seen_wide(int(p))]
            if not open_:
                return
            signs = rng.choice([-1.0, 1.0], len(open_))
            combined = signs @ self._matrix[open_]
            columns = np.flatnonzero(combined)
            self._look(self._attack.extreme(Form(columns, combined[columns]), 1))

    def _look(self, point: Floats | None) -> None:
        """Remember a table that agrees with all that is published."""
        self.solved += 1
        if point is None or np.abs(point - np.rint(point)).max() > MOVED:
            return
        values = self._matrix @ np.rint(point)
        np.minimum(self._seen_low, values, out=self._seen_low)
        np.maximum(self._seen_high, values, out=self._seen_high)

    def _is_wide(self, place: int) -> bool:
        form = self.cells[place].form
        for sign in (1, -1):
            self._look(self._attack.extreme(form, sign))
            if self._seen_wide(place):
                return True
        low, high = self._attack.range(form)
        base = self.known_base(place)
        if is_exposed(self.rules, self.cells[place], low, high, base):
            return False
        self._done.add(place)
        return True

    # --- what to hide ---

    def _widen(self, place: int) -> None:
        """Hide the cheapest cells with which a hidden cell gets a range wide enough."""
        before = self.published.copy()
        need, value = needed_width(self.rules, self.cells[place].size), self.values[place]
        base = self.known_base(place)
        ceiling = self.cells[place].size if base is None else base
        up = self._allow(place, min(need, max(0.0, ceiling - value)), 1)
        if up < need:
            self._allow(place, min(need - up, value), -1)
        if (before == self.published).all():
            self._done.add(place)  # no table of this study differs further

    def _allow(self, place: int, distance: float, sign: int) -> float:
        """Hide what has to be hidden so that a cell may differ by a distance, or by less."""
        while distance > 0:
            point = self._cheapest(place, self.values[place] + sign * distance)
            if point is not None:
                before = self.published.copy()
                for mover in self._movers(point):
                    self.hide(mover)
                self._renew(before)
                self._look(point[: self.family.width])
                return distance
            distance -= 1.0
        return 0.0

    def _cheapest(self, place: int, target: float) -> Floats | None:
        search = self._searching()
        row = self._rows + place
        limits = (target, INFINITE) if target > self.values[place] else (-INFINITE, target)
        search.bound(row, *limits)
        count = self.family.width
        extra = np.arange(count, count + 2 * len(self.cells))
        prices = np.repeat([self.price(cell) for cell in self.cells], 2)
        point = search.extreme(Form(extra, prices), -1)
        search.bound(row, *self._limits(place))
        self.solved += 1
        return point

    def _movers(self, point: Floats) -> list[int]:
        moved = self._matrix @ point[: self.family.width] - self.values
        return np.flatnonzero((np.abs(moved) > MOVED) & self.published).tolist()

    def _searching(self) -> Polytope:
        if self._search is None:
            rows = list(self.family.equations)
            for place in range(len(self.cells)):
                row, up = self._row(place), self.family.width + 2 * place
                rows.append(Equation({**row.terms, up: -1.0, up + 1: 1.0}, row.low, row.high))
            self._search = Polytope(self.family.width + 2 * len(self.cells), rows)
        return self._search

    def _renew(self, before: npt.NDArray[np.bool_]) -> None:
        """Tell both programmes what is hidden now."""
        for place in np.flatnonzero(before != self.published):
            limits = self._limits(int(place))
            self._attack.bound(self._rows + int(place), *limits)
            self._searching().bound(self._rows + int(place), *limits)


def _stack(forms: Sequence[Form], width: int) -> sparse.csr_matrix:
    indptr = np.concatenate([[0], np.cumsum([len(form.columns) for form in forms])])
    columns = np.concatenate([form.columns for form in forms])
    values = np.concatenate([form.values for form in forms])
    return sparse.csr_matrix((values, columns, indptr), shape=(len(forms), width))


def make_protection(
    rules: DisclosureRules,
    family: Family,
    truth: Floats,
    wanted: Callable[[Cell], bool],
    price: Price,
    held: Mapping[tuple[str, str, str], bool] | None = None,
) -> Protection:
    """Prepare the protection of a family: all wanted cells are published at first.

    Parameters
    ----------
    wanted
        Whether a cell would be published.
    price
        What hiding a cell costs the readers.
    held
        Cells that earlier editions decide about: ``False`` stays hidden.
    """
    cells = list_cells(family)
    cells += _unions(rules, family, truth, {cell.key: cell for cell in cells})
    held = held or {}
    published = np.array(
        [cell.publishable and wanted(cell) and held.get(cell.key, True) for cell in cells]
    )
    protection = Protection(rules, family, truth, cells, published, price)
    protection.hide_sensitive()
    return protection


def _unions(
    rules: DisclosureRules,
    family: Family,
    truth: Floats,
    cells: Mapping[tuple[str, str, str], Cell],
) -> list[Cell]:
    """Return the tables that are left when a domain is published and its large parts are too."""
    found: list[Cell] = []
    for variable in family.variables:
        for number, parent in enumerate(family.structure.parents):
            atoms = list(parent.rest)
            for child in parent.children:
                cell = cells.get((variable.code, BASE, child))
                if cell is not None and is_small_base(rules, cell.form.at(truth)):
                    atoms += family.structure.domains[child]
            name = f"{parent.code}/{number}"
            if atoms:
                found += cells_of(family, variable, name, tuple(atoms), publishable=False)
    return found
