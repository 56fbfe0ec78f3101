"""Random small studies with numbers, rankings, indices and filters, and an attacker of their own.

`draw` makes a study, `attack` finds what its release discloses; ``told_rules`` takes the rules out.

The attacker shares nothing with the release: unknown is how many respondents of a region gave each
answer, or each whole ranking, or each pair of answers. What is published is read as anybody can,
and `scipy.optimize.milp` finds the range of every count that the rules hide for its own sake.
Every answer is drawn; nobody gave it.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from random_studies import _options
from scipy import sparse, stats
from scipy.optimize import Bounds, LinearConstraint, milp

from briefgen.config.settings import Codebook, DisclosureRules, Settings, StudyInfo
from briefgen.evidence.study import Study
from briefgen.model import Evidence

ITEMS = ("x", "y", "w")
BEST = ("x", "y", "w", "v")
NUMBERS = tuple(float(n) for n in range(8))
CLASSES = ((None, 1), (1, 3), (3, None))
SEVERAL = ("i", "j")
Answer = Any
Known = tuple[np.ndarray, float, float]


# --- studies --------------------------------------------------------------------------------------


def draw(seed: int, folder: Path = Path(), maximum: int = 7) -> Study:
    """Return a study of two to four regions in which many answer alike."""
    rng = np.random.default_rng([seed, 21])
    settings = Settings(folder=folder, info=_info(rng), codebook=_codebook(maximum))
    count, regions = int(rng.integers(24, 70)), len(settings.regions)
    survey = pd.DataFrame({"_region": [f"R{i}" for i in rng.integers(0, regions, count)]})
    survey["_weight"] = 1.0
    agree = {code: rng.choice([0.5, 0.8, 0.95, 1.0], regions) for code in "zyrpabom"}
    place = survey["_region"].str[1:].astype(int).to_numpy()

    def pick(code: str, answers: list[Answer]) -> list[Answer]:
        """Draw answers of which one is the usual one of a region."""
        usual = [answers[rng.integers(len(answers))] for _ in range(regions)]
        alike = rng.random(count) < agree[code][place]
        return [
            usual[p] if same else answers[rng.integers(len(answers))]
            for p, same in zip(place, alike, strict=True)
        ]

    for code in ("z", "y"):
        survey[code] = np.array(pick(code, list(NUMBERS)), dtype=float)
        survey[f"{code}!"] = ""
    for code, items, length in (("r", ITEMS, 3), ("p", BEST, 2)):
        ranked = pick(code, list(itertools.permutations(items, length)))
        for item in items:
            ranks = [one.index(item) + 1.0 if item in one else np.nan for one in ranked]
            survey[f"{code}.{item}"] = ranks
        survey[f"{code}!"] = ""
    for code in ("a", "b", "o"):
        given = pd.Series(pick(code, ["o0", "o1"]), dtype=object)
        left_out = rng.random(count) < (0.0 if code == "o" else rng.choice([0.0, 0.05]))
        survey[code] = given.where(~left_out, None)
        survey[f"{code}!"] = np.where(left_out, "no_answer", "")
    asked = survey["o"].eq("o0")
    filtered = pd.Series(rng.choice(["o0", "o1"], count), dtype=object)
    filtered = filtered.where(rng.random(count) > 0.1, None)
    survey["f"] = filtered.where(asked, None)
    survey["f!"] = np.where(asked, np.where(filtered.isna(), "no_answer", ""), "not_asked")
    chosen = pick("m", [(True, True), (True, False), (False, True), (False, False)])
    for place, item in enumerate(SEVERAL):
        survey[f"m.{item}"] = pd.Series([one[place] for one in chosen], dtype="boolean")
    survey["m!"] = ""
    some = np.array([any(one) for one in chosen])
    survey["g"] = pd.Series(rng.choice(["o0", "o1"], count), dtype=object).where(some, None)
    survey["g!"] = np.where(some, "", "not_asked")
    survey.index = pd.Index([f"p{i}" for i in range(count)], name="respondent")
    return Study(settings=settings, survey=survey)


def _info(rng: np.random.Generator) -> StudyInfo:
    regions = [{"code": f"R{i}", "name": f"Region {i}"} for i in range(int(rng.integers(2, 5)))]
    return StudyInfo.model_validate(
        {
            "id": "told", "edition": "2026", "languages": ["en"],
            "publication": {
                "title": "T", "short_title": "T", "authors": ["A"], "date": "2026-01-01",
            },
            "institute": {"name": "I"}, "contact": {"name": "I"},
            "population": "people", "respondents": "people", "files": {"survey": "survey.csv"},
            "regions": {
                "variable": "region", "nation": {"code": "N", "name": "Nation"},
                "singular": "region", "plural": "regions", "list": regions,
            },
            "audiences": [{"code": "all", "name": "All"}],
            "topics": [{"code": "all", "title": "All", "questions": ["a"]}],
            "disclosure": {"min_base": int(rng.integers(4, 11)), "min_numeric": 5},
        }
    )  # fmt: skip


def shape(folder: Path = Path(), sizes: tuple[int, ...] = (12, 24, 24), **columns: Any) -> Study:
    """Return a study whose regions have given sizes, with answers as given.

    Parameters
    ----------
    columns
        Of a variable, ``VARIABLE_in_ITEM`` of an item: an array for all, or what all of the first
        region answer. ``maximum`` is the largest possible number.
    """
    study = draw(1, folder, columns.pop("maximum", 7))
    survey = pd.concat([study.survey] * 2, ignore_index=True).iloc[: sum(sizes)]
    survey.index = pd.Index([f"p{i}" for i in range(sum(sizes))], name="respondent")
    survey["_region"] = np.repeat([f"R{i}" for i in range(len(sizes))], sizes)
    for name, value in columns.items():
        if isinstance(value, np.ndarray):
            survey[name] = value
            continue
        survey.loc[survey["_region"].eq("R0"), name.replace("_in_", ".")] = value
    return dataclasses.replace(study, survey=survey)


def _codebook(maximum: int) -> Codebook:
    def named(names: tuple[str, ...]) -> list[dict[str, str]]:
        return [{"name": name, "label": name} for name in names]

    def scale(code: str) -> dict[str, Any]:
        ordered = {"type": "scale", "ordered": True, "options": _options(2)}
        return {"code": code, "text": code, "label": code, **ordered}

    classes = [
        {"name": f"c{i}", "label": "C", "low": low, "high": high}
        for i, (low, high) in enumerate(CLASSES)
    ]
    number = {"type": "numeric", "minimum": 0, "maximum": maximum, "unit": "things", "text": "Z"}
    return Codebook.model_validate(
        {
            "units": {"things": {"one": "thing", "many": "things"}},
            "questions": [
                {"code": "z", "label": "Z", "classes": classes, **number},
                {"code": "y", "label": "Y", **number},
                {"code": "r", "type": "ranking", "text": "R", "label": "R", "items": named(ITEMS)},
                {"code": "p", "type": "ranking", "text": "P", "label": "P", "items": named(BEST)},
                scale("a"), scale("b"),
                {**scale("o"), "type": "single", "ordered": False},
                {
                    **scale("f"), "type": "single", "ordered": False,
                    "asked_if": {"variable": "o", "options": ["o0"]},
                },
                {
                    "code": "m", "type": "multiple", "text": "M", "label": "M",
                    "items": named(SEVERAL),
                },
                {
                    **scale("g"), "type": "single", "ordered": False,
                    "asked_if": {"variable": "m", "options": list(SEVERAL)},
                },
            ],
            "indices": [{"code": "ab", "label": "AB", "items": ["a", "b"]}],
        }
    )  # fmt: skip


# --- the attacker ---------------------------------------------------------------------------------


@dataclass
class Family:
    """Questions that belong together: the answers that one respondent can give to all of them."""

    codes: tuple[str, ...]
    answers: list[Answer]
    read: Callable[[pd.Series], Answer]


def families() -> list[Family]:
    """Return the families of the codebook."""

    def ranking(code: str, items: tuple[str, ...], length: int) -> Family:
        def read(row: pd.Series) -> Answer:
            given = {item: row[f"{code}.{item}"] for item in items}
            return tuple(sorted((i for i in items if given[i] == given[i]), key=given.__getitem__))

        return Family((code,), list(itertools.permutations(items, length)), read)

    pairs = list(itertools.product(["o0", "o1", None], repeat=2))
    several = [(False, False, None)]
    for i, j in ((True, True), (True, False), (False, True)):
        several += [(i, j, "o0"), (i, j, "o1"), (i, j, None)]
    opened = [("o1", None), ("o0", None), ("o0", "o0"), ("o0", "o1")]
    return [
        Family(("z",), list(NUMBERS), lambda row: row["z"]),
        Family(("y",), list(NUMBERS), lambda row: row["y"]),
        ranking("r", ITEMS, 3),
        ranking("p", BEST, 2),
        Family(("a", "b", "ab"), pairs, lambda row: (row["a"], row["b"])),
        Family(("o", "f"), opened, lambda row: (row["o"], row["f"])),
        Family(("m", "g"), several, lambda row: (row["m.i"], row["m.j"], row["g"])),
    ]


def score(code: str, measure: str, answer: Answer) -> float | None:  # noqa: PLR0911 - a case each
    """Return what an answer adds to a statistic; ``None`` where it is outside of the base."""
    if measure == "missing" and code not in ("a", "b", "f", "g"):
        return 0.0  # nobody leaves another question out
    if code in ("z", "y"):
        if measure.startswith("c"):
            low, high = CLASSES[int(measure[1:])]
            return float((low is None or answer >= low) and (high is None or answer < high))
        return float(answer)
    if code in ("r", "p"):
        item = measure.removesuffix("_mean")
        if measure == item:
            return float(answer[0] == item)
        return answer.index(item) + 1.0 if item in answer else None
    if code == "ab":
        present = [1.0 + (one == "o1") for one in answer if one is not None]
        return sum(present) / len(present) if present else None
    if code == "m":
        return 1.0 if measure == "answers" else float(answer[SEVERAL.index(measure)])
    given = answer[0] if code in ("a", "o") else answer[-1]
    if measure == "missing":
        asked = answer[0] == "o0" if code == "f" else code != "g" or any(answer[:2])
        return float(given is None) if asked else None
    if given is None:
        return None
    return 1.0 + (given == "o1") if measure == "mean" else float(given == measure)


@dataclass
class Puzzle:
    """How many respondents of each region gave each answer, as far as can be told."""

    study: Study
    family: Family
    known: list[Known] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        sizes = self.study.survey["_region"].value_counts()
        self.regions = sorted(sizes.index)
        self.columns = list(itertools.product(self.regions, self.family.answers))
        for region in self.regions:
            self.know(self.row(lambda _: 1.0, region), sizes[region], sizes[region])

    def row(self, scored: Callable[[Answer], float | None], domain: str) -> np.ndarray:
        return np.array([(scored(a) or 0.0) * (domain in (r, "N")) for r, a in self.columns])

    def know(self, row: np.ndarray, low: float, high: float, key: str = "") -> None:
        self.known.append((row, low - 1e-9, high + 1e-9))
        self.keys.append(key)

    def truth(self) -> np.ndarray:
        found = dict.fromkeys(self.columns, 0)
        for _, row in self.study.survey.iterrows():
            found[row["_region"], self.family.read(row)] += 1
        return np.array([found[column] for column in self.columns], dtype=float)

    def read(self, item: Evidence) -> None:
        """Take in what is printed."""
        code, measure, domain = item.variable, item.measure, item.domain
        if item.band is not None and item.n is not None:
            self.read_band(item, item.n)
        if measure == "alpha" or item.n is None or item.value is None:
            return
        if measure == "answers":
            base = self.row(lambda a: float(score(code, measure, a) is not None), domain)
            if code in ("r", "p"):
                base = self.row(lambda _: 1.0, domain)
            self.know(base, item.n, item.n, item.key)
            return
        scored = self.row(lambda a: score(code, measure, a), domain)
        base = self.row(lambda a: float(score(code, measure, a) is not None), domain)
        self.know(base, item.n, item.n, item.key)
        if item.statistic in ("median", "quantile"):
            self.read_quantile(item)
            return
        step = {"share": 0.01, "total": 10.0 ** (math.floor(math.log10(item.value or 1)) - 2)}
        half = max(step.get(item.statistic, 0.1), 0.01 if item.statistic == "share" else 0.1) / 2
        times = 1.0 if item.statistic == "total" else item.n
        self.know(scored, times * (item.value - half), times * (item.value + half), item.key)
        if item.statistic == "mean" and item.low is not None and item.high is not None:
            self.read_interval(item, half)

    def read_band(self, item: Evidence, base: int) -> None:
        """Take in a band."""
        scored = self.row(lambda a: score(item.variable, item.measure, a), item.domain)
        low, high = (None if end is None else base * end for end in item.band or (None, None))
        self.know(scored, low or 0.0, np.inf if high is None else high, item.key)

    def read_interval(self, item: Evidence, half: float) -> None:
        """Take in the width of Student's interval: the sum of squares around the mean."""
        width, n = (item.high - item.low) / 2, item.n
        every = len(self.study.survey)
        factor = n**2 * (every - 1) / every / float(stats.t.ppf(0.975, n - 1)) ** 2

        def square(answer: Answer) -> float:
            own = score(item.variable, item.measure, answer)
            return 0.0 if own is None else (own - item.value) ** 2

        row = self.row(square, item.domain)
        least, most = max(0.0, width - half), width + half
        self.know(row, factor * least**2, factor * most**2 + n * half**2, item.key)

    def read_quantile(self, item: Evidence) -> None:
        """Take in between which answers a quantile is; its limits are further order statistics."""
        share = {"p25": 0.25, "median": 0.5, "p75": 0.75}[item.measure]
        hits, n = share * item.n, item.n
        places = {
            "value": share,
            "low": stats.beta.ppf(0.025, hits, n - hits + 1),
            "high": stats.beta.ppf(0.975, hits + 1, n - hits),
        }
        for name, part in places.items():
            printed = getattr(item, name)
            if printed is None:
                continue
            place = math.ceil(part * n - 1e-9)
            half = _widest_step(printed) / 2
            below = self.row(lambda a, e=printed - half: float(a < e - 1e-9), item.domain)
            upto = self.row(lambda a, e=printed + half: float(a <= e + 1e-9), item.domain)
            if name == "value":
                self.know(below, 0, place - (0 if part * n == place else 1), item.key)
                self.know(upto, place, n, item.key)
            elif name == "low":  # where answers are alike the limits are no nearer
                self.know(upto, min(place, 1), n, item.key)
            else:
                self.know(below, 0, n - 1, item.key)

    def range(self, row: np.ndarray) -> tuple[int, int] | None:
        rows, low, high = zip(*self.known, strict=True)
        constraint = LinearConstraint(sparse.csr_array(np.array(rows)), low, high)
        found = []
        for sign in (1, -1):
            solved = milp(
                sign * row, constraints=constraint, integrality=np.ones(len(row)),
                bounds=Bounds(0, np.inf), options={"mip_rel_gap": 0.0},
            )  # fmt: skip
            if solved.x is None:
                return None
            found.append(round(sign * solved.fun))
        return found[0], found[1]


