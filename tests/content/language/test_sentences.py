"""Sentences, titles and findings: every branch of the rules, in both languages."""

# ruff: noqa: E501, PLR0917 - whole sentences stand on one line, and cases have many parts

from __future__ import annotations

import pytest

from briefgen.config.measures import finding_measures, headline_measures
from briefgen.config.settings import Settings, load_settings
from briefgen.content.language.clauses import state_coverage
from briefgen.content.language.comparisons import compare_headline, compare_value
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.findings import choose_findings, list_changes, make_title
from briefgen.content.language.labels import label_headline
from briefgen.content.language.markdown import escape, evidence_keys, mark_numbers, plain_text
from briefgen.content.language.sentences import state_finding, state_value
from briefgen.errors import UnknownNameError
from briefgen.model import Status
from evidence_by_hand import make_evidence, make_released
from studies import small_study, text

STEERING = "survey:q02_steering.frequent@DE1"
WORDS = {
    "that": text("ihre Steuerung oft tagt", "their steering group meets often"),
    "higher": text(
        "tagen Steuerungsgruppen öfter als anderswo",
        "steering groups meet more often than elsewhere",
    ),
    "lower": text(
        "tagen Steuerungsgruppen seltener als anderswo",
        "steering groups meet less often than elsewhere",
    ),
}


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return load_settings(small_study(tmp_path_factory.mktemp("study")))


@pytest.fixture(scope="module")
def worded(tmp_path_factory) -> Settings:
    """The study, with the words of a codebook for one question."""

    folder = small_study(tmp_path_factory.mktemp("worded"))
    from studies import CODEBOOK, merge  # noqa: PLC0415

    questions = [
        merge(question, {"words": WORDS}) if question["code"] == "q02_steering" else question
        for question in CODEBOOK["questions"]
    ]
    return load_settings(small_study(folder, questions=questions))


def steering(verdict="higher", value=0.41, nation: float | None = 0.33, **contrast):
    """The share of a region, of the nation, and the difference from the rest."""
    return make_released(
        make_evidence(STEERING, value),
        make_evidence("survey:q02_steering.frequent@DE", nation),
        make_evidence(f"{STEERING}~rest", 0.12, verdict=verdict, **contrast),
    )


def say(settings, released, language, key=STEERING, *, what=state_finding, **options) -> str:
    return plain_text(what(SentenceContext.of(settings, released, language), key, **options))


# --- comparisons: "more" only where the interval bears it -----------------------------------


@pytest.mark.parametrize(
    ("verdict", "german", "english"),
    [
        ("higher", " – mehr als anderswo in Deutschland", " – more than elsewhere in Germany"),
        ("lower", " – weniger als anderswo in Deutschland", " – fewer than elsewhere in Germany"),
        (
            "same",
            " – kein klarer Unterschied zu anderswo in Deutschland",
            " – no clear difference from elsewhere in Germany",
        ),
        ("unknown", "", ""),
    ],
)
def test_a_finding_compares_as_its_verdict_bears(settings, verdict, german, english):
    released = steering(verdict)
    assert say(settings, released, "de") == (
        "In Baden-Württemberg antworten 41\u00a0% der Befragten bei „Treffen der Steuerungsgruppe“ "
        f"mit „häufig oder immer“{german} (Deutschland insgesamt: 33\u00a0%)."
    )
    assert say(settings, released, "en") == (
        "In Baden-Württemberg, 41% of respondents answer “often or always” on “Meetings of the "
        f"steering group”{english} (Germany as a whole: 33%)."
    )


@pytest.mark.parametrize("language", ["de", "en"])
def test_no_larger_value_alone_says_more(settings, language):
    """The nation has far less, yet the interval bears nothing."""
    said = say(settings, steering("same", 0.9, 0.1), language)
    assert " mehr " not in said
    assert "more than" not in said


def test_a_suppressed_contrast_is_not_spoken_of(settings):
    released = steering("higher", status=Status.PRIMARY)
    assert say(settings, released, "en").endswith("(Germany as a whole: 33%).")
    assert "more" not in say(settings, released, "en")


