"""The studies of the matrix: each lacks something, or has one thing more than others.

A study is a base of a survey in four districts with a frame, cases, a panel and recommendations,
with changes. Its truth is written beside it as a set of claims (`claims.CLAIMS`).
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import yaml

from studies import CODEBOOK, draw_survey, small_study, text

QUESTIONS: Final = ("q02_steering", "q03_partners", "q05_members", "q07_smes", "q08_contact")
DISTRICTS: Final = {"N": (0, 0), "S": (0, 1), "O": (1, 0), "W": (1, 1)}
STATEMENTS: Final = 6
REPLICATES: Final = 20
EXPERTS: Final = 14

BASE: Final = frozenset(
    {
        "frame", "regions", "types", "tiles", "filters", "holm", "survey", "questionnaire", "cases",
        "interviews", "polarity", "roles", "panel", "rounds", "half spread", "priority",
        "recommendations", "field of days",
    }
)  # fmt: skip
SURVEY_CLAIMS: Final = frozenset(
    {
        "frame", "regions", "types", "tiles", "filters", "holm", "survey", "questionnaire",
        "field of days",
    }
)  # fmt: skip
CASE_CLAIMS: Final = frozenset({"cases", "interviews", "polarity", "roles"})
PANEL_CLAIMS: Final = frozenset({"panel", "rounds", "half spread", "priority"})


@dataclass(frozen=True)
class MatrixStudy:
    """A study of the matrix.

    Attributes
    ----------
    true
        The claims that are so of it.
    study, files
        Laid over ``study.yml`` and the files of the base; ``None`` removes.
    respondents, statements, rounds, codes
        How many of each; ``codes`` further ones that no interview was given.
    questions
        Codes of the questions that are asked.
    edit
        Changes the answers before they are written.
    own
        Further questions of the study, in place of the usual ones.
    wide
        Whether the panel's sheet has a row for each expert.
    french
        Whether all of it is in French.
    """

    name: str
    true: frozenset[str]
    study: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str | None] = field(default_factory=dict)
    questions: Sequence[str] = QUESTIONS
    weights: bool = False
    statements: int = STATEMENTS
    rounds: int = 2
    dimensions: Sequence[str] = ("agreement", "importance", "feasibility")
    codes: int = 0
    polarity: bool = True
    respondents: int = 160
    edit: Callable[[pd.DataFrame], pd.DataFrame] = lambda table: table
    own: Sequence[Mapping[str, Any]] = ()
    wide: bool = False
    french: bool = False

    def write(self, folder: Path) -> Path:
        """Write the study into a folder and return it."""
        files = {**_files(self), **self.files}
        small_study(
            folder,
            respondents=self.respondents,
            weights=self.weights,
            questions=self.own or [one for one in _questions() if one["code"] in self.questions],
            codebook={"indices": None},
            edit=self.edit,
            files={name: content for name, content in files.items() if content is not None},
        )
        _lay_over(folder, self)
        if self.french:
            _put_into_french(folder / "data")
        return folder


FRENCH: Final = {
    "district": "quartier",
    "districts": "quartiers",
    "setting": "habitat",
    "settings": "habitats",
    "project": "projet",
    "projects": "projets",
    "guide": "guide",
    "guides": "guides",
}
"""The words of the study that claims look for; all others stay as they are in English."""


def _put_into_french(folder: Path) -> None:
    for path in (*folder.glob("*.yml"), *folder.glob("cases/*.yml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        path.write_text(_dump(_in_french(content)), encoding="utf-8")


def _in_french(content: Any) -> Any:
    if isinstance(content, list):
        return [_in_french(item) for item in content]
    if not isinstance(content, dict):
        return content
    if set(content) == {"de", "en"}:
        return {"fr": FRENCH.get(content["en"], content["en"])}
    return {name: _in_french(item) for name, item in content.items()}


def _questions() -> list[dict[str, Any]]:
    """Return the usual questions without words that the claims look for."""
    written = yaml.safe_dump(CODEBOOK["questions"], allow_unicode=True)
    for word, other in (("firms", "shops"), ("Gespräche", "Treffen"), ("Betrieb", "Laden")):
        written = written.replace(word, other)
    questions: list[dict[str, Any]] = yaml.safe_load(written)
    return questions


def _lay_over(folder: Path, one: MatrixStudy) -> None:
    from studies import merge, study_info  # noqa: PLC0415

    info = merge(merge(study_info(), _base(one)), one.study)
    if one.weights and "design" not in one.study:
        info["design"] = {"weight": "weight"}
    path = folder / "data" / "study.yml"
    path.write_text(yaml.safe_dump(info, allow_unicode=True, sort_keys=False), encoding="utf-8")
    if "survey" not in info["files"]:
        (folder / "data" / "survey.csv").unlink()
        (folder / "data" / "codebook.yml").unlink()


def _base(one: MatrixStudy) -> dict[str, Any]:
    """Return what the base states beside `studies.study_info`."""
    asked = [question["code"] for question in one.own] or one.questions
    codes = [code for code in asked if code != "q10_comment"]
    return {
        "population": text("Beschäftigte", "employees"),
        "respondents": text("Angestellte", "staff"),
        "files": {
            "frame": "frame.csv",
            "cases": "cases",
            "codes": "codes.yml",
            "panel": "panel.csv",
            "statements": "statements.yml",
            "recommendations": "recommendations.yml",
        },
        "frame": {"region": "region", "region_type": "region_type"},
        "regions": {
            "nation": {
                "code": "STADT",
                "name": text("Musterstadt", "Mustertown"),
                "in": text("in Musterstadt", "in Mustertown"),
            },
            "singular": text("Bezirk", "district"),
            "plural": text("Bezirke", "districts"),
            "list": [
                {
                    "code": code,
                    "name": text(f"Viertel {code}", f"Quarter {code}"),
                    "in": text(f"im Viertel {code}", f"in Quarter {code}"),
                    "short": code,
                    "tile": list(tile),
                    "data": [data],
                }
                for (code, tile), data in zip(DISTRICTS.items(), _codes(), strict=True)
            ],
        },
        "region_types": {"singular": text("Lage", "setting"), "plural": text("Lagen", "settings")},
        "audiences": [
            {"code": "staff", "name": text("Belegschaft", "Staff"), "topics": ["work"]},
            {"code": "board", "name": text("Leitung", "Management"), "scope": "nation"},
        ],
        "topics": [{"code": "work", "title": text("Arbeit", "Work"), "questions": codes}],
        "statistics": {"subgroups": [], "crossings": []},
        "case_studies": {
            "called": {"one": text("Projekt", "project"), "many": text("Projekte", "projects")},
            "roles": [
                {
                    "code": "guide",
                    "name": text("Anleitung", "guide"),
                    "many": text("Anleitende", "guides"),
                    "with_many": text("Anleitenden", "guides"),
                },
                {
                    "code": "learner",
                    "name": text("Lernende", "learner"),
                    "many": text("Lernende", "learners"),
                },
            ],
        },
        "panel": {"dimensions": list(one.dimensions)},
    }


def _codes() -> list[str]:
    from studies import REGIONS  # noqa: PLC0415

    return [REGIONS[code][2] for code in REGIONS][: len(DISTRICTS)]


def keep_districts(table: pd.DataFrame) -> pd.DataFrame:
    """Put every respondent into one of the four districts, the same number in each."""
    codes = _codes()
    places = [codes[place % len(codes)] for place in range(len(table))]
    return table.assign(region=places)


# --- the files of cases, panel and recommendations ------------------------------------------


def _files(one: MatrixStudy) -> dict[str, str]:
    survey = keep_districts(draw_survey(one.respondents, 7))
    return {
        "frame.csv": _frame(survey).to_csv(index=False),
        "codes.yml": _dump({"codes": _code_list(one)}),
        "cases/c01.yml": _dump(_case("c01", "N", one)),
        "cases/c02.yml": _dump(_case("c02", "S", one)),
        "panel.csv": _panel(one),
        "statements.yml": _dump(
            {
                "statements": [
                    {"code": f"s{n:02}", "text": text(f"Satz {_word(n)}", f"Sentence {_word(n)}")}
                    for n in range(1, one.statements + 1)
                ]
            }
        ),
        "recommendations.yml": _dump(
            {
                "recommendations": [
                    {
                        "code": "r01",
                        "title": text("Öfter treffen", "Meet more often"),
                        "text": text("Treffen Sie sich.", "Meet."),
                        "audiences": ["staff", "board"],
                        "evidence": [
                            f"panel:s01.{one.dimensions[0]}_median",
                            *(["case:factor.time"] if "cases" in one.true else []),
                        ],
                        "statement": "s01",
                    }
                ]
            }
        ),
    }


def _dump(content: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(content), allow_unicode=True, sort_keys=False)


def _frame(survey: pd.DataFrame) -> pd.DataFrame:
    others = survey.assign(id=[f"x{n:04d}" for n in range(len(survey))])
    return pd.concat([survey, others])[["id", "region", "region_type"]]


def _code_list(one: MatrixStudy) -> list[dict[str, Any]]:
    challenge = {"polarity": "challenge"} if one.polarity else {}
    known: list[dict[str, Any]] = [
        {"code": "time", "name": text("Zeit", "Time"), **challenge},
        {"code": "trust", "name": text("Vertrauen", "Trust")},
    ]
    return known + [
        {"code": f"code{n}", "name": text(f"Stummes {_word(n)}", f"Silent {_word(n)}")}
        for n in range(1, one.codes + 1)
    ]


def _word(n: int) -> str:
    """Return letters for a number, so that no label holds a digit."""
    return "".join(chr(ord("a") + int(digit)) for digit in str(n)).capitalize()


def _case(code: str, region: str, one: MatrixStudy) -> dict[str, Any]:
    stated = (one.study.get("case_studies") or {}).get("roles", ("some",))
    regions = one.study.get("regions", "some") is not None
    entry: dict[str, Any] = {
        "code": code,
        "name": text(f"Werk {region}", f"Works {region}"),
        "portrait": text("Ein Haus am Rand.", "A house at the edge."),
        "lesson": text("Hingehen hilft.", "Going there helps."),
        "interviews": [
            {
                "id": f"i{n}",
                "pseudonym": text("Eine Stimme", "A voice"),
                "consent": True,
                "segments": [
                    {"id": factor, "code": factor, "text": text("So ist es.", "So it is.")}
                    for factor in ("time", "trust")
                ],
                **({"role": role} if stated else {}),
            }
            for n, role in enumerate(("guide", "learner"), 1)
        ],
    }
    if regions:
        entry["region"] = region
    return entry


def _panel(one: MatrixStudy) -> str:
    """Return the panel's sheet: a row for each rating, or one for each expert and round."""
    long = pd.read_csv(StringIO(_ratings(one)))
    if not one.wide:
        return long.to_csv(index=False)
    named = long.assign(column=long["statement"] + "_" + long["dimension"])
    return named.pivot_table("rating", ["expert", "round"], "column").to_csv()


