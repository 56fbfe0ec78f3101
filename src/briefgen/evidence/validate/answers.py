"""Ask whether the answers of the survey keep to the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Final

import pandas as pd

from briefgen.config.settings import Settings, Variable
from briefgen.errors import Problem, name_rows, suggest
from briefgen.evidence.sources import Table, name_file
from briefgen.evidence.survey.decode import (
    answer_columns,
    columns_of,
    decode_variable,
    item_codes,
    item_columns,
    known_values,
    missing_codes,
    other_item,
    parse_numbers,
    passes_filter,
    place_codes,
    selected_codes,
    split_sets,
)
from briefgen.evidence.validate.labels import check_labels
from briefgen.evidence.validate.numbers import check_numbers
from briefgen.evidence.validate.rules import Rule, Test, apply_rules, itself

SUM_TOLERANCE: Final = 0.05
"""How far the sum of the weights may be from what it is expected to be."""


PROGRAM_MARKS: Final = {
    ("submitdate", "not submitted"): frozenset({""}),  # LimeSurvey
    ("Status", "previews, tests or spam"): frozenset(
        {"survey preview", "survey test", "spam", "survey preview spam"}
    ),  # Qualtrics
    ("DistributionChannel", "previews or tests"): frozenset({"preview", "test"}),  # Qualtrics
    ("Finished", "not finished"): frozenset({"false", "0"}),  # Qualtrics
    ("FINISHED", "not finished"): frozenset({"0"}),  # SoSci
    ("MODE", "tests"): frozenset({"admin", "debug", "develop", "pretest", "test"}),  # SoSci
}
"""What survey programs write beside rows that may be no respondents."""


def check_answers(settings: Settings, table: Table) -> list[Problem]:
    """Return the problems of the survey's file, by column and row."""
    file = name_file(settings, settings.info.files.survey)
    found = list(_missing_columns(settings, table, file))
    rules = [rule for rule in _rules(settings, table) if rule.column in table.frame]
    found += apply_rules(table.frame, rules, file)
    found += _whole_file(settings, table, file)
    found += check_numbers(settings, table, file)
    return found + list(check_labels(settings, table, file))


def lacks_header(settings: Settings, table: Table) -> bool:
    """Whether none of the columns that the configuration names is in the file's row of names.

    What stands there then may be the first respondent, and is not shown.
    """
    wanted = _wanted(settings)
    return len(wanted) > 1 and not any(column in table.frame for column in wanted)


def _missing_columns(settings: Settings, table: Table, file: str) -> Iterator[Problem]:
    """Name columns that are not there; of a file without a header nothing is shown."""
    known = [str(name) for name in table.frame.columns]
    wanted = _wanted(settings)
    lacks = {column: meant for column, meant in wanted.items() if column not in table.frame}
    row = max(table.first_row - 1, 1)
    if lacks_header(settings, table):
        yield Problem(
            file,
            row,
            "",
            f"none of the {len(wanted)} columns of study.yml and codebook.yml is named here",
            "see whether the row of names is there and the first, and how the file was read: "
            f"{len(known)} columns; {table.reading.tell(len(table.frame))}",
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
            f"{hint} Or state its name: column: in the codebook".strip(),
        )


def _wanted(settings: Settings) -> dict[str, str]:
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


def _rules(settings: Settings, table: Table) -> Iterator[Rule]:
    yield from _id_rules(settings)
    yield from _place_rules(settings)
    yield from _design_rules(settings)
    for variable in settings.variables.values():
        yield from _variable_rules(settings, table, variable)
        if variable.question.asked_if:
            yield _filter_rule(settings, table, variable)


def _id_rules(settings: Settings) -> Iterator[Rule]:
    column = settings.codebook.id_column
    if column:
        yield Rule(column, "a respondent has no id", "fill the cell", lambda c: c.ne(""))
        yield Rule(
            column,
            "an id stands for more than one respondent",
            "remove the repeated respondent, or give ids of their own",
            lambda c: ~c.duplicated(keep=False) | c.eq(""),
        )