def test_a_suppressed_nation_is_left_out(settings):
    assert say(settings, steering(nation=None), "de").endswith(
        "– mehr als anderswo in Deutschland."
    )


def test_the_wordings_of_a_comparison_take_turns(settings):
    said = [say(settings, steering(), "en", variant=turn) for turn in range(2)]
    assert "– more than" in said[0]
    assert "– a larger share than" in said[1]


@pytest.mark.parametrize(
    ("verdict", "german", "english"),
    [
        ("higher", "höher als", "higher than"),
        ("lower", "niedriger als", "lower than"),
        ("same", "nicht klar anders als", "not clearly different from"),
    ],
)
def test_a_comparison_stands_by_itself(settings, verdict, german, english):
    released = steering(verdict)
    assert say(settings, released, "de", what=compare_value) == (
        "In Baden-Württemberg ist der Anteil bei „Treffen der Steuerungsgruppe“ (häufig oder immer) "
        f"{german} anderswo in Deutschland: 41\u00a0%, in Deutschland insgesamt 33\u00a0%."
    )
    assert say(settings, released, "en", what=compare_value) == (
        "In Baden-Württemberg, the share for “Meetings of the steering group” (often or always) is "
        f"{english} elsewhere in Germany: 41% against 33% in Germany as a whole."
    )


def test_a_comparison_without_a_national_value(settings):
    assert say(settings, steering(nation=None), "en", what=compare_value).endswith(
        "higher than elsewhere in Germany: 41%."
    )


def test_a_comparison_that_nothing_bears_says_that_answers_are_too_few(settings):
    released = steering("unknown")
    assert "too few answers" in say(settings, released, "en", what=compare_value)
    assert "zu wenige Antworten" in say(settings, released, "de", what=compare_value)


# --- suppressed values ----------------------------------------------------------------------


@pytest.mark.parametrize("what", [state_value, state_finding, compare_value])
def test_too_few_answers_are_said_to_be_too_few(settings, what):
    released = steering(value=None)
    assert say(settings, released, "de", what=what) == (
        "In Baden-Württemberg liegen zu „Treffen der Steuerungsgruppe“ zu wenige Antworten vor, um "
        "etwas sagen zu können."
    )
    assert say(settings, released, "en", what=what) == (
        "In Baden-Württemberg, there are too few answers on “Meetings of the steering group” to say."
    )


def test_a_value_hidden_to_protect_another_gives_another_reason(settings):
    hidden = make_evidence(STEERING, None, status=Status.COMPLEMENTARY, reason="sum")
    assert "to protect respondents" in say(settings, make_released(hidden), "en", what=state_value)
    assert "zum Schutz" in say(settings, make_released(hidden), "de", what=state_value)


def test_a_region_without_any_answer_counts_as_suppressed(settings):
    key = "survey:q02_steering.frequent@DEC"
    assert "too few answers" in say(settings, steering(), "en", key, what=state_value)


def test_a_key_that_does_not_exist_is_an_error_with_the_nearest(settings):
    with pytest.raises(UnknownNameError, match="did you mean"):
        say(settings, steering(), "en", "survey:q02_steering.frequnt@DE1", what=state_value)


