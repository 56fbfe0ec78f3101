"""What a web page needs beyond the content: wide tables that scroll, drawings with its fonts."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree

from briefgen.config.textfiles import xml_parser
from briefgen.errors import PrintError
from briefgen.output.pages.content import Element, caption_of

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
