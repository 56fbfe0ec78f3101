"""The Markdown of a study's authors, without what reaches beyond their text.

In: a text field in which Markdown is meant (``docs/text.md`` lists them). Out: Markdown that may
hold emphasis, links, lists, notes, citations and spans with classes. Shortcodes, raw HTML and TeX,
code to run, attributes, fences and metadata are printed as the signs that they are: these fields
are texts, and a template is the place for what does something.
"""

from __future__ import annotations

import re
from typing import Final

CODE: Final = re.compile(r"(?<![`\\])(`+)(?!`)([^\n]*?[^`\n])\1(?!`)")
"""Code within a line. Blocks of code are not kept: what is no code for Pandoc must not pass."""
SHORTCODE: Final = re.compile(r"\{\{<(.*?)>\}\}")
ADDRESS: Final = r"https?://[^\s<>`]+>|mailto:[^\s<>`]+>|[^\s<>@`:]+@[^\s<>@`]+>"
CLASSES: Final = r"\.[\w-]+(?:[ ]+\.[\w-]+)*[ ]*\}"

PLAIN: Final = (
    # sign by sign: what is printed as it stands
    (re.compile(r"(?<!\\)\{\{"), r"\\{\\{"),
    (re.compile(rf"(?<!\\)<(?!{ADDRESS})"), r"\\<"),
    (re.compile(rf"(?<!\\)\{{(?!{CLASSES})"), r"\\{"),
    (re.compile(r"\\(?=[A-Za-z])"), r"\\\\"),
    (re.compile(r"(?<!\\)\$"), r"\\$"),
    (re.compile(r"(?<!\\)&(?=#)"), r"\\&"),
    (re.compile(r"^([ \t>]*)(:{3,}|~{3,}|`{3,})", re.MULTILINE), r"\1\\\2"),
    (re.compile(r"^[ \t]*(?:---|\.\.\.)[ \t]*$", re.MULTILINE), "* * *"),
    (
        re.compile(
            r"(\]\(|\]:)(?=[ \t]*<?[ \t]*(?!https?:|mailto:)[A-Za-z][\w+.-]*:)", re.IGNORECASE
        ),
        r"\\\1",
    ),
)


def authored(text: str) -> str:
    """Return an author's Markdown without shortcodes, raw HTML and all that does something."""
    done, parts = 0, []
    for code in CODE.finditer(text):
        parts += [_make_plain(text[done : code.start()]), _tame_code(code[0])]
        done = code.end()
    return "".join([*parts, _make_plain(text[done:])])


def _make_plain(text: str) -> str:
    for pattern, plain in PLAIN:
        text = pattern.sub(plain, text)
    return text


def _tame_code(code: str) -> str:
    """Write code so that Quarto neither runs it nor finds a shortcode in it."""
    code = SHORTCODE.sub(r"{{{<\1>}}}", code)
    return re.sub(r"^(`+)(?=\{|r )", r"\1 ", code)
