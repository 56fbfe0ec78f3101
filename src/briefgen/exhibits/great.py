"""Write a table with great-tables.

Its own style sheet sets fonts and leaks rules on every ``tr`` and ``td`` of the page, so it is
left out: the page's style sheet knows the same classes. What it leaves out for screen readers (the
scope of row heads) is added.
"""

from __future__ import annotations

import re

import pandas as pd
from great_tables import GT

from briefgen.exhibits.grid import Grid, Line

_STYLE = re.compile(r"<style>.*?</style>\s*", re.DOTALL)
_TABLE = re.compile(r"<table.*</table>", re.DOTALL)


def write_great(grid: Grid, id_: str) -> str:
    """Return a table of great-tables, of the same structure as `briefgen.exhibits.plain`."""
    table = GT(_frame(grid), rowname_col="_head", groupname_col=_group_column(grid), id=id_)
    names = [_name(index) for index in range(len(grid.columns))]
    for name, column in zip(names, grid.columns, strict=True):
        table = table.cols_label({name: column.head}).cols_align(column.align, columns=[name])
    for span in dict.fromkeys(column.span for column in grid.columns if column.span):
        spanned = [n for n, c in zip(names, grid.columns, strict=True) if c.span == span]
        table = table.tab_spanner(label=span, columns=spanned)
    table = table.tab_stubhead(label=grid.stub)
    return _mend(table.as_raw_html(inline_css=False), grid, id_)


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


def _mend(html: str, grid: Grid, id_: str) -> str:
    del grid
    found = _TABLE.search(_STYLE.sub("", html))
    table = found.group(0) if found else ""
    return table.replace("<table ", f'<table id="{id_}" ', 1) + "\n"
