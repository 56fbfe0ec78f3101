import re

import pytest
from lxml import html

from briefgen.config.brand import contrast_ratio
from briefgen.errors import PrintError
from briefgen.output.pages import LABELS, assemble_page, styles_folder
from briefgen.output.render import RenderJob, find_engine
from sample_pages import SAMPLES, SampleBrand, sample_content, sample_meta, sample_page


def wrap_main(body):
    return f'<main class="content" id="quarto-document-content">{body}</main>'


def assemble(body, medium="print", **changes):
    return html.document_fromstring(
        assemble_page(wrap_main(body), sample_meta(**changes), SampleBrand(), medium)
    )


@pytest.mark.parametrize("medium", ["print", "web"])
def test_tabs_stand_one_after_the_other(medium):
    page = assemble(
        '<div class="panel-tabset"><ul class="nav nav-tabs" role="tablist">'
        '<li><a id="t1-tab" role="tab" aria-controls="t1" href="">First</a></li>'
        '<li><a id="t2-tab" role="tab" aria-controls="t2" href="">Second</a></li></ul>'
        '<div class="tab-content"><div id="t1" class="tab-pane active" role="tabpanel"><p>A</p>'
        '</div> <div id="t2" class="tab-pane" role="tabpanel"><p>B</p></div></div></div>',
        medium,
    )
    (tabset,) = page.find_class("panel-tabset")
    assert tabset.text_content().split() == ["First", "A", "Second", "B"]
    assert not tabset.xpath(".//*[@role]")


NOTED = """---
title: T
abstract: "Told^[In the abstract.] in short[^1]."
---

{body}

[^1]: Also there.
"""


@pytest.mark.parametrize("medium", ["print", "web"])
@pytest.mark.parametrize(("body", "left"), [("A^[Own one.] b^[Own two.].", 2), ("No note.", 0)])
def test_notes_of_an_abstract_that_is_not_printed_go_with_it(tmp_path, medium, body, left):
    source, output = tmp_path / "d.qmd", tmp_path / "d.html"
    source.write_text(NOTED.format(body=body), encoding="utf-8")
    with find_engine("pandoc") as engine:
        engine.render([RenderJob(source, output)])
    content = output.read_text(encoding="utf-8")
    assert content.count("doc-noteref") == left + 2  # Quarto counts on from the abstract
    page = html.document_fromstring(assemble_page(content, sample_meta(), SampleBrand(), medium))
    marks = page.xpath('//a[@role="doc-noteref"]')
    assert [mark.text_content() for mark in marks] == ["1", "2"][:left]
    words = [note.text_content().split()[1] for note in page.xpath("//li[@id]")]
    assert words == ["one.↑", "two.↑"][:left]
    for link in page.xpath('//main//a[starts-with(@href, "#fn")]'):
        assert page.xpath("//*[@id=$name]", name=link.get("href")[1:])
    assert len(page.xpath('//*[@id="quarto-appendix"]')) == (left > 0)


