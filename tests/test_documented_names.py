"""The names, signatures and files that the pages for developers tell are those of the program."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from briefgen.errors import BriefgenError

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "briefgen"
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
EXTENDING = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
ROOMS = ("", "evidence.", "disclosure.", "content.", "content.language.", "output.", "pipeline.")
CALL = re.compile(r"(?P<name>[A-Za-z_][\w.]*)\((?P<given>.*)\)")


def calls() -> list[str]:
    """Return the calls in the first column of the tables of calls."""
    rows = re.findall(r"^\| (.+?) (?<!\\)\| ", ARCHITECTURE, re.MULTILINE)
    before_templates = ARCHITECTURE.index("## What a template may use")
    rows = [row for row in rows if ARCHITECTURE.index(f"| {row} |") < before_templates]
    found = [code for row in rows for code in re.findall(r"`([^`]+)`", row) if "(" in code]
    return [code for code in found if not code.startswith(".")]


def find(path: str) -> object:
    """Return what a dotted name means, as written from one of the rooms."""
    for room in ROOMS:
        parts = f"briefgen.{room}{path}".split(".")
        for end in range(len(parts), 0, -1):
            try:
                found: object = importlib.import_module(".".join(parts[:end]))
            except ModuleNotFoundError:
                continue
            try:
                for name in parts[end:]:
                    found = getattr(found, name)
            except (AttributeError, BriefgenError):
                break
            return found
    raise AssertionError(f"nothing is called {path}")


def split_arguments(given: str) -> list[str]:
    parts, depth = [""], 0
    for sign in given:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]


@pytest.mark.parametrize("code", calls())
def test_a_call_has_the_arguments_that_the_page_tells(code):
    code = code.partition(" -> ")[0]
    match = CALL.fullmatch(code)
    assert match, code
    parameters = inspect.signature(find(match["name"])).parameters
    given = [re.match(r"[*…\w]*", part)[0] for part in split_arguments(match["given"])]
    names = [name for name in given if name not in ("*", "…")]
    known = [name for name in parameters if name != "self"]
    assert names == known[: len(names)], (names, known)
    left = [parameters[name] for name in known[len(names) :]]
    if "…" not in given:
        assert [one.name for one in left if one.default is one.empty] == []


@pytest.mark.parametrize("name", ["Exhibit", "Composed"])
def test_a_value_has_the_fields_that_the_page_tells(name):
    [given] = re.findall(rf"`{name}\((.+?)\)`", ARCHITECTURE)
    fields = [re.match(r"\w+", part)[0] for part in split_arguments(given)]
    found = find({"Exhibit": "exhibits.Exhibit", "Composed": "compose.Composed"}[name])
    assert set(fields) <= set(inspect.signature(found).parameters)


@cache
def all_words() -> frozenset[str]:
    folders = [(SOURCE, "*.py"), (ROOT / "tests", "*.py"), (ROOT / "src", "*.po")]
    texts = [path.read_text("utf-8") for folder, what in folders for path in folder.rglob(what)]
    texts += [path.as_posix() for path in SOURCE.rglob("*")]
    return frozenset(re.findall(r"\w+", "\n".join(texts)))


def prose(page: str) -> str:
    return re.sub(r"```.*?```", "", page, flags=re.DOTALL)


def test_each_name_in_code_letters_is_in_the_program():
    """A name that was changed in the program is changed on the page."""
    told = re.findall(r"`([A-Za-z_]\w*(?:\.\w+)*)(?:\(\))?`", prose(EXTENDING))
    assert len(told) > 30
    missing = {name for name in told if not set(name.split(".")) <= all_words()}
    assert missing == set()


def test_each_file_that_the_pages_name_is_there():
    told = re.findall(r"`([\w/]+/[\w/]*\.(?:py|po|qmd|md))`", prose(EXTENDING))
    assert len(told) > 15
    own = {path for path in told if "NAME" in path or path.startswith("locales/")}
    there = (SOURCE, ROOT)
    gone = [path for path in set(told) - own if not any((f / path).is_file() for f in there)]
    assert gone == []


def code_blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", EXTENDING, re.DOTALL)


MODULES = (
    "config.measures", "config.document_kinds", "config.data_formats", "config.settings",
    "evidence.survey.measures", "evidence.sources.read", "evidence.sources.table",
    "content.exhibits.charts", "content.exhibits.layout", "content.exhibits.words",
    "output.render.formats", "disclosure.rules",
)  # fmt: skip
OF_THE_EXAMPLES = {"numbers", "np", "each_region", "dict", "frozenset", "len", "str", "float"}


def named(name: str) -> object | None:
    places: list[ModuleType] = [importlib.import_module(f"briefgen.{one}") for one in MODULES]
    return next((getattr(place, name) for place in places if hasattr(place, name)), None)


@pytest.mark.parametrize("block", code_blocks())
def test_an_example_calls_what_there_is_with_the_arguments_that_it_has(block):
    used = [node for node in ast.walk(ast.parse(block)) if isinstance(node, ast.Call)]
    found = [node for node in used if isinstance(node.func, ast.Name)]
    assert found
    for node in found:
        if node.func.id in OF_THE_EXAMPLES:
            continue
        function = named(node.func.id)
        assert function is not None, node.func.id
        keywords = {one.arg: None for one in node.keywords}
        inspect.signature(function).bind(*node.args, **keywords)


def test_each_recipe_names_three_files_at_most():
    rows = re.findall(r"^\| (?!new|---)([^|]+) \| (.+) \|$", EXTENDING, re.MULTILINE)
    assert len(rows) == 7
    for name, files in rows:
        told = re.findall(r"`([^`]+\.(?:py|po|qmd))`", files)
        assert 1 <= len(told) <= 3, name
