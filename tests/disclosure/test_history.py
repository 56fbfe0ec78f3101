"""The private history: who may read it, what it says, and what happens where it is lost."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
from pathlib import Path

import pandas as pd
import pytest
from random_studies import Draw, draw_study, tabulate

from briefgen import disclosure
from briefgen.config.settings import load_settings
from briefgen.disclosure.editions import weigh_editions
from briefgen.disclosure.legacy import MIGRATED
from briefgen.disclosure.records import (
    MISSING,
    describe_lost,
    read_records,
    read_salts,
    take_records,
    write_salts,
)
from briefgen.disclosure.structure import describe_structure
from briefgen.evidence.load import load_study
from briefgen.evidence.study import Study
from briefgen.evidence.survey import estimate_survey
from briefgen.pipeline.build import Options, build
from briefgen.pipeline.editions import create_edition
from briefgen.pipeline.recall import read_history
from briefgen.pipeline.state import Store
from briefgen.released_json import read_sidecar
from plain_study import VARIABLE, add_answers, edit_answers, plain_study

pytestmark = pytest.mark.slow

QUIET = Options(jobs=1, formats=())


def remember(study: Study) -> dict:
    entry = disclosure.remember(study, disclosure.release_study(study, tabulate(study)))
    return json.loads(json.dumps(entry, sort_keys=True))


@pytest.fixture
def asked(tmp_path: Path) -> Study:
    return draw_study(Draw(seed=4, respondents=40, group=True), tmp_path)


# --- what it says ---------------------------------------------------------------------------------


def test_who_has_the_salt_reads_the_answers_again(asked: Study):
    found = read_records(remember(asked), read_salts(asked.settings))
    now = take_records(asked)
    assert found is not None
    rows = [now.names.index(name) for name in found.names]
    assert list(found.labels["a", ""]) == [now.labels["a", ""][row] for row in rows]
    assert list(found.labels["m", "x"]) == [now.labels["m", "x"][row] for row in rows]
    assert list(found.places) == [now.places[row] for row in rows]
    answers = asked.survey["a"].fillna(MISSING)
    assert (
        pd.Series(found.labels["a", ""]).value_counts().to_dict()
        == answers.value_counts().to_dict()
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_same_answers_again_are_released_for_the_same_reasons(seed: int, tmp_path: Path):
    """A reason that changes makes documents anew, and tells of a last edition that there is not."""
    study = draw_study(Draw(seed=seed, respondents=30, group=True), tmp_path)
    first = disclosure.release_study(study, tabulate(study))
    assert any(item.reason in ("number", "base") for item in first.evidence.values())
    again = disclosure.release_study(study, tabulate(study), [disclosure.remember(study, first)])
    assert again.evidence == first.evidence


def test_without_the_salt_nothing_is_said(asked: Study):
    entry = remember(asked)
    assert read_records(entry, ["0" * 32]) is None
    text = json.dumps(entry)
    assert read_salts(asked.settings)[0] not in text
    assert not any(name in text for name in map(repr, asked.survey.index))


def test_the_same_answers_have_other_hashes_for_everybody(asked: Study):
    alike = dataclass_survey(asked, asked.survey.assign(a="o0", z=1.0))
    texts = list(remember(alike)["respondents"].values())
    parts = [text[i : i + 12] for text in texts for i in range(0, len(text), 12)]
    assert len(set(parts)) == len(parts)


def dataclass_survey(study: Study, survey: pd.DataFrame) -> Study:
    return Study(settings=study.settings, survey=survey)


# --- who may read it ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def frozen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = plain_study(tmp_path_factory.mktemp("frozen"))
    assert build(load_settings(folder), options=QUIET).ok
    create_edition(load_settings(folder), "2027")
    return folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_private_state_belongs_to_its_owner_alone(frozen: Path):
    state = frozen / ".briefgen"
    assert mode(state) == 0o700
    private = [state / "salt", state / "history", *(state / "history").rglob("*")]
    private += [state / "editions", *(state / "editions").rglob("*")]
    assert any(path.name == "survey.csv" for path in private)
    assert {path.name: mode(path) for path in private} == {
        path.name: 0o700 if path.is_dir() else 0o600 for path in private
    }


def test_what_others_could_read_is_closed_at_the_next_run(frozen: Path, tmp_path: Path):
    copy = shutil.copytree(frozen, tmp_path / "copy")
    for path in [copy / ".briefgen", *(copy / ".briefgen").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    with Store.of(load_settings(copy)).lock("test"):
        test_the_private_state_belongs_to_its_owner_alone(copy)


def test_the_salt_stands_in_one_file(frozen: Path):
    [salt] = read_salts(load_settings(frozen))
    holding = [p for p in frozen.rglob("*") if p.is_file() and salt.encode() in p.read_bytes()]
    assert holding == [frozen / ".briefgen" / "salt"]


# --- histories of older versions ------------------------------------------------------------------


def old_digest(salt: str, *parts: str) -> str:
    text = "\x1f".join(parts).encode()
    return hashlib.blake2b(text, digest_size=8, key=salt.encode()).hexdigest()


def write_old_entry(study: Study, salt: str) -> dict:
    """Return an entry as version 0.1 wrote it, with the salt in clear and hashes of weights."""
    structure = describe_structure(study.settings, study.survey)
    people = {}
    for row, respondent in enumerate(study.survey.index):
        name = old_digest(salt, "person", respondent)
        atom = int(structure.member[row])
        own = [domain for domain, atoms in structure.domains.items() if atom in atoms]
        answer = study.survey[VARIABLE].iloc[row]
        said = {} if pd.isna(answer) else {VARIABLE: old_digest(salt, name, VARIABLE, answer)}
        said["_weight"] = old_digest(salt, name, "_weight", "1.0")
        people[name] = {"in": sorted(old_digest(salt, name, "in", d) for d in own), "said": said}
    entry = remember_plain(study)
    del entry["format"], entry["questions"], entry["places"]
    return entry | {"inputs": "old", "respondents": {"salt": salt, "people": people}}


def remember_plain(study: Study) -> dict:
    released = disclosure.release_study(study, estimate_survey(study))
    return json.loads(json.dumps(disclosure.remember(study, released)))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = plain_study(tmp_path / "old", respondents=60)
    settings = load_settings(folder)
    store = Store.of(settings)
    store.append_history(write_old_entry(load_study(settings), "a salt of old"))
    return folder


def test_an_old_history_loses_its_salt_and_is_hashed_again(old: Path):
    settings = load_settings(old)
    before = Store.of(settings).read_history()[0]["respondents"]["people"]
    [entry] = read_history(settings, old / "publications")
    assert entry["format"] == MIGRATED
    assert Store.of(settings).read_history() == [entry]
    assert read_salts(settings)[1:] == ["a salt of old"]
    hashes = {said for person in before.values() for said in person["said"].values()}
    text = json.dumps(entry)
    assert "a salt of old" not in text
    assert not any(one in text for one in hashes)
    assert "_weight" not in text


def test_an_old_history_still_tells_who_changed(old: Path):
    def standing():
        settings = load_settings(old)
        study = load_study(settings)
        structure = describe_structure(settings, study.survey)
        return weigh_editions(study, structure, read_history(settings, old / "publications"))

    assert standing().frozen == set()
    edit_answers(
        old,
        lambda t: t.assign(**{VARIABLE: ["1" if t[VARIABLE][0] != "1" else "2", *t[VARIABLE][1:]]}),
    )
    found = standing()
    assert (VARIABLE, "DE") in found.frozen
    assert found.unknown == []


# --- where it is lost -----------------------------------------------------------------------------


def published(folder: Path, edition: str = "2026") -> dict[str, tuple]:
    values = {}
    for path in (folder / "publications" / edition).rglob("*.evidence.json"):
        for key, item in read_sidecar(path.read_text(encoding="utf-8")).items():
            if item.is_published and item.source == "survey":
                values[key] = (item.value, item.n, item.as_of)
    return values


def run(folder: Path) -> list[str]:
    told: list[str] = []
    assert build(load_settings(folder), options=QUIET, tell=told.append).ok
    return told


def test_a_lost_history_is_told_and_what_was_published_stays(frozen: Path, tmp_path: Path):
    copy = shutil.copytree(frozen, tmp_path / "copy")
    shutil.rmtree(copy / ".briefgen")
    add_answers(copy, "BY", ["5"] * 3)
    [told] = run(copy)
    assert "only the documents are left" in told
    assert "2026" in told
    before, now = published(copy), published(copy, "2027")
    assert now
    assert now == {key: (*value[:2], "2026") for key, value in before.items() if key in now}
    # nor is it forgotten at the next data, when there is a history again
    add_answers(copy, "BY", ["5"] * 30)
    assert "2026" in run(copy)[0]
    assert published(copy, "2027") == now


def test_editions_of_other_respondents_may_be_left_out(frozen: Path, tmp_path: Path):
    copy = shutil.copytree(frozen, tmp_path / "copy")
    shutil.rmtree(copy / ".briefgen")
    add_answers(copy, "BY", ["5"] * 30)
    study = copy / "data" / "study.yml"
    study.write_text(study.read_text("utf-8") + "\ndisclosure: {independent: ['2026']}\n", "utf-8")
    assert run(copy) == []
    assert {as_of for *_, as_of in published(copy, "2027").values()} == {""}


def test_the_same_data_are_no_earlier_publication(frozen: Path, tmp_path: Path):
    copy = shutil.copytree(frozen, tmp_path / "copy")
    shutil.rmtree(copy / ".briefgen")
    assert run(copy) == []
    assert {as_of for *_, as_of in published(copy, "2027").values()} == {""}


def test_a_lost_salt_is_told_too(frozen: Path, tmp_path: Path):
    copy = shutil.copytree(frozen, tmp_path / "copy")
    write_salts(copy / ".briefgen" / "salt", ["another"])
    settings = load_settings(copy)
    study = load_study(settings)
    structure = describe_structure(settings, study.survey)
    standing = weigh_editions(study, structure, read_history(settings, copy / "publications"))
    assert standing.unknown == ["2026"]
    assert (VARIABLE, "DE") in standing.frozen
    assert "2026" in describe_lost(read_history(settings, copy / "publications"))
