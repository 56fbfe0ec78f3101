"""The frozen, validated configuration of a study: ``data/study.yml`` and ``data/codebook.yml``.

In: the two YAML files. Out: one `Settings`, which holds no respondent's data and may therefore
be seen by every stage. ``validate`` and all stages after it take it as their first argument.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import PydanticCustomError, core_schema

from briefgen.config.called import name_by_default, say_by_default
from briefgen.config.data_formats import data_formats
from briefgen.config.document_kinds import SHIPPED, document_kinds, list_documents
from briefgen.config.model_errors import WANTED_TEXT, list_faults, list_misfits
from briefgen.config.plain_text import one_line
from briefgen.config.yaml_text import Step, YamlError, parse, read_file
from briefgen.errors import Problem, SettingsError, UnknownNameError
from briefgen.model import DocumentKey, Text


def _as_text(value: Any) -> str:
    """Return a text, or a number as it was written; true, false and nothing are no texts."""
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value)
    raise ValueError(WANTED_TEXT)


def _refuse_number(value: Any) -> Any:
    if isinstance(value, int | float):
        raise PydanticCustomError("date_type", "a date is wanted")
    return value


class _OneOf:
    """Let pydantic take the names that are registered when it is asked."""

    def __init__(self, known: Callable[[], Iterable[str]]) -> None:
        self._known = known

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self._check)

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"enum": list(map(str, self._known()))}

    def _check(self, value: Any) -> Any:
        names = list(map(str, self._known()))
        if value not in names:
            expected = ", ".join(map(repr, names))
            raise PydanticCustomError("literal_error", "one of {expected}", {"expected": expected})
        return value


class _Address:
    """Let pydantic take what has the form of an address, or nothing."""

    def __init__(self, form: str, wanted: str) -> None:
        self._form = f"^({form})?$"
        self._wanted = wanted

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": self._form}

    def _check(self, address: str) -> str:
        if not re.fullmatch(self._form, address):
            raise PydanticCustomError("address", "{wanted} is wanted", {"wanted": self._wanted})
        return address


def read_as(annotation: Any, read: Callable[[Any], Any] = lambda value: value) -> BeforeValidator:
    """Return a validator for what may be written in another way than it is kept.

    Parameters
    ----------
    annotation
        What may be written, as the file's schema tells it.
    read
        Makes of it what is kept; by default somebody else does.
    """
    return BeforeValidator(read, json_schema_input_type=annotation)


class _TextType:
    """Teach pydantic to read a `Text` from a string or from a mapping by language."""

    def __init__(self, clean: Callable[[str], str] = str) -> None:
        self._clean = clean

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        def read(value: Any) -> Text:
            if isinstance(value, Text):
                return value
            by_language = value if isinstance(value, dict) else {"": value}
            return Text(
                {
                    str(language): self._clean(_as_text(item))
                    for language, item in by_language.items()
                }
            )

        return core_schema.no_info_plain_validator_function(
            read, serialization=core_schema.plain_serializer_function_ser_schema(dict)
        )

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        text = ["string", "number"]
        return {"type": [*text, "object"], "additionalProperties": {"type": text}}


P = TypeVar("P", bound="Part")
LocalText = Annotated[Text, _TextType(one_line)]
"""A text in the languages of the study. It is plain: what looks like markup is printed."""
MarkdownText = Annotated[Text, _TextType()]
"""A text in which Markdown is meant; ``docs/text.md`` lists the fields."""


def _compose(code: str) -> str:
    """Return a code in the Unicode form of the data files' cells (``sources.table``)."""
    return unicodedata.normalize("NFC", code)


