"""Editions: what was published before is known, and differences must not disclose answers.

In: a `Study` and what `remember` wrote down at earlier publications, or what the published folders
alone say of them. Out: `Standing`, what all of it means for this release. Where the respondents of
then are known by their `records`, all editions are one system (`joint`); where they are not, old
values stay or nothing is published. The records stay in the study's private state.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd

from briefgen.config.settings import DisclosureRules, Settings
from briefgen.disclosure.counts import BASE, MISSING, Cell, Key, group_families
from briefgen.disclosure.joint import find_disclosed
from briefgen.disclosure.legacy import find_changed_by_id
from briefgen.disclosure.lineage import ABSENT, Lines, link
from briefgen.disclosure.records import (
    FORMAT,
    Records,
    describe_places,
    describe_questions,
    hash_exact,
    read_records,
    read_salts,
    take_records,
    write_records,
)
from briefgen.disclosure.structure import Structure
from briefgen.errors import DisclosureError
from briefgen.evidence.study import Study
from briefgen.model import Evidence, EvidenceKey, Released
from briefgen.released_json import evidence_as_dict, evidence_from_dict

NUMERIC: Final = ("numeric", "ranking")
TableKey = tuple[str, str]
Changed = dict[TableKey, frozenset[str]]
NOWHERE: Final[frozenset[str]] = frozenset()


# --- what is written down -----------------------------------------------------------------------


def remember(study: Study, released: Released) -> dict[str, Any]:
    """Return what later releases must know of a publication.

    It goes to the study's private state, for it holds hashes of answers.
    """
    study = study.counted
    return {
        "format": FORMAT,
        "edition": study.settings.edition,
        "evidence": [evidence_as_dict(item) for item in released.evidence.values()],
        "questions": describe_questions(study.settings),
        "places": describe_places(study.settings, study.survey),
        "respondents": write_records(study),
        "panel_round": _last_round(study),
    }


def _last_round(study: Study) -> int:
    return max(study.panel.rounds, default=0) if study.panel else 0


# --- what has changed ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Earlier:
    """One earlier publication, compared with the respondents of today.

    Attributes
    ----------
    changed
        Respondents who are new, changed or gone, by variable and domain; a table that is not
        listed has none.
    """

    edition: str
    evidence: Mapping[str, Evidence]
    changed: Mapping[TableKey, frozenset[str]]

    def cells(self) -> dict[Key, list[Evidence]]:
        """Return the evidence of the survey that was fresh then, by cell."""
        found: dict[Key, list[Evidence]] = {}
        for item in self.evidence.values():
            if item.source == "survey" and not item.as_of and not item.contrast:
                found.setdefault((item.variable, item.measure, item.domain), []).append(item)
        return found

    def published(self) -> set[Key]:
        """Return what was published of the survey then; a base is printed beside every value."""
        shown = {
            key for key, items in self.cells().items() if any(item.is_published for item in items)
        }
        return shown | {(variable, BASE, domain) for variable, _, domain in shown}


@dataclass
class Standing:
    """What earlier publications mean for this release.

    Attributes
    ----------
    frozen
        Tables whose old values stay: new ones would disclose what changed.
    hidden
        Cells that stay suppressed: they would disclose what was suppressed before.
    known
        Published cells that are unchanged: the attacker knows them, whether made again or not.
    latest
        The latest published evidence by key.
    last
        The last edition's evidence.
    lines, published
        Respondents through those editions of which they are known, and what these published.
    unknown
        Editions of which nothing is known but what was published.
    raters
        How many experts rated each statement when its current round was published, by key.
    """

    frozen: set[TableKey] = field(default_factory=set)
    hidden: set[Key] = field(default_factory=set)
    known: set[Key] = field(default_factory=set)
    latest: dict[str, Evidence] = field(default_factory=dict)
    last: Mapping[str, Evidence] = field(default_factory=dict)
    lines: Lines | None = None
    published: list[set[Key]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    raters: dict[str, float] = field(default_factory=dict)

    def find_derivable(
        self,
        settings: Settings,
        structure: Structure,
        published: Collection[Key],
        cost: Callable[[Cell], float] = lambda _cell: 1.0,
    ) -> set[Key]:
        """Return what must not be published beside all that earlier editions published.

        Parameters
        ----------
        published
            What is to be published from the data at hand.
        """
        if self.lines is None:
            return set()
        fresh = {key for key in published if (key[0], key[2]) not in self.frozen}
        now = [*self.published, fresh]
        families = group_families(settings)
        return find_disclosed(settings, self.lines, families, structure.parents, now, cost=cost)

    def keep(self, settings: Settings, derivable: Collection[Key]) -> None:
        """Hide what must not be published; where the base or headline is lost, old values stay."""
        self.hidden |= set(derivable)
        self.known -= set(derivable)
        for variable, measure, domain in derivable:
            if measure in (BASE, settings.variables[variable].question.headline):
                self.frozen.add((variable, domain))


def weigh_editions(
    study: Study, structure: Structure, previous: Sequence[Mapping[str, Any]]
) -> Standing:
    """Decide what earlier publications allow, oldest first.

    Raises
    ------
    DisclosureError
        If an entry is none that `remember` made.
    """
    standing = Standing()
    if previous:
        study = study.counted
        entries = [_read(study, entry) for entry in previous]
        followed = [place for place, (_, _, records) in enumerate(entries) if records]
        if followed:
            waves = [records for _, _, records in entries if records is not None]
            standing.lines = link([*waves, take_records(study)])
        for place, (edition, evidence, _) in enumerate(entries):
            earlier = Earlier(edition, evidence, {})
            if place in followed:
                _weigh_followed(study, structure, standing, earlier, followed.index(place))
            else:
                _weigh_unfollowed(study, structure, standing, earlier, previous[place])
        standing.hidden -= standing.known
        standing.raters = _count_raters(_last_round(study), previous)
    return standing


def _count_raters(number: int, previous: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return how many experts rated each statement in the same round, as published.

    In a further round all experts rate anew, so nothing follows from the difference. Of
    publications that say nothing of rounds the same one is assumed.
    """
    return {
        raw["key"]: raw["value"]
        for entry in previous
        if entry.get("panel_round", number) == number
        for raw in entry["evidence"]
        if raw["source"] == "panel" and raw["measure"].endswith("_n") and not raw["as_of"]
    }


