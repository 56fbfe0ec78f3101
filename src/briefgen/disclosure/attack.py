"""What an attacker can derive of a family of questions from what is known of its cells.

In: a `Family`, cells, and for each cell the limits that are known of its value. Out: the range
that all tables agree with that fit. ``protect`` asks with true values, ``audit`` with what printed
numbers leave.

A cell is safe where two tables show it to differ by enough. Only whole numbers of respondents
fit: where linear programmes find fractions alone, in a small family (`SMALL`) an integer programme
settles what is close, while in a large one the linear range counts, as is usual in the field.

A filter links questions through those who were asked alone. So a table of one question joins any
table of the others in which as many were asked: most proofs need no more than one small
programme, and the large one of all questions is left to what resists.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from briefgen.disclosure.counts import Cell, Family
from briefgen.disclosure.system import (
    Floats,
    Form,
    Polytope,
    is_whole,
    stack_forms,
    stack_rows,
    whole_down,
    whole_up,
)
from briefgen.errors import DisclosureError

INFINITE = float("inf")
FREE = (-INFINITE, INFINITE)
DUST = 1e-6
PUSHES = 6
"""How often all hidden cells are pushed at once before each is looked at by itself."""
POINTS = 12
"""How many tables of a family are tried, the latest first."""
MARGIN = 1.0
"""By how much more a cell of a small family has to differ in tables with fractions."""
SMALL = 400
"""Up to so many counts a family is small."""

Limits = tuple[float, float]
Ints = npt.NDArray[np.int64]
NOTHING = Form(np.empty(0, np.int64), np.empty(0))


class Part:
    """Some questions of a family, with all that is known of them.

    Where what opens them stands outside, it has to `stand` at a table before anything is asked.

    Parameters
    ----------
    rows
        What is known: one row each over all columns of the family.
    low, high
        Limits of the rows.
    places
        Number of the cell that a row is about; -1 for the family's equations.
    columns
        Columns of the questions.
    """

    def __init__(
        self, rows: sparse.csr_array, low: Floats, high: Floats, places: Ints, columns: Ints
    ) -> None:
        self.columns = columns
        self._inside = sparse.csr_array(rows[:, columns])
        elsewhere = np.setdiff1d(np.arange(rows.shape[1]), columns)
        self._elsewhere, self._outside = elsewhere, sparse.csr_array(rows[:, elsewhere])
        self._shifting = np.flatnonzero(np.diff(self._outside.indptr))
        self._low, self._high = low.copy(), high.copy()
        self._shift = np.zeros(len(low))
        self._row_of = {place: row for row, place in enumerate(places.tolist()) if place >= 0}
        self._places = places
        self._local = np.full(rows.shape[1], -1)
        self._local[columns] = np.arange(len(columns))
        self._linear: Polytope | None = None
        self._whole: Polytope | None = None

    @property
    def linear(self) -> Polytope:
        """The programme over real numbers."""
        if self._linear is None:
            self._linear = self._make(whole=False)
        return self._linear

    @property
    def whole(self) -> Polytope:
        """The programme over whole numbers."""
        if self._whole is None:
            self._whole = self._make(whole=True)
        return self._whole

    def _make(self, *, whole: bool) -> Polytope:
        low, high = self._low - self._shift, self._high - self._shift
        return Polytope(self._inside, low, high, whole=whole)

    def _bound(self, row: int) -> None:
        low, high = self._low[row] - self._shift[row], self._high[row] - self._shift[row]
        for programme in (self._linear, self._whole):
            if programme is not None:
                programme.bound(row, low, high)

    def learn(self, place: int, limits: Limits) -> None:
        """Change what is known of a cell; a cell of which nothing was known stays so."""
        row = self._row_of.get(place)
        if row is not None:
            self._low[row], self._high[row] = limits
            self._bound(row)

    def stand(self, point: Floats) -> None:
        """Let what opens the questions be as in a table of the whole family."""
        shift = self._outside @ point[self._elsewhere]
        for row in self._shifting[shift[self._shifting] != self._shift[self._shifting]].tolist():
            self._shift[row] = shift[row]
            self._bound(row)

    def localise(self, form: Form) -> Form:
        """Return a form over the columns of this part."""
        return Form(self._local[form.columns], form.values)

    def bound(self, form: Form, sign: int) -> float | None:
        """Return the largest (``sign`` 1) or smallest value over real numbers."""
        local = self.localise(form)
        point = self.linear.extreme(local, sign)
        return None if point is None else local.at(point)

    def find(self, form: Form, sign: int) -> Floats | None:
        """Return the table where a form is largest or smallest; ``None`` if there is none."""
        return self.linear.extreme(self.localise(form), sign)

    def find_whole(self, form: Form, sign: int, enough: float) -> Floats | None:
        """Return a whole table where ``sign`` times a form is largest, or is enough."""
        point = self.whole.extreme(self.localise(form), sign, enough)
        return None if point is None else np.rint(point)

    def fits(self, point: Floats) -> bool:
        """Tell whether a table of the whole family agrees with what is known of this part."""
        values = self._inside @ point[self.columns] + self._shift
        return bool((values >= self._low - DUST).all() and (values <= self._high + DUST).all())

    def system(self) -> tuple[sparse.csr_array, Floats, Floats]:
        """Return what is known as rows with their limits."""
        return self._inside, self._low - self._shift, self._high - self._shift

    def pinning(self, form: Form) -> set[int]:
        """Return the known cells that keep a form from going beyond its range."""
        found: set[int] = set()
        for sign in (1, -1):
            if self.bound(form, sign) is not None:
                held = np.abs(self.linear.row_prices()) > DUST
                found |= set(self._places[held & (self._places >= 0)].tolist())
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
    """

    def __init__(
        self,
        family: Family,
        cells: Sequence[Cell],
        limits: Sequence[Limits],
        known: Floats | None = None,
    ) -> None:
        self.family = family
        self.cells = cells
        self.matrix = stack_forms([cell.form for cell in cells], family.width)
        self._whole, self._real = Seen(len(cells)), Seen(len(cells))
        self.margin = MARGIN if family.width <= SMALL else 0.0
        self.points: list[Floats] = []
        self._limits = np.array(limits, dtype=float).reshape(-1, 2)
        self._equations = stack_rows([e.terms for e in family.equations], family.width)
        self._bounds = np.array([(e.low, e.high) for e in family.equations]).reshape(-1, 2)
        self._owners = np.array([e.owner for e in family.equations], dtype=object)
        self._asking = np.array([cell.variable for cell in cells], dtype=object)
        self.leaves = family.leaves()
        self.core = [v.code for v in family.variables if v.code not in self.leaves]
        self._parts: dict[tuple[str, ...], Part] = {}
        if known is None:
            known = self._find_any()
        if known is not None:
            self.remember(known)

    def _find_any(self) -> Floats | None:
        """Look for a table that agrees with all that is known."""
        part = self._part([variable.code for variable in self.family.variables])
        found = part.find_whole(NOTHING, 1, 0.0)
        if found is None:
            return None
        point = np.zeros(self.family.width)
        point[part.columns] = found
        return point

    # --- what is known ---

    def learn(self, place: int, limits: Limits) -> None:
        """Change what is known of a cell."""
        self._limits[place] = limits
        for part in self._parts.values():
            part.learn(place, limits)

    def remember(self, point: Floats) -> None:
        """Take note of a table that agrees with all that is known."""
        self.points.append(point)
        self.see(np.arange(len(self.cells)), point)

    def see(self, places: Ints, point: Floats) -> None:
        """Take note of the values that some cells have in a table."""
        values = self.matrix[places] @ point
        self._real.take(places, values)
        if is_whole(point):
            self._whole.take(places, np.rint(values))

    def shown(self, place: int) -> Limits:
        """Return the values that a cell has in the whole tables already found."""
        return self._whole.of(place)

    def believe(self, place: int, limits: Limits) -> None:
        """Take over values of a cell that whole tables found elsewhere have."""
        for value in limits:
            for seen in (self._real, self._whole):
                seen.take(np.array([place]), np.array([value]))

    def has_shown(self, place: int, width: float) -> bool:
        """Whether tables already found show that a cell may differ by so much."""
        return (
            self._whole.width(place) >= width
            or self._real.width(place) >= width + self.margin - DUST
        )

    def _seen(self, place: int, width: float) -> Limits:
        """Return what the tables show of a cell of which they show enough."""
        if self._whole.width(place) >= width:
            return self._whole.of(place)
        low, high = self._real.of(place)
        return whole_up(low), whole_down(high)

    def _part(self, variables: Collection[str]) -> Part:
        key = tuple(variables)
        if key not in self._parts:
            names = set(key)
            equations = np.flatnonzero([owner in names for owner in self._owners])
            known = np.isfinite(self._limits).any(axis=1)
            own = np.array([asking in names for asking in self._asking], dtype=bool)
            cells = np.flatnonzero(known & own)
            rows = sparse.vstack([self._equations[equations], self.matrix[cells]], format="csr")
            limits = np.concatenate([self._bounds[equations], self._limits[cells]])
            places = np.concatenate([np.full(len(equations), -1), cells])
            columns = np.concatenate([np.array(self.family.span(name)) for name in key])
            self._parts[key] = Part(
                sparse.csr_array(rows), limits[:, 0], limits[:, 1], places, columns
            )
        return self._parts[key]

    def _outer(self, variable: str) -> Part:
        """Return the part whose ranges hold those of the whole family."""
        return self._part([*self.core, variable] if variable in self.leaves else self.core)

    # --- what fits ---

    def push(self, places: Callable[[], Iterable[int]]) -> None:
        """Push many cells apart at once; most are found to be safe that way."""
        rng = np.random.default_rng(len(self.cells))
        for variable in [v.code for v in self.family.variables]:
            if not self.points or (self.leaves and variable not in self.leaves):
                continue
            for _ in range(PUSHES):
                chosen = [p for p in places() if self.cells[p].variable == variable]
                if not chosen:
                    break
                combined = rng.choice([-1.0, 1.0], len(chosen)) @ self.matrix[chosen]
                columns = np.flatnonzero(combined)
                self._try_form(variable, Form(columns, combined[columns]), 1, self.points[0])

    def _try_form(self, variable: str, form: Form, sign: int, point: Floats) -> None:
        """Look for another table of one question beside a table of the others."""
        part = self._part([variable] if variable in self.leaves else self.core)
        part.stand(point)
        found = part.find(form, sign)
        if found is None:
            return
        table = point.copy()
        table[part.columns] = found
        self.see(np.flatnonzero(np.isin(self._asking, [variable])), table)

    def range(
        self,
        place: int,
        enough: float = INFINITE,
        is_harmless: Callable[[float, float], bool] = lambda _low, _high: False,
    ) -> Limits:
        """Return the range of a cell, or a part of it that is at least so wide.

        Parameters
        ----------
        is_harmless
            Tells of a range whether the cell need not be looked at more closely.

        Raises
        ------
        DisclosureError
            If no table agrees with what is known.
        """
        cell = self.cells[place]
        if cell.variable in self.leaves:
            self._try_points(place, enough)
        if self.has_shown(place, enough):
            return self._seen(place, enough)
        outer = self._range_in(self._outer(cell.variable), place)
        if outer[1] - outer[0] < enough and (not self.leaves or is_harmless(*outer)):
            return outer
        if self.leaves and outer[1] - outer[0] >= enough:
            self._try_neighbours(place, enough)
            if self.has_shown(place, enough):
                return self._seen(place, enough)
        return self._range_of_all(place, enough)

    def _try_points(self, place: int, enough: float) -> None:
        cell = self.cells[place]
        for point in self.points[: -POINTS - 1 : -1]:
            for sign in (1, -1):
                if self.has_shown(place, enough):
                    return
                self._try_form(cell.variable, cell.form, sign, point)

    def _range_in(self, part: Part, place: int) -> Limits:
        """Return the range over real numbers, cut to whole ones."""
        form = self.cells[place].form
        low, high = part.bound(form, -1), part.bound(form, 1)
        if low is None or high is None:
            raise DisclosureError(
                "the published numbers contradict one another",
                hint="build all documents of the edition again from the same data",
            )
        return whole_up(low), whole_down(high)

    def _range_of_all(self, place: int, enough: float) -> Limits:
        """Return the range over tables of all questions together; where it is close, whole ones."""
        part = self._part([variable.code for variable in self.family.variables])
        low, high = self._range_in(part, place)
        if high - low < enough or high - low >= enough + self.margin:
            return low, high
        for sign in (1, -1):
            low, high = self._whole.of(place)
            edge = high if sign > 0 else -low
            target = edge + enough - (high - low)
            found = part.find_whole(self.cells[place].form, sign, target)
            if found is not None:
                point = np.zeros(self.family.width)
                point[part.columns] = found
                self.remember(point)
            if self.has_shown(place, enough):
                break
        return self._whole.of(place)

    def pinning(self, place: int) -> list[int]:
        """Return the known cells that keep a cell from going beyond its range."""
        part = self._part([variable.code for variable in self.family.variables])
        return sorted(part.pinning(self.cells[place].form) - {place})

    # --- tables in which others were asked ---

    def _try_neighbours(self, place: int, enough: float) -> None:
        """Look for tables of all questions near the first in which a cell differs by enough."""
        cell, start = self.cells[place], self.points[0] if self.points else None
        if start is None:
            return
        part = self._outer(cell.variable)
        for sign in (1, -1):
            distance = enough - self._whole.width(place)
            while distance > 0:
                low, high = self._whole.of(place)
                edge = high if sign > 0 else low
                found = self._nearest(part, cell.form, edge + sign * distance, sign, start)
                point = None if found is None else self._lift(cell.variable, found)
                if point is not None:
                    self.remember(point)
                    break
                distance -= 1.0
            if self.has_shown(place, enough):
                return

    def _nearest(
        self, part: Part, form: Form, target: float, sign: int, start: Floats
    ) -> Floats | None:
        """Return a table of a part in which few others were asked than at the start."""
        limits = (target, INFINITE) if sign > 0 else (-INFINITE, target)
        return Neighbour(part, self._moving(part), start).find(part.localise(form), limits)

    def _moving(self, part: Part) -> Ints:
        core = np.concatenate([np.array(self.family.span(name)) for name in self.core])
        return np.flatnonzero(np.isin(part.columns, core))

    def _lift(self, variable: str, found: Floats) -> Floats | None:
        """Complete a table of a part by tables of all other questions; ``None`` if one has none."""
        part, start = self._outer(variable), self.points[0]
        point = start.copy()
        point[part.columns] = found
        for leaf in sorted(self.leaves - {variable}):
            own = self._part([leaf])
            own.stand(point)
            if own.fits(start):
                continue
            other = own.find(NOTHING, 1)
            if other is None:
                return None
            point[own.columns] = other
        return point


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

    def width(self, place: int) -> float:
        """Return how far the values of a cell are apart."""
        return float(self._high[place] - self._low[place])


