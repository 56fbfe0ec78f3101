"""The recommendations that apply to a region and an audience, and why.

In: the study's recommendations and released evidence. Out: `AppliedRecommendation` in the order in
which they deserve to be told here, each with the evidence for "why here" and the sources that
support it. The order: what concerns the headline finding; then by the gap (`levers`); then the
panel's priority; then the number of sources; then the file. Recommendations that say no measure
that they act on have no gap: they are ordered by the panel as they always were.

The rule of strength: a source supports a recommendation where

- *survey*: one of its survey keys has a published value for the region, or else for the nation;
- *case*: one of its case keys counts at least `MIN_CASES` cases or interviews;
- *panel*: the panel agrees by its rule of consensus on one of its panel keys' statements; where no
  consensus is released, the median reaches the region of agreement.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from briefgen.config.conditions import (
    Result,
    evaluate,
    list_keys,
    list_tests,
    locate_key,
    parse_condition,
)
from briefgen.config.evidence_sources import SOURCES
from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Settings
from briefgen.content.levers import RANKS, Levers, Place, Standing, concerns
from briefgen.model import EvidenceKey, Released

MIN_CASES: Final = 2
"""Cases or interviews that have to mention a factor before cases support a recommendation."""

WhyKind = Literal["condition", "regions", "case", "panel"] | Place
Because = Literal["always", "condition", "else"]


@dataclass(frozen=True, slots=True)
class AppliedRecommendation:
    """A recommendation that applies to a document.

    Attributes
    ----------
    priority
        Mean of the panel's medians on the two dimensions of priority; ``None`` without ratings.
    why_key
        The evidence that says why here, ``""`` where nothing is published.
    why_kind
        What that is: a test of the condition that holds (``condition``), the national value where
        the condition holds in some regions (``regions``), a value of the region or the nation, a
        count of cases, a rating of the panel; where it names what it acts on, a `levers.Place`.
    strength
        The sources that support it, of ``survey``, ``case``, ``panel``.
    applies_because
        ``always`` without a condition, ``condition`` where it holds, ``else`` where it is unknown.
    regions
        In a national document, the regions where the condition holds.
    results
        What each test of the condition gave.
    standing
        Where the region stands on what it acts on; ``None`` where it names nothing.
    answers
        Those of the document's headline findings that it concerns, by key.
    """

    recommendation: Recommendation
    priority: float | None
    why_key: str
    why_kind: WhyKind
    strength: tuple[str, ...]
    applies_because: Because
    regions: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    standing: Standing | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reached:
    """A recommendation that is not needed here, and the evidence that says so."""

    recommendation: Recommendation
    key: str


def apply(  # noqa: PLR0917 - the call is in the contract between the stages
    recommendations: Sequence[Recommendation],
    released: Released,
    settings: Settings,
    region: str,
    audience: str,
    headline: Sequence[str] = (),
) -> list[AppliedRecommendation]:
    """Return the recommendations that apply to a document, in the order of telling.

    Parameters
    ----------
    recommendations
        All of the study.
    released
        What passed the wall: conditions see nothing else.
    settings
        Of the study.
    region
        A region's code, or the nation's (also ``""``, as of report and summary).
    audience
        An audience's code; ``""`` takes all audiences.
    headline
        Keys of what the document tells first: advice on it comes first.

    Returns
    -------
    list of AppliedRecommendation
        What concerns the headline first, then by the gap, then by the mean of the panel's medians
        on the dimensions of priority, by the median on the first of them, by the number of sources,
        and in the order of the file; those without ratings come last of equals. Of several with one
        reason the later ones follow those with reasons of their own.
    """
    region = region or settings.nation
    levers = Levers(released, settings, region)
    applied = [
        found
        for one in recommendations
        if not audience or audience in one.audiences
        if not levers.find_reached(one) and levers.applies(one)
        if (found := _apply_one(one, released, settings, region)) is not None
    ]
    judged = [_judge(item, levers, settings, headline) for item in applied]
    if region == settings.nation:  # no gap there: a list for all readers follows the panel
        return sorted(
            judged, key=lambda item: (not item.answers, *_urgency(item, released, settings))
        )
    judged.sort(key=lambda item: _rank(item, released, settings))
    return _spread(judged)


def list_reached(
    recommendations: Sequence[Recommendation],
    released: Released,
    settings: Settings,
    region: str,
    audience: str,
) -> list[Reached]:
    """Return an audience's recommendations whose aim is reached here, in the order of the file."""
    levers = Levers(released, settings, region or settings.nation)
    found = [(one, levers.find_reached(one)) for one in recommendations]
    return [Reached(one, key) for one, key in found if key and audience in one.audiences]


