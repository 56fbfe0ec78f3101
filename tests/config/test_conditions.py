from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from briefgen.config.conditions import (
    Several,
    complete_key,
    evaluate,
    list_keys,
    locate_key,
    parse_condition,
)
from briefgen.config.conditions import (
    Test as ConditionTest,
)
from briefgen.errors import BriefgenError, SettingsError
from briefgen.model import Status
from qualitative_by_hand import evidence, released

OFTEN = "survey:q02.often"
RELEASED = released(
    evidence("survey:q02.often@DE1", 0.40, low=0.30, high=0.50),
    evidence("survey:q02.often@DE1~rest", -0.15, low=-0.25, high=-0.05, verdict="lower"),
    evidence("survey:q02.often@DE2", 0.60, low=0.52, high=0.68),
    evidence("survey:q02.often@DE2~rest", 0.10, low=0.02, high=0.18, verdict="higher"),
    evidence("survey:q02.often@DE9", 0.45, low=0.35, high=0.55),
    evidence("survey:q02.often@DE9~rest", 0.01, low=-0.1, high=0.12, verdict="same"),
    evidence("survey:q02.often@DEC", None, n=None, status=Status.PRIMARY, reason="base"),
    evidence("survey:q02.often@DEC~rest", None, n=None, status=Status.COMPLEMENTARY),
    evidence("survey:q03.rarely@DE1", 0.70, low=0.60, high=0.80),
    evidence("survey:q03.rarely@DE2", 0.55, low=0.45, high=0.65),
    evidence("case:factor.trust.cases@DE", 4, unit="cases"),
    evidence("panel:s01.agreement_median", 8, unit="rating"),
    evidence("panel:s01.agreement_consensus", None, text="agreement"),
)


def holds(text, region="DE1"):
    return evaluate(parse_condition(text), RELEASED, region, "DE")[0]


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        # DE1 lower, DE2 higher, DE9 same, DEC suppressed
        (f"{OFTEN} < nation", [True, False, False, None]),
        (f"{OFTEN} < rest", [True, False, False, None]),
        (f"{OFTEN} > nation", [False, True, False, None]),
        (f"lower_than_rest({OFTEN})", [True, False, False, None]),
        (f"higher_than_rest({OFTEN})", [False, True, False, None]),
        (f"differs_from_rest({OFTEN})", [True, True, False, None]),
        (f"not higher_than_rest({OFTEN})", [True, False, True, None]),
        (f"known({OFTEN})", [True, True, True, False]),
        (f"{OFTEN} > 50 %", [False, True, False, None]),
        (f"{OFTEN} > 0.5", [False, True, False, None]),
        (f"{OFTEN} < 50%", [False, False, False, None]),
        (f"{OFTEN} <= 50%", [True, False, False, None]),
        (f"{OFTEN} >= 30 %", [True, True, True, None]),
        (f"{OFTEN} < survey:q03.rarely", [True, False, None, None]),
        ("region == DE1", [True, False, False, False]),
        ("region != DE1", [False, True, True, True]),
        ("case:factor.trust >= 4", [True] * 4),
        ("case:factor.trust > 4", [False] * 4),
        ("panel:s01.agreement > 7", [True] * 4),
        ("panel:s01.agreement_consensus == agreement", [True] * 4),
        ('panel:s01.agreement_consensus != "none"', [True] * 4),
        ("panel:s01.agreement_consensus == none", [False] * 4),
        ("panel:s99.agreement > 7", [None] * 4),
        (f"{OFTEN} < nation and panel:s99.agreement > 7", [None, False, False, None]),
        (f"{OFTEN} < nation or panel:s99.agreement > 7", [True, None, None, None]),
        (f"{OFTEN}@DE2 > nation", [True] * 4),
        (f"not (region == DE1 or region == DE2) and not {OFTEN} > 60%", [False, False, True, None]),
        ("region == DE2 or region == DE1 and region == DE9", [False, True, False, False]),
    ],
)
def test_conditions_hold_where_the_evidence_bears_them_out(text, regions):
    assert [holds(text, region) for region in ("DE1", "DE2", "DE9", "DEC")] == regions


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("", "the end"),
        ("and", "'and'"),
        (f"{OFTEN}", "the end"),
        (f"{OFTEN} <", "the end"),
        (f"{OFTEN} < much", "'much'"),
        (f"{OFTEN} <= nation", "'nation'"),
        (f"({OFTEN} < nation", "the end"),
        (f"{OFTEN} < nation)", "')'"),
        (f"{OFTEN} < nation {OFTEN} > rest", "'survey:"),
        ("known(q02)", "'q02)'"),
        ("region < DE1", "'< DE1'"),
        ("case:factor.trust < nation", "the end"),
        ("panel:s01.agreement > rest", "the end"),
        (f"{OFTEN} $ 3", "'$ 3'"),
        ("__import__('os')", "'os')"),
    ],
)
def test_a_condition_that_is_not_understood_says_where(text, place):
    with pytest.raises(SettingsError) as caught:
        parse_condition(text)
    assert place in caught.value.message


