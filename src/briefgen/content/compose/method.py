"""What was done in a study and what its things are called, as templates see it.

In: `Settings`, `Released`, recommendations, a `Locale`. Out: a `MethodView` of plain flags, so that
no template says of a study what is not so, and a `CalledView` with the study's own words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from briefgen.config.document_kinds import can_refer_to
from briefgen.config.evidence_sources import LEFT_OUT
from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import TOLD_CONCERNS, Forms, Settings
from briefgen.config.wording import read_statements
from briefgen.content.language import Locale
from briefgen.content.language.markdown import safe
from briefgen.model import SHRUNK, Evidence, Released, Status

MOST_NAMED: Final = 4
"""So many questions that a guess concerns are named."""


@dataclass(frozen=True, slots=True)
class CalledView:
    """What regions, types and cases are called: one, many, and many after "in" or "of"."""

    region: str
    regions: str
    in_regions: str
    type: str
    types: str
    in_types: str
    type_description: str
    case: str
    cases: str
    in_cases: str
    has_own_cases: bool
    nation: str
    whole: str
    in_whole: str


@dataclass(frozen=True, slots=True)
class RoleView:
    """Who speaks in interviews; ``measure`` is the name of the count of interviews with it."""

    code: str
    measure: str
    name: str
    many: str
    with_many: str

    def __str__(self) -> str:
        return self.many


@dataclass(frozen=True, slots=True)
class DimensionView:
    """What a panel was asked about each statement."""

    code: str
    name: str
    whether: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class PairView:
    """Two names."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class DraftedView:
    """A kind of guess that nobody has confirmed, and the questions that it concerns."""

    about: str
    questions: str
    more: str


@dataclass(frozen=True, slots=True)
class LeftOutView:
    """Why rows of the survey were left out, and the key of how many."""

    reason: str
    key: str


@dataclass(frozen=True, slots=True)
class MethodView:
    """How the study was made: each flag is true only where it is so.

    Attributes
    ----------
    compares
        Whether anything is compared with the rest: regions, types or subgroups.
    has_dispositions
        Whether the frame tells the outcome of each invitation by AAPOR's codes.
    unlisted_count, weightless_count
        Key of how many answers come from regions that are not listed, or have the weight 0; ``""``
        where there are none.
    smallest
        Below it a number of rows is not told.
    is_one_day
        Whether the field began and ended on one day.
    asks_all
        Whether every question of the codebook stands in a topic.
    picks
        Whether a region's difference is clear among all that were looked at, and so told by size.
    rounds
        Whether the panel rated in more than one round.
    experts
        Keys of how many rated in each round, where there were several.
    scale_ends
        From where ratings are high, and up to where low; ``None`` where statements have scales of
        their own.
    drafted
        What was guessed when the study was drafted, changes numbers, and is not confirmed.
    is_usual_priority
        Whether priorities are ordered by importance and feasibility.
    has_polarity
        Whether codes or segments tell challenges from factors of success.
    """

    confidence: str
    interval: str
    adjust: str
    unlisted: str
    unlisted_count: str
    weightless_count: str
    is_weighted: bool
    is_raked: bool
    has_base_weight: bool
    has_strata: bool
    has_clusters: bool
    has_replicates: bool
    has_population: bool
    has_frame: bool
    has_dispositions: bool
    has_filters: bool
    has_dont_know: bool
    has_numbers: bool
    has_coarse: bool
    has_scales: bool
    has_shares: bool
    compares: bool
    is_one_day: bool
    asks_all: bool
    least: str
    smallest: str
    left_out: tuple[LeftOutView, ...]
    consensus: str
    consensus_iqr: str
    consensus_share: str
    rounds: bool
    experts: tuple[str, ...]
    scale_ends: tuple[str, str] | None
    picks: bool
    dimensions: tuple[DimensionView, ...]
    roles: tuple[RoleView, ...]
    has_consensus: bool
    has_priority: bool
    is_usual_priority: bool
    priority_names: PairView
    has_bibliography: bool
    has_polarity: bool
    has_conditions: bool
    has_priorities: bool
    has_briefs: bool
    has_summary: bool
    has_report: bool
    drafted: tuple[DraftedView, ...]


def called_view(settings: Settings, language: str) -> CalledView:
    """Return the study's words in one language."""
    info, nation = settings.info, settings.info.regions.nation
    types = info.region_types
    region = _forms(info.regions.forms, language)
    kind = _forms(types.forms, language) if types else ("", "", "")
    case = _forms(info.case_studies.called, language)
    description = types.description[language] if types and types.description else ""
    return CalledView(
        *region,
        *kind,
        type_description=safe(description),
        case=case[0],
        cases=case[1],
        in_cases=case[2],
        has_own_cases="called" in info.case_studies.model_fields_set,
        nation=safe(nation.name[language]),
        whole=safe(nation.for_whole(language)),
        in_whole=safe(nation.in_the_whole(language)),
    )


