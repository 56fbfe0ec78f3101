"""What is hidden beside others: where a count goes, what rested on it is looked at again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import attack
import numpy as np
import pytest
from random_studies import Draw, draw_study
from test_exchange import lay_out

from briefgen.disclosure.counts import count_answers, make_family
from briefgen.disclosure.protect import Protection, make_protection
from briefgen.disclosure.rules import is_exposed
from briefgen.disclosure.structure import describe_structure

SIZES = {
    ("R0", "t0"): 12, ("R0", "t1"): 1, ("R1", "t0"): 10, ("R1", "t1"): 14, ("R2", "t0"): 15,
    ("R2", "t1"): 13,
}  # fmt: skip
PART, WHOLE = ("a", "o0", "R0×type:t0"), ("a", "o0", "R0")


def protect(seed: int, folder: Path, **changes) -> Protection:
    """Return the protection of question a, where nearly all of a region are of one type."""
    where = [place for place, size in SIZES.items() for _ in range(size)]
    rules = (("min_base", 13),)
    draw = Draw(seed=seed, respondents=len(where), regions=3, filtered=False, rules=rules)
    study = draw_study(draw, folder)
    answers = np.resize(["o0", "o1", "o2"], len(where))
    survey = study.survey.assign(
        _region=[region for region, _ in where],
        _type=[kind for _, kind in where],
        a=np.random.default_rng(seed).permutation(answers).astype(object),
    )
    study = replace(study, survey=survey)
    structure = describe_structure(study.settings, study.survey)
    family = make_family(study.settings, structure, (study.settings.variables["a"],))
    truth = count_answers(study.settings, family, study.survey)
    measures = ("answers", "o0", "o1", "o2")
    wanted = {("a", measure, domain) for measure in measures for domain in structure.domains}
    rules = study.settings.info.disclosure
    protection = make_protection(rules, family, truth, wanted, lambda _: 1.0, **changes)
    protection.protect()
    return protection


def need_of(protection: Protection) -> float:
    return float(protection.needs[protection.number[PART]])


def find_exposed(protection: Protection) -> set[tuple[str, str, str]]:
    """Return the counts of those alike in place of which no tables were found that differ."""
    return {
        key
        for key, (low, high) in protection.shown().items()
        if "×" in key[2]
        and is_exposed(
            protection.rules,
            protection.needs[protection.number[key]],
            low,
            high,
            protection.known_base(protection.number[key]),
        )
    }


@pytest.mark.parametrize("seed", [1, 4, 9])
def test_a_part_of_a_count_that_is_hidden_later_is_looked_at_again(seed: int, tmp_path: Path):
    protection = protect(seed, tmp_path)
    assert WHOLE in protection.published_keys()
    assert find_exposed(protection) == set()
    assert need_of(protection) == 1.0  # one alone of the region is of the other type
    protection.hide_keys({WHOLE})
    assert need_of(protection) == 3.0
    assert find_exposed(protection) == set()


def test_a_table_of_an_earlier_edition_tells_nothing_of_its_parts(tmp_path: Path):
    fresh, kept = protect(1, tmp_path), protect(1, tmp_path, frozen={("a", "R0")})
    assert need_of(fresh) == 1.0
    assert need_of(kept) == 3.0
    assert find_exposed(kept) == set()


@pytest.mark.slow
def test_what_only_whole_respondents_tell_is_hidden_after_a_longer_search(tmp_path: Path):
    study = attack.two_editions(attack.WEIGHTED + 3038, tmp_path)[1]
    family, truth, cells = lay_out(study, "m")
    wanted = {cell.key for cell in cells if cell.publishable}
    rules = study.settings.info.disclosure
    protection = make_protection(rules, family, truth, wanted, lambda c: float(c.publishable))
    protection.protect()
    assert any(protection.published)
    assert find_exposed(protection) == set()
