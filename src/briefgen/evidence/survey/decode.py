"""From text cells to typed answers, as the codebook says.

In: the `DataTable` of the survey and `Settings`. Out: one row a respondent, in the shape that
``docs/architecture.md`` gives for ``Study.survey``. Nothing is refused here; ``validate`` has
already asked whether the cells keep to the codebook, and a cell that does not counts as no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Protocol

import numpy as np
import pandas as pd

from briefgen.config.settings import AskedIf, NumberClass, Question, Settings, Variable
from briefgen.evidence.sources import DataTable

REASON: Final = "!"
"""Ends the name of the column that says why there is no answer."""
MISSING_WORDS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(words, re.IGNORECASE)
    for name, words in {
        "refused": r"refus|verweiger|prefer not|declined|will (?:ich )?nicht|préf[èe]re ne pas|"
        r"prefiero no|rifiut|preferisco non|weiger|odmow|prefiro não|recus",
        "dont_know": r"\b(?:don.?t|do not|does not|doesn.?t|didn.?t) (?:\w+ )?know\b|wei(?:ß|ss) "
        r"(?:\w+ )?nicht|\bunknown\b|unbekannt|\bunsure\b|can.?t say|kann (?:\w+ )?nicht sagen|"
        r"\bne sai[st] pas|\bn\.?s\.?p\b|sans (?:opinion|avis)|ne se prononce|\bno (?:sé|sabe)\b|"
        r"\bns/nc\b|\bnon (?:so|sa|saprei)\b|\bweet (?:\w+ )?niet|\bnão s(?:ei|abe)|\bnie wiem|"
        r"trudno powiedzieć|\bvet (?:ej|inte|ikke)|\bved ikke|\bbilmiyor",
        "not_asked": r"not applicable|(?:does not|doesn.?t) apply|inapplicable|trifft nicht zu|"
        r"entfällt|\bfilter|not asked|nicht (?:erhoben|gefragt)|^n\.?/?a\.?$|skipped|routed|"
        r"sans objet|(?:non|pas) (?:applicable|concernée?|posée)|ne s.applique pas|"
        r"no (?:aplica|procede)|non applicabile|niet van toepassing|^n\.?v\.?t\.?$|não se aplica|"
        r"nie dotyczy",
        "not_presented": r"not (?:shown|presented|displayed)|nicht (?:gezeigt|vorgelegt)",
        "no_answer": r"no (?:answer|response|reply|data|information)|keine? (?:angabe|antwort)|"
        r"missing|fehl(?:end|t\b)|nicht beantwortet|not (?:answered|stated|ascertained|available)|"
        r"invalid|ungültig|(?:im|un)plausib|^k\.?\s?a\.?$|(?:sans|pas de|aucune|non).réponse|"
        r"non renseigné|manquante?\b|no (?:contesta|responde)|sin respuesta|nessuna risposta|"
        r"non (?:risponde|indicato)|geen (?:antwoord|opgave)|sem resposta|não respond|"
        r"brak odpowiedzi",
    }.items()
}
"""Words in a label that say why there is no number: in German, English, French, and the usual ones
in Spanish, Italian, Dutch, Portuguese, Polish, Swedish, Danish, Norwegian and Turkish."""
NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][-+]?[0-9]+)?")


class _Place(Protocol):
    """A region or a region type: a code, and the codes that stand for it in the data."""

    @property
    def code(self) -> str: ...
    @property
    def data(self) -> tuple[str, ...]: ...


def decode_survey(settings: Settings, table: DataTable) -> pd.DataFrame:
    """Return the typed answers, with places, and without weights and design."""
    raw = table.frame
    columns: dict[str, pd.Series] = {"_region": decode_places(settings, raw)}
    if settings.info.region_types:
        columns["_type"] = decode_types(settings, raw)
    for variable in settings.variables.values():
        columns |= decode_variable(settings, table, variable)
    for variable in settings.variables.values():
        if variable.question.asked_if:
            _apply_filter(settings, variable, variable.question.asked_if, columns)
    frame = pd.DataFrame(columns, index=raw.index)
    frame.index = respondent_ids(settings, raw)
    return frame


def respondent_ids(settings: Settings, raw: pd.DataFrame) -> pd.Index[str]:
    """Return the respondents' ids: the declared column, else the row in the file."""
    column = settings.codebook.id_column
    ids = raw[column] if column and column in raw else pd.Series(raw.index, dtype=str)
    return pd.Index(ids.astype(str), name="respondent")


