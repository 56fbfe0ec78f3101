"""What is measured: for each variable its options, boxes, means, classes as columns of numbers.

Every measure is a ratio Σwy / Σwx over the respondents of its base, so that all of them are
estimated in the same pass: a share has y = 1 for those who said so and x = 1 for all who answered.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.settings import Index, NumberClass, Ratio, Settings, Variable
from briefgen.evidence.survey.decode import REASON

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
SCORE, RANK = "score", "rank"


@dataclass(frozen=True)
class Measure:
    """One measure of one variable, for all n respondents."""

    variable: str
    measure: str
    statistic: str  # share | mean | ratio
    unit: str
    y: Numbers
    base: Flags
    x: Numbers | None = None  # a ratio's denominator; default: 1 in the base
    contrasted: bool = True  # whether domains are compared in it
    nation_only: bool = False


@dataclass(frozen=True)
class Measures:
    """All measures side by side: n × J matrices, zero outside the base."""

    names: pd.DataFrame  # variable, measure, statistic, unit, contrasted, nation_only
    y: Numbers
    x: Numbers
    base: Flags

    def take(self, chosen: Flags) -> Measures:
        """Return the chosen measures alone."""
        names = self.names[chosen].reset_index(drop=True)
        return Measures(names, self.y[:, chosen], self.x[:, chosen], self.base[:, chosen])


def stack_measures(measures: Sequence[Measure], n: int) -> Measures:
    """Lay measures side by side."""
    names = pd.DataFrame(
        {
            name: [getattr(measure, name) for measure in measures]
            for name in ("variable", "measure", "statistic", "unit", "contrasted", "nation_only")
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
    """Return the measures of all variables, in the questionnaire's order, then of the indices."""
    made: list[Measure] = []
    for variable in settings.variables.values():
        made += _variable_measures(survey, variable)
        made.append(_missing(survey, variable))
    for index in settings.codebook.indices:
        score = index_score(settings, survey, index)
        made.append(_mean(index.code, "mean", SCORE, score))
    return made + [_ratio(survey, ratio) for ratio in settings.codebook.ratios]


def _ratio(survey: pd.DataFrame, ratio: Ratio) -> Measure:
    above = survey[ratio.numerator].to_numpy(dtype=float)
    below = survey[ratio.denominator].to_numpy(dtype=float)
    base = np.isfinite(above) & np.isfinite(below)
    return Measure(ratio.code, "ratio", "ratio", ratio.unit, above, base, x=below)


def _variable_measures(survey: pd.DataFrame, variable: Variable) -> Iterator[Measure]:
    if variable.type in ("single", "scale"):
        yield from _option_measures(survey, variable)
        if is_scored(variable):
            yield _mean(variable.code, "mean", SCORE, scores(survey, variable))
    elif variable.type == "numeric":
        values = survey[variable.code].to_numpy(dtype=float)
        yield _mean(variable.code, "mean", variable.question.unit, values)
        yield from _class_measures(variable, values)
    elif variable.type == "multiple":
        yield from _item_measures(survey, variable)
    elif variable.type == "ranking":
        yield from _rank_measures(survey, variable)


def is_scored(variable: Variable) -> bool:
    """Whether a mean of scores makes sense: an ordered scale of two answers or more."""
    return variable.type == "scale" and variable.ordered and len(scored_options(variable)) > 1


def scored_options(variable: Variable) -> list[str]:
    """Return the names of the options that have a place on the scale, in its order."""
    return [option.name for option in variable.answers if option.scored]


def scores(survey: pd.DataFrame, variable: Variable) -> Numbers:
    """Return scores 1…k in the order of the options, k…1 where the variable is reversed."""
    names = scored_options(variable)
    if variable.reversed:
        names.reverse()
    found = pd.Index(names).get_indexer(pd.Index(survey[variable.code])).astype(float) + 1
    return np.where(found > 0, found, np.nan)


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
            top, bottom = float(len(scored_options(variable))), 1.0
        columns.append(top + bottom - values if code in index.reversed else values)
    return np.column_stack(columns)


def _share(variable: str, name: str, hit: Flags, base: Flags) -> Measure:
    return Measure(variable, name, "share", "share", hit.astype(float), base)


def _mean(variable: str, name: str, unit: str, values: Numbers) -> Measure:
    base = np.isfinite(values)
    return Measure(variable, name, "mean", unit, np.where(base, values, 0.0), base)


def _option_measures(survey: pd.DataFrame, variable: Variable) -> Iterator[Measure]:
    names = pd.Index([option.name for option in variable.answers])
    chosen = names.get_indexer(pd.Index(survey[variable.code]))
    base = chosen >= 0
    for number, option in enumerate(variable.answers):
        yield _share(variable.code, option.name, chosen == number, base)
    for box in variable.boxes:
        inside = names.get_indexer(pd.Index(box.options))
        yield _share(variable.code, box.name, np.isin(chosen, inside[inside >= 0]), base)


def _class_measures(variable: Variable, values: Numbers) -> Iterator[Measure]:
    base = np.isfinite(values)
    for part in variable.question.classes:
        yield _share(variable.code, part.name, in_class(part, values), base)


def in_class(part: NumberClass, values: Numbers) -> Flags:
    """Return which values lie in the class: low ≤ x < high."""
    low = -np.inf if part.low is None else part.low
    high = np.inf if part.high is None else part.high
    inside: Flags = (values >= low) & (values < high)
    return inside


def _item_measures(survey: pd.DataFrame, variable: Variable) -> Iterator[Measure]:
    base = is_answered(survey, variable)
    for item in variable.question.items:
        hit = survey[f"{variable.code}.{item.name}"].fillna(value=False).to_numpy(dtype=bool)
        yield _share(variable.code, item.name, hit, base)


def _rank_measures(survey: pd.DataFrame, variable: Variable) -> Iterator[Measure]:
    base = is_answered(survey, variable)
    for item in variable.question.items:
        ranks = survey[f"{variable.code}.{item.name}"].to_numpy(dtype=float)
        yield _share(variable.code, item.name, ranks == 1, base)
    for item in variable.question.items:
        ranks = survey[f"{variable.code}.{item.name}"].to_numpy(dtype=float)
        yield _mean(variable.code, f"{item.name}_mean", RANK, ranks)


def is_answered(survey: pd.DataFrame, variable: Variable) -> Flags:
    """Return who gave a valid answer."""
    return survey[variable.code + REASON].eq("").to_numpy()


def is_asked(survey: pd.DataFrame, variable: Variable) -> Flags:
    """Return who was asked: the filter let them through, and the question was presented."""
    return ~survey[variable.code + REASON].isin(["not_asked", "not_presented"]).to_numpy()


def _missing(survey: pd.DataFrame, variable: Variable) -> Measure:
    asked, answered = is_asked(survey, variable), is_answered(survey, variable)
    return Measure(
        variable.code, "missing", "share", "share", (asked & ~answered).astype(float), asked,
        contrasted=False, nation_only=True,
    )  # fmt: skip
