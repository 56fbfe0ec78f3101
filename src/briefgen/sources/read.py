"""Choose the reader of a data file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from briefgen.errors import SourceError, suggest
from briefgen.settings import Source
from briefgen.sources.delimited import read_delimited
from briefgen.sources.table import Table

Reader = Callable[[Path, Source, Path], Table]

SUFFIXES: Final = {
    ".csv": "csv", ".tsv": "csv", ".txt": "csv", ".tab": "csv",
    ".xlsx": "excel", ".xlsm": "excel",
    ".sav": "spss", ".zsav": "spss", ".por": "spss",
    ".dta": "stata",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


def read_table(source: Source, folder: Path) -> Table:
    """Read a data file.

    Parameters
    ----------
    source
        Path and format; what is not stated is found out.
    folder
        Folder that the path is relative to.

    Raises
    ------
    SourceError
        If there is no such file, or it cannot be read in its format.
    """
    path = folder / source.path
    if not path.is_file():
        near = [item.name for item in path.parent.glob("*")] if path.parent.is_dir() else []
        raise SourceError("there is no such file", where=source.path, hint=suggest(path.name, near))
    return _readers()[find_format(source, path)](path, source, folder)


def find_format(source: Source, path: Path) -> str:
    """Return the stated format, else the one of the file's suffix.

    Raises
    ------
    SourceError
        If the suffix is not known.
    """
    if source.format != "auto":
        return source.format
    try:
        return SUFFIXES[path.suffix.lower()]
    except KeyError:
        raise SourceError(
            f"the format of {path.suffix or 'a file without suffix'} is not known",
            where=source.path,
            hint=f"state format: one of {', '.join(sorted(set(SUFFIXES.values())))}",
        ) from None


def _readers() -> dict[str, Reader]:
    return {"csv": _read_csv}


def _read_csv(path: Path, source: Source, _folder: Path) -> Table:
    return read_delimited(path, delimiter=source.delimiter, encoding=source.encoding)
