"""What Quarto says, read: sections of the console, warnings, and the error among its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefgen.output.render.quarto_messages import Messages, read_messages
from fake_quarto import CELL, FILTER_STACK, OUT_OF_MEMORY

LUA_ERROR = (
    "Error running filter x.lua:\nx.lua:3: attempt to index a nil value (local 'el')\n"
    "stack traceback:\n\tx.lua:3: in function 'Div'\n\t[C]: in ?\n"
)
SCRIPT_ERROR = (
    "ERROR: TypeError: Cannot read properties of undefined (reading 'a')\n\nStack trace:\n"
    "    at f (file:///quarto.js:1:2)\n    at g (file:///quarto.js:1:2)\n"
)


@pytest.fixture
def hear(tmp_path):
    def hear(console: str, log: str = "") -> Messages:
        (tmp_path / "log").write_text(log)
        (tmp_path / "console").write_text(console)
        return read_messages(tmp_path / "log", tmp_path / "console")

    return hear


def test_files_that_are_not_there_say_nothing(tmp_path: Path):
    messages = read_messages(tmp_path / "log", tmp_path / "console")
    assert (messages.errors, messages.last_document, messages.tell_errors()) == ((), "", "")


def test_warnings_belong_to_the_document_before_them(hear):
    messages = hear(
        "WARN: before all\n\r[1/2] a/document.qmd\n"
        "\x1b[33mWARNING (/opt/share/filters/main.lua:21) Unable to resolve crossref @fig-x\n"
        "\x1b[39m\r[2/2] b\\document.qmd\n[WARNING] Citeproc: citation nobody not found\n"
    )
    assert messages.warnings_of("a/document.qmd") == ("Unable to resolve crossref @fig-x",)
    assert messages.warnings_of("b/document.qmd") == ("Citeproc: citation nobody not found",)
    assert messages.last_document == "b/document.qmd"


def test_only_document_has_all_warnings(hear):
    messages = hear("(W) no warning\nWARNING: Unknown var a specified in a var shortcode.\n")
    assert messages.warnings_of("document.qmd") == ("Unknown var a specified in a var shortcode.",)


@pytest.mark.parametrize(
    ("console", "told"),
    [
        (OUT_OF_MEMORY, "Fatal process out of memory: Oilpan: CagedHeap reservation."),
        (FILTER_STACK, "An error occurred:\nthe layout wants a number"),
        (CELL, "An error occurred while executing the following cell:\nKeyError: 'Bremen'"),
        (LUA_ERROR, LUA_ERROR[: LUA_ERROR.index("\nstack")]),
        (SCRIPT_ERROR, "TypeError: Cannot read properties of undefined (reading 'a')"),
        ("Compiling\nerror: unknown variable: x\n\nhelp", "error: unknown variable: x"),
        ("one\nYAMLError: a mapping (3:1)\n    at f (a.js:1)\n", "YAMLError: a mapping (3:1)"),
        ("one\ntwo\n", "one\ntwo"),
    ],
    ids=["Deno", "fatal", "cell", "filter", "script", "Typst", "YAML", "unmarked"],
)
def test_error_is_told_without_its_stack(hear, console, told):
    assert hear(console).tell_errors() == told


def test_errors_of_an_earlier_document_are_not_told(hear):
    messages = hear("[1/2] a.qmd\nError: of the first\n[2/2] b.qmd\nError: of the second\n")
    assert messages.tell_errors() == "Error: of the second"
