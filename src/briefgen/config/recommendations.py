"""Recommendations as a study writes them: read and checked.

In: ``recommendations.yml``. Out: `Recommendation`, with the keys of the evidence that it rests on,
and all problems. ``content.recommendations`` finds those that apply.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from briefgen.config.conditions import (
    Condition,
    complete_key,
    list_keys,
    list_tests,
    parse_condition,
)
from briefgen.config.evidence_sources import list_estimable_keys
from briefgen.config.measures import finding_measures
from briefgen.config.settings import LocalText, MarkdownText, Name, Part, Settings, read_as
from briefgen.config.textfiles import (
    YamlFile,
    parse_part,
    read_yaml,
    share_problems,
    text_problems,
)
from briefgen.errors import Problem, SettingsError, UnknownNameError, suggest
from briefgen.model import EvidenceKey, Text

Direction = Literal["higher", "lower"]
"""Which way of a measure is the desirable one."""


class AimEntry(Part):
    """A measure that a recommendation moves, and which way is better."""

    measure: str  # a key without domain: survey:q07.often
    better: Direction | None = None  # default: what the codebook's ``positive`` says


def _as_aim(value: Any) -> Any:
    return {"measure": value} if isinstance(value, str | int | float) else value


AimEntries = tuple[Annotated[AimEntry, read_as(str | AimEntry, _as_aim)], ...]


@dataclass(frozen=True, slots=True)
class Aim:
    """A measure, as a key without a domain, and which way of it is the desirable one."""

    measure: str
    better: Direction


class RecommendationEntry(Part):
    """A recommendation as written in ``recommendations.yml``."""

    code: Name  # of its own
    title: LocalText  # what to do, in a line
    text: MarkdownText  # what to do, in a paragraph
    audiences: tuple[Name, ...] = Field(min_length=1)  # codes of those who can do it
    owner: LocalText | None = None  # who does it
    timeframe: LocalText | None = None  # by when
    effort: LocalText | None = None  # how much work it is
    costs: LocalText | None = None  # with what means
    evidence: tuple[str, ...] = ()  # keys that it rests on: survey:q07.often
    condition: str | None = None  # where it applies: survey:q07.often < nation
    # where the condition is unknown
    otherwise: Literal["skip", "apply"] = Field(default="skip", alias="else")
    statement: Name | None = None  # of the panel, whose ratings order it
    acts_on: AimEntries = ()  # measures that it moves
    builds_on: AimEntries = ()  # strengths that it makes use of
    first_step: LocalText | None = None  # what to do first
    # by what one sees that it worked; default: the first measure it acts on
    indicator: LocalText | None = None


class RecommendationFile(Part):
    """``recommendations.yml``: entries are read one by one, each with its own errors."""

    recommendations: tuple[Annotated[Any, read_as(RecommendationEntry)], ...]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """What somebody should do, and what that rests on.

    Attributes
    ----------
    evidence
        Keys, completed with the measure that a short form stands for; mostly without a domain.
    condition
        In the language of `conditions`; ``None`` applies everywhere.
    otherwise
        Whether it applies where the condition is unknown.
    statement
        The panel's statement whose ratings order it; ``""`` for none.
    acts_on
        The measures that it moves; ``()``: it is chosen by its condition and priority alone.
    builds_on
        Strengths that it makes use of: it applies where one of them is there.
    first_step, indicator
        What to do first, and by what one sees that it worked; ``None``: the first measure that it
        acts on.
    file, line
        Where it stands.
    """

    code: str
    title: Text
    text: Text
    audiences: tuple[str, ...]
    evidence: tuple[str, ...]
    owner: Text | None = None
    timeframe: Text | None = None
    effort: Text | None = None
    costs: Text | None = None
    condition: str | None = None
    otherwise: bool = False
    statement: str = ""
    acts_on: tuple[Aim, ...] = ()
    builds_on: tuple[Aim, ...] = ()
    first_step: Text | None = None
    indicator: Text | None = None
    file: str = ""
    line: int | None = None

    @property
    def source(self) -> str:
        """File and line."""
        return self.file if self.line is None else f"{self.file}, line {self.line}"


# --- reading --------------------------------------------------------------------------------


def read_recommendations(
    settings: Settings,
) -> tuple[tuple[Recommendation, ...], list[Problem]]:
    """Read all recommendations in the order of the file, with all problems in it.

    Keys that the study makes no evidence for are among the problems.
    """
    if settings.info.files.recommendations is None:
        return (), []
    path = settings.data_folder / settings.info.files.recommendations
    source, problems = read_yaml(path, settings)
    if source is None:
        return (), problems
    parsed, wrong = parse_part(source, RecommendationFile, source.value)
    problems += wrong
    found: list[Recommendation] = []
    for index, value in enumerate(parsed.recommendations if parsed else ()):
        recommendation, wrong = _read_one(source, index, value, settings)
        problems += wrong
        if recommendation is not None:
            problems += _check_code(recommendation, found)
            found.append(recommendation)
    return tuple(found), problems + check_keys(found, list_estimable_keys(settings), settings)


def _check_code(one: Recommendation, before: Iterable[Recommendation]) -> list[Problem]:
    if one.code not in {other.code for other in before}:
        return []
    rule = f"the recommendation {one.code!r} stands twice"
    return [Problem(one.file, one.line, "code", rule, "give each a code of its own")]


def _read_one(
    source: YamlFile, index: int, value: Any, settings: Settings
) -> tuple[Recommendation | None, list[Problem]]:
    at = ("recommendations", index)
    entry, problems = parse_part(source, RecommendationEntry, value, at)
    if entry is None:
        return None, problems
    problems += text_problems(source, entry, settings.languages, at)
    problems += share_problems(source, entry.model_copy(update={"text": None}), at)
    keys, wrong = _read_keys(source, at, entry)
    problems += wrong
    aims = {}
    for name in ("acts_on", "builds_on"):
        aims[name], wrong = _read_aims(source, (*at, name), getattr(entry, name), settings)
        problems += wrong
    problems += _check_entry(source, at, entry, settings)
    recommendation = Recommendation(
        code=entry.code,
        title=entry.title,
        text=entry.text,
        audiences=entry.audiences,
        evidence=keys,
        owner=entry.owner,
        timeframe=entry.timeframe,
        effort=entry.effort,
        costs=entry.costs,
        condition=entry.condition,
        otherwise=entry.otherwise == "apply",
        statement=entry.statement or "",
        acts_on=aims["acts_on"],
        builds_on=aims["builds_on"],
        first_step=entry.first_step,
        indicator=entry.indicator,
        file=source.file,
        line=source.line(at),
    )
    return recommendation, problems


def _read_keys(
    source: YamlFile, at: tuple[str | int, ...], entry: RecommendationEntry
) -> tuple[tuple[str, ...], list[Problem]]:
    keys: dict[str, None] = {}
    problems = []
    for number, key in enumerate(entry.evidence):
        try:
            keys[complete_key(key)] = None
        except UnknownNameError as error:
            line = source.line((*at, "evidence", number))
            problems.append(Problem(source.file, line, "evidence", error.message, error.hint or ""))
    if not entry.evidence:
        rule = f"the recommendation {entry.code!r} rests on nothing"
        remedy = "name its evidence: keys of the survey, the cases or the panel"
        problems.append(Problem(source.file, source.line(at), "evidence", rule, remedy))
    return tuple(keys), problems


def _read_aims(
    source: YamlFile, at: tuple[str | int, ...], entries: Iterable[AimEntry], settings: Settings
) -> tuple[tuple[Aim, ...], list[Problem]]:
    """Complete what a recommendation acts on; the direction is the codebook's where none stands."""
    aims: list[Aim] = []
    problems = []
    for number, entry in enumerate(entries):
        place, column = source.line((*at, number)), str(at[-1])
        try:
            key = complete_key(entry.measure)
        except UnknownNameError as error:
            wrong = Problem(source.file, place, column, error.message, error.hint or "")
            problems.append(wrong)
            continue
        better = entry.better or _desirable(key, settings)
        if better is None:
            rule = f"nothing says whether more or less of {key!r} is better"
            remedy = f"write {{measure: {key}, better: higher}} or better: lower"
            problems.append(Problem(source.file, place, column, rule, remedy))
            continue
        aims.append(Aim(key, better))
    return tuple(aims), problems


