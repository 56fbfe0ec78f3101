"""What a composed document may not reach: files beside it, the environment, programs, the network.

In: the Markdown that a template gave, whoever wrote the template. Out: the first thing in it that
would make Quarto or Pandoc read a file that is not the document's own, print the user's environment
or run something. Templates include one another while they are composed, so that nothing of this
is left for an engine to do. Here is the one place for all engines and formats; ``SECURITY.md``
says what holds.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final, NamedTuple

from lxml import etree

from briefgen.config.textfiles import xml_parser
from briefgen.errors import TemplateError

TRUST: Final = "BRIEFGEN_TRUST_TEMPLATES"
"""Variable of the environment with which a user lets the study's templates run programs."""
OWN_VARIABLES: Final = "BRIEFGEN_TEXT_"
"""How names of variables of the environment begin that templates may print."""
PICTURES: Final = frozenset({".svg", ".png", ".jpg", ".jpeg", ".gif", ".webp"})

ACTING: Final = frozenset(
    """
    script foreignObject animate animateColor animateMotion animateTransform set discard handler
    listener iframe object embed audio video
    """.split()  # noqa: SIM905 - names read better as words than as quoted strings
)
"""Elements of a drawing that run, move, or hold other documents."""
INLINE: Final = ("data:image/png", "data:image/jpeg", "data:image/gif", "data:image/webp")

_ESCAPED: Final = re.compile(r"\{\{\{<.*?>\}\}\}|\{\{</\*.*?\*/>\}\}", re.DOTALL)
_SHORTCODE: Final = re.compile(r"\{\{<\s*(?P<name>[\w-]+)(?P<rest>.*?)>\}\}", re.DOTALL)
_CELL: Final = re.compile(
    r"^\s*(?:`{3,}|~{3,})\s*\{(?P<language>[A-Za-z][\w+-]*)[^}]*\}\s*$", re.MULTILINE
)
_INLINE_CELL: Final = re.compile(r"(?<!`)`\{(?:python|r|julia|ojs)\}[^`\n]*`")
_HIDDEN_MARKDOWN: Final = re.compile(r"\bdata-qmd(?:-base64)?\s*=")

RUNNING: Final = frozenset(
    """
    filters shortcodes extensions revealjs-plugins ipynb-filters jupyter knitr julia server shiny
    pre-render post-render pre-quarto
    """.split()  # noqa: SIM905 - names read better as words than as quoted strings
)
"""Metadata by which Quarto or Pandoc run programs."""
READING: Final = frozenset(
    """
    include-before-body include-after-body include-in-header include-before include-after
    body-header body-footer margin-header margin-footer template template-partials
    metadata-file metadata-files defaults data-dir input-file input-files abbreviations
    citation-abbreviations syntax-definition syntax-definitions reference-doc epub-cover-image
    epub-fonts epub-metadata resource-path resources extract-media request-headers embed-resources
    self-contained output-file log-file
    """.split()  # noqa: SIM905 - as above
)
"""Metadata that name files to read or write, or fetch what a document shows."""
CODE_ENGINES: Final = ("jupyter", "knitr", "julia", "observable")
"""Quarto's engines that run the cells of a document."""
AT_TOP: Final = ("bibliography", "csl")
"""Files of templates that are copied where the top of the front matter names them."""


class Reach(NamedTuple):
    """What a document would reach: the line that does it, what it is, and what to do."""

    line: str
    rule: str
    remedy: str


def find_outside(text: str, front: Mapping[str, Any]) -> Reach | None:
    """Return the first thing in a document that would reach beyond it, or ``None``."""
    shown = _ESCAPED.sub("", text)
    for found in (_in_shortcodes(shown), _in_metadata(front), _in_code(shown)):
        first = next(found, None)
        if first is not None:
            return first
    return None


def find_line(text: str, place: int) -> str:
    """Return the line of a text in which a place is."""
    return text[text.rfind("\n", 0, place) + 1 :].split("\n", 1)[0].strip()


def check_picture(name: str) -> str:
    """Return the path of a picture (`TemplateError` if it is none that templates carry)."""
    if "://" in name or PurePosixPath(name).suffix.lower() not in PICTURES:
        raise TemplateError(
            f"{name!r} is no picture of the templates",
            hint=f"put the picture into reports/; it ends in {', '.join(sorted(PICTURES))}",
        )
    return name


