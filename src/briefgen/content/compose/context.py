"""The document that is being composed: what every piece of it may ask.

In: settings, released evidence, a document key. `boxes` and `scope` make Markdown from it.
"""

from __future__ import annotations

from functools import cached_property

from briefgen.config.settings import Settings, Tier
from briefgen.content.compose import views
from briefgen.content.language import Locale
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.findings import choose_findings, make_title, title_too_few
from briefgen.content.language.labels import describe_place
from briefgen.content.tiers import find_tier, find_type, is_imprecise
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
        """Return the title: the strongest finding that the brief tells, with a verb."""
        if not self.tells_something:
            return title_too_few(self.sentences, self.region, self.key.audience)
        return make_title(
            self.sentences,
            self.profile,
            self.key.audience,
            stands_for=self.stands_for(self.profile),
        )

    def stands_for(self, domain: str) -> str:
        """Return the document's region where a type of region stands for it, else ``""``."""
        return self.region if domain.startswith("type:") and not self.is_national else ""

    @property
    def is_national(self) -> bool:
        """Whether the document is about the whole country."""
        return self.region == self.settings.nation

    @cached_property
    def tier(self) -> Tier:
        """What the region's answers bear."""
        return find_tier(self.released, self.settings, self.region)

    @cached_property
    def profile(self) -> str:
        """The domain whose findings the document tells.

        That is the region where its answers bear it, else its own type, else the nation.
        """
        own = [self.region] if self.tier == "full" else []
        kind = f"type:{self._region_type()}" if self._region_type() else self.settings.nation
        for domain in (*own, kind):
            stands_for = self.stands_for(domain)
            if choose_findings(
                self.sentences, domain, self.key.audience, limit=1, stands_for=stands_for
            ):
                return domain
        return self.settings.nation

    @property
    def tells_something(self) -> bool:
        """Whether the findings are the region's own, or those of a type that stands in for it."""
        return self.profile == self.region or self.profile != self.settings.nation

    @cached_property
    def doc(self) -> views.DocumentView:
        """The document itself."""
        return views.document_view(
            self.settings,
            self.key,
            in_region=describe_place(self.sentences, self.region),
            has_findings=self.profile == self.region
            and bool(choose_findings(self.sentences, self.region, self.key.audience, limit=3)),
            region_type=self._region_type(),
            tier=self.tier,
            is_imprecise=is_imprecise(self.released, self.region),
            profile=self.profile,
            in_profile=describe_place(self.sentences, self.profile),
        )

    @property
    def factors_of_advice(self) -> tuple[str, ...]:
        """The factors that the document's advice rests on."""
        return ()

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
        return find_type(self.released, self.settings, self.region)
