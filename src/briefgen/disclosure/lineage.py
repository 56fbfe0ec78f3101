"""Record linkage: which records of several editions are of the same respondent.

In: the `Records` of earlier editions and of the data at hand. Out: `Lines`, one for each
respondent, with the row in each edition. Records are linked as often as their answers allow, which
is the cautious choice: an attacker who links two records knows more, and a respondent who gave the
same answers in two editions adds nothing to their difference. An id is only a hint, since rows are
numbered otherwise when one is added before them. Weights are not compared, since all of them change
when a single respondent joins.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from briefgen.disclosure.counts import MISSING
from briefgen.disclosure.records import Column, Records

Ints = npt.NDArray[np.int64]
Pair = tuple[str, str]
Compared = tuple[Sequence[str], Sequence[str], frozenset[Pair] | None]
SIMILAR: Final = 0.5
"""Share of answers in which two records of one id have to agree."""
VERY_SIMILAR: Final = 0.75
"""The same of two records with different ids."""
ENOUGH: Final = 4
"""So many answers have to be compared for that."""
ABSENT: Final = -1


@dataclass(frozen=True)
class Lines:
    """Respondents through the editions.

    Attributes
    ----------
    waves
        The editions, oldest first; the last one is that of the data at hand.
    rows
        The row of each respondent (first axis) in each of them; `ABSENT` where there is none.
    """

    waves: tuple[Records, ...]
    rows: Ints

    def segments(self, codes: Sequence[str]) -> list[tuple[dict[int, int], dict[int, int]]]:
        """Divide each respondent's editions into spells in which the answers are the same.

        The answers before and after a change are two unknowns.

        Returns
        -------
        list
            Of each spell the row in each of its editions, and the respondent's rows in all.
        """
        found: list[tuple[dict[int, int], dict[int, int]]] = []
        for line in self.rows.tolist():
            whole = {wave: row for wave, row in enumerate(line) if row != ABSENT}
            current: dict[int, int] = {}
            for wave, row in whole.items():
                if current and not self._has_same(codes, current, wave, row):
                    found.append((current, whole))
                    current = {}
                current[wave] = row
            found.append((current, whole))
        return found

    def _has_same(self, codes: Sequence[str], before: dict[int, int], wave: int, row: int) -> bool:
        return all(
            self.is_same(code, earlier, before[earlier], wave, row)
            for code in codes
            for earlier in list(before)[-1:]
        )

    def is_same(self, code: str, one: int, row: int, other: int, its_row: int) -> bool:
        """Tell whether a respondent gave the same answer in two editions that ask the question.

        Where options were merged, split or renamed, an answer counts as the same if the old option
        became the new one.
        """
        return all(
            was[row] == is_[its_row] if pairs is None else (was[row], is_[its_row]) in pairs
            for was, is_, pairs in self._compared(code, one, other)
        )

    def _compared(self, code: str, one: int, other: int) -> list[Compared]:
        """Return how a question was answered in two editions, and which answers are the same."""
        if (code, one, other) not in self._comparisons:
            both = self.waves[one].labels.keys() & self.waves[other].labels.keys()
            self._comparisons[code, one, other] = [
                (
                    self.waves[one].labels[column],
                    self.waves[other].labels[column],
                    self.pairs(column, one, other),
                )
                for column in sorted(both)
                if column[0] == code
            ]
        return self._comparisons[code, one, other]

    @cached_property
    def _comparisons(self) -> dict[tuple[str, int, int], list[Compared]]:
        return {}

    def pairs(self, column: Column, one: int, other: int) -> frozenset[Pair] | None:
        """Return which answers of two editions are the same; ``None`` if the options are."""
        if _options(self.waves[one], column) == _options(self.waves[other], column):
            return None
        if (column, one, other) not in self._pairs:
            self._pairs[column, one, other] = self._find_pairs(column, one, other)
        return self._pairs[column, one, other]

    @cached_property
    def _pairs(self) -> dict[tuple[Column, int, int], frozenset[Pair]]:
        return {}

    def _find_pairs(self, column: Column, one: int, other: int) -> frozenset[Pair]:
        """Return which option each old one became: the one that most of its respondents have."""
        both = self.rows[(self.rows[:, [one, other]] != ABSENT).all(axis=1)]
        first, second = self.waves[one].labels[column], self.waves[other].labels[column]
        counted = Counter((first[line[one]], second[line[other]]) for line in both.tolist())
        kept: set[Pair] = set()
        for side in (0, 1):
            best: dict[str, Pair] = {}
            for pair, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
                best.setdefault(pair[side], pair)
            kept |= set(best.values())
        return frozenset(kept)


def _options(wave: Records, column: Column) -> tuple[str, ...]:
    dimensions = dict(wave.questions[column[0]]["dimensions"])
    return tuple(dimensions[column[1]])


def link(waves: Sequence[Records]) -> Lines:
    """Link the records of all editions, from the data at hand backwards."""
    last = len(waves) - 1
    rows = np.full((len(waves[last].names), len(waves)), ABSENT, np.int64)
    rows[:, last] = np.arange(len(rows))
    for number in range(last - 1, -1, -1):
        rows = _add_wave(waves, rows, number)
    return Lines(tuple(waves), rows)


def _add_wave(waves: Sequence[Records], rows: Ints, number: int) -> Ints:
    """Match the respondents of an edition with those of all later ones."""
    old = waves[number]
    columns = _common_columns(waves[number:])
    matcher = _Matcher(
        [_Person(old, row, columns) for row in range(len(old.names))],
        [_Person(*_nearest(waves, line), columns) for line in rows.tolist()],
    )
    found = matcher.match(with_answers=bool(columns))
    added = np.full((len(old.names) - len(found), len(waves)), ABSENT, np.int64)
    added[:, number] = [row for row in range(len(old.names)) if row not in found]
    rows = rows.copy()
    rows[list(found.values()), number] = list(found)
    return np.vstack([rows, added])


def _nearest(waves: Sequence[Records], line: Sequence[int]) -> tuple[Records, int]:
    """Return a respondent's earliest record among those of later editions."""
    wave = next(wave for wave, row in enumerate(line) if row != ABSENT)
    return waves[wave], line[wave]


