"""The document that is being composed: what every piece of it may ask.

In: settings, released evidence, a document key. `boxes` and `scope` make Markdown from it.
"""

from __future__ import annotations

from functools import cached_property

from briefgen.config.settings import Settings
from briefgen.content.compose import views
from briefgen.content.language import Locale
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.findings import choose_findings, make_title
from briefgen.content.language.labels import describe_place
from briefgen.model import DocumentKey, Released


class DocumentContext:
    """One document, its evidence and its language.

    Parameters
    ----------
    settings, released
        Of the study.
    key
        The document.
    sentences
        What its sentences are made of, in its language.
    """

    def __init__(
        self,
        settings: Settings,
        released: Released,
        key: DocumentKey,
        sentences: SentenceContext,
    ) -> None:
        self.settings = settings
        self.released = released
        self.key = key
        self.sentences = sentences
        self.locale: Locale = sentences.locale
        self.language = key.language
        self.region = key.region or settings.nation

    def title(self) -> str:
        """Return the title: the strongest finding for region and audience, with a verb."""
        return make_title(self.sentences, self.region, self.key.audience)

    @cached_property
    def doc(self) -> views.DocumentView:
        """The document itself."""
        return views.document_view(
            self.settings,
            self.key,
            in_region=describe_place(self.sentences, self.region),
            has_findings=bool(choose_findings(self.sentences, self.region, limit=3)),
            region_type=self._region_type(),
        )

    @property
    def home(self) -> str:
        """The nation, where the whole document is about it, so that it need not be named."""
        return self.settings.nation if self.doc.is_national else ""

    @property
    def has_survey(self) -> bool:
        """Whether the study made a survey."""
        return self.settings.info.files.survey is not None

    @property
    def compares(self) -> bool:
        """Whether anything is compared with the rest: regions, types or subgroups."""
        info = self.settings.info
        return bool(self.settings.regions or info.region_types or info.statistics.subgroups)

    @property
    def is_nowhere(self) -> bool:
        """Whether the document is about all respondents of a study that names no place."""
        nation = self.settings.info.regions.nation
        return self.region == nation.code and not nation.is_place

    def _region_type(self) -> str:
        """Return the type that most of a region's respondents are in, where crossings tell."""
        types = self.settings.info.region_types
        counts = {
            item.code: self.released.evidence.get(
                f"response:answers@{self.region}+type:{item.code}"
            )
            for item in (types.list if types else ())
        }
        known = {code: item.value for code, item in counts.items() if item and item.value}
        return max(known, key=lambda code: known[code] or 0.0) if known else ""
