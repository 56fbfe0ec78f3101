"""Composed documents → the content of their pages, by Quarto or the embedded Pandoc.

Before this stage stands ``compose``, after it ``pages`` and ``pdf``.
"""

from __future__ import annotations

from briefgen.errors import RenderError
from briefgen.render.jobs import Engine, RenderJob, RenderOutcome
from briefgen.render.pandoc import PandocEngine

__all__ = ["Engine", "RenderJob", "RenderOutcome", "find_engine"]


def find_engine(name: str | None = None) -> Engine:
    """Return an engine by name."""
    if name in (None, "pandoc"):
        return PandocEngine()
    raise RenderError(f"there is no engine {name!r}", hint="pandoc or quarto")
