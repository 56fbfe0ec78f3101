"""What an engine is asked and what it answers.

In: a composed document and where its rendering is to be written. Out: one outcome for each job,
in the order of the jobs; a failed document is an outcome, not the end of the batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from briefgen.errors import RenderError


@dataclass(frozen=True)
class RenderJob:
    """One document to render.

    Attributes
    ----------
    source
        The ``.qmd`` in its folder, beside its exhibits, bibliography and ``_variables.yml``.
    output
        The file to write; its folder is made where it is missing.
    to
        Pandoc's name of the format: ``html`` (the content of a page, for print and web),
        ``docx``, ``typst``, ``latex``, ….
    """

    source: Path
    output: Path
    to: str = "html"


@dataclass(frozen=True)
class RenderOutcome:
    """What became of a job: ``error`` is ``None`` where ``job.output`` was written."""

    job: RenderJob
    error: RenderError | None
    seconds: float


class Engine(Protocol):
    """A renderer of documents; close it, or use it as a context manager."""

    @property
    def name(self) -> str:
        """``pandoc`` or ``quarto``."""
        ...

    @property
    def version(self) -> str:
        """The version of the program that renders."""
        ...

    def render(self, jobs: Sequence[RenderJob]) -> list[RenderOutcome]:
        """Render every job; the outcomes stand in the order of the jobs."""
        ...

    def close(self) -> None:
        """End the processes of the engine."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...
