"""The spine chart: the results of a region by topic, the nation as the spine.

In: the reader's domain, and of each measure its desirable direction. Out: one row for each
published measure: the domain's value with its interval, its value in the last edition, its type,
the range of regions, all as distances from the nation, with what is better to the right. Shares
stand on one scale in points; a measure of another unit is drawn on a scale of its own. The form is
that of public health profiles (Fingertips).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from briefgen.config.measures import find_kind, finding_measures, headline_measures
from briefgen.config.plain_text import capital
from briefgen.config.settings import Topic
from briefgen.content.exhibits.canvas import SMALL, Weight
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.headlines import name_subject
from briefgen.content.exhibits.layout import Plan, Sign, draw_key, draw_sign, place_key
from briefgen.content.exhibits.lookup import Datum, Lookup, Target
from briefgen.content.exhibits.words import Drawing, counts_note, interval_note, tell, weak_note
from briefgen.content.language.labels import count_weak_digits
from briefgen.content.tiers import find_type, is_weak
from briefgen.model import Evidence

ROW: Final = 9.4
"""Height of a row with one line of label, in points."""
TITLE: Final = 11.4
"""Height of a topic's title with its space."""
BAND: Final = 5.8
"""Height of the range of regions."""
PLOT: Final = 0.22
"""Share of the width that the plot takes; values take what they need, labels the rest."""
WIDE_PLOT: Final = 0.5
"""The same of a chart that has the page's width for itself."""
WIDE: Final = 360.0
"""From this width on, in points, it has."""
TIGHT: Final = 1.08
"""Distance of the lines of one label as a multiple of the size."""
MOST_HEIGHT: Final = 600.0
"""Height of all rows together, at most: with two columns of them a brief keeps to two pages."""
LOPSIDED: Final = 60.0
"""Difference in height of two columns, in points, from which on a topic is cut in two."""
PARTS: Final = 2
"""How many columns a long chart is set in."""
SIDES: Final = {
    "better": "{n} clearly better",
    "worse": "{n} clearly worse",
    "other": "{n} clearly different",
}
"""What is said of differences: for better, for worse, and where nothing says which is which."""
CLEAR: Final = ("higher", "lower")
FEW: Final = 3
"""Up to how many regions are named in the key of the range."""


@dataclass(frozen=True)
class SpineRow:
    """One measure: the domain beside the nation, its type, the range of regions, chosen peers.

    ``before`` is the domain's value in the last edition and ``change`` the difference from it;
    ``regions`` are those whose values bear a comparison, lowest first.
    """

    target: Target
    label: str
    own: Datum
    nation: Datum
    peers: Datum | None
    regions: tuple[Datum, ...]
    chosen: tuple[Datum, ...]
    better: str
    verdict: str
    before: Datum | None = None
    change: Evidence | None = None
    is_headline: bool = True

    @property
    def ends(self) -> tuple[Datum, ...]:
        """The ends of the range of regions; none where only one region bears a comparison."""
        return (self.regions[0], self.regions[-1]) if len(self.regions) > 1 else ()

    @property
    def cells(self) -> list[Datum]:
        """All values that the row shows."""
        found = (self.own, self.before, self.nation, self.peers, *self.ends, *self.chosen)
        return [cell for cell in found if cell is not None]

    @property
    def is_share(self) -> bool:
        """Whether the row stands on the common scale."""
        return self.own.evidence is not None and self.own.evidence.unit == "share"

    @property
    def distances(self) -> list[float]:
        """Distances from the nation of all that is drawn."""
        ends = [self.own.low, self.own.high, *(cell.value for cell in self.cells)]
        return [value - (self.nation.value or 0.0) for value in ends if value is not None]

    @property
    def differs(self) -> bool:
        """Whether the evidence bears that the domain differs from elsewhere."""
        return self.verdict in CLEAR


@dataclass(frozen=True)
class SpineTopic:
    """A topic with its rows."""

    title: str
    rows: Sequence[SpineRow]


