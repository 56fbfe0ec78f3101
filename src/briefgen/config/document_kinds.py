"""The kinds of documents that a study is published as: one declaration each.

In: `Settings`, as a `StudyLike`, since settings ask here which names ``documents:`` may list. Out:
a `DocumentKind` by its name, and the keys of all documents of a study. A new kind is a declaration
(`register_document_kind`) and a template; no stage asks for one by its name (docs/extending.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal, Protocol, get_args

from briefgen.config.extensions import note_caller, note_function, own_errors
from briefgen.config.requirements import (
    WORD,
    require,
    require_among,
    require_function,
    require_instance,
    require_name,
    require_tuple,
)
from briefgen.errors import ExtensionError, UnknownNameError
from briefgen.model import DocumentKey, Kind


class StudyLike(Protocol):
    """What kinds of documents ask of a study; `briefgen.config.settings.Settings` is one."""

    @property
    def info(self) -> Any:
        """What stands in ``study.yml``."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the publications."""

    @property
    def nation(self) -> str:
        """The nation's code."""

    @property
    def regions(self) -> Mapping[str, Any]:
        """Regions by code."""


Reference = Literal["", "report", "short version", "briefs"]
"""The report with all results, its short version, and briefs for single regions and audiences."""
Readers = tuple[str, str]
"""A region (``""``: none of its own) and an audience (``""``: everybody)."""


@dataclass(frozen=True)
class DocumentKind:
    """A kind of document.

    Attributes
    ----------
    name
        As in keys, in ``documents:`` of ``study.yml`` and on the command line.
    template
        File in ``reports``.
    label
        Message that names one on its page.
    file_name
        Message that its file is named by; the folder's where there is one for each reader.
    readers
        Gives the region and audience of each document of a study; one without either is for all.
    is_tailored
        Whether regions and audiences on the command line choose among its documents.
    formats
        Made beside PDF when none is asked for.
    figure_width_mm
        Width of figures as the style sheets print them: labels keep the size they are drawn in.
    most_words
        Of the running text; ``None``: as many as it takes.
    most_pages
        Set tighter where it runs over by one; ``None``: as many as it takes.
    styles
        Names of the style sheets that are for this kind and not for all.
    is_short
        Whether space is short: boxes run on in place of lists, and the title is the finding.
    has_cover
        Whether its printed pages begin with the title page of its own style sheet.
    chapters_flow
        Whether its chapters follow one another on a printed page, whatever they are marked as.
    referred_as
        What other documents point to it as; ``""``: they do not.
    seconds
        Most that composing or printing one may take.
    aliases
        What it may be called on the command line too.
    """

    name: str
    template: str
    label: str
    file_name: str
    readers: Callable[[StudyLike], Iterator[Readers]]
    is_tailored: bool = False
    formats: tuple[str, ...] = ()
    figure_width_mm: float = 156.0
    most_words: int | None = None
    most_pages: int | None = None
    styles: frozenset[str] = frozenset()
    is_short: bool = False
    has_cover: bool = False
    chapters_flow: bool = False
    referred_as: Reference = ""
    seconds: int = 900
    aliases: tuple[str, ...] = ()

    def keys(self, settings: StudyLike, edition: str) -> Iterator[DocumentKey]:
        """Yield the keys of all documents of this kind, the languages side by side."""
        for region, audience in list_readers(self, settings):
            for language in settings.languages:
                yield DocumentKey(self.name, region, audience, language, edition)


def everybody(_settings: StudyLike) -> Iterator[Readers]:
    """Yield the one document that is for all readers."""
    yield "", ""


def each_region_and_audience(settings: StudyLike) -> Iterator[Readers]:
    """Yield each region for each audience; of none, and of the nation, one document."""
    for audience in settings.info.audiences:
        is_regional = audience.scope == "region" and settings.regions
        regions = settings.regions if is_regional else [settings.nation]
        yield from ((region, audience.code) for region in regions)


def list_readers(kind: DocumentKind, settings: StudyLike) -> tuple[Readers, ...]:
    """Return the region and audience of each document of a kind, each pair once.

    Raises
    ------
    ExtensionError
        If it yields what is no region and audience of the study.
    """
    whose = f"the kind of document {str(kind.name)!r}"
    with own_errors(kind.readers, f"{whose}: readers"):
        found = tuple(dict.fromkeys(kind.readers(settings)))
    regions = ("", settings.nation, *settings.regions)
    audiences = ("", *(audience.code for audience in settings.info.audiences))
    for one in found:
        is_pair = isinstance(one, tuple) and len(one) == 2
        if not (is_pair and one[0] in regions and one[1] in audiences):
            raise ExtensionError(
                f"{whose}: readers yields {one!r}, no region and audience of the study",
                hint=f"regions: {_name(regions)}; audiences: {_name(audiences)}",
            )
    return found


