"""The estimators of measures that are ratios of sums: each lays answers out as columns.

The catalogue (`config.measures`) says which measures a question has; an estimator registers for a
kind of them (`estimates`). Every measure is a ratio Σwy / Σwx over the respondents of its base, so
that all of them are estimated in the same pass: a share has y = 1 for those who said so and x = 1
for all who answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.extensions import register_function
from briefgen.config.measures import (
    MeasureKind,
    Subject,
    SubjectMeasure,
    is_scored,
    list_kinds,
    list_subjects,
    score_of,
    scored_options,
    type_of,
)
from briefgen.config.requirements import require_name
from briefgen.config.settings import Box, Index, NumberClass, Ratio, Settings, Variable
from briefgen.errors import ExtensionError, SettingsError, suggest
from briefgen.evidence.survey.decode import REASON, in_class

__all__ = [
    "Columns", "Data", "Estimator", "Measure", "Measures", "columns_of", "estimates",
    "has_estimator", "in_class", "index_items", "index_score", "is_answered", "is_asked",
    "is_scored", "make_measures", "mean_of", "numbers", "scored_options", "scores", "share_of",
    "stack_measures",
]  # fmt: skip

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Columns:
    """One measure of one subject as columns of numbers, for all n respondents."""

    y: Numbers
    base: Flags
    x: Numbers | None = None  # a ratio's denominator; default: 1 in the base


@dataclass(frozen=True)
class Data:
    """What an estimator sees: the typed answers, and the settings for what they mean."""

    settings: Settings
    survey: pd.DataFrame


Estimator = Callable[[Data, Any, Sequence[SubjectMeasure]], Iterable[Columns]]
"""Makes the columns of all measures of one kind of a subject: a variable, an index or a ratio."""
_ESTIMATORS: Final[dict[str, Estimator]] = {}


def estimates(*kinds: str) -> Callable[[Estimator], Estimator]:
    """Register a function as the estimator of kinds of measures of the catalogue.

    Such a measure is a ratio of sums: variance, intervals, degrees of freedom and comparisons with
    the rest follow from its columns. Quantiles, totals, counts of answers and alpha, which are
    not, are estimated by functions of their own (`analysis`).
    """
    for kind in kinds:
        require_name("a kind of measure", kind)

    def register(estimator: Estimator) -> Estimator:
        known = {kind.name for kind in list_kinds()}
        for name in kinds:
            if name not in known:
                hint = suggest(name, sorted(known))
                raise SettingsError(f"there is no kind of measure {name!r}", hint=hint)
            register_function(_ESTIMATORS, "an estimator of", name, estimator, 3)
        return estimator

    return register


def has_estimator(kind: MeasureKind) -> bool:
    """Whether a kind of measure is a ratio of sums, which an estimator makes."""
    return kind.name in _ESTIMATORS


def columns_of(
    settings: Settings, survey: pd.DataFrame, subject: Subject, measure: SubjectMeasure
) -> Columns:
    """Return the columns of one measure of a subject that has an estimator."""
    measures = list(measure.kind.measures(subject))
    found = _ESTIMATORS[measure.kind.name](Data(settings, survey), subject, measures)
    by_name = zip(measures, found, strict=True)
    return next(columns for one, columns in by_name if one.name == measure.name)


@dataclass(frozen=True)
class Measures:
    """All measures side by side: n × J matrices, zero outside the base."""

    names: pd.DataFrame  # variable, measure, statistic, unit, nation_only
    y: Numbers
    x: Numbers
    base: Flags

    def take(self, chosen: Flags) -> Measures:
        """Return the chosen measures alone."""
        names = self.names[chosen].reset_index(drop=True)
        return Measures(names, self.y[:, chosen], self.x[:, chosen], self.base[:, chosen])


@dataclass(frozen=True)
class Measure:
    """One measure of one subject, for all n respondents."""

    variable: str
    measure: str
    statistic: str  # share | mean | ratio
    unit: str
    y: Numbers
    base: Flags
    x: Numbers | None = None
    nation_only: bool = False


def stack_measures(measures: Sequence[Measure], n: int) -> Measures:
    """Lay measures side by side."""
    names = pd.DataFrame(
        {
            name: [getattr(measure, name) for measure in measures]
            for name in ("variable", "measure", "statistic", "unit", "nation_only")
        }
    )
    y, x = np.zeros((n, len(measures))), np.zeros((n, len(measures)))
    base = np.zeros((n, len(measures)), dtype=bool)
    for column, measure in enumerate(measures):
        base[:, column] = measure.base
        y[:, column] = np.where(measure.base, measure.y, 0.0)
        x[:, column] = measure.base if measure.x is None else np.where(measure.base, measure.x, 0.0)
    return Measures(names, y, x, base)


def make_measures(settings: Settings, survey: pd.DataFrame) -> list[Measure]:
    """Return the measures that are ratios of sums, in the order of questionnaire and catalogue."""
    data = Data(settings, survey)
    return [
        measure
        for subject in list_subjects(settings)
        for kind in list_kinds(type_of(subject))
        if has_estimator(kind)
        for measure in _make(data, subject, kind)
    ]


def _make(data: Data, subject: Subject, kind: MeasureKind) -> Iterator[Measure]:
    """Make a subject's measures of one kind."""
    measures = list(kind.measures(subject))
    unit = kind.unit_of(subject)
    found = _ESTIMATORS[kind.name](data, subject, measures) if measures else ()
    for declared, columns in zip_longest(measures, found):
        if declared is None or not _fits(columns, len(data.survey)):
            raise ExtensionError(
                f"the estimator of {kind.name!r} gives other columns of {subject.code} than it has"
                " measures and respondents",
                hint="yield Columns for each measure that it is asked for, a number for each row",
            )
        yield Measure(
            subject.code, declared.name, kind.statistic, unit, columns.y, columns.base, columns.x,
            kind.nation_only,
        )  # fmt: skip


