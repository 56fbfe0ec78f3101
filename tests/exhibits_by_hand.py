"""Released evidence for whole studies, drawn by chance with a fixed seed, for charts and tables."""

from __future__ import annotations

import math
import random
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from briefgen.config.settings import Settings, Variable
from briefgen.config.wording import read_codes, read_statements
from briefgen.content.exhibits.canvas import measure_text
from briefgen.model import CaseStudy, Evidence, Released, Status, Text
from evidence_by_hand import make_evidence

REPOSITORY = Path(__file__).resolve().parents[1]
HIDDEN_REGION = "DE5"
"""A region with too few answers for anything."""


def draw_released(settings: Settings, seed: int = 7) -> Released:
    """Draw values for all variables in all domains, for the panel and for cases."""
    rng = random.Random(seed)  # noqa: S311 - no secret is made
    evidence = [
        *_survey(settings, rng),
        *_response(settings, rng),
        *_panel(settings, rng),
        *_cases(settings, rng),
    ]
    return Released(evidence={item.key: item for item in evidence}, cases=_portraits(settings, rng))


def _survey(settings: Settings, rng: random.Random) -> Iterator[Evidence]:
    for variable in settings.variables.values():
        if variable.type == "open":
            continue
        for domain in settings.domains:
            yield from _variable(variable, domain, settings, rng)


def _variable(
    variable: Variable, domain: str, settings: Settings, rng: random.Random
) -> Iterator[Evidence]:
    n = 212 if domain == settings.nation else rng.randint(12, 44)
    hidden = domain == HIDDEN_REGION

    def make(measure: str, value: float, unit: str = "share", statistic: str = "share") -> Evidence:
        key = f"survey:{variable.code}.{measure}@{domain}"
        spread = 1.96 * math.sqrt(max(value * (1 - value), 0.01) / n) if unit == "share" else 0.0
        half = spread or value / 9
        if hidden:
            return make_evidence(key, None, unit=unit, statistic=statistic)
        most = 1.0 if unit == "share" else math.inf
        return make_evidence(
            key, value, unit=unit, statistic=statistic, n=n,
            low=max(0.0, value - half), high=min(most, value + half),
        )  # fmt: skip

    shares = _shares(variable, rng)
    for name, share in shares.items():
        yield make(name, share)
    for box in variable.boxes:
        yield make(box.name, round(sum(shares[name] for name in box.options), 2))
    if variable.type == "numeric":
        yield make("mean", round(rng.uniform(20, 60), 1), variable.question.unit, "mean")
        yield make("median", round(rng.uniform(20, 60)), variable.question.unit, "median")
    if domain != settings.nation:
        yield from _contrasts(variable, domain, rng, hidden=hidden)


def _contrasts(
    variable: Variable, domain: str, rng: random.Random, *, hidden: bool
) -> Iterator[Evidence]:
    names = [option.name for option in (*variable.answers, *variable.boxes)]
    names += [item.name for item in (*variable.question.items, *variable.question.classes)]
    for name in names:
        key = f"survey:{variable.code}.{name}@{domain}~rest"
        verdict = rng.choice(["higher", "lower", "same", "unknown", "same"])
        yield make_evidence(key, None if hidden else 0.08, verdict=verdict)


def _shares(variable: Variable, rng: random.Random) -> dict[str, float]:
    if variable.type == "multiple":
        return {item.name: round(rng.uniform(0.03, 0.9), 2) for item in variable.question.items}
    names = [option.name for option in variable.answers]
    if variable.type in ("numeric", "ranking"):
        parts = variable.question.classes or variable.question.items
        names = [part.name for part in parts]
    weights = [rng.uniform(0.15, 1.0) for _ in names]
    shares = [round(weight / sum(weights), 2) for weight in weights]
    if shares:
        shares[-1] = round(1 - sum(shares[:-1]), 2)
    return dict(zip(names, shares, strict=True))


def _response(settings: Settings, rng: random.Random) -> Iterator[Evidence]:
    for domain in settings.domains:
        kind = settings.domains[domain].kind
        if kind == "group":
            continue
        invited = 480 if kind == "nation" else rng.randint(12, 60)
        answers = 212 if kind == "nation" else rng.randint(8, invited)
        for name, value, unit in (
            ("invited", invited, "count"), ("answers", answers, "count"),
            ("rate", round(answers / invited, 2), "share"),
        ):  # fmt: skip
            hidden = domain == HIDDEN_REGION
            yield make_evidence(
                f"response:{name}@{domain}", None if hidden else float(value),
                unit=unit, statistic="rate" if unit == "share" else "count",
                low=None, high=None, n=invited,
            )  # fmt: skip


