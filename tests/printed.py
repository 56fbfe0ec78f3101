"""What a printed PDF says."""

from __future__ import annotations

from pathlib import Path

import pypdfium2


def read_pages(pdf: Path) -> list[str]:
    """Return the text of each page of a PDF, as a reader's program copies it out."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def read_line(pdf: Path) -> str:
    """Return the text of a PDF, its blanks and ends of lines made single blanks."""
    return " ".join(" ".join(read_pages(pdf)).split())
