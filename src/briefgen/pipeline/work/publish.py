"""Staging, atomic replacement, manifest and editions: the last stage.

In: finished files of documents in a staging folder. Out: ``publications/<edition>/…`` with a
``manifest.json`` that names every file with its hash. Nothing half-written is ever visible: a
document is finished in staging, a plan of all moves is written and synced, then each file is
replaced atomically, and the manifest comes last. A run that is killed leaves either the old state
or a plan that the next run carries out to its end (`recover`).
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from briefgen.config.document_kinds import Readers, find_document_kind
from briefgen.config.input_files import hash_file
from briefgen.config.plain_text import make_slug
from briefgen.config.settings import Settings
from briefgen.errors import PublishError, UnknownNameError
from briefgen.pipeline.work.fingerprint import hash_bytes

MANIFEST: Final = "manifest.json"
STAGING: Final = ".staging"
PLAN: Final = "plan.json"
RECORD: Final = "record.json"
SHARED_FONTS: Final = "fonts"
"""Folder in an edition with the fonts of web pages of which there is one for each reader."""
PAGES: Final = "_pages"
UNSETTLED: Final = "unsettled"
"""In place of a snapshot's id where an input changed while documents were made from it."""
LONGEST_SLUG: Final = 80
RESERVED: Final = frozenset({"document", "data", "index", "fonts", "exhibits"})
"""Names of folders beside documents, and of what has no letter that can be written in a path."""
OWNER_ALONE: Final = 0o600


class FileRecord(BaseModel):
    """A published file: path relative to the edition's folder, SHA-256, size in bytes."""

    model_config = ConfigDict(frozen=True)

    path: str
    sha256: str
    bytes: int


