"""Small complete studies for the tests of all parts.

`small_study` writes ``data/study.yml``, ``data/codebook.yml`` and ``data/survey.csv`` (on demand a
sampling frame, weights and further files) into a folder. All answers are drawn at random with a
fixed seed; nobody gave them.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

REGIONS: dict[str, tuple[str, str, str, tuple[int, int], float]] = {
    # code: (German, English, short, tile, share of the respondents)
    "DE1": ("Baden-Württemberg", "Baden-Württemberg", "BW", (1, 3), 0.35),
    "DE2": ("Bayern", "Bavaria", "BY", (2, 3), 0.30),
    "DE9": ("Niedersachsen", "Lower Saxony", "NI", (1, 1), 0.25),
    "DEC": ("Saarland", "Saarland", "SL", (0, 2), 0.10),
}
TYPES = {
    "metro": ("Großstädtische Räume", "Metropolitan areas"),
    "rural": ("Ländliche Räume", "Rural areas"),
}


def text(german: str, english: str) -> dict[str, str]:
    """A text in both languages."""
    return {"de": german, "en": english}


def option(
    code: int, name: str, german: str, english: str, missing: str | None = None
) -> dict[str, Any]:
    """An answer option of the codebook."""
    made: dict[str, Any] = {"code": str(code), "name": name, "label": text(german, english)}
    return made | ({"missing": missing} if missing else {})


DONT_KNOW = option(9, "dont_know", "Weiß nicht", "Don't know", "dont_know")

CODEBOOK: dict[str, Any] = {
    "id_column": "id",
    "missing": {"-9": "refused", "-6": "not_presented"},
    "units": {
        "members": {"one": text("Mitglied", "member"), "many": text("Mitglieder", "members")}
    },
    "scales": {
        "frequency": {
            "options": [
                option(1, "never", "nie", "never"),
                option(2, "rarely", "selten", "rarely"),
                option(3, "sometimes", "manchmal", "sometimes"),
                option(4, "often", "häufig", "often"),
                option(5, "always", "immer", "always"),
                DONT_KNOW,
            ],
            "boxes": [
                {
                    "name": "frequent",
                    "label": text("häufig oder immer", "often or always"),
                    "options": ["often", "always"],
                },
            ],
        },
        "agreement": {
            "diverging": True,
            "options": [
                option(1, "disagree", "stimme nicht zu", "disagree"),
                option(2, "rather_disagree", "stimme eher nicht zu", "rather disagree"),
                option(3, "neutral", "teils, teils", "neither"),
                option(4, "rather_agree", "stimme eher zu", "rather agree"),
                option(5, "agree", "stimme zu", "agree"),
                DONT_KNOW,
            ],
            "boxes": [
                {
                    "name": "agreeing",
                    "label": text("stimmen zu", "agree"),
                    "options": ["rather_agree", "agree"],
                },
            ],
        },
    },
    "questions": [
        {
            "code": "q01_size",
            "type": "single",
            "ordered": True,
            "text": text("Wie groß ist Ihr Netzwerk?", "How large is your network?"),
            "label": text("Größe des Netzwerks", "Size of the network"),
            "options": [
                option(1, "small", "bis 20 Mitglieder", "up to 20 members"),
                option(2, "medium", "21 bis 50 Mitglieder", "21 to 50 members"),
                option(3, "large", "über 50 Mitglieder", "more than 50 members"),
            ],
        },
        {
            "code": "q02_steering",
            "type": "scale",
            "scale": "frequency",
            "text": text(
                "Wie oft trifft sich Ihre Steuerungsgruppe?",
                "How often does your steering group meet?",
            ),
            "label": text("Treffen der Steuerungsgruppe", "Meetings of the steering group"),
            "headline": "frequent",
            "positive": True,
        },
        {
            "code": "q03_partners",
            "type": "multiple",
            "text": text("Wer arbeitet mit?", "Who takes part?"),
            "label": text("Partner im Netzwerk", "Partners in the network"),
            "items": [
                {"name": "chamber", "label": text("Kammern", "Chambers")},
                {"name": "agency", "label": text("Agentur für Arbeit", "Employment agency")},
                {"name": "university", "label": text("Hochschulen", "Universities")},
            ],
            "headline": "chamber",
        },
        {
            "code": "q04_barriers",
            "type": "battery",
            "scale": "agreement",
            "text": text("Was hindert Ihre Arbeit?", "What hinders your work?"),
            "label": text("Hindernisse", "Barriers"),
            "items": [
                {"name": "time", "label": text("zu wenig Zeit", "too little time")},
                {"name": "money", "label": text("zu wenig Geld", "too little money")},
                {"name": "trust", "label": text("zu wenig Vertrauen", "too little trust")},
            ],
            "headline": "agreeing",
            "positive": False,
        },
        {
            "code": "q05_members",
            "type": "numeric",
            "unit": "members",
            "minimum": 1,
            "maximum": 400,
            "text": text(
                "Wie viele Mitglieder hat Ihr Netzwerk?", "How many members does your network have?"
            ),
            "label": text("Zahl der Mitglieder", "Number of members"),
            "headline": "median",
            "classes": [
                {"name": "to20", "label": text("bis 20", "up to 20"), "high": 21},
                {"name": "to50", "label": text("21 bis 50", "21 to 50"), "low": 21, "high": 51},
                {"name": "over50", "label": text("über 50", "more than 50"), "low": 51},
            ],
        },
        {
            "code": "q06_aims",
            "type": "ranking",
            "text": text("Ordnen Sie Ihre Ziele.", "Rank your aims."),
            "label": text("Ziele", "Aims"),
            "items": [
                {"name": "training", "label": text("Ausbildung", "Training")},
                {"name": "integration", "label": text("Integration", "Integration")},
                {"name": "retention", "label": text("Bindung", "Retention")},
            ],
        },
        {
            "code": "q07_smes",
            "type": "single",
            "text": text(
                "Sind kleine und mittlere Unternehmen dabei?",
                "Are small and medium-sized firms among you?",
            ),
            "label": text("KMU im Netzwerk", "SMEs in the network"),
            "options": [option(1, "yes", "ja", "yes"), option(2, "no", "nein", "no"), DONT_KNOW],
            "headline": "yes",
            "positive": True,
        },
        {
            "code": "q08_contact",
            "type": "scale",
            "scale": "frequency",
            "asked_if": {
                "variable": "q07_smes",
                "options": ["yes"],
                "label": text("Netzwerke mit KMU", "networks with SMEs"),
            },
            "text": text("Wie oft sprechen Sie mit ihnen?", "How often do you talk to them?"),
            "label": text("Gespräche mit KMU", "Talks with SMEs"),
            "headline": "frequent",
            "positive": True,
        },
        {
            "code": "q09_fields",
            "type": "multiple",
            "delimiter": ";",
            "text": text("In welchen Feldern arbeiten Sie?", "In which fields do you work?"),
            "label": text("Arbeitsfelder", "Fields of work"),
            "items": [
                {"name": "care", "label": text("Pflege", "Care"), "selected": "1"},
                {"name": "craft", "label": text("Handwerk", "Crafts"), "selected": "2"},
                {"name": "digital", "label": text("Digitales", "Digital"), "selected": "3"},
            ],
        },
        {
            "code": "q10_comment",
            "type": "open",
            "text": text("Was möchten Sie noch sagen?", "What else would you like to say?"),
            "label": text("Anmerkungen", "Comments"),
        },
    ],
    "indices": [
        {
            "code": "barriers",
            "label": text("Index der Hindernisse", "Index of barriers"),
            "items": ["q04_barriers_time", "q04_barriers_money", "q04_barriers_trust"],
        }
    ],
}


def study_info() -> dict[str, Any]:
    """What stands in ``study.yml``."""
    return {
        "id": "small-study",
        "edition": "2026",
        "languages": ["de", "en"],
        "demonstration": True,
        "publication": {
            "title": text("Netzwerke für Fachkräfte", "Networks for skilled labour"),
            "short_title": text("Netzwerke", "Networks"),
            "authors": ["A. Autorin", "B. Autor"],
            "date": "2026-11-02",
            "place": "Saarbrücken",
        },
        "institute": {"name": text("Beispielinstitut", "Example Institute"), "short": "BI"},
        "commissioner": {"name": text("Beispielministerium", "Example Ministry")},
        "contact": {"name": "Beispielinstitut", "email": "kontakt@example.org"},
        "population": text("regionale Netzwerke", "regional networks"),
        "respondents": text("Koordinierende", "coordinators"),
        "field_start": "2026-03-01",
        "field_end": "2026-04-15",
        "mode": text("Onlinebefragung", "online survey"),
        "files": {"survey": "survey.csv"},
        "regions": {
            "variable": "region",
            "nation": {
                "code": "DE",
                "name": text("Deutschland", "Germany"),
                "in": text("in Deutschland", "in Germany"),
            },
            "singular": text("Land", "state"),
            "plural": text("Länder", "states"),
            "list": [
                {
                    "code": code,
                    "name": text(german, english),
                    "in": text(f"in {german}", f"in {english}"),
                    "short": short,
                    "tile": list(tile),
                    "data": [short],
                }
                for code, (german, english, short, tile, _) in REGIONS.items()
            ],
        },
        "region_types": {
            "variable": "region_type",
            "singular": text("Regionstyp", "type of region"),
            "plural": text("Regionstypen", "types of region"),
            "list": [
                {
                    "code": code,
                    "name": text(german, english),
                    "in": text(f"in {german}", f"in {english}"),
                }
                for code, (german, english) in TYPES.items()
            ],
        },
        "audiences": [
            {"code": "smes", "name": text("KMU", "SMEs"), "topics": ["work", "barriers"]},
            {"code": "chambers", "name": text("Kammern", "Chambers"), "topics": ["barriers"]},
            {"code": "ministry", "name": text("Ministerien", "Ministries"), "scope": "nation"},
        ],
        "topics": [
            {
                "code": "work",
                "title": text("Arbeit der Netzwerke", "Work of the networks"),
                "questions": [
                    "q01_size",
                    "q02_steering",
                    "q03_partners",
                    "q05_members",
                    "q06_aims",
                    "q07_smes",
                    "q08_contact",
                    "q09_fields",
                ],
            },
            {
                "code": "barriers",
                "title": text("Hindernisse", "Barriers"),
                "questions": ["q04_barriers", "q10_comment"],
            },
        ],
        "case_studies": {
            "roles": [
                {
                    "code": "coordinator",
                    "key": "coordinators",
                    "name": text("Koordination", "coordinator"),
                    "many": text("Koordinierende", "coordinators"),
                    "with_many": text("Koordinierenden", "coordinators"),
                },
                {
                    "code": "sme",
                    "key": "smes",
                    "name": text("Betrieb", "firm"),
                    "many": text("Betriebe", "firms"),
                    "aliases": ["KMU"],
                },
            ]
        },
        "statistics": {"subgroups": ["q01_size"], "crossings": [["type", "q01_size"]]},
    }


def draw_survey(respondents: int, seed: int, *, weights: bool = False) -> pd.DataFrame:
    """Draw answers as text cells, with some of every kind of missing answer."""
    rng = np.random.default_rng(seed)
    regions = list(REGIONS)
    shares = np.array([REGIONS[code][4] for code in regions])
    region = rng.choice(len(regions), respondents, p=shares / shares.sum())
    # the first respondents fill every region, so that none is empty
    region[: len(regions)] = np.arange(len(regions))
    size = rng.choice([1, 2, 3], respondents, p=[0.5, 0.3, 0.2])
    smes = rng.choice([1, 2, 9], respondents, p=[0.6, 0.35, 0.05])
    frequency = [0.1, 0.15, 0.25, 0.3, 0.15, 0.05]
    columns: dict[str, Any] = {
        "id": [f"r{number:04d}" for number in range(1, respondents + 1)],
        "region": [REGIONS[regions[index]][2] for index in region],
        "region_type": rng.choice(list(TYPES), respondents, p=[0.4, 0.6]),
        "q01_size": size,
        "q02_steering": _blank(rng, rng.choice([1, 2, 3, 4, 5, 9], respondents, p=frequency)),
    }
    for item, share in {"chamber": 0.6, "agency": 0.45, "university": 0.2}.items():
        columns[f"q03_partners_{item}"] = (rng.random(respondents) < share).astype(int)
    for item, shift in {"time": 0.1, "money": 0.0, "trust": -0.05}.items():
        weights_of = np.array([0.2 - shift, 0.2, 0.2, 0.2, 0.15 + shift, 0.05])
        drawn = rng.choice([1, 2, 3, 4, 5, 9], respondents, p=weights_of)
        columns[f"q04_barriers_{item}"] = _blank(rng, drawn)
    columns["q05_members"] = _blank(
        rng, np.clip(rng.lognormal(3.2, 0.7, respondents), 1, 400).round().astype(int)
    )
    ranks = rng.permuted(np.tile([1, 2, 3], (respondents, 1)), axis=1)
    for place, item in enumerate(["training", "integration", "retention"]):
        columns[f"q06_aims_{item}"] = ranks[:, place]
    columns["q07_smes"] = smes
    contact = rng.choice([1, 2, 3, 4, 5, 9], respondents, p=frequency).astype(str)
    columns["q08_contact"] = np.where(smes == 1, contact, "")
    chosen = rng.random((respondents, 3)) < [0.5, 0.4, 0.3]
    columns["q09_fields"] = [
        ";".join(str(place + 1) for place in np.flatnonzero(row)) for row in chosen
    ]
    said = np.resize(["weiter so", "mehr davon", "nichts"], respondents)
    columns["q10_comment"] = np.where(rng.random(respondents) < 0.2, said, "")
    if weights:
        drawn = rng.uniform(0.5, 2.0, respondents)
        columns["weight"] = (drawn / drawn.mean()).round(3)
    return pd.DataFrame(columns).astype(str)


def _blank(rng: np.random.Generator, values: np.ndarray) -> np.ndarray:
    """Leave some cells empty and some refused."""
    luck = rng.random(len(values))
    return np.select([luck < 0.04, luck < 0.06], ["", "-9"], values.astype(str))


def draw_frame(survey: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Draw a frame that holds the respondents and half as many others."""
    rng = np.random.default_rng(seed + 1)
    others = survey.sample(frac=0.5, replace=True, random_state=seed).copy()
    others["id"] = [f"x{number:04d}" for number in range(1, len(others) + 1)]
    frame = pd.concat([survey, others])[["id", "region", "region_type"]]
    return frame.assign(founded=rng.choice(["1990s", "2000s", "2010s"], len(frame)))


