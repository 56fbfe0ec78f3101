"""YAML 1.2: what people write and what it means, places, refusals, and writing it again."""

from __future__ import annotations

import contextlib
import copy
import json
import math
import pickle
import subprocess
import tempfile
from pathlib import Path

import pypandoc
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.yaml_text import (
    DEEPEST,
    YamlError,
    dump,
    is_mistaken,
    load,
    parse,
    plain_number,
    quote,
)

WRITTEN = {
    "NO": "NO", "no": "no", "No": "No", "ON": "ON", "off": "off", "yes": "yes", "Yes": "Yes",
    "y": "y", "n": "n", "true": True, "True": True, "TRUE": True, "false": False, "tRue": "tRue",
    "~": None, "null": None, "Null": None, "NULL": None, "nil": "nil", "None": "None",
    "1": 1, "-9": -9, "+5": 5, "01": 1, "0123": 123, "007": 7, "08": 8, "0o17": 15, "0x1F": 31,
    "0b11": "0b11", "1_000": "1_000", "1,000": "1,000", "0o8": "0o8", "-0x1F": "-0x1F",
    "1e3": 1000.0, "1E3": 1000.0, "1.5e+3": 1500.0, "1.10": 1.1, ".5": 0.5, "1.": 1.0, "e3": "e3",
    ".inf": math.inf, "-.INF": -math.inf, "+.Inf": math.inf, ".iNf": ".iNf", "inf": "inf",
    "12:30": "12:30", "190:20:30": "190:20:30", "1:2.5": "1:2.5",
    "2026-05-01": "2026-05-01", "2026-5-1": "2026-5-1",
    "2026-05-01 12:30:00": "2026-05-01 12:30:00",
    "2026-05-01T10:00:00Z": "2026-05-01T10:00:00Z", "03/05/2024": "03/05/2024",
    "=": "=", "DE1": "DE1", "2017-18": "2017-18", "1.2.3": "1.2.3", "--": "--", ".": ".",
}  # fmt: skip
"""What is written, unquoted, and what it means in the core schema."""


@pytest.mark.parametrize(("text", "value"), WRITTEN.items(), ids=list(WRITTEN))
def test_a_value_means_what_yaml_1_2_says(text, value):
    found = load(f"key: {text}\n")["key"]
    assert found == value
    assert isinstance(found, bool) == isinstance(value, bool)
    assert isinstance(found, str) == isinstance(value, str)
    assert load(f"- '{text}'\n- \"{text}\"") == [text, text]


def test_values_of_quartos_documents():
    front = load("region: NO\ntime: 12:30\nlang: no\ndate: 2026-05-01\nno: Norsk\n")
    assert front == {
        "region": "NO", "time": "12:30", "lang": "no", "date": "2026-05-01", "no": "Norsk",
    }  # fmt: skip


def test_not_a_number_and_nothing():
    assert math.isnan(load("a: .NaN")["a"])
    assert load("a:\nb: ''\n") == {"a": None, "b": ""}
    assert load("") is None
    assert load("# nothing\n") is None


PANDOCS_OWN = {"NO", "no", "No", "ON", "off", "yes", "Yes", "y", "n"}
"""Pandoc's library has the booleans of YAML 1.1 too; Quarto reads front matter before it."""
PRINTED_AS_WRITTEN = {".5", ".inf", "-.INF", "+.Inf"}
"""Pandoc has them as texts; as numbers they are the same."""


def test_numbers_and_texts_are_those_that_pandoc_prints():
    """An independent reader: Pandoc prints the metadata of a document."""
    finite = [
        name
        for name, value in WRITTEN.items()
        if name not in PANDOCS_OWN | PRINTED_AS_WRITTEN
        and isinstance(value, str | int | float)
        and not isinstance(value, bool)
    ]
    lines = [f"  - {name}" for name in finite]
    document = "\n".join(["---", "found:", *lines, "---", ""])
    template = "$for(found)$$found$$sep$\n$endfor$"
    printed = _ask_pandoc(document, template)
    ours = [
        plain_number(value) if isinstance(value, int | float) else value
        for value in load("\n".join(lines))
    ]
    assert dict(zip(finite, printed, strict=True)) == dict(zip(finite, ours, strict=True))


