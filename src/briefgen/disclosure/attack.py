"""The attacker's problem: what can be derived of a family of questions from its published cells.

In: a `Family`, cells, and for each cell the limits that are known of its value. Out: feasibility
intervals, from the smallest to the largest value in any table that agrees with all that is known;
``docs/disclosure-model.md`` has the notation and an example. ``protect`` asks with true values,
``audit`` with the limits that printed numbers leave.

A cell is safe if two tables show that it may differ by its protection level. Respondents come in
whole numbers: in a small family (`EXACT_LIMIT`) tables with fractions prove nothing, and an integer
program decides; in a large one the interval over real numbers counts, as is usual in the field.

A filter links two questions only through the number who were asked. So a table of one question
can be combined with any table of the others in which as many were asked, and as many answered
what it opens itself. Most proofs therefore need one small program; the large one of all questions
is solved for the few cells that remain.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from briefgen.disclosure.counts import MEMBERS, MISSING, Cell, Family
from briefgen.disclosure.exchange import Exchange
from briefgen.disclosure.rounding import SCORE_STEP, printed_limits
from briefgen.disclosure.system import (
    NODES,
    TOLERANCE,
    Floats,
    Form,
    Polytope,
    is_whole,
    stack_forms,
    stack_rows,
    whole_down,
    whole_up,
)
from briefgen.disclosure.weighted import WEIGHTED
from briefgen.errors import DisclosureError

INFINITE = float("inf")
FREE = (-INFINITE, INFINITE)
DUST = TOLERANCE
"""Respondents, or dual value: what is smaller is the solver's arithmetic."""
SPREAD_ROUNDS: Final = 6
"""Linear programs with random objectives over all suppressed cells, before each has its own.

One objective can prove many cells safe at once, and the rest are looked at one by one: the number
decides about time, not about safety.
"""
WHOLE_SPREAD_ROUNDS: Final = 3
"""The same over whole numbers: fewer, since an integer program takes longer."""
SPREAD_GAP: Final = 0.2
"""Relative gap at which such an integer program may end.

Any table that is far away will do as a proof; the furthest is not needed.
"""
TABLES_TRIED: Final = 3
"""Tables of the other questions beside which one question is tried, the latest first.

Each table may leave the question more room, and each costs a program.
"""
EXACT_LIMIT: Final = 400
"""Unknowns up to which only tables of whole numbers count as proofs.

Beyond, the interval over real numbers counts, as is usual in the field: in the demonstration study,
whose systems are larger, proofs by whole tables take ten times as long (docs/disclosure.md).
"""

Limits = tuple[float, float]
Proof = tuple[Limits, Limits]
"""The smallest and the largest value of a cell in whole tables, and in tables with fractions."""
Ints = npt.NDArray[np.int64]
Answers = Mapping[tuple[str, str, str], Floats]
"""Of a question, dimension and option: how many of each atom gave the answer."""
NO_ANSWERS: Final[Answers] = MappingProxyType({})
NOTHING = Form(np.empty(0, np.int64), np.empty(0))


def limits_of_published(cell: Cell, value: float, base: float) -> Limits:
    """Return what is known of a published cell: its value, or a mean as it is printed."""
    if cell.kind == WEIGHTED:
        return 0.0, INFINITE
    return printed_limits(value, base, SCORE_STEP) if cell.kind == "mean" else (value, value)


