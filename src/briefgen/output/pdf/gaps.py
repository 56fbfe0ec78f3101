"""Gaps that a figure leaves at the foot of a page are filled with the text that follows it.

In: a page's HTML and, from its first layout, where its figures stand and how far its pages are
filled. Out: the HTML with lists moved before figures that no longer fitted on a page. A reader
loses nothing: the list stands in the same section, on the page where the figure is announced.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from urllib.parse import unquote

from lxml import html as markup

SHORT: Final = 0.45
"""A page whose content ends above this share of its height is less than half full."""
GAP: Final = 0.78
"""A page whose content ends above this share of its height has a gap; a full one reaches 0.91."""
_ESCAPED: Final = re.compile(r'href="#[^"]*"')
"""Links within the page, whose letters lxml escapes, while it leaves those of anchors alone."""
HEAD: Final = 0.27
"""Share of the height above which a figure is the first on its page, below its headline."""


def find_moved_to_next_page(
    fill: Sequence[float], tops: Sequence[Mapping[str, float]]
) -> list[str]:
    """Return the identifiers of figures that stand first on a page and left a gap before it.

    Parameters
    ----------
    fill
        For each page how far down its content reaches, as a share (0–1) of its height.
    tops
        For each page where its figures begin, in the same measure.
    """
    return [
        name
        for before, places in zip(fill, tops[1:], strict=False)
        if before < GAP
        for name, top in places.items()
        if top < HEAD
    ]


def fill_gaps(html: str, moved_on: Collection[str]) -> str:
    """Move the list that follows each figure before it; the same page if there is none.

    Parameters
    ----------
    moved_on
        Identifiers of the figures that no longer fitted on a page, from `find_moved_to_next_page`.
    """
    if not moved_on:
        return html
    tree = markup.document_fromstring(html)
    moved = sum(_move(tree, name) for name in moved_on)
    if not moved:
        return html
    written = str(markup.tostring(tree, encoding="unicode"))
    return "<!DOCTYPE html>\n" + _ESCAPED.sub(lambda found: unquote(found[0]), written)


def find_short(fill: Sequence[float]) -> list[int]:
    """Return the pages, counted from 1, that are less than half full; the first is none."""
    return [page for page, share in enumerate(fill, start=1) if page > 1 and share < SHORT]


def count_gaps(fill: Sequence[float]) -> int:
    """Count pages with a gap; the last has none."""
    return sum(share < GAP for share in fill[:-1])


def _move(tree: Any, name: str) -> bool:
    """Put the list after a figure before it; ``False`` where no list follows."""
    for figure in tree.xpath("//*[@id=$name]", name=name):
        for block in figure.iterancestors("div"):
            parent, after = block.getparent(), block.getnext()
            if parent.tag == "section" and after is not None and after.tag == "ul":
                block.addprevious(after)
                return True
    return False
