"""Bring Pandoc's HTML into the shape that Quarto gives its pages.

In: the HTML that the Lua filters let Pandoc write. Out: one ``<main>`` with the ids, classes and
structure of Quarto's default theme: anchored headings, Bootstrap's names for images and tables,
notes and appendices together at the end.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree, html
from lxml.html import HtmlElement

MAIN_ID: Final = "quarto-document-content"
_WHOLE_WIDTH: Final = re.compile(r"width:\s*[\d.]+%;?")
_ANCHORED: Final = ("h2", "h3", "h4", "h5", "h6")


def shape_content(
    text: str,
    words: Mapping[str, str],
    *,
    caption_top: bool = True,
    placed_references: bool = False,
) -> str:
    """Return the content of a page.

    Parameters
    ----------
    text
        What Pandoc wrote.
    words
        The words of the document's language, by Quarto's names.
    caption_top
        Whether captions of tables stand above them.
    placed_references
        Whether the document itself says where its bibliography stands.
    """
    main = html.fragment_fromstring(f'<main class="content" id="{MAIN_ID}">{text}</main>')
    _unwrap_title_block(main)
    _drop_figure_paragraphs(main)
    _mark_images(main)
    _mark_quotations(main)
    _mark_tables(main, caption_top)
    _mark_subfloats(main)
    _anchor_headings(main)
    _collect_appendix(main, words, placed_references)
    return str(html.tostring(main, encoding="unicode"))


def extract_content(page: str) -> str:
    """Return the ``<main>`` of a page that Quarto wrote, without scripts and buttons."""
    tree = html.document_fromstring(page)
    found: list[HtmlElement] = tree.xpath(f'//main[@id="{MAIN_ID}"]')  # type: ignore[assignment]
    if not found:
        raise ValueError(f'the page has no <main id="{MAIN_ID}">')
    main: HtmlElement = found[0]
    for node in main.xpath(".//script|.//nav|.//button|.//*[@id='quarto-margin-sidebar']"):
        node.drop_tree()
    main.tail = None
    return str(html.tostring(main, encoding="unicode"))


def unfold_content(main: HtmlElement) -> None:
    """Show all that scripts would fold: for print, and for pages without scripts."""
    _unfold_tabsets(main)
    _unfold_callouts(main)


def _unfold_callouts(main: HtmlElement) -> None:
    for button in main.find_class("callout-btn-toggle"):
        button.drop_tree()
    for header in main.find_class("callout-header"):
        for name in (
            "data-bs-toggle",
            "data-bs-target",
            "aria-controls",
            "aria-expanded",
            "aria-label",
        ):
            header.attrib.pop(name, None)
    for body in main.find_class("callout-collapse"):
        body.drop_tag()


def _unfold_tabsets(main: HtmlElement) -> None:
    """Set the tabs of every tabset one after the other, each under its title."""
    for margin in main.find_class("tabset-margin-container"):
        margin.drop_tree()
    for tabset in main.find_class("panel-tabset"):
        titles = {
            link.get("aria-controls"): link.text_content().strip()
            for link in tabset.xpath("./ul//a[@role='tab']")
        }
        for menu in tabset.xpath("./ul[@role='tablist']"):
            menu.drop_tree()
        for pane in tabset.xpath("./div[contains(@class,'tab-content')]/div[@role='tabpanel']"):
            title = html.Element("p", {"class": "tab-title"})
            title.tail = "\n"
            etree.SubElement(title, "strong").text = titles.get(pane.get("id"))
            pane.insert(0, title)
            pane.set("class", "tab-pane active")
            for name in ("role", "aria-labelledby"):
                pane.attrib.pop(name, None)


def _add_class(node: HtmlElement, *names: str) -> None:
    present = (node.get("class") or "").split()
    node.set("class", " ".join([*present, *(name for name in names if name not in present)]))


def _unwrap_title_block(main: HtmlElement) -> None:
    for node in main.xpath('.//div[@id="bg-no-title" or @id="bg-title-block"]'):
        node.drop_tag()


def _drop_figure_paragraphs(main: HtmlElement) -> None:
    """Keep numbered floats free of paragraphs around their image, as Quarto does."""
    for node in main.xpath(
        './/figure[contains(@class,"quarto-float")]/div/p[count(*)=1 and (img or a/img)]'
    ):
        if not (node.text or "").strip():
            node.drop_tag()


def _mark_images(main: HtmlElement) -> None:
    for image in main.iter("img"):
        _add_class(image, "img-fluid")
        if image.xpath("ancestor::figure"):
            _add_class(image, "figure-img")


def _mark_quotations(main: HtmlElement) -> None:
    for quotation in main.iter("blockquote"):
        _add_class(quotation, "blockquote")


def _mark_tables(main: HtmlElement, caption_top: bool) -> None:
    for table in main.iter("table"):
        _add_class(table, *(("caption-top", "table") if caption_top else ("table",)))
        if _WHOLE_WIDTH.fullmatch(table.get("style") or "") and table.find("colgroup") is not None:
            table.attrib.pop("style")  # Pandoc's: widths of columns are enough
        _give_body(table)
        _part_cells(table)
    for panel in main.xpath('.//div[starts-with(@id,"tbl-")]'):
        _add_class(panel, "anchored")


def _give_body(table: HtmlElement) -> None:
    """Gather rows that stand in no part of their table in a body, as browsers do."""
    rows = table.findall("tr")
    if rows:
        body = html.Element("tbody")
        rows[0].addprevious(body)
        body.extend(rows)


def _part_cells(table: HtmlElement) -> None:
    """Part cells by white space, so that text taken from them has it too; name the rows."""
    for node in table.iter("thead", "tbody", "tfoot", "tr", "th", "td"):
        node.tail = node.tail or "\n"
    for row in table.xpath("./thead/tr"):
        _add_class(row, "header")
    for body in table.findall("tbody"):
        for number, row in enumerate(body.findall("tr")):
            _add_class(row, "even" if number % 2 else "odd")


def _mark_subfloats(main: HtmlElement) -> None:
    for cell in main.find_class("quarto-layout-cell"):
        parents = cell.xpath("ancestor::div[@id][1]/@id")
        if parents and cell.xpath('./div/figure[contains(@class,"quarto-subfloat-")]'):
            cell.set("class", "quarto-layout-cell-subref quarto-layout-cell")
            cell.set("data-ref-parent", parents[0])


def _anchor_headings(main: HtmlElement) -> None:
    for name in _ANCHORED:
        for heading in main.iter(name):
            parent = heading.getparent()
            section = parent.get("id") if parent is not None and parent.tag == "section" else None
            identifier = section or heading.get("id")
            if identifier:
                _add_class(heading, "anchored")
                heading.set("data-anchor-id", identifier)


def _collect_appendix(main: HtmlElement, words: Mapping[str, str], placed: bool) -> None:
    """Put appendices, bibliography and notes at the end, in this order."""
    bibliography = None if placed else _bibliography(main, words["section-title-references"])
    notes = [
        _as_notes(section, words["section-title-footnotes"])
        for section in main.xpath('.//*[@id="footnotes" and @role="doc-endnotes"]')
    ]
    appendices = [
        _as_appendix(section)
        for section in main.xpath('.//section[contains(concat(" ",@class," ")," appendix ")]')
    ]
    found = [*appendices, *([] if bibliography is None else [bibliography]), *notes]
    if found:
        appendix = html.Element("div", {"id": "quarto-appendix", "class": "default"})
        appendix.extend(found)
        main.append(appendix)


def _take(node: HtmlElement) -> HtmlElement:
    """Take an element out of its place and leave the text behind it there."""
    parent = node.getparent()
    tail, node.tail = node.tail, None
    if parent is not None:
        before = node.getprevious()
        if tail and before is not None:
            before.tail = (before.tail or "") + tail
        elif tail:
            parent.text = (parent.text or "") + tail
        parent.remove(node)
    return node


def _as_appendix(section: HtmlElement) -> HtmlElement:
    _take(section)
    heading = next((child for child in section if child.tag in ("h1", *_ANCHORED)), None)
    contents = html.Element("div", {"class": "quarto-appendix-contents"})
    for child in list(section):
        if child is not heading:
            contents.append(child)
    if heading is not None:
        heading.tag = "h2"
        heading.attrib.pop("data-anchor-id", None)
        heading.set("class", "anchored quarto-appendix-heading")
    section.append(contents)
    return section


def _as_notes(section: HtmlElement, title: str) -> HtmlElement:
    _take(section)
    section.tag = "section"
    for line in section.findall("hr"):
        line.drop_tree()
    heading = html.Element("h2", {"class": "anchored quarto-appendix-heading"})
    heading.text = title
    section.insert(0, heading)
    return section


def _bibliography(main: HtmlElement, title: str) -> HtmlElement | None:
    """Take the bibliography, with the heading of a section that holds nothing else."""
    found = main.xpath('.//div[@id="refs"]')
    if not found:
        return None
    heading = html.Element("h2", {"class": "anchored quarto-appendix-heading"})
    heading.text = title
    parent = found[0].getparent()
    if (
        parent is not None
        and parent.tag == "section"
        and len(parent) == 2
        and parent[0].tag
        in (
            "h1",
            *_ANCHORED,
        )
    ):
        heading.text = parent[0].text_content().strip()
        _take(parent[0])
    section = html.Element("section", {"class": "quarto-appendix-contents"})
    section.set("role", "doc-bibliography")
    section.set("id", "quarto-bibliography")
    section.extend([heading, _take(found[0])])
    return section
