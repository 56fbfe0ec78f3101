"""From finding to lever: where a region stands, what it has reached, what its answers bear."""

from __future__ import annotations

import pytest

from briefgen.config.recommendations import Aim, read_recommendations
from briefgen.config.settings import Tiers
from briefgen.content.coverage import find_gaps
from briefgen.content.levers import concerns
from briefgen.content.recommendations import apply, list_reached
from briefgen.content.tiers import bears_headline, find_tier, is_weak
from qualitative_by_hand import dump, evidence, qualitative_study, released

STEER = "survey:q02_steering.often"
KNOW = "survey:q04_barriers_time.agreeing"


def value(key, share, verdict="same", *, n=40, rest=0.0, half=0.1):
    """A value with its contrast to the rest."""
    return (
        evidence(key, share, low=share - half, high=share + half, n=n),
        evidence(f"{key}~rest", rest, unit="points", n=n, verdict=verdict),
    )


def entry(code, *aims, builds=(), **more):
    def write(pairs):
        return [{"measure": key, "better": better} for key, better in pairs]

    return {
        "code": code, "title": code, "text": "X", "audiences": ["smes"], "evidence": [STEER],
        "acts_on": write(aims), "builds_on": write(builds),
    } | more  # fmt: skip


@pytest.fixture
def ask(tmp_path):
    """Order recommendations for a region by evidence."""

    def order(items, *entries, region="DE1", headline=(), answers=40):
        settings = qualitative_study(
            tmp_path, {"recommendations.yml": dump({"recommendations": list(entries)})}
        )
        told = released(*items, evidence(f"response:answers@{region}", answers, unit="count"))
        advice, problems = read_recommendations(settings)
        assert [p for p in problems if p.severity == "error"] == []
        found = apply(advice, told, settings, region, "smes", headline)
        reached = list_reached(advice, told, settings, region, "smes")
        return (
            [(item.recommendation.code, item.why_kind) for item in found],
            [item.recommendation.code for item in reached],
        )

    return order


BEHIND = value(f"{STEER}@DE1", 0.2, "lower", rest=-0.3)
AHEAD = value(f"{STEER}@DE1", 0.7, "higher", rest=0.3)
NATION = (evidence(f"{STEER}@DE", 0.5, n=200), evidence(f"{KNOW}@DE", 0.5, n=200))


def test_a_regions_own_gap_comes_before_what_applies_everywhere(ask):
    everywhere = entry("everywhere", (KNOW, "higher"))
    gap = entry("gap", (STEER, "higher"))
    found, reached = ask((*BEHIND, *NATION), everywhere, gap)
    assert found == [("gap", "region"), ("everywhere", "nation")]
    assert reached == []


def test_what_is_reached_is_left_out_and_told(ask):
    found, reached = ask((*AHEAD, *NATION), entry("done", (STEER, "higher")))
    assert (found, reached) == ([], ["done"])


def test_the_direction_decides_what_a_gap_is(ask):
    found, _ = ask((*AHEAD, *NATION), entry("fewer", (STEER, "lower")))
    assert found == [("fewer", "region")]


def test_one_measure_behind_keeps_advice_that_another_has_reached(ask):
    more = value(f"{KNOW}@DE1", 0.2, "lower", rest=-0.2)
    found, reached = ask(
        (*AHEAD, *more, *NATION), entry("both", (STEER, "higher"), (KNOW, "higher"))
    )
    assert (found, reached) == ([("both", "region")], [])


def test_advice_about_the_headline_comes_first(ask):
    about = entry("about", (KNOW, "higher"))
    found, _ = ask(
        (*BEHIND, *NATION), entry("gap", (STEER, "higher")), about, headline=(f"{KNOW}@DE",)
    )
    assert [code for code, _ in found] == ["about", "gap"]


def test_nearly_all_counts_as_reached_and_half_is_a_reason(ask):
    nearly = value(f"{STEER}@DE1", 0.85)
    assert ask((*nearly, *NATION), entry("r", (STEER, "higher")))[1] == ["r"]
    half = value(f"{STEER}@DE1", 0.4)
    assert ask((*half, *NATION), entry("r", (STEER, "higher")))[0] == [("r", "level")]


def test_a_strength_to_build_on_wants_one(ask):
    strong = entry("share_it", builds=[(STEER, "higher")])
    assert ask((*AHEAD, *NATION), strong)[0] == [("share_it", "strength")]
    assert ask((*BEHIND, *NATION), strong)[0] == []


def test_few_answers_are_no_gap_and_the_types_are(ask, monkeypatch):
    monkeypatch.setattr("briefgen.content.levers.find_type", lambda *_: "boom")
    items = (
        *value(f"{STEER}@DE1", 0.2, "lower", n=12, rest=-0.3),
        *value(f"{STEER}@type:boom", 0.3, "lower", rest=-0.1),
        *NATION,
    )
    assert ask(items, entry("r", (STEER, "higher")), answers=12)[0] == [("r", "type")]


