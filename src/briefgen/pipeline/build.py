"""The main flow: a study's data → released evidence → composed documents → publications.

`build` reads like the design: look at the inputs, analyse, release, compose, audit, print what
differs, publish. It returns one outcome for each document; the command line turns them into
words. Nothing here formats text for readers.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final

from briefgen.config.document_kinds import document_kinds, find_document_kind
from briefgen.config.settings import Settings
from briefgen.errors import BriefgenError
from briefgen.model import DocumentKey, Released
from briefgen.output.render.formats import check_formats
from briefgen.pipeline.auditing import audit_publications
from briefgen.pipeline.inputs import (
    choose_engine,
    layout_folders,
    read_own_recommendations,
    release_evidence,
    take_inputs,
)
from briefgen.pipeline.logs import keep_logs
from briefgen.pipeline.plan import describe_inputs, find_reasons, has_nothing_to_do
from briefgen.pipeline.publishing import publish_documents
from briefgen.pipeline.run import (
    EVERYTHING,
    USUAL,
    BuildResult,
    DocumentOutcome,
    Options,
    Run,
    Selection,
    State,
    output_folder,
)
from briefgen.pipeline.state import Store
from briefgen.pipeline.work.documents import BuildContext, ComposedDocument, Outcome, dated
from briefgen.pipeline.work.fingerprint import Reason
from briefgen.pipeline.work.publish import Manifest, Staging, read_manifest, recover
from briefgen.pipeline.work.stages import Progress, Stages, no_progress

if TYPE_CHECKING:  # it loads charts and fonts, which a run with nothing to do never needs
    from briefgen.pipeline.work.pool import Pool

COMPOSE_BATCH: Final = 8
PRINT_BATCH: Final = 2


def build(
    settings: Settings,
    selection: Selection = EVERYTHING,
    options: Options = USUAL,
    *,
    progress: Progress = no_progress,
    tell: Callable[[str], None] = lambda _sentence: None,
) -> BuildResult:
    """Make the documents of a selection that are not current.

    Parameters
    ----------
    progress
        Called as each stage begins, as units of work are done, and as it ends.
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
    with store.lock(options.command, wait=options.wait, tell=tell), dated(settings):
        start = time.perf_counter()
        run = prepare_run(settings, selection, options, Stages(progress), tell)
        outcomes = carry_out(run)
        return BuildResult(
            outcomes=tuple(keep_logs(run, outcomes)),
            folder=run.folder,
            seconds=time.perf_counter() - start,
            recovered=run.recovered,
            came=tuple(describe_inputs(run)),
            stages=tuple(run.stages.times),
        )


def carry_out(run: Run) -> list[DocumentOutcome]:
    """Take a run from its inputs to its publications; with ``dry_run``, to its plan."""
    if has_nothing_to_do(run):
        return [_current(run, key) for key in run.keys]
    released = release_evidence(
        run.inputs, strict=run.options.strict, stages=run.stages, tell=run.tell
    )
    with _open_pool(run, released) as pool:
        composed = compose_all(run, pool)
        documents = [item.document for item in composed.values() if item.document]
        reasons = {document.key: find_reasons(run, document) for document in documents}
        if run.options.dry_run:
            return [_plan_outcome(run, composed[key], reasons.get(key, [])) for key in run.keys]
        with run.stages.begin("audit"):
            audit_publications(run, released, documents)
        printed = print_all(run, pool, [item for item in documents if reasons[item.key]])
    outcomes = [
        _describe_outcome(run, composed[key], reasons.get(key, []), printed.get(key))
        for key in run.keys
    ]
    with run.stages.begin("publish"):
        publish_documents(run, released, outcomes, {item.key: item for item in documents})
    return outcomes


# --- before ---------------------------------------------------------------------------------


def prepare_run(
    settings: Settings,
    selection: Selection,
    options: Options,
    stages: Stages,
    tell: Callable[[str], None],
) -> Run:
    """Finish what an interrupted run had planned, look at all inputs, and say what stands there.

    Raises
    ------
    BriefgenError
        If the edition is frozen, or the engine cannot write one of the formats.
    """
    output, store = output_folder(settings, options.output), Store.of(settings)
    with stages.begin("inputs"):
        recovered = tuple(recover(output))
        before = _read_open_manifest(output / settings.edition, options)
        inputs = take_inputs(settings, choose_engine(settings, options.engine, before), output)
        check_formats(options.formats or (), inputs.engine)
        previous = store.read_previous(settings.edition)
    return Run(
        settings=settings,
        options=options,
        keys=tuple(selection.keys(settings)),
        output=output,
        store=store,
        inputs=inputs,
        before=before,
        previous=read_manifest(output / previous) if previous else None,
        recovered=recovered,
        stages=stages,
        tell=tell,
    )


def _read_open_manifest(folder: Path, options: Options) -> Manifest | None:
    manifest = read_manifest(folder)
    if manifest is not None and manifest.frozen and not options.dry_run:
        raise BriefgenError(
            f"the edition {manifest.edition} is frozen",
            where=str(folder),
            hint="build into the next one: `briefgen edition create NAME`",
        )
    return manifest


def _make_context(run: Run, released: Released, composed: Path) -> BuildContext:
    return BuildContext(
        settings=run.settings,
        released=released,
        recommendations=read_own_recommendations(run.settings),
        styles=layout_folders(run.settings)["styles"],
        hashes=run.inputs.hashes,
        engine=run.inputs.engine,
        versions=run.inputs.versions,
        snapshot=run.inputs.snapshot,
        output=run.output,
        composed=composed,
        exhibits=run.store.exhibit_cache(run.inputs.drawing_digest),
    )