def _as_codes(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


WebAddress = Annotated[
    str,
    _Address(r"https?://[^\s<>\"`{}|\\^]+", "an address that begins with https://"),
]
"""The address of a page; others, such as ``javascript:``, do not reach a link."""
MailAddress = Annotated[
    str,
    _Address(r"[^\s<>@\"`{}|\\^]+@[^\s<>@\"`{}|\\^]+", "a mail address such as ann@example.org"),
]

LONGEST_NAME: Final = 255
"""Bytes of a file's or folder's name, as file systems bear them."""
LONGEST_PATH: Final = 2000


def _as_path(path: str) -> str:
    """Refuse what no file system takes for a path: no file can be there."""
    written = path.encode("utf-8", "replace")
    longest = max(map(len, re.split(rb"[/\\]", written)))
    if longest > LONGEST_NAME or len(written) > LONGEST_PATH:
        raise PydanticCustomError("path", "a path is wanted, and this is too long for one")
    if not path.isprintable():
        raise PydanticCustomError("path", "a path is wanted, without signs that cannot be seen")
    return path


FilePath = Annotated[str, AfterValidator(_as_path)]
"""The path of a file or folder, relative to where its setting says."""
Code = Annotated[str, AfterValidator(_compose)]
"""A code, always text: ``1`` and ``"1"`` in YAML are the same, and ``01`` stays "01"."""
Codes = Annotated[tuple[Code, ...], read_as(Code | tuple[Code, ...], _as_codes)]
"""One code, or several that mean the same."""
SplitCode = Annotated[Code, read_as(Code | Annotated[tuple[Code, ...], Field(min_length=1)])]
"""One code, or several, of which its part keeps the first (`Option`)."""
Date = Annotated[dt.date, BeforeValidator(_refuse_number)]
"""A day; a number would be taken for seconds since 1970."""
DocumentKindName = Annotated[str, _OneOf(document_kinds)]
"""The name of a kind of document that is declared in `document_kinds`."""
DataFormatName = Annotated[str, _OneOf(lambda: ("auto", *data_formats()))]
"""The name of a format of data files, or ``auto``: found out by the file's suffix and header."""
NotNegative = Annotated[float, Field(ge=0)]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*$")]
"""A language as BCP 47 writes it; it names folders and files, too."""
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
"""A name that may stand in an evidence key."""


class Part(BaseModel):
    """Base of all parts of the configuration: frozen, and a wrong key is an error.

    A number where a text is wanted is taken as it was written.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", arbitrary_types_allowed=True, coerce_numbers_to_str=True
    )


# --- codebook -------------------------------------------------------------------------------

Missing = Literal["no_answer", "dont_know", "refused", "not_presented", "not_asked"]


class Words(Part):
    """How sentences speak of a share, where labels in quotation marks would be stiff.

    ``that`` is a clause after "say that" ("firms often help to steer the network"; in German with
    the verb at its end). The others finish a title after "In Bavaria, …" or "In Bayern …" (in
    German with the verb first) and end with the comparison ("… more often than elsewhere").
    """

    that: LocalText | None = None  # a clause after "say that"; German: verb at the end
    higher: LocalText | None = None  # after "In Bavaria, …", where it is more; German: verb first
    lower: LocalText | None = None  # after "In Bavaria, …", where it is less; German: verb first


class Option(Part):
    """An answer option. ``name`` stands in evidence keys; ``code`` stands in the data file.

    Several codes of the data may mean one option: ``code: [Ja, Oui]``. The first stands for it.
    """

    code: SplitCode  # what stands in the data; several may mean one option
    data: tuple[Code, ...] = ()  # codes that stand for it in the data; default: its code
    other: bool = False  # what is no code of the codebook counts here: "other, please specify"
    name: Name  # what stands in evidence keys: q07.often
    label: LocalText  # what readers see
    missing: Missing | None = None  # an option that is no answer, such as "don't know"
    scored: bool = True  # False: counts in the base, but has no place on the scale
    words: Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _split_codes(cls, value: Any) -> Any:
        """Take a list of codes apart: the first is the code, all of them stand in the data."""
        if isinstance(value, dict) and isinstance(value.get("code"), list) and value["code"]:
            return {**value, "code": value["code"][0], "data": value.get("data") or value["code"]}
        return value

    @property
    def codes(self) -> tuple[str, ...]:
        """All codes of the data that mean this option."""
        return self.data or (self.code,)


class Item(Part):
    """One line of a battery, or one option column of a multiple-choice question."""

    name: Name  # in evidence keys
    label: LocalText  # what readers see
    column: str | None = None  # default: the variable's code for a battery is NAME, see Question
    selected: Codes = ()  # multiple choice: what stands in the column when it is chosen
    other: bool = False  # multiple choice: what is no code counts here, "other, please specify"
    reversed: bool = False  # a battery's line that is worded the other way round
    words: Words | None = None  # of a battery's line: for the question's headline


class Box(Part):
    """A named group of options, such as top box "often" = often + always."""

    name: Name  # in evidence keys: q07.often
    label: LocalText  # what readers see
    options: tuple[Name, ...]  # names of its options
    words: Words | None = None


class NumberClass(Part):
    """A class of a numeric question: ``low <= x < high``; ``None`` is open."""

    name: Name  # in evidence keys
    label: LocalText  # what readers see
    low: float | None = None  # from this number on; default: no limit
    high: float | None = None  # below this number; default: no limit


class Merge(Part):
    """Options that count as one, being rare by themselves; the label is that of the sum."""

    name: Name  # in evidence keys
    label: LocalText  # what readers see
    options: tuple[Name, ...] = Field(min_length=2)  # names of the options that it is made of
    words: Words | None = None


def _merge_options(value: Any) -> Any:
    """Put one option in place of those that ``merge`` names, in options and boxes."""
    if not isinstance(value, dict) or not isinstance(value.get("merge"), list | tuple):
        return value
    for entry in value["merge"]:
        if isinstance(entry, dict) and "name" in entry and _are_names(entry.get("options")):
            value = _merge(value, entry)
    return value


def _are_names(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(one, str) for one in value)


def _merge(value: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    options = [item for item in value.get("options") or () if isinstance(item, dict)]
    merged = [item for item in options if item.get("name") in entry["options"]]
    lacking = set(entry["options"]) - {item.get("name") for item in merged}
    if lacking:
        raise PydanticCustomError(
            "merge",
            "merge names {names}, which is no option beside it",
            {"names": ", ".join(sorted(map(str, lacking)))},
        )
    codes = [code for item in merged for code in _as_codes(item.get("code"))]
    own = {name: entry[name] for name in ("name", "label", "words") if name in entry}
    first = merged[0]
    kept = [
        {**own, "code": codes} if item is first else item
        for item in options
        if item is first or item not in merged
    ]
    return {**value, "options": kept, "boxes": _rename(value.get("boxes"), entry)}


def _rename(boxes: Any, entry: dict[str, Any]) -> Any:
    """Return boxes in which the merged option stands for those that it is made of."""
    if not isinstance(boxes, list):
        return boxes or ()
    return [
        {**box, "options": _names_in(box["options"], entry)}
        if isinstance(box, dict) and isinstance(box.get("options"), list)
        else box
        for box in boxes
    ]


def _names_in(names: list[Any], entry: dict[str, Any]) -> list[Any]:
    told = [entry["name"] if name in entry["options"] else name for name in names]
    return list(dict.fromkeys(told))


class AskedIf(Part):
    """A filter: the question is asked only where ``variable`` has one of the option names."""

    variable: Name  # code of the question that decides
    options: tuple[Name, ...]  # names of the options of which it is asked
    label: LocalText | None = None  # the base in words: "networks with SMEs among the members"


Scores = Literal["order", "codes"]
"""What the mean of a scale is made of: places in its order, or the options' codes (0 to 10)."""


class AnswerScale(Part):
    """A scale that several questions share."""

    options: tuple[Option, ...]
    boxes: tuple[Box, ...] = ()
    merge: tuple[Merge, ...] = ()  # options that count as one
    ordered: bool = True  # options stand in their order; mean scores 1…k are made
    reversed: bool = False  # scores k…1: the first option is the highest
    diverging: bool = False  # agreement scales: neutral in the middle
    scores: Scores = "order"  # order: 1…k; codes: the numbers that are the options' codes

    _merge = model_validator(mode="before")(_merge_options)


STEM_ENDS: Final = (":", "?", "!", "…")
"""After these a battery's stem needs no colon before a line."""
QuestionType = Literal["single", "multiple", "scale", "numeric", "ranking", "open", "battery"]


class Question(Part):
    """A question of the survey.

    ``battery`` questions have ``items``, each of which becomes a variable CODE_ITEM on the common
    ``scale``. ``multiple`` and ``ranking`` questions have ``items`` as option columns, or one
    column with a ``delimiter``, or ``columns`` for the first, second, … mention or rank.
    """

    code: Name  # in evidence keys: survey:CODE.often
    type: QuestionType  # how it was asked
    text: LocalText  # the wording
    label: LocalText  # short, for charts and tables
    stem: LocalText | None = None  # battery: what is asked of each line; default: the label
    column: str | None = None  # default: the code
    scale: Name | None = None  # a shared scale
    options: tuple[Option, ...] = ()
    boxes: tuple[Box, ...] = ()
    merge: tuple[Merge, ...] = ()  # options that count as one
    items: tuple[Item, ...] = ()
    delimiter: str | None = None  # multiple, ranking: between items in one cell
    columns: tuple[str, ...] = ()  # multiple, ranking: each holds the code of an item, in order
    selected: Codes = ("1",)  # multiple: what stands in a column when it is chosen
    # multiple: what stands in a column when it is not chosen
    not_selected: tuple[Code, ...] = ("0", "")
    asked_if: AskedIf | None = None
    missing: dict[Code, Missing] = {}  # codes that are no answer, and why
    ordered: bool = False  # single: options have an order
    reversed: bool = False  # scores k…1: the first option is the highest
    scores: Scores | None = None  # as of a scale; codes makes a mean of a single question, too
    unit: str = ""  # numeric: a key of Codebook.units
    minimum: float | None = None  # numeric: smallest number that can be true
    maximum: float | None = None  # numeric: largest number that can be true
    # numeric: the mark between groups of three digits in the file; default: none
    thousands: Literal["", ".", ",", " ", "'"] = ""
    signs: tuple[str, ...] = ()  # numeric: signs and words beside the number: €, "per month"
    decimals: int = 0  # numeric: of its median, quartiles and total; default: its unit's
    classes: tuple[NumberClass, ...] = ()
    headline: str | None = None  # the measure that stands for the question: a box, option or mean
    positive: bool | None = None  # is more of the headline good (True), bad (False) or neither
    words: Words | None = None  # for the headline

    _merge = model_validator(mode="before")(_merge_options)

    @property
    def better(self) -> Literal["higher", "lower"] | None:
        """Which way ``positive`` calls good; ``None`` where it says nothing."""
        if self.positive is None:
            return None
        return "higher" if self.positive else "lower"

    @property
    def lists_items(self) -> bool:
        """Whether cells hold codes of items, rather than one column an item."""
        return bool(self.delimiter or self.columns)

    @property
    def counts_empty(self) -> bool:
        """Whether who chose nothing has answered: an empty cell is all that says "not chosen"."""
        return set(self.not_selected) == {""}


class Unit(Part):
    """How a number's unit is written, after the number: one and many."""

    one: LocalText  # "member"
    many: LocalText  # "members"
    decimals: int = Field(default=0, ge=0, le=6)  # of its questions that state none


class Index(Part):
    """A scale index built as the mean of the items' scores."""

    code: Name  # in evidence keys: survey:CODE.mean
    label: LocalText  # what readers see
    items: tuple[Name, ...]  # variables
    reversed: tuple[Name, ...] = ()  # items that are turned round first

    @property
    def parts(self) -> tuple[Name, ...]:
        """Variables that it is made of."""
        return self.items


class Ratio(Part):
    """A ratio of two numeric questions, such as trainees per member."""

    code: Name  # in evidence keys: survey:CODE.ratio
    label: LocalText  # what readers see
    numerator: Name  # a numeric question: what is counted
    denominator: Name  # a numeric question: per what
    unit: str = ""  # a key of Codebook.units

    @property
    def parts(self) -> tuple[Name, ...]:
        """Variables that it is made of."""
        return self.numerator, self.denominator


class Codebook(Part):
    """All questions, in the questionnaire's order."""

    scales: dict[Name, AnswerScale] = {}
    units: dict[str, Unit] = {}
    questions: tuple[Question, ...] = ()
    indices: tuple[Index, ...] = ()
    ratios: tuple[Ratio, ...] = ()
    id_column: str | None = None  # column of the respondents' ids
    missing: dict[Code, Missing] = {}  # codes that mean the same everywhere; "" is no answer


# --- study ----------------------------------------------------------------------------------


class Organisation(Part):
    """An institute, commissioner or contact, as the imprint names it."""

    name: LocalText  # in full
    short: str = ""  # an abbreviation
    portrait: MarkdownText | None = None  # a paragraph about it
    address: str = ""  # street and town
    url: WebAddress = ""  # of its website
    email: MailAddress = ""  # for readers
    phone: str = ""  # for readers


class Region(Part):
    """A region: ``in_`` is how one says where ("im Saarland"); ``tile`` is (column, row).

    ``type`` is the type of region that it belongs to as a whole, ``neighbours`` the regions that it
    borders on; a border may be stated on one side alone. Tiles that touch are no border. ``peers``
    are the regions that it likes to be compared with, for whatever reason the study has.
    """

    code: Code  # in evidence keys and file names
    name: LocalText  # in sentences and tables
    in_: LocalText | None = Field(default=None, alias="in")  # where, in sentences: "im Saarland"
    short: str = ""  # two letters for the tile map
    aliases: tuple[str, ...] = ()  # further names for the command line
    tile: tuple[int, int] | None = None  # column and row on the tile map; the top left is [0, 0]
    data: tuple[Code, ...] = ()  # codes that stand for it in the data; default: its code
    type: Name | None = None  # type of region that it belongs to as a whole
    neighbours: tuple[Code, ...] = ()  # codes of regions that it borders on
    peers: tuple[Code, ...] = ()  # codes of regions that charts show beside it


class Forms(Part):
    """How running text calls a thing: one, many, and many after "in", "of", "with" (German dative).

    What is not stated is made: ``with_many`` by the rule of German, which adds an *n* to a plural
    that ends neither in *n* nor in *s* ("in den Ländern").
    """

    one: LocalText  # "region"
    many: LocalText  # "regions"
    with_many: LocalText | None = None  # German dative: "in den Ländern"

    def dative(self, language: str) -> str:
        """Return the form that follows "in den …"; in other languages the plural."""
        if self.with_many is not None:
            return self.with_many[language]
        many = self.many[language]
        return f"{many}n" if language == "de" and many[-1:] not in ("n", "s") else many


TOGETHER = name_by_default("together")
"""What follows "for" where a study names no place for all of its respondents."""


class Nation(Part):
    """All respondents together: a country, a city, a firm. By default they have no place."""

    code: Code = "ALL"  # in evidence keys
    # in sentences and tables: "Germany"
    name: LocalText = say_by_default("everybody")
    in_: LocalText | None = Field(
        default=say_by_default("overall"), alias="in"
    )  # where: "in Germany"
    whole: LocalText | None = None  # after "for": "the whole country"; default: the name
    in_whole: LocalText | None = None  # "in the country as a whole"; default: in

    @property
    def is_place(self) -> bool:
        """Whether the study says where its respondents are."""
        return not {"name", "in_"}.isdisjoint(self.model_fields_set)

    def for_whole(self, language: str) -> str:
        """Return what follows "for" where all are meant: "the whole country"."""
        if self.whole is not None:
            return self.whole[language]
        return (self.name if self.is_place else TOGETHER)[language]

    def in_the_whole(self, language: str) -> str:
        """Return where all are: "in the country as a whole"."""
        return (self.in_whole or self.in_ or self.name)[language]


class Regions(Part):
    """The regions, and the column of the survey that names them; a study may have none."""

    variable: str | None = None  # column of the survey
    nation: Nation = Nation()
    # what a region is called, above columns
    singular: LocalText = name_by_default("region")
    plural: LocalText = name_by_default("regions")  # what regions are called
    called: Forms | None = None  # in running text; default: singular and plural
    list: tuple[Region, ...] = ()
    unlisted: Literal["error", "drop", "other"] = "error"  # rows of a region that is not listed

    @property
    def forms(self) -> Forms:
        """How running text calls the regions."""
        return self.called or Forms(one=self.singular, many=self.plural)


class RegionType(Part):
    """A kind of region, such as boom cities."""

    code: Name  # in evidence keys: type:CODE
    name: LocalText  # in sentences and tables
    in_: LocalText | None = Field(default=None, alias="in")  # where, in sentences: "in boom cities"
    description: LocalText | None = None  # for the glossary
    data: tuple[Code, ...] = ()  # codes that stand for it in the data; default: its code


class RegionTypes(Part):
    """The kinds of regions, and the column of the survey that names them."""

    variable: str  # column of the survey
    # what a type is called, above columns
    singular: LocalText = name_by_default("type")
    plural: LocalText = name_by_default("types")  # what types are called
    called: Forms | None = None  # in running text; default: singular and plural
    description: LocalText | None = None  # what a type is, for the glossary
    list: tuple[RegionType, ...]

    @property
    def forms(self) -> Forms:
        """How running text calls the types."""
        return self.called or Forms(one=self.singular, many=self.plural)


class Audience(Part):
    """A stakeholder group; ``lead`` opens its briefs, ``topics`` orders them."""

    code: Name  # in file names and recommendations
    name: LocalText  # who reads its briefs
    aliases: tuple[str, ...] = ()  # further names for the command line
    scope: Literal["region", "nation"] = "region"  # region: a brief for each region; nation: one
    topics: tuple[Name, ...] = ()  # codes of topics, first those that matter most to this reader
    lead: MarkdownText | None = None  # why it matters to this reader, now
    ask: MarkdownText | None = None  # what this reader can change


class Topic(Part):
    """A part of the report: questions that belong together."""

    code: Name  # in templates and under topics of audiences
    title: LocalText  # of the chapter
    intro: MarkdownText | None = None  # the author's own words, without figures
    conclusion: MarkdownText | None = None  # the author's own, before what the evidence concludes
    questions: tuple[Name, ...]  # codes, in the order of the chapter
    key: tuple[str, ...] = ()  # values that open the topic in the report: q07_recipient.often


class Message(Part):
    """What the study answers, in its own words, with the values that bear it out.

    It is printed only while its values are published and its condition holds.
    """

    text: MarkdownText  # a sentence, without figures
    evidence: tuple[str, ...] = Field(min_length=1)  # values that follow it: q07_steering.often
    condition: str | None = None  # what it claims, of the nation: survey:q07_steering.often < 50%


class LeaveOut(Part):
    """Rows of a file that are no respondents: tests, previews, partial or screened out."""

    column: str  # whose cells decide
    codes: Codes = ()  # "" is an empty cell
    keep: Codes = ()  # all others are left out
    below: float | None = None  # numbers below it are left out
    above: float | None = None  # numbers above it are left out
    because: LocalText  # in a word, for the method chapter: test, preview, partial, screened out

    @model_validator(mode="after")
    def _say_which(self) -> LeaveOut:
        if not (self.codes or self.keep) and self.below is None and self.above is None:
            raise ValueError("which rows? state codes:, keep:, below: or above:")
        return self


class DataSource(Part):
    """A data file; what is not stated is found out."""

    path: FilePath  # relative to the folder of study.yml
    format: DataFormatName = "auto"  # of the file; auto: by its suffix and header
    sheet: str | int | None = None  # of Excel: its name or number
    delimiter: str | None = None  # between cells of a text file
    quote: str | None = None  # the sign around a text, usually "; none: there is no such sign
    escape: str | None = None  # the sign before a quote within a text, where it is not doubled
    encoding: str | None = None  # of the file, such as cp1252
    structure: FilePath | None = None  # LimeSurvey structure, XLSForm, REDCap dictionary, DDI
    header_rows: int | None = Field(default=None, ge=1, le=3)  # names, wordings, ids of an export
    leave_out: tuple[LeaveOut, ...] = ()  # rows that are no respondents

    @property
    def reasons(self) -> tuple[Text, ...]:
        """Why rows are left out, each reason once, in the order of the rules."""
        return tuple(dict.fromkeys(rule.because for rule in self.leave_out))


def _as_source(value: Any) -> Any:
    return {"path": value} if isinstance(value, str | int | float) else value


FileSource = Annotated[DataSource, read_as(str | DataSource, _as_source)]


class Files(Part):
    """The data files, relative to the folder of ``study.yml``."""

    survey: FileSource | None = None
    frame: FileSource | None = None
    margins: FileSource | None = None  # published shares or counts that weights are raked to
    cases: FilePath | None = None  # a folder of YAML/Markdown, a table, or a .qdpx
    codes: FilePath | None = None  # the code system
    panel: FileSource | None = None
    statements: FilePath | None = None  # what the panel rated: YAML
    recommendations: FilePath | None = None  # what somebody should do: YAML
    names_to_hide: FilePath | None = None  # names that no document may show: one a line
    bibliography: FilePath | None = None  # of any name; its entries stand beside those of templates
    csl: FilePath | None = None  # the style of citations


class SamplingFrame(Part):
    """Columns of the sampling frame."""

    id: str = "id"  # column of the units' ids, as in the survey
    region: str | None = None  # column of the region
    region_type: str | None = None  # column of the type of region
    disposition: str | None = None  # AAPOR disposition; default: answered or not, by id
    variables: tuple[str, ...] = ()  # further columns to compare respondents with


class Raking(Part):
    """Weights fitted to margins: of the table of published ones, or of the frame."""

    # what weights are fitted to: margins of files.margins, or columns of the frame;
    # default: all of files.margins
    margins: tuple[str, ...] = ()
    trim: float = Field(default=5.0, gt=1)  # largest weight as a multiple of the mean


ReplicateMethod = Literal[
    "JK1", "JKn", "JK2", "BRR", "Fay", "bootstrap", "successive-difference", "other"
]
OWN_FACTORS: Final = ("BRR", "Fay", "JK2", "successive-difference")
"""Methods whose factors follow from the number of replicates alone."""


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value,)