def test_a_type_speaks_for_no_region_that_speaks_for_itself(ask, monkeypatch):
    """A region ahead in one measure needs no advice because of its type's gap in another."""
    monkeypatch.setattr("briefgen.content.levers.find_type", lambda *_: "boom")
    of_type = value(f"{KNOW}@type:boom", 0.2, "lower", rest=-0.3)
    both = entry("both", (STEER, "higher"), (KNOW, "higher"))
    own = value(f"{KNOW}@DE1", 0.35)
    assert ask((*AHEAD, *own, *of_type, *NATION), both) == ([], ["both"])
    assert ask((*AHEAD, *of_type, *NATION), both) == ([("both", "type")], [])
    ahead_of_type = value(f"{KNOW}@DE1", 0.55)
    only = entry("know", (KNOW, "higher"))
    assert ask((*own, *of_type, *NATION), only)[0] == [("know", "type")]
    assert ask((*ahead_of_type, *of_type, *NATION), only)[0] == [("know", "nation")]


def test_a_value_in_brackets_denies_what_is_clear_of_the_type(ask, monkeypatch):
    """A region with few answers that lies on the nation's other side is not its type."""
    monkeypatch.setattr("briefgen.content.levers.find_type", lambda *_: "boom")
    behind = value(f"{KNOW}@type:boom", 0.2, "lower", rest=-0.3)
    strong = value(f"{KNOW}@type:boom", 0.8, "higher", rest=0.3)
    gap, builds = entry("gap", (KNOW, "higher")), entry("use", builds=[(KNOW, "higher")])
    low, high = value(f"{KNOW}@DE1", 0.4, n=12), value(f"{KNOW}@DE1", 0.6, n=12)
    few = {"answers": 12}
    assert ask((*low, *behind, *NATION), gap, **few)[0] == [("gap", "type")]
    assert ask((*high, *behind, *NATION), gap, **few)[0] == [("gap", "nation")]
    assert ask((*high, *strong, *NATION), builds, **few)[0] == [("use", "strength")]
    assert ask((*low, *strong, *NATION), builds, **few)[0] == []
    assert ask((*high, *strong, *NATION), gap, **few) == ([], ["gap"])
    assert ask((*low, *strong, *NATION), gap, **few) == ([("gap", "level")], [])


def test_recommendations_without_aims_keep_the_order_of_the_file(ask):
    found, _ = ask((*AHEAD, *NATION), entry("b"), entry("a"))
    assert [code for code, _ in found] == ["b", "a"]


def test_a_measure_needs_a_direction_unless_the_codebook_has_one(tmp_path):
    written = entry("r") | {"acts_on": ["survey:q01.mean"]}
    settings = qualitative_study(
        tmp_path, {"recommendations.yml": dump({"recommendations": [written]})}
    )
    rules = [problem.rule for problem in read_recommendations(settings)[1]]
    assert any("more or less" in rule for rule in rules)


def test_answers_of_a_scale_are_one_result_and_items_of_a_choice_are_not(tmp_path):
    settings = qualitative_study(tmp_path)
    aim = Aim(STEER, "higher")
    assert concerns(aim, f"{STEER}@DE1", settings)
    assert concerns(aim, "survey:q02_steering.never@DE1", settings)
    assert not concerns(aim, f"{KNOW}@DE1", settings)


def test_check_tells_what_recommendations_do_not_reach(tmp_path):
    written = [entry("r", (STEER, "higher"), condition="region == DE1 and region == DE2")]
    settings = qualitative_study(
        tmp_path, {"recommendations.yml": dump({"recommendations": written})}
    )
    advice, _ = read_recommendations(settings)
    rules = [gap.rule for gap in find_gaps(advice, released(*NATION), settings)]
    assert "no region would ever get the recommendation 'r'" in rules


# --- what answers bear ----------------------------------------------------------------------


def test_tiers_are_graded_by_the_base():
    assert [Tiers().grade(base) for base in (None, 9, 10, 19, 20)] == [
        "none", "none", "weak", "weak", "full",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="weak"):
        Tiers(full=5, weak=10)


def test_a_region_is_graded_by_its_answers_else_by_its_largest_base(tmp_path):
    settings = qualitative_study(tmp_path)
    told = released(evidence("response:answers@DE1", 12, unit="count"), *value(f"{STEER}@DE2", 0.5))
    assert find_tier(told, settings, "DE1") == "weak"
    assert find_tier(told, settings, "DE2") == "full"
    assert find_tier(told, settings, "DEC") == "none"


def test_wide_intervals_and_small_bases_bear_no_headline(tmp_path):
    settings = qualitative_study(tmp_path)
    wide, _ = value(f"{STEER}@DE1", 0.5, half=0.25)
    weak, _ = value(f"{STEER}@DE1", 0.5, n=12)
    assert not bears_headline(settings, wide)
    assert is_weak(settings, weak)
    assert not is_weak(settings, NATION[0])


def test_advice_on_a_strength_stands_in_no_national_document(ask):
    """The whole country is better than nobody: it has no strength of its own to build on."""
    strong = entry("strong", builds=[(STEER, "higher")])
    found, _ = ask((*AHEAD, *NATION), strong, entry("all", (KNOW, "higher")), region="DE")
    assert [code for code, _ in found] == ["all"]
    found, _ = ask((*AHEAD, *NATION), strong)
    assert found == [("strong", "strength")]
