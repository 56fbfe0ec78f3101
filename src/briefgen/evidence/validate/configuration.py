"""Ask whether the configuration agrees with itself: names exist, texts stand in every language."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pydantic import BaseModel

from briefgen.config.called import LANGUAGES
from briefgen.config.measures import may_head, name_measures, number_of
from briefgen.config.settings import Item, Option, Question, Settings, StudyInfo
from briefgen.config.textfiles import LONGEST_WORD, longest_word
from briefgen.errors import Problem, suggest
from briefgen.model import Text

CODEBOOK: Final = "data/codebook.yml"
STUDY: Final = "data/study.yml"
DOMAIN_CODE: Final = re.compile(r"[\w.-]+")
"""What a region's code may be: no blanks, brackets, ``@``, ``~``, ``+`` or ``:``."""
PACE: Final = 9.0
"""Seconds that disclosure control takes for a question in a hundred domains."""
LONG_MINUTES: Final = 10
LONGEST_LABEL: Final = 1_000
SHORT: Final = ("label", "name", "title", "subtitle", "short_title", "in_", "one", "many")
"""Texts that stand in charts, tables, titles and sentences."""
MOST_NAMED: Final = 4
"""So many places of one guess are named."""
SCORED: Final = ("single", "scale", "numeric")
"""Types of question that an index may be made of."""


def check_configuration(settings: Settings) -> list[Problem]:
    """Return the contradictions and gaps of ``study.yml`` and ``codebook.yml``."""
    return [
        *_repeated(settings),
        *_question_names(settings),
        *_study_names(settings),
        *_domain_codes(settings),
        *_alike(settings),
        *_region_names(settings),
        *_drafted(settings),
        *_untranslated(settings.info, STUDY, settings.languages),
        *_untranslated(settings.codebook, CODEBOOK, settings.languages),
        *_takes_long(settings),
        *_too_long(settings.info, STUDY),
        *_too_long(settings.codebook, CODEBOOK),
    ]


def _problem(file: str, place: str, rule: str, remedy: str) -> Problem:
    return Problem(file, None, place, rule, remedy)


def _unknown(
    file: str, place: str, what: str, names: Iterable[str], known: Iterable[str]
) -> Iterator[Problem]:
    listed = list(known)
    for name in names:
        if name not in listed:
            yield _problem(file, place, f"there is no {what} {name!r}", suggest(name, listed))


def _repeats(file: str, place: str, what: str, names: Iterable[str]) -> Iterator[Problem]:
    for name, times in Counter(names).items():
        if times > 1:
            yield _problem(
                file, place, f"{what} {name!r} stands {times} times", "give each a name of its own"
            )


def _repeated(settings: Settings) -> Iterator[Problem]:
    info, book = settings.info, settings.codebook
    yield from _repeats(CODEBOOK, "questions", "the code", [q.code for q in book.questions])
    # lines of a battery are variables too; what is made of several may bear no name of theirs
    own = dict.fromkeys((*settings.variables, *settings.questions))
    made = [*(index.code for index in book.indices), *(ratio.code for ratio in book.ratios)]
    yield from _repeats(CODEBOOK, "indices and ratios", "the code", [*own, *made])
    yield from _repeats(STUDY, "regions.list", "the code", [r.code for r in info.regions.list])
    yield from _repeats(STUDY, "audiences", "the code", [a.code for a in info.audiences])
    yield from _repeats(STUDY, "topics", "the code", [t.code for t in info.topics])
    codes = [code for r in info.regions.list for code in (r.data or (r.code,))]
    yield from _repeats(STUDY, "regions.list.data", "the code of data", codes)
    for question in book.questions:
        place = f"questions.{question.code}"
        scale = book.scales.get(question.scale or "")
        options = question.options or (scale.options if scale else ())
        names = [option.name for option in options if option.missing is not None]
        lines = [v for v in settings.variables.values() if v.question.code == question.code]
        measures = name_measures(lines[0]) if lines else []
        yield from _repeats(CODEBOOK, place, "the name", [*names, *measures])
        codes = [code for option in options for code in dict.fromkeys(option.codes)]
        yield from _repeats(CODEBOOK, place, "the code", codes)
        yield from _others(question, options, place)
        yield from _repeats(CODEBOOK, place, "the item", [item.name for item in question.items])


