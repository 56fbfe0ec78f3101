"""Rare answers: what hiding them costs the others is told, and merging them helps."""

from __future__ import annotations

from typing import Any

import pytest

from briefgen.config.settings import load_settings
from briefgen.disclosure import (
    find_rare_options,
    price_rare_options,
    release_study,
    tell_rare_option,
)
from briefgen.disclosure.rare import RareOption, without_option
from briefgen.errors import SettingsError
from briefgen.evidence import survey
from briefgen.evidence.load import load_study
from briefgen.evidence.study import Study
from briefgen.model import Released
from briefgen.pipeline.check import find_problems
from studies import CODEBOOK, merge, small_study, text

SIZE = next(item for item in CODEBOOK["questions"] if item["code"] == "q01_size")
OTHERS = [item for item in CODEBOOK["questions"] if item["code"] in ("q02_steering", "q07_smes")]


def make_released(folder, size: dict[str, Any]) -> tuple[Study, Released]:
    """Release a study in which one respondent alone has a large network."""

    def one_large(table):
        sizes = ["1" if place % 2 else "2" for place in range(len(table))]
        return table.assign(q01_size=["3", *sizes[1:]])

    small_study(
        folder,
        questions=[merge(SIZE, size), *OTHERS],
        codebook={"indices": None},
        study={
            "topics": [
                {"code": "work", "title": "Work", "questions": ["q01_size", "q02_steering"]}
            ],
            "statistics": {"subgroups": ["q01_size"], "crossings": []},
            "audiences": None,
            "documents": ["summary"],
        },
        edit=one_large,
    )
    study = load_study(load_settings(folder))
    return study, release_study(study, survey.estimate_survey(study))


def hidden(released: Released, domains: tuple[str, ...]) -> int:
    """Count the values of domains that are not published."""
    return sum(
        item.domain in domains and not item.is_published for item in released.evidence.values()
    )


def test_a_rare_answer_is_told_with_what_it_costs(tmp_path):
    """One of three sizes was chosen once: with it the next one is hidden too, and much of all."""
    study, released = make_released(tmp_path, {})
    assert find_rare_options(study) == [RareOption("q01_size", "large", is_subgroup=True)]
    ((rare, lost, of),) = price_rare_options(study, released, survey.estimate_survey)
    other = without_option(study, rare)
    again = release_study(other, survey.estimate_survey(other))
    domains = ("q01_size:small", "q01_size:medium")
    assert hidden(again, domains) < hidden(released, domains)
    assert lost >= hidden(released, domains) - hidden(again, domains) > 0
    assert tell_rare_option(rare, lost, of) == (
        f"few answered 'large'; because of it {lost} of {of} values are hidden"
    )


def test_merged_with_another_answer_it_costs_nothing(tmp_path):
    wide = {"name": "wide", "label": text("ab 21 Mitglieder", "21 and more members")}
    study, released = make_released(tmp_path, {"merge": [{**wide, "options": ["medium", "large"]}]})
    variable = study.settings.variables["q01_size"]
    assert [option.name for option in variable.options] == ["small", "wide"]
    assert variable.options[1].codes == ("2", "3")
    assert variable.options[1].label["en"] == "21 and more members"
    assert find_rare_options(study) == []
    assert released["survey:q01_size.wide@DE"].is_published


def test_check_tells_what_a_rare_answer_costs(tmp_path):
    study, _ = make_released(tmp_path, {})
    hints = [item for item in find_problems(study.settings) if item.severity == "hint"]
    assert [item.column for item in hints] == ["q01_size"]
    assert "few answered 'large'" in hints[0].rule
    assert "merge:" in hints[0].remedy


def test_a_merged_answer_stands_in_boxes_for_those_that_it_is_made_of(tmp_path):
    box = {"name": "not_small", "label": "not small", "options": ["medium", "large"]}
    wide = {"name": "wide", "label": "wide", "options": ["medium", "large"]}
    small_study(
        tmp_path, questions=[{**SIZE, "boxes": [box], "merge": [wide]}, *OTHERS],
        codebook={"indices": None},
    )  # fmt: skip
    found = load_settings(tmp_path).variables["q01_size"]
    assert [part.options for part in found.boxes] == [("wide",)]


def test_merge_names_options_that_are_there(tmp_path):
    wide = {"name": "wide", "label": "wide", "options": ["medium", "huge"]}
    small_study(tmp_path, questions=[{**SIZE, "merge": [wide]}, *OTHERS])
    with pytest.raises(SettingsError, match="merge names huge"):
        load_settings(tmp_path)
