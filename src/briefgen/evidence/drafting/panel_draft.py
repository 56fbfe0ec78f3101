"""Draft the panel of a study from its sheet: statements, dimensions, scale.

In: a table of ratings, one row for each rating, or one for each expert with a column for each
statement and dimension. Out: the parts of ``study.yml``, ``statements.yml``, and, where the columns
are not named as `panel_sheet` reads them, the sheet with names that it reads.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from briefgen.config.settings import DataSource
from briefgen.errors import SourceError
from briefgen.evidence.drafting.columns import Column, Guess, list_columns
from briefgen.evidence.drafting.groups import find_stem, name_line
from briefgen.evidence.drafting.missing import missing_reason
from briefgen.evidence.drafting.names import make_names
from briefgen.evidence.drafting.panel_rounds import stack_rounds
from briefgen.evidence.drafting.part import Part
from briefgen.evidence.drafting.roles import BOOKKEEPING, ID_NAMES, MOMENT
from briefgen.evidence.sources import DataTable, read_table
from briefgen.evidence.survey.decode import parse_numbers

LONG: Final = frozenset({"expert", "statement", "dimension", "rating"})
EXPERT: Final = re.compile(
    r"expert(?:e|in|:in)?s?|panel_?ist|participant|teilnehm\w*", re.IGNORECASE
)
ROUND: Final = re.compile(r"round|runde|wave|welle|tour", re.IGNORECASE)
COMMENT: Final = re.compile(
    r".*(?:comment|kommentar|commentaire|reason|begründung).*", re.IGNORECASE
)
SPLITS: Final = (
    re.compile(r"(?P<a>.+?)\s*\[(?P<b>[^\]]+)\]"),
    re.compile(r"(?P<a>.+?)\s*\((?P<b>[^)]+)\)"),
    re.compile(r"(?P<a>.+)\s+[-–|]\s+(?P<b>.+)"),
    re.compile(r"(?P<a>.+?):\s+(?P<b>.+)"),
    re.compile(r"(?P<a>[^\s_]+)_(?P<b>[^\s]+)"),
    re.compile(r"(?P<a>[^\s.]+)\.(?P<b>[^\s]+)"),
)
"""How names of columns join a statement and a dimension."""
HIGHEST: Final = (4, 5, 6, 7, 9, 10, 11, 100)
"""Where scales of ratings end."""
AGREE_FROM: Final = {4: 3, 5: 4, 6: 5, 7: 5, 9: 7, 10: 8, 11: 8, 100: 70}
"""The upper third or so of each."""
MOST_DIMENSIONS: Final = 6


@dataclass(frozen=True)
class _Cell:
    """The column of a statement's ratings on a dimension; both as the sheet calls them."""

    column: Column
    statement: str
    dimension: str


def draft_panel(file: Path) -> Part:
    """Draft the panel of a study.

    Raises
    ------
    SourceError
        If the file cannot be read, or nothing in it looks like ratings.
    """
    source = DataSource(path=file.name)
    table = read_table(source, file.parent)
    if set(map(str.casefold, map(str, table.frame.columns))) >= LONG:
        return _draft_long(file, table)
    table, rounds = stack_rounds(table)
    columns = list_columns(table)
    expert, number = _find_expert(columns), _find(columns, ROUND)
    cells = _pair_cells([c for c in columns if c not in (expert, number) and _is_rating(c)])
    if len(cells) < 2:
        raise SourceError(
            "has no columns that look like ratings of statements", where=file.name,
            hint="give one row for each expert and a column for each statement and dimension, such"
            " as s01_agreement (docs/evidence.md)",
        )  # fmt: skip
    part = _draft_wide(file, table, columns, expert, number, cells)
    if rounds:
        because = f"names of columns tell the round: {', '.join(map(str, rounds))}"
        part.guesses.append(Guess("rows", "panel", because, "medium"))
    return part


# --- one row for each rating ----------------------------------------------------------------


def _draft_long(file: Path, table: DataTable) -> Part:
    frame = table.frame.rename(columns=lambda name: str(name).casefold())
    part = Part(copies=[file])
    codes = list(dict.fromkeys(frame["statement"]))
    dimensions = list(dict.fromkeys(frame["dimension"]))
    ratings = Column("rating", frame["rating"])
    _add_settings(part, file.name, {name: name for name in dimensions}, [ratings])
    _add_statements(part, {code: code for code in codes}, _dont_know([ratings]))
    part.asks["statements.yml"] = "What do the statements say? The file has their codes alone."
    return part