def _forms(forms: Forms, language: str) -> tuple[str, str, str]:
    one, many, dative = forms.one[language], forms.many[language], forms.dative(language)
    return safe(one), safe(many), safe(dative)


def method_view(
    settings: Settings,
    released: Released,
    recommendations: Sequence[Recommendation],
    locale: Locale,
) -> MethodView:
    """Return how the study was made, from its settings and released evidence."""
    return MethodView(
        **_design_facts(settings, released, locale.language),
        **_question_facts(settings, locale),
        **_statistics_facts(settings, released, locale),
        **_panel_facts(settings, released, locale),
        **_publication_facts(settings, recommendations),
        has_polarity=has_polarity(released),
        roles=_roles(settings, released, locale.language),
    )


def _design_facts(settings: Settings, released: Released, language: str) -> dict[str, Any]:
    """Return how respondents were chosen, reached and weighted, and which rows were left out."""
    info, design, frame = settings.info, settings.info.design, settings.info.frame
    return {
        "is_weighted": bool(design.weight or design.raking),
        "is_raked": design.raking is not None,
        "has_base_weight": design.weight is not None,
        "has_strata": design.strata is not None,
        "has_clusters": design.cluster is not None,
        "has_replicates": design.replicates is not None,
        "has_population": design.population is not None,
        "has_frame": info.files.frame is not None,
        "has_dispositions": bool(frame and frame.disposition),
        "unlisted": info.regions.unlisted,
        "unlisted_count": _left_out_key(settings, released, "unlisted"),
        "weightless_count": _left_out_key(settings, released, "weight"),
        "left_out": _left_out(settings, released, language),
        "is_one_day": info.field_start is not None and info.field_end in (None, info.field_start),
    }


def _question_facts(settings: Settings, locale: Locale) -> dict[str, Any]:
    """Return what was asked, of whom, and what of it was guessed."""
    variables = settings.variables.values()
    in_topics = {code for topic in settings.info.topics for code in topic.questions}
    return {
        "has_filters": any(question.asked_if for question in settings.questions.values()),
        "has_dont_know": any(_has_dont_know(settings, code) for code in settings.variables),
        "has_numbers": any(variable.type == "numeric" for variable in variables),
        "has_scales": any(variable.ordered for variable in variables),
        "has_shares": any(_has_shares(settings, code) for code in settings.variables),
        "asks_all": in_topics >= set(settings.questions),
        "drafted": _drafted(settings, locale),
    }


def _statistics_facts(settings: Settings, released: Released, locale: Locale) -> dict[str, Any]:
    """Return how estimates were made, compared and protected."""
    info, statistics = settings.info, settings.info.statistics
    return {
        "confidence": safe(locale.percent(statistics.confidence)),
        "interval": statistics.share_interval,
        "adjust": statistics.adjust,
        "compares": bool(settings.regions or info.region_types or statistics.subgroups),
        "least": safe(locale.number(info.disclosure.min_base)),
        "smallest": safe(locale.number(info.disclosure.min_cell)),
        "has_coarse": any(item.status is Status.COARSENED for item in released.evidence.values()),
        "picks": any(
            item.contrast == SHRUNK and item.verdict in ("higher", "lower")
            for item in released.evidence.values()
        ),
    }


def _panel_facts(settings: Settings, released: Released, locale: Locale) -> dict[str, Any]:
    """Return how the experts rated, and what their ratings order."""
    panel = settings.info.panel
    return {
        "consensus": panel.consensus,
        "consensus_iqr": safe(locale.number(panel.consensus_iqr)),
        "consensus_share": safe(locale.percent(panel.consensus_share)),
        "rounds": any(item.measure.endswith("_change") for item in _panel(released)),
        "experts": tuple(item.key for item in _panel(released) if item.measure.startswith("round")),
        "scale_ends": _scale_ends(settings, locale),
        "dimensions": _dimensions(settings, locale),
        "has_consensus": any(
            item.measure == f"{panel.dimensions[0]}_median" and item.is_published
            for item in _panel(released)
        )
        if panel.dimensions
        else False,
        "has_priority": panel.has_priority and _has_places(released, panel.priority),
        "is_usual_priority": panel.priority == ("importance", "feasibility"),
        "priority_names": PairView(*(safe(locale.dimension(code)) for code in panel.priority)),
    }


def _publication_facts(
    settings: Settings, recommendations: Sequence[Recommendation]
) -> dict[str, Any]:
    """Return what is published beside the results: other documents, sources, advice."""
    has_priority = settings.info.panel.has_priority
    return {
        "has_bibliography": settings.info.files.bibliography is not None,
        "has_conditions": any(one.condition for one in recommendations),
        "has_priorities": has_priority and any(one.statement for one in recommendations),
        "has_briefs": can_refer_to(settings, "briefs"),
        "has_summary": can_refer_to(settings, "short version"),
        "has_report": can_refer_to(settings, "report"),
    }


