from __future__ import annotations

import pytest

from briefgen.config.recommendations import check_keys, read_recommendations
from briefgen.content.recommendations import apply
from briefgen.evidence.cases import estimate_cases
from briefgen.evidence.panel import estimate_panel
from briefgen.model import Status
from qualitative_by_hand import (
    PANEL,
    RECOMMENDATIONS,
    dump,
    evidence,
    qualitative_study,
    read_study,
    released,
    text,
)

KEY = "survey:q02_steering.often"
LOWER = (
    evidence(f"{KEY}@DE1", 0.4, low=0.3, high=0.5),
    evidence(f"{KEY}@DE1~rest", -0.2, low=-0.3, high=-0.1, verdict="lower"),
)
HIGHER = (
    evidence(f"{KEY}@DE2", 0.7, low=0.6, high=0.8),
    evidence(f"{KEY}@DE2~rest", 0.2, low=0.1, high=0.3, verdict="higher"),
)
HIDDEN = (
    evidence(f"{KEY}@DEC", None, n=None, status=Status.PRIMARY),
    evidence(f"{KEY}@DEC~rest", None, n=None, status=Status.PRIMARY),
)
NATION = evidence(f"{KEY}@DE", 0.5, low=0.45, high=0.55)
CASES = evidence("case:factor.contact.cases@DE", 2, unit="cases", n=2)


def ratings(**medians):
    """Panel medians: ``s01=(importance, feasibility)``, and consensus on all."""
    items = []
    for statement, (importance, feasibility) in medians.items():
        items += [
            evidence(f"panel:{statement}.importance_median", importance, unit="rating"),
            evidence(f"panel:{statement}.feasibility_median", feasibility, unit="rating"),
            evidence(f"panel:{statement}.agreement_median", 8, unit="rating"),
            evidence(f"panel:{statement}.agreement_consensus", None, text="agreement"),
        ]
    return tuple(items)


ALL = (*LOWER, *HIGHER, *HIDDEN, NATION, CASES, *ratings(s01=(8, 6), s02=(9, 7)))


@pytest.fixture
def settings(tmp_path):
    return qualitative_study(tmp_path)


def entry(code="r01", **more):
    return {
        "code": code, "title": "T", "text": "X", "audiences": ["smes"], "evidence": [KEY],
    } | more  # fmt: skip


def read(tmp_path, *entries):
    content = dump({"recommendations": list(entries)})
    settings = qualitative_study(tmp_path, {"recommendations.yml": content})
    return settings, *read_recommendations(settings)


# --- reading --------------------------------------------------------------------------------


def test_recommendations_are_read_with_their_place_and_full_keys(settings):
    found, problems = read_recommendations(settings)
    assert problems == []
    assert [(one.code, one.source) for one in found] == [
        ("r01", "data/recommendations.yml, line 2"),
        ("r02", f"data/recommendations.yml, line {found[1].line}"),
    ]
    assert found[0].evidence == (KEY, "case:factor.contact.cases", "panel:s01.agreement_median")
    lines = dump(RECOMMENDATIONS).splitlines()
    assert lines[found[1].line - 1] == "- code: r02"


def test_an_authors_own_share_is_marked_and_other_numbers_need_no_mark(tmp_path):
    more = {"effort": "[50 %]{.plain} of a post", "timeframe": "within 12 months"}
    assert read(tmp_path, entry(statement="s01", **more))[2] == []


@pytest.mark.parametrize(
    ("more", "column", "rule"),
    [
        ({"evidence": []}, "evidence", "the recommendation 'r01' rests on nothing"),
        ({"evidence": ["nothing"]}, "evidence", "'nothing' is not an evidence key"),
        ({"audiences": ["kings"]}, "audiences", "there is no audience 'kings'"),
        ({"audiences": []}, "recommendations.0.audiences", "at least one entry is wanted"),
        ({"condition": f"{KEY} <"}, "condition", "the condition wants a number"),
        (
            {"title": {"de": "Nur deutsch"}},
            "recommendations.0.title",
            "the text is not there in en",
        ),
        (
            {"title": {"de": "41 % gewinnen", "en": "Win them"}},
            "recommendations.0.title",
            "a share stands in the text without a source",
        ),
        ({"effort": "half of 10 percent"}, "recommendations.0.effort", "a share stands in"),
        ({"colour": "red"}, "recommendations.0.colour", "there is no key 'colour' here"),
        ({"else": "perhaps"}, "recommendations.0.else", "one of skip, apply is wanted"),
    ],
)
def test_a_wrong_recommendation_is_a_problem_with_its_line(tmp_path, more, column, rule):
    _, _, problems = read(tmp_path, entry(statement="s01", **more))
    assert [(problem.column, problem.severity) for problem in problems] == [(column, "error")]
    assert problems[0].rule.startswith(rule)
    assert problems[0].row is not None