class DocumentRecord(BaseModel):
    """What the manifest says about a document.

    Attributes
    ----------
    parts
        Hashes of what it was made from (`fingerprint.list_parts`).
    snapshot
        Id of the inputs under which it was last known to be current.
    files
        Its files by what they are: ``pdf``, ``html``, ``evidence``, ``docx``, ``data/NAME.csv``.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    kind: str
    region: str
    audience: str
    language: str
    title: str
    pages: int
    words: int
    fingerprint: str
    parts: dict[str, str]
    snapshot: str
    files: dict[str, FileRecord]

    @property
    def engine(self) -> str:
        """Name of the engine that rendered it; ``""`` where that is not known."""
        found = (name for name in self.parts if name.startswith("engine:"))
        return next(found, "").removeprefix("engine:")


class Manifest(BaseModel):
    """What an edition consists of and what it was made from."""

    model_config = ConfigDict(frozen=True)

    format: int = 1
    study: str
    edition: str
    demonstration: bool = False
    frozen: bool = False
    previous: str = ""
    engine: str = ""
    versions: dict[str, str] = {}
    inputs: dict[str, dict[str, str]] = {}  # snapshot id → file → SHA-256
    documents: dict[str, DocumentRecord] = {}
    pages: dict[str, FileRecord] = {}  # index.html and what belongs to it

    def dump(self) -> str:
        """Write the manifest as JSON: the same text for the same content."""
        content = self.model_dump(mode="json")
        content["documents"] = {name: content["documents"][name] for name in sorted(self.documents)}
        return json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n"

    def all_files(self) -> Iterator[FileRecord]:
        """Yield every file of the edition, except for the manifest itself."""
        for document in self.documents.values():
            yield from document.files.values()
        yield from self.pages.values()

    def main_engine(self) -> str:
        """Return the engine that rendered most documents: one brief does not stand for all.

        Of engines with as many documents each it is the one that rendered last.
        """
        last = self.engine.partition(" ")[0]
        counts = Counter(one.engine for one in self.documents.values() if one.engine)
        return max(counts, key=lambda name: (counts[name], name == last), default=last)

    def keep_used_inputs(self) -> Manifest:
        """Drop snapshots that no document refers to."""
        used = {document.snapshot for document in self.documents.values()}
        kept = {name: files for name, files in self.inputs.items() if name in used}
        return self.model_copy(update={"inputs": kept})


@dataclass(frozen=True)
class Damage:
    """A published file that is not what the manifest says."""

    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


# --- names ----------------------------------------------------------------------------------


def slugify(text: str) -> str:
    """Make a name that is safe in a path: ``Baden-Württemberg`` → ``baden-wuerttemberg``."""
    return make_slug(text, longest=LONGEST_SLUG) or "document"


def name_readers(settings: Settings, kind: str, language: str) -> dict[Readers, str]:
    """Return the file's name for each region and audience of a kind of document, all different.

    Where two names are alike in a path, shortened, or without a letter, the codes follow; where
    these are alike in a path too (``a.b``, ``a-b``), a hash of them does.
    """
    readers = list(find_document_kind(kind).readers(settings))
    names = {reader: _slugs_of(settings, language, reader) for reader in readers}
    counts = Counter("-".join(slugs) for slugs in names.values())
    tails = {reader: slugify("-".join(filter(None, reader))) for reader in readers}
    tail_counts = Counter(tails.values())
    found = {}
    for reader, slugs in names.items():
        slug, tail = "-".join(slugs), tails[reader]
        if counts[slug] > 1 or any(map(_is_vague, slugs)):
            slug = f"{slug}-{tail}"
            if tail_counts[tail] > 1 or _is_vague(tail):
                slug += f"-{hash_bytes(repr(reader).encode())[:8]}"
        found[reader] = slug
    return found


def _slugs_of(settings: Settings, language: str, reader: Readers) -> list[str]:
    region, audience = reader
    nation = settings.info.regions.nation
    nameless = region == settings.nation and audience and not nation.is_place
    names = [settings.domains[region].name[language]] if region and not nameless else []
    if audience:
        names.append(settings.audiences[audience].name[language])
    return list(map(slugify, names))


def _is_vague(slug: str) -> bool:
    """Tell whether a name was shortened, has no letters, or is that of a folder."""
    return len(slug) >= LONGEST_SLUG or slug in RESERVED


# --- reading --------------------------------------------------------------------------------


def read_manifest(folder: Path) -> Manifest | None:
    """Read the manifest of an edition's folder; ``None`` where there is none.

    Raises
    ------
    PublishError
        If it cannot be understood.
    """
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except NotADirectoryError:
        raise PublishError(
            "a file stands where the folder of publications belongs",
            where=str(folder if folder.exists() else folder.parent),
            hint="move it away, or name another folder with --output",
        ) from None
    except (ValidationError, UnicodeDecodeError) as error:
        raise PublishError(
            "the manifest cannot be read",
            where=str(path),
            hint="rebuild the edition with `briefgen build --force`, or restore the file",
        ) from error


def list_editions(output: Path) -> list[str]:
    """Return the editions under ``output``, by name."""
    return sorted(path.parent.name for path in output.glob(f"[!.]*/{MANIFEST}"))


def require_manifest(output: Path, edition: str) -> Manifest:
    """Return the manifest of an edition that has to be there.

    Raises
    ------
    UnknownNameError
        With the editions that there are.
    """
    manifest = read_manifest(output / edition)
    if manifest is None:
        raise UnknownNameError.among("published edition", edition, list_editions(output))
    return manifest


def is_whole(folder: Path, files: Iterable[FileRecord]) -> bool:
    """Tell whether all files are there with the recorded content."""
    return not any(find_damage(folder, files))


def find_damage(folder: Path, files: Iterable[FileRecord]) -> Iterator[Damage]:
    """Yield the files that are missing or not what was recorded."""
    for record in files:
        path = folder / record.path
        if not path.is_file():
            yield Damage(record.path, "is missing")
        elif path.stat().st_size != record.bytes or hash_file(path) != record.sha256:
            yield Damage(record.path, "is not the file that was published")


def find_unlisted(folder: Path, manifest: Manifest) -> list[str]:
    """Return files in an edition's folder that its manifest does not name."""
    known = {record.path for record in manifest.all_files()} | {MANIFEST}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return sorted(found - known)


