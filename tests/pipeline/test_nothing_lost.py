"""Whatever breaks a run, what was published stays whole, and the next run carries on."""

from __future__ import annotations

import contextlib
import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from briefgen import disclosure
from briefgen.config.settings import load_settings
from briefgen.errors import BriefgenError, PublishError
from briefgen.model import DocumentKey, Kind
from briefgen.output.pdf import Printer
from briefgen.pipeline import build as building
from briefgen.pipeline import inputs, state
from briefgen.pipeline.build import build
from briefgen.pipeline.editions import create_edition, verify_edition
from briefgen.pipeline.run import BuildResult, Options, Selection
from briefgen.pipeline.state import Store
from briefgen.pipeline.work import composing, pool, printing, publish
from briefgen.pipeline.work.publish import Staging, read_manifest
from briefgen.pipeline.work.workers import Worker
from plain_study import BRIEF, add_answers, plain_study

pytestmark = pytest.mark.slow
ONE_JOB = Options(jobs=1)
BRIEFS = {f"brief-DE{code}-smes-de" for code in "129C"}
ALL = {"summary-de", *BRIEFS}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = plain_study(tmp_path_factory.mktemp("lost"))
    assert build(load_settings(folder), options=ONE_JOB).ok
    return folder


@pytest.fixture(scope="module")
def changed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same study after new answers and a new template, built without any trouble."""
    folder = Path(shutil.copytree(built, tmp_path_factory.mktemp("changed") / "study"))
    change(folder)
    assert build(load_settings(folder), options=ONE_JOB).count("made") == 5
    return folder


@pytest.fixture
def study(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "study"))


def change(folder: Path) -> None:
    add_answers(folder, "BY", ["5"] * 23)
    (folder / "reports" / "brief.qmd").write_text(f"{BRIEF}\nEin Satz mehr.\n", encoding="utf-8")


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def published(folder: Path) -> dict[str, bytes]:
    return files(folder / "publications" / "2026")


def states(result: BuildResult, state: str) -> set[str]:
    return {item.key.name for item in result.outcomes if item.state == state}


def run_apart(action: Callable[[], object]) -> int:
    """Do something in a process of its own; return its exit code, negative where it was killed."""
    process = get_context("fork").Process(target=action)
    process.start()
    process.join()
    assert process.exitcode is not None
    return process.exitcode


def die_at(call: int, function: Callable[..., object]) -> Callable[..., object]:
    """Return the function with a death at its ``call``-th call, before it does anything."""
    calls = Counter[str]()

    def wrapped(*arguments: object, **named: object) -> object:
        calls["n"] += 1
        if calls["n"] == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)

    return wrapped


# --- killed at every stage ---

STAGES = {
    "analyse": (inputs, "_analyse", 1),
    "compose": (composing, "compose_document", 3),
    "audit": (disclosure, "audit_evidence", 1),
    "print": (Printer, "print", 3),
    "finish": (Staging, "finish", 3),
    "remember": (Store, "append_history", 1),
    "plan": (Staging, "carry_out", 1),
    "move": (Staging, "_move", 4),
    "manifest": (publish, "_remove_empty_folders", 1),
    "tidy": (Staging, "_tidy", 1),
}
DONE = {  # what the next run must not do again, by what is counted
    "analyse": {},
    "compose": {"analyse": 0},
    "audit": {"analyse": 0},
    "print": {"analyse": 0, "audit": 0, "print": 3},
    "finish": {"analyse": 0, "audit": 0, "print": 3},
    "remember": {"analyse": 0, "audit": 0, "print": 0},
    "plan": {"analyse": 0, "audit": 0, "print": 0},
    "move": {"analyse": 0, "audit": 0, "print": 0, "compose": 0},
    "manifest": {"analyse": 0, "audit": 0, "print": 0, "compose": 0},
    "tidy": {"analyse": 0, "audit": 0, "print": 0, "compose": 0},
}


def kill_at(stage: str, study: Path) -> int:
    def build_and_die() -> None:
        where, name, call = STAGES[stage]
        setattr(where, name, die_at(call, getattr(where, name)))
        build(load_settings(study), options=ONE_JOB)

    return run_apart(build_and_die)


def count_work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    done = Counter[str]()

    def counted(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*arguments: object, **named: object) -> object:
            done[name] += 1
            return function(*arguments, **named)

        return wrapped

    for name in ("analyse", "compose", "audit", "print"):
        where, attribute, _ = STAGES[name]
        monkeypatch.setattr(where, attribute, counted(name, getattr(where, attribute)))
    return done


@pytest.mark.parametrize("stage", STAGES)
def test_a_run_killed_at_any_stage_loses_nothing_and_the_next_carries_on(
    stage: str, study: Path, changed: Path, monkeypatch: pytest.MonkeyPatch
):
    old, new = published(study), published(changed)
    change(study)
    assert kill_at(stage, study) == -signal.SIGKILL
    for name, content in published(study).items():
        assert content in (old.get(name), new.get(name)), f"{name} is neither old nor new"
        if name.endswith(".pdf"):
            pypdfium2.PdfDocument(content).close()
    done = count_work(monkeypatch)
    result = build(load_settings(study), options=ONE_JOB)
    assert result.ok
    assert {name: done[name] for name in DONE[stage]} == DONE[stage]
    assert published(study) == new
    assert not (study / "publications" / ".staging").exists()
    assert states(build(load_settings(study), options=ONE_JOB), "current") == ALL
    assert verify_edition(load_settings(study), "2026").ok


def test_finished_documents_wait_while_another_selection_is_built(
    study: Path, changed: Path, monkeypatch: pytest.MonkeyPatch
):
    change(study)
    assert kill_at("finish", study) == -signal.SIGKILL  # the summary and one brief are finished
    one = Selection(kinds=frozenset({Kind.BRIEF}), regions=frozenset({"DEC"}))
    assert build(load_settings(study), one, ONE_JOB).count("made") == 1
    done = count_work(monkeypatch)
    assert build(load_settings(study), options=ONE_JOB).ok
    assert done["print"] == 2
    assert published(study) == published(changed)


def test_a_manifest_that_was_being_written_leaves_no_stranger(study: Path):
    change(study)
    leftover = study / "publications" / "2026" / ".manifest.json.77.tmp"
    leftover.write_text("{", encoding="utf-8")
    assert verify_edition(load_settings(study), "2026").ok
    assert not leftover.exists()


# --- workers ---


WORK = {"compose": (composing, "compose_document"), "print": (printing, "stage_document")}


def in_region(region: str, action: Callable[[], object], method: Callable[..., object]):
    """Do something where a worker comes to a region, in place of its work."""

    def wrapped(self: object, what: object, *rest: object) -> object:
        key = what if isinstance(what, DocumentKey) else what.key  # type: ignore[attr-defined]
        if key.region == region:
            action()
        return method(self, what, *rest)

    return wrapped


def fail_with(error: Exception) -> Callable[..., object]:
    def fail(*_arguments: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("stage", ["compose", "print"])
def test_a_worker_that_dies_fails_its_document_alone(
    study: Path, stage: str, monkeypatch: pytest.MonkeyPatch
):
    change(study)
    before = published(study)
    module, name = WORK[stage]
    function = getattr(module, name)
    monkeypatch.setattr(module, name, in_region("DE2", lambda: os._exit(9), function))
    result = build(load_settings(study), options=Options(jobs=2))
    assert states(result, "failed") == {"brief-DE2-smes-de"}
    assert states(result, "made") == ALL - {"brief-DE2-smes-de"}
    error = next(item.error for item in result.outcomes if item.error)
    assert "the worker process died (exit code 9)" in str(error)
    path = "de/policy-briefs/bayern-kmu.pdf"
    assert published(study)[path] == before[path]
    assert verify_edition(load_settings(study), "2026").ok


@pytest.mark.parametrize("stage", ["compose", "print"])
def test_a_document_that_takes_all_memory_fails_alone(
    study: Path, stage: str, monkeypatch: pytest.MonkeyPatch
):
    def occupy() -> None:
        block = b"x" * (600 << 20)
        time.sleep(60)
        del block

    change(study)
    monkeypatch.setattr(pool, "MEMORY_LIMIT_BYTES", 300 << 20)
    module, name = WORK[stage]
    function = getattr(module, name)
    monkeypatch.setattr(module, name, in_region("DE2", occupy, function))
    result = build(load_settings(study), options=Options(jobs=2))
    assert states(result, "failed") == {"brief-DE2-smes-de"}
    assert states(result, "made") == ALL - {"brief-DE2-smes-de"}
    error = next(item.error for item in result.outcomes if item.error)
    assert error.message == "took more than 0.293 GiB of memory and was stopped"


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("stage", ["compose", "print"])
@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), MemoryError()])
def test_an_error_nobody_foresaw_fails_its_document_alone(
    study: Path, stage: str, jobs: int, error: Exception, monkeypatch: pytest.MonkeyPatch
):
    change(study)
    module, name = WORK[stage]
    function = getattr(module, name)
    monkeypatch.setattr(module, name, in_region("DE2", fail_with(error), function))
    result = build(load_settings(study), options=Options(jobs=jobs))
    assert states(result, "failed") == {"brief-DE2-smes-de"}
    assert result.count("made") == 4
    told = next(item.error for item in result.outcomes if item.error)
    assert isinstance(told, BriefgenError)
    assert type(error).__name__ in str(told)


def test_where_every_document_fails_nothing_is_remembered_as_published(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    before = published(study)
    change(study)
    with monkeypatch.context() as patch:
        patch.setattr(printing, "stage_document", fail_with(ZeroDivisionError("by zero")))
        assert states(build(load_settings(study), options=ONE_JOB), "failed") == ALL
    assert published(study) == before
    assert len(Store.of(load_settings(study)).list_history()) == 1


WAIT = """
import sys, time
from pathlib import Path
from briefgen.pipeline.work import printing
from briefgen.pipeline.build import build
from briefgen.pipeline.run import Options
from briefgen.config.settings import load_settings
folder = Path(sys.argv[1])
def wait(*arguments):
    (folder / "busy").touch()
    time.sleep(600)
