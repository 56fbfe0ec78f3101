"""Which results deserve to be told, in what order: findings, titles, changes.

In: a `SentenceContext`, a region, an audience. Out: `Finding` with its sentence. The order follows
what the audience can change, its topics, whether a value differs from the rest, and by how much. An
audience is told only what bears a headline: a base large enough, an interval narrow enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from briefgen.config.measures import headline_measures
from briefgen.config.plain_text import capital
from briefgen.config.settings import Question, Topic
from briefgen.content.language.clauses import fill_slots, make_clause
from briefgen.content.language.comparisons import compare_value
from briefgen.content.language.context import (
    Finding,
    SentenceContext,
    find_contrast,
    find_national,
    find_shrunken,
)
from briefgen.content.language.labels import (
    choose_form,
    describe_place,
    find_words,
    place_of,
)
from briefgen.content.language.markdown import claim_span, safe
from briefgen.content.language.phrases import MORE_RESPONDENTS, MORE_WORD, TITLES
from briefgen.content.language.sentences import state_finding
from briefgen.content.tiers import (
    as_printed,
    bears_headline,
    is_imprecise,
    is_weak,
    speaks_against,
)
from briefgen.model import REST, SHRUNK, Evidence, Verdict

SUBSTANTIAL: Final = 0.3
"""A difference of shares that counts as large when findings are put in order."""
DIFFERS: Final = 2.5
"""What a clear difference counts at least, beside 1 to 1.5 for a value without one."""
TOPIC_STEP: Final = 0.1
"""How much weight a topic loses for each place further down an audience's list."""

MOST_FINDINGS: Final = 40
"""Findings that are put in order for one region and audience, at most."""
SAME_QUESTION: Final = 0.5
SAME_TOPIC: Final = 0.8
"""What a finding's score is multiplied by for each chosen one of its question or topic."""
MINORITY: Final = 0.2
"""What a share loses by lying below one half, beside what one gains by lying as far above it."""
NOT_DECLARED: Final = 0.5
"""Weight of a value without a difference where its question declares another as its headline."""
KEPT_RANKINGS: Final = 64
"""Rankings that one context keeps, at most."""
NOT_NAMED: Final = 0.5
"""Weight of a topic that an audience with topics of its own does not name."""
OUT_OF_REACH: Final = 0.6
"""Weight of a measure that no recommendation lets an audience move."""
MIRRORED: Final = 2
"""Of so many types each is the rest of the other."""
TYPE_WEIGHT: Final = 0.34
"""Weight of a type of region that differs, in a national document: after clear majorities."""


def choose_findings(
    context: SentenceContext,
    region: str,
    audience: str = "",
    *,
    limit: int = 5,
    topic: str | None = None,
    home: str = "",
    stands_for: str = "",
) -> list[Finding]:
    """Return what deserves to be told first about a region to an audience.

    The order follows the audience's topics, then whether a value differs from the rest, then
    by how much; a question is told once before another line of it follows. Of a type that stands
    for a region (``stands_for``) nothing is told that a printed value of the region denies.
    """
    ranked = _rank(context, region, audience, topic, stands_for)
    return [
        _put_into_words(context, item, place, home) for place, item in enumerate(ranked[:limit])
    ]


def _rank(
    context: SentenceContext, region: str, audience: str, topic: str | None, stands_for: str
) -> list[Finding]:
    """Return the candidates, the one that deserves it most first; ranked once a context."""
    asked = (region, audience, topic or "", stands_for)
    if asked not in context.rankings:
        candidates = [
            item
            for item in _candidates(context, region, audience, topic)
            if not (stands_for and _is_denied(context, item, stands_for))
        ]
        chosen: list[Finding] = []
        while candidates and len(chosen) < MOST_FINDINGS:
            best = max(candidates, key=lambda item: (_fresh(item, chosen), item.key))
            candidates.remove(best)
            chosen.append(best)
        if len(context.rankings) >= KEPT_RANKINGS:
            context.rankings.clear()
        context.rankings[asked] = chosen
    return context.rankings[asked]


def _is_denied(context: SentenceContext, item: Finding, region: str) -> bool:
    differs = item.verdict in ("higher", "lower")
    return differs and speaks_against(
        context.released, context.settings, region, item.key, item.verdict
    )


def _put_into_words(context: SentenceContext, item: Finding, place: int, home: str) -> Finding:
    return replace(item, sentence=state_finding(context, item.key, variant=place, home=home))


def make_title(
    context: SentenceContext, region: str, audience: str = "", *, stands_for: str = ""
) -> str:
    """Return a title with a verb, from the strongest finding for region and audience."""
    found = choose_findings(context, region, audience, limit=1, stands_for=stands_for)
    if not found:
        return title_too_few(context, region, audience)
    best = found[0]
    evidence = context.released[best.key]
    if best.verdict in ("higher", "lower"):
        return _comparing_title(context, evidence, context.released[best.contrast])
    return make_clause(context, evidence, 0, title=True)


