"""Measure what each format keeps of a document, and write it into ``docs/quarto.md``.

    python tests/output/render/kept.py

One document with a figure, tables, notes, references and a source is converted into every format,
with the pictures that the format gets, and searched for. A table's header counts where Pandoc reads
it as one from the file again, or where the format's own sign for it is there.
"""

from __future__ import annotations

import base64
import json
import re
import shutil
import sys
import zipfile
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pypandoc

from briefgen.output.pdf import Printer
from briefgen.output.pdf.bitmaps import Copied, copy_with_pictures
from briefgen.output.render import RenderJob
from briefgen.output.render.formats import Format, output_formats
from briefgen.output.render.pandoc import PandocEngine

DOCS: Final = Path(__file__).parents[3] / "docs" / "quarto.md"
CASES: Final = Path(__file__).parents[2] / "contract" / "cases"
MARKS: Final = ("<!-- formats: made by tests/output/render/kept.py -->\n", "<!-- /formats -->\n")
COLUMNS: Final = (
    "captions", "sub-figures", "listings", "equation numbers", "notes", "references", "sources",
    "table headers", "HTML tables", "pictures", "text alternatives", "title", "authors", "abstract",
)  # fmt: skip
DOCUMENT: Final = """---
title: Titelwort
subtitle: Untertitelwort
author:
  - Autorwort
  - name: Mappenwort
  - name: {given: Vorwort, family: Nachwort}
    affiliation: Ortwort
abstract: Kurzwort
keywords: [Schlagwort]
crossref: {eq-labels: alpha q}
date: 2026-11-16
lang: de
number-sections: true
bibliography: refs.bib
---

# Abschnitt {#sec-first}

Siehe @fig-chart, @tbl-pipe, @tbl-raw und @sec-first, dazu [@roe2020].[^one]

[^one]: Fussnotenwort.

::: {.exhibit}
::: {#fig-chart}
![](exhibits/chart.svg){fig-alt="Alternativwort" width="54mm"}

Bildtitel[, Restwort]{.caption-rest}
:::

::: {.exhibit-note}
Anmerkungswort.
:::
:::

| Kopfwort | Zahl |
|----------|-----:|
| Zellwort |   12 |

: Tabellentitel {#tbl-pipe}

::: {#tbl-raw}
```{=html}
<table><thead><tr><th>Rohkopf</th></tr></thead><tbody><tr><td>Rohzelle</td></tr></tbody></table>
```

Rohtitel
:::

![Freititel](bar.png){fig-alt="Fotowort"}

[![Linktitel](bar.png){#fig-link fig-alt="Linkwort"}](https://example.org)

::: {#fig-sub layout-ncol=2}
![Ersttitel](bar.png){#fig-one fig-alt="Eins"}

![Zweittitel](own.svg){#fig-two fig-alt="Zwei"}

Hauptwort
:::

```{#lst-code .python lst-cap="Listentitel"}
Codewort = 1
```

+------------+----------+
| Blockkopf  | Rest     |
+============+==========+
| - Listwort | Zweitens |
+------------+----------+

: Blocktitel {#tbl-blocks}

$$ x = y $$ {#eq-one}

Siehe @fig-sub, @fig-two, @lst-code, @tbl-blocks, @fig-link und @eq-one.

<table>
<caption>Zeichentitel</caption>
<thead><tr><th>Zeichenkopf</th></tr></thead>
<tbody><tr><td>Zeichen**zelle**</td></tr></tbody>
</table>
"""
CHART: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="144pt" height="72pt" viewBox="0 0 144 72">'
    '<rect width="72" height="72" fill="#12436d"/></svg>'
)
DRAWING: Final = CHART.replace('width="144pt" height="72pt" ', "")
SPACE: Final = r"(?:\\160\\&|\\u00a0|\\u160 ?\?|&#160;|&nbsp;|[~\s\u00a0\\])+"
READERS: Final = {
    "beamer": "latex", "epub2": "epub", "epub3": "epub", "asciidoctor": "asciidoc",
    "docbook4": "docbook", "docbook5": "docbook", "jats_archiving": "jats",
    "jats_articleauthoring": "jats", "jats_publishing": "jats",
}  # fmt: skip
HEADER_SIGNS: Final = {
    "beamer": r"\\toprule[^\0]{0,60}?Kopfwort[^\0]{0,30}?\\midrule", "commonmark": "<th>Kopfwort",
    "context": r"startxtablehead[^\0]{0,200}?Kopfwort", "fb2": "<th[^>]*>Kopfwort",
    "icml": 'HeaderRowCount="1"', "markdown_strict": "<th>Kopfwort",
    "tei": r'<row role="label">\s*<cell><p>Kopfwort', "textile": "<th[^>]*>Kopfwort",
    "xwiki": r"\|=Kopfwort", "zimwiki": r"\|Kopfwort *\|(?:Zahl\|)?\n\|-",
}  # fmt: skip


def measure_formats() -> dict[str, dict[str, str]]:
    """Return for each format and column ``yes``, ``in words``, ``no``, or ``as text``."""
    measured = {}
    with TemporaryDirectory() as folder, PandocEngine() as engine:
        source = _write_document(Path(folder) / "source")
        printer = Printer()
        for form in output_formats().values():
            if form.suffix == ".html":
                continue
            place = Path(folder) / form.name
            copied = copy_with_pictures(source, place, printer, form.pictures, "below")
            file = place / f"published{form.suffix}"
            (outcome,) = engine.render([RenderJob(copied.document, file, form.name)])
            if outcome.error is not None:
                raise outcome.error
            measured[form.name] = _measure(form, file, copied)
    return measured


