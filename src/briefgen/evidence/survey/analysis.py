"""The whole analysis of a survey, in the order in which it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.settings import Settings
from briefgen.evidence.study import Study
from briefgen.evidence.survey.contrasts import adjust_contrasts, contrast_with_rest
from briefgen.evidence.survey.design import Estimated, SurveyDesign
from briefgen.evidence.survey.domains import Membership, list_members
from briefgen.evidence.survey.estimate import estimate_ratios, finish_table, tabulate_ratios
from briefgen.evidence.survey.frame import in_population
from briefgen.evidence.survey.intervals import mean_interval
from briefgen.evidence.survey.measures import is_answered, make_measures, stack_measures
from briefgen.evidence.survey.quantiles import estimate_quantiles, tabulate_quantiles
from briefgen.evidence.survey.reliability import estimate_reliability
from briefgen.evidence.survey.replicates import Replicates, replicate_factors
from briefgen.evidence.survey.response import estimate_response
from briefgen.evidence.survey.weighting import REPLICATE


def estimate_survey(study: Study) -> pd.DataFrame:
    """Estimate everything that the codebook asks for, in every domain.

    Returns
    -------
    DataFrame
        One row for each variable, measure, domain and contrast; columns as
        `model.ESTIMATE_COLUMNS`. Empty domains have rows with n = 0 and no value. Response is
        among them where there is a frame. A study without a survey has none.
    """
    settings = study.settings
    if settings.info.files.survey is None:
        return finish_table([], "survey")
    survey = study.counted.survey
    design = make_design(study, survey)
    members = list_members(settings, survey)
    parts = estimate_measures(settings, survey, design, members)
    parts += estimate_numbers(study, survey, design, members)
    parts.append(estimate_reliability(settings, survey))
    parts.append(count_answers(settings, survey, members))
    table = adjust_contrasts(finish_table(parts, "survey"), settings.info.statistics.adjust)
    response = estimate_response(study)
    return pd.concat([table, response], ignore_index=True) if len(response) else table


def estimate_measures(
    settings: Settings, survey: pd.DataFrame, design: SurveyDesign, members: list[Membership]
) -> list[pd.DataFrame]:
    """Estimate shares, means and ratios in every domain, and compare domains with the rest."""
    statistics = settings.info.statistics
    everywhere = stack_measures(make_measures(settings, survey), len(survey))
    nationwide = everywhere.names["nation_only"].to_numpy(dtype=bool)
    local = everywhere.take(~nationwide)
    parts: list[pd.DataFrame] = []
    for member in members:
        measures = everywhere if member.kind == "nation" else local
        inside = estimate_ratios(design, measures, member.rows, statistics)
        parts.append(tabulate_ratios(measures, inside, member.code, statistics))
        if member.rest is not None:
            outside = estimate_ratios(design, measures, member.rest, statistics)
            found = contrast_with_rest(
                design, measures, member, inside=inside, outside=outside, statistics=statistics
            )
            parts.append(found[~found["variable"].isin(group_variables(member.code))])
    return parts


def group_variables(domain: str) -> list[str]:
    """Return the variables that define a domain, in which it differs by definition."""
    return [part.partition(":")[0] for part in domain.split("+") if ":" in part]


def estimate_numbers(
    study: Study, survey: pd.DataFrame, design: SurveyDesign, members: list[Membership]
) -> list[pd.DataFrame]:
    """Estimate quartiles and totals of numeric variables in every domain."""
    parts: list[pd.DataFrame] = []
    statistics = study.settings.info.statistics
    size = population_size(study)
    scale = 1.0 if size is None else size / float(design.weights.sum())
    for variable in study.settings.variables.values():
        if variable.type != "numeric":
            continue
        values, unit = survey[variable.code].to_numpy(dtype=float), variable.question.unit
        found = estimate_quantiles(design, values, [m.rows for m in members], statistics)
        parts.append(tabulate_quantiles(found, variable.code, unit, [m.code for m in members]))
        totals = estimate_totals(design, values, members, scale, statistics.confidence)
        parts.append(totals.assign(variable=variable.code, unit=unit))
    return parts


def estimate_totals(
    design: SurveyDesign,
    values: NDArray[np.float64],
    members: Sequence[Membership],
    scale: float,
    confidence: float,
) -> pd.DataFrame:
    """Estimate totals in domains as rows of the tidy table: of the population by ``scale``."""
    found = [estimate_total(design, values, scale, member.rows) for member in members]
    answered = [member.rows[np.isfinite(values[member.rows])] for member in members]
    n = np.array([float(len(rows)) for rows in answered])
    value, variance = (np.where(n > 0, part, np.nan) for part in np.array(found).T)
    df = [design.degrees(np.ones((len(m.rows), 1), dtype=bool), m.rows)[0] for m in members]
    limits = mean_interval(value, variance, np.array(df), confidence)
    return pd.DataFrame(
        {
            "measure": "total", "statistic": "total", "contrast": "",
            "domain": [member.code for member in members], "value": value,
            "se": np.sqrt(variance), "low": limits.low, "high": limits.high, "n": n,
            "weighted_n": [float(design.weights[rows].sum()) for rows in answered],
            "method": f"{'replicates' if design.replicates else 'taylor'}, student",
        }
    )  # fmt: skip


def estimate_total(
    design: SurveyDesign,
    values: NDArray[np.float64],
    scale: float = 1.0,
    rows: NDArray[np.intp] | None = None,
) -> tuple[float, float]:
    """Return the weighted total of the answers and its variance; no answer counts nothing."""
    rows = np.arange(design.n) if rows is None else rows
    counted = scale * np.nan_to_num(values[rows])[:, None]
    z = design.weights[rows][:, None] * counted
    again = design.replicates.totals(counted, rows) if design.replicates else None
    return float(z.sum()), float(design.variance_of(Estimated(z.sum(axis=0), z, again), rows)[0])


def population_size(study: Study) -> float | None:
    """Return how many there are in the population, where study or frame say so."""
    stated, frame = study.settings.info.design.population, study.frame
    if stated == "frame":
        return None if frame is None else float(in_population(study.settings, frame).sum())
    return None if stated is None else float(stated)


def make_design(study: Study, survey: pd.DataFrame) -> SurveyDesign:
    """Return the design of the respondents whose weight is above zero."""
    design = SurveyDesign.make(
        survey["_weight"].to_numpy(dtype=float),
        strata=survey.get("_stratum"),
        clusters=survey.get("_cluster"),
        population=_population(study),
    )
    if study.settings.info.design.replicates is not None:
        return replace(design, replicates=make_replicates(study, survey))
    margins = [survey[name] for name in survey if str(name).startswith("_margin")]
    return design.calibrate(margins, survey["_base_weight"]) if margins else design


def make_replicates(study: Study, survey: pd.DataFrame) -> Replicates | None:
    """Return the replicate weights of the respondents; ``None`` where the design has none."""
    stated = study.settings.info.design.replicates
    names = [name for name in survey if str(name).startswith(REPLICATE)]
    if stated is None or not names:
        return None
    return Replicates(
        survey[names].to_numpy(dtype=float),
        replicate_factors(stated, len(names)),
        about_estimate=stated.mse,
        most_degrees=stated.degrees,
    )


def _population(study: Study) -> float | dict[str, float] | None:
    """Return how many primary sampling units there are: in each stratum where the frame says so.

    Units are the clusters where there are any: how many of them there are only a frame with the
    same column tells, and without it nothing is corrected.
    """
    design = study.settings.info.design
    if design.replicates is not None:  # the makers' factors hold the correction
        return None
    units = _frame_units(study)
    if units is None:
        return None if design.cluster else population_size(study)
    if design.strata and design.strata in units:
        sizes = units[design.strata].value_counts()
        return {str(name): float(size) for name, size in sizes.items()}
    return float(len(units))


def _frame_units(study: Study) -> pd.DataFrame | None:
    """Return the primary sampling units of the frame, one row each, if it is the population."""
    design, frame = study.settings.info.design, study.frame
    if design.population != "frame" or frame is None:
        return None
    inside = frame[in_population(study.settings, frame)]
    if design.cluster is None:
        return inside
    if design.cluster not in inside:
        return None
    named = [name for name in (design.strata, design.cluster) if name and name in inside]
    return inside.drop_duplicates(named)


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
