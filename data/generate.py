"""Make the data files of the demonstration study: survey, sampling frame and expert panel.

Everything is drawn from a fixed seed; nothing depends on the day or the machine. Answers follow
latent traits of a network (its resources, how personally it approaches firms, how well it knows
their needs, how far firms are involved), its region type and, for a few questions, its Land. No
figure is taken from a real study.

Each question draws from a stream of its own, so that a change to one question leaves the others
as they are. Wave 2 holds the same respondents, `LATE_ANSWERS` more, and the corrections of
`CORRECTIONS`.

Run ``python data/generate.py [--wave 2] [--output DIR]``.
"""

from __future__ import annotations

import argparse
import csv
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Cells = list[str]
Columns = dict[str, Cells]

SEED: Final = 20260302
LATE_ANSWERS: Final = 23
DONT_KNOW: Final = "-8"
REFUSED: Final = "-9"

NETWORKS: Final[Mapping[str, tuple[int, int]]] = {
    # Land: networks, answers of wave 1
    "DE1": (34, 21),
    "DE2": (40, 25),
    "DE3": (8, 5),
    "DE4": (14, 9),
    "DE5": (3, 2),
    "DE6": (5, 3),
    "DE7": (20, 13),
    "DE8": (9, 5),
    "DE9": (26, 16),
    "DEA": (42, 25),
    "DEB": (14, 9),
    "DEC": (4, 2),
    "DED": (15, 10),
    "DEE": (8, 4),
    "DEF": (8, 5),
    "DEG": (10, 6),
}
TYPES: Final = ("boom", "suburban", "industrial", "transition", "average")
TYPE_SHARES: Final[Mapping[str, tuple[float, ...]]] = {
    # Land: share of each type among its networks; Länder not named follow ""
    "": (0.15, 0.25, 0.22, 0.13, 0.25),
    "DE2": (0.18, 0.32, 0.22, 0.05, 0.23),
    "DE3": (1.0, 0.0, 0.0, 0.0, 0.0),
    "DE4": (0.0, 0.30, 0.10, 0.40, 0.20),
    "DE5": (0.60, 0.0, 0.0, 0.40, 0.0),
    "DE6": (1.0, 0.0, 0.0, 0.0, 0.0),
    "DE8": (0.0, 0.15, 0.0, 0.50, 0.35),
    "DEA": (0.16, 0.18, 0.28, 0.20, 0.18),
    "DEC": (0.0, 0.0, 0.50, 0.50, 0.0),
    "DED": (0.25, 0.15, 0.20, 0.25, 0.15),
    "DEE": (0.0, 0.10, 0.20, 0.50, 0.20),
    "DEG": (0.10, 0.10, 0.25, 0.30, 0.25),
}
TRAIT_SHIFTS: Final[Mapping[str, tuple[float, float]]] = {
    # region type: shift of resources and of involvement, in standard deviations
    "boom": (0.50, 0.10),
    "suburban": (0.25, 0.25),
    "industrial": (0.0, 0.0),
    "transition": (-0.25, -0.25),
    "average": (-0.35, -0.10),
}
SHIFTS: Final[Mapping[str, Mapping[str, float]]] = {
    # column: shift by Land or region type, in standard deviations of the latent answer;
    # the codes of q17 and q19 fall from "yes" to "no", so less means more
    "q05_university": {"boom": 1.0, "average": -0.5},
    "q07_steering": {"DE2": 1.3, "DEA": -0.8},
    "q07_initiator": {"DE2": 0.7},
    "q07_active": {"DE1": 0.7, "DEA": -0.5},
    "q07_recipient": {"DEA": 1.2, "DE2": -0.6, "average": 0.3},
    "q10_advice": {"DED": 1.3, "DE7": -0.7},
    "q10_online": {"transition": 0.7, "boom": -0.4},
    "q12_evening": {"DE9": 1.7, "DE1": -0.6},
    "q14_personal": {"DED": 1.2, "DE7": -1.1, "average": 0.3},
    "q14_social": {"boom": 0.9},
    "q16": {"average": 0.4, "boom": -0.8},
    "q17": {"DE9": -0.5},
    "q18": {"DE7": -1.2, "DED": 1.3, "boom": -0.4},
    "q19": {"DE7": 0.6, "DED": -0.8},
    "q21_apprentices": {"transition": 0.7},
    "q21_migration": {"boom": 0.6, "DE8": 0.5},
    "q22_distance": {"DE8": 2.0, "DE4": 1.6, "transition": 0.5, "boom": -1.3},
    "q22_competition": {"boom": 0.4},
    "q22_unknown": {"boom": 0.5},
    "q25": {"DEA": -0.8, "DE2": 0.8, "transition": -0.5},
    "q27": {"DE2": 0.6, "DEA": -0.7},
    "q29": {"suburban": 0.3, "transition": -0.3},
}

