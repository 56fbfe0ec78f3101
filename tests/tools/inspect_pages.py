"""Inspect every PDF of an edition page by page; the last line is ``documents N, clean N``.

Usage: ``python tests/tools/inspect_pages.py publications/EDITION [more editions]``. The manifest
tells the kind of each document, and so how many pages it may have. Exit code 1 if anything is
found, or no document.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from briefgen.model import Kind
from briefgen.output.pdf import PageFindings, inspect_pdf
from briefgen.pipeline.work.publish import read_manifest

PAGES = {Kind.BRIEF: (2, 4), Kind.SUMMARY: (6, 10), Kind.REPORT: (40, 150)}
"""Fewest and most pages of a document, by its kind."""


def documents(folder: Path) -> Iterator[tuple[Path, tuple[int, int]]]:
    """Yield each PDF of an edition with the pages that it may have."""
    manifest = read_manifest(folder)
    for record in manifest.documents.values() if manifest else ():
        yield folder / record.files["pdf"].path, PAGES[record.kind]


def inspect(document: tuple[Path, tuple[int, int]]) -> PageFindings:
    """Inspect one document."""
    path, pages = document
    return inspect_pdf(path, pages=pages)


def main(arguments: list[str]) -> int:
    """Inspect and print; return the exit code."""
    found = [document for name in arguments for document in documents(Path(name))]
    clean = 0
    with ProcessPoolExecutor() as pool:
        for result in pool.map(inspect, found, chunksize=4):
            clean += result.is_clean
            if not result.is_clean:
                print(result.path, *(f"  {item}" for item in result.findings), sep="\n")
    print(f"documents {len(found)}, clean {clean}")
    return 0 if found and clean == len(found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
