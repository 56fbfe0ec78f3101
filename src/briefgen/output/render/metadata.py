"""The metadata of a ``.qmd`` file: read with those of its project and format, and judged.

In: the path of a document. Out: one mapping, or an error that names what the embedded engine
cannot honour. The next stages are ``source`` and ``quarto``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from briefgen.config.yaml_text import YamlError, load
from briefgen.errors import RenderError
from briefgen.output.render.words import CALLOUTS, WORDS, words_for

FRONT_MATTER: Final = re.compile(
    r"\A---[ \t]*\n(?P<yaml>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL
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
    "date-format": "other ways to write a date",
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


def refuse_settings(
    metadata: Mapping[str, Any], path: Path, lines: Iterable[tuple[str, str]]
) -> None:
    """Refuse metadata that change a document in ways that the embedded engine does not know.

    Parameters
    ----------
    lines
        The lines of the document, each with its place.

    Raises
    ------
    RenderError
        With the line that asks for it, where it stands in the document itself.
    """
    written = list(lines)

    def place_of(key: str) -> str:
        found = (place for text, place in written if text.strip().startswith(f"{key}:"))
        return next(found, str(path))

    for key, name in _find_unsupported(metadata):
        raise RenderError(
            f"the embedded engine has no {name} (`{key}`)",
            where=place_of(key),
            hint=quarto_hint(),
        )
    language = _language(metadata)
    if language not in WORDS and "language" not in metadata:
        raise RenderError(
            f"the embedded engine speaks no {language!r}, only {', '.join(WORDS)}",
            where=place_of("lang"),
            hint="give the words in the metadata: `language: crossref-fig-title: …`",
        )
    crossref = metadata.get("crossref")
    if isinstance(crossref, dict) and crossref.get("custom"):
        raise RenderError(
            "the embedded engine has no cross-references of its own kind (`crossref: custom`)",
            where=place_of("custom"),
            hint=quarto_hint(),
        )


def _language(metadata: Mapping[str, Any]) -> str:
    return str(metadata.get("lang") or "en").split("-")[0].lower()


def _find_unsupported(metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the keys of metadata that cannot be honoured, and what they ask for."""
    for key, name in _UNSUPPORTED.items():
        if metadata.get(key):
            yield key, name
    for key, (known, name) in _UNSUPPORTED_VALUES.items():
        if metadata.get(key) not in (None, True, *known):
            yield key, name
    if metadata.get("date") in ("today", "now", "last-modified"):
        yield "date", "dates that change with the day; write the day itself"
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
            where=_find_line(path, "engine:"),
            hint=f"{INSTALL_HINT}; then render with the engine quarto",
        )


def _find_line(path: Path, start: str) -> str:
    """Return the place of the first line that starts with a text, or the path."""
    lines = enumerate(read_text(path, str(path)).split("\n"), start=1)
    return next((f"{path}:{number}" for number, text in lines if text.startswith(start)), str(path))


def default_metadata(document: Path) -> dict[str, Any]:
    """Return what holds for a document that says nothing else.

    What ``compose`` wrote is printed too, and print knows no scripts: its formulas are MathML.
    References to callouts use the words of their titles, for which Quarto has none but English
    ones. Any other document has Quarto's defaults.
    """
    if not (document.parent / "evidence.json").is_file():
        return {}
    own = _read_front_matter(document)
    if _language(own) not in WORDS:
        return {"html-math-method": "mathml"}
    words = words_for(own)
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
    project = load_yaml_file(path.parent / "_quarto.yml")
    project = {key: value for key, value in project.items() if key not in _PROJECT_KEYS}
    base = _merge(default_metadata(path), _with_format(project, to))
    merged = _merge(base, load_yaml_file(path.parent / "_metadata.yml"))
    return _merge(merged, _with_format(own, to))


def _read_front_matter(path: Path) -> dict[str, Any]:
    match = FRONT_MATTER.match(read_text(path, str(path)))
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


def read_text(path: Path, where: str) -> str:
    """Read a file, with line ends as Pandoc wants them.

    Raises
    ------
    RenderError
        If it is not there, or no text in UTF-8.
    """
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
        loaded = load(text, first_line)
    except YamlError as error:
        raise RenderError(
            f"the metadata cannot be read: {error}",
            where=f"{path}:{error.line or first_line}",
            hint=error.remedy,
        ) from None
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise RenderError(
            "the metadata are no mapping", where=f"{path}:{first_line}", hint="write key: value"
        )
    return loaded


def load_yaml_file(path: Path) -> dict[str, Any]:
    """Read a file of metadata; one that is not there has none."""
    return _load_yaml(read_text(path, str(path)), path) if path.is_file() else {}


def quarto_hint(start: str = "") -> str:
    """Say how a feature of Quarto alone can be had."""
    return (
        f"{start}for features of Quarto alone, write `engine: quarto` in the document's metadata "
        "and install Quarto (https://quarto.org/docs/get-started/)"
    )
