"""A language: its interface texts, and how it writes numbers, dates and lists.

In: `Settings`, a language, `Evidence`. Out: plain strings without markup; spans around numbers
are the work of `briefgen.content.language.sentences` and `briefgen.content.compose`.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

import babel
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from briefgen.config.measures import TWO_SIGNIFICANT, find_kind
from briefgen.config.settings import Question, Settings
from briefgen.content.language.catalogue import Catalogue, load_catalogue
from briefgen.errors import SettingsError
from briefgen.model import Evidence, Status

PLACE: Final = re.compile(r"\{\{|\}\}|\{[^{}]*\}")
"""A place of a message, or a doubled brace."""
WHOLE_FROM: Final = 100
"""Means of numbers keep three significant digits, so that from here on they have no decimals."""
MINUS: Final = "\N{MINUS SIGN}"

REASONS: Final = {
    # reason code of the wall: message
    "base": "too few answers",
    "cell": "too few answers in a category",
    "unanimous": "all answers alike",
    "number": "hidden so that no single answer can be worked out",
    "dominance": "one answer would dominate the value",
    "sum": "hidden so that a neighbouring value cannot be worked out",
    "difference": "hidden so that a neighbouring value cannot be worked out",
    "edition": "changed too little since the last edition to be shown anew",
}

LABELS: Final = {
    # label of the panel's consensus: message
    "agreement": "consensus: agreement",
    "disagreement": "consensus: disagreement",
    "none": "no consensus",
}


DIMENSIONS: Final = ("agreement", "importance", "feasibility")
"""Dimensions of a panel that catalogues have names for."""


FIRST_OF_MONTH: Final = {"fr": "1er", "it": "1º"}
"""How the first day of a month is written, where CLDR's dates do not know it."""


