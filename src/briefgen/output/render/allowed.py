"""What of a document's metadata the embedded engine honours; all else is refused by name.

In: the metadata as ``metadata`` merged them, and the files that they came from. Out: nothing, or
an error with file and line. Three lists hold every name that Quarto documents: what the engine
honours or what has no effect on the content of a page (`FREE`), of what it honours some values
(`LIMITED`), and what it cannot do (`REFUSED`). A name that stands in none of them is the author's
own and is there for the shortcode ``meta``, unless it begins like Quarto's own families of names.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from briefgen.config.quarto_files import FROM_ANYWHERE, NAMING_FILES, named_files
from briefgen.errors import RenderError, suggest
from briefgen.output.render.dates import read_date
from briefgen.output.render.formats import output_formats
from briefgen.output.render.metadata import (
    FRONT_MATTER,
    declared_formats,
    load_yaml_file,
    quarto_hint,
    read_text,
)
from briefgen.output.render.words import WORDS, own_words

FREE: Final = frozenset(
    """
    title subtitle author authors institute institutes affiliations date abstract description
    keywords hide-description abstract-title author-title affiliation-title published-title
    keywords-title description-title doi-title modified-title
    lang language theme crossref tbl-colwidths default-image-extension bibliography csl nocite
    references reference-section-title link-citations link-bibliography notes-after-punctuation
    citation-abbreviations suppress-bibliography html-math-method format

    pagetitle title-prefix title-meta author-meta date-meta description-meta document-css css
    body-classes canonical-url open-graph twitter-card
    google-scholar image image-alt image-height image-width image-lazy-loading
    brand brand-mode mainfont monofont fontsize fontcolor linkcolor linestretch monobackgroundcolor
    backgroundcolor max-width margin-left margin-right margin-top margin-bottom grid classoption
    respect-user-color-scheme highlight-style syntax-highlighting syntax-definition
    syntax-definitions code-block-bg code-block-border-left code-copy code-overflow code-fold
    code-summary code-annotations
    toc toc-depth toc-location toc-title toc-expand toc-indent anchor-sections smooth-scroll
    citations-hover footnotes-hover crossrefs-hover appendix-cite-as title-block-banner-color
    title-block-categories
    search repo-actions aliases order sidebar navbar page-navigation back-to-top-navigation
    bread-crumbs
    output-file output-ext keep-md keep-ipynb keep-source keep-hidden extract-media resource-path
    resources wrap eol dpi verbosity log-file trace dump-args ignore-args fail-if-warnings
    quarto-required validate-yaml editor editor_options zotero
    execute cache freeze daemon daemon-restart enabled debug ipynb params df-print ipynb-filters
    ipynb-shell-interactivity plotly-connected output-divs merge-includes self-contained-math
    fig-width fig-height fig-format fig-dpi fig-asp fig-pos fig-env mermaid mermaid-format
    ojs-engine funding html-pre-tag-processing echo eval output warning error include
    """.split()  # noqa: SIM905 - a hundred names read better as words than as quoted strings
)
"""Metadata that are honoured, or that change nothing within the content of a page."""

FOR_PANDOC: Final = frozenset(
    """
    toc toc-depth number-sections section-divs title-prefix css
    include-in-header resource-path citeproc citation-abbreviations default-image-extension
    highlight-style syntax-highlighting syntax-definition syntax-definitions html-math-method
    email-obfuscation tab-stop reference-location dpi eol wrap extract-media verbosity log-file
    trace dump-args ignore-args fail-if-warnings output-file from
    keep-source keep-hidden output-ext output-divs fig-align fig-pos fig-env code-fold
    code-line-numbers code-overflow tbl-colwidths merge-includes self-contained-math validate-yaml
    canonical-url body-classes
    fig-width fig-height fig-format fig-dpi fig-asp mermaid-format df-print error eval engine cache
    freeze echo output warning include keep-md keep-ipynb enabled ipynb daemon daemon-restart debug
    ipynb-filters ipynb-shell-interactivity plotly-connected
    code-summary
    """.split()  # noqa: SIM905 - as above
)
"""What Quarto hands to Pandoc or to engines, and not to the shortcode ``meta`` or to conditions."""

REFUSED: Final = {
    "filters": "filters of its own",
    "shortcodes": "shortcodes of its own",
    "extensions": "extensions",
    "revealjs-plugins": "extensions",
    "listing": "listings of documents",
    "listings": "listings of documents",
    "about": "pages about somebody",
    "citation": "citation of the document itself",
    "license": "licence at the end of the document",
    "copyright": "copyright note at the end of the document",
    "doi": "DOI in the title block",
    "date-format": "other ways to write a date",
    "date-modified": "date of change in the title block",
    "categories": "categories in the title block",
    "title-block-banner": "title block of another look",
    "lightbox": "enlarged images",
    "minimal": "pages without Quarto's structure",
    "header-includes": "text put into the head of the page",
    "include-in-header": "text put into the head of the page",
    "reader": "other reader",
    "writer": "other writer",
    "to": "other writer",
    "project": "settings of a project within a document",
    "website": "settings of a project within a document",
    "include-before-body": "text put before the document",
    "include-before": "text put before the document",
    "include-after-body": "text put behind the document",
    "include-after": "text put behind the document",
    "body-header": "text put before the document",
    "body-footer": "text put behind the document",
    "margin-header": "text put into the margin",
    "margin-footer": "text put into the margin",
    "announcement": "announcements",
    "comments": "comments of readers",
    "draft": "drafts",
    "shift-heading-level-by": "shifted headings",
    "number-offset": "shifted numbers of sections",
    "citation-location": "citations in the margin",
    "template": "templates of its own",
    "template-partials": "templates of its own",
    "metadata-file": "metadata from other files",
    "metadata-files": "metadata from other files",
    "metadata": "metadata for Pandoc alone",
    "variables": "variables for Pandoc alone",
    "defaults": "defaults for Pandoc alone",
    "input-file": "other input",
    "input-files": "other input",
    "file-scope": "other input",
    "data-dir": "data for Pandoc alone",
    "request-headers": "content from the network",
    "identifier-prefix": "prefix of ids",
    "html-q-tags": "quotation marks that the browser draws",
    "html-table-processing": "HTML tables that are left as they are",
    "ascii": "content in ASCII alone",
    "strip-comments": "content without comments",
    "abbreviations": "abbreviations of its own",
    "indented-code-classes": "classes for indented code",
    "preserve-tabs": "tabs in code",
    "columns": "tables read at another length of line",
    "embed-resources": "images written into the page",
    "self-contained": "images written into the page",
    "code-tools": "menus for code",
    "code-link": "links in code",
    "link-external-icon": "links of another look",
    "link-external-newwindow": "links that open windows",
    "link-external-filter": "links of another look",
    "format-links": "links to other formats",
    "notebook-links": "links to notebooks",
    "notebook-view": "notebooks",
    "notebook-view-style": "notebooks",
    "notebook-preview-options": "notebooks",
    "other-links": "links beside the document",
    "code-links": "links beside the document",
    "axe": "checks of accessibility within the page",
    "jupyter": "kernels",
    "knitr": "kernels",
    "julia": "kernels",
    "server": "servers behind a document",
    "runtime": "servers behind a document",
    "shiny": "servers behind a document",
    "profile": "project profiles",
    "book": "books",
    "manuscript": "manuscripts",
    "dashboard": "dashboards",
}
"""Metadata that change a document in ways that the embedded engine does not know."""

_VALUES: Final = """
flag: hide-description link-citations link-bibliography notes-after-punctuation
    suppress-bibliography toc smooth-scroll anchor-sections citations-hover footnotes-hover
    crossrefs-hover respect-user-color-scheme keep-md keep-ipynb keep-hidden fail-if-warnings
    trace dump-args ignore-args validate-yaml image-lazy-loading page-navigation
    back-to-top-navigation bread-crumbs title-block-categories output-divs merge-includes
    self-contained-math daemon-restart plotly-connected debug
