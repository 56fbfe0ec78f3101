"""Random small studies of all kinds, as the files that a study consists of.

Out: a `Drawn` study, which `publishing` writes into a folder and publishes with briefgen, and whose
answers are the truth that claims are held against. Answers are drawn so that what has to be hidden
is frequent: regions of which nearly all, or all but one, say the same.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

Mapping = dict[str, Any]
NATION = "NA"
NO_ANSWER = ""


@dataclass
class Drawn:
    """One state of a study: what its files say.

    Attributes
    ----------
    answers
        One row a respondent: ``id``, ``region``, ``type`` and the cells of all questions.
    info, codebook
        What stands in ``study.yml`` and ``codebook.yml``.
    event
        What happened since the state before, in one word.
    how
        How it is published: ``build``, ``edition`` (a new one), ``brief`` (one region's alone).
    forget
        Whether the private state is deleted before.
    """

    answers: pd.DataFrame
    info: Mapping
    codebook: Mapping
    event: str = "first"
    how: str = "build"
    forget: bool = False
    region: str = ""
    no_ids: bool = False


@dataclass
class Kinds:
    """What a study is made of; drawn once for all its states."""

    regions: int
    types: int
    questions: list[str]
    subgroup: bool
    crossing: bool
    weighted: bool
    known_weights: bool
    rules: Mapping = field(default_factory=dict)


def draw_kinds(rng: np.random.Generator) -> Kinds:
    """Choose regions, types, questions and rules."""
    kinds = ["single", "scale", "multiple", "count", "amount", "ranking", "filter", "battery"]
    chosen = list(rng.choice(kinds, int(rng.integers(1, 5)), replace=False))
    types = int(rng.choice([0, 2, 3], p=[0.35, 0.45, 0.2]))
    subgroup = bool(rng.random() < 0.3)
    weighted = bool(rng.random() < 0.3)
    rules = {} if rng.random() < 0.7 else {"min_base": 5, "min_cell": 2, "protection": 2}
    return Kinds(
        regions=int(rng.integers(3, 7)),
        types=types,
        questions=[name for name in kinds if name in chosen],
        subgroup=subgroup,
        crossing=types > 0 and subgroup and bool(rng.random() < 0.5),
        weighted=weighted,
        known_weights=weighted and len(chosen) < 3 and bool(rng.random() < 0.3),
        rules=rules,
    )


def draw_study(seed: int) -> list[Drawn]:
    """Draw a study and, of every third or so, what becomes of it afterwards."""
    from attacker import events  # noqa: PLC0415 - they draw answers of those who join here

    rng = np.random.default_rng(seed)
    kinds = draw_kinds(rng)
    first = draw_first(rng, kinds)
    states = [first]
    if rng.random() < 0.45:
        for _ in range(1 if rng.random() < 0.75 else 2):
            states.append(events.draw_next(rng, kinds, states[-1], len(states)))
    return states


def draw_first(rng: np.random.Generator, kinds: Kinds) -> Drawn:
    """Draw the first state."""
    people = int(rng.integers(30, 130))
    regions = [f"R{number}" for number in range(1, kinds.regions + 1)]
    region = rng.choice(regions, people, p=rng.dirichlet([3.0] * kinds.regions))
    answers = pd.DataFrame({"id": [f"p{number:04d}" for number in range(people)], "region": region})
    if kinds.types:
        answers["type"] = draw_types(rng, kinds, answers["region"])
    if kinds.weighted:
        levels = rng.choice([0.5, 0.8, 1.0, 1.3, 2.0], 3, replace=False)
        drawn = rng.choice(levels, people) if kinds.known_weights else rng.uniform(0.5, 2, people)
        answers["weight"] = np.round(drawn, 3)
    if kinds.subgroup:
        answers["g"] = rng.choice(["1", "2"], people, p=[0.35, 0.65])
        answers.loc[rng.random(people) < 0.02, "g"] = NO_ANSWER
    draws = Draws(rng, answers)
    for name in kinds.questions:
        for column, cells in DRAW[name](draws).items():
            answers[column] = cells
    drawn = Drawn(answers, make_info(kinds, regions), make_codebook(kinds), region=regions[0])
    drawn.no_ids = bool(rng.random() < 0.15)
    if drawn.no_ids:
        del drawn.codebook["id_column"]
    return drawn


def draw_types(rng: np.random.Generator, kinds: Kinds, region: pd.Series) -> np.ndarray:
    """Draw types: each region's own, or one by one, or nearly each region's own."""
    types = [f"t{number}" for number in range(1, kinds.types + 1)]
    own = {code: rng.choice(types) for code in sorted(set(region))}
    stray = rng.choice([0.0, 0.08, 1.0], p=[0.4, 0.3, 0.3])
    return np.where(
        rng.random(len(region)) < stray, rng.choice(types, len(region)), region.map(own)
    )


@dataclass
class Draws:
    """Draws of answers for given respondents."""

    rng: np.random.Generator
    answers: pd.DataFrame

    def choose(self, options: int, *, sharp: float = 0.6) -> np.ndarray:
        """Draw an option for each respondent, by shares of the region."""
        out = np.empty(len(self.answers), dtype=object)
        for rows in self.answers.groupby("region").indices.values():
            out[rows] = self._of_region(len(rows), options, sharp)
        return self.blank(out)

    def _of_region(self, size: int, options: int, sharp: float) -> np.ndarray:
        names = [str(number) for number in range(1, options + 1)]
        drawn = self.rng.choice(names, size, p=self.rng.dirichlet([sharp] * options))
        luck = self.rng.random()
        if luck < 0.25:  # all alike, or all but one or two
            drawn[:] = self.rng.choice(names)
            for _ in range(int(self.rng.integers(0, 3))):
                drawn[self.rng.integers(size)] = self.rng.choice(names)
        return drawn

    def blank(self, cells: np.ndarray) -> np.ndarray:
        """Leave out some answers, in some studies none."""
        share = self.rng.choice([0.0, 0.03, 0.1])
        return np.where(self.rng.random(len(cells)) < share, NO_ANSWER, cells)

    def single(self) -> dict[str, np.ndarray]:
        return {"s": self.choose(3)}

    def scale(self) -> dict[str, np.ndarray]:
        return {"k": self.choose(4)}

    def multiple(self) -> dict[str, np.ndarray]:
        cells = {f"m_{item}": (self.choose(2) == "1").astype(int).astype(str) for item in "abc"}
        gone = self.blank(np.full(len(self.answers), "x", dtype=object)) == NO_ANSWER
        return {name: np.where(gone, NO_ANSWER, column) for name, column in cells.items()}

    def count(self) -> dict[str, np.ndarray]:
        drawn = self.choose(6)
        return {"c": np.where(drawn == NO_ANSWER, "", [str(int(x or 1) - 1) for x in drawn])}

    def amount(self) -> dict[str, np.ndarray]:
        sizes = np.exp(self.rng.normal(2.3, 1.0, len(self.answers))).round().clip(1, 300)
        giants = self.rng.random(len(sizes)) < 0.04
        sizes = np.where(giants, self.rng.integers(300, 600, len(sizes)), sizes).astype(int)
        return {"a": self.blank(sizes.astype(str).astype(object))}

    def ranking(self) -> dict[str, np.ndarray]:
        orders = ["123", "132", "213", "231", "312", "321"]
        drawn = self.choose(6, sharp=0.3)
        ranks = [orders[int(code) - 1] if code else "   " for code in drawn]
        return {
            f"r_{item}": np.array([one[place].strip() for one in ranks], dtype=object)
            for place, item in enumerate("xyz")
        }

    def filter(self) -> dict[str, np.ndarray]:
        opens = self.choose(2)
        follow = self.choose(3)
        return {"f": opens, "h": np.where(opens == "1", follow, NO_ANSWER)}

    def battery(self) -> dict[str, np.ndarray]:
        return {f"b_{item}": self.choose(3) for item in "uv"}


DRAW = {
    name: getattr(Draws, name)
    for name in ("single", "scale", "multiple", "count", "amount", "ranking", "filter", "battery")
}


# --- the files ------------------------------------------------------------------------------


def make_info(kinds: Kinds, regions: list[str]) -> Mapping:
    """Return what stands in ``study.yml``."""
    statistics: Mapping = {}
    if kinds.subgroup:
        statistics["subgroups"] = ["g"]
    if kinds.crossing:
        statistics["crossings"] = [["type", "g"]]
    info: Mapping = {
        "id": "outside",
        "edition": "e1",
        "languages": ["en"],
        "publication": {
            "title": "A study", "short_title": "Study", "authors": ["A. Author"],
            "date": "2026-11-02",
        },
        "institute": {"name": "Institute"},
        "contact": {"name": "Institute"},
        "population": "firms",
        "respondents": "managers",
        "files": {"survey": "survey.csv"},
        "regions": {
            "variable": "region",
            "nation": {"code": NATION, "name": "Nation", "in": "in the nation"},
            "list": [{"code": code, "name": f"Area {code}", "data": [code]} for code in regions],
        },
        "audiences": [{"code": "all", "name": "All", "topics": ["t"]}],
        "topics": [{"code": "t", "title": "Topic", "questions": topic_questions(kinds)}],
        "documents": ["report", "brief"],
        "statistics": statistics,
        "disclosure": dict(kinds.rules),
    }  # fmt: skip
    if kinds.types:
        codes = [f"t{number}" for number in range(1, kinds.types + 1)]
        info["region_types"] = {
            "variable": "type", "list": [{"code": code, "name": f"Type {code}"} for code in codes],
        }  # fmt: skip
    if kinds.weighted:
        info["design"] = {"weight": "weight"}
        info["disclosure"]["known_weights"] = kinds.known_weights
    return info


CODES = {
    "single": ["s"], "scale": ["k"], "multiple": ["m"], "count": ["c"], "amount": ["a"],
    "ranking": ["r"], "filter": ["f", "h"], "battery": ["b"],
}  # fmt: skip


def topic_questions(kinds: Kinds) -> list[str]:
    """Return the codes of the questions, in order."""
    codes = [code for name in kinds.questions for code in CODES[name]]
    return ["g", *codes] if kinds.subgroup else codes


def _options(number: int) -> list[Mapping]:
    return [
        {"code": str(place), "name": f"o{place}", "label": f"Option {place}"}
        for place in range(1, number + 1)
    ]


def _question(code: str, kind: str, **more: Any) -> Mapping:
    return {
        "code": code,
        "type": kind,
        "text": f"Question {code}?",
        "label": f"Topic {code}",
    } | more


def _items(names: str) -> list[Mapping]:
    return [{"name": name, "label": f"Item {name}"} for name in names]


QUESTIONS: dict[str, list[Mapping]] = {
    "single": [_question("s", "single", options=_options(3))],
    "scale": [
        _question(
            "k", "scale", options=_options(4),
            boxes=[{"name": "top", "label": "high", "options": ["o3", "o4"]}], headline="top",
        )
    ],
    "multiple": [_question("m", "multiple", items=_items("abc"))],
    "count": [
        _question(
            "c", "numeric", unit="things", minimum=0, maximum=9, headline="mean",
            classes=[
                {"name": "none", "label": "none", "high": 1},
                {"name": "few", "label": "few", "low": 1, "high": 4},
                {"name": "many", "label": "many", "low": 4},
            ],
        )
    ],
    "amount": [
        _question(
            "a", "numeric", unit="things", minimum=0, maximum=1000, headline="median",
            classes=[
                {"name": "small", "label": "small", "high": 10},
                {"name": "middle", "label": "middle", "low": 10, "high": 50},
                {"name": "large", "label": "large", "low": 50},
            ],
        )
    ],
    "ranking": [_question("r", "ranking", items=_items("xyz"))],
    "filter": [
        _question("f", "single", options=_options(2), headline="o1"),
        _question(
            "h", "scale", options=_options(3),
            asked_if={"variable": "f", "options": ["o1"], "label": "those who do"},
        ),
    ],
    "battery": [_question("b", "battery", items=_items("uv"), options=_options(3))],
}  # fmt: skip
SUBGROUP = _question("g", "single", options=_options(2))


def make_codebook(kinds: Kinds) -> Mapping:
    """Return what stands in ``codebook.yml``."""
    questions = [question for name in kinds.questions for question in QUESTIONS[name]]
    book: Mapping = {
        "id_column": "id",
        "units": {"things": {"one": "thing", "many": "things"}},
        "questions": copy.deepcopy([SUBGROUP, *questions] if kinds.subgroup else questions),
    }
    if "battery" in kinds.questions:
        book["indices"] = [{"code": "ix", "label": "Index", "items": ["b_u", "b_v"]}]
    return book
