"""The one catalogue of measures: what can be said of a question, an index, a ratio, a response.

In: a subject of the codebook (`Variable`, `Index`, `Ratio`). Out: its measures, each with the
declaration of its kind. Validation asks it which names there are, estimation what to make, release
what a value is, lookup and sentences what it is called and how it is said. None of them keeps a
list of its own. A new estimator is a `MeasureKind` here (`register_measure`), which says too how
its values are rounded and said, and a function in ``evidence/survey`` (docs/extending.md).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, get_args

from briefgen.config.extensions import note_caller, note_function
from briefgen.config.requirements import (
    WORD,
    require,
    require_among,
    require_instance,
    require_name,
    require_slots,
    require_tuple,
)
from briefgen.config.settings import (
    Box,
    Index,
    Item,
    NumberClass,
    Option,
    Ratio,
    Settings,
    Variable,
)
from briefgen.errors import SettingsError

Named = Option | Box | Item | NumberClass
"""A part of a question that has a name in keys and a label."""
Subject = Variable | Index | Ratio
"""What measures are of."""
Standing = Literal["", "first", "all"]
Rounding = Literal["share", "count", "score", "coefficient", "significant", "two significant"]
"""How released values are rounded; `disclosure.rounding` says to which step."""

SCORE: Final = "score"
RANK: Final = "rank"
OF_QUESTION: Final = "of question"
"""The unit that the codebook gives a numeric question or a ratio."""
TWO_SIGNIFICANT: Final = -2
"""Digits of a value that may lie far below one: so many that two are significant."""
_ROUNDINGS: Final[Mapping[str, Rounding]] = {
    **dict.fromkeys(("share", "rate"), "share"),
    "count": "count",
    **dict.fromkeys(("alpha", "kappa", "kendall_w"), "coefficient"),
    **dict.fromkeys(("mean", "total", "difference"), "significant"),
    **dict.fromkeys(("median", "quantile", "iqr", "rank", "label"), "score"),
}
"""Of the statistics that several measures or sources have; others are declared by their kind."""
ASKABLE: Final = frozenset({"single", "scale", "multiple", "numeric", "ranking", "open"})
"""Types of variables; a battery is taken apart into scales."""


UNITS: Final = ("", "share", "count", "points", SCORE, RANK, OF_QUESTION)
"""The units of measures, beside those of the codebook."""
SUBJECT_TYPES: Final = ASKABLE | {"index", "ratio", "response"}
"""What `MeasureKind.types` may name."""
FORMS: Final = (
    "option", "named", "class", "ranked", "mean", "score", "median", "p25", "p75", "total", "rank",
    "answers", "missing", "rate", "invited", "took part", "other",
)  # fmt: skip
"""What `MeasureKind.form` may name: frames of `content.language.phrases`."""
SLOTS: Final = (
    "where", "Where", "value", "label", "asked", "Asked", "that", "option", "question", "lowest",
    "highest",
)  # fmt: skip
"""The places of a frame, which `content.language.clauses` fills."""


def _no_parts(_subject: Subject) -> Sequence[Named]:
    return ()


def _always(_subject: Subject) -> bool:
    return True


@dataclass(frozen=True)
class MeasureKind:
    """A kind of measure, with all that any stage asks about it.

    Attributes
    ----------
    name
        Unique in the catalogue. Estimators register under it.
    types
        Types of question that have it; ``index``, ``ratio`` and ``response`` beside them.
    statistic
        As in `model.ESTIMATE_COLUMNS`; a new name needs a ``rounding``.
    measure
        The measure's name in keys: of a kind with parts the pattern of each, ``{part}_mean``.
    parts
        Gives the parts of a variable that each make one measure; none: there is one measure.
    made
        Whether a subject of these types has it at all: a mean of scores wants an ordered scale.
    unit
        ``share``, ``count``, … or `OF_QUESTION`.
    digits
        Decimals in print; ``None``: those of the question, else one where the value is not whole.
    rounding
        How values of the statistic are rounded when they are released, where its name is new.
    counts_respondents
        Whether more of it is more people: "fewer firms", not "lower".
    may_head
        Whether a codebook may declare it a question's headline.
    stands
        Whether the first or all of it stand for a question that declares no headline.
    is_distribution
        Whether it is part of what a chart of the whole question shows.
    is_tabulated
        Whether a table of frequencies adds it below the distribution.
    names_subject
        Whether its part says what it is about by itself: an item, not an answer.
    form
        Frame in `content.language.phrases.FRAMES` that says it in a sentence.
    frames
        Wordings of its own for a sentence, each for one and for many; none: those of its form.
    label
        Message that names it in charts and tables; ``""``: the label of its part.
    box_label
        Message that names it under a headline number, with ``{label}`` of the variable and
        ``{option}`` of its part; ``""``: the usual label.
    compared
        Whether domains are compared with all others in it.
    followed
        Whether editions are compared in it.
    nation_only
        Whether it is made for the nation alone.
    probability
        Of a quantile: the share of answers at or below it, 0–1.
    """

    name: str
    types: frozenset[str]
    statistic: str
    measure: str
    parts: Callable[[Subject], Sequence[Named]] = _no_parts
    made: Callable[[Subject], bool] = _always
    unit: str = "share"
    digits: int | None = None
    rounding: Rounding | None = None
    counts_respondents: bool = False
    may_head: bool = False
    stands: Standing = ""
    is_distribution: bool = False
    is_tabulated: bool = False
    names_subject: bool = False
    form: str = "other"
    frames: tuple[tuple[str, str], ...] = ()
    label: str = ""
    box_label: str = ""
    compared: bool = False
    followed: bool = True
    nation_only: bool = False
    probability: float | None = None

    def unit_of(self, subject: Subject) -> str:
        """Return the unit that its values have for a subject."""
        if self.unit != OF_QUESTION:
            return self.unit
        if isinstance(subject, Variable):
            return subject.question.unit
        return subject.unit if isinstance(subject, Ratio) else ""

    def measures(self, subject: Subject) -> Iterator[SubjectMeasure]:
        """Yield the measures of this kind that a subject has."""
        if type_of(subject) not in self.types or not self.made(subject):
            return
        if self.parts is _no_parts:
            yield SubjectMeasure(self.measure, self)
        for part in self.parts(subject):
            yield SubjectMeasure(self.measure.format(part=part.name), self, part)


@dataclass(frozen=True)
class SubjectMeasure:
    """One measure of one subject: its name in keys, its kind, and the part that it is of."""

    name: str
    kind: MeasureKind
    part: Named | None = None


def type_of(subject: Subject) -> str:
    """Return the type of a subject as `MeasureKind.types` names it."""
    if isinstance(subject, Variable):
        return subject.type
    return "index" if isinstance(subject, Index) else "ratio"


def scored_options(variable: Variable) -> list[str]:
    """Return the names of the options that have a place on the scale, in its order."""
    return [option.name for option in variable.answers if option.scored]


def score_of(variable: Variable) -> dict[str, float]:
    """Return the score of each option that has one, by its name.

    That is its place on the scale, 1…k, or with ``scores: codes`` the number that is its code. A
    reversed variable is turned round within its lowest and highest score.
    """
    options = [option for option in variable.answers if option.scored]
    if variable.scores == "codes":
        found = {option.name: number_of(option.code) for option in options}
    else:
        found = {option.name: float(place) for place, option in enumerate(options, 1)}
    if variable.reversed and found:
        ends = min(found.values()) + max(found.values())
        return {name: ends - score for name, score in found.items()}
    return found


def number_of(code: str) -> float:
    """Return the number that a code is; one that is none scores nothing (``check`` refuses it)."""
    try:
        number = float(code.replace("\u2212", "-").replace(",", "."))
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def is_scored(subject: Subject) -> bool:
    """Whether a mean of scores makes sense: an ordered scale of two answers or more.

    Classes of size or age (an ordered ``single`` question) stand in order but not at equal steps;
    a question whose codes are its scores has the steps of its numbers.
    """
    if not isinstance(subject, Variable):
        return False
    if subject.scores == "codes" and subject.type in ("single", "scale"):
        return len(scored_options(subject)) > 1
    return subject.type == "scale" and subject.ordered and len(scored_options(subject)) > 1


def _answers(subject: Subject) -> Sequence[Named]:
    return subject.answers if isinstance(subject, Variable) else ()


def _boxes(subject: Subject) -> Sequence[Named]:
    return subject.boxes if isinstance(subject, Variable) else ()


def _items(subject: Subject) -> Sequence[Named]:
    return subject.question.items if isinstance(subject, Variable) else ()


def _classes(subject: Subject) -> Sequence[Named]:
    return subject.question.classes if isinstance(subject, Variable) else ()


_CHOICE: Final = frozenset({"single", "scale"})
_NUMERIC: Final = frozenset({"numeric"})
_RANKING: Final = frozenset({"ranking"})
_INDEX: Final = frozenset({"index"})

_KINDS: Final[dict[str, MeasureKind]] = {}


def register_measure(kind: MeasureKind) -> MeasureKind:
    """Add a kind of measure to the catalogue.

    Raises
    ------
    SettingsError
        If the catalogue has a kind of this name, or the declaration says what nothing knows.
    """
    require_instance(kind, MeasureKind)
    require_name("a kind of measure", kind.name, _KINDS)
    _check_names(kind)
    _check_words(kind)
    _check_numbers(kind)
    known = rounding_of(kind.statistic)
    if (kind.rounding or known) is None:
        raise SettingsError(
            f"nothing says how the statistic {kind.statistic!r} is rounded",
            hint=f"give the kind of measure a rounding=: {', '.join(get_args(Rounding))}",
        )
    if kind.rounding and known and kind.rounding != known:
        raise SettingsError(
            f"the statistic {kind.statistic!r} is rounded as {known!r} already",
            hint="leave rounding= out, or give the statistic a name of its own",
        )
    _KINDS[kind.name] = kind
    note_function(kind.parts)
    note_function(kind.made)
    note_caller()
    return kind


def _check_names(kind: MeasureKind) -> None:
    """Refuse types that there are not, and a measure's name that is none or taken."""
    at = f"the measure {kind.name!r}"
    require_tuple(f"{at}: types", kind.types, (frozenset, set))
    for name in sorted(kind.types):
        require_among(f"{at}: the type", name, sorted(SUBJECT_TYPES))
    has_parts = kind.parts is not _no_parts
    word = str(kind.measure).replace("{part}", "part") if has_parts else str(kind.measure)
    hint = "small letters, figures and _" + (", and {part} for its part" if has_parts else "")
    require(WORD.fullmatch(word), f"{at}: measure={kind.measure!r} is no name in keys", hint)
    for other in _KINDS.values():
        both = ", ".join(sorted(other.types & kind.types))
        is_taken = both and other.measure == kind.measure and other.measure != "{part}"
        taken = f"{at}: {other.name!r} makes {kind.measure!r} of {both} already"
        require(not is_taken, taken, "give it another measure=")


