"""What a real Quarto made of small documents, beside what we make and read of them.

Its pages lie in a folder beside this repository's (`run.REFERENCE`), which is not part of it: they
are compared where they are there. The suite's cases (`test_contract`) hold the structure; here are
the words of the pages, and what we read in pages of Quarto.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import html

from briefgen.output.render import RenderJob, find_engine
from briefgen.output.render.digest import compare_digests, digest_content
from briefgen.output.render.html import extract_content
from briefgen.output.render.page_checks import check_links, check_raw

REFERENCE = Path(__file__).parents[3] / "shared" / "quarto-reference"
ABSENT = f"the renderings of a real Quarto are not here: there is no folder {REFERENCE}"
pytestmark = pytest.mark.skipif(not REFERENCE.is_dir(), reason=ABSENT)
NAMES = [path.stem for path in sorted(REFERENCE.glob("*.json"))] or ["absent"]
REFUSED = "xref-missing"  # Quarto prints ?@fig-nowhere


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rendered")
    jobs = [RenderJob(REFERENCE / f"{name}.qmd", folder / f"{name}.html") for name in NAMES]
    with find_engine("pandoc") as engine:
        return {outcome.job.source.stem: outcome for outcome in engine.render(jobs)}


def page_of(name: str) -> str:
    return (REFERENCE / f"{name}.default.html").read_text(encoding="utf-8")


def words_of(content: str) -> str:
    main = html.fragment_fromstring(content)
    for node in main.xpath(".//script | .//style | .//svg"):
        node.drop_tree()
    return "".join(main.text_content().split())


@pytest.mark.parametrize("name", [name for name in NAMES if name != REFUSED])
def test_words_of_a_page_are_those_of_quarto(rendered, name):
    outcome = rendered[name]
    assert outcome.error is None
    ours = outcome.job.output.read_text(encoding="utf-8")
    assert words_of(ours) == words_of(extract_content(page_of(name)))


@pytest.mark.parametrize("name", NAMES)
def test_page_of_quarto_is_read_as_it_is(name):
    expected = json.loads((REFERENCE / f"{name}.json").read_text(encoding="utf-8"))
    del expected["text"]  # its blanks are those of another parser; its words are compared above
    assert compare_digests(expected, digest_content(extract_content(page_of(name)))) == []


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_a_page_of_quarto(name):
    source = REFERENCE / f"{name}.qmd"
    assert check_raw(page_of(name), source) is None
    assert check_links(extract_content(page_of(name)), source) is None


def test_missing_reference_is_refused_where_quarto_goes_on(rendered):
    assert "?@fig-nowhere" in words_of(extract_content(page_of(REFUSED)))
    error = rendered[REFUSED].error
    assert error is not None
    assert error.where == f"{REFERENCE / REFUSED}.qmd:5"
