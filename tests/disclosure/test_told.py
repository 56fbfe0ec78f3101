"""What numbers, rankings, indices and filters tell: attacked from outside, rule by rule."""

from __future__ import annotations

import dataclasses
import importlib
from pathlib import Path

import numpy as np
import pytest
import told_rules
import told_studies
from patching import patched
from told_studies import draw, shape

from briefgen import disclosure
from briefgen.config.measures import list_kinds
from briefgen.config.settings import DisclosureRules
from briefgen.disclosure import declarations
from briefgen.disclosure.behind import are_answered_alike
from briefgen.disclosure.declarations import (
    Declaration,
    declare,
    find_declaration,
    require_declaration,
)
from briefgen.disclosure.numbers import (
    Range,
    are_alike,
    is_number_publishable,
    is_spread_dominated,
    stand_for_enough,
)
from briefgen.errors import DisclosureError
from briefgen.evidence.study import Study
from briefgen.evidence.survey import estimate_survey
from briefgen.model import Released, Status

SEEDS = range(6)
LIKE = ("mean", "median", "p25", "p75", "total")
RULES = DisclosureRules()
ONES = np.ones(12)


def release_study(study: Study) -> Released:
    return disclosure.release_study(study, estimate_survey(study))


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_told(seed: int, tmp_path: Path):
    study = draw(seed, tmp_path)
    released = release_study(study)
    numbers = [i for i in released.evidence.values() if i.statistic in LIKE and i.is_published]
    assert numbers
    assert told_studies.attack(study, dict(released.evidence)) == []
    assert disclosure.audit_evidence([released.evidence], study.settings, study).ok


@pytest.mark.slow
@pytest.mark.parametrize("name", told_rules.BROKEN)
def test_a_rule_that_is_taken_out_is_noticed(name: str, tmp_path: Path):
    assert told_rules.is_told(name, range(60), tmp_path)


@pytest.mark.slow
def test_the_attacker_sees_what_is_told_without_the_rules(tmp_path: Path):
    study = draw(0, tmp_path)
    with patched("quantities", "Quantities.publish", lambda *given, **_: set(given[3])):
        released = release_study(study)
    found = told_studies.attack(study, dict(released.evidence))
    assert {text.partition(" ")[0].partition("=")[0] for text in found} >= {"z", "y", "r", "p"}
    report = disclosure.audit_evidence([released.evidence], study.settings, study)
    assert "dominated" in {finding.kind for finding in report.findings}


# --- the cases that were found ------------------------------------------------------------------


def shown(released: Released, variable: str, domain: str) -> set[str]:
    return {
        item.measure
        for item in released.select(variable=variable, domain=domain)
        if item.is_published
    }


def test_where_all_give_the_same_number_nothing_of_it_is_printed(tmp_path: Path):
    released = release_study(shape(tmp_path, z=0.0, y=0.0))
    for variable in ("z", "y"):
        assert not shown(released, variable, "R0") & {*LIKE, "c0", "c1", "c2"}


def test_one_who_differs_is_hidden_with_all_others(tmp_path: Path):
    values = np.array([4.0] * 11 + [5.0] + [float(i % 8) for i in range(48)])
    released = release_study(shape(tmp_path, z=values, y=values))
    for variable in ("z", "y"):
        assert not shown(released, variable, "R0") & {*LIKE, "c0", "c1", "c2"}


def test_the_largest_firms_stand_nowhere(tmp_path: Path):
    firms = [4.0, 4.0, 4.0, 4.0, 5.0, 5.0, 5.0, 5.0, 480.0, 500.0]
    others = [float(i % 30) for i in range(48)]
    study = shape(tmp_path, y=np.array([*firms[:6], *firms[6:], 4.0, 5.0, *others]))
    released = release_study(study)
    assert not shown(released, "y", "R0") & {"mean", "total"}
    printed = {
        number
        for item in released.select(variable="y", domain="R0")
        for number in (item.value, item.low, item.high)
    }
    assert not printed & {480.0, 500.0}


