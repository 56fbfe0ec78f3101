"""All editions as one system of linked tables.

In: respondents followed through the editions (`lineage.Lines`), and which values of each are
published. Out: the values of the data at hand that must not stand beside the earlier ones
(`find_disclosed`). Atoms are respondents who were in the same domains in each edition. A domain of
any edition, with regions, types, options and filters as they were then, is a sum of atoms, and
whatever was published of it stays known. Protected are all counts that were or are sensitive, those
of region × type cells of each edition too, and the answers of respondents who joined, left or
moved, since two editions differ by them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np

from briefgen.config.settings import DisclosureRules, Settings, Variable
from briefgen.disclosure.attack import Attack, Ints
from briefgen.disclosure.counts import BASE, MISSING, MOST, Cell, Family, Key
from briefgen.disclosure.lineage import Lines
from briefgen.disclosure.protect import Protection
from briefgen.disclosure.rules import is_sensitive, is_small_base, needed_in_part
from briefgen.disclosure.structure import PUBLIC, Parent, Structure
from briefgen.disclosure.system import MOST_NODES, Equation, Floats, Form, Polytope

Place = tuple[frozenset[str] | None, ...]
"""A respondent's domains in each edition; ``None`` where the respondent took no part."""
Table = tuple[str, str]
Published = Sequence[Collection[Key]]
"""What is published in each edition, the data at hand last."""
BECAME: Final = "→"


@dataclass(frozen=True)
class System:
    """The counts of a family of questions in all editions.

    Attributes
    ----------
    cells
        What may be published in any edition; those of earlier ones have the domain
        ``NUMBER|DOMAIN``.
    groups
        Counts of those who joined, left or moved: no table has them, and they are protected.
    places
        Counts of region × type cells of each edition, of whom no table is made either.
    members
        The atoms of each domain, and of each region × type cell, by the name that cells have.
    truth
        The true counts.
    """

    family: Family
    cells: list[Cell]
    groups: list[Cell]
    places: list[Cell]
    members: Mapping[str, frozenset[int]]
    truth: Floats


def find_disclosed(
    settings: Settings,
    lines: Lines,
    families: Iterable[tuple[Variable, ...]],
    parents: Sequence[Parent],
    published: Published,
    *,
    cost: Callable[[Cell], float] = lambda _cell: 1.0,
) -> set[Key]:
    """Return what must not be published beside what earlier editions published.

    Parameters
    ----------
    families
        Questions that are linked by a filter; each is also solved alone, since respondents who
        changed the answer to one of them may have kept the other.
    parents
        Domains of the data at hand with those that they are made of.
    published
        Variable, measure and domain of all that is known of each edition.
    cost
        What readers lose where a value is suppressed.
    """
    derivable: set[Key] = set()
    for variables in families:
        choices = [variables] if len(variables) == 1 else [*((v,) for v in variables), variables]
        for chosen in choices:
            left = [*published[:-1], set(published[-1]) - derivable]
            builder = _Builder(lines, chosen, parents, left)
            if builder.is_needed():
                rules = settings.info.disclosure
                derivable |= _Search(rules, builder.build(), left, cost).find()
    return derivable


# --- the system -----------------------------------------------------------------------------------


