"""The demonstration study: its files fit together, and are what its script writes."""

from __future__ import annotations

import csv
import importlib.util
import re
from collections import Counter
from functools import cache
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
import yaml
from pydantic import BaseModel

from briefgen.config.settings import Settings, load_settings
from briefgen.content.compose import Composer
from briefgen.content.compose.lint import lint_numbers, lint_templates
from briefgen.content.compose.refs import check_ref
from briefgen.evidence.load import check_study, load_study
from briefgen.evidence.study import Study
from briefgen.model import (
    ESTIMATE_COLUMNS,
    DocumentKey,
    Evidence,
    Kind,
    Released,
    Status,
    Text,
)

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "data"
TEMPLATES = [
    ROOT / "reports/report.qmd",
    ROOT / "reports/summary.qmd",
    *sorted((ROOT / "reports/report").rglob("*.qmd")),
]
MASCULINITY = ROOT / "tests/studies/masculinity"
Rows = list[dict[str, str]]


@cache
def settings() -> Settings:
    return load_settings(ROOT)


@cache
def study() -> Study:
    return load_study(settings())


@cache
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_generate", DATA / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_rows(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def second_wave(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("wave2")
    generator().write_files(folder, wave=2)
    return folder


# --- data files -------------------------------------------------------------------------------


def test_committed_data_is_what_the_script_writes(tmp_path: Path) -> None:
    written = generator().write_files(tmp_path)
    assert [path.name for path in written] == ["survey.csv", "frame.csv", "panel.csv"]
    for path in written:
        assert path.read_bytes() == (DATA / path.name).read_bytes(), path.name


def test_the_script_writes_where_the_command_line_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], second_wave: Path
) -> None:
    generator().main(["--wave", "2", "--output", str(tmp_path / "new")])
    assert "survey.csv" in capsys.readouterr().out
    assert (tmp_path / "new/survey.csv").read_bytes() == (second_wave / "survey.csv").read_bytes()


def test_a_register_of_all_networks_and_answers_from_some() -> None:
    frame, survey = read_rows(DATA / "frame.csv"), read_rows(DATA / "survey.csv")
    assert len(frame) == 260
    assert len(survey) == 160
    assert {row["land"] for row in frame} == set(settings().regions)
    assert {row["region_type"] for row in frame} == {
        item.code for item in settings().info.region_types.list  # type: ignore[union-attr]
    }  # fmt: skip
    listed = {row["id"]: row for row in frame}
    for row in survey:
        assert row["land"] == listed[row["id"]]["land"]
        assert row["region_type"] == listed[row["id"]]["region_type"]
        assert listed[row["id"]]["disposition"] in {"1.1", "1.2"}


def test_some_laender_have_fewer_than_five_answers_and_none_has_no_answer() -> None:
    answers = Counter(row["land"] for row in read_rows(DATA / "survey.csv"))
    assert min(answers.values()) >= 1
    assert len(answers) == 16
    assert 3 <= sum(count < 5 for count in answers.values()) <= 6


def test_the_second_wave_adds_answers_and_mends_a_few(second_wave: Path) -> None:
    first = {row["id"]: row for row in read_rows(DATA / "survey.csv")}
    second = {row["id"]: row for row in read_rows(second_wave / "survey.csv")}
    assert set(first) < set(second)
    assert len(second) - len(first) == generator().LATE_ANSWERS == 23
    changed = [
        (code, column)
        for code, row in first.items()
        for column in row
        if column != "weight" and row[column] != second[code][column]
    ]
    assert len(changed) == sum(map(len, generator().CORRECTIONS.values()))
    assert {column for _, column in changed} == set(generator().CORRECTIONS)
    assert (second_wave / "panel.csv").read_bytes() == (DATA / "panel.csv").read_bytes()


def test_weights_carry_respondents_to_all_networks() -> None:
    frame = pd.read_csv(DATA / "frame.csv")
    survey = pd.read_csv(DATA / "survey.csv", usecols=["land", "region_type", "weight"])
    assert survey["weight"].mean() == pytest.approx(1, abs=1e-4)
    for margin in ("land", "region_type"):
        wanted = frame[margin].value_counts(normalize=True)
        weighted = survey.groupby(margin)["weight"].sum() / survey["weight"].sum()
        pd.testing.assert_series_equal(
            weighted.sort_index(), wanted.sort_index(), check_names=False, atol=1e-3, rtol=0
        )


def test_every_column_is_in_the_codebook_and_the_other_way_round() -> None:
    header = list(read_rows(DATA / "survey.csv")[0])
    known = {"id", "land", "region_type", "weight"}
    for variable in settings().variables.values():
        question = variable.question
        if question.type in ("multiple", "ranking"):
            known |= {item.column or "" for item in question.items}
        else:
            known.add(variable.column)
    assert set(header) == known


