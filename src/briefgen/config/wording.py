"""What codes and statements are called: text and no data, so every stage may use it.

In: the code system (``codes.yml``, a REFI-QDA codebook, or the codebook within a project) and
``statements.yml``. Out: `CodeSystem` and `Statement`. `cases` and `panel` stand before the wall
and use them; exhibits, templates and explanations behind it use them too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from lxml import etree

from briefgen.config.plain_text import make_slug
from briefgen.config.settings import Code, LocalText, Name, Part, Settings
from briefgen.config.textfiles import (
    LARGEST_PROJECT,
    YamlFile,
    local_name,
    open_archive,
    parse_part,
    parse_xml,
    project_member,
    read_member,
    read_yaml,
    relative_name,
    text_problems,
)
from briefgen.errors import Problem, SourceError, UnknownNameError
from briefgen.model import Text

Polarity = Literal["success", "challenge"]


class CodeEntry(Part):
    """A code of ``codes.yml``, with the codes below it."""

    code: Name  # in evidence keys: case:factor.CODE.cases
    name: LocalText  # what readers see
    description: LocalText | None = None  # what is coded so
    polarity: Polarity | None = None  # of its segments, where they do not say so
    aliases: tuple[str, ...] = ()  # further names in exports
    children: tuple[CodeEntry, ...] = ()


class CodeFile(Part):
    """``codes.yml``: the code system of the cases."""

    codes: tuple[CodeEntry, ...]


@dataclass(frozen=True, slots=True)
class Factor:
    """A code of the code system.

    Attributes
    ----------
    parents
        Codes above it, the top one first.
    polarity
        What its segments are where they do not say so themselves.
    aliases
        Further names in exports of QDA programs, a REFI-QDA identifier among them.
    """

    code: str
    name: Text
    description: Text | None
    polarity: Polarity
    parents: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def depth(self) -> int:
        """0 at the top."""
        return len(self.parents)


@dataclass(frozen=True)
class CodeSystem:
    """All codes, depth first in the order of the file."""

    factors: Mapping[str, Factor] = field(default_factory=dict)
    file: str = ""

    def __getitem__(self, code: str) -> Factor:
        try:
            return self.factors[code]
        except KeyError:
            raise UnknownNameError.among("code", code, self.factors) from None

    def __contains__(self, code: object) -> bool:
        return code in self.factors

    def __iter__(self) -> Iterator[Factor]:
        return iter(self.factors.values())

    def __len__(self) -> int:
        return len(self.factors)

    @property
    def leaves(self) -> tuple[Factor, ...]:
        """Factors without children: what segments are usually coded with."""
        return tuple(factor for factor in self if not factor.children)

    def with_parents(self, code: str) -> tuple[str, ...]:
        """Return the code and all above it."""
        return (code, *reversed(self[code].parents))

    def find(self, written: str) -> str | None:
        r"""Return the code for what an export calls it: code, alias, name, or a path of names.

        A path (``People\Personal contact``, ``People > Personal contact``) is matched whole
        first, so that the same name in two places is told apart; then its last step alone.
        """
        wanted = _fold_path(written)
        return self._by_name.get(wanted) or self._by_name.get(wanted.rsplit("\x1f", 1)[-1])

    @cached_property
    def _by_name(self) -> dict[str, str]:
        known: dict[str, str] = {}
        ambiguous: set[str] = set()
        for factor in self:
            for name in _all_names(self, factor):
                if known.setdefault(name, factor.code) != factor.code:
                    ambiguous.add(name)
        for name in ambiguous:
            del known[name]
        return known | {factor.code.casefold(): factor.code for factor in self}


def _all_names(system: CodeSystem, factor: Factor) -> Iterator[str]:
    for name in {*factor.name.values(), *factor.aliases}:
        yield _fold_path(name)
    for language in factor.name:
        steps = [system.factors[code].name.get(language, code) for code in factor.parents]
        yield _fold_path("\\".join([*steps, factor.name[language]]))
    yield _fold_path("\\".join([*factor.parents, factor.code]))


def _fold_path(written: str) -> str:
    folded = unicodedata.normalize("NFKC", written).casefold().strip()
    return "\x1f".join(step.strip() for step in re.split(r"\s*\\\s*|\s+>\s+", folded))


class RatingScale(Part):
    """The scale of a statement, both ends included."""

    min: int  # lowest rating
    max: int  # highest rating


class StatementEntry(Part):
    """A statement of ``statements.yml``."""

    code: Name  # in evidence keys: panel:CODE.agreement_median
    text: LocalText  # the wording
    topic: Name | None = None  # what it belongs to
    scale: RatingScale | None = None
    links: tuple[str, ...] = ()  # keys of evidence about the same


class StatementFile(Part):
    """``statements.yml``: what the panel rated."""

    dont_know: tuple[Code, ...] = ()  # codes for "don't know" in the ratings
    statements: tuple[StatementEntry, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement that the experts rated, with its scale."""

    code: str
    text: Text
    topic: str
    low: int
    high: int
    links: tuple[str, ...] = ()


