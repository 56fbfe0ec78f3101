"""A reader, an estimator, a chart and a kind of document from outside of the package.

They are registered as docs/extending.md says; a study is read, estimated and published with them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from briefgen.cli.choice import KindName, name_kinds
from briefgen.config import document_kinds
from briefgen.config.data_formats import register_data_format, unregister_data_format
from briefgen.config.document_kinds import DocumentKind, StudyLike, register_document_kind
from briefgen.config.input_files import hash_file
from briefgen.config.measures import (
    OF_QUESTION,
    MeasureKind,
    SubjectMeasure,
    list_kinds,
    register_measure,
    unregister_measure,
)
from briefgen.config.settings import DataSource, Variable, load_settings
from briefgen.content.exhibits.charts import CHARTS, chart
from briefgen.content.exhibits.layout import Plan
from briefgen.content.exhibits.words import Drawing
from briefgen.content.language import load_catalogue
from briefgen.errors import (
    ExtensionError,
    RenderError,
    SettingsError,
    SourceError,
    UnknownNameError,
)
from briefgen.evidence.sources.read import read_table, reads
from briefgen.evidence.sources.table import DataTable, Reading, make_frame
from briefgen.evidence.survey.measures import Columns, Data, estimates, mean_of, numbers
from briefgen.output.render.formats import (
    Format,
    find_format,
    output_formats,
    register_format,
    unregister_format,
)
from briefgen.pipeline.build import Options, Selection, build
from briefgen.pipeline.check import find_problems
from briefgen.pipeline.work.publish import read_manifest
from printed import read_pages
from studies import CODEBOOK, small_study

CAP = 100.0
TEMPLATE = """\
---
title: {{ title() | yaml }}
lang: {{ doc.language }}
---

{{ statement("q05_members.capped_mean") }}

{{ figure("q05_members.capped_mean", kind="lollipop", id="fig-size") }}
"""
GERMAN = r"""msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Language: de\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Factsheet"
msgstr "Faktenblatt"

msgid "Factsheets"
msgstr "Faktenblätter"

msgid "Lollipop chart"
msgstr "Lutscherdiagramm"

msgid "mean of answers up to a hundred"
msgstr "Mittelwert, Antworten bis hundert"