@dataclass(frozen=True)
class SpineFrame:
    """Horizontal places, in points."""

    labels: float
    left: float
    right: float
    own: float
    nation: float

    @property
    def middle(self) -> float:
        """Place of the nation."""
        return (self.left + self.right) / 2

    def x(self, distance: float) -> float:
        """Return the place of a distance between -1 and 1."""
        return self.middle + max(-1.0, min(1.0, distance)) * (self.right - self.left) / 2


@chart("spine")
def draw_spine(plan: Plan) -> Drawing:
    """Draw all headline measures; with ``part`` 1 or 2 one of two columns of topics."""
    every = _collect(plan)
    plan.lookup.require([row.own for row in every.rows] or every.hidden, ())
    if not every.rows:
        return _say_nothing(plan, every)
    frame = _make_frame(plan, every.rows)
    content = _trim(plan, every, frame)
    extent = _common_extent(content.rows)
    shown = _take_part(plan, content.topics, frame)
    rows = [row for topic in shown for row in topic.rows]
    bottom = _draw_topics(plan, frame, shown, _draw_head(plan, frame, content.rows), extent)
    return Drawing(
        height=bottom + 2,
        chart=_name_chart(plan, content.rows),
        headline=_headline(plan, every.rows),
        subtitle=_subtitle(plan, content),
        cells=[cell for row in rows for cell in row.cells],
        described=[cell for row in rows for cell in (row.own, row.nation, row.before) if cell],
        notes=_notes(plan, rows, content, extent),
        grounds=[row.change.key for row in rows if row.change is not None],
    )


def _name_chart(plan: Plan, rows: Sequence[SpineRow]) -> str:
    if any(row.better for row in rows):
        return plan.lookup.locale.text("Spine chart, what is better to the right")
    return plan.lookup.locale.text("Spine chart, what is more to the right")


def _say_nothing(plan: Plan, content: SpineContent) -> Drawing:
    """Say that no result of the domain is published."""
    text = plan.lookup.locale.text
    few = text("{subject}: too few answers to say", subject=plan.lookup.domain_name(plan.domain))
    for number, line in enumerate(plan.canvas.wrap(few, plan.canvas.width, SMALL)):
        plan.canvas.text(0, 10 + number * ROW, line, size=SMALL)
    return Drawing(
        height=26.0,
        chart=text("Spine chart, what is better to the right"),
        headline=few,
        subtitle=_subtitle(plan, content),
        cells=content.hidden,
        notes=_left_out(plan, content),
        described=content.hidden[:1],
    )


# --- values -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class SpineContent:
    """What is drawn, and what is not: hidden values, and results beyond the chart's room."""

    topics: Sequence[SpineTopic]
    hidden: Sequence[Datum]
    further: int

    @property
    def rows(self) -> list[SpineRow]:
        """All results that are drawn."""
        return [row for topic in self.topics for row in topic.rows]


def _collect(plan: Plan) -> SpineContent:
    """Look all results up."""
    topics: list[SpineTopic] = []
    hidden: list[Datum] = []
    for topic in _ordered_topics(plan):
        rows = [_make_row(plan, target, label) for target, label in _targets(plan, topic)]
        good = [row for row in rows if row.own.is_published and row.nation.is_published]
        hidden += [row.own for row in rows if row not in good]
        if good:
            topics.append(SpineTopic(topic.title[plan.lookup.language], good))
    return SpineContent(topics, hidden, 0)


def _trim(plan: Plan, content: SpineContent, frame: SpineFrame) -> SpineContent:
    """Leave out what is no headline of its question, and what the chart has no room for.

    None of what differs clearly, as long as there is room: the headline counts it.
    """
    pairs = [(topic.title, row) for topic in content.topics for row in topic.rows]
    wanted = [(title, row) for title, row in pairs if row.differs or row.is_headline]
    room, kept, begun = MOST_HEIGHT, set(), set()
    for title, row in sorted(wanted, key=lambda pair: not pair[1].differs):
        room -= _row_height(_wrap(plan, row, frame)) + (0.0 if title in begun else TITLE)
        if room < 0:
            break
        kept.add(row.target)
        begun.add(title)
    shown = [
        SpineTopic(topic.title, [row for row in topic.rows if row.target in kept])
        for topic in content.topics
    ]
    topics = [topic for topic in shown if topic.rows]
    return SpineContent(topics, content.hidden, len(content.rows) - len(kept))


