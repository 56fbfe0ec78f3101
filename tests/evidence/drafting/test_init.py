"""What `briefgen init` drafts from files of survey programs passes check, and tells its guesses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
from click.testing import CliRunner

import survey_files as files
from briefgen.cli import main
from briefgen.config.settings import Codebook, Settings, StudyInfo, load_settings
from briefgen.config.yaml_text import load
from briefgen.content.compose.method import _drafted
from briefgen.content.language import Locale
from briefgen.errors import SettingsError, SourceError, UnknownNameError
from briefgen.evidence.drafting import Wishes, make_ddi
from briefgen.evidence.load import check_study, load_study
from briefgen.evidence.sources.dictionaries import read_dictionaries
from briefgen.evidence.survey import estimate_survey
from briefgen.pipeline import beginning


def begin(file: Path, folder: Path, wishes: Wishes = Wishes()) -> Settings:  # noqa: B008 - frozen
    list(beginning.write(beginning.begin_from_file(file, None, wishes), folder))
    settings = load_settings(folder)
    problems = check_study(settings)
    assert [problem for problem in problems if problem.severity == "error"] == []
    told = ("drafted", "respondents have all cells")  # invented answers may be alike
    odd = [p for p in problems if not f"{p.column} {p.rule}".strip().startswith(told)]
    assert odd == [], "what init writes is only asked to be confirmed"
    return settings


def guesses(settings: Settings, about: str) -> set[str]:
    return {at for entry in settings.info.drafted if entry.guess == about for at in entry.at}


@pytest.mark.parametrize("suffix", [".sav", ".dta"])
def test_labelled_files_give_roles_batteries_sets_filters_and_missing_codes(tmp_path, suffix):
    settings = begin(files.labelled_file(tmp_path / f"answers{suffix}"), tmp_path / "study")
    info, asked = settings.info, settings.questions
    assert (settings.codebook.id_column, info.design.weight) == ("respid", "wgt")
    assert info.regions.variable == "bundesland"
    assert {region.code: region.tile for region in info.regions.list} == {
        "BW": (1, 4),
        "BY": (2, 4),
        "BE": (4, 2),
    }
    assert {code: one.type for code, one in asked.items()} == {
        "q1": "battery", "q2": "single", "q3": "single", "q4": "multiple", "age": "numeric",
    }  # fmt: skip
    assert asked["q1"].text[""] == "How much do you agree?"
    assert [item.label[""] for item in asked["q1"].items] == [
        "The office is open",
        "The office is near",
        "The office is quick",
    ]
    scale = settings.codebook.scales[asked["q1"].scale]
    assert (scale.ordered, scale.diverging, scale.boxes[0].options) == (
        True,
        True,
        ("agree", "strongly_agree"),
    )
    asked_if = asked["q3"].asked_if
    assert (asked_if.variable, asked_if.options) == ("q2", ("yes",))
    assert [topic.questions for topic in info.topics] == [("q1", "q2", "q3", "q4"), ("age",)]
    assert dict(asked["age"].missing) == {"999": "no_answer"}
    assert {"age", "q2"} <= guesses(settings, "missing")
    assert guesses(settings, "filter") == {"q3"}
    assert guesses(settings, "weight") == {"wgt"}
    if suffix == ".sav":
        assert "q1" not in guesses(settings, "missing"), "the file declares it: no guess"


def test_drafted_shares_are_those_of_pandas(tmp_path):
    settings = begin(files.labelled_file(tmp_path / "answers.sav"), tmp_path / "study")
    found = estimate_survey(load_study(settings)).set_index("key")["value"]
    frame = files.labelled_frame()

    def share(hit: pd.Series, base: pd.Series) -> float:
        return frame.loc[hit & base, "wgt"].sum() / frame.loc[base, "wgt"].sum()

    line = frame["q1b"]
    assert found["survey:q1_the_office_is_near.high@ALL"] == pytest.approx(
        share(line >= 4, line != 9)
    )
    assert found["survey:q2.yes@BY"] == pytest.approx(
        share((frame["q2"] == 1), (frame["q2"] != 8) & (frame["bundesland"] == 9))
    )
    assert found["survey:q4.radio@ALL"] == pytest.approx(
        share(frame["q4_1"] == 1, frame["q4_1"].notna())
    )
    ages = frame[frame["age"] != 999]
    assert found["survey:age.mean@ALL"] == pytest.approx(
        (ages["age"] * ages["wgt"]).sum() / ages["wgt"].sum()
    )


EXPORTS: dict[str, tuple[Callable[[Path], Path], dict[str, str]]] = {
    "limesurvey": (files.limesurvey_file, {"Q1": "battery", "Q2": "multiple", "Q3": "single", "Q4": "numeric"}),
    "qualtrics": (files.qualtrics_file, {"Q1": "scale", "Q2": "multiple", "Q3": "battery"}),
    "kobo": (files.kobo_file, {"g_media": "multiple", "g_age": "numeric", "g_why": "open"}),
    "redcap": (files.redcap_file, {"visited": "single", "news": "multiple", "rating": "scale", "age": "numeric"}),
    "sosci": (files.sosci_file, {"A101": "single", "A102_01": "single", "A102_02": "single"}),
    "forms": (files.forms_file, {"what_do_you_use": "multiple", "how_often_do_you_go_there": "scale", "Comments": "open"}),
}  # fmt: skip


@pytest.mark.parametrize("program", EXPORTS)
def test_exports_give_the_types_that_were_asked(tmp_path, program):
    write, types = EXPORTS[program]
    settings = begin(write(tmp_path), tmp_path / "study")
    found = {code: question.type for code, question in settings.questions.items()}
    assert found == types
    assert settings.languages == (
        ("de",) if program in ("limesurvey", "kobo", "sosci") else ("en",)
    )
    assert not any(
        len(v.values()) == 0 for q in settings.questions.values() for v in (q.text, q.label)
    )


def test_what_stands_beside_an_export_gives_the_wordings(tmp_path):
    asked = begin(files.limesurvey_file(tmp_path), tmp_path / "study").questions
    assert asked["Q2"].text[""] == "Welche Medien nutzen Sie?"
    assert [item.label[""] for item in asked["Q2"].items] == ["Radio", "Zeitung"]
    assert [option.label[""] for option in asked["Q3"].options] == ["Ja", "Nein"]


def test_rows_that_are_previews_are_left_out_and_told(tmp_path):
    settings = begin(files.qualtrics_file(tmp_path), tmp_path / "study")
    assert len(load_study(settings).survey) == files.ROWS - 3
    assert guesses(settings, "rows") == {"Status"}


def test_flags_are_no_guesses(tmp_path):
    file = files.labelled_file(tmp_path / "answers.sav")
    wishes = Wishes(
        id="respid",
        weight="",
        region="bundesland",
        language="de",
        title="Das Amt",
        leave_out=("age",),
    )
    settings = begin(file, tmp_path / "study", wishes)
    assert settings.info.design.weight is None
    assert settings.languages == ("de",)
    assert settings.info.publication.title[""] == "Das Amt"
    assert not {"age", "wgt"} & set(settings.questions)
    for about in ("id", "weight", "region", "language"):
        assert not guesses(settings, about)


def test_a_column_that_is_not_there_is_named_with_the_nearest(tmp_path):
    file = files.labelled_file(tmp_path / "answers.sav")
    with pytest.raises(SourceError, match=r"no column 'bundeslnd'[\s\S]*bundesland"):
        beginning.begin_from_file(file, None, Wishes(region="bundeslnd"))


def test_a_study_is_not_overwritten(tmp_path):
    file = files.labelled_file(tmp_path / "answers.sav")
    begin(file, tmp_path / "study")
    with pytest.raises(SettingsError, match="there is a study already"):
        begin(file, tmp_path / "study")


def test_init_with_the_command_line(tmp_path):
    file = files.forms_file(tmp_path)
    result = CliRunner().invoke(
        main, ["init", str(tmp_path / "study"), "--from", str(file), "--yes"]
    )
    assert result.exit_code == 0, result.output
    assert "to confirm: region of Which state do you live in?, high" in result.output
    assert "Words of person" not in (tmp_path / "study/data/codebook.yml").read_text(
        encoding="utf-8"
    )


def test_the_empty_study_has_every_key_and_passes(tmp_path):
    list(beginning.begin_empty(tmp_path, language="en", title="Mine"))
    settings = load_settings(tmp_path)
    assert check_study(settings) == []
    text = {
        name: (tmp_path / "data" / name).read_text(encoding="utf-8")
        for name in ("study.yml", "codebook.yml")
    }
    for name, part in (("study.yml", StudyInfo), ("codebook.yml", Codebook)):
        missing = [key for key in part.model_fields if f"{key}:" not in text[name]]
        assert missing == []


def test_the_method_chapter_tells_guesses_that_change_numbers(tmp_path):
    settings = begin(files.labelled_file(tmp_path / "answers.sav"), tmp_path / "study")
    told: dict[str, Any] = {view.about: view for view in _drafted(settings, Locale(settings, "en"))}
    assert {"weight", "region", "missing", "filter", "multiple"} <= set(told)
    assert "id" not in told
    assert "How old are you" in told["missing"].questions


def test_an_example_is_copied_whole_and_passes(tmp_path):
    list(beginning.begin_from_example(tmp_path, "poll"))
    problems = check_study(load_settings(tmp_path))
    assert [problem for problem in problems if problem.severity == "error"] == []
    with pytest.raises(UnknownNameError, match="poll"):
        list(beginning.begin_from_example(tmp_path / "other", "pol"))


def test_a_new_wave_is_held_against_the_codebook(tmp_path):
    settings = begin(files.labelled_file(tmp_path / "answers.sav"), tmp_path / "study")
    frame, labels = (
        files.labelled_frame(),
        {name: dict(told) for name, told in files.LABELS.items()},
    )
    frame = frame.drop(columns="age").assign(q5=[1, 2] * (files.ROWS // 2))
    frame.loc[0, "q2"] = 3
    labels["q2"][1] = "Often"
    labels["q5"] = {1: "Yes", 2: "No"}
    wave = tmp_path / "wave2.sav"
    texts = [files.WORDINGS.get(name, "Did you like it?" if name == "q5" else "") for name in frame]
    pyreadstat.write_sav(frame, str(wave), column_labels=texts, variable_value_labels=labels)
    found = {str(difference) for difference in beginning.compare(settings, wave)}
    assert found == {
        "column gone: age", "new column: q5: Did you like it?", "new code: q2: '3' in 1 rows",
        "label: q2: 1 is 'Often', was 'Yes'",
    }  # fmt: skip
    new = load("questions:\n" + beginning.draft_new_questions(settings, wave))["questions"]
    assert [(one["code"], one["type"], one["text"]) for one in new] == [
        ("q5", "single", "Did you like it?")
    ]


def test_a_codebook_survives_the_way_through_ddi(tmp_path):
    settings = begin(files.labelled_file(tmp_path / "answers.sav"), tmp_path / "study")
    (tmp_path / "ddi.xml").write_text(make_ddi(settings), encoding="utf-8")
    [told] = read_dictionaries(tmp_path / "ddi.xml").values()
    assert told["q2"].wording == "Have you been to the office?"
    assert told["q2"].answers == {"1": "Yes", "2": "No", "8": "Don't know"}
    assert told["q2"].missing == ["8"]
