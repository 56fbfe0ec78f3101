"""What an attacker says about somebody, from what is printed, and whether it is so.

For each family of questions all that was ever printed becomes rows over unknown counts (`tables`).
Then each count that the rules of the study protect is asked for: of domains, of those alike in
region and type, of those who joined, left or moved, of what is left beside published parts. Where
its range is narrower than promised that is a claim; a claim is a disclosure where it is so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from attacker import answers
from attacker.answers import Family, Measure, read_measure
from attacker.people import State, weigh
from attacker.reading import Printed
from attacker.tables import ContradictionError, Tables

DEFAULTS = {
    "min_base": 10, "min_cell": 3, "small_base": 20, "min_numeric": 10, "dominance": 0.5,
    "closeness": 0.1, "share_step": 0.01, "protection": 3,
}  # fmt: skip
Row = tuple[np.ndarray, float, float]


@dataclass(frozen=True)
class Claim:
    """A count (or a sum) that follows from what is printed.

    Attributes
    ----------
    who
        A domain and state, or those who joined, left, or are alike in region and type.
    truth
        What is so.
    """

    who: str
    what: str
    low: float
    high: float
    truth: float
    size: int

    @property
    def is_true(self) -> bool:
        return self.low - 1e-6 <= self.truth <= self.high + 1e-6

    @property
    def is_exact(self) -> bool:
        return self.high - self.low < 1 - 1e-6

    def __str__(self) -> str:
        mark = "EXACT " if self.is_exact else ""
        told = f"{self.low:g}..{self.high:g}, true {self.truth:g}"
        return f"{mark}{self.what} of {self.who} ({self.size}): {told}"


@dataclass
class Seen:
    """All that the attacker has: states, prints of each, and for each state the answers' truth."""

    states: list[State]
    prints: list[list[Printed]]
    truth: list[pd.DataFrame]
    promised: bool = True
    cells: int = 0
    contradictions: list[str] = field(default_factory=list)

    def rules(self, number: int) -> dict[str, float]:
        return DEFAULTS | self.states[number].info["disclosure"]


def find_claims(seen: Seen) -> list[Claim]:
    """Return all claims about counts, true or not."""
    cells = {
        code: {cell for table in seen.truth if code in table for cell in table[code]} - {""}
        for code in ("c",)
    }
    cells = {code: {str(value) for value in range(6)} | found for code, found in cells.items()}
    claims: list[Claim] = []
    for family in answers.list_families(seen.states[-1].book, cells):
        try:
            claims += Question(seen, family).claims()
        except ContradictionError:
            seen.contradictions.append(family.name)
    return claims