def _name(codes: Iterable[str]) -> str:
    return ", ".join(map(repr, codes))


_KINDS: Final[dict[str, DocumentKind]] = {}


def register_document_kind(kind: DocumentKind) -> DocumentKind:
    """Add a kind of document.

    Raises
    ------
    SettingsError
        If there is one of this name, or the declaration says what cannot be.
    """
    require_instance(kind, DocumentKind)
    _check_names(kind)
    _check_work(kind)
    _KINDS[kind.name] = kind
    note_function(kind.readers)
    note_caller()
    return kind


def _check_names(kind: DocumentKind) -> None:
    """Refuse names that are taken, or none."""
    taken = {name for one in _KINDS.values() for name in (one.name, *one.aliases)}
    require_tuple(f"the kind of document {str(kind.name)!r}: aliases", kind.aliases)
    for name in (kind.name, *kind.aliases):
        require_name("a kind of document", name, taken)
        is_word = WORD.fullmatch(name)
        hint = "small letters, figures and _"
        require(is_word, f"the name {str(name)!r} of a kind of document is no word", hint)
    files = {one.file_name: one.name for one in _KINDS.values()}
    require_name("a kind of document with the file_name", kind.file_name, files)


def _check_work(kind: DocumentKind) -> None:
    """Refuse a template, readers, formats or limits that cannot be."""
    at = f"the kind of document {str(kind.name)!r}"
    is_file = re.fullmatch(r"[\w-]+\.qmd", str(kind.template))
    hint = "a file in reports/, such as factsheet.qmd"
    require(is_file, f"{at}: template={kind.template!r} is no name of a template", hint)
    require_function(f"{at}: readers", kind.readers, 1)
    require_tuple(f"{at}: formats", kind.formats)
    require_tuple(f"{at}: styles", kind.styles, (frozenset, set))
    require_among(f"{at}: referred_as", kind.referred_as, get_args(Reference))
    for name in ("figure_width_mm", "seconds", "most_words", "most_pages"):
        number = getattr(kind, name)
        is_none = number is None and name.startswith("most_")
        is_more = is_none or (isinstance(number, int | float) and number > 0)
        require(is_more, f"{at}: {name}={number!r} is no number above 0", "leave it out, or more")


def unregister_document_kind(name: str) -> None:
    """Take a kind of document away."""
    del _KINDS[name]


def document_kinds() -> Mapping[str, DocumentKind]:
    """Return all kinds of documents by name, in the order in which a study is published."""
    return MappingProxyType(_KINDS)


def find_document_kind(name: str) -> DocumentKind:
    """Return a kind of document by its name or an alias; `UnknownNameError` without one."""
    for kind in _KINDS.values():
        if name == kind.name or name in kind.aliases:
            return kind
    raise UnknownNameError.among("kind of document", name, _KINDS)


def can_refer_to(settings: StudyLike, reference: Reference) -> bool:
    """Whether a study is published as documents that others may point to in these words."""
    asked = settings.info.documents
    return any(
        kind.referred_as == reference and list_readers(kind, settings)
        for kind in _KINDS.values()
        if kind.name in asked
    )


def list_documents(settings: StudyLike, edition: str) -> list[DocumentKey]:
    """Return the keys of all documents that a study asks for."""
    asked = settings.info.documents
    return [
        key
        for kind in _KINDS.values()
        if kind.name in asked
        for key in kind.keys(settings, edition)
    ]


for _kind in (
    DocumentKind(
        Kind.REPORT, "report.qmd", "Report", "Report", everybody, formats=("html", "docx"),
        styles=frozenset({"report", "web"}), has_cover=True, referred_as="report",
    ),
    DocumentKind(
        Kind.SUMMARY, "summary.qmd", "Short version", "Short version", everybody,
        formats=("html",), figure_width_mm=140.0, styles=frozenset({"report", "web"}),
        chapters_flow=True, referred_as="short version",
    ),
    DocumentKind(
        Kind.BRIEF, "brief.qmd", "Policy brief", "Policy briefs", each_region_and_audience,
        is_tailored=True, formats=("html",), figure_width_mm=85.0, most_words=1500, most_pages=2,
        styles=frozenset({"brief", "web"}), is_short=True, seconds=120, aliases=("briefs",),
        referred_as="briefs",
    ),
):  # fmt: skip
    register_document_kind(_kind)

SHIPPED: Final[tuple[str, ...]] = (Kind.REPORT, Kind.SUMMARY, Kind.BRIEF)
"""Kinds that a study is published as where it does not say otherwise; others it has to list."""
