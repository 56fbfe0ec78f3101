"""What ``briefgen review`` tells an author of each brief."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from briefgen.cli import main
from briefgen.config.settings import load_settings
from briefgen.pipeline.review import Review, _find_doubts, review_briefs, write_page
from plain_study import plain_study

pytestmark = pytest.mark.slow
MESSAGE = {"text": "T", "verdict": "lower"}
GOOD = {
    "headline": "survey:q.a@R1", "messages": [MESSAGE], "note": "", "tier": "full",
    "advice": [{"title": "Ask", "place": "region", "code": "r1"}],
}  # fmt: skip


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    regions = {"DE1": 0.6, "DE2": 0.4}
    return plain_study(tmp_path_factory.mktemp("study"), regions=regions, respondents=60)


@pytest.fixture(scope="module")
def reviews(study) -> list[Review]:
    return review_briefs(load_settings(study))


def test_each_brief_is_told_once_the_most_doubtful_first(study, reviews):
    wanted = {key.name for key in load_settings(study).documents() if key.kind == "brief"}
    assert sorted(item.name for item in reviews) == sorted(wanted)
    counts = [len(item.doubts) for item in reviews]
    assert counts == sorted(counts, reverse=True)
    assert any(counts)


def test_a_brief_says_whose_it_is_in_words(study, reviews):
    names = {domain.name["de"] for domain in load_settings(study).domains.values()}
    for item in reviews:
        assert item.profile in names
        assert any("answers (" in line for line in item.lines())
        assert all(advice.endswith(")") for advice in item.advice)


@pytest.mark.parametrize(
    ("change", "doubt"),
    [
        ({"headline": ""}, "title tells no result"),
        ({"messages": []}, "no key messages"),
        ({"messages": [MESSAGE, {"text": "S", "verdict": "same"}]}, "1 of its messages"),
        ({"advice": []}, "no advice"),
        ({"note": "On the first finding: nothing."}, "about its first finding"),
        ({"advice": [{"title": "Ask", "place": "nation", "code": "r1"}]}, "“Ask” has no reason"),
        ({"tier": "none"}, "no values of the region"),
    ],
)
def test_what_an_editor_should_look_at(change, doubt):
    assert not list(_find_doubts(GOOD, 0.2, "brief-x"))
    found = list(_find_doubts({**GOOD, **change}, 0.2, "brief-x"))
    assert len(found) == 1
    assert doubt in found[0]


def test_a_brief_like_another_is_doubtful():
    assert "70% of its words stand in brief-x" in next(_find_doubts(GOOD, 0.7, "brief-x"))


def test_the_page_has_every_brief_and_no_markup_of_theirs(study, reviews):
    hostile = Review("brief-a", "<b>T</b>", "full", 20.0, "A", (), (), "", 0.0, "", {}, ("<i>",))
    page = write_page([*reviews, hostile], load_settings(study))
    assert page.count("<article") == len(reviews) + 1
    assert "<b>T" not in page
    assert "&lt;b&gt;T" in page


def test_the_command_prints_text_or_json_and_writes_the_page(study, reviews, tmp_path):
    page = tmp_path / "review.html"
    text = CliRunner().invoke(main, ["review", "--study", str(study), "--page", str(page)])
    assert text.exit_code == 0
    assert text.output.startswith(f"{reviews[0].name}: {reviews[0].title}")
    assert text.output.rstrip().endswith("with doubts")
    assert page.read_text(encoding="utf-8").count("<article") == len(reviews)
    told = CliRunner().invoke(main, ["review", "--study", str(study), "--json"])
    assert [item["name"] for item in json.loads(told.output)] == [item.name for item in reviews]
