"""Editions: what was published before is known, and what differs must not show single answers.

In: a `Study` and what `remember` wrote down at earlier publications: the evidence, and for each
respondent salted hashes of where the respondent is and what was answered. Out: for each variable
and domain how many respondents are new, changed or gone; and which tables therefore keep their
old values. The hashes stay in the study's private state; they are never published.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd

from briefgen.config.settings import Settings, Variable
from briefgen.disclosure.structure import Structure, describe_structure
from briefgen.errors import DisclosureError
from briefgen.evidence.study import Study
from briefgen.model import Evidence, Released
from briefgen.released_json import evidence_as_dict, evidence_from_dict

SALT_FILE: Final = ".briefgen/salt"
DIGEST_BYTES: Final = 8
Table = tuple[str, str]
Cell = tuple[str, str, str]
Person = Mapping[str, Any]
Hashes = Mapping[str, Person]


# --- what is written down -----------------------------------------------------------------------


def remember(study: Study, released: Released) -> dict[str, Any]:
    """Return what later releases must know of a publication.

    It goes to the study's private state, for it holds hashes of answers.
    """
    return {
        "edition": study.settings.edition,
        "evidence": [evidence_as_dict(item) for item in released.evidence.values()],
        "respondents": respondent_state(study),
    }


def respondent_state(study: Study, salt: str | None = None) -> dict[str, Any]:
    """Return salted hashes of every respondent's domains and answers.

    Parameters
    ----------
    study
        The study with its respondents.
    salt
        The salt of an earlier state, to compare with that; default: the study's own, which is
        drawn once and kept in its private state.

    Returns
    -------
    dict
        ``salt``, and ``people``: hash of the respondent's id → ``in``: hashes of domains;
        ``said``: hash of the answer by variable.
    """
    study, salt = study.counted, salt or _read_salt(study.settings)
    structure = describe_structure(study.settings, study.survey)
    digest = _make_digest(salt)
    answers = {code: _answers_of(v, study.survey) for code, v in study.settings.variables.items()}
    weights = [str(weight) for weight in study.survey.get("_weight", pd.Series(dtype=float))]
    domains = _domains_of(structure)
    people = {}
    for place, name in enumerate(study.survey.index.astype(str)):
        person = digest("person", name)
        own = domains[int(structure.member[place])]
        said = {
            c: digest(person, c, column[place]) for c, column in answers.items() if column[place]
        }
        if weights:
            said["_weight"] = digest(person, "_weight", weights[place])
        people[person] = {
            "in": sorted({digest(person, "in", domain) for domain in own}),
            "said": said,
        }
    return {"salt": salt, "people": people}


def _read_salt(settings: Settings) -> str:
    path = settings.folder / SALT_FILE
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(16), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def _make_digest(salt: str) -> Callable[..., str]:
    def digest(*parts: str) -> str:
        text = "\x1f".join(parts).encode()
        return hashlib.blake2b(text, digest_size=DIGEST_BYTES, key=salt.encode()[:64]).hexdigest()

    return digest


def _domains_of(structure: Structure) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {atom: [] for atom in range(len(structure.sizes))}
    for domain, atoms in structure.domains.items():
        for atom in atoms:
            found[atom].append(domain)
    return found


def _answers_of(variable: Variable, survey: pd.DataFrame) -> list[str]:
    """Return each respondent's answer as text, empty where there is none.

    Who gives no answer is in no table, and hides nobody who is new in it.
    """
    columns = [c for c in survey.columns if c == variable.code or _is_item(variable, str(c))]
    table = survey[columns].astype(object).where(survey[columns].notna(), "")
    rows = table.itertuples(index=False, name=None)
    return ["\x1e".join(map(str, row)) if any(map(str, row)) else "" for row in rows]


def _is_item(variable: Variable, column: str) -> bool:
    return column in {f"{variable.code}.{item.name}" for item in variable.question.items}


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
    changed: Mapping[Table, frozenset[str]]

    def cells(self) -> dict[Cell, list[Evidence]]:
        """Return the evidence of the survey that was fresh then, by cell."""
        found: dict[Cell, list[Evidence]] = {}
        for item in self.evidence.values():
            if item.source == "survey" and not item.as_of and not item.contrast:
                found.setdefault((item.variable, item.measure, item.domain), []).append(item)
        return found


@dataclass
class Standing:
    """What earlier publications mean for this release.

    Attributes
    ----------
    frozen
        Tables that must not be published anew: their old values stay.
    hidden
        Cells that stay hidden, for they would show what was hidden before.
    known
        Cells that were published and still hold; an attacker knows them, asked for or not.
    latest
        The latest published evidence by key.
    last
        The last edition's evidence.
    """

    frozen: set[Table] = field(default_factory=set)
    hidden: set[Cell] = field(default_factory=set)
    known: set[Cell] = field(default_factory=set)
    latest: dict[str, Evidence] = field(default_factory=dict)
    last: Mapping[str, Evidence] = field(default_factory=dict)


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
    fewest = study.settings.info.disclosure.min_changed
    for entry in previous:
        earlier = _compare(study, structure, entry)
        standing.frozen |= freeze_tables(structure, earlier, fewest)
        for cell, items in earlier.cells().items():
            same = not earlier.changed.get((cell[0], cell[2]))
            shown = any(item.is_published for item in items)
            if same:
                (standing.known if shown else standing.hidden).add(cell)
        standing.latest |= {
            key: item if item.as_of else replace(item, as_of=earlier.edition)
            for key, item in earlier.evidence.items()
            if item.is_published
        }
        if earlier.edition != study.settings.edition:
            standing.last = earlier.evidence
    standing.hidden -= standing.known
    return standing


def freeze_tables(structure: Structure, earlier: Earlier, fewest: int) -> set[Table]:
    """Return the tables whose new values, set against the old, would show too few respondents.

    The old values stay too where a domain that is made of such parts would show them: what has
    changed in the parts with old values, taken together, must be nobody or enough.
    """
    shown = {
        (item.variable, item.domain)
        for item in earlier.evidence.values()
        if item.source == "survey" and not item.as_of
    }
    frozen = {table for table in shown if 0 < len(earlier.changed.get(table, ())) < fewest}
    for variable in sorted({variable for variable, _ in shown}):
        _freeze_linked(structure, earlier, variable, frozen, fewest)
    return frozen


def _freeze_linked(
    structure: Structure, earlier: Earlier, variable: str, frozen: set[Table], fewest: int
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


def _compare(study: Study, structure: Structure, entry: Mapping[str, Any]) -> Earlier:
    try:
        edition = str(entry["edition"])
        evidence = {raw["key"]: evidence_from_dict(raw) for raw in entry["evidence"]}
        state = entry["respondents"]
        salt = str(state["salt"])
        now = respondent_state(study, salt)["people"]
        changed = find_changed(study.settings, structure, salt, state["people"], now)
    except (KeyError, TypeError, ValueError) as error:
        raise DisclosureError(
            "what was written down of an earlier publication cannot be used",
            where=".briefgen/history",
            hint="restore it from a backup: without it nothing protects against differences",
        ) from error
    return Earlier(edition, evidence, changed)


def find_changed(
    settings: Settings, structure: Structure, salt: str, before: Hashes, now: Hashes
) -> dict[Table, frozenset[str]]:
    """Return who is new, changed or gone, by variable and domain."""
    digest = _make_digest(salt)
    found: dict[Table, set[str]] = {}
    for person in sorted(before.keys() | now.keys()):
        old, new = before.get(person), now.get(person)
        if old == new:
            continue
        for domain in structure.domains:
            mark = digest(person, "in", domain)
            for code in _changed_answers(old, new, mark):
                found.setdefault((code, domain), set()).add(person)
    for code, composite in settings.composites.items():
        for domain in structure.domains:
            parts = [found.get((part, domain), set()) for part in composite.parts]
            found[code, domain] = set().union(*parts)
    return {table: frozenset(people) for table, people in found.items() if people}


def _changed_answers(old: Person | None, new: Person | None, mark: str) -> set[str]:
    """Return the variables to which a person's answer in a domain is new, changed or gone."""
    was = old["said"] if old and mark in old["in"] else {}
    is_ = new["said"] if new and mark in new["in"] else {}
    if was.get("_weight") != is_.get("_weight"):
        return (was.keys() | is_.keys()) - {"_weight"}
    return {code for code in was.keys() | is_.keys() if was.get(code) != is_.get(code)}