def test_a_key_that_the_study_never_makes_is_a_problem_of_the_file(tmp_path):
    _, _, problems = read(tmp_path, entry(evidence=["survey:q02_steering.oftn"], statement="s01"))
    assert [(problem.row, problem.rule) for problem in problems] == [
        (2, "there is no evidence 'survey:q02_steering.oftn'")
    ]
    assert KEY in problems[0].remedy


def test_a_code_that_stands_twice_is_a_problem(tmp_path):
    _, _, problems = read(tmp_path, entry(statement="s01"), entry(statement="s01"))
    assert [problem.rule for problem in problems] == ["the recommendation 'r01' stands twice"]


def test_a_recommendation_that_no_statement_orders_is_a_warning(tmp_path):
    _, found, problems = read(tmp_path, entry())
    assert [problem.severity for problem in problems] == ["warning"]
    assert len(found) == 1


# --- keys -----------------------------------------------------------------------------------

KNOWN = [
    f"{KEY}@DE", f"{KEY}@DE1~rest", "case:factor.contact.cases@DE", "panel:s01.agreement_median",
    "panel:s01.importance_median", "panel:s01.feasibility_median", "panel:s02.agreement_median",
    "panel:s02.importance_median", "panel:s02.feasibility_median",
]  # fmt: skip


def test_keys_that_are_estimated_are_no_problem(settings):
    assert check_keys(read_recommendations(settings)[0], KNOWN, settings) == []


@pytest.mark.parametrize(
    ("more", "column", "rule", "remedy"),
    [
        ({"evidence": ["survey:q02_steering.oftn"]}, "evidence", "'survey:q02_steering.oftn'", KEY),
        ({"evidence": ["case:factor.contakt"]}, "evidence", "contakt.cases", "contact.cases"),
        ({"evidence": [f"{KEY}@Atlantis"]}, "evidence", f"'{KEY}@Atlantis'", KEY),
        ({"condition": "survey:q99.x > 1"}, "condition", "'survey:q99.x'", ""),
        ({"condition": "region == DE7"}, "condition", "no region 'DE7'", "DE9"),
        ({"statement": "s09"}, "statement", "no ratings of the priority of 's09'", "s01"),
    ],
)
def test_a_key_that_does_not_exist_is_an_error_that_suggests(tmp_path, more, column, rule, remedy):
    settings, found, _ = read(tmp_path, entry(**({"statement": "s01"} | more)))
    problems = check_keys(found, KNOWN, settings)
    assert [(problem.column, problem.severity) for problem in problems] == [(column, "error")]
    assert rule in problems[0].rule
    assert remedy in problems[0].remedy


# --- applying -------------------------------------------------------------------------------


def codes(applied):
    return [item.recommendation.code for item in applied]


@pytest.mark.parametrize(
    ("region", "audience", "expected"),
    [
        ("DE1", "smes", ["r02", "r01"]),
        ("DE1", "chambers", ["r01"]),
        ("DE2", "smes", ["r02"]),
        ("DEC", "smes", ["r02"]),
        ("DE1", "ministry", []),
        ("DE1", "", ["r02", "r01"]),
        ("DE", "smes", ["r02", "r01"]),
        ("", "smes", ["r02", "r01"]),
    ],
)
def test_those_for_region_and_audience_apply_by_priority(settings, region, audience, expected):
    found, _ = read_recommendations(settings)
    assert codes(apply(found, released(*ALL), settings, region, audience)) == expected


def test_an_applied_recommendation_says_why_here(settings):
    found, _ = read_recommendations(settings)
    applied = apply(found, released(*ALL), settings, "DE1", "chambers")[0]
    assert (applied.why_key, applied.why_kind) == (f"{KEY}@DE1~rest", "condition")
    assert applied.applies_because == "condition"
    assert applied.strength == ("survey", "case", "panel")
    assert applied.priority == pytest.approx(7)


def test_in_the_nation_a_regional_condition_holds_where_it_holds_in_a_region(settings):
    found, _ = read_recommendations(settings)
    applied = apply(found, released(*ALL), settings, "DE", "chambers")[0]
    assert applied.regions == ("DE1",)
    assert (applied.why_key, applied.why_kind) == (f"{KEY}@DE", "regions")
    without = released(*HIGHER, NATION, CASES)
    assert apply(found, without, settings, "DE", "chambers") == []


def test_an_unknown_condition_applies_only_where_stated(tmp_path):
    unknown = entry(condition=f"{KEY} < nation", statement="s01")
    settings, found, _ = read(tmp_path, unknown, entry("r02", **{"else": "apply"}) | {
        "condition": f"{KEY} < nation", "statement": "s01",
    })  # fmt: skip
    applied = apply(found, released(*ALL), settings, "DEC", "smes")
    assert codes(applied) == ["r02"]
    assert applied[0].applies_because == "else"
    assert (applied[0].why_key, applied[0].why_kind) == (f"{KEY}@DE", "nation")


