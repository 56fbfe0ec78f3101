from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from briefgen.content.quotes import select_quotes
from briefgen.model import CaseStudy, Quote, Text
from qualitative_by_hand import evidence, qualitative_study, released

WORDS = Text({"": "Words."})


def quote(name, region="DE1", **more):
    usual = {
        "id": name, "case": name.split("/")[0], "region": region, "region_type": "rural",
        "role": "sme", "pseudonym": "K", "factor": "trust", "polarity": "success", "text": WORDS,
    }  # fmt: skip
    return Quote(**(usual | more))


def case_study(code, region, kind):
    return CaseStudy(code, WORDS, region, kind, {}, WORDS, WORDS, (), 1)


@pytest.fixture
def settings(tmp_path):
    return qualitative_study(tmp_path)


def chosen(settings, quotes, region="DE1", audience="smes", *, items=(), cases=(), **more):
    past = released(*items, quotes=tuple(quotes), cases=tuple(cases))
    return [found.id for found in select_quotes(past, settings, region, audience, **more)]


def test_the_documents_region_comes_first_then_its_region_types(settings):
    quotes = [
        quote("c1/a", "DE9", region_type="metro"),
        quote("c2/b", "DE2", region_type="rural"),
        quote("c3/c", "DE1", region_type="metro"),
    ]
    cases = [case_study("c4", "DE1", "rural")]
    assert chosen(settings, quotes, cases=cases, limit=3) == ["c3/c", "c2/b", "c1/a"]


def test_quotes_for_other_audiences_are_left_out_and_for_this_one_come_first(settings):
    quotes = [
        quote("c1/a", audiences=("chambers",)),
        quote("c2/b"),
        quote("c3/c", audiences=("smes",)),
    ]
    assert chosen(settings, quotes, limit=3) == ["c3/c", "c2/b"]
    assert set(chosen(settings, quotes, audience="", limit=3)) == {"c1/a", "c2/b", "c3/c"}


def test_without_a_factor_the_most_mentioned_comes_first(settings):
    quotes = [quote("c1/a", factor="time"), quote("c2/b", factor="trust")]
    items = [
        evidence("case:factor.time.cases@DE", 2),
        evidence("case:factor.trust.cases@DE", 5),
    ]
    assert chosen(settings, quotes, items=items, limit=2) == ["c2/b", "c1/a"]
    items = [replace(items[0], value=9.0), items[1]]
    assert chosen(settings, quotes, items=items, limit=2) == ["c1/a", "c2/b"]


def test_a_stated_factor_is_kept_to(settings):
    quotes = [quote("c1/a", factor="time"), quote("c2/b", "DE2", factor="trust")]
    assert chosen(settings, quotes, factor="trust", limit=2) == ["c2/b"]
    assert chosen(settings, quotes, factor=("trust", "time"), limit=2) == ["c1/a", "c2/b"]
    assert chosen(settings, quotes, factor="nothing") == []


def test_cases_take_turns_then_roles(settings):
    quotes = [
        quote("c1/a", role="sme"),
        quote("c1/b", role="coordinator"),
        quote("c1/c", role="sme"),
        quote("c2/d", role="sme"),
    ]
    found = chosen(settings, quotes, limit=4)
    assert {name[:2] for name in found[:2]} == {"c1", "c2"}
    roles = {name: item.role for name in found for item in quotes if item.id == name}
    assert Counter(roles[name] for name in found[:3]) == {"sme": 2, "coordinator": 1}


def test_a_near_quote_is_not_passed_over_for_a_far_case(settings):
    quotes = [quote("c1/a"), quote("c1/b"), quote("c2/c", "DE2", region_type="metro")]
    assert set(chosen(settings, quotes, limit=2)) == {"c1/a", "c1/b"}


def test_a_segment_with_two_codes_is_quoted_once(settings):
    quotes = [quote("c1/a"), quote("c1/a#time", factor="time")]
    assert len(chosen(settings, quotes, limit=2)) == 1


def test_the_choice_does_not_depend_on_the_order_and_differs_between_documents(settings):
    quotes = [quote(f"c{number}/a", "DE9") for number in range(12)]
    first = chosen(settings, quotes)
    assert first == chosen(settings, quotes[::-1])
    documents = {
        tuple(chosen(settings, quotes, region, audience))
        for region in ("DE1", "DE2", "DEC")
        for audience in ("smes", "chambers")
    }
    assert len(documents) > 1


def test_in_the_nation_all_places_are_equal(settings):
    quotes = [quote(f"c{number}/a", region) for number, region in enumerate(("DE1", "DE2", "DE9"))]
    assert sorted(chosen(settings, quotes, "DE", limit=3)) == ["c0/a", "c1/a", "c2/a"]
    assert chosen(settings, quotes, "", limit=3) == chosen(settings, quotes, "DE", limit=3)
