"""Filters: a question that is empty wherever an earlier one has certain answers was not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from briefgen.evidence.drafting.columns import Confidence, Guess
from briefgen.evidence.drafting.single import Sketch

LEAST_EMPTY: Final = 0.03
"""A question is asked of some alone where at least so many cells are empty."""
LEAST_OUTSIDE: Final = 5
"""Respondents who were not asked."""
LEAST_INSIDE: Final = 0.75
"""Share of those asked who answered."""
LEAST_EXPLAINED: Final = 0.6
"""Share of the empty cells that the filter explains."""
BASES: Final = {
    "de": "Befragte, die bei „{label}“ {answers} angaben",
    "en": "those who answered {answers} to “{label}”",
    "fr": "les personnes ayant répondu {answers} à « {label} »",
}
QUOTES: Final = {"de": "„{}“", "en": "“{}”", "fr": "« {} »"}
OR: Final = {"de": " oder ", "en": " or ", "fr": " ou "}


@dataclass(frozen=True)
class _Found:
    """A filter, and how well it fits."""

    sketch: Sketch
    names: tuple[str, ...]
    explained: float
    inside: float


def add_filters(sketches: Sequence[Sketch], language: str) -> None:
    """State for each question which earlier answer it depends on, where the cells tell it."""
    for place, sketch in enumerate(sketches):
        answered = _answered(sketch)
        if (~answered).mean() < LEAST_EMPTY or answered.sum() < LEAST_OUTSIDE:
            continue
        answered |= _says_no_answer(sketch)
        candidates = [_try(earlier, answered) for earlier in sketches[:place]]
        found = [one for one in candidates if one]
        if found:
            # of several that fit as well, the last one asked decides
            best = max(enumerate(found), key=lambda item: (round(item[1].explained, 2), item[0]))[1]
            _state(sketch, best, language)


def _says_no_answer(sketch: Sketch) -> pd.Series:
    """Return who was asked and gave none: codes say so, where another code says "not asked".

    Empty cells then are no sign of a filter, which has a code of its own.
    """
    options = sketch.answers.options if sketch.answers else []
    reasons = {o["code"]: o["missing"] for o in options if "missing" in o}
    coded = "not_asked" in reasons.values()
    asked = [code for code, why in reasons.items() if coded and why != "not_asked"]
    cells = [column.cells.isin(asked) for column in sketch.columns]
    return pd.concat(cells, axis=1).any(axis=1)


def _answered(sketch: Sketch) -> pd.Series:
    """Return who gave any answer; cells that say "not chosen" are answers too."""
    options = sketch.answers.options if sketch.answers else []
    gone = {
        *sketch.spec.get("missing", ()),
        *(o["code"] for o in options if o.get("missing") == "not_asked"),
    }
    filled = [
        column.cells.ne("") & ~column.cells.isin({*column.declared, *gone})
        for column in sketch.columns
    ]
    return pd.concat(filled, axis=1).any(axis=1)


def _try(earlier: Sketch, answered: pd.Series) -> _Found | None:
    """Return the answers to an earlier question on which it depends whether there is one here."""
    if earlier.answers is None or len(earlier.columns) != 1:
        return None
    cells = earlier.columns[0].cells
    names = {o["code"]: o["name"] for o in earlier.answers.options if "missing" not in o}
    shares = answered.groupby(cells).mean()
    asked = [code for code in shares.index if shares[code] > 0]
    outside = ~cells.isin(asked)
    spoken = outside & cells.isin(names)
    if not asked or not set(asked) < set(names) or spoken.sum() < LEAST_OUTSIDE:
        return None
    inside = float(answered[~outside].mean())
    explained = float(outside.sum() / (~answered).sum())
    if inside < LEAST_INSIDE or explained < LEAST_EXPLAINED:
        return None
    return _Found(earlier, tuple(names[code] for code in names if code in asked), explained, inside)


def _state(sketch: Sketch, found: _Found, language: str) -> None:
    options = found.sketch.answers.options if found.sketch.answers else []
    labels = [o["label"] for o in options if o["name"] in found.names]
    sketch.spec["asked_if"] = {
        "variable": found.sketch.code,
        "options": list(found.names),
        "label": name_base(labels, found.sketch.spec["label"], language),
    }
    sure: Confidence = "high" if found.inside > 0.97 and found.explained > 0.97 else "medium"
    because = (
        f"nobody with another answer to {found.sketch.code} answered, "
        f"and {found.inside:.0%} of those with this one did"
    )
    sketch.guesses.append(Guess("filter", sketch.code, because, sure))


def name_base(answers: Sequence[str], label: str, language: str) -> str:
    """Return in words who was asked: those with certain answers to an earlier question."""
    quoted = [QUOTES.get(language, QUOTES["en"]).format(answer) for answer in answers]
    told = OR.get(language, OR["en"]).join(quoted)
    return BASES.get(language, BASES["en"]).format(answers=told, label=label)
