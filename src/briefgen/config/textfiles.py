"""Read YAML, Markdown, XML and zip files that others wrote: with line numbers, and with care.

In: paths. Out: values with the lines they stand on, or problems. `wording`, `recommendations` and
`cases` read their files through this module. XML with a document type, and so with entities, is
refused; zip archives are read in memory within limits, never unpacked to disk.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from lxml import etree
from pydantic import BaseModel, ValidationError

from briefgen.config.model_errors import list_faults, list_misfits
from briefgen.config.settings import Settings
from briefgen.config.yaml_text import Node, Step, YamlError, parse, read_file
from briefgen.errors import Problem, SourceError
from briefgen.model import Text

P = TypeVar("P", bound=BaseModel)

LARGEST_MEMBER: Final = 200 * 1024 * 1024
"""Bytes that one member of a zip archive may unpack to."""
LARGEST_PROJECT: Final = 100 * 1024 * 1024
"""Bytes of a project's XML, which takes ten times as much memory when it is read."""
LONGEST_WORD: Final = 200
"""Letters without a blank that a line can hold, and a printer can break in good time."""
LONGEST_ADDRESS: Final = 1_000
MOST_MEMBERS: Final = 20_000
BROKEN_ARCHIVE: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, NotImplementedError, OSError,
    ValueError, OverflowError, EOFError,
)  # fmt: skip
"""What Python raises on archives that are damaged, encrypted, or made for another program."""
MARKED: Final = re.compile(r"\[[^\[\]]*\]\{\.plain\}")
TYPED_SHARE: Final = re.compile(r"\d[\s\u00a0\u202f]*(?:%|Prozent\b|per ?cent\b)", re.IGNORECASE)
_FRONT_MATTER: Final = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)


@dataclass(frozen=True)
class YamlFile:
    """The content of a YAML file, with the places of its parts.

    Attributes
    ----------
    file
        Path relative to the study, as messages name it.
    root
        The tree of values, with lines and columns.
    body
        What follows the front matter of a Markdown file.
    """

    file: str
    root: Node
    body: str = ""

    @property
    def value(self) -> Any:
        """What the file says, without places."""
        return self.root.value

    def line(self, steps: Sequence[Step]) -> int:
        """Return the line of the part that ``steps`` lead to, or of the nearest above it."""
        return self.root.find(steps).place.line


def relative_name(path: Path, settings: Settings) -> str:
    """Return the path as messages name it: relative to the study."""
    try:
        return path.resolve().relative_to(settings.folder.resolve()).as_posix()
    except ValueError:
        return path.name


def read_yaml(path: Path, settings: Settings) -> tuple[YamlFile | None, list[Problem]]:
    """Read a YAML file, or the front matter of a Markdown file.

    A file that is not there, is no YAML, or names a key twice is a problem, not an exception.
    """
    name = relative_name(path, settings)
    try:
        content = read_file(path).replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError) as error:
        return None, [unreadable(name, error)]
    first_line, body = 1, ""
    if path.suffix.lower() == ".md":
        match = _FRONT_MATTER.match(content)
        if match is None:
            rule = "a Markdown case begins with front matter between two lines ---"
            return None, [Problem(name, 1, "", rule, "see docs/evidence.md for an example")]
        content, body, first_line = match[1], content[match.end() :], 2
    try:
        return YamlFile(name, parse(content, first_line), body), []
    except YamlError as error:
        return None, list_faults(error, name)


def unreadable(name: str, error: Exception) -> Problem:
    """Make the problem for a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return Problem(name, None, "", "the file is not there", "correct its path in study.yml")
    if isinstance(error, UnicodeDecodeError):
        return Problem(name, None, "", "the file is not UTF-8", "save it as UTF-8")
    rule = f"the file cannot be read ({type(error).__name__})"
    return Problem(name, None, "", rule, "check that it is there and may be read")


def parse_part(
    source: YamlFile, part: type[P], value: Any, at: tuple[Step, ...] = ()
) -> tuple[P | None, list[Problem]]:
    """Make a part from the ``value`` that stands ``at`` a place of the file."""
    try:
        return part.model_validate(value), []
    except ValidationError as error:
        return None, list_misfits(error, part, source.file, source.root, at)


def texts_in(part: Any, at: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Text]]:
    """Yield each `Text` within ``part``, with its place."""
    if isinstance(part, Text):
        yield at, part
    elif isinstance(part, BaseModel):
        for name in type(part).model_fields:
            yield from texts_in(getattr(part, name), (*at, name))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from texts_in(value, (*at, key))
    elif isinstance(part, list | tuple):
        for index, value in enumerate(part):
            yield from texts_in(value, (*at, index))


def translation_problems(
    source: YamlFile, part: Any, languages: Sequence[str], at: tuple[Step, ...] = ()
) -> list[Problem]:
    """Return a problem for each text that lacks one of the study's languages."""
    return [
        Problem(
            source.file,
            source.line(place),
            ".".join(str(step) for step in place),
            f"the text is not there in {', '.join(missing)}",
            "add the translation, or write one string that serves all languages",
        )
        for place, text in texts_in(part, at)
        if (missing := text.missing(languages))
    ]


