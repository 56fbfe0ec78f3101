"""Commands that make documents: all that is not current, what new data changed, one brief."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from briefgen.cli.choice import (
    kinds_argument,
    make_options,
    profile_option,
    select_documents,
    selection_options,
)
from briefgen.cli.frame import (
    StudyCommand,
    edition_option,
    engine_option,
    note,
    print_json,
    read_settings,
    study_option,
    wants_traceback,
)
from briefgen.cli.progress import show_progress
from briefgen.errors import BriefgenError

if TYPE_CHECKING:
    from briefgen.pipeline.run import BuildResult, State


@click.command(cls=StudyCommand)
@kinds_argument
@study_option
@selection_options
@click.option("--dry-run", is_flag=True, help="Say what would be made and why; make nothing.")
@profile_option
def build(kinds: tuple[str, ...], folder: Path | None, **given: Any) -> None:
    """Make the documents that are not current: all, or those chosen.

    \b
    briefgen build
    briefgen build briefs --region Bayern --language de
    briefgen build report --to docx --engine quarto
    """  # noqa: D301
    _build(folder, kinds, given, "briefgen build")


@click.command(cls=StudyCommand)
@study_option
@selection_options
@click.option("--dry-run", is_flag=True, help="Say what would be made and why; make nothing.")
@profile_option
def refresh(folder: Path | None, **given: Any) -> None:
    """Take in new or changed data, make only what differs, and say why.

    \b
    briefgen refresh --dry-run
    briefgen refresh
    """  # noqa: D301
    _build(folder, (), given, "briefgen refresh")


@click.command(cls=StudyCommand)
@click.argument("region")
@click.argument("audience")
@study_option
@click.option("--language", "languages", multiple=True, help="Default: all of the study.")
@edition_option
@engine_option
@profile_option
def brief(region: str, audience: str, folder: Path | None, **given: Any) -> None:
    """Make one brief on demand and print where it is.

    \b
    briefgen brief DE1 smes
    briefgen brief "Baden-Württemberg" KMU --language de
    """  # noqa: D301
    arguments = {**given, "regions": (region,), "audiences": (audience,)}
    _build(folder, ("brief",), arguments, "briefgen brief", show_files=True)


def _build(
    folder: Path | None,
    kinds: Sequence[str],
    given: dict[str, Any],
    command: str,
    *,
    show_files: bool = False,
) -> NoReturn:
    from briefgen.pipeline.build import build as make_documents  # noqa: PLC0415 - heavy
    from briefgen.pipeline.profile import write_profile  # noqa: PLC0415

    settings = read_settings(folder, given["edition"])
    selection = select_documents(settings, kinds, given)
    if not selection.keys(settings):
        raise BriefgenError(
            "no document fits the selection",
            hint="`briefgen list` shows all; national briefs belong to the nation's code",
        )
    options = make_options(given, command)
    with show_progress() as show:
        result = make_documents(settings, selection, options, progress=show, tell=note)
    if given["profile"] is not None:
        write_profile(result, given["profile"])
    if given.get("as_json"):
        print_json(result.as_dict())
    else:
        _print_result(result, show_files=show_files)
    if wants_traceback():
        _print_tracebacks(result)
    sys.exit(0 if result.ok else 1)


def _print_tracebacks(result: BuildResult) -> None:
    for outcome in result.outcomes:
        if outcome.error is not None and outcome.error.traceback:
            note(f"{outcome.key.name}:\n{outcome.error.traceback}")


def _print_result(result: BuildResult, *, show_files: bool) -> None:
    from briefgen.pipeline.work.fingerprint import summarise_reasons  # noqa: PLC0415

    for edition in result.recovered:
        click.echo(f"finished the interrupted publication of edition {edition}")
    for line in result.came:
        click.echo(line)
    for outcome in result.outcomes:
        if outcome.state == "failed":
            error = str(outcome.error).removeprefix(f"{outcome.key.name}: ")
            click.echo(f"{click.style('failed', fg='red')}  {outcome.key.name}: {error}")
        elif outcome.state != "current":
            why = summarise_reasons(outcome.reasons)
            click.echo(f"{outcome.state:<7} {outcome.key.name}: {why}")
        if show_files and outcome.record is not None:
            click.echo(str(result.folder / outcome.record.files["pdf"].path))
    states: tuple[State, ...] = ("made", "stale", "current", "failed")
    counts = ", ".join(f"{result.count(state)} {state}" for state in states if result.count(state))
    click.echo(f"{counts} in {result.seconds:.1f} s · {result.folder}")
