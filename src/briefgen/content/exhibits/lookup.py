"""From references in a template to released values with labels.

In: references, `Released`, `Settings`, a locale. Out: `Row`s of labelled `Datum`s. A value that is
not published has no number here, so that no chart or table can show one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from briefgen.config.measures import (
    distribution_of,
    find_measure,
    find_subject,
    headline_measures,
    name_measures,
)
from briefgen.config.settings import Settings, Variable
from briefgen.content.exhibits.spec import DataRow
from briefgen.content.language.labels import tell_graded
from briefgen.content.language.locale import Locale
from briefgen.content.tiers import as_printed, find_base, is_weak
from briefgen.errors import TemplateError, UnknownNameError
from briefgen.model import REST, SHRUNK, Evidence, EvidenceKey, Released


@dataclass(frozen=True)
class Target:
    """A variable and one of its measures."""

    source: str
    variable: str
    measure: str

    def key(self, domain: str = "", contrast: str = "") -> str:
        """Return the evidence key in a domain."""
        return str(EvidenceKey(self.source, self.variable, self.measure, domain, contrast))


@dataclass(frozen=True)
class Datum:
    """One value with what it is called, or the reason why it is not shown.

    ``value``, ``low`` and ``high`` are ``None`` unless published, ``n`` unless that or a band is.
    """

    key: str
    label: str
    series: str
    domain: str
    evidence: Evidence | None

    @property
    def is_published(self) -> bool:
        """Whether there is a number to draw."""
        return bool(
            self.evidence and self.evidence.is_published and self.evidence.value is not None
        )

    @property
    def value(self) -> float | None:
        """The value, where published."""
        return self.evidence.value if self.evidence and self.is_published else None

    @property
    def low(self) -> float | None:
        """Lower limit of the interval, where published."""
        return self.evidence.low if self.evidence and self.is_published else None

    @property
    def high(self) -> float | None:
        """Upper limit of the interval, where published."""
        return self.evidence.high if self.evidence and self.is_published else None

    def is_firm(self, settings: Settings) -> bool:
        """Whether there is a number to draw that needs no brackets."""
        return self.is_published and not (self.evidence and is_weak(settings, self.evidence))

    @property
    def n(self) -> int | None:
        """Number of answers it rests on, where published."""
        shown = self.evidence and (self.evidence.is_published or self.evidence.band)
        return self.evidence.n if self.evidence and shown else None

    @property
    def band(self) -> tuple[float, float] | None:
        """Limits of a value that is not published, where something can be said of it."""
        if self.evidence is None or self.evidence.band is None:
            return None
        low, high = self.evidence.band
        return (0.0 if low is None else low, 1.0 if high is None else high)


class Lookup:
    """Finds values and their names in one language."""

    def __init__(self, released: Released, settings: Settings, locale: Locale) -> None:
        self.released = released
        self.settings = settings
        self.locale = locale
        self.language = locale.language

    def domain(self, code: str) -> str:
        """Return a domain's code; ``""`` is the nation. Regions may be named in any way."""
        if not code:
            return self.settings.nation
        if code in self.settings.domains or "+" in code:
            return code
        return self.settings.find_region(code)

    def domain_name(self, code: str) -> str:
        """Return what a domain is called."""
        return " · ".join(self._domain_part(part) for part in code.split("+"))

    def where(self, code: str) -> str:
        """Return where a domain is, as a phrase: "in Bavaria"."""
        domain = self.settings.domains.get(code)
        if domain is not None and domain.in_ is not None:
            return domain.in_[self.language]
        return self.domain_name(code)

    @property
    def region(self) -> str:
        """What running text calls a region."""
        return self.settings.info.regions.forms.one[self.language]

    @property
    def regions(self) -> str:
        """What running text calls the regions."""
        return self.settings.info.regions.forms.many[self.language]

    @property
    def region_type(self) -> str:
        """What a type of region is called; ``""`` where the study has none."""
        types = self.settings.info.region_types
        return types.singular[self.language] if types else ""

    def short_name(self, code: str) -> str:
        """Return the short form of a region, or the code of the nation."""
        region = self.settings.regions.get(code)
        return region.short or region.code if region else code

    def variables_of(self, refs: Iterable[str]) -> list[Variable]:
        """Return the variables that references are about, each once."""
        codes = [target.variable for ref in refs for target in self.targets(ref)]
        return [self.variable(code) for code in dict.fromkeys(codes)]

    def targets(self, ref: str) -> list[Target]:
        """Return what a reference means: a measure, all of a variable's, or those of a battery.

        Raises
        ------
        UnknownNameError
            If there is no such variable or measure.
        """
        source, variable, measure = _parts(ref)
        if source not in ("", "survey"):
            return [Target(source, variable, measure)]
        question = self.settings.questions.get(variable)
        if question is not None and question.type == "battery":
            return [
                Target("survey", code, measure or self.headline_measure(item))
                for code, item in self.settings.variables.items()
                if item.question.code == variable
            ]
        made = self.settings.composites.get(variable)  # an index or a ratio: its first measure
        if made is not None:
            return [Target("survey", made.code, measure or name_measures(made)[0])]
        item = self.variable(variable)
        measures = [measure] if measure else self.measures(item)
        return [Target("survey", item.code, name) for name in measures]

    def variable(self, code: str) -> Variable:
        """Return a variable (`UnknownNameError` where there is none)."""
        try:
            return self.settings.variables[code]
        except KeyError:
            known = [*self.settings.variables, *self.settings.questions]
            raise UnknownNameError.among("variable", code, known) from None

    def measures(self, variable: Variable) -> list[str]:
        """Return the measures that make up a variable's distribution."""
        return distribution_of(variable)

    def headline_measure(self, variable: Variable) -> str:
        """Return the measure that stands for a variable, the first where there are several.

        Raises
        ------
        TemplateError
            If the question is open: it has nothing to show.
        """
        measures = headline_measures(variable)
        if not measures:
            raise TemplateError(
                f"open question {variable.code!r} has no values to show",
                hint="quote from it, or leave it out",
            )
        return measures[0]

    def measure_label(self, target: Target) -> str:
        """Return what a measure is called: an option's, item's, box's or statistic's label."""
        subject = find_subject(self.settings, target.variable)
        found = find_measure(subject, target.measure) if subject else None
        if found is None:
            return target.measure
        if found.kind.label or found.part is None:
            return self.locale.text(found.kind.label)
        return found.part.label[self.language]

    def label(self, target: Target) -> str:
        """Return the label of a variable; of its measure where that says what is meant."""
        named = find_subject(self.settings, target.variable)
        if named is None:
            return target.variable
        return named.label[self.language]

    def cell(self, target: Target, domain: str, label: str, contrast: str = "") -> Datum:
        """Return a value in a domain as it is printed; one that was not made has no evidence.

        The tiers of ``study.yml`` hold for all exhibits and their data alike: a weak value is
        rounded here, and one on too few answers is hidden.
        """
        key = target.key(domain, contrast)
        found = self.released.evidence.get(key)
        series = self.domain_name(domain) if domain else ""
        return Datum(key, label, series, domain, found and self._print(found))

    def _print(self, item: Evidence) -> Evidence:
        shown = as_printed(self.settings, item)
        if shown.is_published:
            return shown
        if self._is_thin(item.domain):
            return replace(shown, reason="base")
        return replace(shown, reason="") if self._says_too_much(shown) else shown

    def _is_thin(self, domain: str) -> bool:
        """Whether too few answered in a region for any value of its own."""
        if domain not in self.settings.regions:
            return False
        base = find_base(self.released, domain)
        return base is not None and self.settings.info.tiers.grade(base) == "none"

    def _says_too_much(self, item: Evidence) -> bool:
        """Whether a reason would mislead.

        An edition that is not published cannot be looked up, and a domain that has enough answers
        has not too few.
        """
        if item.reason == "edition":
            return not self.released.previous
        answers = self.released.evidence.get(f"response:answers@{item.domain}")
        base = answers.value if answers is not None and answers.is_published else None
        return item.reason == "base" and (base or 0) >= self.settings.info.tiers.full

    def verdict(self, target: Target, domain: str) -> str:
        """Return how a domain compares with the rest: higher, lower, same or unknown.

        A value that stands in brackets, or does not stand there, is not compared.
        """
        contrast = self.released.evidence.get(target.key(domain, "rest"))
        value = self.released.evidence.get(target.key(domain))
        if contrast is None or not contrast.is_published:
            return "unknown"
        if value is not None and is_weak(self.settings, value):
            return "unknown"
        return contrast.verdict

    def judge(self, target: Target, domain: str) -> str:
        """Return how a domain compares with the rest; what was shrunk pays for being one of many.

        That is how results are counted: all that were compared, by what remains of them.
        """
        plain = self.verdict(target, domain)
        judged = self.released.evidence.get(target.key(domain, SHRUNK))
        if plain == "unknown" or judged is None or not judged.is_published:
            return plain
        return judged.verdict

    @cached_property
    def edition_before(self) -> str:
        """The edition that values are compared with; ``""`` where there is none."""
        if not self.released.previous:
            return ""
        contrasts = (item.contrast for item in self.released.evidence.values())
        return next((name for name in contrasts if name not in ("", REST, SHRUNK)), "")

    def change(self, target: Target, domain: str) -> Evidence | None:
        """Return what changed since the last edition, where both editions' values bear that.

        Both were published, as `disclosure.trend` compares nothing else, and neither is weak.
        """
        edition = self.edition_before
        found = self.released.evidence.get(target.key(domain, edition)) if edition else None
        ends = [
            values.get(target.key(domain))
            for values in (self.released.evidence, self.released.previous)
        ]
        weak = any(item is None or is_weak(self.settings, item) for item in ends)
        return found if found is not None and found.is_published and not weak else None

    def cell_before(self, target: Target, domain: str, label: str) -> Datum | None:
        """Return the last edition's value, where this one's may be compared with it."""
        if self.change(target, domain) is None:
            return None
        key = target.key(domain)
        series = self.locale.text(
            "{place}, edition {edition}",
            place=self.domain_name(domain), edition=self.edition_before,
        )  # fmt: skip
        return Datum(key, label, series, domain, self.released.previous[key])

    def require(self, cells: Sequence[Datum], refs: Sequence[str]) -> None:
        """Make sure that a chart has something to speak of.

        Raises
        ------
        TemplateError
            If not a single key was released, published or not.
        """
        if not any(cell.evidence for cell in cells):
            wanted = cells[0].key if cells else ", ".join(refs) or "nothing"
            known = list(self.released.evidence)
            raise TemplateError(
                f"there is no evidence for {', '.join(refs) or 'this exhibit'}",
                hint=UnknownNameError.among("evidence", wanted, known).hint,
            )

    def _domain_part(self, code: str) -> str:
        domain = self.settings.domains.get(code)
        if domain is None:
            raise UnknownNameError.among("domain", code, self.settings.domains)
        return domain.name[self.language]


