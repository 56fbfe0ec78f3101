"""The charts by name: each registers where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from briefgen.config.extensions import register_function
from briefgen.content.exhibits.layout import Plan
from briefgen.content.exhibits.words import Drawing

Chart = Callable[[Plan], Drawing]
CHARTS: Final[dict[str, Chart]] = {}
"""The charts by the names that templates ask for: ``figure(…, kind="dots")``."""


def chart(name: str) -> Callable[[Chart], Chart]:
    """Register a function as the chart of a name."""

    def register(draw: Chart) -> Chart:
        register_function(CHARTS, "a chart", name, draw)
        return draw

    return register
