"""Make the statements and ratings of the example Delphi study from a fixed seed. All is invented.

Run ``python generate.py`` beside this file.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final

import numpy as np
import yaml

SEED: Final = 20260401
EXPERTS: Final = 45
LEFT_AFTER_FIRST_ROUND: Final = 6
DIMENSIONS: Final = ("likely", "wanted")
STATEMENTS: Final = (
    "Most towns lose less than a tenth of their water in the pipes.",
    "Repairing pipes comes before building new reservoirs.",
    "Each supplier publishes its losses every year.",
    "Towns renew at least one in fifty of their pipes each year.",
    "Sensors report a burst pipe before anybody sees water.",
    "Neighbouring suppliers are joined so that they can help one another.",
    "Small suppliers have merged into larger ones.",
    "Private firms run most of the supply.",
    "Households see day by day how much water they use.",
    "Water costs more in dry months.",
    "A basic amount of water is free for each household.",
    "Filling pools is forbidden in dry summers.",
    "Gardens are watered with rain alone.",
    "New houses have a second set of pipes for water that is not for drinking.",
    "Toilets are flushed with drinking water only in old buildings.",
    "Each roof in a town collects rain.",
    "Treated waste water is used in parks and in industry.",
    "Treated waste water becomes drinking water.",
    "People trust reused water as much as water from a spring.",
    "Desalination supplies towns on the coast.",
    "Water is carried over more than two hundred kilometres.",
    "Rivers fall dry every summer.",
    "Groundwater is lower everywhere than today.",
    "Groundwater is refilled on purpose in wet winters.",
    "Every well has a meter, those of farms too.",
    "Farms pay for water from their own wells.",
    "Farms use half as much water for each ton as today.",
    "Most farms water by drip rather than by sprinkler.",
    "Maize has given way to crops that need less water.",
    "Farmland is given up because there is no water.",
    "Farms that store water in the soil are paid for it.",
    "Meat costs so much water that people eat less of it.",
    "Data centres must say how much water they use.",
    "Factories cool with air rather than with water.",
    "Firms move away because water is scarce.",
    "Water is traded between users.",
    "Power stations stand still in dry summers.",
    "Ships cannot use the large rivers in late summer.",
    "Moors that were drained are wet again.",
    "Rivers have more room, also where that costs farmland.",
    "Towns have taken up asphalt so that rain can seep away.",
    "Trees in towns are watered by cisterns below the street.",
    "Forests have been changed so that more water reaches the ground.",
    "Nitrate in groundwater has fallen by half.",
    "Traces of medicine are removed from all waste water.",
    "Makers of chemicals pay for their removal from water.",
    "Substances that last for ever are banned.",
    "Bottled water is sold less than today.",
    "Public fountains stand on every square.",
    "A law says who gets water first when there is not enough.",
    "Nature has a right to water in that law.",
    "Disputes over water are settled by courts more often than today.",
    "A national authority decides on large withdrawals.",
    "Towns rehearse a summer without water.",
    "Every town has a plan for drought.",
    "Forecasts tell three months ahead how dry a summer will be.",
    "Schools teach where the town's water comes from.",
    "There are too few people trained to run the plants.",
    "An attack on its computers has stopped a town's supply.",
    "Drinking water is rationed in some towns.",
    "Water is a reason for how people vote.",
)


def write_statements(folder: Path) -> None:
    """Write ``statements.yml``."""
    listed = [
        {"code": f"s{number:02d}", "text": text} for number, text in enumerate(STATEMENTS, start=1)
    ]
    text = yaml.safe_dump({"statements": listed}, sort_keys=False, width=100)
    (folder / "statements.yml").write_text("# Written by generate.py.\n" + text, encoding="utf-8")


def draw_ratings() -> list[dict[str, str]]:
    """Return a row for each rating: in the second round experts move toward the others."""
    rng = np.random.default_rng(SEED)
    centre = {one: rng.uniform(1.6, 4.6, len(STATEMENTS)) for one in DIMENSIONS}
    spread = {one: rng.uniform(0.4, 1.3, len(STATEMENTS)) for one in DIMENSIONS}
    rows = []
    for expert in range(1, EXPERTS + 1):
        for dimension in DIMENSIONS:
            first = rng.normal(centre[dimension], spread[dimension])
            second = first + 0.45 * (centre[dimension] - first) + rng.normal(0, 0.2, len(first))
            rounds = [first] if expert > EXPERTS - LEFT_AFTER_FIRST_ROUND else [first, second]
            for number, ratings in enumerate(rounds, start=1):
                rows += _rows(rng, f"e{expert:02d}", number, dimension, ratings)
    return rows


def _rows(
    rng: np.random.Generator, expert: str, number: int, dimension: str, ratings: np.ndarray
) -> list[dict[str, str]]:
    return [
        {
            "expert": expert,
            "round": str(number),
            "statement": f"s{place:02d}",
            "dimension": dimension,
            "rating": "dk" if rng.random() < 0.03 else str(int(np.clip(round(rating), 1, 5))),
        }
        for place, rating in enumerate(ratings, start=1)
    ]


def main() -> None:
    """Write ``statements.yml`` and ``panel.csv`` beside this file."""
    folder = Path(__file__).parent
    write_statements(folder)
    rows = draw_ratings()
    with (folder / "panel.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
