"""Ask whether the columns that the configuration names are in the survey's file."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from briefgen.config.settings import Settings
from briefgen.errors import Problem, suggest, suggest_or
from briefgen.evidence.sources import DataTable
from briefgen.evidence.survey.decode import columns_of


def lacks_header(settings: Settings, table: DataTable) -> bool:
    """Whether none of the columns that the configuration names is in the file's row of names.

    What stands there then may be the first respondent, and is not shown.
    """
    wanted = wanted_columns(settings)
    return len(wanted) > 1 and not any(column in table.frame for column in wanted)


def missing_columns(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Name columns that are not there; of a file without a header nothing is shown."""
    known = [str(name) for name in table.frame.columns]
    wanted = wanted_columns(settings)
    lacks = {column: meant for column, meant in wanted.items() if column not in table.frame}
    row = max(table.first_row - 1, 1)
    if lacks_header(settings, table):
        yield Problem(
            file,
            row,
            "",
            f"none of the {len(wanted)} columns of study.yml and codebook.yml is named here",
            "see whether the row of names is there and the first, and how the file was read: "
            f"{len(known)} columns; {table.describe()}",
        )
        return
    for column, meant in lacks.items():
        near = get_close_matches(column.casefold(), [name.casefold() for name in known], n=1)
        hint = suggest(column, known) if near or len(lacks) < len(wanted) / 2 else ""
        yield Problem(
            file,
            row,
            column,
            f"the file has no column {column!r} ({meant})",
            suggest_or(hint, _where(meant)),
        )


def _where(meant: str) -> str:
    """Return where a column's name is stated: a variable's in the codebook, others where set."""
    if meant.startswith("variable "):
        return "state its name: column: in the codebook"
    if meant == "ids":
        return "state its name: id_column: in the codebook"
    return f"state the name of the column of {meant} in study.yml"


def wanted_columns(settings: Settings) -> dict[str, str]:
    """Return every column that the configuration names, with what it is for."""
    info = settings.info
    design, types = info.design, info.region_types
    stated = (
        (info.regions.variable, "regions"),
        (types.variable if types else None, "region types"),
        (settings.codebook.id_column, "ids"),
        (design.weight, "weights"),
        (design.strata, "strata"),
        (design.cluster, "clusters"),
    )
    wanted = {column: meant for column, meant in stated if column}
    for variable in settings.variables.values():
        wanted |= dict.fromkeys(columns_of(variable), f"variable {variable.code}")
    return wanted
