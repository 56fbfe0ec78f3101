"""A worker: one process that makes documents, with the tools that it keeps warm.

In: a `BuildContext`, which is all that documents are made from, behind the wall. Out: a `Worker`,
whose tools (templates, fonts, stylesheets, the engine) are made when they are first needed and
then serve many documents. ``composing`` and ``printing`` work with it; ``pool`` starts it.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Final

from briefgen.config.brand import Brand, load_brand
from briefgen.config.document_kinds import Readers, find_document_kind
from briefgen.content.compose import Composer
from briefgen.content.language.quotes import find_marks, set_plain
from briefgen.model import DocumentKey, Text
from briefgen.output.pages import PageMeta
from briefgen.output.pdf import Printer
from briefgen.output.render import Engine, find_engine
from briefgen.pipeline.work.documents import BuildContext, document_date
from briefgen.pipeline.work.fingerprint import select_styles
from briefgen.pipeline.work.labels import imprint_lines, page_labels
from briefgen.pipeline.work.publish import name_readers, slugify


@dataclass(frozen=True)
class Worker:
    """One process and its tools, each made once.

    Attributes
    ----------
    context
        What documents are made from.
    process
        The id of the process: in one that is forked from it, the tools belong to somebody else.
    """

    context: BuildContext
    process: int = field(default_factory=os.getpid)

    @cached_property
    def composer(self) -> Composer:
        """Templates and evidence."""
        context = self.context
        return Composer(
            context.settings, context.released, context.recommendations, store=context.exhibits
        )

    @cached_property
    def engine(self) -> Engine:
        """The engine that makes HTML from composed documents."""
        return find_engine(self.context.engine)

    @cached_property
    def brand(self) -> Brand:
        """Colours, fonts and logo."""
        return load_brand(self.context.settings.folder)

    @cached_property
    def printer(self) -> Printer:
        """WeasyPrint with stylesheets and fonts loaded."""
        fonts = sorted({path.parent for path in self.brand.font_files})
        return Printer(self.context.styles[0], fonts)

    @cached_property
    def style_hashes(self) -> dict[str, str]:
        """SHA-256 of the files of the stylesheet folder, by path in it."""
        return select_styles(self.context.hashes)

    @cached_property
    def labels(self) -> dict[str, Mapping[str, str]]:
        """Interface texts of pages, by language, as far as they were asked for."""
        return {}

    @cached_property
    def readers(self) -> dict[tuple[str, str], Mapping[Readers, str]]:
        """Names of files by region and audience, by kind of document and language."""
        return {}


def _labels_in(worker: Worker, language: str) -> Mapping[str, str]:
    if language not in worker.labels:
        worker.labels[language] = page_labels(worker.context.settings, language)
    return worker.labels[language]


# --- what a page says about itself ----------------------------------------------------------


def name_files(worker: Worker, key: DocumentKey) -> str:
    """Return the path of a document without suffix, relative to its edition.

    A document for all readers is named by its kind; of one for each reader, the folder is.
    """
    locale = worker.composer.locale(key.language)
    kind = slugify(locale.text(find_document_kind(key.kind).file_name))
    names = _readers_of(worker, key.kind, key.language)
    own = names[key.region, key.audience]
    return f"{key.language}/{kind}/{own}" if own else f"{key.language}/{kind}"


def _readers_of(worker: Worker, kind: str, language: str) -> Mapping[Readers, str]:
    if (kind, language) not in worker.readers:
        named = name_readers(worker.context.settings, kind, language)
        worker.readers[kind, language] = named
    return worker.readers[kind, language]


def describe_page(worker: Worker, key: DocumentKey, title: str) -> PageMeta:
    """Gather what a page says about itself."""
    settings = worker.context.settings
    info = settings.info
    language = key.language
    publication = info.publication
    nation = info.regions.nation
    is_nowhere = not key.region or (key.region == nation.code and not nation.is_place)
    region = "" if is_nowhere else settings.domains[key.region].name[language]
    audience = settings.audiences[key.audience].name[language] if key.audience else ""
    locale = worker.composer.locale(language)
    marks = find_marks(locale.quote)
    return PageMeta(
        title=title,
        subtitle=set_plain(publication.subtitle[language], marks) if publication.subtitle else "",
        kind=key.kind,
        language=language,
        edition=key.edition,
        region=key.region,
        audience=key.audience,
        region_name=set_plain(region, marks),
        audience_name=set_plain(audience, marks),
        institute=set_plain(info.institute.name[language], marks),
        commissioner=set_plain(info.commissioner.name[language], marks)
        if info.commissioner
        else "",
        date=locale.date(document_date(settings).date()),
        authors=[set_plain(name, marks) for name in publication.authors],
        keywords=_split_keywords(publication.keywords, language),
        demonstration=info.demonstration,
        set_quotes=partial(set_plain, marks=marks),
        labels=_labels_in(worker, language),
        imprint=[
            (label, set_plain(content, marks))
            for label, content in imprint_lines(settings, language)
        ],
    )


def _split_keywords(text: Text | None, language: str) -> tuple[str, ...]:
    words = text[language].split(",") if text else []
    return tuple(word.strip() for word in words if word.strip())


def other_languages(worker: Worker, key: DocumentKey) -> dict[str, str]:
    """Return where in the edition the same document stands in the study's other languages."""
    others = [name for name in worker.context.settings.languages if name != key.language]
    keys = {name: dataclasses.replace(key, language=name) for name in others}
    return {
        f"language:{name}": f"{name_files(worker, other)}/index.html"
        for name, other in keys.items()
    }


