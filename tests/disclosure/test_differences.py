"""Differences from the rest: published where they tell nothing that is not published anyway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from random_studies import Draw, draw_study

from briefgen.config.settings import load_settings
from briefgen.disclosure import audit_evidence, release_study
from briefgen.disclosure.editions import Earlier, freeze_tables
from briefgen.disclosure.numbers import make_judge, publish_sums
from briefgen.disclosure.structure import describe_structure
from briefgen.evidence.load import load_study
from briefgen.evidence.study import Study
from briefgen.evidence.survey import estimate_survey
from briefgen.model import Evidence, Released, Status
from studies import CODEBOOK, small_study

pytestmark = pytest.mark.slow

ASKED = ("q01_size", "q05_members", "q07_smes")
QUESTIONS = [question for question in CODEBOOK["questions"] if question["code"] in ASKED]
TOPICS = [{"code": "work", "title": "Work", "questions": list(ASKED)}]
STUDY = {"languages": ["en"], "topics": TOPICS, "audiences": [{"code": "all", "name": "All"}]}
BOOK = {"indices": None, "scales": None}
CROSSING = "type:metro+q01_size:small"
PARTIAL = "survey:q07_smes.yes@q01_size:small"


def read(folder: Path, **changes) -> tuple[Study, Released]:
    written = small_study(folder, questions=QUESTIONS, study=STUDY, codebook=BOOK, **changes)
    study = load_study(load_settings(written))
    return study, release_study(study, estimate_survey(study))


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> tuple[Study, Released]:
    return read(tmp_path_factory.mktemp("whole"), respondents=240)


def hide_most_sizes(table: pd.DataFrame) -> pd.DataFrame:
    """Let eight be of medium size, and twelve not say which they are."""
    sizes = ["2"] * 8 + [""] * 12 + ["1"] * (len(table) - 20)
    return table.assign(q01_size=sizes)


def publish_means(rules, structure, values, weights, allowed):
    """Return the domains whose mean may be published."""
    judge = make_judge(rules, structure, values, weights)
    answered = structure.count(values.notna().to_numpy()) > 0
    return publish_sums(structure, set(allowed), answered, judge)


@pytest.fixture(scope="module")
def partial(tmp_path_factory) -> tuple[Study, Released]:
    return read(tmp_path_factory.mktemp("partial"), edit=hide_most_sizes)


def test_a_difference_of_a_crossing_is_published_with_its_value_and_the_nations(whole):
    _, released = whole
    crossed = [
        item
        for item in released.evidence.values()
        if "+" in item.domain and item.contrast == "rest"
    ]
    for item in crossed:
        own = released.evidence[item.key.removesuffix("~rest")]
        nation = released.evidence[f"survey:{item.variable}.{item.measure}@DE"]
        assert item.is_published == (own.is_published and nation.is_published), item.key
    assert {item.is_published for item in crossed} == {True, False}


def test_a_hidden_difference_of_a_crossing_carries_no_number(whole):
    _, released = whole
    hidden = [
        item for item in released.evidence.values() if "+" in item.domain and not item.is_published
    ]
    assert hidden
    assert {(item.value, item.low, item.high, item.n) for item in hidden} == {(None,) * 4}


def test_the_audit_accepts_differences_of_crossings(whole):
    study, released = whole
    report = audit_evidence([released.evidence], study.settings, study)
    assert report.ok, report.lines()


def test_the_rest_of_a_crossing_is_the_nation_without_it(whole):
    study, _ = whole
    structure = describe_structure(study.settings, study.survey)
    crossings = {code for code, kind in structure.kinds.items() if kind == "crossing"}
    assert crossings
    assert not any(structure.unplaced[code] for code in crossings)
    parents = [parent for parent in structure.parents if crossings.issuperset(parent.children)]
    assert crossings == {
        child for parent in parents if parent.code == "DE" for child in parent.children
    }


def test_a_mean_of_a_crossing_leaves_no_rest_of_few(whole):
    study, _ = whole
    structure = describe_structure(study.settings, study.survey)
    values = pd.Series(np.linspace(5.0, 15.0, len(study.survey)), study.survey.index)
    rest = ~np.isin(structure.member, structure.domains[CROSSING])
    rural = study.survey["_type"].eq("rural").to_numpy()
    values.iloc[np.flatnonzero(rest & rural)[3:]] = np.nan  # three, too few for a mean
    values.iloc[np.flatnonzero(rest & ~rural)] = np.nan
    weights = pd.Series(1.0, values.index)
    rules = study.settings.info.disclosure
    for domain in ("DE", CROSSING):  # each alone may be known, not both
        assert publish_means(rules, structure, values, weights, {domain}) == {domain}
    assert publish_means(rules, structure, values, weights, {"DE", CROSSING}) == {"DE"}


def test_sums_of_regions_and_of_types_do_not_tell_a_single_number(tmp_path: Path):
    # urban less R0 is R1 in urban, and R1 less that is the only one of R1 in rural
    groups = [
        ("R0", "t0", 12),
        ("R1", "t0", 11),
        ("R1", "t1", 1),
        ("R2", "t1", 12),
        ("R2", "t2", 12),
    ]
    where = [(region, kind) for region, kind, size in groups for _ in range(size)]
    draw = Draw(seed=1, respondents=len(where), regions=3, types=3, filtered=False)
    study = draw_study(draw, tmp_path)
    survey = study.survey.assign(_region=[r for r, _ in where], _type=[k for _, k in where])
    survey["z"] = [30.0 + 5 * (i % 9) for i in range(len(where))]
    structure = describe_structure(study.settings, survey)
    weights = pd.Series(1.0, survey.index)
    rules = study.settings.info.disclosure
    every = {"N", "R0", "R1", "R2", "type:t0", "type:t1", "type:t2"}
    published = publish_means(rules, structure, survey["z"], weights, every)
    assert published == every - {"R0", "R2"}  # with the nation, either alone is told by the others
    # who gave no number adds to no sum
    survey.loc[survey["_region"].eq("R1") & survey["_type"].eq("t1"), "z"] = np.nan
    assert publish_means(rules, structure, survey["z"], weights, every) == every


@pytest.mark.parametrize("seed", range(20))
def test_no_sum_of_published_means_is_that_of_few(seed: int, tmp_path: Path):
    study = draw_study(Draw(seed=seed, respondents=60, regions=4, types=3), tmp_path)
    structure = describe_structure(study.settings, study.survey)
    values, rules = study.survey["z"], study.settings.info.disclosure
    weights = pd.Series(1.0, values.index)
    published = publish_means(rules, structure, values, weights, set(structure.domains))
    assert published
    shown = np.array(
        [np.isin(np.arange(len(structure.sizes)), structure.domains[d]) for d in published]
    )
    groups = [*structure.domains.values(), *structure.undeclared.values()]
    few = [
        atoms
        for atoms in groups
        if 0 < structure.count(values.notna().to_numpy())[list(atoms)].sum() < rules.min_numeric
    ]
    assert few
    for atoms in few:
        own = np.isin(np.arange(len(structure.sizes)), atoms)
        ranks = [
            np.linalg.matrix_rank(rows.astype(float)) for rows in (shown, np.vstack([shown, own]))
        ]
        assert ranks[0] < ranks[1]


def test_a_crossing_keeps_its_old_values_where_they_would_show_who_changed_elsewhere(whole):
    study, released = whole
    inside, other = frozenset("abc"), "d"
    changed = {
        "DE": inside | {other},
        "type:metro": inside,
        "type:rural": frozenset({other}),
        CROSSING: inside,
    }
    tables = {("q07_smes", domain): people for domain, people in changed.items()}
    structure = describe_structure(study.settings, study.survey)
    frozen = freeze_tables(structure, Earlier("2024", released.evidence, tables), 3)
    assert ("q07_smes", CROSSING) in frozen or ("q07_smes", "DE") in frozen


def test_a_rest_that_is_a_hidden_group_is_compared_with_nothing(partial):
    study, released = partial
    assert describe_structure(study.settings, study.survey).unplaced["q01_size:small"]
    assert released.evidence[PARTIAL].is_published
    assert not released.evidence["survey:q07_smes.yes@q01_size:medium"].is_published
    difference = released.evidence[f"{PARTIAL}~rest"]
    assert (difference.status, difference.reason) == (Status.COMPLEMENTARY, "difference")
    assert audit_evidence([released.evidence], study.settings, study).ok


def show(evidence: Mapping[str, Evidence], key: str) -> dict[str, Evidence]:
    """Return the evidence with a difference printed, whatever the release decided."""
    shown = replace(
        evidence[f"{key}~rest"], status=Status.PUBLISHED, reason="", value=0.1, low=0.0, high=0.2,
        n=50,
    )  # fmt: skip
    return {**evidence, shown.key: shown}


@pytest.mark.parametrize(
    ("key", "kind", "found"),
    [
        (PARTIAL, "derived", "survey:q07_smes.yes@q01_size:medium"),
        (PARTIAL.replace("small", "medium"), "derived", "survey:q07_smes.yes@q01_size:medium"),
        ("survey:q05_members.mean@q01_size:small", "dominated", ""),
    ],
)
def test_the_audit_sees_a_difference_that_shows_a_hidden_group(partial, key, kind, found):
    study, released = partial
    report = audit_evidence([show(released.evidence, key)], study.settings, study)
    assert (kind, found or f"{key}~rest") in {(item.kind, item.key) for item in report.findings}
