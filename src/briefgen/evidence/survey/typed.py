"""Survey and frame as text cells → a `Study` with typed answers and weights."""

from __future__ import annotations

import pandas as pd

from briefgen.config.settings import Settings
from briefgen.errors import DataError
from briefgen.evidence.sources import Material
from briefgen.evidence.study import Study
from briefgen.evidence.survey.decode import decode_survey
from briefgen.evidence.survey.frame import type_frame
from briefgen.evidence.survey.weighting import add_design


def type_study(settings: Settings, material: Material) -> Study:
    """Make a study of the survey and frame alone, typed but not validated.

    Raises
    ------
    DataError
        If the survey could not be read.
    AnalysisError
        If it cannot be weighted as the design says.
    """
    if settings.info.files.survey is None:
        return Study(settings=settings, survey=pd.DataFrame(index=pd.Index([], name="respondent")))
    if material.survey is None:
        raise DataError(material.problems)
    typed = decode_survey(settings, material.survey)
    return Study(
        settings=settings,
        survey=add_design(settings, typed, material),
        frame=_type_frame(settings, material),
        left_out=_count_left_out(settings, material),
    )


def _count_left_out(settings: Settings, material: Material) -> dict[str, int]:
    """Return how many rows of the survey count in no result, or in none of a region, and why."""
    source, table = settings.info.files.survey, material.survey
    if source is None or table is None:
        return {}
    counts = {
        str(number): sum(one.rows for one in table.reading.left_out if one.reason == reason)
        for number, reason in enumerate(source.reasons, start=1)
    }
    return {**counts, "unlisted": material.unlisted}


def _type_frame(settings: Settings, material: Material) -> pd.DataFrame | None:
    if material.frame is None or material.survey is None:
        return None
    return type_frame(settings, material.frame, material.survey)