def _ordered_topics(plan: Plan) -> list[Topic]:
    """Return topics, those that ``topics`` names first."""
    known = plan.lookup.settings.info.topics
    wanted = list(plan.spec.options.get("topics", ()))
    return sorted(known, key=lambda t: wanted.index(t.code) if t.code in wanted else len(wanted))


def _targets(plan: Plan, topic: Topic) -> list[tuple[Target, str]]:
    """Return a topic's results with labels that no other of its rows has."""
    found = [
        Target("survey", variable.code, measure)
        for variable in plan.lookup.settings.variables.values()
        if variable.question.code in topic.questions
        for measure in finding_measures(variable)
    ]
    labels = [_name(target, plan.lookup) for target in found]
    return [
        (target, _tell_apart(target, label, plan.lookup) if labels.count(label) > 1 else label)
        for target, label in zip(found, labels, strict=True)
    ]


def _name(target: Target, lookup: Lookup) -> str:
    """Name a measure in few words; the topic above says what it belongs to."""
    variable = lookup.settings.variables[target.variable]
    kind = find_kind(lookup.settings, target.variable, target.measure)
    if kind is not None and kind.names_subject:
        return capital(lookup.measure_label(target))
    if target.measure in {option.name for option in variable.answers}:
        return f"{capital(variable.label[lookup.language])}, {lookup.measure_label(target)}"
    if variable.type in ("scale", "numeric"):
        unit = lookup.settings.codebook.units.get(variable.question.unit or "")
        label = capital(variable.label[lookup.language])
        if unit is None or unit.many[lookup.language] in label:
            return label
        return f"{label} ({unit.many[lookup.language]})"
    return name_subject(target, lookup)


def _tell_apart(target: Target, label: str, lookup: Lookup) -> str:
    question = lookup.settings.variables[target.variable].question
    return f"{label} ({question.label[lookup.language]})"


def _make_row(plan: Plan, target: Target, label: str) -> SpineRow:
    lookup = plan.lookup
    regional = _regional(lookup, target, label)
    return SpineRow(
        target=target,
        label=label,
        own=lookup.cell(target, plan.domain, label),
        nation=lookup.cell(target, plan.nation, label),
        peers=_peers(plan, target, label),
        regions=tuple(regional),
        chosen=tuple(cell for cell in regional if cell.domain in _chosen(plan)),
        better=_direction(plan, target),
        verdict=lookup.judge(target, plan.domain),
        before=lookup.cell_before(target, plan.domain, label),
        change=lookup.change(target, plan.domain),
        is_headline=target.measure in headline_measures(lookup.settings.variables[target.variable]),
    )


def _regional(lookup: Lookup, target: Target, label: str) -> list[Datum]:
    """Return the values of all regions with enough answers, lowest first."""
    cells = [lookup.cell(target, code, label) for code in lookup.settings.regions]
    firm = (cell for cell in cells if cell.is_firm(lookup.settings))
    return sorted(firm, key=lambda c: (c.value or 0.0, c.key))


def _peers(plan: Plan, target: Target, label: str) -> Datum | None:
    """Return the value of the region's own type."""
    code = _type_of(plan)
    cell = plan.lookup.cell(target, f"type:{code}", label) if code else None
    return cell if cell is not None and cell.is_firm(plan.lookup.settings) else None


def _chosen(plan: Plan) -> tuple[str, ...]:
    """Return the regions that the study compares the reader's with."""
    region = plan.lookup.settings.regions.get(plan.domain)
    return region.peers if region is not None else ()


def _type_of(plan: Plan) -> str:
    lookup = plan.lookup
    if plan.domain not in lookup.settings.regions:
        return ""
    return find_type(lookup.released, lookup.settings, plan.domain)


