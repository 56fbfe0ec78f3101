"""Bars: shares of items or options in one domain, with the nation's as a diamond."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from typing import Final

from briefgen.config.measures import find_kind
from briefgen.content.exhibits.canvas import Canvas
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.headlines import (
    comparison_headline,
    contrast_headline,
    count_headline,
    top_headline,
)
from briefgen.content.exhibits.layout import (
    BAR,
    GAP,
    VALUE,
    Plan,
    RowLayout,
    draw_head,
    draw_hidden,
    make_frame,
    row_height,
    wrap_labels,
)
from briefgen.content.exhibits.lookup import Datum, Lookup, Target
from briefgen.content.exhibits.words import (
    Drawing,
    base_note,
    counts_note,
    hidden_note,
    hidden_short,
    interval_note,
    weak_note,
    write,
)

Row = tuple[Target, list[Datum]]
ROUND: Final = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
"""Quarters of a scale, times a power of ten."""


@chart("bars")
def draw_bars(plan: Plan) -> Drawing:
    """Draw horizontal bars, largest first unless the categories have an order of their own."""
    rows = sort_rows(collect_rows(plan), plan)
    canvas, lookup = plan.canvas, plan.lookup
    cells = [cell for _, row in rows for cell in row]
    lookup.require(cells, plan.spec.refs)
    frame = make_frame(
        canvas, [row[0].label for _, row in rows], len(plan.domains), values_width(plan, cells)
    )
    top = draw_head(plan, frame, "square")
    scale = scale_end(cells)
    bottom = _draw_rows(plan, rows, frame, top, scale)
    canvas.line(frame.left, top - 2, frame.left, bottom - GAP + 2, canvas.palette.muted)
    return Drawing(
        height=bottom - GAP + 4,
        chart=lookup.locale.text("Bar chart"),
        headline=items_headline(plan, rows),
        subtitle=share_subtitle(plan, rows),
        measured=name_measured(plan, rows),
        cells=cells,
        notes=foot_notes(plan, rows),
    )


def collect_rows(plan: Plan) -> list[Row]:
    """Look up the values of all references in the reader's domain and the nation."""
    targets = [target for ref in plan.spec.refs for target in plan.lookup.targets(ref)]
    single = len({target.variable for target in targets}) == 1
    alone = len({_question_of(plan, target) for target in targets}) == 1
    names = [name_row(plan, target, single=single, alone=alone) for target in targets]
    twice = {name for name in names if names.count(name) > 1} if not single else set()
    return [
        (
            target,
            _row_cells(plan, target, _tell_apart(plan, target, name) if name in twice else name),
        )
        for target, name in zip(targets, names, strict=True)
    ]


def _question_of(plan: Plan, target: Target) -> str:
    variable = plan.lookup.settings.variables.get(target.variable)
    return variable.question.code if variable else target.variable


def _tell_apart(plan: Plan, target: Target, name: str) -> str:
    """Add the question to a name that stands for rows of several questions."""
    variable = plan.lookup.settings.variables.get(target.variable)
    if variable is None:
        return name
    return f"{name} ({variable.question.label[plan.lookup.language]})"


def _row_cells(plan: Plan, target: Target, label: str) -> list[Datum]:
    return [plan.lookup.cell(target, code, label) for code in plan.domains]


def name_row(plan: Plan, target: Target, *, single: bool, alone: bool = True) -> str:
    """Name a row by its measure where it is an item or all rows are of one variable.

    A battery's line among rows of other questions is named with what the battery asks.
    """
    lookup = plan.lookup
    kind = find_kind(lookup.settings, target.variable, target.measure)
    is_item = kind is not None and kind.names_subject
    if single or is_item:
        return lookup.measure_label(target)
    variable = lookup.settings.variables.get(target.variable)
    if variable is not None and not alone:
        return variable.full_label[lookup.language]
    return lookup.label(target)


def sort_rows(rows: Sequence[Row], plan: Plan) -> list[Row]:
    """Put the largest first; ordered categories and ``sort: false`` keep their order."""
    variables = {target.variable for target, _ in rows}
    ordered = False
    if len(variables) == 1:
        variable = plan.lookup.settings.variables.get(next(iter(variables)))
        ordered = variable is not None and (variable.ordered or variable.type == "numeric")
    if ordered or plan.spec.options.get("sort") is False:
        return list(rows)
    return sorted(rows, key=lambda row: -_height(row[1]))


def _height(cells: Sequence[Datum]) -> float:
    value = cells[0].value
    return -1.0 if value is None else value


