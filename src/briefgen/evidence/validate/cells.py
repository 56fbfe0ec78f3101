"""Show cells in messages, so that what differs from a code can be seen.

A blank that does not break, a letter of another alphabet or a zero that a spreadsheet dropped look
like nothing. Only cells of closed questions, places and ids are shown, never an open answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

LONGEST: Final = 60
"""So many letters of a cell are shown; a longer one is no code."""
LOOK_ALIKES: Final = str.maketrans(
    "АВЕКМНОРСТХаеорсухіАΒΕΖΗΙΚΜΝΟΡΤΥΧο−–—‑’‘“”",
    "ABEKMHOPCTXaeopcyxiABEZHIKMNOPTYXo----''\"\"",
)
"""Letters of other alphabets and signs that are taken for those of a keyboard."""


def show_cell(cell: str) -> str:
    """Return a cell in quotation marks, with signs that cannot be seen named by their number."""
    shown = "".join(
        letter if letter == " " or letter.isprintable() else f"⟨U+{ord(letter):04X}⟩"
        for letter in cell[:LONGEST]
    )
    return f"'{shown}{'…' if len(cell) > LONGEST else ''}'"


def explain_cell(cell: str, known: Iterable[str]) -> str:
    """Return how a cell differs from the code it is taken for; ``""`` where there is none."""
    for code in known:
        if code in ("", cell):
            continue
        if _plain(cell) == _plain(code):
            return f"it looks like {show_cell(code)}, but {_difference(cell, code)}"
        if cell.isdigit() and code.isdigit() and cell.lstrip("0") == code.lstrip("0"):
            return f"it is {show_cell(code)} with another number of leading zeros"
    return ""


def _plain(text: str) -> str:
    """Return a text as the eye takes it."""
    seen = re.sub(r"[\u00ad\u200b-\u200f\u2060\ufeff]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"\s+", " ", seen).strip().translate(LOOK_ALIKES).casefold()


def _difference(cell: str, code: str) -> str:
    odd = [letter for letter in dict.fromkeys(cell) if letter not in code and letter > "\x7f"]
    if odd:
        names = [f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip() for letter in odd]
        return f"it has {', '.join(names)}"
    if cell.casefold() == code.casefold():
        return "with other capital letters"
    return "with other blanks or signs"
