"""Put case files and exports together: one `CaseMaterial` and all problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from briefgen.config.data_formats import WORKBOOKS
from briefgen.config.settings import Settings
from briefgen.config.textfiles import LONGEST_WORD, longest_word, relative_name
from briefgen.config.wording import CodeSystem, read_codes
from briefgen.errors import Problem, SourceError, UnknownNameError, name_rows
from briefgen.evidence.cases.exports import ExportedSegment, read_table_export
from briefgen.evidence.cases.files import read_case, unit_of
from briefgen.evidence.cases.hiding import read_hidden_names
from briefgen.evidence.cases.material import Case, CaseMaterial, Interview, Segment
from briefgen.evidence.cases.refi import RefiProject, read_refi_project
from briefgen.model import Text

CASE_FILES: Final = (".yml", ".yaml", ".md")
TABLES: Final = (".csv", ".tsv", *WORKBOOKS)
PROJECTS: Final = (".qdpx",)


def read_cases(
    settings: Settings, report: Callable[[str], None] = lambda _line: None
) -> tuple[CaseMaterial | None, list[Problem]]:
    """Read the code system, all cases and the names to hide.

    Parameters
    ----------
    report
        Called with a line for each export of a QDA program that says how it was read.

    Returns
    -------
    material, problems
        The material is ``None`` where the study has no cases or none could be read.
    """
    if settings.info.files.cases is None:
        return None, []
    path = settings.data_folder / settings.info.files.cases
    if not path.exists():
        rule = "the cases are not there"
        return None, [Problem(relative_name(path, settings), None, "", rule, "correct study.yml")]
    codes, problems = read_codes(settings)
    hidden, wrong = read_hidden_names(settings)
    cases, invalid = _read_material(path, settings, codes, report)
    problems += wrong + invalid
    if not cases:
        return None, problems
    files = {relative_name(item, settings) for item in case_paths(path)}
    files |= {name for name in (codes.file, hidden.file) if name}
    material = CaseMaterial(codes, tuple(cases), hidden, tuple(sorted(files)))
    return material, problems + _warn_of_names(material) + _warn_of_long_words(material)


def case_paths(path: Path) -> list[Path]:
    """Return the files that cases are read from, by name."""
    if path.is_file():
        return [path]
    known = (*CASE_FILES, *TABLES, *PROJECTS)
    return sorted(
        item
        for item in path.iterdir()
        if item.suffix.lower() in known and not item.name.startswith((".", "_", "~"))
    )


def _read_material(
    path: Path, settings: Settings, codes: CodeSystem, report: Callable[[str], None]
) -> tuple[list[Case], list[Problem]]:
    cases: list[Case] = []
    problems: list[Problem] = []
    segments: list[ExportedSegment] = []
    documents: list[ExportedSegment] = []
    for item in case_paths(path):
        suffix = item.suffix.lower()
        if suffix in CASE_FILES:
            case, wrong = read_case(item, settings, codes)
            cases += [case] if case else []
        elif suffix in PROJECTS:
            found, wrong = _read_project(item, settings, documents, report)
            segments += found
        else:
            found, wrong = read_table_export(item, settings, report)
            segments += found
        problems += wrong
    problems += _doubled_cases(cases)
    matched, wrong = _name_codes(segments, codes)
    problems += wrong
    if path.is_file() and path.suffix.lower() not in CASE_FILES:
        made, wrong = make_cases(matched, documents, settings)
        return made, problems + wrong
    joined, wrong = join_segments(cases, matched)
    return sorted(joined, key=lambda case: case.code), problems + wrong


def _read_project(
    path: Path,
    settings: Settings,
    documents: list[ExportedSegment],
    report: Callable[[str], None],
) -> tuple[list[ExportedSegment], list[Problem]]:
    try:
        project = read_refi_project(path, settings)
    except SourceError as error:
        name = error.where or relative_name(path, settings)
        return [], [Problem(name, error.row, "", error.message, error.hint or "export it again")]
    report(f"{relative_name(path, settings)}: {_describe_project(project)}")
    documents += project.documents
    return list(project.segments), list(project.problems)


def _describe_project(project: RefiProject) -> str:
    worded = sum(bool(len(segment.text)) for segment in project.segments)
    program = f" of {project.program}" if project.program else ""
    return (
        f"REFI-QDA{program}, {len(project.documents)} documents, {len(project.segments)} coded "
        f"segments, {worded} with words"
    )


def _doubled_cases(cases: list[Case]) -> list[Problem]:
    problems = []
    seen: set[str] = set()
    for case in cases:
        if case.code in seen:
            rule = f"the case {case.code!r} stands twice"
            problems.append(Problem(case.file, None, "code", rule, "give each case its own code"))
        seen.add(case.code)
        ids = [interview.id for interview in case.interviews]
        if len(set(ids)) < len(ids):
            rule, remedy = "an interview's id stands twice", "give each interview its own id"
            problems.append(Problem(case.file, None, "interviews", rule, remedy))
    return problems


def _name_codes(
    segments: Iterable[ExportedSegment], codes: CodeSystem
) -> tuple[list[ExportedSegment], list[Problem]]:
    """Put the code system's codes in place of what the export calls them."""
    named = []
    unknown: dict[tuple[str, str], list[int]] = {}
    for segment in segments:
        found = {written: codes.find(written) for written in segment.codes}
        for written in [name for name, code in found.items() if code is None]:
            rows = unknown.setdefault((segment.file, written), [])
            rows += [segment.row] if segment.row is not None else []
        known = tuple(dict.fromkeys(code for code in found.values() if code is not None))
        if known:
            named.append(replace(segment, codes=known))
    problems = []
    for (file, written), rows in unknown.items():
        error = UnknownNameError.among("code", written, codes.factors)
        remedy = f"declare it in the code system, or as an alias; {error.hint}"
        rule = error.message + (f" ({name_rows(rows)})" if len(rows) > 1 else "")
        problems.append(Problem(file, rows[0] if rows else None, "code", rule, remedy))
    return named, problems