FREQUENCIES: Final[Mapping[str, tuple[tuple[float, ...], float]]] = {
    # column: shares from "never" to "almost always", loading on involvement
    "q07_initiator": ((0.27, 0.37, 0.24, 0.10, 0.02), 0.6),
    "q07_steering": ((0.27, 0.30, 0.23, 0.14, 0.06), 0.6),
    "q07_active": ((0.10, 0.24, 0.33, 0.25, 0.08), 0.7),
    "q07_user": ((0.03, 0.12, 0.31, 0.38, 0.16), 0.4),
    "q07_recipient": ((0.03, 0.14, 0.28, 0.37, 0.18), -0.6),
    "q11_advice": ((0.05, 0.12, 0.27, 0.37, 0.19), 0.4),
    "q11_projects": ((0.08, 0.15, 0.29, 0.33, 0.15), 0.5),
    "q11_evening": ((0.09, 0.16, 0.29, 0.32, 0.14), 0.3),
    "q11_daytime": ((0.16, 0.35, 0.31, 0.14, 0.04), 0.2),
    "q11_fairs": ((0.15, 0.31, 0.33, 0.16, 0.05), 0.2),
}
AGREEMENTS: Final[Mapping[str, tuple[tuple[float, ...], str, float]]] = {
    # column: shares from "strongly disagree" to "strongly agree", trait, loading on it
    "q16": ((0.09, 0.27, 0.33, 0.24, 0.07), "contact", 0.5),
    "q18": ((0.11, 0.31, 0.29, 0.22, 0.07), "knowledge", 0.8),
    "q22_time": ((0.01, 0.04, 0.13, 0.40, 0.42), "resources", -0.2),
    "q22_staff": ((0.02, 0.09, 0.20, 0.38, 0.31), "resources", -0.2),
    "q22_benefit": ((0.04, 0.15, 0.27, 0.36, 0.18), "knowledge", -0.5),
    "q22_unknown": ((0.06, 0.19, 0.28, 0.32, 0.15), "contact", -0.5),
    "q22_fit": ((0.08, 0.27, 0.31, 0.25, 0.09), "knowledge", -0.6),
    "q22_competition": ((0.22, 0.35, 0.25, 0.14, 0.04), "involvement", -0.3),
    "q22_bureaucracy": ((0.07, 0.18, 0.27, 0.29, 0.19), "resources", -0.3),
    "q22_distance": ((0.20, 0.31, 0.24, 0.17, 0.08), "resources", -0.1),
    "q27": ((0.08, 0.27, 0.32, 0.26, 0.07), "involvement", 0.8),
    "q28_relations": ((0.04, 0.12, 0.28, 0.38, 0.18), "contact", 0.6),
    "q28_cooperation": ((0.07, 0.20, 0.31, 0.30, 0.12), "involvement", 0.6),
    "q28_staff": ((0.12, 0.26, 0.33, 0.22, 0.07), "involvement", 0.4),
    "q28_measures": ((0.07, 0.21, 0.34, 0.29, 0.09), "knowledge", 0.5),
    "q28_visibility": ((0.06, 0.17, 0.31, 0.33, 0.13), "contact", 0.4),
}
CHOICES: Final[Mapping[str, tuple[float, str, float]]] = {
    # column of a multiple-choice question: share, trait, loading on it
    "q03_public": (0.61, "resources", 0.3),
    "q03_municipal": (0.44, "resources", 0.2),
    "q03_fees": (0.27, "involvement", 0.3),
    "q03_chamber": (0.31, "contact", 0.2),
    "q03_sponsors": (0.16, "involvement", 0.4),
    "q05_chamber": (0.86, "contact", 0.3),
    "q05_agency": (0.82, "resources", 0.1),
    "q05_development": (0.71, "resources", 0.2),
    "q05_municipality": (0.66, "resources", 0.1),
    "q05_schools": (0.58, "resources", 0.2),
    "q05_university": (0.37, "resources", 0.4),
    "q05_unions": (0.24, "resources", 0.2),
    "q05_associations": (0.39, "contact", 0.2),
    "q05_large_firms": (0.46, "involvement", 0.2),
    "q10_advice": (0.43, "knowledge", 0.5),
    "q10_projects": (0.34, "involvement", 0.6),
    "q10_workshops": (0.69, "resources", 0.3),
    "q10_exchange": (0.41, "contact", 0.4),
    "q10_visits": (0.32, "contact", 0.5),
    "q10_online": (0.52, "resources", 0.1),
    "q10_fairs": (0.57, "resources", 0.3),
    "q10_newsletter": (0.66, "resources", 0.2),
    "q12_morning": (0.47, "resources", -0.1),
    "q12_afternoon": (0.56, "resources", 0.0),
    "q12_evening": (0.32, "knowledge", 0.4),
    "q12_weekend": (0.06, "knowledge", 0.1),
    "q12_by_arrangement": (0.22, "contact", 0.5),
    "q14_personal": (0.55, "contact", 0.6),
    "q14_phone": (0.44, "contact", 0.4),
    "q14_email": (0.83, "resources", 0.1),
    "q14_multipliers": (0.57, "contact", 0.2),
    "q14_peers": (0.23, "involvement", 0.5),
    "q14_social": (0.36, "resources", 0.3),
    "q14_press": (0.41, "resources", 0.2),
    "q20_talks": (0.63, "contact", 0.5),
    "q20_survey": (0.34, "resources", 0.3),
    "q20_events": (0.58, "resources", 0.1),
    "q20_partners": (0.51, "contact", 0.1),
    "q20_statistics": (0.19, "resources", 0.4),
    "q21_recruiting": (0.84, "knowledge", 0.1),
    "q21_apprentices": (0.72, "knowledge", 0.1),
    "q21_retention": (0.49, "knowledge", 0.3),
    "q21_training": (0.44, "knowledge", 0.2),
    "q21_migration": (0.38, "resources", 0.2),
    "q21_digital": (0.41, "knowledge", 0.2),
    "q21_family": (0.27, "knowledge", 0.3),
    "q30_personal": (0.53, "contact", -0.2),
    "q30_needs": (0.46, "knowledge", -0.3),
    "q30_formats": (0.42, "involvement", 0.1),
    "q30_projects": (0.33, "involvement", 0.3),
    "q30_visibility": (0.38, "contact", -0.1),
}
FIRST_YEARS: Final = (0, 2006, 2013, 2019)
"""First year of each class of founding years."""
NEITHER: Final[Mapping[str, str]] = {"q03": "q03_none", "q30": "q30_nothing"}
"""Multiple-choice questions with an option that excludes all others."""

