"""New data arrives: what is made anew, why, and what readers are told of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
import yaml
from click.testing import CliRunner

from briefgen.cli import main
from briefgen.config.settings import load_settings
from briefgen.errors import BriefgenError
from briefgen.model import Kind
from briefgen.pipeline.build import build
from briefgen.pipeline.editions import create_edition, verify_edition
from briefgen.pipeline.run import BuildResult, Options, Selection
from briefgen.pipeline.state import Store
from briefgen.pipeline.work import workers
from briefgen.pipeline.work.fingerprint import Reason, summarise_reasons
from briefgen.pipeline.work.publish import read_manifest
from plain_study import BRIEF, VARIABLE, add_answers, edit_answers, plain_study
from printed import read_line
from qualitative_by_hand import CODES, STATEMENTS, case, dump
from studies import text

pytestmark = pytest.mark.slow
ONE_JOB = Options(jobs=1)
BAVARIA = "brief-DE2-smes-de"
FREQUENT = f"survey:{VARIABLE}.frequent"
DOCS = Path(__file__).parents[2] / "docs" / "refresh.md"
WAVE_TWO = ["5"] * 20 + ["1"] * 3


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = plain_study(tmp_path_factory.mktemp("plain"))
    assert refresh(folder).count("made") == 5
    return folder


@pytest.fixture
def study(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "study"))


def refresh(folder: Path, options: Options = ONE_JOB) -> BuildResult:
    result = build(load_settings(folder), options=options)
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    return result


def made(result: BuildResult, state: str = "made") -> set[str]:
    return {item.key.name for item in result.outcomes if item.state == state}


def reasons(result: BuildResult, name: str) -> list[Reason]:
    return next(list(item.reasons) for item in result.outcomes if item.key.name == name)


def words_of(folder: Path, edition: str, name: str) -> str:
    record = read_manifest(folder / "publications" / edition).documents[name]
    return read_line(folder / "publications" / edition / record.files["pdf"].path)


def shown(folder: Path, edition: str, name: str) -> dict[str, dict[str, object]]:
    record = read_manifest(folder / "publications" / edition).documents[name]
    path = folder / "publications" / edition / record.files["evidence"].path
    content = json.loads(path.read_text(encoding="utf-8"))
    return {item["key"]: item for item in content["evidence"]}


def percent(item: dict[str, object]) -> str:
    return f"{100 * float(str(item['value'])):.0f} %"


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def invoke(study: Path, *arguments: str) -> str:
    result = CliRunner().invoke(main, [*arguments, "--study", str(study)], catch_exceptions=False)
    assert result.exit_code == 0, result.stdout
    return result.stdout


# --- the story ---


def test_the_story_of_two_waves_and_two_editions(study: Path):
    # wave one is built; wave two brings 23 more answers in one region
    first = shown(study, "2026", BAVARIA)[f"{FREQUENT}@DE2"]
    before = files(study / "publications" / "2026" / "de")
    add_answers(study, "BY", WAVE_TWO)

    # the plan says what would be made and makes nothing
    planned = refresh(study, Options(jobs=1, dry_run=True))
    assert made(planned, "stale") == {BAVARIA, "summary-de"}
    assert files(study / "publications" / "2026" / "de") == before

    # the refresh makes that region's brief and the national document, and no other
    result = refresh(study)
    assert made(result) == {BAVARIA, "summary-de"}
    assert made(result, "current") == {f"brief-DE{code}-smes-de" for code in "19C"}
    assert result.came == ("data/survey.csv changed",)
    after = files(study / "publications" / "2026" / "de")
    assert {name for name in after if after[name] != before[name] and name.endswith("pdf")} == {
        "kurzfassung.pdf",
        "policy-briefs/bayern-kmu.pdf",
    }

    # with the right reasons, and nothing but these
    second = shown(study, "2026", BAVARIA)[f"{FREQUENT}@DE2"]
    assert second["value"] != first["value"]
    assert reasons(result, BAVARIA)[0] == Reason(
        "evidence",
        f"{FREQUENT}@DE2",
        f"{percent(first)} (n = {first['n']})",
        f"{percent(second)} (n = {second['n']})",
    )
    assert {reason.subject for reason in reasons(result, BAVARIA)} == {
        f"{FREQUENT}@DE2",
        f"survey:{VARIABLE}.mean@DE2",
    }
    assert [reason.subject for reason in reasons(result, "summary-de")] == [f"{FREQUENT}@DE"]
    assert made(refresh(study), "current") == {item.key.name for item in result.outcomes}

    # as docs/refresh.md tells it
    told = DOCS.read_text(encoding="utf-8")
    for name in (BAVARIA, "summary-de"):
        why = summarise_reasons(reasons(result, name))
        assert f"stale   {name}: {why}\n" in told
        assert f"made    {name}: {why}\n" in told

    # the edition is frozen; the next begins, and a third wave arrives in it
    assert create_edition(load_settings(study), "2027").frozen
    frozen = files(study / "publications" / "2026")
    add_answers(study, "BY", ["1"] * 60)
    result = refresh(study)
    assert result.folder.name == "2027"
    assert reasons(result, BAVARIA)[:2] == [
        Reason("new"),
        Reason(
            "evidence",
            f"{FREQUENT}@DE2",
            f"{percent(second)} (n = {second['n']})",
            f"{percent(shown(study, '2027', BAVARIA)[f'{FREQUENT}@DE2'])} (n = "
            f"{shown(study, '2027', BAVARIA)[f'{FREQUENT}@DE2']['n']})",
        ),
    ]

    # the change box names the right numbers, where the statistics bear the change, and only there
    third = shown(study, "2027", BAVARIA)
    assert third[f"{FREQUENT}@DE2~2026"]["verdict"] == "lower"
    assert (
        f"seit 2026 gesunken: {percent(third[f'{FREQUENT}@DE2'])}, vorher {percent(second)}"
        in words_of(study, "2027", BAVARIA)
    )
    assert "Was sich seit der letzten Ausgabe" not in words_of(study, "2027", "brief-DE1-smes-de")
    box = f"gesunken: {percent(third[f'{FREQUENT}@DE2'])}, vorher {percent(second)}."
    assert box in told

    # and the frozen edition is what it was, to the byte, and can be made again
    assert files(study / "publications" / "2026") == frozen
    found = verify_edition(load_settings(study), "2026", rebuild=True)
    assert (found.ok, found.rebuilt, found.different) == (True, 5, ())
    assert f"edition 2026: {found.files} files, {found.rebuilt} documents built again" in told


# --- what is a change, and what is none ---


def test_touched_files_change_nothing(study: Path):
    before = files(study / "publications")
    for path in [*study.glob("data/*"), *study.glob("reports/*")]:
        path.touch()
    assert made(refresh(study), "current") == {
        "summary-de", *(f"brief-DE{code}-smes-de" for code in "129C"),
    }  # fmt: skip
    assert files(study / "publications") == before


LOOK = """
import sys
from briefgen.cli import main
try:
    main(["refresh", "--study", sys.argv[1]])