def _widest_step(printed: float) -> float:
    steps = [f * 10.0**e for e in range(-2, 2) for f in (1, 2, 5)]
    return max(s for s in steps if abs(printed / s - round(printed / s)) < 1e-9)


def secrets(study: Study, family: Family) -> Iterator[tuple[str, str, Callable[[Answer], bool]]]:
    """Name counts that the rules hide: classes, ranks, items, and (nearly) all numbers alike."""
    code = family.codes[0]
    for domain in ["N", *study.settings.regions]:
        if code == "z":
            for i in range(len(CLASSES)):
                yield domain, f"c{i}", lambda a, m=f"c{i}": score("z", m, a) == 1
        if code in ("r", "p"):
            items = ITEMS if code == "r" else BEST
            ranks = range(1, 4 if code == "r" else 3)
            for item, rank in itertools.product(items, ranks):
                chosen = lambda a, i=item, k=rank: a.index(i) + 1 == k if i in a else False  # noqa: E731
                yield domain, f"{item} ranked {rank}", chosen
        if code == "m":
            for place, item in enumerate(SEVERAL):
                yield domain, f"m.{item}", lambda a, p=place: a[p]
        places = {"a": (("a", 0), ("b", 1)), "o": (("o", 0), ("f", 1)), "m": (("g", 2),)}
        for one, place in places.get(code, ()):
            for option in ("o0", "o1"):
                yield domain, f"{one}.{option}", lambda a, p=place, o=option: a[p] == o


