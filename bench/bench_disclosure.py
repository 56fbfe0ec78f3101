"""Time the wall: release and audit of a large study, question by question.

``python bench/bench_disclosure.py --questions 30`` draws a study of 400 regions in 16 Länder with
five answers to each question, releases all shares in every domain and audits what was released.
With ``--crossing`` types cross the regions, and ``--filters 3`` lets the last three questions be
asked of those alone who chose one of two answers to another. It prints the seconds, the hidden
cells and the peak of memory. Every answer is drawn.

``--table`` measures the studies of the table in ``docs/disclosure.md``, one process each.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from briefgen import disclosure
from briefgen.config.settings import Codebook, Settings, StudyInfo
from briefgen.evidence.study import Study


def make_settings(
    regions: int, states: int, questions: int, options: int, subgroups: int, *, filters: int = 0
) -> Settings:
    """Return the configuration: the last questions are asked of some alone."""
    raw: dict[str, Any] = {
        "id": "bench", "edition": "2026", "languages": ["en"],
        "publication": {
            "title": "B", "short_title": "B", "authors": ["A"], "date": "2026-01-01",
        },
        "institute": {"name": "I"}, "contact": {"name": "I"},
        "population": "people", "respondents": "people", "files": {"survey": "survey.csv"},
        "regions": {
            "variable": "region", "nation": {"code": "N", "name": "Nation"},
            "singular": "region", "plural": "regions",
            "list": [{"code": f"R{i:03}", "name": f"Region {i}"} for i in range(regions)],
        },
        "region_types": {
            "variable": "state", "singular": "state", "plural": "states",
            "list": [{"code": f"s{i:02}", "name": f"State {i}"} for i in range(states)],
        },
        "audiences": [{"code": "all", "name": "All"}],
        "topics": [{"code": "all", "title": "All", "questions": ["q00"]}],
        "statistics": {"subgroups": [f"q{i:02}" for i in range(subgroups)]},
    }  # fmt: skip
    answers = [{"code": str(i), "name": f"o{i}", "label": f"O{i}"} for i in range(options)]
    asked: list[dict[str, Any]] = [
        {"code": f"q{i:02}", "type": "single", "text": "Q", "label": "Q", "options": answers}
        for i in range(questions)
    ]
    for question in asked[questions - filters :]:
        question["asked_if"] = {"variable": f"q{subgroups:02}", "options": ["o0", "o1"]}
    return Settings(
        folder=Path(),
        info=StudyInfo.model_validate(raw),
        codebook=Codebook.model_validate({"questions": asked}),
    )


def draw_answers(
    settings: Settings, respondents: int, seed: int, *, crossing: bool = False
) -> pd.DataFrame:
    """Draw where respondents are, in regions of different sizes, and what they answer."""
    rng = np.random.default_rng(seed)
    regions = np.array(list(settings.regions))
    states = settings.info.region_types.list if settings.info.region_types else ()
    place = rng.choice(len(regions), respondents, p=rng.dirichlet(np.full(len(regions), 2.0)))
    kinds = rng.choice(len(states), respondents) if crossing else place * len(states)
    columns: dict[str, Any] = {
        "_region": regions[place].astype(object),
        "_type": np.array([s.code for s in states], dtype=object)[
            kinds if crossing else kinds // len(regions)
        ],
    }
    for code, variable in settings.variables.items():
        names = np.array([option.name for option in variable.answers], dtype=object)
        drawn = names[
            rng.choice(len(names), respondents, p=rng.dirichlet(np.full(len(names), 2.0)))
        ]
        columns[code] = np.where(rng.random(respondents) < 0.05, None, drawn)
        if opener := variable.question.asked_if:
            is_asked = np.isin(columns[opener.variable].astype(str), opener.options)
            columns[code] = np.where(is_asked, columns[code], None)
    index = pd.Index([f"p{i}" for i in range(respondents)], name="respondent")
    return pd.DataFrame(columns, index=index)


def tabulate(study: Study) -> pd.DataFrame:
    """Return the shares of all answers in every domain."""
    survey, rows = study.survey, []
    frames = [("_region", ""), ("_type", "type:")]
    frames += [(name, f"{name}:") for name in study.settings.info.statistics.subgroups]
    for code, variable in study.settings.variables.items():
        valid = survey[survey[code].notna()]
        tables = [(pd.Series(study.settings.nation, index=valid.index), "")]
        tables += [(valid[column], prefix) for column, prefix in frames if column != code]
        for labels, prefix in tables:
            counts = pd.crosstab(labels, valid[code])
            counts = counts.reindex(columns=[o.name for o in variable.answers], fill_value=0)
            for domain, row in counts.iterrows():
                rows += [
                    _row(code, str(option), f"{prefix}{domain}", int(count), int(row.sum()))
                    for option, count in row.items()
                ]
    return pd.DataFrame(rows)


def _row(code: str, measure: str, domain: str, count: int, base: int) -> dict[str, Any]:
    return {
        "key": f"survey:{code}.{measure}@{domain}", "source": "survey", "variable": code,
        "measure": measure, "domain": domain, "contrast": "", "statistic": "share",
        "unit": "share", "value": count / base if base else np.nan, "low": np.nan,
        "high": np.nan, "n": base, "count": count, "method": "plain",
    }  # fmt: skip


MIDDLE = "--respondents 1000 --regions 16 --states 5 --crossing --questions 10"
TABLE = (
    MIDDLE,
    f"{MIDDLE} --subgroups 1",
    f"{MIDDLE} --subgroups 1 --filters 3",
    f"{MIDDLE} --subgroups 2",
    "--respondents 12000 --regions 400 --states 16 --questions 30",
)


def measure_table() -> None:
    """Measure the studies of the table, on one core each."""
    environment = {**os.environ, "PYTHON_CPU_COUNT": "1"}
    for line in TABLE:
        print(line, flush=True)
        subprocess.run([sys.executable, __file__, *line.split()], check=True, env=environment)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, value in (("regions", 400), ("states", 16), ("questions", 30), ("options", 5)):
        parser.add_argument(f"--{name}", type=int, default=value)
    parser.add_argument("--respondents", type=int, default=12_000)
    parser.add_argument("--subgroups", type=int, default=0, help="questions that make subgroups")
    parser.add_argument("--filters", type=int, default=0, help="questions that another opens")
    parser.add_argument("--crossing", action="store_true", help="types that cross the regions")
    parser.add_argument("--table", action="store_true", help="the table of the documentation")
    chosen = parser.parse_args()
    if chosen.table:
        measure_table()
        return
    settings = make_settings(
        chosen.regions,
        chosen.states,
        chosen.questions,
        chosen.options,
        chosen.subgroups,
        filters=chosen.filters,
    )
    survey = draw_answers(settings, chosen.respondents, seed=1, crossing=chosen.crossing)
    study = Study(settings=settings, survey=survey)
    estimates = tabulate(study)
    start = time.perf_counter()
    released = disclosure.release_study(study, estimates)
    middle = time.perf_counter()
    report = disclosure.audit_evidence([released.evidence], settings, study)
    end = time.perf_counter()
    lost = disclosure.measure_loss(released)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(estimates)} estimates, {lost.hidden} hidden ({lost.share:.1%})")
    print(f"release {middle - start:.1f} s, audit {end - middle:.1f} s, peak {peak:.0f} MiB")
    print(f"seconds of processor time: {time.process_time():.1f} in all")
    print(report.lines()[-1])


if __name__ == "__main__":
    main()
