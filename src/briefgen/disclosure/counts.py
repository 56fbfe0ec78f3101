"""Counts of a family of questions: which there are, how they are linked, what may be published.

In: `Settings`, `Structure` and, on the side of the release, the answers. Out: a `Family`, the
equations and cells for `system.Polytope`. A family is a filter question with those that it opens,
since the base of the one is a sum of answers to the other; most families have one question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from briefgen.config.measures import is_scored, score_of, scored_options
from briefgen.config.settings import Settings, Variable
from briefgen.disclosure.structure import UNKNOWN, Structure, subgroups_of
from briefgen.disclosure.system import Equation, Floats, Form

OTHER: Final = "…"
"""Answers outside of all named options and classes; never published."""
MISSING: Final = "!"
"""No valid answer of somebody who was asked."""
YES: Final = "yes"
NO: Final = "no"
BASE: Final = "answers"
"""Measure of the number of valid answers: the base that is printed beside every share."""

MOST: Final = 1e6
"""More respondents than any domain has, where it is not known how many took part."""
MEMBERS: Final = "#"
"""Respondents of an atom, where it is not known who belongs to which subgroup."""

Dimension = tuple[str, tuple[str, ...]]
Key = tuple[str, str, str]
"""Variable, measure and domain of a cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A function of counts that may be published or derived.

    Attributes
    ----------
    kind
        ``count`` of answers, ``base`` of a table, ``mean`` (a sum of scores), or ``weighted``:
        how far a weighted share or mean is from a limit of what is printed of it.
    size
        How many may have answered at most, as everybody knows.
    publishable
        Whether it can be published at all; else it is watched alone.
    shown_by
        What has to be published for it to be known.
    """

    variable: str
    measure: str
    domain: str
    kind: str
    form: Form
    base: Form
    size: int
    publishable: bool = True
    shown_by: Key | None = None

    @property
    def key(self) -> Key:
        """Variable, measure and domain."""
        return self.variable, self.measure, self.domain

    def is_shown(self, published: Collection[Key]) -> bool:
        """Tell whether it is known where some cells are published."""
        return (self.shown_by or self.key) in published

    @property
    def table(self) -> tuple[str, str]:
        """Variable and domain: what is hidden together with its base."""
        return self.variable, self.domain


@dataclass
class Family:
    """The linked counts of some variables.

    Attributes
    ----------
    asked
        How many were asked in each atom, for filtered variables that stand without their opener.
    """

    variables: tuple[Variable, ...]
    structure: Structure
    asked: Mapping[str, Floats] = field(default_factory=dict)
    width: int = 0
    places: dict[tuple[str, str, str], int] = field(default_factory=dict)
    equations: list[Equation] = field(default_factory=list)

    def columns(self, variable: str, dimension: str, option: str) -> range:
        """Return the columns of an option, one for each atom."""
        start = self.places[variable, dimension, option]
        return range(start, start + len(self.structure.sizes))

    def span(self, variable: str) -> range:
        """Return all columns of a variable."""
        own = [start for (code, _, _), start in self.places.items() if code == variable]
        return range(min(own), max(own) + len(self.structure.sizes))

    def opened_by(self, variable: str) -> list[str]:
        """Return the variables that a variable opens by a filter."""
        filters = {v.code: v.question.asked_if for v in self.variables}
        return [code for code, a in filters.items() if a is not None and a.variable == variable]

    def form(
        self, variable: str, dimension: str, scores: Mapping[str, float], atoms: Iterable[int]
    ) -> Form:
        """Return the sum of scores over the atoms of a domain."""
        starts = {self.places[variable, dimension, o]: score for o, score in scores.items()}
        atoms = list(atoms)
        return Form.of({start + a: score for start, score in starts.items() for a in atoms})


def dimensions_of(variable: Variable) -> list[Dimension]:
    """Return the ways in which the answers to a variable are counted; each sums to the base."""
    if variable.type in ("single", "scale"):
        return [("", tuple(option.name for option in variable.answers))]
    items = [item.name for item in variable.question.items]
    if variable.type == "multiple":
        return [(item, (YES, NO)) for item in items]
    if variable.type == "ranking":
        return [("", (*items, OTHER))]
    if variable.type == "numeric":
        return [("", (*(group.name for group in variable.question.classes), OTHER))]
    return [("", (OTHER,))]


def measures_of(variable: Variable) -> dict[str, tuple[str, dict[str, float], str]]:
    """Return the published measures that are functions of counts.

    Returns
    -------
    dict
        Measure → dimension, score of each option, kind (``count`` or ``mean``).
    """
    if variable.type == "multiple":
        return {item.name: (item.name, {YES: 1.0}, "count") for item in variable.question.items}
    [(dimension, options)] = dimensions_of(variable)
    found = {o: (dimension, {o: 1.0}, "count") for o in options if o != OTHER}
    for box in variable.boxes:
        found.setdefault(box.name, (dimension, dict.fromkeys(box.options, 1.0), "count"))
    scored = scored_options(variable)
    if is_scored(variable) and len(scored) == len(options):
        found.setdefault("mean", (dimension, score_of(variable), "mean"))
    return found


def group_families(settings: Settings) -> list[tuple[Variable, ...]]:
    """Put variables together that a filter links, in the questionnaire's order."""
    head: dict[str, str] = {}
    for code, variable in settings.variables.items():
        asked_if = variable.question.asked_if
        opener = asked_if.variable if asked_if and asked_if.variable in settings.variables else code
        head[code] = head.get(opener, opener)
    groups: dict[str, list[Variable]] = {}
    for code, variable in settings.variables.items():
        groups.setdefault(head[code], []).append(variable)
    return [tuple(group) for group in groups.values()]


