"""The embedded engine: its process, its errors, its formats."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import html

from briefgen.errors import RenderError
from briefgen.output.render import Engine, RenderJob, find_engine
from briefgen.output.render.pandoc import PandocEngine


@pytest.fixture
def render(pandoc, write, tmp_path):
    """Render a text and return the content."""

    def render(text: str) -> html.HtmlElement:
        job = RenderJob(write(text), tmp_path / "out.html")
        (outcome,) = pandoc.render([job])
        if outcome.error:
            raise outcome.error
        return html.fragment_fromstring(job.output.read_text(encoding="utf-8"))

    return render


def test_engine_keeps_to_the_protocol(pandoc):
    engine: Engine = pandoc
    assert engine.name == "pandoc"
    assert engine.version.startswith("3.")


def test_unknown_engine():
    with pytest.raises(RenderError, match="no engine 'latex'") as caught:
        find_engine("latex")
    assert caught.value.hint == "choose one of pandoc, quarto"


def test_one_main_with_traceable_numbers(render):
    main = render('---\ntitle: T\n---\n\nShare [41 %]{.ev key="survey:q07.often@DE1"}.')
    assert (main.tag, main.get("id")) == ("main", "quarto-document-content")
    (value,) = main.find_class("ev")
    assert value.get("data-key") == "survey:q07.often@DE1"
    assert main.xpath('./header[@id="title-block-header"]//h1')[0].text == "T"


def test_title_block_names_people_and_date(render):
    main = render(
        "---\ntitle: T\nauthor:\n  - name: Ada Example\n  - Ben Example\ndate: 2026-11-01\n"
        "lang: de\n---\n\nText."
    )
    block = " ".join(main.xpath('.//header[@id="title-block-header"]')[0].text_content().split())
    assert block == "T Autor:innen Ada Example Ben Example Veröffentlichungsdatum 1. November 2026"


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("NO", "NO"), ("yes", "yes"), ("12:30", "12:30"), ("1_000", "1_000"), ("true", "true"),
        ("0123", "123"), ("01", "1"), ("0o17", "15"), ("1e3", "1000"), ("1.50", "1.5"),
        ("2026-05-01", "2026-05-01"), ('"0123"', "0123"),
    ],
)  # fmt: skip
def test_metadata_are_yaml_1_2(render, written, printed):
    main = render(f"---\nvalue: {written}\n---\n\nIt is {{{{< meta value >}}}}.")
    assert main.text_content().strip() == f"It is {printed}."


def test_printed_metadata_are_yaml_1_2(render):
    main = render(
        "---\ntitle: NO\nsubtitle: 1e3\nauthor: [yes, {given: NO, family: Y}]\nabstract: ON\n"
        "description: NO\nkeywords: [ON, off]\n---\n\nText."
    )
    block = " ".join(main.xpath('.//header[@id="title-block-header"]')[0].text_content().split())
    assert block == "NO 1000 NO Authors yes NO Y Abstract ON Keywords ON, off"


def test_references_in_metadata_are_yaml_1_2(render):
    main = render(
        "---\npagetitle: T\nreferences:\n- {id: a, type: book, title: B, "
        "author: [{family: NO, given: Y}]}\n---\n\nSee @a."
    )
    assert "See NO" in main.text_content()


def test_numbers_of_a_project_are_printed_as_those_of_documents(render, write):
    (write("x").parent / "_quarto.yml").write_text("subtitle: 1e3\n", encoding="utf-8")
    main = render("---\ntitle: T\n---\n\nText.")
    assert main.xpath('.//p[@class="subtitle lead"]')[0].text == "1000"


def test_nothing_makes_no_heading(render):
    main = render("---\ntitle: T\nauthor: ~\nabstract: ~\nkeywords: ~\n---\n\nText.")
    block = main.xpath('.//header[@id="title-block-header"]')[0]
    assert block.text_content().split() == ["T"]


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        ("$$\nx \\label{q}\n$$", "unexpected control sequence \\label"),
        ("Inline $\\foo{x}$.", "unexpected control sequence \\foo"),
    ],
)
def test_a_formula_that_cannot_be_converted_is_refused(render, formula, told):
    with pytest.raises(RenderError) as caught:
        render(f"---\ntitle: T\nformat:\n  html:\n    html-math-method: mathml\n---\n\n{formula}\n")
    assert told in str(caught.value)
    assert caught.value.where.endswith(("document.qmd:9", "document.qmd:8"))


@pytest.mark.parametrize(
    ("text", "line", "told"),
    [
        ("A[^a].\n\n[^a]: One.\n\n[^a]: Two.", 10, "the note [^a] is defined twice"),
        ("A.\n\n[^a]: One.", 8, "nothing refers to the note [^a]"),
        ("A.\n\nB[^nope] C.", 8, "there is no note [^nope]"),
    ],
)
def test_lost_notes_are_refused(render, text, line, told):
    with pytest.raises(RenderError) as caught:
        render(f"---\ntitle: T\nlist:\n- a\n---\n{text}")
    assert told in str(caught.value)
    assert f"document.qmd:{line}" in str(caught.value)


def test_escaped_marks_of_notes_are_text(render):
    main = render("---\ntitle: T\n---\n\nA\\[^nope] and \\[^b] C[^b].\n\n[^b]: Note.\n")
    assert "A[^nope] and [^b] C" in main.text_content()


@pytest.mark.parametrize(
    ("text", "told", "hint"),
    [
        (
            "# A {#sec-a .unnumbered}\n\nSee @sec-a.",
            "section #sec-a has no",
            "[words](#sec-a)",
        ),
        ("A ![c](x.svg){#fig-a} b. @fig-a.", "the image #fig-a stands within", "an empty line"),
        ("A [b]{#fig-a}. @fig-a.", "what has the id fig-a is no section", "[words](#fig-a)"),
    ],
)
def test_references_to_what_has_no_number_say_why(render, text, told, hint):
    with pytest.raises(RenderError) as caught:
        render(f"---\ntitle: T\n---\n\n{text}\n")
    assert told in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(("date", "told"), [("2026-02-30", "28 days"), ("13/01/2026", "12")])
def test_days_that_do_not_exist_are_told_as_such(render, date, told):
    with pytest.raises(RenderError, match=f"there is no such .*{told}"):
        render(f"---\ntitle: T\ndate: {date}\n---\n\nA.\n")


def test_a_broken_bibliography_is_named_with_its_line(pandoc, write, tmp_path):
    path = write("---\ntitle: T\nbibliography: b.bib\n---\n\nA @a.\n")
    (path.parent / "b.bib").write_text("@book{a,\n title = {A},\n}\n@book{b,\n title = {B,\n}\n")
    error = pandoc.render([RenderJob(path, tmp_path / "out.html")])[0].error
    assert error.where == f"{path.parent / 'b.bib'}:7"
    assert "the bibliography cannot be read" in error.message


def test_title_block_takes_words_of_the_document(render):
    main = render(
        "---\ntitle: T\nauthor: Ada Example\nauthor-title: Verfasst von\ndate: 2026-11-01\n"
        "published-title: Stand\nabstract: Wenig.\nabstract-title: Kurz gesagt\nlang: de\n"
        "keywords: [a, b]\nkeywords-title: Themen\n---\n\nText."
    )
    block = " ".join(main.xpath('.//header[@id="title-block-header"]')[0].text_content().split())
    assert block == (
        "T Verfasst von Ada Example Stand 1. November 2026 Kurz gesagt Wenig. Themen a, b"
    )


@pytest.mark.parametrize("line", ["date: today", "date-format: short", "categories: [a]"])
def test_title_block_refuses_what_it_does_not_write(render, line):
    with pytest.raises(RenderError, match=f"`{line.split(':')[0]}`") as caught:
        render(f"---\ntitle: T\n{line}\n---\n\nText.")
    assert str(caught.value.where).endswith(":3")


def test_failed_document_does_not_stop_the_others(pandoc, write, tmp_path):
    jobs = [
        RenderJob(write(text, name), tmp_path / f"{name}.html")
        for name, text in (("a", "fine"), ("b", "@fig-none"), ("c", "fine too"))
    ]
    outcomes = pandoc.render(jobs)
    assert [outcome.job for outcome in outcomes] == jobs
    assert [outcome.error is None for outcome in outcomes] == [True, False, True]
    assert not jobs[1].output.exists()


def test_error_names_the_included_file(render, write):
    part = write("A\n\nB @fig-none\n", "doc").with_name("_part.qmd")
    part.write_text("First.\n\nSee @tbl-none.\n", encoding="utf-8")
    with pytest.raises(RenderError) as caught:
        render("Text.\n\n{{< include _part.qmd >}}\n")
    assert caught.value.where == f"{part}:3"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("---\na: b: c\n---\n", "the metadata cannot be read", 2),
        ("---\n- a\n---\n", "the metadata are no mapping", 2),
        ('A\n\n{{< meta "open >}}', "open quotation mark", 3),
        ("A {{< include x.qmd >}}", "an include stands alone", 1),
        ("{{< include document.qmd >}}", "includes itself", 1),
        ("---\nlang: it\n---\n\nA", "speaks no 'it', only de, en, fr", 2),
        ("---\nlang: no\n---\n\nA", "speaks no 'no', only de, en, fr", 2),
        ("---\na: 1\nlang: de\na: 2\n---\n", "key 'a' stands twice, first in line 2", 4),
        ("---\na: !expr x\n---\n", "asks for a type of its own", 2),
        ("A\n\n@fig-a. B", "begins a list of numbered examples", 3),
        ("[@fig-a, left]\n\n![a](b.png){#fig-a}", "would be lost", 1),
        ("{{< env BRIEFGEN_NO_SUCH >}}", "no variable 'BRIEFGEN_NO_SUCH'", 1),
        ("A ` b\n\n@fig-a\n\nC ` d", "nothing is called @fig-a", 3),
        ("`@fig-a\nb` and\n@fig-a", "nothing is called @fig-a", 3),
        ("@fig-abc\n\n![a](b.png){#fig-abc}\n\n@fig-a", "nothing is called @fig-a", 5),
        ("A\n\n![a](b.png){#fig-a}\n\n![a](b.png){#fig-a}", "given twice", 5),
        ('::: {layout="[[1,1"}\nA\n:::', "a layout is a list", 1),
        ('::: {layout="[[1]]"}\nA\n\nB\n:::', "the layout has room for 1 of 2 blocks", 1),
    ],
)
def test_errors_have_a_place(render, write, text, message, line):
    with pytest.raises(RenderError, match=message) as caught:
        render(text)
    assert caught.value.where == (f"{write('')}:{line}" if line else str(write("")))


def test_missing_document(pandoc, tmp_path):
    (outcome,) = pandoc.render([RenderJob(tmp_path / "none.qmd", tmp_path / "x.html")])
    assert "there is no file none.qmd" in str(outcome.error)


def test_document_for_quarto_alone(render):
    with pytest.raises(RenderError, match="asks for Quarto") as caught:
        render("---\nengine: quarto\n---\n\n```{python}\n1\n```")
    assert "install Quarto from https://quarto.org" in str(caught.value)


def test_broken_process_is_started_anew(write, tmp_path):
    job = RenderJob(write("text"), tmp_path / "x.html")
    with PandocEngine() as engine:
        assert engine.render([job])[0].error is None
        engine._server._process.kill()
        engine._server._process.wait()
        assert engine.render([job])[0].error is None


def test_process_is_renewed_before_it_grows(write, tmp_path, monkeypatch):
    monkeypatch.setattr("briefgen.output.render.pandoc.DOCUMENTS_FOR_EACH_PROCESS", 2)
    jobs = [RenderJob(write("text"), tmp_path / f"{number}.html") for number in range(3)]
    with PandocEngine() as engine:
        engine.render(jobs[:1])
        first = engine._server
        engine.render(jobs[1:2])
        assert engine._server is first
        assert engine.render(jobs[2:])[0].error is None
        assert engine._server is not first


def test_process_that_breaks_within_a_document(write, tmp_path, monkeypatch):
    job = RenderJob(write("text"), tmp_path / "x.html")
    broken = tmp_path / "broken.lua"
    broken.write_text('io.read()\nio.stderr:write("out of luck")\nos.exit(3)')
    with PandocEngine() as engine:
        with monkeypatch.context() as patch:
            patch.setattr("briefgen.output.render.pandoc.SERVER", broken)
            (outcome,) = engine.render([job])
        assert "Pandoc ended: out of luck" in str(outcome.error)
        assert engine.render([job])[0].error is None


def test_time_limit(write, tmp_path, monkeypatch):
    slow = tmp_path / "slow.lua"
    slow.write_text("io.read()\nwhile true do end")
    monkeypatch.setattr("briefgen.output.render.pandoc.SERVER", slow)
    with PandocEngine(timeout=0.3) as engine:
        (outcome,) = engine.render([RenderJob(write("text"), tmp_path / "x.html")])
    assert "took longer than 0.3 seconds" in str(outcome.error)


def test_same_bytes_again(pandoc, write, tmp_path):
    source = write("# A {#sec-a}\n\n@sec-a^[note]\n\n::: {.panel-tabset}\n## T\nx\n:::\n")
    jobs = [RenderJob(source, tmp_path / f"{number}.html") for number in range(2)]
    pandoc.render(jobs)
    assert jobs[0].output.read_bytes() == jobs[1].output.read_bytes()


def test_composed_documents_have_their_formulas_in_mathml(render, write):
    assert not render("$x^2$").findall(".//math")
    (write("").parent / "evidence.json").write_text("{}")
    assert len(render("$x^2$").findall(".//math")) == 1


FULL = """---
title: All
lang: de
---

