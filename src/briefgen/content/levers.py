"""Where a region stands on what a recommendation moves: from finding to lever.

In: the aims of a recommendation (``acts_on``, ``builds_on``) and released evidence. Out: a
`Standing`: the place whose evidence gives the reason (the region, its type, the nation), that
evidence, and how large the gap is. `recommendations` chooses and orders by it;
``docs/recommendations.md`` tells authors the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from briefgen.config.recommendations import Aim, Recommendation
from briefgen.config.settings import Settings
from briefgen.content.tiers import find_tier, find_type, grade_value, speaks_against
from briefgen.model import Evidence, EvidenceKey, Released, Verdict

Place = Literal["region", "peers", "type", "strength", "level", "type level", "nation", "none"]
"""Whose evidence gives a reason, and of what kind it is.

``region``: clearly on the wrong side of all others; ``peers``: of its own type, by intervals that
do not meet; ``type``: its own type is, and nothing printed of the region speaks against it;
``strength``: a strength to build on; ``level``: the region's own level leaves much to gain;
``type level``: its type's; ``nation``: holds everywhere.
"""

RANKS: Final[Mapping[str, int]] = MappingProxyType(
    {
        place: rank
        for rank, place in enumerate(
            ("region", "peers", "type", "strength", "level", "type level", "nation", "none")
        )
    }
)
"""Order of places: the nearer and clearer the reason, the earlier its advice."""
CLEAR: Final = RANKS["type"]
"""Last rank of a gap that a test or two intervals bear out."""

MUCH_TO_GAIN: Final = 0.5
"""Share that is not yet where it should be, from which on a level is a reason by itself."""
ENOUGH: Final = 0.2
"""Share that is not yet where it should be, up to which a measure counts as reached."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a region stands on one aim.

    Attributes
    ----------
    place, key
        What gives the reason, and its evidence (``""`` where nothing is published).
    size
        Of the gap: difference of shares, or share still to gain; 0 where sizes do not order.
    reached
        Evidence that the region, or the type that stands in for it, has reached the aim; ``""``.
    """

    aim: Aim
    place: Place
    key: str = ""
    size: float = 0.0
    reached: str = ""

    @property
    def rank(self) -> tuple[int, float]:
        """Smaller is earlier: the place, then the larger gap."""
        return RANKS[self.place], -self.size


class Levers:
    """Judges the aims of recommendations for one region.

    Parameters
    ----------
    region
        A region's code or the nation's.
    """

    def __init__(self, released: Released, settings: Settings, region: str) -> None:
        self._released = released
        self._settings = settings
        self._region = region
        self._tier = find_tier(released, settings, region)
        code = "" if region == settings.nation else find_type(released, settings, region)
        self._type = f"type:{code}" if code else ""

    def judge(self, one: Recommendation, headline: Sequence[str] = ()) -> Standing | None:
        """Return the strongest reason for a recommendation; ``None`` if it names no aims.

        A reason that is about one of the headline findings (keys) goes before all others.
        """
        found = [*map(self._of_gap, one.acts_on), *self._of_strengths(one.builds_on)]
        if found:
            return min(found, key=lambda item: (not self._is_about(item.aim, headline), item.rank))
        return None if not (one.acts_on or one.builds_on) else Standing(one.builds_on[0], "none")

    def find_reached(self, one: Recommendation) -> str:
        """Return the evidence that a recommendation is not needed here; ``""`` where it is.

        It is not where one of the measures that it acts on is reached and none is clearly behind.
        A type that is behind counts only where it stands in for the region.
        """
        found = [self._of_gap(aim) for aim in one.acts_on]
        if any(RANKS[standing.place] <= CLEAR and self._is_of_here(standing) for standing in found):
            return ""
        return next((standing.reached for standing in found if standing.reached), "")

    def _is_of_here(self, standing: Standing) -> bool:
        return standing.place != "type" or self._own(standing.aim) is None

    def applies(self, one: Recommendation) -> bool:
        """Whether a recommendation has a use here: advice on strengths wants one.

        The nation is better than nobody, so that such advice stands in no national document.
        """
        if one.acts_on or not one.builds_on:
            return True
        return any(True for _ in self._of_strengths(one.builds_on))

    def _is_about(self, aim: Aim, headline: Sequence[str]) -> bool:
        return any(concerns(aim, key, self._settings) for key in headline)

    @property
    def _is_national(self) -> bool:
        return self._region == self._settings.nation

    # --- one aim ---------------------------------------------------------------------------

    def _of_gap(self, aim: Aim) -> Standing:
        reached = self._reached(aim)
        for judge in (self._behind_rest, self._behind_type, self._type_behind):
            found = judge(aim)
            if found is not None and not reached:
                return found
        found = self._by_level(aim) or self._by_nation(aim)
        return Standing(aim, found.place, found.key, found.size, reached)

    def _of_strengths(self, aims: Iterable[Aim]) -> Iterator[Standing]:
        for aim in aims:
            for domain in self._domains:
                item = self._bearing(aim, domain)
                if domain == self._type and not self._may_type_speak(aim, aim.better):
                    continue
                if item is not None and self._verdict(aim, domain) == aim.better:
                    yield Standing(aim, "strength", item.key, self._distance(aim, domain))
                    break

    @property
    def _domains(self) -> tuple[str, ...]:
        """The region, and its type where that may stand in for it."""
        own = self._region if self._tier == "full" else ""
        return tuple(domain for domain in (own, self._type) if domain)

    def _behind_rest(self, aim: Aim) -> Standing | None:
        item = self._bearing(aim, self._region)
        if self._is_national or self._tier != "full" or item is None:
            return None
        if self._verdict(aim, self._region) != other_side(aim):
            return None
        return Standing(aim, "region", item.key, self._distance(aim, self._region))

    def _behind_type(self, aim: Aim) -> Standing | None:
        own, peers = self._bearing(aim, self._region), self._bearing(aim, self._type)
        if self._tier != "full" or own is None or peers is None:
            return None
        if not _is_behind(own, peers, aim):
            return None
        return Standing(aim, "peers", own.key, abs((own.value or 0.0) - (peers.value or 0.0)))

    def _type_behind(self, aim: Aim) -> Standing | None:
        item = self._bearing(aim, self._type)
        if item is None or self._verdict(aim, self._type) != other_side(aim):
            return None
        if not self._may_type_speak(aim, other_side(aim)):
            return None
        return Standing(aim, "type", item.key, self._distance(aim, self._type))

    def _may_type_speak(self, aim: Aim, verdict: Verdict) -> bool:
        """Whether what is clear of the type may be said of the region."""
        against = speaks_against(self._released, self._settings, self._region, aim.measure, verdict)
        return not against

    def _by_level(self, aim: Aim) -> Standing | None:
        """Return a level that leaves much to gain: the region's, else its type's."""
        if self._is_national:
            return None
        stand_in = self._type if self._told(aim, self._region) is None else ""
        places: tuple[tuple[Place, str], ...] = (
            ("level", self._region if self._tier != "none" else ""), ("type level", stand_in)
        )  # fmt: skip
        for place, domain in places:
            item = self._told(aim, domain)
            if item is not None:
                room = self._room(aim, item)
                if room is not None and room >= MUCH_TO_GAIN:
                    return Standing(aim, place, item.key, round(room, 1))
        return None

    def _by_nation(self, aim: Aim) -> Standing:
        item = self._told(aim, self._settings.nation)
        return Standing(aim, "nation", item.key) if item is not None else Standing(aim, "none")

    def _reached(self, aim: Aim) -> str:
        """Return the evidence that the aim is reached: better than elsewhere, or nearly all.

        Where few answered, the type stands in for the region.
        """
        if self._is_national:
            return ""
        own, stand_in = self._find(aim, self._region), self._bearing(aim, self._type)
        if own is not None and self._is_reached(aim, own):
            return own.key
        if self._tier == "full" or stand_in is None or not self._may_type_speak(aim, aim.better):
            return ""
        return stand_in.key if self._is_reached(aim, stand_in) else ""

    def _is_reached(self, aim: Aim, item: Evidence) -> bool:
        verdict = self._verdict(aim, item.domain)
        if verdict in ("higher", "lower"):
            return verdict == aim.better
        room = self._room(aim, item)
        return room is not None and room <= ENOUGH and grade_value(self._settings, item) == "full"

    # --- evidence --------------------------------------------------------------------------

    def _own(self, aim: Aim) -> Evidence | None:
        """Return the region's own value, where it bears a comparison."""
        return self._bearing(aim, self._region) if self._tier == "full" else None

    def _find(self, aim: Aim, domain: str) -> Evidence | None:
        """Return a published value of a measure in a domain."""
        key = str(EvidenceKey.parse(aim.measure)._replace(domain=domain))
        found = self._released.evidence.get(key) if domain else None
        return (
            found if found is not None and found.is_published and found.value is not None else None
        )

    def _told(self, aim: Aim, domain: str) -> Evidence | None:
        """Return a value that may be printed, in brackets at least."""
        found = self._find(aim, domain)
        if found is None or (domain == self._region and self._tier == "none"):
            return None
        return found if grade_value(self._settings, found) != "none" else None

    def _bearing(self, aim: Aim, domain: str) -> Evidence | None:
        """Return a value whose base bears a comparison."""
        found = self._find(aim, domain)
        return found if found and grade_value(self._settings, found) == "full" else None

    def _verdict(self, aim: Aim, domain: str) -> Verdict:
        contrast = self._find_contrast(aim, domain)
        return contrast.verdict if contrast is not None else "unknown"

    def _distance(self, aim: Aim, domain: str) -> float:
        """Return how far a domain is from all others; 0 for what is no share."""
        contrast = self._find_contrast(aim, domain)
        return abs(contrast.value or 0.0) if contrast and contrast.unit == "points" else 0.0

    def _find_contrast(self, aim: Aim, domain: str) -> Evidence | None:
        key = str(EvidenceKey.parse(aim.measure)._replace(domain=domain, contrast="rest"))
        found = self._released.evidence.get(key)
        return found if found is not None and found.is_published else None

    @staticmethod
    def _room(aim: Aim, item: Evidence) -> float | None:
        """Return the share (0–1) still to be gained; ``None`` for what is no share."""
        if item.unit != "share" or item.value is None:
            return None
        return 1 - item.value if aim.better == "higher" else item.value


