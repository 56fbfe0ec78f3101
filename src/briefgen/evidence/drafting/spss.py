"""The codebook for SPSS, PSPP and all that reads ``.sav``: as syntax, or with the data.

In: `Settings`, and for a ``.sav`` the survey's table. Out: a text, or a file. The syntax holds no
answer; the file holds all of them.

References
----------
PSPP user's guide: VARIABLE LABELS, VALUE LABELS, MISSING VALUES (at most three single values, or a
range and one), VARIABLE LEVEL. https://www.gnu.org/software/pspp/manual/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import pandas as pd
import pyreadstat

from briefgen.config.plain_text import single_spaced
from briefgen.config.settings import Regions, RegionTypes, Settings, Variable
from briefgen.evidence.sources import DataTable
from briefgen.evidence.survey.decode import columns_of, item_columns, selected_codes

WORDS: Final = {
    "de": ("genannt", "nicht genannt"),
    "en": ("mentioned", "not mentioned"),
    "fr": ("cité", "non cité"),
}
MOST_MISSING: Final = 3
"""Single missing values that SPSS takes for a variable."""
NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


@dataclass(frozen=True)
class Column:
    """A column of the data file as SPSS labels it."""

    name: str
    label: str
    labels: Mapping[str, str]
    missing: tuple[str, ...] = ()
    level: Literal["nominal", "ordinal", "scale"] = "nominal"

    @property
    def is_numeric(self) -> bool:
        """Whether all codes that are named are numbers."""
        return all(NUMBER.fullmatch(code) for code in (*self.labels, *self.missing))

    @property
    def missing_range(self) -> tuple[str, str] | None:
        """Lowest and highest missing code, where SPSS needs a range and no answer lies in it."""
        if len(self.missing) <= MOST_MISSING or not self.is_numeric or self.level == "scale":
            return None
        codes = sorted(self.missing, key=float)
        answers = [float(code) for code in self.labels if code not in self.missing]
        inside = any(float(codes[0]) <= answer <= float(codes[-1]) for answer in answers)
        return None if inside else (codes[0], codes[-1])


def list_columns(settings: Settings, language: str) -> list[Column]:
    """Return the columns of all questions, and those of regions and types, with their labels."""
    info = settings.info
    found = [
        Column(name, part.singular[language], _places(part, language))
        for part in (info.regions, info.region_types)
        if part is not None and (name := part.variable)
    ]
    for variable in settings.variables.values():
        found += _of_variable(settings, variable, language)
    return list({column.name: column for column in found}.values())


def _places(part: Regions | RegionTypes, language: str) -> dict[str, str]:
    return {code: one.name[language] for one in part.list for code in one.data or (one.code,)}


def _of_variable(settings: Settings, variable: Variable, language: str) -> Iterator[Column]:
    question = variable.question
    reasons = {
        **settings.codebook.missing,
        **question.missing,
        **{code: one.missing for one in variable.options for code in one.codes if one.missing},
    }
    missing = tuple(code for code in reasons if code != "")
    values = {code: one.label[language] for one in variable.options for code in one.codes}
    if variable.type in ("multiple", "ranking") and not question.lists_items:
        for item in question.items:
            told = _chosen(variable, item.name, language) if variable.type == "multiple" else {}
            label = f"{question.label[language]}: {item.label[language]}"
            yield Column(item_columns(variable)[item.name], label, told, missing)
        return
    level: Literal["nominal", "ordinal", "scale"] = "ordinal" if variable.ordered else "nominal"
    if variable.type == "numeric":
        level = "scale"
    label = variable.full_label[language]
    for name in columns_of(variable):
        yield Column(name, label, values, missing if variable.type != "open" else (), level)


def _chosen(variable: Variable, item: str, language: str) -> dict[str, str]:
    """Return labels of a column that says whether an item was chosen."""
    yes, no = WORDS.get(language, WORDS["en"])
    told = dict.fromkeys(selected_codes(variable)[item], yes)
    return told | {code: no for code in variable.question.not_selected if code}


# --- syntax ---------------------------------------------------------------------------------


def make_spss_syntax(settings: Settings, language: str | None = None) -> str:
    """Return commands that label an open data file; default: in the study's first language."""
    columns = list_columns(settings, language or settings.languages[0])
    title = settings.info.publication.title[language or settings.languages[0]]
    lines = [
        f"* Labels of {title}: open the data file first, then run this.".replace("\n", " "),
        "",
        "VARIABLE LABELS",
        *(f"  {column.name} {_quote(column.label)}" for column in columns),
        "  .",
    ]
    for column in columns:
        lines += _value_lines(column)
    for level in ("nominal", "ordinal", "scale"):
        names = [column.name for column in columns if column.level == level]
        lines += ["", f"VARIABLE LEVEL {' '.join(names)} ({level.upper()})."] if names else []
    return "\n".join(lines) + "\nEXECUTE.\n"