def _direction(plan: Plan, target: Target) -> str:
    """Return which way is better: what ``better`` says, else the codebook; ``""`` for neither."""
    stated = plan.spec.options.get("better", {}).get(f"{target.variable}.{target.measure}")
    if stated is not None:
        return str(stated)
    return plan.lookup.settings.variables[target.variable].question.better or ""


# --- parts ------------------------------------------------------------------------------------


def _take_part(plan: Plan, topics: Sequence[SpineTopic], frame: SpineFrame) -> list[SpineTopic]:
    """Return the topics of one of two columns as equal in height as can be, each in its order."""
    part = plan.spec.options.get("part", 0)
    if not part:
        return list(topics)
    heights = [_topic_height(plan, topic, frame) for topic in topics]
    key = place_key(plan.canvas, _entries(plan, [row for t in topics for row in t.rows]))[2]
    first = _halve(heights, key)
    column = key + sum(heights[index] for index in first)
    if abs(key + sum(heights) - 2 * column) > LOPSIDED:
        return _cut(plan, topics, frame, (key + sum(heights)) / 2 - key)[part - 1]
    return [topic for index, topic in enumerate(topics) if (index in first) == (part == 1)]


def _cut(
    plan: Plan, topics: Sequence[SpineTopic], frame: SpineFrame, room: float
) -> tuple[list[SpineTopic], list[SpineTopic]]:
    """Return two columns of which the first has so much room; a topic may go on in the second."""
    columns: tuple[list[SpineTopic], list[SpineTopic]] = ([], [])
    for topic in topics:
        room -= TITLE
        heights = [_row_height(_wrap(plan, row, frame)) for row in topic.rows]
        above = [sum(heights[: index + 1]) <= room for index in range(len(heights))]
        count = sum(above)
        room -= sum(heights[:count])
        if count < len(heights):
            room = 0.0
        for column, rows in zip(columns, (topic.rows[:count], topic.rows[count:]), strict=True):
            if rows:
                column.append(SpineTopic(topic.title, rows))
    return columns


def _halve(heights: Sequence[float], before: float) -> set[int]:
    """Return the indices of the first column, in which the first always stands.

    Parameters
    ----------
    before
        Height of what stands over the first column.
    """
    total = before + sum(heights)
    found = {round(before + heights[0], 1): {0}}  # height of the first column: what is in it
    for index, height in enumerate(heights[1:], 1):
        longer = {round(at + height, 1): {*chosen, index} for at, chosen in found.items()}
        found = {**longer, **found}
    return found[min(found, key=lambda at: (abs(total - 2 * at), at))]


def _is_first(plan: Plan) -> bool:
    return int(plan.spec.options.get("part", 0)) < 2


def _is_last(plan: Plan) -> bool:
    return int(plan.spec.options.get("part", 0)) != 1


# --- drawing ----------------------------------------------------------------------------------


def _make_frame(plan: Plan, rows: Sequence[SpineRow]) -> SpineFrame:
    """Divide the width; all parts get the same places."""
    canvas = plan.canvas
    wide = [
        max(canvas.measure(_short_value(plan, cell), SMALL, 600) for cell in cells) + 4.0
        for cells in ([row.own for row in rows], [row.nation for row in rows])
    ]
    right = canvas.width - 1.0 - sum(wide)
    left = right - (WIDE_PLOT if canvas.width >= WIDE else PLOT) * canvas.width
    return SpineFrame(left - 6.0, left, right, canvas.width - 1.0 - wide[1], canvas.width - 1.0)


def _wrap(plan: Plan, row: SpineRow, frame: SpineFrame) -> list[str]:
    weight: Weight = 600 if row.differs else 400
    return plan.canvas.wrap(row.label, frame.labels, SMALL, weight)


def _row_height(lines: Sequence[str]) -> float:
    return max(ROW, len(lines) * SMALL * TIGHT + 1.6)


def _topic_height(plan: Plan, topic: SpineTopic, frame: SpineFrame) -> float:
    return TITLE + sum(_row_height(_wrap(plan, row, frame)) for row in topic.rows)


