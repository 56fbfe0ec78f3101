"""Several editions of random small studies, set against each other by an attacker of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from attack import patched
from edition_attack import Wave, attack_editions, publish, publish_bands
from random_studies import Draw, draw_study, tabulate

from briefgen import disclosure
from briefgen.config.settings import Settings
from briefgen.disclosure.joint import _Search
from briefgen.evidence.study import Study

RULES = (("min_base", 5), ("min_cell", 2), ("small_base", 8), ("protection", 2), ("min_changed", 3))
SEEDS = range(2)
IS_HARMFUL = _Search._is_harmful
OPTIONS = ("o0", "o1", "o2", "o3")
SAME = {name: name for name in OPTIONS}


@dataclass(frozen=True)
class Step:
    """What happens to a study before its next edition."""

    study: Study
    became: dict[str, str]
    corrected: frozenset[str] = frozenset()


Change = Callable[[Study, np.random.Generator], Step]


def draw(seed: int, folder: Path, **changes) -> Study:
    plan = Draw(
        seed=seed, respondents=36, regions=3, types=2, options=4, filtered=False, rules=RULES
    )  # fmt: skip
    study = draw_study(replace(plan, **changes), folder)
    return replace(study, survey=weigh(study.survey, np.random.default_rng(seed)))


def weigh(survey: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give everybody another weight, as raking does whenever somebody joins."""
    return survey.assign(_weight=rng.uniform(0.8, 1.25, len(survey)))


def ask(study: Study, settings: Settings, survey: pd.DataFrame) -> Study:
    return replace(study, settings=settings, survey=survey)


def first(study: Study, count: int) -> Study:
    return replace(study, survey=study.survey.iloc[:count])


# --- what may happen ------------------------------------------------------------------------------


def join(study: Study, rng: np.random.Generator, count: int = 1) -> Step:
    """Let some join, answering alike or not."""
    chosen = study.survey.sample(count, random_state=int(rng.integers(1_000_000)))
    if rng.random() < 0.5:
        chosen = chosen.assign(_region=chosen["_region"].iloc[0], a=rng.choice(OPTIONS))
    names = [f"n{len(study.survey)}-{place}" for place in range(count)]
    new = chosen.set_axis(names)
    survey = pd.concat([new, study.survey]).rename_axis("respondent")
    return Step(replace(study, survey=weigh(survey, rng)), SAME)


def join_three(study: Study, rng: np.random.Generator) -> Step:
    return join(study, rng, 3)


def join_many(study: Study, rng: np.random.Generator) -> Step:
    return join(study, rng, int(rng.integers(5, 14)))


def leave(study: Study, rng: np.random.Generator) -> Step:
    kept = study.survey.iloc[int(rng.integers(1, 9)) :]
    return Step(replace(study, survey=weigh(kept, rng)), SAME)


def join_and_leave(study: Study, rng: np.random.Generator) -> Step:
    return leave(join(study, rng, int(rng.integers(1, 8))).study, rng)


def correct(study: Study, rng: np.random.Generator) -> Step:
    names = study.survey.sample(int(rng.integers(1, 9)), random_state=1).index
    survey = study.survey.copy()
    survey.loc[names, "a"] = rng.choice(OPTIONS, len(names))
    changed = survey["a"].ne(study.survey["a"]) & survey["a"].notna()
    return Step(replace(study, survey=weigh(survey, rng)), SAME, frozenset(survey.index[changed]))


def reclassify(study: Study, rng: np.random.Generator) -> Step:
    """Let a region move to another type."""
    region = str(rng.choice(study.survey["_region"].unique()))
    kinds = study.survey["_type"].mask(study.survey["_region"].eq(region), "t0")
    return Step(replace(study, survey=weigh(study.survey.assign(_type=kinds), rng)), SAME)


def merge_regions(study: Study, rng: np.random.Generator) -> Step:
    regions = study.survey["_region"].replace("R2", "R1")
    return Step(replace(study, survey=weigh(study.survey.assign(_region=regions), rng)), SAME)


