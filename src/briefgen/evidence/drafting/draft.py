"""Draft a study from a data file: which questions there are, and what is guessed about them.

In: the `DataTable` of a file, and what the user states. Out: a `Draft`, which ``writing`` turns
into ``study.yml`` and ``codebook.yml``. Nothing is decided silently: each guess stands in the
draft.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from briefgen.config.settings import LeaveOut
from briefgen.errors import SourceError
from briefgen.evidence.drafting.columns import Column, Guess, list_columns
from briefgen.evidence.drafting.filters import add_filters
from briefgen.evidence.drafting.groups import draft_group, group_columns, split_runs
from briefgen.evidence.drafting.language import find_language
from briefgen.evidence.drafting.marks import draft_written, settle_marks
from briefgen.evidence.drafting.missing import written_missing
from briefgen.evidence.drafting.names import make_code
from briefgen.evidence.drafting.origin import Origin, leave_out_rules, partial_column
from briefgen.evidence.drafting.part import Part
from briefgen.evidence.drafting.roles import Roles, Wishes, find_roles
from briefgen.evidence.drafting.single import Sketch, draft_column, mark_unlabelled
from briefgen.evidence.drafting.translating import WORDS, translate
from briefgen.evidence.sources import DataTable
from briefgen.evidence.sources.rows import leave_out

OF_FORMS: Final = re.compile(r"\s*\(\d+-\d+\)$")
"""What Microsoft Forms writes behind a title: "Survey(1-185)"."""


@dataclass
class Draft:
    """All that is known of a study from its file.

    Attributes
    ----------
    source
        The survey's file as ``study.yml`` has it.
    columns
        Of the file, by name.
    sketches
        The questions, in the file's order.
    parts
        Panel and cases.
    titles
        What the survey is called in each language; default: ``title``.
    others
        The columns with their labels in further languages of the file, by language.
    guesses
        About the study as a whole; those about questions stand with them.
    asks
        Questions to the author, by key of ``study.yml`` or column.
    """

    source: dict[str, Any]
    language: str
    columns: dict[str, Column]
    roles: Roles
    sketches: list[Sketch]
    title: str
    parts: list[Part] = field(default_factory=list)
    others: dict[str, dict[str, Column]] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)
    asks: dict[str, str] = field(default_factory=dict)

    def all_guesses(self) -> Iterator[Guess]:
        """Yield every guess, those about the study first."""
        yield from self.guesses
        yield from self.roles.guesses
        for sketch in self.sketches:
            yield from sketch.guesses
        for part in self.parts:
            yield from part.guesses


def draft_without_survey(named: Path, wishes: Wishes) -> Draft:
    """Draft a study that has a panel or cases alone."""
    stated = wishes.language
    draft = Draft({}, stated or "en", {}, Roles(), [], wishes.title or title_of(named))
    if not stated:
        draft.guesses.append(Guess("language", "languages", "no questionnaire tells it", "low"))
    return draft


def draft_study(origin: Origin, wishes: Wishes) -> Draft:
    """Draft a study (`SourceError` where a stated column is not in the file)."""
    rules = leave_out_rules(origin.table)
    source = {**origin.spec, **({"leave_out": rules} if rules else {})}
    kept = origin.source.model_copy(
        update={"leave_out": tuple(map(LeaveOut.model_validate, rules))}
    )
    table = leave_out(origin.table, kept)
    stated = wishes.language or _known_language(table)
    columns = list_columns(table, stated)
    language, clear = find_language(_texts(columns))
    roles = find_roles(columns, wishes)
    language = stated or language
    sketches = draft_questions([c for c in columns if c.name not in roles.used], language)
    if not sketches:
        hint = (
            "see whether the first row names the columns; state sheet: or delimiter: in study.yml"
        )
        raise SourceError(
            "no column looks like a question", where=origin.table.path.name, hint=hint
        )
    settle_marks(sketches, columns)
    add_filters(sketches, language)
    mark_unlabelled(sketches)
    draft = Draft(
        source, language, {column.name: column for column in columns}, roles, sketches,
        wishes.title or title_of(origin.table.path),
    )  # fmt: skip
    if not wishes.title:
        _take_titles(draft, table.titles)
    _add_languages(draft, table)
    if not stated and not clear:
        because = "few words of the file tell the language, or words of several do"
        draft.guesses.append(Guess("language", "languages", because, "low"))
    _tell_rows(draft, rules, partial_column(table))
    return draft


def _take_titles(draft: Draft, titles: Mapping[str, str]) -> None:
    """Call the study what the survey is called, where its program tells."""
    alone = titles.get("", "")
    draft.titles = {code: text for code, text in titles.items() if code}
    draft.title = titles.get(draft.language, "") or alone or draft.title


def _known_language(table: DataTable) -> str:
    """Return the first of the file's languages that briefgen has words in."""
    told = [table.language, *table.translations]
    return next((code for code in told if code in WORDS), "")


