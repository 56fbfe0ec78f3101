"""Main clauses that say what one value is, each from the frame of its form or of its source.

In: a `SentenceContext` and evidence. Out: Markdown without a full stop, which `sentences` and
`findings` complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from briefgen.config.evidence_sources import kind_of
from briefgen.config.measures import score_of
from briefgen.config.plain_text import capital
from briefgen.config.settings import Role
from briefgen.config.wording import Statement
from briefgen.content.language.context import SentenceContext, find_evidence
from briefgen.content.language.labels import (
    choose_form,
    fill_plural,
    find_that,
    label_measure,
    label_other,
    name_asked,
    name_factor,
    name_variable,
    place_of,
    shown_number,
    value_span,
)
from briefgen.content.language.markdown import evidence_span, mark_numbers, safe
from briefgen.content.language.phrases import (
    CASE_FRAMES,
    CODING,
    FRAMES,
    HOME_FRAMES,
    PANEL_FRAMES,
    PANEL_STATISTICS,
)
from briefgen.model import Evidence

RATING_MEASURE: Final = re.compile(
    r"(.+?)(?:_round(\d+))?"
    r"_(median|q1|q3|iqr_change|iqr|share|n|dont_know|consensus|change)"
)
"""A measure of a rated statement: dimension, round, statistic."""


def make_clause(
    context: SentenceContext,
    evidence: Evidence,
    variant: int,
    *,
    title: bool = False,
    home: str = "",
) -> str:
    """Return a main clause without its full stop."""
    where = place_of(context, evidence)
    if not (evidence.is_published or evidence.band):
        return state_too_few(context, evidence, where).removesuffix(".")
    own = _CLAUSES.get(evidence.source)
    if own is not None:
        return own(context, evidence)
    at_home = evidence.domain == home
    one, many = _choose_frame(context, evidence, variant, title=title, at_home=at_home)
    said = fill_plural(context, one, many, evidence, **fill_slots(context, evidence, where))
    if evidence.band is not None:
        said = begin_with_capital(said)
    is_score = choose_form(context, evidence) == "score"
    return mark_numbers(said) if is_score else said  # "on a scale from 1 to 5"


def begin_with_capital(clause: str) -> str:
    """Return a clause that may begin with the words of a band, in a span, as a sentence begins."""
    return f"[{capital(clause[1:])}" if clause.startswith("[") else clause


def _choose_frame(
    context: SentenceContext, evidence: Evidence, variant: int, *, title: bool, at_home: bool
) -> tuple[str, str]:
    """Return the wording of a value: its kind's own, else that of its form."""
    kind = kind_of(context.settings, evidence)
    if kind is not None and kind.frames:
        return kind.frames[variant % len(kind.frames)]
    return _frame_of_form(choose_form(context, evidence), variant, title=title, at_home=at_home)


def fill_slots(context: SentenceContext, evidence: Evidence, where: str) -> dict[str, str]:
    """Return what the frames of `phrases` are filled in with."""
    variable = context.settings.variables.get(evidence.variable)
    slots = {
        "where": where,
        "Where": capital(where),
        "value": value_span(context, evidence),
        "label": _label_of(context, evidence),
        "asked": name_asked(context, variable),
        "Asked": capital(name_asked(context, variable)),
        "that": find_that(context, evidence),
    }
    if variable is not None:
        slots["option"] = context.locale.quote(
            safe(label_measure(context, variable, evidence.measure))
        )
        slots["question"] = safe(variable.question.label[context.language])
        numbers = score_of(variable).values()
        slots["lowest"] = context.locale.number(min(numbers, default=1.0))
        slots["highest"] = context.locale.number(max(numbers, default=1.0))
    return slots


def _label_of(context: SentenceContext, evidence: Evidence) -> str:
    """Quote what a value is about; with its measure where the frame does not say it."""
    label = context.locale.quote(name_variable(context, evidence))
    kind = kind_of(context.settings, evidence)
    if kind is None or kind.form != "other" or not kind.label:
        return label
    return f"{label} ({context.locale.text(kind.label)})"


def _case_clause(context: SentenceContext, evidence: Evidence) -> str:
    if evidence.variable == "coding":
        return _coding_clause(context, evidence)
    factors, _, measure = evidence.measure.rpartition(".")
    factor, _, other = factors.partition("+")
    name = f"factor {measure}" if evidence.variable == "factor" else f"all {evidence.variable}"
    role = _find_role(context, measure) if evidence.variable == "factor" else None
    one, many = CASE_FRAMES.get("factor role" if role else name, CASE_FRAMES["other"])
    return fill_plural(
        context,
        one,
        many,
        evidence,
        value=value_span(context, evidence),
        factor=capital(context.locale.quote(name_factor(context, factor))),
        other=context.locale.quote(name_factor(context, other)),
        label=label_other(context, evidence),
        role=safe(role.forms.dative(context.language)) if role else "",
        **_called_cases(context, evidence),
    )


