"""The command that builds again whenever a file changes."""

from __future__ import annotations

import dataclasses
import json
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from briefgen.cli.choice import kinds_argument, make_options, select_documents, selection_options
from briefgen.cli.frame import StudyCommand, note, read_settings, study_option, wants_traceback
from briefgen.config.extras import load_extra
from briefgen.errors import BriefgenError

if TYPE_CHECKING:
    from briefgen.pipeline.run import BuildResult
    from briefgen.pipeline.watch import Change


@click.command(cls=StudyCommand)
@study_option
@selection_options
@kinds_argument
def watch(kinds: tuple[str, ...], folder: Path | None, **given: Any) -> None:
    """Rebuild what is affected whenever a data, template or style file changes.

    Each build is told in one line: what changed, what was made, how long it took. Ctrl-C ends it.

    \b
    briefgen watch briefs --region Bayern --audience KMU --language de
    """  # noqa: D301
    load_extra("desk", "briefgen watch")
    from briefgen.pipeline.watch import watch_study  # noqa: PLC0415 - heavy, and of an extra

    settings = read_settings(folder)
    made = make_options({**given, "jobs": given["jobs"] or 1}, "briefgen watch")
    options = dataclasses.replace(made, in_process=True)  # from save to PDF in a second or two
    changes = watch_study(
        settings.folder,
        lambda current: select_documents(current, kinds, given),
        options,
        edition=given["edition"],
    )
    try:
        for change in changes:
            _print_change(change, as_json=given["as_json"])
    except KeyboardInterrupt:
        note("watch ended")


def _print_change(change: Change, *, as_json: bool) -> None:
    result = change.result
    if wants_traceback():
        _print_tracebacks(result)
    if as_json:
        what = {"error": str(result)} if isinstance(result, BriefgenError) else result.as_dict()
        click.echo(json.dumps({"changed": list(change.names), **what}, ensure_ascii=False))
        return
    changed = ", ".join(change.names) or "first build"
    if isinstance(result, BriefgenError):
        click.echo(f"{changed}: {click.style('failed', fg='red')} {result}", err=True)
    else:
        click.echo(f"{changed}: {_count_made(result)} in {result.seconds:.1f} s")


def _print_tracebacks(result: BuildResult | BriefgenError) -> None:
    errors = (
        [result]
        if isinstance(result, BriefgenError)
        else [outcome.error for outcome in result.outcomes if outcome.error]
    )
    for error in errors:
        note(error.traceback or "".join(traceback.format_exception(error)))


def _count_made(result: BuildResult) -> str:
    made = [outcome.key.name for outcome in result.outcomes if outcome.state == "made"]
    failed = [f"{item.key.name}: {item.error}" for item in result.outcomes if item.error]
    what = f"made {', '.join(made[:3])}" if made else "nothing to do"
    more = f" and {len(made) - 3} more" if len(made) > 3 else ""
    return what + more + "".join(f"; failed {item}" for item in failed)
