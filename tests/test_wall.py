"""What import-linter cannot see of the wall: names of the package's top, and imports by text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import briefgen

PACKAGE = Path(briefgen.__file__).parent
OPEN = {"cli", "notebook.py", "__init__.py"}
"""What may open a study for its owner."""


def find_back_doors(tree: ast.AST) -> Iterator[str]:
    """Yield imports of the notebooks' study, and of modules of the package by a text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "briefgen" and not node.level:
            yield from (f"line {node.lineno}" for name in node.names if name.name == "Study")
        if isinstance(node, ast.Call) and node.args:
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            first = getattr(node.args[0], "value", "")
            if name in ("import_module", "__import__") and str(first).startswith("briefgen"):
                yield f"line {node.lineno}"


def test_there_is_no_back_door():
    found = {
        path.relative_to(PACKAGE).as_posix(): doors
        for path in sorted(PACKAGE.rglob("*.py"))
        if path.relative_to(PACKAGE).parts[0] not in OPEN
        and (doors := list(find_back_doors(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert found == {}


def test_a_back_door_is_found():
    lines = (
        "from briefgen import Study",
        "import importlib; importlib.import_module('briefgen.evidence.load')",
        "__import__('briefgen.disclosure')",
    )
    assert [len(list(find_back_doors(ast.parse(line)))) for line in lines] == [1, 1, 1]
