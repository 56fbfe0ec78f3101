"""Explain one value: question and base, factor or statement, interval, method, files, release.

In: an `ExplanationContext` and evidence. Out: an `Explanation` that rests on nothing further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from briefgen.config.evidence_sources import LEFT_OUT, SOURCES, name_subject
from briefgen.config.measures import find_measure
from briefgen.config.settings import Variable
from briefgen.content.explain.context import ExplanationContext, join_names, word
from briefgen.content.explain.explanation import (
    NOTHING,
    Explanation,
    Fact,
    plain_fact,
    text_fact,
)
from briefgen.model import Evidence, EvidenceKey, Text


def explain_evidence(context: ExplanationContext, item: Evidence) -> Explanation:
    """Explain one value, released or suppressed."""
    facts = [*_subject(context, item), _value(context, item)]
    interval = {code: locale.interval(item) for code, locale in context.locales.items()}
    if any(interval.values()):
        facts.append(Fact("interval", Text(interval), [item.low, item.high]))
    if item.contrast:
        facts += _comparison(context, item)
    if item.domain:
        facts.append(Fact("domain", _name_domain(context, item.domain), item.domain))
    if item.n is not None:
        count = {code: locale.number(item.n, 0) for code, locale in context.locales.items()}
        facts.append(Fact("n", Text(count), item.n))
    facts.append(plain_fact("method", item.method))
    facts.append(Fact("status", word(context, item.status.value), item.status.value))
    reason = {code: locale.reason(item) for code, locale in context.locales.items()}
    if any(reason.values()):
        facts.append(Fact("reason", Text(reason), item.reason))
    if item.as_of:
        facts.append(plain_fact("as_of", item.as_of))
    stated = list(item.files) or SOURCES[item.source].files(context.settings)
    files = [path if path.startswith("data/") else f"data/{path}" for path in stated]
    facts.append(Fact("files", Text({"": ", ".join(files)}), files))
    return Explanation("evidence", item.key, _title(context, item), tuple(facts))


def _value(context: ExplanationContext, item: Evidence) -> Fact:
    digits = 2 if item.unit == "coefficient" else None
    text = {code: locale.value(item, digits) for code, locale in context.locales.items()}
    if item.band is not None:
        return Fact("value", Text(text), list(item.band))
    raw = item.value if item.value is not None else (item.text or "")
    return Fact("value", Text(text), raw if item.is_published else "")


def _comparison(context: ExplanationContext, item: Evidence) -> Iterator[Fact]:
    other = word(context, "rest") if item.contrast == "rest" else Text({"": item.contrast})
    yield Fact("comparison", other, item.contrast)
    yield Fact("verdict", word(context, item.verdict), item.verdict)


def _name_domain(context: ExplanationContext, code: str) -> Text:
    parts = [
        context.settings.domains[part].name
        if part in context.settings.domains
        else Text({"": part})
        for part in code.split("+")
    ]
    return join_names(context, parts) if len(parts) > 1 else parts[0]


def _title(context: ExplanationContext, item: Evidence) -> Text:
    return name_subject(context.settings, EvidenceKey.parse(item.key)) or Text({"": ""})


def _subject(context: ExplanationContext, item: Evidence) -> list[Fact]:
    """Return what the value is about: wording and base, factor, or statement."""
    own = _SUBJECTS.get(item.source)
    return (own(context, item) if own else []) or [
        plain_fact("measure", item.measure or item.variable)
    ]


def _of_survey(context: ExplanationContext, item: Evidence) -> list[Fact]:
    if item.variable in context.settings.variables:
        return _of_question(context, context.settings.variables[item.variable], item.measure)
    if item.variable in context.settings.composites:
        return _of_composite(
            context, context.settings.composites[item.variable].parts, item.measure
        )
    return []


def _of_response(context: ExplanationContext, item: Evidence) -> list[Fact]:
    if item.variable == LEFT_OUT:
        return _of_left_out(context, item)
    return [
        plain_fact("measure", item.variable),
        text_fact("base", context.settings.info.population or NOTHING),
    ]


def _of_left_out(context: ExplanationContext, item: Evidence) -> list[Fact]:
    survey = context.settings.info.files.survey
    reasons = dict(enumerate(survey.reasons if survey else (), start=1))
    facts = [plain_fact("measure", f"{item.variable}.{item.measure}")]
    if item.measure.isdigit() and int(item.measure) in reasons:
        facts.append(text_fact("description", reasons[int(item.measure)]))
    return facts


def _of_cases(context: ExplanationContext, item: Evidence) -> list[Fact]:
    if item.variable != "factor":
        return []
    return _of_factor(context, *item.measure.partition(".")[::2])


def _of_factor(context: ExplanationContext, code: str, measure: str) -> list[Fact]:
    facts = [plain_fact("measure", measure)]
    if code in context.codes and (description := context.codes[code].description) is not None:
        facts.append(text_fact("description", description))
    return facts


def _of_question(context: ExplanationContext, variable: Variable, measure: str) -> list[Fact]:
    facts = [text_fact("question", variable.question.text)]
    if variable.item is not None:
        facts.append(text_fact("item", variable.item.label))
    facts.append(_answer(variable, measure))
    facts.append(text_fact("base", _describe_base(context, variable)))
    return facts


def _of_composite(context: ExplanationContext, codes: Sequence[str], measure: str) -> list[Fact]:
    """Say which items an index is the mean of, or which two questions a ratio is of."""
    labels = [context.settings.variables[code].label for code in codes]
    items = Fact("item", join_names(context, labels), list(codes))
    return [
        plain_fact("measure", measure),
        items,
        text_fact("base", context.settings.info.respondents or NOTHING),
    ]


def _answer(variable: Variable, measure: str) -> Fact:
    found = find_measure(variable, measure)
    if found is not None and found.part is not None:
        return Fact("answer", found.part.label, measure)
    return plain_fact("measure", measure)


def _describe_base(context: ExplanationContext, variable: Variable) -> Text:
    asked = variable.question.asked_if
    if asked is None:
        return context.settings.info.respondents or NOTHING
    if asked.label is not None:
        return asked.label
    return Text({"": f"{asked.variable}: {', '.join(asked.options)}"})


_SUBJECTS: Final[Mapping[str, Callable[[ExplanationContext, Evidence], list[Fact]]]] = {
    "survey": _of_survey,
    "response": _of_response,
    "case": _of_cases,
}
"""What each source says of a value beside its measure."""
