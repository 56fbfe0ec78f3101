"""What Quarto passes over, with a warning or in silence, and readers must not meet.

In: the warnings about a document and, of a web page, its content. Out: our error with file and
line, in the words of the embedded engine, or nothing. The stage before is ``quarto``.

References
----------
quarto-cli, ``src/resources/filters``: ``crossref/refs.lua`` (``?@fig-x``),
``quarto-pre/shortcodes-handlers.lua`` (``?meta:key``, ``?invalid meta type:key``),
``customnodes/shortcodes.lua`` (a shortcode that nobody knows stays as it is written);
``src/resources/pandoc/datadir/init.lua`` (``error_output``). Citeproc prints the key of a
missing entry in bold, with a question mark.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from lxml import etree, html
from lxml.html import HtmlElement

from briefgen.errors import RenderError
from briefgen.output.render.source import Place, read_lines

_VALUES: Final = ("meta", "var", "env")
_WARNED: Final = {
    "reference": re.compile(r"Unable to resolve crossref @(?P<name>\S+)"),
    "citation": re.compile(r"citation (?P<name>\S+) not found"),
    "meta": re.compile(r"Unknown meta key (?P<name>.+?) specified"),
    "var": re.compile(r"Unknown var (?P<name>.+?) specified"),
    "env": re.compile(r"Unknown variable (?P<name>.+?) specified"),
    "shortcode": re.compile(r"Shortcode '(?P<name>[^']+)' not found"),
    "div": re.compile(r"Div at (?P<name>line \d+) column \d+ unclosed"),
    "parts": re.compile(r"Unsupported type .* for key (?P<name>\S+) in a \w+ shortcode"),
}
_LEFT_VALUE: Final = re.compile(r"\?(?P<kind>meta|var|env):(?P<name>[^\s<>\"']+)")
_LEFT_PARTS: Final = re.compile(r"\?invalid \w+ type:(?P<name>\S+)")
_LEFT_SHORTCODE: Final = re.compile(r"(?:\{\{<|%7B%7B%3C)(?:\s|%20)*(?P<name>[^\s<>%]+)")
_LEFT_NOTE: Final = re.compile(r"\[\^(?P<name>[^\]\s]+)\]")
_LEFT_REFERENCE: Final = re.compile(r"^\?@(?P<name>\S+)$")
_LITERAL: Final = (
    ".//code | .//pre | .//script | .//style | .//*[contains(concat(' ', @class, ' '), ' math ')]"
)
_CODE_SPAN: Final = re.compile(r"(?P<ticks>`+)[^`].*?(?<!`)(?P=ticks)(?!`)")
_SPOKEN: Final = ("alt", "title", "href", "src")
Line = tuple[str, Place, bool]
"""Text, place, and whether it is code."""


class Fault(NamedTuple):
    """Something that a document asks for and that is not there."""

    kind: str
    name: str

    @property
    def message(self) -> str:
        """The words for the author."""
        if self.kind in _VALUES[:2]:
            return f"{{{{< {self.kind} {self.name} >}}}}: there is no {self.name!r}"
        return {
            "reference": f"nothing is called @{self.name}",
            "citation": f"the bibliography has no entry @{self.name}",
            "env": f"the environment has no variable {self.name!r}",
            "shortcode": f"there is no shortcode {self.name!r}",
            "parts": f"{self.name} has parts, and no text of its own",
            "note": f"there is no note [^{self.name}]",
            "div": f"a div is never closed ({self.name} of what Pandoc reads)",
        }[self.kind]

    @property
    def hint(self) -> str:
        """What to do."""
        return {
            "reference": "give a figure, table or section this id, or correct the reference",
            "citation": "add the entry to the bibliography, or correct its key",
            "meta": "write the key into the document's metadata, or correct its name",
            "var": "write the variable into _variables.yml, or correct its name",
            "env": f'set it, or give a default: {{{{< env {self.name} "text" >}}}}',
            "shortcode": "correct its name, or add the extension that brings it",
            "note": f"write it in a paragraph of its own, [^{self.name}]: …; or \\[^{self.name}]"
            " for the signs themselves",
            "parts": f"name one of them, such as {self.name}.1",
            "div": "end it with a line of colons (:::), which closes the innermost open div",
        }[self.kind]

    @property
    def pattern(self) -> re.Pattern[str]:
        """What asks for it in the document's text."""
        name = re.escape(self.name)
        if self.kind == "div":  # Quarto moves lines: the place is not that of the file
            return re.compile(r"(?!)")
        if self.kind in ("reference", "citation"):
            return re.compile(rf"(?<![\w\\])@\{{?{name}(?![\w-])", re.IGNORECASE)
        if self.kind == "note":
            return re.compile(rf"(?<!\\)\[\^{name}\]")
        if self.kind == "shortcode":
            return re.compile(rf"(?<!\{{)\{{\{{<\s*{name}(?![\w-])")
        call = r"\w+" if self.kind == "parts" else self.kind
        return re.compile(rf"(?<!\{{)\{{\{{<\s*{call}\s+[\"']?{name}[\"'\s]")


