"""Stacked bars of a whole scale: ordered from the left, or diverging around the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from briefgen.config.settings import Settings, Variable
from briefgen.content.exhibits.bars import (
    draw_values,
    foot_notes,
    items_headline,
    subtitle,
    values_width,
)
from briefgen.content.exhibits.canvas import LINE, SIZE, SMALL
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.layout import (
    GAP,
    Plan,
    RowLayout,
    Sign,
    draw_head,
    draw_hidden,
    draw_key,
    make_frame,
    row_height,
    wrap_labels,
)
from briefgen.content.exhibits.lookup import Datum, Lookup, Target
from briefgen.content.exhibits.words import Drawing, hidden_reason, hidden_short, weak_note

HEIGHT = 13.0
NARROW = 320.0


@dataclass(frozen=True)
class ScaleRow:
    """One bar: all options of a variable in a domain, and the headline's values.

    ``low`` and ``high`` are the published boxes at the ends of the scale with their number of
    options; they are drawn where single options are hidden.
    """

    settings: Settings
    target: Target
    label: str
    options: list[Datum]
    headline: list[Datum]
    low: tuple[Datum, int] | None = None
    high: tuple[Datum, int] | None = None

    @property
    def ends(self) -> list[Datum]:
        """The boxes that are drawn, where single options are hidden."""
        return [] if self.is_whole else [box[0] for box in (self.low, self.high) if box]

    @property
    def is_whole(self) -> bool:
        """Whether every option has a value, and none is rounded, so that they make up a bar."""
        return all(cell.is_firm(self.settings) for cell in self.options)


@chart("stacked")
def draw_stacked(plan: Plan) -> Drawing:
    """Draw ordered stacked bars that begin at a common line."""
    return _draw(plan, diverging=False)


@chart("diverging")
def draw_diverging(plan: Plan) -> Drawing:
    """Draw stacked bars whose neutral middle stands at a common line."""
    return _draw(plan, diverging=True)


def _draw(plan: Plan, *, diverging: bool) -> Drawing:
    lookup, canvas = plan.lookup, plan.canvas
    rows = _sorted(_collect(plan), plan)
    variable = lookup.variable(rows[0].target.variable)
    cells = [cell for row in rows for cell in row.options]
    lookup.require([*cells, *(row.headline[0] for row in rows)], plan.spec.refs)
    count = len(variable.answers)
    colors = canvas.palette.diverging(count) if diverging else canvas.palette.sequence(count)
    above = _labels_above(plan, rows)
    frame = make_frame(
        canvas,
        [row.label for row in rows],
        len(rows[0].headline),
        values_width(plan, [cell for row in rows for cell in row.headline]),
        most=0.0 if above else 0.36,
    )
    top = draw_key(canvas, _key(plan, variable, colors))
    top = _heads(plan, frame, rows, top)
    bars = Bars(plan, frame, colors, _reach(rows) if diverging else None)
    bottom = _draw_rows(bars, rows, top)
    named = [(row.target, row.headline) for row in rows]
    return Drawing(
        height=bottom - GAP + 4,
        chart=lookup.locale.text("Stacked bar chart"),
        headline=_headline(plan, rows),
        subtitle=subtitle(plan, _measured(plan, variable), {"share"}),
        measured=_measured(plan, variable),
        cells=list(
            {
                cell.key: cell for row in rows for cell in (*row.headline, *row.options, *row.ends)
            }.values()
        ),
        described=[cell for row in rows for cell in row.headline] if len(rows) > 3 else (),
        notes=[
            *foot_notes(plan, named)[:2],
            *_hidden(plan, rows),
            weak_note([cell for row in rows for cell in (*row.headline, *row.ends)], lookup),
        ],
    )


def _collect(plan: Plan) -> list[ScaleRow]:
    """One row for each variable, or for each domain where there is one variable."""
    variables = plan.lookup.variables_of(plan.spec.refs)
    if len(variables) == 1:
        codes = [plan.lookup.domain(code) for code in plan.spec.domains] or plan.domains
        return [_row(plan, variables[0], [code], plan.lookup.domain_name(code)) for code in codes]
    language = plan.lookup.language
    return [_row(plan, item, plan.domains, item.label[language]) for item in variables]


def _row(plan: Plan, variable: Variable, codes: Sequence[str], label: str) -> ScaleRow:
    lookup = plan.lookup
    options = [
        lookup.cell(
            Target("survey", variable.code, option.name),
            codes[0],
            f"{label}, {option.label[lookup.language]}",
        )
        for option in variable.answers
    ]
    low, high = end_boxes(lookup, variable, codes[0], label)
    target = Target("survey", variable.code, lookup.headline_measure(variable))
    name = f"{label}, {lookup.measure_label(target)}"
    headline = [lookup.cell(target, code, name) for code in codes]
    return ScaleRow(lookup.settings, target, label, options, headline, low, high)


def end_boxes(
    lookup: Lookup, variable: Variable, code: str, label: str
) -> tuple[tuple[Datum, int] | None, tuple[Datum, int] | None]:
    """Return the published boxes that hold the first options of a scale, and the last ones."""
    names = [option.name for option in variable.answers]
    ends: list[tuple[Datum, int] | None] = [None, None]
    for box in variable.boxes:
        count = len(box.options)
        target = Target("survey", variable.code, box.name)
        cell = lookup.cell(target, code, f"{label}, {box.label[lookup.language]}")
        for end, part in enumerate((names[:count], names[-count:])):
            if set(box.options) == set(part) and cell.is_published and ends[end] is None:
                ends[end] = (cell, count)
    return ends[0], ends[1]


def _sorted(rows: list[ScaleRow], plan: Plan) -> list[ScaleRow]:
    if len({row.target.variable for row in rows}) == 1 or plan.spec.options.get("sort") is False:
        return rows
    return sorted(rows, key=lambda row: -(row.headline[0].value or -1.0))


def _key(plan: Plan, variable: Variable, colors: Sequence[str]) -> list[tuple[Sign, str, str]]:
    language = plan.lookup.language
    return [
        ("square", color, option.label[language])
        for option, color in zip(variable.answers, colors, strict=True)
    ]


def _heads(plan: Plan, frame: RowLayout, rows: Sequence[ScaleRow], top: float) -> float:
    """Say above the columns of values what they add up, and whose they are."""
    lookup, canvas = plan.lookup, plan.canvas
    lines = canvas.wrap(lookup.measure_label(rows[0].target), canvas.width * 0.5, SMALL)
    for index, line in enumerate(lines):
        canvas.text(
            canvas.width - 1, top + 6 + index * 9.6, line,
            size=SMALL, color=canvas.palette.muted, align="right",
        )  # fmt: skip
    top += len(lines) * 9.6
    return draw_head(plan, frame, "square", top) if len(rows[0].headline) == 2 else top + 4


def _reach(rows: Sequence[ScaleRow]) -> tuple[float, float]:
    """Return how far bars reach to the left and right of the middle."""
    whole = [[cell.value or 0.0 for cell in row.options] for row in rows if row.is_whole]
    parts = [row for row in rows if not row.is_whole]
    lefts = [_before(values) for values in whole] + [_end_value(row.low) for row in parts]
    rights = [sum(v) - _before(v) for v in whole] + [_end_value(row.high) for row in parts]
    left, right = max(lefts, default=0.0), max(rights, default=0.0)
    return (left, right) if left + right > 0 else (0.5, 0.5)


def _end_value(end: tuple[Datum, int] | None) -> float:
    return (end[0].value or 0.0) if end else 0.0


def _before(values: Sequence[float]) -> float:
    half = len(values) // 2
    middle = values[half] / 2 if len(values) % 2 else 0.0
    return sum(values[:half]) + middle


@dataclass(frozen=True)
class Bars:
    """Where and how bars are drawn; ``reach`` is that of diverging bars."""

    plan: Plan
    frame: RowLayout
    colors: Sequence[str]
    reach: tuple[float, float] | None

    @property
    def zero(self) -> float:
        """Place of the common line."""
        return self.frame.x(self.reach[0] / sum(self.reach) if self.reach else 0.0)


def _labels_above(plan: Plan, rows: Sequence[ScaleRow]) -> bool:
    """Whether labels stand above their bars: in narrow charts of several variables."""
    return plan.canvas.width < NARROW and len({row.target.variable for row in rows}) > 1


def _draw_rows(bars: Bars, rows: Sequence[ScaleRow], top: float) -> float:
    """Draw all rows; the common line comes first, so that it never crosses a number."""
    canvas, frame = bars.plan.canvas, bars.frame
    labels = wrap_labels(canvas, [row.label for row in rows], frame.label_width)
    above = _labels_above(bars.plan, rows)
    heights = [
        len(lines) * SIZE * LINE + HEIGHT + GAP + 1 if above else row_height(lines, HEIGHT)
        for lines in labels
    ]
    bottom = top + sum(heights)
    if bars.reach and any(row.is_whole or row.ends for row in rows):
        canvas.line(bars.zero, top - 2, bars.zero, bottom - GAP + 2, canvas.palette.muted)
    y = top
    for row, lines, height in zip(rows, labels, heights, strict=True):
        middle = y + (height - GAP) / 2
        if above:
            middle = y + height - GAP - HEIGHT / 2
            _label_above(bars, lines, y)
        else:
            canvas.lines(0, middle, lines)
        _draw_bar(bars, row, middle)
        draw_values(bars.plan, row.headline, frame, middle)
        y += height
    return y


def _label_above(bars: Bars, lines: list[str], y: float) -> None:
    """Write a label above its bar, on paper that hides the common line."""
    canvas = bars.plan.canvas
    width = max(canvas.measure(line) for line in lines)
    canvas.rect(0, y, width + 2, len(lines) * SIZE * LINE, canvas.palette.paper)
    canvas.lines(0, y + len(lines) * SIZE * LINE / 2, lines)


def _draw_bar(bars: Bars, row: ScaleRow, middle: float) -> None:
    canvas, frame, reach = bars.plan.canvas, bars.frame, bars.reach
    if not row.is_whole and (row.low or row.high):
        _draw_ends(bars, row, middle)
        return
    if not row.is_whole:
        unfit = next(cell for cell in row.options if not cell.is_firm(row.settings))
        reason = hidden_short(unfit, bars.plan.lookup)
        draw_hidden(canvas, frame.left, middle - 5, frame.right - frame.left, reason)
        return
    values = [cell.value or 0.0 for cell in row.options]
    total = sum(reach) if reach else sum(values) or 1.0
    at = (reach[0] - _before(values)) / total if reach else 0.0
    for value, color in zip(values, bars.colors, strict=True):
        x, width = frame.x(at), frame.x(value / total) - frame.left
        if width > 0.2:
            canvas.rect(x, middle - HEIGHT / 2, max(width - 0.5, 0.2), HEIGHT, color)
            _label_segment(bars.plan, value, (x, width, middle), color)
        at += value / total


def _draw_ends(bars: Bars, row: ScaleRow, middle: float) -> None:
    """Draw the boxes at the ends of the scale, and nothing of what is between them."""
    total = sum(bars.reach) if bars.reach else 1.0
    if not bars.reach:
        width = bars.frame.right - bars.frame.left
        bars.plan.canvas.hatch(bars.frame.left, middle - HEIGHT / 2, width, HEIGHT)
    for box, index, start in (
        (row.low, 0, (bars.reach[0] / total if bars.reach else 0.0)),
        (row.high, -1, (bars.reach[0] / total if bars.reach else 1.0)),
    ):
        if box is None or box[0].value is None:
            continue
        share = box[0].value / total
        to_left = (index == 0) == bool(bars.reach)
        at = bars.frame.x(start - share if to_left else start)
        width = bars.frame.x(share) - bars.frame.left
        color = bars.colors[index]
        bars.plan.canvas.rect(at, middle - HEIGHT / 2, max(width - 0.5, 0.2), HEIGHT, color)
        _label_segment(bars.plan, box[0].value, (at, width, middle), color)


def _label_segment(plan: Plan, value: float, place: tuple[float, float, float], color: str) -> None:
    """Write a share into its segment, where there is room."""
    x, width, middle = place
    text = plan.lookup.locale.number(value * 100, plan.lookup.locale.share_digits)
    canvas = plan.canvas
    if canvas.measure(text, SMALL) + 3 <= width:
        canvas.text(
            x + width / 2, middle + 2.8, text,
            size=SMALL, color=canvas.palette.on(color), align="center",
        )  # fmt: skip


def _headline(plan: Plan, rows: Sequence[ScaleRow]) -> str:
    if len({row.target.variable for row in rows}) > 1:
        labelled = [
            (row.target, [replace(cell, label=row.label) for cell in row.headline]) for row in rows
        ]
        return items_headline(plan, labelled)
    cells = [cell for row in rows for cell in row.headline]
    own = next((cell for cell in cells if cell.domain == plan.domain), cells[0])
    nation = next((cell for cell in cells if cell.domain == plan.nation), own)
    return items_headline(plan, [(rows[0].target, [own, nation])])


def _measured(plan: Plan, variable: Variable) -> str:
    single = len(plan.lookup.variables_of(plan.spec.refs)) == 1
    return (variable.label if single else variable.question.label)[plan.lookup.language]


def _hidden(plan: Plan, rows: Sequence[ScaleRow]) -> list[str]:
    """Say why single answers are missing, and what stands in their place."""
    locale = plan.lookup.locale
    parts = [row for row in rows if not row.is_whole]
    reasons = {
        hidden_reason(cell, plan.lookup)
        for row in parts
        for cell in row.options
        if not cell.is_firm(row.settings)
    }
    if not reasons:
        return []
    notes = [locale.text("Single answers not shown: {reasons}", reasons="; ".join(sorted(reasons)))]
    names = {
        cell.key.split("@")[0]: cell.label.rpartition(", ")[2] for r in parts for cell in r.ends
    }
    if names:
        labels = dict.fromkeys(names.values())
        notes.append(locale.text("There, bars show sums: {labels}", labels="; ".join(labels)))
    return notes
