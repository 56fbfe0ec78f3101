"""Which evidence a study makes, by key without domain, told from its configuration alone.

In: `Settings`, and through `wording` the codes and statements. Out: keys such as
``survey:q07.often``. So `briefgen check` and authors learn about a key that does not exist before
anything is estimated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from briefgen.config.settings import Settings, Variable
from briefgen.config.wording import read_codes, read_statements

RESPONSE: Final = (
    "rate", "invited", "answers", "rr1", "rr2", "rr3", "rr4", "rr5", "rr6", "coop1",
    "frame_share", "respondent_share",
)  # fmt: skip
FACTOR: Final = ("cases", "interviews", "success", "challenge")
RATING: Final = (
    "median", "q1", "q3", "iqr", "share", "n", "dont_know", "consensus", "change", "iqr_change",
)  # fmt: skip
ROUND: Final = ("median", "iqr", "n")
_MOST_ROUNDS: Final = 9


def list_estimable_keys(settings: Settings) -> tuple[str, ...]:
    """Return the keys, without domain and contrast, that the study may have estimates for.

    That a value is there does not follow: the panel may have left a statement unrated, and the
    wall may hide anything.
    """
    keys = [*_survey_keys(settings), *(f"response:{name}" for name in RESPONSE)]
    if settings.info.files.cases:
        keys += _case_keys(settings)
    if settings.info.files.panel:
        keys += _panel_keys(settings)
    return tuple(dict.fromkeys(keys))


def _survey_keys(settings: Settings) -> Iterator[str]:
    for code, variable in settings.variables.items():
        for measure in (*list_measures(variable), "answers", "missing"):
            yield f"survey:{code}.{measure}"
    for index in settings.codebook.indices:
        yield from (f"survey:{index.code}.{measure}" for measure in ("mean", "alpha"))
    yield from (f"survey:{ratio.code}.ratio" for ratio in settings.codebook.ratios)


def list_measures(variable: Variable) -> list[str]:
    """Return the measures of a variable's own: options and boxes, items, classes, statistics."""
    items = [item.name for item in variable.question.items]
    if variable.type == "multiple":
        return items
    if variable.type == "ranking":
        return [*items, *(f"{item}_mean" for item in items)]
    if variable.type == "numeric":
        classes = [part.name for part in variable.question.classes]
        return ["mean", "median", "p25", "p75", "total", *classes]
    if variable.type == "open":
        return []
    answers = [option.name for option in variable.answers]
    boxes = [box.name for box in variable.boxes]
    return [*answers, *boxes, *(["mean"] if variable.ordered else [])]


def _case_keys(settings: Settings) -> Iterator[str]:
    yield from ("case:cases", "case:interviews", "case:coding.alpha", "case:coding.kappa")
    codes = [factor.code for factor in read_codes(settings)[0]]
    measures = (*FACTOR, *(role.measure for role in settings.info.case_studies.roles))
    for code in codes:
        yield from (f"case:factor.{code}.{measure}" for measure in measures)
    for index, first in enumerate(codes):
        yield from (
            f"case:cooccurrence.{first}+{second}.interviews" for second in codes[index + 1 :]
        )


def _panel_keys(settings: Settings) -> Iterator[str]:
    yield "panel:experts"
    for dimension in settings.info.panel.dimensions:
        yield f"panel:{dimension}.kendall_w"
        for code in read_statements(settings)[0]:
            yield from (f"panel:{code}.{dimension}_{measure}" for measure in RATING)
            yield from (
                f"panel:{code}.{dimension}_round{number}_{measure}"
                for number in range(1, _MOST_ROUNDS + 1)
                for measure in ROUND
            )
