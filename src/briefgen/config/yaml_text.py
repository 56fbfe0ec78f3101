"""YAML 1.2 as Quarto reads it, with the place of every key and value; and YAML written safely.

In: text. Out: a tree of values that knows where each key and value stands, or a `YamlError` with
every fault. Every file of YAML goes through here: `settings`, `textfiles`, `brand`, the front
matter of templates and of documents, Quarto's project files. Why, and what was turned down, stands
in ``docs/decisions/yaml.md``.

Values are those of the core schema: ``NO``, ``yes``, ``12:30``, ``1_000`` and dates are text,
``0123`` is the number 123. A number remembers how it was written, so that a code ``01`` stays "01".

References
----------
YAML 1.2.2, https://yaml.org/spec/1.2.2/, section 10.3 (core schema).
"""

from __future__ import annotations

import errno
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn, Self

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

Step = str | int
LARGEST_FILE: Final = 50 * 1024 * 1024
"""Bytes of a file that people write."""
_PARSER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml where PyYAML was built with it: it is ten times as fast. Only its events are used."""

DEEPEST: Final = 100
"""Levels that lists and mappings may stand in one another."""
MOST_REPEATED: Final = 100_000
"""Parts that aliases may repeat: a few lines can ask for billions."""
LONGEST_NUMBER: Final = 64
"""Characters of a number; longer rows of digits are text."""

_WORDS: Final[Mapping[str, Any]] = MappingProxyType(
    dict.fromkeys(("", "~", "null", "Null", "NULL"))
    | dict.fromkeys(("true", "True", "TRUE"), True)
    | dict.fromkeys(("false", "False", "FALSE"), False)
    | {sign + word: math.inf for sign in ("", "+") for word in (".inf", ".Inf", ".INF")}
    | dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf)
    | dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan)
)
_INTEGER: Final = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_FIRST_OF_NUMBERS: Final = frozenset("-+.0123456789")
_TAG: Final = "tag:yaml.org,2002:"
_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    f"{_TAG}int": int,
    f"{_TAG}float": (int, float),
    f"{_TAG}bool": bool,
    f"{_TAG}null": type(None),
}
_SYNTAX: Final = (
    (
        r"mapping values are not allowed",
        "a colon stands within a text, or the line is indented wrongly",
        "put a text that holds ': ' in quotation marks, or correct the indentation",
    ),
    (
        r"\ba tab\b",
        "a tab stands where only blanks may stand",
        "indent with blanks, two for each level",
    ),
    (
        r"end of stream.*quoted|quoted.*end of stream",
        "a quotation mark opens here and is never closed",
        'close it; a quotation mark within \'…\' is doubled, within "…" it is written \\"',
    ),
    (
        r"expected ',' or '[\]}]'|node content",
        "a bracket is not closed, or a comma is missing",
        "close the bracket, and put texts with a comma, a colon or a bracket in quotation marks",
    ),
    (
        r"expected <block end>|did not find expected key|expected '-' indicator",
        "the line does not fit in with those above it",
        "indent it as its neighbours are, or put the text before it in quotation marks",
    ),
    (
        r"could not find expected ':'",
        "a key has no colon after it",
        "write key: value; a text of several lines begins with | or >, or is quoted",
    ),
    (
        r"cannot start any token",
        "a text begins with a character that means something in YAML",
        "put texts that begin with @, `, % and the like in quotation marks",
    ),
    (
        r"escape",
        'a backslash in "…" begins something that YAML does not know',
        "double the backslash, or use single quotation marks",
    ),
    (
        r"special characters|control characters|unacceptable character",
        "a control character stands in the file",
        "take it out: an editor that shows invisible characters finds it",
    ),
)
"""What the parser says, and what it means to somebody who wrote the file."""
_SYNTAX_ELSE: Final = (
    "is not YAML",
    "put texts that hold ': ' or begin with a special character in quotation marks",
)


class Place(NamedTuple):
    """Line and column in a file, as editors count."""

    line: int
    column: int


class Fault(NamedTuple):
    """Something in a file that cannot be read: what, what to do, and where."""

    message: str
    remedy: str
    place: Place | None = None
    key: str = ""


class YamlError(ValueError):
    """A text is no YAML that can be used; all faults that were found are in ``faults``."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults[0].message)
        self.faults = faults

    @property
    def line(self) -> int | None:
        """Line of the first fault."""
        place = self.faults[0].place
        return place.line if place else None

    @property
    def remedy(self) -> str:
        """What to do about the first fault."""
        return self.faults[0].remedy


