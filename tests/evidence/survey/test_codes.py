"""Codes and what they mean: several for one answer, answers in own words, codes among numbers."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

import numpy as np
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.settings import Question, Variable, load_settings
from briefgen.errors import SettingsError
from briefgen.evidence.load import check_study, load_study
from briefgen.evidence.survey import estimate_survey
from briefgen.evidence.survey.decode import split_sets
from studies import small_study

BARE = {"topics": [], "audiences": [], "statistics": None}


def study(folder: Path, question: dict, cells, *, columns=("q",), **codebook):
    """Write a study of one question with the cells given, one row each."""
    table = [cell if isinstance(cell, tuple) else (cell,) for cell in cells]

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        kept = frame[["id", "region", "region_type"]].iloc[: len(table)].copy()
        for place, column in enumerate(columns):
            kept[column] = [row[place] for row in table]
        return kept

    asked = {"code": "q", "text": "Q?", "label": "Q", **question}
    return small_study(
        folder, respondents=len(table), questions=[asked], study=BARE,
        codebook={"indices": [], "missing": None, **codebook}, edit=edit,
    )  # fmt: skip


def counts(folder: Path, *names: str) -> dict[str, tuple[int, int]]:
    settings = load_settings(folder)
    errors = [problem for problem in check_study(settings) if problem.severity == "error"]
    assert errors == []
    found = estimate_survey(load_study(settings)).set_index("key")
    rows = {name: found.loc[f"survey:q.{name}@DE"] for name in names}
    return {name: (int(row["count"]), int(row["n"])) for name, row in rows.items()}


def told(folder: Path, severity: str = "error") -> list[str]:
    found = check_study(load_settings(folder))
    return [problem.rule for problem in found if problem.severity == severity]


# --- several codes for one option -----------------------------------------------------------

YES_NO = [
    {"code": ["Ja", "Oui", "1"], "name": "yes", "label": "yes"},
    {"code": "Nein", "data": ["Nein", "Non"], "name": "no", "label": "no"},
    {"code": ["KA", "-9"], "name": "none", "label": "no answer", "missing": "no_answer"},
]


def test_several_codes_are_one_option(tmp_path):
    cells = ["Ja"] * 6 + ["Oui"] * 5 + ["1"] + ["Nein"] * 4 + ["Non"] * 4 + ["KA", "-9"]
    folder = study(tmp_path, {"type": "single", "options": YES_NO}, cells)
    assert counts(folder, "yes", "no") == {"yes": (12, 20), "no": (8, 20)}


def test_a_code_that_two_options_claim_is_refused(tmp_path):
    options = [YES_NO[0], {"code": ["Non", "Oui"], "name": "no", "label": "no"}]
    folder = study(tmp_path, {"type": "single", "options": options}, ["Ja"] * 12)
    assert "the code 'Oui' stands 2 times" in told(folder)


def test_several_codes_may_choose_an_item(tmp_path):
    items = [{"name": "a", "label": "A", "selected": ["Ja", "Oui"], "column": "a"},
             {"name": "b", "label": "B", "selected": "x", "column": "b"}]  # fmt: skip
    question = {"type": "multiple", "items": items, "not_selected": ["Nein", "Non"]}
    cells = [("Ja", "x"), ("Oui", "Nein"), ("Non", "x"), ("Nein", "Non")] * 4
    folder = study(tmp_path, question, cells, columns=("a", "b"))
    assert counts(folder, "a", "b") == {"a": (8, 16), "b": (8, 16)}


@pytest.mark.parametrize(("named", "base"), [([""], 20), (["0", ""], 12)])
def test_rows_without_a_mark_are_answers_where_only_empty_says_not_chosen(tmp_path, named, base):
    items = [{"name": name, "label": name, "selected": "x", "column": name} for name in "ab"]
    question = {"type": "multiple", "items": items, "not_selected": named}
    cells = [("x", ""), ("x", "x"), ("", "x")] * 4 + [("", "")] * 8
    folder = study(tmp_path, question, cells, columns=("a", "b"))
    assert counts(folder, "a", "b") == {"a": (8, base), "b": (8, base)}


def test_an_empty_cell_of_several_codes_is_an_answer_where_it_says_not_chosen(tmp_path):
    items = [{"name": name, "label": name} for name in "ab"]
    question = {"type": "multiple", "items": items, "delimiter": ";", "not_selected": [""]}
    folder = study(tmp_path, question, ["a", "a;b", "b"] * 4 + [""] * 8)
    assert counts(folder, "a", "b") == {"a": (8, 20), "b": (8, 20)}


def test_a_code_that_is_a_switch_in_yaml_is_refused(tmp_path):
    options = [{"code": "77", "name": "a", "label": "A"}]
    folder = study(tmp_path, {"type": "single", "options": options}, ["77"] * 12)
    path = folder / "data" / "codebook.yml"
    path.write_text(path.read_text("utf-8").replace("code: '77'", "code: true"), "utf-8")
    with pytest.raises(SettingsError, match="quote"):
        load_settings(folder)


# --- other, please specify ------------------------------------------------------------------

TOUCH = [
    {"name": "phone", "label": "Phone", "selected": "Phone"},
    {"name": "visits", "label": "Visits", "selected": "Visits, at our place"},
    {"name": "short", "label": "Short visits", "selected": "Visits"},
    {"name": "other", "label": "other", "other": True},
]


def test_a_cell_with_other_words_and_options_that_hold_the_delimiter(tmp_path):
    cells = [
        "Phone, Visits, at our place",
        "Visits, at our place, carrier pigeon, sometimes",
        "by bike, Phone",
        "Visits, Phone",
        "",
    ] * 4
    question = {"type": "multiple", "delimiter": ",", "items": TOUCH}
    folder = study(tmp_path, question, cells)
    assert counts(folder, "phone", "visits", "short", "other") == {
        "phone": (12, 16), "visits": (8, 16), "short": (4, 16), "other": (8, 16),
    }  # fmt: skip


def test_without_an_option_for_it_other_words_are_told_once(tmp_path):
    question = {"type": "multiple", "delimiter": ",", "items": TOUCH[:3]}
    folder = study(tmp_path, question, ["Phone, by bike", "Visits, at our place"] * 6)
    assert [rule.partition(",")[0] for rule in told(folder)] == ["'by bike' is no answer to q"]


def test_an_option_takes_what_is_no_code(tmp_path):
    options = [
        {"code": "Nurse", "name": "nurse", "label": "nurse"},
        {"code": "Other", "name": "other", "label": "other", "other": True},
        {"code": "-9", "name": "refused", "label": "refused", "missing": "refused"},
    ]
    cells = ["Nurse"] * 8 + ["Other"] * 2 + ["ward clerk, part time", "porter", "-9", ""]
    folder = study(tmp_path, {"type": "single", "options": options}, cells)
    assert counts(folder, "nurse", "other") == {"nurse": (8, 12), "other": (4, 12)}


def test_a_column_of_own_words_is_chosen_where_it_is_filled(tmp_path):
    items = [{"name": "a", "label": "A", "column": "a"},
             {"name": "other", "label": "other", "column": "words", "other": True}]  # fmt: skip
    cells = [("1", ""), ("0", "by bike"), ("1", "on foot"), ("0", "0")] * 4
    folder = study(tmp_path, {"type": "multiple", "items": items}, cells, columns=("a", "words"))
    assert counts(folder, "a", "other") == {"a": (8, 16), "other": (8, 16)}


def test_two_options_for_other_words_are_refused(tmp_path):
    items = [*TOUCH, {"name": "more", "label": "more", "other": True}]
    folder = study(tmp_path, {"type": "multiple", "delimiter": ",", "items": items}, ["Phone"] * 12)
    assert "other: true stands at 2 options" in told(folder)


# --- codes among numbers --------------------------------------------------------------------

HOURS = {"type": "numeric"}
LABELS = {-9.0: "refused", -8.0: "does not know", 90.0: "90 and more", 888888.0: "keine Angabe"}


def labelled(folder: Path, cells: list[float], question: dict | None = None, **meta) -> Path:
    made = study(folder, question or HOURS, ["1"] * len(cells))
    text = (made / "data" / "study.yml").read_text(encoding="utf-8")
    (made / "data" / "study.yml").write_text(text.replace("survey.csv", "s.sav"), encoding="utf-8")
    frame = pd.read_csv(made / "data" / "survey.csv").assign(q=cells)
    labels = {"q": LABELS}
    path = str(made / "data" / "s.sav")
    pyreadstat.write_sav(frame, path, variable_value_labels=labels, **meta)
    return made


def test_labelled_codes_of_a_number_are_no_numbers(tmp_path):
    numbers = [float(n) for n in range(10, 40)]
    cells = [*numbers, 90.0, *[-9.0] * 4, *[-8.0] * 3, *[888888.0] * 2]
    folder = labelled(tmp_path, cells)
    assert told(folder) == []
    assert [rule.partition(":")[0] for rule in told(folder, "warning")] == [
        "-9 is taken as refused",
        "-8 is taken as dont_know",
        "888888 is taken as no_answer",
    ]
    settings = load_settings(folder)
    found = estimate_survey(load_study(settings)).set_index("key")
    mean = found.loc["survey:q.mean@DE"]
    assert mean["n"] == 31
    assert mean["value"] == pytest.approx(np.mean([*numbers, 90.0]))
    reasons = load_study(settings).survey["q!"].value_counts().to_dict()
    assert reasons == {"": 31, "refused": 4, "dont_know": 3, "no_answer": 2}


def test_codes_that_the_codebook_states_are_no_longer_told(tmp_path):
    stated = {"missing": {"-9": "refused", "-8": "dont_know", "888888": "no_answer"}}
    cells = [*[float(n) for n in range(10, 40)], -9.0, -8.0, 888888.0]
    assert told(labelled(tmp_path, cells, HOURS | stated), "warning") == []


@pytest.mark.parametrize(
    ("code", "times", "severity"),
    [("-9", 1, "error"), ("888888", 2, "error"), ("999", 1, "error"), ("99", 3, "warning"),
     ("99", 1, ""), ("46", 1, ""), ("-9,0", 1, "error")],
)  # fmt: skip
def test_a_code_that_nothing_names_is_asked_for(tmp_path, code, times, severity):
    folder = study(tmp_path, HOURS, [str(n) for n in range(10, 46)] + [code] * times)
    found = [p for p in check_study(load_settings(folder)) if p.column == "q"]
    assert [p.severity for p in found] == [severity] * bool(severity)
    assert all("looks like a code for no answer" in p.rule for p in found)


@pytest.mark.parametrize("limits", [{"minimum": -20}, {"maximum": 1000}])
def test_limits_say_that_it_is_a_number(tmp_path, limits):
    code = "-9" if "minimum" in limits else "999"
    folder = study(tmp_path, HOURS | limits, [str(n) for n in range(10, 46)] + [code])
    assert told(folder) == told(folder, "warning") == []


def test_a_temperature_may_be_below_zero(tmp_path):
    assert told(study(tmp_path, HOURS, [str(n) for n in range(-15, 25)])) == []


@pytest.mark.parametrize("cell", ["-9", "-9.0", "-9,00", "\u22129"])
def test_a_missing_code_is_known_in_any_writing(tmp_path, cell):
    cells = [str(n) for n in range(10, 40)] + [cell]
    folder = study(tmp_path, HOURS | {"missing": {"-9": "refused"}}, cells)
    assert told(folder) == []
    assert load_study(load_settings(folder)).survey["q!"].iloc[-1] == "refused"


@pytest.mark.parametrize(
    ("cells", "severity", "rule"),
    [
        (["1,5", "2.5"], "error", "some numbers have a comma and others a point"),
        (["1.250", "2.500"], "warning", "may have decimals or a mark of thousands"),
        (["1.250,5", "2"], "error", "is no number"),
        (["1 250", "2"], "error", "is no number"),
    ],
)
def test_marks_of_decimals_and_thousands(tmp_path, cells, severity, rule):
    folder = study(tmp_path, HOURS, [*cells, *["7"] * 20])
    assert [rule in text for text in told(folder, severity)] == [True]


@pytest.mark.parametrize(
    ("weights", "severity"),
    [(["0,85", "1,15"], ""), (["0,850", "1,150"], ""), (["1.150", "1,050"], "error"),
     (["1.234", "2.345"], ""), (["1.234", "2"], "warning"), (["1.234,5", "2"], "error")],
)  # fmt: skip
def test_weights_with_other_marks(tmp_path, weights, severity):
    folder = small_study(
        tmp_path, weights=True, edit=lambda frame: frame.assign(
            weight=(weights * len(frame))[: len(frame)])
    )  # fmt: skip
    found = [p for p in check_study(load_settings(folder)) if "add up" not in p.rule]
    assert [(p.column, p.severity) for p in found] == [("weight", severity)] * bool(severity)


def test_what_spss_calls_missing_and_the_codebook_an_answer_is_told(tmp_path):
    options = [{"code": code, "name": f"o{code}", "label": f"L{code}"} for code in (1, 2, 9)]
    cells = [float(code) for code in [1, 2, 9] * 5]
    meta = {"missing_ranges": {"q": [9]}}
    folder = labelled(tmp_path, cells, {"type": "single", "options": options}, **meta)
    rule = "the file declares '9' as missing, the codebook as an answer"
    assert rule in told(folder, "warning")


# --- what nobody answered, and what the file lacks -------------------------------------------


@pytest.mark.parametrize("cell", ["", "-9"])
def test_a_question_that_nobody_answered_is_told(tmp_path, cell):
    folder = study(tmp_path, HOURS | {"missing": {"-9": "refused"}}, [cell] * 20)
    assert [rule.partition(":")[0] for rule in told(folder, "warning")] == ["nobody answered q"]


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["7"] * 12, "all 12 answers to q are '7'"),
        (["7"] * 12 + ["8"], ""),
        (["7"] * 9, ""),
        (["7"] * 12 + ["-9"], "all 12 answers to q are '7'"),
    ],
)
def test_answers_that_are_all_alike_are_asked_about(tmp_path, cells, fault):
    folder = study(tmp_path, HOURS | {"missing": {"-9": "refused"}}, cells)
    assert [rule for rule in told(folder, "warning") if "answers to q" in rule] == (
        [fault] if fault else []
    )


def test_of_an_open_question_the_one_answer_is_not_shown(tmp_path):
    folder = study(tmp_path, {"type": "open"}, ["secret words"] * 12)
    found = check_study(load_settings(folder))
    assert "all 12 answers to q are one and the same text" in [problem.rule for problem in found]
    assert "secret" not in str(found)


def test_a_file_without_its_header_is_told_once_and_shows_no_answer(tmp_path):
    folder = small_study(tmp_path)
    path = folder / "data" / "survey.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    first = ",".join(["secret"] * lines[0].count(",") + ["secret\n"])
    path.write_text("".join([first, *lines[1:]]), encoding="utf-8")
    found = check_study(load_settings(folder))
    assert [problem.rule for problem in found if problem.severity == "error"] == [
        "none of the 19 columns of study.yml and codebook.yml is named here"
    ]
    assert "secret" not in "".join(map(str, found))


def test_rows_without_any_answer_are_told(tmp_path):
    folder = small_study(tmp_path)
    path = folder / "data" / "survey.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "Sum,BW,rural" + "," * 16 + "\n", encoding="utf-8")
    assert told(folder, "warning") == ["respondents without any answer (row 122)"]


def test_cells_in_another_form_of_unicode_are_their_codes(tmp_path):
    options = [{"code": "Thüringen", "name": "th", "label": "T"}]
    folder = study(tmp_path, {"type": "single", "options": options}, ["Thu\u0308ringen"] * 12)
    assert counts(folder, "th") == {"th": (12, 12)}


@pytest.mark.parametrize("code", ["North East", "A+B", "A[1]", "type:x", "DE"])
def test_codes_of_regions_that_keys_cannot_hold_are_refused(tmp_path, code):
    folder = small_study(tmp_path)
    path = folder / "data" / "study.yml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("code: DE1\n", f"code: '{code}'\n"), encoding="utf-8")
    found = [p for p in check_study(load_settings(folder)) if p.column == "regions.list"]
    assert [p.severity for p in found][:1] == ["error"]


@pytest.mark.parametrize(
    ("column", "mark", "other"),
    [("submitdate", "", "2026-03-01"), ("Status", "Survey Preview", "IP Address"),
     ("Finished", "False", "True"), ("FINISHED", "0", "1"), ("MODE", "test", "interview")],
)  # fmt: skip
def test_rows_that_the_program_marks_are_asked_for(tmp_path, column, mark, other):
    folder = study(
        tmp_path, HOURS, [(str(n), mark if n in (12, 15) else other) for n in range(10, 40)],
        columns=("q", column),
    )  # fmt: skip
    found = [p for p in check_study(load_settings(folder)) if p.column == column]
    assert [p.severity for p in found] == ["warning"]
    assert "(2 rows: 4, 7)" in found[0].rule
    path = folder / "data" / "study.yml"
    rule = f"{{column: {column}, codes: ['{mark}'], because: test}}"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("survey: survey.csv", f"survey: {{path: survey.csv, leave_out: [{rule}]}}"),
        encoding="utf-8",
    )
    settings = load_settings(folder)
    assert not [p for p in check_study(settings) if p.column == column]
    assert len(load_study(settings).survey) == 28


def test_a_file_whose_rows_all_have_a_mark_is_let_be(tmp_path):
    cells = [(str(n), "0") for n in range(10, 40)]
    folder = study(tmp_path, HOURS, cells, columns=("q", "FINISHED"))
    assert check_study(load_settings(folder)) == []


@given(
    st.lists(st.sampled_from(["Phone", "Visits, at our place", "Visits", "by bike"]), max_size=5)
)
def test_a_cell_of_known_answers_is_taken_apart_as_it_was_put_together(chosen):
    """Words that are no codes and stand side by side are one answer."""
    question = {"code": "q", "type": "multiple", "text": "Q", "label": "Q", "delimiter": ",",
                "items": TOUCH}  # fmt: skip
    variable = Variable(
        code="q", question=Question.model_validate(question), type="multiple", column="q"
    )
    parts = split_sets(pd.Series([", ".join(chosen)], dtype=object), variable).tolist()
    expected: list[str] = []
    for answer, run in groupby(chosen):
        same = list(run)
        expected += [", ".join(same)] if answer == "by bike" else same
    assert parts == expected


def test_a_filter_names_classes_of_a_number(tmp_path):
    """Who is asked can depend on a number; those outside its classes, or without it, are not."""
    classes = [{"name": "low", "label": "L", "high": 18}, {"name": "high", "label": "H", "low": 65}]
    age = {"code": "age", "text": "A?", "label": "A", "type": "numeric", "classes": classes}
    why = {"code": "why", "text": "W?", "label": "W", "type": "open"}
    filtered = why | {"asked_if": {"variable": "age", "options": ["high"], "label": "older"}}

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        cells = {"age": ["17", "65", "64", "80", ""], "why": ["a", "b", "c", "d", "e"]}
        return frame[["id", "region", "region_type"]].iloc[:5].assign(**cells)

    folder = small_study(
        tmp_path, respondents=5, questions=[age, filtered], study=BARE,
        codebook={"indices": [], "missing": None}, edit=edit,
    )  # fmt: skip
    settings = load_settings(folder)
    assert [problem for problem in check_study(settings) if problem.severity == "error"] == []
    survey = load_study(settings).survey
    assert survey["why"].dropna().tolist() == ["b", "d"]
    assert survey["why!"].tolist() == ["not_asked", "", "not_asked", "", "not_asked"]
