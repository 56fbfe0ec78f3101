"""Care for forked processes: none outlives its parent, and none clears its parent's garbage.

A process that outlived its parent would hold the study's lock for ever; the programs that it
started end with it. One that collects what its parent left, such as the solvers of linear
programs, may wait for threads that it has not.
"""

from __future__ import annotations

import gc
import os
import threading
import time
from typing import Final

from briefgen.processes.programs import end_programs

PARENT_POLL_SECONDS: Final = 0.5


def end_with_parent(parent: int) -> None:
    """Let this process end soon after its parent, and leave the parent's garbage alone.

    Parameters
    ----------
    parent
        Process id of the parent.
    """
    gc.freeze()
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_POLL_SECONDS)
    end_programs()
    os._exit(1)
