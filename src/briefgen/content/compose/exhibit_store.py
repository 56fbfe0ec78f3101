"""Exhibits on disk: what was drawn for these values is not drawn again for another template.

In: a folder that belongs to one release of evidence, one brand and one version of briefgen. Out:
exhibits by what was asked for. The store may be removed at any time; whatever cannot be read or
written is drawn.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

from briefgen.content.exhibits.spec import Exhibit, FigureSpec, TableSpec


class ExhibitStore:
    """Exhibits of one state of all that they are drawn from.

    Parameters
    ----------
    folder
        Of that state alone; ``None`` keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    def find(self, spec: FigureSpec | TableSpec, language: str) -> Exhibit | None:
        """Return an exhibit that was drawn before, or ``None``."""
        path = self._path(spec, language)
        if path is None:
            return None
        try:
            return _from_dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError, KeyError):  # not there, or damaged
            return None

    def put(self, spec: FigureSpec | TableSpec, language: str, exhibit: Exhibit) -> None:
        """Keep an exhibit; two processes may do so at once."""
        path = self._path(spec, language)
        if path is None:
            return
        with contextlib.suppress(OSError, TypeError):
            text = json.dumps(asdict(exhibit), ensure_ascii=False)
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)

    def _path(self, spec: FigureSpec | TableSpec, language: str) -> Path | None:
        """Return the place of an exhibit; none where its options are more than plain values."""
        if self._folder is None:
            return None
        fields = {name: getattr(spec, name) for name in spec.__dataclass_fields__}
        what = [type(spec).__name__, language, fields | {"options": dict(spec.options)}]
        try:
            text = json.dumps(what, sort_keys=True)
        except TypeError:
            return None
        return self._folder / f"{hashlib.sha256(text.encode()).hexdigest()[:32]}.json"


def _from_dict(content: dict[str, Any]) -> Exhibit:
    lists = {name: tuple(content[name]) for name in ("data", "keys")}
    return Exhibit(**{**content, **lists})
