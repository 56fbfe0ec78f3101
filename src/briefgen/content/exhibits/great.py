"""Write a table with great-tables.

Its own style sheet sets fonts and leaks rules on every ``tr`` and ``td`` of the page, so it is
left out: the page's style sheet knows the same classes. Its identifiers hold labels with any
characters and may be doubled, so they are numbered.
"""

from __future__ import annotations

import re

import pandas as pd
from great_tables import GT
from lxml.html import HtmlElement, fromstring, tostring

from briefgen.content.exhibits.grid import Grid, Line

_STYLE = re.compile(r"<style>.*?</style>\s*", re.DOTALL)


def write_great(grid: Grid, id_: str) -> str:
    """Return a table of great-tables, of the same structure as `exhibits.plain`."""
    table = GT(_frame(grid), rowname_col="_head", groupname_col=_group_column(grid), id=id_)
    names = [_name(index) for index in range(len(grid.columns))]
    for name, column in zip(names, grid.columns, strict=True):
        table = table.cols_label({name: column.head}).cols_align(column.align, columns=[name])
    for span in dict.fromkeys(column.span for column in grid.columns if column.span):
        spanned = [n for n, c in zip(names, grid.columns, strict=True) if c.span == span]
        table = table.tab_spanner(label=span, columns=spanned)
    table = table.tab_stubhead(label=grid.stub)
    return _repair(table.as_raw_html(inline_css=False), grid, id_)


def _name(index: int) -> str:
    return f"c{index:03d}"


def _group_column(grid: Grid) -> str | None:
    return "_group" if any(line.group for line in grid.lines) else None


def _frame(grid: Grid) -> pd.DataFrame:
    rows = [_row(line) for line in grid.lines]
    frame = pd.DataFrame(rows)
    return frame if _group_column(grid) else frame.drop(columns="_group")


def _row(line: Line) -> dict[str, str]:
    entries = {_name(index): entry.text for index, entry in enumerate(line.entries)}
    return {"_group": line.group, "_head": line.head, **entries}


def _repair(html: str, grid: Grid, id_: str) -> str:
    """Keep the table alone, mark rows and hidden values, and make identifiers safe."""
    table = next(fromstring(_STYLE.sub("", html)).iter("table"))
    table.set("id", id_)
    for name in ("data-quarto-disable-processing", "data-quarto-bootstrap"):
        table.attrib.pop(name, "")
    _number_heads(table, id_)
    rows = [row for body in table.iter("tbody") for row in body.iter("tr")]
    values = [row for row in rows if row.find("td") is not None]
    for row, line in zip(values, grid.lines, strict=True):
        _mark(row, line)
    return str(tostring(table, encoding="unicode", with_tail=False)).strip() + "\n"


def _number_heads(table: HtmlElement, id_: str) -> None:
    """Give heads identifiers by number: those made from labels hold any character, or are equal.

    Cells then need no list of their heads: each head has a scope.
    """
    for element in table.iter("th", "td"):
        element.attrib.pop("id", "")
        element.attrib.pop("headers", "")
    for number, head in enumerate(table.iter("th")):
        head.set("id", f"{id_}-{number}")
        if "gt_group_heading" in head.get("class", ""):
            head.set("scope", "rowgroup")


def _mark(row: HtmlElement, line: Line) -> None:
    if line.own:
        row.set("class", "own-region")
    for cell, entry in zip(row.findall("td"), line.entries, strict=True):
        if entry.hidden:
            cell.set("class", f"{cell.get('class', '')} suppressed".strip())
