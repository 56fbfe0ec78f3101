"""The formats of data files that ``study.yml`` may name: a declaration each.

In: nothing. Out: names, and the suffixes by which a format is found where none is stated. The
reader of a format registers in ``evidence.sources`` under its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from briefgen.config.extensions import note_caller
from briefgen.config.requirements import require, require_name, require_suffix, require_tuple

OTHER_WORKBOOKS: Final = (".xls", ".xlsb", ".ods")
"""What the extra ``office`` reads."""
WORKBOOKS: Final = (".xlsx", ".xlsm", *OTHER_WORKBOOKS)
_SUFFIXES: Final[dict[str, tuple[str, ...]]] = {
    "csv": (".csv", ".tsv", ".txt", ".tab"),
    "excel": WORKBOOKS,
    "spss": (".sav", ".zsav", ".por"),
    "stata": (".dta",),
    "parquet": (".parquet", ".pq"),
    "limesurvey": (".lsa",),
    "qualtrics": (),
    "surveymonkey": (),
    "sosci": (),
}


def register_data_format(name: str, suffixes: tuple[str, ...] = ()) -> None:
    """Add a format; files with its suffixes are taken for it.

    Raises
    ------
    SettingsError
        If there is a format of this name, or a suffix is none or another's.
    """
    require_name("a data format", name, _SUFFIXES)
    require_tuple(f"the data format {name!r}: suffixes", suffixes)
    for suffix in suffixes:
        require_suffix(f"the data format {name!r}", suffix)
        other = format_of_suffix(suffix)
        taken = f"the data format {name!r}: files *{suffix} are of the format {other!r} already"
        require(other is None, taken, "leave the suffix out; study.yml names the format")
    _SUFFIXES[name] = suffixes
    note_caller()


def unregister_data_format(name: str) -> None:
    """Take a format away."""
    del _SUFFIXES[name]


def data_formats() -> Mapping[str, tuple[str, ...]]:
    """Return the suffixes of each format by its name; some, such as exports, have none."""
    return MappingProxyType(_SUFFIXES)


def format_of_suffix(suffix: str) -> str | None:
    """Return the format of files with a suffix; ``None`` where it is not known."""
    found = (name for name, suffixes in _SUFFIXES.items() if suffix.lower() in suffixes)
    return next(found, None)
