from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from briefgen.config.conditions import parse_condition
from briefgen.config.recommendations import RecommendationEntry
from briefgen.config.wording import CodeEntry, StatementEntry
from briefgen.evidence.cases.files import CaseEntry

TEXT = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text(encoding="utf-8")
EXAMPLES = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)]


def example(key):
    return next(content for content in EXAMPLES if key in content)


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("codes", CodeEntry),
        ("statements", StatementEntry),
        ("recommendations", RecommendationEntry),
    ],
)
def test_the_examples_of_lists_can_be_read(key, part):
    entries = [part.model_validate(entry) for entry in example(key)[key]]
    assert entries


def test_the_example_of_a_case_can_be_read():
    case = CaseEntry.model_validate(example("interviews"))
    assert case.interviews[0].segments[0].consent
    assert case.interviews[0].pseudonym["de"] == "Koordinatorin, Mitte 50"


def test_the_example_of_a_condition_is_one():
    assert parse_condition(example("recommendations")["recommendations"][0]["condition"])