def _check_words(kind: MeasureKind) -> None:
    """Refuse a form that there is not, and frames and labels with places that nothing fills."""
    at = f"the measure {kind.name!r}"
    require_among(f"{at}: form", kind.form, FORMS)
    require_among(f"{at}: stands", kind.stands, get_args(Standing))
    require(isinstance(kind.frames, tuple), f"{at}: frames is no tuple", "of pairs: ((one, many),)")
    for pair in kind.frames:
        require_tuple(f"{at}: the frame", pair)
        require(len(pair) == 2, f"{at}: the frame {pair!r} is no pair", "(one, many)")
        for text in pair:
            require_slots(f"{at}: the frame", text, SLOTS)
    require_slots(f"{at}: box_label", kind.box_label, ("label", "option"))


def _check_numbers(kind: MeasureKind) -> None:
    """Refuse a rounding, digits or a probability that say nothing."""
    at = f"the measure {kind.name!r}"
    if kind.rounding is not None:
        require_among(f"{at}: rounding", kind.rounding, get_args(Rounding))
    require(isinstance(kind.unit, str), f"{at}: unit={kind.unit!r} is no text", "see measures.py")
    is_number = kind.digits is None or type(kind.digits) is int
    require(is_number, f"{at}: digits={kind.digits!r} is no whole number", "0, 1, 2, … or None")
    is_quantile = kind.statistic in ("quantile", "median")
    lacks = is_quantile != (kind.probability is not None)
    require(not lacks, f"{at}: a quantile has a probability=, and nothing else has", "such as 0.9")
    share = 0.5 if kind.probability is None else kind.probability
    require(0 < share < 1, f"{at}: probability={share!r} is not between 0 and 1", "such as 0.9")


