"""Longer pieces of documents: how we know, how to cite, a case, a recommendation.

In: a `DocumentContext`. Out: Markdown, or a view that prints as Markdown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from briefgen.config.document_kinds import find_document_kind
from briefgen.config.evidence_sources import SOURCES
from briefgen.config.plain_text import capital
from briefgen.config.recommendations import Recommendation
from briefgen.config.wording import read_codes
from briefgen.content.compose.context import DocumentContext
from briefgen.content.compose.lines import RecommendationView
from briefgen.content.compose.views import study_view
from briefgen.content.language.author import authored
from briefgen.content.language.labels import (
    describe_place,
    find_that,
    label_value,
    number_span,
)
from briefgen.content.language.markdown import mark_numbers, plain_text, safe
from briefgen.content.language.sentences import state_finding, state_value
from briefgen.content.levers import Standing, concerns, other_side
from briefgen.content.recommendations import AppliedRecommendation, Reached
from briefgen.content.tiers import find_printable, speaks_against
from briefgen.model import CaseStudy, EvidenceKey, Text

# --- recommendations ------------------------------------------------------------------------


def recommendation_view(
    document: DocumentContext, item: AppliedRecommendation
) -> RecommendationView:
    """Describe a recommendation that applies, with why here and how well supported it is."""
    one, text = item.recommendation, document.locale.text
    facts = {
        "Who": _own(document, one.owner),
        "By when": _own(document, one.timeframe),
        "Effort": _own(document, one.effort),
        "Costs and conditions": _own(document, one.costs),
    }
    names = tuple(_name_source(document, source) for source in item.strength)
    return RecommendationView(
        code=one.code,
        title=safe(one.title[document.language]),
        text=authored(one.text[document.language]),
        why=_why(document, item),
        first_step=_first_step(document, one),
        indicator=_indicator(document, item),
        strength=_strength(document, names),
        sources=names,
        owner=facts["Who"],
        timeframe=facts["By when"],
        effort=facts["Effort"],
        costs=facts["Costs and conditions"],
        audiences=tuple(
            safe(document.settings.audiences[code].name[document.language])
            for code in one.audiences
        ),
        meta=" · ".join(f"**{text(name)}:** {fact}" for name, fact in facts.items() if fact),
        priority=item.priority,
        applied=item,
    )


def _own(document: DocumentContext, text: Text | None) -> str:
    return safe(text[document.language]) if text is not None else ""


def _why(document: DocumentContext, item: AppliedRecommendation) -> str:
    """Say why here, in one sentence made from the evidence."""
    if not item.why_key:
        return ""
    contrast = document.released[item.why_key].contrast
    key = item.why_key.removesuffix(f"~{contrast}") if contrast else item.why_key
    lead = document.locale.text("Why here" if _is_reason_of_here(document, item, key) else "Why")
    return f"**{lead}:** {_reason(document, item, key)}"


def _is_reason_of_here(document: DocumentContext, item: AppliedRecommendation, key: str) -> bool:
    """Whether a reason sets this place apart: a comparison, or a value worse than the nation's."""
    if document.doc.is_national:
        return False
    is_own, standing = EvidenceKey.parse(key).domain == document.region, item.standing
    if standing is None or standing.place in HERE:
        return is_own or standing is not None
    return is_own and not speaks_against(
        document.released, document.settings, document.region, key, other_side(standing.aim)
    )


HERE: Final = ("region", "peers", "type", "strength")
"""Places of a reason that set a region, or the type that stands in for it, apart from others."""


def _reason(document: DocumentContext, item: AppliedRecommendation, key: str) -> str:
    """Put the evidence into words, and say where it is not the region's own."""
    said = _state(document, key)
    if item.standing is None or document.doc.is_national:
        return said
    if item.standing.place == "peers":
        return _beside_type(document, said, key)
    if item.standing.place in ("level", "type level"):
        said = _beside_nation(document, said, key)
    message = _elsewhere_message(document, item.standing, key)
    return document.locale.text(message, reason=said) if message else said


