"""Canaries in the microdata: nothing that one respondent wrote is in any published file."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from briefgen import disclosure
from briefgen.config.settings import load_settings
from briefgen.pipeline.build import build
from briefgen.pipeline.recall import read_history
from briefgen.pipeline.run import Options, Selection
from printed import read_pages
from studies import small_study

pytestmark = pytest.mark.slow
CANARIES = ("kanarienvogel", "zeisig-4711")
DOCUMENTS = frozenset(
    {"summary-de", "brief-DE1-smes-de", "brief-DEC-chambers-de", "brief-DE-ministry-de"}
)
"""Of the respondent's region, of one with few answers, and of the nation."""


def run_audit(published, settings):
    folder = published.parent
    return disclosure.audit_folder(folder, settings, read_history(settings, folder))


def plant(survey: pd.DataFrame) -> pd.DataFrame:
    """Return the survey with a respondent whose id and comment nobody else has."""
    survey.loc[0, "id"] = "Zeisig-4711"
    survey.loc[0, "q10_comment"] = "Hier singt ein Kanarienvogel"
    return survey


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    study = small_study(tmp_path_factory.mktemp("canary"), edit=plant)
    selection = Selection(names=DOCUMENTS)
    result = build(
        load_settings(study), selection, Options(formats=("html", "docx"), command="test")
    )
    assert result.ok
    return result.folder


def read_all(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".pdf":
            yield path, " ".join(read_pages(path))
        elif path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                names = [name for name in archive.namelist() if name.endswith((".xml", ".svg"))]
                yield path, " ".join(archive.read(name).decode() for name in names)
        elif path.is_file() and path.suffix not in (".png", ".ttf", ".woff2"):
            yield path, path.read_text(encoding="utf-8")


def test_no_canary_is_published(published: Path):
    looked = 0
    for path, text in read_all(published):
        looked += 1
        assert not [canary for canary in CANARIES if canary in text.lower()], path
    kinds = {path.suffix for path in published.rglob("*")}
    assert {".pdf", ".html", ".docx", ".json", ".csv", ".svg"} <= kinds
    assert looked > 20


def test_the_search_would_see_one(tmp_path: Path):
    (tmp_path / "a.csv").write_text("value\nKanarienvogel\n", encoding="utf-8")
    [(_, text)] = read_all(tmp_path)
    assert CANARIES[0] in text.lower()


def test_the_audit_reads_what_is_published(published: Path):
    settings = load_settings(published.parents[1])
    report = run_audit(published, settings)
    assert report.ok, report.lines()
    assert report.cells > 0


def test_the_audit_sees_a_number_put_where_none_may_be(published: Path):
    settings = load_settings(published.parents[1])
    sidecar = next(
        path
        for path in sorted(published.rglob("*.evidence.json"))
        if '"value": null' in path.read_text()
    )
    original = sidecar.read_text(encoding="utf-8")
    try:
        sidecar.write_text(original.replace('"value": null', '"value": 0.5', 1), encoding="utf-8")
        report = disclosure.audit_folder(
            published.parent, settings, read_history(settings, published.parent)
        )
        assert "hidden" in {finding.kind for finding in report.findings}
    finally:
        sidecar.write_text(original, encoding="utf-8")


def test_the_audit_sees_a_number_in_a_page_under_a_hidden_key(published: Path):
    settings = load_settings(published.parents[1])
    report = run_audit(published, settings)
    hidden = next(
        key
        for path in sorted(published.rglob("*.evidence.json"))
        for key, item in disclosure.artefacts.read_sidecar(path.read_text("utf-8")).items()
        if not item.is_published
    )
    page = next(iter(sorted(published.rglob("index.html"))))
    original = page.read_text(encoding="utf-8")
    try:
        stray = f'<span data-key="{hidden}">41 %</span></body>'
        page.write_text(original.replace("</body>", stray), encoding="utf-8")
        found = disclosure.audit_folder(
            published.parent, settings, read_history(settings, published.parent)
        )
        assert len(found.findings) == len(report.findings) + 1
        assert hidden in str(found.findings[-1])
    finally:
        page.write_text(original, encoding="utf-8")
