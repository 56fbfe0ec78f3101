"""The table of required keys in the documentation is that of the models."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from briefgen.config import settings

TABLE = (Path(__file__).parents[2] / "docs" / "study-files.md").read_text("utf-8")
ROWS = {
    "`study.yml`": ["StudyInfo"],
    "`publication`": ["Publication"],
    "`institute`, `commissioner`, `contact`": ["Organisation"],
    "`files.survey` and other tables, if no plain path": ["DataSource"],
    "`leave_out`": ["LeaveOut"],
    "`regions.list`": ["Region"],
    "`region_types`": ["RegionTypes"],
    "`region_types.list`": ["RegionType"],
    "`audiences`": ["Audience"],
    "`topics`": ["Topic"],
    "`case_studies.roles`": ["Role"],
    "`panel.asked`": ["Dimension"],
    "`questions`": ["Question"],
    "`options`": ["Option"],
    "`boxes`, `merge`": ["Box", "Merge"],
    "`items`, of a battery too": ["Item"],
    "`classes`": ["NumberClass"],
    "`asked_if`": ["AskedIf"],
    "`scales`": ["AnswerScale"],
    "`units`": ["Unit"],
    "`indices`": ["Index"],
    "`ratios`": ["Ratio"],
}


@pytest.mark.parametrize("row", ROWS)
def test_the_docs_name_the_keys_that_must_be_there(row):
    told = re.search(
        rf"^\| {re.escape(row)} \| (.*) \|$", TABLE.split("must be there")[1], re.MULTILINE
    )
    assert told is not None
    for name in ROWS[row]:
        model = getattr(settings, name)
        assert issubclass(model, BaseModel)
        required = {key for key, one in model.model_fields.items() if one.is_required()}
        assert set(re.findall(r"`(\w+)`", told[1])) == required


def test_a_panel_needs_nothing():
    assert not any(one.is_required() for one in settings.PanelSettings.model_fields.values())
