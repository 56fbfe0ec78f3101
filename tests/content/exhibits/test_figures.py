"""What figures say, choose, hide and refuse."""

from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace

import pytest

from briefgen.config.brand import load_brand
from briefgen.config.settings import load_settings
from briefgen.content.exhibits import FigureSpec, choose_chart, draw_figure
from briefgen.content.exhibits.factors import FactorRow, choose_rows
from briefgen.content.language import Locale
from briefgen.errors import TemplateError, UnknownNameError
from briefgen.model import Status
from evidence_by_hand import make_evidence, make_released
from exhibits_by_hand import HIDDEN_REGION
from studies import CODEBOOK, option, small_study

NBSP = "\N{NO-BREAK SPACE}"
CHAMBER, AGENCY, UNIVERSITY = (
    f"q03_partners.{name}" for name in ("chamber", "agency", "university")
)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    small_study(folder)
    return load_settings(folder)


@pytest.fixture(scope="module")
def draw(small):
    brand = load_brand(small.folder)

    def drawn(*evidence, language="de", **spec):
        spec = FigureSpec(id="fig-x", **spec)
        locale = Locale(small, language)
        return draw_figure(spec, make_released(*evidence), small, locale, brand)

    return drawn


def partners(verdict="unknown", own=0.7):
    return [
        make_evidence(f"survey:{CHAMBER}@DE1", own),
        make_evidence(f"survey:{AGENCY}@DE1", 0.4),
        make_evidence(f"survey:{UNIVERSITY}@DE1", 0.1),
        make_evidence(f"survey:{CHAMBER}@DE", 0.5, n=120),
        make_evidence(f"survey:{AGENCY}@DE", 0.45, n=120),
        make_evidence(f"survey:{UNIVERSITY}@DE", 0.2, n=120),
        make_evidence(f"survey:{CHAMBER}@DE1~rest", 0.3, verdict=verdict),
    ]


@pytest.mark.parametrize(
    ("code", "chart"),
    [
        ("q01_size", "stacked"),
        ("q02_steering", "stacked"),
        ("q03_partners", "bars"),
        ("q04_barriers_time", "diverging"),
        ("q05_members", "bars"),
        ("q06_aims", "bars"),
        ("q07_smes", "bars"),
    ],
)
def test_the_question_s_type_chooses_the_chart(code, chart, small):
    assert choose_chart(small.variables[code]) == chart


def test_an_open_question_has_no_chart(small):
    with pytest.raises(TemplateError, match="no chart"):
        choose_chart(small.variables["q10_comment"])


@pytest.mark.slow
def test_a_headline_says_more_only_where_the_interval_bears_it(draw):
    borne = draw(*partners("higher"), refs=("q03_partners",), domain="DE1")
    assert borne.headline == "In Baden-Württemberg öfter als anderswo: Kammern"
    for verdict in ("same", "unknown"):
        told = draw(*partners(verdict), refs=("q03_partners",), domain="DE1")
        assert (
            told.headline == f"Partner im Netzwerk: am häufigsten „Kammern“, von 70{NBSP}% genannt"
        )


def test_headlines_are_in_the_reader_s_language(draw):
    told = draw(*partners("lower"), refs=("q03_partners",), domain="DE1", language="en")
    assert told.headline == "In Baden-Württemberg less often than elsewhere: Chambers"
    assert told.subtitle == (
        "Partners in the network, share of answers in percent, Baden-Württemberg"
    )
    assert told.note == ("n: Baden-Württemberg 40, Germany 120. Lines: 95% confidence interval.")


def test_the_text_alternative_tells_every_bar_with_its_comparator(draw):
    told = draw(*partners(), refs=("q03_partners",), domain="DE1", language="en")
    assert told.alt == (
        "Bar chart: Chambers: 70% (Germany 50%); Employment agency: 40% (Germany 45%); "
        "Universities: 10% (Germany 20%)."
    )


def test_bars_stand_in_the_order_of_their_values_unless_told_otherwise(draw):
    evidence = partners(own=0.05)
    sort = draw(*evidence, refs=("q03_partners",), domain="DE1")
    keep = draw(*evidence, refs=("q03_partners",), domain="DE1", options={"sort": False})
    labels = lambda exhibit: list(dict.fromkeys(row["label"] for row in exhibit.data))  # noqa: E731
    assert labels(sort) == ["Agentur für Arbeit", "Hochschulen", "Kammern"]
    assert labels(keep) == ["Kammern", "Agentur für Arbeit", "Hochschulen"]