class Locale:
    """Texts, numbers and dates of one language.

    Parameters
    ----------
    settings
        Of the study; its folder may hold catalogues of its own.
    language
        Code as in ``study.yml``: ``de``, ``en``.

    Raises
    ------
    SettingsError
        If there is no catalogue, or CLDR does not know the locale that its header names.
    """

    def __init__(self, settings: Settings, language: str) -> None:
        self.settings = settings
        self.language = language
        self.catalogue: Catalogue = load_catalogue(settings, language)
        try:
            self._cldr = babel.Locale.parse(self.catalogue.locale.replace("-", "_"))
        except (ValueError, babel.UnknownLocaleError) as error:
            raise SettingsError(
                f"there are no formats for the locale {self.catalogue.locale!r}",
                where=f"locales/{language}.po",
                hint="the header's Language names a CLDR locale, such as fr or en_GB",
            ) from error

    def text(self, message: str, /, **values: Any) -> str:
        """Translate a message and fill its ``{places}`` in."""
        return self._fill(self.catalogue.text(message), message, values)

    def ngettext(self, one: str, many: str, number: float, /, **values: Any) -> str:
        """Translate the form that goes with a number; ``{n}`` is the number, formatted."""
        text = self.catalogue.plural(one, many, self._count_for_plural(float(number)))
        return self._fill(text, one, {"n": self.number(number), **values})

    def number(self, x: float, digits: int | None = None) -> str:
        """Format a number; without ``digits``, with one decimal where it is not whole."""
        if digits is None:
            digits = 0 if _rounded(x, 1) == int(_rounded(x, 1)) else 1
        return self._signed(x, digits)

    @property
    def share_digits(self) -> int:
        """Decimals of a percentage: as many as the step has that shares are released with."""
        step = Decimal(repr(self.settings.info.disclosure.share_step)).scaleb(2).normalize()
        return max(0, -int(step.as_tuple().exponent))

    def percent(self, share: float, digits: int = 0) -> str:
        """Format a share (0–1) as a percentage: ``41 %`` with a no-break space, or ``41%``."""
        return self._with_percent(self._signed(share * 100, digits))

    def points(self, difference: float, digits: int = 0, *, signed: bool = True) -> str:
        """Format a difference of shares (−1–1) in percentage points, with its sign or without."""
        points = _rounded(difference * 100, digits)
        number = self._signed(abs(float(points)), digits)
        sign = ("+" if points > 0 else MINUS if points < 0 else "") if signed else ""
        count = self._count_for_plural(abs(float(points)))
        text = self.catalogue.plural("{n} percentage point", "{n} percentage points", count)
        return fill_places(text, {"n": f"{sign}{number}"})

    def date(self, day: dt.date) -> str:
        """Format a date in full: ``2. November 2026``."""
        text = format_date(day, "long", locale=self._cldr)
        first = FIRST_OF_MONTH.get(self._cldr.language, "1")
        return re.sub(r"^1(?= )", first, text) if day.day == 1 else text

    def dimension(self, code: str) -> str:
        """Return what a dimension of the panel is called: by the study, else by its code."""
        stated = self.settings.info.panel.asked.get(code)
        if stated is not None:
            return stated.name[self.language]
        return self.text(code) if code in DIMENSIONS else code.replace("_", " ")

    def join(self, items: Sequence[str]) -> str:
        """Join items with commas and "and"."""
        return format_list(list(items), "standard", locale=self._cldr)

    def quote(self, text: str) -> str:
        """Put a text in the language's quotation marks."""
        return self.text("“{quoted}”", quoted=text)

    def value(self, evidence: Evidence, digits: int | None = None) -> str:
        """Format a value with its unit; a suppressed one gives its band, or is not shown."""
        if not evidence.is_published:
            return self.band(evidence) or self.text("not shown")
        if evidence.value is None:
            label = LABELS.get(evidence.text)
            return self.text(label) if label else evidence.text
        return self.amount(evidence, evidence.value, digits)

    def amount(self, evidence: Evidence, x: float, digits: int | None = None) -> str:
        """Format a number in the unit of ``evidence``: its value, or a limit of its interval."""
        if evidence.unit == "share":
            return self.percent(x, self.share_digits if digits is None else digits)
        if evidence.unit == "points":
            return self.points(x, self.share_digits if digits is None else digits)
        digits = self._digits(evidence) if digits is None else digits
        unit = self.settings.codebook.units.get(evidence.unit)
        number = self.number(x, digits)
        if unit is None:
            return number
        form = unit.one if x == 1 else unit.many
        if form[self.language] == "%":
            return self._with_percent(number)
        return f"{number}\N{NO-BREAK SPACE}{form[self.language]}"

    def band(self, evidence: Evidence, *, short: bool = False) -> str:
        """Say what is known of a suppressed value: "at most 20%"; ``""`` where there is no band.

        Parameters
        ----------
        short
            With signs instead of words, for tables and charts: "≤ 20%".
        """
        if evidence.band is None:
            return ""
        low, high = evidence.band
        if low is not None and high is not None:
            return self.text(
                "{low} to {high}",
                low=self._of_band(evidence, low),
                high=self.percent(high) if evidence.unit == "share" else self.number(high, 1),
            )
        share = self.percent(high or 0.0) if low is None else self.percent(low)
        if short:
            return f"{'≤' if low is None else '≥'}\N{NO-BREAK SPACE}{share}"
        message = "at most {share}" if low is None else "at least {share}"
        return self.text(message, share=share)

    def _of_band(self, evidence: Evidence, limit: float) -> str:
        is_share = evidence.unit == "share"
        return self._signed(limit * 100, 0) if is_share else self.number(limit, 1)

    def interval(self, evidence: Evidence, digits: int | None = None) -> str:
        """Format the confidence interval of a value; ``""`` where there is none."""
        if not evidence.is_published or evidence.low is None or evidence.high is None:
            return ""
        return self.text(
            "{low} to {high}",
            low=self.bare(evidence, evidence.low, digits),
            high=self.amount(evidence, evidence.high, digits),
        )

    def reason(self, evidence: Evidence) -> str:
        """Say why a value is not shown; ``""`` where it is shown as it is."""
        if evidence.status is Status.PUBLISHED:
            return ""
        if evidence.status is Status.COARSENED:
            return self.text("rounded to protect respondents")
        if evidence.band is not None:
            return self.text("only a range is given, to protect respondents")
        return self.text(REASONS.get(evidence.reason, "hidden to protect respondents"))

    def bare(self, evidence: Evidence, x: float, digits: int | None) -> str:
        """Format the lower limit without its unit, which stands after the upper."""
        if evidence.unit in ("share", "points"):
            return self._signed(x * 100, self.share_digits if digits is None else digits)
        return self.number(x, self._digits(evidence) if digits is None else digits)

    def _digits(self, evidence: Evidence) -> int | None:
        kind = find_kind(self.settings, evidence.variable, evidence.measure)
        if evidence.statistic == "count":
            return 0
        if kind is not None and kind.digits == TWO_SIGNIFICANT:
            return _two_significant(evidence.value)
        if kind is not None and kind.digits is not None and evidence.statistic == kind.statistic:
            return 0 if _is_whole(evidence) else kind.digits
        variable = self.settings.variables.get(evidence.variable)
        if variable is None or variable.type != "numeric":
            return None
        if _is_round(evidence):
            return 0
        decimals = self._decimals(variable.question)
        return decimals if decimals != 1 else None

    def _decimals(self, question: Question) -> int:
        """Return the decimals of a number: those of its question, else those of its unit."""
        unit = self.settings.codebook.units.get(question.unit)
        if unit is None or "decimals" in question.model_fields_set:
            return question.decimals
        return unit.decimals

    def _signed(self, x: float, digits: int) -> str:
        number = _rounded(x, digits)
        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        text = format_decimal(abs(number), format=pattern, locale=self._cldr)
        return f"{MINUS}{text}" if number < 0 else text

    def _with_percent(self, number: str) -> str:
        return self.text("{n}%", n=number)

    def _count_for_plural(self, number: float) -> int:
        """Return a whole number of the same form: "1,5 point" is one in French, more in German."""
        if number.is_integer():
            return int(number)
        return 1 if self._cldr.plural_form(number) == "one" else 2

    def _fill(self, text: str, message: str, values: dict[str, Any]) -> str:
        try:
            return fill_places(text, values)
        except KeyError as error:
            raise SettingsError(
                f"the message {message!r} cannot be filled in: {error}",
                where=f"locales/{self.language}.po",
                hint=f"its places are {', '.join(values) or 'none'}",
            ) from error