def other_side(aim: Aim) -> Verdict:
    """Return the verdict that is worse by an aim."""
    return "lower" if aim.better == "higher" else "higher"


def _is_behind(own: Evidence, peers: Evidence, aim: Aim) -> bool:
    """Whether the whole interval of a region lies on the wrong side of its type's.

    The region is a part of its type, so intervals that do not meet are a cautious rule.
    """
    if None in (own.low, own.high, peers.low, peers.high):
        return False
    if aim.better == "higher":
        return (own.high or 0.0) < (peers.low or 0.0)
    return (own.low or 0.0) > (peers.high or 0.0)


def concerns(aim: Aim, key: str, settings: Settings) -> bool:
    """Whether an aim is about a finding: the same measure, or another of the same answers.

    Items of a multiple choice are results of their own; answers and boxes of a scale are not.
    """
    of_aim, of_key = EvidenceKey.parse(aim.measure), EvidenceKey.parse(key)
    if (of_aim.source, of_aim.variable) != (of_key.source, of_key.variable):
        return False
    if of_aim.measure == of_key.measure:
        return True
    variable = settings.variables.get(of_key.variable)
    return variable is not None and variable.type in ("scale", "numeric")


def find_reach(recommendations: Iterable[Recommendation], audience: str) -> frozenset[str]:
    """Return the measures that an audience can move, as ``variable.measure``."""
    aims = [
        aim
        for one in recommendations
        if audience in one.audiences
        for aim in (*one.acts_on, *one.builds_on)
    ]
    keys = [EvidenceKey.parse(aim.measure) for aim in aims]
    return frozenset(f"{key.variable}.{key.measure}" for key in keys)


def find_concern(recommendations: Iterable[Recommendation], audience: str) -> frozenset[str]:
    """Return what an audience's recommendations rest on beside the survey.

    Statements of the panel as ``panel:CODE``, subjects of the cases as ``case:CODE``.
    """
    own = [one for one in recommendations if audience in one.audiences]
    keys = [EvidenceKey.parse(key) for one in own for key in one.evidence]
    found = {f"panel:{key.variable}" for key in keys if key.source == "panel"}
    found |= {f"panel:{one.statement}" for one in own if one.statement}
    return frozenset(
        found | {f"case:{key.measure.partition('.')[0]}" for key in keys if key.source == "case"}
    )
