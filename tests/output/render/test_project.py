"""The Quarto project at the top of the repository."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from briefgen.cli import main
from briefgen.output.render.words import CALLOUTS, WORDS

ROOT = Path(__file__).parents[3]


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


@pytest.fixture
def site(tmp_path):
    """Give a copy of the project's hook, and call it as Quarto does: with Python, from the top."""
    folder = tmp_path / "project"
    (folder / "scripts").mkdir(parents=True)
    hook = yaml.safe_load((ROOT / "_quarto.yml").read_text(encoding="utf-8"))["project"]
    shutil.copy(ROOT / hook["pre-render"], folder / hook["pre-render"])

    def call(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, hook["pre-render"]],
            cwd=folder,
            env={"PATH": os.defpath, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return folder, call


def _put_briefgen(path: Path, status: int = 0) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(f'#!/bin/sh\necho "$(basename "$PWD"): $@"\nexit {status}\n')
    path.chmod(0o755)


@pytest.mark.parametrize("place", ["project/.venv/bin", "active/bin", "elsewhere"])
def test_hook_finds_briefgen(site, tmp_path, place):
    _, call = site
    _put_briefgen(tmp_path / place / "briefgen")
    answer = call(
        QUARTO_PROJECT_RENDER_ALL="1",
        VIRTUAL_ENV=str(tmp_path / "active"),
        PATH=f"{tmp_path / 'elsewhere'}:{os.defpath}",
    )
    assert answer.stdout == "project: compose report summary\n"
    assert answer.returncode == 0


def test_hook_leaves_single_documents_alone(site, tmp_path):
    _, call = site
    _put_briefgen(tmp_path / "project/.venv/bin/briefgen")
    answer = call()
    assert (answer.stdout, answer.returncode) == ("", 0)


def test_hook_says_that_briefgen_is_missing(site):
    _, call = site
    answer = call(QUARTO_PROJECT_RENDER_ALL="1")
    assert answer.returncode == 1
    assert "briefgen is not installed here" in answer.stderr


def test_hook_fails_with_briefgen(site, tmp_path):
    _, call = site
    _put_briefgen(tmp_path / "project/.venv/bin/briefgen", status=3)
    assert call(QUARTO_PROJECT_RENDER_ALL="1").returncode == 3


def test_hook_gives_a_command_that_exists():
    answer = CliRunner().invoke(main, ["compose", "report", "summary", "--help"])
    assert answer.exit_code == 0
    assert "quarto render" in answer.output


def test_german_references_to_callouts_use_the_words_of_their_titles(project):
    assert project["language"]["de"] == {
        f"crossref-{kind}-prefix": WORDS["de"][f"callout-{name}-title"]
        for kind, name in CALLOUTS.items()
    }


def test_computes_nothing(project):
    assert project["engine"] == "markdown"
    assert project["format"]["html"]["html-math-method"] == "mathml"
