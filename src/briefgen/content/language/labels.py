"""What things are called: a value, its measure, its domain, and numbers as traceable spans.

In: a `SentenceContext` and evidence. Out: Markdown without a verb, for `clauses`, `comparisons`
and headline numbers.
"""

from __future__ import annotations

from briefgen.config.evidence_sources import SOURCES, kind_of, name_subject
from briefgen.config.measures import find_measure
from briefgen.config.settings import Domain, Settings, Variable, Words, join_stem
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.locale import Locale
from briefgen.content.language.markdown import evidence_span, safe
from briefgen.content.tiers import as_printed, is_weak
from briefgen.errors import UnknownNameError
from briefgen.model import Evidence, EvidenceKey


def number_span(context: SentenceContext, key: str, digits: int | None = None) -> str:
    """Return one formatted value as a traceable span."""
    return value_span(context, context.released[key], digits)


def value_span(context: SentenceContext, evidence: Evidence, digits: int | None = None) -> str:
    """Return a formatted value as a traceable span."""
    return evidence_span(tell_graded(context.locale, evidence, digits), evidence.key)


def tell_graded(locale: Locale, evidence: Evidence, digits: int | None = None) -> str:
    """Format a value as its base bears it: a weak one rounded in brackets, or not at all."""
    if not is_weak(locale.settings, evidence):
        return locale.value(evidence, digits)
    printed = as_printed(locale.settings, evidence)
    told = locale.value(printed, count_weak_digits(printed))
    return f"({told})" if printed.is_published else told


def count_weak_digits(printed: Evidence) -> int:
    """Return the decimals of a rounded value: shares have none, other numbers two digits in all."""
    whole = printed.unit == "share" or printed.value is None or abs(printed.value) >= 10
    return 0 if whole else 1


def label_value(context: SentenceContext, evidence: Evidence) -> str:
    """Name what a value measures, without its domain: "Sources of funds: public funding"."""
    variable = context.settings.variables.get(evidence.variable)
    if variable is None:
        return label_other(context, evidence)
    label = safe(variable.full_label[context.language])
    measure = label_measure(context, variable, evidence.measure)
    return join_stem(label, safe(measure)) if measure else label


def label_headline(context: SentenceContext, evidence: Evidence) -> str:
    """Say in few words what a headline number is: "say that …", or the label."""
    that = find_that(context, evidence)
    if that:
        return fill_plural(context, "says that {that}", "say that {that}", evidence, that=that)
    kind = kind_of(context.settings, evidence)
    if kind is None or not kind.box_label:
        return label_value(context, evidence)
    variable = context.settings.variables.get(evidence.variable)
    option = safe(label_measure(context, variable, evidence.measure)) if variable else ""
    label = name_variable(context, evidence)
    return context.locale.text(kind.box_label, label=label, option=option)


def find_that(context: SentenceContext, evidence: Evidence) -> str:
    """Return the clause after "say that" for a value; ``""`` where the codebook has none."""
    words = find_words(context, evidence)
    return safe(words.that[context.language]) if words and words.that else ""


def find_words(context: SentenceContext, evidence: Evidence) -> Words | None:
    """Return the codebook's wording of a measure, where it has one."""
    return words_of(context.settings, evidence.variable, evidence.measure)


def words_of(settings: Settings, code: str, measure: str) -> Words | None:
    """Return the codebook's wording of a variable's measure, where it has one."""
    variable = settings.variables.get(code)
    return variable.words(measure) if variable else None


def choose_form(context: SentenceContext, evidence: Evidence) -> str:
    """Return the name of a value's frames: the codebook's clause where it has one."""
    kind = kind_of(context.settings, evidence)
    if kind is None:
        return "other"
    is_share = kind.statistic == "share"
    return "that" if is_share and find_that(context, evidence) else kind.form


def name_variable(context: SentenceContext, evidence: Evidence) -> str:
    """Name the variable of a value, else what the value is about."""
    variable = context.settings.variables.get(evidence.variable)
    if variable is None:
        return label_other(context, evidence)
    return safe(variable.full_label[context.language])


def label_measure(context: SentenceContext, variable: Variable, measure: str) -> str:
    """Name the answer, box or item that a measure counts; ``""`` where it counts none."""
    found = find_measure(variable, measure)
    return found.part.label[context.language] if found and found.part else ""


def label_other(context: SentenceContext, evidence: Evidence) -> str:
    """Name a value that is about no variable of the codebook."""
    about = SOURCES[evidence.source].about
    if about:
        return context.locale.text(about)
    named = name_subject(context.settings, EvidenceKey.parse(evidence.key))
    if named is not None:
        return safe(named[context.language])
    return safe(f"{evidence.variable} {evidence.measure}".strip())


def name_factor(context: SentenceContext, code: str) -> str:
    """Name a factor of the case studies."""
    factor = context.factors.get(code)
    return safe(factor.name[context.language] if factor else code)


def name_asked(context: SentenceContext, variable: Variable | None) -> str:
    """Say of whom a share is: "of respondents"."""
    filtered = variable is not None and variable.question.asked_if is not None
    return context.locale.text("of those asked" if filtered else "of respondents")


def place_of(context: SentenceContext, evidence: Evidence) -> str:
    """Say where a value is from: "in Bavaria"."""
    return describe_place(context, evidence.domain or context.settings.nation)


def describe_place(context: SentenceContext, domain: str) -> str:
    """Say where a domain is: "in Bavaria"."""
    known = context.settings.domains
    if domain in known:
        return _describe_domain(context, known[domain])
    parts = domain.split("+")
    if len(parts) < 2:
        raise UnknownNameError.among("domain", domain, known)
    return " ".join(describe_place(context, part) for part in parts)


def _describe_domain(context: SentenceContext, domain: Domain) -> str:
    if domain.in_ is not None:
        return safe(domain.in_[context.language])
    if domain.kind == "region":
        return context.locale.text("in {name}", name=safe(domain.name[context.language]))
    return context.locale.text(
        "in the group {name}", name=context.locale.quote(safe(domain.name[context.language]))
    )


def describe_elsewhere(context: SentenceContext) -> str:
    """Say where the rest is: "elsewhere in Germany"."""
    if not context.has_place:
        return context.locale.text("elsewhere")
    return context.locale.text(
        "elsewhere {nation}", nation=describe_place(context, context.settings.nation)
    )


def fill_plural(
    context: SentenceContext, one: str, many: str, evidence: Evidence, **values: str
) -> str:
    """Fill in the form that goes with the number that a reader sees."""
    number = shown_number(evidence, context.locale.share_digits)
    return context.locale.ngettext(one, many, number, **values)


def shown_number(evidence: Evidence, share_digits: int = 0) -> float:
    """Return the number that a reader sees, which decides between singular and plural."""
    value = evidence.value if evidence.value is not None else 2.0
    is_share = evidence.unit in ("share", "points")
    return float(round(value * 100, share_digits)) if is_share else value