def _place_rules(settings: Settings) -> Iterator[Rule]:
    info = settings.info
    places = [(info.regions.variable, place_codes(info.regions.list), "region")]
    if info.region_types:
        types = info.region_types
        places.append((types.variable, place_codes(types.list), "region type"))
    nothing = {"", *settings.codebook.missing}
    for column, codes, what in places:
        yield Rule(
            column,
            f"is no {what} of study.yml, which has {known_values(list(codes))}",
            f"mend the cell, or add the code to the {what}'s data: in study.yml",
            _among({*codes, *nothing}),
            named=itself,
            known=tuple(codes),
        )
        yield Rule(
            column,
            f"a respondent has no {what}",
            "fill the cell; without it the respondent counts in the nation alone",
            _outside(nothing),
            "warning",
        )


def _design_rules(settings: Settings) -> Iterator[Rule]:
    design = settings.info.design
    if design.weight:
        yield Rule(
            design.weight,
            "a weight is not a number of 0 or more",
            "mend the cell (write thousands without a mark), or set the weight 0 to leave the "
            "respondent out",
            lambda c: parse_numbers(c).ge(0),
        )
        yield Rule(
            design.weight,
            "a weight is 0",
            "the respondent is left out of all figures; mend the weight if that is not meant",
            lambda c: parse_numbers(c).ne(0),
            "warning",
        )
    for column, what in ((design.strata, "stratum"), (design.cluster, "cluster")):
        if column:
            yield Rule(column, f"a respondent has no {what}", "fill the cell", _outside({""}))


def _variable_rules(settings: Settings, table: Table, variable: Variable) -> Iterator[Rule]:
    for column in columns_of(variable):
        gone = set(missing_codes(settings, table, variable, column))
        if variable.type in ("single", "scale"):
            codes = [code for option in variable.options for code in option.codes]
            if not any(option.other for option in variable.options):
                yield _code_rule(variable, column, codes, gone)
        elif variable.type == "numeric":
            yield from _number_rules(variable, column, gone)
        elif variable.question.delimiter:
            yield from _set_rules(variable, column, gone)
        elif variable.question.columns:
            yield from _mention_rules(variable, table, column, gone)
        elif variable.type == "multiple":
            item = _item_of(variable, column)
            chosen = selected_codes(variable)[item]
            if item != other_item(variable):
                codes = [*chosen, *variable.question.not_selected]
                yield _code_rule(variable, column, codes, gone)
        elif variable.type == "ranking":
            yield from _rank_rules(variable, table, column, gone)


def _item_of(variable: Variable, column: str) -> str:
    return next(item for item, name in item_columns(variable).items() if name == column)


def _code_rule(variable: Variable, column: str, codes: Sequence[str], gone: set[str]) -> Rule:
    return Rule(
        column,
        f"is no answer to {variable.code}, which has {known_values([c for c in codes if c])}",
        "mend the cell, add the code to the codebook's options or missing codes, or let an option "
        "take what is no code: other: true",
        _among({*codes, *gone}),
        named=itself,
        known=(*codes, *gone),
    )


def _number_rules(variable: Variable, column: str, gone: set[str]) -> Iterator[Rule]:
    question = variable.question
    yield Rule(
        column,
        f"an answer to {variable.code} is no number",
        "write digits with a point or comma, thousands without a mark; list codes under missing:",
        lambda c: c.isin(gone) | parse_numbers(c).notna(),
    )
    for limit, word, sign in ((question.minimum, "below", 1), (question.maximum, "above", -1)):
        if limit is not None:
            yield Rule(
                column,
                f"an answer to {variable.code} is {word} {limit:g}",
                "mend the cell, or the limit in the codebook",
                _limit_test(gone, limit, sign),
            )


def _limit_test(gone: set[str], limit: float, sign: int) -> Test:
    def test(cells: pd.Series) -> pd.Series:
        numbers = parse_numbers(cells)
        return cells.isin(gone) | numbers.isna() | (sign * numbers).ge(sign * limit)

    return test


