"""The tile-grid map: one tile for each region, shaded by its value."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from briefgen.config.settings import Region
from briefgen.content.exhibits.bars import foot_notes, name_measured, share_subtitle
from briefgen.content.exhibits.canvas import SIZE, SMALL
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.dots import domains_headline, headline_target
from briefgen.content.exhibits.layout import Plan, Sign, draw_key
from briefgen.content.exhibits.lookup import Datum
from briefgen.content.exhibits.words import Drawing
from briefgen.content.language.labels import tell_graded
from briefgen.content.tiers import is_weak
from briefgen.errors import TemplateError

CLASSES = 4
SPACE = 2.4
TENS = 0.1


@dataclass(frozen=True)
class ColourScale:
    """Equal classes between round limits."""

    limits: tuple[float, ...]
    colors: Sequence[str]

    def color(self, value: float) -> str:
        """Return the fill of a value."""
        inner = self.limits[1:-1]
        return self.colors[sum(value >= limit for limit in inner)]


@chart("tile_map")
def draw_tile_map(plan: Plan) -> Drawing:
    """Draw the regions where ``study.yml`` puts their tiles, the reader's own outlined."""
    lookup, canvas = plan.lookup, plan.canvas
    regions = [region for region in lookup.settings.regions.values() if region.tile]
    if not regions:
        raise TemplateError(
            "the regions have no tiles", hint="give each region tile: [column, row] in study.yml"
        )
    target = headline_target(plan)
    cells = {r.code: lookup.cell(target, r.code, lookup.domain_name(r.code)) for r in regions}
    nation = lookup.cell(target, plan.nation, lookup.domain_name(plan.nation))
    lookup.require([nation, *cells.values()], plan.spec.refs)
    scale = _make_scale(plan, list(cells.values()))
    top = draw_key(canvas, _key(plan, scale, list(cells.values())))
    bottom = _draw_tiles(plan, regions, cells, scale, top + 1)
    rows = [(target, [cell]) for cell in (nation, *cells.values())]
    return Drawing(
        height=bottom,
        chart=lookup.locale.text("Map of tiles, one for each {unit}", unit=lookup.region),
        headline=domains_headline(plan, target, list(cells.values()), nation),
        subtitle=share_subtitle(plan, rows[:1], list(cells)),
        measured=name_measured(plan, rows[:1], list(cells)),
        cells=[nation, *sorted(cells.values(), key=lambda cell: -(cell.value or -1.0))],
        notes=foot_notes(plan, rows, with_intervals=False),
    )


def _make_scale(plan: Plan, cells: Sequence[Datum]) -> ColourScale:
    """Make classes of equal, round width over the published values.

    None is narrower than the tens to which weak shares are rounded.
    """
    values = [cell.value for cell in cells if cell.value is not None]
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    step = _round_up(max(high - low, 1e-9) / CLASSES)
    rounded = [c for c in cells if c.is_published and not c.is_firm(plan.lookup.settings)]
    if any(cell.evidence and cell.evidence.unit == "share" for cell in rounded):
        step = max(step, TENS)
    start = math.floor(low / step + 1e-9) * step
    count = max(2, math.ceil((high - start) / step + 1e-9))
    limits = tuple(round(start + index * step, 6) for index in range(count + 1))
    return ColourScale(limits, plan.canvas.palette.sequence(count))


def _round_up(step: float) -> float:
    """Return the next of 1, 2, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(max(step, 0.01)))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= step - 1e-9)


def _key(plan: Plan, scale: ColourScale, cells: Sequence[Datum]) -> list[tuple[Sign, str, str]]:
    locale = plan.lookup.locale
    is_share = all(cell.evidence.unit == "share" for cell in cells if cell.evidence)

    def write(value: float) -> str:
        return locale.number(value * 100, 0) if is_share else locale.number(value)

    entries: list[tuple[Sign, str, str]] = []
    for low, high, color in zip(scale.limits, scale.limits[1:], scale.colors, strict=False):
        top = locale.percent(high) if is_share else locale.number(high)
        text = locale.text("{low} to under {high}", low=write(low), high=top)
        entries.append(("square", color, text))
    if any(not cell.is_published for cell in cells):
        entries.append(("hatch", "", locale.text("not shown")))
    return entries


def _draw_tiles(
    plan: Plan, regions: Sequence[Region], cells: dict[str, Datum], scale: ColourScale, top: float
) -> float:
    canvas = plan.canvas
    places = {region.code: region.tile for region in regions if region.tile}
    columns = max(column for column, _ in places.values()) + 1
    rows = max(row for _, row in places.values()) + 1
    size = min((canvas.width - SPACE) / columns - SPACE, 40.0)
    left = (canvas.width - columns * (size + SPACE) + SPACE) / 2
    for region in sorted(regions, key=lambda region: region.code == plan.domain):
        column, row = places[region.code]
        x, y = left + column * (size + SPACE), top + row * (size + SPACE)
        _draw_tile(plan, cells[region.code], scale, x, y, size)
    return top + rows * (size + SPACE) + 2


def _draw_tile(  # noqa: PLR0917 - a place and its size
    plan: Plan, cell: Datum, scale: ColourScale, x: float, y: float, size: float
) -> None:
    canvas, palette = plan.canvas, plan.canvas.palette
    own = cell.domain == plan.domain
    name = plan.lookup.short_name(cell.domain)
    if cell.value is None:
        canvas.hatch(x, y, size, size)
        need = canvas.measure(name, SIZE, 600) + 4
        canvas.rect(x + (size - need) / 2, y + size / 2 - 6, need, 12, palette.paper)
        canvas.text(
            x + size / 2, y + size / 2 + 3, name,
            weight=600, color=palette.muted, align="center",
        )  # fmt: skip
    else:
        fill = scale.color(cell.value)
        canvas.rect(x, y, size, size, fill)
        color = palette.on(fill)
        canvas.text(x + size / 2, y + size / 2 - 2, name, weight=600, color=color, align="center")
        text = _short_value(plan, cell)
        canvas.text(x + size / 2, y + size / 2 + 8.5, text, size=SMALL, color=color, align="center")
    if own:
        canvas.frame(x - 0.6, y - 0.6, size + 1.2, size + 1.2, color=palette.accent, line=2.2)


def _short_value(plan: Plan, cell: Datum) -> str:
    """Return the value without a unit where it is no share: tiles are small."""
    locale, item = plan.lookup.locale, cell.evidence
    if item is not None and item.unit == "share":
        return tell_graded(locale, item)
    number = locale.number(cell.value or 0.0)
    return f"({number})" if item and is_weak(plan.lookup.settings, item) else number
