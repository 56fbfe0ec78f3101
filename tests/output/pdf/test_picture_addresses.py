"""Addresses of pictures as authors write them."""

from __future__ import annotations

import pytest

from briefgen.output.pdf.bitmaps import copy_with_pictures
from briefgen.output.pdf.printer import Printer


@pytest.fixture(scope="module")
def printer() -> Printer:
    return Printer()


CHART = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"/>'
FILES = ("a.svg", "two words.svg", "c(1).svg", "b.pdf", "b (2).pdf")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('![x](a.svg "A title")', '![x](a.png "A title")'),
        ("![x](<a.svg>)", "![x](a.png)"),
        ("![x](two words.svg)", "![x](two-words.png)"),
        ("![x](c(1).svg)", "![x](c-1-.png)"),
        ("![x][pic]\n\n[pic]: two%20words.svg", "![x][pic]\n\n[pic]: two-words.png"),
        ('<img src="two words.svg" alt="x">', '<img src="two-words.png" alt="x">'),
        ("[![x](a.svg)](a.svg)", "[![x](a.png)](page/a.svg)"),
        ("[b](b (2).pdf#part)", "[b](page/b%20%282%29.pdf#part)"),
        ('<a href="b.pdf">b</a> `[b](b.pdf)`', '<a href="page/b.pdf">b</a> `[b](b.pdf)`'),
        ('[x](https://a.example/b.pdf "T") [y](#b)', '[x](https://a.example/b.pdf "T") [y](#b)'),
        ("[out](../secret.pdf)", "[out](../secret.pdf)"),
    ],
)
def test_pictures_and_links_lead_to_what_readers_get(tmp_path, printer, written, told):
    source = tmp_path / "in" / "document.qmd"
    source.parent.mkdir()
    source.write_text(written, encoding="utf-8")
    for name in FILES:
        (source.parent / name).write_text(CHART)
    (tmp_path / "secret.pdf").touch()
    copied = copy_with_pictures(source, tmp_path / "out", printer, links_below="page")
    assert copied.document.read_text(encoding="utf-8") == told
    assert all((tmp_path / "out" / name).is_file() for name in copied.pictures)


def test_names_that_become_alike_stay_two(tmp_path, printer):
    source = tmp_path / "in" / "document.qmd"
    source.parent.mkdir()
    source.write_text("![](a b.png) ![](a-b.png)", encoding="utf-8")
    (source.parent / "a b.png").write_bytes(b"one")
    (source.parent / "a-b.png").write_bytes(b"two")
    copied = copy_with_pictures(source, tmp_path / "out", printer)
    assert [(tmp_path / "out" / name).read_bytes() for name in copied.pictures] == [b"one", b"two"]
