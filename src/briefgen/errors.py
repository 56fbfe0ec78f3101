"""One exception tree; every error has a place and a hint.

::

    BriefgenError
    ├── SettingsError      study.yml or codebook.yml cannot be used
    ├── SourceError        a data file cannot be read
    ├── DataError          validation found problems (carries all of them)
    ├── AnalysisError      a statistic is not defined for what it was asked of
    ├── ExtensionError     a function that was registered from outside broke
    ├── LimitError         work takes longer, or more memory, than it may
    ├── DisclosureError    something would be published that must not be
    ├── TemplateError      a template asks for what there is not
    │   └── ExhibitSizeError   a figure is taller than a page
    ├── RenderError        an engine refused or failed
    ├── PrintError         the page could not be printed
    ├── PublishError       files could not be put in their place
    └── UnknownNameError   a region, audience, document or key that does not exist

No message shows a respondent's answer.
"""

from __future__ import annotations

import copy
import difflib
import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal, Self


class BriefgenError(Exception):
    """Base of all errors that a user can do something about.

    Parameters
    ----------
    message
        What is wrong, as a sentence without the place.
    where
        The place: file, with line or row and column where known.
    hint
        What to do about it.
    row
        Row of the file as its user counts, where the fault stands in one.

    Attributes
    ----------
    traceback
        As Python printed it in the process where something broke that nobody foresaw; ``""``
        elsewhere.
    log
        The file with the full story, where there is one.
    """

    traceback: str = ""
    log: Path | None = None

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        row: int | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.row = row

    def placed(self, where: str) -> Self:
        """Return the same error at another place."""
        moved = copy.copy(self)
        moved.where = where
        return moved

    def __str__(self) -> str:
        row = "" if self.row is None else f", row {self.row}"
        place = f"{self.where}{row}: " if self.where else ""
        advice = f"\n  → {self.hint}" if self.hint else ""
        story = f"\n  → the full story: {self.log}" if self.log else ""
        return f"{place}{self.message}{advice}{story}"

    def __reduce__(self) -> tuple[object, ...]:
        # exceptions cross process borders with all their fields
        return (_rebuild, (type(self), self.__dict__.copy(), self.args))


def _rebuild(
    cls: type[BriefgenError], state: dict[str, object], args: tuple[object, ...]
) -> BriefgenError:
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


def portable_error(error: Exception) -> Exception:
    """Return an error that can be sent to another process: itself, or its type and message.

    Errors of libraries may hold what cannot be sent, or be made from other arguments than they
    keep; neither then arrives.
    """
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - written a moment ago, here
    except Exception:  # noqa: BLE001 - whatever a library's own pickling raises
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error


class SettingsError(BriefgenError):
    """``study.yml`` or ``codebook.yml`` cannot be used; ``problems`` says why, where known."""

    problems: tuple[Problem, ...] = ()

    @classmethod
    def listing(cls, problems: Sequence[Problem]) -> SettingsError:
        """Make the error for several problems of the configuration."""
        count = len(problems)
        error = cls(f"{count} problem{'s' if count != 1 else ''} in the configuration")
        error.problems = tuple(problems)
        return error

    def __str__(self) -> str:
        listed = [*(str(problem) for problem in self.problems), super().__str__()]
        return "\n".join(listed)


class SourceError(BriefgenError):
    """A data file cannot be read."""


class AnalysisError(BriefgenError):
    """A statistic is not defined for what it was asked of."""


class ExtensionError(BriefgenError):
    """A function that was registered from outside broke, or gave what cannot be used."""


class LimitError(BriefgenError):
    """Work takes longer, or more memory, than it may."""


class DisclosureError(BriefgenError):
    """Something would be published that must not be."""


class TemplateError(BriefgenError):
    """A template asks for what there is not."""


class ExhibitSizeError(TemplateError):
    """A figure is taller than a page; ``parts`` is how many figures it would fill at least."""

    parts: int = 2