def test_the_nation_has_no_comparator(draw):
    told = draw(*partners(), refs=("q03_partners",))
    assert {row["series"] for row in told.data} == {"Deutschland"}
    assert told.note.startswith("n = 120.")


def test_a_hidden_value_is_shown_nowhere(draw):
    hidden = dataclasses.replace(
        make_evidence(f"survey:{CHAMBER}@DE1", 0.7331), status=Status.COMPLEMENTARY, reason="sum"
    )  # a value that disclosure control would have taken out, to see that nobody shows it
    evidence = [hidden, *partners()[1:]]
    told = draw(*evidence, refs=("q03_partners",), domain="DE1")
    row = next(row for row in told.data if row["key"] == hidden.key)
    assert row["value"] is row["low"] is row["high"] is row["n"] is None
    assert row["status"] == "suppressed (complementary)"
    assert row["formatted"] == "nicht ausgewiesen"
    text = told.svg + told.alt + told.headline + told.note + str(told.data)
    assert "73" not in told.alt + told.headline + told.note
    assert "0.73" not in text
    assert f"73{NBSP}%" not in text
    assert "Schraffiert" in told.note
    assert 'stroke-width="0.6"' in told.svg  # the hatching


def test_a_stacked_bar_with_a_hidden_part_is_not_drawn(draw):
    options = {"never": 0.1, "rarely": 0.2, "sometimes": None, "often": None, "always": 0.2}
    evidence = [make_evidence(f"survey:q02_steering.{k}@DE1", v) for k, v in options.items()]
    spec = {"refs": ("q02_steering",), "width_mm": 170, "domain": "DE1", "language": "en"}
    told = draw(*evidence, kind="stacked", **spec)
    assert "too few answers" in told.svg
    assert "Single answers not shown: no data; too few answers." in told.note
    steps = draw(*evidence, **spec)  # nobody asked for one bar: the steps that are published
    assert "20%" in steps.svg
    assert "too few answers" in steps.svg  # at the two that are hidden


def test_a_scale_of_which_only_the_mean_is_published_shows_it(draw):
    mean = make_evidence("survey:q02_steering.mean@DE", 3.4, unit="score", statistic="mean")
    drawn = draw(mean, refs=("q02_steering",), language="en")
    assert drawn.keys == (mean.key,)
    assert "3.4" in drawn.svg


def test_all_hidden_says_that_there_are_too_few_answers(released, settings, english, brand):
    question = next(q for q in settings.codebook.questions if q.type == "multiple")
    spec = FigureSpec(id="fig-x", refs=(question.code,), domain=HIDDEN_REGION)
    told = draw_figure(spec, released, settings, english, brand)
    assert told.headline.endswith(": too few answers to say")
    own = [row for row in told.data if row["key"].endswith(HIDDEN_REGION)]
    assert own
    assert all(row["value"] is None for row in own)


def test_a_map_marks_the_reader_s_region_and_compares_it(draw, small):
    evidence = [
        make_evidence("survey:q07_smes.yes@DE", 0.5, n=200),
        make_evidence("survey:q07_smes.yes@DE1", 0.62),
        make_evidence("survey:q07_smes.yes@DE2", 0.41),
        make_evidence("survey:q07_smes.yes@DE9", None),
        make_evidence("survey:q07_smes.yes@DE1~rest", 0.2, verdict="higher"),
    ]
    told = draw(*evidence, kind="tile_map", refs=("q07_smes.yes",), domain="DE1", language="en")
    assert told.headline == (
        "SMEs in the network in Baden-Württemberg: 62% – more than elsewhere (Germany 50%)"
    )
    assert told.subtitle.startswith("SMEs in the network: “yes”, by ")
    missing = next(row for row in told.data if row["key"].endswith("DEC"))
    assert missing["status"] == "not available"
    assert f'stroke="{load_brand(small.folder).colors["secondary"]}"' in told.svg


def test_a_base_is_named_where_a_filter_leads_to_the_question(draw):
    evidence = [make_evidence("survey:q08_contact.frequent@DE1", 0.4)]
    told = draw(*evidence, refs=("q08_contact.frequent",), domain="DE1", language="en")
    assert "Base: networks with SMEs." in told.note


