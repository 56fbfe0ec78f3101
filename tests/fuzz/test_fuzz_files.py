"""Damaged data files of every format are read or refused, never a fault of ours."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from damage import byte_edits, damage_bytes, judge
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.settings import DataSource
from briefgen.evidence.cases import read_cases
from briefgen.evidence.sources import read_table
from briefgen.evidence.sources.margins import read_margins
from qualitative_by_hand import qualitative_study
from survey_files import (
    forms_file,
    kobo_file,
    labelled_file,
    limesurvey_file,
    qualtrics_file,
    redcap_file,
    sosci_file,
    write_book,
)

pytestmark = pytest.mark.slow

QDE = """<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="p">
 <Users><User name="AB" guid="u1"/></Users>
 <CodeBook><Codes><Code guid="g1" name="Vertrauen" isCodable="true">
   <Code guid="g2" name="Zeit" isCodable="true"/></Code></Codes></CodeBook>
 <Variables><Variable guid="v1" name="Region" typeOfVariable="Text"/></Variables>
 <Cases><Case guid="c1" name="A"><VariableValue><VariableRef targetGUID="v1"/>
   <TextValue>BW</TextValue></VariableValue><SourceRef targetGUID="t1"/></Case></Cases>
 <Sources>
  <TextSource guid="t1" name="A" plainTextPath="internal://t1.txt">
   <PlainTextSelection guid="p1" name="Wörter" startPosition="4" endPosition="10">
    <Coding guid="k1" creatingUser="u1"><CodeRef targetGUID="g1"/></Coding>
   </PlainTextSelection></TextSource>
 </Sources>
 <Sets><Set guid="s1" name="Gruppe"><MemberSource targetGUID="t1"/></Set></Sets>
</Project>"""


def _archive(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


def _members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _plain(folder: Path) -> Path:
    path = folder / "plain.csv"
    path.write_text('id;region;q01\n1;BW;2\n2;BY;"a;b"\n3;NI;"zwei\nZeilen"\n', encoding="utf-8")
    return path


def _excel(folder: Path) -> Path:
    rows = [["id", "q01", "q02"], *([number, number % 3, f"Text {number}"] for number in range(9))]
    return write_book(folder / "plain.xlsx", data=rows)


def _parquet(folder: Path) -> Path:
    path = folder / "plain.parquet"
    pd.DataFrame({"id": [1, 2], "q": ["a", None], "x": [1.5, 2.0]}).to_parquet(path)
    return path


def _margins(folder: Path) -> Path:
    path = folder / "margins.yml"
    path.write_text("age: {young: 0.4, old: 0.6}\nregion:\n  BW: 10\n", encoding="utf-8")
    return path


MAKERS: dict[str, tuple[Callable[[Path], Path], dict[str, str]]] = {
    "csv": (_plain, {}),
    "excel": (_excel, {}),
    "parquet": (_parquet, {}),
    "spss": (lambda folder: labelled_file(folder / "x.sav"), {}),
    "stata": (lambda folder: labelled_file(folder / "x.dta"), {}),
    "limesurvey": (limesurvey_file, {"format": "limesurvey"}),
    "qualtrics": (qualtrics_file, {}),
    "sosci": (sosci_file, {"format": "sosci"}),
    "forms": (forms_file, {}),
    "kobo": (kobo_file, {"structure": "form.xlsx"}),
    "redcap": (redcap_file, {"structure": "dictionary.csv"}),
}


@pytest.fixture(scope="module", params=MAKERS)
def sample(request, tmp_path_factory):
    """Give a folder with a file that can be read, and how it is named in ``study.yml``."""
    make, more = MAKERS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    path = make(folder)
    source = DataSource(path=path.name, **more)
    assert len(read_table(source, folder).frame)
    return folder, source


@given(edits=byte_edits, damage_structure=st.booleans())
def test_damaged_tables_are_read_or_refused(sample, edits, damage_structure):
    folder, source = sample
    name = source.structure if source.structure and damage_structure else source.path
    path = folder / name
    whole = path.read_bytes()
    try:
        path.write_bytes(damage_bytes(whole, edits))
        judge(lambda: read_table(source, folder))
    finally:
        path.write_bytes(whole)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory):
    folder = tmp_path_factory.mktemp("members")
    return folder, _members(_excel(folder).read_bytes())


@given(edits=byte_edits, place=st.floats(0, 1))
def test_workbooks_with_a_damaged_part_are_read_or_refused(workbook, edits, place):
    folder, members = workbook
    names = sorted(members)
    name = names[min(int(place * len(names)), len(names) - 1)]
    damaged = members | {name: damage_bytes(members[name], edits)}
    (folder / "damaged.xlsx").write_bytes(_archive(damaged))
    judge(lambda: read_table(DataSource(path="damaged.xlsx"), folder))


@given(edits=byte_edits)
def test_damaged_margins_are_read_or_refused(tmp_path_factory, edits):
    folder = tmp_path_factory.mktemp("margins")
    path = _margins(folder)
    path.write_bytes(damage_bytes(path.read_bytes(), edits))
    judge(lambda: read_margins(DataSource(path=path.name), folder))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return qualitative_study(tmp_path_factory.mktemp("qda"), cases="p.qdpx", codes=None)


@given(edits=byte_edits, part=st.sampled_from(("project.qde", "sources/t1.txt", "")))
def test_damaged_projects_are_read_or_refused(project, edits, part):
    members = {"project.qde": QDE.encode(), "sources/t1.txt": "Äöü Wörter bleiben.".encode()}
    if part:
        members[part] = damage_bytes(members[part], edits)
    content = _archive(members)
    written = content if part else damage_bytes(content, edits)
    (project.data_folder / "p.qdpx").write_bytes(written)
    judge(lambda: read_cases(project))