def _ask_pandoc(document: str, template: str) -> list[str]:
    """Print a document's metadata, as plain text without typographic signs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.txt"
        path.write_text(template, encoding="utf-8")
        command = [pypandoc.get_pandoc_path(), "--from=markdown-smart", "--to=plain"]
        command += ["--wrap=none", f"--template={path}"]
        done = subprocess.run(
            command, input=document, capture_output=True, text=True, check=True, timeout=60
        )
    return done.stdout.rstrip("\n").split("\n")


# --- numbers as they were written ---


@pytest.mark.parametrize("text", ["01", "0123", "0o17", "1.10", "1e3", "+5", "7", "1.5"])
def test_a_number_remembers_how_it_was_written(text):
    value = load(text)
    assert str(value) == text
    assert str(pickle.loads(pickle.dumps(value))) == text  # noqa: S301 - our own
    assert str(copy.deepcopy([value])[0]) == text
    assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize(
    ("text", "printed"),
    [("1e3", "1000"), ("1.50", "1.5"), ("0123", "123"), ("1.0", "1"), ("2026", "2026")],
)
def test_a_number_is_printed_as_quarto_prints_it(text, printed):
    assert plain_number(load(text)) == printed


# --- places ---

PLACED = """title: X
list:
  - code: 01
    name: {de: A, en: B}
  - &two
    code: 2