flag|hover: code-copy
flag|show: code-fold
flag|hover|select|below|none: code-annotations
flag|auto|refresh: freeze
flag|text|list|number: tbl-colwidths
flag|number: toc-expand
flag|display|bibtex|none|list: appendix-cite-as
flag|asis|fenced: output
flag|list|mapping: echo
flag|mapping: search
1|2|3|4|5|6: toc-depth
body|left|right|left-body|right-body: toc-location
scroll|wrap: code-overflow
auto|none|preserve|number: wrap
lf|crlf|native: eol
DEBUG|INFO|WARNING|ERROR|CRITICAL: verbosity
light|dark: brand-mode
retina|png|jpeg|svg|pdf: fig-format
png|svg|js: mermaid-format
default|kable|tibble|paged: df-print
number: fig-width fig-height fig-dpi fig-asp dpi order
number|text: fontsize linestretch max-width margin-left margin-right margin-top margin-bottom
    image-width image-height toc-indent
text: pagetitle title-prefix title-meta date-meta description-meta lang toc-title code-summary
    image-alt mainfont monofont output-file output-ext log-file extract-media
    default-image-extension quarto-required
    doi-title modified-title abstract-title author-title affiliation-title published-title
    keywords-title description-title reference-section-title
text|list: css csl bibliography body-classes resources aliases classoption author-meta
mapping: execute params
mapping|text: format html-math-method brand
mapping|flag: crossref open-graph twitter-card google-scholar
"""
"""What may stand in settings: kinds of values and words, and the names for which they hold."""

_STYLES: Final = frozenset(
    """
    a11y arrow atom-one ayu ayu-mirage breeze breezedark breezeDark dracula espresso github gruvbox
    haddock kate monochrome monokai none nord oblivion printing pygments radical solarized tango
    vim-dark zenburn
    """.split()  # noqa: SIM905 - as above
)
"""Quarto's ways to colour code; each may end in ``-light`` or ``-dark``."""
_THEMES: Final = frozenset(
    """
    default brand none pandoc cerulean cosmo cyborg darkly flatly journal litera lumen lux materia
    minty morph pulse quartz sandstone simplex sketchy slate solar spacelab superhero united vapor
    yeti zephyr
    """.split()  # noqa: SIM905 - as above
)
_FORMATS: Final = frozenset(
    """
    pdf html4 revealjs slidy slideous s5 dzslides ansi biblatex bibtex chunkedhtml csljson haddock
    hugo-md docusaurus-md hugo docusaurus email dashboard man markua ms muse native opml texinfo
    opendocument vimdoc xml bbcode all
    """.split()  # noqa: SIM905 - as above
)
"""Formats that Quarto writes and we do not: settings for them change nothing here."""

