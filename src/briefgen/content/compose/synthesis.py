"""The conclusion of a chapter and of the report, as labelled lines.

In: a document, a topic or none, and what gives an audience's recommendations. Out: Markdown, one
line for each of what is clear, what differs, what remains open, and what follows for whom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, Literal

from briefgen.config.evidence_sources import SOURCES
from briefgen.config.recommendations import Recommendation
from briefgen.content.compose.context import DocumentContext
from briefgen.content.language.markdown import safe
from briefgen.content.language.sentences import state_value
from briefgen.content.language.synthesis import (
    conclude_clear,
    conclude_few,
    conclude_open,
    conclude_places,
    conclude_types,
)
from briefgen.content.recommendations import AppliedRecommendation
from briefgen.model import EvidenceKey

MOST_ADVICE: Final = 4
"""Recommendations that the conclusion of a topic names, at most."""

Advise = Callable[[str], Sequence[AppliedRecommendation]]
"""Gives an audience's recommendations, the first one first."""


def conclude(document: DocumentContext, topic: str | None, advise: Advise) -> list[str]:
    """Return the lines of a conclusion; what has nothing to say is left out.

    Parameters
    ----------
    topic
        Code of a topic; ``None`` concludes the whole study.
    advise
        Gives an audience's recommendations.
    """
    advice = {code: list(advise(code)) for code in document.settings.audiences}
    lines = _conclude_topic(document, topic, advice) if topic else _conclude_study(document, advice)
    return [f"**{label}:** {sentence}" for label, sentence in lines if sentence]


def _conclude_topic(
    document: DocumentContext, topic: str, advice: dict[str, list[AppliedRecommendation]]
) -> list[tuple[str, str]]:
    context, text = document.sentences, document.locale.text
    chosen = _choose_measures(document, advice)
    return [
        (text("What is clear"), conclude_clear(context, topic, chosen)),
        (_name_differences(document, "type"), conclude_types(context, topic)),
        (text("What remains open"), conclude_open(context, topic, chosen)),
        (text("What follows"), _name_advice(document, topic, advice)),
    ]


def _conclude_study(
    document: DocumentContext, advice: dict[str, list[AppliedRecommendation]]
) -> list[tuple[str, str]]:
    context, text = document.sentences, document.locale.text
    chosen = _choose_measures(document, advice)
    not_known = (conclude_open(context, None, chosen), conclude_few(context))
    return [
        (text("What is clear"), conclude_clear(context, None, chosen)),
        (_name_differences(document, "type"), conclude_places(context, "type")),
        (_name_differences(document, "region"), conclude_places(context, "region")),
        (text("What remains open"), " ".join(said for said in not_known if said)),
        *_name_firsts(document, advice),
    ]


def _name_differences(document: DocumentContext, kind: Literal["type", "region"]) -> str:
    """Say what is compared, as the study calls regions and their types."""
    info = document.settings.info
    forms = info.region_types.forms if kind == "type" and info.region_types else info.regions.forms
    one = safe(forms.one[document.language])
    return document.locale.text("Differences by {place}", place=one)


def _choose_measures(
    document: DocumentContext, advice: dict[str, list[AppliedRecommendation]]
) -> tuple[str, ...]:
    """Return what matters: what opens a topic, and what advice acts on."""
    opening = [ref.rpartition(":")[2] for t in document.settings.info.topics for ref in t.key]
    moved = [
        f"{key.variable}.{key.measure}"
        for items in advice.values()
        for item in items
        for key in map(EvidenceKey.parse, _list_measures(item.recommendation))
        if key.source == "survey"
    ]
    return tuple(dict.fromkeys([*opening, *moved]))


def _list_measures(one: Recommendation) -> list[str]:
    """Return what a recommendation moves, else what it rests on."""
    moved = [aim.measure for aim in (*one.acts_on, *one.builds_on)]
    return moved or [key for key in one.evidence if key.partition(":")[0] in SOURCES]


def _name_advice(
    document: DocumentContext, topic: str, advice: dict[str, list[AppliedRecommendation]]
) -> str:
    """Name the recommendations that act on a topic's results, each with those whom it addresses."""
    questions = next(item.questions for item in document.settings.info.topics if item.code == topic)
    readers: dict[str, list[str]] = {}
    titles: dict[str, str] = {}
    for audience, items in advice.items():
        for item in items:
            if _is_about(document, item.recommendation, questions):
                readers.setdefault(item.recommendation.code, []).append(audience)
                titles[item.recommendation.code] = item.recommendation.title[document.language]
    said = [
        f"{document.locale.quote(safe(titles[code]))} ({_name_readers(document, audiences)})"
        for code, audiences in _first_of_each(readers)
    ]
    return f"{'; '.join(said)}." if said else ""


def _first_of_each(readers: dict[str, list[str]]) -> Iterator[tuple[str, list[str]]]:
    """Yield the first recommendation of each audience, so that all are spoken to."""
    spoken: set[str] = set()
    count = 0
    for code, audiences in readers.items():
        if count < MOST_ADVICE and not spoken.issuperset(audiences):
            spoken.update(audiences)
            count += 1
            yield code, audiences


def _name_readers(document: DocumentContext, audiences: Sequence[str]) -> str:
    named = [document.settings.audiences[code].name[document.language] for code in audiences]
    return ", ".join(safe(name) for name in named)


def _is_about(document: DocumentContext, one: Recommendation, questions: Sequence[str]) -> bool:
    variables = document.settings.variables
    keys = map(EvidenceKey.parse, _list_measures(one))
    return any(
        key.variable in variables and variables[key.variable].question.code in questions
        for key in keys
    )


def _name_firsts(
    document: DocumentContext, advice: dict[str, list[AppliedRecommendation]]
) -> Iterator[tuple[str, str]]:
    """Yield for each audience the first recommendation that no other was given, and its reason."""
    told: set[str] = set()
    for audience, items in advice.items():
        item = next((one for one in items if one.recommendation.code not in told), None)
        if item is None:
            continue
        told.add(item.recommendation.code)
        title = document.locale.quote(safe(item.recommendation.title[document.language]))
        why = (
            state_value(document.sentences, item.why_key, home=document.home)
            if item.why_key
            else ""
        )
        label = document.locale.text(
            "What follows – {audience}", audience=_name_readers(document, [audience])
        )
        yield label, f"{title}. {why}".strip()
