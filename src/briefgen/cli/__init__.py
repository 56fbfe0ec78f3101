"""The command line: parse, call one function, print. No logic of its own.

One file for each group of commands; ``frame`` holds what all of them share. What a command needs
is imported when it runs, so that ``--help`` is quick.
"""

from __future__ import annotations

from pathlib import Path

import click

import briefgen
from briefgen.cli import build, care, check, compose, editions, evidence, init, watch
from briefgen.cli.frame import StudyGroup, study_option


def _print_versions(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from briefgen.output.render import engine_versions  # noqa: PLC0415 - looks for programs

    click.echo(f"briefgen {briefgen.__version__}")
    for name, version in engine_versions().items():
        click.echo(f"{name} {version or 'not found'}")
    ctx.exit()


@click.group(
    cls=StudyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_versions,
    help="Print the versions of briefgen and of the engines found.",
)  # fmt: skip
@study_option
@click.pass_context
def main(ctx: click.Context, folder: Path | None) -> None:
    """Turn a study's evidence into publications: report, short version, policy briefs.

    \b
    briefgen check                       is all data in order?
    briefgen build                       make everything that is not current
    briefgen brief Bayern KMU            one brief, now
    briefgen refresh                     new data came: make what changed, and say why
    briefgen explain KEY                 where does a number come from?
    """  # noqa: D301 - \b is click's mark for lines that are not wrapped
    ctx.obj = folder


for _command in (
    build.brief, build.build, build.refresh, care.clean, care.doctor, care.sheet, check.check,
    check.list_documents, check.response, check.review, compose.compose, editions.edition,
    editions.verify, evidence.audit, evidence.explain, evidence.loss, init.codebook, init.init,
    init.schema, watch.watch,
):  # fmt: skip
    main.add_command(_command)