def decode_places(settings: Settings, raw: pd.DataFrame) -> pd.Series:
    """Return each row's region code, ``None`` where it is empty or not known."""
    regions = settings.info.regions
    return _decode_codes(cells(raw, regions.variable or ""), regions.list)


def decode_types(settings: Settings, raw: pd.DataFrame) -> pd.Series:
    """Return each row's region type, ``None`` where it is empty or not known."""
    types = settings.info.region_types
    if types is None:
        return pd.Series(None, index=raw.index, dtype=object)
    return _decode_codes(cells(raw, types.variable), types.list)


def place_codes(places: Iterable[_Place]) -> dict[str, str]:
    """Return the code of each place by the codes that stand for it in the data."""
    known: dict[str, str] = {}
    for place in places:
        known |= dict.fromkeys(place.data or (place.code,), place.code)
    return known


def _decode_codes(raw: pd.Series, places: Iterable[_Place]) -> pd.Series:
    found = raw.map(place_codes(places)).astype(object)
    return found.where(found.notna(), None)


def cells(raw: pd.DataFrame, column: str) -> pd.Series:
    """Return a column's cells, or empty cells where there is no such column."""
    if column in raw:
        return raw[column]
    return pd.Series("", index=raw.index, dtype=object)


def missing_codes(
    settings: Settings, table: DataTable, variable: Variable, column: str
) -> dict[str, str]:
    """Return the reasons of all codes that are no answer, by code."""
    declared = dict.fromkeys(table.missing.get(column, ()), "no_answer")
    own = {
        code: option.missing
        for option in variable.options
        if option.missing
        for code in option.codes
    }
    found = {"": "no_answer", **declared, **settings.codebook.missing}
    stated = {**found, **own, **variable.question.missing}
    if variable.type != "numeric":
        return stated
    told = {**labelled_as_missing(table.value_labels.get(column, {})), **stated}
    return told | _written_otherwise(cells(table.frame, column), told)


def labelled_as_missing(labels: Mapping[str, str]) -> dict[str, str]:
    """Return the reasons of the codes of a number whose labels in the file say "no answer"."""
    found = {}
    for code, label in labels.items():
        reason = next((why for why, words in MISSING_WORDS.items() if words.search(label)), None)
        if reason:
            found[code] = reason
    return found


def _written_otherwise(raw: pd.Series, missing: Mapping[str, str]) -> dict[str, str]:
    """Return cells that write the number of a missing code otherwise: ``-9.0``, ``-9,00``."""
    codes = pd.Series([code for code in missing if code], dtype=object)
    numbers = parse_numbers(codes)
    reasons = {
        number: missing[code]
        for code, number in zip(codes, numbers, strict=True)
        if np.isfinite(number)
    }
    written = pd.Series(raw.unique(), dtype=object)
    found = parse_numbers(written).map(reasons)
    return {
        cell: reason
        for cell, reason in zip(written, found, strict=True)
        if isinstance(reason, str) and cell not in missing
    }


def item_columns(variable: Variable) -> dict[str, str]:
    """Return the column in the file of each item of a question with option columns."""
    return {
        item.name: item.column or f"{variable.column}_{item.name}"
        for item in variable.question.items
    }


def columns_of(variable: Variable) -> list[str]:
    """Return the columns of the file that a variable is made from."""
    question = variable.question
    if variable.type in ("multiple", "ranking"):
        if question.columns:
            return list(question.columns)
        if not question.delimiter:
            return list(item_columns(variable).values())
    return [variable.column]


def decode_variable(
    settings: Settings, table: DataTable, variable: Variable
) -> dict[str, pd.Series]:
    """Return the typed columns of one variable, and the one with reasons."""
    listed = variable.question.lists_items
    decoders: Mapping[str, Callable[[Settings, DataTable, Variable], dict[str, pd.Series]]] = {
        "single": _decode_options,
        "scale": _decode_options,
        "numeric": _decode_number,
        "open": _decode_open,
        "multiple": _decode_sets if listed else _decode_multiple,
        "ranking": _decode_orders if listed else _decode_ranks,
    }
    return decoders[variable.type](settings, table, variable)


