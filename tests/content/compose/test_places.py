"""An error about a composed document names the template that the line comes from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefgen.config.defaults import defaults_folder
from briefgen.config.settings import load_settings
from briefgen.content.compose.places import name_template
from briefgen.errors import RenderError
from briefgen.pipeline.build import build
from briefgen.pipeline.run import Options, Selection
from plain_study import plain_study


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    own, defaults = tmp_path / "own", tmp_path / "defaults"
    for folder, name, text in (
        (own, "brief.qmd", "Words.\n\nAs {{ doc.region_name }} in @fig-nope shows.\n"),
        (own, "_parts/p.qmd", "Other words.\n\nA line alone, see @tbl-none.\n"),
        (defaults, "brief.qmd", "As in @fig-nope.\n\nTwice.\n"),
        (defaults, "report.qmd", "Twice.\n\nTwice.\n"),
    ):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [own, defaults]


def told(tmp_path: Path, folders: list[Path], line: str, message: str) -> str | None:
    composed = tmp_path / "document.qmd"
    composed.write_text(f"---\ntitle: T\n---\n\n{line}\n", encoding="utf-8")
    error = RenderError(message, where=f"{composed}:5")
    found = name_template(error, composed, folders)
    return (found.where or "").replace(str(composed), "document.qmd")


@pytest.mark.parametrize(
    ("line", "message", "where"),
    [
        ("A line alone, see @tbl-none.", "nothing is called @tbl-none", "reports/_parts/p.qmd:3"),
        ("As Bavaria in @fig-nope shows.", "nothing is called @fig-nope", "reports/brief.qmd:3"),
        ("Twice.", "something is wrong", "document.qmd:5"),
        ("Made by evidence.", "nothing is called @fig-made", "document.qmd:5"),
    ],
)
def test_place_is_that_of_the_template_where_it_is_certain(tmp_path, folders, line, message, where):
    assert told(tmp_path, folders, line, message) == where


def test_an_error_about_another_file_is_left_alone(tmp_path, folders):
    (tmp_path / "document.qmd").write_text("x\n", encoding="utf-8")
    error = RenderError("wrong", where="reports/other.qmd:1")
    assert name_template(error, tmp_path / "document.qmd", folders) is error


@pytest.mark.slow
def test_a_failed_document_names_template_and_line(tmp_path):
    study = plain_study(tmp_path / "study")
    shutil.copytree(defaults_folder("reports"), study / "reports", dirs_exist_ok=True)
    path = study / "reports" / "brief.qmd"
    path.write_text(path.read_text("utf-8") + "\n\nSee @fig-nope.\n", encoding="utf-8")
    one = Selection(names=frozenset({"brief-DE1-smes-de"}))
    (outcome,) = build(load_settings(study), one, Options(engine="pandoc", jobs=1)).outcomes
    line = path.read_text("utf-8").splitlines().index("See @fig-nope.") + 1
    assert outcome.error.where == f"reports/brief.qmd:{line}"
