"""What a page has to know about its document, and the interface texts it shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from babel.dates import format_date

from briefgen.config.document_kinds import SHIPPED, find_document_kind
from briefgen.errors import PrintError

LABELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "page": "Page",
        "contents": "Contents",
        "figures": "Figures",
        "tables": "Tables",
        **{name: find_document_kind(name).label for name in SHIPPED},
        "demonstration data": "Demonstration data",
        "demonstration note": (
            "All figures, cases and statements in this document are made up to show how the"
            " publication works. They describe no real region, firm or person."
        ),
        "imprint": "Imprint",
        "published by": "Published by",
        "commissioned by": "Commissioned by",
        "authors": "Authors",
        "date": "Date",
        "edition": "Edition",
        "keywords": "Keywords",
        "skip to content": "Skip to content",
        "back to the text": "Back to the text",
        "language": "Language",
        "more formats": "More formats",
        "download as PDF": "Download as PDF",
        "download the data": "Download the data",
        "read online": "Read online",
        "all publications": "All publications",
        "values as a table": "Values as a table",
        "values as a file": "Values as a file (CSV)",
        "what": "What",
        "where": "Where",
        "value": "Value",
    }
)
"""Interface texts by name, with the English text that catalogues translate."""


class BrandLike(Protocol):
    """What a page needs of an institute's brand."""

    @property
    def name(self) -> str:
        """Name of the institute."""

    @property
    def logo(self) -> Path | None:
        """Picture file of the logo, or ``None``."""

    @property
    def logo_alt(self) -> str:
        """What the logo shows; ``""`` stands for the institute's name."""

    def css_variables(self) -> str:
        """Return the brand as CSS custom properties, with or without a selector."""


@dataclass(frozen=True, kw_only=True)
class PageMeta:
    """What a page shows beside its content. All texts are in the document's language.

    Attributes
    ----------
    kind
        Name of the kind of document.
    language
        Language code, for the page's ``lang`` and for the date.
    region, audience
        Codes; ``""`` where there is none. Their names stand in ``region_name`` and
        ``audience_name``.
    date
        A date, written out in the document's language, or a text that is shown as it is.
    keywords
        A list, or one text with commas.
    labels
        Interface texts by the names in `LABELS`, translated by the caller.
    links
        Addresses relative to the page: ``pdf``, ``html``, ``data``, ``index``, ``fonts`` (folder
        of the fonts for the web page), and ``language:CODE`` for the same document in another
        language, whose own name stands in ``language_names``.
    imprint
        Further lines of the imprint: label and text.
    data
        For the web: address of the file with an exhibit's values, by the exhibit's id.
    set_quotes
        Sets the quotation marks of a plain text as the document's language does: what a page takes
        from data files has straight ones.
    fonts
        For the web: the font files in the folder ``links["fonts"]``, with family, weight and
        style; without them the carried fonts.
    """

    title: str
    kind: str
    language: str
    edition: str
    date: dt.date | str
    labels: Mapping[str, str]
    subtitle: str = ""
    region: str = ""
    audience: str = ""
    region_name: str = ""
    audience_name: str = ""
    institute: str = ""
    commissioner: str = ""
    authors: Sequence[str] = ()
    keywords: Sequence[str] | str = ()
    demonstration: bool = False
    links: Mapping[str, str] = field(default_factory=dict)
    language_names: Mapping[str, str] = field(default_factory=dict)
    imprint: Sequence[tuple[str, str]] = ()
    fonts: Mapping[str, tuple[str, int, str]] = field(default_factory=dict)
    data: Mapping[str, str] = field(default_factory=dict)
    set_quotes: Callable[[str], str] = str

    def label(self, name: str) -> str:
        """Return an interface text.

        Raises
        ------
        PrintError
            If the caller gave no text of that name.
        """
        try:
            return self.labels[name]
        except KeyError:
            raise PrintError(
                f"the page has no interface text {name!r} in {self.language!r}",
                hint="translate every text of briefgen.output.pages.LABELS",
            ) from None

    @property
    def has_cover(self) -> bool:
        """Whether the printed pages begin with a title page."""
        return find_document_kind(self.kind).has_cover

    @property
    def is_short(self) -> bool:
        """Whether the content comes before the page's navigation: it is read whole."""
        return find_document_kind(self.kind).is_short

    @property
    def kind_name(self) -> str:
        """What the kind of document is called."""
        return self.label(self.kind)

    @property
    def date_text(self) -> str:
        """The date as readers see it."""
        if isinstance(self.date, str):
            return self.date
        return format_date(self.date, "long", locale=self.language)

    @property
    def keyword_text(self) -> str:
        """The keywords in one line."""
        return self.keywords if isinstance(self.keywords, str) else ", ".join(self.keywords)

    @property
    def context(self) -> str:
        """Region and audience in one line, as far as there are any."""
        return " · ".join(part for part in (self.region_name, self.audience_name) if part)