COMMONEST: Final[Mapping[str, str]] = {
    # multiple-choice question: what everybody ticks who would tick nothing
    "q05": "q05_chamber",
    "q10": "q10_newsletter",
    "q12": "q12_afternoon",
    "q14": "q14_email",
    "q20": "q20_events",
    "q21": "q21_recruiting",
}
RANKED: Final[Mapping[str, float]] = {
    # column of the ranking: how effective coordinators think the way is
    "q15_personal": 1.6,
    "q15_phone": 0.5,
    "q15_multipliers": 0.7,
    "q15_email": -0.7,
    "q15_social": -0.9,
}
WISHES: Final = (
    "Mehr Zeit für Besuche in den Betrieben.",
    "Eine Förderung, die länger als ein Jahr läuft.",
    "Ein Betrieb, der öffentlich sagt, was es ihm gebracht hat.",
    "Weniger Formulare.",
    "Kontakte der Kammern zu den kleinen Betrieben.",
    "Ein Thema, das wirklich brennt.",
    "Jemand, der nur für die Betriebe da ist.",
    "Kurze Termine am Abend.",
    "Beispiele aus der Nachbarschaft.",
    "Mehr Bekanntheit in der Region.",
    "Geld für gemeinsame Projekte.",
    "Dass wir genauer wissen, was gebraucht wird.",
    "Ein fester Stammtisch mit Inhaberinnen und Inhabern.",
    "Unterstützung bei der Öffentlichkeitsarbeit.",
    "Ein gemeinsamer Auftritt aller Beratungsstellen.",
    "Vertrauen, und das braucht Jahre.",
    "Ein guter Anlass, den Betrieb einmal zu verlassen.",
    "Weniger Netzwerke, die das Gleiche tun.",
)
CORRECTIONS: Final[Mapping[str, tuple[int, ...]]] = {
    # column: which respondents of wave 1 (by position) mend their answer in wave 2
    "q02": (17, 88),
    "q13": (41,),
    "q18": (5, 63, 120),
    "q26": (102,),
}


def draw_uniform(name: str, *shape: int) -> Floats:
    """Draw from the stream that belongs to ``name``: numbers in (0, 1) of this shape."""
    stream = np.random.default_rng([SEED, zlib.crc32(name.encode())])
    return np.clip(stream.random(shape), 1e-12, 1 - 1e-12)


