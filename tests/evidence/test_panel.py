from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare

from briefgen.config.settings import PanelSettings
from briefgen.config.wording import Statement
from briefgen.errors import AnalysisError, DisclosureError
from briefgen.evidence.panel import (
    complete_ratings,
    estimate_panel,
    find_consensus,
    is_disputed,
    kendall_w,
    read_panel,
    release_comments,
    summarise_ratings,
)
from briefgen.model import ESTIMATE_COLUMNS, Text
from qualitative_by_hand import PANEL, QualitativeStudy, qualitative_study, read_study

NINE = Statement("s", Text({"": "s"}), "", 1, 9)
FIVE = Statement("s", Text({"": "s"}), "", 1, 5)


def estimates_of(tmp_path, panel=PANEL):
    study = read_study(qualitative_study(tmp_path, {"panel.csv": panel}))
    return estimate_panel(study).set_index("key")


def test_estimates_have_the_columns_of_the_contract_and_unique_keys(tmp_path):
    estimates = estimate_panel(read_study(qualitative_study(tmp_path)))
    assert list(estimates.columns) == [*ESTIMATE_COLUMNS, "text"]
    assert estimates["key"].is_unique


@pytest.mark.parametrize(
    ("key", "value", "n"),
    [
        ("panel:s01.agreement_median", 8, 3),
        ("panel:s01.agreement_iqr", 1, 3),  # quartiles of 7, 8, 9: 7.5 and 8.5
        ("panel:s01.agreement_share", 1, 3),
        ("panel:s01.agreement_n", 3, 3),
        ("panel:s01.agreement_dont_know", 0, 3),
        ("panel:s01.agreement_round1_median", 8.5, 2),
        ("panel:s01.agreement_round1_n", 2, 2),
        ("panel:s01.agreement_change", -0.5, 2),
        ("panel:s02.agreement_median", 5.5, 2),
        ("panel:s02.agreement_iqr", 3.5, 2),
        ("panel:s02.agreement_share", 0.5, 2),
        ("panel:s02.agreement_dont_know", 1, 2),
        ("panel:s01.feasibility_median", 6, 2),
        ("panel:experts", 3, 3),
    ],
)
def test_statistics_agree_with_hand_calculation(tmp_path, key, value, n):
    row = estimates_of(tmp_path).loc[key]
    assert (row["value"], row["n"]) == (pytest.approx(value), n)


def test_consensus_is_a_label(tmp_path):
    estimates = estimates_of(tmp_path)
    assert estimates.at["panel:s01.agreement_consensus", "text"] == "agreement"
    assert estimates.at["panel:s02.agreement_consensus", "text"] == "none"
    assert math.isnan(estimates.at["panel:s01.agreement_consensus", "value"])


def test_a_statement_without_ratings_has_no_estimates(tmp_path):
    assert not [key for key in estimates_of(tmp_path).index if key.startswith("panel:s03")]


def test_concordance_is_of_experts_who_rated_all(tmp_path):
    study = read_study(qualitative_study(tmp_path))
    table = complete_ratings(study.panel, "agreement", 2)
    assert (list(table.index), list(table.columns)) == (["e1", "e2"], ["s01", "s02"])
    # e1 ranks s01 above s02, e2 the other way: no concordance at all
    estimates = estimate_panel(study).set_index("key")
    assert estimates.at["panel:agreement.kendall_w", "value"] == pytest.approx(0)
    # importance: e1 ranks 2, 1; e2 ties both: rank sums 3.5 and 2.5, W = 12*0.5/(4*6-2*6)
    assert estimates.at["panel:importance.kendall_w", "value"] == pytest.approx(0.5)


# --- Kendall's W ----------------------------------------------------------------------------


def test_w_agrees_with_hand_calculation():
    # 3 raters, 4 objects, no ties: rank sums 4, 6, 8, 12; S = 35; W = 12 * 35 / (9 * 60)
    ranks = np.array([[1, 2, 3, 4], [1, 3, 2, 4], [2, 1, 3, 4]])
    assert kendall_w(ranks) == pytest.approx(12 * 35 / 540)