def is_sensitive(study: Study, count: int, base: int) -> bool:
    rules = study.settings.info.disclosure
    least = min(count, base - count)
    return (
        base < rules.min_base
        or 0 < least < rules.min_cell
        or (least == 0 and base < rules.small_base)
    )


def attack(study: Study, evidence: dict[str, Evidence]) -> list[str]:
    """Return what is disclosed of the counts that the rules hide."""
    found = []
    for family in families():
        puzzle = Puzzle(study, family)
        for item in evidence.values():
            is_told = item.is_published or item.band is not None
            if item.variable in family.codes and is_told and not item.contrast:
                puzzle.read(item)
        truth = puzzle.truth()
        for (row, low, high), key in zip(puzzle.known, puzzle.keys, strict=True):
            assert low <= row @ truth <= high, f"the attacker read {key} wrong"
        for domain, name, chosen in secrets(study, family):
            row = puzzle.row(lambda a, c=chosen: float(c(a)), domain)
            base = puzzle.row(lambda a, n=name: _in_base(n, a), domain)
            size = int(puzzle.row(lambda _: 1.0, domain) @ truth)
            count, answered = int(row @ truth), int(base @ truth)
            if not answered or not is_sensitive(study, count, answered):
                continue
            reached = puzzle.range(row)
            need = min(study.settings.info.disclosure.protection, size)
            if reached is None or reached[1] - reached[0] < need:
                found.append(f"{family.codes[0]} {name}@{domain}: {count} of {answered}: {reached}")
        found += _find_alike(study, puzzle, truth)
    return [*found, *find_single(study, evidence)]