def draw_normal(name: str, *shape: int) -> Floats:
    """Draw standard normal numbers from the stream that belongs to ``name``."""
    quantile = np.vectorize(NormalDist().inv_cdf, otypes=[np.float64])
    return np.asarray(quantile(draw_uniform(name, *shape)), dtype=np.float64)


class Population:
    """All networks, whether they answer or not, with their traits.

    Attributes
    ----------
    id, land, region_type
        One string for each network.
    traits
        Standardised latent traits by name, one number for each network.
    """

    def __init__(self) -> None:
        self.land = [land for land, (networks, _) in NETWORKS.items() for _ in range(networks)]
        self.id = [f"N{number:03d}" for number in range(1, len(self.land) + 1)]
        self.region_type = self._draw_types()
        self.traits = self._draw_traits()
        self.founded = self._draw_founding_years()

    def __len__(self) -> int:
        return len(self.id)

    def _draw_types(self) -> Cells:
        uniform = draw_uniform("region_type", len(self))
        cumulated = [np.cumsum(TYPE_SHARES.get(land, TYPE_SHARES[""])) for land in self.land]
        found = [np.searchsorted(c, u) for c, u in zip(cumulated, uniform, strict=True)]
        return [TYPES[min(int(index), len(TYPES) - 1)] for index in found]

    def _draw_traits(self) -> dict[str, Floats]:
        own = draw_normal("traits", 4, len(self))
        shifts = np.array([TRAIT_SHIFTS[kind] for kind in self.region_type])
        resources = own[0] + shifts[:, 0]
        contact = 0.35 * resources + 0.94 * own[1]
        knowledge = 0.55 * contact + 0.84 * own[2]
        involvement = 0.45 * knowledge + 0.25 * resources + 0.86 * own[3] + shifts[:, 1]
        traits = {
            "resources": resources,
            "contact": contact,
            "knowledge": knowledge,
            "involvement": involvement,
        }
        return {name: (t - t.mean()) / t.std() for name, t in traits.items()}

    def _draw_founding_years(self) -> NDArray[np.int64]:
        latent = 0.4 * self.traits["resources"] + 0.9 * draw_normal("q01", len(self))
        return np.clip(np.rint(2013.5 - 5.5 * latent), 1992, 2025).astype(np.int64)

    def shift(self, column: str) -> Floats:
        """Return how far region and type move the latent answer, one number for each network."""
        by = SHIFTS.get(column, {})
        pairs = zip(self.land, self.region_type, strict=True)
        return np.array([by.get(land, 0.0) + by.get(kind, 0.0) for land, kind in pairs])

    def latent(self, column: str, trait: str, loading: float) -> Floats:
        """Return the latent answer: trait, noise of its own, and shift."""
        noise = float(np.sqrt(1 - loading**2)) * draw_normal(column, len(self))
        latent: Floats = loading * self.traits[trait] + noise + self.shift(column)
        return latent


# --- answers of the whole population ----------------------------------------------------------


def answer_ordinal(
    population: Population, column: str, shares: Sequence[float], trait: str, loading: float
) -> Cells:
    """Answer an ordinal question: codes 1…k with about these shares."""
    cuts = [NormalDist().inv_cdf(float(edge)) for edge in np.cumsum(shares)[:-1]]
    latent = population.latent(column, trait, loading)
    return [str(int(np.searchsorted(cuts, value)) + 1) for value in latent]


def answer_choice(
    population: Population, column: str, share: float, trait: str, loading: float
) -> Cells:
    """Tick an option or not: ``1`` with about this share, else ``0``."""
    cut = NormalDist().inv_cdf(1 - share)
    return [str(int(value > cut)) for value in population.latent(column, trait, loading)]


def answer_ranking(population: Population) -> Columns:
    """Put the ways of approach in order; some networks rank only three."""
    names = list(RANKED)
    appeal = np.array(list(RANKED.values())) + 0.9 * draw_normal("q15", len(population), len(names))
    ranks = (-appeal).argsort(axis=1).argsort(axis=1) + 1
    three_only = draw_uniform("q15 three only", len(population)) < 0.2
    return {
        name: [
            "" if three and rank > 3 else str(rank)
            for rank, three in zip(ranks[:, index], three_only, strict=True)
        ]
        for index, name in enumerate(names)
    }


