"""The domains of a study, and how they add up: what everybody knows about who belongs where.

In: `Settings` and each respondent's region, region type and subgroups. Out: `Structure`, the
atoms that all domains are sums of. That a respondent took part, and where, counts as known to the
attacker; what a respondent answered does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from briefgen.settings import Settings

REST: Final = ""
"""Label of the respondents without a region, a type or a group."""
UNKNOWN: Final = -1
"""Size of an atom where it is not known how many took part."""
Sums = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True)
class Parent:
    """A domain and some that it is made of; ``rest`` holds its atoms outside of all of them."""

    code: str
    children: tuple[str, ...]
    rest: tuple[int, ...] = ()


@dataclass(frozen=True)
class Structure:
    """How domains are made of atoms.

    Attributes
    ----------
    sizes
        Respondents in each atom.
    domains
        Atoms of each domain.
    sums
        Pairs of lists of atoms that hold the same respondents.
    parents
        Domains with those they are made of.
    kinds
        Of each domain: nation, region, type, group or crossing.
    member
        One row a respondent, one column a table: the atom the respondent is in.
    """

    sizes: tuple[int, ...]
    domains: Mapping[str, tuple[int, ...]]
    sums: tuple[Sums, ...]
    parents: tuple[Parent, ...]
    kinds: Mapping[str, str]
    member: npt.NDArray[np.int64]

    def size(self, domain: str) -> int:
        """Return the number of respondents in a domain."""
        return sum(self.sizes[atom] for atom in self.domains[domain])

    def count(self, rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """Count the chosen respondents in each atom."""
        chosen = self.member[rows].ravel()
        return np.bincount(chosen, minlength=len(self.sizes)).astype(float)


class _Builder:
    def __init__(
        self, settings: Settings, labels: Mapping[str, pd.Series], respondents: int
    ) -> None:
        self.settings = settings
        self.labels = labels
        self.sizes: list[int] = []
        self.domains: dict[str, tuple[int, ...]] = {}
        self.sums: list[Sums] = []
        self.parents: list[Parent] = []
        self.kinds: dict[str, str] = {}
        self.member: list[npt.NDArray[np.int64]] = []
        self.respondents = respondents

    def add_table(
        self, keys: list[tuple[str, ...]], rows: list[tuple[str, ...]]
    ) -> dict[tuple[str, ...], int]:
        start = len(self.sizes)
        place = {key: start + number for number, key in enumerate(keys)}
        atoms = np.array([place[row] for row in rows], dtype=np.int64)
        self.sizes += np.bincount(atoms - start, minlength=len(keys)).tolist() if rows else []
        self.member.append(atoms)
        return place

    def rows_of(self, *dimensions: str) -> list[tuple[str, ...]]:
        columns = [self.labels[name].tolist() for name in dimensions]
        return list(zip(*columns, strict=True))

    def name(self, code: str, kind: str, atoms: list[int]) -> None:
        self.domains[code] = tuple(atoms)
        self.kinds[code] = kind

    def add_places(self) -> None:
        rows = self.rows_of("region", "type")
        place = self.add_table(sorted(set(rows)), rows)
        settings = self.settings
        self.name(settings.nation, "nation", list(place.values()))
        for code in settings.regions:
            self.name(code, "region", [a for (r, _), a in place.items() if r == code])
        types = settings.info.region_types.list if settings.info.region_types else ()
        for kind in types:
            own = [a for (_, t), a in place.items() if t == kind.code]
            self.name(f"type:{kind.code}", "type", own)
        self.add_parent(settings.nation, list(settings.regions))
        if types:
            self.add_parent(settings.nation, [f"type:{kind.code}" for kind in types])
        for kind in types:
            self._add_nested(f"type:{kind.code}", list(settings.regions))
        for region in settings.regions:
            self._add_nested(region, [f"type:{kind.code}" for kind in types])
        for pair in settings.info.statistics.crossings:
            if set(pair) == {"region", "type"}:
                self._cross_places(pair, place)

    def _add_nested(self, code: str, candidates: list[str]) -> None:
        own = set(self.domains[code])
        inside = [c for c in candidates if self.domains[c] and own.issuperset(self.domains[c])]
        if inside and own:
            self.add_parent(code, inside)

    def _cross_places(self, pair: tuple[str, str], place: Mapping[tuple[str, ...], int]) -> None:
        turned = pair == ("type", "region")
        for (region, kind), atom in place.items():
            if region and kind:
                parts = (f"type:{kind}", region) if turned else (region, f"type:{kind}")
                self.name("+".join(parts), "crossing", [atom])

    def add_parent(self, code: str, children: list[str]) -> None:
        covered = {atom for child in children for atom in self.domains[child]}
        rest = tuple(atom for atom in self.domains[code] if atom not in covered)
        self.parents.append(Parent(code, tuple(children), rest))

    def add_group(self, variable: str) -> None:
        names = [option.name for option in self.settings.variables[variable].answers]
        place = self.add_table([*((n,) for n in names), (REST,)], self.rows_of(variable))
        for name in names:
            self.name(f"{variable}:{name}", "group", [place[name,]])
        nation = self.domains[self.settings.nation]
        self.sums.append((tuple(place.values()), nation))
        self._parent_over(
            self.settings.nation, [f"{variable}:{name}" for name in names], [place[REST,]]
        )

    def _parent_over(self, code: str, children: list[str], rest: list[int]) -> None:
        self.parents.append(Parent(code, tuple(children), tuple(rest)))

    def _values(self, dimension: str) -> dict[str, str]:
        """Return the domain code of each label of a dimension."""
        if dimension == "region":
            return {code: code for code in self.settings.regions}
        if dimension == "type":
            types = self.settings.info.region_types
            return {t.code: f"type:{t.code}" for t in (types.list if types else ())}
        answers = self.settings.variables[dimension].answers
        return {option.name: f"{dimension}:{option.name}" for option in answers}

    def add_crossing(self, first: str, second: str) -> None:
        rows = self.rows_of(first, second)
        left, right = self._values(first), self._values(second)
        place = self.add_table(list(product([*left, REST], [*right, REST])), rows)
        for (a, b), atom in place.items():
            if a and b:
                self.name(f"{left[a]}+{right[b]}", "crossing", [atom])
        for a, code in left.items():
            own = [place[a, b] for b in (*right, REST)]
            self.sums.append((tuple(own), self.domains[code]))
            self._parent_over(code, [f"{code}+{c}" for c in right.values()], [place[a, REST]])
        for b, code in right.items():
            own = [place[a, b] for a in (*left, REST)]
            self.sums.append((tuple(own), self.domains[code]))
            self._parent_over(code, [f"{c}+{code}" for c in left.values()], [place[REST, b]])
        self.sums.append((tuple(place.values()), self.domains[self.settings.nation]))

    def build(self) -> Structure:
        self.add_places()
        crossings = self.settings.info.statistics.crossings
        groups = {name for pair in crossings for name in pair} - {"region", "type"}
        for variable in dict.fromkeys((*self.settings.info.statistics.subgroups, *sorted(groups))):
            self.add_group(variable)
        for first, second in crossings:
            if {first, second} != {"region", "type"}:
                self.add_crossing(first, second)
        return Structure(
            sizes=tuple(self.sizes),
            domains=self.domains,
            sums=tuple(self.sums),
            parents=tuple(self.parents),
            kinds=self.kinds,
            member=np.array(self.member, dtype=np.int64).reshape(-1, self.respondents).T,
        )


def describe_structure(settings: Settings, survey: pd.DataFrame) -> Structure:
    """Return how the domains of a study are made of its respondents.

    Parameters
    ----------
    settings
        Names regions, region types, subgroups and crossings.
    survey
        `Study.survey`.
    """
    dimensions = {"region": "_region", "type": "_type"}
    wanted = [*settings.info.statistics.subgroups]
    wanted += [name for pair in settings.info.statistics.crossings for name in pair]
    dimensions |= {name: name for name in wanted if name not in dimensions}
    labels = {name: _labels(survey, column) for name, column in dimensions.items()}
    return _Builder(settings, labels, len(survey)).build()


def _labels(survey: pd.DataFrame, column: str) -> pd.Series:
    if column not in survey:
        return pd.Series(REST, index=survey.index, dtype=object)
    values = survey[column].astype(object)
    return values.where(values.notna(), REST)


def imagine_structure(settings: Settings) -> Structure:
    """Return the structure as it looks to somebody who does not know who took part.

    Every combination of region and type may exist, with a number of respondents that is not
    known (`UNKNOWN`).
    """
    dimensions = {"region": list(settings.regions), "type": _type_codes(settings)}
    wanted = [*settings.info.statistics.subgroups]
    wanted += [name for pair in settings.info.statistics.crossings for name in pair]
    for name in wanted:
        if name not in dimensions:
            answers = settings.variables[name].answers
            dimensions[name] = [option.name for option in answers]
    combinations = list(product(dimensions["region"], dimensions["type"] or [REST]))
    table = pd.DataFrame(combinations, columns=["_region", "_type"], dtype=object)
    for name in dimensions.keys() - {"region", "type"}:
        table[name] = REST
    known = describe_structure(settings, table)
    return replace(known, sizes=(UNKNOWN,) * len(known.sizes))


def _type_codes(settings: Settings) -> list[str]:
    types = settings.info.region_types
    return [kind.code for kind in types.list] if types else []
