"""Stacked bars of a whole scale: ordered from the left, or diverging around the middle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from briefgen.exhibits.bars import (
    draw_value_heads,
    draw_values,
    foot_notes,
    items_headline,
    subtitle,
)
from briefgen.exhibits.canvas import SMALL
from briefgen.exhibits.layout import (
    GAP,
    Frame,
    Plan,
    Sign,
    draw_hidden,
    draw_key,
    make_frame,
    row_height,
    wrap_labels,
)
from briefgen.exhibits.lookup import Cell, Target
from briefgen.exhibits.words import Drawing, hidden_reason
from briefgen.settings import Variable

HEIGHT = 13.0


@dataclass(frozen=True)
class ScaleRow:
    """One bar: all options of a variable in a domain, and the headline's values."""

    target: Target
    label: str
    options: list[Cell]
    headline: list[Cell]

    @property
    def is_whole(self) -> bool:
        """Whether every option has a value, so that the bar can be drawn."""
        return all(cell.value is not None for cell in self.options)


def draw_stacked(plan: Plan) -> Drawing:
    """Draw ordered stacked bars that begin at a common line."""
    return _draw(plan, diverging=False)


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
    frame = make_frame(canvas, [row.label for row in rows], len(rows[0].headline), most=0.36)
    top = draw_key(canvas, _key(plan, variable, colors))
    top = _heads(plan, frame, variable, rows, top)
    bottom = _draw_rows(plan, rows, frame, colors, top, _reach(rows) if diverging else None)
    named = [(row.target, row.headline) for row in rows]
    return Drawing(
        height=bottom - GAP + 4,
        chart=lookup.locale.text("Stacked bar chart"),
        headline=_headline(plan, rows),
        subtitle=_subtitle(plan, variable),
        cells=[cell for row in rows for cell in (*row.headline, *row.options)],
        notes=[*foot_notes(plan, named)[:2], *_hidden(plan, rows)],
    )


def _collect(plan: Plan) -> list[ScaleRow]:
    """One row for each variable, or for each domain where there is one variable."""
    variables = _variables(plan)
    if len(variables) == 1:
        codes = [plan.lookup.domain(code) for code in plan.spec.domains] or plan.domains
        return [_row(plan, variables[0], [code], plan.lookup.domain_name(code)) for code in codes]
    language = plan.lookup.language
    return [_row(plan, item, plan.domains, item.label[language]) for item in variables]


def _variables(plan: Plan) -> list[Variable]:
    found: dict[str, Variable] = {}
    for ref in plan.spec.refs:
        for target in plan.lookup.targets(ref):
            found[target.variable] = plan.lookup.variable(target.variable)
    return list(found.values())


def _row(plan: Plan, variable: Variable, codes: Sequence[str], label: str) -> ScaleRow:
    lookup = plan.lookup
    options = [
        lookup.cell(Target("survey", variable.code, option.name), codes[0], f"{label}, {option.label[lookup.language]}")
        for option in variable.answers
    ]  # fmt: skip
    target = Target("survey", variable.code, lookup.headline_measure(variable))
    name = f"{label}, {lookup.measure_label(target)}"
    return ScaleRow(target, label, options, [lookup.cell(target, code, name) for code in codes])


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


def _heads(
    plan: Plan, frame: Frame, variable: Variable, rows: Sequence[ScaleRow], top: float
) -> float:
    """Say above the columns of values what they add up."""
    lookup, canvas = plan.lookup, plan.canvas
    text = lookup.measure_label(rows[0].target)
    lines = canvas.wrap(text, canvas.width * 0.5, SMALL)
    if len(rows[0].headline) == 2:
        entries: list[tuple[Sign, str, str]] = [
            ("square", canvas.palette.own, lookup.domain_name(plan.domain)),
            ("diamond", canvas.palette.nation, lookup.domain_name(plan.nation)),
        ]
        top = draw_key(canvas, entries, top - 2)
    del variable
    for index, line in enumerate(lines):
        canvas.text(
            canvas.width - 1, top + 6 + index * 9.6, line,
            size=SMALL, color=canvas.palette.muted, align="right",
        )  # fmt: skip
    top += len(lines) * 9.6 + 2
    return draw_value_heads(canvas, frame, plan, top) if len(rows[0].headline) == 2 else top + 1


