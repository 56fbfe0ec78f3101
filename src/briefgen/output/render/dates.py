"""The date of a document as its title block prints it.

In: a document's metadata. Out: the date, written out in its language for web pages and print,
as ``2026-11-01`` elsewhere; Quarto does the same. Dates are read as Quarto reads them: with the
month first where a number has slashes or hyphens and the year stands last.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from briefgen.config.model_errors import tell_no_day

_PATTERNS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<month>\d\d)(?P<sign>[/-])(?P<day>\d\d)(?P=sign)(?P<year>\d{4}|\d\d)",
        r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)",
        r"(?P<day>\d\d) (?P<month>\d\d) (?P<year>\d{4})",
        r"(?P<month>\d\d) (?P<day>\d\d), (?P<year>\d{4})",
    )
)
_CENTURY: Final = 2000


def read_date(value: object) -> dt.date | None:
    """Read a date of a document's metadata.

    Returns
    -------
    datetime.date or None
        ``None`` where the document has no date.

    Raises
    ------
    ValueError
        If it is no date, or one that Quarto would guess.
    """
    if value is None or value == "":
        return None
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    found = _match(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError(f"{value} is no date")
    year, month, day = (int(found[part]) for part in ("year", "month", "day"))
    year = year if year > 99 else _CENTURY + year
    problem = tell_no_day(year, month, day)
    if problem:
        raise ValueError(problem)
    return dt.date(year, month, day)


def _match(text: str) -> re.Match[str] | None:
    return next((found for pattern in _PATTERNS if (found := pattern.fullmatch(text))), None)


def date_text(metadata: Mapping[str, Any], to: str) -> str:
    """Write the date of a document as its title block prints it.

    Raises
    ------
    ValueError
        If it is no date, or one that Quarto would guess.
    """
    date = read_date(metadata.get("date"))
    if date is None:
        return ""
    if to not in ("html", "html5"):
        return date.isoformat()
    return format_date(date, "long", locale=_locale(str(metadata.get("lang") or "en")))


def _locale(language: str) -> Locale:
    for name in (language, language.split("-", maxsplit=1)[0]):
        try:
            return Locale.parse(name, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en")
