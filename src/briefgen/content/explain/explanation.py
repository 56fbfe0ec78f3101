"""What an explanation is: facts about something, and what it rests on.

`keys` makes them; ``briefgen explain`` prints them as text in a language, or as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from briefgen.content.language import Locale
from briefgen.content.language.markdown import plain_text
from briefgen.model import Status, Text

Kind = Literal["document", "recommendation", "statement", "factor", "evidence"]

LABELS: Final[Mapping[str, str]] = {
    "answer": "Answer",
    "applies": "Applies in",
    "as_of": "As of edition",
    "audiences": "For",
    "base": "Base",
    "comparison": "Compared with",
    "condition": "Condition",
    "costs": "Costs and conditions",
    "description": "Meaning",
    "domain": "Domain",
    "effort": "Effort",
    "factor": "Factor",
    "files": "Files",
    "interval": "Confidence interval",
    "item": "Item",
    "links": "Linked with",
    "measure": "Measure",
    "method": "Statistical method",
    "n": "n",
    "owner": "Who acts",
    "priority": "Priority of the panel",
    "question": "Question",
    "reason": "Reason",
    "rests_on": "Rests on",
    "scale": "Scale",
    "source": "Stands in",
    "statement": "Statement",
    "status": "Release",
    "strength": "Supported by",
    "text": "Wording",
    "timeframe": "Timeframe",
    "topic": "Topic",
    "value": "Value",
    "verdict": "Finding",
    "why": "Why here",
}
"""How each fact is called: messages of the catalogues."""

WORDS: Final[Mapping[str, str]] = {
    "survey": "survey",
    "case": "case studies",
    "panel": "expert panel",
    "higher": "higher",
    "lower": "lower",
    "same": "no difference borne out",
    "unknown": "not known",
    "rest": "all others",
    "nothing": "nothing published",
    "nowhere": "no region",
    Status.PUBLISHED.value: "published",
    Status.COARSENED.value: "coarsened",
    Status.PRIMARY.value: "suppressed (primary)",
    Status.COMPLEMENTARY.value: "suppressed (complementary)",
}
"""Words that facts are made of, by what they stand for: messages of the catalogues."""
NOTHING: Final = Text({"": ""})


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing to know; ``raw`` is its value for programs, where it is no text."""

    name: str
    text: Text
    raw: Any = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """What something is, and what it rests on."""

    kind: Kind
    key: str
    title: Text
    facts: tuple[Fact, ...]
    rests_on: tuple[Explanation, ...] = ()

    def lines(self, locale: Locale, indent: int = 0) -> list[str]:
        """Return the explanation as lines of text, what it rests on indented below."""
        language = locale.language
        space = "  " * indent
        found = [f"{space}{self.key}: {say(self.title, language)}".rstrip(": ")]
        found += [
            f"{space}  {name_fact(fact, locale)}: {say(fact.text, language)}" for fact in self.facts
        ]
        if self.rests_on:
            found.append(f"{space}  {locale.text(LABELS['rests_on'])}:")
        for part in self.rests_on:
            found += part.lines(locale, indent + 2)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the explanation as plain values."""
        return {
            "kind": self.kind,
            "key": self.key,
            "title": dict(self.title),
            "facts": {
                fact.name: dict(fact.text) if fact.raw is None else fact.raw for fact in self.facts
            },
            "rests_on": [part.as_dict() for part in self.rests_on],
        }


def name_fact(fact: Fact, locale: Locale) -> str:
    """Return how a fact is called in a language."""
    return locale.text(LABELS[fact.name])


def say(text: Mapping[str, str], language: str) -> str:
    """Return a text in a language, without markup."""
    known = dict(text)
    found = next((code for code in (language, "", "en") if code in known), next(iter(known), ""))
    return plain_text(known.get(found, ""))


def text_fact(name: str, text: Text) -> Fact:
    """Return a fact that is a text in the study's languages."""
    return Fact(name, text)


def plain_fact(name: str, text: str) -> Fact:
    """Return a fact that reads the same in every language."""
    return Fact(name, Text({"": text}), text)
