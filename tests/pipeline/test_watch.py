"""Watching: what is built after which change, and that the process stays warm."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from briefgen.config.settings import Settings, load_settings
from briefgen.errors import BriefgenError
from briefgen.model import Kind
from briefgen.pipeline.build import build
from briefgen.pipeline.run import BuildResult, Options, Selection
from briefgen.pipeline.watch import Change, InputFilter, watch_study, watched_paths
from briefgen.pipeline.work import workers
from plain_study import BRIEF, plain_study

pytestmark = pytest.mark.slow
OPTIONS = Options(jobs=1)
BAVARIA = "brief-DE2-smes-de"


def one_brief(_settings: Settings) -> Selection:
    return Selection(kinds=frozenset({Kind.BRIEF}), regions=frozenset({"DE2"}))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = plain_study(tmp_path_factory.mktemp("watched"))
    assert build(load_settings(folder), options=OPTIONS).ok
    return folder


@pytest.fixture
def study(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "study"))


def write_brief(study: Path, sentence: str) -> Path:
    path = study / "reports" / "brief.qmd"
    path.write_text(f"{BRIEF}\n{sentence}\n", encoding="utf-8")
    return path


def made(change: Change) -> list[str]:
    assert isinstance(change.result, BuildResult), change.result
    return [item.key.name for item in change.result.outcomes if item.state == "made"]


def changes_after(*steps: object) -> Iterator[set[tuple[object, str]]]:
    """Yield nothing first, as a quiet folder does, then do each step and say which file it was."""
    yield set()
    for step in steps:
        assert callable(step)
        yield {("modified", str(step()))}


def test_each_change_makes_what_it_touches_and_says_so(study: Path):
    steps = changes_after(
        lambda: write_brief(study, "Ein Satz mehr."),
        lambda: (study / "data" / "survey.csv").touch() or study / "data" / "survey.csv",
        lambda: write_brief(study, "Noch ein Satz."),
    )
    first, *later = watch_study(study, one_brief, OPTIONS, changes=steps)
    assert (first.names, made(first)) == ((), [])
    assert [change.names for change in later] == [
        ("reports/brief.qmd",), ("data/survey.csv",), ("reports/brief.qmd",),
    ]  # fmt: skip
    assert [made(change) for change in later] == [[BAVARIA], [], [BAVARIA]]


def test_a_mistake_is_told_and_does_not_end_the_watch(study: Path):
    settings = study / "data" / "study.yml"
    text = settings.read_text(encoding="utf-8")
    steps = changes_after(
        lambda: write_brief(study, "{{ value('q99.nothing') }}"),
        lambda: settings.write_text("id: [", encoding="utf-8") and settings,
        lambda: settings.write_text(text, encoding="utf-8") and write_brief(study, "Gut."),
    )
    _, failed, broken, mended = watch_study(study, one_brief, OPTIONS, changes=steps)
    assert isinstance(failed.result, BuildResult)
    assert "brief.qmd" in str(failed.result.outcomes[0].error)
    assert isinstance(broken.result, BriefgenError)
    assert made(mended) == [BAVARIA]


def test_the_process_stays_warm_and_neither_analyses_nor_audits_again(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    def never(*_arguments: object, **_named: object) -> None:
        raise AssertionError("a template is no new data")

    monkeypatch.setattr("briefgen.pipeline.inputs._analyse", never)
    monkeypatch.setattr("briefgen.disclosure.audit_evidence", never)
    monkeypatch.setattr("briefgen.evidence.load.load_study", never)
    tools = []

    def note() -> Path:
        worker = workers.this_worker()
        tools.append((worker.composer, worker.printer, worker.engine, worker.context.released))
        return write_brief(study, f"Satz {'!' * len(tools)}.")

    steps = changes_after(note, note, note)
    _, *later = watch_study(study, one_brief, OPTIONS, changes=steps)
    assert [made(change) for change in later] == [[BAVARIA]] * 3
    assert all(one is other for one, other in zip(tools[0], tools[2], strict=True))


def test_what_has_changed_is_not_kept_warm(study: Path):
    styles = study / "styles"
    found = []

    def style() -> Path:
        found.append((workers.this_worker().composer, workers.this_worker().printer))
        styles.mkdir(exist_ok=True)
        (styles / "brief.css").write_text("p { orphans: 3 }", encoding="utf-8")
        return styles / "brief.css"

    def brand() -> Path:
        found.append((workers.this_worker().composer, workers.this_worker().printer))
        (styles / "_brand.yml").write_text("color: {primary: '#224466'}\n", encoding="utf-8")
        return styles / "_brand.yml"

    _, *later = watch_study(study, one_brief, OPTIONS, changes=changes_after(style, brand))
    found.append((workers.this_worker().composer, workers.this_worker().printer))
    assert [made(change) for change in later] == [[BAVARIA]] * 2
    assert found[0][0] is found[1][0]
    assert found[0][1] is not found[1][1]
    assert found[1][0] is not found[2][0]


# --- the file system ---


def test_what_is_saved_during_the_first_build_is_not_missed(study: Path):
    def save_meanwhile(settings: Settings) -> Selection:
        if not saved:
            saved.append(write_brief(study, "Während des ersten Laufs."))
        return one_brief(settings)

    saved: list[Path] = []
    changes = watch_study(study, save_meanwhile, OPTIONS)
    next(changes)
    assert next(changes).names == ("reports/brief.qmd",)
    changes.close()


def test_a_folder_that_is_made_meanwhile_is_watched(study: Path):
    changes = watch_study(study, one_brief, OPTIONS)
    next(changes)
    (study / "styles").mkdir()
    (study / "styles" / "brief.css").write_text("p { orphans: 3 }", encoding="utf-8")
    change = next(changes)
    assert change.names == ("styles",)
    assert made(change) == [BAVARIA]
    (study / "styles" / "brief.css").write_text("p { orphans: 4 }", encoding="utf-8")
    assert next(changes).names == ("styles/brief.css",)
    changes.close()


@pytest.mark.parametrize("name", [".brief.qmd.swp", "brief.qmd~", "brief.qmd.tmp", ".#brief.qmd"])
def test_unfinished_files_of_editors_are_no_changes(study: Path, name: str):
    from watchfiles import Change as FileChange  # noqa: PLC0415

    passes = InputFilter()
    assert not passes(FileChange.added, str(study / "reports" / name))
    assert passes(FileChange.added, str(study / "reports" / "brief.qmd"))


def test_publications_are_not_watched(study: Path):
    paths = watched_paths(load_settings(study))
    assert study / "data" in paths
    assert study / "reports" in paths
    assert not any((study / "publications").is_relative_to(path) for path in paths)


@contextmanager
def interruptible() -> Iterator[None]:
    """Let processes that are started hear SIGINT, which a job in the background ignores."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_command_tells_each_build_in_one_line_and_ends_quietly(study: Path):
    command = [
        sys.executable, "-u", "-m", "briefgen.cli", "watch", "briefs", "--region", "DE2",
        "--study", str(study),
    ]  # fmt: skip
    with interruptible(), subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        try:
            assert run.stdout is not None
            assert run.stdout.readline().startswith("first build: nothing to do in ")
            write_brief(study, "Ein Satz mehr.")
            assert run.stdout.readline().startswith(f"reports/brief.qmd: made {BAVARIA} in ")
            run.send_signal(signal.SIGINT)
            assert run.wait(timeout=60) == 0
        finally:
            run.kill()
