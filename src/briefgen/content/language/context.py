"""What sentences in one language are made of: the study, its released evidence, the locale.

In: `Settings`, `Released`, a language. Out: a `SentenceContext`, which every function of `labels`,
`clauses`, `comparisons`, `sentences` and `findings` takes first; the evidence of a key; and
`Finding`, a result that is worth a sentence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from briefgen.config.measures import finding_measures
from briefgen.config.settings import Settings
from briefgen.config.wording import Factor, Statement, read_codes, read_statements
from briefgen.content.language.locale import Locale
from briefgen.content.language.markdown import plain_text
from briefgen.model import SHRUNK, Evidence, EvidenceKey, Released, Status, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One result worth telling, with the sentence that tells it.

    Attributes
    ----------
    key, contrast
        Evidence keys of the value, and of its difference from the rest (``""`` where none).
    score
        How much it deserves to be told to this audience: larger is earlier.
    value
        Of the evidence, in its unit, for putting findings in order.
    """

    key: str
    contrast: str
    verdict: Verdict
    topic: str
    question: str
    score: float
    sentence: str
    value: float = 0.0

    @property
    def text(self) -> str:
        """The sentence without markup."""
        return plain_text(self.sentence)

    @property
    def ref(self) -> str:
        """Variable and measure, as templates name them."""
        parsed = EvidenceKey.parse(self.key)
        return f"{parsed.variable}.{parsed.measure}"

    def __str__(self) -> str:
        return self.sentence


@dataclass(frozen=True, eq=False)
class SentenceContext:
    """Released evidence, and the language that it is put into words in.

    Attributes
    ----------
    settings, released
        Labels and values.
    locale
        Of the language.
    reach
        By audience the measures that its recommendations move, as ``variable.measure``: what this
        reader can change. An audience without any can be told everything.
    concern
        By audience the statements and subjects that its recommendations rest on.
    rankings
        The candidates for findings by region, audience and topic, ranked once; many documents
        ask for the same. `findings` keeps it.
    """

    settings: Settings
    released: Released
    locale: Locale
    reach: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    concern: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    rankings: dict[tuple[str, str, str, str], list[Finding]] = field(
        default_factory=dict, repr=False
    )

    @classmethod
    def of(
        cls,
        settings: Settings,
        released: Released,
        language: str,
        reach: Mapping[str, frozenset[str]] | None = None,
        concern: Mapping[str, frozenset[str]] | None = None,
    ) -> SentenceContext:
        """Return the context of a language (code as in ``study.yml``)."""
        return cls(settings, released, Locale(settings, language), reach or {}, concern or {})

    @property
    def language(self) -> str:
        """Code of the language."""
        return self.locale.language

    @property
    def has_place(self) -> bool:
        """Whether the study says where all of its respondents are."""
        return self.settings.info.regions.nation.is_place

    @cached_property
    def headlines(self) -> Mapping[str, list[str]]:
        """Variables and measures of each question that findings are chosen from."""
        found: dict[str, list[str]] = {}
        for variable in self.settings.variables.values():
            found.setdefault(variable.question.code, []).extend(
                f"{variable.code}.{measure}" for measure in finding_measures(variable)
            )
        return found

    @cached_property
    def statements(self) -> Mapping[str, Statement]:
        """The panel's statements by code."""
        return read_statements(self.settings)[0]

    @cached_property
    def factors(self) -> Mapping[str, Factor]:
        """The factors of the case studies by code."""
        return read_codes(self.settings)[0].factors


def find_evidence(context: SentenceContext, key: str) -> Evidence:
    """Return the evidence of a key; a domain without any answers gives a suppressed value.

    Raises
    ------
    UnknownNameError
        If there is no such evidence for the nation either.
    """
    found = context.released.evidence.get(key)
    if found is not None:
        return found
    parsed = EvidenceKey.parse(key)
    nation = str(parsed._replace(domain=context.settings.nation, contrast=""))
    if parsed.domain not in context.settings.domains or nation not in context.released:
        return context.released[key]
    return replace(
        context.released[nation],
        key=key,
        domain=parsed.domain,
        contrast=parsed.contrast,
        value=None,
        low=None,
        high=None,
        n=None,
        status=Status.PRIMARY,
        reason="base",
    )


def find_contrast(context: SentenceContext, evidence: Evidence) -> Evidence | None:
    """Return the difference from the rest, where there is one."""
    return context.released.evidence.get(f"{evidence.key}~rest")


def find_shrunken(context: SentenceContext, evidence: Evidence) -> Evidence | None:
    """Return what remains of the difference from the rest after selection, for regions."""
    return context.released.evidence.get(f"{evidence.key}~{SHRUNK}")


def find_national(context: SentenceContext, evidence: Evidence) -> Evidence | None:
    """Return the nation's value of the same measure, where it is another and published."""
    if evidence.domain == context.settings.nation:
        return None
    parsed = EvidenceKey.parse(evidence.key)._replace(domain=context.settings.nation)
    found = context.released.evidence.get(str(parsed))
    return found if found is not None and found.is_published else None
