"""Records of respondents: what later releases must know of who answered, in hashes.

In: a `Study`. Out: for each respondent hashes of where the respondent is and what was answered
(`write_records`), and from them, with the key, what they say (`read_records`). The key is derived
from the study's salt, which stands in a file of its own: the hashes alone say nothing, not even
which respondents answered alike. Whoever has both can test guesses, and answers to closed
questions are few enough to try them all, which is what `read_records` does.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pandas as pd

from briefgen.config.settings import Settings, Variable
from briefgen.disclosure.counts import MISSING, OTHER, classify, dimensions_of, measures_of
from briefgen.disclosure.structure import codes_of, describe_structure, label_places
from briefgen.evidence.study import Study

SALT_FILE: Final = ".briefgen/salt"
PURPOSE: Final = b"briefgen history"
COST: Final = 2**14
"""Rounds of scrypt, with blocks of 1 KiB: a twentieth of a second and 16 MiB for each salt."""
DIGEST_BYTES: Final = 6
DIGITS: Final = 2 * DIGEST_BYTES
FORMAT: Final = 2
SEEN: Final = "published"
"""Format of an entry that is known from the published folders alone."""
EXACT: Final = ("numeric", "ranking", "open")
"""Types of questions whose answers are more than the option that is counted."""

Column = tuple[str, str]
"""Question, and the item or "" in which its answers are counted."""


# --- key and hashes -----------------------------------------------------------------------------


def read_salts(settings: Settings) -> list[str]:
    """Return the study's salts, the one in use first; one is drawn where there is none.

    Older ones are those of histories that were written before there was one file for all.
    """
    path = settings.folder / SALT_FILE
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_salts(path, [secrets.token_hex(16)])
    return path.read_text(encoding="utf-8").splitlines()


def write_salts(path: Path, salts: Sequence[str]) -> None:
    """Write the file of salts, for its owner alone."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text("\n".join(salts), encoding="utf-8")


@lru_cache(maxsize=8)
def derive_key(salt: str) -> bytes:
    """Return the key of the hashes: slow, so that salts cannot be tried by the million."""
    return hashlib.scrypt(salt.encode(), salt=PURPOSE, n=COST, r=8, p=1, dklen=32)


class Hasher:
    """Keyed hashes of texts; those about one respondent begin alike."""

    def __init__(self, key: bytes, *about: str) -> None:
        self._begun = hashlib.blake2b(key=key, digest_size=DIGEST_BYTES)
        self._begun.update("".join(f"{part}\x1f" for part in about).encode())

    def __call__(self, *parts: str) -> str:
        """Return the hash of some words."""
        hashed = self._begun.copy()
        hashed.update("\x1f".join(parts).encode())
        return hashed.hexdigest()


# --- what is written down -----------------------------------------------------------------------


def describe_questions(settings: Settings) -> dict[str, Any]:
    """Return how answers are counted, as plain values: the questionnaire of an edition."""
    return {code: _describe(variable) for code, variable in settings.variables.items()}


def _describe(variable: Variable) -> dict[str, Any]:
    asked_if = variable.question.asked_if
    return {
        "type": variable.type,
        "headline": variable.question.headline or "",
        "dimensions": [[name, list(options)] for name, options in dimensions_of(variable)],
        "measures": {
            name: [dimension, scores, kind]
            for name, (dimension, scores, kind) in measures_of(variable).items()
        },
        "asked_if": [asked_if.variable, list(asked_if.options)] if asked_if else None,
    }


def describe_places(settings: Settings, survey: pd.DataFrame) -> dict[str, Any]:
    """Return by what respondents are placed, and which domains that makes, as plain values."""
    labels = label_places(settings, survey)
    structure = describe_structure(settings, survey)
    return {
        "labels": {name: sorted(set(labels[name])) for name in labels},
        "codes": {str(name): codes_of(settings, str(name)) for name in labels},
        "kinds": dict(structure.kinds),
    }