def _ratings(one: MatrixStudy) -> str:
    rng = np.random.default_rng(3)
    rows = ["expert,round,statement,dimension,rating"]
    for number in range(1, one.rounds + 1):
        for place in range(1, one.statements + 1):
            for dimension in one.dimensions:
                middle = 2 + (place * 5 + len(dimension)) % 7
                ratings = np.clip(rng.normal(middle, 1.2, EXPERTS).round(), 1, 9).astype(int)
                rows += [
                    f"e{expert},{number},s{place:02},{dimension},{rating}"
                    for expert, rating in enumerate(ratings)
                ]
    return "\n".join(rows) + "\n"


# --- the list -------------------------------------------------------------------------------

NO_REGIONS: Final = {
    "regions": None,
    "region_types": None,
    "frame": {"region": None, "region_type": None},
}
WITHOUT_SURVEY: Final = {
    **NO_REGIONS,
    "frame": None,
    "topics": None,
    "statistics": None,
    "population": None,
    "respondents": None,
    "field_start": None,
    "field_end": None,
    "mode": None,
    "audiences": [{"code": "all", "name": text("Alle", "Everybody")}],
    "files": {"survey": None, "frame": None},
}
PLACES: Final = frozenset({"regions", "types", "tiles"})
NO_CASES: Final = {"files": {"cases": None, "codes": None}, "case_studies": None}
NO_PANEL: Final = {"files": {"panel": None, "statements": None, "recommendations": None}}