def title_too_few(context: SentenceContext, region: str, audience: str = "") -> str:
    """Return the title of a document on a region that nothing can be told of.

    Of a study without a survey it is what its panel or its cases found.
    """
    if context.settings.info.files.survey is None:
        return _title_without_survey(context, audience)
    imprecise = is_imprecise(context.released, region)
    title = TITLES["imprecise" if imprecise else "too few"]
    return context.locale.text(title, Where=capital(describe_place(context, region)))


def _title_without_survey(context: SentenceContext, audience: str) -> str:
    """Return what the panel agrees on first, else the subject of most cases, else the title."""
    told = [*rank_panel(context, audience)[:1], *rank_factors(context, audience)[:1]]
    if not told:
        return safe(context.settings.info.publication.title[context.language])
    return make_clause(context, told[0], 0)


def rank_panel(context: SentenceContext, audience: str = "") -> list[Evidence]:
    """Return on which statements the panel is agreed, the highest median first.

    Before them stand those that the audience's recommendations rest on.
    """
    concern = context.concern.get(audience, frozenset())
    first = context.settings.info.panel.dimensions[0]
    agreed = [
        item
        for item in context.released.select(source="panel")
        if item.measure == f"{first}_consensus" and item.text in ("agreement", "disagreement")
    ]
    return sorted(
        agreed,
        key=lambda item: (
            f"panel:{item.variable}" not in concern,
            -_median(context, item, first),
            item.key,
        ),
    )


def _median(context: SentenceContext, item: Evidence, dimension: str) -> float:
    found = context.released.evidence.get(f"panel:{item.variable}.{dimension}_median")
    return found.value or 0.0 if found is not None else 0.0


def rank_factors(context: SentenceContext, audience: str = "") -> list[Evidence]:
    """Return in how many cases each factor comes up, most first; those of one case are left out.

    Before them stand those that the audience's recommendations rest on.
    """
    concern = context.concern.get(audience, frozenset())
    nation = context.settings.nation
    counts = [
        item
        for item in context.released.select(source="case", variable="factor")
        if item.measure.endswith(".cases") and item.domain == nation and (item.value or 0) > 1
    ]
    return sorted(
        counts,
        key=lambda item: (
            f"case:{item.measure.partition('.')[0]}" not in concern,
            -(item.value or 0),
            item.key,
        ),
    )


def _comparing_title(context: SentenceContext, evidence: Evidence, contrast: Evidence) -> str:
    verdict = contrast.verdict
    where = place_of(context, evidence)
    words = find_words(context, evidence)
    own = (words.higher if verdict == "higher" else words.lower) if words else None
    if own is not None:
        rest = claim_span(safe(own[context.language]), contrast.key)
        return context.locale.text(TITLES["own"], Where=capital(where), rest=rest)
    form = choose_form(context, evidence)
    name = form if form in TITLES else "value"
    slots = fill_slots(context, evidence, where)
    words_for = MORE_WORD if name == "value" else MORE_RESPONDENTS
    more = claim_span(context.locale.text(words_for[verdict]), contrast.key)
    return context.locale.text(TITLES[name], more=more, **slots)


def list_changes(context: SentenceContext, region: str, limit: int | None = None) -> list[str]:
    """Say what changed since an earlier edition, where the statistics bear it out.

    The clearest change comes first, measured by the width of its interval; each variable is
    told once, by its headline measure where that has changed.
    """
    found = [
        evidence
        for evidence in context.released.evidence.values()
        if evidence.domain == region
        and evidence.contrast not in ("", REST, SHRUNK)
        and evidence.is_published
        and evidence.verdict in ("higher", "lower")
    ]
    found.sort(key=lambda item: (not _is_headline(context, item), -_clearness(item), item.key))
    told = list({item.variable: item for item in reversed(found)}.values())
    told.sort(key=lambda item: (-_clearness(item), item.key))
    return [compare_value(context, item.key) for item in told[:limit]]


def _is_headline(context: SentenceContext, evidence: Evidence) -> bool:
    variable = context.settings.variables.get(evidence.variable)
    return variable is not None and evidence.measure in headline_measures(variable)


def _candidates(
    context: SentenceContext, region: str, audience: str, topic: str | None
) -> Iterator[Finding]:
    for weight, found, evidence in headline_values(context, region, audience, topic):
        if not audience or _may_head(context, evidence):
            yield _candidate(context, weight, found, evidence, audience)
    if region == context.settings.nation:
        yield from _differing_types(context, audience, topic)


def _differing_types(
    context: SentenceContext, audience: str, topic: str | None
) -> Iterator[Finding]:
    """Yield, for the nation, types of region that differ from the rest.

    Where there are two, less in one is more in the other: the one with more is told.
    """
    types = [one.code for one in context.settings.domains.values() if one.kind == "type"]
    found = [
        replace(item, score=item.score * TYPE_WEIGHT)
        for code in types
        for weight, about, evidence in headline_values(context, code, audience, topic)
        if (item := _candidate(context, weight, about, evidence, audience)).verdict
        in ("higher", "lower")
    ]
    more = {_measure_of(item) for item in found if item.verdict == "higher"}
    for item in found:
        if item.verdict == "higher" or len(types) != MIRRORED or _measure_of(item) not in more:
            yield item


