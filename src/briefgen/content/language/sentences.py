"""Sentences made from evidence, by the rules in ``docs/words.md``.

In: a `SentenceContext`, a key. Out: Markdown sentences in which every number, and every word that
compares, is a span with the key of the evidence that it rests on. ``compose`` puts them into
documents; `findings` chooses which of them deserve to be told.
"""

from __future__ import annotations

from briefgen.content.language.clauses import make_clause
from briefgen.content.language.comparisons import compare_in_tail, compare_value
from briefgen.content.language.context import SentenceContext, find_evidence


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


def state_finding(context: SentenceContext, key: str, *, variant: int = 0, home: str = "") -> str:
    """Say what a value is and, where the interval bears it, how it compares with the rest."""
    evidence = find_evidence(context, key)
    tail = compare_in_tail(context, evidence, variant) if evidence.is_published else ""
    return f"{make_clause(context, evidence, variant, home=home)}{tail}."