@given(
    st.integers(3, 8).flatmap(
        lambda raters: st.lists(
            st.lists(st.integers(1, 9), min_size=raters, max_size=raters), min_size=3, max_size=7
        )
    )
)
def test_w_with_ties_is_friedmans_statistic_over_its_largest(columns):
    # scipy's Friedman test corrects for ties in the same way: W = chi² / (m (n - 1))
    ratings = np.array(columns).T
    found = kendall_w(ratings)
    if all(len(set(row)) == 1 for row in ratings.tolist()):
        assert math.isnan(found)
        return
    chi2 = friedmanchisquare(*columns).statistic
    assert found == pytest.approx(chi2 / (ratings.shape[0] * (ratings.shape[1] - 1)), abs=1e-9)
    assert -1e-9 <= found <= 1 + 1e-9


def test_raters_who_rank_alike_have_one():
    assert kendall_w(np.array([[1, 2, 9], [3, 5, 7]])) == pytest.approx(1)


@pytest.mark.parametrize("ratings", [np.ones((1, 4)), np.ones((4, 1)), np.ones(4)])
def test_w_needs_two_raters_and_two_objects(ratings):
    with pytest.raises(AnalysisError, match="two raters and two objects"):
        kendall_w(ratings)


# --- consensus ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "ratings", "label"),
    [
        ("iqr", [7, 8, 8, 9], "agreement"),
        ("iqr", [1, 2, 2, 3], "disagreement"),
        ("iqr", [5, 5, 5, 5], "none"),  # united, but neither for nor against
        ("iqr", [1, 2, 8, 9], "none"),
        ("iqr", [9], "none"),
        ("share", [7, 8, 9, 1], "agreement"),
        ("share", [7, 8, 1, 2], "none"),
        ("share", [1, 3, 2, 9], "disagreement"),
        ("rand-ucla", [7, 7, 8, 9, 8, 7, 9], "agreement"),
        ("rand-ucla", [1, 1, 2, 3, 2, 3, 1], "disagreement"),
        ("rand-ucla", [4, 5, 5, 6, 5, 4, 6], "none"),
        ("rand-ucla", [1, 1, 1, 9, 9, 9, 9], "none"),
    ],
)
def test_consensus_follows_the_stated_rule(rule, ratings, label):
    rules = PanelSettings(consensus=rule)
    assert find_consensus(np.array(ratings, dtype=float), NINE, rules) == label


def test_dispute_follows_the_manual():
    # ratings symmetric about 5: IPR 8 exceeds IPRAS 2.35; about 8: IPRAS 2.35 + 1.5 * 3 = 6.85
    assert is_disputed(np.array([1.0, 1, 1, 9, 9, 9]), NINE)
    assert not is_disputed(np.array([7.0, 7, 7, 9, 9, 9]), NINE)


def test_another_scale_keeps_the_place_of_agreement():
    rules = PanelSettings()  # 7 of 1-9 is 4 of 1-5
    found = summarise_ratings(np.array([4.0, 5, 4, 3]), FIVE, rules)
    assert (found.agree, found.share, found.consensus) == (3, 0.75, "agreement")


@given(
    st.lists(st.integers(1, 9), min_size=2, max_size=30),
    st.sampled_from(["iqr", "share", "rand-ucla"]),
)
def test_turning_the_scale_turns_the_consensus(ratings, rule):
    rules = PanelSettings(consensus=rule)
    turned = {"agreement": "disagreement", "disagreement": "agreement", "none": "none"}
    found = find_consensus(np.array(ratings, dtype=float), NINE, rules)
    other = find_consensus(10 - np.array(ratings, dtype=float), NINE, rules)
    assert other == turned[found]


