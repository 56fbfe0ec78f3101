"""The tidy table: what stands in it, and that it is right on data small enough to count."""

from __future__ import annotations

import copy

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from briefgen.config.settings import load_settings
from briefgen.content.language.context import SentenceContext
from briefgen.content.language.sentences import state_value
from briefgen.disclosure import release_study
from briefgen.evidence.load import load_study
from briefgen.evidence.survey import count_reasons, estimate_survey, estimate_trend
from briefgen.evidence.validate.configuration import check_configuration
from briefgen.model import ESTIMATE_COLUMNS, EvidenceKey
from studies import small_study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    folder = small_study(tmp_path_factory.mktemp("plain"), frame=True)
    return load_study(load_settings(folder))


@pytest.fixture(scope="module")
def table(study):
    return estimate_survey(study)


@pytest.fixture(scope="module")
def by_key(table):
    return table.set_index("key")


def test_columns_types_and_unique_keys(table):
    assert {name: str(kind) for name, kind in table.dtypes.items()} == dict(ESTIMATE_COLUMNS)
    assert table["key"].is_unique
    assert all(str(EvidenceKey.parse(key)) == key for key in table["key"])


def test_every_variable_has_every_measure_in_every_domain(study, table):
    domains = set(study.settings.domains)
    told = table[table["source"].eq("survey") & table["contrast"].eq("")]
    for variable, measures in {
        "q02_steering": {"never", "rarely", "sometimes", "often", "always", "frequent", "mean"},
        "q03_partners": {"chamber", "agency", "university"},
        "q04_barriers_money": {"agreeing", "mean"},
        "q05_members": {"mean", "median", "p25", "p75", "to20", "to50", "over50"},
        "q06_aims": {"training", "training_mean"},
        "q10_comment": {"answers"},
        "barriers": {"mean"},
    }.items():
        for measure in measures | ({"answers"} if variable != "barriers" else set()):
            found = told[told["variable"].eq(variable) & told["measure"].eq(measure)]
            assert domains <= set(found["domain"]), (variable, measure)


def test_shares_are_counts_over_answers(study, by_key):
    answers = study.survey["q02_steering"]
    row = by_key.loc["survey:q02_steering.often@DE"]
    assert row["count"] == (answers == "often").sum()
    assert row["n"] == answers.notna().sum()
    assert row["value"] == pytest.approx(row["count"] / row["n"])
    limits = stats.binomtest(int(row["count"]), int(row["n"])).proportion_ci(method="wilson")
    assert (row["low"], row["high"]) == pytest.approx((limits.low, limits.high))


def test_boxes_sum_their_options(by_key):
    parts = [by_key.loc[f"survey:q02_steering.{name}@DE9", "value"] for name in ("often", "always")]
    assert by_key.loc["survey:q02_steering.frequent@DE9", "value"] == pytest.approx(sum(parts))


def test_multiple_answers_rest_on_those_who_answered(study, by_key):
    row = by_key.loc["survey:q09_fields.care@DE2"]
    here = study.survey[study.survey["_region"] == "DE2"]["q09_fields.care"].dropna()
    assert row["n"] == len(here)
    assert row["count"] == here.sum()


def test_means_medians_and_totals_of_numbers(study, by_key):
    values = study.survey["q05_members"].dropna()
    assert by_key.loc["survey:q05_members.mean@DE", "value"] == pytest.approx(values.mean())
    assert by_key.loc["survey:q05_members.median@DE", "value"] == pytest.approx(values.median())
    assert by_key.loc["survey:q05_members.total@DE", "value"] == pytest.approx(values.sum())
    row = by_key.loc["survey:q05_members.mean@DE1"]
    here = study.survey[study.survey["_region"] == "DE1"]["q05_members"].dropna()
    limits = stats.t.interval(0.95, len(here) - 1, here.mean(), here.sem())
    # the domain's size is random in the design, which enters the variance
    factor = np.sqrt(120 / 119 * (len(here) - 1) / len(here))
    assert row["high"] - row["value"] == pytest.approx((limits[1] - here.mean()) * factor)


def test_totals_of_the_regions_add_up_to_the_nations(tmp_path):
    change = {"design": {"population": 600}}
    study = load_study(load_settings(small_study(tmp_path, weights=True, study=change)))
    found = estimate_survey(study).set_index("key")
    totals = found[found["measure"].eq("total")].set_index("domain")
    assert totals.loc[["DE1", "DE2", "DE9", "DEC"], "value"].sum() == pytest.approx(
        totals.loc["DE", "value"]
    )
    weights, values = study.survey["_weight"], study.survey["q05_members"]
    here = study.survey["_region"] == "DE9"
    assert totals.loc["DE9", "value"] == pytest.approx(5 * (weights * values)[here].sum())
    assert totals.loc["DE9", "low"] < totals.loc["DE9", "value"] < totals.loc["DE9", "high"]