def _add_languages(draft: Draft, table: DataTable) -> None:
    """Add what the file says in further languages; those without words of ours are told."""
    told = [
        code for code in (table.language, *table.translations) if code not in ("", draft.language)
    ]
    for code in told:
        if code in WORDS:
            draft.others[code] = {column.name: column for column in list_columns(table, code)}
        else:
            draft.asks.setdefault(
                "languages",
                f"The file has texts in the language {code!r} too: shall documents be in it "
                "(docs/languages.md)?",
            )
    untold = translate(draft.sketches, draft.language, draft.others)
    if untold:
        draft.asks[", ".join(untold)] = (
            "What are the texts in the other languages? The file lacks some."
        )


def draft_questions(
    columns: list[Column], language: str, known: Iterable[str] = ()
) -> list[Sketch]:
    """Return the questions that columns hold, in their order; no code is one that is known."""
    taken: set[str] = set(known)
    found: list[Sketch] = []

    def code(name: str) -> str:
        made = make_code(name, taken)
        taken.add(made)
        return made

    alone: list[Column] = []
    for members in group_columns(columns):
        made = draft_group(members, code, language) if len(members) > 1 else []
        used = {column.name for sketch in made for column in sketch.columns}
        if made:
            found += _draft_alone(alone, code, language) + made
            alone = []
        alone += [column for column in members if column.name not in used]
    return found + _draft_alone(alone, code, language)


def _draft_alone(columns: list[Column], code: Callable[[str], str], language: str) -> list[Sketch]:
    """Return the questions of columns that names do not group: wordings may."""
    found: list[Sketch] = []
    for run in split_runs(columns):
        made = draft_group(run, code, language)
        found += made or [_draft_one(column, code(column.name), language) for column in run]
    return found


def _draft_one(column: Column, code: str, language: str) -> Sketch:
    written = draft_written(column, code, written_missing(column)) if not column.kind else None
    return written or draft_column(column, code, language)


def _texts(columns: list[Column]) -> Iterator[str]:
    for column in columns:
        named = column.name if " " in column.name else ""
        yield from (named, column.wording, column.stem, *column.labels.values())
        if len(column.codes) <= 25:
            yield from column.codes


def title_of(file: Path) -> str:
    """Return a title for a study by the name of its file."""
    name = OF_FORMS.sub("", file.stem).replace("_", " ").replace("-", " ").strip()
    return name[:1].upper() + name[1:]


def _tell_rows(draft: Draft, rules: list[dict[str, Any]], partial: str | None) -> None:
    for rule in rules:
        told = ", ".join(rule["codes"])
        because = f"rows with {told} are previews or spam, and are left out"
        if rule["because"] == "total":
            because = f"the last row, with {told!r}, sums the others up, and is left out"
        draft.guesses.append(Guess("rows", rule["column"], because, "high"))
    if partial:
        draft.asks[partial] = (
            "Do answers that were not finished count? They do now; leave_out: under files: "
            "takes them out."
        )
