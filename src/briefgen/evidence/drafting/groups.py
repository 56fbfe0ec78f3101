"""Questions that have several columns: batteries, multiple choice, rankings.

Columns stand together by what the file says (a stem, a multiple-response set, ``code[line]``,
``question | option``, ``question/option``, ``question___option``) or by their names (``q5_1``,
``q5_2``) and wordings with a common beginning.
"""

from __future__ import annotations

import os.path
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any, Final

import pandas as pd

from briefgen.evidence.drafting.columns import Column, Guess
from briefgen.evidence.drafting.missing import EMPTY_WORDS, labelled_missing
from briefgen.evidence.drafting.names import make_name, shorten
from briefgen.evidence.drafting.options import draft_answers
from briefgen.evidence.drafting.scales import NUMBER_BEFORE, find_order
from briefgen.evidence.drafting.single import OTHER, Sketch, begin
from briefgen.evidence.survey.decode import parse_numbers

MEMBER: Final = re.compile(
    r"(?P<stem>.+)\[[^\]]+\](?:\[\d+\])?|(?P<question>.+?) \| .+|(?P<kobo>.+)/[^/]+|"
    r"(?P<redcap>.+)___.+|"
    r"(?P<name>.*?[A-Za-z]\d*?)[_.]?(?:[a-z]|[rR]?\d+|[_.]\w{1,12})(?:_?TE?XT)?"
)
SEPARATORS: Final = (" - ", ": ", " – ", " | ", "? ", ":", " [", "... ", "… ")
JOINT: Final = re.compile(r"(?:(?<=[^\W\d_]{3})[.?!…]|\.{2,})(?=[^\W\d_]|$)")
"""Where Microsoft Forms puts a line right behind the question: "How good is ....the bus"."""
NAMED: Final = (
    r"mentioned|named|ticked|checked|marked|selected|quoted|chosen|picked|"
    r"genannt|ausgewählt|gewählt|angekreuzt|markiert|ja,? genannt|"
    r"citée?|cochée?|choisie?|sélectionnée?|mentionnée?"
)
"""Words that only a list of options to tick has, as labels of its cells."""
YES: Final = re.compile(rf"1|y|j|o|ja|yes|oui|true|wahr|vrai|x|✓|{NAMED}", re.IGNORECASE)
NO: Final = re.compile(
    rf"0|n|no|nein|non|false|falsch|faux|unchecked|unmarked|unticked|"
    rf"(?:not?|nicht|non|un|pas) ?-?(?:{NAMED})|",
    re.IGNORECASE,
)
TICKED: Final = re.compile(NAMED, re.IGNORECASE)
BEHIND: Final = (" - ", ": ", " – ", " | ")
"""What stands between a line and the question behind it."""
LEAST_LINES: Final = 2
LEAST_RANKS: Final = 3
MOST_RANKED: Final = 25
SHORTEST_STEM: Final = 10
"""Characters that wordings of one battery share, at least, where names do not tell it."""


def group_columns(columns: Sequence[Column]) -> list[list[Column]]:
    """Return the columns in their order, those of one question together."""
    return [list(members) for _, members in groupby(columns, key=_family())]


def _family() -> Callable[[Column], str]:
    """Return a function that names the family of each column; others are alone."""

    def name(column: Column) -> str:
        if column.stem:
            return f"stem {column.stem} {_shared_name(column.name)}"
        return _shared_name(column.name) or f"alone {column.name}"

    return name


def _shared_name(name: str) -> str:
    match = MEMBER.fullmatch(name)
    return next((part for part in match.groups() if part), "") if match else ""


def draft_group(columns: list[Column], code: Callable[[str], str], language: str) -> list[Sketch]:
    """Return the question that several columns hold, or nothing where they hold several."""
    if len(columns) < LEAST_LINES:
        return []
    members = [column for column in columns if not _is_text_of_other(column)]
    if len(members) < LEAST_LINES:
        return []
    text = find_stem(members)
    for draft in (_multiple, _ranking, _ranking_by_place, _battery):
        made = draft(members, code, text, language)
        if made:
            return [made]
    return []