def fill_places(text: str, values: Mapping[str, Any]) -> str:
    """Fill the ``{places}`` of a text by name; doubled braces stand for themselves.

    A place is a name and no more. `str.format` would follow ``{x.attribute}`` and ``{x[key]}`` out
    of a message that a template or a study's catalogue wrote, to all that the program knows.

    Raises
    ------
    KeyError
        With the place that has no value.
    """
    return PLACE.sub(lambda found: _fill_place(found[0], values), text)


def _fill_place(place: str, values: Mapping[str, Any]) -> str:
    return place[0] if place in ("{{", "}}") else str(values[place[1:-1]])


def _is_whole(evidence: Evidence) -> bool:
    """Whether a mean was released with no decimal: three digits are kept, so from 100 on."""
    return evidence.unit not in ("score", "rank") and abs(evidence.value or 0.0) >= WHOLE_FROM


def _is_round(evidence: Evidence) -> bool:
    """Whether a number and its limits were rounded to tens or more: decimals would claim more."""
    told = [x for x in (evidence.value, evidence.low, evidence.high) if x]
    return bool(told) and all(x % 10 == 0 for x in told)


def _two_significant(value: float | None) -> int | None:
    """Return the decimals of two significant digits, which ratios are released with at least."""
    if not value:
        return None
    return 0 if abs(value) >= 100 else max(1, 1 - math.floor(math.log10(abs(value))))


def _rounded(x: float, digits: int) -> Decimal:
    """Round half up, as readers do; the shortest decimal form of ``x`` is what is rounded."""
    return Decimal(repr(float(x))).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
