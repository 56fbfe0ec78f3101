"""Columns that are no questions: ids, weights, regions, and what programs write about the answering."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from briefgen.errors import SourceError, suggest
from briefgen.evidence.drafting.columns import Column, Confidence, Guess
from briefgen.evidence.drafting.missing import labelled_missing
from briefgen.evidence.drafting.places import Places, are_keys, find_places, has_numbers_alone
from briefgen.evidence.drafting.replicates import ReplicateDraft, find_replicates, numbered_groups
from briefgen.evidence.survey.decode import parse_numbers

ID_NAMES: Final = re.compile(
    r"(?:resp(?:ondent)?[_ ]?)?(?:id|nr|no|num(?:ber)?|key|serial|token)|identifiant|num[ée]ro|respondent|responseid|case|caseid|record_?id|"
    r"unique_?id|[a-z]{1,4}_?id|lfdn|lfd_?nr|fallnummer|interview_?(?:id|nr)|_id|_uuid|identity|record_?(?:number|no)|seriennummer|unnamed: 0|",
    re.IGNORECASE,
)
WEIGHT_NAMES: Final = re.compile(
    r"(?:[a-z0-9]*[_.]|[a-z]{1,3})?(?:weights?|w(?:ei?)?ght(?:ing)?|wgt|wt|gewicht(?:ung)?|pweight|pw|hrf|poids|pond(?:[ée]ration)?|coeff?(?:icient)?)(?:[_.]?[a-z0-9]{1,8})?",
    re.IGNORECASE,
)
WEIGHT_WORDS: Final = re.compile(
    r"\bweight(?:ing)? (?:factor|variable)|gewichtungs|"
    r"(?:personen|haushalts|design|kalibrierungs|anpassungs|ost-west|querschnitts|längsschnitts)-?gewicht|"
    r"\b(?:household|person|individual|sampling|survey|design|calibrat\w+|post-?stratification) weight\b",
    re.IGNORECASE,
)
DESIGN: Final = re.compile(
    r"(?:.*_)?(?:psu|ssu|strat(?:a|um)|strata_?id|cluster(?:_?(?:id|nr|no))?|sample_?point|schicht(?:ung)?|klumpen)\d*",
    re.IGNORECASE,
)
"""Columns of the sample's design, which ``design:`` may name."""
REGION_NAMES: Final = re.compile(
    r"(?:.*[_ (])?(?:r[ée]gion|bundesland|land|kreis|landkreis|state|province|canton|kanton|county|district|nuts\d?|"
    r"gebiet|ags|(?:kreis|gemeinde|regional)[ _]?(?:schl(?:ü|ue)ssel|kennziffer|code)|provinz|département|departement|bezirk)s?(?:[_ )\d].*)?",
    re.IGNORECASE,
)
BOOKKEEPING: Final = re.compile(
    r"(?:start|end|submit|recorded|create[d]?|modified|last|first|interview)[ _]?(?:date|time|zeit|page|datum|stamp)?\d*|timestamp|zeitstempel|"
    r"(?:date|time)(?:stamp)?_.*|.*_(?:date|time)|started|startlanguage|seed|ipaddr(?:ess)?|ip[ _]address|refurl|lastpage|"
    r"progress|duration.*|finished|status|recordedDate|recipient.*|externalreference|externaldatareference|location(?:latitude|longitude)|"
    r"distributionchannel|userlanguage|q_.*|_.*|__.*|deviceid|subscriberid|simserial|phonenumber|username|today|start|end|instanceid|"
    r"formhub/uuid|meta/.*|collector ?id|collectorid|custom data \d|serial|ref|questnnr|mode|mailsent|last?data|maxpage|missing|missrel|"
    r"time\d+|time_sum|dispcode|tester|browser|referer|external_lfdn|redcap_.*|.*_complete|\S*e-?mail\S*|e-mail-adresse|completion time|start time|last modified time|name|full_?name|first_?name|last_?name|vorname|nachname|phone|telefon\w*|datestamp",
    re.IGNORECASE,
)
PROGRAMS: Final = (
    frozenset({"ResponseId", "RecordedDate", "DistributionChannel", "UserLanguage"}),
    frozenset({"CASE", "QUESTNNR", "STARTED", "LASTDATA"}),
)
"""Columns by which exports are known whose columns on the answering have labels too."""
PERSONAL: Final = re.compile(
    r"[^@\s]+@[^@\s]+\.[a-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}|\+?\d[\d /()-]{8,}", re.IGNORECASE
)
MOMENT: Final = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}(?:[T ,].*)?|\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?"
)
WHERE: Final = re.compile(r"which|what|where|welche|wo\b|wohn|live|quel|où\b|habite", re.IGNORECASE)
TO_STATE: Final = re.compile(r"\b(?:please|to) state\b", re.IGNORECASE)
LONGEST_CALL: Final = 40
"""Characters of a wording that names a region and asks nothing else."""
LEAST_REGIONS, MOST_REGIONS = 2, 450
MOST_VALUES: Final = 12_000
"""Keys of municipalities, of which several lie in one region."""
MOST_NAMED: Final = 10
"""An id has more values that differ."""


