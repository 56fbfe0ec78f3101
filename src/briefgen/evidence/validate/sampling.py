"""Ask of the sample's design what variances need: enough clusters, fitting replicate weights."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from briefgen.config.settings import Settings
from briefgen.errors import Problem
from briefgen.evidence.sources import DataTable
from briefgen.evidence.survey.decode import cells, parse_numbers, place_codes
from briefgen.evidence.survey.replicates import replicate_columns

FAR: Final = 2.0
"""Replicate weights whose sum is this many times that of the weights are not on their scale."""
STUDY: Final = "data/study.yml"


def check_sampling(settings: Settings, table: DataTable, file: str) -> Iterator[Problem]:
    """Yield what is odd about clusters and replicate weights."""
    yield from _few_clusters(settings, table.frame, file)
    yield from _replicates(settings, table.frame, file)


def _few_clusters(settings: Settings, frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Warn of regions whose clusters leave no degrees of freedom."""
    design, column = settings.info.design, settings.info.regions.variable
    if not design.cluster or not column or design.cluster not in frame or column not in frame:
        return
    units = pd.DataFrame(
        {
            "region": frame[column].map(place_codes(settings.info.regions.list)),
            "stratum": cells(frame, design.strata or ""),
            "cluster": frame[design.cluster],
        }
    )[_counted(settings, frame)]
    for code, part in units.dropna().drop_duplicates().groupby("region", sort=False):
        if len(part) <= part["stratum"].nunique():
            told = "has one cluster" if len(part) == 1 else "has one cluster in each stratum"
            yield Problem(
                file, None, design.cluster, f"the region {code} {told}",
                "its figures get neither intervals nor comparisons; where clusters were joined or "
                "lost in the file, name the column that tells them apart: design.cluster",
                "warning",
            )  # fmt: skip


def _counted(settings: Settings, frame: pd.DataFrame) -> pd.Series:
    weight = settings.info.design.weight
    if not weight or weight not in frame:
        return pd.Series(data=True, index=frame.index)
    return parse_numbers(frame[weight]).gt(0)


def _replicates(settings: Settings, frame: pd.DataFrame, file: str) -> Iterator[Problem]:
    """Yield replicate weights that are not there, too few, or on another scale."""
    design, stated = settings.info.design, settings.info.design.replicates
    if stated is None:
        return
    names = replicate_columns(design, [str(name) for name in frame])
    if len(names) < 2:
        rule = f"{', '.join(stated.columns)} names {len(names)} columns of the survey"
        remedy = "there are two replicates or more; * stands for any signs: repwt*"
        yield Problem(STUDY, None, "design.replicates.columns", rule, remedy)
        return
    if len(stated.rscales) not in (0, 1, len(names)):
        rule = f"{len(stated.rscales)} rscales for {len(names)} columns of replicate weights"
        remedy = "state one for each column, in the order of the file, or one for all"
        yield Problem(STUDY, None, "design.replicates.rscales", rule, remedy)
    if not stated.factors:
        yield from _other_scale(settings, frame, names, file)


def _other_scale(
    settings: Settings, frame: pd.DataFrame, names: list[str], file: str
) -> Iterator[Problem]:
    weight = settings.info.design.weight
    total = float(parse_numbers(frame[weight]).sum()) if weight in frame else float(len(frame))
    sums = frame[names].apply(parse_numbers).sum()
    far = [name for name in names if not total / FAR <= sums[name] <= total * FAR]
    if far:
        rule = f"replicate weights add up to {sums[far[0]]:g}, and the weights to {total:g}"
        remedy = (
            "where they are factors of the weight, state factors: true; else see design.weight "
            "and which columns design.replicates names"
        )
        yield Problem(file, None, far[0], rule, remedy)