class Neighbour:
    """The table of a part nearest to another one, in some of its columns."""

    def __init__(self, part: Part, moving: Ints, start: Floats) -> None:
        rows, low, high = part.system()
        count, width = len(moving), rows.shape[1]
        here = sparse.csr_array((np.ones(count), (np.arange(count), moving)), shape=(count, width))
        one = sparse.eye_array(count, format="csr")
        origin = start[part.columns][moving]
        self._matrix = sparse.csr_array(
            sparse.block_array([[rows, None, None], [here, -one, one]], format="csr")
        )
        self._low = np.concatenate([low, origin])
        self._high = np.concatenate([high, origin])
        self._price = Form(np.arange(width, width + 2 * count), np.ones(2 * count))
        self._width = width

    def find(self, form: Form, limits: Limits) -> Floats | None:
        """Return the nearest table in which a form is within limits."""
        row = sparse.csr_array(
            (form.values, (np.zeros(len(form.columns), np.int64), form.columns)),
            shape=(1, self._matrix.shape[1]),
        )
        matrix = sparse.csr_array(sparse.vstack([self._matrix, row], format="csr"))
        low, high = np.append(self._low, limits[0]), np.append(self._high, limits[1])
        point = Polytope(matrix, low, high).extreme(self._price, -1)
        return None if point is None else point[: self._width]
