"""Ask whether the sampling frame fits regions, dispositions, and the survey's respondents."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from briefgen.config.settings import SamplingFrame, Settings
from briefgen.errors import Problem, suggest, suggest_or
from briefgen.evidence.sources import DataTable, name_file
from briefgen.evidence.survey.decode import known_values, place_codes, respondent_ids
from briefgen.evidence.survey.frame import frame_columns
from briefgen.evidence.survey.response import classify_dispositions
from briefgen.evidence.validate.rules import Rule, apply_rules, itself


def check_frame(settings: Settings, table: DataTable, survey: DataTable) -> list[Problem]:
    """Return the problems of the frame."""
    file = name_file(settings, settings.info.files.frame)
    columns = frame_columns(settings)
    found = list(_missing_columns(columns, table, file))
    rules = [rule for rule in _rules(settings, columns) if rule.column in table.frame]
    found += apply_rules(table.frame, rules, file)
    return found or list(_strangers(settings, columns, table, survey))


def _missing_columns(columns: SamplingFrame, table: DataTable, file: str) -> Iterator[Problem]:
    known = [str(name) for name in table.frame.columns]
    wanted = [columns.id, columns.region, columns.region_type, columns.disposition]
    for column in [*wanted, *columns.variables]:
        if column and column not in table.frame:
            yield Problem(
                file,
                max(table.first_row - 1, 1),
                column,
                f"the file has no column {column!r}",
                suggest_or(suggest(column, known), "state its name: frame: in study.yml"),
            )


def _rules(settings: Settings, columns: SamplingFrame) -> Iterator[Rule]:
    yield Rule(
        columns.id,
        "an id stands for more than one unit",
        "remove the repeated unit",
        lambda c: ~c.duplicated(keep=False) | c.eq(""),
    )
    codes: dict[str, list[str]] = {}
    if columns.region and settings.info.regions.unlisted == "error":
        codes[columns.region] = list(place_codes(settings.info.regions.list))
    if columns.region_type and settings.info.region_types:
        codes[columns.region_type] = list(place_codes(settings.info.region_types.list))
    for column, known in codes.items():
        yield _place_rule(column, known)
    if columns.disposition:
        yield Rule(
            columns.disposition,
            "is none of AAPOR's final codes (1.1, 1.2, 2.1, 2.2, 2.3, 3.…, 4.…)",
            "code the outcome of each unit as AAPOR's Standard Definitions do",
            lambda c: classify_dispositions(c).notna(),
            named=itself,
        )


def _place_rule(column: str, known: list[str]) -> Rule:
    return Rule(
        column,
        f"is no place of study.yml, which has {known_values(known)}",
        "correct the cell, or add the code to data: in study.yml",
        lambda c: c.isin(known),
        named=itself,
        known=tuple(known),
    )


def _untold(settings: Settings, columns: SamplingFrame) -> Problem:
    return Problem(
        name_file(settings, settings.info.files.frame),
        None,
        columns.id,
        "the frame does not tell who answered",
        "name the survey's id_column in the codebook, or a disposition column: frame:",
        "warning",
    )


def _strangers(
    settings: Settings, columns: SamplingFrame, table: DataTable, survey: DataTable
) -> Iterator[Problem]:
    if not settings.codebook.id_column:
        if not columns.disposition:
            yield _untold(settings, columns)
        return
    file = name_file(settings, settings.info.files.survey)
    ids = pd.Series(respondent_ids(settings, survey.frame), index=survey.frame.index)
    unknown = ids[~ids.isin(table.frame[columns.id])]
    if len(unknown):
        yield Problem(
            file,
            int(unknown.index[0]) if len(unknown) == 1 else None,
            settings.codebook.id_column,
            f"{len(unknown)} of {len(ids)} respondents do not stand in the frame",
            "see whether ids are written alike in both files",
            "warning",
        )
