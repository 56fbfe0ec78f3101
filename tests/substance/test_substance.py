"""The measures of `substance`, on made-up briefs whose faults are known."""

from __future__ import annotations

import pytest

from substance import Brief, Phrases, measure

PHRASES = Phrases(("Why here", "Why"), "no clear difference", "How to cite", "What you can do")
KEY = "survey:q1.often"


def brief(region="R1", audience="a", *, verdict="lower", text="", acts="higher", n=40, width=0.2):
    key = f"{KEY}@{region}"
    facts = {
        "name": f"{region}-{audience}", "region": region, "audience": audience, "base": n,
        "profile": region, "headline": key, "messages": [{"verdict": verdict}],
        "advice": [{
            "code": f"r-{audience}", "title": "Ask", "key": key,
            "acts_on": [{"measure": KEY, "better": acts}],
        }],
    }  # fmt: skip
    shown = {
        "status": "published", "n": n, "unit": "share", "domain": region, "value": 0.5,
        "low": 0.5, "high": 0.5 + width,
    }  # fmt: skip
    said = text or f"Ask Why here: 5 of 9 in {region} for {audience}. How to cite A."
    return Brief(facts, {key: shown}, said)


def count(*briefs, verdict="lower"):
    pool = {f"{KEY}@R1~rest": {"verdict": verdict}}
    return measure(briefs, pool, PHRASES)


def test_sound_briefs_have_no_fault():
    found = count(brief(), brief(audience="b"))
    assert (found.briefs, found.advice_sets) == (2, 2)
    assert (found.without_reason, found.contradicted, found.thin_titles) == (0, 0, 0)
    assert found.no_difference == 0


@pytest.mark.parametrize(("own", "contradicted"), [(0.3, 0), (0.7, 1)])
def test_a_type_contradicts_no_advice_where_the_regions_own_value_denies_it(own, contradicted):
    said = brief(acts="higher")
    facts = said.facts | {"profile": "type:t"}
    nation = {f"{KEY}@N": {"value": 0.5}, "response:answers@N": {"value": 99.0}}
    shown = said.evidence | nation | {f"{KEY}@R1": said.evidence[f"{KEY}@R1"] | {"value": own}}
    pool = {f"{KEY}@type:t~rest": {"verdict": "higher"}}
    found = measure([Brief(facts, shown, said.text)], pool, PHRASES)
    assert found.contradicted == contradicted


def test_a_reason_that_says_no_difference_is_none():
    bare = "Ask Why here: 5 of 9, no clear difference from elsewhere. How to cite A."
    assert count(brief(text=bare)).without_reason == 1
    assert count(brief(text="Ask. How to cite A.")).without_reason == 1


def test_advice_on_what_is_better_already_is_contradicted():
    assert count(brief(), verdict="higher").contradicted == 1
    assert count(brief(acts="lower"), verdict="higher").contradicted == 0


@pytest.mark.parametrize("weak", [{"n": 12}, {"width": 0.45}])
def test_a_title_on_few_answers_or_a_wide_interval_is_thin(weak):
    assert count(brief(**weak)).thin_titles == 1


def test_messages_without_a_clear_difference_count():
    assert count(brief(verdict="same"), brief(audience="b")).no_difference == 0.5


def test_shared_words_leave_the_form_and_the_citation_out():
    texts = {
        "a": "Same head. apples pears. How to cite tail.",
        "b": "Same head. apples plums. How to cite tail.",
        "c": "Same head. figs. How to cite tail.",
    }
    found = count(*(brief(audience=name, text=text) for name, text in texts.items()))
    assert found.audiences == pytest.approx((1 / 3 + 0 + 0) / 3)
