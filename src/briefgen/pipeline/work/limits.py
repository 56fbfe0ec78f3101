"""Work on the data in a process of its own, ended where it takes too long or too much memory.

In: a function and its arguments. Out: its result, or a `LimitError`. Reading, estimating,
disclosure control, the check and the audit go through here, since a table may explode in a
library that answers nobody: it can be ended from outside alone. Documents have ``pool``.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.pool import ExceptionWithTraceback  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from briefgen.config.settings import RunLimits
from briefgen.errors import BriefgenError, LimitError, portable_error
from briefgen.pipeline.work.memory import MEMORY_LIMIT_BYTES, MemoryWatch, machine_bytes
from briefgen.pipeline.work.sight import LogSettings, configure_logging, current_logging
from briefgen.pipeline.work.stages import STAGES, Progress, no_progress
from briefgen.processes import worker_context
from briefgen.processes.orphans import end_with_parent
from briefgen.processes.programs import end_programs_when_terminated, leave_interrupts_to_parent

P = ParamSpec("P")
Result = TypeVar("Result")

IN_PROCESS: Final = "BRIEFGEN_IN_PROCESS"
"""Variable of the environment with which all work is done in the process that asks for it."""
GIGABYTE: Final = 1024**3
LESS: Final = "ask for less at once (fewer subgroups, crossings, options, regions)"
_apart: list[int] = []
"""The process that works for another one: within it, nothing else is set apart."""


def tell_nobody(_sentence: str) -> None:
    """Say nothing."""


@dataclass(frozen=True)
class Line:
    """What work tells to who waits for it: how far a stage is, and sentences for the user."""

    progress: Progress = no_progress
    tell: Callable[[str], None] = tell_nobody


QUIET: Final = Line()


def call_limited(
    what: str,
    limits: RunLimits,
    line: Line,
    function: Callable[Concatenate[Line, P], Result],
    *arguments: P.args,
    **named: P.kwargs,
) -> Result:
    """Call a function in a process of its own, and return what it returns.

    Parameters
    ----------
    what
        What it does, for a message; where it goes through stages, the last of them is named.
    line
        To whom is told what it tells; the function gets another one that leads here.

    Raises
    ------
    LimitError
        If it took longer or more memory than it may.
    """
    if _apart == [os.getpid()] or os.environ.get(IN_PROCESS) == "1":
        return function(line, *arguments, **named)
    context = worker_context()
    receiver, sender = context.Pipe(duplex=False)
    work = (sender, os.getpid(), current_logging(), (function, arguments, named))
    process: Any = context.Process(target=_work, args=work)  # type: ignore[attr-defined]
    process.start()
    sender.close()
    watch = MemoryWatch(lambda: find_family(process.pid), memory_bytes(limits))
    watch.start()
    try:
        result: Result = _follow(_Waiting(what, limits, line, process, receiver, watch))
    finally:
        watch.stop()
        _end(process)
        receiver.close()
    return result


def run_limited(
    what: str,
    limits: RunLimits,
    function: Callable[P, Result],
    *arguments: P.args,
    **named: P.kwargs,
) -> Result:
    """Call a function that tells nothing on its way as `call_limited` does."""
    return call_limited(what, limits, QUIET, _leave_line, function, arguments, named)


def _leave_line(
    _line: Line, function: Callable[..., Result], arguments: tuple[Any, ...], named: dict[str, Any]
) -> Result:
    return function(*arguments, **named)


def memory_bytes(limits: RunLimits) -> int:
    """Return what the work may occupy: what the study says, and never all that the machine has."""
    wanted = limits.gigabytes and int(limits.gigabytes * GIGABYTE)
    return min(wanted or MEMORY_LIMIT_BYTES, machine_bytes())


# --- in the process that waits --------------------------------------------------------------


@dataclass
class _Waiting:
    """Work that somebody waits for."""

    what: str
    limits: RunLimits
    line: Line
    process: Any
    receiver: Connection
    watch: MemoryWatch

    def hear(self, kind: str, content: Any) -> None:
        """Pass on what the work tells."""
        if kind == "progress":
            self.what = STAGES.get(content[0], self.what)
            self.line.progress(*content)
        else:
            self.line.tell(content)


def _follow(waiting: _Waiting) -> Any:
    """Hear what the work tells until it ends, or until its time is over."""
    until = time.monotonic() + waiting.limits.minutes * 60
    while (left := until - time.monotonic()) > 0:
        ready = wait([waiting.receiver, waiting.process.sentinel], left)
        if waiting.receiver in ready:
            try:
                kind, content = waiting.receiver.recv()
            except EOFError:
                raise _describe_end(waiting) from None
            if kind == "done":
                return content
            if kind == "failed":
                raise _describe_end(waiting) if waiting.watch.ended else content
            waiting.hear(kind, content)
        elif ready:
            raise _describe_end(waiting)
    raise LimitError(
        f"{waiting.what} took longer than {waiting.limits.minutes:g} minutes and was stopped",
        where="data/study.yml",
        hint=f"{LESS}, or allow more: `run_limits: {{minutes: …}}` in study.yml",
    )


def _describe_end(waiting: _Waiting) -> LimitError:
    if waiting.watch.ended:
        size = memory_bytes(waiting.limits) / GIGABYTE
        return LimitError(
            f"{waiting.what} took more than {size:.3g} GB of memory and was stopped",
            where="data/study.yml",
            hint=f"{LESS}, or allow more, as far as the machine has it: "
            "`run_limits: {gigabytes: …}` in study.yml",
        )
    waiting.process.join(1)
    return LimitError(
        f"{waiting.what}: the process died (exit code {waiting.process.exitcode})",
        where="data/study.yml",
        hint=f"if the machine's memory ran out, {LESS}; `{IN_PROCESS}=1` does the work in one "
        "process, which shows more",
    )


def _end(process: Any) -> None:
    """End a process with all that it started."""
    for one in find_family(process.pid):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    process.join()


def find_family(process: int) -> Iterator[int]:
    """Yield a process and all that it started, as far as the system tells."""
    yield process
    for listed in Path(f"/proc/{process}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # it ended meanwhile
            for child in listed.read_text(encoding="ascii").split():
                yield from find_family(int(child))


# --- in the process that works --------------------------------------------------------------


def _work(
    sender: Connection,
    parent: int,
    logs: LogSettings,
    call: tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]],
) -> None:
    """Call the function; send what it tells, and at last its result or its error."""
    _apart[:] = [os.getpid()]
    configure_logging(logs)
    leave_interrupts_to_parent()
    end_programs_when_terminated()
    end_with_parent(parent)
    line = Line(
        lambda *state: sender.send(("progress", state)),
        lambda sentence: sender.send(("tell", sentence)),
    )
    function, arguments, named = call
    try:
        answer = ("done", function(line, *arguments, **named))
    except BriefgenError as error:
        answer = ("failed", error)
    except Exception as error:  # noqa: BLE001 - whatever breaks arrives where it is waited for
        answer = ("failed", ExceptionWithTraceback(portable_error(error), error.__traceback__))
    sender.send(answer)
