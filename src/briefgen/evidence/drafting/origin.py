"""Find out what program a file comes from, and what stands beside it that explains it.

In: a path. Out: the `DataSource` by which ``evidence.sources`` reads it, and its table.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from briefgen.config.data_formats import format_of_suffix
from briefgen.config.settings import DataSource
from briefgen.errors import BriefgenError, SourceError
from briefgen.evidence.sources import DataTable, read_table
from briefgen.evidence.sources.dictionaries import (
    BrokenDictionaryError,
    Dictionary,
    find_described,
    read_dictionaries,
)
from briefgen.evidence.sources.exports import read_structures

LIMESURVEY: Final = frozenset({"id", "submitdate", "lastpage", "startlanguage"})
SOSCI: Final = frozenset({"CASE", "QUESTNNR", "MODE", "STARTED"})
QUALTRICS_PREVIEW: Final = ("Survey Preview", "Spam", "1", "8", "Umfragevorschau")
"""What Qualtrics writes under Status for rows that are no answers, as words and as codes."""
LEAST_ROWS: Final = 5
"""Fewer rows tell no total from an answer."""
SHARE: Final = 0.3
"""A dictionary belongs to a file where so many of its questions have a column."""


@dataclass(frozen=True)
class Origin:
    """A data file, how it is read, and what explains it."""

    source: DataSource
    table: DataTable
    structure: Path | None = None

    @property
    def spec(self) -> dict[str, Any]:
        """The source as ``study.yml`` has it."""
        return self.source.model_dump(mode="json", exclude_defaults=True)


def find_origin(path: Path, structure: Path | None = None) -> Origin:
    """Read a file as what it is.

    Raises
    ------
    SourceError
        If it cannot be read, or no format of ours.
    """
    if not path.is_file():
        raise SourceError("there is no such file", where=str(path))
    if format_of_suffix(path.suffix) is None:
        raise SourceError(
            f"files of the kind {path.suffix or 'without suffix'} are not known", where=path.name,
            hint="export the answers as .sav, .dta, .csv, .xlsx or .parquet",
        )  # fmt: skip
    source = DataSource(path=path.name)
    table = read_table(source, path.parent)
    if path.suffix.lower() == ".lsa":
        return Origin(source, table)
    columns = set(map(str, table.frame.columns))
    codes = {column.partition(". ")[0] for column in columns}  # "id. Response ID"
    if len(LIMESURVEY & codes) >= 3 or (structure and structure.suffix.lower() in (".lss", ".lsa")):
        return _limesurvey(path, structure)
    if len(SOSCI & columns) >= 3:
        source = DataSource(path=path.name, format="sosci")
        return Origin(source, read_table(source, path.parent))
    found = structure or _beside(path, columns)
    if found:
        source = DataSource(path=path.name, structure=found.name)
        return Origin(source, _read_beside(source, path, found), found)
    return Origin(source, table)


def copy_files(origin: Origin, path: Path, data: Path) -> None:
    """Copy the data file and its structure into a study's folder."""
    data.mkdir(parents=True, exist_ok=True)
    for file in (path, origin.structure):
        if file is not None and not (data / file.name).exists():
            shutil.copyfile(file, data / file.name)


def _limesurvey(path: Path, structure: Path | None) -> Origin:
    every = sorted(path.parent.glob("*.ls[sa]"), key=lambda file: file.suffix == ".lsa")
    beside = [file for file in every if file.stem == path.stem]
    listed = beside or (every if len(every) == 1 else [])
    found = structure or (listed[0] if listed else None)
    if found is not None:
        read_structures(found)
    source = DataSource(
        path=path.name, format="limesurvey", structure=found.name if found else None
    )
    if found is not None and found.parent != path.parent:
        raise SourceError("put the structure beside the export", where=found.name)
    return Origin(source, read_table(source, path.parent), found)


def _read_beside(source: DataSource, path: Path, structure: Path) -> DataTable:
    if structure.parent.resolve() != path.parent.resolve():
        raise SourceError("put it beside the data file", where=structure.name)
    return read_table(source, path.parent)


def _beside(path: Path, columns: set[str]) -> Path | None:
    """Return the dictionary in the same folder that explains most columns."""
    best: tuple[float, Path] | None = None
    for file, dictionary in _dictionaries(path):
        named = {find_described(column, dictionary)[0] for column in columns} - {None}
        asked = [name for name, told in dictionary.items() if told.kind not in ("note", "date")]
        share = len(named) / max(len(asked), 1)
        if share >= SHARE and share > (best[0] if best else 0):
            best = (share, file)
    return best[1] if best else None


def _dictionaries(path: Path) -> Iterator[tuple[Path, Dictionary]]:
    for file in sorted(path.parent.iterdir()):
        if file == path or file.suffix.lower() not in (".xlsx", ".csv", ".xml", ".qsf"):
            continue
        try:
            yield file, next(iter(read_dictionaries(file).values()))
        except BrokenDictionaryError:
            raise  # without it every label would be missing, and nobody would know why
        except (BriefgenError, zipfile.BadZipFile):
            continue  # another file that happens to stand there


TOTALS: Final = re.compile(
    r"(?:summe|gesamt|insgesamt|total|sum|grand total|somme|"
    r"mittelwert|durchschnitt|mean|average|moyenne)"
    r"\s*(?:[:=].*)?",
    re.IGNORECASE,
)
"""What stands in the row below the answers that sums them up."""
TOTALS_FILL: Final = 0.5
"""A row of totals fills fewer of the columns than this."""


def _totals_rule(table: DataTable) -> list[dict[str, Any]]:
    """Return the rule that leaves out a last row which sums the others up."""
    frame = table.frame
    if len(frame) < LEAST_ROWS:
        return []
    last = dict(zip(map(str, frame.columns), map(str, frame.iloc[-1]), strict=True))
    named = [
        name
        for name, cell in last.items()
        if TOTALS.fullmatch(cell.strip()) and frame[name].eq(cell).sum() == 1
    ]
    if not named or sum(map(bool, last.values())) >= TOTALS_FILL * len(last):
        return []
    return [{"column": named[0], "codes": [last[named[0]]], "because": "total"}]


def leave_out_rules(table: DataTable) -> list[dict[str, Any]]:
    """Return rows that are no answers: previews and spam of Qualtrics, and a row of totals."""
    return _preview_rules(table) + _totals_rule(table)


def _preview_rules(table: DataTable) -> list[dict[str, Any]]:
    frame = table.frame
    if not {"Status", "ResponseId", "DistributionChannel"} <= set(frame.columns):
        return []
    found = [code for code in QUALTRICS_PREVIEW if frame["Status"].eq(code).any()]
    return [{"column": "Status", "codes": found, "because": "preview"}] if found else []


def partial_column(table: DataTable) -> str | None:
    """Return the column that tells partial answers from complete ones, where there are such."""
    frame = table.frame
    for column, partial in (
        ("submitdate", ("",)),
        ("Finished", ("0", "False", "Falsch")),
        ("FINISHED", ("0",)),
    ):
        if column in frame and frame[column].isin(partial).any():
            return column
    return None