def _decode_options(
    settings: Settings, table: DataTable, variable: Variable
) -> dict[str, pd.Series]:
    raw = cells(table.frame, variable.column)
    missing = missing_codes(settings, table, variable, variable.column)
    answers = raw.map(answer_names(variable)).astype(object)
    other = next((option.name for option in variable.answers if option.other), None)
    if other is not None:
        known = {code for option in variable.options for code in option.codes}
        answers = answers.mask(~raw.isin({*known, *missing}), other)
    answers = answers.where(answers.notna(), None)
    return {variable.code: answers, variable.code + REASON: _reasons(raw, missing, answers)}


def answer_names(variable: Variable) -> dict[str, str]:
    """Return the name of each answer by the codes that stand for it in the data."""
    return {code: option.name for option in variable.answers for code in option.codes}


def _decode_number(
    settings: Settings, table: DataTable, variable: Variable
) -> dict[str, pd.Series]:
    raw = cells(table.frame, variable.column)
    missing = missing_codes(settings, table, variable, variable.column)
    numbers = read_numbers(raw.where(~raw.isin(missing.keys()), ""), variable.question)
    return {variable.code: numbers, variable.code + REASON: _reasons(raw, missing, numbers)}


def parse_numbers(raw: pd.Series) -> pd.Series:
    """Read numbers with a point or a comma for decimals; what is no number becomes NaN."""
    written = raw.str.replace("\u2212", "-", regex=False)  # the minus sign of typography
    written = written.where(written.str.fullmatch(NUMBER), None)
    numbers = pd.to_numeric(written.str.replace(",", ".", regex=False), errors="coerce")
    return numbers.astype("float64").where(np.isfinite(numbers.astype("float64")))


def read_numbers(raw: pd.Series, question: Question) -> pd.Series:
    """Read numbers as the codebook says that they are written."""
    return parse_numbers(plain_cells(raw, question.signs, question.thousands))


def plain_cells(raw: pd.Series, signs: Iterable[str], thousands: str) -> pd.Series:
    """Return numbers without signs beside them and marks of thousands.

    A cell whose mark parts no groups of three digits is no number then.
    """
    cells = raw
    for sign in sorted(signs, key=len, reverse=True):
        beside = rf"^\s*{re.escape(sign)}\s*|\s*{re.escape(sign)}\s*$"
        cells = cells.str.replace(beside, "", regex=True, flags=re.IGNORECASE)
    if not thousands:
        return cells
    mark = r"\s" if thousands == " " else re.escape(thousands)
    decimal = {".": ",", ",": r"\."}.get(thousands, "[.,]")
    plain = cells.str.fullmatch(rf"[-+\u2212]?\d{{1,3}}(?:{mark}\d{{3}})+(?:{decimal}\d*)?")
    kept = cells.where(plain | ~cells.str.contains(mark, regex=True), "?")
    return kept.str.replace(mark, "", regex=True)


def _decode_open(settings: Settings, table: DataTable, variable: Variable) -> dict[str, pd.Series]:
    raw = cells(table.frame, variable.column)
    missing = missing_codes(settings, table, variable, variable.column)
    answers = raw.where(~raw.isin(missing.keys()), None)
    return {variable.code: answers, variable.code + REASON: _reasons(raw, missing, answers)}


def _reasons(raw: pd.Series, missing: Mapping[str, str], answers: pd.Series) -> pd.Series:
    """Say why there is no answer: ``""`` where there is one."""
    reasons = raw.map(missing).astype(object).fillna("no_answer")
    return reasons.where(answers.isna(), "")


def selected_codes(variable: Variable) -> dict[str, tuple[str, ...]]:
    """Return what stands for "chosen", by item."""
    question = variable.question
    return {
        item.name: item.selected or ((item.name,) if question.lists_items else question.selected)
        for item in question.items
    }


def item_codes(variable: Variable) -> dict[str, str]:
    """Return the item by the code that cells name it by."""
    return {code: name for name, codes in selected_codes(variable).items() for code in codes}


def other_item(variable: Variable) -> str | None:
    """Return the item that answers in words of their own belong to, where there is one."""
    return next((item.name for item in variable.question.items if item.other), None)