_FLAG: Final = (True, False)
_PLACES: Final = (("top", "bottom"), "captions in another place than top and bottom")
LIMITED: Final[Mapping[str, tuple[tuple[object, ...], str]]] = {
    "fig-cap-location": _PLACES,
    "tbl-cap-location": _PLACES,
    "lst-cap-location": _PLACES,
    "cap-location": _PLACES,
    "reference-location": (("document",), "notes in another place than the end"),
    "title-block-style": (("default",), "title block of another look"),
    "appendix-style": (("default",), "appendix of another look"),
    "page-layout": (("article", "full"), "page layout of this kind"),
    "fig-align": (("left", "center", "right", "default"), "alignment of figures of this kind"),
    "fig-responsive": ((True,), "images that do not fit their page"),
    "citeproc": ((True,), "citations left as they are"),
    "section-divs": ((True,), "pages without sections"),
    "tabsets": ((True,), "tabsets left as they are"),
    "email-obfuscation": (("none",), "hidden addresses"),
    "callout-appearance": (("default", "simple", "minimal"), "callouts of this look"),
    "callout-icon": (_FLAG, "icons of callouts of this kind"),
    "code-line-numbers": (_FLAG, "line numbers of this kind"),
    "number-sections": (_FLAG, "numbers of sections of this kind"),
    "number-depth": (tuple(range(1, 7)), "depth of numbers of this kind"),
    "tab-stop": ((4,), "tabs of another width"),
    "dir": (("ltr",), "text from the right to the left"),
    "engine": (("markdown", "quarto"), "engine of this name"),
    "from": (("markdown",), "other reader"),
}
"""Metadata of which the embedded engine knows some values."""