def find_few_raters(
    settings: Settings, estimates: pd.DataFrame, raters: Mapping[str, float]
) -> set[TableKey]:
    """Return statements and dimensions that so few more, or fewer, experts have rated since.

    The old values beside the new ones would tell how these rated. Twice the smallest cell, as of
    the raters of any statement.
    """
    fewest = 2 * settings.info.disclosure.min_cell
    counted = estimates.loc[estimates["source"].eq("panel")].set_index("key")["value"]
    return {
        (parts.variable, parts.measure.removesuffix("_n"))
        for key, before in raters.items()
        if key in counted.index and 0 < abs(float(counted[key]) - before) < fewest
        for parts in (EvidenceKey.parse(key),)
    }


def _read(
    study: Study, entry: Mapping[str, Any]
) -> tuple[str, dict[str, Evidence], Records | None]:
    try:
        evidence = {raw["key"]: evidence_from_dict(raw) for raw in entry["evidence"]}
        is_followed = entry.get("format") == FORMAT and entry["respondents"]
        salts = read_salts(study.settings) if is_followed else []
        return str(entry["edition"]), evidence, read_records(entry, salts) if salts else None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        raise DisclosureError(
            "what was written down of an earlier publication cannot be used",
            where=".briefgen/history",
            hint="restore it from a backup: without it nothing protects against differences",
        ) from error


def _weigh_followed(
    study: Study, structure: Structure, standing: Standing, earlier: Earlier, number: int
) -> None:
    """Add what a publication means whose respondents are known."""
    if standing.lines is None:
        return
    earlier = replace(earlier, changed=find_changed(study, standing.lines, number))
    standing.published.append(earlier.published())
    for codes, fewest in _list_limits(study.settings, study.settings.info.disclosure):
        standing.frozen |= freeze_tables(structure, earlier, fewest, codes)
    _take(study, standing, earlier)


def _weigh_unfollowed(
    study: Study,
    structure: Structure,
    standing: Standing,
    earlier: Earlier,
    entry: Mapping[str, Any],
) -> None:
    """Add what a publication means of whose respondents little is known, or nothing."""
    changed = find_changed_by_id(study, structure, entry)
    if changed is None:
        standing.unknown.append(earlier.edition)
        standing.frozen |= freeze_all(structure, earlier.evidence.values())
        _take_over(study, standing, earlier)
        return
    earlier = replace(earlier, changed=changed)
    fewest = _cautious(study.settings.info.disclosure)
    standing.frozen |= freeze_tables(structure, earlier, fewest)
    _take(study, standing, earlier)


def _list_limits(
    settings: Settings, rules: DisclosureRules
) -> list[tuple[frozenset[str] | None, int]]:
    """Return how many respondents have to differ for new values of a table, by questions.

    Where fewer differ than a table has to rest on, all of the table stays as it was. Where more do,
    `joint` protects their answers; except for numbers, which are sums of single answers, and for
    known weights, by which equal counts differ.
    """
    numbers = {code for code, v in settings.variables.items() if v.type in NUMERIC}
    numbers |= settings.composites.keys()
    fewest = max(rules.min_changed, rules.min_base)
    return [
        (None, _cautious(rules) if rules.known_weights else fewest),
        (frozenset(numbers), max(fewest, rules.min_numeric)),
    ]


def _cautious(rules: DisclosureRules) -> int:
    """Return how many have to differ where their answers are not known."""
    return max(rules.min_changed, rules.min_base, rules.small_base)


