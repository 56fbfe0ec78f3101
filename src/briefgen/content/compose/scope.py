"""The names that a template may use in one document.

In: settings, released evidence, a document key. Out: a mapping of names for the template, and
after rendering the exhibits that it asked for. ``docs/templates.md`` describes every name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Protocol

from briefgen.config.document_kinds import find_document_kind
from briefgen.config.measures import distribution_of, headline_measures
from briefgen.config.plain_text import capital
from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Message, Settings, Tier
from briefgen.config.yaml_text import quote
from briefgen.content.compose import boxes, views
from briefgen.content.compose.context import DocumentContext
from briefgen.content.compose.lines import (
    CommentView,
    HeadlineNumber,
    Lines,
    QuoteView,
    RecommendationView,
)
from briefgen.content.compose.messages import may_tell
from briefgen.content.compose.method import called_view, method_view
from briefgen.content.compose.refs import check_ref, locate_ref
from briefgen.content.compose.synthesis import conclude
from briefgen.content.language.author import authored
from briefgen.content.language.clauses import state_coverage
from briefgen.content.language.comparisons import compare_headline, compare_value
from briefgen.content.language.context import Finding, SentenceContext, find_evidence
from briefgen.content.language.findings import (
    choose_findings,
    list_changes,
    rank_factors,
    rank_panel,
)
from briefgen.content.language.labels import (
    find_that,
    label_headline,
    number_span,
    value_span,
)
from briefgen.content.language.markdown import escape, evidence_span, plain_text, safe
from briefgen.content.language.sentences import state_pair, state_value
from briefgen.content.quotes import select_quotes
from briefgen.content.recommendations import AppliedRecommendation, apply, list_reached
from briefgen.content.tiers import as_printed, find_tier, is_weak
from briefgen.errors import UnknownNameError
from briefgen.model import DocumentKey, Evidence, EvidenceKey, Quote, Released


class Drawing(Protocol):
    """Makes exhibits and puts them into Markdown; see `briefgen.content.compose.floats`."""

    def names(self) -> Mapping[str, Callable[..., object]]:
        """Return the functions of templates that give an exhibit."""


class Scope(DocumentContext):
    """What one document's template sees.

    Parameters
    ----------
    settings, released, key, sentences
        As of `DocumentContext`.
    recommendations
        Of the study.
    """

    def __init__(
        self,
        settings: Settings,
        released: Released,
        recommendations: Sequence[Recommendation],
        key: DocumentKey,
        sentences: SentenceContext,
    ) -> None:
        super().__init__(settings, released, key, sentences)
        self._recommendations = tuple(recommendations)
        self.told: tuple[Finding, ...] = ()  # the key messages that the template printed
        self.advice: tuple[AppliedRecommendation, ...] = ()  # and the recommendations

    # --- the mapping -----------------------------------------------------------------------

    def names(self, drawing: Drawing) -> dict[str, Any]:
        """Return everything that a template may use, by name."""
        return {**self._texts(), **self._functions(), **drawing.names()}

    def _texts(self) -> dict[str, Any]:
        settings, language = self.settings, self.language
        return {
            "doc": self.doc,
            "study": views.study_view(settings, self.locale),
            "called": called_view(settings, language),
            "method": method_view(settings, self.released, self._recommendations, self.locale),
            "regions": views.region_views(settings, language),
            "region_types": views.region_type_views(settings, language),
            "topics": views.topic_views(settings, self.released, language, self.first_topics),
            "audiences": views.audience_views(settings, language),
            "statements": views.statement_views(settings, self.released, language),
            "factors": views.factor_views(settings, language),
            "cases": tuple(
                views.case_view(case, settings, language) for case in self.released.cases
            ),
        }

    def _functions(self) -> dict[str, Any]:
        return {
            "value": self.value, "interval": self.interval, "n": self.base,
            "statement": self.statement, "compare": self.compare, "coverage": self.coverage,
            "published": self.published, "has": self.has, "question_of": self.question_of,
            "count": self.count, "pair": self.pair,
            "regions_shown": self.regions_shown,
            "panel_findings": self.panel_findings, "case_findings": self.case_findings,
            "list_words": self.list_words,
            "title": self.title, "key_messages": self.key_messages, "findings": self.findings,
            "messages": self.messages,
            "headline_numbers": self.headline_numbers, "changes": self.changes,
            "weak_numbers": self.weak_numbers, "self_checks": self.self_checks,
            "advice_note": self.advice_note, "advice_titles": self.advice_titles,
            "synthesis": self.synthesis, "tier_of": self.tier_of,
            "quotes": self.quotes, "case_box": self.case_box, "comments": self.comments,
            "cooccurrences": self.cooccurrences, "coding_agreement": self.coding_agreement,
            "recommendations": self.recommendations, "has_advice": self.has_advice,
            "about_evidence": lambda: boxes.about_evidence(self),
            "how_to_cite": lambda: boxes.how_to_cite(self),
            "plain": plain, "_": self.translate,
        }  # fmt: skip

    # --- one value -------------------------------------------------------------------------

    def locate(self, ref: str, domain: str | None = None) -> str:
        """Return the key that a reference means in this document.

        ``q07_steering`` is the variable's headline measure, ``q07_steering.often`` one measure,
        and a whole key is itself; the domain is the document's region unless it is named.
        """
        full = self._with_measure(str(ref))
        return locate_ref(full, self.domain(domain), self.settings.nation)

    def check_ref(self, ref: str) -> None:
        """Raise `UnknownNameError` if the codebook has no such variable or measure."""
        check_ref(self.settings, ref)

    def _with_measure(self, ref: str) -> str:
        name, at, domain = ref.partition("@")
        name, tilde, contrast = name.partition("~") if not at else (name, "", "")
        if "." in name or name not in self.settings.variables:
            return ref
        measures = headline_measures(self.settings.variables[name])
        if len(measures) != 1:
            raise UnknownNameError(
                f"{name!r} has no single headline measure",
                hint=f"name one of them: {', '.join(f'{name}.{item}' for item in measures[:6])}",
            )
        return f"{name}.{measures[0]}{at}{domain}{tilde}{contrast}"

    def domain(self, domain: str | None) -> str:
        """Return the code of a domain from its code or name; the document's region by default."""
        if domain is None:
            return self.region
        if domain in self.settings.domains or "+" in domain:
            return domain
        if f"type:{domain}" in self.settings.domains:
            return f"type:{domain}"
        try:
            return self.settings.find_region(domain)
        except UnknownNameError:
            raise UnknownNameError.among("domain", domain, self.settings.domains) from None

    def evidence(self, ref: str, domain: str | None = None) -> Evidence:
        """Return the evidence that a reference means (`UnknownNameError` where there is none)."""
        key = self.locate(ref, domain)
        if key not in self.released and key.startswith("survey:"):
            check_ref(self.settings, key)
        return find_evidence(self.sentences, key)

    def value(self, ref: str, domain: str | None = None, digits: int | None = None) -> str:
        """Return one formatted value as a traceable span."""
        item = self.evidence(ref, domain)
        return value_span(self.sentences, item, digits)

    def interval(self, ref: str, domain: str | None = None, digits: int | None = None) -> str:
        """Return the confidence interval of a value as a traceable span."""
        item = as_printed(self.settings, self.evidence(ref, domain))
        text = self.locale.interval(item, digits) or self.locale.text("not shown")
        return evidence_span(text, item.key)

    def base(self, ref: str, domain: str | None = None) -> str:
        """Return the number of respondents that a value rests on, as a traceable span."""
        item = self.evidence(ref, domain)
        text = self.locale.number(item.n) if item.n is not None else self.locale.text("not shown")
        return evidence_span(text, item.key)

    def statement(self, ref: str, domain: str | None = None, variant: int = 0) -> str:
        """Say in a sentence what a value is; ``variant`` chooses among the wordings."""
        key = self.evidence(ref, domain).key
        return state_value(self.sentences, key, variant=variant, home=self.home)

    def pair(self, refs: Iterable[str], domain: str | None = None, variant: int = 0) -> str:
        """Say two values in one sentence where that goes, so that one sets the other off."""
        keys = [self.evidence(ref, domain).key for ref in refs]
        return state_pair(self.sentences, keys[:2], variant=variant, home=self.home)

    def regions_shown(self, ref: str) -> int:
        """Return how many regions have a value of a measure that may be printed."""
        parts = EvidenceKey.parse(self.locate(ref, self.settings.nation))
        found = [
            self.released.evidence.get(str(parts._replace(domain=code)))
            for code in self.settings.regions
        ]
        return sum(
            item is not None and as_printed(self.settings, item).is_published for item in found
        )

    def published(self, question: object, domain: str | None = None) -> float:
        """Return the share (0–1) of a question's values that may be shown in a domain."""
        wanted, where = str(getattr(question, "code", question)), self.domain(domain)
        found = [
            evidence
            for variable in self.settings.variables.values()
            if variable.question.code == wanted
            for name in distribution_of(variable)
            if (evidence := self.released.evidence.get(f"survey:{variable.code}.{name}@{where}"))
        ]
        return sum(item.is_published for item in found) / len(found) if found else 0.0

    def has(self, ref: str, domain: str | None = None) -> bool:
        """Return whether there is a published value, so that a sentence may speak of it."""
        found = self.released.evidence.get(self.locate(ref, domain))
        return found is not None and found.is_published

    def count(self, ref: str, domain: str | None = None) -> float:
        """Return a published value as a bare number, to decide by and not to print; else 0."""
        found = self.released.evidence.get(self.locate(ref, domain))
        return found.value or 0.0 if found is not None and found.is_published else 0.0

    def count_results(self, domain: str | None = None) -> int:
        """Return how many headline measures are published in a domain."""
        where = self.domain(domain)
        keys = [
            f"survey:{variable.code}.{measure}@{where}"
            for variable in self.settings.variables.values()
            for measure in headline_measures(variable)
        ]
        found = [self.released.evidence.get(key) for key in keys]
        return sum(item is not None and item.is_published for item in found)

    @property
    def first_topics(self) -> tuple[str, ...]:
        """Topics that the audience reads first."""
        return self.settings.audiences[self.key.audience].topics if self.key.audience else ()

    @cached_property
    def directions(self) -> dict[str, str]:
        """Which way of a measure is better, where recommendations say so and are of one mind."""
        found: dict[str, set[str]] = {}
        for one in self._recommendations:
            for aim in (*one.acts_on, *one.builds_on):
                name = aim.measure.partition(":")[2].partition("@")[0]
                found.setdefault(name, set()).add(aim.better)
        return {name: better.pop() for name, better in sorted(found.items()) if len(better) == 1}

    def question_of(self, ref: str) -> str:
        """Return the code of the question that a reference to a value is about."""
        name = str(ref).removeprefix("survey:").partition("@")[0].partition(".")[0]
        variable = self.settings.variables.get(name)
        return variable.question.code if variable else name

    def list_words(self, items: Iterable[object]) -> str:
        """Join words with commas and "and", as the language does."""
        return self.locale.join([str(item) for item in items])

    def coverage(self, factor: object) -> str:
        """Say in how many case studies and interviews a factor is a subject."""
        return state_coverage(self.sentences, str(getattr(factor, "code", factor)))

    def compare(self, ref: str, domain: str | None = None) -> str:
        """Compare a value with all other regions, in a sentence."""
        return compare_value(self.sentences, self.evidence(ref, domain).key)

    def translate(self, message: str, **values: Any) -> str:
        """Return an interface text from the catalogue, with its ``{places}`` filled in."""
        return self.locale.text(message, **values)

    # --- findings --------------------------------------------------------------------------

    def _found(
        self, limit: int, topic: object = None, domain: str | None = None, home: str = ""
    ) -> list[Finding]:
        code = None if topic is None else str(topic)
        if code is not None and code not in {item.code for item in self.settings.info.topics}:
            known = [item.code for item in self.settings.info.topics]
            raise UnknownNameError.among("topic", code, known)
        return choose_findings(
            self.sentences,
            self.domain(domain),
            self.key.audience,
            limit=limit,
            topic=code,
            home=home or self.home,
            stands_for=self.stands_for(self.domain(domain)),
        )

    def key_messages(self, limit: int = 3, domain: str | None = None) -> Lines:
        """Return the strongest findings as sentences; printed, they are a list.

        Without a domain they are of what the brief tells: the region, else its type, which the
        heading above them names.
        """
        place = domain or self._told_domain
        headed = domain is None and place != self.region
        found = self._found(limit, domain=place, home=place if headed else "")
        if domain in (None, self._told_domain):
            self.told = tuple(found)
        return Lines(found, mark="- ")

    def messages(self, limit: int | None = None) -> Lines:
        """Return the study's own messages that its values bear out; printed, they are a list."""
        nation = self.settings.nation
        told = [m for m in self.settings.info.messages if may_tell(m, self.released, nation)]
        return Lines([self._say_message(item) for item in told[:limit]], mark="- ")

    def _say_message(self, message: Message) -> str:
        said = [
            self.statement(ref, self.settings.nation, place)
            for place, ref in enumerate(message.evidence)
        ]
        return f"**{authored(message.text[self.language])}** {' '.join(said)}"

    @property
    def _told_domain(self) -> str:
        return self.profile if find_document_kind(self.key.kind).is_tailored else self.region

    @cached_property
    def headline(self) -> tuple[str, ...]:
        """Keys of what a brief tells first, which its advice has to be about."""
        if not find_document_kind(self.key.kind).is_tailored:
            return ()
        return tuple(item.key for item in self._found(1, domain=self._told_domain))

    def weak_numbers(self, limit: int = 3) -> Lines:
        """Return the region's own values that are too weak to compare, in brackets, as boxes."""
        found = [] if self.tier != "weak" else self._weak_keys()
        return Lines([self._headline(key) for key in found[:limit]], separator="\n\n")

    def _weak_keys(self) -> list[str]:
        """Return values of the region on what the brief tells of its type, the first ones first."""
        told = self._found(12, domain=self.profile)
        own = [str(EvidenceKey.parse(item.key)._replace(domain=self.region)) for item in told]
        least = self.settings.info.tiers.weak
        return [
            key
            for key in dict.fromkeys(own)
            if (item := self.released.evidence.get(key)) is not None
            and item.is_published
            and item.unit == "share"
            and (item.n or 0) >= least
        ]

    def self_checks(self, limit: int = 3) -> Lines:
        """Return what people of a region without values of its own can ask themselves.

        They are the results in which regions lie farthest apart, so that it may differ from its
        type.
        """
        found = self._found(12, domain=self.profile)
        spread = sorted(found, key=lambda item: (-self._spread(item.key), item.key))
        said = [self._self_check(item.key) for item in spread if self._spread(item.key) > 0]
        return Lines([text for text in said if text][:limit], mark="- ")

    def _self_check(self, key: str) -> str:
        item = self.released[key]
        that = find_that(self.sentences, item)
        low, *_, high = self._regional(key)
        if not that:
            return ""
        return self.locale.text(
            "Ask around {where}: who says that {that}? {Profile} it is {value}, in regions"
            " with enough answers from {low} to {high}.",
            where=self.doc.in_region,
            that=that,
            Profile=capital(self.doc.in_profile),
            value=number_span(self.sentences, key),
            low=number_span(self.sentences, low.key),
            high=number_span(self.sentences, high.key),
        )

    def _regional(self, key: str) -> list[Evidence]:
        """Return a measure's values of all regions that bear a comparison, lowest first."""
        parts = EvidenceKey.parse(key)
        found = [
            item
            for code in self.settings.regions
            if (item := self.released.evidence.get(str(parts._replace(domain=code)))) is not None
            and item.is_published
            and item.value is not None
            and not is_weak(self.settings, item)
        ]
        return sorted(found, key=lambda item: (item.value or 0.0, item.key))

    def _spread(self, key: str) -> float:
        """Return how far apart regions lie; 0 for fewer than two, and for what is no share."""
        found = self._regional(key)
        if len(found) < 2 or found[0].unit != "share":
            return 0.0
        return (found[-1].value or 0.0) - (found[0].value or 0.0)

    def findings(
        self,
        topic: object = None,
        limit: int = 5,
        domain: str | None = None,
        *,
        headed: bool = False,
    ) -> Lines:
        """Return findings as sentences, of a topic or of all; printed, they are a paragraph.

        Another region whose answers bear no values of its own has none. Under a heading that
        names the domain (``headed``) sentences do not name it again.
        """
        where = self.domain(domain)
        if where != self.region and self.tier_of(where) == "none":
            return Lines([])
        return Lines(self._found(limit, topic, domain, home=where if headed else ""))

    def synthesis(self, topic: object = None) -> Lines:
        """Conclude a topic, or the whole study: what is clear, differs, is open, and follows."""
        code = None if topic is None else str(topic)
        return Lines(conclude(self, code, self._applied_to), mark="- ")

    def _applied_to(self, audience: str) -> list[AppliedRecommendation]:
        return self._apply(audience)

    def tier_of(self, domain: str) -> Tier:
        """Return what the answers of a region bear; all else bears its values one by one."""
        if domain not in self.settings.regions:
            return "full"
        return find_tier(self.released, self.settings, domain)

    def headline_numbers(
        self, limit: int = 3, domain: str | None = None, refs: Sequence[str] = ()
    ) -> Lines:
        """Return numbers with labels and comparators; printed, they are boxes.

        They are the values of ``refs``, else the findings that follow the key messages, so that
        both say more than one.
        """
        if refs:
            keys = [self.evidence(ref, domain).key for ref in refs]
            return Lines([self._headline(key) for key in keys[:limit]], separator="\n\n")
        asked = self.domain(domain or self._told_domain)
        found = self._found(4 * limit, domain=asked)
        told = {item.key for item in found[:limit]}
        own = [item for item in found if item.key.endswith(f"@{asked}")]
        later = [item for item in own if item.key not in told]
        chosen = later if len(later) >= limit else own
        return Lines([self._headline(item.key) for item in chosen[:limit]], separator="\n\n")

    def _headline(self, key: str) -> HeadlineNumber:
        item = self.released[key]
        return HeadlineNumber(
            value=number_span(self.sentences, key),
            label=label_headline(self.sentences, item),
            comparator=compare_headline(self.sentences, item),
        )

    def changes(self, limit: int = 4) -> Lines:
        """Say what changed since the last edition, where the statistics bear it out."""
        return Lines(list_changes(self.sentences, self.region, limit), mark="- ")

    # --- other evidence --------------------------------------------------------------------

    def quotes(self, factor: str | None = None, limit: int = 1) -> Lines:
        """Return quotes chosen by the rule of `content.quotes`; printed, they are boxes."""
        chosen: Sequence[Quote] = select_quotes(
            self.released, self.settings, self.region, self.key.audience,
            factor=factor, limit=limit, preferred=self.factors_of_advice,
        )  # fmt: skip
        return Lines([self._quote(quote) for quote in chosen], separator="\n\n")

    def _quote(self, quote: Quote) -> QuoteView:
        return QuoteView(
            text=self.locale.quote(safe(quote.text[self.language])),
            pseudonym=safe(quote.pseudonym_in(self.language)),
            role=boxes.role_name(self, quote.role),
            region_type=self._type_name(quote.region_type),
            factor=boxes.factor_name(self, quote.factor),
        )

    def _type_name(self, code: str) -> str:
        domain = self.settings.domains.get(f"type:{code}")
        return safe(domain.name[self.language]) if domain else ""

    def case_box(self) -> str:
        """Tell of one case study from the region, else of the same type, else of any."""
        return boxes.case_box(self)

    def comments(self, statement: object = None, limit: int | None = None) -> Lines:
        """Return what experts wrote, on a statement or on all; of the last round first."""
        code = None if statement is None else str(getattr(statement, "code", statement))
        found = [item for item in self.released.comments if code in (None, item.statement)]
        found.sort(key=lambda item: -item.round)  # a stable sort: statements keep their order
        views = [
            CommentView(
                item.statement, item.round, self.locale.quote(safe(item.text[self.language]))
            )
            for item in found[:limit]
        ]
        return Lines(views, separator="\n\n")

    def panel_findings(self, limit: int = 3) -> Lines:
        """Say on which statements the panel is agreed, the highest median first."""
        ranked = rank_panel(self.sentences, self.key.audience)[:limit]
        return Lines([state_value(self.sentences, item.key) for item in ranked], mark="- ")

    def case_findings(self, limit: int = 3) -> Lines:
        """Say which factors come up in most cases; those of one case are left out."""
        ranked = rank_factors(self.sentences, self.key.audience)[:limit]
        return Lines([state_value(self.sentences, item.key) for item in ranked], mark="- ")

    def cooccurrences(self, limit: int = 5, least: int = 3) -> Lines:
        """Say which two factors come up together in most interviews."""
        pairs = [
            item
            for item in self.released.select(source="case", variable="cooccurrence")
            if item.is_published and (item.value or 0) >= least
        ]
        pairs.sort(key=lambda item: -(item.value or 0))
        return Lines([state_value(self.sentences, item.key) for item in pairs[:limit]], mark="- ")

    def coding_agreement(self) -> str:
        """Say how far those who coded the interviews agree; ``""`` where one person did."""
        item = self.released.evidence.get("case:coding.alpha")
        return (
            state_value(self.sentences, item.key) if item is not None and item.is_published else ""
        )

    def recommendations(self, limit: int | None = None, audience: str | None = None) -> Lines:
        """Return the recommendations that apply here: what is about the first finding comes first.

        Then they follow the region's own gap and the panel's priority (docs/recommendations.md).
        """
        reader = self.key.audience if audience is None else self.settings.find_audience(audience)
        own = reader == self.key.audience
        applied = self._applied if own else self._apply(reader)
        if own:
            self.advice = tuple(applied[:limit])
        return Lines([self._recommend(item) for item in applied[:limit]], separator="\n\n")

    @cached_property
    def _applied(self) -> list[AppliedRecommendation]:
        return self._apply(self.key.audience, self.headline)

    def _apply(self, reader: str, headline: Sequence[str] = ()) -> list[AppliedRecommendation]:
        return apply(
            self._recommendations, self.released, self.settings, self.region, reader, headline
        )

    def advice_note(self) -> str:
        """Say so where none of the recommendations that were printed is about the first finding."""
        if not any(one.acts_on or one.builds_on for one in self._recommendations):
            return ""
        reached = list_reached(
            self._recommendations, self.released, self.settings, self.region, self.key.audience
        )
        return boxes.advice_note(self, self.headline, self.advice, reached)

    def advice_titles(self, limit: int = 2) -> str:
        """Name the first recommendations in a list of quoted titles; ``""`` where none applies."""
        titles = [item.recommendation.title[self.language] for item in self._applied[:limit]]
        return self.locale.join([self.locale.quote(safe(title)) for title in titles])

    @cached_property
    def factors_of_advice(self) -> tuple[str, ...]:
        """The factors that the first recommendations rest on: quotes and cases are to fit them."""
        if not self.key.audience:
            return ()
        keys = [
            EvidenceKey.parse(key)
            for item in self._applied[:2]
            for key in item.recommendation.evidence
        ]
        return tuple(k.measure.partition(".")[0] for k in keys if k.variable == "factor")

    def has_advice(self) -> bool:
        """Return whether a recommendation applies here to any audience."""
        return any(self.recommendations(1, code) for code in self.settings.audiences)

    def _recommend(self, item: AppliedRecommendation) -> RecommendationView:
        return boxes.recommendation_view(self, item)


def plain(text: object) -> str:
    """Mark a number as the author's own, which is no evidence: ``[2017]{.plain}``."""
    return f"[{text}]{{.plain}}" if str(text) else ""


def as_yaml(text: object) -> str:
    """Write a text as a YAML value for the front matter, where it is Markdown too."""
    return quote(escape(plain_text(str(text))))