except SystemExit as end:
    assert not end.code
heavy = {"pandas", "numpy", "scipy", "matplotlib", "weasyprint", "great_tables", "pebble"}
print(sorted(heavy & sys.modules.keys()))
"""


def test_a_refresh_with_nothing_to_do_loads_nothing_heavy(study: Path):
    command = [sys.executable, "-c", LOOK, str(study)]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    assert lines[0].startswith("5 current in ")
    assert lines[1] == "[]"


def test_a_typo_in_a_recommendation_remakes_that_regions_brief_without_new_analysis(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    path = study / "data" / "recommendations.yml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("Treffen in DE2", "Mehr Treffen in DE2"), encoding="utf-8")

    def never(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a typo is no new data")

    monkeypatch.setattr("briefgen.pipeline.inputs._analyse", never)
    monkeypatch.setattr("briefgen.disclosure.audit_evidence", never)
    result = refresh(study)
    assert made(result) == {BAVARIA}
    assert reasons(result, BAVARIA) == [Reason("text", "data/recommendations.yml")]
    assert "Mehr Treffen in DE2" in words_of(study, "2026", BAVARIA)
    assert len(Store.of(load_settings(study)).list_history()) == 1


def test_what_a_recommendation_rests_on_is_data(study: Path):
    before = load_settings(study)
    path = study / "data" / "recommendations.yml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace(f"{VARIABLE}.frequent", f"{VARIABLE}.often"), encoding="utf-8")
    from briefgen.pipeline.inputs import take_inputs  # noqa: PLC0415

    old = built_digest(study)
    assert take_inputs(before, "pandoc").data_digest != old


def built_digest(study: Path) -> str:
    return Store.of(load_settings(study)).last_inputs()


def test_a_correction_of_one_row_is_withheld_since_it_would_show_that_answer(study: Path):
    def correct(table):
        table.loc[table["region"].eq("BY").idxmax(), VARIABLE] = "1"
        return table

    before = shown(study, "2026", BAVARIA)
    edit_answers(study, correct)
    refresh(study)
    after = shown(study, "2026", BAVARIA)
    assert {key: item["value"] for key, item in after.items()} == {
        key: item["value"] for key, item in before.items()
    }


def test_a_template_remakes_its_documents_without_analysis_or_audit(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    (study / "reports" / "brief.qmd").write_text(BRIEF + "\nEin Satz mehr.\n", encoding="utf-8")

    def never(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a template is no new data")

    monkeypatch.setattr("briefgen.pipeline.inputs._analyse", never)
    monkeypatch.setattr("briefgen.disclosure.audit_evidence", never)
    monkeypatch.setattr("briefgen.evidence.load.load_study", never)
    result = refresh(study)
    assert made(result) == {f"brief-DE{code}-smes-de" for code in "129C"}
    assert reasons(result, BAVARIA) == [Reason("template", "reports/brief.qmd")]


def test_charts_are_not_drawn_again_for_another_template(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    template = study / "reports" / "brief.qmd"
    figure = f'{BRIEF}\n\n{{{{ figure("{VARIABLE}") }}}}\n'
    template.write_text(figure, encoding="utf-8")
    refresh(study)
    template.write_text(f"{figure}\nEin Satz mehr.\n", encoding="utf-8")

    def never(*_arguments: object, **_named: object) -> None:
        raise AssertionError("the same values are the same chart")

    with monkeypatch.context() as patch:
        workers._workers.clear()  # as another process would begin
        patch.setattr("briefgen.content.exhibits.draw_figure", never)
        assert refresh(study).count("made") == 4
    kept = {name: content for name, (_, content) in files(study / "publications").items()}
    assert any(name.endswith(".pdf") for name in kept)
    shutil.rmtree(study / ".briefgen" / "exhibits")
    workers._workers.clear()
    assert refresh(study, Options(jobs=1, force=True)).count("made") == 5
    assert kept == {name: content for name, (_, content) in files(study / "publications").items()}


def test_a_value_that_no_document_showed_is_audited_before_it_is_published(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    path = study / "reports" / "summary.qmd"
    more = f'\n\n{{{{ value("{VARIABLE}.often") }}}}\n'
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")

    class AuditedError(Exception):
        pass

    def note(*_arguments: object, **_named: object) -> None:
        raise AuditedError

    monkeypatch.setattr("briefgen.disclosure.audit_evidence", note)
    with pytest.raises(AuditedError):
        refresh(study)


def test_a_stylesheet_a_font_and_a_brand_are_reasons(study: Path):
    styles = study / "styles"
    styles.mkdir()
    (styles / "brief.css").write_text("p { orphans: 3 }", encoding="utf-8")
    result = refresh(study)
    assert made(result) == {f"brief-DE{code}-smes-de" for code in "129C"}
    assert reasons(result, BAVARIA) == [Reason("style", "brief.css")]
    (study / "_brand.yml").write_text("color: {primary: '#224466'}\n", encoding="utf-8")
    result = refresh(study)
    assert result.count("made") == 5
    assert reasons(result, BAVARIA) == [Reason("style", "_brand.yml")]


def test_what_only_the_page_says_is_a_reason_too(study: Path):
    path = study / "data" / "study.yml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("B. Autor", "C. Autor"), encoding="utf-8")
    result = refresh(study)
    assert result.count("made") == 5
    assert reasons(result, BAVARIA) == [Reason("text", "data/study.yml")]


def test_a_new_date_in_the_study_reaches_the_next_build_of_the_same_process(study: Path):
    path = study / "data" / "study.yml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("2026-11-02", "2026-12-24"), encoding="utf-8")
    assert refresh(study).count("made") == 5
    record = read_manifest(study / "publications" / "2026").documents[BAVARIA]
    path = study / "publications" / "2026" / record.files["pdf"].path
    with pikepdf.open(path) as pdf:
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20261224")


def test_a_default_template_counts_where_a_study_has_only_some_of_its_own(study: Path):
    from briefgen.config.defaults import defaults_folder  # noqa: PLC0415
    from briefgen.pipeline.inputs import find_layout  # noqa: PLC0415

    layout = find_layout(load_settings(study))
    assert layout["reports/brief.qmd"] == study / "reports" / "brief.qmd"
    default = defaults_folder("reports") / "_parts" / "brief-changes.qmd"
    assert layout["reports/_parts/brief-changes.qmd"] == default


def test_the_summary_of_a_refresh_says_what_came_and_why_each_document_was_made(study: Path):
    add_answers(study, "BY", WAVE_TWO)
    planned = invoke(study, "refresh", "--dry-run", "--jobs", "1").splitlines()
    assert planned[0] == "data/survey.csv changed"
    assert planned[1].startswith(f"stale   summary-de: {FREQUENT}@DE ")
    assert planned[2].startswith(f"stale   {BAVARIA}: {FREQUENT}@DE2 ")
    assert planned[3].startswith("2 stale, 3 current")
    stale = invoke(study, "explain", "--stale").splitlines()
    assert len([line for line in stale if line.startswith(f"{BAVARIA}: survey:")]) == 2
    assert invoke(study, "refresh", "--jobs", "1").splitlines()[-1].startswith("2 made, 3 current")


# --- editions ---


def test_an_edition_is_rebuilt_from_what_was_known_when_it_was_frozen(study: Path):
    """Later publications must not change what an old edition would be made of."""
    create_edition(load_settings(study), "2027")
    add_answers(study, "BY", WAVE_TWO)
    refresh(study)
    shutil.rmtree(study / "reports")
    found = verify_edition(load_settings(study), "2026", rebuild=True)
    assert (found.rebuilt, found.different, found.ok) == (5, (), True)


def test_a_rebuild_makes_the_documents_and_formats_that_the_edition_has(study: Path):
    chosen = Selection(kinds=frozenset({Kind.SUMMARY}))
    build(load_settings(study), chosen, Options(jobs=1, formats=("docx", "html")))
    create_edition(load_settings(study), "2027")
    found = verify_edition(load_settings(study), "2026", rebuild=True)
    assert (found.rebuilt, found.different, found.ok) == (5, (), True)


def test_a_rebuild_that_differs_is_told_with_the_programs_that_changed(study: Path):
    create_edition(load_settings(study), "2027")
    kept = study / ".briefgen" / "editions" / "2026" / "study" / "reports" / "summary.qmd"
    kept.write_text(kept.read_text(encoding="utf-8") + "\nAnders.\n", encoding="utf-8")
    manifest = study / "publications" / "2026" / "manifest.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["versions"]["weasyprint"] = "1.0"
    manifest.write_text(json.dumps(content), encoding="utf-8")
    found = verify_edition(load_settings(study), "2026", rebuild=True)
    assert not found.ok
    assert "de/kurzfassung.pdf" in found.different
    assert any(line.startswith("weasyprint 1.0 → ") for line in found.programs)


@pytest.mark.parametrize("change", ["changed", "new", "gone"])
def test_an_edition_is_not_frozen_while_its_inputs_are_others(study: Path, change: str):
    path = study / "reports" / "summary.qmd"
    if change == "changed":
        path.write_text(path.read_text(encoding="utf-8") + "x", encoding="utf-8")
    elif change == "new":
        path = study / "reports" / "_parts" / "more.qmd"
        path.parent.mkdir()
        path.write_text("x", encoding="utf-8")
    else:
        path.unlink()
    with pytest.raises(BriefgenError, match=path.relative_to(study).as_posix()):
        create_edition(load_settings(study), "2027")


def test_editions_are_listed_with_their_state(study: Path):
    create_edition(load_settings(study), "2027")
    refresh(study)
    assert invoke(study, "edition", "list").splitlines() == [
        "2026  frozen  5 documents",
        "2027  open  5 documents",
    ]


def test_a_suppressed_value_is_not_compared_across_editions(study: Path):
    """In the small region a value that one edition hides has no difference in the other."""
    create_edition(load_settings(study), "2027")
    add_answers(study, "SL", ["5"] * 40)
    refresh(study)
    released = Store.of(load_settings(study)).read_history()
    hidden = {
        item["key"]
        for entry in released
        for item in entry["evidence"]
        if item["value"] is None and not item["contrast"]
    }
    changes = {
        item["key"].partition("~")[0]
        for item in released[-1]["evidence"]
        if item["contrast"] == "2026"
    }
    assert hidden
    assert changes
    assert not hidden & changes


# --- cases and panel ---


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study with cases and a panel of six, and a short version that prints both."""
    folder = plain_study(tmp_path_factory.mktemp("mixed"))
    data = folder / "data"
    path = data / "study.yml"
    info = yaml.safe_load(path.read_text(encoding="utf-8"))
    info["files"] |= {
        "cases": "cases", "codes": "codes.yml", "panel": "panel.csv",
        "statements": "statements.yml",
    }  # fmt: skip
    edit_answers(folder, lambda table: table.assign(region_type="rural"))
    info["region_types"] = {
        "variable": "region_type",
        "singular": text("Regionstyp", "type"),
        "plural": text("Regionstypen", "types"),
        "list": [{"code": "rural", "name": text("Land", "rural"), "in": text("auf", "in")}],
    }
    path.write_text(yaml.safe_dump(info, allow_unicode=True), encoding="utf-8")
    (data / "cases").mkdir()
    (data / "cases" / "c01.yml").write_text(dump(case("c01")), encoding="utf-8")
    (data / "codes.yml").write_text(dump(CODES), encoding="utf-8")
    (data / "statements.yml").write_text(dump(STATEMENTS), encoding="utf-8")
    (data / "panel.csv").write_text("\n".join([PANEL_HEAD, *rate(1, 5)]), encoding="utf-8")
    summary = folder / "reports" / "summary.qmd"
    values = '{{ value("case:factor.contact.cases") }} {{ value("panel:s01.agreement_median") }}'
    summary.write_text(f"{summary.read_text(encoding='utf-8')}\n{values}\n", encoding="utf-8")
    assert refresh(folder).count("made") == 5
    return folder


