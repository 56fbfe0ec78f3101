"""Charts as bitmaps, for programs that show no SVG."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from briefgen.output.pdf import Printer
from briefgen.output.pdf.bitmaps import RESOLUTION, copy_with_bitmaps

CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="144pt" height="{height}pt" '
    'viewBox="0 0 144 {height}"><rect width="72" height="{height}" fill="#12436d"/></svg>'
)


@pytest.fixture(scope="module")
def printer():
    return Printer()


@pytest.fixture
def document(tmp_path) -> Path:
    folder = tmp_path / "composed"
    (folder / "exhibits").mkdir(parents=True)
    for name, height in (("one", 72), ("two", 36)):
        (folder / f"exhibits/{name}.svg").write_text(CHART.format(height=height))
    (folder / "exhibits/odd.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    path = folder / "document.qmd"
    path.write_text(
        "![](exhibits/one.svg){#fig-one}\n\n![](exhibits/two.svg)\n\n![](exhibits/odd.svg)\n\n"
        "The file exhibits/one.svg is [here](https://example.org/x.svg).\n"
    )
    return path


def test_copy_shows_bitmaps_of_the_same_size(document, tmp_path, printer):
    before = document.read_bytes()
    copy = copy_with_bitmaps(document, tmp_path / "copy", printer)
    assert copy.read_text() == (
        "![](exhibits/one.png){#fig-one}\n\n![](exhibits/two.png)\n\n![](exhibits/odd.svg)\n\n"
        "The file exhibits/one.svg is [here](https://example.org/x.svg).\n"
    )
    for name, height in (("one", 72), ("two", 36)):
        with Image.open(copy.parent / f"exhibits/{name}.png") as picture:
            inches = [pixels / RESOLUTION for pixels in picture.size]
            assert inches == pytest.approx([2, height / 72], abs=0.02)
            assert picture.info["dpi"] == pytest.approx((RESOLUTION, RESOLUTION), abs=1)
            assert picture.getpixel((10, 10)) == (0x12, 0x43, 0x6D)
            assert picture.getpixel((picture.width - 10, 10)) == (255, 255, 255)
    assert document.read_bytes() == before


def test_document_without_charts_is_copied(tmp_path, printer):
    (tmp_path / "composed").mkdir()
    path = tmp_path / "composed/document.qmd"
    path.write_text("Text.")
    assert copy_with_bitmaps(path, tmp_path / "copy", printer).read_text() == "Text."