class ReplicateWeights(Part):
    """Sets of weights that the survey's makers hand out in place of strata and clusters.

    The factors of what is not stated are those of R's ``svrepdesign``.
    """

    # columns of the survey; * stands for any signs
    columns: Annotated[tuple[str, ...], read_as(str | tuple[str, ...], _as_list)]
    method: ReplicateMethod  # how the makers made them
    rho: float = Field(default=0.0, ge=0, lt=1)  # Fay: how far weights are left as they are
    scale: float | None = Field(default=None, gt=0)  # factor of the sum of squared distances
    # one factor for each replicate, in the order of the columns, or one for all
    rscales: Annotated[
        tuple[NotNegative, ...], read_as(NotNegative | tuple[NotNegative, ...], _as_list)
    ] = ()
    mse: bool = False  # distances from the estimate itself, not from the replicates' mean
    factors: bool = False  # the columns hold factors of the weight, not weights
    degrees: float | None = Field(default=None, gt=0)  # of freedom; default: by the weights' rank

    @model_validator(mode="after")
    def _fit_method(self) -> ReplicateWeights:
        stated = self.scale is not None or bool(self.rscales)
        if self.method in OWN_FACTORS and stated:
            raise ValueError(f"{self.method} has its own factors: leave out scale: and rscales:")
        if self.method == "JKn" and not self.rscales:
            raise ValueError("JKn needs rscales: of each stratum (n - 1)/n, one for each replicate")
        if self.method == "other" and not stated:
            raise ValueError("state scale: or rscales:, as the survey's documentation has them")
        if (self.method == "Fay") != (self.rho > 0):
            raise ValueError("rho: belongs to Fay, and Fay needs it, such as 0.5")
        return self


