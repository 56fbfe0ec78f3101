"""How numbers are written in a column: marks of thousands, and signs of money and other units.

"12.345" may be twelve thousand or twelve and a bit. Cells that can be read in one way alone
("1.250,00", "1.234.567", "0,57") tell; of a column whose marks all stand before three digits it is
a guess, which is marked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from briefgen.evidence.drafting.columns import Column, Confidence, Guess
from briefgen.evidence.drafting.single import Sketch, draft_number
from briefgen.evidence.survey.decode import parse_numbers, plain_cells

SIGN: Final = (
    r"(?:US\$|[$€£¥₹]|EUR|USD|GBP|CHF|Euro?s?|Dollars?|Pounds?|Franken|Fr\.|%|km|kWh|m²|"
    r"(?:hours?|hrs?|h|Std\.?|Stunden?|heures?|minutes?|Min\.?|Minuten|years?|Jahre?|ans)|"
    r"(?:(?:per|a|pro|im|par) (?:month|year|week|Monat|Jahr|Woche|mois|an|semaine)|p\.\s?[am]\.))"
)
WRITTEN: Final = re.compile(
    rf"(?P<before>{SIGN})?\s*(?P<number>[-+\u2212]?\d[\d.,' \u00a0\u202f]*?)\s*"
    rf"(?P<after>{SIGN}(?: {SIGN})?)?",
    re.IGNORECASE,
)
MONEY: Final = re.compile(r"[$€£¥₹]|EUR|USD|GBP|CHF|Euro|Dollar|Pound|Franken|Fr", re.IGNORECASE)
MOST_STEPS: Final = 11
"""So few numbers with a unit ("2 hours") are options."""
GROUPED: Final = re.compile(r"-?[1-9]\d{0,2}(?P<mark>[.,])\d{3}")
DECIMAL: Final = re.compile(r"-?\d+(?P<mark>[.,])(?:\d{1,2}|\d{4,})")
CLEAR: Final = re.compile(
    r"-?\d{1,3}(?:\.\d{3})+,\d+|-?\d{1,3}(?:,\d{3})+\.\d+|"
    r"-?\d{1,3}(?:(?P<mark>[.,' \u00a0\u202f])\d{3})(?:(?P=mark)\d{3})+|"
    r"-?\d{1,3}(?:[' \u00a0\u202f]\d{3})+"
)
"""Numbers with a mark of thousands that nobody can read in another way."""
ENDS_SEEN: Final = 30
"""Of so many thousands some end in 0; decimals that a program writes do not."""


@dataclass(frozen=True)
class Writing:
    """How the numbers of a column are written."""

    signs: tuple[str, ...] = ()
    thousands: str = ""
    because: str = ""
    confidence: Confidence = "medium"


def find_writing(column: Column, nothing: Sequence[str]) -> Writing | None:
    """Return how the numbers are written, ``None`` where they are plain or some are no numbers."""
    values = [value for value in column.codes if value not in nothing]
    parts = [WRITTEN.fullmatch(value) for value in values]
    if column.labels or not parts or not all(parts):
        return None
    found = [part for part in parts if part]
    signs = sorted({sign for part in found for sign in (part["before"], part["after"]) if sign})
    mark, because, sure = _find_thousands([part["number"] for part in found])
    if not mark and not (signs and (len(values) > MOST_STEPS or any(map(MONEY.search, signs)))):
        return None
    plain = plain_cells(column.cells[column.cells.isin(values)], signs, mark)
    if parse_numbers(plain).isna().any():
        return None
    return Writing(tuple(signs), mark, because, sure)


def _find_thousands(numbers: Sequence[str]) -> tuple[str, str, Confidence]:
    """Return the mark of thousands, ``""`` for none, with the reason."""
    clear = next((number for number in numbers if CLEAR.fullmatch(number)), None)
    if clear:
        mark = next(sign for sign in clear if not sign.isdigit() and sign != "-")
        return " " if mark.isspace() else mark, f"{_name(mark)} parts thousands in some", "high"
    marked = [number for number in numbers if re.search(r"[.,]", number)]
    marks = {found["mark"] for number in marked if (found := GROUPED.fullmatch(number))}
    if len(marks) != 1 or not all(map(GROUPED.fullmatch, marked)):
        return "", "", "medium"
    ends = any(number.endswith("0") for number in marked)
    if not ends and len(marked) >= ENDS_SEEN:
        return "", "", "medium"
    mark = marks.pop()
    because = f"all numbers with {_name(mark)} have three digits behind it: taken for thousands"
    return mark, because, "medium" if ends else "low"


def _name(mark: str) -> str:
    return {".": "a point", ",": "a comma"}.get(mark, "a space" if mark.isspace() else repr(mark))


def draft_written(column: Column, code: str, nothing: Sequence[str]) -> Sketch | None:
    """Return a question in numbers that are written with marks or signs."""
    written = find_writing(column, nothing)
    if written is None:
        return None
    cells = plain_cells(column.cells, written.signs, written.thousands)
    made = draft_number(replace(column, cells=cells.where(column.cells != "", "")), code)
    made.columns = [column]
    if written.thousands:
        made.spec["thousands"] = written.thousands
        made.guesses.append(Guess("numbers", code, written.because, written.confidence))
    if written.signs:
        made.spec["signs"] = list(written.signs)
        because = f"numbers are written with {', '.join(written.signs)}, which is not read"
        made.guesses.append(Guess("numbers", code, because, "medium"))
    return made


def settle_marks(sketches: Sequence[Sketch], columns: Sequence[Column]) -> None:
    """Let the decimals of other columns say what marks before three digits are."""
    for sketch in sketches:
        mark = sketch.spec.get("thousands")
        doubtful = [
            g for g in sketch.guesses if g.about == "numbers" and "three digits" in g.because
        ]
        if not mark or not doubtful:
            continue
        others = [column for column in columns if column.name != sketch.columns[0].name]
        _settle(sketch, doubtful[0], mark, {one for c in others for one in _decimal_marks(c)})


def _settle(sketch: Sketch, guess: Guess, mark: str, decimals: set[str]) -> None:
    at = sketch.guesses.index(guess)
    if decimals == {mark} and guess.confidence == "medium":  # zeros at the end speak for thousands
        because = f"{guess.because}, though it stands before decimals in other columns"
        sketch.guesses[at] = replace(guess, because=because, confidence="low")
    elif decimals == {mark}:
        del sketch.spec["thousands"]
        sketch.spec["decimals"] = 3
        because = (
            f"{_name(mark)} is taken for decimals, as in other columns: state thousands: {mark!r} "
            "where it parts thousands"
        )
        sketch.guesses[at] = replace(guess, because=because, confidence="low")
    elif decimals and mark not in decimals:
        because = f"{guess.because}, since other columns have decimals with the other mark"
        sketch.guesses[at] = replace(guess, because=because, confidence="high")


def _decimal_marks(column: Column) -> set[str]:
    """Return the marks that can be nothing but decimals in a column."""
    found: set[str] = set()
    for value in column.codes:
        part = WRITTEN.fullmatch(value)
        number = part["number"] if part else ""
        told = DECIMAL.fullmatch(number)
        if told:
            found.add(told["mark"])
        elif re.fullmatch(r"-?\d{1,3}(?:[.,]\d{3})+[.,]\d+", number) and CLEAR.fullmatch(number):
            found.add(re.findall(r"[.,]", number)[-1])
    return found