def _others(question: Question, options: Sequence[Option], place: str) -> Iterator[Problem]:
    """Refuse more than one option, or item, that takes what is no code of the codebook."""
    parts: list[Option | Item] = [*options, *question.items]
    takers = [part.name for part in parts if part.other]
    if len(takers) > 1:
        rule = f"other: true stands at {len(takers)} options"
        yield _problem(CODEBOOK, place, rule, "an answer in own words counts for one of them")
    if takers and question.type not in ("single", "scale", "multiple", "ranking"):
        rule = f"a {question.type} question has no place for answers in own words"
        yield _problem(CODEBOOK, place, rule, "take other: true out")


def _question_names(settings: Settings) -> Iterator[Problem]:
    for question in settings.codebook.questions:
        place = f"questions.{question.code}"
        if question.scale:
            yield from _unknown(
                CODEBOOK, place, "scale", [question.scale], settings.codebook.scales
            )
        if question.unit:
            yield from _unknown(CODEBOOK, place, "unit", [question.unit], settings.codebook.units)
        yield from _wanted_parts(settings, question, place)
        yield from _filter_names(settings, question, place)
    for index in settings.codebook.indices:
        place = f"indices.{index.code}"
        scored = [code for code, v in settings.variables.items() if v.type in SCORED]
        yield from _unknown(CODEBOOK, place, "scored variable", index.items, scored)
        yield from _unknown(CODEBOOK, place, "item of the index", index.reversed, index.items)
    for ratio in settings.codebook.ratios:
        numbers = [code for code, v in settings.variables.items() if v.type == "numeric"]
        names = (ratio.numerator, ratio.denominator)
        place = f"ratios.{ratio.code}"
        yield from _unknown(CODEBOOK, place, "numeric variable", names, numbers)
        if ratio.unit:
            yield from _unknown(CODEBOOK, place, "unit", [ratio.unit], settings.codebook.units)


def _scores(settings: Settings, question: Question, place: str) -> Iterator[Problem]:
    """Yield options whose codes cannot be their scores."""
    variables = [one for one in settings.variables.values() if one.question.code == question.code]
    if not variables or variables[0].scores != "codes":
        return
    if question.type not in ("single", "scale", "battery"):
        rule = f"a {question.type} question has no scores"
        yield _problem(CODEBOOK, f"{place}.scores", rule, "take scores: out")
        return
    for option in variables[0].answers:
        numbers = {number_of(code) for code in option.codes}
        if option.scored and (len(numbers) > 1 or any(map(math.isnan, numbers))):
            rule = f"the codes of the option {option.name!r} are no number that could be its score"
            remedy = "give it one code that is a number, or say scored: false or missing:"
            yield _problem(CODEBOOK, f"{place}.scores", rule, remedy)


def _doubts(settings: Settings, question: Question, place: str) -> Iterator[Problem]:
    """Warn of scores that are not the scale's own numbers, and of options without another."""
    scale = settings.codebook.scales.get(question.scale or "")
    options = question.options or (scale.options if scale else ())
    answers = [option for option in options if option.missing is None]
    if question.type in ("single", "scale", "battery") and len(answers) == 1:
        rule = f"{answers[0].name!r} is the only option: everyone who answered gave it"
        remedy = 'list the other options, or make it a multiple question, not_selected: [""]'
        yield Problem(CODEBOOK, None, place, rule, remedy, "warning")
    stated = question.scores or (scale and "scores" in scale.model_fields_set)
    ordered = question.type in ("scale", "battery") and (
        question.ordered or (scale and scale.ordered)
    )
    numbers = [number_of(option.code) for option in answers if option.scored]
    if ordered and not stated and len(numbers) > 1 and numbers == list(range(len(numbers))):
        last = len(numbers)
        rule = f"codes run from 0 to {last - 1}, and scores of means from 1 to {last}"
        remedy = "state scores: codes, or scores: order where 1 is meant to be the lowest"
        yield Problem(CODEBOOK, None, place, rule, remedy, "warning")


def _wanted_parts(settings: Settings, question: Question, place: str) -> Iterator[Problem]:
    scale = settings.codebook.scales.get(question.scale or "")
    options = question.options or (scale.options if scale else ())
    boxes = question.boxes or (scale.boxes if scale else ())
    if question.type in ("single", "scale", "battery") and not options and not question.scale:
        rule = f"a {question.type} question has options or a scale"
        yield _problem(CODEBOOK, place, rule, "list options:, or name a scale:")
    if question.type in ("multiple", "ranking", "battery") and not question.items:
        rule = f"a {question.type} question has items"
        yield _problem(CODEBOOK, place, rule, "list items:")
    if question.columns and (question.type not in ("multiple", "ranking") or question.delimiter):
        rule = "columns: belong to a multiple or ranking question without a delimiter"
        yield _problem(CODEBOOK, place, rule, "name the one column with column:")
    yield from _scores(settings, question, place)
    yield from _doubts(settings, question, place)
    names = [option.name for option in options if option.missing is None]
    for box in boxes:
        yield from _unknown(CODEBOOK, f"{place}.boxes.{box.name}", "option", box.options, names)
    if question.headline:
        lines = [v for v in settings.variables.values() if v.question.code == question.code]
        yield from _unknown(CODEBOOK, place, "measure", [question.headline], may_head(lines))


