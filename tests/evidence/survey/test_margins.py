"""Weights fit published margins, and what one side lacks is told by name."""

from __future__ import annotations

import pandas as pd
import pytest

from briefgen.config.settings import load_settings
from briefgen.evidence.load import inspect_study
from studies import small_study

SIZES = {"small": 0.5, "medium": 0.3, "large": 0.2}


def weigh(folder, margins: str, name: str = "margins.csv", **design: object):
    """Return the survey raked to a table of margins, and all problems."""
    raking = {"raking": design}
    study = {"files": {"margins": name}, "design": raking}
    settings = load_settings(small_study(folder, study=study, files={name: margins}))
    made, problems = inspect_study(settings)
    return (None if made is None else made.survey), [p for p in problems if p.severity == "error"]


def shares(survey: pd.DataFrame, column: str) -> dict[str, float]:
    known = survey[survey[column].notna()]
    found = known.groupby(column)["_weight"].sum() / known["_weight"].sum()
    return {str(name): round(float(share), 6) for name, share in found.items()}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("margins.csv", "margin,category,share\n" + "".join(
            f"q01_size,{name},{share}\n" for name, share in SIZES.items()
        )),
        ("margins.csv", "margin;category;share\n" + "".join(
            f"q01_size;{code};{100 * share:.1f}\n".replace(".", ",")
            for code, share in zip("123", SIZES.values(), strict=True)
        )),
        ("margins.csv", ("margin,category,count\nq01_size,up to 20 members,5000\n"
         "q01_size,21 bis 50 Mitglieder,3000\nq01_size,3,2000\n")),
        ("margins.yml", "q01_size: {small: 0.5, medium: 0.3, large: 0.2}\n"),
        ("margins.yml", "q01_size:\n  1: 50\n  2: 30\n  3: 20\n"),
        ("margins.yml", "q01_size: {small: 500, medium: 300, large: 200}\n"),
    ],
)  # fmt: skip
def test_weights_fit_shares_percentages_and_counts(tmp_path, name, written):
    survey, problems = weigh(tmp_path, written, name)
    assert problems == []
    assert shares(survey, "q01_size") == SIZES


def test_published_margins_stand_beside_those_of_the_frame(tmp_path):
    table = "margin,category,share\nq01_size,small,0.5\nq01_size,medium,0.3\nq01_size,large,0.2\n"
    study = {
        "files": {"margins": "margins.csv"},
        "design": {"raking": {"margins": ["q01_size", "region"]}},
    }
    folder = small_study(tmp_path, frame=True, study=study, files={"margins.csv": table})
    made, _ = inspect_study(load_settings(folder))
    assert made is not None
    assert made.frame is not None
    assert shares(made.survey, "q01_size") == SIZES
    regions = made.frame["_region"].value_counts(normalize=True).round(6)
    assert shares(made.survey, "_region") == pytest.approx(regions.to_dict(), abs=2e-6)


def test_regions_are_known_by_name_code_and_code_of_the_data(tmp_path):
    table = "region: {Bavaria: 30, DE1: 40, NI: 20, Saarland: 10}\n"
    survey, problems = weigh(tmp_path, table, "margins.yml")
    assert problems == []
    assert shares(survey, "_region") == {"DE1": 0.4, "DE2": 0.3, "DE9": 0.2, "DEC": 0.1}


