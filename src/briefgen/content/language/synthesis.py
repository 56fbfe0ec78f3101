"""What a chapter and the report conclude: what is clear, what differs, what remains open.

In: a `SentenceContext`, a topic or the whole study. Out: sentences without the numbers that the
chapter has told already. They sort results by rules (``docs/words.md``): a majority is clear where
the whole interval lies above one half, a minority where it lies below; between them it is open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from briefgen.content.language.context import SentenceContext, find_contrast, find_shrunken
from briefgen.content.language.findings import headline_values
from briefgen.content.language.labels import (
    describe_place,
    find_that,
    label_value,
)
from briefgen.content.language.markdown import claim_span, mark_numbers, safe
from briefgen.content.tiers import find_tier, is_weak
from briefgen.model import REST, Evidence, EvidenceKey, Verdict

HALF: Final = 0.5
MOST_MAJORITIES: Final = 3
MOST_MINORITIES: Final = 2
MOST_OPEN: Final = 2
MOST_DIFFERENCES: Final = 3
OF_ONE_QUESTION: Final = 2
"""Results of one question that a conclusion names in a list, at most."""
MOST_PLACES: Final = 5
"""Types or regions that the report's conclusion counts differences of, at most."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A result that differs clearly by type: where more people say so, and where fewer."""

    key: str
    size: float
    more: tuple[tuple[str, str], ...]  # domain and key of the contrast
    fewer: tuple[tuple[str, str], ...]


def conclude_clear(context: SentenceContext, topic: str | None, chosen: Sequence[str] = ()) -> str:
    """Say what the majority and what only a minority says; ``""`` where nothing is clear.

    Parameters
    ----------
    topic
        Code of a topic; ``None`` takes the first of each.
    chosen
        Measures (``variable.measure``) that matter: those that open topics, and that advice acts
        on. Minorities are told of these alone: few choose each of many answers.
    """
    values = _order(context, topic, chosen)
    many = _pick(context, [item for item in values if (item.low or 0.0) > HALF], topic)
    few = [item for item in values if (item.high or 1.0) < HALF and _name(item) in chosen]
    few = _pick(context, few, topic)[:MOST_MINORITIES]
    said = (
        _say_that(context, "majority", many[:MOST_MAJORITIES]), _say_that(context, "minority", few)
    )  # fmt: skip
    return " ".join(sentence for sentence in said if sentence)


def conclude_open(context: SentenceContext, topic: str | None, chosen: Sequence[str] = ()) -> str:
    """Say of which results that matter it is open what the majority says; ``""`` of none."""
    values = _order(context, topic, chosen)
    found = [
        item
        for item in values
        if _name(item) in chosen and (item.low or 0.0) <= HALF <= (item.high or 1.0)
    ]
    return _say_that(context, "open", _pick(context, found, topic)[:MOST_OPEN])


def conclude_types(context: SentenceContext, topic: str) -> str:
    """Say which results of a topic differ clearly by type of region, the largest first.

    Where types are compared and none differs, that is said; ``""`` where nothing is compared.
    """
    compared = list(_compared(context, "type", topic))
    found = sorted(_differences(context, compared), key=lambda item: (-item.size, item.key))
    told = [text for item in found if (text := _say_difference(context, item))]
    if told:
        return context.locale.text(
            "Clear differences in how many say {those}.",
            those=context.locale.join(told[:MOST_DIFFERENCES]),
        )
    return context.locale.text("No result differs clearly.") if compared and not found else ""


def conclude_places(context: SentenceContext, kind: str) -> str:
    """Count the clear differences of types or regions, most first; ``""`` of none."""
    verdicts = _verdicts(context, kind)
    clear = Counter({code: sum(v in ("higher", "lower") for v in all_) for code, all_ in verdicts})
    most = [(code, n) for code, n in clear.most_common(MOST_PLACES) if n]
    asked = dict(verdicts)
    if not most:
        return ""
    told = [
        context.locale.text(
            "{where} {n} of {all}", where=describe_place(context, code), n=n, all=len(asked[code])
        )
        for code, n in most
    ]
    return mark_numbers(
        context.locale.text(
            "Results that differ clearly from elsewhere: {places}.", places=", ".join(told)
        )
    )


def conclude_few(context: SentenceContext) -> str:
    """Say for how many regions the answers bear no comparison; ``""`` where they do for all."""
    regions = context.settings.regions
    few = [code for code in regions if not _bears_comparisons(context, code)]
    if not few or len(regions) == 1:
        return ""
    message = (
        "In {n} of {all} {regions} the answers bear comparisons; in the others they are too few."
        if len(few) < len(regions)
        else "The answers are too few for comparisons of {regions}."
    )
    named = safe(context.settings.info.regions.forms.dative(context.language))
    enough, all_ = len(regions) - len(few), len(regions)
    return mark_numbers(context.locale.text(message, n=enough, all=all_, regions=named))


def _bears_comparisons(context: SentenceContext, region: str) -> bool:
    """Whether a region has answers enough, and protection does not hide all comparisons."""
    if find_tier(context.released, context.settings, region) != "full":
        return False
    compared = context.released.select(source="survey", domain=region, contrast=REST)
    return not compared or any(item.is_published for item in compared)


# --- values ---------------------------------------------------------------------------------


def _national_shares(context: SentenceContext, topic: str | None) -> Iterator[Evidence]:
    for _, _, item in headline_values(context, context.settings.nation, "", topic):
        if item.unit == "share" and item.low is not None and item.high is not None:
            yield item


