"""Designs: variances by hand, corrections, strata and clusters, and what happens at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from briefgen.config.settings import Statistics
from briefgen.errors import AnalysisError
from briefgen.evidence.survey import SurveyDesign, kish_effective_n
from briefgen.evidence.survey.analysis import estimate_total
from briefgen.evidence.survey.contrasts import contrast_with_rest
from briefgen.evidence.survey.domains import Membership
from briefgen.evidence.survey.estimate import estimate_ratios
from briefgen.evidence.survey.measures import Measure, stack_measures


def estimate(design, values, rows=None, statistic="mean"):
    values = np.asarray(values, dtype=float)
    base = np.isfinite(values)
    measure = Measure("v", "m", statistic, "", np.where(base, values, 0), base)
    rows = np.arange(len(values)) if rows is None else np.asarray(rows, dtype=int)
    return estimate_ratios(design, stack_measures([measure], len(values)), rows, Statistics())


def test_a_simple_sample_gives_the_usual_standard_error():
    values = np.array([1.0, 4, 6, 7, 12])
    found = estimate(SurveyDesign.make(np.ones(5)), values)
    assert found.value[0] == pytest.approx(6)
    assert found.variance[0] == pytest.approx(values.var(ddof=1) / 5)
    assert found.deff[0] == pytest.approx(1)
    assert found.n_eff[0] == pytest.approx(5)
    assert found.df[0] == 4


def test_the_correction_takes_off_what_was_asked():
    values = np.array([1.0, 4, 6, 7, 12])
    plain = estimate(SurveyDesign.make(np.ones(5)), values)
    corrected = estimate(SurveyDesign.make(np.ones(5), population=10), values)
    assert corrected.variance[0] == pytest.approx(plain.variance[0] / 2)


def test_a_census_is_certain():
    found = estimate(SurveyDesign.make(np.ones(4), population=4), [0, 0, 1, 1], statistic="share")
    assert found.variance[0] == 0
    assert found.limits.low[0] == found.limits.high[0] == 0.5


def test_more_respondents_than_population_is_an_error():
    with pytest.raises(AnalysisError, match="more respondents"):
        SurveyDesign.make(np.ones(5), population=4)
    with pytest.raises(AnalysisError, match="of 1 of 2 strata is not known"):
        SurveyDesign.make(np.ones(2), strata=["a", "b"], population={"a": 5.0})


def test_weights_of_zero_are_refused():
    with pytest.raises(AnalysisError, match="not positive"):
        SurveyDesign.make([1.0, 0.0])


def test_strata_leave_the_variance_within():
    values = [1.0, 1, 1, 9, 9, 9]
    strata = list("aaabbb")
    found = estimate(SurveyDesign.make(np.ones(6), strata=strata), values)
    assert found.variance[0] == pytest.approx(0)
    assert found.df[0] == 4


def test_a_stratum_with_one_unit_counts_its_distance_from_all():
    lonely = estimate(SurveyDesign.make(np.ones(5), strata=list("aaaab")), [1.0, 2, 3, 4, 20])
    assert np.isfinite(lonely.variance[0])
    assert lonely.variance[0] > 0


def test_clusters_of_like_answers_count_as_one():
    values = [1.0] * 5 + [2.0] * 5 + [6.0] * 5
    found = estimate(SurveyDesign.make(np.ones(15), clusters=np.repeat([1, 2, 3], 5)), values)
    alone = estimate(SurveyDesign.make(np.ones(3)), [1.0, 2, 6])
    assert found.variance[0] == pytest.approx(alone.variance[0])
    assert found.df[0] == 2


def test_cluster_names_that_repeat_in_strata_are_different_clusters():
    design = SurveyDesign.make(np.ones(4), strata=list("aabb"), clusters=[1, 2, 1, 2])
    assert design.units.tolist() == [2, 2]


@pytest.mark.parametrize("statistic", ["share", "mean"])
def test_nobody_gives_no_value_and_no_warning(statistic):
    found = estimate(SurveyDesign.make(np.ones(3)), [0, 1, 1], rows=[], statistic=statistic)
    assert found.n[0] == 0
    assert np.isnan(found.value[0])
    assert np.isnan(found.variance[0])
    assert np.isnan(found.limits.low[0])


def test_one_respondent_gives_a_value_and_for_shares_an_interval():
    design = SurveyDesign.make(np.ones(3))
    share = estimate(design, [1, 0, 1], rows=[0], statistic="share")
    assert share.value[0] == 1
    assert 0.05 < share.limits.low[0] < 0.5
    assert share.limits.high[0] == 1
    mean = estimate(design, [5, 0, 1], rows=[0])
    assert mean.value[0] == 5
    assert np.isnan(mean.limits.low[0])


def test_all_alike_keeps_an_interval():
    found = estimate(SurveyDesign.make(np.ones(12)), np.ones(12), statistic="share")
    assert found.limits.low[0] == pytest.approx(12 / (12 + 1.959964**2), abs=1e-6)
    assert found.limits.high[0] == 1


def test_missing_answers_stand_outside_the_base():
    found = estimate(SurveyDesign.make(np.ones(4)), [2.0, np.nan, 4, np.nan])
    assert found.n[0] == 2
    assert found.value[0] == 3


def test_totals_count_missing_answers_as_nothing():
    value, variance = estimate_total(
        SurveyDesign.make(np.full(4, 2.5)), np.array([1, 2, np.nan, 3])
    )
    assert value == pytest.approx(15)
    assert variance > 0


@given(arrays(float, 20, elements=st.floats(0.01, 100)))
def test_the_effective_n_of_weights_lies_between_1_and_n(weights):
    assert 1 - 1e-9 <= kish_effective_n(weights) <= 20 + 1e-9


def test_the_effective_n_of_nobody_is_0():
    assert kish_effective_n([]) == 0


@pytest.mark.slow
@given(
    weights=arrays(float, 30, elements=st.floats(0.1, 10)),
    scale=st.floats(0.01, 1000),
)
def test_the_scale_of_weights_changes_nothing(weights, scale):
    values = np.arange(30.0) % 7
    one = estimate(SurveyDesign.make(weights), values)
    other = estimate(SurveyDesign.make(weights * scale), values)
    assert one.value[0] == pytest.approx(other.value[0])
    assert one.variance[0] == pytest.approx(other.variance[0])
    assert one.deff[0] == pytest.approx(other.deff[0])


def compare_clusters(draw, units, method="wilson", others=20, pupils=40):
    """Draw schools that differ by chance alone; estimate ``units`` of them beside the others."""
    school = np.repeat(np.arange(units + others), pupils)
    yes = np.clip(draw.normal(0.5, 0.15, units + others), 0.02, 0.98)[school]
    level = draw.normal(0, 0.4, units + others)[school]
    everybody = np.ones(len(school), dtype=bool)
    says = (draw.random(len(school)) < yes).astype(float)
    score = level + draw.normal(0, 1, len(school))
    measures = stack_measures(
        [
            Measure("q", "yes", "share", "share", says, everybody),
            Measure("q", "mean", "mean", "", score, everybody),
        ],
        len(school),
    )
    design = SurveyDesign.make(np.ones(len(school)), clusters=school)
    statistics = Statistics(share_interval=method)
    inside, outside = np.flatnonzero(school < units), np.flatnonzero(school >= units)
    own, rest = (estimate_ratios(design, measures, r, statistics) for r in (inside, outside))
    return own, contrast_with_rest(
        design,
        measures,
        Membership("region", "region", inside, outside),
        inside=own,
        outside=rest,
        statistics=statistics,
    )


@pytest.mark.parametrize("method", ["wilson", "korn-graubard", "logit"])
def test_one_cluster_bears_no_interval_and_no_comparison(method):
    own, difference = compare_clusters(np.random.default_rng(5), 1, method)
    assert np.isfinite(own.value).all()
    assert np.isnan(np.concatenate(own.limits)).all()
    assert difference[["low", "high", "p_value"]].isna().all(axis=None)


@pytest.mark.parametrize("units", [2, 3, 5])
def test_few_clusters_find_no_more_than_chance(units):
    """The truth is known: 0.5 and 0 everywhere, so 95 % of intervals hold it."""
    draw, runs = np.random.default_rng(units), 250
    held = wrong = np.zeros(2)
    for _ in range(runs):
        own, difference = compare_clusters(draw, units)
        held = held + ((own.limits.low <= [0.5, 0]) & (own.limits.high >= [0.5, 0]))
        wrong = wrong + difference["p_value"].lt(0.05).to_numpy()
    assert (held / runs > 0.88).all()
    assert (wrong / runs < 0.08).all()
