"""Ask of the survey's respondents as a whole: who they are, what they weigh, what nobody said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pandas as pd

from briefgen.config.settings import Settings, Variable
from briefgen.errors import Problem, name_rows
from briefgen.evidence.sources import DataTable
from briefgen.evidence.survey.decode import columns_of, missing_codes, parse_numbers, place_codes
from briefgen.evidence.validate.columns import wanted_columns
from briefgen.evidence.validate.rules import SHOWN

FEWEST_ALIKE: Final = 10
"""So many answers to a question that are all alike are asked about."""
SUM_TOLERANCE: Final = 0.05
"""How far the sum of the weights may be from what it is expected to be."""
TOTAL: Final = re.compile(
    r"(?:gesamt(?:summe|ergebnis)?|summe|insgesamt|mittelwert|durchschnitt|anzahl|"
    r"(?:grand |sub-?)?total|sum|mean|average|count|somme|moyenne|ensemble):?"
)
PROGRAM_MARKS: Final = {
    ("submitdate", "not submitted"): frozenset({""}),  # LimeSurvey
    ("Status", "previews, tests or spam"): frozenset(
        {"survey preview", "survey test", "spam", "survey preview spam"}
    ),  # Qualtrics
    ("DistributionChannel", "previews or tests"): frozenset({"preview", "test"}),  # Qualtrics
    ("Finished", "not finished"): frozenset({"false", "0"}),  # Qualtrics
    ("FINISHED", "not finished"): frozenset({"0"}),  # SoSci
    ("MODE", "tests"): frozenset({"admin", "debug", "develop", "pretest", "test"}),  # SoSci
}
"""What survey programs write beside rows that may be no respondents."""


def check_respondents(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Yield what is odd about the respondents as a whole."""
    frame = table.frame
    if frame.empty:
        yield Problem(file, None, "", "the file has no respondents", "export it again")
        return
    yield from _unanswered(settings, table, file)
    yield from _alike(settings, table, file)
    yield from _empty_rows(settings, table, file)
    yield from _totals(settings, table, file)
    yield from _no_respondents(settings, table, file)
    weight = settings.info.design.weight
    if weight is not None and weight in frame:
        yield from _weight_sum(settings, parse_numbers(frame[weight]), file)
    yield from _repeated_ids(settings, frame, file)
    yield from _twins(settings, frame, file)
    if settings.info.regions.variable in frame:
        yield from _empty_regions(settings, frame, file)


