"""Read and validate all files of a study.

In: `Settings` and the files it names. Out: one frozen `Study`, or all problems at once.
``sources`` reads tables, ``validate`` checks them, ``survey.typed`` gives the answers their types;
cases, panel and recommendations have readers of their own.
"""

from __future__ import annotations

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
    typed, others, problems = _read_all(settings)
    stopping = ("error", "warning") if strict else ("error",)
    errors = [problem for problem in problems if problem.severity in stopping]
    if errors or typed is None:
        raise DataError(errors)
    return replace(
        typed,
        cases=others.cases,
        panel=others.panel,
        recommendations=others.recommendations,
        hashes=hash_files(settings),
        problems=tuple(problems),
    )


def check_study(settings: Settings) -> list[Problem]:
    """Return all problems of a study's files, errors and warnings."""
    return _read_all(settings)[2]


def _read_all(settings: Settings) -> tuple[Study | None, _Others, list[Problem]]:
    """Read everything; the answers are typed only where their files have no errors."""
    material = read_files(settings)
    problems = check_material(settings, material)
    others = _Others() if is_contradictory(settings) else _read_others(settings)
    typed: Study | None = None
    if not has_errors(problems):
        typed, found = try_design(settings, material)
        problems += found
    return typed, others, [*problems, *others.problems]


def _read_others(settings: Settings) -> _Others:
    """Read cases, panel and recommendations, where the study has them."""
    cases, found = read_cases(settings)
    panel, of_panel = read_panel(settings)
    recommendations, of_recommendations = read_recommendations(settings)
    return _Others(
        cases=cases,
        panel=panel,
        recommendations=recommendations,
        problems=(*found, *of_panel, *of_recommendations),
    )
