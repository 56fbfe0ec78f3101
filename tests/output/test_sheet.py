import pytest
from PIL import Image

from briefgen.errors import PrintError
from briefgen.output.pdf import Printer
from briefgen.output.sheet import _cut, _font, make_sheet, rank_documents
from sample_pages import MOMENT, wrap


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    """Five documents alike, one longer, one with a fault."""
    folder = tmp_path_factory.mktemp("documents")
    bodies = {f"same{index}": "<p>Alike.</p>" * 10 for index in range(5)}
    bodies["long"] = '<p>Alike.</p><p style="break-before: page">More.</p>' + "<p>x</p>" * 25
    bodies["faulty"] = f'<p style="white-space: nowrap">{"too long a line " * 20}</p>'
    printer = Printer()
    paths = []
    for name, body in bodies.items():
        paths.append(folder / f"{name}.pdf")
        printer.print(wrap(body), folder, paths[-1], date=MOMENT)
    return paths


def test_most_unusual_come_first(documents):
    ranked = rank_documents(documents)
    assert [item.path.stem for item in ranked[:2]] == ["faulty", "long"]
    assert [item.score for item in ranked] == sorted((item.score for item in ranked), reverse=True)


def test_documents_alike_are_not_unusual_and_in_order(documents):
    ranked = rank_documents(documents[:5])
    assert [item.path for item in ranked] == documents[:5]
    assert {item.score for item in ranked} == {0.0}


def test_sheet_shows_every_first_page(documents, tmp_path):
    target = tmp_path / "deep" / "sheet.png"
    ranked = make_sheet(documents, target)
    assert len(ranked) == len(documents)
    with Image.open(target) as sheet:
        assert sheet.width == 6 * (300 + 24) + 24
        assert sheet.height > 2 * 400
        # the first document is framed in red since something was found in it
        assert sheet.getpixel((22, 60)) == (0xA3, 0x20, 0x2A)


def test_sheet_is_the_same_each_time(documents, tmp_path):
    make_sheet(documents, tmp_path / "a.png")
    make_sheet(documents, tmp_path / "b.png", labels=lambda path: path.stem)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_no_document_is_an_error(tmp_path):
    with pytest.raises(PrintError, match="no document"):
        make_sheet([], tmp_path / "sheet.png")


def test_a_long_label_is_cut_to_the_width_of_its_page():
    assert _cut("short", 15) == "short"
    cut = _cut("a label that is much too long for the page above it to stand over", 15)
    assert cut.endswith("…")
    assert _font(15).getlength(cut) <= 300
