"""The content of a document: the part of an engine's HTML that all pages share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from lxml import etree, html

from briefgen.config.plain_text import single_spaced
from briefgen.errors import PrintError
from briefgen.output.render.html import unfold_content

Element: TypeAlias = Any  # lxml's own types do not know which elements carry the HTML methods
MAIN_ID = "quarto-document-content"
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_COLUMN_BLOCKS = ("recommendations", "exhibits", "voices")
_CAPTION_EXTRAS = ("exhibit-subtitle", "exhibit-note", "caption-rest")
_MINOR = frozenset(
    {
        "quarto-appendix-heading",
        "recommendation",
        "case-box",
        "quote-box",
        "callout",
        "contact",
        "unlisted",
    }
)
_PART = "part-"
_MARKS = frozenset({"ev", "claim", "plain"})
_NOTE_LINKS = './/a[@role="doc-noteref"]'
_HIDDEN = './/*[contains(concat(" ", normalize-space(@class), " "), " hidden ")]'
_BACK_ARROW = "↑"  # U+21A9, which Pandoc writes, is in few text fonts


class Heading(NamedTuple):
    """One entry of the outline."""

    level: int
    id: str
    number: str
    text: str


class Caption(NamedTuple):
    """One entry of a list of figures or tables."""

    id: str
    text: str


@dataclass(frozen=True)
class Content:
    """The ``main`` element of a document."""

    main: Element

    @classmethod
    def parse(cls, text: str) -> Content:
        """Find the main element.

        Raises
        ------
        PrintError
            If there is none, or more than one.
        """
        tree: Element = html.document_fromstring(text, parser=html.HTMLParser(encoding=None))
        found = tree.xpath(f'//main[@id="{MAIN_ID}"]')
        if len(found) != 1:
            raise PrintError(
                f'the content has {len(found)} elements <main id="{MAIN_ID}">, not one',
                hint="hand over what a render engine has written",
            )
        main = found[0]
        main.tail = None
        return cls(main)

    def html(self) -> str:
        """Return the content as HTML."""
        return str(html.tostring(self.main, encoding="unicode"))

    def repair(self, *, back_label: str) -> None:
        """Put right what readers of tagged pages stumble over.

        Headings that jump a level are raised, links back from notes get a name and an arrow that
        fonts have, empty header cells become plain cells, headings of blocks in columns move
        before them, where the printer keeps them with what follows, tabs and callouts that scripts
        would fold stand open, and style rules go that a table brings along: the style sheets
        decide. What authors hide (``.hidden``) is not published.
        """
        for hidden in self.main.xpath(_HIDDEN):
            hidden.drop_tree()
        unfold_content(self.main)
        _close_heading_jumps(self.main)
        _mend_back_links(self.main, back_label)
        _free_empty_heads(self.main)
        _hoist_headings(self.main)
        _name_chapters(self.main)
        etree.strip_elements(self.main, "style", with_tail=False)

    def carry_spaces(self) -> None:
        """Move the space before a span of evidence into the span, where no reader sees it.

        WeasyPrint breaks a line after its first word where a text fits up to its last letter, but
        not with the space that follows it, and the span after it no more.
        """
        for span in self.main.iter("span"):
            if not _MARKS.isdisjoint(span.get("class", "").split()):
                _carry_space(span)

    def add_tabs(self) -> None:
        """Give each chapter the tab at the page's edge, in the colour of its part."""
        for chapter in self.main.xpath(
            './/section[contains(concat(" ", @class, " "), " level1 ")]'
        ):
            part = [name for name in chapter.get("class").split() if name.startswith(_PART)]
            tab = chapter.makeelement("div", {"class": " ".join(["running-tab", *part])})
            tab.tail, chapter.text = chapter.text, None
            chapter.insert(0, tab)

    def prepend(self, text: str) -> None:
        """Put a block before all others."""
        self.main.insert(0, html.fragment_fromstring(text))

    def drop_title_block(self) -> None:
        """Remove the title block that Quarto writes, since the page writes its own.

        The notes of its abstract go with it, and the others are numbered from 1.
        """
        for block in self.main.xpath('.//*[@id="title-block-header"]'):
            noted = [_noted(link) for link in block.xpath(_NOTE_LINKS)]
            block.drop_tree()
            if noted:
                _drop_notes(self.main, noted)

    def has_class(self, name: str) -> bool:
        """Whether any element of the content has a class."""
        return bool(self.main.find_class(name))

    def outline(self, depth: int) -> list[Heading]:
        """Return the headings down to ``depth`` that can be linked to, in order."""
        headings = (_heading(item) for item in _headings(self.main) if not _is_minor(item))
        return [heading for heading in headings if _fits(heading, depth)]

    def captions(self, kind: str) -> list[Caption]:
        """Return the captions of numbered figures (``fig``) or tables (``tbl``), in order."""
        floats = self.main.xpath(f'.//*[starts-with(@id, "{kind}-")][.//figcaption]')
        outer = [item for item in floats if not _is_within(item, floats)]
        return [Caption(item.get("id", ""), _caption_text(item)) for item in outer]