class Part:
    """Some questions of a family, with all that is known of them.

    Where what opens them stands outside, `fix_openers` is called with a table before anything is
    asked.

    Parameters
    ----------
    rows
        What is known: one row each over all columns of the family.
    limits
        Of the rows: the lowest and the highest value of each.
    places
        Number of the cell that a row is about; -1 for the family's equations.
    columns
        Columns that may change; all others stand as in some table.
    nodes
        After how many nodes a search for whole numbers is given up.
    objective_changes
        Whether the function changes from one solution to the next, rather than what is known.
    """

    def __init__(
        self,
        rows: sparse.csr_array,
        limits: Floats,
        places: Ints,
        columns: Ints,
        nodes: int,
        *,
        objective_changes: bool = True,
    ) -> None:
        self._nodes = nodes
        self._objective_changes = objective_changes
        self.columns = columns
        self._inside = sparse.csr_array(rows[:, columns])
        # a mask, since NumPy's sets cost as much as the solver where parts are small
        is_inside = np.zeros(rows.shape[1], bool)
        is_inside[columns] = True
        elsewhere = np.flatnonzero(~is_inside)
        self._elsewhere, self._outside = elsewhere, sparse.csr_array(rows[:, elsewhere])
        self._shifting = np.flatnonzero(np.diff(self._outside.indptr))
        self._low, self._high = limits.T.copy()
        self._shift = np.zeros(len(limits))
        self._row_of = {place: row for row, place in enumerate(places.tolist()) if place >= 0}
        self._places = places
        self._local = np.full(rows.shape[1], -1)
        self._local[columns] = np.arange(len(columns))
        self._linear: Polytope | None = None
        self._whole: Polytope | None = None

    @property
    def linear(self) -> Polytope:
        """The program over real numbers."""
        if self._linear is None:
            self._linear = self._make(whole=False)
        return self._linear

    @property
    def whole(self) -> Polytope:
        """The program over whole numbers."""
        if self._whole is None:
            self._whole = self._make(whole=True)
        return self._whole

    def _make(self, *, whole: bool) -> Polytope:
        low, high = self._low - self._shift, self._high - self._shift
        return Polytope(
            self._inside,
            low,
            high,
            whole=whole,
            objective_changes=self._objective_changes,
            nodes=self._nodes,
        )

    def _bound(self, row: int) -> None:
        low, high = self._low[row] - self._shift[row], self._high[row] - self._shift[row]
        for program in (self._linear, self._whole):
            if program is not None:
                program.bound(row, low, high)

    def set_limits(self, place: int, limits: Limits) -> None:
        """Change what is known of a cell; a cell of which nothing was known stays so."""
        row = self._row_of.get(place)
        if row is not None:
            self._low[row], self._high[row] = limits
            self._bound(row)

    def fix_openers(self, point: Floats) -> None:
        """Let what opens the questions be as in a table of the whole family."""
        shift = self._outside @ point[self._elsewhere]
        for row in self._shifting[shift[self._shifting] != self._shift[self._shifting]].tolist():
            self._shift[row] = shift[row]
            self._bound(row)

    def fill_in(self, table: Floats, found: Floats) -> Floats:
        """Return a table of the whole family with what was found of these questions."""
        filled = table.copy()
        filled[self.columns] = found
        return filled

    def localise(self, form: Form) -> Form:
        """Return a form over the columns of this part."""
        return Form(self._local[form.columns], form.values)

    def find(self, form: Form, sign: int) -> Floats | None:
        """Return the table where a form is largest or smallest; ``None`` if there is none."""
        return self.linear.extreme(self.localise(form), sign)

    def find_whole(self, form: Form, sign: int, enough: float, gap: float = 0.0) -> Floats | None:
        """Return a whole table where ``sign`` times a form is largest, is enough, or nearly so."""
        point = self.whole.extreme(self.localise(form), sign, enough, gap)
        return None if point is None else np.rint(point)

    def binding_cells(self, form: Form) -> set[int]:
        """Return the known cells that keep a form from going beyond its range."""
        found: set[int] = set()
        for sign in (1, -1):
            if self.find(form, sign) is not None:
                fixed = np.abs(self.linear.row_duals()) > DUST
                found |= set(self._places[fixed & (self._places >= 0)].tolist())
        return found


