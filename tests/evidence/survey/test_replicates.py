"""Replicate weights: variances as R makes them, in studies too; refused where they do not fit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from briefgen.config.settings import ReplicateWeights, Statistics, load_settings
from briefgen.errors import DataError, SettingsError
from briefgen.evidence.load import check_study, load_study
from briefgen.evidence.survey import SurveyDesign, estimate_survey, make_design
from briefgen.evidence.survey.estimate import Ratios, estimate_ratios
from briefgen.evidence.survey.measures import Measure, stack_measures
from briefgen.evidence.survey.replicates import Replicates, replicate_factors
from briefgen.evidence.survey.weighting import rake
from studies import small_study

MEAN = "survey:q05_members.mean@DE"


@pytest.mark.parametrize(
    ("method", "options", "factor"),
    [
        ("BRR", {}, 1 / 8),
        ("Fay", {"rho": 0.5}, 1 / 2),
        ("bootstrap", {}, 1 / 7),
        ("JK1", {}, 7 / 8),
        ("JK1", {"scale": 0.5}, 0.5),
        ("JKn", {"rscales": 0.75}, 0.75),
        ("JK2", {}, 1),
        ("successive-difference", {}, 4 / 8),
        ("other", {"scale": 0.5, "rscales": [0.2] * 8}, 0.1),
    ],
)
def test_factors_follow_from_the_method(method, options, factor):
    stated = ReplicateWeights.model_validate({"columns": "r*", "method": method, **options})
    assert replicate_factors(stated, 8).tolist() == pytest.approx([factor] * 8)


def test_a_jackknife_of_means_is_the_textbook_variance():
    rng = np.random.default_rng(5)
    y = rng.normal(size=(40, 1))
    weights = (1 - np.eye(40)) * 40 / 39
    found = Replicates(weights, np.full(40, 39 / 40))
    rows = np.arange(40)
    again = found.ratios(y, np.ones_like(y), rows)
    assert found.variance(again, y.mean(axis=0)) == pytest.approx(y.var(axis=0, ddof=1) / 40)
    some = np.zeros((40, 1), dtype=bool)
    some[:7] = True
    assert found.degrees(np.ones((40, 1), dtype=bool), rows).tolist() == [39]
    assert found.degrees(some, rows).tolist() == [6]


def test_a_replicate_without_the_domain_is_left_out():
    found = Replicates(np.ones((2, 3)), np.ones(3))
    again = np.array([[1.0, 1.0], [np.nan, 2.0], [3.0, 3.0]])
    assert found.variance(again, np.array([5.0, 5.0])).tolist() == [2.0, 2.0]
    about = Replicates(np.ones((2, 3)), np.ones(3), about_estimate=True)
    assert about.variance(again, np.array([3.0, 2.0])).tolist() == [4.0, 2.0]


def jackknife(frame: pd.DataFrame, groups: int = 12) -> pd.DataFrame:
    """Add weights and a delete-a-group jackknife."""
    group = np.arange(len(frame)) % groups
    weight = 1 + np.arange(len(frame)) % 3
    made = {
        f"rep_{number}": np.where(group == number, 0, weight * groups / (groups - 1))
        for number in range(groups)
    }
    added = pd.DataFrame(made, index=frame.index).round(6).astype(str)
    office = [f"o{number}" for number in group]
    return pd.concat([frame.assign(weight=weight.astype(str), office=office), added], axis=1)


JACKKNIFE = {"design": {"weight": "weight", "replicates": {"columns": "rep_*", "method": "JK1"}}}


def rows_of(folder) -> pd.DataFrame:
    return estimate_survey(load_study(load_settings(folder))).set_index("key")


@pytest.mark.slow
def test_a_jackknife_of_clusters_is_near_the_linearised_variance(tmp_path):
    again = rows_of(small_study(tmp_path / "a", edit=jackknife, study=JACKKNIFE))
    linear = {"design": {"weight": "weight", "cluster": "office"}}
    plain = rows_of(small_study(tmp_path / "b", edit=jackknife, study=linear))
    assert again.loc[MEAN, "value"] == pytest.approx(plain.loc[MEAN, "value"])
    assert again.loc[MEAN, "method"] == "replicates, student"
    for measure in ("q05_members.mean", "q02_steering.frequent", "q05_members.total"):
        for domain in ("DE", "DE1", "DE1~rest"):
            key = f"survey:{measure}@{domain}"
            if key in plain.index:
                ratio = again.loc[key, "se"] / plain.loc[key, "se"]
                assert ratio == pytest.approx(1, abs=0.12), key


def test_replicates_are_raked_with_the_weights(tmp_path):
    raked = {"design": {**JACKKNIFE["design"], "raking": {"margins": ["region"]}}}
    study = load_study(
        load_settings(small_study(tmp_path, frame=True, edit=jackknife, study=raked))
    )
    design = make_design(study, study.survey)
    assert design.replicates is not None
    inside = study.survey["_region"].eq("DE1").to_numpy(dtype=float)[:, None]
    rows = np.arange(design.n)
    again = design.replicates.ratios(inside, np.ones_like(inside), rows)
    share = design.weights @ inside / design.weights.sum()
    assert design.replicates.variance(again, share)[0] == pytest.approx(0, abs=1e-18)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"columns": "nothing*", "method": "JK1"}, "names 0 columns"),
        ({"columns": "rep_*", "method": "JKn", "rscales": [0.9, 0.8]}, "2 rscales for 12 columns"),
        ({"columns": ["rep_*", "office"], "method": "JK1"}, "is not a number of 0 or more"),
    ],
)
def test_replicates_that_do_not_fit_are_told(tmp_path, change, told):
    study = {"design": {"weight": "weight", "replicates": change}}
    problems = check_study(load_settings(small_study(tmp_path, edit=jackknife, study=study)))
    assert any(told in problem.rule and problem.severity == "error" for problem in problems)


def test_factors_taken_for_weights_are_told(tmp_path):
    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        made = jackknife(frame)
        return made.assign(weight=[str(100 * int(cell)) for cell in made["weight"]])

    settings = load_settings(small_study(tmp_path, edit=edit, study=JACKKNIFE))
    with pytest.raises(DataError, match="factors: true"):
        load_study(settings)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"columns": "r*", "method": "JKn"}, "JKn needs rscales"),
        ({"columns": "r*", "method": "BRR", "scale": 2}, "has its own factors"),
        ({"columns": "r*", "method": "Fay"}, "Fay needs it"),
        ({"columns": "r*", "method": "other"}, "state scale"),
    ],
)
def test_methods_say_what_they_need(tmp_path, change, told):
    study = {"design": {"weight": "weight", "replicates": change}}
    with pytest.raises(SettingsError, match=told):
        load_settings(small_study(tmp_path, edit=jackknife, study=study))


def test_replicates_take_the_place_of_clusters(tmp_path):
    study = {"design": {**JACKKNIFE["design"], "cluster": "office"}}
    with pytest.raises(SettingsError, match="take the place of"):
        load_settings(small_study(tmp_path, edit=jackknife, study=study))


def test_a_region_with_one_cluster_is_told(tmp_path):
    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        made = jackknife(frame)
        return made.assign(office=made["office"].where(made["region"] != "SL", "alone"))

    study = {"design": {"cluster": "office"}}
    problems = check_study(load_settings(small_study(tmp_path, edit=edit, study=study)))
    told = [problem for problem in problems if "one cluster" in problem.rule]
    assert [(one.rule, one.severity) for one in told] == [
        ("the region DEC has one cluster", "warning")
    ]


def draw_clusters(rng: np.random.Generator, clusters: int = 24, size: int = 8) -> pd.DataFrame:
    """Draw a survey of clusters that differ; 60 % of the population are old and answer less."""
    level = rng.normal(0, 0.8, clusters).repeat(size)
    old = rng.random(clusters * size) < 0.45  # the old answer less often
    chance = 1 / (1 + np.exp(-(np.where(old, -1.0, 0.4) + level)))
    yes = rng.random(clusters * size) < chance
    cluster = np.arange(clusters).repeat(size)
    return pd.DataFrame({"cluster": cluster, "old": np.where(old, "old", "young"), "yes": yes})


def population_truth() -> float:
    level = np.random.default_rng(1).normal(0, 0.8, 400_000)
    old, young = (float(np.mean(1 / (1 + np.exp(-(base + level))))) for base in (-1.0, 0.4))
    return 0.6 * old + 0.4 * young


def replicated_share(drawn: pd.DataFrame) -> Ratios:
    """Estimate the share of yes, raked to the margin of age, with a jackknife of clusters."""
    clusters = drawn["cluster"].to_numpy()
    groups = clusters.max() + 1
    again = np.where(clusters[:, None] == np.arange(groups), 0, groups / (groups - 1))
    margin, target = [drawn["old"].to_numpy(dtype=object)], [{"old": 0.6, "young": 0.4}]
    weights = rake(np.ones(len(drawn)), margin, target)
    raked = np.column_stack([rake(one, margin, target) for one in again.T])
    found = Replicates(raked, np.full(groups, (groups - 1) / groups))
    design = replace(SurveyDesign.make(weights), replicates=found)
    yes = drawn["yes"].to_numpy(dtype=float)
    measure = Measure("q", "yes", "share", "share", yes, np.ones(len(drawn), dtype=bool))
    measures = stack_measures([measure], len(drawn))
    return estimate_ratios(design, measures, np.arange(len(drawn)), Statistics())


@pytest.mark.slow
def test_raked_replicates_hold_the_truth_as_often_as_they_say():
    rng, truth = np.random.default_rng(11), population_truth()
    limits = [replicated_share(draw_clusters(rng)).limits for _ in range(150)]
    inside = [float(one.low[0]) <= truth <= float(one.high[0]) for one in limits]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.045)