def _in_base(name: str, answer: Answer) -> float:
    places = {"a.": 0, "b.": 1, "f.": 1, "g.": 2}
    place = places.get(name[:2])
    return 1.0 if place is None else float(answer[place] is not None)


def _find_alike(study: Study, puzzle: Puzzle, truth: np.ndarray) -> Iterator[str]:
    """Find regions of which it can be told that (nearly) all gave the same number."""
    if puzzle.family.codes[0] not in ("z", "y"):
        return
    for domain, number in itertools.product(["N", *puzzle.regions], NUMBERS):
        row = puzzle.row(lambda a, n=number: float(a == n), domain)
        size = int(puzzle.row(lambda _: 1.0, domain) @ truth)
        count = int(row @ truth)
        if not 2 * count > size or not is_sensitive(study, count, size):
            continue
        reached = puzzle.range(row)
        if reached is None or reached[1] - reached[0] < min(3, size):
            yield f"{puzzle.family.codes[0]}={number}@{domain}: {count} of {size}: {reached}"


def find_single(study: Study, evidence: dict[str, Evidence]) -> Iterator[str]:
    """Find printed numbers that are, or tell somebody nearly exactly, the answer of another."""
    rules = study.settings.info.disclosure
    for item in evidence.values():
        if item.variable not in ("z", "y") or not item.is_published or item.contrast:
            continue
        inside = study.survey["_region"].eq(item.domain) | (item.domain == "N")
        values = np.sort(study.survey.loc[inside, item.variable].to_numpy(dtype=float))
        if item.statistic in ("median", "quantile"):
            for name in ("low", "high"):
                printed = getattr(item, name)
                near = 0 if printed is None else _count_near(values, printed)
                if printed is not None and near < rules.min_cell:
                    yield f"{item.key}: {name} stands for {near}"
        elif item.statistic == "mean" and item.value is not None and item.low is not None:
            question = study.settings.variables[item.variable].question
            yield from _find_estimated(rules, item, values, (question.minimum, question.maximum))


def _count_near(values: np.ndarray, printed: float) -> int:
    return int((np.abs(values - printed) <= _widest_step(printed) / 2 + 1e-9).sum())


def _find_estimated(
    rules: DisclosureRules, item: Evidence, values: np.ndarray, ends: tuple[float, float]
) -> Iterator[str]:
    """Find what the second largest, or furthest, can reckon of the largest (p% rule)."""
    known = {"sum": (values, len(values) * (item.value + 0.05))}
    width, n = (item.high - item.low) / 2 + 0.05, len(values)
    squares = (n * width / float(stats.t.ppf(0.975, n - 1))) ** 2
    known["spread"] = (np.sort((values - values.mean()) ** 2), squares)
    for limit in ends:
        distances = np.sort(np.abs(values - limit))
        known[f"distance from {limit}"] = distances, n * (abs(item.value - limit) + 0.05)
    for name, (parts, most) in known.items():
        largest, closeness = parts[-1], rules.closeness
        closeness = (1 + closeness) ** 2 - 1 if name == "spread" else closeness
        if largest and most - parts[-2] - largest < closeness * largest:
            yield f"{item.key}: the {name} tells the largest"
