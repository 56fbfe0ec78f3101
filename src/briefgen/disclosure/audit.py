"""The audit: from the printed numbers alone, what can be derived of those that are not printed.

In: the evidence that documents show (their sidecars, or what is about to be published). Out: an
`AuditReport`. It does not trust the release: it takes every printed number with the interval that
its rounding leaves, adds what everybody knows (who took part, and how domains add up), and asks
by linear programming for the range of every count that is hidden.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from briefgen.config.settings import Settings, Variable
from briefgen.disclosure.artefacts import Artefacts, read_artefacts
from briefgen.disclosure.attack import DUST, FREE, Answers, Attack, Limits, limits_of_published
from briefgen.disclosure.bands import is_on_grid, limits_of_band
from briefgen.disclosure.behind import keys_behind
from briefgen.disclosure.checks import (
    check_editions,
    check_groups,
    check_missing,
    check_numbers,
    check_rests,
    is_too_exact,
)
from briefgen.disclosure.counts import (
    BASE,
    Cell,
    Family,
    Key,
    cells_of,
    close_questions,
    count_answers,
    counts_around,
    group_families,
    keys_around,
    linked_group_questions,
    list_cells,
    list_place_cells,
    make_family,
)
from briefgen.disclosure.declarations import declare, row_of
from briefgen.disclosure.membership import Memberships, imagine_members
from briefgen.disclosure.parallel import map_families
from briefgen.disclosure.quantities import (
    Quantities,
    is_mean_of_scores,
    is_number,
    is_of_answers,
    is_quantile,
)
from briefgen.disclosure.records import describe_lost
from briefgen.disclosure.rounding import step_of
from briefgen.disclosure.rules import is_exposed, is_sensitive, is_small_base, needed_in_part
from briefgen.disclosure.structure import (
    GROUPED,
    Structure,
    describe_structure,
    imagine_structure,
)
from briefgen.disclosure.system import MOST_NODES, Floats, whole_down, whole_up
from briefgen.disclosure.weighted import list_weighted_cells
from briefgen.errors import BriefgenError, DisclosureError
from briefgen.evidence.load import load_study
from briefgen.evidence.study import Study
from briefgen.model import Evidence

Shown = Mapping[str, Evidence]


@dataclass(frozen=True)
class AuditFinding:
    """One thing that must not be published so.

    Attributes
    ----------
    kind
        ``derived``: a hidden count can be derived; ``printed``: a number is shown that the rules
        forbid; ``hidden``: something suppressed carries a number; ``contradiction``; ``dominated``
        and ``exact``: a number tells about single respondents; ``undeclared``: nothing says what
        it tells; ``edition``: its difference from an earlier publication does.
    key
        Of the value that is in danger, as evidence key.
    low, high
        The range of the count that can be derived; ``None`` where there is none to state.
    base
        The base, where it is known.
    by
        The publications that together reveal it.
    """

    kind: str
    key: str
    low: float | None = None
    high: float | None = None
    base: float | None = None
    by: tuple[str, ...] = ()
    edition: str = ""

    def __str__(self) -> str:
        """Say it without the count: a build's log is not the place to reveal it."""
        words = {
            "derived": "can be derived too exactly",
            "printed": "is printed though the rules forbid it",
            "hidden": "is suppressed but carries a number",
            "contradiction": "is printed with different values",
            "dominated": "rests on too few or on one respondent, or shows a rest that does",
            "exact": "is printed more exactly than the rules allow",
            "undeclared": "is of a statistic of which nothing says what it tells",
            "edition": "shows too few respondents, set against an earlier publication",
        }
        sources = f", from {', '.join(self.by)}" if self.by else ""
        edition = f"{self.edition}: " if self.edition else ""
        return f"{edition}{self.key} {words[self.kind]}{sources}"


