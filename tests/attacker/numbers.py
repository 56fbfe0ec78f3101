"""What printed numbers tell of single respondents' numbers.

Order statistics: a quantile and its limits are somebody's answers. Sums: means and totals of
domains, added to and taken from one another, give the sum of those who remain.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.optimize import linprog

from attacker.claims import Claim, Seen, find_coarse_step, find_step, list_domains
from attacker.reading import Printed

LARGEST = 1000.0
QUANTILES = ("median", "p25", "p75")


def find_number_claims(seen: Seen) -> list[Claim]:
    """Return claims about numbers of all numeric questions."""
    codes = [
        question["code"]
        for question in seen.states[0].book["questions"]
        if question["type"] == "numeric"
    ]
    claims: list[Claim] = []
    for code in codes:
        for number in range(len(seen.states)):
            claims += _read_order(seen, number, code)
        claims += Sums(seen, code).claims()
    return claims


def _values(seen: Seen, number: int, code: str, members: frozenset[str]) -> dict[str, float]:
    table = seen.truth[number]
    cells = table.loc[sorted(members & set(table.index)), code]
    return {str(name): float(cell) for name, cell in cells.items() if cell}


def _read_order(seen: Seen, number: int, code: str) -> Iterator[Claim]:
    """A printed quantile or limit that fewer answers stand for than a cell needs."""
    state, rules = seen.states[number], seen.rules(number)
    if "design" in state.info and rules.get("known_weights"):
        return
    for item in seen.prints[number]:
        if item.variable != code or item.measure not in QUANTILES or item.value is None:
            continue
        if item.contrast:
            continue
        values = list(_values(seen, number, code, state.members(item.domain)).values())
        half = find_coarse_step(item) / 2
        for part in (item.value, item.low, item.high):
            if part is None:
                continue
            near = sum(abs(one - part) <= half + 1e-9 for one in values)
            if near < rules["min_cell"]:
                yield Claim(
                    f"{item.domain} in state {number}", f"{item.key} {part:g}", part - half,
                    part + half, part, near,
                )  # fmt: skip


class Sums:
    """Sums of a numeric question over the atoms of all states."""

    def __init__(self, seen: Seen, code: str) -> None:
        self.seen, self.code = seen, code
        people = sorted({name for state in seen.states for name in state.places})
        atoms: dict[tuple[object, ...], list[str]] = {}
        for name in people:
            places = tuple(state.places.get(name) for state in seen.states)
            atoms.setdefault(tuple(_bare(one) for one in places), []).append(name)
        self.members = [frozenset(one) for one in atoms.values()]

    def _row(self, members: frozenset[str]) -> np.ndarray:
        return np.array([float(bool(one & members)) for one in self.members])

    def rows(self) -> list[tuple[np.ndarray, float, float]]:
        """Return bounds on sums that means and totals tell."""
        found = []
        for number, state in enumerate(self.seen.states):
            if "design" in state.info:
                continue
            for item in self.seen.prints[number]:
                if item.variable != self.code or item.value is None or item.contrast:
                    continue
                if item.measure in ("mean", "total") and item.n:
                    found.append(self._bounds(item, self._row(state.members(item.domain))))
        return found

    def _bounds(self, item: Printed, row: np.ndarray) -> tuple[np.ndarray, float, float]:
        half, times = find_step(item) / 2, item.n if item.measure == "mean" else 1
        return row, (item.value - half) * times, (item.value + half) * times

    def claims(self) -> Iterator[Claim]:
        """Yield sums that are known closely and of which one respondent has nearly all."""
        rows = self.rows()
        if not rows:
            return
        matrix = np.array([row for row, _low, _high in rows])
        bounds = [(0.0, LARGEST * len(one)) for one in self.members]
        limits = (
            np.concatenate([matrix, -matrix]),
            np.array([high for _row, _low, high in rows] + [-low for _row, low, _high in rows]),
        )
        for who, members, number in self._groups():
            values = sorted(_values(self.seen, number, self.code, members).values())
            rules = self.seen.rules(number)
            if not values or not _is_dominated(values, rules):
                continue
            self.seen.cells += 1
            row = self._row(members)
            ends = [linprog(sign * row, *limits, bounds=bounds) for sign in (1, -1)]
            if any(one.status != 0 for one in ends):
                continue
            low, high = ends[0].fun, -ends[1].fun
            rest = sum(values) - values[-1] - (values[-2] if len(values) > 1 else 0)
            # the second largest takes the own number from the largest possible sum
            error = high - sum(values) + rest
            if error < rules["closeness"] * values[-1] and low > 0:
                yield Claim(who, f"sum of {self.code}", low, high, sum(values), len(members))

    def _groups(self) -> Iterator[tuple[str, frozenset[str], int]]:
        for number, state in enumerate(self.seen.states):
            for domain in list_domains(state):
                yield f"{domain} in state {number}", state.members(domain), number
                for other, before in enumerate(self.seen.states):
                    if other != number and domain in list_domains(before):
                        more = state.members(domain) - before.members(domain)
                        if more:
                            yield f"{domain} in {number} less {other}", more, number


def _bare(place: object) -> object:
    return None if place is None else (place.region, place.type, place.group)  # type: ignore[attr-defined]


def _is_dominated(values: list[float], rules: dict[str, float]) -> bool:
    """Tell whether the second largest could work out the largest closely from the sum."""
    if len(values) < 2:
        return True
    rest = sum(values) - values[-1] - values[-2]
    return rest < rules["closeness"] * values[-1]
