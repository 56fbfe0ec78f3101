"""The margins that weights are raked to: each respondent's category, and what the population has.

In: `Settings`, the typed answers, the tables of margins and of the frame. Out: one `Margin` for
each that the design names, or a `DataError` with every category that stands on one side alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.settings import Region, RegionType, Settings, Variable
from briefgen.errors import AnalysisError, DataError, Problem, suggest
from briefgen.evidence.sources import Material, name_file
from briefgen.evidence.sources.margins import MEASURES
from briefgen.evidence.survey.decode import answer_names, known_values, parse_numbers, place_codes
from briefgen.evidence.survey.frame import frame_columns, in_population, type_frame

WHOLE: Final = (1.0, 100.0)
"""What shares add up to."""
ROUNDED: Final = 0.015
"""How far the sum of published shares may be from it, as a part of it: they are rounded."""
MOST_PERCENT: Final = 150.0
"""Numbers of YAML with a larger sum are counts."""


@dataclass(frozen=True)
class Margin:
    """One margin.

    Attributes
    ----------
    name
        As the design or the table calls it.
    categories
        The category of every respondent, ``None`` where it is not known.
    targets
        Share of each category in the population, 0–1.
    file
        What tells the shares.
    rows
        The row of each category in that file, where it has one.
    """

    name: str
    categories: NDArray[np.object_]
    targets: Mapping[str, float]
    file: str
    rows: Mapping[str, int] = field(default_factory=dict)


class _Sides(NamedTuple):
    """A margin among the respondents, and what its categories may be called in a table."""

    here: pd.Series
    names: Mapping[str, str]


def list_margins(
    settings: Settings, typed: pd.DataFrame, material: Material, counted: NDArray[np.bool_]
) -> list[Margin]:
    """Return the margins of the design.

    Parameters
    ----------
    counted
        Which respondents have a weight above zero.

    Raises
    ------
    DataError
        With all categories that the table, the frame or the respondents lack.
    """
    raking = settings.info.design.raking
    if raking is None or material.survey is None:
        return []
    listed = material.margins.frame["margin"].unique() if material.margins is not None else ()
    found: list[Margin] = []
    problems: list[Problem] = []
    for name in raking.margins or map(str, listed):
        if name in listed:
            margin, faults = _published(settings, name, typed, material)
        else:
            margin, faults = _of_frame(settings, name, typed, material), []
        problems += faults or list(_gaps(margin, counted))
        found.append(margin)
    if problems:
        raise DataError(problems)
    return found


def _of_frame(settings: Settings, name: str, typed: pd.DataFrame, material: Material) -> Margin:
    """Return a margin as the frame counts it."""
    raw = material.survey.frame if material.survey is not None else pd.DataFrame()
    if material.frame is None or material.survey is None:
        raise AnalysisError(
            f"the margin {name!r} does not stand in the table of margins, and there is no frame",
            hint="add its categories to files.margins, or name the frame: files.frame",
        )
    frame = type_frame(settings, material.frame, material.survey)
    frame = frame[in_population(settings, frame)]
    here, there = _two_sides(settings, name, typed, frame, raw)
    counts = there[there.notna() & there.ne("")].value_counts(normalize=True)
    targets = {str(category): float(share) for category, share in counts.items()}
    return Margin(name, _categories(here), targets, name_file(settings, settings.info.files.frame))


def _two_sides(
    settings: Settings, name: str, typed: pd.DataFrame, frame: pd.DataFrame, raw: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """Return a margin's categories of the respondents and of the units of the frame."""
    place = _place(settings, name)
    if place is not None:
        return typed[place], frame[place]
    if name not in frame or (name not in typed and name not in raw):
        raise AnalysisError(
            f"the margin {name!r} does not stand in both survey and frame",
            hint="rake to region, type, a column that both files have, or a table: files.margins",
        )
    if name in typed:
        return typed[name], frame[name].replace(answer_names(settings.variables[name]))
    return _known_cells(settings, raw[name]), _known_cells(settings, frame[name])


def _known_cells(settings: Settings, cells: pd.Series) -> pd.Series:
    """Return the cells of a column that is no question, empty where a code means no answer."""
    return cells.where(~cells.isin(settings.codebook.missing.keys()), "")


def _place(settings: Settings, name: str) -> str | None:
    """Return the column of places that a margin means, if it means one."""
    columns, types = frame_columns(settings), settings.info.region_types
    if settings.regions and name in ("region", columns.region, settings.info.regions.variable):
        return "_region"
    if types and name in ("type", columns.region_type, types.variable):
        return "_type"
    return None


def _categories(labels: pd.Series) -> NDArray[np.object_]:
    known = labels.astype(object)
    return known.where(known.notna() & known.ne(""), None).to_numpy(dtype=object)


# --- published margins ----------------------------------------------------------------------


