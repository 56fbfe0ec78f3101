"""The memory of worker processes: watched from outside, and limited for them alone.

A limit that the operating system sets on a process holds for the programs that it starts, too, and
counts what these merely reserve: Quarto's JavaScript engine reserves more than most machines have.
So the process that owns a pool looks at what its workers really occupy, and ends one that
occupies too much. It sees that also of a worker that is busy in a library and answers nobody.
"""

from __future__ import annotations

import contextlib
import mmap
import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final


def machine_bytes() -> int:
    """Return the machine's memory, or a guess where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 16 * 1024**3


MEMORY_LIMIT_BYTES: Final = min(8 * 1024**3, machine_bytes() * 3 // 4)
"""What a worker may occupy: more than any document needs, less than the machine has."""
POLL_SECONDS: Final = 0.1
SLOW_POLL_SECONDS: Final = 1.0
"""Where a program has to be asked, once a second has to do."""
_PROCESSES: Final = Path("/proc")


def resident_bytes(processes: Sequence[int]) -> dict[int, int]:
    """Return the memory that processes occupy, by process id; those that ended are left out."""
    if (_PROCESSES / "self" / "statm").is_file():
        return _read_statm(processes)
    return _ask_ps(processes)


def _read_statm(processes: Sequence[int]) -> dict[int, int]:
    found = {}
    for process in processes:
        with contextlib.suppress(OSError, IndexError):  # it ended meanwhile
            statm = (_PROCESSES / str(process) / "statm").read_text(encoding="ascii")
            found[process] = int(statm.split()[1]) * mmap.PAGESIZE
    return found


def _ask_ps(processes: Sequence[int]) -> dict[int, int]:
    if not processes:
        return {}
    command = ["ps", "-o", "pid=,rss=", "-p", ",".join(map(str, processes))]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    pairs = (line.split() for line in answer.stdout.splitlines())
    return {int(process): int(kilobytes) * 1024 for process, kilobytes in pairs}


class MemoryWatch:
    """End each of some processes that occupies more memory than it may.

    Parameters
    ----------
    find_processes
        Returns the ids of those that are there now.
    limit_bytes
        What each may occupy beside what this process occupies when the watch begins: workers are
        forked from it and begin with the same.

    Attributes
    ----------
    ended
        Ids of the processes that were ended.
    """

    def __init__(self, find_processes: Callable[[], Iterable[int]], limit_bytes: int) -> None:
        self.ended: set[int] = set()
        self.limit_bytes = limit_bytes
        self._find_processes = find_processes
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self.limit_bytes += sum(resident_bytes([os.getpid()]).values())
        self._thread.start()

    def stop(self) -> None:
        """Watch no longer."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        quick = (_PROCESSES / "self" / "statm").is_file()
        while not self._stopped.wait(POLL_SECONDS if quick else SLOW_POLL_SECONDS):
            self._end_too_large(resident_bytes(list(self._find_processes())))

    def _end_too_large(self, occupied: Mapping[int, int]) -> None:
        for process, size in occupied.items():
            if size > self.limit_bytes:
                self.ended.add(process)  # before its end is seen by who has to explain it
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
