"""Who answered: response rates, respondents beside the frame, answers that are missing.

References
----------
AAPOR (2023): Standard Definitions. Final Dispositions of Case Codes and Outcome Rates for
Surveys, 10th edition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from briefgen.config.settings import Settings
from briefgen.evidence.study import Study
from briefgen.evidence.survey.decode import REASON
from briefgen.evidence.survey.estimate import finish_table
from briefgen.evidence.survey.frame import frame_columns

CLASSES: Final = {
    "1.2": "P",  # partial interview
    "1": "I",  # complete interview
    "2.1": "R",  # refusal and break-off
    "2.2": "NC",  # non-contact
    "2": "O",  # other, eligible
    "3": "U",  # unknown whether eligible
    "4": "N",  # not eligible
}
"""AAPOR's outcome by how the final disposition code begins, the longest first."""


REASONS: Final = ("no_answer", "dont_know", "refused", "not_presented", "not_asked")
OUTCOMES: Final = ("I", "P", "R", "NC", "O", "U", "N")


def classify_dispositions(codes: pd.Series) -> pd.Series:
    """Return AAPOR's outcome of each final disposition code; ``None`` for a code it has not."""
    outcome = pd.Series(None, index=codes.index, dtype=object)
    for start in sorted(CLASSES, key=len):
        outcome = outcome.mask(codes.str.startswith(start), CLASSES[start])
    return outcome


def outcome_rates(counts: Mapping[str, float]) -> dict[str, float]:
    """Return AAPOR's response rates RR1 to RR6 and cooperation rate COOP1 from the outcomes.

    RR3 and RR4 estimate the eligible among the unknown by the share among the known.
    """
    i, p, r, nc, o, u, n = (
        float(counts.get(name, 0)) for name in ("I", "P", "R", "NC", "O", "U", "N")
    )
    known = i + p + r + nc + o
    e = known / (known + n) if known + n else 1.0

    def rate(answers: float, unknown: float) -> float:
        return answers / (known + unknown) if known + unknown else float("nan")

    cooperation = i / (i + p + r + o) if i + p + r + o else float("nan")
    return {
        "rr1": rate(i, u), "rr2": rate(i + p, u),
        "rr3": rate(i, e * u), "rr4": rate(i + p, e * u),
        "rr5": rate(i, 0), "rr6": rate(i + p, 0),
        "coop1": cooperation,
    }  # fmt: skip


def estimate_response(study: Study) -> pd.DataFrame:
    """Return response by nation, region and type, respondents beside the frame, rows left out.

    Without a frame, or where nothing tells who answered, there are the rows left out alone.
    """
    frame, left_out = study.frame, tabulate_left_out(study)
    if frame is None or frame["_answered"].isna().all():
        return finish_table([left_out] if len(left_out) else [], "response")
    outcome = _outcomes(study, frame)
    parts = [_domain_rows(outcome, rows, domain) for domain, rows in _domains(study, frame)]
    parts.append(_nation_rows(outcome, study.settings.nation))
    parts.append(compare_with_frame(study, frame, outcome))
    return finish_table([*parts, left_out] if len(left_out) else parts, "response")


def tabulate_left_out(study: Study) -> pd.DataFrame:
    """Return how many rows of the survey are left out, by reason; reasons without a row have none.

    Keys: ``response:left_out.REASON``, with the reasons of `Study.left_out` and ``weight`` for
    respondents whose weight is 0.
    """
    weightless = len(study.survey) - len(study.counted.survey)
    counts = {**study.left_out, "weight": weightless}
    told = {reason: float(rows) for reason, rows in counts.items() if rows}
    return pd.DataFrame(
        {
            "variable": "left_out", "measure": list(told), "statistic": "count", "unit": "count",
            "domain": study.settings.nation, "value": list(told.values()),
            "n": list(told.values()), "method": "count",
        }
    )  # fmt: skip


def _outcomes(study: Study, frame: pd.DataFrame) -> pd.Series:
    """Return AAPOR's outcome of each unit; without dispositions, silence is unknown eligibility.

    Networks and firms of a list are taken as eligible: silent ones are non-contacts.
    """
    column = frame_columns(study.settings).disposition
    if column and column in frame:
        return classify_dispositions(frame[column])
    return pd.Series(np.where(frame["_answered"], "I", "NC"), index=frame.index)


def _domains(study: Study, frame: pd.DataFrame) -> list[tuple[str, np.ndarray]]:
    settings = study.settings
    found = [(settings.nation, np.ones(len(frame), dtype=bool))]
    found += [(code, frame["_region"].eq(code).to_numpy()) for code in settings.regions]
    if settings.info.region_types and "_type" in frame:
        found += [
            (f"type:{part.code}", frame["_type"].eq(part.code).to_numpy())
            for part in settings.info.region_types.list
        ]
    return found


