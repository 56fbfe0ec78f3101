"""Recommendations: read them, and find those that apply to a region and an audience.

In: ``recommendations.yml`` and, for `apply`, released evidence alone; this module stands behind the
wall and sees no respondent. Out: `Recommendation`, and `AppliedRecommendation` in the order of the
panel's priority, each with the evidence for "why here" and the sources that support it.

The rule of strength: a source supports a recommendation where

- *survey*: one of its survey keys has a published value for the region, or else for the nation;
- *case*: one of its case keys counts at least `MIN_CASES` cases or interviews;
- *panel*: the panel agrees by its rule of consensus on one of its panel keys' statements; where no
  consensus is released, the median reaches the region of agreement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import Field

from briefgen.config.estimable import list_estimable_keys
from briefgen.config.settings import LocalText, Name, Part, Settings
from briefgen.config.textfiles import (
    YamlFile,
    parse_part,
    read_yaml,
    share_problems,
    translation_problems,
)
from briefgen.content.conditions import (
    Condition,
    Result,
    complete_key,
    evaluate,
    list_keys,
    list_tests,
    locate_key,
    parse_condition,
)
from briefgen.errors import Problem, SettingsError, UnknownNameError, suggest
from briefgen.model import Evidence, EvidenceKey, Released, Text

MIN_CASES: Final = 2
"""Cases or interviews that have to mention a factor before cases support a recommendation."""

WhyKind = Literal["condition", "regions", "region", "nation", "case", "panel", "none"]
Because = Literal["always", "condition", "else"]
SOURCES: Final = ("survey", "case", "panel")


class RecommendationEntry(Part):
    """A recommendation as written in ``recommendations.yml``."""

    code: Name
    title: LocalText
    text: LocalText
    audiences: tuple[Name, ...] = Field(min_length=1)
    owner: LocalText | None = None
    timeframe: LocalText | None = None
    effort: LocalText | None = None
    costs: LocalText | None = None
    evidence: tuple[str, ...] = ()
    condition: str | None = None
    otherwise: Literal["skip", "apply"] = Field(default="skip", alias="else")
    statement: Name | None = None


class _RecommendationFile(Part):
    recommendations: tuple[Any, ...]


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
    file: str = ""
    line: int | None = None

    @property
    def source(self) -> str:
        """File and line."""
        return self.file if self.line is None else f"{self.file}, line {self.line}"


@dataclass(frozen=True, slots=True)
class AppliedRecommendation:
    """A recommendation that applies to a document.

    Attributes
    ----------
    priority
        Mean of the panel's medians on the two dimensions of priority; ``None`` without ratings.
    why_key
        The evidence that says why here, ``""`` where nothing is published.
    why_kind
        What that is: a test of the condition that holds (``condition``), the national value where
        the condition holds in some regions (``regions``), a value of the region or the nation, a
        count of cases, a rating of the panel.
    strength
        The sources that support it, of ``survey``, ``case``, ``panel``.
    applies_because
        ``always`` without a condition, ``condition`` where it holds, ``else`` where it is unknown.
    regions
        In a national document, the regions where the condition holds.
    results
        What each test of the condition gave.
    """

    recommendation: Recommendation
    priority: float | None
    why_key: str
    why_kind: WhyKind
    strength: tuple[str, ...]
    applies_because: Because
    regions: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()


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
    parsed, wrong = parse_part(source, _RecommendationFile, source.value)
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
    problems += translation_problems(source, entry, settings.languages, at)
    problems += share_problems(source, entry.model_copy(update={"text": None}), at)
    keys, wrong = _read_keys(source, at, entry)
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


# --- applying -------------------------------------------------------------------------------


def apply(
    recommendations: Sequence[Recommendation],
    released: Released,
    settings: Settings,
    region: str,
    audience: str,
) -> list[AppliedRecommendation]:
    """Return the recommendations that apply to a document, the panel's first priority first.

    Parameters
    ----------
    recommendations
        All of the study.
    released
        What passed the wall: conditions see nothing else.
    settings
        Of the study.
    region
        A region's code, or the nation's (also ``""``, as of report and summary).
    audience
        An audience's code; ``""`` takes all audiences.

    Returns
    -------
    list of AppliedRecommendation
        By the mean of the panel's medians on the dimensions of priority, then by the median on the
        first of them, then in the order of the file; those without ratings come last.
    """
    region = region or settings.nation
    applied = [
        found
        for one in recommendations
        if not audience or audience in one.audiences
        if (found := _apply_one(one, released, settings, region)) is not None
    ]
    return sorted(applied, key=lambda item: _rank(item, released, settings))


def _rank(
    item: AppliedRecommendation, released: Released, settings: Settings
) -> tuple[float, float]:
    """Sorting is stable, so equals keep the order of the file."""
    if item.priority is None:
        return (float("inf"), 0.0)
    first = _medians(item.recommendation, released, settings)[0]
    return (-item.priority, -(first or 0.0))


def _apply_one(
    one: Recommendation, released: Released, settings: Settings, region: str
) -> AppliedRecommendation | None:
    because: Because = "always"
    regions: tuple[str, ...] = ()
    results: tuple[Result, ...] = ()
    if one.condition is not None:
        outcome, regions, results = _ask(one.condition, released, settings, region)
        if outcome is False or (outcome is None and not one.otherwise):
            return None
        because = "condition" if outcome else "else"
    why_key, why_kind = _find_why(one, released, settings, region, results, regions)
    return AppliedRecommendation(
        recommendation=one,
        priority=find_priority(one, released, settings),
        why_key=why_key,
        why_kind=why_kind,
        strength=find_strength(one, released, settings, region),
        applies_because=because,
        regions=regions,
        results=results,
    )


def _ask(
    text: str, released: Released, settings: Settings, region: str
) -> tuple[bool | None, tuple[str, ...], tuple[Result, ...]]:
    condition = parse_condition(text)
    nation = settings.nation
    regional = any(test.is_regional for test in list_tests(condition))
    if region != nation or not regional:
        outcome, results = evaluate(condition, released, region, nation)
        return outcome, (), tuple(results)
    outcomes = {code: evaluate(condition, released, code, nation)[0] for code in settings.regions}
    holding = tuple(code for code, outcome in outcomes.items() if outcome)
    unknown = bool(outcomes) and all(outcome is None for outcome in outcomes.values())
    return (None if unknown else bool(holding)), holding, ()


# --- why here -------------------------------------------------------------------------------


def _find_why(  # noqa: PLR0917 - private, one caller
    one: Recommendation,
    released: Released,
    settings: Settings,
    region: str,
    results: Sequence[Result],
    regions: Sequence[str],
) -> tuple[str, WhyKind]:
    for result in results:
        if result.outcome and result.key and result.test.kind != "known":
            return result.key, "condition"
    nation = settings.nation
    keys = [*one.evidence]
    if regions and one.condition is not None:
        keys = [*list_keys(parse_condition(one.condition)), *keys]
        for key in keys:
            if _find(released, located := locate_key(key, nation, nation)) is not None:
                return located, "regions"
    return _find_value(keys, released, region, nation)


def _find_value(
    keys: Sequence[str], released: Released, region: str, nation: str
) -> tuple[str, WhyKind]:
    """Take the region's value before the nation's, the survey before cases and panel."""
    survey = [key for key in keys if EvidenceKey.parse(key).source in ("survey", "response")]
    others = [key for key in keys if key not in survey]
    for domain in dict.fromkeys((region, nation)):
        for key in survey:
            located = locate_key(key, domain, nation)
            if _find(released, located) is not None:
                return located, "nation" if domain == nation else "region"
    for key in others:
        located = locate_key(key, region, nation)
        if _find(released, located) is not None:
            return located, "case" if located.startswith("case:") else "panel"
    return "", "none"


def _find(released: Released, key: str) -> Evidence | None:
    item = released.evidence.get(key)
    if item is None or not item.is_published or (item.value is None and not item.text):
        return None
    return item


# --- priority and strength ------------------------------------------------------------------


def find_priority(one: Recommendation, released: Released, settings: Settings) -> float | None:
    """Return the mean of the panel's medians on the dimensions of priority, ``None`` without."""
    medians = [value for value in _medians(one, released, settings) if value is not None]
    if len(medians) < len(settings.info.panel.priority):
        return None
    return sum(medians) / len(medians)


