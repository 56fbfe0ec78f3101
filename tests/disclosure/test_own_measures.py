"""Measures and rules from outside of the package: the wall judges what an estimator sums."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from patching import patched
from told_studies import shape

from briefgen import disclosure
from briefgen.config.measures import MeasureKind, register_measure, unregister_measure
from briefgen.disclosure.rounding import rounded_as, step_of
from briefgen.disclosure.rules import count_rule, number_rule, unregister_rule
from briefgen.errors import SettingsError
from briefgen.evidence.study import Study
from briefgen.evidence.survey import estimate_survey
from briefgen.evidence.survey.measures import Columns, estimates, is_answered, mean_of, numbers
from briefgen.model import Released

pytestmark = pytest.mark.slow
CAP = 3.0
FEW_ABOVE = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 4.0]
MANY_ABOVE = [0.0, 0.0, 0.0, 1.0, 1.0, 2.0, 2.0, 4.0, 5.0, 6.0, 5.0, 4.0]
OTHERS = [float(i % 8) for i in range(48)]


def capped(data, variable, _measures):
    yield mean_of(np.minimum(numbers(data, variable), CAP))


def net(data, variable, _measures):
    """Those who chose the second answer, less those who chose the first."""
    chosen = data.survey[variable.code]
    signs = chosen.eq("o1").to_numpy(dtype=float) - chosen.eq("o0").to_numpy(dtype=float)
    yield Columns(signs, is_answered(data.survey, variable))


def beside(data, variable, _measures):
    """A sum over another question than the one that it is named by."""
    yield Columns(data.survey["y"].to_numpy(dtype=float), is_answered(data.survey, variable))


@pytest.fixture(scope="module", autouse=True)
def own() -> Iterator[None]:
    common = {"digits": 1, "may_head": True}
    register_measure(
        MeasureKind(
            "capped", frozenset({"numeric"}), "capped mean", "capped", unit="",
            rounding="significant", **common,
        )
    )  # fmt: skip
    register_measure(
        MeasureKind(
            "net", frozenset({"scale"}), "net", "net", unit="points", rounding="share", **common
        )
    )
    register_measure(
        MeasureKind("beside", frozenset({"scale"}), "mean", "beside", unit="", **common)
    )
    estimates("capped")(capped)
    estimates("net")(net)
    estimates("beside")(beside)
    yield
    for name in ("capped", "net", "beside"):
        unregister_measure(name)


def release(study: Study) -> Released:
    return disclosure.release_study(study, estimate_survey(study))


def study_of(folder: Path, first: list[float]) -> Study:
    return shape(folder, y=np.array([*first, *OTHERS]))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Released]:
    study = study_of(tmp_path_factory.mktemp("few"), FEW_ABOVE)
    return study, release(study)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Study, Released]:
    study = study_of(tmp_path_factory.mktemp("many"), MANY_ABOVE)
    return study, release(study)


def found_by_audit(study: Study, released: Released) -> set[tuple[str, str]]:
    report = disclosure.audit_evidence([released.evidence], study.settings, study)
    return {(finding.kind, finding.key) for finding in report.findings}


def test_a_sum_is_hidden_that_tells_one_answer_beside_another_sum(few):
    """The mean less the capped mean is what the one above the cap has more."""
    study, released = few
    key = "survey:y.capped@R0"
    assert released.evidence["survey:y.mean@R0"].is_published
    assert not released.evidence[key].is_published
    assert not found_by_audit(study, released)
    with patched("quantities", "Quantities._own_sums", lambda *_: []):
        careless = release(study)
    assert careless.evidence[key].is_published
    assert ("dominated", key) in found_by_audit(study, careless)


def test_a_new_statistic_is_released_where_it_tells_nobody(many):
    item = many[1].evidence["survey:y.capped@R0"]
    assert item.is_published
    assert item.value == pytest.approx(np.minimum(MANY_ABOVE, CAP).mean(), abs=0.051)


def test_a_function_of_answers_is_published_beside_all_their_shares(many):
    evidence = many[1].evidence
    told = [d for d in ("N", "R0", "R1", "R2") if evidence[f"survey:a.net@{d}"].is_published]
    assert told
    for domain in ("N", "R0", "R1", "R2"):
        shares = [evidence[f"survey:a.{name}@{domain}"] for name in ("o0", "o1")]
        assert (domain in told) == all(item.is_published for item in shares)
    assert evidence["survey:a.net@N"].value == pytest.approx(
        evidence["survey:a.o1@N"].value - evidence["survey:a.o0@N"].value, abs=0.011
    )


def test_what_follows_from_no_answer_of_its_question_is_hidden(many):
    study, released = many
    key = "survey:a.beside@N"
    assert not released.evidence[key].is_published
    with patched("quantities", "Quantities._is_sum_of_answers", lambda *_: True):
        careless = release(study)
    assert careless.evidence[key].is_published
    assert ("dominated", key) in found_by_audit(study, careless)


def test_a_new_statistic_is_rounded_as_its_declaration_says():
    rules = shape().settings.info.disclosure
    assert step_of(rules, "capped mean", "", 12345.0) == 100.0
    assert rounded_as("difference", "capped") == "capped mean"
    with pytest.raises(SettingsError, match="how the statistic 'spread' is rounded"):
        register_measure(MeasureKind("spread", frozenset({"numeric"}), "spread", "spread"))
    with pytest.raises(SettingsError, match="'share' is rounded as 'share' already"):
        register_measure(MeasureKind("s", frozenset(), "share", "s", rounding="score"))


def test_a_rule_for_counts_from_outside_is_kept_and_audited(many):
    study, before = many
    shares = {
        key: item.value
        for key, item in before.evidence.items()
        if item.statistic == "share" and item.is_published and item.variable in ("a", "b", "o")
    }
    most = max(shares.values())
    high = {key for key, value in shares.items() if value == most}
    count_rule("nearly all")(lambda _rules, count, base: base > 0 and count > (most - 0.01) * base)
    try:
        after = release(study)
        assert not any(after.evidence[key].is_published for key in high)
        assert high & {key for _, key in found_by_audit(study, before)}
        assert not found_by_audit(study, after)
        with pytest.raises(SettingsError, match="a rule for counts 'nearly all' already"):
            count_rule("nearly all")(lambda *_: True)
    finally:
        unregister_rule("nearly all")


def test_a_rule_for_numbers_from_outside_is_kept_and_audited(many):
    study, before = many
    assert before.evidence["survey:y.mean@R0"].is_published
    number_rule("twenty")(lambda _rules, values, _weights: len(values) < 20)
    try:
        assert not release(study).evidence["survey:y.mean@R0"].is_published
        assert ("dominated", "survey:y.mean@R0") in found_by_audit(study, before)
    finally:
        unregister_rule("twenty")
