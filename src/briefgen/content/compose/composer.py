"""Template + key + evidence → a complete Quarto document in a folder.

In: `Settings`, `Released`, recommendations, a `DocumentKey`. Out: ``document.qmd``, its exhibits
(``exhibits/*.svg``), their data (``data/*.csv``) and ``evidence.json``, the sidecar with all the
evidence that the document prints. ``quarto render`` takes the folder as it is. The same input gives
the same bytes.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import jinja2

from briefgen.config.addresses import Address, find_addresses, lies_in
from briefgen.config.document_kinds import find_document_kind
from briefgen.config.plain_text import capital
from briefgen.config.quarto_files import NAMING_FILES, named_files
from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Settings
from briefgen.config.yaml_text import plain_number
from briefgen.content.compose.drawing import ExhibitCache, TemplateDrawing
from briefgen.content.compose.exhibit_store import ExhibitStore
from briefgen.content.compose.facts import describe_brief
from briefgen.content.compose.lint import lint_numbers
from briefgen.content.compose.origins import Origins
from briefgen.content.compose.places import E, name_template
from briefgen.content.compose.reach import check_drawing, check_picture, find_outside
from briefgen.content.compose.scope import Scope, as_yaml
from briefgen.content.compose.templates import (
    check_inside,
    make_environment,
    render_template,
    template_folders,
)
from briefgen.content.compose.text import (
    CODE,
    blank,
    count_words,
    list_entries,
    running_text,
    set_addresses,
    set_front_matter,
    split_front_matter,
)
from briefgen.content.language import Locale
from briefgen.content.language.blanks import set_blanks
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.markdown import evidence_keys, plain_text
from briefgen.content.language.quotes import find_marks, set_document
from briefgen.content.levers import find_concern, find_reach
from briefgen.errors import TemplateError, find_line
from briefgen.model import DocumentKey, Released
from briefgen.released_json import evidence_as_dict

DOCUMENT: Final = "document.qmd"
SIDECAR: Final = "evidence.json"
LINE_SHOWN: Final = 80
"""Letters of a line that a message shows."""
IDENTIFIER: Final = re.compile(r"\{[^{}\n]*#([^\W\d_][\w.:-]*)")
REFERENCE: Final = re.compile(
    r"(?<![\w\\.])-?@(?:\{(?P<braced>[^{}\s]+)\}"
    r"|(?P<name>[^\W\d_]\w*(?:(?:[:.#$%&+?<>~/-]|[:/]/)\w+)*))"
)
"""As Pandoc reads it: single signs within a name belong to it, those at its end do not."""
EXAMPLE: Final = re.compile(r"^[ \t>]*\(?@([\w-]+)[.)]\s", re.MULTILINE)
"""A numbered example and its label, to which the text may refer."""
NUMBERED: Final = re.compile(r"(?:fig|tbl|lst|sec|eq|nte|tip|wrn|imp|cau)-")
PDF_ALONE: Final = re.compile(r"(?:when|unless)-format\s*=\s*[\"']?pdf\b[\"']?")
AT_TOP: Final = ("title", "subtitle", "pagetitle", "author", "date", "abstract", "lang")
VARIABLES: Final = "_variables.yml"
VARIABLE: Final = re.compile(r"(?<!\{)\{\{<\s*var\s[^<>]*>\}\}(?!\})")
NOTE: Final = re.compile(r"(?<!\\)\^\[|(?<!\\)\[\^")
INLINE: Final = re.compile(r"<[^<>\s]+@[^<>\s]+>")
REMOTE_PICTURE: Final = re.compile(
    r"!\[[^\]]*\]\(\s*<?((?:[a-z][a-z\d+.-]*:)?/[^)>\s]*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Composed:
    """A composed document.

    Attributes
    ----------
    source
        The ``.qmd`` file.
    title
        Without markup.
    evidence
        Keys of all the evidence that it prints, in text, figures and tables.
    exhibits
        Names of its figures and tables, in order.
    words
        Of the running text: no tables, alternative texts or markup.
    facts
        What a brief tells and advises (`facts.describe_brief`).
    """

    key: DocumentKey
    source: Path
    title: str
    evidence: tuple[str, ...]
    exhibits: tuple[str, ...]
    words: int
    facts: Mapping[str, Any] = field(default_factory=dict)


class Composer:
    """Composes the documents of a study; warm templates and exhibits serve many of them.

    Parameters
    ----------
    settings, released, recommendations
        Of the study.
    templates
        Folder of the study's own templates; default: ``reports`` in its folder. What is not there
        is taken from the defaults.
    store
        Folder in which exhibits are kept for other processes and runs. It has to be another one
        for other evidence, settings, catalogues, brand or versions.
    """

    def __init__(
        self,
        settings: Settings,
        released: Released,
        recommendations: Sequence[Recommendation] = (),
        *,
        templates: Path | None = None,
        store: Path | None = None,
    ) -> None:
        self.settings = settings
        self.released = released
        self.recommendations = tuple(recommendations)
        self.folders = template_folders(settings, templates)
        self._sentences: dict[str, SentenceContext] = {}
        self._exhibits = ExhibitCache(settings, released, ExhibitStore(store))

    @cached_property
    def environment(self) -> jinja2.Environment:
        """Jinja2 with the study's templates."""
        environment = make_environment(self.folders)
        environment.filters["yaml"] = as_yaml
        environment.filters["capital"] = capital
        return environment

    def locale(self, language: str) -> Locale:
        """Return the texts and formats of a language."""
        return self.sentences(language).locale

    def sentences(self, language: str) -> SentenceContext:
        """Return what sentences in a language are made of."""
        if language not in self._sentences:
            self._sentences[language] = SentenceContext.of(
                self.settings, self.released, language, self._reach, self._concern
            )
        return self._sentences[language]

    @cached_property
    def _reach(self) -> dict[str, frozenset[str]]:
        """By audience the measures that a recommendation lets it move."""
        return {code: find_reach(self.recommendations, code) for code in self.settings.audiences}

    @cached_property
    def _concern(self) -> dict[str, frozenset[str]]:
        """By audience the statements and subjects that its recommendations rest on."""
        return {code: find_concern(self.recommendations, code) for code in self.settings.audiences}

    def compose(self, key: DocumentKey, folder: Path) -> Composed:
        """Write a document with its exhibits, data and sidecar into a folder.

        Raises
        ------
        TemplateError
            With template and line, if the template asks for what there is not.
        """
        scope = self._scope(key)
        drawing = TemplateDrawing(scope, self._exhibits)
        text, origins = self._render(key, scope, drawing)
        with _naming_template(origins, text):
            text = self._cite_own(set_addresses(text))
        with _naming_template(origins, text):
            self._refuse_reach(text, origins)
            self._refuse_strays(text, origins)
            self._refuse_lost(text, origins)
            self._refuse_unknown(text, origins)
            composed = self._write(key, folder, text, drawing, describe_brief(scope))
            self._copy_files(text, folder, composed.exhibits, origins)
        return composed

    def trace(self, key: DocumentKey) -> Origins:
        """Return which lines of which templates a document comes from; it is rendered again."""
        scope = self._scope(key)
        return self._render(key, scope, TemplateDrawing(scope, self._exhibits))[1]

    def name_template(self, error: E, key: DocumentKey, source: Path) -> E:
        """Return an error about the composed ``source`` with its place in the templates."""
        folders = [*self.folders, self.settings.data_folder]
        return name_template(error, source, folders, lambda: self.trace(key))

    def _scope(self, key: DocumentKey) -> Scope:
        sentences = self.sentences(key.language)
        return Scope(self.settings, self.released, self.recommendations, key, sentences)

    def _render(
        self, key: DocumentKey, scope: Scope, drawing: TemplateDrawing
    ) -> tuple[str, Origins]:
        name = find_document_kind(key.kind).template
        written, origins = render_template(self.environment, name, scope.names(drawing))
        text = set_document(_tidy(written), find_marks(scope.locale.quote))
        return set_blanks(text, key.language), origins

    def _refuse_reach(self, text: str, origins: Origins) -> None:
        """Raise `TemplateError` if a document would reach what is not its own: files, programs."""
        found = find_outside(text, split_front_matter(text)[0])
        if found is not None:
            place = origins.place_of(text, _line_with(text, found.line))
            raise TemplateError(found.rule, where=place, hint=found.remedy)

    def _refuse_lost(self, text: str, origins: Origins) -> None:
        """Raise `TemplateError` for what the page of a document, and so its PDF, would lose."""
        for found in PDF_ALONE.finditer(blank(CODE, text)):
            raise TemplateError(
                f"{found[0]}: a PDF is made of the web page, and has its text",
                where=origins.place_of(text, find_line(text, found.start())),
                hint="html stands for both here; for TeX write latex",
            )
        formats = split_front_matter(text)[0].get("format")
        page = formats.get("html") if isinstance(formats, dict) else None
        lost = next((name for name in AT_TOP if isinstance(page, dict) and name in page), None)
        if lost:
            raise TemplateError(
                f"`{lost}` under `format: html` would be lost",
                where=origins.place_of(text, _line_with(text, f"{lost}:")),
                hint="state it at the top of the front matter: all formats have it",
            )

    def _refuse_unknown(self, text: str, origins: Origins) -> None:
        """Raise `TemplateError` if the text refers to what there is not: ``@fig-roles``."""
        front, body = split_front_matter(text)
        shown = INLINE.sub("", running_text(body))
        known = {*IDENTIFIER.findall(body), *self._list_sources(front), *EXAMPLE.findall(shown)}
        for match in REFERENCE.finditer(shown):
            name = match["braced"] or match["name"]
            if not {_in_small(name), name, name.rstrip("_")} & known:
                raise TemplateError(
                    f"nothing is called @{name}",
                    where=origins.place_of(text, _line_in_body(text, shown, match.start())),
                    hint="refer to an id of the document or of the bibliography; in Markdown an @"
                    " that is no reference is written with a backslash before it",
                )

    def _refuse_strays(self, text: str, origins: Origins) -> None:
        """Raise `TemplateError` if a number stands in the text that comes from nowhere."""
        problems = lint_numbers(text)
        if problems:
            first = problems[0]
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            line = text.splitlines()[(first.row or 1) - 1].strip()
            raise TemplateError(
                f"{first.rule}{more}: {line[:LINE_SHOWN]}",
                where=origins.place_of(text, first.row or 1),
                hint=first.remedy,
            )

    def _list_sources(self, front: dict[str, Any]) -> set[str]:
        """Return the keys of the bibliographies that a document names, and of its own entries."""
        entries = front.get("references")
        entries = entries if isinstance(entries, list) else []
        found = {str(entry.get("id")) for entry in entries if isinstance(entry, dict)}
        for name in _as_list(front.get("bibliography")):
            path = self._find(name)
            if path is not None:
                found |= list_entries(path)
        return found

    def _cite_own(self, text: str) -> str:
        """Name the study's own bibliography and style of citations in a document that cites."""
        own, style = self.own_bibliography, self.own_style
        front, body = split_front_matter(text)
        listed = _as_list(front.get("bibliography"))
        if own and (listed or any(f"@{key}" in body for key in list_entries(own[1]))):
            text = set_front_matter(text, "bibliography", [*listed, own[0]])
            listed = [*listed, own[0]]
        if style and listed and "csl" not in front:
            text = set_front_matter(text, "csl", style[0])
        return text

    @cached_property
    def own_bibliography(self) -> tuple[str, Path] | None:
        """The study's bibliography: its name in documents, and the file."""
        return self._own_file(self.settings.info.files.bibliography)

    @cached_property
    def own_style(self) -> tuple[str, Path] | None:
        """The study's style of citations."""
        return self._own_file(self.settings.info.files.csl)

    def _own_file(self, name: str | None) -> tuple[str, Path] | None:
        if not name:
            return None
        path = self.settings.data_folder / name
        if not path.is_file():
            raise TemplateError(
                f"the file {name!r} is not there", where="data/study.yml", hint="correct the name"
            )
        check_inside(path, self.settings.folder, f"data/{name}")
        # a name that no file of templates has: theirs stand beside it
        return f"study-{path.name}", path

    def _write(
        self,
        key: DocumentKey,
        folder: Path,
        text: str,
        drawing: TemplateDrawing,
        facts: Mapping[str, Any],
    ) -> Composed:
        front, body = split_front_matter(text)
        title = _title_of(front, text)
        if not title:
            raise TemplateError(
                "the document has no title",
                where=f"reports/{find_document_kind(key.kind).template}",
                hint="state title or pagetitle in the front matter",
            )
        folder.mkdir(parents=True, exist_ok=True)
        source = folder / DOCUMENT
        source.write_text(text, encoding="utf-8", newline="\n")
        drawing.collected.write(folder, find_marks(self.locale(key.language).quote))
        keys = self._list_printed_keys(text, drawing)
        composed = Composed(
            key=key,
            source=source,
            title=title,
            evidence=keys,
            exhibits=tuple(drawing.collected.exhibits),
            words=count_words(body),
            facts=facts,
        )
        self._write_sidecar(composed, folder)
        self._check_length(composed)
        return composed

    def _list_printed_keys(self, text: str, drawing: TemplateDrawing) -> tuple[str, ...]:
        keys = [*evidence_keys(text), *drawing.collected.keys]
        return tuple(sorted({key for key in keys if key in self.released}))

    def _write_sidecar(self, composed: Composed, folder: Path) -> None:
        key = composed.key
        content = {
            "study": self.settings.info.id,
            "document": {
                "name": key.name,
                "kind": key.kind,
                "region": key.region,
                "audience": key.audience,
                "language": key.language,
                "edition": key.edition,
                "title": composed.title,
                "words": composed.words,
                "exhibits": list(composed.exhibits),
                **composed.facts,
            },
            "evidence": [evidence_as_dict(self.released[item]) for item in composed.evidence],
        }
        text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / SIDECAR).write_text(f"{text}\n", encoding="utf-8", newline="\n")

    def _check_length(self, composed: Composed) -> None:
        kind = find_document_kind(composed.key.kind)
        if kind.most_words is not None and composed.words > kind.most_words:
            raise TemplateError(
                f"{composed.key.name} has {composed.words} words, {kind.most_words} are allowed",
                where=f"reports/{kind.template}",
                hint="ask for fewer findings or recommendations",
            )

    def _copy_files(
        self, text: str, folder: Path, exhibits: Iterable[str], origins: Origins
    ) -> None:
        """Copy what the document refers to and templates carry: of settings, pictures, links."""
        front, body = split_front_matter(text)
        for name in _named_files(front):
            self._copy(name, folder, origins.place_of(text, _line_with(text, name)))
        self._copy_variables(text, folder, origins)
        self._refuse_remote(text, body, origins)
        made = {f"exhibits/{name}.svg" for name in exhibits}
        for address in find_addresses(body):
            if address.path not in made and not lies_in(folder, address.path):
                place = origins.place_of(text, _line_in_body(text, body, address.start))
                self._copy_linked(address, place, folder)

    def _copy_variables(self, text: str, folder: Path, origins: Origins) -> None:
        """Copy the values of the shortcode ``var``, which engines look for beside the document."""
        asking = VARIABLE.search(text)
        if asking is None:
            return
        if self._find(VARIABLES) is None:
            raise TemplateError(
                f"{asking[0]}: there is no file reports/{VARIABLES}",
                where=origins.place_of(text, find_line(text, asking.start())),
                hint="write it, with a line for each variable, or state the value in the front"
                " matter and print it with {{< meta … >}}",
            )
        self._copy(VARIABLES, folder, "")

    def _refuse_remote(self, text: str, body: str, origins: Origins) -> None:
        """Refuse pictures of the network or of the machine: those of templates have a path."""
        for found in REMOTE_PICTURE.finditer(blank(CODE, body)):
            raise TemplateError(
                f"{found[1]!r} is no picture of the templates",
                where=origins.place_of(text, _line_in_body(text, body, found.start())),
                hint="put the picture into reports/, with a path inside of it",
            )

    def _copy_linked(self, address: Address, place: str, folder: Path) -> None:
        if address.shown:
            self._check_picture(address.path, place)
        try:
            self._copy(address.path, folder, place)
        except TemplateError as error:
            if error.where != place:  # it knows the file alone, and the author wants the line
                error.message, error.where = f"{error.where}: {error.message}", place
            raise

    def _check_picture(self, name: str, place: str) -> None:
        try:
            check_picture(name)
        except TemplateError as error:
            error.where = place
            raise

    def _find(self, name: str) -> Path | None:
        """Return a file that templates carry, or the study's own bibliography.

        Raises
        ------
        TemplateError
            If it is a link that leads out of its folder.
        """
        for own in (self.own_bibliography, self.own_style):
            if own and own[0] == name:
                return own[1]
        for root in self.folders:
            path = root / name
            if path.is_file():
                check_inside(path, root, name)
                return path
        return None

    def _copy(self, name: str, folder: Path, place: str) -> None:
        found = self._find(name)
        target = (folder / name).resolve()
        if found is None or not target.is_relative_to(folder.resolve()):
            raise TemplateError(
                f"the file {name!r} is not there",
                where=place,
                hint="put it into reports/, with a path inside of it",
            )
        if target.suffix.lower() == ".svg":
            check_drawing(found, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(found, target)


def _in_small(name: str) -> str:
    """Return the id that a reference at the start of a sentence means: ``@Fig-a``."""
    small = name[:1].lower() + name[1:]
    return small if NUMBERED.match(small) else name


def _title_of(front: Mapping[str, Any], text: str) -> str:
    """Return the title as indexes and readers' programs have it, which know no notes."""
    name = "title" if front.get("title") else "pagetitle"
    written = _as_printed(front.get(name))
    if NOTE.search(written):
        raise TemplateError(
            f"the {name} has a note",
            row=_line_with(text, f"{name}:"),
            hint="move the note into the text; or write \\^[ for the signs themselves",
        )
    return plain_text(written)


def _as_printed(value: Any) -> str:
    """Return metadata as Quarto prints them: a number by its value, whatever its notation."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return plain_number(value)
    return "" if value is None else str(value)


def _as_list(value: Any) -> list[str]:
    if value is None:
        return []
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _named_files(front: dict[str, Any]) -> Iterator[str]:
    """Yield the files that metadata name, also those of a format."""
    formats = front.get("format")
    own = formats.values() if isinstance(formats, dict) else ()
    for settings in (front, *(one for one in own if isinstance(one, dict))):
        for key in NAMING_FILES:
            yield from named_files(settings.get(key))


def _line_with(text: str, wanted: str) -> int:
    """Return the first line that is a text, else that begins with it, else that holds it."""
    lines = list(enumerate((line.strip() for line in text.split("\n")), start=1))
    found = (
        *(number for number, line in lines if line == wanted),
        *(number for number, line in lines if line.startswith(wanted)),
        *(number for number, line in lines if wanted in line),
    )
    return found[0] if found else 0


def _line_in_body(text: str, body: str, position: int) -> int:
    """Return the line of a document in which a place of its body is, counted from the end."""
    return text.count("\n") - body.count("\n", position) + 1


@contextmanager
def _naming_template(origins: Origins, text: str) -> Iterator[None]:
    """Give errors about a composed document that know no file their template, and its line."""
    try:
        yield
    except TemplateError as error:
        if error.where is None:
            error.where = origins.place_of(text, error.row or 0)
            error.row = None
        raise


def _tidy(text: str) -> str:
    """Take trailing blanks and runs of empty lines away, which loops leave behind."""
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip() + "\n"
