"""What the method chapter says of differences that documents pick out."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from briefgen.config.settings import load_settings
from briefgen.model import Kind
from briefgen.pipeline.export import compose_documents
from briefgen.pipeline.run import Selection
from studies import small_study

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
    for text in texts:
        assert ("@stephens2017" in text) == clear
        assert re.search(r"\n\n## .*\{#sec-reading\}\n", text)
        assert re.findall(r"^(?!:::).+\n#{1,6} .*", text, re.MULTILINE) == []
