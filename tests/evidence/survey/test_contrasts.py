"""Adjusted p-values, associations, quantiles, reliability, against other libraries."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from briefgen.config.settings import Statistics
from briefgen.errors import AnalysisError
from briefgen.evidence.survey import SurveyDesign, measure_association
from briefgen.evidence.survey.contrasts import adjust_p, domain_kind
from briefgen.evidence.survey.quantiles import estimate_quantiles, weighted_quantiles
from briefgen.evidence.survey.reliability import cronbach_alpha, feldt_interval

p_lists = st.lists(st.floats(0, 1), min_size=1, max_size=30)


@given(p_lists)
def test_bh_is_scipys(p_values):
    ours = adjust_p(np.array(p_values), np.zeros(len(p_values), dtype=int), "bh")
    np.testing.assert_allclose(ours, stats.false_discovery_control(p_values), atol=1e-12)


@given(p_lists)
def test_holm_by_its_definition(p_values):
    ours = adjust_p(np.array(p_values), np.zeros(len(p_values), dtype=int), "holm")
    ordered, highest = np.argsort(p_values, kind="stable"), 0.0
    for rank, place in enumerate(ordered):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        assert ours[place] == pytest.approx(highest)


@pytest.mark.parametrize("method", ["holm", "bh", "none"])
def test_families_are_apart(method):
    p_values = np.array([0.01, 0.5, 0.02, 0.4])
    families = np.array([0, 1, 0, 1])
    ours = adjust_p(p_values, families, method)
    for family in (0, 1):
        here = families == family
        alone = adjust_p(p_values[here], np.zeros(2, dtype=int), method)
        np.testing.assert_allclose(ours[here], alone)


def test_kinds_of_domains():
    assert domain_kind("DE1") == "place"
    assert domain_kind("type:metro") == "type"
    assert domain_kind("DE1+q01:small") == "place+q01"


def test_an_association_in_a_simple_sample_is_nearly_pearsons():
    rng = np.random.default_rng(3)
    first, second = pd.Series(rng.integers(0, 3, 900)), pd.Series(rng.integers(0, 2, 900))
    found = measure_association(SurveyDesign.make(np.ones(900)), first, second)
    plain = stats.chi2_contingency(pd.crosstab(first, second), correction=False)
    assert found.pearson == pytest.approx(plain.statistic)
    assert found.p_value == pytest.approx(plain.pvalue, rel=0.05)


def test_an_association_needs_two_answers():
    with pytest.raises(AnalysisError):
        measure_association(
            SurveyDesign.make(np.ones(3)), pd.Series([1, 1, 1]), pd.Series([1, 2, 1])
        )


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40))
def test_the_plain_median_is_numpys(values):
    here = np.array(values, dtype=float)
    found = weighted_quantiles(here, np.ones(len(here)), np.array([0.5]))
    assert found[0] == np.median(here)


def test_weights_are_repetitions():
    values, weights = np.array([1.0, 5, 9]), np.array([1.0, 3, 2])
    repeated = np.repeat(values, weights.astype(int))
    for share in (0.1, 0.25, 0.5, 0.75, 0.99):
        ours = weighted_quantiles(values, weights, np.array([share]))
        theirs = weighted_quantiles(repeated, np.ones(6), np.array([share]))
        assert ours[0] == theirs[0]


def test_quantiles_at_the_edges():
    design = SurveyDesign.make(np.ones(5))
    values = np.array([3.0, 3, 3, 3, np.nan])
    domains = [np.array([4]), np.array([0]), np.arange(5)]
    found = estimate_quantiles(design, values, domains, Statistics())
    assert found.n.tolist() == [0, 1, 4]
    assert np.isnan(found.value[0]).all()
    assert found.value[1].tolist() == [3, 3, 3]
    assert np.isnan(found.low[1]).all()
    assert found.low[2].tolist() == found.high[2].tolist() == [3, 3, 3]


def test_alpha_of_one_measure_twice_is_1():
    scores = np.array([1.0, 2, 4, 5])
    assert cronbach_alpha(np.column_stack([scores, scores])) == pytest.approx(1)


def test_alpha_is_not_defined_for_one_item_one_person_or_all_alike():
    assert np.isnan(cronbach_alpha(np.ones((5, 1))))
    assert np.isnan(cronbach_alpha(np.ones((1, 3))))
    assert np.isnan(cronbach_alpha(np.ones((5, 3))))
    assert np.isnan(feldt_interval(float("nan"), 5, 3, 0.95)).all()


def test_feldts_interval_holds_alpha():
    low, high = feldt_interval(0.8, 50, 4, 0.95)
    assert low < 0.8 < high < 1