def answer_numbers(population: Population) -> Columns:
    """Answer the numeric questions; the numbers of one network fit together."""
    traits, size = population.traits, len(population)
    members = np.exp(3.35 + 0.35 * traits["resources"] + 0.55 * draw_normal("q02", size))
    share = 42 + 12 * traits["involvement"] + 15 * draw_normal("q04", size)
    reached = 0.55 * members * np.exp(0.4 * traits["involvement"] + 0.45 * draw_normal("q09", size))
    minutes = np.exp(4.85 - 0.12 * traits["knowledge"] + 0.38 * draw_normal("q13", size))
    fee = np.exp(4.9 + 0.3 * traits["resources"] + 0.6 * draw_normal("q24", size))
    hours = np.exp(2.75 + 0.5 * traits["resources"] + 0.5 * draw_normal("q26", size))
    return {
        "q01": [str(sum(year >= first for first in FIRST_YEARS)) for year in population.founded],
        "q02": whole(members, 1, 4, 320),
        "q04": whole(share, 5, 0, 100),
        "q09": whole(reached, 1, 0, 400),
        "q13": whole(minutes, 15, 30, 420),
        "q24": whole(fee, 10, 20, 1500),
        "q26": [f"{value:.1f}" for value in np.clip(np.rint(hours * 2) / 2, 0.5, 80)],
    }


def whole(values: Floats, step: int, low: int, high: int) -> Cells:
    """Round to multiples of ``step`` within the limits, as text."""
    rounded = np.clip(np.rint(values / step) * step, low, high)
    return [str(int(value)) for value in rounded]


def answer_wishes(population: Population) -> Cells:
    """Answer the open question; a good third say something."""
    says = draw_uniform("q31", len(population)) < 0.38
    which = np.floor(draw_uniform("q31 text", len(population)) * len(WISHES)).astype(int)
    return [WISHES[index] if said else "" for said, index in zip(says, which, strict=True)]


def answer_all(population: Population) -> Columns:
    """Answer the whole questionnaire for every network, before filters and missing answers."""
    ordinal: dict[str, tuple[tuple[float, ...], str, float]] = {
        "q06": ((0.72, 0.17, 0.11), "involvement", -0.5),
        "q08": ((0.22, 0.52, 0.26), "involvement", 0.5),
        "q17": ((0.41, 0.15, 0.44), "contact", -0.6),
        "q19": ((0.26, 0.45, 0.29), "knowledge", -0.7),
        "q23": ((0.28, 0.72), "involvement", -0.2),
        "q25": ((0.21, 0.36, 0.27, 0.16), "resources", 0.5),
        "q29": ((0.13, 0.49, 0.38), "involvement", 0.3),
        **{column: (shares, "involvement", by) for column, (shares, by) in FREQUENCIES.items()},
        **AGREEMENTS,
    }
    answers = {c: answer_ordinal(population, c, *terms) for c, terms in ordinal.items()}
    answers |= {c: answer_choice(population, c, *terms) for c, terms in CHOICES.items()}
    answers |= answer_numbers(population) | answer_ranking(population)
    answers["q31"] = answer_wishes(population)
    for question, none in NEITHER.items():
        answers[none] = exclude(answers, question)
    for question, commonest in COMMONEST.items():
        untouched = exclude(answers, question)
        pairs = zip(answers[commonest], untouched, strict=True)
        answers[commonest] = [max(pair) for pair in pairs]
    return answers


def exclude(answers: Columns, question: str) -> Cells:
    """Tick "none of these" where nothing else of the question is ticked."""
    columns = [cells for name, cells in answers.items() if name.startswith(f"{question}_")]
    return [str(int("1" not in row)) for row in zip(*columns, strict=True)]


# --- filters and missing answers ----------------------------------------------------------------


def blank(answers: Columns, prefixes: tuple[str, ...], rows: NDArray[np.bool_]) -> None:
    """Empty the cells of all columns of these questions in these rows."""
    for column, cells in answers.items():
        if column.partition("_")[0] in prefixes:
            answers[column] = ["" if r else c for c, r in zip(cells, rows, strict=True)]


def apply_filters(answers: Columns) -> None:
    """Leave questions out that a network was not asked."""
    blank(answers, ("q07", "q08", "q09", "q11", "q28"), np.array(answers["q06"]) == "3")
    blank(answers, ("q20",), np.array(answers["q19"]) == "3")
    blank(answers, ("q24",), np.array(answers["q23"]) != "1")


