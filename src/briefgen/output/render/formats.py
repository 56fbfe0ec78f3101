"""The formats that documents are published in beside PDF: one declaration for each.

A format says how its file is called, what pictures its programs show and where they look for them,
what its writer would lose, and which engine can write it. Engines, workers, checks and the
table in ``docs/quarto.md`` ask here.

References
----------
quarto-cli, ``src/format/formats.ts``: the suffix that each format is written with.
``src/resources/filters/customnodes/floatreftarget.lua``: the formats whose captions Quarto writes;
in all others a figure or table with an id is left without.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, get_args

from briefgen.config.extensions import note_caller
from briefgen.config.requirements import (
    require,
    require_among,
    require_instance,
    require_name,
    require_suffix,
)
from briefgen.errors import RenderError, suggest

Picture = Literal[".svg", ".png", ".pdf", ""]
Captions = Literal["", "composite", "mixed", "all"]
Title = Literal["", "subtitle", "all"]


@dataclass(frozen=True)
class Format:
    """A format and what it wants.

    Attributes
    ----------
    name
        Pandoc's and Quarto's name.
    suffix
        Of the file, as Quarto writes it too.
    pictures
        What charts have to be for the format's programs; empty where text alone is shown, which
        has the text alternatives.
    links
        Whether the file shows pictures that lie beside it; others hold them.
    archive
        Whether the file is no text.
    written_by
        Pandoc's name of the format, where ``name`` is one's own.
    extensions
        Of Pandoc's writer, switched on or off.
    plain_captions
        Whether captions are written as paragraphs, since the writer would leave them out: ``all``,
        those of what is more than an image or a table of words alone (``composite``), or those of
        figures that hold something else than images (``mixed``).
    plain_title
        Whether title, subtitle, authors and date are written into the text (``all``), or what the
        writer would leave out of them (``subtitle``).
    plain_abstract
        Whether the abstract is written into the text, below what is written of the title.
    quarto
        Whether Quarto writes it without losing captions.
    quarto_settings
        What has to be said to Quarto for this format.
    """

    name: str
    suffix: str
    pictures: Picture = ".svg"
    links: bool = True
    archive: bool = False
    written_by: str = ""
    extensions: str = ""
    plain_captions: Captions = ""
    plain_title: Title = ""
    plain_abstract: bool = False
    quarto: bool = False
    quarto_settings: Mapping[str, str | bool] = field(default_factory=dict)

    @property
    def pandoc_name(self) -> str:
        """What Pandoc calls the format."""
        return self.written_by or self.name

    @property
    def writer(self) -> str:
        """Pandoc's name of the writer, with its extensions."""
        # Pandoc's two names of one writer, of which the second knows fewer extensions
        name = "asciidoc" if self.name == "asciidoctor" else self.pandoc_name
        return name + self.extensions

    @property
    def repairs(self) -> dict[str, str | bool]:
        """What the embedded engine has to write in the writer's place."""
        return {
            "captions": self.plain_captions,
            "title": self.plain_title,
            "abstract": self.plain_abstract or self.plain_title == "all",
        }


