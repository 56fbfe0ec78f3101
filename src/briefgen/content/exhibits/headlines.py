"""Headlines of charts: what a chart shows, said from the plotted values alone.

In: plotted `Datum`s. Out: a sentence or a line that names what was measured and what stands out.
The codebook's own words are used where it has any. "More" stands only where the verdict of the
contrast with all others bears it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from briefgen.config.measures import find_kind, finding_measures
from briefgen.config.plain_text import capital
from briefgen.content.exhibits.lookup import Datum, Lookup, Target
from briefgen.content.exhibits.words import tell
from briefgen.content.language.labels import words_of

VERDICTS: Final = {
    "count higher": "more than elsewhere",
    "count lower": "fewer than elsewhere",
    "size higher": "higher than elsewhere",
    "size lower": "lower than elsewhere",
    "count same": "no clear difference from elsewhere",
    "size same": "no clear difference from elsewhere",
}
"""What a comparison bears, of numbers of people and of sizes."""
SUBJECTS: Final = {
    "ranked first": "{option} ranked first",
    "mean rank": "{option}, average rank",
}
"""What a measure of an item is about, where the item alone does not say it; by kind."""


def name_subject(target: Target, lookup: Lookup) -> str:
    """Name what a measure is about: an item of a multiple choice, else the variable."""
    variable = lookup.settings.variables.get(target.variable)
    if variable is None:
        return lookup.label(target)
    kind = find_kind(lookup.settings, target.variable, target.measure)
    if kind is not None and kind.names_subject:
        option = lookup.measure_label(target)
        message = SUBJECTS.get(kind.name)
        return capital(lookup.locale.text(message, option=option) if message else option)
    label = capital(variable.full_label[lookup.language])
    is_headline = target.measure == variable.question.headline
    is_number = variable.type == "numeric" and not (kind and kind.is_distribution)
    if is_number or (is_headline and not variable.ordered):
        return label
    return f"{label}, {lookup.measure_label(target)}"


def top_headline(
    cells: Sequence[Datum],
    lookup: Lookup,
    subject: str = "",
    targets: Sequence[Target] = (),
) -> str:
    """Say which of several shares is the largest; a hidden one might be larger still.

    Parameters
    ----------
    targets
        What the cells measure: the codebook's clause says it better than a label.
    """
    shown = [cell for cell in cells if cell.value is not None]
    if not shown:
        return _about(subject, "Too few answers to say", lookup)
    top = max(shown, key=lambda cell: cell.value or 0.0)
    value, is_largest = tell(top, lookup), len(shown) == len(cells)
    ties = [cell for cell in shown if tell(cell, lookup) == value]
    if is_largest and len(ties) > 1:
        labels = lookup.locale.join([_name(cell, lookup) for cell in ties[:3]])
        message = "Most often: {labels}, {value} each"
        return _about(subject, message, lookup, labels=labels, value=value)
    found = dict(zip((cell.key for cell in cells), targets, strict=False)).get(top.key)
    that = _that(found, lookup) if found and top.domain == lookup.settings.nation else ""
    if that:
        return _say_top(top, that, lookup, is_largest=is_largest)
    message = "Most often: {label}, {value}" if is_largest else "{label}, {value}"
    label = top.label if subject and is_largest else _name(top, lookup)  # quoted by the message
    return _about(subject, message, lookup, label=label, value=value)


def _say_top(top: Datum, that: str, lookup: Lookup, *, is_largest: bool) -> str:
    """Say the largest share of the nation in the codebook's words."""
    value = tell(top, lookup)
    words = lookup.locale.ngettext(
        "{value} says that {that}", "{value} say that {that}", _shown(top), value=value, that=that
    )  # fmt: skip
    if not is_largest:
        return words
    return lookup.locale.text("{words}: the largest share", words=words)


def _name(cell: Datum, lookup: Lookup) -> str:
    """Return a label; in quotation marks where its own comma would be misread."""
    if "," not in cell.label:
        return cell.label
    return lookup.locale.text("“{quoted}”", quoted=cell.label)


ABOUT: Final = {
    "Too few answers to say": "{subject}: too few answers to say",
    "Too few answers to compare": "{subject}: too few answers to compare",
    "{label}, {value}": "{subject}: {label} ({value})",
    "Most often: {labels}, {value} each": "{subject}: most often {labels} ({value} each)",
    "Most often: {label}, {value}": "{subject}: most often “{label}”, named by {value}",
}
"""What is said of a subject, by what is said where there is none."""


