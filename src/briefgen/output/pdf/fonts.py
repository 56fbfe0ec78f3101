"""Fonts for printing: those that the project carries, and no other.

With the fonts of the machine out of reach, a missing glyph shows up instead of being replaced by
whatever is installed, and a document is the same on every machine.
"""

from __future__ import annotations

import getpass
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from briefgen.errors import PrintError
from briefgen.output.pages import styles_folder
from briefgen.processes.programs import set_for_ourselves

_TEMPLATE = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
{folders}
  <cachedir>{cache}</cachedir>
{aliases}
</fontconfig>
"""
_ALIAS = (
    '  <alias binding="same"><family>{generic}</family>'
    "<prefer><family>{family}</family></prefer></alias>"
)
_GENERIC = {
    "sans-serif": "Source Sans 3",
    "serif": "Source Serif 4",
    "monospace": "Source Sans 3",
}


def use_fonts(folders: Sequence[Path] = ()) -> Path:
    """Let fontconfig of this process see the given folders alone; return its configuration.

    Has to be called before a `weasyprint.text.fonts.FontConfiguration` is made.

    Parameters
    ----------
    folders
        Folders with TTF or OTF files, searched with their sub-folders, or single files. The
        project's own fonts are always added, as a last resort.

    Raises
    ------
    PrintError
        If a folder holds no font.
    """
    everything = list(dict.fromkeys([*folders, styles_folder() / "fonts"]))
    for folder in everything:
        _require_fonts(folder)
    configuration = _configuration_file(everything)
    set_for_ourselves("FONTCONFIG_FILE", str(configuration))
    return configuration


def _require_fonts(folder: Path) -> None:
    files = [folder] if folder.is_file() else folder.rglob("*")
    if not any(path.suffix.lower() in {".ttf", ".otf"} for path in files):
        raise PrintError(
            "there is no font file in the folder of fonts",
            where=str(folder),
            hint="put the TTF or OTF files of the brand's fonts there",
        )


def _configuration_file(folders: Sequence[Path]) -> Path:
    """Write the configuration into a folder of this user's that processes share."""
    user = os.getuid() if hasattr(os, "getuid") else getpass.getuser()
    cache = Path(tempfile.gettempdir()) / f"briefgen-fonts-{user}"
    cache.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid") and cache.stat().st_uid != user:
        cache = Path(tempfile.mkdtemp(prefix="briefgen-fonts-"))
    text = _TEMPLATE.format(
        folders="\n".join(f"  <dir>{escape(str(folder.resolve()))}</dir>" for folder in folders),
        aliases="\n".join(
            _ALIAS.format(generic=generic, family=family) for generic, family in _GENERIC.items()
        ),
        cache=escape(str(cache / "cache")),
    )
    target = cache / f"fonts-{os.getpid()}.conf"
    target.write_text(text, encoding="utf-8")
    return target
