"""Template + key + evidence → a complete Quarto document, and the checks of templates."""

from briefgen.content.compose.composer import Composed, Composer
from briefgen.content.compose.lint import lint_numbers, lint_templates
from briefgen.content.compose.messages import list_message_problems
from briefgen.content.compose.views import hidden_keys

__all__ = [
    "Composed",
    "Composer",
    "hidden_keys",
    "lint_numbers",
    "lint_templates",
    "list_message_problems",
]
