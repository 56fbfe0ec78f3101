"""Read cases from the project's own files: one YAML or Markdown file for each case."""

from __future__ import annotations

import copy
import re
from pathlib import Path
from typing import Any, Final

from pydantic import Field

from briefgen.config.plain_text import single_spaced
from briefgen.config.settings import Code, LocalText, MarkdownText, Name, Part, Settings
from briefgen.config.textfiles import (
    YamlFile,
    parse_part,
    read_yaml,
    share_problems,
    text_problems,
)
from briefgen.config.wording import CodeSystem, Polarity
from briefgen.errors import Problem, UnknownNameError
from briefgen.evidence.cases.exports import unknown_role
from briefgen.evidence.cases.material import Case, Interview, Segment
from briefgen.model import Text

_HEADING: Final = re.compile(
    r"^#{1,6}[ \t]+(.+?)(?:[ \t]+([a-z]{2,3}(?:-[A-Z]{2})?))?[ \t#]*$", re.MULTILINE
)


class SegmentEntry(Part):
    """A segment as written in a case file."""

    id: Code | None = None  # of the segment
    code: Name | None = None  # what it is coded as
    codes: tuple[Name, ...] = ()  # several codes
    polarity: Polarity | None = None  # success or challenge
    text: LocalText | None = None  # what was said, word for word
    consent: bool | None = None  # to be quoted; default: the interview's
    audiences: tuple[Name, ...] = ()  # codes of readers whom it concerns
    coder: Code = ""  # who coded it


class InterviewEntry(Part):
    """An interview as written in a case file."""

    id: Code  # of the interview
    role: Code = ""  # code of who speaks
    pseudonym: LocalText | None = None  # a name for readers
    document: Code | None = None  # the interview's name in the QDA program
    consent: bool = False  # to be quoted, with all segments
    segments: tuple[SegmentEntry, ...] = ()


class CaseEntry(Part):
    """A case as written in its file."""

    code: Name  # of the case
    name: LocalText  # what readers see
    region: Code = ""  # code of its region
    region_type: Name | None = None  # code of its type of region
    attributes: dict[str, LocalText] = Field(default_factory=dict)  # facts that the vignette lists
    portrait: MarkdownText | None = None  # what the case is
    lesson: MarkdownText | None = None  # what others can learn from it
    publish: bool = True  # whether documents may show it
    interviews: tuple[InterviewEntry, ...] = ()


def read_case(
    path: Path, settings: Settings, codes: CodeSystem
) -> tuple[Case | None, list[Problem]]:
    """Read one case from a YAML or Markdown file, with all problems in it."""
    source, problems = read_yaml(path, settings)
    if source is None:
        return None, problems
    value, wrong = _lay_in_body(source)
    entry, invalid = parse_part(source, CaseEntry, value)
    problems += wrong + invalid
    if entry is None:
        return None, problems
    region, wrong = _find_region(source, entry.region, settings) if entry.region else ("", [])
    if settings.regions and not entry.region:
        rule = "a case has a region, where the study has regions"
        wrong = [Problem(source.file, 1, "region", rule, "state region:")]
    problems += wrong + _check_case(source, entry, settings)
    for index, interview in enumerate(entry.interviews):
        problems += _check_interview(source, index, interview, settings, codes)
    return _as_case(source, entry, region), problems


# --- the body of a Markdown file ------------------------------------------------------------


def _lay_in_body(source: YamlFile) -> tuple[Any, list[Problem]]:
    """Put the sections of a Markdown body where they belong in the front matter's mapping."""
    if not source.body.strip() or not isinstance(source.value, dict):
        return source.value, []
    value = copy.deepcopy(source.value)
    problems = []
    matches = list(_HEADING.finditer(source.body))
    for index, match in enumerate(matches):
        end = matches[index + 1].start() if index + 1 < len(matches) else len(source.body)
        text = source.body[match.end() : end].strip()
        if not _lay_in_section(value, match[1].strip(), match[2] or "", text):
            rule = "a heading names no portrait, no lesson and no segment of the front matter"
            remedy = "write # Portrait de, # Lesson en, or # INTERVIEW/SEGMENT de"
            problems.append(Problem(source.file, None, "body", rule, remedy))
    return value, problems


def _lay_in_section(value: dict[str, Any], heading: str, language: str, text: str) -> bool:
    if heading.casefold() in ("portrait", "lesson"):
        return _lay_in_text(value, heading.casefold(), language, text)
    interview, _, segment = heading.partition("/")
    for entry in _entries(value, "interviews"):
        if str(entry.get("id")) == interview.strip():
            for part in _entries(entry, "segments"):
                if str(part.get("id")) == segment.strip():
                    return _lay_in_text(part, "text", language, text)
    return False


def _entries(value: dict[str, Any], key: str) -> list[dict[str, Any]]:
    found = value.get(key)
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def _lay_in_text(target: dict[str, Any], key: str, language: str, text: str) -> bool:
    texts = target.setdefault(key, {})
    if not isinstance(texts, dict) or language in texts:
        return False
    texts[language] = text
    return True


# --- checks ---------------------------------------------------------------------------------


def _find_region(source: YamlFile, name: str, settings: Settings) -> tuple[str, list[Problem]]:
    try:
        return settings.find_region(name), []
    except UnknownNameError as error:
        line = source.line(("region",))
        return "", [Problem(source.file, line, "region", error.message, error.hint or "")]


