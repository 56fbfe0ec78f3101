"""The expert panel: ratings of statements with their spread, and where priorities lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from briefgen.config.settings import PanelSettings
from briefgen.config.wording import Statement, read_statements
from briefgen.content.exhibits.canvas import LINE, SIZE, SMALL, Canvas
from briefgen.content.exhibits.charts import chart
from briefgen.content.exhibits.layout import GAP, Plan, Sign, draw_hidden, draw_key
from briefgen.content.exhibits.lookup import Datum, Lookup, Target
from briefgen.content.exhibits.words import Drawing, hidden_note, hidden_short, without_stop
from briefgen.errors import ExhibitSizeError, UnknownNameError

WIDE = 320.0
CONSENSUS = 62.0
SCALE = 150.0
NUMBERS_IN_LINE = 5
"""How many numbers of statements at one place stand side by side."""


@dataclass(frozen=True)
class Rating:
    """A statement with its released ratings on one dimension."""

    statement: Statement
    label: str
    cells: Mapping[str, Datum]

    def value(self, measure: str) -> float | None:
        """Return a statistic, where published."""
        cell = self.cells.get(measure)
        return cell.value if cell else None

    @property
    def consensus(self) -> str:
        """The consensus label as a code: agreement, disagreement, none, or ``""``."""
        cell = self.cells["consensus"]
        known = cell.evidence is not None and cell.evidence.is_published
        return cell.evidence.text if cell.evidence and known else ""

    @property
    def consensus_words(self) -> str:
        """The message that tells the consensus: who calls something likely need not support it."""
        cell = self.cells["consensus"]
        agrees = cell.evidence is not None and cell.evidence.measure == "agreement_consensus"
        return (AGREEMENT_WORDS if agrees else LEVEL_WORDS).get(self.consensus, "")


AGREEMENT_WORDS: Final = {
    "agreement": "agreement",
    "disagreement": "disagreement",
    "none": "no consensus",
}
LEVEL_WORDS: Final = {
    "agreement": "agreed: high",
    "disagreement": "agreed: low",
    "none": "no consensus",
}
MEASURES = (
    "median",
    "q1",
    "q3",
    "iqr",
    "n",
    "consensus",
    "round1_median",
    "round1_q1",
    "round1_q3",
)


def collect_ratings(lookup: Lookup, refs: Sequence[str], dimension: str) -> list[Rating]:
    """Look up the ratings of the statements asked for, or of all."""
    statements, _ = read_statements(lookup.settings)
    codes = [lookup.targets(_panel_ref(ref))[0].variable for ref in refs] or list(statements)
    unknown = [code for code in codes if code not in statements]
    if unknown:
        raise UnknownNameError.among("statement", unknown[0], statements)
    return [_rating(lookup, statements[code], dimension) for code in codes]


def _panel_ref(ref: str) -> str:
    return ref if ref.startswith("panel:") else f"panel:{ref}"


def _rating(lookup: Lookup, statement: Statement, dimension: str) -> Rating:
    label = statement.text[lookup.language]
    series = dimension_name(lookup, dimension)

    def find(measure: str) -> Datum:
        target = Target("panel", statement.code, f"{dimension}_{measure}")
        return replace(lookup.cell(target, "", without_stop(label)), series=series)

    return Rating(statement, label, {measure: find(measure) for measure in MEASURES})


def batched(numbers: Sequence[int], size: int) -> list[Sequence[int]]:
    """Part numbers into rows."""
    return [numbers[start : start + size] for start in range(0, len(numbers), size)]


def by_agreement(ratings: Sequence[Rating]) -> list[Rating]:
    """Put the highest median first, and the narrower spread first among equals."""
    return sorted(ratings, key=lambda r: (-(r.value("median") or -1.0), r.value("iqr") or 9.0))


# --- consensus ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ruler:
    """The rating scale on the page."""

    left: float
    right: float
    low: int
    high: int

    def x(self, rating: float) -> float:
        """Return the place of a rating."""
        return self.left + (rating - self.low) / (self.high - self.low) * (self.right - self.left)


@chart("consensus")
def draw_consensus(plan: Plan) -> Drawing:
    """Draw median and interquartile range of each statement, with the first round's above."""
    lookup, canvas = plan.lookup, plan.canvas
    dimension = str(plan.spec.options.get("dimension", lookup.settings.info.panel.dimensions[0]))
    ratings = by_agreement(collect_ratings(lookup, plan.spec.refs, dimension))
    cells = [rating.cells["median"] for rating in ratings]
    lookup.require(cells, plan.spec.refs or ("panel",))
    ruler = _ruler(canvas, lookup)
    top = draw_key(canvas, _key(plan, ratings))
    y = _draw_scale(plan, ruler, top)
    for rating in ratings:
        y = _draw_rating(plan, rating, ruler, y)
    return Drawing(
        height=y,
        chart=lookup.locale.text("Dot plot of medians with interquartile ranges"),
        headline=_headline(_among(plan, ratings, dimension), lookup),
        subtitle=_subtitle(lookup, dimension),
        cells=[cell for r in ratings for cell in r.cells.values() if cell.evidence],
        notes=[_experts(ratings, lookup), hidden_note(cells, lookup)],
        described=cells,
    )