# One {#sec-one}

See @fig-a, @tbl-a and @sec-one.

![Cap](bar.svg){#fig-a fig-alt="Alt"}

| A |
|---|
| 1 |

: Tab {#tbl-a}

::: {.callout-note}
## Box
Body
:::

::: {layout-ncol=2}
Left

Right
:::

::: {.panel-tabset}
## Tab one
x
:::

{{< pagebreak >}}

$$ x $$ {#eq-x}
"""


@pytest.mark.parametrize("to", ["typst", "latex", "gfm", "plain", "rst"])
def test_text_formats(pandoc, write, tmp_path, to):
    source = write(FULL)
    (source.parent / "bar.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    job = RenderJob(source, tmp_path / f"out.{to}", to)
    (outcome,) = pandoc.render([job])
    assert outcome.error is None
    text = job.output.read_text(encoding="utf-8").replace("\u00a0", " ").replace("~", " ")
    for words in ("Abbildung 1", "Tabelle 1", "Box", "Tab one", "Left"):
        assert words in text


def test_docx_has_the_numbers(pandoc, write, tmp_path):
    source = write(FULL)
    (source.parent / "bar.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    job = RenderJob(source, tmp_path / "deep" / "out.docx", "docx")
    (outcome,) = pandoc.render([job])
    assert outcome.error is None
    with zipfile.ZipFile(job.output) as archive:
        text = archive.read("word/document.xml").decode().replace("\u00a0", " ")
    assert "Abbildung 1" in text
    assert 'w:br w:type="page"' in text


def test_settings_of_the_format_come_first(pandoc, write, tmp_path):
    source = write(
        "---\nnumber-sections: false\nformat:\n  html:\n    number-sections: true\n---\n\n# A"
    )
    job = RenderJob(source, tmp_path / "x.html")
    pandoc.render([job])
    assert 'class="header-section-number">1<' in job.output.read_text()


def test_project_settings_beside_the_document(render, write):
    folder = write("").parent
    Path(folder / "_quarto.yml").write_text("project:\n  type: website\nlang: de\n")
    main = render("::: {.callout-tip}\nA\n:::")
    assert main.find_class("callout-title-container")[0].text_content().strip() == "Tipp"


def test_links_between_documents_of_a_website_lead_to_pages(tmp_path, pandoc):
    for name in ("a", "b"):
        (tmp_path / f"{name}.qmd").write_text("[b](b.qmd#x)", encoding="utf-8")
    job = RenderJob(tmp_path / "a.qmd", tmp_path / "a.html")
    for kind, address in (("website", "b.html#x"), ("default", "b.qmd#x")):
        (tmp_path / "_quarto.yml").write_text(f"project:\n  type: {kind}\n", encoding="utf-8")
        pandoc.render([job])
        assert f'<a href="{address}">b</a>' in job.output.read_text("utf-8")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Text.\n\n::: {.a}\nHello\n", 3),
        ("::: {.callout-note}\n\n::: {.b}\nx\n:::\n\nAll the rest.\n", 1),
    ],
)
def test_div_that_is_never_closed_is_refused_with_its_line(tmp_path, pandoc, text, line):
    source = tmp_path / "a.qmd"
    source.write_text(text, encoding="utf-8")
    error = pandoc.render([RenderJob(source, tmp_path / "a.html")])[0].error
    assert error is not None
    assert error.where == f"{source}:{line}"
    assert "never closed" in error.message


def test_colons_in_code_are_no_open_div(tmp_path, pandoc):
    source = tmp_path / "a.qmd"
    source.write_text("```\n::: {.a}\n```\n\n::: {.b}\nx\n:::\n", encoding="utf-8")
    assert pandoc.render([RenderJob(source, tmp_path / "a.html")])[0].error is None


def test_document_that_asks_for_quarto_is_told_how_to_name_it(tmp_path, pandoc):
    source = tmp_path / "a.qmd"
    source.write_text("---\nengine: quarto\n---\n\nText.\n", encoding="utf-8")
    error = pandoc.render([RenderJob(source, tmp_path / "a.html")])[0].error
    assert error is not None
    assert "--engine quarto" in (error.hint or "")


@pytest.mark.parametrize("to", ["docx", "odt", "epub"])
@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/a.png", "/etc/hostname", "../secret.png", "a/../../secret.png",
     "file:///etc/hostname"],
)  # fmt: skip
def test_pictures_from_elsewhere_are_not_fetched(pandoc, write, tmp_path, to, address):
    (tmp_path / "secret.png").write_bytes(b"secret")
    source = write(f"---\ntitle: A\n---\n\n![Bild][one]\n\n[one]: {address}\n")
    job = RenderJob(source, tmp_path / f"out.{to}", to)
    (outcome,) = pandoc.render([job])
    assert outcome.error is not None
    assert "lies outside the document's folder" in outcome.error.message
    assert not job.output.exists()
