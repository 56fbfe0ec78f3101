"""The spine chart: what stands where, and what does not stand at all."""

from __future__ import annotations

import dataclasses
import re
import statistics

import pytest

from briefgen.config.measures import headline_measures
from briefgen.config.plain_text import capital
from briefgen.content.exhibits import FigureSpec, draw_figure, figures, spine
from evidence_by_hand import make_evidence
from exhibits_by_hand import HIDDEN_REGION, text_boxes

GOOD, BAD, NEITHER = "q18.agree", "q22_time.agree", "q03.public"
REGION, NATION = "DE2", "DE"


@pytest.fixture
def draw(settings, released, english, brand, monkeypatch):
    monkeypatch.setattr(figures, "MOST_HEIGHT_MM", 400)  # all in one picture, to look at

    def drawn(*changes, domain=REGION, settings=settings, previous=None, **options):
        evidence = released.evidence | {item.key: item for item in changes}
        changed = dataclasses.replace(released, evidence=evidence, previous=previous or {})
        spec = FigureSpec("fig-spine", "spine", domain=domain, width_mm=170, options=options)
        return draw_figure(spec, changed, settings, english, brand)

    return drawn


@pytest.fixture
def same(released):
    """All comparisons of the region, none of them clear."""
    return [
        dataclasses.replace(item, verdict="same")
        for item in released.evidence.values()
        if item.domain == REGION and item.contrast
    ]


def make(ref, domain, value, n=40, **asked):
    return make_evidence(f"survey:{ref}@{domain}", value, n=n, low=value, high=value, **asked)


def put(ref, own, nation, n=40):
    """Return a value of the region and the nation's, and the verdict that it is different."""
    verdict = "higher" if own > nation else "lower"
    contrast = make_evidence(f"survey:{ref}@{REGION}~rest", own - nation, verdict=verdict)
    return make(ref, REGION, own, n), make(ref, NATION, nation), contrast


def place_of(exhibit, label):
    """Return the distance of a row's own sign from the spine, in points."""
    row = next(box for box in text_boxes(exhibit.svg) if box.text.startswith(label))
    middle = (row.top + row.bottom) / 2
    spine = float(statistics.mode(re.findall(r"M([\d.]+) [\d.]+L\1 ", exhibit.svg)))
    found = [
        float(x)
        for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', exhibit.svg)
        if abs(float(y) - middle) < 4
    ]
    return found[0] - spine


def test_better_is_to_the_right_whether_more_or_less_is_good(draw, settings):
    obstacle = capital(settings.variables["q22_time"].label["en"])[:8]  # as its row begins
    exhibit = draw(*put(GOOD, 0.6, 0.4), *put(BAD, 0.4, 0.6))
    assert place_of(exhibit, "Knowledge of needs") > 5
    assert place_of(exhibit, obstacle) > 5
    worse = draw(*put(GOOD, 0.4, 0.6), *put(BAD, 0.6, 0.4))
    assert place_of(worse, "Knowledge of needs") < -5
    assert place_of(worse, obstacle) < -5


def test_what_recommendations_aim_at_goes_before_the_codebook(draw):
    exhibit = draw(*put(GOOD, 0.6, 0.4), better={GOOD: "lower"})
    assert place_of(exhibit, "Knowledge of needs") < -5


def test_the_headline_counts_better_and_worse_and_what_nothing_rates(draw, same):
    changes = [*same, *put(GOOD, 0.6, 0.4), *put(BAD, 0.7, 0.6), *put(NEITHER, 0.7, 0.6)]
    headline = draw(*changes).headline
    assert "1 clearly better, 1 clearly worse and 1 clearly different" in headline
    assert "none clearly different" in draw(*same).headline


def test_two_parts_show_each_result_once(draw, settings, same):
    parts = [draw(*same, part=1), draw(*same, part=2)]
    shown = [{row["key"] for row in part.data} for part in parts]
    own = {
        f"survey:{variable.code}.{measure}@{REGION}"
        for variable in settings.variables.values()
        for measure in headline_measures(variable)
        if variable.type != "ranking"
    }
    assert not shown[0] & shown[1]
    assert own <= shown[0] | shown[1]
    heights = [float(re.search(r'height="([\d.]+)', part.svg)[1]) for part in parts]
    assert abs(heights[0] - heights[1]) < 60


def test_more_results_than_half_a_page_holds_are_counted(draw, monkeypatch, same):
    def count():
        exhibit = draw(*same)
        further = re.search(r"Further results, not drawn: (\d+)", exhibit.note)
        return len({row["label"] for row in exhibit.data}), int(further[1])

    drawn, further = count()
    monkeypatch.setattr(spine, "MOST_HEIGHT", 100.0)
    few, more = count()
    assert 4 <= few <= 9 < drawn
    assert few + more == drawn + further


