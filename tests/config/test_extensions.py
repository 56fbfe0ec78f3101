"""Names are taken once, and functions from outside belong to the program."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from briefgen.config.extensions import list_outside_files, register_function
from briefgen.content.exhibits.charts import chart
from briefgen.errors import SettingsError
from briefgen.evidence.survey.measures import estimates
from briefgen.pipeline.work.fingerprint import hash_code


def load(path: Path, text: str):
    path.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_name_that_is_taken_or_unknown_is_told():
    with pytest.raises(SettingsError, match="a chart 'dots' already"):
        chart("dots")(load)
    with pytest.raises(SettingsError, match="no kind of measure 'mena'"):
        estimates("mena")(load)


def test_a_function_from_outside_that_changes_counts_as_new_code(tmp_path):
    path = tmp_path / "outside.py"
    module = load(path, "def draw(plan):\n    return 1\n")
    register_function({}, "a chart", "outside", module.draw)
    assert path.resolve() in list_outside_files()
    before = hash_code()
    path.write_text("def draw(plan):\n    return 2\n", encoding="utf-8")
    assert hash_code() != before
