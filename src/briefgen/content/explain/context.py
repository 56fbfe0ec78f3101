"""What explanations are made of: a study, its released evidence and its recommendations.

In: `Released`, `Settings`, recommendations. Out: an `ExplanationContext`, and evidence by the
spellings that a user may choose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from briefgen.config.conditions import locate_key
from briefgen.config.recommendations import Recommendation
from briefgen.config.settings import Settings
from briefgen.config.wording import CodeSystem, Statement, read_codes, read_statements
from briefgen.content.explain.explanation import WORDS, say
from briefgen.content.language import Locale
from briefgen.errors import UnknownNameError
from briefgen.model import Evidence, Released, Text


@dataclass(frozen=True)
class ExplanationContext:
    """Everything that an explanation may name.

    Attributes
    ----------
    recommendations, statements
        By code.
    locales
        By language of the study.
    """

    released: Released
    settings: Settings
    recommendations: Mapping[str, Recommendation]
    statements: Mapping[str, Statement]
    codes: CodeSystem
    locales: Mapping[str, Locale]

    @classmethod
    def of(
        cls, released: Released, settings: Settings, recommendations: Sequence[Recommendation]
    ) -> ExplanationContext:
        """Read what explanations name beside the released evidence."""
        return cls(
            released,
            settings,
            {one.code: one for one in recommendations},
            read_statements(settings)[0],
            read_codes(settings)[0],
            {code: Locale(settings, code) for code in settings.languages},
        )


def find_evidence(context: ExplanationContext, key: str, region: str = "") -> Evidence | None:
    """Return the evidence that a key means; its source and domain may be left out."""
    spellings = [key, *(f"{source}:{key}" for source in ("survey", "case", "panel"))]
    nation = context.settings.nation
    for spelling in spellings:
        try:
            located = locate_key(spelling, region or nation, nation)
        except UnknownNameError:
            continue
        if (found := context.released.evidence.get(located)) is not None:
            return found
    return None


def word(context: ExplanationContext, name: str) -> Text:
    """Return one of the words of explanations in all languages of the study."""
    message = WORDS[name]
    return Text({code: locale.text(message) for code, locale in context.locales.items()})


def join_names(context: ExplanationContext, names: Iterable[Mapping[str, str]]) -> Text:
    """Join names with commas and "and", in every language of the study."""
    names = list(names)
    return Text(
        {
            code: locale.join([say(name, code) for name in names])
            for code, locale in context.locales.items()
        }
    )
