"""Validation finds all problems at once, with their place, and no answers."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from briefgen.config.settings import load_settings
from briefgen.errors import DataError, SettingsError, UnknownNameError
from briefgen.evidence.load import check_study, load_study
from briefgen.evidence.validate import check_configuration
from studies import CODEBOOK, small_study


def problems_of(folder, **options):
    return check_study(load_settings(small_study(folder, **options)))


def places(found, severity="error"):
    return [(p.file, p.row, p.column) for p in found if p.severity == severity]


def change(row, column, value):
    """Return an edit of the cell that the user sees in this row of the file."""

    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        changed = frame.copy()
        changed.loc[row - 2, column] = value
        return changed

    return edit


def test_a_study_in_order_has_no_problems(tmp_path):
    assert problems_of(tmp_path, weights=True, frame=True) == []


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("region", "XX", "'XX' is no region of study.yml"),
        ("region_type", "city", "'city' is no region type of study.yml"),
        ("q02_steering", "7", "'7' is no answer to q02_steering"),
        ("q03_partners_agency", "3", "'3' is no answer to q03_partners"),
        ("q05_members", "many", "is no number"),
        ("q05_members", "0", "is below 1"),
        ("q05_members", "401", "is above 400"),
        ("q06_aims_training", "1.5", "'1.5' is no rank, a whole number from 1 to 3"),
        ("q09_fields", "1;8", "'8' is no answer to q09_fields"),
        ("q09_fields", "1;1", "stands twice in its cell"),
        ("weight", "-0.5", "'-0.5' is below 0, and a weight is a number of 0 or more"),
        ("weight", "", "a weight is not a number of 0 or more"),
        ("id", "", "a respondent has no id"),
    ],
)
def test_an_error_has_its_row_column_and_rule(tmp_path, column, value, rule):
    found = problems_of(tmp_path, weights=True, edit=change(17, column, value))
    assert places(found) == [("data/survey.csv", 17, column)]
    assert rule in found[0].rule
    assert found[0].remedy


@pytest.mark.parametrize(
    ("column", "value", "rule"),
    [
        ("region", "", "a respondent has no region"),
        ("weight", "0", "a weight is 0"),
        ("q08_contact", "1", "it is asked only where q07_smes is yes"),
    ],
)
def test_a_warning_has_its_place_and_stops_only_under_strict(tmp_path, column, value, rule):
    def edit(frame):
        changed = change(18, "q07_smes", "2")(frame)
        changed.loc[16, "q08_contact"] = ""
        return change(18, column, value)(changed)

    settings = load_settings(small_study(tmp_path, weights=True, edit=edit))
    found = check_study(settings)
    assert places(found, "warning") == [("data/survey.csv", 18, column)]
    assert rule in found[0].rule
    assert load_study(settings).problems == tuple(found)
    with pytest.raises(DataError):
        load_study(settings, strict=True)


def test_all_problems_come_at_once(tmp_path):
    def edit(frame):
        for row, column, value in [(4, "region", "?"), (5, "q05_members", "x"), (6, "id", "r0001")]:
            frame = change(row, column, value)(frame)
        return frame.drop(columns="q03_partners_agency")

    settings = load_settings(small_study(tmp_path, edit=edit))
    with pytest.raises(DataError) as caught:
        load_study(settings)
    assert {(p.row, p.column) for p in caught.value.problems} == {
        (1, "q03_partners_agency"),
        (2, "id"),
        (4, "region"),
        (5, "q05_members"),
    }
    assert "did you mean q03_partners_chamber or" in str(caught.value)
    assert "its id stands again in row 6" in str(caught.value)
    assert "? Or state its name: column: in the codebook" in str(caught.value)


def test_messages_show_no_answer(tmp_path):
    answer = "Mueller-GmbH-7731"
    edit = change(9, "q05_members", answer)
    found = problems_of(tmp_path, edit=lambda frame: change(10, "q10_comment", answer)(edit(frame)))
    assert len(found) == 1
    assert answer not in "\n".join(map(str, found))


def test_an_unknown_code_is_told_once_with_the_first_of_its_rows(tmp_path):
    def edit(frame):
        cells = ["77", "Ja\u00a0oft", "78"] * (len(frame) // 3)
        return frame.assign(q02_steering=cells)

    found = problems_of(tmp_path, edit=edit)
    told = [(p.row, p.rule.partition(" is no")[0], p.rule.partition("(")[2]) for p in found]
    assert told == [
        (2, "'77'", "40 rows: 2, 5, 8, 11, 14, …)"),
        (3, "'Ja⟨U+00A0⟩oft'", "40 rows: 3, 6, 9, 12, 15, …)"),
        (4, "'78'", "40 rows: 4, 7, 10, 13, 16, …)"),
    ]


@pytest.mark.parametrize(
    ("cell", "remedy"),
    [
        ("N\u200bI", "it looks like 'NI', but it has U+200B ZERO WIDTH SPACE"),
        ("ВY", "it looks like 'BY', but it has U+0412 CYRILLIC CAPITAL LETTER VE"),
        ("bw", "it looks like 'BW', but with other capital letters"),
    ],
)
def test_a_cell_that_looks_like_a_code_is_told_apart(tmp_path, cell, remedy):
    found = problems_of(tmp_path, edit=change(9, "region", cell))
    assert [(p.row, p.remedy.partition(";")[0]) for p in found] == [(9, remedy)]


def test_a_zero_that_a_spreadsheet_dropped_is_told(tmp_path):
    codes = {"BW": "08", "BY": "09", "NI": "03", "SL": "10"}

    def edit(frame):
        return frame.assign(region=frame["region"].map(codes).replace("03", "3"))

    places = small_study(tmp_path, edit=edit)
    path = places / "data" / "study.yml"
    study = yaml.safe_load(path.read_text(encoding="utf-8"))
    for region in study["regions"]["list"]:
        region["data"] = [codes[region["short"]]]
    path.write_text(yaml.safe_dump(study), encoding="utf-8")
    found = [p for p in check_study(load_settings(places)) if p.severity == "error"]
    assert [p.rule.partition(" is no")[0] for p in found] == ["'3'"]
    assert found[0].remedy.startswith("it is '03' with another number of leading zeros")


def test_a_row_that_is_called_a_total_is_told(tmp_path):
    folder = small_study(tmp_path)
    path = folder / "data" / "survey.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    total = "Summe" + lines[1][lines[1].index(",") :]
    path.write_text("\n".join([*lines, total]) + "\n", encoding="utf-8")
    told = [one for one in check_study(load_settings(folder)) if "as a total" in one.rule]
    assert [(one.row, one.severity) for one in told] == [(len(lines) + 1, "warning")]


def test_a_repeated_respondent_is_told(tmp_path):
    def edit(frame):
        twin = frame.iloc[[7]].assign(id="other")
        return pd.concat([frame, twin], ignore_index=True)

    found = problems_of(tmp_path, edit=edit)
    assert places(found, "warning") == [("data/survey.csv", 9, "")]
    assert "2 rows: 9, 122" in found[0].rule


def test_a_region_without_respondents_is_told(tmp_path):
    found = problems_of(tmp_path, edit=lambda frame: frame[frame["region"] != "SL"])
    assert [p.rule for p in found] == ["the region DEC has no respondents"]


def test_a_file_that_is_not_there_is_a_problem(tmp_path):
    folder = small_study(tmp_path)
    (folder / "data" / "survey.csv").unlink()
    found = check_study(load_settings(folder))
    assert places(found) == [("data/survey.csv", None, "")]


def test_frame_problems(tmp_path):
    folder = small_study(tmp_path, frame=True)
    path = folder / "data" / "frame.csv"
    frame = pd.read_csv(path, dtype=str)
    frame.loc[3, "region"] = "ZZ"
    frame.loc[5, "id"] = frame.loc[4, "id"]
    frame.to_csv(path, index=False)
    found = check_study(load_settings(folder))
    assert set(places(found)) == {
        ("data/frame.csv", 5, "region"),
        ("data/frame.csv", 6, "id"),
    }


def test_respondents_outside_the_frame_are_told(tmp_path):
    folder = small_study(tmp_path, frame=True)
    path = folder / "data" / "frame.csv"
    pd.read_csv(path, dtype=str).iloc[10:].to_csv(path, index=False)
    found = check_study(load_settings(folder))
    assert [p.severity for p in found] == ["warning"]
    assert "10 of 120 respondents do not stand" in found[0].rule


def test_dispositions_are_aapors(tmp_path):
    folder = small_study(tmp_path, frame=True, study={"frame": {"disposition": "outcome"}})
    path = folder / "data" / "frame.csv"
    frame = pd.read_csv(path, dtype=str).assign(outcome="1.1")
    frame.loc[8, "outcome"] = "answered"
    frame.to_csv(path, index=False)
    assert places(check_study(load_settings(folder))) == [("data/frame.csv", 10, "outcome")]


@pytest.mark.parametrize(
    ("study", "codebook", "place"),
    [
        ({"publication": {"title": {"en": None}}}, {}, "publication.title"),
        ({}, {"units": {"members": {"one": {"en": "member"}}}}, ""),
        ({"statistics": {"subgroups": ["q99"]}}, {}, "statistics.subgroups"),
        ({"statistics": {"crossings": [["type", "q99"]]}}, {}, "statistics.crossings"),
        ({"statistics": {"crossings": [["type", "type"]]}}, {}, "statistics.crossings"),
        (
            {"statistics": {"crossings": [["type", "q01_size"], ["q01_size", "type"]]}},
            {},
            "statistics.crossings",
        ),
        ({"design": {"population": "frame"}}, {}, "design.population"),
        ({}, {"indices": [{"code": "i", "label": "I", "items": ["q77"]}]}, "indices.i"),
        ({}, {"indices": [{"code": "i", "label": "I", "items": ["q09_fields"]}]}, "indices.i"),
        (
            {},
            {"indices": [{"code": "q07_smes", "label": "I", "items": ["q02_steering"]}]},
            "indices and ratios",
        ),
        (
            {},
            {"ratios": [{"code": "r", "label": "R", "numerator": "q05_members",
                         "denominator": "q05_members", "unit": "firms"}]},
            "ratios.r",
        ),
        (
            {},
            {"ratios": [{"code": "r", "label": "R", "numerator": "q05_members",
                         "denominator": "q01_size"}]},
            "ratios.r",
        ),
    ],
)  # fmt: skip
def test_the_configuration_has_to_agree_with_itself(tmp_path, study, codebook, place):
    if place == "":
        codebook = {"questions": [q | {"label": {"de": "x"}} for q in CODEBOOK["questions"][:1]]}
        study = {"topics": [], "audiences": [], "statistics": None}
        codebook["indices"] = []
        place = "questions.q01_size.label"
    found = problems_of(tmp_path, study=study, codebook=codebook)
    assert place in {p.column for p in found}
    assert {p.severity for p in found} == {"error"}


def test_unknown_names_in_the_codebook_get_a_suggestion(tmp_path):
    questions = [dict(question) for question in CODEBOOK["questions"]]
    questions[7] = questions[7] | {"asked_if": {"variable": "q07_sme", "options": ["yes"]}}
    questions[1] = questions[1] | {"headline": "frequently", "scale": "frequency"}
    found = problems_of(tmp_path, questions=questions)
    remedies = {p.column: p.remedy for p in found}
    assert "q07_smes" in remedies["questions.q08_contact.asked_if"]
    assert "frequent" in remedies["questions.q02_steering"]


def test_names_that_stand_twice(tmp_path):
    found = problems_of(tmp_path, questions=[*CODEBOOK["questions"], CODEBOOK["questions"][0]])
    assert "the code 'q01_size' stands 2 times" in {p.rule for p in found}


def test_labels_that_disagree_with_the_file_are_told(tmp_path):
    import pyreadstat  # noqa: PLC0415 - only here

    folder = small_study(tmp_path, study={"files": {"survey": "survey.sav"}})
    raw = pd.read_csv(folder / "data" / "survey.csv", dtype=str, keep_default_na=False)
    raw["q07_smes"] = raw["q07_smes"].astype(float)
    labels = {"q07_smes": {1: "nein", 2: "No", 9: "weiß nicht", 8: "verweigert"}}
    pyreadstat.write_sav(raw, str(folder / "data" / "survey.sav"), variable_value_labels=labels)
    found = check_study(load_settings(folder))
    told = [p.rule for p in found if p.severity == "warning"]
    assert not places(found)
    assert any(rule.startswith("code 1 means 'nein'") for rule in told)
    assert any("lacks: '8'" in rule for rule in told)
    assert not any(rule.startswith(("code 2 ", "code 9 ")) for rule in told)


def labelled_study(folder, *, column_labels=None, value_labels=None):
    """Write the small study's survey as an SPSS file with labels."""
    import pyreadstat  # noqa: PLC0415 - only here

    made = small_study(folder, study={"files": {"survey": "survey.sav"}})
    raw = pd.read_csv(made / "data" / "survey.csv", dtype=str, keep_default_na=False)
    pyreadstat.write_sav(
        raw, str(made / "data" / "survey.sav"), column_labels=column_labels,
        variable_value_labels=value_labels or {},
    )  # fmt: skip
    return check_study(load_settings(made))


