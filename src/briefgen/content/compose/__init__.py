"""Template + key + evidence → a complete Quarto document, and the checks of templates."""

from briefgen.content.compose.composer import MOST_WORDS, Composed, Composer
from briefgen.content.compose.labels import imprint_lines, page_labels
from briefgen.content.compose.lint import lint_numbers, lint_templates

__all__ = [
    "MOST_WORDS",
    "Composed",
    "Composer",
    "imprint_lines",
    "lint_numbers",
    "lint_templates",
    "page_labels",
]
