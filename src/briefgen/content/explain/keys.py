"""Follow a recommendation, a statement or a number down to what it rests on.

In: a name, `Released`, `Settings` and the recommendations. Out: an `Explanation`, as text in a
language and as plain values for JSON. Nothing but released values is read, so an explanation may
be shown to anyone.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefgen.config.conditions import complete_key, list_keys, parse_condition
from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Settings
from briefgen.config.wording import Statement
from briefgen.content.explain.context import ExplanationContext, find_evidence, join_names, word
from briefgen.content.explain.evidence import explain_evidence
from briefgen.content.explain.explanation import Explanation, Fact, plain_fact, text_fact
from briefgen.content.recommendations import (
    AppliedRecommendation,
    apply,
    find_priority,
    find_strength,
)
from briefgen.errors import UnknownNameError
from briefgen.model import Released, Text


def explain_key(
    key: str,
    released: Released,
    settings: Settings,
    recommendations: Sequence[Recommendation],
) -> Explanation:
    """Explain a recommendation's code, a statement's or factor's code, or a key of evidence.

    A key without domain means the nation; its source and the usual measure may be left out
    (``q07_steering.often``, ``case:factor.trust``). A recommendation is explained for the nation,
    or for a region (``r03@DE1``).

    Raises
    ------
    UnknownNameError
        With the nearest names that there are.
    """
    context = ExplanationContext.of(released, settings, recommendations)
    return _explain(context, key.strip())


def _explain(context: ExplanationContext, key: str) -> Explanation:
    name = key.rsplit(":", 1)[-1]
    code, _, region = name.partition("@")
    if key in (name, f"recommendation:{name}") and code in context.recommendations:
        region = context.settings.find_region(region) if region else context.settings.nation
        return _explain_recommendation(context, context.recommendations[code], region)
    if key in (name, f"panel:{name}") and name in context.statements:
        return _explain_statement(context, context.statements[name])
    if key == name and name in context.codes:
        return _explain_factor(context, name)
    item = find_evidence(context, key)
    if item is None:
        raise UnknownNameError.among("evidence", key, _nearest_known(context, key))
    return explain_evidence(context, item)


def _nearest_known(context: ExplanationContext, key: str) -> list[str]:
    """Return the names that may be meant: of tens of thousands of keys those of its domain."""
    domain = key.partition("@")[2].partition("~")[0] or context.settings.nation
    contrast = "~" in key
    keys = [
        name
        for name, item in context.released.evidence.items()
        if item.domain in ("", domain) and bool(item.contrast) == contrast
    ]
    if "@" not in key:
        keys += [name.partition("@")[0] for name in keys]
        keys += [name.partition(":")[2] for name in keys if ":" not in key]
    return [
        *context.recommendations,
        *context.statements,
        *context.codes.factors,
        *dict.fromkeys(keys),
    ]


def _explain_recommendation(
    context: ExplanationContext, one: Recommendation, region: str
) -> Explanation:
    facts = [text_fact("text", one.text), _audiences(context, one.audiences)]
    optional = {
        "owner": one.owner, "timeframe": one.timeframe, "effort": one.effort,
        "costs": one.costs,
    }  # fmt: skip
    facts += [text_fact(name, text) for name, text in optional.items() if text is not None]
    if one.condition:
        facts.append(plain_fact("condition", one.condition))
    applied = _apply_in(context, one, region)
    if applied is not None and applied.why_key:
        facts.append(plain_fact("why", applied.why_key))
    facts += [_applies(context, one), _priority(context, one), _strength(context, one, region)]
    facts.append(plain_fact("source", one.source))
    keys = [
        *one.evidence,
        *(list_keys(parse_condition(one.condition)) if one.condition else ()),
    ]
    if applied is not None:
        keys += [result.key for result in applied.results if result.key]
    parts = {part.key: part for part in (_explain_part(context, key, region) for key in keys)}
    if one.statement in context.statements:
        statement = _explain_statement(context, context.statements[one.statement])
        parts[statement.key] = statement
    key = one.code if region == context.settings.nation else f"{one.code}@{region}"
    return Explanation("recommendation", key, one.title, tuple(facts), tuple(parts.values()))


def _explain_part(context: ExplanationContext, key: str, region: str) -> Explanation:
    item = find_evidence(context, key, region)
    if item is not None:
        return explain_evidence(context, item)
    missing = text_fact("value", word(context, "nothing"))
    return Explanation("evidence", complete_key(key), Text({"": ""}), (missing,))


def _audiences(context: ExplanationContext, codes: Sequence[str]) -> Fact:
    names = [context.settings.audiences[code].name for code in codes]
    return Fact("audiences", join_names(context, names), list(codes))


def _applies(context: ExplanationContext, one: Recommendation) -> Fact:
    settings = context.settings
    applied = {
        code: found
        for code in settings.regions
        if (found := _apply_in(context, one, code)) is not None
    }
    names = [settings.regions[code].name for code in applied]
    text = join_names(context, names) if names else word(context, "nowhere")
    if len(names) == len(settings.regions):
        text = settings.info.regions.nation.name
    why = {
        code: {"because": found.applies_because, "why": found.why_key, "kind": found.why_kind}
        for code, found in applied.items()
    }
    return Fact("applies", text, why)


def _apply_in(
    context: ExplanationContext, one: Recommendation, region: str
) -> AppliedRecommendation | None:
    found = apply([one], context.released, context.settings, region, "")
    return found[0] if found else None


def _priority(context: ExplanationContext, one: Recommendation) -> Fact:
    priority = find_priority(one, context.released, context.settings)
    if priority is None:
        return text_fact("priority", word(context, "unknown"))
    text = {code: locale.number(priority) for code, locale in context.locales.items()}
    return Fact("priority", Text(text), priority)


def _strength(context: ExplanationContext, one: Recommendation, region: str) -> Fact:
    sources = find_strength(one, context.released, context.settings, region)
    named = [word(context, source) for source in sources]
    text = join_names(context, named) if named else word(context, "nothing")
    return Fact("strength", text, list(sources))


def _explain_statement(context: ExplanationContext, statement: Statement) -> Explanation:
    facts = [plain_fact("scale", f"{statement.low}–{statement.high}")]
    topics = {topic.code: topic.title for topic in context.settings.info.topics}
    if statement.topic in topics:
        facts.append(text_fact("topic", topics[statement.topic]))
    if statement.links:
        facts.append(Fact("links", Text({"": ", ".join(statement.links)}), list(statement.links)))
    parts = [
        explain_evidence(context, item)
        for item in context.released.select(source="panel", variable=statement.code)
    ]
    key = f"panel:{statement.code}"
    return Explanation("statement", key, statement.text, tuple(facts), tuple(parts))


def _explain_factor(context: ExplanationContext, code: str) -> Explanation:
    factor = context.codes[code]
    facts = [text_fact("description", factor.description)] if factor.description else []
    facts.append(plain_fact("source", context.codes.file))
    parts = [
        explain_evidence(context, item)
        for item in context.released.select(
            source="case", variable="factor", domain=context.settings.nation
        )
        if item.measure.partition(".")[0] == code
    ]
    return Explanation("factor", f"case:factor.{code}", factor.name, tuple(facts), tuple(parts))