def _about(subject: str, message: str, lookup: Lookup, **values: str) -> str:
    if not subject:
        return lookup.locale.text(message, **values)
    return lookup.locale.text(ABOUT[message], subject=subject, **values)


def contrast_headline(
    targets: Sequence[tuple[Target, str]], cells: Sequence[Sequence[Datum]], lookup: Lookup
) -> str:
    """Say what a region says more or less often than the rest; ``""`` where nothing is borne.

    Parameters
    ----------
    targets
        What was measured, with its label.
    cells
        Of each its value in the reader's domain, and the nation's last.
    """
    domain = cells[0][0].domain if cells else lookup.settings.nation
    if domain == lookup.settings.nation:
        return ""
    for verdict, message in (
        ("higher", "{place} more often than elsewhere: {labels}"),
        ("lower", "{place} less often than elsewhere: {labels}"),
    ):
        found = [
            (target, label, row)
            for (target, label), row in zip(targets, cells, strict=True)
            if lookup.verdict(target, domain) == verdict
        ]
        if not found:
            continue
        target, _, row = found[0]
        if _claim(target, verdict, lookup):
            return comparison_headline(target, row[0], row[-1], lookup)
        names = [_name_contrast(target, label, lookup) for target, label, _ in found[:2]]
        place = capital(lookup.where(domain))
        return lookup.locale.text(message, place=place, labels=lookup.locale.join(names))
    return ""


def _name_contrast(target: Target, label: str, lookup: Lookup) -> str:
    """Name what is said more often: an answer such as "yes" with its question."""
    kind = find_kind(lookup.settings, target.variable, target.measure)
    if kind is not None and kind.names_subject:
        return label
    variable = lookup.settings.variables.get(target.variable)
    if variable is None or variable.type not in ("single", "scale", "numeric"):
        return label
    answer = lookup.locale.quote(lookup.measure_label(target))
    return f"{variable.full_label[lookup.language]}, {answer}"


def count_headline(targets: Sequence[Target], domain: str, lookup: Lookup) -> str:
    """Say how many results of a region differ from the rest, of all that were compared.

    Those shown were picked since they differ, so that their own count would say nothing.
    """
    asked = {code for topic in lookup.settings.info.topics for code in topic.questions}
    compared = [
        Target("survey", variable.code, measure)
        for variable in lookup.settings.variables.values()
        if variable.question.code in asked
        for measure in finding_measures(variable)
    ]
    verdicts = [lookup.judge(target, domain) for target in compared]
    verdicts = [v for v in verdicts if v != "unknown"] or [
        lookup.verdict(target, domain) for target in targets
    ]
    count = sum(verdict in ("higher", "lower") for verdict in verdicts)
    where = capital(lookup.where(domain))
    if not count:
        return lookup.locale.text("{Where}, no result differs clearly from elsewhere", Where=where)
    return lookup.locale.ngettext(
        "{Where}, {count} of {all} results differs clearly from elsewhere",
        "{Where}, {count} of {all} results differ clearly from elsewhere",
        count, Where=where, count=lookup.locale.number(count, 0),
        all=lookup.locale.number(len(verdicts), 0),
    )  # fmt: skip


def comparison_headline(target: Target, own: Datum, nation: Datum, lookup: Lookup) -> str:
    """Say one value of a region beside the nation's, with what the interval bears."""
    subject, place = name_subject(target, lookup), lookup.where(own.domain)
    text = lookup.locale.text
    if own.value is None:
        band = lookup.locale.band(own.evidence) if own.evidence else ""
        message = (
            "{subject} {place}: {value}" if band else "{subject} {place}: too few answers to say"
        )
        return text(message, subject=subject, place=place, value=band)
    if own.domain == lookup.settings.nation:
        return _national_headline(target, own, lookup)
    said = _say(target, own, lookup) or text(
        "{subject} {place}: {value}", subject=subject, place=place, value=tell(own, lookup)
    )
    if nation.value is None:
        return said
    verdict = lookup.verdict(target, own.domain)
    beside = {"nation": nation.series, "nation_value": tell(nation, lookup)}
    claim = _claim(target, verdict, lookup)
    if claim:
        clause = text("{Where}, {rest}", Where=capital(place), rest=claim)
        value = tell(own, lookup)
        return text(
            "{clause}: {value} ({nation} {nation_value})", clause=clause, value=value, **beside
        )
    if verdict == "unknown":
        return text("{clause} ({nation} {nation_value})", clause=said, **beside)
    return text(
        "{clause} – {comparison} ({nation} {nation_value})",
        clause=said,
        comparison=text(VERDICTS[f"{_size(target, lookup)} {verdict}"]),
        **beside,
    )


