"""Do titles overstate? Studies are drawn from the invented population, whose truth is known.

For each seed all networks answer, which is the truth, and some of them are in the survey. What
titles of regional briefs tell about differences is set beside the difference among all networks.
Ends with ``titles N, told N points, true N points, wrong signs N %``.

Run ``python tests/selection/run.py [--studies 40] [--seed 1]``.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd
import yaml

from briefgen.config.settings import Settings, load_settings
from briefgen.content.language.context import Finding, SentenceContext
from briefgen.content.language.findings import choose_findings
from briefgen.disclosure.release import verdict_of
from briefgen.disclosure.selection import shrink_differences
from briefgen.evidence.load import load_study
from briefgen.evidence.survey import estimate_survey
from briefgen.model import Evidence, Released, Status

DATA = Path(__file__).parents[2] / "data"
SMALLEST_BASE = 10


@dataclass(frozen=True)
class Told:
    """A difference that a title tells: as told, as estimated, and as it is, in its direction."""

    told: float
    estimated: float
    true: float


def main() -> int:
    """Draw the studies and print what their titles tell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--studies", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    titles: list[Told] = []
    for seed in range(asked.seed, asked.seed + asked.studies):
        titles += list(tell_titles(seed))
        print(f"seed {seed}: {describe(titles)}", flush=True)
    print(describe(titles))
    return 0 if keeps_promise(titles) else 1


def describe(titles: list[Told]) -> str:
    """Return the figures in one line; a difference that has the other sign counts as wrong."""
    if not titles:
        return "titles 0, told 0.0 points, true 0.0 points, wrong signs 0.0 %"
    told, true = (
        100 * np.mean([getattr(one, name) for one in titles]) for name in ("told", "true")
    )
    estimated = 100 * np.mean([one.estimated for one in titles])
    wrong = 100 * np.mean([one.true < 0 for one in titles])
    return (
        f"titles {len(titles)}, told {told:.1f} points, true {true:.1f} points, "
        f"wrong signs {wrong:.1f} % (estimated {estimated:.1f})"
    )


def keeps_promise(titles: list[Told]) -> bool:
    """Whether titles tell a tenth more or less than is true at most, and hardly a wrong sign."""
    told, true = np.mean([one.told for one in titles]), np.mean([one.true for one in titles])
    return bool(abs(told - true) <= true / 10 and np.mean([one.true < 0 for one in titles]) <= 0.02)


def tell_titles(seed: int) -> Iterator[Told]:
    """Draw one study and yield the differences that its titles tell."""
    with tempfile.TemporaryDirectory() as place:
        truth = estimate(write_study(Path(place) / "all", seed, everybody=True))
        folder = write_study(Path(place) / "study", seed, everybody=False)
        found, settings = estimate(folder), load_settings(folder)
        released = release_openly(settings, found)
        context = SentenceContext.of(settings, released, settings.info.languages[0])
        true = truth.set_index("key")["value"]
        for region in settings.regions:
            for finding in first_findings(context, region):
                yield from _told(context, finding, true)


def first_findings(context: SentenceContext, region: str) -> Iterator[Finding]:
    """Yield what heads the region's brief, once for each reader."""
    for audience in context.settings.audiences.values():
        if audience.scope == "region":
            yield from choose_findings(context, region, audience.code, limit=1)


def _told(context: SentenceContext, finding: Finding, true: pd.Series) -> Iterator[Told]:
    shrunken = context.released.evidence.get(f"{finding.key}~shrunk")
    if finding.verdict not in ("higher", "lower") or shrunken is None:
        return
    if shrunken.unit == "points" and f"{finding.key}~rest" in true.index:
        sign = 1.0 if finding.verdict == "higher" else -1.0
        raw = context.released.evidence[f"{finding.key}~rest"]
        yield Told(
            sign * float(shrunken.value or 0.0),
            sign * float(raw.value or 0.0),
            sign * float(true[f"{finding.key}~rest"]),
        )


def estimate(folder: Path) -> pd.DataFrame:
    """Return the estimates of a study's survey."""
    return estimate_survey(load_study(load_settings(folder)))


def release_openly(settings: Settings, estimates: pd.DataFrame) -> Released:
    """Return all estimates with enough answers as evidence: what is studied here is selection."""
    level = 1 - settings.info.statistics.confidence
    made = [_as_evidence(row, level) for row in estimates.to_dict("records")]
    evidence = {item.key: item for item in made}
    shrunken = shrink_differences(settings, evidence)
    return Released(evidence={**evidence, **shrunken})


def _as_evidence(row: Mapping[Any, Any], level: float) -> Evidence:
    numbers = {
        name: None if pd.isna(row[name]) else float(row[name]) for name in ("value", "low", "high")
    }
    count = 0 if pd.isna(row["n"]) else int(row["n"])
    words = (
        "key",
        "source",
        "variable",
        "measure",
        "domain",
        "contrast",
        "statistic",
        "unit",
        "method",
    )
    item = Evidence(
        **{name: str(row[name]) for name in words},
        **numbers,
        n=count,
        status=Status.PUBLISHED,
        verdict=verdict_of(row, level),
    )
    if count >= SMALLEST_BASE and item.value is not None:
        return item
    return replace(
        item, value=None, low=None, high=None, n=None, status=Status.PRIMARY, verdict="unknown"
    )


def write_study(folder: Path, seed: int, *, everybody: bool) -> Path:
    """Write the demonstration study with answers of another seed: of all networks, or a survey."""
    shutil.copytree(DATA, folder / "data")
    generator = load_generator(seed)
    population = generator.Population()
    rows = _census(generator, population) if everybody else generator.make_survey(population, 1)
    if everybody:  # a census has no sampling error, and no stratum with more answers than units
        path = folder / "data" / "study.yml"
        info = yaml.safe_load(path.read_text("utf-8"))
        info["design"] = {"weight": "weight"}
        path.write_text(yaml.safe_dump(info, allow_unicode=True), "utf-8")
    with (folder / "data" / "survey.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    with (folder / "data" / "frame.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(generator.make_frame(population, 1))
    return folder


def _census(generator: ModuleType, population: Any) -> list[list[str]]:
    answers = generator.answer_all(population)
    generator.apply_filters(answers)
    columns = {
        "id": population.id,
        "land": population.land,
        "region_type": population.region_type,
        **{name: answers[name] for name in sorted(answers, key=generator.questionnaire_order)},
        "weight": ["1"] * len(population),
    }
    return [list(columns), *(list(row) for row in zip(*columns.values(), strict=True))]


def load_generator(seed: int) -> ModuleType:
    """Return the script that made the demonstration study, with another seed."""
    spec = importlib.util.spec_from_file_location("generate", DATA / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.SEED = seed
    return module


if __name__ == "__main__":
    sys.exit(main())