PANEL_HEAD = "expert,round,statement,dimension,rating"


def rate(number: int, rating: int) -> list[str]:
    return [f"e{expert},{number},s01,agreement,{rating}" for expert in range(1, 9)]


def test_another_case_is_told_by_the_factor_that_it_shows(mixed: Path, tmp_path: Path):
    study = Path(shutil.copytree(mixed, tmp_path / "study"))
    (study / "data" / "cases" / "c02.yml").write_text(dump(case("c02", "DE2")), encoding="utf-8")
    result = refresh(study)
    assert result.came == ("data/cases/c02.yml is new",)
    assert made(result) == {"summary-de"}
    key = "case:factor.contact.cases@DE"
    assert Reason("evidence", key, "1 (n = 1)", "2 (n = 2)") in reasons(result, "summary-de")


def test_another_round_of_the_panel_is_told_by_the_medians_that_moved(mixed: Path, tmp_path: Path):
    study = Path(shutil.copytree(mixed, tmp_path / "study"))
    panel = study / "data" / "panel.csv"
    rows = [PANEL_HEAD, *rate(1, 5), *rate(2, 8)]
    panel.write_text("\n".join(rows), encoding="utf-8")
    result = refresh(study)
    assert made(result) == {"summary-de"}
    key = "panel:s01.agreement_median"
    assert reasons(result, "summary-de") == [Reason("evidence", key, "5 (n = 8)", "8 (n = 8)")]
