"""The main flow: a study's data → released evidence → composed documents → publications.

`build` reads like the design: look at the inputs, analyse, release, compose, audit, print what
differs, publish. It returns one `Outcome` for each document; the command line turns them into
words. Nothing here formats text for readers.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from briefgen import released_json
from briefgen.config.document_kinds import document_kinds, find_document_kind
from briefgen.config.settings import Settings
from briefgen.content.explain import Explanation, explain_key
from briefgen.content.language import Locale
from briefgen.errors import BriefgenError, DisclosureError
from briefgen.model import DocumentKey, Evidence
from briefgen.output.catalogue import CatalogueEntry, Edition, make_catalogue
from briefgen.output.render.formats import check_formats
from briefgen.pipeline.drafts import (
    Draft,
    Outcome,
    Workshop,
    dated,
    read_sidecar,
)
from briefgen.pipeline.fingerprint import (
    Reason,
    compare_evidence,
    compare_inputs,
    explain_change,
    hash_bytes,
    is_layout,
)
from briefgen.pipeline.inputs import (
    choose_engine,
    layout_folders,
    read_own_recommendations,
    release_evidence,
    take_inputs,
)
from briefgen.pipeline.publish import (
    STAGING,
    DocumentRecord,
    Manifest,
    Staging,
    find_damage,
    is_whole,
    read_manifest,
    record_content,
    recover,
)
from briefgen.pipeline.state import Store

if TYPE_CHECKING:  # it loads charts and fonts, which a run with nothing to do never needs
    from briefgen.pipeline.pool import Pool

COMPOSE_BATCH: Final = 8
PRINT_BATCH: Final = 2
UNSETTLED: Final = "unsettled"
"""In place of a snapshot's id where an input changed while documents were made from it."""
State = Literal["made", "current", "stale", "failed"]
Progress = Callable[[str, int, int], None]
"""Called with stage, units done and units in all."""


@dataclass(frozen=True)
class Selection:
    """Which documents are asked for; empty means all.

    Regions and audiences choose among the tailored kinds; report and summary belong to none.
    ``names`` chooses documents one by one.
    """

    kinds: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    audiences: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def keys(self, settings: Settings) -> list[DocumentKey]:
        """Return the documents of a study that are meant, report first."""
        return [key for key in settings.documents() if self._means(key)]

    def _means(self, key: DocumentKey) -> bool:
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
        Make documents anew that are current.
    dry_run
        Say what would be made, and why; make nothing.
    strict
        Warnings in the data are errors.
    """

    engine: str | None = None
    jobs: int | None = None
    output: Path | None = None
    formats: tuple[str, ...] | None = None
    force: bool = False
    dry_run: bool = False
    strict: bool = False
    wait: bool = True
    command: str = "briefgen build"


@dataclass(frozen=True)
class DocumentOutcome:
    """What became of one document, and why it was made."""

    key: DocumentKey
    state: State
    reasons: tuple[Reason, ...] = ()
    record: DocumentRecord | None = None
    error: BriefgenError | None = None
    seconds: float = 0.0


@dataclass(frozen=True)
class BuildResult:
    """All outcomes of a run.

    Attributes
    ----------
    recovered
        Editions whose publishing an interrupted run had planned and this one finished.
    came
        What is new, changed or gone among the inputs since the last run, in words.
    """

    outcomes: tuple[DocumentOutcome, ...]
    folder: Path
    seconds: float
    recovered: tuple[str, ...] = ()
    came: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all that was asked for is there now."""
        return all(outcome.state != "failed" for outcome in self.outcomes)

    def count(self, state: State) -> int:
        """Count the documents in a state."""
        return sum(outcome.state == state for outcome in self.outcomes)


def output_folder(settings: Settings, output: Path | None) -> Path:
    """Return where publications go."""
    return (output or settings.folder / "publications").resolve()


# --- the run --------------------------------------------------------------------------------


