"""Ask ACRO which cells of two tables are too small, and write that down for the tests.

Run it in the project's folder, in an environment of its own with ``acro==1.0.2``. ACRO is no
dependency of the project: its answers are kept in ``acro_reference.csv`` beside this script.
"""

from __future__ import annotations

import csv
from importlib.metadata import version
from pathlib import Path

import acro
import pandas as pd

HERE = Path(__file__).resolve().parent
SURVEY = HERE.parents[1] / "data" / "survey.csv"
THRESHOLD = 3
QUESTION = "q07_recipient"


def main() -> None:
    """Write one row for each cell: its count, and whether ACRO hides it."""
    survey = pd.read_csv(SURVEY)
    survey = survey[survey[QUESTION].between(1, 5)]
    session = acro.ACRO(suppress=True)
    session.sdc_checks.risk_appetite["safe_threshold"] = THRESHOLD
    rows = []
    for number, dimension in enumerate(("land", "region_type")):
        session.crosstab(survey[dimension], survey[QUESTION])
        found = session.results.get_index(number).outcome.map(lambda text: "Threshold" in text)
        counts = pd.crosstab(survey[dimension], survey[QUESTION])
        rows += [
            [version("acro"), dimension, domain, answer, count, int(found[answer][domain])]
            for domain, line in counts.iterrows()
            for answer, count in line.items()
        ]
    with (HERE / "acro_reference.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["acro", "dimension", "domain", "answer", "count", "hidden"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
