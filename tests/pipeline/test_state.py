"""The private state of a study: what was audited, and what was published before."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from briefgen.pipeline.state import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / ".briefgen")


def test_a_part_of_what_passed_the_audit_need_not_be_audited_again(store: Store):
    assert not store.was_audited("d1", ["a"])
    store.note_audit("d1", ["a", "b"])
    assert store.was_audited("d1", ["a"])
    assert store.was_audited("d1", ["a", "b"])
    assert not store.was_audited("d1", ["a", "c"])
    assert not store.was_audited("d2", ["a"])


def test_a_damaged_note_of_an_audit_counts_for_nothing(store: Store):
    store.note_audit("d1", ["a"])
    (store.folder / "audited").write_text("{", encoding="utf-8")
    assert not store.was_audited("d1", ["a"])


def test_history_is_listed_in_its_order_without_being_read(store: Store):
    assert store.last_inputs() == ""
    for digest in ("d2", "d1"):
        store.append_history({"inputs": digest, "evidence": []})
    assert store.list_history() == ("d2", "d1")
    assert store.last_inputs() == "d1"
    (store.folder / "history" / "000003.json").write_text(json.dumps({"inputs": "d3"}), "utf-8")
    assert store.last_inputs() == "d3"


def test_the_oldest_analyses_are_dropped(store: Store):
    for number in range(6):
        store.write_analysis(f"a{number}", "{}")
    assert store.read_analysis("a0") is None
    assert store.read_analysis("a5") == "{}"


def test_an_edition_keeps_what_was_known_when_it_was_frozen(store: Store):
    store.append_history({"inputs": "d1", "evidence": []})
    store.keep_history("2026")
    store.append_history({"inputs": "d2", "evidence": []})
    kept = sorted((store.editions / "2026" / "history").iterdir())
    assert [path.name for path in kept] == ["000001-d1.json"]


def test_exhibits_of_a_few_states_are_kept(store: Store):
    for number in range(5):
        folder = store.exhibit_cache(f"s{number}")
        folder.mkdir(parents=True)
        (folder / "a.json").write_text("{}", encoding="utf-8")
        os.utime(folder, ns=(number, number))
    assert sorted(path.name for path in (store.folder / "exhibits").iterdir()) == ["s2", "s3", "s4"]


def test_decisions_are_private_and_the_least_useful_are_dropped(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("briefgen.pipeline.state.KEPT_DECISIONS", 2)
    kept = store.decisions(b"key")
    assert kept.read("d1") is None
    for number, name in enumerate(("d1", "d2")):
        kept.write(name, name)
        os.utime(kept.folder / f"{name}.json", (number, number))
    assert kept.read("d1") == "d1"  # which makes it the last that was of use
    kept.write("d3", "d3")
    assert [kept.read(name) for name in ("d1", "d2", "d3")] == ["d1", None, "d3"]
    assert (kept.folder / "d3.json").stat().st_mode & 0o077 == 0
