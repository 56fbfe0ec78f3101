"""The sources of evidence: what each reads, which keys it makes, what its evidence is about.

In: `Settings`, and through `wording` the codes and statements. Out: one `EvidenceSource` for each
of survey, response, case studies and panel. So `briefgen check` and authors learn about a key that
does not exist before anything is estimated, and no stage asks by name which source it has before
it. What a stage does with a source beyond that is registered where it stands, under its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from briefgen.config.measures import (
    MeasureKind,
    find_kind,
    find_response,
    list_kinds,
    list_subjects,
    name_measures,
)
from briefgen.config.settings import DataSource, Settings
from briefgen.config.wording import read_codes, read_statements
from briefgen.model import Evidence, EvidenceKey, Text

FACTOR: Final = ("cases", "interviews", "success", "challenge")
RATING: Final = (
    "median", "q1", "q3", "iqr", "share", "n", "dont_know", "consensus", "change", "iqr_change",
)  # fmt: skip
ROUND: Final = ("median", "iqr", "n")
LEFT_OUT: Final = "left_out"
LEFT_OUT_ALWAYS: Final = ("unlisted", "weight")
"""Rows that are left out, beside those by rules of the study: of other regions, without weight."""
_MOST_ROUNDS: Final = 9


def _as_it_is(key: EvidenceKey) -> EvidenceKey:
    return key


def _region(_key: EvidenceKey, region: str, _nation: str) -> str:
    return region


@dataclass(frozen=True)
class EvidenceSource:
    """A source of evidence.

    Attributes
    ----------
    name
        As evidence keys begin.
    inputs
        Fields of ``files`` in ``study.yml`` that it is read from, the leading one first.
    keys
        Gives the keys, without domain and contrast, that a study may have estimates for.
    subject
        Gives what a value is about in the codebook's words; ``None`` where nothing names it.
    kind
        Gives what the catalogue of measures declares of a value; ``None`` where it says nothing.
    message
        What it is called where sources are listed; ``""`` where it is no evidence of its own.
    about
        Message that names what its values are about where the codebook does not.
    part_of
        The source that it belongs to, where readers are told of sources: the response is part of
        the survey.
    complete
        Puts the usual measure into a short key: ``case:factor.NAME`` is the number of cases.
    domain
        Gives the domain of a key that states none, from the document's region and the nation.
    """

    name: str
    inputs: tuple[str, ...]
    keys: Callable[[Settings], Iterator[str]]
    subject: Callable[[Settings, EvidenceKey], Text | None]
    kind: Callable[[Settings, EvidenceKey], MeasureKind | None]
    message: str = ""
    about: str = ""
    part_of: str = ""
    complete: Callable[[EvidenceKey], EvidenceKey] = _as_it_is
    domain: Callable[[EvidenceKey, str, str], str] = _region

    def files(self, settings: Settings) -> list[str]:
        """Return the study's files that it is read from, as ``study.yml`` names them."""
        stated = (getattr(settings.info.files, name) for name in self.inputs)
        return [item.path if isinstance(item, DataSource) else item for item in stated if item]


def list_estimable_keys(settings: Settings) -> tuple[str, ...]:
    """Return the keys, without domain and contrast, that the study may have estimates for.

    That a value is there does not follow: the panel may have left a statement unrated, and the
    wall may hide anything.
    """
    keys = [key for source in SOURCES.values() for key in source.keys(settings)]
    return tuple(dict.fromkeys(keys))


def name_subject(settings: Settings, key: EvidenceKey) -> Text | None:
    """Return what a value is about in the codebook's words; ``None`` where nothing names it."""
    return SOURCES[key.source].subject(settings, key)


def kind_of(settings: Settings, evidence: Evidence) -> MeasureKind | None:
    """Return what the catalogue of measures declares of a value; ``None`` where it says nothing."""
    key = EvidenceKey(
        evidence.source, evidence.variable, evidence.measure, evidence.domain, evidence.contrast
    )
    return SOURCES[evidence.source].kind(settings, key)


def _survey_keys(settings: Settings) -> Iterator[str]:
    for subject in list_subjects(settings):
        yield from (f"survey:{subject.code}.{measure}" for measure in name_measures(subject))


