"""Make the answers of the example poll from a fixed seed. Everything in them is invented.

Run ``python generate.py`` beside this file.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np

SEED: Final = 20260831
RESIDENTS: Final = 1040
DISTRICTS: Final = {"1": 0.31, "2": 0.24, "3": 0.27, "4": 0.18}
HILLSIDE, PORT, NORTHBANK = "3", "4", "1"


def draw(rng: np.random.Generator, count: int) -> list[dict[str, str]]:
    """Return one row of cells for each resident."""
    return [_resident(rng, number) for number in range(1, count + 1)]


def _resident(rng: np.random.Generator, number: int) -> dict[str, str]:
    district = str(rng.choice(list(DISTRICTS), p=list(DISTRICTS.values())))
    age = int(rng.choice([1, 2, 3], p=[0.24, 0.42, 0.34]))
    mode = _mode(rng, district, age)
    use = _bus_use(rng, district, mode)
    return {
        "id": f"r{number:04d}",
        "district": district,
        "weight": f"{rng.choice([0.7, 1.0, 1.3]) * {1: 1.25, 2: 1.0, 3: 0.85}[age]:.3f}",
        "age": str(age),
        "mode": str(mode),
        "minutes": _minutes(rng, district, mode),
        "bus_use": str(use),
        **_ratings(rng, district, use),
        **_obstacles(rng, district, age),
        **_ranks(rng, district),
    }


def _mode(rng: np.random.Generator, district: str, age: int) -> int:
    chances = np.array([0.48, 0.19, 0.16, 0.17])
    if district == HILLSIDE:
        chances = chances * [1.25, 1.2, 0.35, 0.7]
    if rng.random() < {1: 0.04, 2: 0.12, 3: 0.62}[age]:
        return 7
    return int(rng.choice([1, 2, 3, 4], p=chances / chances.sum()))


def _bus_use(rng: np.random.Generator, district: str, mode: int) -> int:
    if mode == 2:
        return int(rng.choice([4, 5], p=[0.25, 0.75]))
    shift = 0.10 if district == HILLSIDE else 0.0
    return int(rng.choice([1, 2, 3, 4, 5], p=[0.26 - shift, 0.30, 0.25, 0.14 + shift, 0.05]))


def _minutes(rng: np.random.Generator, district: str, mode: int) -> str:
    if mode == 7:
        return ""
    typical = {1: 19, 2: 31, 3: 14, 4: 12}[mode] + (6 if district == HILLSIDE else 0)
    return str(int(np.clip(round(typical * rng.lognormal(0, 0.45)), 1, 180)))


def _ratings(rng: np.random.Generator, district: str, use: int) -> dict[str, str]:
    names = {"punctual": 2.6, "evening": 2.4, "price": 3.1, "information": 2.7}
    if use == 1:
        return {f"bus_{name}": "" for name in names}
    mood = rng.normal(0, 0.5)
    shifts = {
        "punctual": -0.5 if district == PORT else 0.15,
        "evening": -0.6 * (district == HILLSIDE),
    }
    return {
        f"bus_{name}": _rating(rng, level + mood + shifts.get(name, 0.0))
        for name, level in names.items()
    }


def _rating(rng: np.random.Generator, level: float) -> str:
    if rng.random() < 0.03:
        return "8"
    return str(int(np.clip(round(rng.normal(level, 0.95)), 1, 5)))


def _obstacles(rng: np.random.Generator, district: str, age: int) -> dict[str, str]:
    chances = {
        "traffic": 0.46 + 0.12 * (district == PORT),
        "hills": 0.62 if district == HILLSIDE else 0.14,
        "theft": 0.24 + 0.10 * (district == "2"),
        "weather": 0.37,
        "health": {1: 0.04, 2: 0.11, 3: 0.38}[age],
    }
    return {f"why_not_{name}": str(int(rng.random() < chance)) for name, chance in chances.items()}


def _ranks(rng: np.random.Generator, district: str) -> dict[str, str]:
    names = ["punctual", "tracks", "evening", "parking"]
    punctual, evening = 1.0 + 0.5 * (district == PORT), 0.5 + 0.4 * (district == HILLSIDE)
    order = np.argsort(-(np.array([punctual, 0.6, evening, 0.4]) + rng.gumbel(0, 0.7, 4)))
    ranks = {names[item]: place for place, item in enumerate(order, start=1)}
    return {f"first_{name}": str(ranks[name]) if ranks[name] < 4 else "" for name in names}


def main() -> None:
    """Write ``survey.csv`` beside this file."""
    rows = draw(np.random.default_rng(SEED), RESIDENTS)
    with (Path(__file__).parent / "survey.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
