"""Builds through Quarto's command line, with a program that stands in for it."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pikepdf
import pytest
import yaml
from click.testing import CliRunner

from briefgen.cli import main
from briefgen.config.settings import load_settings
from briefgen.errors import RenderError
from briefgen.model import Kind
from briefgen.pipeline.build import build
from briefgen.pipeline.editions import verify_edition
from briefgen.pipeline.inputs import choose_engine
from briefgen.pipeline.run import BuildResult, Options, Selection
from briefgen.pipeline.states import list_states
from briefgen.pipeline.work.publish import Manifest, read_manifest
from fake_quarto import fake_quarto
from plain_study import plain_study

__all__ = ["fake_quarto"]
pytestmark = pytest.mark.slow


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return plain_study(tmp_path / "study")


def test_quarto_reserves_what_it_likes(fake_quarto, study):
    calls = fake_quarto()
    before = resource.getrlimit(resource.RLIMIT_AS)[0]
    result = build(load_settings(study), options=Options(engine="quarto", jobs=2))
    assert [str(item.error) for item in result.outcomes if item.error] == []
    assert result.count("made") == 5
    surroundings = [json.loads(line)[5] for line in calls.read_text().splitlines()]
    assert {item["address space"] for item in surroundings} == {before}
    assert all(item["interrupt"] and item["session"] for item in surroundings)
    assert all(item["fonts"] is None for item in surroundings)


# --- one choice of engine ---

ONE = Selection(names=frozenset({"brief-DE1-smes-de"}))
OTHER = Selection(names=frozenset({"brief-DE2-smes-de"}))


def _make(study: Path, selection: Selection, engine: str | None = None) -> BuildResult:
    result = build(load_settings(study), selection, Options(engine=engine, jobs=1))
    assert result.ok, [str(item.error) for item in result.outcomes if item.error]
    return result


def _manifest(study: Path) -> Manifest:
    manifest = read_manifest(study / "publications" / "2026")
    assert manifest is not None
    return manifest


def _name_engine(study: Path, engine: str) -> None:
    path = study / "data" / "study.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8")) | {"engine": engine}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), "utf-8")


def test_order_in_which_an_engine_is_chosen(study):
    settings = load_settings(study)
    made = Manifest(study="s", edition="2026", engine="pandoc 3.9")
    assert choose_engine(settings, None, None) is None
    assert choose_engine(settings, None, made) == "pandoc"
    assert choose_engine(settings, "quarto", made) == "quarto"
    _name_engine(study, "quarto")
    settings = load_settings(study)
    assert choose_engine(settings, None, made) == "quarto"
    assert choose_engine(settings, "pandoc", None) == "pandoc"


def test_brief_on_demand_does_not_switch_the_engine(fake_quarto, study):
    calls = fake_quarto()
    _make(study, ONE, "pandoc")
    answer = CliRunner().invoke(main, ["--study", str(study), "brief", "DE2", "smes"])
    assert answer.exit_code == 0, answer.output
    assert not calls.exists()
    assert _manifest(study).engine.startswith("pandoc ")
    assert _make(study, ONE).count("current") == 1


def test_engine_is_switched_by_name(fake_quarto, study):
    calls = fake_quarto()
    _make(study, ONE, "pandoc")
    command = ["--study", str(study), "brief", "DE1", "smes", "--engine", "quarto"]
    answer = CliRunner().invoke(main, command)
    assert answer.exit_code == 0, answer.output
    assert "engine" in answer.output
    assert len(calls.read_text().splitlines()) == 1
    assert _manifest(study).engine == "quarto 1.11.0"
    states = {state.key.name: state.state for state in list_states(load_settings(study))}
    assert states["brief-DE1-smes-de"] == "current"


def test_one_brief_by_another_engine_does_not_switch_the_others(fake_quarto, study):
    fake_quarto()
    briefs = Selection(kinds=frozenset({Kind.BRIEF}), languages=frozenset({"de"}))
    everything = _make(study, briefs, "quarto")
    _make(study, ONE, "pandoc")
    again = _make(study, briefs)
    assert again.count("current") == len(everything.outcomes) - 1
    assert {record.engine for record in _manifest(study).documents.values()} == {"quarto"}


def test_engine_that_made_what_stands_there_is_missed(fake_quarto, study, monkeypatch):
    fake_quarto()
    _make(study, ONE)
    assert _manifest(study).engine == "quarto 1.11.0"
    monkeypatch.delenv("QUARTO_PATH")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RenderError, match="made with Quarto, which is not here") as caught:
        _make(study, OTHER)
    assert "`--engine pandoc`" in str(caught.value)
    _make(study, OTHER, "pandoc")
    assert _manifest(study).engine.startswith("pandoc ")


def test_every_building_command_takes_an_engine():
    for name in ("build", "brief", "refresh", "watch"):
        parameters = {parameter.name for parameter in main.commands[name].params}
        assert "engine" in parameters, name


def test_an_edition_of_two_engines_is_rebuilt_by_both(fake_quarto, study):
    fake_quarto()
    _make(study, OTHER, "quarto")
    _make(study, ONE, "pandoc")
    assert {one.engine for one in _manifest(study).documents.values()} == {"pandoc", "quarto"}
    found = verify_edition(load_settings(study), "2026", rebuild=True)
    assert (found.rebuilt, found.different, found.ok) == (2, (), True)


def test_linked_files_are_published(study):
    folder = study / "reports"
    (folder / "notes.pdf").write_bytes(b"%PDF-1.7 notes")
    with (folder / "brief.qmd").open("a", encoding="utf-8") as brief:
        brief.write("\n\n[Notes](notes.pdf)\n")
    _make(study, ONE, "pandoc")
    edition = study / "publications" / "2026"
    record = _manifest(study).documents["brief-DE1-smes-de"]
    linked = record.files["linked/notes.pdf"].path
    assert (edition / linked).read_bytes() == b"%PDF-1.7 notes"
    pdf = record.files["pdf"].path
    with pikepdf.open(edition / pdf) as printed:
        actions = [note.get("/A") for page in printed.pages for note in page.get("/Annots", [])]
    addresses = [str(action.URI) for action in actions if action is not None and "/URI" in action]
    wanted = (edition / linked).relative_to((edition / pdf).parent).as_posix()
    assert wanted in addresses
    assert [address for address in addresses if address.startswith("file:")] == []
