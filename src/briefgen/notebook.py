"""A study in a notebook: its released evidence as a table, figures and tables that show themselves.

In: a study's folder. Out: `Study`. It gives what has passed the wall, as documents print it, and
nothing else; who works on the study itself may open it with ``unreleased=True``. Beside it stands
``cli``, below it ``pipeline``. ``docs/notebooks.md`` shows how it is used.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, Final

import pandas as pd

from briefgen.config.brand import Brand, load_brand
from briefgen.config.settings import load_settings
from briefgen.content.exhibits import Exhibit, FigureSpec, TableSpec, draw_figure, make_table
from briefgen.content.explain import Explanation, explain_key, name_fact
from briefgen.content.explain.explanation import say
from briefgen.content.language import Locale
from briefgen.errors import DisclosureError, UnknownNameError
from briefgen.model import DocumentKey, Evidence, Released
from briefgen.pipeline.inputs import (
    Inputs,
    estimate_all,
    read_own_recommendations,
    release_evidence,
    take_inputs,
)

COLUMNS: Final = (
    "key", "source", "variable", "measure", "domain", "contrast", "question", "place", "statistic",
    "unit", "value", "low", "high", "n", "band", "text", "verdict", "status", "reason", "method",
)  # fmt: skip
"""Columns of `Study.evidence`."""
WARNING: Final = "not released: for the project's own eyes"


class Study:
    """A study and its released evidence.

    Parameters
    ----------
    folder
        The study's folder, which holds ``data``.
    language
        Of labels and figures; default: the study's first.
    unreleased
        Opens respondents and estimates too, which no disclosure control has seen. Nothing of
        them may be passed on: publish from ``evidence``, or let ``briefgen build`` do it.

    Raises
    ------
    SettingsError
        With all problems of ``study.yml`` and ``codebook.yml``.

    Examples
    --------
    >>> from briefgen import Study
    >>> study = Study("my-study")
    >>> study.evidence.query("variable == 'q07' and domain == 'DE1'")
    >>> study.figure("q07", domain="Bayern")
    >>> study.explain("survey:q07.often@DE1")
    """

    def __init__(
        self, folder: str | Path = ".", *, language: str | None = None, unreleased: bool = False
    ) -> None:
        self.settings = load_settings(Path(folder))
        self.language = language or self.settings.languages[0]
        if self.language not in self.settings.languages:
            raise UnknownNameError.among("language", self.language, self.settings.languages)
        self._unreleased = unreleased

    def __repr__(self) -> str:
        mark = f", {WARNING}" if self._unreleased else ""
        return f"<Study {self.title!r}, edition {self.settings.edition}{mark}>"

    @property
    def title(self) -> str:
        """The study's title."""
        return self.settings.info.publication.title[self.language]

    @property
    def documents(self) -> list[DocumentKey]:
        """All documents of the study, report first."""
        return self.settings.documents()

    # --- released ---------------------------------------------------------------------------

    @cached_property
    def released(self) -> Released:
        """All that has passed the wall; analysed once, then taken from the study's cache.

        Raises
        ------
        DataError
            With all problems of the data.
        """
        return release_evidence(self._inputs)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """The released evidence, one row for each value; what is hidden has none, and a reason.

        Shares run from 0 to 1. ``question`` and ``place`` say in words what ``variable`` and
        ``domain`` say in codes.
        """
        rows = [self._row(item) for item in self.released.evidence.values()]
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"n": "Int64"})

    def _row(self, item: Evidence) -> dict[str, Any]:
        variable = self.settings.variables.get(item.variable)
        place = self.settings.domains.get(item.domain)
        return dataclasses.asdict(item) | {
            "question": variable.full_label[self.language] if variable else "",
            "place": place.name[self.language] if place else item.domain,
            "status": item.status.value,
        }

    def figure(
        self, *refs: str, kind: str = "auto", domain: str = "", width_mm: float = 120, **given: Any
    ) -> Shown:
        """Draw a figure as documents print it.

        Parameters
        ----------
        refs
            Questions (``q07``), values (``q07.often``), statements or factors.
        kind
            Name of the chart; docs/exhibits.md shows all.
        domain
            Code or name of the region, type or group; default: all together.
        given
            ``domains``, ``caption``, ``headline``, and options of the chart.

        Raises
        ------
        UnknownNameError
            If there is no such chart, question or domain.
        """
        return self._show(
            FigureSpec, draw_figure, refs, kind, domain, {"width_mm": width_mm} | given
        )

    def table(self, *refs: str, kind: str = "auto", domain: str = "", **given: Any) -> Shown:
        """Make a table as documents print it; parameters as of `figure`."""
        return self._show(TableSpec, make_table, refs, kind, domain, given)

    def _show(  # noqa: PLR0917 - private, two callers
        self,
        form: type[Any],
        make: Callable[[Any, Released, Any, Locale, Brand], Exhibit],
        refs: tuple[str, ...],
        kind: str,
        domain: str,
        given: dict[str, Any],
    ) -> Shown:
        names = {field.name for field in dataclasses.fields(form)} - {"options"}
        options = {name: value for name, value in given.items() if name not in names}
        own = {name: value for name, value in given.items() if name in names}
        own["domains"] = tuple(self._domain(one) for one in own.get("domains", ()))
        spec = form(
            id="shown", kind=kind, refs=refs, domain=self._domain(domain), options=options, **own
        )
        locale = Locale(self.settings, self.language)
        brand = load_brand(self.settings.folder)
        return Shown(make(spec, self.released, self.settings, locale, brand))

    def _domain(self, name: str) -> str:
        """Return a domain's code from its code or, of a region, its name."""
        known = not name or "+" in name or name in self.settings.domains
        return name if known else self.settings.find_region(name)

    def explain(self, key: str) -> Explained:
        """Say what a value, statement, factor or recommendation rests on.

        Raises
        ------
        UnknownNameError
            With the nearest keys.
        """
        recommendations = read_own_recommendations(self.settings)
        found = explain_key(key, self.released, self.settings, recommendations)
        return Explained(found, Locale(self.settings, self.language))

    # --- the project's own ------------------------------------------------------------------

    @cached_property
    def respondents(self) -> pd.DataFrame:
        """The survey, one row for each respondent (`DisclosureError` without ``unreleased``)."""
        self._refuse("respondents")
        return _mark(self._inputs.study.survey)

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """All estimates before disclosure control (`DisclosureError` without ``unreleased``)."""
        self._refuse("estimates")
        return _mark(estimate_all(self._inputs.study))

    def _refuse(self, what: str) -> None:
        if not self._unreleased:
            raise DisclosureError(
                f"{what} are not released",
                hint="take `evidence`; who works on the study itself opens it with "
                "Study(…, unreleased=True), and passes nothing of it on",
            )

    @cached_property
    def _inputs(self) -> Inputs:
        return take_inputs(self.settings, "pandoc")