class RenderError(BriefgenError):
    """An engine refused or failed."""


class PrintError(BriefgenError):
    """The page could not be printed."""


class PublishError(BriefgenError):
    """Files could not be put in their place."""


class UnknownNameError(BriefgenError):
    """A name that does not exist, with the nearest that do."""

    @classmethod
    def among(
        cls, what: str, name: str, known: Iterable[str], *, where: str | None = None
    ) -> UnknownNameError:
        """Make the error for ``name``, suggesting the nearest of ``known``."""
        known = list(known)
        return cls(f"there is no {what} {name!r}", where=where, hint=suggest(name, known))


def suggest(name: str, known: Sequence[str]) -> str:
    """Return a hint that names the nearest known names, or lists some where none is near."""
    near = suggest_near(name, known)
    if near:
        return near
    shown = ", ".join(list(known)[:12])
    return f"known: {shown}" + (", …" if len(known) > 12 else "")


def suggest_near(name: str, known: Sequence[str]) -> str:
    """Return a hint that names the nearest known names; ``""`` where none is near."""
    folded = {item.casefold(): item for item in known}
    near = difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.6)
    return "did you mean " + " or ".join(folded[item] for item in near) + "?" if near else ""


def suggest_or(hint: str, other: str) -> str:
    """Return a hint and what else can be done, as sentences."""
    if not hint:
        return other
    return f"{hint if hint.endswith('?') else hint + '.'} Or {other}"


def find_line(text: str, position: int) -> int:
    """Return the line, counted from 1, in which a position of a text is."""
    return text.count("\n", 0, position) + 1


ROWS_NAMED: Final = 5
"""So many rows are named in one message; the rest are counted."""


def name_rows(rows: Sequence[int]) -> str:
    """Return where something stands, for a message: ``12 rows: 3, 5, 8, 9, 20, …``."""
    if len(rows) == 1:
        return f"row {rows[0]}"
    more = ", …" if len(rows) > ROWS_NAMED else ""
    return f"{len(rows)} rows: {', '.join(map(str, rows[:ROWS_NAMED]))}{more}"


@dataclass(frozen=True, order=True)
class Problem:
    """One finding of validation.

    Attributes
    ----------
    file
        Path relative to the study.
    row
        Row in the file as its user counts: the header is row 1; in YAML the line. ``None`` for the
        whole file.
    column
        Column or key in the file; ``""`` for the whole row.
    rule
        What is required, as a sentence.
    remedy
        What to do.
    severity
        Errors stop the build, warnings do not unless strict; hints never do.
    traceback
        Where something broke, for ``--traceback``.
    """

    file: str
    row: int | None
    column: str
    rule: str
    remedy: str
    severity: Literal["error", "warning", "hint"] = "error"
    traceback: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        written = self.file.endswith((".yml", ".yaml"))
        unit, part = ("line", "key") if written else ("row", "column")
        row = "" if self.row is None else f", {unit} {self.row}"
        column = f", {part} {self.column}" if self.column else ""
        return f"{self.file}{row}{column}: {self.rule}\n  → {self.remedy}"


def group_problems(problems: Iterable[Problem]) -> list[Problem]:
    """Tell what is wrong in many rows once, at the first of them and with their number."""
    rows: dict[Problem, dict[int, None]] = {}  # a row of a wide sheet holds many cells
    for problem in problems:
        found = rows.setdefault(replace(problem, row=None), {})
        found |= {} if problem.row is None else {problem.row: None}
    return [
        replace(
            problem,
            row=next(iter(found), None),
            rule=f"{problem.rule} ({name_rows([*found])})" if len(found) > 1 else problem.rule,
        )
        for problem, found in rows.items()
    ]


class DataError(BriefgenError):
    """Validation found problems; all of them are in ``problems``."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        count = len(problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} in the data")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join([*(str(problem) for problem in self.problems), self.message])
