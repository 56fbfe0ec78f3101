"""Names are taken once, and functions from outside belong to the program."""

from __future__ import annotations

import importlib.util
import pickle
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from briefgen.config.extensions import (
    _follow,
    describe_declaration,
    list_outside_files,
    register_function,
)
from briefgen.config.measures import list_kinds, register_measure, unregister_measure
from briefgen.content.exhibits.charts import chart
from briefgen.disclosure.kept import _hash_own_rules
from briefgen.errors import ExtensionError, SettingsError
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
    register_function({}, "a chart", "outside", module.draw, 1)
    assert path.resolve() in list_outside_files()
    before = hash_code()
    path.write_text("def draw(plan):\n    return 2\n", encoding="utf-8")
    assert hash_code() != before


@pytest.fixture
def declares(tmp_path, monkeypatch) -> Iterator[Path]:
    """Write an extension that declares a measure alone, with a number of a module beside it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "numbers_of_mine.py").write_text("SHARE = 0.9\n", encoding="utf-8")
    text = (
        "from briefgen.config.measures import MeasureKind, register_measure\n"
        "from numbers_of_mine import SHARE\n"
        "register_measure(MeasureKind(name='p90', types=frozenset({'numeric'}),\n"
        "    statistic='quantile', measure='p90', probability=SHARE))\n"
    )
    load(tmp_path / "declares.py", text)
    yield tmp_path
    unregister_measure("p90")


@pytest.mark.parametrize("name", ["declares.py", "numbers_of_mine.py"])
def test_what_only_declares_and_what_it_imports_count_as_code(declares, name):
    before, kept = hash_code(), _hash_own_rules()
    changed = (declares / name).read_text(encoding="utf-8") + "\n# changed\n"
    (declares / name).write_text(changed, encoding="utf-8")
    assert hash_code() != before
    assert _hash_own_rules() != kept


@pytest.mark.usefixtures("declares")
def test_what_a_declaration_says_counts_wherever_it_has_it_from():
    before, kept = hash_code(), _hash_own_rules()
    kind = next(kind for kind in list_kinds() if kind.name == "p90")
    unregister_measure("p90")
    register_measure(replace(kind, probability=0.8))
    assert hash_code() != before
    assert _hash_own_rules() != kept


def test_modules_are_followed_in_packages_but_not_into_what_is_installed(tmp_path):
    package = tmp_path / "mine"
    package.mkdir()
    (package / "__init__.py").write_text("import numpy, json, briefgen.model\n", encoding="utf-8")
    (package / "limits.py").write_text("from .deep import x\n", encoding="utf-8")
    (package / "deep.py").write_text("x = 1\n", encoding="utf-8")
    found: set[Path] = set()
    (package / "charts.py").write_text(
        "import pandas\ndef draw():\n    from . import limits\n", encoding="utf-8"
    )
    _follow(package / "charts.py", package, found)
    names = {"__init__.py", "limits.py", "deep.py", "charts.py"}
    assert found == {package / name for name in names}


def test_a_declaration_is_described_alike_in_every_process():
    assert "0x" not in "".join(describe_declaration(kind) for kind in list_kinds())


def breaks(_argument):
    raise ValueError("the answer of one")


def yields_and_breaks(_argument):
    yield 1
    raise KeyError("the answer of one")


@pytest.mark.parametrize(
    ("function", "told"), [(breaks, "raised ValueError"), (yields_and_breaks, "raised KeyError")]
)
@pytest.mark.parametrize("is_behind_wall", [False, True])
def test_an_error_of_a_function_from_outside_is_its_own(function, told, is_behind_wall):
    registry = {}
    register_function(registry, "a chart", "mine", function, 1, is_behind_wall=is_behind_wall)
    with pytest.raises(ExtensionError, match="the chart 'mine' of ") as caught:
        list(registry["mine"](None))
    # as it comes from another process
    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    line = function.__code__.co_firstlineno + (1 if function is breaks else 2)
    assert f"of {__file__}, line {line} {told}" in str(error)
    assert "the answer of one" in error.traceback
    if function is breaks:
        assert ("the answer of one" in str(error)) == is_behind_wall


def test_a_function_that_gives_something_else_is_named():
    registry = {}
    register_function(registry, "a chart", "mine", lambda _plan: None, 1, gives=Path)
    with pytest.raises(ExtensionError, match=r"'mine' of .* returned NoneType\n.*return a Path"):
        registry["mine"](None)
    assert find_same(registry)


def find_same(registry):
    """Whether the same function may be registered again, as worker processes do."""
    function = registry["mine"].__wrapped__
    register_function(registry, "a chart", "mine", function, 1)
    return registry["mine"].__wrapped__ is function
