"""Print composed documents into staging: PDF, evidence, data, web page, other formats.

In: the `Worker` of this process and composed documents. Out: one outcome for each, with the record
of its files. Before it stands ``composing``, after it ``publishing``.
"""

from __future__ import annotations

import dataclasses
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import quote, unquote

from briefgen.config.addresses import find_addresses
from briefgen.config.brand import Brand
from briefgen.config.document_kinds import find_document_kind
from briefgen.errors import BriefgenError, PrintError, find_line
from briefgen.model import DocumentKey
from briefgen.output.catalogue import catalogue_address
from briefgen.output.pages import assemble_page, describe_fonts, write_fonts
from briefgen.output.pdf.bitmaps import copy_with_pictures
from briefgen.output.pdf.inspect import find_overflow
from briefgen.output.render import RenderJob
from briefgen.output.render.formats import find_format
from briefgen.output.render.jobs import RenderOutcome
from briefgen.output.render.page_checks import check_alternatives, linked_files, move_links
from briefgen.output.scratch import scratch_folder
from briefgen.pipeline.work.documents import ComposedDocument, Outcome, document_date
from briefgen.pipeline.work.failures import document_errors
from briefgen.pipeline.work.publish import (
    SHARED_FONTS,
    DocumentRecord,
    FileRecord,
    Staging,
    files_can_be_written,
    record_file,
)
from briefgen.pipeline.work.stages import measure, stage_logger
from briefgen.pipeline.work.workers import (
    Worker,
    describe_page,
    name_files,
    other_languages,
    this_worker,
)

E = TypeVar("E", bound=BriefgenError)
log = stage_logger("print")
NARROWER: Final = ("", " is-narrow", " is-narrow is-turned")
"""Classes of a page that is set again where text runs off it: wide tables small, then turned."""
_BODY: Final = re.compile(r'(<body class="kind-[\w-]+)')


def print_batch(
    documents: Sequence[ComposedDocument], formats: Mapping[str, Sequence[str]]
) -> list[Outcome]:
    """Render documents with one call of the engine, then print each into staging."""
    worker = this_worker()
    jobs = [
        RenderJob(document.folder / "document.qmd", _content_path(document))
        for document in documents
    ]
    rendered = {outcome.job.source: outcome for outcome in worker.engine.render(jobs)}
    return [
        _finish_document(worker, document, rendered[job.source], formats[document.key.kind])
        for document, job in zip(documents, jobs, strict=True)
    ]


def _finish_document(
    worker: Worker, document: ComposedDocument, rendered: RenderOutcome, formats: Sequence[str]
) -> Outcome:
    key, times = document.key, {"render": rendered.seconds}
    try:
        with document_errors(key, PrintError), files_can_be_written(worker.context.output):
            if rendered.error is not None:
                raise _with_template(rendered.error, worker, document)
            record = stage_document(worker, document, formats, times)
    except BriefgenError as error:
        log.error("%s failed: %s", key.name, error.message)  # noqa: TRY400 - its traceback follows
        log.debug(error.traceback)
        return Outcome(key, error=error, times=times)
    log.info("%s: %d pages in %.2f s", key.name, record.pages, sum(times.values()))
    return Outcome(key, document=document, record=record, times=times)


def _with_template(error: E, worker: Worker, document: ComposedDocument) -> E:
    """Return an error of a document with the place in its template."""
    return worker.composer.name_template(error, document.key, document.folder / "document.qmd")


def _with_picture(error: PrintError, worker: Worker, document: ComposedDocument) -> PrintError:
    """Return an error about a picture of a document with the place that shows it."""
    source = document.folder / "document.qmd"
    found = re.search(rf"{re.escape(document.folder.resolve().as_uri())}/(\S+)", error.message)
    if found is None:
        return error
    name, text = unquote(found[1]), source.read_text(encoding="utf-8")
    shown = (address for address in find_addresses(text) if address.path == name)
    address = next(shown, None)
    if address is None:
        return error
    placed = error.placed(f"{source}:{find_line(text, address.start)}")
    placed.message = error.message.replace(found[0], name)
    return _with_template(placed, worker, document)