def wordings(**changed):
    """Return what the small study's columns ask, as an SPSS file would say it."""
    found = {}
    for question in CODEBOOK["questions"]:
        code, text = question["code"], question["text"]["en"]
        lines = question["items"] if question["type"] == "battery" else []
        found |= {f"{code}_{item['name']}": f"{text} - {item['label']['en']}" for item in lines}
        if question["type"] in ("single", "scale", "numeric"):
            found[code] = f"Q: {text}"
    return found | changed


def test_wordings_that_agree_are_no_problem(tmp_path):
    assert labelled_study(tmp_path, column_labels=wordings()) == []


def test_a_column_that_asks_another_question_is_told(tmp_path):
    swapped = wordings(
        q07_smes="How many members does your network have?",
        q04_barriers_money="too little time",
        q02_steering="How often do you sing?",
    )
    found = labelled_study(tmp_path, column_labels=swapped)
    assert {(p.column, p.rule, p.severity) for p in found} == {
        ("q07_smes", "the file asks here what q05_members asks", "warning"),
        ("q04_barriers_money", "the file asks here what q04_barriers_time asks", "warning"),
        ("q02_steering", "the file words this column otherwise than the codebook", "warning"),
    }


def test_wordings_in_another_language_are_not_compared(tmp_path):
    french = {code: f"Question numéro {number}" for number, code in enumerate(wordings())}
    assert labelled_study(tmp_path, column_labels=french) == []


