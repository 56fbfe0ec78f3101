"""The audit of what is about to be published, together with what stands there already.

In: a `Run`, the released evidence and the composed documents. Out: nothing, or a
`DisclosureError` that stops the run. It stands between composing and printing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from briefgen import released_json
from briefgen.errors import DisclosureError
from briefgen.model import Evidence, Released
from briefgen.pipeline.run import Run
from briefgen.pipeline.work.documents import ComposedDocument
from briefgen.pipeline.work.fingerprint import hash_bytes, is_layout
from briefgen.pipeline.work.limits import run_limited
from briefgen.pipeline.work.publish import DocumentRecord
from briefgen.pipeline.work.stages import stage_logger

if TYPE_CHECKING:
    from briefgen.evidence.study import Study

log = stage_logger("audit")


def audit_publications(run: Run, released: Released, documents: Sequence[ComposedDocument]) -> None:
    """Let what all publications of the edition show pass the audit.

    Raises
    ------
    DisclosureError
        If together they would reveal what must stay hidden.
    """
    shown = _read_published(run, {document.key.name for document in documents}) | {
        document.key.name: {key: released[key] for key in document.evidence}
        for document in documents
    }
    values, data = _identify_values(shown.values()), run.inputs.data_digest
    if run.store.was_audited(data, values):
        log.info("%d values of %d documents passed the audit before", len(values), len(shown))
        return
    limits, study = run.settings.info.run_limits, run.inputs.study
    run_limited("the audit", limits, audit_shown, shown, study, run.inputs.history)
    run.store.note_audit(data, values)


def audit_shown(
    shown: Mapping[str, Mapping[str, Evidence]],
    study: Study,
    previous: Sequence[Mapping[str, Any]],
) -> None:
    """Let what documents show, by their names, pass the audit.

    Raises
    ------
    DisclosureError
        If together they would reveal what must stay hidden.
    """
    from briefgen import disclosure  # noqa: PLC0415 - stands before the wall

    report = disclosure.audit_evidence(
        shown.values(),
        study.settings,
        study,
        names=list(shown),
        edition=study.settings.edition,
        previous=previous,
    )
    log.info("%d values, %d hidden counts attacked", report.values, report.cells)
    if not report.ok:
        raise DisclosureError(
            "the publications together would reveal what must stay hidden:\n  "
            + "\n  ".join(report.lines()),
            hint="raise the limits in study.yml under disclosure, or show less",
        )


def _read_published(run: Run, composed: set[str]) -> dict[str, Mapping[str, Evidence]]:
    """Read sidecars of documents that this run does not make, from the same data.

    Those from other data are earlier publications, which the release has weighed.
    """
    found = {}
    for name, record in (run.before.documents if run.before else {}).items():
        file = record.files["evidence"]
        path = run.folder / file.path
        if name not in composed and path.is_file() and _has_same_data(run, record):
            found[name] = _read_evidence(path, file.sha256)
    return found


def _has_same_data(run: Run, record: DocumentRecord) -> bool:
    then = run.before.inputs.get(record.snapshot, {}) if run.before else {}
    now = run.inputs.hashes
    names = {name for name in then.keys() | now.keys() if not is_layout(name)}
    return all(then.get(name) == now.get(name) for name in names)


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