def _check_case(source: YamlFile, entry: CaseEntry, settings: Settings) -> list[Problem]:
    shown = entry.model_copy(update={"interviews": ()})
    problems = text_problems(source, shown, settings.languages)
    problems += share_problems(source, shown)
    types = (
        [item.code for item in settings.info.region_types.list]
        if (settings.info.region_types)
        else []
    )
    if entry.region_type and entry.region_type not in types:
        error = UnknownNameError.among("region type", entry.region_type, types)
        line = source.line(("region_type",))
        problems.append(Problem(source.file, line, "region_type", error.message, error.hint or ""))
    if entry.publish and entry.portrait is None:
        rule, remedy = "a case that is published has a portrait", "write one, or set publish: false"
        problems.append(Problem(source.file, 1, "portrait", rule, remedy, "warning"))
    return problems


def _check_interview(
    source: YamlFile, index: int, entry: InterviewEntry, settings: Settings, codes: CodeSystem
) -> list[Problem]:
    at = ("interviews", index)
    problems = []
    if entry.pseudonym is not None:
        problems += text_problems(source, entry.pseudonym, settings.languages, (*at, "pseudonym"))
    if entry.role and settings.info.case_studies.role(entry.role) is None:
        line = source.line((*at, "role"))
        problems.append(unknown_role(entry.role, settings, source.file, line, f"{_name(at)}.role"))
    if not entry.role and settings.info.case_studies.roles:
        rule = "an interview has a role, where the study lists roles"
        problems.append(Problem(source.file, source.line(at), _name(at), rule, "state role:"))
    ids: set[tuple[str, str]] = set()
    for number, segment in enumerate(entry.segments):
        place = (*at, "segments", number)
        problems += _check_segment(source, place, segment, settings, codes)
        if _consents(entry, segment):
            problems += _check_quotable(source, place, entry, segment, settings)
        key = (segment.id or "", segment.coder)
        if segment.id and key in ids:
            rule = "a segment's id stands once for each coder in an interview"
            problems.append(
                Problem(source.file, source.line(place), _name(place), rule, "change one id")
            )
        ids.add(key)
    return problems


def _check_segment(
    source: YamlFile,
    at: tuple[str | int, ...],
    entry: SegmentEntry,
    settings: Settings,
    codes: CodeSystem,
) -> list[Problem]:
    line = source.line(at)
    problems = []
    for code in _codes(entry):
        if code not in codes:
            error = UnknownNameError.among("code", code, codes.factors)
            remedy = error.hint or "declare it in the code system"
            problems.append(Problem(source.file, line, f"{_name(at)}.code", error.message, remedy))
    if not _codes(entry):
        rule, remedy = "a segment has a code", "write code: NAME or codes: [NAME, …]"
        problems.append(Problem(source.file, line, _name(at), rule, remedy))
    for audience in entry.audiences:
        if audience not in settings.audiences:
            error = UnknownNameError.among("audience", audience, settings.audiences)
            problems.append(
                Problem(
                    source.file, line, f"{_name(at)}.audiences", error.message, error.hint or ""
                )
            )
    return problems


def _check_quotable(
    source: YamlFile,
    at: tuple[str | int, ...],
    interview: InterviewEntry,
    entry: SegmentEntry,
    settings: Settings,
) -> list[Problem]:
    """Say what keeps a segment with consent from being quoted."""
    lacks = []
    if interview.pseudonym is None:
        lacks.append("the interview has no pseudonym")
    missing = entry.text.missing(settings.languages) if entry.text else list(settings.languages)
    if missing:
        lacks.append(f"the text is not there in {', '.join(missing)}")
    return [
        Problem(
            source.file,
            source.line(at),
            _name(at),
            f"the segment has consent but cannot be quoted: {reason}",
            "add what lacks, or set consent: false",
            "warning",
        )
        for reason in lacks
    ]


def _name(at: tuple[str | int, ...]) -> str:
    return ".".join(str(step) for step in at)


# --- from entries to material ---------------------------------------------------------------


def _codes(entry: SegmentEntry) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*((entry.code,) if entry.code else ()), *entry.codes)))


def _consents(interview: InterviewEntry, entry: SegmentEntry) -> bool:
    return interview.consent if entry.consent is None else entry.consent


def _as_case(source: YamlFile, entry: CaseEntry, region: str) -> Case:
    return Case(
        code=entry.code,
        name=entry.name,
        region=region,
        region_type=entry.region_type or "",
        attributes=dict(entry.attributes),
        portrait=entry.portrait,
        lesson=entry.lesson,
        publish=entry.publish,
        interviews=tuple(
            _as_interview(source, index, interview)
            for index, interview in enumerate(entry.interviews)
        ),
        file=source.file,
    )


def _as_interview(source: YamlFile, index: int, entry: InterviewEntry) -> Interview:
    return Interview(
        id=entry.id,
        role=entry.role,
        pseudonym=entry.pseudonym or Text({}),
        document=entry.document or "",
        consent=entry.consent,
        segments=tuple(
            _as_segment(source, index, number, entry, segment)
            for number, segment in enumerate(entry.segments)
        ),
    )


def _as_segment(
    source: YamlFile, index: int, number: int, interview: InterviewEntry, entry: SegmentEntry
) -> Segment:
    text = entry.text or Text({})
    return Segment(
        id=entry.id or str(number + 1),
        unit=entry.id or unit_of(text) or str(number + 1),
        codes=_codes(entry),
        polarity=entry.polarity,
        text=text,
        consent=_consents(interview, entry),
        audiences=entry.audiences,
        coder=entry.coder,
        file=source.file,
        line=source.line(("interviews", index, "segments", number)),
    )


def unit_of(text: Text) -> str:
    """Return what tells two coders' segments alike where they have no id: the words."""
    return single_spaced(next(iter(text.values()), ""))
