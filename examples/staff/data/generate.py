"""Make the staff list and the answers of the example staff survey from a fixed seed.

Everything is invented: there is no firm Lanterne. Run ``python generate.py`` beside this file.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np

SEED: Final = 20260501
DEPARTMENTS: Final = {"1": 340, "2": 150, "3": 110, "4": 130}
"""Staff on the list, by department."""
ANSWERS: Final = {"1": 0.52, "2": 0.58, "3": 0.81, "4": 0.76}
"""Chance that somebody on the list answers."""
WORKSHOP, WAREHOUSE, DESIGN, OFFICE = DEPARTMENTS


def draw(rng: np.random.Generator) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return the staff list, and one row of cells for each who answered."""
    listed = [
        {"id": f"{department}{number:03d}", "department": department}
        for department, many in DEPARTMENTS.items()
        for number in range(1, many + 1)
    ]
    answered = [one for one in listed if rng.random() < ANSWERS[one["department"]]]
    return listed, [{**one, **_answers(rng, one["department"])} for one in answered]


def _answers(rng: np.random.Generator, department: str) -> dict[str, str]:
    in_shifts = department in (WORKSHOP, WAREHOUSE)
    load = rng.normal(0.5 if in_shifts else -0.2, 1.0)
    return {
        "years": str(rng.choice([1, 2, 3], p=[0.3, 0.4, 0.3])),
        "pace": str(int(np.clip(round(3.1 + 0.8 * load), 1, 5))),
        "overtime": _overtime(rng, load),
        **_leader(rng, department, load),
        "stay": str(rng.choice([1, 2, 3], p=[0.62, 0.14, 0.24])),
        **_hindrances(rng, in_shifts=in_shifts),
        **_ranks(rng, in_shifts=in_shifts),
    }


def _overtime(rng: np.random.Generator, load: float) -> str:
    if rng.random() < 0.25:
        return "0"
    return f"{np.clip(rng.gamma(2.0, 3.5 * np.exp(0.25 * load)), 0, 80):.1f}"


def _leader(rng: np.random.Generator, department: str, load: float) -> dict[str, str]:
    levels = {
        "listens": 3.7 + 0.4 * (department == DESIGN),
        "plans": 2.9 - 0.4 * load,
        "informs": 2.7 - 0.5 * (department == WAREHOUSE),
        "praises": 3.2,
    }
    return {f"lead_{name}": _agreement(rng, level) for name, level in levels.items()}


def _agreement(rng: np.random.Generator, level: float) -> str:
    if rng.random() < 0.02:
        return "9"
    return str(int(np.clip(round(rng.normal(level, 1.0)), 1, 5)))


def _hindrances(rng: np.random.Generator, *, in_shifts: bool) -> dict[str, str]:
    chances = {"children": 0.38, "bus": 0.3, "sleep": 0.33, "notice": 0.58 if in_shifts else 0.34}
    return {f"hinders_{name}": str(int(rng.random() < one)) for name, one in chances.items()}


def _ranks(rng: np.random.Generator, *, in_shifts: bool) -> dict[str, str]:
    names = ["notice", "swap", "pay", "bus"]
    order = np.argsort(-(np.array([1.0 + 0.4 * in_shifts, 0.7, 0.6, 0.3]) + rng.gumbel(0, 0.8, 4)))
    ranks = {names[item]: place for place, item in enumerate(order, start=1)}
    return {f"wish_{name}": str(ranks[name]) if ranks[name] < 3 else "" for name in names}


def main() -> None:
    """Write ``staff.csv`` and ``survey.csv`` beside this file."""
    listed, answered = draw(np.random.default_rng(SEED))
    for name, rows in (("staff.csv", listed), ("survey.csv", answered)):
        with (Path(__file__).parent / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