@pytest.mark.parametrize(
    ("written", "row", "told"),
    [
        ("q01_size,small,0.7\nq01_size,medium,0.3\n", None,
         "lacks the category 'large', which 29 respondents have"),
        ("q01_size,small,.5\nq01_size,medium,.3\nq01_size,large,.1\nq01_size,huge,.1\n", 5,
         "'huge' is no category of it, which has 'small', 'medium', 'large'"),
        ("q01_size,small,.5\nq01_size,medium,.3\nq01_size,large,10 %\n", 4,
         "is not a number of 0 or more"),
        ("q01_size,small,.5\nq01_size,medium,.3\nq01_size,medium,.2\n", 4, "stands twice"),
        ("q01_size,small,.5\nq01_size,medium,.3\nq01_size,large,.1\n", 2,
         "add up to 0.9, neither 1 nor 100"),
        ("q01_sise,small,1\n", 2, "is no question, place or column of the survey"),
        ("q05_members,small,1\n", 2, "is no question, place or column of the survey"),
        ("nothing,small,0\nq01_size,small,0\n", 2, "is no question, place or column"),
        ("q01_size,small,0\n", 2, "adds up to 0"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_with_its_row(tmp_path, written, row, told):
    _, problems = weigh(tmp_path, "margin,category,share\n" + written)
    found = [problem for problem in problems if told in problem.rule]
    assert found, [str(problem) for problem in problems]
    assert found[0].row == row
    assert found[0].file == "data/margins.csv"
    assert found[0].remedy


def test_a_category_that_nobody_is_in_is_told(tmp_path):
    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(q01_size=frame["q01_size"].replace("3", "2"))

    table = "margin,category,share\nq01_size,small,.5\nq01_size,medium,.3\nq01_size,large,.2\n"
    study = {"files": {"margins": "margins.csv"}, "design": {"raking": {}}}
    folder = small_study(tmp_path, edit=edit, study=study, files={"margins.csv": table})
    _, problems = inspect_study(load_settings(folder))
    told = [problem for problem in problems if "nobody answered in the category" in problem.rule]
    assert [problem.row for problem in told] == [4]
    assert "'large', which has 20.0% of the population" in told[0].rule


@pytest.mark.parametrize(
    ("name", "written", "told"),
    [
        ("margins.csv", "a,b\n1,2\n", "no column 'margin'"),
        ("margins.csv", "margin,category\nq,1\n", "share or count"),
        ("margins.yml", "- 1\n", "margins by name are wanted"),
        ("margins.yml", "q01_size: 3\n", "is no mapping of categories"),
        ("margins.yml", "q01_size: {small: [1]}\n", "is not a number of 0 or more"),
        ("margins.yml", "q01_size: {small: 1", ""),
        ("nowhere.csv", None, "there is no such file"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path, name, written, told):
    study = {"files": {"margins": name}, "design": {"raking": {}}}
    files = {} if written is None else {name: written}
    settings = load_settings(small_study(tmp_path, study=study, files=files))
    _, problems = inspect_study(settings)
    errors = [problem for problem in problems if problem.severity == "error"]
    assert any(told in one.rule and one.file == f"data/{name}" for one in errors), errors


@pytest.mark.parametrize(
    ("study", "told"),
    [
        ({"design": {"raking": {}}}, "raking needs margins"),
        ({"files": {"margins": "m.yml"}}, "belongs to raking"),
    ],
)
def test_raking_and_its_table_belong_together(tmp_path, study, told):
    folder = small_study(tmp_path, study=study, files={"m.yml": "q01_size: {small: 1}\n"})
    _, problems = inspect_study(load_settings(folder))
    assert any(told in problem.rule for problem in problems)


def test_who_gave_no_answer_keeps_the_weight(tmp_path):
    def edit(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(age=[("young", "old", "-9", "")[n % 4] for n in range(len(frame))])

    study = {"files": {"margins": "m.yml"}, "design": {"raking": {}}}
    folder = small_study(
        tmp_path, edit=edit, study=study, files={"m.yml": "age: {young: 20, old: 80}\n"}
    )
    made, problems = inspect_study(load_settings(folder))
    assert made is not None, problems
    weights = made.survey["_weight"].to_numpy()
    assert weights[0::4] == pytest.approx(0.4)
    assert weights[1::4] == pytest.approx(1.6)
    assert weights[2::4] == pytest.approx(1)
    assert weights[3::4] == pytest.approx(1)
