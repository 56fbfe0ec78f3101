"""What a region's answers bear, and the type of region that stands in for it.

In: settings and released evidence. Out: a `Tier` of ``study.yml``'s ``tiers``, the domain of the
region's own type, a value as its base lets it be printed, and whether it bears a headline.
Sentences, advice, exhibits and templates ask here, so that all documents say the same.
"""

from __future__ import annotations

import math
from dataclasses import replace

from briefgen.config.settings import Settings, Tier
from briefgen.model import Band, Evidence, EvidenceKey, Released, Status, Verdict


def find_base(released: Released, region: str) -> float | None:
    """Return how many answered in a region; ``None`` where nothing tells it.

    Without a published count of answers it is the largest base among the region's values.
    """
    answers = released.evidence.get(f"response:answers@{region}")
    if answers is not None and answers.is_published:
        return answers.value
    found = released.select(source="survey", domain=region)
    return max((item.n for item in found if item.is_published and item.n), default=None)


def find_tier(released: Released, settings: Settings, region: str) -> Tier:
    """Return what a brief may say of a region; the nation and a study without a survey bear all."""
    if region == settings.nation or settings.info.files.survey is None:
        return "full"
    tier = settings.info.tiers.grade(find_base(released, region))
    return "weak" if tier == "full" and is_imprecise(released, region) else tier


def is_imprecise(released: Released, region: str) -> bool:
    """Whether nothing says how exact a region's values are: one unit of the sample gave them all.

    A sample of schools in which the region has one leaves no degrees of freedom, so that its
    shares have no interval, however many pupils answered.
    """
    shares = [
        item
        for item in released.select(source="survey", domain=region)
        if item.unit == "share" and not item.contrast and item.is_published
    ]
    return bool(shares) and all(map(_lacks_interval, shares))


def _lacks_interval(item: Evidence) -> bool:
    return item.unit == "share" and item.low is None and item.high is None


def grade_value(settings: Settings, item: Evidence) -> Tier:
    """Return what one value's own base bears."""
    if item.source != "survey":
        return "full"
    return settings.info.tiers.grade(item.n)


def is_weak(settings: Settings, item: Evidence) -> bool:
    """Whether a value of a region or a type is too uncertain to stand without brackets.

    It rests on too few answers, or on answers of which nothing says how exact they are.
    """
    if not _is_graded(settings, item) or not item.is_published:
        return False
    return settings.info.tiers.grade(item.n) != "full" or _lacks_interval(item)


def _is_graded(settings: Settings, item: Evidence) -> bool:
    """Whether tiers hold for a value: one of a region or a type, that is no count or contrast."""
    domain = settings.domains.get(item.domain)
    kind = domain.kind if domain is not None else ""
    known = kind in ("region", "type") and item.source == "survey"
    return known and not item.contrast and item.statistic != "count"


def as_printed(settings: Settings, item: Evidence) -> Evidence:
    """Return a value as its base lets it be printed: as released, rounded, or not at all.

    Of a region or a type, shares on few answers are rounded to tens and their intervals out to
    tens, other weak values have two digits that count; on fewer answers than ``tiers.weak`` there
    is no value.
    """
    if item.band is not None and _is_graded(settings, item):
        return replace(item, band=_band_as_printed(item.band, settings.info.tiers.grade(item.n)))
    if not is_weak(settings, item):
        return item
    if settings.info.tiers.grade(item.n) == "none":
        return replace(
            item, value=None, low=None, high=None, n=None, status=Status.PRIMARY, reason="base"
        )
    if item.unit != "share":
        return replace(
            item,
            value=_two_digits(item.value),
            low=_two_digits(item.low),
            high=_two_digits(item.high),
        )
    low, high = _out_to_tens(item.low, item.high)
    return replace(
        item,
        value=None if item.value is None else round(item.value, 1),
        low=low,
        high=high,
    )


def _band_as_printed(band: Band, tier: Tier) -> Band | None:
    """Return what is known of a hidden value as its base lets it be printed."""
    if tier != "weak":
        return band if tier == "full" else None
    return _out_to_tens(*band)


def _out_to_tens(low: float | None, high: float | None) -> Band:
    """Round limits of a share outwards to tens of percent."""
    return (
        None if low is None else math.floor(round(low * 10, 6)) / 10,
        None if high is None else math.ceil(round(high * 10, 6)) / 10,
    )


def _two_digits(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.2g}")


def find_type(released: Released, settings: Settings, region: str) -> str:
    """Return the code of the type that a region belongs to; ``""`` where nothing tells it.

    ``study.yml`` may state it; else it is the type of most of its respondents, where crossings
    tell.
    """
    stated = settings.regions[region].type if region in settings.regions else None
    if stated is not None:
        return stated
    types = settings.info.region_types
    counts = {
        item.code: released.evidence.get(f"response:answers@{region}+type:{item.code}")
        for item in (types.list if types else ())
    }
    known = {code: item.value for code, item in counts.items() if item and item.value}
    return max(known, key=lambda code: known[code] or 0.0) if known else ""


def find_printable(
    released: Released, settings: Settings, region: str, key: str
) -> Evidence | None:
    """Return a region's own value of a measure, as released, where it may be printed.

    Parameters
    ----------
    key
        Of the measure, in any domain.
    """
    own = released.evidence.get(str(EvidenceKey.parse(key)._replace(domain=region, contrast="")))
    if own is None or not own.is_published or own.value is None:
        return None
    if grade_value(settings, own) == "none" or find_tier(released, settings, region) == "none":
        return None
    return own


def speaks_against(
    released: Released, settings: Settings, region: str, key: str, verdict: Verdict
) -> bool:
    """Whether a region's printed value denies what is clear of its type.

    It does where it does not lie on the same side of the nation's value. No test is asked for,
    and a value in brackets counts: readers see both.

    Parameters
    ----------
    key
        Of the measure, in any domain.
    verdict
        What is clear of the type: ``"higher"`` or ``"lower"`` than elsewhere.
    """
    own = find_printable(released, settings, region, key)
    whole = EvidenceKey.parse(key)._replace(domain=settings.nation, contrast="")
    nation = released.evidence.get(str(whole))
    if own is None or nation is None or nation.value is None:
        return False
    printed = as_printed(settings, own).value or 0.0
    return printed <= nation.value if verdict == "higher" else printed >= nation.value


def bears_headline(settings: Settings, item: Evidence) -> bool:
    """Whether a value's interval is narrow enough for a title or a key message.

    The limit is one of shares; other units have none.
    """
    if item.unit != "share" or item.low is None or item.high is None:
        return True
    return item.high - item.low <= settings.info.tiers.widest
