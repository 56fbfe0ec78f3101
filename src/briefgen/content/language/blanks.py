"""Blanks before signs, as French sets them: "Source : enquête", "Pourquoi ?".

In: a composed document and its language. Out: the same with no-break blanks before what asks for
one, whether code, a template or an author wrote it; other languages stay as they are. Catalogues
set their own. It stands beside `quotes`, and leaves alone the same: front matter, code, tags.
"""

from __future__ import annotations

import re
from typing import Final

from briefgen.content.language.quotes import BLOCK, FRONT, IN_MARKUP

BEFORE: Final = {
    "fr": {
        ":": "\N{NO-BREAK SPACE}",
        "»": "\N{NO-BREAK SPACE}",
        **dict.fromkeys(";?!%", "\N{NARROW NO-BREAK SPACE}"),
    }
}
"""By language, the blank before each sign that has one."""
SIGN: Final = re.compile(
    r"(?P<kept>&\w+;|<[^<>\s]*>|\]\([^)\s]*\)|\{[^{}]*\}|\[-?@[^\[\]]*\]|`[^`]*`)"
    r"|(?<=[\w»)\]\u2019])(?P<blank>[ ]?)(?P<sign>[:;?!%»])(?=\*|\s|[].,)<]|\Z)"
)
"""A sign at the end of a word, its own blank with it; attributes and addresses are kept."""


def set_blanks(text: str, language: str) -> str:
    """Set the blanks before signs in the running text of a composed document."""
    blanks = BEFORE.get(language)
    if blanks is None:
        return text
    front = FRONT.match(text)
    done = front.end() if front else 0
    parts = [text[:done]]
    for block in BLOCK.finditer(text, done):
        is_html = block["info"].strip() == "{=html}"
        parts += [
            _set(text[done : block.start()], blanks),
            IN_MARKUP.sub(lambda found: _set(found[0], blanks), block[0]) if is_html else block[0],
        ]
        done = block.end()
    return "".join([*parts, _set(text[done:], blanks)])


def _set(text: str, blanks: dict[str, str]) -> str:
    def write(found: re.Match[str]) -> str:
        return found[0] if found["kept"] else blanks[found["sign"]] + found["sign"]

    return SIGN.sub(write, text)
