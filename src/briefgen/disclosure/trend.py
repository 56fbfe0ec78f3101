"""What changed since the last edition, computed from what both editions published.

In: the evidence that passed the wall, and the last edition's. Out: their differences as evidence
with the contrast ``~EDITION``. As nothing but published values enters, rounded as they were
printed, a difference tells nothing that both editions together did not tell already. Before it
stands ``disclosure``, after it ``compose``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any, Final

import pandas as pd

from briefgen.config.settings import Settings
from briefgen.disclosure.release import verdict_of
from briefgen.evidence.survey import estimate_trend
from briefgen.model import ESTIMATE_COLUMNS, Evidence

DIGITS: Final = 6
"""Differences of rounded numbers are freed of binary dust, and limits of false precision."""


def compare_editions(
    settings: Settings, now: Mapping[str, Evidence], past: Mapping[str, Evidence], edition: str
) -> dict[str, Evidence]:
    """Return the differences of the survey's values from the last edition's, by key.

    Parameters
    ----------
    settings
        Confidence, and the correction for many comparisons.
    now, past
        Evidence of both editions. Values that were not published, or that stayed from a still
        older edition, are left out.
    edition
        Name of the last edition.
    """
    current = _fresh(now.values())
    before = _fresh(past.values())
    if not current or not before:
        return {}
    table = estimate_trend(_tabulate(current), _tabulate(before), edition, settings.info.statistics)
    level = 1 - settings.info.statistics.confidence
    made = [_as_evidence(row, now, level) for row in table.to_dict("records")]
    return {item.key: item for item in made}


def _fresh(items: Iterable[Evidence]) -> list[Evidence]:
    return [
        item
        for item in items
        if item.source == "survey" and item.is_published and not item.contrast and not item.as_of
    ]


def _tabulate(items: list[Evidence]) -> pd.DataFrame:
    table = pd.DataFrame([asdict(item) for item in items]).reindex(columns=list(ESTIMATE_COLUMNS))
    return table.astype(dict(ESTIMATE_COLUMNS))


def _as_evidence(row: Mapping[Any, Any], now: Mapping[str, Evidence], level: float) -> Evidence:
    value = now[str(row["key"]).partition("~")[0]]
    changed: dict[str, Any] = {
        name: str(row[name]) for name in ("key", "contrast", "statistic", "unit", "method")
    }
    changed |= {name: _tidy(row[name]) for name in ("value", "low", "high")}
    return replace(value, **changed, verdict=verdict_of(row, level))


def _tidy(number: float) -> float | None:
    return None if pd.isna(number) else round(float(number), DIGITS) + 0.0