def _find_role(context: SentenceContext, measure: str) -> Role | None:
    """Return the role whose interviews a measure counts."""
    roles = context.settings.info.case_studies.roles
    return next((role for role in roles if role.measure == measure), None)


def _called_cases(context: SentenceContext, evidence: Evidence) -> dict[str, str]:
    """Return what the cases are called, in the form that goes with a count."""
    called = context.settings.info.case_studies.called
    if shown_number(evidence) == 1:
        return dict.fromkeys(("cases", "in_cases"), safe(called.one[context.language]))
    return {
        "cases": safe(called.many[context.language]),
        "in_cases": safe(called.dative(context.language)),
    }


def _coding_clause(context: SentenceContext, evidence: Evidence) -> str:
    passages = evidence_span(context.locale.number(evidence.n or 0, 0), evidence.key)
    return context.locale.text(
        CODING[evidence.measure], n=passages, value=value_span(context, evidence, 2)
    )


def state_coverage(context: SentenceContext, factor: str) -> str:
    """Say in how many case studies and interviews a factor is a subject."""
    nation = context.settings.nation
    places = []
    for measure in ("cases", "interviews"):
        evidence = find_evidence(context, f"case:factor.{factor}.{measure}@{nation}")
        one, many = CASE_FRAMES[f"in {measure}"]
        words = _called_cases(context, evidence)
        places.append(
            fill_plural(context, one, many, evidence, value=value_span(context, evidence), **words)
        )
    return context.locale.text("A subject {places}", places=context.locale.join(places)) + "."


def _panel_clause(context: SentenceContext, evidence: Evidence) -> str:
    rating = _parse_rating(evidence)
    statement = context.statements.get(evidence.variable)
    one, many = PANEL_FRAMES[_panel_frame(evidence, rating, statement)]
    named = PANEL_STATISTICS.get(rating.statistic)
    return fill_plural(
        context,
        one,
        many,
        evidence,
        value=value_span(context, evidence),
        statement=_quote_statement(context, statement) if statement else "",
        low=safe(str(statement.low)) if statement else "",
        high=safe(str(statement.high)) if statement else "",
        dimension=_name_dimension(context, rating),
        statistic=context.locale.text(named) if named else "",
        label=label_other(context, evidence),
    )


@dataclass(frozen=True, slots=True)
class _Rating:
    """What a value of the panel is: ``importance_round1_median`` in parts."""

    dimension: str
    statistic: str
    round: str = ""


def _parse_rating(evidence: Evidence) -> _Rating:
    if evidence.measure == "kendall_w":
        return _Rating(evidence.variable, "kendall_w")
    found = RATING_MEASURE.fullmatch(evidence.measure)
    return _Rating(found[1], found[3], found[2] or "") if found else _Rating("", evidence.measure)


def _name_dimension(context: SentenceContext, rating: _Rating) -> str:
    name = safe(context.locale.dimension(rating.dimension))
    if not rating.round:
        return name
    return context.locale.text("{dimension}, round {n}", dimension=name, n=rating.round)


def _quote_statement(context: SentenceContext, statement: Statement) -> str:
    """Quote a statement within a sentence: its own full stop would end the sentence."""
    text = statement.text[context.language]
    return context.locale.quote(safe(text.removesuffix(".") if text[-2:-1] != "." else text))


def state_too_few(context: SentenceContext, evidence: Evidence, where: str) -> str:
    """Say that a value is not there to be read, and why."""
    few = evidence.is_published or evidence.reason in ("base", "")
    message = (
        "{Where}, there are too few answers on {label} to say"
        if few
        else "{Where}, the value for {label} is not shown, to protect respondents"
    )
    name = context.locale.quote(name_variable(context, evidence))
    return context.locale.text(message, Where=capital(where), label=name) + "."


_CLAUSES: Final[Mapping[str, Callable[[SentenceContext, Evidence], str]]] = {
    "case": _case_clause,
    "panel": _panel_clause,
}
"""What says a value of a source that has frames of its own."""


def _frame_of_form(form: str, variant: int, *, title: bool, at_home: bool) -> tuple[str, str]:
    """Return the frame of a form; values of the document's own place need not name it."""
    if title:
        frames = FRAMES.get(f"title {form}", FRAMES[form])
    else:
        frames = HOME_FRAMES.get(form, FRAMES[form]) if at_home else FRAMES[form]
    return frames[variant % len(frames)]


def _panel_frame(evidence: Evidence, rating: _Rating, statement: Statement | None) -> str:
    if evidence.variable == "experts":
        return "experts"
    if rating.statistic == "kendall_w":
        return "kendall_w"
    if statement is None:
        return "other"
    if rating.statistic in PANEL_STATISTICS:
        return "statistic"
    if evidence.statistic == "label":
        name = f"consensus {evidence.text}"
        if rating.dimension != "agreement":  # experts who call it likely need not support it
            name = f"{name} else"
    else:
        is_median = rating.statistic == "median"
        name = "median" if is_median else f"{rating.dimension} {rating.statistic}"
    if name not in PANEL_FRAMES:
        name = name.removesuffix(" else")
    return name if name in PANEL_FRAMES else "other"
