"""A small study to fill in: every key once, with what it is for, and invented answers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Mapping
from importlib.resources import files
from itertools import product
from typing import Final

from briefgen.evidence.drafting.names import make_name

ROWS: Final = 60


def empty_study(language: str, title: str, today: dt.date) -> Mapping[str, str]:
    """Return the files of the study by name."""
    folder = files("briefgen.evidence.drafting") / "empty"
    study = (folder / "study.yml").read_text(encoding="utf-8")
    return {
        "study.yml": study.format(
            id=make_name(title, (), "study").replace("_", "-"),
            year=today.year,
            today=today.isoformat(),
            language=language,
            title=json.dumps(title, ensure_ascii=False),
        ),
        "codebook.yml": (folder / "codebook.yml").read_text(encoding="utf-8"),
        "survey.csv": _survey(),
    }


def _survey() -> str:
    """Return answers that go round all that can be answered: nobody gave them."""
    stream = io.StringIO()
    write = csv.writer(stream, lineterminator="\n")
    write.writerow(["id", "region", "q1", "q2_1", "q2_2", "q3", "q4"])
    answers = list(product(("3", "3", "2", "1", "8"), ("1", "0", "1"), ("1", "0"), ("1", "0")))
    for row, answer in enumerate(answers[:ROWS], 1):
        write.writerow([row, ("north", "south")[row % 2], *answer, 1 + row % 37])
    return stream.getvalue()
