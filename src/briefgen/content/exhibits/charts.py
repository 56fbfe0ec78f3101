"""The charts by name: each registers where it stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from briefgen.config.extensions import register_function
from briefgen.config.requirements import require_name, require_tuple
from briefgen.content.exhibits.layout import Plan
from briefgen.content.exhibits.words import Drawing

Chart = Callable[[Plan], Drawing]
CHARTS: Final[dict[str, Chart]] = {}
"""The charts by the names that templates ask for: ``figure(…, kind="dots")``."""


_messages: Final[dict[str, tuple[str, ...]]] = {}


def chart(name: str, *messages: str) -> Callable[[Chart], Chart]:
    """Register a function as the chart of a name.

    Parameters
    ----------
    messages
        What it says by itself, such as its kind, in English: ``briefgen check`` asks whether the
        study's languages have a translation. Those of the package stand in its catalogues.
    """
    require_name("a chart", name)
    require_tuple(f"the chart {name!r}: messages", messages)

    def register(draw: Chart) -> Chart:
        register_function(CHARTS, "a chart", name, draw, 1, gives=Drawing, is_behind_wall=True)
        _messages[name] = messages
        return draw

    return register


def list_chart_messages() -> tuple[str, ...]:
    """Return what the charts say by themselves, of those that declare it."""
    return tuple(message for name in CHARTS for message in _messages.get(name, ()))
