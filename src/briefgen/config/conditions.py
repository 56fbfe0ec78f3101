"""The small language of conditions, evaluated on released values alone.

::

    condition  = term {"or" term}
    term       = factor {"and" factor}
    factor     = "not" factor | "(" condition ")" | test
    test       = KEY ("<" | ">") ("nation" | "rest")
               | KEY ("<" | "<=" | ">" | ">=") (NUMBER | NUMBER "%" | KEY)
               | KEY ("==" | "!=") WORD
               | "region" ("==" | "!=") WORD
               | FUNCTION "(" KEY ")"
    FUNCTION   = "lower_than_rest" | "higher_than_rest" | "differs_from_rest" | "known"

A test is true where the interval bears it out, false where it does not, and unknown (``None``)
where a value is suppressed or not there. `docs/evidence.md` tells authors the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from briefgen.config.evidence_sources import SOURCES
from briefgen.errors import SettingsError
from briefgen.model import Evidence, EvidenceKey, Released, Verdict

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<key>(?:survey|response|case|panel):[^\s()<>=!,]+)
    | (?P<number>-?\d+(?:\.\d+)?)\s*(?P<percent>%?)
    | (?P<word>[^\W\d][\w.-]*)
    | "(?P<quoted>[^"]*)"
    | (?P<sign><=|>=|==|!=|<|>|\(|\))
    )""",
    re.VERBOSE,
)
_FUNCTIONS: Final = ("lower_than_rest", "higher_than_rest", "differs_from_rest", "known")
_OTHERS: Final = ("nation", "rest")
_ORDERS: Final = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True)
class Test:
    """One test; ``key`` is ``""`` for tests of the region itself.

    ``kind`` says which: ``contrast`` (with the rest), ``number``, ``keys``, ``text``, ``region``,
    ``known``. ``operand`` is the number, the other key, or the word.
    """

    kind: Literal["contrast", "number", "keys", "text", "region", "known"]
    key: str
    operator: str
    operand: float | str

    @property
    def is_regional(self) -> bool:
        """Whether the nation as a whole cannot answer it."""
        stated = bool(self.key) and bool(EvidenceKey.parse(self.key).domain)
        return self.kind == "region" or (self.kind == "contrast" and not stated)


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a condition."""

    part: Condition


@dataclass(frozen=True, slots=True)
class Several:
    """Conditions joined by ``and`` or by ``or``."""

    word: Literal["and", "or"]
    parts: tuple[Condition, ...]


Condition = Test | Not | Several


@dataclass(frozen=True, slots=True)
class Result:
    """What a test gave, and the key that it looked at, with its domain and contrast."""

    test: Test
    key: str
    outcome: bool | None


def list_tests(condition: Condition) -> Iterator[Test]:
    """Yield the tests of a condition in the order of writing."""
    if isinstance(condition, Test):
        yield condition
    elif isinstance(condition, Not):
        yield from list_tests(condition.part)
    else:
        for part in condition.parts:
            yield from list_tests(part)


def list_keys(condition: Condition) -> list[str]:
    """Return the keys that a condition names, in the order of writing."""
    keys: dict[str, None] = {}
    for test in list_tests(condition):
        if test.key:
            keys[test.key] = None
        if test.kind == "keys":
            keys[str(test.operand)] = None
    return list(keys)


# --- parsing --------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def parse_condition(text: str) -> Condition:
    """Parse a condition.

    Raises
    ------
    SettingsError
        With the place in the text where it is not understood.
    """
    parser = _Parser(text)
    condition = parser.read_condition()
    parser.expect_end()
    return condition


@dataclass(frozen=True, slots=True)
class _Token:
    kind: Literal["key", "number", "word", "quoted", "sign", "end"]
    text: str
    at: int
    percent: bool = False


def _scan(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise _make_error(
                text, at + len(text[at:]) - len(text[at:].lstrip()), "is not understood"
            )
        kind = next(
            name for name in ("key", "number", "word", "quoted", "sign") if match[name] is not None
        )
        tokens.append(_Token(kind, match[kind], match.start(kind), match["percent"] == "%"))  # type: ignore[arg-type]
        at = match.end()
    return [*tokens, _Token("end", "", len(text))]


def _make_error(text: str, at: int, what: str) -> SettingsError:
    rest = text[at : at + 30] or "the end"
    return SettingsError(
        f"the condition {what} at {rest!r} (character {at + 1})",
        hint="write, for example: survey:q07.often < nation and panel:s03.agreement_median >= 7",
    )


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = _scan(text)
        self.at = 0

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.now
        self.at += 1
        return token

    def is_next(self, text: str) -> bool:
        return self.now.kind in ("word", "sign") and self.now.text == text

    def fail(self, what: str) -> SettingsError:
        return _make_error(self.text, self.now.at, what)

    def expect(self, text: str) -> None:
        if not self.is_next(text):
            raise self.fail(f"wants {text!r}")
        self.take()

    def expect_end(self) -> None:
        if self.now.kind != "end":
            raise self.fail("wants 'and', 'or' or its end")

    def read_condition(self) -> Condition:
        return self._read_several("or", self._read_term)

    def _read_term(self) -> Condition:
        return self._read_several("and", self._read_factor)

    def _read_several(self, word: Literal["and", "or"], read: Callable[[], Condition]) -> Condition:
        parts = [read()]
        while self.is_next(word):
            self.take()
            parts.append(read())
        return parts[0] if len(parts) == 1 else Several(word, tuple(parts))

    def _read_factor(self) -> Condition:
        if self.is_next("not"):
            self.take()
            return Not(self._read_factor())
        if self.is_next("("):
            self.take()
            condition = self.read_condition()
            self.expect(")")
            return condition
        return self._read_test()

    def _read_test(self) -> Test:
        token = self.now
        if token.kind == "word" and token.text in _FUNCTIONS:
            return self._read_call()
        if token.kind == "word" and token.text == "region":
            self.take()
            return Test("region", "", self._read_operator("==", "!="), self._read_word())
        if token.kind != "key":
            raise self.fail("wants a key of evidence")
        return self._read_comparison(self._read_key())

    def _read_key(self) -> str:
        if self.now.kind != "key":
            raise self.fail("wants a key of evidence")
        return complete_key(self.take().text)

    def _read_call(self) -> Test:
        name = self.take().text
        self.expect("(")
        key = self._read_key()
        self.expect(")")
        if name == "known":
            return Test("known", key, "known", "")
        operator = {"lower_than_rest": "<", "higher_than_rest": ">"}.get(name, "!=")
        return self._contrast(key, operator, "rest")

    def _read_operator(self, *allowed: str) -> str:
        if self.now.kind != "sign" or self.now.text not in allowed:
            raise self.fail(f"wants one of {' '.join(allowed)}")
        return self.take().text

    def _read_word(self) -> str:
        if self.now.kind not in ("word", "quoted"):
            raise self.fail("wants a word")
        return self.take().text

    def _read_comparison(self, key: str) -> Test:
        operator = self._read_operator(*_ORDERS, "==", "!=")
        if operator in ("==", "!="):
            return Test("text", key, operator, self._read_word())
        token = self.now
        if token.kind == "number":
            self.take()
            return Test("number", key, operator, float(token.text) / (100 if token.percent else 1))
        if token.kind == "key":
            return Test("keys", key, operator, self._read_key())
        if token.kind == "word" and token.text in _OTHERS:
            if operator not in ("<", ">"):
                raise self.fail("compares with the nation or the rest by < or > only,")
            return self._contrast(key, operator, self.take().text)
        raise self.fail("wants a number, a key, 'nation' or 'rest'")

    def _contrast(self, key: str, operator: str, word: str) -> Test:
        if EvidenceKey.parse(key).source not in ("survey", "response"):
            raise self.fail("compares only values of the survey with the nation or the rest,")
        return Test("contrast", key, operator, word)


def complete_key(key: str) -> str:
    """Return a key with the measure that its short form stands for.

    ``case:factor.NAME`` is the number of cases, ``panel:STATEMENT.DIMENSION`` the median.
    """
    parts = EvidenceKey.parse(key)
    return str(SOURCES[parts.source].complete(parts))


# --- evaluation -----------------------------------------------------------------------------


def locate_key(key: str, region: str, nation: str) -> str:
    """Return the key with the domain that it means in a document of ``region``.

    A stated domain stays; values of the survey are the region's, counts of cases the nation's,
    and the panel has no domains.
    """
    parts = EvidenceKey.parse(complete_key(key))
    if parts.domain:
        return str(parts)
    return str(parts._replace(domain=SOURCES[parts.source].domain(parts, region, nation)))


def evaluate(
    condition: Condition, released: Released, region: str, nation: str
) -> tuple[bool | None, list[Result]]:
    """Return whether the condition holds in a region, and what each test gave.

    ``None`` is unknown. ``and``, ``or`` and ``not`` follow Kleene's three-valued logic.
    """
    if isinstance(condition, Test):
        result = _evaluate_test(condition, released, region, nation)
        return result.outcome, [result]
    if isinstance(condition, Not):
        outcome, results = evaluate(condition.part, released, region, nation)
        return (None if outcome is None else not outcome), results
    evaluated = [evaluate(part, released, region, nation) for part in condition.parts]
    outcomes = [outcome for outcome, _ in evaluated]
    return _combine(condition.word, outcomes), [item for _, found in evaluated for item in found]


def _combine(word: Literal["and", "or"], outcomes: Sequence[bool | None]) -> bool | None:
    decisive = word == "or"
    if decisive in outcomes:
        return decisive
    return None if None in outcomes else not decisive


def _evaluate_test(test: Test, released: Released, region: str, nation: str) -> Result:
    if test.kind == "region":
        return Result(test, "", (region == test.operand) == (test.operator == "=="))
    key = locate_key(test.key, region, nation)
    if test.kind == "contrast":
        key = str(EvidenceKey.parse(key)._replace(contrast="rest"))
    item = released.find_published(key)
    if test.kind == "known":
        return Result(test, key, item is not None)
    if item is None:
        return Result(test, key, None)
    if test.kind == "keys":
        other = released.find_published(locate_key(str(test.operand), region, nation))
        limits = (None, None) if other is None else _limits(other)
        return Result(test, key, _holds(item, test.operator, *limits))
    return Result(test, key, _value_holds(test, item))


def _value_holds(test: Test, item: Evidence) -> bool | None:
    if test.kind == "contrast":
        return _contrast_holds(item.verdict, test.operator)
    if test.kind == "text":
        return (item.text == test.operand) == (test.operator == "==") if item.text else None
    number = float(test.operand)
    return _holds(item, test.operator, number, number)


def _contrast_holds(verdict: Verdict, operator: str) -> bool | None:
    if verdict == "unknown":
        return None
    if operator == "!=":
        return verdict != "same"
    return verdict == ("lower" if operator == "<" else "higher")


def _limits(item: Evidence) -> tuple[float | None, float | None]:
    if item.low is None or item.high is None:
        return item.value, item.value
    return item.low, item.high


def _holds(item: Evidence, operator: str, low: float | None, high: float | None) -> bool | None:
    """Whether the whole interval of ``item`` lies on the right side of ``low`` to ``high``."""
    own_low, own_high = _limits(item)
    if own_low is None or own_high is None or low is None or high is None:
        return None
    return {
        "<": own_high < low,
        "<=": own_high <= low,
        ">": own_low > high,
        ">=": own_low >= high,
    }[operator]
