"""Raking meets its margins, keeps the cap, and refuses what cannot be met."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.settings import load_settings
from briefgen.errors import AnalysisError, DataError
from briefgen.evidence.load import load_study
from briefgen.evidence.survey import SurveyDesign, estimate_survey, make_design
from briefgen.evidence.survey.analysis import population_size
from briefgen.evidence.survey.weighting import rake
from studies import small_study


def share(weights, labels, name):
    return weights[labels == name].sum() / weights.sum()


@given(seed=st.integers(0, 200), target=st.floats(0.3, 0.7), other=st.floats(0.3, 0.7))
def test_weighted_margins_are_those_of_the_population(seed, target, other):
    rng = np.random.default_rng(seed)
    one = rng.choice(np.array(["a", "b"], dtype=object), 300)
    two = rng.choice(np.array(["x", "y"], dtype=object), 300)
    weights = rake(
        rng.uniform(0.5, 2, 300),
        [one, two],
        [{"a": target, "b": 1 - target}, {"x": other, "y": 1 - other}],
    )
    assert share(weights, one, "a") == pytest.approx(target, abs=1e-8)
    assert share(weights, two, "x") == pytest.approx(other, abs=1e-8)


def test_one_margin_is_post_stratification():
    labels = np.array(list("aaab"), dtype=object)
    weights = rake(np.ones(4), [labels], [{"a": 0.5, "b": 0.5}])
    assert weights.tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])


def test_weights_are_cut_and_margins_still_fit():
    labels = np.array(["a"] * 40 + ["b"] * 20 + ["c"] * 40, dtype=object)
    base = np.ones(100)
    base[40] = 30.0  # one heavy respondent among the b
    targets = {"a": 0.4, "b": 0.3, "c": 0.3}
    free = rake(base, [labels], [targets])
    cut = rake(base, [labels], [targets], trim=3.0)
    assert free.max() / free.mean() > 15
    assert cut.max() / cut.mean() <= 3.0 + 1e-6
    assert share(cut, labels, "b") == pytest.approx(0.3, abs=1e-3)


def test_an_impossible_cap_is_an_error():
    labels = np.array(["a"] * 99 + ["b"], dtype=object)
    with pytest.raises(AnalysisError, match="does not reach"):
        rake(np.ones(100), [labels], [{"a": 0.5, "b": 0.5}], trim=2.0)


def test_a_category_without_respondents_is_an_error():
    labels = np.array(["a", "a"], dtype=object)
    with pytest.raises(AnalysisError, match="nobody answered in b"):
        rake(np.ones(2), [labels], [{"a": 0.5, "b": 0.5}])


def test_who_has_no_category_keeps_the_weight():
    labels = np.array(["a", "b", None], dtype=object)
    weights = rake(np.ones(3), [labels], [{"a": 0.8, "b": 0.2}])
    assert weights[2] / weights.sum() == pytest.approx(1 / 3)


RAKED = {"design": {"raking": {"margins": ["region", "type"]}, "population": "frame"}}


def test_a_study_is_raked_to_its_frame(tmp_path):
    study = load_study(load_settings(small_study(tmp_path, frame=True, study=RAKED)))
    assert study.frame is not None
    for column in ("_region", "_type"):
        ours = study.survey.groupby(column)["_weight"].sum() / len(study.survey)
        theirs = study.frame[column].value_counts(normalize=True).sort_index()
        np.testing.assert_allclose(ours.sort_index(), theirs, atol=1e-8)


def test_shares_of_the_margins_are_known_exactly(tmp_path):
    study = load_study(load_settings(small_study(tmp_path, frame=True, study=RAKED)))
    design = make_design(study, study.survey)
    inside = study.survey["_region"].eq("DE1").to_numpy(dtype=float)
    weights = design.weights / design.weights.sum()
    z = (weights * (inside - weights @ inside))[:, None]
    assert design.variance(z, np.arange(design.n))[0] == pytest.approx(0, abs=1e-20)
    plain = SurveyDesign.make(design.weights)
    assert plain.variance(z, np.arange(design.n))[0] > 1e-4


@pytest.mark.slow
def test_the_frames_population_narrows_intervals(tmp_path):
    wide = load_study(load_settings(small_study(tmp_path / "a", frame=True)))
    narrow_design = {"design": {"population": "frame"}}
    narrow = load_study(load_settings(small_study(tmp_path / "b", frame=True, study=narrow_design)))
    key = "survey:q05_members.mean@DE"
    errors = [estimate_survey(study).set_index("key").loc[key, "se"] for study in (wide, narrow)]
    assert errors[1] == pytest.approx(errors[0] * np.sqrt(1 - 120 / 180))


def test_a_margin_that_is_in_one_file_only_is_a_problem(tmp_path):
    design = {"design": {"raking": {"margins": ["founded"]}}}
    settings = load_settings(small_study(tmp_path, frame=True, study=design))
    with pytest.raises(DataError, match="both survey and frame"):
        load_study(settings)


def test_a_weight_of_zero_leaves_the_respondent_out(tmp_path):
    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(weight=["0" if number < 20 else "1" for number in range(len(frame))])

    study = load_study(load_settings(small_study(tmp_path, weights=True, edit=edit)))
    table = estimate_survey(study).set_index("key")
    assert table.loc["survey:q01_size.small@DE", "n"] == 100


def with_places(frame: pd.DataFrame) -> pd.DataFrame:
    """Add strata and clusters as columns of the survey."""
    return frame.assign(stratum=frame["region"], office=[f"o{n % 9}" for n in range(len(frame))])


def test_strata_take_their_population_from_the_frame(tmp_path):
    change = {"design": {"strata": "region", "population": "frame"}}
    study = load_study(load_settings(small_study(tmp_path, frame=True, study=change)))
    design = make_design(study, study.survey)
    assert study.frame is not None
    for place, name in enumerate(sorted(study.survey["_stratum"].unique())):
        answered = (study.survey["_stratum"] == name).sum()
        assert design.sampled[place] == pytest.approx(
            answered / (study.frame["region"] == name).sum()
        )


@pytest.mark.slow
def test_clusters_widen_or_narrow_but_keep_the_value(tmp_path):
    plain = small_study(tmp_path / "a", edit=with_places)
    change = {"design": {"strata": "stratum", "cluster": "office"}}
    clustered = small_study(tmp_path / "b", edit=with_places, study=change)
    key = "survey:q05_members.mean@DE"
    rows = [
        estimate_survey(load_study(load_settings(folder))).set_index("key").loc[key]
        for folder in (plain, clustered)
    ]
    assert rows[0]["value"] == pytest.approx(rows[1]["value"])
    assert rows[0]["se"] != pytest.approx(rows[1]["se"])


def test_a_population_smaller_than_the_sample_is_a_problem(tmp_path):
    settings = load_settings(small_study(tmp_path, study={"design": {"population": 100}}))
    with pytest.raises(DataError, match="more respondents than its population"):
        load_study(settings)


def test_a_stratum_that_the_frame_lacks_is_a_problem(tmp_path):
    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(founded="1800s")

    change = {"design": {"strata": "founded", "population": "frame"}}
    settings = load_settings(small_study(tmp_path, frame=True, edit=edit, study=change))
    with pytest.raises(DataError, match="population"):
        load_study(settings)


def test_margins_may_be_a_question_or_a_column_of_both_files(tmp_path):
    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(founded=["1990s" if n % 3 else "2000s" for n in range(len(frame))])

    change = {"design": {"raking": {"margins": ["q01_size", "founded"]}}}
    folder = small_study(tmp_path, frame=True, edit=edit, study=change)
    path = folder / "data" / "frame.csv"
    sizes = ["1"] * 60 + ["2"] * 60 + ["3"] * 60
    founded = ["1990s"] * 90 + ["2000s"] * 90
    frame = pd.read_csv(path, dtype=str).assign(q01_size=sizes, founded=founded)
    frame.to_csv(path, index=False)
    survey = load_study(load_settings(folder)).survey
    shares = survey.groupby("q01_size")["_weight"].sum() / len(survey)
    assert shares.tolist() == pytest.approx([1 / 3] * 3, abs=1e-6)
    founded_shares = survey.groupby("_margin2")["_weight"].sum() / len(survey)
    assert founded_shares.tolist() == pytest.approx([0.5, 0.5], abs=1e-6)


def with_outcome(folder):
    """Write dispositions into the frame: the last twenty units do not belong."""
    path = folder / "data" / "frame.csv"
    frame = pd.read_csv(path, dtype=str)
    outcome = np.where(frame["id"].str.startswith("r"), "1.1", "2.2")
    outcome[-20:] = "4.1"
    frame.assign(outcome=outcome).to_csv(path, index=False)
    return frame.assign(outcome=outcome)


NOT_ELIGIBLE = {"frame": {"disposition": "outcome"}}


def test_units_found_not_to_belong_are_no_part_of_the_population(tmp_path):
    change = NOT_ELIGIBLE | {
        "design": {"population": "frame", "raking": {"margins": ["region"]}},
    }
    folder = small_study(tmp_path, frame=True, study=change)
    frame = with_outcome(folder)
    study = load_study(load_settings(folder))
    assert population_size(study) == 160
    inside = frame[frame["outcome"] != "4.1"]
    assert make_design(study, study.survey).sampled.tolist() == [120 / 160]
    ours = study.survey.groupby("_region")["_weight"].sum() / 120
    shares = inside["region"].map({"BW": "DE1", "BY": "DE2", "NI": "DE9", "SL": "DEC"})
    theirs = shares.value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(ours.sort_index(), theirs, atol=1e-8)
    everyone = frame["region"].value_counts(normalize=True)
    assert not np.allclose(everyone.sort_index(), theirs.to_numpy())


def test_a_stratums_population_leaves_out_who_does_not_belong(tmp_path):
    change = NOT_ELIGIBLE | {"design": {"strata": "region", "population": "frame"}}
    folder = small_study(tmp_path, frame=True, study=change)
    frame = with_outcome(folder)
    design = make_design(*both(load_study(load_settings(folder))))
    belonging = frame[frame["outcome"] != "4.1"]["region"].value_counts().sort_index()
    answered = frame[frame["outcome"] == "1.1"]["region"].value_counts().sort_index()
    assert design.sampled.tolist() == pytest.approx((answered / belonging).tolist())


def both(study):
    return study, study.survey


def test_clusters_are_corrected_by_their_own_number(tmp_path):
    change = {"design": {"cluster": "office", "population": "frame"}}
    folder = small_study(tmp_path, frame=True, edit=with_places, study=change)
    study = load_study(load_settings(folder))
    assert make_design(study, study.survey).sampled.tolist() == [0]  # the frame has no clusters
    path = folder / "data" / "frame.csv"
    frame = pd.read_csv(path, dtype=str)
    frame.assign(office=[f"o{n % 12}" for n in range(len(frame))]).to_csv(path, index=False)
    study = load_study(load_settings(folder))
    assert make_design(study, study.survey).sampled.tolist() == [9 / 12]
    assert population_size(study) == len(frame)
