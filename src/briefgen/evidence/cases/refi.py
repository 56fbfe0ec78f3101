"""Read coded segments from REFI-QDA projects (``.qdpx``).

A project is a zip archive with one ``.qde`` (XML) of any name and the sources. Text is taken by
positions (`cases.selections`) from the plain text of a document, of a PDF's representation or of a
transcript; codings of pictures, sound and film count without text. Where the project has cases,
they group its documents, else its document groups (sets) do; variables ``region``,
``region_type``, ``role`` and ``pseudonym`` (or the German names) of cases and documents are read.

References
----------
REFI-QDA standard 1.5, https://www.qdasoftware.org/
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from lxml import etree

from briefgen.config.plain_text import single_spaced
from briefgen.config.settings import Settings
from briefgen.config.textfiles import (
    LARGEST_PROJECT,
    local_name,
    open_archive,
    parse_xml,
    project_member,
    read_member,
    relative_name,
)
from briefgen.errors import Problem, SourceError
from briefgen.evidence.cases.exports import (
    ExportedSegment,
    Origin,
    as_text,
    find_columns,
    read_origin,
)
from briefgen.evidence.cases.selections import Selection, Words, read_selections
from briefgen.model import Text

_SOURCES: Final = frozenset(
    {"TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource"}
)
_TEXTS: Final = frozenset({"TextSource", "Representation", "TextDescription", "Transcript"})
"""What has a plain text of its own, in which positions count."""


@dataclass(frozen=True, slots=True)
class RefiProject:
    """What a project holds.

    Attributes
    ----------
    documents
        Each document, also those that nobody coded, as a segment without codes.
    segments
        The coded segments, in the order of the file.
    problems
        Texts that are not there, and selections that cannot be told.
    program
        What wrote it.
    """

    documents: tuple[ExportedSegment, ...]
    segments: tuple[ExportedSegment, ...]
    problems: tuple[Problem, ...] = ()
    program: str = ""


@dataclass(frozen=True)
class _Context:
    """What reading needs of the project beside a source itself."""

    archive: zipfile.ZipFile
    users: Mapping[str, str]
    settings: Settings
    file: str
    program: str


@dataclass(frozen=True)
class _Document:
    """A source of the project, with a name of its own and where it belongs."""

    source: etree._Element
    name: str
    case: str
    origin: Origin


def read_refi_project(path: Path, settings: Settings) -> RefiProject:
    """Read a ``.qdpx`` file.

    Raises
    ------
    SourceError
        If it is no archive, has no project, or its XML is not well-formed or not safe.
    """
    name = relative_name(path, settings)
    with open_archive(path, name) as archive:
        member = project_member(archive, name)
        root = parse_xml(read_member(archive, member, name, LARGEST_PROJECT), name)
        users = {user.get("guid", ""): user.get("name", "") for user in _all(root, "User")}
        context = _Context(archive, users, settings, name, root.get("origin", ""))
        documents = _read_documents(root, settings)
        segments: list[ExportedSegment] = []
        problems: list[Problem] = []
        for document in documents:
            found, wrong = _read_segments(document, context)
            segments += found
            problems += wrong
    empty = tuple(
        ExportedSegment(one.name, (), Text({}), case=one.case, origin=one.origin, file=name)
        for one in documents
    )
    return RefiProject(empty, tuple(segments), tuple(problems), context.program)


def list_variables(path: Path) -> dict[str, list[str]]:
    """Return what variables of a project's documents and cases tell, by field of `COLUMNS`.

    Raises
    ------
    SourceError
        If it is no archive, has no project, or its XML is not well-formed or not safe.
    """
    with open_archive(path, path.name) as archive:
        member = project_member(archive, path.name)
        root = parse_xml(read_member(archive, member, path.name, LARGEST_PROJECT), path.name)
    variables = {one.get("guid", ""): one.get("name", "") for one in _all(root, "Variable")}
    found: dict[str, dict[str, None]] = {}
    for element in root.iter():
        values = dict(_own_values(element, variables))
        for field, header in find_columns(list(values)).items():
            if values[header]:
                found.setdefault(field, {})[values[header]] = None
    return {field: list(values) for field, values in found.items()}


# --- documents, cases, groups ---------------------------------------------------------------


def _read_documents(root: etree._Element, settings: Settings) -> list[_Document]:
    variables = {one.get("guid", ""): one.get("name", "") for one in _all(root, "Variable")}
    cases, groups = _read_cases(root, variables, settings), _read_groups(root)
    sources = [one for one in root.iter() if local_name(one) in _SOURCES and _is_top(one)]
    names = _tell_apart([_document_name(source) for source in sources])
    documents = []
    for source, name in zip(sources, names, strict=True):
        guid = source.get("guid", "")
        case, origin = cases.get(guid, ("", Origin()))
        own = _read_own_origin(source, variables, settings)
        if not case:
            case = groups.get(guid, "")
        documents.append(_Document(source, name, case, _join_origins(own, origin)))
    return documents


def _tell_apart(names: Sequence[str]) -> list[str]:
    """Give documents of one name names of their own: ``Interview 1``, ``Interview 1 (2)``."""
    seen: set[str] = set()
    made = []
    for name in names:
        own, number = name, 2
        while own.casefold() in seen:
            own, number = f"{name} ({number})", number + 1
        seen.add(own.casefold())
        made.append(own)
    return made


def _read_cases(
    root: etree._Element, variables: Mapping[str, str], settings: Settings
) -> dict[str, tuple[str, Origin]]:
    """Return name and origin of the case of each source, by the source's identifier."""
    found: dict[str, tuple[str, Origin]] = {}
    for case in _all(root, "Case"):
        named = (case.get("name", ""), _read_own_origin(case, variables, settings))
        for ref in (child for child in case if _is(child, "SourceRef")):
            found.setdefault(ref.get("targetGUID", ""), named)
    return found