def test_filters_leave_cells_empty() -> None:
    for row in read_rows(DATA / "survey.csv"):
        if row["q06"] == "3":
            assert not row["q07_steering"]
            assert not row["q09"]
        if row["q23"] != "1":
            assert not row["q24"]


def test_the_panel_is_complete() -> None:
    rows = read_rows(DATA / "panel.csv")
    places = Counter(
        (row["expert"], row["round"], row["statement"], row["dimension"]) for row in rows
    )
    assert len(places) == len(rows) == 14 * 2 * 12 * 3
    assert {row["rating"] for row in rows} <= {"dk", *map(str, range(1, 10))}
    assert all(bool(row["comment_de"]) == bool(row["comment_en"]) for row in rows)
    assert sum(bool(row["comment_de"]) for row in rows) == len(generator().COMMENTS)


# --- settings and written material ------------------------------------------------------------


def test_the_study_has_no_problem_at_all() -> None:
    assert [str(problem) for problem in check_study(settings())] == []


def texts_of(part: object, place: str) -> list[tuple[str, Text]]:
    if isinstance(part, Text):
        return [(place, part)]
    if isinstance(part, BaseModel):
        names = type(part).model_fields
        return [pair for name in names for pair in texts_of(getattr(part, name), f"{place}.{name}")]
    if isinstance(part, (list, tuple)):
        return [pair for i, item in enumerate(part) for pair in texts_of(item, f"{place}[{i}]")]
    if isinstance(part, dict):
        return [pair for key, item in part.items() for pair in texts_of(item, f"{place}.{key}")]
    return []


def test_all_texts_are_there_in_both_languages() -> None:
    found = [
        *texts_of(settings().info, "study"),
        *texts_of(settings().codebook, "codebook"),
    ]
    assert len(found) > 300
    # a default says in "" what stands where a language has no text of its own
    own = [(place, text) for place, text in found if "" not in dict(text.items())]
    assert [place for place, text in own if set(text) != {"de", "en"}] == []


def test_every_question_belongs_to_one_topic_and_every_audience_names_its_own() -> None:
    info = settings().info
    asked = [code for topic in info.topics for code in topic.questions]
    assert sorted(asked) == sorted(settings().questions)
    assert 28 <= len(asked) <= 34
    for audience in info.audiences:
        assert set(audience.topics) <= {topic.code for topic in info.topics}
        assert len(audience.topics) >= 4
    for topic in info.topics:
        assert topic.key
        for ref in topic.key:
            check_ref(settings(), ref)


def test_tiles_do_not_overlap_and_every_land_has_one() -> None:
    tiles = [region.tile for region in settings().regions.values()]
    assert None not in tiles
    assert len(set(tiles)) == 16


@pytest.mark.parametrize(
    ("name", "code"),
    [("Bayern", "DE2"), ("bavaria", "DE2"), ("NRW", "DEA"), ("SL", "DEC"), ("Germany", "DE")],
)
def test_regions_are_found_by_their_names(name: str, code: str) -> None:
    assert settings().find_region(name) == code


def test_how_one_says_where_in_german() -> None:
    assert settings().regions["DEC"].in_["de"] == "im Saarland"  # type: ignore[index]
    assert settings().regions["DE2"].in_["de"] == "in Bayern"  # type: ignore[index]


def test_every_case_has_a_coordinator_and_two_firms() -> None:
    cases = [
        yaml.safe_load(path.read_text("utf-8")) for path in sorted((DATA / "cases").glob("*.yml"))
    ]
    assert 8 <= len(cases) <= 10
    for case in cases:
        roles = Counter(interview["role"] for interview in case["interviews"])
        assert roles == {"coordinator": 1, "sme": 2}
        assert 55 <= len(case["portrait"]["de"].split()) <= 120
        assert 55 <= len(case["portrait"]["en"].split()) <= 120


def test_every_audience_has_recommendations_that_act_on_something() -> None:
    recommendations = study().recommendations
    assert len(recommendations) >= 14
    for code in settings().audiences:
        assert sum(code in item.audiences for item in recommendations) >= 5, code
    assert all(item.acts_on or item.builds_on for item in recommendations)
    assert all(item.first_step is not None for item in recommendations)


def test_the_findings_have_the_shape_of_the_field() -> None:
    survey = pd.read_csv(DATA / "survey.csv")

    def share(column: str, codes: set[int]) -> float:
        valid = survey[survey[column] > 0]
        hit = valid[column].isin(codes) * valid["weight"]
        return float(hit.sum() / valid["weight"].sum())

    often = {4, 5}
    assert share("q18", often) < 0.4  # few know the needs of firms
    assert share("q07_recipient", often) > 2 * share("q07_initiator", often)
    assert share("q07_recipient", often) > share("q07_steering", often) + 0.2
    assert share("q11_evening", often) > share("q11_daytime", often) + 0.15
    assert share("q11_advice", often) > share("q11_fairs", often) + 0.15