def test_labels_of_regions_that_disagree_are_told(tmp_path):
    names = {"BW": "Baden-Württemberg", "BY": "Niedersachsen", "NI": "Lower Saxony", "SL": "SL"}
    found = labelled_study(tmp_path, value_labels={"region": names})
    assert [(p.column, p.rule[:26]) for p in found] == [("region", "code BY means 'Niedersachs")]


@pytest.mark.parametrize(("cell", "told"), [("1.250", True), ("1,250", True), ("12,5", False)])
def test_a_number_that_reads_in_two_ways_is_told(tmp_path, cell, told):
    change_limits = {"minimum": None, "maximum": None}
    questions = [
        {**question, **change_limits} if question["code"] == "q05_members" else question
        for question in CODEBOOK["questions"]
    ]
    found = problems_of(tmp_path, questions=questions, edit=change(9, "q05_members", cell))
    assert [(p.row, p.column, p.severity) for p in found] == [(9, "q05_members", "warning")] * told


@pytest.mark.parametrize(("population", "told"), [(None, True), (1200, False), (900, True)])
def test_weights_that_add_up_to_nothing_known_are_told(tmp_path, population, told):
    def edit(frame):
        return frame.assign(weight=(frame["weight"].astype(float) * 10).round(3).astype(str))

    change_design = {"design": {"population": population} if population else {}}
    found = problems_of(tmp_path, weights=True, edit=edit, study=change_design)
    assert [p.rule[:15] for p in found] == ["weights add up "] * told


