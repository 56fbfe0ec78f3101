"""The questionnaire as one web page, with the frequencies of each question.

In: `Settings`. Out: HTML that stands alone. Frequencies are those that were released, as documents
print them, or, for the project's own eyes, counts of the answers as they are; the page says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Final

import pandas as pd

from briefgen.config.brand import load_brand
from briefgen.config.settings import Question, Settings, Variable
from briefgen.content.exhibits import TableSpec, make_table
from briefgen.content.language import Locale
from briefgen.evidence.load import load_study
from briefgen.pipeline.inputs import release_evidence, take_inputs

STYLE: Final = """
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 52rem;
  padding: 0 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: .5rem 0; }
th, td { border-bottom: 1px solid #ccc; padding: .2rem .6rem; text-align: left;
  font-weight: normal; }
caption { text-align: left; }
thead th { font-weight: 600; } .mark { border: 2px solid; padding: .5rem .8rem; font-weight: 600; }
section { border-top: 1px solid #999; margin-top: 1.5rem; } .code { color: #555; }
"""
Frequencies = Callable[[Question], str]


def make_questionnaire(settings: Settings, language: str, *, unreleased: bool = False) -> str:
    """Return the page.

    Parameters
    ----------
    unreleased
        Counts of the answers as they are in place of released values: not to be passed on.
    """
    locale = Locale(settings, language)
    tell = _count(settings, locale) if unreleased else _look_up(settings, locale)
    title = f"{locale.text('Questionnaire')}: {settings.info.publication.title[language]}"
    mark = _mark_own(locale) if unreleased else _mark_released(locale, settings.edition)
    parts = [_describe(one, settings, locale, tell) for one in settings.codebook.questions]
    return (
        f'<!DOCTYPE html>\n<html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>\n<body><main>"
        f'<h1>{escape(title)}</h1>\n<p class="mark">{escape(mark)}</p>\n'
        + "\n".join(parts)
        + "\n</main></body></html>\n"
    )


def _mark_own(locale: Locale) -> str:
    return locale.text(
        "NOT RELEASED: unweighted counts, for the project alone. This page may not be passed on."
    )


def _mark_released(locale: Locale, edition: str) -> str:
    return locale.text(
        "Frequencies as released for edition {edition}. Pass the page on once that edition is "
        "published: later ones are protected against what was published.",
        edition=edition,
    )


def _describe(question: Question, settings: Settings, locale: Locale, tell: Frequencies) -> str:
    language = locale.language
    head = f'<span class="code">{question.code}</span> {escape(question.label[language])}'
    text = escape(question.text[language])
    made = [f'<section id="{question.code}"><h2>{head}</h2>\n<p>{text}</p>']
    if question.asked_if is not None:
        asked = locale.text(
            "Asked only if: {condition}", condition=_filter(question, settings, language)
        )
        made.append(f"<p>{escape(asked)}</p>")
    if question.type == "open":
        made.append(f"<p>{locale.text('Open question; answers are not shown.')}</p>")
    else:
        made.append(tell(question))
    return "\n".join([*made, "</section>"])


def _filter(question: Question, settings: Settings, language: str) -> str:
    """Return in words who was asked."""
    asked = question.asked_if
    if asked is None:
        return ""
    named = settings.variables[asked.variable]
    labels = {one.name: one.label[language] for one in named.options}
    labels |= {one.name: one.label[language] for one in named.question.items}
    answers = ", ".join(labels.get(name, name) for name in asked.options)
    return f"{named.label[language]}: {answers}"


def _variables(settings: Settings, question: Question) -> list[Variable]:
    return [one for one in settings.variables.values() if one.question is question]


# --- released values ------------------------------------------------------------------------


def _look_up(settings: Settings, locale: Locale) -> Frequencies:
    """Return what makes a table of released values, as documents print it."""
    released = release_evidence(take_inputs(settings, "pandoc"))
    brand = load_brand(settings.folder)

    def tell(question: Question) -> str:
        spec = TableSpec(f"t-{question.code}", refs=(question.code,), options={"plain": True})
        made = make_table(spec, released, settings, locale, brand)
        return f"{made.html}<p><small>{escape(made.note)}</small></p>"

    return tell


# --- counts, for the project itself ---------------------------------------------------------


def _count(settings: Settings, locale: Locale) -> Frequencies:
    """Return what makes a table of unweighted counts."""
    survey = load_study(settings).survey

    def tell(question: Question) -> str:
        return "".join(
            _table(variable, survey, locale) for variable in _variables(settings, question)
        )

    return tell


def _table(variable: Variable, survey: pd.DataFrame, locale: Locale) -> str:
    rows = list(_rows(variable, survey, locale.language))
    reasons = survey[f"{variable.code}!"]
    answers = int((reasons == "").sum())
    heads = ("Name", "Answer", "Count", "Percent of answers")
    head = "".join(f"<th>{locale.text(name)}</th>" for name in heads)
    body = "".join(
        f"<tr><td>{escape(name)}</td><th>{escape(label)}</th><td>{count}</td>"
        f"<td>{f'{100 * count / answers:.1f}' if answers else ''}</td></tr>"
        for name, label, count in rows
    )
    body += "".join(
        f"<tr><td>{reason}</td><th>{locale.text('no answer')}</th><td>{count}</td><td></td></tr>"
        for reason, count in reasons[reasons != ""].value_counts().items()
    )
    column = locale.text("Column {name}", name=variable.column)
    caption = f"{variable.full_label[locale.language]} ({column}, n = {answers})"
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table>"
    )


def _rows(
    variable: Variable, survey: pd.DataFrame, language: str
) -> Iterator[tuple[str, str, int]]:
    """Yield name, label and count of each answer; numbers are counted one by one."""
    if variable.type in ("single", "scale"):
        counts = survey[variable.code].value_counts()
        for one in variable.answers:
            yield one.name, one.label[language], int(counts.get(one.name, 0))
    elif variable.type in ("multiple", "ranking"):
        for item in variable.question.items:
            cells = survey[f"{variable.code}.{item.name}"]
            chosen = cells == 1 if variable.type == "ranking" else cells
            yield item.name, item.label[language], int(chosen.fillna(value=False).sum())
    else:
        for value, count in survey[variable.code].value_counts().sort_index().items():
            yield "", f"{value:g}", int(count)
