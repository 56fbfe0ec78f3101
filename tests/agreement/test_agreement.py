"""The agreement with others' numbers holds, and would be seen to fail."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.slow


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
    assert counts["weighted bases"] == 5
    assert run.last_line(cells).startswith(f"cells {len(cells)}, disagreeing 0, largest difference")


@pytest.mark.parametrize(
    ("group", "name", "theirs", "digits"),
    [
        ("means", "strat mean api00 value", 662.29, 2),
        ("means", "strat mean api00 SE", 9.4089, 4),
        ("totals", "strat total enroll value", 3687178, 0),
        ("totals", "strat total enroll SE", 114642, 0),
        ("effective n", "ALL", 5473.2478, 4),
    ],
)
def test_well_known_numbers_are_among_them(run, group, name, theirs, digits):
    cells = [*run.compare_quantipy(), *run.compare_published_r()]
    (ours,) = [cell.ours for cell in cells if (cell.group, cell.name) == (group, name)]
    assert round(ours, digits) == theirs


@pytest.mark.slow
def test_the_script_gives_the_kept_table(run, tmp_path):
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not here: apt-get install r-base-core r-cran-survey")
    target = tmp_path / "reference.csv"
    done = subprocess.run(
        [program, str(HERE / "reference.R"), str(run.SHARED / "rsurvey-api"), str(target)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "no package called" in done.stderr:
        pytest.skip("R's survey package is not here: apt-get install r-cran-survey")
    assert done.returncode == 0, done.stderr
    names = ["design", "statistic", "variable", "domain", "part"]
    kept, made = (
        pd.read_csv(path, comment="#").set_index(names)["value"]
        for path in (HERE / "reference.csv", target)
    )
    assert list(made.index) == list(kept.index)
    np.testing.assert_allclose(made, kept, rtol=1e-6)


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
    assert "In all: cells 4793, disagreeing 0" in document
