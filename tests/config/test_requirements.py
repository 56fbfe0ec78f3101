"""What a declaration says wrongly is told where it is made, with what is allowed."""

from __future__ import annotations

import inspect
from dataclasses import replace

import pytest

from briefgen.config.data_formats import data_formats, register_data_format
from briefgen.config.document_kinds import DocumentKind, document_kinds, register_document_kind
from briefgen.config.measures import FORMS, SLOTS, MeasureKind, list_kinds, register_measure
from briefgen.content.exhibits.charts import chart
from briefgen.content.language import clauses, phrases
from briefgen.disclosure.rules import count_rule, number_rule
from briefgen.errors import SettingsError
from briefgen.evidence.sources.read import reads
from briefgen.evidence.survey.measures import estimates
from briefgen.output.render.formats import Format, output_formats, register_format

MEASURE = MeasureKind("capped", frozenset({"numeric"}), "mean", "capped_mean")
KIND = DocumentKind(
    "factsheet", "factsheet.qmd", "Factsheet", "Factsheets", lambda _study: iter(())
)
FORMAT = Format("galley", ".galley", written_by="markdown")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "mean"}, "a kind of measure 'mean' already"),
        ({"measure": "mean"}, "'mean' makes 'mean' of numeric already"),
        ({"measure": "Capped mean"}, "no name in keys.*\n.*small letters"),
        ({"types": frozenset({"nummeric"})}, "the type 'nummeric' is not known.*\n.*numeric"),
        ({"types": "numeric"}, "types 'numeric' is no frozenset"),
        ({"statistic": "net"}, "nothing says how the statistic 'net' is rounded"),
        ({"statistic": "net", "rounding": "counts"}, "rounding 'counts' is not.*\n.*mean count"),
        ({"form": "men"}, "form 'men' is not known.*\n.*'mean'"),
        ({"stands": "one"}, "stands 'one' is not known.*\n.*'first'"),
        ({"frames": (("{Where} {foo}", "{Where}"),)}, "the place 'foo' is not known.*\n.*'value'"),
        ({"frames": (("{Where", "{Where}"),)}, "braces come in pairs"),
        ({"frames": ("{Where}", "{Where}")}, "is no tuple of texts"),
        ({"frames": (("{Where}",),)}, "is no pair"),
        ({"box_label": "{labl}"}, "the place 'labl' is not known"),
        ({"digits": "two"}, "digits='two' is no whole number"),
        ({"probability": 0.9}, "a quantile has a probability"),
        ({"statistic": "quantile", "probability": 90}, "90 is not between 0 and 1"),
    ],
)
def test_a_measure_says_what_is_known(change, told):
    before = len(list_kinds())
    with pytest.raises(SettingsError, match=told):
        register_measure(replace(MEASURE, **change))
    assert len(list_kinds()) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "briefs"}, "a kind of document 'briefs' already"),
        ({"aliases": ("report",)}, "a kind of document 'report' already"),
        ({"aliases": "fs"}, "aliases 'fs' is no tuple"),
        ({"name": "../x"}, "'../x' of a kind of document is no word"),
        ({"template": "../factsheet.qmd"}, "no name of a template"),
        ({"file_name": "Report"}, "file_name 'Report' already"),
        ({"readers": [("DE1", "")]}, "is no function"),
        ({"readers": lambda: iter(())}, "called with 1 argument"),
        ({"formats": "html"}, "formats 'html' is no tuple"),
        ({"referred_as": "sheets"}, "referred_as 'sheets' is not known.*\n.*'briefs'"),
        ({"seconds": 0}, "seconds=0 is no number above 0"),
        ({"most_pages": -1}, "most_pages=-1"),
    ],
)
def test_a_kind_of_document_says_what_can_be(change, told):
    before = len(document_kinds())
    with pytest.raises(SettingsError, match=told):
        register_document_kind(replace(KIND, **change))
    assert len(document_kinds()) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "docx"}, "output format 'docx' already"),
        ({"name": "pdf"}, "output format 'pdf' already"),
        ({"suffix": ".pdf"}, "pdf is written as"),
        ({"suffix": ".docx"}, "docx is written as"),
        ({"suffix": "/../../x"}, "no suffix.*\n.*in lower case, no path"),
        ({"suffix": ".../x"}, "no suffix"),
        ({"suffix": "galley"}, "no suffix"),
        ({"suffix": ".GALLEY"}, "no suffix"),
        ({"written_by": "markdwn"}, "'markdwn' is not known.*\n.*did you mean markdown"),
        ({"pictures": ".tiff"}, "pictures '.tiff' is not known.*\n.*'.png'"),
        ({"plain_title": "none"}, "plain_title 'none' is not known"),
    ],
)
def test_an_output_format_writes_a_file_of_its_own(change, told):
    before = len(output_formats())
    with pytest.raises(SettingsError, match=told):
        register_format(replace(FORMAT, **change))
    assert len(output_formats()) == before


@pytest.mark.parametrize(
    ("name", "suffixes", "told"),
    [
        ("csv", (), "data format 'csv' already"),
        ("mine", (".csv",), "are of the format 'csv' already"),
        ("mine", ("mine",), "no suffix"),
        ("mine", (".MINE",), "in lower case"),
        ("mine", ".mine", "no tuple"),
    ],
)
def test_a_data_format_has_suffixes_of_its_own(name, suffixes, told):
    before = dict(data_formats())
    with pytest.raises(SettingsError, match=told):
        register_data_format(name, suffixes)
    assert data_formats() == before


@pytest.mark.parametrize("register", [chart, estimates, reads, count_rule, number_rule])
def test_a_decorator_wants_its_name(register):
    with pytest.raises(SettingsError, match="give it a name"):
        register(lambda: None)


@pytest.mark.parametrize(
    ("register", "arguments"),
    [(chart("x"), 1), (count_rule("x"), 3), (number_rule("x"), 3)],
)
def test_a_function_takes_what_it_is_called_with(register, arguments):
    with pytest.raises(SettingsError, match=f"called with {arguments} argument"):
        register(lambda: None)
    with pytest.raises(SettingsError, match="is no function"):
        register("x")


def test_a_reader_is_of_a_declared_format():
    with pytest.raises(SettingsError, match=r"'cvs' is not known.*\n.*did you mean csv"):
        reads("cvs")


def test_forms_and_places_are_those_of_the_sentences():
    assert set(FORMS) <= set(phrases.FRAMES)
    assert {kind.form for kind in list_kinds()} <= set(FORMS)
    filled = inspect.getsource(clauses.fill_slots)
    assert all(f'"{slot}"' in filled for slot in SLOTS)
    assert filled.count('slots["') + filled.count('        "') == len(SLOTS)