def _among(plan: Plan, ratings: Sequence[Rating], dimension: str) -> Sequence[Rating]:
    """Return the ratings that a headline counts: of all parts of a chart that is shown in parts."""
    among = plan.spec.options.get("among")
    return collect_ratings(plan.lookup, among, dimension) if among else ratings


def _ruler(canvas: Canvas, lookup: Lookup) -> Ruler:
    """Put the scale beside the statements where there is room, else below each."""
    rules = lookup.settings.info.panel
    right = canvas.width - CONSENSUS - 6
    left = right - SCALE if canvas.width > WIDE else 6.0
    return Ruler(left, right, rules.scale_low, rules.scale_high)


def _key(plan: Plan, ratings: Sequence[Rating]) -> list[tuple[Sign, str, str]]:
    palette, locale = plan.canvas.palette, plan.lookup.locale
    entries: list[tuple[Sign, str, str]] = [
        ("dot", palette.own, locale.text("median, line: middle half of the ratings"))
    ]
    if any(rating.value("round1_median") is not None for rating in ratings):
        entries.append(("ring", palette.muted, locale.text("first round")))
    return entries


def _draw_scale(plan: Plan, ruler: Ruler, top: float) -> float:
    canvas, palette, locale = plan.canvas, plan.canvas.palette, plan.lookup.locale
    for rating in range(ruler.low, ruler.high + 1, 2):
        canvas.text(
            ruler.x(rating), top + 7, locale.number(rating, 0),
            size=SMALL, color=palette.muted, align="center",
        )  # fmt: skip
    canvas.text(
        canvas.width - CONSENSUS, top + 7, locale.text("consensus"), size=SMALL, color=palette.muted
    )
    return top + 14


def _draw_rating(plan: Plan, rating: Rating, ruler: Ruler, top: float) -> float:
    canvas, palette = plan.canvas, plan.canvas.palette
    beside = ruler.left > 10
    width = ruler.left - 12 if beside else canvas.width
    lines = canvas.wrap(rating.label, width)
    block = len(lines) * SIZE * LINE
    middle = top + max(block, 15.0) / 2 if beside else top + block + 9.0
    canvas.lines(0, top + max(block, 15.0) / 2 if beside else top + block / 2, lines)
    bottom = top + max(block, 15.0) + GAP if beside else top + block + 18.0
    canvas.line(ruler.left, middle, ruler.right, middle, palette.rule, width=0.4)
    _draw_marks(plan, rating, ruler, middle)
    canvas.line(0, bottom - 3, canvas.width, bottom - 3, palette.rule, width=0.3)
    return bottom


