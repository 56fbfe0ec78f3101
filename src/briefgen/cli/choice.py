"""Which documents are meant, and how they are built: options that building commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from briefgen.cli.frame import F, edition_option, engine_option, json_option, output_option
from briefgen.config.document_kinds import document_kinds, find_document_kind
from briefgen.config.settings import Settings
from briefgen.errors import BriefgenError, suggest

if TYPE_CHECKING:
    from briefgen.pipeline.run import Options, Selection


def name_kinds() -> dict[str, str]:
    """Return the name of a kind of document by each word that means it on the command line."""
    kinds = document_kinds().items()
    return {word: name for name, kind in kinds for word in (*kind.aliases, str(name))}


class KindName(click.Choice[str]):
    """One of the kinds of documents that there are when the command runs, or an alias."""

    def __init__(self) -> None:
        self.case_sensitive = True

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        """Return the words that are understood."""
        return tuple(name_kinds())


kinds_argument = click.argument("kinds", nargs=-1, type=KindName())


def selection_options(command: F) -> F:
    """Add what every building command understands."""
    options = (
        click.option("--region", "regions", multiple=True, help="Code or name; repeatable."),
        click.option("--audience", "audiences", multiple=True, help="Code or name; repeatable."),
        click.option("--language", "languages", multiple=True, help="Such as de; repeatable."),
        edition_option,
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
        click.option("--force", is_flag=True, help="Make again what is current, too."),
        click.option("--strict", is_flag=True, help="Warnings in the data stop the build."),
        click.option("--no-wait", is_flag=True, help="Fail if another run works on the study."),
        json_option,
    )  # fmt: skip


profile_option = click.option(
    "--profile", type=click.Path(dir_okay=False, path_type=Path),
    help="Write where the time went, by stage and document: JSON, or CSV into a .csv file.",
)  # fmt: skip


def make_options(given: Mapping[str, Any], command: str) -> Options:
    """Return how to build, from what the command line said; what it did not say is as usual."""
    from briefgen.pipeline.run import Options  # noqa: PLC0415 - not for --help

    return Options(
        engine=given.get("engine"),
        jobs=given.get("jobs"),
        output=given.get("output"),
        formats=given.get("formats") or None,
        force=given.get("force", False),
        dry_run=given.get("dry_run", False),
        strict=given.get("strict", False),
        wait=not given.get("no_wait", False),
        command=command,
    )


def select_documents(
    settings: Settings, kinds: Sequence[str], given: Mapping[str, Any]
) -> Selection:
    """Return the documents that the command line means; regions and audiences by code or name."""
    from briefgen.pipeline.run import Selection  # noqa: PLC0415 - not for --help

    for language in given["languages"]:
        if language not in settings.languages:
            raise BriefgenError(
                f"the study has no language {language!r}",
                hint=suggest(language, settings.languages),
            )
    named = dict.fromkeys(name_kinds()[kind] for kind in kinds)
    whole = [kind for kind in named if not find_document_kind(kind).is_tailored]
    if whole and (given["regions"] or given["audiences"]):
        raise BriefgenError(
            f"the {whole[0]} belongs to no region and no audience",
            hint="ask for it in a command of its own, without --region and --audience",
        )
    return Selection(
        kinds=frozenset(named),
        regions=frozenset(map(settings.find_region, given["regions"])),
        audiences=frozenset(map(settings.find_audience, given["audiences"])),
        languages=frozenset(given["languages"]),
    )
