"""A declared ratio, from the codebook to the published number and its explanation."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from briefgen.cli import main
from briefgen.config.settings import load_settings
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.labels import number_span
from briefgen.content.language.sentences import state_finding
from briefgen.disclosure import audit_evidence, release_study, remember
from briefgen.evidence.load import load_study
from briefgen.evidence.study import Study
from briefgen.evidence.survey import estimate_survey
from briefgen.model import Released, Status
from studies import CODEBOOK, small_study, text

pytestmark = pytest.mark.slow

KEY = "survey:trainees_per_member.ratio"
MEMBERS = next(item for item in CODEBOOK["questions"] if item["code"] == "q05_members")
TRAINEES = {
    "code": "q11_trainees", "type": "numeric", "text": text("Wie viele?", "How many?"),
    "label": text("Auszubildende", "Trainees"), "headline": "median",
}  # fmt: skip
RATIO = {
    "code": "trainees_per_member",
    "label": text("Auszubildende je Mitglied", "Trainees per member"),
    "numerator": "q11_trainees", "denominator": "q05_members",
}  # fmt: skip
STUDY = {
    "audiences": [{"code": "smes", "name": text("KMU", "SMEs")}],
    "topics": [
        {"code": "work", "title": text("Arbeit", "Work"), "questions": ["q05_members"]},
    ],
    "statistics": {"subgroups": [], "crossings": []},
}


def add_trainees(table: pd.DataFrame) -> pd.DataFrame:
    """Add the numerator; five respondents are from Saarland, too few for a ratio."""
    rng = np.random.default_rng(11)
    trainees = rng.integers(1, 60, len(table)).astype(str)
    trainees[::15] = ""
    region = np.where(table["region"].eq("SL"), "BW", table["region"])
    region[1:6] = "SL"
    return table.assign(q11_trainees=trainees, region=region)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_study(
        tmp_path_factory.mktemp("ratio"),
        respondents=200,
        weights=True,
        study=STUDY,
        codebook={"indices": None, "scales": None, "ratios": [RATIO]},
        questions=[MEMBERS, TRAINEES],
        edit=add_trainees,
    )


@pytest.fixture(scope="module")
def study(folder: Path) -> Study:
    return load_study(load_settings(folder))


@pytest.fixture(scope="module")
def released(study: Study) -> Released:
    return release_study(study, estimate_survey(study))


def run(*arguments: str | Path) -> Result:
    given = [str(item) for item in arguments]
    return CliRunner().invoke(main, given, prog_name="briefgen", catch_exceptions=False)


@pytest.mark.parametrize("domain", ["DE", "DE1"])
def test_a_ratio_is_published_with_its_interval_and_base(study, released, domain):
    item = released.evidence[f"{KEY}@{domain}"]
    both = study.survey.dropna(subset=["q11_trainees", "q05_members"])
    if domain != "DE":
        both = both[both["_region"] == domain]
    weights = both["_weight"]
    above, below = ((weights * both[name]).sum() for name in ("q11_trainees", "q05_members"))
    assert (item.status, item.n) == (Status.PUBLISHED, len(both))
    assert item.value == pytest.approx(above / below, rel=0.05)  # two digits are printed
    assert item.low < item.value < item.high


def test_a_small_ratio_keeps_two_digits(study):
    survey = study.survey.assign(q11_trainees=study.survey["q11_trainees"] / 1000)
    changed = replace(study, survey=survey)
    estimates = estimate_survey(changed)
    found = release_study(changed, estimates).evidence
    for key in (f"{KEY}@DE", f"{KEY}@DE1~rest"):
        true = estimates.set_index("key").loc[key, "value"]
        assert found[key].value == pytest.approx(true, rel=0.05)
        assert found[key].value != true
    said = number_span(
        SentenceContext.of(study.settings, Released(found, (), (), (), {}), "en"), f"{KEY}@DE"
    )
    assert str(found[f"{KEY}@DE"].value) in said
    assert audit_evidence([found], study.settings, changed).ok


def test_a_ratio_of_too_few_is_hidden_with_its_difference(study, released):
    assert 0 < study.survey["_region"].eq("DEC").sum() < study.settings.info.disclosure.min_numeric
    for key in (f"{KEY}@DEC", f"{KEY}@DEC~rest"):
        item = released.evidence[key]
        assert not item.is_published
        assert (item.value, item.low, item.high, item.n) == (None,) * 4


def test_a_ratio_in_which_one_respondent_dominates_is_hidden(study):
    first = study.survey.index[study.survey["_region"].eq("DE2")][0]
    survey = study.survey.assign(
        q11_trainees=study.survey["q11_trainees"].mask(study.survey.index == first, 100_000.0)
    )
    changed = replace(study, survey=survey)
    item = release_study(changed, estimate_survey(changed)).evidence[f"{KEY}@DE2"]
    assert not item.is_published


def test_the_audit_accepts_the_ratio_and_sees_one_of_too_few(study, released):
    assert audit_evidence([released.evidence], study.settings, study).ok
    shown = replace(
        released.evidence[f"{KEY}@DEC"], status=Status.PUBLISHED, reason="", value=1.0, n=5
    )
    report = audit_evidence([{**released.evidence, shown.key: shown}], study.settings, study)
    assert ("dominated", shown.key) in {(item.kind, item.key) for item in report.findings}


def test_a_ratio_keeps_its_value_where_one_answer_changed(study, released):
    entry = remember(study, released)
    place = study.survey["q11_trainees"].first_valid_index()
    survey = study.survey.copy()
    survey.loc[place, "q11_trainees"] += 40
    changed = replace(study, survey=survey)
    item = release_study(changed, estimate_survey(changed), [entry]).evidence[f"{KEY}@DE"]
    assert item.as_of == study.settings.edition
    assert item.value == released.evidence[f"{KEY}@DE"].value


def test_a_ratio_is_called_by_its_label(study, released):
    said = state_finding(SentenceContext.of(study.settings, released, "en"), f"{KEY}@DE")
    assert "Trainees per member" in said
    assert "trainees_per_member.ratio@DE" in said  # the span that leads back to the evidence
    assert "trainees_per_member ratio" not in said


def test_explain_leads_from_a_ratio_to_its_questions(folder, released):
    found = run("explain", f"{KEY}@DE", "--language", "en", "--study", folder)
    assert found.exit_code == 0, found.output
    for words in ("Trainees per member", "Trainees", "Number of members", "published"):
        assert words in found.output
    given = json.loads(run("explain", f"{KEY}@DE", "--json", "--study", folder).stdout)
    facts, item = given["facts"], released.evidence[f"{KEY}@DE"]
    assert (facts["value"], facts["n"]) == (item.value, item.n)
    assert facts["interval"] == [item.low, item.high]


def test_explain_says_why_a_ratio_is_hidden(folder):
    found = run("explain", f"{KEY}@DEC", "--language", "en", "--study", folder)
    assert found.exit_code == 0, found.output
    assert "suppressed" in found.output