def _draw_marks(plan: Plan, rating: Rating, ruler: Ruler, y: float) -> None:
    canvas, palette = plan.canvas, plan.canvas.palette
    median = rating.value("median")
    if median is None:
        reason = hidden_short(rating.cells["median"], plan.lookup)
        draw_hidden(canvas, ruler.left, y - 5, ruler.right - ruler.left, reason)
        return
    _draw_first_round(canvas, rating, ruler, y)
    _draw_range(canvas, ruler, (rating.value("q1"), rating.value("q3")), y, 2.4)
    canvas.dot(ruler.x(median), y, 3.8, palette.own, palette.paper)
    text, color = _consensus_words(rating, plan)
    canvas.lines(
        canvas.width - CONSENSUS, y, canvas.wrap(text, CONSENSUS, SMALL),
        size=SMALL, color=color, weight=400 if rating.consensus == "none" else 600,
    )  # fmt: skip


def _draw_first_round(canvas: Canvas, rating: Rating, ruler: Ruler, y: float) -> None:
    first = rating.value("round1_median")
    if first is None:
        return
    low, high = rating.value("round1_q1"), rating.value("round1_q3")
    if low is not None and high is not None:
        canvas.line(ruler.x(low), y - 5, ruler.x(high), y - 5, canvas.palette.muted, width=0.8)
    canvas.dot(ruler.x(first), y - 5, 1.9, canvas.palette.paper, canvas.palette.muted)


def _draw_range(
    canvas: Canvas, ruler: Ruler, quartiles: tuple[float | None, float | None], y: float,
    width: float,
) -> None:  # fmt: skip
    low, high = quartiles
    if low is not None and high is not None:
        canvas.line(ruler.x(low), y, ruler.x(high), y, canvas.palette.own, width=width)


def _consensus_words(rating: Rating, plan: Plan) -> tuple[str, str]:
    palette, message = plan.canvas.palette, rating.consensus_words
    colors = {"agreement": palette.own, "disagreement": palette.low}
    text = plan.lookup.locale.text(message) if message else ""
    return text, colors.get(rating.consensus, palette.muted)


def _headline(ratings: Sequence[Rating], lookup: Lookup) -> str:
    ratings = [rating for rating in ratings if rating.consensus]
    if not ratings:
        return lookup.locale.text("What the experts think")
    agreed = sum(rating.consensus in ("agreement", "disagreement") for rating in ratings)
    return lookup.locale.text(
        "The experts reach consensus on {count} of {total} statements",
        count=lookup.locale.number(agreed, 0),
        total=lookup.locale.number(len(ratings), 0),
    )


def dimension_name(lookup: Lookup, dimension: str) -> str:
    """Return what a dimension is called."""
    return lookup.locale.dimension(dimension)


def _subtitle(lookup: Lookup, dimension: str) -> str:
    rules = lookup.settings.info.panel
    return lookup.locale.text(
        "Ratings of the experts: {dimension}, {low} (low) to {high} (high)",
        dimension=dimension_name(lookup, dimension),
        low=lookup.locale.number(rules.scale_low, 0),
        high=lookup.locale.number(rules.scale_high, 0),
    )


def _experts(ratings: Sequence[Rating], lookup: Lookup) -> str:
    counts = [int(n) for rating in ratings if (n := rating.value("n")) is not None]
    if not counts:
        return ""
    low, high = lookup.locale.number(min(counts), 0), lookup.locale.number(max(counts), 0)
    shown = low if low == high else lookup.locale.text("{low} to {high}", low=low, high=high)
    return lookup.locale.text("n = {n} experts for each statement", n=shown)


def unsure_note(lookup: Lookup) -> str:
    """Say that those who did not know count in the base of shares, where they do."""
    if not lookup.settings.info.panel.dont_know_counts:
        return ""
    return lookup.locale.text("Base of shares: all who answered, “don’t know” included")


# --- priorities -----------------------------------------------------------------------------


