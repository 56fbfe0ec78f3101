"""A ``.qmd`` file made ready for Pandoc: includes put in, shortcodes marked.

In: the path of a document. Out: a `Source`, whose text holds a marker for each shortcode, and
which knows the file and line that every line of the text came from. The next stage is ``pandoc``.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from briefgen.config.yaml_text import plain_number
from briefgen.errors import RenderError, suggest
from briefgen.output.render.allowed import refuse_settings
from briefgen.output.render.metadata import (
    FRONT_MATTER,
    load_yaml_file,
    quarto_hint,
    read_metadata,
    read_text,
    refuse_quarto_only,
)

OPEN, CLOSE = "\ue0f0", "\ue0f1"  # private characters around the number of a shortcode
SUPPORTED_SHORTCODES: Final = ("include", "meta", "var", "env", "pagebreak")
_SHORTCODE: Final = re.compile(r"\{\{<\s*(?P<body>.*?)\s*>\}\}")
_ESCAPED: Final = re.compile(r"\{\{\{<(?P<a>.*?)>\}\}\}|\{\{</\*(?P<b>.*?)\*/>\}\}")
_FENCE: Final = re.compile(r"^\s{0,3}(?P<fence>`{3,}|~{3,})(?P<info>.*)$")
_CELL: Final = re.compile(r"^\s*\{(?P<language>[A-Za-z][\w+-]*)[^}]*\}\s*$")
_SHOWN_CELL: Final = re.compile(
    r"^(?P<fence>\s*(?:`{3,}|~{3,}))\s*\{(?P<cell>\{+[^<}\n]+\}+)\}\s*$"
)
_DIV: Final = re.compile(r"^\s*:{3,}\s*\{.*\}\s*$")
_GAP: Final = re.compile(r"(?P<quoted>\"[^\"]*\"|'[^']*')|\s*=\s*")
_LITERAL: Final = re.compile(r"\bshortcodes=[\"']?false\b")
_EXAMPLE: Final = re.compile(r"^\s{0,3}\(?@(?:fig|tbl|lst|sec|eq|nte|tip|wrn|imp|cau)-[\w-]+[.)]\s")
_HIDDEN: Final = re.compile(
    r"<!--.*?-->|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)", re.DOTALL
)
MAXIMUM_INCLUDE_DEPTH: Final = 10


class Place(NamedTuple):
    """A line of a file, as an editor counts."""

    file: Path
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


class Shortcode(NamedTuple):
    """A shortcode of the document and what stands in its place."""

    name: str
    value: str
    place: Place


class _Line(NamedTuple):
    text: str
    place: Place
    in_code: bool
    literal: bool  # code that keeps its shortcodes as they are written


@dataclass(frozen=True)
class Source:
    """A document ready for Pandoc.

    Attributes
    ----------
    path
        The document.
    text
        Its Markdown with front matter; shortcodes are markers ``OPEN number CLOSE``.
    metadata
        Front matter, above it the settings for the format, below it those of the project.
    places
        Where each line of ``text`` came from.
    shortcodes
        By number.
    code
        Which lines, counted from 0, are shown as code.
    """

    path: Path
    text: str
    metadata: Mapping[str, Any]
    places: tuple[Place, ...]
    shortcodes: tuple[Shortcode, ...] = field(default=())
    code: frozenset[int] = frozenset()

    def find(self, token: str, *, nth: int = 1) -> str:
        """Return the place where ``token`` stands for the ``nth`` time, or the document's path.

        Whole names count alone: ``@fig-1`` is not found in ``@fig-10``. What is shown as code or
        stands in a comment is searched after the rest, and metadata last of all: what an element
        asks for stands in the text.
        """
        if not token:
            return str(self.path)
        pattern = _whole(token)
        for text in (_blank_front(self._shown), self._shown, self.text):
            found = list(itertools.islice(pattern.finditer(text), nth))
            if found:
                return self.place_of(text.count("\n", 0, found[-1].start()) + 1)
        return str(self.path)

    def place_of(self, line: int) -> str:
        """Return where a line of the text, counted from 1, came from."""
        return str(self.places[line - 1] if 0 < line <= len(self.places) else self.path)

    @functools.cached_property
    def _shown(self) -> str:
        """The text with everything blanked that is code or a comment."""
        lines = self.text.split("\n")
        code = (
            " " * len(line) if number in self.code else line for number, line in enumerate(lines)
        )
        return _HIDDEN.sub(_blank, "\n".join(code))


def _whole(token: str) -> re.Pattern[str]:
    """Return a pattern for a name that does not go on to its left or right."""
    before = r"(?<![\w\\])" if token[0] in "@#." else r"(?<![\w-])" if token[0].isalnum() else ""
    after = r"(?![\w-]|[.:/]\w)" if token[-1].isalnum() else ""
    return re.compile(before + re.escape(token) + after, re.IGNORECASE)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _blank_front(text: str) -> str:
    return FRONT_MATTER.sub(_blank, text, count=1)


def read_source(path: Path, to: str) -> Source:
    """Read a document.

    Raises
    ------
    RenderError
        If a file is missing, the metadata cannot be read, or a shortcode or code cell is outside
        the embedded set.
    """
    metadata = read_metadata(path, to)
    refuse_quarto_only(metadata, path)
    lines = list(_read_lines(path, ()))
    refuse_settings(metadata, path, to)
    reader = _Reader(path, metadata)
    texts = [
        mark_line(reader.mark(line), line, number) for number, line in enumerate(lines, start=1)
    ]
    return Source(
        path,
        "\n".join(texts),
        metadata,
        tuple(line.place for line in lines),
        tuple(reader.shortcodes),
        frozenset(number for number, line in enumerate(lines) if line.in_code),
    )


def mark_line(text: str, line: _Line, number: int) -> str:
    """Tell a div the number of the line that opens it, so that a refusal of it can name that."""
    if line.in_code or not _DIV.match(text):
        return text
    return f"{text.rstrip()[:-1]} bg-line={number}}}"


def _read_lines(path: Path, stack: tuple[Path, ...], where: str = "") -> Iterator[_Line]:
    if len(stack) > MAXIMUM_INCLUDE_DEPTH or path in stack:
        raise RenderError(
            f"{path.name} includes itself", where=where, hint="take one of the includes out"
        )
    fence, literal = "", False
    for number, text in enumerate(read_text(path, where or str(path)).split("\n"), start=1):
        place = Place(path, number)
        before, (fence, in_code) = fence, _follow_fence(text, fence)
        literal = bool(_LITERAL.search(text)) if in_code and not before else literal
        included = None if in_code else _SHORTCODE.fullmatch(text.strip())
        if included and included["body"].split()[:1] == ["include"]:
            target = _arguments(included["body"], place)[1:]
            if len(target) != 1:
                raise RenderError("include wants one file", where=str(place))
            base = (stack[0] if stack else path).parent
            yield from _read_lines(_included(base, path, target[0]), (*stack, path), str(place))
            continue
        opened = bool(fence) and not before
        yield _Line(
            _SHOWN_CELL.sub(_mark_shown_cell, text) if opened else text,
            place,
            in_code,
            literal and in_code,
        )


def _included(base: Path, including: Path, target: str) -> Path:
    beside = including.parent / target
    return beside if beside.is_file() else base / target.lstrip("/")


def _follow_fence(text: str, fence: str) -> tuple[str, bool]:
    match = _FENCE.match(text)
    if not fence:
        opens = match is not None and not (match["fence"][0] == "`" and "`" in match["info"])
        return (match["fence"], True) if opens and match else ("", False)
    closes = match is not None and match["fence"].startswith(fence) and not match["info"].strip()
    return ("" if closes else fence), True


def _join_attributes(text: str) -> str:
    """Close the gaps around the equals signs of a div's attributes, as Quarto does."""
    if not _DIV.match(text):
        return text
    return _GAP.sub(lambda found: found["quoted"] or "=", text)


