"""Commands that follow evidence: where a number comes from, whether anybody can be found out."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from briefgen.cli.choice import make_options
from briefgen.cli.frame import (
    StudyCommand,
    edition_option,
    json_option,
    note,
    output_option,
    print_json,
    read_settings,
    study_option,
)
from briefgen.cli.progress import show_progress
from briefgen.config.settings import Settings

if TYPE_CHECKING:
    from briefgen.pipeline.run import BuildResult


@click.command(cls=StudyCommand)
@click.argument("key", required=False)
@click.option("--in", "document", help="A published document, as `briefgen list` names it.")
@click.option("--stale", is_flag=True, help="Say for each document why it would be made again.")
@click.option("--language", help="Language of texts; default: the study's first.")
@edition_option
@study_option
@output_option
@json_option
def explain(
    key: str | None, document: str | None, stale: bool, folder: Path | None, **given: Any
) -> None:
    """Follow a number, statement or recommendation down to question, base, n, method and file.

    KEY is a key of evidence, or the code of a recommendation, statement or factor. With --in, it
    may be a number as the document prints it; without KEY, all that it prints is explained.

    \b
    briefgen explain survey:q07_steering.often@DE1
    briefgen explain r03@DE1 --json
    briefgen explain "41 %" --in brief-DE1-smes-en
    briefgen explain --stale
    """  # noqa: D301
    from briefgen.content.language import Locale  # noqa: PLC0415 - heavy
    from briefgen.pipeline import tracing  # noqa: PLC0415

    settings = read_settings(folder, given["edition"])
    if stale:
        _explain_stale(settings, given)
        return
    if document is not None:
        found = tracing.trace_document(settings, document, key, output=given["output"])
    elif key is not None:
        found = tracing.explain(settings, key)
    else:
        raise click.UsageError("name a KEY, or ask with --stale why documents would be made again")
    if given["as_json"]:
        print_json(found.as_dict())
    else:
        locale = Locale(settings, given["language"] or settings.languages[0])
        click.echo("\n".join(found.lines(locale)))


def _explain_stale(settings: Settings, given: Mapping[str, Any]) -> None:
    from briefgen.pipeline.build import build  # noqa: PLC0415 - heavy

    options = make_options({"output": given["output"], "dry_run": True}, "briefgen explain --stale")
    with show_progress() as show:
        result = build(settings, options=options, progress=show, tell=note)
    if given["as_json"]:
        print_json(result.as_dict())
    else:
        _print_all_reasons(result)


def _print_all_reasons(result: BuildResult) -> None:
    for outcome in result.outcomes:
        if outcome.error is not None:
            click.echo(f"{outcome.key.name}: {outcome.error}")
        for reason in outcome.reasons:
            click.echo(f"{outcome.key.name}: {reason}")
    click.echo(f"{result.count('stale')} stale, {result.count('current')} current")


@click.command(cls=StudyCommand)
@study_option
@output_option
@json_option
def audit(folder: Path | None, output: Path | None, as_json: bool) -> None:
    """Prove from the published files that nobody can be found out from all of them together.

    \b
    briefgen audit
    briefgen audit --json
    """  # noqa: D301
    from briefgen import disclosure  # noqa: PLC0415
    from briefgen.pipeline.recall import read_history  # noqa: PLC0415
    from briefgen.pipeline.run import output_folder  # noqa: PLC0415
    from briefgen.pipeline.work.limits import run_limited  # noqa: PLC0415

    settings = read_settings(folder)
    publications = output_folder(settings, output)
    history = read_history(settings, publications)
    limits = settings.info.run_limits
    report = run_limited(
        "the audit", limits, disclosure.audit_folder, publications, settings, history
    )
    if as_json:
        print_json(report.as_dict())
    else:
        click.echo("\n".join(report.lines()))
    sys.exit(0 if report.ok else 1)


@click.command(cls=StudyCommand)
@study_option
@json_option
def loss(folder: Path | None, as_json: bool) -> None:
    """Say what disclosure control costs: values, bands, and what is hidden for which reason.

    By kind of domain, of all values that documents may print. Values with a band would be hidden
    without `bands:` in study.yml.

    \b
    briefgen loss
    briefgen loss --json | jq .by_kind
    """  # noqa: D301
    from briefgen import disclosure  # noqa: PLC0415
    from briefgen.pipeline.inputs import release_evidence, take_inputs  # noqa: PLC0415 - heavy

    settings = read_settings(folder)
    released = release_evidence(take_inputs(settings, "pandoc"))
    kinds = {code: domain.kind for code, domain in settings.domains.items()}
    found = disclosure.measure_loss(released, kinds)
    if as_json:
        print_json(found.as_dict())
    else:
        click.echo("\n".join(found.lines()))