def _common_extent(rows: Sequence[SpineRow]) -> float:
    """Return the end of the scale of shares: the next ten points that hold all that is drawn."""
    most = max((abs(d) for row in rows if row.is_share for d in row.distances), default=0.1)
    return math.ceil(round(most * 10, 6)) / 10


def _scale(row: SpineRow, extent: float) -> Callable[[float], float]:
    """Return what turns a value into a distance from the spine, better to the right."""
    own = extent if row.is_share else max(map(abs, row.distances), default=0.0)
    sign = -1.0 if row.better == "lower" else 1.0
    middle = row.nation.value or 0.0
    return lambda value: sign * (value - middle) / own if own else 0.0


def _draw_head(plan: Plan, frame: SpineFrame, rows: Sequence[SpineRow]) -> float:
    """Write the key over the first part, and over each what its columns are."""
    canvas, palette, text = plan.canvas, plan.canvas.palette, plan.lookup.locale.text
    top = draw_key(canvas, _entries(plan, rows)) if _is_first(plan) else 0.0
    y = top + 7.0
    rated = any(row.better for row in rows)
    left, right = text("worse" if rated else "less"), text("better" if rated else "more")
    canvas.text(frame.middle - 4.0, y, left, size=SMALL, color=palette.muted, align="right")
    canvas.text(frame.middle + 4.0, y, right, size=SMALL, color=palette.muted)
    draw_sign(canvas, "dot", palette.own, frame.own - 5.0, y - 2.7)
    canvas.line(frame.nation - 5.0, y - 6.5, frame.nation - 5.0, y + 1.0, palette.nation, width=1.2)
    return y + 3.0


def _entries(plan: Plan, rows: Sequence[SpineRow]) -> list[tuple[Sign, str, str]]:
    """Return the key: only signs that the chart has."""
    palette, lookup = plan.canvas.palette, plan.lookup
    text, name = lookup.locale.text, lookup.domain_name(plan.domain)
    entries: list[tuple[Sign, str, str]] = []
    if any(row.differs for row in rows):
        entries.append(("dot", palette.own, text("{place}, clearly different", place=name)))
    if any(not row.differs for row in rows):
        entries.append(("ring", palette.own, text("no clear difference")))
    if any(not row.better for row in rows):
        entries.append(("frame", palette.own, text("not rated: more is to the right")))
    entries.append(("rule", palette.nation, lookup.domain_name(plan.nation)))
    if any(row.peers for row in rows):
        kind = lookup.domain_name(f"type:{_type_of(plan)}")
        entries.append(("diamond", palette.other, kind))
    if any(row.chosen for row in rows):
        codes = _chosen(plan)
        called = lookup.domain_name if len(codes) < 3 else lookup.short_name  # room for one line
        names = [called(code) for code in codes]
        entries.append(("tick", palette.ink, lookup.locale.join(names)))
    if any(row.before for row in rows):
        edition = lookup.edition_before
        before = text("{place}, edition {edition}", place=name, edition=edition)
        entries.append(("triangle", palette.own, before))
    if any(row.ends for row in rows):
        entries.append(("band", palette.rule, _name_range(plan, rows)))
    return entries


def _name_range(plan: Plan, rows: Sequence[SpineRow]) -> str:
    """Say of which regions the bar is the range: a few are named, as it spans no others."""
    lookup = plan.lookup
    text = lookup.locale.text
    compared = {cell.domain for row in rows if row.ends for cell in row.regions}
    codes = [code for code in lookup.settings.regions if code in compared]
    if len(codes) == len(lookup.settings.regions):
        return text(
            "range of {regions}", regions=lookup.settings.info.regions.plural[lookup.language]
        )
    if len(codes) > FEW:
        return text(
            "range of the {n} {regions} with enough answers",
            n=lookup.locale.number(len(codes), 0), regions=lookup.regions,
        )  # fmt: skip
    for called in (lookup.domain_name, lookup.short_name):
        line = text("range: {places}", places=lookup.locale.join([called(code) for code in codes]))
        if plan.canvas.measure(line, SMALL) < plan.canvas.width - 11.0:
            break
    return line