def _order(context: SentenceContext, topic: str | None, chosen: Sequence[str]) -> list[Evidence]:
    """Return the nation's shares: what matters first, in its order; then the farthest from half.

    Of the whole study, whose topics have no order of weight, what opens topics comes first.
    """
    opening = {ref.rpartition(":")[2] for item in context.settings.info.topics for ref in item.key}
    places = {name: place for place, name in enumerate(chosen)}

    def rank(item: Evidence) -> tuple[float, float, str]:
        place = places.get(_name(item), len(places))
        if topic is None:
            place = int(_name(item) not in opening)
        return place, -abs((item.value or 0.0) - HALF), item.key

    return sorted(_national_shares(context, topic), key=rank)


def _pick(
    context: SentenceContext, values: Sequence[Evidence], topic: str | None
) -> list[Evidence]:
    """Keep few of one question; of the whole study one of each topic."""
    topics = {code: item.code for item in context.settings.info.topics for code in item.questions}
    seen: Counter[str] = Counter()
    kept = []
    for item in values:
        question = context.settings.variables[item.variable].question.code
        group = question if topic is not None else topics[question]
        seen[group] += 1
        if seen[group] <= (OF_ONE_QUESTION if topic is not None else 1):
            kept.append(item)
    return kept


def _name(item: Evidence) -> str:
    return f"{item.variable}.{item.measure}"


# --- differences ----------------------------------------------------------------------------


def _compared(
    context: SentenceContext, kind: str, topic: str | None
) -> Iterator[tuple[Evidence, Evidence]]:
    """Yield the values of types or regions that bear a comparison, with their contrasts."""
    for domain in context.settings.domains.values():
        if domain.kind != kind:
            continue
        for _, _, item in headline_values(context, domain.code, "", topic):
            contrast = find_contrast(context, item)
            if contrast is None or not contrast.is_published or is_weak(context.settings, item):
                continue
            if contrast.verdict != "unknown":
                yield item, contrast


def _verdicts(context: SentenceContext, kind: str) -> list[tuple[str, list[Verdict]]]:
    found: dict[str, list[Verdict]] = {}
    for item, contrast in _compared(context, kind, None):
        judged = find_shrunken(context, item) or contrast  # as charts and titles count them
        found.setdefault(item.domain, []).append(judged.verdict)
    return list(found.items())


def _differences(
    context: SentenceContext, compared: Sequence[tuple[Evidence, Evidence]]
) -> Iterator[Difference]:
    found: dict[str, list[tuple[Evidence, Evidence]]] = {}
    for item, contrast in compared:
        if contrast.verdict in ("higher", "lower"):
            key = str(EvidenceKey.parse(item.key)._replace(domain=context.settings.nation))
            found.setdefault(key, []).append((item, contrast))
    for key, pairs in found.items():
        shares = [abs(contrast.value or 0.0) for item, contrast in pairs if item.unit == "share"]
        more = tuple((i.domain, c.key) for i, c in pairs if c.verdict == "higher")
        fewer = tuple((i.domain, c.key) for i, c in pairs if c.verdict == "lower")
        yield Difference(key, max(shares, default=0.0), more, fewer)


def _say_difference(context: SentenceContext, item: Difference) -> str:
    """Say "that … (more in …; fewer in …)"; ``""`` of a result that no clause is about."""
    evidence = context.released.evidence.get(item.key)
    that = find_that(context, evidence) if evidence is not None else ""
    if not that or evidence is None or evidence.unit != "share":
        return ""
    parts = [
        context.locale.text(message, places=_name_places(context, places))
        for message, places in (("more {places}", item.more), ("fewer {places}", item.fewer))
        if places
    ]
    return context.locale.text("that {that}", that=that) + f" ({'; '.join(parts)})"


def _name_places(context: SentenceContext, places: Sequence[tuple[str, str]]) -> str:
    named = [claim_span(describe_place(context, code), key) for code, key in places]
    return context.locale.join(named)


# --- sentences ------------------------------------------------------------------------------

FRAMES: Final = {
    "majority": ("The majority say {those}.", "The majority answer: {those}."),
    "minority": ("Only a minority say {those}.", "Only a minority answer: {those}."),
    "open": (
        "Whether the majority say {those} is open: uncertainty spans one half.",
        "Whether the majority answer this is open, as uncertainty spans one half: {those}.",
    ),
}
"""Of results that the codebook has a clause for, and of those with labels alone."""


EACH: Final = {
    "majority": "In each case the majority say {those}.",
    "minority": "In each case only a minority say {those}.",
}
"""Of several results: nothing is said of those who say both."""


def _label(context: SentenceContext, item: Evidence) -> str:
    """Return the label of a value; of a rank that it is the first."""
    variable = context.settings.variables[item.variable]
    if variable.type != "ranking":
        return label_value(context, item)
    option = next((one for one in variable.question.items if one.name == item.measure), None)
    if option is None:
        return label_value(context, item)
    language = context.language
    return context.locale.text(
        "{label}: {option} ranked first",
        label=safe(variable.label[language]), option=safe(option.label[language]),
    )  # fmt: skip


def _say_that(context: SentenceContext, name: str, values: Sequence[Evidence]) -> str:
    """Say a list of results: those with clauses, else those with labels."""
    clauses = [(item, that) for item in values if (that := find_that(context, item))]
    if clauses:
        said = [
            claim_span(context.locale.text("that {that}", that=that), item.key)
            for item, that in clauses
        ]
        frame = EACH.get(name, FRAMES[name][0]) if len(said) > 1 else FRAMES[name][0]
        return context.locale.text(frame, those=context.locale.join(said))
    labels = [claim_span(context.locale.quote(_label(context, item)), item.key) for item in values]
    if not labels:
        return ""
    return context.locale.text(FRAMES[name][1], those=context.locale.join(labels))
