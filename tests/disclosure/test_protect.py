"""What is hidden beside others: where a count goes, what rested on it is looked at again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from random_studies import Draw, draw_study

from briefgen.disclosure.counts import count_answers, make_family
from briefgen.disclosure.protect import Protection, make_protection
from briefgen.disclosure.structure import describe_structure


def protect(seed: int, folder: Path, **changes) -> Protection:
    draw = Draw(seed=seed, respondents=70, regions=3, filtered=False)
    study = draw_study(draw, folder)
    structure = describe_structure(study.settings, study.survey)
    family = make_family(study.settings, structure, (study.settings.variables["a"],))
    truth = count_answers(study.settings, family, study.survey)
    measures = ("answers", "o0", "o1", "o2")
    wanted = {("a", measure, domain) for measure in measures for domain in structure.domains}
    rules = study.settings.info.disclosure
    return make_protection(rules, family, truth, wanted, lambda _: 1.0, **changes)


@pytest.mark.parametrize("seed", range(6))
def test_a_part_of_a_count_that_is_hidden_later_is_looked_at_again(seed: int, tmp_path: Path):
    protection = protect(seed, tmp_path)
    protection.protect()
    before = protection.needs.copy()
    keys = {key for key in protection.published_keys() if key[1:] == ("o0", "N")}
    keys |= {key for key in protection.published_keys() if key[2].startswith("type:")}
    protection.hide_keys(keys)
    assert keys
    assert not keys & protection.published_keys()
    assert (protection.needs >= before).all()
    assert (protection.needs > before).any()
    shown = protection.shown()
    for cell, need, base in zip(protection.cells, protection.needs, protection.bases, strict=True):
        if "×" in cell.domain and base < protection.rules.min_base:
            low, high = shown[cell.key]
            assert high - low >= need, cell.key


def test_a_table_of_an_earlier_edition_tells_nothing_of_its_parts(tmp_path: Path):
    fresh = protect(2, tmp_path)
    kept = protect(2, tmp_path, frozen={("a", "R0"), ("a", "N")})
    part = np.array(["×" in cell.domain for cell in fresh.cells])
    for protection in (fresh, kept):
        protection.protect()
    needs = [protection.needs[part] for protection in (fresh, kept)]
    assert (needs[0] <= needs[1]).all()
    assert (needs[0] < needs[1]).any()
