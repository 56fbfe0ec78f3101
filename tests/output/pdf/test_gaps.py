import pytest
from lxml import html as markup

from briefgen.output.pages import assemble_page
from briefgen.output.pdf import inspect_pdf
from briefgen.output.pdf.gaps import count_gaps, fill_gaps, find_moved_to_next_page, find_short
from sample_pages import SampleBrand, sample_meta

FIGURE = '<div class="exhibit"><p>Headline</p><div id="fig-a"><p>chart</p></div></div>'
LIST = "<ul><li>one</li></ul>"


def section(*blocks):
    link = '<p><a href="#zür-übung">link</a></p><p id="zür-übung">there</p>'
    return f"<html><body><section>{''.join(blocks)}{link}</section></body></html>"


def order(html):
    return [block.tag for block in markup.document_fromstring(html).xpath("//section/*")][:2]


def test_a_figure_that_stands_first_after_a_gap_was_moved_to_the_next_page():
    fill = [0.9, 0.6, 0.9, 0.5]
    tops = [{"fig-a": 0.1}, {"fig-b": 0.5}, {"fig-c": 0.12, "fig-d": 0.5}, {"fig-e": 0.12}]
    assert find_moved_to_next_page(fill, tops) == ["fig-c"]


def test_the_list_after_such_a_figure_moves_before_it():
    filled = fill_gaps(section(FIGURE, LIST), ["fig-a"])
    assert order(section(FIGURE, LIST)) == ["div", "ul"]
    assert order(filled) == ["ul", "div"]
    assert 'href="#zür-übung"' in filled


@pytest.mark.parametrize(
    ("page", "figures"),
    [(section(FIGURE, LIST), []), (section(FIGURE, "<p>text</p>"), ["fig-a"])],
    ids=["nothing was moved", "no list follows"],
)
def test_a_page_without_anything_to_move_stays_the_same(page, figures):
    assert fill_gaps(page, figures) is page


def test_pages_that_are_short_or_have_a_gap_are_counted():
    assert find_short([0.1, 0.9, 0.4]) == [3]
    assert count_gaps([0.9, 0.7, 0.9, 0.1]) == 1


def report(height, *, follows):
    """Two charts: the second does not fit below the first; what follows it would."""
    chart = f'<div style="height: {height}mm"></div>'
    float_ = (
        '<div class="exhibit"><p class="exhibit-headline">Chart</p><div id="fig-{}">{}</div></div>'
    )
    charts = "".join(float_.format(name, chart) for name in "ab")
    text = f"<{follows}>" + "<li>Some words of a finding.</li>" * 13 + f"</{follows}>"
    words = "<p>Words after it.</p>" * 3
    content = f'<section class="level1"><h1>A</h1>{charts}{text}{words}</section>'
    content = f'<main id="quarto-document-content">{content}</main>'
    return assemble_page(content, sample_meta("report", "en"), SampleBrand())


def test_text_fills_the_page_that_a_figure_left(put):
    filled = inspect_pdf(put(report(125, follows="ul"), "filled.pdf"))
    left = inspect_pdf(put(report(125, follows="ol"), "left.pdf"))
    assert filled.pages == left.pages
    assert min(filled.fill[-2:]) > min(left.fill[-2:])
    assert filled.fill[-2] > left.fill[-2]