# --- what is said of each kind of value -----------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value", "changes", "german", "english"),
    [
        (
            "survey:q03_partners.chamber@DE2", 0.6, {},
            "In Bayern nennen 60\u00a0% der Befragten „Kammern“ (Partner im Netzwerk).",
            "In Bavaria, 60% of respondents name “Chambers” (Partners in the network).",
        ),
        (
            "survey:q03_partners.chamber@DE2", 0.01, {},
            "In Bayern nennt 1\u00a0% der Befragten „Kammern“ (Partner im Netzwerk).",
            "In Bavaria, 1% of respondents name “Chambers” (Partners in the network).",
        ),
        (
            "survey:q04_barriers_time.agreeing@DE2", 0.7, {},
            "In Bayern antworten 70\u00a0% der Befragten bei „Hindernisse: zu wenig Zeit“ mit „stimmen zu“.",
            "In Bavaria, 70% of respondents answer “agree” on “Barriers: too little time”.",
        ),
        (
            "survey:q08_contact.frequent@DE2", 0.5, {},
            "In Bayern antworten 50\u00a0% der dazu Befragten bei „Gespräche mit KMU“ mit „häufig oder immer“.",
            "In Bavaria, 50% of those asked answer “often or always” on “Talks with SMEs”.",
        ),
        (
            "survey:q05_members.to20@DE2", 0.3, {},
            "In Bayern liegen 30\u00a0% der Befragten in der Klasse „bis 20“ (Zahl der Mitglieder).",
            "In Bavaria, 30% of respondents are in the class “up to 20” (Number of members).",
        ),
        (
            "survey:q06_aims.training@DE2", 0.4, {},
            "In Bayern setzen 40\u00a0% der Befragten „Ausbildung“ an die erste Stelle (Ziele).",
            "In Bavaria, 40% of respondents rank “Training” first (Aims).",
        ),
        (
            "survey:q06_aims.training_mean@DE2", 1.8, {"unit": "", "statistic": "mean"},
            "In Bayern liegt „Ausbildung“ im Durchschnitt auf Rang 1,8 (Ziele).",
            "In Bavaria, “Training” is at rank 1.8 on average (Aims).",
        ),
        (
            "survey:q05_members.median@DE2", 24.0, {},
            "In Bayern beträgt der Median bei „Zahl der Mitglieder“ 24\u00a0Mitglieder.",
            "In Bavaria, the median for “Number of members” is 24\u00a0members.",
        ),
        (
            "survey:q05_members.median@DE2", 1.0, {},
            "In Bayern beträgt der Median bei „Zahl der Mitglieder“ 1\u00a0Mitglied.",
            "In Bavaria, the median for “Number of members” is 1\u00a0member.",
        ),
        (
            "survey:q05_members.mean@DE2", 31.24, {"unit": "members", "statistic": "mean"},
            "In Bayern beträgt der Durchschnitt bei „Zahl der Mitglieder“ 31,2\u00a0Mitglieder.",
            "In Bavaria, the average for “Number of members” is 31.2\u00a0members.",
        ),
        (
            "survey:q05_members.p25@DE2", 12.0, {"unit": "members", "statistic": "quantile"},
            "In Bayern beträgt ein Viertel der Angaben zu „Zahl der Mitglieder“ höchstens 12\u00a0Mitglieder.",
            "In Bavaria, a quarter of the answers on “Number of members” are at 12\u00a0members or below.",
        ),
        (
            "survey:q05_members.total@DE", 900.0, {"unit": "members", "statistic": "total"},
            "In Deutschland ergeben die Angaben zu „Zahl der Mitglieder“ zusammen 900\u00a0Mitglieder.",
            "In Germany, the answers on “Number of members” add up to 900\u00a0members.",
        ),
        (
            "survey:q02_steering.mean@DE2", 3.4, {"unit": "", "statistic": "mean"},
            "In Bayern beträgt der Durchschnitt bei „Treffen der Steuerungsgruppe“ 3,4 auf einer Skala von 1 bis 5.",
            "In Bavaria, the average for “Meetings of the steering group” is 3.4 on a scale from 1 to 5.",
        ),
        (
            "survey:q02_steering.answers@DE2", 1.0, {"unit": "count", "statistic": "count"},
            "In Bayern liegt 1 Antwort zu „Treffen der Steuerungsgruppe“ vor.",
            "In Bavaria, there is 1 answer on “Meetings of the steering group”.",
        ),
        (
            "survey:q02_steering.missing@DE", 0.06, {},
            "In Deutschland geben 6\u00a0% der dazu Befragten keine Antwort zu „Treffen der Steuerungsgruppe“.",
            "In Germany, 6% of those asked give no answer on “Meetings of the steering group”.",
        ),
        (
            "survey:q02_steering.frequent@type:rural", 0.5, {},
            "In Ländliche Räume antworten 50\u00a0% der Befragten bei „Treffen der Steuerungsgruppe“ mit „häufig oder immer“.",
            "In Rural areas, 50% of respondents answer “often or always” on “Meetings of the steering group”.",
        ),
        (
            "survey:q07_smes.yes@q01_size:small", 0.5, {},
            "In der Gruppe „bis 20 Mitglieder“ antworten 50\u00a0% der Befragten bei „KMU im Netzwerk“ mit „ja“.",
            "In the group “up to 20 members”, 50% of respondents answer “yes” on “SMEs in the network”.",
        ),
        (
            "response:rate@DE2", 0.62, {"unit": "share", "statistic": "rate"},
            "In Bayern haben 62\u00a0% der Eingeladenen teilgenommen.",
            "In Bavaria, 62% of those invited took part.",
        ),
        (
            "case:factor.contact.cases@DE", 1.0, {"statistic": "count"},
            "„contact“ kommt in 1 Fallstudie vor.",
            "“contact” is a subject in 1 case study.",
        ),
        (
            "case:factor.contact.challenge@DE", 3.0, {"statistic": "count"},
            "„contact“ zeigt sich in 3 Gesprächen als Herausforderung.",
            "“contact” is a challenge in 3 interviews.",
        ),
        (
            "case:factor.contact.success@DE", 1.0, {"statistic": "count"},
            "„contact“ zeigt sich in 1 Gespräch als Erfolgsfaktor.",
            "“contact” is a factor of success in 1 interview.",
        ),
        (
            "case:cooccurrence.contact+trust.interviews@DE", 4.0, {"statistic": "count"},
            "„contact“ und „trust“ kommen in 4 Gesprächen zusammen vor.",
            "“contact” and “trust” come up together in 4 interviews.",
        ),
        (
            "case:coding.alpha", 0.816, {"unit": "coefficient", "statistic": "alpha", "n": 14},
            ("Unabhängig voneinander haben Codierende an 14 Stellen Faktoren zugeordnet; "
            "Krippendorffs Alpha beträgt 0,82."),
            ("Independently of one another, coders assigned factors to 14 passages; "
            "Krippendorff’s alpha is 0.82."),
        ),
        (
            "case:coding.kappa", 0.5, {"unit": "coefficient", "statistic": "kappa", "n": 3},
            ("Unabhängig voneinander haben Codierende an 3 Stellen Faktoren zugeordnet; "
            "Cohens Kappa beträgt 0,50."),
            ("Independently of one another, coders assigned factors to 3 passages; "
            "Cohen’s kappa is 0.50."),
        ),
        (
            "panel:experts", 14.0, {"unit": "count", "statistic": "count"},
            "14 Fachleute haben teilgenommen.",
            "14 experts took part.",
        ),
    ],
)  # fmt: skip
def test_each_kind_of_value_has_its_sentence(settings, key, value, changes, german, english):
    released = make_released(make_evidence(key, value, **changes))
    assert say(settings, released, "de", key, what=state_value) == german
    assert say(settings, released, "en", key, what=state_value) == english


