"""Blanks before signs, as French sets them: "Source : enquête", "Pourquoi ?".

In: a composed document and its language. Out: the same with no-break blanks before what asks for
one, whether code, a template or an author wrote it; other languages stay as they are. Catalogues
set their own. It stands beside `quotes`, and leaves alone the same: front matter, code, tags.
"""

from __future__ import annotations

import re
from typing import Final

from briefgen.content.language.quotes import IN_MARKUP, change_parts

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
    return change_parts(
        text,
        body=lambda part: _set(part, blanks),
        markup=lambda part: IN_MARKUP.sub(lambda found: _set(found[0], blanks), part),
    )


def _set(text: str, blanks: dict[str, str]) -> str:
    def write(found: re.Match[str]) -> str:
        return found[0] if found["kept"] else blanks[found["sign"]] + found["sign"]

    return SIGN.sub(write, text)
