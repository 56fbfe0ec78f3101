"""Comparisons: with all others, with the nation, with an earlier edition.

In: a `SentenceContext` and evidence. Out: Markdown in which every word that compares is a span with
the key of the contrast that bears it. No sentence says "more" or "fewer" unless the contrast's
verdict, which rests on the adjusted interval, bears it.
"""

from __future__ import annotations

from briefgen.config.evidence_sources import kind_of
from briefgen.config.plain_text import capital
from briefgen.content.language.clauses import state_too_few
from briefgen.content.language.context import (
    SentenceContext,
    find_contrast,
    find_evidence,
    find_national,
    find_shrunken,
)
from briefgen.content.language.labels import (
    describe_elsewhere,
    describe_place,
    find_that,
    label_measure,
    name_variable,
    place_of,
    value_span,
)
from briefgen.content.language.markdown import claim_span, evidence_span, safe
from briefgen.content.language.phrases import COMPARISONS, MORE_WORD, TAILS
from briefgen.content.tiers import is_weak
from briefgen.model import Evidence, EvidenceKey


def compare_value(context: SentenceContext, key: str) -> str:
    """Compare a value with all others, or with an earlier edition.

    Parameters
    ----------
    key
        Key of the value (compared with the rest), or of the contrast itself.
    """
    base, contrast = _find_pair(context, key)
    where = place_of(context, base)
    if not base.is_published or contrast is None or not _bears(contrast):
        return state_too_few(context, base, where)
    if contrast.contrast != "rest":
        return _since(context, base, contrast, where)
    return _against_rest(context, base, contrast, where)


def _find_pair(context: SentenceContext, key: str) -> tuple[Evidence, Evidence | None]:
    """Return the value that a comparison is about, and the contrast."""
    parsed = EvidenceKey.parse(key)
    base = find_evidence(context, str(parsed._replace(contrast="")))
    if parsed.contrast:
        return base, find_evidence(context, key)
    return base, find_contrast(context, base)


def _against_rest(context: SentenceContext, base: Evidence, contrast: Evidence, where: str) -> str:
    verdict = contrast.verdict
    head = context.locale.text(
        COMPARISONS["same" if verdict == "same" else "different"],
        Where=capital(where),
        what=_what(context, base),
        elsewhere=describe_elsewhere(context),
        more=claim_span(context.locale.text(MORE_WORD[verdict]), contrast.key),
    )
    nation = find_national(context, base)
    if nation is None:
        return (
            context.locale.text(COMPARISONS["alone"], head=head, value=value_span(context, base))
            + "."
        )
    whole = describe_place(context, context.settings.nation)
    if context.has_place:
        whole = context.locale.text("{nation} as a whole", nation=whole)
    words = context.locale.text(
        COMPARISONS["with nation"],
        head=head,
        value=value_span(context, base),
        other=value_span(context, nation),
        whole=whole,
    )
    return f"{words}."


def _since(context: SentenceContext, base: Evidence, contrast: Evidence, where: str) -> str:
    verdict = contrast.verdict
    before = context.released.previous.get(base.key)
    known = before is not None and before.is_published and verdict != "same"
    words = context.locale.text(
        COMPARISONS[f"since {verdict}" + (" from" if known else "")],
        Where=capital(where),
        what=_what(context, base),
        value=value_span(context, base),
        before=evidence_span(context.locale.value(before), contrast.key) if before else "",
        edition=safe(contrast.contrast),
        points=evidence_span(_difference(context, contrast), contrast.key),
    )
    return f"{words}."


def _what(context: SentenceContext, evidence: Evidence) -> str:
    """Name what rises or falls: the share who say something, or a value."""
    that = find_that(context, evidence)
    if that:
        return context.locale.text("the share who say that {that}", that=that)
    label = context.locale.quote(name_variable(context, evidence))
    measure = _label_measure_of(context, evidence)
    named = f"{label} ({measure})" if measure else label
    if evidence.unit == "share":
        return context.locale.text("the share for {label}", label=named)
    return context.locale.text("the value for {label}", label=named)