PANEL = """statements:
  - code: s01
    text: {de: Steuerung braucht Betriebe., en: Steering needs firms.}
"""


@pytest.fixture(scope="module")
def panel_study(tmp_path_factory) -> Settings:
    return load_settings(
        small_study(
            tmp_path_factory.mktemp("panel"),
            study={"files": {"statements": "statements.yml"}},
            files={"statements.yml": PANEL},
        )
    )


@pytest.mark.parametrize(
    ("key", "value", "changes", "german", "english"),
    [
        (
            "panel:s01.agreement_share", 0.86, {},
            "86\u00a0% der Fachleute stimmen der Aussage „Steuerung braucht Betriebe“ zu.",
            "86% of the experts agree with “Steering needs firms”.",
        ),
        (
            "panel:s01.importance_median", 8.0, {"unit": "", "statistic": "median"},
            "Die Fachleute bewerten die Aussage „Steuerung braucht Betriebe“ mit 8 auf einer Skala von 1 bis 9 (Wichtigkeit).",
            "The experts rate “Steering needs firms” at 8 on a scale from 1 to 9 (importance).",
        ),
        (
            "panel:s01.agreement_consensus", None,
            {"status": Status.PUBLISHED, "statistic": "label", "text": "agreement"},
            "Die Fachleute sind sich bei der Aussage „Steuerung braucht Betriebe“ einig und stimmen ihr zu.",
            "The experts are agreed on “Steering needs firms” and support it.",
        ),
        (
            "panel:s01.importance_consensus", None,
            {"status": Status.PUBLISHED, "statistic": "label", "text": "disagreement"},
            "Die Fachleute sind sich einig und bewerten die Aussage „Steuerung braucht Betriebe“ niedrig (Wichtigkeit).",
            "The experts are agreed and rate “Steering needs firms” low (importance).",
        ),
        (
            "panel:s01.agreement_consensus", None,
            {"status": Status.PUBLISHED, "statistic": "label", "text": "none"},
            "Die Fachleute sind sich bei der Aussage „Steuerung braucht Betriebe“ nicht einig.",
            "The experts are not agreed on “Steering needs firms”.",
        ),
    ],
)  # fmt: skip
def test_the_panel_speaks(panel_study, key, value, changes, german, english):
    released = make_released(make_evidence(key, value, **changes))
    assert say(panel_study, released, "de", key, what=state_value) == german
    assert say(panel_study, released, "en", key, what=state_value) == english