printing.stage_document = wait
build(load_settings(folder), options=Options(jobs=2))
"""


def test_workers_of_a_killed_run_end_and_give_the_lock_back(study: Path):
    change(study)
    run = subprocess.Popen([sys.executable, "-c", WAIT, str(study)])
    try:
        wait_until((study / "busy").exists)
        run.kill()
        run.wait()
        wait_until(lambda: is_free(study), seconds=20)
    finally:
        run.kill()
        run.wait()


def is_free(study: Path) -> bool:
    try:
        with Store.of(load_settings(study)).lock("test", wait=False):
            return True
    except PublishError:
        return False


def wait_until(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.1)


HOLD = """
import sys, time
from pathlib import Path
from briefgen.config.settings import load_settings
from briefgen.pipeline.work.stages import Stages
from briefgen.pipeline.state import Store
folder = Path(sys.argv[1])
with Store.of(load_settings(folder)).lock("briefgen refresh"):
    (folder / "held").touch()
    time.sleep(float(sys.argv[2]))
"""


def test_a_second_run_waits_says_for_whom_and_then_works(study: Path):
    change(study)
    with subprocess.Popen([sys.executable, "-c", HOLD, str(study), "2"]) as holder:
        wait_until((study / "held").exists)
        told: list[str] = []
        assert build(load_settings(study), options=ONE_JOB, tell=told.append).count("made") == 5
    assert len(told) == 1
    assert f"waiting for `briefgen refresh` (process {holder.pid} on " in told[0]


# --- disks and files ---


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Mount a small disk where that is allowed; else the test is skipped."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("disks can be mounted by root alone")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)  # noqa: S607 - wherever it stands


def test_a_full_disk_is_told_and_leaves_what_was_published(study: Path, tmp_path: Path):
    target = tmp_path / "disk"
    output = Options(jobs=1, output=target)
    size = sum(len(content) for content in published(study).values())
    with small_disk(target, f"{4 * size}"):
        assert build(load_settings(study), options=output).ok
        before = files(target)
        filler = target / "filler"
        with contextlib.suppress(OSError):
            filler.write_bytes(b"x" * 8 * size)
        room = shutil.disk_usage(target).free
        assert room < size
        change(study)
        result = build_or_error(study, output)
        assert "No space left on device" in result
        filler.unlink(missing_ok=True)
        kept = files(target)
        assert {name: kept[name] for name in before} == before
        assert build(load_settings(study), options=output).ok
        assert verify_edition(load_settings(study), "2026", output=target).ok


def build_or_error(study: Path, options: Options) -> str:
    """Return what a build says that cannot succeed, whether it failed as a whole or in parts."""
    try:
        result = build(load_settings(study), options=options)
    except BriefgenError as error:
        return str(error)
    assert not result.ok
    return "\n".join(str(item.error) for item in result.outcomes if item.error)


def test_files_that_may_not_grow_are_told_and_nothing_is_lost(study: Path):
    """The same for everybody: no file may grow beyond a limit that PDFs exceed."""
    before = published(study)
    largest = max(len(content) for name, content in before.items() if name.endswith(".pdf"))

    def build_within_limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        change(study)
        build(load_settings(study), options=Options(jobs=1, dry_run=True))  # the analysis is kept
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, largest // 2))
        (study / "said").write_text(build_or_error(study, ONE_JOB), encoding="utf-8")

    assert run_apart(build_within_limit) == 0
    assert os.strerror(errno.EFBIG) in (study / "said").read_text(encoding="utf-8")
    assert published(study) == before
    assert build(load_settings(study), options=ONE_JOB).count("made") == 5


@pytest.fixture
def open_study(built: Path) -> Iterator[Path]:
    """A study that everybody may read, so that a process without root's rights can use it."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(shutil.copytree(built, Path(folder) / "study"))


