"""The page on which people find publications: ``index.html`` of an edition.

In: an edition's documents and interface texts. Out: one web page for each language of the study,
with a filter by region and audience that is plain HTML without scripts too.
``pipeline.work.publish`` puts it beside the manifest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import babel
from jinja2 import Environment, PackageLoader

from briefgen.config.brand import load_brand
from briefgen.config.document_kinds import find_document_kind
from briefgen.config.plain_text import capital
from briefgen.config.settings import Settings

SHOWN_FILES: Final = ("html", "pdf", "docx")
FIRST: Final = "index.html"
"""Address of the catalogue in the study's first language."""


Translate = Callable[[str], str]
"""Gives an interface text in one language."""


@dataclass(frozen=True)
class CatalogueEntry:
    """A published document.

    Attributes
    ----------
    files
        Path relative to the edition, by format.
    """

    kind: str
    region: str
    audience: str
    language: str
    title: str
    files: Mapping[str, str]


@dataclass(frozen=True)
class Edition:
    """What the catalogue says of an edition as a whole."""

    name: str
    demonstration: bool
    version: str
    entries: Sequence[CatalogueEntry]


def make_catalogue(
    settings: Settings, edition: Edition, texts: Mapping[str, Translate]
) -> dict[str, bytes]:
    """Write the catalogue of an edition.

    Parameters
    ----------
    texts
        For each language of the study, what translates an interface text.

    Returns
    -------
    dict
        Path → content: ``index.html`` in the study's first language, ``index.LANGUAGE.html`` in
        each other.
    """
    languages = [
        language
        for language in settings.languages
        if any(item.language == language for item in edition.entries)
    ]
    addresses = {
        language: catalogue_address(settings.languages, language) for language in languages
    }
    environment = Environment(
        loader=PackageLoader("briefgen.output.catalogue", "."), autoescape=True
    )
    page = environment.get_template("index.html.jinja")
    pages = {
        address: page.render(
            _describe(settings, edition, language, addresses, texts[language])
        ).encode()
        for language, address in addresses.items()
    }
    # where the first language has no document yet, the next one's page stands in for it
    return {FIRST: next(iter(pages.values())), **pages} if pages else {}


def catalogue_address(languages: Sequence[str], language: str) -> str:
    """Return the address in the edition of the catalogue in a language of the study."""
    return FIRST if language == languages[0] else f"index.{language}.html"


def _name_long(settings: Settings, item: CatalogueEntry, translate: Translate) -> str:
    """Name a document that is not for a region and an audience at once."""
    label = translate(find_document_kind(item.kind).label)
    names = [settings.domains[item.region].name] if item.region else []
    names += [settings.audiences[item.audience].name] if item.audience else []
    return ", ".join([label, *(name[item.language] for name in names)])


def _describe(
    settings: Settings,
    edition: Edition,
    language: str,
    addresses: Mapping[str, str],
    translate: Translate,
) -> dict[str, Any]:
    """Return what the page's template asks for."""
    publication = settings.info.publication
    records = [item for item in edition.entries if item.language == language]
    briefs = _sort_briefs(settings, records)
    long = sorted((item for item in records if item not in briefs), key=lambda item: item.kind)
    return {
        "language": language,
        "_": translate,
        "variables": load_brand(settings.folder).css_variables(),
        "css": files("briefgen.output.catalogue").joinpath("index.css").read_text(encoding="utf-8"),
        "title": publication.title[language],
        "subtitle": publication.subtitle[language] if publication.subtitle else "",
        "institute": settings.info.institute.name[language],
        "edition": edition.name,
        "demonstration": edition.demonstration,
        "version": edition.version,
        "others": [
            (code, babel.Locale.parse(code).get_display_name(code), address)
            for code, address in addresses.items()
            if code != language
        ],
        "long": [_describe_long(settings, item, translate) for item in long],
        "briefs": [_describe_brief(settings, item) for item in briefs],
        "region": capital(settings.info.regions.forms.one[language]),
        "regions": _names(settings.domains, (item.region for item in briefs), language)
        if settings.regions
        else [],
        "audiences": _names(settings.audiences, (item.audience for item in briefs), language),
    }


def _sort_briefs(settings: Settings, records: list[CatalogueEntry]) -> list[CatalogueEntry]:
    """Return the documents for a region and an audience at once, in the study's order."""
    places, audiences = list(settings.domains), list(settings.audiences)
    return sorted(
        (item for item in records if item.region and item.audience),
        key=lambda item: (places.index(item.region), audiences.index(item.audience)),
    )


def _describe_long(
    settings: Settings, item: CatalogueEntry, translate: Translate
) -> dict[str, Any]:
    return {
        "label": _name_long(settings, item, translate),
        "title": item.title,
        "files": _list_files(item),
        "data": _list_data(item),
    }


def _describe_brief(settings: Settings, item: CatalogueEntry) -> dict[str, Any]:
    return {
        "region": item.region,
        "audience": item.audience,
        "region_name": settings.domains[item.region].name[item.language],
        "audience_name": settings.audiences[item.audience].name[item.language],
        "title": item.title,
        "files": _list_files(item),
        "data": _list_data(item),
    }


def _list_files(item: CatalogueEntry) -> list[dict[str, str]]:
    shown = [name for name in SHOWN_FILES if name in item.files]
    return [{"label": name.upper(), "path": item.files[name]} for name in shown]


def _list_data(item: CatalogueEntry) -> list[dict[str, str]]:
    """Return the files with the values of the document's exhibits."""
    return [
        {"label": name.removeprefix("data/"), "path": path}
        for name, path in item.files.items()
        if name.startswith("data/")
    ]


def _names(known: Mapping[str, Any], codes: Iterable[str], language: str) -> list[tuple[str, str]]:
    return [(code, known[code].name[language]) for code in dict.fromkeys(codes)]
