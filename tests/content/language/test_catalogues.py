"""The package's catalogues: every message that the code asks for is translated."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import briefgen
from briefgen.content.language import phrases
from briefgen.content.language.catalogue import PACKAGE_FOLDER

CALLS = {"text", "_text", "ngettext", "translate"}


def german() -> dict[str, object]:
    with (PACKAGE_FOLDER / "de.po").open("rb") as file:
        catalog = read_po(file)
    return {
        (message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalog
        if message.id
    }


def messages_in_code() -> dict[str, str]:
    """Literal ids in calls of the locale, behind the wall, with their file."""
    found = {}
    folder = Path(briefgen.__file__).parent / "content"
    for part in ("language", "compose", "exhibits"):
        for path in sorted((folder / part).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and node.args:
                    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                    first = node.args[0]
                    if name in CALLS and isinstance(getattr(first, "value", None), str):
                        found[str(first.value)] = f"{part}/{path.name}"
    return found


def test_every_message_of_the_code_is_translated():
    found = messages_in_code()
    assert len(found) > 50
    known = german()
    assert {message: file for message, file in found.items() if message not in known} == {}


def test_every_phrase_is_translated():
    known = german()
    tables = (phrases.FRAMES, phrases.HOME_FRAMES)
    pairs = [pair for table in tables for frames in table.values() for pair in frames]
    pairs += [*phrases.CASE_FRAMES.values(), *phrases.PANEL_FRAMES.values()]
    singles = [text for texts in phrases.TAILS.values() for text in texts]
    for table in (
        phrases.COMPARISONS, phrases.TITLES, phrases.MORE_WORD, phrases.MORE_RESPONDENTS,
        phrases.SHORT_VERDICTS,
    ):  # fmt: skip
        singles += table.values()
    assert [one for one, many in pairs if one not in known or known[one].id != (one, many)] == []
    assert [text for text in singles if text not in known] == []


@pytest.mark.parametrize("message", german().values(), ids=lambda message: str(message.id)[:40])
def test_a_translation_has_the_places_of_its_message(message):
    ids = (message.id,) if isinstance(message.id, str) else message.id
    strings = (message.string,) if isinstance(message.string, str) else message.string
    wanted = set().union(*(places(item) for item in ids))
    assert set().union(*(places(item) for item in strings)) <= wanted
    assert all(strings)
    dropped = wanted - set().union(*(places(item) for item in strings))
    assert dropped <= {"respondents"}


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