def test_limits_of_a_median_are_no_single_answers():
    values = np.array([4.0] * 4 + [5.0] * 4 + [480.0, 500.0])
    assert stand_for_enough(RULES, values, 5.0, [4.0, 5.0], 0.1)
    assert not stand_for_enough(RULES, values, 5.0, [5.0, 500.0], 0.1)
    assert not stand_for_enough(RULES, values, 5.0, [5.0, 480.0], 0.1)
    assert not is_number_publishable(RULES, values, np.ones(10))


def test_limits_that_may_not_be_told_leave_the_median(tmp_path: Path):
    released = release_study(
        shape(tmp_path, y=np.array([1.0] * 5 + [2.0] * 5 + [6.0, 7.0] + [3.0] * 48))
    )
    median = released.evidence["survey:y.median@R0"]
    assert median.is_published
    assert (median.low, median.high) == (None, None)


def test_rankings_that_are_alike_are_hidden_in_shares_and_means(tmp_path: Path):
    ranks = {"r_in_x": 1.0, "r_in_y": 2.0, "r_in_w": 3.0}
    study = shape(tmp_path, **ranks)
    assert shown(release_study(study), "r", "R0") <= {"answers"}
    # one who differs can be read from 1.1 and 1.9
    study.survey.loc[study.survey.index[0], ["r.x", "r.y"]] = [2.0, 1.0]
    assert shown(release_study(study), "r", "R0") <= {"answers"}


def test_an_index_of_items_whose_answers_are_hidden_does_not_tell_them(tmp_path: Path):
    released = release_study(shape(tmp_path, a="o0", b="o0"))
    assert "mean" not in shown(released, "ab", "R0")


def test_missing_answers_do_not_tell_how_many_a_filter_let_through(tmp_path: Path):
    released = release_study(nearly_all_asked(tmp_path))
    assert not released.evidence["survey:o.o0@N"].is_published
    assert not released.evidence["survey:f.missing@N"].is_published
    assert released.evidence["survey:a.missing@N"].is_published


def test_missing_answers_do_not_tell_how_many_chose_any_of_several_items(tmp_path: Path):
    study = draw(3, tmp_path)
    released = release_study(study)
    assert not released.evidence["survey:g.missing@N"].is_published


def test_an_interval_of_scores_does_not_tell_shares_that_are_hidden(tmp_path: Path):
    answers = np.array(["o0"] * 58 + ["o1"] * 2, dtype=object)
    released = release_study(shape(tmp_path, a=answers))
    mean = released.evidence["survey:a.mean@N"]
    assert not released.evidence["survey:a.o1@N"].is_published
    assert mean.is_published
    assert (mean.low, mean.high) == (None, None)


def test_an_index_does_not_tell_of_few_who_left_an_item_open(tmp_path: Path):
    answers = np.array(["o0", "o1"] * 30, dtype=object)
    turned = np.array(["o1", "o1", "o0"] * 20, dtype=object)
    study = shape(tmp_path, (30, 30), a=answers, b=turned)
    assert release_study(study).evidence["survey:ab.mean@N"].is_published
    turned[:2] = None
    study = shape(tmp_path, (30, 30), a=answers, b=turned)
    assert not release_study(study).evidence["survey:ab.mean@N"].is_published


def nearly_all_asked(folder: Path) -> Study:
    """Return a study in which a filter lets all but one through."""
    study = shape(folder)
    opener = np.array(["o0"] * 59 + ["o1"], dtype=object)
    survey = study.survey.assign(o=opener, f="o0")
    survey.loc[survey["o"].eq("o1"), "f"] = None
    survey["f!"] = np.where(survey["o"].eq("o1"), "not_asked", "")
    survey.loc[survey.index[:12:2], ["f", "f!"]] = [None, "no_answer"]
    return dataclasses.replace(study, survey=survey)


# --- rules --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "known", "hidden"),
    [
        ([0.0] * 12, Range(), True),
        ([0.0] * 10 + [3.0, 4.0], Range(), True),  # two who differ
        ([0.0] * 9 + [3.0, 4.0, 4.0], Range(), False),
        ([0.0] * 22, Range(), False),  # everybody, in a group that is large enough
        ([0.0] * 21 + [9.0], Range(), True),
        ([100.0 + i % 3 for i in range(12)], Range(spread=50.0), True),
        ([100.0 + i % 3 for i in range(12)], Range(spread=1.0), False),
    ],
)
def test_answers_that_are_alike(values: list[float], known: Range, hidden: bool):
    assert are_alike(RULES, np.array(values), known) is hidden