def check_drawing(path: Path, name: str) -> None:
    """Raise `TemplateError` if a drawing that templates carry acts, or shows what lies elsewhere.

    It is published beside web pages, where a browser opens it by itself.
    """
    try:
        drawing = etree.parse(path, xml_parser(notes=True)).getroot()
    except etree.XMLSyntaxError as error:
        raise TemplateError(
            f"the drawing cannot be read: {error.msg}", where=name, hint="save it as SVG again"
        ) from None
    items = itertools.chain(drawing.itersiblings(preceding=True), drawing.iter())
    acts = next((found for item in items for found in _list_active_parts(item)), None)
    if acts:
        raise TemplateError(
            f"the drawing holds {acts}",
            where=name,
            hint="save it as a plain drawing, without scripts, animations and links",
        )


def _list_active_parts(item: etree._Element) -> Iterator[str]:
    if not isinstance(item.tag, str):  # a comment, a reference to an entity, an instruction
        if item.tag is etree.Entity:
            yield "an entity of its own"
        if item.tag is etree.PI and item.target == "xml-stylesheet":
            yield "an instruction that fetches a style sheet"
        return
    tag = etree.QName(item).localname
    if tag in ACTING:
        yield f"<{tag}>"
    if tag == "style" and re.search(r"@import|url\(\s*[\"']?(?!#)", item.text or ""):
        yield "a style rule that fetches a file"
    for attribute, value in item.attrib.items():
        own = etree.QName(attribute).localname
        if own.lower().startswith("on"):
            yield f"the attribute {own}"
        if own == "href" and not str(value).strip().startswith(("#", *INLINE)):
            yield "a link to another file"


def is_trusted() -> bool:
    """Return whether the user lets the study's templates run programs and read files."""
    return os.environ.get(TRUST) == "1"


def _in_shortcodes(text: str) -> Iterator[Reach]:
    for found in _SHORTCODE.finditer(text):
        name, rest = found["name"], found["rest"].split()
        line = find_line(text, found.start())
        if name in ("include", "embed"):
            yield Reach(
                line,
                f"the shortcode {name!r} would read a file when the document is rendered",
                "include templates with {% include %}, outside of raw blocks and expressions",
            )
        if name == "env" and not (rest and rest[0].strip("\"'").startswith(OWN_VARIABLES)):
            yield Reach(
                line,
                "the environment belongs to the user, not to the study",
                f"templates may print variables whose names begin with {OWN_VARIABLES}",
            )
    hidden = _HIDDEN_MARKDOWN.search(text)
    if hidden:
        line = find_line(text, hidden.start())
        yield Reach(
            line, "Markdown is hidden in raw HTML", "write it as Markdown, without data-qmd"
        )


def _in_metadata(front: Mapping[str, Any]) -> Iterator[Reach]:
    formats = front.get("format")
    parts = formats.values() if isinstance(formats, Mapping) else ()
    own = [part for part in parts if isinstance(part, Mapping)]
    for name in AT_TOP:
        if any(name in part for part in own):
            rule = f"{name} under a format names a file that is not copied"
            yield Reach(f"{name}:", rule, "state it at the top of the front matter")
    if is_trusted():
        return
    engine = front.get("engine")
    if engine in CODE_ENGINES:
        yield Reach(
            "engine:", f"the engine {engine} runs code", "leave it out, or write engine: quarto"
        )
    elif engine not in (None, "markdown", "quarto"):
        yield Reach(
            "engine:",
            f"a document has no engine {engine}",
            "leave it out: the engine of a run is named by --engine or in study.yml; a document may"
            " ask for `engine: quarto`",
        )
    for name in (str(name) for part in (front, *own) for name in part):
        if name in RUNNING | READING:
            does = "runs programs" if name in RUNNING else "reads or writes files"
            rule = f"{name} in the front matter {does}"
            yield Reach(f"{name}:", rule, f"leave it out; for templates of your own set {TRUST}=1")


def _in_code(text: str) -> Iterator[Reach]:
    if is_trusted():
        return
    for pattern in (_CELL, _INLINE_CELL):
        for found in pattern.finditer(text):
            yield Reach(
                found[0].strip(),
                "a cell of code would run as a program",
                f"print it, with two braces; for templates of your own set {TRUST}=1",
            )