def _mark_shown_cell(found: re.Match[str]) -> str:
    """Give a cell that is shown, not run, attributes that Pandoc can read."""
    cell = found["cell"].replace("\\", "\\\\").replace('"', '\\"')
    return f'{found["fence"]} {{bg-cell="{cell}"}}'


def _arguments(body: str, place: Place) -> list[str]:
    try:
        return shlex.split(body)
    except ValueError:
        raise RenderError(
            f"the shortcode {{{{< {body} >}}}} has an open quotation mark", where=str(place)
        ) from None


class _Reader:
    """Put a marker in the place of every shortcode."""

    def __init__(self, path: Path, metadata: Mapping[str, Any]) -> None:
        self.path = path
        self.metadata = metadata
        self.shortcodes: list[Shortcode] = []
        self._variables: dict[str, Any] | None = None

    def mark(self, line: _Line) -> str:
        """Return the text of a line with markers."""
        if line.literal:
            return line.text
        if not line.in_code:
            line = line._replace(text=_join_attributes(line.text))
        if line.in_code:
            _refuse_cell(line)
        elif _EXAMPLE.match(line.text):
            raise RenderError(
                "a reference with a full stop or bracket at the start of a line begins a list of "
                "numbered examples",
                where=str(line.place),
                hint="put a word before the reference, or move it away from the line's start",
            )
        kept = _ESCAPED.sub(lambda found: self._keep(found, line.place), line.text)
        return _SHORTCODE.sub(lambda found: self._resolve(found["body"], line.place), kept)

    def _keep(self, found: re.Match[str], place: Place) -> str:
        literal = "{{<" + (found["a"] if found["a"] is not None else found["b"]) + ">}}"
        return self._add("literal", literal, place)

    def _add(self, name: str, value: str, place: Place) -> str:
        self.shortcodes.append(Shortcode(name, value, place))
        return f"{OPEN}{len(self.shortcodes)}{CLOSE}"

    def _resolve(self, body: str, place: Place) -> str:
        name, *arguments = _arguments(body, place) or [""]
        if name == "pagebreak":
            return self._add("pagebreak", "", place)
        if name == "meta":
            return self._add("meta", self._metadata(arguments, place), place)
        if name == "var":
            return self._add("var", self._variable(arguments, place), place)
        if name == "env":
            return self._add("env", self._environment(arguments, place), place)
        if name == "include":
            raise RenderError(
                "an include stands alone on its line, with empty lines around it",
                where=str(place),
            )
        raise RenderError(
            f"the embedded engine has no shortcode {name!r}",
            where=str(place),
            hint=quarto_hint(f"{suggest(name, SUPPORTED_SHORTCODES)}; "),
        )

    def _metadata(self, arguments: list[str], place: Place) -> str:
        return _look_up(self.metadata, arguments, "meta", place)

    def _variable(self, arguments: list[str], place: Place) -> str:
        if self._variables is None:
            self._variables = load_yaml_file(self.path.parent / "_variables.yml")
        return _look_up(self._variables, arguments, "var", place)

    def _environment(self, arguments: list[str], place: Place) -> str:
        name, *default = arguments or [""]
        value = os.environ.get(name, *default)
        if value is None:
            raise RenderError(
                f"the environment has no variable {name!r}",
                where=str(place),
                hint=f'set it, or give a default: {{{{< env {name} "text" >}}}}',
            )
        return value


