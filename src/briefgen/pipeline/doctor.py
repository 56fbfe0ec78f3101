"""What this machine has and lacks for making publications, and whether the engines agree.

What needs libraries is imported where it is used: this has to tell that they are not there.
"""

from __future__ import annotations

import ctypes.util
import importlib.metadata
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from briefgen.config.defaults import defaults_folder
from briefgen.config.extras import EXTRAS, has_extra, install_command
from briefgen.config.settings import Settings
from briefgen.errors import SettingsError
from briefgen.processes import available_cores

DEBIAN: Final = {
    "pango-1.0": "libpango-1.0-0",
    "pangoft2-1.0": "libpangoft2-1.0-0",
    "harfbuzz-subset": "libharfbuzz-subset0",
}
"""The package of each library on Debian and Ubuntu."""
ELSEWHERE: Final = {
    "dnf": "dnf install pango harfbuzz",
    "pacman": "pacman -S pango harfbuzz",
    "apk": "apk add pango harfbuzz-subset",
    "brew": "brew install pango",
}
"""What installs all of them, by the program that is found."""
PURPOSES: Final = {
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
    """Look for system libraries, Python packages, templates, engines and room to work."""
    libraries = [_find_library(name) for name in DEBIAN]
    return [
        *libraries, *_find_packages(), *map(_find_extra, EXTRAS), _find_defaults(),
        *_find_engines(), _find_cores(),
    ]  # fmt: skip


def _find_library(name: str) -> Diagnosis:
    path = ctypes.util.find_library(name)
    return Diagnosis(
        what=f"lib{name} ({PURPOSES[name]})",
        ok=path is not None,
        found=path or "not found",
        remedy=_install_library(name),
        needed=name != "harfbuzz-subset",
    )


def _install_library(name: str) -> str:
    """Return the command of this system; Debian's where no other is found."""
    found = next((text for program, text in ELSEWHERE.items() if shutil.which(program)), None)
    if found is None or shutil.which("apt-get"):
        return f"apt-get install {DEBIAN[name]}"
    return found


def _find_packages() -> list[Diagnosis]:
    """Look for the packages that briefgen names as needed; those that lack are told one by one."""
    try:
        stated = importlib.metadata.requires("briefgen") or []
    except importlib.metadata.PackageNotFoundError:
        stated = []  # run from a folder of sources: nothing says what is needed
    wanted = [line for line in stated if "extra ==" not in line]
    lacking = list(_list_lacking(wanted))
    return lacking or [Diagnosis("Python packages", ok=True, found=f"{len(wanted)} found")]


def _list_lacking(wanted: Sequence[str]) -> Iterator[Diagnosis]:
    for line in wanted:
        name, least = re.match(r"([\w.-]+)(?:>=([\d.]+))?", line).groups()  # type: ignore[union-attr]
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            version = None
        if version is None or (least and _as_numbers(version) < _as_numbers(least)):
            remedy = f"{sys.executable} -m pip install '{line}'"
            yield Diagnosis(f"Python package {name}", False, version or "not found", remedy)


def _as_numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)]


def _find_extra(name: str) -> Diagnosis:
    extra = EXTRAS[name]
    found = has_extra(name)
    return Diagnosis(
        what=f"extra {name} ({extra.purpose})",
        ok=found,
        found=extra.package if found else "not found",
        remedy=f"{sys.executable} -m {install_command(name)}",
        needed=False,
    )


def _find_defaults() -> Diagnosis:
    what, remedy = (
        "templates and styles",
        f"{sys.executable} -m pip install --force-reinstall briefgen",
    )
    try:
        folders = [defaults_folder(name) for name in ("reports", "styles")]
    except SettingsError as error:
        return Diagnosis(what, ok=False, found=error.message, remedy=remedy)
    fonts = len(list((folders[1] / "fonts").glob("*.[to]tf")))
    found = f"in {folders[0].parent}, with {fonts} fonts"
    return Diagnosis(what, ok=fonts > 0, found=found, remedy=remedy)


def _find_engines() -> list[Diagnosis]:
    try:
        from briefgen.output.render import engine_versions  # noqa: PLC0415 - may lack Pandoc
    except ImportError:
        return []  # the packages above say which one lacks
    return [
        Diagnosis(
            what=name,
            ok=version is not None,
            found=version or "not found",
            remedy="install the Quarto CLI from https://quarto.org, or name it in QUARTO_PATH"
            if name == "quarto"
            else f"{sys.executable} -m pip install --force-reinstall pypandoc_binary",
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
    from briefgen.output.render import compare_engines  # noqa: PLC0415 - see the module's head
    from briefgen.pipeline.export import compose_documents  # noqa: PLC0415
    from briefgen.pipeline.run import Selection  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        sources = compose_documents(settings, Selection(), Path(folder))
        return [str(difference) for difference in compare_engines(sources)]
