"""Random small studies for the attacker: settings and microdata, without files.

Every answer is drawn; nobody gave it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from briefgen.config.settings import Codebook, Settings, StudyInfo
from briefgen.evidence.study import Study

CODES = ("a", "f", "h", "g")
"""The questions with options, of which all answers are counted."""


@dataclass(frozen=True)
class Draw:
    """What a random study is like."""

    seed: int
    respondents: int = 40
    regions: int = 3
    types: int = 2
    options: int = 3
    filtered: bool = True
    group: bool = False
    pair: bool = False  # whether question a makes groups beside g
    nested: bool = False
    chained: bool = False  # whether the filtered question opens another one
    weighted: bool = False  # whether everybody knows weights that differ
    rules: tuple[tuple[str, int], ...] = ()


def draw_study(draw: Draw, folder: Path = Path()) -> Study:
    """Return a study with a single, a multiple, a filtered and a numeric question."""
    settings = Settings(folder=folder, info=_info(draw), codebook=_codebook(draw))
    return Study(settings=settings, survey=_survey(draw))


def _info(draw: Draw) -> StudyInfo:
    regions = [
        {"code": f"R{i}", "name": f"Region {i}", "short": f"{i}"} for i in range(draw.regions)
    ]
    raw: dict[str, Any] = {
        "id": "random",
        "edition": "2026",
        "languages": ["en"],
        "publication": {
            "title": "Random", "short_title": "Random", "authors": ["A"], "date": "2026-01-01",
        },
        "institute": {"name": "Institute"},
        "contact": {"name": "Institute"},
        "population": "people",
        "respondents": "people",
        "files": {"survey": "survey.csv"},
        "regions": {
            "variable": "region", "nation": {"code": "N", "name": "Nation"},
            "singular": "region", "plural": "regions", "list": regions,
        },
        "audiences": [{"code": "all", "name": "All"}],
        "topics": [{"code": "all", "title": "All", "questions": ["a"]}],
        "disclosure": dict(draw.rules) | {"known_weights": draw.weighted},
    }  # fmt: skip
    if draw.types:
        kinds = [{"code": f"t{i}", "name": f"Type {i}"} for i in range(draw.types)]
        raw["region_types"] = {
            "variable": "type", "singular": "type", "plural": "types", "list": kinds,
        }  # fmt: skip
    if draw.group:
        crossings = [["type", "g"]] if draw.types else []
        names = ["a", "g"] if draw.pair else ["g"]
        raw["statistics"] = {"subgroups": names, "crossings": crossings}
    return StudyInfo.model_validate(raw)


def _options(count: int) -> list[dict[str, str]]:
    return [{"code": str(i), "name": f"o{i}", "label": f"Option {i}"} for i in range(count)]


def _codebook(draw: Draw) -> Codebook:
    questions: list[dict[str, Any]] = [
        {
            "code": "a", "type": "scale", "ordered": True, "text": "A", "label": "A",
            "options": _options(draw.options),
            "boxes": [{"name": "top", "label": "Top", "options": ["o0", "o1"]}],
        },
        {
            "code": "m", "type": "multiple", "text": "M", "label": "M",
            "items": [{"name": "x", "label": "X"}, {"name": "y", "label": "Y"}],
        },
    ]  # fmt: skip
    if draw.filtered:
        opened = {"variable": "a", "options": ["o0", "o2"]}
        questions.append(
            {
                "code": "f", "type": "single", "text": "F", "label": "F",
                "options": _options(2), "asked_if": opened,
            }
        )  # fmt: skip
    if draw.filtered and draw.chained:
        opened = {"variable": "f", "options": ["o0"]}
        questions.append(
            {
                "code": "h", "type": "single", "text": "H", "label": "H",
                "options": _options(2), "asked_if": opened,
            }
        )  # fmt: skip
    if draw.group:
        questions.append(
            {"code": "g", "type": "single", "text": "G", "label": "G", "options": _options(2)}
        )
    questions.append({"code": "z", "type": "numeric", "text": "Z", "label": "Z"})
    return Codebook.model_validate({"questions": questions})


def _survey(draw: Draw) -> pd.DataFrame:
    rng = np.random.default_rng(draw.seed)
    count = draw.respondents
    places = rng.choice(draw.regions, count, p=rng.dirichlet(np.ones(draw.regions)))
    kinds = rng.integers(0, max(1, draw.types), count)
    if draw.nested:
        kinds = places % max(1, draw.types)
    columns: dict[str, Any] = {"_region": [f"R{i}" for i in places]}
    if draw.types:
        columns["_type"] = [f"t{i}" for i in kinds]
    a = _answers(rng, count, draw.options)
    columns |= {"a": a, "a!": _reason(a)}
    answered = rng.random(count) > 0.05
    for item in ("x", "y"):
        chosen = pd.array(rng.random(count) < rng.random(), dtype="boolean")
        columns[f"m.{item}"] = pd.Series(chosen).where(pd.Series(answered))
    columns["m!"] = np.where(answered, "", "no_answer")
    if draw.filtered:
        f = _answers(rng, count, 2).where(a.isin(["o0", "o2"]), None)
        columns |= {"f": f, "f!": _reason(f).where(a.isin(["o0", "o2"]), "not_asked")}
    if draw.filtered and draw.chained:
        h = _answers(rng, count, 2).where(f.eq("o0"), None)
        columns |= {"h": h, "h!": _reason(h).where(f.eq("o0"), "not_asked")}
    if draw.group:
        g = _answers(rng, count, 2)
        columns |= {"g": g, "g!": _reason(g)}
    z = pd.Series(rng.lognormal(3, 1, count).round())
    columns |= {"z": z, "z!": ""}
    if draw.weighted:
        columns["_weight"] = _weights(draw, places, kinds)
    survey = pd.DataFrame(columns)
    survey.index = pd.Index([f"p{i}" for i in range(count)], name="respondent")
    return survey


def _weights(draw: Draw, places: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Return few different weights: in every other study the same to all of a region and type."""
    rng = np.random.default_rng([draw.seed, 5])
    levels = rng.choice([0.5, 0.8, 1.0, 1.25, 2.0], (draw.regions, max(1, draw.types)))
    if draw.seed % 2:
        return levels[places, kinds]
    return rng.choice(levels[0], len(places)) * rng.choice([1.0, 1.5], len(places))


