"""Differences that are picked: what is told of them against a truth that is known."""

from __future__ import annotations

import numpy as np
import pytest

from briefgen.evidence.survey.selection import shrink

FAMILIES = 20
SIZE = 300


def draw(seed: int, spread: float, rare: float = 0.0):
    """Draw true differences (a few of them large), and estimates with errors of their own."""
    rng = np.random.default_rng(seed)
    true = rng.normal(0, spread, SIZE)
    true[: int(rare * SIZE)] = rng.normal(0, 0.25, int(rare * SIZE))
    errors = rng.uniform(0.04, 0.12, SIZE)
    return true, true + rng.normal(0, errors), errors


@pytest.mark.slow
def test_what_is_told_of_the_clearest_is_what_is_so():
    """The estimates of those picked overstate by a fifth; what is told of them hardly does."""
    told, estimated, so, wrong = [], [], [], []
    for seed in range(FAMILIES):
        true, differences, errors = draw(seed, 0.03, rare=0.15)
        judged = shrink(differences, errors)
        picked = judged.expected_error <= 0.05
        sign = np.sign(judged.mean[picked])
        told += list(sign * judged.mean[picked])
        estimated += list(sign * differences[picked])
        so += list(sign * true[picked])
        wrong += list(sign * true[picked] < 0)
    assert len(told) > 200
    assert np.mean(estimated) > 1.15 * np.mean(so)
    assert np.mean(told) == pytest.approx(np.mean(so), rel=0.05)
    assert np.mean(wrong) <= 0.05


@pytest.mark.slow
def test_intervals_hold_the_truth_as_often_as_they_say():
    held = []
    for seed in range(FAMILIES):
        true, differences, errors = draw(seed, 0.08)
        judged = shrink(differences, errors)
        held += list((judged.low <= true) & (true <= judged.high))
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)


@pytest.mark.slow
def test_where_nothing_differs_nothing_is_picked():
    picked = 0
    for seed in range(FAMILIES):
        rng = np.random.default_rng(seed)
        errors = rng.uniform(0.04, 0.12, SIZE)
        picked += int(np.sum(shrink(rng.normal(0, errors), errors).expected_error <= 0.05))
    assert picked <= 0.001 * SIZE * FAMILIES


@pytest.mark.slow
def test_one_normal_prior_gives_the_shrinkage_of_the_textbook():
    """With very many differences of one spread and one error, all shrink by s²/(s² + e²)."""
    rng = np.random.default_rng(5)
    true = rng.normal(0, 0.1, 20_000)
    differences, errors = true + rng.normal(0, 0.1, 20_000), np.full(20_000, 0.1)
    judged = shrink(differences, errors)
    usual = np.abs(differences) < 0.25
    assert judged.mean[usual] == pytest.approx(differences[usual] / 2, abs=0.01)


def test_units_do_not_matter():
    _, differences, errors = draw(3, 0.05, rare=0.1)
    small, large = shrink(differences, errors), shrink(1000 * differences, 1000 * errors)
    assert large.mean == pytest.approx(1000 * small.mean, rel=1e-6, abs=1e-3)
    assert large.wrong_sign == pytest.approx(small.wrong_sign, abs=1e-6)


def test_an_empty_family_and_one_without_errors():
    assert shrink(np.empty(0), np.empty(0)).mean.size == 0
    with pytest.raises(ValueError, match="positive standard error"):
        shrink(np.array([0.1]), np.array([0.0]))
