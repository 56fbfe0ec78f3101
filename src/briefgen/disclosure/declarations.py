"""What every statistic tells of respondents: a statistic without a declaration is not released.

In: a row of the table of estimates, or evidence. Out: its `Declaration`. A ``constraint`` is a
linear function of counts with its rounding, a row of the one system of `counts`. A ``rule`` is
judged by itself; the declaration says by what. Release and audit read the same declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from briefgen.config.measures import ASKABLE, Subject, find_measure, find_subject, type_of
from briefgen.config.settings import Settings, Variable
from briefgen.disclosure.counts import BASE
from briefgen.errors import DisclosureError
from briefgen.evidence.survey.measures import has_estimator
from briefgen.model import Evidence


@dataclass(frozen=True)
class Declaration:
    """What a statistic tells.

    Attributes
    ----------
    kind
        ``constraint``: of counts, by the system; ``rule``: judged by itself.
    tells
        The sum that it tells, or what the rule asks.
    judged_by
        The function that makes the constraint or applies the rule.
    """

    kind: Literal["constraint", "rule"]
    tells: str
    judged_by: str


SHARE: Final = Declaration(
    "constraint",
    "the count of answers and the base exactly; the limits of a share are a function of both",
    "counts.measures_of",
)
COUNT: Final = Declaration("constraint", "the base of a table exactly", "counts.cells_of")
SCORES: Final = Declaration(
    "constraint",
    "the sum of scores within its rounding",
    "counts.cells_of",
)
SUM: Final = Declaration(
    "rule",
    "the sum of numbers, and by its interval that of squares: all classes are published, not "
    "nearly all are alike, none and no two dominate, and no combination of published sums is of a "
    "domain where that fails",
    "quantities.Quantities.publish",
)
QUANTILE: Final = Declaration(
    "rule",
    "an answer in its order: all classes are published, not nearly all are alike, and it and its "
    "limits each stand for as many answers as the smallest cell",
    "numbers.stand_for_enough",
)
RANK: Final = Declaration(
    "rule",
    "the sum of ranks, and how many ranked the item: all first ranks are published, no "
    "rank was given to an item by few, and the rules for sums hold for all items together",
    "quantities.Quantities.publish",
)
MISSING: Final = Declaration(
    "rule",
    "how many were asked: all answers to the question that opens it are published",
    "release._Releaser._judge_missing",
)
INDEX: Final = Declaration(
    "rule",
    "the sum of the items' scores: all answers to all items are published, the rules for sums, and "
    "nobody or enough left an item open",
    "quantities.Quantities.publish",
)
RATIO: Final = Declaration(
    "rule",
    "two sums, each of which might be published by itself and beside all others",
    "quantities.Quantities.publish",
)
ALPHA: Final = Declaration(
    "rule",
    "how often items are answered alike: not nearly always, and where the index may be printed",
    "quantities.Quantities.publish",
)
REST: Final = Declaration(
    "rule",
    "a difference of two published values, or of values that published ones imply",
    "release._Releaser._judge_rest",
)
EDITION: Final = Declaration(
    "rule", "a difference of two editions' published values", "trend.compare_editions"
)
RESPONSE: Final = Declaration(
    "rule",
    "how many were asked and answered, which counts as known; few who answered are hidden",
    "release._Releaser._judge_response",
)
OWN_SUMS: Final = Declaration(
    "rule",
    "the sums of its estimator's columns: they are judged as sums of numbers are, and so is what "
    "they leave of the question's answers and of the columns of its other measures",
    "quantities.Quantities.publish",
)
OF_ANSWERS: Final = Declaration(
    "rule",
    "a function of the answer that each gave: the shares of all answers are published",
    "release._Releaser._judge_answers",
)
RATING: Final = Declaration(
    "rule",
    "ratings of at least twice as many experts as the smallest cell",
    "release._Releaser._judge_panel",
)
CASE: Final = Declaration(
    "rule", "cases are published with consent", "release._Releaser._judge_case"
)

BY_TYPE: Final[Mapping[str, Mapping[str, Declaration]]] = {
    "single": {"share": SHARE, "mean": SCORES},
    "scale": {"share": SHARE, "mean": SCORES},
    "multiple": {"share": SHARE},
    "numeric": {
        "share": SHARE, "mean": SUM, "total": SUM, "median": QUANTILE, "quantile": QUANTILE,
    },
    "ranking": {"share": SHARE, "mean": RANK},
    "index": {"mean": INDEX, "alpha": ALPHA},
    "ratio": {"ratio": RATIO},
    "response": dict.fromkeys(("count", "rate", "share", "difference"), RESPONSE),
    "panel": dict.fromkeys(
        (
            "median", "quantile", "iqr", "share", "count", "difference", "kendall_w", "label",
            "mean",
        ),
        RATING,
    ),
    "case": dict.fromkeys(("count", "share", "alpha", "kappa", "label"), CASE),
}  # fmt: skip
"""Of each type of question, and of the other sources, the statistics that may be released."""
OF_ALL: Final[Mapping[str, Mapping[str, Declaration]]] = {
    BASE: {"count": COUNT},
    "missing": {"share": MISSING},
}
"""Measures that questions of all types have, with their statistic."""
Row = Mapping[Any, Any]


def declare(settings: Settings, row: Row) -> Declaration | None:
    """Return what a statistic tells; ``None`` where nothing is declared.

    Parameters
    ----------
    row
        Source, variable, measure, contrast and statistic.
    """
    source, statistic = row["source"], row["statistic"]
    if source != "survey":
        return find_declaration(source, row["measure"], statistic)
    if row["contrast"]:
        declared = REST if row["contrast"] == "rest" else EDITION
        return declared if statistic == "difference" else None
    subject = find_subject(settings, row["variable"])
    if subject is None:
        return None
    found = find_declaration(type_of(subject), row["measure"], statistic)
    return found or _declare_columns(subject, row["measure"], statistic)


def _declare_columns(subject: Subject, measure: str, statistic: str) -> Declaration | None:
    """Return what a measure with an estimator of its own tells, whatever its statistic is."""
    found = find_measure(subject, measure)
    if found is None or found.kind.statistic != statistic or not has_estimator(found.kind):
        return None
    is_counted = isinstance(subject, Variable) and subject.type not in ("numeric", "ranking")
    return OF_ANSWERS if is_counted else OWN_SUMS


def find_declaration(type_name: str, measure: str, statistic: str) -> Declaration | None:
    """Return what a statistic tells of a type of question, or of another source.

    Parameters
    ----------
    type_name
        As in `config.measures.MeasureKind.types`, or ``panel`` or ``case``.
    """
    of_all = OF_ALL.get(measure, {}) if type_name in ASKABLE else {}
    return of_all.get(statistic) or BY_TYPE.get(type_name, {}).get(statistic)


def require_declaration(settings: Settings, row: Row) -> Declaration:
    """Return what a statistic tells.

    Raises
    ------
    DisclosureError
        If nothing is declared of it.
    """
    found = declare(settings, row)
    if found is None:
        raise DisclosureError(
            f"nothing says what the statistic {row['statistic']!r} tells of respondents",
            where=str(row["key"]),
            hint="declare it in briefgen/disclosure/declarations.py, as a constraint or by a rule;"
            " a measure with an estimator (docs/extending.md) needs none",
        )
    return found


def row_of(item: Evidence) -> dict[str, str]:
    """Return what `declare` reads of evidence."""
    names = ("key", "source", "variable", "measure", "contrast", "statistic", "unit")
    return {name: str(getattr(item, name)) for name in names}
