"""Decisions kept from run to run: what is the same is not decided again, and nothing else is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from random_studies import Draw, draw_study, tabulate

from briefgen.disclosure import release, release_study
from briefgen.disclosure.kept import Memory, hash_parts
from briefgen.evidence.study import Study
from briefgen.released_json import dump_released

pytestmark = pytest.mark.slow


def keep(study: Study) -> Memory:
    keeper = Memory()
    release_study(study, tabulate(study), keeper=keeper)
    return keeper


def change_answers(study: Study, code: str, count: int) -> Study:
    """Let the first who answered a question give another answer."""
    survey = study.survey.copy()
    options = sorted(survey[code].dropna().unique())
    rows = survey.index[survey[code].notna()][:count]
    survey.loc[rows, code] = [
        options[(options.index(answer) + 1) % len(options)] for answer in survey.loc[rows, code]
    ]
    return replace(study, survey=survey)


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the first questions of the families that are decided about anew."""
    found: list[str] = []
    protect = release._Protector.__call__

    def note(protector, variables, wanted):
        found.append(variables[0].code)
        return protect(protector, variables, wanted)

    monkeypatch.setattr(release._Protector, "__call__", note)
    return found


def test_nothing_is_decided_twice_from_the_same(decided: list[str]):
    study = draw_study(Draw(1, 20))
    keeper = keep(study)
    assert decided
    decided.clear()
    again = release_study(study, tabulate(study), keeper=keeper)
    assert decided == []
    assert dump_released(again) == dump_released(release_study(study, tabulate(study)))


@pytest.mark.parametrize("draw", [Draw(2, 20), Draw(3, 20, group=True)])
def test_changed_answers_cost_their_own_family_alone(decided: list[str], draw: Draw):
    study = draw_study(draw)
    keeper = keep(study)
    changed = change_answers(study, "f", 3)
    decided.clear()
    released = release_study(changed, tabulate(changed), keeper=keeper)
    assert set(decided) - {"g"} == {"a"}  # which opens the question
    assert dump_released(released) == dump_released(release_study(changed, tabulate(changed)))


def test_where_groups_change_all_is_decided_anew(decided: list[str]):
    study = draw_study(Draw(3, 20, group=True))
    keeper = keep(study)
    families = set(decided)
    changed = change_answers(study, "g", 3)
    decided.clear()
    released = release_study(changed, tabulate(changed), keeper=keeper)
    assert set(decided) == families
    assert dump_released(released) == dump_released(release_study(changed, tabulate(changed)))


def test_where_a_rule_changes_all_is_decided_anew(decided: list[str]):
    study = draw_study(Draw(1, 20))
    keeper = keep(study)
    families = set(decided)
    decided.clear()
    stricter = draw_study(Draw(1, 20, rules=(("protection", 5),)))
    release_study(stricter, tabulate(stricter), keeper=keeper)
    assert set(decided) == families


def test_a_damaged_decision_counts_for_nothing():
    study = draw_study(Draw(1, 20))
    keeper = keep(study)
    for name in keeper._texts:
        keeper.write(name, "{")
    again = release_study(study, tabulate(study), keeper=keeper)
    assert dump_released(again) == dump_released(release_study(study, tabulate(study)))


def test_a_hash_tells_parts_apart():
    numbers = np.array([1.0, 2.0])
    assert hash_parts(b"", ("ab", "c")) != hash_parts(b"", ("a", "bc"))
    assert hash_parts(b"", (numbers,)) != hash_parts(b"", (numbers.astype(int),))
    assert hash_parts(b"", (numbers,)) != hash_parts(b"key", (numbers,))
    assert hash_parts(b"", (numbers,)) == hash_parts(b"", (numbers.copy(),))
