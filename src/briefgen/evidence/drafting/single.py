"""Questions that have one column: closed, a scale, a number, several answers in a cell, open."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from briefgen.evidence.drafting.columns import OTHER_WORDS, Column, Guess
from briefgen.evidence.drafting.missing import labelled_missing, numeric_codes, written_missing
from briefgen.evidence.drafting.names import make_name, set_dots, shorten
from briefgen.evidence.drafting.options import Answers, draft_answers, name_poles
from briefgen.evidence.survey.decode import parse_numbers

MOST_OPTIONS: Final = 25
"""A column of words with more that differ is open."""
LONGEST_OPTION: Final = 90
"""Characters of an answer option, most of the time."""
COUNTS: Final = re.compile(
    r"number of|how (?:many|much|old|long)|anzahl|"
    r"wie ?(?:viele?|alt|lange|hoch|groß)|\bage\b|\balter\b|"
    r"\byears?\b|jahr|nombre d|combien|\bâge\b|\bannées?\b|heures|revenu|pour cent|coût|montant|"
    r"hours|stunden|minutes|minuten|income|einkommen|percent|prozent|%|€|\$|cost|kosten|umsatz|budget|betrag|score|index",
    re.IGNORECASE,
)
DELIMITERS: Final = (";", "|", ",", " ")
OTHER: Final = re.compile(
    r"\b(?:other|others|sonstiges?|andere[sr]?|weitere[sr]?|something else|autres?)\b",
    re.IGNORECASE,
)
OWN_WORDS: Final = re.compile(
    r"please specify|specify\W*$|\[other\]|[_/.](?:other|oth|txt|text|sonst(?:iges)?|autre)$|"
    r"anything else|which other|und zwar|bitte (?:angeben|nennen|beschreiben|erläutern)|"
    r"(?:any|further|other|additional|weitere|sonstige) (?:comments|kommentare|anmerkungen)|"
    r"noch etwas|préci(?:ser|sez)|autre chose|own words|eigenen worten|"
    r"^(?:other|sonstiges|autres?|comments?|kommentare?|anmerkung(?:en)?)\W*$",
    re.IGNORECASE,
)
"""Names and wordings of columns that people write in."""
MOST_DECIMALS: Final = 3
"""More decimals are filled up by a program."""
TICK: Final = re.compile(r"x|✓|✔|1", re.IGNORECASE)
YES_NO: Final = re.compile(r"yes|no|ja|nein|oui|non|true|false|x", re.IGNORECASE)
LABEL_WORDS: Final = {
    "de": {"0": "nein", "1": "ja"},
    "en": {"0": "no", "1": "yes"},
    "fr": {"0": "non", "1": "oui"},
}


@dataclass
class Sketch:
    """A question as drafted.

    Attributes
    ----------
    spec
        As ``codebook.yml`` has it.
    columns
        Those it is made of.
    ask
        What its author has to say.
    """

    spec: dict[str, Any]
    columns: list[Column]
    guesses: list[Guess] = field(default_factory=list)
    ask: str = ""
    answers: Answers | None = None

    @property
    def code(self) -> str:
        """The question's code."""
        return str(self.spec["code"])


def begin(code: str, kind: str, text: str, columns: Sequence[Column]) -> Sketch:
    """Return a sketch with the texts of a question."""
    text = set_dots(text)
    spec: dict[str, Any] = {"code": code, "type": kind, "text": text, "label": shorten(text)}
    return Sketch(spec, list(columns))


