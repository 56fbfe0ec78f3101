"""Inspect printed PDFs for what a reader would stumble over."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault on a page."""

    page: int  # from 1
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class PageFindings:
    """What was found in a PDF."""

    path: Path
    pages: int
    findings: tuple[Finding, ...]


def inspect_pdf(path: Path) -> PageFindings:
    raise NotImplementedError