def _draw_topics(
    plan: Plan, frame: SpineFrame, topics: Sequence[SpineTopic], top: float, extent: float
) -> float:
    canvas, palette = plan.canvas, plan.canvas.palette
    y = top
    for topic in topics:
        canvas.line(0, y + 0.5, canvas.width, y + 0.5, palette.rule)
        title = canvas.wrap(topic.title, canvas.width, SMALL, 600)[0]
        canvas.text(0, y + 9.0, title, size=SMALL, weight=600)
        y += TITLE
        start = y
        for row in topic.rows:
            y += _draw_row(plan, frame, row, y, extent)
        canvas.line(frame.middle, start, frame.middle, y, palette.nation, width=1.0)
        for row, at in _places(plan, topic, frame, start):
            _draw_marks(plan, frame, row, at, extent)
    return y


def _places(
    plan: Plan, topic: SpineTopic, frame: SpineFrame, start: float
) -> list[tuple[SpineRow, float]]:
    """Return the vertical middle of each row."""
    places, y = [], start
    for row in topic.rows:
        height = _row_height(_wrap(plan, row, frame))
        places.append((row, y + height / 2))
        y += height
    return places


def _draw_row(plan: Plan, frame: SpineFrame, row: SpineRow, y: float, extent: float) -> float:
    """Write label and values and lay the range of regions below the spine; return the height."""
    canvas, palette = plan.canvas, plan.canvas.palette
    lines = _wrap(plan, row, frame)
    height = _row_height(lines)
    middle = y + height / 2
    weight: Weight = 600 if row.differs else 400
    first = middle - (len(lines) - 1) * SMALL * TIGHT / 2 + SMALL * 0.34
    for index, line in enumerate(lines):
        canvas.text(0, first + index * SMALL * TIGHT, line, size=SMALL, weight=weight)
    place = _scale(row, extent)
    if row.ends:
        ends = sorted(frame.x(place(cell.value or 0.0)) for cell in row.ends)
        canvas.rect(ends[0], middle - BAND / 2, ends[1] - ends[0], BAND, palette.rule)
    for cell, edge in ((row.own, frame.own), (row.nation, frame.nation)):
        own = cell is row.own
        canvas.text(
            edge, middle + SMALL * 0.34, _short_value(plan, cell), size=SMALL, align="right",
            weight=600 if own else 400, color=palette.own if own else palette.muted,
        )  # fmt: skip
    return height


def _draw_marks(plan: Plan, frame: SpineFrame, row: SpineRow, y: float, extent: float) -> None:
    """Draw type, interval, the last edition's and the domain's own sign over the spine."""
    canvas, palette = plan.canvas, plan.canvas.palette
    place = _scale(row, extent)
    if row.own.low is not None and row.own.high is not None:
        low, high = frame.x(place(row.own.low)), frame.x(place(row.own.high))
        canvas.line(low, y, high, y, palette.own, width=1.0)
    for cell in row.chosen:
        x = frame.x(place(cell.value or 0.0))
        canvas.line(x, y - BAND / 2, x, y + BAND / 2, palette.ink, width=0.8)
    if row.peers is not None and row.peers.value is not None:
        canvas.diamond(frame.x(place(row.peers.value)), y, 3.4, palette.other, palette.paper)
    if row.before is not None and row.before.value is not None:
        canvas.triangle(frame.x(place(row.before.value)), y, 2.6, palette.paper, palette.own)
    x = frame.x(place(row.own.value or 0.0))
    fill = palette.own if row.differs else palette.paper
    if row.better:
        canvas.dot(x, y, 2.9, fill, palette.own)
    else:
        canvas.rect(x - 2.8, y - 2.8, 5.6, 5.6, fill)
        canvas.frame(x - 2.8, y - 2.8, 5.6, 5.6, color=palette.own, line=1.1)