@dataclass(frozen=True)
class Wishes:
    """What the user stated: columns, language, title."""

    id: str | None = None
    weight: str | None = None
    region: str | None = None
    language: str | None = None
    title: str | None = None
    leave_out: tuple[str, ...] = ()


@dataclass
class Roles:
    """What the columns that are no questions are."""

    id: str | None = None
    weight: str | None = None
    region: str | None = None
    places: Places | None = None
    replicates: ReplicateDraft | None = None
    left_out: dict[str, str] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)

    @property
    def used(self) -> set[str]:
        """All columns that are no questions."""
        named = filter(None, (self.id, self.weight, self.region))
        replicates = self.replicates.columns if self.replicates else ()
        return {*named, *replicates, *self.left_out}


def find_roles(columns: Sequence[Column], wishes: Wishes) -> Roles:
    """Return which columns are the id, the weight, the region, and which are left out.

    Raises
    ------
    SourceError
        If a stated column is not in the file.
    """
    by_name = {column.name: column for column in columns}
    for stated in (wishes.id, wishes.weight, wishes.region, *wishes.leave_out):
        if stated and stated not in by_name:
            raise SourceError(f"there is no column {stated!r}", hint=suggest(stated, list(by_name)))
    roles = Roles(id=wishes.id, weight=wishes.weight, region=wishes.region)
    roles.left_out |= dict.fromkeys(wishes.leave_out, "as stated")
    if wishes.id is None:
        _find_id(columns, roles)
    if wishes.weight is None:
        _find_weight(columns, roles)
    if roles.weight:
        _find_replicates(columns, roles)
    others = [column.name for column in _list_weights(columns) if column.name not in roles.used]
    roles.left_out |= dict.fromkeys(others, "may be a weight")
    if wishes.region is None:
        _find_region(columns, roles)
    elif wishes.region:
        column = by_name[wishes.region]
        roles.places = find_places(region_values(column), dict(column.labels))
    leave_out_columns(columns, roles)
    return roles


def leave_out_columns(columns: Sequence[Column], roles: Roles) -> None:
    """Leave out columns that are no questions; names that say so are guesses."""
    parts = {column.name.rpartition("/")[0] for column in columns if column.kind == "multiple"}
    names = {column.name for column in columns}
    written = any(len(program & names) > 1 for program in PROGRAMS)
    for column in columns:
        if column.name in roles.used:
            continue
        whole = column.name in parts
        reason = (
            "its options have columns of their own"
            if whole
            else _no_question(column, by_program=written)
        )
        if reason:
            roles.left_out[column.name] = reason
        if reason and reason.startswith(("named", "it may be")):
            because = f"left out: {reason}"
            roles.guesses.append(Guess("left_out", column.name, because, "medium"))


def region_values(column: Column) -> list[str]:
    """Return the values that name regions: without codes whose labels say "no answer"."""
    labels = {value: column.labels.get(value, value) for value in column.codes}
    gone = labelled_missing(labels)
    return [value for value in column.codes if value not in gone]


def _find_id(columns: Sequence[Column], roles: Roles) -> None:
    for column in columns:
        rows = len(column.cells)
        unique = len(column.counts) == column.filled == rows and rows > 1
        if unique and column.name and ID_NAMES.fullmatch(column.name) and not column.labels:
            roles.id = column.name
            roles.guesses.append(
                Guess("id", column.name, "named as an id, and each row has another value", "high")
            )
            return


def _list_weights(columns: Sequence[Column]) -> list[Column]:
    """Return the columns that are weights by name or wording, and by their numbers."""
    return [
        column
        for column in columns
        if (WEIGHT_NAMES.fullmatch(column.name) or WEIGHT_WORDS.search(column.wording))
        and _weighs(column)
    ]


def _find_weight(columns: Sequence[Column], roles: Roles) -> None:
    sets = {column.name for group in numbered_groups(columns, None) for column in group}
    found = [column for column in _list_weights(columns) if column.name not in sets]
    if not found:
        return
    means = {
        column.name: parse_numbers(column.cells[column.cells != ""]).mean() for column in found
    }
    found.sort(key=lambda column: abs(means[column.name] - 1) > 0.1)
    roles.weight = found[0].name
    others = [column.name for column in found[1:]]
    because = (
        f"named as a weight, and all values are positive numbers (mean {means[roles.weight]:.3g})"
    )
    if others:
        because += f"; {', '.join(others)} may be one too"
    roles.guesses.append(Guess("weight", roles.weight, because, "medium" if others else "high"))


