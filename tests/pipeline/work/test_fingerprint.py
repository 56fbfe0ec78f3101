"""Hashes of inputs and typed reasons."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefgen.config.settings import load_settings
from briefgen.evidence.sources import hash_files
from briefgen.model import Kind
from briefgen.pipeline.work.fingerprint import (
    Reason,
    collect_versions,
    compare_evidence,
    compare_inputs,
    concerns_kind,
    explain_change,
    hash_inputs,
    hash_mapping,
    list_parts,
    summarise_reasons,
    walk_layers,
)
from studies import small_study


@pytest.fixture
def composed(tmp_path: Path) -> Path:
    folder = tmp_path / "brief-DE1-smes-de"
    (folder / "exhibits").mkdir(parents=True)
    (folder / "document.qmd").write_text("# Title", encoding="utf-8")
    (folder / "evidence.json").write_text('{"evidence": []}', encoding="utf-8")
    (folder / "exhibits" / "fig-a.svg").write_text("<svg/>", encoding="utf-8")
    return folder


def test_a_touched_file_is_the_same_file(composed: Path):
    before = list_parts(composed, Kind.BRIEF, {}, {}, {})
    (composed / "document.qmd").touch()
    assert list_parts(composed, Kind.BRIEF, {}, {}, {}) == before
    (composed / "document.qmd").write_text("# Other", encoding="utf-8")
    assert list_parts(composed, Kind.BRIEF, {}, {}, {}) != before


def test_parts_are_found_wherever_the_folder_stands(composed: Path, tmp_path: Path):
    hidden = tmp_path / ".briefgen" / "composed"
    shutil.copytree(composed, hidden)
    assert list_parts(hidden, Kind.BRIEF, {}, {}, {}) == list_parts(
        composed, Kind.BRIEF, {}, {}, {}
    )
    (hidden / ".draft.swp").write_text("x", encoding="utf-8")
    assert list_parts(hidden, Kind.BRIEF, {}, {}, {}) == list_parts(
        composed, Kind.BRIEF, {}, {}, {}
    )


def test_parts_are_named_by_what_they_are(composed: Path):
    styles = {"brief.css": "a", "fonts/Sans.ttf": "b", "web.css": "c"}
    versions = {"engine pandoc": "3.9", "pandas": "3"}
    parts = list_parts(composed, Kind.BRIEF, styles, versions, {"institute": "I"})
    assert set(parts) == {
        "text:document", "text:page", "evidence:all", "exhibit:exhibits/fig-a.svg",
        "style:brief.css", "style:web.css", "font:fonts/Sans.ttf",
        "engine:pandoc", "version:pandas",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind", "expected"),
    [
        ("brief.css", Kind.BRIEF, True),
        ("brief.css", Kind.REPORT, False),
        ("report.css", Kind.BRIEF, False),
        ("base.css", Kind.BRIEF, True),
        ("base.css", Kind.SUMMARY, True),
        ("logo.svg", Kind.BRIEF, True),
    ],
)
def test_a_stylesheet_concerns_the_documents_that_use_it(name: str, kind: Kind, expected: bool):
    assert concerns_kind(Path(name), kind) is expected


def _item(key: str, value: float | None, **more: object) -> dict[str, object]:
    return {"key": key, "value": value, "unit": "share", "n": 40, "status": "published", **more}


def test_evidence_reasons_say_what_moved_from_what_to_what():
    before = {"evidence": [_item("survey:q1.a@DE1", 0.41), _item("survey:q1.b@DE1", 0.2)]}
    after = {
        "evidence": [
            _item("survey:q1.a@DE1", 0.44),
            _item("survey:q1.b@DE1", None, status="suppressed (primary)"),
        ]
    }
    assert compare_evidence(before, after) == [
        Reason("evidence", "survey:q1.a@DE1", "41 % (n = 40)", "44 % (n = 40)"),
        Reason("evidence", "survey:q1.b@DE1", "20 % (n = 40)", "suppressed (primary)"),
    ]
    assert compare_evidence(before, before) == []


def test_decimals_are_shown_as_far_as_they_tell_values_apart():
    before = {"evidence": [_item("survey:q1.a@DE1", 0.411)]}
    after = {"evidence": [_item("survey:q1.a@DE1", 0.413)]}
    assert compare_evidence(before, after) == [
        Reason("evidence", "survey:q1.a@DE1", "41.1 % (n = 40)", "41.3 % (n = 40)")
    ]


def test_where_only_the_interval_moved_it_is_shown():
    before = {"evidence": [_item("survey:q1.a@DE1", 0.4, low=0.3)]}
    after = {"evidence": [_item("survey:q1.a@DE1", 0.4, low=0.2)]}
    assert compare_evidence(before, after) == [
        Reason("evidence", "survey:q1.a@DE1", "low 0.3", "low 0.2")
    ]


def test_values_that_moved_come_first_then_bases_then_what_is_new_or_gone():
    before = {"evidence": [_item("b", 0.4), _item("c", 0.1), _item("d", 0.2)]}
    after = {"evidence": [_item("a", 0.3), _item("b", 0.4, n=41), _item("c", 0.5)]}
    assert [reason.subject for reason in compare_evidence(before, after)] == ["c", "b", "a", "d"]


def test_layers_lie_over_one_another_file_by_file(tmp_path: Path):
    own, default = tmp_path / "own", tmp_path / "default"
    for folder, names in ((own, ["a.qmd"]), (default, ["a.qmd", "parts/b.qmd"])):
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(name, encoding="utf-8")
    assert walk_layers([own, default]) == {
        "a.qmd": own / "a.qmd",
        "parts/b.qmd": default / "parts" / "b.qmd",
    }


def test_inputs_are_reasons_for_the_documents_that_may_use_them():
    before = {"reports/brief.qmd": "1", "reports/report/index.qmd": "1", "data/study.yml": "1"}
    after = {"reports/brief.qmd": "2", "reports/report/index.qmd": "2", "data/study.yml": "2"}
    assert list(compare_inputs(before, after, Kind.BRIEF)) == [
        Reason("text", "data/study.yml"),
        Reason("template", "reports/brief.qmd"),
    ]
    assert Reason("template", "reports/report/index.qmd") in compare_inputs(
        before, after, Kind.REPORT
    )


def test_data_files_are_no_reason_by_themselves():
    assert (
        list(compare_inputs({"data/survey.csv": "1"}, {"data/survey.csv": "2"}, Kind.BRIEF)) == []
    )


def test_a_change_always_has_a_reason():
    before = {"text:document": "1", "version:weasyprint": "70.0", "style:base.css": "a"}
    moved = [Reason("evidence", "k", "1", "2")]
    assert explain_change(before, before, moved, []) == []
    assert explain_change(before, {**before, "text:document": "2"}, moved, []) == [
        Reason("text", "document")
    ]
    after = {**before, "version:weasyprint": "71.0", "style:base.css": "b"}
    assert explain_change(before, after, moved, []) == [
        Reason("style", "base.css"),
        Reason("version", "weasyprint", "70.0", "71.0"),
    ]


def test_evidence_counts_only_where_the_sidecar_differs():
    moved = [Reason("evidence", "k", "1", "2")]
    before = {"text:document": "1", "evidence:all": "1"}
    assert explain_change(before, {"text:document": "2", "evidence:all": "2"}, moved, []) == moved


def test_a_long_list_of_reasons_is_summarised():
    reasons = [Reason("style", f"{i}.css") for i in range(5)]
    assert summarise_reasons(reasons) == (
        "style 0.css changed; style 1.css changed; style 2.css changed; and 2 more"
    )
    assert summarise_reasons([Reason("new")]) == "not made yet"
    assert summarise_reasons([Reason("missing", "de/bericht.pdf")]) == "de/bericht.pdf is missing"
    assert summarise_reasons([Reason("format", "docx")]) == "format docx is asked for"


def test_hash_does_not_depend_on_order():
    assert hash_mapping({"a": 1, "b": 2}) == hash_mapping({"b": 2, "a": 1})
    assert hash_mapping({"a": 1}) != hash_mapping({"a": 2})


def test_versions_name_the_engine_and_what_lays_out_text():
    versions = collect_versions("pandoc", "3.9")
    assert versions["engine pandoc"] == "3.9"
    assert {"briefgen", "weasyprint", "pango", "matplotlib", "briefgen code"} <= versions.keys()


def test_reading_and_staleness_look_at_the_same_files(tmp_path: Path):
    names = {
        "survey": {"path": "survey.csv", "structure": "survey.lss"},
        "frame": {"path": "frame.csv", "structure": "frame.lss"},
        "cases": "cases",
        "bibliography": "references.bib",
    }
    settings = load_settings(small_study(tmp_path, study={"files": names}))
    (tmp_path / "data" / "cases").mkdir()
    written = ("survey.lss", "frame.csv", "frame.lss", "cases/one.yml", "references.bib")
    for name in written:
        (tmp_path / "data" / name).write_text("old", encoding="utf-8")
    (tmp_path / "data" / "cases" / ".hidden").write_text("old", encoding="utf-8")
    before = hash_inputs(settings, {})
    assert before == hash_files(settings)
    assert set(before) == {
        f"data/{name}" for name in ("study.yml", "codebook.yml", "survey.csv", *written)
    }
    (tmp_path / "data" / "frame.lss").write_text("new", encoding="utf-8")
    after = hash_inputs(settings, {})
    assert {name for name in after if after[name] != before[name]} == {"data/frame.lss"}
