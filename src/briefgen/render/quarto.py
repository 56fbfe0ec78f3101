"""The Quarto engine: Quarto's command line, one project folder for each shard."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from briefgen.errors import RenderError

INSTALL_HINT = (
    "install Quarto from https://quarto.org/docs/get-started/ and put it on PATH, "
    "or name the program in QUARTO_PATH"
)


def refuse_quarto_only(metadata: Mapping[str, Any], path: Path) -> None:
    """Refuse a document that asks for Quarto alone.

    Raises
    ------
    RenderError
        With a sentence on how to install Quarto.
    """
    if str(metadata.get("engine", "")).lower() == "quarto":
        raise RenderError(
            "the document asks for Quarto (`engine: quarto`), which this run does not use",
            where=str(path),
            hint=INSTALL_HINT,
        )
