"""Response: who was invited and who answered, by region or type of region."""

from __future__ import annotations

from collections.abc import Sequence

from briefgen.content.exhibits.canvas import SMALL
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.layout import (
    BAR,
    GAP,
    Plan,
    draw_hidden,
    make_frame,
    row_height,
    wrap_labels,
)
from briefgen.content.exhibits.lookup import Datum, Target
from briefgen.content.exhibits.words import Drawing, hidden_note, hidden_short, tell

MEASURES = ("rate", "answers", "invited")


@chart("response")
def draw_response(plan: Plan) -> Drawing:
    """Draw response rates as bars, with answers and invitations beside them."""
    lookup, canvas = plan.lookup, plan.canvas
    rows = sort_response(collect_response(plan), plan)
    cells = [cell for row in rows for cell in row]
    lookup.require(cells, ("response:rate",))
    frame = make_frame(canvas, [row[0].label for row in rows], 2)
    top = _draw_heads(plan, frame.value_edges)
    labels = wrap_labels(canvas, [row[0].label for row in rows], frame.label_width)
    y = top
    for row, lines in zip(rows, labels, strict=True):
        middle = y + (row_height(lines) - GAP) / 2
        canvas.lines(0, middle, lines, weight=600 if row[0].domain == plan.domain else 400)
        _draw_bar(plan, row[0], (frame.left, middle, frame.right - frame.left))
        for cell, edge in zip(row[1:], frame.value_edges, strict=True):
            text = lookup.locale.number(cell.value, 0) if cell.value is not None else "–"
            canvas.text(edge, middle + 3, text, color=canvas.palette.muted, align="right")
        y += row_height(lines)
    canvas.line(frame.left, top - 2, frame.left, y - GAP + 2, canvas.palette.muted)
    return Drawing(
        height=y - GAP + 4,
        chart=lookup.locale.text("Bar chart"),
        headline=_headline(plan),
        subtitle=lookup.locale.text("Response rate in percent, answers and invitations"),
        cells=cells,
        notes=[hidden_note([row[0] for row in rows], lookup)],
        described=[row[0] for row in rows],
    )


def collect_response(plan: Plan) -> list[list[Datum]]:
    """Look up rate, answers and invitations of each domain, the nation last."""
    lookup = plan.lookup
    asked = [lookup.domain(code) for code in plan.spec.domains]
    codes = asked or [*lookup.settings.regions, plan.nation]
    return [
        [
            lookup.cell(Target("response", measure, ""), code, lookup.domain_name(code))
            for measure in MEASURES
        ]
        for code in codes
    ]


def sort_response(rows: list[list[Datum]], plan: Plan) -> list[list[Datum]]:
    """Put the highest rate first, the nation last."""
    if plan.spec.options.get("sort") is False:
        return rows
    return sorted(rows, key=lambda row: (row[0].domain == plan.nation, -(row[0].value or -1.0)))


def _draw_heads(plan: Plan, edges: Sequence[float]) -> float:
    """Name the columns; narrow ones by two lines."""
    canvas, locale = plan.canvas, plan.lookup.locale
    heads = (locale.text("answers"), locale.text("invited"))
    texts = [*zip(edges, heads, strict=True)]
    crowded = canvas.measure(heads[1], SMALL) > 26
    for index, (edge, head) in enumerate(texts):
        y = 8.0 + (10.0 if crowded and index == 0 else 0.0)
        canvas.text(edge, y, head, size=SMALL, color=canvas.palette.muted, align="right")
    return 25.0 if crowded else 15.0


def _draw_bar(plan: Plan, cell: Datum, place: tuple[float, float, float]) -> None:
    canvas, palette = plan.canvas, plan.canvas.palette
    left, middle, width = place
    if cell.value is None:
        draw_hidden(canvas, left, middle - BAR / 2, width, hidden_short(cell, plan.lookup))
        return
    strong = cell.domain in (plan.domain, plan.nation)
    color = palette.own if strong else palette.other
    length = width * min(cell.value, 1.0)
    canvas.rect(left, middle - BAR / 2, length, BAR, color)
    text = tell(cell, plan.lookup)
    need = canvas.measure(text, SMALL, 600) + 6
    inside = length > need
    x, align = (left + length - 3, "right") if inside else (left + length + 3, "left")
    canvas.text(
        x, middle + 2.8, text, size=SMALL, weight=600,
        color=palette.on(color) if inside else palette.ink,
        align="right" if align == "right" else "left",
    )  # fmt: skip


def _headline(plan: Plan) -> str:
    """Say how many answered in all."""
    lookup = plan.lookup
    cells = [lookup.cell(Target("response", measure, ""), plan.nation, "") for measure in MEASURES]
    if any(cell.value is None for cell in cells):
        by = lookup.locale.text("by {unit}", unit=lookup.region)
        return lookup.locale.text("Response {by}", by=by)
    return lookup.locale.text(
        "{answers} of {invited} answered: {rate}",
        answers=lookup.locale.number(cells[1].value or 0.0, 0),
        invited=lookup.locale.number(cells[2].value or 0.0, 0),
        rate=tell(cells[0], lookup),
    )
