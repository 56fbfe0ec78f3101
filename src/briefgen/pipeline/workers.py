"""What a worker process does: compose one document, or print a batch of composed ones.

In: a `Workshop`, which is all that documents are made from, behind the wall. Each process warms
up once (templates, fonts, stylesheets, the engine) and then makes many documents. ``build`` hands
out the work.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from briefgen.config.brand import Brand, load_brand
from briefgen.config.document_kinds import find_document_kind
from briefgen.content.compose import Composed, Composer
from briefgen.errors import BriefgenError, PrintError, RenderError, TemplateError
from briefgen.model import DocumentKey, Text
from briefgen.output.pages import PageMeta, assemble_page, write_fonts
from briefgen.output.pdf import Printer
from briefgen.output.pdf.bitmaps import copy_with_pictures
from briefgen.output.render import Engine, RenderJob, find_engine
from briefgen.output.render.formats import find_format
from briefgen.pipeline.drafts import Draft, Outcome, Workshop, document_date
from briefgen.pipeline.fingerprint import list_parts, select_styles
from briefgen.pipeline.labels import imprint_lines, page_labels
from briefgen.pipeline.publish import (
    DocumentRecord,
    FileRecord,
    Staging,
    files_can_be_written,
    name_document,
    record_file,
)


class Bench:
    """The warm tools of one process.

    Parameters
    ----------
    workshop
        What documents are made from.
    before
        The bench that the process had until now: tools whose inputs are the same are taken over.
    """

    def __init__(self, workshop: Workshop, before: Bench | None = None) -> None:
        self.workshop = workshop
        self.process = os.getpid()
        self._labels: dict[str, Mapping[str, str]] = {}
        if before is not None:
            self._take_over(before)

    def _take_over(self, before: Bench) -> None:
        for tool, tell in (
            ("composer", _composing_inputs), ("printer", _printing_inputs),
            ("engine", _rendering_inputs),
        ):  # fmt: skip
            made = before.__dict__.pop(tool, None)
            if made is None:
                continue
            if tell(before.workshop) == tell(self.workshop):
                self.__dict__[tool] = made
            elif tool == "engine":
                made.close()

    @cached_property
    def composer(self) -> Composer:
        """Templates and evidence."""
        shop = self.workshop
        return Composer(shop.settings, shop.released, shop.recommendations, shelf=shop.shelf)

    @cached_property
    def engine(self) -> Engine:
        """The engine that makes HTML from composed documents."""
        return find_engine(self.workshop.engine)

    @cached_property
    def brand(self) -> Brand:
        """Colours, fonts and logo."""
        return load_brand(self.workshop.settings.folder)

    @cached_property
    def printer(self) -> Printer:
        """WeasyPrint with stylesheets and fonts loaded."""
        fonts = sorted({path.parent for path in self.brand.font_files})
        return Printer(self.workshop.styles[0], fonts)

    @cached_property
    def style_hashes(self) -> dict[str, str]:
        """SHA-256 of the files of the stylesheet folder, by path in it."""
        return select_styles(self.workshop.hashes)

    def labels(self, language: str) -> Mapping[str, str]:
        """Interface texts of pages in a language."""
        if language not in self._labels:
            self._labels[language] = page_labels(self.workshop.settings, language)
        return self._labels[language]

    # --- compose ---

    def compose(self, key: DocumentKey) -> Draft:
        """Compose a document into its folder, afresh."""
        shop = self.workshop
        folder = shop.composed / key.language / key.name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        composed: Composed = self.composer.compose(key, folder)
        return Draft(
            key=key,
            folder=folder,
            title=composed.title,
            words=composed.words,
            parts=list_parts(
                folder,
                key.kind,
                self.style_hashes,
                shop.versions,
                self._describe_surroundings(key),
            ),
            evidence=tuple(composed.evidence),
        )

    def _describe_surroundings(self, key: DocumentKey) -> dict[str, str]:
        """Return what the page says and where it goes, beside what is composed."""
        meta = dataclasses.asdict(self.describe_page(key, title=""))
        meta |= {"path": self.name(key), "date": document_date(self.workshop.settings)}
        return {name: str(value) for name, value in meta.items()}

    # --- print ---

    def make(self, drafts: Sequence[Draft], formats: Sequence[str]) -> list[Outcome]:
        """Render a batch with one call of the engine, then print each into staging."""
        jobs = [RenderJob(draft.folder / "document.qmd", _content_path(draft)) for draft in drafts]
        rendered = {outcome.job.source: outcome for outcome in self.engine.render(jobs)}
        return [
            self._finish(draft, rendered[job.source].error, rendered[job.source].seconds, formats)
            for draft, job in zip(drafts, jobs, strict=True)
        ]

    def _finish(
        self, draft: Draft, error: RenderError | None, seconds: float, formats: Sequence[str]
    ) -> Outcome:
        start = time.perf_counter()
        if error is not None:
            return Outcome(draft.key, error=error, seconds=seconds)
        try:
            with _told_as_error(draft.key, PrintError):
                record = self._stage(draft, formats)
        except BriefgenError as failure:
            return Outcome(draft.key, error=failure)
        elapsed = seconds + time.perf_counter() - start
        return Outcome(draft.key, draft=draft, record=record, seconds=elapsed)

    def _stage(self, draft: Draft, formats: Sequence[str]) -> DocumentRecord:
        shop, key = self.workshop, draft.key
        staging = Staging(shop.output, key.edition)
        staging.discard(key.name)
        folder = staging.document_folder(key.name)
        stem = self.name(key)
        target = folder / f"{stem}.pdf"
        target.parent.mkdir(parents=True)
        content = _content_path(draft).read_text(encoding="utf-8")
        pages = self._print(draft, content, target)
        files = {"pdf": f"{stem}.pdf", **self._copy_evidence(draft, folder, stem)}
        if "html" in formats:
            files |= self._write_web_page(draft, content, folder, stem)
        for extra in set(formats) - {"html", "pdf"}:
            files |= self._convert(draft, folder, stem, extra)
        records: dict[str, FileRecord] = {
            name: record_file(folder, path) for name, path in sorted(files.items())
        }
        record = self._describe(draft, records, pages)
        staging.finish(record)
        return record

    def _describe(self, draft: Draft, files: dict[str, FileRecord], pages: int) -> DocumentRecord:
        key = draft.key
        return DocumentRecord(
            name=key.name, kind=key.kind, region=key.region, audience=key.audience,
            language=key.language, title=draft.title, pages=pages, words=draft.words,
            fingerprint=draft.fingerprint, parts=draft.parts, snapshot=self.workshop.snapshot,
            files=files,
        )  # fmt: skip

    def name(self, key: DocumentKey) -> str:
        """Return the path of a document without suffix, relative to its edition."""
        locale = self.composer.locale(key.language)
        return name_document(
            self.workshop.settings, key, locale.text(find_document_kind(key.kind).file_name)
        )

    def _print(self, draft: Draft, content: str, target: Path) -> int:
        meta = self.describe_page(draft.key, draft.title)
        html = assemble_page(content, meta, self.brand, "print")
        printed = self.printer.print(
            html,
            draft.folder,
            target,
            allowed=[draft.folder, *self.workshop.styles, *self._logo()],
            identifier=bytes.fromhex(draft.fingerprint)[:16],
            date=document_date(self.workshop.settings),
        )
        return printed.pages

    def _logo(self) -> list[Path]:
        """Return the logo's file, which may lie beside the brand's file and not in ``styles``."""
        return [self.brand.logo] if self.brand.logo is not None else []

    def describe_page(self, key: DocumentKey, title: str) -> PageMeta:
        """Gather what a page says about itself."""
        settings = self.workshop.settings
        info = settings.info
        language = key.language
        publication = info.publication
        labels = self.labels(language)
        nation = info.regions.nation
        is_nowhere = not key.region or (key.region == nation.code and not nation.is_place)
        region = "" if is_nowhere else settings.domains[key.region].name[language]
        audience = settings.audiences[key.audience].name[language] if key.audience else ""
        return PageMeta(
            title=title,
            subtitle=publication.subtitle[language] if publication.subtitle else "",
            kind=key.kind,
            language=language,
            edition=key.edition,
            region=key.region,
            audience=key.audience,
            region_name=region,
            audience_name=audience,
            institute=info.institute.name[language],
            commissioner=info.commissioner.name[language] if info.commissioner else "",
            date=self.composer.locale(language).date(document_date(settings).date()),
            authors=publication.authors,
            keywords=_split_keywords(publication.keywords, language),
            demonstration=info.demonstration,
            labels=labels,
            imprint=imprint_lines(settings, language),
        )

    def _copy_evidence(self, draft: Draft, folder: Path, stem: str) -> dict[str, str]:
        files = {"evidence": f"{stem}.evidence.json"}
        shutil.copyfile(draft.folder / "evidence.json", folder / files["evidence"])
        for path in sorted((draft.folder / "data").glob("*.csv")):
            name = f"{Path(stem).parent}/data/{Path(stem).name}/{path.name}"
            files[f"data/{path.name}"] = name
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, folder / name)
        return files

    def _write_web_page(
        self, draft: Draft, content: str, folder: Path, stem: str
    ) -> dict[str, str]:
        links = {"pdf": f"../{Path(stem).name}.pdf", "index": "../../index.html", "fonts": "fonts"}
        links |= self._other_languages(draft.key)
        described = self.describe_page(draft.key, draft.title)
        meta = dataclasses.replace(described, links=links)
        brand, files = self._copy_logo(folder, stem)
        page = assemble_page(content, meta, brand, "web", base=draft.folder)
        faces = write_fonts(brand.font_files, page, folder / stem / "fonts")
        meta = dataclasses.replace(meta, fonts=faces)
        page = assemble_page(content, meta, brand, "web", base=draft.folder)
        files |= {f"html/fonts/{name}": f"{stem}/fonts/{name}" for name in faces}
        files["html"] = f"{stem}/index.html"
        (folder / files["html"]).write_text(page, encoding="utf-8")
        for path in sorted((draft.folder / "exhibits").glob("*")):
            files[f"html/{path.name}"] = f"{stem}/exhibits/{path.name}"
            (folder / stem / "exhibits").mkdir(exist_ok=True)
            shutil.copyfile(path, folder / files[f"html/{path.name}"])
        return files

    def _copy_logo(self, folder: Path, stem: str) -> tuple[Brand, dict[str, str]]:
        """Put the logo beside a web page; return the brand that names it there."""
        (folder / stem).mkdir(parents=True, exist_ok=True)
        if self.brand.logo is None:
            return self.brand, {}
        name = f"logo{self.brand.logo.suffix}"
        shutil.copyfile(self.brand.logo, folder / stem / name)
        brand = dataclasses.replace(self.brand, logo=Path(name))
        return brand, {f"html/{name}": f"{stem}/{name}"}

    def _other_languages(self, key: DocumentKey) -> dict[str, str]:
        """Return where the same document stands in the study's other languages."""
        others = [name for name in self.workshop.settings.languages if name != key.language]
        keys = {name: dataclasses.replace(key, language=name) for name in others}
        return {
            f"language:{name}": f"../../{self.name(other)}/index.html"
            for name, other in keys.items()
        }

    def _convert(self, draft: Draft, folder: Path, stem: str, to: str) -> dict[str, str]:
        """Write a document in another format, with the pictures that its file shows beside it."""
        form = find_format(to, self.workshop.engine)
        below = Path(stem).name if form.links else ""
        files = {to: f"{stem}{form.suffix}"}
        with tempfile.TemporaryDirectory(prefix="briefgen-convert-") as scratch:
            copied = copy_with_pictures(
                draft.folder / "document.qmd", Path(scratch) / draft.key.name, self.printer,
                form.pictures, below,
            )  # fmt: skip
            job = RenderJob(copied.document, folder / files[to], to=to)
            outcome = next(iter(self.engine.render([job])))
            if outcome.error is not None:
                raise outcome.error
            for address in copied.pictures if form.links else ():
                name = f"{Path(stem).parent.as_posix()}/{address}"
                files[f"{to}/{address.removeprefix(f'{below}/')}"] = name
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(copied.document.parent / address, folder / name)
        return files


