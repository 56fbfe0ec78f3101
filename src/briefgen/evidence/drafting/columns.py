"""What stands in each column of a file, as the drafting of a codebook looks at it.

In: a `DataTable`. Out: one `Column` for each of its columns. No answer leaves this folder but
as a code or label of a closed question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final, Literal

import pandas as pd

from briefgen.config.plain_text import single_spaced
from briefgen.config.settings import Concern
from briefgen.evidence.sources import DataTable
from briefgen.evidence.sources.table import Labels
from briefgen.evidence.survey.decode import parse_numbers

OTHER_WORDS: Final = {"de": "Sonstiges", "en": "other", "fr": "autre"}
OWN_TEXT: Final = "[other]"
"""How the name of a column ends in which LimeSurvey keeps the words behind "other"."""
OTHER_CODE: Final = "-oth-"
"""LimeSurvey's code for "other"."""
Confidence = Literal["high", "medium", "low"]


@dataclass(frozen=True)
class Guess:
    """One thing that the file does not state.

    Attributes
    ----------
    about
        What kind of thing it is.
    at
        The question's code, or the column where it belongs to no question.
    because
        The reason, without any respondent's words.
    """

    about: Concern
    at: str
    because: str
    confidence: Confidence = "medium"


@dataclass(frozen=True)
class Column:
    """A column with its cells and with what the file says about it.

    Attributes
    ----------
    cells
        As text; ``""`` is empty.
    wording
        What the file says was asked; ``""`` where it does not.
    labels
        Label by code.
    declared
        Codes that the file declares as missing.
    kind
        What the file says the question is: see ``DataTable.kinds``; ``""`` where it does not.
    stem
        What was asked above several lines or options that have a column each.
    """

    name: str
    cells: pd.Series
    wording: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    declared: tuple[str, ...] = ()
    kind: str = ""
    stem: str = ""

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each filled cell stands there."""
        return Counter(cell for cell in self.cells if cell)

    @cached_property
    def codes(self) -> tuple[str, ...]:
        """Filled cells that differ and are not declared as missing, in their order."""
        return tuple(sorted((cell for cell in self.counts if cell not in self.declared), key=rank))

    @cached_property
    def filled(self) -> int:
        """How many rows have a cell that is neither empty nor declared as missing."""
        return sum(self.counts[value] for value in self.codes)

    @cached_property
    def is_numeric(self) -> bool:
        """Whether all values are numbers."""
        return bool(self.codes) and bool(parse_numbers(pd.Series(self.codes)).notna().all())

    @property
    def is_own_text(self) -> bool:
        """Whether its survey program says that people wrote the cells themselves."""
        return self.name.endswith(OWN_TEXT)

    @property
    def text(self) -> str:
        """The wording, else the name."""
        return self.wording or self.name.replace("_", " ").strip()


def rank(code: str) -> tuple[int, float, str]:
    """Order codes: numbers by size, then texts."""
    try:
        return (0, float(code.replace(",", ".")), code)
    except ValueError:
        return (1, 0.0, code)


def list_columns(table: DataTable, language: str = "") -> list[Column]:
    """Return the columns of a file, in its order, with its labels in a language."""
    told = table.translations.get(language, table.labels)
    other = OTHER_WORDS.get(language, "other")
    return [
        _own_text(column, other) if column.is_own_text else _name_other(column, other)
        for column in _read_columns(table, told)
    ]


def _own_text(column: Column, other: str) -> Column:
    """Return a column of people's own words: its question's labels are none of them."""
    kind = column.kind if column.kind in ("", "multiple") else "open"
    told = other if kind == "multiple" else f"{column.stem} ({other})" if column.stem else ""
    return replace(column, labels={}, kind=kind, wording=column.wording or told)


def _name_other(column: Column, other: str) -> Column:
    if not column.labels or OTHER_CODE not in column.counts or OTHER_CODE in column.labels:
        return column
    return replace(column, labels={**column.labels, OTHER_CODE: other})


def _read_columns(table: DataTable, told: Labels | DataTable) -> list[Column]:
    return [
        Column(
            name=name,
            cells=table.frame[name],
            wording=single_spaced(told.variable_labels.get(name, "")),
            labels={
                code: label for code, label in told.value_labels.get(name, {}).items() if label
            },
            declared=tuple(table.missing.get(name, ())),
            kind=table.kinds.get(name, ""),
            stem=single_spaced(told.stems.get(name, "")),
        )
        for name in map(str, table.frame.columns)
    ]