def _find_replicates(columns: Sequence[Column], roles: Roles) -> None:
    """Find replicate weights; those whose method nothing tells are left out, and asked for."""
    found = find_replicates(columns, roles.weight or "")
    if found is None:
        return
    if found.spec is None:
        reason = "it looks like a replicate weight (design: replicates)"
        roles.left_out |= dict.fromkeys(found.columns, reason)
        roles.guesses.append(Guess("left_out", found.columns[0], found.because, "medium"))
    else:
        roles.replicates = found
        roles.guesses.append(Guess("weight", found.columns[0], found.because, "medium"))


def _weighs(column: Column) -> bool:
    """Whether every row has a number that is no category: positive, and mostly not whole."""
    numbers = parse_numbers(column.cells)
    if column.labels or numbers.isna().any() or (numbers < 0).any() or numbers.nunique() < 2:
        return False
    return bool((numbers % 1 != 0).mean() > 0.05)


def _find_region(columns: Sequence[Column], roles: Roles) -> None:
    best: tuple[int, Column, Places | None] | None = None
    for column in columns:
        if column.name in roles.used:
            continue
        score, places = _region_score(column)
        if score > (best[0] if best else 0):
            best = (score, column, places)
    if best is None:
        return
    _, column, places = best
    roles.region, roles.places = column.name, places
    if places:
        because = f"its values are regions by {places.system}"
        sure: Confidence = "high" if _is_called_region(column) else "medium"
    else:
        because, sure = "named as a region, and its values repeat", "medium"
    roles.guesses.append(Guess("region", column.name, because, sure))


def _is_called_region(column: Column) -> bool:
    """Whether name or wording say "region"; in a long wording the word may mean anything."""
    if column.stem or " | " in column.name:
        return False
    told = [text for text in (column.name, column.wording) if text]
    return any(
        REGION_NAMES.fullmatch(text)
        and (len(text) <= LONGEST_CALL or WHERE.search(text))
        and not TO_STATE.search(text)
        for text in told
    )


def _region_score(column: Column) -> tuple[int, Places | None]:
    values = region_values(column)
    most = MOST_VALUES if are_keys(values) else MOST_REGIONS
    if not LEAST_REGIONS <= len(values) <= most:
        return 0, None
    called = _is_called_region(column)
    labels = dict(column.labels)
    bare = has_numbers_alone(values) and not labels and not are_keys(values)
    short = all(len(labels.get(value, value)) <= 3 for value in values)
    places = find_places(values, labels) if called or not (bare or short) else None
    named = (
        {places.find_labelled(value, labels.get(value, value)) for value in values}
        if places
        else values
    )
    size = len(named)
    if not LEAST_REGIONS <= size <= MOST_REGIONS or column.filled < 2 * size:
        return 0, None
    if places and (called or size >= 3):
        return (4 if called else 3), places
    if called and not (column.is_numeric and not labels and size > 20):
        return (2 if labels or not column.is_numeric else 1), None
    return 0, None


def _no_question(column: Column, *, by_program: bool) -> str | None:
    """Return why a column is no question, ``None`` where it may be one.

    A column whose answers have labels is a question whatever its name, unless a survey program
    that labels its own columns wrote the file.
    """
    labelled = len(column.labels) > 1 and not by_program
    asks = column.wording.rstrip().endswith("?")
    bare = not (column.labels or column.kind or column.stem)
    own = len(column.counts) > 0.9 * column.filled and len(column.codes) > MOST_NAMED
    whole = column.filled == len(column.cells)
    tests = {
        "it has no name": not column.name,
        "it is empty": not column.filled,
        f"it is a {column.kind}": column.kind in ("date", "note"),
        "it holds dates or times": _share(column, MOMENT) > 0.9,
        "it holds addresses or numbers of persons": _share(column, PERSONAL) > 0.5,
        "each row has a value of its own": own and bool(ID_NAMES.fullmatch(column.name)),
        "named as what programs write about the answering": not (column.kind or labelled or asks)
        and bool(BOOKKEEPING.fullmatch(column.name.strip())),
        "it may be of the sample's design (design: strata, cluster)": bare
        and bool(DESIGN.fullmatch(column.name.strip())),
        "each row has the same value": len(column.codes) == 1 and whole and bare,
    }
    return next((reason for reason, holds in tests.items() if holds), None)


def _share(column: Column, pattern: re.Pattern[str]) -> float:
    """Return the share of filled cells that a pattern fits."""
    fitting = sum(column.counts[value] for value in column.codes if pattern.fullmatch(value))
    return fitting / max(column.filled, 1)
