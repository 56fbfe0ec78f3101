from __future__ import annotations

import pytest

from briefgen.config.settings import DisclosureRules
from briefgen.disclosure.counts import Cell
from briefgen.disclosure.rounding import (
    coarse_step,
    printed_limits,
    round_to,
    rounded_as,
    significant_step,
    step_of,
)
from briefgen.disclosure.rules import (
    is_exposed,
    is_sensitive,
    is_small_base,
    needed_in_part,
    needed_width,
)
from briefgen.disclosure.system import Form
from briefgen.errors import DisclosureError

RULES = DisclosureRules(min_base=10, min_cell=3, small_base=20)


@pytest.mark.parametrize(
    ("count", "base", "sensitive"),
    [
        (0, 19, True),  # nobody, in a small group
        (0, 20, False),
        (1, 100, True),
        (2, 100, True),
        (3, 100, False),
        (97, 100, False),
        (98, 100, True),  # the complement is too few
        (100, 100, False),
        (19, 19, True),  # everybody, in a small group
        (0, 0, False),
    ],
)
def test_few_and_their_complement_are_sensitive(count, base, sensitive):
    assert is_sensitive(RULES, count, base) is sensitive


def test_small_bases_hide_their_table():
    assert is_small_base(RULES, 9)
    assert not is_small_base(RULES, 10)


@pytest.mark.parametrize(("size", "width"), [(2, 2), (3, 3), (40, 3)])
def test_a_range_is_as_wide_as_the_protection_or_the_domain(size, width):
    assert needed_width(RULES, size) == width


@pytest.mark.parametrize(
    ("low", "high", "base", "exposed"),
    [
        (2, 5, 30, False),  # as wide as needed
        (2, 4, 30, True),  # two is a count that is hidden
        (4, 6, 30, False),  # each value could be published
        (26, 28, 30, True),  # and all but two is no such value
        (0, 2, 30, True),
        (4, 6, None, True),  # of a hidden base every value is hidden
        (4, 7, None, False),
    ],
)
def test_a_narrow_range_tells_where_a_value_in_it_is_hidden(low, high, base, exposed):
    assert is_exposed(RULES, 3, low, high, base) is exposed


@pytest.mark.parametrize(
    ("around", "need"),
    [
        ([], 3),  # as wide as protection
        ([(5, 20, 40)], 3),
        ([(2, 20, 40)], 2),  # no part counts more than the whole
        ([(19, 20, 40)], 1),  # and one alone of the whole answered otherwise
        ([(5, 20, 12)], 2),  # of whom two are not in the part
        ([(5, 20, 40), (2, 30, 50), (8, 8, 20)], 0),
    ],
)
def test_what_a_whole_tells_of_its_parts_by_itself_is_no_secret(around, need):
    nothing = Form.of({})
    cell = Cell("q", "yes", "R0×type:t0", "count", nothing, nothing, 10, publishable=False)
    assert needed_in_part(RULES, cell, around) == need


@pytest.mark.parametrize(
    ("value", "step", "rounded"),
    [(0.415, 0.01, 0.42), (0.4149, 0.01, 0.41), (-0.005, 0.01, -0.01), (2.25, 0.1, 2.3)],
)
def test_halves_are_rounded_away_from_zero(value, step, rounded):
    assert round_to(value, step) == rounded


def test_numbers_keep_three_digits():
    assert significant_step(1234.5) == 10
    assert significant_step(12.345) == 0.1
    assert step_of(RULES, "mean", "members", 1234.5) == 10
    assert step_of(RULES, "share", "share", 0.5) == 0.01


@pytest.mark.parametrize(
    ("value", "step"), [(123.4, 1), (12.345, 0.1), (1.23, 0.1), (0.5, 0.01), (-0.0123, 0.001)]
)
def test_ratios_keep_two_digits_however_small(value, step):
    for unit in ("", "members"):
        assert step_of(RULES, "ratio", unit, value) == pytest.approx(step)
        statistic = rounded_as("difference", "ratio")
        assert step_of(RULES, statistic, unit, value) == pytest.approx(step)
    assert rounded_as("difference", "mean") == "difference"


def test_a_printed_mean_leaves_an_interval_around_what_is_printed():
    # 49 of 25 is 1.96, printed as 2.0: between 1.95 and 2.05
    assert printed_limits(49, 25, 0.1) == pytest.approx((48.75, 51.25))
    assert printed_limits(0, 0, 0.1) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("statistic", "unit", "value", "step"),
    [
        ("share", "share", 0.41, 0.01),
        ("difference", "points", 0.41, 0.01),
        ("count", "people", 41.0, 5.0),
        ("mean", "score", 3.2, 0.1),
        ("mean", "people", 321.0, 1.0),
        ("total", "people", 32100.0, 100.0),
    ],
)
def test_each_statistic_has_its_step(statistic, unit, value, step):
    rules = DisclosureRules(share_step=0.01, count_step=5)
    assert step_of(rules, statistic, unit, value) == pytest.approx(step)


def test_a_median_is_coarsened_until_it_stands_for_several():
    values = [10.0, 20.0, 31.0, 32.0, 33.0, 50.0, 60.0]
    step = coarse_step(values, 32.0, 3)
    rounded = round_to(32.0, step)
    assert sum(abs(value - rounded) <= step / 2 for value in values) >= 3
    assert coarse_step([32.0, 32.0, 32.0], 32.0, 3) < 1


def test_a_statistic_without_a_rounding_is_an_error():
    with pytest.raises(DisclosureError, match="'trimmed' is rounded"):
        step_of(DisclosureRules(), "trimmed", "minutes", 343.896)


def test_a_mean_of_numbers_without_a_unit_keeps_three_digits():
    assert step_of(DisclosureRules(), "mean", "", 73661.4) == 100.0
