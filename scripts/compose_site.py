#!/usr/bin/env python3
"""Compose report and short version before Quarto renders the website.

Quarto calls this before each run (``pre-render`` in ``_quarto.yml``), with whatever Python it
finds; so it needs nothing but Python, and looks for briefgen where ``make setup`` puts it, in the
environment that is active, and on ``PATH``. Where Quarto renders single documents, in a preview
for instance, they are there already and nothing is composed again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KINDS = ("report", "summary")


def find_briefgen() -> str | None:
    """Return the program: of this folder, of the active environment, or of ``PATH``."""
    active = [os.environ.get(name) for name in ("VIRTUAL_ENV", "CONDA_PREFIX")]
    for environment in [ROOT / ".venv", *(Path(name) for name in active if name)]:
        for name in ("bin/briefgen", "Scripts/briefgen.exe"):
            if (environment / name).is_file():
                return str(environment / name)
    return shutil.which("briefgen")


def main() -> int:
    """Compose, unless Quarto renders single documents."""
    if os.environ.get("QUARTO_PROJECT_RENDER_ALL") != "1":
        return 0
    program = find_briefgen()
    if program is None:
        sys.stderr.write(
            "error: briefgen is not installed here\n"
            "  → `make setup` in this folder, or `pip install` it and put it on PATH\n"
        )
        return 1
    return subprocess.run([program, "compose", *KINDS], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
