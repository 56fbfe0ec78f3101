"""A study, read and validated: all that analysis and disclosure control see.

In: `Settings` and the files it names. Out: one frozen `Study`. ``sources`` reads, ``validate``
asks, ``survey.decode`` gives the answers their types, ``survey.weighting`` the weights.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from briefgen.config.settings import Settings
from briefgen.errors import DataError, Problem
from briefgen.evidence.sources import Material, hash_files, read_files
from briefgen.evidence.survey.decode import decode_survey
from briefgen.evidence.survey.weighting import add_design


@dataclass(frozen=True)
class Study:
    """Everything of a study before the wall.

    Attributes
    ----------
    settings
        The configuration.
    survey
        One row a respondent; the columns are described in ``docs/architecture.md``.
    frame
        The sampling frame as text cells, with ``_id``, ``_region``, ``_type`` and, where
        respondents can be told from it, ``_answered``.
    cases, panel, recommendations
        The other kinds of evidence, as their own modules read them.
    hashes
        SHA-256 of every data file by its path relative to the study.
    problems
        Warnings; errors have stopped the study from being made.
    """

    settings: Settings
    survey: pd.DataFrame
    frame: pd.DataFrame | None = None
    cases: Any = None
    panel: Any = None
    recommendations: tuple[Any, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def counted(self) -> Study:
        """The study with those respondents alone of whom figures are made: with a weight."""
        if "_weight" not in self.survey:
            return self
        counted = self.survey["_weight"] > 0
        return self if counted.all() else replace(self, survey=self.survey[counted])


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
    # validate reads the other kinds of evidence with the function below
    from briefgen.evidence.validate import (  # noqa: PLC0415
        check_material,
        has_errors,
        is_contradictory,
        try_design,
    )

    material = read_files(settings)
    problems = check_material(settings, material)
    others, found = ({}, []) if is_contradictory(settings) else read_others(settings)
    problems += found
    typed: Study | None = None
    if not has_errors(problems):
        typed, found = try_design(settings, material)
        problems += found
    errors = [problem for problem in problems if strict or problem.severity == "error"]
    if errors or typed is None:
        raise DataError(errors)
    return replace(
        typed,
        cases=others.get("cases"),
        panel=others.get("panel"),
        recommendations=tuple(others.get("recommendations") or ()),
        hashes=hash_files(settings),
        problems=tuple(problems),
    )


def type_study(settings: Settings, material: Material) -> Study:
    """Make a study of the survey and frame alone, typed but not asked.

    Raises
    ------
    DataError
        If the survey could not be read.
    AnalysisError
        If it cannot be weighted as the design says.
    """
    if material.survey is None:
        raise DataError(material.problems)
    typed = decode_survey(settings, material.survey)
    return Study(
        settings=settings,
        survey=add_design(settings, typed, material),
        frame=_type_frame(settings, material),
    )


def read_others(settings: Settings) -> tuple[dict[str, Any], list[Problem]]:
    """Read cases, panel and recommendations with their own modules, where the study has them."""
    files = settings.info.files
    wanted = {"cases": files.cases, "panel": files.panel, "recommendations": files.recommendations}
    material: dict[str, Any] = {}
    problems: list[Problem] = []
    for name in (name for name, stated in wanted.items() if stated is not None):
        if importlib.util.find_spec("briefgen.evidence") is None:
            continue
        module = importlib.import_module(f"briefgen.evidence.{name}" if name != "recommendations" else "briefgen.content.recommendations")
        material[name], found = getattr(module, f"read_{name}")(settings)
        problems += found
    return material, problems


def _type_frame(settings: Settings, material: Material) -> pd.DataFrame | None:
    from briefgen.evidence.survey.frame import type_frame  # noqa: PLC0415 - only for studies with a frame

    if material.frame is None or material.survey is None:
        return None
    return type_frame(settings, material.frame, material.survey)