def write_records(study: Study) -> dict[str, Any]:
    """Return the hashes of all respondents, by that of their id.

    Parameters
    ----------
    study
        Weights are no part of it: they change for all when a single respondent joins.
    """
    key = derive_key(read_salts(study.settings)[0])
    columns = [*_list_labels(study), *_list_exact(study.settings, study.survey).items()]
    name_of, people = Hasher(key), {}
    for row, respondent in enumerate(study.survey.index.astype(str)):
        name = name_of("person", respondent)
        digest = Hasher(key, name)
        people[name] = "".join(digest(*about, values[row]) for about, values in columns)
    return people


def _list_labels(study: Study) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    """Yield what is hashed one by one: where respondents are, and what is counted of them."""
    places = label_places(study.settings, study.survey)
    for name in sorted(map(str, places)):
        yield ("in", name), places[name].tolist()
    for column, labels in sorted(label_answers(study.settings, study.survey).items()):
        yield ("said", *column), labels


def label_answers(settings: Settings, survey: pd.DataFrame) -> dict[Column, list[str]]:
    """Return as what each respondent's answers are counted."""
    found: dict[Column, list[str]] = {}
    for code, variable in settings.variables.items():
        for dimension, options in dimensions_of(variable):
            chosen = classify(variable, dimension, survey)
            named = chosen.where(chosen.isna() | chosen.isin(options), OTHER)
            found[code, dimension] = named.where(named.notna(), MISSING).astype(str).tolist()
    return found


def _list_exact(settings: Settings, survey: pd.DataFrame) -> dict[tuple[str, str], list[str]]:
    wanted = [variable for variable in settings.variables.values() if variable.type in EXACT]
    found = {("exact", variable.code): exact_answers(variable, survey) for variable in wanted}
    return dict(sorted(found.items()))


def exact_answers(variable: Variable, survey: pd.DataFrame) -> list[str]:
    """Return each respondent's answer as text, empty where there is none."""
    names = {variable.code, *(f"{variable.code}.{one.name}" for one in variable.question.items)}
    table = survey[[column for column in survey.columns if column in names]]
    rows = table.astype(object).where(table.notna(), "").itertuples(index=False, name=None)
    return ["\x1e".join(map(str, row)) if any(map(str, row)) else "" for row in rows]


# --- what it says -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Records:
    """Respondents of one edition, one after the other.

    Attributes
    ----------
    names
        What tells them apart: the hash of their id.
    places
        The domains that each is in.
    labels
        As what the answers of each are counted.
    exact
        Of some questions the whole answer: its hash, or for the data at hand the text.
    questions, kinds
        The questionnaire as `describe_questions` gives it, and the kind of each domain.
    key
        What the hashes were made with; empty for the data at hand.
    """

    names: tuple[str, ...]
    places: tuple[frozenset[str], ...]
    labels: Mapping[Column, Sequence[str]]
    questions: Mapping[str, Any]
    kinds: Mapping[str, str]
    exact: Mapping[str, Sequence[str]] = field(default_factory=dict)
    key: bytes = b""

    def has_exact(self, row: int, other: Records, its_row: int) -> bool:
        """Tell whether whole answers are those of a record of a later edition, as far as known."""
        codes = self.exact.keys() & other.exact.keys()
        if other.key:
            return all(self.exact[code][row] == other.exact[code][its_row] for code in codes)
        digest = Hasher(self.key, self.names[row])
        return all(
            self.exact[code][row] == digest("exact", code, other.exact[code][its_row])
            for code in codes
        )


def take_records(study: Study) -> Records:
    """Return the respondents of the data at hand."""
    key = derive_key(read_salts(study.settings)[0])
    name_of = Hasher(key)
    described = describe_places(study.settings, study.survey)
    labels = label_places(study.settings, study.survey)
    rows = labels.to_dict("records")
    exact = _list_exact(study.settings, study.survey)
    return Records(
        names=tuple(name_of("person", name) for name in study.survey.index.astype(str)),
        places=tuple(place_of(described, row) for row in rows),
        labels=label_answers(study.settings, study.survey),
        questions=describe_questions(study.settings),
        kinds=described["kinds"],
        exact={code: values for (_, code), values in exact.items()},
    )