def _without(*claims: str) -> frozenset[str]:
    return BASE - frozenset(claims)


def _advice(evidence: str, audiences: Sequence[str] = ("all",)) -> str:
    one = {
        "code": "r01",
        "title": text("Hingehen", "Go there"),
        "text": text("Gehen Sie hin.", "Go there."),
        "audiences": list(audiences),
        "evidence": [evidence],
    }
    return _dump({"recommendations": [one]})


def _mark_tests(table: pd.DataFrame) -> pd.DataFrame:
    """Mark rows as tests and as not finished, and leave one reason without a row."""
    kept = keep_districts(table)
    marks = np.resize(["test", *["done"] * 9, "partial", *["done"] * 9], len(kept))
    return kept.assign(state=marks)


def _lopsided(table: pd.DataFrame) -> pd.DataFrame:
    """Put nearly all respondents into one district."""
    codes = _codes()
    return table.assign(region=np.resize([*codes[1:], *[codes[0]] * 27], len(table)))


def _apart(table: pd.DataFrame) -> pd.DataFrame:
    """Let one district answer in another way than all others."""
    kept = keep_districts(table)
    here = kept["region"].eq(_codes()[0])
    kept.loc[here, "q02_steering"] = "5"
    kept.loc[~here, "q02_steering"] = np.resize(["1", "2", "3"], int((~here).sum()))
    return kept