def _value_lines(column: Column) -> Iterator[str]:
    if column.labels:
        yield ""
        yield f"VALUE LABELS {column.name}"
        yield from (f"  {_code(column, c)} {_quote(label)}" for c, label in column.labels.items())
        yield "  ."
    codes = [_code(column, code) for code in column.missing]
    if column.missing_range:
        yield f"MISSING VALUES {column.name} ({' THRU '.join(column.missing_range)})."
        return
    if len(codes) > MOST_MISSING:
        left = ", ".join(codes[MOST_MISSING:])
        yield f"* SPSS takes three missing values; of {column.name} these are left: {left}."
    if codes:
        yield f"MISSING VALUES {column.name} ({', '.join(codes[:MOST_MISSING])})."


def _code(column: Column, code: str) -> str:
    return code if column.is_numeric else _quote(code)


def _quote(text: str) -> str:
    return "'" + single_spaced(text).replace("'", "''") + "'"


# --- data -----------------------------------------------------------------------------------


def write_sav(
    settings: Settings, table: DataTable, target: Path, language: str | None = None
) -> None:
    """Write the survey's data with the codebook's labels; all columns of the file are kept."""
    columns = {one.name: one for one in list_columns(settings, language or settings.languages[0])}
    frame = table.frame.astype(str)
    numeric = {name for name in frame.columns if _is_numeric(frame[name], columns.get(name))}
    made = pd.DataFrame(
        {
            name: pd.to_numeric(frame[name].replace("", None)) if name in numeric else frame[name]
            for name in frame.columns
        }
    )
    known = {name: one for name, one in columns.items() if name in made}
    pyreadstat.write_sav(
        made,
        str(target),
        column_labels={name: one.label for name, one in known.items()},
        variable_value_labels={
            name: _labels(one, name in numeric) for name, one in known.items() if one.labels
        },
        missing_ranges={
            name: _missing(one, name in numeric) for name, one in known.items() if one.missing
        },
        variable_measure={name: one.level for name, one in known.items()},
    )


def _is_numeric(cells: pd.Series, column: Column | None) -> bool:
    """Whether cells are numbers; codes with a zero before them, such as 01, are texts."""
    plain = cells[cells != ""].map(lambda cell: bool(NUMBER.fullmatch(cell)))
    padded = cells.str.match(r"-?0\d")
    return bool(plain.all() and not padded.any() and (column is None or column.is_numeric))


def _labels(column: Column, is_numeric: bool) -> dict[Any, str]:
    return {_typed(code, is_numeric): label for code, label in column.labels.items()}


def _missing(column: Column, is_numeric: bool) -> list[Any]:
    if column.missing_range and is_numeric:
        low, high = map(float, column.missing_range)
        return [{"lo": low, "hi": high}]
    return [_typed(code, is_numeric) for code in column.missing[:MOST_MISSING]]


def _typed(code: str, is_numeric: bool) -> float | str:
    return float(code) if is_numeric else code
