"""Numbers, dates, lists and catalogues in German, English and a language that a study adds."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from briefgen.config.settings import Settings, load_settings
from briefgen.content.language import Locale, missing_messages
from briefgen.errors import SettingsError
from briefgen.model import Evidence, Status
from studies import small_study

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    return load_settings(small_study(tmp_path_factory.mktemp("study")))


@pytest.fixture
def de(settings):
    return Locale(settings, "de")


@pytest.fixture
def en(settings):
    return Locale(settings, "en")


def evidence(**changes) -> Evidence:
    fields = {
        "key": "survey:q05_members.median@DE1",
        "source": "survey",
        "variable": "q05_members",
        "measure": "median",
        "domain": "DE1",
        "contrast": "",
        "statistic": "median",
        "unit": "members",
        "value": 24.0,
        "low": 20.0,
        "high": 31.0,
        "n": 42,
        "method": "woodruff",
        "status": Status.PUBLISHED,
    }
    return Evidence(**(fields | changes))


def test_percent_is_written_as_the_language_writes_it(de, en):
    assert de.percent(0.41) == f"41{NBSP}%"
    assert en.percent(0.41) == "41%"
    assert de.percent(0.4125, 1) == f"41,3{NBSP}%"
    assert en.percent(0.4125, 1) == "41.3%"


def test_numbers_are_rounded_half_up(de):
    assert [de.percent(share) for share in (0.005, 0.015, 0.405)] == [
        f"1{NBSP}%", f"2{NBSP}%", f"41{NBSP}%",
    ]  # fmt: skip


def test_numbers_group_thousands_and_show_a_decimal_only_where_there_is_one(de, en):
    assert de.number(1234.5) == "1.234,5"
    assert en.number(1234.5) == "1,234.5"
    assert de.number(3.0) == "3"
    assert en.number(-2.5) == f"{MINUS}2.5"
    assert en.number(2.456, 2) == "2.46"


def test_points_carry_a_sign_and_count_in_the_right_number(de, en):
    assert de.points(0.12) == "+12 Prozentpunkte"
    assert de.points(-0.12) == f"{MINUS}12 Prozentpunkte"
    assert de.points(0.01, signed=False) == "1 Prozentpunkt"
    assert en.points(-0.05, signed=False) == "5 percentage points"
    assert en.points(0.0) == "0 percentage points"


def test_dates_lists_and_quotation_marks(de, en):
    day = dt.date(2026, 11, 2)
    assert (de.date(day), en.date(day)) == ("2. November 2026", "2 November 2026")
    assert (de.join(["a", "b", "c"]), en.join(["a", "b"])) == ("a, b und c", "a and b")
    assert (de.quote("gut"), en.quote("good")) == ("„gut“", "“good”")


def test_a_value_carries_its_unit_in_the_right_number(de, en):
    assert de.value(evidence()) == f"24{NBSP}Mitglieder"
    assert en.value(evidence(value=1.0)) == f"1{NBSP}member"
    assert en.value(evidence(statistic="mean", measure="mean", value=24.26)) == f"24.3{NBSP}members"
    assert de.value(evidence(unit="share", value=0.41)) == f"41{NBSP}%"
    assert de.value(evidence(unit="points", value=-0.05)) == f"{MINUS}5 Prozentpunkte"
    assert de.value(evidence(unit="", variable="cases", statistic="count", value=5.0)) == "5"


def test_an_interval_names_its_unit_once(de, en):
    assert de.interval(evidence()) == f"20 bis 31{NBSP}Mitglieder"
    assert en.interval(evidence(unit="share", low=0.3, high=0.5)) == "30 to 50%"
    assert en.interval(evidence(low=None)) == ""


def test_a_suppressed_value_is_never_a_number(de, en):
    hidden = evidence(value=None, low=None, high=None, n=None, status=Status.PRIMARY, reason="base")
    assert de.value(hidden) == "nicht ausgewiesen"
    assert de.reason(hidden) == "zu wenige Antworten"
    assert en.interval(hidden) == ""
    assert en.reason(evidence(status=Status.PRIMARY, value=None, reason="new")) == (
        "hidden to protect respondents"
    )
    assert en.reason(evidence()) == ""


def test_a_consensus_label_is_translated(de):
    label = evidence(source="panel", statistic="label", value=None, text="none", unit="")
    assert de.value(label) == "kein Konsens"


def test_a_missing_translation_is_an_error_that_names_the_nearest_message(de, en):
    with pytest.raises(SettingsError, match="did you mean not shown") as caught:
        de.text("not shwn")
    assert caught.value.where == "locales/de.po"
    assert en.text("not shwn") == "not shwn"  # English is the language of the ids


def test_a_wrong_place_in_a_translation_names_the_catalogue(tmp_path):
    study = _with_catalogue(tmp_path, "de", 'msgid "{low} to {high}"\nmsgstr "{tief} bis {high}"\n')
    with pytest.raises(SettingsError, match="cannot be filled in") as caught:
        Locale(study, "de").interval(evidence())
    assert caught.value.where == "locales/de.po"


def test_the_study_s_catalogue_wins_over_the_package_s(tmp_path):
    study = _with_catalogue(tmp_path, "de", 'msgid "not shown"\nmsgstr "verdeckt"\n')
    locale = Locale(study, "de")
    assert locale.text("not shown") == "verdeckt"
    assert locale.text("too few answers") == "zu wenige Antworten"


def test_a_language_without_a_catalogue_is_an_error(settings):
    with pytest.raises(SettingsError, match="no catalogue for the language 'it'"):
        Locale(settings, "it")


def test_a_catalogue_that_cannot_be_read_names_its_place(tmp_path):
    study = _with_catalogue(tmp_path, "de", 'msgid "x"\nnonsense "y"\n')
    with pytest.raises(SettingsError, match="cannot be read") as caught:
        Locale(study, "de")
    assert caught.value.where == "locales/de.po"


def test_an_unknown_cldr_locale_is_an_error(tmp_path):
    study = _with_catalogue(tmp_path, "xx", 'msgid "not shown"\nmsgstr "?"\n')
    with pytest.raises(SettingsError, match="no formats for the locale 'xx'"):
        Locale(study, "xx")


def test_the_package_s_catalogues_are_complete(settings):
    assert missing_messages(settings) == []


def test_missing_messages_names_language_and_message(settings, tmp_path):
    assert [p.rule for p in missing_messages(settings, ["How are you?"])] == [
        "'How are you?' has no translation to 'de'"
    ]
    study = load_settings(small_study(tmp_path, study={"languages": ["de", "it"]}))
    (problem,) = missing_messages(study)
    assert problem.rule == "there is no catalogue for the language 'it'"


def _with_catalogue(folder: Path, language: str, messages: str) -> Settings:
    """A study with a catalogue of its own."""
    study = load_settings(small_study(folder))
    (folder / "locales").mkdir()
    header = (
        f'msgid ""\nmsgstr "Language: {language}\\nContent-Type: text/plain; charset=utf-8\\n"\n\n'
    )
    (folder / "locales" / f"{language}.po").write_text(header + messages, encoding="utf-8")
    return study


def with_rules(folder: Path, **rules) -> Settings:
    return load_settings(small_study(folder, study={"disclosure": rules}))


@pytest.mark.parametrize(
    ("step", "shown"),
    [(0.01, "14"), (0.001, "14,4"), (0.005, "14,4"), (0.0001, "14,40"), (0.05, "14")],
)
def test_a_share_has_the_decimals_of_the_step_that_it_was_released_with(tmp_path, step, shown):
    share = evidence(statistic="share", unit="share", value=0.144, low=0.1, high=0.2)
    assert Locale(with_rules(tmp_path, share_step=step), "de").value(share) == f"{shown}{NBSP}%"


def test_a_share_is_not_rounded_twice(tmp_path):
    """42.471 %, released as 42.5 %, is not 43 %."""
    locale = Locale(with_rules(tmp_path, share_step=0.005), "en")
    released = evidence(statistic="share", unit="share", value=0.425, low=0.4, high=0.45)
    assert locale.value(released) == "42.5%"
    assert locale.interval(released) == "40.0 to 45.0%"


def test_a_mean_has_decimals_only_where_it_was_released_with_them(de):
    shown = {
        value: de.value(evidence(statistic="mean", measure="mean", value=value))
        for value in (9160.0, 101.0, 42.3)
    }
    assert [text.split(NBSP)[0] for text in shown.values()] == ["9.160", "101", "42,3"]


def test_a_unit_has_its_decimals(tmp_path):
    unit = {"one": "Euro", "many": "Euro", "decimals": 2}
    folder = small_study(tmp_path, codebook={"units": {"members": unit}})
    assert Locale(load_settings(folder), "de").value(evidence(value=2.5)) == f"2,50{NBSP}Euro"
    rounded = evidence(value=2200.0, low=2000.0, high=2300.0)
    assert Locale(load_settings(folder), "de").value(rounded) == f"2.200{NBSP}Euro"


@pytest.mark.parametrize(
    ("band", "words", "short"),
    [
        ((None, 0.2), ("at most 20%", f"höchstens 20{NBSP}%"), f"≤{NBSP}20%"),
        ((0.7, None), ("at least 70%", f"mindestens 70{NBSP}%"), f"≥{NBSP}70%"),
        ((0.3, 0.5), ("30 to 50%", f"30 bis 50{NBSP}%"), "30 to 50%"),
    ],
)
def test_a_band_is_said_in_words_and_in_signs(de, en, band, words, short):
    hidden = evidence(
        value=None, low=None, high=None, unit="share", n=12, band=band,
        status=Status.PRIMARY, reason="cell",
    )  # fmt: skip
    assert (en.value(hidden), de.value(hidden)) == words
    assert en.band(hidden, short=True) == short
    assert en.interval(hidden) == ""
    assert "range" in en.reason(hidden)
