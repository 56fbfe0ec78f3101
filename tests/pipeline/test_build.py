"""The whole way, end to end, on a small study: build, read back, change, refresh."""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd
import pikepdf
import pytest
import yaml
from lxml import html

from briefgen.config.settings import load_settings
from briefgen.errors import BriefgenError, DataError, PublishError
from briefgen.model import Kind
from briefgen.pipeline.build import build
from briefgen.pipeline.editions import create_edition, verify_edition
from briefgen.pipeline.export import compose_documents
from briefgen.pipeline.run import BuildResult, Options, Selection
from briefgen.pipeline.state import Store
from briefgen.pipeline.states import clean_study, list_states
from briefgen.pipeline.work.fingerprint import Reason
from briefgen.pipeline.work.publish import read_manifest
from printed import read_pages
from studies import small_study

pytestmark = [pytest.mark.slow, pytest.mark.dear]
BRIEFS = Selection(kinds=frozenset({Kind.BRIEF}))
PLAIN = Options(formats=())


def make(folder: Path, selection: Selection = BRIEFS, **options: object) -> BuildResult:
    result = build(load_settings(folder), selection, dataclasses.replace(PLAIN, **options))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    return result


def made(result: BuildResult) -> set[str]:
    return {item.key.name for item in result.outcomes if item.state == "made"}


