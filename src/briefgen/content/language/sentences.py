"""Sentences made from evidence, by the rules in ``docs/words.md``.

In: `Settings`, `Released`, a language. Out: Markdown sentences in which every number, and every
word that compares, is a span with the key of the evidence that it rests on. ``compose`` puts them
into documents. No sentence says "more" or "fewer" unless the contrast's verdict, which rests on
the adjusted interval, bears it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from briefgen.config.evidence_sources import SOURCES, kind_of, name_subject
from briefgen.config.measures import find_measure, headline_measures, told_measures
from briefgen.config.settings import (
    Domain,
    Question,
    Role,
    Settings,
    Topic,
    Variable,
    Words,
)
from briefgen.config.wording import Factor, Statement, read_codes, read_statements
from briefgen.content.language.locale import Locale
from briefgen.content.language.markdown import (
    claim_span,
    evidence_span,
    mark_numbers,
    plain_text,
    safe,
)
from briefgen.content.language.phrases import (
    CASE_FRAMES,
    CODING,
    COMPARISONS,
    FRAMES,
    HOME_FRAMES,
    MORE_RESPONDENTS,
    MORE_WORD,
    PANEL_FRAMES,
    SHORT_VERDICTS,
    TAILS,
    TITLES,
)
from briefgen.errors import UnknownNameError
from briefgen.model import Evidence, EvidenceKey, Released, Status, Verdict

SUBSTANTIAL: Final = 0.3
"""A difference of shares that counts as large when findings are put in order."""
TOPIC_STEP: Final = 0.1
"""How much weight a topic loses for each place further down an audience's list."""

MOST_FINDINGS: Final = 40
"""Findings that are put in order for one region and audience, at most."""
KEPT_RANKINGS: Final = 64
TYPE_WEIGHT: Final = 0.4
"""Weight of a type of region that differs, in a national document: after clear majorities."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result worth telling, with the sentence that tells it.

    Attributes
    ----------
    key, contrast
        Evidence keys of the value, and of its difference from the rest (``""`` where none).
    score
        How much it deserves to be told to this audience: larger is earlier.
    value
        Of the evidence, in its unit, for putting findings in order.
    """

    key: str
    contrast: str
    verdict: Verdict
    topic: str
    question: str
    score: float
    sentence: str
    value: float = 0.0

    @property
    def text(self) -> str:
        """The sentence without markup."""
        return plain_text(self.sentence)

    @property
    def ref(self) -> str:
        """Variable and measure, as templates name them."""
        parsed = EvidenceKey.parse(self.key)
        return f"{parsed.variable}.{parsed.measure}"

    def __str__(self) -> str:
        return self.sentence


