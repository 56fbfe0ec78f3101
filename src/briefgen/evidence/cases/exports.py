"""Read coded segments from tables that QDA programs export.

The shapes of MAXQDA ("coded segments"), ATLAS.ti ("quotations"), Taguette ("highlights"), Dedoose
("excerpts"), QualCoder and NVivo (coded text), with German or English headers, and a plain table of
the same content with further columns.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from briefgen.config.settings import DataSource, Settings
from briefgen.config.textfiles import relative_name
from briefgen.config.wording import Polarity
from briefgen.errors import BriefgenError, Problem, group_problems, suggest
from briefgen.model import Text

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("case", "fall"),
    "interview": ("interview",),
    "region": ("region",),
    "region_type": ("region_type", "regionstyp", "raumtyp"),
    "group": (
        "document group", "dokumentgruppe", "dokumentengruppe", "document groups",
        "dokumentgruppen", "dokumentengruppen",
    ),
    "document": (
        "document name", "dokumentname", "document", "dokument", "media title", "file name",
        "filename", "file", "dateiname", "datei", "source", "quelle",
    ),
    "id": ("id",),
    "code": (
        "code", "codes", "kode", "kodes", "tag", "tags", "codename", "code name",
        "codes applied combined",
    ),
    "segment": (
        "segment", "quotation content", "zitatinhalt", "zitat-inhalt", "excerpt copy", "excerpt",
        "coded text", "codierter text", "content", "inhalt", "text", "coded",
    ),
    "role": ("role", "rolle"),
    "speaker": ("speaker", "sprecher", "sprecherin", "sprecher:in"),
    "pseudonym": ("pseudonym",),
    "consent": ("consent", "einwilligung"),
    "polarity": ("polarity", "wertung"),
    "coder": (
        "coder", "excerpt creator", "created by", "erstellt von", "author", "autor", "coded by",
        "codiert von", "modified by", "bearbeitet von", "geändert von",
    ),
    "language": ("language", "sprache"),
}  # fmt: skip
"""What is read, and the headers it may have: the first that is there counts."""

APPLIED: Final = re.compile(r"Code: (?P<code>.+) Applied")
YES: Final = frozenset({"yes", "ja", "true", "wahr", "1", "x", "y", "j"})
_POLARITIES: Final[Mapping[str, Polarity]] = {
    "success": "success", "erfolg": "success", "erfolgsfaktor": "success",
    "challenge": "challenge", "herausforderung": "challenge",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a document comes from and who speaks in it; ``""`` is what an export does not tell."""

    region: str = ""
    region_type: str = ""
    role: str = ""
    pseudonym: str = ""


def read_origin(cell: Mapping[str, str], settings: Settings) -> Origin:
    """Return the origin that cells or variables of a case tell, by field of `COLUMNS`."""
    return Origin(
        region=cell.get("region", ""),
        region_type=cell.get("region_type", ""),
        role=find_role(cell.get("role", ""), settings)
        or find_role(cell.get("speaker", ""), settings),
        pseudonym=cell.get("pseudonym", ""),
    )


def find_role(written: str, settings: Settings) -> str:
    """Return the code of the study's role that a cell names, perhaps with a number: ``Guide 2``.

    The whole cell counts, else its first word; ``""`` where it names none.
    """
    known = {
        name.casefold(): role.code
        for role in settings.info.case_studies.roles
        for name in (role.code, *role.name.values(), *role.many.values(), *role.aliases)
    }
    folded = written.strip().casefold()
    word = re.split(r"[\s:_]+", folded, maxsplit=1)[0].rstrip("0123456789")
    return known.get(folded) or known.get(folded.rstrip("0123456789 ")) or known.get(word, "")


def unknown_role(
    written: str, settings: Settings, file: str, row: int | None, column: str
) -> Problem:
    """Return the problem of a role that the study does not list.

    Where it lists none, nothing is printed of who speaks, and that is told.
    """
    codes = [role.code for role in settings.info.case_studies.roles]
    listed = "list it in study.yml: case_studies: roles:"
    if codes:
        remedy = f"{suggest(written, codes)} Or {listed}"
        return Problem(file, row, column, "the role is not known", remedy)
    rule = "the study lists no roles: quotes do not say who speaks"
    return Problem(file, row, column, rule, listed, "warning")


@dataclass(frozen=True, slots=True)
class ExportedSegment:
    """A coded segment as an export has it, before it is matched with an interview.

    ``codes`` are as the program calls them; ``row`` is as its user counts.
    """

    document: str
    codes: tuple[str, ...]
    text: Text
    case: str = ""
    interview: str = ""
    origin: Origin = Origin()
    consent: bool = False
    polarity: Polarity | None = None
    coder: str = ""
    id: str = ""
    file: str = ""
    row: int | None = None


