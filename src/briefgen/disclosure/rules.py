"""The rules for counts: which values a reader must not learn, and how exactly.

In: `DisclosureRules`, and the value or the range of a count with its base. Out: whether that
tells too much. The release asks with true counts, the audit with the ranges that it derives.
Rules of one's own register (`count_rule`, `number_rule`) and hide what the rules here would print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final, TypeVar

from briefgen.config.extensions import register_function
from briefgen.config.requirements import require_name
from briefgen.config.settings import DisclosureRules
from briefgen.disclosure.counts import Cell
from briefgen.disclosure.system import Floats

CountRule = Callable[[DisclosureRules, float, float], bool]
"""Tells whether a count, by its value and its base, says too much."""
NumberRule = Callable[[DisclosureRules, Floats, Floats], bool]
"""Tells whether a sum of numbers, by the numbers and their weights, says too much."""
AnyRule = TypeVar("AnyRule", CountRule, NumberRule)
_COUNT_RULES: Final[dict[str, CountRule]] = {}
_NUMBER_RULES: Final[dict[str, NumberRule]] = {}


def count_rule(name: str) -> Callable[[CountRule], CountRule]:
    """Register a function as a further rule for counts of answers."""
    return _register(_COUNT_RULES, "a rule for counts", name)


def number_rule(name: str) -> Callable[[NumberRule], NumberRule]:
    """Register a function as a further rule for sums of numbers: means, totals, ranks, indices."""
    return _register(_NUMBER_RULES, "a rule for numbers", name)


def _register(
    registry: dict[str, Callable[..., bool]], what: str, name: str
) -> Callable[[AnyRule], AnyRule]:
    require_name(what, name)

    def register(rule: AnyRule) -> AnyRule:
        register_function(registry, what, name, rule, 3)
        return rule

    return register


def unregister_rule(name: str) -> None:
    """Take a rule away that was registered."""
    for registry in (_COUNT_RULES, _NUMBER_RULES):
        registry.pop(name, None)


def list_own_rules() -> tuple[str, ...]:
    """Return the names of the rules that were registered."""
    return (*_COUNT_RULES, *_NUMBER_RULES)


def is_sensitive(rules: DisclosureRules, count: float, base: float) -> bool:
    """Tell whether a count says too much about those it counts, or about those it does not.

    Few who chose an answer, few who did not, and in a small group nobody or everybody.
    """
    fewest = min(count, base - count)
    if 0 < fewest < rules.min_cell:
        return True
    if fewest <= 0 and 0 < base < rules.small_base:
        return True
    return any(tells_much(rules, count, base) for tells_much in _COUNT_RULES.values())


def is_too_telling(rules: DisclosureRules, values: Floats, weights: Floats) -> bool:
    """Tell whether a registered rule forbids a sum of numbers."""
    return any(tells_much(rules, values, weights) for tells_much in _NUMBER_RULES.values())


def is_small_base(rules: DisclosureRules, base: float) -> bool:
    """Tell whether a table rests on too few, so that all of it is hidden."""
    return base < rules.min_base


def needed_width(rules: DisclosureRules, size: float) -> float:
    """Return how wide the range of a hidden count in a domain has to be.

    No range is wider than the number of respondents in the domain, which counts as known.
    """
    return min(float(rules.protection), size)


def needed_in_part(
    rules: DisclosureRules, cell: Cell, around: Iterable[tuple[float, float, int]]
) -> float:
    """Return how wide the range of a count has to be that is a part of published ones.

    Parameters
    ----------
    around
        Of each published count that it is a part of: its value, its base, and how many
        respondents its domain has.

    Notes
    -----
    What a published count tells by itself of its parts is no secret: that no part is larger, that
    no more of a part answered otherwise, and what follows where few are outside of the part.
    """
    margins = (min(count, base - count, size - cell.size) for count, base, size in around)
    return min((needed_width(rules, cell.size), *margins))


def is_exposed(
    rules: DisclosureRules, need: float, low: float, high: float, base: float | None
) -> bool:
    """Tell whether the range that an attacker derives says too much.

    Parameters
    ----------
    need
        How wide the range has to be.
    low, high
        Smallest and largest count that agree with all that is published.
    base
        The base of the table, ``None`` where it is hidden: then every value is sensitive.

    Notes
    -----
    A narrow range is harmless where every value in it could be published. So the rule needs not
    know which cells were small, and telling which were hidden for others' sake gives nothing away.
    """
    if high - low >= need:
        return False
    if base is None:
        return True
    values = range(int(low), int(high) + 1)
    return any(is_sensitive(rules, value, base) for value in values)