again: *two
"""


@pytest.mark.parametrize(
    ("steps", "value", "key"),
    [
        (("title",), (1, 8), (1, 1)),
        (("list", 0, "code"), (3, 11), (3, 5)),
        (("list", 0, "name", "en"), (4, 23), (4, 19)),
        (("list", 1, "code"), (6, 11), (6, 5)),
        (("again",), (7, 8), (7, 1)),
        (("again", "code"), (6, 11), (6, 5)),
    ],
)
def test_each_key_and_value_has_its_place(steps, value, key):
    root = parse(PLACED)
    assert root.find(steps).place == value
    assert root.place_of(steps) == key


def test_what_is_not_there_has_the_place_of_what_is_above_it():
    root = parse(PLACED, first_line=2)
    assert root.place_of(("list", 0, "colour")) == (4, 5)
    assert root.find(("list", 7)).place == (4, 3)
    assert root.find(()).place == (2, 1)


# --- references and merge keys ---


def test_a_mapping_is_laid_under_another():
    text = "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: 4}\nc: {y: 5, <<: [*a, *b]}\n"
    assert load(text)["c"] == {"x": 1, "y": 5, "z": 4}
    assert load(text)["c"] == yaml.safe_load(text)["c"]
    assert parse(text).find(("c", "z")).place == (2, 17)


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n"
    for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {k: x}\n" + "".join(
    f"{new}: &{new}\n  p: {{<<: *{old}}}\n  q: {{<<: *{old}}}\n  r: {{<<: *{old}, s: *{old}}}\n"
    for old, new in zip("abcdefghijklm", "bcdefghijklmn", strict=True)
)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (BOMB, (5, 36), "repeat more than 100,000 parts"),
        ("a: &a [*a]\n", (1, 8), "what it stands in itself"),
        ("a: Leser\nb: *innen\n", (2, 4), "refers to what is not there"),
        ("- " * 200_000 + "x", (1, 2 * DEEPEST + 1), "more than 100 deep"),
        ("[" * 200_000, (1, DEEPEST + 1), "more than 100 deep"),
        ("a: 1\nb: 2\na: 3\n", (3, 1), "the key 'a' stands twice, first in line 1"),
        ("a:\n  b: {x: 1, y: 2, x: 3}\n", (2, 19), "the key 'x' stands twice, first in line 2"),
        ("1: a\n01: b\n", (2, 1), "the key '01' stands twice, first written otherwise"),
        ("1: a\n'1': b\n", (2, 1), "the key '1' stands twice, first in line 1"),
        ("a: !!python/object/apply:os.system [ls]\n", (1, 4), "a type of its own"),
        ("a: !expr x\n", (1, 4), "a type of its own"),
        ("a: !!int x\n", (1, 4), "a type of its own"),
        ("a: {{ title }}\n", (1, 5), "a key is a list, a mapping"),
        ("a: 1\n---\nb: 2\n", (2, 1), "a second document begins"),
        ("a:\n\tb: 1\n", (2, 1), "a tab stands where"),
        ("a: b: c\n", (1, 5), "a colon stands within a text"),
        ('a: 1\nb: "x\nc: 3\n', (2, 4), "a quotation mark opens here"),
        ("a: [1, 2\nb: 3\n", (2, 2), "a bracket is not closed"),
        ("a: @home\n", (1, 4), "a text begins with a character"),
        ('a: "\\q"\n', (1, 5), "a backslash"),
        ("a:\n  - b\n c: 1\n", (3, 2), "does not fit in"),
        ("a: 1\nbcd\n", (3, 1), "a key has no colon"),
        ("<<: x\n", (1, 1), "<< takes a mapping"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(text, place, message):
    with pytest.raises(YamlError, match=message) as caught:
        parse(text)
    assert caught.value.faults[0].place == place
    assert caught.value.remedy


def test_merge_keys_that_repeat_too_much_are_refused_at_once():
    with pytest.raises(YamlError, match="repeat more than 100,000 parts"):
        parse(MERGES)


def test_all_keys_that_stand_twice_are_told_at_once():
    with pytest.raises(YamlError) as caught:
        parse("a: 1\na: 2\nb: {c: 1, c: 2}\n")
    assert [(fault.key, fault.place) for fault in caught.value.faults] == [
        ("a", (2, 1)),
        ("c", (3, 11)),
    ]


def test_a_control_character_is_refused():
    with pytest.raises(YamlError, match="a control character"):
        parse("a: \x01\n")


@given(st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"%@`,#?~<= \n\t01"), max_size=60))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(YamlError):  # nothing else, and it comes to an end
        parse(text)


# --- writing ---


@pytest.mark.parametrize(
    "text", [*WRITTEN, "", " x", "a: b", "# x", "- x", "<<", "a\nb", "é\u2028x"]
)
def test_a_text_that_is_written_is_the_same_text_to_every_reader(text):
    written = dump({"key": text, text or "x": 1})
    assert load(written)["key"] == text
    assert yaml.safe_load(written)["key"] == text
    assert list(load(written)) == ["key", text or "x"]


@pytest.mark.slow
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_what_is_written_is_read_again(value):
    assert load(dump({"key": value})) == {"key": value}
    assert yaml.safe_load(dump({"key": value})) == {"key": value}


def test_a_project_file_is_written_with_the_values_that_were_read():
    text = "region: NO\ntime: 12:30\nlang: no\ncode: 0123\nlimit: 1e3\ndate: 2026-05-01\nx: ~\n"
    written = dump(load(text))
    assert load(written) == load(text)
    assert yaml.safe_load(written) == load(text)  # a reader of YAML 1.1 sees the same
    assert list(load(written)) == list(load(text))


@pytest.mark.parametrize(("text", "mistaken"), [("NO", True), ("1e3", True), ("Nordrhein", False)])
def test_only_texts_that_may_be_mistaken_are_quoted(text, mistaken):
    assert is_mistaken(text) is mistaken
    assert ('"' in dump({"key": text})) is mistaken


@given(st.text())
def test_a_quoted_text_keeps_every_character(text):
    assert "\n" not in quote(text)
    assert load(f"key: {quote(text)}") == {"key": text}
    assert yaml.safe_load(f"key: {quote(text)}") == {"key": text}
