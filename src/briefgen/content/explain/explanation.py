"""What an explanation is: facts about something, and what it rests on.

`keys` makes them; ``briefgen explain`` prints them as text in a language, or as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from briefgen.content.language.markdown import plain_text
from briefgen.model import Status, Text

Kind = Literal["document", "recommendation", "statement", "factor", "evidence"]

LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "answer": {"de": "Antwort", "en": "Answer"},
    "applies": {"de": "Gilt in", "en": "Applies in"},
    "as_of": {"de": "Stand der Ausgabe", "en": "As of edition"},
    "audiences": {"de": "Für", "en": "For"},
    "base": {"de": "Basis", "en": "Base"},
    "comparison": {"de": "Verglichen mit", "en": "Compared with"},
    "condition": {"de": "Bedingung", "en": "Condition"},
    "costs": {"de": "Kosten und Bedingungen", "en": "Costs and conditions"},
    "description": {"de": "Bedeutung", "en": "Meaning"},
    "domain": {"de": "Bereich", "en": "Domain"},
    "effort": {"de": "Aufwand", "en": "Effort"},
    "factor": {"de": "Faktor", "en": "Factor"},
    "files": {"de": "Dateien", "en": "Files"},
    "interval": {"de": "Konfidenzintervall", "en": "Confidence interval"},
    "item": {"de": "Teilfrage", "en": "Item"},
    "links": {"de": "Verknüpft mit", "en": "Linked with"},
    "measure": {"de": "Kennwert", "en": "Measure"},
    "method": {"de": "Verfahren", "en": "Method"},
    "n": {"de": "n", "en": "n"},
    "owner": {"de": "Wer handelt", "en": "Who acts"},
    "priority": {"de": "Priorität des Panels", "en": "Priority of the panel"},
    "question": {"de": "Frage", "en": "Question"},
    "reason": {"de": "Grund", "en": "Reason"},
    "rests_on": {"de": "Beruht auf", "en": "Rests on"},
    "scale": {"de": "Skala", "en": "Scale"},
    "source": {"de": "Steht in", "en": "Stands in"},
    "statement": {"de": "Aussage", "en": "Statement"},
    "status": {"de": "Freigabe", "en": "Release"},
    "strength": {"de": "Gestützt von", "en": "Supported by"},
    "text": {"de": "Wortlaut", "en": "Wording"},
    "timeframe": {"de": "Frist", "en": "Timeframe"},
    "topic": {"de": "Thema", "en": "Topic"},
    "value": {"de": "Wert", "en": "Value"},
    "verdict": {"de": "Befund", "en": "Finding"},
    "why": {"de": "Warum hier", "en": "Why here"},
}
"""How each fact is called; other languages than these read the English."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "survey": {"de": "Befragung", "en": "survey"},
    "case": {"de": "Fallstudien", "en": "case studies"},
    "panel": {"de": "Expertenpanel", "en": "expert panel"},
    "higher": {"de": "höher", "en": "higher"},
    "lower": {"de": "niedriger", "en": "lower"},
    "same": {"de": "kein belegter Unterschied", "en": "no difference borne out"},
    "unknown": {"de": "nicht bekannt", "en": "not known"},
    "rest": {"de": "allen anderen", "en": "all others"},
    "nothing": {"de": "nichts Veröffentlichtes", "en": "nothing published"},
    "nowhere": {"de": "keine Region", "en": "no region"},
    Status.PUBLISHED.value: {"de": "veröffentlicht", "en": "published"},
    Status.COARSENED.value: {"de": "vergröbert", "en": "coarsened"},
    Status.PRIMARY.value: {"de": "gesperrt (primär)", "en": "suppressed (primary)"},
    Status.COMPLEMENTARY.value: {
        "de": "gesperrt (gegen Rückrechnung)",
        "en": "suppressed (complementary)",
    },
}
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

    def lines(self, language: str, indent: int = 0) -> list[str]:
        """Return the explanation as lines of text, what it rests on indented below."""
        space = "  " * indent
        found = [f"{space}{self.key}: {say(self.title, language)}".rstrip(": ")]
        found += [
            f"{space}  {say(LABELS[fact.name], language)}: {say(fact.text, language)}"
            for fact in self.facts
        ]
        if self.rests_on:
            found.append(f"{space}  {say(LABELS['rests_on'], language)}:")
        for part in self.rests_on:
            found += part.lines(language, indent + 2)
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


def word(name: str) -> Text:
    """Return one of the words of explanations in all its languages."""
    return Text(_WORDS[name])
