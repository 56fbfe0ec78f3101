"""Names for evidence keys, and short labels, made of wordings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from briefgen.config.plain_text import make_slug, single_spaced

SHORT: Final = 60
"""Characters of a short label, about what stands beside a bar."""
TAKEN: Final = frozenset(
    {"mean", "median", "p25", "p75", "total", "answers", "missing", "alpha", "ratio", "high", "low"}
)
"""Names of measures and boxes, which no option may have."""
NUMBERING: Final = re.compile(r"^\s*(?:[A-Za-z]{0,3}\d+[a-z]?\s*[.):]|\(?[a-z0-9]\))\s+")
INSTRUCTION: Final = re.compile(
    r"\s*[(\[][^)\]]{0,80}(?:select|check|choose|mark|mehrfach|auswahl|ankreuzen|apply|antwort|"
    r"plusieurs réponses|cochez)[^)\]]*[)\]]"
    r"|\s*(?:Please )?(?:select|check|choose|mark) all that apply\.?"
    r"|\s*(?:Mehrfach(?:nennungen|antworten?|auswahl) (?:ist |sind )?möglich)\.?"
    r"|\s*(?:Plusieurs réponses (?:sont )?possibles|Cochez (?:tout ce qui|toutes les).*)\.?",
    re.IGNORECASE,
)


def make_name(text: str, taken: Iterable[str] = (), fallback: str = "v") -> str:
    """Return a name of letters, digits and ``_`` that is none of those taken."""
    name = make_slug(text, "_", longest=28, at_words=True)
    if not name or not name[0].isalpha():
        name = f"{fallback}{name}" if name else fallback
    found, number = name, 2
    known = {*TAKEN, *taken}
    while found in known:
        found, number = f"{name}_{number}", number + 1
    return found


def make_names(texts: Iterable[str], fallback: str) -> dict[str, str]:
    """Return a name for each text, none twice; texts that stand again keep theirs."""
    names: dict[str, str] = {}
    for text in texts:
        if text not in names:
            names[text] = make_name(text, names.values(), fallback)
    return names


def make_code(column: str, taken: Iterable[str]) -> str:
    """Return a question's code: the column's name where it may be one."""
    if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", column) and column not in set(taken):
        return column
    return make_name(column, taken, "q")


BESIDE: Final = re.compile(r"\s*\([^()]*\)|\s*\[[^\[\]]*\]")
"""What a wording says in brackets, beside the question itself."""
COLON_AFTER_END = re.compile(r"(?<=[?!])\s*:(?=\s)")
"""What an instruction between the two leaves: "What would help? (tick all): A mentor"."""


DOTS: Final = re.compile(r"\s*\.{3,}\s*$")


def set_dots(text: str) -> str:
    """Return a beginning that lines end, "Satisfied with ...", with one sign for the dots."""
    return DOTS.sub(" …", text)


def shorten(text: str) -> str:
    """Return a label for charts: the wording without number, instruction and end."""
    plain = INSTRUCTION.sub("", NUMBERING.sub("", single_spaced(text))).strip(" :–-")
    plain = COLON_AFTER_END.sub("", plain)
    if len(plain) > SHORT:
        plain = BESIDE.sub("", plain).strip(" :–-") or plain
    if len(plain) <= SHORT:
        return plain or text
    for mark in (". ", "? ", ": ", "; "):
        parts = [part for part in plain.split(mark) if part]
        fitting = [part for part in reversed(parts) if 12 <= len(part) <= SHORT]
        if fitting:
            return fitting[0].strip()
    return plain[: SHORT - 1].rsplit(" ", 1)[0].rstrip(" ,;:(") + "…"
