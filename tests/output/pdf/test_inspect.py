import pikepdf
import pytest
from PIL import Image

from briefgen.output.pdf import inspect_pdf
from sample_pages import wrap

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="60" viewBox="0 0 200 60">'
    '<text x="{x}" y="30" font-family="Source Sans 3" font-size="14">A label</text></svg>'
)


def kinds(path, **options):
    return [finding.kind for finding in inspect_pdf(path, **options).findings]


@pytest.mark.slow
def test_sample_documents_are_clean(samples):
    for path in samples.values():
        found = inspect_pdf(path)
        assert found.is_clean, [str(finding) for finding in found.findings]


@pytest.mark.slow
def test_pages_and_fill(samples):
    found = inspect_pdf(samples["brief", "de"])
    assert found.pages == len(found.fill) == 2
    assert all(0.7 < share < 0.95 for share in found.fill)


@pytest.mark.slow
def test_page_count_outside_the_limits(samples):
    assert kinds(samples["brief", "de"], pages=(1, 4)) == []
    assert kinds(samples["brief", "de"], pages=(3, 4)) == ["page count"]


def test_text_that_runs_off_the_page(put):
    body = '<p style="white-space: nowrap">' + "A long line of words that cannot break " * 9
    assert "overflow" in kinds(put(wrap(body)))


def test_label_that_leaves_its_figure(put, tmp_path):
    for name, x in (("good", 20), ("bad", 190)):
        (tmp_path / f"{name}.svg").write_text(SVG.format(x=x), encoding="utf-8")
    image = '<figure><img src="{}.svg" alt="x"></figure>'
    assert kinds(put(wrap(image.format("good")))) == []
    assert "clipped" in kinds(put(wrap(image.format("bad"))))


def test_nearly_empty_last_page(put):
    body = '<p>x</p><p style="break-before: page">Two words</p>'
    found = inspect_pdf(put(wrap(body)))
    assert [(item.page, item.kind) for item in found.findings] == [(2, "near-empty page")]


def test_short_document_of_one_page_is_fine(put):
    assert kinds(put(wrap("<p>x</p>"))) == []


def test_heading_at_the_foot_of_a_page(put):
    body = (
        '<div style="height: 190mm"></div><h2 style="break-after: auto">Alone</h2>'
        f'<div style="break-before: page">{"<p>Words and more words.</p>" * 20}</div>'
    )
    found = inspect_pdf(put(wrap(body)))
    assert [(item.page, item.kind) for item in found.findings] == [(1, "stranded heading")]


@pytest.mark.parametrize(("pixels", "expected"), [(1200, []), (200, ["coarse picture"])])
def test_coarse_picture(put, tmp_path, pixels, expected):
    Image.new("RGB", (pixels, pixels // 2), "navy").save(tmp_path / "p.png")
    assert kinds(put(wrap('<img src="p.png" alt="x" style="width: 100mm">'))) == expected


def test_font_that_is_not_embedded(put):
    path = put(wrap("<p>x</p>"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for font in pdf.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            for name in ("/FontFile2", "/FontFile3"):
                if name in descriptor:
                    del descriptor[name]
        pdf.save()
    assert set(kinds(path)) == {"font not embedded"}


def test_glyph_that_the_font_lacks(put):
    path = put(wrap("<p>x</p>"))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        content = page.Contents.read_bytes()
        assert b"<00" in content
        page.Contents.write(content.replace(b"<00", b"<ff", 1))
        pdf.save()
    assert kinds(path) == ["missing glyph"]


@pytest.mark.slow
def test_finding_in_words(samples):
    finding = inspect_pdf(samples["brief", "de"], pages=(3, 4)).findings[0]
    assert str(finding) == "page count: 2 pages, not 3 to 4"
