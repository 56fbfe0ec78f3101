"""Headlines say what was measured, in both languages, and claim no more than is borne."""

# ruff: noqa: E501 - whole sentences stand on one line

from __future__ import annotations

import pytest

from briefgen.config.brand import load_brand
from briefgen.config.settings import load_settings
from briefgen.content.exhibits import FigureSpec, draw_figure
from briefgen.content.language import Locale
from briefgen.errors import TemplateError
from evidence_by_hand import make_evidence, make_released
from studies import CODEBOOK, merge, small_study, text

NBSP = "\N{NO-BREAK SPACE}"
STEERING = "survey:q02_steering.frequent"
CHAMBER, AGENCY = "survey:q03_partners.chamber", "survey:q03_partners.agency"
WORDS = {
    "that": text("ihre Steuerung oft tagt", "their steering group meets often"),
    "higher": text("tagen Gruppen öfter als anderswo", "groups meet more often than elsewhere"),
    "lower": text("tagen Gruppen seltener als anderswo", "groups meet less often than elsewhere"),
}


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return load_settings(small_study(tmp_path_factory.mktemp("plain")))


@pytest.fixture(scope="module")
def worded(tmp_path_factory):
    questions = [
        merge(question, {"words": WORDS}) if question["code"] == "q02_steering" else question
        for question in CODEBOOK["questions"]
    ]
    return load_settings(small_study(tmp_path_factory.mktemp("worded"), questions=questions))


def headline(settings, *evidence, language="de", **spec):
    locale, brand = Locale(settings, language), load_brand(settings.folder)
    spec = FigureSpec(id="fig-x", **spec)
    return draw_figure(spec, make_released(*evidence), settings, locale, brand).headline


def steering(verdict="unknown", own=0.41, nation=0.33):
    return [
        make_evidence(f"{STEERING}@DE1", own),
        make_evidence(f"{STEERING}@DE", nation),
        make_evidence(f"{STEERING}@DE1~rest", 0.1, verdict=verdict),
    ]


OWN = {"refs": ("q02_steering.frequent",), "kind": "dots", "domain": "DE1"}
ALL = {**OWN, "domain": "", "domains": ("DE1", "DE2")}


@pytest.mark.parametrize(
    ("verdict", "language", "said"),
    [
        ("higher", "de", "In Baden-Württemberg tagen Gruppen öfter als anderswo: 41_% (Deutschland: 33_%)"),
        ("lower", "en", "In Baden-Württemberg, groups meet less often than elsewhere: 41% (Germany 33%)"),
        ("same", "de", "In Baden-Württemberg sagen 41_%, dass ihre Steuerung oft tagt – kein klarer Unterschied zu anderswo (Deutschland: 33_%)"),
        ("unknown", "en", "In Baden-Württemberg, 41% say that their steering group meets often (Germany 33%)"),
    ],
)  # fmt: skip
def test_the_codebook_s_words_are_used_as_far_as_borne(verdict, language, said, worded):
    assert headline(worded, *steering(verdict), language=language, **OWN) == said.replace("_", NBSP)


@pytest.mark.parametrize(("value", "verb"), [(0.01, "sagt"), (0.02, "sagen")])
def test_one_percent_stands_in_the_singular(value, verb, worded):
    told = headline(worded, *steering(own=value), **OWN)
    assert told.startswith(f"In Baden-Württemberg {verb} ")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de", "Dass ihre Steuerung oft tagt, sagen 20_% (Bayern) bis 41_% (Baden-Württemberg)"),
        ("en", "20% (Bavaria) to 41% (Baden-Württemberg) say that their steering group meets often"),
    ],
)  # fmt: skip
def test_a_comparison_says_what_ranges_from_where_to_where(language, said, worded):
    evidence = [*steering(), make_evidence(f"{STEERING}@DE2", 0.2)]
    assert headline(worded, *evidence, language=language, **ALL) == said.replace("_", NBSP)


