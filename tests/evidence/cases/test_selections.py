"""What programs write into REFI-QDA projects, and whose words a selection is."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field

import pytest

from briefgen.config.wording import read_codes
from briefgen.evidence.cases import estimate_cases, read_cases
from briefgen.evidence.cases.selections import Selection, read_selections
from qualitative_by_hand import QualitativeStudy, qualitative_study

LINES = [
    f"I: Question {n}?\nP: Answer {n}, told at some length, so that it is long." for n in range(9)
]
WORDS = "One person whom everybody can call at any time."
TEXT = "\n".join([*LINES, f"P: {WORDS}", "I: Thank you."])


@dataclass
class Project:
    """A project that is written as a program would."""

    sources: list[str]
    texts: dict[str, bytes]
    more: str = ""
    origin: str = "Test"
    member: str = "project.qde"
    extra: dict[str, str] = field(default_factory=dict)

    def write(self, path) -> None:
        xml = (
            '<?xml version="1.0" encoding="utf-8"?><Project xmlns="urn:QDA-XML:project:1.0" '
            f'name="p" origin="{self.origin}"><Users><User guid="u" name="A"/></Users><CodeBook>'
            '<Codes><Code guid="k" name="contact"/></Codes></CodeBook>'
            f"{self.more}<Sources>{''.join(self.sources)}</Sources>{self.extra.get('after', '')}"
            "</Project>"
        )
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(self.member, xml)
            for name, content in self.texts.items():
                archive.writestr(f"sources/{name}", content)


CODING = '<Coding guid="c" creatingUser="u"><CodeRef targetGUID="k"/></Coding>'


def selection(start: int, end: int, name: str = "", guid: str = "s1") -> str:
    return (
        f'<PlainTextSelection guid="{guid}" name="{name}" startPosition="{start}" '
        f'endPosition="{end}">{CODING}</PlainTextSelection>'
    )


def text_source(inside: str, guid: str = "d1", name: str = "Interview 1") -> str:
    return f'<TextSource guid="{guid}" name="{name}" plainTextPath="internal://{guid}.txt">{inside}</TextSource>'


def read(tmp_path, project: Project, report=print):
    settings = qualitative_study(tmp_path, cases="p.qdpx", codes="p.qdpx")
    project.write(tmp_path / "data" / "p.qdpx")
    material, problems = read_cases(settings, report)
    return settings, material, problems


def quotes(material) -> list[str]:
    return [text for _, _, one in material.segments() for text in one.text.values()]


def place(text: str, words: str = WORDS) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


@pytest.mark.parametrize("name", ["", WORDS, WORDS[:30] + "…", "1:7 ¶ 12"])
@pytest.mark.parametrize("counts_once", [True, False])
def test_line_ends_are_counted_as_the_program_did(tmp_path, name, counts_once):
    windows = TEXT.replace("\n", "\r\n")
    start, end = place(TEXT if counts_once else windows)
    source = text_source(selection(start, end, name))
    _, material, problems = read(tmp_path, Project([source], {"d1.txt": windows.encode()}))
    assert problems == []
    assert quotes(material) == [WORDS]


def test_line_ends_that_xml_made_one_sign_of_are_counted_as_two(tmp_path):
    start, end = place(TEXT.replace("\n", "\r\n"))
    inside = f"<PlainTextContent>{TEXT}</PlainTextContent>{selection(start, end, WORDS)}"
    source = f'<TextSource guid="d1" name="Interview 1">{inside}</TextSource>'
    _, material, problems = read(tmp_path, Project([source], {}))
    assert problems == []
    assert quotes(material) == [WORDS]


def test_letters_beyond_16_bits_are_counted_as_the_program_did(tmp_path):
    text = "😀" * 7 + " " + TEXT
    start, end = place(text)
    source = text_source(selection(start + 7, end + 7, WORDS))
    _, material, problems = read(tmp_path, Project([source], {"d1.txt": text.encode()}))
    assert problems == []
    assert quotes(material) == [WORDS]


def test_words_that_are_not_what_the_selection_is_called_are_refused(tmp_path):
    start, end = place(TEXT)
    inside = selection(start + 9, end + 9, WORDS) + selection(0, 2, "", "s2")
    _, material, problems = read(
        tmp_path, Project([text_source(inside)], {"d1.txt": TEXT.encode()})
    )
    assert [problem.severity for problem in problems] == ["error"]
    assert "1 of 2 selections are not at their positions" in problems[0].rule
    assert WORDS not in problems[0].rule
    assert quotes(material) == ["I:"]


@pytest.mark.parametrize("ends", [(5000, 5010), (-4, 10), (30, 12)])
def test_positions_outside_of_the_text_are_refused(tmp_path, ends):
    source = text_source(selection(*ends))
    _, material, problems = read(tmp_path, Project([source], {"d1.txt": TEXT.encode()}))
    assert [problem.severity for problem in problems] == ["error"]
    assert quotes(material) == []


def test_what_cannot_be_told_is_no_quote():
    # both ways of counting begin and end within words
    text = "ab\r\ncdefghijklmnopqrstuvwxyz"
    told = read_selections(text, [Selection(6, 9)], "Test")
    assert told.unclear
    assert told.texts == (None,)
    assert read_selections(text, [Selection(6, 9)], "ATLAS.ti 24").texts == ("fgh",)


def test_a_text_that_is_not_in_the_archive_is_told(tmp_path):
    reports: list[str] = []
    _, material, problems = read(
        tmp_path, Project([text_source(selection(0, 5))], {}), reports.append
    )
    assert [(problem.severity, problem.column) for problem in problems] == [
        ("warning", "Interview 1")
    ]
    assert "1 codings have no words" in problems[0].rule
    assert len(list(material.segments())) == 1
    assert reports == ["data/p.qdpx: REFI-QDA of Test, 1 documents, 1 coded segments, 0 with words"]


@pytest.mark.parametrize("member", ["Regional networks.qde", "folder/x.QDE"])
def test_a_project_may_have_any_name(tmp_path, member):
    project = Project([text_source(selection(*place(TEXT)))], {"d1.txt": TEXT.encode()})
    project.member = member
    settings, material, problems = read(tmp_path, project)
    assert problems == []
    assert quotes(material) == [WORDS]
    assert [code.code for code in read_codes(settings)[0]] == ["contact"]


def test_two_projects_in_one_archive_are_refused(tmp_path):
    project = Project([], {})
    settings = qualitative_study(tmp_path, cases="p.qdpx", codes=None)
    project.member = "a.qde"
    project.write(tmp_path / "data" / "p.qdpx")
    with zipfile.ZipFile(tmp_path / "data" / "p.qdpx", "a") as archive:
        archive.writestr("b.qde", "<Project/>")
    _, problems = read_cases(settings)
    assert {problem.rule for problem in problems} == {"the archive has 2 projects (.qde)"}


VARIABLES = (
    '<Variables><Variable guid="v1" name="Region" typeOfVariable="Text"/>'
    '<Variable guid="v2" name="Rolle" typeOfVariable="Text"/></Variables>'
)


def value(variable: str, text: str) -> str:
    return (
        f'<VariableValue><VariableRef targetGUID="{variable}"/><TextValue>{text}</TextValue>'
        "</VariableValue>"
    )


def test_variables_of_documents_say_where_and_who(tmp_path):
    own = value("v1", "Bayern") + value("v2", "Koordination")
    source = text_source(selection(*place(TEXT)) + own)
    project = Project([source], {"d1.txt": TEXT.encode()}, more=VARIABLES)
    _, material, problems = read(tmp_path, project)
    assert problems == []
    found = [(one.region, part.role) for one in material.cases for part in one.interviews]
    assert found == [("DE2", "coordinator")]


def test_documents_of_one_name_are_two_interviews(tmp_path):
    inside = selection(*place(TEXT))
    sources = [text_source(inside, guid) for guid in ("d1", "d2")]
    project = Project(sources, dict.fromkeys(("d1.txt", "d2.txt"), TEXT.encode()))
    settings, material, problems = read(tmp_path, project)
    assert problems == []
    names = [part.document for one in material.cases for part in one.interviews]
    assert names == ["Interview 1", "Interview 1 (2)"]
    estimates = estimate_cases(QualitativeStudy(settings, material)).set_index("key")["value"]
    assert estimates["case:interviews@DE"] == 2


@pytest.mark.parametrize("overlap", [False, True])
def test_document_groups_are_cases_where_they_do_not_overlap(tmp_path, overlap):
    sources = [text_source(selection(*place(TEXT)), guid, guid) for guid in ("d1", "d2", "d3")]
    groups = (
        '<Sets><Set guid="g1" name="North"><MemberSource targetGUID="d1"/>'
        '<MemberSource targetGUID="d2"/></Set><Set guid="g2" name="South">'
        f'<MemberSource targetGUID="{"d1" if overlap else "d3"}"/></Set></Sets>'
    )
    texts = {f"{guid}.txt": TEXT.encode() for guid in ("d1", "d2", "d3")}
    _, material, _ = read(tmp_path, Project(sources, texts, extra={"after": groups}))
    assert [len(one.interviews) for one in material.cases] == ([1, 1, 1] if overlap else [2, 1])


def test_the_text_of_a_pdf_and_a_transcript_are_read(tmp_path):
    start, end = place(TEXT)
    pdf = (
        '<PDFSource guid="d1" name="Paper" path="internal://d1.pdf">'
        f'<PDFSelection guid="s0" page="1" firstX="0" firstY="0" secondX="9" secondY="9">{CODING}'
        '</PDFSelection><Representation guid="r" plainTextPath="internal://r.txt">'
        f"{selection(start, end)}</Representation></PDFSource>"
    )
    film = (
        '<AudioSource guid="d2" name="Talk" path="internal://d2.mp3">'
        '<Transcript guid="t" plainTextPath="internal://t.txt">'
        f'<SyncPoint guid="p1" timeStamp="0" position="{start}"/>'
        f'<SyncPoint guid="p2" timeStamp="9" position="{end}"/>'
        f'<TranscriptSelection guid="s3" fromSyncPoint="p1" toSyncPoint="p2">{CODING}'
        "</TranscriptSelection></Transcript></AudioSource>"
    )
    texts = {"r.txt": TEXT.encode(), "t.txt": TEXT.encode()}
    _, material, problems = read(tmp_path, Project([pdf, film], texts))
    assert problems == []
    assert len(list(material.segments())) == 3
    assert quotes(material) == [WORDS, WORDS]


def test_dedooses_codes_stand_in_columns(tmp_path):
    table = (
        "Media Title,Excerpt Copy,Excerpt Creator,Codes Applied Combined,Code: Zeit Applied,"
        "Code: Kontakt Applied\n"
        'Talk 1,"Words, and more.",AB,"Zeit, Kontakt",True,True\n'
        "Talk 2,Others.,AB,Zeit,True,False\n"
    )
    settings = qualitative_study(tmp_path, {"e.csv": table}, cases="e.csv")
    material, problems = read_cases(settings)
    assert problems == []
    found = [(part.document, one.codes) for _, part, one in material.segments()]
    assert found == [("Talk 1", ("time", "contact")), ("Talk 2", ("time",))]


def test_unknown_codes_and_documents_are_told_once(tmp_path):
    table = "document,code,segment\n" + "".join(f"D1,Nonsens,Words {n}.\n" for n in range(30))
    settings = qualitative_study(tmp_path, {"e.csv": table}, cases="e.csv")
    _, problems = read_cases(settings)
    assert [(p.row, p.rule) for p in problems] == [
        (2, "there is no code 'Nonsens' (30 rows: 2, 3, 4, 5, 6, …)")
    ]


def test_two_names_on_a_line_are_told(tmp_path):
    files = {"names_to_hide.txt": "# names\nBeispielfirma, Musterstadt\nAnders; Meier\nMetall\n"}
    settings = qualitative_study(tmp_path, files)
    _, problems = read_cases(settings)
    told = [(p.row, p.rule) for p in problems if p.file.endswith("hide.txt")]
    rule = "more than one name on a line: none of them would be found (2 rows: 2, 3)"
    assert told == [(2, rule)]


def test_a_name_as_long_as_its_selection_that_says_otherwise_is_no_quote():
    text = "Wholly other words stand here, and many more of them."
    one = Selection(7, 24, "One person whom e")
    assert read_selections(text, [one], "Test").disagree == (0,)
    label = Selection(7, 12, "Interview with a firm")
    assert read_selections(text, [label], "Test").texts == ("other",)


def test_selections_of_another_text_are_no_quotes():
    text = "Words of several lengths stand in a text, as they do in all interviews. " * 4
    off = [Selection(start, start + 21) for start in (2, 13, 58, 75, 121, 160)]
    assert read_selections(text, off, "Test").unclear
    starts = [found for found in range(len(text)) if text[found - 1 : found] in ("", " ")]
    right = [Selection(start, text.index(" ", start + 9)) for start in starts[:6]]
    assert None not in read_selections(text, right, "Test").texts
    assert not read_selections("日本語の文章" * 20, off, "Test").unclear
