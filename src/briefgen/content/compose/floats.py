"""Figures and tables as Quarto floats.

In: exhibits from `briefgen.content.exhibits`. Out: Markdown with a headline, a float with
identifier, caption and alternative text, and a note; and the files that it refers to.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from briefgen.content.compose.lines import div
from briefgen.content.language.markdown import attribute, safe
from briefgen.content.language.quotes import Marks, set_markup
from briefgen.errors import TemplateError

LONGEST_SLUG: Final = 100
"""Names of files have an end: one table may show a hundred values."""
_NOTE_OR_DIV: Final = re.compile(r"(?<=\[)\^|(?<=[\s>]):(?=::)")
"""What an engine that reads tables of HTML would miss a note or a div for; a span parts it."""
FORMULA: Final = re.compile(r"\s*[=+@\-\t\r]")
SIGNED: Final = re.compile(r"[+-]\d[\d.,\s]*(?:%|[^\W\d_][\w\s]*)?")


@dataclass
class Collected:
    """The exhibits of one document, in the order in which they were asked for."""

    exhibits: dict[str, Any] = field(default_factory=dict)

    def add(self, exhibit: Any, name: str, *, stated: bool) -> str:
        """Take an exhibit in under a name that is free, and return the name.

        Raises
        ------
        TemplateError
            If the template stated a name twice.
        """
        if name in self.exhibits and stated:
            raise TemplateError(
                f"the id {name!r} stands twice in this document", hint="give each its own id"
            )
        base, number = name, 2
        while name in self.exhibits:
            name, number = f"{base}-{number}", number + 1
        self.exhibits[name] = exhibit
        return name

    @property
    def keys(self) -> list[str]:
        """Keys of the evidence that the exhibits show."""
        return [key for exhibit in self.exhibits.values() for key in exhibit.keys]

    def write(self, folder: Path, marks: Marks) -> None:
        """Write pictures to ``exhibits/`` and the data of each exhibit to ``data/``."""
        for name, exhibit in self.exhibits.items():
            svg = getattr(exhibit, "svg", "")
            if svg:
                _write(folder / "exhibits" / f"{name}.svg", set_markup(svg, marks))
            if exhibit.data:
                _write(folder / "data" / f"{name}.csv", write_csv(exhibit.data))


def figure_float(exhibit: Any, name: str, caption: str, width: str = "") -> str:
    """Write a figure: headline, float, note."""
    size = f' width="{attribute(width)}"' if width else ""
    picture = f'![](exhibits/{name}.svg){{fig-alt="{attribute(exhibit.alt)}"{size}}}'
    return _exhibit(exhibit, name, picture, caption)


def table_float(exhibit: Any, name: str, caption: str) -> str:
    """Write a table: headline, float with raw HTML, note."""
    content = f"```{{=html}}\n{_part_marks(_without_blank_lines(exhibit.html))}\n```"
    return _exhibit(exhibit, name, content, caption)


def _exhibit(exhibit: Any, name: str, content: str, caption: str) -> str:
    parts = []
    if exhibit.headline and exhibit.headline != caption:
        parts.append(div("exhibit-headline", safe(exhibit.headline)))
    if exhibit.subtitle and caption != exhibit.subtitle:
        parts.append(div("exhibit-subtitle", safe(exhibit.subtitle)))
    parts.append(f"::: {{#{name}}}\n{content}\n\n{_write_caption(exhibit, caption)}\n:::")
    if exhibit.note:
        parts.append(div("exhibit-note", safe(exhibit.note)))
    return "\n" + div("exhibit", "\n\n".join(parts), colons=4) + "\n"


def _write_caption(exhibit: Any, caption: str) -> str:
    """Write a caption; unit and place go into a span that lists of figures leave out."""
    what = exhibit.measured
    if not what or caption == what or not caption.startswith(what):
        return safe(caption)
    return f"{safe(what)}[{safe(caption.removeprefix(what))}]{{.caption-rest}}"


def exhibit_name(prefix: str, ref: str) -> str:
    """Return an identifier for an exhibit made from what it shows: ``fig-q07-steering``."""
    slug = re.sub(r"[^a-z0-9]+", "-", ref.lower()).strip("-")[:LONGEST_SLUG].rstrip("-")
    return f"{prefix}-{slug or 'exhibit'}"


def write_csv(rows: Any) -> str:
    """Write the data of an exhibit as CSV, columns in the order of the first row."""
    columns: list[str] = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows([_plain_row(row) for row in rows])
    return out.getvalue()


def _plain_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "" if cell is None else _plain_cell(cell) for name, cell in row.items()}


def _plain_cell(cell: Any) -> Any:
    """Return a cell that spreadsheets take for a text, never for a formula.

    An apostrophe before it is what they take for the sign of a text; "+3 points" stays.
    """
    if isinstance(cell, str) and FORMULA.match(cell) and not SIGNED.fullmatch(cell):
        return f"'{cell}"
    return cell


def _part_marks(html: str) -> str:
    """Part in a table what Quarto looks for in raw HTML too: shortcodes, notes, divs."""
    parted = _NOTE_OR_DIV.sub(r'<span class="plain">\g<0></span>', html)
    return parted.replace("{{", "&#123;&#123;")


def _without_blank_lines(html: str) -> str:
    return "\n".join(line for line in html.strip().splitlines() if line.strip())


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8", newline="\n")
