"""What the catalogue of measures says is what estimation makes, and what every other stage asks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from briefgen.config.measures import (
    find_measure,
    finding_measures,
    headline_measures,
    list_measures,
    list_subjects,
    may_head,
    name_measures,
    register_measure,
    score_of,
)
from briefgen.config.settings import Codebook, Settings, Variable, load_settings
from briefgen.content.compose.refs import check_ref
from briefgen.content.exhibits.lookup import Lookup, Target
from briefgen.content.language import Locale
from briefgen.content.language.phrases import FRAMES
from briefgen.errors import SettingsError, TemplateError, UnknownNameError
from briefgen.evidence.study import Study
from briefgen.evidence.survey import estimate_survey
from briefgen.evidence.validate.configuration import check_configuration
from evidence_by_hand import make_released
from studies import CODEBOOK, small_study

NAMES = ("low", "middle", "high", "top", "none")


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Settings:
    return load_settings(small_study(tmp_path_factory.mktemp("base")))


@st.composite
def questions(draw: st.DrawFn, code: str) -> dict[str, Any]:
    """Draw a question of any type."""
    kinds = ("single", "scale", "multiple", "numeric", "ranking", "open", "battery")
    kind = draw(st.sampled_from(kinds))
    names = NAMES[: draw(st.integers(2, len(NAMES)))]
    made: dict[str, Any] = {"code": code, "type": kind, "text": "T", "label": "L"}
    if kind in ("single", "scale", "battery"):
        made["options"] = [
            {"code": str(place), "name": name, "label": name, "scored": draw(st.booleans())}
            for place, name in enumerate(names, 1)
        ]
        made["options"].append(
            {"code": "9", "name": "unknown", "label": "U", "missing": "dont_know"}
        )
        made["ordered"], made["reversed"] = draw(st.booleans()), draw(st.booleans())
        if draw(st.booleans()):
            made["boxes"] = [{"name": "box", "label": "B", "options": names[:2]}]
    if kind in ("multiple", "ranking", "battery"):
        made["items"] = [{"name": f"i_{name}", "label": name} for name in names]
    if kind == "numeric":
        made["decimals"] = draw(st.integers(0, 2))
        if draw(st.booleans()):
            made["classes"] = [
                {"name": "small", "label": "S", "high": 10.0},
                {"name": "large", "label": "L", "low": 10.0},
            ]
    return made


@st.composite
def codebooks(draw: st.DrawFn) -> Codebook:
    """Draw a codebook, with an index of scales and a ratio of numbers where there are any."""
    drawn = [draw(questions(f"q{place}")) for place in range(draw(st.integers(1, 5)))]
    scales = [q["code"] for q in drawn if q["type"] == "scale"]
    numbers = [q["code"] for q in drawn if q["type"] == "numeric"]
    indices = [{"code": "index", "label": "I", "items": scales}] if scales else []
    ratio = {"code": "per", "label": "R", "numerator": "", "denominator": ""}
    if numbers:
        ratio |= {"numerator": numbers[0], "denominator": numbers[-1]}
    ratios = [ratio] if numbers else []
    return Codebook.model_validate({"questions": drawn, "indices": indices, "ratios": ratios})


def answer(settings: Settings, n: int = 60) -> pd.DataFrame:
    """Draw typed answers to all variables, as ``evidence.load`` gives them."""
    random = np.random.default_rng(n)
    survey = pd.DataFrame(index=[f"r{place}" for place in range(n)])
    survey["_region"] = random.choice(list(settings.regions), n)
    survey["_type"] = random.choice(["metro", "rural"], n)
    survey["_weight"] = 1.0
    for code, variable in settings.variables.items():
        names = [item.name for item in variable.question.items]
        if variable.type in ("single", "scale"):
            survey[code] = random.choice([option.name for option in variable.answers], n)
        elif variable.type == "numeric":
            survey[code] = random.gamma(2, 8, n)
        elif variable.type == "open":
            survey[code] = "words"
        else:
            ranks = np.argsort(random.random((n, len(names))), axis=1) + 1.0
            chosen = ranks if variable.type == "ranking" else ranks > 2
            for place, name in enumerate(names):
                survey[f"{code}.{name}"] = chosen[:, place]
        survey[f"{code}!"] = ""
    return survey


@pytest.mark.slow
@given(book=codebooks())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_catalogue_says_exactly_what_estimation_makes(base, book):
    info = base.info.model_copy(
        update={
            "statistics": base.info.statistics.model_copy(update={"subgroups": (), "crossings": ()})
        }
    )
    study = Settings(folder=base.folder, info=info, codebook=book)
    made = estimate_survey(Study(settings=study, survey=answer(study)))
    columns = ["variable", "measure", "statistic", "unit"]

    def rows(domain: str, contrast: str) -> set[tuple[str, ...]]:
        chosen = made[made["domain"].eq(domain) & made["contrast"].eq(contrast)]
        return set(chosen[columns].itertuples(index=False, name=None))

    told = [
        (subject, found) for subject in list_subjects(study) for found in list_measures(subject)
    ]
    declared = {(s.code, m.name, m.kind.statistic, m.kind.unit_of(s)): m.kind for s, m in told}
    assert rows(study.nation, "") == set(declared)
    assert rows("DE1", "") == {row for row, kind in declared.items() if not kind.nation_only}
    compared = {row[:2] for row, kind in declared.items() if kind.compared}
    assert {row[:2] for row in rows("DE1", "rest")} == compared
    assert len(declared) == len(told)  # no two measures share a name


@given(question=questions("q"))
def test_all_stages_agree_on_the_names_of_a_question(base, question):
    book = Codebook.model_validate({"questions": [question]})
    study = Settings(folder=base.folder, info=base.info, codebook=book)
    lookup = Lookup(make_released(), study, Locale(study, "de"))
    for variable in study.variables.values():
        names = name_measures(variable)
        assert set(headline_measures(variable)) <= set(names)
        assert set(finding_measures(variable)) <= set(names)
        assert set(may_head([variable])) <= set(names)
        for name in names:
            check_ref(study, f"{variable.code}.{name}")
            assert lookup.measure_label(Target("survey", variable.code, name))
            assert find_measure(variable, name).kind.form in FRAMES
        for name in {"mean", "median", "total", "box", "small", "i_low", "i_low_mean"} - set(names):
            with pytest.raises(UnknownNameError):
                check_ref(study, f"{variable.code}.{name}")
        if variable.type == "open":
            with pytest.raises(TemplateError, match="open question"):
                lookup.headline_measure(variable)
        else:
            assert lookup.headline_measure(variable) == headline_measures(variable)[0]


def measures_of(**parts: Any) -> list[str]:
    question = {"code": "q", "text": "T", "label": "L"} | parts
    book = Codebook.model_validate({"questions": [question]})
    variable = Variable(
        code="q", question=book.questions[0], type=parts["type"], column="q",
        options=book.questions[0].options, ordered=book.questions[0].ordered,
    )  # fmt: skip
    return name_measures(variable)


def test_classes_in_order_have_no_mean_of_scores():
    options = [{"code": str(n), "name": name, "label": name} for n, name in enumerate("abc")]
    kinds = {
        kind: measures_of(type=kind, ordered=True, options=options) for kind in ("single", "scale")
    }
    assert kinds["single"] == ["a", "b", "c", "answers", "missing"]
    assert kinds["scale"] == ["a", "b", "c", "mean", "answers", "missing"]


@pytest.mark.parametrize(
    ("place", "change", "told"),
    [
        (0, {"headline": "mean"}, "there is no measure 'mean'"),
        (2, {"headline": "median"}, "there is no measure 'median'"),
        (1, {"headline": "total"}, "there is no measure 'total'"),
        (
            2, {"items": [{"name": "answers", "label": "A"}], "headline": None},
            "the name 'answers' stands 2 times",
        ),
    ],
)  # fmt: skip
def test_a_headline_has_to_be_made_and_a_name_to_be_free(tmp_path, place, change, told):
    questions = [dict(question) for question in CODEBOOK["questions"]]
    questions[place] |= change
    study = load_settings(small_study(tmp_path, questions=questions))
    assert any(told in problem.rule for problem in check_configuration(study))


def test_a_kind_of_measure_is_declared_once(base):
    kind = find_measure(base.variables["q05_members"], "median").kind
    with pytest.raises(SettingsError, match="'median' already"):
        register_measure(kind)


def scale_of(codes: Sequence[str], **more: object) -> Variable:
    options = [
        {"code": code, "name": f"o{place}", "label": code} for place, code in enumerate(codes)
    ]
    question = {
        "code": "q", "type": "scale", "text": "q", "label": "q", "options": options,
        "ordered": True, **more,
    }  # fmt: skip
    book = Codebook.model_validate({"questions": [question]})
    return Settings.model_construct(codebook=book).variables["q"]


@pytest.mark.parametrize(
    ("codes", "more", "scores"),
    [
        ("123", {}, [1, 2, 3]),
        ("0123", {}, [1, 2, 3, 4]),
        ("0123", {"scores": "codes"}, [0, 1, 2, 3]),
        ("0123", {"scores": "codes", "reversed": True}, [3, 2, 1, 0]),
        (["-2", "−1", "0,5", "10"], {"scores": "codes"}, [-2, -1, 0.5, 10]),
        ("135", {"reversed": True}, [3, 2, 1]),
    ],
)
def test_scores_are_places_or_the_codes_themselves(codes, more, scores):
    assert list(score_of(scale_of(codes, **more)).values()) == scores
