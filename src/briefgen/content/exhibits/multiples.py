"""Small multiples: the same few bars for each region, on one common scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from briefgen.content.exhibits.bars import Row, foot_notes, name_measured, scale_end, share_subtitle
from briefgen.content.exhibits.canvas import SMALL
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.headlines import contrast_headline, name_subject, range_headline
from briefgen.content.exhibits.layout import Plan, Sign, draw_key
from briefgen.content.exhibits.lookup import Datum, Target
from briefgen.content.exhibits.words import Drawing, missing_note, write
from briefgen.errors import TemplateError

BAR = 7.0
STEP = 10.0
HEAD = 13.0
PANEL = 112.0
"""Least width of a panel with its space, in points: four stand side by side in a report."""
MOST_MEASURES = 6
LETTERS = "ABCDEF"


@dataclass(frozen=True)
class Panels:
    """The grid of panels, in points."""

    columns: int
    width: float
    height: float
    top: float
    scale: float

    def place(self, index: int) -> tuple[float, float]:
        """Return the top left corner of a panel."""
        row, column = divmod(index, self.columns)
        return column * (self.width + 9.0), self.top + row * self.height


@chart("multiples")
def draw_multiples(plan: Plan) -> Drawing:
    """Draw a panel for each region; letters stand for the measures, told in the key."""
    lookup = plan.lookup
    targets = _targets(plan)
    labels = _labels(plan, targets)
    codes = [lookup.domain(code) for code in plan.spec.domains] or list(lookup.settings.regions)
    nation = [
        lookup.cell(target, plan.nation, label)
        for target, label in zip(targets, labels, strict=True)
    ]
    panels = {
        code: [lookup.cell(t, code, label) for t, label in zip(targets, labels, strict=True)]
        for code in codes
    }
    every = [cell for row in panels.values() for cell in row]
    lookup.require([*nation, *every], plan.spec.refs)
    _require_one_unit(nation)
    left_out = [row[0] for code, row in panels.items() if _is_empty(plan, code, row)]
    panels = {code: row for code, row in panels.items() if not _is_empty(plan, code, row)}
    top = _draw_key(plan, labels)
    grid = _grid(plan, len(targets), top, scale_end([*every, *nation]))
    for index, (code, cells) in enumerate(panels.items()):
        _draw_panel(plan, code, cells, nation, (*grid.place(index), grid.width, grid.scale))
    rows: list[Row] = [
        (target, [row[index] for row in panels.values()]) for index, target in enumerate(targets)
    ]
    return Drawing(
        height=top + math.ceil(len(panels) / grid.columns) * grid.height,
        chart=lookup.locale.text("Small bar charts, one for each {unit}", unit=lookup.region),
        headline=_headline(plan, targets, labels, nation, panels),
        subtitle=share_subtitle(plan, rows, codes),
        measured=name_measured(plan, rows, codes),
        cells=[*nation, *every],
        notes=[
            *foot_notes(plan, rows, with_intervals=False),
            missing_note(left_out, lookup),
        ],
        described=_described(plan, nation, panels),
    )


def _require_one_unit(cells: Sequence[Datum]) -> None:
    """Make sure that all measures can stand on the common scale."""
    units = sorted({cell.evidence.unit or "number" for cell in cells if cell.evidence})
    if len(units) > 1:
        raise TemplateError(
            f"small multiples cannot show {' and '.join(units)} on one scale",
            hint="name measures of one unit",
        )


def _is_empty(plan: Plan, code: str, cells: Sequence[Datum]) -> bool:
    """Whether a panel would show nothing, and is not the reader's own."""
    return code != plan.domain and not any(cell.is_published or cell.band for cell in cells)


def _targets(plan: Plan) -> list[Target]:
    found = [target for ref in plan.spec.refs for target in plan.lookup.targets(ref)]
    return found[: int(plan.spec.options.get("most", MOST_MEASURES))][:MOST_MEASURES]


def _labels(plan: Plan, targets: Sequence[Target]) -> list[str]:
    lookup = plan.lookup
    if len({target.variable for target in targets}) == 1:
        return [lookup.measure_label(target) for target in targets]
    return [name_subject(target, lookup) for target in targets]


def _draw_key(plan: Plan, labels: Sequence[str]) -> float:
    """Say what the letters mean, and that the diamond is the nation."""
    canvas, palette, lookup = plan.canvas, plan.canvas.palette, plan.lookup
    x, y = 0.0, 8.0
    for letter, label in zip(LETTERS, labels, strict=False):
        line = canvas.wrap(label, canvas.width - 12, SMALL)[0]
        need = 11 + canvas.measure(line, SMALL)
        if x > 0 and x + need > canvas.width:
            x, y = 0.0, y + 11.5
        canvas.text(x, y, letter, size=SMALL, weight=600, color=palette.own)
        canvas.text(x + 9, y, line, size=SMALL)
        x += need + 8
    entries: list[tuple[Sign, str, str]] = [
        ("diamond", palette.nation, lookup.domain_name(plan.nation)),
    ]  # fmt: skip
    if plan.domain != plan.nation:
        entries.insert(0, ("square", palette.own, lookup.domain_name(plan.domain)))
        others = lookup.settings.info.regions.plural[lookup.language]
        text = lookup.locale.text("other {regions}", regions=others)
        entries.insert(1, ("square", palette.other, text))
    return draw_key(canvas, entries, y + 4) + 2