def _published(
    settings: Settings, name: str, typed: pd.DataFrame, material: Material
) -> tuple[Margin, list[Problem]]:
    """Return a margin as the table of margins has it, and what is wrong with its rows."""
    table = material.margins
    raw = material.survey.frame if material.survey is not None else pd.DataFrame()
    file = name_file(settings, settings.info.files.margins)
    if table is None:
        raise AnalysisError("there is no table of margins", hint="name it: files.margins")
    rows = table.frame[table.frame["margin"].eq(name)]
    first = int(rows.index[0])
    sides = _respondents(settings, name, typed, raw)
    empty = Margin(name, np.array([]), {}, file)
    if sides is None:
        known = [*settings.variables, "region", "type", *map(str, raw.columns)]
        rule = f"the margin {name!r} is no question, place or column of the survey"
        return empty, [Problem(file, first, "margin", rule, suggest(name, known))]
    numbers = _numbers(rows)
    problems = [*_misread(rows, numbers, sides, file), *_misfit(name, rows, numbers, file)]
    if problems:
        return empty, problems
    meant = rows["category"].map(lambda cell: sides.names.get(cell, cell))
    shares = (numbers / numbers.sum()).groupby(meant.to_numpy()).sum()
    places = {str(category): int(row) for row, category in reversed(list(meant.items()))}
    targets = {str(category): float(share) for category, share in shares.items()}
    return Margin(name, _categories(sides.here), targets, file, places), []


def _respondents(
    settings: Settings, name: str, typed: pd.DataFrame, raw: pd.DataFrame
) -> _Sides | None:
    """Return the respondents' side of a margin; ``None`` where the survey has no such thing."""
    info, place = settings.info, _place(settings, name)
    if place == "_region":
        return _Sides(typed["_region"], _place_names(info.regions.list))
    if place == "_type" and info.region_types:
        return _Sides(typed["_type"], _place_names(info.region_types.list))
    variable = settings.variables.get(name)
    if variable is not None and variable.type in ("single", "scale"):
        return _Sides(typed[name], _answer_words(settings, variable))
    if variable is None and name in raw:
        return _Sides(_known_cells(settings, raw[name]), {})
    return None


def _place_names(places: Iterable[Region | RegionType]) -> dict[str, str]:
    """Return the code of each place by all that it may be called."""
    listed = list(places)
    names = {text: place.code for place in listed for text in place.name.values()}
    return names | {place.code: place.code for place in listed} | place_codes(listed)


def _answer_words(settings: Settings, variable: Variable) -> dict[str, str]:
    """Return the name of each answer by its labels, codes, and what was merged to it."""
    scale = settings.codebook.scales.get(variable.question.scale or "")
    merged = [*variable.question.merge, *(scale.merge if scale else ())]
    labels = {text: option.name for option in variable.answers for text in option.label.values()}
    parts = {name: entry.name for entry in merged for name in entry.options}
    names = {option.name: option.name for option in variable.answers}
    return labels | parts | answer_names(variable) | names


def _numbers(rows: pd.DataFrame) -> pd.Series:
    column = next(name for name in MEASURES if name in rows)
    return parse_numbers(rows[column].astype(str))


def _misread(rows: pd.DataFrame, numbers: pd.Series, sides: _Sides, file: str) -> Iterator[Problem]:
    """Yield rows whose number or category cannot be used."""
    for row, number in numbers.items():
        if not number >= 0:
            yield Problem(
                file, int(str(row)), "", "a margin's number is not a number of 0 or more",
                "write it without signs such as % and without a mark of thousands",
            )  # fmt: skip
    repeated = rows["category"].duplicated()
    for row, category in rows["category"][repeated].items():
        rule = f"the category {category!r} stands twice in the margin"
        yield Problem(file, int(str(row)), "category", rule, "keep one row for each")
    for row, category in rows["category"].items():
        if sides.names and category not in sides.names:
            known = list(dict.fromkeys(sides.names.values()))
            rule = f"{category!r} is no category of it, which has {known_values(known)}"
            remedy = "name it as the codebook or study.yml does, or leave the row out"
            yield Problem(file, int(str(row)), "category", rule, remedy)


def _misfit(name: str, rows: pd.DataFrame, numbers: pd.Series, file: str) -> Iterator[Problem]:
    """Yield a margin that adds up to nothing, or whose shares do not add up to a whole."""
    total, first = float(numbers.sum()), int(rows.index[0])
    if not total > 0:
        yield Problem(file, first, "", f"the margin {name!r} adds up to 0", "state its numbers")
        return
    if "count" in rows or ("number" in rows and total > MOST_PERCENT):
        return
    if all(abs(total / whole - 1) > ROUNDED for whole in WHOLE):
        rule = f"the shares of the margin {name!r} add up to {total:g}, neither 1 nor 100"
        yield Problem(file, first, "", rule, "see whether a category is missing")


# --- categories on one side alone -----------------------------------------------------------


def _gaps(margin: Margin, counted: NDArray[np.bool_]) -> Iterator[Problem]:
    """Yield categories that nobody has, and those of respondents that the population lacks."""
    present = pd.Series(margin.categories[counted]).dropna().value_counts()
    for category, share in margin.targets.items():
        if share > 0 and category not in present.index:
            yield Problem(
                margin.file, margin.rows.get(category), margin.name,
                f"nobody answered in the category {category!r}, which has {share:.1%} of the "
                "population",
                "join it with another (merge: in the codebook), or leave the margin out",
            )  # fmt: skip
    for name, number in present.items():
        category = str(name)
        if margin.targets.get(category, 0.0) <= 0:
            yield Problem(
                margin.file, margin.rows.get(category), margin.name,
                f"lacks the category {category!r}, which {number} respondents have",
                "add it, join it with another (merge: in the codebook), give the respondents the "
                "weight 0, or leave the margin out",
            )  # fmt: skip