class TestPrint:
    def test_page_names_language_title_and_authors(self):
        page = html.document_fromstring(sample_page("brief", "de"))
        assert page.get("lang") == "de"
        assert page.findtext(".//title").startswith("Was kleine Betriebe in Netzwerken hält – Sach")
        assert page.xpath('//meta[@name="author"]/@content') == ["Ada Beispiel", "Ben Muster"]

    def test_brief_keeps_its_own_head(self):
        page = html.document_fromstring(sample_page("brief", "de"))
        assert len(page.xpath("//h1")) == 1
        assert "kennen den Bedarf" in page.xpath("//h1")[0].text_content()

    def test_spaces_before_evidence_stand_within_it(self):
        # with the space outside, WeasyPrint may break such a line after its first word
        body = (
            '<p>Here <span class="ev">41 %</span> say <em>so</em>, <span class="x">here</span></p>'
        )
        (paragraph,) = assemble(body).xpath("//main//p[span]")
        assert html.tostring(paragraph, encoding="unicode").strip() == (
            '<p>Here<span class="ev"> 41 %</span> say <em>so</em>, <span class="x">here</span></p>'
        )
        (kept,) = assemble(body, "web").xpath("//main//p[span]")
        assert kept.text == "Here "

    def test_document_without_a_head_gets_one_and_loses_the_title_block(self):
        block = '<header id="title-block-header"><h1 class="title">Doubled</h1></header>'
        page = assemble(f"{block}<p>Text</p>")
        assert [item.text_content() for item in page.xpath("//h1")] == [sample_meta().title]

    def test_report_has_cover_imprint_contents_and_lists(self):
        page = html.document_fromstring(sample_page("report", "de"))
        headings = [item.text_content() for item in page.xpath("//body/div/h2")]
        assert headings == ["Impressum", "Inhalt", "Abbildungen", "Tabellen"]
        assert "Bundesministerium der Beispiele" in page.find_class("imprint")[0].text_content()

    def test_contents_list_each_chapter_with_its_number_and_a_target(self):
        page = html.document_fromstring(sample_page("report", "de"))
        entries = page.xpath('//li[@class="toc-1"]/a')
        assert [" ".join(entry.text_content().split()) for entry in entries][:3] == [
            "Zusammenfassung",
            "1 Hintergrund und Frage",
            "2 Wie wir vorgegangen sind",
        ]
        ids = set(page.xpath("//@id"))
        assert all(entry.get("href")[1:] in ids for entry in page.xpath("//ol//li/a[@href]"))

    def test_contents_leave_out_notes_and_boxes(self):
        page = html.document_fromstring(sample_page("report", "de"))
        contents = page.find_class("contents")[0].text_content()
        assert "Fußnoten" not in contents
        assert "Bedarf einmal im Jahr" not in contents

    def test_list_of_figures_leaves_out_subtitles(self):
        page = html.document_fromstring(sample_page("report", "de"))
        figures = [
            item.text_content() for item in page.xpath('//div[@class="contents list-of"][1]//a')
        ]
        assert figures[0].split() == (
            ["Abbildung", "1:", "Betriebe", "nutzen", "Angebote,", "steuern", "aber", "selten."]
        )
        assert len(figures) == 4

    def test_only_outer_floats_of_a_panel_are_listed(self):
        panel = (
            '<div id="fig-two"><figure><div id="fig-a"><figure><figcaption>(a) One</figcaption>'
            "</figure></div><figcaption>Figure 1: Both</figcaption></figure></div>"
        )
        page = assemble(panel, kind="report")
        texts = [item.text_content() for item in page.xpath('//*[@class="contents list-of"]//a')]
        assert texts == ["Figure 1: Both"]

    @pytest.mark.parametrize("kind", ["brief", "summary", "report"])
    def test_demonstration_is_marked_on_every_page_and_only_then(self, kind):
        marked = html.document_fromstring(sample_page(kind, "de"))
        assert marked.find_class("running-mark")[0].text_content() == "Demonstrationsdaten"
        assert marked.find_class("demonstration-mark")
        plain = html.document_fromstring(sample_page(kind, "de", demonstration=False))
        assert plain.find_class("running-mark")[0].text_content() == ""
        assert not plain.find_class("demonstration-mark")

    def test_text_is_escaped(self):
        page = assemble("<p>x</p>", title='<script>alert("x")</script>')
        assert not page.xpath("//script")
        assert '<script>alert("x")</script>' in page.findtext(".//title")

    def test_brand_variables_get_a_selector(self):
        page = sample_page()
        assert re.search(r":root \{\s*--brand-primary: #12436d;\s*\}", page)

    def test_brand_cannot_close_the_style_element(self):
        with pytest.raises(PrintError, match="closing tag"):
            assemble_page(wrap_main(""), sample_meta(), SampleBrand(variables="</style><script>"))

    def test_logo_is_shown_with_its_text(self):
        brand = SampleBrand(logo=SAMPLES / "exhibits" / "map.svg", logo_alt="Our logo")
        page = html.document_fromstring(assemble_page(wrap_main(""), sample_meta(), brand))
        image = page.xpath('//div[@class="masthead"]//img')[0]
        assert image.get("src").startswith("file:///")
        assert image.get("alt") == "Our logo"

    def test_date_may_be_a_text(self):
        assert "Herbst 2026" in sample_page(date="Herbst 2026")
        assert "20. November 2026" in sample_page()
        assert "November 20, 2026" in sample_page("brief", "en")

    def test_missing_interface_text_is_named(self):
        labels = {name: text for name, text in LABELS.items() if name != "page"}
        with pytest.raises(PrintError, match="no interface text 'page' in 'de'"):
            sample_page(labels=labels)

    @pytest.mark.parametrize("content", ["<p>nothing</p>", wrap_main("") * 2])
    def test_content_needs_exactly_one_main(self, content):
        with pytest.raises(PrintError, match="not one"):
            assemble_page(content, sample_meta(), SampleBrand())


