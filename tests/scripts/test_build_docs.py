"""The documentation has no broken link, and a broken one is found."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from lxml import html

import build_docs

sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))
from reference_pages import describe_files, describe_python


@pytest.fixture(scope="module")
def pages() -> dict[str, build_docs.Page]:
    return build_docs.collect_pages(build_docs.ROOT)


def write(root: Path, **texts: str) -> dict[str, build_docs.Page]:
    """Write a README and pages below ``docs``."""
    for name, text in texts.items():
        path = root / "README.md" if name == "README" else root / "docs" / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return build_docs.collect_pages(root)


@pytest.mark.slow
def test_the_documentation_has_no_broken_link(pages):
    assert {"README.md", "CONTRIBUTING.md", "docs/architecture.md"} <= pages.keys()
    assert list(build_docs.find_broken(pages)) == []


def test_missing_files_and_headings_are_found(tmp_path):
    pages = write(
        tmp_path,
        README="# A\n\n[file](docs/none.md) [heading](docs/b.md#none) [own](#none)\n"
        "[right](docs/b.md#right) <https://example.org/none> [folder](docs/)\n",
        b="# B\n\n## Right\n\n![picture](none.png) [up](../README.md#a)\n",
    )
    assert list(build_docs.find_broken(pages)) == [
        "README.md: there is no file for the link docs/none.md",
        "README.md: docs/b.md has no heading #none",
        "README.md: README.md has no heading #none",
        "docs/b.md: there is no file for the link none.png",
    ]


def test_the_command_tells_what_is_broken_and_writes_nothing(tmp_path, monkeypatch, capsys):
    write(tmp_path, README="# A\n\n[file](docs/none.md)\n")
    monkeypatch.setattr(build_docs, "ROOT", tmp_path)
    assert build_docs.main([str(tmp_path / "site")]) == 1
    assert "docs/none.md" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_the_menu_has_every_page_in_the_order_of_learners(pages):
    assert list(build_docs.find_unlisted(pages)) == []
    menu = {heading: [page.name for page in found] for heading, found in build_docs.arrange(pages)}
    assert menu["Begin"][:2] == ["README.md", "docs/tutorial.md"]
    assert "docs/decisions/yaml.md" in menu["Decisions"]
    assert sorted(one for found in menu.values() for one in found) == sorted(pages)
    named = [one for ones in build_docs.MENU.values() for one in ones if "*" not in one]
    assert all(f"docs/{one}.md" in pages or f"{one}.md" in pages for one in named)


def test_a_page_that_the_menu_does_not_have_is_told(tmp_path, monkeypatch, capsys):
    write(tmp_path, README="# A\n", b="# B\n")
    monkeypatch.setattr(build_docs, "ROOT", tmp_path)
    assert build_docs.main([str(tmp_path / "site")]) == 1
    assert "docs/b.md: name it in MENU" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["keys.md", "python.md"])
def test_a_reference_is_what_the_program_says(name):
    told = {"keys.md": describe_files, "python.md": describe_python}[name]()
    assert (build_docs.ROOT / "docs" / name).read_text(encoding="utf-8") == told


def test_every_link_of_the_site_leads_to_something(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(build_docs.MENU, "Begin", ("README", "b"))
    write(
        tmp_path,
        README="# A & B\n\n[heading](docs/b.md#right) ![picture](docs/a%20b.png) [folder](docs/)\n",
        b="# B\n\n## Right\n\n[up](../README.md) [licence](../LICENSE)\n",
    )
    (tmp_path / "docs" / "a b.png").write_bytes(b"picture")
    (tmp_path / "LICENSE").write_text("free", encoding="utf-8")
    monkeypatch.setattr(build_docs, "ROOT", tmp_path)
    site = tmp_path / "build" / "docs"
    assert build_docs.main([]) == 0
    assert capsys.readouterr().out.startswith("2 pages · ")
    first = html.parse(site / "index.html")
    assert first.xpath("//main//a/@href") == ["docs/b.html#right"]
    assert first.findtext(".//title") == "A & B · briefgen"
    assert first.xpath("//img/@src") == ["docs/a%20b.png"]
    assert (site / "docs" / "a b.png").read_bytes() == b"picture"
    second = html.parse(site / "docs" / "b.html")
    assert second.xpath("//nav//a/@href") == ["../index.html", "b.html"]
    assert second.xpath("//main//a/@href") == ["../index.html", "../LICENSE"]
    assert (site / "LICENSE").read_text(encoding="utf-8") == "free"