class Sentences:
    """Puts released evidence into words in one language.

    Parameters
    ----------
    settings, released
        Labels and values.
    language
        Code as in ``study.yml``.
    """

    def __init__(self, settings: Settings, released: Released, language: str) -> None:
        self.settings = settings
        self.released = released
        self.locale = Locale(settings, language)
        self.language = language
        self._rankings: dict[tuple[str, str, str], list[Finding]] = {}

    def evidence(self, key: str) -> Evidence:
        """Return the evidence of a key; a domain without any answers gives a suppressed value.

        Raises
        ------
        UnknownNameError
            If there is no such evidence for the nation either.
        """
        found = self.released.evidence.get(key)
        if found is not None:
            return found
        parsed = EvidenceKey.parse(key)
        nation = str(parsed._replace(domain=self.settings.nation, contrast=""))
        if parsed.domain not in self.settings.domains or nation not in self.released:
            return self.released[key]
        return replace(
            self.released[nation],
            key=key,
            domain=parsed.domain,
            contrast=parsed.contrast,
            value=None,
            low=None,
            high=None,
            n=None,
            status=Status.PRIMARY,
            reason="base",
        )

    # --- one value -------------------------------------------------------------------------

    def statement(self, key: str, *, variant: int = 0, home: str = "") -> str:
        """Say what a value is: "In Bavaria, 41% of respondents say that …".

        Parameters
        ----------
        key
            A full evidence key. A contrast gives a comparison.
        variant
            Which of the wordings of a frame to use; counted round.
        home
            The domain that the whole document is about: it need not be named.

        Raises
        ------
        UnknownNameError
            If there is no such evidence.
        """
        evidence = self.evidence(key)
        if evidence.contrast:
            return self.comparison(key)
        return f"{self._clause(evidence, variant, home=home)}."

    def finding(self, key: str, *, variant: int = 0, home: str = "") -> str:
        """Say what a value is and, where the interval bears it, how it compares with the rest."""
        evidence = self.evidence(key)
        tail = self._tail(evidence, variant) if evidence.is_published else ""
        return f"{self._clause(evidence, variant, home=home)}{tail}."

    def comparison(self, key: str) -> str:
        """Compare a value with all others, or with an earlier edition.

        Parameters
        ----------
        key
            Key of the value (compared with the rest), or of the contrast itself.
        """
        base, contrast = self._pair(key)
        where = self._where(base)
        if not base.is_published or contrast is None or not _bears(contrast):
            return self._too_few(base, where)
        if contrast.contrast != "rest":
            return self._since(base, contrast, where)
        return self._against_rest(base, contrast, where)

    def findings(
        self,
        region: str,
        audience: str = "",
        limit: int = 5,
        topic: str | None = None,
        home: str = "",
    ) -> list[Finding]:
        """Return what deserves to be told first about a region to an audience.

        The order follows the audience's topics, then whether a value differs from the rest, then
        by how much; a question is told once before another line of it follows.
        """
        ranked = self._ranked(region, audience, topic)
        return [self._told(item, place, home) for place, item in enumerate(ranked[:limit])]

    def _ranked(self, region: str, audience: str, topic: str | None) -> list[Finding]:
        """Return candidates in the order of telling; asked again, the same list."""
        asked = (region, audience, topic or "")
        if asked not in self._rankings:
            candidates = list(self._candidates(region, audience, topic))
            chosen: list[Finding] = []
            while candidates and len(chosen) < MOST_FINDINGS:
                best = max(candidates, key=lambda item: (_fresh(item, chosen), item.key))
                candidates.remove(best)
                chosen.append(best)
            self._rankings = {**self._rankings, asked: chosen}
            if len(self._rankings) > KEPT_RANKINGS:
                self._rankings = {asked: chosen}
        return self._rankings[asked]

    def title(self, region: str, audience: str = "") -> str:
        """Return a title with a verb, from the strongest finding for region and audience."""
        found = self.findings(region, audience, limit=1)
        if not found:
            return self._text(TITLES["too few"], Where=self._upper(self._place(region)))
        best = found[0]
        evidence = self.released[best.key]
        if best.verdict in ("higher", "lower"):
            return self._comparing_title(evidence, self.released[best.contrast])
        return self._clause(evidence, 0, title=True)

    def changes(self, region: str, limit: int | None = None) -> list[str]:
        """Say what changed since an earlier edition, where the statistics bear it out.

        The clearest change comes first, measured by the width of its interval; each variable is
        told once, by its headline measure where that has changed.
        """
        found = [
            evidence
            for evidence in self.released.evidence.values()
            if evidence.domain == region
            and evidence.contrast not in ("", "rest")
            and evidence.is_published
            and evidence.verdict in ("higher", "lower")
        ]
        found.sort(key=lambda item: (not self._is_headline(item), -_clearness(item), item.key))
        told = list({item.variable: item for item in reversed(found)}.values())
        told.sort(key=lambda item: (-_clearness(item), item.key))
        return [self.comparison(item.key) for item in told[:limit]]

    def _is_headline(self, evidence: Evidence) -> bool:
        variable = self.settings.variables.get(evidence.variable)
        return variable is not None and evidence.measure in headline_measures(variable)

    # --- numbers and names -----------------------------------------------------------------

    def number(self, key: str, digits: int | None = None) -> str:
        """Return one formatted value as a traceable span."""
        return self._span(self.released[key], digits)

    def label(self, evidence: Evidence) -> str:
        """Name what a value measures, without its domain: "Sources of funds: public funding"."""
        variable = self.settings.variables.get(evidence.variable)
        if variable is None:
            return self._other_label(evidence)
        label = safe(variable.label[self.language])
        measure = self._measure_label(variable, evidence.measure)
        return f"{label}: {safe(measure)}" if measure else label

    def that(self, evidence: Evidence) -> str:
        """Return the clause after "say that" for a value; ``""`` where the codebook has none."""
        words = self._words(evidence)
        return safe(words.that[self.language]) if words and words.that else ""

    def headline_label(self, evidence: Evidence) -> str:
        """Say in few words what a headline number is: "say that …", or the label."""
        that = self.that(evidence)
        if that:
            return self._ngettext("says that {that}", "say that {that}", evidence, that=that)
        kind = kind_of(self.settings, evidence)
        message = kind.box_label if kind else ""
        return self._text(message, label=self._name(evidence)) if message else self.label(evidence)

    def comparator(self, evidence: Evidence) -> str:
        """Say beside a headline number what it compares with, and how."""
        if evidence.domain == self.settings.nation:
            return self._range_of_types(evidence)
        nation = self._national(evidence)
        contrast = self._contrast(evidence)
        parts = [self._aside(nation)] if nation else []
        if contrast is not None and _bears(contrast):
            verdict = contrast.verdict
            words = self._text(SHORT_VERDICTS[verdict], elsewhere=self.elsewhere())
            parts.append(claim_span(words, contrast.key) if verdict != "same" else words)
        return "; ".join(parts)

    def _range_of_types(self, evidence: Evidence) -> str:
        """Return the lowest and the highest value among the types of region, else among regions."""
        parsed = EvidenceKey.parse(evidence.key)
        for kind in ("type", "region"):
            found = [
                item
                for domain in self.settings.domains.values()
                if domain.kind == kind
                and (item := self.released.evidence.get(str(parsed._replace(domain=domain.code))))
                and item.is_published
                and item.value is not None
            ]
            ends = sorted(found, key=lambda item: (item.value or 0.0, item.key))
            if len(ends) > 1:
                return self._text(
                    "from {lowest} ({first}) to {highest} ({last})",
                    lowest=self._span(ends[0]),
                    first=safe(self.settings.domains[ends[0].domain].name[self.language]),
                    highest=self._span(ends[-1]),
                    last=safe(self.settings.domains[ends[-1].domain].name[self.language]),
                )
        return ""

    def place(self, domain: str) -> str:
        """Say where a domain is: "in Bavaria"."""
        return self._place(domain)

    def elsewhere(self) -> str:
        """Say where the rest is: "elsewhere in Germany"."""
        if not self._has_place:
            return self._text("elsewhere")
        return self._text("elsewhere {nation}", nation=self._place(self.settings.nation))

    @property
    def _has_place(self) -> bool:
        """Whether the study says where all of its respondents are."""
        return self.settings.info.regions.nation.is_place

    # --- clauses ---------------------------------------------------------------------------

    def _clause(
        self, evidence: Evidence, variant: int, *, title: bool = False, home: str = ""
    ) -> str:
        """Return a main clause without its full stop."""
        where = self._where(evidence)
        if not evidence.is_published:
            return self._too_few(evidence, where).removesuffix(".")
        own = _CLAUSES.get(evidence.source)
        if own is not None:
            return own(self, evidence)
        at_home = evidence.domain == home
        one, many = self._choose_frame(evidence, variant, title=title, at_home=at_home)
        said = self._ngettext(one, many, evidence, **self._slots(evidence, where))
        is_score = self._form(evidence) == "score"
        return mark_numbers(said) if is_score else said  # "on a scale from 1 to 5"

    def _choose_frame(
        self, evidence: Evidence, variant: int, *, title: bool, at_home: bool
    ) -> tuple[str, str]:
        """Return the wording of a value: its kind's own, else that of its form."""
        kind = kind_of(self.settings, evidence)
        if kind is not None and kind.frames:
            return kind.frames[variant % len(kind.frames)]
        return _choose_frame(self._form(evidence), variant, title=title, at_home=at_home)

    def _slots(self, evidence: Evidence, where: str) -> dict[str, str]:
        variable = self.settings.variables.get(evidence.variable)
        slots = {
            "where": where,
            "Where": self._upper(where),
            "value": self._span(evidence),
            "label": self._quote(self._name(evidence)),
            "asked": self._asked(variable),
            "Asked": self._upper(self._asked(variable)),
            "that": self.that(evidence),
        }
        if variable is not None:
            slots["option"] = self._quote(safe(self._measure_label(variable, evidence.measure)))
            slots["question"] = safe(variable.question.label[self.language])
            slots["steps"] = self.locale.number(len(variable.answers))
        return slots

    def _case_clause(self, evidence: Evidence) -> str:
        if evidence.variable == "coding":
            return self._coding_clause(evidence)
        factors, _, measure = evidence.measure.rpartition(".")
        factor, _, other = factors.partition("+")
        name = f"factor {measure}" if evidence.variable == "factor" else f"all {evidence.variable}"
        role = self._role(measure) if evidence.variable == "factor" else None
        one, many = CASE_FRAMES.get("factor role" if role else name, CASE_FRAMES["other"])
        return self._ngettext(
            one,
            many,
            evidence,
            value=self._span(evidence),
            factor=self._upper(self._quote(self._factor(factor))),
            other=self._quote(self._factor(other)),
            label=self._other_label(evidence),
            role=safe(role.forms.dative(self.language)) if role else "",
            **self._called_cases(evidence),
        )

    def _role(self, measure: str) -> Role | None:
        """Return the role whose interviews a measure counts."""
        roles = self.settings.info.case_studies.roles
        return next((role for role in roles if role.measure == measure), None)

    def _called_cases(self, evidence: Evidence) -> dict[str, str]:
        """Return what the cases are called, in the form that goes with a count."""
        called = self.settings.info.case_studies.called
        if shown_number(evidence) == 1:
            return dict.fromkeys(("cases", "in_cases"), safe(called.one[self.language]))
        return {
            "cases": safe(called.many[self.language]),
            "in_cases": safe(called.dative(self.language)),
        }

    def _coding_clause(self, evidence: Evidence) -> str:
        passages = evidence_span(self.locale.number(evidence.n or 0, 0), evidence.key)
        return self._text(CODING[evidence.measure], n=passages, value=self._span(evidence, 2))

    def coverage(self, factor: str) -> str:
        """Say in how many case studies and interviews a factor is a subject."""
        nation = self.settings.nation
        places = []
        for measure in ("cases", "interviews"):
            evidence = self.evidence(f"case:factor.{factor}.{measure}@{nation}")
            one, many = CASE_FRAMES[f"in {measure}"]
            words = self._called_cases(evidence)
            places.append(self._ngettext(one, many, evidence, value=self._span(evidence), **words))
        return self._text("A subject {places}", places=self.locale.join(places)) + "."

    def _panel_clause(self, evidence: Evidence) -> str:
        dimension, _, statistic = evidence.measure.rpartition("_")
        statement = self._statements.get(evidence.variable)
        one, many = PANEL_FRAMES[_panel_frame(evidence, dimension, statistic, statement)]
        return self._ngettext(
            one,
            many,
            evidence,
            value=self._span(evidence),
            statement=self._quote(safe(statement.text[self.language])) if statement else "",
            low=safe(str(statement.low)) if statement else "",
            high=safe(str(statement.high)) if statement else "",
            dimension=self._dimension(dimension),
            label=self._other_label(evidence),
        )

    def _tail(self, evidence: Evidence, variant: int) -> str:
        """Return what follows a clause after a dash: the comparison with the rest."""
        contrast = self._contrast(evidence)
        nation = self._national(evidence)
        aside = self._aside(nation) if nation else ""
        if contrast is None or not _bears(contrast):
            return f" ({aside})" if aside and evidence.domain != self.settings.nation else ""
        verdict = contrast.verdict
        kind = kind_of(self.settings, evidence)
        size = "count" if kind and kind.counts_respondents else "size"
        frames = TAILS[f"{size} {verdict}"]
        words = self._text(frames[variant % len(frames)], elsewhere=self.elsewhere())
        claim = claim_span(words, contrast.key) if verdict != "same" else words
        return f" – {claim} ({aside})" if aside else f" – {claim}"

    def _aside(self, nation: Evidence) -> str:
        name = self.settings.domains[self.settings.nation].name[self.language]
        whole = safe(name)
        if self._has_place:
            whole = self._text("{nation} as a whole", nation=whole)
        return f"{whole}: {self._span(nation)}"

    def _against_rest(self, base: Evidence, contrast: Evidence, where: str) -> str:
        verdict = contrast.verdict
        noun = "share" if base.unit == "share" else "value"
        head = self._text(
            COMPARISONS[f"{noun} {'same' if verdict == 'same' else 'different'}"],
            Where=self._upper(where),
            elsewhere=self.elsewhere(),
            more=claim_span(self._text(MORE_WORD[verdict]), contrast.key),
        )
        nation = self._national(base)
        if nation is None:
            return self._text(COMPARISONS["alone"], head=head, value=self._span(base)) + "."
        whole = self._place(self.settings.nation)
        if self._has_place:
            whole = self._text("{nation} as a whole", nation=whole)
        words = self._text(
            COMPARISONS["with nation"],
            head=head,
            value=self._span(base),
            other=self._span(nation),
            whole=whole,
        )
        return f"{words}."

    def _since(self, base: Evidence, contrast: Evidence, where: str) -> str:
        verdict = contrast.verdict
        before = self.released.previous.get(base.key)
        known = before is not None and before.is_published and verdict != "same"
        words = self._text(
            COMPARISONS[f"since {verdict}" + (" from" if known else "")],
            Where=self._upper(where),
            what=self._what(base),
            value=self._span(base),
            before=evidence_span(self.locale.value(before), contrast.key) if before else "",
            edition=safe(contrast.contrast),
            points=evidence_span(self._difference(contrast), contrast.key),
        )
        return f"{words}."

    def _what(self, evidence: Evidence) -> str:
        """Name what rises or falls: the share who say something, or a value."""
        that = self.that(evidence)
        if that:
            return self._text("the share who say that {that}", that=that)
        label = self._quote(self._name(evidence))
        measure = self._measure_of(evidence)
        named = f"{label} ({measure})" if measure else label
        if evidence.unit == "share":
            return self._text("the share for {label}", label=named)
        return self._text("the value for {label}", label=named)

    def _too_few(self, evidence: Evidence, where: str) -> str:
        few = evidence.is_published or evidence.reason in ("base", "cell", "unanimous", "")
        message = (
            "{Where}, there are too few answers on {label} to say"
            if few
            else "{Where}, the value for {label} is not shown, to protect respondents"
        )
        name = self._quote(self._name(evidence))
        return self._text(message, Where=self._upper(where), label=name) + "."

    # --- titles ----------------------------------------------------------------------------

    def _comparing_title(self, evidence: Evidence, contrast: Evidence) -> str:
        verdict = contrast.verdict
        where = self._where(evidence)
        words = self._words(evidence)
        own = (words.higher if verdict == "higher" else words.lower) if words else None
        if own is not None:
            rest = claim_span(safe(own[self.language]), contrast.key)
            return self._text(TITLES["own"], Where=self._upper(where), rest=rest)
        form = self._form(evidence)
        name = form if form in TITLES else "value"
        slots = self._slots(evidence, where)
        words_for = MORE_WORD if name == "value" else MORE_RESPONDENTS
        more = claim_span(self._text(words_for[verdict]), contrast.key)
        return self._text(TITLES[name], more=more, **slots)

    # --- choosing findings -----------------------------------------------------------------

    def _candidates(self, region: str, audience: str, topic: str | None) -> Iterator[Finding]:
        for rank, found, evidence in self._measures_of(region, audience, topic):
            yield self._candidate(rank, found, evidence)
        if region == self.settings.nation:
            yield from self._differing_types(audience, topic)

    def _differing_types(self, audience: str, topic: str | None) -> Iterator[Finding]:
        """Yield, for the nation, types of region that differ from the rest."""
        for domain in self.settings.domains.values():
            if domain.kind != "type":
                continue
            for rank, found, evidence in self._measures_of(domain.code, audience, topic):
                item = self._candidate(rank, found, evidence)
                if item.verdict in ("higher", "lower"):
                    yield replace(item, score=item.score * TYPE_WEIGHT)

    def _candidate(self, rank: int, topic: Topic, evidence: Evidence) -> Finding:
        contrast = self._contrast(evidence)
        published = contrast is not None and contrast.is_published
        verdict: Verdict = contrast.verdict if contrast and published else "unknown"
        return Finding(
            key=evidence.key,
            contrast=contrast.key if contrast and published else "",
            verdict=verdict,
            topic=topic.code,
            question=self.settings.variables[evidence.variable].question.code,
            score=max(TOPIC_STEP, 1 - TOPIC_STEP * rank)
            * self._weight(evidence, contrast if published else None, verdict),
            sentence="",
            value=evidence.value or 0.0,
        )

    def _measures_of(
        self, region: str, audience: str, topic: str | None
    ) -> Iterator[tuple[int, Topic, Evidence]]:
        """Yield published headline values, with their topic and its place in the list."""
        for rank, found in enumerate(self.topics(audience)):
            if topic is not None and found.code != topic:
                continue
            for code in found.questions:
                for key in self._headline_keys(self.settings.questions[code], region):
                    evidence = self.released.evidence.get(key)
                    if (
                        evidence is not None
                        and evidence.is_published
                        and evidence.value is not None
                    ):
                        yield rank, found, evidence

    def topics(self, audience: str) -> list[Topic]:
        """Topics in the audience's order; those that it does not name follow."""
        wanted = self.settings.audiences[audience].topics if audience else ()
        all_topics = self.settings.info.topics
        place = {code: rank for rank, code in enumerate(wanted)}
        return sorted(all_topics, key=lambda topic: place.get(topic.code, len(place)))

    def _headline_keys(self, question: Question, domain: str) -> Iterator[str]:
        for name in self._headlines.get(question.code, ()):
            yield f"survey:{name}@{domain}"

    def _weight(self, evidence: Evidence, contrast: Evidence | None, verdict: Verdict) -> float:
        """How much a value deserves to be told: differences first, then clear majorities."""
        if contrast is not None and verdict in ("higher", "lower"):
            size = abs(contrast.value or 0.0)
            nation = self._national(evidence)
            if evidence.unit != "share":
                size = size / abs(nation.value) if nation and nation.value else 0.0
            return 2 + min(1.0, size / SUBSTANTIAL)
        if evidence.unit != "share" or evidence.value is None:
            return 1.0
        # what most say is worth telling before what few say
        majority = evidence.value - 0.5
        return 1 + (majority if majority > 0 else -majority / 5)

    def _told(self, item: Finding, place: int, home: str) -> Finding:
        return replace(item, sentence=self.finding(item.key, variant=place, home=home))

    # --- pieces ----------------------------------------------------------------------------

    def _pair(self, key: str) -> tuple[Evidence, Evidence | None]:
        """Return the value that a comparison is about, and the contrast."""
        parsed = EvidenceKey.parse(key)
        base = self.evidence(str(parsed._replace(contrast="")))
        if parsed.contrast:
            return base, self.evidence(key)
        return base, self._contrast(base)

    def _contrast(self, evidence: Evidence) -> Evidence | None:
        return self.released.evidence.get(f"{evidence.key}~rest")

    def _national(self, evidence: Evidence) -> Evidence | None:
        """Return the nation's value of the same measure, where it is another and published."""
        if evidence.domain == self.settings.nation:
            return None
        parsed = EvidenceKey.parse(evidence.key)._replace(domain=self.settings.nation)
        found = self.released.evidence.get(str(parsed))
        return found if found is not None and found.is_published else None

    def _form(self, evidence: Evidence) -> str:
        """Return the name of a value's frames: the codebook's clause where it has one."""
        kind = kind_of(self.settings, evidence)
        if kind is None:
            return "other"
        is_share = kind.statistic == "share"
        return "that" if is_share and self.that(evidence) else kind.form

    def _words(self, evidence: Evidence) -> Words | None:
        variable = self.settings.variables.get(evidence.variable)
        return variable.words(evidence.measure) if variable else None

    def _measure_label(self, variable: Variable, measure: str) -> str:
        found = find_measure(variable, measure)
        return found.part.label[self.language] if found and found.part else ""

    def _measure_of(self, evidence: Evidence) -> str:
        variable = self.settings.variables.get(evidence.variable)
        return safe(self._measure_label(variable, evidence.measure)) if variable else ""

    def _name(self, evidence: Evidence) -> str:
        variable = self.settings.variables.get(evidence.variable)
        return safe(variable.label[self.language]) if variable else self._other_label(evidence)

    def _other_label(self, evidence: Evidence) -> str:
        about = SOURCES[evidence.source].about
        if about:
            return self._text(about)
        named = name_subject(self.settings, EvidenceKey.parse(evidence.key))
        if named is not None:
            return safe(named[self.language])
        return safe(f"{evidence.variable} {evidence.measure}".strip())

    def _factor(self, code: str) -> str:
        return safe(self._codes[code].name[self.language]) if code in self._codes else safe(code)

    def _dimension(self, code: str) -> str:
        return safe(self.locale.dimension(code))

    def _asked(self, variable: Variable | None) -> str:
        filtered = variable is not None and variable.question.asked_if is not None
        return self._text("of those asked" if filtered else "of respondents")

    def _where(self, evidence: Evidence) -> str:
        return self._place(evidence.domain or self.settings.nation)

    def _place(self, domain: str) -> str:
        known = self.settings.domains
        if domain in known:
            return self._place_of(known[domain])
        parts = domain.split("+")
        if len(parts) < 2:
            raise UnknownNameError.among("domain", domain, known)
        return " ".join(self._place(part) for part in parts)

    def _place_of(self, domain: Domain) -> str:
        if domain.in_ is not None:
            return safe(domain.in_[self.language])
        return self._text("in the group {name}", name=self._quote(safe(domain.name[self.language])))

    def _difference(self, contrast: Evidence) -> str:
        if contrast.unit == "points" or contrast.value is None:
            return self.locale.points(contrast.value or 0.0, signed=False)
        return self.locale.amount(contrast, abs(contrast.value))

    def _span(self, evidence: Evidence, digits: int | None = None) -> str:
        return evidence_span(self.locale.value(evidence, digits), evidence.key)

    def _quote(self, escaped: str) -> str:
        return self.locale.quote(escaped)

    def _upper(self, text: str) -> str:
        return text[:1].upper() + text[1:]

    def _text(self, message: str, **values: str) -> str:
        return self.locale.text(message, **values)

    def _ngettext(self, one: str, many: str, evidence: Evidence, **values: str) -> str:
        return self.locale.ngettext(one, many, shown_number(evidence), **values)

    @cached_property
    def _headlines(self) -> Mapping[str, list[str]]:
        """Variables and measures of each question that findings are chosen from."""
        found: dict[str, list[str]] = {}
        for variable in self.settings.variables.values():
            found.setdefault(variable.question.code, []).extend(
                f"{variable.code}.{measure}" for measure in told_measures(variable)
            )
        return found

    @cached_property
    def _statements(self) -> Mapping[str, Statement]:
        return read_statements(self.settings)[0]

    @cached_property
    def _codes(self) -> Mapping[str, Factor]:
        return read_codes(self.settings)[0].factors


