"""A study of one question with templates of its own: quick to build, and easy to foresee.

A brief prints values of its region, what changed there, and the recommendations that apply there;
the short version prints the nation's. So a test can tell beforehand which documents a change
touches.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from studies import CODEBOOK, REGIONS, small_study, text

VARIABLE = "q02_steering"
HEAD = "---\ntitle: {title}\nlang: {{{{ doc.language }}}}\n---\n\n"
BRIEF = (
    HEAD.format(title="{{ doc.region_name ~ ', ' ~ doc.audience_name }}")
    + f'{{{{ statement("{VARIABLE}.frequent") }}}}\n\n'
    + f'Im Mittel {{{{ value("{VARIABLE}.mean") }}}}.\n\n'
    + '{% include "_parts/brief-changes.qmd" %}\n\n'
    + "{% for one in recommendations() %}\n- {{ one.title }}: {{ one.text }}\n{% endfor %}\n"
)
SUMMARY = HEAD.format(title="Kurzfassung") + f'{{{{ statement("{VARIABLE}.frequent") }}}}\n'
RECOMMENDATIONS = {
    "recommendations": [
        {
            "code": f"r{number:02d}",
            "title": text(f"Treffen in {region}", f"Meetings in {region}"),
            "text": text("Treffen Sie sich oft.", "Meet often."),
            "audiences": ["smes"],
            "evidence": [f"survey:{VARIABLE}.frequent"],
            "condition": f"region == {region}",
        }
        for number, region in enumerate(REGIONS, start=1)
    ]
}


def plain_study(
    folder: Path,
    *,
    respondents: int = 120,
    regions: Mapping[str, Any] | None = None,
    audiences: int = 1,
    languages: tuple[str, ...] = ("de",),
) -> Path:
    """Write the study and return its folder.

    Parameters
    ----------
    regions
        In place of the usual ones: code → share of respondents, for studies of any size.
    audiences, languages
        How many of each; a brief is made for each region, audience and language.
    """
    question = next(item for item in CODEBOOK["questions"] if item["code"] == VARIABLE)
    names = [f"group{number}" for number in range(1, audiences)]
    study: dict[str, Any] = {
        "languages": list(languages),
        "documents": ["summary", "brief"],
        "files": {"recommendations": "recommendations.yml"},
        "audiences": [
            {"code": "smes", "name": text("KMU", "SMEs"), "topics": ["work"]},
            *({"code": name, "name": text(name, name), "topics": ["work"]} for name in names),
        ],
        "topics": [{"code": "work", "title": text("Arbeit", "Work"), "questions": [VARIABLE]}],
        "statistics": {"subgroups": [], "crossings": []},
        "region_types": None,
    }
    written = RECOMMENDATIONS
    if regions is not None:
        written = {"recommendations": []}
        study["files"] = {}
        study["regions"] = {"list": [_region(code) for code in regions]}
    small_study(
        folder,
        respondents=respondents,
        study=study,
        codebook={"indices": None},
        questions=[question],
        edit=lambda table: _keep_columns(table, regions),
        files={"recommendations.yml": yaml.safe_dump(written, allow_unicode=True)},
    )
    for name, content in {"brief.qmd": BRIEF, "summary.qmd": SUMMARY}.items():
        path = folder / "reports" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def _region(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "name": text(f"Gebiet {code}", f"Area {code}"),
        "in": text(f"in Gebiet {code}", f"in area {code}"),
        "data": [code],
    }


def _keep_columns(table: pd.DataFrame, regions: Mapping[str, Any] | None) -> pd.DataFrame:
    kept = table[["id", "region", VARIABLE]]
    if regions is None:
        return kept
    codes = list(regions)
    return kept.assign(region=[codes[place % len(codes)] for place in range(len(kept))])


def edit_answers(folder: Path, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """Change the survey's table, whose cells are text."""
    path = folder / "data" / "survey.csv"
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)


def add_answers(folder: Path, region: str, answers: list[str]) -> None:
    """Let further respondents of a region answer; a region is named as in the data."""
    wave = len((folder / "data" / "survey.csv").read_text(encoding="utf-8").splitlines())
    rows = {
        "id": [f"w{wave + number:05d}" for number in range(len(answers))],
        "region": region,
        VARIABLE: answers,
    }
    edit_answers(folder, lambda table: pd.concat([table, pd.DataFrame(rows)]))
