"""The quick part of the matrix; ``make matrix`` builds it whole."""

from __future__ import annotations

import pytest
from matrix_catalogue import STUDIES, draw_study
from matrix_claims import CLAIMS, find_false, find_unsaid
from matrix_judge import builds_if_clean, judge

from briefgen.config.settings import load_settings
from briefgen.pipeline.check import find_problems

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
@pytest.mark.parametrize("seed", [250, 263])
def test_what_is_released_passes_the_audit_of_documents_that_print_less(tmp_path, seed):
    """A count that is not printed may say of its part all that can be derived."""
    settings = load_settings(draw_study(seed).write(tmp_path))
    assert [str(item) for item in find_problems(settings) if item.severity == "error"] == []


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
