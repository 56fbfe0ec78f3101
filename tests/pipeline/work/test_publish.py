"""Staging, atomic replacement and recovery."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from briefgen.config.settings import load_settings
from briefgen.errors import PublishError, UnknownNameError
from briefgen.model import Kind
from briefgen.pipeline.work.publish import (
    DocumentRecord,
    Manifest,
    Staging,
    find_damage,
    find_unlisted,
    list_editions,
    name_readers,
    read_manifest,
    record_content,
    record_file,
    recover,
    require_manifest,
    slugify,
    write_atomically,
)
from plain_study import plain_study


def _stage(staging: Staging, name: str, content: bytes, fingerprint: str = "f1") -> DocumentRecord:
    folder = staging.document_folder(name)
    path = f"de/{name}.pdf"
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)
    record = DocumentRecord(
        name=name, kind=Kind.BRIEF, region="DE1", audience="smes", language="de", title="T",
        pages=2, words=10, fingerprint=fingerprint, parts={}, snapshot="s",
        files={"pdf": record_file(folder, path)},
    )  # fmt: skip
    staging.finish(record)
    return record


def _manifest(*records: DocumentRecord, pages: dict[str, bytes] | None = None) -> Manifest:
    return Manifest(
        study="s",
        edition="e1",
        documents={record.name: record for record in records},
        inputs={"s": {"data/survey.csv": "1"}, "unused": {}},
        pages={path: record_content(path, text) for path, text in (pages or {}).items()},
    )


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "publications"


def test_published_files_stand_in_their_place_and_staging_is_gone(output: Path):
    staging = Staging(output, "e1")
    record = _stage(staging, "a", b"pdf a")
    manifest = _manifest(record, pages={"index.html": b"<html>"})
    staging.publish(["a"], manifest, None, {"index.html": b"<html>"})
    assert (output / "e1/de/a.pdf").read_bytes() == b"pdf a"
    assert read_manifest(output / "e1") == manifest
    assert list(find_damage(output / "e1", manifest.all_files())) == []
    assert find_unlisted(output / "e1", manifest) == []
    assert list(output.iterdir()) == [output / "e1"]
    assert list_editions(output) == ["e1"]


def test_files_that_only_the_old_manifest_names_are_removed(output: Path):
    staging = Staging(output, "e1")
    a, b = _stage(staging, "a", b"a"), _stage(staging, "b", b"b")
    before = _manifest(a, b)
    staging.publish(["a", "b"], before, None, {})
    Staging(output, "e1").publish([], _manifest(b), before, {})
    assert not (output / "e1/de/a.pdf").exists()
    assert (output / "e1/de/b.pdf").exists()


@pytest.mark.parametrize("moved", [0, 1, 2, 3])
def test_an_interrupted_publication_is_carried_out_to_its_end(
    output: Path, moved: int, monkeypatch: pytest.MonkeyPatch
):
    before = _manifest(_stage(Staging(output, "e1"), "a", b"old a"))
    Staging(output, "e1").publish(["a"], before, None, {})
    staging = Staging(output, "e1")
    after = _manifest(*(_stage(staging, name, b"new " + name.encode()) for name in "abc"))
    moves = []

    def stop_after(_staging: Staging, source: Path, target: Path) -> None:
        if len(moves) == moved:
            raise KeyboardInterrupt
        moves.append(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        source.replace(target)

    with monkeypatch.context() as patch:
        patch.setattr(Staging, "_move", stop_after)
        if moved < 3:
            with pytest.raises(KeyboardInterrupt):
                staging.publish("abc", after, before, {})
            assert read_manifest(output / "e1") == before
        else:
            staging.publish("abc", after, before, {})
    assert recover(output) == (["e1"] if moved < 3 else [])
    assert read_manifest(output / "e1") == after
    assert list(find_damage(output / "e1", after.all_files())) == []
    assert recover(output) == []


def test_finished_work_is_found_again_only_while_it_is_what_is_wanted(output: Path):
    staging = Staging(output, "e1")
    record = _stage(staging, "a", b"pdf")
    assert Staging(output, "e1").finished("a", "f1") == record
    assert staging.finished("a", "f2") is None
    assert staging.finished("b", "f1") is None
    (staging.document_folder("a") / "de/a.pdf").write_bytes(b"cut off")
    assert staging.finished("a", "f1") is None


def test_damage_and_strangers_are_named(output: Path):
    staging = Staging(output, "e1")
    manifest = _manifest(_stage(staging, "a", b"a"), _stage(staging, "b", b"b"))
    staging.publish("ab", manifest, None, {})
    (output / "e1/de/a.pdf").unlink()
    (output / "e1/de/b.pdf").write_bytes(b"B")
    (output / "e1/de/c.pdf").write_bytes(b"c")
    assert [str(item) for item in find_damage(output / "e1", manifest.all_files())] == [
        "de/a.pdf: is missing",
        "de/b.pdf: is not the file that was published",
    ]
    assert find_unlisted(output / "e1", manifest) == ["de/c.pdf"]


def test_manifest_text_is_the_same_for_the_same_content_and_drops_unused_inputs(output: Path):
    a, b = (_stage(Staging(output, "e1"), name, b"x") for name in "ab")
    assert _manifest(a, b).dump() == _manifest(b, a).dump()
    assert set(_manifest(a).keep_used_inputs().inputs) == {"s"}


def test_a_manifest_that_cannot_be_read_is_an_error_with_a_way_out(output: Path):
    write_atomically(output / "e1/manifest.json", json.dumps({"format": "x"}).encode())
    with pytest.raises(PublishError, match="manifest cannot be read") as caught:
        read_manifest(output / "e1")
    assert "--force" in str(caught.value)


def test_an_unknown_edition_is_named_with_the_nearest(output: Path):
    Staging(output, "2026-1").publish([], _manifest(), None, {})
    with pytest.raises(UnknownNameError, match="2026-1"):
        require_manifest(output, "2026-2")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder_is_a_clear_error(tmp_path: Path):
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o500)
    with pytest.raises(PublishError, match="cannot be written"):
        write_atomically(folder / "file", b"x")


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "file"
    write_atomically(path, b"old")

    def no_space(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_space)
    with pytest.raises(PublishError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Baden-Württemberg", "baden-wuerttemberg"),
        ("Kammern & Arbeitsagenturen", "kammern-arbeitsagenturen"),
        ("KMU", "kmu"),
        ("Île-de-France", "ile-de-france"),
        ("???", "document"),
        ("Αττική", "attike"),
        ("Ήπειρος", "epeiros"),
        ("Київ", "kiiv"),
        ("Baden-Wu\u0308rttemberg", "baden-wuerttemberg"),
        ("../../etc", "etc"),
        ("&lt;b&gt;", "lt-b-gt"),
    ],
)
def test_file_names_are_readable_and_safe(text: str, slug: str):
    assert slugify(text) == slug


ALIKE = {
    "names that differ by a sign": {"A1": "C+", "A2": "C", "A3": "C#"},
    "names alike for 80 letters": {"A1": "a" * 90, "A2": "a" * 91, "A3": "a" * 80},
    "another script": {"A1": "Αττική", "A2": "Κρήτη", "A3": "Ήπειρος", "A4": "Θράκη"},
    "no letters": {"A1": "???", "A2": "!!!", "A3": "document"},
    "a region and an audience that swap a word": {"A1": "Nord", "A2": "Nord KMU"},
    "codes alike in a path": {"a.b": "C+", "a-b": "C#", "a_b": "C"},
    "names of folders": {"A1": "Data", "A2": "Fonts"},
}


@pytest.mark.parametrize("names", ALIKE.values(), ids=ALIKE)
def test_no_two_documents_have_one_file(tmp_path: Path, names: dict[str, str]):
    study = plain_study(tmp_path, regions=dict.fromkeys(names, 1 / len(names)), audiences=2)
    path = study / "data" / "study.yml"
    info = yaml.safe_load(path.read_text(encoding="utf-8"))
    for region in info["regions"]["list"]:
        region["name"] = names[region["code"]]
    info["audiences"][0]["name"] = "KMU"
    info["audiences"][1]["name"] = "KMU KMU"
    path.write_text(yaml.safe_dump(info), encoding="utf-8")
    settings = load_settings(study)
    found = name_readers(settings, Kind.BRIEF, "de")
    assert len(set(found.values())) == len(found) == 2 * len(names)
    for name in found.values():
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", name)
        assert len(name) < 260 - len(".evidence.json")


def test_two_documents_with_one_file_are_not_published(output: Path):
    staging = Staging(output, "e1")
    records = {"a": _stage(staging, "a", b"1"), "b": _stage(staging, "a", b"2")}
    manifest = _manifest().model_copy(update={"documents": records})
    with pytest.raises(PublishError, match=r"two documents would be the file de/a\.pdf"):
        staging.publish(["a"], manifest, None, {})
    assert not (output / "e1").exists()
