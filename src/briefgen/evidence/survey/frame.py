"""The sampling frame: whom the survey asked, where they are, and who answered."""

from __future__ import annotations

import pandas as pd

from briefgen.config.settings import SamplingFrame, Settings
from briefgen.evidence.sources import DataTable
from briefgen.evidence.survey.decode import cells, place_codes, respondent_ids


def type_frame(settings: Settings, table: DataTable, survey: DataTable) -> pd.DataFrame:
    """Return the frame with ``_id``, ``_region``, ``_type`` and ``_answered``.

    ``_answered`` is missing where neither ids nor dispositions tell who answered.
    """
    columns = frame_columns(settings)
    raw = table.frame
    typed = raw.copy()
    typed["_id"] = cells(raw, columns.id)
    typed["_region"] = cells(raw, columns.region or "").map(place_codes(settings.info.regions.list))
    if settings.info.region_types and columns.region_type:
        codes = place_codes(settings.info.region_types.list)
        typed["_type"] = cells(raw, columns.region_type).map(codes)
    typed["_answered"] = _answered(settings, columns, raw, survey)
    return typed


def in_population(settings: Settings, frame: pd.DataFrame) -> pd.Series:
    """Return which units of a frame belong to the population.

    Not those whose disposition says that they were found not to (AAPOR's 4); where it is not known
    whether a unit belongs, it counts.
    """
    column = frame_columns(settings).disposition
    if not column or column not in frame:
        return pd.Series(data=True, index=frame.index)
    return ~frame[column].str.startswith("4")


def frame_columns(settings: Settings) -> SamplingFrame:
    """Return the declared columns of the frame, else those named like the survey's."""
    if settings.info.frame:
        return settings.info.frame
    types = settings.info.region_types
    return SamplingFrame(
        region=settings.info.regions.variable, region_type=types.variable if types else None
    )


def _answered(
    settings: Settings, columns: SamplingFrame, raw: pd.DataFrame, survey: DataTable
) -> pd.Series:
    if columns.disposition and columns.disposition in raw:
        return raw[columns.disposition].str.startswith("1")
    if columns.id in raw and settings.codebook.id_column:
        return raw[columns.id].isin(respondent_ids(settings, survey.frame))
    return pd.Series(pd.NA, index=raw.index, dtype="boolean")
