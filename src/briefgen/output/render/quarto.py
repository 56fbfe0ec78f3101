"""The Quarto engine: Quarto's command line, one project folder for each shard of documents.

In: composed documents. Out: the content of their pages, cut out of what Quarto wrote. Documents
are copied into a temporary project, since runs in one folder overwrite each other's intermediate
files, and rendered by one call of ``quarto render``. A project's run ends at its first failing
document: that one gets the error, and the rest are rendered by another call. What Quarto says is
read by ``quarto_messages``.

References
----------
quarto-cli, ``src/command/render``: finished documents are moved to the output folder even when a
later one fails. ``src/core/temp.ts``: a session keeps its files in ``TMPDIR`` and leaves them
there when it is killed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from briefgen.config.yaml_text import dump
from briefgen.errors import RenderError
from briefgen.output.render.allowed import check_named_files
from briefgen.output.render.bibliographies import bibliography_error
from briefgen.output.render.formats import find_format
from briefgen.output.render.html import extract_content
from briefgen.output.render.jobs import RenderJob, RenderOutcome
from briefgen.output.render.metadata import (
    INSTALL_HINT,
    asks_for_quarto,
    default_metadata,
    load_yaml_file,
    read_metadata,
)
from briefgen.output.render.page_checks import check_links, check_raw
from briefgen.output.render.quarto_checks import check_rendering
from briefgen.output.render.quarto_messages import Messages, join_lines, read_messages
from briefgen.output.render.source import read_lines
from briefgen.output.scratch import scratch_folder
from briefgen.processes.programs import end_program, program_environment, start_program

MINIMUM_VERSION: Final = (1, 4, 0)  # the first with the structure of floats that we rely on
START_SECONDS: Final = 60.0
SECONDS_FOR_EACH_DOCUMENT: Final = 60.0
_OUTPUT_FOLDER: Final = "_out"
_WHOLE_MESSAGE: Final = "render the document with `quarto render` to see Quarto's whole message"
_ENGINE_LINE: Final = re.compile(
    r"^engine:[ \t]*[\"']?quarto[\"']?[ \t]*$", re.MULTILINE | re.IGNORECASE
)


def find_quarto() -> Path | None:
    """Return the program named in ``QUARTO_PATH``, or that on ``PATH``."""
    named = os.environ.get("QUARTO_PATH")
    if named:
        path = Path(named)
        program = path / "quarto" if path.is_dir() else path
        return program if program.is_file() and os.access(program, os.X_OK) else None
    found = shutil.which("quarto")
    return Path(found) if found else None


def quarto_version(program: Path) -> str | None:
    """Ask the program for its version; ``None`` where it gives no sensible answer."""
    try:
        answer = subprocess.run(
            [str(program), "--version"], env=program_environment(),
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\d+\.\d+\.\d+", answer.stdout)
    return match[0] if match else None


class QuartoEngine:
    """Render with the Quarto command line.

    Parameters
    ----------
    program
        The program; ``None`` looks in ``QUARTO_PATH`` and on ``PATH``.
    start_seconds, document_seconds
        A run may take ``start_seconds`` and ``document_seconds`` for each of its documents.

    Raises
    ------
    RenderError
        If Quarto is not there, or too old.
    """

    name = "quarto"

    def __init__(
        self,
        program: Path | None = None,
        *,
        start_seconds: float = START_SECONDS,
        document_seconds: float = SECONDS_FOR_EACH_DOCUMENT,
    ) -> None:
        self.program = _require_program(program or find_quarto())
        self.version = _require_version(self.program)
        self._limits = (start_seconds, document_seconds)
        self._running: subprocess.Popen[bytes] | None = None
        self._closed = threading.Event()

    def render(self, jobs: Sequence[RenderJob]) -> list[RenderOutcome]:
        """Render every job, many with one call of Quarto; a failed one does not stop the others."""
        outcomes: dict[RenderJob, RenderOutcome] = {}
        for shard in _split_shards(jobs, outcomes):
            outcomes |= self._render_shard(shard)
        return [outcomes[job] for job in jobs]

    def close(self) -> None:
        """End a running call; its documents fail with "cancelled". May come from any thread."""
        self._closed.set()
        if self._running is not None:
            end_program(self._running)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _render_shard(self, shard: _Shard) -> dict[RenderJob, RenderOutcome]:
        outcomes: dict[RenderJob, RenderOutcome] = {}
        with scratch_folder("quarto") as folder:
            room = _Room(folder)
            waiting = _write_project(shard, room.project)
            while waiting:
                start = time.perf_counter()
                run = self._run(room, shard, waiting)
                done = list(_collect(waiting, run, room.project))
                seconds = (time.perf_counter() - start) / max(len(done), 1)
                outcomes |= {
                    page.job: RenderOutcome(page.job, error, seconds) for page, error in done
                }
                waiting = [page for page in waiting if page.job not in outcomes]
        return outcomes

    def _run(self, room: _Room, shard: _Shard, pages: Sequence[_Page]) -> _Run:
        """Call Quarto once for the pages that are left."""
        _write_settings(shard, room.project, pages)
        room.log.unlink(missing_ok=True)
        command = [
            str(self.program), "render", str(room.project), "--to", shard.to, "--no-clean",
            "--log", str(room.log), "--log-format", "json-stream", "--log-level", "info",
        ]  # fmt: skip
        limit = self._limits[0] + self._limits[1] * len(pages)
        problem = self._call(command, room, limit)
        return _Run(problem, read_messages(room.log, room.console), room.project)

    def _call(self, command: Sequence[str], room: _Room, limit: float) -> str:
        """Run a command; return why it did not end well, or nothing.

        Without ``--quiet``: what Quarto says on the console tells at which document it stopped.
        """
        if self._closed.is_set():
            return "the run was cancelled"
        with room.console.open("wb") as console:
            self._running = start_program(
                command, environment={"TMPDIR": str(room.scratch)}, cwd=room.project,
                stdin=subprocess.DEVNULL, stdout=console, stderr=console,
            )  # fmt: skip
            try:
                status = self._running.wait(timeout=limit)
            except subprocess.TimeoutExpired:
                return f"Quarto took longer than {limit:g} seconds"
            finally:
                end_program(self._running)
                self._running = None
        if self._closed.is_set():
            return "the run was cancelled"
        return f"Quarto ended with status {status}" if status else ""


class _Room:
    """The places of a shard: its project, Quarto's own temporary files, and what Quarto says."""

    def __init__(self, folder: Path) -> None:
        self.project, self.scratch = folder / "project", folder / "scratch"
        self.log, self.console = folder / "log.jsonl", folder / "console.txt"
        self.project.mkdir()
        self.scratch.mkdir()