def test_two_that_leave_little_to_the_others_are_hidden():
    values = np.array([5.0] * 4 + [4.0] * 4 + [300.0, 290.0, 1.0, 2.0])
    assert values.max() < 0.5 * values.sum()
    assert is_number_publishable(RULES, values, ONES)
    values[:8] = 1.0
    assert not is_number_publishable(RULES, values, ONES)


def test_distances_from_the_largest_possible_answer_are_a_sum_too():
    values = np.array([100.0] * 9 + [60.0, 55.0, 99.0])
    assert is_number_publishable(RULES, values, ONES)
    assert not is_number_publishable(RULES, values, ONES, Range(high=100.0))


def test_one_answer_that_makes_the_spread_is_hidden():
    values = np.array([50.0] * 8 + [51.0, 49.0, 50.0, 90.0])
    assert is_spread_dominated(RULES, values)
    assert not is_spread_dominated(
        RULES, np.array([50.0] * 6 + [10.0, 20.0, 30.0, 70.0, 80.0, 90.0])
    )
    assert not is_spread_dominated(RULES, np.full(30, 50.0))


def test_an_alpha_of_items_answered_alike_is_hidden():
    rng = np.random.default_rng(1)
    first = rng.integers(1, 6, 40).astype(float)
    assert are_answered_alike(RULES, np.column_stack([first, first + (np.arange(40) < 2)]))
    assert not are_answered_alike(RULES, np.column_stack([first, rng.permutation(first)]))


# --- declarations -------------------------------------------------------------------------------


def test_every_statistic_of_the_catalogue_is_declared():
    tied = [(kind, type_name) for kind in list_kinds() for type_name in sorted(kind.types)]
    assert len(tied) > len(list_kinds())
    for kind, type_name in tied:
        assert find_declaration(type_name, kind.measure, kind.statistic), (kind.name, type_name)


def test_every_declaration_names_a_function_that_judges():
    declared = [one for one in vars(declarations).values() if isinstance(one, Declaration)]
    assert len(declared) > 10
    for one in declared:
        module, *names = one.judged_by.split(".")
        found = importlib.import_module(f"briefgen.disclosure.{module}")
        for name in names:
            found = getattr(found, name)
        assert callable(found)


def test_every_statistic_of_a_study_is_declared(tmp_path: Path):
    study = draw(0, tmp_path)
    rows = estimate_survey(study).to_dict("records")
    assert {declare(study.settings, row).kind for row in rows} == {"constraint", "rule"}


def test_a_statistic_without_a_declaration_is_not_released(tmp_path: Path):
    study = draw(0, tmp_path)
    estimates = estimate_survey(study)
    estimates.loc[estimates["key"].eq("survey:z.mean@N"), "statistic"] = "variance"
    with pytest.raises(DisclosureError, match="variance"):
        disclosure.release_study(study, estimates)


def test_the_audit_finds_a_statistic_without_a_declaration(tmp_path: Path):
    study = draw(0, tmp_path)
    evidence = dict(release_study(study).evidence)
    key = next(k for k, item in evidence.items() if item.is_published and item.statistic == "share")
    evidence[key] = dataclasses.replace(evidence[key], statistic="rank")
    report = disclosure.audit_evidence([evidence], study.settings, study)
    assert ("undeclared", key) in {(item.kind, item.key) for item in report.findings}
    hidden = dataclasses.replace(
        evidence[key], status=Status.PRIMARY, value=None, low=None, high=None, n=None
    )
    report = disclosure.audit_evidence([{**evidence, key: hidden}], study.settings, study)
    assert "undeclared" not in {item.kind for item in report.findings}


def test_an_error_names_the_place_and_what_to_do(tmp_path: Path):
    row = {"source": "case", "variable": "x", "measure": "", "contrast": "", "statistic": "mean"}
    with pytest.raises(DisclosureError, match=r"declarations\.py"):
        require_declaration(draw(0, tmp_path).settings, {**row, "key": "case:x"})