class _Builder:
    """Build the system of equations of a family of questions in all editions."""

    def __init__(
        self,
        lines: Lines,
        variables: tuple[Variable, ...],
        parents: Sequence[Parent],
        published: Published,
    ) -> None:
        self.lines, self.waves, self.parents = lines, lines.waves, parents
        self.variables = variables
        self.published = published
        self.now = len(lines.waves) - 1
        self.segments = lines.segments([variable.code for variable in variables])
        found: dict[tuple[Place, Place], list[dict[int, int]]] = {}
        for segment, whole in self.segments:
            key = self._place_of(segment), self._place_of(whole)
            found.setdefault(key, []).append(segment)
        ordered = sorted(found, key=lambda key: (_order(key[0]), _order(key[1])))
        self.atoms = [place for place, _ in ordered]
        self.present = [place for _, place in ordered]
        self.members = [found[key] for key in ordered]
        self.profiles: dict[tuple[str, str], list[tuple[str, ...]]] = {}
        self.variants: dict[tuple[str, str], list[int]] = {}

    def _place_of(self, segment: Mapping[int, int]) -> Place:
        return tuple(
            wave.places[segment[number]] if number in segment else None
            for number, wave in enumerate(self.waves)
        )

    def is_needed(self) -> bool:
        """Tell whether respondents or questions differ between the editions.

        Where neither does, the tables are those of the earlier edition and so is what is hidden of
        them: there is nothing to solve.
        """
        codes = {variable.code for variable in self.variables}
        if not any(key[0] in codes for key in self.published[-1]):
            return False
        has_moved = any(len(set(place)) > 1 for place in self.atoms)
        return has_moved or any(
            wave.questions.get(code) != self.waves[-1].questions[code]
            for code in codes
            for wave in self.waves
        )

    def build(self) -> System:
        structure = self._make_structure()
        self.family = family = Family(self.variables, structure)
        for variable in self.variables:
            self._add_columns(family, variable.code)
        for variable in self.variables:
            family.equations += self._equations_of(family, variable.code)
        truth = self._count(family)
        family.equations += self._close(family, truth)
        cells = [
            cell
            for number in range(len(self.waves))
            for domain in self.waves[number].kinds
            for cell in self._cells(number, domain)
        ]
        found = self._find_places()
        members = {name: frozenset(atoms) for name, atoms in structure.domains.items()}
        members |= {name: atoms for _, name, atoms in found}
        places = list(self._counts_of(found))
        return System(family, cells, list(self._groups()), places, members, truth)

    def _make_structure(self) -> Structure:
        kinds = {
            self._name(number, domain): kind
            for number, wave in enumerate(self.waves)
            for domain, kind in wave.kinds.items()
        }
        return Structure(
            sizes=tuple(map(len, self.members)),
            domains={
                self._name(number, domain): tuple(sorted(atoms))
                for number, domains in enumerate(self._domains)
                for domain, atoms in domains.items()
            },
            parents=(),
            kinds=kinds,
            member=np.empty(0, np.int64),
            weights=(1.0,) * len(self.atoms),
        )

    @cached_property
    def _domains(self) -> tuple[dict[str, frozenset[int]], ...]:
        """The atoms of each domain, by edition."""
        return tuple(
            {
                domain: frozenset(
                    atom for atom, place in enumerate(self.atoms) if domain in (place[number] or ())
                )
                for domain in wave.kinds
            }
            for number, wave in enumerate(self.waves)
        )

    def _name(self, number: int, domain: str) -> str:
        return domain if number == self.now else f"{number}|{domain}"

    # --- answers ---

    def _add_columns(self, family: Family, code: str) -> None:
        dimensions = {
            name: None
            for wave in self.waves
            for name, _ in wave.questions.get(code, {"dimensions": ()})["dimensions"]
        }
        for dimension in dimensions:
            self._find_profiles(code, dimension)
            for profile in self.profiles[code, dimension]:
                family.places[code, dimension, BECAME.join(profile)] = family.width
                family.width += len(self.atoms)
        family.places[code, "", MISSING] = family.width
        family.width += len(self.atoms)

    def _find_profiles(self, code: str, dimension: str) -> None:
        """List the options that one answer may count as, across editions with different options."""
        variants: list[tuple[list[str], int]] = []
        of_wave = []
        for number, wave in enumerate(self.waves):
            options = dict(wave.questions.get(code, {"dimensions": ()})["dimensions"]).get(
                dimension
            )
            if options is None:
                of_wave.append(-1)
                continue
            known = [list(one) for one, _ in variants]
            if list(options) not in known:
                variants.append((list(options), number))
                known.append(list(options))
            of_wave.append(known.index(list(options)))
        self.variants[code, dimension] = of_wave
        chains = self._chain(code, dimension, variants)
        self.profiles[code, dimension] = [chain for chain in chains if set(chain) != {MISSING}]
        seen = {self._profile_of(code, dimension, segment) for segment, _ in self.segments}
        new = seen.difference(self.profiles[code, dimension])
        self.profiles[code, dimension] += sorted(one for one in new if set(one) != {MISSING})

    def _chain(
        self, code: str, dimension: str, variants: Sequence[tuple[list[str], int]]
    ) -> list[tuple[str, ...]]:
        """Return the chains of options that an answer may have in different questionnaires."""
        chains: list[tuple[str, ...]] = [(label,) for label in (*variants[0][0], MISSING)]
        for (_, before), (options, number) in pairwise(variants):
            pairs = self.lines.pairs((code, dimension), before, number) or frozenset()
            longer = [(*c, new) for c in chains for new in options if (c[-1], new) in pairs]
            used = {chain[:-1] for chain in longer}
            longer += [(*chain, MISSING) for chain in chains if chain not in used]
            became = {chain[-1] for chain in longer}
            nothing = (MISSING,) * len(chains[0])
            chains = longer + [(*nothing, label) for label in options if label not in became]
        return chains

    def _label(self, code: str, dimension: str, number: int, profile: tuple[str, ...]) -> str:
        return profile[self.variants[code, dimension][number]]

    def _profile_of(self, code: str, dimension: str, segment: Mapping[int, int]) -> tuple[str, ...]:
        """Return the option that the answer of a spell counts as in each questionnaire."""
        variants = self.variants[code, dimension]
        known = {
            variants[number]: self.waves[number].labels[code, dimension][row]
            for number, row in segment.items()
            if variants[number] >= 0
        }
        nothing = tuple(known.get(variant, MISSING) for variant in range(max(variants) + 1))
        if set(nothing) == {MISSING}:
            return nothing
        fitting = (
            profile
            for profile in self.profiles[code, dimension]
            if all(profile[variant] == label for variant, label in known.items())
        )
        return next(fitting, nothing)

    def _count(self, family: Family) -> Floats:
        truth = np.zeros(family.width)
        for atom, members in enumerate(self.members):
            for segment in members:
                for code, dimension in self.profiles:
                    profile = self._profile_of(code, dimension, segment)
                    if set(profile) != {MISSING}:
                        truth[family.places[code, dimension, BECAME.join(profile)] + atom] += 1
        for variable in self.variables:
            dimension = self._first(variable.code)
            columns = [
                family.places[variable.code, dimension, BECAME.join(profile)]
                for profile in self.profiles[variable.code, dimension]
            ]
            start = family.places[variable.code, "", MISSING]
            for atom, size in enumerate(family.structure.sizes):
                truth[start + atom] = size - sum(truth[column + atom] for column in columns)
        return truth

    def _first(self, code: str) -> str:
        return next(dimension for known, dimension in self.profiles if known == code)

    def _equations_of(self, family: Family, code: str) -> Iterator[Equation]:
        """Yield the equations of atoms: answers and missing answers add up to their size."""
        missing = family.places[code, "", MISSING]
        for known, dimension in self.profiles:
            if known != code:
                continue
            columns = [
                family.places[code, dimension, BECAME.join(profile)]
                for profile in self.profiles[code, dimension]
            ]
            for atom, size in enumerate(family.structure.sizes):
                terms = {column + atom: 1.0 for column in (*columns, missing)}
                yield Equation(terms, float(size), float(size), code)
        yield from self._filter_equations(family, code)

    def _filter_equations(self, family: Family, code: str) -> Iterator[Equation]:
        """Yield the filters: no more answer a question than gave an answer that opens it."""
        filters = {
            str(wave.questions[code]["asked_if"]) for wave in self.waves if code in wave.questions
        }
        asked_if = self.waves[-1].questions[code]["asked_if"]
        if len(filters) != 1 or asked_if is None:
            return
        opener, options = asked_if
        dimensions = [dimension for known, dimension in self.profiles if known == opener]
        if dimensions != [""]:
            return
        opening = [
            family.places[opener, "", BECAME.join(profile)]
            for profile in self.profiles[opener, ""]
            if set(profile) & set(options)
        ]
        answers = [
            family.places[code, self._first(code), BECAME.join(profile)]
            for profile in self.profiles[code, self._first(code)]
        ]
        for atom in range(len(self.atoms)):
            terms = {column + atom: 1.0 for column in opening}
            terms |= {column + atom: -1.0 for column in answers}
            yield Equation(terms, 0.0, MOST, code)

    def _close(self, family: Family, truth: Floats) -> Iterator[Equation]:
        """Yield that options which nobody chose, beside the named ones, are known to be zero."""
        for (code, _, option), start in family.places.items():
            columns = range(start, start + len(self.atoms))
            if "…" in option and not truth[list(columns)].any():
                yield Equation(dict.fromkeys(columns, 1.0), 0.0, 0.0, code)

    # --- cells ---

    def _cells(self, number: int, domain: str) -> Iterator[Cell]:
        atoms = self.family.structure.domains[self._name(number, domain)]
        for variable in self.variables:
            if atoms and variable.code in self.waves[number].questions:
                name = self._name(number, domain)
                yield from self._table(number, variable.code, name, atoms)

    def _table(self, number: int, code: str, name: str, atoms: Sequence[int]) -> Iterator[Cell]:
        """Return the cells of a table as an edition makes it."""
        question = self.waves[number].questions[code]
        first = question["dimensions"][0][0]
        valid = dict.fromkeys(question["dimensions"][0][1], 1.0)
        base = self._form(number, code, first, valid, atoms)
        size = sum(self.family.structure.sizes[atom] for atom in atoms)
        is_now = number == self.now and name in self.waves[number].kinds
        yield Cell(code, BASE, name, "base", base, base, size, is_now)
        for measure, (dimension, scores, kind) in question["measures"].items():
            form = self._form(number, code, dimension, scores, atoms)
            yield Cell(code, measure, name, kind, form, base, size, is_now)

    def _form(
        self,
        number: int,
        code: str,
        dimension: str,
        scores: Mapping[str, float],
        atoms: Sequence[int],
    ) -> Form:
        terms: dict[int, float] = {}
        for profile in self.profiles[code, dimension]:
            score = scores.get(self._label(code, dimension, number, profile), 0.0)
            start = self.family.places[code, dimension, BECAME.join(profile)]
            if score:
                terms |= {start + atom: score for atom in atoms}
        return Form.of(terms)

    # --- region × type cells ---

    def _find_places(self) -> list[tuple[int, str, frozenset[int]]]:
        """Return the region × type cells of each edition that are no domain of it.

        What the tables of one edition tell of them, release looks after; beside those of another
        they may tell more.
        """
        found = []
        for number in range(len(self.waves)):
            declared = set(self._domains[number].values())
            cells: dict[frozenset[str], set[int]] = {}
            for atom, place in enumerate(self.atoms):
                public = self._public(number, place)
                if public is not None:
                    cells.setdefault(public, set()).add(atom)
            for public, atoms in sorted(cells.items(), key=lambda item: sorted(item[0])):
                if frozenset(atoms) not in declared:
                    name = f"{number}×{'×'.join(sorted(public))}"
                    found.append((number, name, frozenset(atoms)))
        return found

    # --- those who joined, left or moved ---

    def _groups(self) -> Iterator[Cell]:
        """Yield the counts of answers of the groups by which two editions differ."""
        yield from self._counts_of(
            group for number in range(self.now) for group in self._list_groups(number)
        )

    def _counts_of(self, groups: Iterable[tuple[int, str, frozenset[int]]]) -> Iterator[Cell]:
        """Yield the counts of answers of groups, each once, in the edition that is named."""
        seen: set[tuple[str, str, int, frozenset[int]]] = set()
        for wave, name, atoms in groups:
            for variable in self.variables:
                if variable.code not in self.waves[wave].questions:
                    continue
                for cell in self._table(wave, variable.code, name, sorted(atoms)):
                    mark = (variable.code, cell.measure, wave, atoms)
                    if cell.kind == "count" and mark not in seen:
                        seen.add(mark)
                        yield cell

    def _list_groups(self, number: int) -> Iterator[tuple[int, str, frozenset[int]]]:
        """Yield groups: the edition in which they answered, a name, and their atoms."""
        changes: dict[tuple[int, str], frozenset[int]] = {}
        for here, there in ((self.now, number), (number, self.now)):
            for domain in self.waves[here].kinds:
                changes[here, domain] = frozenset(self._only_in(here, there, domain))
        for (here, domain), atoms in changes.items():
            if atoms:
                yield here, f"{number}>{here}|{domain}", atoms
        for here in (self.now, number):
            for place, parent in enumerate(self.parents):
                rest = changes.get((here, parent.code), frozenset()).difference(
                    *(
                        changes.get((here, c), ())
                        for c in parent.children
                        if self._is_fresh(number, c)
                    )
                )
                if rest:
                    yield here, f"{number}>{here}|{parent.code}/{place}", rest
        yield from self._list_left(number)
        yield from self._list_movers(number)

    def _list_left(self, number: int) -> Iterator[tuple[int, str, frozenset[int]]]:
        """Yield what is left of a domain beside those parts of it that the other edition published.

        A region that is counted to another type is a part of that type in one edition alone: its
        value of then, taken from the type's of now, tells of all others of that type.
        """
        seen: set[frozenset[int]] = set()
        for here, there in ((self.now, number), (number, self.now)):
            groups = self._domains[there]
            for domain, whole in self._domains[here].items():
                for kind, parts in self._list_parts(there):
                    inside = [groups[part] for part in sorted(parts) if groups[part] < whole]
                    left = whole.difference(*inside)
                    if inside and left and left not in seen:
                        seen.add(left)
                        yield here, f"{number}>{here}|{domain}-{kind}{len(seen)}", left

    def _list_parts(self, number: int) -> set[tuple[str, frozenset[str]]]:
        """Return the regions, and the types, of which an edition published the same measure."""
        codes, kinds = {variable.code for variable in self.variables}, self.waves[number].kinds
        found: dict[tuple[str, str, str], set[str]] = {}
        for code, measure, domain in self.published[number]:
            if code in codes and kinds.get(domain) in PUBLIC:
                found.setdefault((code, measure, kinds[domain]), set()).add(domain)
        return {(kind, frozenset(domains)) for (_, _, kind), domains in found.items()}

    def _only_in(self, here: int, there: int, domain: str) -> Iterator[int]:
        """Yield the atoms that are in a domain in one edition and not in another.

        The attacker knows who took part and where, but not who corrected an answer.
        """
        for atom, (place, present) in enumerate(zip(self.atoms, self.present, strict=True)):
            if domain in (place[here] or ()) and domain not in (present[there] or ()):
                yield atom

    def _is_fresh(self, number: int, domain: str) -> bool:
        """Tell whether both editions publish a table of a domain."""
        codes = [variable.code for variable in self.variables]
        return any(
            all((code, BASE, domain) in self.published[wave] for wave in (number, self.now))
            for code in codes
        )

    def _list_movers(self, number: int) -> Iterator[tuple[int, str, frozenset[int]]]:
        """Yield the respondents who moved, by their region × type cells in both editions."""
        moved: dict[tuple[Any, Any], set[int]] = {}
        for atom, place in enumerate(self.present):
            both = self._public(number, place), self._public(self.now, place)
            if both[0] != both[1]:
                moved.setdefault(both, set()).add(atom)
        for count, (both, atoms) in enumerate(
            sorted(moved.items(), key=lambda item: _order(item[0]))
        ):
            for wave, side in ((number, both[0]), (self.now, both[1])):
                own = frozenset(atom for atom in atoms if self.atoms[atom][wave] is not None)
                if side is not None and own:
                    yield wave, f"{number}>{wave}|{count}", own

    def _public(self, number: int, place: Place) -> frozenset[str] | None:
        """Return a respondent's region and type in an edition."""
        own, kinds = place[number], self.waves[number].kinds
        return None if own is None else frozenset(c for c in own if kinds[c] in PUBLIC)


