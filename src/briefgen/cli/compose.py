"""The command that writes composed documents for Quarto."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from briefgen.cli.choice import kinds_argument, select_documents
from briefgen.cli.frame import StudyCommand, edition_option, read_settings, study_option
from briefgen.cli.progress import show_progress


@click.command(cls=StudyCommand)
@kinds_argument
@study_option
@click.option("--region", "regions", multiple=True, help="Code or name; repeatable.")
@click.option("--audience", "audiences", multiple=True, help="Code or name; repeatable.")
@click.option("--language", "languages", multiple=True, help="Such as de; repeatable.")
@edition_option
@click.option(
    "--output", type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the composed documents; default: composed/ in the study.",
)  # fmt: skip
def compose(kinds: tuple[str, ...], folder: Path | None, output: Path | None, **given: Any) -> None:
    """Write composed documents for Quarto: `quarto render` and `quarto preview` take them.

    \b
    briefgen compose report
    briefgen compose briefs --region Bayern
    """  # noqa: D301
    from briefgen.pipeline.export import compose_documents  # noqa: PLC0415

    settings = read_settings(folder, given["edition"])
    selection = select_documents(settings, kinds, given)
    target = output or settings.folder / "composed"
    with show_progress() as show:
        paths = compose_documents(settings, selection, target, show)
    for path in paths:
        click.echo(str(path))
