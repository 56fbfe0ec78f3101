"""All that ``briefgen check`` looks at: data, texts in all languages, templates."""

from __future__ import annotations

from briefgen import compose, locales, validate
from briefgen.errors import Problem
from briefgen.settings import Settings


def find_problems(settings: Settings) -> list[Problem]:
    """Return every problem of a study, errors first, then by file and row."""
    problems = [
        *validate.check_study(settings),
        *locales.missing_messages(settings),
        *compose.lint_templates(settings),
    ]
    return sorted(
        dict.fromkeys(problems),
        key=lambda item: (item.severity, item.file, item.row or 0, item.column, item.rule),
    )