# --- one row for each expert ----------------------------------------------------------------


def _find(columns: Sequence[Column], words: re.Pattern[str]) -> Column | None:
    return next((column for column in columns if words.fullmatch(column.name.strip())), None)


def _find_expert(columns: Sequence[Column]) -> Column | None:
    return _find(columns, EXPERT) or _find([c for c in columns if c.name], ID_NAMES)


def _is_rating(column: Column) -> bool:
    """Whether a column holds whole numbers of a scale, and perhaps words for "don't know"."""
    if BOOKKEEPING.fullmatch(column.name) or COMMENT.fullmatch(column.name):
        return False
    values = [value for value in column.codes if not _is_word(value)]
    if any(MOMENT.fullmatch(value) for value in values) or not values:
        return False
    numbers = parse_numbers(pd.Series(values, dtype=object))
    return bool(
        numbers.notna().all() and (numbers % 1 == 0).all() and numbers.between(-99, 1000).all()
    )


def _is_word(value: str) -> bool:
    return value.casefold() in ("dk", "wn", "kd") or missing_reason(value) is not None


def _pair_cells(columns: Sequence[Column]) -> list[_Cell]:
    """Return statement and dimension of each column, by the way of naming that fits all best."""
    alone = [_Cell(column, column.name, "agreement") for column in columns]
    best: tuple[float, list[_Cell]] = (0.0, alone)
    for words in SPLITS:
        for first, second in (("a", "b"), ("b", "a")):
            matches = [(column, words.fullmatch(column.name.strip())) for column in columns]
            cells = [_Cell(c, m[first].strip(), m[second].strip()) for c, m in matches if m]
            best = max(best, (_fit(cells, len(columns)), cells), key=lambda pair: pair[0])
    return best[1]


def _fit(cells: Sequence[_Cell], columns: int) -> float:
    """Return how well columns make a table of statements by dimensions, 0 where they do not."""
    dimensions = {cell.dimension for cell in cells}
    statements = {cell.statement for cell in cells}
    whole = len(dimensions) * len(statements)
    if (
        not 2 <= len(dimensions) <= min(MOST_DIMENSIONS, len(statements))
        or len(cells) < 0.9 * columns
    ):
        return 0.0
    numbered = sum(name.isdigit() for name in dimensions) == len(dimensions)
    return 0.0 if numbered else len(cells) / whole * len(cells) / columns


def _draft_wide(  # noqa: PLR0917 - what was found in the sheet
    file: Path, table: DataTable, columns: Sequence[Column], expert: Column | None,
    number: Column | None, cells: Sequence[_Cell],
) -> Part:  # fmt: skip
    part = Part()
    dimensions = make_names((cell.dimension for cell in cells), "d")
    names = list(dict.fromkeys(cell.statement for cell in cells))
    width = len(str(len(names)))
    codes = {
        name: name if re.fullmatch(r"[A-Za-z]\w{0,9}", name) else f"s{place:0{max(width, 2)}}"
        for place, name in enumerate(names, 1)
    }
    texts = _texts(cells)
    _add_settings(
        part,
        "panel.csv",
        {code: name for name, code in dimensions.items()},
        [c.column for c in cells],
    )
    _add_statements(
        part, {codes[name]: texts[name] for name in names}, _dont_know([c.column for c in cells])
    )
    comments = dict(_comments(columns, codes))
    renamed = {
        c.column.name: f"{codes[c.statement]}_{dimensions[c.dimension]}" for c in cells
    } | comments
    part.texts["panel.csv"] = _write_sheet(table, expert, number, renamed)
    _tell_columns(part, file, columns, expert, number, renamed)
    if all(text == name and " " not in name for name, text in texts.items()):
        part.asks["statements.yml"] = "What do the statements say? The file has their codes alone."
    return part