_CLAUSES: Final[Mapping[str, Callable[[Sentences, Evidence], str]]] = {
    "case": Sentences._case_clause,  # noqa: SLF001 - of this module
    "panel": Sentences._panel_clause,  # noqa: SLF001
}
"""What says a value of a source that has frames of its own."""


def _choose_frame(form: str, variant: int, *, title: bool, at_home: bool) -> tuple[str, str]:
    """Return the frame of a form; values of the document's own place need not name it."""
    if title:
        frames = FRAMES.get(f"title {form}", FRAMES[form])
    else:
        frames = HOME_FRAMES.get(form, FRAMES[form]) if at_home else FRAMES[form]
    return frames[variant % len(frames)]


def _bears(contrast: Evidence) -> bool:
    """Whether a contrast is there to be spoken of, and says something."""
    return contrast.is_published and contrast.verdict != "unknown"


def _clearness(contrast: Evidence) -> float:
    """Return a difference in widths of its confidence interval, so that units do not matter."""
    width = (contrast.high or 0.0) - (contrast.low or 0.0)
    return abs(contrast.value or 0.0) / width if width > 0 else 0.0


def shown_number(evidence: Evidence) -> float:
    """Return the number that a reader sees, which decides between singular and plural."""
    value = evidence.value if evidence.value is not None else 2.0
    return float(round(value * 100)) if evidence.unit in ("share", "points") else value


def _panel_frame(
    evidence: Evidence, dimension: str, statistic: str, statement: Statement | None
) -> str:
    if evidence.variable == "experts":
        return "experts"
    if statement is None:
        return "other"
    if evidence.statistic == "label":
        name = f"consensus {evidence.text}"
    else:
        name = statistic if statistic == "median" else f"{dimension} {statistic}"
    return name if name in PANEL_FRAMES else "other"


def _fresh(item: Finding, chosen: list[Finding]) -> float:
    """Return a finding's score, lowered where its question or topic has been told of."""
    score = item.score
    score *= 0.5 ** sum(other.question == item.question for other in chosen)
    return score * 0.8 ** sum(other.topic == item.topic for other in chosen)
