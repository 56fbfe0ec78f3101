"""Other formats than HTML by the embedded engine: nothing is lost, and nothing counted twice.

What each format keeps is measured by ``kept.py``, and the documentation's table is held to it.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pypandoc
import pytest
from kept import COLUMNS, DOCS, make_table, measure_formats, split_docs

from briefgen.errors import RenderError
from briefgen.output.render import RenderJob
from briefgen.output.render.formats import REFUSALS, check_formats, output_formats
from briefgen.output.render.pandoc import PandocEngine

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
CASES = Path(__file__).parents[2] / "contract" / "cases"


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


def test_latex_leads_citations_to_their_source(convert):
    text = convert("latex").read_text(encoding="utf-8")
    assert r"\citeproc{ref-roe2020}{" in text
    assert text.count(r"{ref-roe2020}") == 2


def test_word_has_table_alternative_and_title(convert):
    with zipfile.ZipFile(convert("docx")) as archive:
        body = archive.read("word/document.xml").decode()
        core = archive.read("docProps/core.xml").decode()
    assert "<w:tbl>" in body
    assert 'descr="Zwei &quot;Balken&quot;"' in body
    assert "<dc:title>T</dc:title>" in core


def test_rst_has_the_address_of_a_picture_alone_on_its_line(convert):
    lines = [line.strip() for line in convert("rst").read_text(encoding="utf-8").splitlines()]
    place = lines.index(".. figure:: bar.png")
    assert lines[place + 1].startswith(":")
    assert lines[place - 2 : place] == [":name: fig-a", ""]
    table = lines.index(".. table:: Tabelle\u00a01: Betriebe")
    assert lines[table - 2 : table] == [":name: tbl-a", ""]


def test_rst_keeps_a_quotation_below_a_heading_in_a_box_and_tables_straight(
    pandoc, write, tmp_path
):
    head = "Er\u00adfolg und ein langes Wort dahinter, das \u00fcber die Zeile geht"
    source = write(
        "---\ntitle: T\n---\n\n::: {.box}\n## Stimme {.unnumbered}\n\n> Zitat\n:::\n\n"
        f"+----+----+\n| {head} | b |\n+====+====+\n| - a | c |\n+----+----+\n"
    )
    job = RenderJob(source, tmp_path / "out.rst", "rst")
    (outcome,) = pandoc.render([job])
    assert outcome.error is None
    text = job.output.read_text(encoding="utf-8")
    assert "\u00ad" not in text
    lines = [line.strip() for line in text.splitlines()]
    assert lines[lines.index("Zitat") - 2 : lines.index("Zitat")] == ["..", ""]


def test_rst_is_read_without_a_complaint_by_docutils(convert):
    core = pytest.importorskip("docutils.core", reason="pip install docutils")
    page = core.publish_string(
        convert("rst").read_text(encoding="utf-8"),
        writer="html5",
        settings_overrides={"halt_level": 2, "report_level": 2},
    ).decode()
    assert 'src="bar.png"' in page
    assert 'id="fig-a"' in page
    assert 'id="tbl-a"' in page


def test_a_title_that_is_the_first_heading_is_in_the_properties_of_the_file(
    pandoc, write, tmp_path
):
    source = write("---\npagetitle: Kurz gesagt\n---\n\nOben\n\n# Kurz [gesagt]{.x}\n\nUnten\n")
    job = RenderJob(source, tmp_path / "out.docx", "docx")
    (outcome,) = pandoc.render([job])
    assert outcome.error is None
    with zipfile.ZipFile(job.output) as archive:
        body = archive.read("word/document.xml").decode()
        core = archive.read("docProps/core.xml").decode()
    assert "<dc:title>Kurz gesagt</dc:title>" in core
    assert body.count("gesagt") == 1
    assert body.count("Oben") == body.count("Unten") == 1


@pytest.mark.parametrize("to", ["docx", "odt", "pptx", "epub", "fb2", "rtf"])
def test_the_same_text_gives_the_same_file(monkeypatch, write, tmp_path, to):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1763251200")
    source = write("---\ntitle: T\n---\n\n# Eins\n\nText.\n")
    files = []
    for name in ("one", "two"):
        job = RenderJob(source, tmp_path / name, to)
        with PandocEngine() as engine:
            (outcome,) = engine.render([job])
        assert outcome.error is None
        files.append(job.output.read_bytes())
    assert files[0] == files[1]


@pytest.fixture(scope="module")
def measured():
    return measure_formats()


@pytest.mark.slow
def test_the_table_of_the_documentation_is_what_is_measured(measured):
    _, table, _ = split_docs(DOCS.read_text(encoding="utf-8"))
    assert table == make_table(measured), "make it anew: python tests/output/render/kept.py"


@pytest.mark.slow
@pytest.mark.parametrize("column", COLUMNS)
def test_no_format_that_can_be_asked_for_loses_what_readers_need(measured, column):
    lost = {name for name, found in measured.items() if found[column] == "no"}
    expected = {"text alternatives": {"rtf", "context", "icml", "org"}}  # Pandoc has no way
    assert lost == expected.get(column, set())


def test_every_format_of_pandoc_is_declared_or_refused_by_name():
    refused = [name for refusal in REFUSALS for name in refusal.names]
    assert len(refused) == len(set(refused))
    assert not output_formats().keys() & set(refused)
    written = set(pypandoc.get_pandoc_formats()[1]) - {"pdf"}
    assert written <= output_formats().keys() | set(refused)
    for refusal in REFUSALS:
        assert set(refusal.instead) <= output_formats().keys()


@pytest.mark.parametrize(
    ("why", "lost"), [("loses tables", "Zelle"), ("shows no pictures", "photo.png")]
)
def test_a_refusal_is_true(why, lost):
    text = "![Titel](photo.png)\n\n| Kopf |\n|------|\n| Zelle |\n\nText.\n"
    (refusal,) = [item for item in REFUSALS if item.why == why]
    for name in refusal.names:
        written = pypandoc.convert_text(text, name, format="markdown")
        assert "Text" in written, name
        assert lost not in written, name


@pytest.mark.parametrize(
    ("names", "engine", "message", "hint"),
    [
        (["revealjs"], "pandoc", "revealjs makes slides for a browser", "take pptx or beamer"),
        (["bibtex"], "pandoc", "bibtex holds sources alone", "take markdown"),
        (["dokx"], "pandoc", "Pandoc writes no format 'dokx'", "did you mean docx"),
        (["html5"], "pandoc", "the web page is called html", "--to html"),
        (["html", "gfm", "markdown"], "pandoc", "gfm and markdown would write", "one"),
        (["docx", "rst"], "quarto", "Quarto leaves out captions", "docx, odt"),
    ],
)
def test_formats_are_refused_before_anything_is_made(names, engine, message, hint):
    with pytest.raises(RenderError) as caught:
        check_formats(names, engine)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    check_formats(["html", "docx", "pdf", "docx"], engine)


def test_opendocument_describes_each_picture_in_its_frame(pandoc, write, tmp_path):
    source = write('![](a.png){fig-alt="Ein & <zwei>"}\n\nText ![](b.png){fig-alt="B"} dahinter.\n')
    for name in ("a.png", "b.png"):
        (source.parent / name).write_bytes((CASES / "bar.png").read_bytes())
    job = RenderJob(source, tmp_path / "out.odt", "odt")
    (outcome,) = pandoc.render([job])
    assert outcome.error is None
    with zipfile.ZipFile(job.output) as archive:
        first, content = archive.infolist()[0], archive.read("content.xml").decode()
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert re.findall("<svg:desc>(.*?)</svg:desc></draw:frame>", content) == [
        "Ein &amp; &lt;zwei&gt;", "B"
    ]  # fmt: skip


RICH = """---
author:
  - name: {given: Ann, family: Roe}
