"""Editions: freeze what was published, begin the next, verify old ones.

A frozen edition has its manifest marked, and its inputs are kept in the study's private state,
since they hold respondents' data. Later builds go to the new edition, whose name stands in
``study.yml``.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from briefgen.build import BuildResult, Options, build, output_folder
from briefgen.errors import BriefgenError, PublishError, SettingsError
from briefgen.fingerprint import hash_file, list_data_files
from briefgen.inputs import input_folders
from briefgen.publish import (
    MANIFEST,
    Damage,
    FileRecord,
    Manifest,
    find_damage,
    find_strangers,
    read_manifest,
    recover,
    require_manifest,
    write_atomically,
)
from briefgen.settings import Settings, load_settings
from briefgen.state import Store

EDITION_LINE = re.compile(
    r"^(?P<key>edition:[ \t]*)(?P<quote>[\"']?)[^\s#\"']+(?P=quote)", re.MULTILINE
)


@dataclass(frozen=True)
class Verification:
    """What `verify` found about an edition."""

    edition: str
    files: int
    damage: tuple[Damage, ...]
    strangers: tuple[str, ...]
    rebuilt: int | None = None
    different: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the edition is what was published."""
        return not (self.damage or self.strangers or self.different)


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
    inputs = input_folders(settings)
    staged = folder.with_name(f".{folder.name}.tmp")
    shutil.rmtree(staged, ignore_errors=True)
    for path in list_data_files(settings):
        if not path.is_file() or not path.is_relative_to(settings.folder):
            continue
        _copy(path, staged / path.relative_to(settings.folder))
    for name, source in inputs.items():
        shutil.copytree(source, staged / name, dirs_exist_ok=True)
    _check_inputs(staged, manifest)
    shutil.rmtree(folder, ignore_errors=True)
    staged.rename(folder)


def _check_inputs(folder: Path, manifest: Manifest) -> None:
    """Refuse inputs that are not those that the documents were made from."""
    for recorded in manifest.inputs.values():
        for name, sha in recorded.items():
            path = folder / name
            if path.is_file() and hash_file(path) != sha:
                raise BriefgenError(
                    f"{name} changed since the edition was built",
                    hint="run `briefgen build` first, so that the edition is what its inputs say",
                )


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _set_edition(path: Path, name: str) -> None:
    text = path.read_text(encoding="utf-8")
    changed, count = EDITION_LINE.subn(rf"\g<key>\g<quote>{name}\g<quote>", text, count=1)
    if count != 1:
        raise SettingsError(
            "has no line that begins with `edition:`",
            where="data/study.yml",
            hint=f"write `edition: {name}` into it",
        )
    write_atomically(path, changed.encode())


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
        strangers=tuple(find_strangers(folder, manifest)),
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
        _copy_study(source, copy, Store.of(settings), manifest.edition)
        result = _rebuild(load_settings(copy), manifest)
        different = tuple(_find_differences(result.folder, manifest))
    return Verification(
        edition=verification.edition,
        files=verification.files,
        damage=verification.damage,
        strangers=verification.strangers,
        rebuilt=len(manifest.documents),
        different=different,
    )


def _copy_study(source: Path, copy: Path, store: Store, edition: str) -> None:
    for name in ("data", "reports", "styles", "locales"):
        if (source / name).is_dir():
            shutil.copytree(source / name, copy / name)
    state = Store(copy / store.folder.name)
    for name in ("history", "editions"):
        if (store.folder / name).is_dir():
            shutil.copytree(store.folder / name, state.folder / name)
    _set_edition(copy / "data" / "study.yml", edition)


def _rebuild(settings: Settings, manifest: Manifest) -> BuildResult:
    engine = manifest.engine.partition(" ")[0] or None
    return build(settings, options=Options(engine=engine, command="briefgen verify --rebuild"))


def _find_differences(folder: Path, manifest: Manifest) -> Sequence[str]:
    expected: list[FileRecord] = [
        file for document in manifest.documents.values() for file in document.files.values()
    ]
    return [damage.path for damage in find_damage(folder, expected)]
