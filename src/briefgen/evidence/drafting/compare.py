"""Compare a data file with a codebook, after a new wave came; draft what is new; export DDI.

In: `Settings` and a `DataTable`. Out: differences by column, YAML of new questions, or a
DDI codebook.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from lxml import etree

from briefgen.config.settings import Item, Option, Settings, Variable
from briefgen.evidence.drafting.columns import list_columns
from briefgen.evidence.drafting.draft import draft_questions
from briefgen.evidence.drafting.roles import Roles, leave_out_columns
from briefgen.evidence.drafting.writing import question_text
from briefgen.evidence.sources import DataTable
from briefgen.evidence.survey.decode import (
    columns_of,
    item_codes,
    missing_codes,
    selected_codes,
    split_sets,
)

DDI: Final = "ddi:codebook:2_5"
DEFAULT: Final[Any] = {None: DDI}  # the stubs know no namespace without a prefix


@dataclass(frozen=True)
class Difference:
    """One thing that differs between a file and the codebook."""

    kind: Literal["column gone", "new column", "new code", "code gone", "label", "wording"]
    column: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.column}{f': {self.text}' if self.text else ''}"


def used_columns(settings: Settings) -> list[str]:
    """Return all columns that a study reads from its survey."""
    info = settings.info
    types = info.region_types
    roles = [settings.codebook.id_column, info.regions.variable, types.variable if types else None]
    roles += [info.design.weight, info.design.strata, info.design.cluster]
    asked = [column for variable in settings.variables.values() for column in columns_of(variable)]
    return list(dict.fromkeys([*filter(None, roles), *asked]))


def compare_file(
    settings: Settings, table: DataTable, before: DataTable | None = None
) -> list[Difference]:
    """Return what differs between a file and the codebook.

    Parameters
    ----------
    before
        The file of the study as it is: its columns that no question asks are not new, and its
        wordings are those to compare with.
    """
    columns, used = list(map(str, table.frame.columns)), used_columns(settings)
    known = {*used, *(before.frame.columns if before else ())}
    found = [Difference("column gone", name, "") for name in used if name not in columns]
    found += [
        Difference("new column", name, table.variable_labels.get(name, ""))
        for name in columns
        if name not in known
    ]
    for variable in settings.variables.values():
        found += _codes(settings, table, variable)
        found += _labels(table, variable)
    return found + list(_wordings(table, before, used))


def _codes(settings: Settings, table: DataTable, variable: Variable) -> Iterator[Difference]:
    """Yield codes that are new in closed questions, and options that nobody has any more."""
    parts: tuple[Option | Item, ...] = (*variable.options, *variable.question.items)
    if variable.type in ("numeric", "open", "ranking") or any(part.other for part in parts):
        return
    for column in columns_of(variable):
        if column not in table.frame:
            continue
        cells = table.frame[column]
        gone = missing_codes(settings, table, variable, column)
        if variable.question.delimiter:
            cells = split_sets(cells.where(~cells.isin(gone.keys()), ""), variable)
        known = {*_known_codes(variable), *gone, ""}
        for code, rows in cells[~cells.isin(known)].value_counts(sort=False).items():
            yield Difference("new code", column, f"{code!r} in {rows} rows")
    if variable.type in ("single", "scale") and variable.column in table.frame:
        stands = set(table.frame[variable.column])
        for option in variable.answers:
            if not stands & set(option.codes):
                yield Difference("code gone", variable.column, f"nobody has {option.code!r}")


def _known_codes(variable: Variable) -> set[str]:
    if variable.type != "multiple":
        return {code for option in variable.options for code in option.codes}
    if variable.question.lists_items:
        return set(item_codes(variable))
    chosen = {code for codes in selected_codes(variable).values() for code in codes}
    return {*chosen, *variable.question.not_selected}


def _labels(table: DataTable, variable: Variable) -> Iterator[Difference]:
    """Yield codes whose label in the file is another than in the codebook, in every language."""
    labels = table.value_labels.get(variable.column, {})
    for option in variable.options:
        label = labels.get(option.code)
        told = {text.casefold().strip() for text in option.label.values()}
        if label and label.casefold().strip() not in told:
            own = next(iter(option.label.values()))
            yield Difference("label", variable.column, f"{option.code} is {label!r}, was {own!r}")


def _wordings(
    table: DataTable, before: DataTable | None, used: Sequence[str]
) -> Iterator[Difference]:
    for column in used if before else ():
        was, now = (one.variable_labels.get(column, "") for one in (before, table) if one)
        if was and now and was.split() != now.split():
            yield Difference("wording", column, f"{now!r}, was {was!r}")


def draft_new(settings: Settings, table: DataTable, before: DataTable | None = None) -> str:
    """Return the questions of new columns as YAML, to be added to ``codebook.yml``."""
    known = {*used_columns(settings), *(before.frame.columns if before else ())}
    columns = [column for column in list_columns(table) if column.name not in known]
    roles = Roles()
    leave_out_columns(columns, roles)
    asked = [column for column in columns if column.name not in roles.used]
    sketches = draft_questions(asked, settings.languages[0], settings.questions)
    return "".join(map(question_text, sketches))


def make_ddi(settings: Settings) -> str:
    """Return the codebook as DDI Codebook 2.5, without any respondent's answer."""
    language = settings.languages[0]
    root = etree.Element(f"{{{DDI}}}codeBook", nsmap=DEFAULT, version="2.5")
    study = _add(_add(_add(root, "stdyDscr"), "citation"), "titlStmt")
    _add(study, "titl", settings.info.publication.title[language])
    data = _add(root, "dataDscr")
    for variable in settings.variables.values():
        for column in columns_of(variable):
            _add_variable(data, variable, column, language)
    return etree.tostring(root, encoding="unicode", pretty_print=True)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    made = etree.SubElement(parent, f"{{{DDI}}}{name}")
    made.text = text
    return made


def _add_variable(data: etree._Element, variable: Variable, column: str, language: str) -> None:
    made = _add(data, "var")
    made.set("name", column)
    made.set("intrvl", "contin" if variable.type == "numeric" else "discrete")
    item = next((i for i in variable.question.items if i.column == column), variable.item)
    label = item.label if item else variable.label
    _add(made, "labl", label[language])
    _add(_add(made, "qstn"), "qstnLit", variable.question.text[language])
    for option in variable.options:
        category = _add(made, "catgry")
        if option.missing:
            category.set("missing", "Y")
        _add(category, "catValu", option.code)
        _add(category, "labl", option.label[language])