def make_table(measured: Mapping[str, Mapping[str, str]]) -> str:
    """Return the table of the documentation; neighbours with the same row share it."""
    lines = [
        "| format | file | " + " | ".join(COLUMNS) + " | with Quarto |",
        "|---" * (len(COLUMNS) + 3) + "|",
    ]

    def row(name: str) -> tuple[str, ...]:
        form = output_formats()[name]
        return (
            f"`{form.suffix}`", *(measured[name][column] for column in COLUMNS),
            "yes" if form.quarto else "refused",
        )  # fmt: skip

    for cells, names in groupby(measured, key=row):
        formats = ", ".join(f"`{name}`" for name in names)
        lines.append(f"| {formats} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def split_docs(text: str) -> tuple[str, str, str]:
    """Return what stands before the table, the table, and what stands behind it."""
    before, _, rest = text.partition(MARKS[0])
    table, _, after = rest.partition(MARKS[1])
    return before, table, after


def _write_document(folder: Path) -> Path:
    (folder / "exhibits").mkdir(parents=True)
    (folder / "exhibits" / "chart.svg").write_text(CHART, encoding="utf-8")
    (folder / "own.svg").write_text(DRAWING, encoding="utf-8")
    for name in ("bar.png", "refs.bib"):
        shutil.copyfile(CASES / name, folder / name)
    path = folder / "document.qmd"
    path.write_text(DOCUMENT, encoding="utf-8")
    return path


def _measure(form: Format, file: Path, copied: Copied) -> dict[str, str]:
    text = "\n".join(_read_texts(file))

    def has(*words: str) -> str:
        return "yes" if all(word in text for word in words) else "no"

    numbers = (("Abbildung", 1), ("Tabelle", 1), ("Tabelle", 2))
    referred = all(len(re.findall(f"{w}{SPACE}{n}", text)) >= 2 for w, n in numbers)
    found = (
        has(
            "Bildtitel",
            "Restwort",
            "Tabellentitel",
            "Rohtitel",
            "Freititel",
            "Linktitel",
            "Blocktitel",
        ),
        has("Hauptwort", "Ersttitel", "Zweittitel"),
        has("Listentitel", "Codewort"),
        _find_equation(text),
        has("Fussnotenwort", "Anmerkungswort"),
        "yes" if referred and re.search(f"Kapitel{SPACE}1", text) else "no",
        "yes" if text.count("Roe") >= 2 and "Counting Things" in text else "no",
        _find_headers(form, file, text, "Kopfwort", "Rohkopf"),
        _find_headers(form, file, text, "Zeichenkopf") if has("Zeichentitel") == "yes" else "no",
        _find_pictures(form, file, copied, text),
        has("Alternativwort", "Fotowort"),
        has("Titelwort", "Untertitelwort"),
        has("Autorwort", "Mappenwort", "Vorwort", "Nachwort"),
        has("Kurzwort"),
    )
    return dict(zip(COLUMNS, found, strict=True))


def _read_texts(file: Path) -> Iterator[str]:
    if not zipfile.is_zipfile(file):
        yield file.read_text(encoding="utf-8")
        return
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".xhtml", ".opf", ".rels")):
                yield archive.read(name).decode("utf-8")


def _find_equation(text: str) -> str:
    """Tell whether a formula has its number, which no other place of the document holds."""
    signs = re.sub(r"<[^>]+>|[\s\\{}]", "", text)
    return "yes" if re.search(r"\([^()]{0,9}q[^()]{0,9}\)|tagq", signs) else "no"


def _find_headers(form: Format, file: Path, text: str, *words: str) -> str:
    if not all(word in text for word in words):
        return "no"
    if form.name in HEADER_SIGNS:
        sign = HEADER_SIGNS[form.name]
        found = all(re.search(sign.replace("Kopfwort", word), text) for word in words)
        return "yes" if found else "as text"
    reader = READERS.get(form.name, form.name)
    if reader not in pypandoc.get_pandoc_formats()[0]:
        return "as text"
    tree = json.loads(pypandoc.convert_file(str(file), "json", format=reader))
    heads = "".join(json.dumps(head) for head in _find_heads(tree))
    return "yes" if all(word in heads for word in words) else "as text"


def _find_heads(node: object) -> Iterator[object]:
    if isinstance(node, dict) and node.get("t") == "Table":
        yield node["c"][3]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for child in children:
        yield from _find_heads(child)


def _find_pictures(form: Format, file: Path, copied: Copied, text: str) -> str:
    if not form.pictures:
        return "in words" if "Alternativwort" in text and "Fotowort" in text else "no"
    if form.links:
        there = all((file.parent / name).is_file() and name in text for name in copied.pictures)
        return "beside" if there else "no"
    inside = _read_all(file)
    bitmaps = [(copied.document.parent / name).read_bytes() for name in copied.pictures]
    return "inside" if all(_holds(inside, bitmap) for bitmap in bitmaps) else "no"


def _read_all(file: Path) -> bytes:
    if not zipfile.is_zipfile(file):
        return re.sub(rb"\s|\\n", b"", file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def _holds(inside: bytes, bitmap: bytes) -> bool:
    shapes = (bitmap, bitmap.hex().encode(), base64.b64encode(bitmap))
    return any(shape in inside for shape in shapes)


def main() -> int:
    """Write the table into the documentation."""
    before, _, after = split_docs(DOCS.read_text(encoding="utf-8"))
    table = make_table(measure_formats())
    DOCS.write_text(before + MARKS[0] + table + MARKS[1] + after, encoding="utf-8")
    sys.stdout.write(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