class Design(Part):
    """How the sample was drawn and is weighted."""

    weight: str | None = None  # column of the weights
    strata: str | None = None  # column of the strata
    cluster: str | None = None  # column of the clusters
    population: float | Literal["frame"] | None = None  # for the finite population correction
    raking: Raking | None = None
    replicates: ReplicateWeights | None = None  # in place of strata and cluster

    @model_validator(mode="after")
    def _one_way(self) -> Design:
        if self.replicates is not None and (self.strata or self.cluster):
            raise ValueError("replicates: take the place of strata: and cluster:")
        return self


class Statistics(Part):
    """How uncertainty is computed, and which domains there are beside regions and types."""

    confidence: float = Field(default=0.95, gt=0.5, lt=1)  # of intervals: 0.95
    # method for intervals of shares
    share_interval: Literal["wilson", "korn-graubard", "logit"] = "wilson"
    adjust: Literal["holm", "bh", "none"] = "holm"  # correction for many comparisons
    # share of wrong signs that is borne among the differences that documents pick out
    wrong_signs: float = Field(default=0.05, gt=0, lt=0.5)
    subgroups: tuple[Name, ...] = ()  # variables that define domains
    crossings: tuple[tuple[str, str], ...] = ()  # e.g. ("type", "size")


class DisclosureRules(Part):
    """The rules of the wall; the defaults are cautious."""

    min_base: int = Field(default=10, ge=1)  # smallest base of a domain to publish anything
    min_cell: int = Field(default=3, ge=1)  # smallest count in a cell, and in its complement
    small_base: int = Field(default=20, ge=1)  # below it, nobody and everybody are hidden too
    min_numeric: int = Field(default=10, ge=1)  # smallest n for means and medians
    dominance: float = Field(default=0.5, gt=0, le=1)  # largest share of one respondent in a total
    closeness: float = Field(default=0.1, ge=0)  # p% rule: how closely a number must not be told
    share_step: float = Field(default=0.01, gt=0)  # shares are rounded to this
    count_step: int = Field(default=1, ge=1)  # counts are rounded to this
    # medians and quartiles are rounded to this; default: as coarse as protection needs
    median_step: float | None = None
    bands: bool = True  # say what published shares leave of hidden values: "at most 20 %"
    protection: int = Field(default=3, ge=1)  # an attacker's range for a suppressed count, at least
    known_weights: bool = False  # whether others can know the weight of each respondent
    min_changed: int = Field(default=3, ge=1)  # editions: smallest difference in respondents
    independent: tuple[str, ...] = ()  # editions of other respondents, whose history is lost


