"""Figures that are too tall for a page, shown in parts.

In: the `FigureSpec` of a figure that does not fit, and the scope of its document. Out: the specs of
its parts, each with what follows the part before in order of value, so that nothing is cut.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from briefgen.config.wording import read_statements
from briefgen.content.exhibits.figures import choose_chart
from briefgen.content.exhibits.spec import FigureSpec
from briefgen.errors import UnknownNameError

if TYPE_CHECKING:
    from briefgen.content.compose.scope import Scope

OF_ROWS: Final = ("auto", "bars", "stacked", "diverging", "dots")
"""Charts whose rows are lines, items or answers of a question."""
PANEL: Final = ("consensus", "priority")
"""Charts of the panel, whose rows are statements."""


def split_figure(scope: Scope, spec: FigureSpec, parts: int) -> list[FigureSpec]:
    """Return the specs of a figure in ``parts`` figures; one alone where it cannot be parted."""
    if spec.kind in PANEL:
        return list(_panel_parts(scope, spec, parts))
    if len(spec.domains) > 1 or spec.kind == "multiples":
        domains = _sorted_domains(scope, spec)
        return [
            replace(spec, id=_name(spec, place), domains=chunk)
            for place, chunk in enumerate(_chunks(domains, parts))
        ]
    refs, kind = _rows(scope, spec)
    return [
        replace(spec, id=_name(spec, place), refs=chunk, kind=kind)
        for place, chunk in enumerate(_chunks(refs, parts))
    ]


def _chunks(items: Sequence[str], parts: int) -> Iterator[tuple[str, ...]]:
    size = math.ceil(len(items) / parts)
    for start in range(0, len(items), max(size, 1)):
        yield tuple(items[start : start + size])


def _name(spec: FigureSpec, place: int) -> str:
    return spec.id if place == 0 else f"{spec.id}-{place + 1}"


def _panel_parts(scope: Scope, spec: FigureSpec, parts: int) -> Iterator[FigureSpec]:
    """Yield parts of a panel's chart: highest rated first, numbers going on, one headline."""
    panel = scope.settings.info.panel
    dimension = str(spec.options.get("dimension", panel.dimensions[0]))
    rated_on = panel.priority if spec.kind == "priority" else (dimension,)
    codes = [ref.removeprefix("panel:") for ref in spec.refs if ref]
    codes = codes or list(read_statements(scope.settings)[0])
    codes.sort(key=lambda code: (-_mean_of_medians(scope, code, rated_on), code))
    start = 1
    for place, chunk in enumerate(_chunks(codes, parts)):
        options = {**spec.options, "among": tuple(codes), "start": start}
        yield replace(spec, id=_name(spec, place), refs=chunk, options=options)
        start += len(chunk)


def _mean_of_medians(scope: Scope, code: str, dimensions: Sequence[str]) -> float:
    keys = [f"panel:{code}.{name}_median" for name in dimensions]
    found = [scope.released.evidence.get(key) for key in keys]
    values = [item.value for item in found if item is not None and item.value is not None]
    return sum(values) / len(values) if values else -math.inf


def _sorted_domains(scope: Scope, spec: FigureSpec) -> list[str]:
    """Put domains in the order of their values, as one chart would."""
    if spec.kind == "multiples":
        return list(spec.domains or scope.settings.regions)
    if spec.options.get("sort") is False or not spec.refs:
        return list(spec.domains)
    return sorted(spec.domains, key=lambda code: -_value(scope, spec.refs[0], code))


def _value(scope: Scope, ref: str, domain: str) -> float:
    try:
        key = scope.locate(ref, domain)
    except UnknownNameError:  # a question without one measure that stands for it
        return -math.inf
    found = scope.released.evidence.get(key)
    return found.value if found is not None and found.value is not None else -math.inf


def _rows(scope: Scope, spec: FigureSpec) -> tuple[list[str], str]:
    """Return the rows that a figure consists of, and the chart that shows them."""
    if len(spec.refs) != 1 or spec.kind not in OF_ROWS:
        return list(spec.refs), spec.kind
    ref = spec.refs[0].removeprefix("survey:")
    question, variable = scope.settings.questions.get(ref), scope.settings.variables.get(ref)
    if question is not None and question.type == "battery":
        lines = [v for v in scope.settings.variables.values() if v.question.code == ref]
        return [line.code for line in lines], _kind(spec, lines[0])
    if variable is None:
        return [ref], spec.kind
    named: Sequence[Any] = variable.question.items or variable.question.classes
    names = [part.name for part in named] or [option.name for option in variable.answers]
    names.sort(key=lambda name: -_value(scope, f"{ref}.{name}", spec.domain))
    return [f"{ref}.{name}" for name in names], "bars"


def _kind(spec: FigureSpec, variable: Any) -> str:
    return spec.kind if spec.kind != "auto" else choose_chart(variable)
