"""Tell what does not fit a part of the configuration: with line, key, and what to write instead.

In: a file's tree from `yaml_text` and what pydantic found in it. Out: problems. `settings` and
`textfiles` ask it, so that errors of all files of a study look alike. No value of a file is shown,
since a case file holds what somebody said; keys and names of the configuration are.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import BaseModel, BeforeValidator, ValidationError
from pydantic_core import ErrorDetails

from briefgen.config.yaml_text import Fault, Node, Step, YamlError, key_name
from briefgen.errors import Problem, suggest

WANTED_TEXT: Final = "a text, or one text for each language (de: …, en: …), is wanted"

EXAMPLES: Final[Mapping[str, str]] = {
    "id": "staff-survey",
    "edition": "2026-1",
    "languages": "[de, en]",
    "publication": "{title: My study, short_title: Study, authors: [A. Author], date: 2026-05-01}",
    "institute": "{name: Institute of Examples}",
    "contact": "{name: Ann Author, email: ann@example.org}",
    "population": "{de: Netzwerke der Region, en: networks of the region}",
    "respondents": "{de: Koordinierende, en: coordinators}",
    "files": "{survey: survey.csv}",
    "regions": "{variable: land, nation: {…}, singular: {…}, plural: {…}, list: […]}",
    "audiences": "[{code: firms, name: {de: Betriebe, en: Firms}}]",
    "evidence": "[q07_steering.often]",
    "topics": "[{code: needs, title: {de: Bedarf, en: Needs}, questions: [q01]}]",
    "title": "{de: Was Betriebe brauchen, en: What firms need}",
    "short_title": "{de: Bedarf, en: Needs}",
    "authors": "[Ann Author, Ben Author]",
    "date": "2026-05-01",
    "survey": "survey.csv",
    "path": "survey.csv",
    "region": "land",
    "margins": "[region, size]",
    "ReplicateWeights.method": "JK1",
    "ReplicateWeights.columns": "rep*",
    "variable": "land",
    "nation": "{code: DE, name: {de: Deutschland, en: Germany}}",
    "singular": "{de: Land, en: Land}",
    "plural": "{de: Länder, en: Länder}",
    "list": "[{code: DE1, name: {de: Bayern, en: Bavaria}}]",
    "questions": "[q01, q02]",
    "code": "q01",
    "name": "often",
    "type": "single",
    "text": "{de: Wie oft …?, en: How often …?}",
    "label": "{de: häufig, en: often}",
    "options": "[often, always]",
    "items": "[q04_time, q04_money]",
    "column": "Status",
    "because": "preview",
    "numerator": "q11",
    "denominator": "q02",
    "one": "{de: Mitglied, en: member}",
    "many": "{de: Mitglieder, en: members}",
    "Organisation.name": "Institute of Examples",
    "Region.name": "{de: Bayern, en: Bavaria}",
    "Nation.name": "{de: Deutschland, en: Germany}",
    "RegionType.name": "{de: Boomstädte, en: boom towns}",
    "Audience.name": "{de: Betriebe, en: firms}",
    "CodeEntry.name": "{de: Vertrauen, en: trust}",
    "Option.code": "1",
    "Codebook.questions": "[{code: q01, type: open, text: {…}, label: {…}}]",
    "Question.items": "[{name: time, label: {de: Zeit, en: time}}]",
    "AnswerScale.options": "[{code: 1, name: never, label: {de: nie, en: never}}]",
}
"""How a required key is written, by its name, or by model and name where that differs."""

_PATTERNS: Final = {
    "^[A-Za-z][A-Za-z0-9_]*$": (
        "a name of letters (a–z), digits and _ is wanted, a letter first",
        "write it like q07_often; what readers see stands in label or title",
    ),
    "^[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*$": (
        "the code of a language is wanted",
        "write it like de, en or pt-BR",
    ),
    "^[a-z0-9][a-z0-9-]*$": (
        "a short name of small letters (a–z), digits and - is wanted",
        "write it like staff-survey",
    ),
    "^[A-Za-z0-9][A-Za-z0-9._-]*$": (
        "a short name of letters (a–z), digits, points, _ and - is wanted",
        "write it like 2026-1",
    ),
}
_WANTED: Final = (
    ("string", "a text is wanted", "write a text"),
    ("int", "a whole number is wanted", "write digits alone, without quotation marks: 10"),
    ("float", "a number is wanted", "write digits, with a point before decimals: 0.95"),
    ("bool", "true or false is wanted", "write true or false"),
    ("date", "a date is wanted", "write year-month-day: 2026-05-01"),
    ("tuple", "a list is wanted", "write [one, two], or each on a line of its own after '- '"),
    ("list", "a list is wanted", "write [one, two], or each on a line of its own after '- '"),
    ("dict", "a mapping is wanted", "write key: value, one a line, indented under its name"),
    ("model", "a mapping is wanted", "write key: value, one a line, indented under its name"),
)
"""Beginnings of pydantic's types of errors, with what they ask for."""
_OF_KIND: Final = ("_type", "_parsing", "_from_float")
_QUOTE_COMMAS: Final = 'put texts with a comma or a colon in quotation marks: {de: "…, …", en: "…"}'
_TEXT_REMEDY: Final = "write one text, or one for each language: {de: …, en: …}"