def _parts(ref: str) -> tuple[str, str, str]:
    """Take a reference apart: source (or ``""``), variable, measure."""
    if ":" in ref.split("@", maxsplit=1)[0]:
        key = EvidenceKey.parse(ref)
        return key.source, key.variable, key.measure
    variable, _, measure = ref.split("@", maxsplit=1)[0].partition(".")
    return "", variable, measure


def shown_keys(cells: Sequence[Datum], released: Released) -> tuple[str, ...]:
    """Return the keys of all values that an exhibit shows or says are hidden by the wall.

    A value that its base does not bear is not printed, and so no evidence of the document.
    """
    return tuple(
        dict.fromkeys(
            cell.key
            for cell in cells
            if cell.evidence and (cell.evidence.is_published or not released[cell.key].is_published)
        )
    )


def data_row(cell: Datum, locale: Locale) -> DataRow:
    """Return a value as a row of the download; without a number unless published."""
    evidence = cell.evidence
    status = str(evidence.status) if evidence else "not available"
    formatted = tell_graded(locale, evidence) if evidence else locale.text("no data")
    row: Mapping[str, str | float | None] = {
        "key": cell.key,
        "label": cell.label,
        "series": cell.series,
        "value": cell.value,
        "low": cell.low,
        "high": cell.high,
        "n": cell.n,
        "band_low": cell.evidence.band[0] if cell.evidence and cell.evidence.band else None,
        "band_high": cell.evidence.band[1] if cell.evidence and cell.evidence.band else None,
        "unit": evidence.unit if evidence else "",
        "formatted": formatted,
        "status": status,
        "reason": locale.reason(evidence) if evidence else "",
    }
    return row
