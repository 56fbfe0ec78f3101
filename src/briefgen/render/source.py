"""A ``.qmd`` file made ready for Pandoc: metadata read, includes put in, shortcodes marked.

In: the path of a document. Out: a `Source`, whose text holds a marker for each shortcode, and
which knows the file and line that every line of the text came from. The next stage is ``pandoc``.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import yaml

from briefgen.errors import RenderError, suggest
from briefgen.render.words import CALLOUTS, WORDS, words_for

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
_FRONT: Final = re.compile(r"\A---[ \t]*\n(?P<yaml>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_EXAMPLE: Final = re.compile(r"^\s{0,3}\(?@(?:fig|tbl|lst|sec|eq|nte|tip|wrn|imp|cau)-[\w-]+[.)]\s")
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
    """

    path: Path
    text: str
    metadata: Mapping[str, Any]
    places: tuple[Place, ...]
    shortcodes: tuple[Shortcode, ...] = field(default=())

    def find(self, token: str) -> str:
        """Return the place of the first line with ``token``, or the document's path.

        Metadata are searched last: what an element asks for stands in the text.
        """
        front = _FRONT.match(self.text)
        start = front[0].count("\n") if front else 0
        lines = list(zip(self.text.casefold().split("\n"), self.places, strict=False))
        for text, place in [*lines[start:], *lines[:start]]:
            if token and token.casefold() in text:
                return str(place)
        return str(self.path)


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
    _refuse_settings(metadata, path, lines)
    reader = _Reader(path, metadata)
    texts = [reader.mark(line) for line in lines]
    return Source(
        path,
        "\n".join(texts),
        metadata,
        tuple(line.place for line in lines),
        tuple(reader.shortcodes),
    )


_UNSUPPORTED: Final = {
    "filters": "filters of its own",
    "shortcodes": "shortcodes of its own",
    "extensions": "extensions",
    "listing": "listings of documents",
    "citation": "citation of the document itself",
    "license": "licence at the end of the document",
    "copyright": "copyright note at the end of the document",
    "doi": "DOI in the title block",
    "date-modified": "date of change in the title block",
    "categories": "categories in the title block",
    "title-block-banner": "title block of another look",
    "lightbox": "enlarged images",
    "minimal": "pages without Quarto's structure",
    "include-before-body": "text put before the document",
    "include-after-body": "text put behind the document",
    "shift-heading-level-by": "shifted headings",
    "number-offset": "shifted numbers of sections",
    "citation-location": "citations in the margin",
    "biblatexoptions": "BibLaTeX",
    "template": "templates of its own",
    "template-partials": "templates of its own",
    "from": "other reader",
}
"""Metadata that change a document in ways that the embedded engine does not know."""

_UNSUPPORTED_VALUES: Final = {
    "reference-location": ({"document"}, "notes in another place than the end"),
    "fig-cap-location": ({"top", "bottom"}, "captions in another place than top and bottom"),
    "tbl-cap-location": ({"top", "bottom"}, "captions in another place than top and bottom"),
    "lst-cap-location": ({"top", "bottom"}, "captions in another place than top and bottom"),
    "title-block-style": ({"default"}, "title block of another look"),
}
"""Metadata of which the embedded engine knows some values."""


def _refuse_settings(metadata: Mapping[str, Any], path: Path, lines: Sequence[_Line]) -> None:
    for key, name in _find_unsupported(metadata):
        named = (line.place for line in lines if line.text.strip().startswith(f"{key}:"))
        raise RenderError(
            f"the embedded engine has no {name} (`{key}`)",
            where=str(next(named, path)),
            hint=_quarto_hint(),
        )
    language = str(metadata.get("lang") or "en").split("-")[0].lower()
    if language not in WORDS and "language" not in metadata:
        raise RenderError(
            f"the embedded engine speaks no {language!r}, only {', '.join(WORDS)}",
            where=str(path),
            hint="give the words in the metadata: `language: crossref-fig-title: …`",
        )
    crossref = metadata.get("crossref")
    if isinstance(crossref, dict) and crossref.get("custom"):
        raise RenderError(
            "the embedded engine has no cross-references of its own kind (`crossref: custom`)",
            where=str(path),
            hint=_quarto_hint(),
        )