Tier = Literal["full", "weak", "none"]
"""What a base bears: everything; values in brackets and no comparison; nothing of its own."""


class Tiers(Part):
    """How many answers carry what a brief says of its region, as official statistics grade it.

    References
    ----------
    NCES 2011-603 (percentages of small groups); Destatis, Mikrozensus (weak values in brackets).
    """

    full: int = Field(default=20, ge=1)  # percentages, comparisons, titles
    weak: int = Field(default=10, ge=1)  # values in brackets, in tens; below: none of the region
    widest: float = Field(default=0.4, gt=0, le=1)  # a headline's interval, in points of share

    @model_validator(mode="after")
    def _in_order(self) -> Tiers:
        if self.weak > self.full:
            raise ValueError("weak: may not be larger than full:")
        return self

    def grade(self, base: float | None) -> Tier:
        """Return what a base of so many answers bears."""
        if base is None or base < self.weak:
            return "none"
        return "full" if base >= self.full else "weak"


class RunLimits(Part):
    """How long work on the data may take, from reading to the audit, and how much memory."""

    minutes: float = Field(default=60, gt=0, le=10_000)  # each run of them; then it is stopped
    # memory of the process; default: 8, or three quarters of the machine's where that is less
    gigabytes: float | None = Field(default=None, gt=0)


