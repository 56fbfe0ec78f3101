"""SPSS and Stata files, with their labels and the values that they declare as missing.

Codes that a user declared as missing stay in the cells and stand in ``DataTable.missing``, so that
the codebook can say what each means. Rows are counted as cases, from 1.
"""

from __future__ import annotations

import re
import shutil
import struct
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyreadstat

from briefgen.config.input_files import hash_file
from briefgen.errors import SourceError
from briefgen.evidence.sources.table import (
    DataTable,
    Reading,
    as_text,
    cell_text,
    plain_text,
)
from briefgen.processes.apart import ProcessDiedError, call_apart

DATE_FORMAT: Final = re.compile(r"[A-Z]*(?:DATE|TIME|QYR|MOYR|WKYR)|%t[a-zA-Z]", re.IGNORECASE)
"""Formats of dates and times: ``DATE11``, ``DATETIME20``, ``%td``."""


LAYOUT_AT: Final = 64
LITTLE_ENDIAN: Final = (b"\x02\0\0\0", b"\x03\0\0\0")
CASES_AT: Final = 80
UNKNOWN_NUMBER: Final = -1
"""In the head of a .sav: where its order of bytes shows, and where its number of cases stands."""


def read_spss(path: Path, encoding: str | None = None) -> DataTable:
    """Read ``.sav``, ``.zsav`` or ``.por`` (`SourceError` where it is none)."""
    if path.suffix.lower() == ".por":
        return _read(pyreadstat.read_por, path)
    return _read(_read_all_cases, path, user_missing=True, encoding=encoding)


def read_stata(path: Path, encoding: str | None = None) -> DataTable:
    """Read ``.dta`` (`SourceError` where it is none)."""
    return _read(pyreadstat.read_dta, path, user_missing=True, encoding=encoding)


def _read(reader: Callable[..., tuple[pd.DataFrame, Any]], path: Path, **options: Any) -> DataTable:
    try:
        raw, meta = call_apart(_read_here, reader, path, options)
    except ProcessDiedError:
        raise SourceError(
            f"cannot be read as {path.suffix} file: the reader crashed over it",
            where=path.name,
            hint="the file is damaged; export it again",
        ) from None
    frame = pd.DataFrame({name: as_text(raw[name]) for name in raw.columns}, dtype=object)
    frame.index = pd.RangeIndex(1, len(frame) + 1)
    return DataTable(
        frame=frame,
        path=path,
        sha256=hash_file(path),
        first_row=1,
        value_labels=_labels(meta.variable_value_labels),
        variable_labels={
            name: plain_text(label) for name, label in meta.column_names_to_labels.items() if label
        },
        missing={
            **_missing(frame, meta.missing_ranges),
            **{
                name: [str(code) for code in codes]
                for name, codes in meta.missing_user_values.items()
            },
        },
        kinds=_kinds(meta),
        stems=_stems(meta),
        reading=Reading(_facts(path, meta), 0, len(frame)),
    )


def _read_here(
    reader: Callable[..., tuple[pd.DataFrame, Any]], path: Path, options: Mapping[str, Any]
) -> tuple[pd.DataFrame, Any]:
    try:
        return reader(str(path), **options)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeDecodeError) as error:
        raise SourceError(
            f"cannot be read as {path.suffix} file: {error}",
            where=path.name,
            hint="save it again; state encoding: where texts are in another than the file says",
        ) from error


def _read_all_cases(path: str, **options: Any) -> tuple[pd.DataFrame, Any]:
    """Read every case, whatever number of them the head of the file states.

    Raises
    ------
    SourceError
        If it states another number than there are.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / Path(path).name
        shutil.copyfile(path, copy)
        stated = _take_number_of_cases(copy)
        raw, meta = pyreadstat.read_sav(str(copy), **options)
    if stated not in (UNKNOWN_NUMBER, len(raw)):
        raise SourceError(
            f"its head says {stated} cases, and there are {len(raw)}",
            where=Path(path).name,
            hint="the file is damaged; export it again",
        )
    return raw, meta


def _take_number_of_cases(path: Path) -> int:
    """Put `UNKNOWN_NUMBER` in place of the number of cases; return what stood there."""
    with path.open("r+b") as file:
        head = file.read(CASES_AT + 4)
        if not head.startswith(b"$FL") or len(head) < CASES_AT + 4:
            return UNKNOWN_NUMBER
        order = "<" if head[LAYOUT_AT : LAYOUT_AT + 4] in LITTLE_ENDIAN else ">"
        file.seek(CASES_AT)
        file.write(struct.pack(f"{order}i", UNKNOWN_NUMBER))
    return int(struct.unpack(f"{order}i", head[CASES_AT:])[0])


def _kinds(meta: Any) -> dict[str, str]:
    """Return what the file says of each variable: its level of measurement, a date, a set."""
    kinds = {
        name: level for name, level in (meta.variable_measure or {}).items() if level == "ordinal"
    }
    kinds |= {
        name: "date"
        for name, form in (meta.original_variable_types or {}).items()
        if DATE_FORMAT.match(str(form))
    }
    return kinds | dict.fromkeys(_stems(meta), "multiple")


def _stems(meta: Any) -> dict[str, str]:
    """Return the label of the multiple-response set that a variable belongs to."""
    sets = getattr(meta, "mr_sets", None) or {}
    return {
        name: made["label"]
        for made in sets.values()
        if made.get("is_dichotomy") and made.get("label")
        for name in made["variable_list"]
    }


def _facts(path: Path, meta: Any) -> tuple[str, ...]:
    kind = "Stata" if path.suffix.lower() == ".dta" else "SPSS"
    stated = [meta.file_encoding.upper()] if meta.file_encoding else []
    return (kind, *stated, "rows counted as cases, from 1")


def _labels(labels: Mapping[str, Mapping[Any, str]]) -> dict[str, dict[str, str]]:
    return {
        name: {cell_text(code): plain_text(text) for code, text in values.items()}
        for name, values in labels.items()
    }


def _missing(
    frame: pd.DataFrame, ranges: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[str, list[str]]:
    """Return the codes of the file that lie in the ranges declared as missing."""
    return {name: _inside(frame[name], parts) for name, parts in ranges.items() if name in frame}


def _inside(cells: pd.Series, parts: Sequence[Mapping[str, Any]]) -> list[str]:
    codes = sorted(set(cells[cells != ""]))
    numbers = pd.to_numeric(pd.Series(codes, dtype=object), errors="coerce")
    found: list[str] = []
    for part in parts:
        low, high = part["lo"], part["hi"]
        if isinstance(low, str):
            found += [code for code in codes if low <= code <= str(high)]
        else:
            inside = numbers.between(low, high)
            found += [code for code, hit in zip(codes, inside, strict=True) if hit]
        if low == high:
            found.append(cell_text(low))
    return list(dict.fromkeys(found))