@pytest.mark.parametrize("closed", ["publications", ".briefgen"])
def test_a_folder_that_may_not_be_written_is_told(open_study: Path, closed: str):
    before = published(open_study)
    change(open_study)
    said = open_study.parent / "said"
    said.touch()
    said.chmod(0o666)

    def build_without_rights() -> None:
        if os.geteuid() == 0:
            for path in [open_study, *open_study.rglob("*")]:
                if closed not in path.relative_to(open_study).parts:
                    os.chown(path, 65534, 65534)
            os.seteuid(65534)
        else:
            for path in [open_study / closed, *(open_study / closed).rglob("*")]:
                path.chmod(0o555 if path.is_dir() else 0o444)
        said.write_text(build_or_error(open_study, ONE_JOB), encoding="utf-8")

    assert run_apart(build_without_rights) == 0
    text = said.read_text(encoding="utf-8")
    assert "cannot be written: Permission denied" in text
    assert closed in text
    assert published(open_study) == before


def test_a_staged_file_that_somebody_removed_is_told_and_made_again(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    before = read_manifest(study / "publications" / "2026")
    change(study)
    carry_out = Staging.carry_out

    def remove_and_carry_out(staging: Staging) -> bool:
        next(staging.folder.rglob("*.pdf")).unlink()
        return carry_out(staging)

    with monkeypatch.context() as patch:
        patch.setattr(Staging, "carry_out", remove_and_carry_out)
        with pytest.raises(PublishError, match="somebody removed it meanwhile"):
            build(load_settings(study), options=ONE_JOB)
    assert read_manifest(study / "publications" / "2026") == before
    result = build(load_settings(study), options=ONE_JOB)
    assert result.ok
    assert verify_edition(load_settings(study), "2026").ok


def test_a_data_file_that_vanishes_meanwhile_is_told(study: Path, monkeypatch: pytest.MonkeyPatch):
    before = published(study)
    change(study)
    take = building.take_inputs

    def take_and_remove(*arguments: object) -> inputs.Inputs:
        found = take(*arguments)  # type: ignore[arg-type]
        (study / "data" / "survey.csv").unlink()
        return found

    monkeypatch.setattr(building, "take_inputs", take_and_remove)
    with pytest.raises(BriefgenError, match=r"survey\.csv"):
        build(load_settings(study), options=ONE_JOB)
    assert published(study) == before


def test_data_that_change_while_they_are_analysed_are_not_taken_for_the_old_ones(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    before = published(study)
    add_answers(study, "BY", ["5"] * 23)
    analyse = inputs._analyse

    def analyse_late(*given: Any) -> object:
        add_answers(study, "BW", ["1"] * 23)
        return analyse(*given)

    kept = set((study / ".briefgen" / "analyses").iterdir())
    with monkeypatch.context() as patch:
        patch.setattr(inputs, "_analyse", analyse_late)
        with pytest.raises(BriefgenError, match=r"data/survey\.csv: changed while"):
            build(load_settings(study), options=ONE_JOB)
    assert set((study / ".briefgen" / "analyses").iterdir()) == kept
    assert published(study) == before


def test_a_template_that_changes_while_documents_are_made_is_looked_at_again(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    template = study / "reports" / "brief.qmd"
    template.write_text(f"{BRIEF}\nEins.\n", encoding="utf-8")
    compose = composing.compose_document

    def compose_late(worker: Worker, key: DocumentKey) -> object:
        template.write_text(f"{BRIEF}\nZwei.\n", encoding="utf-8")
        return compose(worker, key)

    with monkeypatch.context() as patch:
        patch.setattr(composing, "compose_document", compose_late)
        assert states(build(load_settings(study), options=ONE_JOB), "made") == BRIEFS
    template.write_text(f"{BRIEF}\nEins.\n", encoding="utf-8")
    with pytest.raises(BriefgenError, match="changed while the edition was built"):
        create_edition(load_settings(study), "2027")
    assert states(build(load_settings(study), options=ONE_JOB), "made") == BRIEFS
    assert states(build(load_settings(study), options=ONE_JOB), "current") == ALL


def test_a_page_of_the_catalogue_that_is_gone_is_made_again(study: Path):
    before = published(study)
    (study / "publications" / "2026" / "index.html").unlink()
    assert states(build(load_settings(study), options=ONE_JOB), "current") == ALL
    assert published(study) == before


def test_a_damaged_cache_of_evidence_is_made_again(study: Path):
    for path in (study / ".briefgen" / "analyses").glob("*.json"):
        path.write_text("{", encoding="utf-8")
    (study / "reports" / "brief.qmd").write_text(f"{BRIEF}\nMehr.\n", encoding="utf-8")
    inputs._read_kept.cache_clear()
    assert states(build(load_settings(study), options=ONE_JOB), "made") == BRIEFS


def test_the_lock_says_when_the_state_cannot_be_written(
    study: Path, monkeypatch: pytest.MonkeyPatch
):
    def no_space(*_arguments: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(state, "write_atomically", no_space)
    with pytest.raises(PublishError, match="No space left on device"):
        build(load_settings(study), options=ONE_JOB)
    monkeypatch.undo()
    assert is_free(study)
