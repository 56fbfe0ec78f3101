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
    "answer": {"de": "Antwort", "en": "Answer", "fr": "Réponse"},
    "applies": {"de": "Gilt in", "en": "Applies in", "fr": "Vaut pour"},
    "as_of": {"de": "Stand der Ausgabe", "en": "As of edition", "fr": "État de l’édition"},
    "audiences": {"de": "Für", "en": "For", "fr": "Pour"},
    "base": {"de": "Basis", "en": "Base", "fr": "Base"},
    "comparison": {"de": "Verglichen mit", "en": "Compared with", "fr": "Comparé avec"},
    "condition": {"de": "Bedingung", "en": "Condition", "fr": "Condition"},
    "costs": {
        "de": "Kosten und Bedingungen",
        "en": "Costs and conditions",
        "fr": "Coûts et conditions",
    },
    "description": {"de": "Bedeutung", "en": "Meaning", "fr": "Signification"},
    "domain": {"de": "Bereich", "en": "Domain", "fr": "Domaine"},
    "effort": {"de": "Aufwand", "en": "Effort", "fr": "Effort"},
    "factor": {"de": "Faktor", "en": "Factor", "fr": "Facteur"},
    "files": {"de": "Dateien", "en": "Files", "fr": "Fichiers"},
    "interval": {
        "de": "Konfidenzintervall",
        "en": "Confidence interval",
        "fr": "Intervalle de confiance",
    },
    "item": {"de": "Teilfrage", "en": "Item", "fr": "Élément"},
    "links": {"de": "Verknüpft mit", "en": "Linked with", "fr": "Lié à"},
    "measure": {"de": "Kennwert", "en": "Measure", "fr": "Mesure"},
    "method": {"de": "Verfahren", "en": "Method", "fr": "Méthode"},
    "n": {"de": "n", "en": "n", "fr": "n"},
    "owner": {"de": "Wer handelt", "en": "Who acts", "fr": "Qui agit"},
    "priority": {
        "de": "Priorität des Panels",
        "en": "Priority of the panel",
        "fr": "Priorité du panel",
    },
    "question": {"de": "Frage", "en": "Question", "fr": "Question"},
    "reason": {"de": "Grund", "en": "Reason", "fr": "Raison"},
    "rests_on": {"de": "Beruht auf", "en": "Rests on", "fr": "Repose sur"},
    "scale": {"de": "Skala", "en": "Scale", "fr": "Échelle"},
    "source": {"de": "Steht in", "en": "Stands in", "fr": "Se trouve dans"},
    "statement": {"de": "Aussage", "en": "Statement", "fr": "Proposition"},
    "status": {"de": "Freigabe", "en": "Release", "fr": "Publication"},
    "strength": {"de": "Gestützt von", "en": "Supported by", "fr": "Étayé par"},
    "text": {"de": "Wortlaut", "en": "Wording", "fr": "Formulation"},
    "timeframe": {"de": "Frist", "en": "Timeframe", "fr": "Délai"},
    "topic": {"de": "Thema", "en": "Topic", "fr": "Thème"},
    "value": {"de": "Wert", "en": "Value", "fr": "Valeur"},
    "verdict": {"de": "Befund", "en": "Finding", "fr": "Constat"},
    "why": {"de": "Warum hier", "en": "Why here", "fr": "Pourquoi ici"},
}
"""How each fact is called; other languages than these read the English."""

_WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "survey": {"de": "Befragung", "en": "survey", "fr": "enquête"},
    "case": {"de": "Fallstudien", "en": "case studies", "fr": "études de cas"},
    "panel": {"de": "Expertenpanel", "en": "expert panel", "fr": "panel de spécialistes"},
    "higher": {"de": "höher", "en": "higher", "fr": "plus élevé"},
    "lower": {"de": "niedriger", "en": "lower", "fr": "plus faible"},
    "same": {
        "de": "kein belegter Unterschied",
        "en": "no difference borne out",
        "fr": "aucune différence établie",
    },
    "unknown": {"de": "nicht bekannt", "en": "not known", "fr": "inconnu"},
    "rest": {"de": "allen anderen", "en": "all others", "fr": "tous les autres"},
    "nothing": {"de": "nichts Veröffentlichtes", "en": "nothing published", "fr": "rien de publié"},
    "nowhere": {"de": "keine Region", "en": "no region", "fr": "aucune région"},
    Status.PUBLISHED.value: {"de": "veröffentlicht", "en": "published", "fr": "publié"},
    Status.COARSENED.value: {"de": "vergröbert", "en": "coarsened", "fr": "arrondi"},
    Status.PRIMARY.value: {
        "de": "gesperrt (primär)",
        "en": "suppressed (primary)",
        "fr": "masqué (primaire)",
    },
    Status.COMPLEMENTARY.value: {
        "de": "gesperrt (gegen Rückrechnung)",
        "en": "suppressed (complementary)",
        "fr": "masqué (contre la déduction)",
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
