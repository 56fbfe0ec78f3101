"""Put the documents of a run in their place, with a manifest that says what they are.

In: a `Run`, its outcomes and the composed documents. Out: the edition's folder, complete. It is
the last step of ``build``; ``publish`` moves the files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import html

from briefgen.config.brand import load_brand
from briefgen.config.document_kinds import find_document_kind
from briefgen.config.settings import Settings
from briefgen.content.language import Locale
from briefgen.content.language.quotes import find_marks, set_page
from briefgen.model import DocumentKey, Released
from briefgen.output.catalogue import CatalogueEntry, Edition, make_catalogue
from briefgen.pipeline.run import DocumentOutcome, Run
from briefgen.pipeline.work.documents import ComposedDocument
from briefgen.pipeline.work.publish import (
    SHARED_FONTS,
    UNSETTLED,
    DocumentRecord,
    Manifest,
    Staging,
    record_content,
)
from briefgen.pipeline.work.stages import stage_logger

log = stage_logger("publish")


def publish_documents(
    run: Run,
    released: Released,
    outcomes: Sequence[DocumentOutcome],
    documents: Mapping[DocumentKey, ComposedDocument],
) -> None:
    """Publish what was made beside what stands there, or nothing where nothing is good.

    What disclosure control must know later is written down before anything is visible.
    """
    snapshot = UNSETTLED if run.inputs.find_changes() else run.inputs.snapshot
    good = {
        outcome.key.name: _as_of(snapshot, outcome.record, documents[outcome.key])
        for outcome in outcomes
        if outcome.record is not None and outcome.state in ("made", "current")
    }
    if not good:
        return
    manifest, pages = _describe_edition(run, good, snapshot)
    _remember_publication(run, released)
    known = {key.name for key in run.settings.documents()}
    made = [outcome.key.name for outcome in outcomes if outcome.state == "made"]
    Staging(run.output, run.settings.edition).publish(
        made,
        manifest,
        run.before,
        pages,
        waiting=known - {key.name for key in run.keys},
    )
    log.info("%d documents published in %s", len(made), run.folder)


def _as_of(snapshot: str, record: DocumentRecord, document: ComposedDocument) -> DocumentRecord:
    return record.model_copy(update={"snapshot": snapshot, "title": document.title})


def _describe_edition(
    run: Run, good: Mapping[str, DocumentRecord], snapshot: str
) -> tuple[Manifest, dict[str, bytes]]:
    """Return the edition's manifest and the pages of its catalogue."""
    known = {key.name for key in run.settings.documents()}
    documents = {**(run.before.documents if run.before else {}), **good}
    documents = {name: record for name, record in documents.items() if name in known}
    manifest = _make_manifest(run, documents, snapshot)
    pages = {**_make_catalogue(run.settings, manifest), **_share_fonts(run.settings, manifest)}
    records = {path: record_content(path, page) for path, page in pages.items()}
    return manifest.model_copy(update={"pages": records}), pages


def _make_manifest(run: Run, documents: dict[str, DocumentRecord], snapshot: str) -> Manifest:
    snapshots = dict(run.before.inputs) if run.before else {}
    snapshots[snapshot] = run.inputs.hashes
    engine = run.inputs.engine
    return Manifest(
        study=run.settings.info.id,
        edition=run.settings.edition,
        demonstration=run.settings.info.demonstration,
        previous=run.store.read_previous(run.settings.edition),
        engine=f"{engine} {run.inputs.versions[f'engine {engine}']}",
        versions=run.inputs.versions,
        inputs=snapshots,
        documents=documents,
    ).keep_used_inputs()


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
    locales = {language: Locale(settings, language) for language in settings.languages}
    texts = {language: locale.text for language, locale in locales.items()}
    pages = make_catalogue(settings, edition, texts)
    return {
        address: set_page(page.decode(), find_marks(locales[_language_of(page)].quote)).encode()
        for address, page in pages.items()
    }


def _share_fonts(settings: Settings, manifest: Manifest) -> dict[str, bytes]:
    """Return the fonts that web pages share, where there are such pages."""
    shares = any(
        "html" in record.files and find_document_kind(record.kind).is_tailored
        for record in manifest.documents.values()
    )
    files = load_brand(settings.folder).font_files if shares else ()
    return {f"{SHARED_FONTS}/{path.name}": path.read_bytes() for path in files}


def _language_of(page: bytes) -> str:
    """Return the language that a page of the catalogue states."""
    return str(html.document_fromstring(page).get("lang"))


def _remember_publication(run: Run, released: Released) -> None:
    from briefgen import disclosure  # noqa: PLC0415 - stands before the wall

    if run.store.last_inputs() != run.inputs.data_digest:
        entry = disclosure.remember(run.inputs.study, released)
        run.store.append_history({**entry, "inputs": run.inputs.data_digest})
