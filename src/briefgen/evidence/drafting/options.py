"""Answer options of closed questions: codes, names, labels, order, boxes, missing answers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from briefgen.evidence.drafting.columns import Column, Confidence, Guess, rank
from briefgen.evidence.drafting.missing import (
    NINES,
    labelled_missing,
    missing_reason,
    numeric_codes,
)
from briefgen.evidence.drafting.names import make_name
from briefgen.evidence.drafting.scales import find_order

OR: Final = {"de": "oder", "en": "or", "fr": "ou"}
BOX_FROM: Final = 4
"""So many steps make a box of the upper ones worth while."""
FEW_STEPS: Final = 11
"""Whole numbers in a row up to so many are steps of a scale."""
VARIES: Final = re.compile(
    r"it (?:varies|depends)|varies|depends.*|(?:ganz )?unterschiedlich|(?:ist )?verschieden|"
    r"(?:es |das )?(?:hängt (?:davon )?ab|kommt (?:ganz )?darauf an)|"
    r"(?:cela|ça) (?:dépend|varie)|variable|"
    r"(?:i )?(?:cannot|can.?t|can not|unable to) (?:judge|assess|rate|evaluate)"
    r"(?: (?:it|this|that))?|"
    r"(?:das )?kann (?:ich|das ich|ich das) nicht (?:beurteilen|einschätzen|bewerten)|"
    r"nicht beurteilbar|"
    r"(?:je )?ne (?:peu[xt]|sais) pas (?:en )?juger",
    re.IGNORECASE,
)
"""An answer beside the steps of a scale."""
BESIDE: Final = 90
"""Codes from here on, far above the others, are kept for answers beside the steps."""
LEAST_SEEN: Final = 3
"""Steps without a label that have to be seen, before those between are taken for steps too."""
RANGE: Final = re.compile(
    r"(?<![\d.,-])([01])\s*(?:-|–|bis|to|à|\.\.\.?|…)\s*(\d{1,2})(?![\d.,]\d|\d|\+)"
)
"""A range that a heading states: "(0-10)", "from 0 to 10"."""


POLE: Final = re.compile(
    r"(?<![\d.,-])(\d{1,2})\s*(?:=|: )\s*([^\W\d][^,;()=]*?)(?=\s*[,;)]|\s*$|\s+\d+\s*=)"
)
"""What a heading calls a step."""


@dataclass
class Answers:
    """The options of one closed question, or of a scale of several.

    Attributes
    ----------
    options
        As ``codebook.yml`` has them.
    boxes
        The upper steps together.
    by_code
        The codes themselves are the scores.
    guesses
        About, reason and confidence; ``at`` is filled in by the question.
    """

    options: list[dict[str, Any]] = field(default_factory=list)
    boxes: list[dict[str, Any]] = field(default_factory=list)
    ordered: bool = False
    reversed: bool = False
    diverging: bool = False
    headline: str = ""
    by_code: bool = False
    guesses: list[Guess] = field(default_factory=list)

    @property
    def signature(self) -> tuple[Any, ...]:
        """What has to be the same for questions that share a scale."""
        return tuple(
            (option["code"], str(option["label"]), option.get("missing")) for option in self.options
        )


def draft_answers(columns: Sequence[Column], language: str) -> Answers:
    """Return the options of one column, or of several with the same answers."""
    made = Answers()
    labels = _labels(columns, made)
    declared = {code for column in columns for code in column.declared if code in labels}
    gone = _missing(columns, labels, declared, made)
    answers = {code: label for code, label in labels.items() if code not in gone}
    ordinal = any(column.kind in ("ordinal", "scale") for column in columns)
    ordinal = ordinal and (columns[0].kind == "ordinal" or _are_steps(answers))
    coded = _are_steps(answers) or any(column.labels for column in columns)
    worded = coded and all(code != label for code, label in answers.items())
    steps = {code: label for code, label in answers.items() if not _is_beside(label)}
    order = find_order(list(steps.values()), in_order=worded)
    codes = list(answers)
    scores: dict[str, float | None] = {}
    if order:
        scores = dict.fromkeys(codes) | dict(zip(steps, order.scores, strict=True))
        made.ordered, made.diverging = True, order.diverging
        codes = _sort(codes, scores, coded=coded, made=made)
        known = find_order(list(steps.values()))
        sure: Confidence = "high" if known and None not in known.scores else "medium"
        because = f"the words of its answers are steps of a scale ({order.family})"
        made.guesses.append(Guess("order", "", because, sure))
        _tell_unplaced(steps, scores, made)
    elif ordinal or (_are_steps(answers) and _tell_a_scale(columns, answers)):
        made.ordered = True
        if not ordinal:
            because = "its codes are whole numbers in a row, with labels at the ends or none"
            made.guesses.append(Guess("order", "", because, "low"))
    elif not coded:
        counts = {code: sum(column.counts[code] for column in columns) for code in codes}
        codes.sort(key=lambda code: (-counts[code], code))
    made.options = _options(codes, labels, {}, scores if order else {})
    _set_beside(made)
    made.options += _options(list(gone), labels, gone, {})
    _name(made.options)
    _add_box(made, scores, language)
    _score_by_code(made)
    return made


def _is_beside(label: str) -> bool:
    """Whether an answer is none of the steps of any scale: "it varies", "cannot judge"."""
    return VARIES.fullmatch(label.strip(" .()")) is not None


def _tell_unplaced(
    steps: Mapping[str, str], scores: Mapping[str, float | None], made: Answers
) -> None:
    """Mark answers whose words are no known step: they have no score, and no mean counts them."""
    for code, label in steps.items():
        if scores[code] is None:
            because = (
                f"the place of {label!r} among the steps is not known: no mean counts it; if it is "
                "a step, put it in its place and delete scored: false"
            )
            made.guesses.append(Guess("order", "", because, "low"))


def _set_beside(made: Answers) -> None:
    """Give no score to answers that are no step of an ordered scale: "it varies"."""
    steps = [o["code"] for o in made.options if re.fullmatch(r"\d+", o["code"])]
    low = [int(code) for code in steps if int(code) < BESIDE]
    for option in made.options if made.ordered else ():
        said = _is_beside(option["label"])
        far = option["code"] in steps and 0 < 2 * max(low, default=0) < BESIDE <= int(
            option["code"]
        )
        if (said or far) and (said or "scored" not in option) and "missing" not in option:
            option["scored"] = False
            because = f"{option['label']!r} is taken for an answer beside the steps of the scale"
            made.guesses.append(Guess("order", "", because, "medium"))


def stated_range(text: str) -> tuple[int, int] | None:
    """Return the lowest and the highest step that a heading states: "(0-10)"."""
    found = RANGE.search(text)
    if found is None:
        return None
    low, high = int(found[1]), int(found[2])
    return (low, high) if BOX_FROM <= high - low + 1 <= FEW_STEPS else None


def name_poles(column: Column, text: str) -> dict[str, str]:
    """Return the labels that a heading gives to numbers: "(1 = very bad, 5 = very good)"."""
    found = {code: label.strip(" .\"„“”«»'’") for code, label in POLE.findall(text)}
    fits = {code for code in column.codes if code.isdigit()} & set(found)
    return found if len(found) > 1 and fits and column.is_numeric else {}


def _score_by_code(made: Answers) -> None:
    """Let codes be the scores where they are numbers in a row that mean another than 1…k."""
    steps = [o for o in made.options if "missing" not in o and o.get("scored", True)]
    if not made.ordered or not all(re.fullmatch(r"-?\d+", o["code"]) for o in steps):
        return
    numbers = [int(option["code"]) for option in steps]
    in_row = len(numbers) > 1 and numbers == list(range(numbers[0], numbers[-1] + 1))
    said = sum(_says(option["label"], option["code"]) for option in steps)
    if in_row and (numbers[0] != 1 or said > len(steps) / 2):
        made.by_code = True
        because = f"codes are the scores of means, {numbers[0]} to {numbers[-1]}"
        made.guesses.append(Guess("order", "", because, "medium"))


def _says(label: str, code: str) -> bool:
    """Whether a label is the number that is its code."""
    return label.strip() == code


def _labels(columns: Sequence[Column], made: Answers) -> dict[str, str]:
    """Return the label of every code, those of the file first, in the order of the codes."""
    stated = {code: label for column in columns for code, label in column.labels.items()}
    poles = {} if stated else name_poles(columns[0], columns[0].text)
    if poles:
        because = f"its wording says what stands for {' and '.join(poles)}"
        made.guesses.append(Guess("labels", "", because, "medium"))
    stated |= poles
    found = {value for column in columns for value in column.counts}
    bare = sorted((code for code in found if code not in stated), key=rank)
    if stated and bare and not _fill_steps(stated, bare):
        because = f"the file has codes that it does not label: {', '.join(bare[:6])}"
        made.guesses.append(Guess("labels", "", because, "low"))
    unseen = _unseen_steps(columns, bare, stated, made)
    codes = sorted({*stated, *bare, *unseen}, key=rank)
    if not all(code.lstrip("-").isdigit() for code in stated):  # the file's own order tells more
        codes = list(dict.fromkeys([*stated, *codes]))
    return {code: stated.get(code, code) for code in codes}


def _unseen_steps(
    columns: Sequence[Column], bare: Sequence[str], stated: Mapping[str, str], made: Answers
) -> list[str]:
    """Return steps that nobody chose: those that the heading states, and gaps in a row."""
    told = stated_range(columns[0].text)
    plain = [code for code in (*stated, *bare) if re.fullmatch(r"0|[1-9]\d?", code)]
    shown = [
        int(code) for code in plain if not NINES.fullmatch(code) or (told and int(code) <= told[1])
    ]
    if (
        len(bare) < LEAST_SEEN
        or len(shown) < LEAST_SEEN
        or any(not code.lstrip("-").isdigit() for code in bare)
    ):
        return []
    low, high = told or (min(shown), max(shown))
    whole = [str(step) for step in range(low, high + 1)]
    if not set(map(str, shown)) <= {*whole, *stated} or not BOX_FROM <= len(whole) <= FEW_STEPS:
        return []
    unseen = [step for step in whole if step not in {*stated, *bare}]
    if not unseen or len(unseen) > len(whole) / (2 if told else 3):
        return []
    because = f"steps of the scale that nobody chose: {', '.join(unseen)}"
    made.guesses.append(Guess("labels", "", because, "medium"))
    return unseen


def _fill_steps(stated: Mapping[str, str], bare: Sequence[str]) -> bool:
    """Whether the unlabelled codes are the steps between labelled ends."""
    numbers = [
        code
        for code in (*stated, *bare)
        if code.isdigit() and not missing_reason(stated.get(code, "x"))
    ]
    steps = sorted(map(int, numbers))
    return len(steps) == steps[-1] - steps[0] + 1 <= FEW_STEPS + 1 if steps else False


def _are_steps(answers: Mapping[str, str]) -> bool:
    """Whether codes are 0 or 1 to k, at most the ends of which have labels."""
    if not all(code.isdigit() for code in answers) or not 3 <= len(answers) <= FEW_STEPS:
        return False
    steps = sorted(map(int, answers))
    bare = sum(code == label for code, label in answers.items())
    return (
        steps[0] in (0, 1) and steps[-1] - steps[0] + 1 == len(steps) and bare >= len(steps) - 3 > 0
    )


def _tell_a_scale(columns: Sequence[Column], answers: Mapping[str, str]) -> bool:
    """Whether steps without words are a scale: several such columns, ends, a range, or 0 to 10."""
    from_zero = list(answers) == [str(step) for step in range(FEW_STEPS)]
    stated = stated_range(columns[0].text) is not None
    return len(columns) > 2 or from_zero or stated or _has_ends(answers)


def _has_ends(answers: Mapping[str, str]) -> bool:
    """Whether the first and the last step have labels."""
    steps = list(answers.items())
    return all(code != label for code, label in (steps[0], steps[-1]))


def _missing(
    columns: Sequence[Column], labels: Mapping[str, str], declared: set[str], made: Answers
) -> dict[str, str]:
    told = labelled_missing(dict(labels))
    for code, why in told.items():
        if code not in declared:
            because = f"{labels[code]!r} reads as no answer ({why}), and does not count in the base"
            made.guesses.append(
                Guess("missing", "", because, "high" if code != labels[code] else "medium")
            )
    bare = {code for code, label in labels.items() if code == label}
    for column in columns:
        for code, sure in numeric_codes(column, set(told) | declared) if bare else ():
            if code in bare and code not in told and NINES.fullmatch(code):
                told[code] = "no_answer"
                made.guesses.append(
                    Guess("missing", "", f"{code} looks like a code for no answer", sure)
                )
    return {
        code: told.get(code, "no_answer") for code in labels if code in told or code in declared
    }


def _sort(
    codes: list[str], scores: Mapping[str, float | None], *, coded: bool, made: Answers
) -> list[str]:
    """Keep coded answers in their order, and turn scores round where it falls; order words."""
    placed = [score for code in codes if (score := scores[code]) is not None]
    if coded and placed in (sorted(placed), sorted(placed, reverse=True)):
        made.reversed = placed != sorted(placed)
        return codes
    return sorted(codes, key=lambda code: (scores[code] is None, scores[code] or 0))


def _options(
    codes: Sequence[str],
    labels: Mapping[str, str],
    gone: Mapping[str, str],
    scores: Mapping[str, float | None],
) -> list[dict[str, Any]]:
    made = []
    for code in codes:
        option: dict[str, Any] = {"code": code, "name": "", "label": labels[code]}
        if code in gone:
            option["missing"] = gone[code]
        elif scores and scores[code] is None:
            option["scored"] = False
        made.append(option)
    return made


def _name(options: Sequence[dict[str, Any]]) -> None:
    taken: set[str] = set()
    for option in options:
        option["name"] = make_name(option["label"], taken, "a")
        taken.add(option["name"])


def _add_box(made: Answers, scores: Mapping[str, float | None], language: str) -> None:
    """Add the upper steps of an ordered scale as a box: those above its middle."""
    steps = [o for o in made.options if "missing" not in o and o.get("scored", True)]
    if not made.ordered or len(steps) < BOX_FROM or not scores or _is_band(made):
        return
    rising = sorted(steps, key=lambda option: scores[option["code"]] or 0)
    upper = rising[(len(rising) + 1) // 2 :][-2:]
    if made.diverging:
        upper = [o for o in rising if (scores[o["code"]] or 0) > _middle(scores)] or upper
    label = name_box([option["label"] for option in upper], language)
    made.boxes = [{"name": "high", "label": label, "options": [option["name"] for option in upper]}]
    made.headline = "high"


def name_box(labels: Sequence[str], language: str) -> str:
    """Return what several steps are called together."""
    first, *rest = labels
    words = [word[0].lower() + word[1:] if word[1:2].islower() else word for word in rest]
    return f" {OR.get(language, '/')} ".join([first, *words])


def _middle(scores: Mapping[str, float | None]) -> float:
    placed = [score for score in scores.values() if score is not None]
    return 4 if max(placed) > 5 else 3


def _is_band(made: Answers) -> bool:
    return any("bands of numbers" in guess.because for guess in made.guesses)
