"""Ask whether weighting and correction can be done with what the files hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from briefgen.config.settings import Settings
from briefgen.errors import BriefgenError, Problem
from briefgen.evidence.sources import Material
from briefgen.evidence.validate.configuration import STUDY

if TYPE_CHECKING:
    from briefgen.evidence.study import Study


def try_design(settings: Settings, material: Material) -> tuple[Study | None, list[Problem]]:
    """Type the answers, weight them and make the design; or say what does not fit.

    Asked last, of files without errors.
    """
    # both need the readers, and study asks this package in turn
    from briefgen.evidence.study import type_study  # noqa: PLC0415
    from briefgen.evidence.survey import make_design  # noqa: PLC0415

    try:
        study = type_study(settings, material)
        make_design(study, study.counted.survey)
    except BriefgenError as error:
        problem = Problem(STUDY, None, "design", error.message, error.hint or "see design:")
        return None, [problem]
    return study, []