def test_a_survey_without_respondents_is_an_error(tmp_path):
    found = problems_of(tmp_path, edit=lambda frame: frame.iloc[:0])
    assert [p.rule for p in found] == ["the file has no respondents"]


def test_questions_need_their_parts(tmp_path):
    questions = [
        {"code": "a", "type": "single", "text": "T", "label": "L"},
        {"code": "b", "type": "multiple", "text": "T", "label": "L"},
        {"code": "c", "type": "scale", "text": "T", "label": "L", "scale": "often"},
    ]
    change = {"topics": [], "audiences": [], "statistics": None}
    found = problems_of(tmp_path, questions=questions, codebook={"indices": []}, study=change)
    assert {p.column: p.rule for p in found} == {
        "questions.a": "a single question has options or a scale",
        "questions.b": "a multiple question has items",
        "questions.c": "there is no scale 'often'",
    }


def test_files_that_disagree_in_columns_of_the_frame(tmp_path):
    found = problems_of(tmp_path, frame=True, study={"frame": {"variables": ["size"]}})
    assert places(found) == [("data/frame.csv", 1, "size")]


def test_a_frame_that_cannot_tell_who_answered_is_told(tmp_path):
    found = problems_of(tmp_path, frame=True, codebook={"id_column": None})
    assert [(p.rule, p.severity) for p in found] == [
        ("the frame does not tell who answered", "warning")
    ]


def test_weights_that_are_all_zero_are_an_error(tmp_path):
    found = problems_of(tmp_path, weights=True, edit=lambda frame: frame.assign(weight="0"))
    assert [p.rule for p in found if p.severity == "error"] == ["no weight is above 0"]


