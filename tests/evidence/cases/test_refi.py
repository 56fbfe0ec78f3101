from __future__ import annotations

import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from briefgen.config.textfiles import parse_xml
from briefgen.config.wording import read_codes
from briefgen.errors import SourceError
from briefgen.evidence.cases import count_codes, estimate_cases, read_cases
from qualitative_by_hand import QualitativeStudy, qualitative_study

REAL = Path(__file__).parents[3].parent / "shared" / "data" / "refi-qda" / "demo.qdpx"
real_project = pytest.mark.skipif(
    not REAL.exists(), reason="the real project is not beside the code"
)

PROJECT = """<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="p">
 <Users><User name="AB" guid="u1"/><User name="CD" guid="u2"/></Users>
 <CodeBook><Codes>
  <Code guid="g1" name="Vertrauen" isCodable="true"><Description>Offen</Description>
   <Code guid="g2" name="Zeit" isCodable="true"/></Code>
  <Code guid="g3" name="Zeit" isCodable="true"/>
 </Codes></CodeBook>
 <Sources>
  <TextSource guid="t1" name="Gespräch A" plainTextPath="internal://t1.txt">
   <PlainTextSelection guid="p1" startPosition="4" endPosition="9">
    <Coding guid="k1" creatingUser="u1"><CodeRef targetGUID="g1"/></Coding>
    <Coding guid="k2" creatingUser="u1"><CodeRef targetGUID="g3"/></Coding>
    <Coding guid="k3" creatingUser="u2"><CodeRef targetGUID="g1"/></Coding>
   </PlainTextSelection>
  </TextSource>
  <PictureSource guid="t2" name="Bild B" path="internal://b.png">
   <PictureSelection guid="p2" firstX="0" firstY="0" secondX="9" secondY="9">
    <Coding guid="k4" creatingUser="u1"><CodeRef targetGUID="g2"/></Coding>
   </PictureSelection>
  </PictureSource>
  <TextSource guid="t3" name="Gespräch C" plainTextPath="internal://../../etc/passwd"/>
 </Sources>
</Project>"""


def write_project(path: Path, project: str = PROJECT) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("project.qde", project)
        archive.writestr("sources/t1.txt", "Äöü Wörter bleiben ganz.")


def project_study(tmp_path, project=PROJECT):
    settings = qualitative_study(tmp_path, cases="p.qdpx", codes=None)
    write_project(tmp_path / "data" / "p.qdpx", project)
    return settings


@real_project
def test_the_real_projects_code_counts_agree_with_its_file(tmp_path):
    settings = qualitative_study(tmp_path, cases="demo.qdpx", codes=None)
    (tmp_path / "data" / "demo.qdpx").write_bytes(REAL.read_bytes())
    material, problems = read_cases(settings)
    assert problems == []
    with zipfile.ZipFile(REAL) as archive:
        raw = archive.read("project.qde").decode()
    # counted with regular expressions, apart from the reader's XML
    wanted = Counter(re.findall(r'<CodeRef targetGUID="([^"]+)"', raw))
    by_code = {factor.code: factor.aliases[0] for factor in material.codes}
    counts = {by_code[code]: count for code, count in count_codes(material).items() if count}
    assert counts == dict(wanted)
    assert sum(counts.values()) == 205
    assert len(material.codes) == raw.count("<Code ") == 262
    assert [interview.document for one in material.cases for interview in one.interviews] == [
        "admin-1", "board_2017",
    ]  # fmt: skip


@real_project
def test_the_real_projects_segments_have_the_words_at_their_positions(tmp_path):
    settings = qualitative_study(tmp_path, cases="demo.qdpx", codes=None)
    (tmp_path / "data" / "demo.qdpx").write_bytes(REAL.read_bytes())
    material, _ = read_cases(settings)
    with zipfile.ZipFile(REAL) as archive:
        words = archive.read("sources/board_2017.txt").decode()
    segment = next(iter(material.segments()))[2]
    assert segment.text["und"] == " ".join(words[320:400].split())
    study = QualitativeStudy(settings, material)
    estimates = estimate_cases(study).set_index("key")["value"]
    assert estimates["case:cases@DE"] == 2