def draft_column(column: Column, code: str, language: str) -> Sketch:
    """Return the question that one column holds."""
    if _is_lone_tick(column):
        return _lone_tick(column, code)
    kind = _choose(column)
    if kind == "multiple":
        made = _delimited(column, code, language)
        if made:
            return made
        kind = "open" if len(column.codes) > MOST_OPTIONS else "single"
    if kind == "numeric":
        return draft_number(column, code)
    if kind == "open":
        made = _with_column(begin(code, "open", column.text, [column]), column)
        if not column.kind and len(column.codes) == 1:
            because = "all who wrote something wrote the same: taken for open, not for options"
            made.guesses.append(Guess("type", code, because, "low"))
        elif not column.kind and _is_written(column, column.codes):
            because = (
                "named as answers in own words: open, none of its words are published as options"
            )
            made.guesses.append(Guess("type", code, because, "medium"))
        return made
    return draft_closed(column, code, language)


def _is_lone_tick(column: Column) -> bool:
    """Whether cells are ticked or empty: nothing else tells that it was not chosen."""
    ticked = len(column.codes) == 1 and TICK.fullmatch(column.codes[0])
    return bool(ticked) and not column.labels and column.kind in ("", "multiple")


def _lone_tick(column: Column, code: str) -> Sketch:
    """Return a question whose one option was chosen or not: an empty cell is an answer too."""
    made = begin(code, "multiple", column.text, [column])
    made.spec["not_selected"] = [""]
    label = shorten(column.text)
    item = {"name": make_name(label, (), "i"), "label": label, "column": column.name}
    made.spec["items"] = [item | {"selected": column.codes[0]}]
    because = "cells are ticked or empty: who did not tick it counts as not having chosen it"
    made.guesses.append(Guess("multiple", code, because, "low"))
    return made


def _with_column(sketch: Sketch, column: Column) -> Sketch:
    if column.name != sketch.code:
        sketch.spec["column"] = column.name
    return sketch


def _choose(column: Column) -> str:
    """Return the type of question that a column looks like."""
    if column.kind in ("single", "ordinal", "scale") and _is_closed(column):
        return "single"
    if column.kind in ("open", "multiple") or (column.kind == "numeric" and column.is_numeric):
        return column.kind
    gone = labelled_missing(dict(column.labels))
    if len(column.labels) - len(gone) >= 2 and _covers(column):
        return "single"
    nothing = {*gone, *written_missing(column)}
    values = [value for value in column.codes if value not in nothing]
    if values and parse_numbers(pd.Series(values, dtype=object)).notna().all():
        return _choose_number(column, values)
    return _choose_words(column, values)


def _choose_words(column: Column, values: Sequence[str]) -> str:
    if _is_written(column, values) or len(values) == 1:
        return "open"
    if find_delimiter(column):
        return "multiple"
    return "single" if _are_options(column, values) else "open"


def _is_closed(column: Column) -> bool:
    return bool(column.labels) or len(column.codes) <= MOST_OPTIONS


def _covers(column: Column) -> bool:
    """Whether labels stand for most cells, or for the ends of a short row of whole numbers."""
    labelled = sum(column.counts[code] for code in column.labels)
    if labelled >= 0.9 * max(column.filled, 1):
        return True
    return len(column.codes) <= 12 and all(value.lstrip("-").isdigit() for value in column.codes)


def _choose_number(column: Column, values: Sequence[str]) -> str:
    whole = all(value.isdigit() for value in values)
    if COUNTS.search(column.text) and len(values) > 2:
        return "numeric"
    codes = {code for code, _ in numeric_codes(column, set())}
    steps = [int(value) for value in values if value not in codes] if whole else []
    few = 2 <= len(steps) <= 11 and min(steps) >= 0 and max(steps) <= 15
    return "single" if few and column.filled >= 2 * len(steps) else "numeric"


def _is_written(column: Column, values: Sequence[str]) -> bool:
    """Whether name or wording says that people wrote the answers themselves."""
    named = OWN_WORDS.search(column.name) or OWN_WORDS.search(column.wording)
    return bool(named) and not all(map(YES_NO.fullmatch, values))


