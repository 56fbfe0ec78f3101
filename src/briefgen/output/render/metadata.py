"""The metadata of a ``.qmd`` file, read with those of its project and format.

In: the path of a document. Out: one mapping. The next stages are ``allowed``, which judges it,
``source`` and ``quarto``.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from briefgen.config.yaml_text import YamlError, load, plain_number
from briefgen.errors import RenderError
from briefgen.output.render.words import CALLOUTS, WORDS, words_for

FRONT_MATTER: Final = re.compile(
    r"\A---[ \t]*\n(?P<yaml>.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL
)


def _language(metadata: Mapping[str, Any]) -> str:
    return str(metadata.get("lang") or "en").split("-")[0].lower()


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
            hint="name the engine: `--engine quarto`, or `engine: quarto` in study.yml; where "
            f"Quarto is not here yet, {INSTALL_HINT}",
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
    merged = _merge(base, _with_format(load_yaml_file(path.parent / "_metadata.yml"), to))
    return _merge(merged, _with_format(own, to))


def project_type(path: Path) -> str:
    """Return the type of the project of a document; without a project it is ``default``."""
    project = load_yaml_file(path.parent / "_quarto.yml").get("project")
    return str(project.get("type") or "default") if isinstance(project, dict) else "default"


def inherited_metadata(path: Path, metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the keys whose value a document has from its project, its folder or its format."""
    own = _read_front_matter(path)
    return tuple(key for key, value in metadata.items() if own.get(key) != value)


def declared_formats(path: Path) -> Any:
    """Return what a document itself says under ``format``."""
    return _read_front_matter(path).get("format")


def _read_front_matter(path: Path) -> dict[str, Any]:
    match = FRONT_MATTER.match(read_text(path, str(path)))
    return _load_yaml(match["yaml"] or "", path, first_line=2) if match else {}


def rewrite_front_matter(text: str, path: Path) -> str:
    """Return a document whose front matter every reader of YAML takes for the same.

    Pandoc reads YAML 1.1, where ``NO`` is no text. The metadata stand on one line as JSON, which is
    YAML too; empty lines below keep the numbers of all other lines.
    """
    match = FRONT_MATTER.match(text)
    if not match or not (match["yaml"] or "").strip():
        return text
    values = plain_values(_load_yaml(match["yaml"], path, first_line=2))
    written = json.dumps(values, ensure_ascii=False)
    # breaks of lines to YAML, but not to JSON
    written = re.sub(
        "[\x7f-\x9f\u2028\u2029\ufeff]", lambda sign: f"\\u{ord(sign[0]):04x}", written
    )
    empty = "\n" * (match["yaml"].count("\n") - 1)
    return f"---\n{written}\n{empty}---\n{text[match.end() :]}"


def plain_values(value: Any) -> Any:
    """Return metadata for programs of another language: without nothing, numbers as printed."""
    if isinstance(value, dict):
        return {str(key): plain_values(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain_values(item) for item in value if item is not None]
    if isinstance(value, bool | str):
        return value
    return _plain_number(value) if isinstance(value, int | float) else str(value)


def _plain_number(value: float) -> int | float | str:
    """Return a whole number as one, and one that is none as it is written."""
    text = plain_number(value)
    if not math.isfinite(value):
        return text
    return int(text) if re.fullmatch(r"-?\d+", text) else float(text)


_PROJECT_KEYS: Final = frozenset({"project", "website", "book", "manuscript", "profile"})


def _with_format(metadata: Mapping[str, Any], to: str) -> dict[str, Any]:
    formats = metadata.get("format")
    chosen = formats.get(to) if isinstance(formats, dict) else None
    base = {key: value for key, value in metadata.items() if key != "format"}
    return _merge(base, chosen) if isinstance(chosen, dict) else base


def _merge(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Merge settings as Quarto does: mappings by key, lists by joining them."""
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if isinstance(old, dict) and isinstance(value, dict):
            merged[key] = _merge(old, value)
        elif old and (isinstance(old, list) or isinstance(value, list)) and key != "tbl-colwidths":
            merged[key] = _join(old, value)
        else:
            merged[key] = value
    return merged


def _join(below: object, above: object) -> list[Any]:
    joined: list[Any] = []
    for value in (below, above):
        parts = value if isinstance(value, list) else [value] if value else []
        joined += [part for part in parts if part not in joined]
    return joined


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
