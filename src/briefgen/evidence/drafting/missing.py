"""Which values are no answer: as the file declares, as labels say, as questionnaires code."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pandas as pd

from briefgen.evidence.drafting.columns import Column, Confidence
from briefgen.evidence.drafting.scales import NUMBER_BEFORE, find_order
from briefgen.evidence.survey.decode import MISSING_WORDS, parse_numbers
from briefgen.evidence.validate.numbers import CODE_LIKE, FAR, MOST_CODES

EMPTY_WORDS: Final = re.compile(
    r"(?:#?n/?a|nan|null|none|\.|-|--|#null!|\(?blank\)?|k\.?\s?a\.?)", re.IGNORECASE
)
"""What programs and people write where there is nothing."""
LONGEST: Final = 40
"""Characters of a label that says "no answer": longer ones say something."""


def missing_reason(label: str) -> str | None:
    """Return why a label is no answer, ``None`` where it is one."""
    plain = NUMBER_BEFORE.sub("", label.strip()).strip(" .()[]")
    if len(plain) > LONGEST:
        return None
    if EMPTY_WORDS.fullmatch(plain):
        return "no_answer"
    return next((why for why, words in MISSING_WORDS.items() if words.search(plain)), None)


def labelled_missing(labels: dict[str, str]) -> dict[str, str]:
    """Return the reasons of codes whose labels say so; steps of a scale are answers.

    "Trifft nicht zu" is a pole of one scale, and "does not apply" in another question.
    """
    found = {
        code: why
        for code, label in labels.items()
        if (why := missing_reason(label)) and not _is_a_filter(code, label)
    }
    order = find_order(list(labels.values())) if found else None
    if order is not None:
        steps = [
            code for code, score in zip(labels, order.scores, strict=True) if score is not None
        ]
        found = {code: why for code, why in found.items() if code not in steps}
    return found


def _is_a_filter(code: str, label: str) -> bool:
    """Whether "filter" is a thing that people have, and not why nobody was asked."""
    return label.strip().casefold() in ("filter", "filtre") and not NINES.fullmatch(code)


def numeric_codes(column: Column, known: set[str]) -> list[tuple[str, Confidence]]:
    """Return numbers among a column's values that are likely codes for "no answer"."""
    values = [value for value in column.codes if value not in known]
    numbers = parse_numbers(pd.Series(values, dtype=object))
    like = [CODE_LIKE.fullmatch(value) is not None for value in values]
    others = numbers[~np.array(like, dtype=bool)].dropna()
    if others.empty or (numbers < 0).sum() > MOST_CODES:
        return []
    found: list[tuple[str, Confidence]] = []
    for value, number, alike in zip(values, numbers, like, strict=True):
        sure = _judge(float(number), column.counts[value], others) if alike else None
        if sure:
            found.append((value, sure))
    return found


def _judge(number: float, times: int, others: pd.Series) -> Confidence | None:
    largest = float(others.max())
    if number < 0:
        return "high" if others.ge(0).all() else None
    if number > FAR * largest:
        return "high" if largest >= 0 else None
    return (
        "medium"
        if number > largest and (largest <= 10 or times >= 3) and number > largest + 1
        else None
    )


NINES: Final = re.compile(r"-\d+|9+")
"""Codes of closed questions that mean nothing else: 95 to 98 may be "other" or "none of these"."""


def written_missing(column: Column) -> list[str]:
    """Return values that write "nothing" in a column whose other values are something."""
    found = [value for value in column.codes if EMPTY_WORDS.fullmatch(value)]
    return found if len(found) < len(column.codes) else []