def _is_minor(element: Element) -> bool:
    """Whether a heading is ``unlisted``, or belongs to notes or a box: not in the outline."""
    around = (element, *element.iterancestors())
    return any(not _MINOR.isdisjoint(item.get("class", "").split()) for item in around)


def _fits(heading: Heading, depth: int) -> bool:
    return bool(heading.id and heading.text) and heading.level <= depth


def _headings(main: Element) -> Iterator[Element]:
    yield from main.iter(*_HEADINGS)


def _heading(element: Element) -> Heading:
    parent = element.getparent()
    anchor = element.get("id") or (
        parent.get("id", "") if parent is not None and parent.tag == "section" else ""
    )
    numbers = element.find_class("header-section-number")
    number = _text(numbers[0]) if numbers else ""
    return Heading(
        int(element.tag[1]), anchor or "", number, _text(element).removeprefix(number).strip()
    )


def _text(element: Element) -> str:
    return single_spaced(str(element.text_content()))


def _is_within(element: Element, others: list[Element]) -> bool:
    return any(ancestor in others for ancestor in element.iterancestors())


def caption_of(table: Element) -> str:
    """Return the caption of a table or of the figure around it, ``""`` if there is none."""
    for item in (table, *table.iterancestors("figure")):
        captions = item.xpath("./caption | ./figcaption")
        if captions:
            return _plain_caption(captions[0])
    return ""


def _caption_text(element: Element) -> str:
    """Return the outermost caption."""
    depths = {item: len(list(item.iterancestors())) for item in element.iter("figcaption")}
    return _plain_caption(min(depths, key=depths.__getitem__))


def _plain_caption(caption: Element) -> str:
    """Return a caption without subtitle, note and marks of footnotes."""
    copy: Element = html.fromstring(html.tostring(caption, encoding="unicode"))
    for name in _CAPTION_EXTRAS:
        for extra in copy.find_class(name):
            extra.drop_tree()
    for note in copy.xpath('.//a[@role="doc-noteref"]'):
        note.drop_tree()
    return _text(copy)


def _close_heading_jumps(main: Element) -> None:
    """Raise headings so that no level is jumped (PDF/UA-1 7.4.2): h2 after h1, not h3."""
    previous = 1
    for heading in _headings(main):
        level = min(int(heading.tag[1]), previous + 1)
        heading.tag = f"h{level}"
        previous = level


def _mend_back_links(main: Element, label: str) -> None:
    for link in main.find_class("footnote-back"):
        etree.strip_elements(link, "*", with_tail=False)
        link.text = _BACK_ARROW
        link.set("aria-label", label)
        link.set("title", label)


def _noted(link: Element) -> str:
    """Return the id of the note that a link leads to."""
    return str(link.get("href", "")).removeprefix("#")


def _drop_notes(main: Element, names: list[str]) -> None:
    """Remove notes by their ids, the list where none is left, and number the others from 1."""
    for section in main.xpath('.//*[@role="doc-endnotes"]'):
        for note in section.xpath(".//li[@id]"):
            if note.get("id") in names:
                note.drop_tree()
        if not section.xpath(".//li[@id]"):
            around = section.getparent()
            section.drop_tree()
            if around.get("id") == "quarto-appendix" and not len(around):
                around.drop_tree()
    left = main.xpath('.//*[@role="doc-endnotes"]//li[@id]')
    for number, note in enumerate(left, start=1):
        _number_note(main, note, number)


def _number_note(main: Element, note: Element, number: int) -> None:
    """Give a note another number: its ids, its marks in the text, and the links back."""
    before = note.get("id")
    for link in main.xpath(f"{_NOTE_LINKS}[@href=$note]", note=f"#{before}"):
        for arrow in note.xpath(".//a[@href=$back]", back=f"#{link.get('id')}"):
            arrow.set("href", f"#fnref{number}")
        for mark in link.iter("sup"):
            mark.text = str(number)
        link.set("id", f"fnref{number}")
        link.set("href", f"#fn{number}")
    note.set("id", f"fn{number}")


def _carry_space(span: Element) -> None:
    before = span.getprevious()
    holder = span.getparent() if before is None else before
    name = "text" if before is None else "tail"
    text = getattr(holder, name) or ""
    if text.strip() and text.endswith((" ", "\n")):
        setattr(holder, name, text.rstrip(" \n"))
        span.text = f" {span.text or ''}"


def _free_empty_heads(main: Element) -> None:
    for cell in list(main.iter("th")):
        if not _text(cell) and not len(cell):
            cell.tag = "td"
            cell.attrib.pop("scope", None)


def _hoist_headings(main: Element) -> None:
    for name in _COLUMN_BLOCKS:
        for block in main.find_class(name):
            if len(block) and block[0].tag in _HEADINGS and not (block.text or "").strip():
                heading = block[0]
                heading.tail = None
                heading.classes.add(f"{name}-heading")
                if "id" in block.attrib and "id" not in heading.attrib:  # the contents lead there
                    heading.set("id", block.attrib.pop("id"))
                block.addprevious(heading)


def _name_chapters(main: Element) -> None:
    """Write a chapter's number and title where running heads find them."""
    for element in main.iter("h1"):
        heading = _heading(element)
        element.set("data-running", "\u2003".join(filter(None, (heading.number, heading.text))))
