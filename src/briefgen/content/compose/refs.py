"""References of templates to evidence, checked against the catalogue of measures."""

from __future__ import annotations

from briefgen.config.conditions import locate_key
from briefgen.config.evidence_sources import SOURCES
from briefgen.config.measures import find_subject, name_measures
from briefgen.config.settings import Settings
from briefgen.errors import UnknownNameError


def locate_ref(ref: str, domain: str, nation: str) -> str:
    """Return the key that a reference with its measure, or a whole key, means in a domain."""
    is_key = ref.partition(":")[0] in SOURCES
    return locate_key(ref if is_key else f"survey:{ref}", domain, nation)


def check_ref(settings: Settings, ref: str) -> None:
    """Raise `UnknownNameError` if a reference names a variable or measure that there is not.

    Keys of cases, the panel and the response are looked up when a document is composed.
    """
    source, _, name = ref.rpartition(":") if ref.partition(":")[0] in SOURCES else ("", "", ref)
    if source not in ("", "survey"):
        return
    name, dot, measure = name.partition("@")[0].partition("~")[0].partition(".")
    if name in settings.questions and not dot:
        return
    subject = find_subject(settings, name)
    if subject is None:
        known = sorted({*settings.variables, *settings.questions, *settings.composites})
        raise UnknownNameError.among("variable", name, known)
    measures = name_measures(subject)
    if dot and measure not in measures:
        raise UnknownNameError.among(f"measure of {name}", measure, measures)
