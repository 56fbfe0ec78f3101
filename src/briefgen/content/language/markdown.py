"""Text that must not be read as markup, Markdown of authors, and numbers that can be traced.

In: texts of data and configuration, which are plain unless ``docs/text.md`` says otherwise. Out:
Markdown that prints just these texts. This is the one place where text becomes Markdown; templates
and sentences take it from here, and nothing escapes twice: `plain_text` is the way back.
"""

from __future__ import annotations

import re
from typing import Final

from briefgen.config.plain_text import one_line

SPECIAL: Final = re.compile(
    r"""[\\`*_\[\]<>#|$^~@{}&"]|(?<!\w)'|'(?!\w)|-(?=-)|(?<=-)-|\.(?=\.)|(?<=[.!?])\."""
    r"|(?<!\S):(?=::)"
)
"""What Pandoc or Quarto may read as markup anywhere; apostrophes within words become curly."""
WITHIN_WORD: Final = re.compile(r"(?<=\w)'(?=\w)")
START: Final = re.compile(
    r"\A(?:(?=[-+:=%])|(\(?(?:[A-Za-z]|[ivxlcdmIVXLCDM]+|\d+))(?=[.)](?:\s|\Z)))"
)
"""What begins a list, a definition, a heading's line or a title block."""
EVIDENCE: Final = re.compile(r'\{\.(?:ev|claim) key="([^"]+)"\}')
NUMBER: Final = re.compile(
    r"[+−-]?\d+(?:[.,:/–-]\d+)*(?:[\s\u00a0\u202f]?%)?"  # 41, 41,2 %, 2017–2019, 1.234
    r"|[\u00bc-\u00be\u2150-\u215e]"
)
ESCAPE: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
"""A sign that a backslash makes plain; in Pandoc any ASCII punctuation."""
TOKEN: Final = re.compile(
    r"\\(?P<sign>[!-/:-@\[-`{-~])|(?P<open>\[)"
    r"""|(?P<close>\]\{\.(?:ev|claim|plain)(?: key="[^"]*")?\})"""
)
KEPT: Final = re.compile(
    r"\[[^\[\]]*\]\{[^{}]*\}|<https?:[^>]*>|\]\([^)]*\)|\{[^{}]*\}|`[^`]*`|\\."
)


def escape(text: str) -> str:
    r"""Make a text safe in Markdown: ``a*b`` becomes ``a\*b``, line breaks become spaces."""
    line = one_line(text)
    return _escape_start(_escape_within(line, 0, len(line)))


def _escape_start(text: str) -> str:
    return START.sub(lambda found: f"{found[1] or ''}\\", text)


def safe(text: str) -> str:
    """Make a text of data safe in Markdown, with its numbers marked as plain."""
    line, done, parts = one_line(text), 0, []
    for number in NUMBER.finditer(line):
        parts += [_escape_within(line, done, number.start()), _mark(number)]
        done = number.end()
    return _escape_start("".join([*parts, _escape_within(line, done, len(line))]))


def _escape_within(line: str, start: int, end: int) -> str:
    """Escape a part of a line, whose neighbours decide too."""
    parts, done = [], start
    for found in SPECIAL.finditer(line, start, end):
        parts += [line[done : found.start()], _write_sign(found)]
        done = found.end()
    return "".join([*parts, line[done:end]])


def _write_sign(found: re.Match[str]) -> str:
    """Write a special sign; what begins a div or a note would be missed as one even if escaped."""
    if found[0] == ":":
        return "[:]{.plain}"
    if found[0] == "^" and found.string[: found.start()].endswith("["):
        return r"[\^]{.plain}"
    return f"\\{found[0]}"


def attribute(text: str) -> str:
    """Make a text safe between the quotation marks of an attribute, where Pandoc curls nothing."""
    return SPECIAL.sub(r"\\\g<0>", WITHIN_WORD.sub("’", one_line(text)))


def evidence_span(text: str, key: str) -> str:
    """Wrap a number so that its evidence can be found: ``[41 %]{.ev key="…"}``."""
    return f'[{escape(text)}]{{.ev key="{key}"}}'


def claim_span(markdown: str, key: str) -> str:
    """Wrap words that compare, so that the evidence for the comparison can be found."""
    return f'[{markdown}]{{.claim key="{key}"}}'


def plain_text(markdown: str) -> str:
    """Take spans and escapes off a sentence, for titles and alternative texts."""
    out: list[str] = []
    opened: list[int] = []  # where brackets stand that may begin a span
    done = 0
    for token in TOKEN.finditer(markdown):
        out.append(markdown[done : token.start()])
        done = token.end()
        if token["sign"]:
            out.append(token["sign"])
        elif token["open"]:
            opened.append(len(out))
            out.append("[")
        elif opened:
            out[opened.pop()] = ""
        else:
            out.append(token[0])
    return "".join([*out, markdown[done:]])


def evidence_keys(markdown: str) -> tuple[str, ...]:
    """Return the keys of all evidence spans, each once, in order."""
    return tuple(dict.fromkeys(EVIDENCE.findall(markdown)))


def mark_numbers(markdown: str) -> str:
    """Mark the numbers of Markdown as plain, since they are its author's and no evidence.

    What is marked already, addresses, attributes and code are left alone.
    """
    done, out = 0, []
    for kept in KEPT.finditer(markdown):
        out += [NUMBER.sub(_mark, markdown[done : kept.start()]), kept[0]]
        done = kept.end()
    return "".join([*out, NUMBER.sub(_mark, markdown[done:])])


def _mark(match: re.Match[str]) -> str:
    return f"[{match[0]}]{{.plain}}"
