"""How far a run is: bars on a terminal, elsewhere one line at the end of each stage.

Both go to standard error. With ``--verbose`` the loggers of the stages say it.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from briefgen.cli.frame import is_verbose, note

if TYPE_CHECKING:
    from briefgen.pipeline.work.stages import Progress

OF_DOCUMENTS: Final = ("compose", "print")
"""Stages whose units are documents."""


@contextlib.contextmanager
def show_progress() -> Iterator[Progress]:
    """Yield what a run tells its progress to."""
    from briefgen.pipeline.work.stages import no_progress  # noqa: PLC0415 - not for --help

    if is_verbose():
        yield no_progress
    elif sys.stderr.isatty():
        with _show_bars() as show:
            yield show
    else:
        yield _LinePerStage().show


class _LinePerStage:
    """Print a line as each stage ends."""

    def __init__(self) -> None:
        self._start = 0.0

    def show(self, stage: str, done: int, total: int) -> None:
        if done == 0:
            self._start = time.perf_counter()
        if done == total:
            note(describe_end(stage, total, time.perf_counter() - self._start))


def describe_end(stage: str, total: int, seconds: float) -> str:
    """Say that a stage has ended: how many documents, how long, how fast."""
    from briefgen.pipeline.work.stages import STAGES  # noqa: PLC0415

    if stage not in OF_DOCUMENTS:
        return f"{STAGES[stage]}: {seconds:.1f} s"
    speed = f", {total / seconds:.1f} documents/s" if seconds > 0 else ""
    return f"{STAGES[stage]}: {total} documents, {seconds:.1f} s{speed}"


@contextlib.contextmanager
def _show_bars() -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - only where there is a terminal
    from rich.progress import (  # noqa: PLC0415
        BarColumn,
        MofNCompleteColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bars  # noqa: PLC0415

    from briefgen.pipeline.work.stages import STAGES  # noqa: PLC0415

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[speed]}"), TimeElapsedColumn(), TimeRemainingColumn(),
    )  # fmt: skip
    with Bars(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(STAGES[stage], total=total, speed="")
            speed = bars.tasks[tasks[stage]].finished_speed or bars.tasks[tasks[stage]].speed
            per_second = f"{speed:.1f} documents/s" if speed and stage in OF_DOCUMENTS else ""
            bars.update(tasks[stage], completed=done, total=total, speed=per_second)

        yield show
