"""Ask whether weighting and correction can be done with what the files hold."""

from __future__ import annotations

from briefgen.config.settings import Settings
from briefgen.errors import BriefgenError, DataError, Problem
from briefgen.evidence.sources import Material
from briefgen.evidence.study import Study
from briefgen.evidence.survey import make_design
from briefgen.evidence.survey.typed import type_study
from briefgen.evidence.validate.configuration import STUDY


def try_design(settings: Settings, material: Material) -> tuple[Study | None, list[Problem]]:
    """Type the answers, weight them and make the design; or say what does not fit.

    Asked last, of files without errors.
    """
    try:
        study = type_study(settings, material)
        if settings.info.files.survey is not None:
            make_design(study, study.counted.survey)
    except DataError as error:
        return None, list(error.problems)
    except BriefgenError as error:
        problem = Problem(STUDY, None, "design", error.message, error.hint or "see design:")
        return None, [problem]
    return study, []