def _split_keywords(text: Text | None, language: str) -> tuple[str, ...]:
    words = text[language].split(",") if text else []
    return tuple(word.strip() for word in words if word.strip())


def _content_path(draft: Draft) -> Path:
    return draft.folder.with_name(f"{draft.folder.name}.content.html")


# --- the functions that a pool calls --------------------------------------------------------

_bench: list[Bench] = []
_inherited: list[Bench] = []


def start_worker(workshop: Workshop) -> None:
    """Set up this process; in one that stays, what is warm and still right is kept.

    Nothing is taken over from the bench of a process that this one was forked from: an engine that
    two share would mix up their answers.
    """
    own = [bench for bench in _bench if bench.process == os.getpid()]
    if not own:
        _inherited[:] = _bench  # kept, so that nobody closes what belongs to the other process
    _bench[:] = [Bench(workshop, *own)]


def warm_up() -> None:
    """Get ready to print in this process: fonts, stylesheets, engine."""
    for bench in _bench:
        _ = bench.printer, bench.engine


def compose_batch(keys: Sequence[DocumentKey]) -> list[Outcome]:
    """Compose documents; one that fails does not stop the others."""
    outcomes = []
    for key in keys:
        start = time.perf_counter()
        try:
            with _told_as_error(key, TemplateError):
                draft = _bench[0].compose(key)
        except BriefgenError as error:
            outcomes.append(Outcome(key, error=error))
        else:
            outcomes.append(Outcome(key, draft=draft, seconds=time.perf_counter() - start))
    return outcomes