@dataclass(frozen=True)
class AuditReport:
    """What the audit found.

    Attributes
    ----------
    cells
        Hidden counts that were attacked.
    values
        Different printed values that were used.
    """

    findings: tuple[AuditFinding, ...] = ()
    documents: int = 0
    values: int = 0
    cells: int = 0
    editions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def lines(self) -> list[str]:
        """Return the findings as sentences, then what was looked at."""
        head = (
            f"{self.documents} documents, {self.values} values, {self.cells} hidden counts: "
            f"{len(self.findings) or 'no'} finding{'' if len(self.findings) == 1 else 's'}"
        )
        return [*(str(finding) for finding in self.findings), *self.notes, head]

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values, without the ranges."""
        secret = {"low", "high", "base"}
        findings = [
            {name: value for name, value in asdict(finding).items() if name not in secret}
            for finding in self.findings
        ]
        return {
            "ok": self.ok,
            "findings": findings,
            "documents": self.documents,
            "values": self.values,
            "cells": self.cells,
            "editions": list(self.editions),
            "notes": list(self.notes),
        }

    def __add__(self, other: AuditReport) -> AuditReport:
        return AuditReport(
            self.findings + other.findings,
            self.documents + other.documents,
            self.values + other.values,
            self.cells + other.cells,
            self.editions + other.editions,
            tuple(dict.fromkeys(self.notes + other.notes)),
        )


def audit_folder(
    folder: Path, settings: Settings, previous: Sequence[Mapping[str, Any]] = ()
) -> AuditReport:
    """Audit everything that is published in a folder, edition by edition.

    Parameters
    ----------
    folder
        The publications: ``<edition>/…/<name>.evidence.json`` beside the documents, with
        ``…/data/*.csv`` and HTML.
    settings
        The study's configuration.
    previous
        What was published earlier from other data (`pipeline.recall.read_history`).

    Raises
    ------
    DisclosureError
        If there is nothing to audit, or a sidecar cannot be read.
    """
    study = _try_study(settings)
    report = AuditReport()
    for edition, artefacts in read_artefacts(folder).items():
        current = edition == settings.edition
        part = _audit_edition(
            artefacts, settings, study, previous if current else (), current=current
        )
        report += part
    lost = describe_lost(previous)
    return report + AuditReport(notes=(lost,) if lost else ())


def _audit_edition(
    artefacts: Artefacts,
    settings: Settings,
    study: Study | None,
    previous: Sequence[Mapping[str, Any]],
    *,
    current: bool,
) -> AuditReport:
    report = audit_evidence(
        artefacts.evidence.values(),
        settings,
        study if current else None,
        names=list(artefacts.evidence),
        edition=artefacts.edition,
        structure=None if study is None else describe_structure(settings, study.survey),
        previous=previous,
    )
    strays = tuple(
        AuditFinding("hidden", key, by=(place,), edition=artefacts.edition)
        for place, key in artefacts.find_strays()
    )
    return report + AuditReport(findings=strays)


def _try_study(settings: Settings) -> Study | None:
    """Return the study, which tells where respondents are; ``None`` where it cannot be read."""
    try:
        return load_study(settings).counted
    except (BriefgenError, OSError):
        return None


def audit_evidence(
    evidence: Iterable[Shown],
    settings: Settings,
    study: Study | None = None,
    *,
    names: Sequence[str] = (),
    edition: str = "",
    structure: Structure | None = None,
    previous: Sequence[Mapping[str, Any]] = (),
) -> AuditReport:
    """Audit evidence that is shown, document by document.

    Parameters
    ----------
    evidence
        For each document what it shows, with values as printed.
    settings
        The study's configuration.
    study
        The study, for who took part where, which counts as known to the attacker; default: read
        from the study's folder if that can be. The attacker is given the exact counts of all that
        is published, since a printed share and its interval tell hardly less. Without the study
        only the printed numbers are used.
    names
        What to call the documents.
    edition
        Whose publications they are, for the findings.
    structure
        How many respondents are where, for an audit without the study; a study tells it itself.
    previous
        What `remember` wrote down of earlier publications, oldest first.
    """
    shown = list(evidence)
    names = names or [f"document {number}" for number in range(1, len(shown) + 1)]
    if study is None and structure is None:
        study = _try_study(settings)
    if study is not None:
        study = study.counted
        structure = describe_structure(settings, study.survey)
    merged, findings = _merge(shown, names, edition)
    auditor = _Auditor(settings, merged, structure, study, edition)
    findings += auditor.check_rules()
    findings += auditor.check_against(previous)
    members = None if study is None else auditor.imagine_members(study)

    def attack(variables: tuple[Variable, ...]) -> tuple[list[AuditFinding], int]:
        found, looked = auditor.attack(make_family(settings, auditor.structure, variables))
        if study is not None and members is not None:
            found += auditor.attack_members(study, members, variables)
        return found, looked

    cells = 0
    families = group_families(settings)
    for found, looked in map_families(attack, families, len(auditor.structure.sizes)):
        findings += found
        cells += looked
    return AuditReport(
        findings=tuple(findings),
        documents=len(shown),
        values=sum(item.is_published for item, _ in merged.values()),
        cells=cells,
        editions=(edition,) if edition else (),
        notes=tuple(auditor.notes),
    )


def is_fresh(item: Evidence) -> bool:
    """Tell whether a value is published, and from the data at hand."""
    return item.is_published and not item.as_of


def has_band(item: Evidence) -> bool:
    """Tell whether a band is printed, and from the data at hand."""
    return item.band is not None and not item.as_of


def _limits_of_true(cell: Cell, truth: Floats) -> Limits:
    return limits_of_published(cell, cell.form.at(truth), cell.base.at(truth))


Merged = dict[str, tuple[Evidence, list[str]]]


def _merge(
    shown: Sequence[Shown], names: Sequence[str], edition: str
) -> tuple[Merged, list[AuditFinding]]:
    """Put all documents together; what one shows, an attacker knows."""
    merged: Merged = {}
    findings: list[AuditFinding] = []
    for name, items in zip(names, shown, strict=True):
        for key, item in items.items():
            known, places = merged.setdefault(key, (item, []))
            places.append(name)
            if _printed_of(known) != _printed_of(item):
                by = (places[0], name)
                findings.append(AuditFinding("contradiction", key, by=by, edition=edition))
                if item.is_published:
                    merged[key] = (item, places)
    return merged, findings


def _printed_of(item: Evidence) -> tuple[object, ...]:
    return item.value, item.n, item.status, item.band


@dataclass
class _Auditor:
    settings: Settings
    merged: Merged
    given: Structure | None
    study: Study | None
    edition: str
    notes: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = self.settings.info.disclosure
        if self.given is None:
            self.notes.append("the study's data could not be read: who took part is guessed")
        self.structure = self.given or imagine_structure(self.settings)
        self.by_cell = {
            (item.variable, item.measure, item.domain): item
            for item, _ in self.merged.values()
            if item.source == "survey" and not item.contrast
        }
        self.compared = {
            (item.variable, item.measure, item.domain)
            for item, _ in self.merged.values()
            if item.contrast == "rest" and item.domain in self.structure.domains and is_fresh(item)
        }
        self.implied = self.compared | {
            (variable, measure, self.settings.nation) for variable, measure, _ in self.compared
        }
        self.implied |= self._find_behind()
        self.bases = self._find_bases()
        self.weighted = self._is_weighted()
        if self.weighted and self.study is None:
            self.notes.append("answers are weighted: without the data, bases alone are used")
        elif self.weighted and not self.rules.known_weights:
            self.notes.append(
                "weights count as unknown to others; if they can be known: "
                "disclosure: known_weights: true in study.yml"
            )

    def _is_weighted(self) -> bool:
        """Whether a printed share is something else than a count over its base."""
        design = self.settings.info.design
        if self.study is None:
            return design.weight is not None or design.raking is not None
        return "_weight" in self.study.survey and self.study.survey["_weight"].nunique() > 1

    def _find_behind(self) -> set[Key]:
        """Return the shares behind printed numbers: whoever sees one is given their counts.

        That is more than any mean, quantile, rank, index or interval tells of them, and all that
        the base of a filtered question's missing answers does.
        """
        return {
            key
            for item, _ in self.merged.values()
            if item.source == "survey" and is_fresh(item) and self._tells_shares(item)
            for domain in (item.domain, *([self.settings.nation] if item.contrast else []))
            for key in keys_behind(self.settings, item.variable, item.measure, domain)
        }

    def _tells_shares(self, item: Evidence) -> bool:
        if is_mean_of_scores(self.settings, item.variable, item.measure):
            return item.low is not None
        if is_of_answers(self.settings, item.variable, item.measure):
            return True
        return item.measure == "missing" or is_number(self.settings, item.variable, item.measure)

    def _find_bases(self) -> dict[tuple[str, str], int]:
        """Every published value of a question prints its base."""
        return {
            (variable, domain): item.n
            for (variable, measure, domain), item in self.by_cell.items()
            if item.n is not None and measure != "missing" and (is_fresh(item) or has_band(item))
        }

    # --- printed values ---

    def check_rules(self) -> list[AuditFinding]:
        """Look at each value by itself."""
        found = []
        for key, (item, places) in self.merged.items():
            kind = self._judge(item)
            if kind:
                found.append(AuditFinding(kind, key, by=tuple(places[:3]), edition=self.edition))
        return found

    def _judge(self, item: Evidence) -> str:
        if not item.is_published:
            return self._judge_hidden(item)
        known = declare(self.settings, row_of(item)) is not None
        return self._judge_printed(item) if known else "undeclared"

    def _judge_hidden(self, item: Evidence) -> str:
        base = item.n if item.band is None else None
        if any(number is not None for number in (item.value, item.low, item.high, base)):
            return "hidden"
        if item.as_of:
            return ""  # of an edition with rules and options of its own
        if item.n is not None and is_small_base(self.rules, item.n):
            return "printed"
        return "" if is_on_grid(self.settings, item) else "exact"

    def _judge_printed(self, item: Evidence) -> str:
        if item.source != "survey" or item.as_of or item.measure == "missing":
            return ""
        if item.n is not None and is_small_base(self.rules, item.n) and item.contrast == "":
            return "printed"
        if item.statistic == "share" and not item.contrast and self._is_surely_sensitive(item):
            return "printed"
        is_order = is_quantile(self.settings, item.variable, item.measure)
        if not is_order and is_too_exact(self.rules, item):
            return "exact"
        return ""

    def check_against(self, previous: Sequence[Mapping[str, Any]]) -> list[AuditFinding]:
        """Look at numbers, and at what was published before, where the data are at hand."""
        if self.study is None:
            return []
        items = {key: item for key, (item, _) in self.merged.items()}
        fresh = [
            item for item in self.by_cell.values() if is_fresh(item) and item.value is not None
        ]
        compared = [
            item
            for item in items.values()
            if item.source == "survey" and item.contrast == "rest" and is_fresh(item)
        ]
        quantities = Quantities(self.study, self.structure)
        pairs = [
            *check_numbers(quantities, fresh),
            *check_missing(self.settings, fresh),
            *check_rests(quantities, compared),
            *sorted(set(check_groups(self.study, self.structure, [*fresh, *compared]))),
            *check_editions(self.study, self.structure, items, previous),
        ]
        return [
            AuditFinding(kind, key, by=self._places(key), edition=self.edition)
            for kind, key in pairs
        ]

    def _places(self, key: str) -> tuple[str, ...]:
        """Return a few documents that print a key."""
        return tuple(self.merged[key][1][:3]) if key in self.merged else ()

    def _is_surely_sensitive(self, item: Evidence) -> bool:
        """Every count that the printed share allows would have to be hidden."""
        if self.weighted:
            return False
        low, high = self.count_limits(item)
        if item.n is None or not math.isfinite(low) or low > high:
            return False
        counts = range(int(low), int(high) + 1)
        return all(is_sensitive(self.rules, count, item.n) for count in counts)

    def count_limits(self, item: Evidence) -> Limits:
        """Return the counts that a printed share and its base allow."""
        if item.value is None or item.n is None:
            return FREE
        half = step_of(self.rules, item.statistic, item.unit, item.value) / 2 + DUST
        low, high = item.n * (item.value - half), item.n * (item.value + half)
        return max(0.0, whole_up(low)), min(float(item.n), whole_down(high))

    # --- hidden values ---

    def attack(self, family: Family) -> tuple[list[AuditFinding], int]:
        """Derive what can be derived of a family, and return what is too exact."""
        cells = list_cells(family)
        truth = self._truth(family)
        found: list[AuditFinding] = []
        if truth is not None:
            cells += list_place_cells(family)
            close_questions(family, truth)
            impossible = list(self._find_impossible(cells, truth))
            if impossible:
                return impossible, 0
            found += self._find_forbidden(cells, truth)
        hidden = [place for place, cell in enumerate(cells) if self._is_hidden(cell)]
        watched = [place for place in hidden if self._is_worth(cells[place], truth)]
        return [*found, *self._derive(family, cells, watched, truth)], len(hidden)

    def imagine_members(self, study: Study) -> Memberships:
        """Make up other tables of who belongs to which group, from what is printed of it."""
        shown = {key for key, item in self.by_cell.items() if is_fresh(item)}
        shown |= {(variable, BASE, domain) for variable, domain in self.bases}
        return imagine_members(study, shown)

    def attack_members(
        self, study: Study, members: Memberships, variables: tuple[Variable, ...]
    ) -> list[AuditFinding]:
        """Derive who belongs to which group from the tables of other questions in groups."""
        codes = {variable.code for variable in variables}
        shown = {domain for variable, domain in self.bases if variable in codes}
        if all(self.structure.kinds.get(domain) not in GROUPED for domain in shown):
            return []
        linked = linked_group_questions(self.settings)
        together = (*linked, *(variable for variable in variables if variable not in linked))
        family = make_family(self.settings, members.structure, together, secret_groups=True)
        truth = count_answers(self.settings, family, study.survey)
        close_questions(family, truth)
        cells = [*list_cells(family), *list_place_cells(family)]
        groups = {variable.code for variable in linked}
        watched = [
            place
            for place, cell in enumerate(cells)
            if cell.variable in groups and self._is_hidden(cell) and self._is_worth(cell, truth)
        ]
        return self._derive(family, cells, watched, truth, members)

    def _derive(
        self,
        family: Family,
        cells: list[Cell],
        watched: Sequence[int],
        truth: Floats | None,
        others: Iterable[tuple[Floats, Answers]] = (),
    ) -> list[AuditFinding]:
        """Return those of the watched counts of which the range that fits is too narrow.

        Other memberships are tried first; each counts only where a table with it is found.
        """
        if not watched:
            return []
        found: list[AuditFinding] = []
        limits = [self._limits(cell, truth) for cell in cells]
        if truth is not None:
            rests = self._find_rests(family)
            shown = [cell for cell in cells if self._is_printed(cell.key)]
            rests += list_weighted_cells(self.rules, family, shown, truth, self.compared)
            cells = [*cells, *rests]
            limits += [_limits_of_true(cell, truth) for cell in rests]
        attack = Attack(family, cells, limits, truth, nodes=MOST_NODES)
        for sizes, answers in others:
            table = attack.find_members(sizes, answers)
            if table is not None:
                attack.remember(table)
        needs = self._find_needs(family, cells, watched, truth)
        attack.spread(np.array(watched), np.array([needs[place] for place in watched]))
        for place in watched:
            if attack.has_shown(place, needs[place]):
                continue
            try:
                counts = attack.range(place, needs[place])
            except DisclosureError:
                return [*found, self._contradict(cells[place])]
            if self._is_exposed(
                attack, place, needs[place], counts, truth
            ) and not self._is_told_by_one(family, cells, limits, place, truth):
                by = self._reveal(attack, place)
                key = "survey:{}.{}@{}".format(*cells[place].key)
                found.append(AuditFinding("derived", key, *counts, by=by, edition=self.edition))
        return found

    def _is_told_by_one(
        self,
        family: Family,
        cells: Sequence[Cell],
        limits: Sequence[Limits],
        place: int,
        truth: Floats | None,
    ) -> bool:
        """Tell whether one count that may be published says of its part all that can be derived.

        Documents may print less than was released. What such a count tells of its parts is no
        secret (`needed_in_part`), so that no more may be derivable where it is known besides.
        """
        if truth is None:
            return False
        numbers = {cell.key: number for number, cell in enumerate(cells)}
        for key in keys_around(family.structure, cells[place]):
            number = numbers.get(key)
            if number is None or self._is_known(key) or self._is_worth(cells[number], truth):
                continue
            known = list(limits)
            known[number] = _limits_of_true(cells[number], truth)
            need = needed_in_part(
                self.rules,
                cells[place],
                counts_around(family.structure, cells[place], {key: cells[number]}, truth),
            )
            low, high = Attack(family, cells, known, truth, nodes=MOST_NODES).range(place, need)
            if high - low >= need:
                return True
        return False

    def _find_needs(
        self, family: Family, cells: Sequence[Cell], watched: Iterable[int], truth: Floats | None
    ) -> dict[int, float]:
        """Return how wide the range of each watched count has to be."""
        shown = {cell.key: cell for cell in cells if self._is_known(cell.key)}
        return {
            place: needed_in_part(
                self.rules,
                cells[place],
                ()
                if truth is None
                else counts_around(family.structure, cells[place], shown, truth),
            )
            for place in watched
        }

    def _is_known(self, key: Key) -> bool:
        return key in self.implied or self._is_printed(key)

    def _is_printed(self, key: Key) -> bool:
        item = self.by_cell.get(key)
        return item is not None and is_fresh(item)

    def _is_worth(self, cell: Cell, truth: Floats | None) -> bool:
        """Tell whether a hidden count would do harm if it were known.

        Where the data are at hand, those that could be published are none of the attacker's gain.
        """
        if truth is None:
            return True
        base = cell.base.at(truth)
        return is_small_base(self.rules, base) or is_sensitive(
            self.rules, cell.form.at(truth), base
        )

    def _find_impossible(self, cells: Sequence[Cell], truth: Floats) -> Iterator[AuditFinding]:
        """Find printed values that are not made from the data at hand."""
        for cell in cells:
            item = self.by_cell.get(cell.key)
            if item is None or not is_fresh(item) or self.weighted:
                continue
            low, high = self._printed_limits(cell, item)
            if not low <= cell.form.at(truth) <= high:
                yield self._contradict(cell)

    def _find_forbidden(self, cells: Sequence[Cell], truth: Floats) -> Iterator[AuditFinding]:
        """Find printed shares whose true count is too small, whatever their weights make of it."""
        for cell in cells:
            item = self.by_cell.get(cell.key)
            if cell.kind != "count" or item is None or not is_fresh(item):
                continue
            if is_sensitive(self.rules, cell.form.at(truth), cell.base.at(truth)):
                by = self._places(item.key)
                yield AuditFinding("printed", item.key, by=by, edition=self.edition)

    def _contradict(self, cell: Cell) -> AuditFinding:
        return AuditFinding("contradiction", f"survey:{cell.variable}", edition=self.edition)

    def _is_exposed(
        self, attack: Attack, place: int, need: float, counts: Limits, truth: Floats | None
    ) -> bool:
        """Apply the rules to a range; where the base is not printed, for every base that fits."""
        cell = attack.cells[place]
        if truth is not None:
            return counts[1] - counts[0] < need
        base = self.bases.get(cell.table)
        if base is not None:
            return is_exposed(self.rules, need, *counts, base)
        same = [i for i, c in enumerate(attack.cells) if c.kind == "base" and c.table == cell.table]
        low, high = attack.range(same[0])
        if is_small_base(self.rules, low):
            return is_exposed(self.rules, need, *counts, None)
        bases = range(int(low), int(high) + 1)
        return any(is_exposed(self.rules, need, *counts, float(base)) for base in bases)

    def _truth(self, family: Family) -> Floats | None:
        """Return the unweighted counts where the data are at hand."""
        if self.study is None:
            return None
        return count_answers(self.settings, family, self.study.survey)

    def _is_hidden(self, cell: Cell) -> bool:
        if cell.kind != "count" or cell.size == 0:
            return False
        item = self.by_cell.get(cell.key)
        return item is None or not item.is_published

    def _limits(self, cell: Cell, truth: Floats | None) -> Limits:
        if cell.kind == "base":
            return self._base_limits(cell)
        item = self.by_cell.get(cell.key)
        if item is not None and has_band(item):
            return limits_of_band(item)
        if truth is not None:
            return _limits_of_true(cell, truth) if self._is_known(cell.key) else FREE
        is_shown = item is not None and is_fresh(item)
        return self._printed_limits(cell, item) if item is not None and is_shown else FREE

    def _find_rests(self, family: Family) -> list[Cell]:
        """Return what differences from the rest tell beside the nation and their domain."""
        found, structure = [], family.structure
        variables = {variable.code: variable for variable in family.variables}
        for code, measure, domain in sorted(self.compared):
            if code not in variables or not structure.unplaced[domain]:
                continue
            inside = {*structure.domains[domain], *structure.unplaced[domain]}
            rest = tuple(a for a in range(len(structure.sizes)) if a not in inside)
            name = f"{domain}~rest"
            cells = cells_of(family, variables[code], name, rest, publishable=False)
            found += [cell for cell in cells if cell.measure == measure]
        return found

    def _printed_limits(self, cell: Cell, item: Evidence) -> Limits:
        if cell.kind == "base":
            return (float(item.n), float(item.n)) if item.n is not None else FREE
        if self.weighted:
            return FREE
        if cell.kind == "count":
            return self.count_limits(item)
        if item.value is None or item.n is None:
            return FREE
        half = step_of(self.rules, item.statistic, item.unit, item.value) / 2 + DUST
        return item.n * (item.value - half), item.n * (item.value + half)

    def _base_limits(self, cell: Cell) -> Limits:
        """Return what is known of a base: it is printed beside every value of its table."""
        base = self.bases.get(cell.table)
        return FREE if base is None else (float(base), float(base))

    def _reveal(self, attack: Attack, place: int) -> tuple[str, ...]:
        """Return a few documents that together print what pins a hidden count down."""
        binding_cells = [attack.cells[other] for other in attack.binding_cells(place)]
        used = [cell.shown_by or cell.key for cell in binding_cells]
        wanted = [
            set(places)
            for item, places in self.merged.values()
            if item.source == "survey"
            and not item.contrast
            and (item.variable, item.measure, item.domain) in used
        ]
        chosen: list[str] = []
        while wanted:
            names = [name for places in wanted for name in places]
            best = max(sorted(set(names)), key=names.count)
            chosen.append(best)
            wanted = [places for places in wanted if best not in places]
        return tuple(chosen)