def test_selections_coders_and_documents_are_read(tmp_path):
    material, problems = read_cases(project_study(tmp_path))
    assert problems == []
    interviews = {
        interview.document: interview for one in material.cases for interview in one.interviews
    }
    assert list(interviews) == ["Bild B", "Gespräch A", "Gespräch C"]
    first, second = interviews["Gespräch A"].segments
    assert (first.coder, second.coder) == ("AB", "CD")
    assert first.text["und"] == "Wörte"
    assert first.codes == ("vertrauen", "zeit")
    assert interviews["Bild B"].segments[0].codes == ("vertrauen_zeit",)
    assert interviews["Gespräch C"].segments == ()


CASES = """<Variables><Variable guid="v1" name="Region" typeOfVariable="Text"/>
 <Variable guid="v2" name="Rolle" typeOfVariable="Text"/></Variables>
 <Cases><Case guid="f1" name="Fall Nord">
  <VariableValue><VariableRef targetGUID="v1"/><TextValue>Bayern</TextValue></VariableValue>
  <VariableValue><VariableRef targetGUID="v2"/><TextValue>Betrieb</TextValue></VariableValue>
  <SourceRef targetGUID="t1"/><SourceRef targetGUID="t3"/>
 </Case></Cases>"""


def test_the_projects_own_cases_group_its_documents(tmp_path):
    project = PROJECT.replace("</Sources>", f"</Sources>{CASES}")
    material, problems = read_cases(project_study(tmp_path, project))
    assert problems == []
    found = [
        (one.region, [(part.document, part.role) for part in one.interviews])
        for one in material.cases
    ]
    assert found == [
        ("", [("Bild B", "")]),
        ("DE2", [("Gespräch A", "sme"), ("Gespräch C", "sme")]),
    ]


def test_names_that_stand_in_several_places_become_different_codes(tmp_path):
    codes, problems = read_codes(project_study(tmp_path))
    assert problems == []
    assert {factor.code: factor.parents for factor in codes} == {
        "vertrauen": (), "vertrauen_zeit": ("vertrauen",), "zeit": (),
    }  # fmt: skip
    assert codes["vertrauen"].description["de"] == "Offen"


def test_a_codebook_alone_is_a_code_system(tmp_path):
    settings = qualitative_study(tmp_path, {"codes.qdc": PROJECT}, codes="codes.qdc")
    codes, problems = read_codes(settings)
    assert problems == []
    assert len(codes) == 3


BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>
<Project xmlns="urn:QDA-XML:project:1.0"><CodeBook><Codes><Code name="&b;"/></Codes></CodeBook>
</Project>"""


@pytest.mark.parametrize(
    ("project", "rule"),
    [(BOMB, "document type"), ("<Project>", "not well-formed"), ("", "not well-formed")],
)
def test_harmful_or_broken_xml_is_a_problem(tmp_path, project, rule):
    material, problems = read_cases(project_study(tmp_path, project))
    assert material is None
    assert all(rule in problem.rule for problem in problems)
    assert problems


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_in_any_encoding(encoding):
    with pytest.raises(SourceError, match="document type"):
        parse_xml(BOMB.replace('"1.0"', f'"1.0" encoding="{encoding}"').encode(encoding), "p.qdpx")


def test_an_archive_that_is_none_is_a_problem(tmp_path):
    settings = qualitative_study(tmp_path, {"p.qdpx": "no zip"}, cases="p.qdpx", codes=None)
    material, problems = read_cases(settings)
    assert material is None
    assert {problem.rule for problem in problems} == {"is not a zip archive, or a damaged one"}


def test_an_archive_without_project_is_a_problem(tmp_path):
    settings = qualitative_study(tmp_path, cases="p.qdpx", codes=None)
    with zipfile.ZipFile(tmp_path / "data" / "p.qdpx", "w") as archive:
        archive.writestr("other.txt", "")
    _, problems = read_cases(settings)
    assert {problem.rule for problem in problems} == {"the archive has no project (.qde)"}


def test_what_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("briefgen.config.textfiles.LARGEST_MEMBER", 1000)
    _, problems = read_cases(project_study(tmp_path))
    assert all("unpacks to more than" in problem.rule for problem in problems)
    assert problems
