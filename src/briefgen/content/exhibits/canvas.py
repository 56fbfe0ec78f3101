"""A sheet to draw a chart on, in points from the top left corner.

It speaks of bars, lines and labels, and makes artists of matplotlib from them. One `Figure` is
reused for all charts of a process; the height is known only when the chart is drawn.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

import pyphen
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, PathPatch, Polygon, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.text import Text
from matplotlib.textpath import text_to_path
from matplotlib.transforms import Affine2D

from briefgen.config.brand import Brand
from briefgen.config.hyphenation import use_current_patterns
from briefgen.content.exhibits.palette import Palette, make_palette
from briefgen.content.exhibits.svg import FlatSvgRenderer

POINTS_PER_MM: Final = 72 / 25.4
SIZE: Final = 8.5
"""Size of labels in points."""
SMALL: Final = 8.0
"""Size of keys and axes in points; nothing is smaller."""
LINE: Final = 1.22
"""Distance of lines as a multiple of the size."""
Align = Literal["left", "center", "right"]
Weight = Literal[400, 600, 700]

_FIGURE: Final = Figure(figsize=(6, 4), dpi=72)


@lru_cache(maxsize=8)
def load_fonts(files: tuple[Path, ...]) -> None:
    """Make font files known to matplotlib, once for each process."""
    for file in files:
        font_manager.fontManager.addfont(file)


@lru_cache(maxsize=64)
def _font(family: str, size: float, weight: int) -> font_manager.FontProperties:
    if any(entry.name == family for entry in font_manager.fontManager.ttflist):
        return font_manager.FontProperties(family=family, size=size, weight=weight)
    bold = 700 if weight > 400 else 400
    return font_manager.FontProperties(family="DejaVu Sans", size=size, weight=bold)


@lru_cache(maxsize=20_000)
def measure_text(text: str, family: str, size: float, weight: int) -> float:
    """Return the width of a line of text in points."""
    font = _font(family, size, weight)
    return float(text_to_path.get_text_width_height_descent(text, font, ismath=False)[0])


class Canvas:
    """Draws in points from the top left corner.

    Parameters
    ----------
    width_mm
        Width in print.
    language
        For the hyphenation of words that are wider than their column.
    """

    def __init__(self, width_mm: float, brand: Brand, language: str) -> None:
        load_fonts(brand.font_files)
        self.palette: Palette = make_palette(brand)
        self.width = round(width_mm * POINTS_PER_MM, 2)
        self.language = language
        self._transform = Affine2D()
        self._artists: list[Artist] = []

    def rect(self, x: float, y: float, w: float, h: float, fill: str) -> None:
        """Fill a rectangle; ``x, y`` is its top left corner."""
        self._add(Rectangle((x, y), w, h, facecolor=fill, edgecolor="none", linewidth=0))

    def frame(
        self, x: float, y: float, w: float, h: float, *, color: str, line: float = 0.6
    ) -> None:
        """Draw the outline of a rectangle."""
        self._add(Rectangle((x, y), w, h, facecolor="none", edgecolor=color, linewidth=line))

    def hatch(self, x: float, y: float, w: float, h: float, step: float = 3.6) -> None:
        """Hatch a rectangle: what is not shown."""
        segments = _diagonals(x, y, w, h, step)
        points = [point for segment in segments for point in segment]
        codes = [Outline.MOVETO, Outline.LINETO] * len(segments)
        outline = Outline(points, codes) if points else None
        self.frame(x, y, w, h, color=self.palette.other, line=0.5)
        if outline is not None:
            self._add(
                PathPatch(outline, facecolor="none", edgecolor=self.palette.other, linewidth=0.6)
            )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, color: str, *, width: float = 0.6,
        dashed: bool = False,
    ) -> None:  # fmt: skip
        """Draw a line."""
        style: Any = (0, (2.2, 1.8)) if dashed else "-"
        self._add(
            Line2D(
                [x1, x2], [y1, y2], color=color, linewidth=width, linestyle=style,
                solid_capstyle="butt",
            )
        )  # fmt: skip

    def dot(self, x: float, y: float, radius: float, fill: str, edge: str | None = None) -> None:
        """Draw a round marker; with ``edge`` it has an outline."""
        self._add(
            Circle(
                (x, y), radius, facecolor=fill, edgecolor=edge or "none",
                linewidth=1.1 if edge else 0,
            )
        )  # fmt: skip

    def diamond(
        self, x: float, y: float, radius: float, fill: str, edge: str | None = None
    ) -> None:
        """Draw a diamond: the sign of the comparator."""
        corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
        self._add(
            Polygon(
                corners, closed=True, facecolor=fill, edgecolor=edge or "none",
                linewidth=0.8 if edge else 0,
            )
        )  # fmt: skip

    def triangle(self, x: float, y: float, radius: float, fill: str, edge: str) -> None:
        """Draw a triangle that points down: the sign of an earlier value."""
        corners = [(x - radius, y - radius), (x + radius, y - radius), (x, y + radius)]
        self._add(Polygon(corners, closed=True, facecolor=fill, edgecolor=edge, linewidth=0.9))

    def text(
        self, x: float, y: float, text: str, *, size: float = SIZE, weight: Weight = 400,
        color: str | None = None, align: Align = "left",
    ) -> None:  # fmt: skip
        """Write one line; ``y`` is its base line."""
        if text:
            self._add(
                Text(
                    x, y, text, fontproperties=_font(self.palette.family, size, weight),
                    color=color or self.palette.ink, ha=align, va="baseline", parse_math=False,
                )
            )  # fmt: skip

    def lines(
        self, x: float, middle: float, lines: list[str], *, size: float = SIZE,
        weight: Weight = 400, color: str | None = None, align: Align = "left",
    ) -> None:  # fmt: skip
        """Write lines around a vertical middle."""
        first = middle - (len(lines) - 1) * size * LINE / 2 + size * 0.34
        for index, line in enumerate(lines):
            self.text(
                x, first + index * size * LINE, line,
                size=size, weight=weight, color=color, align=align,
            )  # fmt: skip

    def measure(self, text: str, size: float = SIZE, weight: Weight = 400) -> float:
        """Return the width of a line in points."""
        return measure_text(text, self.palette.family, size, weight)

    def wrap(self, text: str, width: float, size: float = SIZE, weight: Weight = 400) -> list[str]:
        """Break a text into lines no wider than ``width``; too long words are hyphenated."""
        lines: list[str] = []
        for word in _words(text, self.language):
            lines = self._append(lines, word, width, size, weight)
        return [line.replace("\N{SOFT HYPHEN}", "") for line in lines] or [""]

    def to_svg(self, height: float) -> str:
        """Return the drawing, ``height`` points high."""
        height = round(height, 2)
        self._transform.clear().scale(1, -1).translate(0, height)
        renderer = FlatSvgRenderer(self.width, height)
        for artist in self._artists:
            artist.draw(renderer)
        return renderer.to_svg(self.palette.family)

    def _add(self, artist: Artist) -> None:
        artist.set_figure(_FIGURE)
        artist.set_transform(self._transform)
        self._artists.append(artist)

    def _append(
        self, lines: list[str], word: str, width: float, size: float, weight: Weight
    ) -> list[str]:
        """Put a word on the last line, or parts of it, or on a new one."""

        def fits(text: str) -> bool:
            return self.measure(text.replace("\N{SOFT HYPHEN}", ""), size, weight) <= width

        joined = f"{lines[-1]} {word}" if lines else word
        if fits(joined):
            return [*lines[:-1], joined]
        if fits(word):
            return [*lines, word]
        head, tail = _split(word, lambda part: fits(f"{part}-"))
        if not head:
            return [*lines, word]
        glue = "" if head.endswith(("-", "/")) else "-"
        return self._append([*lines, head + glue], tail, width, size, weight)


def _words(text: str, language: str) -> list[str]:
    """Take a text apart at spaces, and mark where long words may be broken."""
    return [_hyphenate(word, language) for word in text.split(" ") if word]


@lru_cache(maxsize=4096)
def _hyphenate(word: str, language: str) -> str:
    if len(word) < 10:
        return word
    use_current_patterns()
    found = pyphen.language_fallback(language)
    dictionary = pyphen.Pyphen(lang=found, left=3, right=3) if found else None
    parts = word.split("-")
    inserted = [
        dictionary.inserted(part, "\N{SOFT HYPHEN}") if dictionary else part for part in parts
    ]
    return "-\N{SOFT HYPHEN}".join(inserted)


def _split(word: str, fits: Any) -> tuple[str, str]:
    """Split a word at the last place where its head fits."""
    parts = word.split("\N{SOFT HYPHEN}")
    for count in range(len(parts) - 1, 0, -1):
        head = "".join(parts[:count])
        if fits(head):
            return head, "\N{SOFT HYPHEN}".join(parts[count:])
    return "", word


def _diagonals(
    x: float, y: float, w: float, h: float, step: float
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return lines at 45 degrees, cut at a rectangle."""
    lines = []
    offset = step
    while offset < w + h - 0.01:
        start = (x + min(offset, w), y + max(0.0, offset - w))
        end = (x + max(0.0, offset - h), y + min(offset, h))
        lines.append((start, end))
        offset += step
    return lines
