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

from briefgen.config.measures import (
    SCORE,
    find_kind,
    find_measure,
    find_subject,
    name_measures,
)
from briefgen.config.settings import Settings
from briefgen.disclosure.behind import (
    Behind,
    answers_to,
    are_answered_alike,
    count_behind,
    find_incomplete,
)
from briefgen.disclosure.counts import BASE, measures_of
from briefgen.disclosure.numbers import (
    DUST,
    Range,
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
from briefgen.evidence.survey.measures import columns_of, has_estimator, index_items

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


def is_of_answers(settings: Settings, variable: str, measure: str) -> bool:
    """Tell whether a measure from outside the system of counts is made from answers to choose."""
    known = settings.variables.get(variable)
    if known is None or measure in (BASE, "missing", "mean", "", *measures_of(known)):
        return False
    found = find_measure(known, measure)
    is_made = found is not None and has_estimator(found.kind)
    return is_made and not is_number(settings, variable, measure)


class Quantities:
    """Judge numbers of all kinds; what is counted for one domain serves for all."""

    def __init__(self, study: Study, structure: Structure) -> None:
        self.study, self.structure = study, structure
        self.settings, self.rules = study.settings, study.settings.info.disclosure
        self.behind = cache(self._count_behind)
        self.judges = cache(self._make_judges)
        self.incomplete = cache(self._find_incomplete)
        self.is_sum_of_answers = cache(self._is_sum_of_answers)

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
                    known=known,
                    is_closed=is_closed,
                ),
            )
            for values, known in self._numbers_with_range(variable, measure)
        ]

    def _numbers_with_range(self, variable: str, measure: str) -> Iterator[tuple[pd.Series, Range]]:
        """Yield the numbers that a measure tells sums of, each with what is known of them."""
        usual = self._numbers_together(variable, measure)
        for values in usual:
            yield values, range_of(self.settings, variable, values)
        for values in self._own_sums(variable, measure, usual):
            spread = float(np.nan_to_num(values.std(ddof=0)))
            yield values, Range(values.min(), values.max(), spread)

    def _own_sums(self, variable: str, measure: str, usual: Sequence[pd.Series]) -> list[pd.Series]:
        """Return the numbers that a measure's own estimator sums, where they are not the usual.

        With them what separates them from the usual numbers, and from those of the subject's other
        measures, since two printed sums tell their difference.
        """
        own = self._columns_as_numbers(variable, measure)
        new = [one for one in own if not any(map(one.equals, usual))]
        if not new:
            return []
        subject = find_subject(self.settings, variable)
        names = name_measures(subject) if subject is not None else []
        others = [
            one
            for name in names
            if name != measure and is_number(self.settings, variable, name)
            for one in self._columns_as_numbers(variable, name)
        ]
        return [
            part
            for one in new
            for part in (one, *(_apart(one, other) for other in (*usual, *others)))
            if part.any()
        ]

    def _columns_as_numbers(self, variable: str, measure: str) -> list[pd.Series]:
        """Return what a measure's estimator sums, missing outside of its base, and the base."""
        subject = find_subject(self.settings, variable)
        found = find_measure(subject, measure) if subject is not None else None
        if subject is None or found is None or not has_estimator(found.kind):
            return []
        survey = self.study.survey
        made = columns_of(self.settings, survey, subject, found)
        sums = [made.y] if made.x is None else [made.y, made.x]
        numbers = [pd.Series(np.where(made.base, one, np.nan), index=survey.index) for one in sums]
        usual = all_numbers_of(self.settings, survey, variable, measure)[0].notna()
        if made.base.any() and (usual.to_numpy() != made.base).any():
            numbers.append(pd.Series(made.base.astype(float), index=survey.index).where(usual))
        return numbers

    def _numbers_together(self, variable: str, measure: str) -> list[pd.Series]:
        """Return the numbers that are hidden together; the ranks of all items add up."""
        known, survey = self.settings.variables.get(variable), self.study.survey
        if known is None or known.type != "ranking":
            return all_numbers_of(self.settings, survey, variable, measure)
        names = [f"{variable}.{item.name}" for item in known.question.items]
        return [survey[name].astype(float) for name in names]

    # --- single kinds ---

    def _is_sum_of_answers(self, variable: str, measure: str) -> bool:
        """Tell whether a measure's sums and base follow from how many gave each answer."""
        known, survey = self.settings.variables[variable], self.study.survey
        found = find_measure(known, measure)
        if found is None or not has_estimator(found.kind):
            return False
        made = columns_of(self.settings, survey, known, found)
        chosen = list(answers_to(known, survey))
        answers = np.column_stack([*(hit for hit, _ in chosen), chosen[0][1]]).astype(float)
        below = np.ones(len(made.base)) if made.x is None else made.x
        sums = np.column_stack([made.y, below, np.ones(len(made.base))]) * made.base[:, None]
        weights, *_ = np.linalg.lstsq(answers, sums, rcond=None)
        return bool(np.abs(answers @ weights - sums).max(initial=0.0) < DUST)

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


def _apart(first: pd.Series, second: pd.Series) -> pd.Series:
    """Return what separates two numbers; no answer adds nothing to a sum."""
    return first.sub(second, fill_value=0.0)


def _parts_of_comparison(structure: Structure, domain: str) -> Iterator[Collection[int]]:
    """Return the atoms of a domain, of what it is compared with, and of all others."""
    own, unplaced = structure.domains.get(domain, ()), structure.unplaced.get(domain, ())
    yield own
    yield set(range(len(structure.sizes))).difference(own, unplaced)
    yield unplaced
