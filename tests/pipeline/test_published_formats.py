"""Formats beside PDF as they are published: files that work where they stand."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest

from briefgen.config.settings import load_settings
from briefgen.errors import RenderError
from briefgen.model import Kind
from briefgen.pipeline.build import build
from briefgen.pipeline.run import Options, Selection
from briefgen.pipeline.work.publish import DocumentRecord, read_manifest
from plain_study import SUMMARY, VARIABLE, plain_study

LINKING = ("typst", "latex", "asciidoc", "gfm", "jats")
LINKS = re.compile(r"[\w/.-]+/exhibits/[\w.-]+")
CONDITIONAL = """
::: {.content-visible when-format="docx"}
[Word](<word only.txt>)
:::

::: {.content-visible when-format="latex"}
[TeX](tex_only.txt#part)
:::

::: {.content-visible when-format="html"}
[Page](html.txt)
:::

::: {.content-hidden}
[Hidden](nowhere.txt)
:::
"""
SUMMARIES = Selection(kinds=frozenset({Kind.SUMMARY}))


def _options(*formats: str) -> Options:
    return Options(engine="pandoc", jobs=1, formats=formats)


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    folder = plain_study(tmp_path_factory.mktemp("study"))
    figure = f'\n{{{{ figure("{VARIABLE}", id="fig-steering") }}}}\n\nSiehe @fig-steering.\n'
    for name in ("word only", "tex_only", "html", "nowhere"):
        (folder / "reports" / f"{name}.txt").write_text(name, encoding="utf-8")
    text = SUMMARY + figure + CONDITIONAL
    (folder / "reports" / "summary.qmd").write_text(text, encoding="utf-8")
    result = build(load_settings(folder), SUMMARIES, _options("docx", "epub", *LINKING))
    assert result.ok, [str(item.error) for item in result.outcomes]
    return folder


@pytest.fixture(scope="module")
def published(study) -> Path:
    return study / "publications" / "2026"


@pytest.fixture(scope="module")
def record(published) -> DocumentRecord:
    return read_manifest(published).documents["summary-de"]


@pytest.mark.parametrize("to", LINKING)
def test_every_picture_that_a_file_links_lies_where_it_says(published, record, to):
    path = published / record.files[to].path
    links = set(LINKS.findall(path.read_text(encoding="utf-8")))
    assert len(links) == 1
    recorded = {file.path for name, file in record.files.items() if name.startswith(f"{to}/")}
    assert {f"{path.relative_to(published).parent}/{link}" for link in links} == recorded
    assert all((path.parent / link).is_file() for link in links)


def test_files_are_published_where_a_format_leads_to_them(published, record):
    linked = {name for name in record.files if name.startswith("linked/")}
    assert linked == {"linked/word only.txt", "linked/tex_only.txt", "linked/html.txt"}
    assert all((published / record.files[name].path).is_file() for name in linked)
    tex = (published / record.files["latex"].path).read_text(encoding="utf-8").replace("\\", "")
    assert f"{record.files['linked/tex_only.txt'].path.partition('/')[2]}#part" in tex


def test_tex_gets_charts_as_pdf_and_the_others_as_svg(published, record):
    suffixes = {
        name.partition("/")[0]: Path(file.path).suffix
        for name, file in record.files.items()
        if "/exhibits/" in name
    }
    assert suffixes == {
        "typst": ".svg", "latex": ".pdf", "asciidoc": ".svg", "gfm": ".svg", "jats": ".svg"
    }  # fmt: skip
    chart = published / record.files["latex/exhibits/fig-steering.pdf"].path
    assert chart.read_bytes().startswith(b"%PDF")


def test_files_are_named_as_their_programs_want_them(record):
    names = {to: Path(record.files[to].path).suffix for to in ("docx", "epub", *LINKING)}
    assert names == {
        "docx": ".docx", "epub": ".epub", "typst": ".typ", "latex": ".tex", "asciidoc": ".adoc",
        "gfm": ".md", "jats": ".xml",
    }  # fmt: skip


@pytest.mark.parametrize(("to", "media"), [("docx", "word/media/"), ("epub", "EPUB/media/")])
def test_word_and_books_hold_bitmaps(published, record, to, media):
    with zipfile.ZipFile(published / record.files[to].path) as archive:
        pictures = [name for name in archive.namelist() if name.startswith(media)]
    assert [Path(name).suffix for name in pictures] == [".png"]


def test_the_data_of_exhibits_lie_beside_whatever_the_formats(published, record):
    assert (published / record.files["data/fig-steering.csv"].path).is_file()


def test_published_typst_can_be_compiled(published, record, tmp_path):
    typst = pytest.importorskip("typst", reason="the compiler is not installed: pip install typst")
    target = tmp_path / "out.pdf"
    typst.compile(str(published / record.files["typst"].path), output=str(target))
    assert target.read_bytes().startswith(b"%PDF")


def test_what_stands_is_current_at_the_next_build(study):
    result = build(load_settings(study), SUMMARIES, _options("docx", *LINKING))
    assert [item.state for item in result.outcomes] == ["current"]


def test_a_format_nobody_gets_is_told_before_anything_is_made(study):
    with pytest.raises(RenderError, match="revealjs makes slides"):
        build(load_settings(study), SUMMARIES, _options("revealjs"))
