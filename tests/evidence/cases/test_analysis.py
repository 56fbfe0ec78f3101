from __future__ import annotations

import math

import krippendorff
import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from briefgen.evidence.cases import (
    count_cooccurrence,
    estimate_cases,
    make_matrix,
    measure_agreement,
    read_cases,
)
from briefgen.model import ESTIMATE_COLUMNS
from qualitative_by_hand import QualitativeStudy, case, dump, qualitative_study, read_study, segment


def coded(*codings):
    """An interview whose segments are (id, coder, codes)."""
    segments = [
        {"id": name, "coder": coder, "codes": list(codes), "text": "x"}
        for name, coder, codes in codings
    ]
    return {"id": "i1", "role": "sme", "segments": segments}


def material_of(tmp_path, *interviews):
    cases = {
        f"cases/c{index:02}.yml": dump(case(f"c{index:02}", interviews=[interview]))
        for index, interview in enumerate(interviews, 1)
    }
    settings = qualitative_study(tmp_path, cases)
    if len(interviews) < 2:
        (tmp_path / "data" / "cases" / "c02.yml").unlink()
    material, problems = read_cases(settings)
    assert problems == []
    return material


def test_estimates_have_the_columns_of_the_contract_and_unique_keys(tmp_path):
    estimates = estimate_cases(read_study(qualitative_study(tmp_path)))
    assert {name: str(kind) for name, kind in estimates.dtypes.items()} == dict(ESTIMATE_COLUMNS)
    assert estimates["key"].is_unique


@pytest.mark.parametrize(
    ("key", "value", "n"),
    [
        ("case:cases@DE", 2, 2),
        ("case:interviews@DE", 4, 4),
        ("case:factor.contact.cases@DE", 2, 2),
        ("case:factor.contact.interviews@DE", 4, 4),
        ("case:factor.people.interviews@DE", 4, 4),
        ("case:factor.trust.cases@DE", 0, 2),
        ("case:factor.time.challenge@DE", 2, 4),
        ("case:factor.time.success@DE", 0, 4),
        ("case:factor.time.coordinators@DE", 2, 2),
        ("case:factor.time.smes@DE", 0, 2),
        ("case:factor.contact.smes@DE", 2, 2),
        ("case:factor.contact.cases@DE1", 1, 1),
        ("case:factor.contact.interviews@type:metro", 2, 2),
        ("case:cooccurrence.contact+time.interviews@DE", 2, 4),
    ],
)
def test_counts_agree_with_counting_by_hand(tmp_path, key, value, n):
    estimates = estimate_cases(read_study(qualitative_study(tmp_path))).set_index("key")
    assert (estimates.at[key, "value"], estimates.at[key, "n"]) == (value, n)


def test_regions_have_no_counts_that_tell_who_said_what(tmp_path):
    estimates = estimate_cases(read_study(qualitative_study(tmp_path)))
    regional = estimates[estimates["domain"].isin(["DE1", "DE2"])]
    assert {measure.rpartition(".")[2] for measure in regional["measure"]} == {"", "cases"}


def test_no_share_is_made_of_counts(tmp_path):
    estimates = estimate_cases(read_study(qualitative_study(tmp_path)))
    assert "share" not in set(estimates["unit"])


def test_a_study_without_cases_has_no_estimates(tmp_path):
    empty = estimate_cases(QualitativeStudy(qualitative_study(tmp_path)))
    assert list(empty.columns) == list(ESTIMATE_COLUMNS)
    assert empty.empty


def test_the_matrix_counts_interviews_by_factor_and_case(tmp_path):
    matrix = make_matrix(read_study(qualitative_study(tmp_path)).cases)
    assert matrix.to_dict("index") == {
        "people": {"c01": 2, "c02": 2},
        "contact": {"c01": 2, "c02": 2},
        "trust": {"c01": 0, "c02": 0},
        "time": {"c01": 1, "c02": 1},
    }


def test_codes_do_not_cooccur_with_those_above_them(tmp_path):
    material = material_of(tmp_path, coded(("1", "", ["trust"]), ("2", "", ["contact", "time"])))
    assert count_cooccurrence(material) == {
        ("contact", "trust"): 1,
        ("contact", "time"): 1,
        ("trust", "time"): 1,
    }


def test_a_second_coder_adds_to_no_count(tmp_path):
    material = material_of(
        tmp_path, coded(("1", "A", ["trust"]), ("2", "A", ["trust"]), ("1", "B", ["time"]))
    )
    assert make_matrix(material)["c01"].to_dict() == {
        "people": 1, "contact": 0, "trust": 1, "time": 0,
    }  # fmt: skip


# the reliability example of Krippendorff (2011), section B: nominal data, two observers
FIRST = "aabbdccce"
SECOND = "babbbccce"
CODE = {"a": "contact", "b": "trust", "c": "time", "d": "people", "e": "people"}


def two_coders(tmp_path, first, second):
    units = [
        (str(number), coder, [CODE[letter]])
        for coder, letters in (("A", first), ("B", second))
        for number, letter in enumerate(letters)
    ]
    return material_of(tmp_path, coded(*units))


def test_agreement_is_that_of_the_libraries(tmp_path):
    found = measure_agreement(two_coders(tmp_path, FIRST, SECOND))
    labels = [[CODE[letter] for letter in letters] for letters in (FIRST, SECOND)]
    number = {code: float(index) for index, code in enumerate(sorted(set(CODE.values())))}
    data = np.array([[number[label] for label in row] for row in labels])
    assert found.alpha == pytest.approx(
        krippendorff.alpha(data, level_of_measurement="nominal"), abs=1e-12
    )
    assert found.kappa == pytest.approx(cohen_kappa_score(*labels), abs=1e-12)
    assert (found.units, found.coders) == (9, 2)


def test_agreement_agrees_with_hand_calculation(tmp_path):
    # 10 units; coder A says 5 trust and 5 time, B agrees on 4 of each
    first, second = "bbbbbccccc", "bbbbcccccb"
    found = measure_agreement(two_coders(tmp_path, first, second))
    assert found.kappa == pytest.approx((0.8 - 0.5) / (1 - 0.5))
    # alpha = 1 - (n-1) * disagreements / pairs of unlike values: 1 - 19 * 4 / (2 * 10 * 10)
    assert found.alpha == pytest.approx(1 - 19 * 4 / 200)


def test_coders_who_agree_in_all_units_have_one(tmp_path):
    found = measure_agreement(two_coders(tmp_path, "abc", "abc"))
    assert (found.alpha, found.kappa) == (pytest.approx(1), pytest.approx(1))


def test_agreement_on_a_single_code_is_not_defined(tmp_path):
    found = measure_agreement(two_coders(tmp_path, "bb", "bb"))
    assert math.isnan(found.alpha)
    assert math.isnan(found.kappa)


def test_without_a_second_coder_there_is_no_agreement(tmp_path):
    assert measure_agreement(read_study(qualitative_study(tmp_path)).cases) is None


def test_segments_without_id_are_matched_by_their_words(tmp_path):
    interview = {"id": "i1", "role": "sme", "segments": [
        segment("trust", "Eins.", coder="A"), segment("time", "Zwei.", coder="A"),
        segment("trust", "Eins.", coder="B"), segment("trust", "Drei.", coder="B"),
    ], "pseudonym": "K"}  # fmt: skip
    found = measure_agreement(material_of(tmp_path, interview))
    assert found.units == 1
