"""The frame of every command: options that many share, and errors as messages.

Errors of the library become a message with a hint and an exit code: 0 all that was asked for is
there, 1 something could not be made or found, 2 the command was used wrongly. ``--verbose``,
``--log`` and ``--traceback`` stand before or after the name of any command.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import re
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from briefgen.config.settings import Settings, load_settings
from briefgen.errors import BriefgenError, DataError, suggest

F = TypeVar("F", bound=Callable[..., Any])
STUDY = "briefgen.study"
"""Under which name a command remembers the study it works on, for the place of its logs."""


# --- options --------------------------------------------------------------------------------

study_option = click.option(
    "--study",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="The study's folder; default: the one you stand in.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
edition_option = click.option("--edition", help="Another edition than the one in study.yml.")
engine_option = click.option(
    "--engine",
    type=click.Choice(["pandoc", "quarto"]),
    help="Default: that of study.yml, else the one that made what stands there, else quarto "
    "where it is found, else the embedded pandoc.",
)
output_option = click.option(
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where publications go; default: publications/ in the study.",
)


def _keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value:  # what stands before the command's name is not undone by its absence after it
        ctx.meta[f"briefgen.{parameter.name}"] = value


def _sight_options() -> list[click.Parameter]:
    """Return the options that every command has."""
    return [
        click.Option(
            ["--verbose"], is_flag=True, expose_value=False, callback=_keep,
            help="Say what each stage does, on standard error.",
        ),
        click.Option(
            ["--log"], type=click.Path(dir_okay=False, path_type=Path), expose_value=False,
            callback=_keep, help="Append what each stage does to this file, with times.",
        ),
        click.Option(
            ["--traceback"], is_flag=True, expose_value=False, callback=_keep,
            help="Show where in the program an error arose, in workers too.",
        ),
    ]  # fmt: skip


def is_verbose() -> bool:
    """Tell whether the stages say on standard error what they do."""
    return bool(click.get_current_context().meta.get("briefgen.verbose"))


def wants_traceback() -> bool:
    """Tell whether errors are shown with their traceback."""
    return bool(click.get_current_context().meta.get("briefgen.traceback"))


# --- commands -------------------------------------------------------------------------------


class StudyCommand(click.Command):
    """A command that says what it does where that is asked for."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.params += _sight_options()

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Refuse an option that is given twice and holds one value: click would take the last."""
        if not ctx.resilient_parsing:
            _, _, given = self.make_parser(ctx).parse_args(list(args))
            for option in given:
                times = given.count(option)
                if not isinstance(option, click.Option) or times == 1:
                    continue
                if not (option.multiple or option.count or option.is_flag):
                    rule = f"{option.opts[0]} is given {times} times, and takes one value"
                    raise click.UsageError(rule, ctx)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its log lines go where the options say."""
        from briefgen.pipeline.work.sight import LogSettings, logging_to  # noqa: PLC0415 - not for help

        verbose, file = ctx.meta.get("briefgen.verbose", False), ctx.meta.get("briefgen.log")
        with logging_to(LogSettings(verbose, file)):
            try:
                return super().invoke(ctx)
            except Exception as error:
                _log_error(ctx, error)
                raise


