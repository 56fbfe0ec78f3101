"""What SECURITY.md says that holds a promise is there: tests by their names, files, commands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split(" | ") for line in PAGE.splitlines() if line.startswith("| ")][1:]
TESTS = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip()[:40])
def test_each_promise_names_what_holds_it_and_that_is_there(row):
    names = named(row[2])
    assert names, "no test is named"
    for name in names:
        if name.startswith("tests/"):
            assert (ROOT / name).exists(), name
        elif name.startswith("make "):
            assert re.search(rf"^{name.removeprefix('make ')}:", MAKEFILE, re.MULTILINE), name
        elif " " in name:  # the id of a case of a test
            assert f'"{name}' in TESTS, name
        else:
            pattern = re.escape(name.removesuffix("…").removesuffix("_"))
            assert re.search(rf"def test_\w*{pattern}", TESTS), name


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0].strip()[:40])
def test_each_file_that_is_named_as_the_means_is_there(row):
    sources = {path.as_posix() for path in (ROOT / "src" / "briefgen").rglob("*.py")}
    for name in named(row[1]):
        if name.endswith(".py"):
            assert any(path.endswith(f"/{name}") for path in sources), name
