from __future__ import annotations

import openpyxl
import pytest

from briefgen.evidence.cases import count_codes, estimate_cases, read_cases, release_material
from qualitative_by_hand import QualitativeStudy, case, dump, qualitative_study

MAXQDA = """Farbe;Kommentar;Dokumentgruppe;Dokumentname;Code;Anfang;Ende;Segment;Bearbeitet von
;;Süd;Interview 01;Menschen\\Persönlicher Kontakt;1;1;Sie rief an.;AB
;;Süd;Interview 01;Menschen\\Vertrauen;1;1;Sie rief an.;AB
;;Nord;Interview 02;Zeit;4;4;Keine Zeit.;AB
"""
TAGUETTE = """id,document,tag,content
1,Interview 01,contact,Sie rief an.
1,Interview 01,trust,Sie rief an.
2,Interview 02,time,Keine Zeit.
"""
ATLAS = [
    ["ID", "Quotation Name", "Document", "Quotation Content", "Codes", "Modified by"],
    ["1:1", "", "Interview 01", "Sie rief an.", "Personal contact\nTrust", "AB"],
    ["2:1", "", "Interview 02", "Keine Zeit.", "Time", "AB"],
    ["2:2", "", "Interview 02", "Ohne Code.", None, "AB"],
]


def study_with(tmp_path, name, content=""):
    interviews = [
        {"id": "i1", "role": "sme", "document": "interview 01"},
        {"id": "i2", "role": "coordinator", "document": "Interview 02"},
    ]
    files = {"cases/c01.yml": dump(case("c01", interviews=interviews))}
    settings = qualitative_study(tmp_path, files | {f"cases/{name}": content})
    (tmp_path / "data" / "cases" / "c02.yml").unlink()
    return settings


def said(material):
    return {
        interview.id: [(part.codes, list(part.text.values())) for part in interview.segments]
        for interview in material.cases[0].interviews
    }


EXPECTED = {
    "i1": [(("contact", "trust"), ["Sie rief an."])],
    "i2": [(("time",), ["Keine Zeit."])],
}


@pytest.mark.parametrize(("name", "content"), [("maxqda.csv", MAXQDA), ("taguette.csv", TAGUETTE)])
def test_exports_are_matched_with_interviews_by_document(tmp_path, name, content):
    material, problems = read_cases(study_with(tmp_path, name, content))
    assert problems == []
    assert said(material) == EXPECTED
    assert count_codes(material) == {"people": 0, "contact": 1, "trust": 1, "time": 1}


NEW_MAXQDA = (
    "Color,Comment,Document group,Document name,Code,Beginning,End,Weight score,Segment,Speaker,"
    "Created by,Created,Modified by,Modified,Area,Coverage %\n"
    "#ff0000,,South,Interview 01,People > Personal contact,3,3,0,Sie rief an.,B1,AB,"
    "2026-03-01,AB,2026-03-02,12,0.4\n"
    "#ff0000,,South,Interview 01,People > Trust,3,3,0,Sie rief an.,B1,AB,"
    "2026-03-01,AB,2026-03-02,12,0.4\n"
    "#ff0000,,North,Interview 02,Time,4,4,0,Keine Zeit.,I,AB,2026-03-01,AB,2026-03-02,9,0.2\n"
)


def test_an_english_export_with_speakers_is_read(tmp_path):
    material, problems = read_cases(study_with(tmp_path, "maxqda.csv", NEW_MAXQDA))
    assert problems == []
    assert said(material) == EXPECTED
    coders = {segment.coder for _, _, segment in material.segments()}
    assert coders == {"AB"}


@pytest.mark.parametrize(
    ("speaker", "role"),
    [("KMU", "sme"), ("Koordination 2", "coordinator"), ("SME1: Anna", "sme"), ("B1", "")],
)
def test_a_speaker_tells_the_role_where_it_is_one(tmp_path, speaker, role):
    content = f"document,code,segment,speaker,region\nA,trust,Gut.,{speaker},BY\n"
    settings = qualitative_study(tmp_path, {"export.csv": content}, cases="export.csv")
    material, problems = read_cases(settings)
    assert problems == []
    assert material.cases[0].interviews[0].role == role