def stage_document(
    worker: Worker, document: ComposedDocument, formats: Sequence[str], times: dict[str, float]
) -> DocumentRecord:
    """Write all files of a document into staging; add the seconds of each part to ``times``."""
    staging = Staging(worker.context.output, document.key.edition)
    staging.discard(document.key.name)
    folder, stem = staging.document_folder(document.key.name), name_files(worker, document.key)
    (folder / stem).parent.mkdir(parents=True)
    content = _content_path(document).read_text(encoding="utf-8")
    silent = check_alternatives(content, document.folder / "document.qmd")
    if silent is not None:
        raise _with_template(silent, worker, document)
    with measure(times, "print"):
        try:
            pages = _print_pdf(worker, document, content, folder / f"{stem}.pdf")
        except PrintError as error:
            raise _with_picture(error, worker, document) from error
    files = {"pdf": f"{stem}.pdf", **_copy_evidence(document, folder, stem)}
    files |= _copy_linked(document, content, folder, stem, web="html" in formats)
    if "html" in formats:
        with measure(times, "html"):
            files |= _write_web_page(worker, document, content, folder, stem)
    for extra in set(formats) - {"html", "pdf"}:
        with measure(times, extra):
            files |= _convert(worker, document, folder, stem, extra)
    records = {name: record_file(folder, path) for name, path in sorted(files.items())}
    record = _describe_record(worker, document, records, pages)
    staging.finish(record)
    return record


def _describe_record(
    worker: Worker, document: ComposedDocument, files: dict[str, FileRecord], pages: int
) -> DocumentRecord:
    key = document.key
    return DocumentRecord(
        name=key.name, kind=key.kind, region=key.region, audience=key.audience,
        language=key.language, title=document.title, pages=pages, words=document.words,
        fingerprint=document.fingerprint, parts=document.parts,
        snapshot=worker.context.snapshot, files=files,
    )  # fmt: skip


def _content_path(document: ComposedDocument) -> Path:
    return document.folder.with_name(f"{document.folder.name}.content.html")


def _print_pdf(worker: Worker, document: ComposedDocument, content: str, target: Path) -> int:
    meta = describe_page(worker, document.key, document.title)
    content = move_links(content, document.folder, target.stem)
    html = assemble_page(content, meta, worker.brand, "print")
    # the logo may lie beside the brand's file and not among the styles
    logo = [worker.brand.logo] if worker.brand.logo is not None else []
    for narrower in NARROWER:
        printed = worker.printer.print(
            _BODY.sub(rf"\1{narrower}", html, count=1),
            document.folder,
            target,
            allowed=[document.folder, *worker.context.styles, *logo],
            identifier=bytes.fromhex(document.fingerprint)[:16],
            date=document_date(worker.context.settings),
        )
        overflow = find_overflow(target)
        if not overflow:
            break
    else:
        raise PrintError(
            f"{len(overflow)} texts run off the page; the first: {overflow[0]}",
            where=document.key.name,
            hint="give tables fewer columns or shorter heads, and figures fewer rows",
        )
    return printed.pages


def _copy_evidence(document: ComposedDocument, folder: Path, stem: str) -> dict[str, str]:
    files = {"evidence": f"{stem}.evidence.json"}
    shutil.copyfile(document.folder / "evidence.json", folder / files["evidence"])
    for path in sorted((document.folder / "data").glob("*.csv")):
        name = f"{Path(stem).parent}/data/{Path(stem).name}/{path.name}"
        files[f"data/{path.name}"] = name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / name)
    return files


def _copy_linked(
    document: ComposedDocument, content: str, folder: Path, stem: str, *, web: bool
) -> dict[str, str]:
    """Publish what the document links, and what its web page shows, where that page has it."""
    files = {}
    for name in linked_files(content, document.folder, shown=web):
        if web and name.startswith("exhibits/"):  # the web page brings them
            continue
        files[f"linked/{name}"] = f"{stem}/{name}"
        (folder / stem / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(document.folder / name, folder / stem / name)
    return files


# --- the web page ---------------------------------------------------------------------------


def _write_web_page(
    worker: Worker, document: ComposedDocument, content: str, folder: Path, stem: str
) -> dict[str, str]:
    meta = dataclasses.replace(
        describe_page(worker, document.key, document.title),
        links=_link_page(worker, document.key, stem),
        data={
            path.stem: f"../data/{Path(stem).name}/{path.name}"
            for path in sorted((document.folder / "data").glob("*.csv"))
        },
    )
    brand, files = _copy_logo(worker.brand, folder, stem)
    if find_document_kind(document.key.kind).is_tailored:
        meta = dataclasses.replace(meta, fonts=describe_fonts(brand.font_files))
    else:
        page = assemble_page(content, meta, brand, "web", base=document.folder)
        faces = write_fonts(brand.font_files, page, folder / stem / "fonts")
        meta = dataclasses.replace(meta, fonts=faces)
        files |= {f"html/fonts/{name}": f"{stem}/fonts/{name}" for name in faces}
    page = assemble_page(content, meta, brand, "web", base=document.folder)
    files["html"] = f"{stem}/index.html"
    (folder / files["html"]).write_text(page, encoding="utf-8")
    for path in sorted((document.folder / "exhibits").glob("*")):
        files[f"html/{path.name}"] = f"{stem}/exhibits/{path.name}"
        (folder / stem / "exhibits").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, folder / files[f"html/{path.name}"])
    return files