def _read_groups(root: etree._Element) -> dict[str, str]:
    """Return the document group of each source; none where a source is in several of them."""
    groups: dict[str, list[str]] = {}
    for group in _all(root, "Set"):
        for ref in (child for child in group if _is(child, "MemberSource")):
            groups.setdefault(ref.get("targetGUID", ""), []).append(group.get("name", ""))
    if any(len(names) > 1 for names in groups.values()):
        return {}  # groups that overlap are views of the material, not cases
    return {guid: names[0] for guid, names in groups.items()}


def _read_own_origin(
    element: etree._Element, variables: Mapping[str, str], settings: Settings
) -> Origin:
    values = dict(_own_values(element, variables))
    fields = {field: values[header] for field, header in find_columns(list(values)).items()}
    return read_origin(fields, settings)


def _join_origins(first: Origin, second: Origin) -> Origin:
    """Return what either tells; a document's own variables come before its case's."""
    return Origin(
        region=first.region or second.region,
        region_type=first.region_type or second.region_type,
        role=first.role or second.role,
        pseudonym=first.pseudonym or second.pseudonym,
    )


def _own_values(element: etree._Element, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for value in (child for child in element if _is(child, "VariableValue")):
        refs = [child.get("targetGUID", "") for child in value if _is(child, "VariableRef")]
        texts = [child.text or "" for child in value if local_name(child).endswith("Value")]
        if refs and texts:
            yield variables.get(refs[0], ""), texts[0].strip()


def _all(root: etree._Element, name: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if _is(element, name))


def _is(element: etree._Element, name: str) -> bool:
    return local_name(element) == name


def _is_top(source: etree._Element) -> bool:
    """Whether a source is a document itself, not the transcript of another source."""
    parent = source.getparent()
    return parent is not None and _is(parent, "Sources")


def _document_name(source: etree._Element) -> str:
    path = source.get("plainTextPath") or source.get("path") or ""
    return source.get("name") or PurePosixPath(path.removeprefix("internal://")).stem


# --- selections and their words -------------------------------------------------------------


def _read_segments(
    document: _Document, context: _Context
) -> tuple[list[ExportedSegment], list[Problem]]:
    """Read the codings of a document, of its PDF's text and of its transcripts."""
    places = [one for one in document.source.iter() if any(_is(c, "Coding") for c in one)]
    words: dict[etree._Element, str] = {}
    problems: list[Problem] = []
    for part in (one for one in document.source.iter() if local_name(one) in _TEXTS):
        own = [place for place in places if _text_part(place) is part and _position(place, part)]
        found, wrong = _read_words(part, own, document, context)
        words |= found
        problems += wrong
    segments = [segment for place in places for segment in _coded(place, words, document, context)]
    return segments, problems


def _coded(
    place: etree._Element,
    words: Mapping[etree._Element, str],
    document: _Document,
    context: _Context,
) -> Iterator[ExportedSegment]:
    """Yield a place's segment for each of its coders."""
    codings = [child for child in place if _is(child, "Coding")]
    for user in sorted({coding.get("creatingUser", "") for coding in codings}):
        own = [coding for coding in codings if coding.get("creatingUser", "") == user]
        yield ExportedSegment(
            document=document.name,
            codes=tuple(dict.fromkeys(target for c in own for target in _targets(c))),
            text=as_text(words.get(place, ""), "", context.settings),
            case=document.case,
            origin=document.origin,
            coder=context.users.get(user, user),
            id=place.get("guid", ""),
            file=context.file,
        )


def _targets(coding: etree._Element) -> list[str]:
    return [ref.get("targetGUID", "") for ref in coding if _is(ref, "CodeRef")]


def _text_part(place: etree._Element) -> etree._Element | None:
    """Return the part whose text a selection is in: a document, representation or transcript."""
    return next((above for above in place.iterancestors() if local_name(above) in _TEXTS), None)


def _position(place: etree._Element, part: etree._Element) -> Selection | None:
    """Return where a selection stands in its text; ``None`` where it is none of text."""
    ends = (place.get("startPosition"), place.get("endPosition"))
    if _is(place, "TranscriptSelection"):
        points = {one.get("guid", ""): one.get("position") for one in _all(part, "SyncPoint")}
        ends = (
            points.get(place.get("fromSyncPoint", "")),
            points.get(place.get("toSyncPoint", "")),
        )
    try:
        return Selection(int(ends[0] or ""), int(ends[1] or ""), place.get("name", ""))
    except ValueError:
        return None


def _read_words(
    part: etree._Element, places: list[etree._Element], document: _Document, context: _Context
) -> tuple[dict[etree._Element, str], list[Problem]]:
    if not places:
        return {}, []
    text = _plain_text(part, context)
    if text is None:
        rule = f"the text of a document is not in the archive: {len(places)} codings have no words"
        remedy = "export the project with its sources; codings without words count, unquoted"
        return {}, [Problem(context.file, None, document.name, rule, remedy, "warning")]
    selections = [found for place in places if (found := _position(place, part))]
    told = read_selections(text, selections, context.program)
    words = {
        place: single_spaced(found)
        for place, found in zip(places, told.texts, strict=True)
        if found is not None
    }
    return words, list(_tell_doubts(told, places, document, context))


def _tell_doubts(
    told: Words, places: list[etree._Element], document: _Document, context: _Context
) -> Iterator[Problem]:
    remedy = "export the project again, with names of quotations where the program offers them"
    if told.unclear:
        rule = "whether line ends count once or twice cannot be told: no coding has words"
        yield Problem(context.file, None, document.name, rule, remedy, "warning")
    if told.disagree:
        ids = ", ".join(places[place].get("guid", "") for place in told.disagree[:3])
        rule = (
            f"{len(told.disagree)} of {len(places)} selections are not at their positions: the "
            f"words there are not what they are called, or there are none ({ids})"
        )
        yield Problem(context.file, None, document.name, rule, remedy)


def _plain_text(part: etree._Element, context: _Context) -> str | None:
    """Return the plain text that positions count in; ``None`` where the project has none."""
    for child in part:
        if _is(child, "PlainTextContent"):
            return child.text or ""
    path = part.get("plainTextPath", "")
    if not path or "://" in path.removeprefix("internal://"):
        return None  # the text stands outside of the project, where nothing is read
    member = f"sources/{path.removeprefix('internal://')}".casefold()
    for name in context.archive.namelist():
        if name.casefold() == member:
            return _decode(read_member(context.archive, name, context.file), context.file)
    return None


def _decode(content: bytes, file: str) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError("a source in the project is not UTF-8", where=file) from error
