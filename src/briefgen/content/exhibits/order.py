"""What tables are ordered with, and what they give back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from briefgen.content.exhibits.grid import Entry, Grid
from briefgen.content.exhibits.lookup import Datum, Lookup
from briefgen.content.exhibits.spec import TableSpec
from briefgen.content.exhibits.words import hidden_reason, tell


@dataclass(frozen=True)
class Sheet:
    """A table's content, with what is printed around it."""

    grid: Grid
    headline: str
    subtitle: str
    cells: Sequence[Datum]
    notes: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Order:
    """All that a table's function needs."""

    spec: TableSpec
    lookup: Lookup
    domain: str

    def domains(self, *, nation: bool = True) -> list[str]:
        """Return the domains to show: those asked for, else the reader's and the nation."""
        asked = [self.lookup.domain(code) for code in self.spec.domains] or [self.domain]
        if nation and self.lookup.settings.nation not in asked:
            asked.append(self.lookup.settings.nation)
        return list(dict.fromkeys(asked))


def show(cell: Datum, lookup: Lookup) -> Entry:
    """Return a value or its band as an entry; what is hidden as a dash that the note explains."""
    if cell.evidence is not None and (cell.evidence.is_published or cell.band):
        return Entry(tell(cell, lookup))
    return Entry("–", hidden=True)


def hidden_legend(cells: Sequence[Datum], lookup: Lookup) -> str:
    """Say what a dash and the signs of bands mean, where there are any."""
    notes = [_dash_note(cells, lookup), _band_note(cells, lookup)]
    return "; ".join(note for note in notes if note)


def _band_note(cells: Sequence[Datum], lookup: Lookup) -> str:
    if not any(cell.band for cell in cells):
        return ""
    return lookup.locale.text("≤, ≥: only a range is given, to protect respondents")


def _dash_note(cells: Sequence[Datum], lookup: Lookup) -> str:
    reasons = sorted(
        {
            hidden_reason(cell, lookup)
            for cell in cells
            if cell.evidence is None or not (cell.evidence.is_published or cell.band)
        }
    )
    return lookup.locale.text("–: {reasons}", reasons="; ".join(reasons)) if reasons else ""