def _desirable(key: str, settings: Settings) -> Direction | None:
    """Return which way the codebook calls good, of a measure that stands for its question."""
    parts = EvidenceKey.parse(key)
    variable = settings.variables.get(parts.variable)
    if variable is None or parts.measure not in finding_measures(variable):
        return None
    return variable.question.better


def _check_entry(
    source: YamlFile, at: tuple[str | int, ...], entry: RecommendationEntry, settings: Settings
) -> list[Problem]:
    problems = []
    for number, audience in enumerate(entry.audiences):
        if audience not in settings.audiences:
            error = UnknownNameError.among("audience", audience, settings.audiences)
            line = source.line((*at, "audiences", number))
            problems.append(
                Problem(source.file, line, "audiences", error.message, error.hint or "")
            )
    if entry.condition is not None:
        try:
            parse_condition(entry.condition)
        except (SettingsError, UnknownNameError) as error:
            line = source.line((*at, "condition"))
            problems.append(
                Problem(source.file, line, "condition", error.message, error.hint or "")
            )
    if entry.statement is None and settings.info.files.panel is not None:
        rule = "no statement of the panel orders this recommendation: it stands after all others"
        remedy = "name a statement, or leave it so"
        problems.append(Problem(source.file, source.line(at), "statement", rule, remedy, "warning"))
    return problems


