"""Draft the case studies of a study from coded interviews: codes, roles, regions.

In: a REFI-QDA project, or a table of coded segments. Out: the parts of ``study.yml``, and
``codes.yml`` where the file has no code system of its own. No word of an interview is taken over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from briefgen.config.settings import DataSource
from briefgen.errors import SourceError
from briefgen.evidence.cases.exports import find_columns, split_codes
from briefgen.evidence.cases.read import PROJECTS
from briefgen.evidence.cases.refi import list_variables
from briefgen.evidence.drafting.columns import Guess
from briefgen.evidence.drafting.names import make_name, make_names
from briefgen.evidence.drafting.part import Part
from briefgen.evidence.sources import read_table

STEP: Final = re.compile(r"\s*\\\s*|\s+>\s+")
"""Between the steps of a code's path."""


def draft_cases(file: Path, known_regions: Iterable[str]) -> Part:
    """Draft the case studies of a study.

    Parameters
    ----------
    known_regions
        Names and codes of the survey's regions; further ones are drafted where there are none.

    Raises
    ------
    SourceError
        If the file cannot be read, or has no columns of coded segments.
    """
    part = Part(files={"cases": file.name}, copies=[file])
    if file.suffix.lower() in PROJECTS:
        told = list_variables(file)
    else:
        told = _read_columns(file)
        part.files["codes"] = "codes.yml"
        part.yaml["codes.yml"] = {"codes": _draft_codes(told["code"])}
        part.guesses.append(
            Guess("order", "codes.yml", "every code counts as a success factor", "low")
        )
    _add_roles(part, told.get("role", ()))
    _add_regions(part, told.get("region", ()), list(known_regions))
    part.asks["cases"] = (
        "Who may be quoted? Only segments with consent: in a case file, or a column consent, are."
    )
    return part


def _read_columns(file: Path) -> dict[str, list[str]]:
    """Return the values of each column that the reader of exports knows."""
    frame = read_table(DataSource(path=file.name), file.parent).frame
    columns = find_columns([str(column) for column in frame.columns])
    lacks = [field for field in ("code", "document") if field not in columns]
    if lacks:
        raise SourceError(
            f"a table of coded segments has columns for {' and '.join(lacks)}", where=file.name,
            hint="export code, segment and document; headers are listed in docs/evidence.md",
        )  # fmt: skip
    return {
        field: list(dict.fromkeys(cell.strip() for cell in frame[name] if cell.strip()))
        for field, name in columns.items()
    }


def _draft_codes(cells: Iterable[str]) -> list[dict[str, Any]]:
    """Return the code system as a tree, by the paths that an export gives."""
    taken: set[str] = set()
    roots: list[dict[str, Any]] = []
    known: dict[tuple[str, ...], dict[str, Any]] = {}
    for written in dict.fromkeys(code for cell in cells for code in split_codes(cell)):
        steps = tuple(STEP.split(written))
        for depth, name in enumerate(steps, 1):
            if steps[:depth] in known:
                continue
            entry: dict[str, Any] = {"code": make_name(name, taken, "c"), "name": name}
            taken.add(entry["code"])
            above = known.get(steps[: depth - 1])
            (above.setdefault("children", []) if above else roots).append(entry)
            known[steps[:depth]] = entry
    return roots


def _add_roles(part: Part, written: Iterable[str]) -> None:
    names = make_names((re.sub(r"[\s_]*\d+$", "", cell) for cell in written), "r")
    roles = [{"code": code, "name": name, "many": name} for name, code in names.items()]
    if roles:
        part.study["case_studies"] = {"roles": roles}
        part.asks["case_studies.roles"] = "What are several people of a role called (many)?"
    else:
        part.asks["case_studies"] = "Who speaks in the interviews (roles)? The file does not tell."


def _add_regions(part: Part, written: Iterable[str], known: list[str]) -> None:
    folded = {name.casefold() for name in known}
    new = [name for name in dict.fromkeys(written) if name.casefold() not in folded]
    if not new:
        return
    regions = [
        {"code": code, "name": name, "in": f"in {name}"}
        for name, code in make_names(new, "r").items()
    ]
    part.study["regions"] = {"list": regions}
    part.asks["regions.list"] = "How do sentences say where (in:, such as “in the north”)?"