class TestMending:
    def test_heading_jumps_are_closed(self):
        page = assemble("<h1>A</h1><h4>B</h4><h5>C</h5><h2>D</h2><h4>E</h4>", kind="report")
        main = page.get_element_by_id("quarto-document-content")
        assert [item.tag for item in main] == ["h1", "h2", "h3", "h2", "h3"]

    def test_back_links_get_an_arrow_and_a_name(self):
        page = assemble('<p>x<a class="footnote-back" href="#f">↩︎</a></p>')
        link = page.find_class("footnote-back")[0]
        assert link.text == "↑"
        assert link.get("aria-label") == "Zurück zum Text"

    def test_heading_of_a_column_block_moves_before_it(self):
        page = assemble(
            '<div class="recommendations"><h2>Do</h2><div class="recommendation">x</div></div>'
        )
        block = page.find_class("recommendations")[0]
        assert block.getprevious().text == "Do"
        assert block[0].get("class") == "recommendation"

    def test_style_rules_of_tables_go(self):
        page = assemble("<div><style>p { color: red }</style><table></table></div>")
        assert not page.xpath("//main//style")

    def test_chapters_carry_their_running_title(self):
        page = html.document_fromstring(sample_page("report", "de"))
        titles = page.xpath("//main//h1/@data-running")
        assert titles[1] == "1\u2003Hintergrund und Frage"


class TestWeb:
    def page(self, **changes):
        links = {
            "pdf": "../brief.pdf",
            "data": "data.csv",
            "language:en": "../../en/brief/index.html",
            **changes.pop("links", {}),
        }
        meta = sample_meta("report", "de", links=links, **changes)
        text = assemble_page(sample_content("report", "de"), meta, SampleBrand(), "web")
        return html.document_fromstring(text)

    def test_skip_link_comes_first_and_leads_to_the_content(self):
        first = next(self.page().body.iter("a"))
        assert first.get("href") == "#quarto-document-content"
        assert first.text == "Zum Inhalt springen"

    def test_language_switch_says_the_language_in_itself(self):
        link = self.page().xpath('//nav[@class="languages"]//a')[0]
        assert (link.text, link.get("lang")) == ("English", "en")

    def test_other_formats_are_offered(self):
        page = self.page()
        assert page.xpath('//nav[@class="formats"]//a/@href') == ["../brief.pdf", "data.csv"]

    def test_no_script_and_no_outside_address(self):
        page = self.page()
        assert not page.xpath("//script")
        addresses = page.xpath("//@src | //link/@href")
        assert not [address for address in addresses if re.match(r"(?:https?:)?//", address)]
        assert "@import" not in page.findtext(".//style")
        assert not re.search(r"url\(\s*[\"']?(?:https?:)?//", page.findtext(".//style"))

    def test_fonts_load_from_where_the_caller_says(self):
        assert "@font-face" not in self.page().findtext(".//style")
        style = self.page(links={"fonts": "../../fonts/"}).findtext(".//style")
        assert 'url("../../fonts/SourceSans3-Regular.ttf")' in style

    def test_demonstration_is_marked(self):
        assert self.page().find_class("demonstration-bar")
        assert not self.page(demonstration=False).find_class("demonstration-bar")

    def test_one_title(self):
        page = self.page()
        assert page.xpath("//h1")[0].text_content() == sample_meta().title


def test_style_sheets_name_no_colour_or_font_outside_the_tokens():
    folder = styles_folder()
    for name in ("brief.css", "report.css"):
        text = (folder / name).read_text(encoding="utf-8")
        assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", text), name
        assert not re.findall(r"font-family:\s*[^v\s]", text), name


def test_carried_fonts_have_their_licence():
    fonts = styles_folder() / "fonts"
    for family in ("SourceSans3", "SourceSerif4"):
        assert list(fonts.glob(f"{family}-*.ttf"))
        assert "SIL Open Font License" in (fonts / f"OFL-{family}.txt").read_text(encoding="utf-8")


def test_default_tokens_are_readable():
    """WCAG AA: 4.5:1 for text on paper, on the tint and on the first colour."""
    text = (styles_folder() / "tokens.css").read_text(encoding="utf-8")
    colors = dict(re.findall(r"--color-([a-z-]+): var\(--brand-[a-z-]+, (#[0-9a-f]{6})\)", text))
    grounds = ("paper", "tint")
    for name in ("ink", "primary", "accent", "third", "muted", "warning", "danger", "success"):
        assert all(contrast_ratio(colors[name], colors[on]) >= 4.5 for on in grounds), name
    for name in ("on-primary", "on-primary-soft"):
        assert contrast_ratio(colors[name], colors["primary"]) >= 4.5, name
