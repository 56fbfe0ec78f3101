"""Weights: what they tell to those who know them, and respondents without one."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import attack
import numpy as np
import pandas as pd
import pytest
from random_studies import Draw, draw_study, tabulate
from test_exchange import lay_out

from briefgen import disclosure
from briefgen.disclosure.counts import Cell, Family, count_answers
from briefgen.disclosure.exchange import Exchange
from briefgen.disclosure.rounding import round_to
from briefgen.disclosure.system import stack_forms, stack_rows
from briefgen.disclosure.weighted import list_weighted_cells
from briefgen.evidence.study import Study

WEIGHTED = Draw(seed=attack.WEIGHTED, respondents=60, filtered=False, weighted=True)


@pytest.fixture
def weighted() -> Study:
    return draw_study(WEIGHTED)


def hold(study: Study, keys: set[tuple[str, str, str]]) -> tuple[Family, np.ndarray, list[Cell]]:
    """Return the family of question a with its true counts, and what some weighted values tell."""
    family, truth, cells = lay_out(study, "a")
    shown = [cell for cell in cells if cell.key in keys]
    return family, truth, list_weighted_cells(study.settings.info.disclosure, family, shown, truth)


def test_the_true_counts_agree_with_what_is_printed(weighted):
    family, truth, _ = hold(weighted, set())
    every = {("a", measure, domain) for measure in ("o0", "top", "mean")
             for domain in family.structure.domains}  # fmt: skip
    fixed = hold(weighted, every)[2]
    assert len(fixed) > len(every)
    assert all(cell.form.at(truth) > -1e-6 for cell in fixed)
    assert {cell.shown_by for cell in fixed} == every


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_what_agrees_would_be_printed_alike(seed: int):
    weighted = draw_study(dataclasses.replace(WEIGHTED, seed=attack.WEIGHTED + seed))
    family, truth, fixed = hold(weighted, {("a", "o0", "N")})
    survey, rng = weighted.survey, np.random.default_rng(1)

    def printed(answers: pd.Series) -> float:
        shares = survey["_weight"].groupby(answers, observed=True).sum()
        return round_to(shares["o0"] / shares.sum(), 0.01)

    agreeing = []
    for _ in range(100):
        people = rng.choice(survey.index[survey["a"].notna()], 8, replace=False)
        answers = survey["a"].copy()
        answers[people] = answers[rng.permutation(people)].to_numpy()
        table = count_answers(weighted.settings, family, survey.assign(a=answers))
        assert table.sum() == truth.sum()
        if all(cell.form.at(table) > -1e-6 for cell in fixed):
            agreeing.append(printed(answers))
    assert 0 < len(agreeing) < 100
    assert set(agreeing) == {printed(survey["a"])}


def exchange(family: Family, truth: np.ndarray, one: int, other: int) -> np.ndarray:
    """Let one of an atom have o1 instead of o0, and one of another the reverse."""
    table = truth.copy()
    for atom, sign in ((one, -1), (other, 1)):
        table[family.columns("a", "", "o0")[atom]] += sign
        table[family.columns("a", "", "o1")[atom]] -= sign
    return table


def test_only_respondents_of_nearly_one_weight_can_exchange_answers(weighted):
    family, truth, fixed = hold(weighted, {("a", "o0", "N")})
    weights = np.array(family.structure.weights)
    answered = family.structure.count(weighted.survey["a"].notna().to_numpy()) @ weights
    pairs = [
        (one, other)
        for one in range(len(weights))
        for other in range(len(weights))
        if truth[family.columns("a", "", "o0")[one]] and truth[family.columns("a", "", "o1")[other]]
    ]
    gaps = {pair: abs(weights[pair[0]] - weights[pair[1]]) / answered for pair in pairs}
    agree = {
        pair: all(cell.form.at(exchange(family, truth, *pair)) > -1e-6 for cell in fixed)
        for pair in pairs
    }
    assert {agree[pair] for pair in pairs if gaps[pair] == 0} == {True}
    assert {agree[pair] for pair in pairs if gaps[pair] > 0.01 / 3} == {False}


def test_an_exchange_keeps_what_is_printed_of_weighted_values(weighted):
    family, truth, fixed = hold(weighted, {("a", "o0", "N")})
    equations = stack_rows([equation.terms for equation in family.equations], family.width)
    known = [cell for cell in lay_out(weighted, "a")[2] if cell.domain == "N"]
    rows = stack_forms([cell.form for cell in fixed], family.width)
    atom = int(np.argmax(truth[list(family.columns("a", "", "o0"))]))
    form = family.form("a", "", {"o0": 1.0}, [atom])
    reached = [
        sum(Exchange(family, "a", known, equations, truth, fixed=what).reach(form, 9.0))
        for what in (rows[:0], rows)
    ]
    assert reached[0] > reached[1]


def test_where_weights_are_unknown_to_others_they_tell_nothing(weighted):
    rules = weighted.settings.info.disclosure.model_copy(update={"known_weights": False})
    info = weighted.settings.info.model_copy(update={"disclosure": rules})
    settings = weighted.settings.model_copy(update={"info": info})
    study = dataclasses.replace(weighted, settings=settings)
    assert hold(study, {("a", "o0", "N")})[2] == []
    released = disclosure.release_study(study, tabulate(study))
    report = disclosure.audit_evidence([released.evidence], settings, study)
    assert report.ok
    assert "known_weights: true" in report.lines()[0]


@pytest.mark.slow
def test_who_knows_the_weights_is_told_no_answer(tmp_path: Path):
    study = attack.two_editions(attack.WEIGHTED + 5, tmp_path)[1]
    kept = disclosure.release_study(study, tabulate(study))
    assert not attack.attack(study, kept).disclosures
    with attack.broken("known weights"):
        told = disclosure.release_study(study, tabulate(study))
    assert any("(0, 0)" in text for text in attack.attack(study, told).disclosures)
    report = disclosure.audit_evidence([told.evidence], study.settings, study)
    assert "derived" in {finding.kind for finding in report.findings}
    shown = {key for key, item in kept.evidence.items() if item.is_published}
    assert shown < {key for key, item in told.evidence.items() if item.is_published}


@pytest.mark.slow
def test_respondents_without_a_weight_are_no_part_of_any_count(tmp_path: Path):
    study = draw_study(Draw(seed=5, respondents=60), tmp_path)
    weights = np.repeat([0.0, 1.0], [6, 54])
    study = dataclasses.replace(study, survey=study.survey.assign(_weight=weights))
    estimates = tabulate(study.counted)
    released = disclosure.release_study(study, estimates)
    assert dict(released.evidence) == dict(
        disclosure.release_study(study.counted, estimates).evidence
    )
    assert disclosure.audit_evidence([released.evidence], study.settings, study).lines()[:-1] == []
    assert len(disclosure.remember(study, released)["respondents"]) == 54
