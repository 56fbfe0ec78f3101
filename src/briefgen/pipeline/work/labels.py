"""Interface texts of pages, in the language of a document."""

from __future__ import annotations

from briefgen.config.document_kinds import can_refer_to, document_kinds
from briefgen.config.settings import Settings
from briefgen.content.language import Locale
from briefgen.output.pages import LABELS


def page_labels(settings: Settings, language: str) -> dict[str, str]:
    """Translate all interface texts that `briefgen.output.pages` shows, by their names.

    Raises
    ------
    SettingsError
        If the catalogue lacks one.
    """
    locale = Locale(settings, language)
    kinds = {name: kind.label for name, kind in document_kinds().items()}
    return {name: locale.text(text) for name, text in {**LABELS, **kinds}.items()}


def imprint_lines(settings: Settings, language: str) -> list[tuple[str, str]]:
    """Return what the imprint tells beside the names: contact, licence, address, data version."""
    text = Locale(settings, language).text
    info, publication = settings.info, settings.info.publication
    contact = (info.contact.name[language], info.contact.email, info.contact.phone)
    licence = publication.licence[language] if publication.licence else ""
    lines = [
        (text("Contact"), ", ".join(part for part in contact if part)),
        (text("Licence"), licence),
        (text(_also_there(settings)), publication.url),
        (
            text("How this was made"),
            text(
                "Made by briefgen from the data of edition {edition}: the same data give the same"
                " document. The values of each figure and table are published as files.",
                edition=settings.edition,
            ),
        ),
    ]
    return [(label, content) for label, content in lines if content]


def _also_there(settings: Settings) -> str:
    """Say what the address of the publication leads to."""
    has_briefs = can_refer_to(settings, "briefs")
    if has_briefs and can_refer_to(settings, "short version"):
        return "All formats, the short version and the policy briefs"
    if has_briefs:
        return "All formats and the policy briefs"
    return "All formats"
