"""A study is read, typed and hashed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from briefgen.settings import load_settings
from briefgen.study import load_study
from studies import small_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = small_study(tmp_path_factory.mktemp("study"), weights=True, frame=True)
    return load_study(load_settings(folder))


@pytest.fixture(scope="module")
def raw(study):
    path = study.settings.data_folder / "survey.csv"
    return pd.read_csv(path, dtype=str, keep_default_na=False).set_index("id")


def test_every_data_file_is_hashed(study):
    assert set(study.hashes) == {
        "data/study.yml",
        "data/codebook.yml",
        "data/survey.csv",
        "data/frame.csv",
    }
    content = (study.settings.data_folder / "survey.csv").read_bytes()
    assert study.hashes["data/survey.csv"] == hashlib.sha256(content).hexdigest()


def test_options_become_names_and_reasons(study, raw):
    names = {"1": "never", "2": "rarely", "3": "sometimes", "4": "often", "5": "always"}
    expected = raw["q02_steering"].map(names)
    assert study.survey["q02_steering"].fillna("-").tolist() == expected.fillna("-").tolist()
    reasons = {"": "no_answer", "9": "dont_know", "-9": "refused"}
    assert (
        study.survey["q02_steering!"].tolist()
        == raw["q02_steering"].map(reasons).fillna("").tolist()
    )


def test_filters_tell_not_asked_from_no_answer(study, raw):
    asked = raw["q07_smes"].eq("1").to_numpy()
    assert (study.survey.loc[~asked, "q08_contact!"] == "not_asked").all()
    assert (study.survey.loc[asked, "q08_contact!"] != "not_asked").all()


def test_option_columns_and_delimited_sets_give_the_same_shape(study, raw):
    chosen = study.survey["q03_partners.agency"]
    assert chosen.astype(bool).tolist() == raw["q03_partners_agency"].eq("1").tolist()
    sets = raw["q09_fields"].str.split(";")
    craft = study.survey["q09_fields.craft"]
    answered = raw["q09_fields"].ne("")
    assert craft.isna().tolist() == (~answered).tolist()
    assert craft[answered.to_numpy()].tolist() == [("2" in row) for row in sets[answered]]


def test_numbers_places_and_weights(study, raw):
    numbers = pd.to_numeric(raw["q05_members"].replace({"-9": ""}), errors="coerce")
    np.testing.assert_array_equal(study.survey["q05_members"], numbers)
    assert study.survey["_region"].iloc[0] == "DE1"
    assert study.survey["_weight"].mean() == pytest.approx(1)
    weights = raw["weight"].astype(float)
    np.testing.assert_allclose(study.survey["_weight"], weights / weights.mean())


def test_the_frame_knows_who_answered(study):
    assert study.frame is not None
    assert study.frame["_answered"].sum() == 120
    assert len(study.frame) == 180


def test_not_presented_is_neither_missing_nor_asked(tmp_path):
    def edit(frame):
        return frame.assign(q02_steering=np.where(frame.index < 60, "-6", frame["q02_steering"]))

    study = load_study(load_settings(small_study(tmp_path, edit=edit)))
    assert (study.survey["q02_steering!"].iloc[:60] == "not_presented").all()


def test_rankings_as_one_ordered_cell(tmp_path):
    ranking = {
        "code": "q1", "type": "ranking", "delimiter": ">", "text": "T", "label": "L",
        "items": [{"name": "a", "label": "A"}, {"name": "b", "label": "B"}],
    }  # fmt: skip
    cells = ["b>a", "a", "", "a > b"]
    study = load_study(
        load_settings(
            small_study(
                tmp_path,
                respondents=4,
                questions=[ranking],
                codebook={"indices": []},
                study={"topics": [], "audiences": [], "statistics": None},
                edit=lambda frame: frame.assign(q1=cells),
            )
        )
    )
    assert study.survey["q1.a"].fillna(0).tolist() == [2, 1, 0, 1]
    assert study.survey["q1.b"].fillna(0).tolist() == [1, 0, 0, 2]
    assert study.survey["q1!"].tolist() == ["", "", "no_answer", ""]


def test_the_demonstration_study_is_in_order_and_has_all_kinds_of_evidence():
    folder = Path(__file__).resolve().parents[1]
    study = load_study(load_settings(folder), strict=True)
    assert study.problems == ()
    assert study.cases is not None
    assert study.panel is not None
    assert study.recommendations
    assert "data/recommendations.yml" in study.hashes
