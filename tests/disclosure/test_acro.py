"""Primary suppression beside ACRO's, on two tables of the demonstration study.

What ACRO answered is kept in ``acro_reference.csv``, made by ``acro_reference.py``.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from briefgen.config.settings import DisclosureRules
from briefgen.disclosure.rules import is_sensitive, is_small_base

pytestmark = pytest.mark.slow

REFERENCE = Path(__file__).parent / "acro_reference.csv"


def compare() -> pd.DataFrame:
    """Return ACRO's cells with what our rules say, all else alike."""
    rules = DisclosureRules(min_base=10, min_cell=3, small_base=20)
    cells = pd.read_csv(REFERENCE)
    base = cells.groupby(["dimension", "domain"])["count"].transform("sum")
    pairs = list(zip(cells["count"], base, strict=True))
    return cells.assign(
        base=base,
        ours=[is_small_base(rules, b) or is_sensitive(rules, c, b) for c, b in pairs],
        few=[0 < c < rules.min_cell for c, _ in pairs],
    )


def test_what_acro_hides_is_hidden_or_nobody_in_a_large_group():
    cells = compare()
    missed = cells[cells["hidden"].eq(1) & ~cells["ours"]]
    assert len(cells) == 105
    assert cells["hidden"].sum() == 68
    assert missed["count"].eq(0).all()
    assert missed["base"].ge(20).all()


def test_small_counts_are_the_same():
    cells = compare()
    assert cells[cells["few"]]["ours"].all()
    assert cells[cells["few"]]["hidden"].eq(1).all()


def test_what_we_hide_beyond_has_a_small_base_or_a_small_rest():
    cells = compare()
    more = cells[cells["ours"] & cells["hidden"].eq(0)]
    rest = more["base"] - more["count"]
    assert len(more) > 0
    assert (more["base"].lt(10) | rest.lt(3)).all()
