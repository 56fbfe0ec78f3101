from __future__ import annotations

import json

import pytest
import yaml

from briefgen.config.settings import load_settings
from briefgen.config.wording import read_codes, read_statements
from briefgen.evidence.cases import read_cases
from briefgen.model import Text
from qualitative_by_hand import CODES, case, dump, qualitative_study, segment

MARKDOWN = """---
code: c03
name: {de: Netz im Tal, en: Network in the valley}
region: Bayern
interviews:
  - id: i1
    role: sme
    pseudonym: {de: Meister, en: Master}
    consent: true
    segments:
      - {id: s1, code: trust}
---
# Portrait de

Es liegt im Tal.

# Portrait en
It lies in the valley.
## i1/s1 de
Man kennt sich.
## i1/s1 en
People know each other.
"""


def rules(problems):
    return [f"{problem.row}|{problem.column}|{problem.rule}" for problem in problems]


def test_a_folder_of_cases_is_read_with_all_its_parts(tmp_path):
    material, problems = read_cases(qualitative_study(tmp_path))
    assert problems == []
    first = material.cases[0]
    assert [one.code for one in material.cases] == ["c01", "c02"]
    assert (first.region, first.region_type) == ("DE1", "rural")
    assert first.attributes["founded"] == Text({"": "2014"})
    assert [one.role for one in first.interviews] == ["coordinator", "sme"]
    said = first.interviews[0].segments[0]
    assert (said.id, said.codes, said.consent, said.file) == (
        "s1", ("contact",), True, "data/cases/c01.yml",
    )  # fmt: skip
    assert said.line == 1 + dump(case("c01")).splitlines().index("  - code: contact")
    assert material.files == (
        "data/cases/c01.yml", "data/cases/c02.yml", "data/codes.yml", "data/names_to_hide.txt",
    )  # fmt: skip


def test_markdown_gives_the_same_as_yaml(tmp_path):
    settings = qualitative_study(tmp_path, {"cases/c03.md": MARKDOWN})
    material, problems = read_cases(settings)
    assert problems == []
    valley = material.cases[2]
    assert valley.region == "DE2"
    assert valley.portrait == Text({"de": "Es liegt im Tal.", "en": "It lies in the valley."})
    said = valley.interviews[0].segments[0]
    assert said.consent
    assert said.text == Text({"de": "Man kennt sich.", "en": "People know each other."})


def test_a_heading_that_belongs_to_nothing_is_a_problem(tmp_path):
    broken = MARKDOWN.replace("i1/s1 de", "i1/s9 de")
    _, problems = read_cases(qualitative_study(tmp_path, {"cases/c03.md": broken}))
    assert any("a heading names no portrait" in problem.rule for problem in problems)


def test_without_consent_there_is_none(tmp_path):
    said = {"code": "trust", "text": "Geheim."}
    interview = {"id": "i1", "role": "sme", "segments": [said]}
    settings = qualitative_study(
        tmp_path, {"cases/c01.yml": dump(case("c01", interviews=[interview]))}
    )
    material, problems = read_cases(settings)
    assert problems == []
    assert not material.cases[0].interviews[0].segments[0].consent


def test_all_problems_come_at_once_with_their_lines(tmp_path):
    said = [segment("trsut"), segment("trust", audiences=["nobody"]), {"text": "ohne Code"}]
    interview = {"id": "i1", "role": "sme", "pseudonym": "K", "segments": said}
    broken = dump(case("c01", "Atlantis", interviews=[interview], region_type="swamp"))
    _, problems = read_cases(qualitative_study(tmp_path, {"cases/c01.yml": broken}))
    lines = broken.splitlines()
    rows = [number for number, line in enumerate(lines, 1) if line.strip().startswith("- code:")]
    assert rules(problems) == [
        f"{lines.index('region: Atlantis') + 1}|region|there is no region 'Atlantis'",
        f"{lines.index('region_type: swamp') + 1}|region_type|there is no region type 'swamp'",
        f"{rows[0]}|interviews.0.segments.0.code|there is no code 'trsut'",
        f"{rows[1]}|interviews.0.segments.1.audiences|there is no audience 'nobody'",
        f"{lines.index('  - text: ohne Code') + 1}|interviews.0.segments.2|a segment has a code",
    ]
    assert "did you mean trust" in problems[2].remedy


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("code: [", "a bracket is not closed"),
        ("code: c01\ncode: c02\n", "the key 'code' stands twice, first in line 1"),
        ("code: c01\n", "this key is missing: name"),
        (dump(case("c01") | {"colour": "red"}), "there is no key 'colour' here"),
        (dump(case("c01") | {"name": {"de": "Nur deutsch"}}), "the text is not there in en"),
        (dump(case("c01") | {"lesson": "41 % more"}), "a share stands in the text"),
    ],
)
def test_a_broken_file_is_a_problem_that_names_it(tmp_path, content, rule):
    _, problems = read_cases(qualitative_study(tmp_path, {"cases/c01.yml": content}))
    assert any(rule in problem.rule for problem in problems)
    assert {problem.file for problem in problems} == {"data/cases/c01.yml"}


def test_an_unquoted_comma_is_told_from_other_mistakes(tmp_path):
    content = dump(case("c01")).replace("role: sme", "role: sme\n  pseudonym: {de: A, b, en: C}")
    content = content.replace("  pseudonym:\n    de: Handwerkerin\n    en: Craftswoman\n", "")
    _, problems = read_cases(qualitative_study(tmp_path, {"cases/c01.yml": content}))
    assert ["quotation marks" in problem.remedy for problem in problems] == [True]