def _measure_of(item: Finding) -> str:
    return item.key.partition("@")[0]


def _may_head(context: SentenceContext, evidence: Evidence) -> bool:
    """Whether a value bears a title or a key message."""
    return bears_headline(context.settings, evidence) and not is_weak(context.settings, evidence)


def _candidate(
    context: SentenceContext, weight: float, topic: Topic, evidence: Evidence, audience: str
) -> Finding:
    contrast = find_contrast(context, evidence)
    weak = is_weak(context.settings, evidence)  # no sentence will compare it
    published = contrast is not None and contrast.is_published and not weak
    judged = find_shrunken(context, evidence) or contrast
    verdict: Verdict = judged.verdict if judged and published else "unknown"
    return Finding(
        key=evidence.key,
        contrast=contrast.key if contrast and published else "",
        verdict=verdict,
        topic=topic.code,
        question=context.settings.variables[evidence.variable].question.code,
        score=weight
        * _weigh_reach(context, evidence, audience)
        * _weigh(context, evidence, judged if published else None, verdict),
        sentence="",
        value=evidence.value or 0.0,
    )


def _weigh_reach(context: SentenceContext, evidence: Evidence, audience: str) -> float:
    """How much a value deserves to be told to those who can change it, or cannot."""
    reach = context.reach.get(audience, frozenset())
    within = not reach or f"{evidence.variable}.{evidence.measure}" in reach
    return 1.0 if within else OUT_OF_REACH


def headline_values(
    context: SentenceContext, region: str, audience: str, topic: str | None
) -> Iterator[tuple[float, Topic, Evidence]]:
    """Yield published headline values, with their topic and its weight for the audience."""
    named = context.settings.audiences[audience].topics if audience else ()
    for rank, found in enumerate(order_topics(context, audience)):
        if topic is not None and found.code != topic:
            continue
        for code in found.questions:
            for key in _headline_keys(context, context.settings.questions[code], region):
                evidence = context.released.evidence.get(key)
                if evidence is None or evidence.value is None:
                    continue
                if as_printed(context.settings, evidence).is_published:
                    yield _weigh_topic(rank, found, named), found, evidence


def _weigh_topic(rank: int, topic: Topic, named: Sequence[str]) -> float:
    if named and topic.code not in named:
        return NOT_NAMED
    return max(TOPIC_STEP, 1 - TOPIC_STEP * rank)


def order_topics(context: SentenceContext, audience: str) -> list[Topic]:
    """Topics in the audience's order; those that it does not name follow."""
    wanted = context.settings.audiences[audience].topics if audience else ()
    all_topics = context.settings.info.topics
    place = {code: rank for rank, code in enumerate(wanted)}
    return sorted(all_topics, key=lambda topic: place.get(topic.code, len(place)))


def _headline_keys(context: SentenceContext, question: Question, domain: str) -> Iterator[str]:
    for name in context.headlines.get(question.code, ()):
        yield f"survey:{name}@{domain}"


def _weigh(
    context: SentenceContext, evidence: Evidence, contrast: Evidence | None, verdict: Verdict
) -> float:
    """How much a value deserves to be told: differences first, then clear majorities."""
    if contrast is not None and verdict in ("higher", "lower"):
        size = abs(contrast.value or 0.0)
        nation = find_national(context, evidence)
        if evidence.unit != "share":
            size = size / abs(nation.value) if nation and nation.value else 0.0
        return DIFFERS + min(1.0, size / SUBSTANTIAL)
    declared = context.settings.variables[evidence.variable].question.headline
    passed_over = declared is not None and declared != evidence.measure
    return _weigh_size(evidence) * (NOT_DECLARED if passed_over else 1.0)


def _weigh_size(evidence: Evidence) -> float:
    """How much a value deserves to be told: what more people say always comes first."""
    if evidence.unit != "share" or evidence.value is None:
        return 1.0
    majority = evidence.value - 0.5
    return 1 + (majority if majority > 0 else majority * MINORITY)


def _clearness(contrast: Evidence) -> float:
    """Return a difference in widths of its confidence interval, so that units do not matter."""
    width = (contrast.high or 0.0) - (contrast.low or 0.0)
    return abs(contrast.value or 0.0) / width if width > 0 else 0.0


def _fresh(item: Finding, chosen: list[Finding]) -> float:
    """Return a finding's score, lowered where others of its question or topic are chosen."""
    score = item.score
    score *= SAME_QUESTION ** sum(other.question == item.question for other in chosen)
    return score * SAME_TOPIC ** sum(other.topic == item.topic for other in chosen)
