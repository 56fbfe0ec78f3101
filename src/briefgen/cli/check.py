"""Commands that look at a study: is its data in order, who answered, which documents are there."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from briefgen.cli.frame import (
    StudyCommand,
    edition_option,
    json_option,
    output_option,
    print_json,
    read_settings,
    study_option,
    wants_traceback,
)
from briefgen.config.settings import Settings
from briefgen.errors import Problem, SettingsError

if TYPE_CHECKING:
    from briefgen.evidence.fieldwork import Fieldwork

COLOURS: Final[Mapping[str, str]] = {"error": "red", "warning": "yellow", "hint": "cyan"}


@click.command(cls=StudyCommand)
@study_option
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--quick", is_flag=True, help="Do not release evidence and compose documents.")
@json_option
def check(folder: Path | None, strict: bool, quick: bool, as_json: bool) -> None:
    """Validate data, texts and templates, and print all problems.

    First it says how each table was read: encoding, delimiter or sheet, rows, what was left out.

    Where nothing is wrong with them, every document is composed from the released evidence, so
    that what is called clean builds.

    \b
    briefgen check
    briefgen check --strict
    briefgen check --json | jq '.[].file'
    """  # noqa: D301
    from briefgen.pipeline.check import find_problems  # noqa: PLC0415

    reading: list[str] = []
    try:
        settings = read_settings(folder)
        problems = find_problems(settings, documents=not quick, report=reading.append)
    except SettingsError as error:  # what is wrong with the configuration is a finding too
        if not error.problems:
            raise
        problems = list(error.problems)
    if as_json:
        print_json([_as_dict(problem) for problem in problems])
    else:
        for line in reading:
            click.echo(line)
        _print_problems(problems)
    stopping = ("error", "warning") if strict else ("error",)
    failing = [item for item in problems if item.severity in stopping]
    sys.exit(1 if failing else 0)


def _as_dict(problem: Problem) -> dict[str, object]:
    return {name: value for name, value in vars(problem).items() if name != "traceback"}


def _print_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        colour = COLOURS[problem.severity]
        click.echo(f"{click.style(problem.severity, fg=colour)}: {problem}")
        if problem.traceback and wants_traceback():
            click.echo(problem.traceback, err=True)
    counts: Counter[str] = Counter(problem.severity for problem in problems)
    told = ("error", "warning", *(["hint"] if counts["hint"] else []))
    click.echo(", ".join(f"{counts[one]} {one}{'' if counts[one] == 1 else 's'}" for one in told))


@click.command(cls=StudyCommand)
@study_option
@json_option
def response(folder: Path | None, as_json: bool) -> None:
    """Say who was asked, who answered, and what was left out; for the project itself.

    Outcomes and response rates by AAPOR's definitions for nation, regions and types, respondents
    beside the frame, and for each question why answers are missing. Not for publication.

    \b
    briefgen response
    briefgen response --json | jq '.items'
    """  # noqa: D301
    from briefgen.pipeline.work.limits import run_limited  # noqa: PLC0415 - heavy

    settings = read_settings(folder)
    found = run_limited("the count", settings.info.run_limits, _describe, settings)
    if as_json:
        print_json(found.as_dict())
    else:
        click.echo("\n".join(found.lines()))


def _describe(settings: Settings) -> Fieldwork:
    from briefgen.evidence.fieldwork import describe_fieldwork  # noqa: PLC0415 - heavy
    from briefgen.evidence.load import load_study  # noqa: PLC0415

    return describe_fieldwork(load_study(settings))


@click.command(cls=StudyCommand)
@study_option
@click.option("--language", "languages", multiple=True, help="Default: the leading language.")
@click.option(
    "--page", type=click.Path(dir_okay=False, path_type=Path), help="Write it as an HTML page too."
)
@json_option
def review(
    folder: Path | None, languages: tuple[str, ...], page: Path | None, as_json: bool
) -> None:
    """Show what each brief tells and advises, most doubtful first; for the authors themselves.

    Title, messages, advice, what the answers bear, how much text is shared with the brief that is
    most like it, what is hidden and why. Nothing is printed or published.

    \b
    briefgen review
    briefgen review --language en --page review.html
    briefgen review --json | jq '.[0].doubts'
    """  # noqa: D301
    from briefgen.pipeline.review import review_briefs, write_page  # noqa: PLC0415 - heavy

    settings = read_settings(folder)
    found = review_briefs(settings, languages)
    if page is not None:
        page.write_text(write_page(found, settings), encoding="utf-8")
    if as_json:
        print_json([item.as_dict() for item in found])
        return
    for item in found:
        click.echo("\n".join(item.lines()))
    doubtful = sum(bool(item.doubts) for item in found)
    click.echo(f"{len(found)} briefs, {doubtful} with doubts")


@click.command("list", cls=StudyCommand)
@study_option
@output_option
@edition_option
@json_option
def list_documents(
    folder: Path | None, output: Path | None, edition: str | None, as_json: bool
) -> None:
    """List all documents of the study and their state.

    `current`: made from the inputs as they are. `inputs changed`: some input changed since, and
    `briefgen refresh --dry-run` tells whether the document differs. `not made`, `damaged`.

    \b
    briefgen list
    briefgen list --json
    """  # noqa: D301
    from briefgen.pipeline.states import list_states  # noqa: PLC0415

    states = list_states(read_settings(folder, edition), output)
    if as_json:
        print_json([state.as_dict() for state in states])
        return
    for state in states:
        click.echo(f"{state.key.name:<40} {state.state:<15} {state.path}")
