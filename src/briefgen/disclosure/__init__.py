"""The wall: the only maker of released evidence, and its audit.

In: a `Study` with respondents, the tidy estimates, and what was published before. Out:
`model.Released`. Before it stand ``survey``, ``cases`` and ``panel``; behind it nothing sees a
respondent. ``docs/disclosure.md`` tells the promise, the attacker and the limits.

The rules for counts are in ``rules``, for numbers in ``numbers``; ``structure`` and ``counts``
know how domains and answers add up; ``protect`` hides more until nothing hidden can be derived,
``membership`` until nothing tells who belongs to a subgroup;
``editions`` compares with what was published before; ``audit`` judges the printed numbers alone.
"""

from briefgen.disclosure.audit import AuditReport, Finding, audit, audit_evidence
from briefgen.disclosure.editions import remember
from briefgen.disclosure.loss import Loss, loss
from briefgen.disclosure.rare import (
    MOST_VALUES,
    RareOption,
    find_rare_options,
    price_rare_options,
    tell_rare_option,
)
from briefgen.disclosure.release import release

__all__ = [
    "MOST_VALUES",
    "AuditReport",
    "Finding",
    "Loss",
    "RareOption",
    "audit",
    "audit_evidence",
    "find_rare_options",
    "loss",
    "price_rare_options",
    "release",
    "remember",
    "tell_rare_option",
]