# --- exports beside case files --------------------------------------------------------------


def join_segments(
    cases: list[Case], segments: Iterable[ExportedSegment]
) -> tuple[list[Case], list[Problem]]:
    """Give each exported segment to the interview that names its document."""
    places = {
        interview.document.casefold(): (c, i)
        for c, case in enumerate(cases)
        for i, interview in enumerate(case.interviews)
        if interview.document
    }
    codes = {case.code.casefold(): c for c, case in enumerate(cases)}
    added: dict[tuple[int, int], list[ExportedSegment]] = {}
    strange: dict[tuple[str, str], list[ExportedSegment]] = {}
    for segment in segments:
        place = places.get(segment.document.casefold())
        if place is None and segment.case.casefold() in codes:
            place = _find_interview(cases, codes[segment.case.casefold()], segment.interview)
        if place is None:
            strange.setdefault((segment.file, segment.document), []).append(segment)
        else:
            added.setdefault(place, []).append(segment)
    problems = [_tell_strange(file, name, found) for (file, name), found in strange.items()]
    return [_with_segments(case, c, added) for c, case in enumerate(cases)], problems


def _tell_strange(file: str, document: str, segments: list[ExportedSegment]) -> Problem:
    rows = [segment.row for segment in segments if segment.row is not None]
    rule = f"the document {document!r} of {len(segments)} segments belongs to no interview"
    remedy = f"write document: {document} in the interview of the case's file"
    return Problem(file, rows[0] if rows else None, "document", rule, remedy)


def _find_interview(cases: list[Case], case: int, name: str) -> tuple[int, int] | None:
    for index, interview in enumerate(cases[case].interviews):
        if interview.id == name:
            return case, index
    return None


def _with_segments(
    case: Case, number: int, added: dict[tuple[int, int], list[ExportedSegment]]
) -> Case:
    interviews = tuple(
        replace(
            interview,
            segments=(
                *interview.segments,
                *_as_segments(
                    added.get((number, index), []), len(interview.segments), interview.consent
                ),
            ),
        )
        for index, interview in enumerate(case.interviews)
    )
    return replace(case, interviews=interviews)


def _as_segments(
    exported: Iterable[ExportedSegment], before: int, consent: bool
) -> tuple[Segment, ...]:
    return tuple(
        Segment(
            id=segment.id or str(before + index + 1),
            unit=segment.id or unit_of(segment.text) or str(before + index + 1),
            codes=segment.codes,
            polarity=segment.polarity,
            text=segment.text,
            consent=segment.consent or consent,
            coder=segment.coder,
            file=segment.file,
            line=segment.row,
        )
        for index, segment in enumerate(exported)
    )