def make_family(
    settings: Settings,
    structure: Structure,
    variables: tuple[Variable, ...],
    asked: Mapping[str, Floats] | None = None,
    *,
    secret_groups: bool = False,
) -> Family:
    """Lay out the counts of a family and the equations that everybody knows.

    Parameters
    ----------
    secret_groups
        Whether the sizes of atoms are counts too, of which only their sum in each place is known.
        The variables that make subgroups have to be among the family's then. The first equations
        are about the size of one atom each.
    """
    family = Family(variables, structure, asked or {})
    atoms = len(structure.sizes)
    for variable in variables:
        for dimension, options in dimensions_of(variable):
            for option in options:
                family.places[variable.code, dimension, option] = family.width
                family.width += atoms
        family.places[variable.code, "", MISSING] = family.width
        family.width += atoms
    if secret_groups:
        family.places["", "", MEMBERS] = family.width
        family.width += atoms
        family.equations += _member_equations(settings, family)
    for variable in variables:
        family.equations += _base_equations(settings, family, variable)
    return family


def group_questions_of(settings: Settings) -> tuple[Variable, ...]:
    """Return the variables whose answers make subgroups."""
    names = [name for name in subgroups_of(settings) if name in settings.variables]
    return tuple(settings.variables[name] for name in names)


def with_group_questions(settings: Settings, variables: Iterable[Variable]) -> tuple[Variable, ...]:
    """Return the variables that make subgroups, and others after them."""
    group_questions = group_questions_of(settings)
    return (
        *group_questions,
        *(variable for variable in variables if variable not in group_questions),
    )


def linked_group_questions(settings: Settings) -> tuple[Variable, ...]:
    """Return the variables that make subgroups, and after them those that a filter links to one."""
    group_questions, families = group_questions_of(settings), group_families(settings)
    linked = [
        family
        for family in families
        if any(group_question in family for group_question in group_questions)
    ]
    return with_group_questions(settings, (variable for family in linked for variable in family))


def _member_equations(settings: Settings, family: Family) -> Iterator[Equation]:
    """Everybody knows how many are in each place, and a subgroup holds those who chose an answer.

    They belong to the first variable, though they are about all that make subgroups.
    """
    members = family.columns("", "", MEMBERS)
    sizes, owner = family.structure.sizes, family.variables[0].code
    for atom in range(len(sizes)):
        yield Equation({members[atom]: 1.0}, 0.0, MOST, owner)
    for place in family.structure.places:
        known = float(sum(sizes[atom] for atom in place))
        yield Equation({members[atom]: 1.0 for atom in place}, known, known, owner)
    for group_question in group_questions_of(settings):
        for option in group_question.answers:
            inside = set(family.structure.domains[f"{group_question.code}:{option.name}"])
            for atom, column in enumerate(family.columns(group_question.code, "", option.name)):
                terms = {column: 1.0} | ({members[atom]: -1.0} if atom in inside else {})
                yield Equation(terms, 0.0, 0.0, group_question.code)


