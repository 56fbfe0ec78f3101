"""Intervals agree with textbooks, stay within 0–1, and stand at the edges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from briefgen.evidence.survey.intervals import (
    Interval,
    difference_interval,
    korn_graubard,
    mean_interval,
    share_interval,
    wilson,
)


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 10), (5, 10), (10, 10), (3, 200), (81, 263)])
def test_wilson_is_scipys_for_a_simple_sample(hits, n):
    theirs = stats.binomtest(hits, n).proportion_ci(method="wilson")
    ours = wilson(array(hits / n), array(n), 0.95)
    assert ours.low[0] == pytest.approx(theirs.low, abs=1e-12)
    assert ours.high[0] == pytest.approx(theirs.high, abs=1e-12)


@pytest.mark.parametrize(("hits", "n"), [(0, 10), (1, 10), (10, 10), (81, 263)])
def test_korn_graubard_is_clopper_pearson_for_a_simple_sample(hits, n):
    share = array(hits / n)
    theirs = stats.binomtest(hits, n).proportion_ci(method="exact")
    variance = share * (1 - share) / n
    ours = korn_graubard(
        share, variance, n=array(n), n_eff=array(n), df=array(n - 1), confidence=0.95
    )
    assert ours.low[0] == pytest.approx(theirs.low, abs=1e-9)
    assert ours.high[0] == pytest.approx(theirs.high, abs=1e-9)


@given(
    method=st.sampled_from(["wilson", "korn-graubard", "logit"]),
    share=st.floats(0, 1),
    n=st.integers(1, 5000),
    effect=st.floats(0.2, 5),
    confidence=st.sampled_from([0.8, 0.95, 0.99]),
)
def test_shares_stay_within_0_and_1_and_inside_their_limits(method, share, n, effect, confidence):
    p, size = array(share), array(n)
    variance = p * (1 - p) / n * effect
    low, high = share_interval(
        method, p, variance, n=size, n_eff=size / effect, df=size - 1, confidence=confidence
    )
    known = np.isfinite(low) & np.isfinite(high)
    assert ((low >= 0) & (low <= p) & (p <= high) & (high <= 1))[known].all()
    assert method != "wilson" or known.all()


def test_everybody_asked_leaves_no_uncertainty():
    low, high = wilson(array(0.0, 0.3), array(np.inf, np.inf), 0.95)
    assert low.tolist() == pytest.approx([0, 0.3])
    assert high.tolist() == pytest.approx([0, 0.3])


def test_a_mean_of_one_answer_has_no_limits():
    low, high = mean_interval(array(3.0), array(np.nan), array(0), 0.95)
    assert np.isnan(low[0])
    assert np.isnan(high[0])


def test_difference_is_newcombes_example():
    # Newcombe (1998), table II, method 10: 56/70 − 48/80, limits 0.0524 and 0.3339
    shares = [array(56 / 70), array(48 / 80)]
    limits = [wilson(shares[0], array(70), 0.95), wilson(shares[1], array(80), 0.95)]
    low, high = difference_interval(shares[0], limits[0], shares[1], limits[1], array(0.0))
    assert low[0] == pytest.approx(0.0524, abs=5e-5)
    assert high[0] == pytest.approx(0.3339, abs=5e-5)


def test_difference_of_certain_values_is_certain():
    point = Interval(array(0.4), array(0.4))
    low, high = difference_interval(array(0.4), point, array(0.4), point, array(0.0))
    assert low[0] == high[0] == 0
