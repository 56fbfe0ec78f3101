"""Which line of which template each line of a composed document comes from.

In: a template that is being rendered. Out: its text, and the `Origins` of its lines. Every refusal
of a composed document asks here, so that it names template and line, whoever refuses: ``composer``
itself, an engine or the printer.

Jinja hands a document on piece by piece. At each piece the innermost template that is at work, and
its line, can be read from the generators that wait; templates keep the lines of their source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import GeneratorType
from typing import Any, Final, NamedTuple

import jinja2

SEARCHED: Final = 40
"""So many lines around the one that Jinja tells a piece of text may stand in its template."""


class Origin(NamedTuple):
    """A line of a template; of literal text Jinja tells a line nearby alone."""

    template: str
    line: int
    is_certain: bool


class _Line(NamedTuple):
    text: str
    origin: Origin | None


@dataclass(frozen=True)
class Origins:
    """The lines of a document as they were rendered, without empty ones, and where they are from.

    Attributes
    ----------
    lines
        In their order.
    sources
        The lines of each template, by its name.
    main
        The template of the document.
    """

    lines: tuple[_Line, ...]
    sources: Mapping[str, Sequence[str]]
    main: str

    def place_of(self, document: str, line: int) -> str:
        """Return template and line of a line, counted from 1, of the composed document.

        Since it was rendered, lines of the front matter and empty lines may have come or gone.
        """
        lines = document.splitlines()
        wanted = next(
            (n for n in range(line, 0, -1) if lines[n - 1 : n] and lines[n - 1].strip()), 0
        )
        if not wanted:
            return self.whole
        behind = sum(1 for text in lines[wanted:] if text.strip())
        text = lines[wanted - 1].strip()
        in_front = wanted <= _end_of_front(lines)
        number = len(self.lines) - behind - 1
        found = self._find(text) if in_front else self.lines[number] if number >= 0 else None
        return self.whole if found is None or found.origin is None else self._tell(found)

    @property
    def whole(self) -> str:
        """The document's template, where no line is known."""
        return f"reports/{self.main}"

    def _find(self, text: str) -> _Line | None:
        same = (one for one in self.lines if one.text == text)
        key = text.split(":", maxsplit=1)[0] + ":"
        near = (one for one in self.lines if one.text.startswith(key))
        return next(same, None) or next(near, None)

    def _tell(self, line: _Line) -> str:
        """Return the place of a line; near an uncertain one, its own text decides."""
        assert line.origin is not None  # noqa: S101 - the caller asks before
        template, number, is_certain = line.origin
        own = self.sources.get(template, ())
        near = [
            at
            for at in range(max(1, number - SEARCHED), number + SEARCHED)
            if own[at - 1 : at] and own[at - 1].strip() == line.text
        ]
        if near and not is_certain:
            number = min(near, key=lambda at: abs(at - number))
        return f"reports/{template}:{max(1, min(number, len(own) or number))}"


def _end_of_front(lines: Sequence[str]) -> int:
    if lines[:1] != ["---"]:
        return 0
    return next((n for n, text in enumerate(lines[1:], 2) if text.rstrip() == "---"), 0)


class Tracer:
    """Takes the pieces of a document as Jinja gives them, and notes where each line is from."""

    def __init__(self, environment: jinja2.Environment, name: str) -> None:
        self._environment = environment
        self._name = name
        self._lines: list[tuple[str, Origin | None]] = [("", None)]

    def follow(self, pieces: Iterator[str]) -> Iterator[str]:
        """Hand the pieces on."""
        for piece in pieces:
            self._note(piece, _find_origin(pieces))
            yield piece

    def origins(self) -> Origins:
        """Return what was noted."""
        lines = tuple(_Line(text.strip(), at) for text, at in self._lines if text.strip())
        names = dict.fromkeys(line.origin.template for line in lines if line.origin)
        return Origins(lines, {name: self._source(name) for name in names}, self._name)

    def _note(self, piece: str, origin: Origin | None) -> None:
        for offset, part in enumerate(piece.split("\n")):
            at = origin
            if origin is not None and not origin.is_certain:
                at = origin._replace(line=origin.line + offset)
            if offset:
                self._lines.append((part, at if part.strip() else None))
                continue
            text, before = self._lines[-1]
            better = before is None or (at is not None and at.is_certain > before.is_certain)
            self._lines[-1] = (text + part, at if better and part.strip() else before)

    def _source(self, name: str) -> list[str]:
        assert self._environment.loader is not None  # noqa: S101 - make_environment sets it
        return self._environment.loader.get_source(self._environment, name)[0].splitlines()


def _find_origin(pieces: Iterator[str]) -> Origin | None:
    """Return where the innermost template stands that is at work."""
    inner: Any = pieces
    found = None
    while isinstance(inner, GeneratorType) and inner.gi_frame is not None:
        frame = inner.gi_frame
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            line = template.get_corresponding_lineno(frame.f_lineno)
            certain = any(code == frame.f_lineno for _, code in template.debug_info)
            found = Origin(str(template.name), line, certain)
        # `include` runs its template in a loop over `gen`; all else in a `yield from`
        inner = inner.gi_yieldfrom or (frame.f_locals.get("gen") if template else None)
    return found
