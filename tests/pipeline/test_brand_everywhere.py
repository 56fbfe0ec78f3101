"""One file changes name, logo, colours and fonts of charts, tables, web page and PDF."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from briefgen.config.settings import load_settings
from briefgen.model import Kind
from briefgen.output.pages import styles_folder
from briefgen.pipeline.build import build
from briefgen.pipeline.run import Options, Selection
from studies import small_study

BRAND = """\
meta: { name: Institut am See }
logo:
  images: { main: { path: mark.svg, alt: Institut am See } }
  medium: main
color:
  palette: { lake: "#7a003c" }
  primary: lake
typography:
  fonts:
    - family: Source Serif 4
      source: file
      files: [faces/SourceSerif4-Regular.ttf, faces/SourceSerif4-SemiBold.ttf]
  base: Source Serif 4
  headings: Source Serif 4
"""
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><path d="M0 0H60V20H0Z"/></svg>'
)
LAKE = (0x7A, 0x00, 0x3C)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    """A study whose brand's file stands at its top, with logo and fonts beside it."""
    folder = small_study(
        tmp_path_factory.mktemp("branded"), frame=True, about=("q01_size", "q02_steering")
    )
    (folder / "_brand.yml").write_text(BRAND, encoding="utf-8")
    (folder / "mark.svg").write_text(LOGO, encoding="utf-8")
    (folder / "faces").mkdir()
    for name in ("SourceSerif4-Regular.ttf", "SourceSerif4-SemiBold.ttf"):
        shutil.copy(styles_folder() / "fonts" / name, folder / "faces")
    selection = Selection(kinds=frozenset({Kind.SUMMARY, Kind.BRIEF}), languages=frozenset({"de"}))
    result = build(load_settings(folder), selection, Options(formats=("html",)))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    return next((folder / "publications").glob("*/manifest.json")).parent


@pytest.fixture(scope="module")
def brief(edition) -> Path:
    return next(path for path in sorted(edition.rglob("*.pdf")) if "kurzfassung" not in path.name)


def colours(path: Path) -> set[tuple[int, int, int]]:
    document = pypdfium2.PdfDocument(path)
    try:
        picture = document[0].render(scale=1).to_pil().convert("RGB")
    finally:
        document.close()
    found = picture.getcolors(maxcolors=1_000_000) or []
    return {colour for count, colour in found if count > 200}


def test_the_pdf_has_the_colour_and_the_fonts(brief):
    assert LAKE in colours(brief)
    with pikepdf.open(brief) as pdf:
        fonts = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert fonts
    assert all("Serif" in name for name in fonts), fonts


def test_charts_have_the_colour(edition):
    pictures = [path.read_text(encoding="utf-8") for path in edition.rglob("exhibits/*.svg")]
    assert pictures
    assert any("#7a003c" in picture for picture in pictures)
    assert not any("#12436d" in picture for picture in pictures)
    assert all("Source Sans 3" not in picture for picture in pictures)


def test_the_web_page_has_colour_logo_and_fonts_beside_it(edition):
    page = next(edition.rglob("index.html"), None)
    pages = [path for path in edition.rglob("index.html") if path.parent != edition]
    assert page
    assert pages
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "#7a003c" in text
        assert "file:" not in text
        assert 'hreflang="en"' in text
        assert 'src="logo.svg"' in text
        assert (path.parent / "logo.svg").is_file()
        (font,) = set(re.findall(r'url\("([^"]*/SourceSerif4-Regular\.ttf)"\)', text))
        assert (path.parent / font).is_file()


def test_a_change_of_the_brand_s_file_makes_documents_anew(edition):
    folder = edition.parents[1]
    selection = Selection(kinds=frozenset({Kind.SUMMARY}), languages=frozenset({"de"}))
    options = Options(formats=("html",))
    assert build(load_settings(folder), selection, options).count("current") == 1
    other = BRAND.replace("#7a003c", "#00507a")
    (folder / "_brand.yml").write_text(other, encoding="utf-8")
    assert build(load_settings(folder), selection, options).count("made") == 1


def test_the_institute_s_own_sheet_is_read_after_the_defaults(tmp_path):
    folder = small_study(tmp_path, frame=True, about=("q02_steering",))
    (folder / "styles").mkdir()
    (folder / "styles" / "house.css").write_text(
        ".brief-head { background: #7a003c; }", encoding="utf-8"
    )
    selection = Selection(kinds=frozenset({Kind.BRIEF}), languages=frozenset({"de"}))
    result = build(load_settings(folder), selection, Options(formats=()))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    assert LAKE in colours(next((folder / "publications").rglob("*.pdf")))