def _elsewhere_message(document: DocumentContext, standing: Standing, key: str) -> str:
    """Return what leads in a reason that is not the region's own; ``""`` where it is."""
    domain = EvidenceKey.parse(key).domain
    if standing.place == "nation":
        return "Applies everywhere: {reason}"
    if domain.startswith("type:") and document.doc.profile != domain:
        return "Holds for this type: {reason}"
    return ""


def _beside_type(document: DocumentContext, said: str, key: str) -> str:
    """Add the value of the region's own type, which is clearly another."""
    domain = f"type:{document.doc.region_type}"
    other = str(EvidenceKey.parse(key)._replace(domain=domain))
    return document.locale.text(
        "{reason} {Where}, the type that prevails there, it is {value}.",
        reason=said,
        Where=capital(describe_place(document.sentences, domain)),
        value=number_span(document.sentences, other),
    )


def _beside_nation(document: DocumentContext, said: str, key: str) -> str:
    """Add the nation's value to a level, which says little alone; nothing where it stands there."""
    nation = document.settings.nation
    other = str(EvidenceKey.parse(key)._replace(domain=nation))
    found = document.released.evidence.get(other)
    if found is None or not found.is_published or f'key="{other}"' in said:
        return said
    return document.locale.text(
        "{reason} {Where} it is {value}.",
        reason=said,
        Where=capital(describe_place(document.sentences, nation)),
        value=number_span(document.sentences, other),
    )


def _state(document: DocumentContext, key: str) -> str:
    """Say a value, with the comparison where there is a clear one and without where not."""
    contrast = document.released.evidence.get(f"{key}~rest")
    differs = contrast is not None and contrast.verdict in ("higher", "lower")
    state = state_finding if differs else state_value
    return state(document.sentences, key, home=document.home)


def _first_step(document: DocumentContext, one: Recommendation) -> str:
    if one.first_step is None:
        return ""
    return f"**{document.locale.text('First step')}:** {_own(document, one.first_step)}"


def _indicator(document: DocumentContext, item: AppliedRecommendation) -> str:
    """Say by what one sees that it worked: the author's words, or the measure and its value."""
    one, standing = item.recommendation, item.standing
    lead = document.locale.text("How you will see that it worked")
    if one.indicator is not None:
        return f"**{lead}:** {_own(document, one.indicator)}"
    if standing is None or not standing.key or standing.place == "strength":
        return ""
    found = find_printable(document.released, document.settings, document.region, standing.key)
    evidence = found or document.released[standing.key]
    that = find_that(document.sentences, evidence)
    noun = "that" if that else "share" if evidence.unit == "share" else "value"
    said = document.locale.text(
        INDICATORS[f"{noun} {standing.aim.better}"],
        that=that,
        label=document.locale.quote(label_value(document.sentences, evidence)),
        value=number_span(document.sentences, evidence.key),
        where=describe_place(document.sentences, evidence.domain),
    )
    return f"**{lead}:** {said}."


INDICATORS: Final = {
    "that higher": "more people say that {that}; today {value} {where}",
    "that lower": "fewer people say that {that}; today {value} {where}",
    "share higher": "the share for {label} rises; today {value} {where}",
    "share lower": "the share for {label} falls; today {value} {where}",
    "value higher": "{label} rises; today {value} {where}",
    "value lower": "{label} falls; today {value} {where}",
}


def advice_note(
    document: DocumentContext, headline: Sequence[str], chosen: Sequence[AppliedRecommendation],
    reached: Sequence[Reached],
) -> str:  # fmt: skip
    """Say so where no advice concerns what the document tells first; ``""`` where some does."""
    answered = {key for item in chosen for key in item.answers}
    for key in headline:
        if key in answered:
            continue
        done = [item for item in reached if _is_about(document, item.recommendation, key)]
        if done:
            titles = [
                document.locale.quote(safe(item.recommendation.title[document.language]))
                for item in done[:2]
            ]
            where = describe_place(document.sentences, EvidenceKey.parse(done[0].key).domain)
            message = "On the first finding: what {titles} aims at is already reached {where}."
            return document.locale.text(message, titles=document.locale.join(titles), where=where)
        return document.locale.text("On the first finding the study has no advice for you.")
    return ""