def _is_text_of_other(column: Column) -> bool:
    """Whether a column holds the words behind "other, please specify"."""
    if column.is_own_text and column.kind == "multiple":
        return False  # an item of its own, which takes what was written
    named = re.search(r"(?:_TEXT|_TXT|\[other\]|_other|other_text)$", column.name, re.IGNORECASE)
    return bool(named) and len(column.codes) > 1 and not column.is_numeric


# --- texts ----------------------------------------------------------------------------------


def find_stem(columns: Sequence[Column]) -> str:
    """Return what was asked above all of the columns; ``""`` where no file says it."""
    if not columns:
        return ""
    if columns[0].stem:
        return columns[0].stem
    names = [column.name for column in columns]
    if all(" | " in name for name in names):
        return names[0].partition(" | ")[0]
    texts = [_wording(column) for column in columns]
    common = os.path.commonprefix(texts)  # noqa: RUF071 - of texts
    cuts = [common.rfind(mark) + len(mark) for mark in SEPARATORS if mark in common]
    cuts += [joint.end() for joint in JOINT.finditer(common)]
    stem = common[: max(cuts)] if cuts else ""
    return stem.strip().rstrip("-–:|[ ").strip() or _stem_behind(texts)


def _stem_behind(texts: Sequence[str]) -> str:
    """Return the question that stands behind each line: "Radio - Which of these do you use?"."""
    common = os.path.commonprefix([text[::-1] for text in texts])[::-1]  # noqa: RUF071 - of texts
    cuts = [common.find(mark) + len(mark) for mark in BEHIND if mark in common]
    stem = common[min(cuts) :].strip() if cuts else ""
    return stem if len(stem) >= SHORTEST_STEM else ""


def _wording(column: Column) -> str:
    """Return what was asked: of a file without wordings the name, where it has several words."""
    return column.wording or (column.name if " " in column.name else "")


def name_line(column: Column, text: str) -> str:
    """Return the part of the wording that is a line's own."""
    if " | " in column.name and not column.wording:
        return column.name.partition(" | ")[2]
    own = _wording(column)
    if text and not column.stem:
        own = own.removeprefix(text).removesuffix(text)
    return own.strip(" -–:|[]…") or column.name


def _own_code(columns: Sequence[Column], code: Callable[[str], str]) -> str:
    shared = _shared_name(columns[0].name)
    return code(shared or columns[0].name)


# --- multiple choice ------------------------------------------------------------------------


def _multiple(
    columns: Sequence[Column], code: Callable[[str], str], text: str, _language: str
) -> Sketch | None:
    told = all(column.kind == "multiple" for column in columns)
    chosen = _choices(columns)
    if chosen is None:
        return None
    if not (told or text or any(map(_is_own_text, columns)) or _belong_together(columns)):
        return None
    codes, not_chosen = chosen
    made = begin(_own_code(columns, code), "multiple", text or _own_name(columns), columns)
    made.spec["not_selected"] = not_chosen
    items, taken = [], set[str]()
    for column, selected in zip(columns, codes, strict=True):
        item = _choice_item(column, selected, text, taken)
        taken.add(item["name"])
        items.append(item)
    made.spec["items"] = items
    _tell_multiple(made, columns, told=told, stem=text, not_chosen=not_chosen)
    if not text:
        made.ask = "What was asked? The file has the options alone."
    return made


def _belong_together(columns: Sequence[Column]) -> bool:
    """Whether names, or labels such as "mentioned", tell options of one question without a stem.

    Columns that ask each a question of its own do not belong together.
    """
    asking = sum(column.wording.rstrip().endswith("?") for column in columns)
    if asking > len(columns) / 2:
        return False
    return all(map(_is_ticked, columns)) or (len(columns) > LEAST_LINES and _have_lines(columns))


def _is_ticked(column: Column) -> bool:
    """Whether labels are those of a list to tick alone: "mentioned", not "yes"."""
    return any(TICKED.fullmatch(_said(label)) for label in column.labels.values())


def _said(label: str) -> str:
    """Return a label without the number before it."""
    return NUMBER_BEFORE.sub("", label.strip()).strip(" .!()")


def _own_name(columns: Sequence[Column]) -> str:
    return (_shared_name(columns[0].name) or columns[0].name).strip("_[]/")