def scale_end(cells: Sequence[Datum]) -> float:
    """Return the right end of the scale, from which halves and quarters are round too."""
    values = [x for cell in cells for x in (cell.value, cell.high) if x is not None]
    values += [cell.band[1] for cell in cells if cell.band is not None]
    most = max(values, default=1.0)
    if most > 1.0:
        power = 10.0 ** math.floor(math.log10(most / 4))
        return next(4 * power * step for step in ROUND if 4 * power * step >= most - 1e-9)
    return next(end for end in (0.4, 0.6, 0.8, 1.0) if most <= end + 1e-9)


def _draw_rows(
    plan: Plan, rows: Sequence[Row], frame: RowLayout, top: float, scale: float
) -> float:
    canvas = plan.canvas
    labels = wrap_labels(canvas, [row[0].label for _, row in rows], frame.label_width)
    y = top
    for (_, cells), lines in zip(rows, labels, strict=True):
        height = row_height(lines)
        middle = y + (height - GAP) / 2
        canvas.lines(0, middle, lines)
        _draw_bar(plan, cells, frame, middle, scale)
        draw_values(plan, cells, frame, middle)
        y += height
    return y


def _draw_bar(
    plan: Plan, cells: Sequence[Datum], frame: RowLayout, middle: float, scale: float
) -> None:
    canvas, palette = plan.canvas, plan.canvas.palette
    own = cells[0]
    if own.band is not None:
        draw_band(canvas, own.band, frame, middle, scale)
    elif own.value is None:
        width = frame.right - frame.left
        draw_hidden(canvas, frame.left, middle - BAR / 2, width, hidden_short(own, plan.lookup))
    else:
        width = frame.x(own.value / scale) - frame.left
        canvas.rect(frame.left, middle - BAR / 2, width, BAR, palette.own)
        draw_interval(canvas, own, frame, middle, scale)
    if len(cells) > 1 and cells[1].value is not None and (own.is_published or own.band):
        canvas.diamond(frame.x(cells[1].value / scale), middle, 3.8, palette.nation, palette.paper)


def draw_band(
    canvas: Canvas, band: tuple[float, float], frame: RowLayout, middle: float, scale: float
) -> None:
    """Draw what is known of a hidden share: solid as far as it is sure, hatched as it may be."""
    left, low, high = (frame.x(min(x / scale, 1.0)) for x in (0.0, *band))
    canvas.rect(left, middle - BAR / 2, low - left, BAR, canvas.palette.own)
    canvas.hatch(low, middle - BAR / 2, high - low, BAR)


def draw_interval(canvas: Canvas, cell: Datum, frame: RowLayout, y: float, scale: float) -> None:
    """Draw a confidence interval: light on the bar, dark beyond it."""
    if cell.low is None or cell.high is None or cell.value is None:
        return
    low, middle, high = (frame.x(x / scale) for x in (cell.low, cell.value, cell.high))
    canvas.line(low, y, middle, y, canvas.palette.on(canvas.palette.own), width=0.9)
    canvas.line(middle, y, high, y, canvas.palette.own, width=0.9)
    canvas.line(high, y - 2.2, high, y + 2.2, canvas.palette.own, width=0.9)


def values_width(plan: Plan, cells: Sequence[Datum]) -> float:
    """Return the width of a column that holds the widest value."""
    shown = [write(cell, plan.lookup) for cell in cells]
    widest = max((plan.canvas.measure(text, weight=600) for text in shown), default=0.0)
    return max(VALUE, widest + 7.0)


def draw_values(plan: Plan, cells: Sequence[Datum], frame: RowLayout, middle: float) -> None:
    """Write the values of a row into their columns."""
    palette = plan.canvas.palette
    for index, (cell, edge) in enumerate(zip(cells, frame.value_edges, strict=True)):
        text = write(cell, plan.lookup)
        plan.canvas.text(
            edge, middle + 3.0, text, weight=600 if index == 0 else 400,
            color=palette.own if index == 0 else palette.muted, align="right",
        )  # fmt: skip


def items_headline(plan: Plan, rows: Sequence[Row]) -> str:
    """Say what stands out: a difference from the rest that is borne, else the largest share."""
    lookup = plan.lookup
    if len(rows) == 1:
        target, cells = rows[0]
        return comparison_headline(target, cells[0], cells[-1], lookup)
    subject = _subject(lookup, rows)
    if not subject and plan.domain != plan.nation:
        return count_headline([target for target, _ in rows], plan.domain, lookup)
    named = [(target, cells[0].label) for target, cells in rows]
    ordered = _is_share(rows)
    contrast = contrast_headline(named, [cells for _, cells in rows], lookup) if ordered else ""
    targets = [target for target, _ in rows]
    return contrast or top_headline([cells[0] for _, cells in rows], lookup, subject, targets)