def rounding_of(statistic: str) -> Rounding | None:
    """Return how values of a statistic are rounded; ``None`` where nothing says so."""
    declared = (kind.rounding for kind in _KINDS.values() if kind.statistic == statistic)
    return _ROUNDINGS.get(statistic) or next(filter(None, declared), None)


def unregister_measure(name: str) -> None:
    """Take a kind of measure out of the catalogue."""
    del _KINDS[name]


def list_kinds(type_name: str | None = None) -> list[MeasureKind]:
    """Return the kinds of measures of a type of subject, or all, in the catalogue's order."""
    return [kind for kind in _KINDS.values() if type_name is None or type_name in kind.types]


def list_measures(subject: Subject) -> list[SubjectMeasure]:
    """Return all measures that are made of a subject, in the catalogue's order."""
    return [found for kind in _KINDS.values() for found in kind.measures(subject)]


def name_measures(subject: Subject) -> list[str]:
    """Return the names of all measures that are made of a subject."""
    return [measure.name for measure in list_measures(subject)]


def find_measure(subject: Subject, name: str) -> SubjectMeasure | None:
    """Return a subject's measure by its name in keys; ``None`` where there is none."""
    return next((found for found in list_measures(subject) if found.name == name), None)


def find_subject(settings: Settings, code: str) -> Subject | None:
    """Return the variable, index or ratio of a code; ``None`` where there is none."""
    return settings.variables.get(code) or settings.composites.get(code)


