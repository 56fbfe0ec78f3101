"""What is installed beside briefgen for some users alone, by the extra's name.

``pip install 'briefgen[desk]'`` brings the packages of the extra ``desk``. They are imported where
they are used, and who lacks one is told the command.
"""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from briefgen.errors import SettingsError


@dataclass(frozen=True)
class Extra:
    """A package that is not needed by all: its module, and what it is for."""

    package: str
    module: str
    purpose: str


EXTRAS: Final = {
    "desk": Extra("watchfiles", "watchfiles", "briefgen watch"),
    "office": Extra("python-calamine", "python_calamine", "data in .xls, .xlsb and .ods"),
}


def has_extra(name: str) -> bool:
    """Whether the packages of an extra are installed."""
    return importlib.util.find_spec(EXTRAS[name].module) is not None


def install_command(name: str) -> str:
    """Return what installs an extra."""
    return f"pip install 'briefgen[{name}]'"


def load_extra(name: str, where: str) -> ModuleType:
    """Return the module of an extra.

    Parameters
    ----------
    where
        The file or command that needs it.

    Raises
    ------
    SettingsError
        If it is not installed.
    """
    extra = EXTRAS[name]
    if not has_extra(name):
        raise SettingsError(
            f"needs the Python package {extra.package}", where=where, hint=install_command(name)
        )
    return importlib.import_module(extra.module)
