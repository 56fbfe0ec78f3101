"""The documents of a study as they stand: their state without composing them, and tidying up."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from briefgen.config.settings import Settings
from briefgen.errors import BriefgenError
from briefgen.model import DocumentKey
from briefgen.pipeline.inputs import choose_engine, take_inputs
from briefgen.pipeline.run import output_folder
from briefgen.pipeline.state import Store
from briefgen.pipeline.work.publish import STAGING, Manifest, find_damage, read_manifest


@dataclass(frozen=True)
class DocumentState:
    """A document of the study and what is known of it without composing it."""

    key: DocumentKey
    state: Literal["current", "inputs changed", "damaged", "not made"]
    path: str
    title: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return the state for ``--json``."""
        return {
            "document": self.key.name, "kind": self.key.kind, "region": self.key.region,
            "audience": self.key.audience, "language": self.key.language,
            "edition": self.key.edition, "state": self.state, "path": self.path,
            "title": self.title,
        }  # fmt: skip


def list_states(settings: Settings, output: Path | None = None) -> list[DocumentState]:
    """Return the state of every document, from the manifest and the inputs' hashes alone."""
    folder = output_folder(settings, output) / settings.edition
    manifest = read_manifest(folder)
    if manifest is None:
        return [DocumentState(key, "not made", "") for key in settings.documents()]
    snapshot = take_inputs(settings, choose_engine(settings, None, manifest)).snapshot
    return [_state_of(key, manifest, folder, snapshot) for key in settings.documents()]


def _state_of(key: DocumentKey, manifest: Manifest, folder: Path, snapshot: str) -> DocumentState:
    record = manifest.documents.get(key.name)
    if record is None:
        return DocumentState(key, "not made", "")
    path = str(folder / record.files["pdf"].path)
    if any(find_damage(folder, record.files.values())):
        return DocumentState(key, "damaged", path, record.title)
    current = manifest.frozen or record.snapshot == snapshot
    return DocumentState(key, "current" if current else "inputs changed", path, record.title)


def clean_study(settings: Settings, *, publications: bool = False) -> list[Path]:
    """Remove what can be made again; return what was removed.

    The archive of editions and the history that disclosure control needs are never removed.
    """
    store = Store.of(settings)
    with store.lock("briefgen clean"):
        output = output_folder(settings, None)
        found = [
            store.composed, store.folder / "analyses", store.folder / "decisions",
            store.folder / "exhibits", store.logs,
            settings.folder / "composed", output / STAGING,
        ]  # fmt: skip
        if publications:
            manifest = read_manifest(output / settings.edition)
            if manifest is not None and manifest.frozen:
                raise BriefgenError(
                    f"the edition {settings.edition} is frozen", hint="frozen editions are kept"
                )
            found.append(output / settings.edition)
        removed = [path for path in found if path.exists()]
        for path in removed:
            shutil.rmtree(path)
    return removed