def check_rendering(
    document: Path, warnings: Iterable[str], content: str | None = None
) -> RenderError | None:
    """Return an error where a document asks for what is not there; of several, the first.

    Parameters
    ----------
    document
        The document, with the files that it includes.
    warnings
        What Quarto said about it.
    content
        The ``<main>`` of its page; ``None`` for other formats.
    """
    warned = list(_read_warnings(warnings))
    left = list(_search_content(content)) if content else []
    lines = list(_read_source(document)) if warned or left else []
    for fault in [*warned, *(fault for fault in left if not _is_written(fault, lines))]:
        place = _find_place(fault, lines)
        return RenderError(fault.message, where=str(place or document), hint=fault.hint)
    return None


def _read_source(document: Path) -> Iterator[Line]:
    with contextlib.suppress(RenderError):  # what Quarto could include, it has included
        yield from read_lines(document)


def _read_warnings(warnings: Iterable[str]) -> Iterator[Fault]:
    for warning in warnings:
        for kind, pattern in _WARNED.items():
            found = pattern.search(warning)
            if found:
                yield Fault(kind, found["name"].strip("\"'"))


def _search_content(content: str) -> Iterator[Fault]:
    main = html.fragment_fromstring(content)
    for node in main.xpath(_LITERAL):  # code may show anything
        node.drop_tree()
    for strong in main.iter("strong"):
        yield from _judge_bold(strong)
    for text in main.itertext():
        yield from _judge_text(str(text))
    for node in main.iter(etree.Element):
        for name in _SPOKEN:
            yield from _judge_text(node.get(name) or "")


def _judge_bold(strong: HtmlElement) -> Iterator[Fault]:
    """Find references and citations that nothing answers: they stand in bold, and nothing else."""
    text = str(strong.text_content()).strip()
    reference = _LEFT_REFERENCE.match(text)
    if reference:
        yield Fault("reference", reference["name"])
    cited: list[str] = strong.xpath("ancestor::span/@data-cites")
    key = text.removesuffix("?")
    if key != text and any(key in keys.split() for keys in cited):
        yield Fault("citation", key)


def _judge_text(text: str) -> Iterator[Fault]:
    for found in _LEFT_VALUE.finditer(text):
        yield Fault(found["kind"], found["name"].rstrip(".,;:)"))
    for found in _LEFT_PARTS.finditer(text):
        yield Fault("parts", found["name"])
    for found in _LEFT_NOTE.finditer(text):
        yield Fault("note", found["name"])
    for found in _LEFT_SHORTCODE.finditer(text):
        yield Fault("shortcode", found["name"])


def _find_place(fault: Fault, lines: Sequence[Line]) -> Place | None:
    """Return the first line that asks for it; what stands in code asks last."""
    asking = [(code, place) for text, place, code in lines if fault.pattern.search(text)]
    return min(asking, key=lambda one: one[0])[1] if asking else None


def _is_written(fault: Fault, lines: Sequence[Line]) -> bool:
    """Tell whether the author wrote literally what looks like something left behind."""
    name = re.escape(fault.name)
    literal = {
        "reference": rf"\?\\@{name}",
        "citation": rf"\\@{name}",
        "note": rf"\\\[\\?\^{name}|\[\\\^{name}",
        "shortcode": rf"\{{\{{\{{<\s*{name}|\{{\{{</\*\s*{name}",
        "parts": rf"\?invalid \w+ type:{name}",
    }.get(fault.kind, rf"\?{fault.kind}:{name}")
    texts = (_CODE_SPAN.sub("", text) for text, _place, code in lines if not code)
    return any(re.search(literal, text) for text in texts)
