"""What this machine has and lacks for making publications, and whether the engines agree."""

from __future__ import annotations

import ctypes.util
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from briefgen.config.settings import Settings
from briefgen.output.render import compare_engines, engine_versions
from briefgen.pipeline.export import compose_documents
from briefgen.pipeline.run import Selection
from briefgen.processes import available_cores

PACKAGES = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
PURPOSES = {
    "pango-1.0": "sets the text of PDFs",
    "pangoft2-1.0": "sets the text of PDFs",
    "harfbuzz-subset": "makes printing twice as fast",
}


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked for.

    ``needed`` tells whether nothing can be printed without it.
    """

    what: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True


def examine_machine() -> list[Diagnosis]:
    """Look for system libraries, engines and room to work."""
    libraries = [_find_library(name) for name in PACKAGES]
    return [*libraries, *_find_engines(), _find_cores()]


def _find_library(name: str) -> Diagnosis:
    path = ctypes.util.find_library(name)
    return Diagnosis(
        what=f"lib{name} ({PURPOSES[name]})",
        ok=path is not None,
        found=path or "not found",
        remedy=f"apt-get install {PACKAGES[name]}",
        needed=name != "harfbuzz-subset",
    )


def _find_engines() -> list[Diagnosis]:
    remedies = {"quarto": "optional: install the Quarto CLI, or name it in QUARTO_PATH"}
    return [
        Diagnosis(
            what=name,
            ok=version is not None,
            found=version or "not found",
            remedy=remedies.get(name, "install briefgen's dependencies again"),
            needed=name != "quarto",
        )
        for name, version in engine_versions().items()
    ]


def _find_cores() -> Diagnosis:
    return Diagnosis("processor cores", ok=True, found=str(available_cores()))


def compare_documents(settings: Settings) -> Sequence[str]:
    """Compose every document and compare what the two engines make of each.

    Raises
    ------
    RenderError
        If Quarto is not there.
    """
    with tempfile.TemporaryDirectory() as folder:
        sources = compose_documents(settings, Selection(), Path(folder))
        return [str(difference) for difference in compare_engines(sources)]