class Attack:
    """Ranges of cells, given what is known.

    Parameters
    ----------
    family
        The counts and the equations that everybody knows.
    cells
        All cells, known or not.
    limits
        What is known of each cell's value.
    known
        A table that agrees with all that is known, such as the true one; ``None``: one is
        looked for.
    nodes
        After how many nodes a search for whole numbers is given up.
    """

    def __init__(
        self,
        family: Family,
        cells: Sequence[Cell],
        limits: Sequence[Limits],
        known: Floats | None = None,
        *,
        nodes: int = NODES,
    ) -> None:
        self.family = family
        self._nodes = nodes
        self.cells = cells
        self.matrix = stack_forms([cell.form for cell in cells], family.width)
        self._whole, self._real = Seen(len(cells)), Seen(len(cells))
        self._only_whole = family.width <= EXACT_LIMIT
        self.points: list[Floats] = []
        self._limits = np.array(limits, dtype=float).reshape(-1, 2)
        self._equations = stack_rows([e.terms for e in family.equations], family.width)
        self._bounds = np.array([(e.low, e.high) for e in family.equations]).reshape(-1, 2)
        self._names = [variable.code for variable in family.variables]
        owners = np.array([e.owner for e in family.equations], dtype=object)
        self._equations_of = {name: np.flatnonzero(owners == name) for name in self._names}
        self._asking = np.array([cell.variable for cell in cells], dtype=object)
        self._cells_of = {name: np.flatnonzero(self._asking == name) for name in self._names}
        self._linked = len(family.variables) > 1
        self._single: dict[str, Part] = {}
        self._last: dict[str, Part] = {}
        self._rows_of: dict[str, sparse.csr_array] = {}
        if known is None:
            known = self._joint.find_whole(NOTHING, 1, 0.0)
        if known is not None:
            self.remember(known)

    # --- what is known ---

    def set_limits(self, place: int, limits: Limits) -> None:
        """Change what is known of a cell."""
        self._limits[place] = limits
        for part in self._made():
            part.set_limits(place, limits)

    def remember(self, point: Floats) -> None:
        """Take note of a table that agrees with all that is known."""
        self.points.append(point)
        del self.points[1:-TABLES_TRIED]
        self.note_values(np.arange(len(self.cells)), point)

    def note_values(self, places: Ints, point: Floats) -> None:
        """Take note of the values that some cells have in a table."""
        values = self.matrix[places] @ point
        self._real.take(places, values)
        if is_whole(point):
            self._whole.take(places, np.rint(values))

    def shown(self, place: int) -> Limits:
        """Return the values that a cell has in the whole tables already found."""
        return self._whole.of(place)

    def proof(self, place: int) -> Proof:
        """Return the values that a cell has in whole tables and in all tables already found."""
        return self._whole.of(place), self._real.of(place)

    def take_proof(self, place: int, proof: Proof) -> None:
        """Take over values of a cell that tables found elsewhere have."""
        whole, real = proof
        for seen, values in ((self._whole, whole), (self._real, (*whole, *real))):
            for value in filter(math.isfinite, values):
                seen.take(np.array([place]), np.array([value]))

    def has_shown(self, place: int, width: float) -> bool:
        """Whether tables already found show that a cell may differ by so much."""
        if self._whole.width(place) >= width:
            return True
        low, high = self._cut(place)
        return high - low >= width and not self._only_whole

    def have_shown(self, places: Ints, widths: Floats) -> npt.NDArray[np.bool_]:
        """Tell of each of some cells what `has_shown` tells of one."""
        low, high = self._whole.range_of(places)
        found = high - low >= widths
        if not self._only_whole:
            low, high = self._real.range_of(places)
            found |= np.floor(high + TOLERANCE) - np.ceil(low - TOLERANCE) >= widths
        return np.asarray(found)

    def _cut(self, place: int) -> Limits:
        """Return the whole numbers within what tables with fractions show of a cell."""
        low, high = self._real.of(place)
        return (whole_up(low), whole_down(high)) if low <= high else (low, high)

    def _seen(self, place: int, width: float) -> Limits:
        """Return what the tables show of a cell of which they show enough."""
        whole = self._whole.width(place) >= width
        return self._whole.of(place) if whole else self._cut(place)

    @cached_property
    def _joint(self) -> Part:
        """All questions together."""
        return self._make_part(self._names, self._names, np.arange(self.family.width))

    def _alone(self, variable: str) -> Part:
        """Return a question by itself: of those that it opens, only the missing answers move."""
        if not self._linked:
            return self._joint
        if variable not in self._single:
            opened = self.family.opened_by(variable)
            spans = [self.family.span(variable)]
            spans += [self.family.columns(name, "", MISSING) for name in opened]
            columns = np.concatenate([np.array(span) for span in spans])
            self._single[variable] = self._make_part([variable, *opened], [variable], columns)
        return self._single[variable]

    def _made(self) -> Iterator[Part]:
        yield from self._single.values()
        yield from self._last.values()
        if "_joint" in self.__dict__:
            yield self._joint

    def _make_part(
        self,
        owners: Sequence[str],
        asked: Sequence[str],
        columns: Ints,
        *,
        objective_changes: bool = True,
    ) -> Part:
        equations = np.sort(np.concatenate([self._equations_of[name] for name in owners]))
        known = np.isfinite(self._limits).any(axis=1)
        cells = np.sort(np.concatenate([self._cells_of[name] for name in asked]))
        cells = cells[known[cells]]
        rows = sparse.vstack([self._equations[equations], self.matrix[cells]], format="csr")
        limits = np.concatenate([self._bounds[equations], self._limits[cells]])
        places = np.concatenate([np.full(len(equations), -1), cells])
        return Part(
            sparse.csr_array(rows),
            limits,
            places,
            columns,
            self._nodes,
            objective_changes=objective_changes,
        )

    # --- what fits ---

    def find_members(
        self, sizes: Floats, answers: Answers = NO_ANSWERS, *, whole: bool = False
    ) -> Floats | None:
        """Look for a table that fits, where atoms have other sizes; mostly there is one nearby.

        Parameters
        ----------
        sizes
            Respondents in each atom, of a family with `counts.MEMBERS`.
        answers
            Answers to some of the questions that go with these sizes, where any are known.
        whole
            Whether only a table of whole numbers counts.
        """
        members = np.array(self.family.columns("", "", MEMBERS))
        table = self.points[0].copy()
        moved = set(np.flatnonzero(table[members] != sizes).tolist())
        places = [place for place in self.family.structure.places if moved.intersection(place)]
        table[members] = sizes
        for start, counts in self._blocks(answers):
            table[start : start + len(sizes)] = counts
        is_free = np.ones(self.family.width, bool)
        is_free[members] = False
        free = np.flatnonzero(is_free)
        is_near, has_moved = np.zeros((2, len(sizes)), bool)
        is_near[[atom for place in places for atom in place]] = True
        has_moved[list(moved)] = True
        near, at_once = free[is_near[free % len(sizes)]], free[has_moved[free % len(sizes)]]
        found = self._fill_in_turn(table, (at_once, near, free), whole=whole)
        return self._fill(table, free, self._names, whole=whole) if found is None else found

    def _blocks(self, answers: Answers) -> Iterator[tuple[int, Floats]]:
        """Yield the first columns of given answers, with how many of each atom gave them."""
        for place, counts in answers.items():
            if place in self.family.places:
                yield self.family.places[place], counts

    def _fill_in_turn(
        self, table: Floats, choices: Sequence[Ints], *, whole: bool
    ) -> Floats | None:
        """Look for such a table question by question.

        What opens a question comes before it, and changes little where the other has to follow: it
        is given as few columns as are enough.
        """
        for name in self._names:
            if self._fits(name, table):
                continue
            opens = bool(self.family.opened_by(name))
            filled = None if opens else self._fill_last(name, table, whole=whole)
            if filled is None and (opens or whole):
                filled = self._fill_least(name, table, choices, whole=whole)
            if filled is None:
                return None
            table = filled
        values = self._equations @ table
        low, high = self._bounds.T
        return table if ((values > low - DUST) & (values < high + DUST)).all() else None

    def _fits(self, name: str, table: Floats) -> bool:
        """Tell whether a table agrees with all that is known of a question."""
        if name not in self._rows_of:
            cells, equations = self._cells_of[name], self._equations_of[name]
            self._rows_of[name] = sparse.csr_array(
                sparse.vstack([self._equations[equations], self.matrix[cells]], format="csr")
            )
        bounds = self._bounds[self._equations_of[name]], self._limits[self._cells_of[name]]
        low, high = np.concatenate(bounds).T
        values = self._rows_of[name] @ table
        return bool(((values > low - DUST) & (values < high + DUST)).all())

    def _fill_last(self, name: str, table: Floats, *, whole: bool) -> Floats | None:
        """Look for answers to a question that opens no other, whatever the table has of it.

        One program serves for all tables of a question. Each differs from the one before in few
        rows, so that the dual simplex method has few steps to make from where it stands.
        """
        if name not in self._last:
            columns = np.array(self.family.span(name))
            self._last[name] = self._make_part([name], [name], columns, objective_changes=False)
        part = self._last[name]
        part.fix_openers(table)
        found = part.find(NOTHING, 1)
        if found is None or (whole and not is_whole(found)):
            return None
        return part.fill_in(table, np.rint(found) if whole else found)

    def _fill_least(
        self, name: str, table: Floats, choices: Sequence[Ints], *, whole: bool
    ) -> Floats | None:
        """Look for answers to a question that differ in the first of some columns that will do."""
        span = self.family.span(name)
        for columns in choices:
            own = columns[(columns >= span.start) & (columns < span.stop)]
            filled = self._fill(table, own, [name], whole=whole)
            if filled is not None:
                return filled
        return None

    def _fill(
        self, table: Floats, columns: Ints, names: Sequence[str], *, whole: bool
    ) -> Floats | None:
        """Look for a table that fits some questions and differs from another in some columns."""
        part = self._make_part(names, names, columns)
        part.fix_openers(table)
        found = part.find_whole(NOTHING, 1, 0.0) if whole else part.find(NOTHING, 1)
        return None if found is None else part.fill_in(table, found)

    def spread(self, places: Ints, widths: Floats) -> None:
        """Exchange answers and spread many cells apart at once; most are found to be safe that way.

        Parameters
        ----------
        places
            Numbers of the cells.
        widths
            How far apart the values of each have to be.
        """
        self._exchange(places, widths)
        rng = np.random.default_rng(len(self.cells))

        def choose(variable: str | None = None) -> Form | None:
            """Return a way to spread those that are left, of one question or of all."""
            left = ~self.have_shown(places, widths)
            chosen = places[left & ((self._asking[places] == variable) | (variable is None))]
            low, _ = self._real.range_of(chosen)
            signs = np.where(low > 0, rng.choice([-1.0, 1.0], len(chosen)), 1.0)
            combined = (signs * rng.random(len(chosen))) @ self.matrix[chosen]
            columns = np.flatnonzero(combined)
            return Form(columns, combined[columns]) if len(chosen) else None

        for variable in self._names if self.points else ():
            for _ in range(SPREAD_ROUNDS):
                if form := choose(variable):
                    self._try_form(variable, form, 1, self.points[0])
        for _ in range(SPREAD_ROUNDS if self._linked else 0):
            if form := choose():
                self._find(form, 1)
        for _ in range(WHOLE_SPREAD_ROUNDS if self._only_whole else 0):
            if form := choose():
                self._find_whole(form, 1, gap=SPREAD_GAP)

    def _exchange(self, places: Ints, widths: Floats) -> None:
        """Let respondents exchange answers, in the first known table, till counts differ enough."""
        known = np.isfinite(self._limits).any(axis=1)
        left = ~self.have_shown(places, widths)
        for variable in self._names if self.points else ():
            own = left & (self._asking[places] == variable)
            if not own.any():
                continue
            asked = self._cells_of[variable][known[self._cells_of[variable]]]
            fixed = np.array([self.cells[p].kind == WEIGHTED for p in asked.tolist()], np.bool_)
            exchange = Exchange(
                self.family,
                variable,
                [self.cells[p] for p in asked[~fixed].tolist()],
                self._equations,
                self.points[0],
                fixed=self.matrix[asked[fixed]],
            )
            for place, width in zip(places[own].tolist(), widths[own].tolist(), strict=True):
                form = self.cells[place].form
                down, up = exchange.reach(form, width)
                value = form.at(self.points[0])
                reached = value - down, value + up
                self.take_proof(place, (reached, reached))

    def _try_form(self, variable: str, form: Form, sign: int, point: Floats) -> None:
        """Look for another table of one question beside a table of the others."""
        part = self._alone(variable)
        part.fix_openers(point)
        found = part.find(form, sign)
        if found is None:
            return
        table = point.copy()
        table[part.columns] = found
        self.note_values(self._cells_of[variable], table)

    def range(self, place: int, enough: float = INFINITE) -> Limits:
        """Return the range of a cell, or a part of it that is at least so wide.

        Raises
        ------
        DisclosureError
            If no table agrees with what is known.
        """
        if self._linked:
            self._try_points(place, enough)
        form = self.cells[place].form
        low, high = 0.0, INFINITE
        for sign in (1, -1):
            if self.has_shown(place, enough):
                return self._seen(place, enough)
            if sign < 0 and self._real.of(place)[0] <= low:
                continue  # nobody counts fewer than none
            point = self._find(form, sign)
            if point is None:
                raise DisclosureError(
                    "the published numbers contradict one another",
                    hint="build all documents of the edition again from the same data",
                )
            if sign > 0:
                high = whole_down(form.at(point))
            else:
                low = whole_up(form.at(point))
        if high - low < enough or not self._only_whole:
            return low, high
        return self._range_of_whole(place, enough)

    def _try_points(self, place: int, enough: float) -> None:
        cell = self.cells[place]
        for point in self.points[: -TABLES_TRIED - 1 : -1]:
            for sign in (1, -1):
                if self.has_shown(place, enough):
                    return
                self._try_form(cell.variable, cell.form, sign, point)

    def _find(self, form: Form, sign: int) -> Floats | None:
        """Look for the table of all questions where a form is largest or smallest."""
        point = self._joint.find(form, sign)
        if point is not None:
            self.remember(point)
        return point

    def _find_whole(
        self, form: Form, sign: int, enough: float = INFINITE, gap: float = 0.0
    ) -> None:
        """Look for the whole table where a form is largest or smallest, is enough, or nearly so."""
        point = self._joint.find_whole(form, sign, enough, gap)
        if point is not None:
            self.remember(point)

    def _range_of_whole(self, place: int, enough: float) -> Limits:
        """Return the range over tables of whole numbers, or a part of it."""
        form = self.cells[place].form
        for sign in (1, -1):
            low, high = self._whole.of(place)
            edge = high if sign > 0 else -low
            self._find_whole(form, sign, edge + enough - (high - low))
            if self.has_shown(place, enough):
                return self._seen(place, enough)
        return self._whole.of(place)

    def binding_cells(self, place: int) -> list[int]:
        """Return the known cells that keep a cell from going beyond its range."""
        return sorted(self._joint.binding_cells(self.cells[place].form) - {place})


class Seen:
    """The smallest and the largest value of each cell in some tables."""

    def __init__(self, cells: int) -> None:
        self._low, self._high = np.full(cells, INFINITE), np.full(cells, -INFINITE)

    def take(self, places: Ints, values: Floats) -> None:
        """Take note of values."""
        self._low[places] = np.minimum(self._low[places], values)
        self._high[places] = np.maximum(self._high[places], values)

    def of(self, place: int) -> Limits:
        """Return the smallest and the largest value of a cell."""
        return float(self._low[place]), float(self._high[place])

    def range_of(self, places: Ints) -> tuple[Floats, Floats]:
        """Return the smallest and the largest values of some cells."""
        return self._low[places], self._high[places]

    def width(self, place: int) -> float:
        """Return how far the values of a cell are apart."""
        return float(self._high[place] - self._low[place])
