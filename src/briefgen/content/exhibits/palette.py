"""Colours of charts, from the brand.

Every distinction of colour is also one of position, shape or label: charts stay readable in grey
print and for colour-blind readers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from briefgen.config.brand import AA_TEXT, Brand, contrast_ratio, mix, readable_on


@dataclass(frozen=True)
class Palette:
    """The colours that charts use; all as ``#rrggbb``."""

    ink: str
    paper: str
    muted: str
    rule: str
    tint: str
    own: str
    other: str
    nation: str
    accent: str
    third: str
    low: str
    neutral: str
    family: str

    def on(self, ground: str) -> str:
        """Return the colour of text on a ground; black or white where the brand's are too faint."""
        chosen = readable_on(ground, self.ink, self.paper)
        if contrast_ratio(chosen, ground) >= AA_TEXT:
            return chosen
        return readable_on(ground, "#000000", "#ffffff")

    def sequence(self, count: int) -> list[str]:
        """Return a ramp of one hue, light to dark, for ordered categories."""
        if count == 1:
            return [self.own]
        return [mix(self.own, self.paper, 0.86 * (1 - step / (count - 1))) for step in range(count)]

    def diverging(self, count: int) -> list[str]:
        """Return colours from one pole to the other, with a neutral middle for odd counts."""
        half = count // 2
        shares = [0.52 * step / max(half - 1, 1) for step in range(half)]
        low = [mix(self.low, self.paper, share) for share in shares]
        high = [mix(self.own, self.paper, share) for share in reversed(shares)]
        return [*low, *([self.neutral] if count % 2 else []), *high]


@lru_cache(maxsize=16)
def _palette(colors: tuple[tuple[str, str], ...], family: str) -> Palette:
    named = dict(colors)
    primary = named["primary"]
    return Palette(
        ink=named["foreground"],
        paper=named["background"],
        muted=named["muted"],
        rule=named["rule"],
        tint=named["light"],
        own=named.get("chart-own", primary),
        other=named.get("chart-other", mix(named["foreground"], named["background"], 0.64)),
        nation=named.get("chart-nation", named["foreground"]),
        accent=named["secondary"],
        third=named["tertiary"],
        low=named.get("chart-low", named["secondary"]),
        neutral=named.get("chart-neutral", named["rule"]),
        family=family,
    )


def make_palette(brand: Brand) -> Palette:
    """Return the colours of charts of a brand."""
    return _palette(tuple(brand.colors.items()), brand.fonts["base"])