@given(st.text(alphabet="()<>=!% .'\"andortsurvey:q1_@~region0123456789", max_size=60))
def test_any_text_is_a_condition_or_a_plain_error(text):
    try:
        condition = parse_condition(text)
    except BriefgenError:
        return
    assert evaluate(condition, RELEASED, "DE1", "DE")[0] in (True, False, None)


THREE = {True: "region == DE1", False: "region == DE2", None: "panel:s99.agreement > 1"}
truth = st.sampled_from([True, False, None])


@given(truth, truth)
def test_logic_is_kleenes(a, b):
    rank = {False: 0, None: 1, True: 2}
    assert rank[holds(f"{THREE[a]} and {THREE[b]}")] == min(rank[a], rank[b])
    assert rank[holds(f"{THREE[a]} or {THREE[b]}")] == max(rank[a], rank[b])
    assert rank[holds(f"not ({THREE[a]})")] == 2 - rank[a]


def test_and_binds_closer_than_or():
    condition = parse_condition("region == A or region == B and region == C")
    assert isinstance(condition, Several)
    assert condition.word == "or"
    assert isinstance(condition.parts[0], ConditionTest)
    assert condition.parts[1].word == "and"


def test_the_keys_of_a_condition_are_listed_in_order():
    text = "panel:s01.agreement > survey:b.x and not (case:factor.c >= 2 or survey:b.x < nation)"
    assert list_keys(parse_condition(text)) == [
        "panel:s01.agreement_median", "survey:b.x", "case:factor.c.cases",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("case:factor.trust", "case:factor.trust.cases"),
        ("case:factor.trust.smes", "case:factor.trust.smes"),
        ("case:factor.trust@DE1", "case:factor.trust.cases@DE1"),
        ("panel:s01.agreement", "panel:s01.agreement_median"),
        ("panel:s01.agreement_iqr", "panel:s01.agreement_iqr"),
        ("panel:s01.agreement_round1_median", "panel:s01.agreement_round1_median"),
        ("panel:agreement.kendall_w", "panel:agreement.kendall_w"),
        ("panel:experts", "panel:experts"),
        ("survey:q02.often", "survey:q02.often"),
    ],
)
def test_short_keys_stand_for_their_usual_measure(short, full):
    assert complete_key(short) == full
    assert complete_key(full) == full


@pytest.mark.parametrize(
    ("key", "located"),
    [
        ("survey:q02.often", "survey:q02.often@DE1"),
        ("survey:q02.often@type:rural", "survey:q02.often@type:rural"),
        ("response:rate", "response:rate@DE1"),
        ("case:factor.trust", "case:factor.trust.cases@DE"),
        ("case:coding.alpha", "case:coding.alpha"),
        ("panel:s01.agreement", "panel:s01.agreement_median"),
    ],
)
def test_keys_without_domain_mean_the_place_of_the_document(key, located):
    assert locate_key(key, "DE1", "DE") == located
