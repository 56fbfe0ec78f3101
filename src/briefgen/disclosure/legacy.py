"""Histories of older versions: hashes of each respondent's answers, with the salt beside them.

In: such an entry of the history. Out: the same with the hashes hashed again by the study's key and
without the salt (`migrate_entry`), and who is new, changed or gone since (`find_changed_by_id`).
What somebody who is gone had answered cannot be known from them, so what they allow is judged by
the number of those who differ.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Final

from briefgen.disclosure.records import Hasher, derive_key, exact_answers, read_salts
from briefgen.disclosure.structure import Structure
from briefgen.evidence.study import Study

OLD_BYTES: Final = 8
MIGRATED: Final = "1 hashed again"
Person = Mapping[str, Any]
Table = tuple[str, str]


def is_old(entry: Mapping[str, Any]) -> bool:
    """Tell whether an entry has its salt in clear."""
    state = entry.get("respondents")
    return isinstance(state, Mapping) and "salt" in state


def migrate_entry(entry: Mapping[str, Any], key: bytes) -> dict[str, Any]:
    """Return an entry of an older version without its salt, its hashes hashed again."""
    again = Hasher(key)
    people = {
        name: {
            "in": sorted(map(again, person["in"])),
            "said": {
                code: again(said) for code, said in person["said"].items() if code != "_weight"
            },
        }
        for name, person in entry["respondents"]["people"].items()
    }
    return {**entry, "format": MIGRATED, "respondents": people}


def find_changed_by_id(
    study: Study, structure: Structure, entry: Mapping[str, Any]
) -> dict[Table, frozenset[str]] | None:
    """Return who is new, changed or gone since an entry of an older version.

    Returns
    -------
    dict or None
        Respondents by variable and domain; ``None`` where they cannot be told: the entry says
        nothing of them, the salt is lost, or the survey has no ids.
    """
    if entry.get("format") != MIGRATED or study.settings.codebook.id_column is None:
        return None
    before = entry["respondents"]
    salts = read_salts(study.settings)
    for salt, key in ((salt, derive_key(first)) for salt in salts for first in salts):
        digest = _make_digest(salt, key)
        now = _hash_people(study, structure, salt, digest)
        if any(now[name] == before[name] for name in now.keys() & before.keys()):
            return _find_changed(study, structure, digest, before, now)
    return None


def _make_digest(salt: str, key: bytes) -> Callable[..., str]:
    old, again = _old_digest(salt), Hasher(key)
    return lambda *parts: again(old(*parts))


def _old_digest(salt: str) -> Callable[..., str]:
    def digest(*parts: str) -> str:
        text = "\x1f".join(parts).encode()
        return hashlib.blake2b(text, digest_size=OLD_BYTES, key=salt.encode()[:64]).hexdigest()

    return digest


def _hash_people(
    study: Study, structure: Structure, salt: str, digest: Callable[..., str]
) -> dict[str, Person]:
    """Hash the respondents of today as the older version did, and again."""
    name_of = _old_digest(salt)
    answers = {
        code: exact_answers(variable, study.survey)
        for code, variable in study.settings.variables.items()
    }
    domains: dict[int, list[str]] = {atom: [] for atom in range(len(structure.sizes))}
    for domain, atoms in structure.domains.items():
        for atom in atoms:
            domains[atom].append(domain)
    people: dict[str, Person] = {}
    for row, respondent in enumerate(study.survey.index.astype(str)):
        name = name_of("person", respondent)
        own = domains[int(structure.member[row])]
        people[name] = {
            "in": sorted({digest(name, "in", domain) for domain in own}),
            "said": {c: digest(name, c, told[row]) for c, told in answers.items() if told[row]},
        }
    return people


def _find_changed(
    study: Study,
    structure: Structure,
    digest: Callable[..., str],
    before: Mapping[str, Person],
    now: Mapping[str, Person],
) -> dict[Table, frozenset[str]]:
    found: dict[Table, set[str]] = {}
    for name in sorted(before.keys() | now.keys()):
        old, new = before.get(name), now.get(name)
        for domain in structure.domains if old != new else ():
            mark = digest(name, "in", domain)
            was = old["said"] if old and mark in old["in"] else {}
            is_ = new["said"] if new and mark in new["in"] else {}
            for code in was.keys() | is_.keys():
                if was.get(code) != is_.get(code):
                    found.setdefault((code, domain), set()).add(name)
    for code, composite in study.settings.composites.items():
        for domain in structure.domains:
            parts = [found.get((part, domain), set()) for part in composite.parts]
            found[code, domain] = set().union(*parts)
    return {table: frozenset(people) for table, people in found.items() if people}
