"""Response by AAPOR's definitions, and respondents beside the frame."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from briefgen.settings import load_settings
from briefgen.study import load_study
from briefgen.survey import estimate_response
from briefgen.survey.response import classify_dispositions, outcome_rates
from studies import small_study


def response(folder, **options):
    return estimate_response(load_study(load_settings(small_study(folder, **options)))).set_index(
        "key"
    )


def test_without_a_frame_there_is_no_response(tmp_path):
    assert response(tmp_path).empty


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
