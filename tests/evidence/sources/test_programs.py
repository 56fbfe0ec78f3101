"""Whole studies on real exports of survey programs, from the file to estimates.

Counts are compared with those that pandas alone makes of the same file.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest
import yaml

from briefgen.config.settings import load_settings
from briefgen.evidence.load import check_study, load_study
from briefgen.evidence.survey import estimate_survey

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
real_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the data of others are not here")

SEEN = "Have you seen any of the 6 films in the Star Wars franchise?"
FILMS = "Which of the following Star Wars films have you seen? Please select all that apply."
RANKS = (
    "Please rank the Star Wars films in order of preference with 1 being your favorite film in the "
    "franchise and 6 being your least favorite film."
)
VIEWS = (
    "Please state whether you view the following characters favorably, unfavorably, or are "
    "unfamiliar with him/her."
)
VIEW_OPTIONS = {
    "very_favorable": "Very favorably", "favorable": "Somewhat favorably",
    "neutral": "Neither favorably nor unfavorably (neutral)",
    "unfavorable": "Somewhat unfavorably", "very_unfavorable": "Very unfavorably",
}  # fmt: skip


def write_study(folder: Path, survey: dict, regions: dict, questions: list, **codebook) -> Path:
    """Write a study in one language on a file that stands elsewhere."""
    study = {
        "id": "real", "edition": "1", "languages": ["en"], "population": "people",
        "respondents": "people", "institute": {"name": "I"}, "contact": {"name": "C"},
        "publication": {"title": "T", "short_title": "T", "authors": ["A"], "date": "2026-01-01"},
        "files": {"survey": survey}, "regions": regions, "audiences": [], "topics": [],
    }  # fmt: skip
    data = folder / "data"
    data.mkdir(parents=True)
    for name, part in (("study", study), ("codebook", {"questions": questions, **codebook})):
        text = yaml.safe_dump(part, allow_unicode=True, sort_keys=False)
        (data / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def options(**labels: str) -> list[dict]:
    return [{"code": label, "name": name, "label": label} for name, label in labels.items()]


def places(variable: str, *names: str) -> dict:
    made = [{"code": f"P{n}", "name": name, "data": [name]} for n, name in enumerate(names)]
    return {
        "variable": variable, "nation": {"code": "US", "name": "all"}, "singular": "place",
        "plural": "places", "list": made,
    }  # fmt: skip


@pytest.fixture(scope="module")
def star_wars_rows():
    if not SHARED.is_dir():
        pytest.skip("the data of others are not here")
    path = SHARED / "star-wars-survey" / "StarWars.csv"
    with path.open(encoding="cp1252", newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture(scope="module")
def star_wars(star_wars_rows, tmp_path_factory):
    films = [film.strip() for film in star_wars_rows[1][3:9]]
    heroes = [hero.strip() for hero in star_wars_rows[1][15:29]]
    asked = {"variable": "seen", "options": ["yes"]}
    questions = [
        {"code": "seen", "type": "single", "column": SEEN, "text": SEEN, "label": "Seen any",
         "options": options(yes="Yes", no="No")},
        {"code": "films", "type": "multiple", "text": FILMS, "label": "Films", "asked_if": asked,
         "items": [{"name": f"f{n}", "label": film, "selected": film, "column": f"{FILMS} | {film}"}
                   for n, film in enumerate(films, 1)]},
        {"code": "ranks", "type": "ranking", "text": RANKS, "label": "Ranks", "asked_if": asked,
         "items": [{"name": f"f{n}", "label": film, "column": f"{RANKS} | {film}"}
                   for n, film in enumerate(films, 1)]},
        {"code": "view", "type": "battery", "scale": "view", "text": VIEWS, "label": "Views",
         "asked_if": asked,
         "items": [{"name": f"h{n}", "label": hero, "column": f"{VIEWS} | {hero}"}
                   for n, hero in enumerate(heroes, 1)]},
    ]  # fmt: skip
    unfamiliar = {
        "code": "Unfamiliar (N/A)", "name": "unfamiliar", "label": "unfamiliar",
        "missing": "dont_know",
    }  # fmt: skip
    view = {
        "reversed": True,
        "options": [*options(**VIEW_OPTIONS), unfamiliar],
        "boxes": [{"name": "liked", "label": "liked", "options": ["very_favorable", "favorable"]}],
    }
    regions = sorted({row[-1] for row in star_wars_rows[2:]} - {""})
    folder = write_study(
        tmp_path_factory.mktemp("stars"),
        {"path": str(SHARED / "star-wars-survey" / "StarWars.csv")},
        places("Location (Census Region)", *regions),
        questions,
        scales={"view": view},
        id_column="RespondentID",
    )
    return load_settings(folder)


def test_a_surveymonkey_export_is_in_order_but_for_its_gaps(star_wars):
    found = check_study(star_wars)
    assert {problem.severity for problem in found} == {"warning"}
    assert {problem.rule.partition(" (")[0] for problem in found} == {"a respondent has no region"}
    assert "(143 rows: " in found[-1].rule


@pytest.fixture(scope="module")
def estimates(star_wars):
    return estimate_survey(load_study(star_wars)).set_index("key")


def test_a_surveymonkey_exports_counts_are_those_of_its_cells(star_wars_rows, estimates):
    rows = star_wars_rows[2:]
    asked = [row for row in rows if row[1] == "Yes"]
    answered = [row for row in asked if any(row[3:9])]
    for place in range(6):
        share = estimates.loc[f"survey:films.f{place + 1}@US"]
        assert share["n"] == len(answered)
        assert share["count"] == sum(bool(row[3 + place]) for row in answered)
        first = estimates.loc[f"survey:ranks.f{place + 1}@US"]
        assert first["count"] == sum(row[9 + place] == "1" for row in asked)
    missing = estimates.loc["survey:films.missing@US"]
    assert (missing["n"], missing["count"]) == (len(asked), len(asked) - len(answered))


def test_a_surveymonkey_matrix_is_a_battery_with_scores(star_wars_rows, estimates):
    cells = pd.Series([row[15] for row in star_wars_rows[2:] if row[1] == "Yes"])
    order = list(VIEW_OPTIONS.values())
    valid = cells[cells.isin(order)]
    liked = estimates.loc["survey:view_h1.liked@US"]
    assert liked["n"] == len(valid)
    assert liked["count"] == valid.isin(order[:2]).sum()
    scores = 5 - valid.map({label: place for place, label in enumerate(order)}).astype(float)
    assert estimates.loc["survey:view_h1.mean@US", "value"] == pytest.approx(scores.mean())


@real_data
@pytest.mark.parametrize(("name", "column", "format_"), [
    ("sample.csv", "Q1", "auto"), ("sample_legacy.csv", "Q1", "qualtrics"),
])  # fmt: skip
def test_a_qualtrics_export_is_a_study(tmp_path, name, column, format_):
    questions = [
        {"code": "q1", "type": "single", "column": column, "label": "Choice",
         "text": "This is a multiple choice question.",
         "options": [{"code": n, "name": f"o{n}", "label": f"option {n}"} for n in (1, 2, 3)]},
        {"code": "q2", "type": "open", "column": "Q2", "label": "Text",
         "text": "This is a free text question."},
    ]  # fmt: skip
    regions = places("UserLanguage" if name == "sample.csv" else "V10", "DE", "0", "1")
    folder = write_study(
        tmp_path, {"path": str(SHARED / "qualtrics-sample" / name), "format": format_},
        regions, questions,
    )  # fmt: skip
    settings = load_settings(folder)
    errors = [problem for problem in check_study(settings) if problem.severity == "error"]
    assert errors == []
    found = estimate_survey(load_study(settings)).set_index("key")
    assert found.loc["survey:q1.o2@US", "count"] == found.loc["survey:q1.o2@US", "n"] == 1


LIMESURVEY = (
    '"id";"land";"Q1";"Q2[SQ001]";"Q2[SQ002]";"Q2[other]";"Q3[1]";"Q3[2]";"Q4[SQ001]";"Q4[SQ002]"\n'
    '"1";"A";"A2";"Y";"";"";"P2";"P1";"A1";"A5"\n'
    '"2";"A";"A1";"";"Y";"etwas";"P1";"";"A2";""\n'
    '"3";"B";"";"";"";"";"";"";"";""\n'
)
STRUCTURE = (
    "class\ttype/scale\tname\ttext\tlanguage\n"
    "Q\tL\tQ1\tHow often?\ten\nA\t0\tA1\tnever\ten\nA\t0\tA2\toften\ten\n"
    "Q\tM\tQ2\tWho?\ten\nSQ\t0\tSQ001\tChambers\ten\nSQ\t0\tSQ002\tSchools\ten\n"
    "Q\tR\tQ3\tRank\ten\nA\t0\tP1\tPay\ten\nA\t0\tP2\tTime\ten\n"
    "Q\tF\tQ4\tAgree?\ten\nSQ\t0\tSQ001\tLine a\ten\nSQ\t0\tSQ002\tLine b\ten\n"
)


def test_a_limesurvey_export_is_a_study(tmp_path):
    five = {f"a{n}": f"A{n}" for n in range(1, 6)}
    questions = [
        {"code": "q1", "type": "single", "column": "Q1", "text": "How often?", "label": "Often",
         "options": [{"code": "A1", "name": "never", "label": "never"},
                     {"code": "A2", "name": "often", "label": "often"}]},
        {"code": "q2", "type": "multiple", "text": "Who?", "label": "Who", "selected": "Y",
         "items": [{"name": "chambers", "label": "Chambers", "column": "Q2[SQ001]"},
                   {"name": "schools", "label": "Schools", "column": "Q2[SQ002]"}]},
        {"code": "q3", "type": "ranking", "text": "Rank", "label": "Rank",
         "columns": ["Q3[1]", "Q3[2]"],
         "items": [{"name": "pay", "label": "Pay", "selected": "P1"},
                   {"name": "time", "label": "Time", "selected": "P2"}]},
        {"code": "q4", "type": "battery", "text": "Agree?", "label": "Agree", "scale": "five",
         "items": [{"name": "a", "label": "Line a", "column": "Q4[SQ001]"},
                   {"name": "b", "label": "Line b", "column": "Q4[SQ002]"}]},
    ]  # fmt: skip
    source = {"path": "answers.csv", "format": "limesurvey", "structure": "structure.txt"}
    folder = write_study(
        tmp_path, source, places("land", "A", "B"), questions, scales={"five": {
            "options": options(**five)}}, id_column="id",
    )  # fmt: skip
    (folder / "data" / "answers.csv").write_text(LIMESURVEY, encoding="utf-8")
    (folder / "data" / "structure.txt").write_text(STRUCTURE, encoding="utf-8")
    settings = load_settings(folder)
    told = [(problem.rule, problem.severity) for problem in check_study(settings)]
    assert told == [("respondents without any answer (row 4)", "warning")]
    found = estimate_survey(load_study(settings)).set_index("key")
    told = {
        "q1.often": (1, 2), "q2.chambers": (1, 2), "q2.schools": (1, 2), "q3.pay": (1, 2),
        "q3.time": (1, 2), "q4_a.a1": (1, 2), "q4_b.a5": (1, 1),
    }  # fmt: skip
    for name, (count, n) in told.items():
        row = found.loc[f"survey:{name}@US"]
        assert (name, row["count"], row["n"]) == (name, count, n)
    assert found.loc["survey:q3.pay_mean@US", "value"] == 1.5


SOSCI = "CASE;LAND;A101;A102_01;A102_02\nNummer;Land;How often?;One;Two\n7;A;1;2;1\n8;B;-9;1;1\n"


def test_a_sosci_export_is_a_study(tmp_path):
    questions = [
        {"code": "a101", "type": "single", "column": "A101", "text": "How often?",
         "label": "Often", "options": [{"code": 1, "name": "never", "label": "never"}]},
        {"code": "a102", "type": "multiple", "text": "Which?", "label": "Which", "selected": "2",
         "not_selected": ["1"],
         "items": [{"name": "one", "label": "One", "column": "A102_01"},
                   {"name": "two", "label": "Two", "column": "A102_02"}]},
    ]  # fmt: skip
    folder = write_study(
        tmp_path, {"path": "s.csv", "format": "sosci"}, places("LAND", "A", "B"), questions,
        id_column="CASE",
    )  # fmt: skip
    (folder / "data" / "s.csv").write_bytes(SOSCI.encode("utf-16"))
    settings = load_settings(folder)
    assert [item.rule for item in check_study(settings)] == [
        "'never' is the only option: everyone who answered gave it"
    ]
    found = estimate_survey(load_study(settings)).set_index("key")
    assert found.loc["survey:a101.never@US", "n"] == 1
    assert found.loc["survey:a102.one@US", ["count", "n"]].tolist() == [1, 2]