def count_outcomes(study: Study) -> pd.DataFrame:
    """Count AAPOR's outcomes, with all response rates, by nation, region and type.

    Returns
    -------
    DataFrame
        One row a domain: units in the frame by outcome (I, P, R, NC, O, U, N), then RR1 to RR6 and
        COOP1, 0–1. Empty without a frame, or where nothing tells who answered.
    """
    frame = study.frame
    if frame is None or frame["_answered"].isna().all():
        return pd.DataFrame()
    outcome = _outcomes(study, frame)
    rows = {}
    for domain, inside in _domains(study, frame):
        counted = outcome[inside].value_counts()
        counts: dict[str, float] = {name: int(counted.get(name, 0)) for name in OUTCOMES}
        rows[domain] = {**counts, **outcome_rates(counts)}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("domain")


def _domain_rows(outcome: pd.Series, rows: np.ndarray, domain: str) -> pd.DataFrame:
    here = outcome[rows]
    invited = float(here.ne("N").sum())
    answers = float(here.isin(["I", "P"]).sum())
    rate = answers / invited if invited else np.nan
    return pd.DataFrame(
        {
            "variable": ["invited", "answers", "rate"],
            "statistic": ["count", "count", "rate"],
            "unit": ["count", "count", "share"],
            "domain": domain,
            "value": [invited, answers, rate],
            "count": [np.nan, np.nan, answers],
            "n": [invited, answers, invited],
            "method": ["count", "count", "aapor rr2"],
        }
    )


def _nation_rows(outcome: pd.Series, nation: str) -> pd.DataFrame:
    rates = outcome_rates({str(name): float(n) for name, n in outcome.value_counts().items()})
    return pd.DataFrame(
        {
            "variable": list(rates), "statistic": "rate", "unit": "share", "domain": nation,
            "value": list(rates.values()), "n": float(outcome.ne("N").sum()),
            "method": [f"aapor {name}" for name in rates],
        }
    )  # fmt: skip


def compare_with_frame(study: Study, frame: pd.DataFrame, outcome: pd.Series) -> pd.DataFrame:
    """Return each category's share in the frame, among respondents, and their difference.

    Keys: ``response:frame_share@DE1``, ``response:respondent_share@DE1`` and
    ``response:respondent_share@DE1~frame``; categories of other variables of the frame are
    domains ``VARIABLE:CATEGORY``.
    """
    eligible = frame[outcome.ne("N").to_numpy()]
    answered = eligible[outcome[outcome.ne("N")].isin(["I", "P"]).to_numpy()]
    parts = [
        _compare(eligible[column], answered[column], prefix)
        for column, prefix in _compared(study.settings, frame)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def _compared(settings: Settings, frame: pd.DataFrame) -> list[tuple[str, str]]:
    compared = [("_region", "")] if settings.regions else []
    compared += [("_type", "type:")] if "_type" in frame else []
    return compared + [
        (name, f"{name}:") for name in frame_columns(settings).variables if name in frame
    ]


def _compare(everyone: pd.Series, answered: pd.Series, prefix: str) -> pd.DataFrame:
    whole = everyone[everyone.notna() & everyone.ne("")].value_counts().sort_index()
    some = answered.value_counts().reindex(whole.index, fill_value=0)
    shares, respondents = whole / whole.sum(), some / max(int(some.sum()), 1)
    names = [prefix + str(name).replace(" ", "_") for name in whole.index]
    kind = {"statistic": "share", "unit": "share"}
    there = pd.DataFrame(
        {"variable": "frame_share", **kind, "value": shares, "count": whole, "n": whole.sum()}
    )
    here = pd.DataFrame(
        {
            "variable": "respondent_share",
            **kind,
            "value": respondents,
            "count": some,
            "n": some.sum(),
        }
    )
    gap = pd.DataFrame(
        {
            "variable": "respondent_share",
            "contrast": "frame",
            "statistic": "difference",
            "unit": "points",
            "value": respondents - shares,
            "n": some.sum(),
        }
    )
    parts = [part.assign(domain=names, method="count") for part in (there, here, gap)]
    return pd.concat(parts, ignore_index=True)


def count_reasons(study: Study) -> pd.DataFrame:
    """Count, for each variable, the answers and each reason why there is none.

    Returns
    -------
    DataFrame
        One row a variable: ``asked``, ``answers``, then each reason; respondents, unweighted.
    """
    codes = list(study.settings.variables)
    told = {code: study.survey[code + REASON].value_counts() for code in codes}
    table = pd.DataFrame(
        {code: counts.reindex(["", *REASONS], fill_value=0) for code, counts in told.items()}
    ).T
    table = table.rename(columns={"": "answers"})
    asked = len(study.survey) - table["not_asked"] - table["not_presented"]
    table.insert(0, "asked", asked)
    return table.rename_axis("variable").astype(int)
