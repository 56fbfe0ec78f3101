from __future__ import annotations

import pytest

from briefgen.errors import DisclosureError
from briefgen.evidence.cases import read_cases, release_material
from briefgen.evidence.cases.hiding import HiddenNames
from qualitative_by_hand import (
    QualitativeStudy,
    case,
    dump,
    qualitative_study,
    read_study,
    segment,
    text,
)


def released_from(tmp_path, **more):
    settings = qualitative_study(tmp_path, {"cases/c01.yml": dump(case("c01", **more))})
    (tmp_path / "data" / "cases" / "c02.yml").unlink()
    return release_material(read_study(settings))


def interview(*segments, **more):
    return {
        "id": "i1",
        "role": "sme",
        "pseudonym": text("Meister", "Master"),
        "segments": list(segments),
    } | more


def test_quotes_have_consent_pseudonym_and_role(tmp_path):
    quotes, cases = release_material(read_study(qualitative_study(tmp_path)))
    assert [(quote.id, quote.role, quote.factor, quote.polarity) for quote in quotes] == [
        ("c01/i1/s1", "coordinator", "contact", "success"),
        ("c01/i1/2", "coordinator", "time", "challenge"),
        ("c02/i1/s1", "coordinator", "contact", "success"),
        ("c02/i1/2", "coordinator", "time", "challenge"),
    ]
    assert quotes[0].pseudonym_in("de") == "Koordinatorin"
    assert quotes[0].pseudonym_in("en") == "Coordinator"
    assert [(one.code, one.factors, one.interviews) for one in cases] == [
        ("c01", ("contact", "time"), 2),
        ("c02", ("contact", "time"), 2),
    ]


@pytest.mark.parametrize(
    "said",
    [
        interview(segment("trust", consent=False)),
        interview({"code": "trust", "text": text("A", "B")}),
        interview(segment("trust"), pseudonym=None),
        interview(segment("trust", text={"de": "Nur deutsch"})),
        interview(segment("trust", text="")),
        interview({"code": "trust", "consent": True}),
        interview(segment("trust", text="w" * 5000)),
    ],
    ids=["refused", "silent", "no pseudonym", "one language", "empty", "no text", "a long word"],
)
def test_what_lacks_something_is_not_quoted(tmp_path, said):
    quotes, cases = released_from(tmp_path, interviews=[said])
    assert quotes == ()
    assert len(cases) == 1


def test_a_segment_with_a_word_too_long_to_print_is_told(tmp_path):
    said = interview(segment("trust", text="w" * 5000))
    content = {"cases/c01.yml": dump(case("c01", interviews=[said]))}
    _, problems = read_cases(qualitative_study(tmp_path, content))
    told = [p for p in problems if "it is not quoted" in p.rule]
    assert [(p.file, p.severity) for p in told] == [("data/cases/c01.yml", "warning")]


def test_a_case_that_is_kept_back_gives_nothing(tmp_path):
    assert released_from(tmp_path, publish=False) == ((), ())


def test_a_segment_with_two_codes_is_a_quote_of_both(tmp_path):
    quotes, _ = released_from(
        tmp_path, interviews=[interview(segment("trust", id="s", codes=["time"]))]
    )
    assert [(quote.id, quote.factor) for quote in quotes] == [
        ("c01/i1/s", "trust"), ("c01/i1/s#time", "time"),
    ]  # fmt: skip


NAMED = "Bei der Beispielfirma läuft es gut."


@pytest.mark.parametrize(
    ("more", "place"),
    [
        (
            {"interviews": [interview(segment("trust", NAMED, id="s7"))]},
            "interview i1, segment s7",
        ),
        ({"portrait": text("Ein Netz.", NAMED)}, "case c01, portrait"),
        ({"name": "Netz Beispielfirma"}, "case c01, name"),
        ({"attributes": {"seat": "Musterstadt-Nord"}}, "attributes.seat"),
        (
            {"interviews": [interview(segment("trust"), pseudonym="Herr Beispielfirma")]},
            "pseudonym",
        ),
    ],
    ids=["quote", "portrait", "name", "attribute", "pseudonym"],
)
def test_a_name_to_hide_stops_the_release_without_showing_the_text(tmp_path, more, place):
    with pytest.raises(DisclosureError) as caught:
        released_from(tmp_path, **more)
    message = str(caught.value)
    assert place in message
    assert "data/cases/c01.yml" in message
    for part in ("Beispielfirma", "Musterstadt", "läuft"):
        assert part not in message


def test_the_error_names_every_place_with_its_line(tmp_path):
    segments = [segment("trust", NAMED, id="s1"), segment("time", NAMED, id="s2")]
    content = dump(case("c01", interviews=[interview(*segments)]))
    settings = qualitative_study(tmp_path, {"cases/c01.yml": content})
    material, problems = read_cases(settings)
    lines = [n for n, line in enumerate(content.splitlines(), 1) if line.startswith("  - code:")]
    assert [problem.row for problem in problems] == lines
    assert {problem.severity for problem in problems} == {"warning"}
    with pytest.raises(DisclosureError) as caught:
        release_material(QualitativeStudy(settings, material))
    assert all(f"line {line}" in str(caught.value) for line in lines)


def test_a_name_in_words_that_are_not_published_stops_nothing(tmp_path):
    quotes, _ = released_from(
        tmp_path, interviews=[interview(segment("trust", NAMED, consent=False))]
    )
    assert quotes == ()


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("bei MÜLLER & Söhne", True),
        ("Mu\u0308ller & So\u0308hne", True),
        ("Müller  &\nSöhne", True),
        ("Mül\u00adler & Söhne", True),
        ("Müller & Söhnes Werk", True),
        ("Müller und Söhne", False),
        ("in Neustadt", True),
        ("Neustadts Markt", True),
        ("Neustadt-Süd", True),
        ("Altneustadt", False),
        ("Neustadter", False),
        ("Krankenhausverbund", True),
        ("ein Kranker", False),
    ],
)
def test_names_are_found_as_whole_words_however_written(said, found):
    hidden = HiddenNames(("Müller & Söhne", "Neustadt", "Krankenhaus*"))
    assert hidden.occur_in(said) is found


def test_without_names_nothing_is_hidden():
    assert not HiddenNames(("", "*")).occur_in("anything at all")
