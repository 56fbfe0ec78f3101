"""What tables in subgroups tell about who belongs to them.

In: the protection of a family of questions, and other `Memberships` than the true one. Out: what
has to be hidden so that each of them stays possible.

A subgroup is an answer, and how many gave it in a region can be hidden. But tables of other
questions are published in subgroups and in regions, and together they tell about it: where all
of a region answered a question, but one of a subgroup did not, this one lives elsewhere. So some
other tables of who belongs where are made up, in which each such count differs by enough, and a
question publishes only what agrees with every one of them. As nothing else links the questions,
all of them together then leave each of these tables possible.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from briefgen.disclosure.attack import SMALL, limits_of_published
from briefgen.disclosure.counts import (
    MEMBERS,
    Cell,
    Family,
    close_questions,
    count_answers,
    list_cells,
    make_family,
    makers_of,
    with_makers,
)
from briefgen.disclosure.protect import GAP, Key, Price, Protection
from briefgen.disclosure.rules import is_sensitive, is_small_base, needed_width
from briefgen.disclosure.structure import GROUPED, Structure, spread_structure
from briefgen.disclosure.system import Floats, Form, Polytope, stack_rows
from briefgen.settings import DisclosureRules, Variable
from briefgen.study import Study

WHOLE = 2 * SMALL
"""Up to so many counts, sizes of groups among them, only tables of whole numbers count."""


@dataclass(frozen=True)
class Memberships:
    """Other tables of who belongs to which subgroup, that agree with what is published of it.

    Attributes
    ----------
    structure
        Atoms with room for other memberships.
    others
        Respondents in each atom, one array for each table.
    """

    structure: Structure
    others: tuple[Floats, ...] = ()


def imagine_members(study: Study, published: Collection[Key]) -> Memberships:
    """Make up other memberships, in which every count that has to be hidden differs by enough.

    Parameters
    ----------
    published
        What is published of the variables that make subgroups.
    """
    settings, rules = study.settings, study.settings.info.disclosure
    makers = makers_of(settings)
    structure = spread_structure(settings, study.survey, _find_hidden(study, makers, published))
    if not makers:
        return Memberships(structure)
    family = make_family(settings, structure, makers, secret_groups=True)
    truth = count_answers(settings, family, study.survey)
    cells = list_cells(family)
    shown = [cell for cell in cells if cell.key in published]
    secret = [
        cell for cell in cells if cell.key not in published and _is_secret(rules, cell, truth)
    ]
    search = _Search(family, truth, shown, secret)
    for place, cell in enumerate(secret):
        search.spread(place, needed_width(rules, cell.size))
    members = family.columns("", "", MEMBERS)
    tables = {tuple(np.rint(table[members.start : members.stop])) for table in search.tables[1:]}
    return Memberships(structure, tuple(np.array(sizes) for sizes in sorted(tables)))


def _find_hidden(
    study: Study, makers: Sequence[Variable], published: Collection[Key]
) -> set[tuple[str, str]]:
    """Return the domains in which a count of answers that make subgroups is hidden."""
    return {
        (maker.code, domain)
        for maker in makers
        for domain in study.settings.domains
        for option in maker.answers
        if (maker.code, option.name, domain) not in published
    }


def _is_secret(rules: DisclosureRules, cell: Cell, truth: Floats) -> bool:
    """Tell whether a count is hidden for its own sake."""
    base = cell.base.at(truth)
    small = is_small_base(rules, base) or is_sensitive(rules, cell.form.at(truth), base)
    return cell.kind == "count" and small


class _Search:
    """Look for tables in which few respondents belong elsewhere, and a count differs."""

    def __init__(
        self, family: Family, truth: Floats, shown: Sequence[Cell], secret: Sequence[Cell]
    ) -> None:
        self.tables, self._secret = [truth], secret
        members, moves = family.columns("", "", MEMBERS), family.width
        rows = [dict(equation.terms) for equation in family.equations]
        limits = [(equation.low, equation.high) for equation in family.equations]
        for number, column in enumerate(members):
            up = moves + 2 * number
            rows.append({column: 1.0, up: -1.0, up + 1: 1.0})
            limits.append((float(truth[column]), float(truth[column])))
        for cell in shown:
            value, base = cell.form.at(truth), cell.base.at(truth)
            limits.append(limits_of_published(cell, value, base))
        limits += [(-np.inf, np.inf)] * len(secret)
        width = moves + 2 * len(members)
        rows += [_terms_of(cell.form) for cell in (*shown, *secret)]
        self._first, self._width = len(rows) - len(secret), family.width
        low, high = np.array(limits, dtype=float).T.copy()
        self._polytope = Polytope(stack_rows(rows, width), low, high, whole=True)
        self._moved = Form(np.arange(moves, width), np.ones(width - moves))

    def spread(self, place: int, need: float) -> None:
        """Look for tables until a count differs by so much, or by as much as it can."""
        form = self._secret[place].form
        for sign in (1, -1):
            values = [form.at(table) for table in self.tables]
            edge = max(values) if sign > 0 else min(values)
            missing = need - (max(values) - min(values))
            while missing > 0 and not self._reach(place, edge + sign * missing, sign):
                missing -= 1.0

    def _reach(self, place: int, target: float, sign: int) -> bool:
        row = self._first + place
        limits = (target, np.inf) if sign > 0 else (-np.inf, target)
        self._polytope.bound(row, *limits)
        table = self._polytope.extreme(self._moved, -1, gap=GAP)
        self._polytope.bound(row, -np.inf, np.inf)
        if table is not None:
            self.tables.append(np.rint(table[: self._width]))
        return table is not None


def _terms_of(form: Form) -> dict[int, float]:
    return dict(zip(form.columns.tolist(), form.values.tolist(), strict=True))


def hide_what_tells(
    study: Study,
    members: Memberships,
    variables: Sequence[Variable],
    published: Collection[Key],
    price: Price,
) -> set[Key]:
    """Return what a family must not publish, so that other memberships stay possible.

    Parameters
    ----------
    published
        What would be published, of the family and of the variables that make subgroups.
    price
        What hiding a cell costs the readers.
    """
    codes = {variable.code for variable in variables}
    kinds = members.structure.kinds
    in_groups = any(key[0] in codes and kinds.get(key[2]) in GROUPED for key in published)
    if not members.others or not in_groups:
        return set()
    settings = study.settings
    together = with_makers(settings, variables)
    family = make_family(settings, members.structure, together, secret_groups=True)
    truth = count_answers(settings, family, study.survey)
    close_questions(family, truth)
    cells = list_cells(family)
    flags = np.array([cell.key in published for cell in cells])
    rules = settings.info.disclosure
    protection = Protection(rules, family, truth, cells, flags.copy(), price)
    for sizes in members.others:
        protection.admit(sizes, whole=family.width <= WHOLE)
    lost = np.flatnonzero(flags & ~protection.published)
    return {cells[place].key for place in lost.tolist()}