def leave_gaps(population: Population, answers: Columns) -> None:
    """Let respondents skip questions, not know, refuse, or break off; filters stay untouched."""
    questions = sorted({column.partition("_")[0] for column in answers} - {"q06", "q19", "q23"})
    for question in questions:
        rate = 0.07 if question in {"q24", "q26", "q09"} else 0.02
        blank(answers, (question,), draw_uniform(f"{question} skipped", len(population)) < rate)
    scaled = ("q08", "q25", "q29", *FREQUENCIES, *AGREEMENTS)
    mark(population, answers, scaled, DONT_KNOW, 0.03)
    mark(population, answers, ("q04", "q09"), DONT_KNOW, 0.06)
    mark(population, answers, ("q24", "q25"), REFUSED, 0.02)
    last_part = tuple(f"q{number}" for number in range(24, 32))
    blank(answers, last_part, draw_break_offs(population))


def mark(
    population: Population, answers: Columns, columns: Sequence[str], code: str, rate: float
) -> None:
    """Replace a share of the given answers by a code that stands for a missing one."""
    for column in columns:
        drawn = draw_uniform(f"{column} {code}", len(population)) < rate
        cells = zip(answers[column], drawn, strict=True)
        answers[column] = [code if hit and cell else cell for cell, hit in cells]


def draw_break_offs(population: Population) -> NDArray[np.bool_]:
    """Return who stops before the last part of the questionnaire."""
    return draw_uniform("break off", len(population)) < 0.03


# --- who answers, and with which weight ---------------------------------------------------------


def draw_respondents(population: Population, wave: int) -> NDArray[np.bool_]:
    """Return who has answered by this wave: fixed numbers by Land, `LATE_ANSWERS` more later."""
    willing = 0.3 * population.traits["involvement"] + draw_normal("willing", len(population))
    land = np.array(population.land)
    answered = np.zeros(len(population), dtype=bool)
    for code, (_, answers) in NETWORKS.items():
        rows = np.flatnonzero(land == code)
        answered[rows[np.argsort(-willing[rows], kind="stable")[:answers]]] = True
    if wave >= 2:
        rest = np.flatnonzero(~answered & ~draw_ineligible(population))
        answered[rest[np.argsort(-willing[rest], kind="stable")[:LATE_ANSWERS]]] = True
    return answered


def draw_ineligible(population: Population) -> NDArray[np.bool_]:
    """Return the networks that turn out not to exist any more, where they do not answer."""
    return draw_uniform("ineligible", len(population)) < 0.06


def describe_dispositions(population: Population, answered: NDArray[np.bool_]) -> Cells:
    """Return the final disposition of each network, in the codes of AAPOR.

    References
    ----------
    AAPOR (2023). Standard definitions: Final dispositions of case codes and outcome rates for
    surveys, 10th edition.
    """
    partial, gone = draw_break_offs(population), draw_ineligible(population)
    outcome = draw_uniform("disposition", len(population))
    cells = []
    for index in range(len(population)):
        if answered[index]:
            cells.append("1.2" if partial[index] else "1.1")
        elif gone[index]:
            cells.append("4.10")
        else:
            kinds = ("2.11", "2.20", "2.30", "3.10")  # refusal, non-contact, other, unknown
            cells.append(kinds[int(np.searchsorted((0.35, 0.80, 0.88), outcome[index]))])
    return cells


def rake(population: Population, answered: NDArray[np.bool_]) -> Floats:
    """Return weights of mean 1 that carry respondents to all networks by Land and by type.

    References
    ----------
    Deming, W. E., & Stephan, F. F. (1940). On a least squares adjustment of a sampled frequency
    table when the expected marginal totals are known. Annals of Mathematical Statistics, 11.
    """
    margins = [np.array(population.land), np.array(population.region_type)]
    weights = np.ones(int(answered.sum()))
    for _ in range(200):
        for margin in margins:
            for code in np.unique(margin[answered]):
                rows = margin[answered] == code
                weights[rows] *= np.sum(margin == code) / weights[rows].sum()
    return np.asarray(weights / weights.mean(), dtype=np.float64)


# --- the files ----------------------------------------------------------------------------------


def make_survey(population: Population, wave: int) -> list[Cells]:
    """Return header and rows of ``survey.csv``."""
    answered = draw_respondents(population, wave)
    answers = answer_all(population)
    apply_filters(answers)
    leave_gaps(population, answers)
    if wave < 2:
        make_slips(answers, np.flatnonzero(answered))
    columns = {
        "id": population.id,
        "land": population.land,
        "region_type": population.region_type,
        **{column: answers[column] for column in sorted(answers, key=questionnaire_order)},
    }
    weights = iter(rake(population, answered))
    rows = [
        [*(cells[index] for cells in columns.values()), f"{next(weights):.4f}"]
        for index in np.flatnonzero(answered)
    ]
    return [[*columns, "weight"], *rows]