def build(
    settings: Settings,
    selection: Selection = Selection(),
    options: Options = Options(),
    *,
    progress: Progress = lambda _stage, _done, _total: None,
    tell: Callable[[str], None] = lambda _sentence: None,
) -> BuildResult:
    """Make the documents of a selection that are not current.

    Parameters
    ----------
    progress
        Called as units of work are done.
    tell
        Called with sentences for the user, such as who holds the lock.

    Raises
    ------
    DataError
        If the data has problems: nothing is made.
    DisclosureError
        If the publications together would reveal somebody: nothing is made.
    PublishError
        If files cannot be written.
    """
    store = Store.of(settings)
    with store.lock(options.command, wait=options.wait, tell=tell):
        return _Run(settings, selection, options, progress, tell).carry_out()


class _Run:
    """One run under the lock; the steps share what they found."""

    def __init__(
        self,
        settings: Settings,
        selection: Selection,
        options: Options,
        progress: Progress,
        tell: Callable[[str], None],
    ) -> None:
        self.start = time.perf_counter()
        self.tell = tell
        self.settings = settings
        self.options = options
        self.progress = progress
        self.output = output_folder(settings, options.output)
        self.folder = self.output / settings.edition
        self.keys = selection.keys(settings)

    def carry_out(self) -> BuildResult:
        with dated(self.settings):
            return self._carry_out()

    def _carry_out(self) -> BuildResult:
        self.recovered = tuple(recover(self.output))
        self.before = self._read_manifest()
        engine = choose_engine(self.settings, self.options.engine, self.before)
        self.inputs = take_inputs(self.settings, engine, self.output)
        check_formats(self.options.formats or (), self.inputs.engine)
        if self._nothing_to_do():
            return self._result([self._current(key) for key in self.keys])
        self.released = release_evidence(self.inputs, strict=self.options.strict)
        self._tell_what_is_lost()
        if self.options.dry_run:
            with tempfile.TemporaryDirectory() as folder:
                return self._plan(Path(folder))
        return self._make(Store.of(self.settings).composed / self.settings.edition)

    def _tell_what_is_lost(self) -> None:
        """Say of which earlier publications nothing but the documents is left."""
        from briefgen.disclosure.records import tell_lost  # noqa: PLC0415 - heavy

        if sentence := tell_lost(self.inputs.history):
            self.tell(sentence)

    def _read_manifest(self) -> Manifest | None:
        manifest = read_manifest(self.folder)
        if manifest is not None and manifest.frozen and not self.options.dry_run:
            raise BriefgenError(
                f"the edition {manifest.edition} is frozen",
                where=str(self.folder),
                hint="build into the next one: `briefgen edition create NAME`",
            )
        return manifest

    # --- is there anything to do? ---

    def _nothing_to_do(self) -> bool:
        asked_for_more = self.options.force or self.options.strict
        if asked_for_more or self.before is None:
            return False
        pages = self.before.pages.values()
        return all(map(self._is_untouched, self.keys)) and is_whole(self.folder, pages)

    def _is_untouched(self, key: DocumentKey) -> bool:
        record = self._record_of(key)
        return (
            record is not None
            and record.snapshot == self.inputs.snapshot
            and set(self._formats(key.kind)) <= record.files.keys()
            and not any(find_damage(self.folder, record.files.values()))
        )

    def _record_of(self, key: DocumentKey) -> DocumentRecord | None:
        return self.before.documents.get(key.name) if self.before else None

    def _current(self, key: DocumentKey) -> DocumentOutcome:
        return DocumentOutcome(key, "current", record=self._record_of(key))

    def _formats(self, kind: str) -> tuple[str, ...]:
        usual = find_document_kind(kind).formats
        return usual if self.options.formats is None else self.options.formats

    # --- plan ---

    def _workshop(self, composed: Path) -> Workshop:
        return Workshop(
            settings=self.settings,
            released=self.released,
            recommendations=read_own_recommendations(self.settings),
            styles=layout_folders(self.settings)["styles"],
            hashes=self.inputs.hashes,
            engine=self.inputs.engine,
            versions=self.inputs.versions,
            snapshot=self.inputs.snapshot,
            output=self.output,
            composed=composed,
            shelf=Store.of(self.settings).shelf(self.inputs.drawing_digest),
        )

    def _plan(self, composed: Path) -> BuildResult:
        from briefgen.pipeline.pool import Pool  # noqa: PLC0415 - heavy

        with Pool(self._workshop(composed), self._jobs) as pool:
            drafts = self._compose(pool)
        outcomes = [
            DocumentOutcome(key, "failed", error=drafts[key].error)
            if drafts[key].draft is None
            else self._planned(key, drafts[key].draft)
            for key in self.keys
        ]
        return self._result(outcomes)

    def _planned(self, key: DocumentKey, draft: Draft | None) -> DocumentOutcome:
        reasons = self._reasons(draft) if draft else []
        state: State = "stale" if reasons else "current"
        return DocumentOutcome(key, state, tuple(reasons), self._record_of(key))

    @property
    def _jobs(self) -> int:
        available = len(os.sched_getaffinity(0))
        return max(1, min(self.options.jobs or available, len(self.keys)))

    def _compose(self, pool: Pool) -> dict[DocumentKey, Outcome]:
        done: dict[DocumentKey, Outcome] = {}
        batches = _group_for_composing(self.keys)
        seconds = max(kind.seconds for kind in document_kinds().values())
        for outcomes in pool.compose(batches, seconds):
            done |= {outcome.key: outcome for outcome in outcomes}
            self.progress("compose", len(done), len(self.keys))
        return done

    def _reasons(self, draft: Draft) -> list[Reason]:
        record = self._record_of(draft.key)
        if record is None:
            return [Reason("new"), *self._moved_since_edition(draft)]
        damage = [
            Reason("missing", item.path) for item in find_damage(self.folder, record.files.values())
        ]
        reasons = [*damage, *self._missing_formats(draft.key, record)]
        if record.fingerprint != draft.fingerprint:
            reasons += self._changes(draft, record)
        if self.options.force:
            reasons.append(Reason("forced"))
        return reasons

    def _missing_formats(self, key: DocumentKey, record: DocumentRecord) -> Iterator[Reason]:
        for name in self._formats(key.kind):
            if name not in record.files:
                yield Reason("format", name)

    def _changes(self, draft: Draft, record: DocumentRecord) -> list[Reason]:
        before = self.before.inputs.get(record.snapshot, {}) if self.before else {}
        inputs = compare_inputs(before, self.inputs.hashes, draft.key.kind)
        return explain_change(record.parts, draft.parts, self._moved(draft, record), inputs)

    def _moved(self, draft: Draft, record: DocumentRecord) -> Iterable[Reason]:
        return _compare_sidecars(self.folder, record, draft)

    def _moved_since_edition(self, draft: Draft) -> Iterable[Reason]:
        """Say what moved since the edition that this one is compared with, where there is one."""
        if self.previous is None or draft.key.name not in self.previous.documents:
            return []
        record = self.previous.documents[draft.key.name]
        return _compare_sidecars(self.output / self.previous.edition, record, draft)

    @cached_property
    def previous(self) -> Manifest | None:
        """The manifest of the edition that this one is compared with."""
        name = Store.of(self.settings).read_previous(self.settings.edition)
        return read_manifest(self.output / name) if name else None

    # --- make ---

    def _make(self, composed: Path) -> BuildResult:
        from briefgen.pipeline.pool import Pool  # noqa: PLC0415 - heavy

        with Pool(self._workshop(composed), self._jobs) as pool:
            composed_outcomes = self._compose(pool)
            drafts = [item.draft for item in composed_outcomes.values() if item.draft]
            reasons = {draft.key: self._reasons(draft) for draft in drafts}
            self._audit(drafts)
            wanted = [draft for draft in drafts if reasons[draft.key]]
            made = self._print(pool, wanted)
        outcomes = [
            self._describe(key, composed_outcomes[key], reasons.get(key, []), made.get(key))
            for key in self.keys
        ]
        self._publish(outcomes, {draft.key: draft for draft in drafts})
        return self._result(outcomes)

    def _describe(
        self,
        key: DocumentKey,
        composed: Outcome,
        reasons: Sequence[Reason],
        made: Outcome | None,
    ) -> DocumentOutcome:
        error = composed.error or (made.error if made else None)
        if error is not None:
            return DocumentOutcome(key, "failed", tuple(reasons), self._record_of(key), error)
        if made is None:
            return self._current(key)
        seconds = composed.seconds + made.seconds
        return DocumentOutcome(key, "made", tuple(reasons), made.record, seconds=seconds)

    def _audit(self, drafts: Sequence[Draft]) -> None:
        """Audit what is about to be published together with what stands there already."""
        from briefgen import disclosure  # noqa: PLC0415 - stands before the wall

        shown = self._read_published({draft.key.name for draft in drafts}) | {
            draft.key.name: {key: self.released[key] for key in draft.evidence} for draft in drafts
        }
        values = _identify_values(shown.values())
        store, data = Store.of(self.settings), self.inputs.data_digest
        if store.was_audited(data, values):
            return
        report = disclosure.audit_evidence(
            shown.values(),
            self.settings,
            names=list(shown),
            edition=self.settings.edition,
            previous=self.inputs.history,
        )
        if not report.ok:
            raise DisclosureError(
                "the publications together would reveal what must stay hidden:\n  "
                + "\n  ".join(report.lines()),
                hint="raise the limits in study.yml under disclosure, or show less",
            )
        store.note_audit(data, values)

    def _read_published(self, drafted: set[str]) -> dict[str, Mapping[str, Evidence]]:
        """Read sidecars of documents that this run does not make, from the same data.

        Those from other data are earlier publications, which the release has weighed.
        """
        found = {}
        for name, record in (self.before.documents if self.before else {}).items():
            file = record.files["evidence"]
            path = self.folder / file.path
            if name not in drafted and path.is_file() and self._has_same_data(record):
                found[name] = _read_evidence(path, file.sha256)
        return found

    def _has_same_data(self, record: DocumentRecord) -> bool:
        then = self.before.inputs.get(record.snapshot, {}) if self.before else {}
        now = self.inputs.hashes
        names = {name for name in then.keys() | now.keys() if not is_layout(name)}
        return all(then.get(name) == now.get(name) for name in names)

    def _print(self, pool: Pool, wanted: Sequence[Draft]) -> dict[DocumentKey, Outcome]:
        staging = Staging(self.output, self.settings.edition)
        done: dict[DocumentKey, Outcome] = {}
        for draft in wanted:
            record = (
                None if self.options.force else staging.finished(draft.key.name, draft.fingerprint)
            )
            if record is not None and set(self._formats(draft.key.kind)) <= record.files.keys():
                current = record.model_copy(update={"snapshot": self.inputs.snapshot})
                done[draft.key] = Outcome(draft.key, draft=draft, record=current)
        todo = [draft for draft in wanted if draft.key not in done]
        formats = {kind: self._formats(kind) for kind in document_kinds()}
        batches = self._group_for_printing(todo)
        seconds = max((_time_limit(batch) for batch in batches), default=1)
        for outcomes in pool.make(batches, formats, seconds):
            done |= {outcome.key: outcome for outcome in outcomes}
            self.progress("print", len(done), len(wanted))
        return done

    def _group_for_printing(self, drafts: Sequence[Draft]) -> list[list[Draft]]:
        # one call of Quarto renders many documents; the embedded engine has no start to share
        size = PRINT_BATCH
        if self.inputs.engine == "quarto":
            size = max(1, -(-len(drafts) // self._jobs))
        groups: list[list[Draft]] = []
        for name, kind in document_kinds().items():
            same = [draft for draft in drafts if draft.key.kind == name]
            step = size if kind.is_short or self.inputs.engine == "quarto" else 1
            groups += [same[i : i + step] for i in range(0, len(same), step)]
        return groups

    # --- publish ---

    def _publish(
        self, outcomes: Sequence[DocumentOutcome], drafts: Mapping[DocumentKey, Draft]
    ) -> None:
        made = [outcome for outcome in outcomes if outcome.state == "made"]
        snapshot = UNSETTLED if self.inputs.find_changes() else self.inputs.snapshot
        good = {
            outcome.key.name: _as_of(snapshot, outcome.record, drafts[outcome.key])
            for outcome in outcomes
            if outcome.record is not None and outcome.state in ("made", "current")
        }
        if not good:
            return
        documents = {**(self.before.documents if self.before else {}), **good}
        known = {key.name for key in self.settings.documents()}
        manifest = self._manifest({n: r for n, r in documents.items() if n in known}, snapshot)
        pages = _make_catalogue(self.settings, manifest)
        manifest = manifest.model_copy(
            update={"pages": {path: record_content(path, page) for path, page in pages.items()}}
        )
        self._remember()
        Staging(self.output, self.settings.edition).publish(
            [outcome.key.name for outcome in made],
            manifest,
            self.before,
            pages,
            waiting=known - {key.name for key in self.keys},
        )

    def _manifest(self, documents: dict[str, DocumentRecord], snapshot: str) -> Manifest:
        snapshots = dict(self.before.inputs) if self.before else {}
        snapshots[snapshot] = self.inputs.hashes
        return Manifest(
            study=self.settings.info.id,
            edition=self.settings.edition,
            demonstration=self.settings.info.demonstration,
            previous=Store.of(self.settings).read_previous(self.settings.edition),
            engine=f"{self.inputs.engine} {self.inputs.versions[f'engine {self.inputs.engine}']}",
            versions=self.inputs.versions,
            inputs=snapshots,
            documents=documents,
        ).keep_used_inputs()

    def _remember(self) -> None:
        """Write down what disclosure control must know later, before anything is visible."""
        from briefgen import disclosure  # noqa: PLC0415 - stands before the wall
        from briefgen.evidence.load import load_study  # noqa: PLC0415 - stands before the wall

        store = Store.of(self.settings)
        if store.last_inputs() != self.inputs.data_digest:
            entry = disclosure.remember(load_study(self.settings), self.released)
            store.append_history({**entry, "inputs": self.inputs.data_digest})

    def _result(self, outcomes: Sequence[DocumentOutcome]) -> BuildResult:
        return BuildResult(
            outcomes=tuple(outcomes),
            folder=self.folder,
            seconds=time.perf_counter() - self.start,
            recovered=self.recovered,
            came=tuple(_describe_inputs(self._inputs_before(), self.inputs.hashes)),
        )

    def _inputs_before(self) -> Mapping[str, str]:
        """Return the inputs of the documents asked for, as they were when these were made."""
        last = self.before or self.previous
        if last is None:
            return {}
        records = [last.documents[key.name] for key in self.keys if key.name in last.documents]
        snapshots = dict.fromkeys(record.snapshot for record in records)
        return {name: sha for id_ in snapshots for name, sha in last.inputs.get(id_, {}).items()}


def _make_catalogue(settings: Settings, manifest: Manifest) -> dict[str, bytes]:
    entries = [
        CatalogueEntry(
            kind=item.kind, region=item.region, audience=item.audience, language=item.language,
            title=item.title, files={name: file.path for name, file in item.files.items()},
        )
        for item in manifest.documents.values()
    ]  # fmt: skip
    edition = Edition(
        name=manifest.edition,
        demonstration=manifest.demonstration,
        version=manifest.versions.get("briefgen", ""),
        entries=entries,
    )
    texts = {language: Locale(settings, language).text for language in settings.languages}
    return make_catalogue(settings, edition, texts)


def _as_of(snapshot: str, record: DocumentRecord, draft: Draft) -> DocumentRecord:
    return record.model_copy(update={"snapshot": snapshot, "title": draft.title})


@lru_cache(maxsize=4096)
def _read_evidence(sidecar: Path, _sha256: str) -> Mapping[str, Evidence]:
    """Read a sidecar; a process that stays reads it once as long as its content is the same."""
    return released_json.read_sidecar(sidecar.read_text(encoding="utf-8"))


def _identify_values(shown: Iterable[Mapping[str, Evidence]]) -> set[str]:
    """Return an id for each value that is shown, the same for the same key and numbers."""
    values = {
        (item.key, item.value, item.low, item.high, item.n, item.status.value, item.as_of)
        for items in shown
        for item in items.values()
    }
    return {hash_bytes(repr(value).encode())[:16] for value in values}


def _compare_sidecars(folder: Path, record: DocumentRecord, draft: Draft) -> list[Reason]:
    sidecar = record.files.get("evidence")
    path = folder / sidecar.path if sidecar else None
    if path is None or not path.is_file():
        return []
    return compare_evidence(_read_json(path), read_sidecar(draft.folder))


def _describe_inputs(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[str]:
    for name in sorted(before.keys() | now.keys() if before else ()):
        if name not in before:
            yield f"{name} is new"
        elif name not in now:
            yield f"{name} is gone"
        elif before[name] != now[name]:
            yield f"{name} changed"


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def _group_for_composing(keys: Sequence[DocumentKey]) -> list[list[DocumentKey]]:
    """Put documents of a region and language together: they share exhibits."""
    ordered = sorted(keys, key=lambda key: (key.language, key.region))
    long = [[key] for key in ordered if not find_document_kind(key.kind).is_short]
    short = [key for key in ordered if find_document_kind(key.kind).is_short]
    return long + [short[i : i + COMPOSE_BATCH] for i in range(0, len(short), COMPOSE_BATCH)]


def _time_limit(batch: Sequence[Draft]) -> int:
    seconds = max((find_document_kind(draft.key.kind).seconds for draft in batch), default=1)
    return seconds * max(1, len(batch))


def with_edition(settings: Settings, edition: str | None) -> Settings:
    """Return the settings for another edition than the one in ``study.yml``."""
    if edition is None or edition == settings.edition:
        return settings
    info = settings.info.model_copy(update={"edition": edition})
    return settings.model_copy(update={"info": info})


# --- smaller commands -----------------------------------------------------------------------


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


def compose_documents(settings: Settings, selection: Selection, target: Path) -> list[Path]:
    """Compose documents into ``target/<language>/<name>/document.qmd`` for Quarto.

    Raises
    ------
    BriefgenError
        Of the first document that cannot be composed.
    """
    inputs = take_inputs(settings, "pandoc")
    store = Store.of(settings)
    with store.lock("briefgen compose"):
        workshop = Workshop(
            settings=settings, released=release_evidence(inputs),
            recommendations=read_own_recommendations(settings), hashes=inputs.hashes,
            styles=layout_folders(settings)["styles"], engine=inputs.engine,
            versions=inputs.versions,
            snapshot=inputs.snapshot, output=output_folder(settings, None), composed=target,
        )  # fmt: skip
        from briefgen.pipeline.workers import Bench  # noqa: PLC0415 - heavy

        bench = Bench(workshop)
        return [bench.compose(key).folder / "document.qmd" for key in selection.keys(settings)]


def clean_study(settings: Settings, *, publications: bool = False) -> list[Path]:
    """Remove what can be made again; return what was removed.

    The archive of editions and the history that disclosure control needs are never removed.
    """
    store = Store.of(settings)
    with store.lock("briefgen clean"):
        output = output_folder(settings, None)
        found = [
            store.composed, store.folder / "analyses", store.folder / "exhibits",
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


def explain(settings: Settings, key: str) -> Explanation:
    """Follow a key, a statement or a recommendation down to question, base, n, method and file."""
    released = release_evidence(take_inputs(settings, "pandoc"))
    return explain_key(key, released, settings, read_own_recommendations(settings))


def describe_result(result: BuildResult) -> dict[str, Any]:
    """Return a build's result for ``--json``."""
    return {
        "ok": result.ok,
        "folder": str(result.folder),
        "seconds": round(result.seconds, 3),
        "inputs": list(result.came),
        "documents": [
            {
                "document": outcome.key.name,
                "state": outcome.state,
                "reasons": [reason.as_dict() for reason in outcome.reasons],
                "error": str(outcome.error) if outcome.error else None,
                "files": {name: file.path for name, file in outcome.record.files.items()}
                if outcome.record
                else {},
            }
            for outcome in result.outcomes
        ],
    }