def _medians(one: Recommendation, released: Released, settings: Settings) -> list[float | None]:
    found = [
        _find(released, f"panel:{one.statement}.{dimension}_median") if one.statement else None
        for dimension in settings.info.panel.priority
    ]
    return [None if item is None else item.value for item in found]


def find_strength(
    one: Recommendation, released: Released, settings: Settings, region: str
) -> tuple[str, ...]:
    """Return the sources that support a recommendation, by the rule in the module's docstring."""
    supported = {
        EvidenceKey.parse(key).source.replace("response", "survey")
        for key in one.evidence
        if _supports(key, released, settings, region)
    }
    return tuple(source for source in SOURCES if source in supported)


def _supports(key: str, released: Released, settings: Settings, region: str) -> bool:
    source = EvidenceKey.parse(key).source
    nation = settings.nation
    if source in ("survey", "response"):
        located = {locate_key(key, domain, nation) for domain in (region, nation)}
        return any(_find(released, place) is not None for place in located)
    item = _find(released, locate_key(key, region, nation))
    if source == "case":
        return item is not None and item.value is not None and item.value >= MIN_CASES
    return _panel_agrees(key, item, released, settings)


def _panel_agrees(key: str, item: Evidence | None, released: Released, settings: Settings) -> bool:
    parts = EvidenceKey.parse(key)
    dimension = parts.measure.rpartition("_")[0]
    label = _find(released, f"panel:{parts.variable}.{dimension}_consensus")
    if label is not None and label.text:
        return label.text == "agreement"
    median = _find(released, f"panel:{parts.variable}.{dimension}_median") or item
    return (
        median is not None
        and median.value is not None
        and median.value >= settings.info.panel.agree_from
    )
