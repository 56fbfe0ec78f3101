"""All data files of a study: read the tables, hash every file."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from briefgen.config.input_files import hash_file, list_input_files
from briefgen.config.settings import DataSource, Settings
from briefgen.errors import BriefgenError, Problem
from briefgen.evidence.sources.margins import read_margins
from briefgen.evidence.sources.read import read_table
from briefgen.evidence.sources.table import DataTable


@dataclass(frozen=True)
class Material:
    """The tables of a study, and what went wrong in reading them.

    Attributes
    ----------
    unlisted
        Rows of the survey whose region the study does not list.
    """

    survey: DataTable | None
    frame: DataTable | None
    problems: tuple[Problem, ...]
    margins: DataTable | None = None
    unlisted: int = 0


def read_files(settings: Settings, report: Callable[[str], None] = lambda _line: None) -> Material:
    """Read survey, frame and margins; a file that cannot be read becomes a problem.

    Parameters
    ----------
    report
        Called with a line for each table that says how it was read.
    """
    problems: list[Problem] = []
    files = settings.info.files
    survey = _read(files.survey, settings, problems, report) if files.survey else None
    frame = _read(files.frame, settings, problems, report) if files.frame else None
    margins = (
        _read(files.margins, settings, problems, report, read_margins) if files.margins else None
    )
    regions, columns = settings.info.regions, settings.info.frame
    unlisted = _count_unlisted(survey, regions.variable, settings)
    if regions.unlisted == "drop":
        if unlisted and files.survey:
            name = name_file(settings, files.survey)
            report(f"{name}: {unlisted} rows of regions that are not listed are left out")
        survey = _keep_listed(survey, regions.variable, settings)
        frame = _keep_listed(frame, columns.region if columns else regions.variable, settings)
    return Material(survey, frame, tuple(problems), margins, unlisted)


def _keep_listed(
    table: DataTable | None, column: str | None, settings: Settings
) -> DataTable | None:
    """Leave the rows of regions out that the study does not list; a row without region stays."""
    if table is None or column not in table.frame:
        return table
    return replace(table, frame=table.frame[_is_listed(table.frame[column], settings)])


def _count_unlisted(table: DataTable | None, column: str | None, settings: Settings) -> int:
    if table is None or column not in table.frame:
        return 0
    return int((~_is_listed(table.frame[column], settings)).sum())


def _is_listed(cells: pd.Series, settings: Settings) -> pd.Series:
    listed = {
        code for region in settings.regions.values() for code in region.data or (region.code,)
    }
    return cells.isin({*listed, "", *settings.codebook.missing})


def _read(
    source: DataSource,
    settings: Settings,
    problems: list[Problem],
    report: Callable[[str], None],
    read: Callable[[DataSource, Path], DataTable] = read_table,
) -> DataTable | None:
    try:
        table = read(source, settings.data_folder)
    except BriefgenError as error:
        wrong = DataSource(path=source.structure or source.path)
        told = wrong if error.where == Path(wrong.path).name else source
        file, remedy = name_file(settings, told), error.hint or "see the file"
        problems.append(
            Problem(file, error.row, "", error.message, remedy, traceback=error.traceback)
        )
        return None
    file = name_file(settings, source)
    report(f"{file}: {table.describe()}")
    problems.extend(replace(problem, file=file) for problem in table.problems)
    return table


def name_file(settings: Settings, source: DataSource | None) -> str:
    """Return what messages call a file: its path relative to the study."""
    return _relative(settings, settings.data_folder / source.path) if source else ""


def _relative(settings: Settings, path: Path) -> str:
    return Path(os.path.relpath(path, settings.folder)).as_posix()


def hash_files(settings: Settings) -> dict[str, str]:
    """Return the SHA-256 of every data file of the study, by path relative to the study."""
    return {
        _relative(settings, path): hash_file(path)
        for path in sorted(list_input_files(settings))
        if path.is_file()
    }