def _link_page(worker: Worker, key: DocumentKey, stem: str) -> dict[str, str]:
    """Return where a web page leads: its PDF, its fonts, the catalogue and other languages.

    Documents of which there is one for each reader share the edition's fonts.
    """
    edition = "../" * (len(Path(stem).parts))
    others = {name: f"{edition}{address}" for name, address in other_languages(worker, key).items()}
    index = catalogue_address(worker.context.settings.languages, key.language)
    shared = find_document_kind(key.kind).is_tailored
    return {
        "pdf": f"../{Path(stem).name}.pdf",
        "index": f"{edition}{index}",
        "fonts": f"{edition}{SHARED_FONTS}" if shared else "fonts",
        **others,
    }


def _copy_logo(brand: Brand, folder: Path, stem: str) -> tuple[Brand, dict[str, str]]:
    """Put the logo beside a web page; return the brand that names it there."""
    (folder / stem).mkdir(parents=True, exist_ok=True)
    if brand.logo is None:
        return brand, {}
    name = f"logo{brand.logo.suffix}"
    shutil.copyfile(brand.logo, folder / stem / name)
    return dataclasses.replace(brand, logo=Path(name)), {f"html/{name}": f"{stem}/{name}"}


# --- other formats --------------------------------------------------------------------------


def _convert(
    worker: Worker, document: ComposedDocument, folder: Path, stem: str, to: str
) -> dict[str, str]:
    """Write a document in another format, with the pictures that its file shows beside it."""
    form = find_format(to, worker.context.engine)
    below = Path(stem).name if form.links else ""
    files = {to: f"{stem}{form.suffix}"}
    with scratch_folder("convert") as scratch:
        copied = copy_with_pictures(
            document.folder / "document.qmd", scratch / document.key.name, worker.printer,
            form.pictures, below, links_below=Path(stem).name,
        )  # fmt: skip
        job = RenderJob(copied.document, folder / files[to], to=to)
        outcome = next(iter(worker.engine.render([job])))
        if outcome.error is not None:
            raise _with_template(
                _as_composed(outcome.error, copied.document, document), worker, document
            )
        for address in copied.pictures if form.links else ():
            name = f"{Path(stem).parent.as_posix()}/{address}"
            files[f"{to}/{address.removeprefix(f'{below}/')}"] = name
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(copied.document.parent / address, folder / name)
        files |= _copy_led_to(document, copied.links, folder, stem, files[to])
    return files


def _copy_led_to(
    document: ComposedDocument, names: Sequence[str], folder: Path, stem: str, written: str
) -> dict[str, str]:
    """Publish the linked files that a format leads to; under a condition the page may not."""
    said = _read_written(folder / written) if names else b""
    files = {}
    for name in names:
        if quote(f"{Path(stem).name}/{name}").encode() in said:
            files[f"linked/{name}"] = f"{stem}/{name}"
            (folder / stem / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(document.folder / name, folder / stem / name)
    return files


def _read_written(path: Path) -> bytes:
    """Return what stands in a file, or in all files of an archive, without TeX's backslashes."""
    if not zipfile.is_zipfile(path):
        return path.read_bytes().replace(b"\\", b"")
    with zipfile.ZipFile(path) as archive:
        return b"\n".join(archive.read(name) for name in archive.namelist())


def _as_composed(error: E, copied: Path, document: ComposedDocument) -> E:
    """Return an error about the copy that a format was made from as one about the document."""
    place = (error.where or "").replace(str(copied), str(document.folder / "document.qmd"))
    return error.placed(place)
