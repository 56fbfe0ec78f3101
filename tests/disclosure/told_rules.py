"""The rules about numbers, ranks, indices and filters, taken out one by one.

In: random studies of ``told_studies`` and the attacker there. Out: whether audit and attacker
notice that a rule is missing. ``make attack`` runs all of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import told_studies
from patching import patched

from briefgen import disclosure
from briefgen.disclosure.numbers import Range
from briefgen.evidence.study import Study
from briefgen.evidence.survey import estimate_survey
from briefgen.model import Released


def _judge_base(releaser: Any, variable: str, domain: str) -> Any:
    return releaser.decisions.of_base(variable, domain)


BROKEN = {
    "hidden answers behind numbers": ("release", "is_open", lambda *_: True),
    "few answers behind numbers": ("behind", "Behind.tells_few", lambda *_: False),
    "parts of the answers behind": ("behind", "Behind._tells_part", lambda *_: False),
    "later ranks": ("behind", "_ranks_of", lambda *_: iter(())),
    "who was asked": ("release", "_Releaser._judge_missing", _judge_base),
    "who was asked by several items": (
        "release", "are_asked_countable", lambda *_: True,
    ),
    "sums beside one another": (
        "quantities", "publish_sums", lambda _structure, allowed, *_: set(allowed),
    ),
    "all alike": ("numbers", "are_alike", lambda *_: False),
    "all alike in order": ("quantities", "are_alike", lambda *_: False),
    "p% rule": ("numbers", "_is_dominated", lambda *_: False),
    "distances from what is possible": ("quantities", "range_of", lambda *_: Range()),
    "spread of an interval": ("numbers", "is_spread_dominated", lambda *_: False),
    "limits of quantiles": ("release", "stand_for_enough", lambda *_: True),
    "intervals of scores": ("release", "_Releaser._is_spread_open", lambda *_: True),
    "items left open": ("quantities", "Quantities._are_few_incomplete", lambda *_: False),
    "items answered alike": ("quantities", "are_answered_alike", lambda *_: False),
    "filters by several items": ("counts", "_joined_columns", lambda *_: []),
}  # fmt: skip
"""Each rule about numbers, and what it is replaced by to take it out."""
UNSEEN = {
    "all alike in order": {"attacker"},
    "items answered alike": {"attacker"},
    "intervals of scores": {"attacker"},
}
"""By whom a rule that is taken out is not noticed: what is read of quartiles, alpha and scales of
two answers is less than the rule allows for."""


def _two_large(folder: Path) -> Study:
    """Return a study in which two large numbers leave little to all others of a region."""
    region = [300.0, 290.0, *[0.0, 1.0, 2.0] * 6]
    others = [float(20 * (i % 40)) for i in range(40)]
    return told_studies.shape(folder, (20, 20, 20), y=np.array([*region, *others]), maximum=1000)


def _two_small(folder: Path) -> Study:
    """Return a study in which two are far below a limit that nearly all others reach."""
    region = [40.0, 40.0, 99.0, 99.0, 99.0, *[100.0] * 15]
    others = [float(i % 50) for i in range(40)]
    return told_studies.shape(folder, (20, 20, 20), y=np.array([*region, *others]), maximum=100)


def _one_far(folder: Path) -> Study:
    """Return a study in which one is far from all others of a region, who differ little."""
    region = [90.0, *[49.0, 50.0, 51.0] * 6, 50.0]
    others = [float(i % 50) for i in range(40)]
    return told_studies.shape(folder, (20, 20, 20), y=np.array([*region, *others]), maximum=100)


def _same_items(folder: Path) -> Study:
    """Return a study in which all answer both items of an index alike."""
    answers = np.array(["o0", "o1"] * 30, dtype=object)
    return told_studies.shape(folder, a=answers, b=answers)


def _few_of_a_scale(folder: Path) -> Study:
    """Return a study in which two of sixty give the other answer of a scale."""
    answers = np.array(["o0"] * 58 + ["o1"] * 2, dtype=object)
    return told_studies.shape(folder, a=answers)


RARE = {
    "hidden answers behind numbers": (7,),
    "few answers behind numbers": (7,),
    "parts of the answers behind": (8,),
    "later ranks": (7,),
    "who was asked": (3,),
    "who was asked by several items": (3,),
    "all alike": (3,),
    "limits of quantiles": (2,),
    "items left open": (139,),
}
"""Random studies to look at first: few others need the rule, or the attacker sees it in few."""
MADE = {
    "intervals of scores": _few_of_a_scale,
    "p% rule": _two_large,
    "distances from what is possible": _two_small,
    "spread of an interval": _one_far,
    "items answered alike": _same_items,
}
"""Studies made for rules that hardly any random study needs."""


def release_without(name: str, study: Study) -> Released:
    """Release a study by all rules but one."""
    with patched(*BROKEN[name]):
        return disclosure.release_study(study, estimate_survey(study))


def is_told(name: str, seeds: Iterable[int], folder: Path) -> bool:
    """Tell whether audit and attacker notice, on some studies, that a rule was taken out."""
    waiting = {"audit", "attacker"}.difference(UNSEEN.get(name, ()))
    made = [MADE[name](folder)] if name in MADE else []
    chosen = (*RARE.get(name, ()), *seeds)
    for study in (*made, *(told_studies.draw(seed, folder) for seed in chosen)):
        evidence = dict(release_without(name, study).evidence)
        if not disclosure.audit_evidence([evidence], study.settings, study).ok:
            waiting.discard("audit")
        # the numbers of a made study are not those that the whole attack computes with
        look = told_studies.find_single if made else told_studies.attack
        if "attacker" in waiting and any(look(study, evidence)):
            waiting.discard("attacker")
        if not waiting:
            return True
    return False


def run_one(seed: int) -> tuple[int, int, list[str]]:
    """Release a study and attack it; return its number, what was attacked, and what was found."""
    with tempfile.TemporaryDirectory() as folder:
        study = told_studies.draw(seed, Path(folder))
        released = disclosure.release_study(study, estimate_survey(study))
        found = told_studies.attack(study, dict(released.evidence))
        report = disclosure.audit_evidence([released.evidence], study.settings, study)
    cells = sum(not item.is_published for item in released.evidence.values())
    found += [f"audit: {finding}" for finding in report.findings]
    return seed, cells, [f"study {seed} with numbers: {text}" for text in found]
