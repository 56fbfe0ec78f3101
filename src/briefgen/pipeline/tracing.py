"""Follow what a published document prints down to what it rests on.

In: the name of a document, and perhaps a number as its reader sees it. Out: an `Explanation`, made
from the document's sidecar: what was published then, even if the data have changed since. Before
it stands ``publish``, beside it ``explain``.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path

from briefgen.config.plain_text import single_spaced
from briefgen.config.settings import Settings
from briefgen.content.explain import Explanation, Fact, explain_key
from briefgen.content.language import Locale
from briefgen.errors import UnknownNameError
from briefgen.model import Evidence, Text
from briefgen.pipeline.inputs import read_own_recommendations, release_evidence, take_inputs
from briefgen.pipeline.run import output_folder
from briefgen.pipeline.work.publish import DocumentRecord, require_manifest
from briefgen.released_json import read_sidecar


def explain(settings: Settings, key: str) -> Explanation:
    """Follow a key, a statement or a recommendation down to question, base, n, method and file."""
    released = release_evidence(take_inputs(settings, "pandoc"))
    return explain_key(key, released, settings, read_own_recommendations(settings))


def trace_document(
    settings: Settings, name: str, wanted: str | None = None, *, output: Path | None = None
) -> Explanation:
    """Explain all that a published document prints, or one number in it.

    Parameters
    ----------
    name
        Of a document, as `briefgen list` gives it.
    wanted
        A number as it is printed (``41 %``), or a key, code or statement; ``None``: everything.
    output
        Where publications are.

    Raises
    ------
    UnknownNameError
        If there is no such document, or it prints no such number.
    """
    folder = output_folder(settings, output) / settings.edition
    documents = require_manifest(folder.parent, settings.edition).documents
    if name not in documents:
        raise UnknownNameError.among("published document", name, documents)
    record = documents[name]
    sidecar = (folder / record.files["evidence"].path).read_text(encoding="utf-8")
    printed = read_sidecar(sidecar)
    current = release_evidence(take_inputs(settings, "pandoc"))
    released = dataclasses.replace(current, evidence={**current.evidence, **printed})
    language = json.loads(sidecar)["document"]["language"]
    keys = list(printed) if wanted is None else find_numbers(settings, printed, wanted, language)
    recommendations = read_own_recommendations(settings)
    if wanted is not None and not keys:
        try:
            return explain_key(wanted, released, settings, recommendations)
        except UnknownNameError:
            numbers = list_numbers(settings, printed, language)
            raise UnknownNameError.among(f"number in {name}", wanted, numbers) from None
    parts = tuple(explain_key(key, released, settings, recommendations) for key in keys)
    return Explanation("document", name, Text({"": record.title}), _facts(record), parts)


def find_numbers(
    settings: Settings, printed: Mapping[str, Evidence], wanted: str, language: str
) -> list[str]:
    """Return the keys of what is printed as ``wanted``, in the document's language."""
    locale = Locale(settings, language)
    return [
        key
        for key, item in printed.items()
        if (item.is_published or item.band)
        and _bare(wanted) in {_bare(text) for text in _spellings(locale, item)}
    ]


def _spellings(locale: Locale, item: Evidence) -> list[str]:
    """Return how a value may be written: with and without unit, its base, its interval."""
    found = [locale.value(item), locale.interval(item), locale.band(item, short=True)]
    if item.value is not None:
        found += [locale.value(item, 0), locale.value(item, 1)]
    if item.n is not None:
        found.append(locale.number(item.n, 0))
    return [text for text in found if text]


def _bare(text: str) -> str:
    """Return a number without blanks, and with plain signs."""
    return "".join(text.split()).replace("−", "-").replace("+", "").casefold()


def list_numbers(settings: Settings, printed: Mapping[str, Evidence], language: str) -> list[str]:
    """Return the numbers that a document prints, each once, as its reader sees them."""
    locale = Locale(settings, language)
    shown = [item for item in printed.values() if item.is_published or item.band]
    numbers = [locale.value(item) for item in shown]
    return list(dict.fromkeys(single_spaced(number) for number in numbers))


def _facts(record: DocumentRecord) -> tuple[Fact, ...]:
    paths = [file.path for file in record.files.values()]
    return (Fact("files", Text({"": ", ".join(paths)}), paths),)