def _replicate(table: pd.DataFrame) -> pd.DataFrame:
    """Add replicate weights of the jackknife by 20 groups."""
    kept = keep_districts(table)
    groups = np.arange(len(kept)) % REPLICATES
    made = {
        f"rep{number:02}": np.where(groups == number, 0.0, REPLICATES / (REPLICATES - 1))
        for number in range(REPLICATES)
    }
    return kept.assign(weight="1", **{name: one.round(6).astype(str) for name, one in made.items()})


RANKING: Final = {
    "code": "q06_aims",
    "type": "ranking",
    "text": text("Ordnen Sie, was Ihnen wichtig ist.", "Rank what matters to you."),
    "label": text("Was wichtig ist", "What matters"),
    "items": [
        {"name": "training", "label": text("Lernen", "Learning")},
        {"name": "integration", "label": text("Ankommen", "Arriving")},
        {"name": "retention", "label": text("Bleiben", "Staying")},
    ],
}
NUMBER: Final = {
    "code": "q05_members",
    "type": "numeric",
    "text": text("Wie viele Leute kennen Sie hier?", "How many people do you know here?"),
    "label": text("Bekannte Leute", "People known"),
    "headline": "mean",
}
MARGINS: Final = "margin,category,share\n" + "".join(
    f"region,{code},{share}\n" for code, share in zip("NSOW", (40, 30, 20, 10), strict=True)
)


def _files_of(**stated: str | None) -> dict[str, Any]:
    return {"files": dict(stated)}


