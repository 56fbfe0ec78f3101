"""The quick part of the matrix; ``make matrix`` builds it whole."""

from __future__ import annotations

import pytest
from matrix_catalogue import STUDIES, draw_study
from matrix_claims import CLAIMS, find_false, find_unsaid
from matrix_judge import builds_if_clean, judge

QUICK = ("poll", "panel alone", "cases alone", "weights and raking")
BY_NAME = {one.name: one for one in STUDIES}


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_documents_say_what_is_so_and_nothing_else(tmp_path, name):
    found = judge(BY_NAME[name], tmp_path)
    assert found.errors == ()
    assert found.false == ()
    assert found.unsaid == ()
    assert found.is_good


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 3])
def test_what_check_calls_clean_builds(tmp_path, seed):
    found = builds_if_clean(draw_study(seed), tmp_path)
    assert found.errors == ()
    assert found.built


def test_names_of_the_matrix_are_its_own():
    assert len(BY_NAME) == len(STUDIES)
    assert {claim for one in STUDIES for claim in one.true} == set(CLAIMS)


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("Anteile sind gewichtet.", "weights"),
        ("The weights agree with the known distribution [@deming1940].", "raking"),
        ('![](a.svg){fig-alt="Map of tiles, one for each ward."}', "tiles"),
        ("Answers from wards other than those named here are left out.", "left out"),
        ("Bei [0]{.plain} von [0]{.plain} Aussagen", "nothing of nothing"),
        ('| Coordinators (of&nbsp;[0]{.ev key="x"}) |', "nothing of nothing"),
    ],
)
def test_a_false_sentence_is_found(text, claim):
    assert any(found.startswith(claim) for found in find_false(text, frozenset()))


def test_what_is_no_text_is_not_read():
    text = ':::: {.map-and-dots}\n@fig-regions-work [2]{.ev key="survey:weights.yes@DE"}\n::::'
    assert find_false(text, frozenset()) == []


def test_what_is_left_unsaid_is_found():
    assert find_unsaid("Each answer counts.", frozenset({"weights"})) == ["weights"]
