"""Sight into a run: what each stage does, how far it is, and how long it took.

Each stage has a logger, ``briefgen.<stage>``. `Stages` begins and ends them for ``build``: it logs,
reports progress, and keeps the times that a profile is written from. Nothing here is told of an
answer: stages count rows, values and documents.
"""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

STAGES: Final = {
    "inputs": "looking at the inputs",
    "read": "reading and validating the data",
    "estimate": "estimating",
    "release": "disclosure control",
    "start": "starting the workers",
    "compose": "composing",
    "audit": "audit",
    "print": "printing",
    "publish": "publishing",
}
"""The stages of a run in their order, by name, as they are called to users."""

Progress = Callable[[str, int, int], None]
"""Called with a stage, the units done and the units in all: at its beginning, and to its end."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """Show nothing."""


def stage_logger(stage: str) -> logging.Logger:
    """Return the logger of a stage."""
    return logging.getLogger(f"briefgen.{stage}")


@dataclass(frozen=True)
class StageTime:
    """How long a stage took, by the clock on the wall, and what it worked off."""

    stage: str
    seconds: float
    units: int


@dataclass(frozen=True)
class Stages:
    """The stages of one run: who wants to see them, and how long those took that have ended."""

    progress: Progress = no_progress
    times: list[StageTime] = field(default_factory=list)

    @contextlib.contextmanager
    def begin(self, stage: str, units: int = 1) -> Iterator[Callable[[int], None]]:
        """Work on a stage; yield a function that takes how many units are done.

        A stage that ends without an error has done all of its units.
        """
        log, start, units = stage_logger(stage), time.perf_counter(), max(1, units)
        log.debug("%s begins: %d to do", STAGES[stage], units)
        self.progress(stage, 0, units)
        yield lambda done: self.progress(stage, min(done, units - 1), units)
        seconds = time.perf_counter() - start
        self.times.append(StageTime(stage, seconds, units))
        self.progress(stage, units, units)
        log.info("%s: %d done in %.2f s", STAGES[stage], units, seconds)


@contextlib.contextmanager
def measure(seconds: dict[str, float], part: str) -> Iterator[None]:
    """Add what a block takes to the seconds of a part of the work."""
    start = time.perf_counter()
    try:
        yield
    finally:
        seconds[part] = seconds.get(part, 0.0) + time.perf_counter() - start
