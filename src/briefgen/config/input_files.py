"""The files that a study is made of: one list for reading, hashing and staleness alike.

In: `Settings`. Out: paths, configuration first. Whatever ``files`` of ``study.yml`` names is among
them, with all that is named beside it, such as a survey program's structure file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from briefgen.config.settings import DataSource, Settings

SURVEY: Final = ("survey", "frame", "margins")
"""Entries of ``files`` that tell who answered what, and what it weighs."""


def list_input_files(settings: Settings) -> list[Path]:
    """Return the files of a study that are there, each folder taken apart."""
    return _list_files(settings, [name for name, _ in settings.info.files])


def list_survey_files(settings: Settings) -> list[Path]:
    """Return the configuration and what tells who answered what."""
    return _list_files(settings, SURVEY)


def _list_files(settings: Settings, entries: Iterable[str]) -> list[Path]:
    folder = settings.data_folder
    found = [folder / "study.yml", folder / "codebook.yml"]
    for name in _named_files(settings, entries):
        found += walk_files(folder / name)
    return list(dict.fromkeys(found))


def _named_files(settings: Settings, entries: Iterable[str]) -> Iterator[str]:
    """Yield what ``files`` names in some entries, in their order."""
    for entry in entries:
        stated = getattr(settings.info.files, entry)
        if isinstance(stated, DataSource):
            yield stated.path
            if stated.structure:
                yield stated.structure
        elif stated:
            yield stated


def walk_files(path: Path) -> list[Path]:
    """Return ``path`` itself if it is a file, else the files under it in the order of names."""
    if path.is_file():
        return [path]
    return sorted(
        item
        for item in path.rglob("*")
        if item.is_file() and not _is_hidden(item.relative_to(path))
    )


def _is_hidden(path: Path) -> bool:
    return any(part.startswith((".", "__pycache__")) for part in path.parts)


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