def test_one_long_topic_goes_on_in_the_second_column(draw, settings):
    every = tuple(question.code for question in settings.codebook.questions)
    topic = settings.info.topics[0].model_copy(update={"questions": every})
    info = settings.info.model_copy(update={"topics": (topic,)})
    parts = [
        draw(settings=settings.model_copy(update={"info": info}), part=part) for part in (1, 2)
    ]
    title = topic.title["en"]
    assert [title in {box.text for box in text_boxes(part.svg)} for part in parts] == [True, True]
    shown = [{row["key"] for row in part.data} for part in parts]
    assert not shown[0] & shown[1]
    heights = [float(re.search(r'height="([\d.]+)', part.svg)[1]) for part in parts]
    assert abs(heights[0] - heights[1]) < 60


def test_few_answers_stand_in_brackets_and_fewer_not_at_all(draw, monkeypatch):
    monkeypatch.setattr(spine, "MOST_HEIGHT", 900.0)  # room for all rows
    key = f"survey:{GOOD}@{REGION}"
    weak, none = draw(*put(GOOD, 0.43, 0.4, n=12)), draw(*put(GOOD, 0.43, 0.4, n=7))
    assert "(40%)" in {box.text for box in text_boxes(weak.svg)}
    assert key in weak.keys
    assert key not in none.keys
    assert "Results not shown: 1" in none.note


def test_regions_below_their_tier_are_no_end_of_the_range(draw, settings):
    regions = [make(GOOD, code, 0.5, 40) for code in settings.regions if code != HIDDEN_REGION]
    exhibit = draw(*regions, make(GOOD, "DE1", 0.97, 15), make(GOOD, "DE3", 0.8, 30))
    assert f"survey:{GOOD}@DE3" in exhibit.keys
    assert f"survey:{GOOD}@DE1" not in exhibit.keys


def test_chosen_peers_stand_in_the_key_and_among_the_values(draw, settings):
    regions = settings.info.regions
    peers = tuple(
        one.model_copy(update={"peers": ("DE1", "DED")}) if one.code == REGION else one
        for one in regions.list
    )
    info = settings.info.model_copy(update={"regions": regions.model_copy(update={"list": peers})})
    fields = {name: getattr(settings, name) for name in type(settings).model_fields}
    changed = type(settings).model_construct(**{**fields, "info": info})
    few = [make(GOOD, "DE1", 0.5, 40), make(GOOD, "DED", 0.5, 12)]
    exhibit = draw(*few, settings=changed)
    assert "Baden-Württemberg and Saxony" in {box.text for box in text_boxes(exhibit.svg)}
    shown = {row["key"] for row in exhibit.data}
    assert f"survey:{GOOD}@DE1" in shown
    assert f"survey:{GOOD}@DED" not in shown  # on few answers


def test_a_region_without_results_says_so(draw):
    exhibit = draw(domain=HIDDEN_REGION)
    assert "too few answers to say" in exhibit.headline
    assert not exhibit.svg.count("circle")


def with_edition(draw, *changes, past, verdict="higher", n=40):
    """Draw beside an earlier edition's value of the region, whose difference is judged."""
    before = make(GOOD, REGION, past, n)
    change = make_evidence(f"survey:{GOOD}@{REGION}~2024", 0.6 - past, verdict=verdict)
    return draw(*changes, change, previous={before.key: before})


def test_the_last_edition_stands_beside_today(draw):
    exhibit = with_edition(draw, *put(GOOD, 0.6, 0.4), past=0.3)
    assert "Bavaria, edition 2024" in {box.text for box in text_boxes(exhibit.svg)}
    assert "Since edition 2024: of 1 results, 1 clearly better." in exhibit.note
    rows = [row for row in exhibit.data if row["key"] == f"survey:{GOOD}@{REGION}"]
    told = {row["series"]: row["value"] for row in rows}
    assert told == {"Bavaria": 0.6, "Bavaria, edition 2024": 0.3}
    assert "Bavaria, edition 2024 30%" in exhibit.alt
    assert f"survey:{GOOD}@{REGION}~2024" in exhibit.keys


def test_what_changed_is_said_by_the_verdict_alone(draw):
    exhibit = with_edition(draw, *put(GOOD, 0.6, 0.4), past=0.55, verdict="same")
    assert "Since edition 2024: of 1 results, none clearly different." in exhibit.note


@pytest.mark.parametrize(("now", "before"), [(40, 12), (12, 40)])
def test_an_edition_with_few_answers_is_not_compared(draw, now, before):
    exhibit = with_edition(draw, *put(GOOD, 0.6, 0.4, n=now), past=0.3, n=before)
    assert "2024" not in exhibit.svg + exhibit.note + exhibit.alt
    assert not [key for key in exhibit.keys if key.endswith("~2024")]


def test_results_that_differ_are_drawn_before_those_that_do_not(draw, monkeypatch, settings, same):
    monkeypatch.setattr(spine, "MOST_HEIGHT", 100.0)
    last = settings.info.topics[-1].questions
    variables = [v for v in settings.variables.values() if v.question.code in last]
    code, measure = [(v.code, name) for v in variables for name in headline_measures(v)][-1]
    exhibit = draw(*same, *put(f"{code}.{measure}", 0.9, 0.1))
    assert f"survey:{code}.{measure}@{REGION}" in exhibit.keys
