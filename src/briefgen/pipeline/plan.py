"""Which documents have to be made, and why.

In: a `Run`, and for the reasons the documents as composed now. Out: reasons, one list for each
document; an empty list means that it is current. ``build`` asks before it prints.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from briefgen.model import DocumentKey
from briefgen.pipeline.run import Run
from briefgen.pipeline.work.documents import ComposedDocument, read_sidecar
from briefgen.pipeline.work.fingerprint import (
    Reason,
    compare_evidence,
    compare_inputs,
    explain_change,
)
from briefgen.pipeline.work.publish import DocumentRecord, find_damage, is_whole


def has_nothing_to_do(run: Run) -> bool:
    """Tell from hashes alone whether everything that is asked for stands there."""
    asked_for_more = run.options.force or run.options.strict
    if asked_for_more or run.before is None:
        return False
    pages = run.before.pages.values()
    return all(_is_untouched(run, key) for key in run.keys) and is_whole(run.folder, pages)


def _is_untouched(run: Run, key: DocumentKey) -> bool:
    record = run.record_of(key)
    return (
        record is not None
        and record.snapshot == run.inputs.snapshot
        and set(run.formats(key.kind)) <= record.files.keys()
        and not any(find_damage(run.folder, record.files.values()))
    )


def find_reasons(run: Run, document: ComposedDocument) -> list[Reason]:
    """Return why a document has to be made; nothing where it is current."""
    record = run.record_of(document.key)
    if record is None:
        return [Reason("new"), *_moved_since_edition(run, document)]
    damage = [
        Reason("missing", item.path) for item in find_damage(run.folder, record.files.values())
    ]
    reasons = [*damage, *_missing_formats(run, document.key, record)]
    if record.fingerprint != document.fingerprint:
        reasons += _find_changes(run, document, record)
    if run.options.force:
        reasons.append(Reason("forced"))
    return reasons


def _missing_formats(run: Run, key: DocumentKey, record: DocumentRecord) -> Iterator[Reason]:
    for name in run.formats(key.kind):
        if name not in record.files:
            yield Reason("format", name)


def _find_changes(run: Run, document: ComposedDocument, record: DocumentRecord) -> list[Reason]:
    before = run.before.inputs.get(record.snapshot, {}) if run.before else {}
    inputs = compare_inputs(before, run.inputs.hashes, document.key.kind)
    moved = _compare_sidecars(run.folder, record, document)
    return explain_change(record.parts, document.parts, moved, inputs)


def _moved_since_edition(run: Run, document: ComposedDocument) -> Iterable[Reason]:
    """Say what moved since the edition that this one is compared with, where there is one."""
    if run.previous is None or document.key.name not in run.previous.documents:
        return []
    record = run.previous.documents[document.key.name]
    return _compare_sidecars(run.output / run.previous.edition, record, document)


def _compare_sidecars(
    folder: Path, record: DocumentRecord, document: ComposedDocument
) -> list[Reason]:
    sidecar = record.files.get("evidence")
    path = folder / sidecar.path if sidecar else None
    if path is None or not path.is_file():
        return []
    return compare_evidence(_read_json(path), read_sidecar(document.folder))


def _read_json(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def describe_inputs(run: Run) -> Iterator[str]:
    """Say which inputs are new, changed or gone since the documents asked for were made."""
    before, now = _inputs_before(run), run.inputs.hashes
    for name in sorted(before.keys() | now.keys() if before else ()):
        if name not in before:
            yield f"{name} is new"
        elif name not in now:
            yield f"{name} is gone"
        elif before[name] != now[name]:
            yield f"{name} changed"


def _inputs_before(run: Run) -> Mapping[str, str]:
    """Return the inputs of the documents asked for, as they were when these were made."""
    last = run.before or run.previous
    if last is None:
        return {}
    records = [last.documents[key.name] for key in run.keys if key.name in last.documents]
    snapshots = dict.fromkeys(record.snapshot for record in records)
    return {name: sha for id_ in snapshots for name, sha in last.inputs.get(id_, {}).items()}
