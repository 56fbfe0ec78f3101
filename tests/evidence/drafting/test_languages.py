"""Languages found in a file: labels of each in the codebook, and briefgen's own words in them."""

from __future__ import annotations

import pytest

import survey_files as files
from briefgen.config.settings import load_settings
from briefgen.errors import SourceError
from briefgen.evidence.drafting import Wishes
from briefgen.evidence.load import check_study, load_study
from briefgen.evidence.sources.dictionaries import _language_of, read_dictionaries
from briefgen.evidence.survey import estimate_survey
from briefgen.pipeline import beginning


def begin(file, folder, **stated):
    list(beginning.write(beginning.begin_from_file(file, None, Wishes(**stated)), folder))
    settings = load_settings(folder)
    assert [problem for problem in check_study(settings) if problem.severity == "error"] == []
    return settings


def test_an_archive_of_limesurvey_alone_gives_both_languages_and_the_same_numbers(tmp_path):
    settings = begin(files.limesurvey_archive(tmp_path), tmp_path / "archive")
    assert settings.languages == ("de", "en")
    battery = settings.questions["Q1"]
    assert dict(battery.text) == {"de": "Wie sehr stimmen Sie zu?", "en": "How much do you agree?"}
    assert [item.label["en"] for item in battery.items] == [
        "The office is open.",
        "The office is near.",
    ]
    scale = settings.codebook.scales[battery.scale]
    assert [option.label["en"] for option in scale.options][-1] == "don't know"
    assert dict(scale.boxes[0].label)["en"] == "agree or strongly agree"
    assert [dict(option.label) for option in settings.questions["Q3"].options] == [
        {"de": "Ja", "en": "Yes"}, {"de": "Nein", "en": "No"},
    ]  # fmt: skip
    asked = [entry.question for entry in settings.info.drafted if entry.at == ("languages",)]
    assert ["'it'" in question for question in asked] == [True], "a language without our words"
    lone = begin(tmp_path / "survey.csv", tmp_path / "export")
    both = [estimate_survey(load_study(one)).set_index("key")["value"] for one in (settings, lone)]
    assert both[0].equals(both[1])


def test_a_form_in_two_languages(tmp_path):
    settings = begin(files.kobo_file(tmp_path, english=True), tmp_path / "study", language="en")
    assert settings.languages == ("en", "de")
    assert dict(settings.questions["g_media"].text) == {
        "de": "Welche Medien nutzen Sie?", "en": "Which media do you use?",
    }  # fmt: skip
    bavaria = next(region for region in settings.info.regions.list if region.code == "BY")
    assert dict(bavaria.name) == {"en": "Bavaria", "de": "Bayern"}
    assert dict(bavaria.in_) == {"en": "in Bavaria", "de": "in Bayern"}


def test_regions_keep_the_names_that_the_file_has(tmp_path):
    draw = ["Landkreis Rostock", "Ludwigslust-Parchim", "Stadt Passau"]
    rows = [
        ["Landkreis", "Wie war es?"],
        *([draw[n % 3], ("gut", "schlecht")[n % 2]] for n in range(60)),
    ]
    settings = begin(files.write_rows(tmp_path / "k.csv", rows), tmp_path / "study", language="de")
    assert {region.code: region.in_[""] for region in settings.info.regions.list} == {
        "DE80K": "im Landkreis Rostock", "DE80O": "in Ludwigslust-Parchim",
        "DE222": "in der Stadt Passau",
    }  # fmt: skip


def test_where_is_said_in_french_with_words_that_fit_every_name_and_asked(tmp_path):
    rows = [
        ["region", "q"],
        *([("Hessen", "Sachsen", "Berlin")[n % 3], "ab"[n % 2]] for n in range(60)),
    ]
    settings = begin(files.write_rows(tmp_path / "k.csv", rows), tmp_path / "study", language="fr")
    said = [(region.in_[""], region.name[""]) for region in settings.info.regions.list]
    assert all(where == f"dans la région {name}" for where, name in said)
    assert ("regions.list",) in [entry.at for entry in settings.info.drafted]


def test_an_archive_without_answers_says_so(tmp_path):
    (tmp_path / "broken.lsa").write_bytes(b"no archive")
    with pytest.raises(SourceError, match=r"is not a zip archive"):
        beginning.begin_from_file(tmp_path / "broken.lsa", None, Wishes())


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("label::Deutsch (de)", "de"), ("label::English", "en"), ("label:Français", "fr"),
        ("label::German", "de"), ("label", ""), ("hint::English (en)", ""),
    ],
)  # fmt: skip
def test_headings_of_forms_name_languages(heading, code):
    assert _language_of(heading) == code


def test_a_qualtrics_survey_beside_the_export_gives_its_languages_in_words_and_numbers(tmp_path):
    values = []
    for kind in ("words", "numbers"):
        (tmp_path / kind).mkdir()
        file = files.qualtrics_survey(tmp_path / kind, numbers=kind == "numbers")
        settings = begin(file, tmp_path / f"study-{kind}")
        assert settings.languages == ("de", "en")
        assert list(settings.questions) == ["Q1", "Q2", "Q3"]
        assert settings.info.publication.title["en"] == "Nahverkehr 2026"
        assert dict(settings.questions["Q1"].text) == {
            "de": "Wie zufrieden sind Sie?", "en": "How satisfied are you?",
        }  # fmt: skip
        steps = settings.variables["Q1"].options
        assert [dict(option.label)["en"] for option in steps] == files.ENGLISH_STEPS
        assert settings.variables["Q1"].ordered
        items = settings.questions["Q2"].items
        assert [item.label["de"] for item in items] == ["Radio", "Zeitung"]
        assert [item.label["en"] for item in items] == ["Radio", "Newspaper"]
        assert [item.label["en"] for item in settings.questions["Q3"].items] == [
            "the bus",
            "the train",
        ]
        values.append(estimate_survey(load_study(settings)).set_index("key")["value"])
    in_words, in_numbers = (one.drop("survey:Q1.mean@ALL") for one in values)  # codes from 11 up
    assert in_words.equals(in_numbers)


def test_what_is_no_survey_of_qualtrics_is_named(tmp_path):
    (tmp_path / "survey.qsf").write_text('{"SurveyEntry": {}}')
    with pytest.raises(SourceError, match=r"survey\.qsf: is no Qualtrics survey"):
        read_dictionaries(tmp_path / "survey.qsf")
