"""The few frozen types that the stages pass on.

Keys of evidence are stable strings with one grammar::

    source:variable.measure@domain~contrast
    survey:q07_steering.often@DE1          share "often" in the region DE1
    survey:q07_steering.often@DE1~rest     difference between DE1 and all others
    survey:q04.mean@type:boom              mean in a region type
    survey:q05.chamber@DE1+type:boom       a crossing of two domains
    response:rate@DE1                      response rate
    case:factor.personal_contact.cases@DE  cases that mention a factor
    panel:s03.agreement.median             median rating of a statement

A domain is the nation's code (``DE``), a region's code (``DE1``), ``type:CODE`` for a region
type, ``VARIABLE:OPTION`` for a declared subgroup, or a crossing joined by ``+``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from briefgen.errors import SettingsError, UnknownNameError

KEY_PATTERN: Final = re.compile(
    r"(?P<source>survey|response|case|panel):(?P<name>[^@~\s]+)"
    r"(?:@(?P<domain>[^~\s]+))?(?:~(?P<contrast>\S+))?"
)


REST: Final = "rest"
SHRUNK: Final = "shrunk"
"""Contrasts with all others: as estimated, and shrunk for having been picked. All other contrasts
name an earlier edition."""


class EvidenceKey(NamedTuple):
    """The parts of an evidence key; ``str()`` puts them together again."""

    source: str
    variable: str
    measure: str
    domain: str
    contrast: str

    @classmethod
    def parse(cls, text: str) -> EvidenceKey:
        """Take a key apart.

        Raises
        ------
        UnknownNameError
            If the text is not a key.
        """
        match = KEY_PATTERN.fullmatch(text)
        if match is None:
            raise UnknownNameError(
                f"{text!r} is not an evidence key",
                hint="a key looks like survey:q07.often@DE1 or panel:s03.agreement.median",
            )
        variable, _, measure = match["name"].partition(".")
        return cls(
            match["source"], variable, measure, match["domain"] or "", match["contrast"] or ""
        )

    def __str__(self) -> str:
        name = f"{self.variable}.{self.measure}" if self.measure else self.variable
        domain = f"@{self.domain}" if self.domain else ""
        contrast = f"~{self.contrast}" if self.contrast else ""
        return f"{self.source}:{name}{domain}{contrast}"


class Text(Mapping[str, str]):
    """A text in the languages of the study, by language code.

    A text written without languages (``{"": "…"}``) serves every language.
    """

    __slots__ = ("_by_language",)

    def __init__(self, by_language: Mapping[str, str]) -> None:
        self._by_language = dict(by_language)

    def __getitem__(self, language: str) -> str:
        try:
            return self._by_language[language]
        except KeyError:
            if "" in self._by_language:
                return self._by_language[""]
            known = next(iter(self._by_language.values()), "")
            languages = ", ".join(self._by_language) or "none"
            raise SettingsError(
                f"a text has no translation to {language!r}: {known[:60]!r}",
                hint=f"add the text in {language!r} beside {languages}",
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_language)

    def __len__(self) -> int:
        return len(self._by_language)

    def __hash__(self) -> int:
        return hash(tuple(sorted(self._by_language.items())))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self._by_language == other._by_language

    def __repr__(self) -> str:
        return f"Text({self._by_language!r})"

    def missing(self, languages: Iterable[str]) -> list[str]:
        """Return the languages without a translation."""
        if "" in self._by_language:
            return []
        return [
            language for language in languages if not self._by_language.get(language, "").strip()
        ]


class Kind(StrEnum):
    """Names of the kinds of documents that ship; `config.document_kinds` declares them."""

    REPORT = "report"
    SUMMARY = "summary"
    BRIEF = "brief"


@dataclass(frozen=True, order=True, slots=True)
class DocumentKey:
    """Which document: enough to make it alone, on demand.

    ``region`` is a region's code, the nation's code for a national brief, and ``""`` for report
    and summary, which also have no audience.
    """

    kind: str
    region: str
    audience: str
    language: str
    edition: str

    @property
    def name(self) -> str:
        """A short stable name, safe in file names: ``brief-DE1-smes-de``."""
        return "-".join(
            part for part in (self.kind, self.region, self.audience, self.language) if part
        )


class Status(StrEnum):
    """What disclosure control decided about a value."""

    PUBLISHED = "published"
    PRIMARY = "suppressed (primary)"
    COMPLEMENTARY = "suppressed (complementary)"
    COARSENED = "coarsened"


Verdict = Literal["higher", "lower", "same", "unknown"]
Band = tuple[float | None, float | None]
"""At least and at most so much, in the unit (shares 0–1); ``None`` where an end is open."""

ESTIMATE_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "key": "str",  # evidence key, unique
        "source": "str",  # survey | response | case | panel
        "variable": "str",  # q07_steering
        "measure": "str",  # option, box or statistic: often, mean, median
        "domain": "str",  # DE, DE1, type:boom; "" where there is none
        "contrast": "str",  # "", rest, or the edition compared with
        "statistic": "str",  # share, mean, …: `config.measures.rounding_of` knows all
        "unit": "str",  # share | points (of share) | count | years | … (codebook unit name)
        "value": "float64",  # share 0–1, difference −1–1, else in the unit
        "se": "float64",  # standard error, same unit
        "low": "float64",  # confidence limits
        "high": "float64",
        "count": "float64",  # unweighted answers counted in the numerator; NaN where not a share
        "n": "float64",  # unweighted respondents in the base
        "weighted_n": "float64",
        "n_eff": "float64",
        "deff": "float64",
        "p_value": "float64",  # of a contrast
        "p_adjusted": "float64",
        "method": "str",  # "wilson (effective n)", "taylor", …
    }
)
"""Columns and dtypes of the tidy table of estimates that analysis hands to disclosure control."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One released value, with all that a reader may ask about it.

    Attributes
    ----------
    value, low, high
        In the unit: shares 0–1, differences of shares −1–1. ``None`` where suppressed.
    n
        Unweighted number of respondents, cases or raters that the value rests on, as released;
        ``None`` where suppressed.
    band
        What can be said of a suppressed share or mean: "at least 70 %" is ``(0.7, None)``.
        ``n`` is its base then. Whether a value may be told or compared, it does not change.
    verdict
        Of a contrast: what the adjusted interval bears.
    reason
        Why suppressed or coarsened, as a code that the locales put into words:
        ``base``, ``cell``, ``unanimous``, ``dominance``, ``sum``, ``difference``, ``edition``, ….
    text
        For evidence that is words: a consensus label, a theme.
    files
        The data files it comes from, relative to the study.
    as_of
        The edition whose value this is, where an older value stays.
    """

    key: str
    source: str
    variable: str
    measure: str
    domain: str
    contrast: str
    statistic: str
    unit: str
    value: float | None
    low: float | None
    high: float | None
    n: int | None
    method: str
    status: Status
    reason: str = ""
    verdict: Verdict = "unknown"
    text: str = ""
    files: tuple[str, ...] = ()
    as_of: str = ""
    band: Band | None = None

    @property
    def is_published(self) -> bool:
        """Whether there is a value to show."""
        return self.status in (Status.PUBLISHED, Status.COARSENED)


@dataclass(frozen=True, slots=True)
class Quote:
    """A released quote: consented, pseudonymous, and free of names to hide."""

    id: str
    case: str
    region: str  # region code
    region_type: str
    role: str  # a code of the study's roles, or ""
    pseudonym: str
    factor: str
    polarity: Literal["success", "challenge"]
    text: Text
    audiences: tuple[str, ...] = ()
    pseudonyms: Text | None = None  # the pseudonym in each language, where it is put into words

    def __post_init__(self) -> None:
        if self.pseudonyms is not None and not isinstance(self.pseudonyms, Text):
            object.__setattr__(self, "pseudonyms", Text(self.pseudonyms))

    def pseudonym_in(self, language: str) -> str:
        """Return the pseudonym as it is printed in a document of this language."""
        return self.pseudonyms[language] if self.pseudonyms else self.pseudonym


@dataclass(frozen=True, slots=True)
class CaseStudy:
    """A released case: portrait, attributes and the factors it shows."""

    code: str
    name: Text  # pseudonymous
    region: str
    region_type: str
    attributes: Mapping[str, Text]
    portrait: Text
    lesson: Text
    factors: tuple[str, ...]
    interviews: int


@dataclass(frozen=True, slots=True)
class Comment:
    """A released comment of the expert panel on a statement."""

    statement: str
    round: int
    text: Text


@dataclass(frozen=True)
class Released:
    """All that has passed the wall, and nothing else. Made by ``disclosure`` alone."""

    evidence: Mapping[str, Evidence]
    quotes: tuple[Quote, ...] = ()
    cases: tuple[CaseStudy, ...] = ()
    comments: tuple[Comment, ...] = ()
    previous: Mapping[str, Evidence] = field(default_factory=dict)  # the last edition's evidence

    def __getitem__(self, key: str) -> Evidence:
        try:
            return self.evidence[key]
        except KeyError:
            raise UnknownNameError.among("evidence", key, self.evidence) from None

    def __contains__(self, key: object) -> bool:
        return key in self.evidence

    def find_published(self, key: str) -> Evidence | None:
        """Return evidence that is published with a value or a label; ``None`` without."""
        item = self.evidence.get(key)
        if item is None or not item.is_published or (item.value is None and not item.text):
            return None
        return item

    def select(
        self,
        *,
        source: str | None = None,
        variable: str | None = None,
        domain: str | None = None,
        contrast: str | None = "",
    ) -> list[Evidence]:
        """Return the evidence that fits, in the order of release; ``None`` fits all."""
        return [
            item
            for item in self.evidence.values()
            if (source is None or item.source == source)
            and (variable is None or item.variable == variable)
            and (domain is None or item.domain == domain)
            and (contrast is None or item.contrast == contrast)
        ]
