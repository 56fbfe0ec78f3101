"""Checks of the audit that need no programme: numbers, rounding, and what editions differ by.

In: the printed evidence, the study at hand, and what was written down of earlier publications.
Out: keys of evidence that must not be printed so, with the kind of finding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from briefgen.config.settings import DisclosureRules, Settings
from briefgen.disclosure.counts import BASE, measures_of
from briefgen.disclosure.editions import weigh_editions
from briefgen.disclosure.numbers import (
    all_numbers_of,
    make_judge,
    numbers_of,
    publish_means,
    rows_in,
    weights_of,
)
from briefgen.disclosure.rounding import round_to, rounded_as, step_of
from briefgen.disclosure.rules import is_sensitive
from briefgen.disclosure.structure import Structure
from briefgen.evidence.study import Study
from briefgen.model import Evidence, Status

QUANTILES: Final = ("median", "p25", "p75")
Found = tuple[str, str]
"""Kind of finding, and key of the evidence."""


def is_number(settings: Settings, variable: str, measure: str) -> bool:
    """Tell whether a measure is made from numbers rather than from counts of answers."""
    known = settings.variables.get(variable)
    if known is None:
        indices = {index.code for index in settings.codebook.indices}
        return variable in indices | {ratio.code for ratio in settings.codebook.ratios}
    if measure in (BASE, "missing", "") or measure in measures_of(known):
        return False
    return known.type in ("numeric", "ranking")


def is_too_exact(rules: DisclosureRules, item: Evidence) -> bool:
    """Tell whether a printed value has more digits than the rules allow."""
    if item.value is None or item.statistic == "label":
        return False
    step = step_of(rules, rounded_as(item.statistic, item.measure), item.unit, item.value)
    return abs(round_to(item.value, step) - item.value) > step / 1000


def check_numbers(study: Study, structure: Structure, shown: Sequence[Evidence]) -> Iterator[Found]:
    """Find printed means and medians that tell about single respondents.

    Parameters
    ----------
    shown
        Published evidence of the survey from the data at hand, without contrasts.
    """
    settings = study.settings
    groups: dict[tuple[str, str], list[Evidence]] = {}
    for item in shown:
        if is_number(settings, item.variable, item.measure) and item.domain in structure.domains:
            groups.setdefault((item.variable, item.measure), []).append(item)
    for (variable, measure), items in groups.items():
        check = _check_quantiles if measure in QUANTILES else _check_means
        yield from check(study, structure, variable, measure, items)


def _check_means(
    study: Study, structure: Structure, variable: str, measure: str, items: list[Evidence]
) -> Iterator[Found]:
    weights = weights_of(study.survey)
    allowed = {item.domain for item in items}
    for values in all_numbers_of(study.settings, study.survey, variable, measure):
        rules = study.settings.info.disclosure
        allowed = publish_means(rules, structure, values, weights, allowed)
    for item in items:
        if item.domain not in allowed:
            yield "dominated", item.key


def _check_quantiles(
    study: Study, structure: Structure, variable: str, measure: str, items: list[Evidence]
) -> Iterator[Found]:
    """Find medians that stand for very few answers, unless the study sets a step."""
    rules = study.settings.info.disclosure
    values = numbers_of(study.settings, study.survey, variable, measure)
    for item in items:
        inside = values[rows_in(structure, structure.domains[item.domain])].dropna()
        if len(inside) < rules.min_numeric:
            yield "printed", item.key
        elif item.status is not Status.COARSENED and rules.median_step is None:
            step = step_of(rules, item.statistic, item.unit, item.value or 0.0)
            near = (inside - (item.value or 0.0)).abs() <= step / 2 + step / 1000
            if int(near.sum()) < rules.min_cell:
                yield "exact", item.key


def check_rests(
    study: Study, structure: Structure, compared: Sequence[Evidence]
) -> Iterator[Found]:
    """Find printed differences of means from which one that must stay hidden could be reckoned.

    Parameters
    ----------
    compared
        Published differences from the rest, from the data at hand.
    """
    settings, weights = study.settings, weights_of(study.survey)
    for item in compared:
        if not is_number(settings, item.variable, item.measure):
            continue
        for values in all_numbers_of(settings, study.survey, item.variable, item.measure):
            judge = make_judge(settings.info.disclosure, structure, values, weights)
            if not all(judge(part) for part in _parts_of_comparison(structure, item.domain)):
                yield "dominated", item.key
                break


def _parts_of_comparison(structure: Structure, domain: str) -> Iterator[Collection[int]]:
    """Return the atoms of a domain, of what it is compared with, and of all others."""
    own, unplaced = structure.domains.get(domain, ()), structure.unplaced.get(domain, ())
    yield own
    yield set(range(len(structure.sizes))).difference(own, unplaced)
    yield unplaced


def check_groups(study: Study, structure: Structure, shown: Sequence[Evidence]) -> Iterator[Found]:
    """Find values of groups whose size is an answer that must stay hidden.

    The base of any table of a group tells how many gave the answer that makes the group.
    """
    settings = study.settings
    rules = settings.info.disclosure
    for item in shown:
        parts = item.domain.split("+")
        for part in parts:
            variable, _, option = part.partition(":")
            if variable not in settings.variables:
                continue
            others = [other for other in parts if other != part] or [settings.nation]
            inside = rows_in(structure, structure.domains.get(others[0], ()))
            answers = study.survey.loc[inside, variable].dropna()
            if is_sensitive(rules, int(answers.eq(option).sum()), len(answers)):
                yield "derived", f"survey:{variable}.{option}@{others[0]}"


def check_editions(
    study: Study,
    structure: Structure,
    shown: Mapping[str, Evidence],
    previous: Sequence[Mapping[str, Any]],
) -> Iterator[Found]:
    """Find values that, set against earlier publications, show very few respondents.

    Parameters
    ----------
    shown
        All printed evidence by key.
    previous
        What `editions.remember` wrote down of earlier publications, oldest first.
    """
    standing = weigh_editions(study, structure, previous)
    fresh = {
        (item.variable, item.measure, item.domain): key
        for key, item in shown.items()
        if item.source == "survey" and not (item.contrast or item.as_of) and item.is_published
    }
    bases = {(variable, BASE, domain) for variable, _, domain in fresh}
    told = standing.find_told(study.settings, structure, fresh.keys() | bases)
    for cell, key in fresh.items():
        table = (cell[0], cell[2])
        if table in standing.frozen or cell in standing.hidden or cell in told:
            yield "edition", key
