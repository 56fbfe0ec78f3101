"""Count what cases and interviews say; measure whether coders agree.

Pure functions on `CaseMaterial`. Counts are of cases and interviews, never of segments and never
shares: a dozen cases bear no percentages. A code with children is mentioned where a child is.

References
----------
Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability.
https://repository.upenn.edu/asc_papers/43
Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
Measurement 20(1), 37-46.
Light, R. J. (1971). Measures of response agreement for qualitative data. Psychological Bulletin
76(5), 365-377 (mean of the pairwise kappas where there are more than two coders).
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from briefgen.config.settings import Settings
from briefgen.evidence.cases.material import Case, CaseMaterial, HasCases
from briefgen.model import ESTIMATE_COLUMNS

Domain = tuple[str, Sequence[Case]]


@dataclass(frozen=True, slots=True)
class Mention:
    """That an interview mentions a factor, in which light and from whom."""

    case: str
    interview: str
    role: str
    factor: str
    polarity: str


def list_mentions(material: CaseMaterial) -> list[Mention]:
    """Return each mention once, with the mentions of the codes above."""
    found: dict[Mention, None] = {}
    for case, interview, segment in material.segments():
        for code in segment.codes:
            polarity = material.polarity(segment, code)
            for factor in material.codes.with_parents(code):
                mention = Mention(
                    case.code, f"{case.code}/{interview.id}", interview.role, factor, polarity
                )
                found[mention] = None
    return list(found)


def count_codes(material: CaseMaterial) -> dict[str, int]:
    """Return the number of coded segments of each code itself, by all coders."""
    counts = Counter(
        code
        for case in material.cases
        for interview in case.interviews
        for segment in interview.segments
        for code in segment.codes
    )
    return {factor.code: counts[factor.code] for factor in material.codes}


def make_matrix(material: CaseMaterial) -> pd.DataFrame:
    """Return the matrix of factors (rows) by cases (columns): interviews that mention it."""
    found = {
        (mention.factor, mention.case, mention.interview) for mention in list_mentions(material)
    }
    counts = Counter((factor, case) for factor, case, _ in found)
    cases = [case.code for case in material.cases]
    return pd.DataFrame(
        [[counts[factor.code, case] for case in cases] for factor in material.codes],
        index=pd.Index([factor.code for factor in material.codes], name="factor"),
        columns=pd.Index(cases, name="case"),
        dtype="int64",
    )


def count_cooccurrence(material: CaseMaterial) -> dict[tuple[str, str], int]:
    """Return the number of interviews that mention both of two codes.

    Codes are taken as coded, without those above them, which co-occur by definition. Pairs stand
    in the order of the code system; pairs that never occur are left out.
    """
    order = {factor.code: index for index, factor in enumerate(material.codes)}
    counts: Counter[tuple[str, str]] = Counter()
    for case in material.cases:
        for interview in case.interviews:
            codes = {code for segment in interview.counted for code in segment.codes}
            counts.update(itertools.combinations(sorted(codes, key=order.__getitem__), 2))
    return dict(sorted(counts.items(), key=lambda item: (order[item[0][0]], order[item[0][1]])))


# --- agreement between coders ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CodingAgreement:
    """How far coders agree.

    Attributes
    ----------
    alpha, kappa
        Krippendorff's alpha (nominal) and Cohen's kappa, up to 1. NaN where they are not defined:
        fewer than two units, or all coders gave one code alone.
    units
        Segments that at least two coders coded.
    coders
        Number of coders.
    """

    alpha: float
    kappa: float
    units: int
    coders: int


def measure_agreement(material: CaseMaterial) -> CodingAgreement | None:
    """Return the agreement on segments that two or more coders coded, ``None`` without such.

    The value of a unit is the set of its codes; two coders agree where the sets are the same.
    """
    ratings = _rating_table(material)
    if ratings.empty:
        return None
    return CodingAgreement(
        alpha=_alpha(ratings),
        kappa=_kappa(ratings),
        units=len(ratings.columns),
        coders=len(ratings.index),
    )


def _rating_table(material: CaseMaterial) -> pd.DataFrame:
    """Coders (rows) by units (columns): the codes as one label, NaN where not coded."""
    by_unit: dict[tuple[str, str, str], dict[str, set[str]]] = {}
    for case in material.cases:
        for interview in case.interviews:
            for segment in interview.segments:
                unit = by_unit.setdefault((case.code, interview.id, segment.unit), {})
                unit.setdefault(segment.coder, set()).update(segment.codes)
    shared = [unit for unit in by_unit.values() if len(unit) >= 2]
    coders = sorted({coder for unit in shared for coder in unit})
    return pd.DataFrame(
        [
            ["+".join(sorted(unit[coder])) if coder in unit else None for unit in shared]
            for coder in coders
        ],
        index=coders,
    )


def _alpha(ratings: pd.DataFrame) -> float:
    """Return Krippendorff's alpha of nominal labels, one row a coder, one column a unit.

    Observed disagreement over what chance gives: pairs of unlike labels within units, each unit
    weighted by one over its labels less one, against pairs of unlike labels among all.

    References
    ----------
    Krippendorff, K. (2011): Computing Krippendorff's Alpha-Reliability.
    """
    counts = ratings.apply(lambda unit: unit.value_counts()).fillna(0.0).to_numpy(dtype=float)
    if counts.shape[0] < 2 or counts.shape[1] < 2:
        return math.nan
    labels, units = counts.sum(axis=1), counts.sum(axis=0)
    n = labels.sum()
    observed = ((units**2 - (counts**2).sum(axis=0)) / (units - 1)).sum() / n
    expected = (n**2 - (labels**2).sum()) / (n * (n - 1))
    return float(1 - observed / expected)


def _kappa(ratings: pd.DataFrame) -> float:
    # few studies have two coders
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415

    kappas = []
    for first, second in itertools.combinations(ratings.to_numpy().tolist(), 2):
        pairs = [
            (a, b) for a, b in zip(first, second, strict=True) if a is not None and b is not None
        ]
        if len(pairs) >= 2 and len({label for pair in pairs for label in pair}) >= 2:
            kappas.append(float(cohen_kappa_score(*zip(*pairs, strict=True))))
    return float(np.mean(kappas)) if kappas else math.nan


# --- the tidy table -------------------------------------------------------------------------


def estimate_cases(study: HasCases) -> pd.DataFrame:
    """Return all counts on cases as tidy estimates.

    For the nation: cases, interviews and, for each factor, the cases and interviews that mention
    it, as success factor and as challenge, and with each role; co-occurrences; agreement of
    coders. For region types: cases and interviews. For regions: cases alone. Finer counts would
    tell who of a handful of people said what.

    Parameters
    ----------
    study
        With ``settings`` and ``cases``.

    Returns
    -------
    DataFrame
        Columns of `model.ESTIMATE_COLUMNS`; ``n`` is the number of cases, interviews, or units
        that the count is out of.
    """
    material = study.cases
    rows = [] if material is None else list(_estimate_rows(material, study.settings))
    return as_estimates(rows)


def _estimate_rows(material: CaseMaterial, settings: Settings) -> Iterator[dict[str, Any]]:
    nation = settings.nation
    mentions = list_mentions(material)
    for level, (domain, cases) in _domains(material, nation):
        inside = {case.code for case in cases}
        chosen = [mention for mention in mentions if mention.case in inside]
        yield from _size_rows(cases, domain)
        for factor in material.codes:
            own = [mention for mention in chosen if mention.factor == factor.code]
            yield from _factor_rows(factor.code, own, cases, domain, level)
            if level == "nation":
                yield from _role_rows(factor.code, own, cases, domain, settings)
    yield from _pair_rows(material, nation)
    yield from _agreement_rows(material)


def _domains(material: CaseMaterial, nation: str) -> Iterator[tuple[str, Domain]]:
    yield "nation", (nation, material.cases)
    regions = sorted({case.region for case in material.cases} - {"", nation})
    for region in regions:
        yield "region", (region, [case for case in material.cases if case.region == region])
    for kind in sorted({case.region_type for case in material.cases} - {""}):
        chosen = [case for case in material.cases if case.region_type == kind]
        yield "type", (f"type:{kind}", chosen)


def _size_rows(cases: Sequence[Case], domain: str) -> Iterator[dict[str, Any]]:
    interviews = sum(len(case.interviews) for case in cases)
    yield _count("cases", "", domain, len(cases), len(cases), "cases")
    yield _count("interviews", "", domain, interviews, interviews, "interviews")


def _factor_rows(
    factor: str, mentions: Sequence[Mention], cases: Sequence[Case], domain: str, level: str
) -> Iterator[dict[str, Any]]:
    def row(measure: str, found: Iterable[str], n: int, unit: str) -> dict[str, Any]:
        return _count("factor", f"{factor}.{measure}", domain, len(set(found)), n, unit)

    yield row("cases", (mention.case for mention in mentions), len(cases), "cases")
    if level == "region":
        return
    total = sum(len(case.interviews) for case in cases)
    yield row("interviews", (m.interview for m in mentions), total, "interviews")
    if level != "nation":
        return
    for polarity in ("success", "challenge"):
        found = (m.interview for m in mentions if m.polarity == polarity)
        yield row(polarity, found, total, "interviews")


def _role_rows(
    factor: str, mentions: Sequence[Mention], cases: Sequence[Case], domain: str, settings: Settings
) -> Iterator[dict[str, Any]]:
    """Count the interviews with each of the study's roles that mention a factor."""
    roles = Counter(interview.role for case in cases for interview in case.interviews)
    for role in settings.info.case_studies.roles:
        found = {mention.interview for mention in mentions if mention.role == role.code}
        name = f"{factor}.{role.measure}"
        yield _count("factor", name, domain, len(found), roles[role.code], "interviews")


