"""Group membership: what tables of other questions disclose about the sizes of subgroups.

In: the protection of a family of questions, and feasible `Memberships` beside the true one. Out:
what has to be suppressed so that each of them stays feasible.

Membership of a subgroup is an answer, and its count in a region can be suppressed. Tables of other
questions are published in subgroups and in regions, and together they can disclose that count:
where everybody in a region answered a question, and one member of a subgroup did not, this member
lives elsewhere. So other tables of memberships are constructed in which each suppressed count
differs by its protection level, and a question publishes only what agrees with every one of them.
Since nothing else links the questions, all of them together leave each of these tables feasible.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import sparse

from briefgen.config.settings import DisclosureRules, Variable
from briefgen.disclosure.attack import DUST, EXACT_LIMIT, Answers, Seen, limits_of_published
from briefgen.disclosure.counts import (
    MEMBERS,
    Cell,
    Family,
    Key,
    close_questions,
    count_answers,
    counts_around,
    group_questions_of,
    linked_group_questions,
    list_cells,
    list_place_cells,
    make_family,
    with_group_questions,
)
from briefgen.disclosure.protect import GAP, Cost, Protection
from briefgen.disclosure.rules import is_sensitive, is_small_base, needed_in_part
from briefgen.disclosure.structure import GROUPED, Structure, spread_structure
from briefgen.disclosure.system import (
    Floats,
    Form,
    Polytope,
    is_whole,
    stack_forms,
    stack_rows,
)
from briefgen.disclosure.weighted import list_weighted_cells
from briefgen.evidence.study import Study

WHOLE: Final = 2 * EXACT_LIMIT
"""Unknowns up to which only tables of whole numbers count.

Twice `EXACT_LIMIT`, since the sizes of subgroups are unknowns here beside the answers.
"""
PUBLISHED_REGION: Final = 3.0
"""Cost of moving a respondent in a region of which a table is published; elsewhere it is 1.