CROSSREF: Final = frozenset(
    [f"{kind}-{what}" for kind in ("fig", "tbl", "lst") for what in ("title", "prefix", "labels")]
    + ["eq-prefix", "eq-labels", "sec-prefix", "chapters", "title-delim", "labels"]
    + ["subref-labels", "ref-hyperlink", "lof-title", "lot-title", "lol-title"]
)
"""What may stand under ``crossref``; Quarto rejects every name that it does not list."""

_CROSSREF_QUARTO_ONLY: Final = re.compile(
    r"custom|appendix-(title|delim)|sec-labels|eq-title"
    r"|(thm|lem|cor|prp|cnj|def|exm|exr|alg)-(title|prefix|labels)"
)
_TEXTS: Final = (
    *("title", "subtitle", "abstract", "description", "reference-section-title"),
    *(f"{name}-title" for name in ("abstract", "author", "affiliation", "published", "keywords")),
)
_LISTS_OF_TEXTS: Final = ("keywords", "nocite")
_PEOPLE_AND_PLACES: Final = ("author", "authors", "institute", "institutes", "affiliations")
_NAMES: Final = {
    "theme": _THEMES, "highlight-style": _STYLES, "syntax-highlighting": _STYLES,
}  # fmt: skip
"""Settings that name what Quarto brings along, or a file of one's own."""
_NAMES_OF_PEOPLE: Final = ("name", "literal", "given", "family")
_PARTS_OF_NAMES: Final = ("name", "literal", "given", "family", "department", "city", "country")
_LABELS: Final = re.compile(r"arabic|alpha \w|roman( [iI])?")
_ADDRESS: Final = re.compile(r"[a-z]{2,}:", re.IGNORECASE)
_NEVER_PRINTED: Final = re.compile(
    r"environment-|crossref-(thm|lem|cor|prp|cnj|def|exm|exr)-|section-title-appendices|.*-modified"
)
_WEBSITE: Final = ("body-header", "body-footer", "margin-header", "margin-footer", "comments")
_PROJECT_TYPES: Final = ("default", "website")
_FAMILIES: Final = re.compile(r"(callout|code|fig|tbl|lst|toc|html|title-block|appendix|notebook)-")
_CHANGING_DATES: Final = ("today", "now", "last-modified")
_MATH_METHODS: Final = ("mathjax", "mathml", "katex", "webtex", "gladtex", "plain")
_DATE_HINT: Final = "write it as 2026-11-01; with slashes the month stands first: 11/01/2026"
_DEFAULT_THEME_LOST: Final = ("none", "pandoc")


class Refusal(NamedTuple):
    """What is refused: the name of the setting within its file, and why."""

    keys: tuple[str, ...]
    message: str
    hint: str


def refuse_settings(metadata: Mapping[str, Any], path: Path, to: str) -> None:
    """Refuse metadata and projects that ask for what the embedded engine does not do.

    Parameters
    ----------
    metadata
        What holds for the document, as `metadata.read_metadata` gives it.
    path
        The document.
    to
        The format to be written; a document's settings for it count too.

    Raises
    ------
    RenderError
        With the file and line that asks for it.
    """
    project = load_yaml_file(path.parent / "_quarto.yml")
    found = (
        *_find_project(project),
        *_find_settings(metadata),
        *_find_formats(declared_formats(path)),
        *_find_remote(metadata),
        *_find_missing(metadata, path.parent),
    )
    _raise_first(found, path, to)