def test_a_total_of_nobody_has_no_value(tmp_path):
    folder = small_study(tmp_path, edit=lambda frame: frame[frame["region"] != "SL"])
    row = (
        estimate_survey(load_study(load_settings(folder)))
        .set_index("key")
        .loc["survey:q05_members.total@DEC"]
    )
    assert row["n"] == 0
    assert np.isnan([row["value"], row["se"], row["low"], row["high"]]).all()


def test_classes_of_numbers_take_their_lower_limit_in(study, by_key):
    values = study.survey["q05_members"].dropna().astype(float)
    classes = study.settings.variables["q05_members"].question.classes
    shares = []
    for part in classes:
        low = -np.inf if part.low is None else part.low
        high = np.inf if part.high is None else part.high
        row = by_key.loc[f"survey:q05_members.{part.name}@DE"]
        assert row["count"] == sum(low <= value < high for value in values)
        assert row["n"] == len(values)
        shares.append(row["value"])
    assert sum(shares) == pytest.approx(1)


def test_an_index_is_the_mean_of_who_answered_half_of_its_items(study, by_key):
    scale = {option.name: number for number, option in enumerate(
        study.settings.variables["q04_barriers_time"].answers, 1
    )}  # fmt: skip
    columns = [f"q04_barriers_{line}" for line in ("time", "money", "trust")]
    items = study.survey[columns].apply(lambda column: column.map(scale).astype(float))
    enough = items.notna().sum(axis=1) >= 2
    assert (~enough).sum() > 0
    row = by_key.loc["survey:barriers.mean@DE"]
    assert row["n"] == enough.sum()
    assert row["value"] == pytest.approx(items[enough].mean(axis=1).mean())
    complete = items.dropna()
    k, spread = len(columns), complete.sum(axis=1).var()
    alpha = k / (k - 1) * (1 - complete.var().sum() / spread)
    found = by_key.loc["survey:barriers.alpha@DE"]
    assert found["value"] == pytest.approx(alpha)
    assert found["n"] == len(complete)


def test_ranks(study, by_key):
    ranks = study.survey["q06_aims.training"]
    assert by_key.loc["survey:q06_aims.training@DE", "value"] == pytest.approx((ranks == 1).mean())
    assert by_key.loc["survey:q06_aims.training_mean@DE", "value"] == pytest.approx(ranks.mean())


def test_missing_rests_on_those_asked(study, by_key):
    asked = study.survey["q08_contact!"] != "not_asked"
    row = by_key.loc["survey:q08_contact.missing@DE"]
    assert row["n"] == asked.sum()
    assert row["count"] == study.survey.loc[asked, "q08_contact"].isna().sum()


def test_crossings_hold_both(study, by_key):
    survey = study.survey
    both = (survey["_type"] == "metro") & (survey["q01_size"] == "small")
    row = by_key.loc["survey:q07_smes.yes@type:metro+q01_size:small"]
    assert row["n"] == survey.loc[both, "q07_smes"].notna().sum()


def test_a_domain_is_compared_with_the_rest_alone(study, by_key):
    survey = study.survey
    inside, outside = survey[survey["_region"] == "DE1"], survey[survey["_region"] != "DE1"]
    shares = [part["q07_smes"].dropna().eq("yes").mean() for part in (inside, outside)]
    row = by_key.loc["survey:q07_smes.yes@DE1~rest"]
    assert row["value"] == pytest.approx(shares[0] - shares[1])
    assert row["unit"] == "points"
    assert row["low"] < row["value"] < row["high"]


def test_p_of_a_difference_is_pearsons(study, by_key):
    survey = study.survey[study.survey["q07_smes"].notna()]
    counts = pd.crosstab(survey["_region"] == "DE1", survey["q07_smes"])
    expected = stats.chi2_contingency(counts, correction=False).pvalue
    assert by_key.loc["survey:q07_smes.yes@DE1~rest", "p_value"] == pytest.approx(expected)


def test_many_comparisons_are_adjusted_within_a_measure_and_kind(table):
    tested = table[table["contrast"].eq("rest")]
    assert tested["p_adjusted"].notna().sum() > 100
    assert (tested["p_adjusted"] >= tested["p_value"] - 1e-12).all()
    family = tested[
        tested["variable"].eq("q02_steering")
        & tested["measure"].eq("often")
        & tested["domain"].isin(["DE1", "DE2", "DE9", "DEC"])
    ].sort_values("p_value")
    assert family["p_adjusted"].iloc[0] == pytest.approx(min(1, 4 * family["p_value"].iloc[0]))


