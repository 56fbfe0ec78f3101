"""Metadata of Quarto documents that name files beside them.

Before rendering they are copied beside the document, and looked for there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

NAMING_FILES: Final = (
    *("bibliography", "csl", "citation-abbreviations", "css", "include-in-header"),
    *("include-before-body", "include-after-body", "reference-doc", "syntax-definition"),
    *("syntax-definitions", "image"),
)
"""Metadata that name files beside the document."""
FROM_ANYWHERE: Final = ("css", "image")
"""Of these, what a page may take from elsewhere."""


def named_files(value: object) -> Iterator[str]:
    """Yield the names of files in a setting: a name, ``file: name``, or a list of such."""
    for item in value if isinstance(value, list) else [value]:
        name = item.get("file") if isinstance(item, dict) else item
        if isinstance(name, str) and name:
            yield name
