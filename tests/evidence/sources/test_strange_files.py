"""Files that are not what they seem: read as their writers meant, or refused with the place."""

from __future__ import annotations

import gc
import re
import shutil
import unicodedata
import warnings
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.settings import DataSource, LeaveOut
from briefgen.errors import SourceError
from briefgen.evidence.sources import read_table
from survey_files import labelled_file

HEADER = ("id", "place", "q1", "q2", "text")


def read(folder: Path, name: str, **options):
    return read_table(DataSource(path=name, **options), folder)


def rows(count: int = 30, text: str = "") -> list[list[str]]:
    return [[f"r{n:04}", "AB"[n % 2], str(n % 5), str(n % 3), text] for n in range(count)]


def write(folder: Path, table: list[list[str]], delimiter: str = ",") -> Path:
    path = folder / "s.csv"
    lines = [delimiter.join(row) for row in [list(HEADER), *table]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


# --- quotation marks ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        ({9: '"toll'}, 11),  # never closed
        ({9: '"toll', 20: '"weiter so"'}, 11),  # closed by the next text's opening mark
        ({9: '"toll', 20: '19"'}, 11),  # closed by inches
        ({9: '"toll', 10: '19"'}, 11),
        ({9: '"ein "Wort" darin"'}, 11),  # marks within are not doubled
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_open_quotation_mark_is_refused_with_its_row(tmp_path, cells, row, delimiter):
    table = rows()
    for number, text in cells.items():
        table[number][-1] = text
    write(tmp_path, table, delimiter)
    with pytest.raises(SourceError) as caught:
        read(tmp_path, "s.csv")
    assert caught.value.row == row
    assert "toll" not in str(caught.value)
    assert caught.value.hint


def test_marks_that_mean_nothing_can_be_stated(tmp_path):
    table = rows()
    table[9][-1] = '"toll'
    write(tmp_path, table)
    frame = read(tmp_path, "s.csv", quote="none").frame
    assert len(frame) == 30
    assert frame.loc[11, "text"] == '"toll'


def test_answers_of_several_lines_stay_answers(tmp_path):
    table = rows()
    table[3][-1] = '"Erstens, zweitens;\n- drittens, und ""viertens""\n\nSchluss"'
    write(tmp_path, table)
    frame = read(tmp_path, "s.csv").frame
    assert len(frame) == 30
    assert frame.loc[5, "text"].endswith('"viertens"\n\nSchluss')


@pytest.mark.parametrize("text", ["'so'", "'t is", "it's", "rock 'n' roll"])
def test_an_apostrophe_is_no_quotation_mark(tmp_path, text):
    table = rows()
    table[0][-1] = text
    write(tmp_path, table)
    frame = read(tmp_path, "s.csv").frame
    assert len(frame) == 30
    assert frame.loc[2, "text"] == text


@pytest.mark.slow
@given(
    st.lists(
        st.tuples(st.text(st.characters(codec="utf-8", exclude_characters="\0\x1a"))),
        min_size=1,
        max_size=6,
    )
)
def test_what_a_writer_of_csv_writes_is_read_or_refused(tmp_path_factory, cells):
    """Whatever stands in a text: as many respondents as were written, or an error."""
    folder = tmp_path_factory.mktemp("fuzz")
    texts = [cell[0] for cell in cells]
    pd.DataFrame({"id": [f"r{n}" for n in range(len(texts))], "text": texts}).to_csv(
        folder / "s.csv", index=False, lineterminator="\n"
    )
    try:
        table = read(folder, "s.csv")
    except SourceError:
        return
    finally:
        shutil.rmtree(folder)
    if not any(problem.severity == "error" for problem in table.problems):
        assert table.frame["id"].tolist() == [f"r{n}" for n in range(len(texts))]


# --- encodings ------------------------------------------------------------------------------


def test_one_cell_in_another_encoding_does_not_garble_the_others(tmp_path):
    lines = [b"id,place", "1,Köln".encode(), "2,Füssen".encode("cp1252"), "3,Łódź".encode()]
    (tmp_path / "s.csv").write_bytes(b"\n".join(lines))
    table = read(tmp_path, "s.csv")
    assert table.frame["place"].tolist() == ["Köln", "Füssen", "Łódź"]
    assert [(p.row, p.severity) for p in table.problems] == [(3, "warning")]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp850", "cp437", "cp1250", "cp1253", "cp1251"])
def test_texts_that_look_garbled_are_told(tmp_path, encoding):
    words = {
        "mac_roman": "Köln", "cp850": "Köln", "cp437": "Öl und Holz",
        "cp1250": "współpraca źle słaba",
        "cp1253": "καλή συνεργασία", "cp1251": "хорошая работа",
    }[encoding]  # fmt: skip
    (tmp_path / "s.csv").write_bytes(f"id,text\n1,{words}\n2,{words}\n".encode(encoding))
    problems = read(tmp_path, "s.csv").problems
    assert ["garbled" in problem.rule for problem in problems] == [True]
    stated = read(tmp_path, "s.csv", encoding=encoding)
    assert stated.frame["text"].tolist() == [words, words]
    assert not stated.problems


def test_what_no_encoding_reads_is_refused(tmp_path):
    (tmp_path / "s.csv").write_bytes("id,text\n1,für\n".encode("cp850"))
    with pytest.raises(SourceError, match="neither UTF-8 nor Windows-1252"):
        read(tmp_path, "s.csv")


def test_german_and_french_in_windows_are_not_told(tmp_path):
    words = ["größer – für „uns“", "l’été, ça où déjà", "Ångström, señor", "5 € · 20 °C"]
    text = "id;text\n" + "".join(f"{n};{word}\n" for n, word in enumerate(words))
    (tmp_path / "s.csv").write_bytes(text.encode("cp1252"))
    table = read(tmp_path, "s.csv")
    assert table.frame["text"].tolist() == words
    assert not table.problems


def test_what_was_encoded_twice_is_told(tmp_path):
    twice = "München".encode().decode("cp1252")
    (tmp_path / "s.csv").write_text(f"id,place\n1,{twice}\n", encoding="utf-8")
    assert "encoded twice" in read(tmp_path, "s.csv").problems[0].rule


def test_cells_are_composed_as_codes_are(tmp_path):
    apart = unicodedata.normalize("NFD", "Thüringen")
    (tmp_path / "s.csv").write_text(f"id,{apart}\n1,{apart}\n", encoding="utf-8")
    frame = read(tmp_path, "s.csv").frame
    assert list(frame.columns) == ["id", "Thüringen"]
    assert frame["Thüringen"].tolist() == ["Thüringen"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [(b"PK\x03\x04rest", "Excel"), (b"$FL2@(#)", "SPSS"), (b"<html><table>", "web page")],
)
def test_another_kind_of_file_is_named(tmp_path, content, kind):
    (tmp_path / "s.csv").write_bytes(content)
    with pytest.raises(SourceError, match=kind):
        read(tmp_path, "s.csv")


def test_a_damaged_text_is_refused(tmp_path):
    (tmp_path / "s.csv").write_bytes(b"id,a\n1,x\0y\n2,z\n" + b"3,w\n" * 50)
    with pytest.raises(SourceError, match="NUL"):
        read(tmp_path, "s.csv")


# --- header rows of exports -----------------------------------------------------------------

WORDINGS = ["Respondent", "Where?", "How often?", "How much?", "Anything else?"]


@pytest.mark.parametrize("program", ["qualtrics", "sosci"])
def test_an_export_without_wordings_keeps_its_first_respondent(tmp_path, program):
    write(tmp_path, rows())
    table = read(tmp_path, "s.csv", format=program)
    assert len(table.frame) == 30
    assert table.first_row == 2


@pytest.mark.parametrize("program", ["qualtrics", "sosci"])
def test_an_export_with_wordings_leaves_them_out(tmp_path, program):
    write(tmp_path, [WORDINGS, *rows()])
    table = read(tmp_path, "s.csv", format=program)
    assert len(table.frame) == 30
    assert table.first_row == 3
    assert table.variable_labels["q1"] == "How often?"


def test_qualtrics_without_its_row_of_ids_is_recognised(tmp_path):
    head = "StartDate,EndDate,Finished,ResponseId,Q1\nStart Date,End Date,Finished,Response ID,How?"
    data = "".join(f"2026-03-0{n} 10:00,2026-03-0{n} 10:09,1,R_{n},{n % 2}\n" for n in range(1, 9))
    (tmp_path / "s.csv").write_text(f"{head}\n{data}", encoding="utf-8")
    assert len(read(tmp_path, "s.csv").frame) == 8
    bare = head.partition("\n")[0]
    (tmp_path / "s.csv").write_text(f"{bare}\n{data}", encoding="utf-8")
    assert len(read(tmp_path, "s.csv").frame) == 8


def test_where_the_second_row_cannot_be_told_it_is_asked_for(tmp_path):
    text = "ResponseId,Q1\nR_1,warm\nR_2,cold\nR_3,wet\n"
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    with pytest.raises(SourceError, match="wordings or a respondent") as caught:
        read(tmp_path, "s.csv", format="qualtrics")
    assert "header_rows" in caught.value.hint
    assert len(read(tmp_path, "s.csv", format="qualtrics", header_rows=1).frame) == 3
    assert len(read(tmp_path, "s.csv", format="qualtrics", header_rows=2).frame) == 2


# --- workbooks ------------------------------------------------------------------------------


def write_book(path: Path, count: int = 60) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["id", "place", "q1"])
    for number in range(count):
        sheet.append([number + 1, "AB"[number % 2], number % 3])
    book.save(path)
    return path