def _is_about(document: DocumentContext, one: Recommendation, key: str) -> bool:
    return any(concerns(aim, key, document.settings) for aim in one.acts_on)


def _name_source(document: DocumentContext, source: str) -> str:
    """Name a source of evidence, case studies as the study calls them."""
    if source == "case":
        return safe(document.settings.info.case_studies.called.many[document.language])
    return document.locale.text(SOURCES[source].message)


def _strength(document: DocumentContext, names: tuple[str, ...]) -> str:
    text = document.locale.text
    if not names:
        return text("Strength of evidence: no source supports it clearly yet")
    grade = {1: "one source", 2: "two sources"}.get(len(names), "three sources")
    return text(
        "Strength of evidence: {grade} ({sources})", grade=text(grade), sources=", ".join(names)
    )


# --- cases ----------------------------------------------------------------------------------


def case_box(document: DocumentContext) -> str:
    """Tell of one case study; ``""`` where there is none."""
    case = choose_case(document)
    if case is None:
        return ""
    language = document.language
    lesson = document.locale.text("What can be learnt")
    return (
        f"**{safe(safe_name(case.name[language]))}.** "
        f"{mark_numbers(authored(case.portrait[language]))}\n\n"
        f"**{lesson}:** {mark_numbers(authored(case.lesson[language]))}"
    )


def safe_name(text: str) -> str:
    """Return a name without a full stop at its end."""
    return text.rstrip(". ")


def choose_case(document: DocumentContext) -> CaseStudy | None:
    """Return the case that is nearest: of the region, of its type, of its neighbours, else any.

    Of several the one that shows most of what the advice rests on, else one by the audience.
    """
    cases = sorted(document.released.cases, key=lambda case: case.code)
    if not cases:
        return None
    near = [case for case in cases if case.region == document.region]
    own_type = document.doc.region_type
    near = near or [case for case in cases if own_type and case.region_type == own_type]
    near = near or [case for case in cases if case.region in document.doc.neighbours]
    audiences = list(document.settings.audiences)
    turn = audiences.index(document.key.audience) if document.key.audience in audiences else 0
    chosen = near or cases
    turned = [*chosen[turn % len(chosen) :], *chosen[: turn % len(chosen)]]
    wanted = set(document.factors_of_advice)
    return max(turned, key=lambda case: len(wanted & set(case.factors)))


def role_name(document: DocumentContext, code: str) -> str:
    """Return what the study calls a role; ``""`` of one that it does not list."""
    role = document.settings.info.case_studies.role(code)
    return safe(role.name[document.language]) if role else ""


def factor_name(document: DocumentContext, code: str) -> str:
    """Return the name of a factor."""
    codes = read_codes(document.settings)[0]
    return safe(codes[code].name[document.language]) if code in codes else safe(code)


# --- how we know ----------------------------------------------------------------------------


def about_evidence(document: DocumentContext) -> str:
    """Say where the evidence comes from, what it covers and how uncertain it is."""
    blocks = [
        [_about_survey(document), _about_answers(document), _about_others(document)],
        [_about_uncertainty(document), _about_protection(document)],
        [_about_limits(document)],
    ]
    said = [[line for line in block if line] for block in blocks]
    if find_document_kind(document.key.kind).is_short:
        return "\n\n".join(" ".join(block) for block in said if block)
    return "\n".join(f"- {line}" for block in said for line in block)


def _about_survey(document: DocumentContext) -> str:
    if not document.has_survey:
        return ""
    text, study = document.locale.text, study_view(document.settings, document.locale)
    parts = [text("Survey")]
    if study.respondents:
        parts = [text("Survey of {respondents}", respondents=study.respondents)]
    if study.population:
        parts.append(text("about {population}", population=study.population))
    if study.mode:
        parts.append(study.mode)
    if study.period:
        parts.append(text("field period {period}", period=study.period))
    return f"**{text('Source')}:** {', '.join(parts)}."


def _about_answers(document: DocumentContext) -> str:
    domains = dict.fromkeys((document.settings.nation, document.region))
    said = [text for text in (_answers_of(document, domain) for domain in domains) if text]
    return f"**{document.locale.text('Answers')}:** {'; '.join(said)}." if said else ""


