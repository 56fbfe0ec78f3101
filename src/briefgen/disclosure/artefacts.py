"""What is published, read as anybody can: sidecars, data files of exhibits, pages.

In: the folder of publications. Out: for each edition the evidence that each document shows. That
the documents' words and data agree with their sidecars is looked at here too: a number under the
key of suppressed evidence is a stray.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from lxml import html

from briefgen.errors import DisclosureError
from briefgen.model import Evidence
from briefgen.released_json import read_sidecar

SIDECAR: Final = ".evidence.json"
NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass
class Artefacts:
    """The publications of one edition.

    Attributes
    ----------
    evidence
        What each document shows, by the path of its sidecar without the ending.
    pages, tables
        HTML and CSV files by their path.
    """

    edition: str
    evidence: dict[str, Mapping[str, Evidence]] = field(default_factory=dict)
    pages: dict[str, Path] = field(default_factory=dict)
    tables: dict[str, Path] = field(default_factory=dict)

    def find_strays(self) -> Iterator[tuple[str, str]]:
        """Find numbers that stand under the key of suppressed evidence: place and key."""
        hidden = {
            key: _list_told(item)
            for items in self.evidence.values()
            for key, item in items.items()
            if not item.is_published
        }
        for place, path in self.pages.items():
            for key, text in _read_spans(path):
                if key in hidden and not _read_numbers(text) <= hidden[key]:
                    yield place, key
        for place, path in self.tables.items():
            yield from ((place, key) for key in _find_numbers(path, hidden))


def read_artefacts(folder: Path) -> dict[str, Artefacts]:
    """Read everything that is published below a folder, by edition.

    Raises
    ------
    DisclosureError
        If there is no sidecar, or one cannot be read.
    """
    sidecars = sorted(path for path in folder.rglob(f"*{SIDECAR}") if _is_visible(path, folder))
    if not sidecars:
        raise DisclosureError(
            "nothing is published here", where=str(folder), hint="run `briefgen build` first"
        )
    found: dict[str, Artefacts] = {}
    for path in sidecars:
        own = found.setdefault(_edition_of(path, folder), Artefacts(_edition_of(path, folder)))
        name = path.relative_to(folder).as_posix().removesuffix(SIDECAR)
        own.evidence[name] = _read(path)
    for path in sorted(folder.rglob("*")):
        edition = _edition_of(path, folder)
        if edition in found and _is_visible(path, folder):
            name = path.relative_to(folder).as_posix()
            kinds = {".html": found[edition].pages, ".csv": found[edition].tables}
            if path.suffix in kinds:
                kinds[path.suffix][name] = path
    return found


def _is_visible(path: Path, folder: Path) -> bool:
    return not any(part.startswith(".") for part in path.relative_to(folder).parts)


def _edition_of(path: Path, folder: Path) -> str:
    parts = path.relative_to(folder).parts
    return parts[0] if len(parts) > 1 else ""


def _read(path: Path) -> dict[str, Evidence]:
    try:
        return read_sidecar(path.read_text(encoding="utf-8"))
    except (DisclosureError, UnicodeDecodeError) as error:
        raise DisclosureError(
            "this sidecar cannot be read", where=str(path), hint="build the document again"
        ) from error


def _read_spans(path: Path) -> Iterator[tuple[str, str]]:
    tree = html.fromstring(path.read_bytes() or b"<html/>")
    for span in tree.iterfind(".//*[@data-key]"):
        yield str(span.get("data-key")), "".join(str(text) for text in span.itertext())


def _list_told(item: Evidence) -> set[float]:
    """Return the numbers that may stand under a suppressed key: those of its band, and its base."""
    if item.band is None or item.n is None:
        return set()
    unit = 100 if item.unit == "share" else 1
    return {float(item.n), *(round(unit * limit, 6) for limit in item.band if limit is not None)}


def _read_numbers(text: str) -> set[float]:
    return {float(number.replace(",", ".")) for number in NUMBER.findall(text)}


def _find_numbers(path: Path, hidden: Mapping[str, set[float]]) -> Iterator[str]:
    """Return the hidden keys beside which a data file holds a number."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            key = str(row.get("key") or "")
            if key not in hidden:
                continue
            cells = [str(value or "") for name, value in row.items() if name in VALUE_COLUMNS]
            if any(not _read_numbers(cell) <= hidden[key] for cell in cells):
                yield key


VALUE_COLUMNS: Final = frozenset({"value", "low", "high", "n", "count"})