def questionnaire_order(column: str) -> int:
    """Sort columns by question; within a question they keep their order."""
    return int(column.partition("_")[0][1:])


def make_slips(answers: Columns, answered: NDArray[np.int64]) -> None:
    """Put the wrong answers of wave 1 in, which wave 2 holds corrected."""
    for column, positions in CORRECTIONS.items():
        for position in positions:
            row = int(answered[position])
            answers[column][row] = slip(column, answers[column][row])


def slip(column: str, cell: str) -> str:
    """Return a wrong but possible answer that differs from the right one."""
    if column == "q18":
        return "1" if cell != "1" else "5"
    if not cell:
        return "20"
    return str(int(float(cell)) + 30)


def make_frame(population: Population, wave: int) -> list[Cells]:
    """Return header and rows of ``frame.csv``: all networks, with their disposition."""
    dispositions = describe_dispositions(population, draw_respondents(population, wave))
    old = ["yes" if year < 2013 else "no" for year in population.founded]
    header = ["id", "land", "region_type", "founded_before_2013", "disposition"]
    columns = (population.id, population.land, population.region_type, old, dispositions)
    return [header, *(list(row) for row in zip(*columns, strict=True))]


EXPERTS: Final = 14
DIMENSIONS: Final = ("agreement", "importance", "feasibility")
JUDGEMENTS: Final[Mapping[str, tuple[tuple[float, float], ...]]] = {
    # statement: centre and spread of the ratings of round 1 for each of DIMENSIONS
    "s01": ((8.0, 0.8), (8.2, 0.7), (6.9, 1.2)),
    "s02": ((7.7, 0.9), (8.4, 0.7), (6.2, 1.3)),
    "s03": ((6.9, 1.4), (7.3, 1.1), (5.3, 1.4)),
    "s04": ((7.9, 0.9), (7.8, 0.9), (6.6, 1.2)),
    "s05": ((7.4, 1.0), (7.0, 1.1), (7.8, 0.8)),
    "s06": ((8.1, 0.8), (8.0, 0.8), (5.0, 1.5)),
    "s07": ((2.6, 1.1), (3.3, 1.3), (7.2, 1.4)),
    "s08": ((5.0, 2.5), (4.8, 1.9), (4.1, 1.9)),
    "s09": ((7.2, 1.1), (7.4, 1.0), (7.1, 1.0)),
    "s10": ((7.6, 1.0), (7.6, 1.0), (4.6, 1.6)),
    "s11": ((6.0, 2.2), (6.1, 1.8), (5.2, 1.8)),
    "s12": ((7.3, 1.1), (6.8, 1.2), (6.9, 1.1)),
}
COMMENTS: Final[Mapping[tuple[str, int, str], tuple[str, str]]] = {
    ("e02", 1, "s01"): (
        "Ohne einen Namen und ein Gesicht bleibt jede Einladung ein Rundschreiben.",
        "Without a name and a face, every invitation remains a circular.",
    ),
    ("e09", 2, "s01"): (
        "Persönlich heißt auch: dieselbe Person über Jahre.",
        "Personal also means: the same person over years.",
    ),
    ("e05", 1, "s02"): (
        "Wer fragt, muss danach auch liefern, sonst schadet die Frage.",
        "Whoever asks must also deliver, or else the question does harm.",
    ),
    ("e11", 1, "s03"): (
        "In einer Lenkungsgruppe sitzt nur, wer einen freien Nachmittag hat.",
        "Only those with a free afternoon sit on a steering group.",
    ),
    ("e03", 2, "s03"): (
        "Zwei Betriebe reichen, wenn sie mitentscheiden dürfen.",
        "Two firms are enough if they have a say in decisions.",
    ),
    ("e07", 1, "s04"): (
        "Ein kleines Projekt überzeugt mehr als drei Fachtage.",
        "One small project convinces more than three conferences.",
    ),
    ("e12", 2, "s05"): (
        "Am Abend kommen die Inhaberinnen und Inhaber, am Vormittag die Personalabteilungen.",
        "In the evening owners come, in the morning personnel departments.",
    ),
    ("e01", 1, "s06"): (
        "Vertrauen lässt sich nicht in Förderphasen messen.",
        "Trust cannot be measured in funding phases.",
    ),
    ("e13", 2, "s06"): (
        "Länger fördern ja, aber mit klaren Zielen für die Zwischenzeit.",
        "Longer funding, yes, but with clear goals for the time between.",
    ),
    ("e04", 1, "s07"): (
        "Noch ein Newsletter liest niemand, der eine Werkstatt führt.",
        "Nobody who runs a workshop reads yet another newsletter.",
    ),
    ("e06", 1, "s08"): (
        "Was nichts kostet, wird auch nicht ernst genommen.",
        "What costs nothing is not taken seriously either.",
    ),
    ("e10", 1, "s08"): (
        "Ein Beitrag schließt genau die Kleinsten aus.",
        "A fee excludes precisely the smallest.",
    ),
    ("e08", 2, "s09"): (
        "Die Kammern kennen die Betriebe, die Netzwerke kennen die Themen.",
        "The chambers know the firms, the networks know the subjects.",
    ),
    ("e14", 1, "s10"): (
        "Ein Nachweis von zwei Seiten würde genügen.",
        "A report of two pages would suffice.",
    ),
    ("e02", 2, "s11"): (
        "In dünn besiedelten Kreisen ist online oft die einzige Möglichkeit.",
        "In sparsely populated counties, online is often the only way.",
    ),
    ("e05", 2, "s12"): (
        "Gute Beispiele wirken, wenn sie aus der Nachbarschaft kommen.",
        "Good examples work if they come from the neighbourhood.",
    ),
}