def text_problems(
    source: YamlFile, part: Any, languages: Sequence[str], at: tuple[Step, ...] = ()
) -> list[Problem]:
    """Return the problems that any text may have: a language it lacks, a word too long to print."""
    return translation_problems(source, part, languages, at) + [
        Problem(
            source.file,
            source.line(place),
            ".".join(str(step) for step in place),
            f"a word of {longest} letters cannot be printed",
            f"put blanks; a word has {LONGEST_WORD} at most",
        )
        for place, text in texts_in(part, at)
        if (longest := longest_word(text.values())) > LONGEST_WORD
    ]


def longest_word(texts: Iterable[str]) -> int:
    """Return the number of letters of the longest word; addresses of pages may be longer."""
    words = [word for text in texts for word in text.split()]
    longest = (len(word) for word in words if "://" not in word or len(word) > LONGEST_ADDRESS)
    return max(longest, default=0)


def share_problems(source: YamlFile, part: Any, at: tuple[Step, ...] = ()) -> list[Problem]:
    """Return a problem for each text with a share that its author typed and did not mark."""
    return [
        Problem(
            source.file,
            source.line(place),
            ".".join(str(step) for step in place),
            "a share stands in the text without a source",
            "take it from evidence; a text in which Markdown is meant may mark it as the author's"
            " own: [41 %]{.plain}",
        )
        for place, text in texts_in(part, at)
        if any(TYPED_SHARE.search(MARKED.sub(" ", value)) for value in text.values())
    ]


# --- XML and zip ----------------------------------------------------------------------------


def xml_parser(*, notes: bool = False) -> etree.XMLParser:
    """Return the parser for all XML that others wrote: no entities, no network, no huge trees.

    Parameters
    ----------
    notes
        Keep comments and processing instructions.
    """
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=not notes, remove_pis=not notes,
    )  # fmt: skip


def parse_xml(content: bytes, where: str) -> etree._Element:
    """Parse XML without entities, document types or the network.

    Raises
    ------
    SourceError
        If it is no XML, or declares a document type (and with it perhaps entities).
    """
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", content[:4096].replace(b"\0", b""), re.IGNORECASE):
        raise _doctype_error(where)
    try:
        root = etree.fromstring(content, xml_parser())
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError("is not well-formed XML", where=where) from error
    tree = root.getroottree()
    if tree.docinfo.internalDTD is not None or tree.docinfo.externalDTD is not None:
        raise _doctype_error(where)
    return root


def _doctype_error(where: str) -> SourceError:
    return SourceError(
        "XML with a document type is not read, since entities may do harm",
        where=where,
        hint="export the project again as REFI-QDA",
    )


def local_name(element: etree._Element) -> str:
    """Return the element's name without its namespace; ``""`` for what is no element."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1] if isinstance(tag, str) else ""


def read_member(
    archive: zipfile.ZipFile, name: str, where: str, largest: int | None = None
) -> bytes:
    """Read one member of a zip archive within the limits.

    Raises
    ------
    SourceError
        If it is not there, is encrypted or broken, or unpacks to more than ``largest`` bytes
        (default: `LARGEST_MEMBER`).
    """
    largest = min(largest or LARGEST_MEMBER, LARGEST_MEMBER)
    try:
        with archive.open(name) as stream:
            content = stream.read(largest + 1)
    except KeyError:
        raise SourceError(f"the archive has no {name}", where=where) from None
    except BROKEN_ARCHIVE as error:
        raise SourceError(f"{name} cannot be unpacked", where=where) from error
    if len(content) > largest:
        raise SourceError(f"{name} unpacks to more than {largest >> 20} MB", where=where)
    return content


def project_member(archive: zipfile.ZipFile, where: str) -> str:
    """Return the name of the project in a REFI-QDA archive, whatever its program called it.

    Raises
    ------
    SourceError
        If there is none, or more than one and none of them is ``project.qde``.
    """
    names = [
        name
        for name in archive.namelist()
        if name.casefold().endswith(".qde") and not name.startswith(("__MACOSX/", "."))
    ]
    own = [name for name in names if name.casefold() == "project.qde"]
    if len(own or names) == 1:
        return (own or names)[0]
    if names:
        raise SourceError(
            f"the archive has {len(names)} projects (.qde)",
            where=where,
            hint="export each project by itself",
        )
    raise SourceError(
        "the archive has no project (.qde)", where=where, hint="export it again as REFI-QDA"
    )


def open_archive(path: Path, where: str) -> zipfile.ZipFile:
    """Open a zip archive for reading.

    Raises
    ------
    SourceError
        If it is none, or has more than `MOST_MEMBERS` members.
    """
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN_ARCHIVE as error:
        raise SourceError("is not a zip archive, or a damaged one", where=where) from error
    if len(archive.infolist()) > MOST_MEMBERS:
        archive.close()
        raise SourceError(f"has more than {MOST_MEMBERS} members", where=where)
    return archive
