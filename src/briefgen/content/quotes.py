"""Choose quotes for a document, by a rule that is stated and always gives the same.

The rule, in this order:

1. A quote for certain audiences is left out of documents for others.
2. Quotes of the document's region come first, then those from the region's own type and from
   types that its cases show, then all others. In the nation all places are equal.
3. Quotes that name the document's audience come before those for all.
4. Quotes on a factor that the document's advice rests on come before others.
5. Without a stated factor, factors that more cases mention come first.
6. Of the rest, the order is that of the SHA-256 of region, audience and quote: arbitrary, yet
   fixed, so that not all documents show the same quote.

One quote after another is then taken; of those equally near, first from cases and then from roles
that have not had a word yet.
Quotes illustrate what the counts show; they prove nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping

from briefgen.config.settings import Settings
from briefgen.content.tiers import find_type
from briefgen.model import Quote, Released


def select_quotes(  # noqa: PLR0917 - the call is in the contract between the stages
    released: Released,
    settings: Settings,
    region: str,
    audience: str,
    factor: str | Collection[str] | None = None,
    limit: int = 1,
    preferred: Collection[str] = (),
) -> tuple[Quote, ...]:
    """Return at most ``limit`` quotes for a document, the best first.

    Parameters
    ----------
    released
        What passed the wall.
    settings
        Of the study.
    region
        A region's code; the nation's or ``""`` for documents on the nation.
    audience
        An audience's code; ``""`` for report and summary, which may quote all.
    factor
        A factor, or several of equal standing; ``None`` takes all.
    limit
        Largest number of quotes. A segment with several codes is quoted once.
    preferred
        Factors that the document's advice rests on.
    """
    region = region or settings.nation
    wanted = {factor} if isinstance(factor, str) else None if factor is None else set(factor)
    candidates = [
        quote
        for quote in released.quotes
        if (wanted is None or quote.factor in wanted)
        and (not audience or not quote.audiences or audience in quote.audiences)
    ]
    ranked = sorted(
        candidates,
        key=lambda quote: _rank(quote, released, settings, region, audience, wanted, preferred),
    )
    near = {quote.id: _distance(quote, released, settings, region) for quote in ranked}
    return _take_turns(ranked, near, limit)


def _rank(  # noqa: PLR0917 - private, one caller
    quote: Quote,
    released: Released,
    settings: Settings,
    region: str,
    audience: str,
    wanted: Collection[str] | None,
    preferred: Collection[str],
) -> tuple[int, bool, bool, float, str, str]:
    mentions = 0.0 if wanted is not None else _cases_with(quote.factor, released, settings)
    lot = hashlib.sha256(f"{region}\n{audience}\n{quote.id}".encode()).hexdigest()
    return (
        _distance(quote, released, settings, region),
        not (audience and audience in quote.audiences),
        quote.factor not in preferred,
        -mentions,
        lot,
        quote.id,
    )


def _distance(quote: Quote, released: Released, settings: Settings, region: str) -> int:
    if region == settings.nation or quote.region == region:  # noqa: PLR1714
        return 0
    types = {case.region_type for case in released.cases if case.region == region}
    types = {*types, find_type(released, settings, region)} - {""}
    return 1 if quote.region_type in types else 2


def _cases_with(factor: str, released: Released, settings: Settings) -> float:
    item = released.evidence.get(f"case:factor.{factor}.cases@{settings.nation}")
    return item.value if item is not None and item.value is not None else 0.0


def _take_turns(ranked: Iterable[Quote], near: Mapping[str, int], limit: int) -> tuple[Quote, ...]:
    """Take quotes in order, preferring cases and roles that have not had a word yet."""
    segments: dict[str, Quote] = {}
    for quote in ranked:
        segments.setdefault(quote.id.partition("#")[0], quote)
    left = list(segments.values())
    taken: list[Quote] = []
    while left and len(taken) < limit:
        cases = [quote.case for quote in taken]
        roles = [quote.role for quote in taken]
        turns = {
            quote.id: (near[quote.id], cases.count(quote.case), roles.count(quote.role))
            for quote in left
        }
        chosen = min(left, key=lambda quote: turns[quote.id])
        taken.append(chosen)
        left.remove(chosen)
    return tuple(taken)
