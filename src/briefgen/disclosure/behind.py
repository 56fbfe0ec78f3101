"""What answers lie behind a number: where they are hidden, the number is hidden too.

In: the answers, `Structure`. Out: the shares that have to be published beside a mean, a quantile, a
mean rank or an index (`keys_behind`), and `Behind`: how many gave each of those answers in each
atom. These are rules and no constraints. A number that is published adds nothing on which answers
they were, since their counts are known exactly; how its value narrows them down in other domains
is left to the rule for sums in `numbers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from briefgen.config.settings import DisclosureRules, Settings, Variable
from briefgen.disclosure.counts import OTHER, Key, classify, dimensions_of, measures_of
from briefgen.disclosure.numbers import Rows
from briefgen.disclosure.rules import is_sensitive, is_small_base, needed_width
from briefgen.disclosure.structure import Structure
from briefgen.disclosure.system import Floats
from briefgen.evidence.survey.measures import index_items


@dataclass(frozen=True)
class Behind:
    """The answers behind a number, counted in every atom.

    Attributes
    ----------
    counts, bases
        Answers × atoms: how many gave an answer, and how many answered at all.
    domains
        Domains × atoms: which are in each.
    sizes
        Respondents in each atom.
    """

    counts: Floats
    bases: Floats
    domains: Rows
    sizes: Floats

    def tells_few(self, rules: DisclosureRules, atoms: Iterable[int]) -> bool:
        """Tell whether the answers of some atoms tell a count that has to be hidden.

        That may be theirs, or that of a domain which is a part of them: where nobody gave an
        answer, nobody in any part of them did.
        """
        inside = list(atoms)
        counts, bases = self.counts[:, inside].sum(axis=1), self.bases[:, inside].sum(axis=1)
        pairs = list(zip(counts.tolist(), bases.tolist(), strict=True))
        if any(is_sensitive(rules, count, base) for count, base in pairs):
            return True
        return any(
            self._tells_part(rules, pair, answer, part)
            for part in self._parts_of(inside)
            for answer, pair in enumerate(pairs)
        )

    def _parts_of(self, atoms: Sequence[int]) -> Iterator[Rows]:
        """Yield the domains that are a part of some atoms, as rows of atoms."""
        outside = np.ones(len(self.sizes), dtype=bool)
        outside[atoms] = False
        for part in self.domains[~(self.domains & outside).any(axis=1)]:
            if 0 < self.sizes[part].sum() < self.sizes[atoms].sum():
                yield part

    def _tells_part(
        self, rules: DisclosureRules, whole: tuple[float, float], answer: int, part: Rows
    ) -> bool:
        """Tell whether a count and its base leave too narrow a range to that of a part."""
        count, base = self.counts[answer, part].sum(), self.bases[answer, part].sum()
        if not (is_small_base(rules, base) or is_sensitive(rules, count, base)):
            return False
        size = float(self.sizes[part].sum())
        low, high = max(0.0, whole[0] - whole[1] + base), min(whole[0], base)
        return bool(high - low < min(needed_width(rules, size), base))


def count_behind(
    settings: Settings, structure: Structure, survey: pd.DataFrame, variable: str
) -> Behind:
    """Count the answers behind the numbers of a variable.

    Classes of a numeric question, all ranks of all items, all answers to the items of an index.
    """
    rows = [pair for part in _parts_of(settings, variable) for pair in answers_to(part, survey)]
    return _count(structure, rows)


def are_asked_countable(settings: Settings, variable: str) -> bool:
    """Tell whether how many were asked is a sum of counts that tables show.

    Of a question that any of several items of a multiple choice opens it is none.
    """
    opener = find_opener(settings, variable)
    if opener is None or opener.type != "multiple":
        return True
    asked_if = settings.variables[variable].question.asked_if
    return asked_if is not None and len(asked_if.options) == 1


def _count(structure: Structure, rows: Collection[tuple[Rows, Rows]]) -> Behind:
    atoms = len(structure.sizes)
    domains = np.zeros((len(structure.domains), atoms), dtype=bool)
    for row, inside in enumerate(structure.domains.values()):
        domains[row, list(inside)] = True
    return Behind(
        np.array([structure.count(chosen) for chosen, _ in rows]).reshape(-1, atoms),
        np.array([structure.count(base) for _, base in rows]).reshape(-1, atoms),
        domains,
        np.array(structure.sizes, dtype=float),
    )


def keys_behind(settings: Settings, variable: str, measure: str, domain: str) -> list[Key]:
    """Return the shares of all answers behind a number, or behind how many were asked."""
    opener = find_opener(settings, variable)
    asked = [] if opener is None else [opener]
    parts = asked if measure == "missing" else _parts_of(settings, variable)
    return [
        (part.code, name, domain)
        for part in parts
        for name, (_, _, kind) in measures_of(part).items()
        if kind == "count"
    ]


def find_opener(settings: Settings, variable: str) -> Variable | None:
    """Return the question whose answers the missing answers of a filtered one tell."""
    known = settings.variables.get(variable)
    if known is None or known.question.asked_if is None:
        return None
    return settings.variables.get(known.question.asked_if.variable)


def _parts_of(settings: Settings, variable: str) -> list[Variable]:
    """Return the questions whose answers lie behind a variable's numbers."""
    for index in settings.codebook.indices:
        if index.code == variable:
            return [settings.variables[item] for item in index.items]
    for ratio in settings.codebook.ratios:
        if ratio.code == variable:
            return [settings.variables[part] for part in (ratio.numerator, ratio.denominator)]
    known = settings.variables.get(variable)
    return [] if known is None else [known]