CROSSING = "type:metro+q01_size:small"


def halves(study, crossing=CROSSING):
    """Return the respondents of a crossing and all others, whether or not their place is known."""
    kind, size = (part.partition(":")[2] for part in crossing.split("+"))
    inside = study.survey["_type"].eq(kind) & study.survey["q01_size"].eq(size)
    return study.survey[inside], study.survey[~inside]


def test_a_crossing_is_compared_with_all_who_are_not_in_it(study, by_key):
    inside, outside = halves(study)
    row = by_key.loc[f"survey:q07_smes.yes@{CROSSING}~rest"]
    shares = [part["q07_smes"].dropna().eq("yes").mean() for part in (inside, outside)]
    assert row["value"] == pytest.approx(shares[0] - shares[1])
    assert row["n"] == inside["q07_smes"].notna().sum()
    assert row["low"] < row["value"] < row["high"]
    known = study.survey["q07_smes"].notna()
    here = study.survey.index.isin(inside.index)
    counts = pd.crosstab(here[known], study.survey.loc[known, "q07_smes"])
    expected = stats.chi2_contingency(counts, correction=False).pvalue
    assert row["p_value"] == pytest.approx(expected)


def test_who_does_not_say_where_they_belong_are_in_the_rest_of_a_crossing_alone(tmp_path):
    def leave_sizes_out(table):
        return table.assign(q01_size=[""] * 30 + list(table["q01_size"][30:]))

    study = load_study(load_settings(small_study(tmp_path, edit=leave_sizes_out)))
    found = estimate_survey(study).set_index("key")
    inside, outside = halves(study)
    assert outside["q01_size"].isna().sum() == 30
    shares = [part["q07_smes"].dropna().eq("yes").mean() for part in (inside, outside)]
    row = found.loc[f"survey:q07_smes.yes@{CROSSING}~rest"]
    assert row["value"] == pytest.approx(shares[0] - shares[1])
    small = study.survey["q01_size"].eq("small")
    groups = [study.survey[small], study.survey[study.survey["q01_size"].notna() & ~small]]
    shares = [part["q07_smes"].dropna().eq("yes").mean() for part in groups]
    assert found.loc["survey:q07_smes.yes@q01_size:small~rest", "value"] == pytest.approx(
        shares[0] - shares[1]
    )


def test_a_weighted_difference_of_a_crossing_is_linearised_by_hand(tmp_path):
    study = load_study(load_settings(small_study(tmp_path, weights=True)))
    row = estimate_survey(study).set_index("key").loc[f"survey:q05_members.mean@{CROSSING}~rest"]
    scores, means = pd.Series(0.0, study.survey.index), []
    for sign, part in zip((1, -1), halves(study), strict=True):
        answered = part[part["q05_members"].notna()]
        weight, values = answered["_weight"], answered["q05_members"].astype(float)
        means.append((weight * values).sum() / weight.sum())
        scores[answered.index] = sign * weight * (values - means[-1]) / weight.sum()
    n = len(scores)
    assert row["value"] == pytest.approx(means[0] - means[1])
    assert row["se"] == pytest.approx(np.sqrt(n / (n - 1) * ((scores - scores.mean()) ** 2).sum()))


def test_all_crossings_of_a_pair_are_one_family_of_comparisons(study, table):
    rest = table[table["contrast"].eq("rest") & table["domain"].str.contains("+", regex=False)]
    pairs = {
        f"type:{kind.code}+q01_size:{size.name}"
        for kind in study.settings.info.region_types.list
        for size in study.settings.variables["q01_size"].answers
    }
    assert set(rest["domain"]) == pairs
    assert not rest["variable"].isin(["q01_size"]).any()
    family = rest[rest["variable"].eq("q07_smes") & rest["measure"].eq("yes")]
    family = family[family["p_value"].notna()].sort_values("p_value")
    first = family.iloc[0]
    assert first["p_adjusted"] == pytest.approx(min(1, len(family) * first["p_value"]))


def test_an_empty_crossing_has_a_difference_without_a_value(tmp_path):
    def no_small_metro(table):
        empty = table["region_type"].eq("metro") & table["q01_size"].eq("1")
        return table.assign(q01_size=table["q01_size"].mask(empty, "2"))

    folder = small_study(tmp_path, edit=no_small_metro)
    found = estimate_survey(load_study(load_settings(folder))).set_index("key")
    row = found.loc[f"survey:q07_smes.yes@{CROSSING}~rest"]
    assert row["n"] == 0
    assert np.isnan([row["value"], row["low"], row["high"], row["p_value"]]).all()


