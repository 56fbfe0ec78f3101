"""What the files of a panel or of cases add to a drafted study."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from briefgen.evidence.drafting.columns import Guess


@dataclass
class Part:
    """One source of evidence beside the survey, as drafted.

    Attributes
    ----------
    files
        Entries of ``files:`` in ``study.yml``.
    study
        Further keys of ``study.yml``.
    copies
        Files to be copied into the study's data as they are.
    texts, yaml
        Files to be written, by name.
    asks
        Questions to the author, by key or file.
    """

    files: dict[str, str] = field(default_factory=dict)
    study: dict[str, Any] = field(default_factory=dict)
    copies: list[Path] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    yaml: dict[str, dict[str, Any]] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)
    asks: dict[str, str] = field(default_factory=dict)
