"""The table that every reader gives: text cells, labels, codes of missing answers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from briefgen.errors import Problem
from briefgen.model import Text

TAG: Final = re.compile(
    r"</?(?:a|b|big|br|center|div|em|font|h[1-6]|hr|i|img|li|ol|p|small|span|strong|su[bp]|t[dhr]"
    r"|table|tbody|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
BREAK: Final = re.compile(r"</?(?:br|div|h[1-6]|hr|li|ol|p|t[dhr]|ul)\b[^<>]*>", re.IGNORECASE)
"""Tags of HTML that part words, unlike those that only set them in bold."""
REPEATED_NAME: Final = "the column's name stands more than once"


@dataclass(frozen=True)
class LeftOut:
    """Rows that a rule of the study left out: how many, by which rule, and why."""

    rows: int
    rule: str
    reason: Text

    def __str__(self) -> str:
        return f"{self.rows} rows where {self.rule} ({next(iter(self.reason.values()))})"


@dataclass(frozen=True)
class Reading:
    """How a file was read, for ``briefgen check``.

    Attributes
    ----------
    facts
        Format, encoding, delimiter, sheet and what else was stated or found out.
    header_rows
        Rows above the first respondent that are names, wordings or ids.
    rows
        Filled rows below them.
    left_out
        What was left out as the study says, one for each rule.
    """

    facts: tuple[str, ...] = ()
    header_rows: int = 0
    rows: int = 0
    left_out: tuple[LeftOut, ...] = ()

    def describe(self, kept: int) -> str:
        """Return one line, given how many rows were kept."""
        headers = f"{self.header_rows} header row{'' if self.header_rows == 1 else 's'}"
        parts = [*self.facts, *([headers] if self.header_rows else [])]
        parts += [f"{self.rows} filled rows", f"{kept} read"]
        out = f"; left out: {'; '.join(map(str, self.left_out))}" if self.left_out else ""
        return ", ".join(parts) + out


@dataclass(frozen=True)
class Labels:
    """What a file says in one language: see the same attributes of `DataTable`."""

    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    variable_labels: Mapping[str, str] = field(default_factory=dict)
    stems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class DataTable:
    """A data file as its user sees it.

    Attributes
    ----------
    frame
        Cells as text, as in the file; ``""`` is an empty cell. The index is the row in the file
        as its user counts (the first line is row 1), so rows stay findable when some are left out.
    path
        The file.
    sha256
        Of the file's bytes.
    first_row
        Row of the first respondent: 2 below one header row.
    value_labels
        For each column, label by code, where the file has them.
    variable_labels
        For each column, the wording, where the file has it.
    missing
        For each column, the codes that the file declares as missing.
    kinds
        For each column, what the file says the question is: single, ordinal, multiple, scale,
        numeric, ranking, open, date or note.
    stems
        For each column that is a line or an option of a question, the wording above it.
    language
        Code of the language of labels and wordings; ``""`` where the file does not say it.
    translations
        Labels and wordings in further languages of the file, by code.
    titles
        What the survey is called, by language; under ``""`` where it has one name in all.
    problems
        What was wrong with the file itself, such as rows with too many cells.
    reading
        How the file was read.
    """

    frame: pd.DataFrame
    path: Path
    sha256: str
    first_row: int = 2
    value_labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    variable_labels: Mapping[str, str] = field(default_factory=dict)
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    stems: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    translations: Mapping[str, Labels] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    reading: Reading = Reading()

    @property
    def labels(self) -> Labels:
        """What the file says in its first language."""
        return Labels(self.value_labels, self.variable_labels, self.stems)

    def describe(self) -> str:
        """Return one line on how the file was read."""
        return self.reading.describe(len(self.frame))


def make_frame(
    header: Sequence[str], rows: Sequence[Sequence[str]], first_row: int
) -> pd.DataFrame:
    """Make a frame of text cells indexed by row in the file, without the empty rows.

    Cells are composed (Unicode's form C), as codes of the codebook are: ``u`` with two dots and
    ``ü`` are the same.
    """
    composed = [[compose(cell) for cell in row] for row in rows]
    cells = np.array(composed, dtype=object).reshape(len(rows), len(header))
    index = pd.RangeIndex(first_row, first_row + len(rows))
    filled = (cells != "").any(axis=1) if cells.size else np.zeros(len(rows), dtype=bool)
    return pd.DataFrame(cells[filled], index=index[filled], columns=list(header), dtype=object)


def compose(text: str) -> str:
    """Return a text in Unicode's composed form (C)."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def whole_numbers(frame: pd.DataFrame) -> pd.DataFrame:
    """Write 1 for 1.0 in columns where every number ends so: a program made them of codes."""
    made = frame.copy()
    for column in made:
        cells = made[column]
        filled = cells[cells != ""]
        if (
            len(filled)
            and filled.iloc[0].endswith(".0")
            and filled.str.fullmatch(r"-?\d+\.0").all()
        ):
            made[column] = cells.str.removesuffix(".0").astype(object)
    return made


def make_unique(header: Iterable[str], file: str) -> tuple[list[str], list[Problem]]:
    """Make column names unique (``name.2``) and report those that stand twice."""
    seen: dict[str, int] = {}
    names: list[str] = []
    problems: list[Problem] = []
    for raw in header:
        name = compose(raw.strip())
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1 and name:
            problems.append(
                Problem(
                    file,
                    1,
                    name,
                    REPEATED_NAME,
                    f"rename the column; it is read as {name}.{seen[name]}",
                    "warning",
                )
            )
        names.append(name if seen[name] == 1 else f"{name}.{seen[name]}")
    return names, problems


def as_text(values: pd.Series) -> pd.Series:
    """Write values as a user would type them: 1 for 1.0, ISO dates, ``""`` for nothing."""
    if pd.api.types.is_integer_dtype(values):  # ids of 18 digits are no floats
        return values.astype(object).map(cell_text).astype(object)
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        numbers = values.astype("float64")
        whole = numbers.notna() & (numbers == np.floor(numbers)) & (numbers.abs() < 2**53)
        written = np.where(
            whole, numbers.where(whole, 0).astype("int64").astype(str), numbers.map(repr)
        )
        return pd.Series(written, index=values.index, dtype=object).where(numbers.notna(), "")
    text = values.astype(object).map(lambda value: compose(cell_text(value)))
    return text.astype(object)


def plain_text(label: str) -> str:
    """Return a label without the HTML that survey programs leave in it; "<5 years" stays."""
    if not TAG.search(label):
        return label.strip()
    return " ".join(unescape(TAG.sub("", BREAK.sub(" ", label))).split())


def cell_text(value: object) -> str:
    """Write one value as a user would type it."""
    if (
        value is None
        or value is pd.NaT
        or value is pd.NA
        or (isinstance(value, float) and np.isnan(value))
    ):
        return ""
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