def check_named_files(metadata: Mapping[str, Any], path: Path, to: str) -> None:
    """Refuse metadata that name files which are not there; Quarto passes over some of them.

    Raises
    ------
    RenderError
        With the file and line that names it.
    """
    _raise_first(_find_missing(metadata, path.parent), path, to)


def _raise_first(found: Iterable[Refusal], path: Path, to: str) -> None:
    for refusal in found:
        raise RenderError(
            refusal.message, where=find_setting(path, to, refusal.keys), hint=refusal.hint
        )


def _lacks(name: str, *keys: str, value: object = None) -> Refusal:
    shown = ": ".join(keys) + ("" if value is None else f": {_as_yaml(value)}")
    return Refusal(keys, f"the embedded engine has no {name} (`{shown}`)", quarto_hint())


def _as_yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _find_project(project: Mapping[str, Any]) -> Iterator[Refusal]:
    kind = _part(project, "project").get("type") or "default"
    if kind not in _PROJECT_TYPES:
        yield _lacks("projects of this kind", "project", "type", value=kind)
    for key in ("profile", "book", "manuscript"):
        if project.get(key):
            yield _lacks(REFUSED[key], key)
    for key in _WEBSITE:
        if _part(project, "website").get(key):
            yield _lacks(REFUSED[key], "website", key)


