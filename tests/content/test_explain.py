from __future__ import annotations

import json

import pytest

from briefgen.config.recommendations import read_recommendations
from briefgen.content.explain import explain_key
from briefgen.content.explain.explanation import LABELS, WORDS
from briefgen.content.language import Locale
from briefgen.errors import UnknownNameError
from briefgen.model import Status
from qualitative_by_hand import evidence, qualitative_study, released

KEY = "survey:q02_steering"
SHARE = "often"


@pytest.fixture
def study(tmp_path):
    settings = qualitative_study(tmp_path)
    past = released(
        evidence(
            f"{KEY}.often@DE", 0.41, low=0.33, high=0.49, n=94, method="wilson (effective n)",
            files=("data/survey.csv",),
        ),
        evidence(f"{KEY}.often@DE1", 0.30, low=0.2, high=0.4, n=30),
        evidence(
            f"{KEY}.often@DE1~rest", -0.15, low=-0.25, high=-0.05, n=30, unit="points",
            statistic="difference", verdict="lower",
        ),
        evidence(f"{KEY}.often@DEC", None, n=None, status=Status.PRIMARY, reason="base"),
        evidence(
            "case:factor.contact.cases@DE", 2, unit="cases", statistic="count", n=2,
            files=("data/cases/c01.yml",),
        ),
        evidence("panel:s01.agreement_median", 8, unit="rating", statistic="median", n=3),
        evidence("panel:s01.importance_median", 8.5, unit="rating", statistic="median", n=2),
        evidence("panel:s01.feasibility_median", 6, unit="rating", statistic="median", n=2),
        evidence("panel:s01.agreement_consensus", None, text="agreement", statistic="label", n=3),
    )  # fmt: skip
    return past, settings, read_recommendations(settings)[0]


def facts(explanation):
    return {fact.name: fact for fact in explanation.facts}


def test_a_number_leads_down_to_wording_base_n_method_and_file(study):
    explanation = explain_key(f"{KEY}.often@DE", *study)
    settings = study[1]
    variable = settings.variables["q02_steering"]
    found = facts(explanation)
    assert found["question"].text == variable.question.text
    assert found["base"].text == settings.info.respondents
    assert (found["n"].raw, found["value"].raw) == (94, 0.41)
    assert found["method"].text["de"] == "wilson (effective n)"
    assert found["files"].raw == ["data/survey.csv"]
    assert found["status"].text["de"] == "veröffentlicht"


def test_text_comes_in_the_readers_language(study):
    explanation = explain_key(f"{KEY}.often@DE", *study)
    german, english = (explanation.lines(Locale(study[1], code)) for code in ("de", "en"))
    assert "  Wert: 41\u00a0%" in german
    assert "  Value: 41%" in english
    assert any(line.startswith("  Frage: ") for line in german)
    assert len(german) == len(english)


def test_a_suppressed_value_is_named_as_such_and_not_shown(study):
    explanation = explain_key(f"{KEY}.often@DEC", *study)
    found = facts(explanation)
    assert found["value"].raw == ""
    assert found["status"].text["en"] == "suppressed (primary)"
    assert found["reason"].raw == "base"
    assert "n" not in found


def test_a_contrast_says_what_it_is_compared_with(study):
    found = facts(explain_key(f"{KEY}.often@DE1~rest", *study))
    assert found["verdict"].text["de"] == "niedriger"
    assert found["comparison"].text["en"] == "all others"


def test_a_recommendation_leads_down_to_its_evidence(study):
    explanation = explain_key("r01", *study)
    found = facts(explanation)
    assert [part.key for part in explanation.rests_on] == [
        f"{KEY}.often@DE", "case:factor.contact.cases@DE", "panel:s01.agreement_median",
        "panel:s01",
    ]  # fmt: skip
    assert found["applies"].raw == {
        "DE1": {"because": "condition", "why": f"{KEY}.often@DE1~rest", "kind": "condition"}
    }
    assert found["applies"].text["de"] == "Baden-Württemberg"
    assert found["priority"].raw == pytest.approx(7.25)
    assert found["strength"].raw == ["survey", "case", "panel"]
    assert found["source"].raw == "data/recommendations.yml, line 2"
    assert any(
        "Basis: Koordinierende" in line for line in explanation.lines(Locale(study[1], "de"))
    )


def test_a_recommendation_is_explained_for_a_region(study):
    explanation = explain_key("r01@Baden-Württemberg", *study)
    assert explanation.key == "r01@DE1"
    assert facts(explanation)["why"].raw == f"{KEY}.often@DE1~rest"
    assert [part.key for part in explanation.rests_on] == [
        f"{KEY}.often@DE1", "case:factor.contact.cases@DE", "panel:s01.agreement_median",
        f"{KEY}.often@DE1~rest", "panel:s01",
    ]  # fmt: skip


def test_where_a_recommendation_does_not_apply_there_is_no_why(study):
    assert "why" not in facts(explain_key("r01@DEC", *study))


def test_what_a_recommendation_rests_on_but_is_not_published_is_said(study):
    past, settings, recommendations = study
    bare = released(*(item for item in past.evidence.values() if item.source != "survey"))
    part = explain_key("r01", bare, settings, recommendations).rests_on[0]
    assert part.key == f"{KEY}.often"
    assert part.lines(Locale(settings, "en"))[1] == "  Value: nothing published"


def test_a_statement_leads_down_to_its_ratings(study):
    explanation = explain_key("s01", *study)
    assert explanation.title["en"] == "One"
    assert facts(explanation)["scale"].raw == "1–9"
    assert len(explanation.rests_on) == 4
    assert explanation.rests_on[3].facts[1].text["de"] == "Konsens: Zustimmung"


def test_a_factor_leads_down_to_its_counts(study):
    explanation = explain_key("contact", *study)
    assert explanation.title["de"] == "Persönlicher Kontakt"
    assert [part.key for part in explanation.rests_on] == ["case:factor.contact.cases@DE"]


@pytest.mark.parametrize(
    ("short", "key"),
    [
        (f"{KEY}.often", f"{KEY}.often@DE"),
        ("q02_steering.often", f"{KEY}.often@DE"),
        ("q02_steering.often@DE1", f"{KEY}.often@DE1"),
        ("case:factor.contact", "case:factor.contact.cases@DE"),
        ("panel:s01.agreement", "panel:s01.agreement_median"),
        ("recommendation:r02", "r02"),
        ("panel:s01", "panel:s01"),
    ],
)
def test_short_names_are_understood(study, short, key):
    assert explain_key(short, *study).key == key


@pytest.mark.parametrize(
    ("wrong", "near"),
    [
        ("survey:q02_sterring.often@DE1", f"{KEY}.often@DE1"),
        ("q02_steering.oftn", "q02_steering.often"),
        ("r0l", "r01"),
        ("contct", "contact"),
    ],
)
def test_an_unknown_name_suggests_the_nearest(study, wrong, near):
    with pytest.raises(UnknownNameError) as caught:
        explain_key(wrong, *study)
    assert near in caught.value.hint


def test_as_plain_values_it_survives_json(study):
    for key in ("r01", "s01", "contact", f"{KEY}.often@DE1~rest"):
        explanation = explain_key(key, *study)
        assert json.loads(json.dumps(explanation.as_dict())) == explanation.as_dict()


@pytest.mark.parametrize("language", ["de", "en", "fr"])
def test_every_fact_and_word_is_said_in_every_language(study, language):
    locale = Locale(study[1], language)
    assert all(map(locale.text, (*LABELS.values(), *WORDS.values())))
