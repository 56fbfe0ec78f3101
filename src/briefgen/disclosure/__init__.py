"""The wall: the only door to released evidence, and its audit.

In: a `Study` with respondents, the tidy estimates, and what was published before. Out:
`model.Released`. Before it stand ``survey``, ``cases`` and ``panel``; behind it nothing sees a
respondent. ``docs/disclosure.md`` tells the promise, the attacker and the limits.

The rules for counts are in ``rules``, for numbers in ``numbers``; ``structure`` and ``counts``
know how domains and answers add up; ``protect`` hides more until nothing hidden can be derived,
``membership`` until nothing tells who belongs to a subgroup;
``editions`` compares with what was published before; ``audit`` judges the printed numbers alone.
"""

from briefgen.disclosure.audit import AuditFinding, AuditReport, audit_evidence, audit_folder
from briefgen.disclosure.editions import remember
from briefgen.disclosure.kept import Keeper
from briefgen.disclosure.loss import Loss, measure_loss
from briefgen.disclosure.rare import (
    MOST_VALUES,
    RareOption,
    find_rare_options,
    price_rare_options,
    tell_rare_option,
)
from briefgen.disclosure.release import release_study

__all__ = [
    "MOST_VALUES",
    "AuditFinding",
    "AuditReport",
    "Keeper",
    "Loss",
    "RareOption",
    "audit_evidence",
    "audit_folder",
    "find_rare_options",
    "measure_loss",
    "price_rare_options",
    "release_study",
    "remember",
    "tell_rare_option",
]
