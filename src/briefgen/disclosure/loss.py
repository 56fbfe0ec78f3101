"""What disclosure control costs the readers: the share of values that are not published.

In: `Released`. Out: `Loss`, for the report of a build.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from briefgen.model import Evidence, Released, Status


@dataclass(frozen=True)
class Loss:
    """How many values were released, by status, reason and domain.

    Attributes
    ----------
    by_status, by_reason
        Number of values; the reason of a published value is ``""``.
    by_domain
        Domain → (not published, all).
    """

    by_status: Mapping[str, int]
    by_reason: Mapping[str, int]
    by_domain: Mapping[str, tuple[int, int]]

    @property
    def total(self) -> int:
        """Number of values."""
        return sum(self.by_status.values())

    @property
    def hidden(self) -> int:
        """Number of values that are not published."""
        return sum(hidden for hidden, _ in self.by_domain.values())

    @property
    def share(self) -> float:
        """Share of values that are not published, 0–1."""
        return self.hidden / self.total if self.total else 0.0

    def lines(self) -> list[str]:
        """Return the loss in words, a few lines."""
        statuses = [f"  {count:7d} {status}" for status, count in self.by_status.items()]
        domains = [
            f"  {hidden:7d} of {total} in {domain or 'no domain'}"
            for domain, (hidden, total) in self.by_domain.items()
            if hidden
        ]
        head = f"{self.hidden} of {self.total} values are not published ({self.share:.1%})"
        return [head, *statuses, *domains]

    def as_dict(self) -> dict[str, Any]:
        """Return the loss as plain values."""
        return {
            "total": self.total,
            "hidden": self.hidden,
            "share": round(self.share, 4),
            "by_status": dict(self.by_status),
            "by_reason": dict(self.by_reason),
            "by_domain": {domain: list(counts) for domain, counts in self.by_domain.items()},
        }


def measure_loss(released: Released) -> Loss:
    """Count what was suppressed and coarsened."""
    items = list(released.evidence.values())
    statuses = Counter(item.status for item in items)
    domains: dict[str, list[Evidence]] = {}
    for item in items:
        domains.setdefault(item.domain, []).append(item)
    return Loss(
        by_status={status.value: statuses[status] for status in Status if statuses[status]},
        by_reason=dict(sorted(Counter(item.reason for item in items).items())),
        by_domain={
            domain: (sum(not item.is_published for item in own), len(own))
            for domain, own in domains.items()
        },
    )
