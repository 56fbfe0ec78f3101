"""Ask whether the data keep to the codebook: all problems at once."""

from __future__ import annotations

from briefgen.errors import Problem
from briefgen.settings import Settings
from briefgen.sources import Material, read_files
from briefgen.study import read_others


def check_study(settings: Settings) -> list[Problem]:
    """Return all problems of a study's files, errors and warnings."""
    _, problems = read_others(settings)
    return [*check_material(settings, read_files(settings)), *problems]


def check_material(settings: Settings, material: Material) -> list[Problem]:
    """Return the problems of survey and frame, errors first."""
    return sorted(material.problems)
