import datetime as dt
import logging
import shutil
import struct
import subprocess
import threading
import zlib

import pikepdf
import pypdfium2
import pytest

from briefgen.errors import PrintError
from briefgen.output.pages import styles_folder
from briefgen.output.pdf import Printer, print_pdf
from briefgen.output.pdf.log import refuse_errors
from briefgen.output.pdf.printer import DEFAULT_STYLES, find_styles
from printed import read_pages
from sample_pages import MOMENT, SAMPLES, sample_page, wrap


class TestResult:
    def test_brief_has_two_pages_and_says_so(self, samples):
        for language, word in (("de", "Seite"), ("en", "Page")):
            pages = read_pages(samples["brief", language])
            assert len(pages) == 2
            assert f"{word} 2 / 2" in pages[1]

    def test_demonstration_mark_stands_on_each_page(self, samples):
        for path in samples.values():
            language = path.stem[-2:]
            mark = "Demonstrationsdaten" if language == "de" else "Demonstration data"
            pages = read_pages(path)
            assert all(mark in page for page in pages), path

    def test_page_numbers_of_the_contents_are_right(self, samples):
        pages = read_pages(samples["report", "de"])
        contents = next(page for page in pages if "Abbildungen" in page)
        line = next(line for line in contents.splitlines() if "Was Fachleute empfehlen" in line)
        number = int(line.split()[-1])
        assert "Was Fachleute empfehlen" in pages[number - 1]
        assert f"Seite {number} /" in pages[number - 1]

    def test_metadata(self, samples):
        with pikepdf.open(samples["report", "de"]) as pdf:
            assert str(pdf.Root.Lang) == "de"
            assert bool(pdf.Root.ViewerPreferences.DisplayDocTitle)
            assert str(pdf.docinfo.Title) == "Was kleine Betriebe in Netzwerken hält"
            assert str(pdf.docinfo.Author) == "Ada Beispiel, Ben Muster"
            assert str(pdf.docinfo.CreationDate) == "D:20261120000000Z"
            with pdf.open_outline() as outline:
                assert "Was Fachleute empfehlen" in " ".join(item.title for item in outline.root)

    def test_reading_order_follows_the_text(self, samples):
        """The order of the structure tree, which readers of tagged PDFs hear."""
        text = " ".join(read_structure(samples["brief", "de"]))
        order = [
            "Sachsen ·", "Netzwerke in Sachsen", "Das Wichtigste", "49 %", "Balkendiagramm",
            "Warum das jetzt zählt", "Was Sie tun können", "Woher wir das wissen", "Kontakt",
        ]  # fmt: skip
        positions = [text.index(part) for part in order]
        assert positions == sorted(positions)

    def test_running_elements_are_not_read(self, samples):
        text = " ".join(read_structure(samples["brief", "de"]))
        assert "Seite 1" not in text
        assert "Seite 1" in read_pages(samples["brief", "de"])[0]


def read_structure(path):
    """Yield the texts and alternative texts of a PDF in the order of its structure tree."""
    with pikepdf.open(path) as pdf:
        texts = {}
        for number, page in enumerate(pdf.pages):
            texts[page.obj.objgen] = read_marked(path, number)
        yield from walk_structure(pdf.Root.StructTreeRoot.K[0], texts)


