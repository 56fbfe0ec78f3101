"""What the method chapter says of differences that documents pick out, and of rows left out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from briefgen.config.settings import load_settings
from briefgen.model import Kind
from briefgen.pipeline.export import compose_documents
from briefgen.pipeline.run import Selection
from studies import small_study, text

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("clear", [True, False])
def test_picked_differences_are_told_and_the_next_heading_stands_on_its_own(
    tmp_path, monkeypatch, clear
):
    """A block at the end of a template's line takes the line's end along."""
    settings = load_settings(small_study(tmp_path))

    def shrink(_settings, evidence):
        rest = next(item for item in evidence.values() if item.contrast == "rest")
        verdict = "higher" if clear else "same"
        key = rest.key.replace("~rest", "~shrunk")
        return {key: replace(rest, key=key, contrast="shrunk", verdict=verdict)}

    monkeypatch.setattr("briefgen.disclosure.selection.shrink_differences", shrink)
    report = Selection(kinds=frozenset({Kind.REPORT}))
    compose_documents(settings, report, tmp_path / "composed")
    texts = [path.read_text("utf-8") for path in tmp_path.rglob("document.qmd")]
    assert len(texts) == len(settings.languages)
    for chapter in texts:
        assert ("@stephens2017" in chapter) == clear
        assert re.search(r"\n\n## .*\{#sec-reading\}\n", chapter)
        assert re.findall(r"^(?!:::).+\n#{1,6} .*", chapter, re.MULTILINE) == []


def test_rows_left_out_are_told_with_their_number_or_that_there_are_few(tmp_path):
    marks = [*["test"] * 4, "spam", *["ok"] * 115]
    rules = [
        {"column": "state", "codes": [mark], "because": text(german, english)}
        for mark, german, english in (
            ("test", "Probeläufe", "trials"),
            ("spam", "Unfug", "nonsense"),
            ("robot", "Roboter", "robots"),
        )
    ]
    folder = small_study(
        tmp_path,
        about=["q02_steering"],
        edit=lambda table: table.assign(state=marks),
        study={"files": {"survey": {"path": "survey.csv", "leave_out": rules}}},
    )
    report = Selection(kinds=frozenset({Kind.REPORT}), languages=frozenset({"en"}))
    compose_documents(load_settings(folder), report, tmp_path / "composed")
    (document,) = (path.read_text("utf-8") for path in tmp_path.rglob("document.qmd"))
    said = re.sub(r"\[([^\]]*)\]\{[^}]*\}", r"\1", document)
    assert "left out for these reasons: trials (4) and nonsense (fewer than 3)." in said
    assert "robots" not in said