def _texts(cells: Sequence[_Cell]) -> dict[str, str]:
    """Return what each statement says: the file's wording, else the name."""
    first = {cell.statement: cell.column for cell in reversed(cells)}
    stem = (
        find_stem([column for column in first.values() if column.wording]) if len(first) > 1 else ""
    )
    return {
        name: name_line(column, stem) if column.wording and column.wording != column.name else name
        for name, column in ((cell.statement, first[cell.statement]) for cell in cells)
    }


def _comments(columns: Sequence[Column], codes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for column in columns:
        if COMMENT.fullmatch(column.name):
            owner = [
                name for name in codes if column.name.startswith(name) or column.name.endswith(name)
            ]
            if owner:
                yield column.name, f"{codes[max(owner, key=len)]}_comment"


def _write_sheet(
    table: DataTable, expert: Column | None, number: Column | None, renamed: Mapping[str, str]
) -> str:
    frame = table.frame
    experts = frame[expert.name] if expert else [f"e{row:02}" for row in range(1, len(frame) + 1)]
    made = pd.DataFrame({"expert": experts}, index=frame.index, dtype=object)
    if number:
        made["round"] = frame[number.name].str.extract(r"(\d+)", expand=False).fillna("1")
    for old, new in renamed.items():
        made[new] = frame[old]
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n").writerows(
        [list(made.columns), *made.to_numpy().tolist()]
    )
    return stream.getvalue()


def _tell_columns(  # noqa: PLR0917 - what was found in the sheet
    part: Part, file: Path, columns: Sequence[Column], expert: Column | None,
    number: Column | None, renamed: Mapping[str, str],
) -> None:  # fmt: skip
    because = f"columns of {file.name} by statement and dimension, written anew as panel.csv"
    part.guesses.append(Guess("type", "panel", because, "medium"))
    known = {*renamed, *(one.name for one in (expert, number) if one)}
    for column in columns:
        if column.name not in known:
            part.guesses.append(
                Guess(
                    "left_out",
                    column.name,
                    "of the panel: no rating, and no comment on one",
                    "medium",
                )
            )
    if expert is None:
        part.guesses.append(
            Guess("id", "panel", "no column names the experts: rows were counted", "low")
        )


# --- both -----------------------------------------------------------------------------------


def _add_settings(
    part: Part, file: str, dimensions: Mapping[str, str], ratings: Sequence[Column]
) -> None:
    part.files |= {"panel": file, "statements": "statements.yml"}
    gone = _dont_know(ratings)
    numbers = parse_numbers(
        pd.Series(
            [v for c in ratings for v in c.codes if v not in gone and not _is_word(v)], dtype=object
        )
    )
    low = 0 if (numbers == 0).any() else 1
    high = next((end for end in HIGHEST if end >= numbers.max()), int(numbers.max()))
    codes = list(dimensions)
    part.study["panel"] = {
        "scale_low": low, "scale_high": high, "agree_from": AGREE_FROM.get(high, round(high * 0.7)),
        "dimensions": codes,
        "asked": {code: {"name": name.replace("_", " ")} for code, name in dimensions.items()},
        "priority": (codes * 2)[:2],
    }  # fmt: skip
    because = (
        f"ratings lie between {numbers.min():g} and {numbers.max():g}: the scale, and from where a "
        "rating agrees, are set by that"
    )
    part.guesses.append(Guess("order", "panel", because, "medium"))
    for code in gone:
        part.guesses.append(
            Guess("missing", "panel", f"{code} lies outside of the scale: don't know", "medium")
        )


def _dont_know(ratings: Sequence[Column]) -> list[str]:
    """Return codes far outside of the scale."""
    values = sorted({v for c in ratings for v in c.codes if re.fullmatch(r"-?\d+", v)}, key=int)
    inside = [int(value) for value in values if 0 <= int(value) < 11]
    largest = max(inside, default=100)
    return [
        v
        for v in values
        if int(v) < 0 or (re.fullmatch(r"[89]+", v) and int(v) > largest + 1 and inside)
    ]


def _add_statements(part: Part, texts: Mapping[str, str], dont_know: Sequence[str]) -> None:
    entries: dict[str, Any] = {"dont_know": list(dont_know)} if dont_know else {}
    entries["statements"] = [{"code": code, "text": text} for code, text in texts.items()]
    part.yaml["statements.yml"] = entries