def _base_equations(settings: Settings, family: Family, variable: Variable) -> Iterator[Equation]:
    """Answers and missing answers sum to those who were asked."""
    opener = _opening_columns(settings, family, variable)
    missing = family.columns(variable.code, "", MISSING)
    if _joined_columns(settings, family, variable):
        yield from _union_equations(settings, family, variable)
        return
    if not opener and ("", "", MEMBERS) in family.places:
        opener = [family.columns("", "", MEMBERS)]
    for dimension, options in dimensions_of(variable):
        columns = [family.columns(variable.code, dimension, option) for option in options]
        for atom, size in enumerate(family.asked.get(variable.code, family.structure.sizes)):
            terms = dict.fromkeys((c[atom] for c in (*columns, missing)), 1.0)
            terms |= dict.fromkeys((c[atom] for c in opener), -1.0)
            if size == UNKNOWN and not opener:
                yield Equation(terms, 0.0, MOST, variable.code)
                continue
            known = 0.0 if opener else float(size)
            yield Equation(terms, known, known, variable.code)


def _union_equations(settings: Settings, family: Family, variable: Variable) -> Iterator[Equation]:
    """Of a question that any of several items opens, no sum of counts says how many were asked.

    They are no fewer than chose each item, and no more than chose all of them together. No table
    of the items' counts tells more (the bounds of Boole and Fréchet are sharp).
    """
    joined = _joined_columns(settings, family, variable)
    members = family.places.get(("", "", MEMBERS))
    for dimension, options in dimensions_of(variable):
        columns = [family.columns(variable.code, dimension, option) for option in options]
        columns.append(family.columns(variable.code, "", MISSING))
        for atom, size in enumerate(family.structure.sizes):
            asked = dict.fromkeys((c[atom] for c in columns), 1.0)
            all_items = dict.fromkeys((c[atom] for c in joined), -1.0)
            yield Equation({**asked, **all_items}, -MOST, 0.0, variable.code)
            for item in joined:
                yield Equation({**asked, item[atom]: -1.0}, 0.0, MOST, variable.code)
            if members is not None:
                yield Equation({**asked, members + atom: -1.0}, -MOST, 0.0, variable.code)
            elif size != UNKNOWN:
                yield Equation(asked, 0.0, float(size), variable.code)


def _joined_columns(settings: Settings, family: Family, variable: Variable) -> list[range]:
    """Return the columns of the items any of which opens a question; none if one alone does."""
    asked_if = variable.question.asked_if
    if asked_if is None or asked_if.variable not in {v.code for v in family.variables}:
        return []
    opener = settings.variables[asked_if.variable]
    if opener.type != "multiple" or len(asked_if.options) < 2:
        return []
    return [
        family.columns(opener.code, option, YES)
        for option in asked_if.options
        if (opener.code, option, YES) in family.places
    ]


def _opening_columns(settings: Settings, family: Family, variable: Variable) -> list[range]:
    """Return the columns of the answers that open a filtered question; none if it is not linked.

    Where several items of a multiple choice open a question, their union is no sum of counts
    (`_joined_columns`).
    """
    asked_if = variable.question.asked_if
    if asked_if is None or asked_if.variable not in {v.code for v in family.variables}:
        return []
    opener = settings.variables[asked_if.variable]
    if opener.type == "multiple":
        if len(asked_if.options) != 1:
            return []
        return [family.columns(opener.code, asked_if.options[0], YES)]
    if opener.type not in ("single", "scale"):
        return []
    return [family.columns(opener.code, "", option) for option in asked_if.options]


# --- the true counts --------------------------------------------------------------------------


def count_answers(settings: Settings, family: Family, survey: pd.DataFrame) -> Floats:
    """Count the microdata: the true value of every column of a family."""
    point = np.zeros(family.width)
    if ("", "", MEMBERS) in family.places:
        members = family.columns("", "", MEMBERS)
        point[members.start : members.stop] = family.structure.sizes
    for variable in family.variables:
        for dimension, options in dimensions_of(variable):
            for option, rows in _choose_rows(variable, dimension, options, survey):
                columns = family.columns(variable.code, dimension, option)
                point[columns.start : columns.stop] = family.structure.count(rows)
    for variable in family.variables:
        missing = family.columns(variable.code, "", MISSING)
        asked = _count_opened(settings, family, variable, survey)
        point[missing.start : missing.stop] = _count_missing(
            settings, family, variable, point, asked
        )
    return point