MENTIONS = {
    "code": "q1", "type": "multiple", "columns": ["m1", "m2"], "text": "T", "label": "L",
    "items": [{"name": "a", "label": "A"}, {"name": "b", "label": "B"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "severity", "rule"),
    [
        ({"m1": "x", "m2": ""}, "error", "'x' is no answer to q1, which has 'a', 'b'"),
        ({"m1": "a", "m2": "a"}, "warning", "an item is named in two columns"),
    ],
)
def test_mentions_in_columns_are_known_and_named_once(tmp_path, cells, severity, rule):
    found = problems_of(
        tmp_path, respondents=6, questions=[MENTIONS], codebook={"indices": []},
        study={"topics": [], "audiences": [], "statistics": None},
        edit=lambda frame: frame.assign(m1=[cells["m1"], *["a"] * 5], m2=[cells["m2"], *["b"] * 5]),
    )  # fmt: skip
    assert (found[0].row, found[0].column, found[0].severity) == (2, "m1", severity)
    assert rule in found[0].rule


def test_columns_do_not_go_with_a_delimiter(tmp_path):
    found = problems_of(
        tmp_path, questions=[MENTIONS | {"delimiter": ";"}], codebook={"indices": []},
        study={"topics": [], "audiences": [], "statistics": None},
    )  # fmt: skip
    assert "without a delimiter" in found[0].rule


def change_settings(folder, change):
    path = folder / "data" / "study.yml"
    info = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(info)
    path.write_text(yaml.safe_dump(info, allow_unicode=True), encoding="utf-8")


def set_region(number, **values):
    return lambda info: info["regions"]["list"][number].update(data=["DE1"], **values)


@pytest.mark.parametrize(
    ("edit", "rule"),
    [
        (set_region(0, code="DE"), "has the code of the nation"),
        (set_region(0, code="de"), "has the code of the nation"),
        (set_region(0, code="North East"), "has signs that keys of evidence cannot hold"),
        (set_region(0, code="A+B"), "has signs that keys of evidence cannot hold"),
        (set_region(0, code="A[1]"), "has signs that keys of evidence cannot hold"),
        (set_region(0, code="../../x"), "has signs that keys of evidence cannot hold"),
        (set_region(0, code="dec"), "differ by large letters alone"),
        (set_region(0, name="Saarland"), "the name 'Saarland' stands 2 times"),
        (set_region(0, name="Saarland "), "the name 'Saarland' stands 2 times"),
        (set_region(0, name="Germany"), "the name 'Germany' stands 2 times"),
        (set_region(0, name="a" * 5000), "a word of 5000 letters cannot be printed"),
        (set_region(0, name="a" * 5000 + " https://x.org"), "a word of 5000 letters cannot be"),
        (set_region(0, name="://" + "a" * 5000), "a word of 5003 letters cannot be printed"),
        (lambda info: info["publication"].update(authors=["a" * 5000]), "a word of 5000 letters"),
        (set_region(0, name="a b " * 500), "letters is no label"),
        (lambda info: info["audiences"][0].update(code="a/b"), "a name of letters"),
        (lambda info: info["topics"][0].update(code="../x"), "a name of letters"),
    ],
)
def test_what_cannot_be_told_apart_or_printed_is_refused(tmp_path, edit, rule):
    folder = small_study(tmp_path)
    change_settings(folder, edit)
    try:
        found = check_study(load_settings(folder))
    except SettingsError as error:
        found = error.problems
    told = [problem for problem in found if rule in problem.rule]
    assert told
    assert told[0].file == "data/study.yml"
    assert told[0].remedy


def test_a_code_counts_before_names_and_a_name_of_several_is_refused(tmp_path):
    folder = small_study(tmp_path)
    change_settings(folder, set_region(0, aliases=["DEC", "Süden"], short="DE9"))
    change_settings(folder, lambda info: info["regions"]["list"][1].update(aliases=["Süden"]))
    settings = load_settings(folder)
    assert settings.find_region("dec") == "DEC"
    assert settings.find_region("DE9") == "DE9"
    with pytest.raises(UnknownNameError, match="several regions are called 'süden': DE1, DE2"):
        settings.find_region("süden")


@pytest.mark.parametrize(("regions", "told"), [(16, False), (400, True), (2000, True)])
def test_a_study_that_takes_long_is_told_so_beforehand(tmp_path, regions, told):
    codes = [f"R{number}" for number in range(regions)]

    def edit(info):
        first = info["regions"]["list"][0]
        info["regions"]["list"] = [
            first | {"code": code, "name": code, "in": code, "data": [code]} for code in codes
        ]

    folder = small_study(tmp_path)
    change_settings(folder, edit)
    found = check_configuration(load_settings(folder))
    hints = [problem for problem in found if "disclosure control may take" in problem.rule]
    assert [problem.severity for problem in hints] == ["hint"] * told