def test_words_of_the_codebook_take_the_place_of_labels(worded):
    assert say(worded, steering(), "de", what=state_value) == (
        "In Baden-Württemberg sagen 41\u00a0% der Befragten, dass ihre Steuerung oft tagt."
    )
    said = {say(worded, steering(), "en", what=state_value, variant=turn) for turn in range(3)}
    assert said == {
        "In Baden-Württemberg, 41% of respondents say that their steering group meets often.",
        "41% of respondents in Baden-Württemberg say that their steering group meets often.",
        "In Baden-Württemberg, 41% of respondents state that their steering group meets often.",
    }


# --- titles ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "german", "english"),
    [
        (
            "higher",
            "In Baden-Württemberg antworten mehr Befragte als anderswo bei „Treffen der Steuerungsgruppe“ mit „häufig oder immer“",
            "In Baden-Württemberg, more respondents than elsewhere answer “often or always” on “Meetings of the steering group”",
        ),
        (
            "lower",
            "In Baden-Württemberg antworten weniger Befragte als anderswo bei „Treffen der Steuerungsgruppe“ mit „häufig oder immer“",
            "In Baden-Württemberg, fewer respondents than elsewhere answer “often or always” on “Meetings of the steering group”",
        ),
        (
            "same",
            "In Baden-Württemberg antworten 41\u00a0% der Befragten bei „Treffen der Steuerungsgruppe“ mit „häufig oder immer“",
            "In Baden-Württemberg, 41% of respondents answer “often or always” on “Meetings of the steering group”",
        ),
    ],
)
def test_a_title_is_a_sentence_with_a_verb(settings, verdict, german, english):
    released = steering(verdict)
    assert say(settings, released, "de", "DE1", what=make_title) == german
    assert say(settings, released, "en", "DE1", what=make_title) == english


@pytest.mark.parametrize(
    ("verdict", "german", "english"),
    [
        ("higher", "tagen Steuerungsgruppen öfter", "steering groups meet more often"),
        ("lower", "tagen Steuerungsgruppen seltener", "steering groups meet less often"),
    ],
)
def test_a_title_in_the_codebook_s_own_words(worded, verdict, german, english):
    released = steering(verdict)
    assert say(worded, released, "de", "DE1", what=make_title) == (
        f"In Baden-Württemberg {german} als anderswo"
    )
    assert say(worded, released, "en", "DE1", what=make_title) == (
        f"In Baden-Württemberg, {english} than elsewhere"
    )


def test_a_title_of_a_middle_value(settings):
    released = make_released(
        make_evidence("survey:q05_members.median@DE2", 24.0),
        make_evidence("survey:q05_members.median@DE2~rest", 4.0, unit="members", verdict="higher"),
    )
    assert say(settings, released, "de", "DE2", what=make_title) == (
        "In Bayern ist der Wert für „Zahl der Mitglieder“ höher als anderswo"
    )