def test_a_base_names_the_answers_that_count_and_have_no_place_on_the_scale(tmp_path):
    options = [dict(item) for item in CODEBOOK["scales"]["frequency"]["options"][:5]]
    unsure = option(9, "unsure", "unsicher", "unsure")
    notes = []
    for place, scored in enumerate((False, True)):
        change = {"scales": {"frequency": {"options": [*options, unsure | {"scored": scored}]}}}
        folder = small_study(tmp_path / str(place), codebook=change)
        settings = load_settings(folder)
        spec = FigureSpec(id="fig-x", refs=("q02_steering.frequent",), domain="DE1")
        shown = make_released(make_evidence("survey:q02_steering.frequent@DE1", 0.4))
        english = Locale(settings, "en")
        notes.append(draw_figure(spec, shown, settings, english, load_brand(folder)).note)
    assert "Base: all who answered, “unsure” included." in notes[0]
    assert "Base:" not in notes[1]


def test_numbers_that_are_no_shares_carry_their_unit(draw):
    evidence = [make_evidence("survey:q05_members.median@DE1", 38.0, low=30.0, high=50.0)]
    told = draw(*evidence, refs=("q05_members.median",), domain="DE1")
    assert told.subtitle == "Zahl der Mitglieder, Median, Mitglieder, Baden-Württemberg"
    assert f"38{NBSP}Mitglieder" in told.svg


def test_a_line_of_a_battery_is_named_with_its_question(draw):
    evidence = [make_evidence("survey:q04_barriers_time.agreeing@DE1", 0.4)]
    told = draw(*evidence, refs=("q04_barriers_time.agreeing",), domain="DE1", language="en")
    assert told.subtitle.startswith("Barriers, too little time: “agree”, share of answers")


def test_caption_and_headline_can_be_stated(draw):
    told = draw(*partners(), refs=("q03_partners",), caption="Eigen", headline="Selbst gesagt")
    assert (told.subtitle, told.headline) == ("Eigen", "Selbst gesagt")
    assert told.alt.startswith("Balkendiagramm: Kammern: ")


def test_unknown_names_are_answered_with_the_nearest(draw):
    with pytest.raises(UnknownNameError, match="no variable 'q03_partner'") as found:
        draw(*partners(), refs=("q03_partner",))
    assert "q03_partners" in found.value.hint
    with pytest.raises(UnknownNameError, match="no chart 'bar'") as found:
        draw(*partners(), refs=("q03_partners",), kind="bar")
    assert "bars" in found.value.hint
    with pytest.raises(UnknownNameError, match="no region"):
        draw(*partners(), refs=("q03_partners",), domain="Atlantis")


def test_a_figure_without_any_evidence_is_an_error(draw):
    with pytest.raises(TemplateError, match="there is no evidence for q03_partners"):
        draw(refs=("q03_partners",))
    with pytest.raises(TemplateError, match="names no variable"):
        draw()
    with pytest.raises(TemplateError, match="no released cases"):
        draw(kind="factor_matrix")


@pytest.mark.parametrize(
    ("successes", "obstacles", "shown"), [(13, 8, (3, 3)), (13, 1, (5, 1)), (2, 8, (2, 4))]
)
def test_the_factor_matrix_shows_obstacles_beside_successes(successes, obstacles, shown):
    def row(polarity):
        return FactorRow(SimpleNamespace(polarity=polarity), None, ())

    rows = [row("success")] * successes + [row("challenge")] * obstacles
    found = [item.factor.polarity for item in choose_rows(rows, 6)]
    assert (found.count("success"), found.count("challenge")) == shown
    assert found == sorted(found, reverse=True)


def test_nothing_is_called_the_most_while_a_value_is_hidden(draw):
    evidence = [make_evidence(f"survey:{CHAMBER}@DE1", None, reason="cell"), *partners()[1:]]
    told = draw(*evidence, refs=("q03_partners",), domain="DE1")
    assert told.headline == f"Partner im Netzwerk: Agentur für Arbeit (40{NBSP}%)"


def test_published_sums_stand_in_for_hidden_answers(draw):
    evidence = [
        make_evidence("survey:q02_steering.often@DE1", None, reason="cell"),
        make_evidence("survey:q02_steering.frequent@DE1", 0.45),
    ]
    told = draw(*evidence, refs=("q02_steering",), domain="DE1", language="en")
    assert ">45</text>" in told.svg
    assert "There, bars show sums: often or always." in told.note
    assert "Single answers not shown: " in told.note


