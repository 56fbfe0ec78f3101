"""Sentences made from evidence, by the rules in ``docs/words.md``.

In: a `SentenceContext`, a key. Out: Markdown sentences in which every number, and every word that
compares, is a span with the key of the evidence that it rests on. ``compose`` puts them into
documents; `findings` chooses which of them deserve to be told.
"""

from __future__ import annotations

from collections.abc import Sequence

from briefgen.content.language.clauses import make_clause
from briefgen.content.language.comparisons import compare_in_tail, compare_value
from briefgen.content.language.context import SentenceContext, find_evidence
from briefgen.content.language.labels import (
    choose_form,
    fill_plural,
    find_that,
    name_asked,
    value_span,
)


def state_value(context: SentenceContext, key: str, *, variant: int = 0, home: str = "") -> str:
    """Say what a value is: "In Bavaria, 41% of respondents say that …".

    Parameters
    ----------
    key
        A full evidence key. A contrast gives a comparison.
    variant
        Which of the wordings of a frame to use; counted round.
    home
        The domain that the whole document is about: it need not be named.

    Raises
    ------
    UnknownNameError
        If there is no such evidence.
    """
    evidence = find_evidence(context, key)
    if evidence.contrast:
        return compare_value(context, key)
    return f"{make_clause(context, evidence, variant, home=home)}."


def state_pair(
    context: SentenceContext, keys: Sequence[str], *, variant: int = 0, home: str = ""
) -> str:
    """Say two values of the nation in one sentence, so that one sets the other off.

    What has no clause in the codebook, or was asked of others, stands in sentences of its own.
    """
    items = [find_evidence(context, key) for key in keys]
    nation = context.settings.nation
    fits = all(
        item.is_published and item.domain == nation and choose_form(context, item) == "that"
        for item in items
    )
    asked = {name_asked(context, context.settings.variables.get(item.variable)) for item in items}
    if len(items) != 2 or not fits or len(asked) > 1:
        told = [state_value(context, key, variant=variant, home=home) for key in keys]
        return " ".join(told)
    first, other = items
    return fill_plural(
        context,
        "{value} {asked} says that {that}, and {other} that {beside}.",
        "{value} {asked} say that {that}, and {other} that {beside}.",
        first,
        value=value_span(context, first),
        asked=asked.pop(),
        that=find_that(context, first),
        other=value_span(context, other),
        beside=find_that(context, other),
    )


def state_finding(context: SentenceContext, key: str, *, variant: int = 0, home: str = "") -> str:
    """Say what a value is and, where the interval bears it, how it compares with the rest."""
    evidence = find_evidence(context, key)
    tail = compare_in_tail(context, evidence, variant) if evidence.is_published else ""
    return f"{make_clause(context, evidence, variant, home=home)}{tail}."