def _count_opened(
    settings: Settings, family: Family, variable: Variable, survey: pd.DataFrame
) -> Floats | None:
    """Return how many any of several items opens a question for, in each atom."""
    asked_if = variable.question.asked_if
    if asked_if is None or not _joined_columns(settings, family, variable):
        return None
    items = survey[[f"{asked_if.variable}.{option}" for option in asked_if.options]]
    return family.structure.count(items.eq(True).fillna(value=False).any(axis=1).to_numpy(bool))


def count_asked(settings: Settings, family: Family, truth: Floats) -> dict[str, Floats]:
    """Return how many were asked a filtered question, in each atom."""
    found = {}
    for variable in family.variables:
        opener = _opening_columns(settings, family, variable)
        if _joined_columns(settings, family, variable):
            dimension, options = dimensions_of(variable)[0]
            opener = [family.columns(variable.code, dimension, option) for option in options]
            opener.append(family.columns(variable.code, "", MISSING))
        if opener:
            found[variable.code] = np.sum([truth[c.start : c.stop] for c in opener], axis=0)
    return found


def strip_answers(
    settings: Settings, family: Family, truth: Floats, kept: Collection[str]
) -> tuple[Family, Floats]:
    """Return a family in which only some questions keep their answers, the others their bases."""
    bare = {"type": "open", "options": (), "boxes": (), "ordered": False}
    variables = tuple(v if v.code in kept else v.model_copy(update=bare) for v in family.variables)
    stripped = make_family(settings, family.structure, variables)
    point = np.zeros(stripped.width)
    for old, new in zip(family.variables, variables, strict=True):
        for dimension, options in dimensions_of(new):
            for option in options:
                sources = [option] if new is old else dimensions_of(old)[0][1]
                source = dimension if new is old else dimensions_of(old)[0][0]
                target = stripped.columns(new.code, dimension, option)
                point[target.start : target.stop] = sum(
                    truth[(c := family.columns(old.code, source, o)).start : c.stop]
                    for o in sources
                )
        missing = family.columns(old.code, "", MISSING)
        target = stripped.columns(new.code, "", MISSING)
        point[target.start : target.stop] = truth[missing.start : missing.stop]
    return stripped, point


def close_questions(family: Family, truth: Floats) -> None:
    """Let everybody know which questions nobody answered outside of the named options."""
    bare = {variable.code for variable in family.variables if variable.type == "open"}
    for variable, dimension, option in list(family.places):
        columns = family.columns(variable, dimension, option)
        if (
            option == OTHER
            and variable not in bare
            and not truth[columns.start : columns.stop].any()
        ):
            terms = dict.fromkeys(columns, 1.0)
            family.equations.append(Equation(terms, 0.0, 0.0, variable))


def _count_missing(
    settings: Settings,
    family: Family,
    variable: Variable,
    point: Floats,
    opened: Floats | None = None,
) -> Floats:
    opener = _opening_columns(settings, family, variable)
    asked = np.array(family.asked.get(variable.code, family.structure.sizes), dtype=float)
    asked = asked if opened is None else opened
    if opener:
        asked = np.sum([point[c.start : c.stop] for c in opener], axis=0)
    dimension, options = dimensions_of(variable)[0]
    columns = [family.columns(variable.code, dimension, option) for option in options]
    missing: Floats = asked - np.sum([point[c.start : c.stop] for c in columns], axis=0)
    return missing


def _choose_rows(
    variable: Variable, dimension: str, options: tuple[str, ...], survey: pd.DataFrame
) -> Iterator[tuple[str, npt.NDArray[np.bool_]]]:
    chosen = classify(variable, dimension, survey)
    valid = chosen.notna().to_numpy()
    named = [option for option in options if option != OTHER]
    for option in options:
        if option == OTHER:
            yield option, valid & ~chosen.isin(named).to_numpy()
        else:
            yield option, valid & chosen.eq(option).fillna(value=False).to_numpy(dtype=bool)


