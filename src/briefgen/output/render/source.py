"""A ``.qmd`` file made ready for Pandoc: includes put in, shortcodes marked.

In: the path of a document. Out: a `QuartoSource`, whose text holds a marker for each shortcode, and
which knows the file and line that every line of the text came from. The next stage is ``pandoc``.
"""

from __future__ import annotations

import functools
import itertools
import os
import re
import shlex
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from briefgen.config.yaml_text import plain_number
from briefgen.errors import RenderError, find_line, suggest
from briefgen.output.render.allowed import FOR_PANDOC, refuse_settings
from briefgen.output.render.dates import date_text
from briefgen.output.render.metadata import (
    FRONT_MATTER,
    inherited_metadata,
    load_yaml_file,
    project_type,
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
    r"<!--.*?-->|(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)", re.DOTALL
)
"""Comments, and code within a paragraph."""
MAXIMUM_INCLUDE_DEPTH: Final = 10
_MARK_WIDTH: Final = 36  # of a UUID; its two semicolons are as wide as our two private characters
_RULE: Final = re.compile(r"^\s*(?:\+(?:[-=:]+\+)+|-{2,}(?:[ \t]+-{2,})+)\s*$")
_PIPES: Final = re.compile(r"^[ >]*\|?[ \t]*:?-+:?[ \t]*(?:[|+][ \t]*:?-+:?[ \t]*)*\|[ \t:|+-]*$")
_NO_CELLS: Final = re.compile(
    r"\\.|(?P<ticks>`+).+?(?P=ticks)|\$[^$]+\$|\{\{<.*?>\}\}|\{[^{}]*\}|<[^<>]*>|\]\([^()]*\)"
)
"""Where a pipe parts no cells: code, formulas, shortcodes, attributes, tags, addresses."""
_NO_SHORTCODES: Final = re.compile(r"^\s*```\s*\{\s*shortcodes\s*=\s*false\s*\}")


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
    comments: tuple[tuple[int, int], ...] = ()  # where its comments begin and end