def test_a_region_without_findings_has_a_title_that_says_so(settings):
    assert say(settings, steering(), "de", "DEC", what=make_title) == (
        "In Saarland liegen zu wenige Antworten für eigene Ergebnisse vor"
    )


# --- findings -------------------------------------------------------------------------------


def several():
    """Two questions of two topics, neither of which differs from the rest."""
    return make_released(
        make_evidence("survey:q02_steering.frequent@DE1", 0.6),
        make_evidence("survey:q04_barriers_time.agreeing@DE1", 0.7),
        make_evidence("survey:q04_barriers_money.agreeing@DE1", 0.65),
        make_evidence("survey:q07_smes.yes@DE1", 0.55),
        make_evidence("survey:q08_contact.frequent@DE1", None),
    )


def test_audiences_are_told_other_findings_first(settings):
    sentences = SentenceContext.of(settings, several(), "en")
    first = {
        audience: choose_findings(sentences, "DE1", audience, limit=1)[0].ref
        for audience in ("smes", "chambers")
    }
    assert first == {
        "smes": "q02_steering.frequent",  # topics: work, barriers
        "chambers": "q04_barriers_time.agreeing",  # topics: barriers
    }
    assert make_title(sentences, "DE1", "smes") != make_title(sentences, "DE1", "chambers")


def test_suppressed_values_are_no_findings(settings):
    found = choose_findings(SentenceContext.of(settings, several(), "en"), "DE1", "smes", limit=10)
    assert "survey:q08_contact.frequent@DE1" not in {item.key for item in found}
    assert len(found) == 4


def test_a_question_is_told_once_before_its_other_lines(settings):
    found = choose_findings(
        SentenceContext.of(settings, several(), "en"), "DE1", "chambers", limit=3
    )
    assert found[0].question == "q04_barriers"
    assert found[1].question != "q04_barriers"


def test_a_difference_comes_before_a_majority(settings):
    released = make_released(
        make_evidence("survey:q02_steering.frequent@DE1", 0.95),
        make_evidence("survey:q07_smes.yes@DE1", 0.5),
        make_evidence("survey:q07_smes.yes@DE1~rest", -0.2, verdict="lower"),
    )
    found = choose_findings(SentenceContext.of(settings, released, "en"), "DE1", "smes", limit=2)
    assert [item.verdict for item in found] == ["lower", "unknown"]


def tell_ranking(settings, **shares):
    """Shares that rank an item first, told to an audience of the topic."""
    variable = next(v for v in settings.variables.values() if v.type == "ranking")
    values = zip(finding_measures(variable), shares.values(), strict=False)
    released = make_released(
        *(make_evidence(f"survey:{variable.code}.{name}@DE1", value) for name, value in values)
    )
    found = choose_findings(SentenceContext.of(settings, released, "en"), "DE1", limit=5)
    return [released[item.key].value for item in found]


def test_what_most_people_chose_comes_first_and_the_rarest_last(settings):
    told = tell_ranking(settings, a=0.05, b=0.47, c=0.33)
    assert told == sorted(told, reverse=True)
    assert len(told) > 1


def test_a_declared_headline_comes_before_other_items(settings):
    declared = settings.variables["q03_partners"].question.headline
    others = [
        name for name in finding_measures(settings.variables["q03_partners"]) if name != declared
    ]
    assert declared
    assert others
    released = make_released(
        make_evidence(f"survey:q03_partners.{declared}@DE1", 0.3),
        *(make_evidence(f"survey:q03_partners.{name}@DE1", 0.8) for name in others),
    )
    found = choose_findings(SentenceContext.of(settings, released, "en"), "DE1", limit=1)
    assert found[0].key == f"survey:q03_partners.{declared}@DE1"


def test_findings_of_one_topic(settings):
    found = choose_findings(
        SentenceContext.of(settings, several(), "en"), "DE1", "smes", limit=10, topic="barriers"
    )
    assert {item.topic for item in found} == {"barriers"}