def test_a_battery_with_hidden_answers_becomes_a_dot_plot(draw):
    options = ("disagree", "rather_disagree", "neutral", "rather_agree", "agree")
    lines = ("time", "money", "trust")
    whole = [
        make_evidence(f"survey:q04_barriers_{line}.{name}@DE1", 0.2)
        for line in lines
        for name in options
    ]
    boxes = [make_evidence(f"survey:q04_barriers_{line}.agreeing@DE1", 0.4) for line in lines]
    hidden = dataclasses.replace(whole[0], status=Status.PRIMARY, value=None, reason="cell")
    full = draw(*whole, *boxes, refs=("q04_barriers",), domain="DE1", language="en")
    part = draw(hidden, *whole[1:], *boxes, refs=("q04_barriers",), domain="DE1", language="en")
    assert "Stacked bar chart" in full.alt
    assert "Dot plot" in part.alt


def test_regions_without_values_are_named_below_a_comparison(draw):
    evidence = [
        make_evidence("survey:q07_smes.yes@DE", 0.5),
        make_evidence("survey:q07_smes.yes@DE1", 0.62),
        make_evidence("survey:q07_smes.yes@DE2", 0.41),
        make_evidence("survey:q07_smes.yes@DE9", None),
    ]
    told = draw(
        *evidence, kind="dots", refs=("q07_smes.yes",), domains=("DE1", "DE2", "DE9"), language="en"
    )
    assert "Lower Saxony" not in told.svg
    assert "Not shown: Lower Saxony (too few answers)." in told.note
    assert told.headline == ("SMEs in the network: 50%")
    assert any(row["key"].endswith("DE9") for row in told.data)


def test_a_band_is_hatched_as_far_as_it_reaches(draw):
    hidden = make_evidence(f"survey:{UNIVERSITY}@DE1", None, reason="cell", band=(None, 0.2), n=12)
    evidence = [item for item in partners() if item.key != hidden.key]
    told = draw(hidden, *evidence, refs=("q03_partners",), domain="DE1", language="en")
    row = next(row for row in told.data if row["key"] == hidden.key)
    assert (row["value"], row["band_low"], row["band_high"], row["n"]) == (None, None, 0.2, 12)
    assert row["formatted"] == "at most 20%"
    assert f"≤{NBSP}20%" in told.svg
    assert "too few answers" not in told.svg
    assert "Hatched: range of a hidden value" in told.note
    assert f"Universities: ≤{NBSP}20%" in told.alt


@pytest.mark.parametrize("kind", ["dots", "multiples", "bars"])
def test_every_chart_of_domains_shows_a_band(draw, kind):
    hidden = make_evidence(f"survey:{CHAMBER}@DE2", None, reason="cell", band=(None, 0.2), n=12)
    refs = (CHAMBER,) if kind != "multiples" else ("q03_partners",)
    more = {"domains": ("DE1", "DE2", "DE"), "language": "en"} if kind != "bars" else {}
    told = draw(hidden, *partners(), refs=refs, kind=kind, domain="DE2", **more)
    assert f"≤{NBSP}20" in told.svg
    assert "0.2" not in told.note


def test_the_headline_of_a_single_value_says_its_band(draw):
    hidden = make_evidence(f"survey:{CHAMBER}@DE1", None, reason="cell", band=(0.8, None), n=12)
    others = [item for item in partners() if item.key != hidden.key]
    told = draw(hidden, *others, refs=(CHAMBER,), kind="bars", domain="DE1", language="en")
    assert told.headline.endswith("at least 80%")


def test_a_strong_band_is_solid_as_far_as_it_is_sure(draw):
    strong = make_evidence(f"survey:{CHAMBER}@DE1", None, reason="cell", band=(0.8, None), n=12)
    others = [item for item in partners() if item.key != strong.key]
    hatched = {}
    for band in ((0.8, None), (None, 0.8)):
        drawn = dataclasses.replace(strong, band=band)
        svg = draw(*others, drawn, refs=("q03_partners",), domain="DE1").svg
        paths = re.findall(r'<path d="([^"]*)"[^>]*stroke-width="0.6"', svg)
        hatched[band] = sum(path.count("L") for path in paths)
    assert 0 < hatched[0.8, None] < hatched[None, 0.8]