def _judge(
    item: AppliedRecommendation, levers: Levers, settings: Settings, headline: Sequence[str]
) -> AppliedRecommendation:
    """Add where the region stands, and which findings the advice concerns."""
    one = item.recommendation
    standing = levers.judge(one, headline)
    if standing is None:
        return item
    answers = tuple(key for key in headline if concerns(standing.aim, key, settings))
    item = replace(item, standing=standing, answers=answers)
    if not standing.key:
        return item
    return replace(item, why_key=standing.key, why_kind=standing.place)


def _spread(items: Sequence[AppliedRecommendation]) -> list[AppliedRecommendation]:
    """Put advice whose reason has been given already behind all other; else keep the order."""
    first: list[AppliedRecommendation] = []
    again: list[AppliedRecommendation] = []
    for item in items:
        known = {other.why_key for other in first if other.standing is not None}
        (again if item.standing and item.why_key in known else first).append(item)
    return [*first, *again]


def _rank(item: AppliedRecommendation, released: Released, settings: Settings) -> tuple[float, ...]:
    """Sorting is stable, so equals keep the order of the file."""
    place, size = (RANKS["none"], 0.0) if item.standing is None else item.standing.rank
    return (0 if item.answers else 1, place, size, *_urgency(item, released, settings))


def _urgency(
    item: AppliedRecommendation, released: Released, settings: Settings
) -> tuple[float, ...]:
    """Return what orders advice by the panel's priority, then by its sources; unrated come last."""
    if item.priority is None:
        return (float("inf"), 0.0, -len(item.strength))
    first = _medians(item.recommendation, released, settings)[0]
    return (-item.priority, -(first or 0.0), -len(item.strength))


def _apply_one(
    one: Recommendation, released: Released, settings: Settings, region: str
) -> AppliedRecommendation | None:
    because: Because = "always"
    regions: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    if one.condition is not None:
        outcome, regions, results = _ask(one.condition, released, settings, region)
        if outcome is False or (outcome is None and not one.otherwise):
            return None
        because = "condition" if outcome else "else"
    why_key, why_kind = _find_why(one, released, settings, region, results, regions)
    return AppliedRecommendation(
        recommendation=one,
        priority=find_priority(one, released, settings),
        why_key=why_key,
        why_kind=why_kind,
        strength=find_strength(one, released, settings, region),
        applies_because=because,
        regions=regions,
        results=results,
    )


def _ask(
    text: str, released: Released, settings: Settings, region: str
) -> tuple[bool | None, tuple[str, ...], tuple[Result, ...]]:
    condition = parse_condition(text)
    nation = settings.nation
    regional = any(test.is_regional for test in list_tests(condition))
    if region != nation or not regional:
        outcome, results = evaluate(condition, released, region, nation)
        return outcome, (), tuple(results)
    outcomes = {code: evaluate(condition, released, code, nation)[0] for code in settings.regions}
    holding = tuple(code for code, outcome in outcomes.items() if outcome)
    unknown = bool(outcomes) and all(outcome is None for outcome in outcomes.values())
    return (None if unknown else bool(holding)), holding, ()


# --- why here -------------------------------------------------------------------------------


