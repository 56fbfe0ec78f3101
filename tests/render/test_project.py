"""The Quarto project at the top of the repository."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from briefgen.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project():
    return yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))


def test_is_a_website_with_navigation_and_search(project):
    assert project["project"]["type"] == "website"
    assert project["website"]["search"] is True
    assert [part["section"] for part in project["website"]["sidebar"]["contents"]] == [
        "Deutsch",
        "English",
    ]


def test_renders_what_was_composed_and_no_template(project):
    patterns = project["project"]["render"]
    assert patterns == ["composed/**/*.qmd"]
    assert not any(Path("reports/brief.qmd").match(pattern) for pattern in patterns)


def test_hook_is_a_command_that_exists(project):
    program, *arguments = shlex.split(project["project"]["pre-render"])
    assert program == "briefgen"
    answer = CliRunner().invoke(main, [*arguments, "--help"])
    assert answer.exit_code == 0
    assert "quarto render" in answer.output


def test_computes_nothing(project):
    assert project["engine"] == "markdown"
    assert project["format"]["html"]["html-math-method"] == "mathml"