def _option_cells(
    settings: Settings, table: DataTable, variable: Variable
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the cells of a question's columns, and why there is no answer where a code says so."""
    question = variable.question
    columns = (
        {name: name for name in columns_of(variable)}
        if question.lists_items
        else item_columns(variable)
    )
    raw = pd.DataFrame({name: cells(table.frame, column) for name, column in columns.items()})
    stated = {}
    for name, column in columns.items():
        codes = missing_codes(settings, table, variable, column)
        stated[name] = raw[name].map({code: why for code, why in codes.items() if code})
    return raw, pd.DataFrame(stated, index=raw.index).astype(object)


def _first_reason(stated: pd.DataFrame, answered: pd.Series) -> pd.Series:
    """Return the first reason that any of a question's columns gives, else no answer."""
    told = pd.Series("no_answer", index=stated.index, dtype=object)
    for column in reversed(stated.columns):
        told = stated[column].where(stated[column].notna(), told)
    return told.where(~answered, "")


def _decode_multiple(
    settings: Settings, table: DataTable, variable: Variable
) -> dict[str, pd.Series]:
    raw, stated = _option_cells(settings, table, variable)
    empty = set(variable.question.not_selected)
    codes = selected_codes(variable)
    chosen = pd.DataFrame({name: raw[name].isin(codes[name]) for name in map(str, raw)})
    other = other_item(variable)
    if other is not None:
        chosen[other] |= ~raw[other].isin({"", *empty}) & stated[other].isna()
    spoken = chosen | raw.isin([code for code in empty if code])
    answered = (spoken & stated.isna()).any(axis=1) | _chose_nothing(variable, raw)
    reasons = _first_reason(stated, answered)
    return _item_columns(variable, (chosen & stated.isna()).to_numpy(), answered, reasons)


def _chose_nothing(variable: Variable, raw: pd.DataFrame) -> pd.Series:
    """Tell which rows are all empty, where the codebook says that this is an answer."""
    if not variable.question.counts_empty:
        return pd.Series(data=False, index=raw.index)
    return (raw == "").all(axis=1)


def _list_mentions(
    settings: Settings, table: DataTable, variable: Variable
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what cells name as ``code`` and ``place`` (1, 2, …), indexed by row; and reasons."""
    raw, stated = _option_cells(settings, table, variable)
    valid = raw.where(stated.isna(), "")
    if variable.question.delimiter:
        codes = split_sets(valid.iloc[:, 0], variable)
        return pd.DataFrame({"code": codes, "place": codes.groupby(level=0).cumcount() + 1}), stated
    places = [
        pd.DataFrame({"code": valid[column], "place": place})
        for place, column in enumerate(valid.columns, 1)
    ]
    mentions = pd.concat(places)
    return mentions[mentions["code"] != ""], stated


def _known_mentions(
    mentions: pd.DataFrame, rows: pd.Index[int], variable: Variable
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return row and item, as positions, and place of each mention of a declared item."""
    places = {item.name: number for number, item in enumerate(variable.question.items)}
    named = mentions["code"].map(item_codes(variable)).astype(object)
    other = other_item(variable)
    named = named.where(named.notna(), other)
    known = mentions[named.notna()]
    return (
        rows.get_indexer(known.index),
        named[named.notna()].map(places).to_numpy(dtype=np.intp),
        known["place"].to_numpy(dtype=float),
    )


def _decode_sets(settings: Settings, table: DataTable, variable: Variable) -> dict[str, pd.Series]:
    mentions, stated = _list_mentions(settings, table, variable)
    rows, items, _ = _known_mentions(mentions, stated.index, variable)
    chosen = np.zeros((len(stated), len(variable.question.items)), dtype=bool)
    chosen[rows, items] = True
    raw, _ = _option_cells(settings, table, variable)
    answered = pd.Series(chosen.any(axis=1), index=stated.index) | _chose_nothing(variable, raw)
    return _item_columns(variable, chosen, answered, _first_reason(stated, answered))


def split_sets(raw: pd.Series, variable: Variable) -> pd.Series:
    """Return one entry for each answer of a delimited cell, indexed by row.

    A code may hold the delimiter itself (``Visits, at our place``): the longest that fits counts.
    What stands between known codes is one entry: an answer in words of its own.
    """
    delimiter = str(variable.question.delimiter)
    codes = {_parts_of(code, delimiter): code for code in item_codes(variable)}
    longest = max(map(len, codes), default=1)
    known = {cell: _split_cell(cell, delimiter, codes, longest) for cell in raw.unique()}
    parts = raw.map(known).explode()
    return parts[parts.notna() & (parts != "")].astype(object)


def _parts_of(text: str, delimiter: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(delimiter))


def _split_cell(
    cell: str, delimiter: str, codes: Mapping[tuple[str, ...], str], longest: int
) -> list[str]:
    parts = _parts_of(cell, delimiter)
    found: list[str] = []
    own: list[str] = []
    place = 0
    while place < len(parts):
        fitting = (parts[place : place + size] for size in range(longest, 0, -1))
        code = next((part for part in fitting if part in codes), None)
        if code is None:
            own.append(parts[place])
        else:
            found += [_join(own, delimiter), codes[code]]
            own = []
        place += len(code) if code else 1
    return [part for part in [*found, _join(own, delimiter)] if part]


def _join(parts: list[str], delimiter: str) -> str:
    return f"{delimiter} ".join(part for part in parts if part)


def _decode_ranks(settings: Settings, table: DataTable, variable: Variable) -> dict[str, pd.Series]:
    raw, stated = _option_cells(settings, table, variable)
    numbers = raw.where(stated.isna(), "").apply(parse_numbers)
    answered = numbers.notna().any(axis=1)
    reasons = _first_reason(stated, answered)
    return _item_columns(variable, numbers.to_numpy(), answered, reasons)


def _decode_orders(
    settings: Settings, table: DataTable, variable: Variable
) -> dict[str, pd.Series]:
    mentions, stated = _list_mentions(settings, table, variable)
    rows, items, places = _known_mentions(mentions, stated.index, variable)
    ranks = np.full((len(stated), len(variable.question.items)), np.nan)
    ranks[rows[::-1], items[::-1]] = places[::-1]  # of an item named twice the first place counts
    answered = pd.Series(np.isfinite(ranks).any(axis=1), index=stated.index)
    return _item_columns(variable, ranks, answered, _first_reason(stated, answered))


def _item_columns(
    variable: Variable, values: np.ndarray, answered: pd.Series, reasons: pd.Series
) -> dict[str, pd.Series]:
    made: dict[str, pd.Series] = {}
    for number, item in enumerate(variable.question.items):
        column = pd.Series(values[:, number], index=answered.index)
        if values.dtype == bool:
            column = column.astype("boolean")
        made[f"{variable.code}.{item.name}"] = column.mask(~answered)
    return made | {variable.code + REASON: reasons}


def answer_columns(variable: Variable) -> list[str]:
    """Return the columns of ``Study.survey`` that hold a variable's answers."""
    if variable.type in ("multiple", "ranking"):
        return [f"{variable.code}.{item.name}" for item in variable.question.items]
    return [variable.code]


def in_class(part: NumberClass, values: np.ndarray) -> np.ndarray:
    """Return which values lie in the class: low ≤ x < high."""
    low = -np.inf if part.low is None else part.low
    high = np.inf if part.high is None else part.high
    return np.asarray((values >= low) & (values < high))


def passes_filter(
    settings: Settings, asked_if: AskedIf, columns: Mapping[str, pd.Series]
) -> pd.Series:
    """Return who was asked: those with one of the answers that the filter names."""
    variable = settings.variables[asked_if.variable]
    if variable.type == "multiple":
        chosen = [
            columns[f"{variable.code}.{name}"].fillna(value=False) for name in asked_if.options
        ]
        return pd.concat(chosen, axis=1).any(axis=1)
    if variable.type == "numeric":
        values = columns[variable.code].to_numpy(dtype="float64", na_value=np.nan)
        classes = [part for part in variable.question.classes if part.name in asked_if.options]
        inside = np.any([in_class(part, values) for part in classes], axis=0)
        return pd.Series(inside, index=columns[variable.code].index)
    return columns[variable.code].isin(asked_if.options)


def _apply_filter(
    settings: Settings, variable: Variable, asked_if: AskedIf, columns: dict[str, pd.Series]
) -> None:
    asked = passes_filter(settings, asked_if, columns)
    for column in answer_columns(variable):
        values = columns[column]
        columns[column] = (
            values.where(asked, None) if values.dtype == object else values.where(asked)
        )
    reasons = columns[variable.code + REASON]
    columns[variable.code + REASON] = reasons.where(asked, "not_asked")


def known_values(values: Sequence[str], limit: int = 12) -> str:
    """List codes for a message."""
    return ", ".join(repr(value) for value in values[:limit]) + (
        ", …" if len(values) > limit else ""
    )
