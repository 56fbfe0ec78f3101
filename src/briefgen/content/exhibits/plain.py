"""Write a table as plain HTML: the fast hand, of the same structure as great-tables' one."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from briefgen.content.exhibits.grid import Column, Grid, Line


def write_plain(grid: Grid, id_: str) -> str:
    """Return a table with heads that name their scope."""
    return "\n".join(_write(grid, id_)) + "\n"


def _write(grid: Grid, id_: str) -> Iterator[str]:
    yield f'<table id="{escape(id_)}" class="gt_table">'
    yield "<thead>"
    yield from _head(grid)
    yield "</thead>"
    for group, lines in grid.groups:
        yield "<tbody>"
        if group:
            span = len(grid.columns) + 1
            yield (
                f'<tr><th class="gt_group_heading" scope="rowgroup" colspan="{span}">'
                f"{escape(group)}</th></tr>"
            )
        for line in lines:
            yield _line(line, grid)
        yield "</tbody>"
    yield "</table>"


def _head(grid: Grid) -> Iterator[str]:
    spans = [(span, len(list(part))) for span, part in groupby(c.span for c in grid.columns)]
    if any(span for span, _ in spans):
        cells = "".join(_span(span, count) for span, count in spans)
        yield f"<tr><td></td>{cells}</tr>"
    heads = "".join(_column(column) for column in grid.columns)
    yield f'<tr><th class="gt_col_heading gt_left" scope="col">{escape(grid.stub)}</th>{heads}</tr>'


def _span(span: str, count: int) -> str:
    if not span:
        return "<td></td>" * count
    return (
        f'<th class="gt_center gt_column_spanner" colspan="{count}" scope="colgroup">'
        f"{escape(span)}</th>"
    )


def _column(column: Column) -> str:
    return f'<th class="gt_col_heading gt_{column.align}" scope="col">{escape(column.head)}</th>'


def _line(line: Line, grid: Grid) -> str:
    own = ' class="own-region"' if line.own else ""
    cells = "".join(
        f'<td class="gt_row gt_{column.align}{" suppressed" if entry.hidden else ""}">'
        f"{escape(entry.text)}</td>"
        for column, entry in zip(grid.columns, line.entries, strict=True)
    )
    head = f'<th class="gt_row gt_left gt_stub" scope="row">{escape(line.head)}</th>'
    return f"<tr{own}>{head}{cells}</tr>"
