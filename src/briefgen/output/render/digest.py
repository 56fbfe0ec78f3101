"""The structure of a rendered document, to compare what two engines make of one source.

In: HTML with Quarto's class names. Out: a `Digest`; ids that readers never meet, and anything
that only looks, are left out. `compare_digests` says what differs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypedDict

from lxml import html
from lxml.html import HtmlElement

_FLOATS: Final = ("fig", "tbl", "lst")
_CALLOUTS: Final = ("note", "tip", "warning", "caution", "important")


class Digest(TypedDict):
    """What readers meet, in the order of the document."""

    headings: list[dict[str, Any]]
    floats: list[dict[str, Any]]
    references: list[dict[str, Any]]
    callouts: list[dict[str, Any]]
    notes: list[str]
    tables: list[dict[str, Any]]
    equations: list[str]
    images: list[dict[str, Any]]
    links: list[dict[str, Any]]
    text: str


def digest_content(source: str) -> Digest:
    """Take the structure of a document's content.

    Parameters
    ----------
    source
        HTML with one ``<main>``, or a fragment.
    """
    main = _content(html.document_fromstring(source))
    _strip(main)
    return Digest(
        headings=list(_headings(main)),
        floats=list(_floats(main)),
        references=[
            {"to": link.get("href"), "text": _text(link)} for link in main.find_class("quarto-xref")
        ],
        callouts=list(_callouts(main)),
        notes=[
            re.sub(r"\s*↩︎?$", "", _text(note))
            for note in main.xpath('.//*[@role="doc-endnotes"]//li[@id]')
        ],
        tables=list(_tables(main)),
        equations=main.xpath('.//span[starts-with(@id,"eq-")]/@id'),
        images=[
            {"src": _address(image.get("src")), "alt": image.get("alt") or ""}
            for image in main.iter("img")
        ],
        links=[
            {"to": link.get("href"), "text": _text(link)}
            for link in main.xpath(".//a[@href and not(@role) and not(@data-bs-toggle)]")
            if "quarto-xref" not in (link.get("class") or "").split()
        ],
        text=_text(main),
    )


def compare_digests(expected: Mapping[str, Any], actual: Mapping[str, Any]) -> list[str]:
    """Return one line for each part that differs; only parts of ``expected`` are compared."""
    return [
        f"{key}: {_json(expected[key])} is wanted, {_json(actual.get(key))} is there"
        for key in sorted(expected)
        if expected[key] != actual.get(key)
    ]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _fold(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()


def _text(node: HtmlElement) -> str:
    return _fold(node.text_content())


def _content(tree: HtmlElement) -> HtmlElement:
    for path in ('//main[@id="quarto-document-content"]', "//main", "//body"):
        found = tree.xpath(path)
        if found:
            main: HtmlElement = found[0]
            return main
    return tree


def _strip(main: HtmlElement) -> None:
    for node in main.xpath(
        ".//script|.//style|.//comment()|.//nav|.//*[contains(@class,'code-copy-button')]"
    ):
        node.drop_tree()


def _address(src: str | None) -> str | None:
    """Return the address of an image, of one that is written into the page its type alone."""
    return src.split(",", 1)[0] if src and src.startswith("data:") else src


def _headings(main: HtmlElement) -> Iterator[dict[str, Any]]:
    for heading in main.iter("h1", "h2", "h3", "h4", "h5", "h6"):
        number = heading.find_class("header-section-number")
        parent = heading.getparent()
        section = parent.get("id") if parent is not None and parent.tag == "section" else None
        yield {
            "level": int(heading.tag[1]),
            "id": heading.get("id") or section,
            "number": _text(number[0]) if number else heading.get("data-number"),
            "text": _text(heading),
        }


def _floats(main: HtmlElement) -> Iterator[dict[str, Any]]:
    for div in main.xpath(".//div[@id]"):
        kind = div.get("id").split("-")[0]
        if kind not in _FLOATS:
            continue
        own = div.xpath("./figure/figcaption") or div.xpath(".//figcaption[1]")
        images = div.xpath(".//img")
        parents = div.xpath(
            "ancestor::div[starts-with(@id,'fig-') or starts-with(@id,'tbl-')][1]/@id"
        )
        yield {
            "id": div.get("id"),
            "kind": kind,
            "caption": _text(own[0]) if own else None,
            "position": _position(own[0]) if own else None,
            "alt": images[0].get("alt") if len(images) == 1 else None,
            "part_of": parents[0] if parents else None,
        }


def _position(caption: HtmlElement) -> str:
    return "top" if caption.getnext() is not None else "bottom"


def _callouts(main: HtmlElement) -> Iterator[dict[str, Any]]:
    for box in main.find_class("callout"):
        classes = (box.get("class") or "").split()
        kinds = [kind for kind in _CALLOUTS if f"callout-{kind}" in classes]
        titles = box.find_class("callout-title-container")
        for hidden in titles[0].find_class("screen-reader-only") if titles else []:
            hidden.drop_tree()
        yield {
            "kind": kinds[0] if kinds else None,
            "id": box.get("id"),
            "title": _text(titles[0]) if titles else None,
        }


def _tables(main: HtmlElement) -> Iterator[dict[str, Any]]:
    for table in main.iter("table"):
        holders = table.xpath("ancestor::div[starts-with(@id,'tbl-')][1]/@id")
        caption = table.find("caption")
        yield {
            "in": holders[0] if holders else None,
            "caption": _text(caption) if caption is not None else None,
            "head": [_text(cell) for cell in table.xpath("./thead//th|./thead//td")],
            "rows": len(table.xpath("./tbody/tr")),
        }