class WrittenInteger(int):
    """An integer whose text is not the one that Python would write, such as ``01``."""

    written: str

    def __new__(cls, value: int, written: str) -> Self:
        """Make the number with its text."""
        number = super().__new__(cls, value)
        number.written = written
        return number

    def __str__(self) -> str:
        return self.written

    def __reduce__(self) -> tuple[type[Self], tuple[int, str]]:
        return type(self), (int(self), self.written)


class WrittenFloat(float):
    """A number whose text is not the one that Python would write, such as ``1.10`` or ``1e3``."""

    written: str

    def __new__(cls, value: float, written: str) -> Self:
        """Make the number with its text."""
        number = super().__new__(cls, value)
        number.written = written
        return number

    def __str__(self) -> str:
        return self.written

    def __reduce__(self) -> tuple[type[Self], tuple[float, str]]:
        return type(self), (float(self), self.written)


def read_plain(text: str) -> Any:
    """Return what an unquoted text means in YAML's core schema."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST_OF_NUMBERS or len(text) > LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        number = int(text, base)
        return number if str(number) == text else WrittenInteger(number, text)
    if _FLOAT.fullmatch(text):
        value = float(text)
        return value if str(value) == text else WrittenFloat(value, text)
    return text


def plain_number(value: float) -> str:
    """Write a number as Pandoc and Quarto print it: ``1e3`` is 1000, ``1.50`` is 1.5."""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    return int.__repr__(value) if isinstance(value, int) else float.__repr__(value)


@dataclass(slots=True)
class Node:
    """A value of a file, with its place and those of its parts.

    Attributes
    ----------
    value
        As Python has it; parts that an alias repeats are the same object.
    place
        Where it begins.
    parts
        Of a mapping by key as written, of a list by position.
    keys
        Where the keys of a mapping stand, by key as written.
    size
        Number of values within, with all that aliases repeat.
    """

    value: Any
    place: Place
    parts: Mapping[Step, Node] = field(default_factory=dict)
    keys: Mapping[str, Place] = field(default_factory=dict)
    size: int = 1

    def find(self, steps: Sequence[Step]) -> Node:
        """Return the part that ``steps`` lead to, or the nearest above it."""
        node = self
        for step in steps:
            part = node.parts.get(step) or node.parts.get(str(step))
            if part is None:
                break
            node = part
        return node

    def place_of(self, steps: Sequence[Step]) -> Place:
        """Return the place of a part; of a key that is wrong itself, of the key."""
        above = self.find(steps[:-1])
        last = str(steps[-1]) if steps else ""
        found = self.find(steps)
        return above.keys[last] if found is not above and last in above.keys else found.place


def read_file(path: Path) -> str:
    """Return the text of a file that people write.

    Raises
    ------
    OSError
        If it cannot be read, is larger than any that people write, or is a pipe or a device, which
        would keep whoever reads it waiting.
    UnicodeDecodeError
        If it is not UTF-8.
    """
    if path.exists() and not path.is_file():
        raise OSError(errno.EINVAL, "is a folder, a pipe or a device, and a file is wanted")
    if path.stat().st_size > LARGEST_FILE:
        raise OSError(errno.EFBIG, f"is larger than {LARGEST_FILE >> 20} MB")
    return path.read_text(encoding="utf-8-sig")


def parse(text: str, first_line: int = 1) -> Node:
    """Read a text that is one document of YAML.

    Parameters
    ----------
    first_line
        Line of the file on which the text begins.

    Raises
    ------
    YamlError
        If it is no YAML, names a key twice, repeats more than `MOST_REPEATED` parts by aliases, or
        asks for types of its own.
    """
    composer = _Composer(first_line)
    try:
        found = composer.compose(yaml.parse(text.removeprefix("\ufeff"), Loader=_PARSER))
    except yaml.YAMLError as error:
        raise YamlError(_tell(error, text, first_line)) from error
    if composer.faults:
        raise YamlError(*composer.faults)
    return found


def load(text: str, first_line: int = 1) -> Any:
    """Return the values of a text alone; see `parse`."""
    return parse(text, first_line).value


def _tell(error: yaml.YAMLError, text: str, first_line: int) -> Fault:
    """Say what the parser found in words of those who write the file; nothing is quoted of it."""
    said = str(getattr(error, "problem", None) or error)
    context = str(getattr(error, "context", None) or "")
    mark = None
    if isinstance(error, yaml.MarkedYAMLError):
        is_open = "end of stream" in said and "quoted" in context
        mark = error.context_mark if is_open else error.problem_mark or error.context_mark
    place = Place(mark.line + first_line, mark.column + 1) if mark else None
    if mark and _is_tab(text, mark.line, mark.column):
        said = "a tab"
    for pattern, message, remedy in _SYNTAX:
        if re.search(pattern, f"{said} {context}"):
            return Fault(message, remedy, place)
    return Fault(*_SYNTAX_ELSE, place)


def _is_tab(text: str, line: int, column: int) -> bool:
    lines = text.split("\n")[line : line + 1]
    return any(one[column : column + 1] == "\t" for one in lines)


class _Composer:
    """Make one tree of the parser's events, within limits.

    The library's own composer recurses in C, where a file of 200,000 dashes ends the process, and
    knows neither the place of a key nor how much aliases repeat.
    """

    def __init__(self, first_line: int) -> None:
        self.faults: list[Fault] = []
        self._first_line = first_line
        self._events: Iterator[Event] = iter(())
        self._anchors: dict[str, Node | None] = {}
        self._repeated = 0

    def compose(self, events: Iterator[Event]) -> Node:
        """Return the only document; one without content has the value ``None``."""
        self._events = events
        found: Node | None = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if found is not None:
                    self._refuse(
                        event,
                        "a second document begins here with ---",
                        "a file holds one document: leave the line out, or quote the text",
                    )
                found = self._node(next(events), 0)
            elif isinstance(event, StreamEndEvent):
                break
        return found or Node(None, Place(self._first_line, 1))

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        return Place(mark.line + self._first_line, mark.column + 1) if mark else Place(1, 1)

    def _refuse(self, event: Event, message: str, remedy: str) -> NoReturn:
        raise YamlError(*self.faults, Fault(message, remedy, self._place(event)))

    def _node(self, event: Event, depth: int) -> Node:
        if isinstance(event, AliasEvent):
            return self._alias(event)
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = None  # until it is complete, nothing may refer to it
        found = self._content(event, depth)
        if anchor:
            self._anchors[anchor] = found
        return found

    def _content(self, event: Event, depth: int) -> Node:
        if isinstance(event, ScalarEvent):
            return Node(self._scalar(event), self._place(event))
        if depth == DEEPEST:
            self._refuse(
                event,
                f"lists and mappings stand more than {DEEPEST} deep in one another",
                "put texts that begin with brackets or dashes in quotation marks",
            )
        if isinstance(event, SequenceStartEvent):
            return self._sequence(event, depth + 1)
        return self._mapping(event, depth + 1)

    def _alias(self, event: AliasEvent) -> Node:
        target = self._anchors.get(event.anchor or "")
        if target is None:
            self._refuse(
                event,
                "*… refers to what is not there, or to what it stands in itself",
                "put a text that begins with * in quotation marks",
            )
        self._repeated += target.size
        if self._repeated > MOST_REPEATED:
            self._refuse(
                event,
                f"references (*…) repeat more than {MOST_REPEATED:,} parts",
                "write out what is meant; such files are made to exhaust a computer",
            )
        return Node(target.value, self._place(event), target.parts, target.keys, target.size)

    def _scalar(self, event: ScalarEvent) -> Any:
        tag = None if event.tag is None else str(event.tag)
        if tag is None:
            return read_plain(event.value) if event.implicit[0] else event.value
        if tag in ("!", f"{_TAG}str"):
            return event.value
        value = read_plain(event.value)
        wanted = _TYPES.get(tag)
        if wanted is None or not isinstance(value, wanted):
            self._refuse_tag(event)
        return value

    def _refuse_tag(self, event: Event) -> NoReturn:
        self._refuse(
            event,
            "a word with ! before it asks for a type of its own",
            "put a text that begins with ! in quotation marks, or leave the word out",
        )

    def _check_tag(self, event: Event, name: str) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) not in ("!", f"{_TAG}{name}"):
            self._refuse_tag(event)

    def _sequence(self, event: Event, depth: int) -> Node:
        self._check_tag(event, "seq")
        parts: dict[Step, Node] = {}
        while not isinstance(inner := next(self._events), SequenceEndEvent):
            parts[len(parts)] = self._node(inner, depth)
        values = [part.value for part in parts.values()]
        return Node(values, self._place(event), parts, size=_size(parts))

    def _mapping(self, event: Event, depth: int) -> Node:
        self._check_tag(event, "map")
        values: dict[Any, Any] = {}
        parts: dict[Step, Node] = {}
        keys: dict[str, Place] = {}
        merged: list[Node] = []
        while not isinstance(inner := next(self._events), MappingEndEvent):
            if _is_merge(inner):
                merged += self._merged(self._node(next(self._events), depth), inner)
                continue
            key, written = self._key(inner)
            part = self._node(next(self._events), depth)
            if key in values or written in keys:
                self._tell_twice(inner, written, keys.get(written))
                continue
            values[key], parts[written], keys[written] = part.value, part, self._place(inner)
        for one in merged:
            values = one.value | values
            parts, keys = {**one.parts, **parts}, {**one.keys, **keys}
        return Node(values, self._place(event), parts, keys, _size(parts))

    def _key(self, event: Event) -> tuple[Any, str]:
        """Return a key, and how it is written."""
        if not isinstance(event, ScalarEvent):
            self._refuse(
                event,
                "a key is a list, a mapping or a reference",
                "write the key as a text; put braces that are no mapping in quotation marks",
            )
        if event.anchor:
            self._anchors[event.anchor] = Node(self._scalar(event), self._place(event))
        return self._scalar(event), str(event.value)

    def _merged(self, found: Node, event: Event) -> list[Node]:
        """Return the mappings of ``<<: *one`` or ``<<: [*one, *two]``; the first wins."""
        several = list(found.parts.values()) if isinstance(found.value, list) else [found]
        if not all(isinstance(one.value, dict) for one in several):
            self._refuse(event, "<< takes a mapping, or a list of such", "write <<: *name")
        return several

    def _tell_twice(self, event: Event, key: str, first: Place | None) -> None:
        where = f"first in line {first.line}" if first else "first written otherwise"
        message = f"the key {key_name(key)!r} stands twice, {where}"
        remedy = "keep one of them" if first else 'write such codes in quotation marks: "01"'
        self.faults.append(Fault(message, remedy, self._place(event), key_name(key)))


def _is_merge(event: Event) -> bool:
    return isinstance(event, ScalarEvent) and event.value == "<<" and bool(event.implicit[0])


def _size(parts: Mapping[Step, Node]) -> int:
    return 1 + sum(part.size for part in parts.values())


def key_name(step: Step) -> str:
    """Return a key for a message; one that is no name may be what somebody said."""
    return str(step) if re.fullmatch(r"[\w.-]{1,40}", str(step)) else "…"


# --- writing --------------------------------------------------------------------------------

_NOT_IN_QUOTES: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]"
)
_OF_1_1: Final = tuple(
    dict.fromkeys(
        pattern
        for resolvers in yaml.SafeLoader.yaml_implicit_resolvers.values()
        for _, pattern in resolvers
    )
)
_YES_OR_NO: Final = frozenset("yYnN")


def is_mistaken(text: str) -> bool:
    """Whether a reader of YAML 1.1 or 1.2 takes an unquoted text for something else."""
    by_1_1 = text in _YES_OR_NO or any(pattern.match(text) for pattern in _OF_1_1)
    return by_1_1 or not isinstance(read_plain(text), str)


class _Dumper(yaml.SafeDumper):
    """Quote each text that some reader would take for something else."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the library's own signature
        """Write out what stands in several places; Quarto shall meet no reference."""
        return True


def _write_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    quoted = is_mistaken(text) or _NOT_IN_QUOTES.search(text) is not None
    return dumper.represent_scalar(f"{_TAG}str", text, style='"' if quoted else None)


def _write_number(dumper: _Dumper, number: float) -> yaml.Node:
    """Write a number as every reader understands it: ``0123`` as 123, ``1e3`` as 1000.0."""
    return dumper.represent_data(int(number) if isinstance(number, int) else float(number))


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(WrittenInteger, _write_number)
_Dumper.add_representer(WrittenFloat, _write_number)


def dump(value: Mapping[str, Any]) -> str:
    """Write a mapping as YAML that readers of 1.1 and of 1.2 take for the same."""
    return yaml.dump(
        dict(value), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=math.inf
    )


def quote(text: str) -> str:
    """Write a text as a quoted value on one line, in which every character is kept."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    kept = _NOT_IN_QUOTES.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped)
    return f'"{kept}"'