@pytest.mark.parametrize(
    ("items", "why"),
    [
        (ALL, (f"{KEY}@DE1", "region")),
        ((NATION, CASES), (f"{KEY}@DE", "nation")),
        ((*HIDDEN, CASES), ("case:factor.contact.cases@DE", "case")),
        (ratings(s01=(5, 5)), ("panel:s01.agreement_median", "panel")),
        ((), ("", "none")),
    ],
)
def test_why_here_is_the_nearest_value_that_is_published(tmp_path, items, why):
    keys = [KEY, "case:factor.contact", "panel:s01.agreement"]
    settings, found, _ = read(tmp_path, entry(evidence=keys))
    applied = apply(found, released(*items), settings, "DE1", "smes")[0]
    assert (applied.why_key, applied.why_kind) == why


@pytest.mark.parametrize(
    ("items", "strength"),
    [
        (ALL, ("survey", "case", "panel")),
        ((*HIDDEN, CASES), ("case",)),
        ((evidence("case:factor.contact.cases@DE", 1),), ()),
        ((evidence("panel:s01.agreement_median", 7),), ("panel",)),
        ((evidence("panel:s01.agreement_median", 6.5),), ()),
        (
            (
                evidence("panel:s01.agreement_median", 8),
                evidence("panel:s01.agreement_consensus", None, text="none"),
            ),
            (),
        ),
        ((), ()),
    ],
)
def test_strength_follows_its_rule(tmp_path, items, strength):
    keys = [KEY, "case:factor.contact", "panel:s01.agreement"]
    settings, found, _ = read(tmp_path, entry(evidence=keys))
    assert apply(found, released(*items), settings, "DE1", "smes")[0].strength == strength


def test_a_list_for_the_whole_country_follows_the_panel(tmp_path):
    """The report says so; in a region the gap goes before the panel."""
    aims = [{"measure": KEY, "better": "higher"}]
    entries = [
        entry("gap", statement="s01", acts_on=aims),
        entry("urgent", statement="s02"),
        entry("again", acts_on=aims),
    ]
    settings, found, _ = read(tmp_path, *entries)

    def order(region):
        return [one.recommendation.code for one in apply(found, told, settings, region, "smes")]

    told = released(*ALL)
    assert order("DE") == ["urgent", "gap", "again"]
    assert order("DEA") == ["gap", "urgent", "again"]


def test_order_is_by_priority_then_importance_then_the_file(tmp_path):
    entries = [entry(f"r{n:02}", statement=f"s{n:02}") for n in (1, 2, 3, 4)]
    settings, found, _ = read(tmp_path, entry("r00"), *entries)
    items = ratings(s01=(5, 7), s02=(8, 8), s03=(7, 5), s04=(7, 5))
    applied = apply(found, released(NATION, *items), settings, "DE1", "smes")
    assert codes(applied) == ["r02", "r03", "r04", "r01", "r00"]
    assert [item.priority for item in applied] == [8, 6, 6, 6, None]


def test_a_changed_rating_changes_the_order_where_both_are_shown_and_nowhere_else(tmp_path):
    def orders(folder, panel):
        settings = qualitative_study(folder, {"panel.csv": panel})
        study = read_study(settings)
        frame = estimate_panel(study)
        items = [
            evidence(row["key"], row["value"], unit=row["unit"], text=row["text"])
            for row in frame.to_dict("records")
        ]
        found, _ = read_recommendations(settings)
        past = released(*LOWER, *HIGHER, NATION, CASES, *items)
        return {
            (region, audience): codes(apply(found, past, settings, region, audience))
            for region in ("DE", "DE1", "DE2")
            for audience in ("smes", "chambers", "ministry")
        }

    before = orders(tmp_path / "before", PANEL)
    lowered = PANEL.replace("s02,feasibility,9", "s02,feasibility,2")
    after = orders(tmp_path / "after", lowered)
    changed = {document for document in before if before[document] != after[document]}
    assert changed == {("DE", "smes"), ("DE1", "smes")}
    assert after["DE1", "smes"] == before["DE1", "smes"][::-1] == ["r01", "r02"]


def test_the_studys_own_estimates_know_all_its_keys(settings):
    study = read_study(settings)
    known = [*estimate_cases(study)["key"], *estimate_panel(study)["key"], f"{KEY}@DE"]
    assert check_keys(read_recommendations(settings)[0], known, settings) == []


def test_texts_come_in_both_languages(settings):
    found, _ = read_recommendations(settings)
    assert dict(found[0].title) == text("Steuern lassen", "Let them steer")