def _response_keys(settings: Settings) -> Iterator[str]:
    names = [kind.measure for kind in list_kinds("response") if kind.measure != LEFT_OUT]
    yield from (f"response:{name}" for name in names)
    survey = settings.info.files.survey
    numbers = range(1, len(survey.reasons) + 1) if survey else ()
    yield from (f"response:{LEFT_OUT}.{reason}" for reason in (*numbers, *LEFT_OUT_ALWAYS))


def _case_keys(settings: Settings) -> Iterator[str]:
    if not settings.info.files.cases:
        return
    yield from ("case:cases", "case:interviews", "case:coding.alpha", "case:coding.kappa")
    codes = [factor.code for factor in read_codes(settings)[0]]
    measures = (*FACTOR, *(role.measure for role in settings.info.case_studies.roles))
    for code in codes:
        yield from (f"case:factor.{code}.{measure}" for measure in measures)
    for index, first in enumerate(codes):
        yield from (
            f"case:cooccurrence.{first}+{second}.interviews" for second in codes[index + 1 :]
        )


def _panel_keys(settings: Settings) -> Iterator[str]:
    if not settings.info.files.panel:
        return
    yield "panel:experts"
    yield from (f"panel:experts.round{number}" for number in range(1, _MOST_ROUNDS + 1))
    for dimension in settings.info.panel.dimensions:
        yield f"panel:{dimension}.kendall_w"
        for code in read_statements(settings)[0]:
            yield from (f"panel:{code}.{dimension}_{measure}" for measure in RATING)
            yield from (
                f"panel:{code}.{dimension}_round{number}_{measure}"
                for number in range(1, _MOST_ROUNDS + 1)
                for measure in ROUND
            )


def _survey_subject(settings: Settings, key: EvidenceKey) -> Text | None:
    named = settings.variables.get(key.variable) or settings.composites.get(key.variable)
    return named.label if named else None


def _survey_kind(settings: Settings, key: EvidenceKey) -> MeasureKind | None:
    return find_kind(settings, key.variable, key.measure)


def _response_kind(_settings: Settings, key: EvidenceKey) -> MeasureKind | None:
    return find_response(key.variable)


def _no_kind(_settings: Settings, _key: EvidenceKey) -> MeasureKind | None:
    return None


def _no_subject(_settings: Settings, _key: EvidenceKey) -> Text | None:
    return None


def _case_subject(settings: Settings, key: EvidenceKey) -> Text | None:
    codes = read_codes(settings)[0]
    code = key.measure.rpartition(".")[0]
    return codes[code].name if key.variable == "factor" and code in codes else None


def _panel_subject(settings: Settings, key: EvidenceKey) -> Text | None:
    found = read_statements(settings)[0].get(key.variable)
    return found.text if found else None


def _complete_case(key: EvidenceKey) -> EvidenceKey:
    is_short = key.variable == "factor" and "." not in key.measure
    return key._replace(measure=f"{key.measure}.cases") if is_short else key


def _complete_panel(key: EvidenceKey) -> EvidenceKey:
    is_whole = (
        key.variable == "experts"
        or key.measure in ("", "kendall_w")
        or key.measure.endswith(_RATINGS)
    )
    return key if is_whole else key._replace(measure=f"{key.measure}_median")


_RATINGS: Final = tuple(f"_{name}" for name in RATING)


def _case_domain(key: EvidenceKey, _region: str, nation: str) -> str:
    return "" if key.variable == "coding" else nation


def _no_domain(_key: EvidenceKey, _region: str, _nation: str) -> str:
    return ""


SOURCES: Final = {
    source.name: source
    for source in (
        EvidenceSource(
            "survey", ("survey",), _survey_keys, _survey_subject, _survey_kind, "survey"
        ),
        EvidenceSource(
            "response", ("frame", "survey"), _response_keys, _no_subject, _response_kind,
            about="response to the survey", part_of="survey",
        ),
        EvidenceSource(
            "case", ("cases", "codes"), _case_keys, _case_subject, _no_kind, "cases",
            complete=_complete_case, domain=_case_domain,
        ),
        EvidenceSource(
            "panel", ("panel", "statements"), _panel_keys, _panel_subject, _no_kind, "panel",
            complete=_complete_panel, domain=_no_domain,
        ),
    )
}  # fmt: skip
"""All sources by name, in the order in which readers meet them."""