def _order(place: Iterable[frozenset[str] | None]) -> list[list[str]]:
    return [["~"] if own is None else sorted(own) for own in place]


# --- the search -----------------------------------------------------------------------------------


class _Search(Protection):
    """Secondary suppression in the data at hand, given what earlier editions published.

    What they published is known and cannot be suppressed any more.
    """

    def __init__(
        self,
        rules: DisclosureRules,
        system: System,
        published: Published,
        cost: Callable[[Cell], float],
    ) -> None:
        cells = [*system.cells, *system.groups, *system.places]
        now = len(published) - 1
        shown = np.zeros(len(cells), np.bool_)
        for place, cell in enumerate(system.cells):
            number, _, domain = cell.domain.rpartition("|")
            wave = int(number) if number else now
            shown[place] = (cell.variable, cell.measure, domain) in published[wave]
        self._public = len(system.cells)
        self._first_place = len(system.cells) + len(system.groups)
        self._members = system.members
        self._standing = [
            place for place, cell in enumerate(cells) if shown[place] and not cell.publishable
        ]
        super().__init__(rules, system.family, system.truth, cells, shown, cost)
        self._harmful = np.array([p for p in self.counts if self._is_harmful(p)], np.int64)
        self._secret = set(self._harmful.tolist())
        self._wholes = {place: self._find_wholes(place) for place in self._harmful.tolist()}

    def find(self) -> set[Key]:
        """Return the cells of the data at hand that have to be suppressed."""
        before = self.published.copy()
        while True:
            last = self.published.copy()
            self.protect()  # what is hidden no longer excuses what its parts tell
            if (last == self.published).all():
                return {self.cells[p].key for p in np.flatnonzero(before & ~self.published)}

    def _is_harmful(self, place: int) -> bool:
        """Tell whether a count is sensitive.

        The rules for those who joined, left or moved are those for a domain.
        """
        count, base = float(self.values[place]), float(self.bases[place])
        if self.published[place]:
            return False
        if place >= self._public and base <= 0:
            return False  # without an answer there is no count to protect
        few = is_small_base(self.rules, base)
        few |= place >= self._public and base < self.rules.min_changed
        return few or is_sensitive(self.rules, count, base)

    def _find_wholes(self, place: int) -> list[int]:
        """Return the same count in all domains and groups that contain a group.

        A group that joined or left counts where its own count is not sensitive.
        """
        if place < self._public or place >= self._first_place:
            return []
        cell, own = self.cells[place], set(self.cells[place].form.columns.tolist())
        return [
            other
            for other in self.counts
            if other != place
            and other < self._first_place
            and self.cells[other].variable == cell.variable
            and self.cells[other].measure == cell.measure
            and own.issubset(self.cells[other].form.columns.tolist())
            and (other < self._public or other not in self._secret)
        ]

    def _watched(self) -> Ints:
        return self._harmful

    def _find_need(self, place: int) -> float:
        if place >= self._first_place:
            return min(self._needs_of_place(place))
        around = [
            (float(self.values[one]), float(self.bases[one]), self.cells[one].size)
            for one in self._wholes.get(place, ())
            if one >= self._public or self.published[one]
        ]
        return needed_in_part(self.rules, self.cells[place], around)

    def _needs_of_place(self, place: int) -> Iterator[float]:
        """Yield how wide the range of a region × type cell may be beside each published count.

        A count of another edition may hold only those of its respondents who took part there; of
        the others it tells nothing.
        """
        cell = self.cells[place]
        yield needed_in_part(self.rules, cell, ())
        for other in self._same[cell.variable, cell.measure]:
            inside = self._shared(place, other) if self.published[other] else 0
            if inside:
                whole = self.cells[other]
                around = [(float(self.values[other]), float(self.bases[other]), whole.size)]
                told = needed_in_part(self.rules, replace(cell, size=inside), around)
                yield told + cell.size - inside

    @cached_property
    def _same(self) -> Mapping[tuple[str, str], list[int]]:
        """The counts of domains, by what they count."""
        found: dict[tuple[str, str], list[int]] = {}
        for place in self.counts:
            if place < self._public:
                found.setdefault(
                    (self.cells[place].variable, self.cells[place].measure), []
                ).append(place)
        return found

    def _shared(self, place: int, other: int) -> int:
        """Return how many respondents of a region × type cell a count of a domain counts alike."""
        own, whole = (self._members[self.cells[one].domain] for one in (place, other))
        columns = set(self.cells[place].form.columns.tolist())
        both = columns.intersection(self.cells[other].form.columns.tolist())
        if whole <= own or len(both) * len(own) != len(columns) * len(own & whole):
            return 0  # a part of the cell, or an option that means something else there
        return sum(self.family.structure.sizes[atom] for atom in own & whole)

    def _is_safe(self, place: int, need: float) -> bool:
        low, high = self._attack.range(place, need)
        return high - low >= need

    @cached_property
    def _attack(self) -> Attack:
        limits = [self._limits(place) for place in range(len(self.cells))]
        return Attack(self.family, self.cells, limits, self.truth, nodes=MOST_NODES)

    def _make_search(self, *, whole: bool) -> Polytope:
        search = super()._make_search(whole=whole)
        width = self.family.width
        search.cap([width + 2 * place + side for place in self._standing for side in (0, 1)], 0.0)
        return search

    def _suppress_binding_cell(self, place: int) -> None:
        binding = [
            other
            for other in self._attack.binding_cells(place)
            if self.published[other] and self.cells[other].publishable
        ]
        if not binding:
            self._search_longer(place)  # or the earlier editions tell it by themselves
            return
        before = self.published.copy()
        self.hide(min(binding, key=self._cost))
        self._renew(before)