def read_table_export(
    path: Path, settings: Settings, report: Callable[[str], None] = lambda _line: None
) -> tuple[list[ExportedSegment], list[Problem]]:
    """Read the segments of a CSV or Excel export.

    Parameters
    ----------
    report
        Called with a line that says how the table was read.
    """
    from briefgen.evidence import sources  # noqa: PLC0415 - a heavy module that YAML alone does not need

    name = relative_name(path, settings)
    try:
        table = sources.read_table(DataSource(path=path.name), path.parent)
    except BriefgenError as error:
        remedy = error.hint or "save it as CSV or Excel"
        return [], [Problem(name, error.row, "", error.message, remedy, traceback=error.traceback)]
    report(f"{name}: {table.describe()}")
    frame = table.frame
    columns = find_columns([str(column) for column in frame.columns])
    if "document" not in columns and "interview" in columns:
        columns["document"] = columns["interview"]
    lacks = [field for field in ("code", "document") if field not in columns]
    if lacks:
        rule = f"an export of coded segments has columns for {' and '.join(lacks)}"
        remedy = "export code, segment and document; headers are listed in docs/evidence.md"
        return [], [Problem(name, 1, "", rule, remedy)]
    found: list[ExportedSegment] = []
    problems = [replace(problem, file=name) for problem in table.problems]
    for row, record in zip(frame.index, frame.to_dict("records"), strict=True):
        cells = {str(column): str(cell).strip() for column, cell in record.items()}
        segment, wrong = _read_row(cells, columns, settings, name, int(row))
        problems += wrong
        if segment is not None:
            found.append(segment)
    return merge_rows(found), group_problems(problems)


def find_columns(headers: list[str]) -> dict[str, str]:
    """Return the table's header for each field of `COLUMNS` that it has."""
    folded = {header.strip().casefold(): header for header in reversed(headers)}
    return {
        field: folded[name]
        for field, names in COLUMNS.items()
        for name in reversed(names)
        if name in folded
    }


def _read_row(
    cells: Mapping[str, str],
    columns: Mapping[str, str],
    settings: Settings,
    file: str,
    row: int,
) -> tuple[ExportedSegment | None, list[Problem]]:
    cell = {field: cells[header] for field, header in columns.items()}
    codes = _applied_codes(cells) or split_codes(cell["code"])
    if not any(cells.values()) or not codes:
        return None, []  # an empty row, or a quotation without a code
    problems = list(_check_row(cell, columns, settings, file, row))
    segment = ExportedSegment(
        document=cell["document"],
        codes=codes,
        text=_row_text(cells, cell, settings),
        case=cell.get("case") or cell.get("group", ""),
        interview=cell.get("interview", ""),
        origin=read_origin(cell, settings),
        consent=cell.get("consent", "").casefold() in YES,
        polarity=_POLARITIES.get(cell.get("polarity", "").casefold()),
        coder=cell.get("coder", ""),
        id=cell.get("id", ""),
        file=file,
        row=row,
    )
    return segment, problems


def _check_row(
    cell: Mapping[str, str], columns: Mapping[str, str], settings: Settings, file: str, row: int
) -> Iterator[Problem]:
    """Report words that are not understood; a speaker may be anybody, and the interview tells."""
    if cell.get("role") and not find_role(cell["role"], settings):
        yield unknown_role(cell["role"], settings, file, row, columns["role"])
    if cell.get("polarity") and cell["polarity"].casefold() not in _POLARITIES:
        rule, remedy = "the polarity is not known", "write success or challenge"
        yield Problem(file, row, columns["polarity"], rule, remedy)


def _row_text(cells: Mapping[str, str], cell: Mapping[str, str], settings: Settings) -> Text:
    folded = {header.strip().casefold(): value for header, value in cells.items()}
    translated = {
        language: folded[f"segment_{language}"]
        for language in settings.languages
        if folded.get(f"segment_{language}")
    }
    if translated:
        return Text(translated)
    return as_text(cell.get("segment", ""), cell.get("language", ""), settings)


def as_text(words: str, language: str, settings: Settings) -> Text:
    """Return words of a document as `Text`; of an unknown language (``und``) unless it is plain.

    Only a study in one language may take it that its documents are in that language.
    """
    if not words:
        return Text({})
    alone = settings.languages[0] if len(settings.languages) == 1 else "und"
    return Text({language or alone: words})


def _applied_codes(cells: Mapping[str, str]) -> tuple[str, ...]:
    """Return the codes that Dedoose marks in a column of their own: ``Code: Trust Applied``."""
    found = ((APPLIED.fullmatch(header.strip()), value) for header, value in cells.items())
    return tuple(match["code"] for match, value in found if match and value.casefold() in YES)


def split_codes(cell: str) -> tuple[str, ...]:
    """Return the codes of a cell: one a line, or parted by semicolons."""
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[\n;]", cell) if part.strip()))


def merge_rows(segments: list[ExportedSegment]) -> list[ExportedSegment]:
    """Unite the rows of one segment: exports repeat it for each of its codes."""
    merged: dict[tuple[str, ...], ExportedSegment] = {}
    for number, segment in enumerate(segments):
        words = " ".join(segment.text.values())
        # without id and words there is nothing to tell rows alike by
        own = "" if segment.id or words else str(number)
        key = (segment.case, segment.document, segment.coder, segment.id, words, own)
        before = merged.get(key)
        if before is None:
            merged[key] = segment
        elif before.polarity == segment.polarity:
            codes = tuple(dict.fromkeys((*before.codes, *segment.codes)))
            merged[key] = replace(before, codes=codes, consent=before.consent and segment.consent)
        else:
            merged[(*key, str(number))] = segment
    return list(merged.values())