def _answers(rng: np.random.Generator, count: int, options: int) -> pd.Series:
    shares = rng.dirichlet(np.ones(options))
    drawn = pd.Series(rng.choice([f"o{i}" for i in range(options)], count, p=shares), dtype=object)
    return drawn.where(rng.random(count) > rng.choice([0.0, 0.05]), None)


def _reason(answers: pd.Series) -> pd.Series:
    return pd.Series(np.where(answers.isna(), "no_answer", ""), index=answers.index, dtype=object)


# --- estimates ----------------------------------------------------------------------------------


def tabulate(study: Study) -> pd.DataFrame:
    """Return the estimates of all counts of a study, in every domain, the plain way."""
    rows = [
        _row(study, (code, measure, domain), rows_of_answer, valid & inside)
        for domain, inside in _domains(study).items()
        for code, measure, rows_of_answer, valid in _measures(study)
        if not domain.startswith(f"{code}:") and f"+{code}:" not in domain
    ]
    rows += [_mean(study, "a", domain, inside) for domain, inside in _domains(study).items()]
    rows += [
        _number(study, measure, domain, inside)
        for domain, inside in _domains(study).items()
        for measure in ("mean", "median")
    ]
    return pd.DataFrame([*rows, *_differences(study, pd.DataFrame(rows))])