def recode(study: Study, became: dict[str, str]) -> Study:
    """Count the answers to the question as others."""
    book = study.settings.codebook
    question = book.questions[0]
    names = list(dict.fromkeys(became.values()))
    options = tuple(
        o.model_copy(update={"name": n}) for o, n in zip(question.options, names, strict=False)
    )
    asked = question.model_copy(update={"options": options, "boxes": ()})
    changed = book.model_copy(update={"questions": (asked, *book.questions[1:])})
    settings = Settings(folder=study.settings.folder, info=study.settings.info, codebook=changed)
    return ask(study, settings, study.survey.assign(a=study.survey["a"].map(became)))


def merge_options(study: Study, rng: np.random.Generator) -> Step:
    became = SAME | {"o2": "o1"}
    return Step(recode(join(study, rng, int(rng.integers(1, 4))).study, became), became)


def rename_options(study: Study, rng: np.random.Generator) -> Step:
    became = {name: f"new_{name}" for name in OPTIONS}
    return Step(recode(join(study, rng, int(rng.integers(1, 4))).study, became), became)


def weigh_anew(study: Study, rng: np.random.Generator) -> Step:
    return Step(replace(study, survey=weigh(study.survey, rng)), SAME)


CHANGES: dict[str, Change] = {
    change.__name__: change
    for change in (
        join, join_three, join_many, leave, join_and_leave, correct, reclassify, merge_regions,
        merge_options, rename_options, weigh_anew,
    )
}  # fmt: skip


# --- editions -------------------------------------------------------------------------------------


def without_ids(study: Study) -> Study:
    """Number the respondents by their rows, as where a file has no ids."""
    return replace(study, survey=study.survey.set_axis([str(i) for i in range(len(study.survey))]))


@dataclass
class Found:
    """What the attacker and the audit find in all editions of a study."""

    told: list[str]
    audited: list[str]


def run(
    seed: int,
    folder: Path,
    changes: list[Change],
    *,
    ids: bool = True,
    broken: str = "",
    begin: Callable[[Study], Study] = lambda study: study,
) -> Found:
    """Publish edition after edition, and attack them together each time."""
    rng = np.random.default_rng([seed, 3])
    study, became, previous = begin(draw(seed, folder)), dict(SAME), []
    waves: list[Wave] = []
    found = Found([], [])
    corrected: frozenset[str] = frozenset()
    for number in range(len(changes) + 1):
        seen = study if ids else without_ids(study)
        with patched(*BROKEN[broken]) if broken else nullcontext():
            released = disclosure.release_study(seen, tabulate(seen), previous)
        report = disclosure.audit_evidence(
            [released.evidence], seen.settings, seen, previous=previous
        )
        found.audited += [str(finding) for finding in report.findings]
        entry = disclosure.remember(seen, released) | {"edition": str(number)}
        previous = [*previous, json.loads(json.dumps(entry, sort_keys=True))]
        waves.append(
            Wave(study.survey, publish(released), became, corrected, publish_bands(released))
        )
        found.told += attack_editions(waves, OPTIONS, study)
        if number < len(changes):
            step = changes[number](study, rng)
            study, corrected = step.study, step.corrected
            became = {old: step.became.get(new, new) for old, new in became.items()}
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("change", CHANGES)
def test_two_editions_tell_nothing(change: str, seed: int, tmp_path: Path):
    assert run(seed, tmp_path, [CHANGES[change]]) == Found([], [])


@pytest.mark.attack
@pytest.mark.parametrize("seed", range(100, 110))
@pytest.mark.parametrize("change", CHANGES)
def test_two_editions_of_many_studies_tell_nothing(change: str, seed: int, tmp_path: Path):
    assert run(seed, tmp_path, [CHANGES[change]]) == Found([], [])


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_three_editions_tell_nothing(seed: int, tmp_path: Path):
    changes = list(CHANGES.values())
    chosen = [changes[seed % len(changes)], changes[(3 * seed + 1) % len(changes)]]
    assert run(seed, tmp_path, chosen) == Found([], [])


