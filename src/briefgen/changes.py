"""What changed since an earlier edition, from what readers see of both.

In: released evidence of two editions. Out: evidence with the contrast ``~EDITION``, one for each
value that both have, with the verdict that its interval bears. ``inputs`` lays it beside the
release; templates print it by ``changes()``.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping

import pandas as pd

from briefgen import survey
from briefgen.disclosure.release import make_evidence
from briefgen.disclosure.rounding import step_of
from briefgen.model import Evidence, Status
from briefgen.settings import Settings


def compare_editions(
    now: Mapping[str, Evidence], past: Mapping[str, Evidence], edition: str, settings: Settings
) -> dict[str, Evidence]:
    """Return the differences of the survey's values from an earlier edition, by key.

    Both sides are released values, rounded as readers see them: their difference tells nothing
    that the two editions do not tell by themselves. Where one of them is suppressed, or where an
    old value stays, there is no difference.

    Parameters
    ----------
    now, past
        Released evidence of this and of the earlier edition, by key.
    edition
        Name of the earlier edition.
    """
    current, previous = _tabulate(now.values()), _tabulate(past.values())
    if current.empty or previous.empty:
        return {}
    trend = survey.estimate_trend(current, previous, edition, settings.info.statistics)
    return {str(row["key"]): _release(row, settings) for row in trend.to_dict("records")}


def _tabulate(items: Iterable[Evidence]) -> pd.DataFrame:
    rows = [dataclasses.asdict(item) for item in items if _is_comparable(item)]
    return pd.DataFrame(rows).assign(se=math.nan)


def _is_comparable(item: Evidence) -> bool:
    return (
        item.source == "survey"
        and item.status is Status.PUBLISHED
        and not item.contrast
        and not item.as_of
    )


def _release(row: Mapping[object, object], settings: Settings) -> Evidence:
    statistic, unit, value = str(row["statistic"]), str(row["unit"]), float(str(row["value"]))
    step = step_of(settings.info.disclosure, statistic, unit, value)
    return make_evidence(settings, row, Status.PUBLISHED, "", step=step)
