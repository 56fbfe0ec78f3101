"""Programs that we start: Quarto, Pandoc, and what these start in turn.

In: a command. Out: a running process that knows nothing of what we arranged for ourselves: it has
the user's environment, the usual signals, a session of its own, and it ends when we are ended.
``render`` starts its engines here; ``pool`` and ``orphans`` end what is left.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_ours: dict[str, tuple[str, str | None]] = {}
"""What we set in the environment, by name: our value, and the user's before it."""
_running: set[tuple[int, subprocess.Popen[Any]]] = set()


def set_for_ourselves(name: str, value: str) -> None:
    """Set a variable of the environment that is meant for libraries in this process alone."""
    ours, users = _ours.get(name, (None, None))
    now = os.environ.get(name)
    _ours[name] = (value, users if now == ours else now)
    os.environ[name] = value


def program_environment() -> dict[str, str]:
    """Return the environment of the programs that we start: the user's, without what is ours.

    A folder for temporary files that is not there is left out; Python chooses another, too.
    """
    environment = {**os.environ}
    if not Path(environment.get("TMPDIR", ".")).is_dir():
        environment["TMPDIR"] = tempfile.gettempdir()
    for name, (ours, users) in _ours.items():
        if environment.get(name) == ours:
            del environment[name]
            if users is not None:
                environment[name] = users
    return environment


def start_program(
    command: Sequence[str], *, environment: dict[str, str] | None = None, **options: Any
) -> subprocess.Popen[Any]:
    """Start a program in a session of its own, so that Ctrl-C reaches us alone.

    Parameters
    ----------
    environment
        Variables that are meant for the program, beside the user's own.
    options
        As of `subprocess.Popen`.
    """
    surroundings = program_environment() | (environment or {})
    process = subprocess.Popen(command, env=surroundings, start_new_session=True, **options)
    _running.add((os.getpid(), process))
    return process


def end_program(process: subprocess.Popen[Any]) -> None:
    """End a program with all that it started, and wait for it."""
    _kill_group(process)
    process.wait()
    _running.discard((os.getpid(), process))


def end_programs() -> None:
    """End all programs that this process started and not yet ended; for its own last moment.

    Those of the process that this one was forked from are left alone. Nothing is waited for, so
    that a signal may call it at any moment.
    """
    for owner, process in list(_running):
        if owner == os.getpid() and process.returncode is None:
            _kill_group(process)


def _kill_group(process: subprocess.Popen[Any]) -> None:
    if not hasattr(os, "killpg"):  # no groups of processes: at least the program itself
        process.kill()
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def leave_interrupts_to_parent() -> None:
    """Let Ctrl-C pass by this process, and not by the programs that it starts.

    A signal that is ignored stays ignored in every program that is started; one with a handler
    has its usual effect there.
    """
    signal.signal(signal.SIGINT, lambda _number, _frame: None)


def end_programs_when_terminated() -> None:
    """End the programs of this process before whatever it does when it is told to end."""
    before = signal.getsignal(signal.SIGTERM)

    def end(number: int, frame: Any) -> None:
        end_programs()
        if callable(before):
            before(number, frame)
        else:
            os._exit(128 + number)

    signal.signal(signal.SIGTERM, end)