@contextlib.contextmanager
def _told_as_error(key: DocumentKey, kind: type[BriefgenError]) -> Iterator[None]:
    """Turn whatever breaks over one document into an error of that document.

    Behind the wall nothing knows an answer, so that the message of any error may be shown.
    """
    try:
        with files_can_be_written(_bench[0].workshop.output):
            yield
    except BriefgenError:
        raise
    except Exception as error:
        raise kind(
            f"{type(error).__name__}: {error}",
            where=key.name,
            hint="this is a mistake of briefgen, or memory ran out; the other documents are made",
        ) from error


def _composing_inputs(shop: Workshop) -> list[object]:
    """List what a warm composer rests on; the templates it reads again when they change."""
    hashes = {
        name: sha if not name.startswith("reports/") else ""
        for name, sha in shop.hashes.items()
        if not name.endswith(".css")
    }
    released = id(shop.released)  # alive, since the bench that has it holds it
    return [shop.settings.folder, shop.settings.edition, released, hashes]


def _printing_inputs(shop: Workshop) -> list[object]:
    return [shop.styles, select_styles(shop.hashes)]


def _rendering_inputs(shop: Workshop) -> list[object]:
    return [shop.engine, document_date(shop.settings)]


def make_batch(drafts: Sequence[Draft], formats: Mapping[str, Sequence[str]]) -> list[Outcome]:
    """Print composed documents of one kind into staging."""
    return _bench[0].make(drafts, formats[drafts[0].key.kind])
