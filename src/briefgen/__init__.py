"""briefgen prints what a study found, for each reader.

The way of the data is one line, and each stage is a module named after what it does::

    sources → validate → survey, cases, panel → disclosure → compose → render → pdf → publish

``build`` puts the stages in order. ``disclosure`` is the wall: what stands behind it sees
released evidence alone, never a respondent.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from briefgen.notebook import Study

__all__ = ["Study", "__version__"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # what notebooks need is heavy, and the command line begins here too
    if name == "Study":
        return importlib.import_module("briefgen.notebook").Study
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
