"""The private state of a study in ``.briefgen/``: lock, cache of released evidence, history.

Nothing here is published. The cache saves an analysis when only templates changed; the history
holds what disclosure control has to know about earlier publications. ``build`` and ``editions``
use it.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from briefgen.errors import PublishError
from briefgen.publish import write_atomically
from briefgen.settings import Settings

FOLDER = ".briefgen"
KEPT_ANALYSES = 4
LOCK_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Store:
    """Paths of a study's private state."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> Store:
        """Return the store of a study."""
        return cls(settings.folder / FOLDER)

    @property
    def composed(self) -> Path:
        """Where documents are composed before they are printed."""
        return self.folder / "composed"

    @property
    def editions(self) -> Path:
        """Archive of editions."""
        return self.folder / "editions"

    # --- released evidence, by the hash of what it was made from ---

    def read_analysis(self, digest: str) -> str | None:
        """Return released evidence as JSON text, or ``None`` where that was not analysed yet."""
        try:
            return (self.folder / "analyses" / f"{digest}.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write_analysis(self, digest: str, text: str) -> None:
        """Keep released evidence for later runs; the oldest beyond a few are dropped."""
        folder = self.folder / "analyses"
        write_atomically(folder / f"{digest}.json", text.encode())
        stored = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in stored[:-KEPT_ANALYSES]:
            path.unlink(missing_ok=True)

    # --- history: what was published, for disclosure control ---

    def read_history(self) -> list[dict[str, Any]]:
        """Return what disclosure control recorded at each publication, oldest first."""
        paths = sorted((self.folder / "history").glob("*.json"))
        return [json.loads(path.read_text(encoding="utf-8")) for path in paths]

    def last_inputs(self) -> str:
        """Return the id of the data of the last publication; ``""`` before the first."""
        history = self.read_history()
        return history[-1]["inputs"] if history else ""

    def append_history(self, entry: dict[str, Any]) -> None:
        """Record a publication.

        Parameters
        ----------
        entry
            What `disclosure.remember` returns, with ``inputs``, the id of the data.
        """
        number = len(list((self.folder / "history").glob("*.json"))) + 1
        path = self.folder / "history" / f"{number:06d}.json"
        write_atomically(path, json.dumps(entry, sort_keys=True, ensure_ascii=False).encode())

    def was_audited(self, digest: str) -> bool:
        """Tell whether exactly this was the last that passed the audit."""
        path = self.folder / "audited"
        return path.is_file() and path.read_text(encoding="utf-8") == digest

    def note_audit(self, digest: str) -> None:
        """Write down that this passed the audit."""
        write_atomically(self.folder / "audited", digest.encode())

    # --- editions ---

    def read_previous(self, edition: str) -> str:
        """Return the edition that ``edition`` is compared with; ``""`` for the first."""
        path = self.editions / edition / "previous"
        return path.read_text(encoding="utf-8").strip() if path.is_file() else ""

    def write_previous(self, edition: str, previous: str) -> None:
        """Write down which edition ``edition`` is compared with."""
        write_atomically(self.editions / edition / "previous", previous.encode())

    # --- lock ---

    @contextlib.contextmanager
    def lock(self, command: str, *, wait: bool = True, tell: Any = None) -> Iterator[None]:
        """Hold the study's lock: one run at a time.

        Parameters
        ----------
        command
            Told to others who wait.
        wait
            Wait for the holder to end; else fail at once.
        tell
            Called with one sentence before waiting.

        Raises
        ------
        PublishError
            If another run holds the lock and ``wait`` is off, or the folder cannot be written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PublishError(
                f"cannot be written: {error.strerror}",
                where=str(self.folder),
                hint="briefgen keeps its state in the study's folder; make it writable",
            ) from error
        lock = FileLock(self.folder / "lock")
        holder = self.folder / "lock.json"
        try:
            lock.acquire(timeout=0)
        except Timeout:
            who = _describe_holder(holder)
            if not wait:
                raise PublishError(
                    f"another run works on this study: {who}",
                    hint="wait until it has ended, or leave out --no-wait",
                ) from None
            if tell:
                tell(f"waiting for {who}")
            lock.acquire(poll_interval=LOCK_POLL_SECONDS)
        except PermissionError as error:
            raise PublishError(
                "the lock cannot be written", where=str(self.folder), hint="make it writable"
            ) from error
        try:
            holder.write_text(json.dumps(_describe_self(command)), encoding="utf-8")
            yield
        finally:
            with contextlib.suppress(OSError):
                holder.unlink(missing_ok=True)
            lock.release()


def _describe_self(command: str) -> dict[str, Any]:
    since = dt.datetime.now().astimezone().isoformat(timespec="seconds")
    return {
        "pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": since,
    }  # fmt: skip


def _describe_holder(path: Path) -> str:
    try:
        who = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "another run"
    return f"`{who['command']}` (process {who['pid']} on {who['host']}, since {who['since']})"
