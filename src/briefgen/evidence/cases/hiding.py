"""Names that must not appear in anything published: read the list, find them in texts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from briefgen.config.settings import Settings
from briefgen.config.textfiles import relative_name, unreadable
from briefgen.config.yaml_text import read_file
from briefgen.errors import Problem, group_problems
from briefgen.model import Text


def _normalise(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = re.sub(r"[\u00ad\u200b-\u200d\u2060\ufeff]", "", plain)  # invisible characters
    plain = re.sub(r"[\u2010-\u2015\u2212]", "-", plain)
    return re.sub(r"\s+", " ", plain).strip()


@dataclass(frozen=True)
class HiddenNames:
    """The names of people, places and firms that would identify."""

    names: tuple[str, ...] = ()
    file: str = ""

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        parts = [
            re.escape(name[:-1].rstrip()) + r"\w*" if name.endswith("*") else re.escape(name)
            for name in sorted({_normalise(name) for name in self.names} - {"", "*"})
        ]
        if not parts:
            return None
        # a genitive with or without apostrophe: "Beispiels", "Example's"
        return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?:['’]?s)?(?!\w)")

    def occur_in(self, *texts: str | Text | None) -> bool:
        """Return whether one of the names stands in one of the texts, in any language."""
        if self._pattern is None:
            return False
        written = [
            item
            for text in texts
            if text is not None
            for item in ((text,) if isinstance(text, str) else text.values())
        ]
        return any(self._pattern.search(_normalise(item)) for item in written)


def read_hidden_names(settings: Settings) -> tuple[HiddenNames, list[Problem]]:
    """Read the list of names to hide; an empty one where none is declared."""
    if settings.info.files.names_to_hide is None:
        return HiddenNames(), []
    path = settings.data_folder / settings.info.files.names_to_hide
    name = relative_name(path, settings)
    try:
        lines = read_file(path).splitlines()
    except (OSError, UnicodeDecodeError) as error:
        return HiddenNames(), [unreadable(name, error)]
    rows = [(row, line.partition("#")[0].strip()) for row, line in enumerate(lines, 1)]
    several = [row for row, written in rows if re.search(r"[,;\t|]", written)]
    rule, remedy = "more than one name on a line: none of them would be found", "write one a line"
    problems = [Problem(name, row, "", rule, remedy) for row in several]
    return HiddenNames(tuple(written for _, written in rows if written), name), group_problems(
        problems
    )
