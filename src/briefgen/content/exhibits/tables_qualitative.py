"""Tables of the panel, the cases and the recommendations."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from briefgen.config.plain_text import capital
from briefgen.config.wording import read_codes
from briefgen.content.exhibits.grid import Column, Entry, Grid, Line
from briefgen.content.exhibits.lookup import Datum, Lookup
from briefgen.content.exhibits.order import Order, Sheet, hidden_legend
from briefgen.content.exhibits.panel import (
    Rating,
    by_agreement,
    collect_ratings,
    dimension_name,
    unsure_note,
)
from briefgen.errors import TemplateError
from briefgen.model import Text

FIGURES = ("median", "iqr", "n")


def make_panel(order: Order) -> Sheet:
    """One row for each statement; median, interquartile range and n, and consensus on the first."""
    lookup = order.lookup
    dimensions = _dimensions(order)
    by_dimension = {name: collect_ratings(lookup, order.spec.refs, name) for name in dimensions}
    first = by_agreement(by_dimension[dimensions[0]])
    lookup.require([rating.cells["median"] for rating in first], order.spec.refs or ("panel",))
    others = [
        {rating.statement.code: rating for rating in ratings} for ratings in by_dimension.values()
    ]
    rows = [[ratings[rating.statement.code] for ratings in others] for rating in first]
    cells = [rating.cells[name] for row in rows for rating in row for name in FIGURES]
    locale = lookup.locale
    return Sheet(
        grid=Grid(
            locale.text("Statement"),
            _panel_columns(lookup, dimensions),
            [_line(lookup, row) for row in rows],
        ),
        headline=locale.text("What the experts think"),
        subtitle=locale.text(
            "Median and interquartile range (IQR) of ratings from {low} to {high}",
            low=locale.number(lookup.settings.info.panel.scale_low, 0),
            high=locale.number(lookup.settings.info.panel.scale_high, 0),
        ),
        cells=[cell for cell in cells if cell.evidence],
        notes=[
            unsure_note(lookup),
            hidden_legend([row[0].cells["median"] for row in rows], lookup),
        ],
    )


def _dimensions(order: Order) -> list[str]:
    asked = order.spec.options.get("dimensions", order.lookup.settings.info.panel.dimensions)
    names = [asked] if isinstance(asked, str) else list(asked)
    unknown = [name for name in names if name not in order.lookup.settings.info.panel.dimensions]
    if unknown or not names:
        raise TemplateError(
            f"the panel has no dimension {', '.join(unknown) or '(none asked for)'}",
            hint="known: " + ", ".join(order.lookup.settings.info.panel.dimensions),
        )
    return names


def _panel_columns(lookup: Lookup, dimensions: Sequence[str]) -> list[Column]:
    """Three columns under the name of each dimension, and the consensus on the first."""
    text = lookup.locale.text
    heads = (text("median"), text("IQR"), "n")
    return [
        *(
            Column(head, span=capital(dimension_name(lookup, name)))
            for name in dimensions
            for head in heads
        ),
        Column(_consensus_head(lookup, dimensions), "left"),
    ]


def _consensus_head(lookup: Lookup, dimensions: Sequence[str]) -> str:
    """Name the consensus, and of several dimensions the one that it is on."""
    if len(dimensions) == 1:
        return capital(lookup.locale.text("consensus"))
    name = dimension_name(lookup, dimensions[0])
    return capital(lookup.locale.text("consensus ({dimension})", dimension=name))


def _line(lookup: Lookup, row: Sequence[Rating]) -> Line:
    entries = [_rating_entry(lookup, rating.cells[name]) for rating in row for name in FIGURES]
    message = row[0].consensus_words
    entries.append(Entry(lookup.locale.text(message)) if message else Entry("–", hidden=True))
    return Line(row[0].label, entries)


def _rating_entry(lookup: Lookup, cell: Datum) -> Entry:
    """Write a rating without its unit: the column's head names it."""
    if cell.value is None:
        return Entry("–", hidden=True)
    return Entry(lookup.locale.number(cell.value))


# --- cases ----------------------------------------------------------------------------------


def make_cases(order: Order) -> Sheet:
    """One row for each released case: where it is, its attributes, interviews, lesson."""
    lookup = order.lookup
    places = bool(lookup.settings.regions or lookup.region_type)
    asked = set(order.spec.refs)
    cases = [case for case in lookup.released.cases if not asked or case.code in asked]
    if not cases:
        raise TemplateError("there are no released cases to list")
    text, language = lookup.locale.text, lookup.language
    codes, _ = read_codes(lookup.settings)
    lines = [
        Line(
            case.name[language],
            [
                *([Entry(_place(lookup, case.region, case.region_type))] if places else []),
                Entry(lookup.locale.number(case.interviews, 0)),
                Entry("; ".join(codes[f].name[language] for f in case.factors if f in codes)),
                Entry(case.lesson[language]),
            ],
            own=case.region == order.domain,
        )
        for case in cases
    ]
    columns = [
        *(
            [Column(capital(lookup.settings.info.regions.singular[language]), "left")]
            if places
            else []
        ),
        Column(text("Interviews")),
        Column(text("Factors"), "left"),
        Column(text("Lesson"), "left"),
    ]
    return Sheet(
        grid=Grid(text("Case"), columns, lines),
        headline=capital(lookup.settings.info.case_studies.called.many[language]),
        subtitle=text("Pseudonymous, with the factors that they show"),
        cells=(),
        notes=[text("Cases show how things are connected, not how often")],
    )


def _place(lookup: Lookup, region: str, region_type: str) -> str:
    parts = [lookup.domain_name(region)] if region else []
    if region_type:
        parts.append(lookup.domain_name(f"type:{region_type}"))
    return ", ".join(parts) or "–"


# --- recommendations ------------------------------------------------------------------------


def make_recommendations(order: Order) -> Sheet:
    """One row for each recommendation: what, who, by when, effort, and what it rests on.

    ``options["recommendations"]`` holds what `briefgen.content.recommendations` gives:
    recommendations, or those that apply.
    """
    lookup = order.lookup
    given = list(order.spec.options.get("recommendations", ()))
    if not given:
        raise TemplateError(
            "the table of recommendations was given none", hint="pass recommendations=…"
        )
    text = lookup.locale.text
    columns = [Column(text(head), "left") for head in ("Who", "By when", "Effort", "Rests on")]
    return Sheet(
        grid=Grid(text("Recommendation"), columns, [_advice(lookup, item) for item in given]),
        headline=text("Recommendations at a glance"),
        subtitle=text("Who should do what, by when, and what it rests on"),
        cells=(),
        notes=(),
    )


def _advice(lookup: Lookup, given: Any) -> Line:
    """Write one recommendation, applied or not."""
    given = getattr(given, "applied", given)  # a template hands over what it sees
    item = getattr(given, "recommendation", given)
    sources = getattr(given, "strength", None) or _sources(item.evidence)
    entries = [_words(lookup, part) for part in (item.owner, item.timeframe, item.effort)]
    called = lookup.settings.info.case_studies.called.many[lookup.language]
    text = lookup.locale.text
    names = {"survey": text("survey"), "case": called, "panel": text("experts")}
    rests = lookup.locale.join([names[source] for source in sources if source in names])
    return Line(item.title[lookup.language], [*entries, Entry(capital(rests) or "–")])


def _sources(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(key.partition(":")[0] for key in keys))


def _words(lookup: Lookup, part: Text | None) -> Entry:
    return Entry(part[lookup.language] if part else "–")
