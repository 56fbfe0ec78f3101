"""Tables of both hands: the same structure, heads with scope, hidden values as dashes."""

from __future__ import annotations

import dataclasses

import pytest
from lxml.html import fromstring

from briefgen.config.recommendations import Recommendation
from briefgen.content.exhibits import TABLES, TableSpec, make_table
from briefgen.errors import TemplateError, UnknownNameError
from briefgen.model import Released, Status, Text
from evidence_by_hand import make_evidence, make_released
from exhibits_by_hand import HIDDEN_REGION

SPECS = {
    "frequencies": {"refs": ("q05",)},
    "battery": {"refs": ("q07",)},
    "numeric": {"refs": ("q26",)},
    "regions": {"kind": "regions", "refs": ("q18.agree", "q26")},
    "response": {"kind": "response"},
    "panel": {"kind": "panel"},
    "cases": {"kind": "cases"},
    "recommendations": {"kind": "recommendations"},
}
ADVICE = Recommendation(
    code="r1",
    title=Text({"de": "Fragen & zuhören", "en": "Ask & listen"}),
    text=Text({"": "–"}),
    audiences=(),
    evidence=("survey:q18.agree", "panel:s01.agreement_median", "survey:q19.regularly"),
    owner=Text({"de": "Kammern", "en": "chambers"}),
)


def cells(html):
    """Texts of a table, row by row."""
    table = fromstring(html)
    return [
        [" ".join(cell.text_content().split()) for cell in row.iter("th", "td")]
        for row in table.iter("tr")
    ]


@pytest.fixture
def make(released, settings, locale, brand):
    def made(name, *, plain=False, **changes):
        options = {"plain": plain, "recommendations": [ADVICE]}
        spec = TableSpec(id="tbl-x", options=options, **{**SPECS[name], **changes})
        return make_table(spec, released, settings, locale, brand)

    return made


@pytest.mark.parametrize("name", SPECS)
def test_both_hands_write_the_same(name, make):
    great, plain = make(name), make(name, plain=True)
    body = [row for row in cells(great.html) if len(row) > 1]
    same = [row for row in cells(plain.html) if len(row) > 1]
    spans = bool(fromstring(plain.html).xpath("//*[@scope='colgroup']"))
    assert body[2 if spans else 0 :] == same[2 if spans else 0 :]
    assert dataclasses.replace(great, html="") == dataclasses.replace(plain, html="")


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("name", SPECS)
def test_heads_have_a_scope_and_identifiers_are_valid(name, plain, make):
    table = fromstring(make(name, plain=plain).html)
    assert table.tag == "table"
    assert table.get("id") == "tbl-x-table"
    assert all(
        head.get("scope") in {"col", "colgroup", "row", "rowgroup"} for head in table.iter("th")
    )
    ids = [element.get("id") for element in table.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(" " not in id_ for id_ in ids)
    rows = [row for body in table.iter("tbody") for row in body.iter("tr")]
    assert all(row[0].tag == "th" for row in rows)


@pytest.mark.parametrize("name", SPECS)
def test_no_style_comes_with_a_table(name, make):
    html = make(name).html
    assert "<style" not in html
    assert "style=" not in html


def test_every_table_is_tried():
    assert {spec.get("kind", "frequencies") for spec in SPECS.values()} == set(TABLES)


@pytest.mark.parametrize("plain", [False, True])
def test_hidden_values_are_dashes_that_the_note_explains(plain, make, locale):
    told = make("frequencies", plain=plain, domain=HIDDEN_REGION)
    hidden = fromstring(told.html).xpath("//td[contains(@class, 'suppressed')]")
    assert {cell.text for cell in hidden} == {"–"}
    assert locale.text("too few answers") in told.note


@pytest.mark.parametrize("plain", [False, True])
def test_a_band_stands_in_its_cell_and_the_note_explains_it(
    plain, released, settings, locale, brand
):
    key = "survey:q15.phone@DE2"
    banded = dataclasses.replace(
        released[key], value=None, low=None, high=None, status=Status.PRIMARY, band=(None, 0.3)
    )
    told = make_table(
        TableSpec(id="tbl-x", refs=("q15",), domain="DE2", options={"plain": plain}),
        Released({**released.evidence, key: banded}),
        settings,
        locale,
        brand,
    )
    assert locale.band(banded, short=True).replace("\N{NO-BREAK SPACE}", " ") in [
        text for row in cells(told.html) for text in row
    ]
    assert locale.text("≤, ≥: only a range is given, to protect respondents") in told.note


@pytest.mark.parametrize("plain", [False, True])
def test_the_reader_s_region_is_marked(plain, make, settings, locale):
    told = make("regions", plain=plain, domain="DE2")
    own = fromstring(told.html).xpath("//tr[@class='own-region']/th")
    assert [head.text for head in own] == [settings.regions["DE2"].name[locale.language]]


def test_regions_without_a_value_are_named_in_the_foot_with_the_reason(make, settings, locale):
    told = make("regions", plain=True)
    name = settings.regions[HIDDEN_REGION].name[locale.language]
    rows = [row[0] for row in cells(told.html)]
    assert name not in rows
    assert len(rows) > 1
    assert f"{name} ({locale.text('too few answers')})" in told.note


def test_recommendations_name_their_sources(make, locale):
    row = cells(make("recommendations").html)[-1]
    expected = {
        "de": ["Fragen & zuhören", "Kammern", "–", "–", "Befragung und Fachleute"],
        "en": ["Ask & listen", "chambers", "–", "–", "Survey and experts"],
    }
    assert row == expected[locale.language]


def test_markup_in_labels_is_text(settings, german, brand):
    wild = Text({"": "<b>fett</b>"})
    spec = TableSpec(
        id="tbl-x", kind="recommendations",
        options={"recommendations": [dataclasses.replace(ADVICE, title=wild, owner=wild)]},
    )  # fmt: skip
    for plain in (False, True):
        options = {**spec.options, "plain": plain}
        html = make_table(
            dataclasses.replace(spec, options=options), make_released(), settings, german, brand
        ).html
        assert "<b>" not in html
        assert html.count("&lt;b&gt;fett&lt;/b&gt;") == 2


def test_frequencies_give_n_of_each_column(make, released):
    told = make("frequencies", domain="DE2", plain=True)
    last = cells(told.html)[-1]
    n = released["survey:q05.chamber@DE2"].n
    assert last[1:] == [str(n), "212"]


def test_what_cannot_be_made_is_an_error(make, settings, german, brand):
    other = make_released(make_evidence("survey:q06.any@DE", 0.4))
    asked = TableSpec(id="tbl-x", refs=("q05",))
    advice = TableSpec(id="tbl-x", kind="recommendations")
    with pytest.raises(UnknownNameError, match="no table 'region'"):
        make("regions", kind="region")
    with pytest.raises(TemplateError, match="no evidence"):
        make_table(asked, other, settings, german, brand)
    with pytest.raises(TemplateError, match="given none"):
        make_table(advice, other, settings, german, brand)
