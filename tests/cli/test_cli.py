"""The command line: what users type, what they read, and the exit code."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import briefgen
from briefgen.cli import main
from studies import small_study

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from cli_reference import TARGET, _walk, describe_commands

pytestmark = pytest.mark.slow


def run(*arguments: str) -> Result:
    return CliRunner().invoke(
        main, [str(item) for item in arguments], prog_name="briefgen", catch_exceptions=False
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small_study(
        tmp_path_factory.mktemp("cli"), frame=True, about=("q01_size", "q02_steering")
    )
    result = run("brief", "BW", "KMU", "--study", folder)
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def study(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "study"))


def test_the_reference_is_what_the_commands_say():
    assert TARGET.read_text(encoding="utf-8") == describe_commands()


@pytest.mark.parametrize("path", [path for path, _ in _walk("briefgen", main)])
def test_every_command_has_help_with_an_example(path: str):
    result = run(*path.split()[1:], "--help")
    assert result.exit_code == 0
    name = path.rsplit(maxsplit=1)[-1]
    if name not in ("briefgen", "edition"):
        assert result.output.count(path) >= 2, "usage and an example"


def test_version_names_the_engines():
    lines = run("--version").output.splitlines()
    assert lines[0] == f"briefgen {briefgen.__version__}"
    assert any(line.startswith("pandoc 3") for line in lines)
    assert any(line.startswith("quarto ") for line in lines)


def test_a_wrong_command_suggests_the_nearest():
    result = run("biuld")
    assert result.exit_code == 2
    assert "did you mean build" in result.output


def test_a_brief_on_demand_prints_where_it_is(study: Path):
    result = run("brief", "bayern", "kmu", "--language", "de", "--study", study)
    assert result.exit_code == 0
    path = next(line for line in result.output.splitlines() if line.endswith(".pdf"))
    assert Path(path).read_bytes().startswith(b"%PDF")
    assert "bayern-kmu" in path


@pytest.mark.parametrize("name", ["DE2", "Bavaria", "Bayern", "BY"])
def test_regions_are_named_by_code_or_name_in_either_language(study: Path, name: str):
    result = run("build", "briefs", "--region", name, "--dry-run", "--json", "--study", study)
    documents = json.loads(result.stdout)["documents"]
    assert {item["document"].split("-")[1] for item in documents} == {"DE2"}
    assert len(documents) == 4


def test_a_wrong_region_suggests_the_nearest(study: Path):
    result = run("brief", "Bayer", "KMU", "--study", study)
    assert result.exit_code == 1
    assert "did you mean Bayern" in result.output
    assert "Traceback" not in result.output


def test_the_report_of_a_region_is_refused_and_not_dropped(study: Path):
    result = run("build", "report", "brief", "--region", "DE1", "--dry-run", "--study", study)
    assert result.exit_code == 1
    assert "the report belongs to no region" in result.output


def test_check_asks_the_brand(study: Path, tmp_path: Path):
    folder = shutil.copytree(study, tmp_path / "branded")
    (folder / "_brand.yml").write_text("color: {primary: blau}\n", encoding="utf-8")
    result = run("check", "--quick", "--study", folder)
    assert result.exit_code == 1
    assert "_brand.yml" in result.output
    assert "neither #rrggbb nor a name" in result.output


def test_a_folder_without_a_study_says_what_to_do(tmp_path: Path):
    result = run("check", "--study", tmp_path)
    assert result.exit_code == 1
    assert "--study" in result.output


def test_check_prints_all_problems_and_never_an_answer(study: Path):
    path = study / "data" / "survey.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[3] = lines[3].replace("r0003", "r0001").replace(lines[3].split(",")[1], "Atlantis")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    result = run("check", "--study", study)
    assert result.exit_code == 1
    assert "row 4" in result.output
    assert "'Atlantis' is no region of study.yml" in result.output
    assert "r0001" not in result.output
    assert "data/survey.csv: delimited, UTF-8, delimiter ','" in result.output
    problems = json.loads(run("check", "--json", "--study", study).stdout)
    assert {item["file"] for item in problems} == {"data/survey.csv"}
    assert len(problems) >= 2


def test_list_shows_every_document_and_its_state(study: Path):
    documents = json.loads(run("list", "--json", "--study", study).stdout)
    assert len(documents) == 22
    states = {item["document"]: item["state"] for item in documents}
    assert states["brief-DE1-smes-de"] == "current"
    assert states["report-de"] == "not made"
    assert "brief-DE1-smes-de" in run("list", "--study", study).output


def test_explain_follows_a_number_to_its_question(study: Path):
    result = run("explain", "survey:q02_steering.frequent@DE", "--study", study)
    assert result.exit_code == 0
    assert "Wie oft trifft sich Ihre Steuerungsgruppe?" in result.output
    assert "survey.csv" in result.output
    english = run(
        "explain", "survey:q02_steering.frequent@DE", "--language", "en", "--study", study
    )
    assert "How often does your steering group meet?" in english.output
    assert json.loads(
        run("explain", "survey:q02_steering.frequent@DE", "--json", "--study", study).stdout
    )


def test_explain_suggests_the_nearest_key(study: Path):
    result = run("explain", "survey:q02_steering.frequnt@DE", "--study", study)
    assert result.exit_code == 1
    assert "survey:q02_steering.frequent@DE" in result.output


def test_explain_stale_says_why_for_each_document(study: Path):
    result = run("explain", "--stale", "--study", study)
    assert result.exit_code == 0
    assert "report-de: not made yet" in result.output
    assert result.output.splitlines()[-1].startswith("20 stale, 2 current")


def test_explain_without_a_key_is_a_wrong_use(study: Path):
    assert run("explain", "--study", study).exit_code == 2


def test_a_document_that_fails_gives_exit_code_one(study: Path):
    reports = study / "reports"
    reports.mkdir()
    (reports / "summary.qmd").write_text("---\ntitle: x\n---\n\n{{ value('q99.a') }}\n", "utf-8")
    result = run("build", "summary", "--language", "de", "--study", study)
    assert result.exit_code == 1
    assert "summary.qmd:5" in result.output
    assert "q99" in result.output


def test_verify_and_editions(study: Path):
    assert "whole" in run("verify", "--study", study).output
    assert "2026  open  2 documents" in run("edition", "list", "--study", study).output
    assert run("edition", "create", "2027", "--study", study).exit_code == 0
    assert "2026  frozen" in run("edition", "list", "--study", study).output
    pdf = next((study / "publications").rglob("*.pdf"))
    pdf.write_bytes(b"changed")
    result = run("verify", "2026", "--study", study)
    assert result.exit_code == 1
    assert "damaged" in result.output


def test_compose_writes_what_quarto_takes(study: Path):
    result = run("compose", "briefs", "--region", "DE1", "--language", "en", "--study", study)
    assert result.exit_code == 0
    paths = [Path(line) for line in result.stdout.splitlines()]
    assert {path.parent.name for path in paths} == {"brief-DE1-smes-en", "brief-DE1-chambers-en"}


def test_clean_says_what_it_removed(study: Path):
    assert "removed" in run("clean", "--study", study).output


def test_doctor_names_what_is_missing_and_how_to_get_it():
    result = run("doctor")
    assert "libpango" in result.output
    assert result.exit_code == 0


def test_audit_reads_what_was_published(study: Path):
    result = run("audit", "--study", study)
    assert result.exit_code == 0, result.output


def test_sheet_lays_first_pages_side_by_side(study: Path):
    target = study / "sheet.png"
    result = run("sheet", "--target", target, "--study", study)
    assert result.exit_code == 0
    assert target.read_bytes().startswith(b"\x89PNG")


def test_response_counts_for_the_project_itself(built: Path):
    result = run("response", "--study", built)
    assert result.exit_code == 0
    assert "item non-response" in result.output
    tables = json.loads(run("response", "--study", built, "--json").output)
    assert tables["outcomes"][0]["rr2"] == 120 / 180


def test_a_number_typed_by_hand_fails_the_check_with_template_and_line(study: Path):
    reports = study / "reports"
    reports.mkdir()
    default = Path(__file__).parents[2] / "reports" / "_parts" / "brief-voices.qmd"
    (reports / "_parts").mkdir()
    text = default.read_text(encoding="utf-8")
    (reports / "_parts" / "brief-voices.qmd").write_text(text + "\nOf all, 41 % agree.\n", "utf-8")
    result = run("check", "--study", study)
    line = text.count("\n") + 2
    assert result.exit_code == 1
    assert f"reports/_parts/brief-voices.qmd, row {line}: the number '41 %'" in result.output
    (reports / "_parts" / "brief-voices.qmd").write_text(
        text + "\nOf all, {{ plain('41 %') }} agree.\n", "utf-8"
    )
    assert run("check", "--study", study).exit_code == 0


def test_strict_makes_warnings_fail(study: Path):
    path = study / "data" / "survey.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    region = lines[0].split(",").index("region")
    cells = lines[5].split(",")
    cells[region] = ""
    lines[5] = ",".join(cells)
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert run("check", "--study", study).exit_code == 0
    result = run("check", "--strict", "--study", study)
    assert result.exit_code == 1
    assert "row 6, column region" in result.output


def test_explain_follows_a_document_and_a_number_in_it(built: Path):
    name = "brief-DE1-smes-en"
    plain = json.loads(run("explain", "--in", name, "--json", "--study", built).output)
    assert plain["kind"] == "document"
    shown = next(part for part in plain["rests_on"] if part["key"] == "response:rate@DE")
    number = f"{shown['facts']['value'] * 100:.0f}%"
    result = run("explain", number, "--in", name, "--language", "en", "--study", built)
    assert result.exit_code == 0
    assert "response:rate@DE" in result.output
    assert "  Statistical method: aapor rr2" in result.output
    nowhere = run("explain", number, "--in", name, "--output", built / "data", "--study", built)
    assert nowhere.exit_code == 1


def test_an_option_given_twice_is_refused_unless_it_takes_several(tmp_path):
    command = ["init", str(tmp_path / "study"), "--language", "en", "--language", "fr"]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "--language is given 2 times, and takes one value" in result.stderr
    assert not (tmp_path / "study").exists()
