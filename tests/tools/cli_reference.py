"""Write ``docs/cli.md`` from the commands themselves: ``python tests/tools/cli_reference.py``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

from briefgen.cli import main

TARGET = Path(__file__).parents[2] / "docs" / "cli.md"
HEAD = """# Command line

Written from the commands themselves by `tests/tools/cli_reference.py`; a test compares the two.

Every command works on the study in the folder one stands in, or in the one that `--study` names.
The exit code is 0 only if all that was asked for was made or found, 1 if something could not be,
2 if the command was used wrongly.

## In the shell

Commands, options and their values are completed by the tabulator key after one line in the shell's
own file:

| shell | file | line |
|---|---|---|
| bash 4.4 or newer | `~/.bashrc` | `eval "$(_BRIEFGEN_COMPLETE=bash_source briefgen)"` |
| zsh | `~/.zshrc` | `eval "$(_BRIEFGEN_COMPLETE=zsh_source briefgen)"` |
| fish | `~/.config/fish/config.fish` | `_BRIEFGEN_COMPLETE=fish_source briefgen \\| source` |
"""
WIDTH = 96


def describe_commands() -> str:
    """Return the reference as Markdown."""
    os.environ["COLUMNS"] = str(WIDTH)
    settings = {**main.context_settings, "max_content_width": WIDTH}
    parts = [HEAD]
    for path, command in _walk("briefgen", main):
        with click.Context(command, info_name=path, **settings) as context:
            parts.append(f"## `{path}`\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def _walk(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, sub in sorted(command.commands.items()):
            yield from _walk(f"{path} {name}", sub)


if __name__ == "__main__":
    TARGET.write_text(describe_commands(), encoding="utf-8")