def _answers_of(document: DocumentContext, domain: str) -> str:
    """Say how many answered in a domain, and what share of those invited that is."""
    found = {
        measure: document.released.evidence.get(f"response:{measure}@{domain}")
        for measure in ("answers", "rate")
    }
    spans = {
        measure: number_span(document.sentences, item.key)
        for measure, item in found.items()
        if item is not None and item.is_published
    }
    where = describe_place(document.sentences, domain)
    if "answers" not in spans:
        return ""
    if "rate" not in spans:
        return document.locale.text("{answers} {where}", where=where, **spans)
    return document.locale.text("{answers} {where} ({rate} of those invited)", where=where, **spans)


def _about_others(document: DocumentContext) -> str:
    nation = document.settings.nation
    keys = (f"case:cases@{nation}", f"case:interviews@{nation}", "panel:experts")
    said = [
        state_value(document.sentences, key)
        for key in keys
        if key in document.released and document.released[key].is_published
    ]
    return f"**{_other_sources(document, keys)}:** {' '.join(said)}" if said else ""


def _other_sources(document: DocumentContext, keys: Sequence[str]) -> str:
    """Name the sources beside the survey that there are."""
    *cases, panel = (key in document.released for key in keys)
    if any(cases) and panel:
        if "called" not in document.settings.info.case_studies.model_fields_set:
            return document.locale.text("Cases and panel")
        own = document.settings.info.case_studies.called.many[document.language]
        named = capital(own)
        return document.locale.text("{cases} and panel", cases=safe(named))
    called = document.settings.info.case_studies.called.many[document.language]
    name = called if any(cases) else document.locale.text("expert panel")
    return safe(capital(name))


def _about_uncertainty(document: DocumentContext) -> str:
    if not document.has_survey:
        return ""
    if not document.compares:
        return document.locale.text(
            "**Uncertainty:** Lines in charts show {confidence} confidence intervals.",
            confidence=safe(document.locale.percent(document.settings.info.statistics.confidence)),
        )
    share = safe(document.locale.percent(document.settings.info.statistics.confidence))
    return document.locale.text(
        "**Uncertainty:** Lines in charts show {confidence} confidence intervals. We say “more” or"
        " “fewer” only where the difference is larger than chance would explain.",
        confidence=share,
    )


def _about_protection(document: DocumentContext) -> str:
    if not document.has_survey:
        return ""
    least = safe(document.locale.number(document.settings.info.disclosure.min_base))
    return document.locale.text(
        "**Protection:** Values that rest on fewer than {least} answers, and further values from"
        " which they could be worked out, are not shown.",
        least=least,
    )


def _about_limits(document: DocumentContext) -> str:
    limits = document.settings.info.limits
    if limits is None:
        return ""
    return f"**{document.locale.text('Limits')}:** {authored(limits[document.language])}"


def how_to_cite(document: DocumentContext) -> str:
    """Return the reference by which the document is to be cited."""
    info, language = document.settings.info, document.language
    publication = info.publication
    authors = "; ".join(publication.authors)
    title = plain_text(document.title()) if find_document_kind(document.key.kind).is_short else ""
    work = publication.title[language]
    edition = document.locale.text("edition {edition}", edition=document.key.edition)
    place = ": ".join(part for part in (publication.place, info.institute.name[language]) if part)
    year = safe(str(publication.date.year))
    parts = [f"{safe(authors)} ({year}): {safe(title or work)}."]
    if title:
        subtitle = f"{publication.short_title[language]}, {_audience_and_region(document)}"
        parts.append(f"{safe(subtitle)}.")
    parts.append(f"{safe(capital(edition))}.")
    parts.append(f"{safe(place)}.")
    cited = " ".join(parts)
    return f"{cited} <{publication.url}>" if publication.url else cited


def _audience_and_region(document: DocumentContext) -> str:
    brief = document.locale.text("policy brief")
    place = "" if document.is_nowhere else f", {document.doc.region_name}"
    return plain_text(f"{brief} ({document.doc.audience_name}{place})")