def test_types_that_differ_are_told_in_the_nation(settings):
    released = make_released(
        make_evidence("survey:q02_steering.frequent@DE", 0.9),
        make_evidence("survey:q02_steering.frequent@type:rural", 0.3),
        make_evidence("survey:q02_steering.frequent@type:rural~rest", -0.4, verdict="lower"),
        make_evidence("survey:q02_steering.frequent@type:metro", 0.6),
        make_evidence("survey:q02_steering.frequent@type:metro~rest", 0.1, verdict="same"),
    )
    found = choose_findings(SentenceContext.of(settings, released, "en"), "DE", "ministry", limit=5)
    assert [item.key.partition("@")[2] for item in found] == ["DE", "type:rural"]


def test_results_worth_a_sentence_of_each_type(settings):
    measures = {code: finding_measures(item) for code, item in settings.variables.items()}
    assert measures["q02_steering"] == ("frequent",)
    assert measures["q03_partners"] == ("chamber", "agency", "university")
    assert measures["q04_barriers_time"] == ("agreeing",)
    assert measures["q05_members"] == ("median",)
    assert measures["q10_comment"] == ()


def test_a_declared_headline_of_a_multiple_choice_counts_in_sentences_as_in_charts(settings):
    partners = settings.variables["q03_partners"]
    assert headline_measures(partners) == ("chamber",)
    agency, chamber = (f"survey:q03_partners.{name}@DE" for name in ("agency", "chamber"))
    change = {"verdict": "higher", "low": 0.1, "high": 0.3}
    released = make_released(
        make_evidence(agency, 0.7),
        make_evidence(chamber, 0.6),
        make_evidence(f"{agency}~2025", 0.3, **change | {"low": 0.29, "high": 0.31}),
        make_evidence(f"{chamber}~2025", 0.2, **change),
    )
    [told] = list_changes(SentenceContext.of(settings, released, "en"), "DE")
    assert "Chambers" in told


# --- headline numbers -----------------------------------------------------------------------


def test_a_headline_number_has_label_and_comparator(settings, worded):
    released = steering()
    evidence = released[STEERING]
    plain = SentenceContext.of(settings, released, "en")
    assert label_headline(plain, evidence) == "Meetings of the steering group: often or always"
    assert plain_text(compare_headline(plain, evidence)) == (
        "more than elsewhere in Germany; Germany as a whole: 33%"
    )
    own = SentenceContext.of(worded, released, "de")
    assert label_headline(own, evidence) == "sagen, dass ihre Steuerung oft tagt"


def test_the_nation_is_compared_by_the_range_of_its_types(settings):
    key = "survey:q02_steering.frequent@"
    released = make_released(
        make_evidence(f"{key}DE", 0.5),
        make_evidence(f"{key}type:rural", 0.3),
        make_evidence(f"{key}type:metro", 0.7),
    )
    sentences = SentenceContext.of(settings, released, "en")
    assert plain_text(compare_headline(sentences, released[f"{key}DE"])) == (
        "from 30% (Rural areas) to 70% (Metropolitan areas)"
    )


# --- changes --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "german", "english"),
    [
        ("higher", "um 12 Prozentpunkte auf 41\u00a0% gestiegen", "risen by 12 percentage points"),
        ("lower", "um 12 Prozentpunkte auf 41\u00a0% gesunken", "fallen by 12 percentage points"),
    ],
)
def test_changes_are_told_where_they_are_borne(settings, verdict, german, english):
    released = make_released(
        make_evidence(STEERING, 0.41), make_evidence(f"{STEERING}~2024", 0.12, verdict=verdict)
    )
    (de,) = list_changes(SentenceContext.of(settings, released, "de"), "DE1")
    (en,) = list_changes(SentenceContext.of(settings, released, "en"), "DE1")
    assert german in plain_text(de)
    assert english in plain_text(en)
    assert "2024" in plain_text(de)


def test_a_change_names_the_value_before_where_it_is_known(worded):
    released = make_released(
        make_evidence(STEERING, 0.41),
        make_evidence(f"{STEERING}~2024", 0.12, verdict="higher"),
        previous={STEERING: make_evidence(STEERING, 0.29)},
    )
    (said,) = list_changes(SentenceContext.of(worded, released, "de"), "DE1")
    assert plain_text(said) == (
        "In Baden-Württemberg ist der Anteil derer, die sagen, dass ihre Steuerung oft tagt, seit "
        "2024 gestiegen: 41\u00a0%, vorher 29\u00a0%."
    )