def _take(study: Study, standing: Standing, earlier: Earlier) -> None:
    """Keep what was published or suppressed of tables whose respondents are the same."""
    for cell, items in earlier.cells().items():
        if not earlier.changed.get((cell[0], cell[2])):
            shown = any(item.is_published for item in items)
            (standing.known if shown else standing.hidden).add(cell)
    _take_over(study, standing, earlier)


def _take_over(study: Study, standing: Standing, earlier: Earlier) -> None:
    dated = {
        key: item if item.as_of else replace(item, as_of=earlier.edition)
        for key, item in earlier.evidence.items()
    }
    standing.latest |= {key: item for key, item in dated.items() if item.is_published}
    for key, item in dated.items():
        if item.band is not None:  # a value of a still older edition says more
            standing.latest.setdefault(key, item)
    if earlier.edition != study.settings.edition:
        standing.last = earlier.evidence


def freeze_all(structure: Structure, evidence: Iterable[Evidence]) -> set[TableKey]:
    """Return all tables of the questions of which anything was published or hidden before."""
    asked = {item.variable for item in evidence if item.source == "survey"}
    return {(variable, domain) for variable in asked for domain in structure.domains}


def freeze_tables(
    structure: Structure,
    earlier: Earlier,
    fewest: int,
    codes: Collection[str] | None = None,
) -> set[TableKey]:
    """Return the tables whose new values, set against the old, would show too few respondents.

    The old values stay too where a domain that is made of such parts would disclose them: in the
    parts with old values, taken together, nobody or enough must have changed.

    Parameters
    ----------
    codes
        The questions that are looked at; default: all.
    """
    shown = {
        (item.variable, item.domain)
        for item in earlier.evidence.values()
        if item.source == "survey" and not item.as_of and (codes is None or item.variable in codes)
    }
    frozen = {table for table in shown if 0 < len(earlier.changed.get(table, ())) < fewest}
    for variable in sorted({variable for variable, _ in shown}):
        _freeze_linked(structure, earlier, variable, frozen, fewest)
    return frozen


def _freeze_linked(
    structure: Structure, earlier: Earlier, variable: str, frozen: set[TableKey], fewest: int
) -> None:
    def changed(domain: str) -> frozenset[str]:
        return earlier.changed.get((variable, domain), frozenset())

    again = True
    while again:
        again = False
        for parent in structure.parents:
            if (variable, parent.code) in frozen:
                continue
            fresh = [c for c in parent.children if (variable, c) not in frozen and changed(c)]
            left = changed(parent.code).difference(*(changed(c) for c in fresh))
            if 0 < len(left) < fewest:
                loser = min(fresh, key=lambda c: (len(changed(c)), c), default=parent.code)
                frozen.add((variable, loser))
                again = True


# --- whose answers differ -----------------------------------------------------------------------


def find_changed(study: Study, lines: Lines, number: int) -> Changed:
    """Return who is new, changed or gone since an edition, by variable and domain.

    Weights are no answers: they change for all when one respondent joins.
    """
    found: dict[TableKey, set[str]] = {}
    old, new = lines.waves[number], lines.waves[-1]
    rows = lines.rows[:, [number, -1]].tolist()
    for code in sorted(new.questions.keys() | old.questions.keys()):
        has_answered = _list_answered(old, code), _list_answered(new, code)
        for line, (before, now) in enumerate(rows):
            was = old.places[before] if before != ABSENT and has_answered[0][before] else NOWHERE
            is_ = new.places[now] if now != ABSENT and has_answered[1][now] else NOWHERE
            same = was and is_ and _is_same(study, lines, number, (before, now), code)
            for domain in was ^ is_ if same else was | is_:
                found.setdefault((code, domain), set()).add(str(line))
    settings = study.settings
    everywhere = {domain for _, domain in found}
    for code, composite in settings.composites.items():
        for domain in everywhere:
            parts = [found.get((part, domain), set()) for part in composite.parts]
            found[code, domain] = set().union(*parts)
    return {table: frozenset(people) for table, people in found.items() if people}


def _list_answered(wave: Records, code: str) -> list[bool]:
    """Tell of each respondent whether there is an answer to a question."""
    columns = [labels for column, labels in wave.labels.items() if column[0] == code]
    if not columns:
        return [False] * len(wave.names)
    return [any(label != MISSING for label in row) for row in zip(*columns, strict=True)]


def _is_same(study: Study, lines: Lines, number: int, rows: tuple[int, int], code: str) -> bool:
    """Tell whether somebody who answered in both editions gave the same answer."""
    old, new = lines.waves[number], lines.waves[-1]
    before, now = rows
    if not lines.is_same(code, number, before, len(lines.waves) - 1, now):
        return False
    if code not in old.exact or code not in new.exact:
        return True
    hashes = hash_exact(read_salts(study.settings), old.names[before], code, new.exact[code][now])
    return old.exact[code][before] in hashes
