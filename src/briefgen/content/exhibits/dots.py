"""Dot plots: values with intervals, of several measures or of several domains."""

from __future__ import annotations

from collections.abc import Sequence

from briefgen.content.exhibits.bars import (
    Row,
    collect_rows,
    draw_values,
    foot_notes,
    items_headline,
    name_measured,
    scale_end,
    share_subtitle,
    sort_rows,
    values_width,
)
from briefgen.content.exhibits.canvas import SMALL
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.headlines import comparison_headline, range_headline
from briefgen.content.exhibits.layout import (
    GAP,
    Plan,
    RowLayout,
    draw_head,
    draw_hidden,
    make_frame,
    row_height,
    wrap_labels,
)
from briefgen.content.exhibits.lookup import Datum, Target
from briefgen.content.exhibits.words import (
    Drawing,
    hidden_short,
    missing_note,
    rounded_note,
    tell,
    write,
)


@chart("dots")
def draw_dots(plan: Plan) -> Drawing:
    """Draw one row for each measure, or for each of ``domains`` where they are given."""
    if plan.spec.domains:
        return _draw_domains(plan)
    rows = sort_rows(collect_rows(plan), plan)
    cells = [cell for _, row in rows for cell in row]
    plan.lookup.require(cells, plan.spec.refs)
    frame = make_frame(
        plan.canvas, [row[0].label for _, row in rows], len(plan.domains), values_width(plan, cells)
    )
    top = draw_head(plan, frame, "dot")
    scale = scale_end(cells)
    bottom = _draw_rows(plan, rows, frame, top, scale)
    return Drawing(
        height=draw_axis(plan, frame, top, bottom - GAP + 2, scale, cells),
        chart=plan.lookup.locale.text("Dot plot with confidence intervals"),
        headline=items_headline(plan, rows),
        subtitle=share_subtitle(plan, rows),
        measured=name_measured(plan, rows),
        cells=cells,
        notes=foot_notes(plan, rows),
    )


def _draw_rows(
    plan: Plan, rows: Sequence[Row], frame: RowLayout, top: float, scale: float
) -> float:
    canvas, palette = plan.canvas, plan.canvas.palette
    labels = wrap_labels(canvas, [row[0].label for _, row in rows], frame.label_width)
    y = top
    for (_, cells), lines in zip(rows, labels, strict=True):
        height = row_height(lines)
        middle = y + (height - GAP) / 2
        canvas.lines(0, middle, lines)
        canvas.line(frame.left, middle, frame.right, middle, palette.rule, width=0.4)
        is_told = cells[0].is_published or cells[0].band is not None
        if len(cells) > 1 and cells[1].value is not None and is_told:
            x = frame.x(cells[1].value / scale)
            canvas.diamond(x, middle, 3.8, palette.nation, palette.paper)
        draw_point(plan, cells[0], frame, middle, scale, palette.own)
        draw_values(plan, cells, frame, middle)
        y += height
    return y


def draw_point(  # noqa: PLR0917 - a place and its colour
    plan: Plan, cell: Datum, frame: RowLayout, y: float, scale: float, color: str
) -> None:
    """Draw a value with its interval, or that it is hidden."""
    canvas = plan.canvas
    if cell.band is not None:
        low, high = (frame.x(min(x / scale, 1.0)) for x in cell.band)
        canvas.hatch(low, y - 5, high - low, 10)
        return
    if cell.value is None:
        width = frame.right - frame.left
        draw_hidden(canvas, frame.left, y - 5, width, hidden_short(cell, plan.lookup))
        return
    if cell.low is not None and cell.high is not None:
        low, high = frame.x(max(cell.low, 0) / scale), frame.x(min(cell.high / scale, 1.0))
        canvas.line(low, y, high, y, color, width=1.6)
    canvas.dot(frame.x(cell.value / scale), y, 3.5, color, canvas.palette.paper)


def draw_axis(  # noqa: PLR0917 - the plot's box
    plan: Plan, frame: RowLayout, top: float, bottom: float, scale: float, cells: Sequence[Datum]
) -> float:
    """Draw the axis with a few round numbers below the plot; return where the chart ends."""
    canvas, locale = plan.canvas, plan.lookup.locale
    is_share = all(cell.evidence.unit == "share" for cell in cells if cell.evidence)
    canvas.line(frame.left, bottom, frame.right, bottom, canvas.palette.muted)
    count = 4 if frame.right - frame.left > 150 else 2
    for step in range(count + 1):
        value = scale * step / count
        x = frame.x(step / count)
        canvas.line(x, bottom, x, bottom + 2.5, canvas.palette.muted)
        text = locale.percent(value) if is_share else locale.number(value)
        canvas.text(x, bottom + 11, text, size=SMALL, color=canvas.palette.muted, align="center")
    del top
    return bottom + 15


