"""Which combinations of answers a respondent can have given, and what each printed measure counts.

A *family* is the columns that have to be looked at together: a multiple choice, the ranks of a
ranking, a filter and what it opens, the items of an index. Its *profiles* are the cells that one
respondent can have in these columns. How a measure counts a profile is read from the codebook of
the state in which it was printed, so that merged and renamed options count as what they were then.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

from attacker.people import State

Profile = tuple[str, ...]
BIG = 1000


@dataclass(frozen=True)
class Family:
    """Columns that belong together, and the profiles that can occur."""

    name: str
    columns: tuple[str, ...]
    profiles: tuple[Profile, ...]
    variables: tuple[str, ...]


@dataclass(frozen=True)
class Measure:
    """What a measure counts: by profile 1 where in the numerator (or the score), 1 in the base."""

    scores: tuple[float, ...]
    base: tuple[int, ...]
    kind: str  # share | mean | total | quantile | base


def list_families(book: dict[str, Any], cells: dict[str, set[str]]) -> list[Family]:
    """Return the families of a questionnaire.

    Parameters
    ----------
    cells
        For numbers without a list of answers: the values that an attacker looks at; here those of
        small counts, which the questionnaire limits.
    """
    found = []
    codes = {question["code"]: question for question in book["questions"]}
    for code, question in codes.items():
        kind = question["type"]
        if code in ("g", "h", "a"):
            continue
        if code == "f":
            profiles = [("1", cell) for cell in ("1", "2", "3", "")] + [("2", ""), ("", "")]
            found.append(Family("f", ("f", "h"), tuple(profiles), ("f", "h")))
        elif kind in ("single", "scale"):
            options = tuple(one["code"] for one in question["options"])
            found.append(Family(code, (code,), tuple((cell,) for cell in (*options, "")), (code,)))
        elif kind == "multiple":
            items = tuple(f"{code}_{item['name']}" for item in question["items"])
            profiles = [*itertools.product("01", repeat=len(items)), ("",) * len(items)]
            found.append(Family(code, items, tuple(profiles), (code,)))
        elif kind == "ranking":
            items = tuple(f"{code}_{item['name']}" for item in question["items"])
            orders = itertools.permutations([str(place + 1) for place in range(len(items))])
            found.append(Family(code, items, (*orders, ("",) * len(items)), (code,)))
        elif kind == "battery":
            items = tuple(f"{code}_{item['name']}" for item in question["items"])
            options = (*(one["code"] for one in question["options"]), "")
            profiles = list(itertools.product(options, repeat=len(items)))
            found.append(Family(code, items, tuple(profiles), (*items, "ix")))
        elif kind == "numeric":
            values = sorted(cells[code], key=int)
            found.append(Family(code, (code,), tuple((cell,) for cell in (*values, "")), (code,)))
    return found


def read_measure(state: State, family: Family, variable: str, measure: str) -> Measure | None:
    """Return what a measure of a variable counts in a state; None where it tells of no count."""
    codes = {question["code"]: question for question in state.book["questions"]}
    rows = [dict(zip(family.columns, profile, strict=True)) for profile in family.profiles]
    if variable == "ix":
        return _index(rows, family.columns) if measure == "mean" else None
    code = variable if variable in codes else variable.rpartition("_")[0]
    if code not in codes:
        return None
    question = codes[code]
    readers = {"multiple": _multiple, "ranking": _ranking, "numeric": _numeric}
    if question["type"] in readers:
        return readers[question["type"]](question, measure, rows)
    return _closed(question, variable, measure, rows)


def _make(scores: list[float], base: list[bool], kind: str = "share") -> Measure:
    return Measure(
        tuple(score if inside else 0.0 for score, inside in zip(scores, base, strict=True)),
        tuple(map(int, base)),
        kind,
    )


def _closed(
    question: dict[str, Any], variable: str, measure: str, rows: list[dict[str, str]]
) -> Measure | None:
    names = {one["code"]: one["name"] for one in question["options"]}
    merged = {part: one["name"] for one in question.get("merge", []) for part in one["options"]}
    order = list(dict.fromkeys(merged.get(name, name) for name in names.values()))
    given = [merged.get(names.get(row[variable], ""), names.get(row[variable], "")) for row in rows]
    base = [bool(name) for name in given]
    if measure == "answers":
        return _make([1.0] * len(rows), base, "base")
    if measure == "missing":
        asked = [variable != "h" or row["f"] == "1" for row in rows]
        return _make([float(not name) for name in given], asked)
    if measure == "mean":
        return _make([order.index(name) + 1.0 if name else 0.0 for name in given], base, "mean")
    boxes = {box["name"]: box["options"] for box in question.get("boxes", [])}
    chosen = {merged.get(name, name) for name in boxes.get(measure, [measure])}
    if not chosen & set(order):
        return None
    return _make([float(name in chosen) for name in given], base)


def _multiple(question: dict[str, Any], measure: str, rows: list[dict[str, str]]) -> Measure | None:
    code = question["code"]
    answered = [any(row.values()) for row in rows]
    if measure == "answers":
        return _make([1.0] * len(rows), answered, "base")
    if measure == "missing":
        return _make([float(not one) for one in answered], [True] * len(rows))
    column = f"{code}_{measure}"
    if column not in rows[0]:
        return None
    return _make([float(row[column] == "1") for row in rows], answered)


def _ranking(question: dict[str, Any], measure: str, rows: list[dict[str, str]]) -> Measure | None:
    code = question["code"]
    answered = [all(row.values()) for row in rows]
    if measure == "answers":
        return _make([1.0] * len(rows), answered, "base")
    if measure == "missing":
        return _make([float(not one) for one in answered], [True] * len(rows))
    name, _, place = measure.partition("#")
    if name.endswith("_mean"):
        column = f"{code}_{name.removesuffix('_mean')}"
        return _make([float(row[column] or 0) for row in rows], answered, "mean")
    column = f"{code}_{name}"
    if column not in rows[0]:
        return None
    return _make([float(row[column] == (place or "1")) for row in rows], answered)


def _numeric(question: dict[str, Any], measure: str, rows: list[dict[str, str]]) -> Measure | None:
    values = [float(row[question["code"]] or 0) for row in rows]
    answered = [row[question["code"]] != "" for row in rows]
    if measure == "answers":
        return _make([1.0] * len(rows), answered, "base")
    if measure == "missing":
        return _make([float(not one) for one in answered], [True] * len(rows))
    if measure in ("mean", "total"):
        return _make(values, answered, measure)
    if measure in ("median", "p25", "p75"):
        return _make(values, answered, "quantile")
    for one in question["classes"]:
        if one["name"] == measure:
            low, high = one.get("low", -BIG), one.get("high", BIG)
            return _make([float(low <= value < high) for value in values], answered)
    return None


def _index(rows: list[dict[str, str]], columns: tuple[str, ...]) -> Measure:
    scores = [[float(row[column]) for column in columns if row[column]] for row in rows]
    answered = [2 * len(one) >= len(columns) for one in scores]
    return _make([sum(one) / len(one) if one else 0.0 for one in scores], answered, "mean")


def list_targets(state: State, family: Family) -> list[tuple[str, str]]:
    """Return the variables and measures whose counts are somebody's answers."""
    codes = {question["code"]: question for question in state.book["questions"]}
    found = []
    for variable in family.variables:
        code = variable if variable in codes else variable.rpartition("_")[0]
        question = codes.get(code)
        if question is None:
            continue
        kind = question["type"]
        if kind in ("single", "scale", "battery"):
            merged = {
                part: one["name"] for one in question.get("merge", []) for part in one["options"]
            }
            names = [merged.get(one["name"], one["name"]) for one in question["options"]]
            names += [box["name"] for box in question.get("boxes", [])]
        elif kind == "numeric":
            names = [one["name"] for one in question["classes"]]
        elif kind == "ranking":
            names = [f"{item['name']}#{place}" for item in question["items"] for place in "123"]
        else:
            names = [item["name"] for item in question["items"]]
        found += [(variable, name) for name in dict.fromkeys(names)]
    return found
