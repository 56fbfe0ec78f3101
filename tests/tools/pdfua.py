"""Validate every PDF under the given folders; the last line is ``documents N, compliant N``.

Usage: ``python tests/tools/pdfua.py publications [more folders or files]``. Exit code 1 if any
document fails or none is found.
"""

from __future__ import annotations

import sys
from pathlib import Path

from verapdf import validate


def main(arguments: list[str]) -> int:
    """Validate and print; return the exit code."""
    paths = [path for name in arguments for path in _pdfs(Path(name))]
    compliant = 0
    for path in paths:
        verdict = validate(path)
        compliant += verdict.compliant
        if not verdict.compliant:
            print(verdict)
    print(f"documents {len(paths)}, compliant {compliant}")
    return 0 if paths and compliant == len(paths) else 1


def _pdfs(place: Path) -> list[Path]:
    return sorted(place.rglob("*.pdf")) if place.is_dir() else [place]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
