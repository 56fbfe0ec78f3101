"""The embedded engine: Pandoc with Lua filters, one process for many documents.

In: composed documents. Out: the content of their pages with the structure that Quarto gives, or
any other format that Pandoc writes. The process lives as long as the engine and is restarted
after it broke or took too long.
"""

from __future__ import annotations

import contextlib
import json
import queue
import subprocess
import tempfile
import threading
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pypandoc

from briefgen.errors import RenderError, suggest
from briefgen.output.render.allowed import FOR_PANDOC, find_setting
from briefgen.output.render.bibliographies import bibliography_error
from briefgen.output.render.dates import date_text
from briefgen.output.render.formats import Format, find_format
from briefgen.output.render.html import shape_content
from briefgen.output.render.jobs import RenderJob, RenderOutcome
from briefgen.output.render.metadata import plain_values, rewrite_front_matter
from briefgen.output.render.odt import describe_pictures
from briefgen.output.render.page_checks import check_links, check_raw
from briefgen.output.render.source import QuartoSource, read_source
from briefgen.output.render.words import words_for
from briefgen.processes.programs import end_program, start_program

SERVER: Final = Path(__file__).parent / "lua" / "server.lua"
HTML_FORMATS: Final = frozenset({"html", "html5"})
DEFAULT_TIMEOUT_SECONDS: Final = 120.0
DOCUMENTS_FOR_EACH_PROCESS: Final = 200


class PandocEngine:
    """Render with the Pandoc that comes with briefgen.

    Parameters
    ----------
    timeout
        Seconds that one document may take.
    """

    name = "pandoc"

    def __init__(self, *, timeout: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        self.timeout = timeout
        self.version = str(pypandoc.get_pandoc_version())
        self._server: _Server | None = None

    def render(self, jobs: Sequence[RenderJob]) -> list[RenderOutcome]:
        """Render every job; a failed one does not stop the others."""
        return [self._render_timed(job) for job in jobs]

    def close(self) -> None:
        """End the process."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _render_timed(self, job: RenderJob) -> RenderOutcome:
        start = time.perf_counter()
        error = None
        try:
            self._render_one(job)
        except RenderError as problem:
            error = problem
        except Exception as unforeseen:  # noqa: BLE001 - the other documents are rendered
            error = _as_unforeseen(unforeseen, job)
        return RenderOutcome(job, error, time.perf_counter() - start)

    def _render_one(self, job: RenderJob) -> None:
        form = find_format(job.to, where=str(job.source))
        source = read_source(job.source, job.to)
        job.output.parent.mkdir(parents=True, exist_ok=True)
        request = _request(source, job, form)
        answer = self._ask(request, job.source)
        if "error" in answer:
            raise _as_error(answer["error"], source)
        if form.pandoc_name == "odt":
            describe_pictures(job.output, answer.get("alternatives") or [])
        if form.archive:
            return
        text = str(answer["text"])
        if form.pandoc_name in HTML_FORMATS:
            top = source.metadata.get("tbl-cap-location", "top") == "top"
            _raise(check_raw(text, job.source))
            text = shape_content(
                text,
                request["words"],
                caption_top=top,
                placed_references=bool(answer.get("placed_references")),
            )
            _raise(check_links(text, job.source))
        job.output.write_text(text, encoding="utf-8")

    def _ask(self, request: Mapping[str, Any], path: Path) -> dict[str, Any]:
        if self._server is not None and not self._server.fit:
            self.close()
        self._server = self._server or _Server()
        try:
            return self._server.ask(request, self.timeout)
        except TimeoutError:
            self.close()
            raise RenderError(
                f"Pandoc took longer than {self.timeout:g} seconds",
                where=str(path),
                hint="look for a very large table or image in the document",
            ) from None
        except ConnectionError as broken:
            self.close()
            raise RenderError(f"Pandoc ended: {broken}", where=str(path)) from None


class _Server:
    """A running ``pandoc lua`` that reads one request on each line and answers on one."""

    def __init__(self) -> None:
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = start_program(
            [pypandoc.get_pandoc_path(), "lua", str(SERVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
        )
        self._count = 0
        self._answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def fit(self) -> bool:
        """Whether it runs and has not yet grown old: Pandoc's memory grows with its documents."""
        return self._process.poll() is None and self._count < DOCUMENTS_FOR_EACH_PROCESS

    def ask(self, request: Mapping[str, Any], timeout: float) -> dict[str, Any]:
        """Send a request and wait for its answer."""
        if self._process.stdin is None:
            raise ConnectionError("it has no input")
        self._count += 1
        self._process.stdin.write(json.dumps(request, default=str) + "\n")
        self._process.stdin.flush()
        try:
            line = self._answers.get(timeout=timeout)
        except queue.Empty:
            raise TimeoutError from None
        if not line:
            raise ConnectionError(self._last_words())
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """End the process and wait for it."""
        end_program(self._process)
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        self._log.close()

    def _read(self) -> None:
        if self._process.stdout is None:
            return
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    def _last_words(self) -> str:
        self._log.seek(0)
        return self._log.read().decode(errors="replace").strip()[-500:] or "without a word"


def _request(source: QuartoSource, job: RenderJob, form: Format) -> dict[str, Any]:
    metadata = source.metadata
    method = metadata.get("html-math-method", "mathjax")
    return {
        "text": rewrite_front_matter(source.text, source.path),
        "to": form.pandoc_name,
        "writer": form.writer,
        "repairs": form.repairs,
        "html": form.pandoc_name in HTML_FORMATS,
        "binary": str(job.output.resolve()) if form.archive else False,
        "math": method.get("method") if isinstance(method, dict) else method,
        "folder": str(source.path.parent.resolve()),
        "options": plain_values(metadata),
        "words": words_for(metadata),
        "date": date_text(metadata, form.pandoc_name),
        "inherited": source.inherited,
        "for_pandoc": dict.fromkeys(FOR_PANDOC, True),
        "website": source.in_website,
        "shortcodes": [{"name": code.name, "value": code.value} for code in source.shortcodes],
    }


def _as_unforeseen(error: Exception, job: RenderJob) -> RenderError:
    """Make an error of one document of what nobody foresaw; it keeps the traceback."""
    made = RenderError(
        f"{type(error).__name__}: {error}",
        where=str(job.source),
        hint="this is a mistake of briefgen; the other documents are rendered",
    )
    made.traceback = "".join(traceback.format_exception(error))
    return made


def _raise(fault: RenderError | None) -> None:
    if fault is not None:
        raise fault


def _as_error(problem: Mapping[str, Any], source: QuartoSource) -> RenderError:
    broken = bibliography_error(str(problem["message"]), source.path.parent)
    if broken is not None:
        return broken
    if "CiteprocXMLError" in str(problem["message"]) and source.metadata.get("csl"):
        return RenderError(
            f"{source.metadata['csl']} is no style of citations (`csl`)",
            where=find_setting(source.path, "html", ("csl",)),
            hint="name a .csl file, such as those of https://www.zotero.org/styles",
        )
    hint = str(problem.get("hint") or "") or None
    if problem.get("name"):
        known = [str(name) for name in problem.get("known") or []]
        hint = suggest(str(problem["name"]), known) if known else "the document has no such ids"
    if problem.get("line"):
        where = source.place_of(int(problem["line"]))
    else:
        where = source.find(str(problem.get("token") or ""), nth=int(problem.get("nth") or 1))
    return RenderError(str(problem["message"]), where=where, hint=hint)