def _panel(settings: Settings, rng: random.Random) -> Iterator[Evidence]:
    statements, _ = read_statements(settings)
    for code in statements:
        for dimension in settings.info.panel.dimensions:
            median = rng.choice([2, 3, 4.5, 5, 6, 6.5, 7, 7, 8, 8, 8.5, 9])
            low, high = (
                max(1, median - rng.choice([0.5, 1, 2])),
                min(9, median + rng.choice([0.5, 1])),
            )
            before = min(9, max(1, median + rng.choice([-1, -0.5, 0, 0.5])))
            consensus = "agreement" if median >= 7 and high - low <= 2 else "none"
            if median <= 3:
                consensus = "disagreement"
            values = {
                "median": median, "q1": low, "q3": high, "iqr": high - low, "n": 17.0,
                "round1_median": before, "round1_iqr": 2.5, "round1_q1": max(1, before - 1),
                "round1_q3": min(9, before + 1.5), "change": median - before,
            }  # fmt: skip
            for name, value in values.items():
                unit = "experts" if name == "n" else "rating"
                yield make_evidence(
                    f"panel:{code}.{dimension}_{name}", float(value), unit=unit,
                    statistic="count" if name == "n" else "median", low=None, high=None, n=17,
                )  # fmt: skip
            yield make_evidence(
                f"panel:{code}.{dimension}_share", median / 10, statistic="share",
                low=None, high=None, n=17,
            )  # fmt: skip
            yield make_evidence(
                f"panel:{code}.{dimension}_consensus", None, text=consensus, statistic="label",
                unit="", status=Status.PUBLISHED, reason="", n=17,
            )  # fmt: skip
    yield make_evidence(
        "panel:experts", 18.0, unit="experts", statistic="count", low=None, high=None
    )


def _cases(settings: Settings, rng: random.Random) -> Iterator[Evidence]:
    codes, _ = read_codes(settings)
    nation = settings.nation
    for factor in codes:
        success, challenge = rng.randint(0, 9), rng.randint(0, 5)
        for name, value in {
            "cases": max(success, challenge), "interviews": success + challenge,
            "success": success, "challenge": challenge,
        }.items():  # fmt: skip
            yield make_evidence(
                f"case:factor.{factor.code}.{name}@{nation}", float(value), unit="cases",
                statistic="count", low=None, high=None, n=9,
            )  # fmt: skip
    yield make_evidence(
        f"case:cases@{nation}", 9.0, unit="cases", statistic="count", low=None, high=None
    )


def _portraits(settings: Settings, rng: random.Random) -> tuple[CaseStudy, ...]:
    codes, _ = read_codes(settings)
    leaves = [factor.code for factor in codes.leaves]
    regions = list(settings.regions)
    return tuple(
        CaseStudy(
            code=f"c{number:02d}",
            name=Text({"de": f"Netzwerk Nummer {number}", "en": f"Network number {number}"}),
            region=regions[number % len(regions)],
            region_type="",
            attributes={"size": Text({"de": "40 Mitglieder", "en": "40 members"})},
            portrait=Text({"": "–"}),
            lesson=Text({"de": "Erst fragen, dann einladen.", "en": "Ask first, then invite."}),
            factors=tuple(sorted(rng.sample(leaves, min(7, len(leaves))))),
            interviews=3,
        )
        for number in range(1, 10)
    )


@dataclass(frozen=True)
class Box:
    """Where a text stands on a picture, in points."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Box) -> bool:
        """Whether two texts are printed over each other by more than a hair."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return across > 0.3 and down > 0.3


def text_boxes(svg: str) -> list[Box]:
    """Measure all texts of a picture from its SVG alone."""
    root = ET.fromstring(svg)  # noqa: S314 - our own picture
    family = root.attrib["font-family"].split("'")[1]
    return [_box(item, family) for item in root.iter() if item.tag.endswith("text")]


def _box(item: ET.Element, family: str) -> Box:
    size = float(item.attrib["font-size"])
    weight = int(item.attrib.get("font-weight", "400"))
    width = measure_text(item.text or "", family, size, weight)
    shift = {"middle": 0.5, "end": 1.0}.get(item.attrib.get("text-anchor", ""), 0.0)
    left, base = float(item.attrib["x"]) - shift * width, float(item.attrib["y"])
    return Box(item.text or "", left, base - 0.68 * size, left + width, base + 0.2 * size)


def picture_size(svg: str) -> tuple[float, float]:
    """Return width and height in points."""
    _, _, width, height = ET.fromstring(svg).attrib["viewBox"].split()  # noqa: S314 - our own
    return float(width), float(height)