def find_kind(settings: Settings, code: str, name: str) -> MeasureKind | None:
    """Return the kind of a measure of the survey; ``None`` where there is none."""
    subject = find_subject(settings, code)
    found = find_measure(subject, name) if subject is not None else None
    return found.kind if found is not None else None


def find_response(name: str) -> MeasureKind | None:
    """Return the kind of what is told of the response; ``None`` where there is none."""
    return next((kind for kind in list_kinds("response") if kind.measure == name), None)


def list_subjects(settings: Settings) -> list[Subject]:
    """Return all that has measures: variables in the questionnaire's order, indices, ratios."""
    return [*settings.variables.values(), *settings.composites.values()]


def distribution_of(variable: Variable) -> list[str]:
    """Return what makes up a variable's distribution; without classes what stands for a number.

    That is its headline, so that text and figure show the same.
    """
    found = [item.name for item in list_measures(variable) if item.kind.is_distribution]
    return found or list(headline_measures(variable))[:1]


def headline_measures(variable: Variable) -> tuple[str, ...]:
    """Return the measures that stand for a variable.

    That is the headline that the codebook declares; else the first box, the median, each item or
    each option.
    """
    declared = variable.question.headline
    return (declared,) if declared else tuple(_standing(variable))


def finding_measures(variable: Variable) -> tuple[str, ...]:
    """Return the measures of a variable that are results of their own, worth a sentence each.

    Each item of a multiple choice is one, whichever the codebook declares as the headline; of
    other questions only what stands for them.
    """
    found = list_measures(variable)
    own = [m.name for m in found if m.kind.names_subject and m.kind.stands == "all"]
    return tuple(own) or headline_measures(variable)


def _standing(variable: Variable) -> list[str]:
    found = list_measures(variable)
    first = [item.name for item in found if item.kind.stands == "first"]
    return first[:1] or [item.name for item in found if item.kind.stands == "all"]


def may_head(variables: Iterable[Variable]) -> list[str]:
    """Return the measures that a question of these variables may declare as its headline."""
    names = [m.name for v in variables for m in list_measures(v) if m.kind.may_head]
    return list(dict.fromkeys(names))


def followed_statistics() -> frozenset[str]:
    """Return the statistics in which editions are compared."""
    return frozenset(kind.statistic for kind in _KINDS.values() if kind.followed)


