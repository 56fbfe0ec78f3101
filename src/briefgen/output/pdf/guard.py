"""Refuse pages that would keep the printer busy for minutes or eat the memory."""

from __future__ import annotations

import re
from typing import Final

from briefgen.errors import PrintError

SPAN_LIMIT: Final = 200
ROW_LIMIT: Final = 5_000
_SPAN = re.compile(r"(?:col|row)span\s*=\s*[\"']?\s*\+?(\d+)", re.IGNORECASE)
_ROW = re.compile(r"<tr[\s>]", re.IGNORECASE)


def check_page(html: str, name: str) -> None:
    """Check the extents that hostile or broken input drives up.

    Raises
    ------
    PrintError
        If a cell spans more than `SPAN_LIMIT` columns or rows, or the page has more than
        `ROW_LIMIT` table rows.
    """
    widest = max((int(span) for span in _SPAN.findall(html)), default=0)
    if widest > SPAN_LIMIT:
        raise PrintError(
            f"a table cell spans {widest} columns or rows",
            where=name,
            hint=f"at most {SPAN_LIMIT} can be printed",
        )
    rows = len(_ROW.findall(html))
    if rows > ROW_LIMIT:
        raise PrintError(
            f"the page has {rows} table rows",
            where=name,
            hint=f"at most {ROW_LIMIT} can be printed; publish the rest as data",
        )
