"""Write a draft as ``study.yml`` and ``codebook.yml``, with a comment at each guess.

What nobody has confirmed stands once more in ``drafted:`` of ``study.yml``, for ``check`` and for
the method chapter. Its author deletes an entry to confirm it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from briefgen.config.plain_text import single_spaced
from briefgen.config.settings import TOLD_CONCERNS, Concern
from briefgen.config.yaml_text import dump
from briefgen.evidence.drafting.columns import Column, Guess
from briefgen.evidence.drafting.draft import Draft
from briefgen.evidence.drafting.missing import missing_reason
from briefgen.evidence.drafting.names import make_name
from briefgen.evidence.drafting.places import (
    Places,
    fold,
    is_own_name,
    say_where,
    say_where_in_french,
)
from briefgen.evidence.drafting.roles import region_values
from briefgen.evidence.drafting.single import Sketch
from briefgen.evidence.drafting.translating import WORDS

TILES: Final = {
    "SH": (2, 0), "HB": (1, 1), "HH": (2, 1), "MV": (3, 1), "NI": (1, 2), "ST": (2, 2), "BB": (3, 2),
    "BE": (4, 2), "NW": (0, 3), "HE": (1, 3), "TH": (2, 3), "SN": (3, 3), "RP": (0, 4), "BW": (1, 4),
    "BY": (2, 4), "SL": (0, 5),
}  # fmt: skip
"""Tiles of the German Länder: column and row."""
ABOUT_PEOPLE: Final = re.compile(
    r"(?:(?:what is )?your |ihr(?:e|en)? )?(?:household |highest |level of |year of |age|höchster? )*"
    r"(?:gender|sex|age|age ?group|birth|education(?:al level)?|income|ethnicity|race|religion|marital status|"
    r"household size|employment(?: status)?|occupation|geschlecht|alter|altersgruppe|geburtsjahr|bildung|"
    r"(?:schul|bildungs)abschluss|einkommen|familienstand|haushaltsgröße|beruf|erwerbsstatus|"
    r"in (?:what|which) year were you born|in welchem jahr (?:sind sie|wurden sie) geboren|"
    r"en quelle année êtes-vous née?(?:\(e\))?|"
    r"how old are you|wie alt sind sie|sexe|genre|[âa]ge|(?:tranche|classe) d.[âa]ge|année de naissance|"
    r"niveau (?:d.études|d.éducation|de diplôme)|diplôme|revenus?|situation (?:familiale|professionnelle)|"
    r"profession|quel(?:le)? (?:âge avez-vous|est votre (?:âge|sexe|genre|profession|diplôme|situation (?:familiale|professionnelle)))|"
    r"(?:êtes-vous|vous êtes)(?: un homme ou une femme)?)\W*",
    re.IGNORECASE,
)
"""Questions about the respondents themselves: a chapter of their own, without key messages."""
ASKS: Final = {
    "publication.authors": "Who are the authors?",
    "institute": "Which institute made the study, and whom may readers ask (contact)?",
    "population": "Who is the study about, and who answered (respondents)?",
    "field_start": "When was the survey held (field_start, field_end), and how (mode)?",
    "audiences": "Who reads the briefs, and what can these readers change?",
}
COUNTRIES: Final = {
    "DE": {"de": ("Deutschland", "in Deutschland"), "en": ("Germany", "in Germany"), "fr": ("l’Allemagne", "en Allemagne")},
    "AT": {"de": ("Österreich", "in Österreich"), "en": ("Austria", "in Austria"), "fr": ("l’Autriche", "en Autriche")},
    "CH": {"de": ("die Schweiz", "in der Schweiz"), "en": ("Switzerland", "in Switzerland"), "fr": ("la Suisse", "en Suisse")},
    "FR": {"de": ("Frankreich", "in Frankreich"), "en": ("France", "in France"), "fr": ("la France", "en France")},
    "US": {"de": ("die USA", "in den USA"), "en": ("the United States", "in the United States"), "fr": ("les États-Unis", "aux États-Unis")},
}  # fmt: skip
HEAD: Final = (
    "# Drafted by `briefgen init` from {file}. What it guessed or could not know\n"
    "# stands under drafted: at the end. Correct what is wrong, then delete the entry;\n"
    "# `briefgen check` lists what is left.\n"
)
CODES_ASKED: Final = "What do the codes mean"
ORDER: Final = ("high", "medium", "low")


# --- study.yml ------------------------------------------------------------------------------


def study_text(draft: Draft, today: dt.date) -> str:
    """Return ``study.yml``."""
    words = _words(draft)
    parts = [
        HEAD.format(file=file_names(draft)),
        dump(_identity(draft, today)),
        "\n",
        dump(_imprint(draft, today)),
        "# field_start: 2026-03-01\n# field_end: 2026-03-31\n# mode: web survey\n\n",
        dump({"files": _files(draft)}),
        "\n",
        *_region_parts(draft),
        *_design_parts(draft),
        *_other_parts(draft),
        "# Readers of briefs: one entry for each group; one brief for each region and group.\n",
        dump({"audiences": [_audience(words, has_topics=bool(draft.sketches))]}),
        *_topic_parts(draft, words),
        "\n",
        _drafted(draft),
    ]
    return "".join(parts)


def _identity(draft: Draft, today: dt.date) -> dict[str, Any]:
    return {
        "id": make_name(draft.title, (), "study").replace("_", "-"),
        "edition": f"{today.year}-1",
        "languages": [draft.language, *draft.others],
    }


def _imprint(draft: Draft, today: dt.date) -> dict[str, Any]:
    words = _words(draft)
    title = in_languages(draft, lambda code: draft.titles.get(code, draft.title))
    return {
        "publication": {
            "title": title,
            "short_title": title,
            "authors": [_in_first(draft, words["authors"])],  # names: the same in all languages
            "date": today.isoformat(),
        },
        "institute": {"name": words["institute"]},
        "contact": {"name": words["contact"]},
        **({key: words[key] for key in ("population", "respondents")} if draft.source else {}),
    }


def _words(draft: Draft) -> dict[str, Any]:
    """Return the words that no file says, in all languages of the study."""
    return {key: in_languages(draft, partial(_word, key)) for key in WORDS["en"]}


def _word(key: str, language: str) -> str:
    return WORDS.get(language, WORDS["en"])[key]


def in_languages(draft: Draft, text: Callable[[str], str]) -> Any:
    """Return one text, or one for each language where the study has several that differ."""
    told = {code: text(code) for code in (draft.language, *draft.others)}
    return told if len(set(told.values())) > 1 else told[draft.language]


def _in_first(draft: Draft, text: Any) -> str:
    return str(text[draft.language] if isinstance(text, dict) else text)


def file_names(draft: Draft) -> str:
    """Return the names of the files that a study is drafted from."""
    survey = [draft.source["path"]] if draft.source else []
    others = [part.files.get("panel") or part.files["cases"] for part in draft.parts]
    return ", ".join([*survey, *others])


def _files(draft: Draft) -> dict[str, Any]:
    files = {"survey": _survey(draft)} if draft.source else {}
    for part in draft.parts:
        files |= part.files
    return files


def _other_parts(draft: Draft) -> Iterable[str]:
    """Yield what panel and cases add; their regions stand with the survey's, where it has some."""
    for part in draft.parts:
        keys = {key for key in part.study if key != "regions" or not draft.roles.region}
        yield _comments(part.guesses)
        yield dump({key: part.study[key] for key in part.study if key in keys}) if keys else ""
        yield "\n"


