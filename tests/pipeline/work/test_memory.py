"""A process that occupies too much is ended; what it reserves does not count."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from briefgen.pipeline.work import memory
from briefgen.pipeline.work.memory import MemoryWatch, resident_bytes

MIB = 1024**2
RESERVE = "import mmap; m = mmap.mmap(-1, 4 << 30, flags=34 | 0x4000, prot=0); "
OCCUPY = "b = b'x' * (300 << 20); "
WAIT = "print('ready', flush=True); import time; time.sleep(60)"


@pytest.fixture
def start():
    started = []

    def start(script: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", script + WAIT]
        started.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()
        process.stdout.close()


def _is_ended(process: subprocess.Popen[str], script_runs: float = 5) -> bool:
    process.stdout.readline()
    until = time.monotonic() + script_runs
    while process.poll() is None and time.monotonic() < until:
        time.sleep(0.05)
    return process.poll() is not None


@pytest.mark.parametrize("way", ["/proc", "ps"])
def test_resident_memory_is_told_either_way(start, way, monkeypatch, tmp_path):
    if way == "ps":
        monkeypatch.setattr(memory, "_PROCESSES", tmp_path)
    elif not Path("/proc/self/statm").is_file():
        pytest.skip("there is no /proc")
    process = start(RESERVE + OCCUPY)
    process.stdout.readline()
    (size,) = resident_bytes([process.pid]).values()
    assert 300 * MIB < size < 400 * MIB
    process.kill()
    process.wait()
    assert resident_bytes([process.pid]) == {}
    assert resident_bytes([]) == {}


@pytest.mark.slow
def test_process_that_occupies_too_much_is_ended(start):
    large, reserving = start(OCCUPY), start(RESERVE)
    watch = MemoryWatch(lambda: [large.pid, reserving.pid], 200 * MIB)
    watch.limit_bytes -= sum(resident_bytes([os.getpid()]).values())  # these are no forks of ours
    watch.start()
    try:
        assert _is_ended(large)
        assert not _is_ended(reserving, 0.5)
    finally:
        watch.stop()
    assert watch.ended == {large.pid}
