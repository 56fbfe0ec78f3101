"""The worked example of docs/disclosure-model.md is what the code does, number by number."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from briefgen.config.settings import load_settings
from briefgen.disclosure.attack import FREE, Attack
from briefgen.disclosure.counts import (
    BASE,
    MISSING,
    Family,
    count_answers,
    group_families,
    list_cells,
    make_family,
)
from briefgen.disclosure.protect import Protection, make_protection
from briefgen.disclosure.release import make_cost, release_study
from briefgen.disclosure.structure import describe_structure
from briefgen.evidence.load import load_study
from briefgen.evidence.study import Study
from briefgen.evidence.survey import estimate_survey
from studies import REGIONS, option, small_study, study_info, text

PAGE = Path(__file__).parents[2] / "docs" / "disclosure-model.md"
QUESTION = {
    "code": "q1",
    "type": "single",
    "label": text("Frage", "Question"),
    "text": text("Tagt Ihre Steuerung oft?", "Does your steering group meet often?"),
    "options": [option(1, "yes", "ja", "yes"), option(2, "no", "nein", "no")],
}
PLACES = {"A": "DE1", "B": "DE2", "C": "DE9", "all": "DE"}
"""The page's names of the domains, and their codes here."""


def tables() -> dict[str, dict[tuple[str, str], str]]:
    """Return the cells of each table of the page by row and column, under its heading."""
    found: dict[str, dict[tuple[str, str], str]] = {}
    for part in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]:
        rows = [
            [cell.strip().strip("*") for cell in line.strip("|").split("|")]
            for line in part.splitlines()
            if line.startswith("|") and not line.startswith("|---")
        ]
        if rows:
            head, *body = rows
            found[part.splitlines()[0]] = {
                (row[0], name): cell
                for row in body
                for name, cell in zip(head[1:], row[1:], strict=True)
            }
    return found


PAGE_TABLES = tables()


def column(heading: str, name: str) -> dict[str, str]:
    """Return one column of a table of the page by its rows."""
    return {row: cell for (row, head), cell in PAGE_TABLES[heading].items() if head == name}


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    """The study of the page: its answers are those of the page's first table."""
    answers = []
    for place in "ABC":
        counts = {name: int(column("The answers", name)[place]) for name in ("yes", "no", "none")}
        codes = ["1"] * counts["yes"] + ["2"] * counts["no"] + [""] * counts["none"]
        answers += [(REGIONS[PLACES[place]][2], code) for code in codes]
    survey = pd.DataFrame(answers, columns=["region", "q1"])
    survey.insert(0, "id", [f"r{row}" for row in range(len(survey))])
    regions = [r for r in study_info()["regions"]["list"] if r["code"] in PLACES.values()]
    folder = small_study(
        tmp_path_factory.mktemp("page"),
        study={
            "region_types": None,
            "regions": {"list": regions},
            "topics": [{"code": "t", "title": text("T", "T"), "questions": ["q1"]}],
            "audiences": [],
            "statistics": {"subgroups": [], "crossings": []},
        },
        codebook={"indices": [], "ratios": []},
        questions=[QUESTION],
        edit=lambda _drawn: survey,
    )
    return load_study(load_settings(folder))


@pytest.fixture(scope="module")
def protection(study: Study) -> Protection:
    """The counts of the study with only the sensitive ones hidden."""
    settings = study.settings
    structure = describe_structure(settings, study.survey)
    [variables] = group_families(settings)
    family = make_family(settings, structure, variables)
    wanted = {cell.key for cell in list_cells(family)}
    truth = count_answers(settings, family, study.survey)
    rules = settings.info.disclosure
    return make_protection(rules, family, truth, wanted, make_cost(study, structure))


def unknown(family: Family, name: str) -> int:
    """Return the column of an unknown of the page, such as ``x[A,yes]``."""
    place, option_name = re.fullmatch(r"x\[(\w),(\w+)\]", name).groups()
    [atom] = family.structure.domains[PLACES[place]]
    return family.columns("q1", "", {"none": MISSING}.get(option_name, option_name))[atom]


def test_the_equations_of_the_page_are_those_that_everybody_knows(protection):
    family = protection.family
    known = {
        (frozenset(equation.terms.items()), equation.low, equation.high)
        for equation in family.equations
    }
    stated = set()
    for line in re.findall(
        r"^    (x\[.*) = (\d+)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE
    ):
        columns = [unknown(family, name) for name in line[0].split(" + ")]
        stated.add((frozenset((c, 1.0) for c in columns), float(line[1]), float(line[1])))
    assert stated == known


def feasibility(protection: Protection, place: str) -> str:
    """Return the feasibility interval of "yes" in a region, from what is published."""
    cells = protection.cells
    limits = [
        (value, value) if shown else FREE
        for value, shown in zip(protection.values, protection.published, strict=True)
    ]
    attack = Attack(protection.family, cells, limits, protection.truth)
    low, high = attack.range(protection.number["q1", "yes", PLACES[place]])
    return f"{low:.0f} to {high:.0f}"


def test_primary_then_secondary_suppression_give_the_tables_of_the_page(protection):
    heading = "Feasibility intervals"
    primary = {
        cell.key[1:] for cell, shown in zip(protection.cells, protection.published, strict=True)
        if not shown
    }  # fmt: skip
    assert primary == {("yes", "DE1"), ("no", "DE1")}
    before = {place: feasibility(protection, place) for place in "ABC"}
    assert column(heading, "after primary suppression") == before
    yes = {place: protection.number["q1", "yes", code] for place, code in PLACES.items()}
    costs = {place: f"{protection.cost(protection.cells[one]):.1f}" for place, one in yes.items()}
    assert column("Secondary suppression", "cost of “yes”") == costs
    protection.protect()
    after = {place: feasibility(protection, place) for place in "ABC"}
    assert column(heading, "after secondary suppression") == after


def test_what_is_released_is_the_last_table_of_the_page(study):
    evidence = release_study(study, estimate_survey(study)).evidence
    printed = {}
    for place, code in PLACES.items():
        for name in ("yes", "no"):
            item = evidence[f"survey:q1.{name}@{code}"]
            printed[place, name] = f"{item.value:.0%}" if item.is_published else item.status.value
        base = evidence[f"survey:q1.{BASE}@{code}"]
        printed[place, "n"] = f"{base.value:.0f}"
    stated = PAGE_TABLES["What is released"]
    assert {key: cell.replace("\N{NO-BREAK SPACE}", "") for key, cell in stated.items()} == printed
