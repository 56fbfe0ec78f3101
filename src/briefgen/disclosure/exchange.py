"""Tables in which respondents have exchanged their answers: proofs without any program.

In: a table of whole numbers that agrees with all that is known of a question, and the domains of
which something is known. Out: how far a count among region × type cells differs in
tables that agree as well.

Four respondents make such a table, two of one region and two of another, of the same two types:
if the first and the last of them exchange their answer for that of the other two, no count of a
region or a type changes. Where nothing is known of their regions, two of one type suffice.

References
----------
Diaconis, P. and Sturmfels, B. (1998). Algebraic algorithms for sampling from conditional
distributions. The Annals of Statistics 26(1), 363–397 (moves that keep the margins of a table).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
from scipy import sparse

from briefgen.disclosure.counts import Cell, Family
from briefgen.disclosure.system import TOLERANCE, Floats, Form

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Marks = list[list[str]]


class Exchange:
    """Exchanges of answers to one question.

    The columns of a family are blocks, one for each answer, with one count for each atom. Answers
    may be exchanged within an atom where they are alike in all that everybody knows, in
    particular where they open the same questions.

    Parameters
    ----------
    known
        Cells of the question of which something is known.
    equations
        What everybody knows, one row each over the family's columns.
    table
        Whole counts that agree with all of it.
    fixed
        Sums of counts that must not fall below 0, one row each: what weighted values tell.
    """

    def __init__(
        self,
        family: Family,
        variable: str,
        known: Iterable[Cell],
        equations: sparse.csr_array,
        table: Floats,
        *,
        fixed: sparse.csr_array,
    ) -> None:
        self._fixed = fixed
        self._kinds = family.structure.kinds
        self._atoms = len(family.structure.sizes)
        self._counts = np.rint(table).reshape(-1, self._atoms)
        span = family.span(variable)
        blocks = range(span.start // self._atoms, span.stop // self._atoms)
        self._alike = _find_alike(equations, blocks, self._atoms)
        self._known = [(cell.domain, *_split(cell.form, self._atoms)) for cell in known]
        self._grids: dict[frozenset[int], Grid] = {}

    def reach(self, form: Form, enough: float) -> tuple[float, float]:
        """Return how far a count can fall and rise, until both together are enough."""
        scores, atoms = _split(form, self._atoms)
        own = set(scores)
        others = set().union(*(self._alike[block] for block in own)) - own
        up = self._gain(atoms, own, others, enough)
        return self._gain(atoms, others, own, enough - up), up

    def _gain(self, atoms: Ints, gained: set[int], given: set[int], enough: float) -> float:
        """Return how many of some atoms can have one of some answers instead of others."""
        counts = self._counts.copy()
        inside = np.zeros(self._atoms, np.bool_)
        inside[atoms] = True
        done = 0.0
        for new, old in [(n, o) for n in sorted(gained) for o in sorted(given & self._alike[n])]:
            grid = self._grid(new, old)
            while done < enough:
                before = counts.copy() if self._fixed.shape[0] else counts
                if not grid.exchange(counts[new], counts[old], inside):
                    break
                if not self._is_held(counts):
                    counts = before
                    break
                done += 1.0
        return done

    def _is_held(self, counts: Floats) -> bool:
        """Tell whether weighted values stay what is printed of them."""
        return bool((self._fixed @ counts.ravel() > -TOLERANCE).all())

    def _grid(self, one: int, other: int) -> Grid:
        """Return what is known of two answers; what holds their sum alone tells nothing of them."""
        pair = frozenset((one, other))
        if pair not in self._grids:
            telling = {
                domain: atoms
                for domain, scores, atoms in self._known
                if scores.get(one, 0.0) != scores.get(other, 0.0)
            }
            self._grids[pair] = Grid(telling, self._kinds, self._atoms)
        return self._grids[pair]


class Grid:
    """The atoms by the regions (rows) and by the other domains (columns) that tell of two answers.

    Where no sum of a row or a column changes, none of a domain does.
    """

    def __init__(self, domains: Mapping[str, Ints], kinds: Mapping[str, str], atoms: int) -> None:
        marks: tuple[Marks, Marks] = ([[] for _ in range(atoms)], [[] for _ in range(atoms)])
        for domain, members in domains.items():
            parts = domain.removesuffix("~rest").split("+")
            side = 0 if any(kinds.get(part) == "region" for part in parts) else 1
            for atom in members.tolist():
                marks[side][atom].append(domain)
        self._row, self._column = _number(marks[0]), _number(marks[1])

    def exchange(self, new: Floats, old: Floats, inside: Flags) -> bool:
        """Let one more inside have the new answer instead of the old; tell whether that can be.

        Parameters
        ----------
        new, old
            Respondents of each atom who gave the answers; changed in place.
        inside
            The atoms that are looked at.
        """
        starts = inside & (old > 0)
        gives, takes = ~inside & (new > 0), ~inside & (old > 0)
        if not gives.any():
            return False
        for row in sorted(set(self._row[starts].tolist())):
            path = self._find_path(starts & (self._row == row), gives, takes, row)
            if path:
                for step, atom in enumerate(path):
                    sign = -1.0 if step % 2 else 1.0
                    new[atom] += sign
                    old[atom] -= sign
                return True
        return False

    def _find_path(self, starts: Flags, gives: Flags, takes: Flags, row: int) -> list[int]:
        """Return atoms that take and give the new answer in turn, and leave all sums as they are.

        The first is one of the starts; each next is in the column of the one before, then in its
        row, until the row is the first one's again. There is none where the list is empty.
        """
        ways: tuple[Ints, Ints] = (
            np.full(self._row.max() + 1, -1),
            np.full(self._column.max() + 1, -1),
        )
        first = np.flatnonzero(starts)
        ways[1][self._column[first]] = first
        while ways[0][row] < 0:
            given = np.flatnonzero(gives & (ways[1][self._column] >= 0) & (ways[0][self._row] < 0))
            ways[0][self._row[given]] = given
            taken = np.flatnonzero(takes & (ways[0][self._row] >= 0) & (ways[1][self._column] < 0))
            ways[1][self._column[taken]] = taken
            if not given.size:
                return []
        path = [int(ways[0][row])]
        while not starts[path[-1]]:
            way = ways[len(path) % 2]
            path.append(int(way[self._column[path[-1]] if len(path) % 2 else self._row[path[-1]]]))
        return path[::-1]


def _split(form: Form, atoms: int) -> tuple[dict[int, float], Ints]:
    """Return the score of each block in a form, and its atoms."""
    blocks = (form.columns // atoms).tolist()
    return dict(zip(blocks, form.values.tolist(), strict=True)), np.unique(form.columns % atoms)


def _number(marks: Marks) -> Ints:
    """Give each atom a number, the same to those with the same marks."""
    numbers: dict[tuple[str, ...], int] = {}
    keys = (tuple(sorted(own)) for own in marks)
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)


def _find_alike(
    equations: sparse.csr_array, blocks: Iterable[int], atoms: int
) -> dict[int, set[int]]:
    """Return of each block those that every equation holds as it does this one."""
    columns = sparse.csc_array(equations)
    parts = {block: columns[:, block * atoms : (block + 1) * atoms] for block in blocks}
    return {
        block: {other for other, theirs in parts.items() if abs(own - theirs).max() == 0}
        for block, own in parts.items()
    }
