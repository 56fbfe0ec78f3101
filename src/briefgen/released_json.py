"""Released evidence as text, and back: the form in which editions and caches keep it.

In and out: `model.Released`. The text is deterministic: the same release gives the same bytes.
It holds nothing but what has passed the wall, so every stage may read it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from briefgen.errors import DisclosureError
from briefgen.model import Band, CaseStudy, Comment, Evidence, Quote, Released, Status, Text

FORMAT = 2
"""Version of the form; a reader refuses others. Form 1 had sorted keys, and so lost an order."""


def dump_released(released: Released) -> str:
    """Write a release as JSON.

    Parameters
    ----------
    released
        What passed the wall.

    Returns
    -------
    str
        JSON in the order of the release: that of a case's attributes is its author's.
    """
    content = {
        "format": FORMAT,
        "evidence": [evidence_as_dict(item) for item in released.evidence.values()],
        "quotes": [_plain(item) for item in released.quotes],
        "cases": [_plain(item) for item in released.cases],
        "comments": [_plain(item) for item in released.comments],
        "previous": [evidence_as_dict(item) for item in released.previous.values()],
    }
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"


def load_released(text: str) -> Released:
    """Read a release from JSON.

    Raises
    ------
    DisclosureError
        If the text is no release, or one of another version.
    """
    try:
        content = json.loads(text)
        if content["format"] != FORMAT:
            raise DisclosureError(
                f"released evidence has the form {content['format']}, wanted is {FORMAT}",
                hint="build the edition again with this version of briefgen",
            )
        return Released(
            evidence=_by_key(content["evidence"]),
            quotes=tuple(_quote(item) for item in content["quotes"]),
            cases=tuple(_case(item) for item in content["cases"]),
            comments=tuple(_comment(item) for item in content["comments"]),
            previous=_by_key(content["previous"]),
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DisclosureError(
            f"this is no released evidence: {type(error).__name__}",
            hint="the file was cut off or written by hand; build the edition again",
        ) from error


def evidence_as_dict(item: Evidence) -> dict[str, Any]:
    """Return evidence as plain values, as sidecars hold it."""
    return asdict(item) | {"status": item.status.value, "files": list(item.files)}


def evidence_from_dict(raw: Mapping[str, Any]) -> Evidence:
    """Return the evidence that a mapping describes; what a newer version added is left out.

    Raises
    ------
    KeyError, TypeError, ValueError
        If something is missing or of a wrong kind.
    """
    known = {field.name for field in fields(Evidence)}
    values = {name: value for name, value in raw.items() if name in known}
    values["status"] = Status(values["status"])
    values["files"] = tuple(values.get("files", ()))
    band = values.get("band")
    values["band"] = None if band is None else _band(*band)
    return Evidence(**values)


def _band(low: float | None, high: float | None) -> Band:
    return low, high


def _by_key(items: list[Mapping[str, Any]]) -> dict[str, Evidence]:
    return {raw["key"]: evidence_from_dict(raw) for raw in items}


def _plain(item: Quote | CaseStudy | Comment) -> dict[str, Any]:
    values = {field.name: getattr(item, field.name) for field in fields(item)}
    return {name: _plain_value(value) for name, value in values.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, Mapping):  # a Text is a mapping too
        return {key: _plain_value(inner) for key, inner in value.items()}
    return list(value) if isinstance(value, tuple) else value


def _quote(raw: Mapping[str, Any]) -> Quote:
    return Quote(**{**raw, "text": Text(raw["text"]), "audiences": tuple(raw["audiences"])})


def _case(raw: Mapping[str, Any]) -> CaseStudy:
    texts = {name: Text(raw[name]) for name in ("name", "portrait", "lesson")}
    attributes = {name: Text(value) for name, value in raw["attributes"].items()}
    return CaseStudy(**{**raw, **texts, "attributes": attributes, "factors": tuple(raw["factors"])})


def _comment(raw: Mapping[str, Any]) -> Comment:
    return Comment(**{**raw, "text": Text(raw["text"])})


def read_sidecar(text: str) -> dict[str, Evidence]:
    """Return the evidence that a document's sidecar lists.

    Raises
    ------
    DisclosureError
        If the text is no sidecar.
    """
    try:
        return _by_key(json.loads(text)["evidence"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DisclosureError(
            f"this is no sidecar of evidence: {type(error).__name__}",
            hint="build the document again",
        ) from error
