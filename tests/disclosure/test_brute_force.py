"""Brute force over all tables of very small studies: no program, only counting."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from random_studies import Draw, draw_study, tabulate

from briefgen import disclosure
from briefgen.evidence.study import Study
from briefgen.model import Evidence

pytestmark = pytest.mark.slow

OPTIONS = ("o0", "o1", "o2")
Table = dict[str, tuple[int, ...]]


def split(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """All ways to divide respondents among answers; the last part gave no answer."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in split(total - first, parts - 1):
            yield first, *rest


def all_tables(study: Study) -> Iterator[Table]:
    sizes = study.survey["_region"].value_counts().sort_index()
    ways = [list(split(int(size), len(OPTIONS) + 1)) for size in sizes]
    for chosen in itertools.product(*ways):
        yield dict(zip(sizes.index, chosen, strict=True))


def count(table: Table, domain: str, measure: str) -> int:
    rows = table.values() if domain == "N" else [table.get(domain, (0, 0, 0, 0))]
    places = {"answers": (0, 1, 2), "top": (0, 1)}.get(measure) or (OPTIONS.index(measure),)
    return sum(row[place] for row in rows for place in places)


def fits(table: Table, item: Evidence) -> bool:
    base = count(table, item.domain, "answers")
    if base != item.n:
        return False
    if item.measure == "answers":
        return True
    if item.measure == "mean":
        total = sum(rank * count(table, item.domain, name) for rank, name in enumerate(OPTIONS, 1))
        return abs(total / base - item.value) <= 0.05 + 1e-9
    return abs(count(table, item.domain, item.measure) / base - item.value) <= 0.005 + 1e-9


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(seed=st.integers(0, 10_000), respondents=st.integers(8, 16))
def test_no_table_pins_a_hidden_count(seed: int, respondents: int):
    draw = Draw(
        seed=seed, respondents=respondents, regions=2, types=0, filtered=False,
        rules=(("min_base", 4), ("min_cell", 2), ("small_base", 6), ("protection", 2)),
    )  # fmt: skip
    study = draw_study(draw)
    released = disclosure.release_study(study, tabulate(study))
    own = [
        item for item in released.evidence.values() if item.variable == "a" and not item.contrast
    ]
    shown = [item for item in own if item.is_published]
    hidden = [item for item in own if not item.is_published and item.statistic == "share"]
    left = [table for table in all_tables(study) if all(fits(table, item) for item in shown)]
    assert left
    rules = study.settings.info.disclosure
    for item in hidden:
        values = {count(table, item.domain, item.measure) for table in left}
        pairs = {
            (count(table, item.domain, item.measure), count(table, item.domain, "answers"))
            for table in left
        }
        size = len(study.survey) if item.domain == "N" else _size(study, item.domain)
        wide = max(values) - min(values) >= min(rules.protection, size)
        harmless = all(
            base >= rules.min_base
            and not (0 < min(c, base - c) < rules.min_cell)
            and not (min(c, base - c) == 0 and base < rules.small_base)
            for c, base in pairs
        )
        assert wide or harmless, item.key


def _size(study: Study, region: str) -> int:
    return int((study.survey["_region"] == region).sum())