def _set_rules(variable: Variable, column: str, gone: set[str]) -> Iterator[Rule]:
    known = item_codes(variable)

    def parts(cells: pd.Series) -> pd.Series:
        return split_sets(cells.where(~cells.isin(gone), ""), variable)

    def unknown(cells: pd.Series) -> pd.Series:
        found = parts(cells)
        return found[~found.isin(known.keys())]

    def once(cells: pd.Series) -> pd.Series:
        found = parts(cells).map(lambda part: known.get(part, part)).reset_index()
        again = found[found.duplicated()].iloc[:, 0]
        return pd.Series(~cells.index.isin(again), index=cells.index)

    if other_item(variable) is None:
        yield Rule(
            column,
            f"is no answer to {variable.code}, which has {known_values(list(known))}, with "
            f"{variable.question.delimiter!r} between",
            "mend the cell, add the item to the codebook, or let an item take what is no code: "
            "other: true",
            lambda c: pd.Series(~c.index.isin(unknown(c).index), index=c.index),
            named=unknown,
            known=tuple(known),
        )
    yield Rule(column, "an answer stands twice in its cell", "remove the repeated code", once)


def _mention_rules(variable: Variable, table: Table, column: str, gone: set[str]) -> Iterator[Rule]:
    """Rules for one of several columns that each name an item."""
    if other_item(variable) is None:
        yield _code_rule(variable, column, list(item_codes(variable)), gone)
    yield from _once_rule(variable, table, column, gone, "an item is named in two columns")


def _rank_rules(variable: Variable, table: Table, column: str, gone: set[str]) -> Iterator[Rule]:
    size = len(variable.question.items)
    ranks = [str(rank) for rank in range(1, size + 1)]
    yield Rule(
        column,
        f"is no rank, a whole number from 1 to {size}",
        "mend the cell",
        _among({*ranks, *gone}),
        named=itself,
    )
    yield from _once_rule(variable, table, column, gone, "a rank is given twice")


def _once_rule(
    variable: Variable, table: Table, column: str, gone: set[str], rule: str
) -> Iterator[Rule]:
    """Warn of a cell that says the same as another of the question's columns."""
    others = [name for name in columns_of(variable) if name != column and name in table.frame]

    def alone(cells: pd.Series) -> pd.Series:
        same = pd.concat([table.frame[name].eq(cells) for name in others], axis=1).any(axis=1)
        return ~same | cells.isin(gone)

    if others:
        yield Rule(column, rule, "see which of the cells is meant", alone, "warning")


def _filter_rule(settings: Settings, table: Table, variable: Variable) -> Rule:
    """Whoever was not asked has no answer; if there is one it is dropped."""
    asked_if = variable.question.asked_if
    column = next((name for name in columns_of(variable) if name in table.frame), variable.column)

    def test(cells: pd.Series) -> pd.Series:
        if asked_if is None:
            return pd.Series(data=True, index=cells.index)
        before = decode_variable(settings, table, settings.variables[asked_if.variable])
        here = decode_variable(settings, table, variable)
        answers = pd.concat([here[name] for name in answer_columns(variable)], axis=1)
        asked = passes_filter(settings, asked_if, before)
        return asked | ~answers.notna().any(axis=1)

    condition = f"{asked_if.variable} is {' or '.join(asked_if.options)}" if asked_if else ""
    return Rule(
        column,
        f"{variable.code} is answered, though it is asked only where {condition}",
        "the answer is left out; mend the filter in the codebook if it was asked",
        test,
        "warning",
    )


def _whole_file(settings: Settings, table: Table, file: str) -> Iterator[Problem]:
    frame = table.frame
    if frame.empty:
        yield Problem(file, None, "", "the file has no respondents", "export it again")
        return
    yield from _unanswered(settings, table, file)
    yield from _empty_rows(settings, table, file)
    yield from _no_respondents(settings, table, file)
    weight = settings.info.design.weight
    if weight is not None and weight in frame:
        yield from _weight_sum(settings, parse_numbers(frame[weight]), file)
    column = settings.codebook.id_column
    if column in frame and frame.shape[1] > 1:
        twins = frame[frame.drop(columns=[column]).duplicated(keep=False)]
        answered = twins[[name for name in _wanted(settings) if name in twins and name != column]]
        rows = [int(row) for row in answered.index[(answered != "").sum(axis=1) > 3]]
        if rows:
            rule = f"respondents have all cells but the id alike ({name_rows(rows)})"
            remedy = "see whether one person was recorded twice"
            yield Problem(file, rows[0], "", rule, remedy, "warning")
    if settings.info.regions.variable in frame:
        yield from _empty_regions(settings, frame, file)


