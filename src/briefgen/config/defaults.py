"""Where the templates and styles stand that every study starts from.

In a checkout they are the folders ``reports`` and ``styles`` at the top of the repository; in an
installed wheel they are carried under ``briefgen/defaults``.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from briefgen.errors import SettingsError

_PACKAGE = Path(__file__).resolve().parents[1]


@cache
def defaults_folder(name: Literal["reports", "styles"]) -> Path:
    """Return the folder of the default templates (``reports``) or styles (``styles``).

    Raises
    ------
    SettingsError
        If the installation is incomplete.
    """
    for folder in (_PACKAGE / "defaults" / name, _PACKAGE.parents[1] / name):
        if folder.is_dir():
            return folder
    raise SettingsError(
        f"the default {name} are missing from this installation", hint="install briefgen again"
    )
