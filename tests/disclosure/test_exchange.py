"""Exchanged answers: how far a count differs in tables that are made without any program."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from random_studies import Draw, draw_study
from scipy import sparse
from scipy.optimize import LinearConstraint, milp

from briefgen.disclosure.attack import FREE, Attack
from briefgen.disclosure.counts import (
    Cell,
    Family,
    count_answers,
    list_cells,
    list_place_cells,
    make_family,
)
from briefgen.disclosure.exchange import Exchange
from briefgen.disclosure.structure import describe_structure
from briefgen.disclosure.system import stack_forms, stack_rows
from briefgen.evidence.study import Study


def lay_out(study: Study, *codes: str) -> tuple[Family, np.ndarray, list[Cell]]:
    """Return a family of some questions with its true counts and all its cells."""
    settings = study.settings
    structure = describe_structure(settings, study.survey)
    family = make_family(settings, structure, tuple(settings.variables[code] for code in codes))
    truth = count_answers(settings, family, study.survey)
    return family, truth, [*list_cells(family), *list_place_cells(family)]


def make_exchange(family: Family, truth: np.ndarray, known: Sequence[Cell], code: str) -> Exchange:
    equations = stack_rows([equation.terms for equation in family.equations], family.width)
    own = [cell for cell in known if cell.variable == code]
    return Exchange(family, code, own, equations, truth, fixed=stack_rows([], family.width))


def find_range(family: Family, truth: np.ndarray, known: Sequence[Cell], cell: Cell) -> list[float]:
    """Return the smallest and the largest count that whole tables leave, by another solver."""
    equations = stack_rows([equation.terms for equation in family.equations], family.width)
    rows = stack_forms([other.form for other in known], family.width)
    values = rows @ truth
    low = [*(equation.low for equation in family.equations), *values]
    high = [*(equation.high for equation in family.equations), *values]
    constraint = LinearConstraint(sparse.vstack([equations, rows]), low, high)
    cost = stack_forms([cell.form], family.width).toarray()[0]
    whole = np.ones(family.width)
    return [
        sign * milp(sign * cost, constraints=constraint, integrality=whole).fun for sign in (1, -1)
    ]


def place(groups: Sequence[tuple[str, str, str]], folder) -> Study:
    """Return a study of respondents with given regions, types and answers to question a."""
    regions, types, answers = zip(*groups, strict=True)
    draw = Draw(seed=1, respondents=len(groups), regions=2, types=2, filtered=False)
    study = draw_study(draw, folder)
    survey = study.survey.assign(
        _region=regions, _type=types, a=pd.Series(answers, study.survey.index, dtype=object)
    )
    return Study(settings=study.settings, survey=survey)


def find(cells: Sequence[Cell], key: tuple[str, str, str]) -> Cell:
    return next(cell for cell in cells if cell.key == key)


FOUR = [("R0", "t0", "o0"), ("R0", "t1", "o1"), ("R1", "t0", "o1"), ("R1", "t1", "o0")]


def test_four_respondents_exchange_their_answers_crosswise(tmp_path):
    family, truth, cells = lay_out(place(FOUR, tmp_path), "a")
    known = [cell for cell in cells if cell.publishable]
    exchange = make_exchange(family, truth, known, "a")
    first = find(cells, ("a", "o0", "R0×type:t0"))
    other = find(cells, ("a", "o1", "R0×type:t0"))
    assert exchange.reach(first.form, 9.0) == (1.0, 0.0)
    assert exchange.reach(other.form, 9.0) == (0.0, 1.0)


@pytest.mark.parametrize(("number", "answer"), [(3, "o1"), (1, "o2")])
def test_where_one_of_the_four_answers_otherwise_there_is_no_exchange(tmp_path, number, answer):
    changed = [(*row[:2], answer) if i == number else row for i, row in enumerate(FOUR)]
    family, truth, cells = lay_out(place(changed, tmp_path), "a")
    known = [cell for cell in cells if cell.publishable]
    first = find(cells, ("a", "o0", "R0×type:t0"))
    assert make_exchange(family, truth, known, "a").reach(first.form, 9.0) == (0.0, 0.0)


def test_two_respondents_of_hidden_regions_exchange_their_answers(tmp_path):
    family, truth, cells = lay_out(place([FOUR[0], FOUR[2]], tmp_path), "a")
    shown = [cell for cell in cells if cell.publishable]
    open_ = [cell for cell in shown if not cell.domain.startswith("R")]
    first = find(cells, ("a", "o0", "R0"))
    assert make_exchange(family, truth, shown, "a").reach(first.form, 9.0) == (0.0, 0.0)
    assert make_exchange(family, truth, open_, "a").reach(first.form, 9.0) == (1.0, 0.0)


def test_what_holds_the_sum_of_two_answers_alone_does_not_hinder_their_exchange(tmp_path):
    family, truth, cells = lay_out(place([FOUR[0], FOUR[2]], tmp_path), "a")
    first = find(cells, ("a", "o0", "R0"))
    bases = [cell for cell in cells if cell.kind == "base" or cell.measure == "top"]
    assert make_exchange(family, truth, bases, "a").reach(first.form, 9.0) == (1.0, 0.0)


@pytest.mark.slow
@pytest.mark.parametrize("codes", [("a",), ("a", "f", "h"), ("m",)])
def test_no_exchange_goes_beyond_what_whole_tables_allow(codes, tmp_path):
    moved = dict.fromkeys(codes, 0.0)
    for seed in range(12):
        group = seed % 3 == 0
        draw = Draw(seed=seed, respondents=40, regions=3, group=group, chained=True)
        family, truth, cells = lay_out(draw_study(draw, tmp_path), *codes)
        rng = np.random.default_rng(seed)
        known = [cell for cell in cells if cell.publishable and rng.random() < 0.5]
        for code in codes:
            exchange = make_exchange(family, truth, known, code)
            counts = [cell for cell in cells if cell.variable == code and cell.kind == "count"]
            for number in rng.permutation(len(counts))[:12]:
                value = counts[number].form.at(truth)
                down, up = exchange.reach(counts[number].form, 99.0)
                low, high = find_range(family, truth, known, counts[number])
                assert low - 1e-6 <= value - down <= value + up <= high + 1e-6
                moved[code] += down + up
    assert all(moved.values())


def test_an_exchange_ends_where_a_count_differs_by_enough(tmp_path):
    family, truth, cells = lay_out(
        draw_study(Draw(seed=3, respondents=60, filtered=False), tmp_path), "a"
    )
    exchange = make_exchange(family, truth, [], "a")
    for cell in [cell for cell in cells if cell.kind == "count" and cell.domain.startswith("R")]:
        assert sum(exchange.reach(cell.form, 2.0)) <= 2.0


def test_an_attack_pushes_with_exchanges_first(tmp_path):
    family, truth, cells = lay_out(place([FOUR[0], FOUR[2]], tmp_path), "a")
    number = cells.index(find(cells, ("a", "o0", "R0")))
    for is_hidden in (False, True):
        limits = [
            FREE if not cell.publishable or (is_hidden and cell.domain.startswith("R"))
            else (cell.form.at(truth),) * 2
            for cell in cells
        ]  # fmt: skip
        attack = Attack(family, cells, limits, truth)
        attack.spread(np.array([number]), np.array([1.0]))
        assert attack.has_shown(number, 1.0) == is_hidden