def test_no_message_shows_what_somebody_said(tmp_path):
    said = segment("nope", "Mein Geheimnis.", audiences=["nobody"], text={"de": "Mein Geheimnis."})
    interview = {"id": "i1", "role": "sme", "segments": [said, {"text": ["Mein Geheimnis."]}]}
    settings = qualitative_study(
        tmp_path, {"cases/c01.yml": dump(case("c01", interviews=[interview]))}
    )
    _, problems = read_cases(settings)
    assert problems
    assert "Geheimnis" not in json.dumps([str(problem) for problem in problems])


@pytest.mark.parametrize(
    "line", ["text: !Geheimnis so", "Das Geheimnis ist: so", "text: *Geheimnis", 'text: "Geheimnis']
)
def test_no_message_on_broken_yaml_shows_what_somebody_said(tmp_path, line):
    content = dump(case("c01")) + f"{line}\n"
    _, problems = read_cases(qualitative_study(tmp_path, {"cases/c01.yml": content}))
    assert problems
    assert "Geheimnis" not in json.dumps([str(problem) for problem in problems])


def test_two_cases_of_one_code_are_a_problem(tmp_path):
    _, problems = read_cases(qualitative_study(tmp_path, {"cases/x.yml": dump(case("c01"))}))
    assert [problem.rule for problem in problems] == ["the case 'c01' stands twice"]


def test_a_study_without_cases_has_none(tmp_path):
    assert read_cases(qualitative_study(tmp_path, cases=None)) == (None, [])


def test_cases_that_are_not_there_are_a_problem(tmp_path):
    material, problems = read_cases(qualitative_study(tmp_path, cases="nowhere"))
    assert material is None
    assert [problem.file for problem in problems] == ["data/nowhere"]


def test_the_code_system_is_a_tree(tmp_path):
    codes, problems = read_codes(qualitative_study(tmp_path))
    assert problems == []
    assert [factor.code for factor in codes] == ["people", "contact", "trust", "time"]
    assert codes.with_parents("trust") == ("trust", "people")
    assert [factor.code for factor in codes.leaves] == ["contact", "trust", "time"]
    assert (codes["time"].polarity, codes["trust"].polarity) == ("challenge", "success")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("contact", "contact"),
        ("Kontakt", "contact"),
        ("PERSONAL CONTACT", "contact"),
        (r"Menschen\Persönlicher Kontakt", "contact"),
        ("People > Trust", "trust"),
        ("Unbekannt > Zeit", "time"),
        ("nothing like it", None),
    ],
)
def test_codes_are_found_by_what_programs_call_them(tmp_path, written, code):
    codes, _ = read_codes(qualitative_study(tmp_path))
    assert codes.find(written) == code


def test_a_code_that_stands_twice_is_a_problem(tmp_path):
    doubled = {"codes": [*CODES["codes"], {"code": "trust", "name": "Trust"}]}
    _, problems = read_codes(qualitative_study(tmp_path, {"codes.yml": dump(doubled)}))
    assert [problem.rule for problem in problems] == ["the code 'trust' stands twice"]


def test_a_changed_file_is_read_anew(tmp_path):
    settings = qualitative_study(tmp_path)
    assert "trust" in read_codes(settings)[0]
    assert set(read_statements(settings)[0]) == {"s01", "s02", "s03"}
    (tmp_path / "data" / "codes.yml").write_text("codes: [{code: money, name: Geld}]\n")
    (tmp_path / "data" / "statements.yml").write_text("statements: [{code: s09, text: Neun}]\n")
    assert [factor.code for factor in read_codes(settings)[0]] == ["money"]
    assert set(read_statements(settings)[0]) == {"s09"}


def test_what_is_kept_cannot_be_changed_by_who_asked(tmp_path):
    settings = qualitative_study(tmp_path, {"statements.yml": "statements: [{code: s01}]\n"})
    read_statements(settings)[1].clear()
    assert len(read_statements(settings)[1]) == 1


def test_statements_keep_their_order_and_scale(tmp_path):
    statements, problems = read_statements(qualitative_study(tmp_path))
    assert problems == []
    assert {code: (one.low, one.high) for code, one in statements.items()} == {
        "s01": (1, 9), "s02": (1, 9), "s03": (1, 5),
    }  # fmt: skip


def test_a_statement_on_an_unknown_topic_is_a_problem(tmp_path):
    content = {"statements": [{"code": "s01", "text": "Eins", "topic": "wrok"}]}
    _, problems = read_statements(qualitative_study(tmp_path, {"statements.yml": dump(content)}))
    assert [(problem.row, problem.rule) for problem in problems] == [
        (2, "there is no topic 'wrok'")
    ]


def test_a_role_where_the_study_lists_none_is_told_and_read(tmp_path):
    settings = qualitative_study(tmp_path, panel=None, statements=None, recommendations=None)
    path = settings.data_folder / "study.yml"
    written = path.read_text(encoding="utf-8")
    content = yaml.safe_load(written) | {"case_studies": {}}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    material, problems = read_cases(load_settings(settings.folder))
    assert material is not None
    assert {problem.severity for problem in problems} == {"warning"}
    assert {problem.rule for problem in problems} == {
        "the study lists no roles: quotes do not say who speaks"
    }
