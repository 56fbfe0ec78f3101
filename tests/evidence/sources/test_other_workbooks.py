"""Workbooks of other programs are read with the extra ``office``, and named without it."""

from __future__ import annotations

import zipfile

import pytest

from briefgen.config import extras
from briefgen.config.settings import DataSource
from briefgen.errors import BriefgenError, SourceError
from briefgen.evidence.sources import read_table
from briefgen.evidence.sources.opendocument import Oddities, find_oddities

NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def write_ods(path, *sheets):
    """Write sheets of texts and numbers as OpenDocument."""
    tables = "".join(
        f'<table:table table:name="{name}">{"".join(map(_row, rows))}</table:table>'
        for name, rows in sheets
    )
    content = f"<office:document-content {NAMES}><office:body><office:spreadsheet>{tables}"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml", content + "</office:spreadsheet></office:body></office:document-content>"
        )
    return path


def _row(cells):
    return f"<table:table-row>{''.join(map(_cell, cells))}</table:table-row>"


def _cell(value):
    kind = (
        f'office:value-type="float" office:value="{value}"'
        if isinstance(value, int | float)
        else 'office:value-type="string"'
    )
    return f"<table:table-cell {kind}><text:p>{value}</text:p></table:table-cell>"


def test_an_opendocument_sheet_is_read_as_its_cells_are(tmp_path):
    pytest.importorskip("python_calamine", reason="of the extra office")
    rows = [["id", "q1", "share"], [1, "yes", 0.25], [2, "", 3.0]]
    write_ods(tmp_path / "s.ods", ("notes", [["x"]]), ("answers", rows))
    table = read_table(DataSource(path="s.ods", sheet="answers"), tmp_path)
    assert table.frame.to_numpy().tolist() == [["1", "yes", "0.25"], ["2", "", "3"]]
    assert list(table.frame.index) == [2, 3]
    assert "'notes'" in table.reading.describe(2)
    with pytest.raises(SourceError, match="there is no sheet 'answer'"):
        read_table(DataSource(path="s.ods", sheet="answer"), tmp_path)


def test_a_damaged_one_is_an_error_with_its_name(tmp_path):
    pytest.importorskip("python_calamine", reason="of the extra office")
    (tmp_path / "s.xls").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(100))
    with pytest.raises(SourceError, match=r"s\.xls: cannot be read as a workbook"):
        read_table(DataSource(path="s.xls"), tmp_path)


def test_without_the_extra_its_command_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(extras, "has_extra", lambda _name: False)
    write_ods(tmp_path / "s.ods", ("answers", [["id"], [1]]))
    with pytest.raises(BriefgenError) as raised:
        read_table(DataSource(path="s.ods"), tmp_path)
    assert "python-calamine" in str(raised.value)
    assert "pip install 'briefgen[office]'" in str(raised.value)


ODD = """
<table:table-row><table:table-cell/></table:table-row>
<table:table-row table:number-rows-repeated="2" table:visibility="filter">
 <table:table-cell table:number-columns-repeated="2"><text:p>x</text:p></table:table-cell>
 <table:table-cell table:formula="of:=1/0" office:value-type="string"><text:p>#DIV/0!</text:p>
 </table:table-cell></table:table-row>
<table:table-row><table:table-cell table:formula="of:=[.B1]"/>
 <table:table-cell office:value-type="percentage" office:value="0.41"><text:p>41 %</text:p>
 </table:table-cell><table:covered-table-cell/></table:table-row>
"""


def test_what_values_do_not_tell_of_an_opendocument_sheet_is_found(tmp_path):
    path = write_ods(tmp_path / "s.ods", ("other", [["#N/A"]]), ("answers", []))
    with zipfile.ZipFile(path) as archive:
        content = archive.read("content.xml").decode()
    with zipfile.ZipFile(path, "w") as archive:
        empty = '<table:table table:name="answers">'
        archive.writestr("content.xml", content.replace(empty, empty + ODD))
    odd = find_oddities(path, "answers")
    assert odd.hidden == [2, 3]
    assert odd.failed == {(2, 2): "#DIV/0!", (3, 2): "#DIV/0!"}
    assert (odd.unstored, odd.percentages, odd.covered) == ({0: [4]}, {1: [4]}, [4])
    assert find_oddities(path, "other") == Oddities()


def test_a_sheet_that_is_no_xml_is_refused(tmp_path):
    (tmp_path / "s.ods").write_bytes(b"PK\x03\x04")
    with pytest.raises(SourceError, match="zip archive"):
        find_oddities(tmp_path / "s.ods", "answers")