@dataclass(frozen=True)
class QuartoSource:
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
    inherited
        Metadata whose value the front matter itself does not have: from the project, the folder
        or the format.
    in_website
        Whether the document belongs to a project that is a website.
    """

    path: Path
    text: str
    metadata: Mapping[str, Any]
    places: tuple[Place, ...]
    shortcodes: tuple[Shortcode, ...] = field(default=())
    code: frozenset[int] = frozenset()
    inherited: tuple[str, ...] = ()
    in_website: bool = False

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
                return self.place_of(find_line(text, found[-1].start()))
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
    before = (
        r"(?<![^\W_])(?<![\\(])"
        if token[0] in "@#."
        else r"(?<![\w-])"
        if token[0].isalnum()
        else ""
    )
    after = r"(?![\w-]|[.:/]\w)" if token[-1].isalnum() else ""
    return re.compile(before + re.escape(token) + after, re.IGNORECASE)


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])


def _blank_front(text: str) -> str:
    return FRONT_MATTER.sub(_blank, text, count=1)


def read_source(path: Path, to: str) -> QuartoSource:
    """Read a document.

    Raises
    ------
    RenderError
        If a file is missing, the metadata cannot be read, or a shortcode or code cell is outside
        the embedded set.
    """
    metadata = read_metadata(path, to)
    refuse_quarto_only(metadata, path)
    lines = _find_comments(list(_read_lines(path, ())))
    refuse_settings(metadata, path, to)
    _check_lines(lines)
    reader = _Reader(path, metadata, to)
    texts = [
        mark_line(reader.mark(line), line, number) for number, line in enumerate(lines, start=1)
    ]
    return QuartoSource(
        path,
        "\n".join(texts),
        metadata,
        tuple(line.place for line in lines),
        tuple(reader.shortcodes),
        frozenset(number for number, line in enumerate(lines) if line.in_code),
        inherited_metadata(path, metadata),
        project_type(path) == "website",
    )


def _find_comments(lines: Sequence[_Line]) -> list[_Line]:
    """Return the lines with the places of their comments, in which nothing is looked up."""
    shown = "\n".join(" " * len(line.text) if line.in_code else line.text for line in lines)
    found = [match.span() for match in _HIDDEN.finditer(shown) if not match["ticks"]]
    told, start = [], 0
    for line in lines:
        end = start + len(line.text)
        inside = tuple(
            (max(first, start) - start, min(last, end) - start)
            for first, last in found
            if first < end and last > start
        )
        told.append(line._replace(comments=inside))
        start = end + 1
    return told


def _check_lines(lines: Sequence[_Line]) -> None:
    """Refuse what only the lines of a document tell."""
    block: list[_Line] = []
    for line in lines:
        if line.text.strip() and not line.in_code:
            block.append(line)
            continue
        _check_table(block)
        _check_cells(block)
        block = []
    _check_table(block)
    _check_cells(block)
    _check_metadata_blocks(lines)
    _check_no_shortcodes(lines)
    _check_open(lines)


def _check_open(lines: Sequence[_Line]) -> None:
    """Refuse code and comments that are never closed: their marks would be printed."""
    fence, opening = "", None
    for line in lines:
        before = fence
        fence, _ = _follow_fence(line.text, before)
        opening = line if fence and not before else opening
    if fence and opening is not None:
        raise RenderError(
            "the block of code that opens here is never closed",
            where=str(opening.place),
            hint=f"end it with a line of {fence}",
        )
    shown = "\n".join("" if line.in_code else line.text for line in lines)
    comment = re.search(r"(?<!\\)<!--", _HIDDEN.sub(_blank, shown))
    if comment:
        raise RenderError(
            "the comment that opens here is never closed",
            where=str(lines[find_line(shown, comment.start()) - 1].place),
            hint="end it with -->, or write \\<!-- for the signs themselves",
        )


def _check_table(block: Sequence[_Line]) -> None:
    """Refuse shortcodes in tables whose columns are where their signs stand."""
    if not any(_RULE.match(line.text) for line in block):
        return
    for line in block:
        if _SHORTCODE.search(line.text):
            raise RenderError(
                "a shortcode moves the columns of a table that is drawn with rules",
                where=str(line.place),
                hint="write the table with pipes: | a | b |",
            )


def _check_cells(block: Sequence[_Line]) -> None:
    """Refuse rows of a table with pipes that have more cells than columns: Pandoc drops them."""
    start = next((index for index, line in enumerate(block) if _PIPES.match(line.text)), None)
    if not start:
        return
    columns = _count_cells(block[start].text.replace("+", "|"))
    for line in block[start + 1 :]:
        cells = _count_cells(line.text)
        if line.text.lstrip("> \t").startswith("|") and cells > columns:
            raise RenderError(
                f"the row has {cells} cells, and the table {columns} columns: some would be lost",
                where=str(line.place),
                hint="give the table another column, or write \\| for the sign itself",
            )


def _count_cells(text: str) -> int:
    bare = _NO_CELLS.sub("", text.strip().lstrip("> \t")).strip()
    return len(bare.removeprefix("|").removesuffix("|").split("|"))


def _check_metadata_blocks(lines: Sequence[_Line]) -> None:
    """Refuse metadata behind the beginning: Quarto and Pandoc merge them each in its own way."""
    front = FRONT_MATTER.match("\n".join(line.text for line in lines))
    start = front[0].count("\n") if front else 0
    for index in range(start, len(lines) - 1):
        before = index == 0 or not lines[index - 1].text.strip()
        if not lines[index].in_code and before and lines[index].text.rstrip() == "---":
            _check_metadata_block(lines[index:])


def _check_metadata_block(lines: Sequence[_Line]) -> None:
    ends = (
        number for number, line in enumerate(lines[1:], 1) if line.text.rstrip() in ("---", "...")
    )
    last = next(ends, None)
    if last is None or last == 1 or not lines[1].text.strip():
        return
    if re.match(r"[\w\"'-]+\s*:(\s|$)", lines[1].text):
        raise RenderError(
            "metadata stand at the beginning of a document alone",
            where=str(lines[0].place),
            hint="move them to the top of the document (an included file has none of its own), or "
            "leave a line empty behind a rule (---)",
        )


def _check_no_shortcodes(lines: Sequence[_Line]) -> None:
    """Refuse includes beside a block that has no shortcodes: Quarto leaves them all alone there."""
    literal = next((line for line in lines if _NO_SHORTCODES.match(line.text)), None)
    if literal and len({line.place.file for line in lines}) > 1:
        raise RenderError(
            "Quarto includes nothing in a document with a block of code that is "
            "```{shortcodes=false}",
            where=str(literal.place),
            hint='give the block a language as well: ```{.markdown shortcodes="false"}',
        )


def mark_line(text: str, line: _Line, number: int) -> str:
    """Tell a div the number of the line that opens it, so that a refusal of it can name that."""
    if line.in_code or not _DIV.match(text):
        return text
    return f"{text.rstrip()[:-1]} bg-line={number}}}"


class _Fence(NamedTuple):
    """The code block in which a line stands, if any."""

    open: str = ""
    literal: bool = False


def _read_lines(path: Path, stack: tuple[Path, ...], where: str = "") -> Iterator[_Line]:
    yield from _follow_lines(path, stack, _Fence(), where)


def _follow_lines(
    path: Path, stack: tuple[Path, ...], fence: _Fence, where: str
) -> Generator[_Line, None, _Fence]:
    """Yield the lines of a file and of what it includes, and return the code block left open.

    Files are included in code blocks too, as Quarto does: before anybody looks for blocks.
    """
    if len(stack) > MAXIMUM_INCLUDE_DEPTH or path in stack:
        raise RenderError(
            f"{path.name} includes itself", where=where, hint="take one of the includes out"
        )
    for number, text in enumerate(_read_included(path, bool(stack), where), start=1):
        place = Place(path, number)
        included = None if fence.literal else _SHORTCODE.fullmatch(text.strip())
        if included and included["body"].split()[:1] == ["include"]:
            target = _arguments(included["body"], place)[1:]
            if len(target) != 1:
                raise RenderError("include wants one file", where=str(place))
            base = (stack[0] if stack else path).parent
            file = _included(base, path, target[0])
            fence = yield from _follow_lines(file, (*stack, path), fence, str(place))
            continue
        before = fence.open
        opened, in_code = _follow_fence(text, before)
        starts = in_code and not before
        literal = bool(_LITERAL.search(text)) if starts else fence.literal and in_code
        fence = _Fence(opened, literal and bool(opened))
        yield _Line(
            _SHOWN_CELL.sub(_mark_shown_cell, text) if starts else text, place, in_code, literal
        )
    return fence


def _read_included(path: Path, inside: bool, where: str) -> list[str]:
    """Return the lines of a file; behind an included one stands an empty line."""
    lines = read_text(path, where or str(path)).split("\n")
    return [*lines, ""] if inside and lines[-1] else lines


def _included(base: Path, including: Path, target: str) -> Path:
    """Return an included file: beside the document as Quarto has it, else beside the include."""
    from_document = base / target.lstrip("/")
    beside = including.parent / target
    return beside if beside.is_file() and not from_document.is_file() else from_document


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

    def __init__(self, path: Path, metadata: Mapping[str, Any], to: str) -> None:
        self.path = path
        # the shortcode prints the date as the title block does
        self.metadata = {**metadata, "date": date_text(metadata, to)}
        if not self.metadata["date"]:
            del self.metadata["date"]
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
        marked, done = "", 0
        for start, end in (*line.comments, (len(line.text), len(line.text))):
            marked += self._mark_shown(line.text[done:start], line) + line.text[start:end]
            done = end
        return marked

    def _mark_shown(self, text: str, line: _Line) -> str:
        """Return a piece of a line that is no comment with markers."""
        kept = _ESCAPED.sub(lambda found: self._keep(found, line), text)
        marked = _SHORTCODE.sub(lambda found: self._put(found, line), kept)
        if "{{<" in marked:
            raise RenderError(
                "a shortcode that does not end on its line",
                where=str(line.place),
                hint="write all of it on one line, or {{{< … >}}} to show it",
            )
        return marked

    def _put(self, found: re.Match[str], line: _Line) -> str:
        return _widen(self._resolve(found["body"], line.place), found[0], line)

    def _keep(self, found: re.Match[str], line: _Line) -> str:
        literal = "{{<" + (found["a"] if found["a"] is not None else found["b"]) + ">}}"
        return _widen(self._add("literal", literal, line.place), f"{{{literal}}}", line)

    def _add(self, name: str, value: str, place: Place) -> str:
        self.shortcodes.append(Shortcode(name, value, place))
        return f"{OPEN}{len(self.shortcodes)}{CLOSE}"

    def _resolve(self, body: str, place: Place) -> str:
        name, *arguments = _arguments(body, place) or [""]
        if not name:
            raise RenderError(
                "a shortcode without a name",
                where=str(place),
                hint="write one, such as {{< meta title >}}, or {{{< >}}} for the signs themselves",
            )
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
        if arguments and arguments[0].split(".", maxsplit=1)[0] in FOR_PANDOC:
            raise RenderError(
                f"{{{{< meta {arguments[0]} >}}}}: Quarto hands this to Pandoc alone",
                where=str(place),
                hint="write the value itself, or give it a name of its own",
            )
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


def _widen(marker: str, shortcode: str, line: _Line) -> str:
    """Make the marker in a cell of a table as wide as what Quarto puts there.

    A table with a line wider than the page gets widths of columns from its dashes. Quarto writes
    a shortcode as its bytes in hexadecimal behind a mark before Pandoc reads the table.
    """
    if line.in_code or "|" not in line.text:
        return marker
    return f"{OPEN}{marker[1:-1].zfill(_MARK_WIDTH + 2 * _width(shortcode))}{CLOSE}"


def _width(shortcode: str) -> int:
    """Count the characters of a shortcode, where Quarto escapes all but ASCII."""
    escape = "cf5733e5-0370-4aae-8689-61bad1dd9ec0&#x{:x};"
    return sum(1 if sign.isascii() else len(escape.format(ord(sign))) for sign in shortcode)


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
    text = _as_text(found)
    if _SHORTCODE.search(text):
        raise RenderError(
            f"{{{{< {name} {path} >}}}}: {path} holds a shortcode itself",
            where=str(place),
            hint="write the text where it is needed, or without the shortcode",
        )
    return text


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