def _fits(columns: object, size: int) -> bool:
    return isinstance(columns, Columns) and len(columns.y) == len(columns.base) == size


@estimates("ratio")
def _ratio(data: Data, ratio: Ratio, _measures: Sequence[SubjectMeasure]) -> Iterator[Columns]:
    above = data.survey[ratio.numerator].to_numpy(dtype=float)
    below = data.survey[ratio.denominator].to_numpy(dtype=float)
    yield Columns(above, np.isfinite(above) & np.isfinite(below), x=below)


@estimates("mean of an index")
def _index(data: Data, index: Index, _measures: Sequence[SubjectMeasure]) -> Iterator[Columns]:
    yield mean_of(index_score(data.settings, data.survey, index))


@estimates("mean of scores")
def _scores(
    data: Data, variable: Variable, measures: Sequence[SubjectMeasure]
) -> Iterator[Columns]:
    yield from (mean_of(scores(data.survey, variable)) for _ in measures)


@estimates("mean")
def _number(
    data: Data, variable: Variable, _measures: Sequence[SubjectMeasure]
) -> Iterator[Columns]:
    yield mean_of(numbers(data, variable))


def numbers(data: Data, variable: Variable) -> Numbers:
    """Return the answers to a numeric question, NaN where there is none."""
    return data.survey[variable.code].to_numpy(dtype=float)


def share_of(hit: Flags, base: Flags) -> Columns:
    """Return the columns of a share of the base."""
    return Columns(hit.astype(float), base)


def mean_of(values: Numbers) -> Columns:
    """Return the columns of a mean of all values that are there."""
    base = np.isfinite(values)
    return Columns(np.where(base, values, 0.0), base)


def scores(survey: pd.DataFrame, variable: Variable) -> Numbers:
    """Return the scores of the answers, NaN where there is none."""
    found = survey[variable.code].map(score_of(variable))
    return np.asarray(found.to_numpy(dtype=float), dtype=np.float64)