_DECLARED: Final = (
    # the web page, and what is printed
    Format("html", ".html", quarto=True),
    Format("html5", ".html", quarto=True),
    # word processors and slides show bitmaps
    Format("docx", ".docx", ".png", links=False, archive=True, quarto=True),
    Format("odt", ".odt", ".png", links=False, archive=True, quarto=True),
    Format("rtf", ".rtf", ".png", links=False, plain_title="subtitle", plain_abstract=True),
    Format("pptx", ".pptx", ".png", links=False, archive=True, plain_captions="all"),
    # readers of books have no fonts of ours, which text in charts is measured for
    Format("epub", ".epub", ".png", links=False, archive=True, quarto=True),
    Format("epub2", ".epub", ".png", links=False, archive=True, quarto=True),
    Format("epub3", ".epub", ".png", links=False, archive=True, quarto=True),
    Format(
        "fb2", ".fb2", ".png", links=False, plain_captions="all", plain_title="subtitle",
        plain_abstract=True,
    ),
    # typesetters; TeX shows no SVG, and Quarto calls rsvg-convert for it
    Format("latex", ".tex", ".pdf", plain_captions="mixed", quarto=True),
    Format(
        "beamer", ".tex", ".pdf", plain_captions="mixed", quarto=True,
        quarto_settings={"output-ext": "tex"},
    ),
    Format("context", ".ctx", ".pdf"),
    # Quarto would go on to a PDF, and leave the bibliography to Typst, which looks for its file
    Format(
        "typst", ".typ", quarto=True,
        quarto_settings={"output-ext": "typ", "citeproc": True, "variant": "-citations"},
    ),
    Format("icml", ".icml", ".pdf", plain_title="all"),
    # light markup
    Format("markdown", ".md", extensions="-citations"),
    Format("gfm", ".md", quarto=True),
    Format("commonmark", ".md", plain_title="all"),
    Format("commonmark_x", ".md"),
    Format("markdown_mmd", ".md", plain_captions="all"),
    Format("markdown_phpextra", ".md", plain_title="all"),
    Format("markdown_strict", ".md", plain_title="all"),
    # AsciiDoc makes other ids of headings than we link to: all are written
    Format(
        "asciidoc", ".adoc", extensions="-auto_identifiers", plain_captions="composite",
        plain_title="subtitle", plain_abstract=True, quarto=True,
    ),
    Format(
        "asciidoctor", ".adoc", extensions="-auto_identifiers", plain_captions="composite",
        plain_title="subtitle", plain_abstract=True, quarto=True,
    ),
    Format("rst", ".rst", plain_captions="composite"),
    Format("org", ".org", extensions="-citations", plain_title="subtitle"),
    Format("djot", ".dj", plain_captions="composite", plain_title="subtitle", plain_abstract=True),
    Format("textile", ".textile", plain_title="all"),
    Format("mediawiki", ".mediawiki", plain_captions="all", plain_title="all"),
    Format("dokuwiki", ".dokuwiki", plain_title="all"),
    Format("jira", ".jira", plain_captions="all", plain_title="all"),
    Format("xwiki", ".xwiki", plain_captions="all", plain_title="all"),
    Format("zimwiki", ".zim", plain_title="all"),
    Format(
        "plain", ".txt", "", links=False, plain_captions="all", plain_title="subtitle",
        plain_abstract=True,
    ),
    # structured text
    Format("docbook", ".xml", plain_abstract=True),
    Format(
        "docbook4", ".xml", plain_captions="composite", plain_title="subtitle", plain_abstract=True,
    ),
    Format("docbook5", ".xml", plain_abstract=True),
    Format("jats", ".xml", quarto=True),
    Format("jats_archiving", ".xml", quarto=True),
    Format("jats_articleauthoring", ".xml", quarto=True),
    Format("jats_publishing", ".xml", quarto=True),
    Format("tei", ".xml", plain_captions="all", plain_title="subtitle", plain_abstract=True),
    Format("ipynb", ".ipynb", links=False, plain_title="all", quarto=True),
)  # fmt: skip
_FORMATS: Final = {form.name: form for form in _DECLARED}


def register_format(form: Format) -> Format:
    """Add a format that documents can be published in.

    Raises
    ------
    SettingsError
        If there is one of this name, or its suffix, writer or pictures are none that there are.
    """
    require_instance(form, Format)
    require_name("an output format", form.name, {*_FORMATS, "pdf", *_refused_names()})
    at = f"the output format {form.name!r}"
    require_suffix(at, form.suffix)
    others = [one.name for one in _FORMATS.values() if one.suffix == form.suffix]
    others += ["pdf"] if form.suffix == ".pdf" else []
    taken = f"{at}: {_either(others or [''])} is written as *{form.suffix} already"
    require(not others, taken, "give it a suffix of its own")
    writers = (*(one.name for one in _DECLARED), *_refused_names())
    require_among(f"{at}: written_by, Pandoc's name,", form.pandoc_name, writers)
    require_among(f"{at}: pictures", form.pictures, get_args(Picture))
    require_among(f"{at}: plain_captions", form.plain_captions, get_args(Captions))
    require_among(f"{at}: plain_title", form.plain_title, get_args(Title))
    _FORMATS[form.name] = form
    note_caller()
    return form