def read_marked(path, number):
    document = pypdfium2.PdfDocument(path)
    raw = pypdfium2.raw
    try:
        page = document[number]
        textpage = page.get_textpage()
        found = {}
        for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=1):
            mcid = raw.FPDFPageObj_GetMarkedContentID(item.raw)
            length = raw.FPDFTextObj_GetText(item.raw, textpage.raw, None, 0)
            buffer = (raw.FPDF_WCHAR * (length // 2))()
            raw.FPDFTextObj_GetText(item.raw, textpage.raw, buffer, length)
            text = bytes(buffer).decode("utf-16-le").rstrip("\0")
            found[mcid] = found.get(mcid, "") + text
        return found
    finally:
        document.close()


def walk_structure(element, texts):
    if "/Alt" in element:
        yield str(element.Alt)
        return
    for kid in element.get("/K", []):
        if isinstance(kid, int):
            yield texts[element.Pg.objgen].get(kid, "")
        elif kid.get("/Type") != "/OBJR":
            yield from walk_structure(kid, texts)


class TestSameBytes:
    def test_same_input_gives_same_bytes(self, samples, tmp_path):
        target = tmp_path / "again.pdf"
        fresh = Printer()
        fresh.print(sample_page("brief", "de"), SAMPLES, target, identifier=b"sample", date=MOMENT)
        assert target.read_bytes() == samples["brief", "de"].read_bytes()

    def test_identifier_and_date_are_in_the_file(self, put):
        first = put(wrap("<p>x</p>"), "a.pdf", identifier=b"one")
        second = put(wrap("<p>x</p>"), "b.pdf", identifier=b"two")
        assert first.read_bytes() != second.read_bytes()
        with pikepdf.open(first) as pdf:
            assert bytes(pdf.trailer.ID[0]) == b"one"

    def test_date_is_written_in_utc(self, printer, tmp_path):
        date = dt.datetime(2026, 1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=2)))
        printer.print(wrap("<p>x</p>"), tmp_path, tmp_path / "d.pdf", date=date)
        with pikepdf.open(tmp_path / "d.pdf") as pdf:
            assert str(pdf.docinfo.CreationDate) == "D:20251231230000Z"


class TestFit:
    def brief(self, paragraphs):
        text = "<p>Some words that fill a line of the brief, and then a few more of them.</p>"
        return wrap(f"<div>{text * paragraphs}</div>")

    def pages(self, put, paragraphs):
        with pikepdf.open(put(self.brief(paragraphs))) as pdf:
            return len(pdf.pages)

    @pytest.mark.slow
    def test_brief_that_runs_over_by_a_little_is_set_tighter(self, put, printer, tmp_path):
        tight = next(n for n in range(60, 120) if self.count(printer, n, tmp_path) == 3)
        assert self.pages(put, tight) == 2
        assert self.pages(put, tight + 18) == 3

    def count(self, printer, paragraphs, folder):
        return len(printer._lay_out(self.brief(paragraphs), folder, []).pages)