def index_score(settings: Settings, survey: pd.DataFrame, index: Index) -> Numbers:
    """Return the mean of the items' scores for who answered at least half of them."""
    items = index_items(settings, survey, index)
    present = np.isfinite(items).sum(axis=1)
    sums = np.where(np.isfinite(items), items, 0.0).sum(axis=1)
    enough = present * 2 >= items.shape[1]
    return np.where(enough & (present > 0), sums / np.maximum(present, 1), np.nan)


def index_items(settings: Settings, survey: pd.DataFrame, index: Index) -> Numbers:
    """Return the items' scores, n × items; those declared reversed turned round."""
    columns = []
    for code in index.items:
        variable = settings.variables[code]
        if variable.type == "numeric":
            values = survey[code].to_numpy(dtype=float)
            top, bottom = np.nanmax(values, initial=-np.inf), np.nanmin(values, initial=np.inf)
        else:
            values = scores(survey, variable)
            known = score_of(variable).values()
            top, bottom = max(known, default=np.nan), min(known, default=np.nan)
        columns.append(top + bottom - values if code in index.reversed else values)
    return np.column_stack(columns)


@estimates("option", "box")
def _options(
    data: Data, variable: Variable, measures: Sequence[SubjectMeasure]
) -> Iterator[Columns]:
    names = pd.Index([option.name for option in variable.answers])
    chosen = names.get_indexer(pd.Index(data.survey[variable.code]))
    for measure in measures:
        part = measure.part
        wanted = part.options if isinstance(part, Box) else (measure.name,)
        inside = names.get_indexer(pd.Index(wanted))
        yield share_of(np.isin(chosen, inside[inside >= 0]), chosen >= 0)


@estimates("class")
def _in_classes(
    data: Data, variable: Variable, measures: Sequence[SubjectMeasure]
) -> Iterator[Columns]:
    values = numbers(data, variable)
    for measure in measures:
        if isinstance(measure.part, NumberClass):
            yield share_of(in_class(measure.part, values), np.isfinite(values))


@estimates("item")
def _chosen(
    data: Data, variable: Variable, measures: Sequence[SubjectMeasure]
) -> Iterator[Columns]:
    base = is_answered(data.survey, variable)
    for measure in measures:
        found = data.survey[f"{variable.code}.{measure.name}"]
        yield share_of(found.fillna(value=False).to_numpy(dtype=bool), base)


@estimates("ranked first")
def _first(data: Data, variable: Variable, measures: Sequence[SubjectMeasure]) -> Iterator[Columns]:
    base = is_answered(data.survey, variable)
    for measure in measures:
        yield share_of(_ranks(data, variable, measure) == 1, base)


@estimates("mean rank")
def _rank(data: Data, variable: Variable, measures: Sequence[SubjectMeasure]) -> Iterator[Columns]:
    yield from (mean_of(_ranks(data, variable, measure)) for measure in measures)


def _ranks(data: Data, variable: Variable, measure: SubjectMeasure) -> Numbers:
    item = measure.part.name if measure.part else measure.name
    return data.survey[f"{variable.code}.{item}"].to_numpy(dtype=float)


def is_answered(survey: pd.DataFrame, variable: Variable) -> Flags:
    """Return who gave a valid answer."""
    return survey[variable.code + REASON].eq("").to_numpy()


def is_asked(survey: pd.DataFrame, variable: Variable) -> Flags:
    """Return who was asked: the filter let them through, and the question was presented."""
    return ~survey[variable.code + REASON].isin(["not_asked", "not_presented"]).to_numpy()


@estimates("missing")
def _missing(
    data: Data, variable: Variable, _measures: Sequence[SubjectMeasure]
) -> Iterator[Columns]:
    asked, answered = is_asked(data.survey, variable), is_answered(data.survey, variable)
    yield share_of(asked & ~answered, asked)
