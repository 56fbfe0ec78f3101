"""Families of questions are independent: large ones are worked off on all cores.

In: a function and the families. Out: its results, in the families' order. The processes are forked,
so that the study need not be copied; results have to be small. Where nothing can be forked, one
process does it all.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final, TypeVar

from briefgen.config.settings import Variable
from briefgen.errors import portable_error
from briefgen.processes import available_cores, can_fork, worker_context
from briefgen.processes.orphans import end_with_parent

Result = TypeVar("Result")
FEW: Final = 2_000
"""Below so many atoms times questions, starting processes takes longer than the work."""
_work: list[Callable[[tuple[Variable, ...]], Any]] = []


def map_families(
    function: Callable[[tuple[Variable, ...]], Result],
    families: Sequence[tuple[Variable, ...]],
    atoms: int,
) -> list[Result]:
    """Apply a function to each family, the largest first, on all cores that are allowed."""
    cores = available_cores() if can_fork() else 1
    if cores == 1 or len(families) < 2 or atoms * sum(map(len, families)) < FEW:
        return [function(family) for family in families]
    order = sorted(range(len(families)), key=lambda place: -len(families[place]))
    _work[:] = [function]
    with ProcessPoolExecutor(
        cores,
        mp_context=worker_context(),
        initializer=end_with_parent,
        initargs=(os.getpid(),),
    ) as pool:
        futures = {place: pool.submit(_call, families[place]) for place in order}
        found = [futures[place].result() for place in range(len(families))]
    _work.clear()
    return found


def _call(family: tuple[Variable, ...]) -> Any:
    try:
        return _work[0](family)
    except Exception as error:
        raise portable_error(error) from error
