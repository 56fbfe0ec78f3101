"""Decisions about families of questions, kept from one run to the next.

In: what the decision about a family rests on. Out: what was decided from the same, if it was kept.
Families share no cells. What links them (who took part, who belongs to which subgroup, what is
published of subgroups, tables that earlier editions keep, rules and costs) is hashed with each
family's own counts: a decision is taken over only where all of it is the same. So a few changed
answers cost the families that they are answers to. ``release`` asks; ``pipeline`` keeps the files.

The names of the files are keyed, since they are made from counts. The files say what is published
and what is not, and no number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final, Protocol, TypeVar

import numpy as np

from briefgen.config.extensions import describe_declaration, list_outside_files
from briefgen.config.measures import list_kinds
from briefgen.config.settings import Variable
from briefgen.disclosure.parallel import map_families
from briefgen.disclosure.rules import list_own_rules
from briefgen.disclosure.structure import Structure

FOLDERS: Final = ("config", "disclosure", "evidence")
"""Of the program: another version of these may decide otherwise."""
SOLVERS: Final = ("highspy", "numpy", "pandas", "scipy")
Result = TypeVar("Result")
Families = Sequence[tuple[Variable, ...]]


class Keeper(Protocol):
    """Where decisions are kept."""

    @property
    def key(self) -> bytes:
        """The key of the hashes; at most 64 bytes."""

    def read(self, name: str) -> str | None:
        """Return what was kept under a name."""

    def write(self, name: str, text: str) -> None:
        """Keep a decision."""


class Memory:
    """Keep decisions as long as the process needs them."""

    key = b""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}

    def read(self, name: str) -> str | None:
        """Return what was kept under a name."""
        return self._texts.get(name)

    def write(self, name: str, text: str) -> None:
        """Keep a decision."""
        self._texts[name] = text


def decide_or_recall(
    keeper: Keeper,
    families: Families,
    parts: Callable[[tuple[Variable, ...]], Iterable[object]],
    decide: Callable[[tuple[Variable, ...]], Result],
    *,
    dump: Callable[[Result], str],
    load: Callable[[str], Result],
    atoms: int,
) -> list[Result]:
    """Decide about families, but for those about which it was decided from the same before.

    Parameters
    ----------
    parts
        All that the decision about a family rests on: arrays, texts, numbers, and tuples of them.
    decide
        Decides about one family.
    dump, load
        Write and read a decision. ``load`` raises `ValueError` where a text is no decision.
    """
    program = (_hash_program(), *_hash_own_rules())
    names = [hash_parts(keeper.key, (*program, *parts(family))) for family in families]
    found: dict[str, Result] = {}
    for name in names:
        text = keeper.read(name)
        try:
            found |= {} if text is None else {name: load(text)}
        except ValueError:  # damaged: it can be made again
            continue
    missing = [place for place, name in enumerate(names) if name not in found]
    made = map_families(decide, [families[place] for place in missing], atoms)
    for place, result in zip(missing, made, strict=True):
        keeper.write(names[place], dump(result))
        found[names[place]] = result
    return [found[name] for name in names]


def hash_parts(key: bytes, parts: Iterable[object]) -> str:
    """Return a keyed hash of arrays, texts, numbers and tuples of them, in this order."""
    digest = hashlib.blake2b(key=key, digest_size=20)
    for part in parts:
        is_array = isinstance(part, np.ndarray)
        content = part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode()
        digest.update(f"{is_array}{getattr(part, 'dtype', '')}{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def describe_parts(structure: Structure) -> tuple[object, ...]:
    """Return what of a structure decisions rest on: all but which respondent is where."""
    return (
        structure.sizes,
        tuple(structure.domains.items()),
        tuple((p.code, p.children, p.rest) for p in structure.parents),
        tuple(structure.kinds.items()),
        structure.weights,
    )


def _hash_own_rules() -> tuple[object, ...]:
    """Return what tells rules and measures of one's own apart: what they declare, their files."""
    kinds = [describe_declaration(kind) for kind in list_kinds()]
    return (list_own_rules(), *kinds, *(path.read_bytes() for path in list_outside_files()))


@cache
def _hash_program() -> str:
    """Return a hash of the parts of the program, and the versions of others, that decide."""
    root = Path(__file__).parent.parent
    files = sorted(path for folder in FOLDERS for path in (root / folder).rglob("*.py"))
    parts = [(path.relative_to(root).as_posix(), path.read_bytes()) for path in files]
    return hash_parts(b"", (*parts, *map(version, SOLVERS)))