def answers_to(variable: Variable, survey: pd.DataFrame) -> Iterator[tuple[Rows, Rows]]:
    """Return who gave each answer, with who answered."""
    if variable.type == "ranking":
        yield from _ranks_of(variable, survey)
        return
    for dimension, options in dimensions_of(variable):
        chosen = classify(variable, dimension, survey)
        base = chosen.notna().to_numpy()
        for option in options:
            if option != OTHER:
                yield base & chosen.eq(option).fillna(value=False).to_numpy(dtype=bool), base


def _ranks_of(variable: Variable, survey: pd.DataFrame) -> Iterator[tuple[Rows, Rows]]:
    """Return who gave an item each rank, and where only some are ranked, who ranked it at all."""
    names = [f"{variable.code}.{item.name}" for item in variable.question.items]
    ranks = survey[names].to_numpy(dtype=float)
    ranked = np.isfinite(ranks)
    base = ranked.any(axis=1)
    highest = int(np.nanmax(ranks, initial=0.0))
    for column in range(len(names)):
        for rank in range(1, highest + 1):
            yield ranks[:, column] == rank, base
        if not ranked[base].all():
            yield ranked[:, column], base


def find_incomplete(settings: Settings, survey: pd.DataFrame, variable: str) -> Rows:
    """Return who answered some of the questions behind an index or a ratio, and not all.

    Beside what is published of the questions, an index or a ratio tells a sum over them alone.
    """
    indices = {index.code: index for index in settings.codebook.indices}
    if variable in indices:
        answered = np.isfinite(index_items(settings, survey, indices[variable]))
    else:
        parts = [part.code for part in _parts_of(settings, variable)]
        answered = np.column_stack([survey[code].notna() for code in parts])
    return np.asarray(answered.any(axis=1) & ~answered.all(axis=1))


def are_answered_alike(rules: DisclosureRules, items: Floats) -> bool:
    """Tell whether few answered two items of an index differently, as its alpha would tell.

    Parameters
    ----------
    items
        Respondents × items: scores, missing where there is no answer.
    """
    for first, second in combinations(items.T, 2):
        both = np.isfinite(first) & np.isfinite(second)
        apart = int((first[both] != second[both]).sum())
        if is_sensitive(rules, apart, int(both.sum())):
            return True
    return False
