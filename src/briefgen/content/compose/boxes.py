"""Longer pieces of documents: how we know, how to cite, a case, a recommendation.

In: a `DocumentContext`. Out: Markdown, or a view that prints as Markdown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from briefgen.config.document_kinds import find_document_kind
from briefgen.config.evidence_sources import SOURCES
from briefgen.config.recommendations import Recommendation
from briefgen.config.wording import read_codes
from briefgen.content.compose.context import DocumentContext
from briefgen.content.compose.lines import RecommendationView
from briefgen.content.compose.views import study_view
from briefgen.content.language.author import authored
from briefgen.content.language.labels import (
    capital,
    describe_place,
    label_value,
    number_span,
)
from briefgen.content.language.markdown import mark_numbers, plain_text, safe
from briefgen.content.language.sentences import state_finding, state_value
from briefgen.content.levers import Standing, concerns
from briefgen.content.recommendations import AppliedRecommendation, Reached
from briefgen.model import CaseStudy, EvidenceKey, Text

# --- recommendations ------------------------------------------------------------------------


def recommendation_view(scope: DocumentContext, item: AppliedRecommendation) -> RecommendationView:
    """Describe a recommendation that applies, with why here and how well supported it is."""
    one, text = item.recommendation, scope.locale.text
    facts = {
        "Who": _own(scope, one.owner),
        "By when": _own(scope, one.timeframe),
        "Effort": _own(scope, one.effort),
        "Costs and conditions": _own(scope, one.costs),
    }
    names = tuple(text(SOURCES[source].message) for source in item.strength)
    return RecommendationView(
        code=one.code,
        title=safe(one.title[scope.language]),
        text=authored(one.text[scope.language]),
        why=_why(scope, item),
        first_step=_first_step(scope, one),
        indicator=_indicator(scope, item),
        strength=_strength(scope, names),
        sources=names,
        owner=facts["Who"],
        timeframe=facts["By when"],
        effort=facts["Effort"],
        costs=facts["Costs and conditions"],
        audiences=tuple(
            safe(scope.settings.audiences[code].name[scope.language]) for code in one.audiences
        ),
        meta=" · ".join(f"**{text(name)}:** {fact}" for name, fact in facts.items() if fact),
        priority=item.priority,
        applied=item,
    )


def _own(scope: DocumentContext, text: Text | None) -> str:
    return safe(text[scope.language]) if text is not None else ""


def _why(scope: DocumentContext, item: AppliedRecommendation) -> str:
    """Say why here, in one sentence made from the evidence."""
    if not item.why_key:
        return ""
    contrast = scope.released[item.why_key].contrast
    key = item.why_key.removesuffix(f"~{contrast}") if contrast else item.why_key
    is_here = not scope.doc.is_national and (
        item.standing is not None or EvidenceKey.parse(key).domain == scope.region
    )
    lead = scope.locale.text("Why here" if is_here else "Why")
    return f"**{lead}:** {_reason(scope, item, key)}"


def _reason(scope: DocumentContext, item: AppliedRecommendation, key: str) -> str:
    """Put the evidence into words, and say where it is not the region's own."""
    said = _state(scope, key)
    if item.standing is None or scope.doc.is_national:
        return said
    if item.standing.place == "peers":
        return _beside_type(scope, said, key)
    message = _elsewhere_message(scope, item.standing, key)
    return scope.locale.text(message, reason=said) if message else said


def _elsewhere_message(scope: DocumentContext, standing: Standing, key: str) -> str:
    """Return what leads in a reason that is not the region's own; ``""`` where it is."""
    domain = EvidenceKey.parse(key).domain
    if standing.place == "nation":
        return "Applies everywhere: {reason}"
    if domain.startswith("type:") and scope.doc.profile != domain:
        return "Holds for this type of region: {reason}"
    return ""


def _beside_type(scope: DocumentContext, said: str, key: str) -> str:
    """Add the value of the region's own type, which is clearly another."""
    domain = f"type:{scope.doc.region_type}"
    other = str(EvidenceKey.parse(key)._replace(domain=domain))
    return scope.locale.text(
        "{reason} {Where}, the type that it belongs to, it is {value}.",
        reason=said,
        Where=capital(describe_place(scope.sentences, domain)),
        value=number_span(scope.sentences, other),
    )


def _state(scope: DocumentContext, key: str) -> str:
    """Say a value, with the comparison where there is a clear one and without where not."""
    contrast = scope.released.evidence.get(f"{key}~rest")
    differs = contrast is not None and contrast.verdict in ("higher", "lower")
    state = state_finding if differs else state_value
    return state(scope.sentences, key, home=scope.home)


def _first_step(scope: DocumentContext, one: Recommendation) -> str:
    if one.first_step is None:
        return ""
    return f"**{scope.locale.text('First step')}:** {_own(scope, one.first_step)}"


