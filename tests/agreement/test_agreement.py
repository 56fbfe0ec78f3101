"""The agreement with others' numbers holds, and would be seen to fail."""

from __future__ import annotations

import importlib.util
import sys
from collections import Counter
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent


@pytest.fixture(scope="module")
def run():
    spec = importlib.util.spec_from_file_location("agreement_run", HERE / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["agreement_run"] = module
    spec.loader.exec_module(module)
    if not module.SHARED.is_dir():
        pytest.skip("the data of others are not here: ../shared/data")
    return module


def test_every_cell_agrees(run):
    cells = run.compare_all()
    assert [cell.name for cell in cells if not cell.agrees] == []
    counts = Counter(cell.group for cell in cells)
    assert counts["percentages, weighted, 10 domains"] == 1820
    assert counts["multiple response, counts"] == 80
    assert run.last_line(cells).startswith(f"cells {len(cells)}, disagreeing 0, largest difference")


@pytest.mark.parametrize(
    ("ours", "theirs", "rounding"),
    [(0.5, 0.500002, 0.0), (41.51, 41.0, 0.5), (float("nan"), 1.0, 0.0), (1e6, 1e6 + 2, 0.0)],
)
def test_a_wrong_number_is_seen(run, ours, theirs, rounding):
    cell = run.Cell("s", "g", "n", ours, theirs, rounding=rounding)
    assert not cell.agrees
    assert "disagreeing 1" in run.last_line([cell])


def test_the_document_is_of_this_run(run):
    document = run.DOCUMENT.read_text(encoding="utf-8")
    assert "In all: cells 3813, disagreeing 0" in document
