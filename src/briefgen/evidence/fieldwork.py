"""How the fieldwork went: who was asked, who answered, what was left out.

In: a `Study`. Out: `Fieldwork`, three tables for the project itself, before the wall: they count
respondents exactly, and nothing of them is published. What readers may know of the response is
evidence (``response:rate``, ``survey:NAME.missing``), which passes the wall like all else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from briefgen.config.settings import Settings
from briefgen.evidence.study import Study
from briefgen.evidence.survey import count_outcomes, count_reasons, estimate_response

NOTICE = "for the project itself, not for publication: these counts have not passed the wall"
COMPARED = ("frame_share", "respondent_share")


@dataclass(frozen=True)
class Fieldwork:
    """What is known of response and non-response.

    Attributes
    ----------
    outcomes
        By domain: units by AAPOR's outcome, and the rates; empty without a frame.
    comparison
        By category of region, type and further columns of the frame: its share 0–1 in the frame
        and among respondents, and the difference; empty without a frame.
    items
        By variable: respondents asked, answers, each reason why there is none, and the share of
        those asked without an answer.
    """

    outcomes: pd.DataFrame
    comparison: pd.DataFrame
    items: pd.DataFrame

    def as_dict(self) -> dict[str, Any]:
        """Return the tables as plain values; a rate of nobody is ``None``."""
        tables = {
            "outcomes": self.outcomes, "comparison": self.comparison, "items": self.items,
        }  # fmt: skip
        return {
            "notice": NOTICE,
            **{name: _as_records(table) for name, table in tables.items()},
        }

    def lines(self) -> Iterator[str]:
        """Return the tables as text."""
        yield NOTICE
        titles = {
            "outcomes and rates (AAPOR)": self.outcomes,
            "frame and respondents": self.comparison,
            "item non-response": self.items,
        }
        for title, table in titles.items():
            if len(table):
                yield f"\n{title}"
                yield table.to_string(float_format="{:.3f}".format, na_rep="–")


def describe_fieldwork(study: Study) -> Fieldwork:
    """Count outcomes, compare respondents with the frame, count missing answers."""
    return Fieldwork(count_outcomes(study), _compare(study), _items(study.settings, study))


def _compare(study: Study) -> pd.DataFrame:
    table = estimate_response(study)
    chosen = table[table["variable"].isin(COMPARED) & table["contrast"].eq("")]
    if chosen.empty:
        return pd.DataFrame()
    wide = chosen.pivot_table(index="domain", columns="variable", values="value", sort=False)
    wide = wide[list(COMPARED)].rename_axis(columns=None)
    return wide.assign(difference=wide["respondent_share"] - wide["frame_share"])


def _items(settings: Settings, study: Study) -> pd.DataFrame:
    table = count_reasons(study)
    gone = table["asked"] - table["answers"]
    asked = table["asked"].where(table["asked"] > 0)
    closed = [code for code, variable in settings.variables.items() if variable.type != "open"]
    return table.assign(missing=gone / asked).loc[closed]


def _as_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    plain = table.reset_index() if len(table) else table
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in plain.astype(object).to_dict("records")
    ]
