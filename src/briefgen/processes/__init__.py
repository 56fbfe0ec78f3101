"""What the machine gives to us: how many cores, and how processes are started.

Forked processes begin warm and share memory with their parent; that is safe where the system's
own libraries bear it, which is Linux. Elsewhere processes are spawned: they start in a second or
two and are handed what they need. ``disclosure.parallel`` and ``pipeline.work.pool`` ask here.
"""

from __future__ import annotations

import os
import sys
from multiprocessing import get_context
from multiprocessing.context import BaseContext


def available_cores() -> int:
    """Return how many cores this process may use.

    ``PYTHON_CPU_COUNT`` limits them, as Python itself reads it from 3.13 on.
    """
    limit = os.environ.get("PYTHON_CPU_COUNT", "")
    if limit.isdecimal() and int(limit) > 0:
        return int(limit)
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def can_fork() -> bool:
    """Tell whether a process may be forked from this one."""
    return sys.platform == "linux"


def worker_context() -> BaseContext:
    """Return the way in which worker processes are started."""
    return get_context("fork" if can_fork() else "spawn")