_SHARE: Final = MeasureKind(
    "share", frozenset(), "share", "{part}", counts_respondents=True, may_head=True, compared=True
)
_QUANTILE: Final = MeasureKind(
    "quantile", _NUMERIC, "quantile", "", unit=OF_QUESTION, may_head=True
)
_MEAN: Final = MeasureKind(
    "mean", _NUMERIC, "mean", "mean", unit=OF_QUESTION, label="mean", compared=True
)
_RESPONSE: Final = MeasureKind("response", frozenset({"response"}), "rate", "")
_AVERAGE: Final = "{label} (average)"


for _kind in (
    replace(
        _SHARE, name="option", types=_CHOICE, parts=_answers, is_distribution=True, stands="all",
        form="option",
    ),
    replace(
        _SHARE, name="box", types=_CHOICE, parts=_boxes, is_tabulated=True, stands="first",
        form="option",
    ),
    replace(
        _MEAN, name="mean of scores", types=_CHOICE, made=is_scored, unit=SCORE, digits=1,
        may_head=True, form="score", box_label=_AVERAGE,
    ),
    replace(
        _MEAN, name="mean", digits=1, may_head=True, is_tabulated=True, form="mean",
        box_label=_AVERAGE,
    ),
    replace(
        _QUANTILE, name="median", measure="median", statistic="median", probability=0.5,
        is_tabulated=True, stands="first", form="median", label="median",
        box_label="{label} (median)",
    ),
    replace(
        _QUANTILE, name="p25", measure="p25", probability=0.25, form="p25", label="lower quartile",
        box_label="{label} (lower quartile)",
    ),
    replace(
        _QUANTILE, name="p75", measure="p75", probability=0.75, form="p75", label="upper quartile",
        box_label="{label} (upper quartile)",
    ),
    MeasureKind(
        "total", _NUMERIC, "total", "total", unit=OF_QUESTION, form="total", label="total",
        box_label="{label} (total)",
    ),
    replace(
        _SHARE, name="class", types=_NUMERIC, parts=_classes, is_distribution=True, form="class"
    ),
    replace(
        _SHARE, name="item", types=frozenset({"multiple"}), parts=_items, is_distribution=True,
        stands="all", names_subject=True, form="named",
    ),
    replace(
        _SHARE, name="ranked first", types=_RANKING, parts=_items, is_distribution=True,
        stands="all", names_subject=True, form="ranked", box_label="{label}: {option} ranked first",
    ),
    replace(
        _MEAN, name="mean rank", types=_RANKING, measure="{part}_mean", parts=_items, unit=RANK,
        digits=1, names_subject=True, form="rank", label="",
        box_label="{label}: {option} (average rank)",
    ),
    MeasureKind(
        "answers", ASKABLE, "count", "answers", unit="count", digits=0, form="answers",
        label="answers", box_label="{label} (answers)", followed=False,
    ),
    MeasureKind(
        "missing", ASKABLE, "share", "missing", counts_respondents=True, form="missing",
        label="no answer", box_label="{label} (no answer)", nation_only=True,
    ),
    replace(_MEAN, name="mean of an index", types=_INDEX, unit=SCORE),
    MeasureKind(
        "alpha", _INDEX, "alpha", "alpha", unit="", label="Cronbach’s alpha", followed=False,
        nation_only=True,
    ),
    MeasureKind(
        "ratio", frozenset({"ratio"}), "ratio", "ratio", unit=OF_QUESTION, digits=TWO_SIGNIFICANT,
        rounding="two significant", label="ratio", compared=True,
    ),
    replace(_RESPONSE, name="response rate", measure="rate", form="rate", counts_respondents=True),
    *(
        replace(_RESPONSE, name=f"response {name}", measure=name, nation_only=True)
        for name in ("rr1", "rr2", "rr3", "rr4", "rr5", "rr6", "coop1")
    ),
    *(
        replace(
            _RESPONSE, name=f"response {name}", measure=name, statistic="count", unit="count",
            form=form, followed=False,
        )
        for name, form in (("invited", "invited"), ("answers", "took part"))
    ),
    replace(
        _RESPONSE, name="rows left out", measure="left_out", statistic="count", unit="count",
        nation_only=True, followed=False,
    ),
    *(
        replace(_RESPONSE, name=f"response {name}", measure=name, statistic="share")
        for name in ("frame_share", "respondent_share")
    ),
):  # fmt: skip
    register_measure(_kind)
