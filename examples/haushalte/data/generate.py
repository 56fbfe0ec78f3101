"""Make the answers of the example household survey from a fixed seed. Everything is invented.

Municipalities are drawn within strata (Land by town and country), households within
municipalities; those of one municipality are alike in part. Run ``python generate.py`` beside this
file.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np

SEED: Final = 20260302
PER_MUNICIPALITY: Final = 10
LAENDER: Final = {
    # Land: households in thousands, municipalities drawn in town and country
    "AT11": (129, (4, 6)),
    "AT12": (733, (9, 13)),
    "AT13": (940, (26, 0)),
    "AT21": (259, (6, 7)),
    "AT22": (559, (9, 11)),
    "AT31": (652, (10, 11)),
    "AT32": (249, (7, 6)),
    "AT33": (337, (7, 8)),
    "AT34": (173, (6, 6)),
}
GAS, OIL, DISTRICT, WOOD, PUMP = 1, 2, 3, 4, 5


def draw() -> list[dict[str, str]]:
    """Return one row of cells for each household."""
    rng = np.random.default_rng(SEED)
    rows: list[dict[str, str]] = []
    for land, (households, numbers) in LAENDER.items():
        weight = 1000 * households / (sum(numbers) * PER_MUNICIPALITY)
        for rural, number in enumerate(numbers):
            for place in range(1, number + 1):
                municipality = f"{land}-{'sl'[rural]}{place:02d}"
                rows += _municipality(rng, land, bool(rural), municipality, weight)
    return [{"id": f"h{number:05d}", **row} for number, row in enumerate(rows, start=1)]


def _municipality(
    rng: np.random.Generator, land: str, rural: bool, name: str, weight: float
) -> list[dict[str, str]]:
    gas_grid = (land != "AT21") and rng.random() < (0.35 if rural else 0.8)
    mood = rng.normal(0, 0.35)
    return [
        {
            "land": land,
            "schicht": f"{land}-{'l' if rural else 's'}",
            "gemeinde": name,
            "gewicht": f"{weight * rng.choice([0.8, 1.0, 1.2]):.0f}",
            **_household(rng, rural, land, gas_grid=gas_grid, mood=mood),
        }
        for _ in range(PER_MUNICIPALITY)
    ]


def _household(
    rng: np.random.Generator, rural: bool, land: str, *, gas_grid: bool, mood: float
) -> dict[str, str]:
    owner = 0.62 if rural else (0.08 if land == "AT13" else 0.24)
    home = int(rng.choice([1, 2, 3], p=[owner, 0.14, 0.86 - owner]))
    heating = _heating(rng, rural, gas_grid=gas_grid, house=home == 1)
    cost = np.exp(rng.normal(7.45, 0.38)) * {1: 1.45, 2: 1.0, 3: 0.95}[home]
    cost *= {GAS: 1.1, OIL: 1.25, DISTRICT: 0.95, WOOD: 0.85, PUMP: 0.7}[heating]
    burden = rng.normal(2.1 + 0.00016 * (cost - 2000) + 0.25 * (home == 3) + mood, 0.85)
    return {
        "wohnform": str(home),
        "kosten": "-8" if rng.random() < 0.04 else str(int(round(cost, -1))),
        "heizung": str(heating),
        **_exchange(rng, home, heating),
        "last": "-9" if rng.random() < 0.01 else str(int(np.clip(round(burden), 1, 4))),
        **_savings(rng, home, burden),
    }


def _heating(rng: np.random.Generator, rural: bool, *, gas_grid: bool, house: bool) -> int:
    chances = np.array([0.45 * gas_grid, 0.14, 0.1 if rural else 0.36, 0.08, 0.05])
    if house:
        chances = chances * [0.8, 1.3, 0.3, 3.0, 4.0]
    return int(rng.choice([GAS, OIL, DISTRICT, WOOD, PUMP], p=chances / chances.sum()))


def _exchange(rng: np.random.Generator, home: int, heating: int) -> dict[str, str]:
    names = ["geld", "miete", "wissen", "handwerk"]
    if heating not in (GAS, OIL):
        return {"tausch": "", **{f"hindernis_{name}": "" for name in names}}
    plan = {1: [0.34, 0.38, 0.28], 2: [0.20, 0.48, 0.32], 3: [0.06, 0.70, 0.24]}[home]
    not_ours = {1: 0.02, 2: 0.3, 3: 0.78}[home]
    chances = {"geld": 0.46, "miete": not_ours, "wissen": 0.29, "handwerk": 0.16}
    return {
        "tausch": str(rng.choice([1, 2, 3], p=plan)),
        **{f"hindernis_{name}": str(int(rng.random() < chances[name])) for name in names},
    }


def _savings(rng: np.random.Generator, home: int, burden: float) -> dict[str, str]:
    chances = {
        "temperatur": float(np.clip(0.18 + 0.14 * burden, 0, 0.95)),
        "geraete": 0.31,
        "daemmung": 0.22 if home == 1 else 0.05,
        "anbieter": 0.17,
    }
    return {f"sparen_{name}": str(int(rng.random() < chance)) for name, chance in chances.items()}


def main() -> None:
    """Write ``survey.csv`` beside this file."""
    rows = draw()
    with (Path(__file__).parent / "survey.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