def merge(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Lay changes over a mapping; a mapping inside is merged, ``None`` removes the key."""
    merged = copy.deepcopy(dict(base))
    for key, value in changes.items():
        if value is None:
            merged.pop(key, None)
        elif isinstance(value, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = merge(merged[key], value)
        else:
            merged[key] = copy.deepcopy(value)
    return merged


def small_study(
    folder: Path,
    *,
    respondents: int = 120,
    seed: int = 7,
    weights: bool = False,
    frame: bool = False,
    about: Sequence[str] | None = None,
    study: Mapping[str, Any] | None = None,
    codebook: Mapping[str, Any] | None = None,
    questions: Sequence[Mapping[str, Any]] | None = None,
    edit: Callable[[pd.DataFrame], pd.DataFrame] | None = None,
    files: Mapping[str, str] | None = None,
) -> Path:
    """Write a small complete study and return its folder.

    Parameters
    ----------
    folder
        Where the study stands; made if it is not there.
    respondents, seed
        Number of rows, and the seed that they are drawn with.
    weights
        Give each row a weight in the column ``weight`` and declare it.
    frame
        Write ``frame.csv`` with the respondents and half as many others, and declare it.
    about
        Codes of the questions that are asked, in place of all. A study of two questions is released
        in a fraction of the time.
    study, codebook
        Changes laid over ``study.yml`` and ``codebook.yml``; ``None`` removes a key.
    questions
        Questions in place of the usual ones.
    edit
        Changes the drawn table before it is written.
    files
        Further files under ``data/``, by relative path, such as cases, panel, recommendations;
        declare them with ``study={"files": {"cases": "cases"}}``.
    """
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    info, book = study_info(), copy.deepcopy(CODEBOOK)
    drawn = draw_survey(respondents, seed, weights=weights)
    if about is not None:
        drawn = _ask_only(about, info, book, drawn)
    survey = edit(drawn) if edit else drawn
    survey.to_csv(data / "survey.csv", index=False)
    if weights:
        info["design"] = {"weight": "weight"}
    if frame:
        info["files"]["frame"] = "frame.csv"
        info["frame"] = {"region": "region", "region_type": "region_type", "variables": ["founded"]}
        draw_frame(drawn, seed).to_csv(data / "frame.csv", index=False)
    if questions is not None:
        book["questions"] = list(questions)
    _write_yaml(data / "study.yml", merge(info, study or {}))
    _write_yaml(data / "codebook.yml", merge(book, codebook or {}))
    for name, content in (files or {}).items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def _ask_only(
    about: Sequence[str], info: dict[str, Any], book: dict[str, Any], drawn: pd.DataFrame
) -> pd.DataFrame:
    """Leave out all other questions, with what is made of them, and return the columns left."""
    book["questions"] = [item for item in book["questions"] if item["code"] in about]
    del book["indices"]
    for topic in info["topics"]:
        topic["questions"] = [code for code in topic["questions"] if code in about]
    info["topics"] = [topic for topic in info["topics"] if topic["questions"]]
    topics = [topic["code"] for topic in info["topics"]]
    for audience in info["audiences"]:
        if "topics" in audience:
            audience["topics"] = [code for code in audience["topics"] if code in topics] or topics
    if not set(info["statistics"]["subgroups"]) <= set(about):
        del info["statistics"]
    design = ("id", "region", "region_type", "weight")
    kept = [name for name in drawn if name in design or name.startswith(tuple(about))]
    return drawn[kept]


def _write_yaml(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(
        yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False), encoding="utf-8"
    )