def _size(target: Target, lookup: Lookup) -> str:
    """Say whether more of a measure is more people ("count") or a larger value ("size")."""
    kind = find_kind(lookup.settings, target.variable, target.measure)
    return "count" if kind is not None and kind.counts_respondents else "size"


def _national_headline(target: Target, cell: Datum, lookup: Lookup) -> str:
    value, that = tell(cell, lookup), _that(target, lookup)
    if that:
        return lookup.locale.ngettext(
            "{value} says that {that}", "{value} say that {that}", _shown(cell),
            value=value, that=that,
        )  # fmt: skip
    subject = name_subject(target, lookup)
    return lookup.locale.text("{subject}: {value}", subject=subject, value=value)


def _say(target: Target, cell: Datum, lookup: Lookup) -> str:
    """Say a region's share with the codebook's clause; ``""`` where it has none."""
    that = _that(target, lookup)
    if not that:
        return ""
    where = lookup.where(cell.domain)
    return lookup.locale.ngettext(
        "{Where}, {value} says that {that}", "{Where}, {value} say that {that}", _shown(cell),
        Where=capital(where), where=where, value=tell(cell, lookup), that=that,
    )  # fmt: skip


def range_headline(
    cells: Sequence[Datum],
    lookup: Lookup,
    target: Target | None = None,
    nation: Datum | None = None,
) -> str:
    """Say between which values the domains lie, where all are shown.

    A range of those that are shown would leave out the very ends where some are hidden or weak:
    there the domain is told that differs most clearly, else the nation's value.
    """
    subject = name_subject(target, lookup) if target else ""
    shown = [cell for cell in cells if cell.is_firm(lookup.settings)]
    if len(shown) < len(cells) or len(shown) < 2:
        return _headline_in_part(shown, lookup, target, nation)
    low = min(shown, key=lambda cell: cell.value or 0.0)
    high = max(shown, key=lambda cell: cell.value or 0.0)
    if tell(low, lookup) == tell(high, lookup):
        return _say_same(low, lookup, subject)
    return _say_range(low, high, lookup, target)


def _say_range(low: Datum, high: Datum, lookup: Lookup, target: Target | None) -> str:
    text = lookup.locale.text
    places = {
        "low": tell(low, lookup), "low_place": low.series,
        "high": tell(high, lookup), "high_place": high.series,
    }  # fmt: skip
    that = _that(target, lookup) if target else ""
    if that:
        return text(
            "{low} ({low_place}) to {high} ({high_place}) say that {that}", that=that, **places
        )
    subject = name_subject(target, lookup) if target else ""
    if subject:
        return text(
            "{subject}: {low} ({low_place}) to {high} ({high_place})", subject=subject, **places
        )
    return text("From {low} ({low_place}) to {high} ({high_place})", **places)


def _headline_in_part(
    shown: Sequence[Datum], lookup: Lookup, target: Target | None, nation: Datum | None
) -> str:
    """Speak of domains of which some are not shown: of the clearest difference, else of all."""
    known = target is not None and nation is not None and nation.value is not None
    if target is None or nation is None or not known:
        subject = name_subject(target, lookup) if target else ""
        return _about(subject, "Too few answers to compare", lookup)
    clear = [c for c in shown if lookup.verdict(target, c.domain) in ("higher", "lower")]
    if not clear:
        return _national_headline(target, nation, lookup)
    most = max(clear, key=lambda cell: abs((cell.value or 0.0) - (nation.value or 0.0)))
    return comparison_headline(target, most, nation, lookup)


def _say_same(cell: Datum, lookup: Lookup, subject: str) -> str:
    """Say a value that is printed alike everywhere: it has no range."""
    value = tell(cell, lookup)
    if subject:
        return lookup.locale.text("{subject}: {value} everywhere", subject=subject, value=value)
    return lookup.locale.text("{value} everywhere", value=value)


def _that(target: Target, lookup: Lookup) -> str:
    words = words_of(lookup.settings, target.variable, target.measure)
    return words.that[lookup.language] if words and words.that else ""


def _claim(target: Target, verdict: str, lookup: Lookup) -> str:
    """Return the codebook's words for a difference that is borne; ``""`` where there are none."""
    words = words_of(lookup.settings, target.variable, target.measure)
    own = {"higher": words.higher, "lower": words.lower}.get(verdict) if words else None
    return own[lookup.language] if own else ""


def _shown(cell: Datum) -> float:
    """Return the number that a reader sees, which decides between singular and plural."""
    value = cell.value or 0.0
    return float(round(value * 100)) if cell.evidence and cell.evidence.unit == "share" else value
