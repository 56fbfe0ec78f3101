"""No process outlives the one that it was forked from: it would hold the study's lock for ever."""

from __future__ import annotations

import os
import threading
import time
from typing import Final

PARENT_POLL_SECONDS: Final = 0.5


def end_with_parent(parent: int) -> None:
    """Let this process end soon after its parent, even where that was killed.

    Parameters
    ----------
    parent
        Process id of the parent.
    """
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_SECONDS)
    os._exit(1)
