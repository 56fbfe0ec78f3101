"""What case studies are made of before release: cases, interviews and coded segments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from briefgen.config.settings import Settings
from briefgen.config.wording import CodeSystem, Polarity
from briefgen.evidence.cases.hiding import HiddenNames
from briefgen.model import Text


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an interview with its codes.

    Attributes
    ----------
    unit
        What coders coded alike or not: the segment's own id where it has one, else its text.
    polarity
        As stated with the segment; ``None`` leaves it to each code.
    consent
        Whether it may be printed word for word.
    file, line
        Where it stands, for messages.
    """

    id: str
    unit: str
    codes: tuple[str, ...]
    polarity: Polarity | None
    text: Text
    consent: bool
    audiences: tuple[str, ...] = ()
    coder: str = ""
    file: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Interview:
    """An interview; ``role`` is a code of the study's roles, ``""`` where nothing tells it."""

    id: str
    role: str
    pseudonym: Text
    document: str
    consent: bool
    segments: tuple[Segment, ...]

    @property
    def main_coder(self) -> str:
        """Who coded most of its segments; of several the first by name."""
        counts: dict[str, int] = {}
        for segment in self.segments:
            counts[segment.coder] = counts.get(segment.coder, 0) + 1
        return min(counts, key=lambda coder: (-counts[coder], coder), default="")

    @property
    def counted(self) -> tuple[Segment, ...]:
        """Segments of the main coder: others' serve the check of agreement alone."""
        main = self.main_coder
        return tuple(segment for segment in self.segments if segment.coder == main)


@dataclass(frozen=True, slots=True)
class Case:
    """A case; ``region`` is ``""`` where an export does not tell it."""

    code: str
    name: Text
    region: str
    region_type: str
    attributes: Mapping[str, Text]
    portrait: Text | None
    lesson: Text | None
    publish: bool
    interviews: tuple[Interview, ...]
    file: str


@dataclass(frozen=True, slots=True)
class CaseMaterial:
    """All cases of a study, with the code system and the names to hide."""

    codes: CodeSystem
    cases: tuple[Case, ...]
    hidden: HiddenNames
    files: tuple[str, ...] = ()

    def segments(self) -> Iterator[tuple[Case, Interview, Segment]]:
        """Yield each segment that counts, with its interview and case."""
        for case in self.cases:
            for interview in case.interviews:
                for segment in interview.counted:
                    yield case, interview, segment

    def polarity(self, segment: Segment, code: str) -> Polarity:
        """Return whether the segment speaks of ``code`` as success factor or challenge."""
        return segment.polarity or self.codes[code].polarity


class HasCases(Protocol):
    """What these functions need of a study."""

    @property
    def settings(self) -> Settings:
        """The configuration."""

    @property
    def cases(self) -> CaseMaterial | None:
        """The cases, where the study has some."""
