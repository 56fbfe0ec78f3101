"""Work on the data that hangs, dies or takes all memory is ended, and says what to do."""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path

import pytest

from briefgen.cli.frame import _find_place
from briefgen.config.settings import RunLimits, load_settings
from briefgen.errors import DataError, LimitError, Problem, SourceError
from briefgen.evidence import load
from briefgen.pipeline import check, inputs
from briefgen.pipeline.work.limits import QUIET, Line, call_limited, find_family, memory_bytes
from briefgen.pipeline.work.memory import machine_bytes
from briefgen.pipeline.work.pool import IN_PROCESS
from briefgen.pipeline.work.stages import STAGES, Stages
from plain_study import plain_study

SOON = RunLimits(minutes=1 / 60)


@pytest.fixture(autouse=True)
def _apart(monkeypatch):
    monkeypatch.delenv(IN_PROCESS)


def answer(line: Line, number: int) -> tuple[int, int]:
    line.progress("read", 0, 1)
    line.tell("so")
    return number, call_limited("inner", SOON, line, tell_process)


def tell_process(_line: Line) -> int:
    return os.getpid()


def hang(line: Line, own: bool = True) -> None:
    line.progress("release", 0, 1)
    if not own and os.fork():
        os.wait()
    while True:
        pass


def occupy(_line: Line) -> int:
    kept = [bytearray(1 << 20) for _ in range(600)]
    time.sleep(20)
    return len(kept)


def die(_line: Line) -> None:
    os._exit(9)


def break_off(_line: Line) -> None:
    raise ZeroDivisionError("x")


def refuse(_line: Line) -> None:
    raise DataError([Problem("a.csv", 3, "q", "wrong", "mend it")])


def test_an_answer_arrives_with_what_was_told_on_the_way():
    heard: list[object] = []
    line = Line(lambda *state: heard.append(state), heard.append)
    number, process = call_limited("a", RunLimits(), line, answer, 7)
    assert (number, heard) == (7, [("read", 0, 1), "so"])
    assert process != os.getpid()  # another one, and what it asked for was done within it


@pytest.mark.parametrize("own", [True, False])
def test_what_hangs_is_ended_with_all_that_it_started(own):
    before = set(find_family(os.getpid()))
    start = time.monotonic()
    with pytest.raises(LimitError, match="disclosure control took longer than") as caught:
        call_limited("a", SOON, QUIET, hang, own)
    assert time.monotonic() - start < 5
    assert "run_limits" in str(caught.value)
    assert set(find_family(os.getpid())) <= before


def test_what_takes_all_memory_is_ended():
    limits = RunLimits(gigabytes=0.2)
    with pytest.raises(LimitError, match=r"the check took more than 0\.2 GB of memory"):
        call_limited("the check", limits, QUIET, occupy)


def test_memory_is_never_more_than_the_machine_has():
    assert memory_bytes(RunLimits(gigabytes=10**6)) <= machine_bytes()
    assert memory_bytes(RunLimits()) < machine_bytes()


def test_one_that_dies_is_told():
    with pytest.raises(LimitError, match=r"the audit: the process died \(exit code 9\)"):
        call_limited("the audit", RunLimits(), QUIET, die)


def test_errors_arrive_as_they_are():
    with pytest.raises(DataError) as caught:
        call_limited("a", RunLimits(), QUIET, refuse)
    assert caught.value.problems[0].row == 3
    with pytest.raises(ZeroDivisionError) as broken:
        call_limited("a", RunLimits(), QUIET, break_off)
    file, line = _find_place(broken.value)
    assert file == __file__
    assert (
        "raise ZeroDivisionError" in Path(file).read_text(encoding="utf-8").splitlines()[line - 1]
    )


def test_a_release_without_end_is_stopped_and_a_check_too(tmp_path, monkeypatch):
    settings = load_settings(plain_study(tmp_path))
    info = settings.info.model_copy(update={"run_limits": SOON})
    settings = settings.model_copy(update={"info": info})
    monkeypatch.setattr(load, "read_files", lambda *_: hang(QUIET))
    seen: list[str] = []
    stages = Stages(lambda stage, *_: seen.append(stage))
    with pytest.raises(LimitError, match=STAGES["read"]):
        inputs.release_evidence(inputs.take_inputs(settings, "pandoc"), stages=stages)
    assert seen == ["read"]
    with pytest.raises(LimitError, match="the check took longer"):
        check.find_problems(settings, documents=False)


def test_a_release_apart_is_the_same_as_one_here(tmp_path, monkeypatch):
    settings = load_settings(plain_study(tmp_path))
    taken = inputs.take_inputs(settings, "pandoc")
    stages = Stages()
    apart = inputs.release_evidence(taken, stages=stages)
    assert [time.stage for time in stages.times] == ["read", "estimate", "release"]
    assert "study" in vars(taken)  # the audit need not read it once more
    assert pickle.loads(pickle.dumps(taken)).study.survey.equals(taken.study.survey)  # noqa: S301
    monkeypatch.setenv(IN_PROCESS, "1")
    for kept in (tmp_path / ".briefgen" / "analyses").iterdir():
        kept.unlink()
    here = inputs.release_evidence(inputs.take_inputs(settings, "pandoc"))
    assert here.evidence == apart.evidence


def test_refusals_of_readers_come_through(tmp_path):
    settings = load_settings(plain_study(tmp_path))
    (settings.data_folder / "survey.csv").write_bytes(b"PK\x03\x04")
    with pytest.raises((DataError, SourceError)):
        inputs.release_evidence(inputs.take_inputs(settings, "pandoc"))
