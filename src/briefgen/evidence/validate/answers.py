"""Ask whether the answers of the survey keep to the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from briefgen.config.settings import Question, Settings, Variable
from briefgen.errors import Problem
from briefgen.evidence.sources import DataTable, name_file
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
    read_numbers,
    selected_codes,
    split_sets,
)
from briefgen.evidence.survey.replicates import replicate_columns
from briefgen.evidence.validate.columns import missing_columns
from briefgen.evidence.validate.labels import check_labels
from briefgen.evidence.validate.numbers import check_numbers
from briefgen.evidence.validate.respondents import check_respondents
from briefgen.evidence.validate.rules import Rule, Test, apply_rules, itself
from briefgen.evidence.validate.sampling import check_sampling


def check_answers(settings: Settings, table: DataTable) -> list[Problem]:
    """Return the problems of the survey's file, by column and row."""
    file = name_file(settings, settings.info.files.survey)
    found = list(missing_columns(settings, table, file))
    rules = [rule for rule in _rules(settings, table) if rule.column in table.frame]
    found += apply_rules(table.frame, rules, file)
    found += check_respondents(settings, table, file)
    found += check_sampling(settings, table, file)
    found += check_numbers(settings, table, file)
    return found + list(check_labels(settings, table, file))


def _rules(settings: Settings, table: DataTable) -> Iterator[Rule]:
    yield from _id_rules(settings)
    yield from _place_rules(settings)
    yield from _design_rules(settings, table)
    for variable in settings.variables.values():
        yield from _variable_rules(settings, table, variable)
        if variable.question.asked_if:
            yield _filter_rule(settings, table, variable)


def _id_rules(settings: Settings) -> Iterator[Rule]:
    column = settings.codebook.id_column
    if column:
        yield Rule(column, "a respondent has no id", "fill the cell", lambda c: c.ne(""))


def _place_rules(settings: Settings) -> Iterator[Rule]:
    info = settings.info
    places: list[tuple[str, dict[str, str], str]] = []
    if info.regions.variable:
        places.append((info.regions.variable, place_codes(info.regions.list), "region"))
    if info.region_types:
        types = info.region_types
        places.append((types.variable, place_codes(types.list), "region type"))
    nothing = {"", *settings.codebook.missing}
    for column, codes, what in places:
        if what != "region" or info.regions.unlisted == "error":
            remedy = f"correct the cell, or add the code to the {what}'s data: in study.yml"
            if what == "region":
                remedy += "; regions: unlisted: drop or other takes the rest"
            yield Rule(
                column,
                f"is no {what} of study.yml, which has {known_values(list(codes))}",
                remedy,
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


def _design_rules(settings: Settings, table: DataTable) -> Iterator[Rule]:
    design = settings.info.design
    for replicate in replicate_columns(design, [str(name) for name in table.frame]):
        yield Rule(
            replicate,
            "a replicate weight is not a number of 0 or more",
            "correct the cell (write thousands without a mark)",
            lambda c: parse_numbers(c).ge(0),
        )
    if design.weight:
        yield Rule(
            design.weight,
            "a weight is not a number of 0 or more",
            "correct the cell (write thousands without a mark), or set the weight 0 to leave the "
            "respondent out",
            lambda c: parse_numbers(c).notna(),
        )
        yield Rule(  # named, unlike a text, which may be somebody's own words in the wrong column
            design.weight,
            "is below 0, and a weight is a number of 0 or more",
            "correct the cell, or set the weight 0 to leave the respondent out",
            lambda c: ~parse_numbers(c).lt(0),
            named=itself,
        )
        yield Rule(
            design.weight,
            "a weight is 0",
            "the respondent is left out of all figures; correct the weight if that is not meant",
            lambda c: parse_numbers(c).ne(0),
            "warning",
        )
    for column, what in ((design.strata, "stratum"), (design.cluster, "cluster")):
        if column:
            yield Rule(column, f"a respondent has no {what}", "fill the cell", _outside({""}))


def _variable_rules(settings: Settings, table: DataTable, variable: Variable) -> Iterator[Rule]:
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
        "correct the cell, add the code to the codebook's options or missing codes, or let an "
        "option take what is no code: other: true",
        _among({*codes, *gone}),
        named=itself,
        known=(*codes, *gone),
    )


def _number_rules(variable: Variable, column: str, gone: set[str]) -> Iterator[Rule]:
    question = variable.question
    yield Rule(
        column,
        f"an answer to {variable.code} is no number",
        "write digits with a point or comma; state thousands: and signs: in the codebook where "
        "numbers have them; list codes under missing:",
        lambda c: c.isin(gone) | read_numbers(c, question).notna(),
    )
    for limit, word, sign in ((question.minimum, "below", 1), (question.maximum, "above", -1)):
        if limit is not None:
            yield Rule(
                column,
                f"an answer to {variable.code} is {word} {limit:g}",
                "correct the cell, or the limit in the codebook",
                _limit_test(question, gone, limit, sign),
            )


def _limit_test(question: Question, gone: set[str], limit: float, sign: int) -> Test:
    def test(cells: pd.Series) -> pd.Series:
        numbers = read_numbers(cells, question)
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
            "correct the cell, add the item to the codebook, or let an item take what is no code: "
            "other: true",
            lambda c: pd.Series(~c.index.isin(unknown(c).index), index=c.index),
            named=unknown,
            known=tuple(known),
        )
    yield Rule(column, "an answer stands twice in its cell", "remove the repeated code", once)


def _mention_rules(
    variable: Variable, table: DataTable, column: str, gone: set[str]
) -> Iterator[Rule]:
    """Rules for one of several columns that each name an item."""
    if other_item(variable) is None:
        yield _code_rule(variable, column, list(item_codes(variable)), gone)
    yield from _once_rule(variable, table, column, gone, "an item is named in two columns")


def _rank_rules(
    variable: Variable, table: DataTable, column: str, gone: set[str]
) -> Iterator[Rule]:
    size = len(variable.question.items)
    ranks = [str(rank) for rank in range(1, size + 1)]
    yield Rule(
        column,
        f"is no rank, a whole number from 1 to {size}",
        "correct the cell",
        _among({*ranks, *gone}),
        named=itself,
    )
    yield from _once_rule(variable, table, column, gone, "a rank is given twice")


def _once_rule(
    variable: Variable, table: DataTable, column: str, gone: set[str], rule: str
) -> Iterator[Rule]:
    """Warn of a cell that says the same as another of the question's columns."""
    others = [name for name in columns_of(variable) if name != column and name in table.frame]

    def alone(cells: pd.Series) -> pd.Series:
        same = pd.concat([table.frame[name].eq(cells) for name in others], axis=1).any(axis=1)
        return ~same | cells.isin(gone)

    if others:
        yield Rule(column, rule, "see which of the cells is meant", alone, "warning")


def _filter_rule(settings: Settings, table: DataTable, variable: Variable) -> Rule:
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
        "the answer is left out; correct the filter in the codebook if it was asked",
        test,
        "warning",
    )


def _among(codes: Iterable[str]) -> Test:
    known = list(codes)
    return lambda cells: cells.isin(known)


def _outside(codes: Iterable[str]) -> Test:
    known = list(codes)
    return lambda cells: ~cells.isin(known)
