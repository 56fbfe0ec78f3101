"""The words that Quarto puts into documents, in the languages of briefgen.

The terms are Quarto's own (its ``_language*.yml``), so that both engines say the same. A document
changes them in its metadata: ``crossref: fig-title: Abb.`` or ``language: callout-tip-title: …``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

_ENGLISH: Final = {
    "section-title-abstract": "Abstract",
    "section-title-footnotes": "Footnotes",
    "section-title-references": "References",
    "section-title-appendices": "Appendices",
    "title-block-author-single": "Author",
    "title-block-author-plural": "Authors",
    "title-block-affiliation-single": "Affiliation",
    "title-block-affiliation-plural": "Affiliations",
    "title-block-published": "Published",
    "title-block-modified": "Modified",
    "title-block-keywords": "Keywords",
    "callout-tip-title": "Tip",
    "callout-note-title": "Note",
    "callout-warning-title": "Warning",
    "callout-important-title": "Important",
    "callout-caution-title": "Caution",
    "crossref-fig-title": "Figure",
    "crossref-tbl-title": "Table",
    "crossref-lst-title": "Listing",
    "crossref-thm-title": "Theorem",
    "crossref-lem-title": "Lemma",
    "crossref-cor-title": "Corollary",
    "crossref-prp-title": "Proposition",
    "crossref-cnj-title": "Conjecture",
    "crossref-def-title": "Definition",
    "crossref-exm-title": "Example",
    "crossref-exr-title": "Exercise",
    "crossref-ch-prefix": "Chapter",
    "crossref-apx-prefix": "Appendix",
    "crossref-sec-prefix": "Section",
    "crossref-eq-prefix": "Equation",
    "environment-proof-title": "Proof",
    "environment-remark-title": "Remark",
    "environment-solution-title": "Solution",
}
_GERMAN: Final = {
    "section-title-abstract": "Zusammenfassung",
    "section-title-footnotes": "Fußnoten",
    "section-title-references": "Literatur",
    "section-title-appendices": "Anhang",
    "title-block-author-single": "Autor:in",
    "title-block-author-plural": "Autor:innen",
    "title-block-affiliation-single": "Zugehörigkeit",
    "title-block-affiliation-plural": "Zugehörigkeiten",
    "title-block-published": "Veröffentlichungsdatum",
    "title-block-modified": "Geändert",
    "title-block-keywords": "Schlüsselwörter",
    "callout-tip-title": "Tipp",
    "callout-note-title": "Hinweis",
    "callout-warning-title": "Warnung",
    "callout-important-title": "Wichtig",
    "callout-caution-title": "Vorsicht",
    "crossref-fig-title": "Abbildung",
    "crossref-tbl-title": "Tabelle",
    "crossref-lst-title": "Listing",
    "crossref-thm-title": "Theorem",
    "crossref-lem-title": "Lemma",
    "crossref-cor-title": "Korollar",
    "crossref-prp-title": "Aussage",
    "crossref-cnj-title": "Annahme",
    "crossref-def-title": "Definition",
    "crossref-exm-title": "Beispiel",
    "crossref-exr-title": "Übungsaufgabe",
    "crossref-ch-prefix": "Kapitel",
    "crossref-apx-prefix": "Anhang",
    "crossref-sec-prefix": "Kapitel",
    "crossref-eq-prefix": "Gleichung",
    "environment-proof-title": "Beweis",
    "environment-remark-title": "Anmerkung",
    "environment-solution-title": "Lösung",
}
CALLOUTS: Final = MappingProxyType(
    {"nte": "note", "tip": "tip", "wrn": "warning", "imp": "important", "cau": "caution"}
)
_VARIANTS: Final = {"de-ch": {"section-title-footnotes": "Fussnoten"}}
"""Where the words of a country are not those of its language."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType({"en": _ENGLISH, "de": _GERMAN})


def words_for(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the words for a document's ``lang``, with its own ``language:`` entries.

    Languages without words of their own fall back to English, which `allowed.refuse_settings`
    refuses for documents that do not bring their words along.
    """
    tag = str(metadata.get("lang") or "en").lower()
    words = dict(WORDS.get(tag.split("-")[0], _ENGLISH))
    return words | _VARIANTS.get(tag, {}) | own_words(metadata)


def own_words(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the words that a document brings along for its language."""
    language = str(metadata.get("lang") or "en").split("-")[0].lower()
    own = metadata.get("language")
    if not isinstance(own, dict):
        return {}
    nested = own.get(language)
    both = {**own, **nested} if isinstance(nested, dict) else own
    return {key: value for key, value in both.items() if isinstance(value, str)}
