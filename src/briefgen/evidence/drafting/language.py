"""In which language a questionnaire is, by its small words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

SMALL_WORDS: Final = {
    "de": frozenset(
        [
            "der",
            "die",
            "das",
            "und",
            "oder",
            "ist",
            "sind",
            "nicht",
            "ein",
            "eine",
            "wie",
            "sie",
            "ihr",
            "ihre",
            "ihrer",
            "ihrem",
            "mit",
            "von",
            "für",
            "auf",
            "zu",
            "zur",
            "zum",
            "im",
            "in",
            "bei",
            "haben",
            "hat",
            "werden",
            "wird",
            "sehr",
            "eher",
            "weiß",
            "keine",
            "angabe",
            "ja",
            "nein",
            "welche",
            "welcher",
            "wurde",
            "den",
            "dem",
            "des",
            "als",
            "auch",
        ]
    ),
    "en": frozenset(
        [
            "the",
            "and",
            "or",
            "is",
            "are",
            "not",
            "a",
            "an",
            "how",
            "you",
            "your",
            "yours",
            "with",
            "of",
            "for",
            "on",
            "to",
            "in",
            "at",
            "have",
            "has",
            "will",
            "very",
            "rather",
            "don't",
            "know",
            "no",
            "yes",
            "which",
            "what",
            "was",
            "were",
            "do",
            "does",
            "did",
            "please",
            "following",
            "that",
            "this",
            "be",
            "by",
            "as",
            "it",
        ]
    ),
    "fr": frozenset(
        ["le", "la", "les", "des", "du", "et", "ou", "est", "sont", "pas", "un", "une", "comment", "vous", "votre", "vos", "avec", "de", "pour", "sur", "au", "aux", "dans", "ne", "plus", "très", "plutôt", "quel", "quelle", "quels", "quelles", "oui", "non", "qui", "que", "avez", "êtes", "à", "en", "par", "ce", "cette", "ces"]
    ),
}  # fmt: skip


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """Return how many small words of each language stand in texts."""
    found = dict.fromkeys(SMALL_WORDS, 0)
    for text in texts:
        found["de"] += any(letter in "äöüß" for letter in text.casefold())
        for word in re.findall(r"[^\W\d_]+(?:['’]t)?", text.casefold()):
            for language, words in SMALL_WORDS.items():
                found[language] += word in words
    return found


def find_language(texts: Iterable[str]) -> tuple[str, bool]:
    """Return the language that most small words belong to, and whether it is clear."""
    counts = count_words(texts)
    best = max(counts, key=lambda language: counts[language])
    if not counts[best]:
        return "en", False
    rest = sum(counts.values()) - counts[best]
    return best, rest < 0.35 * counts[best]
