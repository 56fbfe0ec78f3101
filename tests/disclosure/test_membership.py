"""Other tables of who belongs to a subgroup, and what has to be hidden for their sake."""

from __future__ import annotations

from pathlib import Path

import attack
import numpy as np
import pytest
from random_studies import Draw, draw_study, tabulate

from briefgen import disclosure
from briefgen.disclosure.counts import (
    count_answers,
    group_families,
    group_questions_of,
    list_cells,
    make_family,
    with_group_questions,
)
from briefgen.disclosure.membership import imagine_members, suppress_membership_disclosures
from briefgen.disclosure.rules import is_sensitive, is_small_base, needed_width
from briefgen.disclosure.structure import describe_structure, spread_structure
from briefgen.evidence.study import Study
from briefgen.model import Released

[RARE] = attack.RARE["who belongs to groups"]
GROUPED = [
    Draw(seed=seed, respondents=60, regions=4, group=True, chained=True) for seed in range(6)
]


def published(released: Released) -> set[tuple[str, str, str]]:
    return {
        (item.variable, item.measure, item.domain)
        for item in released.evidence.values()
        if item.is_published and not item.contrast
    }


@pytest.fixture
def rare(tmp_path: Path) -> Study:
    return attack.two_editions(RARE, tmp_path)[1]


def test_there_is_room_for_others_where_a_count_is_hidden(rare):
    settings, survey = rare.settings, rare.survey
    known = describe_structure(settings, survey)
    assert spread_structure(settings, survey, ()).sizes == known.sizes
    spread = spread_structure(settings, survey, {("g", "R0")})
    assert sum(spread.sizes) == sum(known.sizes) == len(survey)
    empty = {atom for atom, size in enumerate(spread.sizes) if size == 0}
    assert empty
    assert empty <= set(spread.domains["R0"])
    assert {domain: spread.size(domain) for domain in spread.domains} == {
        domain: known.size(domain) for domain in known.domains
    }


@pytest.mark.parametrize("draw", GROUPED)
def test_the_true_answers_fit_what_everybody_knows(draw):
    study = draw_study(draw)
    hidden = {("g", study.settings.nation)}
    structure = spread_structure(study.settings, study.survey, hidden)
    for variables in group_families(study.settings):
        together = with_group_questions(study.settings, variables)
        family = make_family(study.settings, structure, together, secret_groups=True)
        truth = count_answers(study.settings, family, study.survey)
        assert truth.min() >= 0
        for equation in family.equations:
            value = sum(coefficient * truth[c] for c, coefficient in equation.terms.items())
            assert equation.low <= value <= equation.high


@pytest.mark.slow
@pytest.mark.parametrize("draw", GROUPED)
def test_other_members_agree_with_what_is_published_and_spread_what_is_hidden(draw):
    study = draw_study(draw)
    shown = published(disclosure.release_study(study, tabulate(study)))
    members = imagine_members(study, shown)
    structure, rules = members.structure, study.settings.info.disclosure
    family = make_family(
        study.settings, structure, group_questions_of(study.settings), secret_groups=True
    )
    truth = count_answers(study.settings, family, study.survey)
    tables = [np.array(structure.sizes), *members.others]
    for sizes in tables:
        assert (sizes >= 0).all()
        assert (sizes == np.rint(sizes)).all()
        for place in structure.places:
            assert sum(sizes[list(place)]) == sum(structure.sizes[atom] for atom in place)
    for cell in list_cells(family):
        if cell.kind != "count":
            continue
        inside = set(structure.domains[f"g:{cell.measure}"]) & set(structure.domains[cell.domain])
        values = {float(sizes[list(inside)].sum()) for sizes in tables}
        count, base = cell.form.at(truth), cell.base.at(truth)
        assert count in values
        if cell.key in shown:
            assert values == {count}
        elif is_small_base(rules, base) or is_sensitive(rules, count, base):
            room = min(needed_width(rules, cell.size), structure.size(cell.domain))
            assert max(values) - min(values) >= room or not cell.size


def test_what_tells_is_hidden_by_the_cheapest_cells(rare):
    with attack.broken("who belongs to groups"):
        shown = published(disclosure.release_study(rare, tabulate(rare)))
    members = imagine_members(rare, shown)
    [a] = [family for family in group_families(rare.settings) if family[0].code == "a"]
    costs = {"nation": 300.0, "region": 20.0, "type": 60.0, "group": 5.0, "crossing": 1.0}
    lost = suppress_membership_disclosures(
        rare, members, a, shown, lambda cell: costs[members.structure.kinds[cell.domain]]
    )
    assert lost
    assert {key[2] for key in lost} <= {"g:o0", "g:o1", "type:t0+g:o0", "type:t0+g:o1"}
    assert lost <= shown
    without = {key for key in shown if key[0] == "g" or key[2] in rare.settings.regions}
    assert suppress_membership_disclosures(rare, members, a, without, lambda _: 1.0) == set()


def test_where_no_table_is_found_all_that_is_told_of_groups_is_hidden(rare):
    with (
        attack.patched("attack", "Attack.find_members", lambda *_, **__: None),
        attack.patched("protect", "Protection._fit", lambda *_: None),
    ):
        released = disclosure.release_study(rare, tabulate(rare))
    shown = {domain for variable, _, domain in published(released) if variable in ("a", "m")}
    assert shown
    assert not any("g:" in domain for domain in shown)
    assert attack.attack(rare, released).disclosures == []
