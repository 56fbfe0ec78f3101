"""Time the survey's analysis: 16 regions, 5 types, 60 variables; at most 3 seconds.

    python bench/bench_survey.py [RESPONDENTS]

Prints one line for each stage and ends with status 1 where the analysis takes longer.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd
import yaml

from briefgen.config.settings import load_settings
from briefgen.evidence.load import load_study
from briefgen.evidence.survey import estimate_survey

LIMIT_SECONDS = 3.0
REGIONS, TYPES, SCALES, NUMBERS, CHOICES = 16, 5, 40, 8, 12
T = TypeVar("T")


def write_study(folder: Path, respondents: int) -> None:
    """Write a study of the size of the real one, with answers drawn at random."""
    data = folder / "data"
    data.mkdir()
    (data / "codebook.yml").write_text(yaml.safe_dump(codebook()), encoding="utf-8")
    (data / "study.yml").write_text(yaml.safe_dump(study()), encoding="utf-8")
    draw(respondents).to_csv(data / "survey.csv", index=False)


def codebook() -> dict[str, Any]:
    """Return 60 variables: a battery, numbers, multiple choices."""
    options = [{"code": str(n), "name": f"o{n}", "label": str(n)} for n in range(1, 6)]
    scale = {"options": options, "boxes": [{"name": "top", "label": "T", "options": ["o4", "o5"]}]}
    items = [{"name": f"i{n}", "label": str(n)} for n in range(SCALES)]
    questions: list[dict[str, Any]] = [
        {"code": "s", "type": "battery", "scale": "s", "text": "T", "label": "L", "items": items}
    ]
    questions += [
        {"code": f"n{n}", "type": "numeric", "text": "T", "label": "L"} for n in range(NUMBERS)
    ]
    questions += [
        {"code": f"m{n}", "type": "multiple", "text": "T", "label": "L",
         "items": [{"name": f"i{k}", "label": str(k)} for k in range(5)]}
        for n in range(CHOICES)
    ]  # fmt: skip
    return {"scales": {"s": scale}, "questions": questions}


def study() -> dict[str, Any]:
    """Return the configuration."""
    return {
        "id": "bench", "edition": "1", "languages": ["en"],
        "publication": {"title": "T", "short_title": "T", "authors": ["A"], "date": "2026-01-01"},
        "institute": {"name": "I"}, "contact": {"name": "C"},
        "population": "p", "respondents": "r", "files": {"survey": "survey.csv"},
        "regions": {
            "variable": "region", "nation": {"code": "N", "name": "N"},
            "singular": "r", "plural": "r",
            "list": [{"code": f"R{n}", "name": f"R{n}"} for n in range(REGIONS)],
        },
        "region_types": {
            "variable": "kind", "singular": "t", "plural": "t",
            "list": [{"code": f"t{n}", "name": f"t{n}"} for n in range(TYPES)],
        },
        "audiences": [], "topics": [], "design": {"weight": "weight"},
    }  # fmt: skip


def draw(respondents: int) -> pd.DataFrame:
    """Draw answers."""
    rng = np.random.default_rng(1)
    columns: dict[str, Any] = {
        "region": [f"R{n}" for n in rng.integers(0, REGIONS, respondents)],
        "kind": [f"t{n}" for n in rng.integers(0, TYPES, respondents)],
        "weight": rng.uniform(0.5, 2, respondents).round(3),
    }
    columns |= {f"s_i{n}": rng.integers(1, 6, respondents) for n in range(SCALES)}
    columns |= {f"n{n}": rng.integers(1, 200, respondents) for n in range(NUMBERS)}
    columns |= {
        f"m{n}_i{k}": rng.integers(0, 2, respondents) for n in range(CHOICES) for k in range(5)
    }
    return pd.DataFrame(columns)


def timed(name: str, work: Callable[[], T]) -> tuple[T, float]:
    """Do the work and print how long it took."""
    start = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - start
    print(f"{name:<28}{seconds:8.2f} s")
    return result, seconds


def main() -> int:
    """Time loading and analysis."""
    respondents = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_study(folder, respondents)
        settings = load_settings(folder)
        loaded, _ = timed("read and validate", lambda: load_study(settings))
        table, seconds = timed("estimate", lambda: estimate_survey(loaded))
    print(f"{len(settings.variables)} variables, {respondents} respondents, {len(table)} estimates")
    return int(seconds > LIMIT_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