@pytest.mark.slow
@pytest.mark.parametrize("change", [join, join_three, weigh_anew])
def test_a_file_without_ids_tells_nothing(change: Change, tmp_path: Path):
    assert run(1, tmp_path, [change], ids=False) == Found([], [])


def test_other_weights_alone_are_no_other_respondents(tmp_path: Path):
    study = draw(1, tmp_path)
    old = disclosure.release_study(study, tabulate(study))
    step = weigh_anew(study, np.random.default_rng(1))
    for again in (step.study, without_ids(step.study)):
        new = disclosure.release_study(again, tabulate(again), [disclosure.remember(study, old)])
        shown = [item for item in new.evidence.values() if item.is_published]
        assert shown
        assert not any(item.as_of for item in shown)
        assert {k for k, i in new.evidence.items() if i.is_published} == {
            k for k, i in old.evidence.items() if i.is_published
        }


def settle(survey: pd.DataFrame, mark: str, *groups: tuple[str, str, str]) -> pd.DataFrame:
    """Return as many respondents as have answers: region, type and the answers of each group."""
    rows = [
        {"_region": region, "_type": kind, "a": f"o{answer}"}
        for region, kind, answers in groups
        for answer in answers
    ]
    some = survey.iloc[[0] * len(rows)]
    names = [f"{mark}{place}" for place in range(len(rows))]
    return some.set_axis(names).rename_axis("respondent").assign(**pd.DataFrame(rows, names))


def straddle(study: Study) -> Study:
    """Let all of R0 and four of R1 be of one type; nobody of R0 gives the first answer."""
    groups = ("R0", "t0", "1213213123"), ("R1", "t0", "0013"), ("R1", "t1", "0123012301")
    survey = settle(study.survey, "s", *groups, ("R2", "t1", "012301230123"))
    return replace(study, survey=weigh(survey, np.random.default_rng(1)))


def grow(study: Study, rng: np.random.Generator) -> Step:
    """Let so many join both that the cell of R1 needs no protection any more."""
    new = settle(study.survey, "n", ("R0", "t0", "12312"), ("R1", "t0", "01203123"))
    return Step(replace(study, survey=weigh(pd.concat([study.survey, new]), rng)), SAME)


def test_an_earlier_region_type_cell_is_not_told_by_what_may_be_shown_today(tmp_path: Path):
    """Who joined R1 is its table of today less that of then; nobody of R0 gave the answer."""
    assert run(1, tmp_path, [grow], begin=straddle) == Found([], [])


def test_an_earlier_region_type_cell_is_told_where_it_is_not_watched(tmp_path: Path):
    found = run(1, tmp_path, [grow], begin=straddle, broken="region × type cells")
    assert found.told
    assert found.audited


# --- rules taken out ------------------------------------------------------------------------------


def by_names_alone(matcher, **_) -> dict[int, int]:
    matcher._pair(lambda person: person.name)
    return matcher.found


def only_of_groups(search: _Search, place: int) -> bool:
    return search._public <= place < search._first_place and IS_HARMFUL(search, place)


BROKEN = {
    "editions together": ("editions", "find_disclosed", lambda *_, **__: set()),
    "who joined or left": ("joint", "_Builder._groups", lambda _: iter(())),
    "region × type cells": ("joint", "_Builder._find_places", lambda _: []),
    "matching by answers": ("lineage", "_Matcher.match", by_names_alone),
    "what options became": ("lineage", "Lines.pairs", lambda *_: frozenset()),
    "what was hidden": ("joint", "_Search._is_harmful", only_of_groups),
}
"""Each rule about editions, and what it is replaced by to take it out."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rule", "change", "seed", "ids"),
    [
        ("editions together", join_many, 1, True),
        ("who joined or left", join_many, 2, True),
        ("matching by answers", join, 0, False),
        ("what options became", merge_options, 0, True),
        ("what was hidden", reclassify, 10, True),
    ],
)
def test_a_rule_that_is_taken_out_is_noticed(
    rule: str, change: Change, seed: int, ids: bool, tmp_path: Path
):
    found = run(seed, tmp_path, [change], ids=ids, broken=rule)
    assert found.told
    assert found.audited