class Role(Part):
    """Who speaks in interviews: ``name`` stands beside a quote, ``many`` above a column."""

    code: Name  # as in the files of the cases
    name: LocalText  # "coordinator"
    many: LocalText  # "coordinators"
    with_many: LocalText | None = None  # German dative: "mit Koordinierenden"
    key: Name | None = None  # in evidence keys; default: the code
    aliases: tuple[str, ...] = ()  # further words for it in exports

    @property
    def measure(self) -> str:
        """The name of the measure that counts interviews with this role."""
        return self.key or self.code

    @property
    def forms(self) -> Forms:
        """The role's name in one, many, and after "with"."""
        return Forms(one=self.name, many=self.many, with_many=self.with_many)


class CaseSettings(Part):
    """What the cases are called, and who spoke in the interviews."""

    called: Forms = Forms(
        one=name_by_default("case"),
        many=name_by_default("cases"),
    )
    roles: tuple[Role, ...] = ()

    def role(self, code: str) -> Role | None:
        """Return a role by its code, ``None`` where the study lists no such role."""
        return next((role for role in self.roles if role.code == code), None)


class Dimension(Part):
    """What a panel was asked about a statement: its name, and a clause ("whether it matters")."""

    name: LocalText  # what it is called: "urgency"
    whether: LocalText | None = None  # a clause: "how urgent they are"


class PanelSettings(Part):
    """The scale of the ratings and the rule of consensus."""

    scale_low: int = 1  # lowest rating
    scale_high: int = 9  # highest rating
    agree_from: int = 7  # ratings from here on agree
    consensus: Literal["iqr", "rand-ucla", "share"] = "iqr"  # the rule of consensus
    consensus_iqr: float = 2.0  # iqr: widest interquartile range of a consensus
    consensus_share: float = 0.75  # share: smallest share that agrees
    dont_know_counts: bool = False  # whether "don't know" counts in the base of shares
    # what was rated, as in the panel's file
    dimensions: tuple[Name, ...] = ("agreement", "importance", "feasibility")
    asked: dict[Name, Dimension] = {}  # what the dimensions are called
    # the two dimensions that order priorities
    priority: tuple[Name, Name] = ("importance", "feasibility")

    @property
    def has_priority(self) -> bool:
        """Whether the panel rated both dimensions that order priorities."""
        return len(set(self.priority)) > 1 and set(self.priority) <= set(self.dimensions)


Concern = Literal[
    "id", "weight", "region", "rows", "type", "multiple", "missing", "order", "filter", "other",
    "labels", "language", "left_out", "numbers",
]  # fmt: skip
"""What ``briefgen init`` may have guessed."""
TOLD_CONCERNS: tuple[Concern, ...] = (
    "weight", "region", "rows", "missing", "filter", "multiple", "order", "other", "numbers",
)  # fmt: skip
"""Guesses that change numbers: the method chapter tells them until they are confirmed."""


class Drafted(Part):
    """A guess of ``briefgen init``, or a question it could not answer, until somebody confirms it.

    Its author deletes the entry; ``check`` lists those that are left.
    """

    guess: Concern | None = None  # what was guessed
    question: str | None = None  # what could not be known
    at: Codes = ()  # codes of questions, columns of the survey, or keys of study.yml
    confidence: Literal["high", "medium", "low"] | None = None  # how sure the guess is
    because: str = ""  # what it rests on

    @model_validator(mode="after")
    def _say_what(self) -> Drafted:
        if (self.guess is None) == (self.question is None):
            raise ValueError("state guess: or question:, one of them")
        return self