class StudyGroup(click.Group):
    """A group that suggests the nearest command and turns our errors into messages."""

    command_class = StudyCommand
    group_class = type  # of groups inside: the same

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.params += _sight_options()

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name the nearest."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = suggest(args[0], self.list_commands(ctx))
            raise click.UsageError(f"{error.message}\n  → {near}", ctx) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error ends with exit code 1, and a traceback where asked for."""
        try:
            return super().invoke(ctx)
        except BriefgenError as error:
            _show_traceback(ctx, error)
            _fail_as_told(error)
        except KeyboardInterrupt:
            _fail("stopped; what was published before is untouched, finished work is kept")
        except Exception as error:
            if _is_clicks_own(error):
                raise
            _show_traceback(ctx, error)
            if isinstance(error, OSError):
                _fail(_describe_fault(error))
            _fail(_describe_mistake(ctx, error))

    def main(self, *arguments: Any, **named: Any) -> Any:
        """Run the program; what the system refuses before or after a command is told, too."""
        try:
            return super().main(*arguments, **named)
        except OSError as error:
            if named.get("standalone_mode") is False:
                raise
            _fail(_describe_fault(error))


def _is_clicks_own(error: Exception) -> bool:
    """Tell whether click itself makes of an error what has to be made of it."""
    broken_pipe = isinstance(error, OSError) and error.errno == errno.EPIPE
    usage = (click.ClickException, click.Abort, click.exceptions.Exit)
    return broken_pipe or isinstance(error, usage)


# --- errors ---------------------------------------------------------------------------------


def _fail(message: str) -> NoReturn:
    click.echo(click.style("error: ", fg="red", bold=True) + message, err=True)
    sys.exit(1)


def _fail_as_told(error: BriefgenError) -> NoReturn:
    if isinstance(error, DataError):
        for problem in error.problems:
            click.echo(str(problem), err=True)
        _fail(str(error.message))
    _fail(str(error))


def _show_traceback(ctx: click.Context, error: Exception) -> None:
    if ctx.meta.get("briefgen.traceback"):
        kept = error.traceback if isinstance(error, BriefgenError) else ""
        click.echo(kept + "".join(traceback.format_exception(error)), err=True)


def _log_error(ctx: click.Context, error: Exception) -> None:
    """Put an error into the log, where one is kept; its message only where that is ours."""
    from briefgen.pipeline.work.failures import format_without_messages  # noqa: PLC0415
    from briefgen.pipeline.work.sight import LOGGER  # noqa: PLC0415

    if not _is_clicks_own(error):
        what = str(error) if isinstance(error, BriefgenError) else type(error).__name__
        LOGGER.debug("%s: %s\n%s", ctx.command_path, what, format_without_messages(error))


def _describe_mistake(ctx: click.Context, error: Exception) -> str:
    """Say that the program broke, and where its story is; an answer might be in the message."""
    file, line = _find_place(error)
    story = _keep_story(ctx, error)
    told = f"\n  → the full story: {story}" if story else ""
    return (
        f"{type(error).__name__} in {Path(file).name}, line {line}: this is a "
        f"mistake of briefgen{told}\n  → `--traceback` shows it here, with its message"
    )


def _find_place(error: Exception) -> tuple[str, int]:
    """Return where an error arose, in this process or the one that it came from: file and line."""
    there = re.findall(r'^  File "(.+)", line (\d+)', str(error.__cause__ or ""), re.MULTILINE)
    if there:
        return there[-1][0], int(there[-1][1])
    here = traceback.extract_tb(error.__traceback__)[-1]
    return here.filename, here.lineno or 0


def _describe_fault(error: OSError) -> str:
    """Say what the system refused: a full disk, a folder that is none, a file that is closed."""
    _drop_output(error)
    what = error.filename if isinstance(error.filename, str) else "standard output"
    return (
        f"{what}: {error.strerror or error}\n  → this is what the system says; see that the disk"
        " has room, and that what is named here is there, is of the right kind, and is yours"
    )


def _drop_output(error: OSError) -> None:
    """Let Python, when it ends, not try once more to write what could not be written."""
    if error.filename is None:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _keep_story(ctx: click.Context, error: Exception) -> Path | None:
    folder = ctx.meta.get(STUDY)
    if folder is None:
        return None
    from briefgen.pipeline.state import FOLDER, Store  # noqa: PLC0415
    from briefgen.pipeline.work.failures import format_without_messages  # noqa: PLC0415

    return Store(folder / FOLDER).write_log("command", format_without_messages(error) + "\n")


# --- what commands do alike -----------------------------------------------------------------


def read_settings(folder: Path | None, edition: str | None = None) -> Settings:
    """Read the configuration of the study that is meant, for one of its editions."""
    from briefgen.pipeline.run import with_edition  # noqa: PLC0415 - heavy imports only when needed

    context = click.get_current_context()
    chosen = folder or context.find_root().obj or Path()
    settings = load_settings(chosen)
    context.meta[STUDY] = settings.folder
    return with_edition(settings, edition)


def print_json(content: Any) -> None:
    """Print content for a program."""
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False))


def note(sentence: str) -> None:
    """Tell the user something beside the result; where it cannot be written, the work goes on."""
    with contextlib.suppress(OSError):
        click.echo(sentence, err=True)