def mark_unlabelled(sketches: Sequence[Sketch]) -> None:
    """Mark words taken for options where the file labels those of other questions."""
    if not any(column.labels for sketch in sketches for column in sketch.columns):
        return
    for sketch in sketches:
        bare = not any(column.labels or column.kind for column in sketch.columns)
        words = not all(column.is_numeric for column in sketch.columns)
        if sketch.spec["type"] == "single" and bare and words:
            because = "words without labels are taken for options: if people wrote them, it is open"
            sketch.guesses.append(Guess("type", sketch.code, because, "low"))


def _are_options(column: Column, values: Sequence[str]) -> bool:
    """Whether words repeat as options do."""
    if not values or len(values) > MOST_OPTIONS:
        return False
    long = sum(column.counts[value] for value in values if len(value) > LONGEST_OPTION)
    return column.filled >= 3 * len(values) and long <= 0.3 * column.filled


# --- closed ---------------------------------------------------------------------------------


def draft_closed(column: Column, code: str, language: str) -> Sketch:
    """Return a question with one answer of several."""
    answers = draft_answers([column], language)
    made = _with_column(begin(code, "single", column.text, [column]), column)
    fill_closed(made, answers)
    made.answers = answers
    bare = [
        o for o in answers.options if o["code"] == o["label"] and o["code"].lstrip("-").isdigit()
    ]
    named = bool(column.labels or name_poles(column, column.text))
    if not named and bare and "missing" not in bare[0]:
        if {o["code"] for o in bare} == {"0", "1"}:
            for option in bare:
                option["label"] = LABEL_WORDS.get(language, LABEL_WORDS["en"])[option["code"]]
                option["name"] = ("no", "yes")[int(option["code"])]
            made.guesses.append(Guess("labels", code, "0 and 1 are taken for no and yes", "medium"))
        else:
            made.ask = "What do the codes mean? The file does not label them."
    return made


def fill_closed(made: Sketch, answers: Answers) -> None:
    """Add options, order and box to a question."""
    if answers.ordered:
        made.spec["type"] = "scale"
        made.spec["ordered"] = True
    if answers.reversed:
        made.spec["reversed"] = True
    if answers.by_code:
        made.spec["scores"] = "codes"
    made.spec["options"] = answers.options
    if answers.boxes:
        made.spec |= {"boxes": answers.boxes, "headline": answers.headline}
    made.guesses += [Guess(g.about, made.code, g.because, g.confidence) for g in answers.guesses]


# --- numbers --------------------------------------------------------------------------------


def draft_number(column: Column, code: str) -> Sketch:
    """Return a question that was answered with a number."""
    made = _with_column(begin(code, "numeric", column.text, [column]), column)
    gone = labelled_missing(
        {c: label for c, label in column.labels.items() if c not in column.declared}
    )
    for value, why in gone.items():
        because = f"{value}, labelled {column.labels[value]!r}, is no number ({why})"
        made.guesses.append(Guess("missing", code, because, "high"))
    for value in written_missing(column):
        gone[value] = "no_answer"
        made.guesses.append(Guess("missing", code, f"{value!r} is read as no answer", "high"))
    for value, sure in numeric_codes(column, {*gone, *column.declared}):
        gone[value] = "no_answer"
        made.guesses.append(
            Guess("missing", code, f"{value} looks like a code for no answer", sure)
        )
    if gone:
        made.spec["missing"] = gone
    valid = [value for value in column.codes if value not in gone]
    decimals = max(
        (len(_decimals(value)) for value in valid if re.search(r"[.,]", value)),
        default=0,
    )
    if decimals:
        made.spec["decimals"] = min(decimals, 2)
    _widen(made, valid)
    if not column.kind and not COUNTS.search(column.text):
        made.guesses.append(
            Guess("type", code, "many numbers differ: taken for a number", "medium")
        )
    return made


def _decimals(value: str) -> str:
    """Return the decimals of a number; zeros that fill up many of them are none."""
    digits = re.split(r"[.,]", value)[1]
    return digits if len(digits) <= MOST_DECIMALS else digits.rstrip("0")


