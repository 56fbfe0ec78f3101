"""Assemble whole pages from content, meta data and brand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal
from urllib.parse import quote

import jinja2
from babel import Locale
from markupsafe import Markup

from briefgen.config.defaults import defaults_folder
from briefgen.errors import PrintError
from briefgen.output.pages.content import Content
from briefgen.output.pages.meta import BrandLike, PageMeta
from briefgen.output.pages.sanitise import sanitise_content
from briefgen.output.pages.web import inline_drawings, let_tables_scroll, offer_data

Medium = Literal["print", "web"]
_SANS, _SERIF = "Source Sans 3", "Source Serif 4"
WEB_FONTS: Final = {
    "SourceSans3-Regular.ttf": (_SANS, 400, "normal"),
    "SourceSans3-Italic.ttf": (_SANS, 400, "italic"),
    "SourceSans3-SemiBold.ttf": (_SANS, 600, "normal"),
    "SourceSerif4-Regular.ttf": (_SERIF, 400, "normal"),
    "SourceSerif4-Italic.ttf": (_SERIF, 400, "italic"),
    "SourceSerif4-SemiBold.ttf": (_SERIF, 600, "normal"),
}
"""Fonts that a web page loads from the folder ``links["fonts"]``: family, weight, style by file."""


def assemble_page(
    content: str,
    meta: PageMeta,
    brand: BrandLike,
    medium: Medium = "print",
    styles: Sequence[Path] = (),
    *,
    base: Path | None = None,
) -> str:
    """Return a whole HTML page.

    Parameters
    ----------
    content
        HTML that holds one ``<main id="quarto-document-content">``.
    medium
        ``print`` gives running elements, and for the report a cover, an imprint, a table of
        contents with page numbers and lists of figures and tables. ``web`` gives a page of its
        own with navigation, a skip link and a switch of languages.
    styles
        Style sheets to write into the page. For print they are left out where the printer holds
        them parsed; for the web the default is ``tokens.css`` and ``web.css``.
    base
        For the web: the folder that addresses in the content are relative to. If it is given, SVG
        pictures are written into the page, so that their text is set in the page's fonts.

    Raises
    ------
    PrintError
        If the content has no ``main``, a picture cannot be read, or an interface text is missing.
    """
    document = Content.parse(content)
    document.repair(back_label=meta.label("back to the text"))
    if medium == "web" and not styles:
        styles = [styles_folder() / name for name in ("tokens.css", "web.css")]
    if medium == "web":
        document = Content.parse(sanitise_content(document.html()))
        _prepare_web(document, meta, base)
    else:
        document.carry_spaces()
        if meta.has_cover:
            document.add_tabs()
    if not document.has_class("brief-head"):
        document.drop_title_block()
        if not meta.has_cover or medium == "web":
            document.prepend(_head(meta, medium))
    return (
        _environment()
        .get_template(f"{medium}.html")
        .render(
            meta=meta,
            document=document,
            main=Markup(document.html()),  # noqa: S704 - the engine's HTML, printed without network
            variables=Markup(_variables(brand)),  # noqa: S704 - CSS of the brand, from settings
            style=Markup(_read(styles)),  # noqa: S704 - our own style sheets
            brand_name=meta.institute or brand.name,
            logo=_logo_address(brand),
            logo_alt=brand.logo_alt or meta.institute or brand.name,
            outline=document.outline(depth=3 if medium == "print" else 2),
            figures=document.captions("fig"),
            tables=document.captions("tbl"),
            formats=_formats(meta) if medium == "web" else [],
            languages=_languages(meta),
            font_faces=Markup(_font_faces(meta) if medium == "web" else ""),  # noqa: S704 - our own CSS
        )
    )


def styles_folder() -> Path:
    """Return the folder of the default style sheets and fonts."""
    return defaults_folder("styles")


def _prepare_web(document: Content, meta: PageMeta, base: Path | None) -> None:
    let_tables_scroll(document.main)
    if base is not None:
        inline_drawings(document.main, base)
        offer_data(document.main, meta, base)


def _head(meta: PageMeta, medium: Medium) -> str:
    """Return the head of a document whose template has written none."""
    kind = [meta.kind_name] if medium == "web" else []
    kicker = " · ".join(part for part in (*kind, meta.context) if part)
    return _environment().get_template("head.html").render(meta=meta, kicker=kicker)


_FORMATS: Final = (
    ("pdf", "download as PDF"),
    ("data", "download the data"),
    ("html", "read online"),
    ("index", "all publications"),
)


def _formats(meta: PageMeta) -> list[tuple[str, str]]:
    """Return address and label of the other forms of the document."""
    return [
        (meta.links[name], meta.label(label)) for name, label in _FORMATS if meta.links.get(name)
    ]


def _languages(meta: PageMeta) -> list[tuple[str, str, str]]:
    """Return code, address and own name of the document's other languages."""
    found = [
        (name.removeprefix("language:"), address)
        for name, address in meta.links.items()
        if name.startswith("language:")
    ]
    return [
        (code, address, meta.language_names.get(code) or _language_name(code))
        for code, address in found
    ]


def _language_name(code: str) -> str:
    name = Locale.parse(code, sep="-").get_display_name()
    return name.capitalize() if name else code


def _font_faces(meta: PageMeta) -> str:
    """Return the rules that load the carried fonts from ``links["fonts"]``, if it is given."""
    folder = meta.links.get("fonts", "").rstrip("/")
    if not folder:
        return ""
    return "\n".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' font-display: swap; src: url("{folder}/{file}"); }}'
        for file, (family, weight, style) in (meta.fonts or WEB_FONTS).items()
    )


def _variables(brand: BrandLike) -> str:
    css = brand.css_variables()
    if "</" in css:
        raise PrintError("the brand's CSS variables hold a closing tag", where="_brand.yml")
    return css if "{" in css else f":root {{\n{css}\n}}"


def _read(styles: Sequence[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in styles)


def _logo_address(brand: BrandLike) -> str:
    """Return the logo's address: a file is named by its absolute ``file:`` address."""
    if brand.logo is None:
        return ""
    return brand.logo.as_uri() if brand.logo.is_absolute() else quote(brand.logo.as_posix())


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.PackageLoader("briefgen.output.pages", "shells"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
