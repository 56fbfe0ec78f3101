"""Follow a recommendation, a statement or a number down to what it rests on.

In: a name, `Released`, `Settings` and the recommendations. Out: an `Explanation`, as text in a
language and as plain values for JSON. Nothing but released values is read, so an explanation may
be shown to anyone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from briefgen.config.conditions import complete_key, list_keys, locate_key, parse_condition
from briefgen.config.evidence_sources import SOURCES, name_subject
from briefgen.config.measures import find_measure
from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Settings, Variable
from briefgen.config.wording import CodeSystem, Statement, read_codes, read_statements
from briefgen.content.language import Locale
from briefgen.content.language.markdown import plain_text
from briefgen.content.recommendations import (
    AppliedRecommendation,
    apply,
    find_priority,
    find_strength,
)
from briefgen.errors import UnknownNameError
from briefgen.model import Evidence, EvidenceKey, Released, Status, Text

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
"""How each fact is called. A language that is not there reads English."""

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
        found = [f"{space}{self.key}: {_say(self.title, language)}".rstrip(": ")]
        found += [
            f"{space}  {_say(LABELS[fact.name], language)}: {_say(fact.text, language)}"
            for fact in self.facts
        ]
        if self.rests_on:
            found.append(f"{space}  {_say(LABELS['rests_on'], language)}:")
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


def _say(text: Mapping[str, str], language: str) -> str:
    known = dict(text)
    found = next((code for code in (language, "", "en") if code in known), next(iter(known), ""))
    return plain_text(known.get(found, ""))


def explain_key(
    key: str,
    released: Released,
    settings: Settings,
    recommendations: Sequence[Recommendation],
) -> Explanation:
    """Explain a recommendation's code, a statement's or factor's code, or a key of evidence.

    A key without domain means the nation; its source and the usual measure may be left out
    (``q07_steering.often``, ``case:factor.trust``). A recommendation is explained for the nation,
    or for a region (``r03@DE1``).

    Raises
    ------
    UnknownNameError
        With the nearest names that there are.
    """
    return _Explainer(released, settings, recommendations).explain(key.strip())


class _Explainer:
    """All that explanations are made of."""

    def __init__(
        self,
        released: Released,
        settings: Settings,
        recommendations: Sequence[Recommendation],
    ) -> None:
        self.released = released
        self.settings = settings
        self.recommendations = {one.code: one for one in recommendations}
        self.statements: Mapping[str, Statement] = read_statements(settings)[0]
        self.codes: CodeSystem = read_codes(settings)[0]
        self.locales = {code: Locale(settings, code) for code in settings.languages}

    def explain(self, key: str) -> Explanation:
        name = key.rsplit(":", 1)[-1]
        code, _, region = name.partition("@")
        if key in (name, f"recommendation:{name}") and code in self.recommendations:
            region = self.settings.find_region(region) if region else self.settings.nation
            return self._recommendation(self.recommendations[code], region)
        if key in (name, f"panel:{name}") and name in self.statements:
            return self._statement(self.statements[name])
        if key == name and name in self.codes:
            return self._factor(name)
        item = self._find(key)
        if item is None:
            raise UnknownNameError.among("evidence", key, self._nearest_known(key))
        return self._evidence(item)

    def _find(self, key: str, region: str = "") -> Evidence | None:
        spellings = [key, *(f"{source}:{key}" for source in ("survey", "case", "panel"))]
        nation = self.settings.nation
        for spelling in spellings:
            try:
                located = locate_key(spelling, region or nation, nation)
            except UnknownNameError:
                continue
            if (found := self.released.evidence.get(located)) is not None:
                return found
        return None

    def _nearest_known(self, key: str) -> list[str]:
        """All names, those of the key's own domain first: there are tens of thousands of keys."""
        domain = key.partition("@")[2].partition("~")[0] or self.settings.nation
        contrast = "~" in key
        keys = [
            name
            for name, item in self.released.evidence.items()
            if item.domain in ("", domain) and bool(item.contrast) == contrast
        ]
        if "@" not in key:
            keys += [name.partition("@")[0] for name in keys]
            keys += [name.partition(":")[2] for name in keys if ":" not in key]
        return [*self.recommendations, *self.statements, *self.codes.factors, *dict.fromkeys(keys)]

    # --- recommendations ---

    def _recommendation(self, one: Recommendation, region: str) -> Explanation:
        facts = [_fact("text", one.text), self._audiences(one.audiences)]
        optional = {
            "owner": one.owner, "timeframe": one.timeframe, "effort": one.effort,
            "costs": one.costs,
        }  # fmt: skip
        facts += [_fact(name, text) for name, text in optional.items() if text is not None]
        if one.condition:
            facts.append(_plain("condition", one.condition))
        applied = self._apply_in(one, region)
        if applied is not None and applied.why_key:
            facts.append(_plain("why", applied.why_key))
        facts += [self._applies(one), self._priority(one), self._strength(one, region)]
        facts.append(_plain("source", one.source))
        keys = [
            *one.evidence,
            *(list_keys(parse_condition(one.condition)) if one.condition else ()),
        ]
        if applied is not None:
            keys += [result.key for result in applied.results if result.key]
        parts = {part.key: part for part in (self._part(key, region) for key in keys)}
        if one.statement in self.statements:
            statement = self._statement(self.statements[one.statement])
            parts[statement.key] = statement
        key = one.code if region == self.settings.nation else f"{one.code}@{region}"
        return Explanation("recommendation", key, one.title, tuple(facts), tuple(parts.values()))

    def _part(self, key: str, region: str) -> Explanation:
        item = self._find(key, region)
        if item is not None:
            return self._evidence(item)
        missing = _fact("value", _words("nothing"), raw=None)
        return Explanation("evidence", complete_key(key), Text({"": ""}), (missing,))

    def _audiences(self, codes: Sequence[str]) -> Fact:
        names = [self.settings.audiences[code].name for code in codes]
        return Fact("audiences", self._join(names), list(codes))

    def _applies(self, one: Recommendation) -> Fact:
        settings = self.settings
        applied = {
            code: found
            for code in settings.regions
            if (found := self._apply_in(one, code)) is not None
        }
        names = [settings.regions[code].name for code in applied]
        text = self._join(names) if names else _words("nowhere")
        if len(names) == len(settings.regions):
            text = settings.info.regions.nation.name
        why = {
            code: {"because": found.applies_because, "why": found.why_key, "kind": found.why_kind}
            for code, found in applied.items()
        }
        return Fact("applies", text, why)

    def _apply_in(self, one: Recommendation, region: str) -> AppliedRecommendation | None:
        found = apply([one], self.released, self.settings, region, "")
        return found[0] if found else None

    def _priority(self, one: Recommendation) -> Fact:
        priority = find_priority(one, self.released, self.settings)
        if priority is None:
            return _fact("priority", _words("unknown"))
        text = {code: locale.number(priority) for code, locale in self.locales.items()}
        return Fact("priority", Text(text), priority)

    def _strength(self, one: Recommendation, region: str) -> Fact:
        sources = find_strength(one, self.released, self.settings, region)
        text = self._join([_words(source) for source in sources]) if sources else _words("nothing")
        return Fact("strength", text, list(sources))

    def _join(self, names: Iterable[Mapping[str, str]]) -> Text:
        names = list(names)
        return Text(
            {
                code: locale.join([_say(name, code) for name in names])
                for code, locale in self.locales.items()
            }
        )

    # --- statements and factors ---

    def _statement(self, statement: Statement) -> Explanation:
        facts = [_plain("scale", f"{statement.low}–{statement.high}")]
        topics = {topic.code: topic.title for topic in self.settings.info.topics}
        if statement.topic in topics:
            facts.append(_fact("topic", topics[statement.topic]))
        if statement.links:
            facts.append(
                Fact("links", Text({"": ", ".join(statement.links)}), list(statement.links))
            )
        parts = [
            self._evidence(item)
            for item in self.released.select(source="panel", variable=statement.code)
        ]
        key = f"panel:{statement.code}"
        return Explanation("statement", key, statement.text, tuple(facts), tuple(parts))

    def _factor(self, code: str) -> Explanation:
        factor = self.codes[code]
        facts = [_fact("description", factor.description)] if factor.description else []
        facts.append(_plain("source", self.codes.file))
        parts = [
            self._evidence(item)
            for item in self.released.select(
                source="case", variable="factor", domain=self.settings.nation
            )
            if item.measure.partition(".")[0] == code
        ]
        return Explanation("factor", f"case:factor.{code}", factor.name, tuple(facts), tuple(parts))

    # --- evidence ---

    def _evidence(self, item: Evidence) -> Explanation:
        facts = [*self._subject(item), self._value(item)]
        interval = {code: locale.interval(item) for code, locale in self.locales.items()}
        if any(interval.values()):
            facts.append(Fact("interval", Text(interval), [item.low, item.high]))
        if item.contrast:
            facts += self._comparison(item)
        if item.domain:
            facts.append(Fact("domain", self._domain(item.domain), item.domain))
        if item.n is not None:
            count = {code: locale.number(item.n, 0) for code, locale in self.locales.items()}
            facts.append(Fact("n", Text(count), item.n))
        facts.append(_plain("method", item.method))
        facts.append(Fact("status", _words(item.status.value), item.status.value))
        reason = {code: locale.reason(item) for code, locale in self.locales.items()}
        if any(reason.values()):
            facts.append(Fact("reason", Text(reason), item.reason))
        if item.as_of:
            facts.append(_plain("as_of", item.as_of))
        stated = list(item.files) or SOURCES[item.source].files(self.settings)
        files = [path if path.startswith("data/") else f"data/{path}" for path in stated]
        facts.append(Fact("files", Text({"": ", ".join(files)}), files))
        return Explanation("evidence", item.key, self._title(item), tuple(facts))

    def _value(self, item: Evidence) -> Fact:
        digits = 2 if item.unit == "coefficient" else None
        text = {code: locale.value(item, digits) for code, locale in self.locales.items()}
        raw = item.value if item.value is not None else (item.text or "")
        return Fact("value", Text(text), raw if item.is_published else "")

    def _comparison(self, item: Evidence) -> Iterator[Fact]:
        other = _words("rest") if item.contrast == "rest" else Text({"": item.contrast})
        yield Fact("comparison", other, item.contrast)
        yield Fact("verdict", _words(item.verdict), item.verdict)

    def _domain(self, code: str) -> Text:
        parts = [
            self.settings.domains[part].name if part in self.settings.domains else Text({"": part})
            for part in code.split("+")
        ]
        return self._join(parts) if len(parts) > 1 else parts[0]

    def _title(self, item: Evidence) -> Text:
        return name_subject(self.settings, EvidenceKey.parse(item.key)) or Text({"": ""})

    def _subject(self, item: Evidence) -> list[Fact]:
        """Return what the value is about: wording and base, factor, or statement."""
        own = _SUBJECTS.get(item.source)
        return (own(self, item) if own else []) or [
            _plain("measure", item.measure or item.variable)
        ]

    def _of_survey(self, item: Evidence) -> list[Fact]:
        if item.variable in self.settings.variables:
            return self._question(self.settings.variables[item.variable], item.measure)
        if item.variable in self.settings.composites:
            return self._made_of(self.settings.composites[item.variable].parts, item.measure)
        return []

    def _of_response(self, item: Evidence) -> list[Fact]:
        return [
            _plain("measure", item.variable),
            _fact("base", self.settings.info.population or NOTHING),
        ]

    def _of_cases(self, item: Evidence) -> list[Fact]:
        if item.variable != "factor":
            return []
        return self._factor_facts(*item.measure.partition(".")[::2])

    def _factor_facts(self, code: str, measure: str) -> list[Fact]:
        facts = [_plain("measure", measure)]
        if code in self.codes and (description := self.codes[code].description) is not None:
            facts.append(_fact("description", description))
        return facts

    def _question(self, variable: Variable, measure: str) -> list[Fact]:
        facts = [_fact("question", variable.question.text)]
        if variable.item is not None:
            facts.append(_fact("item", variable.item.label))
        facts.append(self._answer(variable, measure))
        facts.append(_fact("base", self._base(variable)))
        return facts

    def _made_of(self, codes: Sequence[str], measure: str) -> list[Fact]:
        """Say which items an index is the mean of, or which two questions a ratio is of."""
        labels = [self.settings.variables[code].label for code in codes]
        items = Fact("item", self._join(labels), list(codes))
        return [
            _plain("measure", measure),
            items,
            _fact("base", self.settings.info.respondents or NOTHING),
        ]

    def _answer(self, variable: Variable, measure: str) -> Fact:
        found = find_measure(variable, measure)
        if found is not None and found.part is not None:
            return Fact("answer", found.part.label, measure)
        return _plain("measure", measure)

    def _base(self, variable: Variable) -> Text:
        asked = variable.question.asked_if
        if asked is None:
            return self.settings.info.respondents or NOTHING
        if asked.label is not None:
            return asked.label
        return Text({"": f"{asked.variable}: {', '.join(asked.options)}"})


_SUBJECTS: Final[Mapping[str, Callable[[_Explainer, Evidence], list[Fact]]]] = {
    "survey": _Explainer._of_survey,  # noqa: SLF001 - of this module
    "response": _Explainer._of_response,  # noqa: SLF001
    "case": _Explainer._of_cases,  # noqa: SLF001
}
"""What each source says of a value beside its measure."""


def _fact(name: str, text: Text, raw: Any = None) -> Fact:
    return Fact(name, text, raw)


def _plain(name: str, text: str) -> Fact:
    return Fact(name, Text({"": text}), text)


def _words(name: str) -> Text:
    return Text(_WORDS[name])
