"""A small study with cases, panel and recommendations, written by hand for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from briefgen.config.settings import Settings, load_settings
from briefgen.evidence.cases import read_cases
from briefgen.evidence.panel import read_panel
from briefgen.model import Evidence, EvidenceKey, Released, Status
from studies import small_study, text

CODES: dict[str, Any] = {
    "codes": [
        {
            "code": "people",
            "name": text("Menschen", "People"),
            "children": [
                {
                    "code": "contact",
                    "name": text("Persönlicher Kontakt", "Personal contact"),
                    "description": text("Die Koordination kommt vorbei", "The coordinator visits"),
                    "aliases": ["Kontakt"],
                },
                {"code": "trust", "name": text("Vertrauen", "Trust")},
            ],
        },
        {"code": "time", "name": text("Zeit", "Time"), "polarity": "challenge"},
    ]
}


def segment(code: str, german: str = "Sie kommen vorbei.", **more: Any) -> dict[str, Any]:
    """A segment of a case file, in both languages."""
    return {"code": code, "text": text(german, f"(en) {german}"), "consent": True} | more


def case(code: str, region: str = "DE1", **more: Any) -> dict[str, Any]:
    """A case with one interview of each role; ``more`` lies over it."""
    return {
        "code": code,
        "name": text(f"Netz {code}", f"Network {code}"),
        "region": region,
        "region_type": "rural",
        "attributes": {"size": text("40 Mitglieder", "40 members"), "founded": 2014},
        "portrait": text("Ein Netz auf dem Land.", "A network in the countryside."),
        "lesson": text("Hingehen hilft.", "Going there helps."),
        "interviews": [
            {
                "id": "i1",
                "role": "coordinator",
                "pseudonym": text("Koordinatorin", "Coordinator"),
                "segments": [segment("contact", "Ich gehe hin.", id="s1"), segment("time")],
            },
            {
                "id": "i2",
                "role": "sme",
                "pseudonym": text("Handwerkerin", "Craftswoman"),
                "segments": [segment("contact", "Sie war hier.", consent=False)],
            },
        ],
    } | more


STATEMENTS: dict[str, Any] = {
    "dont_know": ["99"],
    "statements": [
        {"code": "s01", "text": text("Eins", "One"), "topic": "work"},
        {"code": "s02", "text": text("Zwei", "Two"), "links": ["case:factor.contact"]},
        {"code": "s03", "text": text("Drei", "Three"), "scale": {"min": 1, "max": 5}},
    ],
}

PANEL = """expert,round,statement,dimension,rating,comment_de,comment_en
e1,1,s01,agreement,9,,
e2,1,s01,agreement,8,Gut.,Good.
e3,1,s01,agreement,dk,,
e1,2,s01,agreement,9,,
e2,2,s01,agreement,7,,
e3,2,s01,agreement,8,,
e1,2,s01,importance,9,,
e2,2,s01,importance,8,,
e1,2,s01,feasibility,5,,
e2,2,s01,feasibility,7,,
e1,2,s02,agreement,2,,
e2,2,s02,agreement,9,,
e3,2,s02,agreement,99,,
e1,2,s02,importance,8,,
e2,2,s02,importance,8,,
e1,2,s02,feasibility,9,,
e2,2,s02,feasibility,9,,
"""

RECOMMENDATIONS: dict[str, Any] = {
    "recommendations": [
        {
            "code": "r01",
            "title": text("Steuern lassen", "Let them steer"),
            "text": text("Geben Sie Sitze.", "Give seats."),
            "audiences": ["smes", "chambers"],
            "owner": text("Netz", "Network"),
            "evidence": ["survey:q02_steering.often", "case:factor.contact", "panel:s01.agreement"],
            "condition": "survey:q02_steering.often < nation",
            "statement": "s01",
        },
        {
            "code": "r02",
            "title": text("Hingehen", "Go there"),
            "text": text("Besuchen Sie Betriebe.", "Visit firms."),
            "audiences": ["smes"],
            "evidence": ["case:factor.contact", "panel:s02.agreement"],
            "statement": "s02",
        },
    ]
}


def dump(content: Mapping[str, Any]) -> str:
    """Write YAML as a study has it."""
    return yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False)


def qualitative_study(
    folder: Path, files: Mapping[str, str] | None = None, **stated: str | None
) -> Settings:
    """Write the study and return its settings; ``files`` lie over the usual ones."""
    declared = {
        "cases": "cases",
        "codes": "codes.yml",
        "panel": "panel.csv",
        "statements": "statements.yml",
        "recommendations": "recommendations.yml",
        "names_to_hide": "names_to_hide.txt",
    } | stated
    usual = {
        "codes.yml": dump(CODES),
        "cases/c01.yml": dump(case("c01")),
        "cases/c02.yml": dump(case("c02", "DE2", region_type="metro")),
        "panel.csv": PANEL,
        "statements.yml": dump(STATEMENTS),
        "recommendations.yml": dump(RECOMMENDATIONS),
        "names_to_hide.txt": "# names\nBeispielfirma\nMusterstadt*\n",
    }
    small_study(
        folder,
        respondents=20,
        study={"files": {name: path for name, path in declared.items() if path}},
        files=usual | dict(files or {}),
    )
    return load_settings(folder)


@dataclass(frozen=True)
class QualitativeStudy:
    """What the functions before the wall need of a study."""

    settings: Settings
    cases: Any = None
    panel: Any = None
    recommendations: tuple[Any, ...] = field(default=())


def read_study(settings: Settings) -> QualitativeStudy:
    """Read cases and panel; problems that are errors fail the test."""
    cases, first = read_cases(settings)
    panel, second = read_panel(settings)
    errors = [problem for problem in [*first, *second] if problem.severity == "error"]
    assert not errors, [str(error) for error in errors]
    return QualitativeStudy(settings, cases, panel)


def evidence(key: str, value: float | None = None, **more: Any) -> Evidence:
    """A published value; ``more`` lies over it."""
    parts = EvidenceKey.parse(key)
    usual: dict[str, Any] = {
        "key": key, "source": parts.source, "variable": parts.variable, "measure": parts.measure,
        "domain": parts.domain, "contrast": parts.contrast, "statistic": "share", "unit": "share",
        "value": value, "low": None, "high": None, "n": 40, "method": "by hand",
        "status": Status.PUBLISHED,
    }  # fmt: skip
    return Evidence(**(usual | more))


def released(*items: Evidence, **more: Any) -> Released:
    """What passed the wall."""
    return Released({item.key: item for item in items}, **more)
