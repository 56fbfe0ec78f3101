"""Read and validate all files of a study.

In: `Settings` and the files it names. Out: one frozen `Study`, or all problems at once.
``sources`` reads tables, ``validate`` checks them, ``survey.typed`` gives the answers their types;
cases, panel and recommendations have readers of their own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from briefgen.config.recommendations import Recommendation, read_recommendations
from briefgen.config.settings import Settings
from briefgen.errors import DataError, Problem
from briefgen.evidence.cases import CaseMaterial, read_cases
from briefgen.evidence.panel import PanelMaterial, read_panel
from briefgen.evidence.sources import hash_files, read_files
from briefgen.evidence.study import Study
from briefgen.evidence.validate import (
    check_material,
    has_errors,
    is_contradictory,
    try_design,
)


@dataclass(frozen=True)
class _Others:
    """The evidence of a study beside its survey."""

    cases: CaseMaterial | None = None
    panel: PanelMaterial | None = None
    recommendations: tuple[Recommendation, ...] = ()
    problems: tuple[Problem, ...] = ()


def load_study(settings: Settings, *, strict: bool = False) -> Study:
    """Read and validate a study.

    Parameters
    ----------
    settings
        The configuration.
    strict
        Whether warnings stop the study too.

    Raises
    ------
    DataError
        With all problems of all files.
    """
    study, problems = inspect_study(settings)
    stopping = ("error", "warning") if strict else ("error",)
    errors = [problem for problem in problems if problem.severity in stopping]
    if errors or study is None:
        raise DataError(errors)
    return study


def check_study(settings: Settings) -> list[Problem]:
    """Return all problems of a study's files, errors and warnings."""
    return inspect_study(settings)[1]


def inspect_study(
    settings: Settings, report: Callable[[str], None] = lambda _line: None
) -> tuple[Study | None, list[Problem]]:
    """Read everything, and return the study beside all problems of its files.

    Parameters
    ----------
    report
        Called with a line for each table that says how it was read.

    Returns
    -------
    study, problems
        The study is ``None`` where a problem is an error.
    """
    material = read_files(settings, report)
    problems = check_material(settings, material)
    others = _Others() if is_contradictory(settings) else _read_others(settings, report)
    typed: Study | None = None
    if not has_errors(problems):
        typed, found = try_design(settings, material)
        problems += found
    problems += others.problems
    if typed is None or has_errors(problems):
        return None, problems
    return _put_together(typed, others, problems), problems


def _put_together(typed: Study, others: _Others, problems: list[Problem]) -> Study:
    return replace(
        typed,
        cases=others.cases,
        panel=others.panel,
        recommendations=others.recommendations,
        hashes=hash_files(typed.settings),
        problems=tuple(problems),
    )


def _read_others(settings: Settings, report: Callable[[str], None]) -> _Others:
    """Read cases, panel and recommendations, where the study has them."""
    panel, of_panel = read_panel(settings, report)
    cases, found = read_cases(settings, report)
    recommendations, of_recommendations = read_recommendations(settings)
    return _Others(
        cases=cases,
        panel=panel,
        recommendations=recommendations,
        problems=(*found, *of_panel, *of_recommendations),
    )
