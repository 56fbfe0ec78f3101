"""Ask whether a study is in order: all problems of all files at once.

In: `Settings` and the files they name. Out: `Problem` after `Problem`, each with file, row as the
user counts, column, the rule and the remedy, and never with an answer. Errors stop the build;
warnings do so under ``--strict``.
"""

from __future__ import annotations

from briefgen.errors import Problem
from briefgen.settings import Settings
from briefgen.sources import Material, read_files
from briefgen.validate.answers import check_answers
from briefgen.validate.configuration import check_configuration
from briefgen.validate.design import check_design
from briefgen.validate.frame import check_frame

__all__ = ["check_configuration", "check_material", "check_study", "is_contradictory"]


def check_study(settings: Settings) -> list[Problem]:
    """Return all problems of a study's files, errors and warnings."""
    from briefgen.study import read_others  # noqa: PLC0415 - study asks this module in turn

    found = check_material(settings, read_files(settings))
    return found if is_contradictory(settings) else [*found, *read_others(settings)[1]]


def is_contradictory(settings: Settings) -> bool:
    """Whether the configuration has errors, so that nothing can be held against it."""
    return any(problem.severity == "error" for problem in check_configuration(settings))


def check_material(settings: Settings, material: Material) -> list[Problem]:
    """Return the problems of configuration, survey and frame.

    Where the configuration contradicts itself, the data are not asked: what they would be held
    against is not known.
    """
    found = [*material.problems, *check_configuration(settings)]
    if is_contradictory(settings):
        return found
    if material.survey is not None:
        found += check_answers(settings, material.survey)
    if material.survey is not None and material.frame is not None:
        found += check_frame(settings, material.frame, material.survey)
    if material.survey is None or any(problem.severity == "error" for problem in found):
        return found
    return [*found, *check_design(settings, material)]