class Question:
    """One family of questions over all states."""

    def __init__(self, seen: Seen, family: Family) -> None:
        self.seen, self.family = seen, family
        people = sorted({name for state in seen.states for name in state.places})
        self.atoms = self._group(people)
        self.sizes = [len(members) for members in self.atoms.values()]
        self.members = [frozenset(members) for members in self.atoms.values()]
        self.weights = [weigh(state.places) for state in seen.states]
        self._measures: dict[tuple[int, str, str], Measure | None] = {}
        self._inside: dict[frozenset[str], np.ndarray] = {}

    def measure(self, number: int, variable: str, name: str) -> Measure | None:
        """Return what a measure counts in a state."""
        place = number, variable, name
        if place not in self._measures:
            state = self.seen.states[number]
            self._measures[place] = (
                read_measure(state, self.family, variable, name)
                if variable in self.family.variables
                else None
            )
        return self._measures[place]

    def column(self, members: frozenset[str]) -> np.ndarray:
        """Return which atoms belong to a set of people, as a column."""
        if members not in self._inside:
            self._inside[members] = np.array([float(bool(one & members)) for one in self.members])[
                :, None
            ]
        return self._inside[members]

    def _group(self, people: Sequence[str]) -> dict[tuple[object, ...], list[str]]:
        atoms: dict[tuple[object, ...], list[str]] = {}
        for name in people:
            place = tuple(self._place(state, name) for state in self.seen.states)
            atoms.setdefault(place, []).append(name)
        return atoms

    def _place(self, state: State, name: str) -> object:
        place = state.places.get(name)
        if place is None:
            return None
        known = state.info["disclosure"].get("known_weights")
        group = place.group if self.family.name != "g" else ""
        return place.region, place.type, group, place.weight if known else None

    # --- rows ---

    def rows(self) -> Iterator[Row]:
        """Turn all that is printed of the family into bounds."""
        for number, items in enumerate(self.seen.prints):
            bases = {
                (item.variable, item.domain): item.n
                for item in items
                if item.n is not None and not item.contrast and item.measure != "missing"
            }
            for item in items:
                if item.variable not in self.family.variables:
                    continue
                if self.family.name == "g" and "g:" in item.domain:
                    continue
                measure = self.measure(number, item.variable, item.measure)
                if measure is not None:
                    yield from self._read(number, item, measure, bases)

    def inside(self, number: int, domain: str) -> np.ndarray:
        """Return which atoms belong to a domain of a state, as a column."""
        return self.column(self.seen.states[number].members(domain))

    def _read(
        self, number: int, item: Printed, measure: Measure, bases: dict[tuple[str, str], int]
    ) -> Iterator[Row]:
        if item.contrast:
            if item.contrast == "rest" and item.value is not None:
                yield from self._read_rest(number, item, measure, bases)
            return
        atoms = self.inside(number, item.domain)
        base, scores = atoms * np.array(measure.base), atoms * np.array(measure.scores)
        if item.n is not None:
            yield base, item.n, item.n
        if item.value is None:
            yield from self._read_band(number, item, measure, atoms)
            return
        weighted = "design" in self.seen.states[number].info
        if measure.kind == "share":
            if self.seen.promised or not weighted:
                yield from self._read_share(number, item, measure, scores)
            if weighted and self.seen.states[number].info["disclosure"]["known_weights"]:
                yield from self._read_weighted(number, item, scores, base)
        elif measure.kind in ("mean", "total") and not weighted and item.n:
            yield from self._read_sum(item, measure, scores)
            yield from self._read_width(number, item, measure, atoms)
        elif measure.kind == "quantile" and not weighted and item.n:
            yield from self._read_quantile(item, measure, atoms)

    def _read_share(
        self, number: int, item: Printed, measure: Measure, scores: np.ndarray
    ) -> Iterator[Row]:
        if self.seen.promised:
            count = self.count(number, item.domain, measure)
            yield scores, count, count
        elif item.n:
            half = self.seen.rules(number)["share_step"] / 2
            yield scores, (item.value - half) * item.n, (item.value + half) * item.n

    def _read_band(
        self, number: int, item: Printed, measure: Measure, atoms: np.ndarray
    ) -> Iterator[Row]:
        """Read "at least 70 %" and "at most 20 %", which are true of the counts."""
        weighted = "design" in self.seen.states[number].info
        if measure.kind not in (("share",) if weighted else ("share", "mean")):
            return  # a band of a weighted share holds for the unweighted one too
        for limit, sign in ((item.at_least, 1), (item.at_most, -1)):
            if limit is not None:
                row = atoms * sign * (np.array(measure.scores) - limit * np.array(measure.base))
                yield row, 0.0, np.inf

    def _read_weighted(
        self, number: int, item: Printed, scores: np.ndarray, base: np.ndarray
    ) -> Iterator[Row]:
        weights = self.weights[number]
        column = np.array([weights.get(next(iter(one)), 0.0) for one in self.members])[:, None]
        half = self.seen.rules(number)["share_step"] / 2 + 1e-9
        yield column * (scores - (item.value - half) * base), 0.0, np.inf
        yield column * (scores - (item.value + half) * base), -np.inf, 0.0

    def _read_sum(self, item: Printed, measure: Measure, scores: np.ndarray) -> Iterator[Row]:
        half = find_step(item) / 2
        times = item.n if measure.kind == "mean" else 1
        yield scores, (item.value - half) * times, (item.value + half) * times

    def _read_width(
        self, number: int, item: Printed, measure: Measure, atoms: np.ndarray
    ) -> Iterator[Row]:
        """Read the sum of squares from the width of a mean's interval."""
        if measure.kind != "mean" or item.low is None or not item.n or item.n < 2:
            return
        from scipy.stats import t  # noqa: PLC0415 - slow to import

        everybody = len(self.seen.states[number].places)
        quantile = t.ppf(0.975, everybody - 1)
        step, n = find_step(item), item.n
        widths = (item.high - item.low - step) / 2, (item.high - item.low + step) / 2
        sums = [
            (max(width, 0.0) / quantile) ** 2 * n * n * (everybody - 1) / everybody
            for width in widths
        ]
        means = [max(abs(item.value) - step / 2, 0.0), abs(item.value) + step / 2]
        squares = atoms * np.array(measure.scores) ** 2
        yield squares, sums[0] + n * means[0] ** 2 - 1e-3, sums[1] + n * means[1] ** 2 + 1e-3

    def _read_quantile(self, item: Printed, measure: Measure, atoms: np.ndarray) -> Iterator[Row]:
        """As many answers lie at or below a quantile, and at or above it."""
        share = {"median": 0.5, "p25": 0.25, "p75": 0.75}[item.measure]
        half = find_coarse_step(item) / 2
        scores, base = np.array(measure.scores), np.array(measure.base)
        yield atoms * base * (scores <= item.value + half + 1e-9), share * item.n, np.inf
        yield atoms * base * (scores >= item.value - half - 1e-9), (1 - share) * item.n, np.inf

    def _read_rest(
        self, number: int, item: Printed, measure: Measure, bases: dict[tuple[str, str], int]
    ) -> Iterator[Row]:
        """Read a difference from the rest, where the bases of both are printed."""
        state = self.seen.states[number]
        nation = state.info["regions"]["nation"]["code"]
        whole, own = bases.get((item.variable, nation)), bases.get((item.variable, item.domain))
        if "design" in state.info or not whole or not own or whole <= own:
            return
        if measure.kind not in ("share", "mean") or "+" in item.domain:
            return
        mine = self.inside(number, item.domain)
        rest = self._rest_of(number, item.domain)
        known = self.inside(number, nation)
        if not np.array_equal(mine + rest, known):
            return
        scores = np.array(measure.scores)
        row = mine * scores / own - rest * scores / (whole - own)
        half = (find_step(item) if measure.kind == "mean" else 0.01) / 2
        yield row, item.value - half, item.value + half

    def _rest_of(self, number: int, domain: str) -> np.ndarray:
        state = self.seen.states[number]
        place = {"type": lambda one: one.type, "g": lambda one: one.group}.get(
            domain.rpartition(":")[0], lambda one: one.region
        )
        known = {name for name, one in state.places.items() if place(one)}
        others = frozenset(known - state.members(domain))
        return self.column(others)

    # --- targets ---

    def count(self, number: int, domain: str, measure: Measure) -> int:
        """Return how many of a domain gave an answer: the truth."""
        return self.count_of(number, self.seen.states[number].members(domain), measure.scores)

    def count_of(self, number: int, members: frozenset[str], scores: Sequence[float]) -> float:
        """Return the truth of a sum over some people."""
        profiles = dict(zip(self.family.profiles, scores, strict=True))
        table = self.seen.truth[number]
        cells = table.loc[sorted(members & set(table.index)), list(self.family.columns)]
        return sum(profiles[tuple(row)] for row in cells.itertuples(index=False, name=None))

    def claims(self) -> Iterator[Claim]:
        """Ask for every protected count."""
        tables = Tables(self.sizes, len(self.family.profiles), list(self.rows()))
        for number, state in enumerate(self.seen.states):
            targets = answers.list_targets(state, self.family)
            for who, members in self._list_groups(number):
                for variable, name in targets:
                    if self.family.name != "g" or "g:" not in who:
                        yield from self._ask(tables, number, who, members, variable, name)
            for variable, name in targets:
                for who, members in self._list_left(number, variable, name):
                    yield from self._ask(tables, number, who, members, variable, name)

    def _ask(  # noqa: PLR0917 - what is asked for, and of whom
        self, tables: Tables, number: int, who: str, members: frozenset[str], variable: str,
        name: str,
    ) -> Iterator[Claim]:  # fmt: skip
        rules = self.seen.rules(number)
        measure = self.measure(number, variable, name)
        if measure is None:
            return
        count = self.count_of(number, members, measure.scores)
        base = self.count_of(number, members, measure.base)
        if not base or not is_secret(count, base, rules):
            return
        self.seen.cells += 1
        inside = self.column(members)
        need = min(rules["protection"], len(members), self._told_by_itself(members, measure))
        if need <= 0:
            return
        low, high = tables.range_of(inside * np.array(measure.scores), need)
        if high - low < need - 1e-6:
            yield Claim(
                f"{who} in state {number}", f"{variable}.{name}", low, high, count, len(members)
            )

    def _told_by_itself(self, members: frozenset[str], measure: Measure) -> float:
        """Return how much a single published table leaves open of those whom it counts.

        What a table tells of its parts by itself is no secret: of three quarters of a region in
        which nobody said yes, nobody said yes. Of those who were not there it leaves all open: of
        them and one who joined later, one at most said yes.
        """
        narrow = float(len(members))
        for one, state in enumerate(self.seen.states):
            for item in self.seen.prints[one]:
                if item.contrast or item.statistic != "share" or item.value is None:
                    continue
                same = self.measure(one, item.variable, item.measure)
                if same is None:
                    continue
                domain = state.members(item.domain)
                shared = members & domain
                if not shared or domain <= members:
                    continue
                inside = [(a and b) for a, b in zip(same.scores, measure.scores, strict=True)]
                if any(
                    b and not a for a, b in zip(same.scores, measure.scores, strict=True)
                ) and any(inside):
                    continue
                count = self.count_of(one, domain, same.scores)
                low, high = 0.0, float(len(shared))
                if any(inside):
                    high = min(high, count)
                if same.scores == measure.scores:
                    low = max(low, count - (len(domain) - len(shared)))
                if not any(inside):
                    high = min(high, (item.n or len(domain)) - count)
                narrow = min(narrow, high - low + len(members) - len(shared))
        return narrow

    def _list_left(
        self, number: int, variable: str, name: str
    ) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield what is left of a domain beside those parts of it that were ever published."""
        parts: dict[str, set[frozenset[str]]] = {"region": set(), "type": set()}
        for one, state in enumerate(self.seen.states):
            for item in self.seen.prints[one]:
                if (item.variable, item.measure, item.contrast) == (variable, name, ""):
                    kind = "type" if item.domain.startswith("type:") else "region"
                    members = state.members(item.domain)
                    if item.value is not None and ":" not in item.domain.removeprefix("type:"):
                        parts[kind].add(members)
        state = self.seen.states[number]
        for domain in list_domains(state):
            whole = state.members(domain)
            for kind, sets in parts.items():
                inside = [one for one in sets if one < whole]
                left = whole.difference(*inside) if inside else frozenset()
                if left:
                    yield f"{domain} beside published parts ({kind})", left

    def _list_groups(self, number: int) -> Iterator[tuple[str, frozenset[str]]]:
        """Yield domains, those alike in region and type, and who joined, left or moved."""
        state = self.seen.states[number]
        domains = list_domains(state)
        for domain in domains:
            yield domain, state.members(domain)
        if "region_types" in state.info:
            for region in state.info["regions"]["list"]:
                for one in state.info["region_types"]["list"]:
                    domain = f"{region['code']}+type:{one['code']}"
                    if domain not in domains:
                        yield domain, state.members(domain)
        for other, before in enumerate(self.seen.states):
            if other == number:
                continue
            for domain in domains:
                if domain in list_domains(before):
                    more = state.members(domain) - before.members(domain)
                    yield f"{domain} less that of state {other}", more


def list_domains(state: State) -> list[str]:
    """Return the domains that a study publishes."""
    info = state.info
    found = [info["regions"]["nation"]["code"]]
    found += [region["code"] for region in info["regions"]["list"]]
    types = [f"type:{one['code']}" for one in info.get("region_types", {}).get("list", [])]
    groups = ["g:o1", "g:o2"] if info["statistics"].get("subgroups") else []
    kinds = {"region": found[1:], "type": types, "g": groups}
    for one, two in info["statistics"].get("crossings", []):
        found += [f"{a}+{b}" for a in kinds[one] for b in kinds[two]]
    return [*found, *types, *groups]


def is_secret(count: float, base: float, rules: dict[str, float]) -> bool:
    """Tell whether the rules of a study protect a count."""
    if base < rules["min_base"]:
        return True
    if count in (0, base):
        return base < rules["small_base"]
    return min(count, base - count) < rules["min_cell"]


def find_step(item: Printed) -> float:
    """Return to what a mean or total is rounded: one decimal below 100, none from there on."""
    if item.measure == "total":
        return 10.0 ** max(math.floor(math.log10(max(abs(item.value), 1))) - 2, -1)
    decimals = len(repr(item.value).partition(".")[2])
    usual = 0.1 if abs(item.value) < 100 else 1.0
    return min(usual, 10.0**-decimals) if decimals > 1 else usual


def find_coarse_step(item: Printed) -> float:
    """Return the largest usual step that fits a printed quantile and its limits."""
    values = [abs(one) for one in (item.value, item.low, item.high) if one is not None]
    best = min(10.0 ** -len(repr(one).partition(".")[2].rstrip("0")) for one in values)
    if item.status != "coarsened":
        return best
    for exponent in range(4):
        for digit in (1, 2, 5):
            step = digit * 10.0**exponent
            if all(math.isclose(one / step, round(one / step), abs_tol=1e-9) for one in values):
                best = max(best, step)
    return best
