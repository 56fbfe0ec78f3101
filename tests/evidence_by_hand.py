"""Released evidence made by hand, for the parts behind the wall."""

from __future__ import annotations

from typing import Any

from briefgen.model import Evidence, EvidenceKey, Released, Status

UNITS = {"median": "members", "mean": ""}


def make_evidence(key: str, value: float | None, **changes: Any) -> Evidence:
    """One published value; ``None`` suppresses it."""
    parsed = EvidenceKey.parse(key)
    unit = UNITS.get(parsed.measure, "count" if parsed.source == "case" else "share")
    statistic = parsed.measure if parsed.measure in UNITS else "share"
    if parsed.contrast:
        unit, statistic = ("points", "difference")
    known = value is not None
    fields: dict[str, Any] = {
        "key": key,
        "source": parsed.source,
        "variable": parsed.variable,
        "measure": parsed.measure,
        "domain": parsed.domain,
        "contrast": parsed.contrast,
        "statistic": statistic,
        "unit": unit,
        "value": value,
        "low": value - 0.05 if value is not None else None,
        "high": value + 0.05 if value is not None else None,
        "n": 40 if known else None,
        "method": "wilson (effective n)",
        "status": Status.PUBLISHED if known else Status.PRIMARY,
        "reason": "" if known else "base",
    }
    return Evidence(**(fields | changes))


def make_released(*evidence: Evidence, **parts: Any) -> Released:
    """Put evidence together as the wall does."""
    return Released(evidence={item.key: item for item in evidence}, **parts)
