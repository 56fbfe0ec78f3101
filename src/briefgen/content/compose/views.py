"""What templates see of a study: its texts as Markdown, in the language of the document.

In: `Settings`, `Released`, a `DocumentKey`. Out: small frozen objects under the names that
``docs/templates.md`` lists. Nothing here can reach a file or a respondent.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from briefgen.config.placeholders import own_words
from briefgen.config.settings import Organisation, Question, Settings, Topic
from briefgen.config.wording import read_codes, read_statements
from briefgen.content.compose.refs import locate_ref
from briefgen.content.language import Locale
from briefgen.content.language.author import authored
from briefgen.content.language.markdown import mark_numbers, safe
from briefgen.model import CaseStudy, DocumentKey, Released, Text


@dataclass(frozen=True, slots=True)
class DocumentView:
    """The document that is being made."""

    kind: str
    name: str
    region: str
    region_name: str
    in_region: str
    audience: str
    audience_name: str
    lead: str
    ask: str
    language: str
    edition: str
    is_national: bool
    nation: str
    region_type: str
    has_findings: bool
    tier: str  # what the region's answers bear: full, weak, none
    is_imprecise: bool  # whether nothing says how exact the region's values are
    profile: str  # code of the domain whose findings are told
    profile_name: str
    in_profile: str
    neighbours: tuple[str, ...]
    has_map: bool
    place_name: str  # as the head of a brief names it; "" where the study names no place


@dataclass(frozen=True, slots=True)
class OrganisationView:
    """An institute, commissioner or contact; printed by itself it is its name."""

    name: str
    short: str
    portrait: str
    address: str
    url: str
    email: str
    phone: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class StudyView:
    """The texts of ``study.yml``."""

    id: str
    title: str
    subtitle: str
    short_title: str
    authors: str
    author_list: tuple[str, ...]
    institute: OrganisationView
    commissioner: OrganisationView | None
    contact: OrganisationView
    population: str
    respondents: str
    region_unit: str
    type_unit: str
    period: str
    mode: str
    limits: str
    texts: Mapping[str, str]
    date: str
    year: str
    place: str
    licence: str
    url: str
    demonstration: bool
    edition: str
    has_survey: bool
    has_frame: bool
    has_cases: bool
    has_panel: bool
    has_recommendations: bool


@dataclass(frozen=True, slots=True)
class NamedView:
    """A region, type of region, audience or factor."""

    code: str
    name: str
    in_: str = ""
    short: str = ""
    description: str = ""

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement that the panel rated; ``consensus`` is the key that says whether it agrees.

    It is ``""`` where nobody rated the statement. Of several dimensions the first counts.
    """

    code: str
    name: str
    consensus: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question, with its wording."""

    code: str
    label: str
    text: str
    type: str
    variables: tuple[str, ...]
    base: str
    rows: int  # about how many rows its chart has

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class TopicView:
    """A topic and its questions."""

    code: str
    title: str
    intro: str
    conclusion: str
    questions: tuple[QuestionView, ...]
    key: tuple[str, ...]

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class CaseView:
    """A released case study."""

    code: str
    name: str
    region: str
    region_type: str
    portrait: str
    lesson: str
    attributes: tuple[tuple[str, str], ...]
    factors: tuple[str, ...]
    interviews: int


def study_view(settings: Settings, locale: Locale) -> StudyView:
    """Describe the study in one language."""
    info, language = settings.info, locale.language
    publication = info.publication
    return StudyView(
        id=info.id,
        title=safe(publication.title[language]),
        subtitle=safe(_text(publication.subtitle, language)),
        short_title=safe(publication.short_title[language]),
        authors=locale.join([safe(name) for name in publication.authors]),
        author_list=tuple(safe(name) for name in publication.authors),
        institute=_organisation(info.institute, language),
        commissioner=_organisation(info.commissioner, language) if info.commissioner else None,
        contact=_organisation(info.contact, language),
        population=safe(own_words(_text(info.population, language))),
        respondents=safe(own_words(_text(info.respondents, language))),
        region_unit=safe(info.regions.singular[language]),
        type_unit=safe(info.region_types.singular[language]) if info.region_types else "",
        period=_period(info.field_start, info.field_end, locale),
        mode=safe(_text(info.mode, language)),
        limits=_authored(info.limits, language),
        texts=MappingProxyType(
            {name: authored(text[language]) for name, text in info.texts.items()}
        ),
        date=safe(locale.date(publication.date)),
        year=safe(str(publication.date.year)),
        place=safe(publication.place),
        licence=safe(_text(publication.licence, language)),
        url=publication.url,
        demonstration=info.demonstration,
        edition=safe(settings.edition),
        has_survey=info.files.survey is not None,
        has_frame=info.files.frame is not None,
        has_cases=info.files.cases is not None,
        has_panel=info.files.panel is not None,
        has_recommendations=info.files.recommendations is not None,
    )


def document_view(
    settings: Settings,
    key: DocumentKey,
    *,
    in_region: str,
    has_findings: bool,
    region_type: str,
    tier: str,
    is_imprecise: bool,
    profile: str,
    in_profile: str,
) -> DocumentView:
    """Describe the document in its language."""
    language = key.language
    region = key.region or settings.nation
    audience = settings.audiences[key.audience] if key.audience else None
    return DocumentView(
        kind=key.kind,
        name=key.name,
        region=region,
        region_name=safe(settings.domains[region].name[language]),
        in_region=in_region,
        audience=key.audience,
        audience_name=safe(audience.name[language]) if audience else "",
        lead=_authored(audience.lead, language) if audience else "",
        ask=_authored(audience.ask, language) if audience else "",
        language=language,
        edition=key.edition,
        is_national=region == settings.nation,
        nation=settings.nation,
        region_type=region_type,
        has_findings=has_findings,
        tier=tier,
        is_imprecise=is_imprecise,
        profile=profile,
        profile_name=mark_numbers(settings.domains[profile].name[language]),
        in_profile=mark_numbers(in_profile),
        neighbours=neighbours(settings, region),
        has_map=has_map(settings),
        place_name=""
        if region == settings.nation and not settings.info.regions.nation.is_place
        else safe(settings.domains[region].name[language]),
    )


def has_map(settings: Settings) -> bool:
    """Return whether every region has a tile on the map, and there are several."""
    regions = settings.info.regions.list
    return len(regions) > 1 and all(region.tile is not None for region in regions)


def neighbours(settings: Settings, region: str) -> tuple[str, ...]:
    """Return the regions that border on a region, as the study lists them."""
    return settings.borders.get(region, ())


def region_views(settings: Settings, language: str) -> tuple[NamedView, ...]:
    """List the regions; one alone is none to templates, since nothing can be compared."""
    regions = settings.info.regions.list
    return tuple(
        NamedView(
            region.code,
            safe(region.name[language]),
            safe(_text(region.in_, language)),
            region.short,
        )
        for region in (regions if len(regions) > 1 else ())
    )


def region_type_views(settings: Settings, language: str) -> tuple[NamedView, ...]:
    """List the types of region; the code is that of their domain."""
    types = settings.info.region_types
    return tuple(
        NamedView(
            f"type:{item.code}", safe(item.name[language]),
            safe(_text(item.in_, language)), "",
            safe(_text(item.description, language)),
        )
        for item in (types.list if types else ())
    )  # fmt: skip


def audience_views(settings: Settings, language: str) -> tuple[NamedView, ...]:
    """List the audiences."""
    return tuple(
        NamedView(item.code, safe(item.name[language])) for item in settings.info.audiences
    )


def question_view(settings: Settings, code: str, language: str) -> QuestionView:
    """Describe a question."""
    question = settings.questions[code]
    base = question.asked_if.label if question.asked_if else None
    return QuestionView(
        code=code,
        label=safe(question.label[language]),
        text=safe(question.text[language]),
        type=question.type,
        variables=tuple(
            variable.code
            for variable in settings.variables.values()
            if variable.question.code == code
        ),
        base=safe(_text(base, language)),
        rows=count_rows(question),
    )


def count_rows(question: Question) -> int:
    """Return about how many rows a question's chart has; a row of a battery counts one and a half.

    Templates weigh by it what fits on a page.
    """
    if question.type == "battery":
        return 1 + math.ceil(1.5 * len(question.items))
    if question.type == "scale" or (question.type == "single" and question.ordered):
        return 3
    return max(len(question.items), len(question.options), len(question.classes), 1)


def topic_views(
    settings: Settings, released: Released, language: str, order: tuple[str, ...] = ()
) -> tuple[TopicView, ...]:
    """List the topics, those in ``order`` first; a hidden value is no key of one."""
    place = {code: rank for rank, code in enumerate(order)}
    topics = sorted(settings.info.topics, key=lambda item: place.get(item.code, len(place)))
    return tuple(
        TopicView(
            topic.code,
            safe(topic.title[language]),
            _authored(topic.intro, language),
            _authored(topic.conclusion, language),
            tuple(question_view(settings, code, language) for code in topic.questions),
            _shown_keys(settings, released, topic),
        )
        for topic in topics
    )


def _shown_keys(settings: Settings, released: Released, topic: Topic) -> tuple[str, ...]:
    hidden = hidden_keys(settings, released, topic)
    return tuple(key for key in topic.key if key not in hidden)


def hidden_keys(settings: Settings, released: Released, topic: Topic) -> tuple[str, ...]:
    """Return the values that are to open a topic, and that protection hides."""
    nation = settings.nation
    found = {key: released.evidence.get(locate_ref(key, nation, nation)) for key in topic.key}
    return tuple(key for key, item in found.items() if item is not None and not item.is_published)


def statement_views(
    settings: Settings, released: Released, language: str
) -> tuple[StatementView, ...]:
    """List the statements for the panel."""
    dimensions = settings.info.panel.dimensions
    found = []
    for item in read_statements(settings)[0].values():
        keys = [f"panel:{item.code}.{dimension}_consensus" for dimension in dimensions]
        rated = next((key for key in keys if key in released), "")
        found.append(StatementView(item.code, safe(item.text[language]), rated))
    return tuple(found)


def factor_views(settings: Settings, language: str) -> tuple[NamedView, ...]:
    """List the factors of the code system, without headings."""
    return tuple(
        NamedView(
            item.code, safe(item.name[language]),
            description=safe(_text(item.description, language)),
        )
        for item in read_codes(settings)[0].leaves
    )  # fmt: skip


def case_view(case: CaseStudy, settings: Settings, language: str) -> CaseView:
    """Describe a case study."""
    domain = settings.domains.get(f"type:{case.region_type}")
    codes = read_codes(settings)[0]
    return CaseView(
        code=case.code,
        name=safe(case.name[language]),
        region=safe(settings.domains[case.region].name[language]) if case.region else "",
        region_type=safe(domain.name[language]) if domain else "",
        portrait=mark_numbers(authored(case.portrait[language])),
        lesson=mark_numbers(authored(case.lesson[language])),
        attributes=tuple(
            (safe(name), safe(text[language])) for name, text in case.attributes.items()
        ),
        factors=tuple(safe(codes[code].name[language]) for code in case.factors if code in codes),
        interviews=case.interviews,
    )


def _organisation(item: Organisation, language: str) -> OrganisationView:
    return OrganisationView(
        name=safe(item.name[language]),
        short=safe(item.short),
        portrait=_authored(item.portrait, language),
        address=safe(item.address),
        url=item.url,
        email=item.email,
        phone=safe(item.phone),
    )


def _period(start: dt.date | None, end: dt.date | None, locale: Locale) -> str:
    if start is None:
        return ""
    first = safe(locale.date(start))
    if end is None or end == start:
        return first
    return locale.text("{first} to {last}", first=first, last=safe(locale.date(end)))


def _text(text: Text | None, language: str) -> str:
    return text[language] if text is not None else ""


def _authored(text: Text | None, language: str) -> str:
    return authored(text[language]) if text is not None else ""
