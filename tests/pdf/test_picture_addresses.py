"""Addresses of pictures as authors write them."""

from __future__ import annotations

import pytest

from briefgen.output.pdf.bitmaps import copy_with_pictures
from briefgen.output.pdf.printer import Printer


@pytest.mark.parametrize(
    ("written", "moved"),
    [
        ('![x](a.png "A title")', '![x](b/a.png "A title")'),
        ("![x](<a.png>)", "![x](b/a.png)"),
        ('[x](https://a.example "T")', '[x](https://a.example "T")'),
    ],
)
def test_titles_and_angle_brackets(tmp_path, written, moved):
    source = tmp_path / "in" / "document.qmd"
    source.parent.mkdir()
    source.write_text(written, encoding="utf-8")
    (source.parent / "a.png").touch()
    copied = copy_with_pictures(source, tmp_path / "out", Printer(), "", "b")
    assert copied.document.read_text(encoding="utf-8") == moved