# --- checking keys --------------------------------------------------------------------------


def check_keys(
    recommendations: Iterable[Recommendation], known_keys: Collection[str], settings: Settings
) -> list[Problem]:
    """Return a problem for each key that no estimate is made for.

    Parameters
    ----------
    recommendations
        All of the study.
    known_keys
        Keys of estimates, with or without domains and contrasts.
    settings
        Of the study.
    """
    known = {_bare(key): None for key in known_keys}
    stated = set(known_keys)
    problems: list[Problem] = []
    for one in recommendations:
        problems += _check_named(one, "evidence", one.evidence, known, stated, settings)
        for name in ("acts_on", "builds_on"):
            measures = [aim.measure for aim in getattr(one, name)]
            problems += _check_named(one, name, measures, known, stated, settings)
        condition = _parsed(one)
        if condition is not None:
            keys = list_keys(condition)
            problems += _check_named(one, "condition", keys, known, stated, settings)
            problems += _check_regions(one, condition, settings)
        if one.statement and not _is_rated(one.statement, known, settings):
            statements = sorted(
                {EvidenceKey.parse(key).variable for key in known if _is_panel(key)}
            )
            rule = f"the panel has no ratings of the priority of {one.statement!r}"
            problems.append(
                Problem(one.file, one.line, "statement", rule, suggest(one.statement, statements))
            )
    return problems


def _bare(key: str) -> str:
    return str(EvidenceKey.parse(key)._replace(domain="", contrast=""))


def _is_panel(key: str) -> bool:
    return key.startswith("panel:")


def _is_rated(statement: str, known: Mapping[str, None], settings: Settings) -> bool:
    return all(
        f"panel:{statement}.{dimension}_median" in known
        for dimension in settings.info.panel.priority
    )


def _check_named(  # noqa: PLR0917 - private, one caller
    one: Recommendation,
    column: str,
    keys: Iterable[str],
    known: Mapping[str, None],
    stated: Collection[str],
    settings: Settings,
) -> list[Problem]:
    problems = []
    for key in keys:
        parts = EvidenceKey.parse(key)
        places = parts.domain.split("+") if parts.domain else []
        domain_known = key in stated or all(place in settings.domains for place in places)
        if _bare(key) in known and domain_known:
            continue
        near = sorted(name for name in known if name.startswith(f"{parts.source}:"))
        rule = f"there is no evidence {key!r}"
        problems.append(Problem(one.file, one.line, column, rule, suggest(_bare(key), near)))
    return problems


def _check_regions(one: Recommendation, condition: Condition, settings: Settings) -> list[Problem]:
    known = [settings.nation, *settings.regions]
    return [
        Problem(
            one.file, one.line, "condition", f"there is no region {test.operand!r}",
            suggest(str(test.operand), known),
        )
        for test in list_tests(condition)
        if test.kind == "region" and test.operand not in known
    ]  # fmt: skip


def _parsed(one: Recommendation) -> Condition | None:
    if one.condition is None:
        return None
    try:
        return parse_condition(one.condition)
    except (SettingsError, UnknownNameError):
        return None  # reported where the file was read