def test_what_did_not_change_is_not_told(settings):
    released = make_released(
        make_evidence(STEERING, 0.41), make_evidence(f"{STEERING}~2024", 0.02, verdict="same")
    )
    sentences = SentenceContext.of(settings, released, "en")
    assert list_changes(sentences, "DE1") == []
    assert plain_text(compare_value(sentences, f"{STEERING}~2024")) == (
        "In Baden-Württemberg, the share for “Meetings of the steering group” (often or always) has "
        "not clearly changed since 2024: 41%."
    )


# --- tracing --------------------------------------------------------------------------------


def test_every_number_and_claim_carries_its_evidence(settings):
    said = state_finding(SentenceContext.of(settings, steering(), "de"), STEERING)
    assert evidence_keys(said) == (
        STEERING,
        f"{STEERING}~rest",
        "survey:q02_steering.frequent@DE",
    )


def test_labels_cannot_become_markup():
    assert escape("a*b_c [d]{e} <f> @g") == r"a\*b\_c \[d\]\{e\} \<f\> \@g"
    assert plain_text(escape("a*b_c [d]{e} <f> @g")) == "a*b_c [d]{e} <f> @g"


def test_numbers_in_texts_of_data_are_marked_as_plain():
    assert mark_numbers("bis 20 Mitglieder") == "bis [20]{.plain} Mitglieder"
    assert (
        mark_numbers("unter 25\u00a0%, [2017]{.plain}")
        == "unter [25\u00a0%]{.plain}, [2017]{.plain}"
    )


@pytest.mark.parametrize(
    ("language", "named", "unnamed"),
    [
        ("de", "In Deutschland sagen 33 % der Befragten, dass ihre Steuerung oft tagt.", "33 % der Befragten sagen, dass ihre Steuerung oft tagt."),
        ("en", "In Germany, 33% of respondents say that their steering group meets often.", "33% of respondents say that their steering group meets often."),
    ],
)  # fmt: skip
def test_the_place_that_the_whole_document_is_about_is_not_named(language, named, unnamed, worded):
    key = "survey:q02_steering.frequent@DE"
    told = say(worded, steering(), language, key, what=state_value).replace("\xa0", " ")
    assert told == named
    at_home = say(worded, steering(), language, key, what=state_value, home="DE")
    assert at_home.replace("\xa0", " ") == unnamed


def test_other_places_are_named_at_home_too(worded):
    told = say(worded, steering(), "de", what=state_finding, home="DE")
    assert told.startswith("In Baden-Württemberg sagen")


@pytest.mark.parametrize(
    ("language", "cases", "said"),
    [
        ("de", 1, "Thema in 1 Fallstudie und in 4 Gesprächen."),
        ("de", 3, "Thema in 3 Fallstudien und in 4 Gesprächen."),
        ("en", 1, "A subject in 1 case study and in 4 interviews."),
    ],
)
def test_coverage_of_a_factor_counts_cases_and_interviews(language, cases, said, settings):
    released = make_released(
        make_evidence("case:factor.trust.cases@DE", cases, unit="", statistic="count"),
        make_evidence("case:factor.trust.interviews@DE", 4, unit="", statistic="count"),
    )
    assert say(settings, released, language, "trust", what=state_coverage) == said


def test_a_band_is_a_sentence_without_a_comparison(settings):
    hidden = make_evidence(STEERING, None, reason="cell", band=(0.7, None), n=12)
    partners = steering("higher").evidence.values()
    released = make_released(hidden, *(item for item in partners if item.key != STEERING))
    told = say(settings, released, "en", what=state_finding)
    assert "at least 70% of" in told
    assert "elsewhere" not in told
    assert "mindestens 70" in say(settings, released, "de", what=state_finding)
    at_home = state_value(SentenceContext.of(settings, released, "en"), STEERING, home="DE1")
    assert plain_text(at_home).startswith("At least 70% of")