def place_of(described: Mapping[str, Any], row: Mapping[Any, str]) -> frozenset[str]:
    """Return the domains of somebody with some labels."""
    own = {described["codes"][name].get(label) for name, label in row.items()}
    parts = own - {None}
    return frozenset(
        code
        for code, kind in described["kinds"].items()
        if kind == "nation" or parts.issuperset(code.split("+"))
    )


def read_records(entry: Mapping[str, Any], salts: Sequence[str]) -> Records | None:
    """Return what an entry of the history says of its respondents.

    Returns
    -------
    Records or None
        ``None`` where there are no hashes, or none of the salts is theirs.
    """
    people = entry.get("respondents")
    if not people:
        return None
    for salt in salts:
        found = _decode(entry, derive_key(salt))
        if found is not None:
            return found
    return None


def can_read(entry: Mapping[str, Any], salts: Sequence[str]) -> bool:
    """Tell whether one of the salts is that of an entry's hashes, from one respondent."""
    some = dict(sorted(entry["respondents"].items())[:1])
    return read_records({**entry, "respondents": some}, salts) is not None


def _decode(entry: Mapping[str, Any], key: bytes) -> Records | None:
    questions, described = entry["questions"], entry["places"]
    placed, counted = sorted(described["labels"]), _list_columns(questions)
    columns: list[tuple[tuple[str, ...], list[str]]] = [
        *((("in", name), described["labels"][name]) for name in placed),
        *((("said", *column), [*options, MISSING]) for column, options in counted),
    ]
    people = sorted(entry["respondents"].items())
    rows = [_decode_one(Hasher(key, name), columns, text) for name, text in people]
    read = [row for row in rows if row is not None]
    if len(read) < len(rows):
        return None
    told = list(zip(*read, strict=True))
    exact = sorted(code for code, question in questions.items() if question["type"] in EXACT)
    rest = [text[len(columns) * DIGITS :] for _, text in people]
    return Records(
        names=tuple(name for name, _ in people),
        places=tuple(place_of(described, dict(zip(placed, row, strict=False))) for row in read),
        labels={column: told[len(placed) + n] for n, (column, _) in enumerate(counted)},
        questions=questions,
        kinds=described["kinds"],
        exact={code: [_cut(text, number) for text in rest] for number, code in enumerate(exact)},
        key=key,
    )


def _list_columns(questions: Mapping[str, Any]) -> list[tuple[Column, list[str]]]:
    """Return in what the answers of a questionnaire are counted, with the options of each."""
    return sorted(
        ((code, dimension), options)
        for code, question in questions.items()
        for dimension, options in question["dimensions"]
    )


def _cut(text: str, number: int) -> str:
    """Return one of the hashes of a respondent, which stand one after the other."""
    return text[number * DIGITS : (number + 1) * DIGITS]


def _decode_one(
    digest: Hasher, columns: Sequence[tuple[tuple[str, ...], list[str]]], text: str
) -> list[str] | None:
    """Return what each hash of a respondent says; ``None`` where one says nothing known."""
    found = []
    for number, (about, labels) in enumerate(columns):
        wanted = _cut(text, number)
        label = next((one for one in labels if digest(*about, one) == wanted), None)
        if label is None:
            return None
        found.append(label)
    return found


def hash_exact(salts: Sequence[str], name: str, code: str, answer: str) -> set[str]:
    """Return the hashes that a whole answer of a respondent may have in an entry."""
    return {Hasher(derive_key(salt), name)("exact", code, answer) for salt in salts}


def describe_lost(entries: Iterable[Mapping[str, Any]]) -> str:
    """Say in a sentence what is known from published folders alone; ``""`` if nothing is."""
    editions = [str(entry["edition"]) for entry in entries if entry.get("format") == SEEN]
    if not editions:
        return ""
    editions = list(dict.fromkeys(editions))
    return (
        f"of what was published in {', '.join(editions)} only the documents are left: "
        "old values of the same questions stay, and nothing else is published of them. "
        "Restore .briefgen/history and .briefgen/salt from a backup; or, where none of today's "
        "respondents took part then, say so in study.yml under disclosure: independent"
    )