def list_faults(error: YamlError, file: str) -> list[Problem]:
    """Return a problem for each fault of a file that is no YAML."""
    return [Problem(file, _line(one), one.key, _rule(one), one.remedy) for one in error.faults]


def _line(fault: Fault) -> int | None:
    return fault.place.line if fault.place else None


def _rule(fault: Fault) -> str:
    column = fault.place.column if fault.place else 1
    return fault.message + (f" (character {column} of the line)" if column > 1 else "")


def list_misfits(
    error: ValidationError,
    part: type[BaseModel],
    file: str,
    root: Node,
    at: tuple[Step, ...] = (),
) -> list[Problem]:
    """Return the problems of a part that pydantic refused.

    Parameters
    ----------
    part
        The model that was asked for.
    root
        The file's tree.
    at
        Where the part stands in it.

    Returns
    -------
    list of Problem
        In the order of the file; keys that are missing in one place are told together.
    """
    found = list(_drop_consequences(error.errors(include_url=False)))
    problems = [
        *_tell_missing([one for one in found if one["type"] == "missing"], part, file, root, at),
        *_tell_others([one for one in found if one["type"] != "missing"], part, file, root, at),
    ]
    return sorted(problems, key=lambda problem: (problem.row or 0, problem.column))


def _drop_consequences(found: Sequence[ErrorDetails]) -> Iterator[ErrorDetails]:
    """Leave out that a list is too short where one of its entries was refused."""
    for one in found:
        loc = one["loc"]
        inside = any(other["loc"][: len(loc)] == loc != other["loc"] for other in found)
        if one["type"] != "too_short" or not inside:
            yield one


def _tell_missing(
    found: Iterable[ErrorDetails],
    part: type[BaseModel],
    file: str,
    root: Node,
    at: tuple[Step, ...],
) -> Iterator[Problem]:
    places: dict[tuple[Step, ...], list[str]] = {}
    for one in found:
        places.setdefault(one["loc"][:-1], []).append(str(one["loc"][-1]))
    for loc, names in places.items():
        model = _model_at(part, loc)
        if all(name.isdigit() for name in names):
            yield _tell_few(names, file, root, (*at, *loc))
            continue
        rule = f"{'this key is' if len(names) == 1 else 'these keys are'} missing: "
        example = "\n      ".join(f"{name}: {_example(model, name)}" for name in names)
        yield Problem(
            file,
            root.find((*at, *loc)).place.line,
            _name((*at, *loc)),
            rule + ", ".join(names),
            f"write, for example\n      {example}",
        )


def _tell_few(names: Sequence[str], file: str, root: Node, place: tuple[Step, ...]) -> Problem:
    """Say that a list of so many entries has fewer: a place in it is no key."""
    wanted = max(map(int, names)) + 1
    rule = f"a list of {wanted} entries is wanted, and {wanted - len(names)} stands here"
    remedy = "write all of them, or delete the key where the study has no such list"
    return Problem(file, root.find(place).place.line, _name(place), rule, remedy)


def _example(model: type[BaseModel] | None, name: str) -> str:
    special = f"{model.__name__}.{name}" if model else name
    return EXAMPLES.get(special, EXAMPLES.get(name, "…"))


def _tell_others(
    found: Iterable[ErrorDetails],
    part: type[BaseModel],
    file: str,
    root: Node,
    at: tuple[Step, ...],
) -> Iterator[Problem]:
    places: dict[tuple[Step, ...], list[tuple[str, str]]] = {}
    for one in found:
        loc = _written_part(root, at, one["loc"])
        rule_and_remedy = _tell(one, part, root.find((*at, *loc)))
        if one["type"] == "extra_forbidden":
            loc = one["loc"]
        elif one["type"] == "value_error":
            loc, rule_and_remedy = _inside_text(root, at, loc, rule_and_remedy)
        places.setdefault(loc, []).append(rule_and_remedy)
    for loc, several in places.items():
        rules, remedies = zip(*dict.fromkeys(several), strict=True)
        line = root.place_of((*at, *loc)).line
        yield Problem(file, line, _name((*at, *loc)), "; or: ".join(rules), remedies[0])


