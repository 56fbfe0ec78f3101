"""German Kreise and independent towns: their official keys, NUTS codes and usual names.

Out: what may stand for each in a data file. A key has five digits (Amtlicher Gemeindeschlüssel,
AGS); programs that took it for a number lost the zero before it. Keys of municipalities, of eight
digits, or twelve with the association that they belong to, begin with that of their Kreis.

References
----------
``kreise.csv`` says whose table it is, and what was changed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TABLE: Final = Path(__file__).with_name("kreise.csv")
KEY: Final = re.compile(r"\d{4,5}|\d{7,8}|\d{11,12}")
"""A key of a Kreis or of a municipality, with or without the zero before it."""
WHOLE_KEY: Final = re.compile(r"\d{5}|\d{8}|\d{12}")
OWN_KIND: Final = re.compile(r"(?:\w*region|regionalverband) |.*kreis$", re.IGNORECASE)
"""Names that say themselves what they are: "Region Hannover", "Wartburgkreis"."""
KIND_BEFORE: Final = re.compile(r"^(?:\w*region|regionalverband) ", re.IGNORECASE)
TOWNS: Final = (
    "Stadt", "kreisfreie Stadt", "Stadtkreis", "SK", "krfr. Stadt", "Landeshauptstadt",
    "Hansestadt", "Universitätsstadt",
)  # fmt: skip
KREISE: Final = ("Landkreis", "Kreis", "LK", "Lkr.")
"""What stands before or behind the names of towns and Kreise."""
ABBREVIATED: Final = {"a.d.": "an der ", "i.d.": "in der ", "a.": "am ", "i.": "im "}


@dataclass(frozen=True)
class Kreis:
    """A Kreis or a town that belongs to none."""

    key: str
    nuts: str
    kind: str
    base: str

    @property
    def name(self) -> str:
        """What it is called where a town may have the same name: "Landkreis München"."""
        if self.is_town or OWN_KIND.match(self.base):
            return self.base
        return f"{self.kind} {self.base}"

    @property
    def is_town(self) -> bool:
        """Whether it is a town that belongs to no Kreis."""
        return self.kind == "town"

    def list_names(self) -> Iterator[str]:
        """Yield what else it is called, the most usual first."""
        called = TOWNS if self.is_town else KREISE
        for base in _spellings(self.base):
            yield base
            yield from (f"{word} {base}" for word in called)
            yield from (
                f"{base}{mark.format(word)}" for word in called for mark in (", {}", " ({})")
            )


def _spellings(base: str) -> Iterable[str]:
    """Return a name, and without what tells it from others: "Halle (Saale)", "Halle"."""
    whole = base
    for short, word in ABBREVIATED.items():
        whole = re.sub(rf"(?<![^\W\d_]){re.escape(short)}\s*", word, whole)
    bare = KIND_BEFORE.sub("", base)
    return dict.fromkeys(
        text for one in (base, whole, bare) for text in (one, one.partition(" (")[0])
    )


def read_kreise() -> list[Kreis]:
    """Read the table; towns first, since a name that both have is the town's."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        found = [
            Kreis(row["ags"], row["nuts"], row["kind"], row["name"].partition(", ")[0])
            for row in rows
        ]
    return sorted(found, key=lambda one: not one.is_town)


def key_of(value: str) -> str | None:
    """Return the key of the Kreis that a value is, or lies in; ``None`` where it is no key."""
    digits = value.replace(" ", "").removesuffix(".0")
    if not KEY.fullmatch(digits):
        return None
    return digits.zfill(next(size for size in (5, 8, 12) if len(digits) <= size))[:5]