class Publication(Part):
    """What stands in the imprint."""

    title: LocalText  # of the study
    subtitle: LocalText | None = None  # below the title
    short_title: LocalText  # in headers and on the website
    authors: tuple[str, ...]  # names, as they are cited
    date: Date  # of publication: 2026-05-01
    place: str = ""  # where it is published
    licence: LocalText | None = None  # on what terms others may use it
    url: WebAddress = ""  # where it can be found
    keywords: LocalText | None = None  # in one text, with commas


class StudyInfo(Part):
    """What stands in ``study.yml``."""

    # short name of the study: small letters, digits, -
    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    # name of the edition, as in publications/2026-1
    edition: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    # codes of the languages, first the one that is shown first
    languages: tuple[LanguageCode, ...] = Field(min_length=1)
    demonstration: bool = False  # marks each page as made from invented data
    engine: Literal["pandoc", "quarto"] | None = None  # default: what is found; docs/quarto.md
    publication: Publication
    institute: Organisation
    commissioner: Organisation | None = None
    contact: Organisation
    population: LocalText | None = None  # who it is about: "regional networks for skilled labour"
    respondents: LocalText | None = None  # who answered: "coordinators"
    field_start: Date | None = None  # first day of the survey
    field_end: Date | None = None  # last day of the survey
    mode: LocalText | None = None  # how it was asked: "web survey"
    limits: MarkdownText | None = None  # what the study cannot say
    files: Files
    frame: SamplingFrame | None = None
    regions: Regions = Regions()
    region_types: RegionTypes | None = None
    audiences: tuple[Audience, ...] = ()
    topics: tuple[Topic, ...] = ()
    messages: tuple[Message, ...] = ()  # what summary and report tell first; default: the results
    case_studies: CaseSettings = CaseSettings()
    design: Design = Design()
    statistics: Statistics = Statistics()
    disclosure: DisclosureRules = DisclosureRules()
    tiers: Tiers = Tiers()
    panel: PanelSettings = PanelSettings()
    run_limits: RunLimits = RunLimits()
    documents: tuple[DocumentKindName, ...] = SHIPPED  # kinds that are made
    drafted: tuple[Drafted, ...] = ()  # what nobody has confirmed yet
    texts: dict[Name, MarkdownText] = {}  # free texts that templates may use as study.texts.NAME


class Variable(Part):
    """A question, or one line of a battery, as analysis sees it."""

    code: Name
    question: Question
    item: Item | None = None
    type: Literal["single", "multiple", "scale", "numeric", "ranking", "open"]
    options: tuple[Option, ...] = ()
    boxes: tuple[Box, ...] = ()
    column: str
    ordered: bool = False
    reversed: bool = False  # scores run against the order of the options
    diverging: bool = False
    scores: Scores = "order"

    @property
    def label(self) -> Text:
        """Short label: the item's for a line of a battery, else the question's."""
        return self.item.label if self.item else self.question.label

    @property
    def full_label(self) -> Text:
        """The label as it stands alone: a battery's line with what is asked of all lines."""
        if self.item is None:
            return self.question.label
        stem, line = self.question.stem or self.question.label, self.item.label
        languages = {*stem, *line} - {""} or {""}
        return Text({code: join_stem(stem[code], line[code]) for code in sorted(languages)})

    @property
    def answers(self) -> tuple[Option, ...]:
        """Options that are answers; "don't know" and the like are left out."""
        return tuple(option for option in self.options if option.missing is None)

    def words(self, measure: str) -> Words | None:
        """Return the codebook's own words for a measure, where it has any."""
        is_headline = measure == self.question.headline
        if self.item is not None:
            return self.item.words if is_headline else None
        named: tuple[Item | Option | Box, ...] = (
            *self.question.items,
            *self.options,
            *self.boxes,
        )
        own = next((part.words for part in named if part.name == measure), None)
        return own or (self.question.words if is_headline else None)


def join_stem(stem: str, line: str) -> str:
    """Put what a battery asks before one of its lines: "Barriers: too little time"."""
    return f"{stem}{' ' if stem.endswith(STEM_ENDS) else ': '}{line}"


class Domain(Part):
    """A part of the population for which figures are made."""

    code: str  # as in evidence keys
    kind: Literal["nation", "region", "type", "group", "crossing"]
    name: Text
    in_: Text | None = None