def _unanswered(settings: Settings, table: Table, file: str) -> Iterator[Problem]:
    """Warn of questions that nobody answered: of what was lost on the way, nothing else tells."""
    for variable in settings.variables.values():
        columns = [name for name in columns_of(variable) if name in table.frame]
        if not columns or variable.type == "open":
            continue
        if any(_has_answers(settings, table, variable, name) for name in columns):
            continue
        every = all(table.frame[name].eq("").all() for name in columns)
        fault = f"nobody answered {variable.code}" + (": every cell is empty" if every else "")
        remedy = "see whether the export lost the answers; else leave the question out"
        yield Problem(file, None, columns[0], fault, remedy, "warning")


def _empty_rows(settings: Settings, table: Table, file: str) -> Iterator[Problem]:
    """Warn of rows without any answer: sums below the table, or people who only looked."""
    asked = {
        name for variable in settings.variables.values() for name in columns_of(variable)
    } & set(table.frame)
    empty = table.frame[sorted(asked)].eq("").all(axis=1)
    rows = [int(row) for row in empty.index[empty]]
    if asked and rows and len(rows) < len(empty):
        fault = f"respondents without any answer ({name_rows(rows)})"
        remedy = "they count as respondents; delete the rows, or leave them out: leave_out:"
        yield Problem(file, rows[0], "", fault, remedy, "warning")


def _no_respondents(settings: Settings, table: Table, file: str) -> Iterator[Problem]:
    """Ask about rows that their survey program marks as tests, previews or not finished."""
    source = settings.info.files.survey
    decided = {rule.column for rule in source.leave_out} | set(_wanted(settings))
    for (column, what), marks in PROGRAM_MARKS.items():
        if column not in table.frame or column in decided:
            continue
        cells = table.frame[column].str.casefold()
        rows = [int(row) for row in cells.index[cells.isin(marks)]]
        if rows and len(rows) < len(cells):
            fault = f"the survey program marks respondents as {what} ({name_rows(rows)})"
            remedy = (
                f"leave them out: leave_out: [{{column: {column}, …}}] in study.yml, or say with "
                "keep: that all of them count"
            )
            yield Problem(file, rows[0], column, fault, remedy, "warning")


def _has_answers(settings: Settings, table: Table, variable: Variable, column: str) -> bool:
    """Whether any cell is more than a reason for no answer; what else is wrong is told apart."""
    gone = missing_codes(settings, table, variable, column)
    return not table.frame[column].isin(gone.keys()).all()


def _weight_sum(settings: Settings, weights: pd.Series, file: str) -> Iterator[Problem]:
    """Ask what the weights add up to: the respondents, or the population."""
    column, stated = str(settings.info.design.weight), settings.info.design.population
    total = float(weights.clip(lower=0).sum())
    if not total:
        remedy = "choose another column: design.weight in study.yml"
        yield Problem(file, None, column, "no weight is above 0", remedy)
        return
    sizes = [float(len(weights)), float(weights.gt(0).sum())]
    sizes += [stated] if isinstance(stated, float) else []
    if stated != "frame" and all(abs(total / size - 1) > SUM_TOLERANCE for size in sizes):
        yield Problem(
            file,
            None,
            column,
            f"weights add up to {total:g}, neither the number of respondents nor the population",
            "shares and means stay the same; for totals state design.population in study.yml",
            "warning",
        )


def _empty_regions(settings: Settings, frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    codes = place_codes(settings.info.regions.list)
    present = set(frame[settings.info.regions.variable].map(codes).dropna())
    for region in settings.regions:
        if region not in present:
            yield Problem(
                file,
                None,
                settings.info.regions.variable,
                f"the region {region} has no respondents",
                "see the region's codes in study.yml: data:; its briefs will say that it has none",
                "warning",
            )


def _among(codes: Iterable[str]) -> Test:
    known = list(codes)
    return lambda cells: cells.isin(known)


def _outside(codes: Iterable[str]) -> Test:
    known = list(codes)
    return lambda cells: ~cells.isin(known)