def _choice_item(column: Column, selected: list[str], text: str, taken: set[str]) -> dict[str, Any]:
    own = _is_own_text(column) and not column.is_own_text
    label = shorten(selected[0] if own and not column.wording else name_line(column, text))
    item: dict[str, Any] = {
        "name": make_name(label, taken, "i"), "label": label, "column": column.name,
        "selected": selected[0] if len(selected) == 1 else selected,
    }  # fmt: skip
    if not selected or _has_own_words(column) or _is_written(column):
        item["other"] = True
    return item


def _is_written(column: Column) -> bool:
    """Whether the survey program says that people wrote the cells: ``q[other]``."""
    return column.is_own_text and bool(column.codes)


def _has_own_words(column: Column) -> bool:
    return len(column.codes) > 2 and bool(OTHER.search(column.text + " " + column.name))


def _is_own_text(column: Column) -> bool:
    """Whether the chosen cell says what was chosen."""
    words = [
        value for value in _meant(column) if not NO.fullmatch(value) and not YES.fullmatch(value)
    ]
    return len(words) == 1 and not column.labels


def _meant(column: Column) -> list[str]:
    return [value for value in column.codes if not EMPTY_WORDS.fullmatch(value)]


def _choices(columns: Sequence[Column]) -> tuple[list[list[str]], list[str]] | None:
    """Return what stands for "chosen" in each column, and what for "not chosen" in all."""
    chosen: list[list[str]] = []
    not_chosen: set[str] = set()
    for column in columns:
        if (_has_own_words(column) or _is_written(column)) and not column.labels:
            chosen.append([])
            continue
        pair = _pair(column)
        if pair is None:
            return None
        chosen.append(pair[0])
        not_chosen |= set(pair[1])
    if not any(chosen):
        return None
    own = [
        codes[0]
        for codes, column in zip(chosen, columns, strict=True)
        if codes and _is_own_text(column) and not column.is_own_text
    ]
    if len(set(own)) < len(own) or any(
        len(column.codes) == 0 and not codes for column, codes in zip(columns, chosen, strict=True)
    ):
        return None
    if any(code in not_chosen for codes in chosen for code in codes):
        return None
    for column, codes in zip(columns, chosen, strict=True):
        if not codes:
            codes.append(column.name)
    return chosen, [*sorted(not_chosen), ""]


def _pair(column: Column) -> tuple[list[str], list[str]] | None:
    """Return the cells for chosen and not chosen in one column."""
    gone = labelled_missing(
        {value: column.labels.get(value, value) for value in {*column.labels, *column.codes}}
    )
    gone |= dict.fromkeys(column.declared, "no_answer")
    values = [value for value in {*column.codes, *column.labels} if value not in gone]
    said = {value: column.labels.get(value, value) for value in values}
    no = sorted(value for value, label in said.items() if NO.fullmatch(_said(label)))
    yes = sorted(value for value, label in said.items() if YES.fullmatch(_said(label)))
    rest = [value for value in values if value not in no and value not in yes]
    if len(yes) == 2 and not no and not rest:
        return None
    if not rest and yes and len(yes) <= 1:
        return yes, no
    if not rest and no and not yes and column.kind == "multiple":
        return ["1"], no
    if not rest and not values and column.kind == "multiple":
        return ["1"], ["0"]
    if len(rest) == 1 and not yes and (not column.labels or rest[0] in column.labels):
        return rest, no
    return None


def _tell_multiple(
    made: Sketch, columns: Sequence[Column], *, told: bool, stem: str, not_chosen: Sequence[str]
) -> None:
    if not told:
        because = f"{len(columns)} columns with chosen or not chosen, side by side"
        made.guesses.append(Guess("multiple", made.code, because, "high" if stem else "medium"))
    if not [code for code in not_chosen if code]:
        because = (
            "who chose nothing counts among the answers, since the file does not tell whether they "
            "were asked; delete not_selected where they are to count as not having answered"
        )
        made.guesses.append(Guess("multiple", made.code, because, "medium"))
    codes = {value for column in columns for value in column.codes}
    known = {*not_chosen, *(c for i in made.spec["items"] for c in _as_list(i["selected"]))}
    gone = _missing_among(codes - known, columns)
    if gone:
        made.spec["missing"] = gone
        for value, why in gone.items():
            made.guesses.append(
                Guess("missing", made.code, f"{value!r} is read as no answer ({why})", "medium")
            )