class _Page(NamedTuple):
    """A document in a shard's project."""

    job: RenderJob
    path: str  # relative to the project

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]


@dataclass(frozen=True)
class _Run:
    problem: str
    messages: Messages
    project: Path

    @property
    def fatal(self) -> bool:
        return "cancelled" in self.problem

    @property
    def endless(self) -> bool:
        return "took longer" in self.problem

    def culprit(self, missing: Sequence[_Page]) -> _Page:
        """Return the page at which the run stopped.

        That is the one whose file or folder the errors name: Quarto reads the includes of all
        documents before it begins with the first. Else it is the last that was begun, or one
        whose includes are not there.
        """
        said = "\n".join(self.messages.errors)
        named = [
            *(page for page in missing if f"/{page.path}" in said),
            *(page for page in missing if f"{self.project}/{page.folder}/" in said),
            *(page for page in missing if page.path == self.messages.last_document),
            *(page for page in missing if _find_missing_include(page)),
        ]
        return (named or list(missing))[0]

    def tell_error(self, page: _Page) -> str:
        """Return what Quarto said, with the user's names in place of those of the project."""
        said = self.messages.tell_errors().replace(f"{self.project}/", "")
        said = said.replace(page.path, page.job.source.name)
        return join_lines(said.replace(f"{page.folder}/", "") if page.folder else said)


@dataclass(frozen=True)
class _Shard:
    """Documents that can share a project.

    ``project`` is the folder whose own project settings or variables they need, if any;
    ``cells`` tells whether they may bring code cells.
    """

    to: str
    project: Path | None
    cells: bool
    jobs: tuple[RenderJob, ...]


def _require_program(program: Path | None) -> Path:
    if program is None:
        named = os.environ.get("QUARTO_PATH")
        place = f"QUARTO_PATH names {named}, which is no program" if named else None
        raise RenderError(place or "Quarto is not installed", hint=INSTALL_HINT)
    return program


def _require_version(program: Path) -> str:
    version = quarto_version(program)
    wanted = ".".join(map(str, MINIMUM_VERSION))
    if version is None:
        raise RenderError(f"{program} does not tell its version", hint=INSTALL_HINT)
    if tuple(map(int, version.split("."))) < MINIMUM_VERSION:
        raise RenderError(
            f"Quarto {version} is too old, {wanted} or newer is needed",
            where=str(program),
            hint="update it from https://quarto.org/docs/download/, or use the engine pandoc",
        )
    return version


def _split_shards(
    jobs: Sequence[RenderJob], outcomes: dict[RenderJob, RenderOutcome]
) -> list[_Shard]:
    groups: dict[tuple[str, Path | None, bool], list[RenderJob]] = {}
    for job in jobs:
        try:
            find_format(job.to, "quarto", where=str(job.source))
            metadata = read_metadata(job.source, job.to)
            check_named_files(metadata, job.source, job.to)
        except RenderError as error:
            outcomes[job] = RenderOutcome(job, error, 0.0)
            continue
        folder = job.source.parent.resolve()
        own = any((folder / name).is_file() for name in ("_quarto.yml", "_variables.yml"))
        key = (job.to, folder if own else None, asks_for_quarto(metadata))
        groups.setdefault(key, []).append(job)
    return [_Shard(*key, tuple(group)) for key, group in groups.items()]