# --- codes ----------------------------------------------------------------------------------


def find_code_file(settings: Settings) -> Path | None:
    """Return the file with the code system: the declared one, else a REFI-QDA file of the cases."""
    files = settings.info.files
    if files.codes:
        return settings.data_folder / files.codes
    if not files.cases:
        return None
    cases = settings.data_folder / files.cases
    candidates = sorted(cases.iterdir()) if cases.is_dir() else [cases]
    for suffix in (".qdc", ".qdpx"):
        for path in candidates:
            if path.suffix.lower() == suffix:
                return path
    return None


def read_codes(settings: Settings) -> tuple[CodeSystem, list[Problem]]:
    """Read the code system of the study; an empty one where there is none.

    Every document asks for it, so what was read is kept until the file changes.
    """
    path = find_code_file(settings)
    if path is None:
        return CodeSystem(), []
    codes, problems = _read_codes_at(_Same(settings), path, _file_state(path))
    return codes, list(problems)


class _Same:
    """Settings, equal to themselves alone: what is kept for one study serves no other."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.settings is self.settings

    def __hash__(self) -> int:
        return id(self.settings)


def _file_state(path: Path) -> tuple[int, int] | None:
    """Return what tells that a file has changed; ``None`` where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=8)
def _read_codes_at(
    same: _Same, path: Path, _file_state: tuple[int, int] | None
) -> tuple[CodeSystem, tuple[Problem, ...]]:
    codes, problems = _read_codes(path, same.settings)
    return codes, tuple(problems)


def _read_codes(path: Path, settings: Settings) -> tuple[CodeSystem, list[Problem]]:
    name = relative_name(path, settings)
    if path.suffix.lower() not in (".qdc", ".qdpx"):
        return _read_code_file(path, settings)
    try:
        entries = read_refi_codes(_refi_root(path, name))
    except (SourceError, OSError) as error:
        message = error.message if isinstance(error, SourceError) else "cannot be read"
        return CodeSystem(), [Problem(name, None, "", message, "export it again as REFI-QDA")]
    return CodeSystem(_flatten(entries), name), []


def _read_code_file(path: Path, settings: Settings) -> tuple[CodeSystem, list[Problem]]:
    source, problems = read_yaml(path, settings)
    if source is None:
        return CodeSystem(), problems
    parsed, wrong = parse_part(source, CodeFile, source.value)
    problems += wrong
    if parsed is None:
        return CodeSystem(), problems
    problems += text_problems(source, parsed, settings.languages)
    problems += _doubled_codes(source, parsed.codes)
    return CodeSystem(_flatten(parsed.codes), source.file), problems


def _doubled_codes(source: YamlFile, entries: tuple[CodeEntry, ...]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for at, entry in _walk(entries, ("codes",)):
        if entry.code in seen:
            rule = f"the code {entry.code!r} stands twice"
            remedy = "give each code a name of its own, also in different branches"
            problems.append(Problem(source.file, source.line(at), "code", rule, remedy))
        seen.add(entry.code)
    return problems


def _walk(
    entries: tuple[CodeEntry, ...], at: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], CodeEntry]]:
    for index, entry in enumerate(entries):
        yield (*at, index), entry
        yield from _walk(entry.children, (*at, index, "children"))


def _flatten(
    entries: tuple[CodeEntry, ...],
    parents: tuple[str, ...] = (),
    polarity: Polarity = "success",
) -> dict[str, Factor]:
    factors: dict[str, Factor] = {}
    for entry in entries:
        own = entry.polarity or polarity
        children = tuple(child.code for child in entry.children)
        factors.setdefault(
            entry.code,
            Factor(
                entry.code, entry.name, entry.description, own, parents, children, entry.aliases
            ),
        )
        for code, factor in _flatten(entry.children, (*parents, entry.code), own).items():
            factors.setdefault(code, factor)
    return factors


def _refi_root(path: Path, name: str) -> etree._Element:
    if path.suffix.lower() == ".qdc":
        return parse_xml(path.read_bytes(), name)
    with open_archive(path, name) as archive:
        member = project_member(archive, name)
        return parse_xml(read_member(archive, member, name, LARGEST_PROJECT), name)