def _mark(frame: pd.DataFrame) -> pd.DataFrame:
    marked = frame.copy()
    marked.attrs["briefgen"] = WARNING
    return marked


@dataclasses.dataclass(frozen=True)
class Shown:
    """A figure or table that a notebook displays; `exhibit` holds all of its parts."""

    exhibit: Exhibit

    @property
    def data(self) -> pd.DataFrame:
        """The values that are shown, as the download beside a document has them."""
        return pd.DataFrame(self.exhibit.data)

    @property
    def alt(self) -> str:
        """The same in words."""
        return self.exhibit.alt

    def __repr__(self) -> str:
        return f"<{'Figure' if self.exhibit.svg else 'Table'}: {self.exhibit.alt}>"

    def _repr_svg_(self) -> str | None:
        return self.exhibit.svg or None

    def _repr_html_(self) -> str:
        one = self.exhibit
        picture = f'<div role="img" aria-label="{escape(one.alt)}">{one.svg}</div>'
        head = f"<figcaption><b>{escape(one.headline)}</b><br>{escape(one.subtitle)}</figcaption>"
        foot = f"<p><small>{escape(one.note)}</small></p>"
        return f"<figure>{head}{picture if one.svg else one.html}{foot}</figure>"


@dataclasses.dataclass(frozen=True)
class Explained:
    """An explanation that a notebook displays; `explanation` holds its facts."""

    explanation: Explanation
    locale: Locale

    @property
    def language(self) -> str:
        """The language that it is shown in."""
        return self.locale.language

    def __repr__(self) -> str:
        return "\n".join(self.explanation.lines(self.locale))

    def _repr_html_(self) -> str:
        return self._lay_out(self.explanation)

    def _lay_out(self, one: Explanation) -> str:
        facts = "".join(
            f"<dt>{escape(name_fact(fact, self.locale))}</dt>"
            f"<dd>{escape(say(fact.text, self.language))}</dd>"
            for fact in one.facts
        )
        head = escape(say(one.title, self.language))
        title = f"<p><b>{head}</b> <code>{escape(one.key)}</code></p>"
        return f"{title}<dl>{facts}</dl>" + "".join(map(self._lay_out, one.rests_on))