def _as_list(value: Any) -> list[str]:
    return list(value) if isinstance(value, list) else [value]


def _missing_among(codes: set[str], columns: Sequence[Column]) -> dict[str, str]:
    labels = {code: label for column in columns for code, label in column.labels.items()}
    return labelled_missing({code: labels.get(code, code) for code in sorted(codes)})


# --- rankings -------------------------------------------------------------------------------


def _ranking(
    columns: Sequence[Column], code: Callable[[str], str], text: str, _language: str
) -> Sketch | None:
    if len(columns) < 3 or any(not column.is_numeric or column.labels for column in columns):
        return None
    frame = pd.concat([parse_numbers(column.cells) for column in columns], axis=1)
    ranks = {float(rank) for rank in range(1, len(columns) + 1)}
    if not set(frame.to_numpy()[frame.notna().to_numpy()]) <= ranks:
        return None
    full = frame[frame.notna().sum(axis=1) >= 2]
    differ = full.apply(lambda row: row.dropna().is_unique, axis=1)
    if len(full) < 3 or differ.mean() < 0.97:
        return None
    made = begin(_own_code(columns, code), "ranking", text or _own_name(columns), columns)
    made.spec["items"] = _lines(columns, text)
    because = "each row gives the columns different ranks from 1 up"
    made.guesses.append(Guess("type", made.code, because, "high"))
    if not text:
        made.ask = "What was ranked? The file has the ranks alone."
    return made


def _ranking_by_place(
    columns: Sequence[Column], code: Callable[[str], str], text: str, _language: str
) -> Sketch | None:
    """Return a ranking whose columns are ranks, and whose cells say what stands there."""
    names = [column.name for column in columns]
    if len(columns) < LEAST_RANKS or [_place(name) for name in names] != [
        *range(1, len(names) + 1)
    ]:
        return None
    labels = {key: label for column in columns for key, label in column.labels.items()}
    found = {value for column in columns for value in column.codes}
    gone = labelled_missing({value: labels.get(value, value) for value in found})
    listed = [*dict.fromkeys([*labels, *sorted(found)])]
    listed = [value for value in listed if value not in gone]
    in_brackets = all(name.endswith("]") for name in names)
    words = labels or not all(value.isdigit() for value in listed)
    if not words or len(listed) < len(names) or not (in_brackets or len(listed) == len(names)):
        return None
    if len(listed) > MOST_RANKED or not _all_differ(columns, listed):
        return None
    made = begin(_own_code(columns, code), "ranking", text or _own_name(columns), columns)
    made.spec["columns"] = names
    made.spec["items"] = _ranked(listed, labels)
    if gone:
        made.spec["missing"] = gone
    because = "columns are numbered, and no row says the same in two: ranks from 1 up"
    made.guesses.append(Guess("type", made.code, because, "medium"))
    if not text:
        made.ask = "What was ranked? The file has the ranks alone."
    return made


def _place(name: str) -> int | None:
    found = re.search(r"(?:\[|_)(\d{1,2})\]?$", name)
    return int(found[1]) if found else None


def _all_differ(columns: Sequence[Column], listed: Sequence[str]) -> bool:
    """Whether rows name each thing once."""
    frame = pd.concat([column.cells.where(column.cells.isin(listed)) for column in columns], axis=1)
    full = frame[frame.notna().sum(axis=1) >= 2]
    differ = full.apply(lambda row: row.dropna().is_unique, axis=1)
    return len(full) >= LEAST_RANKS and bool(differ.mean() >= 0.97)


def _ranked(codes: Sequence[str], labels: Mapping[str, str]) -> list[dict[str, Any]]:
    items, taken = [], set[str]()
    for one in codes:
        label = shorten(labels.get(one, one))
        name = make_name(label, taken, "i")
        taken.add(name)
        items.append({"name": name, "label": label, "selected": one})
    return items


