"""The frame that charts with rows share: key above, labels left, values right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from briefgen.content.exhibits.canvas import LINE, SIZE, SMALL, Canvas
from briefgen.content.exhibits.lookup import Lookup
from briefgen.content.exhibits.spec import FigureSpec

BAR: Final = 10.0
"""Height of a bar in points."""
GAP: Final = 6.0
"""Space between rows in points."""
VALUE: Final = 29.0
"""Width of a column of values in points."""
Sign = Literal[
    "square", "frame", "diamond", "dot", "ring", "hatch", "line", "rule", "tick", "band", "triangle"
]  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """All that a chart's function needs."""

    spec: FigureSpec
    lookup: Lookup
    canvas: Canvas
    domain: str

    @property
    def nation(self) -> str:
        """Code of the nation."""
        return self.lookup.settings.nation

    @property
    def domains(self) -> list[str]:
        """The reader's domain, and the nation as its comparator."""
        return [self.domain] if self.domain == self.nation else [self.domain, self.nation]


@dataclass(frozen=True)
class RowLayout:
    """Horizontal places of a chart with rows, in points."""

    label_width: float
    left: float
    right: float
    value_edges: tuple[float, ...]

    def x(self, share: float) -> float:
        """Return the place of a share (0–1) of the plot's width."""
        return self.left + share * (self.right - self.left)


def make_frame(
    canvas: Canvas, labels: Sequence[str], values: int, value: float = VALUE, *, most: float = 0.44
) -> RowLayout:
    """Divide the width: as much for labels as they need, up to ``most``; columns for values.

    Parameters
    ----------
    values, value
        Number and width of the columns of values.
    most
        Largest share of the width for labels. With 0 they stand above their rows, and the plot
        begins at the left edge.
    """
    widest = max((canvas.measure(label) for label in labels), default=0.0)
    label_width = min(widest + 1.0, canvas.width * most)
    right = canvas.width - values * value - (3.0 if values else 6.0)
    edges = tuple(canvas.width - 1.0 - index * value for index in reversed(range(values)))
    if not most:
        return RowLayout(right, 0.0, right, edges)
    return RowLayout(label_width, label_width + 7.0, right, edges)


def wrap_labels(canvas: Canvas, labels: Sequence[str], width: float) -> list[list[str]]:
    """Break labels into lines for their column."""
    return [canvas.wrap(label, width) for label in labels]


def row_height(lines: Sequence[str], least: float = BAR) -> float:
    """Return the height of a row with its space."""
    return max(len(lines) * SIZE * LINE, least) + GAP


def domain_entries(plan: Plan, sign: Sign) -> list[tuple[Sign, str, str]]:
    """Return the key of the reader's domain and its comparator."""
    palette, lookup = plan.canvas.palette, plan.lookup
    if len(plan.domains) == 1:
        return []
    return [
        (sign, palette.own, lookup.domain_name(plan.domain)),
        ("diamond", palette.nation, lookup.domain_name(plan.nation)),
    ]


def draw_head(plan: Plan, frame: RowLayout, sign: Sign, top: float = 1.0) -> float:
    """Write the key of domains, with its signs once more above the columns of values."""
    if len(plan.domains) == 1:
        return top + 3.0
    bottom = draw_key(
        plan.canvas, domain_entries(plan, sign), top, room=plan.canvas.width - frame.right
    )
    for edge, (mark, color, _) in zip(frame.value_edges, domain_entries(plan, sign), strict=True):
        draw_sign(plan.canvas, mark, color, edge - 4.0, bottom - 9.7)
    return bottom


def draw_key(
    canvas: Canvas, entries: Sequence[tuple[Sign, str, str]], top: float = 1.0, room: float = 0.0
) -> float:
    """Write the key in as many lines as it needs; return where the chart may begin.

    Parameters
    ----------
    entries
        Sign, its colour, and what it means.
    room
        Width at the right of the last line that has to stay free.
    """
    places, x, y = place_key(canvas, entries, top)
    for (sign, color, _), (left, base, line) in zip(entries, places, strict=True):
        draw_sign(canvas, sign, color, left + 3.5, base - 2.7)
        canvas.text(left + 10.5, base, line, size=SMALL)
    if room and x > canvas.width - room:
        y += 11.5
    return y + 7.0 if entries else top


def place_key(
    canvas: Canvas, entries: Sequence[tuple[Sign, str, str]], top: float = 1.0
) -> tuple[list[tuple[float, float, str]], float, float]:
    """Return place and text of each entry of a key, and where its last line ends."""
    places, x, y = [], 0.0, top + 7.0
    for _, _, text in entries:
        line = canvas.wrap(text, canvas.width - 11.0, SMALL)[0]
        need = 11.0 + canvas.measure(line, SMALL)
        if x > 0 and x + need > canvas.width:
            x, y = 0.0, y + 11.5
        places.append((x, y, line))
        x += need + 8.0
    return places, x, y


def draw_sign(canvas: Canvas, sign: Sign, color: str, x: float, y: float) -> None:
    """Draw a sign of the key around a point."""
    paper = canvas.palette.paper
    if sign == "square":
        canvas.rect(x - 3.5, y - 3.5, 7, 7, color)
    elif sign == "diamond":
        canvas.diamond(x, y, 3.6, color, paper)
    elif sign == "triangle":
        canvas.triangle(x, y, 2.6, paper, color)
    elif sign == "dot":
        canvas.dot(x, y, 3.0, color)
    elif sign == "ring":
        canvas.dot(x, y, 2.6, paper, color)
    elif sign == "frame":
        canvas.frame(x - 2.8, y - 2.8, 5.6, 5.6, color=color, line=1.1)
    elif sign == "band":
        canvas.rect(x - 3.5, y - 3.0, 7, 6, color)
    elif sign == "hatch":
        canvas.hatch(x - 3.5, y - 3.5, 7, 7, 2.6)
    else:
        _draw_stroke(canvas, sign, color, x, y)


def _draw_stroke(canvas: Canvas, sign: Sign, color: str, x: float, y: float) -> None:
    if sign == "rule":
        canvas.line(x, y - 4.0, x, y + 4.0, color, width=1.2)
    elif sign == "tick":
        canvas.line(x, y - 3.0, x, y + 3.0, color, width=0.8)
    else:
        canvas.line(x - 3.5, y, x + 3.5, y, color, width=1.2)


def draw_hidden(canvas: Canvas, x: float, y: float, width: float, text: str) -> None:
    """Hatch a row's place and say why nothing is shown there."""
    canvas.hatch(x, y, width, BAR)
    lines = canvas.wrap(text, width - 10.0, SMALL)
    if len(lines) == 1:
        need = canvas.measure(lines[0], SMALL)
        canvas.rect(x + (width - need) / 2 - 3, y + 0.6, need + 6, BAR - 1.2, canvas.palette.paper)
        canvas.text(
            x + width / 2, y + BAR - 2.4, lines[0],
            size=SMALL, color=canvas.palette.muted, align="center",
        )  # fmt: skip
