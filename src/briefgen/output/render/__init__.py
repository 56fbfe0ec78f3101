"""Composed documents → the content of their pages, by Quarto or the embedded Pandoc.

Before this stage stands ``compose``, after it ``pages`` and ``pdf``. Both engines write the same
structure: one ``<main class="content" id="quarto-document-content">`` with Quarto's ids, numbers
and class names; ``tests/contract`` holds them to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pypandoc

from briefgen.errors import RenderError
from briefgen.output.render.digest import compare_digests, digest_content
from briefgen.output.render.jobs import Engine, RenderJob, RenderOutcome
from briefgen.output.render.metadata import INSTALL_HINT
from briefgen.output.render.pandoc import PandocEngine
from briefgen.output.render.quarto import QuartoEngine, find_quarto, quarto_version
from briefgen.output.scratch import scratch_folder

__all__ = [
    "INSTALL_HINT",
    "Difference",
    "Engine",
    "RenderJob",
    "RenderOutcome",
    "compare_engines",
    "engine_versions",
    "find_engine",
    "find_quarto",
]

ENGINES = ("pandoc", "quarto")


class Difference(str):
    """One line about a document that the two engines render differently."""

    __slots__ = ()


def find_engine(name: str | None = None) -> Engine:
    """Return an engine, ready to render.

    Parameters
    ----------
    name
        ``"quarto"`` or ``"pandoc"``; ``None`` takes Quarto where it is found, else Pandoc.

    Raises
    ------
    RenderError
        If there is no such engine, or Quarto is wanted and not there or too old.
    """
    if name == "pandoc" or (name is None and find_quarto() is None):
        return PandocEngine()
    if name in (None, "quarto"):
        return QuartoEngine()
    raise RenderError(f"there is no engine {name!r}", hint=f"choose one of {', '.join(ENGINES)}")


def engine_versions() -> dict[str, str | None]:
    """Return the version of each engine, ``None`` for one that is not there."""
    program = find_quarto()
    return {
        "pandoc": str(pypandoc.get_pandoc_version()),
        "quarto": quarto_version(program) if program else None,
    }


def compare_engines(sources: Sequence[Path]) -> list[Difference]:
    """Render documents with both engines and say what differs in structure.

    Returns
    -------
    list of Difference
        Empty where both engines give readers the same.

    Raises
    ------
    RenderError
        If Quarto is not there.
    """
    if find_quarto() is None:
        raise RenderError("there is no Quarto to compare with", hint=INSTALL_HINT)
    with scratch_folder("compare") as folder:
        jobs = {
            name: [
                RenderJob(source, folder / name / f"{number}.html")
                for number, source in enumerate(sources)
            ]
            for name in ENGINES
        }
        outcomes = {name: _render_with(name, jobs[name]) for name in ENGINES}
        pairs = zip(outcomes["quarto"], outcomes["pandoc"], strict=True)
        return [line for quarto, pandoc in pairs for line in _differences(quarto, pandoc)]


def _render_with(name: str, jobs: Sequence[RenderJob]) -> list[RenderOutcome]:
    with find_engine(name) as engine:
        return engine.render(jobs)


def _differences(quarto: RenderOutcome, pandoc: RenderOutcome) -> list[Difference]:
    source = quarto.job.source
    failed = [
        Difference(f"{name} renders {source} with an error: {outcome.error}")
        for name, outcome in (("quarto", quarto), ("pandoc", pandoc))
        if outcome.error
    ]
    if failed:
        return failed
    digests = [
        digest_content(outcome.job.output.read_text(encoding="utf-8"))
        for outcome in (quarto, pandoc)
    ]
    return [Difference(f"{source}: {line}") for line in compare_digests(*digests)]