def make_panel() -> list[Cells]:
    """Return header and rows of ``panel.csv``: all ratings, in long form."""
    header = ["expert", "round", "statement", "dimension", "rating", "comment_de", "comment_en"]
    first = rate_first_round()
    ratings = {1: first, 2: rate_again(first)}
    rows = [
        [
            expert,
            str(round_number),
            statement,
            dimension,
            ratings[round_number][statement, dimension][index],
            *find_comment(expert, round_number, statement, dimension),
        ]
        for index, expert in enumerate(f"e{number:02d}" for number in range(1, EXPERTS + 1))
        for round_number in (1, 2)
        for statement in JUDGEMENTS
        for dimension in DIMENSIONS
    ]
    return [header, *rows]


def find_comment(expert: str, round_number: int, statement: str, dimension: str) -> tuple[str, str]:
    """Return the comment that stands beside a rating of agreement, else two empty cells."""
    if dimension != DIMENSIONS[0]:
        return ("", "")
    return COMMENTS.get((expert, round_number, statement), ("", ""))


Ratings = dict[tuple[str, str], Cells]


def rate_first_round() -> Ratings:
    """Rate every statement in every dimension; a few experts cannot say."""
    leaning = 0.4 * draw_normal("experts", EXPERTS)
    ratings: Ratings = {}
    for statement, judgements in JUDGEMENTS.items():
        for dimension, (centre, spread) in zip(DIMENSIONS, judgements, strict=True):
            name = f"panel {statement} {dimension}"
            values = centre + leaning + spread * draw_normal(name, EXPERTS)
            unsure = draw_uniform(f"{name} unsure", EXPERTS) < 0.02
            cells = whole(values, 1, 1, 9)
            ratings[statement, dimension] = [
                "dk" if u else cell for u, cell in zip(unsure, cells, strict=True)
            ]
    return ratings


def rate_again(first: Ratings) -> Ratings:
    """Rate again after having seen the group's median: most move towards it, some do not."""
    return {key: move_towards_median(key, cells) for key, cells in first.items()}


def move_towards_median(key: tuple[str, str], cells: Cells) -> Cells:
    """Move ratings part of the way to the group's median."""
    known = [int(cell) for cell in cells if cell != "dk"]
    median = float(np.median(known))
    pull = 0.75 * draw_uniform(f"panel {key} again", EXPERTS)
    moved = []
    for cell, strength in zip(cells, pull, strict=True):
        value = float(cell) if cell != "dk" else median
        moved.append(str(int(np.rint(value + strength * (median - value)))))
    return moved


def write_files(folder: Path, wave: int = 1) -> list[Path]:
    """Write survey, frame and panel of a wave into ``folder``; return their paths."""
    population = Population()
    tables = {
        "survey.csv": make_survey(population, wave),
        "frame.csv": make_frame(population, wave),
        "panel.csv": make_panel(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    return [folder / name for name in tables]


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the files that the command line asks for."""
    parser = argparse.ArgumentParser(description="Make the data of the demonstration study.")
    parser.add_argument(
        "--wave", type=int, choices=(1, 2), default=1, help="2 adds late and corrected answers"
    )
    parser.add_argument(
        "--output", type=Path, default=Path(__file__).parent, help="folder to write to"
    )
    options = parser.parse_args(arguments)
    for path in write_files(options.output, options.wave):
        print(path)


if __name__ == "__main__":
    main()
