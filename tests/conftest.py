"""What holds for all tests.

Each test process has one core: `make test` starts one for each. So a build does its work in the
process that stays, with fonts and style sheets loaded once for all tests. What worker processes do
is tested where ``jobs=2`` is asked for, or where the variable is taken away.
"""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

import pytest

from briefgen.pipeline.work.pool import IN_PROCESS

os.environ["PYTHON_CPU_COUNT"] = "1"
os.environ[IN_PROCESS] = "1"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let files that take longest begin first, so that no process waits for them at the end.

    `make test` deals out files in this order. Within a file it stays as written.
    """
    dear = {item.path for item in items if item.get_closest_marker("dear")}
    slow: defaultdict[Path, int] = defaultdict(int)
    for item in items:
        slow[item.path] += item.get_closest_marker("slow") is not None
    items.sort(key=lambda item: (item.path not in dear, -slow[item.path], str(item.path)))
