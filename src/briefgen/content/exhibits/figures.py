"""Figures: which chart suits, and from a specification to an exhibit."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from typing import Final

from briefgen.config.brand import Brand
from briefgen.config.settings import Question, Settings, Variable
from briefgen.content.exhibits import (  # noqa: F401 - they register their charts
    bars,
    dots,
    factors,
    multiples,
    panel,
    response,
    spine,
    stacked,
    tiles,
)
from briefgen.content.exhibits.canvas import POINTS_PER_MM, Canvas
from briefgen.content.exhibits.charts import CHARTS
from briefgen.content.exhibits.layout import Plan
from briefgen.content.exhibits.lookup import Lookup, Target, data_row, shown_keys
from briefgen.content.exhibits.spec import Exhibit, FigureSpec
from briefgen.content.exhibits.stacked import end_boxes
from briefgen.content.exhibits.words import Drawing, describe_cells, join_notes
from briefgen.content.language.locale import Locale
from briefgen.errors import ExhibitSizeError, TemplateError, UnknownNameError
from briefgen.model import Released

MOST_HEIGHT_MM: Final = 220.0
"""Height of a figure, at most: a page of the report without headline, caption and note."""


def choose_chart(variable: Variable | Question, *, diverging: bool | None = None) -> str:
    """Return the chart that suits a question's type; the one place that decides.

    Parameters
    ----------
    variable
        A variable, or a question; of a battery, any of its variables will do.
    diverging
        Whether the scale has two poles; known of a variable by itself.
    """
    poles = diverging if diverging is not None else getattr(variable, "diverging", False)
    if variable.type in ("scale", "battery"):
        return "diverging" if poles else "stacked"
    if variable.type == "single" and variable.ordered:
        return "stacked"
    if variable.type in ("single", "multiple", "ranking", "numeric"):
        return "bars"
    raise TemplateError(
        f"open question {variable.code!r} has no chart", hint="quote from it, or leave it out"
    )


def draw_figure(
    spec: FigureSpec, released: Released, settings: Settings, locale: Locale, brand: Brand
) -> Exhibit:
    """Draw a figure from released values.

    Parameters
    ----------
    spec
        What is wanted.
    released
        All that has passed the wall.
    locale
        The reader's language; `briefgen.content.language.Locale`.

    Raises
    ------
    UnknownNameError
        If there is no such chart, variable or domain.
    TemplateError
        If no evidence was made for what is asked.
    """
    lookup = Lookup(released, settings, locale)
    spec = _turn_to_mean(spec, lookup)
    canvas = Canvas(spec.width_mm, brand, locale.language)
    plan = Plan(spec, lookup, canvas, lookup.domain(spec.domain))
    drawing = find_chart(spec, lookup)(plan)
    return _make_exhibit(plan, drawing)


def find_chart(spec: FigureSpec, lookup: Lookup) -> Callable[[Plan], Drawing]:
    """Return the function that draws a figure (`UnknownNameError` where there is none)."""
    kind = spec.kind if spec.kind and spec.kind != "auto" else _choose(spec, lookup)
    try:
        return CHARTS[kind]
    except KeyError:
        raise UnknownNameError.among("chart", kind, CHARTS) from None


def _choose(spec: FigureSpec, lookup: Lookup) -> str:
    """Choose by the question's type; a single measure is compared among domains."""
    if not spec.refs:
        raise TemplateError(f"figure {spec.id!r} names no variable", hint="give it refs")
    targets = [target for ref in spec.refs for target in lookup.targets(ref)]
    variables = {target.variable for target in targets}
    variable = lookup.variable(targets[0].variable)
    if len(targets) == 1 and not _names_variable(spec.refs[0], lookup):
        return "dots"
    if len(variables) > 1 and any(_names_measure(ref) for ref in spec.refs):
        return "dots"
    if len(variables) > 1 and not _is_whole(variables, spec, lookup):
        return "dots"
    chart = choose_chart(variable)
    if (
        chart in ("stacked", "diverging")
        and not spec.domains
        and _is_broken(variables, spec, lookup)
    ):
        return "bars"
    return chart


def _turn_to_mean(spec: FigureSpec, lookup: Lookup) -> FigureSpec:
    """Ask for a scale's mean where it is published, and no step and no box is."""
    code = spec.refs[0] if len(spec.refs) == 1 else ""
    variable = lookup.settings.variables.get(code)
    if spec.kind not in ("", None, "auto") or spec.domains or variable is None:
        return spec
    domain = lookup.domain(spec.domain)

    def is_told(measure: str) -> bool:
        return lookup.cell(Target("survey", code, measure), domain, "").is_published

    parts = [option.name for option in variable.answers]
    parts += [box.name for box in variable.boxes]
    if variable.type != "scale" or any(map(is_told, parts)) or not is_told("mean"):
        return spec
    return replace(spec, refs=(f"{code}.mean",))


def _is_broken(variables: Collection[str], spec: FigureSpec, lookup: Lookup) -> bool:
    """Whether a scale's one bar could not be drawn although some of its steps are published.

    Steps that are rounded to tens do not add up to a bar either.
    """
    if len(variables) != 1:
        return False
    variable, domain = lookup.variable(next(iter(variables))), lookup.domain(spec.domain)
    cells = [
        lookup.cell(Target("survey", variable.code, option.name), domain, "")
        for option in variable.answers
    ]
    if all(cell.is_firm(lookup.settings) for cell in cells):
        return False
    told = any(cell.is_published for cell in cells)
    return told and not any(end_boxes(lookup, variable, domain, ""))


def _is_whole(variables: Iterable[str], spec: FigureSpec, lookup: Lookup) -> bool:
    """Whether all answers of all lines are published: else their headline measures say more."""
    domain = lookup.domain(spec.domain)
    return all(
        lookup.cell(Target("survey", code, option.name), domain, "").is_firm(lookup.settings)
        for code in variables
        for option in lookup.variable(code).answers
    )


def _names_variable(ref: str, lookup: Lookup) -> bool:
    return ref in lookup.settings.variables or ref in lookup.settings.questions


def _names_measure(ref: str) -> bool:
    return "." in ref.rpartition(":")[2]


def _refuse_tall(spec: FigureSpec, height: float) -> None:
    """Raise `ExhibitSizeError` for a drawing that no page can hold: it would be cut."""
    tall = height / POINTS_PER_MM
    if tall <= MOST_HEIGHT_MM:
        return
    error = ExhibitSizeError(
        f"figure {spec.id!r} is {tall:.0f} mm high, and a page holds {MOST_HEIGHT_MM:.0f} mm",
        hint="name fewer rows or domains, or give it more width",
    )
    error.parts = math.ceil(tall / MOST_HEIGHT_MM)
    raise error


def _make_exhibit(plan: Plan, drawing: Drawing) -> Exhibit:
    spec, lookup = plan.spec, plan.lookup
    _refuse_tall(spec, drawing.height)
    headline = spec.headline or drawing.headline
    subtitle = spec.caption or drawing.subtitle
    return Exhibit(
        id=spec.id,
        svg=plan.canvas.to_svg(drawing.height),
        alt=lookup.locale.text(
            "{chart}: {values}.",
            chart=drawing.chart,
            values=describe_cells(drawing.described or drawing.cells, lookup),
        ),
        headline=headline,
        subtitle=subtitle,
        measured="" if spec.caption else drawing.measured,
        note=join_notes(drawing.notes),
        data=tuple(data_row(cell, lookup.locale) for cell in drawing.cells),
        keys=(*shown_keys(drawing.cells, lookup.released), *drawing.grounds),
    )  # fmt: skip
