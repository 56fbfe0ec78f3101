"""Temporary folders that do not outlive us for long.

In: what a folder is for. Out: the folder, for the length of a ``with``. A process that is killed
leaves its folder behind; the next that wants one removes it. A lock that ends with its process
tells which are still used: numbers of processes mean nothing where containers share a disk.
"""

from __future__ import annotations

import contextlib
import functools
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

_PREFIX: Final = "briefgen-scratch-"
_LOCK: Final = "in-use"
_YOUNG_SECONDS: Final = 60.0
"""A folder may be so young that its process has not locked it yet."""


@contextlib.contextmanager
def scratch_folder(purpose: str) -> Iterator[Path]:
    """Give a new folder that is removed in the end.

    Parameters
    ----------
    purpose
        A word that its name shows.
    """
    root = Path(tempfile.gettempdir())
    _remove_abandoned_once(root)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-", dir=root)).resolve()
    try:
        with FileLock(folder / _LOCK):
            (folder / purpose).mkdir()
            yield folder / purpose
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@functools.cache
def _remove_abandoned_once(root: Path) -> None:
    remove_abandoned(root)


def remove_abandoned(root: Path) -> None:
    """Remove the folders whose process is gone, and none that is in use."""
    for folder in root.glob(f"{_PREFIX}*/"):
        with contextlib.suppress(OSError, Timeout):  # another user's, or in use
            if time.time() - folder.stat().st_mtime > _YOUNG_SECONDS:
                with FileLock(folder / _LOCK, timeout=0):
                    shutil.rmtree(folder, ignore_errors=True)