def edit_sheet(path: Path, pattern: str, made: str) -> None:
    """Change the XML of the first sheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    name = "xl/worksheets/sheet1.xml"
    changed = re.sub(pattern, made, parts[name].decode(), flags=re.DOTALL)
    assert changed.encode() != parts[name]
    parts[name] = changed.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)


@pytest.mark.parametrize("size", ['ref="A1:C30"', 'ref="A1"', 'ref="A1:XFD1048576"'])
def test_a_sheet_is_read_whatever_it_says_of_its_size(tmp_path, size):
    path = write_book(tmp_path / "s.xlsx")
    edit_sheet(path, r'(<dimension )ref="[^"]+"', rf"\1{size}")
    assert read(tmp_path, "s.xlsx").frame.shape == (60, 3)


@pytest.mark.parametrize(
    ("pattern", "made"),
    [(r"</row>", "<row>"), (r"<sheetData>.*", "<sheetData>"), (r"<c r=", "<c &r=")],
)
def test_a_damaged_sheet_is_no_workbook(tmp_path, pattern, made):
    edit_sheet(write_book(tmp_path / "s.xlsx"), pattern, made)
    with pytest.raises(SourceError, match="damaged"):
        read(tmp_path, "s.xlsx")


@pytest.mark.parametrize("cut", [40, 400, 4000])
def test_a_workbook_that_was_cut_is_no_workbook(tmp_path, cut):
    path = write_book(tmp_path / "s.xlsx")
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(SourceError, match="workbook"):
        read(tmp_path, "s.xlsx")


def test_formulas_without_results_are_told_with_their_rows(tmp_path):
    path = write_book(tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    for row in (4, 9):
        book.active.cell(row, 3, "=1+1")
    book.save(path)
    problems = read(tmp_path, "s.xlsx").problems
    assert [(p.row, p.column, p.severity) for p in problems] == [(4, "q1", "error")]
    assert "2 rows: 4, 9" in problems[0].rule


def test_a_formula_whose_result_is_empty_is_an_empty_cell(tmp_path):
    path = write_book(tmp_path / "s.xlsx")
    made = r'<c r="C4" t="str"><f>IF(TRUE,"","")</f><v></v></c>'
    edit_sheet(path, r'<c r="C4"[^>]*>.*?</c>', made)
    table = read(tmp_path, "s.xlsx")
    assert not table.problems
    assert table.frame.loc[4, "q1"] == ""


def test_merged_cells_are_told(tmp_path):
    path = write_book(tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B5:B7")
    book.save(path)
    problems = read(tmp_path, "s.xlsx").problems
    assert [(p.row, p.severity) for p in problems] == [(5, "error")]


def test_a_cell_far_away_takes_no_memory_and_is_told(tmp_path):
    path = write_book(tmp_path / "s.xlsx", 3)
    book = openpyxl.load_workbook(path)
    book.active.cell(5, 16384, "x")
    book.save(path)
    assert "16384 cells where the header has 3" in read(tmp_path, "s.xlsx").problems[0].rule
    book.active.cell(1_048_576, 1, "x")
    book.active.cell(1, 16384, "x")
    book.save(path)
    with pytest.raises(SourceError, match="row 1048576"):
        read(tmp_path, "s.xlsx")


def test_zeros_that_a_format_shows_are_kept(tmp_path):
    path = write_book(tmp_path / "s.xlsx", 3)
    book = openpyxl.load_workbook(path)
    book.active.cell(2, 2, 7).number_format = "00"
    book.save(path)
    assert read(tmp_path, "s.xlsx").frame.loc[2, "place"] == "07"


def test_an_encrypted_workbook_says_so(tmp_path):
    (tmp_path / "s.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(SourceError, match="locked"):
        read(tmp_path, "s.xlsx")


def test_hidden_rows_and_other_sheets_are_in_the_reading(tmp_path):
    path = write_book(tmp_path / "s.xlsx")
    book = openpyxl.load_workbook(path)
    book.active.row_dimensions[3].hidden = True
    book.create_sheet("notes")
    book.save(path)
    told = read(tmp_path, "s.xlsx").reading.describe(60)
    assert told == (
        "Excel, sheet 'Sheet', not read: 'notes', 1 hidden rows among them, 1 header row, "
        "60 filled rows, 60 read"
    )


# --- rows that are no respondents -----------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"codes": ["0", "1"]}, 18),
        ({"codes": 4}, 24),
        ({"keep": ["2"]}, 6),
        ({"below": 2}, 18),
        ({"above": 3}, 24),
        ({"codes": [""]}, 30),
    ],
)
def test_rows_are_left_out_as_stated_and_told(tmp_path, rule, left):
    write(tmp_path, rows())
    source = {"path": "s.csv", "leave_out": [{"column": "q1", "because": "test", **rule}]}
    table = read_table(DataSource.model_validate(source), tmp_path)
    assert len(table.frame) == left
    told = table.reading.describe(left)
    assert told.endswith("(test)")
    assert f"left out: {30 - left} rows where q1 is " in told
    assert table.frame.index.max() <= 31


def test_a_rule_for_a_column_that_is_not_there_is_refused(tmp_path):
    write(tmp_path, rows())
    rule = LeaveOut(column="q9", codes=("1",), because="test")
    with pytest.raises(SourceError, match="q9"):
        read(tmp_path, "s.csv", leave_out=(rule,))


def test_a_rule_says_which_rows():
    with pytest.raises(ValueError, match="which rows"):
        LeaveOut(column="q1", because="test")


def test_the_encoding_of_an_spss_file_may_be_stated(tmp_path):
    frame = pd.DataFrame({"t": ["Köln"]})
    pyreadstat.write_sav(frame, str(tmp_path / "s.sav"))
    table = read(tmp_path, "s.sav", encoding="utf-8")
    assert table.frame["t"].tolist() == ["Köln"]
    assert table.reading.describe(1) == (
        "SPSS, UTF-8, rows counted as cases, from 1, 1 filled rows, 1 read"
    )


def test_a_dictionary_with_a_short_row_is_refused(tmp_path):
    header = "Variable / Field Name,Form Name,Field Type,Field Label,Choices"
    written = f'{header}\nq,base,radio,Q,"1, a"\nr,base\n'
    (tmp_path / "dictionary.csv").write_text(written, encoding="utf-8")
    (tmp_path / "data.csv").write_text("q,r\n1,2\n", encoding="utf-8")
    source = DataSource(path="data.csv", structure="dictionary.csv")
    with pytest.raises(SourceError) as error:
        read_table(source, tmp_path)
    assert (error.value.where, error.value.row) == ("dictionary.csv", 3)


def test_a_damaged_workbook_is_closed(tmp_path):
    path = write_book(tmp_path / "book.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"][:-30]
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    with warnings.catch_warnings():
        warnings.simplefilter("error", ResourceWarning)
        with pytest.raises(SourceError, match="damaged one"):
            read_table(DataSource(path="book.xlsx"), tmp_path)
        gc.collect()


@pytest.mark.parametrize(("place", "value"), [(656, 132), (1360, 255)])
def test_a_byte_over_which_the_reader_crashes_ends_nothing_else(tmp_path, place, value):
    """Found by fuzzing: the library that reads SPSS files takes its process with it."""
    path = labelled_file(tmp_path / "x.sav")
    content = bytearray(path.read_bytes())
    content[place] = value
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"cannot be read as \.sav file"):
        read_table(DataSource(path=path.name), tmp_path)


@pytest.mark.parametrize("suffix", ["sav", "zsav"])
@pytest.mark.parametrize("stated", [30, 90, -1])
def test_all_cases_of_spss_are_read_whatever_its_head_says(tmp_path, stated, suffix):
    path = tmp_path / f"x.{suffix}"
    frame = pd.DataFrame({"id": [f"r{n:03}" for n in range(60)], "q": [1.0, 2.0] * 30})
    pyreadstat.write_sav(frame, str(path), compress=suffix == "zsav")
    content = path.read_bytes()
    path.write_bytes(content[:80] + stated.to_bytes(4, "little", signed=True) + content[84:])
    if stated == -1:  # as programs write it that do not know
        assert len(read(tmp_path, path.name).frame) == 60
    else:
        with pytest.raises(SourceError, match=f"says {stated} cases, and there are 60"):
            read(tmp_path, path.name)


def test_ids_of_parquet_are_kept_to_the_last_digit_and_as_an_index(tmp_path):
    frame = pd.DataFrame({"id": [2**60, 2**60 + 1], "q": pd.array([1, None], dtype="Int64")})
    frame.set_index("id").to_parquet(tmp_path / "x.parquet")
    assert read(tmp_path, "x.parquet").frame.to_numpy().tolist() == [
        [str(2**60), "1"],
        [str(2**60 + 1), ""],
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (r'<row r="31"(.*?)</row>', r'<row r="30"\1</row>', "row 30 stands twice"),
        (r'(<row r="30".*?</row>)(<row r="31".*?</row>)', r"\2\1", "or behind a later one"),
        (r'r="B31"', r'r="A31"', "a cell stands twice"),
    ],
)  # fmt: skip
def test_rows_and_cells_that_stand_twice_or_out_of_order_are_refused(tmp_path, old, new, told):
    """The parser of the values would lose what stands twice, and all rows before a later one."""
    edit_sheet(write_book(tmp_path / "s.xlsx"), old, new)
    with pytest.raises(SourceError, match=told):
        read(tmp_path, "s.xlsx")


def test_a_percentage_of_a_spreadsheet_is_told_and_a_sign_is_not(tmp_path):
    book = openpyxl.load_workbook(write_book(tmp_path / "s.xlsx"))
    for place, form in (("C4", "0%"), ("C5", '0"%"'), ("C6", r"0\%"), ("C7", "0.0 %;[Red]-0 %")):
        book.active[place].value = 0.41
        book.active[place].number_format = form
    book.save(tmp_path / "s.xlsx")
    (told,) = read(tmp_path, "s.xlsx").problems
    assert (told.row, told.column, told.severity) == (4, "q1", "warning")
    assert told.rule == "cells that show 41 % hold 0.41, and are read so (2 rows: 4, 7)"


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_the_first_sheet_that_is_shown_is_read_and_hidden_columns_are_named(tmp_path, state):
    book = openpyxl.load_workbook(write_book(tmp_path / "s.xlsx"))
    old = book.create_sheet("old", 0)
    old.append(["id", "place"])
    old.sheet_state = state
    book.worksheets[1].column_dimensions["C"].hidden = True
    book.save(tmp_path / "s.xlsx")
    table = read(tmp_path, "s.xlsx")
    assert len(table.frame) == 60
    assert "not read: 'old'" in table.describe()
    assert "1 hidden columns among them" in table.describe()


@pytest.mark.parametrize("name", ["xl/_rels/workbook.xml.rels", "xl/workbook.xml", "xl/styles.xml"])
def test_a_workbook_without_a_part_of_its_own_is_read_or_refused_without_a_warning(tmp_path, name):
    """Found by fuzzing: openpyxl warns of some faults, and goes on with what it has."""
    path = write_book(tmp_path / "s.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {part: archive.read(part) for part in archive.namelist()}
    for damaged in (b"<a><b/></a>", re.sub(rb' Target="[^"]*"', b"", parts[name]), b"<a"):
        with zipfile.ZipFile(path, "w") as archive:
            for part, content in (parts | {name: damaged}).items():
                archive.writestr(part, content)
        try:
            assert len(read(tmp_path, "s.xlsx").frame) == 60
        except SourceError as error:
            assert "damaged" in str(error)  # noqa: PT017 - either is right


def test_a_row_of_names_that_stands_again_is_told_unless_it_is_left_out(tmp_path):
    table = rows()
    write(tmp_path, [*table[:15], list(HEADER), *table[15:]])
    (told,) = read(tmp_path, "s.csv").problems
    assert (told.row, told.severity) == (17, "error")
    rule = LeaveOut(column="q1", codes=("q1",), because="header")
    assert len(read(tmp_path, "s.csv", leave_out=(rule,)).frame) == len(table)
