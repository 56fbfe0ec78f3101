"""Read coded segments from REFI-QDA projects (``.qdpx``).

A project is a zip archive with ``project.qde`` (XML) and the sources. Text is taken from the
source's plain text by character positions; codings of pictures, sound and film count without text.
Where the project has cases, they group its documents, and their variables ``region``,
``region_type``, ``role`` and ``pseudonym`` (or the German names) are read.

References
----------
REFI-QDA standard 1.5, https://www.qdasoftware.org/
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Final

from lxml import etree

from briefgen.config.settings import Settings
from briefgen.config.textfiles import (
    local_name,
    open_archive,
    parse_xml,
    read_member,
    relative_name,
)
from briefgen.errors import SourceError
from briefgen.evidence.cases.exports import (
    ExportedSegment,
    Origin,
    as_text,
    find_columns,
    read_origin,
)
from briefgen.model import Text

_SOURCES: Final = frozenset(
    {"TextSource", "PDFSource", "PictureSource", "AudioSource", "VideoSource"}
)


@dataclass(frozen=True, slots=True)
class RefiProject:
    """What a project holds.

    Attributes
    ----------
    documents
        Each document, also those that nobody coded, as a segment without codes.
    segments
        The coded segments, in the order of the file.
    """

    documents: tuple[ExportedSegment, ...]
    segments: tuple[ExportedSegment, ...]


def read_refi_project(path: Path, settings: Settings) -> RefiProject:
    """Read a ``.qdpx`` file.

    Raises
    ------
    SourceError
        If it is no archive, has no project, or its XML is not well-formed or not safe.
    """
    name = relative_name(path, settings)
    with open_archive(path, name) as archive:
        root = parse_xml(read_member(archive, "project.qde", name), name)
        users = {
            user.get("guid", ""): user.get("name", "") for user in root.iter() if _is(user, "User")
        }
        sources = [element for element in root.iter() if local_name(element) in _SOURCES]
        cases = _read_cases(root)
        none = ("", Origin())
        tops = [
            (source, *cases.get(source.get("guid", ""), none))
            for source in sources
            if _is_top(source)
        ]
        segments = [
            replace(segment, case=case, origin=origin)
            for source, case, origin in tops
            for segment in _source_segments(source, archive, users, settings, name)
        ]
    documents = tuple(
        ExportedSegment(_document_name(source), (), Text({}), case=case, origin=origin, file=name)
        for source, case, origin in tops
    )
    return RefiProject(documents, tuple(segments))


def _read_cases(root: etree._Element) -> dict[str, tuple[str, Origin]]:
    """Return name and origin of the case of each source, by the source's identifier."""
    variables = {
        variable.get("guid", ""): variable.get("name", "")
        for variable in root.iter()
        if _is(variable, "Variable")
    }
    found: dict[str, tuple[str, Origin]] = {}
    for case in (element for element in root.iter() if _is(element, "Case")):
        values = dict(_case_values(case, variables))
        fields = {field: values[header] for field, header in find_columns(list(values)).items()}
        named = (case.get("name", ""), read_origin(fields))
        for ref in (child for child in case if _is(child, "SourceRef")):
            found.setdefault(ref.get("targetGUID", ""), named)
    return found


def _case_values(case: etree._Element, variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for value in (child for child in case if _is(child, "VariableValue")):
        refs = [child.get("targetGUID", "") for child in value if _is(child, "VariableRef")]
        texts = [child.text or "" for child in value if local_name(child).endswith("Value")]
        if refs and texts:
            yield variables.get(refs[0], ""), texts[0].strip()


def _is(element: etree._Element, name: str) -> bool:
    return local_name(element) == name


def _is_top(source: etree._Element) -> bool:
    """Whether a source is a document itself, not the transcript of another source."""
    parent = source.getparent()
    return parent is not None and _is(parent, "Sources")


def _document_name(source: etree._Element) -> str:
    path = source.get("plainTextPath") or source.get("path") or ""
    return source.get("name") or PurePosixPath(path.removeprefix("internal://")).stem


def _source_segments(
    source: etree._Element,
    archive: zipfile.ZipFile,
    users: Mapping[str, str],
    settings: Settings,
    file: str,
) -> Iterator[ExportedSegment]:
    words = _plain_text(source, archive, file)
    for place in source.iter():
        codings = [child for child in place if _is(child, "Coding")]
        for user in sorted({coding.get("creatingUser", "") for coding in codings}):
            own = [coding for coding in codings if coding.get("creatingUser", "") == user]
            yield ExportedSegment(
                document=_document_name(source),
                codes=tuple(dict.fromkeys(target for c in own for target in _targets(c))),
                text=as_text(_selected(place, words), "", settings),
                coder=users.get(user, user),
                id=place.get("guid", ""),
                file=file,
            )


def _targets(coding: etree._Element) -> list[str]:
    return [ref.get("targetGUID", "") for ref in coding if _is(ref, "CodeRef")]


def _selected(place: etree._Element, words: str) -> str:
    try:
        start, end = int(place.get("startPosition", "")), int(place.get("endPosition", ""))
    except ValueError:
        return ""
    return " ".join(words[max(start, 0) : max(end, 0)].split())


def _plain_text(source: etree._Element, archive: zipfile.ZipFile, file: str) -> str:
    """Return the plain text that positions count in; ``""`` where the project has none."""
    for child in source:
        if _is(child, "PlainTextContent"):
            return child.text or ""
    path = source.get("plainTextPath", "")
    if not path or "://" in path.removeprefix("internal://"):
        return ""  # the text stands outside of the project, where nothing is read
    member = f"sources/{path.removeprefix('internal://')}"
    for name in (member, member.replace("sources/", "Sources/", 1)):
        if name in archive.namelist():
            return _decode(read_member(archive, name, file), file)
    return ""


def _decode(content: bytes, file: str) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise SourceError("a source in the project is not UTF-8", where=file) from error
