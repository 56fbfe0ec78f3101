"""Who belongs to each domain: nation, regions, types, declared subgroups, crossings of two."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from briefgen.config.settings import Domain, Settings
from briefgen.errors import AnalysisError


@dataclass(frozen=True)
class Membership:
    """The respondents of a domain, by position, and those it is compared with."""

    code: str
    kind: str
    rows: NDArray[np.intp]
    rest: NDArray[np.intp] | None  # all others whose place is known; of a crossing all others


def list_members(settings: Settings, survey: pd.DataFrame) -> list[Membership]:
    """Return the members of all domains, in the order of `Settings.domains`, then crossings."""
    found = [_member(domain, survey) for domain in settings.domains.values()]
    for first, second in settings.info.statistics.crossings:
        found += _cross(_of_group(found, first), _of_group(found, second), len(survey))
    return found


def _member(domain: Domain, survey: pd.DataFrame) -> Membership:
    if domain.kind == "nation":
        return Membership(domain.code, domain.kind, np.arange(len(survey)), None)
    labels, name = _labels(domain, survey)
    inside = labels.eq(name).to_numpy(dtype=bool)
    outside = labels.notna().to_numpy() & ~inside
    return Membership(domain.code, domain.kind, np.flatnonzero(inside), np.flatnonzero(outside))


def _labels(domain: Domain, survey: pd.DataFrame) -> tuple[pd.Series, str]:
    if domain.kind == "region":
        return survey["_region"], domain.code
    column, _, name = domain.code.partition(":")
    return survey["_type" if domain.kind == "type" else column], name


def _of_group(found: list[Membership], name: str) -> list[Membership]:
    """Return the domains of one side of a crossing: ``region``, ``type`` or a variable's code."""
    if name in ("region", "regions"):
        return [member for member in found if member.kind == "region"]
    group = [member for member in found if member.code.startswith(f"{name}:")]
    if not group:
        raise AnalysisError(
            f"a crossing names {name!r}, which is no kind of domain",
            hint="use region, type, or a variable of statistics.subgroups",
        )
    return [member for member in group if "+" not in member.code]


def _cross(first: list[Membership], second: list[Membership], n: int) -> list[Membership]:
    """Return the crossings, each with all other respondents of the n as its rest."""
    found = []
    for a, b in product(first, second):
        inside = np.isin(np.arange(n), np.intersect1d(a.rows, b.rows))
        rows, rest = np.flatnonzero(inside), np.flatnonzero(~inside)
        found.append(Membership(f"{a.code}+{b.code}", "crossing", rows, rest))
    return found