@chart("priority")
def draw_priority(plan: Plan) -> Drawing:
    """Draw statements by two dimensions; equal places share one sign that lists its numbers."""
    lookup, canvas = plan.lookup, plan.canvas
    across, up = _dimensions(plan)
    pairs = [
        (first, second)
        for first, second in zip(
            collect_ratings(lookup, plan.spec.refs, across),
            collect_ratings(lookup, plan.spec.refs, up),
            strict=True,
        )
    ]
    cells = [cell for pair in pairs for r in pair if (cell := r.cells["median"]).evidence]
    lookup.require(cells, plan.spec.refs or ("panel",))
    wide = canvas.width > WIDE
    size = min(canvas.width * (0.46 if wide else 1.0) - 26, 215.0)
    bottom = _draw_plane(plan, pairs, (across, up), size)
    names = (size + 44, 10.0) if wide else (0.0, bottom + 8)
    bottom = max(bottom, _draw_names(plan, pairs, names))
    return Drawing(
        height=bottom + 2,
        chart=lookup.locale.text("Map of priorities"),
        headline=_priority_headline(
            plan,
            list(
                zip(
                    _among(plan, [first for first, _ in pairs], across),
                    _among(plan, [second for _, second in pairs], up),
                    strict=True,
                )
            ),
        ),
        subtitle=lookup.locale.text(
            "Median ratings of the experts: {across} and {up}",
            across=dimension_name(lookup, across), up=dimension_name(lookup, up),
        ),
        cells=cells,
        notes=[_experts([pair[0] for pair in pairs], lookup)],
    )  # fmt: skip


def _dimensions(plan: Plan) -> tuple[str, str]:
    importance, feasibility = plan.lookup.settings.info.panel.priority
    return feasibility, importance


def _corner(rules: PanelSettings) -> str:
    """Return the message for the corner where both are high: urgent only of what can be done."""
    usual = PanelSettings.model_fields["priority"].default
    return "do first" if rules.priority == usual else "high on both"


def _draw_plane(
    plan: Plan, pairs: Sequence[tuple[Rating, Rating]], names: tuple[str, str], size: float
) -> float:
    canvas, palette, lookup = plan.canvas, plan.canvas.palette, plan.lookup
    rules = lookup.settings.info.panel
    left, top = 18.0, 16.0
    ruler = Ruler(left, left + size, rules.scale_low, rules.scale_high)
    half = ruler.x(rules.agree_from)
    up = top + size - (half - left)
    canvas.rect(half, top, left + size - half, up - top, palette.tint)
    canvas.text(
        left + size, 8, lookup.locale.text(_corner(rules)), size=SMALL,
        weight=600, color=palette.own, align="right",
    )  # fmt: skip
    canvas.frame(left, top, size, size, color=palette.muted, line=0.6)
    canvas.text(0, 8, f"↑ {dimension_name(lookup, names[1])}", size=SMALL, color=palette.muted)
    canvas.text(
        left + size, top + size + 22, f"{dimension_name(lookup, names[0])} →", size=SMALL,
        color=palette.muted, align="right",
    )  # fmt: skip
    for rating in range(ruler.low, ruler.high + 1, 2):
        text, at = lookup.locale.number(rating, 0), ruler.x(rating)
        canvas.text(at, top + size + 10, text, size=SMALL, color=palette.muted, align="center")
        y = top + size - (at - left)
        canvas.text(left - 4, y + 2.8, text, size=SMALL, color=palette.muted, align="right")
    _draw_places(plan, pairs, ruler, top + size)
    return top + size + 24