def _label_measure_of(context: SentenceContext, evidence: Evidence) -> str:
    variable = context.settings.variables.get(evidence.variable)
    return safe(label_measure(context, variable, evidence.measure)) if variable else ""


def _difference(context: SentenceContext, contrast: Evidence) -> str:
    if contrast.unit == "points" or contrast.value is None:
        return context.locale.points(contrast.value or 0.0, signed=False)
    return context.locale.amount(contrast, abs(contrast.value))


def compare_in_tail(context: SentenceContext, evidence: Evidence, variant: int) -> str:
    """Return what follows a clause after a dash: the comparison with the rest."""
    contrast = find_contrast(context, evidence)
    nation = find_national(context, evidence)
    aside = _aside(context, nation) if nation else ""
    if contrast is None or not _bears(contrast) or is_weak(context.settings, evidence):
        return f" ({aside})" if aside and evidence.domain != context.settings.nation else ""
    claim = _say_verdict(context, evidence, contrast, variant) + _by_how_much(context, evidence)
    return f" – {claim} ({aside})" if aside else f" – {claim}"


def _say_verdict(
    context: SentenceContext, evidence: Evidence, contrast: Evidence, variant: int = 0
) -> str:
    """Say what the comparison with the rest bears: "more than elsewhere in Germany"."""
    kind = kind_of(context.settings, evidence)
    size = "count" if kind and kind.counts_respondents else "size"
    frames = TAILS[f"{size} {contrast.verdict}"]
    words = context.locale.text(
        frames[variant % len(frames)], elsewhere=describe_elsewhere(context)
    )
    return claim_span(words, contrast.key) if contrast.verdict != "same" else words


def _by_how_much(context: SentenceContext, evidence: Evidence) -> str:
    """Say how large a clear difference is, less what was luck; ``""`` where none is clear.

    The difference of the two values beside it overstates: it is told since it is large.
    """
    shrunken = find_shrunken(context, evidence)
    if shrunken is None or shrunken.verdict not in ("higher", "lower"):
        return ""
    size = evidence_span(_difference(context, shrunken), shrunken.key)
    return context.locale.text(", by a cautious estimate of {size}", size=size)


def _aside(context: SentenceContext, nation: Evidence) -> str:
    name = context.settings.domains[context.settings.nation].name[context.language]
    whole = safe(name)
    if context.has_place:
        whole = context.locale.text("{nation} as a whole", nation=whole)
    return f"{whole}: {value_span(context, nation)}"


def compare_headline(context: SentenceContext, evidence: Evidence) -> str:
    """Say beside a headline number what it compares with, and how."""
    if evidence.domain == context.settings.nation:
        return _range_of_types(context, evidence)
    nation = find_national(context, evidence)
    contrast = find_contrast(context, evidence)
    parts = []
    if contrast is not None and _bears(contrast) and not is_weak(context.settings, evidence):
        parts.append(_say_verdict(context, evidence, contrast))
    if nation:
        parts.append(_aside(context, nation))
    return "; ".join(parts)


def _range_of_types(context: SentenceContext, evidence: Evidence) -> str:
    """Return the lowest and the highest value among the types of region, else among regions."""
    parsed = EvidenceKey.parse(evidence.key)
    for kind in ("type", "region"):
        found = [
            item
            for domain in context.settings.domains.values()
            if domain.kind == kind
            and (item := context.released.evidence.get(str(parsed._replace(domain=domain.code))))
            and item.is_published
            and item.value is not None
            and not is_weak(context.settings, item)
        ]
        ends = sorted(found, key=lambda item: (item.value or 0.0, item.key))
        if len(ends) > 1:
            return context.locale.text(
                "from {lowest} ({first}) to {highest} ({last})",
                lowest=value_span(context, ends[0]),
                first=safe(context.settings.domains[ends[0].domain].name[context.language]),
                highest=value_span(context, ends[-1]),
                last=safe(context.settings.domains[ends[-1].domain].name[context.language]),
            )
    return ""


def _bears(contrast: Evidence) -> bool:
    """Whether a contrast is there to be spoken of, and says something."""
    return contrast.is_published and contrast.verdict != "unknown"