def _list_studies() -> list[MatrixStudy]:
    raked = {"design": {"raking": {"margins": ["region"]}}}
    no_tiles = {
        "regions": {
            "list": [
                {key: value for key, value in region.items() if key != "tile"}
                for region in _base(MatrixStudy("", BASE))["regions"]["list"]
            ]
        }
    }
    fewer = {
        "regions": {"list": _base(MatrixStudy("", BASE))["regions"]["list"][:3]},
        "files": {"frame": None, "cases": None, "codes": None},
        "case_studies": None,
        "frame": None,
    }
    without_frame = {"files": {"frame": None}, "frame": None}
    small = MatrixStudy
    return [
        small("everything", BASE),
        small("weights", BASE | {"weights"}, weights=True),
        small("raking", BASE | {"weights", "raking"}, study=raked),
        small(
            "weights and raking", BASE | {"weights", "raking"}, weights=True,
            study={"design": {"weight": "weight", "raking": {"margins": ["region"]}}},
        ),
        small(
            "strata and clusters", BASE | {"strata", "clusters"},
            study={"design": {"strata": "stratum", "cluster": "school"}},
            edit=lambda table: keep_districts(table).assign(
                stratum=[f"t{n % 2}" for n in range(len(table))],
                school=[f"k{n % 2}-{n % 40}" for n in range(len(table))],
            ),
        ),
        small("no frame", _without("frame"), study=without_frame),
        small("no types", _without("types"), study={"region_types": None,
              "frame": {"region_type": None}}),
        small("no tiles", _without("tiles"), study=no_tiles),
        small("no districts", BASE - PLACES - {"holm"}, study=NO_REGIONS),
        small("types alone", _without("regions", "tiles"),
              study={"regions": None, "frame": {"region": None}}),
        small("no cases", BASE - CASE_CLAIMS, study=NO_CASES),
        small("no panel", BASE - PANEL_CLAIMS - {"recommendations"}, study=NO_PANEL),
        small("no survey", CASE_CLAIMS | PANEL_CLAIMS | {"recommendations"},
              study=WITHOUT_SURVEY,
              files={"recommendations.yml": _advice("panel:s01.agreement_median")}),
        small("panel alone", PANEL_CLAIMS,
              study=_merged(WITHOUT_SURVEY, NO_CASES, _files_of(recommendations=None))),
        small("cases alone", CASE_CLAIMS,
              study=_merged(WITHOUT_SURVEY, NO_PANEL)),
        small("no recommendations", _without("recommendations"),
              study=_files_of(recommendations=None)),
        small("survey alone", SURVEY_CLAIMS,
              study=_merged(NO_CASES, NO_PANEL)),
        small("poll", frozenset({"survey", "questionnaire", "field of days", "filters"}),
              study=_merged(NO_REGIONS, NO_CASES, NO_PANEL, without_frame, {"audiences": None})),
        small("English alone", BASE, study={"languages": ["en"]}),
        small("German alone", BASE, study={"languages": ["de"]}),
        small("one day", (BASE - {"field of days"}) | {"one day"},
              study={"field_end": None}),
        small("panel of one dimension", _without("priority"), dimensions=("agreement",),
              files={"recommendations.yml":
                     _advice("panel:s01.agreement_median", ("staff", "board"))}),
        small("panel of one round", _without("rounds"), rounds=1),
        small("consensus by share", (BASE - {"half spread"}) | {"share rule"},
              study={"panel": {"consensus": "share"}}),
        small("consensus by RAND", (BASE - {"half spread"}) | {"rand"},
              study={"panel": {"consensus": "rand-ucla"}}),
        small("Benjamini and Hochberg", (BASE - {"holm"}) | {"bh"},
              study={"statistics": {"adjust": "bh"}}),
        small("no correction", (BASE - {"holm"}) | {"no correction"},
              study={"statistics": {"adjust": "none"}}),
        small("no filters", _without("filters"), questions=QUESTIONS[:-1]),
        small("numbers alone", _without("filters"), questions=("q05_members",)),
        small("several answers alone", _without("filters"), questions=("q03_partners",)),
        small("61 statements", BASE, statements=61),
        small("94 silent codes", BASE | {"silent codes"}, codes=94),
        small("codes without polarity", _without("polarity"), polarity=False),
        small("no roles", _without("roles"), study={"case_studies": {"roles": []}}),
        small("other districts left out",
              (BASE - CASE_CLAIMS - {"frame"}) | {"left out"},
              study=_merged(fewer, {"regions": {"unlisted": "drop"}})),
        small("other districts in all",
              (BASE - CASE_CLAIMS - {"frame"}) | {"counted in all"},
              study=_merged(fewer, {"regions": {"unlisted": "other"}})),
        small("French", BASE, study={"languages": ["fr"]}, french=True),
        small("French poll",
              frozenset({"survey", "questionnaire", "field of days", "filters"}), french=True,
              study=_merged(NO_REGIONS, NO_CASES, NO_PANEL, without_frame,
                            {"audiences": None, "languages": ["fr"]})),
        small("French panel", PANEL_CLAIMS, french=True,
              study=_merged(WITHOUT_SURVEY, NO_CASES, _files_of(recommendations=None),
                            {"languages": ["fr"]})),
        small("wide panel", BASE, wide=True),
        small("rows left out", BASE | {"rows left out"}, edit=_mark_tests,
              study={"files": {"survey": {"path": "survey.csv", "leave_out": [
                  {"column": "state", "codes": ["test"], "because": text("Probelauf", "trial")},
                  {"column": "state", "codes": ["partial"],
                   "because": text("abgebrochen", "not finished")},
                  {"column": "state", "codes": ["spam"], "because": text("Unfug", "nonsense")},
              ]}}}),
        small("no row left out", BASE, edit=_mark_tests,
              study={"files": {"survey": {"path": "survey.csv", "leave_out": [
                  {"column": "state", "codes": ["spam"], "because": text("Unfug", "nonsense")},
              ]}}}),
        small("no other district", BASE, study={"regions": {"unlisted": "drop"}}),
        small("zero weights", BASE | {"weights", "zero weights"},
              edit=lambda table: keep_districts(table).assign(
                  weight=np.resize(["0", *["1"] * 9], len(table))),
              study={"design": {"weight": "weight"}}),
        small("replicate weights", BASE | {"weights", "replicates"}, edit=_replicate,
              study={"design": {"weight": "weight",
                                "replicates": {"columns": "rep*", "method": "JK1"}}}),
        small("published margins", _without("frame") | {"weights", "raking"},
              files={"margins.csv": MARGINS},
              study=_merged(without_frame, {"files": {"margins": "margins.csv"},
                                            "design": {"raking": {}}})),
        small("rankings alone", _without("filters"), own=(RANKING,)),
        small("averages alone", _without("filters"), own=(NUMBER,)),
        small("districts apart", BASE, edit=_apart),
        small("one district",
            _without("frame", "regions", "tiles"),
            edit=lambda table: table.assign(region=_codes()[0]),
            study=_merged(
                without_frame,
                {"regions": {"list": _base(MatrixStudy("", BASE))["regions"]["list"][:1]}},
            ),
            files={"cases/c02.yml": None},
        ),
    ]  # fmt: skip


