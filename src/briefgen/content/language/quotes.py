r"""Quotation marks of a language in place of straight ones, and one full stop where two meet.

In: a composed document, or the HTML or SVG of an exhibit. Out: the same with the marks of its
language. `markdown.escape` writes straight marks of data as ``\"`` and ``\'``, so that they are
found here, where the language is known; those of a template's code and attributes are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

INNER: Final = {"“": "‘’", "„": "‚‘", "«": "‹›", "»": "›‹", "”": "’’", "«\u00a0": "“”"}  # fmt: skip
"""Marks within a quotation, by the opening mark; in French that one has a blank."""
APOSTROPHE: Final = "’"
FRONT: Final = re.compile(r"\A---\s*\n.*?\n---\s*\n", re.DOTALL)
BLOCK: Final = re.compile(r"^(`{3,}|~{3,})(?P<info>.*?)\n.*?^\1`*~*\s*$", re.DOTALL | re.MULTILINE)
STRAIGHT: Final = re.compile(r"""\\(["'])|\\.""")
IN_FRONT: Final = re.compile(r"""\\\\(?:\\(")|('))|\\\\\\\\""")
IN_MARKUP: Final = re.compile(r">[^<]+<")
KEPT_IN_PAGES: Final = re.compile(r"(<(style|script)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
ENTITY: Final = re.compile(r"""(&quot;|")|(&#x27;|&#39;|&apos;|')""")
TWO_STOPS: Final = re.compile(r"(?:(?<=[^\s.\\/][.!?])|(?<=\\\.))\.(?![.\w/])")
"""A full stop after the one with which a name or text of the study ends: "e.V.."."""


@dataclass(frozen=True)
class Marks:
    """The quotation marks of a language."""

    opening: str
    closing: str

    @property
    def inner(self) -> str:
        """Opening and closing mark within a quotation."""
        return INNER.get(self.opening, "‘’")


def find_marks(quote: Callable[[str], str]) -> Marks:
    """Return the marks that a function puts around a text."""
    opening, _, closing = quote("\0").partition("\0")
    return Marks(opening, closing)


def set_document(text: str, marks: Marks) -> str:
    """Set the quotation marks of a composed document, its tables among them."""
    return change_parts(
        text,
        front=lambda part: _set(part, IN_FRONT, marks),
        body=lambda part: _set_body(part, marks),
        markup=lambda part: set_markup(part, marks),
    )


def change_parts(
    text: str,
    *,
    front: Callable[[str], str] = str,
    body: Callable[[str], str],
    markup: Callable[[str], str],
) -> str:
    """Change front matter, running text and blocks of raw HTML of a document; code stays."""
    found = FRONT.match(text)
    done = found.end() if found else 0
    parts = [front(text[:done])]
    for block in BLOCK.finditer(text, done):
        is_html = block["info"].strip() == "{=html}"
        parts += [body(text[done : block.start()]), markup(block[0]) if is_html else block[0]]
        done = block.end()
    return "".join([*parts, body(text[done:])])


def _set_body(text: str, marks: Marks) -> str:
    return TWO_STOPS.sub("", _set(text, STRAIGHT, marks))


def set_markup(markup: str, marks: Marks) -> str:
    """Set the quotation marks in the texts of HTML or SVG."""
    return IN_MARKUP.sub(lambda found: _set(found[0], ENTITY, marks), markup)


def set_page(page: str, marks: Marks) -> str:
    """Set the quotation marks in the texts of a whole page, whose styles and scripts stay."""
    parts = KEPT_IN_PAGES.split(page)
    parts[::3] = [set_markup(part, marks) for part in parts[::3]]
    return "".join(part for place, part in enumerate(parts) if place % 3 != 2)


def set_plain(text: str, marks: Marks) -> str:
    """Set the quotation marks of a plain text."""
    return _set(text, ENTITY, marks)


def _set(text: str, pattern: re.Pattern[str], marks: Marks) -> str:
    opened = {'"': False, "'": False}

    def mark(found: re.Match[str]) -> str:
        if not found.lastindex:
            return found[0]
        kind = '"' if found[found.lastindex] in ('"', "&quot;") else "'"
        before = text[: found.start()][-1:]
        after = text[found.end() :][:1]
        if kind == "'" and before.isalnum() and after.isalnum():
            return APOSTROPHE  # "Peter's" ends no quotation
        begins = (not before or before in ' \t\n([{>"\u00a0\u202f–—/=-') and not after.isspace()
        if begins and not (opened[kind] and before == ">"):
            opened[kind] = True
            return marks.opening if kind == '"' else marks.inner[0]
        was, opened[kind] = opened[kind], False
        if kind == '"':
            return marks.closing
        return marks.inner[1] if was else APOSTROPHE

    return pattern.sub(mark, text)
