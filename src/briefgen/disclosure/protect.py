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

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from briefgen.disclosure.attack import DUST, FREE, INFINITE, Attack, Limits, make_row
from briefgen.disclosure.counts import BASE, Cell, Family, cells_of, list_cells
from briefgen.disclosure.rules import is_exposed, is_sensitive, is_small_base, needed_width
from briefgen.disclosure.system import Equation, Floats, Form, Polytope
from briefgen.settings import DisclosureRules

Price = Callable[[Cell], float]
Key = tuple[str, str, str]


@dataclass
class Protection:
    """Which cells of a family are published, and the tables that prove the others safe."""

    rules: DisclosureRules
    family: Family
    truth: Floats
    cells: list[Cell]
    published: npt.NDArray[np.bool_]
    price: Price
    proofs: dict[Key, Limits] = field(default_factory=dict)
    _done: set[int] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        self.values = np.array([cell.form.at(self.truth) for cell in self.cells])
        self.bases = np.array([cell.base.at(self.truth) for cell in self.cells])
        self.number = {cell.key: place for place, cell in enumerate(self.cells)}
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

    @cached_property
    def _attack(self) -> Attack:
        """What an attacker can derive, with the tables already found."""
        limits = [self._limits(place) for place in range(len(self.cells))]
        attack = Attack(self.family, self.cells, limits)
        attack.remember(self.truth)
        for key, (low, high) in self.proofs.items():
            place = self.number[key]
            attack.seen_low[place] = min(low, attack.seen_low[place])
            attack.seen_high[place] = max(high, attack.seen_high[place])
        return attack

    def protect(self) -> None:
        """Hide cells until none that is hidden can be derived too exactly."""
        if not self._watched():
            return
        self._attack.push(self._open)
        while (hidden := next(iter(self._open()), None)) is not None:
            if self._is_safe(hidden):
                self._done.add(hidden)
            else:
                self._widen(hidden)

    def shown(self) -> dict[Key, Limits]:
        """Return how far each hidden cell was found to differ in tables that fit."""
        return {
            self.cells[place].key: (self._attack.seen_low[place], self._attack.seen_high[place])
            for place in self._watched()
        }

    def lost(self) -> set[Key]:
        """Return what could be published and is not."""
        pairs = zip(self.cells, self.published, strict=True)
        return {cell.key for cell, shown in pairs if cell.publishable and not shown}

    def hidden_tables(self) -> set[tuple[str, str]]:
        """Return the tables whose base is hidden."""
        return {key[::2] for key in self.lost() if key[1] == BASE}

    def _watched(self) -> list[int]:
        return [place for place in self.counts if not self.published[place]]

    def _open(self) -> list[int]:
        """Return the hidden cells that are not proved safe yet."""
        return [
            place
            for place in self._watched()
            if place not in self._done and not self._attack.has_shown(place, self._need(place))
        ]

    def _need(self, place: int) -> float:
        return needed_width(self.rules, self.cells[place].size)

    def _is_safe(self, place: int) -> bool:
        low, high = self._attack.range(place, self._need(place))
        return not is_exposed(self.rules, self.cells[place], low, high, self.known_base(place))

    def _limits(self, place: int) -> Limits:
        """Return what is known of a cell: its value, or nothing."""
        if self.published[place]:
            return self.values[place], self.values[place]
        return FREE

    # --- what to hide ---

    def _widen(self, place: int) -> None:
        """Hide the cheapest cells with which a hidden cell gets a range wide enough."""
        before = self.published.copy()
        need, value = self._need(place), self.values[place]
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
                self._attack.remember(point[: self.family.width])
                return distance
            distance -= 1.0
        return 0.0

    def _cheapest(self, place: int, target: float) -> Floats | None:
        search = self._search
        row = len(self.family.equations) + place
        limits = (target, INFINITE) if target > self.values[place] else (-INFINITE, target)
        search.bound(row, *limits)
        own = [self.family.width + 2 * place, self.family.width + 2 * place + 1]
        search.cap(own, 0.0)  # the cell itself has to differ, in the table and not on paper
        count = self.family.width
        extra = np.arange(count, count + 2 * len(self.cells))
        point = search.extreme(Form(extra, self._prices), -1)
        search.bound(row, *self._limits(place))
        search.cap(own, INFINITE)
        return point

    def _movers(self, point: Floats) -> list[int]:
        moved = self._attack.matrix @ point[: self.family.width] - self.values
        return np.flatnonzero((np.abs(moved) > DUST) & self.published).tolist()

    @cached_property
    def _search(self) -> Polytope:
        """The programme in which published cells may move, at their price."""
        rows = list(self.family.equations)
        for place, cell in enumerate(self.cells):
            row, up = make_row(cell.form, self._limits(place)), self.family.width + 2 * place
            rows.append(Equation({**row.terms, up: -1.0, up + 1: 1.0}, row.low, row.high))
        width = self.family.width + 2 * len(self.cells)
        return Polytope(width, rows, prices_change=False)

    @cached_property
    def _prices(self) -> Floats:
        return np.repeat([self.price(cell) for cell in self.cells], 2)

    def _renew(self, before: npt.NDArray[np.bool_]) -> None:
        """Tell both programmes what is hidden now."""
        for place in np.flatnonzero(before != self.published).tolist():
            self._attack.learn(place, self._limits(place))
            self._search.bound(len(self.family.equations) + place, *self._limits(place))


def make_protection(
    rules: DisclosureRules,
    family: Family,
    truth: Floats,
    wanted: Collection[Key],
    price: Price,
) -> Protection:
    """Prepare the protection of a family: all wanted cells are published at first.

    Parameters
    ----------
    wanted
        What would be published: variable, measure and domain.
    price
        What hiding a cell costs the readers.
    """
    cells = list_cells(family)
    cells += _unions(rules, family, truth, {cell.key: cell for cell in cells})
    published = np.array([cell.publishable and cell.key in wanted for cell in cells])
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
