"""What template functions return: lists and small parts that print as Markdown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from briefgen.content.language.markdown import plain_text


class Lines(list[Any]):
    """A list that prints as Markdown: items with marks, or one after the other."""

    def __init__(self, items: Iterable[Any] = (), *, mark: str = "", separator: str = "") -> None:
        super().__init__(items)
        self._mark = mark
        self._separator = separator or ("\n" if mark else " ")

    def __str__(self) -> str:
        return self._separator.join(f"{self._mark}{item}" for item in self)

    __repr__ = __str__


@dataclass(frozen=True, slots=True)
class SpineView:
    """The figures of a spine chart; printed by itself it is they."""

    floats: str
    headline: str
    is_single: bool = False

    def __str__(self) -> str:
        return self.floats

    def __bool__(self) -> bool:
        return bool(self.floats)


LONG_VALUE: Final = 10
"""A headline number of more letters, such as "20 enterprises", is set smaller, on one line."""


@dataclass(frozen=True, slots=True)
class HeadlineNumber:
    """A large number, with what it is and what it compares with."""

    value: str
    label: str
    comparator: str

    def __str__(self) -> str:
        long = len(plain_text(self.value)) > LONG_VALUE
        name = "figure-value .is-long" if long else "figure-value"
        parts = [div(name, self.value), div("figure-label", self.label)]
        if self.comparator:
            parts.append(div("comparator", self.comparator))
        return div("headline-number", "\n\n".join(parts), colons=4)


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A quote with an attribution that is safe for anonymity."""

    text: str
    pseudonym: str
    role: str
    region_type: str
    factor: str

    @property
    def attribution(self) -> str:
        """Who said it, as far as may be told; a pseudonym of several words tells the role."""
        role = "" if " " in self.pseudonym else self.role
        return ", ".join(part for part in (self.pseudonym, role, self.region_type) if part)

    def __str__(self) -> str:
        return f"> {self.text}\n\n{div('attribution', f'— {self.attribution}')}"


@dataclass(frozen=True, slots=True)
class CommentView:
    """What an expert wrote on a statement, without a name."""

    statement: str
    round: int
    text: str

    def __str__(self) -> str:
        return f"> {self.text}"


FROM_FINDING: Final = (
    "why-here", "recommendation-text", "first-step", "recommendation-meta", "indicator", "strength"
)  # fmt: skip
"""Order of a recommendation that leads from a finding to what one will see."""
FROM_ADVICE: Final = ("recommendation-text", "why-here", "strength", "recommendation-meta")
"""Order of one that says neither its first step nor what it moves."""


@dataclass(frozen=True, slots=True)
class RecommendationView:
    """A recommendation as a document shows it."""

    code: str
    title: str
    text: str
    why: str
    first_step: str
    indicator: str
    strength: str
    sources: tuple[str, ...]
    owner: str
    timeframe: str
    effort: str
    costs: str
    audiences: tuple[str, ...]
    meta: str
    priority: float | None
    applied: Any = None  # what tables of recommendations take

    def __str__(self) -> str:
        told = {
            "recommendation-text": self.text,
            "why-here": self.why,
            "first-step": self.first_step,
            "recommendation-meta": self.meta,
            "indicator": self.indicator,
            "strength": self.strength,
        }
        parts = [f"### {self.title} {{.unnumbered .unlisted}}"]
        order = FROM_FINDING if self.first_step or self.indicator else FROM_ADVICE
        parts += [div(name, told[name]) for name in order if told[name]]
        return div("recommendation", "\n\n".join(parts), colons=4)


def div(name: str, content: str, *, colons: int = 3) -> str:
    """Put Markdown into a div of a class."""
    fence = ":" * colons
    return f"{fence} {{.{name}}}\n{content.strip()}\n{fence}"