def _filter_names(settings: Settings, question: Question, place: str) -> Iterator[Problem]:
    asked = question.asked_if
    if asked is None:
        return
    where = f"{place}.asked_if"
    known = [code for code, v in settings.variables.items() if v.question.code != question.code]
    yield from _unknown(CODEBOOK, where, "variable", [asked.variable], known)
    if asked.variable in known:
        variable = settings.variables[asked.variable]
        names = [option.name for option in variable.options]
        names += [item.name for item in variable.question.items if variable.type == "multiple"]
        names += [part.name for part in variable.question.classes]
        yield from _unknown(CODEBOOK, where, "option or class", asked.options, names)


def _study_names(settings: Settings) -> Iterator[Problem]:
    yield from _topic_names(settings)
    yield from _domain_names(settings)
    yield from _region_column(settings)
    if settings.info.files.survey:
        yield from _survey_texts(settings)
    else:
        yield from _without_survey(settings)
    yield from _neutral_words(settings)
    if settings.info.design.population == "frame" and not settings.info.files.frame:
        rule = "a population from the frame needs a frame"
        yield _problem(STUDY, "design.population", rule, "name the file: files.frame")
    yield from _raking(settings)


def _topic_names(settings: Settings) -> Iterator[Problem]:
    """Yield questions of topics, and topics of audiences, that there are not."""
    topics = [topic.code for topic in settings.info.topics]
    for topic in settings.info.topics:
        place = f"topics.{topic.code}"
        yield from _unknown(STUDY, place, "question", topic.questions, settings.questions)
    for audience in settings.info.audiences:
        place = f"audiences.{audience.code}"
        yield from _unknown(STUDY, place, "topic", audience.topics, topics)


def _domain_names(settings: Settings) -> Iterator[Problem]:
    """Yield subgroups and crossings of what there is not, or that are named twice."""
    grouped = [
        code
        for code, variable in settings.variables.items()
        if variable.type in ("single", "scale")
    ]
    subgroups, crossings = settings.info.statistics.subgroups, settings.info.statistics.crossings
    place = "statistics.subgroups"
    yield from _unknown(STUDY, place, "single or scale variable", subgroups, grouped)
    place = "statistics.crossings"
    kinds = ["region", *(["type"] if settings.info.region_types else []), *subgroups]
    for pair in crossings:
        yield from _unknown(STUDY, place, "kind of domain", pair, kinds)
        yield from _repeats(STUDY, place, "the kind of domain", pair)
    pairs = [" × ".join(sorted(pair)) for pair in crossings]
    yield from _repeats(STUDY, place, "the crossing", pairs)


def _region_column(settings: Settings) -> Iterator[Problem]:
    """Yield regions that no column names, and a column of regions that are not listed."""
    regions = settings.info.regions
    if settings.info.files.survey and regions.list and not regions.variable:
        rule = "regions are listed, and no column of the survey that names them"
        yield _problem(STUDY, "regions", rule, "state variable: the column")
    if regions.variable and not regions.list:
        rule = "a column names regions, and none is listed"
        yield _problem(STUDY, "regions", rule, "list them, or leave variable: out")


def _raking(settings: Settings) -> Iterator[Problem]:
    """Yield what raking lacks: margins to rake to, or a file that tells them."""
    raking, files = settings.info.design.raking, settings.info.files
    place = "design.raking"
    if raking and not (files.frame or files.margins):
        rule = "raking needs margins of the population"
        yield _problem(STUDY, place, rule, "name the file: files.margins, or files.frame")
    elif raking and not raking.margins and not files.margins:
        rule = "which margins are raked to is not stated"
        yield _problem(STUDY, place, rule, "list them: margins: [region, size]")
    if files.margins and not raking:
        rule = "a table of margins belongs to raking, and the design has none"
        yield _problem(STUDY, "files.margins", rule, "state design: raking: {}, or leave it out")


