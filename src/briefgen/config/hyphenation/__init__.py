"""Where German words may be broken: current patterns in place of those that Pyphen carries.

Pyphen's patterns for German are meant for LibreOffice, which reads them in two levels; read in one
they give "Deut-sch-land" and "Demon-s-tra-ti-ons-s-tu-die". ``hyph_de.dic`` holds the patterns of
the Trennmustermannschaft (reformed spelling) as Pyphen reads them. Print and charts ask here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyphen

PATTERNS: Final = Path(__file__).parent / "hyph_de.dic"
GERMAN: Final = ("de", "de_DE", "de_AT")
"""Swiss German has no ß, and keeps patterns of its own."""


def use_current_patterns() -> None:
    """Let Pyphen, and WeasyPrint with it, break German words by the current patterns."""
    pyphen.LANGUAGES.update(dict.fromkeys(GERMAN, PATTERNS))
