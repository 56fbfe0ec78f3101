"""Other formats than HTML by the embedded engine: nothing is lost, and nothing counted twice."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from briefgen.output.render import RenderJob

DOCUMENT = """---
title: T
lang: de
bibliography: refs.bib
---

# Eins {#sec-a}

Siehe @fig-a, @tbl-a und [@roe2020].

![Anteile](bar.png){#fig-a fig-alt="Zwei \\"Balken\\"" width=50%}

::: {#tbl-a}
```{=html}
<table><thead><tr><th>Größe</th></tr></thead><tbody><tr><td>klein</td></tr></tbody></table>
```

Betriebe
:::

::: {.callout-note}
## Gut zu wissen
Text
:::
"""
CASES = Path(__file__).parents[1] / "contract" / "cases"


@pytest.fixture
def convert(pandoc, write, tmp_path):
    """Convert the document and return the file."""

    def convert(to: str) -> Path:
        source = write(DOCUMENT)
        for name in ("refs.bib", "bar.png"):
            (source.parent / name).write_bytes((CASES / name).read_bytes())
        job = RenderJob(source, tmp_path / f"out.{to}", to)
        (outcome,) = pandoc.render([job])
        if outcome.error:
            raise outcome.error
        return job.output

    return convert


@pytest.mark.parametrize("to", ["typst", "latex", "gfm", "markdown", "rst"])
def test_raw_tables_captions_and_citations_are_there(convert, to):
    text = convert(to).read_text(encoding="utf-8")
    for part in ("klein", "Betriebe", "Anteile", "Gut zu wissen", "Roe", "2020"):
        assert part in text, part
    assert text.count("Anteile") == 1
    assert "@roe2020" not in text


def test_typst_counts_nothing_again_and_keeps_alternatives(convert):
    text = convert("typst").read_text(encoding="utf-8")
    assert "#set figure(numbering: none)" in text
    assert r'image("bar.png", alt: "Zwei \"Balken\"", width: 50%)' in text
    assert "Abbildung~1: Anteile" in text
    assert 'lang: "de"' in text


def test_latex_counts_nothing_again_and_keeps_alternatives(convert):
    text = convert("latex").read_text(encoding="utf-8")
    assert r"\captionsetup{labelformat=empty,labelsep=none}" in text
    assert "alt={Zwei " in text


def test_word_has_table_alternative_and_title(convert):
    with zipfile.ZipFile(convert("docx")) as archive:
        body = archive.read("word/document.xml").decode()
        core = archive.read("docProps/core.xml").decode()
    assert "<w:tbl>" in body
    assert 'descr="Zwei &quot;Balken&quot;"' in body
    assert "<dc:title>T</dc:title>" in core


def test_unknown_format_is_named(pandoc, write, tmp_path):
    job = RenderJob(write("Text."), tmp_path / "out.docxx", "docxx")
    (outcome,) = pandoc.render([job])
    assert outcome.error.message == "Pandoc writes no format 'docxx'"
    assert "docx" in outcome.error.hint
