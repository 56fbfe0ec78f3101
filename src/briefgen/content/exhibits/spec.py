"""What an exhibit is asked for with, and what it is.

In: a `FigureSpec` or `TableSpec` from a template. Out: an `Exhibit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

DataRow = Mapping[str, str | float | None]

_NO_OPTIONS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class FigureSpec:
    """Which figure is wanted.

    Attributes
    ----------
    id
        Of the float, such as ``fig-roles``.
    kind
        Name of the chart; ``auto`` lets `choose_chart` decide.
    refs
        Evidence keys, variables (``q07_steering``), measures (``q07_steering.often``), batteries
        (``q07``), statements or factors.
    domain
        The reader's domain; ``""`` is the nation.
    domains
        Domains to compare; empty for the chart's own choice.
    width_mm
        Width in print.
    caption, headline
        Take the place of the subtitle and headline that are made from the values.
    options
        Of the chart; docs/exhibits.md lists them.
    """

    id: str
    kind: str = "auto"
    refs: tuple[str, ...] = ()
    domain: str = ""
    domains: tuple[str, ...] = ()
    width_mm: float = 85.0
    caption: str = ""
    headline: str = ""
    options: Mapping[str, Any] = field(default_factory=lambda: _NO_OPTIONS)


@dataclass(frozen=True)
class TableSpec:
    """Which table is wanted; fields as in `FigureSpec`.

    ``options["plain"]`` asks for plain HTML of the same structure, made ten times as fast.
    """

    id: str
    kind: str = "auto"
    refs: tuple[str, ...] = ()
    domain: str = ""
    domains: tuple[str, ...] = ()
    width_mm: float = 170.0
    caption: str = ""
    headline: str = ""
    options: Mapping[str, Any] = field(default_factory=lambda: _NO_OPTIONS)


@dataclass(frozen=True)
class Exhibit:
    """A figure or table, with all that is printed around it. Texts are plain, without markup.

    Attributes
    ----------
    svg
        The picture; ``""`` for a table.
    alt
        Text alternative, with the message first, made from the plotted values.
    headline
        What it shows.
    subtitle
        What is measured, where, in which unit.
    measured
        The part of the subtitle that says what is measured: for lists of figures.
    note
        Numbers of answers, base, and how to read it.
    data
        The values for download: key, label, series, value, limits, n, status, and as formatted.
    keys
        Evidence keys of all values that are shown.
    html
        The table; ``""`` for a figure.
    """

    id: str
    svg: str = ""
    alt: str = ""
    headline: str = ""
    subtitle: str = ""
    measured: str = ""
    note: str = ""
    data: tuple[DataRow, ...] = ()
    keys: tuple[str, ...] = ()
    html: str = ""
