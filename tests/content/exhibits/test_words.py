"""Every message of the package has a translation."""

from __future__ import annotations

import ast
from pathlib import Path

import briefgen.content.exhibits
from briefgen.content.exhibits.words import join_notes
from briefgen.content.language.catalogue import load_catalogue

FOLDER = Path(briefgen.content.exhibits.__file__).parent


def literals(node):
    """Texts that an argument can be: a constant, or either branch of a condition."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return [*literals(node.body), *literals(node.orelse)]
    return []


def messages():
    found = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and (
                    getattr(node.func, "attr", "") == "text"
                    or getattr(node.func, "id", "") == "text"
                )
                and len(node.args) == 1
            ):
                found.update(literals(node.args[0]))
    return found


def test_all_messages_are_translated(settings):
    used = messages()
    assert len(used) > 60
    assert used - load_catalogue(settings, "de").known == set()


def test_verdicts_are_translated(german):
    for message in (
        "more than elsewhere",
        "fewer than elsewhere",
        "higher than elsewhere",
        "lower than elsewhere",
        "no clear difference from elsewhere",
        "{place} more often than elsewhere: {labels}",
        "{place} less often than elsewhere: {labels}",
        "{words}: the largest share",
    ):
        assert german.catalogue.text(message) != message


def test_sentences_of_the_foot_end_once():
    assert join_notes(["n = 5", "", "Basis: alle."]) == "n = 5. Basis: alle."
