"""Editions: freeze what was published, begin the next, verify old ones.

A frozen edition has its manifest marked, and its inputs are kept in the study's private state,
since they hold respondents' data. Later builds go to the new edition, whose name stands in
``study.yml``.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefgen.config.input_files import list_input_files
from briefgen.config.settings import Settings, load_settings
from briefgen.errors import BriefgenError, PublishError, SettingsError
from briefgen.pipeline.build import build
from briefgen.pipeline.inputs import find_layout
from briefgen.pipeline.run import BuildResult, Options, Selection, output_folder
from briefgen.pipeline.state import Store, close_to_others
from briefgen.pipeline.work.fingerprint import (
    EDITION_LINE,
    hash_inputs,
    replace_edition,
)
from briefgen.pipeline.work.publish import (
    MANIFEST,
    UNSETTLED,
    Damage,
    Manifest,
    files_can_be_written,
    find_damage,
    find_unlisted,
    read_manifest,
    recover,
    require_manifest,
    write_atomically,
)

ALWAYS: Final = frozenset({"pdf", "evidence"})
"""Files that every document has, whatever formats are asked for."""


@dataclass(frozen=True)
class Verification:
    """What `verify` found about an edition.

    Attributes
    ----------
    damage, unlisted
        Files that are not what the manifest says, and files that it does not name.
    rebuilt
        How many documents were built again; ``None`` where that was not asked for.
    different
        Files that came out differently.
    programs
        Programs that are not those that the edition was made with, which may be why.
    """

    edition: str
    files: int
    damage: tuple[Damage, ...]
    unlisted: tuple[str, ...]
    rebuilt: int | None = None
    different: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the edition is what was published."""
        return not (self.damage or self.unlisted or self.different)


def create_edition(settings: Settings, name: str, *, origin: str | None = None) -> Manifest:
    """Freeze an edition and let later builds go to the edition ``name``.

    Parameters
    ----------
    origin
        The edition to freeze and to compare the new one with; default: the current one.

    Returns
    -------
    Manifest
        The frozen edition's.

    Raises
    ------
    BriefgenError
        If the edition to freeze is not whole or not current, or ``name`` is taken.
    """
    output = output_folder(settings, None)
    store = Store.of(settings)
    with store.lock(f"briefgen edition create {name}"):
        recover(output)
        origin = origin or settings.edition
        manifest = require_manifest(output, origin)
        _check_name(settings, output, name)
        _check_whole(output / origin, manifest)
        if not manifest.frozen:
            _keep_inputs(settings, store.editions / origin / "study", manifest)
            store.keep_history(origin)
            manifest = manifest.model_copy(update={"frozen": True})
            write_atomically(output / origin / MANIFEST, manifest.dump().encode())
        store.write_previous(name, origin)
        _set_edition(settings.data_folder / "study.yml", name)
    return manifest


def _check_name(settings: Settings, output: Path, name: str) -> None:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise BriefgenError(
            f"{name!r} cannot name an edition",
            hint="letters, digits, dots, hyphens and underscores; for example 2026-2",
        )
    if name == settings.edition or read_manifest(output / name) is not None:
        raise BriefgenError(f"there is an edition {name} already", hint="choose another name")


def _check_whole(folder: Path, manifest: Manifest) -> None:
    damage = list(find_damage(folder, manifest.all_files()))
    if damage:
        raise PublishError(
            f"{len(damage)} published files are missing or changed, the first: {damage[0]}",
            where=str(folder),
            hint="`briefgen build` restores them; then freeze the edition",
        )


