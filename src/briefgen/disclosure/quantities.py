"""Which means, totals, quantiles, mean ranks, indices and ratios may be published.

In: the study, `Structure`, and where answers behind a number are hidden. Out: the domains in which
it may be published. Release and audit ask the same functions; the audit knows only what is printed.
The rules for the numbers of one group are in `numbers`, the answers behind them in `behind`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from briefgen.config.measures import SCORE, find_kind
from briefgen.config.settings import Settings
from briefgen.disclosure.behind import (
    Behind,
    are_answered_alike,
    count_behind,
    find_incomplete,
)
from briefgen.disclosure.counts import BASE, measures_of
from briefgen.disclosure.numbers import (
    Rows,
    all_numbers_of,
    are_alike,
    make_judge,
    publish_sums,
    range_of,
    rows_in,
    weights_of,
)
from briefgen.disclosure.structure import Structure
from briefgen.evidence.study import Study
from briefgen.evidence.survey.measures import index_items

Judge = Callable[[Iterable[int]], bool]
ALPHA: Final = "alpha"


def is_number(settings: Settings, variable: str, measure: str) -> bool:
    """Tell whether a measure is made from numbers rather than from counts of answers."""
    known = settings.variables.get(variable)
    if known is None:
        indices = {index.code for index in settings.codebook.indices}
        return variable in indices | {ratio.code for ratio in settings.codebook.ratios}
    if measure in (BASE, "missing", "") or measure in measures_of(known):
        return False
    return known.type in ("numeric", "ranking")


def is_quantile(settings: Settings, variable: str, measure: str) -> bool:
    """Tell whether a measure is a median or another quantile."""
    return probability_of(settings, variable, measure) is not None


def probability_of(settings: Settings, variable: str, measure: str) -> float | None:
    """Return the share of answers at or below a quantile; ``None`` of other measures."""
    kind = find_kind(settings, variable, measure)
    return None if kind is None else kind.probability


def is_mean_of_scores(settings: Settings, variable: str, measure: str) -> bool:
    """Tell whether a measure is a mean of the scores of options, which is a sum of counts."""
    kind = find_kind(settings, variable, measure)
    return kind is not None and kind.unit == SCORE and variable in settings.variables


class Quantities:
    """Judge numbers of all kinds; what is counted for one domain serves for all."""

    def __init__(self, study: Study, structure: Structure) -> None:
        self.study, self.structure = study, structure
        self.settings, self.rules = study.settings, study.settings.info.disclosure
        self.behind = cache(self._count_behind)
        self.judges = cache(self._make_judges)
        self.incomplete = cache(self._find_incomplete)

    def publish(
        self,
        variable: str,
        measure: str,
        allowed: Collection[str],
        closed: Collection[str] = (),
    ) -> set[str]:
        """Return the domains in which a number may be published.

        Parameters
        ----------
        allowed
            Domains whose base may be published.
        closed
            Domains in which answers behind the number are hidden, for whatever reason.
        """
        published = {
            domain
            for domain in set(allowed).difference(closed)
            if self.has_enough(variable, measure, domain)
        }
        if is_quantile(self.settings, variable, measure):
            return {domain for domain in published if self._is_order_open(variable, domain)}
        if measure == ALPHA:
            published = {domain for domain in published if not self._is_same(variable, domain)}
        while True:
            before = set(published)
            for values, judge in self.judges(variable, measure):
                answered = self.structure.count(values.notna().to_numpy()) > 0
                published = publish_sums(self.structure, published, answered, judge, closed)
            if published == before:
                return published

    def has_enough(self, variable: str, measure: str, domain: str) -> bool:
        """Tell whether a number rests on enough answers: a quantile, also on either side of it."""
        inside = rows_in(self.structure, self.structure.domains[domain])
        [values, *_] = all_numbers_of(self.settings, self.study.survey, variable, measure)
        fewest = float(max(self.rules.min_numeric, self.rules.min_base))
        probability = probability_of(self.settings, variable, measure)
        if probability is not None:
            side = min(probability, 1 - probability)
            fewest = max(fewest, self.rules.min_cell / side)
        return int(values[inside].notna().sum()) >= fewest - 1e-9

    def is_rest_open(self, variable: str, measure: str, domain: str) -> bool:
        """Tell whether the number of a domain, and that of its comparison, may be known."""
        return all(
            judge(part)
            for _, judge in self.judges(variable, measure)
            for part in _parts_of_comparison(self.structure, domain)
        )

    # --- what is counted once ---

    def _count_behind(self, variable: str) -> Behind:
        return count_behind(self.settings, self.structure, self.study.survey, variable)

    def _make_judges(self, variable: str, measure: str) -> list[tuple[pd.Series, Judge]]:
        """Return the numbers that a measure is made from, each with what judges some atoms."""
        weights, behind = weights_of(self.study.survey), self.behind(variable)

        def is_closed(atoms: Iterable[int]) -> bool:
            inside = list(atoms)
            return behind.tells_few(self.rules, inside) or self._are_few_incomplete(
                variable, inside
            )

        return [
            (
                values,
                make_judge(
                    self.rules,
                    self.structure,
                    values,
                    weights,
                    known=range_of(self.settings, variable, values),
                    is_closed=is_closed,
                ),
            )
            for values in self._numbers_together(variable, measure)
        ]

    def _numbers_together(self, variable: str, measure: str) -> list[pd.Series]:
        """Return the numbers that are hidden together; the ranks of all items add up."""
        known, survey = self.settings.variables.get(variable), self.study.survey
        if known is None or known.type != "ranking":
            return all_numbers_of(self.settings, survey, variable, measure)
        names = [f"{variable}.{item.name}" for item in known.question.items]
        return [survey[name].astype(float) for name in names]

    # --- single kinds ---

    def _is_order_open(self, variable: str, domain: str) -> bool:
        """Tell whether the order of the answers may be told: not (nearly) all are alike."""
        atoms = self.structure.domains[domain]
        answers = self.study.survey[variable].astype(float)
        inside = rows_in(self.structure, atoms)
        values = np.asarray(answers[inside].dropna(), dtype=float)
        known = range_of(self.settings, variable, answers)
        is_told = self.behind(variable).tells_few(self.rules, atoms)
        return not is_told and not are_alike(self.rules, values, known)

    def _are_few_incomplete(self, variable: str, atoms: Sequence[int]) -> bool:
        """Tell whether few left a part of an index or a ratio open, so that it tells of them."""
        if variable not in self.settings.composites:
            return False
        rows = self.incomplete(variable) & rows_in(self.structure, atoms)
        return 0 < int(rows.sum()) < self.rules.min_numeric

    def _find_incomplete(self, variable: str) -> Rows:
        return find_incomplete(self.settings, self.study.survey, variable)

    def _is_same(self, variable: str, domain: str) -> bool:
        """Tell whether an alpha would say that (nearly) all answered two items alike."""
        [index] = [index for index in self.settings.codebook.indices if index.code == variable]
        items = index_items(self.settings, self.study.survey, index)
        rows = rows_in(self.structure, self.structure.domains[domain])
        return are_answered_alike(self.rules, items[rows])


def _parts_of_comparison(structure: Structure, domain: str) -> Iterator[Collection[int]]:
    """Return the atoms of a domain, of what it is compared with, and of all others."""
    own, unplaced = structure.domains.get(domain, ()), structure.unplaced.get(domain, ())
    yield own
    yield set(range(len(structure.sizes))).difference(own, unplaced)
    yield unplaced
