"""The whole analysis of a survey, in the order in which it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from briefgen.settings import Settings
from briefgen.survey.design import SurveyDesign
from briefgen.survey.domains import Membership, list_members
from briefgen.survey.estimate import Ratios, estimate_ratios, finish_table, tabulate_ratios
from briefgen.survey.measures import Measures, is_answered, make_measures, stack_measures

if TYPE_CHECKING:
    from briefgen.study import Study


def estimate_survey(study: Study) -> pd.DataFrame:
    """Estimate everything that the codebook asks for, in every domain.

    Returns
    -------
    DataFrame
        One row for each variable, measure, domain and contrast; columns as
        `model.ESTIMATE_COLUMNS`. Empty domains have rows with n = 0 and no value.
    """
    settings = study.settings
    survey = study.survey[study.survey["_weight"] > 0]
    design = make_design(study, survey)
    members = list_members(settings, survey)
    measures = stack_measures(make_measures(settings, survey), len(survey))
    parts: list[pd.DataFrame] = []
    for member in members:
        shown = (
            measures
            if member.kind == "nation"
            else measures.take(~measures.names["nation_only"].to_numpy())
        )
        found = estimate_ratios(design, shown, member.rows, settings.info.statistics)
        parts.append(tabulate_ratios(shown, found, member.code, settings.info.statistics))
    parts.append(count_answers(settings, survey, members))
    return finish_table(parts, "survey")


def make_design(study: Study, survey: pd.DataFrame) -> SurveyDesign:
    """Return the design of the respondents whose weight is above zero."""
    stated = study.settings.info.design.population
    population: float | dict[str, float] | None = None
    if stated == "frame" and study.frame is not None:
        population = float(len(study.frame))
    elif isinstance(stated, int | float):
        population = float(stated)
    return SurveyDesign.make(
        survey["_weight"].to_numpy(dtype=float),
        strata=survey["_stratum"] if "_stratum" in survey else None,
        clusters=survey["_cluster"] if "_cluster" in survey else None,
        population=population,
    )


def count_answers(
    settings: Settings, survey: pd.DataFrame, members: list[Membership]
) -> pd.DataFrame:
    """Count the valid answers of every variable in every domain."""
    codes = list(settings.variables)
    answered = np.column_stack([is_answered(survey, v) for v in settings.variables.values()])
    counts = [answered[member.rows].sum(axis=0) for member in members]
    return pd.DataFrame(
        {
            "variable": codes * len(members),
            "measure": "answers",
            "statistic": "count",
            "unit": "count",
            "domain": np.repeat([member.code for member in members], len(codes)),
            "contrast": "",
            "value": np.concatenate(counts).astype(float),
            "n": np.concatenate(counts).astype(float),
            "method": "count",
        }
    )
