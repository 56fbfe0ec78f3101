"""Broken and odd files are read to the last cell, or refused; ``make hostile`` reads them too."""

from __future__ import annotations

import pytest
from hostile_files import judge_file, judge_projects, list_cases

CASES = {case.name: case for case in list_cases()}


@pytest.mark.parametrize("name", CASES)
def test_a_file_is_read_whole_or_refused(tmp_path, name):
    assert judge_file(CASES[name], tmp_path) == ""


def test_projects_are_read_whole_or_refused(tmp_path):
    assert [fault for _, fault in judge_projects(tmp_path) if fault] == []