def _lines(columns: Sequence[Column], text: str) -> list[dict[str, Any]]:
    items, taken = [], set[str]()
    for column in columns:
        label = shorten(name_line(column, text))
        name = make_name(label, taken, "i")
        taken.add(name)
        items.append({"name": name, "label": label, "column": column.name})
    return items


# --- batteries ------------------------------------------------------------------------------


def _battery(
    columns: Sequence[Column], code: Callable[[str], str], text: str, language: str
) -> Sketch | None:
    if not _share_answers(columns):
        return None
    answers = draft_answers(columns, language)
    steps = [option for option in answers.options if "missing" not in option]
    if len(steps) < 3 or not (text or (answers.ordered and _have_lines(columns))):
        return None
    made = begin(_own_code(columns, code), "battery", text or _own_name(columns), columns)
    made.spec["items"] = _lines(columns, text)
    made.answers = answers
    if answers.headline:
        made.spec["headline"] = answers.headline
    made.guesses += [Guess(g.about, made.code, g.because, g.confidence) for g in answers.guesses]
    if not columns[0].stem:
        because = f"{len(columns)} columns side by side with the same answers"
        made.guesses.append(Guess("type", made.code, because, "high" if text else "medium"))
    if not columns[0].labels and all(str(o["code"]).isdigit() for o in steps):
        made.ask = "What do the codes mean, and what do the lines say? The file does not tell."
    elif not text:
        made.ask = "What was asked? The file has the lines alone."
    return made


def _have_lines(columns: Sequence[Column]) -> bool:
    """Whether names tell lines of one question (``q5_1``), not questions (``q5``)."""
    shared = _shared_name(columns[0].name)
    return bool(re.search(r"\d", shared)) or any(
        c.name[len(shared) :][:1] in "_.[" for c in columns
    )


def split_runs(columns: Sequence[Column]) -> list[list[Column]]:
    """Return columns in runs that look like one question each, by answers and wordings or names."""
    runs: list[list[Column]] = []
    for column in columns:
        last = runs[-1] if runs else []
        if last and (_continue_battery(last, column) or _continue_choices(last, column)):
            last.append(column)
        else:
            runs.append([column])
    return runs


def _continue_battery(run: Sequence[Column], column: Column) -> bool:
    """Whether a column has the labels of a run, and its wording begins as theirs do."""
    alike = len(column.labels) > 2 and dict(column.labels) == dict(run[0].labels)
    return (alike or _are_same_steps(run[0], column)) and len(
        find_stem([*run, column])
    ) >= SHORTEST_STEM


def _are_same_steps(first: Column, second: Column) -> bool:
    """Whether cells without labels are the words of one scale."""
    if first.labels or second.labels or not set(first.codes) & set(second.codes):
        return False
    every = list(dict.fromkeys([*first.codes, *second.codes]))
    order = find_order(every) if len(every) <= MOST_RANKED else None
    return order is not None and None not in order.scores


def _continue_choices(run: Sequence[Column], column: Column) -> bool:
    """Whether a column is chosen or not as those of a run are, below the same question."""
    if _pair(column) is None or _pair(run[-1]) is None:
        return False
    stem = find_stem([*run, column])
    if len(stem) >= SHORTEST_STEM and (len(run) == 1 or find_stem(run) == stem):
        return True
    if len(run) > 1 and find_stem(run):
        return False
    return _is_ticked(column) and _is_ticked(run[0]) and _numbered(column) == _numbered(run[0])


def _numbered(column: Column) -> str:
    """Return a name without the number or letter at its end: ``v1`` of ``v101``."""
    return re.sub(r"(?:(?<=\d)[a-z]|\d{1,2})$", "", column.name)


def _share_answers(columns: Sequence[Column]) -> bool:
    """Whether all columns have the same labels, or their values are those of one another."""
    if any(column.labels for column in columns):
        return all(dict(column.labels) == dict(columns[0].labels) for column in columns)
    sets: list[Mapping[str, int]] = [column.counts for column in columns]
    every = {value for values in sets for value in values}
    if not 3 <= len(every) <= 12 or any(len(value) > 60 for value in every):
        return False
    return all(len(set(values) & every) >= 0.6 * len(every) for values in sets)
