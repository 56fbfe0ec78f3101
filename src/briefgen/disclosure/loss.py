"""What disclosure control costs the readers: values, bands, and what is hidden, and why.

In: `Released`, and of which kind each domain is. Out: `Loss`, for ``briefgen loss``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from briefgen.model import Evidence, Released, Status

VALUE: Final = "value"
BAND: Final = "band"
HIDDEN: Final = "hidden: "
CROSSING: Final = "crossing"
NOWHERE: Final = "no domain"


@dataclass(frozen=True)
class Loss:
    """How many values were released, by status, reason and domain.

    Attributes
    ----------
    by_status, by_reason
        Number of values; the reason of a published value is ``""``.
    by_domain
        Domain → (not published, all).
    by_kind
        Kind of domain → how many have a value, a band, or are hidden for which reason. Without
        bands those would be hidden as well.
    """

    by_status: Mapping[str, int]
    by_reason: Mapping[str, int]
    by_domain: Mapping[str, tuple[int, int]]
    by_kind: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Number of values."""
        return sum(self.by_status.values())

    @property
    def hidden(self) -> int:
        """Number of values that are not published."""
        return sum(hidden for hidden, _ in self.by_domain.values())

    @property
    def bands(self) -> int:
        """Number of values that are not published but have a band."""
        return sum(counts.get(BAND, 0) for counts in self.by_kind.values())

    @property
    def share(self) -> float:
        """Share of values that are not published, 0–1."""
        return self.hidden / self.total if self.total else 0.0

    def lines(self) -> list[str]:
        """Return the loss in words, a few lines, and a table by kind of domain."""
        statuses = [f"  {count:7d} {status}" for status, count in self.by_status.items()]
        domains = [
            f"  {hidden:7d} of {total} in {domain or NOWHERE}"
            for domain, (hidden, total) in self.by_domain.items()
            if hidden
        ]
        head = f"{self.hidden} of {self.total} values are not published ({self.share:.1%})"
        bands = f"{self.bands} of them have a band: silent without bands {self.hidden}, with them "
        return [
            head,
            f"{bands}{self.hidden - self.bands}",
            *statuses,
            *domains,
            *self._table(),
        ]

    def _table(self) -> list[str]:
        found = {column for counts in self.by_kind.values() for column in counts}
        columns = [VALUE, BAND, *sorted(found - {VALUE, BAND})]
        widths = [max(7, len(column)) + 2 for column in columns]
        head = "".join(f"{name:>{width}}" for name, width in zip(columns, widths, strict=True))
        rows = [
            f"{kind:12}"
            + "".join(
                f"{counts.get(name, 0):{width}d}"
                for name, width in zip(columns, widths, strict=True)
            )
            for kind, counts in self.by_kind.items()
        ]
        return [f"{'':12}{head}", *rows]

    def as_dict(self) -> dict[str, Any]:
        """Return the loss as plain values."""
        return {
            "total": self.total,
            "hidden": self.hidden,
            "bands": self.bands,
            "share": round(self.share, 4),
            "by_status": dict(self.by_status),
            "by_reason": dict(self.by_reason),
            "by_domain": {domain: list(counts) for domain, counts in self.by_domain.items()},
            "by_kind": {kind: dict(counts) for kind, counts in self.by_kind.items()},
        }


def measure_loss(released: Released, kinds: Mapping[str, str] | None = None) -> Loss:
    """Count what was published, coarsened, given as a band and suppressed.

    Parameters
    ----------
    kinds
        The kind of each domain, by code; default: not known.
    """
    items = list(released.evidence.values())
    statuses = Counter(item.status for item in items)
    domains: dict[str, list[Evidence]] = {}
    by_kind: dict[str, Counter[str]] = {}
    for item in items:
        domains.setdefault(item.domain, []).append(item)
        by_kind.setdefault(_kind_of(item.domain, kinds or {}), Counter())[_outcome_of(item)] += 1
    return Loss(
        by_status={status.value: statuses[status] for status in Status if statuses[status]},
        by_reason=dict(sorted(Counter(item.reason for item in items).items())),
        by_domain={
            domain: (sum(not item.is_published for item in own), len(own))
            for domain, own in domains.items()
        },
        by_kind=by_kind,
    )


def _kind_of(domain: str, kinds: Mapping[str, str]) -> str:
    if "+" in domain:
        return CROSSING
    return kinds.get(domain, "domain" if domain else NOWHERE)


def _outcome_of(item: Evidence) -> str:
    if item.is_published:
        return VALUE
    return BAND if item.band is not None else f"{HIDDEN}{item.reason}"
