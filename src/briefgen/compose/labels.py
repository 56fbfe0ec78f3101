"""Interface texts of pages, in the language of a document."""

from __future__ import annotations

from briefgen.locales import Locale
from briefgen.settings import Settings


def page_labels(settings: Settings, language: str) -> dict[str, str]:
    """Translate all interface texts that `briefgen.pages` shows, by their names.

    Raises
    ------
    SettingsError
        If the catalogue lacks one.
    """
    from briefgen.pages import LABELS  # noqa: PLC0415

    locale = Locale(settings, language)
    return {name: locale.text(text) for name, text in LABELS.items()}
