"""What was published before: the private history, and where it is lost the published folders.

In: `Settings` and the folder of publications. Out: the entries that `release` and the audit take
as ``previous``. Histories of older versions are brought into today's form. What the published
sidecars show and the history does not know was published all the same: it comes as an entry
without respondents, beside which the release publishes nothing new of the same questions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from briefgen.config.settings import Settings
from briefgen.disclosure.artefacts import read_artefacts
from briefgen.disclosure.legacy import is_old, migrate_entry
from briefgen.disclosure.records import FORMAT, SEEN, can_read, derive_key, read_salts, write_salts
from briefgen.model import Evidence
from briefgen.pipeline.state import Store
from briefgen.pipeline.work.fingerprint import hash_survey
from briefgen.pipeline.work.publish import Manifest, read_manifest
from briefgen.released_json import evidence_as_dict

Value = tuple[Any, ...]


def read_history(settings: Settings, folder: Path) -> list[dict[str, Any]]:
    """Return what is known of earlier publications, oldest first.

    Parameters
    ----------
    folder
        The publications, edition by edition.

    Raises
    ------
    DisclosureError
        If a published sidecar cannot be read.
    """
    store = Store.of(settings)
    migrate_history(settings, store)
    entries = [_drop_unreadable(settings, entry) for entry in store.read_history()]
    return [*recall(settings, folder, entries), *entries]


def _drop_unreadable(settings: Settings, entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry without its respondents where the salt of their hashes is lost."""
    if entry.get("format") != FORMAT or not entry["respondents"]:
        return entry
    if can_read(entry, read_salts(settings)):
        return entry
    return {**entry, "format": SEEN, "respondents": {}}


def migrate_history(settings: Settings, store: Store) -> None:
    """Take the salt out of entries of an older version, and hash their hashes again."""
    old = [entry["respondents"]["salt"] for entry in store.read_history() if is_old(entry)]
    if not old:
        return
    salts = list(dict.fromkeys([*read_salts(settings), *old]))
    write_salts(store.salt, salts)
    key = derive_key(salts[0])
    store.rewrite_history(lambda entry: migrate_entry(entry, key) if is_old(entry) else entry)


def recall(
    settings: Settings, folder: Path, entries: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield an entry for each edition that shows values which the history does not know.

    What was made from the data at hand is no earlier publication.
    """
    known = {_value(raw) for entry in entries for raw in entry["evidence"] if not raw["as_of"]}
    for edition, shown in _read_editions(folder).items():
        if edition in settings.info.disclosure.independent:
            continue
        manifest = read_manifest(folder / edition)
        unknown: dict[str, Evidence] = {}
        for name, items in shown.items():
            if not _is_known(items.values(), known) and not _has_same_data(
                settings, manifest, name.removeprefix(f"{edition}/")
            ):
                unknown |= items
        if unknown:
            evidence = [evidence_as_dict(item) for item in unknown.values()]
            yield {"format": SEEN, "edition": edition, "inputs": "", "evidence": evidence}


def _read_editions(folder: Path) -> dict[str, dict[str, Mapping[str, Evidence]]]:
    if not any(folder.glob("[!.]*/**/*.evidence.json")):
        return {}
    return {edition: found.evidence for edition, found in sorted(read_artefacts(folder).items())}


def _value(raw: Mapping[str, Any]) -> Value:
    band = tuple(raw.get("band") or ())  # editions of an older version have none
    return raw["key"], raw["value"], raw["low"], raw["high"], raw["n"], band


def _is_known(items: Iterable[Evidence], known: set[Value]) -> bool:
    """Tell whether the history knows all that a document shows of the survey."""
    return all(
        _value(evidence_as_dict(item)) in known
        for item in items
        if item.source == "survey" and (item.is_published or item.band) and not _is_trend(item)
    )


def _is_trend(item: Evidence) -> bool:
    """Tell whether a value is the difference of two editions, which follows from both."""
    return item.contrast not in ("", "rest")


def _has_same_data(settings: Settings, manifest: Manifest | None, name: str) -> bool:
    """Tell whether a published document was made from the respondents at hand."""
    if manifest is None:
        return False
    sidecar = f"{name}.evidence.json"
    records = [
        record
        for record in manifest.documents.values()
        if "evidence" in record.files and record.files["evidence"].path == sidecar
    ]
    then = manifest.inputs.get(records[0].snapshot, {}) if records else {}
    return bool(then) and hash_survey(settings, manifest.edition).items() <= then.items()
