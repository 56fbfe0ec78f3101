"""Ask whether the answers of the survey keep to the codebook."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import pandas as pd

from briefgen.config.settings import Settings, Variable
from briefgen.errors import Problem, suggest
from briefgen.evidence.sources import Table, name_file
from briefgen.evidence.survey.decode import (
    answer_columns,
    columns_of,
    decode_variable,
    item_columns,
    known_values,
    missing_codes,
    parse_numbers,
    passes_filter,
    place_codes,
    selected_codes,
    split_sets,
)
from briefgen.evidence.validate.labels import check_labels
from briefgen.evidence.validate.rules import Rule, apply_rules

SUM_TOLERANCE: Final = 0.05
"""How far the sum of the weights may be from what it is expected to be."""
GROUP: Final = 3
"""Digits of a group of thousands."""
_Test = Callable[[pd.Series], pd.Series]


def check_answers(settings: Settings, table: Table) -> list[Problem]:
    """Return the problems of the survey's file, by column and row."""
    file = name_file(settings, settings.info.files.survey)
    missing = list(_missing_columns(settings, table, file))
    rules = [rule for rule in _rules(settings, table) if rule.column in table.frame]
    found = [*missing, *apply_rules(table.frame, rules, file)]
    found += _whole_file(settings, table, file)
    return found + list(check_labels(settings, table, file))


def _missing_columns(settings: Settings, table: Table, file: str) -> Iterator[Problem]:
    known = [str(name) for name in table.frame.columns]
    for column, meant in _wanted(settings).items():
        if column not in table.frame:
            yield Problem(
                file,
                max(table.first_row - 1, 1),
                column,
                f"the column {column!r} is there ({meant})",
                f"{suggest(column, known)} Or state its name: column: in the codebook",
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
        yield Rule(column, "every respondent has an id", "fill the cell", lambda c: c.ne(""))
        yield Rule(
            column,
            "an id stands once",
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
            f"a {what} is one of {known_values(list(codes))}",
            f"mend the cell, or add the code to the {what}'s data: in study.yml",
            _among({*codes, *nothing}),
        )
        yield Rule(
            column,
            f"every respondent has a {what}",
            "fill the cell; without it the respondent counts in the nation alone",
            _outside(nothing),
            "warning",
        )


def _design_rules(settings: Settings) -> Iterator[Rule]:
    design = settings.info.design
    if design.weight:
        yield Rule(
            design.weight,
            "a weight is a number of 0 or more",
            "mend the cell, or set the weight 0 to leave the respondent out",
            lambda c: parse_numbers(c).ge(0),
        )
        yield Rule(
            design.weight,
            "a weight is above 0",
            "the respondent is left out of all figures; mend the weight if that is not meant",
            lambda c: parse_numbers(c).ne(0),
            "warning",
        )
    for column, what in ((design.strata, "stratum"), (design.cluster, "cluster")):
        if column:
            yield Rule(column, f"every respondent has a {what}", "fill the cell", _outside({""}))


def _variable_rules(settings: Settings, table: Table, variable: Variable) -> Iterator[Rule]:
    for column in columns_of(variable):
        gone = set(missing_codes(settings, table, variable, column))
        if variable.type in ("single", "scale"):
            codes = [option.code for option in variable.options]
            yield _code_rule(variable, column, codes, gone)
        elif variable.type == "numeric":
            yield from _number_rules(variable, column, gone)
        elif variable.question.delimiter:
            yield from _set_rules(variable, column, gone)
        elif variable.question.columns:
            yield from _mention_rules(variable, table, column, gone)
        elif variable.type == "multiple":
            chosen = [selected_codes(variable)[_item_of(variable, column)]]
            yield _code_rule(variable, column, [*chosen, *variable.question.not_selected], gone)
        elif variable.type == "ranking":
            yield from _rank_rules(variable, table, column, gone)


def _item_of(variable: Variable, column: str) -> str:
    return next(item for item, name in item_columns(variable).items() if name == column)


def _code_rule(variable: Variable, column: str, codes: Sequence[str], gone: set[str]) -> Rule:
    return Rule(
        column,
        f"an answer to {variable.code} is one of {known_values([c for c in codes if c])}",
        "mend the cell, or add the code to the codebook's options or missing codes",
        _among({*codes, *gone}),
    )


def _number_rules(variable: Variable, column: str, gone: set[str]) -> Iterator[Rule]:
    question = variable.question
    yield Rule(
        column,
        f"an answer to {variable.code} is a number",
        "write digits with a point or comma; list codes such as -9 under missing:",
        lambda c: c.isin(gone) | parse_numbers(c).notna(),
    )
    if question.decimals < GROUP:
        yield Rule(
            column,
            f"an answer to {variable.code} reads in one way; thousand and decimal look alike here",
            "write thousands without a mark; where decimals are meant, state decimals: 3",
            lambda c: c.isin(gone) | ~c.str.fullmatch(r"-?[1-9]\d{0,2}[.,]\d{3}"),
            "warning",
        )
    for limit, word, sign in ((question.minimum, "least", 1), (question.maximum, "most", -1)):
        if limit is not None:
            yield Rule(
                column,
                f"an answer to {variable.code} is at {word} {limit:g}",
                "mend the cell, or the limit in the codebook",
                _limit_test(gone, limit, sign),
            )


def _limit_test(gone: set[str], limit: float, sign: int) -> _Test:
    def test(cells: pd.Series) -> pd.Series:
        numbers = parse_numbers(cells)
        return cells.isin(gone) | numbers.isna() | (sign * numbers).ge(sign * limit)

    return test


def _set_rules(variable: Variable, column: str, gone: set[str]) -> Iterator[Rule]:
    delimiter = str(variable.question.delimiter)
    codes = list(selected_codes(variable).values())

    def known(cells: pd.Series) -> pd.Series:
        parts = split_sets(cells.where(~cells.isin(gone), ""), delimiter)
        wrong = parts.index[~parts.isin(codes)]
        return pd.Series(~cells.index.isin(wrong), index=cells.index)

    def once(cells: pd.Series) -> pd.Series:
        parts = split_sets(cells.where(~cells.isin(gone), ""), delimiter).reset_index()
        again = parts[parts.duplicated()].iloc[:, 0]
        return pd.Series(~cells.index.isin(again), index=cells.index)

    yield Rule(
        column,
        f"answers to {variable.code} are of {known_values(codes)}, with {delimiter!r} between",
        "mend the cell, or add the item to the codebook",
        known,
    )
    yield Rule(column, "an answer stands once in its cell", "remove the repeated code", once)


def _mention_rules(variable: Variable, table: Table, column: str, gone: set[str]) -> Iterator[Rule]:
    """Rules for one of several columns that each name an item."""
    yield _code_rule(variable, column, list(selected_codes(variable).values()), gone)
    yield from _once_rule(variable, table, column, gone, "an item is named once")


def _rank_rules(variable: Variable, table: Table, column: str, gone: set[str]) -> Iterator[Rule]:
    size = len(variable.question.items)
    yield Rule(
        column,
        f"a rank is a whole number from 1 to {size}",
        "mend the cell",
        _among({*map(str, range(1, size + 1)), *gone}),
    )
    yield from _once_rule(variable, table, column, gone, "a rank is given once")


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
        f"{variable.code} is answered only where {condition}",
        "the answer is left out; mend the filter in the codebook if it was asked",
        test,
        "warning",
    )


