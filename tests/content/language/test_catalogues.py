"""The package's catalogues: every message that the code asks for is translated."""

from __future__ import annotations

import ast
import json
import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

import briefgen
from briefgen.content.language import phrases
from briefgen.content.language.catalogue import PACKAGE_FOLDER

TEMPLATES = Path(__file__).parents[3] / "reports"
ASKED = re.compile(r"""(?<!\w)_\(("(?:[^"\\]|\\.)*")""")
CALLS = {"text", "_text", "ngettext", "translate"}


def messages_of(language: str) -> dict[str, Message]:
    with (PACKAGE_FOLDER / f"{language}.po").open("rb") as file:
        catalog = read_po(file)
    return {
        (message.id if isinstance(message.id, str) else message.id[0]): message
        for message in catalog
        if message.id
    }


def german() -> dict[str, Message]:
    return messages_of("de")


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
        phrases.PANEL_STATISTICS,
    ):  # fmt: skip
        singles += table.values()
    assert [one for one, many in pairs if one not in known or known[one].id != (one, many)] == []
    assert [text for text in singles if text not in known] == []


def test_french_has_every_message_of_german_and_no_other():
    french, known = messages_of("fr"), german()
    assert {one: item.id for one, item in french.items()} == {
        one: item.id for one, item in known.items()
    }


def test_every_message_of_the_templates_is_translated():
    asked = [
        message
        for path in TEMPLATES.rglob("*.qmd")
        for message in ASKED.findall(path.read_text("utf-8"))
    ]
    assert len(asked) > 250
    assert sorted({json.loads(message) for message in asked} - set(german())) == []


def test_templates_leave_languages_to_the_catalogues():
    """A template that asks for the language says something in two languages, and in no third."""
    assert [
        path.name for path in TEMPLATES.rglob("*.qmd") if "language ==" in path.read_text("utf-8")
    ] == []


@pytest.mark.parametrize(
    "message",
    [*german().values(), *messages_of("fr").values()],
    ids=lambda message: str(message.id)[:40],
)
def test_a_translation_has_the_places_of_its_message(message):
    ids = (message.id,) if isinstance(message.id, str) else message.id
    strings = (message.string,) if isinstance(message.string, str) else message.string
    wanted = set().union(*(places(item) for item in ids))
    found = set().union(*(places(item) for item in strings))
    assert found <= wanted
    assert all(strings)
    assert wanted - found <= {"respondent"}


def places(text: str) -> set[str]:
    """Return the places of a message; forms of one word ("regions", "in_regions") are one."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {name.lower().removeprefix("in_").rstrip("s") for name in names}


def test_french_has_its_blanks():
    """A thin blank before ; ! ? and %, a no-break blank before : and within quotation marks."""
    texts = [
        re.sub(r"\[@.*?\]|&nbsp;", "", text)  # citations and entities have a syntax of their own
        for message in messages_of("fr").values()
        for text in ([message.string] if isinstance(message.string, str) else message.string)
    ]
    wrong = re.compile("(?<!\u202f)[;!?%]|(?<!\u00a0)[»:]|«(?!\u00a0)|'")
    assert [text for text in texts if wrong.search(text)] == []


@pytest.mark.parametrize("language", ["de", "fr"])
def test_a_message_stands_in_a_catalogue_once(language):
    text = (PACKAGE_FOLDER / f"{language}.po").read_text(encoding="utf-8")
    ids = re.findall(r'^msgid ((?:".*"\n)+)', text, re.MULTILINE)
    names = ["".join(re.findall(r'"(.*)"', one)) for one in ids]
    assert len(names) == len(messages_of(language)) + 1  # and the header
    assert sorted(set(names)) == sorted(names)