# --- the worker of this process -------------------------------------------------------------

_workers: list[Worker] = []
"""The one of this process, once it has started."""
_inherited: list[Worker] = []


def start_worker(context: BuildContext) -> None:
    """Set up this process; in one that stays, what is warm and still right is kept.

    Nothing is taken over from the worker of a process that this one was forked from: an engine
    that two share would mix up their answers.
    """
    own = [worker for worker in _workers if worker.process == os.getpid()]
    if not own:
        _inherited[:] = _workers  # kept, so that nobody closes what belongs to the other process
    worker = Worker(context)
    for before in own:
        _take_over(worker, before)
    _workers[:] = [worker]


def this_worker() -> Worker:
    """Return the worker of this process."""
    return _workers[0]


def warm_up() -> None:
    """Get ready to print in this process: fonts, stylesheets, engine."""
    for worker in _workers:
        _ = worker.printer, worker.engine


def _take_over(worker: Worker, before: Worker) -> None:
    """Take the tools of an earlier worker of this process whose inputs are the same."""
    for tool, list_inputs in _TOOL_INPUTS.items():
        made = before.__dict__.pop(tool, None)
        if made is None:
            continue
        if list_inputs(before.context) == list_inputs(worker.context):
            worker.__dict__[tool] = made  # where `cached_property` keeps what it made
        elif tool == "engine":
            made.close()


def _composing_inputs(context: BuildContext) -> list[object]:
    """List what a warm composer rests on; the templates it reads again when they change."""
    hashes = {
        name: sha if not name.startswith("reports/") else ""
        for name, sha in context.hashes.items()
        if not name.endswith(".css")
    }
    released = id(context.released)  # alive, since the worker that has it holds it
    return [context.settings.folder, context.settings.edition, released, hashes]


def _printing_inputs(context: BuildContext) -> list[object]:
    return [context.styles, select_styles(context.hashes)]


def _rendering_inputs(context: BuildContext) -> list[object]:
    return [context.engine, document_date(context.settings)]


_TOOL_INPUTS: Final = {
    "composer": _composing_inputs, "printer": _printing_inputs, "engine": _rendering_inputs,
}  # fmt: skip
