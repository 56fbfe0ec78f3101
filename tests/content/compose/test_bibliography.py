"""A study's bibliography of any name, beside that of the templates, in a style of its own."""

from __future__ import annotations

import shutil

import pytest

from briefgen.config.settings import load_settings
from briefgen.content.compose import Composer
from briefgen.content.compose.text import set_front_matter, split_front_matter
from briefgen.errors import TemplateError
from briefgen.model import DocumentKey, Kind
from briefgen.output.render import RenderJob
from briefgen.output.render.pandoc import PandocEngine
from evidence_by_hand import make_evidence, make_released
from studies import small_study

KEY = DocumentKey(Kind.SUMMARY, "", "", "en", "2026")
ENTRIES = {
    "refs.bib": "@book{a2020, title={First}, author={Ander, Bea}, year={2020}}",
    "references.bib": "@book{a2020, title={First}, author={Ander, Bea}, year={2020}}",
    "refs.json": '[{"id": "a2020", "type": "book", "title": "First", "issued": {"date-parts":'
    ' [[2020]]}, "author": [{"family": "Ander", "given": "Bea"}]}]',
    "refs.yaml": "references:\n- id: a2020\n  type: book\n  title: First\n  issued: 2020\n"
    "  author: [{family: Ander, given: Bea}]\n",
}
STYLE = """<?xml version="1.0" encoding="utf-8"?>
<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>A</title><id>a</id><updated>2020-01-01T00:00:00+00:00</updated></info>
<citation><layout prefix="«" suffix="»"><text variable="title"/></layout></citation>
<bibliography><layout><text variable="title"/></layout></bibliography></style>"""


@pytest.fixture
def compose(tmp_path):
    def run(files: dict[str, str], body: str, front: str = ""):
        shutil.rmtree(tmp_path / "study", ignore_errors=True)
        named = {("csl" if name.endswith(".csl") else "bibliography"): name for name in files}
        study = small_study(tmp_path / "study", study={"files": named}, files=files)
        (study / "reports").mkdir()
        text = f"---\ntitle: A\n{front}---\n\n{body}\n"
        (study / "reports" / "summary.qmd").write_text(text, encoding="utf-8")
        released = make_released(make_evidence("survey:q02_steering.frequent@DE", 0.41))
        return Composer(load_settings(study), released).compose(KEY, tmp_path / "out").source

    return run


@pytest.mark.parametrize("name", ENTRIES)
@pytest.mark.parametrize("front", ["", "bibliography: references.bib\n"])
def test_own_entries_stand_beside_those_of_the_templates(compose, tmp_path, name, front):
    body = "As shown [@a2020]." + (" And [@wilson1927]." if front else "")
    source = compose({name: ENTRIES[name]}, body, front)
    with PandocEngine() as engine:
        (outcome,) = engine.render([RenderJob(source, tmp_path / "out.html")])
    assert outcome.error is None
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "Ander 2020" in html
    assert ("Wilson 1927" in html) == bool(front)


def test_a_study_has_a_style_of_its_own(compose, tmp_path):
    source = compose({"refs.bib": ENTRIES["refs.bib"], "own.csl": STYLE}, "Shown [@a2020].")
    with PandocEngine() as engine:
        (outcome,) = engine.render([RenderJob(source, tmp_path / "out.html")])
    assert outcome.error is None
    html = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert "First" in html
    assert "Ander" not in html


def test_a_document_that_cites_nothing_of_it_does_without(compose):
    assert "bibliography" not in compose(ENTRIES | {}, "Word.").read_text("utf-8")


def test_a_key_that_no_bibliography_has_is_told(compose):
    with pytest.raises(TemplateError, match="nothing is called @b2020"):
        compose({"refs.bib": ENTRIES["refs.bib"]}, "[@a2020; @b2020]")


def test_front_matter_is_set_whatever_stood_there():
    text = "---\ntitle: A\nbibliography:\n  - a.bib\n- b.bib\nlang: de\n---\nbibliography: x\n"
    changed = set_front_matter(text, "bibliography", ["c.bib"])
    assert split_front_matter(changed) == (
        {"title": "A", "lang": "de", "bibliography": ["c.bib"]},
        "bibliography: x\n",
    )