def reasons(result: BuildResult, name: str) -> set[str]:
    return {
        reason.kind for item in result.outcomes if item.key.name == name for reason in item.reasons
    }


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with all its documents made; tests that change it take a copy."""
    folder = small_study(tmp_path_factory.mktemp("built"), frame=True)
    result = build(load_settings(folder))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    return folder


@pytest.fixture
def study(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "study"))


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """German documents about two questions, for tests that make many of them again."""
    folder = small_study(
        tmp_path_factory.mktemp("short"),
        frame=True,
        about=("q01_size", "q02_steering"),
        study={"languages": ["de"]},
    )
    result = build(load_settings(folder))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    return folder


@pytest.fixture
def short_study(short: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(short, tmp_path / "short"))


def text_of(pdf: Path) -> str:
    return "\n".join(read_pages(pdf))


def edit_survey(folder: Path, change) -> None:
    path = folder / "data" / "survey.csv"
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


def edit_yaml(path: Path, change) -> None:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


# --- what is made ---


def test_all_documents_are_there_and_the_manifest_describes_them(built: Path):
    settings = load_settings(built)
    folder = built / "publications" / "2026"
    manifest = read_manifest(folder)
    assert manifest is not None
    assert set(manifest.documents) == {key.name for key in settings.documents()}
    assert len(manifest.documents) == 2 * (1 + 1 + 4 * 2 + 1)
    assert verify_edition(settings, "2026").ok
    assert "data/survey.csv" in next(iter(manifest.inputs.values()))
    assert {"briefgen", "weasyprint", "pango"} <= manifest.versions.keys()
    assert manifest.engine.startswith(("pandoc ", "quarto "))


def test_a_brief_says_its_language_title_date_and_that_it_is_demonstration(built: Path):
    folder = built / "publications" / "2026"
    record = read_manifest(folder).documents["brief-DE1-smes-de"]
    path = folder / record.files["pdf"].path
    assert path.name == "baden-wuerttemberg-kmu.pdf"
    with pikepdf.open(path) as pdf:
        assert pdf.Root.Lang == "de"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261102")
        assert str(pdf.docinfo["/Title"]).startswith(record.title)
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.pages) == record.pages
    assert record.pages <= 4
    assert 0 < record.words <= 1500
    pages = read_pages(path)
    assert all("Demonstrationsdaten" in page for page in pages)
    assert "Baden-Württemberg" in pages[0]


def test_the_numbers_printed_are_those_of_the_sidecar(built: Path):
    folder = built / "publications" / "2026"
    record = read_manifest(folder).documents["brief-DE1-smes-en"]
    sidecar = json.loads((folder / record.files["evidence"].path).read_text(encoding="utf-8"))
    printed = text_of(folder / record.files["pdf"].path)
    shares = [
        item["value"]
        for item in sidecar["evidence"]
        if item["unit"] == "share" and item["value"] is not None and item["domain"] == "DE1"
    ]
    assert shares
    assert any(f"{100 * share:.0f}%" in printed for share in shares)


def test_report_and_summary_come_as_web_pages_and_the_report_for_word(built: Path):
    folder = built / "publications" / "2026"
    manifest = read_manifest(folder)
    report, summary = manifest.documents["report-en"], manifest.documents["summary-en"]
    assert {"pdf", "html", "docx", "evidence"} <= report.files.keys()
    assert {"pdf", "html", "evidence"} <= summary.files.keys()
    page = (folder / report.files["html"].path).read_text(encoding="utf-8")
    assert 'lang="en"' in page
    assert (folder / report.files["docx"].path).read_bytes()[:2] == b"PK"


def test_the_catalogue_leads_to_every_pdf_in_each_language(built: Path):
    folder = built / "publications" / "2026"
    manifest = read_manifest(folder)
    for language, name in (("de", "index.html"), ("en", "index.en.html")):
        page = (folder / name).read_text(encoding="utf-8")
        assert f'<html lang="{language}">' in page
        for record in manifest.documents.values():
            path = record.files["pdf"].path
            assert (f'href="{path}"' in page) is (record.language == language)


def test_every_link_of_every_page_leads_to_a_file_and_every_data_file_is_linked(built: Path):
    folder = built / "publications" / "2026"
    linked = set()
    for page in folder.rglob("*.html"):
        for address in html.parse(page).xpath("//@href | //@src"):
            parts = urlsplit(address)
            if parts.scheme or not parts.path:
                continue
            target = (page.parent / unquote(parts.path)).resolve()
            assert target.is_file(), f"{page.relative_to(folder)}: {address}"
            linked.add(target)
    data = set(folder.rglob("*.csv"))
    assert data
    assert data <= linked
    assert (folder / "index.en.html").resolve() in linked


def test_no_input_changed_nothing_is_done_not_even_analysis(study: Path, monkeypatch):
    before = tree(study / "publications")
    for path in (study / "data").iterdir():
        path.touch()

    def never(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a run with nothing to do must not analyse")

    monkeypatch.setattr("briefgen.pipeline.build.release_evidence", never)
    result = build(load_settings(study))
    assert {item.state for item in result.outcomes} == {"current"}
    assert tree(study / "publications") == before


def test_one_brief_on_demand_has_the_same_bytes_as_in_a_full_build(built: Path, tmp_path: Path):
    folder = small_study(tmp_path / "other", frame=True)
    chosen = Selection(
        kinds=frozenset({Kind.BRIEF}), regions=frozenset({"DE1"}), audiences=frozenset({"smes"})
    )
    result = make(folder, chosen)
    assert made(result) == {"brief-DE1-smes-de", "brief-DE1-smes-en"}
    for outcome in result.outcomes:
        for file in outcome.record.files.values():
            alone = (result.folder / file.path).read_bytes()
            assert alone == (built / "publications" / "2026" / file.path).read_bytes()


def build_elsewhere(folder: Path, *arguments: str) -> dict[str, bytes]:
    """Build in another process, in which sets have another order; return what is published."""
    command = [sys.executable, "-m", "briefgen.cli", "build", *arguments, "--jobs", "1"]
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    subprocess.run(command, cwd=folder, check=True, env=environment, capture_output=True)
    return tree(folder / "publications")


def test_two_builds_in_two_folders_and_processes_give_the_same_bytes(short: Path, tmp_path: Path):
    folder = Path(shutil.copytree(short / "data", tmp_path / "data")).parent
    assert build_elsewhere(folder) == tree(short / "publications")


def test_a_report_of_all_kinds_of_question_has_the_same_bytes_elsewhere(
    built: Path, tmp_path: Path
):
    folder = small_study(tmp_path / "again", frame=True)
    again, before = (
        build_elsewhere(folder, "report", "--language", "de"),
        tree(built / "publications"),
    )
    own = {path for path in again if path.startswith("2026/de/")}
    assert {Path(path).suffix for path in own} >= {".pdf", ".html", ".docx", ".json", ".csv"}
    assert {path: again[path] for path in own} == {path: before[path] for path in own}


# --- what is made anew, and why ---


def test_a_change_of_the_brief_template_remakes_the_briefs_alone(short_study: Path):
    from briefgen.config.defaults import defaults_folder  # noqa: PLC0415

    shutil.copytree(defaults_folder("reports"), short_study / "reports")
    assert made(build(load_settings(short_study))) == set()
    path = short_study / "reports" / "brief.qmd"
    path.write_text(path.read_text(encoding="utf-8") + "\n\nEin Satz mehr.\n", "utf-8")
    result = build(load_settings(short_study))
    assert made(result) == {key.name for key in BRIEFS.keys(load_settings(short_study))}
    assert reasons(result, "brief-DE1-smes-de") == {"template"}


def test_a_missing_or_damaged_file_is_restored(study: Path):
    folder = study / "publications" / "2026"
    manifest = read_manifest(folder)
    (folder / manifest.documents["brief-DE1-smes-de"].files["pdf"].path).unlink()
    (folder / manifest.documents["brief-DE2-smes-de"].files["pdf"].path).write_bytes(b"broken")
    before = tree(Path(study))
    result = build(load_settings(study))
    assert made(result) == {"brief-DE1-smes-de", "brief-DE2-smes-de"}
    assert reasons(result, "brief-DE1-smes-de") == {"missing"}
    assert verify_edition(load_settings(study), "2026").ok
    assert len(tree(study)) >= len(before)


def test_new_answers_remake_what_they_touch_with_what_moved(short_study: Path):
    edit_survey(
        short_study,
        lambda table: pd.concat(
            [table, table[table["region"] == "BY"].head(12).assign(id=lambda t: "n" + t["id"])]
        ),
    )
    planned = build(load_settings(short_study), options=Options(dry_run=True))
    assert verify_edition(load_settings(short_study), "2026").ok  # nothing was made
    stale = {item.key.name for item in planned.outcomes if item.state == "stale"}
    result = build(load_settings(short_study))
    assert made(result) == stale
    assert {"brief-DE2-smes-de", "report-de"} <= stale
    kinds = {reason.kind for item in result.outcomes for reason in item.reasons}
    assert kinds == {"evidence"}
    moved = [reason for item in result.outcomes for reason in item.reasons]
    assert all(reason.before != reason.after for reason in moved)
    assert any(
        reason.subject.startswith("survey:") and "@DE2" in reason.subject for reason in moved
    )


def test_bad_data_stops_the_run_and_leaves_what_was_published(study: Path):
    before = tree(study / "publications")
    edit_survey(study, lambda table: table.assign(q01_size="17"))
    with pytest.raises(DataError) as caught:
        build(load_settings(study))
    assert caught.value.problems
    assert tree(study / "publications") == before


def test_one_failing_document_does_not_stop_the_others(short_study: Path):
    from briefgen.config.defaults import defaults_folder  # noqa: PLC0415

    shutil.copytree(defaults_folder("reports"), short_study / "reports")
    path = short_study / "reports" / "brief.qmd"
    broken = (
        "\n\nEin Satz mehr.\n\n{% if doc.region == 'DE1' %}{{ value('q99.nothing') }}{% endif %}\n"
    )
    path.write_text(path.read_text(encoding="utf-8") + broken, "utf-8")
    folder = short_study / "publications" / "2026"
    old = read_manifest(folder).documents["brief-DE1-smes-de"].files["pdf"]
    result = build(load_settings(short_study), BRIEFS, PLAIN)
    failed = [item for item in result.outcomes if item.state == "failed"]
    assert not result.ok
    assert {item.key.region for item in failed} == {"DE1"}
    assert "brief.qmd" in str(failed[0].error)
    assert result.count("made") > 0
    assert (folder / old.path).stat().st_size == old.bytes
    assert verify_edition(load_settings(short_study), "2026").ok


def test_force_makes_anew_what_is_current(study: Path):
    chosen = Selection(kinds=frozenset({Kind.SUMMARY}), languages=frozenset({"de"}))
    result = build(load_settings(study), chosen, Options(force=True))
    assert [item.reasons for item in result.outcomes] == [(Reason("forced"),)]
    assert made(result) == {"summary-de"}


# --- states, editions, care ---


def test_states_tell_current_changed_damaged_and_missing(study: Path):
    settings = load_settings(study)
    assert {state.state for state in list_states(settings)} == {"current"}
    folder = study / "publications" / "2026"
    record = read_manifest(folder).documents["summary-en"]
    (folder / record.files["pdf"].path).unlink()
    edit_yaml(study / "data" / "study.yml", lambda info: info["institute"].update(short="X"))
    states = {state.key.name: state.state for state in list_states(load_settings(study))}
    assert states["summary-en"] == "damaged"
    assert states["report-de"] == "inputs changed"
    shutil.rmtree(study / "publications")
    assert {state.state for state in list_states(settings)} == {"not made"}


def test_a_frozen_edition_is_kept_and_the_next_begins(short_study: Path):
    frozen = create_edition(load_settings(short_study), "2027")
    assert frozen.frozen
    assert load_settings(short_study).edition == "2027"
    with pytest.raises(BriefgenError, match="frozen"):
        build(load_settings(short_study).model_copy(update={"info": _edition(short_study, "2026")}))
    result = make(short_study)
    assert result.folder.name == "2027"
    assert read_manifest(result.folder).previous == "2026"
    assert verify_edition(load_settings(short_study), "2026").ok
    (short_study / "publications/2026/index.html").write_text("changed", "utf-8")
    found = verify_edition(load_settings(short_study), "2026")
    assert [item.path for item in found.damage] == ["index.html"]


def _edition(study: Path, name: str):
    return load_settings(study).info.model_copy(update={"edition": name})


def test_a_frozen_edition_can_be_built_again_to_the_same_bytes(short_study: Path):
    create_edition(load_settings(short_study), "2027")
    edit_survey(short_study, lambda table: table.head(100))
    found = verify_edition(load_settings(short_study), "2026", rebuild=True)
    assert found.ok
    assert found.rebuilt == 11


def test_an_edition_whose_inputs_changed_is_not_frozen(study: Path):
    edit_survey(study, lambda table: table.head(110))
    with pytest.raises(BriefgenError, match=r"data/survey\.csv changed"):
        create_edition(load_settings(study), "2027")
    assert load_settings(study).edition == "2026"


def test_a_second_run_says_who_holds_the_lock(study: Path):
    settings = load_settings(study)
    with (
        Store.of(settings).lock("briefgen refresh"),
        pytest.raises(PublishError, match="briefgen refresh") as caught,
    ):
        build(settings, options=Options(wait=False))
    assert str(os.getpid()) in str(caught.value)


def test_clean_removes_what_can_be_made_again_and_keeps_publications(study: Path):
    settings = load_settings(study)
    removed = clean_study(settings)
    assert removed
    assert verify_edition(settings, "2026").ok
    assert {item.state for item in build(settings).outcomes} == {"current"}
    clean_study(settings, publications=True)
    assert not (study / "publications" / "2026").exists()


def test_composed_documents_are_complete_quarto_folders(study: Path, tmp_path: Path):
    chosen = Selection(kinds=frozenset({Kind.BRIEF}), regions=frozenset({"DE1"}))
    paths = compose_documents(load_settings(study), chosen, tmp_path / "composed")
    assert len(paths) == 4
    for path in paths:
        assert path.name == "document.qmd"
        assert path.read_text(encoding="utf-8").startswith("---\n")
        assert "{{ " not in path.read_text(encoding="utf-8")