def _look_up(values: Mapping[str, Any], arguments: list[str], name: str, place: Place) -> str:
    path = arguments[0] if arguments else ""
    found: Any = values
    for part in path.replace("\\.", "\0").split("."):
        key = part.replace("\0", ".")
        known = found if isinstance(found, dict) else {}
        if isinstance(found, list) and key.isdigit() and 0 < int(key) <= len(found):
            found = found[int(key) - 1]
        elif key in known:
            found = known[key]
        else:
            raise RenderError(
                f"{{{{< {name} {path} >}}}}: there is no {key!r}",
                where=str(place),
                hint=suggest(key, [str(item) for item in known]) if known else None,
            )
    named = isinstance(found, dict)
    if named or isinstance(found, list):
        raise RenderError(
            f"{{{{< {name} {path} >}}}}: {path} has parts, and no text of its own",
            where=str(place),
            hint=f"name one of them, such as {path}.{next(iter(found), 1) if named else 1}",
        )
    return _as_text(found)


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return plain_number(value)
    return "" if value is None else str(value)


def _refuse_cell(line: _Line) -> None:
    match = _FENCE.match(line.text)
    cell = _CELL.match(match["info"]) if match else None
    if cell:
        raise RenderError(
            f"the embedded engine runs no {{{cell['language']}}} cells",
            where=str(line.place),
            hint=quarto_hint(),
        )


def read_lines(path: Path) -> Iterator[tuple[str, Place, bool]]:
    """Yield the lines of a document and of what it includes: text, place, whether it is code.

    Raises
    ------
    RenderError
        If a file is missing, with the place that includes it.
    """
    return ((line.text, line.place, line.in_code) for line in _read_lines(path, ()))