@contextmanager
def _open_pool(run: Run, released: Released) -> Iterator[Pool]:
    """Start the workers; a dry run leaves nothing of what they compose."""
    kept = nullcontext(str(run.store.composed / run.settings.edition))
    with tempfile.TemporaryDirectory() if run.options.dry_run else kept as composed:
        with run.stages.begin("start"):
            from briefgen.pipeline.work.pool import Pool  # noqa: PLC0415 - heavy

            context = _make_context(run, released, Path(composed))
            pool = Pool(context, run.jobs, in_process=run.options.in_process)
        with pool:
            yield pool


# --- compose --------------------------------------------------------------------------------


def compose_all(run: Run, pool: Pool) -> dict[DocumentKey, Outcome]:
    """Compose every document that is asked for."""
    done: dict[DocumentKey, Outcome] = {}
    with run.stages.begin("compose", len(run.keys)) as show:
        seconds = max(kind.seconds for kind in document_kinds().values())
        for outcomes in pool.compose(_group_for_composing(run.keys), seconds):
            done |= {outcome.key: outcome for outcome in outcomes}
            show(len(done))
    return done


def _group_for_composing(keys: Sequence[DocumentKey]) -> list[list[DocumentKey]]:
    """Put documents of a region and language together: they share exhibits."""
    ordered = sorted(keys, key=lambda key: (key.language, key.region))
    long = [[key] for key in ordered if not find_document_kind(key.kind).is_short]
    briefs = [key for key in ordered if find_document_kind(key.kind).is_short]
    return long + [briefs[i : i + COMPOSE_BATCH] for i in range(0, len(briefs), COMPOSE_BATCH)]


# --- print ----------------------------------------------------------------------------------


def print_all(
    run: Run, pool: Pool, wanted: Sequence[ComposedDocument]
) -> dict[DocumentKey, Outcome]:
    """Print documents into staging, apart from those that an interrupted run left there."""
    if not wanted:
        return {}
    done = _find_finished(run, wanted)
    batches = _group_for_printing(run, [item for item in wanted if item.key not in done])
    formats = {kind: run.formats(kind) for kind in document_kinds()}
    seconds = max((_time_limit(batch) for batch in batches), default=1)
    with run.stages.begin("print", len(wanted)) as show:
        for outcomes in pool.make(batches, formats, seconds):
            done |= {outcome.key: outcome for outcome in outcomes}
            show(len(done))
    return done


def _find_finished(run: Run, wanted: Sequence[ComposedDocument]) -> dict[DocumentKey, Outcome]:
    if run.options.force:
        return {}
    staging = Staging(run.output, run.settings.edition)
    done = {}
    for document in wanted:
        record = staging.finished(document.key.name, document.fingerprint)
        if record is not None and set(run.formats(document.key.kind)) <= record.files.keys():
            current = record.model_copy(update={"snapshot": run.inputs.snapshot})
            done[document.key] = Outcome(document.key, document=document, record=current)
    return done


def _group_for_printing(
    run: Run, documents: Sequence[ComposedDocument]
) -> list[list[ComposedDocument]]:
    # one call of Quarto renders many documents; the embedded engine has no start to share
    size = PRINT_BATCH
    if run.inputs.engine == "quarto":
        size = max(1, -(-len(documents) // run.jobs))
    groups: list[list[ComposedDocument]] = []
    for name, kind in document_kinds().items():
        same = [document for document in documents if document.key.kind == name]
        step = size if kind.is_short or run.inputs.engine == "quarto" else 1
        groups += [same[i : i + step] for i in range(0, len(same), step)]
    return groups


def _time_limit(batch: Sequence[ComposedDocument]) -> int:
    seconds = max((find_document_kind(item.key.kind).seconds for item in batch), default=1)
    return seconds * max(1, len(batch))


# --- outcomes -------------------------------------------------------------------------------


def _current(run: Run, key: DocumentKey) -> DocumentOutcome:
    return DocumentOutcome(key, "current", record=run.record_of(key))


def _plan_outcome(run: Run, composed: Outcome, reasons: Sequence[Reason]) -> DocumentOutcome:
    key = composed.key
    if composed.document is None:
        return DocumentOutcome(key, "failed", error=composed.error)
    state: State = "stale" if reasons else "current"
    return DocumentOutcome(key, state, tuple(reasons), run.record_of(key), times=composed.times)


def _describe_outcome(
    run: Run, composed: Outcome, reasons: Sequence[Reason], printed: Outcome | None
) -> DocumentOutcome:
    key, record = composed.key, run.record_of(composed.key)
    times = _add_times(composed.times, printed.times if printed else {})
    error = composed.error or (printed.error if printed else None)
    if error is not None:
        return DocumentOutcome(key, "failed", tuple(reasons), record, error, times)
    if printed is None:
        return DocumentOutcome(key, "current", record=record, times=times)
    return DocumentOutcome(key, "made", tuple(reasons), printed.record, times=times)


def _add_times(one: Mapping[str, float], other: Mapping[str, float]) -> dict[str, float]:
    return {part: one.get(part, 0.0) + other.get(part, 0.0) for part in [*one, *other]}