def _keep_inputs(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Copy the inputs that the manifest names, laid out as a study of its own."""
    _check_inputs(hash_inputs(settings, find_layout(settings)), manifest)
    staged = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(staged, ignore_errors=True)
    with files_can_be_written(folder):
        _copy_inputs(settings, staged)
        close_to_others(staged)
        shutil.rmtree(folder, ignore_errors=True)
        staged.rename(folder)


def _copy_inputs(settings: Settings, target: Path) -> None:
    for path in list_input_files(settings):
        if path.is_file() and path.is_relative_to(settings.folder):
            _copy(path, target / path.relative_to(settings.folder))
    for name, path in find_layout(settings).items():
        _copy(path, target / name)


def _check_inputs(now: Mapping[str, str], manifest: Manifest) -> None:
    """Refuse inputs that are not those that the documents were made from."""
    if UNSETTLED in manifest.inputs:
        raise BriefgenError(
            "an input changed while the edition was built", hint="run `briefgen build` again"
        )
    for recorded in manifest.inputs.values():
        for name in sorted(recorded.keys() | now.keys()):
            if recorded.get(name) != now.get(name):
                raise BriefgenError(
                    f"{name} changed since the edition was built",
                    hint="run `briefgen build` first, so that the edition is what its inputs say",
                )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _set_edition(path: Path, name: str) -> None:
    text = path.read_text(encoding="utf-8")
    if EDITION_LINE.search(text) is None:
        raise SettingsError(
            "has no line that begins with `edition:`",
            where="data/study.yml",
            hint=f"write `edition: {name}` into it",
        )
    write_atomically(path, replace_edition(text, name).encode())


# --- verify ---------------------------------------------------------------------------------


def verify_edition(
    settings: Settings, edition: str, *, output: Path | None = None, rebuild: bool = False
) -> Verification:
    """Compare every file of an edition with its manifest, and on demand with a fresh build.

    Parameters
    ----------
    rebuild
        Build the edition again from the inputs that were kept when it was frozen (or, for the
        current edition, from those that stand in the study) and compare the bytes.
    """
    target = output_folder(settings, output)
    with Store.of(settings).lock(f"briefgen verify {edition}"):
        recover(target)
    manifest = require_manifest(target, edition)
    folder = target / edition
    files = list(manifest.all_files())
    verification = Verification(
        edition=edition,
        files=len(files),
        damage=tuple(find_damage(folder, files)),
        unlisted=tuple(find_unlisted(folder, manifest)),
    )
    return _compare_with_rebuild(settings, manifest, verification) if rebuild else verification


def _compare_with_rebuild(
    settings: Settings, manifest: Manifest, verification: Verification
) -> Verification:
    source = Store.of(settings).editions / manifest.edition / "study"
    if not source.is_dir():
        if manifest.edition != settings.edition:
            raise BriefgenError(
                f"the inputs of the edition {manifest.edition} are not kept here",
                hint="they are kept in .briefgen/editions when an edition is frozen",
            )
        source = settings.folder
    with tempfile.TemporaryDirectory() as temporary:
        copy = Path(temporary) / "study"
        _copy_study(settings, source, copy, manifest.edition)
        built = _rebuild(load_settings(copy), manifest)
        different = tuple(_find_differences(built.folder, manifest))
        made = read_manifest(built.folder)
    return dataclasses.replace(
        verification,
        rebuilt=built.count("made"),
        different=different,
        programs=tuple(_compare_programs(manifest, made)) if made else (),
    )


def _copy_study(settings: Settings, source: Path, copy: Path, edition: str) -> None:
    """Lay out a study as it was when the edition was made, with what was known then."""
    if source == settings.folder:
        _copy_inputs(settings, copy)
    else:
        shutil.copytree(source, copy)
    store = Store.of(settings)
    state = Store(copy / store.folder.name)
    kept = store.editions / edition / "history"
    history = kept if kept.is_dir() else store.folder / "history"
    if history.is_dir():
        shutil.copytree(history, state.folder / "history")
        _copy_salt(store, state)
    state.write_previous(edition, store.read_previous(edition))
    _set_edition(copy / "data" / "study.yml", edition)


def _copy_salt(store: Store, state: Store) -> None:
    """Lay the key of the history beside it: without it nobody could read what it says."""
    if store.salt.is_file():
        shutil.copy(store.salt, state.salt)


def _rebuild(settings: Settings, manifest: Manifest) -> BuildResult:
    """Make the documents of a manifest, each by the engine and in the formats that it has there."""
    results = []
    for (engine, formats), names in _group_alike(manifest).items():
        options = Options(engine=engine, formats=formats, command="briefgen verify --rebuild")
        results.append(build(settings, Selection(names=frozenset(names)), options))
    outcomes = tuple(outcome for result in results for outcome in result.outcomes)
    return dataclasses.replace(results[0], outcomes=outcomes)


def _group_alike(manifest: Manifest) -> dict[tuple[str | None, tuple[str, ...]], list[str]]:
    """Put documents of one engine and the same formats together.

    The engine that rendered last comes last: the manifest and the catalogue name it.
    """
    last = manifest.engine.partition(" ")[0]
    groups: dict[tuple[str | None, tuple[str, ...]], list[str]] = {}
    for name, record in sorted(manifest.documents.items()):
        formats = tuple(
            sorted(file for file in record.files if file not in ALWAYS and "/" not in file)
        )
        groups.setdefault((record.engine or last or None, formats), []).append(name)
    return dict(sorted(groups.items(), key=lambda group: group[0][0] == (last or None)))


def _compare_programs(then: Manifest, now: Manifest) -> Iterator[str]:
    for name in sorted(then.versions.keys() | now.versions.keys()):
        before, after = then.versions.get(name, "–"), now.versions.get(name, "–")
        if before != after:
            yield f"{name} {before} → {after}"


def _find_differences(folder: Path, manifest: Manifest) -> Iterator[str]:
    """Yield what differs: files of documents, and those of the catalogue."""
    for damage in find_damage(folder, manifest.all_files()):
        yield damage.path
