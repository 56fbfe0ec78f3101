"""An error about a composed document names the template that the line comes from, and its line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefgen.config.defaults import defaults_folder
from briefgen.config.settings import load_settings
from briefgen.content.compose.origins import Origins
from briefgen.content.compose.places import name_template
from briefgen.content.compose.templates import make_environment, render_template
from briefgen.errors import RenderError
from briefgen.pipeline.build import build
from briefgen.pipeline.run import Options, Selection
from plain_study import plain_study

MAIN = """---
title: {{ name }}
lang: en
---

Twice.

{% if name %}
Twice.
{{ name }} begins here.
{% endif %}

{% include "_part.qmd" %}

{{< include _part.qmd >}}

{% for one in [1, 2] %}
- item {{ one }} of {{ name }}
{% endfor %}

{% macro said(word) %}
said {{ word }}
{% endmacro %}
{{ said(name) }}

Last {{ "a
b" }} line.
"""
PART = "Part one\n\n{# no comment #}\n{% if name %}\nPart {{ name }} two\n{% endif %}\nTwice.\n"


@pytest.fixture
def rendered(tmp_path: Path) -> tuple[str, Origins]:
    (tmp_path / "main.qmd").write_text(MAIN, encoding="utf-8")
    (tmp_path / "_part.qmd").write_text(PART, encoding="utf-8")
    return render_template(make_environment([tmp_path]), "main.qmd", {"name": "Ada"})


def places_of(text: str, origins: Origins, line: str) -> list[str]:
    lines = [number for number, one in enumerate(text.splitlines(), 1) if one.strip() == line]
    return [origins.place_of(text, number).removeprefix("reports/") for number in lines]


@pytest.mark.parametrize(
    ("line", "places"),
    [
        ("title: Ada", ["main.qmd:2"]),
        ("Twice.", ["main.qmd:6", "main.qmd:9", "_part.qmd:7", "_part.qmd:7"]),
        ("Ada begins here.", ["main.qmd:10"]),
        ("Part one", ["_part.qmd:1", "_part.qmd:1"]),
        ("Part Ada two", ["_part.qmd:5", "_part.qmd:5"]),
        ("- item 2 of Ada", ["main.qmd:18"]),
        ("said Ada", ["main.qmd:24"]),
        ("Last a", ["main.qmd:26"]),
    ],
)
def test_each_line_knows_its_template(rendered, line, places):
    assert places_of(*rendered, line) == places


def test_lines_that_come_and_go_do_not_move_the_others(rendered):
    text, origins = rendered
    front, body = text[4:].split("---\n", 1)
    changed = f"---\n{front}bibliography: x.bib\n---\n" + body.replace("\n\n", "\n\n\n").strip()
    assert places_of(changed, origins, "- item 2 of Ada") == ["main.qmd:18"]
    assert places_of(changed, origins, "lang: en") == ["main.qmd:3"]
    assert places_of(changed, origins, "bibliography: x.bib") == ["main.qmd"]


def test_an_error_without_a_line_names_the_template(rendered, tmp_path):
    composed = tmp_path / "out" / "document.qmd"
    composed.parent.mkdir()
    composed.write_text(rendered[0], encoding="utf-8")
    for where in (str(composed), None):
        told = name_template(RenderError("x", where=where), composed, [], lambda: rendered[1])
        assert told.where == "reports/main.qmd"


def test_a_file_beside_the_document_is_that_of_the_templates(rendered, tmp_path):
    reports, composed = tmp_path / "reports", tmp_path / "out" / "document.qmd"
    for folder in (reports, composed.parent):
        folder.mkdir()
        (folder / "x.bib").write_text("", encoding="utf-8")
    error = RenderError("broken", where=f"{composed.parent / 'x.bib'}:3")
    told = name_template(error, composed, [reports], lambda: rendered[1])
    assert told.where == "reports/x.bib:3"


def test_an_error_about_another_file_is_left_alone(tmp_path):
    error = RenderError("wrong", where="reports/other.qmd:1")
    assert name_template(error, tmp_path / "document.qmd", [], lambda: None) is error


@pytest.mark.slow
def test_a_failed_document_names_template_and_line(tmp_path):
    study = plain_study(tmp_path / "study")
    shutil.copytree(defaults_folder("reports"), study / "reports", dirs_exist_ok=True)
    path = study / "reports" / "brief.qmd"
    path.write_text(path.read_text("utf-8") + "\n\nA <table> open.\n", encoding="utf-8")
    one = Selection(names=frozenset({"brief-DE1-smes-de"}))
    (outcome,) = build(load_settings(study), one, Options(engine="pandoc", jobs=1)).outcomes
    line = path.read_text("utf-8").splitlines().index("A <table> open.") + 1
    assert outcome.error.where == f"reports/brief.qmd:{line}"
