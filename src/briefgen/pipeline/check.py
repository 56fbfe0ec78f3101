"""All that ``briefgen check`` looks at: data, texts in all languages, templates."""

from __future__ import annotations

from briefgen.config.settings import Settings
from briefgen.content import compose, language
from briefgen.errors import BriefgenError, Problem
from briefgen.evidence import sources
from briefgen.evidence.cases.read import describe_cases
from briefgen.evidence.load import check_study


def find_problems(settings: Settings) -> list[Problem]:
    """Return every problem of a study, errors first, then by file and row."""
    problems = [
        *check_study(settings),
        *language.missing_messages(settings),
        *compose.lint_templates(settings),
    ]
    return sorted(
        dict.fromkeys(problems),
        key=lambda item: (item.severity, item.file, item.row or 0, item.column, item.rule),
    )


def describe_reading(settings: Settings) -> list[str]:
    """Return for each table of the study how it was read, one line each.

    Encoding, delimiter or sheet, header rows, filled rows, how many are read and what was left
    out. A file that cannot be read is left to `find_problems`.
    """
    files = settings.info.files
    told = []
    for source in (files.survey, files.frame, files.panel):
        if source is None:
            continue
        try:
            table = sources.read_table(source, settings.data_folder)
        except BriefgenError:
            continue
        name = sources.name_file(settings, source)
        told.append(f"{name}: {table.reading.tell(len(table.frame))}")
    return [*told, *describe_cases(settings)]
