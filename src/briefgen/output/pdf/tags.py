"""Repair the structure tree that WeasyPrint writes, so that it meets PDF/UA-1.

What is repaired, by the clause of ISO 14289-1 that veraPDF reports: links around inline elements
(7.18.5), list items without a body (7.2), header cells without a scope (7.5), running headers and
footers that are tagged like text (7.1). Called through WeasyPrint's ``finisher`` hook, before the
PDF is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pydyf

_MARK: Final = "/Artifact"
_PAGINATION: Final = "<</Type /Pagination>>"
_POINTS_PER_PIXEL: Final = 0.75
_ITEM_PARTS: Final = ("/Lbl", "/LBody")


def repair_tags(document: Any, pdf: Any) -> None:
    """Repair the tags of a `pydyf.PDF` that WeasyPrint has built from ``document``."""
    tree = _Tree.of(pdf)
    _name_links(document)
    _move_annotations(tree)
    _wrap_item_bodies(tree, pdf)
    _set_scopes(tree)
    _turn_boxes(tree, document, pdf)
    _mark_artifacts(tree, pdf)


@dataclass
class _Tree:
    """The structure tree with its objects by reference."""

    objects: dict[bytes, Any]
    document: Any
    numbers: list[Any]  # of the parent tree: key, value, key, value, …

    @classmethod
    def of(cls, pdf: Any) -> _Tree:
        objects = {item.reference: item for item in pdf.objects}
        root = objects[pdf.catalog["StructTreeRoot"]]
        content = objects[root["ParentTree"]]
        return cls(objects, objects[root["K"][0]], content["Nums"])

    def children(self, element: Any) -> list[Any]:
        """Return structure elements and object references below an element."""
        return [self.objects[kid] for kid in element["K"] if isinstance(kid, bytes)]

    def walk(
        self, element: Any, above: tuple[Any, ...] = ()
    ) -> Iterator[tuple[Any, tuple[Any, ...]]]:
        """Yield each structure element with its ancestors, the nearest last."""
        stack = [(element, above)]
        while stack:
            item, ancestors = stack.pop()
            yield item, ancestors
            below = (*ancestors, item)
            stack += [(kid, below) for kid in reversed(self.children(item)) if _is_element(kid)]


def _is_element(item: Any) -> bool:
    return bool(item.get("Type") == "/StructElem")


def _name_links(document: Any) -> None:
    """Describe each link by its text instead of its address."""
    for page in document.pages:
        for _kind, _target, _rectangle, box in page.links:
            words = "".join(box.element.itertext()).split() if box.element is not None else []
            text = " ".join(words)
            if text and box.link_annotation is not None:
                box.link_annotation["Contents"] = pydyf.String(text)


def _move_annotations(tree: _Tree) -> None:
    """Hang each link annotation directly under its Link element."""
    for element, above in list(tree.walk(tree.document)):
        if element["S"] == "/Link":
            continue
        for kid in tree.children(element):
            if kid.get("Type") == "/OBJR" and tree.objects[kid["Obj"]].get("Subtype") == "/Link":
                _move_annotation(tree, kid, element, above)


def _move_annotation(tree: _Tree, kid: Any, element: Any, above: tuple[Any, ...]) -> None:
    link = next((item for item in reversed(above) if item["S"] == "/Link"), None)
    if link is None:
        element["S"] = "/Link"
        return
    element["K"].remove(kid.reference)
    link["K"].append(kid.reference)
    number = tree.objects[kid["Obj"]]["StructParent"]
    tree.numbers[2 * number + 1] = link.reference


def _wrap_item_bodies(tree: _Tree, pdf: Any) -> None:
    """Put what a list item holds beside label and body into a body."""
    for element, _ in list(tree.walk(tree.document)):
        if element["S"] != "/LI":
            continue
        loose = [
            kid
            for kid in element["K"]
            if not (isinstance(kid, bytes) and tree.objects[kid].get("S") in _ITEM_PARTS)
        ]
        if loose:
            _wrap(tree, pdf, element, loose)


def _wrap(tree: _Tree, pdf: Any, item: Any, loose: list[Any]) -> None:
    body = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": "/LBody",
            "K": pydyf.Array(loose),
            "Pg": item["Pg"],
            "P": item.reference,
        }
    )
    pdf.add_object(body)
    tree.objects[body.reference] = body
    for kid in loose:
        if isinstance(kid, bytes):
            tree.objects[kid]["P"] = body.reference
    position = item["K"].index(loose[0])
    item["K"][:] = [kid for kid in item["K"] if kid not in loose]
    item["K"].insert(position, body.reference)


def _set_scopes(tree: _Tree) -> None:
    """Say of each header cell what it heads: its column in the table's head, else its row."""
    for element, above in tree.walk(tree.document):
        if element["S"] != "/TH":
            continue
        in_head = any(item["S"] == "/THead" for item in above)
        attributes = element.setdefault("A", pydyf.Dictionary({"O": "/Table"}))
        attributes["Scope"] = "/Column" if in_head else "/Row"


def _turn_boxes(tree: _Tree, document: Any, pdf: Any) -> None:
    """Give the boxes of figures in the PDF's space: points from below, not pixels from above."""
    heights = dict(zip(pdf.page_references, (page.height for page in document.pages), strict=True))
    for element, _ in tree.walk(tree.document):
        if element["S"] == "/Figure" and "BBox" in element.get("A", {}):
            left, top, right, bottom = element["A"]["BBox"]
            height = heights[element["Pg"]]
            element["A"]["BBox"] = pydyf.Array(
                round(value * _POINTS_PER_PIXEL, 2)
                for value in (left, height - bottom, right, height - top)
            )


def _mark_artifacts(tree: _Tree, pdf: Any) -> None:
    """Mark content outside the document's tree as pagination artifacts, and drop its elements."""
    inside = {element.reference for element, _ in tree.walk(tree.document)}
    for position, key in enumerate(tree.numbers[::2]):
        references = tree.numbers[2 * position + 1]
        if not isinstance(references, list):
            continue
        outside = {mcid for mcid, item in enumerate(references) if item not in inside}
        if outside:
            _mark_page(tree, pdf, key, outside)
            for mcid in outside:
                references[mcid] = "null"
    _free_elements(pdf, inside, tree)


def _mark_page(tree: _Tree, pdf: Any, page_number: int, outside: set[int]) -> None:
    page = tree.objects[pdf.page_references[page_number]]
    stream = tree.objects[page["Contents"]].stream
    for index, operator in enumerate(stream):
        if operator != b"BDC" or not isinstance(stream[index - 1], dict):
            continue
        if stream[index - 1].get("MCID") in outside:
            stream[index - 2] = _MARK
            stream[index - 1] = _PAGINATION


def _free_elements(pdf: Any, inside: set[bytes], tree: _Tree) -> None:
    inside |= {kid.reference for element in inside for kid in tree.children(tree.objects[element])}
    objects: list[Any] = pdf.objects
    for item in objects:
        if isinstance(item, pydyf.Dictionary) and item.get("Type") in ("/StructElem", "/OBJR"):
            item.free = "n" if item.reference in inside else "f"