def _find_unsupported(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys of metadata that cannot be honoured, and what they ask for."""
    for key, name in _UNSUPPORTED.items():
        if metadata.get(key):
            yield key, name
    for key, (known, name) in _UNSUPPORTED_VALUES.items():
        if metadata.get(key) not in (None, True, *known):
            yield key, name
    if metadata.get("theme") == "none":
        yield "theme", "pages without Quarto's structure"
    if isinstance(metadata.get("language"), str):
        yield "language", "file of words; write them under `language`"


INSTALL_HINT: Final = (
    "install Quarto from https://quarto.org/docs/get-started/ and put it on PATH, "
    "or name the program in QUARTO_PATH"
)


def asks_for_quarto(metadata: Mapping[str, Any]) -> bool:
    """Whether a document says ``engine: quarto``."""
    return str(metadata.get("engine", "")).lower() == "quarto"


def refuse_quarto_only(metadata: Mapping[str, Any], path: Path) -> None:
    """Refuse a document that asks for Quarto alone.

    Raises
    ------
    RenderError
        With a sentence on how to install Quarto.
    """
    if asks_for_quarto(metadata):
        raise RenderError(
            "the document asks for Quarto (`engine: quarto`), which this run does not use",
            where=str(path),
            hint=f"{INSTALL_HINT}; then render with the engine quarto",
        )


def default_metadata(document: Path) -> dict[str, Any]:
    """Return what holds for a document that says nothing else.

    What ``compose`` wrote is printed too, and print knows no scripts: its formulas are MathML.
    References to callouts use the words of their titles, for which Quarto has none but English
    ones. Any other document has Quarto's defaults.
    """
    if not (document.parent / "evidence.json").is_file():
        return {}
    words = words_for(_read_front_matter(document))
    prefixes = {
        f"crossref-{kind}-prefix": words[f"callout-{name}-title"] for kind, name in CALLOUTS.items()
    }
    return {"html-math-method": "mathml", "language": prefixes}


def read_metadata(path: Path, to: str = "html") -> dict[str, Any]:
    """Read a document's metadata with those of its project and format.

    Raises
    ------
    RenderError
        If they cannot be read.
    """
    own = _read_front_matter(path)
    project = _load_yaml_file(path.parent / "_quarto.yml")
    project = {key: value for key, value in project.items() if key not in _PROJECT_KEYS}
    base = _merge(default_metadata(path), _with_format(project, to))
    merged = _merge(base, _load_yaml_file(path.parent / "_metadata.yml"))
    return _merge(merged, _with_format(own, to))


def _read_front_matter(path: Path) -> dict[str, Any]:
    match = _FRONT.match(_read_text(path, str(path)))
    return _load_yaml(match["yaml"] or "", path, first_line=2) if match else {}


_PROJECT_KEYS: Final = frozenset({"project", "website", "book", "manuscript"})


def _with_format(metadata: Mapping[str, Any], to: str) -> dict[str, Any]:
    formats = metadata.get("format")
    chosen = formats.get(to) if isinstance(formats, dict) else None
    base = {key: value for key, value in metadata.items() if key != "format"}
    return _merge(base, chosen) if isinstance(chosen, dict) else base


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[key] = _merge(old, value) if both else value  # type: ignore[arg-type]
    return merged


def _read_text(path: Path, where: str) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        raise RenderError(f"there is no file {path.name}", where=where) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RenderError(
            f"{path.name} cannot be read: {error}", where=where, hint="save it as UTF-8 text"
        ) from None


def _load_yaml(text: str, path: Path, first_line: int = 1) -> dict[str, Any]:
    try:
        loaded = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or "it is not YAML"
        raise RenderError(
            f"the metadata cannot be read: {problem}",
            where=f"{path}:{line}",
            hint="check indentation and quotation marks",
        ) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise RenderError(
            "the metadata are no mapping", where=f"{path}:{first_line}", hint="write key: value"
        )
    return loaded


def _load_yaml_file(path: Path) -> dict[str, Any]:
    return _load_yaml(_read_text(path, str(path)), path) if path.is_file() else {}


def _read_lines(path: Path, stack: tuple[Path, ...], where: str = "") -> Iterator[_Line]:
    if len(stack) > MAXIMUM_INCLUDE_DEPTH or path in stack:
        raise RenderError(
            f"{path.name} includes itself", where=where, hint="take one of the includes out"
        )
    fence, literal = "", False
    for number, text in enumerate(_read_text(path, where or str(path)).split("\n"), start=1):
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
            hint=_quarto_hint(f"{suggest(name, SUPPORTED_SHORTCODES)}; "),
        )

    def _metadata(self, arguments: list[str], place: Place) -> str:
        return _look_up(self.metadata, arguments, "meta", place)

    def _variable(self, arguments: list[str], place: Place) -> str:
        if self._variables is None:
            self._variables = _load_yaml_file(self.path.parent / "_variables.yml")
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
    return "" if value is None else str(value)


def _refuse_cell(line: _Line) -> None:
    match = _FENCE.match(line.text)
    cell = _CELL.match(match["info"]) if match else None
    if cell:
        raise RenderError(
            f"the embedded engine runs no {{{cell['language']}}} cells",
            where=str(line.place),
            hint=_quarto_hint(),
        )


def _quarto_hint(start: str = "") -> str:
    return (
        f"{start}for features of Quarto alone, write `engine: quarto` in the document's metadata "
        "and install Quarto (https://quarto.org/docs/get-started/)"
    )
