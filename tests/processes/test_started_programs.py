"""Programs that we start know nothing of what is ours, and do not outlive us."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from briefgen.processes import programs
from briefgen.processes.programs import (
    end_program,
    end_programs,
    program_environment,
    set_for_ourselves,
    start_program,
)

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
TELL = """
import json, os, resource, signal
ignored = [s.name for s in signal.valid_signals() if signal.getsignal(s) is signal.SIG_IGN]
print(json.dumps({"ignored": ignored, "limits": resource.getrlimit(resource.RLIMIT_AS),
                  "leader": os.getsid(0) == os.getpid()}))
"""
WORKER = """
import os, signal, sys, time
import subprocess
from briefgen.processes.programs import *
signal.signal(signal.SIGINT, signal.SIG_IGN)  # as pebble does before it calls us
signal.signal(signal.SIGTERM, lambda *_: os._exit(7))
leave_interrupts_to_parent()
end_programs_when_terminated()
child = start_program({command!r}, stdout={stdout})
print(child.pid, flush=True)
time.sleep(60)
"""


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process}/stat")  # a process that ended and was not asked for is a zombie
    return not state.is_file() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def _wait_for_end(process: int) -> bool:
    until = time.monotonic() + 10
    while _runs(process) and time.monotonic() < until:
        time.sleep(0.05)
    return not _runs(process)


def _start_worker(command: list[str], stdout: str = "None") -> subprocess.Popen[str]:
    script = WORKER.format(command=command, stdout=stdout)
    return subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)


def test_what_is_set_for_ourselves_is_not_handed_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("BRIEFGEN_A", "the user's")
    monkeypatch.delenv("BRIEFGEN_B", raising=False)
    for value in ("ours", "ours again"):
        set_for_ourselves("BRIEFGEN_A", value)
        set_for_ourselves("BRIEFGEN_B", value)
    assert (os.environ["BRIEFGEN_A"], os.environ["BRIEFGEN_B"]) == ("ours again", "ours again")
    handed = program_environment()
    assert handed["BRIEFGEN_A"] == "the user's"
    assert "BRIEFGEN_B" not in handed


def test_what_the_user_sets_later_is_handed_on(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("BRIEFGEN_C", raising=False)
    set_for_ourselves("BRIEFGEN_C", "ours")
    monkeypatch.setenv("BRIEFGEN_C", "the user's")
    assert program_environment()["BRIEFGEN_C"] == "the user's"


def test_signals_that_a_worker_lets_pass_reach_its_programs():
    with _start_worker([sys.executable, "-c", TELL]) as worker:
        worker.stdout.readline()
        told = json.loads(worker.stdout.readline())
        os.kill(worker.pid, signal.SIGINT)
        time.sleep(0.2)
        assert worker.poll() is None
        worker.kill()
    assert "SIGINT" not in told["ignored"]
    assert told["leader"]


def test_programs_end_with_the_worker_that_is_told_to_end():
    with _start_worker(SLEEP, "subprocess.DEVNULL") as worker:
        child = int(worker.stdout.readline())
        assert _runs(child)
        worker.terminate()
        assert worker.wait() == 7
    assert _wait_for_end(child)


def test_programs_of_the_parent_are_left_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(programs, "_running", set())  # those of other tests go on
    process = start_program(SLEEP)
    try:
        child = os.fork()
        if child == 0:
            end_programs()
            os._exit(0)
        os.waitpid(child, 0)
        assert process.poll() is None
        end_programs()
        assert process.wait() == -signal.SIGKILL
    finally:
        end_program(process)


def test_a_folder_for_temporary_files_that_is_not_there_is_not_handed_on(monkeypatch):
    monkeypatch.setenv("TMPDIR", "/nonexistent")
    assert Path(program_environment()["TMPDIR"]).is_dir()
