"""The domains of a study, and how they add up: what everybody knows about who belongs where.

In: `Settings` and each respondent's region, region type and subgroups. Out: `Structure`, the
atoms that all domains are sums of. That a respondent took part, and where, counts as known to the
attacker; what a respondent answered does not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from briefgen.config.settings import Settings

REST: Final = ""
"""Label of the respondents without a region, a type or a group."""
GROUPED: Final = ("group", "crossing")
"""Kinds of domains that an answer makes."""
PUBLIC: Final = ("region", "type")
"""Kinds of domains of which everybody knows who belongs there."""
WEIGHT: Final = "weight"
WEIGHT_DIGITS: Final = 9
"""Decimals to which weights have to differ."""
UNKNOWN: Final = -1
"""Size of an atom where it is not known how many took part."""


@dataclass(frozen=True)
class Parent:
    """A domain and some that it is made of; ``rest`` holds its atoms outside of all of them."""

    code: str
    children: tuple[str, ...]
    rest: tuple[int, ...] = ()


@dataclass(frozen=True)
class Structure:
    """How domains are made of atoms: respondents with the same region, type and subgroups.

    Attributes
    ----------
    sizes
        Respondents in each atom.
    domains
        Atoms of each domain.
    parents
        Domains with those they are made of.
    kinds
        Of each domain: nation, region, type, group or crossing.
    member
        The atom of each respondent.
    weights
        Weight of each respondent of an atom; 1 where weights tell nothing.
    """

    sizes: tuple[int, ...]
    domains: Mapping[str, tuple[int, ...]]
    parents: tuple[Parent, ...]
    kinds: Mapping[str, str]
    member: npt.NDArray[np.int64]
    weights: tuple[float, ...]

    def size(self, domain: str) -> int:
        """Return the number of respondents in a domain."""
        return sum(self.sizes[atom] for atom in self.domains[domain])

    @cached_property
    def kin(self) -> Mapping[str, tuple[str, ...]]:
        """Of each domain all of its kind, itself included; of a group those of its variable."""
        found: dict[tuple[str, str], list[str]] = {}
        stems = {
            code: (kind, code.partition(":")[0] if kind == "group" else "")
            for code, kind in self.kinds.items()
        }
        for code, stem in stems.items():
            found.setdefault(stem, []).append(code)
        together = {stem: tuple(codes) for stem, codes in found.items()}
        return {code: together[stem] for code, stem in stems.items()}

    @cached_property
    def unplaced(self) -> Mapping[str, tuple[int, ...]]:
        """Of each domain the atoms that are neither in it nor in what it is compared with.

        A crossing is compared with all others; a region, type or group with those whose place
        is known.
        """
        every = set(range(len(self.sizes)))
        left = {
            kin: tuple(sorted(every.difference(*(self.domains[code] for code in kin))))
            for kin in set(self.kin.values())
        }
        return {
            code: () if self.kinds[code] in ("nation", "crossing") else left[kin]
            for code, kin in self.kin.items()
        }

    @cached_property
    def places(self) -> tuple[tuple[int, ...], ...]:
        """Atoms by region, type and weight: the attacker knows who belongs to each."""
        return tuple(self._weighed_places.values())

    @cached_property
    def undeclared(self) -> Mapping[str, tuple[int, ...]]:
        """The places that are no domain: known to the attacker, though no table is made of them.

        Region × type cells, and their parts with the same weight.
        """
        declared = {tuple(sorted(atoms)) for atoms in self.domains.values()}
        found = {}
        for places in (self._named_places, self._weighed_places):
            for name, atoms in places.items():
                if atoms not in declared:
                    declared.add(atoms)
                    found[name] = atoms
        return found

    @cached_property
    def around(self) -> Mapping[str, tuple[str, ...]]:
        """Of each undeclared place the domains that contain it."""
        holding: list[set[str]] = [set() for _ in self.sizes]
        for domain, atoms in self.domains.items():
            for atom in atoms:
                holding[atom].add(domain)
        return {
            name: tuple(sorted(set.intersection(*(holding[atom] for atom in atoms))))
            for name, atoms in self.undeclared.items()
        }

    @cached_property
    def _named_places(self) -> Mapping[str, tuple[int, ...]]:
        """Each place, named by its region and its type, either of which may be missing."""
        names = [[""] * 2 for _ in self.sizes]
        for code, kind in self.kinds.items():
            if kind in PUBLIC:
                for atom in self.domains[code]:
                    names[atom][PUBLIC.index(kind)] = code
        found: dict[str, list[int]] = {}
        for atom, place in enumerate(names):
            found.setdefault("×".join(place), []).append(atom)
        return {name: tuple(atoms) for name, atoms in found.items()}

    @cached_property
    def _weighed_places(self) -> Mapping[str, tuple[int, ...]]:
        """Each place, parted by the weights of those who are there."""
        found: dict[str, list[int]] = {}
        for name, atoms in self._named_places.items():
            for atom in atoms:
                found.setdefault(f"{name}×{self.weights[atom]}", []).append(atom)
        return {name: tuple(atoms) for name, atoms in found.items()}

    def count(self, rows: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        """Count the chosen respondents in each atom."""
        return np.bincount(self.member[rows], minlength=len(self.sizes)).astype(float)


class _Builder:
    """Name the domains of a study, and say what they are made of.

    Parameters
    ----------
    atoms
        One row an atom, one column a dimension.
    """

    def __init__(self, settings: Settings, atoms: pd.DataFrame) -> None:
        self.settings = settings
        self.atoms = atoms
        self.domains: dict[str, tuple[int, ...]] = {}
        self.parents: list[Parent] = []
        self.kinds: dict[str, str] = {}

    def build(self) -> None:
        """Name nation, regions, types, subgroups and crossings, in this order."""
        nation = self.settings.nation
        self._name(nation, "nation", range(len(self.atoms)))
        regions = self._add_dimension("region", "region")
        types = self._add_dimension("type", "type")
        for kind in types:
            self._add_nested(kind, regions)
        for region in regions:
            self._add_nested(region, types)
        for variable in subgroups_of(self.settings):
            self._add_dimension(variable, "group")
        for first, second in self.settings.info.statistics.crossings:
            self._add_crossing(first, second)

    def _name(self, code: str, kind: str, atoms: Iterable[int]) -> None:
        self.domains[code] = tuple(atoms)
        self.kinds[code] = kind

    def _add_dimension(self, dimension: str, kind: str) -> list[str]:
        codes = codes_of(self.settings, dimension)
        for label, code in codes.items():
            self._name(code, kind, np.flatnonzero(self.atoms[dimension].eq(label)).tolist())
        if codes:
            self._add_parent(self.settings.nation, list(codes.values()))
        return list(codes.values())

    def _add_nested(self, code: str, candidates: list[str]) -> None:
        own = set(self.domains[code])
        inside = [c for c in candidates if self.domains[c] and own.issuperset(self.domains[c])]
        if inside and own:
            self._add_parent(code, inside)

    def _add_crossing(self, first: str, second: str) -> None:
        left = list(codes_of(self.settings, first).values())
        right = list(codes_of(self.settings, second).values())
        for a, b in product(left, right):
            inside = set(self.domains[b])
            own = [atom for atom in self.domains[a] if atom in inside]
            self._name(f"{a}+{b}", "crossing", own)
        # the rest of a crossing is the nation without it
        self._add_parent(self.settings.nation, [f"{a}+{b}" for a, b in product(left, right)])
        for a in left:
            self._add_parent(a, [f"{a}+{b}" for b in right])
        for b in right:
            self._add_parent(b, [f"{a}+{b}" for a in left])

    def _add_parent(self, code: str, children: list[str]) -> None:
        covered = {atom for child in children for atom in self.domains[child]}
        rest = tuple(atom for atom in self.domains[code] if atom not in covered)
        self.parents.append(Parent(code, tuple(children), rest))


def subgroups_of(settings: Settings) -> list[str]:
    """Return the variables that define subgroups, by themselves or in crossings."""
    crossed = (name for pair in settings.info.statistics.crossings for name in pair)
    wanted = [*settings.info.statistics.subgroups, *crossed]
    return [name for name in dict.fromkeys(wanted) if name not in ("region", "type")]


def codes_of(settings: Settings, dimension: str) -> dict[str, str]:
    """Return the domain code of each label of a dimension."""
    if dimension == "region":
        return {code: code for code in settings.regions}
    if dimension == "type":
        types = settings.info.region_types
        return {kind.code: f"type:{kind.code}" for kind in (types.list if types else ())}
    answers = settings.variables[dimension].answers
    return {option.name: f"{dimension}:{option.name}" for option in answers}


def describe_structure(settings: Settings, survey: pd.DataFrame) -> Structure:
    """Return how the domains of a study are made of its respondents.

    Parameters
    ----------
    settings
        Names regions, region types, subgroups and crossings.
    survey
        `Study.survey`.

    Notes
    -----
    The attacker is taken to know who belongs to which subgroup, which is more than anybody does:
    a subgroup is an answer. So what regions and subgroups tell together is weighed exactly.
    """
    labels = _label_respondents(settings, survey)
    return _lay_out(settings, labels, labels)


def spread_structure(
    settings: Settings, survey: pd.DataFrame, hidden: Collection[tuple[str, str]]
) -> Structure:
    """Return the structure with room for respondents in other subgroups than their own.

    Beside the atoms of respondents stand empty ones that differ from one in one subgroup: an
    attacker who does not know who belongs to which subgroup has to allow for them.

    Parameters
    ----------
    hidden
        Variable of a subgroup, and domain, in which a count of its answers is hidden; elsewhere
        everybody knows them, but of region × type cells, of whom no table is made.
    """
    labels = _label_respondents(settings, survey)
    known = describe_structure(settings, survey)
    alike = np.isin(known.member, [atom for own in known.undeclared.values() for atom in own])
    atoms = [labels]
    for name in subgroups_of(settings):
        domains = {domain for variable, domain in hidden if variable == name}
        unsure = _is_within(settings, labels, domains) | alike
        options = (*codes_of(settings, name), REST)
        atoms += [labels[unsure].assign(**{name: label}) for label in options]
    return _lay_out(settings, labels, pd.concat(atoms))


def _is_within(settings: Settings, labels: pd.DataFrame, domains: Collection[str]) -> pd.Series:
    """Tell which respondents are in one of some domains, or in no region where there are such."""
    codes = labels["type"].map(codes_of(settings, "type"))
    within = labels["region"].isin(domains) | codes.isin(domains)
    everywhere = settings.nation in domains
    return within | everywhere | (labels["region"].eq(REST) & bool(domains))


def _label_respondents(settings: Settings, survey: pd.DataFrame) -> pd.DataFrame:
    return label_places(settings, survey).assign(**{WEIGHT: _known_weights(settings, survey)})


def label_places(settings: Settings, survey: pd.DataFrame) -> pd.DataFrame:
    """Return where each respondent is: one column for region, type and each subgroup."""
    columns = {"region": "_region", "type": "_type"}
    columns |= {name: name for name in subgroups_of(settings)}
    return pd.DataFrame({name: _labels(survey, column) for name, column in columns.items()})


def _known_weights(settings: Settings, survey: pd.DataFrame) -> pd.Series:
    """Return the weights; all are one where the attacker does not know them."""
    if "_weight" not in survey or not settings.info.disclosure.known_weights:
        return pd.Series(1.0, index=survey.index)
    return survey["_weight"].astype(float).round(WEIGHT_DIGITS)


def _lay_out(settings: Settings, labels: pd.DataFrame, atoms: pd.DataFrame) -> Structure:
    """Return the structure of respondents with some labels, made of given atoms."""
    atoms = atoms.drop_duplicates().sort_values(atoms.columns.tolist(), ignore_index=True)
    places = pd.MultiIndex.from_frame(atoms)
    member = places.get_indexer(pd.MultiIndex.from_frame(labels)).astype(np.int64)
    builder = _Builder(settings, atoms)
    builder.build()
    return Structure(
        sizes=tuple(np.bincount(member, minlength=len(atoms)).tolist()),
        domains=builder.domains,
        parents=tuple(builder.parents),
        kinds=builder.kinds,
        member=member,
        weights=tuple(atoms[WEIGHT].tolist()),
    )


def _labels(survey: pd.DataFrame, column: str) -> pd.Series:
    if column not in survey:
        return pd.Series(REST, index=survey.index, dtype=object)
    values = survey[column].astype(object)
    return values.where(values.notna(), REST)


def imagine_structure(settings: Settings) -> Structure:
    """Return the structure as an attacker sees it who does not know who took part.

    Every combination of region, type and subgroups may exist, with a number of respondents that
    is not known (`UNKNOWN`).
    """
    names = ["region", "type", *subgroups_of(settings)]
    labels = [list(codes_of(settings, name)) or [REST] for name in names]
    columns = ["_region", "_type", *names[2:]]
    table = pd.DataFrame(list(product(*labels)), columns=columns, dtype=object)
    known = describe_structure(settings, table)
    return replace(known, sizes=(UNKNOWN,) * len(known.sizes))
