"""What a developer sees of a run: log lines, tracebacks out of workers, progress, times."""

from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from briefgen.cli import main
from briefgen.config.settings import load_settings
from briefgen.content.compose import Composer
from briefgen.evidence import load
from briefgen.model import DocumentKey
from briefgen.output.render.jobs import RenderJob
from briefgen.output.render.pandoc import PandocEngine
from briefgen.pipeline import inputs
from briefgen.pipeline.build import build
from briefgen.pipeline.run import BuildResult, Options
from briefgen.pipeline.work.stages import STAGES
from plain_study import BRIEF, plain_study

pytestmark = pytest.mark.slow
ANSWER = "geheime Antwort"
BAVARIA = "brief-DE2-smes-de"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = plain_study(tmp_path_factory.mktemp("sight"))
    assert build(load_settings(folder), options=Options(jobs=1)).ok
    return folder


@pytest.fixture
def study(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "study"))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(item) for item in arguments], prog_name="briefgen")


def published(folder: Path) -> dict[str, bytes]:
    root = folder / "publications" / "2026"
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }


# --- errors out of workers ---


@pytest.fixture
def broken(study: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A study whose template changed, and a composer that breaks over Bavaria."""
    compose = Composer.compose

    def look_up_nothing(composer: Composer, key: DocumentKey, folder: Path) -> object:
        if key.region == "DE2":
            raise KeyError("no_such_field")
        return compose(composer, key, folder)

    monkeypatch.setattr(Composer, "compose", look_up_nothing)
    (study / "reports" / "brief.qmd").write_text(f"{BRIEF}\nMehr.\n", encoding="utf-8")
    return study


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_a_key_error_in_a_worker_shows_its_traceback(broken: Path, jobs: str, first: bool):
    words = ["build", "--jobs", jobs, "--study", broken]
    result = run(*(["--traceback", *words] if first else [*words, "--traceback"]))
    assert result.exit_code == 1
    assert "Traceback (most recent call last):" in result.stderr
    assert "in look_up_nothing" in result.stderr
    assert "KeyError: 'no_such_field'" in result.stderr
    assert "Traceback" not in result.stdout


def test_without_the_option_the_error_names_the_file_of_the_full_story(
    broken: Path, monkeypatch: pytest.MonkeyPatch
):
    result = run("build", "--jobs", "2", "--study", broken)
    log = broken / ".briefgen" / "logs" / f"{BAVARIA}.log"
    assert f"the full story: {log}" in result.stdout
    assert "Traceback" not in result.output
    story = log.read_text(encoding="utf-8")
    assert "in look_up_nothing" in story
    assert "\nweasyprint " in story
    failed = json.loads(run("build", "--json", "--study", broken).stdout)["documents"]
    assert [item["log"] for item in failed if item["log"]] == [str(log)]
    monkeypatch.undo()
    assert run("build", "--jobs", "1", "--study", broken).exit_code == 0
    assert not log.exists()


def test_an_error_that_a_user_can_mend_names_a_file_too(study: Path):
    (study / "reports" / "brief.qmd").write_text('{{ value("nichts") }}', encoding="utf-8")
    result = run("build", "briefs", "--region", "DE2", "--jobs", "1", "--study", study)
    assert "the full story:" in result.stdout
    assert "Traceback" not in result.output
    story = (study / ".briefgen" / "logs" / f"{BAVARIA}.log").read_text(encoding="utf-8")
    assert "TemplateError" in story


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_renderer_that_breaks_over_a_batch_fails_one_document(
    study: Path, jobs: str, monkeypatch: pytest.MonkeyPatch
):
    render = PandocEngine.render

    def break_over_bavaria(engine: PandocEngine, wanted: Sequence[RenderJob]) -> object:
        if any("DE2" in str(job.source) for job in wanted):
            raise IndexError("no such page")
        return render(engine, wanted)

    monkeypatch.setattr(PandocEngine, "render", break_over_bavaria)
    result = run("build", "--force", "--traceback", "--jobs", jobs, "--study", study)
    assert [line.split()[1] for line in result.stdout.splitlines() if "failed  " in line] == [
        f"{BAVARIA}:"
    ]
    assert "in break_over_bavaria" in result.stderr
    assert "4 made, 1 failed" in result.stdout


# --- errors before the wall ---


def break_before_the_wall(*_arguments: object) -> None:
    raise KeyError(ANSWER)


@pytest.fixture
def unread(study: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.rmtree(study / ".briefgen" / "analyses")
    monkeypatch.setattr(inputs, "estimate_all", break_before_the_wall)
    (study / "reports" / "brief.qmd").write_text(f"{BRIEF}\nMehr.\n", encoding="utf-8")
    return study


def test_an_error_nobody_foresaw_is_told_and_kept_without_its_message(unread: Path):
    log = unread / "run.log"
    result = run("build", "--log", log, "--study", unread)
    assert result.exit_code == 1
    assert "KeyError in test_sight.py, line" in result.stderr
    kept = unread / ".briefgen" / "logs" / "command.log"
    assert str(kept) in result.stderr
    for text in (result.output, kept.read_text("utf-8"), log.read_text("utf-8")):
        assert "KeyError" in text
        assert ANSWER not in text
    assert "in break_before_the_wall" in kept.read_text("utf-8")
    assert "in break_before_the_wall" in log.read_text("utf-8")


def test_the_traceback_of_the_command_itself_is_shown_where_asked_for(unread: Path):
    result = run("build", "--traceback", "--study", unread)
    assert "in break_before_the_wall" in result.stderr
    assert ANSWER in result.stderr


def test_an_error_of_the_library_has_a_traceback_too(tmp_path: Path):
    assert "in load_settings" not in run("check", "--study", tmp_path).output
    assert "in load_settings" in run("check", "--traceback", "--study", tmp_path).stderr


# --- what stages say ---


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A study that was built for the first time by two workers, with everything to see."""
    folder = plain_study(tmp_path_factory.mktemp("told"))
    result = run(
        "build", "--verbose", "--log", folder / "run.log", "--profile", folder / "times.json",
        "--jobs", "2", "--study", folder,
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    return folder, result


def test_verbose_says_what_each_stage_does_and_each_document(told: tuple[Path, Result]):
    _, result = told
    for stage, name in STAGES.items():
        assert f"briefgen.{stage}: {name}: " in result.stderr


def test_a_log_has_lines_of_all_processes_and_no_respondent(told: tuple[Path, Result]):
    folder, _ = told
    lines = (folder / "run.log").read_text(encoding="utf-8").splitlines()
    assert sum(f"{BAVARIA}: " in line for line in lines) == 2, "composed and printed"
    processes = {line.split()[2] for line in lines}
    assert len(processes) == 3
    survey = (folder / "data" / "survey.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert not any(row.split(",")[0] in line for row in survey for line in lines)


def test_a_profile_says_where_the_time_went(told: tuple[Path, Result]):
    folder, _ = told
    content = json.loads((folder / "times.json").read_text(encoding="utf-8"))
    assert [item["stage"] for item in content["stages"]] == list(STAGES)
    assert sum(item["seconds"] for item in content["stages"]) <= content["seconds"]
    documents = {item["document"]: item["seconds"] for item in content["documents"]}
    assert len(documents) == 5
    assert documents[BAVARIA].keys() == {"compose", "render", "print", "html"}
    assert documents["summary-de"].keys() == {"compose", "render", "print", "html"}
    assert all(seconds > 0 for parts in documents.values() for seconds in parts.values())


def test_a_profile_may_be_a_table(study: Path):
    (study / "reports" / "brief.qmd").write_text(f"{BRIEF}\nMehr.\n", encoding="utf-8")
    path = study / "times.csv"
    words = ["briefs", "--region", "DE2", "--jobs", "1"]
    assert run("build", *words, "--profile", path, "--study", study).exit_code == 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {(row["stage"], row["document"]) for row in rows} >= {
        ("inputs", ""), ("compose", ""), ("print", BAVARIA),
    }  # fmt: skip
    assert all(float(row["seconds"]) >= 0 for row in rows)


def test_without_a_terminal_each_stage_ends_with_one_line(study: Path):
    shutil.rmtree(study / ".briefgen" / "analyses")
    (study / ".briefgen" / "audited").unlink()
    result = run("build", "--force", "--jobs", "2", "--study", study)
    lines = result.stderr.splitlines()
    assert [line.partition(":")[0] for line in lines] == list(STAGES.values())
    assert all("5 documents, " in line and "documents/s" in line for line in lines[5:9:2])


def test_on_a_terminal_bars_show_speed_and_are_gone_at_the_end(study: Path):
    command = [sys.executable, "-m", "briefgen.cli", "build", "--force", "--jobs", "1"]
    mine, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "140", "TERM": "xterm"}
    with subprocess.Popen(
        [*command, "--study", str(study)], stderr=theirs, stdout=subprocess.PIPE, env=environment
    ) as process:
        os.close(theirs)
        shown = read_to_end(mine)
    assert process.returncode == 0
    assert "composing" in shown
    assert "5/5" in shown
    assert "documents/s" in shown


def read_to_end(descriptor: int) -> str:
    parts = []
    try:
        while part := os.read(descriptor, 65536):
            parts.append(part)
    except OSError:  # the other side is closed
        pass
    os.close(descriptor)
    return b"".join(parts).decode("utf-8", "replace")


def test_a_log_that_cannot_be_written_is_an_error(study: Path):
    result = run("list", "--log", study / "no" / "folder" / "run.log", "--study", study)
    assert result.exit_code == 1
    assert "name another file after --log" in result.stderr


# --- one reading, any way of starting ---


def test_the_data_are_read_once_in_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    study, calls = plain_study(tmp_path / "study"), []
    read = load.inspect_study

    def count(*arguments: object) -> object:
        calls.append(arguments)
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(load, "inspect_study", count)
    assert build(load_settings(study), options=Options(jobs=1)).count("made") == 5
    assert len(calls) == 1


def test_processes_that_are_spawned_make_the_same_bytes(
    study: Path, built: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("briefgen.processes.can_fork", lambda: False)
    monkeypatch.setattr("briefgen.disclosure.parallel.can_fork", lambda: False)
    shutil.rmtree(study / ".briefgen" / "analyses")
    result: BuildResult = build(load_settings(study), options=Options(jobs=2, force=True))
    assert result.count("made") == 5
    assert published(study) == published(built)


def test_cores_are_counted_where_a_process_cannot_be_bound_to_some(
    monkeypatch: pytest.MonkeyPatch,
):
    from briefgen.processes import available_cores  # noqa: PLC0415 - beside what it is tested with

    monkeypatch.setenv("PYTHON_CPU_COUNT", "7")
    assert available_cores() == 7
    monkeypatch.setenv("PYTHON_CPU_COUNT", "default")
    assert available_cores() >= 1
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert available_cores() == (os.cpu_count() or 1)
