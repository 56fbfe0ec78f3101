"""What a base bears: as released, rounded in brackets, or nothing."""

from __future__ import annotations

import pytest

from briefgen.config.brand import load_brand
from briefgen.config.settings import load_settings
from briefgen.content.exhibits import FigureSpec, TableSpec, draw_figure, make_table
from briefgen.content.language import Locale
from briefgen.content.language.labels import tell_graded
from briefgen.content.tiers import as_printed
from briefgen.model import Status
from evidence_by_hand import make_evidence, make_released
from studies import small_study

MEASURE = "survey:q02_steering.frequent"
NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return load_settings(small_study(tmp_path_factory.mktemp("tiers")))


@pytest.mark.parametrize(
    ("domain", "n", "printed"),
    [
        ("DE1", 20, (0.44, 0.23, 0.67)),
        ("DE1", 19, (0.4, 0.2, 0.7)),
        ("DE1", 10, (0.4, 0.2, 0.7)),
        ("DE1", 9, (None, None, None)),
        ("DE", 9, (0.44, 0.23, 0.67)),
    ],
)
def test_a_value_is_printed_as_its_base_bears(settings, domain, n, printed):
    item = make_evidence(f"{MEASURE}@{domain}", 0.44, n=n, low=0.23, high=0.67)
    found = as_printed(settings, item)
    assert (found.value, found.low, found.high) == printed
    assert found.is_published == (printed[0] is not None)


def test_numbers_that_are_no_shares_keep_two_digits(settings):
    item = make_evidence("survey:q05.mean@DE1", 163.4, n=12, unit="years", statistic="mean")
    assert as_printed(settings, item).value == 160
    assert tell_graded(Locale(settings, "en"), item).startswith("(160")


@pytest.fixture
def exhibits(settings):
    """A comparison of regions as figure, map and table: on 40, on 13 and on 7 answers."""
    evidence = [
        make_evidence(f"{MEASURE}@{code}", value, n=n, low=value - 0.1, high=value + 0.1)
        for code, value, n in (("DE", 0.5, 90), ("DE1", 0.62, 40), ("DE2", 0.44, 13),
                               ("DE9", 0.29, 7))
    ]  # fmt: skip
    released, locale = make_released(*evidence), Locale(settings, "en")
    brand = load_brand(settings.folder)
    regions = ("DE1", "DE2", "DE9")
    refs = ("q02_steering.frequent",)
    specs = [
        FigureSpec("fig-a", "dots", refs, domains=regions),
        FigureSpec("fig-b", "tile_map", refs),
    ]
    table = TableSpec("tbl-a", "regions", refs, domains=regions, options={"plain": True})
    return [
        *(draw_figure(spec, released, settings, locale, brand) for spec in specs),
        make_table(table, released, settings, locale, brand),
    ]


def test_figures_tables_and_their_files_keep_to_the_tiers(exhibits):
    for exhibit in exhibits:
        rows = {row["key"].partition("@")[2]: row for row in exhibit.data}
        assert (rows["DE2"]["value"], rows["DE2"]["formatted"]) == (0.4, "(40%)")
        assert rows["DE9"]["value"] is None
        assert rows["DE9"]["reason"] == "too few answers"
        assert f"{MEASURE}@DE9" not in exhibit.keys  # the sidecar would tell the value
        printed = exhibit.svg + exhibit.html + exhibit.alt + exhibit.note
        assert "44%" not in printed
        assert "29%" not in printed
        assert "fewer than 20 answers" in exhibit.note


def test_a_map_has_no_class_narrower_than_its_rounding(exhibits):
    assert ">40 to under 50%<" in exhibits[1].svg


def test_a_hidden_value_says_as_much_as_its_reason(settings):
    """Too few in one answer are not too few answers."""
    hidden = make_evidence(f"{MEASURE}@DE2", None, reason="cell")
    shown = [make_evidence(f"{MEASURE}@{code}", 0.5, n=40) for code in ("DE", "DE1")]
    spec = FigureSpec("fig-a", "dots", ("q02_steering.frequent",), domains=("DE1", "DE2"))
    exhibit = draw_figure(
        spec, make_released(*shown, hidden), settings, Locale(settings, "en"),
        load_brand(settings.folder),
    )  # fmt: skip
    assert hidden.status is Status.PRIMARY
    assert "Not shown: Bavaria (too few answers in a category)." in exhibit.note
