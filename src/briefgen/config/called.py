"""What briefgen calls regions, types, cases and respondents where a study does not say it.

In: ``called.yml``, one line for each word, with its languages. Out: a `Text` for each word.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from briefgen.config.yaml_text import load
from briefgen.model import Text

_WORDS: Final[Mapping[str, Mapping[str, str]]] = load(
    Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
)
LANGUAGES: Final = frozenset(_WORDS["region"])
"""Languages that there are words for."""


def name_by_default(word: str) -> Text:
    """Return a word that has no meaning of its own, in English where a language has none.

    `evidence.validate.configuration` asks a study in such a language for its own.
    """
    return Text({"": _WORDS[word]["en"], **_WORDS[word]})


def say_by_default(word: str) -> Text:
    """Return a word that stands on its own: a language without it is missing a translation."""
    return Text(_WORDS[word])