msgid "{Where}, {label} is {value} on average, no answer counting more than a hundred"
msgid_plural "{Where}, {label} is {value} on average, no answer counting more than a hundred"
msgstr[0] "{Where} beträgt {label} im Mittel {value}, wobei keine Antwort mehr als hundert zählt"
msgstr[1] "{Where} beträgt {label} im Mittel {value}, wobei keine Antwort mehr als hundert zählt"
"""
FRAME = "{Where}, {label} is {value} on average, no answer counting more than a hundred"


def each_region(settings: StudyLike) -> Iterator[tuple[str, str]]:
    """Yield each region, for everybody."""
    yield from ((region, "") for region in settings.regions)


def capped(
    data: Data, variable: Variable, _measures: Sequence[SubjectMeasure]
) -> Iterator[Columns]:
    """Yield the numbers, none larger than the cap."""
    yield mean_of(np.minimum(numbers(data, variable), CAP))


def draw_lollipop(plan: Plan) -> Drawing:
    """Draw a stick with a dot at its end for each value."""
    canvas, lookup = plan.canvas, plan.lookup
    target = lookup.targets(plan.spec.refs[0])[0]
    cells = [lookup.cell(target, domain, lookup.domain_name(domain)) for domain in plan.domains]
    for row, cell in enumerate(cells):
        y, end = 12.0 * (row + 1), min(cell.value or 0.0, canvas.width - 5.0)
        canvas.line(0.0, y, end, y, canvas.palette.own)
        canvas.dot(end, y, 3.5, canvas.palette.own)
    name = lookup.locale.text("Lollipop chart")
    return Drawing(12.0 * (len(cells) + 1), name, "Mitglieder", "Mittelwert", cells)


def read_json_lines(path: Path, _source: DataSource, _folder: Path) -> DataTable:
    """Read one respondent a line; rows are counted as lines, from 1."""
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    header = list(records[0])
    frame = make_frame(header, [[record[name] for name in header] for record in records], 1)
    reading = Reading(("JSON lines",), 0, len(records))
    return DataTable(frame, path, hash_file(path), first_row=1, reading=reading)


@pytest.fixture
def extended() -> Iterator[None]:
    """Register a new reader, estimator, chart and kind of document."""
    register_data_format("json_lines", suffixes=(".jsonl",))
    reads("json_lines")(read_json_lines)
    chart("lollipop", "Lollipop chart")(draw_lollipop)
    kind = MeasureKind(
        name="capped mean", types=frozenset({"numeric"}), statistic="mean", measure="capped_mean",
        unit=OF_QUESTION, digits=1, may_head=True, frames=((FRAME, FRAME),),
        label="mean of answers up to a hundred", compared=True,
    )  # fmt: skip
    register_measure(kind)
    estimates("capped mean")(capped)
    register_format(Format("manuscript", ".text", written_by="markdown"))
    register_document_kind(
        DocumentKind(
            name="factsheet", template="factsheet.qmd", label="Factsheet",
            file_name="Factsheets", readers=each_region, is_tailored=True,
            formats=("html", "manuscript"), figure_width_mm=140.0, most_words=300,
            most_pages=1, is_short=True, seconds=120,
        )
    )  # fmt: skip
    yield
    unregister_data_format("json_lines")
    del CHARTS["lollipop"]
    unregister_measure("capped mean")
    document_kinds.unregister_document_kind("factsheet")
    unregister_format("manuscript")


def extended_study(folder: Path) -> Path:
    topics = [{"code": "size", "title": "T", "questions": ["q05_members"]}]
    small_study(
        folder,
        study={
            "documents": ["factsheet"],
            "topics": topics,
            "audiences": [],
            "files": {"survey": "survey.jsonl"},
        },
        questions=[q for q in CODEBOOK["questions"] if q["code"] in ("q01_size", "q05_members")],
        codebook={"indices": []},
    )
    survey = pd.read_csv(folder / "data" / "survey.csv", dtype=str, keep_default_na=False)
    lines = survey.to_json(orient="records", lines=True, force_ascii=False)
    (folder / "data" / "survey.jsonl").write_text(lines, encoding="utf-8")
    (folder / "reports").mkdir()
    (folder / "reports" / "factsheet.qmd").write_text(TEMPLATE, encoding="utf-8")
    (folder / "locales").mkdir()
    (folder / "locales" / "de.po").write_text(GERMAN, encoding="utf-8")
    return folder


@pytest.mark.slow
@pytest.mark.usefixtures("extended")
def test_a_study_is_published_with_parts_from_outside(tmp_path):
    settings = load_settings(extended_study(tmp_path))
    lines: list[str] = []
    found = find_problems(settings, report=lines.append)
    assert [p for p in found if p.severity == "error"] == []
    assert lines[0].startswith("data/survey.jsonl: JSON lines, ")
    result = build(settings, Selection(), Options(jobs=1))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    folder = tmp_path / "publications" / "2026"
    manifest = read_manifest(folder)
    assert set(manifest.documents) == {
        f"factsheet-{region}-{language}" for region in settings.regions for language in ("de", "en")
    }
    record = manifest.documents["factsheet-DE1-de"]
    assert record.pages == 1
    assert record.files["pdf"].path == "de/faktenblaetter/baden-wuerttemberg.pdf"
    text = " ".join(" ".join(read_pages(folder / record.files["pdf"].path)).split())
    assert "im Mittel" in text
    assert "Mitglieder" in text
    web = (folder / record.files["html"].path).read_text(encoding="utf-8")
    manuscript = (folder / record.files["manuscript"].path).read_text(encoding="utf-8")
    assert "im Mittel" in manuscript
    assert "Lutscherdiagramm: " in web  # the text alternative of the chart
    assert "Faktenblatt" in text
    assert "Faktenblatt, Bayern" in (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("extended")
def test_what_is_estimated_from_outside_is_the_mean_of_the_capped_answers(tmp_path):
    from briefgen.evidence.load import load_study  # noqa: PLC0415 - heavy
    from briefgen.evidence.survey import estimate_survey  # noqa: PLC0415

    study = load_study(load_settings(extended_study(tmp_path)))
    table = estimate_survey(study).set_index("key")
    answers = study.survey["q05_members"].dropna()
    assert answers.max() > CAP
    made = table.loc["survey:q05_members.capped_mean@DE"]
    assert made["value"] == pytest.approx(answers.clip(upper=CAP).mean())
    assert "survey:q05_members.capped_mean@DE1~rest" in table.index


@pytest.mark.usefixtures("extended")
def test_what_is_read_from_outside_is_what_the_file_holds(tmp_path):
    folder = extended_study(tmp_path) / "data"
    table = read_table(DataSource(path="survey.jsonl"), folder)
    same = read_table(DataSource(path="survey.csv"), folder)
    assert table.frame.to_numpy().tolist() == same.frame.to_numpy().tolist()


def test_a_format_that_nothing_reads_is_refused(tmp_path):
    register_data_format("telegrams", suffixes=(".tg",))
    (tmp_path / "survey.tg").write_text("stop", encoding="utf-8")
    try:
        with pytest.raises(SourceError, match="nothing reads the format 'telegrams'"):
            read_table(DataSource(path="survey.tg"), tmp_path)
    finally:
        unregister_data_format("telegrams")


@pytest.mark.usefixtures("extended")
def test_check_asks_for_translations_of_what_was_registered(tmp_path):
    folder = extended_study(tmp_path)
    (folder / "locales" / "de.po").unlink()
    found = [p for p in find_problems(load_settings(folder), documents=False) if p.file != ""]
    rules = [problem.rule for problem in found if problem.file == "locales/de.po"]
    assert rules == [
        f"{message!r} has no translation to 'de'"
        for message in sorted(
            [
                "Factsheet",
                "Factsheets",
                "Lollipop chart",
                "mean of answers up to a hundred",
                FRAME,
            ]
        )
    ]


@pytest.mark.usefixtures("extended")
def test_check_asks_for_one_and_many_of_a_sentence(tmp_path):
    folder = extended_study(tmp_path)
    single = re.sub(r"msgid_plural .*\nmsgstr\[0\]", "msgstr", GERMAN)
    single = re.sub(r"msgstr\[1\] .*\n", "", single)
    (folder / "locales" / "de.po").write_text(single, encoding="utf-8")
    settings = load_settings(folder)
    found = [p for p in find_problems(settings, documents=False) if p.file == "locales/de.po"]
    assert [problem.rule for problem in found] == [
        f"{FRAME!r} is said of one and of many, and has one translation to 'de'"
    ]
    with pytest.raises(SettingsError, match="said of one and of many"):
        load_catalogue(settings, "de").plural(FRAME, FRAME, 2)


@pytest.mark.usefixtures("extended")
@pytest.mark.parametrize(
    ("yielded", "told"),
    [
        ([], "no factsheet is made: readers yields none"),
        ([("NOWHERE", "")], r"readers yields \('NOWHERE', ''\), no region and audience of"),
        (["DE1"], "readers yields 'DE1', no region and audience of"),
    ],
)
def test_check_tells_of_readers_that_a_study_does_not_have(tmp_path, yielded, told):
    settings = load_settings(extended_study(tmp_path))
    kind = document_kinds.find_document_kind("factsheet")
    document_kinds.unregister_document_kind("factsheet")
    register_document_kind(replace(kind, readers=lambda _settings: iter(yielded)))
    found = find_problems(settings, documents=False)
    assert len([p for p in found if re.match(f".*{told}", p.rule)]) == 1


@pytest.mark.usefixtures("extended")
def test_a_document_is_listed_once(tmp_path):
    settings = load_settings(extended_study(tmp_path))
    kind = replace(
        document_kinds.find_document_kind("factsheet"),
        readers=lambda _settings: iter([("DE1", ""), ("DE1", "")]),
    )
    assert len(list(kind.keys(settings, "2026"))) == len(settings.languages)


@pytest.mark.usefixtures("extended")
def test_check_tells_of_a_unit_that_nothing_knows(tmp_path):
    settings = load_settings(extended_study(tmp_path))
    kind = next(kind for kind in list_kinds() if kind.name == "capped mean")
    unregister_measure(kind.name)
    register_measure(replace(kind, unit="bogus"))
    found = find_problems(settings, documents=False)
    assert any("the unit 'bogus', which is not known" in problem.rule for problem in found)


@pytest.mark.usefixtures("extended")
def test_an_estimator_gives_a_number_for_each_respondent(tmp_path):
    from briefgen.evidence.load import load_study  # noqa: PLC0415 - heavy
    from briefgen.evidence.survey import estimate_survey  # noqa: PLC0415

    study = load_study(load_settings(extended_study(tmp_path)))
    kind = next(kind for kind in list_kinds() if kind.name == "capped mean")
    register_measure(replace(kind, name="short", measure="short"))
    estimates("short")(lambda _data, _variable, _measures: iter([mean_of(np.ones(3))]))
    try:
        with pytest.raises(ExtensionError, match="'short' gives other columns of q05_members"):
            estimate_survey(study)
    finally:
        unregister_measure("short")


@pytest.mark.usefixtures("extended")
def test_check_tells_a_broken_chart_as_the_extensions_with_its_traceback(tmp_path):
    def broken(_plan: Plan) -> Drawing:
        raise ValueError("no stick")

    settings = load_settings(extended_study(tmp_path))
    del CHARTS["lollipop"]
    chart("lollipop")(broken)
    found = [p for p in find_problems(settings) if p.severity == "error"]
    assert len(found) == 1
    assert found[0].file == "reports/factsheet.qmd:8"
    assert found[0].rule.startswith(f"the chart 'lollipop' of {__file__}, line ")
    assert "raised ValueError: no stick" in found[0].rule
    assert "in broken" in found[0].traceback


@pytest.mark.usefixtures("extended")
def test_check_tells_a_broken_reader_without_the_message_which_may_quote_an_answer(tmp_path):
    def broken(_path: Path, _source: DataSource, _folder: Path) -> DataTable:
        raise ValueError("Mrs Smith says 41")

    register_data_format("telegrams", suffixes=(".tg",))
    reads("telegrams")(broken)
    folder = extended_study(tmp_path)
    (folder / "data" / "survey.jsonl").rename(folder / "data" / "survey.tg")
    study = folder / "data" / "study.yml"
    text = study.read_text(encoding="utf-8").replace("survey.jsonl", "survey.tg")
    study.write_text(text, encoding="utf-8")
    try:
        found = find_problems(load_settings(folder), documents=False)
    finally:
        unregister_data_format("telegrams")
    (problem,) = [p for p in found if "telegrams" in p.rule]
    assert problem.file == "data/survey.tg"
    assert problem.rule.endswith("raised ValueError")
    assert "Mrs Smith" not in str(problem)
    assert "Mrs Smith" in problem.traceback


def test_an_output_format_from_outside_is_known_by_its_name_and_writer():
    name = register_format(Format("galley", ".galley", written_by="markdown")).name
    try:
        assert find_format(name).writer == "markdown"
        with pytest.raises(SettingsError, match="output format 'galley' already"):
            register_format(output_formats()[name])
    finally:
        unregister_format(name)
    with pytest.raises(RenderError, match="no format 'galley'"):
        find_format(name)


@pytest.mark.usefixtures("extended")
def test_the_command_line_knows_a_kind_that_was_registered_after_it():
    assert name_kinds()["factsheet"] == "factsheet"
    assert KindName().convert("factsheet", None, None) == "factsheet"


def test_without_the_registration_names_are_refused(tmp_path):
    (tmp_path / "survey.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(SourceError, match=r"the format of \.jsonl is not known"):
        read_table(DataSource(path="survey.jsonl"), tmp_path)
    with pytest.raises(SettingsError, match="one of report, summary, brief is wanted"):
        load_settings(small_study(tmp_path, study={"documents": ["factsheet"]}))
    with pytest.raises(UnknownNameError, match="no kind of document 'factsheet'"):
        document_kinds.find_document_kind("factsheet")


def test_a_name_is_registered_once():
    with pytest.raises(SettingsError, match="'brief' already"):
        register_document_kind(document_kinds.find_document_kind("brief"))
    with pytest.raises(SettingsError, match="'median' already"):
        register_measure(next(kind for kind in list_kinds() if kind.name == "median"))
    with pytest.raises(SettingsError, match="'csv' already"):
        register_data_format("csv")
