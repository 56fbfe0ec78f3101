import importlib
import shutil

import pytest
from lxml import html

from briefgen.errors import PrintError
from briefgen.output.pages import assemble_page
from sample_pages import SAMPLES, SampleBrand, sample_content, sample_meta

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" {}>{}</svg>'


def wrap_main(body):
    return f'<main class="content" id="quarto-document-content">{body}</main>'


def web_page(body, base):
    text = assemble_page(wrap_main(body), sample_meta(), SampleBrand(), "web", base=base)
    return html.document_fromstring(text)


class TestDrawings:
    def show(self, tmp_path, drawing, alt="What it shows"):
        (tmp_path / "x.svg").write_text(drawing, encoding="utf-8")
        page = web_page(f'<p><img src="x.svg" alt="{alt}" class="img-fluid"> tail</p>', tmp_path)
        return page.xpath('//*[local-name()="svg"]')[0]

    def test_drawing_stands_in_the_page_with_its_text_alternative(self, tmp_path):
        drawing = self.show(tmp_path, SVG.format('viewBox="0 0 20 10"', "<path d='M0 0'/>"))
        assert drawing.get("role") == "img"
        assert drawing.get("aria-label") == "What it shows"
        assert drawing.get("class") == "img-fluid"
        assert drawing.tail == " tail"
        assert "width" not in drawing.attrib

    def test_ids_are_unique_in_the_page(self, tmp_path):
        body = '<g id="a"/><rect fill="url(#a)"/><use href="#a"/>'
        drawing = self.show(tmp_path, SVG.format("", body))
        group, rect, use = drawing
        assert group.get("id") == "d0-a"
        assert rect.get("fill") == "url(#d0-a)"
        assert use.get("href") == "#d0-a"

    def test_what_acts_or_reaches_outside_goes(self, tmp_path):
        body = (
            '<script>alert(1)</script><image href="https://x.example/y.png"/>'
            '<g onclick="alert(1)"><foreignObject/></g><metadata>who</metadata>'
        )
        drawing = self.show(tmp_path, SVG.format("", body))
        text = html.tostring(drawing, encoding="unicode")
        for unwanted in ("script", "x.example", "onclick", "foreignObject", "metadata"):
            assert unwanted not in text

    def test_entities_are_not_resolved(self, tmp_path):
        (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
        entity = '<!DOCTYPE svg [<!ENTITY x SYSTEM "secret.txt">]>'
        drawing = self.show(tmp_path, entity + SVG.format("", "<text>&x;</text>"))
        assert "secret" not in html.tostring(drawing, encoding="unicode").replace("&x;", "")

    def test_file_outside_the_folder_is_refused(self, tmp_path):
        inner = tmp_path / "inner"
        inner.mkdir()
        (tmp_path / "x.svg").write_text(SVG.format("", ""), encoding="utf-8")
        with pytest.raises(PrintError, match="outside"):
            web_page('<img src="../x.svg" alt="x">', inner)

    def test_damaged_drawing_is_named(self, tmp_path):
        with pytest.raises(PrintError, match=r"x\.svg cannot be read"):
            self.show(tmp_path, "<svg")

    def test_pictures_stay_files_without_a_base(self):
        page = web_page('<img src="x.svg" alt="x">', None)
        assert page.xpath("//img/@src") == ["x.svg"]


class TestData:
    FLOAT = (
        '<div class="exhibit"><div id="{0}"><figure><figcaption>Figure 1: Roles</figcaption>'
        "</figure></div><div><p>Note</p></div></div>"
    )

    def show(self, tmp_path, name):
        (tmp_path / "data").mkdir()
        rows = "label,series,formatted,n\nfirm's,Bavaria,61%,25\nsteering,Germany,26%,\n"
        (tmp_path / "data" / f"{name}.csv").write_text(rows, encoding="utf-8")
        meta = sample_meta(
            data={name: f"../data/x/{name}.csv", "fig-gone": "gone.csv"},
            set_quotes=lambda text: text.replace("'", "’"),
        )
        main = wrap_main(self.FLOAT.format(name))
        page = assemble_page(main, meta, SampleBrand(), "web", base=tmp_path)
        return html.document_fromstring(page)

    def test_the_values_of_a_figure_stand_beside_it_as_file_and_table(self, tmp_path):
        page = self.show(tmp_path, "fig-a")
        exhibit = page.find_class("exhibit")[0]
        assert exhibit.xpath(".//a/@href") == ["../data/x/fig-a.csv"]
        rows = [[cell.text or "" for cell in row] for row in exhibit.xpath(".//tbody/tr")]
        assert rows == [["firm’s", "Bavaria", "61%", "25"], ["steering", "Germany", "26%", ""]]
        assert not page.xpath("//a[@href='gone.csv']")

    def test_a_table_has_its_values_as_a_file_alone(self, tmp_path):
        exhibit = self.show(tmp_path, "tbl-a").find_class("exhibit")[0]
        assert exhibit.xpath(".//a/@href") == ["../data/x/tbl-a.csv"]
        assert not exhibit.xpath(".//details")


def test_a_wide_drawing_scrolls_and_keeps_its_labels_legible(tmp_path):
    for name, width in (("narrow", 240), ("wide", 480)):
        drawing = SVG.format(f'viewBox="0 0 {width} 10"', "")
        (tmp_path / f"{name}.svg").write_text(drawing, encoding="utf-8")
    body = '<p><img src="narrow.svg" alt="n"></p><p><img src="wide.svg" alt="w"> after</p>'
    regions = web_page(body, tmp_path).find_class("drawing-scroll")
    assert [region.get("tabindex") for region in regions] == ["0"]
    assert "min-width: 624px" in regions[0][0].get("style")
    assert regions[0].tail == " after"


@pytest.mark.parametrize(("kind", "first"), [("brief", "main"), ("report", "nav")])
def test_what_is_read_whole_stands_before_its_navigation(kind, first):
    meta = sample_meta(kind, links={"pdf": "x.pdf"})
    text = assemble_page(sample_content(kind, "de"), meta, SampleBrand(), "web")
    found = html.document_fromstring(text).xpath("//main | //nav[@class='formats']")
    assert found[0].tag == first


def test_contents_lead_to_the_recommendations_too():
    text = assemble_page(
        wrap_main(
            '<h1 id="a">A</h1><section id="b" class="level2"><h2>B</h2></section>'
            '<section id="do" class="recommendations"><h2>What you can do</h2><p>It</p></section>'
        ),
        sample_meta(), SampleBrand(), "web",
    )  # fmt: skip
    page = html.document_fromstring(text)
    assert "#do" in page.xpath("//nav[@class='contents']//a/@href")
    assert page.get_element_by_id("do").tag == "h2"


class TestTables:
    def test_table_scrolls_by_keyboard_under_its_caption(self):
        page = web_page(
            "<figure><figcaption>Table 1: Roles<sup>a</sup></figcaption>"
            "<div><table><tr><td>x</td></tr></table> after</div></figure>",
            None,
        )
        region = page.xpath("//table")[0].getparent()
        assert region.get("tabindex") == "0"
        assert region.get("aria-label").startswith("Table 1: Roles")
        assert region.tail == " after"

    def test_empty_header_cell_is_a_plain_cell(self):
        page = web_page(
            '<table><thead><tr><th scope="col"></th><th>A</th></tr></thead></table>', None
        )
        assert [cell.tag for cell in page.xpath("//thead/tr/*")] == ["td", "th"]
        assert "scope" not in page.xpath("//thead/tr/td")[0].attrib


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["brief", "report"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_axe_finds_nothing(tmp_path, kind, language):
    axe = importlib.import_module("tools.axe")
    try:
        axe.find_browser()
        axe.find_axe()
    except axe.MissingToolError as error:
        pytest.skip(str(error))
    shutil.copytree(SAMPLES / "exhibits", tmp_path / "exhibits")
    links = {"pdf": "x.pdf", "data": "x.csv", "language:fr": "fr.html"}
    page = tmp_path / "index.html"
    page.write_text(
        assemble_page(
            sample_content(kind, language),
            sample_meta(kind, language, links=links),
            SampleBrand(),
            "web",
            base=SAMPLES,
        ),
        encoding="utf-8",
    )
    assert [str(violation) for violation in axe.check(page)] == []
    bad = tmp_path / "bad.html"
    bad.write_text('<html><body><img src="x.png"></body></html>', encoding="utf-8")
    assert {item.rule for item in axe.check(bad)} >= {"html-has-lang", "image-alt"}