Above 1, so that the search prefers memberships that no published table rules out.
"""


def hide_between(
    study: Study,
    published: Collection[Key],
    cost: Cost,
    frozen: Collection[tuple[str, str]] = (),
) -> set[Key]:
    """Return what group-defining questions, and those linked to them, must not publish.

    They are linked tables: each is published in the groups of the other, and both give the sizes
    of groups, and with them the bases of the questions that they open.

    Parameters
    ----------
    published
        What would be published of them.
    cost
        What readers lose where a cell is suppressed.
    frozen
        Tables of which an earlier edition's values stay.
    """
    settings, rules = study.settings, study.settings.info.disclosure
    group_questions, linked = group_questions_of(settings), linked_group_questions(settings)
    if len(linked) < 2:
        return set()
    structure = spread_structure(
        settings, study.survey, _find_hidden(study, group_questions, published)
    )
    family = make_family(settings, structure, linked, secret_groups=True)
    truth = count_answers(settings, family, study.survey)
    cells = [*list_cells(family), *list_place_cells(family)]
    shown = [cell for cell in cells if cell.key in published]
    cells += list_weighted_cells(rules, family, shown, truth)
    flags = np.array([cell.is_shown(published) for cell in cells])
    protection = Protection(rules, family, truth, cells, flags.copy(), cost, frozen=frozen)
    protection.protect()
    return _keys_of(cells, flags & ~protection.published)


def _keys_of(cells: Sequence[Cell], chosen: npt.NDArray[np.bool_]) -> set[Key]:
    return {c.key for c, one in zip(cells, chosen, strict=True) if one and c.publishable}


@dataclass(frozen=True)
class Memberships:
    """Feasible memberships: other sizes of subgroups that agree with what is published of them.

    Attributes
    ----------
    structure
        Atoms with room for other memberships.
    others
        Respondents in each atom, one array for each table.
    answers
        What each table has of the questions that make subgroups and of those linked to them.
    """

    structure: Structure
    others: tuple[Floats, ...] = ()
    answers: tuple[Answers, ...] = ()

    def __iter__(self) -> Iterator[tuple[Floats, Answers]]:
        """Yield the sizes of the atoms in each table, and the answers that go with them."""
        yield from zip(self.others, self.answers, strict=True)


def imagine_members(
    study: Study, published: Collection[Key], frozen: Collection[tuple[str, str]] = ()
) -> Memberships:
    """Construct memberships in which every suppressed count differs by its protection level.

    Parameters
    ----------
    published
        What is published of the group-defining questions.
    frozen
        Tables of which an earlier edition's values stay.
    """
    settings, rules = study.settings, study.settings.info.disclosure
    group_questions = group_questions_of(settings)
    structure = spread_structure(
        settings, study.survey, _find_hidden(study, group_questions, published)
    )
    if not group_questions:
        return Memberships(structure)
    family = make_family(settings, structure, linked_group_questions(settings), secret_groups=True)
    truth = count_answers(settings, family, study.survey)
    cells = [*list_cells(family), *list_place_cells(family)]
    shown = [cell for cell in cells if cell.key in published]
    secret = [
        cell for cell in cells if cell.key not in published and _is_secret(rules, cell, truth)
    ]
    if not secret:
        return Memberships(structure)
    fixed = list_weighted_cells(rules, family, shown, truth)
    search = _Search(rules, family, truth, [*shown, *fixed], secret)
    telling = {cell.key: cell for cell in shown if cell.table not in frozen}
    for place, cell in enumerate(secret):
        around = counts_around(structure, cell, telling, truth)
        search.spread(place, needed_in_part(rules, cell, around))
    atoms = len(structure.sizes)
    answers = [
        {place: table[start : start + atoms] for place, start in family.places.items()}
        for table in search.put_together()
    ]
    return Memberships(structure, tuple(one["", "", MEMBERS] for one in answers), tuple(answers))


def _find_hidden(
    study: Study, group_questions: Sequence[Variable], published: Collection[Key]
) -> set[tuple[str, str]]:
    """Return the domains in which a count of a group-defining question is suppressed."""
    return {
        (group_question.code, domain)
        for group_question in group_questions
        for domain in study.settings.domains
        for option in group_question.answers
        if (group_question.code, option.name, domain) not in published
    }


def _is_secret(rules: DisclosureRules, cell: Cell, truth: Floats) -> bool:
    """Tell whether a count is sensitive."""
    base = cell.base.at(truth)
    small = is_small_base(rules, base) or is_sensitive(rules, cell.form.at(truth), base)
    return cell.kind == "count" and small


class _Search:
    """Search for memberships near the true one in which a suppressed count differs."""

    def __init__(
        self,
        rules: DisclosureRules,
        family: Family,
        truth: Floats,
        shown: Sequence[Cell],
        secret: Sequence[Cell],
    ) -> None:
        self.tables: list[Floats] = []
        self._width = family.width
        limits = [(equation.low, equation.high) for equation in family.equations]
        for cell in shown:
            value, base = cell.form.at(truth), cell.base.at(truth)
            limits.append(limits_of_published(cell, value, base))
        equations = stack_rows([equation.terms for equation in family.equations], family.width)
        self._secret = stack_forms([cell.form for cell in secret], family.width)
        self._known = sparse.vstack(
            [equations, stack_forms([cell.form for cell in shown], family.width)], format="csr"
        )
        self._limits = np.array(limits, dtype=float).reshape(-1, 2)
        self._members = np.array(family.columns("", "", MEMBERS))
        self._place_of = np.zeros(len(self._members), np.int64)
        for number, place in enumerate(family.structure.places):
            self._place_of[list(place)] = number
        self._seen, self._every = Seen(len(secret)), np.arange(len(secret))
        self._remember(truth)
        self._linear = self._make_polytope(whole=False)
        self._whole = self._make_polytope(whole=True)
        moves = self._width + np.arange(2 * len(self._members))
        self._moved = Form(moves, np.repeat(_cost_of_moves(rules, family.structure), 2))

    def _make_polytope(self, *, whole: bool) -> Polytope:
        """Return the linear program; its last columns are how many more and fewer each atom has."""
        atoms = len(self._members)
        members = sparse.csr_array(
            (np.ones(atoms), (np.arange(atoms), self._members)), shape=(atoms, self._width)
        )
        more = sparse.kron(sparse.eye_array(atoms), np.array([[-1.0, 1.0]]))
        rows = sparse.block_array(
            [[self._secret, None], [self._known, None], [members, more]], format="csr"
        )
        sizes = self.tables[0][self._members]
        free = np.full(self._secret.shape[0], np.inf)
        low = np.concatenate([-free, self._limits[:, 0], sizes])
        high = np.concatenate([free, self._limits[:, 1], sizes])
        return Polytope(sparse.csr_array(rows), low, high, whole=whole, objective_changes=False)

    def spread(self, place: int, need: float) -> None:
        """Search until a suppressed count differs by so much, or by as much as it can."""
        for sign in (1, -1):
            low, high = self._seen.of(place)
            edge, missing = (high if sign > 0 else low), need - (high - low)
            while missing > 0 and not self._reach(place, edge + sign * missing, sign):
                missing -= 1.0

    def _reach(self, place: int, target: float, sign: int) -> bool:
        table = self._find(self._linear, place, target, sign)
        if table is not None and not is_whole(table):
            table = self._find(self._whole, place, target, sign)
        if table is not None:
            self._remember(np.rint(table))
        return table is not None

    def _remember(self, table: Floats) -> None:
        self.tables.append(table)
        self._seen.take(self._every, self._secret @ table)

    def _find(self, polytope: Polytope, place: int, target: float, sign: int) -> Floats | None:
        polytope.bound(place, *((target, np.inf) if sign > 0 else (-np.inf, target)))
        table = polytope.extreme(self._moved, -1, gap=GAP)
        polytope.bound(place, -np.inf, np.inf)
        return None if table is None else table[: self._width]

    def put_together(self) -> list[Floats]:
        """Return as few tables as possible: moves in different places are joined in one.

        Each suppressed count keeps all the values that it has in the tables.
        """
        truth = self.tables[0]
        together: list[Floats] = []
        for table in self.tables[1:]:
            for number, other in enumerate(together):
                if self._go_together(other - truth, table - truth):
                    together[number] = other + table - truth
                    break
            else:
                together.append(table)
        return together

    def _go_together(self, one: Floats, other: Floats) -> bool:
        """Tell whether two moves concern different places and different suppressed counts."""
        if (self._touch(one) & self._touch(other)).any():
            return False
        if ((self._secret @ one != 0) & (self._secret @ other != 0)).any():
            return False
        values = self._known @ (self.tables[0] + one + other)
        return bool(
            (values >= self._limits[:, 0] - DUST).all()
            and (values <= self._limits[:, 1] + DUST).all()
        )

    def _touch(self, move: Floats) -> npt.NDArray[np.bool_]:
        """Return the places in which a move changes memberships."""
        return np.bincount(self._place_of, weights=np.abs(move[self._members])) > 0


def _cost_of_moves(rules: DisclosureRules, structure: Structure) -> Floats:
    """Return the cost of moving one respondent: less where no table is published."""
    costs = np.full(len(structure.sizes), 1.0)
    for domain, kind in structure.kinds.items():
        if kind == "region" and not is_small_base(rules, structure.size(domain)):
            costs[list(structure.domains[domain])] = PUBLISHED_REGION
    return costs


def suppress_membership_disclosures(
    study: Study,
    members: Memberships,
    variables: Sequence[Variable],
    published: Collection[Key],
    cost: Cost,
) -> set[Key]:
    """Return what a family must not publish, so that these memberships stay feasible.

    Parameters
    ----------
    published
        What would be published, of the family and of the group-defining questions.
    cost
        What readers lose where a cell is suppressed.
    """
    settings = study.settings
    group_questions = {group_question.code for group_question in group_questions_of(settings)}
    codes = {variable.code for variable in variables}
    # what an answer opens tells of it everywhere, other questions in the groups alone
    is_linked = bool(codes & group_questions)
    derivable = {
        key
        for key in published
        if key[0] in codes - group_questions
        and (is_linked or members.structure.kinds.get(key[2]) in GROUPED)
    }
    if not members.others or not derivable:
        return set()
    together = with_group_questions(settings, variables)
    family = make_family(settings, members.structure, together, secret_groups=True)
    truth = count_answers(settings, family, study.survey)
    close_questions(family, truth)
    rules, cells = settings.info.disclosure, list_cells(family)
    shown = [cell for cell in cells if cell.key in published]
    cells += list_weighted_cells(rules, family, shown, truth)
    flags = np.array([cell.is_shown(published) for cell in cells])
    protection = Protection(rules, family, truth, cells, flags.copy(), cost)
    last = [place for place, cell in enumerate(cells) if cell.key in derivable]
    for sizes, answers in members:
        protection.admit(sizes, answers, last, whole=family.width <= WHOLE)
    return _keys_of(cells, flags & ~protection.published)
