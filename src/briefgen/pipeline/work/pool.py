"""Warm worker processes that make documents; one that dies or hangs fails its batch alone.

In: batches of documents, each with a time limit. Out: one outcome for each document. ``build``
hands out the work, ``workers`` does it in each process, ``memory`` watches what they occupy.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import TimeoutError as FutureTimeoutError
from multiprocessing import active_children
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool
from pebble.pool.process import WORKERS_NAME

from briefgen.errors import BriefgenError, PrintError
from briefgen.model import DocumentKey
from briefgen.pipeline.work.composing import compose_batch
from briefgen.pipeline.work.documents import BuildContext, ComposedDocument, Outcome
from briefgen.pipeline.work.failures import unexpected_error
from briefgen.pipeline.work.limits import IN_PROCESS
from briefgen.pipeline.work.memory import MEMORY_LIMIT_BYTES, MemoryWatch
from briefgen.pipeline.work.printing import print_batch
from briefgen.pipeline.work.sight import LogSettings, configure_logging, current_logging
from briefgen.pipeline.work.workers import start_worker
from briefgen.processes import worker_context
from briefgen.processes.orphans import end_with_parent
from briefgen.processes.programs import end_programs_when_terminated, leave_interrupts_to_parent


class Pool:
    """Warm worker processes; one that dies, hangs or takes all memory fails its batch alone.

    Parameters
    ----------
    in_process
        Whether one job does its work in this process, where nothing can stop it: what is warm
        stays so for the next build. So does `IN_PROCESS` in the environment, where a debugger is
        to follow.
    """

    def __init__(self, context: BuildContext, jobs: int, *, in_process: bool = False) -> None:
        self.context = context
        self.jobs = jobs
        self.in_process = jobs == 1 and (in_process or os.environ.get(IN_PROCESS) == "1")
        self._memory = MemoryWatch(_find_workers, MEMORY_LIMIT_BYTES)
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        if not self.in_process:
            self._memory.start()
            self._pool = ProcessPool(
                max_workers=self.jobs,
                initializer=_start_in_child,
                initargs=(self.context, os.getpid(), current_logging()),
                context=worker_context(),
            )
        else:
            start_worker(self.context)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_rest: object) -> None:
        if self._pool is not None:
            if kind is None:
                self._pool.close()
            else:
                self._pool.stop()
            self._pool.join()
            self._memory.stop()

    def compose(
        self, batches: Sequence[Sequence[DocumentKey]], seconds: int
    ) -> Iterator[list[Outcome]]:
        """Compose batches of documents, each within a time limit; yield as they end.

        Where a worker dies or hangs over a batch, each of its documents gets another chance by
        itself, so that one bad document fails alone.
        """
        for (batch,), result in self._run(compose_batch, [(b,) for b in batches], seconds):
            if not isinstance(result, BriefgenError):
                yield result
            elif len(batch) == 1:
                yield [Outcome(batch[0], error=result)]
            else:
                yield from self.compose([[key] for key in batch], seconds)

    def make(
        self,
        batches: Sequence[Sequence[ComposedDocument]],
        formats: Mapping[str, Sequence[str]],
        seconds: int,
    ) -> Iterator[list[Outcome]]:
        """Print batches of composed documents into staging.

        A bad document fails alone here too.
        """
        for arguments, result in self._run(print_batch, [(b, formats) for b in batches], seconds):
            batch = arguments[0]
            if not isinstance(result, BriefgenError):
                yield result
            elif len(batch) == 1:
                yield [Outcome(batch[0].key, error=result)]
            else:
                yield from self.make([[document] for document in batch], formats, seconds)

    def _run(
        self,
        function: Callable[..., list[Outcome]],
        calls: Sequence[tuple[Any, ...]],
        seconds: int,
    ) -> Iterator[tuple[tuple[Any, ...], list[Outcome] | BriefgenError]]:
        if self._pool is None:
            yield from ((arguments, _try_call(function, arguments)) for arguments in calls)
            return
        futures = [
            (c, self._pool.schedule(_call_in_worker, args=(function, *c), timeout=seconds))
            for c in calls
        ]
        for arguments, future in futures:
            try:
                yield arguments, future.result()
            except FutureTimeoutError:
                error = f"took longer than {seconds} s and was stopped"
                yield arguments, PrintError(error, hint="look for endless tables or loops")
            except ProcessExpired as death:
                yield arguments, self._describe_death(death)
            except Exception as error:  # noqa: BLE001 - a batch that broke is no end of the others
                yield arguments, _as_error(error)

    def _describe_death(self, death: ProcessExpired) -> PrintError:
        if death.pid not in self._memory.ended:
            return _describe_death(death)
        return PrintError(
            f"took more than {MEMORY_LIMIT_BYTES / 1024**3:.3g} GiB of memory and was stopped",
            hint="look for very large tables, images or repetitions in the document",
        )


def _call_in_worker(function: Callable[..., list[Outcome]], *arguments: Any) -> list[Outcome]:
    """Do the work in a worker process; whatever breaks there arrives, with its traceback.

    Exceptions of libraries cannot always be sent: lxml's hold what no process can hand to another.
    """
    try:
        return function(*arguments)
    except BriefgenError:
        raise
    except Exception as error:
        raise _as_error(error) from error


def _try_call(
    function: Callable[..., list[Outcome]], arguments: tuple[Any, ...]
) -> list[Outcome] | BriefgenError:
    try:
        return function(*arguments)
    except Exception as error:  # noqa: BLE001 - a batch that broke is no end of the others
        return _as_error(error)


def _as_error(error: Exception) -> BriefgenError:
    return error if isinstance(error, BriefgenError) else unexpected_error(error, PrintError)


def _start_in_child(context: BuildContext, parent: int, logs: LogSettings) -> None:
    configure_logging(logs)
    leave_interrupts_to_parent()
    end_programs_when_terminated()
    end_with_parent(parent)
    start_worker(context)


def _find_workers() -> Iterator[int]:
    """Yield the process ids of the workers that are alive."""
    for process in active_children():
        if process.name == WORKERS_NAME and process.pid is not None:
            yield process.pid


def _describe_death(error: ProcessExpired) -> PrintError:
    return PrintError(
        f"the worker process died (exit code {error.exitcode})",
        hint="if memory ran out, use fewer --jobs; run the document alone to see more: "
        f"`{IN_PROCESS}=1 briefgen build --jobs 1`",
    )
