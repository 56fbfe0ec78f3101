"""Released evidence as text, and back: nothing is lost on the way, order neither."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from briefgen.config.settings import load_settings
from briefgen.model import CaseStudy, Kind, Released, Text
from briefgen.pipeline import inputs
from briefgen.pipeline.build import build
from briefgen.pipeline.run import Options, Selection
from briefgen.pipeline.work.publish import read_manifest
from briefgen.released_json import dump_released, load_released
from qualitative_by_hand import qualitative_study

ATTRIBUTES = ("size", "founded", "branch", "area")  # in no order but their author's
REPORT = Selection(kinds=frozenset({Kind.REPORT}), languages=frozenset({"de"}))


def case_with(attributes: tuple[str, ...]) -> CaseStudy:
    return CaseStudy(
        code="c01",
        name=Text({"en": "One", "de": "Eins"}),
        region="DE1",
        region_type="",
        attributes={name: Text({"en": name, "de": name}) for name in attributes},
        portrait=Text({"": "P"}),
        lesson=Text({"": "L"}),
        factors=("trust", "contact"),
        interviews=2,
    )


@pytest.mark.parametrize("attributes", [ATTRIBUTES, ATTRIBUTES[::-1]])
def test_a_release_keeps_its_order_as_text(attributes):
    released = Released(evidence={}, cases=(case_with(attributes),))
    again = load_released(dump_released(released))
    assert again == released
    assert tuple(again.cases[0].attributes) == attributes
    assert list(again.cases[0].name) == ["en", "de"]
    assert dump_released(again) == dump_released(released)


def published(folder: Path) -> dict[str, bytes]:
    """Return the files of the German report."""
    edition = folder / "publications" / load_settings(folder).edition
    record = read_manifest(edition).documents["report-de"]
    return {name: (edition / file.path).read_bytes() for name, file in record.files.items()}


def make(folder: Path) -> None:
    result = build(load_settings(folder), REPORT, Options(jobs=1, formats=()))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]


TEMPLATE = """---
title: {{ study.title | yaml }}
lang: {{ doc.language }}
---

{% for case in cases %}
# {{ case.name }}

{% for name, text in case.attributes %}{{ text }} · {% endfor %}
{% endfor %}
"""


def write_template(folder: Path, text: str) -> None:
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports" / "report.qmd").write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_a_second_build_from_the_cache_gives_the_bytes_of_a_first(tmp_path, monkeypatch):
    twice = qualitative_study(tmp_path / "twice").folder
    at_once = Path(shutil.copytree(twice, tmp_path / "once"))
    write_template(twice, TEMPLATE)
    make(twice)
    before = published(twice)
    for folder in (twice, at_once):  # one input changes, and no evidence
        write_template(folder, f"{TEMPLATE}\nAnother sentence.\n")
    make(at_once)
    inputs._read_kept.cache_clear()

    def never(*_arguments: object) -> None:
        raise AssertionError("the analysis was made again")

    monkeypatch.setattr(inputs, "_analyse", never)
    make(twice)
    assert published(twice) == published(at_once)
    assert published(twice)["pdf"] != before["pdf"]
