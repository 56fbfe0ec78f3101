"""What the main flow and its workers hand to each other: light types, quick to import.

`BuildContext` is all that documents are made from, `ComposedDocument` what composing gives,
`Outcome` what became of one unit of work. ``build`` and ``workers`` use them.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Settings
from briefgen.errors import BriefgenError
from briefgen.model import DocumentKey, Released
from briefgen.pipeline.work.fingerprint import hash_mapping
from briefgen.pipeline.work.publish import DocumentRecord


@dataclass(frozen=True)
class BuildContext:
    """All that documents are made from; it has passed the wall.

    Attributes
    ----------
    styles
        Folders of stylesheets, the study's own before the default.
    hashes
        SHA-256 of all inputs by name: what a process keeps warm as long as they are the same.
    engine
        Name of the engine; each process starts its own.
    versions
        Of all programs, by name (`fingerprint.collect_versions`).
    snapshot
        Id of the inputs.
    output
        Folder of publications.
    exhibits
        Cache of exhibits that were drawn from the same evidence by the same programs.
    """

    settings: Settings
    released: Released
    recommendations: tuple[Recommendation, ...]
    styles: tuple[Path, ...]
    hashes: Mapping[str, str]
    engine: str
    versions: Mapping[str, str]
    snapshot: str
    output: Path
    composed: Path
    exhibits: Path | None = None


@dataclass(frozen=True)
class ComposedDocument:
    """A composed document and what identifies it."""

    key: DocumentKey
    folder: Path
    title: str
    words: int
    parts: dict[str, str]
    evidence: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Hash of everything the document is made from."""
        return hash_mapping(self.parts)


@dataclass(frozen=True)
class Outcome:
    """What became of one unit of work: a result or an error, never both.

    Attributes
    ----------
    times
        Seconds by part of the work: ``compose``, ``render``, ``print``, ``html``, ``docx``, ….
    """

    key: DocumentKey
    document: ComposedDocument | None = None
    record: DocumentRecord | None = None
    error: BriefgenError | None = None
    times: dict[str, float] = field(default_factory=dict)


@contextlib.contextmanager
def dated(settings: Settings) -> Iterator[None]:
    """Let every program that is started meanwhile write the date of the publications."""
    if "SOURCE_DATE_EPOCH" in os.environ:
        yield
        return
    os.environ["SOURCE_DATE_EPOCH"] = str(int(document_date(settings).timestamp()))
    try:
        yield
    finally:
        del os.environ["SOURCE_DATE_EPOCH"]


def document_date(settings: Settings) -> dt.datetime:
    """Return the date that publications carry: ``SOURCE_DATE_EPOCH``, else the study's."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        return dt.datetime.fromtimestamp(int(epoch), tz=dt.UTC)
    date = settings.info.publication.date
    return dt.datetime(date.year, date.month, date.day, tzinfo=dt.UTC)


def read_sidecar(folder: Path) -> dict[str, Any]:
    """Read the evidence that a composed document prints."""
    content: dict[str, Any] = json.loads((folder / "evidence.json").read_text(encoding="utf-8"))
    return content