def _widen(made: Sketch, valid: Sequence[str]) -> None:
    """State limits where numbers that look like codes are numbers: they are in the middle."""
    numbers = parse_numbers(pd.Series(valid, dtype=object)).dropna()
    if len(numbers) and numbers.min() < 0:
        made.spec["minimum"] = float(numbers.min())


# --- several answers in a cell --------------------------------------------------------------


def find_delimiter(column: Column) -> str | None:
    """Return the sign between several answers in one cell, ``None`` where there is none."""
    for delimiter in DELIMITERS:
        if delimiter == " " and column.kind != "multiple":
            continue
        if _parts_repeat(column, delimiter):
            return delimiter
    return None


def _parts_repeat(column: Column, delimiter: str) -> bool:
    """Whether the parts of cells are few, repeat, and come in many combinations."""
    several = sum(n for cell, n in column.counts.items() if delimiter in cell.rstrip("; "))
    if several < max(3, 0.05 * column.filled):
        return False
    parts = count_parts(column, delimiter)
    usual = [part for part, times in parts.items() if times >= _least_usual(column)]
    covered = sum(parts[part] for part in usual) / max(sum(parts.values()), 1)
    combined = len(column.counts) > len(usual) if delimiter == "," else True
    short = sum(map(len, usual)) / max(len(usual), 1) < LONGEST_OPTION
    if delimiter in " ,":
        alone = sum(part in column.counts for part in usual)
        combined = combined and alone >= 0.5 * len(usual)
    return 2 <= len(usual) <= 40 and covered > 0.85 and combined and short


def _least_usual(column: Column) -> float:
    """Return how often a part stands there at least that was offered, and not written."""
    return max(3, min(0.02 * column.filled, 5))


def count_parts(column: Column, delimiter: str) -> Counter[str]:
    """Return how often each part of the cells stands there."""
    parts: Counter[str] = Counter()
    for cell, times in column.counts.items():
        for part in {part.strip() for part in cell.split(delimiter)}:
            if part and cell not in column.declared:
                parts[part] += times
    return parts


def _delimited(column: Column, code: str, language: str) -> Sketch | None:
    delimiter = find_delimiter(column) or (
        " " if column.kind == "multiple" and column.labels else None
    )
    if delimiter is None:
        return None
    parts = count_parts(column, delimiter)
    usual = {part for part, times in parts.items() if times >= _least_usual(column)}
    listed = list(column.labels) or sorted(usual, key=lambda part: -parts[part])
    rest = [part for part in parts if part not in listed]
    made = _with_column(begin(code, "multiple", column.text, [column]), column)
    made.spec["delimiter"] = delimiter
    made.spec["items"] = _items(listed, column)
    if rest:
        _take_rest(made, len(rest), language)
    if not column.kind:
        because = f"cells hold several answers with {delimiter!r} between"
        made.guesses.append(
            Guess("multiple", code, because, "high" if delimiter in ";|" else "medium")
        )
    return made


def _items(codes: Sequence[str], column: Column) -> list[dict[str, Any]]:
    items, taken = [], set[str]()
    for code in codes:
        label = column.labels.get(code, code)
        name = make_name(label, taken, "i")
        taken.add(name)
        items.append({"name": name, "label": label, "selected": code})
    return items


def _take_rest(made: Sketch, rest: int, language: str) -> None:
    """Let one item take what is no code: the one that says so, else a new one."""
    items = made.spec["items"]
    item = next((item for item in items if OTHER.search(item["label"])), None)
    if item is None:
        item = {
            "name": make_name("other", [i["name"] for i in items]),
            "label": OTHER_WORDS.get(language, "other"),
            "selected": "other",
        }
        items.append(item)
    item["other"] = True
    because = f"{rest} answers that are rare or stand alone count as one item, other"
    made.guesses.append(Guess("other", made.code, because, "medium"))
