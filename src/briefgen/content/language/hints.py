"""Hints for `briefgen check`: where sentences would read better with the codebook's own words.

In: a `SentenceContext`. Out: `Problem`s of severity ``hint``, one for each battery without words,
with the sentence that is printed as it is.
"""

from __future__ import annotations

from collections.abc import Iterator

from briefgen.config.measures import headline_measures
from briefgen.config.settings import Question
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.markdown import plain_text
from briefgen.content.language.sentences import state_value
from briefgen.errors import Problem


def hint_words(context: SentenceContext) -> Iterator[Problem]:
    """Yield a hint for each battery whose lines have no words, with one of its sentences."""
    for question in context.settings.codebook.questions:
        if question.type != "battery" or any(item.words for item in question.items):
            continue
        key = _first_shown(context, question)
        if key:
            said = plain_text(state_value(context, key))
            yield Problem(
                "data/codebook.yml", None, question.code,
                f"sentences about its lines read so: {said}",
                "state words: (that, higher, lower) for lines that are told, or a stem:; see"
                " docs/words.md",
                "hint",
            )  # fmt: skip


def _first_shown(context: SentenceContext, question: Question) -> str:
    """Return the key of the first line's headline that is published for all."""
    for variable in context.settings.variables.values():
        if variable.question.code == question.code:
            for measure in headline_measures(variable)[:1]:
                key = f"survey:{variable.code}.{measure}@{context.settings.nation}"
                found = context.released.evidence.get(key)
                if found is not None and found.is_published:
                    return key
    return ""