keywords: [X]
abstract: Kurz.
bibliography: refs.bib
---

::: {#fig-m}
![Eins](bar.png){#fig-o}

![Zwei](bar.png){#fig-p}

Haupt
:::

```{#lst-l .python lst-cap="Liste"}
x = 1
```

| a |
|---|
| b |

: Tafel {#tbl-t}

$$ x = y $$ {#eq-e}

Siehe @tbl-t, @lst-l, @eq-e, @fig-m und [@roe2020].
"""


@pytest.fixture
def convert_rich(pandoc, write, tmp_path):
    """Convert a document with authors in parts, sub-figures, a listing and an equation."""

    def convert_rich(to: str) -> Path:
        source = write(RICH)
        for name in ("refs.bib", "bar.png"):
            (source.parent / name).write_bytes((CASES / name).read_bytes())
            (tmp_path / name).write_bytes((CASES / name).read_bytes())
        job = RenderJob(source, tmp_path / f"rich.{to}", to)
        (outcome,) = pandoc.render([job])
        assert outcome.error is None
        return job.output

    return convert_rich


def test_typst_asks_for_no_bibliography_and_keywords_are_texts(convert_rich, tmp_path):
    path = convert_rich("typst")
    text = path.read_text(encoding="utf-8")
    assert "#bibliography(" not in text
    assert 'keywords: ("X",)' in text
    assert "Ann Roe" in text
    typst = pytest.importorskip("typst", reason="the compiler is not installed: pip install typst")
    typst.compile(str(path), output=str(tmp_path / "rich.pdf"))


def test_latex_tags_equations_and_names_authors(convert_rich):
    text = convert_rich("latex").read_text(encoding="utf-8")
    assert r"\tag{1}" in text
    assert r"\author{Ann Roe}" in text


def test_asciidoc_has_what_its_references_lead_to(convert_rich):
    text = convert_rich("asciidoc").read_text(encoding="utf-8")
    for name in ("tbl-t", "lst-l", "eq-e"):
        assert f"link:#{name}[" in text
        assert f"[[{name}]]" in text or f"[#{name}]" in text
    assert "Haupt" in text


def test_asciidoc_leads_to_a_composite_figure_as_a_whole(pandoc, write, tmp_path):
    parts = "![One](x.svg){#fig-b}\n\n![Two](x.svg){#fig-c}"
    text = f"::: {{#fig-a}}\n{parts}\n\nBoth\n:::\n\nSee @fig-a.\n"
    job = RenderJob(write(text), tmp_path / "out.adoc", to="asciidoc")
    assert pandoc.render([job])[0].error is None
    written = job.output.read_text(encoding="utf-8")
    found = re.search(r"^\[#fig-a\]\n--\n(?P<inside>.*?)\n--\n", written, re.DOTALL | re.MULTILINE)
    assert found, written
    assert all(name in found["inside"] for name in ("[#fig-b]", "[#fig-c]", "Both"))


def test_images_in_raw_html_are_kept(pandoc, write, tmp_path):
    job = RenderJob(write('A <img src="x.svg" alt="Alt"> b.\n'), tmp_path / "out.typ", to="typst")
    assert pandoc.render([job])[0].error is None
    assert 'image("x.svg", alt: "Alt")' in job.output.read_text(encoding="utf-8")


def test_docutils_reads_sub_figures_and_listings_without_a_complaint(convert_rich):
    core = pytest.importorskip("docutils.core", reason="pip install docutils")
    page = core.publish_string(
        convert_rich("rst").read_text(encoding="utf-8"),
        writer="html5",
        settings_overrides={"halt_level": 2, "report_level": 2},
    ).decode()
    assert "Haupt" in page
    assert "Liste" in page


def test_unknown_format_is_named(pandoc, write, tmp_path):
    job = RenderJob(write("Text."), tmp_path / "out.docxx", "docxx")
    (outcome,) = pandoc.render([job])
    assert outcome.error.message == "Pandoc writes no format 'docxx'"
    assert "docx" in outcome.error.hint