class Settings(Part):
    """A study's configuration, with the folder it stands in."""

    folder: Path  # of the study; study.yml stands in folder/data
    info: StudyInfo
    codebook: Codebook

    @property
    def data_folder(self) -> Path:
        """Folder that ``files`` are relative to."""
        return self.folder / "data"

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages of the publications, the first leading."""
        return self.info.languages

    @property
    def edition(self) -> str:
        """Name of the edition that is being made."""
        return self.info.edition

    @cached_property
    def questions(self) -> dict[str, Question]:
        """Questions by code."""
        return {question.code: question for question in self.codebook.questions}

    @cached_property
    def variables(self) -> dict[str, Variable]:
        """Variables by code, batteries taken apart, in the questionnaire's order."""
        return {
            v.code: v for question in self.codebook.questions for v in self._variables(question)
        }

    @cached_property
    def composites(self) -> dict[str, Index | Ratio]:
        """What is made of several questions, by code: indices and ratios."""
        indices = {index.code: index for index in self.codebook.indices}
        return indices | {ratio.code: ratio for ratio in self.codebook.ratios}

    def _variables(self, question: Question) -> Iterator[Variable]:
        scale = self.codebook.scales.get(question.scale) if question.scale else None
        common: dict[str, Any] = {
            "question": question,
            "options": question.options or (scale.options if scale else ()),
            "boxes": question.boxes or (scale.boxes if scale else ()),
            "ordered": question.ordered or bool(scale and scale.ordered),
            "reversed": question.reversed != bool(scale and scale.reversed),
            "diverging": bool(scale and scale.diverging),
            "scores": question.scores or (scale.scores if scale else "order"),
        }
        if question.type == "battery":
            for item in question.items:
                code = f"{question.code}_{item.name}"
                own = common | {"reversed": common["reversed"] != item.reversed}
                yield Variable(
                    code=code, item=item, type="scale", column=item.column or code, **own
                )
            return
        yield Variable(
            code=question.code,
            type=question.type,
            column=question.column or question.code,
            **common,
        )

    @cached_property
    def domains(self) -> dict[str, Domain]:
        """Domains by code: nation, regions, region types, declared subgroups (no crossings)."""
        regions = self.info.regions
        nation = regions.nation
        found = [Domain(code=nation.code, kind="nation", name=nation.name, in_=nation.in_)]
        found += [Domain(code=r.code, kind="region", name=r.name, in_=r.in_) for r in regions.list]
        if self.info.region_types:
            found += [
                Domain(code=f"type:{t.code}", kind="type", name=t.name, in_=t.in_)
                for t in self.info.region_types.list
            ]
        for code in self.info.statistics.subgroups:
            variable = self.variables[code]
            found += [
                Domain(code=f"{code}:{option.name}", kind="group", name=option.label)
                for option in variable.answers
            ]
        return {domain.code: domain for domain in found}

    @cached_property
    def audiences(self) -> dict[str, Audience]:
        """Audiences by code."""
        return {audience.code: audience for audience in self.info.audiences}

    @cached_property
    def regions(self) -> dict[str, Region]:
        """Regions by code."""
        return {region.code: region for region in self.info.regions.list}

    @cached_property
    def borders(self) -> dict[str, tuple[str, ...]]:
        """Neighbours of each region, in the order of the study; each border counts both ways."""
        stated = {(r.code, other) for r in self.info.regions.list for other in r.neighbours}
        both = stated | {(other, code) for code, other in stated}
        return {
            code: tuple(other for other in self.regions if (code, other) in both)
            for code in self.regions
        }

    @property
    def nation(self) -> str:
        """The code of all respondents together."""
        return self.info.regions.nation.code

    def find_region(self, name: str) -> str:
        """Return the code of a region or the nation from its code, alias or name.

        Raises
        ------
        UnknownNameError
            With the nearest names.
        """
        nation = self.info.regions.nation
        named = [(nation.code, nation.name), *((r.code, r.name) for r in self.info.regions.list)]
        codes = [(code, code) for code, _ in named]
        names = [(text, code) for code, name in named for text in name.values()]
        others = [
            (name, region.code)
            for region in self.info.regions.list
            for name in (*region.aliases, region.short)
            if name
        ]
        return _find(name, (codes, names, others), "region")

    def find_audience(self, name: str) -> str:
        """Return the code of an audience from its code, alias or name (`UnknownNameError`)."""
        audiences = self.info.audiences
        codes = [(audience.code, audience.code) for audience in audiences]
        names = [(text, audience.code) for audience in audiences for text in audience.name.values()]
        others = [(alias, audience.code) for audience in audiences for alias in audience.aliases]
        return _find(name, (codes, names, others), "audience")

    def documents(self, edition: str | None = None) -> list[DocumentKey]:
        """Enumerate all documents of the study, report first."""
        return list_documents(self, edition or self.edition)


def _find(name: str, ranks: Sequence[Sequence[tuple[str, str]]], what: str) -> str:
    """Return the code that a name means: one that is a code itself, else a name, else an alias."""
    wanted = name.strip().casefold()
    for rank in ranks:
        codes = sorted({code for known, code in rank if known.casefold() == wanted})
        if len(codes) > 1:
            raise UnknownNameError(
                f"several {what}s are called {name!r}: {', '.join(codes)}",
                hint="name one of them by its code",
            )
        if codes:
            return codes[0]
    raise UnknownNameError.among(what, name, [known for rank in ranks for known, _ in rank])


def load_settings(folder: Path) -> Settings:
    """Read ``data/study.yml`` and ``data/codebook.yml`` of the study in ``folder``.

    Raises
    ------
    SettingsError
        With every problem of both files, each with its place and what to do.
    """
    study, problems = _read_part(folder, "study.yml", StudyInfo)
    # where study.yml cannot be used, nobody knows yet whether there has to be a codebook
    needed = study is not None and study.files.survey is not None
    codebook: Codebook | None = Codebook()
    if needed or (folder / "data" / "codebook.yml").is_file():
        codebook, more = _read_part(folder, "codebook.yml", Codebook)
        problems = [*problems, *more]
    if study is None or codebook is None:
        raise SettingsError.listing(problems)
    return Settings(folder=folder.resolve(), info=study, codebook=codebook)


def place_in_study(settings: Settings, *steps: Step) -> str:
    """Return the place of a setting in ``study.yml``, for an error that is found only later."""
    root = parse((settings.folder / "data/study.yml").read_text(encoding="utf-8-sig"))
    return f"data/study.yml, line {root.place_of(steps).line}"


def _read_part(folder: Path, name: str, part: type[P]) -> tuple[P | None, list[Problem]]:
    file = f"data/{name}"
    try:
        root = parse(read_file(folder / file))
    except FileNotFoundError:
        raise SettingsError(
            f"there is no {file} in {folder}",
            hint="stand in the study's folder, or name it with --study DIR",
        ) from None
    except UnicodeDecodeError:
        return None, [Problem(file, None, "", "the file is not UTF-8", "save it as UTF-8")]
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", where=file) from error
    except YamlError as error:
        return None, list_faults(error, file)
    try:
        return part.model_validate(root.value), []
    except ValidationError as error:
        return None, list_misfits(error, part, file, root)
