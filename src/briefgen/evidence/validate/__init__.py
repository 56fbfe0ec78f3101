"""Ask whether a study is in order: all problems of all files at once.

In: `Settings` and the tables that were read. Out: `Problem` after `Problem`, each with file, row as
the user counts, column, the rule and the remedy, and never with an answer. Errors stop the build;
warnings do so under ``--strict``.
"""

from __future__ import annotations

from collections.abc import Iterable

from briefgen.config.settings import Settings
from briefgen.errors import Problem
from briefgen.evidence.sources import Material
from briefgen.evidence.sources.table import REPEATED_NAME
from briefgen.evidence.validate.answers import check_answers
from briefgen.evidence.validate.columns import lacks_header
from briefgen.evidence.validate.configuration import check_configuration
from briefgen.evidence.validate.design import try_design
from briefgen.evidence.validate.frame import check_frame

__all__ = [
    "check_configuration",
    "check_material",
    "has_errors",
    "is_contradictory",
    "try_design",
]


def is_contradictory(settings: Settings) -> bool:
    """Whether the configuration has errors, so that nothing can be held against it."""
    return has_errors(check_configuration(settings))


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether a problem among them is more than a warning."""
    return any(problem.severity == "error" for problem in problems)


def check_material(settings: Settings, material: Material) -> list[Problem]:
    """Return the problems of configuration, survey and frame.

    Where the configuration contradicts itself, the data are not asked: what they would be held
    against is not known.
    """
    found = [*material.problems, *check_configuration(settings)]
    if is_contradictory(settings):
        return found
    survey = material.survey
    if survey is not None:
        if lacks_header(settings, survey):
            found = [problem for problem in found if problem.rule != REPEATED_NAME]
        found += check_answers(settings, survey)
    if material.survey is not None and material.frame is not None:
        found += check_frame(settings, material.frame, material.survey)
    return found
