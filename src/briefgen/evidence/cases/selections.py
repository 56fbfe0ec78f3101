"""The words that selections of REFI-QDA name by position, as the program counted them.

The standard counts Unicode characters. Programs count a line end of two signs as one, or letters
beyond 16 bits as two. Which way was counted is found by what the project itself tells: the words
that many programs write into a selection's name, then the program, then whether selections begin
and end where words do. What cannot be told is no quote.

References
----------
REFI-QDA standard 1.5, https://www.qdasoftware.org/, PlainTextSelection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from briefgen.config.plain_text import single_spaced

FEWEST_WORDS: Final = 12
"""A selection's name of so many letters that stands in the text is taken for its words."""
CLEARLY: Final = 0.2
"""One way of counting fits better where this share more of the ends stand at the end of a word."""
SEVERAL: Final = 5
"""So many selections tell whether they are of the text that they stand beside."""
WITHIN_WORDS: Final = 0.5
"""Of selections of another text about a third of the ends stand at the end of a word."""
LONGEST_WORDS: Final = 15
"""A text with fewer blanks than one in so many signs has no words that can be told apart."""
_BEYOND: Final = "\uffff"


@dataclass(frozen=True, slots=True)
class Selection:
    """Where a selection begins and ends, by its program's count, and what it is called."""

    start: int
    end: int
    name: str = ""


@dataclass(frozen=True)
class Counted:
    """A text as a program counts it.

    Attributes
    ----------
    way
        For messages: how it was counted.
    select
        Gives the words between two positions, ``None`` where there are none.
    """

    way: str
    select: Callable[[int, int], str | None]
    length: int


def _in_characters(way: str, text: str) -> Counted:
    def select(start: int, end: int) -> str | None:
        return text[start:end] if 0 <= start <= end <= len(text) else None

    return Counted(way, select, len(text))


def _in_units(way: str, text: str) -> Counted:
    """Count letters beyond 16 bits as two, as programs for Windows do."""
    raw = text.encode("utf-16-le", "surrogatepass")

    def select(start: int, end: int) -> str | None:
        if not 0 <= start <= end <= len(raw) // 2:
            return None
        return raw[2 * start : 2 * end].decode("utf-16-le", "replace")

    return Counted(way, select, len(raw) // 2)


def ways_to_count(text: str) -> list[Counted]:
    """Return the ways of counting that differ for this text, the standard's first."""
    one_sign = text.replace("\r\n", "\n")
    ways = [_in_characters("characters", text)]
    if one_sign != text:
        ways.append(_in_characters("characters, a line end as one", one_sign))
    if max(text, default="") > _BEYOND:
        ways.append(_in_units("16-bit units", text))
        if one_sign != text:
            ways.append(_in_units("16-bit units, a line end as one", one_sign))
    return ways


@dataclass(frozen=True)
class Words:
    """What selections say.

    Attributes
    ----------
    texts
        For each selection its words; ``None`` where they cannot be told.
    disagree
        Positions of selections whose words are not what they are called.
    unclear
        Whether the way of counting cannot be told, so that there are no words at all.
    """

    texts: tuple[str | None, ...]
    disagree: tuple[int, ...] = ()
    unclear: bool = False


def read_selections(text: str, selections: Sequence[Selection], program: str) -> Words:
    """Return the words of all selections of one text.

    Parameters
    ----------
    program
        What wrote the project, as its ``origin`` says.
    """
    ways = ways_to_count(text)
    named = _names_in_text(text, selections)
    if named:
        # XML makes one sign of line ends that a program counted as two: only names can tell
        two_signs = re.sub(r"\r?\n", "\r\n", text)
        ways.append(_in_characters("characters, a line end as two", two_signs))
        way = max(ways, key=lambda counted: _agreeing(counted, selections, named))
    else:
        found = _tell_by_ends(ways, selections, program) if len(ways) > 1 else ways[0]
        if found is not None and _is_of_another_text(found, text, selections):
            found = None
        if found is None:
            return Words(tuple(None for _ in selections), unclear=True)
        way = found
    told = [way.select(one.start, one.end) for one in selections]
    disagree = [
        place
        for place, words in enumerate(told)
        if words is None
        or (place in named and not _is_called(words, named[place]))
        or (place not in named and _is_named_otherwise(words, selections[place]))
    ]
    kept = tuple(None if place in disagree else words for place, words in enumerate(told))
    return Words(kept, tuple(disagree))


def _names_in_text(text: str, selections: Sequence[Selection]) -> Mapping[int, str]:
    """Return the names that are words of the text, perhaps cut short, by place."""
    whole = single_spaced(text)
    names = {
        place: single_spaced(one.name).rstrip("….").rstrip() for place, one in enumerate(selections)
    }
    return {
        place: name for place, name in names.items() if len(name) >= FEWEST_WORDS and name in whole
    }


def _agreeing(way: Counted, selections: Sequence[Selection], named: Mapping[int, str]) -> int:
    return sum(
        _is_called(way.select(selections[place].start, selections[place].end) or "", name)
        for place, name in named.items()
    )


def _is_called(words: str, name: str) -> bool:
    """Whether a name is the words of a selection, or their beginning."""
    return single_spaced(words).startswith(name)


def _is_named_otherwise(words: str, one: Selection) -> bool:
    """Whether a name that is as long as the selection, and so its words, is not these words."""
    as_long = len(one.name) == one.end - one.start >= FEWEST_WORDS
    return as_long and single_spaced(words) != single_spaced(one.name)


def _is_of_another_text(way: Counted, text: str, selections: Sequence[Selection]) -> bool:
    """Whether most ends of several selections stand within words: they were made of another text.

    Texts without blanks (Chinese, Japanese) do not tell.
    """
    has_words = text.count(" ") * LONGEST_WORDS > len(text)
    return has_words and len(selections) >= SEVERAL and _fit(way, selections) < WITHIN_WORDS


def _tell_by_ends(
    ways: Sequence[Counted], selections: Sequence[Selection], program: str
) -> Counted | None:
    """Choose by whether selections lie in the text and end where words do, else by program."""
    if not selections:
        return ways[0]
    fits = [_fit(way, selections) for way in ways]
    best = max(fits)
    near = [way for way, fit in zip(ways, fits, strict=True) if fit > best - CLEARLY]
    alike = [[way.select(one.start, one.end) for one in selections] for way in near]
    if all(_same(words, alike[0]) for words in alike):
        return near[0]
    if "atlas" in program.casefold():
        return next((way for way in near if way.way.endswith("as one")), None)
    return None


def _same(first: Sequence[str | None], second: Sequence[str | None]) -> bool:
    return [single_spaced(words or "") for words in first] == [
        single_spaced(words or "") for words in second
    ]


def _fit(way: Counted, selections: Sequence[Selection]) -> float:
    """Return the share of ends of selections that stand at the end of a word, 0–1."""
    hits = 0
    for one in selections:
        words = way.select(one.start, one.end)
        if not words:
            continue
        before = way.select(max(one.start - 1, 0), one.start) or " "
        after = way.select(one.end, min(one.end + 1, way.length)) or " "
        hits += not (before.isalnum() and words[0].isalnum())
        hits += not (after.isalnum() and words[-1].isalnum())
    return hits / (2 * len(selections))
