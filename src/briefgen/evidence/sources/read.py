"""Choose the reader of a data file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import pandas as pd

from briefgen.config.data_formats import data_formats, format_of_suffix
from briefgen.config.extensions import register_function
from briefgen.config.input_files import hash_file
from briefgen.config.requirements import require_among, require_name
from briefgen.config.settings import DataSource
from briefgen.errors import SourceError, suggest
from briefgen.evidence.sources.delimited import make_delimited, read_delimited, read_records
from briefgen.evidence.sources.exports import (
    make_qualtrics,
    make_surveymonkey,
    read_export,
    recognise_export,
)
from briefgen.evidence.sources.rows import leave_out, tell_repeated_names
from briefgen.evidence.sources.table import DataTable, Reading, as_text
from briefgen.processes.apart import ProcessDiedError, call_apart

Reader = Callable[[Path, DataSource, Path], DataTable]

_READERS: Final[dict[str, Reader]] = {}


def reads(*formats: str) -> Callable[[Reader], Reader]:
    """Register a function as the reader of formats that `config.data_formats` declares."""
    for name in formats:
        require_name("a data format", name)
        require_among("the data format", name, data_formats())

    def register(reader: Reader) -> Reader:
        for name in formats:
            register_function(_READERS, "a reader of the format", name, reader, 3, gives=DataTable)
        return reader

    return register


def read_table(source: DataSource, folder: Path) -> DataTable:
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
    if path.is_dir():
        raise SourceError(
            "is a folder, and a file is wanted", where=source.path, hint="name a file in it"
        )
    if path.exists() and not path.is_file():
        message = "is a pipe or a device, and a file is wanted"
        raise SourceError(message, where=source.path, hint="name a file")
    if not path.is_file():
        near = [item.name for item in path.parent.glob("*")] if path.parent.is_dir() else []
        raise SourceError("there is no such file", where=source.path, hint=suggest(path.name, near))
    format_ = find_format(source, path)
    try:
        with path.open("rb"):
            pass
    except OSError as error:
        raise SourceError(
            f"cannot be read: {error.strerror}", where=source.path, hint="see whose file it is"
        ) from None
    table = _find_reader(format_, source)(path, source, folder)
    if len(table.frame.columns) == 0:
        raise SourceError("has no columns", where=path.name, hint="export it again")
    if source.structure and format_ != "limesurvey":
        from briefgen.evidence.sources.dictionaries import (  # noqa: PLC0415 - seldom needed
            apply_dictionary,
        )

        table = apply_dictionary(table, folder / source.structure)
    return tell_repeated_names(leave_out(table, source))


def _find_reader(format_: str, source: DataSource) -> Reader:
    try:
        return _READERS[format_]
    except KeyError:
        raise SourceError(
            f"nothing reads the format {format_!r}",
            where=source.path,
            hint="it is declared in config.data_formats; register its reader with `reads`",
        ) from None


def find_format(source: DataSource, path: Path) -> str:
    """Return the stated format, else the one of the file's suffix.

    Raises
    ------
    SourceError
        If the suffix is not known.
    """
    if source.format != "auto":
        return source.format
    found = format_of_suffix(path.suffix)
    if found is None:
        named = sorted(name for name, suffixes in data_formats().items() if suffixes)
        raise SourceError(
            f"the format of {path.suffix or 'a file without suffix'} is not known",
            where=source.path,
            hint=f"state format: one of {', '.join(named)}",
        )
    return found


@reads("csv")
def _read_csv(path: Path, source: DataSource, _folder: Path) -> DataTable:
    """Read a delimited file; an export that tells its program is read as such."""
    if source.format == "csv":
        return read_delimited(path, source)
    records = read_records(path, source)
    kind = recognise_export(records.cells)
    if kind == "qualtrics":
        return make_qualtrics(path, records, source)
    if kind == "surveymonkey":
        return make_surveymonkey(path, records, source)
    return make_delimited(path, records)


@reads("limesurvey")
def _read_limesurvey(path: Path, source: DataSource, folder: Path) -> DataTable:
    """Read an export, or a whole archive."""
    if path.suffix.lower() != ".lsa":
        return _read_export(path, source, folder)
    from briefgen.evidence.sources.limesurvey_archive import (  # noqa: PLC0415 - seldom needed
        read_archive,
    )

    return read_archive(path, source)


@reads("qualtrics", "surveymonkey", "sosci")
def _read_export(path: Path, source: DataSource, folder: Path) -> DataTable:
    structure = folder / source.structure if source.structure else None
    return read_export(path, source, structure)


@reads("excel")
def _read_excel(path: Path, source: DataSource, _folder: Path) -> DataTable:
    from briefgen.evidence.sources.workbook import read_workbook  # noqa: PLC0415 - slow to import

    return read_workbook(path, source.sheet)


@reads("spss")
def _read_spss(path: Path, source: DataSource, _folder: Path) -> DataTable:
    from briefgen.evidence.sources.labelled import read_spss  # noqa: PLC0415 - slow to import

    return read_spss(path, source.encoding)


@reads("stata")
def _read_stata(path: Path, source: DataSource, _folder: Path) -> DataTable:
    from briefgen.evidence.sources.labelled import read_stata  # noqa: PLC0415 - slow to import

    return read_stata(path, source.encoding)


@reads("parquet")
def _read_parquet(path: Path, _source: DataSource, _folder: Path) -> DataTable:
    """Read a Parquet file; rows are counted as records, from 1."""
    try:
        raw = call_apart(pd.read_parquet, path)
    except (OSError, ValueError, ProcessDiedError) as error:
        message, hint = "cannot be read as a Parquet file", "export it again"
        raise SourceError(message, where=path.name, hint=hint) from error
    if any(name is not None for name in raw.index.names):  # pandas keeps an id as the index
        raw = raw.reset_index()
    frame = pd.DataFrame({str(name): as_text(raw[name]) for name in raw.columns}, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    reading = Reading(("Parquet", "rows counted as records, from 1"), 0, len(frame))
    return DataTable(frame, path, hash_file(path), first_row=1, reading=reading)
