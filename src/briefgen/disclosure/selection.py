"""Differences of regions from the rest, judged together and shrunk for having been picked.

In: the evidence that passed the wall. Out: for each region and each measure that may be told, the
difference from the rest with the contrast ``~shrunk``: what remains of it, and whether it is clear
among all that were looked at. As nothing but published values enters, it tells nothing that they
did not tell already. Before it stands ``disclosure``, after it ``compose``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from scipy.stats import norm

from briefgen.config.measures import finding_measures
from briefgen.config.settings import Settings
from briefgen.disclosure.rounding import round_to, rounded_as, step_of
from briefgen.evidence.survey.selection import Shrunken, shrink
from briefgen.model import SHRUNK, Evidence, Verdict

METHOD: Final = "adaptive shrinkage over all regions and measures (Stephens 2017)"
MARGIN: Final = 1.15
"""How much wider errors are taken to be than published intervals say.

Intervals correct for the share of the population that answered. They take no account of questions
left out and of raking: in surveys drawn from the invented population errors were 1.10 to 1.16 times
as large as their intervals say.
"""


def shrink_differences(settings: Settings, evidence: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """Return what remains of the regions' differences, by key, and those that are not clear.

    A difference is clear (its verdict says higher or lower) where its own test says so and the
    share of wrong signs among all that are at least as clear stays below
    ``statistics.wrong_signs``. A difference from the rest that is clear by its own test alone is
    returned with the verdict "same", so that sentences, charts and advice agree. Shares are judged
    in points. Other measures have units of their own; they are judged in standard errors.
    """
    differences = list(_published_differences(settings, evidence))
    shares = [item for item in differences if item.unit == "points"]
    others = [item for item in differences if item.unit != "points"]
    made = [*_judge(settings, shares, in_errors=False), *_judge(settings, others, in_errors=True)]
    return {item.key: item for item in made}


def _published_differences(
    settings: Settings, evidence: Mapping[str, Evidence]
) -> Iterator[Evidence]:
    measures = {
        name: frozenset(finding_measures(variable)) for name, variable in settings.variables.items()
    }
    regions = {domain.code for domain in settings.domains.values() if domain.kind == "region"}
    for item in evidence.values():
        told = item.measure in measures.get(item.variable, ()) and item.domain in regions
        if told and item.contrast == "rest" and item.is_published and _error(item, 1.0):
            yield item


def _error(item: Evidence, quantile: float) -> float:
    """Return the standard error that an interval stands for; 0 where it has none."""
    if item.value is None or item.low is None or item.high is None:
        return 0.0
    return MARGIN * (item.high - item.low) / (2 * quantile)


def _judge(settings: Settings, items: Sequence[Evidence], *, in_errors: bool) -> Iterator[Evidence]:
    if not items:
        return
    rules = settings.info.statistics
    quantile = float(norm.ppf((1 + rules.confidence) / 2))
    values = np.array([item.value for item in items], dtype=np.float64)
    errors = np.array([_error(item, quantile) for item in items], dtype=np.float64)
    scale = errors if in_errors else np.ones_like(errors)
    judged = shrink(values / scale, errors / scale, confidence=rules.confidence)
    for place, item in enumerate(items):
        clear = bool(judged.expected_error[place] <= rules.wrong_signs)
        yield _as_evidence(settings, item, judged, place, float(scale[place]), clear=clear)
        if not clear and item.verdict != "same":
            yield replace(item, verdict="same")


def _round(settings: Settings, item: Evidence, value: float) -> float:
    """Round as the difference that it was made from: nothing is printed more exactly."""
    statistic = rounded_as(item.statistic, item.measure)
    return round_to(value, step_of(settings.info.disclosure, statistic, item.unit, value))


def _as_evidence(
    settings: Settings, item: Evidence, judged: Shrunken, place: int, scale: float, *, clear: bool
) -> Evidence:
    verdict: Verdict = item.verdict if clear else "same"
    value, low, high = (
        _round(settings, item, float(array[place]) * scale)
        for array in (judged.mean, judged.low, judged.high)
    )
    return replace(
        item,
        key=item.key.removesuffix(f"~{item.contrast}") + f"~{SHRUNK}",
        contrast=SHRUNK,
        value=value,
        low=low,
        high=high,
        method=METHOD,
        verdict=verdict,
    )