def _merged(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Lay changes over changes; ``None`` stays, to remove a key later."""
    merged: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            old = merged.get(key)
            both = isinstance(old, Mapping) and isinstance(value, Mapping)
            merged[key] = _merged(old, value) if both else copy.deepcopy(value)
    return merged


STUDIES: Final = _list_studies()


# --- random studies -------------------------------------------------------------------------

HOSTILE: Final = ("Zu 50 % @home", "[x](y)", "a*b_c", "1. Punkt.", "{.unnumbered}")
"""Labels that read as markup, or end with a full stop."""


def draw_study(seed: int) -> MatrixStudy:
    """Draw a study that lacks some things and has others; nothing is claimed to be true of it."""
    rng = np.random.default_rng(seed)

    def happens(share: float = 0.5) -> bool:
        return bool(rng.random() < share)

    asked = [one["code"] for one in CODEBOOK["questions"]]
    kept = [code for code in asked if happens(0.4)] or [str(rng.choice(asked[:-1]))]
    if "q08_contact" in kept and "q07_smes" not in kept:
        kept.remove("q08_contact")
    questions = tuple(kept or ["q05_members"])
    language = str(rng.choice(["de", "en", "fr"]))
    parts: list[Mapping[str, Any]] = [{"languages": [language]}]
    has_regions, has_panel = happens(0.7), happens()
    if not has_regions:
        parts.append(NO_REGIONS)
    elif happens(0.3):
        parts.append({"region_types": None, "frame": {"region_type": None}})
    if happens():
        parts.append({"files": {"frame": None}, "frame": None})
    elif has_regions and happens(0.3):
        parts.append({"design": {"raking": {"margins": ["region"]}}})
    has_cases = not happens()
    if not has_cases:
        parts.append(NO_CASES)
    if not has_panel:
        parts.append(NO_PANEL)
    if "q07_smes" in questions and happens():
        parts.append({"statistics": {"subgroups": ["q07_smes"]}})
    parts.append(
        {
            "panel": {"consensus": str(rng.choice(["iqr", "share", "rand-ucla"]))},
            "regions": {"unlisted": str(rng.choice(["error", "drop", "other"]))},
            "disclosure": {"share_step": float(rng.choice([0.01, 0.001]))},
            "publication": {"title": text(*[str(rng.choice(["Studie", *HOSTILE]))] * 2)},
            "statistics": {
                "adjust": str(rng.choice(["holm", "bh", "none"])),
                "share_interval": str(rng.choice(["wilson", "korn-graubard", "logit"])),
            },
        }
    )
    return MatrixStudy(
        f"random {seed}",
        (BASE if has_regions else BASE - PLACES) - (frozenset() if has_cases else CASE_CLAIMS),
        study=_merged(*parts),
        questions=questions,
        weights=happens(0.3),
        statements=int(rng.choice([1, 3, 30])),
        rounds=int(rng.choice([1, 2])),
        polarity=happens(),
        respondents=int(rng.choice([12, 40, 160])),
        wide=happens(0.3),
        french=language == "fr",
        edit=(keep_districts, _apart, _mark_tests, _lopsided)[int(rng.integers(4))],
    )