def _common_columns(waves: Sequence[Records]) -> list[Column]:
    """Return the columns that have the same options in all of these editions."""
    first, *others = waves
    return [
        column
        for column in sorted(first.labels)
        if all(
            column in other.labels and _options(other, column) == _options(first, column)
            for other in others
        )
    ]


class _Person:
    """What linkage compares of one record."""

    def __init__(self, wave: Records, row: int, columns: Iterable[Column]) -> None:
        self.wave, self.row = wave, row
        self.name = wave.names[row]
        self.place = wave.places[row]
        self.answers = tuple(wave.labels[column][row] for column in columns)

    def has_exact(self, later: _Person) -> bool:
        """Tell whether numbers and texts agree too."""
        return self.wave.has_exact(self.row, later.wave, later.row)


class _Matcher:
    """Link old and new records one to one, the most similar pairs first."""

    def __init__(self, old: Sequence[_Person], new: Sequence[_Person]) -> None:
        self.old, self.new = old, new
        self.found: dict[int, int] = {}
        self._left = (list(range(len(old))), list(range(len(new))))

    def match(self, *, with_answers: bool) -> dict[int, int]:
        """Return the new record of each old one that has one."""
        if with_answers:
            self._pair(lambda person: (person.name, person.place, person.answers), exactly=True)
            self._pair(lambda person: (person.place, person.answers), exactly=True)
            self._pair(lambda person: (person.name, person.place, person.answers))
            self._pair(lambda person: (person.place, person.answers))
            self._pair(lambda person: person.answers, exactly=True)
            self._pair(lambda person: (person.name, person.answers))
            self._pair(lambda person: person.answers)
        self._pair(lambda person: person.name, at_least=SIMILAR)
        if with_answers:
            self._pair_nearest()
        return self.found

    def _pair(
        self,
        key: Callable[[_Person], Hashable],
        at_least: float = 0.0,
        *,
        exactly: bool = False,
    ) -> None:
        """Link records with the same key, and on demand with the same numbers and texts."""
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for place in self._left[1]:
            waiting[key(self.new[place])].append(place)
        for place in self._left[0]:
            person, same = self.old[place], waiting[key(self.old[place])]
            for other in same:
                if _agree(person.answers, self.new[other].answers) >= at_least and (
                    not exactly or person.has_exact(self.new[other])
                ):
                    self.found[place] = other
                    same.remove(other)
                    break
        self._forget()

    def _forget(self) -> None:
        taken = set(self.found.values())
        self._left = (
            [place for place in self._left[0] if place not in self.found],
            [place for place in self._left[1] if place not in taken],
        )

    def _pair_nearest(self) -> None:
        """Link what is left by the most answers in common: records that were corrected."""
        places, others = self._left
        if not (places and others and len(self.old[0].answers) >= ENOUGH):
            return
        theirs = np.array([self.new[other].answers for other in others], dtype=object)
        free = np.ones(len(others), np.bool_)
        for place in places:
            person = self.old[place]
            own = np.array(person.answers, dtype=object)
            answered = (theirs != MISSING) | (own != MISSING)
            similarity = (
                ((theirs == own) & answered).sum(axis=1)
                / np.maximum(1, answered.sum(axis=1))
                * free
            )
            same = [self.new[other].place == person.place for other in others]
            best = int(np.lexsort((same, similarity))[-1])
            if similarity[best] >= VERY_SIMILAR:
                self.found[place] = others[best]
                free[best] = False
        self._forget()


def _agree(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the share of answers in which two records agree, those aside that both left out."""
    pairs = [pair for pair in zip(one, other, strict=True) if pair != (MISSING, MISSING)]
    return sum(a == b for a, b in pairs) / len(pairs) if pairs else 1.0
