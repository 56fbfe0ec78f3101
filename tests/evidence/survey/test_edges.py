"""What each method does with nobody, one, all alike, and weights of zero: docs/methods.md."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from briefgen.config.settings import Statistics, load_settings
from briefgen.errors import AnalysisError
from briefgen.evidence.load import load_study
from briefgen.evidence.survey import SurveyDesign, estimate_response
from briefgen.evidence.survey.analysis import estimate_totals
from briefgen.evidence.survey.contrasts import contrast_with_rest
from briefgen.evidence.survey.domains import Membership
from briefgen.evidence.survey.estimate import estimate_ratios
from briefgen.evidence.survey.measures import Measure, stack_measures
from briefgen.evidence.survey.quantiles import estimate_quantiles
from briefgen.evidence.survey.reliability import cronbach_alpha
from briefgen.evidence.survey.response import outcome_rates
from briefgen.evidence.survey.weighting import rake
from studies import small_study

METHODS = ["wilson", "korn-graubard", "logit"]
SHARE, MEAN, RATIO = 0, 1, 2


def measured(y, base=None):
    """A share, a mean and a ratio (to twice the number plus one) of the same answers."""
    y = np.asarray(y, dtype=float)
    base = np.ones(len(y), dtype=bool) if base is None else np.asarray(base, dtype=bool)
    return stack_measures(
        [
            Measure("v", "share", "share", "share", y, base),
            Measure("v", "mean", "mean", "score", y, base),
            Measure("v", "ratio", "ratio", "", y, base, x=2 * y + 1),
        ],
        len(y),
    )


def estimate(y, base=None, method="wilson", **design):
    made = SurveyDesign.make(np.ones(len(y)), **design)
    chosen = Statistics(share_interval=method)
    return estimate_ratios(made, measured(y, base), np.arange(len(y)), chosen)


def limits(found, place):
    return float(found.limits.low[place]), float(found.limits.high[place])


@pytest.mark.parametrize("method", METHODS)
def test_nobody(method):
    found = estimate([1, 0], base=[0, 0], method=method)
    assert (found.n == 0).all()
    assert np.isnan([*found.value, *found.variance, *found.n_eff, *found.deff]).all()
    assert np.isnan([limits(found, place) for place in range(3)]).all()


@pytest.mark.parametrize("base", [None, [1, 0]])
@pytest.mark.parametrize("method", METHODS)
def test_one(method, base):
    found = estimate([1] if base is None else [1, 0], base=base, method=method)
    assert (found.n == 1).all()
    assert found.value.tolist() == [1, 1, pytest.approx(1 / 3)]
    # Wilson's limit of 1 in 1 is 1/(1 + z²); Clopper's and Pearson's is α/2
    lowest = 0.025 if method == "korn-graubard" else 1 / (1 + stats.norm.ppf(0.975) ** 2)
    assert limits(found, SHARE) == (pytest.approx(lowest), 1)
    assert np.isnan([limits(found, MEAN), limits(found, RATIO)]).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("answer", [0, 1])
def test_all_alike(method, answer):
    found = estimate([answer] * 10, method=method)
    low, high = limits(found, SHARE)
    width = 1 - 0.025**0.1 if method == "korn-graubard" else 1 - 1 / (1 + 0.1 * 1.959963984540**2)
    assert (low, high) == (pytest.approx(answer - width * answer), pytest.approx(
        answer + width * (1 - answer)))  # fmt: skip
    assert limits(found, MEAN) == (answer, answer)
    assert found.variance.tolist() == [0, 0, 0]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("design", [{"clusters": ["a", "a", "a"]}, {"strata": ["a", "b", "c"]}])
def test_without_degrees_of_freedom_nothing_is_certain(method, design):
    found = estimate([1, 0, 1], method=method, **design)
    low, high = limits(found, SHARE)
    assert np.isnan(low) == np.isnan(high)
    assert np.isnan(low) or high - low > 0.3
    assert np.isnan(limits(found, MEAN)).all()


@pytest.mark.parametrize("method", METHODS)
def test_everybody_is_certain(method):
    found = estimate([1, 0, 1, 1], method=method, population=4)
    assert limits(found, SHARE) == pytest.approx((0.75, 0.75), abs=1e-5)
    assert limits(found, MEAN) == pytest.approx((0.75, 0.75))


def quartiles(values):
    values = np.asarray(values, dtype=float)
    design = SurveyDesign.make(np.ones(len(values)))
    return estimate_quantiles(design, values, [np.arange(len(values))], Statistics())


def test_quantiles_at_the_edges():
    nobody, one, alike = quartiles([np.nan, np.nan]), quartiles([7, np.nan]), quartiles([3] * 6)
    assert np.isnan([*nobody.value[0], *nobody.low[0], *nobody.high[0]]).all()
    assert nobody.n[0] == 0
    assert one.value[0].tolist() == [7, 7, 7]
    assert np.isnan([*one.low[0], *one.high[0], *one.se[0]]).all()
    assert [alike.value[0].tolist(), alike.low[0].tolist(), alike.high[0].tolist()] == [[3] * 3] * 3


def totals(values, rows):
    values = np.asarray(values, dtype=float)
    design = SurveyDesign.make(np.ones(len(values)))
    member = Membership("D", "region", np.asarray(rows, dtype=np.intp), None)
    return estimate_totals(design, values, [member], 1.0, 0.95).iloc[0]


def test_totals_at_the_edges():
    nobody, one, alike = totals([1, 2], []), totals([4], [0]), totals([2] * 5, range(5))
    assert (nobody["n"], np.isnan(nobody["value"])) == (0, True)
    assert (one["n"], one["value"], np.isnan(one["low"])) == (1, 4, True)
    assert (alike["value"], alike["se"]) == (10, pytest.approx(0, abs=1e-12))


def difference(y, inside):
    design = SurveyDesign.make(np.ones(len(y)))
    rows = np.flatnonzero(inside)
    rest = np.flatnonzero(~np.asarray(inside, dtype=bool))
    measures, statistics = measured(y), Statistics()
    here, there = (estimate_ratios(design, measures, part, statistics) for part in (rows, rest))
    member = Membership("D", "region", rows, rest)
    return contrast_with_rest(
        design, measures, member, inside=here, outside=there, statistics=statistics
    )


def test_a_difference_of_nobody_has_no_value():
    table = difference([1, 0, 1], [0, 0, 0])
    assert table[["value", "se", "low", "high", "p_value"]].isna().all().all()


def test_a_difference_of_one_has_limits_for_shares_alone():
    table = difference([1, 0, 1, 0], [1, 0, 0, 0])
    assert table.loc[SHARE, "low"] < table.loc[SHARE, "value"] < table.loc[SHARE, "high"]
    assert table.loc[SHARE, "value"] == pytest.approx(2 / 3)


def test_a_difference_of_all_alike_keeps_its_width_and_says_nothing():
    table = difference([1] * 8, [1] * 4 + [0] * 4)
    assert (table.loc[SHARE, "value"], table.loc[SHARE, "p_value"]) == (0, 1)
    assert table.loc[SHARE, "high"] - table.loc[SHARE, "low"] > 0.4
    assert table.loc[MEAN, "p_value"] == 1


def test_where_nothing_varies_and_values_differ_there_is_no_p():
    table = difference([1, 1, 0, 0], [1, 1, 0, 0])
    assert table.loc[MEAN, "value"] == 1
    assert np.isnan(table.loc[MEAN, "p_value"])
    assert table.loc[SHARE, "p_value"] < 0.1


def test_alpha_leaves_out_weights_of_zero():
    rng = np.random.default_rng(1)
    items = rng.integers(1, 6, (40, 3)).astype(float)
    weights = np.r_[np.ones(30), np.zeros(10)]
    assert cronbach_alpha(items, weights) == pytest.approx(cronbach_alpha(items[:30]))


def test_raking_keeps_weights_of_zero():
    labels = np.array(["a", "a", "b", "b"], dtype=object)
    weights = rake(np.array([1.0, 0.0, 1.0, 1.0]), [labels], [{"a": 0.5, "b": 0.5}])
    assert weights.tolist() == pytest.approx([1.5, 0, 0.75, 0.75])


def test_a_category_whose_respondents_all_weigh_nothing_is_an_error():
    labels = np.array(["a", "a", "b"], dtype=object)
    with pytest.raises(AnalysisError, match="nobody answered in b"):
        rake(np.array([1.0, 1.0, 0.0]), [labels], [{"a": 0.5, "b": 0.5}])


@pytest.mark.parametrize(("outcome", "rate"), [("I", 1), ("NC", 0)])
def test_the_rate_of_one_unit(outcome, rate):
    assert outcome_rates({outcome: 1})["rr2"] == rate


def test_an_answer_that_weighs_nothing_counts_as_an_answer(tmp_path):
    def edit(frame):
        return frame.assign(weight=["0", *["1"] * 119])

    folder = small_study(tmp_path, frame=True, weights=True, edit=edit)
    found = estimate_response(load_study(load_settings(folder))).set_index("key")
    assert found.loc["response:answers@DE", "value"] == 120
