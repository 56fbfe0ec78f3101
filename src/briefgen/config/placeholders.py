"""What a drafted study says of its respondents until somebody says it: no sentence repeats it.

In: nothing. Out: the words that `briefgen init` writes, and what tells them from words of a study's
own. The drafting of studies stands before, the texts of documents after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

POPULATION: Final[Mapping[str, str]] = {
    "de": "die befragten Personen",
    "en": "those who were asked",
    "fr": "les personnes interrogées",
}
RESPONDENTS: Final[Mapping[str, str]] = {
    "de": "Befragte",
    "en": "respondents",
    "fr": "personnes interrogées",
}


def own_words(text: str) -> str:
    """Return a study's text; ``""`` where it is only what was drafted."""
    drafted = {*POPULATION.values(), *RESPONDENTS.values()}
    return "" if text.strip().rstrip(".") in drafted else text