def _indicator(scope: DocumentContext, item: AppliedRecommendation) -> str:
    """Say by what one sees that it worked: the author's words, or the measure and its value."""
    one, standing = item.recommendation, item.standing
    lead = scope.locale.text("How you will see that it worked")
    if one.indicator is not None:
        return f"**{lead}:** {_own(scope, one.indicator)}"
    if standing is None or not standing.key or standing.place == "strength":
        return ""
    evidence = scope.released[standing.key]
    noun = "share" if evidence.unit == "share" else "value"
    message = INDICATORS[f"{noun} {standing.aim.better}"]
    said = scope.locale.text(
        message,
        label=scope.locale.quote(label_value(scope.sentences, evidence)),
        value=number_span(scope.sentences, standing.key),
        place=safe(scope.settings.domains[evidence.domain].name[scope.language]),
    )
    return f"**{lead}:** {said}."


INDICATORS: Final = {
    "share higher": "the share for {label} rises; today {value} ({place})",
    "share lower": "the share for {label} falls; today {value} ({place})",
    "value higher": "{label} rises; today {value} ({place})",
    "value lower": "{label} falls; today {value} ({place})",
}


def advice_note(
    scope: DocumentContext, headline: Sequence[str], chosen: Sequence[AppliedRecommendation],
    reached: Sequence[Reached],
) -> str:  # fmt: skip
    """Say so where no advice concerns what the document tells first; ``""`` where some does."""
    answered = {key for item in chosen for key in item.answers}
    for key in headline:
        if key in answered:
            continue
        done = [item for item in reached if _is_about(scope, item.recommendation, key)]
        if done:
            titles = [
                scope.locale.quote(safe(item.recommendation.title[scope.language]))
                for item in done[:2]
            ]
            message = "On the first finding: what {titles} aims at is already reached here."
            return scope.locale.text(message, titles=scope.locale.join(titles))
        return scope.locale.text(
            "On the first finding the study has no recommendation for {audience}.",
            audience=scope.doc.audience_name,
        )
    return ""


def _is_about(scope: DocumentContext, one: Recommendation, key: str) -> bool:
    return any(concerns(aim, key, scope.settings) for aim in one.acts_on)


def _strength(scope: DocumentContext, names: tuple[str, ...]) -> str:
    text = scope.locale.text
    if not names:
        return text("Strength of evidence: not yet supported by a published value")
    grade = {1: "one source", 2: "two sources"}.get(len(names), "three sources")
    return text(
        "Strength of evidence: {grade} ({sources})", grade=text(grade), sources=", ".join(names)
    )


# --- cases ----------------------------------------------------------------------------------


def case_box(scope: DocumentContext) -> str:
    """Tell of one case study; ``""`` where there is none."""
    case = choose_case(scope)
    if case is None:
        return ""
    language = scope.language
    lesson = scope.locale.text("What can be learnt")
    return (
        f"**{safe(safe_name(case.name[language]))}.** "
        f"{mark_numbers(authored(case.portrait[language]))}\n\n"
        f"**{lesson}:** {mark_numbers(authored(case.lesson[language]))}"
    )


def safe_name(text: str) -> str:
    """Return a name without a full stop at its end."""
    return text.rstrip(". ")


def choose_case(scope: DocumentContext) -> CaseStudy | None:
    """Return the case that is nearest: of the region, of its type, of its neighbours, else any.

    Of several the one that shows most of what the advice rests on, else one by the audience.
    """
    cases = sorted(scope.released.cases, key=lambda case: case.code)
    if not cases:
        return None
    near = [case for case in cases if case.region == scope.region]
    own_type = scope.doc.region_type
    near = near or [case for case in cases if own_type and case.region_type == own_type]
    near = near or [case for case in cases if case.region in scope.doc.neighbours]
    audiences = list(scope.settings.audiences)
    turn = audiences.index(scope.key.audience) if scope.key.audience in audiences else 0
    chosen = near or cases
    turned = [*chosen[turn % len(chosen) :], *chosen[: turn % len(chosen)]]
    wanted = set(scope.factors_of_advice)
    return max(turned, key=lambda case: len(wanted & set(case.factors)))


def role_name(scope: DocumentContext, code: str) -> str:
    """Return what the study calls a role."""
    role = scope.settings.info.case_studies.role(code)
    return safe(role.name[scope.language] if role else code)


def factor_name(scope: DocumentContext, code: str) -> str:
    """Return the name of a factor."""
    codes = read_codes(scope.settings)[0]
    return safe(codes[code].name[scope.language]) if code in codes else safe(code)


# --- how we know ----------------------------------------------------------------------------


def about_evidence(scope: DocumentContext) -> str:
    """Say where the evidence comes from, what it covers and how uncertain it is."""
    blocks = [
        [_about_survey(scope), _about_answers(scope), _about_others(scope)],
        [_about_uncertainty(scope), _about_protection(scope)],
        [_about_limits(scope)],
    ]
    said = [[line for line in block if line] for block in blocks]
    if find_document_kind(scope.key.kind).is_short:
        return "\n\n".join(" ".join(block) for block in said if block)
    return "\n".join(f"- {line}" for block in said for line in block)


