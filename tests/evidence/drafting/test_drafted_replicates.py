"""Replicate weights are drafted with the method that made them, or asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from briefgen.config.settings import ReplicateWeights
from briefgen.evidence.drafting.columns import Column
from briefgen.evidence.drafting.replicates import find_replicates
from briefgen.evidence.drafting.roles import Wishes, find_roles
from briefgen.evidence.survey.replicates import replicate_factors

LUCK = np.random.default_rng(4)
ROWS, SETS, HALVES = 160, 16, 32
WEIGHT = LUCK.uniform(0.4, 2.5, ROWS).round(4)
GROUP = np.arange(ROWS) % SETS
STRATUM = GROUP // 4


def columns(ratios: np.ndarray, stem: str, base: np.ndarray = WEIGHT) -> list[Column]:
    sets = {f"{stem}{n + 1}": base * ratios[:, n] for n in range(ratios.shape[1])}
    told = {"w": WEIGHT, **sets, "q1": LUCK.integers(0, 10, ROWS)}
    return [Column(name, pd.Series([f"{x:.6g}" for x in values])) for name, values in told.items()]


def hadamard(size: int) -> np.ndarray:
    one = np.array([[1]])
    while len(one) < size:
        one = np.block([[one, one], [one, -one]])
    return one


def half(kept: float) -> np.ndarray:
    """Balanced half-samples: one of two units of each of 16 strata."""
    side = np.where(np.arange(ROWS) // SETS % 2 == 0, 1, -1)
    return 1 + (1 - kept) * side[:, None] * hadamard(HALVES)[1 + GROUP]


def left_out(stratum: np.ndarray, count: float) -> np.ndarray:
    out = GROUP[:, None] == np.arange(SETS)
    same = stratum[:, None] == stratum[np.searchsorted(GROUP[:SETS], np.arange(SETS))]
    return np.where(out, 0, np.where(same, count / (count - 1), 1.0))


DRAWN = np.array([np.bincount(LUCK.integers(0, 40, 39), minlength=40) for _ in range(60)])
MADE = {
    "BRR": (half(0), {}),
    "Fay": (half(0.5), {"rho": 0.5}),
    "JK1": (left_out(np.zeros(ROWS, int), SETS), {}),
    "JKn": (left_out(STRATUM, 4), {"rscales": [0.75] * SETS}),
    "JK2": (left_out(GROUP // 2, 2), {}),
}


@pytest.mark.parametrize("method", MADE)
def test_what_the_sets_make_of_the_weight_tells_the_method(method):
    ratios, more = MADE[method]
    found = find_replicates(columns(ratios, "rw"), "w")
    assert found.spec == {"columns": "rw*", "method": method, **more}
    count = ratios.shape[1]
    assert f"rw1 to rw{count} vary around the weight; {method}" in found.because
    factors = replicate_factors(ReplicateWeights.model_validate(found.spec), count)
    assert factors.shape == (count,)


@pytest.mark.parametrize(
    ("stem", "method"), [("bsw_", "bootstrap"), ("pwgtp", "successive-difference")]
)
def test_else_the_name_tells_it(stem, method):
    ratios = (DRAWN * 40 / 39)[:, np.arange(ROWS) % 40].T
    assert find_replicates(columns(ratios, stem), "w").spec["method"] == method


def test_columns_of_factors_are_told_from_weights():
    found = find_replicates(columns(half(0), "f", np.ones(ROWS)), "w")
    assert found.spec == {"columns": "f*", "method": "BRR", "factors": True}


def test_those_that_nothing_tells_of_are_left_out_and_told():
    ratios = (DRAWN * 40 / 39)[:, np.arange(ROWS) % 40].T
    roles = find_roles(columns(ratios, "repwt_"), Wishes(weight="w"))
    assert roles.replicates is None
    assert "replicate weight" in roles.left_out["repwt_60"]
    assert any("nothing tells how they were made" in guess.because for guess in roles.guesses)


def test_they_are_marked_as_a_guess_and_are_no_questions_and_no_weight():
    found = columns(half(0), "repwt_")
    roles = find_roles(found[1:], Wishes())
    assert roles.weight is None  # none of them is the weight itself
    roles = find_roles(found, Wishes(weight="w"))
    assert {column.name for column in found} - roles.used == {"q1"}
    assert [guess.at for guess in roles.guesses if guess.about == "weight"] == ["repwt_1"]


def test_lines_of_a_battery_are_none():
    answers = LUCK.integers(0, 11, (ROWS, 12)).astype(float)
    assert find_replicates(columns(answers / WEIGHT[:, None], "q"), "w") is None


def test_a_name_that_others_begin_with_too_is_written_out():
    found = columns(half(0), "w")
    assert find_replicates(found, "w").spec["columns"] == [f"w{n + 1}" for n in range(HALVES)]
