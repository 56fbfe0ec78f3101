"""What of the cases may leave: quotes with consent, pseudonym and role, and portraits.

`disclosure` calls `release_material` and hands on what it gives. A name to hide in anything that
would be released stops it; the error names file and segment and never the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from briefgen.config.settings import Settings
from briefgen.config.textfiles import LONGEST_WORD, longest_word
from briefgen.errors import DisclosureError
from briefgen.evidence.cases.material import Case, CaseMaterial, HasCases, Interview, Segment
from briefgen.model import CaseStudy, Quote, Text


def release_material(study: HasCases) -> tuple[tuple[Quote, ...], tuple[CaseStudy, ...]]:
    """Return the quotes and cases that may be published, in the order of the files.

    Raises
    ------
    DisclosureError
        If a name to hide stands in one of them.
    """
    material = study.cases
    if material is None:
        return (), ()
    _refuse_names(material)
    languages = study.settings.languages
    quotes = tuple(
        quote
        for case, interview, segment in _quotable(material, study.settings)
        for quote in _as_quotes(material, case, interview, segment, languages)
    )
    cases = tuple(
        _as_case_study(material, case)
        for case in material.cases
        if case.publish and case.portrait is not None
    )
    return quotes, cases


def _quotable(
    material: CaseMaterial, settings: Settings
) -> Iterator[tuple[Case, Interview, Segment]]:
    """Yield what may be quoted: with consent, pseudonym, translation, role, no word too long."""
    languages, has_roles = settings.languages, bool(settings.info.case_studies.roles)
    for case, interview, segment in material.segments():
        if (
            case.publish
            and segment.consent
            and (interview.role or not has_roles)
            and not _lacks(interview.pseudonym, languages)
            and not _lacks(segment.text, languages)
            and longest_word(segment.text.values()) <= LONGEST_WORD
        ):
            yield case, interview, segment


def _lacks(text: Text, languages: Sequence[str]) -> bool:
    return bool(text.missing(languages)) or not any(item.strip() for item in text.values())


def _as_quotes(
    material: CaseMaterial,
    case: Case,
    interview: Interview,
    segment: Segment,
    languages: Sequence[str],
) -> Iterator[Quote]:
    """One quote for each code of the segment; all begin with the same id."""
    name = f"{case.code}/{interview.id}/{segment.id}"
    for index, code in enumerate(segment.codes):
        yield Quote(
            id=name if index == 0 else f"{name}#{code}",
            case=case.code,
            region=case.region,
            region_type=case.region_type,
            role=interview.role,
            pseudonym=interview.pseudonym[languages[0]],
            factor=code,
            polarity=material.polarity(segment, code),
            text=segment.text,
            audiences=segment.audiences,
            pseudonyms=interview.pseudonym,
        )


def _as_case_study(material: CaseMaterial, case: Case) -> CaseStudy:
    mentioned = {
        code
        for interview in case.interviews
        for segment in interview.counted
        for code in segment.codes
    }
    return CaseStudy(
        code=case.code,
        name=case.name,
        region=case.region,
        region_type=case.region_type,
        attributes=dict(case.attributes),
        portrait=case.portrait or Text({}),
        lesson=case.lesson or Text({"": ""}),
        factors=tuple(factor.code for factor in material.codes if factor.code in mentioned),
        interviews=len(case.interviews),
    )


# --- names to hide --------------------------------------------------------------------------


def identifying_places(material: CaseMaterial) -> list[tuple[str, int | None, str]]:
    """Return file, line and place of each text for publication that holds a name to hide.

    All segments with consent are looked at, also those that another reason keeps back.
    """
    hidden = material.hidden
    found: list[tuple[str, int | None, str]] = []
    for case in material.cases:
        if not case.publish:
            continue
        parts = {"name": case.name, "portrait": case.portrait, "lesson": case.lesson}
        parts |= {f"attributes.{name}": text for name, text in case.attributes.items()}
        found += [
            (case.file, None, f"case {case.code}, {name}")
            for name, text in parts.items()
            if hidden.occur_in(text)
        ]
        for interview in case.interviews:
            found += _interview_places(material, case, interview)
    return found


def _interview_places(
    material: CaseMaterial, case: Case, interview: Interview
) -> list[tuple[str, int | None, str]]:
    place = f"case {case.code}, interview {interview.id}"
    consented = [segment for segment in interview.counted if segment.consent]
    found: list[tuple[str, int | None, str]] = []
    if consented and material.hidden.occur_in(interview.pseudonym):
        found.append((case.file, None, f"{place}, pseudonym"))
    return found + [
        (segment.file, segment.line, f"{place}, segment {segment.id}")
        for segment in consented
        if material.hidden.occur_in(segment.text)
    ]


def _refuse_names(material: CaseMaterial) -> None:
    places = identifying_places(material)
    if not places:
        return
    file, line, place = places[0]
    others = "".join(
        f"\n  {other}{f', line {number}' if number else ''}: {where}"
        for other, number, where in places[1:]
    )
    raise DisclosureError(
        f"{place}: a name to hide stands in what would be published{others}",
        where=file if line is None else f"{file}, line {line}",
        hint="put a pseudonym in its place, or withdraw the consent to quote it",
    )
