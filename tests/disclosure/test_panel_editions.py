"""Experts who join or leave a round between two publications: old values beside new ones."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from briefgen import disclosure
from briefgen.config.settings import load_settings
from briefgen.evidence.load import load_study
from briefgen.evidence.panel import estimate_panel
from briefgen.model import Evidence, Released
from studies import small_study, text

STATEMENTS = """
statements:
- code: s01
  text: {de: Treffen helfen., en: Meetings help.}
"""
SHARE = "panel:s01.agreement_share"


def _release(folder: Path, ratings: dict[int, list[int]], previous: list[object]) -> Released:
    """Release what the experts rated, by round, beside what was published before."""
    table = pd.DataFrame(
        [
            (f"e{expert}", number, "s01", "agreement", rating)
            for number, given in ratings.items()
            for expert, rating in enumerate(given)
        ],
        columns=["expert", "round", "statement", "dimension", "rating"],
    )
    small_study(
        folder,
        about=["q07_smes"],
        study={
            "files": {"panel": "panel.csv", "statements": "statements.yml"},
            "panel": {
                "dimensions": ["agreement"],
                "asked": {
                    "agreement": {
                        "name": text("Zustimmung", "agreement"),
                        "whether": text("ob sie zustimmen", "whether they agree"),
                    }
                },
            },
        },
        files={"panel.csv": table.to_csv(index=False), "statements.yml": STATEMENTS},
    )
    study = load_study(load_settings(folder))
    released = disclosure.release_study(study, estimate_panel(study), previous)
    previous.append(disclosure.remember(study, released))
    return released


THIRTEEN = [9] * 9 + [2] * 4


@pytest.mark.slow
@pytest.mark.parametrize("new", [[9], [2, 2, 9, 9, 9]], ids=["one", "five"])
def test_values_stay_where_few_experts_are_new(tmp_path: Path, new: list[int]):
    previous: list[object] = []
    before = _release(tmp_path, {1: THIRTEEN}, previous)
    after = _release(tmp_path, {1: THIRTEEN + new}, previous)
    for key, item in after.evidence.items():
        if key.startswith("panel:s01."):
            assert item.as_of == "2026", key
            assert item.value == before[key].value, key


@pytest.mark.slow
def test_what_was_hidden_stays_hidden_where_few_are_new(tmp_path: Path):
    previous: list[object] = []
    assert not _release(tmp_path, {1: [9] * 11 + [2] * 2}, previous)[SHARE].is_published
    after = _release(tmp_path, {1: [9] * 11 + [2] * 3}, previous)[SHARE]
    assert not after.is_published  # that 11 of 14 agree would tell that the fourteenth does not


@pytest.mark.slow
@pytest.mark.parametrize(
    "ratings",
    [{1: THIRTEEN, 2: [9] * 10 + [2] * 4}, {1: THIRTEEN + [9] * 6}],
    ids=["a further round", "six"],
)
def test_new_values_where_all_rated_anew_or_many_are_new(
    tmp_path: Path, ratings: dict[int, list[int]]
):
    previous: list[object] = []
    _release(tmp_path, {1: THIRTEEN}, previous)
    item: Evidence = _release(tmp_path, ratings, previous)[SHARE]
    assert item.is_published
    assert not item.as_of
