"""Text that must not be read as markup, and numbers that can be traced."""

from __future__ import annotations

import re
from typing import Final

SPECIAL: Final = re.compile(r"([\\`*_\[\]<>#|$^~@{}])")
SPAN: Final = re.compile(r'\[((?:[^\[\]\\]|\\.)*)\]\{\.(?:ev|plain)(?: key="([^"]*)")?\}')
EVIDENCE: Final = re.compile(r'\{\.ev key="([^"]+)"\}')


def escape(text: str) -> str:
    r"""Make a text safe in Markdown: ``a*b`` becomes ``a\*b``, line breaks become spaces."""
    return SPECIAL.sub(r"\\\1", " ".join(text.split()))


def evidence_span(text: str, key: str) -> str:
    """Wrap a number so that its evidence can be found: ``[41 %]{.ev key="…"}``."""
    return f'[{escape(text)}]{{.ev key="{key}"}}'


def plain_text(markdown: str) -> str:
    """Take spans and escapes off a sentence, for titles and alternative texts."""
    return re.sub(r"\\([\\`*_\[\]<>#|$^~@{}])", r"\1", SPAN.sub(r"\1", markdown))


def evidence_keys(markdown: str) -> tuple[str, ...]:
    """Return the keys of all evidence spans, each once, in order."""
    return tuple(dict.fromkeys(EVIDENCE.findall(markdown)))