def _draw_places(
    plan: Plan, pairs: Sequence[tuple[Rating, Rating]], ruler: Ruler, base: float
) -> None:
    """Put a disc with its numbers at each place; discs that would touch are moved apart."""
    canvas, palette = plan.canvas, plan.canvas.palette
    places: dict[tuple[float, float], list[int]] = {}
    for number, (across, up) in enumerate(pairs, int(plan.spec.options.get("start", 1))):
        x, y = across.value("median"), up.value("median")
        if x is not None and y is not None:
            places.setdefault((x, y), []).append(number)
    taken: list[Disc] = []
    for (x, y), numbers in sorted(places.items(), key=lambda item: (-item[0][1], item[0][0])):
        lines = [", ".join(map(str, row)) for row in batched(numbers, NUMBERS_IN_LINE)]
        widest = max(canvas.measure(line, SMALL, 600) for line in lines)
        half, tall = max(6.5, widest / 2 + 3.5), 6.0 + (len(lines) - 1) * SMALL * LINE / 2
        centre = (ruler.x(x), base - (ruler.x(y) - ruler.left))
        at = _free_place(Disc(*centre, half, tall), taken, ruler, base)
        taken.append(at)
        canvas.rect(at.x - half, at.y - tall, 2 * half, 2 * tall, palette.own)
        for row, line in enumerate(lines):
            canvas.text(
                at.x, at.y - tall + 8.8 + row * SMALL * LINE, line, size=SMALL, weight=600,
                color=palette.on(palette.own), align="center",
            )  # fmt: skip


@dataclass(frozen=True)
class Disc:
    """A sign on the plane: its middle, and half of its width and height in points."""

    x: float
    y: float
    half: float
    tall: float

    def touches(self, other: Disc) -> bool:
        """Return whether two signs touch."""
        beside = abs(self.x - other.x) <= self.half + other.half + 1
        return beside and abs(self.y - other.y) <= self.tall + other.tall + 1


def _free_place(wanted: Disc, taken: Sequence[Disc], ruler: Ruler, base: float) -> Disc:
    """Return the nearest place within the plane where a sign touches no other.

    Raises
    ------
    ExhibitSizeError
        If there is none: the signs would cover one another.
    """
    top = base - (ruler.right - ruler.left)
    for reach in (48, 120):
        steps = [
            (dx, dy) for dx in range(-reach, reach + 1, 4) for dy in range(-reach, reach + 1, 3)
        ]
        for dx, dy in sorted(steps, key=lambda step: step[0] ** 2 + step[1] ** 2):
            x = min(max(wanted.x + dx, ruler.left + wanted.half + 1), ruler.right - wanted.half - 1)
            y = min(max(wanted.y + dy, top + wanted.tall + 1), base - wanted.tall - 1)
            at = replace(wanted, x=x, y=y)
            if not any(at.touches(other) for other in taken):
                return at
    raise ExhibitSizeError(
        "the statements do not find room side by side on the plane",
        hint="show fewer statements, or give the figure more width",
    )


def _draw_names(
    plan: Plan, pairs: Sequence[tuple[Rating, Rating]], place: tuple[float, float]
) -> float:
    """List the statements by their numbers."""
    canvas, palette = plan.canvas, plan.canvas.palette
    left, y = place
    for number, (rating, _) in enumerate(pairs, int(plan.spec.options.get("start", 1))):
        lines = canvas.wrap(rating.label, canvas.width - left - 15, SMALL)
        canvas.text(
            left + 10, y + 4, str(number), size=SMALL, weight=600, color=palette.own, align="right"
        )
        for line in lines:
            canvas.text(left + 15, y + 4, line, size=SMALL)
            y += SMALL * LINE
        y += 2.6
    return y


def _priority_headline(plan: Plan, pairs: Sequence[tuple[Rating, Rating]]) -> str:
    limit = plan.lookup.settings.info.panel.agree_from
    pairs = [pair for pair in pairs if all(r.value("median") is not None for r in pair)]
    first = sum(all((rating.value("median") or 0.0) >= limit for rating in pair) for pair in pairs)
    usual = plan.lookup.settings.info.panel.priority == ("importance", "feasibility")
    return plan.lookup.locale.text(
        "The experts think {count} of {total} statements both important and feasible"
        if usual
        else "{count} of {total} statements are rated high on both",
        count=plan.lookup.locale.number(first, 0),
        total=plan.lookup.locale.number(len(pairs), 0),
    )