def unregister_format(name: str) -> None:
    """Take a format away."""
    del _FORMATS[name]


def output_formats() -> Mapping[str, Format]:
    """Return every format that can be asked for, by name."""
    return MappingProxyType(_FORMATS)


@dataclass(frozen=True)
class Refusal:
    """Formats that nobody gets: what would be lost, and what to take in their place."""

    names: tuple[str, ...]
    why: str
    instead: tuple[str, ...]


REFUSALS: Final = (
    Refusal(("biblatex", "bibtex", "csljson"), "holds sources alone", ("markdown",)),
    Refusal(("opml",), "holds an outline and loses notes and sources", ("org", "docbook")),
    Refusal(
        ("json", "native", "xml"), "is Pandoc's own notation of a document", ("markdown", "docbook")
    ),
    Refusal(("html4", "chunkedhtml"), "is no whole page of ours", ("html",)),
    Refusal(
        ("dzslides", "revealjs", "s5", "slideous", "slidy"),
        "makes slides for a browser, most of them with scripts from the network",
        ("pptx", "beamer"),
    ),
    Refusal(
        ("bbcode_fluxbb", "bbcode_phpbb"), "loses tables", ("mediawiki", "dokuwiki", "gfm")
    ),
    Refusal(
        ("ansi", "bbcode_steam", "man", "texinfo", "vimdoc"), "shows no pictures", ("plain", "rst")
    ),
    Refusal(("ms",), "loses pictures and captions", ("latex", "typst")),
    Refusal(("opendocument",), "is a part of a file alone", ("odt",)),
    Refusal(("markdown_github",), "is the old name of gfm", ("gfm",)),
    Refusal(
        ("asciidoc_legacy", "bbcode", "bbcode_hubzilla", "bbcode_xenforo", "haddock", "markua",
         "muse"),
        "is not tried",
        ("asciidoc", "gfm"),
    ),
)  # fmt: skip


def _refused_names() -> list[str]:
    return [name for refusal in REFUSALS for name in refusal.names]


def find_format(name: str, engine: str = "pandoc", where: str | None = None) -> Format:
    """Return a format that an engine can write without losing anything of weight.

    Parameters
    ----------
    where
        What an error names as its place.

    Raises
    ------
    RenderError
        If there is no such format, it is refused, or the engine cannot write it.
    """
    form = _FORMATS.get(name)
    if form is None:
        raise _refuse(name, where)
    if engine == "quarto" and not form.quarto:
        others = (one.name for one in _FORMATS.values() if one.quarto and one.name != "html5")
        raise RenderError(
            f"Quarto leaves out captions of figures and tables in {name}",
            where=where,
            hint=f"`--engine pandoc` writes them; with Quarto take {_either(others)}",
        )
    return form


def check_formats(names: Iterable[str], engine: str) -> None:
    """Refuse formats that cannot be published, or not together.

    Raises
    ------
    RenderError
        With the name of the format, and what to do.
    """
    taken: dict[str, str] = {}
    for name in dict.fromkeys(names):
        if name == "pdf":
            continue
        if name == "html5":
            raise RenderError("the web page is called html", hint="write `--to html`")
        suffix = find_format(name, engine).suffix
        if suffix in taken:
            raise RenderError(
                f"{taken[suffix]} and {name} would write the same file (*{suffix})",
                hint="ask for one of them, or build into two folders with `--output`",
            )
        taken[suffix] = name


def _refuse(name: str, where: str | None) -> RenderError:
    for refusal in REFUSALS:
        if name in refusal.names:
            return RenderError(
                f"{name} {refusal.why}", where=where, hint=f"take {_either(refusal.instead)}"
            )
    return RenderError(
        f"Pandoc writes no format {name!r}", where=where, hint=suggest(name, list(_FORMATS))
    )


def _either(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last