def _written_part(root: Node, at: tuple[Step, ...], loc: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return what of pydantic's place stands in the file: kinds of a union do not."""
    node, known = root.find(at), 0
    for step in loc:
        part = node.parts.get(step) or node.parts.get(str(step))
        if part is None:
            break
        node, known = part, known + 1
    return loc[:known]


def _tell(one: ErrorDetails, part: type[BaseModel], node: Node) -> tuple[str, str]:
    """Return what is the case, and what to do about it."""
    kind, context = one["type"], one.get("ctx", {})
    if kind == "extra_forbidden":
        return _tell_unknown_key(one["loc"], part, node)
    if kind == "literal_error":
        known = re.findall(r"'([^']*)'", str(context.get("expected", "")))
        return f"one of {', '.join(known)} is wanted", suggest(str(node.value), known)
    if kind == "too_short" and context.get("min_length") == 1:
        return "at least one entry is wanted", "write [one], or as many as there are"
    if kind == "string_pattern_mismatch" and context.get("pattern") in _PATTERNS:
        return _PATTERNS[context["pattern"]]
    if kind == "value_error":
        return one["msg"].removeprefix("Value error, "), _quote_it(node.value) or _TEXT_REMEDY
    day = _tell_day(node.value) if kind.startswith("date") else None
    return day or _tell_wanted(kind, node.value) or _tell_else(one["msg"])


def tell_no_day(year: int, month: int, day: int) -> str:
    """Say why there is no such day; ``""`` where there is one."""
    if not 1 <= month <= 12:
        return "there is no such month: a year has 12"
    last = calendar.monthrange(year, month)[1] if dt.MINYEAR <= year <= dt.MAXYEAR else 0
    if 1 <= day <= last:
        return ""
    return f"there is no such day: the month has {last} days"


def _tell_day(value: Any) -> tuple[str, str] | None:
    """Say what is wrong with a date that is written as one."""
    found = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", str(value).strip())
    problem = tell_no_day(*map(int, found.groups())) if found else ""
    return (problem, "write a day that there is: 2026-05-01") if problem else None


def _tell_wanted(kind: str, value: Any) -> tuple[str, str] | None:
    """Say which kind of value is wanted, where that is what pydantic misses."""
    for start, rule, remedy in _WANTED:
        if kind.startswith(start) and (kind.endswith(_OF_KIND) or start == "date"):
            quoted = _quote_it(value) if start == "string" else ""
            return rule + _tell_found(value), quoted or remedy
    return None


def _tell_else(said: str) -> tuple[str, str]:
    rule = re.sub(r"^(Input|Value|Tuple|List) should", "this should", said)
    return rule, "correct the value; docs/study-files.md and docs/evidence.md describe each key"


def _tell_unknown_key(loc: tuple[Step, ...], part: type[BaseModel], node: Node) -> tuple[str, str]:
    model = _model_at(part, loc[:-1])
    known = _keys_of(model) if model else []
    name = key_name(loc[-1])
    if node.value is None and " " in str(loc[-1]):  # {that: they are late, mostly} has two keys
        return "a part of a text stands here as a key", _QUOTE_COMMAS
    return f"there is no key {name!r} here", suggest(str(loc[-1]), known)


def _keys_of(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items()]


def _tell_found(value: Any) -> str:
    if isinstance(value, bool):
        return f", and {str(value).lower()} is none"
    kinds: tuple[tuple[type, str], ...] = (
        (type(None), "nothing"), (dict, "a mapping"), (list, "a list"),
        (int, "a number"), (float, "a number"), (str, "a text"),
    )  # fmt: skip
    found = next((name for kind, name in kinds if isinstance(value, kind)), "")
    return f", {found} stands here" if found else ""


def _quote_it(value: Any) -> str:
    if isinstance(value, bool):
        return f'quote it where it is meant as a text: "{str(value).lower()}"'
    if value is None:
        return 'write a text, or leave the key out; quote "~" and "null" where they are meant'
    return ""


def _inside_text(
    root: Node, at: tuple[Step, ...], loc: tuple[Step, ...], rule_and_remedy: tuple[str, str]
) -> tuple[tuple[Step, ...], tuple[str, str]]:
    """Point to the language whose text is none, and say why that may be."""
    rule, remedy = rule_and_remedy
    value = root.find((*at, *loc)).value
    if WANTED_TEXT not in rule or not isinstance(value, dict):
        return loc, rule_and_remedy
    wrong = next(((key, item) for key, item in value.items() if not isinstance(item, str)), None)
    if wrong is None:
        return loc, rule_and_remedy
    if wrong[1] is None:  # {de: Zeit, Geld} has a key "Geld" without a value
        return (*loc, str(wrong[0])), (rule, _QUOTE_COMMAS)
    return (*loc, str(wrong[0])), (rule + _tell_found(wrong[1]), _quote_it(wrong[1]) or remedy)


def _model_at(part: type[BaseModel], loc: Sequence[Step]) -> type[BaseModel] | None:
    """Return the model that stands at a place of another."""
    model: type[BaseModel] | None = part
    annotation: Any = part
    for step in loc:
        if isinstance(step, str) and model is not None and step in _keys_of(model):
            fields = model.model_fields
            annotation = next(f.annotation for name, f in fields.items() if step in (f.alias, name))
            model = None
        model = next(models_in(annotation), None)
    return model


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models that a key may hold, those within lists and mappings too."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif isinstance(annotation, BeforeValidator):
        yield from models_in(annotation.json_schema_input_type)
    for inner in get_args(annotation):
        yield from models_in(inner)


def _name(steps: Sequence[Step]) -> str:
    return ".".join(key_name(step) for step in steps)
