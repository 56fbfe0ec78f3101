"""Text that must not be read as markup, and numbers that can be traced."""

from __future__ import annotations

import re
from typing import Final

SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|$^~@{}])")
SPAN: Final = re.compile(r'\[((?:[^\[\]\\]|\\.)*)\]\{\.(?:ev|claim|plain)(?: key="([^"]*)")?\}')
EVIDENCE: Final = re.compile(r'\{\.(?:ev|claim) key="([^"]+)"\}')


def escape(text: str) -> str:
    r"""Make a text safe in Markdown: ``a*b`` becomes ``a\*b``, line breaks become spaces."""
    # no-break spaces stay
    return SPECIAL.sub(r"\\\1", re.sub(r"[ \t\r\n]+", " ", text).strip(" "))


def evidence_span(text: str, key: str) -> str:
    """Wrap a number so that its evidence can be found: ``[41 %]{.ev key="…"}``."""
    return f'[{escape(text)}]{{.ev key="{key}"}}'


def claim_span(markdown: str, key: str) -> str:
    """Wrap words that compare, so that the evidence for the comparison can be found."""
    return f'[{markdown}]{{.claim key="{key}"}}'


def plain_text(markdown: str) -> str:
    """Take spans and escapes off a sentence, for titles and alternative texts."""
    before = ""
    while before != markdown:  # spans may stand inside of spans
        before, markdown = markdown, SPAN.sub(r"\1", markdown)
    return re.sub(r"\\([\\`*_\[\]<>#|$^~@{}])", r"\1", markdown)


def evidence_keys(markdown: str) -> tuple[str, ...]:
    """Return the keys of all evidence spans, each once, in order."""
    return tuple(dict.fromkeys(EVIDENCE.findall(markdown)))


NUMBER: Final = re.compile(
    r"[+−-]?\d+(?:[.,:/–-]\d+)*(?:[\s\u00a0\u202f]?%)?"  # 41, 41,2 %, 2017–2019, 1.234
)
KEPT: Final = re.compile(r"\[[^\[\]]*\]\{[^{}]*\}|<https?:[^>]*>|\]\([^)]*\)|\{[^{}]*\}|`[^`]*`")


def mark_numbers(text: str) -> str:
    """Mark the numbers of a text as plain, since they are its author's and no evidence.

    What is marked already, addresses, attributes and code are left alone.
    """
    done, out = 0, []
    for kept in KEPT.finditer(text):
        out += [NUMBER.sub(_mark, text[done : kept.start()]), kept[0]]
        done = kept.end()
    return "".join([*out, NUMBER.sub(_mark, text[done:])])


def _mark(match: re.Match[str]) -> str:
    return f"[{match[0]}]{{.plain}}"


def safe(text: str) -> str:
    """Make a text of data safe in Markdown, with its numbers marked as plain."""
    return mark_numbers(escape(text))
