"""Response by AAPOR's definitions, and respondents beside the frame."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from briefgen.config.settings import load_settings
from briefgen.evidence.fieldwork import describe_fieldwork
from briefgen.evidence.load import load_study
from briefgen.evidence.survey import count_outcomes, estimate_response
from briefgen.evidence.survey.response import classify_dispositions, outcome_rates
from studies import small_study, text


def response(folder, **options):
    return estimate_response(load_study(load_settings(small_study(folder, **options)))).set_index(
        "key"
    )


def test_without_a_frame_there_is_no_response(tmp_path):
    assert response(tmp_path).empty


def test_rows_left_out_are_counted_by_reason(tmp_path):
    marks = ["test", "test", "test", "spam"]
    rules = [
        {"column": "state", "codes": [mark], "because": text(word, word)}
        for mark, word in (("test", "Probe"), ("spam", "Unfug"), ("robot", "Roboter"))
    ]
    found = response(
        tmp_path,
        edit=lambda table: table.assign(state=[*marks, *["ok"] * (len(table) - len(marks))]),
        study={"files": {"survey": {"path": "survey.csv", "leave_out": rules}}},
    )
    assert found["value"].to_dict() == {"response:left_out.1@DE": 3, "response:left_out.2@DE": 1}


@pytest.mark.parametrize("unlisted", ["drop", "other"])
def test_answers_from_other_regions_and_without_weight_are_counted(tmp_path, unlisted):
    found = response(
        tmp_path,
        weights=True,
        edit=lambda table: table.assign(
            region=["XX"] * 5 + table["region"].tolist()[5:],
            weight=table["weight"].tolist()[:-4] + ["0"] * 4,
        ),
        study={"regions": {"unlisted": unlisted}, "design": {"weight": "weight"}},
    )
    assert found["value"].to_dict() == {
        "response:left_out.unlisted@DE": 5,
        "response:left_out.weight@DE": 4,
    }


def test_rates_by_nation_region_and_type(tmp_path):
    found = response(tmp_path, frame=True)
    frame = pd.read_csv(tmp_path / "data" / "frame.csv", dtype=str)
    assert found.loc["response:rate@DE", "value"] == pytest.approx(120 / 180)
    for domain, column, code in [("DE1", "region", "BW"), ("type:metro", "region_type", "metro")]:
        here = frame[frame[column] == code]
        answers = here["id"].str.startswith("r").sum()
        assert found.loc[f"response:invited@{domain}", "value"] == len(here)
        assert found.loc[f"response:answers@{domain}", "value"] == answers
        assert found.loc[f"response:rate@{domain}", "value"] == pytest.approx(answers / len(here))


def test_respondents_beside_the_frame(tmp_path):
    found = response(tmp_path, frame=True)
    shares = found[found["variable"].eq("frame_share")]
    regions = shares[shares["domain"].isin(["DE1", "DE2", "DE9", "DEC"])]
    assert regions["value"].sum() == pytest.approx(1)
    gap = found.loc["response:respondent_share@DE1~frame"]
    parts = [
        found.loc[f"response:{name}@DE1", "value"] for name in ("respondent_share", "frame_share")
    ]
    assert gap["value"] == pytest.approx(parts[0] - parts[1])
    assert "response:frame_share@founded:1990s" in found.index


def test_dispositions_are_told_apart():
    codes = pd.Series(["1.1", "1", "1.2", "2.11", "2.2", "2.3", "3.1", "4.1", "", "x"])
    found = classify_dispositions(codes).fillna("-").tolist()
    assert found == ["I", "I", "P", "R", "NC", "O", "U", "N", "-", "-"]


def test_rates_by_hand():
    rates = outcome_rates({"I": 50, "P": 10, "R": 20, "NC": 15, "O": 5, "U": 40, "N": 25})
    assert rates["rr1"] == pytest.approx(50 / 140)
    assert rates["rr2"] == pytest.approx(60 / 140)
    assert rates["rr3"] == pytest.approx(50 / (100 + 0.8 * 40))
    assert rates["rr4"] == pytest.approx(60 / (100 + 0.8 * 40))
    assert rates["rr5"] == pytest.approx(0.5)
    assert rates["rr6"] == pytest.approx(0.6)
    assert rates["coop1"] == pytest.approx(50 / 85)


def test_rates_of_nobody_are_not_defined():
    assert all(np.isnan(rate) for rate in outcome_rates({}).values())


def test_not_eligible_units_are_not_invited(tmp_path):
    folder = small_study(tmp_path, frame=True, study={"frame": {"disposition": "outcome"}})
    path = folder / "data" / "frame.csv"
    frame = pd.read_csv(path, dtype=str)
    outcome = np.where(frame["id"].str.startswith("r"), "1.1", "2.2")
    outcome[-10:] = "4.1"
    outcome[:5] = "1.2"
    frame.assign(outcome=outcome).to_csv(path, index=False)
    found = estimate_response(load_study(load_settings(folder))).set_index("key")
    assert found.loc["response:invited@DE", "value"] == 170
    assert found.loc["response:rate@DE", "value"] == pytest.approx(120 / 170)
    assert found.loc["response:rr1@DE", "value"] == pytest.approx(115 / 170)


def with_outcomes(folder):
    """Write dispositions of every kind into the frame."""
    path = folder / "data" / "frame.csv"
    frame = pd.read_csv(path, dtype=str)
    silent = ~frame["id"].str.startswith("r")
    codes = np.array(["2.1", "2.2", "2.3", "3.1", "4.1"])[np.arange(len(frame)) % 5]
    outcome = np.where(silent, codes, "1.1")
    outcome[:5] = "1.2"
    frame = frame.assign(outcome=outcome)
    frame.to_csv(path, index=False)
    return frame


def test_all_rates_stand_for_nation_regions_and_types(tmp_path):
    folder = small_study(tmp_path, frame=True, study={"frame": {"disposition": "outcome"}})
    frame = with_outcomes(folder)
    found = count_outcomes(load_study(load_settings(folder)))
    assert list(found.index) == ["DE", "DE1", "DE2", "DE9", "DEC", "type:metro", "type:rural"]
    here = frame[frame["region"] == "BY"]["outcome"].value_counts()
    row = found.loc["DE2"]
    assert row["I"] == here["1.1"]
    assert row["NC"] == here["2.2"]
    units = len(frame[(frame["region"] == "BY") & (frame["outcome"] != "4.1")])
    assert row["rr1"] == pytest.approx(here["1.1"] / units)
    assert found.loc["DE", ["I", "P", "R", "NC", "O", "U", "N"]].sum() == len(frame)


def test_without_a_frame_there_are_no_outcomes(tmp_path):
    assert count_outcomes(load_study(load_settings(small_study(tmp_path)))).empty


def test_the_fieldwork_is_told_as_text_and_as_plain_values(tmp_path):
    folder = small_study(tmp_path, frame=True)
    study = load_study(load_settings(folder))
    found = describe_fieldwork(study)
    text = "\n".join(found.lines())
    assert "not for publication" in text
    assert "q10_comment" not in text  # open answers are nobody's business
    plain = json.loads(json.dumps(found.as_dict()))
    (row,) = [item for item in plain["items"] if item["variable"] == "q08_contact"]
    reasons = study.survey["q08_contact!"].value_counts()
    assert row["not_asked"] == reasons["not_asked"]
    assert row["dont_know"] == reasons["dont_know"]
    assert row["asked"] == len(study.survey) - reasons["not_asked"]
    assert row["missing"] == pytest.approx(1 - row["answers"] / row["asked"])
    shares = {item["domain"]: item for item in plain["comparison"]}
    assert shares["DE1"]["difference"] == pytest.approx(
        shares["DE1"]["respondent_share"] - shares["DE1"]["frame_share"]
    )


def test_a_question_that_nobody_was_asked_has_no_share_missing(tmp_path):
    folder = small_study(tmp_path, edit=lambda frame: frame.assign(q02_steering="-6"))
    found = describe_fieldwork(load_study(load_settings(folder))).as_dict()
    (row,) = [item for item in found["items"] if item["variable"] == "q02_steering"]
    assert (row["asked"], row["not_presented"], row["missing"]) == (0, 120, None)
