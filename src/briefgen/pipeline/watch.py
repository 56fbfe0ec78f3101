"""Rebuild what is affected as files change: for writing a template with the PDF open beside it.

The process stays warm between builds: libraries are loaded, fonts read, stylesheets parsed, the
evidence is at hand and the engine runs. What comes in is the file system's word that something
changed; what goes out is one `Change` for each build.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from watchfiles import Change as FileChange
from watchfiles import DefaultFilter
from watchfiles import watch as watch_files

from briefgen.config.input_files import list_input_files
from briefgen.config.settings import Settings, load_settings
from briefgen.errors import BriefgenError
from briefgen.pipeline.build import build
from briefgen.pipeline.inputs import layout_folders
from briefgen.pipeline.run import BuildResult, Options, Selection, with_edition

DEBOUNCE_MS: Final = 50
WAKE_MS: Final = 250
"""How often a quiet watch looks up, so that the first build begins soon."""
UNFINISHED: Final = (".tmp", ".swp", ".swx", "~")
Batch = Iterable[tuple[object, str]]


@dataclass(frozen=True)
class Change:
    """What changed and what came of it.

    Attributes
    ----------
    names
        Changed files, relative to the study; empty for the first build.
    result
        The build's result, or the error that stopped it: a mistake in a file does not end the
        watch.
    """

    names: tuple[str, ...]
    result: BuildResult | BriefgenError


class InputFilter(DefaultFilter):
    """Let changes of inputs pass, and not the unfinished files that editors write beside them."""

    def __call__(self, change: FileChange, path: str) -> bool:
        """Tell whether a change matters."""
        name = Path(path).name
        unfinished = name.endswith(UNFINISHED) or name.startswith(".")
        return not unfinished and super().__call__(change, path)


def watched_paths(settings: Settings) -> list[Path]:
    """Return the folders and files whose changes matter: data, templates, styles, defaults."""
    layers = [folder for folders in layout_folders(settings).values() for folder in folders]
    found: list[Path] = []
    for path in [settings.data_folder, *layers, *list_input_files(settings)]:
        if path.exists() and not any(path.is_relative_to(known) for known in found):
            found.append(path)
    return found


def watch_study(
    folder: Path,
    choose: Callable[[Settings], Selection],
    options: Options,
    *,
    edition: str | None = None,
    changes: Iterator[Batch] | None = None,
) -> Iterator[Change]:
    """Build once, then again after each change; yield what changed and what came of it.

    Parameters
    ----------
    choose
        Makes the selection from the settings, which may change meanwhile.
    edition
        Another edition than the one in ``study.yml``.
    changes
        For tests: changes as they would come from the file system, in place of watching it.
    """
    settings = load_settings(folder)
    changes = changes or _watch_files(settings)
    next(changes, None)  # from now on nothing is missed, whatever is saved during the first build
    first = Change((), _build_again(folder, choose, options, edition))
    yield first
    if isinstance(first.result, BuildResult) and not first.result.count("made"):
        _warm_up(folder, choose, options, edition)
    for batch in changes:
        names = _name_changes(settings.folder, batch)
        if names:
            yield Change(names, _build_again(folder, choose, options, edition))


def _watch_files(settings: Settings) -> Iterator[Batch]:
    """Yield changes, and now and then an empty batch; folders that are made meanwhile count.

    They are told when they are watched already. Whatever else changed while the watch was set up
    again is seen by the build that follows, which looks at the content of everything.
    """
    appeared: set[Path] = set()
    while True:
        paths = watched_paths(settings)
        for batch in watch_files(
            *paths,
            watch_filter=InputFilter(),
            debounce=DEBOUNCE_MS,
            step=DEBOUNCE_MS // 2,
            rust_timeout=WAKE_MS,
            yield_on_timeout=True,
        ):
            yield {*batch, *((FileChange.added, str(path)) for path in appeared)}
            appeared = set(watched_paths(settings)) - set(paths)
            if appeared:
                break


def _build_again(
    folder: Path, choose: Callable[[Settings], Selection], options: Options, edition: str | None
) -> BuildResult | BriefgenError:
    try:
        settings = with_edition(load_settings(folder), edition)
        return build(settings, choose(settings), options)
    except BriefgenError as error:
        return error


def _warm_up(
    folder: Path, choose: Callable[[Settings], Selection], options: Options, edition: str | None
) -> None:
    """Compose without printing, so that the first change is as quick as those that follow."""
    from briefgen.pipeline.work.workers import warm_up  # noqa: PLC0415 - heavy

    _build_again(folder, choose, dataclasses.replace(options, force=True, dry_run=True), edition)
    warm_up()


def _name_changes(folder: Path, batch: Batch) -> tuple[str, ...]:
    paths = sorted({Path(path) for _change, path in batch})
    return tuple(
        path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
        for path in paths
    )
