"""The shell completes commands and options, as docs/cli.md says."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from briefgen.cli import main


def complete(words: str) -> list[str]:
    """Return what a shell is told for the last of some words."""
    environment = {
        "_BRIEFGEN_COMPLETE": "zsh_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    result = CliRunner().invoke(main, [], env=environment, prog_name="briefgen")
    assert result.exit_code == 0, result.output
    return result.output.split("\n")[1::3]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("briefgen che", ["check"]),
        ("briefgen codebook to-d", ["to-ddi"]),
        ("briefgen build --eng", ["--engine"]),
        ("briefgen build --engine q", ["quarto"]),
    ],
)
def test_commands_options_and_choices_are_completed(words, told):
    assert complete(words) == told


@pytest.mark.parametrize("shell", ["zsh", "fish"])  # bash asks the machine's bash for its version
def test_the_line_of_the_docs_gives_a_shell_its_script(shell):
    environment = {"_BRIEFGEN_COMPLETE": f"{shell}_source"}
    result = CliRunner().invoke(main, [], env=environment, prog_name="briefgen")
    assert "_BRIEFGEN_COMPLETE" in result.output
    assert f"{shell}_complete" in result.output
