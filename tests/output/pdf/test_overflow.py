"""What runs off the page is found quickly, as it is by the whole inspection."""

from __future__ import annotations

import datetime as dt

from briefgen.output.pdf.inspect import find_overflow, inspect_pdf

ROW = "".join(f"<td style='white-space: nowrap'>Wort {n}</td>" for n in range(30))
PAGE = (
    '<!DOCTYPE html><html lang="de"><head><title>T</title></head><body class="kind-summary{}">'
    '<main><h1>T</h1><div class="exhibit"><table><tbody><tr>{}</tr></tbody></table></div></main>'
    "</body></html>"
)


def test_a_table_that_leaves_the_page_is_found(printer, tmp_path):
    for narrower, row, wanted in (("", ROW, True), ("", "<td>a</td>" * 12, False)):
        target = tmp_path / "a.pdf"
        html = PAGE.format(narrower, row)
        printer.print(html, tmp_path, target, date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        found = find_overflow(target)
        assert bool(found) == wanted
        whole = [f for f in inspect_pdf(target).findings if f.kind == "overflow"]
        assert set(found) <= set(whole)  # which also finds what only nears the edge


def test_a_turned_page_holds_what_an_upright_one_does_not(printer, tmp_path):
    row = "".join(f"<td style='white-space: nowrap'>Wort {n}</td>" for n in range(24))
    found = []
    for classes in ("", " is-narrow", " is-narrow is-turned"):
        target = tmp_path / "a.pdf"
        html = PAGE.format(classes, row)
        printer.print(html, tmp_path, target, date=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
        found.append(len(find_overflow(target)))
    assert found[0] >= found[1] > 0
    assert found[2] == 0
