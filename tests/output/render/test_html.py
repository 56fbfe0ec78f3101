"""What is done to HTML after the engines."""

from __future__ import annotations

import pytest
from lxml import html

from briefgen.output.render import RenderJob
from briefgen.output.render.html import extract_content, shape_content, unfold_content
from briefgen.output.render.words import words_for


def test_tabs_stand_in_sequence_for_print(pandoc, write, tmp_path):
    source = write("::: {.panel-tabset}\n## One\nA\n\n## Two\nB\n:::")
    job = RenderJob(source, tmp_path / "out.html")
    pandoc.render([job])
    main = html.fragment_fromstring(job.output.read_text(encoding="utf-8"))
    unfold_content(main)
    assert " ".join(main.text_content().split()) == "One A Two B"
    assert not main.xpath(".//*[@role]")
    assert [title.text for title in main.iter("strong")] == ["One", "Two"]


def test_callouts_stand_open_for_print(pandoc, write, tmp_path):
    job = RenderJob(write('::: {.callout-tip collapse="true"}\nA\n:::'), tmp_path / "out.html")
    pandoc.render([job])
    main = html.fragment_fromstring(job.output.read_text(encoding="utf-8"))
    unfold_content(main)
    (header,) = main.find_class("callout-header")
    assert dict(header.attrib).keys() == {"class"}
    assert not main.find_class("callout-btn-toggle")
    assert not main.find_class("collapse")
    assert " ".join(main.text_content().split()) == "Tip A"


def test_rows_and_cells_of_raw_tables_are_named_and_parted():
    text = "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td></tr>"
    main = html.fragment_fromstring(shape_content(text + "</tbody></table>", words_for({})))
    assert [row.get("class") for row in main.iter("tr")] == ["header", "odd"]
    assert main.text_content().split() == ["a", "b", "1"]
    assert main.find("table").get("class") == "caption-top table"


def test_widths_of_columns_do_without_that_of_the_table():
    text = '<table style="width: 40%;"><colgroup><col style="width: 15%"></colgroup></table>'
    raw = '<table style="width: 40%;"></table>'
    main = html.fragment_fromstring(shape_content(text + raw, words_for({})))
    assert [table.get("style") for table in main.iter("table")] == [None, "width: 40%;"]


def test_captions_below_leave_the_class_out():
    text = shape_content("<table></table>", words_for({}), caption_top=False)
    assert 'class="table"' in text


def test_content_of_a_page_keeps_styles_of_tables():
    page = (
        '<body><nav>n</nav><main id="quarto-document-content"><style>td{}</style>'
        "<button>b</button><p>x</p></main>tail</body>"
    )
    content = extract_content(page)
    assert content.startswith("<main")
    assert content.endswith("</main>")
    assert "<style>" in content
    assert "button" not in content


def test_page_without_content():
    with pytest.raises(ValueError, match="the page has no <main"):
        extract_content("<body><p>x</p></body>")
