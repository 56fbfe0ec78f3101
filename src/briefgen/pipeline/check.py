"""All that ``briefgen check`` looks at: data, texts in all languages, templates."""

from __future__ import annotations

from briefgen.config.settings import Settings
from briefgen.content import compose, language
from briefgen.errors import Problem
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
