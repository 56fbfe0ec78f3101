"""Rebuild what is affected as files change: for writing a template with the PDF open beside it.

The process stays warm between builds: libraries are loaded, fonts read and the engine runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from watchfiles import watch as watch_files

from briefgen.build import BuildResult, Options, Progress, Selection, build
from briefgen.errors import BriefgenError
from briefgen.fingerprint import list_data_files
from briefgen.inputs import input_folders
from briefgen.settings import Settings, load_settings

DEBOUNCE_MS = 80
IGNORED_SUFFIXES = (".tmp", ".swp", ".swx", "~")


def watched_paths(settings: Settings) -> list[Path]:
    """Return the folders and files whose changes matter."""
    folders = [settings.data_folder, *input_folders(settings).values()]
    outside = [
        path
        for path in list_data_files(settings)
        if path.exists() and not any(path.is_relative_to(folder) for folder in folders)
    ]
    return [folder for folder in folders if folder.is_dir()] + outside


def watch_study(
    folder: Path,
    choose: Callable[[Settings], Selection],
    options: Options,
    *,
    stop: Iterator[object] | None = None,
) -> Iterator[tuple[list[str], BuildResult | BriefgenError]]:
    """Build once, then again after each change; yield what changed and what came of it.

    Parameters
    ----------
    choose
        Makes the selection from the settings, which may change meanwhile.
    stop
        For tests: changes as they would come from the file system, in place of watching it.

    Yields
    ------
    tuple
        Names of the changed files (empty for the first build), and the result or the error:
        a mistake in a file does not end the watch.
    """
    settings = load_settings(folder)
    yield [], _build_again(folder, choose, options)
    changes: Iterable[object] = stop or watch_files(
        *watched_paths(settings), debounce=DEBOUNCE_MS, step=DEBOUNCE_MS // 2
    )
    for batch in changes:
        names = _name_changes(settings.folder, batch)
        if names:
            yield names, _build_again(folder, choose, options)


def _build_again(
    folder: Path, choose: Callable[[Settings], Selection], options: Options
) -> BuildResult | BriefgenError:
    try:
        settings = load_settings(folder)
        return build(settings, choose(settings), options, progress=_silent)
    except BriefgenError as error:
        return error


_silent: Progress = lambda _stage, _done, _total: None  # noqa: E731


def _name_changes(folder: Path, batch: object) -> list[str]:
    assert isinstance(batch, (set, list, tuple, frozenset))  # noqa: S101 - of watchfiles
    paths = sorted({Path(path) for _change, path in batch})
    return [
        path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name
        for path in paths
        if not path.name.endswith(IGNORED_SUFFIXES) and not path.name.startswith(".")
    ]