def _domain_codes(settings: Settings) -> Iterator[Problem]:
    """Refuse codes that evidence keys cannot hold, or that stand for the nation too."""
    regions = settings.info.regions
    for code in (regions.nation.code, *(region.code for region in regions.list)):
        if not DOMAIN_CODE.fullmatch(code):
            rule = f"the code {code!r} has signs that keys of evidence cannot hold"
            remedy = "give it a code of letters, digits, - and _, and name the data's under data:"
            yield _problem(STUDY, "regions.list", rule, f"{remedy} [{code}]")
    for region in regions.list:
        if region.code.casefold() == regions.nation.code.casefold():
            rule = f"the region {region.code!r} has the code of the nation"
            remedy = "give one of them another code, and name the data's under data:"
            yield _problem(STUDY, "regions.list", rule, remedy)


def _alike(settings: Settings) -> Iterator[Problem]:
    """Refuse what neither readers nor file systems could tell apart."""
    info = settings.info
    lists = (
        ("regions.list", [(one.code, one.name) for one in info.regions.list]),
        ("audiences", [(one.code, one.name) for one in info.audiences]),
    )
    for place, parts in lists:
        seen: dict[str, str] = {}
        for code, _ in parts:
            other = seen.setdefault(code.casefold(), code)
            if other != code:
                rule = f"the codes {other!r} and {code!r} differ by large letters alone"
                yield _problem(STUDY, place, rule, "give one of them another code")
        for language in settings.languages:
            names = [_plain_name(name, language) for _, name in parts]
            if place == "regions.list" and names:  # a region may not be called as the whole
                names.append(_plain_name(info.regions.nation.name, language))
            yield from _repeats(STUDY, place, "the name", [name for name in names if name])
    if "type" in info.statistics.subgroups and info.region_types:
        rule = "the variable 'type' would have the same groups as the types of regions"
        yield _problem(STUDY, "statistics.subgroups", rule, "give the variable another code")


def _plain_name(name: Text, language: str) -> str:
    """Return a name as a reader sees it; ``""`` where it has no translation."""
    text = "" if name.missing([language]) else name[language]
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _region_names(settings: Settings) -> Iterator[Problem]:
    """Yield types and neighbours of regions that the study does not have."""
    types = settings.info.region_types
    listed = [item.code for item in types.list] if types else []
    for region in settings.info.regions.list:
        place = f"regions.list.{region.code}"
        if region.type is not None:
            yield from _unknown(STUDY, f"{place}.type", "type of region", [region.type], listed)
        others = [code for code in settings.regions if code != region.code]
        yield from _unknown(STUDY, f"{place}.neighbours", "region", region.neighbours, others)
        yield from _unknown(STUDY, f"{place}.peers", "region", region.peers, others)


def _drafted(settings: Settings) -> Iterator[Problem]:
    """Yield what `briefgen init` guessed or asked and nobody has confirmed."""
    remedy = "correct it where it is wrong, then delete its entry under drafted:"
    for number, entry in enumerate(settings.info.drafted, 1):
        more = f" and {len(entry.at) - MOST_NAMED} more" if len(entry.at) > MOST_NAMED else ""
        at = ", ".join(entry.at[:MOST_NAMED]) + more
        rule = f"{entry.question} ({at})" if at else str(entry.question)
        if entry.guess:
            rule = f"guessed and not confirmed: {entry.guess} of {at}, since {entry.because}"
        yield Problem(STUDY, None, f"drafted.{number}", rule, remedy, "warning")


def _survey_texts(settings: Settings) -> Iterator[Problem]:
    """Yield what sentences about the survey need and the study does not state."""
    for name, example in (("population", "adults in Austria"), ("respondents", "adults")):
        if getattr(settings.info, name) is None:
            rule = f"a study with a survey says its {name}"
            yield _problem(STUDY, name, rule, f'state it, such as {name}: "{example}"')


def _without_survey(settings: Settings) -> Iterator[Problem]:
    """Yield what cannot be where no survey was made."""
    info, remedy = settings.info, "leave it out, or name the file: files.survey"
    if not (info.files.cases or info.files.panel):
        rule = "the study names no survey, no case studies and no panel"
        yield _problem(STUDY, "files", rule, "name the file: survey:, cases: or panel:")
    stated = {
        "files.frame": info.files.frame, "files.margins": info.files.margins,
        "regions.variable": info.regions.variable,
        "region_types": info.region_types, "design.weight": info.design.weight,
        "topics": info.topics, "statistics.subgroups": info.statistics.subgroups,
    }  # fmt: skip
    for place, value in stated.items():
        if value:
            yield _problem(STUDY, place, "belongs to a survey, and the study names none", remedy)
    if settings.codebook.questions:
        yield _problem(CODEBOOK, "questions", "belong to a survey, and the study has none", remedy)


