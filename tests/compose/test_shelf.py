from __future__ import annotations

from pathlib import Path

import pytest

from briefgen.content.compose.shelf import Shelf
from briefgen.content.exhibits.spec import Exhibit, FigureSpec, TableSpec

SPEC = FigureSpec(id="fig-a", refs=("q01.small",), options={"sort": True})
EXHIBIT = Exhibit(
    id="fig-a", svg="<svg/>", alt="Text", data=({"key": "k", "value": 0.1, "n": None},),
    keys=("survey:q01.small@DE",),
)  # fmt: skip


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "exhibits")


def test_an_exhibit_comes_back_as_it_was(shelf: Shelf):
    assert shelf.find(SPEC, "de") is None
    shelf.put(SPEC, "de", EXHIBIT)
    assert shelf.find(SPEC, "de") == EXHIBIT


@pytest.mark.parametrize(
    ("spec", "language"),
    [
        (SPEC, "en"),
        (FigureSpec(id="fig-a", refs=("q01.small",), options={"sort": False}), "de"),
        (FigureSpec(id="fig-a", refs=("q01.small",), domain="DE1", options={"sort": True}), "de"),
        (TableSpec(id="fig-a", refs=("q01.small",), options={"sort": True}), "de"),
    ],
)
def test_what_was_not_asked_for_is_not_found(shelf: Shelf, spec, language: str):
    shelf.put(SPEC, "de", EXHIBIT)
    assert shelf.find(spec, language) is None


def test_options_that_are_no_plain_values_are_not_kept(shelf: Shelf, tmp_path: Path):
    spec = FigureSpec(id="fig-a", options={"what": object()})
    shelf.put(spec, "de", EXHIBIT)
    assert shelf.find(spec, "de") is None
    assert not (tmp_path / "exhibits").exists()


def test_a_damaged_exhibit_is_drawn_again(shelf: Shelf, tmp_path: Path):
    shelf.put(SPEC, "de", EXHIBIT)
    for path in (tmp_path / "exhibits").iterdir():
        path.write_text('{"id": "fig-a"}', encoding="utf-8")
    assert shelf.find(SPEC, "de") is None


def test_a_shelf_without_a_folder_keeps_nothing():
    shelf = Shelf(None)
    shelf.put(SPEC, "de", EXHIBIT)
    assert shelf.find(SPEC, "de") is None
