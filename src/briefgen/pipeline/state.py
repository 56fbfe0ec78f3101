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
import shutil
import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from briefgen.config.settings import Settings
from briefgen.errors import PublishError
from briefgen.pipeline.work.publish import OWNER_ALONE, write_atomically

FOLDER = ".briefgen"
KEPT_ANALYSES = 4
KEPT_EXHIBIT_CACHES = 3
KEPT_DECISIONS = 400
"""One for each family of questions: those of some ten runs."""
LOCK_POLL_SECONDS = 0.2
OWNER_ENTERS = 0o700


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
    def logs(self) -> Path:
        """The full story of what failed."""
        return self.folder / "logs"

    @property
    def editions(self) -> Path:
        """Archive of editions."""
        return self.folder / "editions"

    @property
    def salt(self) -> Path:
        """What the hashes of the history are made with."""
        return self.folder / "salt"

    # --- logs ---

    def write_log(self, name: str, text: str) -> Path | None:
        """Keep the full story of a failure; return its file, or ``None`` on a full disk."""
        path = self.logs / f"{name}.log"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        except OSError:  # the failure itself is told all the same
            return None
        return path

    def drop_log(self, name: str) -> None:
        """Remove the story of a failure that is over."""
        with contextlib.suppress(OSError):
            (self.logs / f"{name}.log").unlink(missing_ok=True)

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

    def decisions(self, key: bytes) -> DecisionFolder:
        """Return where decisions of disclosure control are kept from run to run."""
        return DecisionFolder(self.folder / "decisions", key)

    def exhibit_cache(self, digest: str) -> Path:
        """Return the folder of exhibits that were drawn from one state of all they rest on.

        Those of older states beyond a few are removed.
        """
        root = self.folder / "exhibits"
        known = sorted(root.glob("*/"), key=lambda path: path.stat().st_mtime_ns)
        for path in [path for path in known if path.name != digest][: 1 - KEPT_EXHIBIT_CACHES]:
            shutil.rmtree(path, ignore_errors=True)
        return root / digest

    # --- history: what was published, for disclosure control ---

    def read_history(self) -> list[dict[str, Any]]:
        """Return what disclosure control recorded at each publication, oldest first."""
        return [json.loads(path.read_text(encoding="utf-8")) for path in self._history()]

    def _history(self) -> list[Path]:
        return sorted((self.folder / "history").glob("*.json"))

    def rewrite_history(self, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Replace each entry, here and beside frozen editions, that a newer version keeps so."""
        for path in [*self._history(), *sorted(self.editions.glob("*/history/*.json"))]:
            entry = json.loads(path.read_text(encoding="utf-8"))
            changed = change(entry)
            if changed != entry:
                write_atomically(path, _dump(changed), private=True)

    def list_history(self) -> tuple[str, ...]:
        """Return the ids of the data of each publication, oldest first, without reading more."""
        return tuple(map(_read_inputs_id, self._history()))

    def last_inputs(self) -> str:
        """Return the id of the data of the last publication; ``""`` before the first."""
        return next(reversed(self.list_history()), "")

    def append_history(self, entry: dict[str, Any]) -> None:
        """Record a publication.

        Parameters
        ----------
        entry
            What `disclosure.remember` returns, with ``inputs``, the id of the data.
        """
        number = len(self._history()) + 1
        path = self.folder / "history" / f"{number:06d}-{entry['inputs']}.json"
        write_atomically(path, _dump(entry), private=True)
        path.parent.chmod(OWNER_ENTERS)

    def was_audited(self, data: str, shown: Iterable[str]) -> bool:
        """Tell whether all that is shown is part of what passed the audit, for the same data.

        Who sees a part of it knows less, so it need not be audited again.

        Parameters
        ----------
        data
            Id of the data.
        shown
            Ids of the values that all publications show together.
        """
        try:
            passed = json.loads((self.folder / "audited").read_text(encoding="utf-8"))
            return passed["data"] == data and set(shown) <= set(passed["shown"])
        except (OSError, ValueError, TypeError, KeyError):
            return False

    def note_audit(self, data: str, shown: Iterable[str]) -> None:
        """Write down what passed the audit."""
        text = json.dumps({"data": data, "shown": sorted(set(shown))})
        write_atomically(self.folder / "audited", text.encode())

    # --- editions ---

    def read_previous(self, edition: str) -> str:
        """Return the edition that ``edition`` is compared with; ``""`` for the first."""
        path = self.editions / edition / "previous"
        return path.read_text(encoding="utf-8").strip() if path.is_file() else ""

    def write_previous(self, edition: str, previous: str) -> None:
        """Write down which edition ``edition`` is compared with."""
        write_atomically(self.editions / edition / "previous", previous.encode())
        close_to_others(self.editions)

    def keep_history(self, edition: str) -> None:
        """Keep, with an edition, what was known of earlier publications when it was made."""
        source, target = self.folder / "history", self.editions / edition / "history"
        if source.is_dir():
            shutil.copytree(source, target, dirs_exist_ok=True)
            close_to_others(self.editions / edition)

    # --- lock ---

    @contextlib.contextmanager
    def lock(
        self,
        command: str,
        *,
        wait: bool = True,
        tell: Callable[[str], None] | None = None,
    ) -> Iterator[None]:
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
        lock = FileLock(self.folder / "lock")
        with _state_can_be_written(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True, mode=OWNER_ENTERS)
            self._close_once()
            self._acquire(lock, wait, tell or (lambda _sentence: None))
        try:
            with _state_can_be_written(self.folder):
                write_atomically(self._holder, json.dumps(_describe_self(command)).encode())
            yield
        finally:
            with contextlib.suppress(OSError):
                self._holder.unlink(missing_ok=True)
            lock.release()

    def _close_once(self) -> None:
        """Close what an older version, or a copy, left open to others; the folder itself last."""
        if self.folder.stat().st_mode & 0o077:
            for path in (self.salt, self.folder / "history", self.editions):
                close_to_others(path)
            self.folder.chmod(OWNER_ENTERS)

    @property
    def _holder(self) -> Path:
        return self.folder / "lock.json"

    def _acquire(self, lock: FileLock, wait: bool, tell: Callable[[str], None]) -> None:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            who = _describe_holder(self._holder)
            if not wait:
                raise PublishError(
                    f"another run works on this study: {who}",
                    hint="wait until it has ended, or leave out --no-wait",
                ) from None
            tell(f"waiting for {who}")
            lock.acquire(poll_interval=LOCK_POLL_SECONDS)


@dataclass(frozen=True)
class DecisionFolder:
    """What disclosure control decided about families of questions, one file each.

    Attributes
    ----------
    key
        Of the hashes that the files are named by: they are made from counts of answers.
    """

    folder: Path
    key: bytes

    def read(self, name: str) -> str | None:
        """Return a decision, which is of use then; ``None`` where it is not kept."""
        path = self.folder / f"{name}.json"
        try:
            os.utime(path)
            return path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def write(self, name: str, text: str) -> None:
        """Keep a decision; those that were of no use for longest are dropped beyond some."""
        write_atomically(self.folder / f"{name}.json", text.encode(), private=True)
        stored = sorted(self.folder.glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
        for path in stored[:-KEPT_DECISIONS]:
            path.unlink(missing_ok=True)


def close_to_others(path: Path) -> None:
    """Let nobody but its owner read a file, or anything in a folder."""
    for one in sorted(path.rglob("*")) if path.is_dir() else []:
        one.chmod(OWNER_ENTERS if one.is_dir() else OWNER_ALONE)
    if path.exists():
        path.chmod(OWNER_ENTERS if path.is_dir() else OWNER_ALONE)


def _dump(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, sort_keys=True, ensure_ascii=False).encode()


@contextlib.contextmanager
def _state_can_be_written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise PublishError(
            f"cannot be written: {error.strerror or error}",
            where=str(folder),
            hint="briefgen keeps its state in the study's folder; make it writable",
        ) from error


def _read_inputs_id(path: Path) -> str:
    digest = path.stem.partition("-")[2]
    if digest:
        return digest
    return str(json.loads(path.read_text(encoding="utf-8"))["inputs"])  # of an older version


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