ATLAS_GERMAN = (
    "ID;Zitatname;Dokument;Dokumentgruppen;Kodes;Zitatinhalt;Kommentar;Erstellt von\n"
    '1:1;;Interview 01;Süd;"Persönlicher Kontakt\nVertrauen";Sie rief an.;;AB\n'
    "2:1;;Interview 02;Nord;Zeit;Keine Zeit.;;AB\n"
)


def test_a_german_export_of_atlas_ti_is_read(tmp_path):
    material, problems = read_cases(study_with(tmp_path, "atlas.csv", ATLAS_GERMAN))
    assert problems == []
    assert said(material) == EXPECTED


def test_document_groups_of_an_export_alone_are_its_cases(tmp_path):
    settings = qualitative_study(tmp_path, {"export.csv": ATLAS_GERMAN}, cases="export.csv")
    material, _ = read_cases(settings)
    assert len(material.cases) == 2


def test_an_excel_export_of_atlas_ti_is_read(tmp_path):
    settings = study_with(tmp_path, "x.csv")
    (tmp_path / "data" / "cases" / "x.csv").unlink()
    book = openpyxl.Workbook()
    for row in ATLAS:
        book.active.append(row)
    book.save(tmp_path / "data" / "cases" / "atlas.xlsx")
    book.close()
    material, problems = read_cases(settings)
    assert problems == []
    assert said(material) == EXPECTED


def test_a_document_without_interview_and_an_unknown_code_are_problems(tmp_path):
    content = TAGUETTE + "3,Interview 09,trust,x\n4,Interview 01,trsut,y\n"
    _, problems = read_cases(study_with(tmp_path, "taguette.csv", content))
    assert [(problem.row, problem.column) for problem in problems] == [
        (6, "code"), (5, "document"),
    ]  # fmt: skip
    assert "did you mean trust" in problems[0].remedy


def test_an_export_without_code_column_is_a_problem(tmp_path):
    _, problems = read_cases(study_with(tmp_path, "x.csv", "document,content\nInterview 01,x\n"))
    assert [problem.rule for problem in problems] == [
        "an export of coded segments has columns for code"
    ]


def test_exported_words_of_unknown_language_are_counted_but_not_quoted(tmp_path):
    settings = study_with(tmp_path, "taguette.csv", TAGUETTE)
    material, _ = read_cases(settings)
    study = QualitativeStudy(settings, material)
    counts = estimate_cases(study).set_index("key")["value"]
    assert counts["case:factor.trust.interviews@DE"] == 1
    assert release_material(study)[0] == ()


def test_an_export_alone_makes_cases_with_neutral_names(tmp_path):
    content = (
        "document,code,segment_de,segment_en,role,region,consent,pseudonym\n"
        "Beispiel GmbH,trust,Gut.,Good.,KMU,BY,ja,Firma A\n"
        "Muster AG,time,Eng.,Tight.,Koordination,Bayern,nein,Netz B\n"
    )
    settings = qualitative_study(tmp_path, {"export.csv": content}, cases="export.csv")
    material, problems = read_cases(settings)
    assert problems == []
    assert [(one.code, one.region, dict(one.name)) for one in material.cases] == [
        ("c01", "DE2", {"": "c01"}), ("c02", "DE2", {"": "c02"}),
    ]  # fmt: skip
    quotes, cases = release_material(QualitativeStudy(settings, material))
    assert [(quote.id, quote.pseudonym_in("en"), quote.text["en"]) for quote in quotes] == [
        ("c01/i1/1", "Firma A", "Good.")
    ]
    assert cases == ()


def test_region_types_are_found_by_name_and_unknown_ones_are_a_problem(tmp_path):
    content = (
        "document,code,segment,region,region_type\n"
        "A,trust,x,DE1,Ländliche Räume\nB,trust,y,DE1,Sumpf\n"
    )
    settings = qualitative_study(tmp_path, {"export.csv": content}, cases="export.csv")
    material, problems = read_cases(settings)
    assert [one.region_type for one in material.cases] == ["rural", ""]
    assert [(problem.row, problem.rule) for problem in problems] == [
        (3, "there is no region type 'Sumpf'")
    ]


def test_an_unknown_role_is_a_problem(tmp_path):
    content = "document,code,segment,role\nA,trust,x,Hausmeister\n"
    settings = qualitative_study(tmp_path, {"export.csv": content}, cases="export.csv")
    _, problems = read_cases(settings)
    assert [(problem.row, problem.column, problem.rule) for problem in problems] == [
        (2, "role", "the role is not known")
    ]