class TestErrors:
    @pytest.mark.parametrize(
        ("body", "message", "hint"),
        [
            ('<img src="nowhere.png" alt="x">', "cannot be read", "file's name"),
            ('<img src="ok.svg">', "no required alt", "alternative text"),
            ('<p><a href="#nowhere">x</a></p>', "No anchor #nowhere", "no target"),
            ("<p>漢</p>", "U\\+6F22", "another character"),
            ('<table><tr><td colspan="1000000">x</td></tr></table>', "spans 1000000", "200"),
            ('<img src="broken.svg" alt="x">', "broken.svg", "not printed"),
            ('<img src="cut.png" alt="x">', "cut.png is no picture", "save it again"),
        ],
    )
    def test_what_a_reader_would_notice_is_an_error(self, put, tmp_path, body, message, hint):
        write_bomb(tmp_path / "cut.png", 40)
        (tmp_path / "cut.png").write_bytes((tmp_path / "cut.png").read_bytes()[:50])
        (tmp_path / "broken.svg").write_text("<svg", encoding="utf-8")
        shutil.copyfile(SAMPLES / "exhibits" / "map.svg", tmp_path / "ok.svg")
        with pytest.raises(PrintError, match=message) as caught:
            put(wrap(body))
        assert hint in str(caught.value)
        assert str(caught.value).startswith("page.pdf: ")
        assert not (tmp_path / "page.pdf").exists()

    def test_too_many_rows(self, put):
        with pytest.raises(PrintError, match="6000 table rows"):
            put(wrap(f"<table>{'<tr><td>x</td></tr>' * 6000}</table>"))

    def test_whatever_breaks_the_printer_is_an_error(self, put, monkeypatch):
        monkeypatch.setattr("briefgen.output.pdf.tags.repair_tags", lambda *_: {}["x"])
        with pytest.raises(PrintError, match="breaks the printer: KeyError"):
            put(wrap("<p>x</p>"))

    def test_old_file_stays_when_printing_fails(self, put, tmp_path):
        put(wrap("<p>good</p>"))
        before = (tmp_path / "page.pdf").read_bytes()
        with pytest.raises(PrintError):
            put(wrap('<img src="nowhere.png" alt="x">'))
        assert (tmp_path / "page.pdf").read_bytes() == before
        assert [path.name for path in tmp_path.iterdir()] == ["page.pdf"]

    def test_errors_of_other_threads_do_not_count(self):
        with refuse_errors("x"):
            thread = threading.Thread(target=logging.getLogger("weasyprint").error, args=["other"])
            thread.start()
            thread.join()
        with pytest.raises(PrintError, match="own"), refuse_errors("x"):
            logging.getLogger("weasyprint").error("own")

    def test_huge_picture_is_refused_before_it_is_unpacked(self, put, tmp_path):
        write_bomb(tmp_path / "bomb.png", 13_000)
        with pytest.raises(PrintError, match="13000 × 13000 pixels"):
            put(wrap('<img src="bomb.png" alt="x">'))


def write_bomb(path, side):
    """A small file that unpacks to side × side pixels."""

    def chunk(name, data):
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side + 1) * side), 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


class TestStyles:
    def test_default_styles_are_understood(self, caplog):
        with caplog.at_level(logging.WARNING, "weasyprint"):
            Printer()
        assert not caplog.messages

    def test_default_styles(self):
        sheets, fonts = find_styles([])
        assert [path.name for path in sheets] == list(DEFAULT_STYLES)
        assert fonts == []

    def test_own_file_replaces_the_default_and_others_follow(self, tmp_path):
        for name in ("brief.css", "house.css", "web.css"):
            (tmp_path / name).write_text("", encoding="utf-8")
        sheets, _ = find_styles(tmp_path)
        assert sheets[:2] == [styles_folder() / "tokens.css", styles_folder() / "base.css"]
        assert sheets[2] == tmp_path / "brief.css"
        assert sheets[-1] == tmp_path / "house.css"
        assert len(sheets) == 5

    def test_own_style_counts(self, tmp_path):
        (tmp_path / "house.css").write_text("@page { size: A5 }", encoding="utf-8")
        Printer(tmp_path).print(wrap("<p>x</p>"), tmp_path, tmp_path / "x.pdf", date=MOMENT)
        with pikepdf.open(tmp_path / "x.pdf") as pdf:
            assert round(float(pdf.pages[0].MediaBox[2])) == 420

    def test_folder_without_fonts_is_named(self, tmp_path):
        with pytest.raises(PrintError, match="no font file"):
            Printer(fonts=[tmp_path])

    def test_only_carried_fonts_are_used(self, samples):
        program = shutil.which("pdffonts")
        if program is None:
            pytest.skip("pdffonts of poppler-utils is not installed")
        text = subprocess.run(
            [program, samples["report", "de"]], capture_output=True, text=True, check=True
        ).stdout
        families = {line.split()[0].partition("+")[2] for line in text.splitlines()[2:]}
        assert families
        assert all(name.startswith(("Source-Sans-3", "Source-Serif-4")) for name in families)


def test_print_pdf_uses_the_default_printer(tmp_path):
    result = print_pdf(wrap("<p>x</p>"), tmp_path, tmp_path / "x.pdf", date=MOMENT)
    assert (result.pages, result.size) == (1, (tmp_path / "x.pdf").stat().st_size)
