"""What the recommendations of a study do not reach.

In: recommendations and released evidence. Out: `Gap` after gap, for ``briefgen check``: advice
that no region would ever get, results that no advice moves, audiences that are told the same
everywhere. A study whose recommendations do not say what they act on is asked nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from briefgen.config.measures import headline_measures
from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Audience, Settings
from briefgen.content.recommendations import apply
from briefgen.model import Released

BOXES: Final = 2
"""Recommendations of a brief that are compared between regions: as many as briefs print."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is missing, where it stands in the recommendations, and what to do.

    ``line`` is ``None`` where it is the file as a whole.
    """

    line: int | None
    column: str
    rule: str
    remedy: str


def find_gaps(
    recommendations: Sequence[Recommendation], released: Released, settings: Settings
) -> Iterator[Gap]:
    """Yield what the recommendations leave open."""
    if not any(one.acts_on or one.builds_on for one in recommendations):
        return
    yield from _unused(recommendations, released, settings)
    yield from _unmoved(recommendations, settings)
    for audience in settings.info.audiences:
        yield from _same_everywhere(audience, recommendations, released, settings)


def _unused(
    recommendations: Sequence[Recommendation], released: Released, settings: Settings
) -> Iterator[Gap]:
    places = (*settings.regions, settings.nation)
    for one in recommendations:
        if not any(apply([one], released, settings, place, "") for place in places):
            rule = f"no region would ever get the recommendation {one.code!r}"
            remedy = "look at its condition and at what it acts on, or leave it out"
            yield Gap(one.line, "recommendations", rule, remedy)


def _unmoved(recommendations: Sequence[Recommendation], settings: Settings) -> Iterator[Gap]:
    """Yield the results that are called good or bad, and that no recommendation moves."""
    moved = {aim.measure for one in recommendations for aim in one.acts_on}
    left = [
        f"{variable.code}.{measure}"
        for variable in settings.variables.values()
        if variable.question.positive is not None
        for measure in headline_measures(variable)
        if f"survey:{variable.code}.{measure}" not in moved
    ]
    if left:
        rule = f"no recommendation acts on {', '.join(left)}"
        remedy = "name them under acts_on: where advice moves them; else briefs say that none does"
        yield Gap(None, "acts_on", rule, remedy)


def _same_everywhere(
    audience: Audience,
    recommendations: Sequence[Recommendation],
    released: Released,
    settings: Settings,
) -> Iterator[Gap]:
    if audience.scope != "region" or len(settings.regions) < 2:
        return
    sets = {
        tuple(
            item.recommendation.code
            for item in apply(recommendations, released, settings, region, audience.code)[:BOXES]
        )
        for region in settings.regions
    }
    if len(sets) == 1 and sets != {()}:
        rule = f"the audience {audience.code!r} gets the same advice in every region"
        remedy = "write more recommendations for it, with acts_on:, so that gaps can choose"
        yield Gap(None, "audiences", rule, remedy)
