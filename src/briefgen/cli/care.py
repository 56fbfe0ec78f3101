"""Commands for the care of a study: contact sheet, tidying up, what the machine lacks."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from briefgen.cli.frame import StudyCommand, output_option, read_settings, study_option


@click.command(cls=StudyCommand)
@study_option
@output_option
@click.option("--target", type=click.Path(dir_okay=False, path_type=Path), help="The PNG to write.")
@click.option("--language", help="Only documents in this language.")
def sheet(
    folder: Path | None, output: Path | None, target: Path | None, language: str | None
) -> None:
    """Lay all first pages side by side in one picture, the most unusual first.

    \b
    briefgen sheet --language de
    """  # noqa: D301
    from briefgen.output.sheet import make_sheet  # noqa: PLC0415
    from briefgen.pipeline.run import output_folder  # noqa: PLC0415
    from briefgen.pipeline.work.publish import require_manifest  # noqa: PLC0415

    settings = read_settings(folder)
    root = output_folder(settings, output)
    manifest = require_manifest(root, settings.edition)
    pdfs = [
        root / settings.edition / item.files["pdf"].path
        for item in manifest.documents.values()
        if language in (None, item.language)
    ]
    path = target or settings.folder / "contact-sheet.png"
    make_sheet(pdfs, path)
    click.echo(f"{len(pdfs)} documents on {path}")


@click.command(cls=StudyCommand)
@study_option
@click.option("--publications", is_flag=True, help="Remove the current edition's files as well.")
def clean(folder: Path | None, publications: bool) -> None:
    """Remove what can be made again: composed documents and caches.

    Editions and what disclosure control remembers of them are kept.

    \b
    briefgen clean
    briefgen clean --publications
    """  # noqa: D301
    from briefgen.pipeline.states import clean_study  # noqa: PLC0415

    for path in clean_study(read_settings(folder), publications=publications):
        click.echo(f"removed {path}")


@click.command(cls=StudyCommand)
@study_option
@click.option("--compare-engines", is_flag=True, help="Render all documents by both; compare.")
def doctor(folder: Path | None, compare_engines: bool) -> None:
    """Say what this machine has, what it lacks, and the command that installs it.

    "lack" is needed; "none" can be done without. With --compare-engines, Quarto and the embedded
    Pandoc render all documents, and what differs is told.

    \b
    briefgen doctor
    briefgen doctor --compare-engines
    """  # noqa: D301
    from briefgen.pipeline.doctor import compare_documents, examine_machine  # noqa: PLC0415

    findings = examine_machine()
    for finding in findings:
        lack = click.style("lack", fg="red") if finding.needed else "none"
        mark = click.style("ok  ", fg="green") if finding.ok else lack
        click.echo(f"{mark} {finding.what}: {finding.found}")
        if not finding.ok:
            click.echo(f"       → {finding.remedy}")
    differences: Sequence[str] = ()
    if compare_engines:
        differences = compare_documents(read_settings(folder))
        for line in differences:
            click.echo(line)
        click.echo(f"{len(differences)} differences between the engines")
    needed = any(not finding.ok and finding.needed for finding in findings)
    sys.exit(1 if differences or needed else 0)