# --- writing --------------------------------------------------------------------------------


@contextlib.contextmanager
def files_can_be_written(path: Path) -> Iterator[None]:
    """Turn what the system says about a full disk or a closed folder into our own error."""
    try:
        yield
    except OSError as error:
        raise PublishError(
            f"cannot be written: {error.strerror or error}",
            where=str(path),
            hint="check that the disk has room and that you may write there; "
            "what was published before is untouched",
        ) from error


def write_atomically(
    path: Path, content: bytes, *, beside: Path | None = None, private: bool = False
) -> None:
    """Write a file so that a reader sees the old content or the new, never a part.

    Parameters
    ----------
    beside
        Folder for the unfinished file, on the same file system; default: that of the file.
    private
        Whether nobody but its owner may read the file.

    Raises
    ------
    PublishError
        If the folder cannot be written or the disk is full.
    """
    with files_can_be_written(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = (beside or path.parent) / f".{path.name}.{os.getpid()}.tmp"
        try:
            temporary.touch(mode=OWNER_ALONE if private else 0o666)
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
        _sync(path.parent)


def _sync(path: Path) -> None:
    """Let a file or folder reach the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _refuse_shared(manifest: Manifest) -> None:
    """Raise `PublishError` if two documents would have one file: the last would be all of them.

    The formats of one document may share a file, such as the picture that several of them link.
    """
    counts = Counter(
        path
        for owner in (*(one.files for one in manifest.documents.values()), manifest.pages)
        for path in {record.path.casefold() for record in owner.values()}
    )
    shared = [path for path, times in counts.items() if times > 1]
    if shared:
        raise PublishError(
            f"two documents would be the file {shared[0]}; nothing is published",
            hint="give kinds of documents, regions and audiences names that differ",
        )


class _LostError(PublishError):
    """Finished files were removed before they were published."""


class Staging:
    """Where the documents of one edition are finished before any of them is visible.

    It stands beside the editions (``publications/.staging/<edition>``), so that a move never
    crosses file systems.
    """

    def __init__(self, output: Path, edition: str) -> None:
        self.target = output / edition
        self.folder = output / STAGING / edition

    def document_folder(self, name: str) -> Path:
        """Return the folder in which a document's files are written (paths as in the edition)."""
        return self.folder / name

    def finish(self, record: DocumentRecord) -> None:
        """Declare a document finished: from now on a later run need not make it again."""
        folder = self.document_folder(record.name)
        with files_can_be_written(folder):
            for file in record.files.values():
                _sync(folder / file.path)
        write_atomically(folder / RECORD, record.model_dump_json().encode())

    def finished(self, name: str, fingerprint: str) -> DocumentRecord | None:
        """Return the record of a document that an interrupted run finished as it is wanted now."""
        folder = self.document_folder(name)
        try:
            record = DocumentRecord.model_validate_json((folder / RECORD).read_bytes())
        except (OSError, ValidationError):
            return None
        if record.fingerprint == fingerprint and is_whole(folder, record.files.values()):
            return record
        return None

    def discard(self, name: str) -> None:
        """Forget what was staged for a document."""
        shutil.rmtree(self.document_folder(name), ignore_errors=True)

    def publish(
        self,
        made: Iterable[str],
        manifest: Manifest,
        before: Manifest | None,
        extra: Mapping[str, bytes],
        waiting: Iterable[str] = (),
    ) -> None:
        """Put staged documents in their place, the manifest last.

        Parameters
        ----------
        made
            Names of documents to take from staging.
        manifest
            The edition's new manifest.
        before
            The one that stands there now: files that only it names are removed.
        extra
            Further files of the edition (the catalogue) by path.
        waiting
            Documents that this run was not asked for: what an interrupted run finished of them
            stays in staging.

        Raises
        ------
        PublishError
            If two documents would have one file, or files cannot be written.
        """
        _refuse_shared(manifest)
        kept = {record.path for record in manifest.all_files()}
        old = {record.path for record in before.all_files()} if before else set()
        pages = self.folder / PAGES
        for path, content in extra.items():
            write_atomically(pages / path, content)
        plan = {
            "moves": [
                [f"{name}/{record.path}", record.path]
                for name in sorted(made)
                for record in manifest.documents[name].files.values()
            ]
            + [[f"{PAGES}/{path}", path] for path in sorted(extra)],
            "remove": sorted(old - kept),
            "manifest": manifest.dump(),
            "waiting": sorted(waiting),
        }
        write_atomically(self.folder / PLAN, json.dumps(plan).encode())
        self.carry_out()

    def carry_out(self) -> bool:
        """Carry out a plan that was written, from whatever point it was left at.

        Returns
        -------
        bool
            Whether there was one.

        Raises
        ------
        PublishError
            If files cannot be written, or if somebody removed finished files meanwhile; in that
            case the plan is dropped, and the next run makes those documents again.
        """
        try:
            plan: dict[str, Any] = json.loads((self.folder / PLAN).read_bytes())
        except FileNotFoundError:
            return False
        self._check_moves(plan)
        with files_can_be_written(self.target):
            for source, target in plan["moves"]:
                self._move(self.folder / source, self.target / target)
            for path in plan["remove"]:
                (self.target / path).unlink(missing_ok=True)
            self.target.mkdir(parents=True, exist_ok=True)
            for folder in {(self.target / target).parent for _, target in plan["moves"]}:
                _sync(folder)
        write_atomically(self.target / MANIFEST, plan["manifest"].encode(), beside=self.folder)
        _remove_empty_folders(self.target)
        self._tidy(set(plan.get("waiting", ())))
        return True

    def _check_moves(self, plan: Mapping[str, Any]) -> None:
        """Drop a plan whose files are neither staged nor in their place."""
        manifest = Manifest.model_validate_json(plan["manifest"])
        hashes = {record.path: record.sha256 for record in manifest.all_files()}
        for source, target in plan["moves"]:
            if (self.folder / source).is_file():
                continue
            path = self.target / target
            if not (path.is_file() and hash_file(path) == hashes[target]):
                (self.folder / PLAN).unlink()
                raise _LostError(
                    f"{target} was finished and is gone: somebody removed it meanwhile",
                    where=str(self.folder),
                    hint="run the command again: what is missing is made again",
                )

    def _tidy(self, waiting: set[str]) -> None:
        """Remove what was published and what nobody waits for; the plan last."""
        for path in list(self.folder.iterdir()):
            if path.is_dir() and path.name not in waiting:
                shutil.rmtree(path, ignore_errors=True)
        (self.folder / PLAN).unlink()
        with contextlib.suppress(OSError):
            self.folder.rmdir()
            self.folder.parent.rmdir()  # the last one turns off the light

    def _move(self, source: Path, target: Path) -> None:
        if source.exists():  # else it was moved before the run was cut off
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)


def _remove_empty_folders(folder: Path) -> None:
    for path in sorted((p for p in folder.rglob("*") if p.is_dir()), reverse=True):
        with contextlib.suppress(OSError):
            path.rmdir()


def recover(output: Path) -> list[str]:
    """Finish the publishing that an interrupted run had planned; return the editions concerned.

    What an interrupted run left unfinished beside published files is removed. A plan whose files
    are gone is dropped: the run that follows makes them again.
    """
    finished = []
    for plan in sorted((output / STAGING).glob(f"*/{PLAN}")):
        staging = Staging(output, plan.parent.name)
        with contextlib.suppress(_LostError):
            staging.carry_out()
            finished.append(plan.parent.name)
    for leftover in output.glob(f"[!.]*/.{MANIFEST}.*.tmp"):
        leftover.unlink(missing_ok=True)
    return finished


def record_file(folder: Path, path: str) -> FileRecord:
    """Describe a finished file of a document."""
    file = folder / path
    return FileRecord(path=path, sha256=hash_file(file), bytes=file.stat().st_size)


def record_content(path: str, content: bytes) -> FileRecord:
    """Describe a file that is still in memory."""
    return FileRecord(path=path, sha256=hash_bytes(content), bytes=len(content))