def _left_out(settings: Settings, released: Released, language: str) -> tuple[LeftOutView, ...]:
    """Return why rows of the survey were left out; a reason that met no row is none."""
    survey = settings.info.files.survey
    reasons = enumerate(survey.reasons if survey else (), start=1)
    found = [(reason, _left_out_key(settings, released, str(number))) for number, reason in reasons]
    return tuple(LeftOutView(safe(reason[language]), key) for reason, key in found if key)


def _left_out_key(settings: Settings, released: Released, reason: str) -> str:
    """Return the key of how many rows are left out; ``""`` where there was none."""
    key = f"response:{LEFT_OUT}.{reason}@{settings.nation}"
    return key if key in released.evidence else ""


def _scale_ends(settings: Settings, locale: Locale) -> tuple[str, str] | None:
    panel = settings.info.panel
    usual = (panel.scale_low, panel.scale_high)
    statements = read_statements(settings)[0].values()
    if any((one.low, one.high) != usual for one in statements):
        return None
    low = panel.scale_low + panel.scale_high - panel.agree_from
    return safe(locale.number(panel.agree_from, 0)), safe(locale.number(low, 0))


def _drafted(settings: Settings, locale: Locale) -> tuple[DraftedView, ...]:
    """Return the guesses that change numbers and that nobody has confirmed."""
    found: dict[str, list[str]] = {}
    for entry in settings.info.drafted:
        if entry.guess in TOLD_CONCERNS:
            found.setdefault(entry.guess, []).extend(entry.at)
    return tuple(
        DraftedView(about, *_drafted_questions(settings, codes, locale))
        for about, codes in found.items()
    )


def _drafted_questions(settings: Settings, codes: Sequence[str], locale: Locale) -> tuple[str, str]:
    """Return the labels of some questions in quotation marks, and how many more there are."""
    known = [
        settings.questions[code] for code in dict.fromkeys(codes) if code in settings.questions
    ]
    labels = [locale.quote(safe(one.label[locale.language])) for one in known[:MOST_NAMED]]
    rest = len(known) - MOST_NAMED
    return locale.join(labels) if rest <= 0 else ", ".join(labels), safe(
        str(rest)
    ) if rest > 0 else ""


def _panel(released: Released) -> list[Evidence]:
    return [item for item in released.evidence.values() if item.source == "panel"]


def _has_places(released: Released, dimensions: tuple[str, str]) -> bool:
    """Return whether a statement has published medians on both dimensions."""
    first, second = (
        {
            item.variable
            for item in _panel(released)
            if item.measure == f"{dimension}_median" and item.is_published
        }
        for dimension in dimensions
    )
    return bool(first & second)


def _has_dont_know(settings: Settings, code: str) -> bool:
    variable = settings.variables[code]
    reasons = [option.missing for option in variable.options]
    reasons += [*variable.question.missing.values(), *settings.codebook.missing.values()]
    return "dont_know" in reasons


def _has_shares(settings: Settings, code: str) -> bool:
    variable = settings.variables[code]
    return variable.type not in ("open", "numeric") or bool(variable.question.classes)


def has_polarity(released: Released) -> bool:
    """Return whether anything was coded as a challenge: else the codes know no success either."""
    return any(
        item.source == "case" and item.measure.endswith(".challenge") and item.value
        for item in released.evidence.values()
    )


def _roles(settings: Settings, released: Released, language: str) -> tuple[RoleView, ...]:
    """List the roles that interviews were held with."""
    heard = {
        item.measure.rpartition(".")[2]
        for item in released.evidence.values()
        if item.source == "case" and item.variable == "factor" and item.n
    }
    return tuple(
        RoleView(role.code, role.measure, *_forms(role.forms, language))
        for role in settings.info.case_studies.roles
        if role.measure in heard
    )


def _dimensions(settings: Settings, locale: Locale) -> tuple[DimensionView, ...]:
    return tuple(
        DimensionView(
            code,
            safe(locale.dimension(code)),
            safe(_clause_of_question(settings, code, locale)),
        )
        for code in settings.info.panel.dimensions
    )


def _clause_of_question(settings: Settings, code: str, locale: Locale) -> str:
    """Return the clause that says what was asked, ``""`` where the study has none."""
    stated = settings.info.panel.asked.get(code)
    if stated is not None:
        return stated.whether[locale.language] if stated.whether else ""
    usual = {
        "agreement": "whether they are true",
        "importance": "whether they matter",
        "feasibility": "whether they can be put into practice",
    }
    return locale.text(usual[code]) if code in usual else ""