def _topic_parts(draft: Draft, words: Mapping[str, Any]) -> Iterable[str]:
    if draft.sketches:
        yield "\n# Chapters of the report: move questions to topics of their own.\n"
        yield dump({"topics": _topics(draft, words)})


def _audience(words: Mapping[str, Any], *, has_topics: bool) -> dict[str, Any]:
    topics = ["results"] if has_topics else []
    return {"code": "readers", "name": words["audience"], "topics": topics}


def _topics(draft: Draft, words: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the chapters: what was asked, and who answered where questions say so."""
    asked = [sketch for sketch in draft.sketches if sketch.spec["type"] != "open"]
    people = [
        sketch.code
        for sketch in asked
        if ABOUT_PEOPLE.fullmatch(_in_first(draft, sketch.spec["label"]))
    ]
    results = [sketch.code for sketch in asked if sketch.code not in people]
    if not results:
        results, people = people, []
    made = [{"code": "results", "title": words["results"], "questions": results}]
    return made + (
        [{"code": "people", "title": words["people"], "questions": people}] if people else []
    )


def _survey(draft: Draft) -> Any:
    return draft.source["path"] if set(draft.source) == {"path"} else draft.source


def _region_parts(draft: Draft) -> Iterable[str]:
    if not draft.roles.region:
        if draft.source:
            yield "# No column was found that names regions; --region COLUMN states one.\n\n"
        return
    column = draft.columns[draft.roles.region]
    regions: dict[str, Any] = {"variable": column.name}
    nation = _nation(draft, column)
    if nation:
        regions["nation"] = nation
    further = [one for part in draft.parts for one in part.study.get("regions", {}).get("list", ())]
    regions["list"] = [*_regions(draft, column), *further]
    yield _comments(guess for guess in draft.roles.guesses if guess.about == "region")
    yield dump({"regions": regions}) + "\n"


def region_names(draft: Draft) -> list[str]:
    """Return the codes, names and cells of a survey's regions, as far as they are drafted."""
    if not draft.roles.region:
        return []
    found = _regions(draft, draft.columns[draft.roles.region])
    return [name for one in found for name in (one["code"], *_every_language(one["name"]))]


def _every_language(text: Any) -> list[str]:
    return list(text.values()) if isinstance(text, dict) else [text]


def _nation(draft: Draft, column: Column) -> dict[str, Any] | None:
    """Return the country where most of its regions are in the file."""
    places = draft.roles.places
    if not places or places.country not in COUNTRIES:
        return None
    if len(region_values(column)) < 0.5 * len(places.codes):
        return None
    told = COUNTRIES[places.country]
    return {
        "code": places.country,
        "name": in_languages(draft, lambda code: told.get(code, told["en"])[0]),
        "in": in_languages(draft, lambda code: told.get(code, told["en"])[1]),
    }


def _regions(draft: Draft, column: Column) -> list[dict[str, Any]]:
    """Return the regions; several spellings of one are one."""
    places = draft.roles.places
    found: dict[str, dict[str, Any]] = {}
    taken: set[str] = set()
    for value in region_values(column):
        label = column.labels.get(value, value)
        name = (places.find_labelled(value, label) if places else None) or label
        if name in found:
            found[name]["data"].append(value)
            continue
        short = places.codes.get(name, "") if places else ""
        code = short or make_name(value if places is None and len(value) > 2 else name, taken, "r")
        taken.add(code)
        told = in_languages(
            draft, _label_of(draft, column, value, label if is_own_name(label, places) else name)
        )
        region: dict[str, Any] = {"code": code, "name": told, "data": [value]}
        if places:
            region["in"] = in_languages(draft, _where(told, places, short))
        if places and places.country == "DE" and short in TILES:
            region |= {"short": short, "tile": list(TILES[short])}
        found[name] = region
    return sorted(found.values(), key=lambda region: fold(_in_first(draft, region["name"])))


def _where(name: Any, places: Places, short: str) -> Callable[[str], str]:
    """Return how a language says where a known region is."""

    def say(language: str) -> str:
        told = name[language] if isinstance(name, dict) else name
        # of NUTS codes none is one of ISO 3166-2, by which exceptions are known
        if language == "fr":
            return say_where_in_french(told, places.country, short)
        if language != "de":
            return f"in {told}"
        return say_where(told, places.country, short)

    return say


def _label_of(draft: Draft, column: Column, value: str, label: str) -> Callable[[str], str]:
    """Return how a language calls a region; what the file lacks is as in the first."""
    others = draft.others
    return lambda code: (
        others[code][column.name].labels.get(value, label) if code in others else label
    )


def _design_parts(draft: Draft) -> Iterable[str]:
    if not draft.roles.weight:
        return
    yield _comments(guess for guess in draft.roles.guesses if guess.about == "weight")
    found = draft.roles.replicates
    replicates = {"replicates": found.spec} if found and found.spec else {}
    yield dump({"design": {"weight": draft.roles.weight, **replicates}}) + "\n"


def _drafted(draft: Draft) -> str:
    """Return the list of what nobody has confirmed, guesses that change numbers first."""
    entries = [*_guess_entries(draft), *_ask_entries(draft)]
    head = (
        "# What nobody has confirmed yet. Guesses of weights, regions, missing answers, filters,\n"
        "# choices and orders change numbers: the method chapter tells them until you delete\n"
        "# the entry here.\n"
    )
    return head + dump({"drafted": entries}) if entries else ""


def _guess_entries(draft: Draft) -> list[dict[str, Any]]:
    grouped: dict[tuple[Concern, str], list[Guess]] = {}
    for guess in draft.all_guesses():
        grouped.setdefault((guess.about, guess.confidence), []).append(guess)
    told = {about: place for place, about in enumerate(TOLD_CONCERNS)}
    keys = sorted(
        grouped, key=lambda key: (told.get(key[0], len(told)), key[0], ORDER.index(key[1]))
    )
    return [
        {
            "guess": about,
            "at": list(dict.fromkeys(guess.at for guess in grouped[about, sure])),
            "confidence": sure,
            "because": _because(grouped[about, sure]),
        }
        for about, sure in keys
    ]


def _because(guesses: Sequence[Guess]) -> str:
    reasons = list(dict.fromkeys(guess.because for guess in guesses))
    if len(reasons) == 1:
        return reasons[0]
    return f"{reasons[0]} (and {len(reasons) - 1} more: the comments in codebook.yml say each)"


def _ask_entries(draft: Draft) -> list[dict[str, Any]]:
    grouped: dict[str, list[str]] = {
        text: [key] for key, text in ASKS.items() if draft.source or key != "population"
    }
    unsure = not draft.roles.places or "fr" in (draft.language, *draft.others)
    if draft.roles.region and unsure:
        grouped["How do sentences say where (in:, such as “in the north”)?"] = ["regions.list"]
    asks = [*draft.asks.items(), *(ask for part in draft.parts for ask in part.asks.items())]
    for key, text in asks:
        grouped.setdefault(text, []).append(key)
    coded = [sketch for sketch in draft.sketches if sketch.ask.startswith(CODES_ASKED)]
    for sketch in draft.sketches:
        if sketch.ask and sketch not in coded:
            grouped.setdefault(sketch.ask, []).append(sketch.code)
    return [
        *({"question": text, "at": keys} for text, keys in grouped.items()),
        *({"question": one.ask, "at": [one.code]} for one in coded),  # each has its own answer
    ]


# --- codebook.yml ---------------------------------------------------------------------------


def codebook_text(draft: Draft) -> str:
    """Return ``codebook.yml``: each question with a comment for each guess about it."""
    parts = [f"# Drafted by `briefgen init` from {draft.source['path']}.\n"]
    if draft.roles.id:
        parts.append(_comments(guess for guess in draft.roles.guesses if guess.about == "id"))
        parts.append(dump({"id_column": draft.roles.id}))
    gone = common_missing(draft)
    if gone:
        parts.append("# Cells that are no answer in any question.\n" + dump({"missing": gone}))
    scales = share_scales(draft.sketches)
    if scales:
        parts.append(dump({"scales": scales}))
    parts.append("questions:\n")
    parts += [question_text(sketch) for sketch in draft.sketches]
    parts += _left_out(draft)
    return "".join(parts)


def common_missing(draft: Draft) -> dict[str, str]:
    """Return cells that write "nothing" in several questions; told with each of them as a guess."""
    counts: dict[str, list[str]] = {}
    for sketch in draft.sketches:
        for column in sketch.columns:
            for value in column.codes:
                if column.labels.get(value) is None and value.casefold() in (
                    "na",
                    "n/a",
                    "#n/a",
                    "nan",
                    "null",
                    "#null!",
                ):
                    counts.setdefault(value, []).append(sketch.code)
    found = {}
    for value, codes in counts.items():
        if len(set(codes)) > 1:
            found[value] = missing_reason(value) or "no_answer"
            for sketch in draft.sketches:
                _drop_option(sketch, value)
            known = {(guess.at, guess.about) for guess in draft.all_guesses()}
            because = f"{value!r} is read as no answer"
            draft.guesses += [
                Guess("missing", code, because, "high")
                for code in dict.fromkeys(codes)
                if (code, "missing") not in known
            ]
    return found


def _drop_option(sketch: Sketch, code: str) -> None:
    if sketch.answers:
        sketch.answers.options[:] = [o for o in sketch.answers.options if o["code"] != code]


def share_scales(sketches: Sequence[Sketch]) -> dict[str, dict[str, Any]]:
    """Give batteries, scales of two poles, and questions with the same options a shared scale."""
    grouped: dict[tuple[Any, ...], list[Sketch]] = {}
    for sketch in sketches:
        if sketch.answers:
            key = (*sketch.answers.signature, sketch.answers.ordered, sketch.answers.reversed)
            grouped.setdefault(key, []).append(sketch)
    scales: dict[str, dict[str, Any]] = {}
    for members in grouped.values():
        answers = members[0].answers
        kinds = {sketch.spec["type"] for sketch in members}
        if answers is None or not (
            "battery" in kinds or (answers.ordered and (len(members) > 1 or answers.diverging))
        ):
            continue
        name = make_name(f"scale_{members[0].code}", scales)
        scales[name] = _scale(answers)
        for sketch in members:
            _take_scale(sketch, name)
    return scales


def _scale(answers: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"ordered": answers.ordered}
    made |= {key: True for key in ("diverging", "reversed") if getattr(answers, key)}
    made |= {"scores": "codes"} if answers.by_code else {}
    made["options"] = answers.options
    return made | ({"boxes": answers.boxes} if answers.boxes else {})


def _take_scale(sketch: Sketch, name: str) -> None:
    spec = sketch.spec
    for key in ("options", "boxes", "ordered", "reversed", "scores"):
        spec.pop(key, None)
    if spec["type"] == "single" and sketch.answers and sketch.answers.ordered:
        spec["type"] = "scale"
    spec["scale"] = name


def question_text(sketch: Sketch) -> str:
    """Return one question as YAML, with a comment for each guess about it."""
    lines = dump({"questions": [sketch.spec]}).split("\n", 1)[1]
    asked = f"# asked: {sketch.ask}\n" if sketch.ask else ""
    return "\n" + _comments(sketch.guesses) + asked + lines


def _comments(guesses: Iterable[Guess]) -> str:
    unique = dict.fromkeys((guess.about, guess.confidence, guess.because) for guess in guesses)
    return "".join(
        f"# guessed, {sure} ({about}): {single_spaced(because)}\n"
        for about, sure, because in unique
    )


def _left_out(draft: Draft) -> list[str]:
    if not draft.roles.left_out:
        return []
    told = [f"# {single_spaced(name)}: {reason}\n" for name, reason in draft.roles.left_out.items()]
    return ["\n# Columns that were left out:\n", *told]