def _subject(lookup: Lookup, rows: Sequence[Row]) -> str:
    """Name the question that all rows belong to; ``""`` where there are several."""
    variables = [lookup.settings.variables.get(target.variable) for target, _ in rows]
    labels = {variable.question.label[lookup.language] for variable in variables if variable}
    return labels.pop() if len(labels) == 1 else ""


def _is_share(rows: Sequence[Row]) -> bool:
    units = {cell.evidence.unit for _, cells in rows for cell in cells if cell.evidence}
    return units <= {"share"}


def share_subtitle(plan: Plan, rows: Sequence[Row], compared: Sequence[str] = ()) -> str:
    """Say what is measured, in which unit, and where or among which domains."""
    units = {cell.evidence.unit for _, cells in rows for cell in cells if cell.evidence}
    measured = name_measured(plan, rows, compared)
    return subtitle(plan, measured, units, is_compared=bool(compared))


def name_measured(plan: Plan, rows: Sequence[Row], compared: Sequence[str] = ()) -> str:
    """Name what is measured: question, line of a battery, shared measure, domains compared."""
    lookup = plan.lookup
    parts = [_name_rows(lookup, rows), by_domains(lookup, compared)]
    return ", ".join(part for part in parts if part)


def _name_rows(lookup: Lookup, rows: Sequence[Row]) -> str:
    variables = [lookup.settings.variables.get(target.variable) for target, _ in rows]
    questions = {variable.question.code: variable for variable in variables if variable}
    measured = [v.question.label[lookup.language] for v in questions.values()]
    name = lookup.locale.join(measured[:3]) if measured else ""
    if len({target.variable for target, _ in rows}) == 1 and variables[0] and variables[0].item:
        name = f"{name}, {variables[0].label[lookup.language]}"
    what = _measure_name(lookup, rows)
    if name and what and _is_statistic(rows):
        return f"{name}, {what}"
    if name and what:
        return lookup.locale.text("{name}: “{measure}”", name=name, measure=what)
    return name or what


def _is_statistic(rows: Sequence[Row]) -> bool:
    """Whether the rows show a mean, median or the like, and no answer that could be quoted."""
    return not _is_share(rows)


def _measure_name(lookup: Lookup, rows: Sequence[Row]) -> str:
    """Name the measure that several variables share, such as a box."""
    measures = {target.measure for target, _ in rows}
    variables = {target.variable for target, _ in rows}
    if len(measures) == 1 and (len(variables) > 1 or len(rows) == 1):
        return lookup.measure_label(rows[0][0])
    return ""


def subtitle(plan: Plan, what: str, units: Collection[str], *, is_compared: bool = False) -> str:
    """Put a subtitle together: what is measured, its unit, and where."""
    where = "" if is_compared else plan.lookup.domain_name(plan.domain)
    parts = [what, _unit_name(plan.lookup, units), where]
    return ", ".join(part for part in parts if part)


def by_domains(lookup: Lookup, codes: Sequence[str]) -> str:
    """Say among which domains values are compared: "by Land"; ``""`` for a mixture."""
    kinds = {
        lookup.settings.domains[code].kind for code in codes if code in lookup.settings.domains
    }
    if kinds - {"nation"} == {"region"}:
        unit = lookup.settings.info.regions.singular[lookup.language]
        return lookup.locale.text("by {unit}", unit=unit)
    if kinds - {"nation"} == {"type"}:
        return lookup.locale.text("by {unit}", unit=lookup.region_type)
    return ""


def _unit_name(lookup: Lookup, units: Collection[str]) -> str:
    """Name the unit; values of several units, or of none, carry theirs themselves."""
    if set(units) <= {"share"}:
        return lookup.locale.text("share of answers in percent")
    unit = lookup.settings.codebook.units.get(next(iter(units))) if len(units) == 1 else None
    return unit.many[lookup.language] if unit else ""


def foot_notes(plan: Plan, rows: Sequence[Row], *, with_intervals: bool = True) -> list[str]:
    """Return the sentences of the foot: n, base, intervals if they are drawn, what is hidden."""
    lookup = plan.lookup
    cells = [cell for _, row in rows for cell in row]
    variables = [
        variable
        for target, _ in rows
        if (variable := lookup.settings.variables.get(target.variable))
    ]
    own = [row[0] for _, row in rows]
    return [
        counts_note(cells, lookup),
        base_note(variables, lookup),
        interval_note(own, lookup) if with_intervals else "",
        hidden_note(cells, lookup),
        weak_note(cells, lookup),
    ]
