"""A study, read and validated: all that analysis and disclosure control see.

``load`` makes it from the files that `Settings` names; estimation and ``disclosure`` take it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pandas as pd

from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Settings
from briefgen.errors import Problem
from briefgen.evidence.cases.material import CaseMaterial
from briefgen.evidence.panel import PanelMaterial


@dataclass(frozen=True)
class Study:
    """Everything of a study before the wall.

    Attributes
    ----------
    settings
        The configuration.
    survey
        One row a respondent; the columns are described in ``docs/architecture.md``.
    frame
        The sampling frame as text cells, with ``_id``, ``_region``, ``_type`` and, where
        respondents can be told from it, ``_answered``.
    cases, panel, recommendations
        The other kinds of evidence, as their own modules read them.
    hashes
        SHA-256 of every data file by its path relative to the study.
    left_out
        Rows of the survey that are no respondents, by reason: ``1``, ``2`` … of
        `DataSource.reasons`; ``unlisted``: of regions that are not listed,
        whatever becomes of them.
    problems
        Warnings; errors have stopped the study from being made.
    """

    settings: Settings
    survey: pd.DataFrame
    frame: pd.DataFrame | None = None
    cases: CaseMaterial | None = None
    panel: PanelMaterial | None = None
    recommendations: tuple[Recommendation, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    @property
    def counted(self) -> Study:
        """The study with those respondents alone of whom figures are made: with a weight."""
        if "_weight" not in self.survey:
            return self
        counted = self.survey["_weight"] > 0
        return self if counted.all() else replace(self, survey=self.survey[counted])
