"""A backend of matplotlib that writes flat SVG.

WeasyPrint spends most of a brief's time on the groups, clip paths and defined markers of
matplotlib's own SVG. This renderer writes one element for each shape and text, with two decimals,
text as text, and nothing that depends on the time or on chance: the same drawing gives the same
bytes. One pixel is one point (72 dpi).
"""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

_ANCHORS = {"left": "", "center": ' text-anchor="middle"', "right": ' text-anchor="end"'}
_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}


class FlatSvgRenderer(RendererBase):
    """Collect drawn artists as SVG elements.

    Parameters
    ----------
    width, height
        Of the picture in points.
    """

    def __init__(self, width: float, height: float) -> None:
        super().__init__()
        self.width = width
        self.height = height
        self.elements: list[str] = []

    def get_canvas_width_height(self) -> tuple[float, float]:
        """Return the size in points."""
        return self.width, self.height

    def flipy(self) -> bool:
        """Return whether y grows downwards, as in SVG."""
        return True

    def points_to_pixels(self, points: Any) -> Any:
        """Return points: they are the pixels."""
        return points

    def draw_path(
        self,
        gc: GraphicsContextBase,
        path: Path,
        transform: Transform,
        rgbFace: Any = None,  # noqa: N803 - matplotlib's name
    ) -> None:
        """Write one path."""
        flipped = transform + Affine2D().scale(1, -1).translate(0, self.height)
        if path is Path.unit_circle():
            self.elements.append(f"<circle{_circle(flipped)}{_fill(rgbFace)}{_stroke(gc)}/>")
            return
        data = _path_data(path, flipped)
        if data:
            self.elements.append(f'<path d="{data}"{_fill(rgbFace)}{_stroke(gc)}/>')

    def draw_text(  # noqa: PLR0917 - matplotlib's signature
        self,
        gc: GraphicsContextBase,
        x: float,
        y: float,
        s: str,
        prop: FontProperties,
        angle: float,
        ismath: Any = False,
        mtext: Text | None = None,
    ) -> None:
        """Write one line of text, anchored where its artist is."""
        del angle, ismath  # text is horizontal, and never mathematics
        anchor = "left"
        if mtext is not None:
            anchor = str(mtext.get_horizontalalignment())
            x, up = mtext.get_transform().transform(mtext.get_unitless_position())
            y = self.height - up
        weight = prop.get_weight()
        bold = "" if weight in (400, "normal") else f' font-weight="{weight}"'
        self.elements.append(
            f'<text x="{_decimal(x)}" y="{_decimal(y)}" font-size="{_decimal(_size(prop))}"{bold}'
            f'{_ANCHORS[anchor]} fill="{to_hex(gc.get_rgb())}">{escape(s)}</text>'
        )

    def to_svg(self, family: str) -> str:
        """Return the whole picture; ``family`` is the font of all texts."""
        width, height = _decimal(self.width), _decimal(self.height)
        fonts = quoteattr(f"{family}, sans-serif" if "'" in family else f"'{family}', sans-serif")
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}pt" height="{height}pt" '
            f'viewBox="0 0 {width} {height}" font-family={fonts}>'
        )
        return "\n".join([head, *self.elements, "</svg>\n"])


def _size(prop: FontProperties) -> float:
    return float(prop.get_size_in_points())


def _decimal(x: float) -> str:
    text = f"{x:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _circle(transform: Transform) -> str:
    """Return centre and radius of the unit circle where the transform puts it."""
    (x, y), (edge, _) = transform.transform([(0.0, 0.0), (1.0, 0.0)])
    return f' cx="{_decimal(x)}" cy="{_decimal(y)}" r="{_decimal(abs(edge - x))}"'


def _path_data(path: Path, transform: Transform) -> str:
    steps: list[str] = []
    for points, code in path.iter_segments(transform, simplify=False, curves=True):
        if code == Path.CLOSEPOLY:
            steps.append("Z")
        else:
            numbers = " ".join(_decimal(float(value)) for value in np.ravel(points))
            steps.append(f"{_LETTERS[code]}{numbers}")
    return "".join(steps)


def _fill(face: Any) -> str:
    if face is None or (len(face) == 4 and face[3] == 0):
        return ' fill="none"'
    return f' fill="{to_hex(face)}"'


def _stroke(gc: GraphicsContextBase) -> str:
    width = gc.get_linewidth()
    if not width or gc.get_rgb()[3] == 0:
        return ""
    _, dashes = gc.get_dashes()
    steps: list[float] = [] if dashes is None else np.asarray(dashes, dtype=float).tolist()
    dash = f' stroke-dasharray="{" ".join(map(_decimal, steps))}"' if steps else ""
    return f' stroke="{to_hex(gc.get_rgb())}" stroke-width="{_decimal(width)}"{dash}'
