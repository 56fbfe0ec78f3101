"""What a web page needs beyond the content: what scrolls, drawings with its fonts, the data."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from lxml import etree

from briefgen.config.textfiles import xml_parser
from briefgen.errors import PrintError
from briefgen.output.pages.content import Element, caption_of
from briefgen.output.pages.meta import PageMeta

WIDE: Final = 280.0
"""Width of a drawing in points from which on its labels would be too small on a phone."""
LEGIBLE: Final = 1.3
"""Pixels for each point at least: a label of 8 pt is 10.4 pixels high."""
_COLUMNS: Final = (("what", "label"), ("where", "series"), ("value", "formatted"), ("n", "n"))
"""Heads of the table of an exhibit's values, and the columns of its file."""

_SVG = "{http://www.w3.org/2000/svg}"
_LINKS = ("href", "{http://www.w3.org/1999/xlink}href")
_UNWANTED = (f"{_SVG}script", f"{_SVG}metadata", f"{_SVG}foreignObject")


def let_tables_scroll(main: Element) -> None:
    """Put each table into a region that scrolls by keyboard too, named by its caption."""
    for table in list(main.iter("table")):
        region = table.makeelement("div", {"class": "table-scroll", "tabindex": "0"})
        name = caption_of(table)
        if name:
            region.attrib.update({"role": "region", "aria-label": name})
        table.addprevious(region)
        region.append(table)
        region.tail, table.tail = table.tail, None


def inline_drawings(main: Element, base: Path) -> None:
    """Put SVG files into the page itself, where their text is set in the page's fonts.

    Raises
    ------
    PrintError
        If a file lies outside ``base`` or is no SVG.
    """
    for number, image in enumerate(list(main.iter("img"))):
        parts = urlsplit(image.get("src", ""))
        if parts.scheme or parts.netloc or not parts.path.endswith(".svg"):
            continue
        drawing = _read_drawing(base, unquote(parts.path))
        _prefix_names(drawing, f"d{number}-")
        drawing.attrib.update({"role": "img", "aria-label": image.get("alt", "")})
        drawing.set("class", image.get("class", ""))
        drawing.tail = image.tail
        image.getparent().replace(image, drawing)
        _let_scroll(drawing)


def _let_scroll(drawing: Element) -> None:
    """Keep the labels of a wide drawing legible where the page is narrow: there it scrolls."""
    box = drawing.get("viewBox", "").split()
    if len(box) != 4 or float(box[2]) < WIDE:
        return
    drawing.set("style", f"min-width: {float(box[2]) * LEGIBLE:.0f}px")
    attributes = {"class": "drawing-scroll", "tabindex": "0", "role": "region"}
    name = caption_of(drawing)
    region = drawing.makeelement("div", {**attributes, **({"aria-label": name} if name else {})})
    drawing.addprevious(region)
    region.tail, drawing.tail = drawing.tail, None
    region.append(drawing)


def offer_data(main: Element, meta: PageMeta, base: Path) -> None:
    """Lay beside each exhibit its values: a figure's as a table, and the file of each.

    Parameters
    ----------
    meta
        Has the address of each exhibit's file, relative to the page, and the interface texts.
    base
        The document's folder, in which ``data/`` has the files.
    """
    for name, address in meta.data.items():
        found = main.xpath(".//*[@id=$name]", name=name)
        if not found:
            continue
        place = next(found[0].iterancestors("div"), found[0])
        around = [item for item in found[0].iterancestors() if "exhibit" in _classes(item)]
        block = main.makeelement("div", {"class": "exhibit-data"})
        if name.startswith("fig-"):
            block.append(_fold_table(block, base / "data" / f"{name}.csv", meta))
        line = etree.SubElement(block, "p")
        link = etree.SubElement(line, "a", {"href": address, "download": ""})
        link.text = meta.label("values as a file")
        (around[0] if around else place).append(block)


def _classes(item: Element) -> list[str]:
    return str(item.get("class", "")).split()


def _fold_table(block: Element, path: Path, meta: PageMeta) -> Element:
    """Return a figure's values as a table that stands folded."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    columns = [(head, key) for head, key in _COLUMNS if any(row.get(key) for row in rows)]
    folded: Element = block.makeelement("details", {})
    etree.SubElement(folded, "summary").text = meta.label("values as a table")
    table = etree.SubElement(etree.SubElement(folded, "div", {"class": "table-scroll"}), "table")
    heads = etree.SubElement(etree.SubElement(table, "thead"), "tr")
    for head, _ in columns:
        cell = etree.SubElement(heads, "th", {"scope": "col"})
        cell.text = head if head == "n" else meta.label(head)
    body = etree.SubElement(table, "tbody")
    for row in rows:
        line = etree.SubElement(body, "tr")
        for index, (_, key) in enumerate(columns):
            attributes = {"scope": "row"} if not index else {}
            cell = etree.SubElement(line, "td" if index else "th", attributes)
            cell.text = meta.set_quotes(row.get(key) or "")
    return folded


def _read_drawing(base: Path, name: str) -> Element:
    path = (base / name).resolve()
    if not path.is_relative_to(base.resolve()):
        raise PrintError(f"the picture {name} lies outside the document's folder")
    try:
        drawing: Element = etree.fromstring(path.read_bytes(), xml_parser())
    except (OSError, etree.XMLSyntaxError) as error:
        raise PrintError(f"the picture {name} cannot be read: {error}") from error
    etree.strip_elements(drawing, *_UNWANTED, with_tail=False)
    _make_flexible(drawing)
    return drawing


def _make_flexible(drawing: Element) -> None:
    """Let the page decide on the size; without a view box the drawing would be cut."""
    if "viewBox" in drawing.attrib:
        drawing.attrib.pop("width", None)
        drawing.attrib.pop("height", None)


def _prefix_names(drawing: Element, prefix: str) -> None:
    """Make ids unique in the page, and drop what reaches outside or acts."""
    for item in drawing.iter(etree.Element):
        for name, value in list(item.attrib.items()):
            if name == "id":
                item.set(name, prefix + value)
            elif name in _LINKS:
                _keep_inside(item, name, value, prefix)
            elif name.lower().startswith("on"):
                del item.attrib[name]
            elif "url(#" in value:
                item.set(name, value.replace("url(#", f"url(#{prefix}"))


def _keep_inside(item: Element, name: str, value: str, prefix: str) -> None:
    if value.startswith("#"):
        item.set(name, f"#{prefix}{value[1:]}")
    elif not value.startswith("data:image/"):
        del item.attrib[name]
