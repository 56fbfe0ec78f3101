"""Secondary (complementary) suppression: suppress further cells until none can be derived.

In: a `Family` with its true counts, and which of its cells are wanted. Out: which of them are
published. The feasibility interval of every suppressed cell is then as wide as `rules` ask.

A linear program chooses the secondary cells. It looks for another table in which the sensitive
cell differs by its protection level, at the least cost of published cells that change with it;
these are suppressed too. So each choice comes with the table that proves the cell safe.
``docs/disclosure-model.md`` works an example out.

References
----------
Kelly, J., Golden, B. and Assad, A. (1992). Cell suppression: disclosure protection for sensitive
tabular data. Networks 22(4), 397–417.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from briefgen.config.settings import DisclosureRules
from briefgen.disclosure.attack import (
    DUST,
    EXACT_LIMIT,
    FREE,
    INFINITE,
    Answers,
    Attack,
    Ints,
    Limits,
    Proof,
    limits_of_published,
)
from briefgen.disclosure.counts import (
    BASE,
    Cell,
    Family,
    Key,
    cells_of,
    keys_around,
    list_cells,
    list_place_cells,
)
from briefgen.disclosure.rules import is_exposed, is_sensitive, is_small_base, needed_in_part
from briefgen.disclosure.system import (
    MOST_NODES,
    NODES,
    Floats,
    Form,
    Polytope,
    is_whole,
    stack_rows,
)
from briefgen.disclosure.weighted import list_weighted_cells

GAP: Final = 0.1
"""Relative gap at which the search for the cheapest cells may end: at most a tenth too dear."""
Cost = Callable[[Cell], float]


@dataclass
class Protection:
    """Which cells of a family are published, and the tables that prove the others safe.

    Attributes
    ----------
    frozen
        Tables of which an earlier edition's values stay.
    needs
        How wide the range of each cell has to be where it is hidden.
    """

    rules: DisclosureRules
    family: Family
    truth: Floats
    cells: list[Cell]
    published: npt.NDArray[np.bool_]
    cost: Cost
    proofs: dict[Key, Proof] = field(default_factory=dict)
    frozen: Collection[tuple[str, str]] = ()

    def __post_init__(self) -> None:
        self.values = np.array([cell.form.at(self.truth) for cell in self.cells])
        self.bases = np.array([cell.base.at(self.truth) for cell in self.cells])
        self.number = {cell.key: place for place, cell in enumerate(self.cells)}
        self._tables: dict[tuple[str, str], list[int]] = {}
        self._shown_with: dict[int, list[int]] = {}
        self._shown_by = list(range(len(self.cells)))
        for place, cell in enumerate(self.cells):
            if cell.shown_by is None:
                self._tables.setdefault(cell.table, []).append(place)
            else:
                self._shown_by[place] = self.number[cell.shown_by]
                self._shown_with.setdefault(self._shown_by[place], []).append(place)
        self.counts = [place for place, cell in enumerate(self.cells) if cell.kind == "count"]
        self._around = [
            [
                self.number[key]
                for key in keys_around(self.family.structure, cell)
                if key in self.number
            ]
            for cell in self.cells
        ]
        self._parts: dict[int, list[int]] = {}
        for place, around in enumerate(self._around):
            for one in around:
                self._parts.setdefault(one, []).append(place)
        self.needs = np.zeros(len(self.cells))
        self._done = np.full(len(self.cells), -1.0)  # the widths that were looked for

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
        """Hide a cell, with a base its whole table, and what tells of a weighted value."""
        cell = self.cells[place]
        hidden = self._tables[cell.table] if cell.kind == "base" else [self._shown_by[place]]
        for one in hidden:
            self.published[[one, *self._shown_with.get(one, ())]] = False

    def hide_keys(self, keys: Collection[Key]) -> None:
        """Hide those of some cells that are among these, and what they endanger."""
        before = self.published.copy()
        for key in sorted(self.number.keys() & set(keys)):
            self.hide(self.number[key])
        if (before != self.published).any():
            self._renew(before)
            self.protect()

    def hide_sensitive(self) -> None:
        """Apply the rules for small bases and counts."""
        for table in self._tables.values():
            if is_small_base(self.rules, self.bases[table[0]]):
                for place in table:
                    self.hide(place)
        for place in self.counts:
            if is_sensitive(self.rules, self.values[place], self.bases[place]):
                self.hide(place)

    # --- what can be derived ---

    @cached_property
    def _attack(self) -> Attack:
        """What an attacker can derive, with the tables already found."""
        limits = [self._limits(place) for place in range(len(self.cells))]
        attack = Attack(self.family, self.cells, limits, self.truth)
        for key in self.number.keys() & self.proofs.keys():
            attack.take_proof(self.number[key], self.proofs[key])
        return attack

    def protect(self) -> None:
        """Hide cells until none that is hidden can be derived too exactly."""
        self.needs[:] = [self._find_need(place) for place in range(len(self.cells))]
        watched = self._watched()
        self._attack.spread(watched, self.needs[watched])
        while waiting := self._open():  # what is hidden for one endangers others
            for place in waiting:
                self._protect_one(place)

    def _protect_one(self, place: int) -> None:
        while not self._is_done(place):
            need = float(self.needs[place])
            if self._is_safe(place, need):
                self._done[place] = need
            else:
                self._widen(place)

    def shown(self) -> dict[Key, Limits]:
        """Return how far each hidden cell was found to differ in tables that fit."""
        return {self.cells[p].key: self._attack.shown(p) for p in self._watched().tolist()}

    def proved(self) -> dict[Key, Proof]:
        """Return how far each hidden cell differs in tables that fit, for a larger family."""
        return {self.cells[p].key: self._attack.proof(p) for p in self._watched().tolist()}

    def published_keys(self) -> set[Key]:
        """Return what is published."""
        pairs = zip(self.cells, self.published, strict=True)
        return {cell.key for cell, shown in pairs if cell.publishable and shown}

    def lost(self) -> set[Key]:
        """Return what could be published and is not."""
        pairs = zip(self.cells, self.published, strict=True)
        return {cell.key for cell, shown in pairs if cell.publishable and not shown}

    def hidden_tables(self) -> set[tuple[str, str]]:
        """Return the tables whose base is hidden."""
        return {key[::2] for key in self.lost() if key[1] == BASE}

    def _watched(self) -> Ints:
        """Return the hidden cells."""
        return np.array([place for place in self.counts if not self.published[place]], np.int64)

    def _open(self) -> list[int]:
        """Return the hidden cells that are not proved safe yet."""
        watched = self._watched()
        needs = self.needs[watched]
        done = (self._done[watched] >= needs) | self._attack.have_shown(watched, needs)
        return [int(place) for place in watched[~done]]

    def _is_done(self, place: int) -> bool:
        need = float(self.needs[place])
        return bool(self._done[place] >= need) or self._attack.has_shown(place, need)

    def _find_need(self, place: int) -> float:
        """Return how wide the range of a hidden cell has to be."""
        around = [
            (float(self.values[one]), float(self.bases[one]), self.cells[one].size)
            for one in self._around[place]
            if self.published[one] and self.cells[one].table not in self.frozen
        ]
        return needed_in_part(self.rules, self.cells[place], around)

    def _is_safe(self, place: int, need: float) -> bool:
        low, high = self._attack.range(place, need)
        return not is_exposed(self.rules, need, low, high, self.known_base(place))

    def _limits(self, place: int) -> Limits:
        """Return what is known of a cell; of a hidden one nothing."""
        if not self.published[place]:
            return FREE
        value, base = float(self.values[place]), float(self.bases[place])
        return limits_of_published(self.cells[place], value, base)

    # --- what to hide ---

    def _widen(self, place: int) -> None:
        """Hide the cheapest cells with which a hidden cell gets a range wide enough."""
        before = self.published.copy()
        need, value = float(self.needs[place]), self.values[place]
        base = self.known_base(place)
        ceiling = self.cells[place].size if base is None else base
        up = self._allow(place, min(need, max(0.0, ceiling - value)), 1)
        if up < need:
            self._allow(place, min(need - up, value), -1)
        if (before == self.published).all():
            self._suppress_binding_cell(place)

    def _suppress_binding_cell(self, place: int) -> None:
        """Hide the cheapest of what keeps a cell in its range, where no better way was found."""
        binding = [other for other in self._attack.binding_cells(place) if self.published[other]]
        if not binding:
            self._search_longer(place)
            return
        before = self.published.copy()
        self.hide(min(binding, key=self._cost))
        self._renew(before)

    def _search_longer(self, place: int) -> None:
        """Widen a range that only whole numbers of respondents keep narrow, or give it up."""
        if self.family.width <= EXACT_LIMIT and self._whole_search.nodes < MOST_NODES:
            self._whole_search.nodes = MOST_NODES
            self._widen(place)
            self._whole_search.nodes = NODES
        else:
            self._done[place] = INFINITE  # no table of this study differs further

    def _allow(self, place: int, distance: float, sign: int) -> float:
        """Hide what has to be hidden so that a cell may differ by a distance, or by less."""
        while distance > 0:
            point = self._cheapest(place, self.values[place] + sign * distance)
            if point is not None:
                before = self.published.copy()
                for changed_cell in self._changed_cells(point):
                    self.hide(changed_cell)
                self._renew(before)
                self._attack.remember(point)
                return distance
            distance -= 1.0
        return 0.0

    def _cheapest(self, place: int, target: float) -> Floats | None:
        """Return the other table in which a cell reaches a target and that costs readers least."""
        limits = (target, INFINITE) if target > self.values[place] else (-INFINITE, target)
        point = self._seek(self._search, place, limits)
        if point is None or is_whole(point) or self._changed_cells(point):
            return point
        return self._seek(self._whole_search, place, limits)  # nothing moves but by fractions

    def _seek(self, search: Polytope, place: int, limits: Limits) -> Floats | None:
        row, width = len(self.family.equations) + place, self.family.width
        search.bound(row, *limits)
        own = [width + 2 * place, width + 2 * place + 1]
        search.cap(own, 0.0)  # the cell itself has to differ, in the table and not on paper
        point = search.extreme(self._moves, -1, gap=GAP)
        search.bound(row, *self._limits(place))
        search.cap(own, INFINITE)
        return None if point is None else point[:width]

    def admit(self, sizes: Floats, answers: Answers, last: Sequence[int], *, whole: bool) -> None:
        """Hide the cheapest cells that rule out that atoms have other sizes than the true ones.

        Parameters
        ----------
        sizes
            Respondents in each atom; the family's first equations are about them.
        answers
            Answers to the questions that make subgroups which go with them.
        last
            Cells that are hidden where the search for the cheapest is given up.
        whole
            Whether only tables of whole numbers count.
        """
        if self._attack.find_members(sizes, answers, whole=whole) is not None:
            return
        before = self.published.copy()
        point = self._fit(self._search, sizes)
        if whole and point is not None and not is_whole(point):
            point = self._fit(self._whole_search, sizes)
        for changed_cell in last if point is None else self._changed_cells(point):
            self.hide(changed_cell)
        self._renew(before)

    def _fit(self, search: Polytope, sizes: Floats) -> Floats | None:
        """Return the table with given sizes of atoms that costs readers least."""
        for row, size in enumerate(sizes.tolist()):
            search.bound(row, size, size)
        point = search.extreme(self._moves, -1, gap=GAP)
        return None if point is None else point[: self.family.width]

    def _changed_cells(self, point: Floats) -> list[int]:
        """Return the published cells that have another value in a table."""
        low, high = np.array([self._limits(place) for place in range(len(self.cells))]).T
        values = self._attack.matrix @ point
        return np.flatnonzero((values < low - DUST) | (values > high + DUST)).tolist()

    @cached_property
    def _search(self) -> Polytope:
        """The program in which published cells may move, at their cost."""
        return self._make_search(whole=False)

    @cached_property
    def _whole_search(self) -> Polytope:
        return self._make_search(whole=True)

    def _make_search(self, *, whole: bool) -> Polytope:
        width, equations = self.family.width, self.family.equations
        rows = [dict(equation.terms) for equation in equations]
        for place, cell in enumerate(self.cells):
            terms = dict(zip(cell.form.columns.tolist(), cell.form.values.tolist(), strict=True))
            up = width + 2 * place
            rows.append({**terms, up: -1.0, up + 1: 1.0})
        limits = [(equation.low, equation.high) for equation in equations]
        limits += [self._limits(place) for place in range(len(self.cells))]
        low, high = np.array(limits, dtype=float).T.copy()
        matrix = stack_rows(rows, width + 2 * len(self.cells))
        return Polytope(matrix, low, high, whole=whole, objective_changes=False)

    def _cost(self, place: int) -> float:
        """Return what it costs to hide a cell, or what tells of it."""
        return self.cost(self.cells[self._shown_by[place]])

    @cached_property
    def _moves(self) -> Form:
        """What it costs that cells move up or down."""
        costs = np.repeat([self._cost(place) for place in range(len(self.cells))], 2)
        return Form(self.family.width + np.arange(len(costs)), costs)

    def _renew(self, before: npt.NDArray[np.bool_]) -> None:
        """Tell all programs what is hidden now."""
        for place in np.flatnonzero(before != self.published).tolist():
            self._attack.set_limits(place, FREE)
            for part in self._parts.get(place, ()):
                self.needs[part] = self._find_need(part)
            for name in ("_search", "_whole_search"):
                if name in self.__dict__:
                    self.__dict__[name].bound(len(self.family.equations) + place, *FREE)


def make_protection(
    rules: DisclosureRules,
    family: Family,
    truth: Floats,
    wanted: Collection[Key],
    cost: Cost,
    *,
    frozen: Collection[tuple[str, str]] = (),
) -> Protection:
    """Prepare the protection of a family: all wanted cells are published at first.

    Parameters
    ----------
    wanted
        What would be published: variable, measure and domain.
    cost
        What hiding a cell costs the readers.
    frozen
        Tables of which an earlier edition's values stay.
    """
    cells = list_cells(family)
    cells += _unions(rules, family, truth, {cell.key: cell for cell in cells})
    cells += list_place_cells(family)
    shown = [cell for cell in cells if cell.is_shown(wanted)]
    cells += list_weighted_cells(rules, family, shown, truth)
    published = np.array([cell.is_shown(wanted) for cell in cells])
    protection = Protection(rules, family, truth, cells, published, cost, frozen=frozen)
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