# --- an export without case files -----------------------------------------------------------


def make_cases(
    segments: list[ExportedSegment], documents: list[ExportedSegment], settings: Settings
) -> tuple[list[Case], list[Problem]]:
    """Make cases of an export alone: its case or group, else each document, is a case."""
    by_case: dict[str, dict[str, list[ExportedSegment]]] = {}
    for segment in (*documents, *segments):
        case = segment.case or segment.document
        interview = segment.interview or segment.document
        by_case.setdefault(case, {}).setdefault(interview, []).append(segment)
    cases: list[Case] = []
    problems: list[Problem] = []
    for name in sorted(by_case):
        made, wrong = _make_case(by_case[name], settings, len(cases) + 1)
        cases.append(made)
        problems += wrong
    return cases, problems


def _make_case(
    interviews: dict[str, list[ExportedSegment]], settings: Settings, number: int
) -> tuple[Case, list[Problem]]:
    segments = [segment for found in interviews.values() for segment in found]
    region, problems = _export_region(segments, settings)
    region_type, wrong = _export_region_type(segments, settings)
    case = Case(
        code=f"c{number:02}",  # documents may be named after people
        name=Text({"": f"c{number:02}"}),
        region=region,
        region_type=region_type,
        attributes={},
        portrait=None,
        lesson=None,
        publish=bool(region) or not settings.regions,
        interviews=tuple(
            _make_interview(document, interviews[document], index + 1)
            for index, document in enumerate(sorted(interviews))
        ),
        file=segments[0].file,
    )
    return case, problems + wrong


def _make_interview(document: str, segments: list[ExportedSegment], number: int) -> Interview:
    origins = [segment.origin for segment in segments]
    role = next((origin.role for origin in origins if origin.role), "")
    pseudonym = next((origin.pseudonym for origin in origins if origin.pseudonym), "")
    return Interview(
        id=f"i{number}",
        role=role,
        pseudonym=Text({"": pseudonym} if pseudonym else {}),
        document=document,
        consent=False,
        segments=_as_segments([part for part in segments if part.codes], 0, consent=False),
    )


def _export_region(
    segments: list[ExportedSegment], settings: Settings
) -> tuple[str, list[Problem]]:
    written = next((segment for segment in segments if segment.origin.region), None)
    if written is None:
        return "", []
    try:
        return settings.find_region(written.origin.region), []
    except UnknownNameError as error:
        return "", [_name_problem(written, "region", error)]


def _export_region_type(
    segments: list[ExportedSegment], settings: Settings
) -> tuple[str, list[Problem]]:
    written = next((segment for segment in segments if segment.origin.region_type), None)
    if written is None:
        return "", []
    stated = settings.info.region_types
    known = {
        name.casefold(): kind.code
        for kind in (stated.list if stated else ())
        for name in (kind.code, *kind.name.values())
    }
    name = written.origin.region_type
    if name.casefold() in known:
        return known[name.casefold()], []
    error = UnknownNameError.among("region type", name, known.values())
    return "", [_name_problem(written, "region_type", error)]


def _name_problem(segment: ExportedSegment, column: str, error: UnknownNameError) -> Problem:
    return Problem(segment.file, segment.row, column, error.message, error.hint or "")


# --- names to hide --------------------------------------------------------------------------


def _warn_of_long_words(material: CaseMaterial) -> list[Problem]:
    """Tell which segments with consent are not quoted, since no line holds one of their words."""
    return [
        Problem(
            case.file,
            None,
            f"segment {segment.id} of {case.code}",
            f"a word of more than {LONGEST_WORD} letters cannot be printed: it is not quoted",
            "put blanks, or set consent: false",
            "warning",
        )
        for case, _, segment in material.segments()
        if segment.consent and longest_word(segment.text.values()) > LONGEST_WORD
    ]


def _warn_of_names(material: CaseMaterial) -> list[Problem]:
    from briefgen.evidence.cases.release import identifying_places  # noqa: PLC0415 - release reads this type

    return [
        Problem(
            file, line, place, "a name to hide stands in what would be published",
            "put a pseudonym in its place; otherwise the release will be refused", "warning",
        )
        for file, line, place in identifying_places(material)
    ]  # fmt: skip