# --- templates --------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [ROOT, MASCULINITY], ids=["demo", "masculinity"])
def test_templates_have_no_loose_number_and_no_unknown_name(folder: Path) -> None:
    own = {path.relative_to(ROOT).as_posix() for path in TEMPLATES}
    problems = [item for item in lint_templates(load_settings(folder)) if item.file in own]
    assert [str(problem) for problem in problems] == []


def test_references_to_sections_lead_somewhere() -> None:
    source = "\n".join(path.read_text("utf-8") for path in TEMPLATES)
    targets = {match[1] for match in re.finditer(r"#(sec-[a-z-]+)", source)}
    wanted = {match[1] for match in re.finditer(r"@(sec-[a-z-]+)", source)}
    assert wanted <= targets


def test_every_reference_of_the_text_is_in_the_bibliography() -> None:
    source = "\n".join(path.read_text("utf-8") for path in TEMPLATES)
    cited = {match[1] for match in re.finditer(r"[\[ \"]@([a-z]+\d{4})", source)}
    entries = (ROOT / "reports/references.bib").read_text("utf-8")
    listed = {match[1] for match in re.finditer(r"@\w+\{(\w+),", entries)}
    assert cited == listed


def publish_everything(one: Study) -> Released:
    """Release all values unprotected: the wall has tests of its own, and takes its time."""
    from briefgen.evidence.cases import estimate_cases, release_material  # noqa: PLC0415
    from briefgen.evidence.panel import estimate_panel, release_comments  # noqa: PLC0415
    from briefgen.evidence.survey import estimate_survey  # noqa: PLC0415

    tables = [estimate_survey(one)]
    tables += [estimate_cases(one)] if one.cases else []
    tables += [estimate_panel(one)] if one.panel else []
    rows = pd.concat(tables, ignore_index=True).to_dict("records")
    evidence = [publish_row(dict(row)) for row in rows]
    quotes, cases = release_material(one) if one.cases else ((), ())
    comments = release_comments(one) if one.panel else ()
    return Released({item.key: item for item in evidence}, quotes, cases, comments)


def publish_row(row: dict[str, object]) -> Evidence:
    numbers = {
        name: None if pd.isna(row[name]) else float(row[name])  # type: ignore[arg-type]
        for name in ("value", "low", "high", "n")
    }
    words = {
        name: str(row[name])
        for name in ESTIMATE_COLUMNS
        if name in Evidence.__dataclass_fields__ and name not in numbers
    }
    n = numbers.pop("n")
    status = Status.PUBLISHED if numbers["value"] is not None else Status.PRIMARY
    return Evidence(
        **words,
        **numbers,
        n=None if n is None else int(n),
        status=status,
        reason="" if numbers["value"] is not None else "base",
        text="none",
    )  # type: ignore[arg-type]


@cache
def composer(folder: Path) -> Composer:
    one = load_study(load_settings(folder))
    return Composer(one.settings, publish_everything(one), one.recommendations)


def needs_data(folder: Path) -> None:
    path = load_settings(folder).info.files.survey.path
    if not (folder / "data" / path).exists():
        pytest.skip(f"the data of the study {folder.name} is not beside the repository")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", [Kind.REPORT, Kind.SUMMARY])
def test_the_demonstration_composes_completely(kind: Kind, language: str, tmp_path: Path) -> None:
    key = DocumentKey(kind, "", "", language, settings().edition)
    composed = composer(ROOT).compose(key, tmp_path)
    text = composed.source.read_text("utf-8")
    assert composed.title == settings().info.publication.title[language]
    assert [str(problem) for problem in lint_numbers(tmp_path)] == []
    for topic in settings().info.topics:
        assert f"# {topic.title[language]}" in text
    if kind is Kind.REPORT:
        for question in settings().questions.values():
            assert question.text[language].split("%")[0][:40] in text
        assert len(composed.exhibits) > 100
        for case in study().cases.cases:  # type: ignore[union-attr]
            assert f"## {case.name[language]}" in text


@pytest.mark.slow
@pytest.mark.parametrize("kind", [Kind.REPORT, Kind.SUMMARY])
def test_the_templates_serve_another_study(kind: Kind, tmp_path: Path) -> None:
    needs_data(MASCULINITY)
    other = load_settings(MASCULINITY)
    composed = composer(MASCULINITY).compose(
        DocumentKey(kind, "", "", other.languages[0], other.edition), tmp_path
    )
    text = composed.source.read_text("utf-8")
    assert [str(problem) for problem in lint_numbers(tmp_path)] == []
    for word in ("SME", "network", "Land ", "coordinator"):
        assert word not in text