@pytest.mark.parametrize(
    ("verdict", "said"),
    [
        ("higher", "In Baden-Württemberg tagen Gruppen öfter als anderswo: 41_% (Deutschland: 33_%)"),
        ("same", "33_% sagen, dass ihre Steuerung oft tagt"),
    ],
)  # fmt: skip
def test_where_some_are_hidden_no_range_is_told(verdict, said, worded):
    evidence = [*steering(verdict), make_evidence(f"{STEERING}@DE2", 0.2)]
    told = headline(worded, *evidence, **{**ALL, "domains": ("DE1", "DE2", "DE9")})
    assert told == said.replace("_", NBSP)


def test_a_weak_value_is_compared_in_no_headline(worded):
    weak = make_evidence(f"{STEERING}@DE1", 0.71, n=12)
    told = headline(worded, *steering("higher")[1:], weak, **{**ALL, "domains": ("DE1", "DE2")})
    assert told == "33_% sagen, dass ihre Steuerung oft tagt".replace("_", NBSP)


def test_a_value_of_the_nation_needs_no_place(worded):
    told = headline(worded, *steering(), language="en", **{**OWN, "domain": ""})
    assert told == "33% say that their steering group meets often"


@pytest.mark.parametrize(
    ("verdicts", "language", "said"),
    [
        (("higher", "lower"), "de", "In Baden-Württemberg unterscheiden sich 2 von 2 Ergebnissen klar von anderswo"),
        (("higher", "same"), "de", "In Baden-Württemberg unterscheidet sich 1 von 2 Ergebnissen klar von anderswo"),
        (("higher", "same"), "en", "In Baden-Württemberg, 1 of 2 results differs clearly from elsewhere"),
        (("same", "unknown"), "en", "In Baden-Württemberg, no result differs clearly from elsewhere"),
    ],
)  # fmt: skip
def test_several_questions_are_counted(verdicts, language, said, plain):
    evidence = [
        *steering(verdicts[0]),
        make_evidence(f"{CHAMBER}@DE1", 0.7),
        make_evidence(f"{CHAMBER}@DE1~rest", 0.1, verdict=verdicts[1]),
    ]
    refs = ("q02_steering.frequent", "q03_partners.chamber")
    assert headline(plain, *evidence, language=language, **{**OWN, "refs": refs}) == said


def test_rows_of_the_same_name_tell_their_question(tmp_path):
    other = next(q for q in CODEBOOK["questions"] if q["code"] == "q03_partners")
    label = text("Kammern", "Chambers")
    questions = [
        merge(q, {"label": label}) if q["code"] == "q02_steering" else q
        for q in CODEBOOK["questions"]
    ]
    settings = load_settings(small_study(tmp_path, questions=questions))
    evidence = [*steering(), make_evidence(f"{CHAMBER}@DE1", 0.7)]
    spec = FigureSpec(
        id="fig-x", kind="dots", domain="DE1",
        refs=("q02_steering.frequent", "q03_partners.chamber"),
    )  # fmt: skip
    locale, brand = Locale(settings, "en"), load_brand(settings.folder)
    told = draw_figure(spec, make_released(*evidence), settings, locale, brand)
    assert f"Chambers ({other['label']['en']})" in told.alt


def test_labels_with_a_comma_stand_in_quotation_marks(tmp_path):
    label = text("ja, immer", "yes, always")
    questions = [
        merge(q, {"items": [{**item, "label": label} for item in q["items"]]})
        if q["code"] == "q03_partners"
        else q
        for q in CODEBOOK["questions"]
    ]
    settings = load_settings(small_study(tmp_path, questions=questions))
    evidence = [make_evidence(f"{CHAMBER}@DE", 0.7), make_evidence(f"{AGENCY}@DE", 0.3)]
    told = headline(settings, *evidence, refs=("q03_partners",), language="en")
    assert "“yes, always”" in told


def test_small_multiples_share_one_unit(plain):
    evidence = [*steering(), make_evidence("survey:q05_members.median@DE", 38.0, unit="members")]
    with pytest.raises(TemplateError, match="one scale"):
        headline(
            plain, *evidence, kind="multiples", refs=("q02_steering.frequent", "q05_members.median")
        )


def test_one_value_everywhere_is_no_range(plain):
    told = headline(plain, *steering(own=1.0), make_evidence(f"{STEERING}@DE2", 1.0), **ALL)
    assert f"überall 100{NBSP}%" in told
    assert "Bayern" not in told
