from __future__ import annotations

from pathlib import Path

import pytest

from briefgen.content.compose.exhibit_store import ExhibitStore
from briefgen.content.exhibits.spec import Exhibit, FigureSpec, TableSpec

SPEC = FigureSpec(id="fig-a", refs=("q01.small",), options={"sort": True})
EXHIBIT = Exhibit(
    id="fig-a", svg="<svg/>", alt="Text", data=({"key": "k", "value": 0.1, "n": None},),
    keys=("survey:q01.small@DE",),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> ExhibitStore:
    return ExhibitStore(tmp_path / "exhibits")


def test_an_exhibit_comes_back_as_it_was(store: ExhibitStore):
    assert store.find(SPEC, "de") is None
    store.put(SPEC, "de", EXHIBIT)
    assert store.find(SPEC, "de") == EXHIBIT


@pytest.mark.parametrize(
    ("spec", "language"),
    [
        (SPEC, "en"),
        (FigureSpec(id="fig-a", refs=("q01.small",), options={"sort": False}), "de"),
        (FigureSpec(id="fig-a", refs=("q01.small",), domain="DE1", options={"sort": True}), "de"),
        (TableSpec(id="fig-a", refs=("q01.small",), options={"sort": True}), "de"),
    ],
)
def test_what_was_not_asked_for_is_not_found(store: ExhibitStore, spec, language: str):
    store.put(SPEC, "de", EXHIBIT)
    assert store.find(spec, language) is None


def test_options_that_are_no_plain_values_are_not_kept(store: ExhibitStore, tmp_path: Path):
    spec = FigureSpec(id="fig-a", options={"what": object()})
    store.put(spec, "de", EXHIBIT)
    assert store.find(spec, "de") is None
    assert not (tmp_path / "exhibits").exists()


def test_a_damaged_exhibit_is_drawn_again(store: ExhibitStore, tmp_path: Path):
    store.put(SPEC, "de", EXHIBIT)
    for path in (tmp_path / "exhibits").iterdir():
        path.write_text('{"id": "fig-a"}', encoding="utf-8")
    assert store.find(SPEC, "de") is None


def test_a_shelf_without_a_folder_keeps_nothing():
    store = ExhibitStore(None)
    store.put(SPEC, "de", EXHIBIT)
    assert store.find(SPEC, "de") is None
