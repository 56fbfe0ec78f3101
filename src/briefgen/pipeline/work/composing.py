"""Compose documents: a complete ``.qmd`` folder for each, and what identifies it.

In: the `Worker` of this process and the keys of documents. Out: one outcome for each. Before it
stands the wall, after it ``printing``.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Sequence

from briefgen.errors import BriefgenError, TemplateError
from briefgen.model import DocumentKey
from briefgen.pipeline.work.documents import ComposedDocument, Outcome, document_date
from briefgen.pipeline.work.failures import document_errors
from briefgen.pipeline.work.fingerprint import list_parts
from briefgen.pipeline.work.publish import files_can_be_written
from briefgen.pipeline.work.stages import measure, stage_logger
from briefgen.pipeline.work.workers import Worker, describe_page, name_files, this_worker

log = stage_logger("compose")


def compose_batch(keys: Sequence[DocumentKey]) -> list[Outcome]:
    """Compose documents; one that fails does not stop the others."""
    return [_try_document(this_worker(), key) for key in keys]


def _try_document(worker: Worker, key: DocumentKey) -> Outcome:
    times: dict[str, float] = {}
    try:
        with (
            measure(times, "compose"),
            document_errors(key, TemplateError),
            files_can_be_written(worker.context.output),
        ):
            document = compose_document(worker, key)
    except BriefgenError as error:
        log.error("%s failed: %s", key.name, error.message)  # noqa: TRY400 - its traceback follows
        log.debug(error.traceback)
        return Outcome(key, error=error, times=times)
    log.info("%s: %d words in %.2f s", key.name, document.words, times["compose"])
    return Outcome(key, document=document, times=times)


def compose_document(worker: Worker, key: DocumentKey) -> ComposedDocument:
    """Compose a document into its folder, from the beginning."""
    context = worker.context
    folder = context.composed / key.language / key.name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    composed = worker.composer.compose(key, folder)
    page = _describe_surroundings(worker, key)
    return ComposedDocument(
        key=key,
        folder=folder,
        title=composed.title,
        words=composed.words,
        parts=list_parts(folder, key.kind, worker.style_hashes, context.versions, page),
        evidence=tuple(composed.evidence),
    )


def _describe_surroundings(worker: Worker, key: DocumentKey) -> dict[str, str]:
    """Return what the page says and where it goes, beside what is composed."""
    meta = dataclasses.asdict(describe_page(worker, key, title=""))
    meta |= {"path": name_files(worker, key), "date": document_date(worker.context.settings)}
    # what the page does with a text is code, whose hash stands among the versions
    return {name: str(value) for name, value in meta.items() if not callable(value)}