def read_refi_codes(root: etree._Element) -> tuple[CodeEntry, ...]:
    """Return the codes of a REFI-QDA codebook or project, as a tree.

    Names become codes; a name that stands in several places is told apart by the names above it.
    The REFI-QDA identifier becomes an alias.

    References
    ----------
    REFI-QDA standard 1.5, https://www.qdasoftware.org/, elements CodeBook, Codes, Code.
    """
    tops = [
        code
        for element in root.iter()
        if local_name(element) == "Codes"
        for code in element
        if local_name(code) == "Code"
    ]
    taken: set[str] = set()
    counts = _count_slugs(tops)
    return tuple(_refi_entry(element, (), counts, taken) for element in tops)


def _count_slugs(elements: list[etree._Element]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for top in elements:
        for element in top.iter():
            if local_name(element) == "Code":
                slug = make_code(element.get("name", ""))
                counts[slug] = counts.get(slug, 0) + 1
    return counts


def _refi_entry(
    element: etree._Element, above: tuple[str, ...], counts: Mapping[str, int], taken: set[str]
) -> CodeEntry:
    name = element.get("name", "")
    slug = make_code(name)
    code = slug if counts[slug] == 1 else "_".join((*above[-1:], slug))
    if code in taken:
        code = "_".join((*above, slug))
    number = 2
    while code in taken:
        code, number = f"{slug}_{number}", number + 1
    taken.add(code)
    description = next(
        (child.text for child in element if local_name(child) == "Description" and child.text), None
    )
    return CodeEntry(
        code=code,
        name=Text({"": name}),
        description=Text({"": description}) if description else None,
        aliases=(element.get("guid", ""),) if element.get("guid") else (),
        children=tuple(
            _refi_entry(child, (*above, slug), counts, taken)
            for child in element
            if local_name(child) == "Code"
        ),
    )


def make_code(name: str) -> str:
    """Return a name for evidence keys: ``Öffentliche Mittel`` → ``oeffentliche_mittel``."""
    slug = make_slug(name, "_", longest=0)
    return slug if slug[:1].isalpha() else f"code_{slug}".rstrip("_")


# --- statements -----------------------------------------------------------------------------


def read_statements(settings: Settings) -> tuple[dict[str, Statement], list[Problem]]:
    """Read the statements that the panel rated, by code, in the order of the file."""
    statements, _, problems = read_statement_file(settings)
    return statements, problems


def read_statement_file(
    settings: Settings,
) -> tuple[dict[str, Statement], tuple[str, ...], list[Problem]]:
    """Read ``statements.yml``: the statements, the codes for "don't know", and problems."""
    if settings.info.files.statements is None:
        return {}, (), []
    path = settings.data_folder / settings.info.files.statements
    statements, dont_know, problems = _read_statements_at(_Same(settings), path, _file_state(path))
    return dict(statements), dont_know, list(problems)


@lru_cache(maxsize=8)
def _read_statements_at(
    same: _Same, path: Path, _file_state: tuple[int, int] | None
) -> tuple[Mapping[str, Statement], tuple[str, ...], tuple[Problem, ...]]:
    statements, dont_know, problems = _read_statements(path, same.settings)
    return statements, dont_know, tuple(problems)


def _read_statements(
    path: Path, settings: Settings
) -> tuple[dict[str, Statement], tuple[str, ...], list[Problem]]:
    source, problems = read_yaml(path, settings)
    if source is None:
        return {}, (), problems
    parsed, wrong = parse_part(source, StatementFile, source.value)
    problems += wrong
    if parsed is None:
        return {}, (), problems
    problems += text_problems(source, parsed, settings.languages)
    statements: dict[str, Statement] = {}
    for index, entry in enumerate(parsed.statements):
        problems += _check_statement(source, index, entry, statements, settings)
        statements.setdefault(entry.code, _as_statement(entry, settings))
    return statements, parsed.dont_know, problems


def _as_statement(entry: StatementEntry, settings: Settings) -> Statement:
    panel = settings.info.panel
    scale = entry.scale or RatingScale(min=panel.scale_low, max=panel.scale_high)
    return Statement(entry.code, entry.text, entry.topic or "", scale.min, scale.max, entry.links)


def _check_statement(
    source: YamlFile,
    index: int,
    entry: StatementEntry,
    before: Mapping[str, Statement],
    settings: Settings,
) -> list[Problem]:
    line = source.line(("statements", index))
    problems = []
    if entry.code in before:
        rule = f"the statement {entry.code!r} stands twice"
        problems.append(Problem(source.file, line, "code", rule, "give each a code of its own"))
    if entry.scale and entry.scale.min >= entry.scale.max:
        rule = "a scale's min is below its max"
        problems.append(Problem(source.file, line, "scale", rule, "correct the ends of the scale"))
    topics = [topic.code for topic in settings.info.topics]
    if entry.topic and entry.topic not in topics:
        error = UnknownNameError.among("topic", entry.topic, topics)
        problems.append(Problem(source.file, line, "topic", error.message, error.hint or ""))
    return problems