def _pair_rows(material: CaseMaterial, nation: str) -> Iterator[dict[str, Any]]:
    total = sum(len(case.interviews) for case in material.cases)
    for (first, second), count in count_cooccurrence(material).items():
        measure = f"{first}+{second}.interviews"
        yield _count("cooccurrence", measure, nation, count, total, "interviews")


def _agreement_rows(material: CaseMaterial) -> Iterator[dict[str, Any]]:
    agreement = measure_agreement(material)
    if agreement is None:
        return
    for statistic, value, method in (
        ("alpha", agreement.alpha, "Krippendorff's alpha, nominal"),
        ("kappa", agreement.kappa, "Cohen's kappa"),
    ):
        yield {
            "key": f"case:coding.{statistic}", "source": "case", "variable": "coding",
            "measure": statistic, "domain": "", "statistic": statistic, "unit": "coefficient",
            "value": value, "n": agreement.units, "method": method,
        }  # fmt: skip


def _count(  # noqa: PLR0917 - the parts of a key in its order
    variable: str, measure: str, domain: str, value: int, n: int, unit: str
) -> dict[str, Any]:
    name = f"{variable}.{measure}" if measure else variable
    return {
        "key": f"case:{name}@{domain}", "source": "case", "variable": variable,
        "measure": measure, "domain": domain, "statistic": "count", "unit": unit,
        "value": value, "count": value, "n": n, "method": f"count of {unit}",
    }  # fmt: skip


def as_estimates(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Return rows as a table with the columns and types of `model.ESTIMATE_COLUMNS`."""
    frame = pd.DataFrame(
        {
            column: [row.get(column, "" if kind == "str" else math.nan) for row in rows]
            for column, kind in ESTIMATE_COLUMNS.items()
        }
    )
    return frame.astype(dict(ESTIMATE_COLUMNS))