def _neutral_words(settings: Settings) -> Iterator[Problem]:
    """Yield the words that a study has to give where briefgen has none in its language."""
    info = settings.info
    others = [language for language in settings.languages if language not in LANGUAGES]
    used: dict[str, BaseModel | None] = {
        "regions.singular, plural": info.regions if info.regions.list else None,
        "region_types.singular, plural": info.region_types,
        "case_studies.called": info.case_studies if info.files.cases else None,
    }
    needed = ({"singular", "plural"}, {"singular", "plural"}, {"called"})
    for (place, part), names in zip(used.items(), needed, strict=True):
        if others and part and not names <= part.model_fields_set:
            rule = f"what they are called is not stated in {', '.join(others)}"
            yield _problem(STUDY, place, rule, "state it in every language")


def _untranslated(part: Any, file: str, languages: tuple[str, ...]) -> Iterator[Problem]:
    for place, text in _texts(part, ""):
        missing = text.missing(languages)
        if missing:
            yield _problem(
                file,
                place,
                f"a text stands in every language of the study; missing: {', '.join(missing)}",
                "add the translation",
            )


def _takes_long(settings: Settings) -> Iterator[Problem]:
    """Tell beforehand where disclosure control takes minutes.

    What it searches grows with the square of the domains and with the questions; the pace is that
    of ``docs/disclosure.md``, on two cores.
    """
    if not settings.variables.keys() >= set(settings.info.statistics.subgroups):
        return  # told as an unknown name: their domains cannot be counted
    crossed = sum(_sides(settings, pair) for pair in settings.info.statistics.crossings)
    domains = len(settings.domains) + crossed
    minutes = PACE * (domains / 100) ** 2 * len(settings.variables) / 60
    if minutes >= LONG_MINUTES:
        rule = (
            f"{domains} regions, types and groups times {len(settings.variables)} questions: "
            f"disclosure control may take {minutes:,.0f} minutes or more, and as much memory"
        )
        remedy = (
            "that is no fault; where it is too long, leave out crossings, subgroups or questions, "
            "or make a study of each part of the country"
        )
        yield Problem(STUDY, None, "regions.list", rule, remedy, "hint")


def _sides(settings: Settings, pair: tuple[str, str]) -> int:
    """Return how many domains a crossing has."""
    kinds = Counter(
        domain.kind if domain.kind in ("region", "type") else domain.code.partition(":")[0]
        for domain in settings.domains.values()
    )
    return kinds[pair[0]] * kinds[pair[1]]


def _too_long(part: Any, file: str) -> Iterator[Problem]:
    """Refuse what no line or axis can hold, and what would keep the printer for minutes."""
    for place, texts in _printed(part, ""):
        longest = longest_word(texts)
        if longest > LONGEST_WORD:
            rule = f"a word of {longest} letters cannot be printed"
            yield _problem(file, place, rule, f"put blanks; a word has {LONGEST_WORD} at most")
        letters = max(map(len, texts), default=0)
        if place.rpartition(".")[2] in SHORT and letters > LONGEST_LABEL:
            rule = f"a text of {letters} letters is no label"
            yield _problem(file, place, rule, f"shorten it to {LONGEST_LABEL} letters or fewer")


def _printed(part: Any, place: str) -> Iterator[tuple[str, list[str]]]:
    """Return what is printed of a configuration with its place: texts, and plain names."""
    for found, text in _texts(part, place):
        yield found, list(text.values())
    if isinstance(part, StudyInfo):
        about = part.publication
        yield "publication", [*about.authors, about.place]
        for name in ("institute", "commissioner", "contact"):
            body = getattr(part, name)
            if body is not None:
                yield name, [body.address, body.short, body.phone]


def _texts(part: Any, place: str) -> Iterator[tuple[str, Text]]:
    """Return every text of a configuration with its place, such as ``questions.q01.label``."""
    if isinstance(part, Text):
        yield place, part
    elif isinstance(part, BaseModel):
        for name, value in part:
            yield from _texts(value, f"{place}.{name}".lstrip("."))
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from _texts(value, f"{place}.{name}".lstrip("."))
    elif isinstance(part, tuple | list):
        for number, value in enumerate(part, 1):
            label = getattr(value, "code", None) or getattr(value, "name", None)
            yield from _texts(value, f"{place}.{label if isinstance(label, str) else number}")
