"""Commands for editions: freeze one and begin the next, list them, verify one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from briefgen.cli.frame import (
    StudyCommand,
    StudyGroup,
    json_option,
    output_option,
    print_json,
    read_settings,
    study_option,
)


@click.group(cls=StudyGroup)
def edition() -> None:
    """Freeze editions and begin new ones."""


@edition.command("create")
@click.argument("name")
@click.option("--from", "origin", help="Edition to freeze; default: the current one.")
@study_option
def create_edition(name: str, origin: str | None, folder: Path | None) -> None:
    """Freeze the current edition; later builds go to the edition NAME.

    \b
    briefgen edition create 2026-2
    briefgen edition create 2027-1 --from 2026-2
    """  # noqa: D301
    from briefgen.pipeline.editions import create_edition as create  # noqa: PLC0415

    frozen = create(read_settings(folder), name, origin=origin)
    click.echo(f"edition {frozen.edition} is frozen with {len(frozen.documents)} documents")
    click.echo(f"data/study.yml says `edition: {name}` now: `briefgen build` makes it")


@edition.command("list")
@study_option
@output_option
def list_editions(folder: Path | None, output: Path | None) -> None:
    """List the editions that were published.

    \b
    briefgen edition list
    """  # noqa: D301
    from briefgen.pipeline.run import output_folder  # noqa: PLC0415
    from briefgen.pipeline.work import publish  # noqa: PLC0415

    root = output_folder(read_settings(folder), output)
    for name in publish.list_editions(root):
        manifest = publish.require_manifest(root, name)
        state = "frozen" if manifest.frozen else "open"
        click.echo(f"{name}  {state}  {len(manifest.documents)} documents")


@click.command(cls=StudyCommand)
@click.argument("edition", required=False)
@click.option("--rebuild", is_flag=True, help="Build again from the kept inputs; compare bytes.")
@study_option
@output_option
@json_option
def verify(
    edition: str | None, rebuild: bool, folder: Path | None, output: Path | None, as_json: bool
) -> None:
    """Compare every file of an edition with its manifest.

    \b
    briefgen verify
    briefgen verify 2026-1 --rebuild
    """  # noqa: D301
    from briefgen.pipeline.editions import verify_edition  # noqa: PLC0415

    settings = read_settings(folder)
    found = verify_edition(settings, edition or settings.edition, output=output, rebuild=rebuild)
    if as_json:
        print_json(
            {
                "edition": found.edition, "ok": found.ok, "files": found.files,
                "damage": [vars(item) for item in found.damage],
                "strangers": found.unlisted, "rebuilt": found.rebuilt,
                "different": found.different, "programs": found.programs,
            }
        )  # fmt: skip
    else:
        _print_verification(found)
    sys.exit(0 if found.ok else 1)


def _print_verification(found: Any) -> None:
    for item in found.damage:
        click.echo(f"damaged: {item}")
    for path in found.unlisted:
        click.echo(f"not in the manifest: {path}")
    for path in found.different:
        click.echo(f"differs from a fresh build: {path}")
    if found.different:
        for program in found.programs:
            click.echo(f"made with another version: {program}")
    rebuilt = f", {found.rebuilt} documents built again" if found.rebuilt is not None else ""
    word = "whole" if found.ok else "NOT whole"
    click.echo(f"edition {found.edition}: {found.files} files{rebuilt}: {word}")
