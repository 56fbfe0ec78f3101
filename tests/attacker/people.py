"""Who took part, and what can be asked of them: what an attacker knows beside what is published.

`State` holds, for each state of the study, who took part and the `Place` of each: region, type,
subgroup, weight. The answers (`true_answers`) serve to hold claims against them alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from attacker.drawing import Drawn


@dataclass(frozen=True)
class Place:
    """Where a respondent stands in one state."""

    region: str
    type: str = ""
    group: str = ""
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class State:
    """One state of the study as the attacker knows it.

    Attributes
    ----------
    places
        By person.
    editions
        The edition whose name it carries.
    """

    number: int
    edition: str
    places: dict[str, Place]
    book: dict[str, Any]
    info: dict[str, Any]

    @lru_cache(maxsize=4096)  # noqa: B019 - states live as long as the attack
    def members(self, domain: str) -> frozenset[str]:
        """Return who belongs to a domain, as far as places tell."""
        found = frozenset(self.places)
        for part in domain.split("+"):
            found &= self._members(part)
        return found

    def _members(self, part: str) -> frozenset[str]:
        if part == self.info["regions"]["nation"]["code"]:
            return frozenset(self.places)
        kind, _, code = part.rpartition(":")
        field: Callable[[Place], str] = {
            "": lambda place: place.region,
            "type": lambda place: place.type,
            "g": lambda place: place.group,
        }[kind]
        code = f"{code[1:]}" if kind == "g" else code
        return frozenset(name for name, place in self.places.items() if field(place) == code)


def know_state(drawn: Drawn, number: int) -> State:
    """Return what the attacker knows of a state."""
    listed = _listed(drawn)
    rows = drawn.answers.to_dict("records")
    places = {
        str(row["id"]): Place(
            listed.get(str(row["region"]), ""),
            str(row.get("type", "")),
            str(row.get("g", "")),
            float(row.get("weight", 1.0)),
        )
        for row in rows
    }
    return State(number, drawn.info["edition"], places, drawn.codebook, drawn.info)


def _listed(drawn: Drawn) -> dict[str, str]:
    """Return the region of each cell of the file: regions may be merged."""
    return {
        str(cell): region["code"]
        for region in drawn.info["regions"]["list"]
        for cell in region["data"]
    }


def true_answers(drawn: Drawn) -> pd.DataFrame:
    """Return all cells by person: what claims are held against."""
    return drawn.answers.astype(str).set_index("id")


def weigh(places: dict[str, Place]) -> dict[str, float]:
    """Return the weights, with the mean 1."""
    mean = float(np.mean([place.weight for place in places.values()]))
    return {name: place.weight / mean for name, place in places.items()}
