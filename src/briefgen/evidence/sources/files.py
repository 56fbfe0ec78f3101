"""All data files of a study: read the tables, hash every file."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from briefgen.config.input_files import list_input_files
from briefgen.config.settings import Settings, Source
from briefgen.errors import BriefgenError, Problem
from briefgen.evidence.sources.read import read_table
from briefgen.evidence.sources.table import Table, hash_file


@dataclass(frozen=True)
class Material:
    """The tables of a study, and what went wrong in reading them."""

    survey: Table | None
    frame: Table | None
    problems: tuple[Problem, ...]


def read_files(settings: Settings) -> Material:
    """Read survey and frame; a file that cannot be read becomes a problem."""
    problems: list[Problem] = []
    files = settings.info.files
    survey = _read(files.survey, settings, problems)
    frame = _read(files.frame, settings, problems) if files.frame else None
    return Material(survey, frame, tuple(problems))


def _read(source: Source, settings: Settings, problems: list[Problem]) -> Table | None:
    try:
        table = read_table(source, settings.data_folder)
    except BriefgenError as error:
        wrong = Source(path=source.structure or source.path)
        told = wrong if error.where == Path(wrong.path).name else source
        file, remedy = name_file(settings, told), error.hint or "see the file"
        problems.append(Problem(file, None, "", error.message, remedy))
        return None
    file = name_file(settings, source)
    problems.extend(replace(problem, file=file) for problem in table.problems)
    return table


def name_file(settings: Settings, source: Source | None) -> str:
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
