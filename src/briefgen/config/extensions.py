"""Functions that are registered under a name, and where those from outside the package stand.

``register_function`` is what `estimates`, `reads` and `chart` do. A name is registered once, so
that a typing error or a name taken twice is told where it is made. The files of functions from
outside belong to the program: what they make counts as out of date once they change.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from briefgen.errors import SettingsError

_PACKAGE: Final = Path(__file__).resolve().parents[1]
_outside: set[Path] = set()


def register_function(
    registry: dict[str, Callable[..., Any]], what: str, name: str, function: Callable[..., Any]
) -> None:
    """Put a function under a name.

    Raises
    ------
    SettingsError
        If another function has the name.
    """
    if name in registry and registry[name] is not function:
        raise SettingsError(f"there is {what} {name!r} already", hint="give it a name of its own")
    registry[name] = function
    note_function(function)


def note_function(function: Callable[..., Any]) -> None:
    """Count the file of a function as the program's, where it stands outside of the package."""
    source = inspect.getsourcefile(inspect.unwrap(function))
    path = Path(source).resolve() if source else None
    if path is not None and path.is_file() and _PACKAGE not in path.parents:
        _outside.add(path)


def list_outside_files() -> tuple[Path, ...]:
    """Return the files of all functions that were registered from outside the package."""
    return tuple(sorted(_outside))
