"""Words around a chart: note and text alternative, from the plotted values alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from briefgen.config.settings import Variable
from briefgen.content.exhibits.lookup import Datum, Lookup
from briefgen.content.language.labels import tell_graded
from briefgen.model import Status


@dataclass(frozen=True)
class Drawing:
    """What a chart's function gives back beside what it has drawn.

    Attributes
    ----------
    height
        In points.
    chart
        What kind of chart it is, in words of the reader's language.
    measured
        What is measured, without unit and place: for lists of figures.
    cells
        All values that are shown, in the order in which the text alternative tells them.
    notes
        Sentences for the foot.
    described
        Values that the text alternative tells where all would be too many; the download has all.
    grounds
        Keys of what words rest on without being drawn, such as what changed.
    """

    height: float
    chart: str
    headline: str
    subtitle: str
    cells: Sequence[Datum]
    notes: Sequence[str] = field(default_factory=tuple)
    described: Sequence[Datum] = field(default_factory=tuple)
    measured: str = ""
    grounds: Sequence[str] = field(default_factory=tuple)


def describe_cells(cells: Iterable[Datum], lookup: Lookup) -> str:
    """Tell plotted values, grouped by label: "phone call 40% (Germany 36%); …"."""
    groups: dict[str, list[Datum]] = {}
    for cell in cells:
        groups.setdefault(cell.label, []).append(cell)
    return "; ".join(_describe_group(label, group, lookup) for label, group in groups.items())


def _describe_group(label: str, group: list[Datum], lookup: Lookup) -> str:
    first, *rest = group
    told = f"{label}: {tell(first, lookup)}"
    if rest:
        told += f" ({', '.join(f'{cell.series} {tell(cell, lookup)}' for cell in rest)})"
    return told


def tell(cell: Datum, lookup: Lookup) -> str:
    """Return a value as text; one that is not published says so."""
    if cell.evidence is None:
        return lookup.locale.text("no data")
    return lookup.locale.band(cell.evidence, short=True) or tell_graded(
        lookup.locale, cell.evidence
    )


def write(cell: Datum, lookup: Lookup) -> str:
    """Return what stands in the column of values: a dash where there is none to show."""
    return tell(cell, lookup) if cell.is_published or cell.band else "–"


def counts_note(cells: Sequence[Datum], lookup: Lookup) -> str:
    """Say on how many answers the values of each domain rest: "n: Bavaria 42, Germany 210"."""
    found: dict[str, list[int]] = {}
    for cell in cells:
        if cell.n is not None:
            found.setdefault(cell.domain, []).append(cell.n)
    if not found:
        return ""
    if len(found) == 1 and len({cell.domain for cell in cells}) == 1:
        return lookup.locale.text("n = {n}", n=_range(next(iter(found.values())), lookup))
    if len(found) <= 3:
        parts = [f"{lookup.domain_name(d)} {_range(ns, lookup)}" for d, ns in found.items()]
        return lookup.locale.text("n: {counts}", counts=", ".join(parts))
    nation = found.pop(lookup.settings.nation, None)
    every = _range([n for ns in found.values() for n in ns], lookup)
    if nation is None:
        return lookup.locale.text("n = {n}", n=every)
    parts = [every, f"{lookup.domain_name(lookup.settings.nation)} {_range(nation, lookup)}"]
    return lookup.locale.text("n: {counts}", counts=", ".join(parts))


def _range(counts: Sequence[int], lookup: Lookup) -> str:
    low, high = lookup.locale.number(min(counts), 0), lookup.locale.number(max(counts), 0)
    return low if low == high else lookup.locale.text("{low} to {high}", low=low, high=high)


def base_note(variables: Iterable[Variable], lookup: Lookup) -> str:
    """Say who was asked, where a filter leads to the question, and whether who is unsure counts.

    Where questions have different bases, each base names its questions.
    """
    bases: dict[str, list[Variable]] = {}
    for variable in variables:
        bases.setdefault(_describe_base([variable], lookup), []).append(variable)
    if len(bases) == 1:
        return "".join(lookup.locale.text("Base: {base}", base=base) for base in bases if base)
    notes = [_base_of(found, base, lookup) for base, found in bases.items() if base]
    return ". ".join(notes)


def _base_of(variables: Sequence[Variable], base: str, lookup: Lookup) -> str:
    labels = dict.fromkeys(variable.question.label[lookup.language] for variable in variables)
    names = lookup.locale.join([lookup.locale.quote(label) for label in labels])
    return lookup.locale.text("Base of {questions}: {base}", questions=names, base=base)


def _describe_base(variables: Sequence[Variable], lookup: Lookup) -> str:
    """Return the base in words; ``""`` where it is all who answered."""
    labels = {
        variable.question.asked_if.label[lookup.language]
        for variable in variables
        if variable.question.asked_if and variable.question.asked_if.label
    }
    unsure = {
        lookup.locale.quote(option.label[lookup.language])
        for variable in variables
        for option in variable.answers
        if not option.scored
    }
    silent = any(v.type == "multiple" and v.question.counts_empty for v in variables)
    if not (labels or unsure or silent):
        return ""
    base = lookup.locale.join(sorted(labels)) or lookup.locale.text("all who answered")
    if unsure:
        included = lookup.locale.join(sorted(unsure))
        base = lookup.locale.text("{base}, {options} included", base=base, options=included)
    if silent:
        base = lookup.locale.text("{base}, those who chose nothing included", base=base)
    return base


def interval_note(cells: Iterable[Datum], lookup: Lookup) -> str:
    """Say how the lines of uncertainty are to be read, where there are any."""
    if not any(cell.low is not None for cell in cells):
        return ""
    level = lookup.locale.number(lookup.settings.info.statistics.confidence * 100)
    return lookup.locale.text("Lines: {level}% confidence interval", level=level)


def hidden_note(cells: Iterable[Datum], lookup: Lookup) -> str:
    """Say what hatching means, where something is hidden."""
    hidden = [cell for cell in cells if not cell.is_published]
    reasons = sorted({hidden_reason(cell, lookup) for cell in hidden if cell.band is None})
    if any(cell.band is not None for cell in hidden):
        reasons.insert(0, lookup.locale.text("range of a hidden value"))
    if not reasons:
        return ""
    return lookup.locale.text("Hatched: {reasons}", reasons="; ".join(reasons))


def weak_note(cells: Iterable[Datum], lookup: Lookup) -> str:
    """Say what brackets mean, where a value stands in some."""
    weak = [cell for cell in cells if cell.is_published and not cell.is_firm(lookup.settings)]
    if not weak:
        return ""
    full = lookup.settings.info.tiers.full
    if any((cell.n or 0) >= full for cell in weak):
        return lookup.locale.text("In brackets: uncertain, shares rounded to tens")
    return lookup.locale.text(
        "In brackets: uncertain, as on fewer than {n} answers; shares rounded to tens",
        n=lookup.locale.number(full, 0),
    )


def hidden_reason(cell: Datum, lookup: Lookup) -> str:
    """Return why a value is not shown; a weak one is no part of a sum."""
    if cell.evidence is None:
        return lookup.locale.text("no data")
    if cell.is_published:
        return lookup.locale.text("too few answers")
    return lookup.locale.reason(cell.evidence) or lookup.locale.text("not shown")


def hidden_short(cell: Datum, lookup: Lookup) -> str:
    """Return a few words for the place of a hidden value; the foot has the whole reason."""
    if cell.evidence is None:
        return lookup.locale.text("no data")
    few = cell.is_published or cell.evidence.reason == "base"
    return lookup.locale.text("too few answers" if few else "not shown")


def rounded_note(cells: Iterable[Datum], lookup: Lookup) -> str:
    """Say that values are coarser than they look, where protection rounds them."""
    coarse = any(cell.evidence and cell.evidence.status is Status.COARSENED for cell in cells)
    text = lookup.locale.text
    return text("Middle values are rounded to protect respondents") if coarse else ""


def missing_note(cells: Sequence[Datum], lookup: Lookup) -> str:
    """Name the domains that are left out since nothing is shown for them, by the reason."""
    places: dict[str, list[str]] = {}
    for cell in cells:
        places.setdefault(hidden_reason(cell, lookup), []).append(lookup.domain_name(cell.domain))
    told = [f"{lookup.locale.join(names)} ({reason})" for reason, names in sorted(places.items())]
    return lookup.locale.text("Not shown: {places}", places="; ".join(told)) if told else ""


def without_stop(sentence: str) -> str:
    """Return a sentence without its full stop; "e.V." and "…" keep theirs."""
    last = sentence.rpartition(" ")[2]
    return sentence.removesuffix(".") if last.count(".") == 1 else sentence


def join_notes(notes: Iterable[str]) -> str:
    """Join sentences of the foot."""
    return " ".join(note if note.endswith(".") else f"{note}." for note in notes if note)
