"""How many pages of report and short version are more than a quarter empty.

In: built publications. Out: for each document its pages, and those whose text ends above
three quarters of the type area. Cover and imprint are what they are; the last page counts where
more than half of it is empty.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefgen.output.pdf.inspect import measure_fill

TOP: Final = 27 / 297
BOTTOM: Final = 272 / 297
"""Where the type area of a report begins and ends, as shares of a page's height."""
EMPTY: Final = 0.25
LAST_EMPTY: Final = 0.5
FRONT: Final = {"report": 2, "summary": 0}
"""Pages before the text, by kind: cover and imprint."""


@dataclass(frozen=True)
class Emptiness:
    """A document's pages, and those with too little on them, counted from 1."""

    name: str
    pages: int
    empty: Sequence[int]


def measure_emptiness(folder: Path) -> list[Emptiness]:
    """Look at all reports and short versions below a folder."""
    return [
        Emptiness(name, len(fill), find_empty(fill, FRONT[kind]))
        for name, kind, fill in _read_long_documents(folder)
    ]


def find_empty(fill: Sequence[float], front: int) -> list[int]:
    """Return the pages that are too empty.

    Parameters
    ----------
    fill
        How far down each page its content reaches, as a share (0–1) of its height.
    front
        Pages at the beginning that are not looked at.
    """
    found = []
    for page, share in enumerate(fill, start=1):
        most = LAST_EMPTY if page == len(fill) else EMPTY
        if page > front and (BOTTOM - share) / (BOTTOM - TOP) > most:
            found.append(page)
    return found


def _read_long_documents(folder: Path) -> Iterator[tuple[str, str, list[float]]]:
    for path in sorted(folder.rglob("*.evidence.json")):
        if any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        facts = json.loads(path.read_text(encoding="utf-8"))["document"]
        if facts["kind"] in FRONT:
            pdf = path.with_name(path.name.replace(".evidence.json", ".pdf"))
            yield facts["name"], facts["kind"], measure_fill(pdf.read_bytes())
