"""Tables: frequencies of questions, regions, panel, cases, recommendations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from briefgen.config.brand import Brand
from briefgen.config.measures import Named, find_kind, list_measures
from briefgen.config.plain_text import capital
from briefgen.config.settings import Question, Settings, Variable
from briefgen.content.exhibits.bars import by_domains
from briefgen.content.exhibits.grid import Column, Entry, Grid, Line
from briefgen.content.exhibits.lookup import Datum, Lookup, Target, data_row, shown_keys
from briefgen.content.exhibits.order import Order, Sheet, hidden_legend, show
from briefgen.content.exhibits.plain import write_plain
from briefgen.content.exhibits.spec import Exhibit, TableSpec
from briefgen.content.exhibits.tables_qualitative import (
    make_cases,
    make_panel,
    make_recommendations,
)
from briefgen.content.exhibits.words import (
    base_note,
    join_notes,
    missing_note,
    rounded_note,
    weak_note,
)
from briefgen.content.language.locale import Locale
from briefgen.errors import UnknownNameError
from briefgen.model import Released


def make_table(
    spec: TableSpec, released: Released, settings: Settings, locale: Locale, brand: Brand
) -> Exhibit:
    """Make a table from released values; parameters and errors as of `draw_figure`.

    The brand is not needed: tables take colours and fonts from the page's CSS variables.
    """
    del brand
    lookup = Lookup(released, settings, locale)
    order = Order(spec, lookup, lookup.domain(spec.domain))
    kind = "frequencies" if spec.kind in ("", "auto") else spec.kind
    if kind not in TABLES:
        raise UnknownNameError.among("table", kind, TABLES)
    sheet = TABLES[kind](order)
    return _make_exhibit(order, sheet)


def _make_exhibit(order: Order, sheet: Sheet) -> Exhibit:
    spec, locale = order.spec, order.lookup.locale
    headline = spec.headline or sheet.headline
    subtitle = spec.caption or sheet.subtitle
    id_ = f"{spec.id}-table"
    return Exhibit(
        id=spec.id,
        alt=f"{headline.removesuffix('.')}. {subtitle.removesuffix('.')}.",
        headline=headline,
        subtitle=subtitle,
        note=join_notes(sheet.notes),
        data=tuple(data_row(cell, locale) for cell in sheet.cells),
        keys=shown_keys(sheet.cells, order.lookup.released),
        html=_write(sheet.grid, id_, plain=bool(spec.options.get("plain"))),
    )  # fmt: skip


def _write(grid: Grid, id_: str, *, plain: bool) -> str:
    if plain:
        return write_plain(grid, id_)
    from briefgen.content.exhibits.great import write_great  # noqa: PLC0415 - it takes a second to import

    return write_great(grid, id_)


# --- frequencies ----------------------------------------------------------------------------


def make_frequencies(order: Order) -> Sheet:
    """One row for each answer, one column for each domain, and a row with n."""
    lookup = order.lookup
    domains = order.domains()
    variables = order.lookup.variables_of(order.spec.refs)
    if len(variables) > 1 and len({variable.question.code for variable in variables}) == 1:
        return _battery_sheet(order, variables, domains)
    lines: list[Line] = []
    cells: list[Datum] = []
    for variable in variables:
        found = _frequency_cells(lookup, variable, domains, grouped=len(variables) > 1)
        cells += [cell for row in found for cell in row]
        lines += _frequency_lines(lookup, variable, found, grouped=len(variables) > 1)
    lookup.require(cells, order.spec.refs)
    columns = [Column(lookup.domain_name(code)) for code in domains]
    question = variables[0].question
    return Sheet(
        grid=Grid(lookup.locale.text("Answer"), columns, lines),
        headline=question.label[lookup.language],
        subtitle=_frequency_subtitle(lookup, question),
        cells=cells,
        notes=[
            base_note(variables, lookup),
            rounded_note(cells, lookup),
            weak_note(cells, lookup),
            hidden_legend(cells, lookup),
        ],
    )


def _battery_sheet(order: Order, variables: Sequence[Variable], domains: Sequence[str]) -> Sheet:
    """One row for each line of a battery, one column for each answer, grouped by domain."""
    lookup = order.lookup
    first = variables[0]
    rows = {
        (code, variable.code): _battery_cells(lookup, variable, code)
        for code in domains
        for variable in variables
    }
    cells = [cell for row in rows.values() for cell in row]
    lookup.require(cells, order.spec.refs)
    lines = [
        Line(
            lookup.variable(variable).label[lookup.language],
            [*(show(cell, lookup) for cell in row), _column_count(row, lookup)],
            group=lookup.domain_name(code) if len(domains) > 1 else "",
        )
        for (code, variable), row in rows.items()
    ]
    parts: list[Named] = [*first.answers, *first.boxes]
    columns = [*(Column(part.label[lookup.language]) for part in parts), Column("n")]
    return Sheet(
        grid=Grid(first.question.label[lookup.language], columns, lines),
        headline=first.question.label[lookup.language],
        subtitle=_frequency_subtitle(lookup, first.question),
        cells=cells,
        notes=[
            base_note(variables, lookup),
            rounded_note(cells, lookup),
            weak_note(cells, lookup),
            hidden_legend(cells, lookup),
        ],
    )


def _battery_cells(lookup: Lookup, variable: Variable, code: str) -> list[Datum]:
    label = variable.label[lookup.language]
    parts: list[Named] = [*variable.answers, *variable.boxes]
    return [
        lookup.cell(
            Target("survey", variable.code, part.name),
            code,
            f"{label}, {part.label[lookup.language]}",
        )
        for part in parts
    ]


def _frequency_subtitle(lookup: Lookup, question: Question) -> str:
    """Give the wording of the question, and the unit."""
    message = (
        "“{question}”, share of answers in percent, mean and median"
        if question.type == "numeric"
        else "“{question}”, share of answers in percent"
    )
    return lookup.locale.text(message, question=question.text[lookup.language].strip(' „“”"'))


def _frequency_cells(
    lookup: Lookup, variable: Variable, domains: Sequence[str], *, grouped: bool
) -> list[list[Datum]]:
    added = [item.name for item in list_measures(variable) if item.kind.is_tabulated]
    measures = dict.fromkeys([*lookup.measures(variable), *added])
    targets = [Target("survey", variable.code, measure) for measure in measures]
    before = f"{variable.label[lookup.language]}, " if grouped else ""
    return [
        [lookup.cell(target, code, before + lookup.measure_label(target)) for code in domains]
        for target in targets
    ]


def _frequency_lines(
    lookup: Lookup, variable: Variable, rows: Sequence[Sequence[Datum]], *, grouped: bool
) -> list[Line]:
    group = variable.label[lookup.language] if grouped else ""
    before = f"{group}, " if group else ""
    lines = [
        Line(row[0].label.removeprefix(before), [show(cell, lookup) for cell in row], group)
        for row in rows
    ]
    counts = [_column_count(column, lookup) for column in zip(*rows, strict=True)]
    return [*lines, Line(lookup.locale.text("n (answers)"), counts, group)]


def _column_count(cells: Sequence[Datum], lookup: Lookup) -> Entry:
    counts = {cell.n for cell in cells if cell.n is not None}
    return Entry(lookup.locale.number(max(counts), 0)) if counts else Entry("–", hidden=True)


# --- regions --------------------------------------------------------------------------------


def make_regions(order: Order) -> Sheet:
    """One row for each region with a value, one column for each measure, and n.

    Regions without any are named in the foot: rows of dashes would hide the others.
    """
    lookup = order.lookup
    targets = [_single(lookup, ref) for ref in order.spec.refs]
    asked = [lookup.domain(code) for code in order.spec.domains]
    domains = asked or [*lookup.settings.regions, lookup.settings.nation]
    rows = {code: _region_cells(lookup, targets, code) for code in domains}
    cells = [cell for row in rows.values() for cell in row]
    lookup.require(cells, order.spec.refs)
    told = {
        code: row
        for code, row in rows.items()
        if any(cell.is_published or cell.band for cell in row)
    }
    lines = [
        Line(
            lookup.domain_name(code),
            [*(show(cell, lookup) for cell in row), _column_count(row, lookup)],
            own=code == order.domain,
        )
        for code, row in told.items()
    ]
    columns = [*(Column(_describe(lookup, target)) for target in targets), Column("n")]
    return Sheet(
        grid=Grid(_name_rows(lookup, domains), columns, lines),
        headline=_compared(lookup, domains),
        subtitle=lookup.locale.join([_describe(lookup, target) for target in targets]),
        cells=cells,
        notes=[
            lookup.locale.text("n: answers to the first question") if len(targets) > 1 else "",
            base_note(
                [lookup.variable(item.variable) for item in targets if item.source == "survey"],
                lookup,
            ),
            rounded_note(cells, lookup),
            weak_note(cells, lookup),
            hidden_legend([cell for row in told.values() for cell in row], lookup),
            missing_note([row[0] for code, row in rows.items() if code not in told], lookup),
        ],
    )  # fmt: skip


def _name_rows(lookup: Lookup, domains: Sequence[str]) -> str:
    """Name what stands in the rows, as the head of the first column."""
    if domains and all(lookup.settings.domains[code].kind == "type" for code in domains):
        name = lookup.region_type
        return capital(name)
    return capital(lookup.settings.info.regions.singular[lookup.language])


def _compared(lookup: Lookup, domains: Sequence[str]) -> str:
    """Name what a table compares."""
    types = lookup.settings.info.region_types
    of_types = domains and all(lookup.settings.domains[code].kind == "type" for code in domains)
    names = types.forms.many[lookup.language] if types and of_types else lookup.regions
    return lookup.locale.text("{regions} compared", regions=capital(names))


def _region_cells(lookup: Lookup, targets: Sequence[Target], code: str) -> list[Datum]:
    name = lookup.domain_name(code)
    return [lookup.cell(target, code, f"{name}, {_describe(lookup, target)}") for target in targets]


def _single(lookup: Lookup, ref: str) -> Target:
    targets = lookup.targets(ref)
    if len(targets) == 1:
        return targets[0]
    variable = lookup.variable(targets[0].variable)
    return Target("survey", variable.code, lookup.headline_measure(variable))


def _describe(lookup: Lookup, target: Target) -> str:
    """Name a measure with its variable, as the head of a column; answers in quotation marks."""
    kind = find_kind(lookup.settings, target.variable, target.measure)
    if kind is not None and kind.statistic != "share":
        return f"{lookup.label(target)}, {lookup.measure_label(target)}"
    return lookup.locale.text(
        "{name}: “{measure}”", name=lookup.label(target), measure=lookup.measure_label(target)
    )


# --- response -------------------------------------------------------------------------------


def make_response(order: Order) -> Sheet:
    """One row for each region or type: invited, answers, rate."""
    lookup = order.lookup
    text = lookup.locale.text
    asked = [lookup.domain(code) for code in order.spec.domains]
    domains = asked or [*lookup.settings.regions, lookup.settings.nation]
    names = {"invited": "Invited", "answers": "Answers", "rate": "Response rate"}
    rows = {
        code: [_response_cell(lookup, name, text(head), code) for name, head in names.items()]
        for code in domains
    }
    cells = [cell for row in rows.values() for cell in row]
    lookup.require(cells, ("response:rate",))
    lines = [
        Line(
            lookup.domain_name(code),
            [_response_entry(cell, lookup) for cell in row],
            own=code == order.domain,
        )
        for code, row in rows.items()
    ]
    return Sheet(
        grid=Grid(
            _name_rows(lookup, domains),
            [Column(text(head)) for head in names.values()],
            lines,
        ),
        headline=text("Response {by}", by=by_domains(lookup, domains)),
        subtitle=text("Response rate in percent, answers and invitations"),
        cells=cells,
        notes=[hidden_legend(cells, lookup)],
    )


def _response_cell(lookup: Lookup, name: str, head: str, code: str) -> Datum:
    return lookup.cell(Target("response", name, ""), code, f"{lookup.domain_name(code)}, {head}")


def _response_entry(cell: Datum, lookup: Lookup) -> Entry:
    """Write counts without a unit: the column's head names it."""
    if cell.value is not None and cell.evidence and cell.evidence.unit != "share":
        return Entry(lookup.locale.number(cell.value, 0))
    return show(cell, lookup)


TABLES: Final[Mapping[str, Callable[[Order], Sheet]]] = {
    "frequencies": make_frequencies,
    "regions": make_regions,
    "response": make_response,
    "panel": make_panel,
    "cases": make_cases,
    "recommendations": make_recommendations,
}
"""The tables by name."""
