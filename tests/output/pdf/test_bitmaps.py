"""Charts as bitmaps or PDF, for programs that show no SVG."""

from __future__ import annotations

from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from briefgen.output.pdf import Printer
from briefgen.output.pdf.bitmaps import RESOLUTION, copy_with_pictures

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
    copy, pictures, _ = copy_with_pictures(document, tmp_path / "copy", printer)
    assert pictures == ("exhibits/one.png", "exhibits/two.png", "exhibits/odd.png")
    assert copy.read_text() == (
        "![](exhibits/one.png){#fig-one}\n\n![](exhibits/two.png)\n\n![](exhibits/odd.png)\n\n"
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
    copied = copy_with_pictures(path, tmp_path / "copy", printer)
    assert copied.document.read_text() == "Text."
    assert copied.pictures == ()


def test_charts_for_tex_are_pages_of_their_size_and_the_same_bytes_again(
    document, tmp_path, printer
):
    copies = [
        copy_with_pictures(document, tmp_path / name, printer, ".pdf", "report").document
        for name in ("first", "second")
    ]
    assert copies[0].read_text().startswith("![](report/exhibits/one.pdf){#fig-one}")
    for name, height in (("one", 72), ("two", 36)):
        paths = [copy.parent / f"report/exhibits/{name}.pdf" for copy in copies]
        assert paths[0].read_bytes() == paths[1].read_bytes()
        with pikepdf.open(paths[0]) as pdf:
            (page,) = pdf.pages
            size = [float(value) for value in page.mediabox[2:]]
            assert len(page.resources.get("/XObject", {})) <= 1  # nothing of the other chart
        assert size == pytest.approx([144, height], abs=0.6)
        with pypdfium2.PdfDocument(paths[0]) as pdf:
            picture = pdf[0].render(scale=1).to_pil()
        assert picture.getpixel((10, 10)) == (0x12, 0x43, 0x6D)


def test_pictures_move_to_where_readers_find_them(document, tmp_path, printer):
    (document.parent / "photo.png").write_bytes(b"png")
    text = document.read_text() + "![](photo.png) ![](../outside.png) ![](gone.png)\n"
    document.write_text(text)
    (document.parent.parent / "outside.png").write_bytes(b"png")
    copied = copy_with_pictures(document, tmp_path / "copy", printer, ".svg", "brief")
    assert copied.pictures == (
        "brief/exhibits/one.svg", "brief/exhibits/two.svg", "brief/exhibits/odd.svg",
        "brief/photo.png",
    )  # fmt: skip
    assert all((copied.document.parent / name).is_file() for name in copied.pictures)
    assert "![](brief/photo.png) ![](../outside.png) ![](gone.png)" in copied.document.read_text()