def test_no_group_is_compared_in_the_variable_that_makes_it(table):
    own = table[table["contrast"].eq("rest") & table["domain"].str.startswith("q01_size:")]
    assert "q01_size" not in set(own["variable"])


def test_an_empty_region_has_rows_without_values(tmp_path):
    folder = small_study(tmp_path, edit=lambda frame: frame[frame["region"] != "SL"])
    found = estimate_survey(load_study(load_settings(folder))).set_index("key")
    row = found.loc["survey:q02_steering.often@DEC"]
    assert row["n"] == 0
    assert np.isnan(row["value"])
    assert np.isnan(found.loc["survey:q05_members.median@DEC", "value"])
    assert np.isnan(found.loc["survey:q02_steering.often@DEC~rest", "value"])


@pytest.mark.parametrize("answer", ["1", "5"])
def test_all_alike_keeps_its_interval(tmp_path, answer):
    folder = small_study(tmp_path, edit=lambda frame: frame.assign(q02_steering=answer))
    found = estimate_survey(load_study(load_settings(folder))).set_index("key")
    row = found.loc["survey:q02_steering.never@DEC"]
    assert row["high"] - row["low"] > 0.1
    assert found.loc["survey:q02_steering.mean@DEC", "se"] == 0
    assert found.loc["survey:q02_steering.never@DEC~rest", "p_value"] == 1


@pytest.mark.slow
def test_a_reversed_scale_counts_down(tmp_path):
    plain = estimate_survey(load_study(load_settings(small_study(tmp_path / "a"))))
    change = {"scales": {"frequency": {"reversed": True}}}
    turned = estimate_survey(
        load_study(load_settings(small_study(tmp_path / "b", codebook=change)))
    )
    key = "survey:q02_steering.mean@DE"
    means = [found.set_index("key").loc[key, "value"] for found in (plain, turned)]
    assert sum(means) == pytest.approx(6)


def reversing(code, item=None):
    """Return the questions of the small study with one question or line turned round."""
    from studies import CODEBOOK  # noqa: PLC0415 - only here

    questions = copy.deepcopy(CODEBOOK["questions"])
    question = next(question for question in questions if question["code"] == code)
    target = question if item is None else next(i for i in question["items"] if i["name"] == item)
    target["reversed"] = True
    return questions


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "turned"), [(None, {"time", "money", "trust"}), ("money", {"money"})]
)
def test_a_question_or_a_line_of_a_battery_may_be_reversed(tmp_path, item, turned):
    questions = reversing("q04_barriers", item)
    plain, changed = (
        estimate_survey(load_study(load_settings(folder))).set_index("key")["value"]
        for folder in (
            small_study(tmp_path / "a"),
            small_study(tmp_path / "b", questions=questions),
        )
    )
    for line in ("time", "money", "trust"):
        key = f"survey:q04_barriers_{line}.mean@DE"
        assert changed[key] == pytest.approx(6 - plain[key] if line in turned else plain[key])
        share = f"survey:q04_barriers_{line}.agreeing@DE"
        assert changed[share] == plain[share]
    assert plain["survey:barriers.mean@DE"] != changed["survey:barriers.mean@DE"]


def test_an_unscored_option_counts_in_the_base_and_not_in_the_mean(tmp_path):
    from studies import CODEBOOK, option  # noqa: PLC0415 - only here

    options = [dict(item) for item in CODEBOOK["scales"]["frequency"]["options"][:5]]
    options.append(option(9, "unsure", "unsicher", "unsure") | {"scored": False})
    change = {"scales": {"frequency": {"options": options}}}
    found = estimate_survey(load_study(load_settings(small_study(tmp_path, codebook=change))))
    found = found.set_index("key")
    unsure = found.loc["survey:q02_steering.unsure@DE"]
    assert unsure["count"] > 0
    assert found.loc["survey:q02_steering.mean@DE", "n"] == unsure["n"] - unsure["count"]


def eleven_steps(frame: pd.DataFrame) -> pd.DataFrame:
    """Add answers on a scale from 0 to 10."""
    return frame.assign(nps=[str(number * 7 % 11) for number in range(len(frame))])


NPS = {
    "code": "nps", "type": "single", "scores": "codes", "text": "T", "label": "Recommendation",
    "options": [{"code": str(n), "name": f"p{n}", "label": str(n)} for n in range(11)],
    "headline": "mean",
}  # fmt: skip