def _whole_file(settings: Settings, table: Table, file: str) -> Iterator[Problem]:
    frame = table.frame
    if frame.empty:
        yield Problem(file, None, "", "there are respondents in the file", "export it again")
        return
    weight = settings.info.design.weight
    if weight is not None and weight in frame:
        yield from _weight_sum(settings, parse_numbers(frame[weight]), file)
    column = settings.codebook.id_column
    if column in frame and frame.shape[1] > 1:
        twins = frame[frame.drop(columns=[column]).duplicated(keep=False)]
        answered = twins[[name for name in _wanted(settings) if name in twins and name != column]]
        for row in answered.index[(answered != "").sum(axis=1) > 3][:20]:
            yield Problem(
                file,
                int(row),
                "",
                "no two respondents have all cells alike",
                "see whether one person was recorded twice",
                "warning",
            )
    if settings.info.regions.variable in frame:
        yield from _empty_regions(settings, frame, file)


def _weight_sum(settings: Settings, weights: pd.Series, file: str) -> Iterator[Problem]:
    """Ask what the weights add up to: the respondents, or the population."""
    column, stated = str(settings.info.design.weight), settings.info.design.population
    total = float(weights.clip(lower=0).sum())
    if not total:
        remedy = "choose another column: design.weight in study.yml"
        yield Problem(file, None, column, "some weight is above 0", remedy)
        return
    sizes = [float(len(weights)), float(weights.gt(0).sum())]
    sizes += [stated] if isinstance(stated, float) else []
    if stated != "frame" and all(abs(total / size - 1) > SUM_TOLERANCE for size in sizes):
        yield Problem(
            file,
            None,
            column,
            "weights add up to the number of respondents, or to the population",
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
                f"the region {region} has respondents",
                "see the region's codes in study.yml: data:; its briefs will say that it has none",
                "warning",
            )


def _among(codes: Iterable[str]) -> _Test:
    known = list(codes)
    return lambda cells: cells.isin(known)


def _outside(codes: Iterable[str]) -> _Test:
    known = list(codes)
    return lambda cells: ~cells.isin(known)
