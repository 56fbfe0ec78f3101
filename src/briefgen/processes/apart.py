"""Calls of libraries that may crash on damaged files: in a process of their own.

A reader in C that meets a damaged file may take the whole process with it; no exception tells so.
"""

from __future__ import annotations

import faulthandler
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

from briefgen.processes import worker_context
from briefgen.processes.orphans import end_with_parent

P = ParamSpec("P")
Result = TypeVar("Result")


class ProcessDiedError(Exception):
    """The process died, and left no word."""


def call_apart(function: Callable[P, Result], *arguments: P.args, **named: P.kwargs) -> Result:
    """Return what a function returns in another process, or raise what it raises there.

    Raises
    ------
    ProcessDiedError
        If the process died.
    """
    with ProcessPoolExecutor(
        1, mp_context=worker_context(), initializer=_begin, initargs=(os.getpid(),)
    ) as pool:
        try:
            return pool.submit(function, *arguments, **named).result()
        except BrokenProcessPool:
            raise ProcessDiedError from None


def _begin(parent: int) -> None:
    faulthandler.disable()  # who asked tells of the crash
    end_with_parent(parent)