def test_a_mean_of_a_scales_own_numbers_is_released_and_said(tmp_path):
    folder = small_study(
        tmp_path,
        questions=[NPS],
        codebook={"indices": None},
        study={
            "statistics": {"subgroups": [], "crossings": []},
            "topics": [{"code": "t", "title": "T", "questions": ["nps"]}],
            "audiences": [],
        },
        edit=eleven_steps,
    )
    study = load_study(load_settings(folder))
    table = estimate_survey(study)
    value = table.set_index("key").loc["survey:nps.mean@DE", "value"]
    assert value == pytest.approx(np.mean([number * 7 % 11 for number in range(120)]))
    released = release_study(study, table)
    assert released["survey:nps.mean@DE"].value == pytest.approx(round(value, 1))
    context = SentenceContext.of(study.settings, released, "en")
    said = state_value(context, "survey:nps.mean@DE")
    assert "on a scale from [0]{.plain} to [10]{.plain}" in said


@pytest.mark.parametrize(
    ("options", "scores", "told"),
    [
        (NPS["options"], None, "codes run from 0 to 10, and scores of means from 1 to 11"),
        (NPS["options"], "codes", ""),
        (NPS["options"], "order", ""),  # its author has said so
        (NPS["options"][1:], None, ""),
        (NPS["options"][:1], None, "is the only option"),
    ],
)
def test_check_warns_of_scores_that_are_not_the_codes(tmp_path, options, scores, told):
    question = {**NPS, "options": options, "type": "scale", "ordered": True, "scores": scores}
    for key in ("headline", "boxes"):
        question.pop(key, None)
    folder = small_study(
        tmp_path, questions=[question], codebook={"indices": None},
        study={"statistics": {"subgroups": [], "crossings": []}},
    )  # fmt: skip
    found = check_configuration(load_settings(folder))
    rules = [one.rule for one in found if one.severity == "warning" and one.column.endswith("nps")]
    assert [told in rule for rule in rules] == ([True] if told else [])


@pytest.mark.parametrize("code", ["eins", "", "1;2", "1e999"])
def test_codes_that_are_no_numbers_are_no_scores(tmp_path, code):
    options = [NPS["options"][0], {"code": code, "name": "odd", "label": "odd"}]
    folder = small_study(
        tmp_path, questions=[NPS | {"options": options}], codebook={"indices": None},
    )  # fmt: skip
    rules = [problem.rule for problem in check_configuration(load_settings(folder))]
    assert any("'odd' are no number" in rule for rule in rules)


def test_ratios_of_two_numbers(tmp_path):
    from studies import CODEBOOK  # noqa: PLC0415 - only here

    sizes = {"code": "size", "type": "numeric", "text": "T", "label": "L", "column": "q01_size"}
    change = {
        "ratios": [{"code": "per", "label": "P", "numerator": "q05_members", "denominator": "size"}]
    }
    folder = small_study(tmp_path, questions=[*CODEBOOK["questions"], sizes], codebook=change)
    study = load_study(load_settings(folder))
    row = estimate_survey(study).set_index("key").loc["survey:per.ratio@DE1"]
    here = study.survey[study.survey["_region"].eq("DE1") & study.survey["q05_members"].notna()]
    assert row["value"] == pytest.approx(here["q05_members"].sum() / here["size"].sum())
    assert row["low"] < row["value"] < row["high"]


def test_reasons_are_counted_for_every_variable(study):
    counts = count_reasons(study)
    assert (counts["asked"] + counts["not_asked"] + counts["not_presented"] == 120).all()
    told = counts[["answers", "no_answer", "dont_know", "refused"]].sum(axis=1)
    assert (told == counts["asked"]).all()


def test_a_trend_compares_with_released_values(table, by_key):
    key = "survey:q07_smes.yes@DE"
    now = by_key.loc[key]
    past = [{"key": key, "value": 0.20, "low": 0.15, "high": 0.26, "n": 200}]
    trend = estimate_trend(table, past, "2024")
    assert trend["key"].tolist() == [f"{key}~2024"]
    row = trend.iloc[0]
    assert row["value"] == pytest.approx(now["value"] - 0.20)
    assert row["low"] == pytest.approx(
        row["value"] - np.hypot(now["value"] - now["low"], 0.26 - 0.20)
    )
    assert row["p_adjusted"] < 0.001
    assert row["unit"] == "points"


def test_a_trend_leaves_out_what_was_suppressed_or_unknown(table):
    past = [
        {"key": "survey:q07_smes.yes@DE", "value": None, "low": None, "high": None},
        {"key": "survey:gone.yes@DE", "value": 0.5, "low": 0.4, "high": 0.6},
    ]
    assert estimate_trend(table, past, "2024").empty
    assert estimate_trend(table, [], "2024").empty
