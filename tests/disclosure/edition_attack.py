"""An attacker who has the sidecars of several editions, and knows who took part in each.

In: what each edition publishes of question ``a``, the regions and types of everybody in each, and
what became of the options. The attacker takes those who took part again to have answered as
before, unless told that an answer was corrected. Unknown is how many of those alike in all
editions gave each answer; `scipy` finds the range of every count that is hidden in any edition, of
those of region × type cells, and of the answers of those who joined, left or moved. Nothing of the
release is used.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from briefgen.evidence.study import Study
from briefgen.released_json import evidence_as_dict

NATION = "N"
Rename = Mapping[str, str]
Row = np.ndarray


@dataclass(frozen=True)
class Wave:
    """One edition as the attacker sees it.

    Attributes
    ----------
    survey
        Who took part, as ``_region`` and ``_type``; the answers serve to judge what is found, and
        as the exact counts behind what is published.
    shown
        What is published, as plain values of the sidecar.
    became
        As what each of the finest options is counted.
    corrected
        Whose answer is another than in the edition before.
    banded
        What is published as a band.
    """

    survey: pd.DataFrame
    shown: list[dict[str, object]]
    became: Rename
    corrected: frozenset[str] = frozenset()
    banded: list[dict[str, object]] = field(default_factory=list)


def publish(released) -> list[dict[str, object]]:
    """Return what a release publishes, as it stands in a sidecar."""
    return [raw for raw in _read(released) if raw["status"] in ("published", "coarsened")]


def publish_bands(released) -> list[dict[str, object]]:
    """Return what a release publishes as a band, as it stands in a sidecar."""
    return [raw for raw in _read(released) if raw["band"] is not None]


def _read(released) -> list[dict[str, object]]:
    return json.loads(json.dumps([evidence_as_dict(one) for one in released.evidence.values()]))


def domains_of(row: Mapping[str, object]) -> frozenset[str]:
    kind = {f"type:{row['_type']}"} if "_type" in row else set()
    return frozenset({NATION, str(row["_region"])} | kind)


class EditionAttack:
    """What can be computed from all editions together."""

    def __init__(self, waves: Sequence[Wave], options: Sequence[str], rules) -> None:
        self.waves, self.options, self.rules = waves, options, rules
        self.atoms: dict[tuple, list[str]] = {}
        places = [
            {name: domains_of(row) for name, row in wave.survey.to_dict("index").items()}
            for wave in waves
        ]
        self.places = places
        for name in sorted({name for place in places for name in place}):
            for part in self._parts(name):
                key = tuple(p[name] if number in part else None for number, p in enumerate(places))
                present = tuple(p.get(name) for p in places)
                self.atoms.setdefault((key, present), []).append(name)
        self.answers = [*options, None]
        self.unknowns = [(key, answer) for key in self.atoms for answer in self.answers]
        self.rows: list[Row] = []
        self.low: list[float] = []
        self.high: list[float] = []
        for atom, people in self.atoms.items():
            self.know(np.array([float(key == atom) for key, _ in self.unknowns]), len(people))
        for number in range(len(waves)):
            self.before = len(self.rows)  # what was known before the last edition
            self.read(number)

    def _parts(self, name: str) -> Iterator[set[int]]:
        """Part the editions of somebody where an answer was corrected."""
        current: set[int] = set()
        for number, wave in enumerate(self.waves):
            if name not in wave.survey.index:
                continue
            if current and name in wave.corrected:
                yield current
                current = set()
            current = current | {number}
        yield current

    def know(self, row: Row, value: float, high: float | None = None) -> None:
        self.rows.append(row)
        self.low.append(value)
        self.high.append(value if high is None else high)

    def row(self, number: int, inside: Callable[[tuple, tuple], bool], names: set) -> Row:
        """Return the sum of those who are inside and counted as one of some answers."""
        became = self.waves[number].became
        return np.array(
            [
                float(
                    key[0][number] is not None
                    and inside(*key)
                    and answer is not None
                    and became[answer] in names
                )
                for key, answer in self.unknowns
            ]
        )

    def read(self, number: int) -> None:
        """Take in what an edition publishes, with the exact counts behind it."""
        wave = self.waves[number]
        every = set(wave.became.values())
        for raw in wave.shown:
            if raw["variable"] != "a" or raw["contrast"] or raw["as_of"]:
                continue
            domain = str(raw["domain"])

            def inside(place: tuple, _: tuple, domain: str = domain) -> bool:
                return domain in place[number]

            own = self.count(number, domain)
            self.know(self.row(number, inside, every), float(own.notna().sum()))
            names = {"top": {"o0", "o1"}, "answers": every}.get(
                str(raw["measure"]), {str(raw["measure"])}
            )
            if raw["measure"] != "mean":
                row = self.row(number, inside, names & every)
                self.know(row, float(own.isin(names).sum()))
        for raw in wave.banded:
            self.read_band(number, raw)

    def read_band(self, number: int, raw: dict[str, Any]) -> None:
        """Take in a band of an option, which holds without weights as well."""
        if (raw["variable"], raw["as_of"], raw["statistic"]) != ("a", "", "share"):
            return
        names = {"top": {"o0", "o1"}}.get(raw["measure"], {raw["measure"]})
        names &= set(self.waves[number].became.values())
        row = self.row(number, lambda place, _: raw["domain"] in place[number], names)
        low, high = raw["band"]
        most = raw["n"] * (1.0 if high is None else high)
        self.know(row, raw["n"] * (low or 0.0) - 1e-6, most + 1e-6)

    def count(self, number: int, domain: str) -> pd.Series:
        survey, place = self.waves[number].survey, self.places[number]
        return survey.loc[[domain in place[name] for name in survey.index], "a"]

    def range(self, row: Row, known: int | None = None) -> tuple[int, int]:
        """Return the smallest and largest count that agree with the first rows, or with all."""
        rows, low, high = self.rows[:known], self.low[:known], self.high[:known]
        constraint = LinearConstraint(sparse.csr_array(np.array(rows)), low, high)
        found = []
        for sign in (1, -1):
            solved = milp(
                sign * row, constraints=constraint, integrality=np.ones(len(row)),
                bounds=Bounds(0, np.inf), options={"mip_rel_gap": 0.0},
            )  # fmt: skip
            assert solved.x is not None, "nothing fits what is published"
            found.append(round(sign * solved.fun))
        return found[0], found[1]

    # --- what is told ---

    def find(self) -> list[str]:
        """Return each harmful count that is known too exactly."""
        return [*self._find_hidden(), *self._find_places(), *self._find_groups()]

    def _find_hidden(self) -> Iterator[str]:
        for number, wave in enumerate(self.waves):
            shown = {(raw["measure"], raw["domain"]) for raw in self._fresh(number)}
            for domain in sorted(set().union(*self.places[number].values())):
                answers = self.count(number, domain)
                for name in sorted(set(wave.became.values())):
                    if (name, domain) in shown:
                        continue
                    count, base = int(answers.eq(name).sum()), int(answers.notna().sum())
                    if base < self.rules.min_base or self._is_sensitive(count, base):
                        row = self.row(number, lambda p, _, d=domain, n=number: d in p[n], {name})
                        need = min(self.rules.protection, len(answers))
                        yield from self._judge(row, need, f"{number}: a.{name}@{domain}")

    def _fresh(self, number: int) -> list[dict[str, object]]:
        return [
            raw
            for raw in self.waves[number].shown
            if raw["variable"] == "a" and not raw["contrast"] and not raw["as_of"]
        ]

    def _find_places(self) -> Iterator[str]:
        for number, wave in enumerate(self.waves):
            own = self.places[number]
            for place in sorted(set(own.values()), key=sorted):
                people = [name for name, domains in own.items() if domains == place]
                answers = wave.survey.loc[people, "a"]
                base = int(answers.notna().sum())
                for name in sorted(set(wave.became.values())) if base else ():
                    count = int(answers.eq(name).sum())
                    if base >= self.rules.min_base and not self._is_sensitive(count, base):
                        continue
                    whole = [
                        told
                        for other in range(len(self.waves))
                        for told in self._told_of_some(other, set(people), name)
                    ]
                    need = min((self.rules.protection, len(people), *whole))
                    row = self.row(number, lambda p, _, n=number, own=place: p[n] == own, {name})
                    yield from self._judge(row, need, f"{number}: a.{name}@{'×'.join(place)}")

    def _told_of_some(self, number: int, people: set[str], name: str) -> Iterator[int]:
        """Return what a published count leaves open, also where some of them were not there."""
        for raw in self._fresh(number):
            inside = {one for one, own in self.places[number].items() if raw["domain"] in own}
            both = inside & people
            if raw["measure"] == name and both and not inside <= people:
                answers = self.count(number, str(raw["domain"]))
                count, base = int(answers.eq(name).sum()), int(answers.notna().sum())
                told = min(count, base - count, len(inside) - len(both), len(both))
                yield told + len(people) - len(both)

    def _find_groups(self) -> Iterator[str]:
        last = len(self.waves) - 1
        for other in range(last):
            for here, there in ((last, other), (other, last)):
                for domain in sorted(set().union(*self.places[here].values())):
                    yield from self._find_group(here, there, domain)

    def _find_group(self, here: int, there: int, domain: str) -> Iterator[str]:
        people = self._only_in(here, there, domain)
        answers = self.waves[here].survey.loc[people, "a"]
        base = int(answers.notna().sum())

        def inside(place: tuple, present: tuple) -> bool:
            return domain in place[here] and domain not in (present[there] or ())

        for name in sorted(set(self.waves[here].became.values())) if base else ():
            count = int(answers.eq(name).sum())
            if base >= self.rules.min_base and not self._is_sensitive(count, base):
                continue
            whole = [*self._told_by_whole(here, people, name)]
            whole += self._told_by_group(here, there, people, name)
            need = min((self.rules.protection, len(people), *whole))
            row = self.row(here, inside, {name})
            text = f"{here} less {there}: a.{name}@{domain}"
            yield from self._judge(row, need, text)

    def _told_by_whole(self, number: int, people: list[str], name: str) -> Iterator[int]:
        """What a published count tells by itself of its parts is no secret."""
        for raw in self._fresh(number):
            own = self.places[number]
            if raw["measure"] == name and all(raw["domain"] in own[one] for one in people):
                answers = self.count(number, str(raw["domain"]))
                count, base = int(answers.eq(name).sum()), int(answers.notna().sum())
                yield min(count, base - count, len(answers) - len(people))

    def _told_by_group(self, here: int, there: int, people: list[str], name: str) -> Iterator[int]:
        """Tell the same of those who joined or left a domain, if as many may be known."""
        for domain in set().union(*self.places[here].values()):
            whole = self._only_in(here, there, domain)
            answers = self.waves[here].survey.loc[whole, "a"]
            count, base = int(answers.eq(name).sum()), int(answers.notna().sum())
            harmless = base >= self.rules.min_base and not self._is_sensitive(count, base)
            if harmless and set(people) < set(whole):
                yield min(count, base - count, len(whole) - len(people))

    def _only_in(self, here: int, there: int, domain: str) -> list[str]:
        return [
            name
            for name, own in self.places[here].items()
            if domain in own and domain not in self.places[there].get(name, ())
        ]

    def _judge(self, row: Row, need: float, text: str) -> Iterator[str]:
        """Say what is known too exactly, but not what was before the last edition."""
        low, high = self.range(row)
        if high - low < need:
            old = self.range(row, self.before)
            if len(self.waves) == 1 or old[1] - old[0] >= need:
                yield f"{text} is {low} to {high}, was {old[0]} to {old[1]}"

    def _is_sensitive(self, count: int, base: int) -> bool:
        least = min(count, base - count)
        return 0 < least < self.rules.min_cell or (least == 0 and 0 < base < self.rules.small_base)


def attack_editions(waves: Sequence[Wave], options: Sequence[str], study: Study) -> list[str]:
    """Return what several editions disclose together."""
    return EditionAttack(waves, options, study.settings.info.disclosure).find()
