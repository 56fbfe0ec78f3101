"""The command line: parse, call one function, print. No logic of its own.

Errors of the library become a message with a hint and an exit code: 0 all that was asked for is
there, 1 something could not be made or found, 2 the command was used wrongly.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import briefgen
from briefgen.config.document_kinds import document_kinds
from briefgen.config.settings import Settings, load_settings
from briefgen.errors import BriefgenError, DataError, Problem, SettingsError, suggest

F = TypeVar("F", bound=Callable[..., Any])
KINDS = {
    word: name for name, kind in document_kinds().items() for word in (*kind.aliases, str(name))
}
"""Kinds of documents by the words for them on the command line."""
USUAL_OPTIONS: dict[str, Any] = {
    "engine": None, "jobs": None, "output": None, "formats": (), "force": False,
    "strict": False, "no_wait": False, "as_json": False, "dry_run": False,
}  # fmt: skip
STAGES = {"compose": "composing", "print": "printing"}


# --- the frame of every command -------------------------------------------------------------


class StudyGroup(click.Group):
    """A group that suggests the nearest command and turns our errors into messages."""

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
        """Run the command; an error of the library ends with exit code 1 and no traceback."""
        try:
            return super().invoke(ctx)
        except DataError as error:
            for problem in error.problems:
                click.echo(str(problem), err=True)
            _fail(str(error.message))
        except BriefgenError as error:
            _fail(str(error))
        except KeyboardInterrupt:
            _fail("stopped; what was published before is untouched, finished work is kept")


def _fail(message: str) -> NoReturn:
    click.echo(click.style("error: ", fg="red", bold=True) + message, err=True)
    sys.exit(1)


def _print_json(content: Any) -> None:
    click.echo(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=False))


def _note(sentence: str) -> None:
    click.echo(sentence, err=True)


@contextlib.contextmanager
def _progress_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Show progress on a terminal, and nothing elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _stage, _done, _total: None
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(STAGES.get(stage, stage), total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield show


def _print_versions(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or ctx.resilient_parsing:
        return
    from briefgen.output.render import engine_versions  # noqa: PLC0415 - looks for programs

    click.echo(f"briefgen {briefgen.__version__}")
    for name, version in engine_versions().items():
        click.echo(f"{name} {version or 'not found'}")
    ctx.exit()


study_option = click.option(
    "--study",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=None,
    help="The study's folder; default: the one you stand in.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for a program.")
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


def _settings(folder: Path | None, edition: str | None = None) -> Settings:
    from briefgen.pipeline.build import with_edition  # noqa: PLC0415 - heavy imports only when needed

    chosen = folder or click.get_current_context().find_root().obj or Path()
    return with_edition(load_settings(chosen), edition)


# --- check and list -------------------------------------------------------------------------


@main.command()
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
    from briefgen.pipeline.check import describe_reading, find_problems  # noqa: PLC0415

    reading: list[str] = []
    try:
        settings = _settings(folder)
        problems = find_problems(settings, documents=not quick)
        reading = describe_reading(settings)
    except SettingsError as error:  # what is wrong with the configuration is a finding too
        if not error.problems:
            raise
        problems = list(error.problems)
    if as_json:
        _print_json([vars(problem) for problem in problems])
    else:
        for line in reading:
            click.echo(line)
        _print_problems(problems)
    failing = [item for item in problems if strict or item.severity == "error"]
    sys.exit(1 if failing else 0)


def _print_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        colour = "red" if problem.severity == "error" else "yellow"
        click.echo(f"{click.style(problem.severity, fg=colour)}: {problem}")
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{errors} errors, {len(problems) - errors} warnings")


@main.command()
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
    from briefgen.evidence.fieldwork import describe_fieldwork  # noqa: PLC0415 - heavy
    from briefgen.evidence.load import load_study  # noqa: PLC0415

    found = describe_fieldwork(load_study(_settings(folder)))
    if as_json:
        _print_json(found.as_dict())
    else:
        click.echo("\n".join(found.lines()))


@main.command("list")
@study_option
@output_option
@click.option("--edition", help="Another edition than the one in study.yml.")
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
    from briefgen.pipeline.build import list_states  # noqa: PLC0415

    states = list_states(_settings(folder, edition), output)
    if as_json:
        _print_json([state.as_dict() for state in states])
        return
    for state in states:
        click.echo(f"{state.key.name:<40} {state.state:<15} {state.path}")


# --- build ----------------------------------------------------------------------------------


def _selection_options(command: F) -> F:
    """Add what every building command understands."""
    options = (
        click.option("--region", "regions", multiple=True, help="Code or name; repeatable."),
        click.option("--audience", "audiences", multiple=True, help="Code or name; repeatable."),
        click.option("--language", "languages", multiple=True, help="Such as de; repeatable."),
        click.option("--edition", help="Another edition than the one in study.yml."),
        *_engine_options(),
    )
    for option in reversed(options):
        command = option(command)
    return command


def _engine_options() -> tuple[Callable[[F], F], ...]:
    return (
        engine_option,
        click.option("--jobs", type=click.IntRange(1), help="Worker processes; default: cores."),
        output_option,
        click.option(
            "--to", "formats", multiple=True,
            help="Formats beside PDF: html, docx, typst, …; repeatable. Default: html and docx "
            "for the report, html for the short version.",
        ),
        click.option("--force", is_flag=True, help="Make anew what is current, too."),
        click.option("--strict", is_flag=True, help="Warnings in the data stop the build."),
        click.option("--no-wait", is_flag=True, help="Fail if another run works on the study."),
        json_option,
    )  # fmt: skip


@main.command()
@click.argument("kinds", nargs=-1, type=click.Choice(list(KINDS)))
@study_option
@_selection_options
@click.option("--dry-run", is_flag=True, help="Say what would be made and why; make nothing.")
def build(kinds: tuple[str, ...], folder: Path | None, **given: Any) -> None:
    """Make the documents that are not current: all, or those chosen.

    \b
    briefgen build
    briefgen build briefs --region Bayern --language de
    briefgen build report --to docx --engine quarto
    """  # noqa: D301
    _build(folder, kinds, given, "briefgen build")


@main.command()
@study_option
@_selection_options
@click.option("--dry-run", is_flag=True, help="Say what would be made and why; make nothing.")
def refresh(folder: Path | None, **given: Any) -> None:
    """Take in new or changed data, make only what differs, and say why.

    \b
    briefgen refresh --dry-run
    briefgen refresh
    """  # noqa: D301
    _build(folder, (), given, "briefgen refresh")


@main.command()
@click.argument("region")
@click.argument("audience")
@study_option
@click.option("--language", "languages", multiple=True, help="Default: all of the study.")
@click.option("--edition", help="Another edition than the one in study.yml.")
@engine_option
def brief(region: str, audience: str, folder: Path | None, **given: Any) -> None:
    """Make one brief on demand and print where it is.

    \b
    briefgen brief DE1 smes
    briefgen brief "Baden-Württemberg" KMU --language de
    """  # noqa: D301
    arguments = {**USUAL_OPTIONS, **given, "regions": (region,), "audiences": (audience,)}
    _build(folder, ("brief",), arguments, "briefgen brief", show_files=True)


def _select(settings: Settings, kinds: Sequence[str], given: dict[str, Any]) -> Any:
    from briefgen.pipeline.build import Selection  # noqa: PLC0415

    for language in given["languages"]:
        if language not in settings.languages:
            raise BriefgenError(
                f"the study has no language {language!r}",
                hint=suggest(language, settings.languages),
            )
    return Selection(
        kinds=frozenset(KINDS[kind] for kind in kinds),
        regions=frozenset(map(settings.find_region, given["regions"])),
        audiences=frozenset(map(settings.find_audience, given["audiences"])),
        languages=frozenset(given["languages"]),
    )


def _build(
    folder: Path | None,
    kinds: Sequence[str],
    given: dict[str, Any],
    command: str,
    *,
    show_files: bool = False,
) -> NoReturn:
    from briefgen.pipeline import build as building  # noqa: PLC0415

    settings = _settings(folder, given["edition"])
    options = building.Options(
        engine=given["engine"], jobs=given["jobs"], output=given["output"],
        formats=given["formats"] or None, force=given["force"], dry_run=given["dry_run"],
        strict=given["strict"], wait=not given["no_wait"], command=command,
    )  # fmt: skip
    selection = _select(settings, kinds, given)
    if not selection.keys(settings):
        raise BriefgenError(
            "no document fits the selection",
            hint="`briefgen list` shows all; national briefs belong to the nation's code",
        )
    with _progress_bar() as show:
        result = building.build(settings, selection, options, progress=show, tell=_note)
    if given["as_json"]:
        _print_json(building.describe_result(result))
    else:
        _print_result(result, show_files=show_files)
    sys.exit(0 if result.ok else 1)


def _print_result(result: Any, *, show_files: bool) -> None:
    from briefgen.pipeline.fingerprint import summarise_reasons  # noqa: PLC0415

    for edition in result.recovered:
        click.echo(f"finished the interrupted publication of edition {edition}")
    for line in result.came:
        click.echo(line)
    for outcome in result.outcomes:
        if outcome.state == "failed":
            click.echo(f"{click.style('failed', fg='red')}  {outcome.key.name}: {outcome.error}")
        elif outcome.state != "current":
            why = summarise_reasons(outcome.reasons)
            click.echo(f"{outcome.state:<7} {outcome.key.name}: {why}")
        if show_files and outcome.record is not None:
            click.echo(str(result.folder / outcome.record.files["pdf"].path))
    counts = ", ".join(
        f"{result.count(state)} {state}"
        for state in ("made", "stale", "current", "failed")
        if result.count(state)
    )
    click.echo(f"{counts} in {result.seconds:.1f} s · {result.folder}")


@main.command()
@click.argument("kinds", nargs=-1, type=click.Choice(list(KINDS)))
@study_option
@click.option("--region", "regions", multiple=True, help="Code or name; repeatable.")
@click.option("--audience", "audiences", multiple=True, help="Code or name; repeatable.")
@click.option("--language", "languages", multiple=True, help="Such as de; repeatable.")
@click.option("--edition", help="Another edition than the one in study.yml.")
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
    from briefgen.pipeline.build import compose_documents  # noqa: PLC0415

    settings = _settings(folder, given["edition"])
    selection = _select(settings, kinds, given)
    target = output or settings.folder / "composed"
    for path in compose_documents(settings, selection, target):
        click.echo(str(path))


@main.command()
@study_option
@_selection_options
@click.argument("kinds", nargs=-1, type=click.Choice(list(KINDS)))
def watch(kinds: tuple[str, ...], folder: Path | None, **given: Any) -> None:
    """Rebuild what is affected whenever a data, template or style file changes.

    Each build is told in one line: what changed, what was made, how long it took. Ctrl-C ends it.

    \b
    briefgen watch briefs --region Bayern --audience KMU --language de
    """  # noqa: D301
    from briefgen.pipeline.build import Options  # noqa: PLC0415
    from briefgen.pipeline.watch import watch_study  # noqa: PLC0415

    settings = _settings(folder)
    options = Options(
        engine=given["engine"], jobs=given["jobs"] or 1, output=given["output"],
        formats=given["formats"] or None, force=given["force"], strict=given["strict"],
        wait=not given["no_wait"], command="briefgen watch",
    )  # fmt: skip
    changes = watch_study(
        settings.folder,
        lambda current: _select(current, kinds, given),
        options,
        edition=given["edition"],
    )
    try:
        for change in changes:
            _print_change(change, as_json=given["as_json"])
    except KeyboardInterrupt:
        _note("watch ended")


def _print_change(change: Any, *, as_json: bool) -> None:
    from briefgen.pipeline.build import describe_result  # noqa: PLC0415

    result = change.result
    failed = isinstance(result, BriefgenError)
    if as_json:
        what = {"error": str(result)} if failed else describe_result(result)
        click.echo(json.dumps({"changed": list(change.names), **what}, ensure_ascii=False))
        return
    changed = ", ".join(change.names) or "first build"
    if failed:
        click.echo(f"{changed}: {click.style('failed', fg='red')} {result}", err=True)
    else:
        click.echo(f"{changed}: {_count_made(result)} in {result.seconds:.1f} s")


def _count_made(result: Any) -> str:
    made = [outcome.key.name for outcome in result.outcomes if outcome.state == "made"]
    failed = [f"{item.key.name}: {item.error}" for item in result.outcomes if item.error]
    what = f"made {', '.join(made[:3])}" if made else "nothing to do"
    more = f" and {len(made) - 3} more" if len(made) > 3 else ""
    return what + more + "".join(f"; failed {item}" for item in failed)


# --- where numbers come from ----------------------------------------------------------------


@main.command()
@click.argument("key", required=False)
@click.option("--in", "document", help="A published document, as `briefgen list` names it.")
@click.option("--stale", is_flag=True, help="Say for each document why it would be made anew.")
@click.option("--language", help="Language of texts; default: the study's first.")
@click.option("--edition", help="Another edition than the one in study.yml.")
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
    from briefgen.pipeline import build as building  # noqa: PLC0415
    from briefgen.pipeline.tracing import trace_document  # noqa: PLC0415

    settings = _settings(folder, given["edition"])
    as_json = given["as_json"]
    if stale:
        options = building.Options(
            dry_run=True, output=given["output"], command="briefgen explain --stale"
        )
        with _progress_bar() as show:
            result = building.build(settings, options=options, progress=show, tell=_note)
        if as_json:
            _print_json(building.describe_result(result))
        else:
            _print_all_reasons(result)
        return
    if document is not None:
        explanation = trace_document(settings, document, key, output=given["output"])
    elif key is not None:
        explanation = building.explain(settings, key)
    else:
        raise click.UsageError("name a KEY, or ask with --stale why documents would be made anew")
    if as_json:
        _print_json(explanation.as_dict())
    else:
        click.echo("\n".join(explanation.lines(given["language"] or settings.languages[0])))


def _print_all_reasons(result: Any) -> None:
    for outcome in result.outcomes:
        if outcome.error is not None:
            click.echo(f"{outcome.key.name}: {outcome.error}")
        for reason in outcome.reasons:
            click.echo(f"{outcome.key.name}: {reason}")
    click.echo(f"{result.count('stale')} stale, {result.count('current')} current")


@main.command()
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
    from briefgen.pipeline.build import output_folder  # noqa: PLC0415
    from briefgen.pipeline.recall import read_history  # noqa: PLC0415

    settings = _settings(folder)
    publications = output_folder(settings, output)
    report = disclosure.audit(publications, settings, read_history(settings, publications))
    if as_json:
        _print_json(report.as_dict())
    else:
        click.echo("\n".join(report.lines()))
    sys.exit(0 if report.ok else 1)


# --- editions -------------------------------------------------------------------------------


@main.group(cls=StudyGroup)
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

    frozen = create(_settings(folder), name, origin=origin)
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
    from briefgen.pipeline import publish  # noqa: PLC0415
    from briefgen.pipeline.build import output_folder  # noqa: PLC0415

    root = output_folder(_settings(folder), output)
    for name in publish.list_editions(root):
        manifest = publish.require_manifest(root, name)
        state = "frozen" if manifest.frozen else "open"
        click.echo(f"{name}  {state}  {len(manifest.documents)} documents")


@main.command()
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

    settings = _settings(folder)
    found = verify_edition(settings, edition or settings.edition, output=output, rebuild=rebuild)
    if as_json:
        _print_json(
            {
                "edition": found.edition, "ok": found.ok, "files": found.files,
                "damage": [vars(item) for item in found.damage],
                "strangers": found.strangers, "rebuilt": found.rebuilt,
                "different": found.different, "programs": found.programs,
            }
        )  # fmt: skip
    else:
        _print_verification(found)
    sys.exit(0 if found.ok else 1)


def _print_verification(found: Any) -> None:
    for item in found.damage:
        click.echo(f"damaged: {item}")
    for path in found.strangers:
        click.echo(f"not in the manifest: {path}")
    for path in found.different:
        click.echo(f"differs from a fresh build: {path}")
    if found.different:
        for program in found.programs:
            click.echo(f"made with another version: {program}")
    rebuilt = f", {found.rebuilt} documents built again" if found.rebuilt is not None else ""
    word = "whole" if found.ok else "NOT whole"
    click.echo(f"edition {found.edition}: {found.files} files{rebuilt}: {word}")


# --- care -----------------------------------------------------------------------------------


@main.command()
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
    from briefgen.pipeline.build import output_folder  # noqa: PLC0415
    from briefgen.pipeline.publish import require_manifest  # noqa: PLC0415

    settings = _settings(folder)
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


@main.command()
@study_option
@click.option("--publications", is_flag=True, help="Remove the current edition's files as well.")
def clean(folder: Path | None, publications: bool) -> None:
    """Remove what can be made again: composed documents and caches.

    Editions and what disclosure control remembers of them are kept.

    \b
    briefgen clean
    briefgen clean --publications
    """  # noqa: D301
    from briefgen.pipeline.build import clean_study  # noqa: PLC0415

    for path in clean_study(_settings(folder), publications=publications):
        click.echo(f"removed {path}")


@main.command()
@study_option
@click.option("--compare-engines", is_flag=True, help="Render all documents by both; compare.")
def doctor(folder: Path | None, compare_engines: bool) -> None:
    """Say what this machine has and lacks; with Quarto, compare the engines.

    \b
    briefgen doctor
    briefgen doctor --compare-engines
    """  # noqa: D301
    from briefgen.pipeline.doctor import compare_documents, examine_machine  # noqa: PLC0415

    findings = examine_machine()
    for finding in findings:
        mark = click.style("ok  ", fg="green") if finding.ok else click.style("lack", fg="red")
        click.echo(f"{mark} {finding.what}: {finding.found}")
        if not finding.ok:
            click.echo(f"       → {finding.remedy}")
    differences: Sequence[str] = ()
    if compare_engines:
        differences = compare_documents(_settings(folder))
        for line in differences:
            click.echo(line)
        click.echo(f"{len(differences)} differences between the engines")
    needed = any(not finding.ok and finding.needed for finding in findings)
    sys.exit(1 if differences or needed else 0)