def _about_survey(scope: DocumentContext) -> str:
    if not scope.has_survey:
        return ""
    text, study = scope.locale.text, study_view(scope.settings, scope.locale)
    parts = [text("Survey of {respondents}", respondents=study.respondents)]
    if study.population:
        parts.append(text("about {population}", population=study.population))
    if study.mode:
        parts.append(study.mode)
    if study.period:
        parts.append(text("field period {period}", period=study.period))
    return f"**{text('Source')}:** {', '.join(parts)}."


def _about_answers(scope: DocumentContext) -> str:
    domains = dict.fromkeys((scope.settings.nation, scope.region))
    said = [text for text in (_answers_of(scope, domain) for domain in domains) if text]
    return f"**{scope.locale.text('Answers')}:** {'; '.join(said)}." if said else ""


def _answers_of(scope: DocumentContext, domain: str) -> str:
    """Say how many answered in a domain, and what share of those invited that is."""
    found = {
        measure: scope.released.evidence.get(f"response:{measure}@{domain}")
        for measure in ("answers", "rate")
    }
    spans = {
        measure: number_span(scope.sentences, item.key)
        for measure, item in found.items()
        if item is not None and item.is_published
    }
    where = describe_place(scope.sentences, domain)
    if "answers" not in spans:
        return ""
    if "rate" not in spans:
        return scope.locale.text("{answers} {where}", where=where, **spans)
    return scope.locale.text("{answers} {where} ({rate} of those invited)", where=where, **spans)


def _about_others(scope: DocumentContext) -> str:
    nation = scope.settings.nation
    keys = (f"case:cases@{nation}", f"case:interviews@{nation}", "panel:experts")
    said = [
        state_value(scope.sentences, key)
        for key in keys
        if key in scope.released and scope.released[key].is_published
    ]
    return f"**{_other_sources(scope, keys)}:** {' '.join(said)}" if said else ""


def _other_sources(scope: DocumentContext, keys: Sequence[str]) -> str:
    """Name the sources beside the survey that there are."""
    *cases, panel = (key in scope.released for key in keys)
    if any(cases) and panel:
        if "called" not in scope.settings.info.case_studies.model_fields_set:
            return scope.locale.text("Cases and panel")
        own = scope.settings.info.case_studies.called.many[scope.language]
        named = f"{own[:1].upper()}{own[1:]}"
        return scope.locale.text("{cases} and panel", cases=safe(named))
    called = scope.settings.info.case_studies.called.many[scope.language]
    name = called if any(cases) else scope.locale.text("expert panel")
    return safe(f"{name[:1].upper()}{name[1:]}")


def _about_uncertainty(scope: DocumentContext) -> str:
    if not scope.has_survey:
        return ""
    if not scope.compares:
        return scope.locale.text(
            "**Uncertainty:** Lines in charts show {confidence} confidence intervals.",
            confidence=safe(scope.locale.percent(scope.settings.info.statistics.confidence)),
        )
    share = safe(scope.locale.percent(scope.settings.info.statistics.confidence))
    return scope.locale.text(
        "**Uncertainty:** Lines in charts show {confidence} confidence intervals. We say “more” or"
        " “fewer” only where the difference is larger than chance would explain.",
        confidence=share,
    )


def _about_protection(scope: DocumentContext) -> str:
    if not scope.has_survey:
        return ""
    least = safe(scope.locale.number(scope.settings.info.disclosure.min_base))
    return scope.locale.text(
        "**Protection:** Values that rest on fewer than {least} answers, and further values from"
        " which they could be worked out, are not shown.",
        least=least,
    )


def _about_limits(scope: DocumentContext) -> str:
    limits = scope.settings.info.limits
    if limits is None:
        return ""
    return f"**{scope.locale.text('Limits')}:** {authored(limits[scope.language])}"


def how_to_cite(scope: DocumentContext) -> str:
    """Return the reference by which the document is to be cited."""
    info, language = scope.settings.info, scope.language
    publication = info.publication
    authors = "; ".join(publication.authors)
    title = plain_text(scope.title()) if find_document_kind(scope.key.kind).is_short else ""
    work = publication.title[language]
    edition = scope.locale.text("edition {edition}", edition=scope.key.edition)
    place = ": ".join(part for part in (publication.place, info.institute.name[language]) if part)
    year = safe(str(publication.date.year))
    parts = [f"{safe(authors)} ({year}): {safe(title or work)}."]
    if title:
        subtitle = f"{publication.short_title[language]}, {_audience_and_region(scope)}"
        parts.append(f"{safe(subtitle)}.")
    parts.append(f"{safe(edition[:1].upper() + edition[1:])}.")
    parts.append(f"{safe(place)}.")
    cited = " ".join(parts)
    return f"{cited} <{publication.url}>" if publication.url else cited


def _audience_and_region(scope: DocumentContext) -> str:
    brief = scope.locale.text("policy brief")
    place = "" if scope.is_nowhere else f", {scope.doc.region_name}"
    return plain_text(f"{brief} ({scope.doc.audience_name}{place})")