def _repeated_ids(settings: Settings, frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Report the rows of each id that stands again, and not the id: it may be a person's name."""
    column = settings.codebook.id_column
    if column is None or column not in frame:
        return
    ids = frame[column]
    again = ids[ids.ne("") & ids.duplicated(keep=False)]
    groups = [
        [int(row) for row in rows] for rows in again.groupby(again, sort=False).groups.values()
    ]
    remedy = "remove the repeated respondent, or give ids of their own"
    for first, *others in groups[:SHOWN]:
        yield Problem(file, first, column, f"its id stands again in {name_rows(others)}", remedy)
    rest = [row for rows in groups[SHOWN:] for row in rows]
    if rest:
        fault = f"{len(groups) - SHOWN} further ids stand more than once ({name_rows(rest)})"
        yield Problem(file, rest[0], column, fault, remedy)


def _twins(settings: Settings, frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Warn of respondents who have more in common than two people have."""
    column = settings.codebook.id_column
    if column not in frame or frame.shape[1] == 1:
        return
    alike = frame[frame.drop(columns=[column]).duplicated(keep=False)]
    asked = [name for name in wanted_columns(settings) if name in alike and name != column]
    rows = [int(row) for row in alike.index[(alike[asked] != "").sum(axis=1) > 3]]
    if rows:
        fault = f"respondents have all cells but the id alike ({name_rows(rows)})"
        remedy = "see whether one person was recorded twice"
        yield Problem(file, rows[0], "", fault, remedy, "warning")


def _unanswered(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Warn of questions that nobody answered: of what was lost on the way, nothing else tells."""
    for variable in settings.variables.values():
        columns = [name for name in columns_of(variable) if name in table.frame]
        if not columns or variable.type == "open":
            continue
        if any(_has_answers(settings, table, variable, name) for name in columns):
            continue
        every = all(table.frame[name].eq("").all() for name in columns)
        fault = f"nobody answered {variable.code}" + (": every cell is empty" if every else "")
        remedy = "see whether the export lost the answers; else leave the question out"
        yield Problem(file, None, columns[0], fault, remedy, "warning")


def _alike(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Warn of questions that all answered alike: a default of the form, or a constant column."""
    for variable in settings.variables.values():
        if variable.type in ("multiple", "ranking") or variable.column not in table.frame:
            continue
        gone = missing_codes(settings, table, variable, variable.column)
        cells = table.frame[variable.column]
        told = cells[~cells.isin({*gone, ""})]
        if len(told) < FEWEST_ALIKE or (told != told.iloc[0]).any():
            continue
        is_open = variable.type == "open"  # whose words are nobody's business, not even here
        what = "one and the same text" if is_open else f"{told.iloc[0]!r}"
        fault = f"all {len(told)} answers to {variable.code} are {what}"
        remedy = "see whether the form or the export filled the column; else leave the question out"
        yield Problem(file, None, variable.column, fault, remedy, "warning")


def _has_answers(settings: Settings, table: DataTable, variable: Variable, column: str) -> bool:
    """Whether any cell is more than a reason for no answer; what else is wrong is told apart."""
    gone = missing_codes(settings, table, variable, column)
    return not table.frame[column].isin(gone.keys()).all()


def _empty_rows(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Warn of rows without any answer: sums below the table, or people who only looked."""
    empty = _has_no_answer(settings, table)
    rows = [int(row) for row in empty.index[empty]]
    if rows and len(rows) < len(empty):
        fault = f"respondents without any answer ({name_rows(rows)})"
        remedy = "they count as respondents; delete the rows, or leave them out: leave_out:"
        yield Problem(file, rows[0], "", fault, remedy, "warning")


def _has_no_answer(settings: Settings, table: DataTable) -> pd.Series:
    """Return by row whether all cells of the questions are empty."""
    asked = {
        name for variable in settings.variables.values() for name in columns_of(variable)
    } & set(map(str, table.frame))
    return (table.frame[sorted(asked)] == "").all(axis=1) & bool(asked)


def _totals(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Warn of rows that are called a sum or a mean, as people write them below a table."""
    column = settings.codebook.id_column
    if column is None or column not in table.frame:
        return
    called = table.frame[column].str.fullmatch(TOTAL.pattern, flags=re.IGNORECASE)
    called &= ~_has_no_answer(settings, table)  # which is told apart
    rows = [int(row) for row in table.frame.index[called]]
    if rows:
        fault = f"called as a total, and counted as a respondent ({name_rows(rows)})"
        remedy = "delete the row, or leave it out: leave_out:"
        yield Problem(file, rows[0], column, fault, remedy, "warning")


def _no_respondents(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Ask about rows that their survey program marks as tests, previews or not finished."""
    source = settings.info.files.survey
    left_out = source.leave_out if source else ()
    decided = {rule.column for rule in left_out} | set(wanted_columns(settings))
    for (column, what), marks in PROGRAM_MARKS.items():
        if column not in table.frame or column in decided:
            continue
        cells = table.frame[column].str.casefold()
        rows = [int(row) for row in cells.index[cells.isin(marks)]]
        if rows and len(rows) < len(cells):
            fault = f"the survey program marks respondents as {what} ({name_rows(rows)})"
            remedy = (
                f"leave them out: leave_out: [{{column: {column}, …}}] in study.yml, or say with "
                "keep: that all of them count"
            )
            yield Problem(file, rows[0], column, fault, remedy, "warning")


def _weight_sum(settings: Settings, weights: pd.Series, file: str) -> Iterator[Problem]:
    """Ask what the weights add up to: the respondents, or the population."""
    column, stated = str(settings.info.design.weight), settings.info.design.population
    total = float(weights.clip(lower=0).sum())
    if not total:
        remedy = "choose another column: design.weight in study.yml"
        yield Problem(file, None, column, "no weight is above 0", remedy)
        return
    sizes = [float(len(weights)), float(weights.gt(0).sum())]
    sizes += [stated] if isinstance(stated, float) else []
    if stated != "frame" and all(abs(total / size - 1) > SUM_TOLERANCE for size in sizes):
        yield Problem(
            file,
            None,
            column,
            f"weights add up to {total:g}, neither the number of respondents nor the population",
            "shares and means stay the same; for totals state design.population in study.yml",
            "warning",
        )


def _empty_regions(settings: Settings, frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    codes = place_codes(settings.info.regions.list)
    column = settings.info.regions.variable or ""
    present = set(frame[column].map(codes).dropna())
    for region in settings.regions:
        if region not in present:
            yield Problem(
                file,
                None,
                column,
                f"the region {region} has no respondents",
                "see the region's codes in study.yml: data:; its briefs will say that it has none",
                "warning",
            )
