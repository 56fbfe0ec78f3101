"""Readers, on files that other programs wrote and on files written here."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from briefgen.config.settings import DataSource
from briefgen.errors import SourceError
from briefgen.evidence.sources import read_table
from briefgen.evidence.sources.table import as_text, plain_text

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
real_data = pytest.mark.skipif(not SHARED.is_dir(), reason="the data of others are not here")


def read(folder: Path, name: str, **options):
    return read_table(DataSource(path=name, **options), folder)


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("utf-16", "\t"),
        ("utf-16-le", ";"),
        ("cp1252", ";"),
        ("utf-8", "|"),
    ],
)
def test_any_dialect_is_found_out(tmp_path, encoding, delimiter):
    rows = [["id", "ort", "satz"], ["1", "Saarbrücken", f'"a{delimiter} b"'], ["2", "Köln", "c"]]
    text = "\r\n".join(delimiter.join(row) for row in rows) + "\r\n"
    (tmp_path / "s.csv").write_bytes(text.encode(encoding))
    table = read(tmp_path, "s.csv")
    assert list(table.frame.columns) == ["id", "ort", "satz"]
    assert table.frame["ort"].tolist() == ["Saarbrücken", "Köln"]
    assert table.frame["satz"].tolist() == [f"a{delimiter} b", "c"]


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ('sep=;\r\nid;a\r\n1;"x; y"\r\n', {}),
        ("'id','a'\n'1','x; y'\n", {}),
        ("id|a\n1|$x; y$\n", {"quote": "$"}),
        ('id,a\n1,"x; y"\n', {"delimiter": ","}),
    ],
)
def test_quotes_and_delimiters_are_found_out_or_stated(tmp_path, text, options):
    (tmp_path / "s.csv").write_bytes(text.encode())
    table = read(tmp_path, "s.csv", **options)
    assert table.frame.loc[2].tolist() == ["1", "x; y"]


def test_a_quote_within_a_text_may_be_escaped(tmp_path):
    (tmp_path / "s.csv").write_text('id,a\n1,"say \\"no\\", then"\n', encoding="utf-8")
    table = read(tmp_path, "s.csv", escape="\\")
    assert table.frame.loc[2, "a"] == 'say "no", then'


def test_apostrophes_are_no_quotes(tmp_path):
    (tmp_path / "s.csv").write_text("id,a\n1,it's 'so'\n2,'t is\n", encoding="utf-8")
    assert read(tmp_path, "s.csv").frame["a"].tolist() == ["it's 'so'", "'t is"]


def test_rows_keep_the_number_that_the_user_sees(tmp_path):
    (tmp_path / "s.csv").write_text("id,a\n1,x\n,\n3,y\n", encoding="utf-8")
    table = read(tmp_path, "s.csv")
    assert table.frame.index.tolist() == [2, 4]


def test_ragged_rows_and_repeated_names_are_reported_with_their_place(tmp_path):
    (tmp_path / "s.csv").write_text("id,a,a\n1,x,y\n2,x,y,z\n3,x\n", encoding="utf-8")
    table = read(tmp_path, "s.csv")
    assert list(table.frame.columns) == ["id", "a", "a.2"]
    assert [(p.row, p.severity) for p in table.problems] == [
        (1, "warning"),
        (3, "error"),
        (4, "error"),
    ]


def test_many_ragged_rows_are_counted(tmp_path):
    (tmp_path / "s.csv").write_text("id,a\n" + "1,2,3\n" * 50, encoding="utf-8")
    problems = read(tmp_path, "s.csv").problems
    assert [(problem.row, problem.rule) for problem in problems] == [
        (2, "3 cells where the header has 2 (50 rows: 2, 3, 4, 5, 6, …)")
    ]


def test_a_stated_encoding_that_is_wrong_is_an_error(tmp_path):
    (tmp_path / "s.csv").write_bytes("id\nä\n".encode("cp1252"))
    with pytest.raises(SourceError, match="encoding"):
        read(tmp_path, "s.csv", encoding="utf-8")


def test_a_missing_file_names_its_neighbour(tmp_path):
    (tmp_path / "survey.csv").write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(SourceError, match=r"survey\.csv"):
        read(tmp_path, "surveys.csv")


def test_an_empty_file_is_an_error(tmp_path):
    (tmp_path / "s.csv").write_text("", encoding="utf-8")
    with pytest.raises(SourceError, match="empty"):
        read(tmp_path, "s.csv")


def test_an_unknown_suffix_is_an_error(tmp_path):
    (tmp_path / "s.xyz").write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(SourceError, match="not known"):
        read(tmp_path, "s.xyz")


def test_codes_that_a_program_wrote_as_floats_are_codes_again(tmp_path):
    (tmp_path / "s.csv").write_text("id,a,b\n1,1.0,1.0\n2,,1.5\n", encoding="utf-8")
    frame = read(tmp_path, "s.csv").frame
    assert frame["a"].tolist() == ["1", ""]
    assert frame["b"].tolist() == ["1.0", "1.5"]


def test_excel_reads_the_named_sheet(tmp_path):
    path = tmp_path / "s.xlsx"
    with pd.ExcelWriter(path) as book:
        pd.DataFrame({"x": [1]}).to_excel(book, sheet_name="other", index=False)
        sheet = pd.DataFrame(
            {"id": [1, 2], "share": [0.5, None], "day": pd.to_datetime(["2026-01-02", None])}
        )
        sheet.to_excel(book, sheet_name="data", index=False)
    frame = read(tmp_path, "s.xlsx", sheet="data").frame
    assert frame["share"].tolist() == ["0.5", ""]
    assert frame["day"].tolist() == ["2026-01-02 00:00:00", ""]
    assert read(tmp_path, "s.xlsx", sheet=2).frame.equals(frame)
    with pytest.raises(SourceError, match="no sheet"):
        read(tmp_path, "s.xlsx", sheet="date")


def test_a_text_file_is_no_workbook(tmp_path):
    (tmp_path / "s.xlsx").write_text("id\n1\n", encoding="utf-8")
    with pytest.raises(SourceError, match="workbook"):
        read(tmp_path, "s.xlsx")


@pytest.mark.parametrize("suffix", ["sav", "zsav", "dta"])
def test_labels_come_with_spss_and_stata(tmp_path, suffix):
    frame = pd.DataFrame({"q": [1.0, 2.0, None], "t": ["a", "b", ""]})
    labels = {"q": {1: "ja", 2: "nein"}}
    path = tmp_path / f"s.{suffix}"
    if suffix == "dta":
        pyreadstat.write_dta(frame, str(path), variable_value_labels=labels)
    else:
        pyreadstat.write_sav(
            frame, str(path), variable_value_labels=labels, column_labels={"q": "Frage?"},
            compress=suffix == "zsav",
        )  # fmt: skip
    table = read(tmp_path, path.name)
    assert table.frame["q"].tolist() == ["1", "2", ""]
    assert table.value_labels["q"] == {"1": "ja", "2": "nein"}
    assert table.frame.index.tolist() == [1, 2, 3]


@real_data
def test_user_missing_values_of_spss_are_told():
    table = read(SHARED / "spss-pyreadstat", "sample_missing.sav")
    assert table.missing["mynum"] == ["2500", "-1"]
    assert table.missing["myord"] == ["-1", "-2", "-3"]
    assert table.value_labels["mylabl"]["-1"] == "undetermined"
    assert table.variable_labels["mylabl"] == "labeled"


def test_user_missing_values_of_stata_are_told(tmp_path):
    frame = pd.DataFrame({"q": pd.Series([1.0, "a", 2.0, "b", None], dtype=object)})
    path = tmp_path / "s.dta"
    pyreadstat.write_dta(
        frame, str(path), missing_user_values={"q": ["a", "b"]},
        variable_value_labels={"q": {1: "yes", 2: "no", "a": "refused"}},
    )  # fmt: skip
    table = read(tmp_path, "s.dta")
    assert table.frame["q"].tolist() == ["1", "a", "2", "b", ""]
    assert table.missing["q"] == ["a", "b"]
    assert table.value_labels["q"]["a"] == "refused"


@real_data
def test_a_portable_file_of_spss_is_read():
    assert read(SHARED / "spss-pyreadstat", "sample.por").frame.shape == (5, 7)


@real_data
@pytest.mark.parametrize("name", ["hebrews.sav", "tegulu.sav", "sample_large.sav"])
def test_scripts_and_sizes_of_real_spss_files(name):
    assert not read(SHARED / "spss-pyreadstat", name).frame.empty


def test_a_damaged_spss_file_is_an_error(tmp_path):
    (tmp_path / "s.sav").write_bytes(b"no such thing")
    with pytest.raises(SourceError, match=r"\.sav"):
        read(tmp_path, "s.sav")


def test_parquet(tmp_path):
    pd.DataFrame({"id": [1, 2], "x": [1.5, None]}).to_parquet(tmp_path / "s.parquet")
    frame = read(tmp_path, "s.parquet").frame
    assert frame["id"].tolist() == ["1", "2"]
    assert frame["x"].tolist() == ["1.5", ""]


@real_data
def test_qualtrics_with_three_header_rows_is_recognised():
    table = read(SHARED / "qualtrics-sample", "sample.csv")
    assert table.frame["Q1"].tolist() == ["2"] or len(table.frame) == 1
    assert table.first_row == 4
    assert table.frame.index.tolist() == [4]
    assert table.variable_labels["Q1"] == "This is a multiple choice question."


@real_data
def test_qualtrics_legacy_has_two_header_rows_and_a_byte_order_mark():
    table = read(SHARED / "qualtrics-sample", "sample_legacy.csv", format="qualtrics")
    assert table.first_row == 3
    assert table.frame["V1"].tolist() == ["R_2YPOQ602ER1jkf1"]


@real_data
def test_surveymonkey_is_recognised_and_options_name_their_columns():
    table = read(SHARED / "star-wars-survey", "StarWars.csv")
    assert len(table.frame) == 1186
    assert "Do you consider yourself to be a fan of the Star Trek franchise?" in table.frame
    seen = [name for name in table.frame if name.startswith("Which of the following Star Wars")]
    assert len(seen) == 6
    assert all(" | Star Wars: Episode" in name for name in seen)
    assert not table.problems


def test_an_export_may_be_a_workbook(tmp_path):
    rows = [["RespondentID", "How often?", "Who?", ""], ["", "Response", "A", "B"], [7, 2, 1, None]]
    rows += [[None] * 4, [8, 1, None, 1]]
    pd.DataFrame(rows).to_excel(tmp_path / "s.xlsx", header=False, index=False)
    table = read(tmp_path, "s.xlsx", format="surveymonkey")
    assert list(table.frame.columns) == ["RespondentID", "How often?", "Who? | A", "Who? | B"]
    assert table.frame.iloc[0].tolist() == ["7", "2", "1", ""]
    assert table.frame.index.tolist() == [3, 5]  # an empty row is no respondent, and is counted


def test_sosci_leaves_the_row_of_wordings_out(tmp_path):
    text = "CASE;A101;A102_01\nInterview-Nummer;Frage;Option\n7;1;2\n8;-9;1\n"
    (tmp_path / "s.csv").write_bytes(text.encode("utf-16"))
    table = read(tmp_path, "s.csv", format="sosci")
    assert table.frame["A101"].tolist() == ["1", "-9"]
    assert table.frame.index.tolist() == [3, 4]
    assert table.variable_labels["A101"] == "Frage"
    assert table.missing["A101"] == ["-9"]


LSS = """<?xml version="1.0" encoding="UTF-8"?>
<document><questions><rows>
<row><qid>7</qid><title>Q1</title></row></rows></questions>
<answers><rows><row><aid>1</aid><qid>7</qid><code>A1</code></row>
<row><aid>2</aid><qid>7</qid><code>A2</code></row></rows></answers>
<answer_l10ns><rows><row><aid>1</aid><answer>nie</answer><language>de</language></row>
<row><aid>2</aid><answer>oft</answer><language>de</language></row></rows></answer_l10ns>
</document>"""
OLD_LSS = """<document><questions><rows><row><qid>7</qid><title>Q1</title></row></rows></questions>
<answers><rows><row><qid>7</qid><code>A1</code><answer>nie</answer></row>
<row><qid>7</qid><code>A2</code><answer>oft</answer></row></rows></answers></document>"""
NEW_LSS = """<?xml version="1.0" encoding="UTF-8"?>
<document><LimeSurveyDocType>Survey</LimeSurveyDocType>
<answers><fields><fieldname>aid</fieldname></fields><rows>
<row><aid><![CDATA[1]]></aid><qid><![CDATA[7]]></qid><code><![CDATA[A1]]></code></row>
<row><aid><![CDATA[2]]></aid><qid><![CDATA[7]]></qid><code><![CDATA[A2]]></code></row>
</rows></answers>
<answer_l10ns><rows>
<row><aid>1</aid><answer><![CDATA[<p>nie</p>]]></answer><language>de</language></row>
<row><aid>2</aid><answer><![CDATA[oft &amp; gern]]></answer><language>de</language></row>
<row><aid>2</aid><answer><![CDATA[often]]></answer><language>en</language></row>
</rows></answer_l10ns>
<questions><rows>
<row><qid>7</qid><parent_qid>0</parent_qid><title>Q1</title></row>
<row><qid>8</qid><parent_qid>0</parent_qid><title>Q2</title></row></rows></questions>
<subquestions><rows>
<row><qid>9</qid><parent_qid>8</parent_qid><title>SQ001</title></row>
<row><qid>10</qid><parent_qid>8</parent_qid><title>SQ002</title></row></rows></subquestions>
<question_l10ns><rows>
<row><qid>7</qid><question><![CDATA[Wie <b>oft</b>?]]></question><language>de</language></row>
<row><qid>7</qid><question><![CDATA[How often?]]></question><language>en</language></row>
<row><qid>9</qid><question><![CDATA[Kammern]]></question><language>de</language></row>
<row><qid>10</qid><question><![CDATA[Schulen]]></question><language>de</language></row>
</rows></question_l10ns></document>"""
LONG_TSV = (
    "class\ttype/scale\tname\ttext\tlanguage\n"
    'S\t\tlanguage\tde\t\nG\tG0\tGruppe\t"zwei\nZeilen"\tde\n'
    "Q\tL\tQ1\t<p>Wie oft?</p>\tde\nA\t0\tA1\tnie\tde\nA\t0\tA2\toft &amp; gern\tde\n"
    "Q\tM\tQ2\tWer?\tde\nSQ\t0\tSQ001\tKammern\tde\nSQ\t0\tSQ002\tSchulen\tde\n"
    "Q\tL\tQ1\tHow often?\ten\nA\t0\tA2\toften\ten\n"
)
TSV = "class\tname\ttext\nG\t\tGruppe\nQ\tQ1\tWie oft?\nA\tA1\tnie\nA\tA2\toft\n"


@pytest.mark.parametrize(
    ("name", "structure"), [("a.lss", LSS), ("a.lss", OLD_LSS), ("a.txt", TSV)]
)
def test_limesurvey_takes_labels_from_its_structure(tmp_path, name, structure):
    text = '"id","Q1. Wie oft?","Q2[SQ001]","Q2[SQ002]. Was? [b]"\n"5","A2","Y",""\n'
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    (tmp_path / name).write_text(structure, encoding="utf-8")
    table = read(tmp_path, "s.csv", format="limesurvey", structure=name)
    assert list(table.frame.columns) == ["id", "Q1", "Q2[SQ001]", "Q2[SQ002]"]
    assert table.value_labels["Q1"] == {"A1": "nie", "A2": "oft"}
    assert table.variable_labels["Q1"] == "Wie oft?"


@pytest.mark.parametrize(("name", "structure"), [("a.lss", NEW_LSS), ("a.txt", LONG_TSV)])
def test_limesurvey_tells_wordings_without_markup_in_its_first_language(tmp_path, name, structure):
    (tmp_path / "s.csv").write_text(
        '"id","Q1","Q2[SQ001]","Q2[SQ002]"\n"5","A2","Y",""\n', encoding="utf-8"
    )
    (tmp_path / name).write_text(structure, encoding="utf-8")
    table = read(tmp_path, "s.csv", format="limesurvey", structure=name)
    assert table.value_labels == {"Q1": {"A1": "nie", "A2": "oft & gern"}}
    assert table.variable_labels == {
        "Q1": "Wie oft?", "Q2[SQ001]": "Kammern", "Q2[SQ002]": "Schulen",
    }  # fmt: skip


def test_a_structure_reads_no_files_from_outside(tmp_path):
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    entity = f'<!DOCTYPE d [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    (tmp_path / "a.lss").write_text(entity + OLD_LSS.replace("nie", "&x;"), encoding="utf-8")
    (tmp_path / "s.csv").write_text("id,Q1\n1,A1\n", encoding="utf-8")
    table = read(tmp_path, "s.csv", format="limesurvey", structure="a.lss")
    assert "secret" not in str(table.value_labels)


def test_a_missing_structure_is_an_error(tmp_path):
    (tmp_path / "s.csv").write_text("id,Q1\n1,A1\n", encoding="utf-8")
    with pytest.raises(SourceError, match="structure"):
        read(tmp_path, "s.csv", format="limesurvey", structure="a.lss")


def test_numbers_are_written_as_users_type_them():
    made = as_text(pd.Series([1.0, 2.5, None, -9.0, 1e6]))
    assert made.tolist() == ["1", "2.5", "", "-9", "1000000"]
    assert as_text(pd.Series([True, False, None], dtype="boolean")).tolist() == ["1", "0", ""]


@real_data
def test_utf16_with_tabs_of_quantipy_is_found_out():
    table = read(SHARED / "quantipy", "example.csv")
    assert list(table.frame.columns) == ["Gender", "Animal", "AgeGroup", "Region", "weight"]


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        ("Recommend <b>Norwell Mills</b>?", "Recommend Norwell Mills?"),
        ('One<br/>two <span style="color:red">three</span>&nbsp;four', "One two three four"),
        ("<5 years or >10, R&amp;D", "<5 years or >10, R&amp;D"),
    ],
)
def test_labels_lose_their_html_and_nothing_else(label, plain):
    assert plain_text(label) == plain