def _reach(rows: Sequence[ScaleRow]) -> tuple[float, float]:
    """Return how far bars reach to the left and right of the middle."""
    whole = [[cell.value or 0.0 for cell in row.options] for row in rows if row.is_whole]
    left = max((_before(values) for values in whole), default=0.5)
    right = max((sum(values) - _before(values) for values in whole), default=0.5)
    return left, right


def _before(values: Sequence[float]) -> float:
    half = len(values) // 2
    middle = values[half] / 2 if len(values) % 2 else 0.0
    return sum(values[:half]) + middle


def _draw_rows(
    plan: Plan, rows: Sequence[ScaleRow], frame: Frame, colors: Sequence[str], top: float,
    reach: tuple[float, float] | None,
) -> float:  # fmt: skip
    canvas = plan.canvas
    labels = wrap_labels(canvas, [row.label for row in rows], frame.label_width)
    y = top
    for row, lines in zip(rows, labels, strict=True):
        height = row_height(lines, HEIGHT)
        middle = y + (height - GAP) / 2
        canvas.lines(0, middle, lines)
        _draw_bar(plan, row, frame, colors, middle, reach)
        draw_values(plan, row.headline, frame, middle)
        y += height
    if reach:
        zero = frame.x(reach[0] / sum(reach))
        canvas.line(zero, top - 2, zero, y - GAP + 2, canvas.palette.ink, dashed=True)
    return y


def _draw_bar(
    plan: Plan, row: ScaleRow, frame: Frame, colors: Sequence[str], middle: float,
    reach: tuple[float, float] | None,
) -> None:  # fmt: skip
    canvas = plan.canvas
    if not row.is_whole:
        width = frame.right - frame.left
        hidden = next(cell for cell in row.options if cell.value is None)
        draw_hidden(canvas, frame.left, middle - 5, width, hidden_reason(hidden, plan.lookup))
        return
    values = [cell.value or 0.0 for cell in row.options]
    total = sum(reach) if reach else sum(values) or 1.0
    at = (reach[0] - _before(values)) / total if reach else 0.0
    for value, color in zip(values, colors, strict=True):
        width = frame.x(value / total) - frame.left
        x = frame.x(at)
        if width > 0.2:
            canvas.rect(x, middle - HEIGHT / 2, max(width - 0.5, 0.2), HEIGHT, color)
            _label_segment(plan, value, x, width, middle, color)
        at += value / total


def _label_segment(  # noqa: PLR0917 - a place and its colour
    plan: Plan, value: float, x: float, width: float, middle: float, color: str
) -> None:
    """Write a share into its segment, where there is room."""
    text = plan.lookup.locale.number(value * 100, 0)
    canvas = plan.canvas
    if canvas.measure(text, SMALL) + 3 <= width:
        canvas.text(
            x + width / 2, middle + 2.8, text,
            size=SMALL, color=canvas.palette.on(color), align="center",
        )  # fmt: skip


def _headline(plan: Plan, rows: Sequence[ScaleRow]) -> str:
    if len({row.target.variable for row in rows}) > 1:
        labelled = [
            (row.target, [Cell(c.key, row.label, c.series, c.domain, c.evidence) for c in row.headline])
            for row in rows
        ]  # fmt: skip
        return items_headline(plan, labelled)
    cells = [cell for row in rows for cell in row.headline]
    own = next((cell for cell in cells if cell.domain == plan.domain), cells[0])
    nation = next((cell for cell in cells if cell.domain == plan.nation), own)
    return items_headline(plan, [(rows[0].target, [own, nation])])


def _subtitle(plan: Plan, variable: Variable) -> str:
    lookup = plan.lookup
    single = len(_variables(plan)) == 1
    name = (variable.label if single else variable.question.label)[lookup.language]
    return subtitle(lookup, name, "", plan.domain)


def _hidden(plan: Plan, rows: Sequence[ScaleRow]) -> list[str]:
    reasons = {
        hidden_reason(cell, plan.lookup)
        for row in rows
        if not row.is_whole
        for cell in row.options
        if cell.value is None
    }
    if not reasons:
        return []
    return [plan.lookup.locale.text("Hatched: {reasons}", reasons="; ".join(sorted(reasons)))]
