"""A study is read, typed and hashed."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest

from briefgen.config.settings import load_settings
from briefgen.evidence.load import load_study
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


def one_question(folder, question, **cells):
    """Read a study with one question; ``cells`` are its columns."""
    rows = len(next(iter(cells.values())))
    return load_study(
        load_settings(
            small_study(
                folder,
                respondents=rows,
                questions=[question],
                codebook={"indices": []},
                study={"topics": [], "audiences": [], "statistics": None},
                edit=lambda frame: frame.assign(**cells),
            )
        )
    ).survey


ITEMS = [
    {"name": "a", "label": "A", "selected": "A1"},
    {"name": "b", "label": "B", "selected": "A2"},
    {"name": "c", "label": "C", "selected": "A3"},
]


def test_columns_may_hold_the_first_the_second_mention(tmp_path):
    question = {
        "code": "q1", "type": "multiple", "columns": ["m1", "m2"], "text": "T", "label": "L",
        "items": ITEMS,
    }  # fmt: skip
    survey = one_question(tmp_path, question, m1=["A2", "A1", "", "-9"], m2=["A1", "", "A3", ""])
    chosen = survey[["q1.a", "q1.b", "q1.c"]].fillna(value=False).to_numpy().tolist()
    assert chosen[:3] == [[True, True, False], [True, False, False], [False, False, True]]
    assert survey["q1!"].tolist() == ["", "", "", "refused"]
    assert survey["q1.a"].isna().tolist() == [False, False, False, True]


def test_columns_may_hold_the_item_on_each_rank(tmp_path):
    question = {
        "code": "q1", "type": "ranking", "columns": ["q1[1]", "q1[2]", "q1[3]"], "text": "T",
        "label": "L", "items": ITEMS,
    }  # fmt: skip
    cells = {
        "q1[1]": ["A2", "A3", "", ""],
        "q1[2]": ["A1", "", "A1", ""],
        "q1[3]": ["A3"] + [""] * 3,
    }
    survey = one_question(tmp_path, question, **cells)
    ranks = survey[["q1.a", "q1.b", "q1.c"]].fillna(0).to_numpy().tolist()
    assert ranks == [[2, 1, 3], [0, 0, 1], [2, 0, 0], [0, 0, 0]]
    assert survey["q1!"].tolist() == ["", "", "", "no_answer"]


@pytest.mark.parametrize("kind", ["multiple", "ranking"])
def test_codes_that_a_file_declares_missing_are_so_in_option_columns_too(tmp_path, kind):
    question = {
        "code": "q1", "type": kind, "text": "T", "label": "L",
        "items": [{"name": "a", "label": "A"}, {"name": "b", "label": "B"}],
    }  # fmt: skip
    folder = small_study(
        tmp_path, respondents=4, questions=[question], codebook={"indices": []},
        study={
            "topics": [], "audiences": [], "statistics": None, "files": {"survey": "survey.sav"},
        },
    )  # fmt: skip
    frame = pd.read_csv(folder / "data" / "survey.csv", dtype=str)[["id", "region", "region_type"]]
    frame = frame.assign(q1_a=[1.0, 7.0, 2.0, 7.0], q1_b=[2.0, 7.0, 1.0, 1.0])
    if kind == "multiple":
        frame = frame.assign(q1_a=[1.0, 7.0, 0.0, 7.0], q1_b=[0.0, 7.0, 1.0, 1.0])
    pyreadstat.write_sav(
        frame, str(folder / "data" / "survey.sav"), missing_ranges={"q1_a": [7], "q1_b": [7]}
    )
    survey = load_study(load_settings(folder)).survey
    assert survey["q1!"].tolist() == ["", "no_answer", "", ""]
    assert survey["q1.b"].astype(float).fillna(-1).tolist() == [2 * (kind == "ranking"), -1, 1, 1]


def test_the_demonstration_study_is_in_order_and_has_all_kinds_of_evidence():
    folder = Path(__file__).resolve().parents[2]
    study = load_study(load_settings(folder), strict=True)
    assert study.problems == ()
    assert study.cases is not None
    assert study.panel is not None
    assert study.recommendations
    assert "data/recommendations.yml" in study.hashes