def _grid(plan: Plan, measures: int, top: float, scale: float) -> Panels:
    columns = max(2, int((plan.canvas.width + 9) // PANEL))
    width = (plan.canvas.width - (columns - 1) * 9.0) / columns
    return Panels(columns, width, HEAD + measures * STEP + 5, top, scale)


def _draw_panel(
    plan: Plan,
    code: str,
    cells: Sequence[Datum],
    nation: Sequence[Datum],
    place: tuple[float, float, float, float],
) -> None:
    canvas, palette = plan.canvas, plan.canvas.palette
    left, top, width, scale = place
    own = code == plan.domain
    plain = plan.domain == plan.nation
    name = canvas.wrap(plan.lookup.domain_name(code), width, SMALL, 600)
    title = name[0] if len(name) == 1 else plan.lookup.short_name(code)
    color = palette.own if own or plain else palette.ink
    canvas.text(left, top + 8, title, size=SMALL, weight=600, color=color)
    canvas.line(left, top + 10.5, left + width, top + 10.5, palette.own if own else palette.rule)
    for index, (cell, base) in enumerate(zip(cells, nation, strict=True)):
        y = top + HEAD + index * STEP + STEP / 2
        canvas.text(left, y + 2.8, LETTERS[index], size=SMALL, color=palette.muted)
        box = (left + 9.0, y, width - 9.0 - 24.0, scale)
        _draw_bar(plan, cell, base, box, palette.own if own or plain else palette.other)
        text = write(cell, plan.lookup)
        canvas.text(
            left + width, y + 2.8, text, size=SMALL, align="right",
            weight=600 if own else 400, color=color,
        )  # fmt: skip


def _draw_bar(
    plan: Plan, cell: Datum, nation: Datum, box: tuple[float, float, float, float], color: str
) -> None:
    canvas, palette = plan.canvas, plan.canvas.palette
    left, y, width, scale = box
    if cell.band is not None:
        low, high = (min(x / scale, 1.0) * width for x in cell.band)
        canvas.hatch(left + low, y - BAR / 2, high - low, BAR, 3.0)
        return
    if cell.value is None:
        canvas.hatch(left, y - BAR / 2, width, BAR, 3.0)
        return
    canvas.rect(left, y - BAR / 2, width * cell.value / scale, BAR, color)
    if nation.value is not None:
        canvas.diamond(left + width * nation.value / scale, y, 3.0, palette.nation, palette.paper)


def _headline(
    plan: Plan,
    targets: Sequence[Target],
    labels: Sequence[str],
    nation: Sequence[Datum],
    panels: dict[str, list[Datum]],
) -> str:
    own = panels.get(plan.domain)
    shown = {plan.domain: own} if own else panels
    rows = [[cell, whole] for cell, whole in zip(own or (), nation, strict=bool(own))]
    named = list(zip(targets, labels, strict=True))
    borne = contrast_headline(named, rows, plan.lookup) if own else ""
    first = [cells[0] for cells in panels.values()]
    return (
        borne
        or _count_clear(plan, targets, shown)
        or range_headline(first, plan.lookup, targets[0], nation[0])
    )


def _count_clear(plan: Plan, targets: Sequence[Target], panels: dict[str, list[Datum]]) -> str:
    """Say how many of the comparisons that stand in the panels are clear; ``""`` of none."""
    lookup = plan.lookup
    verdicts = [lookup.judge(target, code) for code in panels for target in targets]
    compared = [verdict for verdict in verdicts if verdict != "unknown"]
    if not compared:
        return ""
    clear = sum(verdict in ("higher", "lower") for verdict in compared)
    if not clear:
        return lookup.locale.text("None of the comparisons shown is clear")
    number = lookup.locale.number
    return lookup.locale.ngettext(
        "{count} of {all} comparisons shown is clear",
        "{count} of {all} comparisons shown are clear",
        clear, count=number(clear, 0), all=number(len(compared), 0),
    )  # fmt: skip


def _described(plan: Plan, nation: Sequence[Datum], panels: dict[str, list[Datum]]) -> list[Datum]:
    """Tell the reader's own region beside the nation; without one, the first measure of all."""
    own = panels.get(plan.domain)
    if own:
        pairs = zip(own, nation, strict=True)
        return [cell for pair in pairs for cell in pair]
    return [nation[0], *(cells[0] for cells in panels.values())]
