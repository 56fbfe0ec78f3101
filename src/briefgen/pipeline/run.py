"""What a run is asked for, what it needs, and what came of it.

`Selection` and `Options` come in, `BuildResult` goes out. `Run` is what every step of ``build``
needs: it is complete when it is made, and no step changes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from briefgen.config.document_kinds import find_document_kind
from briefgen.config.settings import Settings
from briefgen.errors import BriefgenError
from briefgen.model import DocumentKey
from briefgen.pipeline.inputs import Inputs
from briefgen.pipeline.state import Store
from briefgen.pipeline.work.fingerprint import Reason
from briefgen.pipeline.work.publish import DocumentRecord, Manifest
from briefgen.pipeline.work.stages import Stages, StageTime
from briefgen.processes import available_cores

State = Literal["made", "current", "stale", "failed"]


# --- what is asked for ----------------------------------------------------------------------


@dataclass(frozen=True)
class Selection:
    """Which documents are asked for; empty means all.

    Regions and audiences choose among the briefs; report and summary belong to none. ``names``
    chooses documents one by one.
    """

    kinds: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def keys(self, settings: Settings) -> list[DocumentKey]:
        """Return the documents of a study that are meant, report first."""
        return [key for key in settings.documents() if self._includes(key)]

    def _includes(self, key: DocumentKey) -> bool:
        narrowed = self.regions or self.audiences
        return (
            (not self.kinds or key.kind in self.kinds)
            and (not self.names or key.name in self.names)
            and (not narrowed or find_document_kind(key.kind).is_tailored)
            and (not self.regions or key.region in self.regions)
            and (not self.audiences or key.audience in self.audiences)
            and (not self.languages or key.language in self.languages)
        )


@dataclass(frozen=True)
class Options:
    """How to build.

    Attributes
    ----------
    engine
        ``pandoc``, ``quarto`` or ``None``: see `inputs.choose_engine`.
    jobs
        Worker processes; ``None``: one for each core.
    formats
        Formats beside PDF; ``None``: what is usual for the kind of document.
    force
        Make documents again that are current.
    dry_run
        Say what would be made, and why; make nothing.
    strict
        Warnings in the data are errors.
    in_process
        One job does its work in this process and keeps what is warm; nothing can stop it there.
    """

    engine: str | None = None
    jobs: int | None = None
    output: Path | None = None
    formats: tuple[str, ...] | None = None
    force: bool = False
    dry_run: bool = False
    strict: bool = False
    in_process: bool = False
    wait: bool = True
    command: str = "briefgen build"


EVERYTHING: Final = Selection()
USUAL: Final = Options()


def output_folder(settings: Settings, output: Path | None) -> Path:
    """Return where publications go."""
    return (output or settings.folder / "publications").resolve()


def with_edition(settings: Settings, edition: str | None) -> Settings:
    """Return the settings for another edition than the one in ``study.yml``."""
    if edition is None or edition == settings.edition:
        return settings
    info = settings.info.model_copy(update={"edition": edition})
    return settings.model_copy(update={"info": info})


# --- what the steps need --------------------------------------------------------------------


@dataclass(frozen=True)
class Run:
    """One run on a study: what all its steps need, known before the first of them.

    Attributes
    ----------
    keys
        The documents that are asked for.
    output
        Folder of publications.
    before
        The manifest of the edition as it stands there, if it does.
    previous
        The manifest of the edition that this one is compared with, if there is one.
    recovered
        Editions whose publishing an interrupted run had planned and this one finished.
    tell
        Called with sentences for the user.
    """

    settings: Settings
    options: Options
    keys: tuple[DocumentKey, ...]
    output: Path
    store: Store
    inputs: Inputs
    before: Manifest | None
    previous: Manifest | None
    recovered: tuple[str, ...]
    stages: Stages
    tell: Callable[[str], None]

    @property
    def folder(self) -> Path:
        """Where the edition is published."""
        return self.output / self.settings.edition

    @property
    def jobs(self) -> int:
        """How many worker processes there are."""
        return max(1, min(self.options.jobs or available_cores(), len(self.keys)))

    def formats(self, kind: str) -> tuple[str, ...]:
        """Return the formats beside PDF that a kind of document is made in."""
        usual = find_document_kind(kind).formats
        return usual if self.options.formats is None else self.options.formats

    def record_of(self, key: DocumentKey) -> DocumentRecord | None:
        """Return what the manifest says of a document that stands there."""
        return self.before.documents.get(key.name) if self.before else None


# --- what came of it ------------------------------------------------------------------------


@dataclass(frozen=True)
class DocumentOutcome:
    """What became of one document, and why it was made.

    Attributes
    ----------
    times
        Seconds of work by stage and part of it: ``compose``, ``render``, ``print``, ``html``, ….
    """

    key: DocumentKey
    state: State
    reasons: tuple[Reason, ...] = ()
    record: DocumentRecord | None = None
    error: BriefgenError | None = None
    times: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the outcome for ``--json``."""
        log = self.error.log if self.error else None
        return {
            "document": self.key.name,
            "state": self.state,
            "reasons": [reason.as_dict() for reason in self.reasons],
            "error": str(self.error) if self.error else None,
            "log": str(log) if log else None,
            "files": {name: file.path for name, file in self.record.files.items()}
            if self.record
            else {},
        }


@dataclass(frozen=True)
class BuildResult:
    """All outcomes of a run.

    Attributes
    ----------
    recovered
        Editions whose publishing an interrupted run had planned and this one finished.
    came
        What is new, changed or gone among the inputs since the last run, in words.
    stages
        How long each stage took.
    """

    outcomes: tuple[DocumentOutcome, ...]
    folder: Path
    seconds: float
    recovered: tuple[str, ...] = ()
    came: tuple[str, ...] = ()
    stages: tuple[StageTime, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all that was asked for is there now."""
        return all(outcome.state != "failed" for outcome in self.outcomes)

    def count(self, state: State) -> int:
        """Count the documents in a state."""
        return sum(outcome.state == state for outcome in self.outcomes)

    def as_dict(self) -> dict[str, Any]:
        """Return the result for ``--json``."""
        return {
            "ok": self.ok,
            "folder": str(self.folder),
            "seconds": round(self.seconds, 3),
            "inputs": list(self.came),
            "documents": [outcome.as_dict() for outcome in self.outcomes],
        }