def _find_why(  # noqa: PLR0917 - private, one caller
    one: Recommendation,
    released: Released,
    settings: Settings,
    region: str,
    results: Sequence[Result],
    regions: Sequence[str],
) -> tuple[str, WhyKind]:
    for result in results:
        if result.outcome and result.key and result.test.kind != "known":
            return result.key, "condition"
    nation = settings.nation
    keys = [*one.evidence]
    if regions and one.condition is not None:
        keys = [*list_keys(parse_condition(one.condition)), *keys]
        for key in keys:
            if released.find_published(located := locate_key(key, nation, nation)) is not None:
                return located, "regions"
    return _find_value(keys, released, region, nation)


def _find_value(
    keys: Sequence[str], released: Released, region: str, nation: str
) -> tuple[str, WhyKind]:
    """Take the region's value before the nation's, the survey before cases and panel."""
    survey = [key for key in keys if EvidenceKey.parse(key).source in ("survey", "response")]
    others = [key for key in keys if key not in survey]
    for domain in dict.fromkeys((region, nation)):
        for key in survey:
            located = locate_key(key, domain, nation)
            if released.find_published(located) is not None:
                return located, "nation" if domain == nation else "region"
    for key in others:
        located = locate_key(key, region, nation)
        if released.find_published(located) is not None:
            return located, "case" if located.startswith("case:") else "panel"
    return "", "none"


# --- priority and strength ------------------------------------------------------------------


def find_priority(one: Recommendation, released: Released, settings: Settings) -> float | None:
    """Return the mean of the panel's medians on the dimensions of priority, ``None`` without."""
    medians = [value for value in _medians(one, released, settings) if value is not None]
    if len(medians) < len(settings.info.panel.priority):
        return None
    return sum(medians) / len(medians)


def _medians(one: Recommendation, released: Released, settings: Settings) -> list[float | None]:
    found = [
        released.find_published(f"panel:{one.statement}.{dimension}_median")
        if one.statement
        else None
        for dimension in settings.info.panel.priority
    ]
    return [None if item is None else item.value for item in found]


def find_strength(
    one: Recommendation, released: Released, settings: Settings, region: str
) -> tuple[str, ...]:
    """Return the sources that support a recommendation, by the rule in the module's docstring."""
    supported = {
        source.part_of or source.name
        for key in one.evidence
        for source in [SOURCES[EvidenceKey.parse(key).source]]
        if _SUPPORTS.get(source.part_of or source.name, _is_told)(key, released, settings, region)
    }
    return tuple(source for source in SOURCES if source in supported)


def _is_told(key: str, released: Released, settings: Settings, region: str) -> bool:
    """Tell whether there is a value for the region or the nation."""
    located = {locate_key(key, domain, settings.nation) for domain in (region, settings.nation)}
    return any(released.find_published(place) is not None for place in located)


def _enough_cases(key: str, released: Released, settings: Settings, region: str) -> bool:
    item = released.find_published(locate_key(key, region, settings.nation))
    return item is not None and item.value is not None and item.value >= MIN_CASES


def _panel_agrees(key: str, released: Released, settings: Settings, region: str) -> bool:
    item = released.find_published(locate_key(key, region, settings.nation))
    parts = EvidenceKey.parse(key)
    dimension = parts.measure.rpartition("_")[0]
    label = released.find_published(f"panel:{parts.variable}.{dimension}_consensus")
    if label is not None and label.text:
        return label.text == "agreement"
    median = released.find_published(f"panel:{parts.variable}.{dimension}_median") or item
    return (
        median is not None
        and median.value is not None
        and median.value >= settings.info.panel.agree_from
    )


_SUPPORTS: Final[Mapping[str, Callable[[str, Released, Settings, str], bool]]] = {
    "case": _enough_cases,
    "panel": _panel_agrees,
}
"""When evidence of a source supports a recommendation, where it takes more than being there."""