def classify(variable: Variable, dimension: str, survey: pd.DataFrame) -> pd.Series:
    """Return the option that each respondent chose, missing where there is no valid answer."""
    if variable.type == "multiple":
        answers = survey[f"{variable.code}.{dimension}"]
        return answers.map({True: YES, False: NO}).astype(object)
    if variable.type == "ranking":
        return _first_ranked(variable, survey)
    answers = survey[variable.code]
    if variable.type == "numeric":
        return _classify_numbers(variable, answers)
    return answers.astype(object).where(answers.notna())


def _first_ranked(variable: Variable, survey: pd.DataFrame) -> pd.Series:
    names = [item.name for item in variable.question.items]
    ranks = pd.DataFrame({name: survey[f"{variable.code}.{name}"].astype(float) for name in names})
    first = pd.Series(None, index=survey.index, dtype=object)
    first[ranks.notna().any(axis=1)] = OTHER
    for name in reversed(names):
        first[ranks[name].eq(1)] = name
    return first


def _classify_numbers(variable: Variable, answers: pd.Series) -> pd.Series:
    numbers = answers.astype(float)
    found = pd.Series(None, index=answers.index, dtype=object)
    found[numbers.notna()] = OTHER
    for group in reversed(variable.question.classes):
        low = -np.inf if group.low is None else group.low
        high = np.inf if group.high is None else group.high
        found[numbers.ge(low) & numbers.lt(high)] = group.name
    return found


# --- cells ------------------------------------------------------------------------------------


def list_cells(family: Family) -> list[Cell]:
    """Return everything about a family that may be published or must not be derived."""
    return [
        cell
        for variable in family.variables
        for domain, atoms in family.structure.domains.items()
        if variable.code not in (groups := _groups_of(domain))
        and not _is_never_asked(family, variable, groups)
        for cell in cells_of(family, variable, domain, atoms)
    ]


def _groups_of(domain: str) -> dict[str, str]:
    """Return the answers that make a group or a crossing, by variable."""
    parts = (part.partition(":") for part in domain.split("+"))
    return {variable: option for variable, _, option in parts if option}


def _is_never_asked(family: Family, variable: Variable, groups: Mapping[str, str]) -> bool:
    """Tell whether an answer that makes a group opens no way to a question, as everybody knows."""
    known = {one.code: one for one in family.variables}
    opener: Variable | None = variable
    while opener is not None and (asked_if := opener.question.asked_if) is not None:
        option = groups.get(asked_if.variable)
        if option is not None and option not in asked_if.options:
            return True
        opener = known.get(asked_if.variable)
    return False


def list_place_cells(family: Family) -> list[Cell]:
    """Return the counts of region × type cells, of whom no table is made."""
    return [
        cell
        for variable in family.variables
        for place, atoms in family.structure.undeclared.items()
        for cell in cells_of(family, variable, place, atoms, publishable=False)
        if cell.kind == "count" and cell.size > 0
    ]


def keys_around(structure: Structure, cell: Cell) -> list[Key]:
    """Return the same count in the domains that hold all of region × type cells."""
    domains = structure.around.get(cell.domain, ())
    return [(cell.variable, cell.measure, domain) for domain in domains]


def counts_around(
    structure: Structure, cell: Cell, shown: Mapping[Key, Cell], truth: Floats
) -> list[tuple[float, float, int]]:
    """Return value, base and respondents of each shown count that a cell is a part of."""
    around = [shown[key] for key in keys_around(structure, cell) if key in shown]
    return [(one.form.at(truth), one.base.at(truth), one.size) for one in around]


def cells_of(
    family: Family,
    variable: Variable,
    domain: str,
    atoms: tuple[int, ...],
    *,
    publishable: bool = True,
) -> Iterator[Cell]:
    """Return the cells of one table: a variable in a domain, or in a union of domains."""
    dimension, options = dimensions_of(variable)[0]
    base = family.form(variable.code, dimension, dict.fromkeys(options, 1.0), atoms)
    sizes = family.asked.get(variable.code, family.structure.sizes)
    counts = [sizes[atom] for atom in atoms]
    size = int(MOST if UNKNOWN in counts else sum(counts))
    yield Cell(variable.code, BASE, domain, "base", base, base, size, publishable)
    for measure, (dimension, scores, kind) in measures_of(variable).items():
        form = family.form(variable.code, dimension, scores, atoms)
        yield Cell(variable.code, measure, domain, kind, form, base, size, publishable)