def _draw_domains(plan: Plan) -> Drawing:
    """Compare domains in one measure, the reader's own in colour, the nation as a line."""
    lookup, canvas = plan.lookup, plan.canvas
    target = headline_target(plan)
    codes = [lookup.domain(code) for code in plan.spec.domains]
    nation = lookup.cell(target, plan.nation, lookup.domain_name(plan.nation))
    cells = [
        lookup.cell(target, code, lookup.domain_name(code)) for code in codes if code != plan.nation
    ]
    if plan.spec.options.get("sort") is not False:
        cells.sort(key=lambda cell: -(cell.value if cell.value is not None else -1.0))
    lookup.require([nation, *cells], plan.spec.refs)
    every = cells
    cells = [c for c in every if c.is_published or c.band or c.domain == plan.domain]
    left_out = [cell for cell in every if cell not in cells]
    frame = make_frame(canvas, [cell.label for cell in cells], 1, values_width(plan, cells))
    scale = scale_end([nation, *cells])
    top = _nation_head(plan, nation, frame, scale)
    bottom = top + sum(_domain_heights(plan, cells, frame))
    _mark_own(plan, cells, frame, top)
    if nation.value is not None:
        x = frame.x(nation.value / scale)
        canvas.line(x, top - 3, x, bottom - GAP + 2, canvas.palette.nation, dashed=True)
    _draw_domain_rows(plan, cells, frame, top, scale)
    row = [(target, [cell]) for cell in (*cells, nation)]
    return Drawing(
        height=draw_axis(plan, frame, top, bottom - GAP + 2, scale, [nation, *cells]),
        chart=lookup.locale.text("Dot plot with confidence intervals"),
        headline=domains_headline(plan, target, every, nation),
        subtitle=share_subtitle(plan, row[-1:], codes),
        measured=name_measured(plan, row[-1:], codes),
        cells=[nation, *every],
        notes=[*foot_notes(plan, row), rounded_note(cells, lookup), missing_note(left_out, lookup)],
    )


def headline_target(plan: Plan) -> Target:
    """Return the one measure that a comparison of domains shows."""
    targets = plan.lookup.targets(plan.spec.refs[0])
    variable = plan.lookup.settings.variables.get(targets[0].variable)
    if len(targets) > 1 and variable is not None:
        wanted = plan.lookup.headline_measure(variable)
        return Target(targets[0].source, variable.code, wanted)
    return targets[0]


def domains_headline(plan: Plan, target: Target, cells: Sequence[Datum], nation: Datum) -> str:
    """Speak of the reader's domain, or of the range where the reader has none."""
    own = next((cell for cell in cells if cell.domain == plan.domain), None)
    if own is None or not own.is_firm(plan.lookup.settings):
        return range_headline(cells, plan.lookup, target, nation)
    return comparison_headline(target, own, nation, plan.lookup)


def _nation_head(plan: Plan, nation: Datum, frame: RowLayout, scale: float) -> float:
    """Name the line of the nation above the plot."""
    if nation.value is None:
        return 4.0
    canvas = plan.canvas
    text = f"{nation.label} {tell(nation, plan.lookup)}"
    half = canvas.measure(text, SMALL) / 2
    x = min(max(frame.x(nation.value / scale), half), canvas.width - half)
    canvas.text(x, 8, text, size=SMALL, color=canvas.palette.nation, align="center")
    return 15.0


def _domain_heights(plan: Plan, cells: Sequence[Datum], frame: RowLayout) -> list[float]:
    labels = wrap_labels(plan.canvas, [cell.label for cell in cells], frame.label_width)
    return [row_height(lines) - 2 for lines in labels]


def _mark_own(plan: Plan, cells: Sequence[Datum], frame: RowLayout, top: float) -> None:
    """Lay a tint under the row of the reader's domain."""
    y = top
    for cell, height in zip(cells, _domain_heights(plan, cells, frame), strict=True):
        if cell.domain == plan.domain:
            plan.canvas.rect(0, y - 2, plan.canvas.width, height, plan.canvas.palette.tint)
        y += height


def _draw_domain_rows(
    plan: Plan, cells: Sequence[Datum], frame: RowLayout, top: float, scale: float
) -> None:
    canvas, palette = plan.canvas, plan.canvas.palette
    y = top
    for cell, height in zip(cells, _domain_heights(plan, cells, frame), strict=True):
        middle = y + (height - GAP + 2) / 2
        own = cell.domain == plan.domain
        color = palette.own if own else palette.muted
        lines = canvas.wrap(cell.label, frame.label_width)
        canvas.lines(
            0, middle, lines, weight=600 if own else 400, color=palette.own if own else None
        )
        draw_point(plan, cell, frame, middle, scale, color)
        text = write(cell, plan.lookup)
        canvas.text(
            frame.value_edges[0], middle + 3, text,
            weight=600 if own else 400, color=color, align="right",
        )  # fmt: skip
        y += height