def _write_project(shard: _Shard, root: Path) -> list[_Page]:
    """Copy the documents and what lies beside them."""
    folders: dict[Path, str] = {}
    pages = []
    for job in shard.jobs:
        folder = job.source.parent.resolve()
        if folder not in folders:
            folders[folder] = "" if shard.project else f"d{len(folders):05d}"
            _copy_folder(job.source, root / folders[folder])
        path = f"{folders[folder]}/{job.source.name}".lstrip("/")
        if shard.cells:
            _drop_engine(root / path)
        pages.append(_Page(job, path))
    return pages


def _copy_folder(document: Path, target: Path) -> None:
    ignored = shutil.ignore_patterns(".quarto", "_site", "_book", _OUTPUT_FOLDER, ".git")
    shutil.copytree(document.parent, target, ignore=ignored, dirs_exist_ok=True)
    defaults = default_metadata(document)
    if defaults and not (target / "_metadata.yml").exists():
        (target / "_metadata.yml").write_text(dump(defaults), encoding="utf-8")


def _drop_engine(document: Path) -> None:
    """Leave Quarto to choose the engine for code cells: it knows no engine called quarto."""
    text = document.read_text(encoding="utf-8")
    document.write_text(_ENGINE_LINE.sub("", text, count=1), encoding="utf-8")


def _write_settings(shard: _Shard, root: Path, pages: Sequence[_Page]) -> None:
    own: dict[str, Any] = {}
    if shard.project and (shard.project / "_quarto.yml").is_file():
        own = load_yaml_file(shard.project / "_quarto.yml")
    settings = {key: value for key, value in own.items() if key not in ("website", "book")}
    settings["project"] = {
        "type": "default",
        "output-dir": _OUTPUT_FOLDER,
        "render": [page.path for page in pages],
    }
    if not shard.cells:
        settings["engine"] = "markdown"
    wanted = find_format(shard.to, "quarto").quarto_settings
    if wanted:
        own_formats = settings.get("format")
        formats = own_formats if isinstance(own_formats, dict) else {}
        settings["format"] = formats | {shard.to: {**(formats.get(shard.to) or {}), **wanted}}
    (root / "_quarto.yml").write_text(dump(settings), encoding="utf-8")


def _collect(
    waiting: Sequence[_Page], run: _Run, root: Path
) -> Iterator[tuple[_Page, RenderError | None]]:
    """Take what was written; where a run failed, the page at which it stopped gets the error."""
    written = {page: _find_output(page, root) for page in waiting}
    for page, path in written.items():
        if path is not None:
            yield page, _take_output(page, path, run.messages.warnings_of(page.path))
    missing = [page for page, path in written.items() if path is None]
    if missing and run.problem and not run.fatal:
        missing = [run.culprit(missing)]
    for page in missing:
        yield page, _as_error(page, run)


def _find_output(page: _Page, root: Path) -> Path | None:
    base = root / _OUTPUT_FOLDER / page.path
    candidate = base.with_suffix(find_format(page.job.to, "quarto").suffix)
    return candidate if candidate.is_file() else None


def _take_output(page: _Page, written: Path, warnings: Sequence[str]) -> RenderError | None:
    """Put what was written where it is wanted, unless readers would miss something in it."""
    page.job.output.parent.mkdir(parents=True, exist_ok=True)
    if page.job.to not in ("html", "html5"):
        error = check_rendering(page.job.source, warnings)
        if error is None:
            shutil.copyfile(written, page.job.output)
        return error
    text = written.read_text(encoding="utf-8")
    swallowing = check_raw(text, page.job.source)
    if swallowing is not None:
        return swallowing
    try:
        content = extract_content(text)
    except ValueError as error:
        return RenderError(
            f"Quarto's page cannot be used: {error}",
            where=str(page.job.source),
            hint="leave theme and template of the document as they are",
        )
    fault = check_rendering(page.job.source, warnings, content)
    fault = fault or check_links(content, page.job.source)
    if fault is None:
        page.job.output.write_text(content, encoding="utf-8")
    return fault


def _as_error(page: _Page, run: _Run) -> RenderError:
    if run.fatal or run.endless:
        return RenderError(run.problem, where=str(page.job.source), hint=_WHOLE_MESSAGE)
    missing = _find_missing_include(page)
    if missing is not None:
        return missing
    said = run.tell_error(page)
    broken = bibliography_error(said, page.job.source.parent)
    if broken is not None:
        return broken
    line = run.messages.line_of(said)
    return RenderError(
        said or run.problem or "Quarto wrote no output",
        where=f"{page.job.source}:{line}" if line else str(page.job.source),
        hint=_WHOLE_MESSAGE,
    )


def _find_missing_include(page: _Page) -> RenderError | None:
    """Return the error of an include that is not there: we know its line, Quarto does not."""
    try:
        for _line in read_lines(page.job.source):
            pass
    except RenderError as error:
        return error
    return None
