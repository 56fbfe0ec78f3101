"""Checks of the audit that need no program: numbers, rounding, and what editions differ by.

In: the printed evidence, the study at hand, and what was written down of earlier publications.
Out: keys of evidence that must not be printed so, with the kind of finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from briefgen.config.settings import DisclosureRules, Settings
from briefgen.disclosure.behind import are_asked_countable
from briefgen.disclosure.counts import BASE
from briefgen.disclosure.editions import weigh_editions
from briefgen.disclosure.numbers import numbers_of, rows_in, stand_for_enough
from briefgen.disclosure.quantities import Quantities, is_number, is_of_answers, is_quantile
from briefgen.disclosure.rounding import round_to, rounded_as, step_of
from briefgen.disclosure.rules import is_sensitive
from briefgen.disclosure.structure import Structure
from briefgen.evidence.study import Study
from briefgen.model import Evidence, Status

Found = tuple[str, str]
"""Kind of finding, and key of the evidence."""


def is_too_exact(rules: DisclosureRules, item: Evidence) -> bool:
    """Tell whether a printed value has more digits than the rules allow."""
    if item.value is None or item.statistic == "label":
        return False
    step = step_of(rules, rounded_as(item.statistic, item.measure), item.unit, item.value)
    return abs(round_to(item.value, step) - item.value) > step / 1000


def check_numbers(quantities: Quantities, shown: Sequence[Evidence]) -> Iterator[Found]:
    """Find printed numbers that tell about single respondents or about answers that are hidden.

    Parameters
    ----------
    shown
        Published evidence of the survey from the data at hand, without contrasts.
    """
    settings, domains = quantities.settings, quantities.structure.domains
    groups: dict[tuple[str, str], list[Evidence]] = {}
    for item in shown:
        name = item.variable, item.measure
        if is_of_answers(settings, *name) and not quantities.is_sum_of_answers(*name):
            yield "dominated", item.key
        if is_number(settings, item.variable, item.measure) and item.domain in domains:
            groups.setdefault((item.variable, item.measure), []).append(item)
    for name, items in groups.items():
        open_in = quantities.publish(*name, {item.domain for item in items})
        for item in items:
            if item.domain not in open_in:
                yield "dominated", item.key
            elif is_quantile(settings, *name) and not is_quantile_coarse(quantities, item):
                yield "exact", item.key


def is_quantile_coarse(quantities: Quantities, item: Evidence) -> bool:
    """Tell whether a printed quantile and its limits stand for enough answers each."""
    rules = quantities.rules
    inside = rows_in(quantities.structure, quantities.structure.domains[item.domain])
    answers = numbers_of(quantities.settings, quantities.study.survey, item.variable, item.measure)
    values, value = answers[inside].dropna().to_numpy(dtype=float), item.value or 0.0
    least = step_of(rules, item.statistic, item.unit, value)
    if item.status is not Status.COARSENED and rules.median_step is None:
        near = np.abs(values - value) <= least / 2 + least / 1000
        if int(near.sum()) < rules.min_cell:
            return False
    limits = [limit for limit in (item.low, item.high) if limit is not None]
    return stand_for_enough(rules, values, value, limits, least)


def check_rests(quantities: Quantities, compared: Sequence[Evidence]) -> Iterator[Found]:
    """Find printed differences of means from which one that must stay hidden could be computed.

    Parameters
    ----------
    compared
        Published differences from the rest, from the data at hand.
    """
    for item in compared:
        if is_number(
            quantities.settings, item.variable, item.measure
        ) and not quantities.is_rest_open(item.variable, item.measure, item.domain):
            yield "dominated", item.key


def check_missing(settings: Settings, shown: Sequence[Evidence]) -> Iterator[Found]:
    """Find missing answers whose base, those who were asked, no table shows."""
    for item in shown:
        if item.measure == "missing" and not are_asked_countable(settings, item.variable):
            yield "derived", item.key


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
    derivable = standing.find_derivable(study.settings, structure, fresh.keys() | bases)
    for cell, key in fresh.items():
        table = (cell[0], cell[2])
        if table in standing.frozen or cell in standing.hidden or cell in derivable:
            yield "edition", key