# --- reading --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        ("e9,1,s99,agreement,5,,", "statement", "there is no statement 's99'"),
        ("e9,1,s01,beauty,5,,", "dimension", "there is no dimension 'beauty'"),
        ("e9,0,s01,agreement,5,,", "round", "a round is a number from 1"),
        ("e9,1,s01,agreement,10,,", "rating", "a rating is a whole number from 1 to 9"),
        ("e9,1,s03,agreement,7,,", "rating", "a rating is a whole number from 1 to 5"),
        ("e9,1,s01,agreement,4.5,,", "rating", "a rating is a whole number from 1 to 9"),
        (",1,s01,agreement,5,,", "expert", "each rating has an expert"),
        ("e1,1,s01,agreement,5,,", "rating", "an expert rates a statement once"),
    ],
)
def test_a_wrong_rating_is_a_problem_with_its_row(tmp_path, row, column, rule):
    _, problems = read_panel(qualitative_study(tmp_path, {"panel.csv": f"{PANEL}{row}\n"}))
    errors = [problem for problem in problems if problem.severity == "error"]
    assert [(problem.row, problem.column) for problem in errors] == [(19, column)]
    assert errors[0].rule.startswith(rule)


def test_a_statement_that_nobody_rated_is_a_warning(tmp_path):
    _, problems = read_panel(qualitative_study(tmp_path))
    assert [(problem.rule, problem.severity) for problem in problems] == [
        ("nobody rated 's03'", "warning")
    ]


def test_an_empty_rating_is_neither_a_rating_nor_dont_know(tmp_path):
    panel = PANEL.replace("e3,2,s01,agreement,8,,", "e3,2,s01,agreement,,,")
    estimates = estimates_of(tmp_path, panel)
    assert estimates.at["panel:s01.agreement_n", "value"] == 2
    assert estimates.at["panel:s01.agreement_dont_know", "value"] == 0


def test_a_panel_without_a_column_is_a_problem(tmp_path):
    settings = qualitative_study(tmp_path, {"panel.csv": "expert,round,statement,rating\n"})
    material, problems = read_panel(settings)
    assert material is None
    assert "dimension is not there" in problems[-1].rule


def test_a_study_without_panel_has_none(tmp_path):
    settings = qualitative_study(tmp_path, panel=None)
    assert read_panel(settings) == (None, [])
    assert estimate_panel(QualitativeStudy(settings)).empty


# --- comments -------------------------------------------------------------------------------


def test_comments_come_without_their_experts(tmp_path):
    study = read_study(qualitative_study(tmp_path))
    assert [(one.statement, one.round, dict(one.text)) for one in release_comments(study)] == [
        ("s01", 1, {"de": "Gut.", "en": "Good."})
    ]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("comment_de,comment_en", "Nur deutsch.,"),
        ("comment,language", "Nur deutsch.,de"),
        ("comment_de,comment_en,comment_release", "Geheim.,Secret.,no"),
        ("comment_de,comment_en", f"{'w' * 5000},Long."),
    ],
)
def test_comments_in_one_language_or_kept_back_are_not_shown(tmp_path, header, cells):
    panel = f"expert,round,statement,dimension,rating,{header}\ne1,1,s01,agreement,9,{cells}\n"
    study = read_study(qualitative_study(tmp_path, {"panel.csv": panel}))
    assert release_comments(study) == ()


def test_a_name_to_hide_in_a_comment_stops_the_release_without_showing_it(tmp_path):
    panel = PANEL.replace("Gut.,Good.", "Die Beispielfirma weiß es.,They know.")
    settings = qualitative_study(tmp_path, {"panel.csv": panel})
    material, problems = read_panel(settings)
    assert (3, "warning") in [(problem.row, problem.severity) for problem in problems]
    with pytest.raises(DisclosureError) as caught:
        release_comments(QualitativeStudy(settings, panel=material))
    assert "row 3" in str(caught.value)
    assert "Beispielfirma" not in str(caught.value)


def test_who_does_not_know_counts_in_the_base_where_the_study_says_so():
    """Of 6 who rate 9 and 4 who do not know, all or 60 % agree; 75 % would be consensus."""
    ratings = np.full(6, 9.0)
    usual = summarise_ratings(ratings, NINE, PanelSettings(consensus="share"), dont_know=4)
    counted = PanelSettings(consensus="share", dont_know_counts=True)
    unsure = summarise_ratings(ratings, NINE, counted, dont_know=4)
    assert (usual.share, usual.base, usual.consensus) == (1.0, 6, "agreement")
    assert (unsure.share, unsure.base, unsure.consensus) == (0.6, 10, "none")
