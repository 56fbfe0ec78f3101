"""The words that Quarto puts into documents, in the languages of briefgen.

They stand in the files of ``words_of``, one for each language. The terms are Quarto's own (its
``_language*.yml``), so that both engines say the same. A document changes them in its metadata:
``crossref: fig-title: Abb.`` or ``language: callout-tip-title: …``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from briefgen.config.yaml_text import load

_FOLDER: Final = Path(__file__).parent / "words_of"

CALLOUTS: Final = MappingProxyType(
    {"nte": "note", "tip": "tip", "wrn": "warning", "imp": "important", "cau": "caution"}
)
_VARIANTS: Final = {"de-ch": {"section-title-footnotes": "Fussnoten"}}
"""Where the words of a country are not those of its language."""

WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {path.stem: load(path.read_text(encoding="utf-8")) for path in sorted(_FOLDER.glob("*.yml"))}
)
"""By language; each is a file of ``words_of``."""


def words_for(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return the words for a document's ``lang``, with its own ``language:`` entries.

    Languages without words of their own fall back to English, which `allowed.refuse_settings`
    refuses for documents that do not bring their words along.
    """
    tag = str(metadata.get("lang") or "en").lower()
    words = dict(WORDS.get(tag.split("-")[0], WORDS["en"]))
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
