"""Documents to render, and a program that behaves like Quarto's command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from briefgen.output.render.pandoc import PandocEngine
from fake_quarto import fake_quarto

__all__ = ["fake_quarto"]


@pytest.fixture
def write(tmp_path):
    """Write a document into a folder of its own and return its path."""

    def write(text: str, name: str = "doc") -> Path:
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        path = folder / "document.qmd"
        path.write_text(text, encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def pandoc():
    with PandocEngine() as engine:
        yield engine