def _find_remote(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    for key in NAMING_FILES:
        if key not in FROM_ANYWHERE and any(map(_ADDRESS.match, named_files(metadata.get(key)))):
            yield _lacks("content from the network", key)


def _find_missing(metadata: Mapping[str, Any], folder: Path) -> Iterator[Refusal]:
    """Yield the files that metadata name and that are not there."""
    for key in NAMING_FILES:
        for name in named_files(metadata.get(key)):
            if not _ADDRESS.match(name) and not (folder / name).is_file():
                yield Refusal(
                    (key,), f"there is no file {name} (`{key}`)", "put it beside the document"
                )


def _part(metadata: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = metadata.get(key)
    return found if isinstance(found, dict) else {}


def _find_settings(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    for key, value in metadata.items():
        name = str(key)
        if name in REFUSED and value:
            yield _lacks(REFUSED[name], name)
        elif name in LIMITED:
            yield from _find_value(name, value)
        elif name in KINDS:
            yield from _find_kind(name, value)
        elif _FAMILIES.match(name) and name not in FREE and name not in REFUSED:
            yield _lacks("setting of this name", name)
    yield from _find_printed(metadata)
    yield from _find_names(metadata)
    yield from _find_look(metadata)
    yield from _find_language(metadata)
    yield from _find_crossref(metadata)
    yield from _find_execute(metadata)
    yield from _find_sizes(metadata)


def _find_value(key: str, value: object) -> Iterator[Refusal]:
    known, name = LIMITED[key]
    # True equals 1: what is no number must not pass for one, nor the other way round
    same = any(value == item and type(value) is type(item) for item in known)
    if value is not None and not same:
        yield _lacks(name, key, value=value)


def _read_values(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in re.split(r"\n(?=\S)", text.strip()):
        kinds, names = line.split(":", maxsplit=1)
        for name in names.split():
            yield name, tuple(kinds.split("|"))


KINDS: Final[Mapping[str, tuple[str, ...]]] = dict(_read_values(_VALUES))
"""What may stand in a setting, by its name."""
_TYPES: Final[Mapping[str, tuple[str, type | tuple[type, ...]]]] = {
    "flag": ("true or false", bool),
    "number": ("a number", (int, float)),
    "text": ("a text", (str, int, float, dt.date)),
    "list": ("a list", list),
    "mapping": ("a mapping", dict),
}
"""How the kinds of values are called in messages, and what YAML makes of them."""


def _find_kind(key: str, value: object) -> Iterator[Refusal]:
    """Yield a value of another kind than Quarto's schema has it."""
    if value is None or any(_is_kind(value, kind) for kind in KINDS[key]):
        return
    known = [_TYPES[kind][0] if kind in _TYPES else kind for kind in KINDS[key]]
    shown = "a list" if isinstance(value, list) else "a mapping"
    if not isinstance(value, list | dict):
        shown = f"the text {value!r}" if value in ("true", "false") else _as_yaml(value)
    wanted = f"{', '.join(known[:-1])} or {known[-1]}" if len(known) > 1 else known[0]
    yield Refusal((key,), f"`{key}` has to be {wanted}, and {shown} stands there", "correct it")


def _is_kind(value: object, kind: str) -> bool:
    if kind not in _TYPES:
        return not isinstance(value, bool) and str(value) == kind
    is_flag = isinstance(value, bool)
    return is_flag if kind == "flag" else not is_flag and isinstance(value, _TYPES[kind][1])


def _find_names(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    """Yield names of themes, of ways to colour code and of formats that Quarto does not know."""
    for key, known in _NAMES.items():
        for name in _names_in(metadata.get(key)):
            plain = re.sub(r"-(light|dark)$", "", name) if known is _STYLES else name
            if name not in known and plain not in known and not _OWN_FILE.search(name):
                yield Refusal(
                    (key,),
                    f"there is no `{key}` called {name}",
                    f"{suggest(name, sorted(known))}; or name a file of your own",
                )


_OWN_FILE: Final = re.compile(r"\.(s?css|theme)$|^(idiomatic|default)$")


def _names_in(value: object) -> Iterator[str]:
    """Yield the names in a setting: one, a list, or one each for light and dark."""
    if isinstance(value, dict):
        for part in value.values():
            yield from _names_in(part)
    elif value is not None:
        yield from (str(item) for item in _as_list(value))


def _find_formats(formats: object) -> Iterator[Refusal]:
    """Yield formats that nobody writes: what stands under them would never hold."""
    yield from _find_kind("format", formats)
    if isinstance(formats, int | float):
        yield Refusal(("format",), f"there is no format {formats} (`format`)", "write html")
    if isinstance(formats, str):
        yield from _find_format(formats, ("format",))
    for name, settings in formats.items() if isinstance(formats, dict) else ():
        yield from _find_format(str(name), ("format", str(name)))
        if not (settings is None or isinstance(settings, dict) or settings == "default"):
            yield Refusal(
                ("format", str(name)),
                f"`format: {name}` has to be a mapping, and {_as_yaml(settings)} stands there",
                "write settings under it, or default",
            )


def _find_format(name: str, keys: tuple[str, ...]) -> Iterator[Refusal]:
    known = (*output_formats(), *sorted(_FORMATS))
    if name not in known:
        more = "; extensions of formats are not known here" if re.search(r"[+-]", name) else ""
        hint = suggest(name, known) + more
        yield Refusal(keys, f"there is no format {name} (`format`)", hint)


def _find_printed(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    """Yield what a title block cannot print."""
    for key in _TEXTS:
        yield from _find_no_text(key, metadata.get(key))
    for key in _LISTS_OF_TEXTS:
        for value in _as_list(metadata.get(key)):
            yield from _find_no_text(key, value)
    for key in ("author", "authors"):
        for value in _as_list(metadata.get(key)):
            if isinstance(value, dict) and not any(value.get(part) for part in _NAMES_OF_PEOPLE):
                told = ", ".join(map(str, value)) or "nothing"
                yield Refusal(
                    (key,),
                    f"an author under `{key}` has no name",
                    f"write `name: …`; there stands {told}",
                )
    for key in _PEOPLE_AND_PLACES:
        for value in _as_list(metadata.get(key)):
            for part in _printed_parts(value):
                yield from _find_no_text(key, part)


def _printed_parts(value: object) -> Iterator[object]:
    """Yield what is printed of a person or place: it may be a text, or a mapping with a name."""
    if not isinstance(value, dict):
        yield value
        return
    for key in _PARTS_OF_NAMES:
        yield from _printed_parts(value.get(key))
    for key in ("affiliation", "affiliations"):
        for place in _as_list(value.get(key)):
            yield from _printed_parts(place)


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _find_no_text(key: str, value: object) -> Iterator[Refusal]:
    if value is None or (isinstance(value, str | int | float) and not isinstance(value, bool)):
        return
    kind = "a list" if isinstance(value, list) else "a mapping"
    shown = _as_yaml(value) if isinstance(value, bool) else kind
    yield Refusal(
        (key,),
        f"`{key}` has to be a text, and {shown} stands there",
        "put the text in quotation marks, also where it holds braces, brackets or ': '",
    )


def _find_look(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    if metadata.get("theme") in _DEFAULT_THEME_LOST:
        yield _lacks("pages without Quarto's structure", "theme", value=metadata["theme"])
    method = metadata.get("html-math-method", "mathjax")
    if (method.get("method") if isinstance(method, dict) else method) not in _MATH_METHODS:
        yield _lacks("way of this name to write formulas", "html-math-method")
    yield from _find_date(metadata.get("date"))


def _find_execute(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    """Yield options of cells that mean nothing: they are told as those of documents are."""
    for key, value in _part(metadata, "execute").items():
        known = _EXECUTE.get(str(key))
        if known is None:
            continue
        if value is None or isinstance(value, bool) or value in known:
            continue
        if "list" in known and isinstance(value, list):
            continue
        words = ", ".join(["true", "false", *(word for word in known if word != "list")])
        yield Refusal(
            ("execute", str(key)),
            f"`{key}` has to be one of {words}, and {_as_yaml(value)} stands there",
            "correct it",
        )


_EXECUTE: Final[Mapping[str, tuple[str, ...]]] = {
    "eval": ("list",), "echo": ("list", "fenced"), "output": ("asis",), "include": (),
    "warning": (), "error": (), "cache": ("refresh",), "freeze": ("auto",), "enabled": (),
    "keep-md": (), "keep-ipynb": (), "debug": (),
}  # fmt: skip
_SIZE: Final = re.compile(
    r"\d*\.?\d+\s*(pt|px|pc|em|rem|ex|ch|cm|mm|in|vw|vh|%)?"
    r"|(xx?-)?(small|large)|medium|smaller|larger|inherit|(calc|clamp|var|min|max)\(.*\)"
)


def _find_sizes(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    for key in ("fontsize", "linestretch"):
        value = metadata.get(key)
        if isinstance(value, str) and not _SIZE.fullmatch(value.strip()):
            yield Refusal((key,), f"`{key}` is no size: {value}", "write it as 11pt, 1.1em or 16px")


def _find_date(date: object) -> Iterator[Refusal]:
    if isinstance(date, str) and date in _CHANGING_DATES:
        yield _lacks("dates that change with the day; write the day itself", "date")
        return
    try:
        read_date(date)
    except ValueError as problem:
        yield Refusal(("date",), f"the date cannot be read: {problem}", _DATE_HINT)


def _find_language(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    if isinstance(metadata.get("language"), str):
        yield _lacks("file of words; write them under `language`", "language")
    for word in _named_words(metadata.get("language")):
        if not _OTHER_WORDS.match(word) and not _QUARTO_WORDS.fullmatch(word):
            yield Refusal(
                ("language", word),
                f"there is no word `{word}` under `language`",
                suggest(word, sorted(WORDS["en"])),
            )
    language = str(metadata.get("lang") or "en").split("-")[0].lower()
    if language in WORDS:
        return
    missing = sorted(
        {word for word in WORDS["en"] if not _NEVER_PRINTED.match(word)} - set(own_words(metadata))
    )
    if missing:
        yield Refusal(
            ("lang",),
            f"the embedded engine speaks no {language!r}, only {', '.join(WORDS)}",
            f"give the words in the metadata, under `language`: {', '.join(missing)}",
        )


def _named_words(words: object) -> Iterator[str]:
    """Yield the names of words, also of those for one language."""
    for name, value in words.items() if isinstance(words, dict) else ():
        yield from _named_words(value) if isinstance(value, dict) else [str(name)]


_OTHER_WORDS: Final = re.compile(
    r"(toc|related|source|other|code|copy|repo|search|listing|draft|light|dark|environment|cookie"
    r"|manuscript|article|back|notebook|launch|author|affiliation|title)(-|$)"
)
"""Words of Quarto's that stand beside a document and not in it."""
_QUARTO_WORDS: Final = re.compile(
    "|".join(map(re.escape, WORDS["en"]))
    + r"|crossref-\w+-(title|prefix)(-name)?|section-title-(copyright|reuse|citation)"
    r"|title-block-(categories|doi|related-formats-\w+|keywords|modified|published)"
    r"|callout-\w+-(caption)"
)
"""Families of words, and those of Quarto's in them."""


def _find_crossref(metadata: Mapping[str, Any]) -> Iterator[Refusal]:
    if metadata.get("crossref") is False:
        yield _lacks("pages without cross-references", "crossref", value=False)
    for key, value in _part(metadata, "crossref").items():
        if _CROSSREF_QUARTO_ONLY.fullmatch(str(key)):
            yield _lacks("cross-references of this kind", "crossref", str(key))
        elif key not in CROSSREF:
            yield Refusal(
                ("crossref", str(key)),
                f"there is no setting `{key}` under `crossref`; Quarto rejects it",
                _crossref_hint(str(key)),
            )
        elif isinstance(value, list):
            yield _lacks("lists of labels", "crossref", str(key))
        elif str(key).endswith("labels") and not _LABELS.fullmatch(str(value)):
            yield Refusal(
                ("crossref", str(key)),
                f"there are no labels {value!r} (`crossref: {key}`)",
                "write arabic, alpha a, alpha A, roman i or roman I",
            )


def _crossref_hint(key: str) -> str:
    if re.fullmatch(r"(nte|tip|wrn|imp|cau)-prefix", key):
        return f"give the word under `language`: `crossref-{key}: …`"
    return f"take it out; there are {', '.join(sorted(CROSSREF))}"


def find_setting(path: Path, to: str, keys: Sequence[str]) -> str:
    """Return the place where a setting of a document stands, or the document's path.

    The document itself counts first, then its folder and its project, as their values do.
    """
    for file, first, lines in _files(path):
        for wanted in (("format", to, *keys), tuple(keys)):
            found = _find_key(lines, wanted)
            if found is not None:
                return f"{file}:{first + found}"
    return str(path)


def _files(path: Path) -> Iterator[tuple[Path, int, list[str]]]:
    """Yield the files of a document's metadata, their first line, and their lines."""
    front = FRONT_MATTER.match(read_text(path, str(path)))
    if front:
        yield path, 2, (front["yaml"] or "").split("\n")
    for name in ("_metadata.yml", "_quarto.yml"):
        file = path.parent / name
        if file.is_file():
            yield file, 1, read_text(file, str(file)).split("\n")


def _find_key(lines: Sequence[str], keys: Sequence[str]) -> int | None:
    """Return the index of the line of a key that stands under others."""
    start, depth, found = 0, -1, None
    for number, key in enumerate(keys):
        inner = _find_below(lines, start, depth, key)
        if inner is None and number and found is not None and _in_flow(lines[found], keys[number:]):
            return found
        if inner is None:
            return None
        found = inner
        start, depth = inner + 1, _indent(lines[inner])
    return found


def _find_below(lines: Sequence[str], start: int, depth: int, key: str) -> int | None:
    """Return the next line with a key, before a line that stands no deeper than its parent."""
    pattern = re.compile(rf"\s*(?:-\s+)?([\"']?){re.escape(key)}\1\s*:(?:\s|$)")
    for index in range(start, len(lines)):
        text = lines[index]
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        indent = _indent(text)
        if indent <= depth:
            return None
        if pattern.match(text) and (depth >= 0 or indent == 0):
            return index
    return None


def _in_flow(text: str, keys: Sequence[str]) -> bool:
    """Whether keys stand within braces on their parent's line."""
    return all(re.search(rf"[{{,]\s*[\"']?{re.escape(key)}[\"']?\s*:", text) for key in keys)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())