def _differences(study: Study, table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Compare shares, and means of numbers, with those of all others whose place is known."""
    measures = {(code, name): (chosen, valid) for code, name, chosen, valid in _measures(study)}
    rests = _rests(study)
    for row in table[table["measure"].ne("answers")].to_dict("records"):
        code, name = row["variable"], row["measure"]
        outside = rests.get(row["domain"])
        if outside is None or not ((code, name) in measures or (code, name) == ("z", "mean")):
            continue
        if code == "z":
            other = _number(study, name, row["domain"], outside)
        else:
            chosen, valid = measures[code, name]
            other = _row(study, (code, name, row["domain"]), chosen, valid & outside)
        changed = {"contrast": "rest", "statistic": "difference", "count": np.nan}
        unit = {} if code == "z" else {"unit": "points"}
        gap = row["value"] - other["value"]
        yield row | changed | unit | {"key": f"{row['key']}~rest", "value": gap}


def _rests(study: Study) -> dict[str, np.ndarray]:
    """Return with whom a domain is compared: all others of a crossing, else those in its kind."""
    found, everywhere = _domains(study), study.settings.domains
    rests: dict[str, np.ndarray] = {}
    for code, inside in found.items():
        if "+" in code:
            rests[code] = ~inside
        elif everywhere[code].kind != "nation":
            kin = [other for other in everywhere if _stem(study, other) == _stem(study, code)]
            rests[code] = np.any([found[other] for other in kin], axis=0) & ~inside
    return rests


def _stem(study: Study, code: str) -> tuple[str, str]:
    """Return the kind of a domain, and of a group the question that makes it."""
    kind = study.settings.domains[code].kind
    return kind, code.partition(":")[0] if kind == "group" else ""


def _domains(study: Study) -> dict[str, np.ndarray]:
    survey, found = study.survey, {}
    for code, domain in study.settings.domains.items():
        if domain.kind == "nation":
            found[code] = np.ones(len(survey), dtype=bool)
        elif domain.kind == "region":
            found[code] = (survey["_region"] == code).to_numpy()
        elif domain.kind == "type":
            found[code] = (survey["_type"] == code.removeprefix("type:")).to_numpy()
        else:
            variable, option = code.split(":")
            found[code] = survey[variable].eq(option).fillna(value=False).to_numpy(dtype=bool)
    for first, second in study.settings.info.statistics.crossings:
        for left in [code for code in found if code.startswith(f"{first}:") and "+" not in code]:
            for right in [c for c in found if c.startswith(f"{second}:") and "+" not in c]:
                found[f"{left}+{right}"] = found[left] & found[right]
    return found


def _measures(study: Study) -> list[tuple[str, str, np.ndarray, np.ndarray]]:
    survey, found = study.survey, []
    for code in [c for c in CODES if c in survey]:
        valid = survey[code].notna().to_numpy()
        found.append((code, "answers", valid, valid))
        for option in study.settings.variables[code].answers:
            chosen = survey[code].eq(option.name).fillna(value=False).to_numpy(dtype=bool)
            found.append((code, option.name, chosen, valid))
        for box in study.settings.variables[code].boxes:
            chosen = survey[code].isin(box.options).to_numpy()
            found.append((code, box.name, chosen, valid))
    for item in ("x", "y"):
        valid = survey[f"m.{item}"].notna().to_numpy()
        chosen = survey[f"m.{item}"].fillna(value=False).to_numpy(dtype=bool)
        found.append(("m", item, chosen, valid))
    return found


def weights_of(study: Study) -> pd.Series:
    """Return the weight of each respondent."""
    return study.survey.get("_weight", pd.Series(1.0, index=study.survey.index))


def _fixed(code: str, measure: str, domain: str) -> dict[str, Any]:
    return {
        "key": f"survey:{code}.{measure}@{domain}", "source": "survey", "variable": code,
        "measure": measure, "domain": domain, "contrast": "", "statistic": "share",
        "unit": "share", "low": np.nan, "high": np.nan, "count": np.nan, "method": "plain",
    }  # fmt: skip


def _row(
    study: Study, key: tuple[str, str, str], chosen: np.ndarray, valid: np.ndarray
) -> dict[str, Any]:
    base, count = int(valid.sum()), int((chosen & valid).sum())
    row = _fixed(*key) | {"n": base, "count": count}
    if key[1] == "answers":
        return row | {"statistic": "count", "unit": "count", "value": float(base)}
    weights = weights_of(study).to_numpy()
    return row | {"value": weights[chosen & valid].sum() / weights[valid].sum() if base else np.nan}


def _mean(study: Study, code: str, domain: str, inside: np.ndarray) -> dict[str, Any]:
    names = [option.name for option in study.settings.variables[code].answers]
    scores = study.survey[code].map({name: i for i, name in enumerate(names, 1)}).astype(float)
    own = scores[inside].dropna()
    row = _fixed(code, "mean", domain) | {"statistic": "mean", "unit": "score", "n": len(own)}
    weights = weights_of(study)[own.index]
    return row | {"value": np.average(own, weights=weights) if len(own) else np.nan}


def _number(study: Study, measure: str, domain: str, inside: np.ndarray) -> dict[str, Any]:
    own = study.survey.loc[inside, "z"].dropna()
    row = _fixed("z", measure, domain) | {"statistic": measure, "unit": "things", "n": len(own)}
    value = own.mean() if measure == "mean" else own.median()
    return row | {"value": value if len(own) else np.nan}