def _short_value(plan: Plan, cell: Datum) -> str:
    """Write a value without its unit, which stands in the label."""
    item, locale = cell.evidence, plan.lookup.locale
    if item is None or item.value is None or item.unit == "share":
        return tell(cell, plan.lookup)
    if is_weak(plan.lookup.settings, item):
        return f"({locale.bare(item, item.value, count_weak_digits(item))})"
    return locale.bare(item, item.value, None)


# --- words ------------------------------------------------------------------------------------


def _headline(plan: Plan, rows: Sequence[SpineRow]) -> str:
    """Say how many results differ clearly from elsewhere, of all that could be compared."""
    lookup = plan.lookup
    compared = [row for row in rows if row.verdict != "unknown"]
    told = _count_sides([(row, row.verdict) for row in compared], lookup)
    return lookup.locale.text(
        "{place} compared with elsewhere: of {all} results, {parts}",
        place=capital(lookup.domain_name(plan.domain)),
        all=lookup.locale.number(len(compared), 0),
        parts=told or lookup.locale.text("none clearly different"),
    )


def _count_sides(verdicts: Sequence[tuple[SpineRow, str]], lookup: Lookup) -> str:
    """Say how many differences are for better, for worse, or neither; ``""`` of none."""
    number = lookup.locale.number
    sides = [_side(row, verdict) for row, verdict in verdicts if verdict in CLEAR]
    counts = [(message, sides.count(side)) for side, message in SIDES.items()]
    return lookup.locale.join([lookup.locale.text(m, n=number(n, 0)) for m, n in counts if n])


def _side(row: SpineRow, verdict: str) -> str:
    if not row.better:
        return "other"
    return "better" if verdict == row.better else "worse"


def _say_changes(plan: Plan, rows: Sequence[SpineRow]) -> str:
    """Say how many results changed clearly since the last edition; ``""`` without one."""
    lookup = plan.lookup
    changes = [(row, row.change.verdict) for row in rows if row.change is not None]
    if not changes:
        return ""
    return lookup.locale.text(
        "Since edition {edition}: of {all} results, {parts}",
        edition=lookup.edition_before, all=lookup.locale.number(len(changes), 0),
        parts=_count_sides(changes, lookup) or lookup.locale.text("none clearly different"),
    )  # fmt: skip


def _subtitle(plan: Plan, content: SpineContent) -> str:
    """Name what is shown; topics stand in the chart."""
    text, part = plan.lookup.locale.text, plan.spec.options.get("part", 0)
    name = plan.lookup.domain_name(plan.domain)
    message = "Results by topic, {place}" if content.further else "All results by topic, {place}"
    results = text(message, place=name)
    if not part:
        return results
    return text("{caption}, part {part} of {parts}", caption=results, part=part, parts=PARTS)


def _notes(plan: Plan, rows: Sequence[SpineRow], content: SpineContent, extent: float) -> list[str]:
    """Return the foot: of the first part how to read it, of the last what it rests on."""
    lookup = plan.lookup
    text, number = lookup.locale.text, lookup.locale.number
    scale = text(
        "The scale ends {points} points from {nation}",
        points=number(extent * 100, 0), nation=lookup.domain_name(plan.nation),
    )  # fmt: skip
    reading = [
        interval_note([row.own for row in rows], lookup),
        scale,
        _say_changes(plan, content.rows),
    ]
    base = [
        counts_note([cell for row in rows for cell in (row.own, row.nation)], lookup),
        weak_note([cell for row in content.rows for cell in row.cells], lookup),
        *_left_out(plan, content),
    ]
    return (reading if _is_first(plan) else []) + (base if _is_last(plan) else [])


def _left_out(plan: Plan, content: SpineContent) -> list[str]:
    """Say how many results are hidden, and how many had no room."""
    text, number = plan.lookup.locale.text, plan.lookup.locale.number
    counts = (
        ("Results not shown: {n}", len(content.hidden)),
        ("Further results, not drawn: {n}", content.further),
    )
    return [text(message, n=number(n, 0)) for message, n in counts if n]
